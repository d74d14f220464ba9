"""Boosted trees as plain arrays: trained by scikit-learn, kept as JSON, evaluated by numpy.

The sum of the trees' leaves and a base value is the logarithm of the odds (Friedman, 2001). Nothing is pickled: a file
holds numbers and names only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kgqa.errors import SettingsError

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier


@dataclass(frozen=True)
class Trees:
    """Trees of one depth at most, each a row; a leaf leads to itself."""

    features: tuple[str, ...]  # names of the columns that `odds` is given, in their order
    base: float
    column: NDArray[np.int16]  # shape (trees, nodes): the feature that a node asks for
    threshold: NDArray[np.float32]  # go left where the feature is at most this
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: NDArray[np.float32]  # of a leaf; 0 elsewhere
    depth: int

    @classmethod
    def from_sklearn(cls, model: HistGradientBoostingClassifier, features: Sequence[str]) -> Trees:
        """Take over a fitted classifier of two classes, of numbers without gaps."""
        # The fitted trees have no public name; a test holds these sums to the model's own.
        trees = [stage[0].nodes for stage in model._predictors]
        shape = len(trees), max(len(nodes) for nodes in trees)
        column, left, right = (np.zeros(shape, np.int16) for _ in range(3))
        threshold, value = (np.zeros(shape, np.float32) for _ in range(2))
        left[:] = right[:] = np.arange(shape[1], dtype=np.int16)
        for row, nodes in enumerate(trees):
            inner, leaves = np.flatnonzero(nodes["is_leaf"] == 0), np.flatnonzero(nodes["is_leaf"])
            column[row, inner], threshold[row, inner] = nodes["feature_idx"][inner], nodes["num_threshold"][inner]
            left[row, inner], right[row, inner] = nodes["left"][inner], nodes["right"][inner]
            value[row, leaves] = nodes["value"][leaves]
        base = float(np.asarray(model._baseline_prediction).ravel()[0])
        depth = max(int(nodes["depth"].max()) for nodes in trees)
        return cls(tuple(features), base, column, threshold, left, right, value, depth)

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of rows of shape (n, features), shape (n,)."""
        trees = np.arange(len(self.column))[None, :]
        at = np.zeros((len(rows), len(self.column)), dtype=np.int16)
        places = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            below = rows[places, self.column[trees, at]] <= self.threshold[trees, at]
            at = np.where(below, self.left[trees, at], self.right[trees, at])
        return np.asarray(self.base + self.value[trees, at].sum(axis=1, dtype=np.float64))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; `from_json` is its inverse."""
        arrays = {name: getattr(self, name).tolist() for name in ("column", "left", "right")}
        for name in ("threshold", "value"):
            arrays[name] = [[float(f"{x:.6g}") for x in row] for row in getattr(self, name).tolist()]
        return {"features": list(self.features), "base": self.base, "depth": self.depth, **arrays}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trees:
        """Rebuild trees from what `to_json` gave; raise SettingsError for data that are no trees."""
        try:
            column, left, right = (np.asarray(data[name], np.int16) for name in ("column", "left", "right"))
            threshold, value = (np.asarray(data[name], np.float32) for name in ("threshold", "value"))
            features = tuple(map(str, data["features"]))
            whole = {array.shape for array in (column, left, right, threshold, value)}
            if len(whole) != 1 or column.ndim != 2 or not column.size:
                raise ValueError("its arrays differ in shape")
            if not 0 <= column.min() <= column.max() < len(features):
                raise ValueError("a node asks for a feature that is not there")
            if not all(0 <= side.min() <= side.max() < column.shape[1] for side in (left, right)):
                raise ValueError("a node leads to none")
            return cls(features, float(data["base"]), column, threshold, left, right, value, int(data["depth"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise SettingsError(f"The agent's ranking model is damaged ({error}). Train it again.") from error
