"""Two things compared by what belongs to another thing: "which of these two films has the older director?".

For each side the evidence on it names the person who has the role; the evidence on that person says the date, or the
country. Each step is a sentence that is quoted. Where a step is missing nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.passages import text_to_sentences
from kgqa.chains import Link, Piece
from kgqa.compare import Sides, date_of, later_asked

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(said, re.I))
    for role, said in (
        (r"directors?", r"\bdirect(?:ed|or|ing)\b"),
        (r"producers?", r"\bproduc(?:ed|er|ing)\b"),
        (r"composers?", r"\bcompos(?:ed|er|ition)\b|\bmusic by\b|\bscore by\b"),
        (r"authors?|writers?", r"\bwr(?:ote|itten|iter)\b|\bauthor\b|\b(?:novel|book|play|story) by\b"),
        (r"screenwriters?", r"\bwr(?:ote|itten|iter)\b|\bscreenplay\b|\bscreenwriter\b"),
        (r"performers?|singers?|artists?", r"\bby\b|\bsung\b|\brecorded\b|\bsinger\b|\bperformed\b|\bartist\b"),
        (r"founders?", r"\bfound(?:ed|er)\b|\bestablished\b"),
        (r"creators?|inventors?|designers?", r"\bcreat(?:ed|or)\b|\binvent(?:ed|or)\b|\bdesign(?:ed|er)\b"),
        (r"publishers?|editors?", r"\bpublish(?:ed|er)\b|\bedit(?:ed|or)\b"),
        (r"husbands?|wi(?:fe|ves)|spouses?", r"\bmarried\b|\bwife\b|\bhusband\b|\bspouse\b"),
        (r"fathers?|mothers?", r"\bson of\b|\bdaughter of\b|\bfather\b|\bmother\b|\bborn to\b"),
    )
)
"""Roles that a question may name, and the words by which a sentence says who has it."""

_BESIDE = re.compile(r"\s*\([^)]*\)\s*$|^\W*(?:the|an?)\s+", re.I)
_KIND = r"(?:films?|movies?|songs?|albums?|books?|novels?|plays?|series|companies|bands?)"
_SAME = re.compile(
    rf"^\W*(?:do|does|did|are|were|is)\s+(?:both\s+)?(?:of\s+)?(?:the\s+)?(?:(?P<role>\w+)\s+of\s+)?(?:the\s+)?"
    rf"(?:both\s+)?(?:{_KIND}\s+)?(?P<a>[^,?]+?),?\s+and\s+(?:the\s+)?(?:(?P=role)\s+of\s+(?:the\s+)?)?(?:{_KIND}\s+)?"
    rf"(?P<b>[^,?]+?)\s+(?:{_KIND}\s+)?(?:both\s+)?(?:have\s+(?:the\s+)?(?P<late>\w+)\s+(?:that\s+|who\s+)?)?"
    rf"(?:share\s+the\s+same\s+nationality|have\s+the\s+same\s+nationality|(?:come\s+|are\s+)?(?:both\s+)?"
    rf"(?:from|of)\s+the\s+same\s+(?:country|nationality))\W*$",
    re.I,
)
_NATIONAL = re.compile(
    r"\b(?:is|was|are|were)\s+(?:an?|the)\s+(?P<before>(?:[\w-]+,?\s+){0,3}?)"
    r"(?P<words>[A-ZÀ-Ý][\w]+(?:[-\s](?:and\s+)?[A-ZÀ-Ý]\w+)*)(?:-born)?[\s,-]"
)
_NO_NATIONS = frozenset(
    "academy oscar emmy grammy tony golden palme january february march april may june july august september october "
    "november december b-movie".split()
)


@dataclass(frozen=True, slots=True)
class Reached:
    """Who has a role for one side, and what is said of that person."""

    leads: Link  # the sentence that names the person, in the piece on the side
    person: Piece
    shown: str  # the date or nationality, as it is written
    order: tuple[float, ...]  # of a date: year, month, day; () for a nationality
    says: Link  # the sentence that says it


@dataclass(frozen=True, slots=True)
class Compared:
    """How two sides compare."""

    text: str
    links: tuple[Link, ...]  # the sentences that bear it out, in order


def role_asked(ask: str) -> re.Pattern[str] | None:
    """Return how sentences say the role through which a question compares; None where it compares directly.

    >>> role_asked("Which film has the director who is older") is not None, role_asked("Which film is older")
    (True, None)
    """
    return next((said for role, said in _ROLES if re.search(rf"\b(?:{role})\b", ask, re.I)), None)


def compare_through(sides: Sides, evidence: Sequence[Piece]) -> Compared | None:
    """Return which side has the older, younger, ... person in the role; None where a step is missing."""
    said = role_asked(sides.ask)
    if said is None:
        return None
    a, b = (_dated(side, said, sides.ask, evidence) for side in (sides.a, sides.b))
    if a is None or b is None:
        return None
    shared = min(len(a.order), len(b.order))
    left, right = a.order[:shared], b.order[:shared]
    first = (left < right) != later_asked(sides.ask)
    winner = "Neither" if left == right else a.leads.piece.title if first else b.leads.piece.title
    if sides.whether:
        winner = "Yes" if first and left != right else "No"
    return Compared(f"{winner} ({_shown(a)}; {_shown(b)}).", (a.leads, a.says, b.leads, b.says))


def compare_nations(question: str, evidence: Sequence[Piece]) -> Compared | None:
    """Return whether two things, or those who have a role for them, are of one nationality; None where it is unknown.

    Nothing is decided for another question either.
    """
    match = _SAME.match(question)
    if match is None:
        return None
    said = role_asked(match["late"] or match["role"] or "")
    found = [_national(match[side].strip(), said, evidence) for side in "ab"]
    a, b = found
    if a is None or b is None:
        return None
    same = not _held(a.shown).isdisjoint(_held(b.shown))
    links = tuple(dict.fromkeys((a.leads, a.says, b.leads, b.says)))
    return Compared(f"{'Yes' if same else 'No'} ({_shown(a)}; {_shown(b)}).", links)


def _shown(reached: Reached) -> str:
    person = reached.person.title
    through = f"{person}, " if reached.person.node != reached.leads.piece.node else ""
    return f"{reached.leads.piece.title}: {through}{reached.shown}"


def _dated(side: str, said: re.Pattern[str], ask: str, evidence: Sequence[Piece]) -> Reached | None:
    event = ask if re.search(r"\b(?:born|birth|die[ds]?|death)\b", ask, re.I) else f"{ask} born"
    for leads, person in _who(side, said, evidence):
        for sentence in _sentences(person):
            found = date_of(sentence, event)
            if found is not None:
                shown, order = found
                return Reached(leads, person, shown, order, Link(person, sentence))
    return None


def _national(side: str, said: re.Pattern[str] | None, evidence: Sequence[Piece]) -> Reached | None:
    for leads, person in _who(side, said, evidence) if said is not None else _itself(side, evidence):
        for sentence in _sentences(person)[:2]:
            match = _NATIONAL.search(sentence)
            if match is not None and (nations := _nations(match["words"])):
                shown = " and ".join(nations)
                return Reached(leads, person, shown, (), Link(person, sentence))
    return None


def _nations(words: str) -> list[str]:
    found = [word for word in re.split(r"[-\s]+|\band\b", words) if word]
    return [word for word in found if word.casefold() not in _NO_NATIONS]


def _held(shown: str) -> set[str]:
    """Return nationalities with the one that they are part of."""
    own = set(_nations(shown))
    return own | {"British"} if own & {"English", "Scottish", "Welsh"} else own


def _itself(side: str, evidence: Sequence[Piece]) -> list[tuple[Link, Piece]]:
    own = [piece for piece in evidence if _names(side, piece.title)]
    return [(Link(piece, _sentences(piece)[0]), piece) for piece in own if _sentences(piece)]


def _who(side: str, said: re.Pattern[str], evidence: Sequence[Piece]) -> list[tuple[Link, Piece]]:
    """Return who has a role for a side, with the sentence that says so: the name that follows the word first."""
    found: list[tuple[int, Link, Piece]] = []
    for piece in evidence:
        if not _names(side, piece.title):
            continue
        for sentence in _sentences(piece):
            for word in said.finditer(sentence):
                for person in evidence:
                    at = _name_at(person.title, sentence) if person.node != piece.node else None
                    if at is not None:
                        behind = at - word.end()
                        found.append((behind if behind >= 0 else 1000 - behind, Link(piece, sentence), person))
    found.sort(key=lambda item: item[0])
    return [(link, person) for _, link, person in found]


def _name_at(name: str, sentence: str) -> int | None:
    words = [re.escape(word) for word in re.findall(r"\w+", name)]
    match = re.search(r"\b" + r"\W+".join(words) + r"\b", sentence, re.I) if words else None
    return match.start() if match is not None else None


def _names(side: str, title: str) -> bool:
    """Return whether a side of a question is what a title names; brackets behind it and an article do not count."""
    words = [tokenize(_BESIDE.sub("", name)) for name in (side, title)]
    return bool(words[0]) and words[0] == words[1]


def _sentences(piece: Piece) -> list[str]:
    return [piece.text[start:end] for start, end in text_to_sentences(piece.text)]
