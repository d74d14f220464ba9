"""Sums over columns of a row, and which column of money a sum is of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgqa.columns_beside import columns_beside
from kgqa.table_numbers import commas_are_points, plain_number
from kgqa.table_places import TableAnswer, row_of
from kgqa.table_view import TableView, words_of

_TOGETHER = re.compile(r"\b(?:together|combined|altogether|add(?:ed)? up|sum of)\b", re.I)
_EACH = re.compile(r"\b(?:unit|each|per|single|rate)\b", re.I)
_ALL = re.compile(r"(?:line |sub-?)?(?:total|amount|sum)\b", re.I)


def columns_summed(view: TableView, question: str, row: int) -> TableAnswer | None:
    """Answer with the sum of the columns that a question names side by side in a row: "Ash and Birch together"."""
    if not _TOGETHER.search(question):
        return None
    columns = [
        c for c in columns_beside(view, question, words_of(view.labels[row])) if view.numbers[row][c] is not None
    ]
    values = [value for c in columns if (value := view.numbers[row][c]) is not None]
    if len(values) < 2:
        return None
    texts = [view.body[row][c] for c in columns]
    told = "; ".join(f"{view.heads[c]} {view.body[row][c]}" for c in columns)
    text = f"{view.labels[row]}: the sum is {like_cells(sum(values), texts)} ({told})"
    return TableAnswer(text, (row_of(view, row),))


def total_column(view: TableView, question: str, column: int) -> int:
    """Return the column that a sum is of: for the price of each that of the totals beside it, where it is not named.

    What several things cost together is the sum of their amounts, of which the price of each says nothing.
    """
    if not _EACH.search(view.heads[column]) or _EACH.search(question):
        return column
    totals = [c for c in view.numeric_columns() if c != column and _ALL.match(view.heads[c])]
    return totals[0] if len(totals) == 1 else column


def like_cells(value: float, texts: Sequence[str]) -> str:
    """Return a number written as the cells that it comes from: as many decimals, commas where they have some."""
    if commas_are_points([texts]):
        points = like_cells(value, [plain_number(text) for text in texts])
        return points.replace(".", ",")
    decimals = max((len(match[1]) for text in texts if (match := re.search(r"\.(\d+)", text))), default=0)
    number = (
        f"{value:,.{decimals}f}" if any(re.search(r"\d,\d{3}", text) for text in texts) else f"{value:.{decimals}f}"
    )
    unit = re.search(r"\d\s*(%|percent)", texts[0]) if texts else None
    return f"{number}{unit[1]}" if unit is not None else number
