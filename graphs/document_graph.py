"""The graph over documents: what a node and an edge are, and the graph as arrays that a walk can afford to read.

Node ids are those of `ingestion.document`. An edge tells its kind, its weight and its reason, so that a person can see
why a hop was possible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx


class NodeKind(StrEnum):
    """What a node stands for."""

    DOCUMENT = "document"
    SECTION = "section"
    PAGE = "page"
    PASSAGE = "passage"
    TABLE = "table"
    FIGURE = "figure"


EVIDENCE_KINDS = (NodeKind.PASSAGE, NodeKind.TABLE, NodeKind.FIGURE)
"""Nodes that hold text to be searched, walked to and cited; the others hold them together."""


class EdgeKind(StrEnum):
    """Why two nodes are linked."""

    CONTAINS = "contains"  # directed: document -> section, page; section -> section; page, section -> evidence
    NEXT = "next"  # directed: reading order, of passages and tables, and of pages
    SIMILAR = "similar"  # undirected: nearest neighbours by the cosine of their embeddings
    SHARES_TERMS = "shares_terms"  # undirected: key terms in common, by TF-IDF
    MENTIONS = "mentions"  # directed: names another's title, section or entity
    REFERS_TO = "refers_to"  # directed: "see Table 2", "Section 3.1"


UNDIRECTED = (EdgeKind.SIMILAR, EdgeKind.SHARES_TERMS)
"""Kinds without a direction: stored once, with source < target."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the graph."""

    node_id: str
    kind: NodeKind
    doc_id: str
    page: int  # from 1: the page it begins on; 1 for a document
    label: str  # a few words for people: "Table 2: Hyperparameters", "3.1 Data", "report.pdf p. 4"
    text: str  # plain words to read, quote and cite; "" where the node holds none of its own
    context: str = ""  # the headings above it, found and embedded with it but not quoted; a document's title

    @property
    def search_text(self) -> str:
        """The words by which the node is found and embedded: its context, then its text."""
        return f"{self.context}. {self.text}" if self.context and self.text else self.text


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the graph."""

    source: str
    target: str
    kind: EdgeKind
    weight: float  # above 0, at most 1: cosine, TF-IDF cosine, or 1 for structure
    reason: str  # the shared terms, "cosine 0.71", "names Table 2", "page 3 contains it"


@dataclass(frozen=True, slots=True)
class ScoredNode:
    """A node and how well it fits, with the search that says so."""

    node_id: str
    score: float  # higher is better; comparable within one search only
    source: str  # "bm25", "tfidf", "dense", "hybrid"


_KINDS = tuple(sorted(EdgeKind))
_CODES = {kind: code for code, kind in enumerate(_KINDS)}


def kind_codes(kinds: Sequence[EdgeKind]) -> NDArray[np.uint8]:
    """Return the codes of kinds in `EdgeArrays`, ascending as the kinds' names do."""
    return np.array([_CODES[kind] for kind in kinds], dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class EdgeArrays:
    """Edges as parallel arrays of one length; what they say is made when it is asked for."""

    source: NDArray[np.int32]  # position of a node among a graph's nodes
    target: NDArray[np.int32]
    kind: NDArray[np.uint8]  # as `kind_codes` gives it
    weight: NDArray[np.float64]
    reason: Callable[[int], str]  # of the edge at a place in the arrays

    @classmethod
    def of_kind(
        cls,
        kind: EdgeKind,
        source: NDArray[np.integer],
        target: NDArray[np.integer],
        weight: NDArray[np.float64],
        reason: Callable[[int], str],
    ) -> EdgeArrays:
        """Return edges that are all of one kind."""
        kinds = np.full(len(source), _CODES[kind], dtype=np.uint8)
        return cls(source.astype(np.int32), target.astype(np.int32), kinds, weight, reason)

    @classmethod
    def from_edges(cls, edges: Iterable[Edge], position: Mapping[str, int]) -> EdgeArrays:
        """Return edges as arrays; raise ValueError where an end is no node."""
        given = list(edges)
        try:
            ends = np.array([(position[edge.source], position[edge.target]) for edge in given], dtype=np.int32)
        except KeyError as missing:
            raise ValueError(f"an edge ends at {missing}, which is no node of the graph") from missing
        ends = ends.reshape(-1, 2)
        weights = np.array([edge.weight for edge in given], dtype=np.float64)
        return cls(ends[:, 0], ends[:, 1], kind_codes([e.kind for e in given]), weights, lambda i: given[i].reason)

    @classmethod
    def joined(cls, parts: Sequence[EdgeArrays]) -> EdgeArrays:
        """Return all edges of the parts."""
        starts = np.cumsum([0, *(len(part.source) for part in parts)])

        def reason(i: int) -> str:
            part = int(np.searchsorted(starts, i, side="right")) - 1
            return parts[part].reason(i - int(starts[part]))

        return cls(
            np.concatenate([part.source for part in parts]),
            np.concatenate([part.target for part in parts]),
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.weight for part in parts]),
            reason,
        )


