"""Grids that drawn rules part completely, taken in the place of those that were found by the words alone.

A form of narrow columns, many of them empty, shows by its words where some columns are; its rules show all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ingestion.blocks import Cell, RawTable, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines
from ingestion.outer_labels import add_outer_labels

_SAME = 2.5  # points by which two edges that are one may differ
_LEAST_COLUMNS = 3
_LEAST_ROWS = 3  # with words
_HELD = 0.7  # share of the words in a found grid's box that the ruled one must hold; labels may stand beside it
_WHOLE = 0.97  # share of the words that no rule may cut, and that none may lie beside
_BETWEEN = 2.0  # times a line's height, at most, between two parts of one table


@dataclass(frozen=True, slots=True)
class RuledGrid:
    """Rectangles between drawn rules, with the edges of the columns that they make."""

    box: Box
    cells: tuple[Box, ...]

    @property
    def edges(self) -> list[float]:
        """The x at which columns begin, and where the last one ends."""
        return _edges([x for cell in self.cells for x in (cell.x0, cell.x1)])


def better_ruled(
    found: Mapping[Box, RawTable], ruled: Sequence[RuledGrid], words: Sequence[Word]
) -> dict[Box, RawTable]:
    """Return the found grids, each that rules part into more columns as the grid that these make."""
    stacked = _stack([grid for grid in ruled if len(grid.edges) > _LEAST_COLUMNS], words)
    result: dict[Box, RawTable] = {}
    for box, raw in found.items():
        others = [other for other in found if other != box]
        better = (_ruled(whole, box, raw, words, others) for whole in stacked if _holds(whole, box, raw, words))
        taken, grid = next((pair for pair in better if pair is not None), (box, raw))
        result[taken] = grid
    return result


def _ruled(
    whole: RuledGrid, box: Box, raw: RawTable, words: Sequence[Word], others: Sequence[Box]
) -> tuple[Box, RawTable] | None:
    """Return a ruled grid with the labels beside it; None where it leaves out words in the rows of a found one."""
    beside = [word for word in words if not any(_middle_in(word.box, other) for other in (whole.box, *others))]
    wide, grid = add_outer_labels(whole.box, to_grid(whole, words, raw.header_rows), beside)
    rows = Box(box.x0, whole.box.y0, box.x1, whole.box.y1)
    own = sum(_middle_in(word.box, rows) for word in words)
    held = sum(len(line.words) for cell in grid.cells for line in cell.lines)
    return (wide, grid) if held >= _WHOLE * own else None


def is_drawn(grid: RuledGrid, drawn: Sequence[RuledGrid]) -> bool:
    """Return whether each of a grid's columns begins and ends at an edge of a drawn grid that it has rows of."""
    edges = [x for other in drawn if other.box.overlap(grid.box) > 0 for x in other.edges]
    return bool(edges) and all(min(abs(x - edge) for edge in edges) <= _SAME for x in grid.edges)


def to_grid(grid: RuledGrid, words: Sequence[Word], heads: int) -> RawTable:
    """Return a ruled grid with the words whose middle lies in its cells."""
    columns, rows = grid.edges, _edges([y for cell in grid.cells for y in (cell.y0, cell.y1)])
    inside: list[list[Word]] = [[] for _ in grid.cells]
    for word in words:
        home = _home(word.box, grid.cells)
        if home is not None:
            inside[home].append(word)
    cells: list[Cell] = []
    for box, own in zip(grid.cells, inside, strict=True):
        left, right = _nearest(columns, box.x0), _nearest(columns, box.x1)
        top, bottom = _nearest(rows, box.y0), _nearest(rows, box.y1)
        if right > left and bottom > top:
            cells.append(Cell(top, left, bottom - top, right - left, words_to_lines(own), box))
    return _filled_up(cells, len(rows) - 1, len(columns) - 1, heads)


def _filled_up(cells: Sequence[Cell], rows: int, columns: int, heads: int) -> RawTable:
    """Return the grid of cells, with empty ones where no rules draw any."""
    kept = {(cell.row, cell.column): cell for cell in cells}
    covered = {
        (cell.row + r, cell.column + c)
        for cell in kept.values()
        for r in range(cell.row_span)
        for c in range(cell.column_span)
    }
    nowhere = Box(0.0, 0.0, 0.0, 0.0)
    for row in range(rows):
        for column in range(columns):
            if (row, column) not in covered:
                kept[row, column] = Cell(row, column, 1, 1, (), nowhere)
    ordered = sorted(kept.values(), key=lambda cell: (cell.row, cell.column))
    return RawTable(rows, columns, tuple(ordered), min(heads, rows - 1))


def _holds(grid: RuledGrid, box: Box, raw: RawTable, words: Sequence[Word]) -> bool:
    """Return whether a ruled grid is a found one, has more columns, and parts no word."""
    if grid.box.overlap(box) < _HELD * grid.box.width * grid.box.height or len(grid.edges) - 1 <= raw.column_count:
        return False
    own = [word.box for word in words if _middle_in(word.box, box)]
    held = [(word, grid.cells[home]) for word in own if (home := _home(word, grid.cells)) is not None]
    if len(held) < _HELD * len(own):
        return False
    whole = sum(cell.x0 - _SAME <= word.x0 and word.x1 <= cell.x1 + _SAME for word, cell in held)
    rows = {round(cell.y0) for _, cell in held}
    height = median(word.height for word, _ in held)
    flat = sum(cell.height < 3 * height for _, cell in held)  # many lines between two rules are rows of their own
    return whole >= _WHOLE * len(held) and len(rows) >= _LEAST_ROWS and 2 * flat > len(held)


def _stack(grids: Sequence[RuledGrid], words: Sequence[Word]) -> list[RuledGrid]:
    """Return the grids, those with the same columns that lie right below one another as one."""
    height = median(word.box.height for word in words) if words else 0.0
    stacked: list[RuledGrid] = []
    for grid in sorted(grids, key=lambda grid: grid.box.y0):
        above = stacked[-1] if stacked else None
        if above is not None and -1 <= grid.box.y0 - above.box.y1 < _BETWEEN * height and _alike(above, grid):
            stacked[-1] = RuledGrid(above.box.union(grid.box), (*above.cells, *grid.cells))
        else:
            stacked.append(grid)
    return stacked


def _alike(a: RuledGrid, b: RuledGrid) -> bool:
    """Return whether two grids are as wide, and the one with fewer columns has no edge that the other has not."""
    more, fewer = sorted((a.edges, b.edges), key=len, reverse=True)
    ends = abs(more[0] - fewer[0]) <= _SAME and abs(more[-1] - fewer[-1]) <= _SAME
    return ends and all(min(abs(x - y) for y in more) <= _SAME for x in fewer)


def _edges(values: Sequence[float]) -> list[float]:
    """Return the middles of values that lie close together, from the least."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= _SAME:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _home(word: Box, cells: Sequence[Box]) -> int | None:
    return next((i for i, cell in enumerate(cells) if _middle_in(word, cell)), None)


def _middle_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
