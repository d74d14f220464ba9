"""Labels with what they say below them, not beside them, as receipts and tickets have them -> the value asked for."""

from __future__ import annotations

from collections.abc import Sequence

from kgqa.table_places import TableAnswer
from kgqa.table_view import TableView, alike, words_of

_LABEL_WORDS = 4  # of a label
_LEAST = 2  # rows of labels above rows of values, that make a table such a form


def value_below(view: TableView, question: str, words: list[str]) -> TableAnswer | None:
    """Answer with the cell below the label that a question says all of; None where labels do not stand above values."""
    rows = view.table.rows
    pairs = [at for at in range(len(rows) - 1) if _are_labels(rows[at]) and _are_values(rows[at], rows[at + 1])]
    if len(pairs) < _LEAST:
        return None
    found = {
        (cell, rows[at + 1][c], at + 1)
        for at in pairs
        for c, cell in enumerate(rows[at])
        if cell and rows[at + 1][c] and _says(words, cell)
    }
    longest = max((len(words_of(label)) for label, _, _ in found), default=0)
    best = [item for item in found if len(words_of(item[0])) == longest]
    if len(best) != 1 or longest < 2:
        return None
    label, value, row = best[0]
    return TableAnswer(f"{label}: {value}", (row,))


def _are_labels(row: Sequence[str]) -> bool:
    """Return whether a row is short names without a digit, one at least."""
    filled = [cell for cell in row if cell]
    short = all(len(cell.split()) <= _LABEL_WORDS and not any(c.isdecimal() for c in cell) for cell in filled)
    return bool(filled) and short and all(cell[0].isupper() for cell in filled)


def _are_values(labels: Sequence[str], row: Sequence[str]) -> bool:
    """Return whether a row has words below some of the labels, a number among them, and below nothing else."""
    filled = [c for c, cell in enumerate(row) if cell]
    return bool(filled) and all(labels[c] for c in filled) and any(any(x.isdecimal() for x in row[c]) for c in filled)


def _says(words: Sequence[str], label: str) -> bool:
    own = words_of(label)
    return bool(own) and all(any(alike(word, other) for word in words) for other in own)
