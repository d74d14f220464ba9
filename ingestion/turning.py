"""Pictures turned upright before they are read, and the boxes of what was read turned back."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ingestion.blocks import Block, Cell, Line, PageBlocks
from ingestion.document import Box

if TYPE_CHECKING:
    from PIL import Image

Move = Callable[[Box], Box]
_LEAST_ANGLE = 0.05  # degrees; less moves no letter by a pixel
_SKEW_SIDE = 1000  # pixels of the longer side of the picture that the skew is measured on


def turn_picture(picture: bytes, angle: float) -> bytes:
    """Return a picture (PNG) turned by a small angle in degrees, counter-clockwise, its size kept and corners white."""
    from PIL import Image

    if abs(angle) < _LEAST_ANGLE:
        return picture
    with Image.open(io.BytesIO(picture)) as image:
        turned = image.convert("L").rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return _to_png(turned)


def measure_skew(picture: bytes, estimate: float) -> float:
    """Return the angle near an estimate, or 0, at which the rows of a picture (PNG) differ most from each other.

    Lines of text that lie level make rows of much ink beside rows of none (Postl, "Detection of linear oblique
    structures and skew scan in digitized documents", ICPR 1986). Degrees, counter-clockwise.
    """
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        gray = image.convert("L")
    gray.thumbnail((_SKEW_SIDE, _SKEW_SIDE))

    def contrast(angle: float) -> float:
        turned = gray.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=255)
        rows = np.asarray(turned, dtype=np.float32).sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    best = max((0.0, estimate), key=contrast)
    near = [best + step / 10 for step in range(-4, 5)]
    best = max(near, key=contrast)
    return 0.0 if abs(best) < _LEAST_ANGLE else round(best, 2)


def enlarge(picture: bytes, factor: float) -> bytes:
    """Return a picture (PNG), gray, with its sides `factor` times as long."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        size = (round(image.width * factor), round(image.height * factor))
        return _to_png(image.convert("L").resize(size, Image.Resampling.BICUBIC))


def quarter_turns(picture: bytes, turns: int) -> bytes:
    """Return a picture (PNG) turned by `turns` quarters clockwise."""
    from PIL import Image

    if turns % 4 == 0:
        return picture
    ways = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
    with Image.open(io.BytesIO(picture)) as image:
        return _to_png(image.transpose(ways[turns % 4]))


def turn_page(page: PageBlocks, angle: float, turns: int = 0) -> PageBlocks:
    """Return a page with its boxes where they were before the picture was turned.

    The picture was first turned by `turns` quarters clockwise, then by `angle` degrees counter-clockwise.
    """
    if abs(angle) >= _LEAST_ANGLE:
        page = _move_page(page, _turn_back(angle, page.width, page.height))
    for _ in range(turns % 4):
        page = replace(_move_page(page, _quarter_back(page.width)), width=page.height, height=page.width)
    return page


def _move_page(page: PageBlocks, move: Move) -> PageBlocks:
    return replace(page, blocks=tuple(_move_block(block, move) for block in page.blocks))


def _to_png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "png")
    return target.getvalue()


def _move_block(block: Block, move: Move) -> Block:
    table = block.table
    if table is not None:
        table = replace(table, cells=tuple(_move_cell(cell, move) for cell in table.cells))
    return replace(block, box=move(block.box), lines=_move_lines(block.lines, move), table=table)


def _move_cell(cell: Cell, move: Move) -> Cell:
    return replace(cell, lines=_move_lines(cell.lines, move), box=move(cell.box))


def _move_lines(lines: tuple[Line, ...], move: Move) -> tuple[Line, ...]:
    return tuple(
        replace(line, words=tuple(replace(word, box=move(word.box)) for word in line.words), box=move(line.box))
        for line in lines
    )


def _turn_back(angle: float, width: float, height: float) -> Move:
    """Return what turns boxes back by degrees about the page's centre; a box keeps its size, as the angle is small."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def move(box: Box) -> Box:
        dx, dy = (box.x0 + box.x1 - width) / 2, (box.y0 + box.y1 - height) / 2
        x, y = width / 2 + dx * cos - dy * sin, height / 2 + dx * sin + dy * cos
        half_width, half_height = box.width / 2, box.height / 2
        return Box(x - half_width, y - half_height, x + half_width, y + half_height)

    return move


def _quarter_back(width: float) -> Move:
    """Return what turns boxes by a quarter counter-clockwise; `width` is that of the page before, in points."""
    return lambda box: Box(box.y0, width - box.x1, box.y1, width - box.x0)
