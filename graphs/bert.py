"""The forward pass of a BERT sentence encoder without what a library does around it, for texts of one length.

The same operations in the same order as in transformers' BertModel under scaled dot product attention, with mean
pooling as in Sentence-BERT (arXiv 1908.10084). What a library does around each of fifty layers (checks, hooks, masks)
costs a few milliseconds a pass, which is much for one short text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, normalize, scaled_dot_product_attention


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: Tensor
    bias: Tensor
    eps: float

    @classmethod
    def of(cls, layer: Any) -> _Norm:
        return cls(layer.weight, layer.bias, layer.eps)

    def __call__(self, rows: Tensor) -> Tensor:
        return layer_norm(rows, self.weight.shape, self.weight, self.bias, self.eps)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer; the weights of query, key and value stand below each other."""

    asked: Tensor
    asked_bias: Tensor
    mixed: Tensor
    mixed_bias: Tensor
    mixed_norm: _Norm
    wide: Tensor
    wide_bias: Tensor
    narrow: Tensor
    narrow_bias: Tensor
    norm: _Norm
    heads: int

    @classmethod
    def of(cls, layer: Any) -> _Layer:
        own, output = layer.attention.self, layer.attention.output
        parts = own.query, own.key, own.value
        return cls(
            torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts]),
            output.dense.weight, output.dense.bias, _Norm.of(output.LayerNorm),
            layer.intermediate.dense.weight, layer.intermediate.dense.bias,
            layer.output.dense.weight, layer.output.dense.bias, _Norm.of(layer.output.LayerNorm),
            own.num_attention_heads,
        )  # fmt: skip

    def __call__(self, rows: Tensor) -> Tensor:
        """Map rows of shape (texts, length, size) to the same shape."""
        texts, length, size = rows.shape
        asked = linear(rows, self.asked, self.asked_bias).view(texts, length, 3, self.heads, size // self.heads)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(texts, length, size)
        rows = self.mixed_norm(linear(mixed, self.mixed, self.mixed_bias) + rows)
        wide = gelu(linear(rows, self.wide, self.wide_bias))
        return self.norm(linear(wide, self.narrow, self.narrow_bias) + rows)


class BertEncoder:
    """The weights of a sentence-transformers model, shared with it, in the order in which they are used."""

    def __init__(self, model: Any) -> None:
        """Take a SentenceTransformer that `fits`; the weights must not change afterwards."""
        bert = model[0].auto_model
        with torch.inference_mode():
            embeddings = bert.embeddings
            self._words: Tensor = embeddings.word_embeddings.weight
            self._kind: Tensor = embeddings.token_type_embeddings.weight[0]
            self._places: Tensor = embeddings.position_embeddings.weight
            self._norm = _Norm.of(embeddings.LayerNorm)
            self._layers = [_Layer.of(layer) for layer in bert.encoder.layer]

    @staticmethod
    def fits(model: Any) -> bool:
        """Return whether a SentenceTransformer is a plain BERT with mean pooling."""
        parts = [type(part).__name__ for part in model]
        if parts not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
            return False
        bert = getattr(model[0], "auto_model", None)
        config = getattr(bert, "config", None)
        return (
            type(bert).__name__ == "BertModel"
            and config is not None
            and config.hidden_act == "gelu"
            and not getattr(config, "is_decoder", False)
            and getattr(config, "position_embedding_type", None) in (None, "absolute")
            and _pools_by_mean(model[1])
        )

    def __call__(self, ids: Tensor) -> Tensor:
        """Return float32 rows of unit length, shape (texts, size), for word pieces of shape (texts, length)."""
        rows = self._words[ids] + self._kind + self._places[: ids.shape[1]]
        rows = self._norm(rows)
        for layer in self._layers:
            rows = layer(rows)
        return normalize(rows.mean(dim=1).float(), dim=1)


def _pools_by_mean(pooling: Any) -> bool:
    told = pooling.get_config_dict()
    if "pooling_mode" in told:
        return bool(told["pooling_mode"] in ("mean", ["mean"], ("mean",)))
    used = [name for name, on in told.items() if name.startswith("pooling_mode_") and on]  # as older versions say it
    return used == ["pooling_mode_mean_tokens"]
