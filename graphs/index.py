"""Words and vectors -> scored nodes: BM25, TF-IDF, dense, and both kinds fused.

One matrix of term counts serves BM25, TF-IDF and the edges by shared terms. Scores are exact: at 100,000 passages a
question takes a few milliseconds for words and about ten for vectors on one core.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.document_graph import ScoredNode
from graphs.phrases import rows_at, used_columns
from graphs.words import NumberedParts, is_word, stem
from graphs.words import tokenize as tokenize

METHODS = ("bm25", "tfidf", "dense", "hybrid")

_K1, _B = 1.2, 0.75  # Robertson and Zaragoza (2009), section 3.5: usual values
_RRF_K = 60  # Cormack, Clarke and Buettcher (2009)
_RRF_DEPTH = 200  # how far down both rankings are read


@dataclass(frozen=True)
class TermCounts:
    """How often each term stands in each text."""

    terms: tuple[str, ...]  # sorted
    counts: sparse.csr_array  # shape (texts, terms), float32

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> TermCounts:
        """Count; the result does not depend on the order of the texts but for the order of its rows."""
        return cls.from_parts(NumberedParts.from_texts(texts))

    @classmethod
    def from_parts(cls, parts: NumberedParts) -> TermCounts:
        """Count in texts that have been read."""
        stems = [stem(part) if is_word(part) else "" for part in parts.parts]
        terms = sorted(set(stems) - {""})
        column = {term: i for i, term in enumerate(terms)}
        columns = np.array([column.get(term, -1) for term in stems], dtype=np.int32)[parts.numbers]
        held = columns >= 0
        counts = sparse.csr_array(
            (np.ones(int(held.sum()), dtype=np.float32), (parts.rows()[held], columns[held])),
            shape=(len(parts.lengths), len(terms)),
        )
        counts.sum_duplicates()
        return cls(tuple(terms), counts)

    @classmethod
    def merged(cls, parts: Sequence[tuple[TermCounts, NDArray[np.integer], NDArray[np.integer]]]) -> TermCounts:
        """Return the counts of rows of several: of each part these rows, at those places; all places are filled."""
        matrices = [own.counts[rows] for own, rows, _ in parts]
        used = [used_columns(matrix) for matrix in matrices]
        held = [[own.terms[i] for i in own_used.tolist()] for (own, _, _), own_used in zip(parts, used, strict=True)]
        terms = list(dict.fromkeys(sorted(chain.from_iterable(held))))  # sorting runs merges them
        column = {term: i for i, term in enumerate(terms)}
        moves = []
        for (own, _, _), own_used, own_terms in zip(parts, used, held, strict=True):
            moved = np.zeros(len(own.terms), dtype=np.int32)
            moved[own_used] = [column[term] for term in own_terms]
            moves.append(moved)
        counts = rows_at(matrices, [places for _, _, places in parts], moves, len(terms))
        merged = cls(tuple(terms), counts)
        merged.__dict__["column"] = column  # what the property would make again
        return merged

    @cached_property
    def column(self) -> dict[str, int]:
        """The column of each term."""
        return {term: i for i, term in enumerate(self.terms)}

    @cached_property
    def document_frequency(self) -> NDArray[np.int64]:
        """In how many texts each term stands, shape (terms,)."""
        return np.bincount(self.counts.indices, minlength=len(self.terms))

    @cached_property
    def idf(self) -> NDArray[np.float32]:
        """Inverse document frequency of BM25, shape (terms,): ln(1 + (n - df + 0.5) / (df + 0.5)), above 0."""
        n, df = self.counts.shape[0], self.document_frequency
        return np.log1p((n - df + 0.5) / (df + 0.5)).astype(np.float32)

    def bm25(self) -> sparse.csc_array:
        """Return the share of each term in each text's BM25 score, shape (texts, terms)."""
        lengths = np.asarray(self.counts.sum(axis=1)).ravel()
        norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()) if len(lengths) else 1.0, 1.0))
        rows = np.repeat(np.arange(self.counts.shape[0]), np.diff(self.counts.indptr))
        tf = self.counts.data
        data = self.idf[self.counts.indices] * tf * (_K1 + 1) / (tf + norm[rows])
        return sparse.csc_array(
            sparse.csr_array((data.astype(np.float32), self.counts.indices, self.counts.indptr), self.counts.shape)
        )

    def tfidf(self) -> sparse.csr_array:
        """Return TF-IDF with logarithmic counts and rows of unit length, shape (texts, terms)."""
        data = (1 + np.log(self.counts.data)) * self.idf[self.counts.indices]
        rows = np.repeat(np.arange(self.counts.shape[0]), np.diff(self.counts.indptr))
        norms = np.sqrt(np.bincount(rows, weights=data**2, minlength=self.counts.shape[0]))
        data = (data / norms[rows]).astype(np.float32) if len(data) else data.astype(np.float32)
        return sparse.csr_array((data, self.counts.indices, self.counts.indptr), self.counts.shape)


