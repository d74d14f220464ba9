"""What is said about a table outside of its rows: its caption, headings, the words before it, forms on its page.

"The bill of Ann Lee" is the table below the form that names her; "the table of fees" has that heading, or is announced
by the sentence before it.
"""

from __future__ import annotations

import re

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Table
from ingestion.plain import markdown_to_plain
from kgqa.rows_given import given_in, placed_words
from kgqa.table_forms import is_form
from kgqa.table_heads import title_of
from kgqa.table_shape import as_meant, part_at
from kgqa.table_view import TableView

_LEAD_IN = 400  # characters before a table that may announce it
_HEAD_ROWS, _HEAD_TABLES = 5, 3  # of the tables that say whose form it is
_TABLE_LINE = re.compile(r"^\s*(?:\||</?t[rdh]|</?table)", re.I)


def context_words(document: ParsedDocument, table: Table) -> frozenset[str]:
    """Return the words, as the index counts them, of what is said about a table outside of its rows."""
    titles = [section.title for section in document.section_path(table.section_id)]
    said = [table.caption, title_of(as_meant(table)), *titles, lead_in(document, table), *_forms(document, table)]
    return frozenset(tokenize(" ".join(said)))


def row_words(table: Table, row: int, question: str) -> set[str]:
    """Return the words of the head of a row's group, and of what a question gives of its cells by their heads.

    "The lowest income group" is the row "Lowest" below "Income", and "three deaths" a 3 under "No. of deaths".
    """
    first, part = part_at(table, row)
    view = TableView.of(part)
    at = row - first - view.table.header_rows
    if not 0 <= at < len(view.body):
        return set()
    given = [(column, value) for column, value in given_in(view, question) if view.body[at][column] == value]
    said = " ".join([view.labels[at], *(f"{view.heads[column]} {value}" for column, value in given)])
    said += " ".join(placed_words(view.heads[column], question) for column, _ in given)
    return {*tokenize(said)}


def lead_in(document: ParsedDocument, table: Table) -> str:
    """Return the last words before a table, on its page or, where it begins that page, on the one before."""
    page = document.page(table.page_number)
    before = _prose_end(page.markdown[: table.start])
    if not before and table.page_number > 1:
        before = _prose_end(document.page(table.page_number - 1).markdown)
    return before


def prose_start(markdown: str, chars: int) -> str:
    """Return about so many characters of a page's first words that stand in no table."""
    lines: list[str] = []
    for line in markdown.splitlines():
        if sum(map(len, lines)) >= chars:
            break
        lines += [] if _TABLE_LINE.match(line) else [line]
    return "\n".join(lines)[:chars]


def _prose_end(markdown: str) -> str:
    """Return the end of a text, back to the table that stands before it or a few hundred characters."""
    lines: list[str] = []
    for line in reversed(markdown.splitlines()):
        if _TABLE_LINE.match(line) or sum(map(len, lines)) > _LEAD_IN:
            break
        lines.append(line)
    return markdown_to_plain("\n".join(reversed(lines)))[-_LEAD_IN:].strip()


def first_forms(document: ParsedDocument, table: Table) -> str:
    """Return the words of the small tables at the head of a document's first page: whose form or sheet it is."""
    first = [other for other in document.tables if other.page_number == 1 and len(other.rows) <= _HEAD_ROWS]
    above = [other for other in first if table.page_number > 1 or other.start < table.start]
    return " ".join(cell for other in above[:_HEAD_TABLES] for row in other.rows for cell in row)


def _forms(document: ParsedDocument, table: Table) -> list[str]:
    """Return the words of the forms, tables of labels and what they say, that stand above a table on its page."""
    return [
        " ".join(cell for row in other.rows for cell in row if len(cell) < 80)
        for other in document.tables
        if other.page_number == table.page_number and other.start < table.start and is_form(TableView.of(other))
    ]
