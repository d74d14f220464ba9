"""What speaks for a sentence as the answer to a question, as numbers: words, their order, kinds, place, shape.

The numbers are shares and flags, so that neither the size of a collection nor the length of a question shifts them.
Weights over them are learned (`kgqa.train_reader`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphs.index import tokenize
from kgqa.asked import Asked
from kgqa.foreign_forms import FOREIGN_NUMERALS
from kgqa.spans import Span, text_to_spans
from kgqa.synonyms import synonyms
from kgqa.word_forms import alike_forms, same_meaning

SIGNALS = (
    "inside",  # share of the question's words, by how rare they are, that the sentence says, 0 to 1
    "focus",  # the same of the words that are no names
    "names",  # the same of the names; 1 where the question has none
    "near",  # with the sentences before and after, or the heading above the first
    "focus_near",
    "around",  # its passage and headings
    "heading",  # the headings alone
    "before",  # what the sentence before says that this one does not
    "after",
    "rarest",  # whether it says the question's rarest word
    "rarest_around",
    "unsaid",  # share of the one word of most weight that passage and headings do not say
    "pairs",  # share of the question's neighbouring words that stand within three words of each other
    "kind",  # 1 holds the kind of thing that is asked for, 0 no kind can be told, -1 lacks it
    "counted",  # 1 a number stands before what is counted, -1 none does, 0 nothing is counted
    "thing",  # 1 it says the noun behind "which" or "what", 0.3 its passage or headings do, -1 none does; 0 for no noun
    "stated",  # 1 what it is stands right behind that noun ("the rate is 3", "Licence: MIT"), else 0
    "defines",  # whether it says what the thing is, for a question that asks that
    "cue",  # whether it gives a reason, a range or a default, for a question that asks for that
    "doer",  # whether somebody is named behind "by" or before a verb of the question, for "who"
    "several",  # whether it holds several things, for a question that asks for several
    "names_new",  # names and code that the question does not hold, three count as all, 0 to 1
    "numbers_new",  # numbers, the same
    "new",  # share of its words that the question does not hold
    "length",  # logarithm of its length in 100 characters
    "short",  # less than 40 characters
    "colon",  # announces what follows, which is not part of it
    "asks",  # is a question itself
    "symbols",  # share of characters that are neither letters nor spaces
    "pronoun",  # begins with "it", "this", ...
    "first",  # of its passage
    "caption",  # is that of a table or figure
    "listed",  # several lines together
    "code",  # is a line of code
    "reference",  # is an entry of a list of references
    "rank",  # score of its passage in the walk, 0 to about 1
    "place",  # of its passage, 1 for the first, 1/2 for the second, ...
    "meaning",  # cosine of its passage and the question
)  # fmt: skip

_NUMBER = re.compile(r"(?<![A-Za-z\d.])[-–±]?\d[\d.,]*%?")
_NAME = re.compile(r"[A-ZÀ-Ý][\w'’\-]*|\w*[a-z]\w*[A-Z_]\w*|\w+[._:/@]\w[\w.:/@]*|\w+\(\)")
_SYMBOL = re.compile(r"[^\w\s]|\d|_")
_PRONOUN = re.compile(r"\W*(?:it|its|this|these|they|their|he|his|she|her|that|those|such|here)\b", re.I)
_CAPTION = re.compile(r"\W*(?:fig(?:ure|\.)|table|abb(?:ildung|\.)|tab(?:elle|leau|\.))\s*\d", re.I)
_REFERENCE = re.compile(r"^\W*(?:\[\w+\]|[A-Z][\w'’-]+,? (?:[A-Z]\.,? ?)+.*\d{4})|\bdoi\b|\bpp?\. ?\d+")
_WORKS = re.compile(r"(?:^|> |\d\.? )\W*(?:references|bibliography|works cited|literature cited)\b", re.I)
_DOER = re.compile(
    r"\b(?:by|von|par|por|di|da)\s+(?:the\s+)?[A-ZÀ-Ý]|"
    r"\b[A-ZÀ-Ý][\w'’.-]+(?:\s+(?:and\s+)?[A-ZÀ-Ý][\w'’.-]+)+"
)
_JOINED = re.compile(r",|;|\band\b|\bor\b|\bund\b|\bet\b|&|\bversus\b|→|\bto\b")
_NUMBERED = re.compile(r"(?<=[\w,;(] )[A-ZÀ-Ý][\w-]*\s\d[\d.]*(?!\S)")  # "Table 3", "Boat 365"
_PEOPLE = frozenset(tokenize("people person persons individual individuals respondent respondents participants"))
_NUMERAL = (
    r"(?:\d[\d.,]*(?:[kMB]\b|bn\b|mn\b)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|dozens?|hundreds?|thousands?|millions?|"
    rf"{FOREIGN_NUMERALS})"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of evidence as its sentences are judged."""

    text: str  # what may be quoted
    heading: str  # the headings above it and its document's name
    score: float  # of the walk, 0 to about 1
    place: int  # among the evidence, from 0
    meaning: float  # cosine with the question
    code: frozenset[str] = frozenset()  # those of its lines that are code


