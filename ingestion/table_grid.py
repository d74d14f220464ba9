"""The cells that PyMuPDF's table finder places, and a page's words -> a grid with its words in its cells."""

from __future__ import annotations

from typing import Any

from ingestion.blocks import Cell, RawTable, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines
from ingestion.table_heads import spread_heads


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
    inside: dict[int, list[Word]] = {}
    for word in words:
        best = max(range(len(places)), key=lambda i: places[i][4].overlap(word.box))
        if places[best][4].overlap(word.box) <= 0:
            best = min(range(len(places)), key=lambda i: _distance(places[i][4], word.box))
        inside.setdefault(best, []).append(word)
    cells = tuple(
        Cell(row, column, row_span, column_span, words_to_lines(inside.get(i, [])), box)
        for i, (row, column, row_span, column_span, box) in enumerate(places)
    )
    return spread_heads(RawTable(len(table.placements), columns, cells, int(table.header_rows or 0)))


def _distance(a: Box, b: Box) -> float:
    return abs(a.x0 + a.x1 - b.x0 - b.x1) + 3 * abs(a.y0 + a.y1 - b.y0 - b.y1)
