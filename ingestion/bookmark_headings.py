"""The PDF's own bookmarks -> which blocks are headings, of which level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.blocks import Block, Bookmark, Line, PageBlocks
from ingestion.captions import block_text
from ingestion.page_list import PageList

_RUN_IN_LINES = 3  # of a paragraph, at most, that a heading before its text goes over
_NUMBER_LETTERS = 11  # letters and digits of a heading's number that its bookmark may lack


def match_bookmarks(pages: PageList[PageBlocks], bookmarks: Sequence[Bookmark]) -> dict[tuple[int, int], int]:
    """Return the level of each block that a bookmark names; a paragraph that begins with one is split in `pages`."""
    found: dict[tuple[int, int], int] = {}
    top = min((bookmark.level for bookmark in bookmarks), default=1)
    for bookmark in bookmarks:
        wanted = letters_of(bookmark.title)
        if not wanted:
            continue
        place = next(
            (
                (p, b)
                for p in (bookmark.page - 1, bookmark.page, bookmark.page - 2)
                if 0 <= p < len(pages)
                for b in _matching_blocks(pages, p, wanted, bookmark.y)
                if (p, b) not in found
            ),
            None,
        )
        place = place or _join_heading(pages, bookmark, wanted)
        if place is not None:
            found[place] = bookmark.level - top + 1
    return found


def _join_heading(pages: PageList[PageBlocks], bookmark: Bookmark, wanted: str) -> tuple[int, int] | None:
    """Join two headings, one below the other, that a bookmark names as one: "APPENDIX A" and what it is about."""
    p = bookmark.page - 1
    if not 0 <= p < len(pages):
        return None
    blocks = pages[p].blocks
    for b, (first, second) in enumerate(pairwise(blocks)):
        both = first.kind == second.kind == "heading"
        if both and _same_title(letters_of(block_text(first) + block_text(second)), wanted):
            joined = replace(first, lines=first.lines + second.lines, box=first.box.union(second.box))
            emptied = Block("page-footer", second.box, ())  # keeps the place of the blocks behind it
            pages[p] = replace(pages[p], blocks=(*blocks[:b], joined, emptied, *blocks[b + 2 :]))
            return (p, b)
    return None


def _matching_blocks(pages: PageList[PageBlocks], p: int, wanted: str, y: float | None) -> Iterator[int]:
    """Yield the blocks of a page that say the bookmark's title, its number aside, headings first.

    Behind the best one the other headings that say it, for bookmarks that share a title ("Exercises").
    """
    kinds = {"heading": 0, "title": 0, "text": 1, "list-item": 1, "code": 2, "caption": 2, "page-header": 3}
    blocks = pages[p].blocks
    order = sorted(
        (b for b, block in enumerate(blocks) if block.kind in kinds),
        key=lambda b: (kinds[blocks[b].kind], abs(blocks[b].box.y0 - y) if y is not None else 0.0),
    )
    saying = [b for b in order if _same_title(letters_of(block_text(blocks[b])), wanted)]
    for b in saying[:1] + [b for b in saying[1:] if kinds[blocks[b].kind] == 0]:
        if blocks[b].kind != "heading":
            pages[p] = _with_blocks(pages[p], b, [replace(blocks[b], kind="heading")])
        yield b
    for b in order if not saying else ():
        split = _split_heading(blocks[b], wanted) if blocks[b].kind in ("text", "list-item", "heading") else None
        if split is not None and blocks[b].kind != "page-header":
            pages[p] = _with_blocks(pages[p], b, split)
            yield b
            return


def _same_title(text: str, wanted: str) -> bool:
    """Return whether a heading says a bookmark's title; either may have a short number that the other has not."""
    if text == wanted:
        return True
    longer, shorter = (text, wanted) if len(text) > len(wanted) else (wanted, text)
    extra = len(longer) - len(shorter)
    return len(shorter) >= 3 and longer.endswith(shorter) and (extra <= _NUMBER_LETTERS and _is_number(longer[:extra]))


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"(?:chapter|section|appendix|part)?(?:\d+|[ivxlc]+|[a-z]\d*)", text))


def _split_heading(block: Block, wanted: str) -> list[Block] | None:
    """Split a paragraph whose first line or lines are a heading, or the first words of it; None where they are not."""
    for count in range(1, min(4, len(block.lines))):
        head, rest = block.lines[:count], block.lines[count:]
        if _same_title(letters_of(" ".join(line.text for line in head)), wanted):
            return [_part(block, head, "heading"), _part(block, rest, block.kind)]
    return _split_run_in(block, wanted)


def _split_run_in(block: Block, wanted: str) -> list[Block] | None:
    """Split a paragraph whose text goes on behind its heading on the same line: "2.1. Sails. The sails are ...".

    The heading ends in a mark or in another font than the text, so that no sentence that begins alike is taken for it.
    """
    said = ""
    for at, line in enumerate(block.lines[:_RUN_IN_LINES]):
        for k, word in enumerate(line.words[:-1], 1):
            said += letters_of(word.text)
            if len(said) > len(wanted) + _NUMBER_LETTERS:
                return None
            behind = line.words[k]
            ends = word.text.endswith((".", ":", "?", "!", "—")) or (word.bold and not behind.bold)
            if ends and _same_title(said, wanted):
                head = (*block.lines[:at], Line.of(line.words[:k]))
                rest = (Line.of(line.words[k:]), *block.lines[at + 1 :])
                return [_part(block, head, "heading"), _part(block, rest, block.kind)]
        said += letters_of(line.words[-1].text)
    return None


def _part(block: Block, lines: tuple, kind: str) -> Block:  # type: ignore[type-arg]
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    return Block(kind, box, lines)  # type: ignore[arg-type]


def _with_blocks(page: PageBlocks, b: int, parts: Sequence[Block]) -> PageBlocks:
    return replace(page, blocks=(*page.blocks[:b], *parts, *page.blocks[b + 1 :]))


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, case folded: what two ways of writing a title share."""
    return "".join(c for c in text.casefold() if c.isalnum())
