"""Which block is a document's title, whether that heads a section too, and the names and dates that stand below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import reduce
from itertools import takewhile

from ingestion.blocks import Block, BlockKind, Line, PageBlocks
from ingestion.bookmark_headings import letters_of
from ingestion.captions import block_text, parse_label
from ingestion.document import Box
from ingestion.heading_levels import look_of, size_of
from ingestion.heading_numbers import parse_number
from ingestion.page_list import PageList

_BRIEF = 40  # words under a name: an affiliation, a date
_PERSONS = re.compile(r"[^\W\d_a-z](?:\.|[\w'’-]*[^\W\d_A-Z][\w'’.-]*)[,†‡§¶*∗\d]*|[†‡§¶*∗\d]{1,3},?")
_JOINING = frozenset("and & of the de van von der la".split())
_ASIDE = ("page-header", "page-footer", "footnote")


def find_title(pages: PageList[PageBlocks], known: str = "") -> tuple[tuple[int, int] | None, str]:
    """Return where the title stands and what it says; in `pages` it becomes a block of its own, of kind "title".

    `known` is what the file itself names as its title, which many files do wrongly: it counts where the first page with
    words shows it, and the layout's choice is a name of persons alone, as on the cover of a thesis.
    """
    title_at, title = _title_of(pages)
    if known and (title_at is None or _is_people(title)):
        title_at, title = _shown(pages, known) or (title_at, title)
    if title_at is not None:
        p, b = title_at
        blocks = pages[p].blocks
        first, *rest = _part_title(blocks[b])
        parts = (first if parse_label(title) else replace(first, kind="title"), *rest)  # "Table 6." stays a caption
        pages[p] = replace(pages[p], blocks=(*blocks[:b], *parts, *blocks[b + 1 :]))
    return title_at, title


def heads_section(
    pages: Sequence[PageBlocks], title_at: tuple[int, int], headings: Collection[tuple[int, int]]
) -> bool:
    """Return whether the title is but the first of the headings: another on its page looks the same.

    What it heads stands right below it: a list, running text, or a heading that looks less.
    """
    p, b = title_at
    blocks = pages[p].blocks
    look = look_of(blocks[b])
    same = [other for other in sorted(headings) if other[0] == p and other[1] > b and look_of(blocks[other[1]]) == look]
    if not same:
        return False
    under = range(b + 1, same[0][1])
    return any((p, i) in headings or blocks[i].kind == "list-item" or _is_prose(blocks[i]) for i in under)


def is_front_matter(
    pages: Sequence[PageBlocks], title_at: tuple[int, int] | None, title: str, place: tuple[int, int]
) -> bool:
    """Return whether a heading without a number is an author, a date or the title again, which head no section.

    These stand behind the title before any running text, and nothing stands under them but the next of their kind, or
    under names a few words that say where the people work, or when.
    """
    p, b = place
    text = block_text(pages[p].blocks[b])
    if title_at is None or place <= title_at or p > title_at[0] + 2 or parse_number(text)[0] is not None:
        return False
    if letters_of(text) == letters_of(title):
        return True
    if p != title_at[0] or any(_is_prose(block) for block in pages[p].blocks[title_at[1] : b]):
        return False
    under = list(
        takewhile(
            lambda block: block.kind not in ("heading", "title"),
            (block for block in pages[p].blocks[b + 1 :] if block.lines and block.kind not in _ASIDE),
        )
    )
    said = " ".join(block_text(block) for block in under)
    brief = len(said.split()) < _BRIEF and ":" not in said and all(block.kind == "text" for block in under)
    return not under or (brief and _is_people(text))


def _is_people(text: str) -> bool:
    """Return whether a text may be the names of persons or of a group, with marks, and not all in capitals."""
    words = text.split()
    return 1 < len(words) < 9 and all(word in _JOINING or _PERSONS.fullmatch(word) for word in words)


def _title_of(pages: Sequence[PageBlocks]) -> tuple[tuple[int, int] | None, str]:
    """Return where the title stands and what it says; it is set larger than the text, on the first page with words."""
    for p, page in enumerate(pages[:3]):
        blocks = [(b, block) for b, block in enumerate(page.blocks) if block.lines]
        found = [(b, block) for b, block in blocks if block.kind == "title"]
        if found:  # a heading above what the layout model names the title may be the true one
            found = [(b, block) for b, block in blocks if b < found[0][0] and block.kind == "heading"] + found
        elif p == 0:
            found = [
                (b, block)
                for b, block in takewhile(lambda item: not (_is_prose(item[1]) or _is_numbered(item[1])), blocks)
                if block.kind == "heading" and block.box.y0 < page.height / 2
            ]
            if all(size_of(block) <= 1.15 * page.body_size for _, block in found):
                found = []
        if not found and p == 0:
            found = [(b, block) for b, block in blocks[:4] if _may_title(block, page)]
        if found:
            largest = max(size_of(block) for _, block in found)
            b, block = next(item for item in found if size_of(item[1]) >= 0.85 * largest)  # OCR measures sizes roughly
            return (p, b), block_text(_part_title(block)[0])
        if blocks:
            break
    return None, ""


def _shown(pages: Sequence[PageBlocks], known: str) -> tuple[tuple[int, int], str] | None:
    """Return the block of the first page with words that says a title, or most of it; None where none does."""
    wanted = letters_of(known)
    for p, page in enumerate(pages[:3]):
        blocks = [(b, block) for b, block in enumerate(page.blocks) if block.lines and block.kind not in _ASIDE]
        for b, block in blocks:
            said = letters_of(block_text(block))
            if len(known.split()) > 1 and (said == wanted or (wanted.startswith(said) and 2 * len(said) > len(wanted))):
                return (p, b), block_text(block)
        if blocks:
            break
    return None


def _may_title(block: Block, page: PageBlocks) -> bool:
    """Return whether a block that the layout model takes for text looks like a title: few words, large, at the top."""
    large = size_of(block) > 1.25 * page.body_size > 0
    words = len(block_text(block).split())
    return block.kind == "text" and large and 2 <= words <= 25 and block.box.y0 < 0.4 * page.height


def _is_prose(block: Block) -> bool:
    return block.kind == "text" and len(block_text(block).split()) > 30


def _is_numbered(block: Block) -> bool:
    """Return whether a block heads a numbered section, behind which no title stands: the page begins with a chapter."""
    return block.kind == "heading" and parse_number(block_text(block))[0] is not None


def _part_title(block: Block) -> list[Block]:
    """Return a title's large lines, and the smaller ones below (authors that the layout model took in), if any."""
    large = [max(word.size for word in line.words) > 0.88 * size_of(block) for line in block.lines]
    first = large.index(True) if True in large else 0
    split = next((i for i in range(first, len(large)) if not large[i]), len(large))
    parts: tuple[tuple[BlockKind, tuple[Line, ...]], ...] = (
        (block.kind, block.lines[:split]),
        ("text", block.lines[split:]),
    )
    return [
        replace(block, kind=kind, lines=lines, box=reduce(Box.union, (line.box for line in lines)))
        for kind, lines in parts
        if lines
    ]
