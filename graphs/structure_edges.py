"""Edges that a document's own structure gives: containment, reading order, and references to its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from graphs.document_graph import Edge, EdgeKind
from ingestion.document import Figure, ParsedDocument, Passage, Table

_REFERENCE = re.compile(
    r"\b(?P<kind>tables?|figures?|figs?\.|exhibits?|sections?|sec\.|chapters?|appendix)\s+"
    r"(?P<number>[A-Z]?\d+(?:[.\-–]\d+)*[a-z]?|[A-Z](?:\.\d+)*|[IVX]+)\b",
    re.IGNORECASE,
)


def document_to_edges(document: ParsedDocument) -> list[Edge]:
    """Return the structure edges of one document, at most one of a kind between two nodes."""
    edges = [*_containment(document), *_order(document), *_references(document)]
    unique = {(edge.source, edge.target, edge.kind): edge for edge in reversed(edges)}
    return [unique[key] for key in sorted(unique)]


def page_id(document: ParsedDocument, number: int) -> str:
    """Return the node id of a page."""
    return f"{document.doc_id}/p{number}"


def evidence(document: ParsedDocument) -> list[tuple[str, Passage | Table | Figure]]:
    """Return (node id, part) of passages, then tables, then figures."""
    parts: list[tuple[str, Passage | Table | Figure]] = [(p.passage_id, p) for p in document.passages]
    parts += [(t.table_id, t) for t in document.tables]
    parts += [(f.figure_id, f) for f in document.figures]
    return parts


def _containment(document: ParsedDocument) -> Iterator[Edge]:
    for page in document.pages:
        yield Edge(document.doc_id, page_id(document, page.number), EdgeKind.CONTAINS, 1.0, f"page {page.number} of it")
    titles = {section.section_id: section.title for section in document.sections}
    for section in document.sections:
        parent = section.parent_id or document.doc_id
        yield Edge(parent, section.section_id, EdgeKind.CONTAINS, 1.0, f"section “{section.title}” of it")
    for node_id, part in evidence(document):
        for number in (part.page_number,) if isinstance(part, Passage) else part.page_numbers:
            yield Edge(page_id(document, number), node_id, EdgeKind.CONTAINS, 1.0, f"on page {number}")
        if part.section_id is not None:
            reason = f"in section “{titles[part.section_id]}”"
            yield Edge(part.section_id, node_id, EdgeKind.CONTAINS, 1.0, reason)


def _order(document: ParsedDocument) -> Iterator[Edge]:
    for page, following in pairwise(document.pages):
        source, target = page_id(document, page.number), page_id(document, following.number)
        yield Edge(source, target, EdgeKind.NEXT, 1.0, f"page {following.number} follows")
    flow = sorted(
        [(p.page_number, p.start, p.passage_id) for p in document.passages]
        + [(t.page_number, t.start, t.table_id) for t in document.tables]
    )
    for (_, _, source), (number, _, target) in pairwise(flow):
        yield Edge(source, target, EdgeKind.NEXT, 1.0, f"read next, on page {number}")


def _references(document: ParsedDocument) -> Iterator[Edge]:
    """Yield "see Table 2" edges; a reference to a number that the document has twice points at the first."""
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
    for node_id, part in evidence(document):
        for match in _REFERENCE.finditer(part.plain):
            kind = {"t": "table", "f": "figure", "e": "figure"}.get(match["kind"][0].lower(), "section")
            target = targets.get((kind, _number(match["number"])))
            if target is not None and target != node_id:
                yield Edge(node_id, target, EdgeKind.REFERS_TO, 1.0, f"names {' '.join(match[0].split())}")


def _number(text: str) -> str:
    return text.rstrip(".").replace("–", "-").lower()
