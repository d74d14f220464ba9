"""Heads that the table finder cut at the wrong word, or set on one of the columns that they are meant for.

A rule or a gap between two columns need not lie between the words of their heads, and a phrase set in the middle of two
columns, above a name for each, falls into the cell of one of them. What stands below tells which words go together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box

_CLOSE = 0.6  # of a line's height: a gap within a phrase
_BETTER = 0.1  # of a line's height, by which heads cut elsewhere must stand better over their columns
_OFF = 0.2  # of the columns' width, by which a phrase may be off their middle
_ASIDE = 0.3  # of a column's width, by which a phrase over several is off the middle of its own
_LEAST = 3  # cells of a column that tell where it begins and ends

Edges = tuple[float, float]


def recut_heads(raw: RawTable) -> RawTable:
    """Return the grid with words of the last head row moved to the neighbour that they stand over.

    They are where a line goes on from one head to the next, the words stand beside their column, and cut there both
    heads stand better over their columns.
    """
    heads = {cell.column: cell for cell in raw.cells if _is_last_head(raw, cell) and len(cell.lines) == 1}
    moved: dict[int, Cell] = {}
    for column, left in sorted(heads.items()):
        left, right = moved.get(column, left), heads.get(column + 1)
        a, b = _body_edges(raw, column), _body_edges(raw, column + 1)
        if right is None or a is None or b is None or not _goes_on(left.lines[0], right.lines[0]):
            continue
        words = [*left.lines[0].words, *right.lines[0].words]
        height = left.lines[0].box.height
        cut = min(range(1, len(words)), key=lambda k: _misfit(words[:k], a) + _misfit(words[k:], b))
        own = len(left.lines[0].words)
        gain = _misfit(words[:own], a) + _misfit(words[own:], b) - _misfit(words[:cut], a) - _misfit(words[cut:], b)
        aside = all(not _is_over(word, a if cut < own else b) for word in words[min(cut, own) : max(cut, own)])
        if cut != own and aside and gain > _BETTER * height:
            moved[column] = replace(left, lines=(Line.of(words[:cut]),))
            moved[column + 1] = replace(right, lines=(Line.of(words[cut:]),))
    cells = tuple(moved.get(c.column, c) if heads.get(c.column) is c else c for c in raw.cells)
    return replace(raw, cells=cells)


def _is_last_head(raw: RawTable, cell: Cell) -> bool:
    return cell.column_span == 1 and cell.row + cell.row_span == raw.header_rows


def _body_edges(raw: RawTable, column: int) -> Edges | None:
    """Return left and right of what a column holds below its head; None where that is little."""
    boxes = [
        Box.around(line.box for line in cell.lines)
        for cell in raw.cells
        if cell.column == column and cell.column_span == 1 and cell.row >= raw.header_rows and cell.lines
    ]
    return (median(box.x0 for box in boxes), median(box.x1 for box in boxes)) if len(boxes) >= _LEAST else None


def _goes_on(left: Line, right: Line) -> bool:
    height = max(left.box.height, right.box.height)
    level = abs(left.box.y0 + left.box.y1 - right.box.y0 - right.box.y1) < 0.8 * height
    return level and 0 <= right.box.x0 - left.box.x1 < _CLOSE * height


def _is_over(word: Word, edges: Edges) -> bool:
    return min(word.box.x1, edges[1]) > max(word.box.x0, edges[0])


def _misfit(words: Sequence[Word], edges: Edges) -> float:
    """Return how far words are from beginning, ending or being centred where their column does."""
    x0, x1 = words[0].box.x0, words[-1].box.x1
    return min(abs(x0 - edges[0]), abs(x1 - edges[1]), abs(x0 + x1 - edges[0] - edges[1]) / 2)


def lift_phrases(raw: RawTable) -> RawTable:
    """Return the grid with a head's first line that is centred over several columns in a row of its own, over these.

    Each of these columns has lines of its own below the phrase, and its own cell's are not below its middle.
    """
    row = raw.header_rows - 1
    heads = {cell.column: cell for cell in raw.cells if _is_last_head(raw, cell) and cell.row == row and cell.lines}
    spans = {column: span for column in heads if (span := _span_of(raw, heads, column)) is not None}
    taken = [column for first, last in spans.values() for column in range(first, last + 1)]
    if not spans or len(taken) != len(set(taken)):
        return raw
    cells: list[Cell] = []
    for cell in raw.cells:
        if cell.row > row or (cell.row == row and cell.column in taken and cell.column_span == 1):
            lines = cell.lines[1:] if cell.row == row and cell.column in spans else cell.lines
            cells.append(replace(cell, row=cell.row + 1, lines=lines))
        elif cell.row + cell.row_span > row:
            cells.append(replace(cell, row_span=cell.row_span + 1))
        else:
            cells.append(cell)
    for column, (first, last) in spans.items():
        phrase = heads[column].lines[0]
        cells.append(Cell(row, first, 1, last - first + 1, (phrase,), phrase.box))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return RawTable(raw.row_count + 1, raw.column_count, tuple(cells), raw.header_rows + 1)


def _span_of(raw: RawTable, heads: dict[int, Cell], column: int) -> tuple[int, int] | None:
    """Return the first and the last column that a head's first line is centred over; None where it is its own alone."""
    cell, edges = heads[column], _body_edges(raw, column)
    if len(cell.lines) < 2 or edges is None or column == 0:
        return None
    phrase, rest = cell.lines[0].box, Box.around(line.box for line in cell.lines[1:])
    middle = (phrase.x0 + phrase.x1) / 2
    width = max(edges[1], rest.x1) - min(edges[0], rest.x0)
    if abs(middle - (rest.x0 + rest.x1) / 2) < _ASIDE * width or phrase.x0 < rest.x0 - 1 < phrase.x1 < rest.x1:
        return None
    for first, last in ((column, column + 1), (column - 1, column)):
        other = heads.get(first if first != column else last)
        if other is None or first == 0 or other.lines[0].box.y0 < phrase.y1 - 0.3 * phrase.height:
            continue
        below = Box.around(line.box for line in (*cell.lines[1:], *other.lines))
        if abs((below.x0 + below.x1) / 2 - middle) < _OFF * below.width:
            return first, last
    return None
