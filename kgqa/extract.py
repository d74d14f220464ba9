"""Reading without a model: the sentence or table cell of the evidence that answers best, and whether any does.

A sentence is scored by the words that it shares with the question (rare ones count more), by the nearness of its
embedding, by whether it holds the kind of thing that is asked for (a year, a name, a number), and by the rank of its
passage. Whether the best answers at all is judged by how much of the question its passage and its headings say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import Embedder
from graphs.index import tokenize
from ingestion.passages import text_to_sentences

_EMBEDDED = 4  # sentences that are embedded: those that look best by their words
_MAX_CHARS = 420  # of a sentence that is quoted
_ANNOUNCED_CHARS = 240  # of a sentence that ends in a colon, with the lines that it announces

_STOP = frozenset(
    tokenize(  # as the index counts words: "does" is "doe" there
        "the of in a an is what which who whom whose when where why how does do did was were are be been being "
        "for to at by on and or with from as that this these those it its their his her he she they there than "
        "then according can could would should will may might has have had into about over under between during "
        "per each any some many much more most stand document paper report file approximately following also not "
        "no give name tell many ist der die das und le la les des"
    )
)

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d{2}\b")
_NUMBER = re.compile(
    r"(?<![A-Za-z])\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion)\b",
    re.I,
)
_NAME = re.compile(r"\b[A-ZÀ-Ý][\w'’\-]+(?:\s+[A-ZÀ-Ý][\w'’.\-]*)+|\b[A-Z][a-z]+\b")
_DATE = re.compile(
    r"\b\d{1,2}\s+\w+\s+\d{4}\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
    re.I,
)
_PLACE = re.compile(r"\b(?:in|at|from|near|to)\s+(?:the\s+)?[A-ZÀ-Ý]\w+")
_PERCENT = re.compile(r"\d\s*(?:%|percent|per cent)", re.I)
_MONEY = re.compile(r"[$€£¥]\s?\d|\d\s*(?:dollars|euros|USD|EUR|pounds)", re.I)

_WHAT_IS = re.compile(r"\W*what\s+(?:is|are)\s+(?:an?\s+|the\s+)?([\w-]+(?:\s+[\w-]+){0,2}?)(?:\s+in\b|\s*\?|$)", re.I)

_NAMED = re.compile(
    r"(?<=[\w,] )(?:[A-ZÀ-Ý][\w'’.-]*|[\w-]*[a-z][A-Z]\w*)(?:\s+(?:(?:of|the|von|van|de|la)\s+)?[A-ZÀ-Ý][\w'’.-]*)*"
)
"""Names in a question: capitals behind its first word."""

AnswerType = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Readable:
    """A piece of evidence as the reader takes it."""

    node: str
    text: str  # plain words
    context: str  # its headings and its document's name
    score: float  # of the walk, 0 to about 1


@dataclass(frozen=True, slots=True)
class Extract:
    """The sentence that answers best."""

    readable: Readable
    sentence: str  # an exact slice of the evidence's text
    score: float
    coverage: float  # share of the question's weight of words that the sentence, its passage and headings say, 0 to 1
    cosine: float  # of the sentence and the question
    typed: bool  # holds the kind of thing that is asked for; True where no kind can be told
    focus: float = 1.0  # share of the words that say what is asked of the things named, in the sentence, 0 to 1
    focus_near: float = 1.0  # the same in the sentences before and after too


def content_words(question: str) -> list[str]:
    """Return the words of a question that carry its meaning, as the index counts words."""
    english = re.search(r"\b(?:did|does|do|to|who)\b", question, re.I) is not None  # "die" is no article there
    words = [
        word
        for word in tokenize(question)
        if (word not in _STOP or (english and word == "die")) and (len(word) > 1 or word.isdigit())
    ]
    return list(dict.fromkeys(words)) or tokenize(question)


def extract(
    question: str,
    evidence: Sequence[Readable],
    *,
    embedder: Embedder,
    idf: Callable[[str], float],
    most: int = 3,
    vector: NDArray[np.float32] | None = None,
) -> list[Extract]:
    """Return the best sentences of the evidence, best first; `vector` is the question's, where it is known already."""
    asked = _Asked.of(question, idf)
    drafts: list[tuple[float, Readable, str, Signals]] = []
    for readable in evidence:
        for sentence, signals in sentence_signals(asked, readable):
            drafts.append((signals.weighed(), readable, sentence, signals))
    drafts.sort(key=lambda draft: -draft[0])
    drafts = drafts[:_EMBEDDED]
    if not drafts:
        return []
    if vector is None:
        vector = embedder.embed([question])[0]
    cosines = embedder.embed([sentence for _, _, sentence, _ in drafts]) @ vector
    found = [
        Extract(readable, sentence, weighed + _COSINE * float(cosine), signals.around, float(cosine),
                signals.typed >= 0.0, signals.focus, signals.focus_near)
        for (weighed, readable, sentence, signals), cosine in zip(drafts, cosines, strict=True)
    ]  # fmt: skip
    found.sort(key=lambda extract: -extract.score)
    return found[:most]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as sentences are held against it."""

    words: tuple[str, ...]
    weights: dict[str, float]  # how rare each word is
    focus: frozenset[str]  # the words that say what is asked of the things that the question names
    right_type: AnswerType | None
    defines: re.Pattern[str] | None

    @classmethod
    def of(cls, question: str, idf: Callable[[str], float]) -> _Asked:
        words = content_words(question)
        names = {
            token for match in _NAMED.finditer(question) for token in tokenize(match[0])
        }  # "Coastal Ferries": said once in a passage, "it" after that
        focus = frozenset(word for word in words if word not in names) or frozenset(words)
        return cls(
            tuple(words), {word: idf(word) for word in words}, focus, answer_type(question), _definition_of(question)
        )


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a sentence; shares are of the question's words, weighted by how rare they are, 0 to 1."""

    inside: float  # share of all words that the sentence says
    focus: float  # share of the words that are no names
    focus_near: float  # the same with the sentences before and after
    near: float  # share of all words, with the sentences before and after
    around: float  # share of all words that its passage and headings say
    typed: float  # 1 holds the kind of thing that is asked for, 0 no kind can be told, -1 lacks it
    defines: float  # 1 for a sentence that says what the thing is
    rank: float  # of its passage in the walk, 0 to about 1

    def weighed(self) -> float:
        """Return the signals as one number, without nearness in meaning."""
        return float(sum(weight * getattr(self, name) for name, weight in WEIGHTS.items()))


