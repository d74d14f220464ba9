"""What the walk found -> the same, with that first which a question points at or which has the form of an answer.

A page, section, figure or table that a question names holds its answer, whatever else was found; an address, an option
of a command or who paid for a study is told in forms of its own that no word of the question stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument
from ingestion.plain import markdown_to_lines
from kgqa.asked import STANDS_FOR, meaning_asked, option_asked, usual_words_asked
from kgqa.days import told_on
from kgqa.kinds import form_asked
from kgqa.moment import Moment
from kgqa.parts import find_figure, find_section, find_tables, resolve_page
from kgqa.pointed import pointed_documents
from kgqa.question import ParsedQuestion
from kgqa.title_pointers import pointed_sections
from kgqa.trace import Ranked, Trace

LOADED = 30  # documents that are looked through


def evidence_first(
    q: ParsedQuestion,
    trace: Trace,
    *,
    store: Moment,
    scope: Sequence[DocumentRecord],
    vector: NDArray[np.float32],
    budget: int,
) -> Trace:
    """Return the trace with what the question points at as its evidence, or first in it; `vector` is the question's.

    `budget` is how many pieces of evidence there may be.
    """
    form = option_asked(q.body) or usual_words_asked(q.body) or form_asked(q.body) or _spelled_out(q.body)
    if form is not None:
        return _of_form(form, trace, store, scope, vector, budget)
    titles = pointed_sections(q.body)
    if not (q.pages or q.sections or q.figures or q.tables or q.days or titles):
        return trace
    own = pointed_documents(q.text, scope)
    records = [record for record in scope[:LOADED] if not own or record.doc_id in own]
    inside = {node for record in records for node in _pointed_in(q, store.load(record.doc_id), titles)}
    if not inside:
        return trace
    known = {ranked.node: ranked for ranked in trace.ranked}
    graph, scores = store.graph(), _scores(store, inside, vector)
    order = sorted(scores, key=lambda node: (-scores[node], graph.node(node).page, node))[:budget]
    first = tuple(Ranked(node, 1.0 + scores[node], known[node].hop if node in known else 0) for node in order)
    return replace(trace, ranked=first)


def _spelled_out(question: str) -> re.Pattern[str] | None:
    """Return a pattern of what a short form stands for, where a question asks for that."""
    return meaning_asked(question) if STANDS_FOR.search(question) else None


def _scores(store: Moment, nodes: set[str], vector: NDArray[np.float32]) -> dict[str, float]:
    """Return the cosine of each node that has a vector with the question."""
    index = store.index()
    ids = sorted(node for node in nodes if node in index.position)
    return dict(zip(ids, (index.vectors(ids) @ vector).tolist(), strict=True)) if ids else {}


def _pointed_in(q: ParsedQuestion, document: ParsedDocument, titles: Sequence[str]) -> set[str]:
    """Return the nodes of a document that stand on the pages, in the sections, figures and tables that are named."""
    tables = () if q.pages or q.sections or re.match(r"\W*why\b", q.body, re.I) else q.tables
    pages = {page.number for number in q.pages if (page := resolve_page(document, number)) is not None}
    sections = {s.section_id for number in q.sections if (s := find_section(document, number=number)) is not None}
    sections |= {s.section_id for title in titles if (s := find_section(document, title=title)) is not None}
    sections |= {s.section_id for s in document.sections if s.parent_id in sections}
    figures = [f for number in q.figures if (f := find_figure(document, number)) is not None]
    pages |= {figure.page_number for figure in figures}
    inside = {p.passage_id for p in document.passages if p.page_number in pages or p.section_id in sections}
    inside |= {t.table_id for t in document.tables if not pages.isdisjoint(t.page_numbers) or t.section_id in sections}
    inside |= {p.passage_id for _, passages in (told_on(document, q.days) if q.days else ()) for p in passages}
    inside |= {figure.figure_id for figure in figures}
    return inside | {table.table_id for number in tables for table in find_tables(document, number)}


def _of_form(
    form: re.Pattern[str],
    trace: Trace,
    store: Moment,
    scope: Sequence[DocumentRecord],
    vector: NDArray[np.float32],
    budget: int,
) -> Trace:
    """Put first the passages with a line of a form: that names an option, that thanks for a grant, that has a "@"."""
    documents = [store.load(record.doc_id) for record in scope[:LOADED]]
    named = {p.passage_id for d in documents for p in d.passages if form.search(markdown_to_lines(p.text))}
    known = {ranked.node: ranked for ranked in trace.ranked}
    top = max((ranked.score for ranked in trace.ranked), default=1.0)
    scores = _scores(store, named, vector)
    order = sorted(scores, key=lambda node: (-scores[node], node))
    first = [Ranked(node, top, known[node].hop if node in known else 0) for node in order]
    others = [ranked for ranked in trace.ranked if ranked.node not in named]
    return replace(trace, ranked=tuple([*first, *others][:budget]))
