"""Questions for the unit that the numbers of a table are given in -> what a head, a caption or the cells say of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from graphs.index import tokenize
from kgqa.columns_asked import column_scores
from kgqa.table_places import TableAnswer, row_of
from kgqa.table_view import TableView, words_of

_ASKS = re.compile(
    r"\bin (?:which|what) (?:units?|currency|currencies)\b|\bunits? of measure(?:ment)?\b|"
    r"\b(?:what|which)(?:\s+(?:is|are|was|were|the)){0,2}\s+(?:units?|currency)\s+(?:of|for|used|are|in)\b|"
    r"\ben qué (?:unidad(?:es)?|moneda)\b|\b(?:dans|en) quelles? (?:unités?|monnaie)\b|"
    r"\bin welche[rn] (?:einheit(?:en)?|währung)\b|\bin (?:quale|che) (?:unità|valuta)\b",
    re.I,
)
UNIT_WORDS = frozenset(
    "unit units currency measure measured measurement given expressed stated shown reported unidad unidade unidades "
    "unité unités einheit einheiten unità".split()
)
_SIGN = (
    r"(?:[kmµ]?g|lbs?|oz|t|tm|tonnes?|tons?|[kcmµn]?m|km2|m2|m3|ha|miles?|mi|ft|[mc]?l|hours?|hrs?|h|minutes?|min|"
    r"seconds?|secs?|ms|s|days?|weeks?|months?|years?|yrs?|%|percent|per cent|°c?|[kmg]?wh|[km]?w|v|[kmgt]?b|bytes?|"
    r"hz|[kmg]hz|usd|eur|ecu|dollars?|euros?|pence|p|[$€£]|(?:mill?\.?|m\.?|bn|million|billion)\s*u?[$€£]s?)"
)
_SHORT = {
    word: tuple(units.split())
    for words, units in (
        ("litre liter litr", "l"), ("millilitre milliliter", "ml"), ("gram", "g"), ("kilogram kilo", "kg"),
        ("metre meter metr", "m"), ("kilometre kilometer", "km"), ("centimetre centimeter", "cm"),
        ("minute minut", "min m"), ("hour", "h hr hrs"), ("second", "s sec"), ("day", "d"), ("watt", "w"),
        ("volt", "v"), ("dollar", "$ usd us$"), ("euro", "€ eur"), ("mile", "mi"), ("degree degre", "° °c °f"),
    )
    for word in words.split()
}  # fmt: skip
"""Words, as the index counts them, -> the short signs of units that heads have for them."""
_QUANTITIES = {
    unit: words
    for units, words in (
        ("v vdc vac mv kv", "voltage volt"), ("a ma aac adc", "current ampere"), ("w kw mw", "power watt"),
        ("hz khz mhz ghz", "frequency"), ("ohm ohms kohm ω kω", "resistance"), ("°c °f", "temperature"),
        ("g kg lb lbs", "weight mass"), ("rpm", "speed"), ("db", "gain"), ("pf nf µf", "capacitance"),
    )
    for unit in units.split()
}  # fmt: skip
"""Signs of units -> what is measured in them."""
_MEASURED = re.compile(r"\d\s?([a-zµΩω°]{1,4})(?![\w])", re.I)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_AT_END = re.compile(rf"(?:^|[\s,])((?:in\s+)?{_SIGN}(?:\s?/\s?\w+\d?)?)$", re.I)
_OF_CAPTION = re.compile(
    r"[(\[,]\s*((?:in|measured in|values? in)\s+[^()\[\]]+?|%|percent|thousands|millions)\s*[)\].]", re.I
)
_WITH_CELL = re.compile(rf"\d\s*({_SIGN})\.?$|^([$€£])", re.I)


def quantities_of(cell: str) -> frozenset[str]:
    """Return the words, as the index counts them, for what the units in a cell measure.

    >>> sorted(quantities_of("24 VDC / 1.2 A")), sorted(quantities_of("Type A2"))
    (['ampere', 'current', 'volt', 'voltage'], [])
    """
    units = {match[1].lower() for match in _MEASURED.finditer(cell)}
    return frozenset(tokenize(" ".join(words for unit, words in _QUANTITIES.items() if unit in units)))


def asks_unit(question: str) -> bool:
    """Return whether a question asks in which unit something is given."""
    return _ASKS.search(question) is not None


def unit_asked(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer in which unit a column gives its numbers; None where no unit is asked for or none is said."""
    if not asks_unit(question):
        return None
    rest = [word for word in words if word not in UNIT_WORDS]
    scores = column_scores(view, question, rest)
    own = {word for row in named for word in words_of(view.labels[row])}
    columns = [c for c in range(len(view.heads)) if not (own and c == 0)]
    best = max(columns, key=lambda c: (scores[c], unit_of(view, c) is not None, -c), default=0)
    unit = unit_of(view, best) if scores[best] > 0 or len(view.numeric_columns()) == 1 else None
    if unit is None:
        caption = _OF_CAPTION.search(view.table.caption)
        unit = caption[1] if caption is not None else None
    if unit is None:
        return None
    head = view.heads[best] if scores[best] > 0 else ""
    return TableAnswer(f"{head}: {unit}" if head else unit, (0, row_of(view, named[0] if named else 0)))


def is_measured_in(head: str, noun: Sequence[str]) -> bool:
    """Return whether a head has a unit in brackets that is the noun of a question, written out: "litres" for "(l)".

    >>> is_measured_in("Amount of water (l)", ["litre"]), is_measured_in("Boats (m)", ["harbour"])
    (True, False)
    """
    units = {part.strip().casefold() for inside in _IN_BRACKETS.findall(head) for part in inside.split("/")}
    return any(not units.isdisjoint(_SHORT.get(word, ())) for word in noun)


def unit_of(view: TableView, column: int) -> str | None:
    """Return the unit that a column's head names in brackets or at its end, or that most of its cells bear."""
    head = view.heads[column]
    brackets: list[str] = [text.strip() for text in _IN_BRACKETS.findall(head) if not text.strip().isdecimal()]
    if brackets:
        return brackets[-1]
    if (end := _AT_END.search(head)) is not None:
        return str(end[1])
    cells = [row[column] for row in view.body if row[column]]
    borne = Counter(match[1] or match[2] for cell in cells if (match := _WITH_CELL.search(cell)) is not None)
    unit, count = borne.most_common(1)[0] if borne else ("", 0)
    return unit if 2 * count > len(cells) else None
