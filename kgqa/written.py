"""An answer that a language model writes, sentence by sentence checked against the evidence.

A sentence stays when passages bear it out: its numbers and names stand in the evidence that it rests on, or follow from
numbers there by arithmetic that is shown, and some quote says what it adds to the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node
from graphs.embedding import Embedder
from graphs.index import tokenize
from kgqa.arithmetic import numbers
from kgqa.extract import Readable, content_words, extract, short
from kgqa.generate import KeyedSentence, Written, generate
from kgqa.llm import LanguageModel, OnText
from kgqa.parts import Quote
from kgqa.quoting import Found, Quoter
from kgqa.trace import Trace

UNSUPPORTED = "(not borne out by the documents)"
"""What stands behind a sentence that is kept although nothing bears it out."""

_CLOSED = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must)\b|\bor\b|\bwhich of\b|"
    r"\bagree\b|\bfirst\b|\blast\b|"
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:\w+er|more|less|most|least)\b|\bthan\b|\bboth\b|\bwhether\b|[^\x00-\x7f]{3}",
    re.I,
)
"""A question whose answer may stand in it: by yes or no, by one of two; or of a script whose words are not known."""
_ENOUGH = 0.4  # share of a sentence's weight of words that a quote must say
_SURELY = 0.75  # ... of evidence that the model did not name
_SHORTEST = 40  # characters of a piece of evidence that are worth giving
_NOUNS = 0.35  # share of capitalised words from which a language is taken to write its nouns so, as German does
_CAPITALISED = re.compile(r"(?<=\w[ ,;:(\"“])[\"“(]?([A-ZÀ-Þ][\w'’\-]{2,})")


@dataclass(frozen=True, slots=True)
class Borne:
    """A sentence of the model with the quotes that bear it out; none for one that nothing does."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass
