"""Terms of two and three words: neighbours in a text, with no stop word or punctuation between them.

A phrase is kept as a number of 64 bits made from its words, since a large corpus has millions; its words are read from
the text again when a reason has to name it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.index import stem

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

_PART = re.compile(r"\w+(?:['’]\w+)*|[^\w\s'’\-‐–]")
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
        parts: list[tuple[NDArray[np.int64], NDArray[np.uint64]]] = []
        given, done = iter(texts), 0
        while some := list(islice(given, _TEXTS)):
            rows, keys = _phrase_keys(some)
            parts.append((rows + done, keys))
            done += len(some)
        rows = np.concatenate([part[0] for part in parts]) if parts else np.empty(0, np.int64)
        found = np.concatenate([part[1] for part in parts]) if parts else np.empty(0, np.uint64)
        keys, columns = np.unique(found, return_inverse=True)
        counts = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(done, len(keys)))
        counts.sum_duplicates()
        return cls(keys, counts)

    @classmethod
    def merged(cls, parts: Sequence[tuple[PhraseCounts, NDArray[np.integer], NDArray[np.integer]]]) -> PhraseCounts:
        """Return the counts of rows of several: of each part these rows, at those places; all places are filled."""
        matrices = [own.counts[rows].tocoo() for own, rows, _ in parts]
        found = [own.keys[matrix.col] for (own, _, _), matrix in zip(parts, matrices, strict=True)]
        rows = [np.asarray(places)[matrix.row] for (_, _, places), matrix in zip(parts, matrices, strict=True)]
        keys, columns = np.unique(np.concatenate(found), return_inverse=True)
        data = np.concatenate([matrix.data for matrix in matrices])
        shape = (sum(len(places) for _, _, places in parts), len(keys))
        counts = sparse.csr_array((data, (np.concatenate(rows), columns)), shape=shape)
        counts.sort_indices()
        return cls(keys, counts)

    @cached_property
    def document_frequency(self) -> NDArray[np.int64]:
        """In how many texts each phrase stands, shape (phrases,)."""
        return np.bincount(self.counts.indices, minlength=len(self.keys))


@lru_cache(maxsize=1024)  # the edges of a node ask for its text again and again
def named_phrases(text: str) -> Mapping[int, str]:
    """Return the phrases of a text by their keys."""
    words = _words(text)
    names = [" ".join(words[at : at + n]) for n in (2, 3) for at in range(len(words) - n + 1)]
    keys = [int(key) for n in (2, 3) for key in _joined(_numbers(words), n)]
    return {key: name for key, name in zip(keys, names, strict=True) if key}


def _phrase_keys(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return (places of texts, keys): one pair for each phrase as often as it stands there."""
    words, ends = [], []
    for text in texts:
        words += _words(text)
        ends.append(len(words))
    numbers = _numbers(words)
    rows, keys = [], []
    for n in (2, 3):
        joined = _joined(numbers, n)
        at = np.flatnonzero(joined)
        rows.append(np.searchsorted(ends, at, side="right"))
        keys.append(joined[at])
    return np.concatenate(rows), np.concatenate(keys)


def _words(text: str) -> list[str]:
    """Return the stems of a text, "" for what no phrase goes over, and at the end."""
    parts = _PART.findall(unicodedata.normalize("NFKC", text).casefold())
    return [*(_phrase_word(part) for part in parts), ""]


@lru_cache(maxsize=1 << 16)
def _phrase_word(part: str) -> str:
    word = stem(part)
    return "" if word in STOP_WORDS or not word[0].isalnum() else word


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
