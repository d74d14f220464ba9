"""DoLa: decoding by contrasting layers (Chuang et al., arXiv 2309.03883), for decoder models of transformers.

What the last layer knows better than an earlier one is more likely a fact than a habit of language: the next token is
the one whose probability grew the most between the two. transformers itself fetches its version from a hub at run time,
which no machine without one can do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

Bucket = Literal["low", "high"]
_PLAUSIBLE = 0.1  # share of the best token's probability that a token needs (alpha, section 2.3)
_REPEATED = 1.2  # penalty on tokens that were said (theta, section 3.1)


def candidate_layers(layers: int, bucket: Bucket) -> list[int]:
    """Return the earlier layers to choose from: every second one of the lower or the upper half (section 2.2).

    >>> candidate_layers(8, "low"), candidate_layers(8, "high"), candidate_layers(2, "high")
    ([0, 2], [4, 6], [0])
    """
    half = layers // 2
    found = range(0, half, 2) if bucket == "low" else range(half + half % 2, layers, 2)
    return list(found) or [0]


def contrast(last: Any, earlier: Any) -> Any:
    """Return scores of the next token, shape (words,), from the logits of the last layer and of earlier ones.

    `last` has that shape, `earlier` (layers, words). Of the earlier layers the one counts whose distribution is the
    farthest from the last one's, by Jensen and Shannon. Tokens that the last layer holds for far less likely than the
    best have a score of minus infinity.
    """
    import torch

    final = torch.log_softmax(last.float(), dim=-1)
    before = torch.log_softmax(earlier.float(), dim=-1)
    middle = torch.log(0.5 * (final.exp() + before.exp()))
    distances = 0.5 * ((final.exp() * (final - middle)).sum(-1) + (before.exp() * (before - middle)).sum(-1))
    scores = final - before[int(distances.argmax())]
    return scores.masked_fill(final < final.max() + math.log(_PLAUSIBLE), float("-inf"))


def generate(
    model: Any, ids: Any, *, bucket: Bucket, max_new_tokens: int, ends: set[int], heard: Callable[[list[int]], None]
) -> list[int]:
    """Return the tokens that follow `ids`, shape (1, tokens), greedily; `heard` is told all of them after each one."""
    import torch

    layers = candidate_layers(int(model.config.num_hidden_layers), bucket)
    head = model.get_output_embeddings()
    past, fed, said = None, ids, list[int]()
    while len(said) < max_new_tokens:
        out = model(input_ids=fed, past_key_values=past, use_cache=True, output_hidden_states=True)
        past = out.past_key_values
        earlier = head(torch.stack([out.hidden_states[layer][0, -1] for layer in layers]))
        scores = contrast(out.logits[0, -1], earlier)
        for token in set(said):
            scores[token] = scores[token] / _REPEATED if scores[token] > 0 else scores[token] * _REPEATED
        token = int(scores.argmax())
        said.append(token)
        if token in ends:
            break
        heard(said)
        fed = torch.tensor([[token]])
    return said
