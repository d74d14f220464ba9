"""Rows whose labels stand left of the rules around their numbers -> grids that begin with a column of these labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines

_NEAR, _NEAR_POINTS = 0.35, 150.0  # of the width of the grid, and points: one of both from it to where a label begins
_LABELLED = 0.8  # share of the rows with numbers that must have a label, and of the labels that must have a row
_LEAST = 3  # rows
_GROWN = 10.0  # points that labels reach out of the region of a table, at least
_SLACK = 3.0  # points that a label may reach into the grid


def add_outer_labels(box: Box, raw: RawTable, words: Sequence[Word]) -> tuple[Box, RawTable]:
    """Return a grid and its box with the labels that stand beside its rows; as they are where there are none.

    `words` are those of the page that no grid holds. The grid must have no labels of its own.
    """
    spans = _row_spans(raw)
    body = _numeric_rows(raw, spans)
    if not body or any(_is_named(cell) for cell in raw.cells if cell.column == 0 and cell.row in body):
        return box, raw
    top, bottom = spans[body[0]][0], spans[body[-1]][1]
    left = [
        word
        for word in words
        if box.x0 - max(_NEAR * box.width, _NEAR_POINTS) <= word.box.x0
        and word.box.x1 <= box.x0 + _SLACK
        and top <= (word.box.y0 + word.box.y1) / 2 <= bottom
    ]
    lines = words_to_lines(left)
    labels = {row: line for line in lines if (row := _row_at(line, spans, body)) is not None}
    if len(labels) < max(_LEAST, _LABELLED * len(body)) or len(labels) < _LABELLED * len(lines):
        return box, raw
    return _with_labels(box, raw, labels)


def _numeric_rows(raw: RawTable, spans: Iterable[int]) -> list[int]:
    """Return the rows in which most of what stands there is numbers."""
    rows = []
    for row in sorted(spans):
        filled = [cell for cell in raw.cells if cell.row == row and cell.lines]
        if 2 * sum(not _is_named(cell) for cell in filled) > len(filled):
            rows.append(row)
    return rows


def _is_named(cell: Cell) -> bool:
    return any(c.isalpha() for line in cell.lines for c in line.text)


def _row_spans(raw: RawTable) -> dict[int, tuple[float, float]]:
    """Return top and bottom of each row that has words in a cell of its own."""
    spans: dict[int, tuple[float, float]] = {}
    for cell in raw.cells:
        if cell.lines and cell.row_span == 1:
            middles = [(line.box.y0, line.box.y1) for line in cell.lines]
            top, bottom = spans.get(cell.row, (float("inf"), float("-inf")))
            spans[cell.row] = (min(top, *(a for a, _ in middles)), max(bottom, *(b for _, b in middles)))
    return spans


def _row_at(line: Line, spans: dict[int, tuple[float, float]], body: Sequence[int]) -> int | None:
    middle = (line.box.y0 + line.box.y1) / 2
    return next((row for row in body if spans[row][0] - 1 <= middle <= spans[row][1] + 1), None)


def _with_labels(box: Box, raw: RawTable, labels: dict[int, Line]) -> tuple[Box, RawTable]:
    cells = [replace(cell, column=cell.column + 1) for cell in raw.cells]
    left = min(line.box.x0 for line in labels.values())
    for row in range(raw.row_count):
        line = labels.get(row)
        cells.append(Cell(row, 0, 1, 1, () if line is None else (line,), Box(0.0, 0.0, 0.0, 0.0)
                          if line is None else line.box))  # fmt: skip
    cells.sort(key=lambda cell: (cell.row, cell.column))
    wide = Box(left - 1, box.y0, box.x1, box.y1)
    return wide, replace(raw, column_count=raw.column_count + 1, cells=tuple(cells))


def grown_left(tables: Iterable[Box], regions: Sequence[Region]) -> list[Box]:
    """Return the grids that reach farther to the left than the regions of tables that they lie on."""
    seen = [region.box for region in regions if region.kind == "table"]
    return [
        box
        for box in tables
        if (under := [other for other in seen if other.overlap(box) > 0]) and box.x0 < min(o.x0 for o in under) - _GROWN
    ]
