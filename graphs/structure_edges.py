"""Edges that a document's own structure gives: containment, reading order, and references to its parts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from graphs.citation_edges import citations
from graphs.document_graph import Edge, EdgeKind
from graphs.reference_edges import evidence, footnote_edges, references
from ingestion.document import ParsedDocument, Passage


def document_to_edges(document: ParsedDocument) -> list[Edge]:
    """Return the structure edges of one document, at most one of a kind between two nodes."""
    edges = [
        *_containment(document),
        *_order(document),
        *references(document),
        *footnote_edges(document),
        *citations(document),
    ]
    unique = {(edge.source, edge.target, edge.kind): edge for edge in reversed(edges)}
    return [unique[key] for key in sorted(unique)]


def page_id(document: ParsedDocument, number: int) -> str:
    """Return the node id of a page."""
    return f"{document.doc_id}/p{number}"


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
