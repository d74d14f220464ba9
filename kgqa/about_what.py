"""Which document of a collection is about a thing -> those whose passages speak of it, with what they say.

A document counts by its best passages as a search for the thing finds them, and by its title: what is about a thing
speaks of it in several places, what merely mentions it in one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import NodeKind
from graphs.index import tokenize
from graphs.rows import DocumentRecord
from ingestion.passages import text_to_sentences
from kgqa.extract import content_words
from kgqa.moment import Moment
from kgqa.parts import Finding, Quote, page_of_words, quote_of_passage
from kgqa.question import ParsedQuestion

_ASKED = re.compile(
    r"^\W*(?:in\s+)?(?:which|what)\s+(?:of\s+(?:the|these|my)\s+)?(?:documents?|files?|papers?|reports?|articles?|pdfs?|books?|"
    r"manuals?|texts?)\b(?:\s+(?:is|are|was|were|does|do|should|can|could|would|has|have|i|we|one|read|to|learn|look|tell|"
    r"tells|talks?|deals?|anything|something|information|find|more|go|best|mainly|mostly|about|with|on|at|into|covers?|"
    r"discuss(?:es)?|describes?|explains?|treats?|us|me|the|topic|subject|of))+\s+(?P<what>[^?]+)",
    re.I,
)
_CUE = re.compile(
    r"\b(?:about|deals? with|covers?|discuss(?:es)?|describes?|explains?|treats?|learn|information on|topic|subject)\b",
    re.I,
)
_FOUND = 30  # passages that the search gives
_BEST = 3  # of each document that count
_TITLE = 0.5  # what a title that says all of the thing counts, the best document's passages being 1
_NEXT = 0.6  # of the best document's score, from which another is named too
_MOST = 3  # documents that are named
_SAYS = 0.5  # share of the thing's words that the best document must say
_CHARS = 300


def asked_about(q: ParsedQuestion) -> str:
    """Return the thing of which a question asks which document is about it; "" for another question."""
    match = _ASKED.match(q.body) if q.ask == "content" and not q.documents else None
    return match["what"].strip(" .!?") if match is not None and _CUE.search(q.body) else ""


def about_what(
    what: str, scope: Sequence[DocumentRecord], store: Moment, vector: NDArray[np.float32]
) -> Finding | None:
    """Return the documents that are about a thing, best first; None where none speaks of it."""
    words = set(content_words(what))
    ids = {record.doc_id for record in scope}
    graph = store.graph()
    found = store.index().search(what, _FOUND, query_vector=vector, doc_ids=ids)
    nodes = [(graph.node(one.node_id), one.score) for one in found]
    scores: dict[str, list[float]] = {}
    best: dict[str, str] = {}
    for node, score in nodes:
        scores.setdefault(node.doc_id, []).append(score)
        if node.kind is NodeKind.PASSAGE:
            best.setdefault(node.doc_id, node.node_id)
    if not words or not best:
        return None
    top = max(sum(sorted(own)[-_BEST:]) for own in scores.values()) or 1.0
    ranked = []
    for doc_id in best:
        titled = words <= set(tokenize(f"{graph.node(doc_id).context} {_name_words(scope, doc_id)}"))
        ranked.append((sum(sorted(scores[doc_id])[-_BEST:]) / top + _TITLE * titled, doc_id))
    ranked.sort(key=lambda item: -item[0])
    first = ranked[0][0]
    said = {word for node, _ in nodes if node.doc_id == ranked[0][1] for word in tokenize(node.search_text)}
    if len(words & said) < _SAYS * len(words):
        return None
    named = [doc_id for score, doc_id in ranked[:_MOST] if score >= _NEXT * first]
    return Finding("content", tuple(_told(store, doc_id, best[doc_id], words) for doc_id in named))


def _name_words(scope: Sequence[DocumentRecord], doc_id: str) -> str:
    name = next(record.name for record in scope if record.doc_id == doc_id)
    return re.sub(r"[_\W]+", " ", name.rsplit(".", 1)[0])


def _told(store: Moment, doc_id: str, passage_id: str, words: set[str]) -> tuple[str, tuple[Quote, ...]]:
    """Return a document's name and title with the sentence of its best passage that says most of the thing."""
    document = store.load(doc_id)
    passage = next(passage for passage in document.passages if passage.passage_id == passage_id)
    plain = passage.plain
    spans = text_to_sentences(plain) or [(0, len(plain))]
    start, end = max(spans, key=lambda span: len(words & set(tokenize(plain[span[0] : span[1]]))))
    quote = quote_of_passage(document, passage, plain[start:end][:_CHARS])
    quotes: tuple[Quote, ...] = (quote,)
    title = ""
    if document.title:
        title = f" (“{document.title}”)"
        quotes = (Quote(document, page_of_words(document, document.title), document.title, doc_id), quote)
    return f"{document.name}{title}, page {quote.page}: “{quote.text}”", quotes
