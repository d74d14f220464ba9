"""Edges between nodes that resemble each other: by embedding, and by the key terms that they share.

Both are a function of the set of nodes alone: nodes come sorted by id and ties go to the smaller id. A node asks for
its nearest neighbours; an edge stays when it is among the best `max_degree` of both its ends, so no hub drowns a walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.capping import cap_degrees
from graphs.document_graph import Edge, EdgeKind
from graphs.index import TermCounts
from graphs.options import GraphOptions

_SHOWN_TERMS = 5  # shared terms that an edge names


def similar_edges(node_ids: Sequence[str], vectors: NDArray[np.float32], options: GraphOptions) -> list[Edge]:
    """Return edges between nearest neighbours by cosine, exact, of unit vectors of shape (n, dimensions)."""
    n = len(node_ids)
    if n < 2:
        return []
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    k = min(options.similar_neighbours + 1, n)
    cosines, neighbours = index.search(np.ascontiguousarray(vectors, dtype=np.float32), k)
    sources = np.repeat(np.arange(n), k)
    pairs = _pairs(sources, neighbours.ravel(), _rounded(cosines.ravel()), options.similar_floor)
    return [
        Edge(node_ids[i], node_ids[j], EdgeKind.SIMILAR, min(weight, 1.0), f"cosine {weight:.2f}")
        for i, j, weight in _capped(pairs, n, options.max_degree)
    ]


def shared_term_edges(node_ids: Sequence[str], counts: TermCounts, options: GraphOptions) -> list[Edge]:
    """Return edges between nodes that share key terms; the weight is the cosine over their key terms."""
    n = len(node_ids)
    keys = key_terms(counts, options)
    if n < 2 or keys.nnz == 0:
        return []
    from sparse_dot_topn import sp_matmul_topn

    k = min(options.shared_term_neighbours + 1, n)
    product = sparse.coo_array(sp_matmul_topn(sparse.csr_matrix(keys), sparse.csr_matrix(keys.T), top_n=k))
    pairs = _pairs(product.row, product.col, _rounded(product.data), 0.0)
    shared = _Shared(keys, counts.terms)
    return [
        Edge(node_ids[i], node_ids[j], EdgeKind.SHARES_TERMS, min(weight, 1.0), shared(i, j))
        for i, j, weight in _capped(pairs, n, options.max_degree)
    ]


def key_terms(counts: TermCounts, options: GraphOptions) -> sparse.csr_array:
    """Return the heaviest terms of each node by TF-IDF, rows of unit length, shape (nodes, terms).

    Left out are terms of one node only, terms of too many nodes (they would link everything), and bare numbers.
    """
    matrix = counts.tfidf()
    most = max(10.0, options.max_term_share * matrix.shape[0])
    frequency = counts.document_frequency
    lettered = np.fromiter(
        (any(c.isalpha() for c in term) and len(term) > 1 for term in counts.terms), bool, len(counts.terms)
    )
    usable = (frequency >= 2) & (frequency <= most) & lettered
    data, indices, ends = [], [], [0]
    for row in range(matrix.shape[0]):
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        columns, weights = matrix.indices[start:end], matrix.data[start:end]
        keep = usable[columns]
        columns, weights = columns[keep], weights[keep]
        best = np.lexsort((columns, -weights))[: options.key_terms]
        best = best[np.argsort(columns[best])]
        norm = float(np.linalg.norm(weights[best])) or 1.0
        data.append(weights[best] / norm)
        indices.append(columns[best])
        ends.append(ends[-1] + len(best))
    return sparse.csr_array(
        (np.concatenate(data).astype(np.float32), np.concatenate(indices), np.asarray(ends)), shape=matrix.shape
    )


class _Shared:
    """Tells which key terms two nodes share, the heaviest first."""

    def __init__(self, keys: sparse.csr_array, terms: Sequence[str]) -> None:
        self._terms = terms
        columns, weights, ends = keys.indices.tolist(), keys.data.tolist(), keys.indptr.tolist()
        self._rows = [dict(zip(columns[a:b], weights[a:b], strict=True)) for a, b in pairwise(ends)]

    def __call__(self, i: int, j: int) -> str:
        a, b = self._rows[i], self._rows[j]
        common = sorted((-a[term] * b[term], self._terms[term]) for term in a.keys() & b.keys())
        return "share " + ", ".join([term for _, term in common[:_SHOWN_TERMS]])


def _rounded(weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return weights to six decimals, so that the last bits of a sum never decide a tie."""
    return np.asarray(np.round(weights.astype(np.float64), 6), dtype=np.float64)


def _pairs(
    sources: NDArray[np.integer], targets: NDArray[np.integer], weights: NDArray[np.float64], floor: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return each unordered pair once, smaller index first, with its weight, where it is above 0 and the floor."""
    keep = (sources != targets) & (weights >= floor) & (weights > 0) & (targets >= 0)
    low = np.minimum(sources, targets)[keep].astype(np.int64)
    high = np.maximum(sources, targets)[keep].astype(np.int64)
    weight = weights[keep]
    order = np.lexsort((-weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return low[first], high[first], weight[first]


def _capped(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]], n: int, most: int
) -> list[tuple[int, int, float]]:
    low, high, weight = pairs
    keep = cap_degrees(low, high, weight, n, most)
    return list(zip(low[keep].tolist(), high[keep].tolist(), weight[keep].tolist(), strict=True))
