"""Which blocks are headings, of which level, and the tree of sections that they make.

Levels come from the PDF's own bookmarks where it has them, else from the numbering, else from the fonts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.blocks import Block, BlockKind, Bookmark, PageBlocks
from ingestion.bookmark_headings import match_bookmarks
from ingestion.captions import block_text, parse_label
from ingestion.document import Section
from ingestion.heading_levels import ENOUGH, Heading, fill_levels, look_of, size_of
from ingestion.heading_numbers import lettered_entries, parse_number
from ingestion.listings import is_command
from ingestion.page_list import PageList
from ingestion.titles import find_title, heads_section, is_front_matter

_LABEL = re.compile(
    r"(?i:Chapter|Section|Appendix|Part|Kapitel|Teil|Annex|Anhang|Chapitre|Partie|Annexe|Capítulo|Capitolo)"
    r"\s+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])[.:]?"
)
_ADMONITIONS = frozenset("note notes warning caution important tip hint attention danger".split())
_CODE = re.compile(r"^(?:>{1,3}|[$+]) |^<<|<-|[{};]$|\w\([^()]*[=,][^()]*\)$")
_FORMULA = re.compile(r"(?!.*[^\W\d_]{4})[^=]{1,40}=[^=]{1,80}$")  # without a word: "B = A + SN"
_LEADER = re.compile(r"(?:\.\s?){4,}\s*[\divxlc]+\s*$", re.I)
_MAX_WORDS = 30
_HEADING_SIZE = 1.15  # times the size of the text, from which a bold line is set as a heading


_AS_LARGE = 0.6  # points by which headings of one level may differ
_Places = Mapping[str | None, tuple[int, int]]
"""Where the heading of each number stands: its page and its block, as indices."""
_MISTAKEN = ("text", "list-item", "caption")  # what the layout model takes a heading for
_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split()


def find_headings(
    given: Sequence[PageBlocks], bookmarks: Sequence[Bookmark], known_title: str = ""
) -> tuple[PageList[PageBlocks], list[Heading], str]:
    """Return the pages (blocks split where a bookmark shows that a paragraph holds a heading), headings, and title.

    `known_title` is what the file names as its title, "" for none.
    """
    pages = PageList(given)
    _join_labels(pages)
    _mark_entries(pages)
    title_at, title = find_title(pages, known_title)
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
    candidates = [place for place in candidates if not is_front_matter(pages, title_at, title, place)]
    if title_at is not None and heads_section(pages, title_at, {*levels, *candidates}):
        candidates += [title_at] if title_at not in levels else []
    elif title_at is not None and title_at in levels and len(levels) > 1:
        levels.pop(title_at)
        _set_kind(pages, title_at, "title")
    missed = _missed(pages, {*levels, *candidates})
    for place in missed:
        _set_kind(pages, place, "heading")
    candidates += missed
    lettered = {_first_letter(block_text(pages[p].blocks[b])) for p, b in [*candidates, *levels]}
    headings: list[Heading] = []
    for p, b in sorted([*levels, *candidates]):
        counted = sum(heading.number is not None and heading.number[0].isdecimal() for heading in headings)
        known = lettered | {"B"} if counted >= ENOUGH else lettered  # an only appendix: "A Proofs" behind section 5
        number, text = parse_number(block_text(pages[p].blocks[b]), letters=known)
        headings.append(Heading(p, b, levels.get((p, b), 0), number, text))
    headings = fill_levels(_in_order(headings), pages)
    _mark_code(pages, {(heading.page, heading.block) for heading in headings})
    return pages, headings, title


def _set_kind(pages: PageList[PageBlocks], place: tuple[int, int], kind: BlockKind) -> None:
    p, b = place
    blocks = pages[p].blocks
    pages[p] = replace(pages[p], blocks=(*blocks[:b], replace(blocks[b], kind=kind), *blocks[b + 1 :]))


def _mark_entries(pages: PageList[PageBlocks]) -> None:
    """Make text of the entries of a lettered list that the layout model takes for headings: "III." behind "HHH."."""
    places = [(p, b) for p, page in enumerate(pages) for b, block in enumerate(page.blocks) if block.lines]
    entries = lettered_entries([pages[p].blocks[b].lines[0].text for p, b in places])
    for place in (places[i] for i in entries):
        if pages[place[0]].blocks[place[1]].kind == "heading":
            _set_kind(pages, place, "text")


def _mark_code(pages: PageList[PageBlocks], headings: Collection[tuple[int, int]]) -> None:
    """Make code of the commands that the layout model takes for headings, and that head nothing."""
    for p, page in enumerate(pages):
        for b, block in enumerate(page.blocks):
            if block.kind == "heading" and (p, b) not in headings and is_command(block.lines):
                _set_kind(pages, (p, b), "code")


def _in_order(headings: Sequence[Heading]) -> list[Heading]:
    """Leave out what no bookmark names and whose number does not fit between the bookmarked ones: items of a list.

    Between "1 Introduction" and "2 Data" no "3 Separator" heads a chapter.
    """
    marked = [(h.page, h.block, int(h.number)) for h in headings if h.level and h.number and h.number.isdecimal()]
    if len(marked) < ENOUGH:
        return list(headings)
    kept = []
    for heading in headings:
        if not heading.level and heading.number and heading.number.isdecimal():
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


def _missed(pages: Sequence[PageBlocks], known: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return lines that the layout model took for text but whose number goes on from a heading's: "4 Results" after 3.

    A number that a heading has already, or that goes on from none, makes no heading: it may be a list's. A Roman
    numeral before capitals is none of a list's, so that it may have two lines and look like an item or a caption; so
    may one between its neighbours that looks as they do.
    """
    numbers = {parse_number(block_text(pages[p].blocks[b]))[0]: (p, b) for p, b in known}
    found = []
    for p, page in enumerate(pages):
        for b, block in enumerate(page.blocks):
            text = block_text(block) if block.kind in _MISTAKEN and len(block.lines) <= 2 else ""
            number, title = parse_number(text)
            if number is None or not title[:1].isupper() or number in numbers:
                continue
            set_apart = (number in _ROMAN and title.isupper()) or _is_between(pages, number, (p, b), numbers)
            plain = block.kind != "list-item" and len(block.lines) == 1 and len(text) < 80
            if not set_apart and (text.endswith((".", ";", ",", ":")) or not plain):
                continue
            before = _number_before(number) or _number_above(number, numbers, (p, b))
            if before in numbers and numbers[before] < (p, b):
                numbers[number] = (p, b)
                found.append((p, b))
    return found


