"""Counts of the parts of documents, and documents compared by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ingestion.document import Equation, Figure, ParsedDocument, Section, Table
from kgqa.bibliography import entries_of
from kgqa.parts import (
    Finding,
    Quote,
    caption_quote,
    children_of,
    equation_quote,
    find_section,
    find_table,
    join,
    page_quote,
    quote_of_passage,
    section_name,
    section_quote,
    top_sections,
)
from kgqa.people import authors_of
from kgqa.question import ParsedQuestion
from kgqa.special_pages import blank_pages_of

_QUOTED = 10  # parts of a count that are cited
_NAMED = 30  # documents that are named where all are listed
_FEWER = re.compile(r"\b(?:fewer|fewest|less|least|shorter|shortest|smaller|smallest|thinner)\b", re.I)
_MORE = re.compile(
    r"\b(?:more|most|longer|longest|larger|largest|greater|greatest|bigger|biggest|higher|highest|thicker)\b", re.I
)
_NONE = re.compile(r"\b(?:no|without|lacks?|not any|none)\b", re.I)
_SAME = re.compile(r"\b(?:same|equal(?:ly)?|identical|as many)\b", re.I)


def count_parts(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how many pages, tables, sections, ... documents, sections or tables have."""
    if q.thing in ("rows", "columns"):
        return _count_of_table(q, documents)
    if q.thing in ("tables", "figures", "equations", "footnotes") and (q.pages or q.labels):
        return None  # they are counted where they are listed
    if q.thing == "sections" and q.sections:  # "how many sections does chapter 2 have?"
        return _count_subsections(q, documents)
    if q.thing == "subsections" and (q.sections or q.quoted or _named_parent(q, documents)):
        return _count_subsections(q, documents)
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents:
        if not countable(document, q.thing):
            continue
        sentences.append((_count_sentence(q, document), count_quotes(document, q.thing, q.numbered)))
    if not sentences:
        return None
    if len(sentences) > 1:
        total = sum(count_of(d, q.thing, q.numbered) for d in documents)
        sentences.insert(0, (f"Together, the {len(documents)} documents have {total} {_thing_word(q, total)}.", ()))
    return Finding("count", tuple(sentences[:20]))


def list_documents(q: ParsedQuestion, names: Sequence[str], documents: Sequence[ParsedDocument]) -> Finding:
    """Return how many documents there are and their names; the first page of those at hand is cited."""
    held = f"{len(names)} document{'s' * (len(names) != 1)}"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    listed = f"{', '.join(names[:_NAMED])}{more}" if more else join(names)
    quotes = tuple(page_quote(document, document.pages[0]) for document in documents[:_QUOTED] if document.pages)
    return Finding("count" if re.search(r"how many", q.body, re.I) else "structure",
                   ((f"There {'is' if len(names) == 1 else 'are'} {held}: {listed}.", quotes),))  # fmt: skip


def countable(document: ParsedDocument, thing: str) -> bool:
    """Return whether a document can be looked through for such parts: one without sections may still have chapters."""
    if thing in ("sections", "chapters", "subsections"):
        return bool(document.sections)
    return bool(authors_of(document)) if thing == "authors" else True


def _count_sentence(q: ParsedQuestion, document: ParsedDocument) -> str:
    count = count_of(document, q.thing, q.numbered)
    said = f"{document.name} has {count} {_thing_word(q, count)}"
    if re.match(r"\W*(?:is|are|does|do|has|have)\b", q.body, re.I):
        said = f"Yes, {said}" if count else f"No, {document.name} has no {_thing_word(q, count)}"
    if q.thing == "sections" and not q.numbered:
        numbered = _numbered_sections(document)
        if numbered and numbered != count:
            said += f", {numbered} of them numbered"
        below = len([s for s in document.sections if s.level > min(t.level for t in document.sections)])
        said += f"; below {'it' if count == 1 else 'them'} stand {below} more" if below else ""
    if q.thing == "authors":
        said += f": {join([author.name for author in authors_of(document)])}"
    return f"{said}."


def _thing_word(q: ParsedQuestion, count: int) -> str:
    if q.thing == "blank-pages":
        return "blank page" if count == 1 else "blank pages"
    word = q.thing if count != 1 else {"appendices": "appendix"}.get(q.thing, q.thing.removesuffix("s"))
    return f"numbered {word}" if q.numbered else word


