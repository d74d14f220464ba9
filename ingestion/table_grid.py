"""The cells that PyMuPDF's table finder places, and a page's words -> a grid with its words in its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ingestion.blocks import Cell, RawTable, Region, Word
from ingestion.document import Box
from ingestion.head_rows import recount_heads
from ingestion.layout import words_to_lines
from ingestion.missed_rows import add_missed_rows
from ingestion.outer_labels import add_outer_labels, lend_labels
from ingestion.rawdict import Placed
from ingestion.ruled_columns import RuledGrid, better_ruled, is_drawn
from ingestion.ruled_grids import cells_to_grid, is_same_table, prefer_ruled
from ingestion.ruled_groups import level_rules, span_ruled_labels
from ingestion.striped_rows import find_bands, row_by_bands
from ingestion.table_heads import lower_first_group, spread_heads
from ingestion.table_indents import join_indents
from ingestion.table_lines import join_entry_lines, part_listed_lines
from ingestion.table_numbers import part_numbers
from ingestion.table_phrases import lift_phrases, recut_heads
from ingestion.table_repairs import part_cells
from ingestion.table_rows import join_head_lines, join_phrases, part_rows, stack_tables
from ingestion.table_signs import join_signs
from ingestion.table_spans import part_spanning_heads, part_stacked_heads, span_labels
from ingestion.table_strips import part_strips
from ingestion.torn_phrases import join_torn_heads
from ingestion.turned_words import lay_down, stand_up

_MARGIN = 40.0  # points around the words of tables in which their outer rules may stand
_RULED_SHAPES = 12  # lines and areas that a page with a grid between drawn rules draws, at least
_MANY_SHAPES = 1000  # lines and areas of a page: more are figures, and take long to follow
_TEXTS = ("title", "heading", "text", "caption")


def find_grids(
    page: Any, words: Sequence[Placed], rotated: Sequence[Placed], regions: Sequence[Region], shapes: int
) -> dict[Box, RawTable]:
    """Return the grids of a PyMuPDF page's tables by their boxes, with its words in their cells.

    `shapes` is how many lines and areas the page draws.
    """
    found: dict[Box, RawTable] = {}
    for table in page.find_tables(use_layout=True, union=True, refine=True).tables:
        box = Box(*map(float, table.bbox))
        near = [word for word, _ in words if _is_near(word.box, box)]
        if (grid := place_words(table, without_headings(table, near, regions))) is not None:
            found[box] = grid
    found = _as_drawn(page, found, words, shapes)
    plain = [word for word, _ in words]
    if found and _RULED_SHAPES <= shapes <= _MANY_SHAPES:
        found = _with_ruled_columns(page, found, plain)
    seen = [region.box for region in regions if region.kind == "table"]
    whole = add_missed_rows(stack_tables(found, seen), seen, plain)
    beside = [word for word in plain if not _held(word, list(whole))]
    labelled = lend_labels([add_outer_labels(box, grid, beside) for box, grid in whole.items()])
    paths = [(str(kind), Box(*map(float, box))) for kind, box in page.get_bboxlog()] if whole else []
    fills = [box for kind, box in paths if kind == "fill-path"]
    rules = level_rules(paths)
    mended = {box: _mended(row_by_bands(grid, find_bands(fills, box)), rotated) for box, grid in labelled}
    return {box: span_ruled_labels(grid, rules) for box, grid in mended.items()}


def _mended(grid: RawTable, rotated: Sequence[Placed]) -> RawTable:
    level, stand_ins = lay_down(grid, rotated)
    return stand_up(mend_grid(level), stand_ins)


def _as_drawn(page: Any, found: dict[Box, RawTable], words: Sequence[Placed], shapes: int) -> dict[Box, RawTable]:
    """Return the grids, as the page's rules draw them where the finder's go across these rules or end before them.

    Where a page draws figures of many lines, only those around the tables are looked at.
    """
    around = Box.around(found) if found else None
    if around is None or not shapes:
        return found
    crop = (around.x0 - _MARGIN, around.y0 - _MARGIN, around.x1 + _MARGIN, around.y1 + _MARGIN)
    clip = crop if shapes > _MANY_SHAPES else None
    tables = page.find_tables(clip=clip, strategy="lines_strict", use_layout=False).tables
    drawn = {Box(*map(float, table.bbox)): [Box(*map(float, cell)) for cell in table.cells] for table in tables}
    result: dict[Box, RawTable] = {}
    for box, grid in found.items():
        others = [other for other in found if other != box]
        place = next((outer for outer in drawn if is_same_table(box, outer, others)), box)
        ruled = cells_to_grid(drawn.get(place, []), _words_of(grid, words, place), _head_bottom(grid))
        best = grid if ruled is None else prefer_ruled(grid, ruled)
        result[box if best is grid else place] = best
    return result


def _with_ruled_columns(page: Any, found: dict[Box, RawTable], words: list[Word]) -> dict[Box, RawTable]:
    """Return the grids, those that drawn rules part into more columns as the grids of these rules."""
    drawn = _ruled(page, "lines_strict")  # by rules alone, not by the edges of coloured cells
    ruled = [grid for grid in _ruled(page, "lines") if is_drawn(grid, drawn)] if drawn else []
    return better_ruled(found, ruled, words)


def _ruled(page: Any, strategy: str) -> list[RuledGrid]:
    tables = page.find_tables(use_layout=False, strategy=strategy).tables
    cells = ([Box(*map(float, cell)) for cell in table.cells if cell is not None] for table in tables)
    return [RuledGrid(Box.around(own), tuple(own)) for own in cells if own]


def _words_of(grid: RawTable, words: Sequence[Placed], place: Box) -> list[Word]:
    """Return a grid's words, and with them those that stand where the page draws its cells."""
    own = [word for cell in grid.cells for line in cell.lines for word in line.words]
    known = set(map(id, own))
    return own + [word for word, _ in words if id(word) not in known and _held(word, [place])]


