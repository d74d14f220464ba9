"""Tables without rules that the layout model takes for one text -> grids, as the places of their words show them.

A sheet of technical data, or a card of rates, has white space for its rules. Read as running text, no value in it can
be told from the next. A text is taken for a table only where all of it stands in rows and columns that hold figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.aligned_tables import find_aligned_tables, make_room
from ingestion.blocks import Cell, RawTable, Region, Word
from ingestion.document import Box
from ingestion.tables import cell_text

_HELD = 0.9  # share of a text's words that stand in rows and columns
_LEAST_WORDS = 16
_LEAST_COLUMNS = 3
_LEAST_ROWS = 4
_CELL_WORDS = 5.0  # words a cell beyond which it is text side by side
_SPREAD = 3.5  # heights of a line between two rows: cards stand further apart than lines


def listed_texts(words: Sequence[Word], regions: Sequence[Region]) -> tuple[tuple[Region, ...], dict[Box, RawTable]]:
    """Return the regions, of texts that are tables what stands around their grids, and these by their boxes."""
    kept: list[Region] = []
    grids: dict[Box, RawTable] = {}
    for region in regions:
        listed = _grids(words, region.box) if region.kind == "text" else {}
        grids |= listed
        kept += make_room([region], list(listed)) if listed else [region]
    return tuple(kept), grids


def _grids(words: Sequence[Word], text: Box) -> dict[Box, RawTable]:
    inside = [word for word in words if _middle_in(word.box, text)]
    if len(inside) < _LEAST_WORDS:
        return {}
    found = find_aligned_tables(inside, [], apart=_SPREAD, spanned=True)
    held = sum(any(_middle_in(word.box, box) for box in found) for word in inside)
    if not found or held < _HELD * len(inside) or not all(map(_holds_figures, found.values())):
        return {}
    return dict(part for grid in found.values() for part in _parted(grid))


def _parted(grid: RawTable) -> Iterator[tuple[Box, RawTable]]:
    """Yield the tables that follow each other in a grid, each with the same head; a line above a head is text."""
    rows = [[cell for cell in grid.cells if cell.row == row and cell.lines] for row in range(grid.row_count)]
    heads = [r for r in range(len(rows)) if _is_head(rows[r], rows[0])]
    for head, following in pairwise([*heads, len(rows)]):
        named = following < len(rows) and len(rows[following - 1]) < len(rows[0])
        last = following - 1 if named else following
        cells = tuple(replace(cell, row=cell.row - head) for cell in grid.cells if head <= cell.row < last)
        box = Box.around(cell.box for cell in cells if cell.lines)
        yield Box(box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1), replace(grid, row_count=last - head, cells=cells)


def _is_head(row: Sequence[Cell], first: Sequence[Cell]) -> bool:
    """Return whether a row is the first one, or comes again as that: as many cells, the same above the labels."""
    same = len(row) == len(first) > 1 and row[0].column == first[0].column == 0
    return row is first or (same and cell_text(row[0].lines) == cell_text(first[0].lines))


def _holds_figures(grid: RawTable) -> bool:
    """Return whether two columns at least, beside the first, mostly hold figures, and no cell a paragraph."""
    if grid.column_count < _LEAST_COLUMNS or grid.row_count < _LEAST_ROWS:
        return False
    figures = 0
    for column in range(1, grid.column_count):
        own = [cell_text(cell.lines) for cell in grid.cells if cell.column == column and cell.lines]
        if sum(len(text.split()) for text in own) > _CELL_WORDS * len(own):
            return False
        figures += sum(any(c.isdecimal() for c in text) for text in own) > 0.5 * len(own)
    return figures > 1


def _middle_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