_OF_ADDRESS = frozenset(
    tokenize(
        "link links url urls website site web homepage page address source sources reference references cite online "
        "download doi http find where available"
    )
)
"""Words of a question that an address of the web can answer."""


def passage_signals(asked: Asked, passage: Passage) -> tuple[list[tuple[Span, list[float]]], int]:
    """Return each sentence of a passage with its signals, in the order of `SIGNALS`, and a mask of the words said."""
    spans = text_to_spans(passage.text, passage.code, addresses=not _OF_ADDRESS.isdisjoint(asked.words))
    if not spans:
        return [], 0
    tokens = [tokenize(passage.text[span.start : span.end]) for span in spans]
    heading = tokenize(passage.heading)
    every = {*heading, *(token for own in tokens for token in own)}
    forms = alike_forms(asked.words, every, asked.compounds)
    for token, mask in same_meaning(asked.words, every).items():
        forms[token] = forms.get(token, 0) | mask
    masks = [_mask(forms, own) for own in tokens]
    over = _mask(forms, heading)
    around = over
    for mask in masks:
        around |= mask
    total = asked.share(around)
    listed = _WORKS.search(passage.heading) is not None
    left = max((weight for i, weight in enumerate(asked.weights) if not around >> i & 1), default=0.0)
    unsaid = left / max(asked.weights, default=1.0)
    near_thing = bool(asked.thing) and any(_same(token, asked.thing) for own in (heading, *tokens) for token in own)
    found = []
    for i, span in enumerate(spans):
        own = masks[i]
        before = masks[span.before] if span.before >= 0 else over
        after = masks[span.after] if span.after >= 0 else 0
        near = own | before | after
        sentence = passage.text[span.start : span.end]
        values = [
            asked.share(own), asked.share(own, asked.focus), asked.share(own, asked.named),
            asked.share(near), asked.share(near, asked.focus), total, asked.share(over),
            asked.share(before & ~own), asked.share(after & ~own),
            float(own & asked.rarest > 0), float(around & asked.rarest > 0), unsaid,
            _pairs(asked, forms, tokens[i]),
            *_kinds(asked, sentence, tokens[i], near_thing),
            *_shape(asked, sentence, tokens[i], span),
            float(i == 0), float(_CAPTION.match(sentence) is not None), float(span.lines > 1),
            float(sentence in passage.code), float(listed or _REFERENCE.search(sentence) is not None),
            passage.score, 1 / (1 + passage.place), passage.meaning,
        ]  # fmt: skip
        found.append((span, values))
    return found, around


def _mask(forms: dict[str, int], tokens: Iterable[str]) -> int:
    """Return the question's words that a text says, a bit each."""
    mask = 0
    for token in tokens:
        mask |= forms.get(token, 0)
    return mask


def _pairs(asked: Asked, forms: dict[str, int], tokens: Sequence[str]) -> float:
    """Return the share of the question's neighbouring words that stand near each other in a sentence too."""
    if len(asked.words) < 2:
        return 0.0
    places: list[list[int]] = [[] for _ in asked.words]
    for place, token in enumerate(tokens):
        mask = forms.get(token, 0)
        while mask:
            low = mask & -mask
            places[low.bit_length() - 1].append(place)
            mask ^= low
    held = sum(any(0 < abs(a - b) <= 3 for a in places[i] for b in places[i + 1]) for i in range(len(asked.words) - 1))
    return held / (len(asked.words) - 1)


def _kinds(asked: Asked, sentence: str, tokens: Sequence[str], near_thing: bool) -> tuple[float, ...]:
    """Return the signals from "kind" to "several"."""
    kind = 0.0
    if asked.kind is not None:
        rest = _without_numbers(sentence, asked) if asked.exact else _without(sentence, asked)
        kind = 1.0 if asked.kind(rest) else -1.0
    counted = 0.0
    if asked.counted:
        counted = 1.0 if says_count(asked.counted, sentence, tokens) else -1.0
    thing = 0.0
    if asked.thing:
        thing = 1.0 if any(_same(token, asked.thing) for token in tokens) else 0.3 if near_thing else -1.0
    return (
        kind,
        counted,
        thing,
        float(thing == 1.0 and _states(asked.thing).search(sentence) is not None),
        float(asked.defines is not None and asked.defines.search(sentence) is not None),
        float(asked.cue is not None and asked.cue.search(sentence) is not None),
        float(asked.who and _DOER.search(_without(sentence, asked)) is not None),
        float(asked.several and _JOINED.search(sentence) is not None),
    )


