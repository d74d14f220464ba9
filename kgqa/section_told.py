"""How a section begins, told in the document's own words: its sentences, or the items of the list that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingestion.document import ParsedDocument, Passage, Section
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_plain
from kgqa.parts import Quote, children_of, quote_of_passage, section_name, section_quote

ROOM = 700  # characters of a document's own words that are told
_LEAST = 8  # words of a paragraph that says something by itself
_ITEMS = 2  # that make a list
_LISTED = 0.5  # share of a section's characters that stand in items, from which it is a list
_LINE = 300  # characters of an item that are told
_BULLET = r"[-*•▸▶❖◦‣➡→✓➢●○■□–—]"
ITEM = re.compile(
    rf"(?:{_BULLET}|-\s+{_BULLET})\s*(?P<bulleted>\S.*)|\(?(?P<number>\d{{1,3}})\\?[.)]\s+(?P<numbered>\S.*)"
)
"""A line of a list, with its mark or its number."""
_NEXT_BULLET = re.compile(r"\s+(?=[•▸▶❖‣➢●]\s?\S)")
_LEADERS = re.compile(r"(?:\s*[.·…]){4,}")  # of a line of the contents
_NOTE = re.compile(r"\W*(?:notes?|sources?|table|figure|fig|copyright|©|see)\b|[\W\d]*\d[\W\d]*\s|[(*†‡]", re.I)
"""How footnotes, sources and captions begin, which do not say what a document is about."""
_TERMS = re.compile(
    r"\bpermission is|\ball rights reserved|copyright|©|\bwarranty\b|\blicen[sc]e is\b|\bterms of the\b", re.I
)
"""Of use and copying, which every manual begins with."""
_NO_TEXT = ("#", ">", "```", "|", "<table", "$$")

Told = tuple[str, tuple[Quote, ...]]
"""A sentence of an answer and the quotes that bear it out."""


def section_told(document: ParsedDocument, section: Section) -> Told | None:
    """Return a sentence of how a section begins, or of its list, with its quotes; None for one without text."""
    passages = passages_in(document, section)
    heading = (section_quote(document, section),)
    name = section_name(section)
    return (
        list_told(document, name, passages, heading)
        or sentences_told(document, name, passages, heading)
        or list_told(document, name, passages, heading, least=1)
    )


def sentences_told(
    document: ParsedDocument, name: str, passages: Sequence[Passage], heading: tuple[Quote, ...]
) -> Told | None:
    """Return the first sentences of passages under a name, with their quotes; None for passages without text."""
    paragraphs = [item for passage in passages for item in paragraphs_of(document, passage)]
    said = tuple(sentences_of(paragraphs, ROOM))
    if not said:
        return None
    place = f"{name} (page {said[0].page} of {document.name})"
    return f"{place}: “{' '.join(quote.text for quote in said)}”", (*heading, *said)


def list_told(
    document: ParsedDocument, name: str, passages: Sequence[Passage], heading: tuple[Quote, ...], *, least: int = _ITEMS
) -> Told | None:
    """Return the lines of passages that are a list, with what stands over it; None for text or too short a list."""
    headed = {quote.text for quote in heading}
    lines = [(p, line) for p in passages for line in _lines(p) if markdown_to_plain(line) not in headed]
    items = [line for _, line in lines if ITEM.match(line)]
    if len(items) < least or sum(map(len, items)) < _LISTED * sum(len(line) for _, line in lines):
        return None
    told: list[tuple[str, Quote]] = []
    length = 0
    for passage, line in lines:
        match = ITEM.match(line)
        words = markdown_to_plain((match["numbered"] or match["bulleted"]) if match is not None else line)[:_LINE]
        length += len(words)
        if told and length > ROOM:
            break
        number = f"{match['number']}. " if match is not None and match["number"] else ""
        told.append((number + words, quote_of_passage(document, passage, words)))
    place = f"{name} (page {told[0][1].page} of {document.name})"
    more = f"; and {len(lines) - len(told)} more" if len(lines) > len(told) else ""
    return f"{place}: {'; '.join(text.rstrip(';') for text, _ in told)}{more}", (
        *heading,
        *(quote for _, quote in told),
    )


def passages_in(document: ParsedDocument, section: Section) -> list[Passage]:
    """Return the passages of a section and of those below it, in their order."""
    inside = {section.section_id, *(child.section_id for child in children_of(document, section))}
    return [passage for passage in document.passages if passage.section_id in inside]


def pieces_of(line: str) -> list[str]:
    """Return the items that a line holds one behind the other: "1. Row home. 2. Dry the sails."."""
    match = ITEM.match(line)
    if match is None:
        return [line]
    if not match["number"]:
        return _NEXT_BULLET.split(line)
    pieces, number = [], int(match["number"]) + 1
    while (following := re.search(rf"\s+(?={number}\\?[.)]\s+\S)", line)) is not None:
        pieces.append(line[: following.start()])
        line, number = line[following.end() :], number + 1
    return [*pieces, line]


def _lines(passage: Passage) -> Iterator[str]:
    for line in passage.text.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith(_NO_TEXT) and not _LEADERS.search(stripped):
            yield from (piece for piece in pieces_of(stripped) if piece)


def paragraphs_of(document: ParsedDocument, passage: Passage) -> Iterator[tuple[Passage, str, ParsedDocument]]:
    """Yield the paragraphs of a passage that are text: no headings, lists of contents, tables, names alone."""
    for block in passage.text.split("\n\n"):
        plain = re.sub(r"^\W*(?:abstract|summary)\b\W*", "", markdown_to_plain(block), flags=re.I)
        whole = re.search(r"[.!?。][”\"')\]]*(?:\s?\d{1,2})?$", plain) is not None and not plain[:1].islower()
        aside = block.startswith(_NO_TEXT) or _NOTE.match(plain) is not None or _LEADERS.search(plain) is not None
        if aside or len(plain.split()) < _LEAST or not whole:
            continue  # what goes on from another page says little; a number behind the end is a footnote's
        yield passage, plain, document


def sentences_of(paragraphs: Sequence[tuple[Passage, str, ParsedDocument]], room: int) -> Iterator[Quote]:
    """Yield the first sentences of paragraphs as quotes, as many as there is room for in characters, one at least."""
    length = 0
    for passage, plain, document in paragraphs:
        for start, end in text_to_sentences(plain):
            if _TERMS.search(plain, start, end):
                continue
            length += end - start
            if length > room and length > end - start:
                return
            if len(plain[start:end].split()) > 1:
                yield quote_of_passage(document, passage, plain[start:end])
