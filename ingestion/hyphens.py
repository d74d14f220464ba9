"""Words broken at line ends: which hyphens belong to the word, and which to the line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

_EDGE = re.compile(r"^[^\w]+|[^\w]+$")
_SOFT = "\u00ad"
_HYPHENS = f"-{_SOFT}\u2010"


def name_hyphens(data: dict[str, Any]) -> None:
    """Write a hyphen for each soft one that a page draws, in what `Page.get_text("rawdict")` gives.

    A soft hyphen says where a word may be broken and shows only where it is, so one that takes up room is the hyphen of
    a broken line, or, of fonts that have no other, of a word or a list. Before another sign it is left as it is.
    """
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            chars = [char for span in line["spans"] for char in span["chars"]]
            for first, (char, following) in enumerate(pairwise([*chars, {"c": " "}])):
                joins = following["c"].isalnum() or following["c"].isspace()
                drawn = char["c"] == _SOFT and char["bbox"][2] > char["bbox"][0]
                if drawn and joins and (first == 0 or chars[first - 1]["c"].isalnum()):
                    char["c"] = "-"


class Hyphens:
    """Decides from a document's own words how the halves of a broken word are joined.

    A hyphen at a line end is dropped unless the document itself writes the word with it (and not without it):
    "two-" + "column" stays "two-column" where "two-column" stands inside of a line elsewhere, and
    "recog-" + "nition" becomes "recognition".
    """

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        """Count the words of lines, each given as its words; a last word that ends in a hyphen is left out."""
        self._counts: Counter[str] = Counter()
        for words in lines:
            for index, word in enumerate(words):
                if index == len(words) - 1 and word[-1:] in _HYPHENS:
                    continue
                bare = _bare(word)
                self._counts[bare] += 1
                if "-" in bare:
                    self._counts.update(part for part in bare.split("-") if part)

    def join(self, first: str, second: str) -> str | None:
        """Return what stands between the halves: "" without the hyphen, "-" with it, None where they are two words.

        `first` ends in a hyphen and is the last word of its line; `second` begins the next one.
        """
        if first[-1] == "\u00ad":
            return ""
        stem, head = first[:-1], second[:1]
        if not stem or not stem[-1].isalnum() or not head.isalnum():
            return None
        joined, hyphenated = _bare(stem + second), _bare(stem + "-" + second)
        if self._counts[joined] != self._counts[hyphenated]:
            return "" if self._counts[joined] > self._counts[hyphenated] else "-"
        if head.isupper() or head.isdecimal() or stem[-1].isdecimal() or "-" in stem:
            return "-"  # "PaSa-GPT", "COVID-19", "state-of-the-" + "art"
        whole_words = self._counts[_bare(stem)] and self._counts[_bare(second)]
        return "-" if whole_words and stem.lower() in _PREFIX_WORDS else ""


def _bare(word: str) -> str:
    return _EDGE.sub("", word).replace("\u2010", "-").lower()


_PREFIX_WORDS = frozenset(
    "self well non cross multi two three four five six high low long short real large small open single state full "
    "half best ill on off in out all first second third left right top bottom data user task time model human".split()
)
"""First halves that English writes with a hyphen far more often than joined."""
