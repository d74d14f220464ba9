"""Whether two things have the same maker, place, year or profession, or whether both did something: told by code.

What each side's sentences say is taken by their wording ("directed by Ann Lee", "born in Oslo"), then compared. Where a
side says nothing of it, nothing is decided. Nationalities are compared in `compare_through`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.passages import text_to_sentences
from kgqa.extract import Readable, content_words
from kgqa.table_view import alike

_CAPITAL = r"[A-ZÀ-ÝØŁŠŽ0-9][\w'’.()&-]*"
_NAME = rf"(?-i:{_CAPITAL}(?:\s+(?:(?:of|the|de|da|del|van|von|der|in|on|for|a|y|et)\s+)*{_CAPITAL})*)"
_SAME = re.compile(
    rf"^\W*(?:are|were|is|was|do|does|did|have|has|had|whether)\s+(?:both\s+)?(?:the\s+)?(?:(?-i:[a-z]+)s\s+)?"
    rf"(?P<a>{_NAME})\s+and\s+(?:the\s+)?(?P<b>{_NAME})\s+(?P<ask>[^?]*\b(?:the\s+)?same\b[^?]*|[^?]*\bshare\b[^?]*)\??\s*$",
    re.I,
)
_BOTH = re.compile(
    rf"^\W*(?:are|were|is|was|do|does|did|have|has|had)\s+(?:(?P<first>both)\s+)?(?:the\s+)?(?P<a>{_NAME})\s+and\s+"
    rf"(?:the\s+)?(?P<b>{_NAME})\s+(?P<ask>[^?]+?)\??\s*$",
    re.I,
)
_MAKERS = {
    "director": "directed", "writer": "written", "author": "written|by", "composer": "composed", "producer": "produced",
    "publisher": "published", "painter": "painted", "founder": "founded", "designer": "designed",
    "architect": "designed|built", "builder": "built", "developer": "developed", "editor": "edited",
    "creator": "created", "inventor": "invented", "illustrator": "illustrated",
}  # fmt: skip
_PERSON = r"(?-i:[A-ZÀ-Ý][\w'’.-]*(?:\s+(?:(?:de|van|von|der|da)\s+)*[A-ZÀ-Ý][\w'’.-]*){0,4})"
_PLACE = re.compile(
    rf"\b(?:born|located|based|lies?|situated|founded|held|opened|built)\b[^.;]*?\b(?:in|at|on)\s+({_PERSON})"
)
_EVENTS = ("born", "died", "founded", "built", "published", "released", "opened")
_YEAR = re.compile(r"\b(1[0-9]\d\d|20\d\d)\b")
_ROLE = re.compile(
    r"\b(?:was|is|were|are)\s+(?:an?|the)\s+((?:[\w-]+\s+){0,3}?[\w-]+)"
    r"(?=\s+(?:who|from|of|and|in|for|that)\b|[,.;(]|$)"
)


@dataclass(frozen=True, slots=True)
class SameSides:
    """Two things of which a question asks whether they have something in common."""

    a: str
    b: str
    ask: str  # the words that say what
    same: bool  # asks for the same value of something; else whether both fit the words


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says of one side."""

    shown: str
    value: str  # folded, for comparing
    sentence: str
    readable: Readable


def same_sides(question: str) -> SameSides | None:
    """Return what a question asks two named things to have in common; None for another question.

    >>> same_sides("Do Red Island and Night Ferry have the same director?")
    SameSides(a='Red Island', b='Night Ferry', ask='have the same director', same=True)
    """
    match = _SAME.match(question)
    if match is not None and _kind_of(match["ask"]) is not None:
        return SameSides(match["a"], match["b"], " ".join(match["ask"].split()), True)
    match = _BOTH.match(question)
    if match is None or not (match["first"] or re.search(r"\bboth\b", match["ask"], re.I)):
        return None
    if re.search(r"\bsame\b|\bin common\b", match["ask"], re.I):
        return None
    return SameSides(match["a"], match["b"], " ".join(re.sub(r"\bboth\b", " ", match["ask"]).split()), False)


