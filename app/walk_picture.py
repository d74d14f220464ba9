"""A walk as a picture: which nodes and links are drawn, where, and from which step on. The page and the HTML draw it.

Columns are hops, from the question on the left; a node stands where it was visited, or first seen, and stays there
while one steps through the walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.words import short
from graphs.document_graph import DocumentGraph, EdgeKind, Node, NodeKind
from kgqa.trace import Step, Trace

Role = Literal["question", "seed", "visited", "seen"]

EDGE_COLOURS = {
    "similar": "#2f7ed8",
    "shares_terms": "#248f5f",
    "next": "#7d848c",
    "refers_to": "#d0483f",
    "mentions": "#c2478f",
    "global": "#b7791f",
}
EDGE_NAMES = {
    "similar": "similar in meaning",
    "shares_terms": "shares terms",
    "next": "next in the text",
    "refers_to": "refers to it",
    "mentions": "mentions it",
    "global": "found by searching everything",
    "seed": "found first, by search",
}
ROLE_COLOURS: Mapping[str, str] = {
    "question": "#7a5af5", "seed": "#2f6fde", "visited": "#1b8a57", "seen": "#8b929a",
}  # fmt: skip
ROLE_NAMES: Mapping[str, str] = {
    "question": "the question", "seed": "seed", "visited": "visited", "seen": "seen, not taken",
}  # fmt: skip
SEED_COLOUR = ROLE_COLOURS["question"]
_SEEN = 3  # candidates of a step that are drawn though they were not taken
_WIDE, _HIGH = 150.0, 84.0  # between columns and rows


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node of the picture."""

    node_id: str  # "" for the question
    label: str
    text: str  # its first words
    document: str  # name, "" for the question
    page: int
    kind: str
    x: float
    y: float
    seen_at: int  # step from which it is drawn; 0: from the start
    visited_at: int | None  # step from which it counts as visited; None: never
    seed: bool
    cited: bool  # whether the answer cites it

    def role(self, step: int) -> Role:
        """Return what the node is once `step` steps were taken."""
        if not self.node_id:
            return "question"
        if self.seed:
            return "seed"
        return "visited" if self.visited_at is not None and self.visited_at <= step else "seen"


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """A link of the picture."""

    source: str
    target: str
    via: str  # kind of the edge, "global" or "seed"
    reason: str
    score: float | None  # None for a link of the graph that the walk did not look at
    step: int  # from which it is drawn
    taken: bool


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """What happened in one step, for people."""

    hop: int
    agent: str
    at: str  # label of the node from which the path goes on
    prediction: str  # what is missing, in words; "" where the agent gives a direction only
    nearest: str  # the candidate nearest to the prediction
    took: tuple[tuple[str, str], ...]  # (label, why) of each candidate that was taken
    fallback: str


@dataclass(frozen=True, slots=True)
class WalkPicture:
    """A drawn walk."""

    question: str
    agent: str
    nodes: tuple[DrawnNode, ...]
    links: tuple[DrawnLink, ...]
    steps: tuple[DrawnStep, ...]
    stopped: str

    def shown(self, step: int, *, seen: bool, around: bool) -> tuple[list[DrawnNode], list[DrawnLink]]:
        """Return what is drawn once `step` steps were taken, with or without what was not taken."""
        nodes = [n for n in self.nodes if n.seen_at <= step and (seen or n.role(step) != "seen")]
        there = {node.node_id for node in nodes}
        links = [
            link
            for link in self.links
            if link.step <= step
            and {link.source, link.target} <= there
            and (around if link.score is None else seen or link.taken)
        ]
        return nodes, links


