"""Markdown and plain text -> documents. They have no pages but those that form feeds part, and their words no boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.captions import TABLE_WORDS
from ingestion.document import Figure, Page, PageIssue, ParsedDocument, Passage, Section, Table, WordBoxes, section_at
from ingestion.equations import text_equations
from ingestion.footnotes import text_footnotes
from ingestion.options import IngestionOptions
from ingestion.passages import markdown_to_passages
from ingestion.plain import markdown_to_plain

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#*)?$", re.M)
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.M | re.S)
_TABLE = re.compile(
    r"^[^\n]*\|[^\n]*\n[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*(?:\n[^\n]*\|[^\n]*)*", re.M
)
_CAPTION = re.compile(rf"\W*(?:{TABLE_WORDS})\s+([A-Z]?\d+(?:[.-]\d+)*[a-z]?)\s*[:.]\s*\S", re.I)
_FIGURE = re.compile(r"\W*(?:Figure|Fig\.)\s+([A-Z]?\d+(?:[.-]\d+)*[a-z]?)\s*[:.]\s*\S", re.I)
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_LONGEST_CAPTION = 700  # characters
_NUMBERED = re.compile(r"((?:\d+|[A-Z])(?:\.\d+)*)\.?\s+(?=\S)")
_CELL_BAR = re.compile(r"(?<!\\)\|")


def text_to_document(
    name: str,
    text: str,
    *,
    doc_id: str,
    sha256: str,
    options: IngestionOptions,
    media_type: str = "text/markdown",
    issues: tuple[PageIssue, ...] = (),
    seconds: float = 0.0,
    title: str = "",
) -> ParsedDocument:
    """Make a document of a text: headings become sections, pipe tables become tables, form feeds part pages.

    A single first-level heading that comes before all others is the document's title and no section; `title` is what
    the file's own metadata says, for a file without one.
    """
    pages = tuple(
        Page(number, "", 0.0, 0.0, markdown, WordBoxes.empty(), "markdown" if markdown.strip() else "none", reason)
        for number, markdown in enumerate(_pages(text), start=1)
        for reason in ["text file" if markdown.strip() else "blank"]
    )
    headings = [heading for page in pages for heading in _headings(page)]
    if headings and headings[0].level == 1 and all(heading.level > 1 for heading in headings[1:]):
        title = headings.pop(0).title
    sections = _sections(headings, doc_id, len(pages))
    passages: list[Passage] = []
    tables: list[Table] = []
    for page in pages:
        found = list(_tables(page, doc_id, len(tables), sections))
        passages += markdown_to_passages(
            page.markdown,
            doc_id=doc_id,
            page_number=page.number,
            options=options.passages,
            tables=[(table.start, table.end) for table in found],
            section_of=lambda start, number=page.number: section_at(sections, number, start),  # type: ignore[misc]
        )
        tables += found
    figures = _figures(pages, doc_id, sections)
    return ParsedDocument(
        doc_id, name, sha256, media_type, title, pages, sections, tuple(passages), tuple(tables), figures, issues,
        seconds, text_equations(pages, sections), text_footnotes(pages, sections),
    )  # fmt: skip


def _pages(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return [page.strip("\n") for page in text.rstrip("\f\n ").split("\f")]


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    page: int
    start: int


def _headings(page: Page) -> Iterator[_Heading]:
    fences = [match.span() for match in _FENCED.finditer(page.markdown)]
    for match in _HEADING.finditer(page.markdown):
        if match[2].strip() and not any(start <= match.start() < end for start, end in fences):
            yield _Heading(len(match[1]), markdown_to_plain(match[2]), page.number, match.start())


def _sections(headings: Sequence[_Heading], doc_id: str, page_count: int) -> tuple[Section, ...]:
    """Nest headings; levels count from 1 whatever the smallest in the file is."""
    top = min((heading.level for heading in headings), default=1)
    sections: list[Section] = []
    path: list[Section] = []
    for index, heading in enumerate(headings):
        level = heading.level - top + 1
        path = [section for section in path if section.level < level]
        number = _NUMBERED.match(heading.title)
        after = next((later for later in headings[index + 1 :] if later.level <= heading.level), None)
        section = Section(
            section_id=f"{doc_id}/s{index}",
            number=number[1] if number else None,
            title=heading.title[number.end() :] if number else heading.title,
            level=level,
            page_number=heading.page,
            start=heading.start,
            end_page=page_count if after is None else max(heading.page, after.page - (after.start == 0)),
            parent_id=path[-1].section_id if path else None,
        )
        sections.append(section)
        path.append(section)
    return tuple(sections)


def _tables(page: Page, doc_id: str, count: int, sections: Sequence[Section]) -> Iterator[Table]:
    fences = [match.span() for match in _FENCED.finditer(page.markdown)]
    for match in _TABLE.finditer(page.markdown):
        start, end = match.span()
        if any(first <= start < last for first, last in fences):
            continue
        lines = match[0].split("\n")
        rows = [_cells(line) for index, line in enumerate(lines) if index != 1]
        width = max(map(len, rows))
        grid = tuple((*row, *[""] * (width - len(row))) for row in rows)
        caption = _caption(page.markdown, start, end)
        number = _CAPTION.match(caption)
        words = " ".join(cell for row in grid for cell in row)
        yield Table(
            table_id=f"{doc_id}/t{count}",
            page_number=page.number,
            start=start,
            end=end,
            number=number[1] if number else None,
            caption=caption,
            rows=grid,
            header_rows=1,
            section_id=section_at(sections, page.number, start),
            boxes=(),
            plain=" ".join(f"{caption} {words}".split()),
        )
        count += 1


def _figures(pages: Sequence[Page], doc_id: str, sections: Sequence[Section]) -> tuple[Figure, ...]:
    """Return the figures that captions show ("Figure 2: ..."), with the words quoted from a picture beside them."""
    found: list[Figure] = []
    for page in pages:
        fences = [match.span() for match in _FENCED.finditer(page.markdown)]
        paragraphs = [
            match for match in _PARAGRAPH.finditer(page.markdown)
            if not any(start <= match.start() < end for start, end in fences)
        ]  # fmt: skip
        for i, paragraph in enumerate(paragraphs):
            caption = markdown_to_plain(paragraph[0])
            number = _FIGURE.match(caption)
            if number is None or len(caption) > _LONGEST_CAPTION:
                continue
            beside = paragraphs[max(0, i - 1) : i] + paragraphs[i + 1 : i + 2]
            quoted = next((markdown_to_plain(other[0]) for other in beside if other[0].startswith(">")), "")
            section = section_at(sections, page.number, paragraph.start())
            plain = f"{caption} {quoted}".strip()
            found.append(Figure(f"{doc_id}/f{len(found)}", page.number, number[1], caption, section, (), plain))
    return tuple(found)


def _cells(line: str) -> list[str]:
    line = line.strip()
    line = line[1:] if line.startswith("|") else line
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return [markdown_to_plain(cell) for cell in _CELL_BAR.split(line)]


def _caption(markdown: str, start: int, end: int) -> str:
    """Return the paragraph above or below a table that says "Table 2: ..."; "" where there is none."""
    above = markdown[:start].rstrip().rsplit("\n\n", 1)[-1].split("\n")
    below = markdown[end:].lstrip().split("\n\n", 1)[0].split("\n")
    for paragraph in (" ".join(above), " ".join(below)):
        plain = markdown_to_plain(paragraph)
        if _CAPTION.match(plain):
            return plain
    return ""
