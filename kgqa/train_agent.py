"""`kgqa train-agent`: data sets, or a collection alone, -> a trained agent: an adapter, its learned ranking, its card.

The encoder learns from questions whose evidence is known, and from questions that are made of the passages themselves.
The ranking learns from walks by encoders that have not learned the question walked for: one for each fold of the
questions. What was finished before a run was cut off is not done again by a run that resumes.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from graphs.embedding import SentenceTransformerEmbedder, load_embedder
from kgqa.encoder import ADAPTER, RANKING, SHIPPED, load_agent
from kgqa.errors import DatasetError
from kgqa.evaluate_reader import CHANCES, to_run
from kgqa.metrics import recall_at
from kgqa.settings import Settings
from kgqa.train_data import (
    Pool,
    Source,
    Task,
    dataset_to_source,
    pooled_source,
    rewarded_examples,
    tasks_to_examples,
    walks_for_ranking,
    with_practice,
)
from kgqa.train_encoder import Trained, TrainOptions, train_encoder
from kgqa.train_ranking import HeldOut, RankingOptions, ranker_to_json, train_ranker
from kgqa.walk import WalkOptions, walk

if TYPE_CHECKING:
    from kgqa.collection import Collection
    from kgqa.llm import LanguageModel

_ROUND_RATE = 0.3  # of the learning rate, in rounds of reward
_OF_A_COLLECTION = 400  # questions that are made of one, so that training takes minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOptions:
    """What is learned from, and how."""

    encoder: TrainOptions = field(default_factory=TrainOptions)
    ranking: RankingOptions = field(default_factory=RankingOptions)
    practice: int = 0  # questions to make of each source's passages; of a collection, which has no others, 400
    folds: int = 2  # into which questions are cut for the ranking; 0 takes the ranking of the agent that ships
    rounds: int = 0  # of walking and learning from the paths that reached gold evidence, at most


def train_agent(
    folders: Sequence[Path],
    output: Path,
    *,
    settings: Settings,
    options: AgentOptions | None = None,
    collection: Collection | None = None,
    model: LanguageModel | None = None,
    resume: bool = False,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Train on data sets in BEIR layout and on a collection, write adapter, ranking and card, and return the card.

    `model` puts the questions that are made into words. Raises DatasetError where there is nothing to learn from.
    """
    options = options or AgentOptions()
    say = progress or (lambda _: None)
    started = perf_counter()
    embedder = load_embedder(settings.embedding)
    sources = _sources(folders, collection, embedder, settings, options, model, say)
    training = _Training(sources, embedder, settings, options, output, say)
    if not training.tasks:
        raise DatasetError(
            "There is no path to learn from: the data sets hold no queries with gold passages in their corpus, "
            "and no question could be made of the collection. Add documents, or give a data set."
        )
    if not resume:
        training.forget()
    ranking = training.ranking()
    trained = training.encoder(training.tasks, training.part("whole"), training.validation)
    trained, rounds = training.rewarded(trained)
    card = {
        "base": embedder.name,
        "dimensions": embedder.dimensions,
        "data": [
            {
                "name": source.name,
                "questions": sum(not task.made for task in source.tasks),
                "questions_made": sum(task.made for task in source.tasks),
                "sha256": source.sha256,
            }
            for source in sources
        ],
        "examples": training.examples,
        "settings": {"scale": options.encoder.scale, **asdict(options)},
        "loss": {"first": round(trained.losses[0], 4), "last": round(float(np.mean(trained.losses[-20:])), 4)},
        "validation": [round(value, 4) for value in trained.validation],
        "rounds": rounds,
        "held_out": training.held_out,
        "ranking": "learned from these questions" if ranking else "of the agent that ships",
        "seconds": round(perf_counter() - started, 1),
        "issues": [issue for source in sources for issue in source.issues],
    }
    if ranking is None and (SHIPPED / RANKING).exists():
        ranking = json.loads((SHIPPED / RANKING).read_text(encoding="utf-8"))
    _write(output, trained.weights, ranking, card)
    for name, run in training.runs.items():
        (output / f"held-out-{name.replace(', ', '-')}.trec").write_text(run, encoding="utf-8")
    shutil.rmtree(training.parts, ignore_errors=True)
    return card


