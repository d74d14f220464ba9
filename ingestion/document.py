"""The types that reading a document produces.

Everything later (graph, walk, citation, web page) is derived from a `ParsedDocument`. Conventions that hold in all of
kgqa: pages count from 1, as PDF viewers show them; boxes are in PDF points (1/72 inch) with the origin at the page's
top left; offsets are characters into a page's markdown, start inclusive and end exclusive.

Ids are functions of a document's content alone, so they are the same on every run and in any order of ingestion:

    document  "<doc_id>"             first 16 hex digits of the SHA-256 of the file's bytes
    page      "<doc_id>/p12"
    passage   "<doc_id>/p12/3"       fourth passage of page 12
    table     "<doc_id>/t2"          third table of the document
    figure    "<doc_id>/f0"
    section   "<doc_id>/s5"
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Engine = Literal["layout", "text", "mixed", "pypdfium", "ocr", "nougat", "markdown", "none"]
"""What read a page: layout analysis, the bare text layer, layout with OCR of the page's pictures, a fallback parser,
OCR, Nougat, a text file, nothing."""


DOUBTFUL_CONFIDENCE = 0.7
"""Below it a page is not to be trusted: of OCR's words more than one in four is likely wrong."""
DOUBTFUL_AGREEMENT = 0.6
"""Below it a page is not to be trusted: two engines read different words."""


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle on a page, in PDF points from the page's top left; x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """Return the smallest box that holds all, of which there is at least one."""
        x0, y0, x1, y1 = zip(*((box.x0, box.y0, box.x1, box.y1) for box in boxes), strict=True)
        return cls(min(x0), min(y0), max(x1), max(y1))

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    def union(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def overlap(self, other: Box) -> float:
        """Return the area, in square points, that both share; 0 where they are apart."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return width * height if width > 0 and height > 0 else 0.0

    def as_tuple(self) -> tuple[float, float, float, float]:
        """Return (x0, y0, x1, y1)."""
        return (self.x0, self.y0, self.x1, self.y1)


@dataclass(frozen=True, slots=True, eq=False)
class WordBoxes:
    """Where the characters of a page's markdown stand on the page.

    One entry per stretch of text that the page draws in one place: a word, or each half of a word that was broken at a
    line end. Entries are sorted by start and never overlap; markup such as `**` or `|` belongs to none.
    """

    starts: NDArray[np.int32]  # shape (n,): characters into the page's markdown, inclusive
    ends: NDArray[np.int32]  # shape (n,): characters, exclusive
    boxes: NDArray[np.float32]  # shape (n, 4): x0, y0, x1, y1 in points

    def __post_init__(self) -> None:
        if not len(self.starts) == len(self.ends) == len(self.boxes):
            raise ValueError(f"{len(self.starts)} starts, {len(self.ends)} ends and {len(self.boxes)} boxes differ")

    @classmethod
    def empty(cls) -> WordBoxes:
        """Return word boxes for a page whose text has no place (a text file, a blank page)."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), np.empty((0, 4), np.float32))

    def __len__(self) -> int:
        return len(self.starts)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, WordBoxes)
            and np.array_equal(self.starts, other.starts)
            and np.array_equal(self.ends, other.ends)
            and np.array_equal(self.boxes, other.boxes)
        )

    __hash__ = None  # type: ignore[assignment]

    def between(self, start: int, end: int) -> NDArray[np.float32]:
        """Return the boxes, shape (m, 4), of the words that overlap the characters start to end."""
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return self.boxes[first:last]


@dataclass(frozen=True, slots=True)
class PageIssue:
    """Something that a reader of the document should know: what went wrong, on which page, and the mend."""

    page: int | None  # from 1; None when it concerns the whole file
    engine: str | None  # which engine met it; None when none ran
    code: str  # short and stable, for programs: "no-text-layer", "encrypted", "truncated", ...
    message: str  # one line for people: what, why, and the mend


