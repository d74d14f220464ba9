"""The final order of passages, learned: what the walk and the searches say of each candidate, weighed by small trees.

Two stages. The first judges every candidate by itself: how the question's words, its vector and the agent's predictions
rank it, hop by hop. The second also looks at the other candidates, weighed by what the first says of them: whether a
likely passage names this one's title, or is named by it, what rare words they share, what of the question they leave
open. Ranks, shares and differences are used, no plain scores of words, so that a larger corpus does not shift them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import DocumentGraph, ScoredNode
from graphs.index import SearchIndex, tokenize
from kgqa.errors import SettingsError
from kgqa.titles import title_of
from kgqa.trace import Candidate
from kgqa.trees import Trees

_SEARCHED, _NEAREST, _OF_A_STEP, _NAMED = 40, 20, 15, 10  # candidates from each source that are judged
_DEEP = 200  # a rank below this counts as this
_HOPS = 3
_WHOLE = 0.999  # share of a title's words, by how rare they are, that all of them have
_VIAS = ("mentions", "shares_terms", "similar", "global")

_Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Expansion:
    """One path that was about to grow, with the candidates that it had."""

    hop: int  # from 1
    path: tuple[str, ...]
    weight: float  # share of the path among those of its hop, 0 to 1
    vector: NDArray[np.float32]  # the agent's prediction
    candidates: Sequence[Candidate]  # best first
    shares: NDArray[np.float64]  # of the candidates, sum 1


@dataclass
class Seen:
    """What a walk has seen."""

    question: str
    vector: NDArray[np.float32]  # the question's
    first: NDArray[np.float32]  # the agent's prediction before any passage
    found: Sequence[ScoredNode]  # by the retriever, best first
    expansions: list[Expansion] = field(default_factory=list)


class Ranking(Protocol):
    """Orders what a walk has seen."""

    def rank(
        self, seen: Seen, graph: DocumentGraph, index: SearchIndex, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[str, float]]:
        """Return (node, score), best first; `allowed` tells which nodes of the index may be ranked, None for all."""
        ...

    def enough(self, order: Sequence[tuple[str, float]]) -> bool:
        """Return whether a walk that found this, in this order, need not go on."""
        ...


class Ranker:
    """Gives each candidate the probability that it is evidence for the question."""

    def __init__(self, alone: Trees, together: Trees, enough_below: float = 0.0) -> None:
        """Take the trees of both stages; raise SettingsError for trees over other features.

        `enough_below` is the number of pieces of evidence below which a question asks for no hop more.
        """
        if alone.features != ALONE or together.features != ALONE + TOGETHER:
            raise SettingsError("The agent's ranking model was made by another version of kgqa. Train it again.")
        self.alone, self.together, self.enough_below = alone, together, enough_below

    def rank(
        self, seen: Seen, graph: DocumentGraph, index: SearchIndex, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[str, float]]:
        """Return (node, probability) of every candidate, best first, ties by id."""
        view = View(seen, graph, index, allowed)
        if not view.nodes:
            return []
        alone = view.alone()
        odds = self.together.odds(np.hstack([alone, view.together(_chance(self.alone.odds(alone)))]))
        order = sorted(zip(view.nodes, _chance(odds).tolist(), strict=True), key=lambda item: (-item[1], item[0]))
        return [(node, float(chance)) for node, chance in order]

    def enough(self, order: Sequence[tuple[str, float]]) -> bool:
        """Return whether the evidence expected among what was found, the sum of the probabilities, is below the bound.

        A question of two hops has two pieces of evidence; where more are likely, a further hop is worth its time.
        """
        return sum(chance for _, chance in order) < self.enough_below


def load_ranker(path: Path) -> Ranker:
    """Return the ranking model in a file; raise SettingsError for one that is damaged or made by another version."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Ranker(Trees.from_json(data["alone"]), Trees.from_json(data["together"]), float(data["enough_below"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path.name}: the ranking model cannot be read ({error}). Train it again.") from error


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


