"""The walk: a beam of paths over the graph towards the evidence that an agent predicts to be missing.

Knowledge Graph Prompting (arXiv 2308.11730, Algorithm 1): from seed passages, an agent says what evidence a path still
lacks, and the candidate nearest to that prediction is visited next; paths compete within a budget. Candidates come from
the graph and, in a mixed quota, from a search over everything, since graph-only candidates gain no recall by
themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import DocumentGraph, EdgeKind, ScoredNode
from graphs.embedding import Embedder
from graphs.index import METHODS, SearchIndex
from kgqa.agents import Choice, Chooser, NextEvidence, Prediction
from kgqa.errors import QuestionError, Stopped
from kgqa.order import Order, State
from kgqa.ranking import Expansion, Seen
from kgqa.trace import Candidate, Path, Seed, Step, Trace

_RECORDED = 12  # candidates that a step keeps, beside those it took


@dataclass(frozen=True, slots=True)
class Trust:
    """How far an agent is followed."""

    hops: int  # after the seeds
    first_hop_words: float  # share of the seeds' weight that comes from the retriever's ranks, 0 to 1
    walk_weight: float  # share of the walk in the final order against the retriever's, 0 to 1
    seeds: int  # paths that begin
    beam: int  # paths that go on after each hop


_TRUST = {
    "encoder": Trust(hops=3, first_hop_words=0.3, walk_weight=0.8, seeds=2, beam=2),
    "llm": Trust(hops=2, first_hop_words=0.5, walk_weight=0.3, seeds=2, beam=1),  # three calls, and one to answer
}
_LITTLE_TRUST = Trust(hops=2, first_hop_words=0.5, walk_weight=0.3, seeds=3, beam=2)
"""Tuned on the three question sets that `benchmarks/README.md` names."""
_TRUST_IN_CHOICE = 0.8  # share of a step's weight that goes to the candidate that a model chose


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkOptions:
    """How a walk spends its budget."""

    retriever: str = "hybrid"  # the search that gives seeds: bm25, tfidf, dense or hybrid
    seeds: int | None = None  # paths that begin; None, here and below: what serves the agent, as `Trust` has it
    beam: int | None = None  # paths that go on after each hop
    hops: int | None = None  # hops after the seeds
    budget: int = 20  # pieces of evidence in the end
    seconds: float | None = None  # of wall clock, after which no further hop begins; None: as long as it takes
    graph_candidates: int = 40  # best neighbours of a path that are looked at
    global_candidates: int = 10  # nodes nearest to the prediction that are looked at, linked or not
    temperature: float = 0.05  # of the softmax over candidates; lower is greedier
    first_hop_words: float | None = None
    walk_weight: float | None = None
    least_share: float = 0.3  # of the best path's weight, below which a path is given up
    duplicate_cosine: float = 0.98  # nodes nearer than this to a visited one say the same and are not visited
    banned: tuple[str, ...] = ()  # nodes that are never visited, and edges "NODE|NODE" that are never taken
    pinned: tuple[str, ...] = ()  # nodes from which paths begin, before all others
    shown: int = 8  # candidates that an agent chooses from, where it is one that chooses
    learned_ranking: bool = True  # whether an agent's learned ranking orders the evidence, where it has one

    def __post_init__(self) -> None:
        for name in ("seeds", "beam", "budget", "graph_candidates", "shown"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"{name}={value} must be at least 1")
        for name in ("hops", "global_candidates"):
            if (value := getattr(self, name)) is not None and value < 0:
                raise ValueError(f"{name}={value} must be at least 0")
        if self.retriever not in METHODS:
            raise ValueError(f"retriever={self.retriever!r} is none of {', '.join(METHODS)}")
        if self.seconds is not None and self.seconds <= 0:
            raise ValueError(f"seconds={self.seconds} must be above 0")
        if self.temperature <= 0:
            raise ValueError(f"temperature={self.temperature} must be above 0")
        for name in ("first_hop_words", "walk_weight", "least_share", "duplicate_cosine"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name}={value} must lie between 0 and 1")

    def trust(self, agent: str) -> Trust:
        """Return how far an agent of that name is followed under these options."""
        usual = _TRUST.get(agent, _LITTLE_TRUST)
        return Trust(
            hops=usual.hops if self.hops is None else self.hops,
            first_hop_words=usual.first_hop_words if self.first_hop_words is None else self.first_hop_words,
            walk_weight=usual.walk_weight if self.walk_weight is None else self.walk_weight,
            seeds=usual.seeds if self.seeds is None else self.seeds,
            beam=usual.beam if self.beam is None else self.beam,
        )


def walk(
    question: str,
    *,
    graph: DocumentGraph,
    index: SearchIndex,
    embedder: Embedder,
    agent: NextEvidence,
    options: WalkOptions,
    doc_ids: Collection[str] | None = None,
    vector: NDArray[np.float32] | None = None,
    stop: threading.Event | None = None,
) -> Trace:
    """Return the walk's record; `trace.ranked` is the evidence, best first, at most `options.budget` nodes.

    `doc_ids` restricts everything to those documents; `vector` is the question's, where it is known already. The same
    inputs give the same walk, unless `options.seconds` end it. Raises Stopped at the hop after `stop` was set.
    """
    ends_at = monotonic() + options.seconds if options.seconds is not None else None
    trust = options.trust(agent.name)
    if vector is None:
        vector = embedder.embed([question])[0]
    _check_named(options, index)
    found = index.search(question, 10 * options.budget, method=options.retriever, query_vector=vector, doc_ids=doc_ids)
    found = [node for node in found if node.node_id not in options.banned]
    led = {"guide": getattr(agent, "guide", ""), "mode": getattr(agent, "mode", "")}
    settings = {**asdict(options), **asdict(trust), **led}
    if not found:
        return Trace(question, agent.name, stopped="no candidates", options=settings)
    state = State()
    order = Order(agent, graph, index, index.allowed(doc_ids), options, trust)
    first = agent.predict(question, [()])[0]
    seen = Seen(question, vector, first.vector, found)
    paths = _first_paths(first, found, index, options, trust, state, doc_ids)
    seeds = tuple(Seed(nodes[-1], weight, options.retriever) for nodes, weight in paths)
    stopped = "hops"
    edges: dict[tuple[str, str], int] = {}
    ended: list[tuple[tuple[str, ...], float]] = []
    for hop in range(1, trust.hops + 1):
        if stop is not None and stop.is_set():
            raise Stopped("The question was stopped while the graph was walked. Ask it again.")
        if ends_at is not None and monotonic() >= ends_at:
            stopped = "time"
            break
        predictions = agent.predict(question, [[graph.node(node) for node in nodes] for nodes, _ in paths])
        grown: list[tuple[tuple[str, ...], float]] = []
        for (nodes, weight), prediction in zip(paths, predictions, strict=True):
            if prediction.enough:
                ended.append((nodes, weight))
                continue
            candidates = _candidates(nodes, prediction, graph, index, options, doc_ids, edges)
            choice = _choice(agent, question, nodes, candidates, graph, options)
            state.steps.append(_step(hop, nodes, prediction, candidates, choice, led["guide"]))
            if choice is not None and choice.enough:
                ended.append((nodes, weight))
                continue
            shares = _shares(candidates, options.temperature, choice)
            share = weight / max(sum(w for _, w in paths), 1e-9)
            seen.expansions.append(
                Expansion(hop, nodes, share, prediction.vector, candidates, np.array([s for _, s in shares]))
            )
            grown += [((*nodes, c.node), weight * s) for c, s in shares]
        if not grown:
            stopped = "enough" if ended else "no candidates"
            break
        grown.sort(key=lambda path: (-path[1], path[0]))
        total = sum(weight for _, weight in grown)
        for nodes, weight in grown[: 4 * trust.beam]:
            state.visit(nodes[-1], weight / total, hop)
        paths = _distinct(grown, options, trust)
        _mark_taken(state, hop, {nodes for nodes, _ in paths})
        if order.is_enough(seen, hop):
            stopped = "enough"
            break
    ranked = order.ranked(seen, state)
    best = sorted([*ended, *paths], key=lambda path: (-path[1], path[0]))
    return Trace(
        question=question,
        agent=agent.name,
        seeds=seeds,
        steps=tuple(_with_reasons(step, edges, graph) for step in state.steps),
        paths=tuple(Path(nodes, weight) for nodes, weight in best),
        ranked=ranked,
        stopped=stopped,
        notes=tuple(dict.fromkeys(step.fallback for step in state.steps if step.fallback)),
        options=settings,
        asked=question,
        documents=None if doc_ids is None else tuple(sorted(doc_ids)),
    )


def _check_named(options: WalkOptions, index: SearchIndex) -> None:
    for node in (*options.pinned, *(node for ban in options.banned for node in ban.split("|"))):
        if node not in index.position:
            raise QuestionError(f"{node!r} is no passage, table or figure of the collection. A trace names them.")


def _first_paths(
    first: Prediction,
    found: Sequence[ScoredNode],
    index: SearchIndex,
    options: WalkOptions,
    trust: Trust,
    state: State,
    doc_ids: Collection[str] | None,
) -> list[tuple[tuple[str, ...], float]]:
    """Return the seeds with their weights: the agent's own first choice mixed with the retriever's ranks."""
    near = index.nearest(first.vector, options.budget, doc_ids=doc_ids)
    weights: dict[str, float] = {}
    for node, share in zip(near, softmax(np.array([n.score for n in near]), options.temperature), strict=True):
        weights[node.node_id] = (1 - trust.first_hop_words) * float(share)
    ranks = 1 / (np.arange(min(len(found), options.budget)) + 5.0)
    for node, share in zip(found, ranks / ranks.sum(), strict=False):
        weights[node.node_id] = weights.get(node.node_id, 0.0) + trust.first_hop_words * float(share)
    for ban in options.banned:
        weights.pop(ban, None)
    most = max(weights.values(), default=1.0)
    weights.update(dict.fromkeys(options.pinned, 1.0 + most))
    order = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    for node_id, weight in order:
        state.visit(node_id, weight, 0)
    kept: list[str] = []
    for node_id, _ in order:
        if len(kept) == trust.seeds:
            break
        vectors = index.vectors([*kept, node_id])
        if not kept or float((vectors[:-1] @ vectors[-1]).max()) < options.duplicate_cosine:
            kept.append(node_id)
    return [((node_id,), weights[node_id]) for node_id in kept]


def _candidates(
    path: tuple[str, ...],
    prediction: Prediction,
    graph: DocumentGraph,
    index: SearchIndex,
    options: WalkOptions,
    doc_ids: Collection[str] | None,
    edges: dict[tuple[str, str], int],
) -> list[Candidate]:
    """Return where a path can go: neighbours of its nodes, and nodes anywhere that the prediction is nearest to.

    The places of the edges that lead there, by (node that was visited, candidate), are put down in `edges`: reasons
    are made of those that are shown in the end.
    """
    linked: dict[str, tuple[EdgeKind, str]] = {}
    for origin in reversed(path):
        for node_id, kind, edge in _linked(graph, index, origin):
            if node_id not in path and not _is_banned(origin, node_id, options):
                linked.setdefault(node_id, (kind, origin))
                edges.setdefault((origin, node_id), edge)
    if doc_ids is not None:
        linked = {node_id: link for node_id, link in linked.items() if graph.node(node_id).doc_id in doc_ids}
    ids = sorted(linked)
    scores = index.vectors(ids) @ prediction.vector if ids else np.empty(0, np.float32)
    order = np.lexsort((np.arange(len(ids)), -scores))[: options.graph_candidates]
    candidates = [
        Candidate(ids[i], float(scores[i]), str(linked[ids[i]][0]), "", linked[ids[i]][1], taken=False) for i in order
    ]
    candidates += [
        Candidate(node.node_id, node.score, "global", "nearest to the prediction", None, taken=False)
        for node in _nearest_anywhere(path, prediction, index, options, doc_ids)
        if node.node_id not in linked and node.node_id not in path and node.node_id not in options.banned
    ]
    candidates.sort(key=lambda candidate: (-candidate.score, candidate.node))
    visited = index.vectors(list(path))
    vectors = index.vectors([candidate.node for candidate in candidates])
    repeats = (vectors @ visited.T).max(axis=1) >= options.duplicate_cosine if candidates else np.empty(0, bool)
    return [candidate for candidate, repeat in zip(candidates, repeats, strict=True) if not repeat]


def _nearest_anywhere(
    path: tuple[str, ...],
    prediction: Prediction,
    index: SearchIndex,
    options: WalkOptions,
    doc_ids: Collection[str] | None,
) -> list[ScoredNode]:
    most = options.global_candidates + len(path) if options.global_candidates else 0
    return index.nearest(prediction.vector, most, doc_ids=doc_ids) if most else []


def _is_banned(origin: str, node_id: str, options: WalkOptions) -> bool:
    return bool(options.banned) and not {node_id, f"{origin}|{node_id}", f"{node_id}|{origin}"}.isdisjoint(
        options.banned
    )


def _linked(graph: DocumentGraph, index: SearchIndex, node_id: str) -> Iterator[tuple[str, EdgeKind, int]]:
    """Yield (node, edge kind, place of the edge) of the evidence that a node leads to, in a fixed order.

    A page, section or document on the way is passed through to what it holds only when an edge refers to it: all of a
    page's passages are near to each other already by `next`, and a document would link everything to everything.
    """
    for other, kind, leads, edge in graph.links(node_id):
        if kind is EdgeKind.CONTAINS:
            continue
        if other in index.position:
            yield other, kind, edge
        elif leads and kind in (EdgeKind.REFERS_TO, EdgeKind.MENTIONS):
            for inner, inside, holds, _ in graph.links(other):
                if inside is EdgeKind.CONTAINS and holds and inner in index.position:
                    yield inner, kind, edge


def softmax(scores: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Return shares that sum to 1, shape of `scores`; empty for empty."""
    if not len(scores):
        return np.empty(0)
    exponents = np.exp((scores.astype(np.float64) - float(scores.max())) / temperature)
    return np.asarray(exponents / exponents.sum())