WEIGHTS = {"inside": 0.64, "focus": 0.77, "focus_near": 0.24, "near": 0.3, "around": 0.65, "typed": 0.33,
           "defines": 0.35, "rank": 0.32}  # fmt: skip
"""A softmax regression over the sentences of 96 questions of 18 documents, held near weights set by hand; over four
folds by document it chose right 0.86 of the time, the weights set by hand 0.85."""
_COSINE = 0.8


def sentence_signals(asked: _Asked, readable: Readable) -> Iterator[tuple[str, Signals]]:
    """Yield each sentence of a piece of evidence with what speaks for it."""
    around = set(tokenize(readable.text)) | set(tokenize(readable.context))
    forms = {word: {other for other in around if _alike(word, other)} for word in asked.weights}
    all_around = asked_share(asked, forms, around, asked.weights)
    spans = _with_items(readable.text, text_to_sentences(readable.text))
    for i, (start, end) in enumerate(spans):
        sentence = readable.text[start:end]
        if len(sentence) < 15 and len(spans) > 1:
            continue
        own = set(tokenize(sentence))
        near = set(tokenize(" ".join(readable.text[a:b] for a, b in spans[max(0, i - 1) : i + 2])))
        typed = 0.0
        if asked.right_type is not None:
            typed = 1.0 if asked.right_type(_without(sentence, asked.words)) else -1.0
        yield (
            sentence,
            Signals(
                inside=asked_share(asked, forms, own, asked.weights),
                focus=asked_share(asked, forms, own, asked.focus),
                focus_near=asked_share(asked, forms, near, asked.focus),
                near=asked_share(asked, forms, near, asked.weights),
                around=all_around,
                typed=typed,
                defines=float(asked.defines is not None and asked.defines.search(sentence) is not None),
                rank=readable.score,
            ),
        )


def asked_share(asked: _Asked, forms: dict[str, set[str]], own: set[str], words: Collection[str]) -> float:
    """Return the share of the weight of words that a text says in one form or another, 0 to 1."""
    total = sum(asked.weights[word] for word in words) or 1.0
    return sum(asked.weights[word] for word in words if not forms[word].isdisjoint(own)) / total


def _definition_of(question: str) -> re.Pattern[str] | None:
    """Return a pattern of sentences that say what a thing is, for a question that asks just that; None for others.

    >>> bool(_definition_of("What is RCAC in the report?").search("Row and column access control (RCAC) is new."))
    True
    """
    means = re.match(r"\W*what\s+(?:does|do)\s+(?:the\s+)?(.{2,40}?)\s+(?:stand for|mean)\b", question, re.I)
    if means is not None:
        thing = re.escape(means[1].strip("\"'“”‘’ "))
        return re.compile(
            rf"\b{thing}[”\"’']?\s*\(|\([“\"]?{thing}[”\"]?\)|\b{thing}\b.{{0,12}}\b(?:stands? for|means?)\b", re.I
        )
    match = re.match(
        r"\W*what\s+(?:is|are)\s+(?:an?\s+|the\s+)?([\w-]+(?:\s+[\w-]+){0,2}?)(?:\s+in\b|\s*\?|$)", question, re.I
    )
    if match is None:
        return None
    thing = re.escape(match[1])
    return re.compile(
        rf"\b{thing}\b[)”\"]*\s+(?:\([^)]*\)\s+)?(?:is|are|means|stands for|refers to|provides?|denotes?)\b|"
        rf"\({thing}\)",
        re.I,
    )


