"""Questions about structure, answered from the structure itself: no guess, and no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from graphs.index import tokenize
from ingestion.document import Equation, Figure, Page, ParsedDocument, Table
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_plain
from kgqa.cells import CellAnswer, find_cell, row_to_quote
from kgqa.extract import content_words
from kgqa.lookup_sections import list_sections, section_edge, section_order, show_section
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    caption_quote,
    equation_quote,
    find_equation,
    find_figure,
    find_section,
    find_table,
    join,
    page_of_words,
    page_quote,
    refuse,
    resolve_page,
    section_name,
    section_quote,
)
from kgqa.people import author_line, authors_in_common
from kgqa.question import ParsedQuestion

_NAMED = 12  # numbers that a refusal names of those there are


def look_up(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer a question about structure over the documents in scope; None for one that the text must answer."""
    rule = _RULES.get(q.ask)
    if rule is None or not documents:
        return None
    return rule(q, documents)


def _count(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    sentences = []
    for document in documents:
        count = _count_of(document, q.thing, q.numbered)
        thing = _thing_word(q, count)
        sentences.append((f"{document.name} has {count} {thing}.", _count_quotes(document, q.thing, q.numbered)))
    if len(sentences) > 1:
        total = sum(_count_of(d, q.thing, q.numbered) for d in documents)
        sentences.insert(0, (f"Together, the {len(documents)} documents have {total} {_thing_word(q, total)}.", ()))
    return Finding("count", tuple(sentences[:20]))


def _thing_word(q: ParsedQuestion, count: int) -> str:
    word = q.thing if count != 1 else q.thing.removesuffix("s")
    return f"numbered {word}" if q.numbered else word


def _count_of(document: ParsedDocument, thing: str, numbered: bool) -> int:
    if thing == "sections":
        return len([section for section in document.sections if section.level == 1])
    if thing == "pages":
        return len(document.pages)
    parts = _parts(document, thing)
    if numbered or any(part.number for part in parts):
        # A document that numbers its tables counts those; grids without a number are lists and forms.
        return len({part.number for part in parts if part.number})
    return len(parts)


def _parts(document: ParsedDocument, thing: str) -> tuple[Table | Figure | Equation, ...]:
    """Return a document's tables, figures or equations."""
    if thing == "equations":
        return document.equations
    return document.tables if thing == "tables" else document.figures


def _count_quotes(document: ParsedDocument, thing: str, numbered: bool) -> tuple[Quote, ...]:
    if thing in ("tables", "figures"):
        parts: tuple[Table | Figure, ...] = document.tables if thing == "tables" else document.figures
        numbered = numbered or any(part.number for part in parts)
        return tuple(caption_quote(document, part) for part in parts if part.number or not numbered)[:10]
    if thing == "equations" and document.equations:
        return tuple(equation_quote(document, equation) for equation in document.equations[:10])
    if thing == "sections":
        return tuple(section_quote(document, s) for s in document.sections if s.level == 1)[:10]
    return (page_quote(document, document.pages[-1]),)


def _blank_pages(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    sentences = []
    for document in documents:
        blank = [page for page in document.pages if not page.markdown.strip() and page.reason == "blank"]
        numbers = join([str(page.number) for page in blank])
        if blank:
            pages, are = ("Pages", "are") if len(blank) > 1 else ("Page", "is")
            text = f"{pages} {numbers} of {document.name} {are} blank."
        else:
            text = f"{document.name} has no blank page."
        sentences.append((text, tuple(page_quote(document, page) for page in blank)))
    return Finding("structure", tuple(sentences))


def _page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    missing: list[str] = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        for number in q.pages:
            page = resolve_page(document, number)
            if page is None:
                missing.append(f"{document.name} has {len(document.pages)} pages, so there is no page {number}.")
            else:
                sentences += _page_summary(document, page)
    if not sentences:
        return refuse(" ".join(missing))
    return Finding("structure", tuple(sentences))


def _page_summary(document: ParsedDocument, page: Page) -> list[tuple[str, tuple[Quote, ...]]]:
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
    everything: tuple[Table | Figure, ...] = (*document.tables, *document.figures)
    parts = [part for part in everything if page.number in part.page_numbers and part.caption]
    if parts:
        captions = "; ".join(part.caption.rstrip(".") for part in parts)
        found.append(
            (
                f"It shows {captions}." if found else f"{name} shows {captions}.",
                tuple(caption_quote(document, p) for p in parts),
            )
        )
    bodies = [p for p in document.passages if p.page_number == page.number]
    captions_seen = {part.caption for part in parts}
    for passage in bodies:
        lines = [line for line in passage.text.split("\n\n") if not line.startswith(("#", ">", "```"))]
        first = next((markdown_to_plain(line) for line in lines if len(line.split()) > 3), "")
        if first and first not in captions_seen:
            spans = text_to_sentences(first)
            start, end = next((span for span in spans if len(first[span[0] : span[1]].split()) > 3), spans[0])
            sentence = first[start:end][:400]
            intro = "Its text begins:" if found else f"{name} begins:"
            found.append(
                (
                    f"{intro} “{sentence}”",
                    (Quote(document, page.number, sentence, passage.passage_id, (passage.start, passage.end)),),
                )
            )
            break
    if not found:
        quote = page_quote(document, page)
        found.append((f"{name} says: “{quote.text}”", (quote,)))
    return found


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
        return refuse(_none_such(documents, "equation", q.equations))
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
    if not sentences:
        return refuse(f"{_none_such(documents, word, numbers)}")
    return Finding("structure", tuple(sentences[: SHOWN * max(1, len(numbers))]))


def _table_sentence(part: Table | Figure) -> str:
    if not isinstance(part, Table) or not part.header:
        return part.caption
    heads = list(dict.fromkeys(cell for cell in part.header[-1] if cell))
    return f"{part.caption.rstrip('.')}. Its columns: {', '.join(heads[:12])}" if heads else part.caption


def _none_such(documents: Sequence[ParsedDocument], word: str, numbers: Sequence[str]) -> str:
    parts = []
    for document in documents[:SHOWN]:
        there = list(dict.fromkeys(part.number for part in _parts(document, f"{word}s") if part.number))
        more = [f"{len(there) - _NAMED} more"] if len(there) > _NAMED + 1 else []
        there = [*there[:_NAMED], *more] if more else there
        has = f"it has {word}s {join(there)}" if there else f"it has no numbered {word}s"
        parts.append(f"{document.name} has no {word} {join(list(numbers))}; {has}.")
    return " ".join(parts)


def _cell(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    best: tuple[float, ParsedDocument, Table, CellAnswer] | None = None
    seen = False
    for document in documents:
        for number in q.tables:
            table = find_table(document, number)
            if table is None:
                continue
            seen = True
            answer = find_cell(table, q.body, q.residue)
            if answer is not None and (best is None or answer.score > best[0]):
                best = (answer.score, document, table, answer)
    if not seen:
        return refuse(_none_such(documents, "table", q.tables))
    if best is None:
        return None
    return cell_finding(best[1], best[2], best[3])


def cell_finding(document: ParsedDocument, table: Table, answer: CellAnswer) -> Finding:
    """Return the sentence that gives a cell with its labels, borne out by its row and its table's caption."""
    name = f"Table {table.number}" if table.number else (table.caption or "the table")
    labels = answer.column_label if answer.column_label and answer.column_label != answer.value else ""
    row = answer.row_label if answer.row_label != answer.value else ""
    head = ", ".join(part for part in (row, labels) if part)
    text = (
        f"{head}: {answer.value} ({name} of {document.name})."
        if head
        else f"{answer.value} ({name} of {document.name})."
    )
    page, start, end = table.place_of_row(answer.row)
    quote = Quote(document, page, row_to_quote(table, answer.row), table.table_id, (start, end))
    quotes = (quote, caption_quote(document, table)) if table.caption else (quote,)
    return Finding("structure", ((text, quotes),))


def _page_of(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer where a numbered part, or a heading that is named, stands; anything else is for the text to answer."""
    for document in documents:
        part: Table | Figure | None = None
        if q.tables:
            part = find_table(document, q.tables[0])
        elif q.figures:
            part = find_figure(document, q.figures[0])
        elif q.equations and (equation := find_equation(document, q.equations[0])) is not None:
            where = f"Equation {equation.number} stands on page {equation.page_number} of {document.name}."
            return Finding("structure", ((where, (equation_quote(document, equation),)),))
        if part is not None:
            return Finding(
                "structure",
                (
                    (
                        f"{part.caption.rstrip('.')} stands on page {part.page_number} of {document.name}.",
                        (caption_quote(document, part),),
                    ),
                ),
            )
        section = None
        if q.sections:
            section = find_section(document, number=q.sections[0])
        elif q.quoted:
            section = find_section(document, title=q.quoted[0])
        if section is not None:
            return Finding(
                "structure",
                (
                    (
                        f"{section_name(section)} begins on page {section.page_number} of {document.name}.",
                        (section_quote(document, section),),
                    ),
                ),
            )
    return None


def _which_part(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer which figure or table shows something, from the captions; None where none says most of it."""
    wanted = set(content_words(re.sub(r"\b(?:which|what)\s+(?:figure|table)\b|\bshows?\b", " ", q.body, flags=re.I)))
    figure = bool(re.search(r"\b(?:which|what)\s+figure\b", q.body, re.I))
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
    text = f"{part.caption.rstrip('.')} (page {part.page_number} of {document.name})."
    return Finding("structure", ((text, (caption_quote(document, part),)),))


def _authors(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    sentences = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        found = author_line(document)
        if found is not None:
            names, words, passage = found
            quote = Quote(document, passage.page_number, words, passage.passage_id, (passage.start, passage.end))
            sentences.append((f"{document.name} is by {names}.", (quote,)))
    return Finding("structure", tuple(sentences)) if sentences else None


def _title(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    sentences = [
        (f"The title of {d.name} is “{d.title}”.", (Quote(d, page_of_words(d, d.title), d.title, d.doc_id),))
        for d in documents[:SHOWN]
        if d.title
    ]
    return Finding("structure", tuple(sentences)) if sentences else None


def _compare_counts(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    if len(documents) < 2:
        return None
    counts = [(_count_of(d, q.thing, q.numbered), d) for d in documents]
    fewest = bool(re.search(r"\b(?:fewer|fewest|less|least|shorter|shortest)\b", q.body, re.I))
    superlative = bool(re.search(r"\b(?:more|most|longer|longest|larger|greater)\b", q.body, re.I)) or fewest
    listed = ", ".join(f"{d.name} has {n}" for n, d in counts[:10])
    quotes = tuple(quote for _, d in counts[:4] for quote in _count_quotes(d, q.thing, True)[:2])
    thing = f"numbered {q.thing}" if q.numbered else q.thing
    if not superlative:
        having = [d.name for n, d in counts if n]
        text = (
            f"{join(having)} contain{'s' if len(having) == 1 else ''} {thing}: {listed}."
            if having
            else f"None of them contains {thing}."
        )
        return Finding("compare", ((text, quotes),))
    best = min(n for n, _ in counts) if fewest else max(n for n, _ in counts)
    winners = [d.name for n, d in counts if n == best]
    if len(winners) > 1:
        return Finding("compare", ((f"{join(winners)} have as many {thing} as each other: {listed}.", quotes),))
    word = "fewest" if fewest and len(counts) > 2 else "fewer" if fewest else "most" if len(counts) > 2 else "more"
    return Finding("compare", ((f"{winners[0]} has {word} {thing}: {listed}.", quotes),))


def _common_authors(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    if len(documents) < 2:
        return None
    names, places = authors_in_common(documents)
    if not names:
        return None
    quotes = tuple(Quote(document, passage.page_number, text, passage.passage_id) for document, passage, text in places)
    return Finding("compare", ((f"{join([d.name for d in documents])} have {join(names)} in common.", quotes),))


_RULES: dict[str, Callable[[ParsedQuestion, Sequence[ParsedDocument]], Finding | None]] = {
    "count": _count,
    "blank-pages": _blank_pages,
    "page": _page,
    "page-of": _page_of,
    "table": _table,
    "cell": _cell,
    "figure": _figure,
    "equation": _equation,
    "section": show_section,
    "which-part": _which_part,
    "section-first": section_edge(0),
    "section-last": section_edge(-1),
    "section-after": section_order(1),
    "section-before": section_order(-1),
    "sections": list_sections,
    "authors": _authors,
    "title": _title,
    "compare-counts": _compare_counts,
    "authors-in-common": _common_authors,
}
