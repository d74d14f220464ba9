"""What a page reader hands to the stages that make markdown, tables and sections of it.

A reader (`pdf.py`, later OCR) knows words, fonts and places; it does not know captions, numbers or hierarchy. Boxes are
in PDF points from the page's top left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingestion.document import Box, Engine, PageIssue

BlockKind = Literal[
    "title",  # the document's own title
    "heading",
    "text",
    "list-item",
    "caption",
    "table",
    "figure",
    "formula",
    "code",
    "footnote",
    "page-header",  # running heads and feet: kept out of markdown, read for the printed page number
    "page-footer",
]


@dataclass(frozen=True, slots=True)
class Word:
    """Characters that the page draws together, without white space."""

    text: str
    box: Box
    size: float  # font size in points
    bold: bool = False
    italic: bool = False
    mono: bool = False
    raw: bool = False  # markdown already (a formula): written as it is


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line of one column, in reading order."""

    words: tuple[Word, ...]
    box: Box

    @classmethod
    def of(cls, words: Sequence[Word]) -> Line:
        """Return the line of some words, of which there is at least one."""
        return cls(tuple(words), Box.around(word.box for word in words))

    @property
    def text(self) -> str:
        """The words, separated by single spaces."""
        packed: str | None = getattr(self.words, "text", None)  # of a long document, see `page_list`
        return " ".join(word.text for word in self.words) if packed is None else packed


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table's grid as the page draws it."""

    row: int  # from 0
    column: int  # from 0
    row_span: int  # at least 1
    column_span: int  # at least 1
    lines: tuple[Line, ...]  # its words; empty for an empty cell
    box: Box


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table's grid before its caption, number and head are known; every place is covered by exactly one cell."""

    row_count: int
    column_count: int
    cells: tuple[Cell, ...]  # by row, then column
    header_rows: int = 0  # how many of the first rows are heads, as far as the reader can tell


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle that the layout analysis names, before words are put into it."""

    kind: BlockKind
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table, ... of one page."""

    kind: BlockKind
    box: Box
    lines: tuple[Line, ...]  # for a table: its lines as text, for when no grid could be told
    table: RawTable | None = None  # only for kind "table"


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """One page as a reader gives it."""

    number: int  # from 1
    label: str  # the label in the PDF's own page tree, or ""
    width: float  # points, after rotation
    height: float
    blocks: tuple[Block, ...]  # in reading order, running heads and feet included
    body_size: float  # font size in points of most of its characters; 0 on a page without text
    turns: int = 0  # quarters clockwise that the page was turned to be read; its boxes and sizes are those after


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the PDF's own outline."""

    level: int  # from 1
    title: str
    page: int  # from 1
    y: float | None  # points from the page's top, where the outline tells it


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page with how it was read."""

    blocks: PageBlocks
    engine: Engine
    reason: str  # why this engine, in a few words
    confidence: float | None = None  # from 0 to 1, as OCR gives it: mean over the words; None for other engines
    agreement: float | None = None  # from 0 to 1: words that two engines share (F1), where two read the page
    seconds: float = 0.0  # wall clock
    issues: tuple[PageIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader gives for one file."""

    pages: Sequence[RawPage]
    bookmarks: tuple[Bookmark, ...]
    title: str  # from the file's metadata, or ""
    media_type: str
    issues: tuple[PageIssue, ...]  # of the file as a whole; a page's own are with the page