def _is_between(pages: Sequence[PageBlocks], number: str, place: tuple[int, int], numbers: _Places) -> bool:
    """Return whether a block stands between the headings of the numbers before and behind its own, and looks so."""
    before, behind = numbers.get(_number_before(number)), numbers.get(_number_behind(number))
    if before is None or behind is None or not before < place < behind:
        return False
    size, bold = look_of(pages[place[0]].blocks[place[1]])
    looks = [look_of(pages[p].blocks[b]) for p, b in (before, behind)]
    return all(abs(size - other) < _AS_LARGE and bold == heavy for other, heavy in looks)


def _number_above(number: str, numbers: _Places, place: tuple[int, int]) -> str | None:
    """Return the number that a first one stands under, "3" for "3.1", where the second, "3.2", heads what is behind."""
    above, _, last = number.rpartition(".")
    second = numbers.get(f"{above}.2")
    return above if above and last == "1" and second is not None and second > place else None


def _number_before(number: str) -> str | None:
    """Return the number that a heading's goes on from: "3.1" for "3.2", "IV" for "V"; None for a first one."""
    if number in _ROMAN:
        return _ROMAN[_ROMAN.index(number) - 1] if number != "I" else None
    *above, last = number.split(".")
    return ".".join([*above, str(int(last) - 1)]) if last.isdecimal() and int(last) > 1 else None


def _number_behind(number: str) -> str | None:
    """Return the number that goes on from a heading's: "3.3" for "3.2"; None for a letter or a Roman numeral."""
    *above, last = number.split(".")
    return ".".join([*above, str(int(last) + 1)]) if last.isdecimal() else None


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
    if text.endswith((".", ";", ",")) and len(text.split()) > 8 and not _is_set_large(page, block):
        return False
    if text.strip(" :.!").casefold() in _ADMONITIONS or _CODE.search(text) or _FORMULA.match(text):
        return False
    if re.search(r"\S@\S+\.\S|https?://", text) or all(word.mono for line in block.lines for word in line.words):
        return False
    return len(text.split()) <= _MAX_WORDS and not _is_contents(page)


def _is_set_large(page: PageBlocks, block: Block) -> bool:
    """Return whether a numbered line is bold and larger than the text, so that a full stop makes no sentence of it."""
    size, bold = look_of(block)
    larger = page.body_size > 0 and size >= _HEADING_SIZE * page.body_size
    return bold and larger and parse_number(block_text(block))[0] is not None


def _is_contents(page: PageBlocks) -> bool:
    lines = [line.text for block in page.blocks for line in block.lines]
    return sum(bool(_LEADER.search(line)) for line in lines) >= 5
