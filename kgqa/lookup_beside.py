"""Pages beside others: the one before or after a part, those between two slides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingestion.document import Figure, ParsedDocument, Table
from kgqa.bibliography import entries_of
from kgqa.lookup_pages import REFERENCES, named_pages
from kgqa.page_summaries import page_summary
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    find_figure,
    find_section,
    find_table,
    headings_of,
    letters_of,
    refuse,
    resolve_page,
)
from kgqa.question import ParsedQuestion


def page_beside(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what is on the page before or after the page, section, title, table or figure that a question names."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    missing: list[str] = []
    for document in documents:
        span = pointed_span(q, document)
        if span is None:
            continue
        number = span[1] + 1 if q.ordinal > 0 else span[0] - 1
        page = resolve_page(document, number) if number > 0 else None
        if page is None:
            missing.append(f"{document.name} has no page {'after' if q.ordinal > 0 else 'before'} that.")
            continue
        sentences += page_summary(document, page)
    if sentences:
        return Finding("structure", tuple(sentences))
    return refuse(" ".join(missing)) if missing else None


def pages_between(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what is on the pages or slides between two that are named by their titles; None without any."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents:
        spans = [pointed_span(replace(q, quoted=(title,)), document) for title in q.quoted]
        found = sorted(span for span in spans if span is not None)
        if len(found) == 2:
            # A slide's section may reach on to the next title; what counts is where each of the two begins.
            pages = [page for page in document.pages if found[0][0] < page.number < found[1][0]]
            sentences += [sentence for page in pages[:SHOWN] for sentence in page_summary(document, page)]
    return Finding("structure", tuple(sentences)) if sentences else None


def pointed_span(q: ParsedQuestion, document: ParsedDocument) -> tuple[int, int] | None:
    """Return the first and last page of what a question names; None where the document has none of it."""
    if pages := named_pages(q, document, []):
        return pages[0].number, pages[-1].number
    part: Table | Figure | None = find_table(document, q.tables[0]) if q.tables else None
    part = find_figure(document, q.figures[0]) if q.figures else part
    if part is not None:
        return min(part.page_numbers), max(part.page_numbers)
    wanted = {letters_of(title) for title in q.quoted}
    headed = [
        p.number for p in document.pages for quote in headings_of(document, p) if letters_of(quote.text) in wanted
    ]
    if headed and re.search(r"\b(?:slides?|frames?)\b", q.body, re.I):
        return headed[0], headed[-1]
    named = [find_section(document, number=number) for number in q.sections]
    named += [find_section(document, title=title) for title in q.quoted] if not q.sections else []
    section = next((section for section in named if section is not None), None)
    if section is not None:
        return section.page_number, section.end_page
    if REFERENCES.search(q.body) and (entries := entries_of(document)):
        return entries[0][1].page_number, entries[-1][1].page_number
    return (headed[0], headed[-1]) if headed else None
