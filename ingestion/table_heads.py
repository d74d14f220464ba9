"""Heads that stand over several columns without a rule around them -> cells that span these columns.

Where a grid was found by white space, a head such as "2010" lies in one cell although it is set centred over two
columns, so the second column would lose its year. The centre of its words tells which columns it is meant for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ingestion.blocks import Cell, RawTable

_BETTER = 0.3  # of a column's width, by which a wider span must be better centred to be taken
_ALIKE = 0.1  # of a column's width, by which a wider span may be worse centred for a phrase over several columns


def spread_heads(raw: RawTable) -> RawTable:
    """Return the grid with each head of an upper head row spanning the empty cells that its words are centred over.

    The last head row and the body stay as they are, and so does a grid without two head rows.
    """
    columns = _columns(raw)
    if raw.header_rows < 2 or columns is None:
        return raw
    cells = [cell for cell in raw.cells if cell.row >= raw.header_rows - 1]
    for row in range(raw.header_rows - 1):
        below = [_headed(raw, other) for other in range(row + 1, raw.header_rows)]
        cells += _spread_row([cell for cell in raw.cells if cell.row == row], columns, below, _names(raw))
    return replace(raw, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _columns(raw: RawTable) -> list[tuple[float, float]] | None:
    """Return left and right of each column, from the body's unspanned cells; None where a column has none."""
    columns = []
    for column in range(raw.column_count):
        boxes = [
            cell.box
            for cell in raw.cells
            if cell.column == column and cell.column_span == 1 and cell.row >= raw.header_rows and cell.box.width > 0
        ]
        if not boxes:
            return None
        columns.append((median(box.x0 for box in boxes), median(box.x1 for box in boxes)))
    return columns


def _headed(raw: RawTable, row: int) -> set[int]:
    """Return the columns that have words in a row."""
    here = [cell for cell in raw.cells if cell.lines and cell.row <= row < cell.row + cell.row_span]
    return {cell.column + i for cell in here for i in range(cell.column_span)}


def _names(raw: RawTable) -> list[str]:
    """Return what the last head row says of each column, "" where it says nothing of that column alone."""
    last = {cell.column: cell for cell in raw.cells if cell.row == raw.header_rows - 1 and cell.column_span == 1}
    return [
        " ".join(line.text for line in last[column].lines) if column in last else ""
        for column in range(raw.column_count)
    ]


def _spread_row(
    cells: list[Cell], columns: list[tuple[float, float]], below: Sequence[set[int]], names: Sequence[str]
) -> list[Cell]:
    """Return a head row's cells, each with words widened over the empty places beside it that it is centred over."""
    result: list[Cell] = []
    free_from = 0
    filled = [cell for cell in cells if cell.lines]
    for cell, following in zip(filled, [*filled[1:], None][: len(filled)], strict=True):
        left, right = cell.column, cell.column + cell.column_span - 1
        last = following.column - 1 if following is not None else len(columns) - 1
        if cell.row_span == 1 and cell.column > 0:
            left, right = _centred_span(cell, columns, max(free_from, 1), last, (below, names))
        free_from = right + 1
        result.append(replace(cell, column=left, column_span=right - left + 1))
    covered = {c.column + i for c in result for i in range(c.column_span)}
    return result + [cell for cell in cells if not cell.lines and cell.column not in covered]


def _centred_span(
    cell: Cell,
    columns: list[tuple[float, float]],
    first: int,
    last: int,
    lower: tuple[Sequence[set[int]], Sequence[str]],
) -> tuple[int, int]:
    """Return the first and last column of the span, within the given ones, that a cell's words are centred over.

    A phrase over several columns is set in the middle of all that it is meant for, of which it touches but some, or
    one: the columns of a group whose names come again for the next group. `lower` is what the head rows below name.
    """
    below, names = lower
    centre = (min(line.box.x0 for line in cell.lines) + max(line.box.x1 for line in cell.lines)) / 2
    own = (cell.column, cell.column + cell.column_span - 1)
    spans = [
        (left, right)
        for left in range(min(first, own[0]), own[0] + 1)
        for right in range(own[1], max(last, own[1]) + 1)
    ]

    def off(span: tuple[int, int]) -> float:
        return abs((columns[span[0]][0] + columns[span[1]][1]) / 2 - centre)

    best = min(spans, key=lambda span: (off(span), span[1] - span[0]))
    width = columns[own[0]][1] - columns[own[0]][0]
    if off(own) - off(best) > _BETTER * width:
        return best
    alike = [span for span in spans if off(span) <= off(best) + _ALIKE * width and _are_headed_alike(span, own, below)]
    if own[0] == own[1]:
        return next((span for span in alike if _comes_again(span, names)), own)
    return max(alike, key=lambda span: span[1] - span[0], default=own)


def _comes_again(span: tuple[int, int], names: Sequence[str]) -> bool:
    """Return whether the names of a span's columns differ and come again, in the same order, right beside it."""
    width = span[1] - span[0] + 1
    own = list(names[span[0] : span[1] + 1])
    if width < 2 or not all(own) or len(set(own)) < width:
        return False
    return own in (list(names[span[1] + 1 : span[1] + 1 + width]), list(names[max(0, span[0] - width) : span[0]]))


def _are_headed_alike(span: tuple[int, int], own: tuple[int, int], below: Sequence[set[int]]) -> bool:
    """Return whether all columns of a span have a head in each row below in which those under the phrase itself do."""
    within, under = set(range(span[0], span[1] + 1)), set(range(own[0], own[1] + 1))
    return all(within <= headed for headed in below if under <= headed)


def lower_first_group(raw: RawTable) -> RawTable:
    """Return the grid with a phrase over all columns that stands above the heads moved below them, into the body.

    It does where more such phrases part the rows of the body: the first group's name stands over the heads, so that
    they are not said again for each group, and would be taken for the name of all columns.
    """
    heads = raw.header_rows
    if heads < 2 or not _is_banner(raw, 0) or _is_banner(raw, 1):
        return raw
    if not any(_is_banner(raw, row) for row in range(heads, raw.row_count)):
        return raw
    if any(cell.row < heads < cell.row + cell.row_span for cell in raw.cells):
        return raw
    place = {0: heads - 1, **{row: row - 1 for row in range(1, heads)}}
    cells = [replace(cell, row=place.get(cell.row, cell.row)) for cell in raw.cells]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(raw, cells=tuple(cells), header_rows=heads - 1)


def _is_banner(raw: RawTable, row: int) -> bool:
    """Return whether a row is one cell with words over all columns."""
    own = [cell for cell in raw.cells if cell.row <= row < cell.row + cell.row_span]
    return len(own) == 1 and bool(own[0].lines) and own[0].column_span == raw.column_count > 2
