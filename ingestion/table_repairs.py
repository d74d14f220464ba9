"""Grids whose cells swallowed their neighbours -> grids with these parted again, as the places of their words show.

The table finder sets two columns without a rule between them as one where both are narrow, and a head and the first row
below it as one where nothing parts them. Nothing is joined here, and no word changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_WIDE = 0.9  # of a word's height: a gap inside of a cell that may part two columns
_MARKER = re.compile(r"\(?(?:[ivxlc]+|[a-z])[.)]", re.I)
_CENTRED = 0.05  # of a cell's width, by which words in its middle may be off
_BETTER = 0.25  # of the narrower of two columns, by which words are nearer to the middle of both than to that of one
_OFTEN = 0.6  # share of a column's filled cells below the head that must have the gap


def part_cells(raw: RawTable) -> RawTable:
    """Return the grid with columns parted that stand in one, and the first row parted from the head."""
    column = 0
    while column < raw.column_count and raw.column_count < 60:
        cut = _common_gap(raw, column)
        if cut is not None:
            raw = _part_column(raw, column, cut)
        else:
            column += 1
    return _part_head(raw)


def _common_gap(raw: RawTable, column: int) -> float | None:
    """Return an x at which most cells of a column have a wide gap, and that no word below the head crosses."""
    own = [cell for cell in raw.cells if cell.column == column and cell.column_span == 1 and cell.lines]
    body = [cell for cell in own if cell.row >= max(1, raw.header_rows)]
    if len(body) < 3:
        return None
    gaps = [gap for cell in body for line in cell.lines for gap in _gaps(line)]
    words = [word for cell in body for line in cell.lines for word in line.words]
    for x in sorted({(left + right) / 2 for left, right in gaps}):
        if any(word.box.x0 < x < word.box.x1 for word in words):
            continue
        parted = [cell for cell in body if any(left < x < right for line in cell.lines for left, right in _gaps(line))]
        if len(parted) < max(3, _OFTEN * len(body)):
            continue
        sides = [_sides(cell, x) for cell in parted]
        if all(_MARKER.fullmatch(side[0]) for side in sides):
            continue  # "ii.  Measles", "iv.  Fever": entries of a list that the cells go on with
        if all(sum(any(c.isalnum() for c in side[k]) for side in sides) > 0.5 * len(sides) for k in (0, 1)):
            return x
    return None


def _gaps(line: Line) -> list[tuple[float, float]]:
    ordered = sorted(line.words, key=lambda word: word.box.x0)
    height = median(word.box.height for word in ordered)
    return [(a.box.x1, b.box.x0) for a, b in pairwise(ordered) if b.box.x0 - a.box.x1 > _WIDE * height]


def _sides(cell: Cell, x: float) -> tuple[str, str]:
    words = [word for line in cell.lines for word in line.words]
    return (
        "".join(word.text for word in words if word.box.x1 <= x),
        "".join(word.text for word in words if word.box.x1 > x),
    )


def _crosses(cell: Cell, x: float) -> bool:
    """Return whether a cell's words reach over an x, as those of a head over two columns do."""
    return any(
        min(x - line.box.x0, line.box.x1 - x) > 0.25 * line.box.width
        and not any(left < x < right for left, right in _gaps(line))
        for line in cell.lines
    )


def _is_over_both(cell: Cell, x: float) -> bool:
    """Return whether a head is set in the middle of its whole cell, and not in that of its own side of an x."""
    if not cell.lines or cell.box.width <= 0:
        return False
    left, right = min(line.box.x0 for line in cell.lines), max(line.box.x1 for line in cell.lines)
    middle = (left + right) / 2
    side = (cell.box.x0 + x) / 2 if middle < x else (x + cell.box.x1) / 2
    whole = abs(middle - (cell.box.x0 + cell.box.x1) / 2)
    narrow = min(x - cell.box.x0, cell.box.x1 - x)
    return whole < _CENTRED * cell.box.width and abs(middle - side) > whole + _BETTER * narrow


def _part_column(raw: RawTable, column: int, x: float) -> RawTable:
    cells: list[Cell] = []
    heads = raw.header_rows
    for cell in raw.cells:
        if cell.column > column:
            cells.append(replace(cell, column=cell.column + 1))
        elif cell.column + cell.column_span - 1 < column:
            cells.append(cell)
        elif cell.column_span > 1 or _crosses(cell, x) or (cell.row < heads and _is_over_both(cell, x)):
            cells.append(replace(cell, column_span=cell.column_span + 1))
        else:
            left, right = Box(cell.box.x0, cell.box.y0, x, cell.box.y1), Box(x, cell.box.y0, cell.box.x1, cell.box.y1)
            cells.append(replace(cell, lines=_side(cell.lines, x, left=True), box=left if cell.lines else cell.box))
            part = replace(cell, column=column + 1, lines=_side(cell.lines, x, left=False))
            cells.append(replace(part, box=right if cell.lines else cell.box))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(raw, column_count=raw.column_count + 1, cells=tuple(cells))


def _side(lines: Sequence[Line], x: float, *, left: bool) -> tuple[Line, ...]:
    parts = [[word for word in line.words if ((word.box.x0 + word.box.x1) / 2 < x) == left] for line in lines]
    return tuple(Line.of(words) for words in parts if words)


def _part_head(raw: RawTable) -> RawTable:
    """Part a first row of two lines in every cell, the lower with numbers where those below have some and only there.

    The upper line, the head, has none.
    """
    first = [cell for cell in raw.cells if cell.row == 0]
    filled = [cell for cell in first if cell.lines]
    if raw.row_count < 2 or len(filled) < 3 or any(cell.row_span > 1 or cell.column_span > 1 for cell in first):
        return raw
    if any(len(cell.lines) != 2 for cell in filled) or any(_has_digit(cell.lines[0]) for cell in filled):
        return raw
    second = {cell.column: cell for cell in raw.cells if cell.row == 1 and cell.lines}
    alike = [_has_digit(cell.lines[1]) == any(map(_has_digit, second[cell.column].lines))
             for cell in filled if cell.column in second]  # fmt: skip
    if not all(alike) or len(alike) < 3 or not any(_has_digit(cell.lines[1]) for cell in filled):
        return raw
    cells = [replace(cell, lines=cell.lines[:1]) for cell in first]
    cells += [replace(cell, row=1, lines=cell.lines[1:]) for cell in first]
    cells += [replace(cell, row=cell.row + 1) for cell in raw.cells if cell.row > 0]
    return RawTable(raw.row_count + 1, raw.column_count, tuple(cells), max(1, raw.header_rows))


def _has_digit(line: Line) -> bool:
    return any(c.isdecimal() for c in line.text)
