"""Reading without a model: the sentences of the evidence that answer best, and whether any does.

A sentence is judged by what `kgqa.signals` counts, weighed by `kgqa.choice`, which was learned. The best by these are
read beside the question by `kgqa.cross_encoder`, which has a say in the choice and in whether the chosen one answers at
all; in that, what its words mean has one too (`kgqa.meant`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import Embedder
from kgqa.asked import Asked, content_words
from kgqa.choice import (
    CROSSED_SENTENCES,
    Choice,
    answered_features,
    crossed_best,
    shipped_choice,
    spread_cross,
)
from kgqa.cross_encoder import Candidate, CrossEncoder, load_cross_encoder
from kgqa.kinds import answer_type
from kgqa.larger_reader import load_larger_reader
from kgqa.meant import meant
from kgqa.signals import SIGNALS, Passage, passage_signals
from kgqa.spans import Span

__all__ = ["Extract", "Readable", "answer_type", "content_words", "extract", "short", "told_with"]

_HEADING_CHARS = 120  # of a heading that an encoder is given with a sentence
_BEGINS = 24  # characters by which the beginning of a passage's text is known
_MAX_CHARS = 420  # of a sentence that is quoted
_SURELY = 0.9  # share of the best sentence from which no second one is put beside it
_TELLING = 0.02  # share from which a second sentence says anything to the question
_LIKELY = 0.5  # share of the best sentence below which one of another page is put beside it too
_WORTH = 0.25  # of the best sentence's share, that one of another page must have to be told
_LABELS = 12  # pieces from which numbers with hardly a word are the labels of a chart
_BESIDE = 1.0  # what standing next to the best sentence is worth for being the second
_OF_KIND = 1.5  # what holding the kind that is asked for is worth where the best sentence lacks it
_AROUND, _INSIDE, _KIND, _CODE = (SIGNALS.index(name) for name in ("around", "inside", "kind", "code"))
_ANNOUNCES = re.compile(
    r"\b(?:as follows|the following|(?:two|three|four|five|six|several|many) (?:[\w-]+ )?"
    r"(?:reasons|ways|steps|types|kinds|forms|options|parts|stages|phases|cases|methods|approaches|modes|categories|groups|causes|factors|possibilities|"
    r"weaknesses|advantages|drawbacks|limitations|goals|tasks|components|criteria|conditions))\s*[.:]?$|"
    r"^there (?:are|were|exist|will be) (?:basically |essentially )?(?:two|three|four|five|six|several|many)\b[^,;]*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Readable:
    """A piece of evidence as the reader takes it."""

    node: str
    text: str  # plain words
    context: str  # its headings, its text and its document's name: all by which it is found
    score: float  # of the walk, 0 to about 1
    heading: str = ""  # its headings and its document's name
    place: int = 0  # among the evidence, from 0
    meaning: float = 0.0  # cosine with the question
    code: frozenset[str] = frozenset()  # those of its lines that are code


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence that may answer."""

    readable: Readable
    sentence: str  # an exact slice of the evidence's text
    score: float  # log-odds against the other sentences, up to a constant
    share: float  # how surely it is the best of all that were read, 0 to 1
    confidence: float  # how surely the question is answered at all, 0 to 1: of the best sentence, the same for all
    coverage: float  # share of the question's weight of words that the sentence, its passage and headings say, 0 to 1
    inside: float  # the same of the sentence alone
    start: int = 0  # of the sentence in the text
    leads: bool = (
        False  # what answers may stand beside it: it announces that, lacks the kind that is asked for, or is code
    )


def extract(
    question: str,
    evidence: Sequence[Readable],
    *,
    idf: Callable[[str], float],
    most: int = 3,
    choice: Choice | None = None,
    embedder: Embedder | None = None,
    own: str = "",
    larger: str = "none",
) -> list[Extract]:
    """Return the best sentences of the evidence, best first; the question's question words are English.

    `own` is the question as it was asked, which may be in another language.
    `embedder` makes the confidence surer where it is the model that the weights were learned with; `larger` is the
    reader that is asked beside it where that leaves a doubt, as `AnswerOptions.larger_reader` names it.
    """
    asked = Asked.of(question, idf, own)
    found = _Evidence(question, asked, *read_signals(asked, [below_own_heading(readable) for readable in evidence]))
    read, signals = found.sentences, found.signals
    if not read:
        return []
    judged = found.read_by(choice or shipped_choice(), embedder, larger)
    scores, cross, confidence = judged.scores, judged.cross, judged.confidence
    share = np.exp(scores - scores.max())
    share /= share.sum()
    best, *others = map(int, np.argsort(-scores, kind="stable"))
    leads = [
        signals[i, _KIND] < 0 or _ANNOUNCES.search(read[i].sentence) is not None or signals[i, _CODE] > 0
        for i in range(len(read))
    ]
    second = second_sentence(read, scores, best, signals[:, _KIND], cross)
    order = list(dict.fromkeys([best, *([] if second is None else [second]), *others]))[:most]
    return [
        Extract(
            read[i].readable, read[i].sentence, float(scores[i]), float(share[i]), confidence,
            float(signals[i, _AROUND]), float(signals[i, _INSIDE]), read[i].span.start, bool(leads[i]),
        )
        for i in order
    ]  # fmt: skip


