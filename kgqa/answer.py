"""A question -> an answer with checked citations: by lookup, by walking and reading, or a refusal.

Questions about structure are answered from the structure. For the others the walk gathers evidence; a language model
answers from it in sentences that carry citation keys, or, with none, the extractive reader quotes what answers best.
Each quote is checked against its page; what the evidence does not bear out is left out; nothing left means a refusal
that shows the nearest evidence.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node
from graphs.embedding import Embedder
from graphs.rows import DocumentRecord
from graphs.store import Store
from ingestion.document import ParsedDocument
from kgqa.about_what import about_what, asked_about
from kgqa.agents import NextEvidence
from kgqa.agreement import AGREES, verdict
from kgqa.broad_asks import is_heading_alone, told_otherwise
from kgqa.cell_reading import CellReader
from kgqa.document_facts import not_read
from kgqa.each_document import MOST as MOST_ASKED
from kgqa.each_document import asked_of_each, asked_which, least_sure, mentioned, says_names, together
from kgqa.errors import LanguageModelError
from kgqa.evidence_first import LOADED, evidence_first
from kgqa.fact_asks import is_greeting
from kgqa.field_asks import field_finding, may_ask_field
from kgqa.interpret import interpret, open_choices
from kgqa.labelled_headings import names_label, with_whole_titles
from kgqa.llm import OnText
from kgqa.lookup import look_up
from kgqa.lookup_counts import list_documents
from kgqa.lookup_mentions import pages_of_number
from kgqa.metered import MeteredModel
from kgqa.moment import Moment, MomentPassed
from kgqa.named_places import look_up_named
from kgqa.overview import MOST, lead_passages
from kgqa.parts import Finding
from kgqa.pointed import pointed_finding
from kgqa.posed_questions import ALIKE, SAME, Posed, posed_finding, posed_in
from kgqa.question import ParsedQuestion, parse_question
from kgqa.quoting import Quoter
from kgqa.reading import ExtractiveReader
from kgqa.result import Answer, QuestionKind
from kgqa.scope import only_one, scope_of, titles_of
from kgqa.signed_names import asks_office, signed_finding
from kgqa.trace import Ranked, Trace, Usage
from kgqa.walk import WalkOptions, walk
from kgqa.which_document import which_document
from kgqa.written import UNSUPPORTED, ModelReader

_TOPIC = re.compile(r"\b(?:on|about|regarding|concerning|as to)\s+((?:the|how|what|whether)\s[^?]+)", re.I)
_TRIES = 5  # at a question whose documents are replaced while it is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions:
    """How evidence becomes an answer."""

    threshold: float = 0.35  # confidence, 0 to 1, below which the extractive reader refuses
    evidence_chars: int = 6000  # of evidence that a language model is given, about 1,500 tokens
    answer_tokens: int = 200  # that it may write
    read: int = 20  # pieces of evidence that the extractive reader reads
    larger_reader: str = "auto"  # asked in doubt: the one that is installed, a folder, a hub's name, or "none"
    unsupported: Literal["remove", "mark"] = "remove"  # what becomes of a model's sentence that nothing bears out

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold={self.threshold} must lie between 0 and 1")
        if self.unsupported not in ("remove", "mark"):
            raise ValueError(f"unsupported={self.unsupported!r} must be remove or mark")
        for name in ("evidence_chars", "answer_tokens", "read"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be at least 1")


def answer_question(
    question: str,
    *,
    store: Store,
    embedder: Embedder,
    agent: NextEvidence,
    llm: MeteredModel | None,
    options: AnswerOptions,
    walk_options: WalkOptions,
    doc_ids: Collection[str] | None = None,
    on_text: OnText | None = None,
    stop: threading.Event | None = None,
) -> Answer:
    """Answer one question; raises QuestionError only for one that cannot be asked at all, Stopped once `stop` is set.

    `llm` counts the calls of this question, those of the agent too. A language model that fails is noted in the trace,
    and the extractive reader answers in its place. `on_text` hears the words of the model's answer as it writes them,
    before they are checked.
    """
    started = perf_counter()
    for tries in range(1, _TRIES + 1):
        try:
            moment = Moment(store)
            records = moment.documents()
            q = parse_question(question, records, titles_of(moment), only=only_one(records, doc_ids))
            scope = scope_of(q, records, doc_ids)
            q = _by_whole_titles(q, moment, records, scope).with_cells(CellReader(embedder))
            reader = _Reader(q, moment, embedder, agent, llm, options, walk_options, scope, on_text, stop)
            answer = reader.answer()
            break
        except MomentPassed:
            if tries == _TRIES:
                raise
    usage = Usage(seconds=round(perf_counter() - started, 4))
    calls = tuple(llm.record) if llm is not None else ()
    if llm is not None:
        account = llm.account
        usage = replace(
            usage,
            llm=llm.name,
            llm_calls=account.calls,
            prompt_tokens=account.prompt_tokens,
            completion_tokens=account.completion_tokens,
            cached_calls=account.cached,
            cost=round(account.cost, 6),
        )
    return replace(answer, usage=usage, trace=replace(answer.trace, question=q.text, calls=calls, usage=usage))


def looked_up(question: str, store: Store) -> bool:
    """Return whether a question asks for structure alone, so that no model is needed to answer it."""
    moment = Moment(store)
    return parse_question(question, moment.documents(), titles_of(moment)).ask not in ("content", "overview")


def _by_whole_titles(
    q: ParsedQuestion, moment: Moment, records: Sequence[DocumentRecord], scope: Sequence[DocumentRecord]
) -> ParsedQuestion:
    """Return a question with "Article 5" as the whole title of that heading, where the documents have it."""
    if len(scope) > LOADED or not names_label(q.text):
        return q
    text = with_whole_titles(q.text, [moment.load(record.doc_id) for record in scope])
    return q if text == q.text else parse_question(text, records, titles_of(moment))


@dataclass
class _Reader:
    """One question on its way to an answer."""

    q: ParsedQuestion
    store: Moment
    embedder: Embedder
    agent: NextEvidence
    llm: MeteredModel | None
    options: AnswerOptions
    walk_options: WalkOptions
    scope: list[DocumentRecord]
    on_text: OnText | None = None
    stop: threading.Event | None = None
    _vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.quoter = Quoter(self.q.text, self.store, self.scope)

    def answer(self) -> Answer:
        """Look up, or walk and read."""
        q = self.q
        if not self.scope:
            return self._refusal("The collection holds no document to answer from. Add some with `kgqa ingest`.")
        if q.unknown_files and not q.documents:
            return self._refusal(self._not_there(q.unknown_files))
        if is_greeting(q.text):
            name = self.scope[0].name
            return self._refusal(f"Ask something about the documents, such as “What is {name} about?”")
        if q.ask == "documents":
            first = [self.store.load(record.doc_id) for record in self.scope[:LOADED]]
            listed = list_documents(q, [record.name for record in self.scope], first)
            return self.told(listed, Trace(q.text, "lookup", stopped="lookup"))
        if q.ask == "overview" and self.llm is not None and (told := self._told_in_short()) is not None:
            return told
        finding = None
        if len(self.scope) <= LOADED:
            finding, self.q = look_up_named(q, lambda: [self.store.load(record.doc_id) for record in self.scope])
        finding = finding or look_up(q, self._documents()) or self._interpreted()
        if finding is None and len(self.scope) > 1 and (what := asked_about(q)):
            finding = about_what(what, self.scope, self.store, self._vector(what))
        if finding is None:
            return self._one_by_one() or self._read_again(q)
        if q.ask == "how-read" and not q.documents and not q.pages:
            finding = not_read(q, finding, self.store.failed())
        if q.tables and (q.pages or q.sections) and not finding.abstained and self._asks_of_both():
            return self._beside(finding)
        return self.told(finding, Trace(q.text, "lookup", stopped="lookup"))

    def _not_there(self, names: Sequence[str]) -> str:
        """Return why files that a question names cannot be asked about."""
        failed = {record.name: record.issues[0].message for record in self.store.failed() if record.issues}
        missing = [name for name in names if name not in failed]
        told = [failed[name] for name in names if name in failed]
        return " ".join([*told, *([f"{', '.join(missing)} is not in the collection."] if missing else [])])

    def _read_again(self, whole: ParsedQuestion) -> Answer:
        """Read what stands under a date, and where that does not answer everything: a text may name the day too."""
        answer = self._read()
        if not (answer.abstained and self.q.days and self.llm is None):
            return answer
        self.q = whole
        return self._read()

    def _one_by_one(self) -> Answer | None:
        """Ask each document by itself, where a question asks something of each or which of them says something.

        Not with a language model, which would be called as often.
        """
        each = asked_of_each(self.q)
        if self.llm is not None or not 1 < len(self.scope) <= MOST_ASKED or not (each or asked_which(self.q)):
            return None
        answers = []
        for record in self.scope:
            if not each and not says_names(self.q, self.store.load(record.doc_id)):
                continue
            q = parse_question(each or self.q.text, [record], only=record.doc_id).with_cells(CellReader(self.embedder))
            options = (
                self.options if each else replace(self.options, threshold=least_sure(self.q, self.options.threshold))
            )
            reader = replace(self, q=q, scope=[record], options=options)
            answer = reader.answer()
            named = None if each or not answer.abstained else mentioned(self.q, self.store.load(record.doc_id))
            answers.append((record, answer if named is None else reader.told(named, answer.trace)))
        told = [answer for _, answer in answers if not answer.abstained]
        return together(self.q, answers, told[0].trace, named=bool(each)) if told else None

    def _interpreted(self) -> Finding | None:
        """Return what the structure says to a question that only the model understands as one about structure."""
        if self.llm is None or not open_choices(self.q):
            return None
        q = interpret(self.q, self.llm)
        finding = look_up(q, [self.store.load(record.doc_id) for record in self.scope[:LOADED]])
        return None if finding is None or finding.abstained else finding

    def _told_in_short(self) -> Answer | None:
        """Return what the model writes of what documents are about, from how they and their sections begin; or None."""
        graph, index = self.store.graph(), self.store.index()
        leads = [p.passage_id for document in self._documents()[:MOST] for p in lead_passages(document)]
        ids = [node for node in leads if node in index.position]
        nodes = [(graph.node(node), Ranked(node, 1 - place / len(ids), 0)) for place, node in enumerate(ids)]
        trace = Trace(self.q.text, "lookup", stopped="lookup", ranked=tuple(ranked for _, ranked in nodes))
        answer, _ = self._generated(self.q.text, nodes, trace)
        return None if answer is None or answer.abstained else answer

    def _asks_of_both(self) -> bool:
        """Return whether a table and a page or section are asked about: each of a document of its own, or to agree."""
        if AGREES.search(self.q.body):
            return True
        return len(self.q.documents) > 1 and self.q.ask in ("cell", "table", "table-described")

    def _beside(self, finding: Finding) -> Answer:
        """Put what a page or section says beside what a table says, and first whether they agree if that is asked."""
        trace, nodes = self._walked()
        topic = _TOPIC.search(self.q.body)
        asked = f"What is {topic[1]}" if topic is not None else self.q.asked
        beside = self._extractive().beside(asked, nodes, self._vector(self.q.asked))
        if beside is None:
            return self.told(finding, trace, nodes)
        both = (*finding.sentences, beside)
        agree = verdict(self.q.body, finding.sentences[0][0], " ".join(quote.text for quote in beside[1]))
        quotes = tuple(quote for _, quotes in both for quote in quotes)
        return self.told(Finding("compare", ((agree, quotes), *both) if agree else both), trace, nodes)

    def _documents(self) -> list[ParsedDocument]:
        """Return the documents in scope; of very many, those that a search for the question finds first."""
        ids = [record.doc_id for record in self.scope]
        if self.q.ask == "overview":
            ids = ids[: MOST + 1]
        if self.q.ask == "how-read":  # a page that was not read is in none that a search finds
            return [self.store.load(doc_id) for doc_id in ids]
        if len(ids) > LOADED and self.q.ask != "content":
            vector = self._vector(self.q.asked)
            index = self.store.index()
            found = index.search(self.q.asked, 100, query_vector=vector, doc_ids=set(ids))
            graph = self.store.graph()
            ids = list(dict.fromkeys(graph.node(node.node_id).doc_id for node in found))[:5]
        if self.q.ask == "content":  # what one document says may stand in its tables
            return [self.store.load(ids[0])] if len(ids) == 1 and self.llm is None else []
        return [self.store.load(doc_id) for doc_id in ids]

    def _walked(self) -> tuple[Trace, list[tuple[Node, Ranked]]]:
        """Walk; return the record and the evidence, best first."""
        q = self.q
        question = q.asked
        doc_ids = {record.doc_id for record in self.scope}
        every = len(doc_ids) == len(self.store.documents())
        trace = walk(
            question,
            graph=self.store.graph(),
            index=self.store.index(),
            embedder=self.embedder,
            agent=self.agent,
            options=self.walk_options,
            doc_ids=None if every else doc_ids,
            vector=self._vector(question),
            stop=self.stop,
        )
        trace = evidence_first(q, trace, store=self.store, scope=self.scope, vector=self._vector(question),
                               budget=self.walk_options.budget)  # fmt: skip
        return trace, [(self.store.graph().node(ranked.node), ranked) for ranked in trace.ranked]

    def _read(self) -> Answer:
        """Walk, then answer from the evidence."""
        question = self.q.asked
        trace, nodes = self._walked()
        if not nodes:
            return self._refusal("The documents hold no text that could answer.", trace)
        if self.llm is not None:
            answer, trace = self._generated(question, nodes, trace)
            if answer is not None:
                return answer
        return self._extracted(question, nodes, trace)

    def _generated(
        self, question: str, nodes: Sequence[tuple[Node, Ranked]], trace: Trace
    ) -> tuple[Answer | None, Trace]:
        """Return the model's answer, or None with a note of why the extractive reader has to answer."""
        assert self.llm is not None
        options = self.options
        reader = ModelReader(self.q.body, self.quoter, self.embedder, self.store.index().idf, self.llm,
                             options.evidence_chars, options.answer_tokens, self.on_text)  # fmt: skip
        try:
            sentences = reader.read(question, nodes, trace)
        except LanguageModelError as error:
            note = f"The extractive reader answered: {error}"
            return None, replace(trace, notes=(*trace.notes, note))
        if not any(sentence.quotes for sentence in sentences):
            text = (
                "The documents do not answer this."
                if not sentences
                else "No sentence of the model's answer is borne out by the documents."
            )
            return self._refusal(text, trace, nodes), trace
        kept = tuple(
            (s.text if s.quotes else f"{s.text} {UNSUPPORTED}", s.quotes)
            for s in sentences
            if s.quotes or options.unsupported == "mark"
        )
        kind: QuestionKind = "compare" if self.q.compares else "content"
        return self.told(Finding(kind, kept), trace, nodes), trace

    def _extracted(self, question: str, nodes: Sequence[tuple[Node, Ranked]], trace: Trace) -> Answer:
        """Return the sentence or cell that answers best, or a refusal."""
        finding = which_document(self.q, self.store, self._vector) if len(self.q.documents) > 1 else None
        if finding is None and may_ask_field(self.q):
            finding = field_finding(self.q, [self.store.load(record.doc_id) for record in self.scope[:LOADED]])
        if finding is None and asks_office(self.q):
            finding = signed_finding(self.q, [self.store.load(record.doc_id) for record in self.scope[:LOADED]])
        posed = posed_in(nodes, self.quoter) if finding is None else []
        finding = finding or self._posed(posed, SAME)
        finding = finding or self._extractive().read(question, nodes, self._vector(question))
        if finding.abstained:
            finding = self._posed(posed, ALIKE) or finding
        if finding.abstained and (self.q.pages or self.q.labels or self.q.figures or self.q.tables):
            finding = pointed_finding(self.q, [self.store.load(r.doc_id) for r in self.scope[:2]]) or finding
        if finding.abstained or is_heading_alone(finding):
            documents = [self.store.load(record.doc_id) for record in self.scope[:LOADED]]
            finding = pages_of_number(self.q, documents) or told_otherwise(self.q, finding, documents)
        if finding.abstained and not finding.sentences[0][1]:
            return self._refusal(finding.sentences[0][0], trace, nodes)
        return self.told(finding, trace, nodes)

    def _posed(self, posed: list[Posed], least: float) -> Finding | None:
        return posed_finding(self.q, posed, self.embedder, self._vector(self.q.asked), least)

    def _extractive(self) -> ExtractiveReader:
        o = self.options
        return ExtractiveReader(self.q, self.store, self.quoter, o.threshold, o.read, self.embedder, o.larger_reader)

    def _vector(self, text: str) -> NDArray[np.float32]:
        if text not in self._vectors:
            self._vectors[text] = self.embedder.embed([text])[0]
        return self._vectors[text]

    def told(self, finding: Finding, trace: Trace, nodes: Sequence[tuple[Node, Ranked]] = ()) -> Answer:
        """Return a finding as the answer."""
        return self.quoter.answer(finding, trace, nodes)

    def _refusal(self, text: str, trace: Trace | None = None, nodes: Sequence[tuple[Node, Ranked]] = ()) -> Answer:
        return self.quoter.refusal(text, trace or Trace(self.q.text, self.agent.name, stopped="refused"), nodes)
