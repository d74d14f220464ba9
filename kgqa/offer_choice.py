"""How likely what a table offers is the answer: a logistic regression, learned once and kept as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgqa.cell_choice import Offer
from kgqa.errors import SettingsError

VERSION = 1
"""Of the file of weights."""

SHIPPED = Path(__file__).parent / "reader" / "cells.json"
FEATURES = (
    "exact",
    "kind_named",
    "misses_name",
    "headed",
    "said",
    "share",
    "score",  # of the cell by its labels
    "extreme",
    "worked_out",  # by code from several cells
    "read",  # log-odds by reading it
    "was_read",
    "rank",  # of the table among the evidence
    "among_first",  # three
)
"""What is known of an offer."""

_UTMOST = 6.0  # of a score, and of a rank in pieces of evidence by twos
_SCALE = 3.0  # of log-odds by reading


@dataclass(frozen=True)
class OfferChoice:
    """The learned weights."""

    encoder: str  # the embedding model that they were learned with
    weights: NDArray[np.float64]  # shape (len(FEATURES),)
    bias: float

    def chance(self, offer: Offer, rank: int, *, read: float | None = None) -> float:
        """Return how surely an offer is the answer, 0 to 1; `rank` is that of its table among the evidence, from 0.

        `read` stands for what reading it would say, where it was not read.
        """
        odds = float(offer_features(offer, rank, read) @ self.weights) + self.bias
        return float(1 / (1 + np.exp(-odds)))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; `from_json` is its inverse."""
        weights = {name: float(f"{w:.4g}") for name, w in zip(FEATURES, self.weights, strict=True)}
        return {"version": VERSION, "encoder": self.encoder, "weights": weights, "bias": float(f"{self.bias:.4g}")}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> OfferChoice:
        """Rebuild weights from what `to_json` gave; raise SettingsError for others."""
        try:
            if data["version"] != VERSION or tuple(data["weights"]) != FEATURES:
                raise ValueError(f"version {data['version']}, or weights of other features")
            weights = np.array([float(data["weights"][name]) for name in FEATURES])
            return cls(str(data["encoder"]), weights, float(data["bias"]))
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(error) from error


def offer_features(offer: Offer, rank: int, read: float | None = None) -> NDArray[np.float64]:
    """Return what is known of an offer, shape (len(FEATURES),), in their order; each is scaled to about -2 to 2."""
    log_odds = read if offer.read is None else offer.read
    single = not offer.worked_out and not offer.extreme and log_odds is not None
    return np.array(
        [
            offer.exact,
            offer.kind_named,
            offer.misses_name,
            offer.headed,
            offer.said,
            offer.share,
            min(offer.score, _UTMOST) / _UTMOST,
            offer.extreme,
            offer.worked_out,
            (log_odds or 0.0) / _SCALE if single else 0.0,
            single,
            min(rank, 2 * _UTMOST) / (2 * _UTMOST),
            rank < 3,
        ],
        dtype=np.float64,
    )


@lru_cache(maxsize=1)
def shipped_offers() -> OfferChoice:
    """Return the weights that come with the package; raise SettingsError where they are missing or damaged."""
    try:
        data = json.loads(SHIPPED.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    return OfferChoice.from_json(data)


def _unreadable(error: Exception) -> SettingsError:
    return SettingsError(
        f"The weights of table cells cannot be read ({error}). Install kgqa again, or train them: "
        "python -m kgqa.train_cells."
    )
