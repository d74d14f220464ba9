"""The nearest neighbours of vectors by cosine, kept up to date as vectors come and go.

Exact, and the same after any history: a pair's cosine is computed in double precision from its two vectors alone and
rounded to six decimals, and ties go by a hash of the vectors, not by their order. For a whole build of more vectors
than `exact_up_to` an index proposes the candidates, searched as broadly as a sample needs whose neighbours are known
exactly: inverted lists (IVF; Sivic and Zisserman, 2003) where the vectors lie in clumps, else a graph of neighbours
(HNSW; Malkov and Yashunin, 2018). `approximate` says so, and `recall` what the sample found. Vectors that no breadth
serves are searched exactly.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import faiss

_NONE = -2.0  # the cosine of a place that no neighbour takes
_SLACK = 6  # candidates beyond k that are scored again in double precision
_ERROR = 2e-6  # how far a single-precision cosine, or a rounded one, may be off
_BLOCK = 2048  # rows at once
_PRODUCTS = 1 << 22  # ... as long as there are no more cosines than this
_LISTS = 4.0  # inverted lists, in square roots of the vectors
_ROUNDS, _LEAST_POINTS, _MOST_POINTS = 6, 40, 48  # of k-means; and vectors a list that it needs, and looks at at most
_PROBES = (4, 8, 16, 24)  # lists that a search looks through, tried in turn ...
_LINKS, _CONSTRUCTION = 16, 64  # HNSW: edges a node, breadth of its building
_SEARCHES = (80, 120, 180, 270, 400, 600)  # breadths of a search, tried in turn ...
_SAMPLE, _RECALL = 400, 0.995  # ... until of so many vectors' neighbours this share is found


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The k nearest of each of m distinct vectors, nearest first."""

    keys: NDArray[np.uint64]  # shape (m,), ascending: `vector_keys` of the vectors
    nearest: NDArray[np.int32]  # shape (m, k): places in `keys`, -1 where there are fewer others
    cosines: NDArray[np.float64]  # shape (m, k), six decimals
    approximate: bool = False
    recall: float = 1.0  # share, 0 to 1, of the exact neighbours that a sample found; 1 where exact, NaN if unmeasured


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
        rows, near, far, orphaned = _carried(known, keys)
        fresh[rows] = False
        stale[rows] = orphaned
        nearest[rows], cosines[rows] = near, far
    if 3 * np.count_nonzero(stale) > m:
        index, recall = _broad_search(vectors, k) if m > exact_up_to else (None, 1.0)
        nearest, cosines = _search(vectors, np.arange(m), k, index)
        return Neighbours(keys, nearest, cosines, index is not None, recall)
    lost, new, kept = (np.flatnonzero(part) for part in (stale & ~fresh, fresh, ~stale))
    nearest[lost], cosines[lost] = _search(vectors, lost, k)
    _take_in(vectors, new, kept, nearest, cosines)
    approximate = known is not None and known.approximate
    return Neighbours(keys, nearest, cosines, approximate, known.recall if known is not None else 1.0)


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


def _broad_search(vectors: NDArray[np.float32], k: int) -> tuple[faiss.Index | None, float]:
    """Return an index that finds enough of the neighbours, and the share found; (None, 1) where none does.

    Inverted lists serve where a few of them do, for they are made in no time; else a graph of neighbours is made.
    """
    rows = np.sort(np.random.default_rng(0).choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False))
    exact, _ = _search(vectors, rows, k)
    there = exact >= 0
    data = np.ascontiguousarray(vectors, dtype=np.float32)
    for make, breadths in ((_lists, _PROBES), (_links, _SEARCHES)):
        index = make(data)
        for breadth in breadths:
            _search_as_broadly(index, breadth)
            found, _ = _search(vectors, rows, k, index)
            recall = float((exact[:, :, None] == found[:, None, :]).any(axis=2)[there].mean())
            if recall >= _RECALL:
                return index, recall
    return None, 1.0


