"""Whether a text layer says what the page shows."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ODD = ("So", "Co", "Cn", "Cs")
_STOP_WORDS = frozenset(
    "the of and to in a is that for it as was with be by on not are this or from at an we der die das und ist von zu "
    "mit den im ein eine nicht des auf le la les et des est un une dans que pour en el los del y por con una para il "
    "di che e per non sono da o os do uma não em van het een dat op".split()
)
_LEAST_WORDS = 100  # of Latin letters on a page whose common words are counted
_COMMON = 0.04  # share of common words below which Latin running text is odd (running text: 0.14 to 0.34)
_LEAST_LETTERS = 100  # of a page whose broken words are counted
_BROKEN = 0.15  # share of the letters in broken words from which a layer is odd (pages of code: at most 0.10, but one)
_INSIDE = re.compile(r"[^\W\d_][\^{}|~\\@`¢-§©-¬®-³¶¸-¿¡]+[^\W\d_]")  # signs that no word has between two letters
_LIGATURES = re.compile(r"(?:ff[il]?|f[il]){2,}|^\W*(?:ff[il]?|f[il])\W*$")  # several in a row, or nothing else
_ADDRESS = re.compile(r"\w@[\w-]+\.\w|://|www\.")


def is_garbled(words: Sequence[str]) -> bool:
    """Return whether more than 30 % of the characters are symbols, private or unassigned (good pages: at most 6 %)."""
    text = "".join(words)
    if len(text) < 50 or text.isascii():
        return False
    return sum(unicodedata.category(c) in _ODD for c in text) > 0.3 * len(text) or text.count("\ufffd") > 0.3 * len(
        text
    )


def is_suspicious(words: Sequence[str]) -> bool:
    """Return whether a page of Latin words has next to no common word of a major language, or many broken words.

    Every letter may be shifted by one; but index pages, code and reference lists look so too (2 % of good pages), so
    this is a reason to look at the picture and no verdict.
    """
    latin = _latin(words)
    return (len(latin) >= _LEAST_WORDS and _common(latin) < _COMMON) or is_broken(words)


def is_broken(words: Sequence[str]) -> bool:
    """Return whether many letters stand in words with signs amid them, as fonts with codes of their own give.

    So are words of ligatures alone: what control characters, as codes of such fonts, are read as.

    >>> is_broken(["m{t=u", "j=[y~t^", "kbZ@Z@v"] * 20), is_broken(["don't", "well-known", "me@example.org"] * 20)
    (True, False)
    """
    letters = sum(map(len, words))
    broken = sum(len(word) for word in words if _is_broken(word))
    return letters >= _LEAST_LETTERS and broken > _BROKEN * letters


def _is_broken(word: str) -> bool:
    signs = _INSIDE.search(word) is not None and _ADDRESS.search(word) is None
    return signs or _LIGATURES.search(word) is not None


def common_share(words: Sequence[str]) -> float:
    """Return the share, 0 to 1, of common words of a major language among the words of Latin letters."""
    return _common(_latin(words))


def _common(latin: Sequence[str]) -> float:
    return sum(word in _STOP_WORDS for word in latin) / len(latin) if latin else 0.0


def word_agreement(first: Sequence[str], second: Sequence[str]) -> float:
    """Return how many words two readings of a page share, their order aside: F1, from 0 to 1."""
    a, b = Counter(map(_bare, first)), Counter(map(_bare, second))
    a.pop("", None)
    b.pop("", None)
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 1.0


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", word).casefold() if c.isalnum())


def _latin(words: Sequence[str]) -> list[str]:
    """Return the words if at least half of the alphabetic ones are of Latin letters, else none."""
    alphabetic = [word.strip(".,;:()[]\"'").lower() for word in words]
    alphabetic = [word for word in alphabetic if word.isalpha() and len(word) > 1]
    latin = [word for word in alphabetic if word.isascii()]
    return latin if 2 * len(latin) >= len(alphabetic) else []
