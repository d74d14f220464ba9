"""Tables, figures, footnotes and pages named by order or place: the last table, those of a section, titled slides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingestion.document import Equation, Figure, Footnote, Page, ParsedDocument, Section, Table
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_paragraphs
from kgqa.lookup_pages import named_pages
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    caption_quote,
    equation_quote,
    find_figure,
    find_section,
    find_table,
    first_lines_of,
    headings_of,
    join,
    letters_of,
    page_quote,
    quote_of_passage,
    refuse,
    section_name,
    section_quote,
)
from kgqa.question import ParsedQuestion

Sentences = list[tuple[str, tuple[Quote, ...]]]
Part = Table | Figure | Equation | Footnote

_SUBTITLE = 12  # words, at most, of the line below a slide's title that says what it is about
_ON_SLIDE = 500  # characters of a page that a question about it by its title is given


def parts_of_kind(document: ParsedDocument, thing: str) -> list[Part]:
    """Return a document's tables, figures, equations or footnotes; of the first two those with a number, if any."""
    if thing == "equations":
        return list(document.equations)
    if thing == "footnotes":
        return list(document.footnotes)
    parts: tuple[Table | Figure, ...] = document.tables if thing == "tables" else document.figures
    return list([part for part in parts if part.number] or [part for part in parts if part.caption] or parts)


