"""Tables whose rows stand for ranges of numbers -> the row whose range holds the number that a question gives.

Ranges stand in one cell ("25-49", "less than 10", "80 or more") or in two columns ("at least", "but less than").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kgqa.table_view import TableView, to_number

_AMOUNT = r"[$€£]?\s*\d[\d.,]*\s*%?"
_ABOVE = r"at least|over|more than|above|from|≥|>=|>|mindestens|über|ab|plus de|au moins|más de|oltre|più di"
_BELOW = (
    r"less than|not over|under|below|up to|to|at most|<=|≤|<|unter|bis|weniger als|moins de|menos de|fino a|meno di"
)
_BOTH = re.compile(
    rf"(?:(?P<above>{_ABOVE})\s*)?(?P<low>{_AMOUNT})\s*(?:-|–|—|and|but|to|bis|à|a|,)?\s*(?P<below>{_BELOW})?\s*(?P<high>{_AMOUNT})"
    rf"(?:\s*[a-z]{{1,7}}\.?)?$",
    re.I,
)
_FROM = re.compile(
    rf"(?:(?P<above>{_ABOVE})\s*(?P<low>{_AMOUNT})|(?P<plain>{_AMOUNT})\s*(?:[a-z]{{1,7}}\s+)?(?:or|and|et|und|y|o)\s*"
    r"(?:more|over|older|above|up|plus|mehr|más|più)|(?P<plus>\d[\d.,]*)\s*\+)(?:\s*[a-z]{1,7}\.?)?$",
    re.I,
)
_TO = re.compile(
    rf"(?:(?P<below>{_BELOW})\s*(?P<high>{_AMOUNT})|(?P<plain>{_AMOUNT})\s*(?:[a-z]{{1,7}}\s+)?(?:or|and)\s*(?:less|under|fewer|younger))"
    r"(?:\s*[a-z]{1,7}\.?)?$",
    re.I,
)
_OPEN = re.compile(r"(?:over|more than|above|>|über|plus de|más de|oltre|più di)$", re.I)  # the bound is not in it
_SHUT = re.compile(r"(?:less than|under|below|<|unter|weniger als|moins de|menos de|meno di)$", re.I)
_LOW_HEAD = re.compile(rf"\W*(?:but\s+)?(?:{_ABOVE})\W*$", re.I)
_HIGH_HEAD = re.compile(rf"\W*(?:but\s+)?(?:{_BELOW})\W*$", re.I)
_SAID = re.compile(r"(?<![\w.,/–-])(?:[$€£]\s*)?(\d[\d.,]*\d|\d)(?![\w/])(?![-–]\d)")
_RANGE_SAID = re.compile(r"\d\s*[-–—]\s*\d|\bbetween\s+\d|\d\s+to\s+\d", re.I)
_BOUND_SAID = re.compile(
    rf"\b(?:{_ABOVE}|{_BELOW})\s+[$€£]?\d[\d.,]*|\d[\d.,]*\s*(?:\w+\s+)?(?:and|or)\s+(?:more|over|older|above|less|under|fewer)",
    re.I,
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_KEYS = 2  # columns at the left that may hold the ranges which rows stand for
_ROWS = 3  # that hold ranges, at least
_MOST = 0.6  # share of a column's filled cells


@dataclass(frozen=True, slots=True)
class Span:
    """A range of numbers."""

    low: float  # may be minus infinity
    high: float  # may be infinity
    open_low: bool = False  # whether `low` itself lies outside
    open_high: bool = False

    def holds(self, number: float) -> bool:
        """Return whether a number lies in the range."""
        above = self.low < number if self.open_low else self.low <= number
        return above and (number < self.high if self.open_high else number <= self.high)


@dataclass(frozen=True, slots=True)
class RangedRow:
    """The row whose range holds what a question gives."""

    row: int  # of the body
    columns: tuple[int, ...]  # that hold the range: one, or two
    label: str  # the range as the table writes it


def ranged_row(view: TableView, question: str) -> RangedRow | None:
    """Return the one row whose range holds a number of the question, which no cell holds itself; None without one."""
    numbers = _given_numbers(view, question)
    if not numbers or view.named_rows(question):
        return None
    for columns, spans in _ranges(view):
        rows = {i for number in numbers for i, span in enumerate(spans) if span is not None and span.holds(number)}
        if len(rows) == 1:
            row = rows.pop()
            cells = [view.body[row][c] for c in columns]
            return RangedRow(row, columns, " to ".join(cell for cell in cells if cell))
    return None


def _given_numbers(view: TableView, question: str) -> list[float]:
    """Return the numbers of a question that are no year and no bound, and stand neither in a head nor in the caption.

    None are given for a question that names a range itself, "60-69": the row is that range or another table's.
    """
    if _RANGE_SAID.search(question):
        return []
    question = _BOUND_SAID.sub(" ", question)
    elsewhere = {*re.findall(r"\d[\d.,]*", " ".join((*view.heads, view.table.caption)))}
    said = [match[1].rstrip(".,") for match in _SAID.finditer(question)]
    return [
        number
        for text in said
        if not _YEAR.match(text) and text not in elsewhere and (number := to_number(text)) is not None
    ]


def _ranges(view: TableView) -> list[tuple[tuple[int, ...], list[Span | None]]]:
    """Return (columns, range of each row) for each column of ranges, and each two that hold their ends."""
    found: list[tuple[tuple[int, ...], list[Span | None]]] = []
    for left, right in pairwise(range(len(view.heads))):
        if _LOW_HEAD.search(view.heads[left]) and _HIGH_HEAD.search(view.heads[right]):
            spans = [_between(row[left], row[right], view.heads[left], view.heads[right]) for row in view.body]
            found.append(((left, right), spans))
    for column in range(min(_KEYS, len(view.heads))):
        spans = [span_of(row[column]) for row in view.body]
        filled = sum(bool(row[column]) for row in view.body)
        found.append(((column,), spans if _is_ranges(spans, filled) else []))
    return [(columns, spans) for columns, spans in found if sum(span is not None for span in spans) >= _ROWS]


def _is_ranges(spans: Sequence[Span | None], filled: int) -> bool:
    """Return whether a column is one of ranges, and of ones that lie beside each other rather than over each other."""
    told = sorted((span for span in spans if span is not None), key=lambda span: (span.low, span.high))
    apart = sum(a.high <= b.low or a.high < b.high for a, b in pairwise(told))
    return len(told) >= max(_ROWS, _MOST * filled) and apart == len(told) - 1


def _between(low: str, high: str, low_head: str, high_head: str) -> Span | None:
    bottom, top = to_number(low), to_number(high)
    if bottom is None or (top is None and high.strip(" .-–—")):
        return None
    return Span(
        bottom,
        float("inf") if top is None else top,
        _OPEN.search(low_head.strip(" —-:")) is not None,
        _SHUT.search(high_head.strip(" —-:")) is not None,
    )


def span_of(cell: str) -> Span | None:
    """Return the range that a cell holds; None where it holds none.

    >>> span_of("25–49"), span_of("less than 10").open_high, span_of("2004–05"), span_of("12")
    (Span(low=25.0, high=49.0, open_low=False, open_high=False), True, None, None)
    """
    text = cell.strip(" *†.")
    if (match := _BOTH.match(text)) and (match["below"] or re.search(r"[-–—]|to|and|bis|à|a", text)):
        low, high = to_number(match["low"]), to_number(match["high"])
        if low is None or high is None or low >= high:
            return None
        opened, shut = match["above"] or "", match["below"] or ""
        return Span(low, high, bool(_OPEN.search(opened)), bool(_SHUT.search(shut)))
    if match := _FROM.match(text):
        low = to_number(match["low"] or match["plain"] or match["plus"])
        return None if low is None else Span(low, float("inf"), bool(_OPEN.search(match["above"] or "")))
    if match := _TO.match(text):
        high = to_number(match["high"] or match["plain"])
        return None if high is None else Span(float("-inf"), high, open_high=bool(_SHUT.search(match["below"] or "")))
    return None
