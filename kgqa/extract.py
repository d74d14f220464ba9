"""Reading without a model: the sentence or table cell of the evidence that answers best, and whether any does.

A sentence is scored by the words that it shares with the question (rare ones count more), by the nearness of its
embedding, by whether it holds the kind of thing that is asked for (a year, a name, a number), and by the rank of its
passage. Whether the best answers at all is judged by how much of the question its passage and its headings say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import Embedder
from graphs.index import tokenize
from ingestion.passages import text_to_sentences

_EMBEDDED = 4  # sentences that are embedded: those that look best by their words
_MAX_CHARS = 420  # of a sentence that is quoted
_ANNOUNCED_CHARS = 240  # of a sentence that ends in a colon, with the lines that it announces

_STOP = frozenset(
    "the of in a an is what which who whom whose when where why how does do did was were are be been being for to at "
    "by on and or with from as that this these those it its their his her he she they there than then according can "
    "could would should will may might has have had into about over under between during per each any some many much "
    "more most document paper report file approximately following also not no give name tell many ist der die das und "
    "le la les des".split()
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


def content_words(question: str) -> list[str]:
    """Return the words of a question that carry its meaning, as the index counts words."""
    words = [word for word in tokenize(question) if word not in _STOP and (len(word) > 1 or word.isdigit())]
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
    words = content_words(question)
    weights = {word: idf(word) for word in words}
    total = sum(weights.values()) or 1.0
    right_type = answer_type(question)
    defines = _definition_of(question)
    drafts: list[tuple[float, Readable, str, float, bool]] = []
    for readable in evidence:
        passage = set(tokenize(readable.text))
        around = passage | set(tokenize(readable.context))
        forms = {word: {other for other in around if _alike(word, other)} for word in weights}
        all_around = sum(weights[word] for word, said in forms.items() if said) / total
        spans = _with_items(readable.text, text_to_sentences(readable.text))
        for i, (start, end) in enumerate(spans):
            sentence = readable.text[start:end]
            if len(sentence) < 15 and len(spans) > 1:
                continue
            own = set(tokenize(sentence))
            near = set(tokenize(" ".join(readable.text[a:b] for a, b in spans[max(0, i - 1) : i + 2])))
            inside = sum(weights[word] for word, said in forms.items() if not said.isdisjoint(own)) / total
            nearby = sum(weights[word] for word, said in forms.items() if not said.isdisjoint(near)) / total
            typed = right_type(_without(sentence, words)) if right_type else True
            if defines is not None and defines.search(sentence):
                inside += 0.3
            lexical = inside + 0.25 * nearby + 0.35 * all_around + (0.25 if right_type and typed else 0.0)
            drafts.append((lexical + 0.15 * readable.score, readable, sentence, all_around, typed))
    drafts.sort(key=lambda draft: -draft[0])
    drafts = drafts[:_EMBEDDED]
    if not drafts:
        return []
    if vector is None:
        vector = embedder.embed([question])[0]
    cosines = embedder.embed([sentence for _, _, sentence, _, _ in drafts]) @ vector
    found = [
        Extract(readable, sentence, lexical + 0.8 * float(cosine), coverage, float(cosine), typed)
        for (lexical, readable, sentence, coverage, typed), cosine in zip(drafts, cosines, strict=True)
    ]
    found.sort(key=lambda extract: -extract.score)
    return found[:most]


def _definition_of(question: str) -> re.Pattern[str] | None:
    """Return a pattern of sentences that say what a thing is, for a question that asks just that; None for others.

    >>> bool(_definition_of("What is RCAC in the report?").search("Row and column access control (RCAC) is new."))
    True
    """
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
    """Return how surely a sentence answers, about 0 to 1: words and nearness, less where the type is missing."""
    return 0.6 * best.coverage + 0.6 * max(best.cosine, 0.0) - (0.0 if best.typed else 0.15)


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
    """Return whether two words are the same, or forms of one ("patent" and "patented")."""
    if word == other:
        return True
    if min(len(word), len(other)) < 5 or word[:5] != other[:5]:
        return False
    return word.startswith(other[: max(5, len(other) - 2)]) or other.startswith(word[: max(5, len(word) - 2)])


def _without(sentence: str, words: Sequence[str]) -> str:
    """Return a sentence without the question's own words, so that a year in the question is no answer to "when"."""
    asked = set(words)
    return " ".join(piece for piece in sentence.split() if not set(tokenize(piece)) & asked or len(tokenize(piece)) > 1)
