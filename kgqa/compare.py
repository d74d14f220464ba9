"""Two things compared by code: a date or number for each side, taken from its best sentence, then decided.

"Was A born before B?", "which was founded first, A or B?", "which ship was longer, A or B?". Nothing is guessed: where
one side has no value, the answer says so and gives the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphs.index import tokenize
from ingestion.passages import text_to_sentences
from kgqa.compare_same import SameSides, said_of_both, same_sides
from kgqa.extract import Readable

_NAME = r"[^,?]+?"
_WHICH = re.compile(
    rf"^(?P<ask>\W*(?:which|who|what|whose)\b.*?)(?:,|:|\bbetween|\bof)\s+(?:the\s+)?(?P<a>{_NAME}),?\s+(?:or|and)\s+"
    rf"(?:the\s+)?(?P<b>{_NAME})\s*\?*\s*$",
    re.I,
)
_WHETHER = re.compile(
    rf"^\W*(?:is|was|are|were|did|does|do|has|had)\s+(?:the\s+)?(?P<a>(?-i:[A-ZÀ-Ý0-9]){_NAME})\s+"
    rf"(?P<ask>(?:(?-i:[a-zà-ÿ])\w*\s+){{0,3}}?(?:before|after|earlier than|later than|older than|younger than|"
    rf"longer than|shorter than|larger than|"
    rf"smaller than|bigger than|taller than|higher than|lower than|deeper than|heavier than|"
    rf"more \w+ than|fewer \w+ than))\s+(?:the\s+)?(?P<b>{_NAME})(?:\s+(?:was|were|is|did|had|does|do|has))?\s*\?*\s*$",
    re.I,
)
_HOW_MUCH = re.compile(
    rf"^\W*(?P<ask>(?:how\s+(?:many|much)|by\s+how\s+(?:many|much))\b.*?)\s+(?:is|was|are|were|does|do|did|has|have|had)\s+(?:the\s+)?"
    rf"(?P<a>(?-i:[A-ZÀ-Ý0-9]){_NAME})\s+(?:(?P<late>(?-i:[a-zà-ÿ])[^?]*?)\s+)?than\s+(?:the\s+)?(?P<b>{_NAME})"
    rf"(?:\s+(?:was|were|is|did|had|does|do|has))?\s*\?*\s*$",
    re.I,
)
_COMPARE = re.compile(
    rf"^\W*compare\s+(?P<ask>(?:the\s+)?[^,?]+?)\s+(?:of|in|for|between)\s+(?:the\s+)?(?P<a>(?-i:[A-ZÀ-Ý0-9]){_NAME}),?"
    rf"\s+(?:and|with|to)\s+(?:(?:that|those)\s+(?:of|in|for)\s+)?(?:the\s+)?(?P<b>(?-i:[A-ZÀ-Ý0-9]){_NAME})\s*[.?]*\s*$",
    re.I,
)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})\s+)?(?P<m>{_MONTH})\s+(?:(?P<d2>\d{{1,2}}),?\s+)?(?P<y>\d{{4}})\b|\b(?P<y2>1\d{{3}}|20\d{{2}})\b"
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:\s*(?:million|billion|thousand))?(?:\s*[A-Za-zµ%°]+)?")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_EVENTS = tuple(  # words of a question, and those by which a sentence says the event
    (re.compile(rf"\b(?:{asked})", re.I), re.compile(said, re.I))
    for asked, said in (
        (r"born\b|birth",
         r"\bborn\b|\bbirth|\(b\.|\((?=(?:c\. ?)?(?:\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4}|\d{4})\s*[–-])"),
        (r"die[ds]?\b|death", r"\bdied\b|\bdeath|\bpassed away|[-–]\s*(?=(?:\d{1,2} \w+|\w+ \d{1,2},) \d{4}\))"),
        (r"founded|establish|started|created|began", r"\b(?:founded|establish|started|created|began|gegründet|fondé)"),
        (r"built|construct|opened", r"\b(?:built|construct|opened|completed)"),
        (r"released|came out|publish|appeared|compiled",
         r"\b(?:released|came out|publish|appeared|issued|compiled|dated|is an? \d{4})"),
    )
)  # fmt: skip
_ANY_BEGINNING = re.compile(
    r"\b(?:born\b|founded|establish|built|opened|created|publish|released|compiled|gegründet|fondé)", re.I
)
_TIME = re.compile(
    r"\b(?:born|die[ds]?|death|founded|established|built|opened|released|published|older|younger|oldest|earlier|earliest|"
    r"later|latest|first|before|after|newer|came out|started|created)\b",
    re.I,
)
_LATER = re.compile(r"\b(?:later|latest|last|after|younger|newer|youngest|newest|more recent(?:ly)?)\b", re.I)
_LESS = re.compile(
    r"\b(?:less|fewer|shorter|smaller|lower|lighter|cheaper|slower|shallower|lowest|fewest|least)\b", re.I
)
_SIZE = re.compile(
    r"\b(?:longer|larger|bigger|taller|higher|deeper|heavier|wider|faster|more|greater|most|shorter|smaller|lower|lighter|"
    r"fewer|less|cheaper|slower|longest|largest|biggest|tallest|highest)\b",
    re.I,
)
_LENGTH = "met|metre|meter|m|km|mile|feet|ft"
_MASS = "kg|ton|tonne|pound|gram"
_MONEY = "euro|dollar|pound|usd|eur"
_UNITS = {
    "long": f"{_LENGTH}|page|minute|hour", "short": f"{_LENGTH}|page|minute|hour", "tall": _LENGTH, "high": _LENGTH,
    "deep": _LENGTH, "wide": _LENGTH, "heav": _MASS, "light": _MASS, "cheap": _MONEY, "expensive": _MONEY,
}  # fmt: skip
_NO_THINGS = frozenset("which what who than more fewer less was were had has did does the most".split())


@dataclass(frozen=True, slots=True)
class Sides:
    """What a question compares."""

    a: str
    b: str
    ask: str  # the words that say by what
    whether: bool  # asks whether a has it, not which of the two
    same: SameSides | None = None  # asks for what both have, not for an order
    told: Literal["order", "values", "difference"] = "order"  # which is more; or what both are, or how far apart


@dataclass(frozen=True, slots=True)
class Value:
    """What a sentence says of one side."""

    shown: str  # as it is written
    order: tuple[float, ...]  # what is compared: (year, month, day), or a number
    sentence: str
    readable: Readable


@dataclass(frozen=True, slots=True)
class Verdict:
    """How two sides compare."""

    text: str
    values: tuple[Value, ...]  # of the sides that have one
    decided: bool


def compared_sides(question: str) -> Sides | None:
    """Return the two things that a question compares by a date or a size; None for another question.

    >>> compared_sides("Was Otto Kern born before Ann Lee?")
    Sides(a='Otto Kern', b='Ann Lee', ask='born before', whether=True, same=None, told='order')
    """
    same = same_sides(question)
    if same is not None:
        return Sides(same.a, same.b, same.ask, True, same)
    apart = _HOW_MUCH.search(question)
    if apart is not None and _SIZE.search(f"{apart['ask']} {apart['late'] or ''}"):
        asked = " ".join(f"{apart['ask']} {apart['late'] or ''}".split())
        return Sides(apart["a"].strip(), apart["b"].strip(), asked, False, told="difference")
    both = _COMPARE.search(question)
    if both is not None:
        return Sides(both["a"].strip(), both["b"].strip(), both["ask"], False, told="values")
    match = _WHETHER.search(question)
    whether = match is not None
    match = match or _WHICH.search(question)
    if match is None or not (_TIME.search(match["ask"]) or _SIZE.search(match["ask"])):
        return None
    a, b = match["a"].strip(), match["b"].strip()
    if not (a[:1].isupper() or a[:1].isdecimal()) or not (b[:1].isupper() or b[:1].isdecimal()):
        return None
    return Sides(a, b, " ".join(match["ask"].split()), whether)


def compare_sides(sides: Sides, evidence: Sequence[Readable]) -> Verdict | None:
    """Return which side is earlier, longer, ... and the values that say so; None where neither side has one."""
    if sides.same is not None:
        found = said_of_both(sides.same, evidence)
        if found is None:
            return None
        text, said, decided = found
        return Verdict(text, tuple(Value(s.shown, (), s.sentence, s.readable) for s in said), decided)
    a, b = (_value_of(name, sides.ask, evidence) for name in (sides.a, sides.b))
    if a is None and b is None:
        return None
    if a is None or b is None:
        known, missing, value = (sides.a, sides.b, a) if b is None else (sides.b, sides.a, b)
        assert value is not None
        return Verdict(
            f"The documents say {value.shown} of {known}, but nothing to compare of {missing}.", (value,), False
        )
    shared = min(len(a.order), len(b.order))
    left, right = a.order[:shared], b.order[:shared]
    both = f"{sides.a}: {a.shown}; {sides.b}: {b.shown}"
    if sides.told == "values":
        return Verdict(f"{both}.", (a, b), True)
    if sides.told == "difference" and shared == 1:
        return Verdict(f"{_plain(abs(a.order[0] - b.order[0]))} ({both}).", (a, b), True)
    if left == right:
        return Verdict(f"{'No, neither' if sides.whether else 'Neither'}: {both}.", (a, b), True)
    low = bool(_LESS.search(sides.ask)) if not _TIME.search(sides.ask) else not _LATER.search(sides.ask)
    first = (left < right) == low
    if sides.whether:
        return Verdict(f"{'Yes' if first else 'No'}. {both}.", (a, b), True)
    return Verdict(f"{sides.a if first else sides.b} ({both}).", (a, b), True)


def _plain(value: float) -> str:
    return f"{round(value, 6):,}".removesuffix(".0")


def date_of(sentence: str, ask: str) -> tuple[str, tuple[float, ...]] | None:
    """Return the date of the event that a question asks for, as a sentence writes it and as (year, month, day)."""
    event = next((said for asked, said in _EVENTS if asked.search(ask)), _ANY_BEGINNING)
    found = _date_in(sentence, event)
    return found[:2] if found is not None else None


def later_asked(ask: str) -> bool:
    """Return whether a question asks for the later of two dates."""
    return _LATER.search(ask) is not None


def _value_of(name: str, ask: str, evidence: Sequence[Readable]) -> Value | None:
    """Return what the evidence says of one side, from the sentence nearest to its name that says the event."""
    own = set(tokenize(name))
    timed = _TIME.search(ask) is not None
    event = next((said for asked, said in _EVENTS if asked.search(ask)), _ANY_BEGINNING)
    best: tuple[float, Value] | None = None
    for readable in evidence:
        about = len(own & set(tokenize(f"{readable.context} {readable.text}"))) / max(1, len(own))
        if about < 1:
            continue
        named_before = 0.0
        for start, end in text_to_sentences(readable.text):
            sentence = readable.text[start:end]
            named = len(own & set(tokenize(sentence))) / max(1, len(own))
            found = _date_in(sentence, event) if timed else _size_in(sentence, ask)
            named_before = named if named == 1 else named_before * 0.8
            if found is None:
                continue
            shown, order, sure = found
            score = 2 * named + 0.8 * named_before + sure + 0.2 * readable.score
            if (named == 1 or named_before > 0.3 or own <= set(tokenize(readable.context))) and (
                best is None or score > best[0]
            ):
                best = score, Value(shown, order, sentence, readable)
    return best[1] if best is not None else None


def _date_in(sentence: str, event: re.Pattern[str]) -> tuple[str, tuple[float, ...], float] | None:
    """Return the date at which a sentence says that an event was: the first behind its word, else the one before it."""
    word = event.search(sentence)
    if word is None:
        return None
    dates = list(_DATE.finditer(sentence))
    after = [
        date
        for date in dates
        if date.start() >= word.end() and not re.search(r"[;.]|\bdied\b", sentence[word.end() : date.start()])
    ]
    chosen = next(iter(after), dates[-1] if dates else None)
    if chosen is None:
        return None
    year = int(chosen["y"] or chosen["y2"])
    order: tuple[float, ...] = (year,)
    if chosen["m"]:
        order = (year, 1 + [m.lower() for m in _MONTHS].index(chosen["m"].lower()))
        if day := chosen["d"] or chosen["d2"]:
            order = (*order, int(day))
    return chosen[0], order, 1.0 if after else 0.4


def _size_in(sentence: str, ask: str) -> tuple[str, tuple[float, ...], float] | None:
    """Return the number with the unit that a question's comparison means."""
    units = next((units for word, units in _UNITS.items() if re.search(rf"\b{word}", ask, re.I)), "")
    things = [word for word in re.findall(r"[a-z]{3,}", ask.lower()) if word not in _NO_THINGS]
    for match in _NUMBER.finditer(sentence):
        tail = sentence[match.start() : match.end() + 20].lower()
        unit = units and re.search(rf"\d\s*(?:{units})\w*\b", tail)
        thing = next((w for w in things if w.rstrip("s") in tail), None)
        if not (unit or thing):
            continue
        digits = re.match(r"[\d,]+(?:\.\d+)?", match[0])
        assert digits is not None
        number = float(digits[0].replace(",", ""))
        scale = next((size for word, size in _SCALES.items() if word in match[0]), 1.0)
        return match[0].strip(), (number * scale,), 1.0 if unit else 0.6
    return None
