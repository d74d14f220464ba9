"""What was found -> an answer: quotes numbered, each checked against its page, their keys behind the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphs.document_graph import Node, NodeKind
from graphs.rows import DocumentRecord
from ingestion.document import Passage
from ingestion.plain import markdown_to_lines
from kgqa.citations import cite
from kgqa.moment import Moment
from kgqa.parts import Finding, Quote
from kgqa.result import Answer, Citation, Evidence
from kgqa.trace import Ranked, Trace, Usage

Found = Sequence[tuple[Node, Ranked]]
"""Evidence with its place in the walk's order, best first."""


@dataclass
class Quoter:
    """Quotes the documents of one question."""

    question: str
    store: Moment
    scope: Sequence[DocumentRecord]

    def name(self, doc_id: str) -> str:
        """Return a document's name."""
        return next((record.name for record in self.scope if record.doc_id == doc_id), doc_id)

    def prose(self, node: Node) -> str:
        """Return what can be quoted of a node: a passage's paragraphs and lines of code on lines of their own."""
        passage = self._passage(node)
        return node.text if passage is None else markdown_to_lines(passage.text)

    def quote(self, node: Node, text: str) -> Quote:
        """Return words of a node as a quote of its page."""
        document, passage = self.store.load(node.doc_id), self._passage(node)
        return Quote(document, node.page, text, node.node_id, (passage.start, passage.end) if passage else None)

    def answer(self, finding: Finding, trace: Trace, nodes: Found = ()) -> Answer:
        """Return a finding as an answer with checked citations."""
        keys: dict[tuple[str, int, str], int] = {}
        citations: list[Citation] = []
        parts: list[str] = []
        for sentence, quotes in finding.sentences:
            marks = []
            for quote in quotes:
                key = (quote.document.doc_id, quote.page, quote.text)
                if key not in keys:
                    keys[key] = len(keys) + 1
                    citations.append(self._cite(keys[key], quote))
                if keys[key] not in marks:
                    marks.append(keys[key])
            parts.append(" ".join([sentence, "".join(f"[{mark}]" for mark in marks)]).strip())
        return Answer(
            question=self.question,
            kind=finding.kind,
            text=" ".join(parts),
            abstained=finding.abstained,
            citations=tuple(citations),
            evidence=self._evidence(nodes) or tuple(_looked_up(citation) for citation in citations),
            usage=Usage(),
            trace=trace,
        )

    def refusal(self, text: str, trace: Trace, nodes: Found = ()) -> Answer:
        """Return a refusal that shows the nearest evidence."""
        return Answer(
            question=self.question,
            kind="unanswerable",
            text=text,
            abstained=True,
            citations=(),
            evidence=self._evidence(nodes),
            usage=Usage(),
            trace=trace,
        )

    def _passage(self, node: Node) -> Passage | None:
        passages = self.store.load(node.doc_id).passages if node.kind is NodeKind.PASSAGE else ()
        return next((p for p in passages if p.passage_id == node.node_id), None)

    def _cite(self, key: int, quote: Quote) -> Citation:
        page = quote.document.page(quote.page)
        return cite(key, self.name(quote.document.doc_id), page, quote.text, quote.node, within=quote.within)

    def _evidence(self, nodes: Found) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                node.node_id, str(node.kind), self.name(node.doc_id), node.page, node.text, ranked.score, ranked.hop
            )
            for node, ranked in nodes
        )


def _looked_up(citation: Citation) -> Evidence:
    """Return a citation of a lookup as the evidence that it is."""
    kind = citation.node.rsplit("/", 1)[-1][:1] if "/" in citation.node else ""
    kinds = {"t": "table", "f": "figure", "s": "section", "p": "page"}
    if citation.node.count("/") == 2:
        kind_name = "passage"
    else:
        kind_name = kinds.get(kind, "document")
    return Evidence(citation.node, kind_name, citation.document, citation.page, citation.quote, 1.0, 0)