def says_count(thing: str, sentence: str, tokens: Sequence[str]) -> bool:
    """Return whether a sentence, whose words are `tokens`, says how many there are of a thing, given by its stem."""
    plain = _NUMBERED.sub("", sentence)
    people = _PEOPLE.intersection(tokens) if thing in _PEOPLE else ()
    return any(_counts(name).search(plain) for name in (thing, *synonyms(thing, tokens), *people))


def _shape(asked: Asked, sentence: str, tokens: Sequence[str], span: Span) -> tuple[float, ...]:
    """Return the signals from "names_new" to "pronoun"."""
    names = {name.casefold() for name in _NAME.findall(sentence)} - asked.said
    numbers = set(_NUMBER.findall(sentence)) - asked.numbers
    new = [token for token in tokens if token not in asked.tokens]
    length = len(sentence)
    return (
        min(len(names), 3) / 3,
        min(len(numbers), 3) / 3,
        len(new) / max(1, len(tokens)),
        math.log((length + 10) / 100),
        float(length < 40),
        float(sentence.endswith(":")),
        float(sentence.endswith("?")),
        len(_SYMBOL.findall(sentence)) / max(1, length),
        float(_PRONOUN.match(sentence) is not None),
    )


@lru_cache(maxsize=256)
def _counts(thing: str) -> re.Pattern[str]:
    """Return a pattern of a number shortly before what is counted, whole or as an abbreviation: "180 obs.".

    Or behind it, where it is called a number or is done so many times: "the number of boats is limited to 12",
    "Boats: 12", "after stirring it 12 times" for stirs.
    """
    short = re.escape(thing[:3])
    stem = rf"{re.escape(thing[:-1])}(?:y|ies)" if thing.endswith("y") else re.escape(thing[: max(4, len(thing) - 2)])
    return re.compile(
        rf"(?:(?<![(\[])(?<![A-Za-z]-)\b{_NUMERAL}\b(?![)\]])|(?<=\(){_NUMERAL}(?=\s+[a-z]))(?:[^.;:]|(?<=\b[A-Z])\.|\.(?=\w)){{0,28}}?\b(?:{stem}|{short}[a-z]{{0,2}}\.)|"
        rf"\b(?!\d){_NUMERAL}\s+\(\d[\d,]*\)\s+(?:\w+\s+){{0,2}}?{stem}|"
        rf"\bnumber of (?:\w+ ){{0,2}}?{stem}[^;]{{0,40}}?\b{_NUMERAL}\b|\b{stem}\w*\s*[:=]\s*{_NUMERAL}\b|"
        rf"\b{stem}\w*\s+\({_NUMERAL}\)(?!\()|\b{stem}\w*\b[^.;:]{{0,40}}?\b{_NUMERAL} times\b",
        re.I,
    )


@lru_cache(maxsize=256)
def _states(thing: str) -> re.Pattern[str]:
    """Return a pattern of a noun with what it is behind it: "p-value = 0.02", "a thickness of 3 mm", "Author: Ann"."""
    stem = re.escape(thing[: max(4, len(thing) - 2)])
    return re.compile(
        rf"\b(?i:{stem})\w{{0,4}}\b[^.:=;\n]{{0,24}}?(?:[:=]\s*\S|\s(?i:is|was|are|were|of|at|called|named)\s[^.;:]{{0,12}}?"
        r"(?:\d|(?<!\w)[A-ZÀ-Ý]))",
    )


def _same(token: str, thing: str) -> bool:
    return token == thing or (len(thing) > 4 and token.startswith(thing[: max(4, len(thing) - 2)]))


def _without(sentence: str, asked: Asked) -> str:
    """Return a sentence without the question's own words, so that a year in the question is no answer to "when"."""
    pieces = []
    for piece in sentence.split():
        stems = _stems(piece)
        if len(stems) != 1 or stems[0] not in asked.tokens:
            pieces.append(piece)
    return " ".join(pieces)


def _without_numbers(sentence: str, asked: Asked) -> str:
    """Return a sentence without the question's numbers: "three hours" stays for a question of how many hours."""
    return _NUMBER.sub(lambda match: "" if match[0].rstrip(".,") in asked.numbers else match[0], sentence)


@lru_cache(maxsize=1 << 15)
def _stems(piece: str) -> tuple[str, ...]:
    return tuple(tokenize(piece))
