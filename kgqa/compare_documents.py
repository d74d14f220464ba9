"""Documents compared by when they were published, and by a section that one has and another has not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument
from kgqa.compare_named_dates import compare_named_dates
from kgqa.document_dates import DocumentDate, date_of
from kgqa.extract import content_words
from kgqa.parts import (
    Finding,
    Quote,
    find_section,
    find_section_by_words,
    join,
    letters_of,
    quote_of_passage,
    refuse,
    section_name,
    section_quote,
)
from kgqa.question import ParsedQuestion
from kgqa.special_pages import list_kind, list_place
from kgqa.title_pointers import USUAL_TITLES

_NEWER = re.compile(r"\b(?:newer|newest|younger|youngest|later|latest|last|after|recent(?:ly)?)\b", re.I)
_WHETHER = re.compile(r"\W*(?:is|was|are|were|did|does|do|has|have)\b(?!.*\bor\b)", re.I)
_LACKS = re.compile(r"\b(?:no|without|lacks?)\b", re.I)


def compare_dates(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which of several documents is older, or newer; None where one of them names no year, or of all
    that there are fewer than two do."""
    if len(documents) < 2:
        return None
    if q.thing:
        return compare_named_dates(q, documents, later=_NEWER.search(q.body) is not None)
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id)) if q.documents else list(documents)
    dates = [date_of(document) for document in ordered]
    known = [(date, d) for date, d in zip(dates, ordered, strict=True) if date is not None]
    if len(known) < (len(ordered) if q.documents else 2):
        undated = [d.name for date, d in zip(dates, ordered, strict=True) if date is None]
        said = "; ".join(_said(date, d) for date, d in known)
        without = f"{join(undated)} {'names' if len(undated) == 1 else 'name'} no year at all"
        return refuse(f"{without}{f'; {said}' if said else ''}.") if q.documents else None
    depth = min(len(date.order) for date, _ in known)
    newer = _NEWER.search(q.body) is not None
    values = [date.order[:depth] for date, _ in known]
    best = max(values) if newer else min(values)
    winners = [d for value, (_, d) in zip(values, known, strict=True) if value == best]
    listed = "; ".join(_said(date, d) for date, d in known)
    undated = [d.name for d in ordered if d not in [dated for _, dated in known]]
    listed += f"; {join(undated)} give{'s' if len(undated) == 1 else ''} no year" if undated else ""
    quotes = tuple(quote_of_passage(d, date.passage, date.words) for date, d in known)
    word = ("newer" if newer else "older") if len(known) == 2 else ("the newest" if newer else "the oldest")
    if len(winners) > 1:
        text = f"{'No, ' if _WHETHER.match(q.body) else ''}{join([d.name for d in winners])} are as old: {listed}."
    elif _WHETHER.match(q.body) and len(known) == 2:
        yes = winners[0] is ordered[0]
        text = f"{'Yes' if yes else 'No'}, {winners[0].name} is {word}: {listed}."
    else:
        text = f"{winners[0].name} is {word}: {listed}."
    return Finding("compare", ((text, quotes),))


def _said(date: DocumentDate, document: ParsedDocument) -> str:
    if date.stated:
        return f"{document.name} is dated {date.shown}"
    return f"{document.name} gives no date and names {date.shown} as its latest year"


def sections_in_common(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the titles that sections of several documents share."""
    if len(documents) < 2 or not all(document.sections for document in documents):
        return None
    titled = [{letters_of(s.title): s for s in reversed(document.sections)} for document in documents]
    shared = [key for key in dict.fromkeys(letters_of(s.title) for s in documents[0].sections) if key]
    shared = [key for key in shared if all(key in titles for titles in titled)]
    both = join([d.name for d in documents])
    whether = _WHETHER.match(q.body) is not None
    if not shared:
        tops = tuple(section_quote(d, s) for d in documents for s in d.sections[:4])
        return Finding("compare", ((f"{'No, ' if whether else ''}{both} have no section title in common.", tops),))
    named = join([f"“{titled[0][key].title}”" for key in shared[:20]])
    quotes = tuple(section_quote(d, t[key]) for key in shared[:6] for d, t in zip(documents, titled, strict=True))
    return Finding("compare", ((f"{'Yes, ' if whether else ''}{both} both have the section {named}.", quotes),))


def compare_sections(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which of several documents have a section with the title that a question names."""
    usual = USUAL_TITLES.search(q.body)
    title = next(iter(q.quoted), "") or (usual[0] if usual is not None else "")
    if len(documents) < 2 or not title:
        return None
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id)) if q.documents else list(documents)
    words = content_words(title)
    kind = list_kind(title)
    if kind:
        return _compare_lists(ordered, kind, lacks=_LACKS.search(q.body) is not None)
    found = [(find_section(d, title=title) or find_section_by_words(d, words), d) for d in ordered]
    having = [(section, d) for section, d in found if section is not None]
    without = [d for section, d in found if section is None]
    quotes: tuple[Quote, ...] = tuple(section_quote(d, section) for section, d in having)
    has = join([f"{d.name} has {section_name(s)} (page {s.page_number})" for s, d in having])
    lacks = f"{join([d.name for d in without])} {'has' if len(without) == 1 else 'have'} no section “{title}”"
    parts = [has] if having else []
    parts = [*parts, lacks] if without else parts
    if _LACKS.search(q.body):
        parts.reverse()
    said = "; ".join(parts)
    if _WHETHER.match(q.body):
        said = f"{'No' if without else 'Yes'}: {said}"
    return Finding("compare", ((f"{said}.", quotes),))


def _compare_lists(documents: Sequence[ParsedDocument], kind: str, *, lacks: bool) -> Finding:
    """Return which documents have a table of contents, or a list of figures or tables, and on which pages."""
    places = [(d, list_place(d, kind)) for d in documents]
    having = [d.name for d, place in places if place is not None]
    without = [d.name for d, place in places if place is None]
    name = "table of contents" if kind == "contents" else f"list of {kind}"
    has = f"{join(having)} {'has' if len(having) == 1 else 'have'} a {name}" if having else f"None of them has a {name}"
    lack = f"{join(without)} {'has' if len(without) == 1 else 'have'} none" if without and having else ""
    parts = [part for part in (has, lack) if part]
    told = " ".join(place[0] for _, place in places if place is not None)
    quotes = tuple(quote for _, place in places if place is not None for quote in place[1])
    return Finding("compare", ((f"{'; '.join(parts[::-1] if lacks else parts)}. {told}".strip(), quotes),))
