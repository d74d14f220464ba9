"""What is known of a document as a whole: how its pages were read, its language, its words, what it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphs.rows import DocumentRecord
from ingestion.document import Page, ParsedDocument
from ingestion.plain import markdown_to_plain
from kgqa.bibliography import entries_of
from kgqa.languages import language_of
from kgqa.parts import Finding, Quote, first_lines_of, join, page_quote, quote_of_passage, refuse, resolve_page
from kgqa.people import authors_of

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_HOW = {"text": "from its text layer", "layout": "from its text layer", "ocr": "by OCR", "nougat": "by Nougat"}
_OCR = re.compile(r"\b(?:scan(?:s|ned)?|ocr(?:ed|'d)?|image[- ]only)\b", re.I)
_ISSUES = 8  # of a document that are told
_ENTRIES = 40  # of a list of references that are told
_DOCUMENTS = 10

Sentences = list[tuple[str, tuple[Quote, ...]]]


def how_read(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which pages are scans that were read by OCR, or which are not to be trusted and why."""
    asked = [(document, _pages_asked(q, document)) for document in documents]
    if _OCR.search(q.body):
        whether = re.match(r"\W*(?:is|are|was|were)\b", q.body, re.I) is not None
        with_scans = [item for item in asked if any(page.engine == "ocr" for page in item[1])]
        scanned = [_scanned(document, pages, whether=whether) for document, pages in with_scans or asked]
        return Finding("structure", tuple(scanned if with_scans else scanned[:_DOCUMENTS]))
    told = [(document, pages, _not_trusted(document, pages)) for document, pages in asked]
    sentences = [sentence for *_, found in told for sentence in found]
    fine = [(document, pages) for document, pages, found in told if not found]
    if fine:
        quotes = tuple(page_quote(document, pages[0]) for document, pages in fine[:_DOCUMENTS])
        pages = [page for _, own in fine for page in own]
        ways = list(dict.fromkeys(_HOW[page.engine] for page in pages if page.engine in _HOW))
        how = f" {join(ways)}" if ways else ""  # a text file was read by no engine
        which = f"page {ranges([page.number for page in pages])}" if q.pages and len(fine) == 1 else "every page"
        name = fine[0][0].name if len(fine) == 1 else f"{len(fine)} documents"
        sentences.append((f"{which[0].upper()}{which[1:]} of {name} was read{how}, and no problem was met.", quotes))
    return Finding("structure", tuple(sentences))


def not_read(q: ParsedQuestion, finding: Finding, failed: Sequence[DocumentRecord]) -> Finding:
    """Return what was told of how pages were read, with the files before it that could not be read at all."""
    if _OCR.search(q.body):
        return finding
    told = tuple((record.issues[0].message, ()) for record in failed if record.issues)
    return replace(finding, sentences=(*told, *finding.sentences))


def _pages_asked(q: ParsedQuestion, document: ParsedDocument) -> list[Page]:
    """Return the pages that a question names, all where it names none that is there."""
    asked = [page for number in q.pages if (page := resolve_page(document, number)) is not None]
    return asked or list(document.pages)


def _scanned(document: ParsedDocument, pages: Sequence[Page], *, whether: bool) -> tuple[str, tuple[Quote, ...]]:
    """Return which of some pages were read by OCR."""
    scans = [page for page in pages if page.engine == "ocr"]
    if not scans:
        some = len(pages) < len(document.pages)
        which = f"page {ranges([page.number for page in pages])} of {document.name} was not read" if some else ""
        text = which or f"no page of {document.name} was read"
        begin = f"No, {text}" if whether else f"{text[0].upper()}{text[1:]}"
        return f"{begin} by OCR.", (page_quote(document, pages[0]),)
    which = f"page{'s' if len(scans) > 1 else ''} {ranges([page.number for page in scans])}"
    text = f"{which} of {document.name} {'were' if len(scans) > 1 else 'was'} read by OCR."
    return f"Yes, {text}" if whether else f"{text[0].upper()}{text[1:]}", tuple(
        page_quote(document, page) for page in scans
    )


def _not_trusted(document: ParsedDocument, pages: Sequence[Page]) -> Sentences:
    """Return what went wrong with which of some pages."""
    numbers = {page.number for page in pages}
    whole = len(pages) == len(document.pages)
    issues = [issue for issue in document.issues if issue.page in numbers or (whole and issue.page is None)]
    found: Sentences = []
    for issue in issues[:_ISSUES]:
        where = f"page {issue.page}" if issue.page is not None else "the file"
        quote = page_quote(document, document.page(issue.page or 1))
        found.append((f"{document.name}, {where}: {issue.message}", (quote,)))
    named = {issue.page for issue in issues}
    doubtful = [page for page in pages if page.is_doubtful and page.number not in named]
    if doubtful:
        told = f"page{'s' if len(doubtful) > 1 else ''} {ranges([page.number for page in doubtful])}"
        quotes = tuple(page_quote(document, page) for page in doubtful)
        found.append((f"What was read on {told} of {document.name} may be wrong in many places.", quotes))
    return found


def language(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which language documents are in; None where none can be told."""
    sentences: Sentences = []
    for document in documents[:_DOCUMENTS]:
        name = language_of(" ".join(markdown_to_plain(page.markdown) for page in document.pages[:20]))
        if name:
            first = next((page for page in document.pages if page.markdown.strip()), document.pages[0])
            quotes = tuple(first_lines_of(document, first)[:1])
            sentences.append((f"{document.name} is in {name}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else None


def count_words(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how many words documents, or pages of them, have."""
    sentences: Sentences = []
    for document in documents[:_DOCUMENTS]:
        asked = [page for number in q.pages if (page := resolve_page(document, number)) is not None]
        pages = asked or list(document.pages)
        count = sum(len(re.findall(r"\w+(?:['’.-]\w+)*", markdown_to_plain(page.markdown))) for page in pages)
        where = f"Page {ranges([page.number for page in asked])} of {document.name}" if asked else document.name
        sentences.append((f"{where} has about {count:,} words.", tuple(page_quote(document, p) for p in pages[:1])))
    return Finding("count", tuple(sentences)) if sentences else None


def list_references(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the entries of each document's list of references; None where none has one."""
    sentences: Sentences = []
    for document in documents[:_DOCUMENTS]:
        entries = entries_of(document)
        if entries:
            shown = entries[:_ENTRIES]
            more = f" and {len(entries) - len(shown)} more" if len(entries) > len(shown) else ""
            quotes = tuple(quote_of_passage(document, passage, words) for words, passage in shown)
            listed = "; ".join(words for words, _ in shown)
            sentences.append((f"{document.name} lists {len(entries)} references: {listed}{more}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else None


def documents_by(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    """Return the documents that a person whom the question names has written; a refusal where no first page says so."""
    sentences: Sentences = []
    for document in documents:
        for author in authors_of(document):
            last = author.name.split()[-1]
            if len(last) > 1 and re.search(rf"\b{re.escape(last)}\b", q.unit, re.I):
                quote = quote_of_passage(document, author.passage, author.words)
                title = f" (“{document.title}”)" if document.title else ""
                sentences.append((f"{document.name}{title} is by {author.name}.", (quote,)))
                break
    if not sentences:
        return refuse(f"No first page names {q.unit} as an author.")
    return Finding("structure", tuple(sentences[:_DOCUMENTS]))


def ranges(numbers: Sequence[int]) -> str:
    """Return numbers in their order with neighbours put together.

    >>> ranges([1, 2, 3, 5])
    '1 to 3 and 5'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]} {'and' if len(run) == 2 else 'to'} {run[-1]}" for run in runs]
    return join(told)
