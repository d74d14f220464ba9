"""Reading along the walk: the sentence that answers a question about a thing which only another passage names.

"Where did the director of The Golden Calf die?" is answered by a sentence on Millard Webb that says nothing of the
film. Of the sentences of the best evidence, trees (trained by `kgqa.train_chains`) choose it by what its passage is
about, whether a passage that the question names leads there, and whether the sentence tells the kind of relation that
is asked for. The answer quotes the sentence that leads there too, so that a reader can check each step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphs.index import tokenize
from ingestion.passages import text_to_sentences
from kgqa.errors import SettingsError
from kgqa.extract import answer_type, content_words
from kgqa.relations import CUES
from kgqa.trees import Trees

SHIPPED = Path(__file__).parent / "reader" / "chains.json"
"""The trees in the package."""

SURE = 0.3
"""The chance above which a chain is an answer."""

_READ = 8  # pieces of evidence that are read
_NAME = re.compile(r"\b[A-ZÀ-Ý][\w'’-]+")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:\d{{1,2}} )?(?:{_MONTHS})\b(?: \d{{1,2}},)?(?: \d{{4}})?")
_PRONOUN = re.compile(r"(?:He|She|It|His|Her|Its|They|Their)\b")
_NO_NAMES = frozenset("who what where when which whose why how is are was were did does do the film song album".split())

FEATURES = (
    *("score", "rank", "below_best", "share", "titled", "any_titled", "names_about", "most_names_about"),
    *("led_to", "leads_back", "named_by", "names_others", "place", "place_from_end", "sentences", "words"),
    *("typed", "typed_beyond_title"),
    *("cue_any", "cue_first", "cue_share", "cues", "names_inside", "content_inside", "content_about"),
    *("says_title", "says_part_of_title", "says_other_title", "pronoun", "new_names", "digits"),
    *("question_words", "question_names"),
)
"""What is known of a sentence; shares are 0 to 1, and a feature that a question leaves open is -1."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence."""

    node: str
    title: str  # what it is about; "" where that cannot be told
    text: str  # plain words
    score: float  # of the walk, the chance that it is evidence