def _sources(
    folders: Sequence[Path],
    collection: Collection | None,
    embedder: SentenceTransformerEmbedder,
    settings: Settings,
    options: AgentOptions,
    model: LanguageModel | None,
    say: Callable[[str], None],
) -> list[Source]:
    sources = []
    for number, folder in enumerate(folders):
        say(f"{folder.name}: reading and embedding")
        source = dataset_to_source(folder, number, embedder, settings)
        if options.practice:
            source = with_practice(
                source,
                number,
                embedder,
                most=options.practice,
                seed=options.encoder.seed,
                model=model,
                progress=say,
            )
        sources.append(source)
    if collection is not None:
        ids = "\n".join(sorted(record.doc_id for record in collection.documents()))
        bare = Source(
            "collection",
            collection.store.graph(),
            collection.store.index(),
            (),
            hashlib.sha256(ids.encode()).hexdigest(),
        )
        sources.append(
            with_practice(
                bare,
                len(sources),
                embedder,
                most=options.practice or _OF_A_COLLECTION,
                seed=options.encoder.seed,
                model=model,
                progress=say,
            )
        )
    return sources


class _Training:
    """The parts of one training, each of which is kept in a folder until the whole is done."""

    def __init__(
        self,
        sources: Sequence[Source],
        embedder: SentenceTransformerEmbedder,
        settings: Settings,
        options: AgentOptions,
        output: Path,
        say: Callable[[str], None],
    ) -> None:
        self._sources, self._embedder, self._settings = sources, embedder, settings
        self._options, self._say = options, say
        self._pool = Pool(sources)
        self.parts = output / "parts"
        self.examples = 0
        self.held_out: HeldOut = {}
        self.runs: dict[str, str] = {}  # what the walks held out found, in TREC's format
        chance = random.Random(options.encoder.seed)
        every = [task for source in sources for task in source.tasks]
        aside = set(chance.sample(range(len(every)), int(options.encoder.validation * len(every))))
        self.tasks = [task for i, task in enumerate(every) if i not in aside]
        self.validation = [task for i, task in enumerate(every) if i in aside]

    def part(self, name: str) -> Path:
        """Return the folder of a part."""
        return self.parts / name

    def forget(self) -> None:
        """Throw away what an earlier run left."""
        shutil.rmtree(self.parts, ignore_errors=True)

    def encoder(
        self, tasks: Sequence[Task], folder: Path, validation: Sequence[Task] = (), only: TrainOptions | None = None
    ) -> Trained:
        """Train an encoder on tasks, going on where a run was cut off."""
        options = only or self._options.encoder
        examples, aside = (
            tasks_to_examples(part, self._sources, self._pool, self._embedder, options, random.Random(options.seed))
            for part in (tasks, validation)
        )
        self.examples = len(examples)
        self._say(f"{len(examples)} steps to learn from")
        return train_encoder(
            examples,
            aside,
            self._pool.vectors,
            self._settings.embedding,
            options,
            checkpoint=folder,
            progress=self._say,
        )

    def ranking(self) -> dict[str, Any] | None:
        """Return the learned ranking as data; None where the one that ships is to be taken."""
        folds = self._options.folds
        real = [task for task in self.tasks if not task.made]
        if folds < 2 or len(real) < 2 * folds:
            return None
        walks = []
        pooled = pooled_source(self._sources, self._settings)
        over: list[tuple[Sequence[Source], str]] = [(self._sources, "")]
        if pooled is not None:
            over.append(([pooled] * len(self._sources), ", pooled"))
        for fold in range(folds):
            folder = self.part(f"fold-{fold}")
            self._say(f"ranking: an agent that has not learned part {fold + 1} of {folds} of the questions")
            held = [i for i in range(len(real)) if i % folds == fold]
            if not (folder / "card.json").exists():
                others = [task for i, task in enumerate(real) if i % folds != fold]
                # What was made of passages may ask what a question kept aside asks, but in other words.
                trained = self.encoder([*others, *(task for task in self.tasks if task.made)], folder)
                _write(folder, trained.weights, None, _bare_card(self._embedder, self._options))
            agent = load_agent(self._embedder, folder)
            for places, mark in over:
                walks += walks_for_ranking(
                    [real[i] for i in held],
                    places,
                    agent,
                    self._embedder,
                    self._settings.walk,
                    held,
                    [f"{source.name}{mark}" for source in self._sources],
                    self._say,
                )
        ranker, self.held_out, found = train_ranker(walks, self._options.ranking, self._say)
        self.runs = {
            name: to_run(CHANCES, {real[group].key: nodes for group, nodes in own.items()})
            for name, own in found.items()
        }
        return ranker_to_json(ranker)

    def rewarded(self, trained: Trained) -> tuple[Trained, list[float]]:
        """Walk and learn from the paths that reached gold evidence, as long as questions kept aside are better found.

        Returns the weights and the recall at 5 on those questions, before the rounds and after each that was kept.
        """
        if not self._options.rounds:
            return trained, []
        aside = self.validation or self.tasks[:: max(1, len(self.tasks) // 100)]
        recalls = [self._recall(trained, aside)]
        for number in range(self._options.rounds):
            folder = self.part(f"round-{number}")
            agent = self._agent(trained, folder)
            examples = rewarded_examples(
                self.tasks, self._sources, self._pool, agent, self._embedder, self._settings.walk
            )
            if not examples:
                break
            encoder = self._options.encoder
            once = replace(encoder, passes=1, learning_rate=_ROUND_RATE * encoder.learning_rate, validation=0.0)
            again = train_encoder(
                examples,
                (),
                self._pool.vectors,
                self._settings.embedding,
                once,
                start=trained.weights,
                checkpoint=folder,
                progress=self._say,
            )
            recall = self._recall(again, aside)
            self._say(f"round {number + 1}: recall@5 {recall:.3f} after {recalls[-1]:.3f}")
            if recall <= recalls[-1]:
                break
            recalls.append(recall)
            trained = Trained(again.weights, [*trained.losses, *again.losses], trained.validation)
        return trained, [round(recall, 4) for recall in recalls]

    def _agent(self, trained: Trained, folder: Path) -> Any:
        _write(folder, trained.weights, None, _bare_card(self._embedder, self._options))
        return load_agent(self._embedder, folder)

    def _recall(self, trained: Trained, tasks: Sequence[Task]) -> float:
        agent = self._agent(trained, self.part("measured"))
        options: WalkOptions = self._settings.walk
        recalls = []
        for task in tasks:
            source = self._sources[task.source]
            trace = walk(
                task.question,
                graph=source.graph,
                index=source.index,
                embedder=self._embedder,
                agent=agent,
                options=options,
            )
            recalls.append(recall_at(5, [ranked.node for ranked in trace.ranked], task.gold))
        return float(np.mean(recalls))


def _bare_card(embedder: SentenceTransformerEmbedder, options: AgentOptions) -> dict[str, Any]:
    settings = {"scale": options.encoder.scale}
    return {"base": embedder.name, "dimensions": embedder.dimensions, "settings": settings}


def _write(output: Path, weights: dict[str, Any], ranking: dict[str, Any] | None, card: dict[str, Any]) -> None:
    """Write an agent's files, the card last: where there is a card, the rest is whole."""
    import torch
    from safetensors.torch import save_file

    output.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.to(torch.float16) for name, weight in weights.items()}, output / ADAPTER)
    if ranking is not None:
        (output / RANKING).write_text(json.dumps(ranking, separators=(",", ":")) + "\n", encoding="utf-8")
    (output / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