def _shares(
    candidates: Sequence[Candidate], temperature: float, choice: Choice | None
) -> list[tuple[Candidate, float]]:
    """Return each candidate's share of a step's weight, most of it for one that was chosen."""
    shares = softmax(np.array([candidate.score for candidate in candidates]), temperature)
    if choice is not None and choice.index is not None:
        shares *= 1 - _TRUST_IN_CHOICE
        shares[choice.index] += _TRUST_IN_CHOICE
    return [(candidate, float(share)) for candidate, share in zip(candidates, shares, strict=True)]


def _choice(
    agent: NextEvidence,
    question: str,
    path: tuple[str, ...],
    candidates: Sequence[Candidate],
    graph: DocumentGraph,
    options: WalkOptions,
) -> Choice | None:
    """Return what an agent that chooses takes of the best candidates; None for one that does not choose."""
    if not isinstance(agent, Chooser) or not candidates:
        return None
    shown = [graph.node(candidate.node) for candidate in candidates[: options.shown]]
    return agent.choose(question, [graph.node(node) for node in path], shown)


def _step(
    hop: int,
    path: tuple[str, ...],
    prediction: Prediction,
    candidates: Sequence[Candidate],
    choice: Choice | None,
    guide: str,
) -> Step:
    picked: str | None = None
    if choice is not None and not choice.fallback:
        picked = candidates[choice.index].node if choice.index is not None else ""
    fallback = prediction.fallback or (choice.fallback if choice is not None else "")
    agent = prediction.agent
    if choice is not None and choice.fallback:
        agent = guide or "question"
    return Step(hop, path, agent, prediction.text, tuple(candidates), fallback, picked)


