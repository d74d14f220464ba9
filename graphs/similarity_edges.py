"""Links between nodes that resemble each other: by embedding, and by the key terms that they share.

Both are a function of the set of nodes alone: nodes come sorted by id and ties go to the smaller id. A node asks for
its nearest neighbours; a link stays when it is among the best `max_degree` of both its ends, so no hub drowns a walk.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.capping import cap_degrees, heaviest
from graphs.index import TermCounts
from graphs.neighbours import Neighbours, find_neighbours, vector_keys
from graphs.options import GraphOptions
from graphs.phrases import STOP_WORDS, PhraseCounts, named_phrases, phrase_ids

_SHOWN_TERMS = 5  # shared terms that a reason names
_LEAST_NODES = 10  # that a term may always link, however few nodes there are


@dataclass(frozen=True, slots=True)
class Pairs:
    """Links without a direction: places of nodes, `low` < `high`, and weights above 0 and at most 1."""

    low: NDArray[np.int32]
    high: NDArray[np.int32]
    weight: NDArray[np.float64]


def similar_pairs(
    vectors: NDArray[np.float32],
    options: GraphOptions,
    known: Neighbours | None = None,
    all_keys: NDArray[np.uint64] | None = None,
) -> tuple[Pairs, Neighbours]:
    """Return links between nearest neighbours by cosine of unit vectors of shape (n, dimensions), and all neighbours.

    Nodes that say the very same are one to the others, which see the first of them, and are linked in a chain: ten
    thousand copies have 9,999 links. `known` are the neighbours before the last change, to be used again, `all_keys`
    the vectors' keys where they are known.
    """
    all_keys = vector_keys(vectors) if all_keys is None else all_keys
    keys, first, group = np.unique(all_keys, return_index=True, return_inverse=True)
    neighbours = find_neighbours(
        keys, vectors[first], options.similar_neighbours, known=known, exact_up_to=options.exact_up_to
    )
    chain = np.lexsort((np.arange(len(all_keys)), group))
    same = group[chain[1:]] == group[chain[:-1]]
    there = neighbours.nearest >= 0
    sources = np.repeat(first, there.sum(axis=1))
    pairs = _pairs(
        np.concatenate([sources, chain[:-1][same]]),
        np.concatenate([first[neighbours.nearest[there]], chain[1:][same]]),
        np.concatenate([neighbours.cosines[there], np.ones(int(same.sum()))]),
        options.similar_floor,
    )
    return _capped(pairs, len(vectors), options.max_degree), neighbours


def shared_term_pairs(keys: sparse.csr_array, options: GraphOptions) -> Pairs:
    """Return links between nodes that share key terms, weighted by the cosine over them; `keys` as `key_terms` has."""
    n = keys.shape[0]
    if n < 2 or keys.nnz == 0:
        nothing = np.empty(0, dtype=np.int32)
        return Pairs(nothing, nothing, np.empty(0))
    from sparse_dot_topn import sp_matmul_topn

    k = min(options.shared_term_neighbours + 1, n)
    product = sparse.coo_array(sp_matmul_topn(sparse.csr_matrix(keys), sparse.csr_matrix(keys.T), top_n=k))
    # six decimals, so that the last bits of a sum never decide a tie
    weights = np.minimum(np.round(product.data.astype(np.float64), 6), 1.0)
    return _capped(_pairs(product.row, product.col, weights, 0.0), n, options.max_degree)


def key_terms(counts: TermCounts, phrases: PhraseCounts, options: GraphOptions) -> sparse.csr_array:
    """Return the heaviest terms of each node by TF-IDF, rows of unit length, shape (nodes, words + phrases).

    Left out are stop words, terms of one node only, terms of too many nodes (they would link everything), and bare
    numbers.
    """
    n, words = counts.counts.shape
    most = max(_LEAST_NODES, min(options.max_term_share * n, options.max_term_nodes))
    parts = [
        _weighed(matrix, frequency, (frequency >= 2) & (frequency <= most) & usable)
        for matrix, frequency, usable in (
            (counts.counts, counts.document_frequency, _telling(counts.terms)),
            (phrases.counts, phrases.document_frequency, np.ones(len(phrases.keys), dtype=bool)),
        )
    ]
    rows = np.concatenate([part[0] for part in parts])
    columns = np.concatenate([parts[0][1], parts[1][1] + words])
    weights = np.concatenate([part[2] for part in parts])
    best = heaviest(rows, weights, n, options.key_terms)
    rows, columns, weights = rows[best], columns[best], weights[best]
    norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=n))
    data = (weights / norms[rows]).astype(np.float32)
    keys = sparse.csr_array((data, (rows.astype(np.int32), columns.astype(np.int32))), (n, words + len(phrases.keys)))
    keys.sort_indices()
    return keys


def _weighed(
    counts: sparse.csr_array, frequency: NDArray[np.int64], usable: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]:
    """Return (row, column, TF-IDF) of what is counted of usable terms."""
    keep = np.flatnonzero(usable.take(counts.indices))  # `take` at places is five times as fast as a mask
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr)).take(keep)
    columns = counts.indices.take(keep)
    idf = np.log1p((counts.shape[0] - frequency + 0.5) / (frequency + 0.5))
    return rows, columns, (1 + np.log(counts.data.take(keep))).astype(np.float64) * idf.take(columns)


def shared_terms(keys: sparse.csr_array, i: int, j: int) -> list[int]:
    """Return the columns of the key terms that two nodes share, the heaviest first."""
    a, b = (
        dict(zip(keys.indices[start:end].tolist(), keys.data[start:end].tolist(), strict=True))
        for start, end in ((keys.indptr[row], keys.indptr[row + 1]) for row in (i, j))
    )
    return [column for _, column in sorted((-a[term] * b[term], term) for term in a.keys() & b.keys())]


def term_names(columns: Sequence[int], counts: TermCounts, phrases: PhraseCounts, text: str) -> list[str]:
    """Return the words of some key terms of a text, not more than a reason shows, none that is part of another."""
    words = len(counts.terms)
    named = named_phrases(text) if any(column >= words for column in columns) else {}
    held = {column + words: named[key] for key, column in phrase_ids(phrases.keys, named)}
    names = [held.get(column, "") if column >= words else counts.terms[column] for column in columns]
    whole = [
        name for name in names if name and not any(f" {name} " in f" {other} " for other in names if other != name)
    ]
    return whole[:_SHOWN_TERMS]


def _telling(terms: Sequence[str]) -> NDArray[np.bool_]:
    """Return which of the sorted terms have two characters or more, a letter among them, and are no stop words."""
    if not terms:
        return np.zeros(0, dtype=bool)
    points = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    there = np.bincount(points)
    letters = np.zeros(len(there), dtype=bool)
    letters[there > 0] = [chr(point).isalpha() for point in np.flatnonzero(there).tolist()]
    lengths = np.fromiter(map(len, terms), dtype=np.intp, count=len(terms))
    telling = np.logical_or.reduceat(letters[points], np.cumsum(lengths) - lengths) & (lengths > 1)
    for word in STOP_WORDS:
        place = bisect_left(terms, word)
        if place < len(terms) and terms[place] == word:
            telling[place] = False
    return np.asarray(telling)


def _pairs(
    sources: NDArray[np.integer], targets: NDArray[np.integer], weights: NDArray[np.float64], floor: float
) -> Pairs:
    """Return each unordered pair once, smaller place first, with its weight, where it is above 0 and the floor."""
    keep = np.flatnonzero((sources != targets) & (weights >= floor) & (weights > 0))
    low = np.minimum(sources, targets).take(keep).astype(np.int32)
    high = np.maximum(sources, targets).take(keep).astype(np.int32)
    weight = weights.take(keep)
    order = np.argsort(low * np.int64(1 << 32) + high)
    low, high, weight = low[order], high[order], weight[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    starts = np.flatnonzero(first)
    return Pairs(low[first], high[first], np.maximum.reduceat(weight, starts) if len(starts) else weight)


def _capped(pairs: Pairs, n: int, most: int) -> Pairs:
    keep = cap_degrees(pairs.low, pairs.high, pairs.weight, n, most)
    return Pairs(pairs.low[keep], pairs.high[keep], pairs.weight[keep])
