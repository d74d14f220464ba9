"""Cells that stand for several rows or columns without a rule that says so -> cells that span these.

A label set in the middle of the rows that it heads lies beside one of them, or between two; a head over two columns is
cut at the space between its words; and two heads that stand close are one cell over both columns. The places of the
words tell each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_LEVEL = 0.4  # of a line's height, by which lines of one row may differ
_CLOSE = 0.45  # of a line's height: a gap within a phrase
_APART = 3.0  # times a line's height: no gap within a phrase is so wide
_CENTRED = 0.35  # of the space between two rows, by which a label may be off the middle of its rows
_HALF = 0.6  # of that space, for the last label of many rows: two lines cannot stand in the middle of nine rows
_MANY = 4  # rows
_LABEL_CELLS = 3  # rows that the lines of one label may lie in


def span_labels(raw: RawTable) -> RawTable:
    """Return the grid with labels in the first two columns that are set in the middle of their rows spanning these.

    They do where the labels, from the top down, part all rows below the head into groups each of which has its label
    in its middle, and none stands at the height of the first row, so that no label can be at the top of its rows.
    Those of the second column stand between their rows, as no cell of one row does.
    """
    return _span_column(_span_column(raw, 0), 1)


def _span_column(raw: RawTable, column: int) -> RawTable:
    heads = max(1, raw.header_rows)
    at = {(cell.row, cell.column): cell for cell in raw.cells}
    first = [at.get((row, column)) for row in range(heads, raw.row_count)]
    if len(first) < 2 or raw.column_count < column + 3:
        return raw
    if any(cell is None or cell.row_span > 1 or cell.column_span > 1 for cell in first):
        return raw
    cells = [cell for cell in first if cell is not None]
    middles = _middles(raw, heads, column)
    if middles is None or not any(cell.lines for cell in cells):
        return raw
    if cells[0].lines and abs(_middle(cells[0].lines) - middles[0]) <= _CENTRED * (middles[1] - middles[0]):
        return raw
    groups = _groups([cell.lines for cell in cells], middles)
    if groups is None:
        return raw
    if column and any(cell.lines and _is_beside(cell.lines, middles) for cell in cells):
        return raw
    taken = {cell.row for cell in cells}
    kept = [cell for cell in raw.cells if cell.column != column or cell.row not in taken]
    for start, end in groups:
        lines = tuple(line for cell in cells[start:end] for line in cell.lines)
        boxes = [cell.box for cell in cells[start:end] if cell.box.height > 0]
        box = Box.around(boxes) if boxes else cells[start].box
        kept.append(Cell(heads + start, column, end - start, 1, lines, box))
    return replace(raw, cells=tuple(sorted(kept, key=lambda cell: (cell.row, cell.column))))


def _is_beside(lines: Sequence[Line], middles: Sequence[float]) -> bool:
    """Return whether a label stands at the height of a row, not between two."""
    return min(abs(_middle(lines) - middle) for middle in middles) <= _LEVEL * lines[0].box.height


def _middles(raw: RawTable, heads: int, column: int) -> list[float] | None:
    """Return the height at which each row below the head stands, labels aside; None where one has no words."""
    middles = []
    for row in range(heads, raw.row_count):
        beside = [c for c in raw.cells if c.row == row and c.column > column and c.row_span == 1 and c.lines]
        lines = [_middle(c.lines) for c in beside]
        if not lines:
            return None
        middles.append(median(lines))
    return middles if all(a < b for a, b in pairwise(middles)) else None


def _groups(labels: Sequence[Sequence[Line]], middles: Sequence[float]) -> list[tuple[int, int]] | None:
    """Return (first row, row behind the last) of each group, from the top; None where the labels do not say so."""
    rows = len(middles)
    step = median([b - a for a, b in pairwise(middles)])
    found: list[tuple[int, int]] = []
    start = 0
    while start < rows:
        end = _group_end(labels, middles, start, step)
        if end is None:
            return None
        if end < rows and not any(labels[end:]):
            lines = [line for label in labels[start:end] for line in label]
            if rows - start < _MANY or abs((middles[start] + middles[-1]) / 2 - _middle(lines)) > _HALF * step:
                return None
            end = rows
        found.append((start, end))
        start = end
    return found if any(end - start > 1 for start, end in found) else None


def _group_end(labels: Sequence[Sequence[Line]], middles: Sequence[float], start: int, step: float) -> int | None:
    """Return the row behind the group that begins at a row: the next label's lines lie in its middle."""
    at = next((row for row in range(start, len(labels)) if labels[row]), None)
    if at is None:
        return None
    lines: list[Line] = []
    for row in range(at, min(at + _LABEL_CELLS, len(labels))):
        if not labels[row]:
            break
        lines += labels[row]
        centre = _middle(lines)
        for end in range(row + 1, len(middles) + 1):
            inside = any(labels[other] for other in range(row + 1, end))
            if not inside and abs((middles[start] + middles[end - 1]) / 2 - centre) <= _CENTRED * step:
                return end
    return None


