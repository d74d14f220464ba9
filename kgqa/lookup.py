"""Questions about structure, answered from the structure itself: no guess, and no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from graphs.index import tokenize
from ingestion.document import Figure, ParsedDocument, Table
from ingestion.tables import column_names
from kgqa.affiliations import affiliations
from kgqa.compare_amounts import compare_amounts
from kgqa.compare_documents import compare_dates, compare_sections, sections_in_common
from kgqa.compare_facts import compare_authors
from kgqa.described_tables import described_cell
from kgqa.document_facts import count_words, documents_by, how_read, language, list_references
from kgqa.extract import content_words
from kgqa.figure_tables import figure_cell
from kgqa.lookup_beside import page_beside, pages_between
from kgqa.lookup_counts import compare_counts, count_parts
from kgqa.lookup_headings import (
    compare_places,
    compare_shapes,
    list_appendices,
    page_label,
    pages_apart,
    pages_before,
    sections_on_page,
    sections_with,
)
from kgqa.lookup_lists import heading_beside, heading_inside, heading_place, list_item
from kgqa.lookup_mentions import mentions
from kgqa.lookup_pages import blank_pages, page_of, parts_on_page, printed_page, show_pages
from kgqa.lookup_parts import (
    footnote,
    notes_on_page,
    page_title,
    page_titles,
    pages_with,
    part_beside,
    part_nth,
    parts_in_section,
    titled_pages,
)
from kgqa.lookup_places import (
    document_date,
    part_exists,
    part_extreme,
    part_section,
    section_pages,
    section_parent,
    section_sentence,
)
from kgqa.lookup_sections import (
    list_sections,
    list_subsections,
    section_after,
    section_before,
    section_between,
    section_exists,
    section_nth,
    section_number,
    section_of,
    show_section,
)
from kgqa.lookup_tables import show_cell
from kgqa.marked_headings import show_marked
from kgqa.overview import overview, usual_section
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    caption_line,
    caption_quote,
    equation_quote,
    find_equation,
    find_figure,
    find_table,
    first_lines_of,
    join,
    none_such,
    page_of_words,
    page_quote,
    quote_of_passage,
    refuse,
)
from kgqa.people import authors_in_common, authors_of
from kgqa.question import ParsedQuestion
from kgqa.shared_names import names_in_common
from kgqa.special_pages import cover_place, list_place
from kgqa.table_said import said_in_tables


def look_up(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer a question about structure over the documents in scope; None for one that the text must answer."""
    if q.ask == "several":
        return _several(q, documents)
    rule = _RULES.get(q.ask)
    if rule is None or not documents:
        return None
    if q.figures and not q.tables and q.ask in _IN_FIGURES and (found := figure_cell(q, documents)) is not None:
        return found
    return rule(q, documents)


_IN_FIGURES = frozenset(("content", "table-described", "which-part"))
"""Kinds of question that a figure which is a table may answer."""


