"""A collection as it was when a question was asked, whatever is committed while it is answered."""

from __future__ import annotations

from graphs.document_graph import DocumentGraph
from graphs.errors import CollectionError, UnknownDocumentError
from graphs.index import SearchIndex
from graphs.rows import DocumentRecord
from graphs.store import Store
from ingestion.document import ParsedDocument


class MomentPassed(CollectionError):  # noqa: N818  it is no fault: the question is asked anew
    """What a question needs has been replaced or removed since it was asked."""

    def __init__(self) -> None:
        super().__init__("The documents change faster than the question can be answered. Ask it again.")


class Moment:
    """Reads of one store that fit each other: a passage that the graph has is in its document.

    The index and the documents are read when they are first needed; where they are no longer those of the moment,
    MomentPassed is raised.
    """

    def __init__(self, store: Store) -> None:
        """Hold on to the documents and the graph of now."""
        self._store = store
        self._index: SearchIndex | None = None
        with store.at_once() as generation:
            self._generation = generation
            records = store.documents()
            self._records = {record.doc_id: record for record in records if record.doc_id}
            self._failed = [record for record in records if not record.doc_id]
            self._graph = store.graph()

    def documents(self) -> list[DocumentRecord]:
        """Return the documents that could be read, sorted by name."""
        return list(self._records.values())

    def failed(self) -> list[DocumentRecord]:
        """Return the files that could not be read, sorted by name."""
        return list(self._failed)

    def graph(self) -> DocumentGraph:
        """Return the graph."""
        return self._graph

    def index(self) -> SearchIndex:
        """Return the search index; raise MomentPassed where the collection has changed before its first use."""
        if self._index is None:
            with self._store.at_once() as generation:
                if generation != self._generation:
                    raise MomentPassed
                self._index = self._store.index()
        return self._index

    def load(self, doc_id: str) -> ParsedDocument:
        """Return a document; raise MomentPassed where it has been read anew or removed."""
        with self._store.at_once():
            if self._store.document(doc_id) != self._records.get(doc_id):
                raise MomentPassed
            try:
                return self._store.load(doc_id)
            except UnknownDocumentError as error:
                raise MomentPassed from error
