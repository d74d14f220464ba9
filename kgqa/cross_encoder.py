"""How well a sentence answers a question, by an encoder that reads both together.

Vectors of a question and of a sentence say what each is about; read together, word beside word, they tell whether the
one answers the other (a cross-encoder: monoBERT, arXiv 1901.04085; for choosing among sentences TANDA, arXiv
1911.04118). The encoder is the bundled embedding model with low-rank updates (LoRA, arXiv 2106.09685) that
`kgqa.train_cross` learns from questions and passages of public data sets, and a head of two layers over its first
word piece.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import Embedder, SentenceTransformerEmbedder, choose_precision, model_folder
from graphs.options import EmbeddingOptions
from kgqa.encoder import merge_updates
from kgqa.errors import SettingsError

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED = Path(__file__).parent / "reader"
"""Where the weights that come with the package are."""

WEIGHTS, CARD = "cross.safetensors", "cross.json"
"""The files of a cross-encoder: its updates and head, and what it was made of."""

QUESTION, SENTENCE, BEFORE = 40, 80, 30
"""Word pieces that are read of a question, of a sentence, and of what stands before it, of which the end is kept."""

LENGTH = 112
"""Word pieces that are read of all three."""

_TOGETHER = 3  # texts of about one length that pass at once: of more, too much would be padded

_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    sentence: str
    before: str = ""  # its heading and the sentence before it, by which its pronouns are understood


class PairEncoder(Protocol):
    """What reads a question and a sentence together."""

    @property
    def opens(self) -> list[int]:
        """The word pieces that a text begins with."""
        ...

    @property
    def parts(self) -> list[int]:
        """Those between a question and a sentence."""
        ...

    @property
    def closes(self) -> list[int]:
        """Those behind a sentence, and behind what stood before it."""
        ...

    def bare_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text alone."""
        ...

    def first_states(self, ids: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the states of the first word piece of texts of shape (texts, length), shape (texts, size)."""
        ...


class CrossEncoder:
    """Scores sentences for a question; the same input always gives the same scores."""

    def __init__(self, encoder: PairEncoder, head: Mapping[str, Tensor]) -> None:
        """Take an encoder and the head's weights, named as in a torch.nn.Sequential of linear, tanh and linear."""
        self._encoder, self._head = encoder, head

    def scores(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
        """Return the log-odds of each sentence against "none of them answers", shape (n,)."""
        import torch

        rows = pair_tokens(self._encoder, question, candidates)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found = np.empty(len(rows))
        with torch.inference_mode():
            for at in range(0, len(order), _TOGETHER):
                part = order[at : at + _TOGETHER]
                lengths = [len(rows[i]) for i in part]
                ids = torch.tensor([rows[i] + [0] * (lengths[-1] - len(rows[i])) for i in part])
                first = self._encoder.first_states(ids, lengths).float()
                inner = torch.tanh(torch.nn.functional.linear(first, self._head["0.weight"], self._head["0.bias"]))
                scores = torch.nn.functional.linear(inner, self._head["2.weight"], self._head["2.bias"])
                found[part] = scores[:, 0].numpy()
        return found


def pair_tokens(encoder: PairEncoder, question: str, candidates: Sequence[Candidate]) -> list[list[int]]:
    """Return what is read of a question with each candidate: question, sentence and what stands before it, parted."""
    texts = [question, *(c.sentence for c in candidates), *(c.before for c in candidates)]
    asked, *others = encoder.bare_tokens(texts)
    sentences, before = others[: len(candidates)], others[len(candidates) :]
    end = encoder.closes
    opening = [*encoder.opens, *asked[:QUESTION], *encoder.parts]
    return [
        [*opening, *sentence[:SENTENCE], *end, *(b[-BEFORE:] + end if b else [])][:LENGTH]
        for sentence, b in zip(sentences, before, strict=True)
    ]


def load_cross_encoder(embedder: Embedder, folder: Path = SHIPPED) -> CrossEncoder | None:
    """Return the cross-encoder in a folder, loaded once a process; None where another model embeds, or it has none.

    Raises SettingsError for files that cannot be read.
    """
    if not isinstance(embedder, SentenceTransformerEmbedder) or not (folder / WEIGHTS).exists():
        return None
    folder, written = folder.resolve(), (folder / WEIGHTS).stat().st_mtime_ns
    if read_card(folder, written)["base"] != embedder.name:
        return None
    with _loading:
        return _load(embedder.options, folder, written)


@lru_cache(maxsize=4)
def read_card(folder: Path, written: int) -> dict[str, Any]:
    """Return what the weights in a folder, written at that time in nanoseconds, were made of; its `base` and `scale`
    are read. Raises SettingsError for a card that is missing or lacks them.
    """
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        return {**card, "base": str(card["base"]), "scale": float(card["scale"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(folder, error) from error


@lru_cache(maxsize=4)  # those of the parts of documents, while the reader is trained
def _load(options: EmbeddingOptions, folder: Path, written: int) -> CrossEncoder:
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from graphs.bert import BertEncoder

    dtype = torch.bfloat16 if choose_precision(options.precision) == "bfloat16" else torch.float32
    scale = read_card(folder, written)["scale"]
    try:
        weights = load_file(folder / WEIGHTS)
        head = {name.removeprefix("head."): w.float() for name, w in weights.items() if name.startswith("head.")}
        encoder = BertEncoder(
            Path(model_folder(options.model)), dtype, lambda layers: merge_updates(layers, weights, scale)
        )
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise _unreadable(folder, error) from error
    return CrossEncoder(encoder, head)


def _unreadable(folder: Path, error: Exception) -> SettingsError:
    return SettingsError(
        f"The cross-encoder in {folder} cannot be read ({error}). Install kgqa again, or train it: "
        "python -m kgqa.train_cross."
    )
