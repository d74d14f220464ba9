"""What is on a page, told in a few sentences: its headings, its tables and figures, and its text or how that begins."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from ingestion.captions import parse_label
from ingestion.document import Figure, Page, ParsedDocument, Table
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain
from ingestion.tables import column_names
from kgqa.parts import (
    Quote,
    caption_quote,
    first_lines_of,
    join,
    page_quote,
    quote_of_passage,
    section_name,
    section_quote,
)
from kgqa.special_pages import pages_of_list

_LISTS = {"contents": "table of contents", "figures": "list of figures", "tables": "list of tables"}
_HEAD_CHARS = 60  # of a column's head that are told
_LONGEST = 400  # characters of a page's first sentence
_PICTURE_WORDS = 300  # characters of the words in a page's pictures that are told
_SHORT = 900  # characters of text up to which a page's text is told whole


def page_summary(document: ParsedDocument, page: Page) -> list[tuple[str, tuple[Quote, ...]]]:
    """Return what is on a page: its headings, its tables and figures, and how its text begins."""
    printed = f" (printed {page.label})" if page.label and page.label != str(page.number) else ""
    name = f"Page {page.number}{printed} of {document.name}"
    if not page.markdown.strip():
        unread = f"was not read: {page.reason}" if page.engine == "none" else "has no text but its running heads"
        why = "is blank" if page.reason == "blank" else unread
        return [(f"{name} {why}.", (page_quote(document, page),))]
    found: list[tuple[str, tuple[Quote, ...]]] = []
    sections = [s for s in document.sections if s.page_number == page.number]
    if sections:
        titles = join([section_name(s) for s in sections])
        found.append((f"{name} has {titles}.", tuple(section_quote(document, s) for s in sections)))
    elif (head := _first_line(document, page)) is not None:
        found.append((f"{name} is headed “{head.text}”.", (head,)))
    listed = next((name for kind, name in _LISTS.items() if page in pages_of_list(document, kind)), "")
    if listed:
        found.append((f"{'It' if found else name} has the {listed}.", (page_quote(document, page),)))
    parts = parts_on(document, page)
    shown = [(part.caption.rstrip("."), caption_quote(document, part)) for part in parts if part.caption]
    shown += [
        (part_told(part, "table", shape=True), caption_quote(document, part))
        for part in parts
        if not part.caption and isinstance(part, Table)
    ]
    shown += [(quote.text.rstrip("."), quote) for quote in _caption_lines(document, page, {text for text, _ in shown})]
    if shown:
        captions = "; ".join(text for text, _ in shown)
        named = numbers_told(parts)
        captions = f"{named}: {captions}" if named else captions
        text = f"It shows {captions}." if found else f"{name} shows {captions}."
        found.append((text, tuple(quote for _, quote in shown)))
    said = _text_of(document, page, {part.caption for part in parts})
    if 0 < sum(len(quote.text) for quote in said) <= _SHORT:
        text = " ".join(quote.text for quote in said)
        found.append((f"{'Its text says:' if found else f'{name} says:'} “{text}”", tuple(said)))
    elif said:
        begins = _first_sentence(said[0])
        found.append((f"{'Its text begins:' if found else f'{name} begins:'} “{begins.text}”", (begins,)))
    found += _pictures_told(document, page, f"{name} shows" if not found else "It shows", parts)
    first = page_quote(document, page)
    return found or [(f"{name} says: “{first.text}”", (first,))]


def _pictures_told(
    document: ParsedDocument, page: Page, begin: str, parts: Sequence[Table | Figure]
) -> list[tuple[str, tuple[Quote, ...]]]:
    """Return how many pictures without a caption a page has, and the words that were read in its pictures."""
    bare = sum(1 for part in parts if isinstance(part, Figure) and not part.caption)
    words = [
        quote_of_passage(document, passage, plain)
        for passage in document.passages
        if passage.page_number == page.number
        for line in passage.text.splitlines()
        if line.startswith(">") and re.search(r"[^\W\d_]{3}", plain := markdown_to_plain(line.lstrip("> ")))
    ]
    read, length = [], 0
    for quote in words:
        length += len(quote.text)
        if length > _PICTURE_WORDS:
            break
        read.append(quote)
    pictures = "a picture" if bare == 1 else f"{bare} pictures" if bare else "a picture" if read else ""
    if not pictures:
        return []
    said = f" with the words “{'; '.join(quote.text for quote in read)}”" if read else ""
    return [(f"{begin} {pictures} without a caption{said}." if bare else f"In pictures it has{said[5:]}.",
             tuple(read) or (page_quote(document, page),))]  # fmt: skip


def _first_line(document: ParsedDocument, page: Page) -> Quote | None:
    """Return the line that heads a page without a section's heading, as "List of Figures" does; None without one."""
    if page.markdown.lstrip().startswith(">"):
        return None  # words of a picture
    first = next(iter(first_lines_of(document, page)), None)
    if first is None or len(first.text.split()) > 6 or not re.match(r"[^\W\d_]*[A-ZÀ-Þ]", first.text):
        return None
    return None if re.search(r"[.:;,!]$", first.text) or parse_label(first.text) is not None else first


