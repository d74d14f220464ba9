"""Lines of Arabic and Hebrew: which they are, and the order in which their words are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from ingestion.blocks import Word

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
"""A letter of a script that is written from right to left."""


def is_right_to_left(words: Iterable[Word]) -> bool:
    """Return whether most letters of a line are of a script that is written from right to left."""
    letters = [c for word in words for c in word.text if c.isalpha()]
    return 2 * sum(bool(RIGHT_TO_LEFT.match(c)) for c in letters) > len(letters)


def line_order(words: Iterable[Word]) -> list[Word]:
    """Return the words of one line as they are read, by their places.

    In a line from right to left, Latin words and numbers beside each other are read from left to right, as the
    bidirectional algorithm of Unicode has it.
    """
    ordered = sorted(words, key=lambda word: word.box.x0)
    if not is_right_to_left(ordered):
        return ordered
    result: list[Word] = []
    for is_left, run in groupby(reversed(ordered), key=lambda word: not RIGHT_TO_LEFT.search(word.text)):
        part = list(run)
        result += reversed(part) if is_left else part
    return result
