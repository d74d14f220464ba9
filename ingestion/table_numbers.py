"""Cells that hold the numbers of several columns -> a cell for each, as the places of the numbers and heads show them.

Columns of numbers that stand close are taken for one, in all rows or, where two numbers nearly touch, in some; their
heads stand in one cell then, too. A cell of several numbers in every row, under as many heads, is several columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.table_spans import over_columns, part_spanning_heads

_NUMBER = re.compile(r"[-–+−]?[$€£]?[-–+−]?(?:\d[\d.,]*)?\d%?\*{0,3}")
_THOUSANDS = re.compile(r"[-–+−]?\d{1,3}(?: \d{3})+%?")  # one number with spaces in it
_NEARLY_ALL = 0.8  # share of a column's filled cells that hold as many numbers
_LEAST_ROWS = 3
_APART = 0.4  # of a line's height: the least gap between two columns
_TOUCHING = 0.1  # the same where each has a word of its own above it
_ASIDE = 0.2  # of a word's width by which it may reach over a cut and still stand beside it
_PHRASE = 0.7  # of a line's height, at most, between two words that one phrase over heads may consist of
_MOST_COLUMNS = 60


def part_numbers(raw: RawTable) -> RawTable:
    """Return the grid with columns parted that hold several numbers in nearly all rows, and their heads with them."""
    column = 0
    while column < raw.column_count < _MOST_COLUMNS:
        cuts = _cuts(raw, column)
        if cuts:
            raw = _part_column(raw, column, cuts)
        column += 1
    return part_head_lines(part_spanning_heads(_part_spans(raw)))


def _cuts(raw: RawTable, column: int) -> list[float]:
    """Return where a column is to be parted, from left to right; [] where it is one column."""
    own = [cell for cell in raw.cells if cell.column == column and cell.column_span == 1 and cell.lines]
    body = [cell for cell in own if cell.row >= raw.header_rows]
    rows = [words for cell in body if (words := _numbers(cell))]
    if not raw.header_rows or len(rows) < max(_LEAST_ROWS, _NEARLY_ALL * len(body)):
        return []
    count = len(rows[0])
    if any(len(row) != count for row in rows):
        return []
    heads = [cell for cell in own if cell.row < raw.header_rows]
    cuts: list[float] = []
    gaps = []
    for k in range(1, count):
        left, right = max(row[k - 1].box.x1 for row in rows), min(row[k].box.x0 for row in rows)
        gaps.append(median((row[k].box.x0 - row[k - 1].box.x1) / row[k].box.height for row in rows))
        if left >= right:
            return []
        cuts.append((left + right) / 2)
    named = {_side_of(word, cuts) for cell in heads for line in cell.lines for word in line.words}
    apart = _TOUCHING if heads and _is_word_each(heads[-1].lines[-1], cuts) else _APART
    return cuts if len(named) == count and min(gaps) >= apart else []


def _numbers(cell: Cell) -> tuple[Word, ...]:
    """Return the words of a cell of one line that is several numbers; () for any other."""
    if len(cell.lines) != 1 or len(cell.lines[0].words) < 2:
        return ()
    line = cell.lines[0]
    if _THOUSANDS.fullmatch(line.text) or not all(_NUMBER.fullmatch(word.text) for word in line.words):
        return ()
    return line.words


def _side_of(word: Word, cuts: Sequence[float]) -> int:
    centre = (word.box.x0 + word.box.x1) / 2
    return sum(cut < centre for cut in cuts)


def _is_word_each(line: Line, cuts: Sequence[float]) -> bool:
    """Return whether a line has one word over each of the parts."""
    return [_side_of(word, cuts) for word in line.words] == list(range(len(cuts) + 1))


def _part_column(raw: RawTable, column: int, cuts: Sequence[float]) -> RawTable:
    more = len(cuts)
    cells: list[Cell] = []
    for cell in raw.cells:
        if cell.column > column:
            cells.append(replace(cell, column=cell.column + more))
        elif cell.column + cell.column_span <= column:
            cells.append(cell)
        elif cell.column_span > 1 or _reaches_over(cell.lines, cuts):
            cells.append(replace(cell, column_span=cell.column_span + more))
        else:
            cells += _parts(cell, cuts)
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(raw, column_count=raw.column_count + more, cells=tuple(cells))


def _reaches_over(lines: Sequence[Line], cuts: Sequence[float]) -> bool:
    """Return whether a line lies over a cut: a word does, or two that stand as close as those of a phrase."""
    for line in lines:
        for cut in cuts:
            if any(min(cut - w.box.x0, w.box.x1 - cut) > _ASIDE * w.box.width for w in line.words):
                return True
        if line is lines[-1] and _is_word_each(line, cuts):
            continue
        for cut in cuts:
            pairs = [(a, b) for a, b in pairwise(line.words) if _side_of(a, [cut]) < _side_of(b, [cut])]
            if any(b.box.x0 - a.box.x1 < _APART * b.box.height for a, b in pairs):
                return True
    return False


def _parts(cell: Cell, cuts: Sequence[float]) -> list[Cell]:
    edges = [cell.box.x0, *cuts, cell.box.x1]
    parts = []
    for k in range(len(cuts) + 1):
        words = [[word for word in line.words if _side_of(word, cuts) == k] for line in cell.lines]
        lines = tuple(Line.of(own) for own in words if own)
        box = Box(edges[k], cell.box.y0, edges[k + 1], cell.box.y1) if cell.lines else cell.box
        parts.append(replace(cell, column=cell.column + k, lines=lines, box=box))
    return parts


def _part_spans(raw: RawTable) -> RawTable:
    """Part each cell below the head that spans columns and holds a number over each of them."""
    cells: list[Cell] = []
    for cell in raw.cells:
        fused = cell.row >= raw.header_rows and len(_numbers(cell)) == cell.column_span > 1
        parts = over_columns(raw, cell) if fused else None
        cells += parts if parts is not None else [cell]
    return replace(raw, cells=tuple(cells))


def part_head_lines(raw: RawTable) -> RawTable:
    """Return the grid with its last head row parted in two where a head's last line names each column that it spans.

    "Women" above "Rate Error" over two columns is a head over both, and one for each. Cells beside it with the same
    names in their last lines are parted, too, and go together where their upper lines are one phrase.
    """
    row = raw.header_rows - 1
    last = [cell for cell in raw.cells if cell.row + cell.row_span - 1 == row]
    spread = {cell: parts for cell in last if (parts := _last_line(raw, cell))}
    if not spread:
        return raw
    names = {line.text for parts in spread.values() for part in parts for line in part.lines}
    cells: list[Cell] = []
    for cell in sorted(raw.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.row > row:
            cells.append(replace(cell, row=cell.row + 1))
        elif cell not in last:
            cells.append(cell)
        elif cell in spread or (len(cell.lines) > 1 and cell.lines[-1].text in names and cell.column_span == 1):
            cells += [replace(part, row=row + 1, row_span=1) for part in spread.get(cell, [_only_last(cell)])]
            upper = replace(cell, lines=cell.lines[:-1])
            before = next((c for c in reversed(cells) if c.row + c.row_span - 1 == row and c.lines), None)
            if cell not in spread and before is not None and _is_one_phrase(before, upper):
                cells.remove(before)
                line = Line.of([*before.lines[0].words, *upper.lines[0].words])
                box = before.box.union(upper.box)
                upper = replace(before, lines=(line,), column_span=before.column_span + 1, box=box)
            cells.append(upper)
        else:
            cells.append(replace(cell, row_span=cell.row_span + 1))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return RawTable(raw.row_count + 1, raw.column_count, tuple(cells), raw.header_rows + 1)


def _last_line(raw: RawTable, cell: Cell) -> list[Cell] | None:
    if cell.column_span < 2 or len(cell.lines) < 2:
        return None
    return over_columns(raw, replace(cell, lines=cell.lines[-1:]))


def _only_last(cell: Cell) -> Cell:
    return replace(cell, lines=cell.lines[-1:])


def _is_one_phrase(left: Cell, right: Cell) -> bool:
    if left.column + left.column_span != right.column or len(left.lines) != 1 or len(right.lines) != 1:
        return False
    a, b = left.lines[0].box, right.lines[0].box
    return 0 <= b.x0 - a.x1 < _PHRASE * min(a.height, b.height) and abs(a.y0 - b.y0) < _APART * a.height
