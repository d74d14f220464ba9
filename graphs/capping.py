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
    owners = np.concatenate([high, low])  # in this order, so that ties go to smaller ends
    best = heaviest(owners, np.concatenate([weight, weight]), n, most)
    kept: NDArray[np.bool_] = np.bincount(best % max(len(low), 1), minlength=len(low)) == 2
    return kept


def heaviest(rows: NDArray[np.integer], weights: NDArray[np.float64], n: int, most: int) -> NDArray[np.intp]:
    """Return the places of the `most` heaviest entries of each of n rows, by row, heaviest first; ties in their order.

    Weights are above 0. Those that differ by less than a millionth of the largest may count as equal in a very large
    graph: row, weight and place are sorted as one whole number of 64 bits, many times as fast as places by a key.
    """
    row_bits, place_bits = max(n - 1, 1).bit_length(), max(len(rows), 1).bit_length()
    weight_bits = min(50, 64 - row_bits - place_bits)
    lightness = 1.0 - weights / weights.max(initial=np.finfo(np.float64).tiny)
    keys = rows.astype(np.uint64) << np.uint64(64 - row_bits)
    keys |= (lightness * (2.0**weight_bits - 1)).astype(np.uint64) << np.uint64(place_bits)
    keys |= np.arange(len(rows), dtype=np.uint64)
    keys.sort()
    order = (keys & np.uint64((1 << place_bits) - 1)).astype(np.intp)
    per_row = np.bincount(rows, minlength=n)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    return order[rank < most]
