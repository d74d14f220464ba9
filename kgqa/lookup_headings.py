"""What begins on a page, which number is printed on one, what stands before what, which sections have which parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.document import Page, ParsedDocument, Section
from kgqa.lookup_beside import pointed_span
from kgqa.lookup_counts import appendices_of
from kgqa.lookup_pages import named_pages
from kgqa.lookup_parts import Sentences, part_quote, parts_of_kind, with_below
from kgqa.lookup_places import numbered_parts
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    caption_quote,
    children_of,
    find_section,
    find_table,
    join,
    page_quote,
    refuse,
    section_name,
    section_quote,
    top_sections,
)
from kgqa.question import ParsedQuestion

_QUOTED = 12  # headings or captions of an answer that are cited


def sections_on_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the sections that begin on a page, and the one that it continues."""
    sentences: Sentences = []
    missing: list[str] = []
    whether = re.match(r"\W*(?:is|are|does|do|has|have)\b", q.body, re.I) is not None
    for document in documents[: max(SHOWN, len(q.documents))]:
        if not document.sections:
            continue
        for page in named_pages(q, document, missing):
            begun = [s for s in document.sections if s.page_number == page.number]
            running = _running_into(document, page)
            place = f"page {page.number} of {document.name}"
            if begun:
                begin = "begins" if len(begun) == 1 else "begin"
                many = f" ({len(begun)} headings)" if len(begun) > 1 else ""
                text = (
                    f"{'Yes, on' if whether else 'On'} {place} {begin} {join([section_name(s) for s in begun])}{many}"
                )
                text += f"; its top still belongs to {section_name(running)}" if running is not None else ""
            elif running is not None:
                text = (
                    f"{'No, no' if whether else 'No'} section begins on {place}; it is part of {section_name(running)}"
                )
            else:
                text = f"No section begins on {place}"
            named = [*begun, running] if running is not None else begun
            quotes = tuple(section_quote(document, s) for s in named[:_QUOTED]) or (page_quote(document, page),)
            sentences.append((f"{text}.", quotes))
    if sentences:
        return Finding("structure", tuple(sentences))
    return refuse(" ".join(missing)) if missing else None


def _running_into(document: ParsedDocument, page: Page) -> Section | None:
    """Return the section that began on an earlier page and reaches the top of this one; None for a heading there."""
    first = next((p for p in document.passages if p.page_number == page.number and p.text.strip()), None)
    if first is not None and first.text.lstrip().startswith("#"):
        return None
    before = [s for s in document.sections if s.page_number < page.number]
    return before[-1] if before else None


