"""Which sentence answers, and whether any does: regressions over signals, learned once and kept as JSON.

The first is a softmax regression over the sentences of a question, trained so that the probability of those that hold
the answer is largest. The second is a logistic regression over what is known of the best sentence and of the evidence
as a whole, trained on questions that the evidence answers and others that it does not. Both there are twice: over
signals alone, and with what encoders say of the sentences (`kgqa.cross_encoder`, `kgqa.meant`), where the embedding
model is the one that they were learned with.
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
from kgqa.meant import MEANT
from kgqa.signals import SIGNALS

VERSION = 3
"""Of the file of weights: 1 had no `version`, and no word of an encoder; 2 none of a cross-encoder."""

SHIPPED = Path(__file__).parent / "reader" / "choice.json"
COMPARED = ("inside", "focus", "near", "focus_near", "around", "rank", "meaning", "pairs")
"""Signals that are also taken as the distance to the largest among the sentences of the question."""
RARE = ("kind", "counted", "thing", "stated", "defines", "cue", "doer")
"""Signals that say the more, the fewer sentences of the question have them."""
TOGETHER = ("near", "around", "meaning")
"""Signals that say more where the kind of thing that is asked for is there too."""
_NEARLY = 2.0  # log-odds below the best within which a sentence is nearly as good
_OF_BEST = ("inside", "focus", "near", "focus_near", "around", "unsaid", "rarest_around", "kind", "counted", "thing",
            "meaning", "names", "pairs", "heading", "new", "length")  # fmt: skip
ANSWERED = (
    *_OF_BEST,
    "speaks",  # the best sentence defines, names a doer or has another cue where that is asked for
    "share",  # of the best sentence, and of what overlaps it, among all, 0 to 1
    "score",  # its log-odds
    "no_focus",  # neither name nor word of what is asked stands in it
    "no_focus_near",  # nor in its neighbours
    "little_said",  # less than a third of the words that are no names stands in any evidence
    "meaning_most",  # of any passage
    "around_most",
    "said",  # share of the question's words that all evidence together says
    "said_focus",  # the same of the words that are no names
    "unsaid_all",  # share of the one word of most weight that no evidence says
    "exact_held",  # the best sentence holds a kind that nothing else answers: an amount of money, a year
    "exact_lacking",  # it lacks such a kind
    "exact_nowhere",  # no sentence that is nearly as good holds it either
    "thing_nowhere",  # no evidence says the noun behind "which" or "what"
    "counted_nowhere",  # in no sentence that is nearly as good does a number stand before what is counted
    "kind_rare",  # how rare the kind that it holds is among the sentences
)  # fmt: skip
"""What is known when it is judged whether a question is answered."""

WEIGHED = (
    *SIGNALS,
    *(f"{name}_below_most" for name in COMPARED),
    *(f"{name}_rare" for name in RARE),
    *(f"kind_and_{name}" for name in TOGETHER),
)
"""What is weighed when a sentence is chosen."""

CROSSED = ("cross", "cross_below_most")
"""What a cross-encoder adds when a sentence is chosen: its score, and the distance to the largest."""

CROSSED_BEST = (
    "cross",  # of the best sentence
    "cross_most",  # of any sentence
    "cross_below_most",
    "cross_all",  # log-odds that any sentence answers
    "cross_ahead",  # how far the largest is ahead of the second
)
"""What a cross-encoder adds when it is judged whether a question is answered."""

CROSSED_SENTENCES = 5
"""Sentences of a question that a cross-encoder reads: the best by signals alone."""

_JUDGED = (*ANSWERED, *(f"meant_{name}" for name in MEANT), *(f"best_{name}" for name in CROSSED_BEST))
_UTMOST = 12.0  # of a cross-encoder's score
_UNREAD = 1.0  # below the least score that was given: of sentences that it did not read

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Verdict:
    """Whether a question is answered: the weights of a logistic regression."""

    weights: NDArray[np.float64]  # shape (features,)
    bias: float

    def confidence(self, features: NDArray[np.float64]) -> float:
        """Return how surely the question is answered, 0 to 1."""
        return float(1 / (1 + np.exp(-np.clip(float(features @ self.weights) + self.bias, -30, 30))))

    def to_json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return plain JSON data; `from_json` is its inverse."""
        return {"weights": _named(names, self.weights), "bias": float(f"{self.bias:.5g}")}

    @classmethod
    def from_json(cls, data: dict[str, Any], names: Sequence[str]) -> Verdict:
        """Rebuild what `to_json` gave; raise ValueError for weights of other features."""
        return cls(_weights(data["weights"], names), float(data["bias"]))


