"""Which blocks are items of a list, and how deep each stands: told by its left edge beside those of the items above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from ingestion.blocks import Block, BlockKind, Line
from ingestion.document import Box

BULLETS = frozenset("−‒⁃•‣◦●○◘◙■□▪▫▶►▸❑❒➢➤✓✔✦✧–—∙·\uf0b7\uf0a7\uf0d8*-")
_KEY = r"\[(?:\d{1,3}|[^\W\d_]\w{0,9}\+?\d{2,4}[a-z]?)\]"  # of a reference: "[3]", "[KR+05b]"
ENUMERATOR = re.compile(rf"(?:\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}})[.)]|{_KEY})$")
DRAWN_BULLETS = BULLETS - frozenset("-−‒–—*·∙")  # that nothing but an item begins with
_NUMBER = re.compile(r"(\d{1,3})([.)])")
_STEP = 0.7  # of the font's size: how far to the right of an item one under it begins at least
_FAR = 10.0  # of the font's size: what begins farther to the right stands in another column
_ROW = 0.5  # of the font's size: by how much items below each other may overlap


@dataclass(frozen=True, slots=True)
class _Open:
    """An item under which the next may stand."""

    left: float  # of its bullet or number, in points
    text: float  # of the first word behind that
    indent: int  # spaces in front of what stands under it


class ListLevels:
    """Follows the items down a page; what is no item of a list ends the lists that are open."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._bottom = 0.0

    def end(self) -> None:
        """Close all lists: the next item stands under none."""
        self._open.clear()

    def place(self, item: Sequence[Line], width: int) -> int:
        """Return how many spaces stand in front of an item whose mark takes `width` characters in markdown."""
        words = item[0].words
        first, size = words[0], words[0].size
        left_to_right = first.box.x0 <= min(word.box.x0 for word in words)
        if not left_to_right or item[0].box.y0 < self._bottom - _ROW * size:
            self.end()  # another column, or a script whose left edges tell nothing
        self._bottom = item[-1].box.y1
        marked = len(words) > 1 and (first.text in BULLETS or ENUMERATOR.match(first.text))
        left, text = first.box.x0, words[1].box.x0 if marked else first.box.x0
        while self._open and not _stands_under(left, text, self._open[-1], size):
            self._open.pop()
        if self._open and left - self._open[-1].left > _FAR * size:
            self.end()
        indent = self._open[-1].indent if self._open else 0
        if left_to_right:
            self._open.append(_Open(left, text, indent + width))
        return indent

    def go_on(self, paragraph: Sequence[Line]) -> int:
        """Return how many spaces stand in front of a paragraph that goes on with an item; 0, and end all, for others.

        It begins below the list, where the text of one of the open items does.
        """
        left, size = paragraph[0].box.x0, paragraph[0].words[0].size
        below = paragraph[0].box.y0 >= self._bottom - _ROW * size
        while self._open and not (below and abs(left - self._open[-1].text) < _STEP * size):
            self._open.pop()
        self._bottom = paragraph[-1].box.y1
        return self._open[-1].indent if self._open and self._open[-1].text > self._open[-1].left else 0


def mark_items(blocks: Sequence[Block]) -> list[Block]:
    """Make items of the text that begins with a bullet, or with a number that an item beside it counts on from.

    Text in which each item begins with bold words, the lines below set in, becomes these items.
    """
    marked = [part for block in blocks for part in _part_described(block)]
    marked = [part for i, block in enumerate(marked) for part in _part_dashed(block, marked[i - 1] if i else None)]
    for step in (1, -1):
        order = range(len(marked)) if step > 0 else range(len(marked) - 1, -1, -1)
        for i in order:
            beside = marked[i - step] if 0 <= i - step < len(marked) else None
            if marked[i].kind == "text" and marked[i].lines and _is_item(marked[i], beside, step):
                marked[i] = replace(marked[i], kind="list-item")
    return marked


def _part_described(block: Block) -> list[Block]:
    """Part text that is a list of terms and what they mean: bold words at the left edge, the lines below set in."""
    lines = [line for line in block.lines if line.words]
    if block.kind != "text" or len(lines) < 2:
        return [block]
    size, left = lines[0].words[0].size, min(line.words[0].box.x0 for line in lines)
    heads = [i for i, line in enumerate(lines) if line.words[0].box.x0 < left + 0.5 * _STEP * size]
    hang = len(heads) < len(lines) and all(
        line.words[0].box.x0 > left + _STEP * size for i, line in enumerate(lines) if i not in heads
    )
    if heads[0] or len(heads) < 2 or not all(_is_term(lines[i], named=not hang) for i in heads):
        return [block]
    return [_of_lines(lines[a:b], "list-item") for a, b in pairwise([*heads, len(lines)])]


def _is_term(line: Line, *, named: bool) -> bool:
    """Return whether a line begins with bold words and goes on in others; `named`: with a colon between them."""
    count = sum(1 for _ in takewhile(lambda word: word.bold, line.words))
    return 0 < count < len(line.words) and (not named or line.words[count - 1].text.endswith(":"))


def _part_dashed(block: Block, above: Block | None) -> list[Block]:
    """Part an item that begins as the one above it, with a dash, from the paragraph behind it that was taken in."""
    if block.kind != "text" or above is None or above.kind != "list-item" or not (block.lines and above.lines):
        return [block]
    first, other = block.lines[0].words[0], above.lines[0].words[0]
    same = first.text == other.text and first.text in BULLETS and len(block.lines[0].words) > 1
    if not same or abs(first.box.x0 - other.box.x0) > _STEP * first.size:
        return [block]
    out = (i for i, line in enumerate(block.lines) if line.box.x0 < first.box.x0 - _STEP * first.size)
    cut = next(out, len(block.lines))
    parts = [_of_lines(block.lines[:cut], "list-item")]
    return [*parts, _of_lines(block.lines[cut:], "text")] if cut < len(block.lines) else parts


def _of_lines(lines: Sequence[Line], kind: BlockKind) -> Block:
    return Block(kind, Box.around(line.box for line in lines), tuple(lines))


def _is_item(block: Block, beside: Block | None, step: int) -> bool:
    words = block.lines[0].words
    if len(words) > 1 and words[0].text in DRAWN_BULLETS:
        return True
    number = _number_of(block)
    other = _number_of(beside) if beside is not None and beside.kind == "list-item" and beside.lines else None
    if number is None or other is None or beside is None:
        return False
    aligned = abs(words[0].box.x0 - beside.lines[0].words[0].box.x0) < _STEP * words[0].size
    return aligned and number == (other[0] + step, other[1])


def _number_of(block: Block) -> tuple[int, str] | None:
    """Return the number in front of a block and the mark behind it."""
    words = block.lines[0].words
    match = _NUMBER.fullmatch(words[0].text) if len(words) > 1 else None
    return (int(match[1]), match[2]) if match is not None else None


def _stands_under(left: float, text: float, above: _Open, size: float) -> bool:
    """Return whether an item is set in: its mark and its text, since numbers may end at one edge ("9." above "10.")."""
    return min(left - above.left, text - above.text) > _STEP * size
