"""Grids whose rows or columns the table finder cut at the wrong places -> grids with the rows and columns of the page.

It cuts by drawn rules where there are some, so that all rows between two rules stand in one cell, a table between many
rules falls into several, a phrase over two columns is cut in two, and a head of two lines is two heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_CLOSE = 0.45  # of a line's height: a gap within a phrase; that between two columns is wider
_DASHES = ("-", "–", "—")  # behind which a phrase goes on
_LEVEL = 0.4  # of a line's height, by which lines of one row may differ
_APART = 1.0  # of a line's height, at most, between two parts of one table


def stack_tables(found: dict[Box, RawTable], regions: Sequence[Box]) -> dict[Box, RawTable]:
    """Return the grids, those that lie right below one another in one region, with as many columns, as one."""
    stacked: list[tuple[Box, RawTable]] = []
    for box, raw in sorted(found.items(), key=lambda item: (item[0].y0, item[0].x0)):
        above = stacked[-1] if stacked else None
        if above is not None and _goes_on(above, (box, raw), regions):
            moved = tuple(replace(cell, row=cell.row + above[1].row_count) for cell in raw.cells)
            whole = replace(above[1], row_count=above[1].row_count + raw.row_count, cells=(*above[1].cells, *moved))
            stacked[-1] = (above[0].union(box), whole)
        else:
            stacked.append((box, raw))
    return dict(stacked)


def _goes_on(above: tuple[Box, RawTable], below: tuple[Box, RawTable], regions: Sequence[Box]) -> bool:
    (a, upper), (b, lower) = above, below
    heights = [line.box.height for cell in lower.cells for line in cell.lines]
    if not heights or upper.column_count != lower.column_count:
        return False
    near = -1 <= b.y0 - a.y1 < _APART * max(heights)
    same = abs(a.x0 - b.x0) < 3 and abs(a.x1 - b.x1) < 3
    return near and same and any(_inside(a, region) and _inside(b, region) for region in regions)


def _inside(box: Box, region: Box) -> bool:
    return box.overlap(region) > 0.7 * box.width * box.height


def part_rows(raw: RawTable) -> RawTable:
    """Return the grid with each row parted whose cells hold several lines of numbers at the same heights.

    A cell of words beside them goes along line by line; a line above all numbers, as a group's name is, gets a row.
    """
    rows: list[list[Cell]] = []
    heads = raw.header_rows
    for row in range(raw.row_count):
        cells = [cell for cell in raw.cells if cell.row == row]
        levels = _levels(raw, row, cells)
        if not levels:
            rows.append(cells)
            continue
        if row < raw.header_rows:  # the only row of a grid counts as its head, which lines of numbers are not
            heads = min(heads, len(rows))
        rows += _at_levels(cells, levels)
    if len(rows) == raw.row_count:
        return raw
    moved = tuple(replace(cell, row=i) for i, cells in enumerate(rows) for cell in cells)
    return RawTable(len(rows), raw.column_count, moved, heads)


def _levels(raw: RawTable, row: int, cells: Sequence[Cell]) -> list[float]:
    """Return the middles of the lines that a row is parted into, from the top; [] for a row that stays whole."""
    filled = [cell for cell in cells if cell.lines]
    if any(cell.row_span > 1 or cell.column_span > 1 for cell in filled) or _is_crossed(raw, row):
        return []
    numeric = [cell for cell in filled if len(cell.lines) > 1 and all(map(_is_number, cell.lines))]
    if not numeric:
        return []
    levels = [_middle(line) for line in numeric[0].lines]
    height = numeric[0].lines[0].box.height
    if any(len(cell.lines) != len(levels) or not _fits(cell, levels, height) for cell in numeric):
        return []
    others = [cell for cell in filled if cell not in numeric]
    higher = max(_LEVEL * height, 0.7 * (levels[1] - levels[0]))  # less than a row higher is in the middle of two rows
    above = [cell for cell in others if _middle(cell.lines[0]) < levels[0] - higher]
    if any(cell.column > 0 or len(cell.lines) > len(levels) + 1 for cell in above):
        return []
    labels = [replace(cell, lines=cell.lines[1:]) if cell in above else cell for cell in others]
    if any(not _fits(cell, levels, height) for cell in labels if cell.lines and cell.column > 0):
        return []  # a label may be set in the middle of its rows, between two of them
    first = [cell for cell in labels if cell.lines and cell.column == 0 and not _fits(cell, levels, height)]
    if first and (len(numeric) < 2 or len(first[0].lines) > len(levels)):
        return []
    enough = len(numeric) > 1 or (len(levels) > 2 and all(len(cell.lines) == len(levels) for cell in labels))
    if not enough or len(numeric) < 0.5 * (len(filled) - 1):
        return []
    return [_middle(above[0].lines[0]), *levels] if above else levels


def _is_crossed(raw: RawTable, row: int) -> bool:
    return any(cell.row < row < cell.row + cell.row_span for cell in raw.cells)


def _is_number(line: Line) -> bool:
    """Return whether a line is numbers and signs, or a word beside some, as "pure Spatial 10" is not."""
    digits = sum(any(c.isdecimal() for c in word.text) for word in line.words)
    return digits > 0 and digits >= 0.6 * len(line.words)


def _middle(line: Line) -> float:
    return (line.box.y0 + line.box.y1) / 2


def _fits(cell: Cell, levels: Sequence[float], height: float) -> bool:
    """Return whether each of a cell's lines stands at a level of its own."""
    at = [min(range(len(levels)), key=lambda i: abs(levels[i] - _middle(line))) for line in cell.lines]
    near = all(abs(levels[i] - _middle(line)) < _LEVEL * height for i, line in zip(at, cell.lines, strict=True))
    return near and len(set(at)) == len(at)


