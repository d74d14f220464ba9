"""Footnotes: their marks in the text, where they stand, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingestion.blocks import Block, Line, PageBlocks, Word
from ingestion.document import Box, Footnote, Page, Section, section_at
from ingestion.plain import markdown_to_plain

if TYPE_CHECKING:
    from ingestion.markdown import PageMarkdown  # which reads text files, whose footnotes are found here

_MARK = re.compile(r"\(?(\d{1,3}|[*†‡§¶]{1,2})[.)]?")
_CLOSE = re.compile(r"(\d{1,2})(?=[^\W\d]{2}|[(“\"‘'])")
_FOOT = 0.75  # of the page's height, below which notes stand
_SMALL = 0.85  # of the largest letters of its line: a mark is set smaller
_TEXTS = ("text", "list-item", "heading", "title", "caption")
_NOTED = re.compile(r"\[\^(\w{1,20})\](?!:)|\{\}\^\{(\d{1,3})\}")
_NOTE = re.compile(
    r"^(?:\[\^(\w{1,20})\]:|Footnote (\d{1,3}):)[ \t]*(\S.*?)(?=\n[ \t]*\n|\n\[\^|\nFootnote \d|\Z)", re.M | re.S
)


def find_footnotes(
    pages: Sequence[PageBlocks], written: Sequence[PageMarkdown], sections: Sequence[Section]
) -> tuple[Footnote, ...]:
    """Return the footnotes in reading order, each with its marks on its own page.

    Beside what the layout model names so, they are text that begins with a raised mark which another text has as well.
    """
    found: list[Footnote] = []
    for p, (page, text) in enumerate(zip(pages, written, strict=True)):
        known = {mark for block in page.blocks for mark, _ in _marks(block)}
        notes = [
            note
            for block in page.blocks
            if block.kind == "footnote"
            or (block.kind in ("text", "list-item") and (_may_note(block, known) or _is_foot(block, page)))
            for note in _notes(block, page.body_size)
        ]
        if not notes:
            continue
        at = {tuple(box): int(start) for box, start in zip(text.words.boxes.tolist(), text.words.starts, strict=True)}
        ends = {tuple(box): int(end) for box, end in zip(text.words.boxes.tolist(), text.words.ends, strict=True)}
        marks = [(mark, _place(word, at)) for block in page.blocks for mark, word in _marks(block)]
        for number, words in notes:
            start, end = _place(words[0], at), _place(words[-1], ends)
            if start is None or end is None:
                continue
            own = tuple(place for mark, place in marks if mark == number and place is not None)
            boxes = tuple(_line_boxes(words))
            plain = markdown_to_plain(text.markdown[start:end])
            found.append(Footnote(number, p + 1, start, end, section_at(sections, p + 1, start), boxes, plain, own))
    return tuple(found)


def text_footnotes(pages: Sequence[Page], sections: Sequence[Section]) -> tuple[Footnote, ...]:
    """Return the footnotes of markdown: `[^1]` and `[^1]: text`, or Nougat's "Footnote 1: text"."""
    found: list[Footnote] = []
    for page in pages:
        marks = [(match[1] or match[2], match.start()) for match in _NOTED.finditer(page.markdown)]
        for match in _NOTE.finditer(page.markdown):
            number = match[1] or match[2]
            own = tuple(place for mark, place in marks if mark == number and not match.start() <= place < match.end())
            section = section_at(sections, page.number, match.start())
            plain = markdown_to_plain(match[3])
            found.append(Footnote(number, page.number, match.start(), match.end(), section, (), plain, own))
    return tuple(found)


def _may_note(block: Block, known: set[str]) -> bool:
    """Return whether a block of text begins with a raised mark that stands in a text of the page too."""
    words = block.lines[0].words if block.lines else ()
    if len(words) < 3 or words[0].size >= _SMALL * max(word.size for word in words[1:]):
        return False
    match = _MARK.fullmatch(words[0].text)
    return match is not None and match[1] in known


def _is_foot(block: Block, page: PageBlocks) -> bool:
    """Return whether a block at a page's foot begins with a mark set close to its note and smaller than text."""
    below = [other for other in page.blocks if other.box.y0 > block.box.y1 - 2 and other is not block]
    low = block.box.y0 > _FOOT * page.height or all(other.kind not in _TEXTS[:4] for other in below)
    return low and bool(block.lines) and _close_mark(block.lines[0], page.body_size) is not None


def _notes(block: Block, body_size: float) -> Iterator[tuple[str, list[Word]]]:
    """Yield (number, words) of the notes in a block: one begins with each line that begins with a mark."""
    number: str | None = None
    words: list[Word] = []
    for line in block.lines:
        mark = _opening(line) or _close_mark(line, body_size)
        if mark is not None and (number is None or _follows(number, mark)):
            if number is not None:
                yield number, words
            number, words = mark, []
        if number is not None:
            words += line.words
    if number is not None:
        yield number, words


def _opening(line: Line) -> str | None:
    match = _MARK.fullmatch(line.words[0].text) if len(line.words) > 1 else None
    if match is None:  # "8S2601A": the mark is set close to its note
        match = re.match(r"(\d{1,2})(?=[A-Z][a-z]|[A-Z]\d)", line.text)
    return match[1] if match else None


def _close_mark(line: Line, body_size: float) -> str | None:
    """Return the mark that begins a line's first word, as in "3http://"; a word's size is its first letter's."""
    match = _CLOSE.match(line.words[0].text)
    others = [word.size for word in line.words[1:]]
    return match[1] if match is not None and line.words[0].size < _SMALL * max(others, default=body_size) else None


def _follows(before: str, mark: str) -> bool:
    return int(mark) == int(before) + 1 if mark.isdecimal() and before.isdecimal() else not mark.isdecimal()


def _marks(block: Block) -> Iterator[tuple[str, Word]]:
    """Yield the raised marks in a block of text: smaller than the line's letters, and not below their middle."""
    if block.kind not in _TEXTS:
        return
    for line in block.lines:
        largest = max(word.size for word in line.words)
        for word in line.words[1:]:
            match = _MARK.fullmatch(word.text)
            raised = word.box.y0 + word.box.y1 < line.box.y0 + line.box.y1 + 0.5
            if match is not None and word.size < _SMALL * largest and raised:
                yield match[1], word


def _place(word: Word, places: dict[tuple[float, ...], int]) -> int | None:
    """Return where a word stands in the markdown; boxes are kept there in single precision."""
    import numpy as np

    return places.get(tuple(np.asarray(word.box.as_tuple(), dtype=np.float32).tolist()))


def _line_boxes(words: Sequence[Word]) -> Iterator[Box]:
    box = words[0].box
    for word in words[1:]:
        if word.box.x0 < box.x1 - 1:
            yield box
            box = word.box
        else:
            box = box.union(word.box)
    yield box