def below_own_heading(readable: Readable) -> Readable:
    """Return a piece of evidence with the heading that it begins with among its headings.

    That heading is found with the passage, but is no part of what may be quoted.

    >>> below_own_heading(Readable("n", "Friday.", "Games. 2 Final Friday. cup.pdf", 1.0, "Games cup.pdf")).heading
    'Games. 2 Final cup.pdf'
    """
    begins = " ".join(readable.text.split())[:_BEGINS]
    context = " ".join(readable.context.split())
    at = context.find(begins) if begins else -1
    own = context[:at].strip(" .") if at > 0 else ""
    pairs = zip(f"{own}\n", f"{readable.heading}\r", strict=False)
    above = next(i for i, (a, b) in enumerate(pairs) if a != b)  # letters of the headings that both hold
    if not 0 < len(own) - above <= _HEADING_CHARS:
        return readable
    return replace(readable, heading=f"{own} {readable.heading[above:].strip()}".strip())


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a reader says of the sentences of the evidence."""

    scores: NDArray[np.float64]  # log-odds against each other, shape (n,)
    cross: NDArray[np.float64] | None  # of its cross-encoder, shape (n,)
    confidence: float  # that the best one answers, 0 to 1


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The sentences of the evidence beside the question."""

    question: str
    asked: Asked
    sentences: list[Read]
    signals: NDArray[np.float32]
    said: list[int]

    def read_by(self, choice: Choice, embedder: Embedder | None, larger: str) -> _Judged:
        """Return what the first reader says, or, where that leaves a doubt, the larger one that is named."""
        drafted = choice.scores(self.signals)
        first = self.judged(choice, _cross(self.question, self.sentences, drafted, choice, embedder), embedder)
        second = None if first.cross is None else load_larger_reader(larger, embedder)
        if second is None or not second.is_asked(first.confidence):
            return first
        again = read_crossed(self.question, self.sentences, drafted, second.encoder)
        return self.judged(second.choice, again, embedder)

    def judged(self, choice: Choice, cross: NDArray[np.float64] | None, embedder: Embedder | None) -> _Judged:
        """Return what learned weights say, beside a cross-encoder's scores where there are such."""
        scores = choice.scores(self.signals, cross)
        known = answered_features(self.signals, scores, self.asked, self.said, places_of(self.sentences))
        told = None
        if cross is not None and embedder is not None:
            best = int(np.argmax(scores))
            meaning = meant(self.question, self.asked, with_neighbours(self.sentences, best), embedder)
            told = None if meaning is None else np.concatenate([meaning, crossed_best(cross, best)])
        return _Judged(scores, cross, choice.confidence(known, told))


def _cross(
    question: str, read: Sequence[Read], drafted: NDArray[np.float64], choice: Choice, embedder: Embedder | None
) -> NDArray[np.float64] | None:
    """Return what a cross-encoder says of the sentences, shape (n,); None where none fits the embedder."""
    if embedder is None or choice.helped is None or embedder.name != choice.helped.encoder:
        return None
    reader = load_cross_encoder(embedder)
    return None if reader is None else read_crossed(question, read, drafted, reader)


