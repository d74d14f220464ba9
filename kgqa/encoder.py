"""The trained agent: an encoder that reads question and path and points at the next evidence.

Passage vectors stay those of the stock embedder; only the query side is trained, by low-rank updates (LoRA, arXiv
2106.09685) that are merged into the embedder's own weights when the agent is loaded. A step costs no model call.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node
from graphs.embedding import Embedder, SentenceTransformerEmbedder
from graphs.options import EmbeddingOptions
from kgqa.agents import Prediction, path_to_text
from kgqa.errors import SettingsError
from kgqa.ranking import Ranker, load_ranker

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED = Path(__file__).parent / "agent"
"""The adapter in the package: the default of `--agent auto` for the bundled embedding model."""

ADAPTER, RANKING = "adapter.safetensors", "ranking.json"
"""The files of an agent beside its card: what its encoder adds to the base, and how it ranks what a walk has seen."""

_loading = threading.Lock()  # two that ask for an agent at once get the same one
_LAYERS = ("query", "key", "value", "dense", "q", "k", "v", "o")  # of a BERT, and of an MPNet


class EncoderAgent:
    """Predicts with a trained encoder; the same input always gives the same vector."""

    name = "encoder"

    def __init__(self, encoder: SentenceTransformerEmbedder, ranker: Ranker | None = None) -> None:
        self._encoder = encoder
        self.ranker = ranker
        self._cache: dict[str, NDArray[np.float32]] = {}

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return one vector per path, all encoded together; those of paths seen before are kept."""
        texts = [path_to_text(question, path) for path in paths]
        missing = [text for text in dict.fromkeys(texts) if text not in self._cache]
        if len(self._cache) > 10_000:
            self._cache.clear()
            missing = list(dict.fromkeys(texts))
        if missing:
            self._cache.update(zip(missing, self._encoder.embed(missing), strict=True))
        return [Prediction(self._cache[text], agent=self.name) for text in texts]


def adapter_fits(embedder: Embedder, folder: Path = SHIPPED) -> bool:
    """Return whether the folder holds an adapter that was trained for this embedder."""
    card = _card(folder)
    return card is not None and card.get("base") == embedder.name and card.get("dimensions") == embedder.dimensions


def load_agent(embedder: Embedder, folder: Path = SHIPPED) -> EncoderAgent:
    """Return the agent in a folder; raise SettingsError for one that is missing or made for another embedder."""
    card = _card(folder)
    if card is None:
        raise SettingsError(
            f"{folder} holds no trained agent. Make one with `kgqa train-agent`, or use --agent question."
        )
    if not adapter_fits(embedder, folder):
        raise SettingsError(
            f"The agent in {folder} was trained for {card.get('base')} ({card.get('dimensions')} dimensions), "
            f"the collection uses {embedder.name} ({embedder.dimensions}). Train one for it with `kgqa train-agent`, "
            "or use --agent question."
        )
    options = getattr(embedder, "options", EmbeddingOptions())
    ranking = folder / RANKING
    ranker = _load_ranker(ranking.resolve(), ranking.stat().st_mtime_ns) if ranking.exists() else None
    with _loading:
        encoder = _load(options, folder.resolve(), (folder / ADAPTER).stat().st_mtime_ns)
    return EncoderAgent(encoder, ranker)


@lru_cache(maxsize=2)
def _load_ranker(path: Path, _: int) -> Ranker:
    return load_ranker(path)


@lru_cache(maxsize=2)
def _load(options: EmbeddingOptions, folder: Path, _: int) -> SentenceTransformerEmbedder:
    from safetensors.torch import load_file

    updates = load_file(folder / ADAPTER)
    scale = float(json.loads((folder / "card.json").read_text(encoding="utf-8"))["settings"]["scale"])
    return SentenceTransformerEmbedder(options, change=lambda weights: merge_updates(weights, updates, scale))


def merge_updates(weights: Mapping[str, Tensor], updates: Mapping[str, Tensor], scale: float) -> None:
    """Add low-rank updates to the weights of a model's layers, in place; `updates` are named as `lora_layers` does."""
    import torch

    with torch.no_grad():
        for name in sorted(key.removesuffix(".b") for key in updates if key.endswith(".b")):
            layer = "encoder." + name.split("/encoder/", 1)[1].replace("/", ".")
            weights[layer].add_(scale * (updates[f"{name}.b"].float() @ updates[f"{name}.a"].float()))


def lora_layers(model: Any) -> list[tuple[str, Any]]:
    """Return (name, linear layer) of the transformer's layers that are trained, in a fixed order."""
    import torch

    return [
        (name.replace(".", "/"), layer)
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear) and name.rsplit(".", 1)[-1] in _LAYERS and ".encoder." in name
    ]


def _card(folder: Path) -> dict[str, Any] | None:
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return card if (folder / ADAPTER).exists() else None
