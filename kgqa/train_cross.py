"""Public sets of questions -> the cross-encoder by which sentences are chosen and questions refused.

    python -m kgqa.train_cross [--output FOLDER] [--start FOLDER] [--without PART] [--larger FOLDER] FILE[=MOST] ...

FILE is what `kgqa.cross_data` reads, of which at most MOST questions are taken, by chance. For each question one of its
sentences is right, or none: the loss is the cross-entropy of a softmax over the scores of its sentences and a score of
0 for "none of them", so that what is learned both orders sentences and tells whether any answers. Only low-rank updates
(LoRA, arXiv 2106.09685) of the encoder's upper layers and a head are trained. `--start` goes on from weights that were
learned before; `--without` leaves out the documents of a part (`kgqa.cross_data.part_of`), and writes to a folder of
its number; `--larger` names the folder of the model of `kgqa.larger_reader`, which learns instead.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graphs.bert import BertEncoder
from graphs.embedding import BUNDLED_MODEL, SentenceTransformerEmbedder, choose_precision, model_folder
from graphs.mpnet import MpnetEncoder
from graphs.options import EmbeddingOptions
from kgqa.cross_data import PARTS, CrossData, CrossExample, part_of, read_cross_data
from kgqa.cross_encoder import CARD, SHIPPED, WEIGHTS, PairEncoder, pair_tokens, read_card
from kgqa.encoder import lora_layers
from kgqa.errors import DatasetError, SettingsError
from kgqa.larger_reader import MODEL, mark_of

_SEVERAL = 6  # groups of about one length that the sentences of a batch are read in
_BUCKET = 30  # word pieces by which the order of lengths is shuffled
_LEAST_RATE = 0.02  # share of the learning rate at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossOptions:
    """How the cross-encoder is trained."""

    rank: int = 32  # of the low-rank updates
    scale: float = 2.0  # that the updates are multiplied with
    from_layer: int = 2  # the lowest layer that is trained
    learning_rate: float = 7e-4
    warm_up: float = 0.06  # share of the steps
    batch: int = 24  # questions
    passes: int = 1  # over the questions
    kept_aside: int = 600  # questions by which it is judged
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A question with each of its sentences, as the encoder reads them."""

    rows: list[list[int]]
    right: list[int]


