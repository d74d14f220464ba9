"""Columns that stand as close as words of a phrase, taken for one -> parted where the same strip is free in all rows.

A list of many columns on one page sets a short code right behind a number, or a date behind a telephone number. What
stands left and right of the strip begins or ends at one place all down the column, and so does the head of each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box

_LEAST_ROWS = 5
_NARROW, _WIDE = 0.2, 0.4  # of a line's height: the least strip between entries of two kinds, and of one
_EVEN = 0.3  # of a line's height, by which entries that begin or end at one place may differ
_NUMBER = re.compile(r"[-–+−$€£(]*\d[\d.,/:()-]*%?|[-–—]")
_CODE = re.compile(r"[^\W\d_]{1,5}")
_UNIT = re.compile(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]*|%|[°µ]\w?")  # "kg", "km": with a small letter


def part_strips(raw: RawTable) -> RawTable:
    """Return the grid with each column parted that a free strip runs through, below a head of a word each."""
    column = 0
    while raw.header_rows and column < raw.column_count < 60:
        strip = _strip(raw, column)
        if strip is None:
            column += 1
        else:
            raw = _part(raw, column, strip)
    return raw


def _strip(raw: RawTable, column: int) -> float | None:
    """Return the middle of the strip that parts a column into two, the widest; None where there is none."""
    own = [cell for cell in raw.cells if cell.column == column and cell.column_span == 1 and cell.lines]
    lines = [line for cell in own if cell.row >= raw.header_rows for line in cell.lines]
    heads = [cell for cell in own if cell.row + cell.row_span == raw.header_rows]
    if len(lines) < _LEAST_ROWS or not heads or any(len(line.words) < 2 for line in lines):
        return None
    height = median(line.box.height for line in lines)
    found = []
    for i in range(1, len(lines[0].words)):
        x = (lines[0].words[i - 1].box.x1 + lines[0].words[i].box.x0) / 2
        sides = [_sides(line.words, x) for line in lines]
        head = _sides(heads[0].lines[-1].words, x)
        if not all(left and right for left, right in [*sides, head]):
            continue
        left, right = max(a[-1].box.x1 for a, _ in sides), min(b[0].box.x0 for _, b in sides)
        least = _NARROW if _kinds(sides) == 2 else _WIDE
        if right - left >= least * height and _kinds(sides) and _are_even(sides, head, height):
            found.append((right - left, (left + right) / 2))
    return max(found)[1] if found else None


def _sides(words: Sequence[Word], x: float) -> tuple[list[Word], list[Word]]:
    left = [word for word in words if (word.box.x0 + word.box.x1) / 2 < x]
    return left, [word for word in words if (word.box.x0 + word.box.x1) / 2 >= x]


def _kinds(sides: Sequence[tuple[list[Word], list[Word]]]) -> int:
    """Return 2 where numbers stand beside codes, 1 beside numbers, 0 where one side is neither, or a unit."""
    kinds = []
    for side in ([left for left, _ in sides], [right for _, right in sides]):
        if all(all(_NUMBER.fullmatch(word.text) for word in words) for words in side):
            kinds.append("number")
        elif all(len(words) == 1 and _CODE.fullmatch(words[0].text) for words in side):
            if any(_UNIT.fullmatch(words[0].text) for words in side):
                return 0
            kinds.append("code")
        else:
            return 0
    return len(set(kinds)) if "number" in kinds else 0


def _are_even(
    sides: Sequence[tuple[list[Word], list[Word]]], head: tuple[list[Word], list[Word]], height: float
) -> bool:
    """Return whether the entries of each side begin or end at one place, and its head with them or over them."""
    for k in (0, 1):
        boxes = [Box.around(word.box for word in pair[k]) for pair in sides]
        starts, ends = [box.x0 for box in boxes], [box.x1 for box in boxes]
        over = Box.around(word.box for word in head[k])
        if min(max(starts) - min(starts), max(ends) - min(ends)) > _EVEN * height:
            return False
        if min(over.x1, max(ends)) - max(over.x0, min(starts)) < 0.5 * min(over.width, max(ends) - min(starts)):
            return False
    return True


def _part(raw: RawTable, column: int, x: float) -> RawTable:
    cells: list[Cell] = []
    for cell in raw.cells:
        if cell.column > column:
            cells.append(replace(cell, column=cell.column + 1))
        elif cell.column + cell.column_span <= column:
            cells.append(cell)
        elif cell.column_span > 1:
            cells.append(replace(cell, column_span=cell.column_span + 1))
        else:
            for k, (x0, x1) in enumerate(((cell.box.x0, x), (x, cell.box.x1))):
                own = (_sides(line.words, x)[k] for line in cell.lines)
                lines = tuple(Line.of(words) for words in own if words)
                box = Box(x0, cell.box.y0, x1, cell.box.y1) if cell.box.width > 0 else cell.box
                cells.append(replace(cell, column=column + k, lines=lines, box=box))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(raw, column_count=raw.column_count + 1, cells=tuple(cells))
