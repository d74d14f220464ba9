"""Whether a text layer says what the page shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_ODD = ("So", "Co", "Cn", "Cs")
_STOP_WORDS = frozenset(
    "the of and to in a is that for it as was with be by on not are this or from at an we der die das und ist von zu "
    "mit den im ein eine nicht des auf le la les et des est un une dans que pour en el los del y por con una para il "
    "di che e per non sono da o os do uma não em van het een dat op".split()
)


def is_garbled(words: Sequence[str]) -> bool:
    """Return whether the words have wrong character codes.

    True when more than 30 % of the characters are symbols, private or unassigned (good pages measured: at most 6 %), or
    when a page with much Latin running text has almost no common word of a major language and its letters do not occur
    as they do in language. The second test alone would take index pages and reference lists for garbled, so it also
    asks that vowels are far rarer than in any language with Latin script.
    """
    text = "".join(words)
    if len(text) < 50:
        return False
    if sum(unicodedata.category(c) in _ODD for c in text) > 0.3 * len(text) or text.count("\ufffd") > 0.3 * len(text):
        return True
    alphabetic = [word.strip(".,;:()[]\"'").lower() for word in words]
    alphabetic = [word for word in alphabetic if word.isalpha() and len(word) > 1]
    latin = [word for word in alphabetic if all("a" <= c <= "z" for c in word)]
    if len(latin) < 100 or len(latin) < 0.5 * len(alphabetic):
        return False
    common = sum(word in _STOP_WORDS for word in latin) / len(latin)
    letters = "".join(latin)
    vowels = sum(letters.count(vowel) for vowel in "aeiou") / len(letters)
    return common < 0.02 and not 0.25 < vowels < 0.55