@dataclass(frozen=True, slots=True)
class Link:
    """A sentence of a chain, an exact slice of its piece's text."""

    piece: Piece
    sentence: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Sentences that lead from what the question names to what it asks for; the last one answers."""

    links: tuple[Link, ...]
    chance: float  # that the last one answers, 0 to 1


class ChainReader:
    """Chooses the sentence that ends a chain."""

    def __init__(self, trees: Trees) -> None:
        """Take trees; raise SettingsError for trees over other features."""
        if trees.features != FEATURES:
            raise SettingsError("The chain reader's trees were made by another version of kgqa. Train them again.")
        self._trees = trees

    def read(self, question: str, evidence: Sequence[Piece]) -> Chain | None:
        """Return the best chain through the evidence (best first); None where nothing links two pieces of it."""
        view = View(question, evidence)
        if not view.sentences:
            return None
        chances = 1 / (1 + np.exp(-np.clip(self._trees.odds(view.features()), -30, 30)))
        best = int(np.argmax(chances))
        at, start, end = view.sentences[best]
        last = Link(view.pieces[at], view.pieces[at].text[start:end])
        before = view.leading_to(at)
        if before is None:
            return None
        links = (last,) if before == last else (before, last)
        return Chain(links, float(chances[best]))


@lru_cache(maxsize=2)
def load_chain_reader(path: Path = SHIPPED) -> ChainReader:
    """Return the reader in a file; raise SettingsError for one that is damaged or made by another version."""
    try:
        return ChainReader(Trees.from_json(json.loads(path.read_text(encoding="utf-8"))["trees"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path.name}: the chain reader cannot be read ({error}). Train it again.") from error


class View:
    """The sentences of the best evidence, and what is known of each."""

    def __init__(self, question: str, evidence: Sequence[Piece]) -> None:
        self.pieces = tuple(evidence[:_READ])
        self.question = question
        self._spans = [text_to_sentences(piece.text) for piece in self.pieces]
        self.sentences = [(at, *span) for at, spans in enumerate(self._spans) for span in spans]
        self._asked = tokenize(question)
        self._names = _names_in(question)
        self._content = frozenset(content_words(question)) - self._names
        self._place = re.search(r"\bwhere\b|\bplace\b", question, re.I) is not None  # a month is none, though a name
        self._right_type = answer_type("where" if self._place else question)
        self._cues = [said for asked, said in CUES if asked.search(question)]
        self._titles = [" ".join(tokenize(piece.title)) for piece in self.pieces]
        self._words = [_folded(piece.text) for piece in self.pieces]
        asked = _folded(question)
        self._titled = [float(bool(title) and f" {title} " in asked) for title in self._titles]
        self._about = [{*words.split(), *title.split()} for words, title in zip(self._words, self._titles, strict=True)]
        self._names_about = [_share(self._names, words) for words in self._about]

    @cached_property
    def _mentions(self) -> NDArray[np.bool_]:
        """Whether a piece (row) names what another (column) is about."""
        n = len(self.pieces)
        marks = [f" {title} " if title else "" for title in self._titles]
        found = [[a != b and bool(marks[b]) and marks[b] in self._words[a] for b in range(n)] for a in range(n)]
        return np.array(found, dtype=bool).reshape(n, n)

    def _source(self, at: int) -> float:
        """Return how likely a chain begins with a piece: it is evidence, and about what the question names."""
        return self.pieces[at].score * (0.3 + max(self._titled[at], self._names_about[at]))

    def leading_to(self, at: int) -> Link | None:
        """Return the sentence by which another piece leads to this one; None where none does.

        That is one that names what this piece is about, in a piece that is about what the question names; else this
        piece's own sentence that names such another piece.
        """
        others = [b for b in range(len(self.pieces)) if b != at]
        if naming := [b for b in others if self._mentions[b, at]]:
            origin = max(naming, key=self._source)
            return self._saying(origin, self._titles[at])
        if named := [b for b in others if self._mentions[at, b] and max(self._titled[b], self._names_about[b]) > 0]:
            return self._saying(at, self._titles[max(named, key=self._source)])
        return None

    def _saying(self, at: int, title: str) -> Link | None:
        piece = self.pieces[at]
        said = (piece.text[start:end] for start, end in self._spans[at])
        found = next((sentence for sentence in said if f" {title} " in _folded(sentence)), None)
        return Link(piece, found) if found is not None else None

    def features(self) -> NDArray[np.float32]:
        """Return what is known of each sentence, shape (sentences, len(FEATURES))."""
        rows = []
        for at, piece in enumerate(self.pieces):
            of_piece = self._of_piece(at)
            for place, (start, end) in enumerate(self._spans[at]):
                known = of_piece | self._of_sentence(at, piece.text[start:end])
                known |= {"place": place, "place_from_end": len(self._spans[at]) - place}
                rows.append([known[name] for name in FEATURES])
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(FEATURES))

    def _of_piece(self, at: int) -> dict[str, float]:
        scores = [piece.score for piece in self.pieces]
        sources = [self._source(b) for b in range(len(self.pieces))]
        led = (s for s, named in zip(sources, self._mentions[:, at].tolist(), strict=True) if named)
        back = (s for s, named in zip(sources, self._mentions[at].tolist(), strict=True) if named)
        return {
            "score": scores[at],
            "rank": at,
            "below_best": scores[at] - scores[0],
            "share": scores[at] / max(sum(scores), 1e-6),
            "titled": self._titled[at],
            "any_titled": max(self._titled),
            "names_about": self._names_about[at],
            "most_names_about": max(self._names_about),
            "led_to": max(led, default=0.0),
            "leads_back": max(back, default=0.0),
            "named_by": float(self._mentions[:, at].sum()),
            "names_others": float(self._mentions[at].sum()),
            "sentences": len(self._spans[at]),
            "content_about": _share(self._content, self._about[at]),
            "cues": len(self._cues),
            "question_words": len(self._asked),
            "question_names": len(self._names),
        }

    def _of_sentence(self, at: int, sentence: str) -> dict[str, float]:
        words, folded, title = set(tokenize(sentence)), _folded(sentence), self._titles[at]
        known = set(self._asked) | set(title.split())
        cues = [said.search(sentence) is not None for said in self._cues]
        others = [
            self.pieces[b].score for b, other in enumerate(self._titles) if b != at and other and f" {other} " in folded
        ]
        return {
            "words": len(words),
            "typed": self._typed(sentence, set(self._asked)),
            "typed_beyond_title": self._typed(sentence, known),
            "cue_any": float(any(cues)) if cues else -1.0,
            "cue_first": float(cues[0]) if cues else -1.0,
            "cue_share": sum(cues) / len(cues) if cues else -1.0,
            "names_inside": _share(self._names, words),
            "content_inside": _share(self._content, words),
            "says_title": float(bool(title) and f" {title} " in folded),
            "says_part_of_title": _share(title.split(), words),
            "says_other_title": max(others, default=0.0),
            "pronoun": float(_PRONOUN.match(sentence) is not None),
            "new_names": sum(known.isdisjoint(tokenize(name)) for name in _NAME.findall(sentence[1:])),
            "digits": len(re.findall(r"\d+", sentence)),
        }

    def _typed(self, sentence: str, known: set[str]) -> float:
        """Return 1 where a sentence holds the kind of thing that is asked for, beyond what is known; -1 where not."""
        if self._right_type is None:
            return 0.0
        plain = _DATE.sub(" ", sentence) if self._place else sentence
        new = " ".join(word for word in plain.split() if known.isdisjoint(tokenize(word)))
        return 1.0 if self._right_type(new) else -1.0


def _names_in(question: str) -> frozenset[str]:
    """Return the words behind the first that stand in capitals, or are numbers, as the index counts words."""
    words = question.replace("?", " ").split()[1:]
    named = (word for word in words if word.lstrip("\"“'‘(")[:1].isupper() or word[:1].isdecimal())
    return frozenset(token for word in named for token in tokenize(word)) - _NO_NAMES


def _folded(text: str) -> str:
    return f" {' '.join(tokenize(text))} "


def _share(wanted: Collection[str], words: set[str]) -> float:
    wanted = set(wanted)
    return len(wanted & words) / max(1, len(wanted))
