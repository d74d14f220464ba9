"""Rows of a table that the layout model sees and the table finder leaves -> grids of their own, below their heads.

The finder takes the frame around the heads of a score sheet for the whole table, where no rule stands below it, or it
finds none at all. The words that are left in the model's region show rows and columns by their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingestion.aligned_tables import find_aligned_tables
from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines

_HELD = 0.6  # share of a region's words that grids hold, from which nothing is missed
_LEAST_COLUMNS = 3
_BELOW = 2.5  # of a line's height, at most, from a frame of heads to the first row
_AS_WIDE = 0.7  # share of the width that a frame of heads and its rows have in common
_PHRASE = 0.9  # of a line's height, at most, between two words of a head


def add_missed_rows(
    found: Mapping[Box, RawTable], regions: Sequence[Box], words: Sequence[Word]
) -> dict[Box, RawTable]:
    """Return the grids with those of the words that none of them holds, in regions that they leave mostly empty."""
    result = dict(found)
    for region in regions:
        inside = [word for word in words if _middle_in(word.box, region)]
        left = [word for word in inside if not any(_middle_in(word.box, box) for box in found)]
        if len(inside) - len(left) >= _HELD * len(inside):
            continue
        for box, grid in find_aligned_tables(left, []).items():
            if grid.column_count < _LEAST_COLUMNS:
                continue
            above = (other for other in found if other in result and _is_above(other, found[other], box, grid))
            heads = next(above, None)
            if heads is None:
                result[box] = grid
            else:
                del result[heads]
                over = [word for word in words if _middle_in(word.box, heads)]
                result[box.union(heads)] = _with_heads(grid, over)
    return result


def _is_above(box: Box, raw: RawTable, rows: Box, grid: RawTable) -> bool:
    """Return whether a grid is a frame of heads, one row without numbers, right above rows."""
    heights = [line.box.height for cell in grid.cells for line in cell.lines]
    gap = rows.y0 - box.y1
    shared = min(box.x1, rows.x1) - max(box.x0, rows.x0)
    if not -1 <= gap < _BELOW * median(heights) or shared < _AS_WIDE * max(box.width, rows.width):
        return False
    text = "".join(line.text for cell in raw.cells for line in cell.lines)
    return raw.row_count == 1 and any(c.isalpha() for c in text) and not any(c.isdecimal() for c in text)


def _with_heads(grid: RawTable, words: Sequence[Word]) -> RawTable:
    """Return the grid below one row of heads: each phrase over the columns that it reaches over, or the nearest one."""
    phrases = [phrase for line in words_to_lines(words) for phrase in _phrases(line)]
    grid, columns = _with_bare_columns(grid, phrases)
    heads: dict[tuple[int, int], list[Line]] = {}
    for phrase in phrases:
        key = _over(phrase, columns)
        same = next((other for other in heads if other[0] <= key[1] and key[0] <= other[1]), key)
        lines = [*heads.pop(same, []), phrase]
        heads[min(key[0], same[0]), max(key[1], same[1])] = lines
    cells = [replace(cell, row=cell.row + 1) for cell in grid.cells]
    at = 0
    for (first, last), lines in sorted(heads.items()):
        cells += [Cell(0, c, 1, 1, (), Box(0.0, 0.0, 0.0, 0.0)) for c in range(at, first)]
        cells.append(Cell(0, first, 1, last - first + 1, tuple(lines), Box.around(line.box for line in lines)))
        at = last + 1
    cells += [Cell(0, c, 1, 1, (), Box(0.0, 0.0, 0.0, 0.0)) for c in range(at, len(columns))]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return RawTable(grid.row_count + 1, grid.column_count, tuple(cells), 1)


def _with_bare_columns(grid: RawTable, phrases: Sequence[Line]) -> tuple[RawTable, list[tuple[float, float]]]:
    """Return a grid and its columns, with an empty one for each head that stands over none, beside another's."""
    columns = _columns(grid)
    over = [phrase for phrase in phrases if _reached(phrase, columns)]
    taken = {column for phrase in over for column in _reached(phrase, columns)}
    for phrase in sorted(phrases, key=lambda phrase: -phrase.box.x0):
        if phrase in over or _over(phrase, _columns(grid))[0] not in taken:
            continue
        at = sum(x0 < phrase.box.x0 for x0, _ in columns)
        columns.insert(at, (phrase.box.x0, phrase.box.x1))
        cells = [
            replace(cell, column=cell.column + 1)
            if cell.column >= at
            else replace(cell, column_span=cell.column_span + (cell.column + cell.column_span > at))
            for cell in grid.cells
        ]
        crossed = {cell.row for cell in cells if cell.column < at < cell.column + cell.column_span}
        nowhere = Box(0.0, 0.0, 0.0, 0.0)
        cells += [Cell(row, at, 1, 1, (), nowhere) for row in range(grid.row_count) if row not in crossed]
        cells.sort(key=lambda cell: (cell.row, cell.column))
        grid = RawTable(grid.row_count, grid.column_count + 1, tuple(cells))
    return grid, columns


def _columns(grid: RawTable) -> list[tuple[float, float]]:
    columns = []
    for column in range(grid.column_count):
        boxes = [cell.box for cell in grid.cells if cell.column == column and cell.column_span == 1 and cell.lines]
        columns.append((median(box.x0 for box in boxes), median(box.x1 for box in boxes)))
    return columns


def _phrases(line: Line) -> list[Line]:
    """Return a line parted where its words stand farther apart than those of a phrase."""
    parts = [[line.words[0]]]
    for word, following in pairwise(line.words):
        if following.box.x0 - word.box.x1 > _PHRASE * line.box.height:
            parts.append([])
        parts[-1].append(following)
    return [Line.of(part) for part in parts]


def _over(phrase: Line, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Return the first and the last column that a phrase reaches over; the nearest one twice where it is over none."""
    reached = _reached(phrase, columns)
    if reached:
        return reached[0], reached[-1]
    middle = (phrase.box.x0 + phrase.box.x1) / 2
    nearest = min(range(len(columns)), key=lambda i: max(columns[i][0] - middle, middle - columns[i][1]))
    return nearest, nearest


def _reached(phrase: Line, columns: Sequence[tuple[float, float]]) -> list[int]:
    return [i for i, (x0, x1) in enumerate(columns) if min(phrase.box.x1, x1) > max(phrase.box.x0, x0)]


def _middle_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