def page_label(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the number that is printed on a page."""
    sentences: Sentences = []
    missing: list[str] = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        for page in named_pages(q, document, missing):
            text = f"Page {page.number} of {document.name} carries the printed number {page.label}."
            if not page.label:
                text = f"No number is printed on page {page.number} of {document.name}."
            sentences.append((text, (page_quote(document, page),)))
    return Finding("structure", tuple(sentences)) if sentences else refuse(" ".join(missing)) if missing else None


def pages_before(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how many pages stand before or after the page that a section, table, figure or page begins or ends on."""
    sentences: Sentences = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        span = pointed_span(q, document)
        if span is None:
            continue
        first, last = span
        count = first - 1 if q.ordinal < 0 else len(document.pages) - last
        stands = f"it begins on page {first}" if q.ordinal < 0 else f"it ends on page {last} of {len(document.pages)}"
        side = "before" if q.ordinal < 0 else "after"
        pages = "page stands" if count == 1 else "pages stand"
        text = f"{count} {pages} {side} that in {document.name}: {stands}."
        page = document.page(first if q.ordinal < 0 else last)
        sentences.append((text, (page_quote(document, page),)))
    return Finding("count", tuple(sentences)) if sentences else None


def compare_places(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return whether two parts stand on one page or in one section, or which of them comes first."""
    for document in documents:
        places = _places(q, document)
        if len(places) != 2:
            continue
        (a, first, a_top, a_in), (b, second, b_top, b_in) = ((p.name, p.page, p.order, p.section) for p in places)
        quotes = tuple(place.quote for place in places)
        where = f"{a} stands on page {first}, {b} on page {second} of {document.name}"
        if re.search(r"\b(?:same|single|share|one (?:page|slide|section|chapter))\b", q.body, re.I):
            yes = first == second if q.thing == "page" else a_in == b_in
            return Finding("structure", ((f"{'Yes' if yes else 'No'}: {where}.", quotes),))
        before = (first, a_top) <= (second, b_top)
        text = f"{a} comes {'before' if before else 'after'} {b}: {where}."
        whether = re.match(r"\W*(?:is|are|does|do)\b", q.body, re.I) and not re.search(r"\bor\b", q.body, re.I)
        if whether:
            asked = re.search(r"\b(?:before|precedes?|earlier|ahead)\b", q.body, re.I) is not None
            text = f"{'Yes' if asked == before else 'No'}: {text}"
        return Finding("structure", ((text, quotes),))
    return None


def pages_apart(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how many pages after one of two parts the other begins, and how many lie between them."""
    for document in documents:
        places = sorted(_places(q, document), key=lambda place: (place.page, place.order))
        if len(places) != 2:
            continue
        first, second = places
        apart = second.page - first.page
        pages = f"{apart} page{'s' * (apart != 1)}"
        text = f"{second.name} (page {second.page} of {document.name}) begins {pages} after {first.name}"
        text += f" (page {first.page})"
        if re.search(r"\b(?:between|separates?)\b", q.body, re.I):
            between = max(0, apart - 1)
            text += f"; {between} page{'s lie' if between != 1 else ' lies'} between them"
        return Finding("count", ((f"{text}.", (second.quote, first.quote)),))
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part stands."""

    at: int  # where the question names it
    name: str
    page: int  # from 1
    order: float  # from the top of the page down, or of sections in the document
    section: str  # the id of the one of the highest level around it
    quote: Quote


def _places(q: ParsedQuestion, document: ParsedDocument) -> list[_Place]:
    """Return where the parts stand that a question names, in the order in which it names them."""
    found: list[_Place] = []
    for name, part in numbered_parts(q, document):
        top = min((box.y0 for box in part.boxes), default=0.0)
        at = q.body.lower().find(name.lower())
        found.append(
            _Place(at, name, part.page_number, top, _outer(document, part.section_id), part_quote(document, part))
        )
    sections = [(f"{number}", find_section(document, number=number)) for number in q.sections]
    sections += [(title, find_section(document, title=title)) for title in q.quoted]
    for named, section in sections:
        if section is not None:
            order = float(document.sections.index(section))
            own = _outer(document, section.section_id)
            at = q.body.lower().find(named.lower())
            found.append(
                _Place(at, section_name(section), section.page_number, order, own, section_quote(document, section))
            )
    return sorted(found, key=lambda place: place.at)


def _outer(document: ParsedDocument, section_id: str | None) -> str:
    section = next((s for s in document.sections if s.section_id == section_id), None)
    return next(iter([*document.section_path(section.section_id)]), section).section_id if section is not None else ""


def compare_shapes(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which of two tables has more rows or columns."""
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id)) if q.documents else list(documents)
    if len(q.tables) == 2 and len(ordered) == 2:
        pairs = list(zip(q.tables, ordered, strict=True))
    else:
        pairs = [(number, document) for document in ordered for number in q.tables]
    found = [(table, d) for number, d in pairs if (table := find_table(d, number)) is not None and table.rows]
    if len(found) != 2:
        return None
    sizes = [len(table.body) if q.thing == "rows" else len(table.rows[0]) for table, _ in found]
    names = [f"Table {table.number} of {d.name}" for table, d in found]
    listed = ", ".join(f"{name} has {size}" for name, size in zip(names, sizes, strict=True))
    fewer = re.search(r"\b(?:fewer|less|smaller|shorter)\b", q.body, re.I) is not None
    if sizes[0] == sizes[1]:
        text = f"Both have the same number of {q.thing}: {listed}."
    else:
        best = sizes.index(min(sizes) if fewer else max(sizes))
        text = f"{names[best]} has {'fewer' if fewer else 'more'} {q.thing}: {listed}."
    if re.match(r"\W*(?:is|are|does|do|has|have)\b", q.body, re.I) and not re.search(r"\bor\b", q.body, re.I):
        same = re.search(r"\b(?:same|equal\w*|as many)\b", q.body, re.I) is not None
        yes = sizes[0] == sizes[1] if same else sizes[0] < sizes[1] if fewer else sizes[0] > sizes[1]
        text = f"{'Yes' if yes else 'No'}: {text}"
    return Finding("compare", ((text, tuple(caption_quote(d, table) for table, d in found)),))


def sections_with(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the sections that have subsections, tables, figures, ..., or none (`q.ordinal` is 0)."""
    sentences: Sentences = []
    below = re.search(r"\bsub-?sections?\b.*\b(?:ha(?:s|ve)|contains?|with|holds?)\b", q.body, re.I) is not None
    for document in documents:
        among = [s for s in document.sections if s.parent_id] if below else top_sections(document)
        if not among:
            continue
        found: list[tuple[Section, int, tuple[Quote, ...]]] = []
        for section in among:
            count, quotes = _held(document, section, q.thing)
            if (count >= q.ordinal) if q.ordinal else count == 0:
                found.append((section, count, quotes))
        no = "" if q.ordinal else "no "
        if not found:
            text = f"No section of {document.name} has {no}{q.thing}."
            sentences.append((text, tuple(section_quote(document, s) for s in among[:_QUOTED])))
            continue
        names = join([section_name(s) + (f" ({n})" if n else "") for s, n, _ in found])
        own = [section_quote(document, s) for s, _, _ in found]
        borne = [quote for _, _, quotes in found for quote in quotes[:1]]
        have = "have" if len(found) > 1 else "has"
        sentences.append((f"{names} of {document.name} {have} {no}{q.thing}.", tuple([*own, *borne][: 2 * _QUOTED])))
    return Finding("structure", tuple(sentences)) if sentences else None


def _held(document: ParsedDocument, section: Section, thing: str) -> tuple[int, tuple[Quote, ...]]:
    """Return how many subsections, tables, ... stand in a section or below it, and what bears that out."""
    if thing == "subsections":
        children = children_of(document, section)
        return len(children), tuple(section_quote(document, s) for s in children)
    inside = with_below(document, section)
    parts = [part for part in parts_of_kind(document, thing) if part.section_id in inside]
    return len(parts), tuple(part_quote(document, part) for part in parts)


def list_appendices(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    """Return the appendices of documents."""
    sentences: Sentences = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        found = appendices_of(document)
        names = "; ".join(f"{section_name(s)} (page {s.page_number})" for s in found)
        text = f"The appendices of {document.name}: {names}." if found else f"{document.name} has no appendices."
        quotes = tuple(section_quote(document, s) for s in found or top_sections(document)[:_QUOTED])
        sentences.append((text, quotes))
    return Finding("structure", tuple(sentences))
