"""Walks of questions with known evidence -> the trees that rank what a walk has seen.

The walks must come from an agent that has not learned these questions: an agent that knows them by heart would have the
trees trust it too far. Trees of stage two are grown on what trees of stage one say of questions that those have not
seen either (stacking, Wolpert, 1992).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgqa.evaluate import bootstrap
from kgqa.ranking import ALONE, TOGETHER, Ranker, View
from kgqa.trees import Trees

_READ, _KEPT = 5, 20  # passages that are read in the end, and that are told

HeldOut = dict[str, dict[str, Any]]
"""Of each corpus: questions, recall@5 with its interval, all@5."""

Found = dict[str, dict[int, list[tuple[str, float]]]]
"""Of each corpus, of each question by its group: (node, probability), best first, at most `_KEPT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingOptions:
    """How the trees are grown (gradient boosting, Friedman, 2001, over histograms)."""

    trees: int = 120  # in each stage
    depth: int = 4
    rate: float = 0.06  # by which each tree's word counts
    columns: float = 0.4  # share of the features that a split may choose from
    leaf: int = 20  # candidates that a leaf holds at least
    ridge: float = 1.0  # penalty on the leaves
    further: float = 0.25  # share of the questions that are given a hop more than the fewest
    parts: int = 3  # into which questions are cut, so that no tree judges what it has seen
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Walked:
    """One question's candidates with what is known of them, and which are gold."""

    view: View
    alone: NDArray[np.float32]  # shape (candidates, len(ALONE))
    gold: NDArray[np.bool_]  # shape (candidates,)
    hops: int  # that the walk had made
    group: int  # walks of one question, over whatever corpus, share it and are never split
    name: str  # of the corpus that was walked over
    wanted: int  # gold passages, those included that are not among the candidates


def walked(view: View, gold: Collection[str], group: int, name: str) -> Walked:
    """Return a walk's view as an example."""
    is_gold = np.array([node in set(gold) for node in view.nodes], dtype=bool)
    return Walked(view, view.alone(), is_gold, view.hops, group, name, len(set(gold)))


def train_ranker(
    walks: Sequence[Walked], options: RankingOptions | None = None, progress: Callable[[str], None] | None = None
) -> tuple[Ranker, HeldOut, Found]:
    """Return a ranker grown on walks, and what trees that had not seen the questions reached on them, and found.

    Raises ValueError where the walks hold no gold passage, or nothing else.
    """
    options = options or RankingOptions()
    say = progress or (lambda _: None)
    rows = np.vstack([walk.alone for walk in walks])
    gold = np.concatenate([walk.gold for walk in walks])
    if not gold.any() or gold.all():
        raise ValueError("the walks hold no gold passage, or nothing else")
    ends = np.cumsum([len(walk.gold) for walk in walks])[:-1]
    part = np.repeat([walk.group % options.parts for walk in walks], [len(walk.gold) for walk in walks])
    say(f"ranking: {len(walks)} walks, {len(rows)} candidates, {int(gold.sum())} gold")
    chances = np.split(_chance(_unseen(rows, gold, part, ALONE, options)), ends)
    beside = np.vstack([walk.view.together(chance) for walk, chance in zip(walks, chances, strict=True)])
    say("ranking: second stage")
    whole = np.hstack([rows, beside])
    judged = np.split(_chance(_unseen(whole, gold, part, ALONE + TOGETHER, options)), ends)
    fewest = min(walk.hops for walk in walks)
    expected = [float(chance.sum()) for chance, walk in zip(judged, walks, strict=True) if walk.hops == fewest]
    bound = round(float(np.quantile(expected, 1 - options.further)), 4)
    ranker = Ranker(
        _grow(rows, gold, ALONE, options),
        _grow(whole, gold, ALONE + TOGETHER, options),
        bound,
    )
    return ranker, *_held_out(walks, judged, bound)


def _held_out(walks: Sequence[Walked], judged: Sequence[NDArray[np.float64]], bound: float) -> tuple[HeldOut, Found]:
    """Return what each corpus gave, every walk ended where less evidence than the bound is expected."""
    ended: dict[tuple[str, int], tuple[Walked, NDArray[np.float64]]] = {}
    for walk, chance in sorted(zip(walks, judged, strict=True), key=lambda item: item[0].hops):
        known = ended.get((walk.name, walk.group))
        if known is None or known[1].sum() >= bound:
            ended[walk.name, walk.group] = walk, chance
    recalls: dict[str, list[float]] = defaultdict(list)
    found: Found = defaultdict(dict)
    for (name, group), (walk, chance) in ended.items():
        best = np.argsort(-chance, kind="stable")
        recalls[name].append(float(walk.gold[best[:_READ]].sum()) / walk.wanted)
        found[name][group] = [(walk.view.nodes[i], float(chance[i])) for i in best[:_KEPT]]
    measures = {
        name: {
            "questions": len(own),
            "recall@5": round(float(np.mean(own)), 4),
            "all@5": round(float(np.mean([recall == 1 for recall in own])), 4),
            "recall@5_interval": [round(end, 4) for end in bootstrap(own)],
        }
        for name, own in sorted(recalls.items())
    }
    return measures, dict(found)


def _unseen(
    rows: NDArray[np.float32],
    gold: NDArray[np.bool_],
    part: NDArray[np.integer],
    names: Sequence[str],
    options: RankingOptions,
) -> NDArray[np.float64]:
    """Return the log-odds of each row by trees that were grown on the questions of the other parts."""
    odds = np.zeros(len(rows))
    for own in np.unique(part):
        learned = part != own if (part != own).any() else part == own
        odds[part == own] = _grow(rows[learned], gold[learned], names, options).odds(rows[part == own])
    return odds


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-odds)))


def ranker_to_json(ranker: Ranker) -> dict[str, Any]:
    """Return the data that `kgqa.ranking.load_ranker` reads."""
    return {
        "enough_below": ranker.enough_below,
        "alone": ranker.alone.to_json(),
        "together": ranker.together.to_json(),
    }


def _grow(rows: NDArray[np.float32], gold: NDArray[np.bool_], names: Sequence[str], options: RankingOptions) -> Trees:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=options.trees,
        max_depth=options.depth,
        max_leaf_nodes=2**options.depth - 1,
        learning_rate=options.rate,
        max_features=options.columns,
        min_samples_leaf=options.leaf,
        l2_regularization=options.ridge,
        early_stopping=False,
        random_state=options.seed,
    )
    return Trees.from_sklearn(model.fit(rows, gold), names)