def _at_levels(cells: Sequence[Cell], levels: Sequence[float]) -> list[list[Cell]]:
    cuts = [(a + b) / 2 for a, b in pairwise(levels)]
    rows = []
    for i in range(len(levels)):
        top = cuts[i - 1] if i else float("-inf")
        bottom = cuts[i] if i < len(cuts) else float("inf")
        row = []
        for cell in cells:
            lines = tuple(line for line in cell.lines if top <= _middle(line) < bottom)
            y0, y1 = max(cell.box.y0, top), min(cell.box.y1, bottom)
            box = Box(cell.box.x0, y0, cell.box.x1, max(y0, y1)) if cell.box.height > 0 else cell.box
            row.append(replace(cell, lines=lines, box=box))
        rows.append(row)
    return rows


def join_phrases(raw: RawTable) -> RawTable:
    """Return the grid with phrases whole that lie over a cut: "In" and "situ" are one head, and one column.

    A column goes into the one before it where all that it holds goes on from there at the space of a word, and most of
    its cells are empty. In a row that is one phrase, as a group's name is, the cell spans the columns it lies over, and
    so does each phrase of a head row above others.
    """
    column = 1
    while column < raw.column_count:
        raw, joined = _without_column(raw, column)
        column += not joined
    cells: list[Cell] = []
    for row in range(raw.row_count):
        own = sorted((cell for cell in raw.cells if cell.row == row), key=lambda cell: cell.column)
        if _is_phrase(own, raw.column_count):
            cells += _as_phrase(own)
        else:
            cells += _with_phrases(own) if row + 1 < raw.header_rows else own
    return replace(raw, cells=tuple(cells))