def _search_as_broadly(index: faiss.Index, breadth: int) -> None:
    """Have an index look through so many lists, or so many nodes of its graph."""
    import faiss

    if isinstance(index, faiss.IndexHNSW):
        index.hnsw.efSearch = breadth
    elif isinstance(index, faiss.IndexIVF):
        index.nprobe = breadth


def _lists(data: NDArray[np.float32]) -> faiss.Index:
    """Return inverted lists of vectors, each of those nearest to one of the means (faiss's IVF)."""
    import faiss

    n, dimensions = data.shape
    lists = max(1, min(int(_LISTS * n**0.5), n // _LEAST_POINTS))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.spherical = _ROUNDS, _MOST_POINTS, True
    index.train(data)
    index.add(data)
    return index


def _links(data: NDArray[np.float32]) -> faiss.Index:
    """Return a graph of neighbours (HNSW)."""
    import faiss

    index = faiss.IndexHNSWFlat(data.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _CONSTRUCTION
    index.add(data)
    return index


def _search(
    vectors: NDArray[np.float32], rows: NDArray[np.intp], k: int, index: faiss.Index | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return (nearest, cosines) of the given rows among all vectors but themselves, by an index if given."""
    import faiss

    data = np.ascontiguousarray(vectors, dtype=np.float32)
    # A few hundred rows are multiplied as a matrix too: one by one, as faiss would have it, they take nine times as
    # long. The threshold counts rows in older versions of faiss and numbers in newer ones.
    faiss.cvar.distance_compute_blas_threshold = min(faiss.cvar.distance_compute_blas_threshold, 8 * data.shape[1])
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
        if wanted == len(data) or index is not None:
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
    """Find the neighbours of new vectors, and put these among the neighbours of those that were there, in place.

    A pair of an old and a new vector is multiplied once, for both.
    """
    if not len(fresh):
        return
    k = nearest.shape[1]
    new = np.ascontiguousarray(vectors[fresh])
    taking = np.full(len(vectors), np.inf, dtype=np.float32)  # cosine from which a row takes a new neighbour
    taking[kept] = cosines[kept, -1] - _ERROR
    asking = np.full(len(fresh), -np.inf, dtype=np.float32)  # the same of the new vectors, for any row
    step = max(4 * k, min(_BLOCK, _PRODUCTS // len(fresh)))
    for start in range(0, len(vectors), step):
        rows = np.arange(start, min(start + step, len(vectors)))
        rough = vectors[rows] @ new.T
        row, column = np.nonzero(rough >= taking[rows, None])
        _put_among(vectors, rows[row], fresh[column], nearest, cosines)
        if not start and len(rows) > k + 1:  # the first rows say from where on to look: themselves are one of them
            asking = np.partition(rough, -(k + 1), axis=0)[-(k + 1)] - np.float32(_ERROR)
        row, column = np.nonzero(rough >= asking)
        other = rows[row] != fresh[column]
        order = np.argsort(column[other], kind="stable")
        _put_among(vectors, fresh[column[other]][order], rows[row[other]][order], nearest, cosines)
        asking = np.maximum(asking, (cosines[fresh, -1] - _ERROR).astype(np.float32))


def _put_among(
    vectors: NDArray[np.float32],
    owners: NDArray[np.intp],
    others: NDArray[np.intp],
    nearest: NDArray[np.int32],
    cosines: NDArray[np.float64],
) -> None:
    """Put each of `others` among the nearest of its owner, in place, if it is one of them; owners come in groups."""
    if not len(owners):
        return
    k = nearest.shape[1]
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    touched = owners[first]
    owner = np.concatenate([np.repeat(np.arange(len(touched)), k), np.cumsum(np.diff(owners, prepend=-1) != 0) - 1])
    other = np.concatenate([nearest[touched].ravel(), others])
    far = np.concatenate([cosines[touched].ravel(), _cosines(vectors, owners, others)])
    order = np.lexsort((other, -far, owner))
    rank = np.arange(len(order)) - np.searchsorted(owner[order], np.arange(len(touched)))[owner[order]]
    best = order[rank < k]
    nearest[touched] = other[best].reshape(-1, k)
    cosines[touched] = far[best].reshape(-1, k)
