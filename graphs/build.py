"""Documents -> nodes, and nodes -> graph. A graph is a function of the set of its documents and the options."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import EVIDENCE_KINDS, DocumentGraph, Edge, EdgeArrays, Node, NodeKind
from graphs.links import link_arrays, link_nodes
from graphs.mention_edges import document_names
from graphs.options import GraphOptions
from graphs.recogniser import load_recogniser
from graphs.structure_edges import page_id
from ingestion.document import ParsedDocument

_LABEL_CHARS = 80


def document_to_nodes(document: ParsedDocument) -> list[Node]:
    """Return every node of a document, in reading order within each kind."""
    return list(_nodes(document))


def _nodes(document: ParsedDocument) -> Iterator[Node]:
    doc_id = document.doc_id
    yield Node(doc_id, NodeKind.DOCUMENT, doc_id, 1, document.name, "", document.title)
    for section in document.sections:
        label = _short(f"{section.number} {section.title}" if section.number else section.title)
        yield Node(section.section_id, NodeKind.SECTION, doc_id, section.page_number, label, "")
    for page in document.pages:
        label = f"{document.name} p. {page.number}"
        yield Node(page_id(document, page.number), NodeKind.PAGE, doc_id, page.number, label, "")
    paths = _section_contexts(document)
    for passage in document.passages:
        label = f"{document.name} p. {passage.page_number}"
        context = paths.get(passage.section_id, "")
        last = context.rsplit(" > ", 1)[-1]
        if last and passage.plain.startswith(last):  # the heading stands in the passage itself
            context = context[: -len(last)].removesuffix(" > ")
        yield Node(passage.passage_id, NodeKind.PASSAGE, doc_id, passage.page_number, label, passage.plain, context)
    for table in document.tables:
        label = _short(table.caption or f"table, {document.name} p. {table.page_number}")
        context = paths.get(table.section_id, "")
        yield Node(table.table_id, NodeKind.TABLE, doc_id, table.page_number, label, table.plain, context)
    for figure in document.figures:
        label = _short(figure.caption or f"figure, {document.name} p. {figure.page_number}")
        context = paths.get(figure.section_id, "")
        yield Node(figure.figure_id, NodeKind.FIGURE, doc_id, figure.page_number, label, figure.plain, context)


def _section_contexts(document: ParsedDocument) -> dict[str | None, str]:
    """Return the last two headings above each section's content."""
    titles: dict[str | None, list[str]] = {}
    for section in document.sections:  # in reading order: a parent stands before its children
        title = f"{section.number} {section.title}" if section.number else section.title
        titles[section.section_id] = [*titles.get(section.parent_id, []), title]
    return {section_id: " > ".join(path[-2:]) for section_id, path in titles.items()}


def searchable(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes that are searched and linked by what they say, sorted by id: evidence with words."""
    return sorted((n for n in nodes if n.kind in EVIDENCE_KINDS and n.text), key=lambda node: node.node_id)


def build_graph(
    nodes: Iterable[Node],
    structure_edges: Iterable[Edge],
    vectors: Mapping[str, NDArray[np.float32]],
    options: GraphOptions | None = None,
) -> DocumentGraph:
    """Return the graph over nodes; `vectors` gives each searchable node its unit vector."""
    options = options or GraphOptions()
    ordered = sorted(nodes, key=lambda node: node.node_id)
    said = searchable(ordered)
    if not said:
        return DocumentGraph(ordered, structure_edges)
    ids = [node.node_id for node in said]
    matrix = np.stack([vectors[node_id] for node_id in ids])
    documents: dict[str, list[Node]] = defaultdict(list)
    for node in ordered:
        documents[node.doc_id].append(node)
    recogniser = load_recogniser(options.names_model)
    names = [name for _, own in sorted(documents.items()) for name in document_names(own, recogniser)]
    links = link_nodes(np.arange(len(ids)), ids, matrix, names, lambda places: [said[i] for i in places], options)
    position = {node.node_id: i for i, node in enumerate(ordered)}
    place = np.array([position[node_id] for node_id in ids], dtype=np.int32)
    labels = {node.doc_id: node.label for node in ordered if node.kind is NodeKind.DOCUMENT}
    edges = EdgeArrays.joined(
        [
            EdgeArrays.from_edges(structure_edges, position),
            link_arrays(links, place, position, ordered, labels, options),
        ]
    )
    return DocumentGraph.from_arrays(list(position), ordered, edges)


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_CHARS else text[: _LABEL_CHARS - 1].rstrip() + "…"
