"""The words of texts: as strings, and all words of many texts as numbers, which is what counting needs."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_PART = re.compile(rf"{_WORD.pattern}|[^\w\s'’\-‐–]")


def tokenize(text: str) -> list[str]:
    """Return the words of a text for matching: NFKC, case folded, English plural and possessive endings cut."""
    return [stem(word) for word in _WORD.findall(_folded(text))]


@lru_cache(maxsize=1 << 16)  # a corpus uses the same words over and over
def stem(word: str) -> str:
    """Cut "s" and "'s" (Harman, 1991: the S stemmer); other endings are left to the embedding."""
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) < 4 or not word.endswith("s") or not word.isascii():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


def split_parts(text: str) -> list[str]:
    """Return the words of a text as they stand, case folded, and the punctuation that no phrase goes over."""
    return _PART.findall(_folded(text))


def is_word(part: str) -> bool:
    """Return whether a part of `split_parts` is a word, and no punctuation; "" is none."""
    return part[:1].isalnum() or part[:1] == "_"


@dataclass(frozen=True, slots=True)
class NumberedParts:
    """What `split_parts` finds in texts, as numbers: each text is read once, each different part looked at once."""

    parts: tuple[str, ...]  # different ones; the first is "", which stands at the end of each text
    numbers: NDArray[np.int32]  # places in `parts`, of all texts one behind the other
    lengths: NDArray[np.int64]  # shape (texts,): how many of the numbers are a text's

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> NumberedParts:
        """Read texts."""
        known = _Numbering({"": 0})
        number_of = known.__getitem__
        numbers, ends = array("i"), [0]
        for text in texts:
            numbers.extend(map(number_of, split_parts(text)))
            numbers.append(0)
            ends.append(len(numbers))
        return cls(tuple(known), np.frombuffer(numbers, np.int32) if numbers else np.empty(0, np.int32), np.diff(ends))

    def rows(self) -> NDArray[np.int32]:
        """Return which text each of `numbers` stands in."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int32), self.lengths)


class _Numbering(dict[str, int]):
    """Gives each new string the next number."""

    def __missing__(self, part: str) -> int:
        number = self[part] = len(self)
        return number


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
