"""Text that the layout model joins across a gutter is cut where the columns begin.

A running head or a title that stands close above a column is seen as one region with what follows it there. The box of
that region then reaches over the next column, and no gutter is left to read the columns by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingestion.blocks import Block, Line
from ingestion.document import Box

_TOUCH = 1.0  # points by which boxes may overlap and still only touch
_OTHER = 0.4  # points of font size by which a line is not of the text below it


def cut_at_columns(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks, those of wide lines above narrow ones cut between where another block stands beside these."""
    return [piece for block in blocks for piece in _pieces(block, blocks)]


def _pieces(block: Block, blocks: Sequence[Block]) -> list[Block]:
    if block.kind != "text" or len(block.lines) < 2:
        return [block]
    beside = [other.box for other in blocks if other is not block and _reach_over(block.box, other.box)]
    if not beside:
        return [block]
    if any(_reach_over(line.box, box) for line in block.lines for box in beside):
        return [block]
    left = min(box.x0 for box in beside)
    wide = [i for i, line in enumerate(block.lines) if line.box.x0 < left < line.box.x1]
    if not wide or wide[-1] == len(block.lines) - 1:
        return [block]
    cut = wide[-1] + 1
    while cut < len(block.lines) - 1 and abs(_size(block.lines[cut]) - _size(block.lines[-1])) > _OTHER:
        cut += 1  # a last short line of the running head
    return [_with_lines(block, block.lines[:cut]), _with_lines(block, block.lines[cut:])]


def _size(line: Line) -> float:
    return max(word.size for word in line.words)


def _with_lines(block: Block, lines: tuple[Line, ...]) -> Block:
    return replace(block, lines=lines, box=Box.around(line.box for line in lines))


def _reach_over(a: Box, b: Box) -> bool:
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    return across > _TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > _TOUCH
