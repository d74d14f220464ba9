"""Heads set on their side inside of a table that stands upright -> words of their cells.

Narrow columns have their names written upwards. The steps that mend a grid tell rows and phrases by the height of a
line, which for such a name is its length, so they see it as one short level line in the middle of its cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.rawdict import Placed

_ASTRAY = 2.0  # points by which a line may stick out of its cell

StandIns = dict[int, tuple[Word, Word]]
"""By the id of a word that stands in for one on its side: itself, and that one."""


def lay_down(grid: RawTable, rotated: Sequence[Placed]) -> tuple[RawTable, StandIns]:
    """Return the grid with the lines on their side that lie inside of a cell without other words put into it, level."""
    lines = [Line.of([word for word, _ in group]) for _, group in groupby(rotated, key=lambda placed: placed[1])]
    stand_ins: StandIns = {}
    cells = []
    for cell in grid.cells:
        own = [] if cell.lines else [line for line in lines if _lies_in(line.box, cell.box)]
        name = bool(own) and _is_one_name(own)
        cells.append(replace(cell, lines=(_level(cell.box, _in_order(own), stand_ins),)) if name else cell)
    return replace(grid, cells=tuple(cells)), stand_ins


def stand_up(grid: RawTable, stand_ins: StandIns) -> RawTable:
    """Return the grid with the words on their side again where the page draws them."""

    def whole(line: Line) -> Line:
        return Line.of([stand_ins[id(word)][1] if id(word) in stand_ins else word for word in line.words])

    cells: list[Cell] = [replace(cell, lines=tuple(map(whole, cell.lines))) for cell in grid.cells]
    return replace(grid, cells=tuple(cells)) if stand_ins else grid


def _lies_in(line: Box, cell: Box) -> bool:
    wide = cell.x0 - _ASTRAY <= line.x0 and line.x1 <= cell.x1 + _ASTRAY
    return wide and cell.y0 - _ASTRAY <= line.y0 and line.y1 <= cell.y1 + _ASTRAY


def _is_one_name(lines: Sequence[Line]) -> bool:
    """Return whether lines on their side stand side by side: others are labels of rows between which no rule is."""
    boxes = [line.box for line in lines]
    return all(a.y0 < b.y1 and b.y0 < a.y1 for a in boxes for b in boxes)


def _in_order(lines: Sequence[Line]) -> list[Word]:
    """Return the words of lines on their side in reading order: from the left where they are read upwards."""
    down = [b.box.y0 - a.box.y0 for line in lines for a, b in pairwise(line.words)]
    ordered = sorted(lines, key=lambda line: line.box.x0, reverse=sum(down) > 0)
    return [word for line in ordered for word in line.words]


def _level(cell: Box, words: Sequence[Word], stand_ins: StandIns) -> Line:
    """Return a line of words that stand in for others, side by side in the middle of a cell."""
    height = min(max(word.size for word in words), cell.height)
    room = max(cell.width - 2 * height, 0.1 * cell.width) / len(words)
    left = (cell.x0 + cell.x1 - room * len(words)) / 2
    top = (cell.y0 + cell.y1 - height) / 2
    level = []
    for i, word in enumerate(words):
        level.append(replace(word, box=Box(left + i * room, top, left + (i + 1) * room, top + height)))
        stand_ins[id(level[-1])] = (level[-1], word)
    return Line.of(level)