@dataclass(frozen=True)
class Helped:
    """The weights where encoders help."""

    encoder: str  # the embedding model that they were learned with
    weights: NDArray[np.float64]  # shape (len(WEIGHED) + len(CROSSED),)
    answered: Verdict  # over `ANSWERED`, `MEANT` and `CROSSED_BEST`

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; `from_json` is its inverse."""
        return {
            "encoder": self.encoder,
            "sentence": _named((*WEIGHED, *CROSSED), self.weights),
            "answered": self.answered.to_json(_JUDGED),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Helped:
        """Rebuild what `to_json` gave; raise ValueError for weights of other features."""
        weights = _weights(data["sentence"], (*WEIGHED, *CROSSED))
        return cls(str(data["encoder"]), weights, Verdict.from_json(data["answered"], _JUDGED))


@dataclass(frozen=True)
class Choice:
    """The learned weights."""

    weights: NDArray[np.float64]  # shape (len(WEIGHED),)
    answered: Verdict  # over `ANSWERED`
    helped: Helped | None = None

    def scores(self, signals: Rows, cross: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the log-odds of sentences against each other, shape (n,); `signals` has shape (n, len(SIGNALS)).

        `cross` is what a cross-encoder says of them, as `spread_cross` gives it; None where there is none.
        """
        rows = with_distances(signals)
        if cross is None or self.helped is None:
            return np.asarray(rows @ self.weights)
        return np.asarray(np.hstack([rows, crossed(cross)]) @ self.helped.weights)

    def confidence(self, known: NDArray[np.float64], told: NDArray[np.float64] | None = None) -> float:
        """Return how surely the question is answered, 0 to 1; `known` is what `answered_features` gives.

        `told` is what encoders say of the best sentence, `MEANT` and then `CROSSED_BEST`; None where another model
        embeds.
        """
        if told is None or self.helped is None:
            return self.answered.confidence(known)
        return self.helped.answered.confidence(np.concatenate([known, told]))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; `from_json` is its inverse."""
        data: dict[str, Any] = {
            "version": VERSION,
            "sentence": _named(WEIGHED, self.weights),
            "answered": self.answered.to_json(ANSWERED),
        }
        return data if self.helped is None else {**data, "helped": self.helped.to_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Choice:
        """Rebuild weights from what `to_json` gave; raise SettingsError for others."""
        try:
            if data["version"] != VERSION:
                raise ValueError(f"version {data['version']}, not {VERSION}")
            weights, answered = _weights(data["sentence"], WEIGHED), Verdict.from_json(data["answered"], ANSWERED)
            return cls(weights, answered, Helped.from_json(data["helped"]) if "helped" in data else None)
        except (KeyError, TypeError, ValueError) as error:
            raise SettingsError(
                f"The weights of the reader cannot be read ({error}). Train them again: python -m kgqa.train_reader."
            ) from error


def _named(names: Sequence[str], weights: NDArray[np.float64]) -> dict[str, float]:
    return {name: float(f"{w:.5g}") for name, w in zip(names, weights, strict=True)}


def _weights(data: dict[str, Any], names: Sequence[str]) -> NDArray[np.float64]:
    if tuple(data) != tuple(names):
        raise ValueError("it weighs other signals")
    return np.array([float(data[name]) for name in names])


@lru_cache(maxsize=1)
def shipped_choice() -> Choice:
    """Return the weights that come with the package."""
    return Choice.from_json(json.loads(SHIPPED.read_text(encoding="utf-8")))


def with_distances(signals: Rows) -> Rows:
    """Return signals, shape (n, len(SIGNALS)), with what they say beside those of the other sentences, in the order of
    `WEIGHED`: the distance to the largest, how rare a flag is, 0 to 1, and the kind asked for together with others."""
    compared = _of(signals, COMPARED)
    flags = (_of(signals, RARE) == 1.0).astype(np.float32)
    kind = flags[:, :1]
    return np.hstack(
        [signals, compared - compared.max(axis=0, keepdims=True), flags * rarity(flags), kind * _of(signals, TOGETHER)]
    )


def spread_cross(read: Sequence[int], scores: NDArray[np.float64], among: int) -> NDArray[np.float64]:
    """Return a cross-encoder's scores of the sentences at the places `read` as scores of all, shape (among,).

    Those that it did not read come below all that it read.
    """
    clipped = np.clip(scores, -_UTMOST, _UTMOST)
    spread = np.full(among, float(clipped.min(initial=0.0)) - _UNREAD)
    spread[list(read)] = clipped
    return spread


def crossed(cross: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what `CROSSED` names, shape (n, len(CROSSED))."""
    return np.column_stack([cross, cross - cross.max(initial=-_UTMOST - _UNREAD)])


