"""Questions with known answers -> the trees that choose the sentence which ends a chain (see `kgqa.chains`).

    python -m kgqa.train_chains DATASET... [--output FILE]

DATASET is a folder in BEIR layout whose queries tell their answers. A sentence is right if it holds an answer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import load_embedder
from graphs.index import tokenize
from kgqa.chains import FEATURES, SHIPPED, Piece, View
from kgqa.encoder import load_agent
from kgqa.evaluate import dataset_to_graph, read_dataset
from kgqa.settings import Settings
from kgqa.titles import title_of
from kgqa.trees import Trees
from kgqa.walk import walk

_COMPARES = re.compile(r"\bor\b|^\W*(?:is|are|was|were|do|does|did)\b", re.I)
"""Questions that no single sentence answers, nor a chain."""


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences of one question's evidence."""

    rows: NDArray[np.float32]  # shape (sentences, len(FEATURES))
    right: NDArray[np.bool_]  # shape (sentences,): whether the sentence holds an answer


def dataset_to_examples(folder: Path, settings: Settings) -> list[Example]:
    """Return an example for each question of a data set that a chain can answer, walked by the shipped agent."""
    return list(_examples(folder, settings))


def _examples(folder: Path, settings: Settings) -> Iterator[Example]:
    dataset = read_dataset(folder)
    embedder = load_embedder(settings.embedding)
    graph, index = dataset_to_graph(dataset, embedder, settings)
    agent = load_agent(embedder)
    for key, question in dataset.questions.items():
        answers = [f" {' '.join(tokenize(answer))} " for answer in dataset.answers[key]]
        if not answers or _COMPARES.search(question):
            continue
        options = settings.walk
        trace = walk(question, graph=graph, index=index, embedder=embedder, agent=agent, options=options)
        nodes = [(graph.node(ranked.node), ranked.score) for ranked in trace.ranked]
        view = View(question, [Piece(node.node_id, title_of(graph, node), node.text, score) for node, score in nodes])
        said = [f" {' '.join(tokenize(view.pieces[at].text[start:end]))} " for at, start, end in view.sentences]
        right = np.array([any(answer in sentence for answer in answers) for sentence in said], dtype=bool)
        yield Example(view.features(), right)


def grow(examples: Sequence[Example]) -> Trees:
    """Return trees grown on examples; each question counts the same, however many sentences it has."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=120,
        learning_rate=0.06,
        max_leaf_nodes=12,
        min_samples_leaf=15,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    )
    rows = np.vstack([example.rows for example in examples])
    right = np.concatenate([example.right for example in examples])
    return Trees.from_sklearn(model.fit(rows, right), FEATURES)


def share_right(trees: Trees, examples: Sequence[Example]) -> float:
    """Return the share of questions whose best sentence holds an answer, 0 to 1; unreachable ones count as wrong."""
    chosen = [
        len(example.rows) > 0 and bool(example.right[int(np.argmax(trees.odds(example.rows)))]) for example in examples
    ]
    return float(np.mean(chosen)) if chosen else 0.0


def train(folders: Sequence[Path], settings: Settings) -> dict[str, Any]:
    """Return the trees as JSON data, with their card: the data and what trees reached that had not seen it."""
    sets = {folder.name: dataset_to_examples(folder, settings) for folder in folders}
    every = [example for examples in sets.values() for example in examples]
    if not any(example.right.any() for example in every):
        raise ValueError("no question of the data sets has an answer that its evidence holds")
    held_out = {}
    for name, examples in sets.items():
        others = [example for other, found in sets.items() if other != name for example in found]
        halves = (examples[::2], examples[1::2])
        crossed = [share_right(grow([*others, *seen]), unseen) for seen, unseen in (halves, halves[::-1])]
        held_out[name] = {
            "questions": len(examples),
            "reachable": round(float(np.mean([example.right.any() for example in examples])), 4),
            "right_by_other_sets": round(share_right(grow(others), examples), 4) if others else None,
            "right_by_other_sets_and_half": round(float(np.mean(crossed)), 4),
        }
    return {"data": {f.name: _digest(f) for f in folders}, "held_out": held_out, "trees": grow(every).to_json()}


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for name in ("corpus.jsonl", "queries.jsonl"):
        found.update((folder / name).read_bytes())
    return found.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write, and print what was reached on questions that the trees had not seen."""
    parser = argparse.ArgumentParser(prog="python -m kgqa.train_chains", description=__doc__)
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    data = train(chosen.datasets, Settings())
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(data, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(data["held_out"], indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
