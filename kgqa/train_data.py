"""Data sets and collections -> questions whose evidence is known, and the steps of walks to learn from them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphs.build import build_graph
from graphs.document_graph import DocumentGraph
from graphs.embedding import Embedder
from graphs.index import SearchIndex, TermCounts
from kgqa.agents import NextEvidence, path_to_text
from kgqa.evaluate import dataset_to_graph, read_dataset
from kgqa.practice import make_practice
from kgqa.ranking import Seen, View
from kgqa.settings import Settings
from kgqa.train_encoder import Example, TrainOptions
from kgqa.train_ranking import Walked, walked
from kgqa.walk import WalkOptions, walk

_FREE_ORDER = ("comparison", "bridge", "bridge_comparison", "")  # types whose gold passages may come in any order
_NEAR = 12  # passages nearest to a question, of which those that are not gold lead paths astray


@dataclass(frozen=True, slots=True)
class Task:
    """A question whose evidence is known."""

    question: str
    gold: tuple[str, ...]  # node ids, in the order of the hops where that is known
    free: bool  # whether the order is unknown or does not matter
    source: int  # index of the source that it is asked of
    made: bool  # by rules or a model, not by people
    key: str = ""  # its id in the data set


@dataclass(frozen=True)
class Source:
    """A corpus to learn from."""

    name: str
    graph: DocumentGraph
    index: SearchIndex
    tasks: tuple[Task, ...]
    sha256: str  # of the questions, or of the ids of a collection's documents
    issues: tuple[str, ...] = ()


def dataset_to_source(folder: Path, number: int, embedder: Embedder, settings: Settings) -> Source:
    """Read a data set in BEIR layout; raise DatasetError where it holds no question with gold passages."""
    dataset = read_dataset(folder)
    graph, index = dataset_to_graph(dataset, embedder, settings)
    text = (folder / "queries.jsonl").read_text(encoding="utf-8")
    about = _metadata(text)
    tasks = []
    for key, question in dataset.questions.items():
        known = about.get(key, {})
        gold = tuple(node for node in known.get("path") or dataset.gold[key] if node in index.position)
        if gold:
            tasks.append(Task(question, gold, known.get("type", "") in _FREE_ORDER, number, False, key))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Source(dataset.name, graph, index, tuple(tasks), digest, dataset.issues)


def with_practice(
    source: Source,
    number: int,
    embedder: Embedder,
    *,
    most: int,
    seed: int,
    model: Any = None,
    progress: Callable[[str], None] | None = None,
) -> Source:
    """Return a source with questions made from its own passages, as `make_practice` makes them."""
    made = make_practice(source.graph, source.index, embedder, most=most, seed=seed, model=model, progress=progress)
    tasks = [Task(p.question, p.path, p.free, number, made=True) for p in made]
    return Source(source.name, source.graph, source.index, (*source.tasks, *tasks), source.sha256, source.issues)


def pooled_source(sources: Sequence[Source], settings: Settings) -> Source | None:
    """Return all sources as one corpus, larger than each; None where there is one only, or ids stand for two things.

    Ranking learns from walks over it too, so that it does not come to count on a small corpus.
    """
    nodes = [node for source in sources for node in source.graph.nodes]
    if len(sources) < 2 or len({node.node_id for node in nodes}) < len(nodes):
        return None
    vectors = {
        node_id: row
        for source in sources
        for node_id, row in zip(source.index.node_ids, source.index.vectors(source.index.node_ids), strict=True)
    }
    ids = sorted(vectors)
    graph = build_graph(nodes, [], vectors, settings.graph)
    texts = [graph.node(node_id) for node_id in ids]
    index = SearchIndex(
        ids,
        TermCounts.from_texts(node.search_text for node in texts),
        np.array([vectors[node_id] for node_id in ids], dtype=np.float32),
        [node.doc_id for node in texts],
    )
    return Source("pooled", graph, index, (), "")


class Pool:
    """The passages of all sources in one matrix; those that say the same have one row."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Stack the vectors of the sources, in their order."""
        rows: dict[str, int] = {}
        kept: list[NDArray[np.float32]] = []
        self._row: list[dict[str, int]] = []
        for source in sources:
            own: dict[str, int] = {}
            vectors = source.index.vectors(source.index.node_ids)
            for node_id, vector in zip(source.index.node_ids, vectors, strict=True):
                text = source.graph.node(node_id).search_text
                own[node_id] = rows.setdefault(text, len(rows))
                if own[node_id] == len(kept):
                    kept.append(vector)
            self._row.append(own)
        self.vectors = np.array(kept, dtype=np.float32)  # shape (rows, dimensions)

    def row(self, source: int, node_id: str) -> int:
        """Return the row of a source's node."""
        return self._row[source][node_id]


