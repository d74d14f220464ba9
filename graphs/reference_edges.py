"""Edges from words that name a numbered part: "see Table 2", "Section 3.1", "Eq. (5)", a footnote's mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphs.document_graph import Edge, EdgeKind
from ingestion.document import Figure, ParsedDocument, Passage, Table

_REFERENCE = re.compile(
    r"\b(?P<kind>tables?|figures?|figs?\.|exhibits?|sections?|sec\.|chapters?|appendix|equations?|eqs?\.|eqn\.?)\s+"
    r"(?P<number>\(?[A-Z]?\.?\d+(?:[.\-–]\d+)*[a-z]?\b\)?|[A-Z](?:\.\d+)*\b|[IVX]+\b)",
    re.IGNORECASE,
)
_KINDS = {"t": "table", "f": "figure", "ex": "figure", "eq": "equation", "s": "section", "c": "section", "a": "section"}


def evidence(document: ParsedDocument) -> list[tuple[str, Passage | Table | Figure]]:
    """Return (node id, part) of passages, then tables, then figures."""
    parts: list[tuple[str, Passage | Table | Figure]] = [(p.passage_id, p) for p in document.passages]
    parts += [(t.table_id, t) for t in document.tables]
    parts += [(f.figure_id, f) for f in document.figures]
    return parts


def references(document: ParsedDocument) -> Iterator[Edge]:
    """Yield edges from passages, tables and figures to the parts of their document that they name by number."""
    targets = _targets(document)
    for node_id, part in evidence(document):
        for match in _REFERENCE.finditer(part.plain):
            word = match["kind"].lower()
            kind = _KINDS.get(word[:2]) or _KINDS[word[0]]
            target = targets.get((kind, _number(match["number"])))
            if target is not None and target != node_id:
                said = " ".join(match[0].split()).replace("(", "").rstrip(")")
                yield Edge(node_id, target, EdgeKind.REFERS_TO, 1.0, f"names {said}")


def footnote_edges(document: ParsedDocument) -> Iterator[Edge]:
    """Yield edges from the passages in which marks of footnotes stand to the passages that hold these."""
    for note in document.footnotes:
        target = _passage_at(document, note.page_number, note.start)
        for mark in note.marks:
            source = _passage_at(document, note.page_number, mark)
            if source is not None and target is not None and source != target:
                yield Edge(source, target, EdgeKind.REFERS_TO, 1.0, f"footnote {note.number}")


def _targets(document: ParsedDocument) -> dict[tuple[str, str], str]:
    """Return the node of each (kind, number), the first where a number is there twice; an equation's is its passage."""
    targets: dict[tuple[str, str], str] = {}
    for table in document.tables:
        if table.number:
            targets.setdefault(("table", _number(table.number)), table.table_id)
    for figure in document.figures:
        if figure.number:
            targets.setdefault(("figure", _number(figure.number)), figure.figure_id)
    for section in document.sections:
        if section.number:
            targets.setdefault(("section", _number(section.number)), section.section_id)
    for equation in document.equations:
        holder = _passage_at(document, equation.page_number, equation.start)
        if holder is not None:
            targets.setdefault(("equation", _number(equation.number)), holder)
    return targets


def _passage_at(document: ParsedDocument, page_number: int, start: int) -> str | None:
    """Return the passage that holds a place on a page."""
    return next(
        (p.passage_id for p in document.passages if p.page_number == page_number and p.start <= start < p.end), None
    )


def _number(text: str) -> str:
    return text.strip("()").rstrip(".").replace("–", "-").lower()
