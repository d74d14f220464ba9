"""Where parts stand and how far they reach: the section of a table, the pages of a section, its sentences, its size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import Figure, ParsedDocument, Passage, Section, Table
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_paragraphs
from kgqa.document_dates import date_of
from kgqa.lookup_pages import named_pages
from kgqa.lookup_parts import Part, Sentences, part_quote, parts_of_kind
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    caption_quote,
    children_of,
    find_equation,
    find_figure,
    find_section,
    find_section_by_words,
    find_table,
    join,
    none_such,
    quote_of_passage,
    refuse,
    section_name,
    section_quote,
    sections_above,
)
from kgqa.pointers import count_word
from kgqa.question import ParsedQuestion


def part_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the section that a numbered table, figure, equation or footnote stands in, and the headings around it."""
    sentences: Sentences = []
    between = re.search(r"\bbetween\b", q.body, re.I) is not None
    for document in documents:
        for name, part in numbered_parts(q, document):
            section = next((s for s in document.sections if s.section_id == part.section_id), None)
            if section is None:
                continue
            above = sections_above(document, section)
            inside = ", which belongs to ".join(section_name(s) for s in (section, *above))
            text = f"{name} of {document.name} (page {part.page_number}) stands in {inside}"
            quotes = [part_quote(document, part), section_quote(document, section)]
            after = next(iter(document.sections[document.sections.index(section) + 1 :]), None)
            if between and after is not None:
                text += f", before {section_name(after)}"
                quotes.append(section_quote(document, after))
            sentences.append((f"{text}.", tuple(quotes)))
    return Finding("structure", tuple(sentences[:SHOWN])) if sentences else None


def numbered_parts(q: ParsedQuestion, document: ParsedDocument) -> list[tuple[str, Part]]:
    """Return the tables, figures, equations and footnotes that a question names by number, each with its name."""
    found: list[tuple[str, Part | None]] = [(f"Table {n}", find_table(document, n)) for n in q.tables]
    found += [(f"Figure {n}", find_figure(document, n)) for n in q.figures]
    found += [(f"Equation {n}", find_equation(document, n)) for n in q.equations]
    for number in q.footnotes:
        found.append((f"Footnote {number}", next((f for f in document.footnotes if f.number == number), None)))
    return [(name, part) for name, part in found if part is not None]


