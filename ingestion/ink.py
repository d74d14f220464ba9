"""Which lines of a scan are bold, told by the thickness of their strokes, and the headings among them.

OCR gives words without a weight, so that the layout model, which looks at fonts as well, takes a bold line of the size
of the text for a short paragraph.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ingestion.blocks import Block, Line, PageBlocks
from ingestion.document import Box

_WRITTEN = ("text", "heading", "title", "caption", "list-item")
_BOLD = 1.4  # times as thick as the strokes of the page's text
_LEAST_LETTERS = 3  # of a word whose strokes are measured
_LEAST_LINES = 8  # of a page from which its text has a usual thickness
_MAX_WORDS = 16  # of a heading
_FEW = 6  # lines and words of the first one that a paragraph has more than, so that it is no line of an address
_NEAR = 3.0  # heights of a heading between it and what it heads, at most
_ENDS = (".", ",", ";", ":", "-")


@dataclass(frozen=True, slots=True)
class _Stroke:
    thickness: float  # dots
    height: float  # dots from the top of the highest to the bottom of the lowest letter


def mark_bold(page: PageBlocks, picture: bytes) -> PageBlocks:
    """Return a page with the words of its bold lines marked as such, and single bold lines above text as headings.

    `picture` (PNG) is what the page was read from, with the page's own proportions.
    """
    ink = _picture_to_ink(picture)
    scale = ink.shape[1] / max(page.width, 1.0)
    written = [line for block in page.blocks if block.kind in _WRITTEN for line in block.lines]
    strokes = {line.box: stroke for line in written if (stroke := _stroke(line, ink, scale)) is not None}
    if len(strokes) < _LEAST_LINES:
        return page
    usual = median(stroke.thickness for stroke in strokes.values())
    height = median(stroke.height for stroke in strokes.values())
    bold = {box for box, s in strokes.items() if s.thickness >= _BOLD * usual * max(1.0, s.height / height)}
    if 2 * len(bold) > len(strokes):
        return page
    blocks = [_with_bold(block, bold) for block in page.blocks]
    return replace(page, blocks=(*(_heading_or_same(*two) for two in pairwise(blocks)), *blocks[-1:]))


def _picture_to_ink(picture: bytes) -> NDArray[np.bool_]:
    """Return where a picture (PNG) is dark."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        gray = np.asarray(image.convert("L"))
    dark: NDArray[np.bool_] = gray < (int(gray.min()) + float(np.median(gray))) / 2
    return dark


def _stroke(line: Line, ink: NDArray[np.bool_], scale: float) -> _Stroke | None:
    """Return how thick the strokes of a line are: twice their area over the length of their edges."""
    parts = [_part(ink, word.box, scale) for word in line.words if sum(map(str.isalpha, word.text)) >= _LEAST_LETTERS]
    measured: list[float] = [_thickness(part) for part in parts if part.any()]
    if not measured:
        return None
    rows = np.flatnonzero(_part(ink, line.box, scale).any(axis=1))
    return _Stroke(median(measured), float(rows[-1] - rows[0] + 1))


def _part(ink: NDArray[np.bool_], box: Box, scale: float) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = (max(0, round(value * scale)) for value in box.as_tuple())
    return ink[y0 : y1 + 1, x0 : x1 + 1]


def _thickness(ink: NDArray[np.bool_]) -> float:
    edges = int(np.count_nonzero(ink[:, 1:] != ink[:, :-1])) + int(np.count_nonzero(ink[1:] != ink[:-1]))
    return 2.0 * int(np.count_nonzero(ink)) / max(edges, 1)


def _with_bold(block: Block, bold: set[Box]) -> Block:
    if block.kind not in _WRITTEN or not any(line.box in bold for line in block.lines):
        return block
    lines = tuple(
        replace(line, words=tuple(replace(word, bold=True) for word in line.words)) if line.box in bold else line
        for line in block.lines
    )
    return replace(block, lines=lines)


def _heading_or_same(block: Block, after: Block) -> Block:
    """Return a bold line of few words, or two, above text of usual weight as a heading."""
    if block.kind != "text" or not 0 < len(block.lines) <= 2 or not _is_below(after, block):
        return block
    words = [word for line in block.lines for word in line.words]
    text = " ".join(line.text for line in block.lines)
    heads = text[0].isupper() or text[0].isdecimal()
    plain = not _is_bold(after.lines[:1]) and len(after.lines) + len(after.lines[0].words) > _FEW
    if not _is_bold(block.lines) or len(words) > _MAX_WORDS or text.endswith(_ENDS) or not heads or not plain:
        return block
    return replace(block, kind="heading")


def _is_below(after: Block, block: Block) -> bool:
    """Return whether a paragraph or list begins right below a line, in its column."""
    gap = after.box.y0 - block.box.y1
    beside = min(after.box.x1, block.box.x1) - max(after.box.x0, block.box.x0) > 0
    return after.kind in ("text", "list-item") and beside and -0.5 * block.box.height < gap < _NEAR * block.box.height


def _is_bold(lines: Sequence[Line]) -> bool:
    return all(word.bold for line in lines for word in line.words)
