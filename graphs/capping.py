"""No node keeps more than so many edges of a kind, so that no hub drowns a walk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cap_degrees(
    low: NDArray[np.integer], high: NDArray[np.integer], weight: NDArray[np.float64], n: int, most: int
) -> NDArray[np.bool_]:
    """Return which edges between nodes 0 to n - 1 are among the best `most` of both their ends, ties to smaller ids."""
    keep = np.ones(len(low), dtype=bool)
    owners = np.concatenate([low, high])
    others = np.concatenate([high, low])
    edge = np.concatenate([np.arange(len(low))] * 2)
    order = np.lexsort((others, -np.concatenate([weight, weight]), owners))
    starts = np.searchsorted(owners[order], np.arange(n))
    rank = np.arange(len(order)) - starts[owners[order]]
    keep[edge[order][rank >= most]] = False
    return keep