class DocumentGraph:
    """An immutable graph in memory: nodes by id, edges as arrays (CSR, both directions).

    Nodes are sorted by id and edges by (source, target, kind), so that the same documents give the same arrays. There
    is at most one edge of a kind between two nodes. At 100,000 nodes and a million edges the arrays take about 40 MB,
    where networkx takes 400; `Edge` objects and their reasons are made when they are asked for.
    """

    def __init__(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        """Sort and index; raise ValueError for a repeated node id, or an edge whose end is missing."""
        ordered = tuple(sorted(nodes, key=lambda node: node.node_id))
        position = {node.node_id: i for i, node in enumerate(ordered)}
        self._set(ordered, position, EdgeArrays.from_edges(edges, position))

    @classmethod
    def from_arrays(cls, node_ids: Sequence[str], nodes: Sequence[Node], edges: EdgeArrays) -> DocumentGraph:
        """Return the graph over nodes that are sorted by their ids, which may be made when they are asked for."""
        graph = cls.__new__(cls)
        graph._set(nodes, {node_id: i for i, node_id in enumerate(node_ids)}, edges)
        return graph

    def _set(self, nodes: Sequence[Node], position: Mapping[str, int], edges: EdgeArrays) -> None:
        if len(position) != len(nodes):
            raise ValueError("two nodes have the same id")
        self._nodes = nodes
        self.position = position
        self._ids = tuple(position)
        order = np.lexsort((edges.kind, edges.target, edges.source))
        self._place = order  # of an edge in the arrays that were given, whose reasons are asked for by it
        self._source, self._target = edges.source[order], edges.target[order]
        self._kind, self._weight, self._reason = edges.kind[order], edges.weight[order], edges.reason
        self._indptr, self._incident = _incidence(self._source, self._target, len(nodes))

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.position

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, sorted by id."""
        return tuple(self._nodes)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, sorted by source, target and kind: for export, not for a walk."""
        return tuple([self._edge(i) for i in range(self.edge_count)])

    @property
    def edge_count(self) -> int:
        """The number of edges."""
        return len(self._source)

    def count_of(self, kind: EdgeKind) -> int:
        """Return the number of edges of a kind."""
        return int(np.count_nonzero(self._kind == _CODES[kind]))

    def node(self, node_id: str) -> Node:
        """Return the node with that id; raise KeyError where there is none."""
        return self._nodes[self.position[node_id]]

    def ends(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return (sources, targets) of all edges as places in `nodes`, for counting many at once."""
        return self._source, self._target

    def degrees(self) -> NDArray[np.int64]:
        """Return how many edges end at each node, in the order of `nodes`."""
        return np.diff(self._indptr)

    def incident(self, node_id: str, kinds: Collection[EdgeKind] | None = None) -> Iterator[tuple[str, Edge]]:
        """Yield (neighbour id, edge) for every edge of the node, either direction, in a fixed order."""
        at = self.position[node_id]
        codes = None if kinds is None else {_CODES[kind] for kind in kinds}
        for i in self._incident[self._indptr[at] : self._indptr[at + 1]].tolist():
            if codes is None or int(self._kind[i]) in codes:
                edge = self._edge(i)
                yield (edge.target if edge.source == node_id else edge.source), edge

    def links(self, node_id: str) -> Iterator[tuple[str, EdgeKind, bool, int]]:
        """Yield (neighbour id, kind, whether the edge leads there, its place for `reason`) as `incident` does.

        A reason takes longer to make than all the rest: a walk wants those of the few edges that it shows.
        """
        at = self.position[node_id]
        for i in self._incident[self._indptr[at] : self._indptr[at + 1]].tolist():
            leads = int(self._source[i]) == at
            yield self._ids[self._target[i] if leads else self._source[i]], _KINDS[self._kind[i]], leads, i

    def reason(self, edge: int) -> str:
        """Return the reason of the edge at a place that `links` gave."""
        return self._reason(int(self._place[edge]))

    def neighbourhood(self, node_id: str, hops: int, most: int = 150) -> DocumentGraph:
        """Return the graph of the nodes within so many edges, either way, of a node; KeyError for an unknown one.

        Of more than `most` nodes the nearest are kept, and of those equally near the first reached by heavier edges.
        """
        self.node(node_id)
        near = {node_id: 0}
        ring = [node_id]
        for hop in range(1, hops + 1):
            reached = sorted((-edge.weight, other) for known in ring for other, edge in self.incident(known))
            ring = list(dict.fromkeys(other for _, other in reached if other not in near))[: most - len(near)]
            near.update(dict.fromkeys(ring, hop))
        edges = {edge: None for known in near for other, edge in self.incident(known) if other in near}
        return DocumentGraph([self.node(known) for known in near], edges)

    def _edge(self, i: int) -> Edge:
        return Edge(
            self._ids[self._source[i]],
            self._ids[self._target[i]],
            _KINDS[self._kind[i]],
            float(self._weight[i]),
            self._reason(int(self._place[i])),
        )

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return a networkx multigraph; attributes are the fields of `Node` and `Edge`, keys the edge kinds."""
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for node in self.nodes:
            graph.add_node(
                node.node_id, kind=str(node.kind), doc_id=node.doc_id, page=node.page, label=node.label, text=node.text
            )
        for edge in self.edges:
            graph.add_edge(
                edge.source,
                edge.target,
                key=str(edge.kind),
                kind=str(edge.kind),
                weight=edge.weight,
                reason=edge.reason,
            )
        return graph


def _incidence(
    source: NDArray[np.int32], target: NDArray[np.int32], node_count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (indptr, edge indices) of the edges at each node, both directions; a loop counts once."""
    indices = np.arange(len(source), dtype=np.int32)
    proper = source != target
    owner = np.concatenate([source, target[proper]])
    edge = np.concatenate([indices, indices[proper]])
    order = np.lexsort((edge, owner))
    indptr = np.zeros(node_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=node_count), out=indptr[1:])
    return indptr, edge[order]
