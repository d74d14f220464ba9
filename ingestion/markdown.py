"""Blocks of a page -> markdown in which the place of every word is known.

The markdown is CommonMark with pipe tables. It holds no emphasis of its own: a document's words stand as they are, and
characters that a viewer would take for markup are escaped with a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from ingestion.blocks import Block, Line, Word
from ingestion.document import Box, WordBoxes
from ingestion.hyphens import Hyphens
from ingestion.list_levels import BULLETS, ENUMERATOR, ListLevels
from ingestion.plain import markdown_to_plain
from ingestion.text_files import text_to_document

__all__ = [
    "MarkdownWriter",
    "PageMarkdown",
    "blocks_to_markdown",
    "escape",
    "markdown_to_plain",
    "text_to_document",
]

_APART = 2.0  # of the font's size: a page number stands at least so far behind its title
_LEADER = re.compile(r"(?:[.·…]\s?){4,}[\divxlc]+$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_PARAGRAPH_START = re.compile(r"#{1,6}$|[-+>]$|\d{1,9}[.)]$|>|=+$|-{3,}$|~{3,}")
_INLINE = re.compile(r"[*`]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!])|\\(?=[!-/:-@\[-`{-~])|&(?=#?\w+;)|\|")

_HTML_MARKUP = re.compile(r"[&<>*_`|\\\[\]#~$]")

TableWriter = Callable[["MarkdownWriter", Block], None]


class MarkdownWriter:
    """Appends markup and words, and keeps where on the page each word stands.

    `mark` appends characters that the page does not draw (`# `, ` | `, line breaks); `word` appends characters that it
    does. Whoever emits part of a page goes through one of these, so that words map to offsets the same way everywhere.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._boxes: list[tuple[float, float, float, float]] = []

    @property
    def position(self) -> int:
        """How many characters were written; the offset of what comes next."""
        return self._length

    def mark(self, text: str) -> None:
        """Append text that has no place on the page."""
        if text:
            self._parts.append(text)
            self._length += len(text)

    def word(self, text: str, box: Box) -> None:
        """Append text that the page draws at that box; the text is written as it is, so escape it first."""
        if text:
            self._starts.append(self._length)
            self.mark(text)
            self._ends.append(self._length)
            self._boxes.append(box.as_tuple())

    def html(self, lines: Sequence[Line]) -> None:
        """Append lines as text inside of HTML: single spaces between words."""
        for number, word in enumerate(word for line in lines for word in line.words):
            if number:
                self.mark(" ")
            self.word(escape_html(word.text), word.box)

    def lines(self, lines: Sequence[Line], *, hyphens: Hyphens | None = None, block_start: bool = True) -> None:
        """Append lines as running text: single spaces between words, words broken at line ends joined.

        With `block_start` the first word is escaped too where a viewer would take it for a heading, list or quote.
        """
        hyphens = hyphens or Hyphens(())
        first = block_start
        broken: Word | None = None  # the last word of the line before, when it may end in the middle of a word
        for line in lines:
            for index, word in enumerate(line.words):
                ends_line = index == len(line.words) - 1
                if broken is not None:
                    glue = hyphens.join(broken.text, word.text)
                    self.word(_source(broken, broken.text[:-1] if glue == "" else broken.text), broken.box)
                    if glue is None:
                        self.mark(" ")
                    broken = None
                elif self._length and not self._parts[-1][-1:].isspace() and not first:
                    self.mark("" if self._no_space(word) else " ")
                if ends_line and line is not lines[-1] and word.text[-1] in "-\u00ad\u2010" and len(word.text) > 1:
                    broken = word
                else:
                    self.word(word.text if word.raw else escape(word.text, block_start=first), word.box)
                first = False
        if broken is not None:
            self.word(_source(broken, broken.text), broken.box)

    def _no_space(self, word: Word) -> bool:
        """CJK text breaks lines anywhere: no space belongs between two of its characters."""
        return bool(_CJK.match(word.text)) and bool(self._parts[-1]) and bool(_CJK.match(self._parts[-1][-1]))

    def finish(self) -> tuple[str, WordBoxes]:
        """Return what was written, and where its words stand."""
        boxes = np.asarray(self._boxes, dtype=np.float32).reshape(-1, 4)
        words = WordBoxes(np.asarray(self._starts, np.int32), np.asarray(self._ends, np.int32), boxes)
        return "".join(self._parts), words


@dataclass(frozen=True, slots=True)
class PageMarkdown:
    """A page's markdown, the place of its words, and the place of its blocks."""

    markdown: str
    words: WordBoxes
    spans: tuple[tuple[int, int] | None, ...]  # per block: its slice of the markdown; None for one that is left out


def blocks_to_markdown(
    blocks: Sequence[Block],
    *,
    levels: Mapping[int, int] | None = None,
    hyphens: Hyphens | None = None,
    write_table: TableWriter | None = None,
) -> PageMarkdown:
    """Write one page's blocks, in their order, with a blank line between each two.

    `levels` gives the number of `#` by index into blocks (a title without one gets 1, a heading 2); an entry of 0 makes
    running text of a block that was taken for a heading. `write_table` writes a table block that has a grid; without
    it, and for a table without a grid, its lines are written as text. Running heads and feet are left out.
    """
    writer = MarkdownWriter()
    levels = levels or {}
    lists = ListLevels()
    spans: list[tuple[int, int] | None] = []
    for index, block in enumerate(blocks):
        if block.kind in ("page-header", "page-footer") or not any(line.words for line in block.lines):
            spans.append(None)
            continue
        if writer.position:
            writer.mark("\n\n")
        if block.kind not in ("list-item", "text"):
            lists.end()
        start = writer.position
        _write_block(writer, block, level=levels.get(index), lists=lists, hyphens=hyphens, write_table=write_table)
        spans.append((start, writer.position))
    markdown, words = writer.finish()
    return PageMarkdown(markdown, words, tuple(spans))


