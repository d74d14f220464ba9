"""Running heads and feet that the layout model takes for text: what stands at the same place of many pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ingestion.blocks import Block, BlockKind, Line, PageBlocks, RawPage
from ingestion.captions import is_table_title, parse_label
from ingestion.document import Box
from ingestion.page_list import PageList

_MARGIN = 0.14  # share of the page's height at top and bottom where running heads and feet stand
_TITLE = 1.2  # of the size of a slide's text: its title at least
_LARGE = 1.15  # of the size of a first page's text: its title at least
_NAMED = 4  # letters and digits of a title, at least
_PAGE_OF = re.compile(r"\bpage\s+\d+\b|https?://|\barXiv:", re.I)
_MARGINAL = ("page-header", "page-footer")
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.I)


def mark_running_heads(pages: PageList[RawPage]) -> PageList[RawPage]:
    """Turn repeated lines near the top or bottom into running heads and feet.

    A line counts as repeated when lines that differ in numbers only stand within 4 points of its height on three pages
    at least, and on a fifth of all pages (left and right pages may differ, and chapters change). A heading that stands
    alone never does. Those that the layout model knows already count as evidence for the ones that it missed. So is a
    line that begins or ends with the page's own printed number, where as many pages have such ones: heads that name
    the section change with it.
    """
    for index, page in enumerate(pages):
        if any(map(_is_title_in_a_bar, page.blocks.blocks)):
            titled = tuple(replace(b, kind="caption") if _is_title_in_a_bar(b) else b for b in page.blocks.blocks)
            pages[index] = replace(page, blocks=replace(page.blocks, blocks=titled))
    places: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for page in pages:
        for block in page.blocks.blocks:
            kind = _place(block, page.blocks)
            if kind is not None:
                places[kind, _key(block)].append((page.blocks.number, block.box.y0))
    enough = max(3, len(pages) // 5)
    numbered = _numbered_lines(pages, enough)
    for index, page in enumerate(pages):
        parts = [part for block in page.blocks.blocks for part in _parted(block, page.blocks, places, enough)]
        blocks = tuple(
            replace(block, kind=kind)
            if (kind := _place(block, page.blocks)) and (page.blocks.number, _text(block)) in numbered
            else _marked(block, page.blocks, places, enough)
            for block in parts
        )
        blocks = tuple(_beside_number(block, blocks, page.blocks, numbered) for block in blocks)
        if all(block.kind in _MARGINAL for block in blocks):  # a closing slide: its only line is no running foot
            blocks = tuple(
                block if len(places[block.kind, _key(block)]) >= enough else replace(block, kind="text")
                for block in blocks
            )
        blocks = tuple(_slide_title(block, page.blocks, places, len(pages)) for block in blocks)
        if index or not _carries_on(blocks):
            blocks = tuple(_own_head(block, page.blocks, places, len(pages)) for block in blocks)
        heads = tuple(block for block in blocks if block.kind == "page-header")
        feet = tuple(block for block in blocks if block.kind == "page-footer")
        body = tuple(block for block in blocks if block.kind not in _MARGINAL)
        ordered = (*heads, *body, *feet)
        if ordered != page.blocks.blocks:
            pages[index] = replace(page, blocks=replace(page.blocks, blocks=ordered))
    return pages


def _is_title_in_a_bar(block: Block) -> bool:
    """Return whether the layout model took a table's title, in a bar at the top of its page, for a running head."""
    return block.kind == "page-header" and is_table_title(block)


def _place(block: Block, page: PageBlocks) -> BlockKind | None:
    if len(block.lines) > 2 or not block.lines or block.kind in ("figure", "table") or parse_label(_text(block)):
        return None
    middle = (block.box.y0 + block.box.y1) / 2
    if middle < _MARGIN * page.height:
        return "page-header"
    return "page-footer" if middle > (1 - _MARGIN) * page.height else None


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


def _numbered_lines(pages: Sequence[RawPage], enough: int) -> set[tuple[int, str]]:
    """Return (page, text) of single lines at the edge that begin or end with a number that counts the pages."""
    seen: dict[tuple[str, int], set[tuple[int, str]]] = defaultdict(set)
    for page in pages:
        for block in page.blocks.blocks:
            kind = _place(block, page.blocks)
            words = block.lines[0].words if kind is not None and _may_run(block, page.blocks) else ()
            for word in {words[0].text, words[-1].text} if words else ():
                if word.isdecimal() and len(word) < 5:
                    seen[str(kind), int(word) - page.blocks.number].add((page.blocks.number, _text(block)))
    best = [max((lines for (k, _), lines in seen.items() if k == kind), key=len, default=set()) for kind in _MARGINAL]
    return set().union(*(lines for lines in best if len({number for number, _ in lines}) >= enough))


