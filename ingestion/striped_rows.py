"""Rows that bands of colour part, every other one -> grids with a row for each band and for each space between two.

A long list is striped so that the eye keeps to an entry of several lines. The table finder makes a row of each of its
lines, or one of two entries; the bands tell where an entry begins, at the top of its cells or at their foot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_LEAST = 3  # bands
_ACROSS = 0.9  # share of the grid's width that a band reaches over
_TALL = 0.4  # of the grid's height, at most, of a band
_LEAST_TALL, _TALL_SHARE = 2, 0.1  # bands with entries of several lines, and their share
_SAME = 1.5  # points by which two edges that are one may differ
_LEVEL = 0.4  # of a line's height, by which lines of one row may differ
_WHOLE = 0.5  # share of the columns that have words at a level from which it is a row of its own


Taken: TypeAlias = dict[tuple[int, int], list[Line]]
"""Lines by the number of their band and by their column."""


def find_bands(fills: Sequence[Box], table: Box) -> list[tuple[float, float]]:
    """Return top and bottom of the areas of colour that reach over a table, from the top; [] where these are few."""
    spans: dict[tuple[float, float], float] = {}
    for fill in fills:
        middle = (fill.y0 + fill.y1) / 2
        if 1 < fill.height < _TALL * table.height and table.y0 <= middle <= table.y1:
            key = next((k for k in spans if abs(k[0] - fill.y0) + abs(k[1] - fill.y1) < _SAME), (fill.y0, fill.y1))
            spans[key] = spans.get(key, 0.0) + max(0.0, min(fill.x1, table.x1) - max(fill.x0, table.x0))
    bands = sorted(key for key, width in spans.items() if width >= _ACROSS * table.width)
    return bands if len(bands) >= _LEAST and all(b[0] >= a[1] - _SAME for a, b in pairwise(bands)) else []


def row_by_bands(raw: RawTable, bands: Sequence[tuple[float, float]]) -> RawTable:
    """Return the grid with one row for each band, and for each space beside one, that holds words.

    It stays as it is where a band holds more than one line of words in most columns, so that it parts groups of rows.
    """
    if not bands or any(cell.row_span > 1 or cell.column_span > 1 for cell in raw.cells if cell.lines):
        return raw
    edges = _edges(bands)
    heads = raw.header_rows
    taken: Taken = {}
    kept = []
    for cell in raw.cells:
        own = [(line, _band_of(line, edges)) for line in cell.lines]
        head = [line for line, band in own if cell.row < heads and not (band % 2 and _holds_body(raw, edges, band))]
        kept.append(replace(cell, lines=tuple(head)))
        for line, band in own:
            if line not in head:
                taken.setdefault((band, cell.column), []).append(line)
    taken = _part_first(taken, raw.column_count)
    used = sorted({band for band, _ in taken})
    if len(used) < _LEAST or any(len(_full_levels(taken, band, raw.column_count)) > 1 for band in used):
        return raw
    if sum(len(_levels(taken, band)) > 1 for band in used) < max(_LEAST_TALL, _TALL_SHARE * len(used)):
        return raw  # a lone second line may be a head in the midst of the table
    cells = [cell for cell in kept if cell.row < heads]
    for i, band in enumerate(used):
        for column in range(raw.column_count):
            lines = tuple(sorted(taken.get((band, column), ()), key=lambda line: line.box.y0))
            cells.append(Cell(heads + i, column, 1, 1, lines, _cell_box(raw, column, edges, band)))
    rows = RawTable(heads + len(used), raw.column_count, tuple(cells), heads)
    return rows if _lines_by_row(rows) != _lines_by_row(raw) else raw


def _edges(bands: Sequence[tuple[float, float]]) -> list[float]:
    """Return the tops and bottoms of the bands in turn, so that what lies behind an even number is in a band."""
    return [y for band in bands for y in band]


def _band_of(line: Line, edges: Sequence[float]) -> int:
    """Return the number of edges above a line's middle: odd within a band, even between two."""
    return sum(edge <= _middle(line) for edge in edges)


def _holds_body(raw: RawTable, edges: Sequence[float], band: int) -> bool:
    """Return whether a band holds words of a row below the heads."""
    body = (cell for cell in raw.cells if cell.row >= raw.header_rows)
    return any(_band_of(line, edges) == band for cell in body for line in cell.lines)


def _part_first(taken: Taken, columns: int) -> Taken:
    """Return the lines, those above the first band in rows of their own, as heads and a first entry stand there.

    Whether a row ends or begins with the line that fills most columns, other bands tell. Rows count down from 0.
    """
    full = _full_levels(taken, 0, columns)
    if len(full) < 2:
        return taken
    at_foot = _ends_full(taken, columns)
    parted: Taken = {}
    for (band, column), lines in taken.items():
        for line in lines:
            key = band
            if band == 0:
                level, slack = _middle(line), _LEVEL * line.box.height
                ends = sum(y + slack < level for y in full[:-1])
                starts = sum(y - slack <= level for y in full[1:])
                key = (ends if at_foot else starts) - len(full) + 1
            parted.setdefault((key, column), []).append(line)
    return parted


def _ends_full(taken: Taken, columns: int) -> bool:
    """Return whether the line that fills most columns is the last one in most bands with several."""
    votes = 0
    for band in {band for band, _ in taken} - {0}:
        middles = [_middle(line) for (own, _), lines in taken.items() if own == band for line in lines]
        full = _full_levels(taken, band, columns)
        if len(full) == 1:
            votes += (min(middles) < full[0] - 3) - (max(middles) > full[0] + 3)
    return votes > 0


def _full_levels(taken: Taken, band: int, columns: int) -> list[float]:
    """Return the heights at which a band has words in most columns, from the top."""
    return [level for level, found in _levels(taken, band) if len(found) > _WHOLE * columns]


def _levels(taken: Taken, band: int) -> list[tuple[float, set[int]]]:
    """Return the heights at which a band has words, from the top, with the columns that have some there."""
    lines = [(line, column) for (own, column), found in taken.items() if own == band for line in found]
    levels: list[tuple[float, set[int]]] = []
    for line, column in sorted(lines, key=lambda pair: _middle(pair[0])):
        if levels and _middle(line) - levels[-1][0] <= _LEVEL * line.box.height:
            levels[-1][1].add(column)
        else:
            levels.append((_middle(line), {column}))
    return levels


def _middle(line: Line) -> float:
    return (line.box.y0 + line.box.y1) / 2


def _cell_box(raw: RawTable, column: int, edges: Sequence[float], band: int) -> Box:
    own = [cell.box for cell in raw.cells if cell.column == column and cell.column_span == 1 and cell.box.width > 0]
    if not own:
        return Box(0.0, 0.0, 0.0, 0.0)
    whole = Box.around(own)
    top = edges[band - 1] if band > 0 else whole.y0
    bottom = edges[max(band, 0)] if band < len(edges) else whole.y1
    return Box(own[0].x0, top, own[0].x1, max(top, bottom))


def _lines_by_row(raw: RawTable) -> list[set[tuple[int, str]]]:
    rows = ({(c.column, line.text) for c in raw.cells if c.row == r for line in c.lines} for r in range(raw.row_count))
    return [row for row in rows if row]