def _write_block(
    writer: MarkdownWriter,
    block: Block,
    *,
    level: int | None,
    lists: ListLevels,
    hyphens: Hyphens | None,
    write_table: TableWriter | None,
) -> None:
    match block.kind:
        case "title" | "heading" if level != 0:
            writer.mark("#" * min(6, level or (1 if block.kind == "title" else 2)) + " ")
            writer.lines(block.lines, hyphens=hyphens, block_start=False)
        case "list-item":
            _write_list(writer, block.lines, lists, hyphens)
        case "code":
            _write_code(writer, block.lines)
        case "figure":
            _write_quoted(writer, block.lines)
        case "table" if block.table is not None and write_table is not None:
            write_table(writer, block)
        case "table":
            _write_rows(writer, block.lines)
        case "text":
            writer.mark(" " * lists.go_on([line for line in block.lines if line.words]))
            writer.lines(block.lines, hyphens=hyphens)
        case _:
            writer.lines(block.lines, hyphens=hyphens)


def escape(text: str, *, block_start: bool = False) -> str:
    r"""Put a backslash before each character of a word that a markdown viewer would take for markup.

    >>> escape("a*b|c"), escape("snake_case"), escape("#", block_start=True)
    ('a\\*b\\|c', 'snake_case', '\\#')
    """
    escaped = _INLINE.sub(lambda match: "\\" + match[0], text)
    if block_start and _PARAGRAPH_START.match(text):
        cut = len(text) - 1 if text[0].isdecimal() else 0  # "1." -> "1\."
        if not escaped.startswith("\\"):
            escaped = escaped[:cut] + "\\" + escaped[cut:]
    return escaped


def _source(word: Word, text: str) -> str:
    return text if word.raw else escape(text)


def escape_html(text: str) -> str:
    """Write what means something in HTML or in markdown as entities, since viewers differ in which they read there.

    >>> escape_html("a<b & **12")
    'a&#60;b &#38; &#42;&#42;12'
    """
    return _HTML_MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)


def _write_list(writer: MarkdownWriter, lines: Sequence[Line], lists: ListLevels, hyphens: Hyphens | None) -> None:
    """Write the items of a list, each set in as far as it stands under one; a bullet becomes a dash.

    Items with a mark of their own are parted by empty lines, as those that a reader gives one by one are.
    """
    for number, item in enumerate(_lines_to_items(lines)):
        first = item[0].words[0]
        drawn = first.text in BULLETS
        counted = re.fullmatch(r"\d{1,3}[.)]", first.text) is not None
        if number:
            writer.mark("\n\n" if _opens(item[0]) else "\n")
        writer.mark(" " * lists.place(item, len(first.text) + 1 if counted else 2))
        if not counted:
            writer.mark("- ")
        rest = [Line(item[0].words[1:], item[0].box), *item[1:]] if drawn else item
        writer.lines([line for line in rest if line.words], hyphens=hyphens, block_start=not counted)


def _lines_to_items(lines: Sequence[Line]) -> list[list[Line]]:
    items: list[list[Line]] = []
    for line in lines:
        if not line.words:
            continue
        if _opens(line) or not items or _is_entry(items[-1][-1], line):
            items.append([line])
        else:
            items[-1].append(line)
    return items


def _opens(line: Line) -> bool:
    """Return whether a line begins with the mark of an item."""
    first = line.words[0].text
    return first in BULLETS or ENUMERATOR.match(first) is not None


def _is_entry(above: Line, line: Line) -> bool:
    """Return whether a line begins an entry of a contents page: the one above ends in its page number."""
    if _LEADER.search(above.text):
        return True
    *_, before, last = (above.words[0], *above.words)
    apart = len(above.words) > 1 and last.box.x0 - before.box.x1 > _APART * last.size
    return last.text.isdecimal() and (apart or line.words[0].text[0].isdecimal())


def _write_code(writer: MarkdownWriter, lines: Sequence[Line]) -> None:
    """Write a fence; indentation and the gaps between words are counted in characters of the block's font."""
    words = [word for line in lines for word in line.words]
    width = median(word.box.width / len(word.text) for word in words) or 1.0
    left = min(word.box.x0 for word in words)
    fence = "```"
    while any(fence in word.text for word in words):
        fence += "`"
    writer.mark(fence + "\n")
    for line in lines:
        column = 0
        for index, word in enumerate(line.words):
            target = round((word.box.x0 - left) / width)
            spaces = max(target - column, 1 if index else 0)
            writer.mark(" " * min(spaces, 200))
            writer.word(word.text, word.box)
            column += spaces + len(word.text)
        writer.mark("\n")
    writer.mark(fence)


def _write_quoted(writer: MarkdownWriter, lines: Iterable[Line]) -> None:
    """Write the words inside of a picture as a quote: kept, and told apart from the running text."""
    for number, line in enumerate(line for line in lines if line.words):
        writer.mark("\n> " if number else "> ")
        writer.lines([line])


def _write_rows(writer: MarkdownWriter, lines: Sequence[Line]) -> None:
    """Write a table without a grid line by line."""
    for number, line in enumerate(line for line in lines if line.words):
        writer.mark("\n" if number else "")
        writer.lines([line])
