"""Which documents a question is answered from, and by which titles it can name them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from weakref import WeakKeyDictionary

from graphs.document_graph import DocumentGraph
from graphs.rows import DocumentRecord
from kgqa.moment import Moment
from kgqa.question import ParsedQuestion

_TITLES: WeakKeyDictionary[DocumentGraph, dict[str, str]] = WeakKeyDictionary()
"""Of documents by id, kept as long as their graph is in memory: making thousands of nodes for each question is slow."""


def titles_of(moment: Moment) -> dict[str, str]:
    """Return the titles of documents, by which a question can name them."""
    graph, records = moment.graph(), moment.documents()
    known = _TITLES.setdefault(graph, {})
    for record in records:
        if record.doc_id not in known:
            known[record.doc_id] = graph.node(record.doc_id).context
    return {record.doc_id: known[record.doc_id] for record in records}


def only_one(records: Sequence[DocumentRecord], doc_ids: Collection[str] | None) -> str:
    """Return the document that alone is asked; "" for several or none."""
    allowed = [record.doc_id for record in records if doc_ids is None or record.doc_id in doc_ids]
    return allowed[0] if len(allowed) == 1 else ""


def scope_of(
    q: ParsedQuestion, records: Sequence[DocumentRecord], doc_ids: Collection[str] | None
) -> list[DocumentRecord]:
    """Return the documents to answer from: those that the question names, of those that the caller allows."""
    allowed = [record for record in records if doc_ids is None or record.doc_id in doc_ids]
    named = [record for doc_id in q.documents for record in allowed if record.doc_id == doc_id]
    return named or ([] if q.documents and doc_ids is not None else allowed)