def count_of(document: ParsedDocument, thing: str, numbered: bool) -> int:
    """Return how many such parts a document has."""
    if thing == "pages":
        return len(document.pages)
    if thing == "blank-pages":
        return len(blank_pages_of(document))
    if thing == "sections":
        return _numbered_sections(document) if numbered else len(top_sections(document))
    if thing == "subsections":
        return len(
            [s for s in document.sections if any(s.parent_id == top.section_id for top in top_sections(document))]
        )
    if thing == "appendices":
        return len(appendices_of(document))
    if thing == "authors":
        return len(authors_of(document))
    if thing == "references":
        return len(entries_of(document))
    if thing == "footnotes":
        return len(document.footnotes)
    if thing == "chapters":
        return _numbered_sections(document) or len(top_sections(document))
    parts = _parts(document, thing)
    if numbered or any(part.number for part in parts):
        # A document that numbers its tables counts those; grids without a number are lists and forms.
        return _numbered_count({part.number for part in parts if part.number})
    return len(parts)


def _numbered_count(numbers: set[str]) -> int:
    """Return how many parts a document numbers: where it counts 1, 2, 3, the last number tells of a missed one."""
    plain = sorted(int(number) for number in numbers if number.isdecimal())
    last = plain[-1] if plain else 0
    return last if len(plain) == len(numbers) and plain and plain[0] == 1 and len(plain) >= 0.6 * last else len(numbers)


def _numbered_sections(document: ParsedDocument) -> int:
    appendices = {section.section_id for section in appendices_of(document)}
    numbered = [s for s in top_sections(document) if s.number]
    # What counts from 1 again behind an appendix ("1 Applicability" of a licence) belongs to that appendix.
    chapters = list(takewhile(lambda s: s.section_id not in appendices, numbered))
    counted = chapters or [s for s in numbered if s.section_id not in appendices]
    return len(counted) - sum(_out_of_turn(counted, at) for at in range(len(counted)))


def _out_of_turn(sections: Sequence[Section], at: int) -> bool:
    """Return whether a number is less than the one before it, and the next one goes on from that: no chapter's."""
    numbers = [int(s.number) if s.number and s.number.isdecimal() else None for s in sections]
    before, own, after = ([None, *numbers, None])[at : at + 3]
    return None not in (before, own, after) and own < before and after == before + 1  # type: ignore[operator]


def appendices_of(document: ParsedDocument) -> list[Section]:
    """Return the sections that count in letters, or whose titles say that they are appendices.

    Those of a document that counts in Roman numerals are none.
    """
    tops = top_sections(document)
    roman = any(s.number in ("II", "III", "IV", "VI") for s in tops)
    found = [
        s for s in tops if s.number and len(s.number) == 1 and s.number.isalpha() and not (roman and s.number in "IVX")
    ]
    return found or [own for section in document.sections for own in _called_appendix(document, section)]


def _called_appendix(document: ParsedDocument, section: Section) -> list[Section]:
    """Return the appendix that a heading names: itself, or, of "Appendix B" alone, the heading with the title below."""
    match = re.match(r"\W*appendix\s*(\w?)\b", section.title, re.I)
    if match is None:
        return []
    below = [s for s in document.sections if s.parent_id == section.section_id and s.number]
    named = find_section(document, number=match[1].upper()) if match[1] else None
    return [named] if named is not None else below or [section]


def _parts(document: ParsedDocument, thing: str) -> tuple[Table | Figure | Equation, ...]:
    """Return a document's tables, figures or equations."""
    if thing == "equations":
        return document.equations
    return document.tables if thing == "tables" else document.figures


def count_quotes(document: ParsedDocument, thing: str, numbered: bool) -> tuple[Quote, ...]:
    """Return what bears a count out: captions, headings, the last page."""
    if thing in ("tables", "figures"):
        parts: tuple[Table | Figure, ...] = document.tables if thing == "tables" else document.figures
        numbered = numbered or any(part.number for part in parts)
        return tuple(caption_quote(document, part) for part in parts if part.number or not numbered)[:_QUOTED]
    if thing == "equations" and document.equations:
        return tuple(equation_quote(document, equation) for equation in document.equations[:_QUOTED])
    if thing in ("sections", "chapters"):
        return tuple(section_quote(document, s) for s in top_sections(document))[:_QUOTED]
    if thing == "subsections":
        return tuple(section_quote(document, s) for s in document.sections if s.parent_id)[:_QUOTED]
    if thing == "appendices":
        return tuple(section_quote(document, s) for s in appendices_of(document))[:_QUOTED]
    if thing == "authors":
        lines = {a.words: a for a in authors_of(document)}.values()
        return tuple(quote_of_passage(document, author.passage, author.words) for author in lines)
    if thing == "references":
        return tuple(quote_of_passage(document, passage, words) for words, passage in entries_of(document)[:3])
    if thing == "footnotes" and document.footnotes:
        return tuple(
            Quote(
                document, note.page_number, note.plain, f"{document.doc_id}/p{note.page_number}", (note.start, note.end)
            )
            for note in document.footnotes[:_QUOTED]
        )
    if thing == "blank-pages":
        return tuple(page_quote(document, page) for page in blank_pages_of(document))
    return (page_quote(document, document.pages[-1]),)