def tasks_to_examples(
    tasks: Sequence[Task],
    sources: Sequence[Source],
    pool: Pool,
    embedder: Embedder,
    options: TrainOptions,
    chance: random.Random,
) -> list[Example]:
    """Return one example for each hop of each question; some paths also hold a passage that leads astray."""
    examples = []
    vectors = embedder.embed([task.question for task in tasks])
    for task, vector in zip(tasks, vectors, strict=True):
        near = sources[task.source].index.nearest(vector, _NEAR + len(task.gold))
        wrong = [found.node_id for found in near if found.node_id not in task.gold]
        for hop in range(len(task.gold)):
            mixed = task.free or chance.random() < options.any_order
            visited = chance.sample(task.gold, hop) if mixed else list(task.gold[:hop])
            left = [node for node in task.gold if node not in visited]
            path = list(visited)
            if wrong and chance.random() < options.distractor:
                path.insert(chance.randint(0, len(path)), chance.choice(wrong))
            examples.append(step_to_example(task, path, left if mixed else left[:1], sources, pool))
    return examples


def step_to_example(
    task: Task, path: Sequence[str], nexts: Collection[str], sources: Sequence[Source], pool: Pool
) -> Example:
    """Return what is to be learned for a path: to go on to one of `nexts`."""
    graph = sources[task.source].graph
    return Example(
        path_to_text(task.question, [graph.node(node) for node in path]),
        tuple(sorted({pool.row(task.source, node) for node in nexts})),
        tuple(
            sorted(
                {pool.row(task.source, node) for node in {*task.gold, *path}}
                - {pool.row(task.source, node) for node in nexts}
            )
        ),
    )


class _Watched:
    """An agent whose walks are looked at: it stands in for the learned ranking and keeps what that would be given."""

    def __init__(self, agent: NextEvidence) -> None:
        self._agent = agent
        self.name = agent.name
        self.views: list[View] = []  # after each hop from which a walk may end
        self.seen: Seen | None = None

    def predict(self, question: str, paths: Sequence[Any]) -> Any:
        return self._agent.predict(question, paths)

    @property
    def ranker(self) -> _Watched:
        return self

    def rank(
        self, seen: Seen, graph: DocumentGraph, index: SearchIndex, allowed: NDArray[np.bool_] | None = None
    ) -> list[tuple[str, float]]:
        so_far = replace(seen, expansions=list(seen.expansions))  # the walk adds to its own
        self.seen = so_far
        self.views.append(View(so_far, graph, index, allowed))
        return [(node.node_id, node.score) for node in seen.found]

    def enough(self, order: Sequence[tuple[str, float]]) -> bool:
        return False


def walk_task(
    task: Task, source: Source, agent: NextEvidence, embedder: Embedder, options: WalkOptions
) -> tuple[Seen, list[View]] | None:
    """Walk for a question; return what was seen, and its views hop by hop; None where nothing was found at all."""
    watched = _Watched(agent)
    walk(
        task.question,
        graph=source.graph,
        index=source.index,
        embedder=embedder,
        agent=watched,
        options=options,
    )
    return None if watched.seen is None else (watched.seen, watched.views)


def walks_for_ranking(
    tasks: Sequence[Task],
    sources: Sequence[Source],
    agent: NextEvidence,
    embedder: Embedder,
    options: WalkOptions,
    groups: Sequence[int],
    names: Sequence[str],
    progress: Callable[[str], None] | None = None,
) -> list[Walked]:
    """Walk for questions that the agent has not learned, and return what the ranking learns from.

    `groups` tells which question each task is, `names` what each of the sources is called.
    """
    walks = []
    for count, (task, group) in enumerate(zip(tasks, groups, strict=True), 1):
        done = walk_task(task, sources[task.source], agent, embedder, options)
        if done is not None:
            walks += [walked(view, task.gold, group, names[task.source]) for view in done[1]]
        if progress is not None and count % 50 == 0:
            progress(f"ranking: {count} of {len(tasks)} questions walked")
    return walks


def rewarded_examples(
    tasks: Sequence[Task],
    sources: Sequence[Source],
    pool: Pool,
    agent: NextEvidence,
    embedder: Embedder,
    options: WalkOptions,
) -> list[Example]:
    """Walk for questions and return the steps of paths from which gold evidence was in reach, and still was missing."""
    examples: dict[Example, None] = {}
    for task in tasks:
        done = walk_task(task, sources[task.source], agent, embedder, options)
        if done is None:
            continue
        for expansion in done[0].expansions:
            left = [node for node in task.gold if node not in expansion.path]
            if left and not {c.node for c in expansion.candidates}.isdisjoint(left):
                examples.setdefault(step_to_example(task, expansion.path, left, sources, pool))
    return list(examples)


def _metadata(text: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line in text.split("\n"):
        try:
            item = json.loads(line)
            found.setdefault(str(item["_id"]), item.get("metadata") or {})
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # `read_dataset` has told of it
    return found
