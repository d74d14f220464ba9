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
_LENT = 5  # rows of a table that takes its labels from the one beside it
_SHORT = 6  # words of a label far from its row
_GROWN = 10.0  # points that labels reach out of the region of a table, at least
_SLACK = 3.0  # points that a label may reach into the grid


def add_outer_labels(box: Box, raw: RawTable, words: Sequence[Word]) -> tuple[Box, RawTable]:
    """Return a grid and its box with the labels that stand beside its rows; as they are where there are none.

    `words` are those of the page that no grid holds. The grid must have no labels of its own.
    """
    spans = _row_spans(raw)
    body = _with_bare_rows(raw, spans, _numeric_rows(raw, spans))
    if not body or any(_is_named(cell) for cell in raw.cells if cell.column == 0 and cell.row in body):
        return box, raw
    top, bottom = spans[body[0]][0], spans[body[-1]][1]
    beside = [
        word for word in words if word.box.x1 <= box.x0 + _SLACK and top <= (word.box.y0 + word.box.y1) / 2 <= bottom
    ]
    near = box.x0 - max(_NEAR * box.width, _NEAR_POINTS)
    lines = words_to_lines([word for word in beside if word.box.x0 >= near])
    labels = _labels(lines, spans, body, _LABELLED)
    if not labels:  # labels far away must be one for each row, none of them as long as a line of text
        lines = words_to_lines(beside)
        labels = _labels(lines, spans, body, 1.0) if all(len(line.words) <= _SHORT for line in lines) else {}
    return _with_labels(box, raw, _all_beside(box, words, labels, spans)) if labels else (box, raw)


def lend_labels(grids: Sequence[tuple[Box, RawTable]]) -> list[tuple[Box, RawTable]]:
    """Return the grids, those without labels with the ones of the grid at their left whose rows go on in theirs.

    A page sets the counties once, and two tables of numbers beside each other. Each row must have a label at its
    height, in a grid that reaches as far up and down; the box stays that of the numbers.
    """
    return [(box, _with_lent(box, raw, grids)) for box, raw in grids]


def _with_lent(box: Box, raw: RawTable, grids: Sequence[tuple[Box, RawTable]]) -> RawTable:
    spans = _row_spans(raw)
    body = _numeric_rows(raw, spans)
    if len(body) < _LENT or any(_is_named(cell) for cell in raw.cells if cell.column == 0 and cell.row in body):
        return raw
    for other, grid in sorted(grids, key=lambda item: -item[0].x1):
        shared = min(box.y1, other.y1) - max(box.y0, other.y0)
        if other.x1 > box.x0 + _SLACK or shared < _LABELLED * max(box.height, other.height):
            continue
        lines = [line for cell in grid.cells if cell.column == 0 and _is_named(cell) for line in cell.lines]
        labels = {row: line for line in lines if (row := _row_at(line, spans, body)) is not None}
        if len(labels) == len(body) == len({line.text for line in labels.values()}):
            return _with_labels(box, raw, {row: (line,) for row, line in labels.items()})[1]
    return raw


def _all_beside(
    box: Box, words: Sequence[Word], labels: dict[int, Line], spans: dict[int, tuple[float, float]]
) -> dict[int, tuple[Line, ...]]:
    """Return by rows all lines where the labels stand, beside a head as well; each goes to the row nearest to it."""
    left = min(line.box.x0 for line in labels.values()) - 1
    beside = [
        word
        for word in words
        if word.box.x0 >= left
        and word.box.x1 <= box.x0 + _SLACK
        and box.y0 <= (word.box.y0 + word.box.y1) / 2 <= box.y1
    ]
    rows: dict[int, tuple[Line, ...]] = {}
    for line in words_to_lines(beside):
        middle = (line.box.y0 + line.box.y1) / 2
        row = min(spans, key=lambda r: max(spans[r][0] - middle, middle - spans[r][1]))
        rows[row] = (*rows.get(row, ()), line)
    return rows


def _labels(
    lines: Sequence[Line], spans: dict[int, tuple[float, float]], body: Sequence[int], share: float
) -> dict[int, Line]:
    """Return the line beside each row; {} where a smaller share of the rows, or of the lines, has one."""
    labels = {row: line for line in lines if (row := _row_at(line, spans, body)) is not None}
    enough = len(labels) >= max(_LEAST, share * len(body)) and len(labels) >= share * len(lines)
    return labels if enough else {}


def _with_bare_rows(raw: RawTable, spans: dict[int, tuple[float, float]], numeric: Sequence[int]) -> list[int]:
    """Return the rows with those above and between them that rules draw and nothing is filled in yet.

    Adds top and bottom of such a row to `spans`.
    """
    rows = list(numeric)
    for row in range(numeric[-1] if numeric else 0):
        boxes = [cell.box for cell in raw.cells if cell.row == row and cell.row_span == 1 and cell.box.height > 0]
        if row not in spans and row >= raw.header_rows and len(boxes) == raw.column_count:
            spans[row] = (min(box.y0 for box in boxes), max(box.y1 for box in boxes))
            rows.append(row)
    return sorted(rows)


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


def _with_labels(box: Box, raw: RawTable, labels: dict[int, tuple[Line, ...]]) -> tuple[Box, RawTable]:
    cells = [replace(cell, column=cell.column + 1) for cell in raw.cells]
    left = min(line.box.x0 for lines in labels.values() for line in lines)
    for row in range(raw.row_count):
        lines = labels.get(row, ())
        place = Box.around(line.box for line in lines) if lines else Box(0.0, 0.0, 0.0, 0.0)
        cells.append(Cell(row, 0, 1, 1, lines, place))
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
