"""What is drawn of a collection's graph: the documents and how they are linked, or the neighbourhood of one node.

A graph of 50,000 nodes is never drawn; its counts are made from arrays, and a neighbourhood ends at a number of nodes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from app.walk_picture import EDGE_COLOURS, EDGE_NAMES, first_words
from graphs.document_graph import EVIDENCE_KINDS, DocumentGraph, Edge, EdgeKind, NodeKind

NODE_COLOURS: Mapping[str, str] = {
    "document": "#c0392b", "section": "#8a63d2", "page": "#7d848c", "passage": "#2f7ed8", "table": "#248f5f",
    "figure": "#b7791f",
}  # fmt: skip
LINK_COLOURS: Mapping[str, str] = {**EDGE_COLOURS, "contains": "#5f6770"}
LINK_NAMES: Mapping[str, str] = {**EDGE_NAMES, "contains": "holds"}
_SHOWN_DOCUMENTS = 60
_WEIGHED = 100_000  # ends of links whose weights are looked at one by one, which takes two seconds
_overviews: WeakKeyDictionary[DocumentGraph, Overview] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of a graph."""

    nodes: dict[str, int]  # by kind
    edges: dict[str, int]  # by kind
    documents: dict[str, int]  # document id -> passages, tables and figures that it holds
    links: dict[tuple[str, str], int]  # two document ids -> links between what they hold


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The nodes around one, and the links among them."""

    centre: str
    rings: tuple[tuple[str, ...], ...]  # node ids by their distance; the first ring is the centre
    edges: tuple[Edge, ...]
    left_out: int  # nodes next to these that are not drawn


def graph_to_overview(graph: DocumentGraph) -> Overview:
    """Return the counts of a graph; those of a graph that was counted before cost nothing."""
    if graph not in _overviews:
        _overviews[graph] = _count(graph)
    return _overviews[graph]


def _count(graph: DocumentGraph) -> Overview:
    ids = list(graph.position)
    owner: dict[str, int] = {}
    owners = np.fromiter(
        (owner.setdefault(node_id.split("/", 1)[0], len(owner)) for node_id in ids), dtype=np.int64, count=len(ids)
    )
    kinds = Counter(id_to_kind(node_id) for node_id in ids)
    held = Counter(node_id.split("/", 1)[0] for node_id in ids if id_to_kind(node_id) in ("passage", "table", "figure"))
    source, target = graph.ends()
    pairs = np.sort(np.stack([owners[source], owners[target]]), axis=0) if len(source) else np.empty((2, 0), np.int64)
    between = pairs[:, pairs[0] != pairs[1]]
    found, numbers = np.unique(between[0] * len(owner) + between[1], return_counts=True)
    names = list(owner)
    links = {
        (names[pair // len(names)], names[pair % len(names)]): n
        for pair, n in zip(found.tolist(), numbers.tolist(), strict=True)
    }
    edges = {str(kind): graph.count_of(kind) for kind in EdgeKind}
    return Overview(dict(kinds), edges, {name: held.get(name, 0) for name in names}, links)


def filter_overview(
    graph: DocumentGraph,
    overview: Overview,
    *,
    doc_ids: Collection[str] | None,
    node_kinds: Collection[NodeKind],
    edge_kinds: Collection[EdgeKind],
    least: float,
) -> Overview:
    """Return an overview of some documents whose links are of those kinds, between those kinds of nodes.

    `least`, 0 to 1, is the weight below which a link is not counted.
    """
    inside = set(overview.documents if doc_ids is None else doc_ids)
    documents = {doc: n for doc, n in overview.documents.items() if doc in inside}
    if (
        least > 0
        or not set(EVIDENCE_KINDS) <= set(node_kinds)
        or not {*EdgeKind} - {EdgeKind.CONTAINS} <= {*edge_kinds}
    ):
        links = _count_links(graph, inside, {str(kind) for kind in node_kinds}, set(edge_kinds), least)
    else:
        links = {pair: n for pair, n in overview.links.items() if pair[0] in inside and pair[1] in inside}
    return Overview(overview.nodes, overview.edges, documents, links)


def can_weigh(graph: DocumentGraph, doc_ids: Collection[str] | None) -> bool:
    """Return whether the links of some documents are few enough to look at the weight of each."""
    if doc_ids is None:
        return 2 * graph.edge_count <= _WEIGHED
    inside = np.fromiter((node.split("/", 1)[0] in doc_ids for node in graph.position), dtype=bool, count=len(graph))
    return int(graph.degrees()[inside].sum()) <= _WEIGHED


def _count_links(
    graph: DocumentGraph, inside: set[str], node_kinds: set[str], edge_kinds: set[EdgeKind], least: float
) -> dict[tuple[str, str], int]:
    """Count the links between documents one by one; weights are looked at only where one is asked for."""
    fits = {node: doc for node in graph.position
            if (doc := node.split("/", 1)[0]) in inside and id_to_kind(node) in node_kinds}  # fmt: skip
    counts: Counter[tuple[str, str]] = Counter()
    for node, doc in fits.items():
        if least > 0:
            heavy = (o for o, e in graph.incident(node, edge_kinds) if e.source == node and e.weight >= least)
        else:
            heavy = (o for o, kind, leads, _ in graph.links(node) if leads and kind in edge_kinds)
        for other in heavy:
            there = fits.get(other, doc)
            if there != doc:
                counts[min(doc, there), max(doc, there)] += 1
    return dict(counts)


def id_to_kind(node_id: str) -> str:
    """Return the kind of a node by its id.

    >>> [id_to_kind(node) for node in ("ab", "ab/p12", "ab/p12/3", "ab/t2", "ab/f0", "ab/s5")]
    ['document', 'page', 'passage', 'table', 'figure', 'section']
    """
    parts = node_id.split("/")
    if len(parts) == 1:
        return "document"
    if len(parts) == 3:
        return "passage"
    return {"p": "page", "t": "table", "f": "figure", "s": "section"}[parts[1][0]]


def find_neighbourhood(
    graph: DocumentGraph,
    centre: str,
    *,
    hops: int,
    most: int,
    node_kinds: Collection[NodeKind],
    edge_kinds: Collection[EdgeKind],
    least: float,
    doc_ids: Collection[str] | None = None,
) -> Neighbourhood:
    """Return at most `most` nodes within `hops` of one, the strongest links first, of those kinds and documents.

    `least`, 0 to 1, is the weight below which a link is left out. The centre is there whatever its kind.
    """

    def fits(node_id: str) -> bool:
        node = graph.node(node_id)
        return node.kind in node_kinds and (doc_ids is None or node.doc_id in doc_ids)

    rings: list[tuple[str, ...]] = [(centre,)]
    inside, left_out = {centre}, set()
    for _ in range(hops):
        best: dict[str, float] = {}
        for node_id in rings[-1]:
            for other, edge in graph.incident(node_id, edge_kinds):
                if other not in inside and edge.weight >= least and fits(other):
                    best[other] = max(best.get(other, 0.0), edge.weight)
        order = sorted(best, key=lambda node: (-best[node], node))
        room = most - len(inside)
        rings.append(tuple(order[:room]))
        left_out |= set(order[room:])
        inside |= set(rings[-1])
    edges = {
        (edge.source, edge.target, edge.kind): edge
        for node_id in inside
        for other, edge in graph.incident(node_id, edge_kinds)
        if other in inside and edge.weight >= least
    }
    return Neighbourhood(centre, tuple(ring for ring in rings if ring), tuple(edges.values()), len(left_out - inside))


def why_linked(edge: Edge) -> str:
    """Return the reason of a link with its weight, which some reasons tell themselves.

    >>> why_linked(Edge("a", "b", EdgeKind.SIMILAR, 0.714, "cosine 0.71"))
    'cosine 0.71'
    >>> why_linked(Edge("a", "b", EdgeKind.SHARES_TERMS, 0.05, "share pier"))
    'share pier, weight 0.05'
    """
    weight = f"{edge.weight:.2f}"
    return edge.reason if edge.reason.endswith(weight) else f"{edge.reason}, weight {weight}"


def overview_to_chart(overview: Overview, names: Mapping[str, str], *, dark: bool) -> tuple[dict[str, Any], list[str]]:
    """Return (ECharts option, document ids in the order of its nodes): the largest documents on a circle."""
    ids = sorted(overview.documents, key=lambda doc: (-overview.documents[doc], doc))[:_SHOWN_DOCUMENTS]
    at = {doc: i for i, doc in enumerate(ids)}
    links = {pair: n for pair, n in overview.links.items() if pair[0] in at and pair[1] in at}
    largest = max([overview.documents[doc] for doc in ids] or [1]) or 1
    most = max(links.values(), default=1)
    data = [
        _circle(
            names.get(doc, doc), f"{names.get(doc, doc)}: {overview.documents[doc]} passages, tables and figures",
            _on_circle(i, len(ids), 300.0), 14 + 26 * math.sqrt(overview.documents[doc] / largest),
            NODE_COLOURS["document"], dark,
        )
        for doc, i in at.items()
    ]  # fmt: skip
    drawn = [
        {
            "source": at[a], "target": at[b], "value": f"{n} links",
            "lineStyle": {"width": 1 + 5 * n / most, "color": LINK_COLOURS["similar"], "opacity": 0.6},
        }
        for (a, b), n in sorted(links.items())
    ]  # fmt: skip
    return _option(data, drawn, dark), ids


def neighbourhood_to_chart(
    graph: DocumentGraph, found: Neighbourhood, names: Mapping[str, str], *, dark: bool
) -> tuple[dict[str, Any], list[str]]:
    """Return (ECharts option, node ids in the order of its nodes): the centre in the middle, rings around it."""
    ids = [node_id for ring in found.rings for node_id in ring]
    at = {node_id: i for i, node_id in enumerate(ids)}
    data = []
    for distance, ring in enumerate(found.rings):
        for i, node_id in enumerate(ring):
            node = graph.node(node_id)
            place = f"{node.kind}, {names.get(node.doc_id, node.doc_id)}, page {node.page}"
            told = f"{node.label} ({place}): {node.text[:140]}"
            size = 30 if distance == 0 else 20 if distance == 1 else 13
            spot = _on_circle(i, len(ring), 230.0 * distance)
            label = first_words(node, names.get(node.doc_id, ""))
            data.append(_circle(label, told, spot, size, NODE_COLOURS[str(node.kind)], dark, named=distance < 2))
    drawn = [
        {
            "source": at[edge.source], "target": at[edge.target],
            "value": f"{LINK_NAMES[str(edge.kind)]}: {why_linked(edge)}",
            "lineStyle": {
                "color": LINK_COLOURS[str(edge.kind)], "width": 1 + 2 * edge.weight,
                "opacity": 0.85 if found.centre in (edge.source, edge.target) else 0.16,
            },
        }
        for edge in found.edges
    ]  # fmt: skip
    return _option(data, drawn, dark), ids


def _on_circle(i: int, of: int, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * i / max(1, of) - math.pi / 2
    return 1.5 * radius * math.cos(angle), radius * math.sin(angle)


def _circle(
    label: str, told: str, spot: tuple[float, float], size: float, colour: str, dark: bool, *, named: bool = True
) -> dict[str, Any]:
    label = label.replace("{", "(").replace("}", ")")
    return {
        "value": told,
        "x": spot[0],
        "y": spot[1],
        "symbolSize": size,
        "itemStyle": {"color": colour},
        "label": {
            "show": named,
            "position": "bottom",
            "fontSize": 11,
            "color": "#e8eaed" if dark else "#31333f",
            "formatter": label if len(label) <= 24 else label[:12] + "…" + label[-11:],
        },
    }


def _option(data: Sequence[dict[str, Any]], links: Sequence[dict[str, Any]], dark: bool) -> dict[str, Any]:
    return {
        "tooltip": {"formatter": "{c}", "confine": True, "extraCssText": "max-width: 26rem; white-space: normal"},
        "animation": False,
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "roam": True,
                "selectedMode": "single",
                "data": [{**node, "name": str(i)} for i, node in enumerate(data)],
                "links": list(links),
                "emphasis": {"focus": "adjacency"},
                "select": {"itemStyle": {"borderColor": "#e8eaed" if dark else "#111", "borderWidth": 3}},
            }
        ],
    }
