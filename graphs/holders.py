"""Which texts may hold a phrase: found from counts of words, so that no other text has to be read for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.index import TermCounts
from graphs.words import tokenize

_AT_ONCE = 2_000_000  # pairs of a text and a phrase


def phrase_holders(
    counts: TermCounts, phrases: Collection[tuple[str, ...]], among: NDArray[np.intp] | None = None
) -> list[int]:
    """Return the places of texts, of all or of those given, that hold the two rarest words of one of the phrases.

    Those are all texts that hold a phrase, and few others. `among` ascends, and so do the places.
    """
    rarest = _rarest_words(counts, phrases)
    if not len(rarest):
        return []
    matrix = counts.counts if among is None else counts.counts[among]
    found = list(_holding(matrix, rarest))
    places = np.unique(np.concatenate(found)) if found else np.empty(0, np.intp)
    held: list[int] = (places if among is None else among[places]).tolist()
    return held


def _rarest_words(counts: TermCounts, phrases: Collection[tuple[str, ...]]) -> NDArray[np.int64]:
    """Return the columns of the two rarest words of each phrase (one twice where it has one), shape (pairs, 2)."""
    frequency = counts.document_frequency
    pairs = set()
    for words in phrases:
        columns = {counts.column.get(term, -1) for term in tokenize(" ".join(words))}
        if columns and -1 not in columns:
            by_rarity = sorted(columns, key=lambda column: (int(frequency[column]), column))
            pairs.add((by_rarity[0], by_rarity[min(1, len(by_rarity) - 1)]))
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _holding(matrix: sparse.csr_array, pairs: NDArray[np.int64]) -> Iterator[NDArray[np.intp]]:
    """Yield rows that hold both columns of a pair; pairs ascend, and so do the columns of a row."""
    width = np.int64(matrix.shape[1])
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    is_second = np.zeros(width, dtype=bool)
    is_second[pairs[:, 1]] = True
    second = is_second[matrix.indices]
    held = rows[second] * width + matrix.indices[second]  # ascending
    if not len(held):
        return
    of_first = np.bincount(pairs[:, 0], minlength=int(width))  # how many pairs begin with a column
    starts = np.cumsum(of_first) - of_first
    first = np.flatnonzero(of_first[matrix.indices])
    ends = np.cumsum(of_first[matrix.indices[first]])
    cuts = np.searchsorted(ends, np.arange(_AT_ONCE, int(ends[-1]) if len(ends) else 0, _AT_ONCE))
    for some in np.split(first, cuts):
        column = matrix.indices[some]
        times = of_first[column]
        pair = np.arange(times.sum()) + np.repeat(starts[column] - (np.cumsum(times) - times), times)
        row = np.repeat(rows[some], times)
        key = row * width + pairs[pair, 1]
        yield row[held[np.minimum(np.searchsorted(held, key), len(held) - 1)] == key]