def _may_run(block: Block, page: PageBlocks) -> bool:
    """Return whether a line looks like no heading, caption or part of a list, whose numbers may count as pages do."""
    words = block.lines[0].words
    plain = all(word.size < 1.1 * page.body_size and not word.bold for word in words)
    return len(block.lines) == 1 and plain and block.kind != "list-item" and parse_label(_text(block)) is None


def _beside_number(block: Block, blocks: Sequence[Block], page: PageBlocks, numbered: set[tuple[int, str]]) -> Block:
    """Return a block on the line of the page's printed number as a running head, since it is the rest of it."""
    kind = _place(block, page)
    large = any(word.size > 1.1 * page.body_size for line in block.lines for word in line.words)
    if kind is None or block.kind in _MARGINAL or block.kind == "list-item" or large:
        return block
    beside = any(
        other.kind == kind
        and (page.number, _text(other)) in numbered
        and abs(other.box.y0 + other.box.y1 - block.box.y0 - block.box.y1) < block.box.height
        for other in blocks
    )
    return replace(block, kind=kind) if beside else block


def _slide_title(
    block: Block, page: PageBlocks, places: dict[tuple[str, str], list[tuple[int, float]]], pages: int
) -> Block:
    """Return the large line at the top of a slide, which the layout model took for a running head, as its heading.

    Slides are wider than high, and their titles stand in a bar at the edge; a line on many of them is none.
    """
    if block.kind != "page-header" or page.width <= page.height or not 0 < len(block.lines) <= 2:
        return block
    sizes = [word.size for line in block.lines for word in line.words]
    letters = sum(c.isalpha() for c in _text(block))
    often = len({number for number, _ in places["page-header", _key(block)]})
    large = page.body_size > 0 and min(sizes, default=0.0) >= _TITLE * page.body_size
    return replace(block, kind="heading") if large and letters > 2 and often <= max(3, 0.3 * pages) else block


def _carries_on(blocks: Sequence[Block]) -> bool:
    """Return whether a first page prints a number above one: it was cut out of a longer text, and so are its heads."""
    texts = [_text(block).strip("-–— ") for block in blocks if block.kind in _MARGINAL]
    numbers = [int(text) for text in texts if text.isdecimal()]
    return len(numbers) == 1 and numbers[0] > 1


def _own_head(
    block: Block, page: PageBlocks, places: dict[tuple[str, str], list[tuple[int, float]]], pages: int
) -> Block:
    """Return what the layout model took for a running head as text, where it names the page and stands on no other.

    On the first page it says what the document is: large or bold, or the head of a single page, which nothing runs
    through. On a later one it must be both, as a part of a form has it ("NOTICE"). The layout model knows the headings
    among the rest, so it is not made one here.
    """
    text = _text(block)
    if block.kind != "page-header" or block.box.y1 > _MARGIN * page.height or _PAGE_OF.search(text):
        return block
    words = [word for line in block.lines for word in line.words]
    alone = {number for number, _ in places["page-header", _key(block)]} <= {page.number}
    large = bool(words) and min(word.size for word in words) >= _LARGE * page.body_size > 0
    bold = all(word.bold for word in words)
    stands_out = large or bold if page.number == 1 else large and bold
    named = sum(c.isalnum() for c in text) >= _NAMED and any(c.isalpha() for c in text)
    if not alone or not named or not (stands_out or pages == 1):
        return block
    return replace(block, kind="text")


def _text(block: Block) -> str:
    return " ".join(line.text for line in block.lines)


def _key(block: Block) -> str:
    return _NUMBER.sub("#", _text(block)).lower()


def _marked(
    block: Block, page: PageBlocks, places: dict[tuple[str, str], list[tuple[int, float]]], enough: int
) -> Block:
    kind = _place(block, page)
    if kind is None or block.kind in _MARGINAL:
        return block
    seen = {number for number, y in places[kind, _key(block)] if abs(y - block.box.y0) < 4}
    return replace(block, kind=kind) if len(seen) >= enough else block
