"""Labels set in over several narrow columns, as spreadsheets set in accounts -> one column of labels.

Each level of a list of accounts begins a column farther to the right: "Income" in one, "Assessments" in the next. No
row has a label in two of them, and the labels reach over the columns that are left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_LEAST_LEVELS = 2  # columns in which labels begin
_LEAST = 3  # labels that reach over a column
_DOUBLED = 0.05  # share of the labels, at most, that stand beside another in their row: an account and its number
_FIRST = 1  # column, at most, in which the labels begin: rows may be numbered left of them


def join_indents(raw: RawTable) -> RawTable:
    """Return the grid with columns that only set labels in as one column."""
    for first in range(_FIRST + 1):
        last = _last_column(raw, first)
        if last is not None:
            return _joined(raw, first, last)
    return raw


def _last_column(raw: RawTable, first: int) -> int | None:
    """Return the last of the columns over which the labels that begin at a column are set in; None where none are."""
    body = [cell for cell in raw.cells if cell.row >= max(1, raw.header_rows) and cell.lines]
    return next((last for last in range(raw.column_count - 2, first, -1) if _is_set_in(raw, body, first, last)), None)


def _is_set_in(raw: RawTable, body: Sequence[Cell], first: int, last: int) -> bool:
    """Return whether nothing but labels stands in some columns, one in a row, and none reaches out of them."""
    own = [cell for cell in body if cell.column <= last and _end(cell) >= first]
    reaching = sum(cell.column_span > 1 for cell in own)
    doubled = len(own) - len({cell.row for cell in own})
    if reaching < _LEAST or len({cell.column for cell in own}) < _LEAST_LEVELS or doubled > _DOUBLED * len(own):
        return False
    inside = all(first <= cell.column and _end(cell) <= last for cell in own)
    inside = inside and sum(not _is_named(cell) for cell in own) <= _DOUBLED * len(own)
    heads = [cell for cell in raw.cells if cell.row < max(1, raw.header_rows) and cell.lines]
    ends = any(_end(cell) == last for cell in (*own, *heads))
    return inside and ends and not any(cell.column <= last < _end(cell) and cell.column >= first for cell in heads)


def _end(cell: Cell) -> int:
    return cell.column + cell.column_span - 1


def _is_named(cell: Cell) -> bool:
    return any(c.isalpha() for line in cell.lines for c in line.text)


def _joined(raw: RawTable, first: int, last: int) -> RawTable:
    more = last - first
    cells: list[Cell] = []
    within: dict[int, list[Cell]] = {}
    for cell in raw.cells:
        if cell.column > last:
            cells.append(replace(cell, column=cell.column - more))
        elif cell.column >= first:
            within.setdefault(cell.row, []).append(cell)
        else:
            cells.append(cell)
    taken: set[int] = set()
    for row, own in sorted(within.items()):
        if row in taken:
            continue
        filled = sorted((cell for cell in own if cell.lines), key=lambda cell: cell.column)
        lines = tuple(line for cell in filled for line in cell.lines)
        if len(filled) > 1 and all(len(cell.lines) == 1 for cell in filled):
            lines = (Line.of([word for line in lines for word in line.words]),)
        drawn = [cell.box for cell in filled or own if cell.box.width > 0]
        box = Box.around(drawn) if drawn else Box(0.0, 0.0, 0.0, 0.0)
        span = max((cell.row_span for cell in filled), default=1) if row < raw.header_rows else 1
        taken.update(range(row, row + span))
        cells.append(Cell(row, first, span, 1, lines, box))
    nowhere = Box(0.0, 0.0, 0.0, 0.0)
    cells += [Cell(row, first, 1, 1, (), nowhere) for row in range(raw.row_count) if row not in taken]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(raw, column_count=raw.column_count - more, cells=tuple(cells))
