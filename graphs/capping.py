"""No node keeps more than so many edges of a kind, so that no hub drowns a walk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cap_degrees(
    low: NDArray[np.integer], high: NDArray[np.integer], weight: NDArray[np.float64], n: int, most: int
) -> NDArray[np.bool_]:
    """Return which edges between nodes 0 to n - 1 are among the best `most` of both their ends.

    Edges come sorted by (low, high) and weights lie between 0 and 1; ties go to smaller ends.
    """
    keep = np.ones(len(low), dtype=bool)
    owners = np.concatenate([high, low])  # so that ties, which a stable sort leaves in order, go to smaller ends
    edge = np.concatenate([np.arange(len(low))] * 2)
    order = np.argsort(owners + (1.0 - np.concatenate([weight, weight])) / 2, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(n))
    rank = np.arange(len(order)) - starts[owners[order]]
    keep[edge[order][rank >= most]] = False
    return keep
