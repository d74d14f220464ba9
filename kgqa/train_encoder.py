"""Steps of walks -> low-rank updates of the encoder that predicts the next evidence.

Passage vectors are frozen, so all passages of all corpora serve as negatives in one matrix product: cross-entropy over
them at a low temperature, the question's other gold passages masked out, and every gold passage that may come next a
positive. Only low-rank updates (LoRA, arXiv 2106.09685) of the query side are trained.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import SentenceTransformerEmbedder, choose_precision
from graphs.options import EmbeddingOptions
from kgqa.encoder import lora_layers
from kgqa.errors import SettingsError

_SAVED_EVERY = 20  # steps: what a run that is cut off loses at most
_BUCKET = 25  # word pieces by which the order of lengths is shuffled, so that batches differ from pass to pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How the encoder is trained."""

    rank: int = 16  # of the low-rank updates
    scale: float = 2.0  # that the updates are multiplied with
    learning_rate: float = 6e-4
    batch: int = 24
    passes: int = 4  # over the data
    warm_up: float = 0.1  # share of the steps
    temperature: float = 0.05
    distractor: float = 0.25  # share of examples whose path holds a passage that is not gold
    any_order: float = 0.0  # share of examples whose visited passages are any of the gold ones, not the first
    validation: float = 0.0  # share of the questions that are kept aside, by which training stops early
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("rank", "batch", "passes"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name}={getattr(self, name)} must be at least 1")
        for name in ("distractor", "any_order", "validation", "warm_up"):
            if not 0 <= getattr(self, name) < 1:
                raise SettingsError(f"{name}={getattr(self, name)} must be at least 0 and below 1")


@dataclass(frozen=True, slots=True)
class Example:
    """One step to learn: from what was read to what may come next."""

    text: str  # question and visited passages, as the agent reads them
    positives: tuple[int, ...]  # rows of the passages that may come next
    masked: tuple[int, ...]  # rows that are gold, but visited or not next


@dataclass(frozen=True)
class Trained:
    """What came of training."""

    weights: dict[str, Any]  # name -> float32 tensor: a of shape (rank, in), b of shape (out, rank)
    losses: list[float]  # of each step
    validation: list[float]  # loss on the questions kept aside, before training and after each pass


