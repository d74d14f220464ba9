"""Lists of amounts that the layout model takes for pictures -> grids, as the places of their words show them.

A budget made with a spreadsheet has frames around it and bars of colour in it, as a chart has, and no rules between its
rows. Unlike a chart, nearly all that stands in it stands in rows and columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.aligned_tables import find_aligned_tables, make_room
from ingestion.blocks import RawTable, Region, Word
from ingestion.document import Box
from ingestion.ruled_figures import may_be_ruled
from ingestion.tables import cell_text

_HELD = 0.6  # share of a figure's words that stand in rows and columns
_AMOUNT = re.compile(r"[$€£¥₹]?\s?\(?[-–−]?[$€£]?\d[\d.,']*%?\)?|[$€£¥₹]?\s?[-–−—]|[$€£¥₹]")
_LEAST_COLUMNS = 3
_LEAST_ROWS = 4


def listed_figures(
    words: Sequence[Word], regions: Sequence[Region], shapes: int
) -> tuple[tuple[Region, ...], dict[Box, RawTable]]:
    """Return the regions, of figures that are lists of amounts the text around their grids, and these by their boxes.

    `shapes` is how many lines and areas the page draws.
    """
    kept: list[Region] = []
    grids: dict[Box, RawTable] = {}
    for region in regions:
        listed = _grids(words, region.box) if may_be_ruled(words, [region], shapes) else {}
        grids |= listed
        kept += make_room([Region("text", region.box)], list(listed)) if listed else [region]
    return tuple(kept), grids


def _grids(words: Sequence[Word], figure: Box) -> dict[Box, RawTable]:
    inside = [word for word in words if _middle_in(word.box, figure)]
    found = find_aligned_tables(inside, [])
    wide = {box: grid for box, grid in found.items() if _has_amounts(grid)}
    held = sum(_middle_in(word.box, box) for word in inside for box in wide)
    long = any(grid.row_count >= _LEAST_ROWS for grid in wide.values())
    return wide if long and held >= _HELD * len(inside) else {}


def _has_amounts(grid: RawTable) -> bool:
    """Return whether two columns at least, beside the first, mostly hold figures: the legend of a chart holds none."""
    amounts = 0
    for column in range(1, grid.column_count):
        own = [cell_text(cell.lines) for cell in grid.cells if cell.column == column and cell.lines]
        amounts += sum(bool(_AMOUNT.fullmatch(text)) for text in own) > 0.5 * len(own)
    return grid.column_count >= _LEAST_COLUMNS and amounts > 1


def _middle_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