def part_spanning_heads(raw: RawTable) -> RawTable:
    """Return the grid with a cell of the last head row parted that spans columns over each of which a word stands."""
    row = raw.header_rows - 1
    if row < 0:
        return raw
    cells: list[Cell] = []
    for cell in raw.cells:
        parts = over_columns(raw, cell) if cell.row + cell.row_span - 1 == row and cell.column_span > 1 else None
        cells += parts if parts is not None else [cell]
    return replace(raw, cells=tuple(cells))


def over_columns(raw: RawTable, cell: Cell) -> list[Cell] | None:
    """Return a cell for each column that a head spans; None where not each has words of it in its middle.

    Words as far apart as none of a phrase are need not stand in the middle.
    """
    if len(cell.lines) != 1:
        return None
    columns = []
    for column in range(cell.column, cell.column + cell.column_span):
        boxes = [
            Box.around(line.box for line in c.lines)
            for c in raw.cells
            if c.column == column and c.column_span == 1 and c.row >= raw.header_rows and c.lines
        ]
        if not boxes:
            return None
        columns.append((median(box.x0 for box in boxes), median(box.x1 for box in boxes)))
    middles = [(a + b) / 2 for a, b in columns]
    parts: list[list[int]] = [[] for _ in columns]
    words = cell.lines[0].words
    for i, word in enumerate(words):
        centre = (word.box.x0 + word.box.x1) / 2
        parts[min(range(len(columns)), key=lambda k: abs(middles[k] - centre))].append(i)
    if not all(parts):
        return None
    apart = all(
        words[b[0]].box.x0 - words[a[-1]].box.x1 > _APART * cell.lines[0].box.height for a, b in pairwise(parts)
    )
    result = []
    for k, own in enumerate(parts):
        line = Line.of([words[i] for i in own])
        width = max(columns[k][1] - columns[k][0], line.box.width)
        if not apart and abs((line.box.x0 + line.box.x1) / 2 - middles[k]) > 0.35 * width:
            return None
        box = Box(line.box.x0, cell.box.y0, line.box.x1, cell.box.y1)
        result.append(replace(cell, column=cell.column + k, column_span=1, lines=(line,), box=box))
    return result