def train_encoder(
    examples: Sequence[Example],
    kept_aside: Sequence[Example],
    passages: NDArray[np.float32],
    embedding: EmbeddingOptions,
    options: TrainOptions,
    *,
    start: dict[str, Any] | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Trained:
    """Train on examples over passages of shape (n, dimensions), unit rows.

    `start` are weights to go on from; with a `checkpoint` folder a run that was cut off goes on where it was, to the
    same result. With examples kept aside, the weights of the pass with the least loss on them are returned, and
    training ends once two passes in a row brought none.
    """
    return _Run(examples, kept_aside, passages, embedding, options, start, checkpoint, progress).train()


class _Run:
    """One training run."""

    def __init__(
        self,
        examples: Sequence[Example],
        kept_aside: Sequence[Example],
        passages: NDArray[np.float32],
        embedding: EmbeddingOptions,
        options: TrainOptions,
        start: dict[str, Any] | None,
        checkpoint: Path | None,
        progress: Callable[[str], None] | None,
    ) -> None:
        import torch

        self._torch, self._options, self._say = torch, options, progress or (lambda _: None)
        torch.manual_seed(options.seed)
        base = SentenceTransformerEmbedder(
            EmbeddingOptions(model=embedding.model, precision="float32", threads=embedding.threads)
        )
        self._halved = choose_precision(embedding.precision) == "bfloat16"
        self._model = base.model
        self._updates = _add_updates(self._model, options, start)
        self._passages = torch.from_numpy(np.ascontiguousarray(passages))
        self._examples, self._kept_aside, self._checkpoint = examples, kept_aside, checkpoint
        texts = [example.text for example in examples]
        self._lengths = [len(ids) for ids in base.model.tokenizer(texts, truncation=True)["input_ids"]]
        self._parameters = [weight for pair in self._updates.values() for weight in pair]
        self._optimiser = torch.optim.AdamW(self._parameters, lr=options.learning_rate)
        self._steps = options.passes * -(-len(examples) // options.batch)
        self._losses: list[float] = []
        self._validation: list[float] = []
        self._best: dict[str, Any] | None = None

    def train(self) -> Trained:
        self._restore()
        if self._kept_aside and not self._validation:
            self._validation.append(self._measured())
        per_pass = self._steps // self._options.passes
        for number in range(len(self._losses) // per_pass, self._options.passes):
            batches = self._batches(number)
            for batch in batches[len(self._losses) - number * per_pass :]:
                self._step(batch)
            if self._kept_aside and len(self._validation) == number + 1:
                self._validation.append(self._measured())
                if self._validation[-1] <= min(self._validation[1:]):
                    self._best = self._snapshot()
                self._save()
                self._say(f"pass {number + 1}: loss on questions kept aside {self._validation[-1]:.3f}")
                if number >= 2 and min(self._validation[-2:]) > min(self._validation[1:-2]):
                    break
        if self._checkpoint is not None:
            for path in self._files(self._checkpoint):
                path.unlink(missing_ok=True)
        return Trained(self._best or self._snapshot(), self._losses, self._validation)

    def _batches(self, number: int) -> list[list[Example]]:
        """Return the batches of a pass, each of texts of about one length, so that little is padded."""
        chance = random.Random(f"{self._options.seed}/{number}")
        order = sorted(range(len(self._examples)), key=lambda i: self._lengths[i] + chance.uniform(-_BUCKET, _BUCKET))
        size = self._options.batch
        batches = [[self._examples[i] for i in order[at : at + size]] for at in range(0, len(order), size)]
        chance.shuffle(batches)
        return batches

    def _step(self, batch: Sequence[Example]) -> None:
        torch, options, step = self._torch, self._options, len(self._losses)
        rate = min((step + 1) / max(1.0, options.warm_up * self._steps), (self._steps - step) / self._steps)
        for group in self._optimiser.param_groups:
            group["lr"] = options.learning_rate * rate
        self._model.train()
        torch.manual_seed(options.seed * 1_000_003 + step)  # of dropout: the same after a resumption
        loss = self._loss(batch)
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimiser.step()
        self._losses.append(float(loss.detach()))
        if len(self._losses) % _SAVED_EVERY == 0:
            self._save()
            self._say(f"step {len(self._losses)} of {self._steps}, loss {np.mean(self._losses[-_SAVED_EVERY:]):.3f}")

    def _loss(self, batch: Sequence[Example]) -> Any:
        """Return the mean of -log(share of the positives), the masked passages left out."""
        torch = self._torch
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._halved):
            features = self._model.tokenizer(
                [example.text for example in batch],
                truncation=True,
                max_length=self._model.max_seq_length,
                padding=True,
                return_tensors="pt",
            )
            vectors = self._model(dict(features))["sentence_embedding"]
        vectors = torch.nn.functional.normalize(vectors.float(), dim=1)
        logits = vectors @ self._passages.T / self._options.temperature
        mask = torch.zeros_like(logits)
        positive = torch.zeros_like(logits, dtype=torch.bool)
        for row, example in enumerate(batch):
            mask[row, list(example.masked)] = float("-inf")
            positive[row, list(example.positives)] = True
        logits = logits + mask
        whole = torch.logsumexp(logits, dim=1)
        wanted = torch.logsumexp(logits.masked_fill(~positive, float("-inf")), dim=1)
        return (whole - wanted).mean()

    def _measured(self) -> float:
        """Return the loss on the examples kept aside."""
        self._model.eval()
        size, total = self._options.batch, 0.0
        with self._torch.no_grad():
            for at in range(0, len(self._kept_aside), size):
                part = self._kept_aside[at : at + size]
                total += float(self._loss(part)) * len(part)
        return total / len(self._kept_aside)

    def _snapshot(self) -> dict[str, Any]:
        return {
            f"{name}.{letter}": weight.detach().clone().contiguous()
            for name, pair in self._updates.items()
            for letter, weight in zip("ab", pair, strict=True)
        }

    def _mark(self) -> str:
        """Return what tells this run from others: a checkpoint of another one is not gone on from."""
        said = [json.dumps(asdict(self._options), sort_keys=True), *(example.text for example in self._examples)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    @staticmethod
    def _files(folder: Path) -> tuple[Path, Path, Path]:
        return folder / "checkpoint.json", folder / "checkpoint.safetensors", folder / "best.safetensors"

    def _save(self) -> None:
        """Write the state so that a cut at any moment leaves the old one or the new one."""
        if self._checkpoint is None:
            return
        from safetensors.torch import save_file

        self._checkpoint.mkdir(parents=True, exist_ok=True)
        about, tensors, best = self._files(self._checkpoint)
        state = self._snapshot()
        for i, weight in enumerate(self._parameters):
            if own := self._optimiser.state.get(weight):
                state |= {f"optimiser/{i}/{key}": own[key] for key in ("exp_avg", "exp_avg_sq", "step")}
        record = {"mark": self._mark(), "losses": self._losses, "validation": self._validation}
        save_file(state, tensors.with_suffix(".new"), metadata={"record": json.dumps(record)})
        tensors.with_suffix(".new").replace(tensors)
        if self._best is not None:
            save_file(self._best, best)
        about.write_text(json.dumps({"mark": record["mark"], "steps": len(self._losses)}), encoding="utf-8")

    def _restore(self) -> None:
        """Go on from a checkpoint of the same run, where there is one."""
        if self._checkpoint is None:
            return
        from safetensors import SafetensorError, safe_open
        from safetensors.torch import load_file

        _, tensors, best = self._files(self._checkpoint)
        try:
            with safe_open(tensors, "pt") as file:
                record = json.loads((file.metadata() or {})["record"])
            state = load_file(tensors)
        except (OSError, SafetensorError, KeyError, ValueError):
            return
        if record["mark"] != self._mark():
            return
        with self._torch.no_grad():
            for name, pair in self._updates.items():
                for letter, weight in zip("ab", pair, strict=True):
                    weight.copy_(state[f"{name}.{letter}"])
        for i, weight in enumerate(self._parameters):
            if f"optimiser/{i}/step" in state:
                self._optimiser.state[weight] = {
                    key: state[f"optimiser/{i}/{key}"] for key in ("exp_avg", "exp_avg_sq", "step")
                }
        self._losses, self._validation = record["losses"], record["validation"]
        self._best = load_file(best) if best.exists() and self._validation else None
        self._say(f"going on after step {len(self._losses)} of {self._steps}")


def _add_updates(model: Any, options: TrainOptions, start: dict[str, Any] | None) -> dict[str, tuple[Any, Any]]:
    """Freeze the model and add a trainable update of low rank to each of its linear layers, by forward hooks."""
    import torch

    for weight in model.parameters():
        weight.requires_grad_(False)
    updates = {}
    for name, layer in lora_layers(model):
        a = torch.randn(options.rank, layer.in_features) / layer.in_features**0.5
        b = torch.zeros(layer.out_features, options.rank)
        if start is not None:
            a, b = start[f"{name}.a"].float().clone(), start[f"{name}.b"].float().clone()
        pair = torch.nn.Parameter(a), torch.nn.Parameter(b)
        updates[name] = pair

        def add(_: Any, inputs: Any, output: Any, pair: tuple[Any, Any] = pair) -> Any:
            return output + options.scale * ((inputs[0] @ pair[0].T) @ pair[1].T)

        layer.register_forward_hook(add)
    return updates
