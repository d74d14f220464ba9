"""Cells that a page draws with rules -> a grid, taken where the table finder's own goes across these rules.

The finder joins what the layout model sees with what it can tell of the lines. Where the lines draw every cell, they
are the table: a column of numbers beside one of names, or a row of a type and its number beside a text that is written
once for all of them, are one cell in its grid and two on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingestion.blocks import Cell, RawTable, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines
from ingestion.tables import is_numeric

_SNAP = 3.0  # points by which edges of cells that stand on one rule may differ
_SAME = 0.7  # share of the larger of two grids' areas that both must cover
_INSIDE = 0.9  # share of a found grid's area that lies in a drawn one of which it is a part
_LARGER = 2.5  # times its area, at most, that the whole has

Place = tuple[int, int]


def cells_to_grid(boxes: Sequence[Box], words: Sequence[Word], head_bottom: float) -> RawTable | None:
    """Return the grid of cells that rules draw, words put into them; the rows whose middle is above a height are heads.

    None where the cells are no grid: less than two rows or columns, a place covered twice or never, or a word outside.
    """
    across = _edges([x for box in boxes for x in (box.x0, box.x1)])
    down = _edges([y for box in boxes for y in (box.y0, box.y1)])
    if len(across) < 3 or len(down) < 3:
        return None
    inside: list[list[Word]] = [[] for _ in boxes]
    for word in words:
        home = next((i for i, box in enumerate(boxes) if _centre_in(word.box, box)), None)
        if home is None:
            return None
        inside[home].append(word)
    cells: list[Cell] = []
    taken: set[Place] = set()
    for box, own in zip(boxes, inside, strict=True):
        left, right, top, bottom = _at(across, box.x0), _at(across, box.x1), _at(down, box.y0), _at(down, box.y1)
        places = {(row, column) for row in range(top, bottom) for column in range(left, right)}
        if not places or taken & places:
            return None
        taken |= places
        cells.append(Cell(top, left, bottom - top, right - left, words_to_lines(own), box))
    rows, columns = len(down) - 1, len(across) - 1
    if len(taken) != rows * columns:
        return None
    heads = sum((top + bottom) / 2 < head_bottom for top, bottom in pairwise(down))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return RawTable(rows, columns, tuple(cells), heads)


def prefer_ruled(grid: RawTable, ruled: RawTable) -> RawTable:
    """Return the ruled grid where the other has words of two of its cells in one and parts none that stands alone.

    A ruled cell over several rows or columns may hold what the other parts, but no two numbers: these are values of two
    rows between which no rule is drawn.
    """
    homes = _words_to_cells(grid)
    fused = {home: set[int]() for home in set(homes.values())}
    for i, cell in enumerate(ruled.cells):
        parts = {homes[id(word)] for line in cell.lines for word in line.words if id(word) in homes}
        alone = cell.row_span == 1 and cell.column_span == 1
        if len(parts) > 1 and (alone or sum(is_numeric(_text(grid.cells[part])) for part in parts) > 1):
            return grid
        for part in parts:
            fused[part].add(i)
    across = any(len(own) > 1 for own in fused.values())
    return ruled if across or _spans_more(grid, ruled, homes) else grid


def _spans_more(grid: RawTable, ruled: RawTable, homes: dict[int, int]) -> bool:
    """Return whether a ruled cell spans more columns than the same words do in a grid of as many columns."""
    if grid.column_count != ruled.column_count:
        return False
    spans = [(homes.get(id(c.lines[0].words[0])), c.column_span) for c in ruled.cells if c.lines and c.column_span > 1]
    return any(home is not None and grid.cells[home].column_span < span for home, span in spans)


def is_same_table(found: Box, drawn: Box, others: Sequence[Box]) -> bool:
    """Return whether cells drawn with rules are those of a table that was found, in whole or without its first rows."""
    area, whole = found.width * found.height, drawn.width * drawn.height
    if found.overlap(drawn) > _SAME * max(area, whole):
        return True
    apart = not any(drawn.overlap(other) > 0 for other in others)
    return apart and found.overlap(drawn) > _INSIDE * area and whole < _LARGER * area


def _words_to_cells(grid: RawTable) -> dict[int, int]:
    return {id(word): i for i, cell in enumerate(grid.cells) for line in cell.lines for word in line.words}


def _text(cell: Cell) -> str:
    return " ".join(line.text for line in cell.lines)


def _edges(values: Sequence[float]) -> list[float]:
    """Return the places of the rules, edges that nearly touch as one."""
    ordered = sorted(values)
    return [*ordered[:1], *(b for a, b in pairwise(ordered) if b - a > _SNAP)]


def _at(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _centre_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
