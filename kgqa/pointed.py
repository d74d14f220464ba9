"""What a question points at, where nothing in it was found to answer: the page, figure or table itself, in its words.

"Which layers are described on slide 16?" is answered by the slide where no sentence of it says so. Only where the part
holds what the question speaks of: else the documents do not answer it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphs.index import tokenize
from graphs.rows import DocumentRecord
from ingestion.document import Page, ParsedDocument, Table
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain
from ingestion.tables import column_names
from kgqa.extract import content_words
from kgqa.lookup_pages import named_pages
from kgqa.naming import named_documents
from kgqa.parts import Finding, Quote, caption_quote, find_figure, find_table, quote_of_passage
from kgqa.pointers import LIGHT, pages_of, parts_of
from kgqa.question import ParsedQuestion
from kgqa.table_view import row_to_quote

_HELD = 0.6  # share of a question's words that the part must hold
_SHORT_PAGE = 700  # characters of text up to which a page is told whole
_QUOTES = 8  # paragraphs that are told of a page
_ROWS = 4
_BOTH = re.compile(r"(?:,\s*|\s+)(?:and|with|or|than|to|versus|vs\.?|from)\s+", re.I)
_MEASURES = re.compile(
    r"\bhow (?:many|much|long|often|old)\b|\b(?:which|what) (?:value|share|percentage|number)\b", re.I
)


def pointed_documents(text: str, records: Sequence[DocumentRecord]) -> set[str]:
    """Return the documents, by id, to which a question's pages and sections belong; none where it does not say so.

    Those of "Table 1 of A and page 2 of B" belong to B.
    """
    found: set[str] = set()
    for part in _BOTH.split(text):
        pointers = parts_of(part)
        if (pages_of(part) or pointers["section"]) and not pointers["table"]:
            found.update(named_documents(part, records)[0])
    return found


def pointed_finding(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what stands in the part that a question names; None where it names none, or speaks of something else."""
    if len(documents) != 1 or q.compares:
        return None
    words = list(content_words(" ".join(word for word in q.residue if word not in LIGHT)))
    document = documents[0]
    if q.figures and not (q.tables or q.pages):
        return _figure(q, document, words)
    if q.tables and not (q.figures or q.pages):
        return _table(q, document, words)
    if (q.pages or q.labels) and not (q.tables or q.figures):
        return next((found for page in named_pages(q, document, []) if (found := _page(document, page, words))), None)
    return None


def _held(words: Sequence[str], text: str) -> float:
    """Return the share of words that a text holds, from 0 to 1; 0 without words."""
    own = set(tokenize(text))
    return sum(word in own for word in words) / len(words) if words else 0.0


def _figure(q: ParsedQuestion, document: ParsedDocument, words: Sequence[str]) -> Finding | None:
    """Return a figure's caption, unless a question asks for a quantity, or more than one word beyond the caption."""
    figures = [figure for number in q.figures if (figure := find_figure(document, number)) is not None]
    if len(figures) != 1 or not figures[0].caption or _MEASURES.search(q.body):
        return None
    own = set(tokenize(figures[0].caption))
    if sum(word not in own for word in words) > 1:
        return None
    return Finding("structure", ((f"{figures[0].caption.rstrip('.')}.", (caption_quote(document, figures[0]),)),))


def _table(q: ParsedQuestion, document: ParsedDocument, words: Sequence[str]) -> Finding | None:
    """Return the rows of a table that hold most of the words that its caption and heads do not say."""
    tables = [table for number in q.tables if (table := find_table(document, number)) is not None]
    if len(tables) != 1 or _held(words, tables[0].plain) < _HELD:
        return None
    table = tables[0]
    general = set(tokenize(" ".join((table.caption, *(cell for row in table.header for cell in row)))))
    rest = [word for word in words if word not in general]
    rows = [(_held(rest, row_to_quote(table, i)), i) for i in range(table.header_rows, len(table.rows))]
    best = max((share for share, _ in rows), default=0.0)
    chosen = [i for share, i in rows if share == best > 0]
    if not 0 < len(chosen) <= _ROWS:
        return None
    quotes = tuple(_row(document, table, i) for i in chosen)
    heads = list(dict.fromkeys(name for name in column_names(table) if name))
    said = "; ".join(quote.text for quote in quotes)
    text = f"{said} ({', '.join(heads)}; {table.caption.rstrip('.')})." if heads else f"{said} ({table.caption})."
    return Finding("structure", ((text, (*quotes, caption_quote(document, table))),))


def _row(document: ParsedDocument, table: Table, row: int) -> Quote:
    page, start, end = table.place_of_row(row)
    return Quote(document, page, row_to_quote(table, row), table.table_id, (start, end))


def _page(document: ParsedDocument, page: Page, words: Sequence[str]) -> Finding | None:
    """Return a short page's words, or of a longer one those under the heading that says what a question speaks of."""
    if _held(words, page.markdown) < _HELD:
        return None
    said: list[Quote] = []  # everything on the page
    below: list[Quote] = []  # what stands under the heading that holds the words
    inside = False
    for passage in (p for p in document.passages if p.page_number == page.number):
        for block in re.split(r"\n{2,}", passage.text):
            plain = markdown_to_plain(block).strip()
            heading = block.lstrip().startswith("#")
            if heading:
                inside = _held(words, plain) >= _HELD
            texts = [plain] if heading else markdown_to_paragraphs(block)
            quotes = [quote_of_passage(document, passage, text) for text in texts if text.strip()]
            said += quotes
            below += quotes if inside else []
    chosen = said if sum(len(quote.text) for quote in said) <= _SHORT_PAGE else below
    chosen = chosen or sorted(said, key=lambda quote: -_held(words, quote.text))[:1]
    if not chosen:
        return None
    text = " ".join(quote.text for quote in chosen[:_QUOTES])
    return Finding("structure", ((f"Page {page.number} of {document.name}: {text}", tuple(chosen[:_QUOTES])),))