def _with_items(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sentences, one that ends in a colon together with the short lines below, which it announces."""
    found = []
    for i, (start, end) in enumerate(spans):
        if text[end - 1] == ":":
            for following, last in spans[i + 1 :]:
                if last - start > _ANNOUNCED_CHARS or "\n" not in text[end:following]:
                    break
                end = last
        found.append((start, end))
    return found


def answers(best: Extract, threshold: float) -> bool:
    """Return whether a sentence says enough of the question to pass for an answer.

    `threshold`, 0 to 1, is the share of the question's words, weighted by how rare they are, that sentence, passage and
    headings must say; the nearer the sentence is in meaning, the less is asked of its words.
    """
    return confidence(best) >= threshold


def confidence(best: Extract) -> float:
    """Return how surely a sentence answers, about 0 to 1: words and nearness, less where the type is missing.

    Less too where the sentence and those beside it say little of what is asked of the things that the question names:
    "when was Ann Lee married?" is not answered by her birth.
    """
    said = 0.15 if best.focus_near == 0 else 0.1 * max(0.0, 1 - best.focus_near / 0.55)
    return 0.6 * best.coverage + 0.6 * max(best.cosine, 0.0) - (0.0 if best.typed else 0.15) - said


def short(sentence: str) -> str:
    """Return a sentence cut at a word to what is pleasant to read; what is cut off the end is not quoted either."""
    sentence = " ".join(sentence.split())
    if len(sentence) <= _MAX_CHARS:
        return sentence
    return sentence[:_MAX_CHARS].rsplit(" ", 1)[0]


def answer_type(question: str) -> AnswerType | None:
    """Return a test for the kind of thing that a question asks for, or None where no kind can be told."""
    q = question.lower()
    if re.search(r"\b(?:what|which) year\b|\bin which year\b", q):
        return lambda text: bool(_YEAR.search(text))
    if re.search(r"\bwhen\b|\bwhat date\b|\bwhich date\b", q):
        return lambda text: bool(_YEAR.search(text) or _DATE.search(text))
    if re.search(r"\bpercent|\bpercentage\b|\bwhat share\b|\bwhat proportion\b", q):
        return lambda text: bool(_PERCENT.search(text) or re.search(r"0\.\d", text))
    if re.search(r"\b(?:cost|price|amount|dollars|euros|salary|budget)\b", q) and re.search(
        r"\bhow much\b|\bwhat\b|\bwhich\b", q
    ):
        return lambda text: bool(_MONEY.search(text) or _NUMBER.search(text))
    if re.search(
        r"\bhow (?:many|much|long|far|high|tall|old|large|big|often|fast|wide|deep|heavy)\b|"
        r"\bwhat (?:number|value|score|rate)\b",
        q,
    ):
        return lambda text: bool(_NUMBER.search(text))
    if re.match(r"(?:\W*\w+\W+){0,6}?\bwho(?:m|se)?\b", q):
        return lambda text: bool(_NAME.search(text))
    if re.search(r"\bwhere\b|\b(?:which|what) (?:city|country|place|town|state|university)\b", q):
        return lambda text: bool(_PLACE.search(text) or _NAME.search(text))
    return None


def _alike(word: str, other: str) -> bool:
    """Return whether two words are the same, or forms of one ("patent" and "patented", "die" and "died")."""
    if word == other:
        return True
    if word[:3] != other[:3]:
        return False
    if min(len(word), len(other)) >= 5 and word[:5] == other[:5]:
        stem = word.startswith(other[: max(5, len(other) - 2)]) or other.startswith(word[: max(5, len(word) - 2)])
        if stem:
            return True
    return not _roots(word).isdisjoint(_roots(other))


@lru_cache(maxsize=1 << 16)
def _roots(word: str) -> frozenset[str]:
    """Return a word without the endings that English verbs and their doers take."""
    cut = {
        word[: -len(end)]
        for end in ("d", "ed", "ing", "r", "er", "e", "ly")
        if word.endswith(end) and len(word) - len(end) > 2
    }
    return frozenset({word, *cut})


def _without(sentence: str, words: Sequence[str]) -> str:
    """Return a sentence without the question's own words, so that a year in the question is no answer to "when"."""
    asked = set(words)
    return " ".join(piece for piece in sentence.split() if not set(tokenize(piece)) & asked or len(tokenize(piece)) > 1)
