"""Question paths -> a trained encoder that predicts the next evidence.

Passage vectors are frozen, so all passages of a corpus serve as negatives in one matrix product: cross-entropy over the
corpus at a low temperature, the question's other gold passages masked out, and every gold passage that may come next a
positive. Only low-rank updates (LoRA, arXiv 2106.09685) of the query side are trained.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from graphs.embedding import SentenceTransformerEmbedder, load_embedder
from graphs.index import SearchIndex
from graphs.options import EmbeddingOptions
from kgqa.agents import path_to_text
from kgqa.encoder import lora_layers
from kgqa.errors import DatasetError
from kgqa.evaluate import Dataset, dataset_to_graph, read_dataset
from kgqa.settings import Settings

_FREE_ORDER = ("comparison", "bridge", "")  # question types whose gold passages may be visited in any order


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How the agent is trained."""

    rank: int = 16  # of the low-rank updates
    scale: float = 2.0  # that the updates are multiplied with
    learning_rate: float = 6e-4
    batch: int = 24
    passes: int = 4  # over the data
    warm_up: float = 0.1  # share of the steps
    temperature: float = 0.05
    distractor: float = 0.25  # share of examples whose path holds a passage that is not gold
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One step to learn: from what was read to what may come next."""

    corpus: int  # index of the data set
    text: str  # question and visited passages, as the agent reads them
    positives: tuple[int, ...]  # rows of the corpus that may come next
    masked: tuple[int, ...]  # rows that are gold, but visited or not next


def train_agent(
    folders: Sequence[Path],
    output: Path,
    *,
    settings: Settings,
    options: TrainOptions | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Train on data sets in BEIR layout, write adapter and card into `output`, and return the card."""
    options = options or TrainOptions()
    say = progress or (lambda _: None)
    started = perf_counter()
    embedder = load_embedder(settings.embedding)
    datasets, matrices, examples = [], [], []
    chance = random.Random(options.seed)
    for number, folder in enumerate(folders):
        dataset = read_dataset(folder)
        say(f"{dataset.name}: embedding {len(dataset.passages)} passages")
        _, index = dataset_to_graph(dataset, embedder, settings, with_links=False)
        datasets.append(dataset)
        matrices.append(index.vectors(index.node_ids))
        examples += dataset_to_examples(number, folder, dataset, index, embedder, options, chance)
    if not examples:
        raise DatasetError("The data sets hold no path to learn from: queries with gold passages in the corpus.")
    weights, losses = _train(examples, matrices, settings.embedding, options, say)
    card = {
        "base": embedder.name,
        "dimensions": embedder.dimensions,
        "data": [
            {"name": d.name, "questions": len(d.questions), "sha256": _digest(f)}
            for d, f in zip(datasets, folders, strict=True)
        ],
        "examples": len(examples),
        "settings": asdict(options),
        "loss": {"first": round(losses[0], 4), "last": round(float(np.mean(losses[-20:])), 4)},
        "seconds": round(perf_counter() - started, 1),
    }
    _write(output, weights, card)
    return card


def dataset_to_examples(
    number: int,
    folder: Path,
    dataset: Dataset,
    index: SearchIndex,
    embedder: SentenceTransformerEmbedder,
    options: TrainOptions,
    chance: random.Random,
) -> list[Example]:
    """Return one example for each hop of each question; some paths also hold a passage that leads astray."""
    metadata = _metadata(folder)
    examples = []
    vectors = embedder.embed(list(dataset.questions.values()))
    for (key, question), vector in zip(dataset.questions.items(), vectors, strict=True):
        about = metadata.get(key, {})
        gold = [node for node in about.get("path") or dataset.gold[key] if node in index.position]
        if not gold:
            continue
        free = about.get("type", "") in _FREE_ORDER
        wrong = [n.node_id for n in index.nearest(vector, 12) if n.node_id not in gold]
        for hop in range(len(gold)):
            visited = gold[:hop] if not free else chance.sample(gold, hop)
            nexts = [node for node in gold if node not in visited] if free else [gold[hop]]
            path = list(visited)
            if wrong and chance.random() < options.distractor:
                path.insert(chance.randint(0, len(path)), chance.choice(wrong))
            examples.append(
                Example(
                    number,
                    _path_text(question, path, dataset),
                    tuple(index.position[node] for node in nexts),
                    tuple(index.position[node] for node in {*gold, *path} - set(nexts)),
                )
            )
    return examples