class View:
    """The candidates of one question and what is known of each."""

    def __init__(
        self, seen: Seen, graph: DocumentGraph, index: SearchIndex, allowed: NDArray[np.bool_] | None = None
    ) -> None:
        self._seen, self._index, self._allowed = seen, index, allowed
        self.nodes = _candidates(seen, index, allowed)
        self._place = {node: i for i, node in enumerate(self.nodes)}
        self._rows = np.array([index.position[node] for node in self.nodes], dtype=np.intp)
        self._graph_nodes = [graph.node(node) for node in self.nodes]
        self._names = [title_of(graph, node) for node in self._graph_nodes]
        self._columns: dict[str, _Array] = {}
        self.hops = max((expansion.hop for expansion in seen.expansions), default=0)

    def alone(self) -> _Array:
        """Return the features of each candidate by itself, shape (candidates, len(ALONE))."""
        self._by_searches()
        self._by_agent()
        self._by_words()
        return np.column_stack([self._columns[name] for name in ALONE]).astype(np.float32)

    def together(self, chance: NDArray[np.float64]) -> _Array:
        """Return the features of each beside the others, shape (candidates, len(TOGETHER)); `alone` comes first."""
        columns: dict[str, NDArray[np.floating]] = {}
        order = np.lexsort((np.arange(len(chance)), -chance))
        rank = np.empty(len(chance))
        rank[order] = np.arange(len(chance))
        sorted_chance = chance[order]
        columns["chance"], columns["chance_rank"] = chance, np.minimum(rank, 30)
        columns["chance_to_best"] = np.log((chance + 1e-4) / (sorted_chance[0] + 1e-4))
        columns["chance_above"] = np.concatenate([[0.0], np.cumsum(sorted_chance)[:-1]])[rank.astype(int)]
        columns["chance_sum"] = np.full(len(chance), chance.sum())
        weights = chance[None, :] * (1 - np.eye(len(chance)))
        for name, pairs in self.pairs.items():
            weighed = weights * pairs
            columns[f"{name}_best"], columns[f"{name}_sum"] = weighed.max(axis=1), weighed.sum(axis=1)
        columns["repeats"] = ((rank[None, :] < rank[:, None]) * self.pairs["near"]).max(axis=1)
        columns["left_open"] = self._left_open(order)
        return np.column_stack([columns[name] for name in TOGETHER]).astype(np.float32)

    def _by_searches(self) -> None:
        index, seen, rows = self._index, self._seen, self._rows
        for name, scores in (
            ("dense", index.cosines(seen.vector)),
            ("bm25", index.word_scores(seen.question, "bm25")),
            ("tfidf", index.word_scores(seen.question, "tfidf")),
            ("first", index.cosines(seen.first)),
        ):
            top = _top_scores(scores, self._allowed)
            own = scores[rows]
            self._columns[f"{name}_rank"] = _ranks(own, top)
            if name in ("bm25", "tfidf"):
                self._columns[f"{name}_share"] = own / max(float(top[-1]), 1e-6)
            else:
                self._columns[f"{name}_cosine"] = own
                self._columns[f"{name}_gap"] = own - top[-1]
        found = {node.node_id: rank for rank, node in enumerate(seen.found)}
        self._columns["found_rank"] = np.array([found.get(n, _DEEP) for n in self.nodes], np.float32)
        top = np.exp((self._columns["first_gap"]) / 0.05)
        self._columns["first_share"] = top / top.sum()
        self._columns["first_sure"] = np.full(len(rows), self._columns["first_share"].max())

    def _by_agent(self) -> None:
        n = len(self.nodes)
        share, weighed, gap = (np.zeros((n, _HOPS), np.float32) for _ in range(3))
        gap[:] = -0.5
        best_rank = np.full(n, _DEEP, np.float32)
        leading, visited, visits = np.zeros(n, np.float32), np.zeros(n, np.float32), np.zeros(n, np.float32)
        vias = {via: np.zeros(n, np.float32) for via in _VIAS}
        for expansion in self._seen.expansions:
            hop = min(expansion.hop, _HOPS) - 1
            cosines = self._index.vectors(self.nodes) @ expansion.vector
            best = max((c.score for c in expansion.candidates), default=float(cosines.max()))
            gap[:, hop] = np.maximum(gap[:, hop], cosines - best)
            for rank, (candidate, part) in enumerate(zip(expansion.candidates, expansion.shares, strict=True)):
                i = self._place.get(candidate.node)
                if i is None:
                    continue
                share[i, hop] = max(share[i, hop], part)
                weighed[i, hop] += expansion.weight * part
                best_rank[i] = min(best_rank[i], rank)
                leading[i] += rank == 0
                if candidate.via in vias:
                    vias[candidate.via][i] = max(vias[candidate.via][i], expansion.weight)
            for node in expansion.path:
                if (i := self._place.get(node)) is not None:
                    visited[i] = max(visited[i], expansion.weight)
                    visits[i] += 1
        for hop in range(_HOPS):
            self._columns[f"share_{hop + 1}"] = share[:, hop]
            self._columns[f"weighed_{hop + 1}"] = weighed[:, hop]
            self._columns[f"gap_{hop + 1}"] = gap[:, hop]
        self._columns["weighed"] = weighed.sum(axis=1) + self._columns["first_share"]
        self._columns["step_rank"], self._columns["leading"] = best_rank, leading
        self._columns["visited"], self._columns["visits"] = visited, visits
        for via, column in vias.items():
            self._columns[f"via_{via}"] = column

    def _by_words(self) -> None:
        index, question = self._index, self._seen.question
        counts = index.counts
        block = counts.counts[self._rows]
        used = np.unique(block.indices)
        self._held = np.zeros((len(self.nodes), len(used)), np.float32)
        for row in range(len(self.nodes)):
            part = slice(block.indptr[row], block.indptr[row + 1])
            self._held[row, np.searchsorted(used, block.indices[part])] = block.data[part]
        self._present = (self._held > 0).astype(np.float32)
        self._idf = counts.idf[used]
        place = {counts.terms[column]: i for i, column in enumerate(used.tolist())}
        asked = sorted({place[term] for term in tokenize(question) if term in place})
        self._open = np.ones(len(used), np.float32)  # 0 where the question says the word itself
        self._open[asked] = 0
        self._titles = np.zeros_like(self._held)
        for row, name in enumerate(self._names):
            for term in _title_terms(name):
                if term in place:
                    self._titles[row, place[term]] = self._idf[place[term]]
        self._titles /= np.maximum(self._titles.sum(axis=1, keepdims=True), 1e-6)
        folded = f" {' '.join(tokenize(question))} "
        columns = self._columns
        self.asked_idf = self._idf[asked]
        self.asked_held = self._present[:, asked]
        columns["covers"] = self.asked_held @ self.asked_idf / max(float(self.asked_idf.sum()), 1e-6)
        columns["title_asked"] = self._titles[:, asked].sum(axis=1)
        columns["title_in_question"] = np.array(
            [bool(name) and f" {' '.join(_title_terms(name))} " in folded for name in self._names], np.float32
        )
        titled = {name for name, asked in zip(self._names, columns["title_in_question"], strict=True) if asked}
        columns["titles_in_question"] = np.full(len(self.nodes), len(titled), np.float32)
        columns["question_words"] = np.full(len(self.nodes), len(tokenize(question)), np.float32)
        columns["length"] = np.log1p(self._held.sum(axis=1))

    @cached_property
    def pairs(self) -> dict[str, _Array]:
        """Return what each candidate (row) has to do with each other (column), 0 to 1."""
        named = np.zeros((len(self.nodes), len(self.nodes)), np.float32)
        partly = self._titles @ self._present.T
        texts: dict[int, str] = {}
        whole = (partly > _WHOLE) & ~np.eye(len(self.nodes), dtype=bool)  # others lack a word of the title
        for row, column in np.argwhere(whole).tolist():
            mark = f" {' '.join(_title_terms(self._names[row]))} "
            if column not in texts:
                texts[column] = f" {' '.join(tokenize(self._graph_nodes[column].search_text))} "
            named[row, column] = mark in texts[column]
        rare = np.log1p(self._held) * self._idf * self._open
        rare /= np.maximum(np.linalg.norm(rare, axis=1, keepdims=True), 1e-6)
        vectors = self._index.vectors(self.nodes)
        return {
            "named": named,
            "names": named.T,
            "named_partly": partly,
            "names_partly": partly.T,
            "shares": rare @ rare.T,
            "near": np.maximum(vectors @ vectors.T, 0),
        }

    def _left_open(self, order: NDArray[np.intp]) -> NDArray[np.floating]:
        """Return the share of the question's words that a candidate holds and the two best others do not."""
        held, idf = self.asked_held, self.asked_idf
        best = order[:3]
        said = np.array([held[best[best != i][:2]].max(axis=0, initial=0.0) for i in best])  # without each of the best
        others = np.tile(held[best[:2]].max(axis=0, initial=0.0), (len(order), 1))
        others[best] = said
        return np.asarray((held * (1 - others)) @ idf / max(float(idf.sum()), 1e-6))


