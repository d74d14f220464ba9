"""Running heads and feet: text that comes back at the same height of many pages is no part of what they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingestion.blocks import Block, RawPage

_RUNNING = ("page-header", "page-footer")
_MARGIN = 0.12  # share of the page's height, from the top and from the bottom, where they stand
_REPEATS = 3  # pages


def mark_running_heads(pages: Sequence[RawPage]) -> tuple[RawPage, ...]:
    """Return the pages with the kinds of running heads and feet set right.

    A block near the top or bottom whose words, numbers aside, come back at the same height on at least three pages is
    one, whatever the layout analysis took it for. What the analysis took for one, but which stands on one page only and
    is set larger than the body, is a heading.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({key for block in page.blocks.blocks if (key := _key(block, page)) is not None})
    return tuple(
        replace(
            page,
            blocks=replace(page.blocks, blocks=tuple(_marked(block, page, seen) for block in page.blocks.blocks)),
        )
        for page in pages
    )


def _words(block: Block) -> str:
    return re.sub(r"[\divxlcIVXLC]+(?=\W|$)|\W+", " ", " ".join(line.text for line in block.lines)).strip().lower()


def _key(block: Block, page: RawPage) -> tuple[str, int] | None:
    """Return (words without numbers, rounded height) of a block in the margin; None elsewhere."""
    height = page.blocks.height
    if not block.lines or height <= 0 or len(block.lines) > 3 or block.kind in ("table", "figure"):
        return None
    if block.box.y1 > _MARGIN * height and block.box.y0 < (1 - _MARGIN) * height:
        return None
    return _words(block), round(block.box.y0 / 6)


def _marked(block: Block, page: RawPage, seen: Counter[tuple[str, int]]) -> Block:
    key = _key(block, page)
    if key is None:
        return block
    # A box on the border of two rounded heights counts for both.
    repeats = max(seen[key[0], key[1] + shift] for shift in (-1, 0, 1))
    if block.kind not in _RUNNING:
        # A page number alone has no words; three of them at one height are enough as well.
        if repeats >= _REPEATS and not (block.kind == "heading" and block.box.y0 > 0.09 * page.blocks.height):
            return replace(block, kind="page-header" if block.box.y0 < page.blocks.height / 2 else "page-footer")
        return block
    large = max(word.size for line in block.lines for word in line.words) > 1.15 * page.blocks.body_size > 0
    if repeats == 1 and large and len(key[0]) > 3:
        return replace(block, kind="heading")
    return block
