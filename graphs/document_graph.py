"""The graph over documents: what a node and an edge are, and the graph as arrays that a walk can afford to read.

Node ids are those of `ingestion.document`. An edge tells its kind, its weight and its reason, so that a person can see
why a hop was possible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
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


class DocumentGraph:
    """An immutable graph in memory: nodes by id, edges as arrays (CSR, both directions).

    Nodes are sorted by id and edges by (source, target, kind), so that the same documents give the same arrays. There
    is at most one edge of a kind between two nodes. At 100,000 nodes and a million edges the arrays take about 40 MB,
    where networkx takes 400.
    """

    def __init__(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        """Sort and index; raise ValueError for a repeated node id, or an edge whose end is missing."""
        self.nodes: tuple[Node, ...] = tuple(sorted(nodes, key=lambda node: node.node_id))
        self.position: Mapping[str, int] = {node.node_id: i for i, node in enumerate(self.nodes)}
        if len(self.position) != len(self.nodes):
            raise ValueError("two nodes have the same id")
        self.edges: tuple[Edge, ...] = tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.kind)))
        try:
            ends = [(self.position[edge.source], self.position[edge.target]) for edge in self.edges]
        except KeyError as missing:
            raise ValueError(f"an edge ends at {missing}, which is no node of the graph") from missing
        self._indptr, self._incident = _incidence(ends, len(self.nodes))

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.position

    def node(self, node_id: str) -> Node:
        """Return the node with that id; raise KeyError where there is none."""
        return self.nodes[self.position[node_id]]

    def incident(self, node_id: str, kinds: Collection[EdgeKind] | None = None) -> Iterator[tuple[str, Edge]]:
        """Yield (neighbour id, edge) for every edge of the node, either direction, in a fixed order."""
        at = self.position[node_id]
        for edge_index in self._incident[self._indptr[at] : self._indptr[at + 1]]:
            edge = self.edges[edge_index]
            if kinds is None or edge.kind in kinds:
                yield (edge.target if edge.source == node_id else edge.source), edge

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


def _incidence(ends: Sequence[tuple[int, int]], node_count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (indptr, edge indices) of the edges at each node, both directions; a loop counts once."""
    pairs = np.asarray(ends, dtype=np.int64).reshape(-1, 2)
    indices = np.arange(len(pairs))
    proper = pairs[:, 0] != pairs[:, 1]
    owner = np.concatenate([pairs[:, 0], pairs[proper, 1]])
    edge = np.concatenate([indices, indices[proper]])
    order = np.lexsort((edge, owner))
    indptr = np.zeros(node_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=node_count), out=indptr[1:])
    return indptr, edge[order]
