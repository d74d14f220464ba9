"""Which sentence answers, and whether any does: two regressions over signals, learned once and kept as JSON.

The first is a softmax regression over the sentences of a question, trained so that the probability of those that hold
the answer is largest. The second is a logistic regression over what is known of the best sentence and of the evidence
as a whole, trained on questions that the evidence answers and others that it does not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgqa.asked import Asked
from kgqa.errors import SettingsError
from kgqa.signals import SIGNALS

SHIPPED = Path(__file__).parent / "reader" / "choice.json"
COMPARED = ("inside", "focus", "near", "focus_near", "around", "rank", "meaning", "pairs")
"""Signals that are also taken as the distance to the largest among the sentences of the question."""
_OF_BEST = ("inside", "focus", "near", "focus_near", "around", "unsaid", "rarest_around", "kind", "counted", "thing",
            "meaning", "names", "pairs", "heading")  # fmt: skip
ANSWERED = (
    *_OF_BEST,
    "speaks",  # the best sentence defines, names a doer or has another cue where that is asked for
    "share",  # of the best sentence among all, 0 to 1
    "score",  # its log-odds
    "no_focus",  # neither name nor word of what is asked stands in it
    "no_focus_near",  # nor in its neighbours
    "little_said",  # less than a third of the words that are no names stands in any evidence
    "meaning_most",  # of any passage
    "around_most",
    "said",  # share of the question's words that all evidence together says
    "said_focus",  # the same of the words that are no names
    "unsaid_all",  # share of the one word of most weight that no evidence says
)  # fmt: skip
"""What is known when it is judged whether a question is answered."""

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Choice:
    """The learned weights."""

    weights: NDArray[np.float64]  # shape (len(SIGNALS) + len(COMPARED),)
    answered: NDArray[np.float64]  # shape (len(ANSWERED),)
    bias: float

    def scores(self, signals: Rows) -> NDArray[np.float64]:
        """Return the log-odds of sentences against each other, shape (n,); `signals` has shape (n, len(SIGNALS))."""
        return np.asarray(with_distances(signals) @ self.weights)

    def confidence(self, signals: Rows, scores: NDArray[np.float64], asked: Asked, said: Sequence[int]) -> float:
        """Return how surely the question is answered, 0 to 1; `said` has the words that each passage says."""
        odds = float(answered_features(signals, scores, asked, said) @ self.answered) + self.bias
        return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; `from_json` is its inverse."""
        names = (*SIGNALS, *(f"{name}_below_most" for name in COMPARED))
        return {
            "sentence": {name: float(f"{w:.5g}") for name, w in zip(names, self.weights, strict=True)},
            "answered": {name: float(f"{w:.5g}") for name, w in zip(ANSWERED, self.answered, strict=True)},
            "bias": float(f"{self.bias:.5g}"),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Choice:
        """Rebuild weights from what `to_json` gave; raise SettingsError for others."""
        names = (*SIGNALS, *(f"{name}_below_most" for name in COMPARED))
        try:
            if tuple(data["sentence"]) != names or tuple(data["answered"]) != ANSWERED:
                raise ValueError("it weighs other signals")
            weights = np.array([float(data["sentence"][name]) for name in names])
            answered = np.array([float(data["answered"][name]) for name in ANSWERED])
            return cls(weights, answered, float(data["bias"]))
        except (KeyError, TypeError, ValueError) as error:
            raise SettingsError(
                f"The weights of the reader cannot be read ({error}). Train them again: python -m kgqa.train_reader."
            ) from error


@lru_cache(maxsize=1)
def shipped_choice() -> Choice:
    """Return the weights that come with the package."""
    return Choice.from_json(json.loads(SHIPPED.read_text(encoding="utf-8")))


def with_distances(signals: Rows) -> Rows:
    """Return signals with the distances of the compared ones to their largest behind them."""
    compared = signals[:, [SIGNALS.index(name) for name in COMPARED]]
    return np.hstack([signals, compared - compared.max(axis=0, keepdims=True)])


def answered_features(
    signals: Rows, scores: NDArray[np.float64], asked: Asked, said: Sequence[int]
) -> NDArray[np.float64]:
    """Return what is known when it is judged whether a question is answered, in the order of `ANSWERED`."""
    best = int(np.argmax(scores))
    of = {name: float(signals[best, SIGNALS.index(name)]) for name in SIGNALS}
    shares = np.exp(scores - scores.max())
    together = 0
    for mask in said:
        together |= mask
    heaviest = max(asked.weights, default=1.0)
    unsaid = max((w for i, w in enumerate(asked.weights) if not together >> i & 1), default=0.0) / heaviest
    values = [
        *(of[name] for name in _OF_BEST),
        max(of["defines"], of["doer"], of["cue"]),
        float(1 / shares.sum()),
        float(scores[best]) / 10,
        float(of["focus"] < 0.01),
        float(of["focus_near"] < 0.01),
        float(asked.share(together, asked.focus) < 1 / 3),
        float(signals[:, SIGNALS.index("meaning")].max()),
        float(signals[:, SIGNALS.index("around")].max()),
        asked.share(together),
        asked.share(together, asked.focus),
        unsaid,
    ]
    return np.array(values, dtype=np.float64)
