"""The nearest neighbours of vectors by cosine, kept up to date as vectors come and go.

Exact, and the same after any history: a pair's cosine is computed in double precision from its two vectors alone and
rounded to six decimals, and ties go by a hash of the vectors, not by their order. For a whole build of more vectors
than `exact_up_to` a graph of neighbours (HNSW; Malkov and Yashunin, 2018) proposes the candidates, and `approximate`
says so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NONE = -2.0  # the cosine of a place that no neighbour takes
_SLACK = 6  # candidates beyond k that are scored again in double precision
_ERROR = 2e-6  # how far a single-precision cosine, or a rounded one, may be off
_BLOCK = 2048  # rows at once
_LINKS, _CONSTRUCTION, _SEARCH = 16, 64, 80  # HNSW: edges a node, breadth of its building and of a search


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The k nearest of each of m distinct vectors, nearest first."""

    keys: NDArray[np.uint64]  # shape (m,), ascending: `vector_keys` of the vectors
    nearest: NDArray[np.int32]  # shape (m, k): places in `keys`, -1 where there are fewer others
    cosines: NDArray[np.float64]  # shape (m, k), six decimals
    approximate: bool = False


def vector_keys(vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return a number for each row of shape (n, dimensions) that tells different rows apart."""
    rows = np.ascontiguousarray(vectors)
    digests = b"".join([hashlib.blake2b(row, digest_size=8).digest() for row in rows])
    return np.frombuffer(digests, dtype="<u8")


def find_neighbours(
    keys: NDArray[np.uint64],
    vectors: NDArray[np.float32],
    k: int,
    *,
    known: Neighbours | None = None,
    exact_up_to: int,
) -> Neighbours:
    """Return the neighbours of unit vectors of shape (m, dimensions), whose keys ascend.

    What `known` says of vectors that are still there is used again: only new vectors, and those that lost a neighbour,
    are searched for.
    """
    m = len(keys)
    nearest = np.full((m, k), -1, dtype=np.int32)
    cosines = np.full((m, k), _NONE)
    stale = np.ones(m, dtype=bool)
    fresh = stale.copy()
    if known is not None and known.nearest.shape[1] == k and m:
        rows, near, far, lost = _carried(known, keys)
        fresh[rows] = False
        stale[rows] = lost
        nearest[rows], cosines[rows] = near, far
    if 3 * np.count_nonzero(stale) > m:
        approximate = m > exact_up_to
        nearest, cosines = _search(vectors, np.arange(m), k, approximate=approximate)
        return Neighbours(keys, nearest, cosines, approximate)
    again = np.flatnonzero(stale)
    nearest[again], cosines[again] = _search(vectors, again, k, approximate=False)
    _take_in(vectors, np.flatnonzero(fresh), np.flatnonzero(~stale), nearest, cosines)
    return Neighbours(keys, nearest, cosines, known is not None and known.approximate)


def _carried(
    known: Neighbours, keys: NDArray[np.uint64]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64], NDArray[np.bool_]]:
    """Return (places in keys, nearest, cosines, lost): what is known of vectors that are still there."""
    place = np.minimum(np.searchsorted(keys, known.keys), len(keys) - 1)
    kept = keys[place] == known.keys
    moved = np.where(kept, place, -1).astype(np.int32)
    old = known.nearest[kept]
    near = np.where(old >= 0, moved[old], -1).astype(np.int32)
    return place[kept], near, known.cosines[kept], ((near < 0) & (old >= 0)).any(axis=1)


def _search(
    vectors: NDArray[np.float32], rows: NDArray[np.intp], k: int, *, approximate: bool
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return (nearest, cosines) of the given rows among all vectors but themselves."""
    import faiss

    data = np.ascontiguousarray(vectors, dtype=np.float32)
    # A few hundred rows are multiplied as a matrix too: one by one, as faiss would have it, they take nine times as
    # long. The threshold counts rows in older versions of faiss and numbers in newer ones.
    faiss.cvar.distance_compute_blas_threshold = min(faiss.cvar.distance_compute_blas_threshold, 8 * data.shape[1])
    index: faiss.Index | None = None
    if approximate:
        index = faiss.IndexHNSWFlat(data.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction, index.hnsw.efSearch = _CONSTRUCTION, _SEARCH
        index.add(data)
    nearest = np.full((len(rows), k), -1, dtype=np.int32)
    cosines = np.full((len(rows), k), _NONE)
    wanted = min(k + 1 + _SLACK, len(data))
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        if index is None:
            rough, found = faiss.knn(data[block], data, wanted, metric=faiss.METRIC_INNER_PRODUCT)
        else:
            rough, found = index.search(data[block], wanted)
        place = slice(start, start + len(block))
        nearest[place], cosines[place] = _best(data, block, found, k)
        if wanted == len(data) or approximate:
            continue
        kth = cosines[place][:, -1]
        for i in np.flatnonzero(rough[:, -1] >= kth - _ERROR):  # one beyond the candidates may belong among the best
            scores = data @ data[block[i]]
            near = np.flatnonzero(scores >= kth[i] - _ERROR)[None]
            nearest[start + i], cosines[start + i] = (part[0] for part in _best(data, block[i : i + 1], near, k))
    return nearest, cosines


def _best(
    vectors: NDArray[np.float32], rows: NDArray[np.intp], found: NDArray[np.integer], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the k best of the candidates `found`, shape (rows, candidates), -1 for none, scored anew."""
    cosines = _cosines(vectors, np.repeat(rows, found.shape[1]), found.ravel()).reshape(found.shape)
    cosines[(found < 0) | (found == rows[:, None])] = _NONE
    order = np.lexsort((found, -cosines), axis=1)[:, :k]
    best, far = np.take_along_axis(found, order, 1).astype(np.int32), np.take_along_axis(cosines, order, 1)
    best[far == _NONE] = -1
    short = k - best.shape[1]
    if short > 0:
        best = np.pad(best, ((0, 0), (0, short)), constant_values=-1)
        far = np.pad(far, ((0, 0), (0, short)), constant_values=_NONE)
    return best, far


def _cosines(
    vectors: NDArray[np.float32], rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return the cosine of each pair, to six decimals: a function of the pair's two vectors alone."""
    found = np.empty(len(rows))
    for start in range(0, len(rows), _BLOCK):
        a = vectors[rows[start : start + _BLOCK]].astype(np.float64)
        b = vectors[columns[start : start + _BLOCK]].astype(np.float64)
        found[start : start + _BLOCK] = np.einsum("ij,ij->i", a, b)
    return np.asarray(np.round(np.clip(found, -1.0, 1.0), 6), dtype=np.float64)


def _take_in(
    vectors: NDArray[np.float32],
    fresh: NDArray[np.intp],
    kept: NDArray[np.intp],
    nearest: NDArray[np.int32],
    cosines: NDArray[np.float64],
) -> None:
    """Put new vectors among the neighbours of those that were there, in place."""
    if not len(fresh):
        return
    k = nearest.shape[1]
    new = np.ascontiguousarray(vectors[fresh])
    least = (cosines[:, -1] - _ERROR).astype(np.float32)
    for start in range(0, len(kept), _BLOCK):
        block = kept[start : start + _BLOCK]
        row, column = np.nonzero(vectors[block] @ new.T >= least[block, None])
        if not len(row):
            continue
        first = np.diff(row, prepend=-1) > 0  # rows ascend
        touched, row = row[first], np.cumsum(first) - 1
        touched = block[touched]
        owner = np.concatenate([np.repeat(np.arange(len(touched)), k), row])
        other = np.concatenate([nearest[touched].ravel(), fresh[column]])
        far = np.concatenate([cosines[touched].ravel(), _cosines(vectors, touched[row], fresh[column])])
        order = np.lexsort((other, -far, owner))
        rank = np.arange(len(order)) - np.searchsorted(owner[order], np.arange(len(touched)))[owner[order]]
        best = order[rank < k]
        nearest[touched] = other[best].reshape(-1, k)
        cosines[touched] = far[best].reshape(-1, k)
