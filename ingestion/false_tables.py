"""Grids that the table finder lays over running text, as over entries with a word at the right edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from ingestion.blocks import Line, RawTable

_SPACE = 0.5  # of the font's size: no wider stands between the words of a sentence
_LEAST = 2  # lines that are cut: one may be an accident
_WHOLE_ROWS = 3  # of cells that make a table above text that the grid lies over
_SHARE = 0.2  # of the lines that go on in the next column


def cuts_lines(table: RawTable) -> bool:
    """Return whether columns of a grid begin in the middle of sentences: what it cuts is text, no cells."""
    gaps = [(left, right) for left, right in _beside(table)]
    cut = sum(_goes_on(left, right) for left, right in gaps)
    return cut >= _LEAST and cut > _SHARE * len(gaps)


def first_torn_row(table: RawTable) -> int:
    """Return the row from which on a grid lies over text, behind rows that are cells; 0 where it has none such."""
    torn = {row for row in range(table.row_count) if _cuts(row_of_grid(table, row)) >= _LEAST}
    first = min(torn, default=0)
    return first if first >= _WHOLE_ROWS else 0


def upper_rows(table: RawTable, end: int) -> RawTable:
    """Return the rows of a grid before one."""
    cells = tuple(cell for cell in table.cells if cell.row < end)
    return replace(table, row_count=end, cells=cells)


def row_of_grid(table: RawTable, row: int) -> RawTable:
    """Return one row of a grid."""
    return replace(table, cells=tuple(cell for cell in table.cells if cell.row == row))


def _cuts(table: RawTable) -> int:
    return sum(_goes_on(left, right) for left, right in _beside(table))


def _beside(table: RawTable) -> Iterator[tuple[Line, Line]]:
    """Yield the lines of neighbouring cells that stand at one height."""
    cells = sorted((cell for cell in table.cells if cell.lines), key=lambda cell: (cell.row, cell.column))
    for _, row in groupby(cells, key=lambda cell: cell.row):
        for left, right in pairwise(row):
            for line in left.lines:
                middle = (line.box.y0 + line.box.y1) / 2
                yield from ((line, other) for other in right.lines if other.box.y0 < middle < other.box.y1)


def _goes_on(left: Line, right: Line) -> bool:
    last, first = left.words[-1], right.words[0]
    words = any(c.isalpha() for c in last.text) and first.text[0].islower()
    return words and -0.2 * last.size < first.box.x0 - last.box.x1 < _SPACE * last.size