def part_exists(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return whether there is a table, figure, equation or footnote of that number."""
    sentences: Sentences = []
    for document in documents:
        found = numbered_parts(q, document)
        for name, part in found:
            said = part.caption if isinstance(part, Table | Figure) and part.caption else name
            pages = part.page_numbers if isinstance(part, Table | Figure) else (part.page_number,)
            yes = "Yes" if not q.pages or set(q.pages) & set(pages) else "No"
            text = f"{yes}: {said.rstrip('.')} (page {part.page_number} of {document.name})."
            sentences.append((text, (part_quote(document, part),)))
        if not found and (q.documents or len(documents) == 1):
            word, numbers = next(
                (word, numbers)
                for word, numbers in (("table", q.tables), ("figure", q.figures), ("equation", q.equations),
                                      ("footnote", q.footnotes))
                if numbers
            )  # fmt: skip
            others = parts_of_kind(document, f"{word}s")[:3]
            quotes = tuple(part_quote(document, part) for part in others)
            sentences.append((f"No, {none_such([document], word, numbers)}", quotes))
    return Finding("structure", tuple(sentences[:SHOWN])) if sentences else None


def _sections_named(q: ParsedQuestion, document: ParsedDocument) -> list[Section]:
    found = [find_section(document, number=number) for number in q.sections]
    if not q.sections:
        found += [
            find_section(document, title=title) or find_section_by_words(document, title.lower().split())
            for title in q.quoted
        ]
    return [section for section in found if section is not None]


def section_pages(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return from which page to which a section stands, and on how many."""
    sentences: Sentences = []
    for document in documents:
        for section in _sections_named(q, document):
            first, last = section.page_number, section.end_page
            many = f"{last - first + 1} pages" if last > first else "1 page"
            pages = f"pages {first} to {last}" if last > first else f"page {first}"
            text = f"{section_name(section)} stands on {pages} of {document.name} ({many})."
            least = re.search(r"\b(?:longer|more) than (\w+)", q.body, re.I)
            if least is not None and re.match(r"\W*(?:is|are|does|do|has)\b", q.body, re.I):
                text = f"{'Yes' if last - first + 1 > (count_word(least[1]) or 1) else 'No'}: {text}"
            sentences.append((text, (section_quote(document, section),)))
    if sentences:
        return Finding("structure", tuple(sentences[:SHOWN]))
    if not q.sections or not any(document.sections for document in documents):
        return None
    return refuse(" ".join(f"{d.name} has no section {join(list(q.sections))}." for d in documents[:SHOWN]))


def section_parent(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the sections that a section belongs to, the nearest first."""
    sentences: Sentences = []
    for document in documents:
        for section in _sections_named(q, document):
            above = sections_above(document, section) or list(document.section_path(section.parent_id)[::-1])
            name = f"{section_name(section)} (page {section.page_number} of {document.name})"
            inside = ", which belongs to ".join(section_name(s) for s in above)
            text = f"{name} belongs to {inside}." if above else f"{name} is a section of the highest level."
            sentences.append((text, tuple(section_quote(document, s) for s in (section, *above))))
    return Finding("structure", tuple(sentences[:SHOWN])) if sentences else None


def section_sentence(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the first, second, ..., last sentence or paragraph of a section or page that a question names."""
    sentences: Sentences = []
    missing: list[str] = []
    for document in documents:
        places: list[tuple[str, list[Passage]]] = []
        for section in _sections_named(q, document):
            inside = _below(document, section)
            places.append((section_name(section), [p for p in document.passages if p.section_id in inside]))
        if not places and (q.pages or q.labels):
            places += [
                (f"page {page.number}", [p for p in document.passages if p.page_number == page.number])
                for page in named_pages(q, document, missing)
            ]
        for name, passages in places:
            units = _units(document, passages, paragraphs=q.unit == "paragraph")
            at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
            if -len(units) <= at < len(units):
                quote = units[at]
                which = f"The {_nth(q.ordinal)} {'paragraph' if q.unit == 'paragraph' else 'sentence'}"
                text = f"{which} of {name} (page {quote.page} of {document.name}): “{quote.text}”"
                sentences.append((text, (quote,)))
    return Finding("structure", tuple(sentences[:SHOWN])) if sentences else None


def _nth(ordinal: int) -> str:
    words = {1: "first", 2: "second", 3: "third", -1: "last", -2: "last but one"}
    return words.get(ordinal, f"{ordinal}th")


def _below(document: ParsedDocument, section: Section) -> set[str]:
    inside = {section.section_id}
    for other in document.sections:
        if other.parent_id in inside:
            inside.add(other.section_id)
    return inside


def _units(document: ParsedDocument, passages: Sequence[Passage], *, paragraphs: bool) -> list[Quote]:
    """Return the sentences or paragraphs of running text; headings, tables, captions and code left out."""
    found: list[Quote] = []
    for passage in passages:
        blocks = [b for b in passage.text.split("\n\n") if not b.startswith(("#", "|", ">", "```", "<", "$$", "[^"))]
        for paragraph in markdown_to_paragraphs("\n\n".join(blocks)):
            spans = [(0, len(paragraph))] if paragraphs else text_to_sentences(paragraph)
            found += [
                quote_of_passage(document, passage, paragraph[start:end])
                for start, end in spans
                if len(paragraph[start:end].split()) > 2
            ]
    return found


def part_extreme(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the table with the most or fewest rows or columns, or the section with the most pages or parts."""
    sentences: Sentences = []
    for document in documents[:SHOWN]:
        sized = _sized_tables(q, document) if q.thing == "tables" else _sized_sections(q, document)
        if not sized:
            continue
        best = max(sized, key=lambda item: item[0] * q.ordinal)[0]
        for _, name, page, quote in [item for item in sized if item[0] == best][:3]:
            most = "most" if q.ordinal > 0 else "fewest"
            unit = "subsections" if q.unit == "sub" else q.unit
            sentences.append((f"{name} (page {page} of {document.name}) has the {most} {unit}: {best}.", (quote,)))
    return Finding("structure", tuple(sentences)) if sentences else None


def _sized_tables(q: ParsedQuestion, document: ParsedDocument) -> list[tuple[int, str, int, Quote]]:
    tables = [table for table in document.tables if table.rows]
    tables = [table for table in tables if table.number] or tables
    return [
        (
            len(table.body) if q.unit == "rows" else max(map(len, table.rows)),
            table.caption.rstrip(".") or f"The table on page {table.page_number}",
            table.page_number,
            caption_quote(document, table),
        )
        for table in tables
    ]


def _sized_sections(q: ParsedQuestion, document: ParsedDocument) -> list[tuple[int, str, int, Quote]]:
    tops = [s for s in document.sections if s.parent_id is None]
    tops = [s for s in tops if s.number] or tops
    return [(_size(q.unit, document, s), section_name(s), s.page_number, section_quote(document, s)) for s in tops]


def _size(unit: str, document: ParsedDocument, section: Section) -> int:
    if unit == "sub":
        return len(children_of(document, section))
    if unit == "pages":
        return section.end_page - section.page_number + 1
    inside = _below(document, section)
    return len([part for part in parts_of_kind(document, unit) if part.section_id in inside])


def document_date(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the date that a document gives for itself; None where it only names years."""
    for document in documents[:1]:
        date = date_of(document)
        if date is not None and date.stated:
            text = f"{document.name} is dated {date.shown}: “{date.words}”"
            return Finding("structure", ((text, (quote_of_passage(document, date.passage, date.words),)),))
    return None