@dataclass(frozen=True, slots=True)
class Page:
    """One page as markdown, with the place of every word."""

    number: int  # from 1, as PDF viewers show it
    label: str  # the page number that the document itself gives ("iv", "A-3"), or "" where it gives none
    width: float  # points; 0 where the source has no pages (a text file)
    height: float  # points
    markdown: str
    words: WordBoxes = field(repr=False)
    engine: Engine
    reason: str  # why this engine, in a few words: "text layer", "blank", "scan"
    confidence: float | None = None  # from 0 to 1, as OCR gives it: mean over the words; None for other engines
    agreement: float | None = None  # from 0 to 1: words that two engines share (F1), where two read the page
    seconds: float = field(default=0.0, compare=False)  # spent on it, wall clock

    @property
    def is_doubtful(self) -> bool:
        """Whether the engine itself, or another beside it, says that much of the page may be wrong."""
        unsure = self.engine == "ocr" and self.confidence is not None and self.confidence < DOUBTFUL_CONFIDENCE
        return unsure or (self.agreement is not None and self.agreement < DOUBTFUL_AGREEMENT)

    def boxes_between(self, start: int, end: int) -> tuple[Box, ...]:
        """Return one box per line of text that the characters start to end cover, top to bottom as they are read."""
        return merge_into_lines(self.words.between(start, end))


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph-sized stretch of one page: the unit that is indexed, walked to and cited.

    Always `text == page.markdown[start:end]`, so any citation can be checked by slicing.
    """

    passage_id: str
    page_number: int  # from 1
    start: int  # characters into the page's markdown, inclusive
    end: int  # characters, exclusive
    text: str  # display text: the markdown itself
    plain: str  # the same words for search, embedding and quoting: no markup, NFKC, single spaces
    section_id: str | None  # the innermost section that it stands in
    boxes: tuple[Box, ...]  # one per line; empty where the source has no pages


@dataclass(frozen=True, slots=True)
class TablePart:
    """Where a table goes on, on a later page."""

    page_number: int  # from 1
    start: int  # characters into that page's markdown, inclusive
    end: int  # characters, exclusive
    first_row: int  # index into the table's rows of the first that stands there
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a grid of strings; a cell that spans several is repeated in each that it covers.

    Its markdown is `page.markdown[start:end]`; a caption usually stands outside of that slice. One that goes on over
    page breaks has the rows of all its parts.
    """

    table_id: str
    page_number: int  # from 1: the page it begins on
    start: int
    end: int
    number: str | None  # "2", "3-1", "A.4"; None for a table that the document does not number
    caption: str  # whole caption with its label, "Table 2: Hyperparameters", or "" where there is none
    rows: tuple[tuple[str, ...], ...]  # every row has the same length
    header_rows: int  # how many of the first rows are column heads; 0 where none can be told
    section_id: str | None
    boxes: tuple[Box, ...]
    plain: str  # caption and rows as plain words, for search and embedding
    parts: tuple[TablePart, ...] = ()  # on later pages, in their order

    @property
    def page_numbers(self) -> tuple[int, ...]:
        """The pages that it stands on, in their order."""
        return (self.page_number, *(part.page_number for part in self.parts))

    def slices_on(self, page_number: int) -> tuple[tuple[int, int], ...]:
        """Return the slices (start, end) of a page's markdown that are this table."""
        own = ((self.start, self.end),) if page_number == self.page_number and self.start < self.end else ()
        return (*own, *((part.start, part.end) for part in self.parts if part.page_number == page_number))

    def place_of_row(self, row: int) -> tuple[int, int, int]:
        """Return (page number, start, end) of the part that holds a row, given by its index into `rows`."""
        for part in reversed(self.parts):
            if row >= part.first_row:
                return (part.page_number, part.start, part.end)
        return (self.page_number, self.start, self.end)

    @property
    def header(self) -> tuple[tuple[str, ...], ...]:
        """The head rows."""
        return self.rows[: self.header_rows]

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        """The rows below the head."""
        return self.rows[self.header_rows :]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption."""

    figure_id: str
    page_number: int  # from 1
    number: str | None
    caption: str  # whole caption with its label, or ""
    section_id: str | None
    boxes: tuple[Box, ...]
    plain: str  # caption and any words inside of the picture, for search and embedding

    @property
    def page_numbers(self) -> tuple[int, ...]:
        """The page that it stands on."""
        return (self.page_number,)


@dataclass(frozen=True, slots=True)
class Equation:
    """A formula that the document numbers; its markdown is `page.markdown[start:end]`."""

    number: str  # "3", "A.1", without brackets
    page_number: int  # from 1
    start: int
    end: int
    section_id: str | None
    boxes: tuple[Box, ...]  # empty where the source has no pages
    plain: str  # its signs as plain text, the number with them


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note that a mark in the text points to; its markdown is `page.markdown[start:end]`."""

    number: str  # "3", "*", as the mark says
    page_number: int  # from 1
    start: int
    end: int
    section_id: str | None
    boxes: tuple[Box, ...]  # one per line; empty where the source has no pages
    plain: str  # its words, the mark with them
    marks: tuple[int, ...] = ()  # characters into the same page's markdown, where marks that point to it stand


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, up to the next heading of its level or a higher one."""

    section_id: str
    number: str | None  # as the document writes it: "3.1", "IV", "A"
    title: str  # without its number and without markup
    level: int  # from 1: 1 is a chapter or top-level section; the document's own title is no section
    page_number: int  # from 1: where its heading stands
    start: int  # characters into that page's markdown, where the heading begins
    end_page: int  # from 1: the last page that its content reaches
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """Everything that was read from one file.

    Passages and tables together cover all of every page's markdown but white space: nothing is lost between them.
    """

    doc_id: str
    name: str  # for people: the file's base name
    sha256: str  # of the file's bytes, 64 hex digits
    media_type: str  # "application/pdf", "text/markdown", ...
    title: str  # from the document itself, else ""
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]  # in reading order
    passages: tuple[Passage, ...]  # in reading order
    tables: tuple[Table, ...]  # in reading order
    figures: tuple[Figure, ...]  # in reading order
    issues: tuple[PageIssue, ...]
    seconds: float  # spent reading, wall clock
    equations: tuple[Equation, ...] = ()  # those with a number, in reading order
    footnotes: tuple[Footnote, ...] = ()  # in reading order

    def doubtful_pages(self) -> tuple[int, ...]:
        """Return the numbers of the pages that are not to be trusted: with an issue, or read with little confidence."""
        named = {issue.page for issue in self.issues if issue.page is not None}
        return tuple(page.number for page in self.pages if page.number in named or page.is_doubtful)

    @property
    def status(self) -> Literal["ok", "partial"]:
        """`ok` only when nothing went wrong."""
        return "partial" if self.issues else "ok"

    def page(self, number: int) -> Page:
        """Return the page with that number, counted from 1; raise IndexError where there is none."""
        if not 1 <= number <= len(self.pages):
            raise IndexError(f"{self.name} has pages 1 to {len(self.pages)}, not {number}")
        return self.pages[number - 1]

    def section_path(self, section_id: str | None) -> tuple[Section, ...]:
        """Return the sections from the top level down to that one; empty for None."""
        by_id = {section.section_id: section for section in self.sections}
        path: list[Section] = []
        while section_id is not None:
            path.append(by_id[section_id])
            section_id = path[-1].parent_id
        return tuple(reversed(path))


def section_at(sections: Sequence[Section], page_number: int, start: int) -> str | None:
    """Return the section that holds that place, the innermost; None before the first heading.

    The sections are in reading order.
    """
    count = bisect_right(sections, (page_number, start), key=lambda section: (section.page_number, section.start))
    return sections[count - 1].section_id if count else None


def merge_into_lines(boxes: NDArray[np.float32] | Sequence[Sequence[float]]) -> tuple[Box, ...]:
    """Join word boxes, shape (n, 4), in reading order into one box per line.

    A word goes on the line of the word before it when their vertical extents overlap by more than half of the lower
    one's height and it does not begin left of it (a new column on the same height is a new line).
    """
    return tuple(_lines(boxes))


def _lines(boxes: NDArray[np.float32] | Sequence[Sequence[float]]) -> Iterator[Box]:
    rows = np.asarray(boxes, dtype=np.float64).round(2).tolist()
    if not rows:
        return
    left, top, right, bottom = rows[0]
    for x0, y0, x1, y1 in rows[1:]:
        tall, height = bottom - top, y1 - y0
        lower = tall if tall < height else height
        shared = (bottom if bottom < y1 else y1) - (top if top > y0 else y0)
        if shared > 0.5 * lower and -lower < x0 - right < 4 * (tall if tall > height else height):
            left, top, right, bottom = min(left, x0), min(top, y0), max(right, x1), max(bottom, y1)
            continue
        yield Box(left, top, right, bottom)
        left, top, right, bottom = x0, y0, x1, y1
    yield Box(left, top, right, bottom)
