"""Labels of several rows between two rules -> cells that span these rows.

A table whose rules part groups of rows, not rows, has the name of each group once, at the top of its rows or in their
middle. The table finder, which makes a row of each line, leaves the other rows without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_THIN = 2.0  # points: a drawn box that is not higher is one rule, a higher one has a rule at its top and its bottom
_OVER = 0.8  # share of the labels' width that a rule must reach over
_LEAST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A level rule of a page."""

    x0: float
    x1: float
    y: float


def level_rules(drawn: Iterable[tuple[str, Box]]) -> list[Rule]:
    """Return the level rules of a page from (kind, box) of what it draws: thin areas, and lines and frames."""
    rules: list[Rule] = []
    for kind, box in drawn:
        if box.height <= _THIN and kind in ("stroke-path", "fill-path"):
            rules.append(Rule(box.x0, box.x1, (box.y0 + box.y1) / 2))
        elif kind == "stroke-path":
            rules += [Rule(box.x0, box.x1, box.y0), Rule(box.x0, box.x1, box.y1)]
    return rules


def span_ruled_labels(raw: RawTable, rules: Sequence[Rule]) -> RawTable:
    """Return the grid with each label of the first column spanning the rows between two rules that it alone names.

    They are where rules that reach over the labels part all rows into groups, and no group has two labels.
    """
    heads = max(1, raw.header_rows)
    labels = {cell.row: cell for cell in raw.cells if cell.column == 0 and cell.row >= heads}
    plain = all(cell.row_span == cell.column_span == 1 for cell in labels.values())
    if raw.column_count < 2 or len(labels) != raw.row_count - heads or not plain:
        return raw
    groups = _groups(raw, labels, rules)
    named = [group for group in groups if _is_named_once(group, labels)]
    if len(groups) < _LEAST_GROUPS or not named:
        return raw
    if any(not labels[row].lines for group in groups if group not in named for row in group):
        return raw
    taken = {row for group in named for row in group}
    cells = [cell for cell in raw.cells if cell.column > 0 or cell.row not in taken]
    for group in named:
        lines = tuple(line for row in group for line in labels[row].lines)
        boxes = [labels[row].box for row in group if labels[row].box.height > 0]
        cells.append(Cell(group[0], 0, len(group), 1, lines, Box.around(boxes)))
    return replace(raw, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _groups(raw: RawTable, labels: dict[int, Cell], rules: Sequence[Rule]) -> list[list[int]]:
    """Return the rows below the heads in groups that rules part, without rows that hold no word."""
    lines = [line.box for cell in labels.values() for line in cell.lines]
    spans = [(row, span) for row in sorted(labels) if (span := _row_span(raw, row)) is not None]
    if not lines or len(spans) < 2:
        return []
    x0, x1 = min(box.x0 for box in lines), max(box.x1 for box in lines)
    over = [rule.y for rule in rules if min(rule.x1, x1) - max(rule.x0, x0) >= _OVER * (x1 - x0)]
    groups = [[spans[0][0]]]
    for (_, above), (row, below) in pairwise(spans):
        if any(above < y < below for y in over):
            groups.append([])
        groups[-1].append(row)
    return groups


def _row_span(raw: RawTable, row: int) -> float | None:
    """Return the height at which the lines of a row stand, labels aside; None where it has none."""
    own: list[Line] = [line for cell in raw.cells if cell.row == row and cell.column > 0 for line in cell.lines]
    return sum(line.box.y0 + line.box.y1 for line in own) / (2 * len(own)) if own else None


def _is_named_once(group: Sequence[int], labels: dict[int, Cell]) -> bool:
    """Return whether a group of several rows has one label, in rows that follow one another, and rows without one."""
    filled = [row for row in group if labels[row].lines]
    return 0 < len(filled) < len(group) and filled[-1] - filled[0] == len(filled) - 1
