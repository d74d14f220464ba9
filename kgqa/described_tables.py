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

_SAID = 0.7  # of the words that describe a table its caption, heads and heading must say


def described_cell(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer from the table that a question describes; None where none fits, or it says nothing to the question."""
    rest, described = without_table(q.body)
    best: tuple[float, Finding] | None = None
    for document in documents[: max(1, len(q.documents))] if q.pages or q.labels else documents:
        for table in _described(q, document, content_words(described) if described else []):
            found = table_finding(document, table, rest)
            if found is not None and found[0] >= 1 and (best is None or found[0] > best[0]):
                best = found
    return best[1] if best is not None else None


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
    return [table for share, table in shares if share == top >= _SAID]


def _share(document: ParsedDocument, table: Table, words: Sequence[str]) -> float:
    section = next((s for s in document.sections if s.section_id == table.section_id), None)
    title = section.title if section is not None and not table.caption else ""
    own = set(tokenize(" ".join((table.caption, title, *(cell for row in table.header for cell in row)))))
    return sum(word in own for word in words) / len(words) if words else 0.0
