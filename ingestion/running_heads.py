"""Running heads and feet that the layout model takes for text: what stands at the same place of many pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ingestion.blocks import Block, BlockKind, Line, PageBlocks, RawPage
from ingestion.document import Box
from ingestion.page_list import PageList

_MARGIN = 0.12  # share of the page's height at top and bottom where running heads and feet stand
_MARGINAL = ("page-header", "page-footer")
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.I)


def mark_running_heads(pages: PageList[RawPage]) -> PageList[RawPage]:
    """Turn repeated lines near the top or bottom into running heads and feet.

    A line counts as repeated when lines that differ in numbers only stand within 4 points of its height on three pages
    at least, and on a fifth of all pages (left and right pages may differ, and chapters change). A heading that stands
    alone never does. Those that the layout model knows already count as evidence for the ones that it missed.
    """
    places: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for page in pages:
        for block in page.blocks.blocks:
            kind = _place(block, page.blocks)
            if kind is not None:
                places[kind, _key(block)].append((page.blocks.number, block.box.y0))
    enough = max(3, len(pages) // 5)
    for index, page in enumerate(pages):
        parts = [part for block in page.blocks.blocks for part in _parted(block, page.blocks, places, enough)]
        blocks = tuple(_marked(block, page.blocks, places, enough) for block in parts)
        if all(block.kind in _MARGINAL for block in blocks):  # a closing slide: its only line is no running foot
            blocks = tuple(
                block if len(places[block.kind, _key(block)]) >= enough else replace(block, kind="text")
                for block in blocks
            )
        heads = tuple(block for block in blocks if block.kind == "page-header")
        feet = tuple(block for block in blocks if block.kind == "page-footer")
        body = tuple(block for block in blocks if block.kind not in _MARGINAL)
        ordered = (*heads, *body, *feet)
        if ordered != page.blocks.blocks:
            pages[index] = replace(page, blocks=replace(page.blocks, blocks=ordered))
    return pages


def _place(block: Block, page: PageBlocks) -> BlockKind | None:
    if len(block.lines) > 2 or not block.lines or block.kind in ("figure", "table"):
        return None
    if block.box.y1 < _MARGIN * page.height:
        return "page-header"
    return "page-footer" if block.box.y0 > (1 - _MARGIN) * page.height else None


def _parted(
    block: Block, page: PageBlocks, places: dict[tuple[str, str], list[tuple[int, float]]], enough: int
) -> list[Block]:
    """Return a paragraph without the running head or foot that the layout model took for its first or last line."""
    if len(block.lines) < 2 or block.kind in ("figure", "table"):
        return [block]
    parts: list[Block] = [block]
    for cut, own in ((1, 0), (len(block.lines) - 1, 1)):
        halves = [replace(block, lines=lines, box=_box(lines)) for lines in (block.lines[:cut], block.lines[cut:])]
        if _marked(halves[own], page, places, enough).kind in _MARGINAL:
            parts = halves
    return parts


def _box(lines: Sequence[Line]) -> Box:
    return reduce(Box.union, (line.box for line in lines))


def _key(block: Block) -> str:
    return _NUMBER.sub("#", " ".join(line.text for line in block.lines)).lower()


def _marked(
    block: Block, page: PageBlocks, places: dict[tuple[str, str], list[tuple[int, float]]], enough: int
) -> Block:
    kind = _place(block, page)
    if kind is None or block.kind in _MARGINAL:
        return block
    seen = {number for number, y in places[kind, _key(block)] if abs(y - block.box.y0) < 4}
    return replace(block, kind=kind) if len(seen) >= enough else block
