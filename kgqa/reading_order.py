"""In what order evidence is read: as the question leads from one thing to the next, not by how likely each is.

A question over several passages names a thing and asks for what that thing points to. A reader follows it best when the
passage that points stands before the one that it points to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphs.index import tokenize

_WORD = re.compile(r"\w+")
_SAME = 0.95  # share of a piece's words that one before it holds, from which on it says nothing new


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence that may be read."""

    node: str
    title: str  # what it is about; "" where that is not told
    text: str


def order_to_read(question: str, pieces: Sequence[Piece], paths: Sequence[Sequence[str]] = ()) -> list[Piece]:
    """Return pieces in the order to read them: what the question names, as it names it, then along the best path.

    `pieces` and `paths` come best first; what neither the question names nor a path visits comes last, as it came.

    >>> pieces = [Piece("b", "Ann Lee", "Ann Lee was born in Riga."), Piece("a", "Nets", "Nets is by Ann Lee.")]
    >>> [piece.node for piece in order_to_read("Where was the director of Nets born?", pieces)]
    ['a', 'b']
    """
    asked = f" {' '.join(tokenize(question))} "
    visited: dict[str, int] = {}
    for path in paths:
        for place, node in enumerate(path):
            visited.setdefault(node, place)
    longest = max(map(len, paths), default=0)

    def place_of(piece: Piece) -> tuple[int, int]:
        words = " ".join(tokenize(piece.title))
        named = asked.find(f" {words} ") if words else -1
        return (named if named >= 0 else len(asked)), visited.get(piece.node, longest)

    return sorted(pieces, key=place_of)


def without_repeats(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces without those that say, word for word, what one before them says under the same title.

    >>> pieces = [Piece("a", "Nets", "A film of 1998 by Ann Lee."), Piece("b", "Nets", "A film of 1998.")]
    >>> [piece.node for piece in without_repeats(pieces)]
    ['a']
    """
    kept: list[tuple[Piece, set[str]]] = []
    for piece in pieces:
        words = set(_WORD.findall(piece.text.casefold()))  # all of them: "not" tells two pieces apart
        if not any(piece.title == other.title and len(words & held) >= _SAME * len(words) for other, held in kept):
            kept.append((piece, words))
    return [piece for piece, _ in kept]