def said_of_both(sides: SameSides, evidence: Sequence[Readable]) -> tuple[str, tuple[Said, ...], bool] | None:
    """Return (sentence, what each side's evidence says, whether it is decided); None where neither side says it."""
    find = _kind_of(sides.ask) if sides.same else _fits(sides.ask)
    if find is None:
        return None
    a, b = (_said_of(name, find, evidence) for name in (sides.a, sides.b))
    if a is None and b is None:
        return None
    if a is None or b is None:
        known, missing, said = (sides.a, sides.b, a) if b is None else (sides.b, sides.a, b)
        assert said is not None
        told = f"{said.shown} of {known}" if sides.same else f"so of {known}: “{said.shown}”"
        return f"The documents say {told}, but nothing of it of {missing}.", (said,), False
    if not sides.same:
        return f"Yes, both. {sides.a}: {a.shown} {sides.b}: {b.shown}", (a, b), True
    yes = a.value == b.value
    return f"{'Yes' if yes else 'No'}. {sides.a}: {a.shown}; {sides.b}: {b.shown}.", (a, b), True


Find = Callable[[str], str | None]
"""A sentence -> what it says, as it is written; None where it does not say it."""


def _kind_of(ask: str) -> Find | None:
    """Return what finds in a sentence that which a question asks to be the same."""
    lower = ask.lower()
    if re.search(r"\bnationalit|\bcountr|\bcitizen", lower):
        return None
    for noun, verbs in _MAKERS.items():
        verb = verbs.split("|")[0]
        if noun in lower or re.search(rf"\b{verb}\b", lower):
            by = rf"\b(?:{verbs})\s+(?:and \w+ )?(?:by\s+)?({_PERSON})"
            named = rf"\b{noun}s?\s+(?:(?:is|was|were|are)\s+|:\s*)?({_PERSON})"
            return _first(re.compile(f"{by}|{named}", re.I))
    if re.search(r"\b(?:year|decade|century)\b", lower):
        event = next((word for word in _EVENTS if word in lower), "")
        return _first(re.compile(rf"\b{event}\b[^.;]*?\b(1[0-9]\d\d|20\d\d)\b", re.I)) if event else _first(_YEAR)
    if re.search(r"\b(?:city|town|place|village|region|state)\b", lower):
        return _first(_PLACE)
    if re.search(r"\b(?:profession|occupation|job|field)\b", lower):
        return _first(_ROLE)
    return None


def _first(*patterns: re.Pattern[str]) -> Find:
    def find(sentence: str) -> str | None:
        for pattern in patterns:
            match = pattern.search(sentence)
            if match is not None:
                return next(group for group in match.groups() if group).strip(" .,;")
        return None

    return find


def _fits(ask: str) -> Find | None:
    words = content_words(ask)
    if not words:
        return None

    def find(sentence: str) -> str | None:
        said = set(tokenize(sentence))
        denied = re.search(r"\b(?:not|never|no|neither|without)\b|n[’']t\b", sentence, re.I)
        return sentence if denied is None and all(any(alike(w, s) for s in said) for w in words) else None

    return find


def _said_of(name: str, find: Find, evidence: Sequence[Readable]) -> Said | None:
    """Return what the evidence says of one side: of the sentences that name it, or follow one that does, the best."""
    best: tuple[float, Said] | None = None
    for readable, sentence, named in _sentences_about(name, evidence):
        shown = find(sentence)
        if shown is not None and (best is None or named + 0.2 * readable.score > best[0]):
            best = named + 0.2 * readable.score, Said(shown, " ".join(tokenize(shown)), sentence, readable)
    return best[1] if best is not None else None


def _sentences_about(name: str, evidence: Sequence[Readable]) -> Iterator[tuple[Readable, str, float]]:
    own = set(tokenize(name))
    for readable in evidence:
        if not own or not own <= set(tokenize(f"{readable.context} {readable.text}")):
            continue
        headed = 0.5 * (own <= set(tokenize(readable.context)))
        before = headed
        for start, end in text_to_sentences(readable.text):
            sentence = readable.text[start:end]
            shared = len(own & set(tokenize(sentence))) / len(own)
            before = 1.0 if shared == 1 else max(headed, before * 0.8)
            if before > 0.3:
                yield readable, sentence, before