def _several(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer each of the questions that a question is made of; None where all of them are for the text to answer."""
    findings = []
    for part in q.several:
        own = [d for d in documents if d.doc_id in part.documents] if part.documents else documents
        found = look_up(part, own)
        if found is not None:  # a date that no page gives leaves the author that is asked for beside it
            findings.append(found)
    if not findings:
        return None
    told = [found for found in findings if not found.abstained]
    if not told:
        return findings[0]
    kind = "compare" if len(q.documents) > 1 else told[0].kind
    return Finding(kind, tuple(sentence for found in findings for sentence in found.sentences))


def _count(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    return count_parts(q, documents) or (_parts_on_page(q, documents) if q.pages or q.labels else None)


def _parts_on_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    return (notes_on_page if q.thing in ("equations", "footnotes") else parts_on_page)(q, documents)


def _special_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return where the contents, a list, the cover or the title stands; a list may be a section or not be there."""
    if len(documents) > 1:  # of which of them is not said
        return None
    for document in documents:
        place = cover_place(document, q.thing) if q.thing in ("cover", "title") else list_place(document, q.thing)
        if place is not None:
            return Finding("structure", (place,))
    name = "table of contents" if q.thing == "contents" else f"list of {q.thing}"
    return page_of(q, documents) or refuse(f"{documents[0].name} has no {name}.")


def _table(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    return _numbered(q, documents, "table", q.tables, find_table, _table_sentence)


def _figure(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    return _numbered(q, documents, "figure", q.figures, find_figure, lambda part: part.caption)


def _equation(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    sentences = []
    for number in q.equations:
        for document in documents:
            found = find_equation(document, number)
            if found is not None:
                quote = equation_quote(document, found)
                text = f"Equation {found.number} of {document.name} (page {found.page_number}): {found.plain}"
                sentences.append((text, (quote,)))
    if not sentences:
        return refuse(none_such(documents, "equation", q.equations))
    return Finding("structure", tuple(sentences[: SHOWN * max(1, len(q.equations))]))


def _numbered(
    q: ParsedQuestion,
    documents: Sequence[ParsedDocument],
    word: str,
    numbers: Sequence[str],
    find: Callable[[ParsedDocument, str], Table | Figure | None],
    describe: Callable[[Table | Figure], str],
) -> Finding:
    sentences = []
    for number in numbers:
        for document in documents:
            part = find(document, number)
            if part is not None:
                where = f" ({document.name}, page {part.page_number})" if len(documents) > 1 else ""
                sentences.append((f"{describe(part).rstrip('.')}{where}.", (caption_quote(document, part),)))
            elif (line := caption_line(document, word, number)) is not None:
                sentences.append((f"{line[0].rstrip('.')} ({document.name}, page {line[1].page}).", (line[1],)))
    if not sentences:
        return refuse(none_such(documents, word, numbers))
    return Finding("structure", tuple(sentences[: SHOWN * max(1, len(numbers))]))


def _table_sentence(part: Table | Figure) -> str:
    if not isinstance(part, Table) or not part.header:
        return part.caption
    heads = list(dict.fromkeys(name for name in column_names(part) if name))
    return f"{part.caption.rstrip('.')}. Its columns: {', '.join(heads[:12])}" if heads else part.caption


def _list_parts(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the captions of all tables or figures of at most three documents."""
    sentences = []
    for document in documents[:SHOWN]:
        parts: tuple[Table | Figure, ...] = document.figures if q.ask == "figures" else document.tables
        named = [part for part in parts if part.caption][:40]
        names = "; ".join(part.caption.rstrip(".") for part in named) or "none with a caption"
        quotes = tuple(caption_quote(document, part) for part in named)
        sentences.append((f"The {q.ask} of {document.name}: {names}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else None


def _which_part(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer which figure or table shows something, from the captions; None where none says most of it."""
    pointing = r"\b(?:which|what|an?|any|some|one)\s+(?:figure|table|plot|chart|diagram)s?\b"
    plain = re.sub(pointing + r"|\bshow\w*\b|\b(?:is|are) there\b|\bwhich one\b", " ", q.body, flags=re.I)
    wanted = set(content_words(plain)) - _PART_SAYS
    figure = not re.search(r"\b(?:which|what|an?|any|some|one)\s+tables?\b", q.body, re.I)
    whether = re.match(r"\W*(?:is|are|was|were|does|do|has|have)\b", q.body, re.I) is not None
    best: tuple[float, ParsedDocument, Table | Figure] | None = None
    for document in documents:
        parts: tuple[Table | Figure, ...] = document.figures if figure else document.tables
        for part in parts:
            said = len(wanted & set(tokenize(part.caption))) / max(1, len(wanted))
            if part.caption and said > (best[0] if best else 0.49):
                best = said, document, part
    if best is None:
        return None
    _, document, part = best
    yes = "Yes: " if whether else ""
    text = f"{yes}{part.caption.rstrip('.')} (page {part.page_number} of {document.name})."
    return Finding("structure", ((text, (caption_quote(document, part),)),))


_PART_SAYS = frozenset("about contain include have list give compare display illustrate depict table figure".split())


def _authors(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in (
        documents
        if re.search(r"\ball\b|\beach\b|\bevery\b", q.body, re.I)
        else documents[: max(SHOWN, len(q.documents))]
    ):
        authors = authors_of(document)
        at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
        if q.ordinal and -len(authors) <= at < len(authors):
            author = authors[at]
            which = {1: "first", -1: "last"}.get(q.ordinal, f"{q.ordinal}th" if q.ordinal > 0 else "last but one")
            text = f"The {which} author of {document.name} is {author.name}."
            sentences.append((text, (quote_of_passage(document, author.passage, author.words),)))
        elif authors:
            lines = {author.words: author for author in authors}.values()
            quotes = tuple(quote_of_passage(document, author.passage, author.words) for author in lines)
            sentences.append((f"{document.name} is by {join([author.name for author in authors])}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else None


def _title(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    sentences = []
    for d in documents[:SHOWN]:
        if d.title:
            quote = Quote(d, page_of_words(d, d.title), d.title, d.doc_id)
        else:  # no line was set as a title: the first one of the first page with words heads it
            page = next((page for page in d.pages if page.markdown.strip()), d.pages[0])
            quote = next(iter(first_lines_of(d, page)), page_quote(d, page))
        if quote.text:
            sentences.append((f"The title of {d.name} is “{quote.text}”.", (quote,)))
    return Finding("structure", tuple(sentences)) if sentences else None


def _common_authors(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    if len(documents) < 2:
        return None
    names, places = authors_in_common(documents)
    whether = re.match(r"\W*(?:do|does|did|is|are|have|has|was|were|whether)\b", q.body, re.I) is not None
    both = join([d.name for d in documents])
    if not names:
        if not all(authors_of(document) for document in documents):
            return None
        listed = "; ".join(f"{d.name} is by {join([a.name for a in authors_of(d)])}" for d in documents)
        quotes = tuple(quote_of_passage(d, a.passage, a.words) for d in documents for a in authors_of(d)[:2])
        return Finding("compare", ((f"No, {both} have no author in common: {listed}.", quotes),))
    quotes = tuple(quote_of_passage(document, author.passage, author.words) for document, author in places)
    return Finding("compare", ((f"{'Yes, ' if whether else ''}{both} have {join(names)} in common.", quotes),))


_RULES: dict[str, Callable[[ParsedQuestion, Sequence[ParsedDocument]], Finding | None]] = {
    "content": said_in_tables,
    "count": _count,
    "blank-pages": blank_pages,
    "page": show_pages,
    "page-of": page_of,
    "page-beside": page_beside,
    "special-page": _special_page,
    "printed-page": printed_page,
    "parts-on-page": _parts_on_page,
    "parts-in-section": parts_in_section,
    "part-nth": part_nth,
    "part-section": part_section,
    "part-exists": part_exists,
    "part-extreme": part_extreme,
    "part-beside": part_beside,
    "pages-with": pages_with,
    "sections-on-page": sections_on_page,
    "page-label": page_label,
    "pages-before": pages_before,
    "pages-apart": pages_apart,
    "table-described": described_cell,
    "sections-with": sections_with,
    "page-title": page_title,
    "page-titles": page_titles,
    "pages-between": pages_between,
    "section-parent": section_parent,
    "titled-pages": titled_pages,
    "footnote": footnote,
    "table": _table,
    "cell": show_cell,
    "figure": _figure,
    "equation": _equation,
    "section": show_section,
    "section-nth": section_nth,
    "section-after": section_after,
    "section-before": section_before,
    "section-between": section_between,
    "section-of": section_of,
    "section-exists": section_exists,
    "section-number": section_number,
    "section-pages": section_pages,
    "section-sentence": section_sentence,
    "which-part": _which_part,
    "heading-beside": heading_beside,
    "heading-inside": heading_inside,
    "heading-place": heading_place,
    "heading-marked": show_marked,
    "list-item": list_item,
    "sections": lambda q, documents: (list_appendices if q.thing == "appendices" else list_sections)(q, documents),
    "subsections": list_subsections,
    "tables": _list_parts,
    "figures": _list_parts,
    "authors": _authors,
    "affiliations": affiliations,
    "title": _title,
    "date": document_date,
    "mentions": mentions,
    "how-read": how_read,
    "language": language,
    "words": count_words,
    "references": list_references,
    "documents-by": documents_by,
    "overview": overview,
    "usual-section": usual_section,
    "compare-counts": compare_counts,
    "compare-amounts": compare_amounts,
    "compare-dates": compare_dates,
    "compare-sections": compare_sections,
    "sections-in-common": sections_in_common,
    "compare-places": compare_places,
    "compare-shapes": compare_shapes,
    "authors-in-common": _common_authors,
    "compare-authors": compare_authors,
    "names-in-common": names_in_common,
}