def read_crossed(
    question: str, read: Sequence[Read], drafted: NDArray[np.float64], reader: CrossEncoder
) -> NDArray[np.float64]:
    """Return a cross-encoder's scores of all sentences, of which it reads the best by `drafted`, both of shape (n,)."""
    first = first_sentences(drafted)
    return spread_cross(first, reader.scores(question, [as_candidate(read, i) for i in first]), len(read))


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence as it was read."""

    readable: Readable
    span: Span
    beside: tuple[int, ...]  # places of the sentences before and after it among all that were read

    @property
    def sentence(self) -> str:
        """Its words."""
        return self.readable.text[self.span.start : self.span.end]


def read_signals(asked: Asked, evidence: Sequence[Readable]) -> tuple[list[Read], NDArray[np.float32], list[int]]:
    """Return the sentences of the evidence, their signals, shape (n, len(SIGNALS)), and the words each passage says."""
    read: list[Read] = []
    rows: list[list[float]] = []
    said: list[int] = []
    for readable in evidence:
        passage = Passage(readable.text, readable.heading, readable.score, readable.place, readable.meaning,
                          readable.code)  # fmt: skip
        spans, around = passage_signals(asked, passage)
        said.append(around)
        first = len(read)
        read += [
            Read(readable, span, tuple(first + i for i in (span.before, span.after) if i >= 0)) for span, _ in spans
        ]
        rows += [signals for _, signals in spans]
    return read, np.array(rows, dtype=np.float32).reshape(-1, len(SIGNALS)), said


def places_of(read: Sequence[Read]) -> NDArray[np.intp]:
    """Return of which passage each sentence is, where it starts and where it ends, shape (n, 3)."""
    number = {node: i for i, node in enumerate(dict.fromkeys(one.readable.node for one in read))}
    rows = [(number[one.readable.node], one.span.start, one.span.end) for one in read]
    return np.array(rows, dtype=np.intp).reshape(-1, 3)


def with_neighbours(read: Sequence[Read], i: int) -> str:
    """Return a sentence with the one before and the one after it, where it has them, below the heading above them."""
    own = read[i]
    spans = [own.span, *(read[k].span for k in own.beside)]
    text = own.readable.text[min(span.start for span in spans) : max(span.end for span in spans)]
    return f"{own.readable.heading[:_HEADING_CHARS]}\n{text}"


def first_sentences(drafted: NDArray[np.float64]) -> list[int]:
    """Return the places of the sentences that a cross-encoder reads: the best by `drafted`, of shape (n,)."""
    return list(map(int, np.argsort(-drafted, kind="stable")[:CROSSED_SENTENCES]))


def as_candidate(read: Sequence[Read], i: int) -> Candidate:
    """Return a sentence with its heading and the sentence before it."""
    own = read[i]
    before = " ".join(read[k].sentence for k in own.beside if k < i)
    return Candidate(
        " ".join(own.sentence.split()), f"{own.readable.heading[:_HEADING_CHARS]}. {' '.join(before.split())}"
    )


def second_sentence(
    read: Sequence[Read],
    scores: NDArray[np.float64],
    best: int,
    kind: NDArray[np.float32],
    cross: NDArray[np.float64] | None,
) -> int | None:
    """Return the sentence that says most beside the best one; none that is part of it or says the same.

    What the best sentence announces comes first, then what a cross-encoder takes for an answer too, then what holds the
    kind that is asked for and that the best one lacks.
    """
    weighed = scores.copy()
    own, words = read[best], " ".join(read[best].sentence.split())
    said = words.casefold()
    weighed[list(own.beside)] += _BESIDE
    if kind[best] < 0:
        weighed[kind > 0] += _OF_KIND
    if own.beside and own.beside[-1] > best and _ANNOUNCES.search(words) is not None:
        weighed[own.beside[-1]] = np.inf
    elif cross is not None:
        weighed = np.where(cross > 0, weighed.max() + cross, weighed)
    for i in map(int, np.argsort(-weighed, kind="stable")):
        other = read[i]
        meets = other.readable is own.readable and other.span.start < own.span.end and own.span.start < other.span.end
        if not meets and " ".join(other.sentence.split()).casefold() not in said:
            return i
    return None


def told_with(found: Sequence[Extract], page_of: Callable[[str], object] | None = None) -> list[Extract]:
    """Return the best sentence, with the second where the best is not sure, as they stand in one text.

    Where it is less likely than not, the best of another page joins them, if it is about as likely; `page_of` tells
    the page of evidence.
    """
    if len(found) < 2 or (found[0].share >= _SURELY and not found[0].leads):
        return list(found[:1])
    if not found[0].leads and found[1].share < _TELLING:
        return list(found[:1])
    if not found[0].leads and _is_of_chart(found[1].sentence):
        return list(found[:1])
    two = list(found[:2])
    if two[0].readable is two[1].readable:
        two.sort(key=lambda extract: extract.start)
    if page_of is None or found[0].share >= _LIKELY:
        return two
    pages = {page_of(one.readable.node) for one in two}
    others = [one for one in found[2:] if page_of(one.readable.node) not in pages and _has_words(one.sentence)]
    return two + [one for one in others[:1] if one.share >= _WORTH * found[0].share]


def _has_words(sentence: str) -> bool:
    """Return whether a sentence has more words than numbers; the labels of a chart's axes have not."""
    pieces = sentence.split()
    return 2 * sum(piece.strip(".,:;()").isalpha() for piece in pieces) > len(pieces)


def _is_of_chart(sentence: str) -> bool:
    """Return whether a long run of numbers with few words between is what stands along a chart's axes."""
    return len(sentence.split()) > _LABELS and not _has_words(sentence)


def short(sentence: str) -> str:
    """Return a sentence cut at a word to what is pleasant to read; what is cut off the end is not quoted either."""
    sentence = " ".join(sentence.split())
    if len(sentence) <= _MAX_CHARS:
        return sentence
    return sentence[:_MAX_CHARS].rsplit(" ", 1)[0]