class SearchIndex:
    """Search over the nodes that hold text. Ties go to the smaller node id, so a ranking is always the same."""

    def __init__(
        self,
        node_ids: Sequence[str],
        counts: TermCounts,
        vectors: NDArray[np.float32],
        doc_ids: Sequence[str],
    ) -> None:
        """Take the term counts of texts, unit vectors of shape (n, dimensions), ascending ids and their documents.

        Raises ValueError for unequal lengths or unsorted ids.
        """
        lengths = len(node_ids), counts.counts.shape[0], len(vectors), len(doc_ids)
        if len(set(lengths)) != 1:
            raise ValueError("{} ids, {} texts, {} vectors, {} documents".format(*lengths))
        if any(a >= b for a, b in pairwise(node_ids)):
            raise ValueError("node ids must ascend")
        self.node_ids = tuple(node_ids)
        self.position = {node_id: i for i, node_id in enumerate(self.node_ids)}
        self.counts = counts
        self._vectors = vectors
        self._doc_ids = np.asarray(doc_ids, dtype=object)

    def __len__(self) -> int:
        return len(self.node_ids)

    @cached_property
    def _bm25(self) -> sparse.csc_array:
        return self.counts.bm25()

    @cached_property
    def _tfidf(self) -> sparse.csc_array:
        return sparse.csc_array(self.counts.tfidf())

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text as the index counts them."""
        return tokenize(text)

    def idf(self, word: str) -> float:
        """Return how rare a word is: above 0, largest for a word that no text holds."""
        stems = tokenize(word)
        columns = [self.counts.column.get(stem) for stem in stems]
        unseen = float(np.log1p((len(self) + 0.5) / 0.5))
        return max((unseen if column is None else float(self.counts.idf[column]) for column in columns), default=0.0)

    def vectors(self, node_ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of nodes, shape (len(node_ids), dimensions); raise KeyError for an unknown one."""
        return np.asarray(self._vectors[[self.position[node_id] for node_id in node_ids]])

    def search(
        self,
        query: str,
        k: int,
        *,
        method: str = "hybrid",
        query_vector: NDArray[np.float32] | None = None,
        doc_ids: Collection[str] | None = None,
    ) -> list[ScoredNode]:
        """Return the k best nodes, best first, of the given documents (None: all).

        `query_vector` has unit length and is needed for "dense" and "hybrid". Hybrid is the reciprocal rank fusion of
        BM25 and dense. Nodes without any word of the query are left out of "bm25" and "tfidf". Raises ValueError for
        another method or a missing vector.
        """
        if method not in METHODS:
            raise ValueError(f"method {method!r} is none of {', '.join(METHODS)}")
        if method in ("dense", "hybrid") and query_vector is None:
            raise ValueError(f"method {method!r} needs query_vector")
        if not len(self):
            return []
        allowed = self._allowed(doc_ids)
        if method == "hybrid":
            assert query_vector is not None
            return self._ranked(self._fused(query, query_vector, allowed), k, allowed, method, positive=True)
        if method == "dense":
            assert query_vector is not None
            return self._ranked(self._vectors @ query_vector, k, allowed, method)
        return self._ranked(self._word_scores(query, method), k, allowed, method, positive=True)

    def nearest(
        self, vector: NDArray[np.float32], k: int, *, doc_ids: Collection[str] | None = None
    ) -> list[ScoredNode]:
        """Return the k nodes whose vectors have the largest cosine with a unit vector, best first."""
        return self._ranked(self._vectors @ vector, k, self._allowed(doc_ids), "dense") if len(self) else []

    def rank_by_tfidf(self, query: str, node_ids: Sequence[str]) -> list[str]:
        """Return the given nodes, those with the highest TF-IDF similarity to the query first, ties by id."""
        scores = self._word_scores(query, "tfidf")
        return sorted(node_ids, key=lambda node_id: (-float(scores[self.position[node_id]]), node_id))

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every node with a unit vector, in the order of `node_ids`."""
        return np.asarray(self._vectors @ vector)

    def word_scores(self, query: str, method: str) -> NDArray[np.float32]:
        """Return every node's score by "bm25" or "tfidf", in the order of `node_ids`; 0 without a word of the query."""
        return self._word_scores(query, method)

    def allowed(self, doc_ids: Collection[str] | None) -> NDArray[np.bool_] | None:
        """Return which nodes belong to the documents, in the order of `node_ids`; None for None, which means all."""
        return self._allowed(doc_ids)

    def _allowed(self, doc_ids: Collection[str] | None) -> NDArray[np.bool_] | None:
        return None if doc_ids is None else np.isin(self._doc_ids, list(doc_ids))

    def _word_scores(self, query: str, method: str) -> NDArray[np.float32]:
        matrix = self._bm25 if method == "bm25" else self._tfidf
        scores = np.zeros(len(self), dtype=np.float32)
        for term, count in Counter(tokenize(query)).items():
            column = self.counts.column.get(term)
            if column is not None:
                weight = count if method == "bm25" else (1 + np.log(count)) * self.counts.idf[column]
                start, end = matrix.indptr[column], matrix.indptr[column + 1]
                scores[matrix.indices[start:end]] += np.float32(weight) * matrix.data[start:end]
        return scores

    def _fused(self, query: str, vector: NDArray[np.float32], allowed: NDArray[np.bool_] | None) -> NDArray[np.float32]:
        fused = np.zeros(len(self), dtype=np.float64)
        for scores, positive in ((self._word_scores(query, "bm25"), True), (self._vectors @ vector, False)):
            for rank, i in enumerate(_top(scores, _RRF_DEPTH, allowed, positive), 1):
                fused[i] += 1 / (_RRF_K + rank)
        return fused.astype(np.float32)

    def _ranked(
        self,
        scores: NDArray[np.float32],
        k: int,
        allowed: NDArray[np.bool_] | None,
        source: str,
        *,
        positive: bool = False,
    ) -> list[ScoredNode]:
        return [ScoredNode(self.node_ids[i], float(scores[i]), source) for i in _top(scores, k, allowed, positive)]


def _top(scores: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None, positive: bool) -> list[int]:
    """Return the indices of the k largest scores, largest first, ties by index; only above 0 where `positive`."""
    usable = scores > 0 if positive else np.ones(len(scores), dtype=bool)
    if allowed is not None:
        usable = usable & allowed
    candidates = np.flatnonzero(usable)
    if len(candidates) > k > 0:
        kth = np.partition(scores[candidates], len(candidates) - k)[len(candidates) - k]
        candidates = candidates[scores[candidates] >= kth]
    order = np.lexsort((candidates, -scores[candidates]))
    return [int(i) for i in candidates[order][: max(k, 0)]]
