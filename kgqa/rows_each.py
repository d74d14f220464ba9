"""What a column says of each of several rows that a question names side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kgqa.columns_asked import asked_column, is_text_column, wants_highest
from kgqa.rows_named import label_said, name_said
from kgqa.rows_valued import column_for
from kgqa.table_places import TableAnswer, row_of
from kgqa.table_view import TableView

COMPARED = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|smaller|longer|shorter|greater|older|younger|better|worse|faster|slower|"
    r"bigger|taller|heavier|lighter|deeper|cheaper|earlier|later|newer|(?:more|less) expensive|exceeds?)\b",
    re.I,
)
_MOST = 5  # rows that are told one by one


def each_named(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer what a column says of each of two to five rows that a question names side by side."""
    if not 1 < len(named) <= _MOST or not _side_by_side(question, [name_said(view, row, question) for row in named]):
        return None
    if COMPARED.search(question) or wants_highest(question, "") is not None:
        return None
    asked = asked_column(view, question)
    texts = asked is not None and is_text_column(view, asked) and all(view.body[row][asked] for row in named)
    column = asked if texts and asked else column_for(view, question, words, named)
    if column is None or not all(view.body[row][column] for row in named):
        return None
    return TableAnswer(cells_of(view, named, column, question), tuple(row_of(view, row) for row in named))


def cells_of(view: TableView, rows: Sequence[int], column: int, question: str) -> str:
    """Return what a column says of rows, each with its label and the head."""
    head = f", {view.heads[column]}" if view.heads[column] else ""
    labels = label_said(view, rows, question)
    values = {view.body[row][column] for row in rows}
    if len(values) == 1 and column not in view.numeric_columns():
        return f"{'; '.join(labels)}{head}: {values.pop()}"
    return "; ".join(f"{label}{head}: {view.body[row][column]}" for row, label in zip(rows, labels, strict=True))


def _side_by_side(question: str, labels: Sequence[str]) -> bool:
    """Return whether a question says "and" or a comma between any two labels that follow one another in it."""
    lower = question.lower()
    places = sorted(at for label in labels if (at := lower.find(label.lower().split()[0])) >= 0)
    return len(places) == len(labels) and all(
        re.search(r"\band\b|,|\bet\b|\bund\b|\by\b|\bwith\b|\bto\b|\bagainst\b|\bversus\b|\bvs\b", lower[start:end])
        for start, end in pairwise(places)
    )
