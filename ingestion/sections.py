"""Which blocks are headings, of which level, and the tree of sections that they make.

Levels come from the PDF's own bookmarks where it has them, else from the numbering, else from the fonts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise, takewhile

from ingestion.blocks import Block, BlockKind, Bookmark, Line, PageBlocks
from ingestion.bookmark_headings import letters_of, match_bookmarks
from ingestion.captions import block_text, parse_label
from ingestion.document import Box, Section
from ingestion.heading_levels import ENOUGH, Heading, fill_levels, size_of
from ingestion.page_list import PageList

_NUMBERED = re.compile(
    r"(?:(?P<word>(?i:Chapter|Section|Appendix|Part|Kapitel|Annex|Anhang))\s+)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})+|[IVXLC]{1,6}(?=[.:\s])|[A-Z](?=[.:)\s]))"
    r"(?P<mark>[.:)]?)\s*(?P<title>.*)",
    re.S,
)
_LABEL = re.compile(
    r"(?i:Chapter|Section|Appendix|Part|Kapitel|Teil|Annex|Anhang|Chapitre|Partie|Annexe|Capítulo|Capitolo)"
    r"\s+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])[.:]?"
)
_ADMONITIONS = frozenset("note notes warning caution important tip hint attention danger".split())
_CODE = re.compile(r"^(?:>{1,3}|[$+]) |^<<|<-|[{};]$|\w\([^()]*[=,][^()]*\)$")
_LEADER = re.compile(r"(?:\.\s?){4,}\s*[\divxlc]+\s*$", re.I)
_MAX_WORDS = 30
_BRIEF = 40  # words under a name: an affiliation, a date
_PERSONS = re.compile(r"[^\W\d_a-z](?:\.|[\w'’-]*[^\W\d_A-Z][\w'’.-]*)[,†‡§¶*∗\d]*|[†‡§¶*∗\d]{1,3},?")
_JOINING = frozenset("and & of the de van von der la".split())


_MISTAKEN = ("text", "list-item", "caption")  # what the layout model takes a heading for
_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split()
_ASIDE = ("page-header", "page-footer", "footnote")


def find_headings(
    given: Sequence[PageBlocks], bookmarks: Sequence[Bookmark]
) -> tuple[PageList[PageBlocks], list[Heading], str]:
    """Return the pages (blocks split where a bookmark shows that a paragraph holds a heading), headings, and title."""
    pages = PageList(given)
    _join_labels(pages)
    title_at, title = _document_title(pages)
    if title_at is not None:
        p, b = title_at
        blocks = pages[p].blocks
        pages[p] = replace(pages[p], blocks=(*blocks[:b], *_part_title(blocks[b]), *blocks[b + 1 :]))
    levels = match_bookmarks(pages, bookmarks)
    candidates = [
        (p, b)
        for p, page in enumerate(pages)
        for b, block in enumerate(page.blocks)
        if (p, b) not in levels
        and (p, b) != title_at
        and _may_head(page, block)
        and not (levels and block_text(block).endswith(":"))  # a speaker, a label: no section where sections are known
    ]
    if title_at in levels and len(levels) > 1:
        levels.pop(title_at)
    candidates = [place for place in candidates if not _is_front_matter(pages, title_at, title, place)]
    missed = _missed(pages, {*levels, *candidates})
    for p, b in missed:
        blocks = pages[p].blocks
        pages[p] = replace(pages[p], blocks=(*blocks[:b], replace(blocks[b], kind="heading"), *blocks[b + 1 :]))
    candidates += missed
    lettered = {_first_letter(block_text(pages[p].blocks[b])) for p, b in [*candidates, *levels]}
    headings: list[Heading] = []
    for p, b in sorted([*levels, *candidates]):
        counted = sum(heading.number is not None and heading.number[0].isdigit() for heading in headings)
        known = lettered | {"B"} if counted >= ENOUGH else lettered  # an only appendix: "A Proofs" behind section 5
        number, text = parse_number(block_text(pages[p].blocks[b]), letters=known)
        headings.append(Heading(p, b, levels.get((p, b), 0), number, text))
    headings = fill_levels(_in_order(headings), pages)
    return pages, headings, title


def _in_order(headings: Sequence[Heading]) -> list[Heading]:
    """Leave out what no bookmark names and whose number does not fit between the bookmarked ones: items of a list.

    Between "1 Introduction" and "2 Data" no "3 Separator" heads a chapter.
    """
    marked = [(h.page, h.block, int(h.number)) for h in headings if h.level and h.number and h.number.isdigit()]
    if len(marked) < ENOUGH:
        return list(headings)
    kept = []
    for heading in headings:
        if not heading.level and heading.number and heading.number.isdigit():
            before = max((n for p, b, n in marked if (p, b) < (heading.page, heading.block)), default=0)
            after = min((n for p, b, n in marked if (p, b) > (heading.page, heading.block)), default=1000)
            if not before < int(heading.number) < after:
                continue
        kept.append(heading)
    return kept


def _join_labels(pages: PageList[PageBlocks]) -> None:
    """Join a heading that is a label alone ("Chapter 7") with the title right below it."""
    for p, page in enumerate(pages):
        blocks = list(page.blocks)
        for b, (label, title) in enumerate(pairwise(page.blocks)):
            both = title.kind in ("heading", "title") and label.kind in ("heading", "title", "text")
            if (
                not both
                or not (label.lines and title.lines)
                or not _LABEL.fullmatch(block_text(label))
                or not blocks[b].lines
            ):
                continue
            near = title.box.y0 - label.box.y1 < 4 * max(label.box.height, title.box.height)
            if near and size_of(title) > 0.8 * size_of(label) and parse_number(block_text(title))[0] is None:
                blocks[b] = replace(title, lines=label.lines + title.lines, box=label.box.union(title.box))
                blocks[b + 1] = Block("page-footer", title.box, ())  # keeps the place of the blocks behind it
        if blocks != list(page.blocks):
            pages[p] = replace(page, blocks=tuple(blocks))


def _is_front_matter(
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


def _missed(pages: Sequence[PageBlocks], known: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return lines that the layout model took for text but whose number goes on from a heading's: "4 Results" after 3.

    A number that a heading has already, or that goes on from none, makes no heading: it may be a list's. A Roman
    numeral before capitals is none of a list's, so that it may have two lines and look like an item or a caption.
    """
    numbers = {parse_number(block_text(pages[p].blocks[b]))[0]: (p, b) for p, b in known}
    found = []
    for p, page in enumerate(pages):
        for b, block in enumerate(page.blocks):
            text = block_text(block) if block.kind in _MISTAKEN and len(block.lines) <= 2 else ""
            number, title = parse_number(text)
            if number is None or not title[:1].isupper() or text.endswith((".", ";", ",", ":")) or number in numbers:
                continue
            capitals = number in _ROMAN and title.isupper()
            if not capitals and (block.kind != "text" or len(block.lines) > 1 or len(text) >= 80):
                continue
            before = _number_before(number)
            if before in numbers and numbers[before] < (p, b):
                numbers[number] = (p, b)
                found.append((p, b))
    return found


