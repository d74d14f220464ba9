"""Pictures turned upright before they are read, and the boxes of what was read turned back."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ingestion.blocks import Block, Cell, Line, PageBlocks
from ingestion.document import Box, Equation, Figure, Footnote, Page, ParsedDocument, Passage, Table, TablePart

if TYPE_CHECKING:
    from PIL import Image

Move = Callable[[Box], Box]
_Part = TypeVar("_Part", Passage, Table, TablePart, Figure, Equation, Footnote)
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


def level_back(page: PageBlocks, angle: float) -> PageBlocks:
    """Return a page with its boxes where they were before its picture was turned by degrees counter-clockwise."""
    if abs(angle) < _LEAST_ANGLE:
        return page
    move = _turn_back(angle, page.width, page.height)
    return replace(page, blocks=tuple(_move_block(block, move) for block in page.blocks))


def pages_back(document: ParsedDocument, turns: Mapping[int, int]) -> ParsedDocument:
    """Return a document with the boxes of pages (number -> quarters clockwise that it was turned) as the file has them.

    Headings, captions and tables are told by what stands above or beside what, so a page stays upright till then.
    """
    moves = {number: _quarters_back(document.page(number), count) for number, count in turns.items() if count}
    if not moves:
        return document

    def moved(boxes: tuple[Box, ...], number: int) -> tuple[Box, ...]:
        return tuple(moves[number](box) for box in boxes) if number in moves else boxes

    def one(part: _Part) -> _Part:
        return replace(part, boxes=moved(part.boxes, part.page_number))

    tables = (replace(one(table), parts=tuple(map(one, table.parts))) for table in document.tables)
    return replace(
        document,
        pages=tuple(_page_back(page, moves[page.number], turns[page.number]) if page.number in moves else page
                    for page in document.pages),
        passages=tuple(map(one, document.passages)),
        tables=tuple(tables),
        figures=tuple(map(one, document.figures)),
        equations=tuple(map(one, document.equations)),
        footnotes=tuple(map(one, document.footnotes)),
    )  # fmt: skip


def _page_back(page: Page, move: Move, turns: int) -> Page:
    boxes = [move(Box(*row)).as_tuple() for row in page.words.boxes.tolist()]
    words = replace(page.words, boxes=np.array(boxes, np.float32).reshape(-1, 4))
    width, height = (page.height, page.width) if turns % 2 else (page.width, page.height)
    return replace(page, words=words, width=width, height=height)


def _quarters_back(page: Page, turns: int) -> Move:
    """Return what turns boxes by quarters counter-clockwise; the page's size is that before."""
    width, height = page.width, page.height
    return {
        1: lambda box: Box(box.y0, width - box.x1, box.y1, width - box.x0),
        2: lambda box: Box(width - box.x1, height - box.y1, width - box.x0, height - box.y0),
        3: lambda box: Box(height - box.y1, box.x0, height - box.y0, box.x1),
    }[turns % 4]


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