def _head_bottom(grid: RawTable) -> float:
    heads = [line.box.y1 for cell in grid.cells if cell.row < grid.header_rows for line in cell.lines]
    return max(heads, default=float("-inf"))


def _is_near(word: Box, box: Box) -> bool:
    """Return whether the middle of a word lies in a box or at its edge."""
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 - 2 <= x <= box.x1 + 2 and box.y0 - 2 <= y <= box.y1 + 2


def place_words(table: Any, words: list[Word]) -> RawTable | None:
    """Put words into the cells that PyMuPDF places; None where it places none."""
    places: list[tuple[int, int, int, int, Box]] = []
    taken: set[tuple[int, int]] = set()
    columns = 0
    for row, cells in enumerate(table.placements):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            span = [(row + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)]
            taken.update(span)
            box = Box(*map(float, cell.bbox)) if cell.bbox is not None else Box(0.0, 0.0, 0.0, 0.0)
            places.append((row, column, cell.rowspan, cell.colspan, box))
            column += cell.colspan
            columns = max(columns, column)
    if not places:
        return None
    inside = _words_to_places(words, [place[4] for place in places])
    cells = tuple(
        Cell(row, column, row_span, column_span, words_to_lines(inside.get(i, [])), box)
        for i, (row, column, row_span, column_span, box) in enumerate(places)
    )
    return RawTable(len(table.placements), columns, cells, int(table.header_rows or 0))


def without_headings(table: Any, words: Sequence[Word], regions: Sequence[Region]) -> list[Word]:
    """Return the words around a grid that PyMuPDF places, without those of a heading or text that no cell reaches.

    Its outline may take in the heading above it, whose words would stand in the cells nearest to them.
    """
    cells = [Box(*map(float, cell.bbox)) for row in table.placements for cell in row if cell.bbox is not None]
    others = [region.box for region in regions if region.kind in _TEXTS]
    return [word for word in words if not (_held(word, others) and not _held(word, cells))]


def _held(word: Word, boxes: Sequence[Box]) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes)


def mend_grid(grid: RawTable) -> RawTable:
    """Return a grid with its rows, columns and heads as the places of its words show them."""
    plain = part_cells(part_rows(join_indents(join_signs(grid))))
    counted = recount_heads(join_torn_heads(part_stacked_heads(plain)))
    whole = join_phrases(join_entry_lines(part_listed_lines(counted)))
    headed = part_strips(part_spanning_heads(join_head_lines(spread_heads(whole))))
    parted = lower_first_group(part_numbers(span_labels(lift_phrases(recut_heads(headed)))))
    again = recount_heads(parted)  # columns that were parted may show that a row more is heads
    return spread_heads(again) if again.header_rows > parted.header_rows else parted


def _words_to_places(words: list[Word], places: list[Box]) -> dict[int, list[Word]]:
    """Return the words of each place that has some: of that which a word shares most with, else of the nearest."""
    if not words:
        return {}
    x0, y0, x1, y1 = np.array([word.box.as_tuple() for word in words]).T[:, :, None]
    px0, py0, px1, py1 = np.array([place.as_tuple() for place in places]).T
    shared = (np.minimum(x1, px1) - np.maximum(x0, px0)).clip(0) * (np.minimum(y1, py1) - np.maximum(y0, py0)).clip(0)
    apart = np.abs(x0 + x1 - px0 - px1) + 3 * np.abs(y0 + y1 - py0 - py1)
    best = np.where(shared.max(axis=1) > 0, shared.argmax(axis=1), apart.argmin(axis=1))
    inside: dict[int, list[Word]] = {}
    for word, place in zip(words, best.tolist(), strict=True):
        inside.setdefault(place, []).append(word)
    return inside
