"""Rows of a table that are further lines of the row above -> one row, where space parts the rows and nothing else does.

And the other way round: lines that are rows of their own, in a list of groups.

A list of fines or of addresses has no rules: each entry is a few lines, and a blank line stands between two entries.
The table finder makes a row of each line that fills but some of the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingestion.blocks import Cell, RawTable

_CLOSE = 1.25  # of a line's height, at most, from one line to the next of the same entry
_WIDE = 1.4  # at least, from one entry to the next
_ENTRIES = 2  # wide spaces, at least, that show what parts the rows
_PARTIAL = 0.75  # share of the rows close below another that fill but some of its columns

_UNLABELLED = 0.6  # share of the rows without a label, from which a list goes on in rows of a line each
_PITCH = 0.2  # share by which lines may stand closer or farther than the rows of such a list

Row = list[Cell]


def join_entry_lines(raw: RawTable) -> RawTable:
    """Return the grid with each row below the head joined to the one above that it stands close to and goes on.

    It does where it fills fewer columns than that row, no other, and a wide space or nothing follows. A table whose
    rows all stand close, as those of numbers do, stays as it is.
    """
    rows = [[cell for cell in raw.cells if cell.row == row] for row in range(raw.row_count)]
    if any(cell.row_span > 1 or cell.column_span > 1 for cell in raw.cells if cell.lines):
        return raw
    first = max(1, raw.header_rows)
    steps = [_step(rows[r - 1], rows[r]) for r in range(len(rows))] if rows else []
    known = [(r, step) for r in range(first, len(rows)) if (step := steps[r]) is not None]
    close = [r for r, step in known if 0 < step <= _CLOSE]
    wide = {r for r, step in known if step >= _WIDE}
    below = [r for r in close if len(_filled(rows[r - 1])) > 1]
    further = [r for r in below if _filled(rows[r]) < _filled(rows[r - 1])]
    if len(wide) < _ENTRIES or not further or len(further) < _PARTIAL * len(below):
        return raw
    joined = [r for r in further if r + 1 == len(rows) or r + 1 in wide or r + 1 in further]
    return _with_joined(raw, rows, set(joined)) if joined else raw


def part_listed_lines(raw: RawTable) -> RawTable:
    """Return the grid with each row of several lines parted, in a list of rows of a line, most of them without a label.

    The table finder sets the first two lines of a group as one row, where the name of the group stands beside them.
    """
    rows = [[cell for cell in raw.cells if cell.row == row] for row in range(raw.row_count)]
    body = rows[max(1, raw.header_rows) :]
    if len(body) < 5 or any(cell.row_span > 1 or cell.column_span > 1 for cell in raw.cells if cell.lines):
        return raw
    single = [row for row in body if all(len(cell.lines) < 2 for cell in row)]
    bare = sum(bool(_filled(row)) and 0 not in _filled(row) for row in single)
    if bare < _UNLABELLED * len(body) or len(single) == len(body):
        return raw
    tops = [min(cell.lines[0].box.y0 for cell in row if cell.lines) for row in single if _filled(row)]
    pitch = median(b - a for a, b in pairwise(tops))
    parted = list(rows[: len(rows) - len(body)])
    for row in body:
        parted += _at_pitch(row, pitch)
    cells = tuple(replace(cell, row=i) for i, row in enumerate(parted) for cell in row)
    return RawTable(len(parted), raw.column_count, cells, raw.header_rows)


def _at_pitch(row: Row, pitch: float) -> list[Row]:
    """Return a row as one for each of its lines; as it is where these do not stand as far apart as rows do."""
    levels: list[float] = []
    for line in sorted((line for cell in row for line in cell.lines), key=lambda line: line.box.y0):
        if not levels or line.box.y0 - levels[-1] > 0.5 * pitch:
            levels.append(line.box.y0)
    if len(levels) < 2 or any(abs(b - a - pitch) > _PITCH * pitch for a, b in pairwise(levels)):
        return [row]
    if any(len(cell.lines) > 1 for cell in row if cell.column == 0):
        return [row]
    return [
        [
            replace(cell, lines=tuple(line for line in cell.lines if abs(line.box.y0 - level) <= 0.5 * pitch))
            for cell in row
        ]
        for level in levels
    ]


def _filled(row: Sequence[Cell]) -> set[int]:
    return {cell.column for cell in row if cell.lines}


def _step(above: Sequence[Cell], row: Sequence[Cell]) -> float | None:
    """Return how far the first line of a row is below the last one of the row above, by the height of a line."""
    upper = [line.box for cell in above for line in cell.lines]
    lower = [line.box for cell in row for line in cell.lines]
    if not upper or not lower:
        return None
    first = min(lower, key=lambda box: box.y0)
    return (first.y0 - max(box.y0 for box in upper)) / max(first.height, 0.1)


def _with_joined(raw: RawTable, rows: Sequence[Row], joined: set[int]) -> RawTable:
    whole: list[Row] = []
    for r, row in enumerate(rows):
        if r not in joined:
            whole.append(row)
            continue
        more = {cell.column: cell for cell in row if cell.lines}
        whole[-1] = [
            replace(cell, lines=(*cell.lines, *more[cell.column].lines), box=cell.box.union(more[cell.column].box))
            if cell.column in more
            else cell
            for cell in whole[-1]
        ]
    cells = tuple(replace(cell, row=i) for i, row in enumerate(whole) for cell in row)
    return RawTable(len(whole), raw.column_count, cells, raw.header_rows)
