"""Reading without a model: evidence -> the sentences or cells of it that answer, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node, NodeKind
from graphs.embedding import Embedder
from graphs.index import tokenize
from kgqa.asked import STANDS_FOR, Asked, meaning_asked, usual_words_asked
from kgqa.chains import SURE, Link, Piece, load_chain_reader
from kgqa.compare import Sides, compare_sides, compared_sides
from kgqa.compare_through import compare_nations, compare_through, role_asked
from kgqa.corroborate import corroborating
from kgqa.extract import Extract, Readable, content_words, extract, short, told_with
from kgqa.foreign_asks import foreign_ask
from kgqa.moment import Moment
from kgqa.parts import Finding, Quote, refuse, section_name
from kgqa.question import ParsedQuestion
from kgqa.quoting import Found, Quoter
from kgqa.relations import reaches_through
from kgqa.result import QuestionKind
from kgqa.signals import says_count
from kgqa.table_reading import TableReader
from kgqa.table_view import alike
from kgqa.title_pointers import pointed_sections
from kgqa.titles import title_of
from kgqa.word_forms import alike_forms, same_meaning

_WHETHER = re.compile(r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b(?!.*\bor\b)", re.I)
_NEGATED = re.compile(r"\b(?:not|no|never|none|neither|nor|without|cannot)\b|n[’']t\b", re.I)
_PERSON = r"[A-ZÀ-Ý][\w.'’-]*\s+(?:(?:[A-Z]\.|van|von|de|der)\s+)*[A-ZÀ-Ý][\w'’-]+"
_AUTHOR = re.compile(  # who wrote a document: "by Ann Lee", "The author of this book is Ann Lee", "Ann Lee wrote ..."
    rf"\b(?i:by|(?:authors?|editors?)(?:\s+of\s+(?:this|the)\s+\w+)?(?:\s+(?:is|was|are|were))?\s*:?)\s+{_PERSON}|"
    rf"{_PERSON}\s+(?:has |have )?(?:wrote|written|authored|prepared|compiled)\b"
)
_TIME = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|august|september|october|november|december"
)
_FEW = 20  # documents asked, of which words are counted for themselves
_COUNTED = 0.75  # confidence from which a sentence need not count the thing in the question's own words
_SURE = 0.9  # confidence from which words that no document holds do not matter
_POINTED = 0.75  # share of the threshold that is asked of a page, section or figure which the question names
_IN_STEPS = 0.75  # and of a question whose words stand in several passages, so that no sentence says them all
_FOREIGN = 0.77  # and of one in another language than English, of whose words encoders and synonyms know few
_ALTERNATIVES = 12  # sentences among which one of another page is looked for
_NOT_ANSWERED = "The documents do not answer this."


@dataclass
class ExtractiveReader:
    """Reads the evidence of one question."""

    q: ParsedQuestion
    store: Moment
    quoter: Quoter
    threshold: float  # confidence, 0 to 1, below which it refuses
    read_at_most: int  # pieces of evidence
    embedder: Embedder | None = None  # that of the question's vector; without it the confidence is less sure
    larger: str = "none"  # the reader that is asked in doubt, as `AnswerOptions.larger_reader` names it

    def read(self, question: str, nodes: Found, vector: NDArray[np.float32]) -> Finding:
        """Return the sentence or cell that answers best, or a refusal; `vector` is the question's."""
        q = self.q
        found = self._verdict(nodes, vector) or self._chained(nodes)
        if found is not None:
            return found
        best = self._best(question, nodes, vector, most=_ALTERNATIVES)
        if STANDS_FOR.search(q.body):  # no other sentence answers that
            best = [one for one in best if self._says_meaning(one)]
        doubtful = not best or (not self._says_meaning(best[0]) and self._is_doubtful(best[0]))
        cell = self._tables().tell(nodes, best, doubtful=doubtful)
        if cell is not None:
            return cell
        if doubtful:
            return refuse(_NOT_ANSWERED)
        by_id = {node.node_id: node for node, _ in nodes}
        if q.compares:
            return self._compared(best, by_id)
        told = told_with(best, lambda node: (by_id[node].doc_id, by_id[node].page))
        if (
            (told[0].confidence < _COUNTED and self._counts_nothing(told))
            or self._lacks_form(told)
            or (q.ask == "authors" and not _AUTHOR.search(best[0].sentence))
        ):
            return refuse(_NOT_ANSWERED)
        also = self._also(told, best, by_id)
        if len(told) == 1 or q.ask != "content" or _WHETHER.match(q.body):
            node = by_id[best[0].readable.node]
            return self._worded(node, self.quoter.quote(node, short(best[0].sentence)), also)
        sentences: list[tuple[str, tuple[Quote, ...]]] = []
        for one in told:
            node = by_id[one.readable.node]
            quote = self.quoter.quote(node, short(one.sentence))
            title = self._title_asked_for(node, quote)
            again = title and any(said.startswith(title) for said, _ in sentences)
            beside = also if one is told[0] else ()
            sentences.append((quote.text if again or not title else f"{title}: {quote.text}", (quote, *beside)))
        return Finding("content", tuple(sentences))

    def _tables(self) -> TableReader:
        q = self.q
        asks_value = q.ask == "content" and not q.compares
        return TableReader(q.body, q.asked, self.store, self.idf(), self.threshold, q.cells, asks_value)

    def _also(self, told: Sequence[Extract], found: Sequence[Extract], by_id: dict[str, Node]) -> tuple[Quote, ...]:
        """Return the quote of another page that says what the first of the sentences that are told answers with."""
        asked = Asked.of(self.q.body, lambda _: 1.0, self.q.asked)
        other = corroborating(asked, told, found, lambda node: (by_id[node].doc_id, by_id[node].page))
        return () if other is None else (self.quoter.quote(by_id[other.readable.node], short(other.sentence)),)

    def _is_doubtful(self, best: Extract) -> bool:
        return best.confidence < self._least() or self._misses_a_name(best)

    def _counts_nothing(self, told: Sequence[Extract]) -> bool:
        """Return whether a question asks how many there are of a thing, and no sentence says a number of that thing."""
        thing = Asked.of(self.q.body, lambda _: 1.0, self.q.asked).counted
        return bool(thing) and not any(says_count(thing, one.sentence, tokenize(one.sentence)) for one in told)

    def _lacks_form(self, told: Sequence[Extract]) -> bool:
        """Return whether no sentence holds a sum, share, ... that a question in another language asks for.

        In English the learned confidence sees to that; in others it is less sure, and asked for less (`_FOREIGN`).
        """
        asked = Asked.of(self.q.body, lambda _: 1.0, self.q.asked)
        if foreign_ask(self.q.asked) is None or asked.kind is None or not asked.exact:
            return False
        return not any(asked.kind(one.sentence) for one in told)

    def _says_meaning(self, best: Extract) -> bool:
        """Return whether a sentence says what a short form or word means, or in usual words what is asked."""
        asked = meaning_asked(self.q.body) or usual_words_asked(self.q.body)
        return asked is not None and asked.search(best.sentence) is not None

    def _least(self) -> float:
        """Return the confidence below which it refuses: less where the question itself says where the answer stands."""
        q = self.q
        pointed = q.pages or q.sections or q.figures or q.days or pointed_sections(q.body)
        share = _POINTED if pointed else _IN_STEPS if self._in_steps() else 1.0
        return self.threshold * (share if foreign_ask(q.asked) is None else min(share, _FOREIGN))

    def _in_steps(self) -> bool:
        """Return whether a question compares things, or asks for something of a thing that it does not name."""
        asked = self.q.asked
        return self.q.compares or reaches_through(asked) or compared_sides(asked) is not None

    def beside(self, question: str, nodes: Found, vector: NDArray[np.float32]) -> tuple[str, tuple[Quote, ...]] | None:
        """Return what says most to a question, with the page it stands on; None without any."""
        best = self._best(question, nodes, vector, most=2)
        if not best:
            return None
        by_id = {node.node_id: node for node, _ in nodes}
        quotes = [self.quoter.quote(by_id[one.readable.node], short(one.sentence)) for one in told_with(best)]
        first = quotes[0]
        same = tuple(quote for quote in quotes if (quote.document, quote.page) == (first.document, first.page))
        said = " ".join(f"“{quote.text}”" for quote in same)
        return f"Page {first.page} of {first.document.name} says: {said}", same

    def _best(self, question: str, nodes: Found, vector: NDArray[np.float32], most: int) -> list[Extract]:
        """Return the best sentences; question words and words of structure are looked at in English."""
        words, own = (self.q.body, self.q.asked) if question == self.q.asked else (question, "")
        found = self.readables(nodes, vector)
        return extract(words, found, idf=self.idf(), most=most, embedder=self.embedder, own=own, larger=self.larger)

    def idf(self) -> Callable[[str], float]:
        """Return how rare a word is: among all passages, and among those of the documents that are asked.

        "Patient" is rare in a library, and says nothing in a report about one.
        """
        index = self.store.index()
        ids = {record.doc_id for record in self.quoter.scope}
        allowed = index.allowed(ids) if len(ids) <= _FEW else None
        if allowed is None:
            return index.idf
        rows = np.flatnonzero(allowed)
        held = np.bincount(index.counts.counts[rows].indices, minlength=len(index.counts.terms))

        def rareness(word: str) -> float:
            columns = [index.counts.column.get(stem) for stem in tokenize(word)]
            df = min((0 if column is None else int(held[column]) for column in columns), default=0)
            here = float(np.log1p((len(rows) - df + 0.5) / (df + 0.5)))
            return (index.idf(word) + here) / 2

        return rareness

    def _worded(self, node: Node, quote: Quote, also: tuple[Quote, ...]) -> Finding:
        """Return a quote with the page or section that the question asks for; `also` says the same on another page."""
        if self.q.ask == "page-of":
            return Finding("structure", ((f"Page {quote.page} of {quote.document.name}: {quote.text}", (quote,)),))
        if self.q.ask == "section-of":
            passage = next((p for p in quote.document.passages if p.passage_id == node.node_id), None)
            path = quote.document.section_path(passage.section_id if passage is not None else None)
            if path:
                place = f"{section_name(path[-1])} (page {quote.page} of {quote.document.name})"
                return Finding("structure", ((f"{place}: {quote.text}", (quote,)),))
        kind: QuestionKind = "content"
        title, said = self._title_asked_for(node, quote), self._said(quote.text)
        return Finding(kind, ((f"{title}: {said}" if title else said, (quote, *also)),))

    def _title_asked_for(self, node: Node, quote: Quote) -> str:
        """Return the heading above a quote that names what is asked for: "Module Three" for "which module"; else ""."""
        thing = Asked.of(self.q.body, lambda _: 1.0, self.q.asked).thing
        passage = next((p for p in quote.document.passages if p.passage_id == node.node_id), None)
        if not thing or passage is None:
            return ""
        titles = [section.title for section in quote.document.section_path(passage.section_id)]
        title = next((t for t in reversed(titles) if len(words := tokenize(t)) > 1 and words[0] == thing), "")
        return "" if set(tokenize(quote.text)).issuperset(tokenize(title)) else title

    def _said(self, sentence: str) -> str:
        """Put "Yes" before a sentence that says all of what a question asks whether it is so."""
        if not _WHETHER.match(self.q.body) or _NEGATED.search(sentence):
            return sentence
        said = set(tokenize(sentence))
        return (
            f"Yes: {sentence}" if all(any(alike(w, s) for s in said) for w in content_words(self.q.body)) else sentence
        )

    def readables(self, nodes: Found, vector: NDArray[np.float32]) -> list[Readable]:
        """Return the first pieces of evidence as they are read; of tables the rows that hold words.

        A table of terms and what they mean is prose in two columns: its cells have no label that a question could name.
        """
        top = max((ranked.score for _, ranked in nodes), default=1.0) or 1.0
        index = self.store.index()
        read = [(place, node, ranked) for place, (node, ranked) in enumerate(nodes[: self.read_at_most])]
        texts = {node.node_id: self._text(node) for _, node, _ in read}
        read = [(place, node, ranked) for place, node, ranked in read if texts[node.node_id]]
        ids = [node.node_id for _, node, _ in read if node.node_id in index.position]
        meaning = dict(zip(ids, (index.vectors(ids) @ vector).tolist(), strict=True)) if ids else {}
        return [
            Readable(
                node.node_id,
                texts[node.node_id],
                f"{node.search_text} {self.quoter.name(node.doc_id)}",
                ranked.score / top,
                f"{node.context} {self.quoter.name(node.doc_id)}",
                place,
                meaning.get(node.node_id, 0.0),
                self.quoter.code(node),
            )
            for place, node, ranked in read
        ]

    def _text(self, node: Node) -> str:
        return self.quoter.rows_in_words(node) if node.kind is NodeKind.TABLE else self.quoter.prose(node)

    def _misses_a_name(self, best: Extract) -> bool:
        """Return whether the question hangs on words that no document in the collection holds."""
        asked = Asked.of(self.q.body, lambda _: 1.0, self.q.asked)
        words = asked.words
        held = self.store.index().counts.column
        unknown = [word for word in words if word not in held and len(word) > 3 and not word.isdecimal()]
        unknown = [word for word in unknown if not (_TIME.fullmatch(word) and word[:3] in held)]  # "Fri" for Friday
        if len(unknown) >= 2:  # a form of it will do: looking for one among all words takes some time
            forms = alike_forms(unknown, held, asked.compounds)
            if foreign_ask(self.q.asked) is not None:
                forms |= same_meaning(unknown, held)
            unknown = [word for i, word in enumerate(unknown) if not any(mask >> i & 1 for mask in forms.values())]
        return len(unknown) >= 2 and len(unknown) > 0.34 * len(words) and best.confidence < _SURE

    def _verdict(self, nodes: Found, vector: NDArray[np.float32]) -> Finding | None:
        """Return how two things compare by a date, a number or what both have; None where neither says it."""
        sides = compared_sides(self.q.asked)
        if sides is None or (sides.same is None and role_asked(sides.ask) is not None):
            return self._compared_through(sides, nodes)
        verdict = compare_sides(sides, self.readables(nodes, vector))
        if verdict is None:
            return None
        by_id = {node.node_id: node for node, _ in nodes}
        quotes = tuple(self.quoter.quote(by_id[v.readable.node], short(v.sentence)) for v in verdict.values)
        kind: QuestionKind = "compare" if verdict.decided else "unanswerable"
        return Finding(kind, ((verdict.text, quotes),), abstained=not verdict.decided)

    def _compared_through(self, sides: Sides | None, nodes: Found) -> Finding | None:
        """Return how two things compare by a person who belongs to each; None where a step is missing."""
        pieces = self._pieces(nodes)
        found = compare_nations(self.q.asked, pieces) if sides is None else compare_through(sides, pieces)
        if found is None:
            return None
        return Finding("compare", ((found.text, tuple(self._quotes(found.links, nodes))),))

    def _chained(self, nodes: Found) -> Finding | None:
        """Return the sentences that lead from what the question names to what it asks for; None where none do."""
        if self.q.compares or not reaches_through(self.q.asked):
            return None
        chain = load_chain_reader().read(self.q.asked, self._pieces(nodes))
        if chain is None or chain.chance < SURE:
            return None
        return Finding("content", tuple((quote.text, (quote,)) for quote in self._quotes(chain.links, nodes)))

    def _pieces(self, nodes: Found) -> list[Piece]:
        graph = self.store.graph()
        return [
            Piece(node.node_id, title_of(graph, node), self.quoter.prose(node), ranked.score)
            for node, ranked in nodes
            if node.kind is NodeKind.PASSAGE
        ]

    def _quotes(self, links: Sequence[Link], nodes: Found) -> list[Quote]:
        by_id = {node.node_id: node for node, _ in nodes}
        return [self.quoter.quote(by_id[link.piece.node], short(link.sentence)) for link in links]

    def _compared(self, best: Sequence[Extract], by_id: dict[str, Node]) -> Finding:
        """Return the best sentence of each document or passage that the question compares."""
        seen: set[str] = set()
        sentences = []
        for found in best:
            node = by_id[found.readable.node]
            group = node.doc_id if len(self.q.documents) > 1 else node.node_id
            words = " ".join(found.sentence.split()).casefold()
            if group not in seen and words not in seen:  # a summary and a back cover often say the same
                seen |= {group, words}
                quote = self.quoter.quote(node, short(found.sentence))
                sentences.append((quote.text, (quote,)))
        return Finding("compare", tuple(sentences[:2]))
