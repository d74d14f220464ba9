"""Cells of a table that a question names by its page or its subject: "the table on page 4", "the table of fees"."""

from __future__ import annotations

from collections.abc import Sequence

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Table
from kgqa.extract import content_words
from kgqa.lookup_pages import named_pages
from kgqa.lookup_parts import with_below
from kgqa.lookup_tables import table_finding
from kgqa.parts import Finding, find_section
from kgqa.question import ParsedQuestion
from kgqa.table_asks import without_table
from kgqa.table_context import context_words
from kgqa.table_said import said_in_tables
from kgqa.table_view import alike

_SAID = 0.7  # of the words that describe a table its caption, heads and heading must say


def described_cell(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer from the table that a question describes; None where none fits, or it says nothing to the question."""
    rest, described = without_table(q.body)
    best: tuple[float, Finding] | None = None
    for document in documents[: max(1, len(q.documents))] if q.pages or q.labels else documents:
        for table in _described(q, document, content_words(described) if described else []):
            found = table_finding(document, table, rest, q.cells)
            if found is not None and found[0] >= 1 and (best is None or found[0] > best[0]):
                best = found
    return best[1] if best is not None else said_in_tables(q, documents)


def _described(q: ParsedQuestion, document: ParsedDocument, words: Sequence[str]) -> list[Table]:
    """Return the tables on the pages that a question names, or else those that its words describe."""
    among = [table for table in document.tables if table.rows]
    if q.pages or q.labels:
        pages = {page.number for page in named_pages(q, document, [])}
        among = [table for table in among if not pages.isdisjoint(table.page_numbers)]
        if not words:
            return among
    section = find_section(document, number=q.sections[0]) if q.sections else None
    if section is not None:
        inside = with_below(document, section)
        among = [table for table in among if table.section_id in inside]
        if not words:
            return among
    shares = [(_share(document, table, words), table) for table in among]
    top = max((share for share, _ in shares), default=0.0)
    if q.pages or q.labels or section is not None:  # the page or section names it; the words tell it from others there
        return [table for share, table in shares if share >= max(top, 0.0)]
    return [table for share, table in shares if share == top >= _SAID] or _below_title(document, words)


def _below_title(document: ParsedDocument, words: Sequence[str]) -> list[Table]:
    """Return the table that follows a heading which says all words, with other headings between them or none."""
    titles = [s for s in document.sections if words and {*words} <= {*tokenize(s.title)}]
    if not titles:
        return []
    place = (titles[0].page_number, titles[0].start)
    behind = [table for table in document.tables if (table.page_number, table.start) >= place]
    return behind[:1] if behind and behind[0].page_number <= titles[0].page_number + 1 else []


def _share(document: ParsedDocument, table: Table, words: Sequence[str]) -> float:
    own = {*context_words(document, table), *tokenize(" ".join(cell for row in table.header for cell in row))}
    return sum(any(alike(word, other) for other in own) for word in words) / len(words) if words else 0.0
