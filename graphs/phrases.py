"""Terms of two and three words: neighbours in a text, with no stop word or punctuation between them.

A phrase is kept as a number of 64 bits made from its words, since a large corpus has millions; its words are read from
the text again when a reason has to name it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.words import NumberedParts, split_parts, stem

STOP_WORDS = frozenset(
    "a about above after again against all also although am among an and another any are as at be because been before "
    "being below between both but by can cannot could did do doe doing down during each either else etc ever every few "
    "for from further had has have having he her here hers herself him himself his how however i if in into is it its "
    "itself just last least less let like many may me might more most much must my myself neither never no nor not now "
    "of off often on once one only onto or other our ours ourselve out over own per quite rather same shall she should "
    "since so some still such than that the their theirs them themselve then there therefore these they this those "
    "though through thu to together too toward two under until up upon us use used using very via wa was we well were "
    "what when where whether which while who whom whose why will with within without would yet you your".split()
)
"""English words that say nothing by themselves, as `graphs.index.tokenize` gives them."""

_TEXTS = 5000  # at once
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd: Knuth's multiplicative hashing, 64 bits


@dataclass(frozen=True)
class PhraseCounts:
    """How often each phrase stands in each text."""

    keys: NDArray[np.uint64]  # shape (phrases,), ascending
    counts: sparse.csr_array  # shape (texts, phrases), float32

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> PhraseCounts:
        """Count; the result does not depend on the order of the texts but for the order of its rows."""
        return cls.from_parts(NumberedParts.from_texts(texts))

    @classmethod
    def from_parts(cls, parts: NumberedParts) -> PhraseCounts:
        """Count in texts that have been read."""
        numbers = _numbers([_phrase_word(part) for part in parts.parts])
        found: list[tuple[NDArray[np.integer], NDArray[np.uint64]]] = []
        rows, ends = parts.rows(), np.cumsum(parts.lengths)
        for first in range(0, len(ends), _TEXTS):
            start, end = int(ends[first - 1]) if first else 0, int(ends[first : first + _TEXTS][-1])
            words = numbers[parts.numbers[start:end]]
            for n in (2, 3):
                joined = _joined(words, n)
                at = np.flatnonzero(joined)
                found.append((rows[start + at], joined[at]))
        every = np.concatenate([keys for _, keys in found]) if found else np.empty(0, np.uint64)
        places = np.concatenate([places for places, _ in found]) if found else np.empty(0, np.int32)
        keys, columns = np.unique(every, return_inverse=True)
        columns = columns.astype(np.int32)
        counts = sparse.csr_array((np.ones(len(every), np.float32), (places, columns)), shape=(len(ends), len(keys)))
        counts.sum_duplicates()
        return cls(keys, counts)

    @classmethod
    def merged(cls, parts: Sequence[tuple[PhraseCounts, NDArray[np.integer], NDArray[np.integer]]]) -> PhraseCounts:
        """Return the counts of rows of several: of each part these rows, at those places; all places are filled."""
        matrices = [own.counts[rows] for own, rows, _ in parts]
        keys = _merged(
            [own.keys.take(used_columns(matrix)) for (own, _, _), matrix in zip(parts, matrices, strict=True)]
        )
        moves = [np.searchsorted(keys, own.keys).astype(np.int32) for own, _, _ in parts]
        counts = rows_at(matrices, [places for _, _, places in parts], moves, len(keys))
        return cls(keys, counts)

    @cached_property
    def document_frequency(self) -> NDArray[np.int64]:
        """In how many texts each phrase stands, shape (phrases,)."""
        return np.bincount(self.counts.indices, minlength=len(self.keys))


def _merged(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return what stands in any of several ascending arrays, ascending; sorting runs merges them, hashing would not."""
    every = np.sort(np.concatenate(parts), kind="stable")
    first = np.ones(len(every), dtype=bool)
    first[1:] = every[1:] != every[:-1]
    return every[first]


def used_columns(matrix: sparse.csr_array) -> NDArray[np.intp]:
    """Return the columns of a matrix that hold anything, ascending."""
    return np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))


def rows_at(
    matrices: Sequence[sparse.csr_array],
    places: Sequence[NDArray[np.integer]],
    moves: Sequence[NDArray[np.int32]],
    width: int,
) -> sparse.csr_array:
    """Return the rows of several matrices in one of so many columns: each at its place, all of which are filled.

    `moves` gives the new column of each old one, ascending, so that rows stay sorted by column.
    """
    lengths = np.concatenate([np.diff(matrix.indptr) for matrix in matrices])
    stacked = sparse.csr_array(
        (
            np.concatenate([matrix.data for matrix in matrices]),
            np.concatenate([to.take(matrix.indices) for matrix, to in zip(matrices, moves, strict=True)]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(lengths), width),
    )
    return stacked[np.argsort(np.concatenate(places))]


@lru_cache(maxsize=1024)  # the edges of a node ask for its text again and again
def named_phrases(text: str) -> Mapping[int, str]:
    """Return the phrases of a text by their keys."""
    words = _words(text)
    names = [" ".join(words[at : at + n]) for n in (2, 3) for at in range(len(words) - n + 1)]
    keys = [int(key) for n in (2, 3) for key in _joined(_numbers(words), n)]
    return {key: name for key, name in zip(keys, names, strict=True) if key}


def _words(text: str) -> list[str]:
    """Return the stems of a text, "" for what no phrase goes over, and at the end."""
    return [*(_phrase_word(part) for part in split_parts(text)), ""]


@lru_cache(maxsize=1 << 16)
def _phrase_word(part: str) -> str:
    word = stem(part)
    return "" if word in STOP_WORDS or not word[:1].isalnum() else word


def _numbers(words: Sequence[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(_number, words), dtype=np.uint64, count=len(words))


@lru_cache(maxsize=1 << 16)
def _number(word: str) -> int:
    """Return 64 bits that tell words apart, 0 for none."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little") if word else 0


def _joined(numbers: NDArray[np.uint64], n: int) -> NDArray[np.uint64]:
    """Return a key for each n words in a row, 0 where one of them is none; shape (len(numbers) - n + 1,)."""
    length = max(len(numbers) - n + 1, 0)
    keys, whole = np.zeros(length, dtype=np.uint64), np.ones(length, dtype=bool)
    for at in range(n if length else 0):
        part = numbers[at : at + length]
        keys = (keys + part) * _FACTOR
        whole &= part != 0
    return np.where(whole, keys, np.uint64(0))


def phrase_ids(keys: NDArray[np.uint64], wanted: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield (key, column) of those of the wanted keys that are among ascending ones."""
    for key in wanted:
        at = int(np.searchsorted(keys, np.uint64(key)))
        if at < len(keys) and int(keys[at]) == key:
            yield key, at
