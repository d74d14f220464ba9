"""What a passage is about: the heading over it, or the one that it begins with."""

from __future__ import annotations

import re

from graphs.document_graph import DocumentGraph, EdgeKind, Node, NodeKind

_TELLS_APART = re.compile(r"\s*[(\[].*?[)\]]\s*$")  # "Mercury (planet)": what tells two things of one name apart


def title_of(graph: DocumentGraph, node: Node) -> str:
    """Return the nearest heading of a node, without what stands in brackets after it; "" where it has none.

    A passage that begins with its own heading does not have it in its context: there the section tells it. What stands
    under no heading is about what its document's title says.
    """
    title = node.context.rsplit(" > ", 1)[-1]
    if node.kind is NodeKind.PASSAGE:
        above = (graph.node(other) for other, edge in graph.incident(node.node_id, (EdgeKind.CONTAINS,))
                 if edge.target == node.node_id)  # fmt: skip
        labels = (holder.label.removesuffix("…") for holder in above if holder.kind is NodeKind.SECTION)
        title = next((label for label in labels if label and node.text.startswith(label)), title)
    if not title and node.doc_id in graph:
        title = graph.node(node.doc_id).context
    return _TELLS_APART.sub("", title)
