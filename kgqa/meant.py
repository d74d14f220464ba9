"""Whether a sentence speaks of what a question asks, by what its words mean rather than by which they are.

"Which prefix goes into the subject?" is answered by "[VAC] prepended to the subject", though a word of it is missing;
"How many users does it have?" is not, though all stand there. An encoder's state of a word tells such words apart: it
depends on the words around. Each word of the question is held against the nearest word of the text, weighed by how rare
it is, as in BERTScore's recall (arXiv 1904.09675).

Only the best sentence is judged so, with what stands beside it: two short texts are encoded for a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import Embedder, PieceEmbedder
from graphs.index import tokenize
from kgqa.asked import Asked

MEANT = (
    "words_meant",  # cosine of each word of the question and the nearest word of the text, by how rare it is
    "least_meant",  # the smallest of these among the question's heavy words
)
"""What an encoder says of a text beside a question; cosines, at most 1. That of both as a whole told nothing more."""

_HEAVY = 0.6  # of the rarest word's weight, from which a word must be meant
_CHARS = 600  # of a text that are encoded: the time grows with them


def meant(question: str, asked: Asked, text: str, embedder: Embedder) -> NDArray[np.float64] | None:
    """Return what `MEANT` names; None for an embedder that does not tell the states of words.

    `asked` is what was taken from the question.
    """
    found = embedder.pieces([question, text[:_CHARS]]) if isinstance(embedder, PieceEmbedder) else None
    if found is None:
        return None
    ours, theirs = found
    kept = [k for k, (start, end) in enumerate(theirs.places) if start < end]
    if not kept:
        return np.zeros(len(MEANT))
    nearest = (ours.states @ theirs.states[kept].T).max(axis=1)
    matched = [
        (weight, float(nearest[places].mean()))
        for weight, places in zip(asked.weights, word_places(question, asked.words, ours.places), strict=True)
        if places
    ]
    if not matched:
        return np.full(len(MEANT), float(nearest.mean()))
    weights, values = (np.array(column) for column in zip(*matched, strict=True))
    heavy = weights >= _HEAVY * weights.max()
    return np.array([float(np.average(values, weights=weights)), float(values[heavy].min())])


def word_places(question: str, words: Sequence[str], pieces: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return for each word of a question, as the index counts words, the places of its pieces; [] for one not found."""
    index = {word: i for i, word in enumerate(words)}
    places: list[list[int]] = [[] for _ in words]
    for match in re.finditer(r"\w+", question):
        first, last = match.span()
        own = [k for k, (start, end) in enumerate(pieces) if start < end and start < last and end > first]
        for i in {index[token] for token in tokenize(match[0]) if token in index}:
            places[i] += own
    return [sorted(set(own)) for own in places]


@dataclass(frozen=True)
class Meaning:
    """What an encoder says of texts beside a question; each is encoded once."""

    question: str
    asked: Asked
    embedder: Embedder
    _known: dict[str, NDArray[np.float64] | None] = field(default_factory=dict)

    def of(self, text: str) -> NDArray[np.float64] | None:
        """Return what `kgqa.meant.MEANT` names; None for an embedder that does not tell the states of words."""
        if text not in self._known:
            self._known[text] = meant(self.question, self.asked, text, self.embedder)
        return self._known[text]