def crossed_best(cross: NDArray[np.float64], best: int) -> NDArray[np.float64]:
    """Return what `CROSSED_BEST` names of scores of shape (n,); `best` is the place of the best sentence."""
    most = float(cross.max())
    second = float(np.sort(cross)[-2]) if len(cross) > 1 else most - 5
    return np.array([cross[best], most, most - cross[best], np.logaddexp.reduce(cross), most - second])


def rarity(flags: Rows) -> Rows:
    """Return how rare each flag is, shape (flags,): 1 where one sentence alone has it, 0 where all have it."""
    many = len(flags)
    if many < 2:
        return np.zeros(flags.shape[1], dtype=np.float32)
    held = np.maximum(flags.sum(axis=0), 1.0)
    return np.asarray(np.log(many / held) / np.log(many), dtype=np.float32)


def _of(signals: Rows, names: Sequence[str]) -> Rows:
    return np.asarray(signals[:, [SIGNALS.index(name) for name in names]])


def answered_features(
    signals: Rows, scores: NDArray[np.float64], asked: Asked, said: Sequence[int], places: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return what is known when it is judged whether a question is answered, in the order of `ANSWERED`.

    `places` has shape (n, 3): of which passage each sentence is, its start and its end. A line and the lines that it is
    quoted with are no rivals.
    """
    best = int(np.argmax(scores))
    with_best = (places[:, 0] == places[best, 0]) & (places[:, 1] < places[best, 2]) & (places[best, 1] < places[:, 2])
    of = {name: float(signals[best, SIGNALS.index(name)]) for name in SIGNALS}
    shares = np.exp(scores - scores.max())
    together = 0
    for mask in said:
        together |= mask
    kind = signals[:, SIGNALS.index("kind")]
    nearly = scores > scores[best] - _NEARLY
    heaviest = max(asked.weights, default=1.0)
    unsaid = max((w for i, w in enumerate(asked.weights) if not together >> i & 1), default=0.0) / heaviest
    values = [
        *(of[name] for name in _OF_BEST),
        max(of["defines"], of["doer"], of["cue"]),
        float(shares[with_best].sum() / shares.sum()),
        float(scores[best]) / 10,
        float(of["focus"] < 0.01),
        float(of["focus_near"] < 0.01),
        float(asked.share(together, asked.focus) < 1 / 3),
        float(signals[:, SIGNALS.index("meaning")].max()),
        float(signals[:, SIGNALS.index("around")].max()),
        asked.share(together),
        asked.share(together, asked.focus),
        unsaid,
        float(asked.exact and of["kind"] > 0),
        float(asked.exact and of["kind"] <= 0),
        float(asked.exact and not (kind[nearly] > 0).any()),
        float(bool(asked.thing) and asked.kind is None and float(signals[:, SIGNALS.index("thing")].max()) < 0),
        float(bool(asked.counted) and float(signals[nearly, SIGNALS.index("counted")].max()) < 0),
        float(of["kind"] > 0) * float(rarity((kind[:, None] > 0).astype(np.float32))[0]),
    ]
    return np.array(values, dtype=np.float64)
