"""What a walk has found, and in which order: by a learned ranking where the agent has one, else by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import DocumentGraph, ScoredNode
from graphs.index import SearchIndex
from kgqa.agents import NextEvidence
from kgqa.ranking import Ranking, Seen
from kgqa.trace import Ranked, Step

if TYPE_CHECKING:
    from kgqa.walk import Trust, WalkOptions

_FOUND = 8  # that the search found first and that are read whatever the ranking says
LEAST_HOPS = 2  # before a learned ranking may say that what was seen is enough


@dataclass
class State:
    """What a walk has found so far."""

    score: dict[str, float] = field(default_factory=dict)
    hop: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def visit(self, node: str, weight: float, hop: int) -> None:
        """Count that a node was visited at a hop with a weight, 0 to 1."""
        self.score[node] = self.score.get(node, 0.0) + weight
        self.hop.setdefault(node, hop)


class Order:
    """The order of the evidence: by the agent's learned ranking, where it has one, else by hand."""

    def __init__(
        self,
        agent: NextEvidence,
        graph: DocumentGraph,
        index: SearchIndex,
        allowed: NDArray[np.bool_] | None,
        options: WalkOptions,
        trust: Trust,
    ) -> None:
        self._ranking: Ranking | None = getattr(agent, "ranker", None) if options.learned_ranking else None
        self._graph, self._index, self._allowed = graph, index, allowed
        self._options, self._trust = options, trust
        self._known: list[tuple[str, float]] | None = None  # of all that was seen

    def is_enough(self, seen: Seen, hop: int) -> bool:
        """Return whether the ranking expects no evidence beyond what was seen after a hop, the last one aside."""
        if self._ranking is None or not LEAST_HOPS <= hop < self._trust.hops:
            return False
        order = self._ranking.rank(seen, self._graph, self._index, self._allowed)
        enough = self._ranking.enough(order)
        self._known = order if enough else None
        return enough

    def ranked(self, seen: Seen, state: State) -> tuple[Ranked, ...]:
        """Return the evidence in its final order."""
        if self._ranking is None:
            return _rank(seen.found, state, self._options.budget, self._trust)
        order = self._known or self._ranking.rank(seen, self._graph, self._index, self._allowed)
        banned = self._options.banned
        kept = [(node, chance) for node, chance in order if node not in banned]
        found = [node.node_id for node in seen.found if node.node_id not in banned]
        evidence = with_found(kept, found, self._options.budget)
        return tuple(Ranked(node, chance, state.hop.get(node, 0)) for node, chance in evidence)


def with_found(order: Sequence[tuple[str, float]], found: Sequence[str], budget: int) -> list[tuple[str, float]]:
    """Return the first `budget` of (node, chance), best first; the last ones give way to what the search found first.

    The learned ranking knows questions of several hops; of one hop, what the words themselves find is not to be missed.
    A budget of few pieces is left as it is.
    """
    kept = list(order[:budget])
    have = {node for node, _ in kept}
    missing = [node for node in found[:_FOUND] if node not in have] if budget >= 2 * _FOUND else []
    chances = dict(order)
    told = sorted(((node, chances.get(node, 0.0)) for node in missing), key=lambda item: -item[1])
    first = set(found[:_FOUND])
    while told and len(kept) + len(told) > budget:
        last = max(i for i, (node, _) in enumerate(kept) if node not in first)
        del kept[last]
    return kept + told


def _rank(found: Sequence[ScoredNode], state: State, budget: int, trust: Trust) -> tuple[Ranked, ...]:
    """Return the evidence in its final order: the walk's scores mixed with the retriever's ranks."""
    searched = {node.node_id: 1 / (5.0 + rank) for rank, node in enumerate(found)}
    most = max(state.score.values(), default=1.0)
    scores = {
        node_id: (1 - trust.walk_weight) * 5 * searched.get(node_id, 0.0)
        + trust.walk_weight * state.score.get(node_id, 0.0) / most
        for node_id in {*searched, *state.score}
    }
    order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:budget]
    return tuple(Ranked(node_id, score, state.hop.get(node_id, 0)) for node_id, score in order)