def _path_text(question: str, path: Sequence[str], dataset: Dataset) -> str:
    from graphs.document_graph import Node, NodeKind

    nodes = [
        Node(key, NodeKind.PASSAGE, key, 1, title, text or title, title if text else "")
        for key in path
        for title, text in [dataset.passages[key]]
    ]
    return path_to_text(question, nodes)


def _train(
    examples: Sequence[Example],
    matrices: Sequence[Any],
    embedding: EmbeddingOptions,
    options: TrainOptions,
    say: Callable[[str], None],
) -> tuple[dict[str, Any], list[float]]:
    import torch

    torch.manual_seed(options.seed)
    chance = random.Random(options.seed + 1)
    base = SentenceTransformerEmbedder(
        EmbeddingOptions(model=embedding.model, precision="float32", threads=embedding.threads)
    )
    model = base.model
    updates = _add_updates(model, options)
    corpora = [torch.from_numpy(np.ascontiguousarray(matrix)) for matrix in matrices]
    steps = options.passes * sum(
        -(-sum(e.corpus == i for e in examples) // options.batch) for i in range(len(matrices))
    )
    optimiser = torch.optim.AdamW([weight for pair in updates.values() for weight in pair], lr=options.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / max(1, options.warm_up * steps), max(0.0, (steps - step) / max(1, steps))),
    )
    losses: list[float] = []
    model.train()
    for _ in range(options.passes):
        for batch in _batches(examples, len(matrices), options.batch, chance):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=embedding.precision != "float32"):
                features = model.tokenize([example.text for example in batch])
                vectors = model(features)["sentence_embedding"]
            vectors = torch.nn.functional.normalize(vectors.float(), dim=1)
            loss = _loss(vectors @ corpora[batch[0].corpus].T / options.temperature, batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([weight for pair in updates.values() for weight in pair], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
            if len(losses) % 20 == 0:
                say(f"step {len(losses)} of {steps}, loss {np.mean(losses[-20:]):.3f}")
    weights = {}
    for name, (a, b) in updates.items():
        weights[f"{name}.a"], weights[f"{name}.b"] = a.detach().contiguous(), b.detach().contiguous()
    return weights, losses


def _add_updates(model: Any, options: TrainOptions) -> dict[str, tuple[Any, Any]]:
    """Freeze the model and add a trainable update of low rank to each of its linear layers, by forward hooks."""
    import torch

    for weight in model.parameters():
        weight.requires_grad_(False)
    updates = {}
    for name, layer in lora_layers(model):
        a = torch.nn.Parameter(torch.randn(options.rank, layer.in_features) / layer.in_features**0.5)
        b = torch.nn.Parameter(torch.zeros(layer.out_features, options.rank))
        updates[name] = (a, b)

        def add(_: Any, inputs: Any, output: Any, a: Any = a, b: Any = b) -> Any:
            return output + options.scale * ((inputs[0] @ a.T) @ b.T)

        layer.register_forward_hook(add)
    return updates


def _batches(examples: Sequence[Example], corpora: int, size: int, chance: random.Random) -> list[list[Example]]:
    """Return shuffled batches, each from one corpus, since its passages are the negatives."""
    batches = []
    for corpus in range(corpora):
        own = [example for example in examples if example.corpus == corpus]
        chance.shuffle(own)
        batches += [own[i : i + size] for i in range(0, len(own), size)]
    chance.shuffle(batches)
    return batches


def _loss(logits: Any, batch: Sequence[Example]) -> Any:
    """Return the mean of -log(share of the positives), the masked passages left out."""
    import torch

    mask = torch.zeros_like(logits)
    positive = torch.zeros_like(logits, dtype=torch.bool)
    for row, example in enumerate(batch):
        mask[row, list(example.masked)] = float("-inf")
        positive[row, list(example.positives)] = True
    logits = logits + mask
    whole = torch.logsumexp(logits, dim=1)
    wanted = torch.logsumexp(logits.masked_fill(~positive, float("-inf")), dim=1)
    return (whole - wanted).mean()


def _metadata(folder: Path) -> dict[str, dict[str, Any]]:
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines if line.strip()]
    return {str(item["_id"]): item.get("metadata") or {} for item in items}


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "queries.jsonl").read_bytes()).hexdigest()


def _write(output: Path, weights: dict[str, Any], card: dict[str, Any]) -> None:
    import torch
    from safetensors.torch import save_file

    output.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.to(torch.float16) for name, weight in weights.items()}, output / "adapter.safetensors")
    (output / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