def part_stacked_heads(raw: RawTable) -> RawTable:
    """Return the grid with an only head row parted in two where a phrase of its upper lines lies over a cut.

    "VAL Set" over the columns BLEU and TER is cut by the space between its words: "VAL" goes with the one, "Set" with
    the other. A head that stands between both lines, or at one of them beside a phrase, spans both rows.
    """
    head = [cell for cell in raw.cells if cell.row == 0]
    if raw.header_rows != 1 or any(cell.row_span > 1 or cell.column_span > 1 for cell in head):
        return raw
    stacked = [cell for cell in head if len(cell.lines) == 2]
    if len(stacked) < 2:
        return raw
    height = stacked[0].lines[0].box.height
    upper, lower = (median(_middle([cell.lines[k]]) for cell in stacked) for k in (0, 1))
    off = _LEVEL * height
    if any(abs(_middle([cell.lines[k]]) - level) > off for cell in stacked for k, level in ((0, upper), (1, lower))):
        return raw
    cut = any(b.column == a.column + 1 and _goes_on(a.lines[0], b.lines[0], height) for a, b in pairwise(stacked))
    below = [cell.lines[-1].text for cell in head if cell.lines]
    if not cut and not _repeats(below):
        return raw
    cells = [replace(cell, row=cell.row + 1) for cell in raw.cells if cell.row > 0]
    middle = (upper + lower) / 2
    above: list[Cell] = []
    for cell in sorted(head, key=lambda cell: cell.column):
        if cell in stacked:
            top = Box(cell.box.x0, cell.box.y0, cell.box.x1, middle)
            cells.append(replace(cell, row=1, lines=cell.lines[1:], box=Box(top.x0, middle, top.x1, cell.box.y1)))
            last = above[-1] if above else None
            if (
                last is not None
                and last.lines
                and last.column + last.column_span == cell.column
                and _goes_on(last.lines[0], cell.lines[0], height)
            ):
                line = Line.of([*last.lines[0].words, *cell.lines[0].words])
                above[-1] = replace(last, lines=(line,), column_span=last.column_span + 1, box=last.box.union(top))
            else:
                above.append(replace(cell, lines=cell.lines[:1], box=top))
        elif cell.lines and abs(_middle(cell.lines) - lower) <= off:
            cells.append(replace(cell, row=1))
            above.append(replace(cell, lines=()))
        else:
            above.append(replace(cell, row_span=2))
    above = _widened(above)
    ordered = sorted([*above, *cells], key=lambda cell: (cell.row, cell.column))
    return RawTable(raw.row_count + 1, raw.column_count, tuple(ordered), 2)


def _repeats(heads: Sequence[str]) -> bool:
    """Return whether most heads come more than once, so that only what stands over them can tell them apart."""
    named = [head for head in heads if any(c.isalpha() for c in head)]
    return sum(named.count(head) > 1 for head in named) > 0.5 * len(named)


def _widened(row: Sequence[Cell]) -> list[Cell]:
    """Return a head row with each phrase widened over empty places at both sides, as far as half way to the next.

    A phrase is set in the middle of all columns that it is meant for, of which it touches but some.
    """
    cells = sorted(row, key=lambda cell: cell.column)
    phrases = [cell for cell in cells if cell.lines and cell.row_span == 1 and cell.column > 0]
    empty = {cell.column for cell in cells if not cell.lines and cell.row_span == 1 and cell.column > 0}
    taken: set[int] = set()
    wide: list[Cell] = []
    for k, phrase in enumerate(phrases):
        left, right = phrase.column, phrase.column + phrase.column_span - 1
        room = []
        if k:
            room.append((left - phrases[k - 1].column - phrases[k - 1].column_span) // 2)
        if k + 1 < len(phrases):
            room.append((phrases[k + 1].column - right - 1) // 2)
        step = 0
        while step < min(room, default=len(cells)) and left - 1 in empty and right + 1 in empty:
            left, right, step = left - 1, right + 1, step + 1
        taken |= set(range(left, right + 1)) - set(range(phrase.column, phrase.column + phrase.column_span))
        wide.append(replace(phrase, column=left, column_span=right - left + 1))
    kept = [cell for cell in cells if cell not in phrases and not (cell.column in taken and not cell.lines)]
    return sorted([*kept, *wide], key=lambda cell: cell.column)


def _goes_on(left: Line, right: Line, height: float) -> bool:
    return 0 <= right.box.x0 - left.box.x1 < _CLOSE * height


def _middle(lines: Sequence[Line]) -> float:
    return (min(line.box.y0 for line in lines) + max(line.box.y1 for line in lines)) / 2
