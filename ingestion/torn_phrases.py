"""Phrases over several columns that the table finder tore into a head for each -> one head over them, in a row above.

"Yield with and without lime" over the columns 2019, 2020 and mean falls into "Yield", "with and", "without lime", each
of which then passes for the name of a column, and the names below them for the first row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_CLOSE = 0.6  # of a line's height: a gap within a phrase
_SHORT = 4  # words of a column's name below a phrase, at most
_FIGURES = 0.5  # share, at least, of the filled cells below the names that hold figures
_LEAST_ROWS = 4


def join_torn_heads(raw: RawTable) -> RawTable:
    """Return the grid with phrases of the first row that lie over names in the second as heads over these columns."""
    first = sorted((cell for cell in raw.cells if cell.row == 0), key=lambda cell: cell.column)
    names = {cell.column: cell for cell in raw.cells if cell.row == 1 and cell.lines}
    if raw.header_rows > 1 or raw.row_count < _LEAST_ROWS or any(_has_digit(cell) for cell in names.values()):
        return raw
    if any(cell.row_span > 1 for cell in (*first, *names.values())):
        return raw
    runs = [run for run in _runs(first) if _is_over_names(run, names) and _has_figures_below(raw, run)]
    if not runs:
        return raw
    torn = [cell for run in runs for cell in run]
    cells = [cell for cell in raw.cells if cell not in torn] + [_whole(run) for run in runs]
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return replace(raw, cells=ordered, header_rows=2)


def _runs(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Return the cells, without the first, that go on from one to the next as the words of a phrase do."""
    runs: list[list[Cell]] = []
    for left, right in pairwise(cells):
        if left.column == 0 or not _goes_on(left, right):
            continue
        if runs and runs[-1][-1] is left:
            runs[-1].append(right)
        else:
            runs.append([left, right])
    return runs


def _goes_on(left: Cell, right: Cell) -> bool:
    if len(left.lines) != 1 or len(right.lines) != 1 or left.column + left.column_span != right.column:
        return False
    a, b = left.lines[0], right.lines[0]
    height = max(a.box.height, b.box.height)
    level = abs(a.box.y0 + a.box.y1 - b.box.y0 - b.box.y1) < 0.8 * height
    return level and 0 <= b.box.x0 - a.box.x1 < _CLOSE * height


def _is_over_names(run: Sequence[Cell], names: dict[int, Cell]) -> bool:
    """Return whether each column below a phrase has a short name of its own."""
    below = [names.get(column) for cell in run for column in range(cell.column, cell.column + cell.column_span)]
    texts = [" ".join(line.text for line in cell.lines) for cell in below if cell is not None]
    short = all(len(text.split()) <= _SHORT for text in texts)
    return len(texts) == len(below) and len(set(texts)) == len(texts) and short


def _has_figures_below(raw: RawTable, run: Sequence[Cell]) -> bool:
    columns = range(run[0].column, run[-1].column + run[-1].column_span)
    below = [cell for cell in raw.cells if cell.row > 1 and cell.column in columns and cell.lines]
    return bool(below) and sum(map(_has_digit, below)) >= _FIGURES * len(below)


def _has_digit(cell: Cell) -> bool:
    return any(c.isdecimal() for line in cell.lines for c in line.text)


def _whole(run: Sequence[Cell]) -> Cell:
    line = Line.of([word for cell in run for word in cell.lines[0].words])
    span = run[-1].column + run[-1].column_span - run[0].column
    return replace(run[0], lines=(line,), column_span=span, box=Box.around(cell.box for cell in run))
