"""What was found -> an answer: quotes numbered, each checked against its page, their keys behind the sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from graphs.document_graph import Node, NodeKind
from graphs.rows import DocumentRecord
from ingestion.document import Passage, Table
from ingestion.plain import markdown_to_code, markdown_to_lines
from kgqa.citations import cite
from kgqa.fields import is_unfilled, whole_fences, without_line_numbers
from kgqa.moment import Moment
from kgqa.parts import Finding, Quote
from kgqa.result import Answer, Citation, Evidence
from kgqa.table_view import row_to_quote
from kgqa.trace import Ranked, Trace, Usage

_BRACKETED = re.compile(r"(?<!\w)\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
"""A document's own reference, which would be taken for a key of the answer; the citation's quote keeps it as it is."""

_TELLING = 4  # words of a cell that says something without its labels

Found = Sequence[tuple[Node, Ranked]]
"""Evidence with its place in the walk's order, best first."""


@dataclass
class Quoter:
    """Quotes the documents of one question."""

    question: str
    store: Moment
    scope: Sequence[DocumentRecord]
    _prose: dict[str, str] = field(default_factory=dict)

    def name(self, doc_id: str) -> str:
        """Return a document's name."""
        return next((record.name for record in self.scope if record.doc_id == doc_id), doc_id)

    def prose(self, node: Node) -> str:
        """Return what can be quoted of a node: a passage's paragraphs and lines of code on lines of their own."""
        if node.node_id not in self._prose:  # a question's readers ask for it up to three times
            passage = self._passage(node)
            if passage is None:
                text = self._parted(node)
            else:
                lines = markdown_to_lines(self._markdown(node, passage)).split("\n")
                text = "\n".join(without_line_numbers(lines))
            self._prose[node.node_id] = text
        return self._prose[node.node_id]

    def _parted(self, node: Node) -> str:
        """Return a node's text, of a figure whose caption stands below the words in the picture both on their own."""
        document = self.store.load(node.doc_id)
        figures = document.figures if node.kind is NodeKind.FIGURE else ()
        caption = next((figure.caption for figure in figures if figure.figure_id == node.node_id), "")
        inside = node.text.removeprefix(caption).strip() if caption else ""
        if not inside or inside == node.text:
            return node.text
        page = " ".join(document.page(node.page).markdown.split())
        is_below = -1 < page.find(inside.split()[0]) < page.find(" ".join(caption.split()[:3]))
        return f"{caption}\n\n{inside}" if is_below else node.text

    def code(self, node: Node) -> frozenset[str]:
        """Return the lines of a passage that are code, as `prose` has them."""
        passage = self._passage(node)
        if passage is None:
            return frozenset()
        return frozenset(without_line_numbers(markdown_to_code(self._markdown(node, passage))))

    def rows_in_words(self, node: Node) -> str:
        """Return the rows of a table that hold words, a line each; "" for none: numbers say nothing without labels."""
        table = self._table(node)
        if table is None:
            return ""
        lines = [_row_to_line(table, i) for i, row in enumerate(table.rows) if _has_words(row) and not _is_form(row)]
        return "\n".join(dict.fromkeys(lines))

    def quote(self, node: Node, text: str) -> Quote:
        """Return words of a node as a quote of its page."""
        document, passage, table = self.store.load(node.doc_id), self._passage(node), self._table(node)
        if table is not None:
            lines = [_row_to_line(table, row) for row in range(len(table.rows))]
            row = next((i for i, line in enumerate(lines) if text in line or (line and text.startswith(line))), 0)
            page, start, end = table.place_of_row(row)
            return Quote(document, page, text, node.node_id, (start, end))
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
            said = _BRACKETED.sub(r"(\1)", sentence)
            parts.append(" ".join([said, "".join(f"[{mark}]" for mark in marks)]).strip())
        return Answer(
            question=self.question,
            kind=finding.kind,
            text=_in_paragraphs(parts, finding),
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

    def _table(self, node: Node) -> Table | None:
        tables = self.store.load(node.doc_id).tables if node.kind is NodeKind.TABLE else ()
        return next((t for t in tables if t.table_id == node.node_id), None)

    def _passage(self, node: Node) -> Passage | None:
        passages = self.store.load(node.doc_id).passages if node.kind is NodeKind.PASSAGE else ()
        return next((p for p in passages if p.passage_id == node.node_id), None)

    def _markdown(self, node: Node, passage: Passage) -> str:
        return whole_fences(self.store.load(node.doc_id), passage)

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


def _in_paragraphs(parts: Sequence[str], finding: Finding) -> str:
    """Put sentences together, those that begin with the name of another document than before in a paragraph each."""
    text, told = "", ""
    for part, (sentence, quotes) in zip(parts, finding.sentences, strict=True):
        name = quotes[0].document.name if quotes else ""
        apart = bool(told) and name not in ("", told) and name in sentence[: len(name) + 12]
        text += ("\n\n" if apart else " " if text else "") + part
        told = name or told
    return text


def _row_to_line(table: Table, row: int) -> str:
    return " ".join(row_to_quote(table, row).split())


def _has_words(row: Sequence[str]) -> bool:
    """Return whether a cell of a row says something by itself: it has several words, not counting numbers."""
    return any(sum(word.strip(".,:;()").isalpha() for word in cell.split()) >= _TELLING for cell in row)


def _is_form(row: Sequence[str]) -> bool:
    """Return whether a row is a line of a form that is still to be filled in."""
    return any("__" in cell for cell in row) and all(is_unfilled(cell) for cell in row[1:])


def _looked_up(citation: Citation) -> Evidence:
    """Return a citation of a lookup as the evidence that it is."""
    kind = citation.node.rsplit("/", 1)[-1][:1] if "/" in citation.node else ""
    kinds = {"t": "table", "f": "figure", "s": "section", "p": "page"}
    if citation.node.count("/") == 2:
        kind_name = "passage"
    else:
        kind_name = kinds.get(kind, "document")
    return Evidence(citation.node, kind_name, citation.document, citation.page, citation.quote, 1.0, 0)
