"""A BERT sentence encoder from its files: tokenizer, weights and forward pass, for texts of one length at once.

The same operations in the same order as in transformers' BertModel under scaled dot product attention, with mean
pooling as in Sentence-BERT (arXiv 1908.10084). The libraries around it take five seconds of processor time to import,
and a few milliseconds around each pass, which is much for one short text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, normalize, scaled_dot_product_attention

_MEAN = {"pooling_mode_mean_tokens"}


@dataclass(frozen=True, slots=True)
class LayerNames:
    """What a model calls the parts of a layer in its file of weights."""

    layer: str
    asked: tuple[str, str, str] = ("attention.self.query", "attention.self.key", "attention.self.value")
    mixed: str = "attention.output.dense"
    mixed_norm: str = "attention.output.LayerNorm"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer; the weights of query, key and value stand below each other."""

    asked: tuple[Tensor, Tensor]  # weights and bias
    mixed: tuple[Tensor, Tensor]
    mixed_norm: tuple[Tensor, Tensor]
    wide: tuple[Tensor, Tensor]
    narrow: tuple[Tensor, Tensor]
    norm: tuple[Tensor, Tensor]
    heads: int
    eps: float

    @classmethod
    def of(cls, weights: MutableMapping[str, Tensor], names: LayerNames, heads: int, eps: float) -> Layer:
        """Take a layer's weights out of those of a model, by the names that it gives its parts."""

        def pair(*parts: str) -> tuple[Tensor, Tensor]:
            taken = [[weights.pop(f"{names.layer}.{part}.{kind}") for part in parts] for kind in ("weight", "bias")]
            rows, bias = (torch.cat(several) if len(several) > 1 else several[0] for several in taken)
            return rows, bias

        return cls(
            pair(*names.asked), pair(names.mixed), pair(names.mixed_norm), pair("intermediate.dense"),
            pair("output.dense"), pair("output.LayerNorm"), heads, eps,
        )  # fmt: skip

    def __call__(self, rows: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map rows of shape (texts, length, size) to the same shape.

        `mask`, if any, is True where a piece is read, or what is added to how much each piece heeds each other one.
        """
        texts, length, size = rows.shape
        asked = linear(rows, *self.asked).view(texts, length, 3, self.heads, size // self.heads)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        return self._rest(rows, query, key, value, mask)

    def first(self, rows: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return what `__call__` gives for the first piece of each text alone, shape (texts, 1, size)."""
        texts, length, size = rows.shape
        (weights, bias), parts = self.asked, (self.heads, size // self.heads)
        query = linear(rows[:, :1], weights[:size], bias[:size]).view(texts, 1, *parts).transpose(1, 2)
        told = linear(rows, weights[size:], bias[size:]).view(texts, length, 2, *parts)
        key, value = told.permute(2, 0, 3, 1, 4)
        return self._rest(rows[:, :1], query, key, value, mask)

    def _rest(self, rows: Tensor, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        size = rows.shape[2]
        mixed = scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).reshape(rows.shape)
        rows = layer_norm(linear(mixed, *self.mixed) + rows, (size,), *self.mixed_norm, self.eps)
        narrow = linear(gelu(linear(rows, *self.wide)), *self.narrow)
        return layer_norm(narrow + rows, (size,), *self.norm, self.eps)


class BertEncoder:
    """Texts -> vectors; never changes once it is made."""

    def __init__(self, folder: Path, precision: torch.dtype, change: Callable[[Mapping[str, Tensor]], None]) -> None:
        """Read a folder of which `is_plain_bert` is true; `change` may change weights, by the names of their layers."""
        config = _json(folder / "config.json")
        weights = {name.removeprefix("bert."): w.float() for name, w in load_file(folder / "model.safetensors").items()
                   if w.is_floating_point()}  # fmt: skip
        change({name.removesuffix(".weight"): w for name, w in weights.items()})
        weights = {name: w.to(precision) for name, w in weights.items()}
        self._tokenizer = read_tokenizer(folder, int(_json(folder / "sentence_bert_config.json")["max_seq_length"]))
        first, end = (self._tokenizer.token_to_id(mark) or 0 for mark in ("[CLS]", "[SEP]"))
        self.opens, self.parts, self.closes = [first], [end], [end]
        self._words = weights["embeddings.word_embeddings.weight"]
        self._kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = weights["embeddings.position_embeddings.weight"]
        self._norm = weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]
        self._eps = float(config["layer_norm_eps"])
        heads, layers = int(config["num_attention_heads"]), int(config["num_hidden_layers"])
        self._layers = [Layer.of(weights, LayerNames(f"encoder.layer.{i}"), heads, self._eps) for i in range(layers)]
        self.dimensions = int(config["hidden_size"])

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text, cut to the model's length."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]

    def placed_tokens(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the word pieces of a text and where each begins and ends in it; (0, 0) for marks of its ends."""
        encoded = self._tokenizer.encode(text)
        return encoded.ids, encoded.offsets

    def bare_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text without the marks of its ends, cut to the model's length."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def __call__(self, ids: Tensor) -> Tensor:
        """Return float32 rows of unit length, shape (texts, size), for word pieces of shape (texts, length)."""
        return normalize(self.states(ids).mean(dim=1).float(), dim=1)

    def states(self, ids: Tensor) -> Tensor:
        """Return the last layer's rows of each word piece, shape (texts, length, size), in the encoder's precision."""
        rows = self._embedded(ids)
        for layer in self._layers:
            rows = layer(rows)
        return rows

    def first_states(self, ids: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the last layer's rows of the first word piece of each text, shape (texts, size).

        `lengths` are the word pieces of each text; what stands behind them in `ids` is not read.
        """
        mask = (torch.arange(ids.shape[1]) < torch.tensor(lengths)[:, None])[:, None, None, :]
        rows = self._embedded(ids)
        for layer in self._layers[:-1]:
            rows = layer(rows, mask)
        return self._layers[-1].first(rows, mask)[:, 0]

    def _embedded(self, ids: Tensor) -> Tensor:
        rows = self._words[ids] + self._kind + self._places[: ids.shape[1]]
        return layer_norm(rows, (self.dimensions,), *self._norm, self._eps)


def is_plain_bert(folder: Path) -> bool:
    """Return whether a sentence-transformers folder holds a BERT with mean pooling, and all that is read of it."""
    try:
        config, parts = _json(folder / "config.json"), _json(folder / "modules.json")
        pooling = _json(folder / "1_Pooling" / "config.json")
        told = _json(folder / "sentence_bert_config.json")
        kinds = [str(part["type"]).rsplit(".", 1)[-1] for part in parts]
        modes = {name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True}
        return (
            kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
            and (modes == _MEAN or pooling.get("pooling_mode") == "mean")
            and config["model_type"] == "bert"
            and config["hidden_act"] == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and not config.get("is_decoder", False)
            and not told.get("do_lower_case", False)
            and int(told["max_seq_length"]) <= int(config["max_position_embeddings"])
            and all((folder / name).is_file() for name in ("model.safetensors", "tokenizer.json"))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # then the library reads it, and says what is wrong with it


def read_tokenizer(folder: Path, longest: int) -> Tokenizer:
    """Return a model's tokenizer, which cuts texts to so many word pieces and pads none."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return tokenizer


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
