"""Columns of signs for money beside columns of amounts -> one column: "$" at the left edge of a cell, "2,750" right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingestion.blocks import Cell, Line, RawTable

_SIGN = re.compile(r"[$€£¥₹]|US\$|USD|EUR|GBP|Rs\.?")
_AMOUNT = re.compile(r"[-–−(]*\s?[\d.,' ]*[\d\-–−—][%)]*")
_LEAST = 3  # signs


def join_signs(raw: RawTable) -> RawTable:
    """Return the grid with each column of one sign for money joined to the column of numbers right of it."""
    column = 0
    while column + 1 < raw.column_count:
        if _is_sign_of_next(raw, column):
            raw = _joined(raw, column)
        column += 1
    return raw


def _is_sign_of_next(raw: RawTable, column: int) -> bool:
    signs = {cell.row: cell for cell in raw.cells if cell.column == column and cell.lines and cell.column_span == 1}
    body = {_text(cell) for cell in signs.values() if cell.row >= raw.header_rows}
    amounts = {cell.row: cell for cell in raw.cells if cell.column == column + 1 and cell.lines}
    rows = [row for row in signs if row >= raw.header_rows]
    if len(rows) < _LEAST or len(body) != 1 or not _SIGN.fullmatch(next(iter(body))):
        return False
    beside = [amounts.get(row) for row in rows]
    plain = all(cell is not None and cell.row_span == cell.column_span == 1 for cell in beside)
    amount = all(cell is not None and _AMOUNT.fullmatch(_text(cell)) for cell in beside)
    headed = [row for row in signs if row < raw.header_rows and row in amounts]
    return plain and amount and not headed and all(signs[row].row_span == 1 for row in signs)


def _text(cell: Cell) -> str:
    return " ".join(line.text for line in cell.lines)


def _joined(raw: RawTable, column: int) -> RawTable:
    left = {cell.row: cell for cell in raw.cells if cell.column == column and cell.column_span == 1}
    cells: list[Cell] = []
    for cell in raw.cells:
        if cell.column == column and cell.column_span == 1:
            if not any(c.column == column + 1 and c.row == cell.row for c in raw.cells):
                cells.append(cell)
        elif cell.column == column + 1 and cell.row in left:
            cells.append(_beside(left[cell.row], cell))
        elif cell.column > column:
            cells.append(replace(cell, column=cell.column - 1))
        elif cell.column + cell.column_span > column + 1:
            cells.append(replace(cell, column_span=cell.column_span - 1))
        else:
            cells.append(cell)
    return replace(raw, column_count=raw.column_count - 1, cells=tuple(cells))


def _beside(sign: Cell, cell: Cell) -> Cell:
    lines = _side_by_side(sign.lines, cell.lines)
    box = cell.box if not sign.lines else sign.box.union(cell.box) if cell.lines else sign.box
    return replace(cell, column=sign.column, lines=lines, box=box)


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> tuple[Line, ...]:
    if len(left) == len(right) == 1:
        return (Line.of([*left[0].words, *right[0].words]),)
    return (*left, *right)
