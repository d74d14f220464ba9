"""Tables that the layout model takes for pictures: timetables and calendars, drawn as grids with words in them.

A chart has a grid as well, but next to nothing stands in its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingestion.blocks import RawTable, Region, Word
from ingestion.document import Box

_SAME = 0.7  # share of the smaller of a figure and a grid that they have in common, where they are one
_LEAST_WORDS = 20  # in a figure that may be a table
_LEAST_SHAPES = 8  # lines and areas that a page with a ruled grid draws
_LEAST_SIDE = 3  # rows, and columns, of a grid
_FILLED = 0.35  # share of a grid's cells that hold words
_EDGE = 0.7  # share of the cells of its first row or its first column that do
_INSIDE = 0.9  # share of a text that lies in a grid of which it is a row


def may_be_ruled(words: Sequence[Word], regions: Sequence[Region], shapes: int) -> bool:
    """Return whether a figure of a page may be a table, so that grids are to be looked for."""
    figures = [region.box for region in regions if region.kind == "figure"]
    return shapes >= _LEAST_SHAPES and any(
        sum(box.overlap(word.box) > 0.5 * word.box.width * word.box.height for word in words) >= _LEAST_WORDS
        for box in figures
    )


def without_pictures(tables: Mapping[Box, RawTable], regions: Sequence[Region]) -> dict[Box, RawTable]:
    """Return the grids without those that only a figure has, unless words fill their cells."""
    seen = [region.box for region in regions if region.kind == "table"]
    return {
        box: grid
        for box, grid in tables.items()
        if any(_is_one(box, region) for region in seen) or not _figures(box, regions) or _is_filled(grid)
    }


def without_ruled(regions: Sequence[Region], tables: Mapping[Box, RawTable]) -> tuple[Region, ...]:
    """Return the regions without the figures that are tables, and without the texts that are rows of one."""
    taken = [figure for box in tables for figure in _figures(box, regions)]
    left = [region for region in regions if region.kind != "figure" or region.box not in taken]
    return tuple(r for r in left if r.kind != "text" or not any(_is_row(r.box, *item) for item in tables.items()))


def _is_row(text: Box, box: Box, grid: RawTable) -> bool:
    """Return whether a text is the first or last rows of a grid, words and all."""
    if text.overlap(box) < _INSIDE * text.width * text.height:
        return False
    words = [word.box for cell in grid.cells for line in cell.lines for word in line.words]
    inside = [w for w in words if text.x0 <= (w.x0 + w.x1) / 2 <= text.x1 and text.y0 <= (w.y0 + w.y1) / 2 <= text.y1]
    return bool(inside) and text.width > 0.5 * box.width


def _figures(box: Box, regions: Sequence[Region]) -> list[Box]:
    return [region.box for region in regions if region.kind == "figure" and _is_one(box, region.box)]


def _is_one(box: Box, other: Box) -> bool:
    shared = box.overlap(other)
    return shared > _SAME * max(box.width * box.height, other.width * other.height)


def _is_filled(grid: RawTable) -> bool:
    cells = list(grid.cells)
    if min(grid.row_count, grid.column_count) < _LEAST_SIDE or not cells:
        return False
    top = [bool(cell.lines) for cell in cells if cell.row == 0 and cell.column > 0]
    side = [bool(cell.lines) for cell in cells if cell.column == 0 and cell.row > 0]
    named = any(edge and sum(edge) >= _EDGE * len(edge) for edge in (top, side))
    return named and sum(bool(cell.lines) for cell in cells) >= _FILLED * len(cells)