def part_nth(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the first, second, ..., last table, figure, equation or footnote."""
    sentences: Sentences = []
    missing: list[str] = []
    word = q.thing.removesuffix("s")
    for document in documents[: max(SHOWN, len(q.documents))]:
        among = parts_of_kind(document, q.thing)
        if q.pages or q.labels:
            pages = {page.number for page in named_pages(q, document, missing)}
            among = [part for part in among if not pages.isdisjoint(_pages_of(part))]
        at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
        if not -len(among) <= at < len(among):
            missing.append(f"{document.name} has {len(among) or 'no'} {q.thing if len(among) != 1 else word}.")
            continue
        part = among[at]
        sentences.append((f"{_told(part)} ({_place(part)} of {document.name}).", (part_quote(document, part),)))
    return Finding("structure", tuple(sentences)) if sentences else refuse(" ".join(missing)) if missing else None


def part_beside(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the table or figure that comes before or after one that is named."""
    whether = re.match(r"\W*(?:is|are|does|do|has|have)\b", q.body, re.I) is not None
    for document in documents:
        numbers = q.tables or q.figures
        own = find_table(document, numbers[0]) if q.tables else find_figure(document, numbers[0])
        if own is None:
            continue
        among = parts_of_kind(document, q.thing)
        if own in among:
            at = among.index(own) + q.ordinal
        else:  # the table after Figure 3
            after = [i for i, part in enumerate(among) if (part.page_number, _top(part)) > (own.page_number, _top(own))]
            first = after[0] if after else len(among)
            at = first if q.ordinal > 0 else first - 1
        word, name = q.thing.removesuffix("s"), f"{'Table' if q.tables else 'Figure'} {own.number}"
        order = "follows" if q.ordinal > 0 else "precedes"
        if not 0 <= at < len(among):
            none = f"{word} {order} {name} of {document.name}."
            if whether:
                return Finding("structure", ((f"No, no {none}", (caption_quote(document, own),)),))
            return refuse(f"No {none}", (caption_quote(document, own),))
        part = among[at]
        text = f"{'Yes: ' if whether else ''}{_told(part)} ({_place(part)} of {document.name}) {order} {name}."
        return Finding("structure", ((text, (part_quote(document, part), caption_quote(document, own))),))
    return None


def _top(part: Part) -> float:
    return min((box.y0 for box in part.boxes), default=0.0)


def parts_in_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the tables, figures, ... that stand in a section or below it."""
    sentences: Sentences = []
    word = q.thing.removesuffix("s")
    for document in documents[: max(SHOWN, len(q.documents))]:
        number, title = next(iter(q.sections), ""), next(iter(q.quoted), "")
        section = find_section(document, number=number) if number else find_section(document, title=title)
        if section is None:
            continue
        inside = with_below(document, section)
        found = [part for part in parts_of_kind(document, q.thing) if part.section_id in inside]
        where = f"{section_name(section)} of {document.name}"
        heading = section_quote(document, section)
        whether = re.match(r"\W*(?:is|are|does|do|has|have)\b", q.body, re.I) is not None
        if not found:
            sentences.append((f"{'No, there' if whether else 'There'} is no {word} in {where}.", (heading,)))
            continue
        names = "; ".join(f"{_told(part)} ({_place(part)})" for part in found)
        many = f"{len(found)} {word if len(found) == 1 else q.thing}"
        said = f"{'Yes, ' if whether else ''}{where} has {many}: {names}."
        sentences.append((said, (*(part_quote(document, part) for part in found[:12]), heading)))
    return Finding("structure", tuple(sentences)) if sentences else None


def notes_on_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the equations or footnotes that stand on a page, or whether there are any."""
    whether = re.match(r"\W*(?:is|are|does|do|has|have|can)\b", q.body, re.I) is not None
    sentences: Sentences = []
    missing: list[str] = []
    word = q.thing.removesuffix("s")
    none = f"{'No, there' if whether else 'There'} is no {'numbered ' * (word == 'equation')}{word}"
    for document in documents[: max(SHOWN, len(q.documents))]:
        for page in named_pages(q, document, missing):
            found = [part for part in parts_of_kind(document, q.thing) if part.page_number == page.number]
            place = f"page {page.number} of {document.name}"
            if not found:
                sentences.append((f"{none} on {place}.", (page_quote(document, page),)))
                continue
            names = "; ".join(_told(part) for part in found)
            many = f"there are {len(found)} {q.thing}" if len(found) > 1 else f"there is 1 {word}"
            numbers = f"{q.thing if len(found) > 1 else word} {join([str(part.number) for part in found])}"
            quotes = tuple(part_quote(document, part) for part in found[:12])
            sentences.append((f"{'Yes, on' if whether else 'On'} {place} {many}, {numbers}: {names}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else refuse(" ".join(missing)) if missing else None


def with_below(document: ParsedDocument, section: Section) -> set[str]:
    """Return the ids of a section and of those below it."""
    inside = {section.section_id}
    for other in document.sections:
        if other.parent_id in inside:
            inside.add(other.section_id)
    return inside


def pages_with(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the pages that have tables, figures, equations or footnotes."""
    sentences: Sentences = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        parts = parts_of_kind(document, q.thing)
        held = Counter(number for part in parts for number in _pages_of(part))
        least = max(held.values(), default=1) if q.unit == "most" else max(1, q.ordinal)
        pages = sorted(number for number, count in held.items() if count >= least)
        if q.unit == "none":
            pages = [page.number for page in document.pages if page.number not in held]
        many = f"{least} or more {q.thing}" if least > 1 else q.thing
        many = f"the most {q.thing} ({least})" if q.unit == "most" else f"no {q.thing}" if q.unit == "none" else many
        if not pages:
            sentences.append((f"No page of {document.name} has {many}.", (page_quote(document, document.pages[0]),)))
            continue
        named = "Pages" if len(pages) > 1 else "Page"
        have = "have" if len(pages) > 1 else "has"
        there = [part for part in parts if set(_pages_of(part)) & set(pages)]
        quotes = tuple(part_quote(document, part) for part in there[:12]) or (page_quote(document, document.pages[0]),)
        sentences.append((f"{named} {join(list(map(str, pages)))} of {document.name} {have} {many}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else None


def _pages_of(part: Part) -> tuple[int, ...]:
    return part.page_numbers if isinstance(part, Table | Figure) else (part.page_number,)


def footnote(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what the footnotes that a question names say, or those on the pages that it names."""
    sentences: Sentences = []
    missing: list[str] = []
    for document in documents:
        pages = {page.number for page in named_pages(q, document, missing)}
        notes = [note for note in document.footnotes if not q.footnotes or note.number in q.footnotes]
        notes = [note for note in notes if not (q.pages or q.labels) or note.page_number in pages]
        if not notes and (q.documents or len(documents) == 1):
            there = list(dict.fromkeys(note.number for note in document.footnotes))
            has = f"it has footnotes {join(there[:12])}" if there else "it has no footnotes"
            missing.append(f"{document.name} has no such footnote; {has}.")
        for note in notes:
            text = f"{_told(note)} (page {note.page_number} of {document.name})."
            sentences.append((text, (part_quote(document, note),)))
    if sentences:
        return Finding("structure", tuple(sentences[:6]))
    return refuse(" ".join(missing)) if missing else None


def page_title(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the headings of the pages that a question names, or the first lines of pages without one."""
    sentences: Sentences = []
    missing: list[str] = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        for page in named_pages(q, document, missing):
            lines = headings_of(document, page) or first_lines_of(document, page)
            if not lines:
                sentences.append(
                    (f"Page {page.number} of {document.name} has no heading.", (page_quote(document, page),))
                )
                continue
            words = "; ".join(f"“{quote.text}”" for quote in lines)
            head = "Headings" if len(lines) > 1 else "Heading"
            sentences.append((f"{head} of page {page.number} of {document.name}: {words}.", tuple(lines)))
    return Finding("structure", tuple(sentences)) if sentences else refuse(" ".join(missing)) if missing else None


def page_titles(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what heads each page of documents: the titles of their slides, one that repeats once."""
    sentences: Sentences = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        heads = [
            next(iter(headings_of(document, page) or first_lines_of(document, page)), None) for page in document.pages
        ]
        named: dict[str, Quote] = {}
        for head in heads:
            if head is not None:
                named.setdefault(letters_of(head.text), head)
        if named:
            titles = "; ".join(f"{head.text} (page {head.page})" for head in named.values())
            sentences.append((f"The titles of {document.name}: {titles}.", tuple(named.values())[:40]))
    return Finding("structure", tuple(sentences)) if sentences else None


def titled_pages(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what the pages or slides with a title say, the lines right below it first; None where no page has it."""
    title = letters_of(q.quoted[0])
    below: list[Quote] = []
    sentences: Sentences = []
    for document in documents:
        for page in document.pages:
            own = {letters_of(quote.text) for quote in headings_of(document, page)}
            if title and title in own | {letters_of(quote.text) for quote in first_lines_of(document, page)}:
                said = _said_on(document, page, title)
                below += [quote for quote in said[:1] if len(quote.text.split()) <= _SUBTITLE]
                text = " ".join(quote.text for quote in said)
                if said:
                    sentences.append((f"Page {page.number} of {document.name}: {text}", tuple(said[:6])))
    if len(below) > 1 and len(below) == len(sentences):  # each slide of that title has a line of its own
        lead = (f"{join([quote.text.rstrip('.') for quote in below])} (“{q.quoted[0]}”).", tuple(below))
        sentences.insert(0, lead)
    return Finding("structure", tuple(sentences[:8])) if sentences else None


def _said_on(document: ParsedDocument, page: Page, title: str) -> list[Quote]:
    """Return the sentences of a page below its title, as far as it is short."""
    quotes: list[Quote] = []
    left = _ON_SLIDE
    for passage in (p for p in document.passages if p.page_number == page.number):
        for paragraph in markdown_to_paragraphs(passage.text):
            if letters_of(paragraph) == title:
                continue
            for start, end in text_to_sentences(paragraph):
                if left > 0:
                    quotes.append(quote_of_passage(document, passage, paragraph[start:end]))
                    left -= end - start
    return quotes


def part_quote(document: ParsedDocument, part: Part) -> Quote:
    """Return what bears out where a part stands: its caption, formula or words."""
    if isinstance(part, Equation):
        return equation_quote(document, part)
    if isinstance(part, Footnote):
        return Quote(
            document, part.page_number, part.plain, f"{document.doc_id}/p{part.page_number}", (part.start, part.end)
        )
    return caption_quote(document, part)


def _told(part: Part) -> str:
    """Return a part by its caption, a footnote or equation by its words."""
    if isinstance(part, Footnote):
        words = re.sub(rf"^\W{{0,2}}{re.escape(part.number)}\W{{0,2}}\s*", "", part.plain)
        return f"Footnote {part.number}: {words.rstrip('.')}"
    if isinstance(part, Equation):
        return f"Equation {part.number}: {part.plain}"
    kind = "Table" if isinstance(part, Table) else "Figure"
    return part.caption.rstrip(".") or (
        f"{kind} {part.number}" if part.number else f"a {kind.lower()} without a caption"
    )


def _place(part: Part) -> str:
    pages = [str(number) for number in _pages_of(part)]
    return f"page{'s' if len(pages) > 1 else ''} {join(pages)}"
