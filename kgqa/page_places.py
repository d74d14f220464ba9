"""Which page says something: a word for the first time, all of several names, a line that stands apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import Page, ParsedDocument
from ingestion.plain import markdown_to_plain
from kgqa.extract import content_words
from kgqa.lookup_mentions import places_of
from kgqa.parts import Quote, join, page_quote

_FIRST = re.compile(
    r"\b(?:does|do|is|are|was|were)\s+(?:the\s+)?(?:(?:words?|terms?|phrases?|names?|abbreviations?)\s+)?(?P<what>.+?)\s+"
    r"(?:first|for the first time)\s+(?:appears?|occurs?|mentioned|named|used|said|seen|come up|introduced)\b",
    re.I,
)
_NAMES = re.compile(r"(?P<some>[\w./()-]+(?:,\s+[\w./()-]+)+),?\s+and\s+(?P<last>[\w./()-]+)")
_FEW = 6  # words of a line that stands apart

Place = tuple[str, tuple[Quote, ...]]


def first_page_saying(document: ParsedDocument, question: str) -> Place | None:
    """Return the first page that says the word or phrase of which a question asks where it first appears."""
    match = _FIRST.search(question)
    what = match["what"].strip(" \"“”'‘’«»") if match is not None else ""
    places = places_of(document, what) if what else []
    if not places:
        return None
    return f"“{what}” first stands on page {places[0].page} of {document.name}: {places[0].text}", (places[0],)


def page_set_apart(document: ParsedDocument, words: Sequence[str], question: str) -> Place | None:
    """Return the one page that names all of the things that a question lists, or has what it asks for as a line alone.

    Several such pages, or none, tell nothing.
    """
    match = _NAMES.search(question)
    names = [*re.split(r",\s+", match["some"]), match["last"]] if match is not None else []
    naming = [page for page in document.pages if names and _says_each(page, names)]
    if len(naming) == 1:
        text = f"Page {naming[0].number} of {document.name} names {join(names)}."
        return text, (page_quote(document, naming[0]),)
    alone = [(page, line) for page in document.pages if (line := _line_alone(page, words))]
    if len(alone) != 1:
        return None
    page, line = alone[0]
    quote = Quote(document, page.number, line, f"{document.doc_id}/p{page.number}")
    return f"“{line}” stands on page {page.number} of {document.name}.", (quote,)


def _says_each(page: Page, names: Sequence[str]) -> bool:
    plain = markdown_to_plain(page.markdown).casefold()
    return all(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", plain) for name in names)


def _line_alone(page: Page, words: Sequence[str]) -> str:
    """Return a line of few words, set apart, that says the words that are asked for and no others; "" without one."""
    for paragraph in page.markdown.split("\n\n") if words else ():
        plain = markdown_to_plain(paragraph).strip()
        if len(plain.split()) <= _FEW and set(content_words(plain)) == set(words):
            return plain
    return ""