def _number_before(number: str) -> str | None:
    """Return the number that a heading's goes on from: "3.1" for "3.2", "IV" for "V"; None for a first one."""
    if number in _ROMAN:
        return _ROMAN[_ROMAN.index(number) - 1] if number != "I" else None
    *above, last = number.split(".")
    return ".".join([*above, str(int(last) - 1)]) if last.isdigit() and int(last) > 1 else None


def build_sections(headings: Sequence[tuple[Heading, int]], doc_id: str, page_count: int) -> tuple[Section, ...]:
    """Return the tree of sections; each heading comes with where its block begins in its page's markdown.

    Headings repeated on following pages, as on the overlays of a slide, are one section.
    """
    kept: list[tuple[Heading, int]] = []
    for heading, start in headings:
        same = kept and (kept[-1][0].title, kept[-1][0].number, kept[-1][0].level) == (
            heading.title,
            heading.number,
            heading.level,
        )
        if not same:
            kept.append((heading, start))
    sections: list[Section] = []
    path: list[Section] = []
    for index, (heading, start) in enumerate(kept):
        path = [section for section in path if section.level < heading.level]
        after = next((later for later in kept[index + 1 :] if later[0].level <= heading.level), None)
        section = Section(
            section_id=f"{doc_id}/s{index}",
            number=heading.number,
            title=heading.title,
            level=heading.level,
            page_number=heading.page + 1,
            start=start,
            end_page=page_count if after is None else max(heading.page + 1, after[0].page + (after[1] > 0)),
            parent_id=path[-1].section_id if path else None,
        )
        sections.append(section)
        path.append(section)
    return tuple(sections)