def _count_of_table(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents:
        tables = [table for number in q.tables if (table := find_table(document, number)) is not None]
        if not q.tables and len(document.tables) == 1:
            tables = [document.tables[0]]
        for table in tables:
            if not table.rows:
                continue
            rows, columns = len(table.body), len(table.rows[0])
            name = f"Table {table.number}" if table.number else "The table"
            head = " below its head" if table.header_rows else ""
            count = f"{rows} row{'s' * (rows != 1)}{head} and {columns} column{'s' * (columns != 1)}"
            if q.thing == "columns":
                count = f"{columns} column{'s' * (columns != 1)} and {rows} row{'s' * (rows != 1)}{head}"
            sentences.append((f"{name} of {document.name} has {count}.", (caption_quote(document, table),)))
    return Finding("count", tuple(sentences)) if sentences else None


def _named_parent(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> bool:
    return bool(set(q.residue) - {"how", "many"}) and any(_parents(q, document) for document in documents)


def _parents(q: ParsedQuestion, document: ParsedDocument) -> list[Section]:
    found = [find_section(document, number=number) for number in q.sections]
    found += [find_section(document, title=title) for title in q.quoted]
    if not found:
        words = " ".join(word for word in q.residue if word not in ("how", "many"))
        found = [find_section(document, title=words)] if words else []
    return [section for section in found if section is not None]


def _count_subsections(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents:
        for section in _parents(q, document):
            below = children_of(document, section)
            names = f": {'; '.join(section_name(s) for s in below)}" if below else ""
            count = f"{len(below)} subsection{'s' * (len(below) != 1)}"
            text = f"{section_name(section)} of {document.name} has {count}{names}."
            sentences.append((text, tuple(section_quote(document, s) for s in [section, *below])))
    return Finding("count", tuple(sentences)) if sentences else None


def compare_counts(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which of several documents has more, fewer, any or no such parts, or by how many they differ."""
    if len(documents) < 2:
        return None
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id)) if q.documents else list(documents)
    counts = [(count_of(d, q.thing, q.numbered), d) for d in ordered]
    listed = ", ".join(f"{d.name} has {n}" for n, d in counts[:10])
    quotes = tuple(quote for _, d in counts[:4] for quote in count_quotes(d, q.thing, q.numbered)[:2])
    thing = "blank pages" if q.thing == "blank-pages" else f"numbered {q.thing}" if q.numbered else q.thing
    text = _compared(q.body, counts, thing, listed)
    return Finding("compare", ((text, quotes),))


def _compared(body: str, counts: Sequence[tuple[int, ParsedDocument]], thing: str, listed: str) -> str:
    values = [n for n, _ in counts]
    apart = re.search(r"\bhow many (?:more|fewer|less)|\bdifference\b|\bby how\b", body, re.I) is not None
    fewer = bool(_FEWER.search(body))
    superlative = apart or fewer or bool(_MORE.search(body) or re.search(r"\bcompar(?:e|es|ed|ison|ing)\b", body, re.I))
    if _SAME.search(body) and not superlative:
        if len(set(values)) == 1:
            both = "both" if len(counts) == 2 else "all"
            return f"Yes, {join([d.name for _, d in counts])} {both} have {values[0]} {thing}."
        return f"No, they do not have the same number of {thing}: {listed}."
    whether = re.match(r"\W*(?:do|does|is|are|has|have|whether|if)\b", body, re.I) and not re.search(
        r"\bor\b", body, re.I
    )
    if not superlative:
        return _having(counts, thing, listed, none=bool(_NONE.search(body)))
    best = min(values) if fewer else max(values)
    winners = [d for n, d in counts if n == best]
    if whether and len(counts) == 2:
        yes = len(winners) == 1 and winners[0] is counts[0][1]
        return f"{'Yes' if yes else 'No'}: {listed} ({thing})."
    if len(winners) > 1:
        return f"{join([d.name for d in winners])} have the same number of {thing}: {listed}."
    if apart and len(counts) == 2:
        by = abs(values[0] - values[1])
        other = next(d for n, d in counts if n != best)
        return f"{winners[0].name} has {by} {'fewer' if fewer else 'more'} {thing} than {other.name}: {listed}."
    word = (
        "the fewest" if fewer and len(counts) > 2 else "fewer" if fewer else "the most" if len(counts) > 2 else "more"
    )
    return f"{winners[0].name} has {word} {thing}: {listed}."


def _having(counts: Sequence[tuple[int, ParsedDocument]], thing: str, listed: str, *, none: bool) -> str:
    having = [d.name for n, d in counts if bool(n) != none]
    if not having:
        return f"Each of them contains {thing}: {listed}." if none else f"None of them contains {thing}."
    no = "no " if none else ""
    return f"{join(having)} contain{'s' if len(having) == 1 else ''} {no}{thing}: {listed}."
