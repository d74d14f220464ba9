"""Grids that the table finder lays over running text, as over entries with a word at the right edge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from ingestion.blocks import Line, RawTable

_SPACE = 0.5  # of the font's size: no wider stands between the words of a sentence
_LEAST = 2  # lines that are cut: one may be an accident
_SHARE = 0.2  # of the lines that go on in the next column


def cuts_lines(table: RawTable) -> bool:
    """Return whether columns of a grid begin in the middle of sentences: what it cuts is text, no cells."""
    gaps = [(left, right) for left, right in _beside(table)]
    cut = sum(_goes_on(left, right) for left, right in gaps)
    return cut >= _LEAST and cut > _SHARE * len(gaps)


def _beside(table: RawTable) -> Iterator[tuple[Line, Line]]:
    """Yield the lines of neighbouring cells that stand at one height."""
    cells = sorted((cell for cell in table.cells if cell.lines), key=lambda cell: (cell.row, cell.column))
    for _, row in groupby(cells, key=lambda cell: cell.row):
        for left, right in pairwise(row):
            for line in left.lines:
                middle = (line.box.y0 + line.box.y1) / 2
                yield from ((line, other) for other in right.lines if other.box.y0 < middle < other.box.y1)


def _goes_on(left: Line, right: Line) -> bool:
    last, first = left.words[-1], right.words[0]
    words = any(c.isalpha() for c in last.text) and first.text[0].islower()
    return words and -0.2 * last.size < first.box.x0 - last.box.x1 < _SPACE * last.size
