"""Among which rows of a table the largest or smallest is looked for: its entries, with the ends of their ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgqa.table_view import TableView, to_number

_RANGE = re.compile(r"(\d[\d.,]*)\s*(?:[-–]|to)\s*(\d[\d.,]*)(?:\s*[^\W\d]*)?")
_SHORTFALL = re.compile(
    r"(?:\w+est|most|least)\s+(?:\w+\s+){0,2}?(?:deficits?|loss(?:es)?|declines?|decreases?|drops?|falls?|shortfalls?|"
    r"reductions?)\b",
    re.I,
)
_HEADED = 0.8  # score of a column that a question names
_RANGES = 0.7  # share of a column's cells that must be numbers or ranges
_ALIKE = 5  # rows that fill their columns alike, from which on others below them are no entries

Entries = list[tuple[float, int]]
"""(number, row of the body)."""


def entries_of(view: TableView, columns: Sequence[float], column: int, *, highest: bool) -> tuple[int, Entries]:
    """Return the column that is compared and the number of each entry in it.

    It is the column of numbers given, or a column of ranges that the question's scores of `columns` prefer to it.
    """
    ranged = _ranges(view, columns, column, highest=highest)
    column, ends = ranged if ranged is not None else (column, {})
    usable = [
        (number, i)
        for i, row in enumerate(view.numbers)
        if (number := ends.get(i, row[column])) is not None and not view.is_total(i)
    ]
    return column, _without_statistics(view, usable)


def is_turned(view: TableView, question: str, column: int) -> bool:
    """Return whether the largest that a question asks for is the lowest number: the largest deficit, below zero."""
    return _SHORTFALL.search(question) is not None and any((row[column] or 0.0) < 0 for row in view.numbers)


def _ranges(
    view: TableView, columns: Sequence[float], column: int, *, highest: bool
) -> tuple[int, dict[int, float]] | None:
    """Return the column of ranges that is asked for and the lower or upper end of each, "9.2 - 11.2", by row."""
    best = max(range(1, len(columns)), key=lambda c: (columns[c], -c), default=0)
    if best == 0 or columns[best] <= columns[column] or columns[best] < _HEADED:
        return None
    ends: dict[int, float] = {}
    for row, cells in enumerate(view.body):
        match = _RANGE.fullmatch(cells[best])
        number = to_number(cells[best] if match is None else match[2 if highest else 1])
        if number is not None:
            ends[row] = number
    return (best, ends) if len(ends) >= max(2, _RANGES * sum(bool(row[best]) for row in view.body)) else None


def _without_statistics(view: TableView, usable: Entries) -> Entries:
    """Return the entries without rows that have no label where others do, as a mean below them.

    Nor are the last rows entries that leave cells empty where all above them fill each column alike.
    """
    labelled = [item for item in usable if view.body[item[1]][0]]
    usable = labelled if 2 * len(labelled) > len(usable) else usable
    filled = [sum(map(bool, view.body[row])) for _, row in usable]
    end = len(filled)
    while end and filled[end - 1] < filled[0]:
        end -= 1
    return usable[:end] if end >= _ALIKE and len(set(filled[:end])) == 1 else usable