def parse_number(text: str, letters: set[str] | None = None) -> tuple[str | None, str]:
    """Return (number, title) of a heading; the number is None where it has none.

    A single letter counts as a number only with a mark behind it, behind "Appendix", or when headings with other single
    letters are there too (`letters`): "A Study of Rain" is not Appendix A.

    >>> parse_number("3.1 Data"), parse_number("IV. Text Data"), parse_number("A Study of Rain")
    (('3.1', 'Data'), ('IV', 'Text Data'), (None, 'A Study of Rain'))
    """
    text = " ".join(text.split())
    match = _NUMBERED.match(text)
    if match is None:
        return None, text
    number, title = match["number"], match["title"].strip(" .:–—")
    if not title:
        return (number, text) if match["word"] else (None, text)
    if not match["word"] and _abbreviates(text, match, letters or set()):
        return None, text
    if number.isalpha() and not match["word"]:
        roman = len(number) > 1 or number in "IVX"
        if len(number) == 1 and not match["mark"]:
            others = (letters or set()) - {number, ""}
            if number == "I" or not title[:1].isupper() or ("B" if number == "A" else "A") not in others:
                return None, text
        elif (not roman and not match["mark"]) or (roman and not match["mark"] and len(number) < 2):
            return None, text
    elif number.isdigit() and len(number) == 3 and not match["word"]:
        return None, text
    if number.isdigit() and not match["word"] and not match["mark"] and not text[len(number)].isspace():
        return None, text  # "3D printing"
    return number, title


def _abbreviates(text: str, match: re.Match[str], letters: set[str]) -> bool:
    """Return whether a letter and its full stop begin an abbreviation or a name, "U.S. Trade", "J. R. Ray", no number.

    Set apart, "B. U.S. Trade" may still count, and "A. J. Ray" where a heading has the letter before or behind it.
    """
    if not match["number"].isalpha() or len(match["number"]) > 1 or match["mark"] != ".":
        return False
    behind = text[match.end("mark") :]
    if not behind[:1].isspace():
        return re.match(r"[A-Z]\.", behind) is not None
    beside = {chr(ord(match["number"]) + step) for step in (-1, 1)}
    return re.match(r"\s+[A-Z]\.(?:\s|$)", behind) is not None and not letters & beside


def _first_letter(text: str) -> str:
    match = re.match(r"([A-Z])[.\s]\s*[A-Z]", text)
    return match[1] if match else ""


def _may_head(page: PageBlocks, block: Block) -> bool:
    """Return whether a block may head a section by its looks."""
    if block.kind not in ("heading", "title") or not block.lines:
        return False
    text = block_text(block)
    if parse_label(text) is not None or _LEADER.search(text) or not any(c.isalpha() for c in text):
        return False
    if text.endswith((".", ";", ",")) and len(text.split()) > 8:
        return False
    if text.strip(" :.!").casefold() in _ADMONITIONS or _CODE.search(text):
        return False
    if re.search(r"\S@\S+\.\S|https?://", text) or all(word.mono for line in block.lines for word in line.words):
        return False
    return len(text.split()) <= _MAX_WORDS and not _is_contents(page)


def _is_contents(page: PageBlocks) -> bool:
    lines = [line.text for block in page.blocks for line in block.lines]
    return sum(bool(_LEADER.search(line)) for line in lines) >= 5


def _document_title(pages: Sequence[PageBlocks]) -> tuple[tuple[int, int] | None, str]:
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