class ModelReader:
    """Reads the evidence of one question with a language model."""

    question: str  # that is answered, without names of documents
    quoter: Quoter
    embedder: Embedder
    idf: Callable[[str], float]  # of a word in the collection
    model: LanguageModel
    evidence_chars: int
    answer_tokens: int
    on_text: OnText | None = None

    def read(self, question: str, nodes: Found, trace: Trace) -> list[Borne]:
        """Return the sentences of the model's answer, [] where it declines; what nothing bears out has no quotes.

        Raises LanguageModelError where the model gives no usable answer.
        """
        shown = self._shown(nodes, trace)
        texts = [self._text(node)[: self.evidence_chars] for node in shown]
        written = generate(self.model, question, texts, max_tokens=self.answer_tokens, on_text=self.on_text)
        said: dict[str, Borne] = {}  # small models repeat a sentence for each piece of evidence
        for sentence in written.sentences:
            if self._only_repeats(question, sentence.text):
                continue
            words = " ".join(sentence.text.casefold().split())
            before = said[words].quotes if words in said else ()
            said[words] = Borne(sentence.text, (*before, *self._quotes(sentence, shown, written)))
        return list(said.values())

    def _only_repeats(self, question: str, sentence: str) -> bool:
        """Return whether a sentence says nothing that the question does not, which small models take for an answer.

        Not so for a question that can be answered by yes, or by one of the things that it names.
        """
        if _CLOSED.search(question) is not None:
            return False
        said = {*content_words(sentence), *numbers_written(sentence)}
        return said <= {*tokenize(question), *numbers_written(question)}

    def _text(self, node: Node) -> str:
        return f"{self.quoter.name(node.doc_id)}, page {node.page}: {node.search_text}"

    def _shown(self, nodes: Found, trace: Trace) -> list[Node]:
        """Return the evidence that there is room for, best first; the nodes of the best path always have room."""
        path = set(trace.paths[0].nodes) if trace.paths else set()
        room = self.evidence_chars
        kept: set[str] = set()
        for first in (True, False):
            for node, _ in nodes:
                if (node.node_id in path) is not first or room < _SHORTEST:
                    continue
                length = len(self._text(node))
                if length <= room or not kept:
                    kept.add(node.node_id)
                    room -= length
        return [node for node, _ in nodes if node.node_id in kept]

    def _quotes(self, sentence: KeyedSentence, shown: Sequence[Node], written: Written) -> tuple[Quote, ...]:
        """Return what bears a sentence out, from the evidence that it names or, since small models err, from other."""
        named = [shown[key - 1] for key in sentence.keys]
        if not sentence.names_evidence:
            named = named[:1] if self._holds(sentence.text, named[:1], written) else named
        vector = self.embedder.embed([sentence.text])[0]
        if self._holds(sentence.text, named, written):
            found = (self._support(sentence.text, vector, node, _ENOUGH) for node in named)
            quotes = [quote for quote in found if quote is not None]
            if quotes:
                return tuple(quotes if sentence.names_evidence else quotes[:1])
        others = (node for node in shown if node not in named or not sentence.names_evidence)
        found = (
            self._support(sentence.text, vector, node, self._least(sentence.text, node))
            for node in others
            if self._holds(sentence.text, [node], written)
        )
        return tuple(islice((quote for quote in found if quote is not None), 1))

    def _least(self, sentence: str, node: Node) -> float:
        """Return what evidence that the model did not name must say at least of a sentence, 0 to 1.

        Less where both say a number of two digits or more that the question lacks: a small model names the caption of
        the table whose cell it read.
        """
        new = {number for number in numbers_written(sentence) - numbers(self.question) if len(number) > 1}
        return _ENOUGH if new and new <= numbers(self._text(node)) else _SURELY

    def _holds(self, sentence: str, nodes: Sequence[Node], written: Written) -> bool:
        """Return whether all numbers and names of a sentence stand in its evidence, or in the question, or follow."""
        said = " ".join(self._text(node) for node in nodes)
        known = numbers(said) | numbers(self.question)
        rest = sentence
        for shown in written.sums:
            if shown.follows_from(known):
                rest = rest.replace(shown.shown, " ")
                known |= shown.results
        if not numbers_written(rest) <= known:
            return False
        words = {word.casefold() for word in re.findall(r"[\w'’\-]+", f"{said} {self.quoter.question}")}
        stems = {word[:5] for word in words}
        return all(name.casefold() in words or name.casefold()[:5] in stems for name in names_written(sentence))

    def _support(self, sentence: str, vector: NDArray[np.float32], node: Node, least: float) -> Quote | None:
        """Return the words of a piece of evidence that bear a sentence out, or None.

        They say `least`, 0 to 1, of the weight of its words, or are close in meaning.
        """
        readable = Readable(node.node_id, self.quoter.prose(node), "", 1.0)
        found = extract(sentence, [readable], idf=self.idf, most=6)
        if not found:
            return None
        # What the answer adds to the question must be in the quote, more than the words that they share.
        new = set(content_words(sentence)) - set(content_words(self.question))
        best = max(found, key=lambda one: (len(new & set(tokenize(one.sentence))), one.inside, one.score))
        if best.coverage < least and float(self.embedder.embed([best.sentence])[0] @ vector) < least + 0.1:
            return None
        return self.quoter.quote(node, short(best.sentence))


def numbers_written(sentence: str) -> set[str]:
    """Return the numbers of a sentence that are written in digits.

    >>> numbers_written("Two of 4,200")
    {'4200'}
    """
    return numbers(re.sub(r"[^\d.,\u202f\u00a0]+", " ", sentence))


def names_written(sentence: str) -> list[str]:
    """Return the capitalised words of a sentence but the first; none in a language that writes its nouns so.

    >>> names_written("The bridge was drawn by Ann Lee.")
    ['Ann', 'Lee']
    """
    found = _CAPITALISED.findall(sentence)
    return found if len(found) <= max(3, _NOUNS * len(sentence.split())) else []