def _with_reasons(step: Step, edges: Mapping[tuple[str, str], int], graph: DocumentGraph) -> Step:
    """Say of each candidate of a step by which edge it was found."""
    told = [
        c if c.origin is None else replace(c, reason=graph.reason(edges[c.origin, c.node])) for c in step.candidates
    ]
    return replace(step, candidates=tuple(told))


def _distinct(
    grown: Sequence[tuple[tuple[str, ...], float]], options: WalkOptions, trust: Trust
) -> list[tuple[tuple[str, ...], float]]:
    """Return the best paths; of those over the same nodes in another order, the best one."""
    kept: dict[frozenset[str], tuple[tuple[str, ...], float]] = {}
    for nodes, weight in grown:
        if len(kept) == trust.beam or weight < options.least_share * grown[0][1]:
            break
        kept.setdefault(frozenset(nodes), (nodes, weight))
    return list(kept.values())


def _mark_taken(state: State, hop: int, taken: set[tuple[str, ...]]) -> None:
    """Mark the candidates by which a path went on, and keep only the best of the others in the record."""
    for i, step in enumerate(state.steps):
        if step.hop != hop:
            continue
        kept = [
            replace(c, taken=True) if (*step.path, c.node) in taken else c
            for rank, c in enumerate(step.candidates)
            if rank < _RECORDED or (*step.path, c.node) in taken
        ]
        state.steps[i] = replace(step, candidates=tuple(kept))
