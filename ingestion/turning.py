"""Pictures turned upright before they are read, and the boxes of what was read turned back."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np

from ingestion.blocks import Block, Cell, Line, PageBlocks, Word
from ingestion.document import Box

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
        turn = _Turn(angle, page.width, page.height)
        page = replace(page, blocks=tuple(turn.block(block) for block in page.blocks))
    for _ in range(turns % 4):
        quarter = _QuarterBack(page.width)
        blocks = tuple(quarter.block(block) for block in page.blocks)
        page = replace(page, width=page.height, height=page.width, blocks=blocks)
    return page


def _to_png(image: object) -> bytes:
    from PIL import Image

    assert isinstance(image, Image.Image)
    target = io.BytesIO()
    image.save(target, "png")
    return target.getvalue()


class _Moved:
    """Moves everything that has a box."""

    def box(self, box: Box) -> Box:
        raise NotImplementedError

    def line(self, line: Line) -> Line:
        return replace(line, words=tuple(self.word(word) for word in line.words), box=self.box(line.box))

    def word(self, word: Word) -> Word:
        return replace(word, box=self.box(word.box))

    def cell(self, cell: Cell) -> Cell:
        return replace(cell, lines=tuple(self.line(line) for line in cell.lines), box=self.box(cell.box))

    def block(self, block: Block) -> Block:
        table = block.table
        if table is not None:
            table = replace(table, cells=tuple(self.cell(cell) for cell in table.cells))
        lines = tuple(self.line(line) for line in block.lines)
        return replace(block, box=self.box(block.box), lines=lines, table=table)


class _Turn(_Moved):
    """Turns boxes back about the page's centre; a box keeps its size, since the angle is small."""

    def __init__(self, angle: float, width: float, height: float) -> None:
        turn = math.radians(angle)
        self._cos, self._sin, self._x, self._y = math.cos(turn), math.sin(turn), width / 2, height / 2

    def box(self, box: Box) -> Box:
        dx, dy = (box.x0 + box.x1) / 2 - self._x, (box.y0 + box.y1) / 2 - self._y
        x = self._x + dx * self._cos - dy * self._sin
        y = self._y + dx * self._sin + dy * self._cos
        half_width, half_height = box.width / 2, box.height / 2
        return Box(x - half_width, y - half_height, x + half_width, y + half_height)


class _QuarterBack(_Moved):
    """Turns boxes by a quarter counter-clockwise; `width` is that of the page before."""

    def __init__(self, width: float) -> None:
        self._width = width

    def box(self, box: Box) -> Box:
        return Box(box.y0, self._width - box.x1, box.y1, self._width - box.x0)