def _caption_lines(document: ParsedDocument, page: Page, known: set[str]) -> list[Quote]:
    """Return the captions in a page's text whose table or figure was not found."""
    found = []
    labels = {label for text in known if (label := parse_label(text)) is not None}
    for passage in (p for p in document.passages if p.page_number == page.number):
        for paragraph in markdown_to_paragraphs(passage.text):
            label = parse_label(paragraph)
            if label is not None and label not in labels and len(paragraph) <= _LONGEST:
                labels.add(label)
                found.append(quote_of_passage(document, passage, paragraph))
    return found


def _text_of(document: ParsedDocument, page: Page, captions: set[str]) -> list[Quote]:
    """Return the paragraphs of a page's text, headings, captions, words of pictures and tables left out."""
    found: list[Quote] = []
    for passage in (p for p in document.passages if p.page_number == page.number):
        lines = [line for line in passage.text.split("\n\n") if not line.startswith(("#", ">", "```", "|", "<table"))]
        plain = [markdown_to_plain(line) for line in lines if len(line.split()) > 3]
        found += [quote_of_passage(document, passage, text) for text in plain if text and text not in captions]
    return found


def _first_sentence(quote: Quote) -> Quote:
    """Return the first sentence of a paragraph that is more than a number or a name."""
    spans = text_to_sentences(quote.text)
    start, end = next((span for span in spans if len(quote.text[span[0] : span[1]].split()) > 3), spans[0])
    return replace(quote, text=quote.text[start:end][:_LONGEST])


def parts_on(document: ParsedDocument, page: Page) -> list[Table | Figure]:
    """Return the tables and figures that stand on a page, tables first."""
    everything: tuple[Table | Figure, ...] = (*document.tables, *document.figures)
    return [part for part in everything if page.number in part.page_numbers]


def part_told(part: Table | Figure, word: str, *, shape: bool) -> str:
    """Return a part's caption, and of a table without one, or where `shape` is asked, its columns and rows."""
    told = part.caption.rstrip(".") or f"a {word} without a caption"
    if isinstance(part, Table) and part.rows and (shape or not part.caption):
        heads = join(
            [
                textwrap.shorten(cell, _HEAD_CHARS, placeholder=" …")
                for cell in dict.fromkeys(column_names(part))
                if cell
            ][:12]
        )
        columns = f"{len(part.rows[0])} columns{f': {heads}' if heads else ''}"
        told += f" ({columns}; {len(part.body)} rows below the head)" if part.header else f" ({columns})"
    return told


def numbers_told(parts: Sequence[Table | Figure]) -> str:
    """Return "Figures 4 and 5" for parts of one kind of which each has a number; "" for others, or for one alone."""
    numbers = list(dict.fromkeys(part.number for part in parts if part.number))
    kinds = {isinstance(part, Table) for part in parts}
    if len(numbers) < 2 or len(kinds) > 1 or not all(part.number for part in parts):
        return ""
    return f"{'Tables' if kinds == {True} else 'Figures'} {join(numbers)}"