def _with_phrases(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a head row above others, those that are one phrase as one cell over their columns."""
    runs: list[list[Cell]] = []
    for cell in cells:
        last = runs[-1][-1] if runs else None
        beside = last is not None and last.column + last.column_span == cell.column and cell.column > 1
        if last is not None and beside and last.row_span == cell.row_span == 1 and _follow(last, cell):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return [cell for run in runs for cell in (_as_phrase(run) if len(run) > 1 else run)]


def _without_column(raw: RawTable, column: int) -> tuple[RawTable, bool]:
    at = {(cell.row, cell.column): cell for cell in raw.cells if cell.column_span == 1 and cell.row_span == 1}
    own = [cell for cell in raw.cells if cell.column == column and cell.lines]
    plain = all(cell.row_span == 1 and cell.column_span == 1 for cell in own)
    if not own or not plain or len(own) > 0.5 * raw.row_count:
        return raw, False
    before = [at.get((cell.row, column - 1)) for cell in own]
    if any(cell is None or not _follows(cell, after) for cell, after in zip(before, own, strict=True)):
        return raw, False
    cells: list[Cell] = []
    for cell in raw.cells:
        if cell.column == column and cell.column_span == 1:
            continue
        right = at.get((cell.row, column)) if cell.column == column - 1 and cell.column_span == 1 else None
        if right is not None:
            box = cell.box.union(right.box) if cell.box.width > 0 and right.box.width > 0 else cell.box
            cells.append(replace(cell, lines=_side_by_side(cell.lines, right.lines), box=box))
        elif cell.column > column:
            cells.append(replace(cell, column=cell.column - 1))
        elif cell.column + cell.column_span > column:
            cells.append(replace(cell, column_span=max(1, cell.column_span - 1)))
        else:
            cells.append(cell)
    return replace(raw, column_count=raw.column_count - 1, cells=tuple(cells)), True


def _follow(cell: Cell, after: Cell) -> bool:
    """Return whether all lines of a cell go on in the next one's: "Three" and "Months", below them "May" and "31"."""
    if len(cell.lines) < 2 or len(cell.lines) != len(after.lines):
        return _follows(cell, after)
    pairs = list(zip(cell.lines, after.lines, strict=True))
    close = all(0 <= b.box.x0 - a.box.x1 < _CLOSE * max(a.box.height, b.box.height) for a, b in pairs)
    level = all(abs(_middle(a) - _middle(b)) < _LEVEL * a.box.height for a, b in pairs)
    return close and level and any(a.text[-1].isalpha() and b.text[0].isalpha() for a, b in pairs)


def _follows(cell: Cell, after: Cell) -> bool:
    """Return whether a cell's only line goes on, at the space of a word, in the next cell's only line."""
    if len(cell.lines) != 1 or len(after.lines) != 1:
        return False
    left, right = cell.lines[0], after.lines[0]
    height = max(left.box.height, right.box.height)
    near = 0 <= right.box.x0 - left.box.x1 < _CLOSE * height
    dash = right.words[0].text in _DASHES and len(right.words) > 1 and right.words[1].text[:1].isalpha()
    letters = left.words[-1].text[-1:].isalpha() and (dash or right.words[0].text[:1].isalpha())
    return near and letters and abs(_middle(left) - _middle(right)) < _LEVEL * height


def _is_phrase(cells: Sequence[Cell], columns: int) -> bool:
    filled = [cell for cell in cells if cell.lines]
    if not 1 < len(filled) < columns or any(cell.row_span > 1 for cell in filled):
        return False
    return all(b.column == a.column + a.column_span and _follows(a, b) for a, b in pairwise(filled))


def _as_phrase(cells: Sequence[Cell]) -> list[Cell]:
    filled = [cell for cell in cells if cell.lines]
    lines: tuple[Line, ...] = ()
    for cell in filled:
        lines = _side_by_side(lines, cell.lines) if lines else cell.lines
    span = filled[-1].column + filled[-1].column_span - filled[0].column
    whole = replace(filled[0], lines=lines, column_span=span, box=Box.around(cell.box for cell in filled))
    return [whole, *(cell for cell in cells if not cell.lines)]


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> tuple[Line, ...]:
    if len(left) == len(right):
        return tuple(Line.of([*a.words, *b.words]) for a, b in zip(left, right, strict=True))
    return (*left, *right)


def join_head_lines(raw: RawTable) -> RawTable:
    """Return the grid with head rows joined that are lines of the same heads: "Margin of", and "error" below it.

    They are where no head of the upper one spans columns, and each has a head where the other has none.
    """
    row = 0
    while row + 1 < raw.header_rows:
        upper = {cell.column: cell for cell in raw.cells if cell.row == row and cell.lines}
        lower = {cell.column: cell for cell in raw.cells if cell.row == row + 1 and cell.lines}
        spans = any(cell.column_span > 1 or cell.row_span > 1 for cell in (*upper.values(), *lower.values()))
        crossed = any(cell.row <= row < cell.row + cell.row_span - 1 and cell.row < row for cell in raw.cells)
        beside = [column for column in upper if column > 0 and column not in lower]
        below = [column for column in lower if column > 0 and column not in upper]
        if not upper or spans or crossed or not beside or not below:
            row += 1
            continue
        cells: list[Cell] = []
        for cell in raw.cells:
            if cell.row == row and cell.column not in lower:
                cells.append(cell)
            elif cell.row == row + 1 and (cell.lines or cell.column not in upper):
                above = upper.get(cell.column)
                both = (
                    replace(cell, lines=(*above.lines, *cell.lines), box=above.box.union(cell.box)) if above else cell
                )
                cells.append(replace(both, row=row))
            elif cell.row > row + 1:
                cells.append(replace(cell, row=cell.row - 1))
            elif cell.row < row:
                cells.append(cell if cell.row + cell.row_span <= row + 1 else replace(cell, row_span=cell.row_span - 1))
        kept = {(cell.row, cell.column): cell for cell in sorted(cells, key=lambda cell: bool(cell.lines))}
        ordered = sorted(kept.values(), key=lambda cell: (cell.row, cell.column))
        raw = RawTable(raw.row_count - 1, raw.column_count, tuple(ordered), raw.header_rows - 1)
    return raw
