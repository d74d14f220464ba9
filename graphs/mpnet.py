"""An MPNet encoder (arXiv 2004.09297) from its files, for texts that are read together with a question.

The same operations in the same order as in transformers' MPNetModel: layers as of a BERT, whose attention also heeds
how far apart two word pieces stand, in buckets that widen with the distance (arXiv 1910.10683, section 2.1).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import layer_norm

from graphs.bert import Layer, LayerNames, read_tokenizer

_FARTHEST = 128  # word pieces, from which on all distances are one
_LONGEST = 384  # word pieces of a text that the tokenizer gives
_PADDING = 1  # the place of a padding piece; those of a text follow it


class MpnetEncoder:
    """Texts -> the state of their first word piece; never changes once it is made."""

    def __init__(self, folder: Path, precision: torch.dtype) -> None:
        """Read a folder of a transformers MPNetModel; raise OSError, KeyError or ValueError for another model's."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config["model_type"] != "mpnet" or config["hidden_act"] != "gelu":
            raise ValueError(f"{folder} holds a {config['model_type']}, not an MPNet")
        weights = {name.removeprefix("mpnet."): w.to(precision) if w.is_floating_point() else w
                   for name, w in load_file(folder / "model.safetensors").items()}  # fmt: skip
        self._tokenizer = read_tokenizer(folder, _LONGEST)
        first, end = (self._tokenizer.token_to_id(mark) or 0 for mark in ("<s>", "</s>"))
        self.opens, self.parts, self.closes = [first], [end, end], [end]
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = weights["embeddings.position_embeddings.weight"]
        self._norm = weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"]
        self._apart = weights["encoder.relative_attention_bias.weight"]
        self._eps = float(config["layer_norm_eps"])
        heads = int(config["num_attention_heads"])
        names = [
            LayerNames(f"encoder.layer.{i}", ("attention.attn.q", "attention.attn.k", "attention.attn.v"),
                       "attention.attn.o", "attention.LayerNorm")
            for i in range(int(config["num_hidden_layers"]))
        ]  # fmt: skip
        self._layers = [Layer.of(weights, name, heads, self._eps) for name in names]
        self.dimensions = int(config["hidden_size"])

    def bare_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text without the marks of its ends, cut to the model's length."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def first_states(self, ids: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the last layer's rows of the first word piece of each text, shape (texts, size).

        `lengths` are the word pieces of each text; what stands behind them in `ids` is not read.
        """
        length = ids.shape[1]
        read = (torch.arange(length) < torch.tensor(lengths)[:, None])[:, None, None, :]
        heed = self._apart[_buckets(length, len(self._apart))].permute(2, 0, 1)[None]
        mask = heed.masked_fill(~read, -math.inf)
        rows = self._words[ids] + self._places[_PADDING + 1 : _PADDING + 1 + length]
        rows = layer_norm(rows, (self.dimensions,), *self._norm, self._eps)
        for layer in self._layers[:-1]:
            rows = layer(rows, mask)
        return self._layers[-1].first(rows, mask[:, :, :1])[:, 0]


def _buckets(length: int, buckets: int) -> Tensor:
    """Return the bucket of each piece's distance to each other one, shape (length, length): half of them for those
    before it, half for those behind; the nearer half of each tells single pieces, the farther one widening spans."""
    places = torch.arange(length)
    ahead = places[None] - places[:, None]
    half = buckets // 2
    exact = half // 2
    far = ahead.abs()
    spans = torch.log(far.clamp(min=1).float() / exact) / math.log(_FARTHEST / exact) * (half - exact)
    return (ahead > 0) * half + torch.where(far < exact, far, (exact + spans.long()).clamp(max=half - 1))