ALONE: tuple[str, ...] = (
    *("dense_cosine", "dense_gap", "dense_rank", "bm25_share", "bm25_rank", "tfidf_share", "tfidf_rank", "found_rank"),
    *("first_cosine", "first_gap", "first_rank", "first_share", "first_sure"),
    *(f"{name}_{hop}" for hop in range(1, _HOPS + 1) for name in ("share", "weighed", "gap")),
    *("weighed", "step_rank", "leading", "visited", "visits"),
    *(f"via_{via}" for via in _VIAS),
    *("covers", "title_asked", "title_in_question", "titles_in_question", "question_words", "length"),
)
"""Names of the features of a candidate by itself."""

TOGETHER: tuple[str, ...] = (
    *("chance", "chance_rank", "chance_to_best", "chance_above", "chance_sum"),
    *(
        f"{name}_{how}"
        for name in ("named", "names", "named_partly", "names_partly", "shares", "near")
        for how in ("best", "sum")
    ),
    *("repeats", "left_open"),
)
"""Names of the features of a candidate beside the others."""


def _candidates(seen: Seen, index: SearchIndex, allowed: NDArray[np.bool_] | None) -> list[str]:
    """Return the nodes that are judged, each once."""
    nodes = dict.fromkeys(node.node_id for node in seen.found[:_SEARCHED])
    scores = index.cosines(seen.first)
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    for i in np.argsort(-scores, kind="stable")[:_NEAREST]:
        if allowed is None or allowed[i]:
            nodes.setdefault(index.node_ids[i])
    for expansion in seen.expansions:
        for node in expansion.path:
            nodes.setdefault(node)
        for candidate in expansion.candidates[:_OF_A_STEP]:
            nodes.setdefault(candidate.node)
        named = [c for c in expansion.candidates[_OF_A_STEP:] if c.via == "mentions"]
        for candidate in named[:_NAMED]:
            nodes.setdefault(candidate.node)
    return list(nodes)


@lru_cache(maxsize=1 << 16)
def _title_terms(title: str) -> tuple[str, ...]:
    return tuple(tokenize(title))


def _top_scores(scores: _Array, allowed: NDArray[np.bool_] | None) -> _Array:
    """Return the largest scores, ascending; at least one."""
    usable = scores if allowed is None else scores[allowed]
    if not len(usable):
        return np.zeros(1, np.float32)
    return np.sort(np.partition(usable, max(0, len(usable) - _DEEP))[max(0, len(usable) - _DEEP) :])


def _ranks(own: _Array, top: _Array) -> _Array:
    """Return how many of the corpus score higher, at most _DEEP."""
    return (len(top) - np.searchsorted(top, own, side="right")).clip(0, _DEEP).astype(np.float32)