def walk_to_picture(
    trace: Trace, graph: DocumentGraph, names: Mapping[str, str], cited: Collection[str] = ()
) -> WalkPicture:
    """Return the picture of a walk; `names` gives each document id its name, `cited` are nodes of the answer.

    Nodes that have left the graph since are left out.
    """
    seeds = {seed.node: seed for seed in trace.seeds if seed.node in graph}
    column = dict.fromkeys(seeds, 0)
    seen_at, visited_at = dict.fromkeys(seeds, 0), {}
    links: dict[tuple[str, str], DrawnLink] = {
        ("", node): DrawnLink("", node, "seed", f"found by {seed.source} search", seed.score, 0, True)
        for node, seed in seeds.items()
    }
    for number, step in enumerate(trace.steps, 1):
        for node, link in _looked_at(step, number, graph):
            seen_at.setdefault(node, number)
            if link.taken and node not in visited_at and node not in seeds:
                visited_at[node] = number
                column[node] = step.hop
            column.setdefault(node, step.hop)
            before = links.get((link.source, node))
            if before is None or (link.taken and not before.taken):
                links[link.source, node] = link
    drawn = {key: link for key, link in links.items() if link.source in seen_at or link.source == ""}
    around = _around(graph, seen_at, drawn)
    spots = _spots(column, visited_at)
    one = {graph.node(node_id).doc_id for node_id in seen_at}
    name = names.get(next(iter(one)), "") if len(one) == 1 else ""  # a name that every label has tells nothing
    nodes = [DrawnNode("", "question", trace.question, "", 1, "question", -_WIDE, 0.0, 0, None, False, False)]
    for node_id, first in seen_at.items():
        known = graph.node(node_id)
        x, y = spots[node_id]
        nodes.append(
            DrawnNode(
                node_id, _label(known, name), known.text[:300], names.get(known.doc_id, known.doc_id),
                known.page, str(known.kind), x, y, first, visited_at.get(node_id), node_id in seeds, node_id in cited,
            )
        )  # fmt: skip
    steps = tuple(_told(step, graph) for step in trace.steps)
    return WalkPicture(trace.question, trace.agent, tuple(nodes), (*drawn.values(), *around), steps, trace.stopped)


def _looked_at(step: Step, number: int, graph: DocumentGraph) -> Iterator[tuple[str, DrawnLink]]:
    """Yield (node, link) of the candidates of a step that are drawn: all that were taken, and the best others."""
    others = 0
    for candidate in step.candidates:
        if candidate.node not in graph or (not candidate.taken and others >= _SEEN):
            continue
        others += not candidate.taken
        origin = candidate.origin or (step.path[-1] if step.path else "")
        link = DrawnLink(
            origin, candidate.node, candidate.via, candidate.reason, candidate.score, number, candidate.taken
        )
        yield candidate.node, link


def _around(
    graph: DocumentGraph, seen_at: Mapping[str, int], drawn: Collection[tuple[str, str]]
) -> Iterator[DrawnLink]:
    """Yield the links of the graph between drawn nodes that the walk did not look at."""
    known = {frozenset(pair) for pair in drawn}
    for node in seen_at:
        for other, edge in graph.incident(node):
            pair = frozenset((node, other))
            if other in seen_at and edge.kind is not EdgeKind.CONTAINS and pair not in known:
                known.add(pair)
                step = max(seen_at[node], seen_at[other])
                yield DrawnLink(edge.source, edge.target, str(edge.kind), edge.reason, None, step, False)


def _spots(column: Mapping[str, int], visited_at: Mapping[str, int]) -> dict[str, tuple[float, float]]:
    """Return a place for each node: visited ones in the middle of their column, the others above and below."""
    columns: dict[int, list[str]] = defaultdict(list)
    for node, hop in column.items():
        columns[hop].append(node)
    spots = {}
    for hop, members in columns.items():
        ordered = sorted(members, key=lambda node: hop > 0 and node not in visited_at)
        rows = sorted(range(len(members)), key=lambda row: (abs(row - (len(members) - 1) / 2), row))
        for node, row in zip(ordered, rows, strict=True):
            spots[node] = (_WIDE * hop, _HIGH * (row - (len(members) - 1) / 2))
    return spots


def _label(node: Node, name: str) -> str:
    """Return what stands under a node: of a passage its page and first words, where all are of one document."""
    return first_words(node, name) if name else node.label


def first_words(node: Node, name: str, most: int = 18) -> str:
    """Return a node's label without its document's name, and of a passage its first words too, `most` characters."""
    rest = " ".join(node.label.replace(name, "").split()).strip(" ,") if name else node.label
    rest = rest or node.label
    return f"{rest}: {short(node.text, most)}" if node.kind is NodeKind.PASSAGE else rest


def _told(step: Step, graph: DocumentGraph) -> DrawnStep:
    def label(node: str) -> str:
        return graph.node(node).label if node in graph else "a removed passage"

    took = tuple(
        (label(c.node), f"{EDGE_NAMES.get(c.via, c.via)}: {c.reason}, score {c.score:.3f}")
        for c in step.candidates
        if c.taken
    )
    nearest = label(step.candidates[0].node) if step.candidates else ""
    at = label(step.path[-1]) if step.path else "the question"
    return DrawnStep(step.hop, step.agent, at, step.prediction, nearest, took, step.fallback)