class CrossTrainer:
    """One training run."""

    def __init__(
        self, options: CrossOptions, embedding: EmbeddingOptions | None = None, start: Path | None = None
    ) -> None:
        """Add trainable updates and a head to the model that embeds; `start` is a folder of weights to go on from.

        Raises SettingsError for a folder that holds none of the same settings.
        """
        import torch

        self._torch, self._options = torch, options
        torch.manual_seed(options.seed)
        embedding = embedding or EmbeddingOptions()
        halved = choose_precision(embedding.precision) == "bfloat16"
        base = SentenceTransformerEmbedder(
            EmbeddingOptions(model=embedding.model, precision="float32", threads=embedding.threads)
        )
        self._model = base.model.eval()
        self._tokenizer = self._pair_encoder(Path(model_folder(embedding.model)))
        self._updates = self._add_updates()
        if halved:
            self._model.to(torch.bfloat16)
        size = base.dimensions
        self._head = torch.nn.Sequential(torch.nn.Linear(size, size), torch.nn.Tanh(), torch.nn.Linear(size, 1))
        if start is not None:
            self._restore(start)
        self._parameters = [w for pair in self._updates.values() for w in pair] + list(self._head.parameters())

    def _pair_encoder(self, folder: Path) -> PairEncoder:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
        if kind == "mpnet":
            return MpnetEncoder(folder, self._torch.float32)
        return BertEncoder(folder, self._torch.float32, lambda _: None)

    def train(self, examples: Sequence[CrossExample], *, say: Callable[[str], object] = print) -> None:
        """Learn from examples."""
        torch, options = self._torch, self._options
        chance = random.Random(options.seed)
        tokens = [self._tokens(example) for example in examples]
        tokens.sort(key=lambda one: max(map(len, one.rows)) + chance.uniform(0, _BUCKET))
        batches = [tokens[at : at + options.batch] for at in range(0, len(tokens), options.batch)]
        batches = [batch for _ in range(options.passes) for batch in chance.sample(batches, len(batches))]
        optimiser = torch.optim.AdamW(self._parameters, lr=options.learning_rate)
        for step, batch in enumerate(batches):
            rate = min((step + 1) / max(1.0, options.warm_up * len(batches)), 1.0)
            for group in optimiser.param_groups:
                group["lr"] = options.learning_rate * rate * max(_LEAST_RATE, 1 - step / len(batches))
            loss, _ = self._loss(batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
            optimiser.step()
            if step % 25 == 0:
                say(f"step {step} of {len(batches)}, loss {float(loss.detach()):.3f}")

    def judge(self, examples: Sequence[CrossExample]) -> dict[str, float]:
        """Return how many `questions` there were, their mean `loss` in nats, and which shares of those with an answer
        (`answered`: a right sentence has the largest score, above 0) and without (`refused`: none is above 0) go right,
        0 to 1.
        """
        answered: list[bool] = []
        refused: list[bool] = []
        total = 0.0
        with self._torch.no_grad():
            for example in examples:
                loss, right = self._loss([self._tokens(example)])
                total += float(loss)
                (answered if example.right else refused).append(right == 1)
        return {
            "questions": len(examples),
            "loss": round(total / max(1, len(examples)), 4),
            "answered": round(sum(answered) / max(1, len(answered)), 3),
            "refused": round(sum(refused) / max(1, len(refused)), 3),
        }

    def save(self, folder: Path, card: dict[str, Any]) -> None:
        """Write updates and head, in half precision, and the card."""
        from safetensors.torch import save_file

        state = {
            f"{name}.{letter}": weight.detach().to(self._torch.float16).contiguous()
            for name, pair in self._updates.items()
            for letter, weight in zip("ab", pair, strict=True)
        }
        state |= {f"head.{name}": w.detach().to(self._torch.float16) for name, w in self._head.state_dict().items()}
        folder.mkdir(parents=True, exist_ok=True)
        save_file(state, folder / f"{WEIGHTS}.new")
        (folder / f"{WEIGHTS}.new").replace(folder / WEIGHTS)
        (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")

    def _restore(self, folder: Path) -> None:
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            state = load_file(folder / WEIGHTS)
            with self._torch.no_grad():
                for name, pair in self._updates.items():
                    for letter, weight in zip("ab", pair, strict=True):
                        weight.copy_(state[f"{name}.{letter}"])
            self._head.load_state_dict({n.removeprefix("head."): w for n, w in state.items() if n.startswith("head.")})
        except (OSError, SafetensorError, KeyError, RuntimeError) as error:
            raise SettingsError(
                f"{folder} holds no cross-encoder to go on from ({error}). Name a folder that "
                "python -m kgqa.train_cross wrote with the same settings, or leave --start out."
            ) from error

    def _add_updates(self) -> dict[str, tuple[Any, Any]]:
        """Freeze the model and add a trainable update of low rank to each linear layer that is trained."""
        torch, options = self._torch, self._options
        for weight in self._model.parameters():
            weight.requires_grad_(False)
        updates = {}
        for name, layer in lora_layers(self._model):
            if int(name.split("/layer/", 1)[1].split("/", 1)[0]) < options.from_layer:
                continue
            a = torch.nn.Parameter(torch.randn(options.rank, layer.in_features) / layer.in_features**0.5)
            b = torch.nn.Parameter(torch.zeros(layer.out_features, options.rank))
            updates[name] = a, b

            def add(_: Any, inputs: Any, output: Any, a: Any = a, b: Any = b) -> Any:
                return output + (inputs[0] @ a.T.to(output.dtype)) @ (options.scale * b.T).to(output.dtype)

            layer.register_forward_hook(add)
        return updates

    def _tokens(self, example: CrossExample) -> _Tokens:
        return _Tokens(pair_tokens(self._tokenizer, example.question, example.candidates), list(example.right))

    def _loss(self, batch: Sequence[_Tokens]) -> tuple[Any, int]:
        """Return the mean cross-entropy of a batch, and how many of its questions go right."""
        torch = self._torch
        scores = self._scores([row for tokens in batch for row in tokens.rows])
        total, right, at = 0.0, 0, 0
        for tokens in batch:
            own = torch.cat([scores[at : at + len(tokens.rows)], torch.zeros(1)])
            at += len(tokens.rows)
            wanted = tokens.right or [len(tokens.rows)]
            total = total + torch.logsumexp(own, 0) - torch.logsumexp(own[wanted], 0)
            right += int(own.argmax()) in wanted
        return total / len(batch), right

    def _scores(self, rows: Sequence[list[int]]) -> Any:
        """Return the score of each row, read in groups of about one length."""
        torch = self._torch
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        step = -(-len(order) // _SEVERAL)
        found = []
        for at in range(0, len(order), step):
            part = [rows[i] for i in order[at : at + step]]
            ids = torch.zeros(len(part), len(part[-1]), dtype=torch.long)
            read = torch.zeros_like(ids)
            for i, row in enumerate(part):
                ids[i, : len(row)], read[i, : len(row)] = torch.tensor(row), 1
            states = self._model[0].auto_model(input_ids=ids, attention_mask=read).last_hidden_state
            found.append(self._head(states[:, 0].float())[:, 0])
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(found)[back]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, train, judge, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE[=MOST]")
    parser.add_argument("--output", type=Path, default=SHIPPED, metavar="FOLDER")
    parser.add_argument("--start", type=Path, metavar="FOLDER", help="weights to go on from, more gently")
    parser.add_argument("--without", type=int, metavar="PART", choices=range(PARTS), help="documents to leave out")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    parser.add_argument("--larger", type=Path, metavar="FOLDER", help=f"of {MODEL}, which learns instead")
    wanted = parser.parse_args(arguments)
    options = _options(wanted.start is not None, wanted.larger is not None)
    model = BUNDLED_MODEL if wanted.larger is None else str(wanted.larger)
    chance = random.Random(options.seed)
    try:
        sources = [_taken(name, chance) for name in wanted.files]
        trainer = CrossTrainer(options, EmbeddingOptions(model=model, threads=wanted.threads), wanted.start)
    except (DatasetError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    examples = [example for source in sources for example in source.examples]
    left_out = [e for e in examples if e.document and part_of(e.document) == wanted.without]
    if left_out:
        examples = [e for e in examples if not (e.document and part_of(e.document) == wanted.without)]
    chance.shuffle(examples)
    aside = 0 if wanted.start is not None else min(options.kept_aside, len(examples) // 5)
    trainer.train(examples[aside:], say=lambda line: print(line, file=sys.stderr))
    told = trainer.judge(left_out or examples[:aside])
    print(json.dumps(told))
    output = wanted.output if wanted.without is None else wanted.output / str(wanted.without)
    card = make_card(options, sources, len(examples) - aside, told, wanted.start)
    if wanted.larger is not None:
        card |= {"base": MODEL, "beside": BUNDLED_MODEL, "mark": mark_of(wanted.larger)}
    trainer.save(output, card)
    return 0


def _options(goes_on: bool, larger: bool) -> CrossOptions:
    options = CrossOptions(rank=16, learning_rate=5e-4) if larger else CrossOptions()
    return replace(options, learning_rate=4e-4) if goes_on else options


def _taken(name: str, chance: random.Random) -> CrossData:
    path, _, most = name.partition("=")
    data = read_cross_data(Path(path))
    if not most.isdecimal() or int(most) >= len(data.examples):
        return data
    return replace(data, examples=tuple(chance.sample(data.examples, int(most))))


def make_card(
    options: CrossOptions, sources: Sequence[CrossData], examples: int, held_out: dict[str, float], start: Path | None
) -> dict[str, Any]:
    """Return what the weights were made of; `held_out` is what `CrossTrainer.judge` said of questions kept aside."""
    before = {} if start is None else read_card(start, (start / WEIGHTS).stat().st_mtime_ns)
    return {
        **({"start": before} if before else {}),
        "base": BUNDLED_MODEL,
        "scale": options.scale,
        "rank": options.rank,
        "data": [{"name": s.name, "questions": len(s.examples), "sha256": s.sha256} for s in sources],
        "examples": examples,
        **({"held_out": held_out} if held_out["questions"] else {}),
    }


if __name__ == "__main__":
    sys.exit(main())
