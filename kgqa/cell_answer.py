"""A cell of a table that may answer a question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """A cell that answers."""

    row: int  # index into the table's rows
    column: int
    value: str
    row_label: str
    column_label: str
    score: float  # 0 and up: how much of the question its labels say; below about 1 it is a guess
    extreme: str = ""  # "highest", "second lowest", ... where the cell is an extreme of its column
    beside: tuple[tuple[str, str], ...] = ()  # (head, cell) of columns that the question points at no less
    undecided: bool = False  # whether the question points at none of the columns in `beside`
    ranged: bool = False  # whether the row is the one whose range holds a number of the question
    read: float | None = None  # log-odds that it answers, by reading it (`kgqa.cell_reading`); None where it was not
