"""The collection: documents, their nodes, edges and vectors, the search index, and what every change does to them.

Every document is one transaction. Links between documents are made after a run by `relink`; until then the state says
that they are stale, so the next writer makes them when a kill came between. Readers see each commit as it comes.
Where it all lies, a folder or a server, is the business of `graphs.backend`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphs.backend import Backend
from graphs.build import document_to_nodes, searchable
from graphs.codec import issues_to_json
from graphs.errors import CollectionBusyError, EmbeddingError
from graphs.link_rows import forget_vectors, read_links, write_links
from graphs.links import link_nodes
from graphs.options import GraphOptions
from graphs.place import Place, is_server
from graphs.recogniser import load_recogniser
from graphs.rows import (
    insert_document,
    insert_nodes,
    read_names,
    read_some_nodes,
    renew_names,
    structure_columns,
)
from graphs.sqlite_backend import SqliteBackend
from graphs.store_reader import StoreReader
from graphs.structure_edges import document_to_edges
from ingestion.document import PageIssue, ParsedDocument
from ingestion.page_cache import PageCache

_UNRECOGNISED = '{"model": "", "documents": []}'
_SET_STATE = "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class Store(StoreReader):
    """A collection. One process may write at a time; any number may read meanwhile."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._writer: int | None = None  # the thread that writes

    @classmethod
    def open(cls, place: Place, *, create: bool = True) -> Store:
        """Open the collection in a folder or at `postgresql://...`, or make one there.

        Raises CollectionError where that cannot be.
        """
        if is_server(place):
            from graphs.postgres_backend import PostgresBackend

            return cls(PostgresBackend.open(str(place), create=create))
        store = cls(SqliteBackend.open(Path(place), create=create))
        if store._state("edges_stale", "0") == "1":
            store._renew_edges()
        return store

    def drop_leftovers(self) -> None:
        """Delete kept originals of documents that are gone, and pages that were read in them."""
        with self.writing(), self._guard:
            for sha256 in self._leftovers():
                self._at.drop_original(sha256)
            cache = PageCache.open(self.page_cache)
            if cache is not None:
                cache.keep_only({record.sha256 for record in self.documents()})
                cache.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; raise CollectionBusyError while another process or thread holds it."""
        if self._writer == threading.get_ident():
            yield
            return
        with self._at.writing():
            self._writer = threading.get_ident()
            try:
                yield
            finally:
                self._writer = None

    def put(
        self,
        document: ParsedDocument,
        vectors: Mapping[str, NDArray[np.float32]],
        original: Path | None = None,
        *,
        source: str = "",
        embedder: str = "",
        reading: str = "",
    ) -> None:
        """Commit a document, in place of the one of the same name or the same bytes.

        `vectors` gives each searchable node its unit vector; `embedder` names the model that made them. Links to other
        documents are made by the next `relink`. `reading` tells with which options it was read. Raises EmbeddingError
        for another model than the collection's.
        """
        nodes = document_to_nodes(document)
        said = searchable(nodes)
        with self.writing(), self._guard:
            self._check_embedder(embedder)
            if original is not None:
                self._at.keep_original(original, document.sha256)
            first, number = int(self._state("vector_rows", "0")), int(self._state("next_number", "1"))
            if said:
                matrix = np.stack([vectors[node.node_id] for node in said])
                self._at.append_vectors(self._vector_file(), first, matrix)
            numbers = {node.node_id: number + i for i, node in enumerate(nodes)}
            made = structure_columns(nodes, document_to_edges(document), numbers)
            replaced = [r.sha256 for r in self.documents() if document.name == r.name or document.doc_id == r.doc_id]
            with self._at.transaction():
                self._at.run("DELETE FROM documents WHERE name = ? OR doc_id = ?", (document.name, document.doc_id))
                self._at.run("DELETE FROM failures WHERE name = ?", (document.name,))
                insert_document(self._at, document, source, reading, made)
                self._unrecognised(document.doc_id)
                insert_nodes(self._at, nodes, numbers, {node.node_id: first + i for i, node in enumerate(said)})
                self._set_state("next_number", str(number + len(nodes)))
                if said:
                    self._set_state("embedder", embedder)
                    self._set_state("dimensions", str(len(vectors[said[0].node_id])))
                    self._set_state("vector_rows", str(first + len(said)))
                self._changed()
            self._documents.pop(document.doc_id, None)
            self._forget(set(replaced) - {document.sha256})

    def record_failure(self, name: str, sha256: str, source: str, issues: tuple[PageIssue, ...]) -> None:
        """Note a file that could not be read; a document of that name stays as it was."""
        with self.writing(), self._guard, self._at.transaction():
            if not self._at.rows("SELECT 1 FROM documents WHERE name = ?", (name,)):
                self._at.run("DELETE FROM failures WHERE name = ?", (name,))
                self._at.run("INSERT INTO failures VALUES (?, ?, ?, ?)", (name, sha256, source, issues_to_json(issues)))

    def move(self, doc_id: str, name: str, source: str) -> None:
        """Note that a document's file has a new name or place; its nodes are called by the new name."""
        with self.writing(), self._guard:
            document = self.load(doc_id)
            nodes = document_to_nodes(replace(document, name=name)) if document.name != name else []
            with self._at.transaction():
                self._at.run("UPDATE documents SET name = ?, source = ? WHERE doc_id = ?", (name, source, doc_id))
                self._at.run_many(
                    "UPDATE nodes SET label = ? WHERE node_id = ?", [(node.label, node.node_id) for node in nodes]
                )
                if nodes and renew_names(self._at, [doc_id], None):  # a name can tell the work's number
                    self._unrecognised(doc_id)
                    self._changed()
                else:
                    self._set_state("generation", str(int(self._state("generation", "0")) + 1))
            self._documents.pop(doc_id, None)

    def remove(self, name: str) -> None:
        """Remove a document, or the note of a failure, by its name; raise UnknownDocumentError for another name."""
        with self.writing(), self._guard:
            record = self.record(name)
            with self._at.transaction():
                self._at.run("DELETE FROM documents WHERE name = ?", (record.name,))
                self._at.run("DELETE FROM failures WHERE name = ?", (record.name,))
                self._changed()
            self._documents.pop(record.doc_id, None)
            self._forget({record.sha256})

    def relink(self, options: GraphOptions) -> None:
        """Bring the links by words and vectors up to date where documents or options changed since the last time."""
        with self.writing(), self._guard:
            wanted = json.dumps(asdict(options), sort_keys=True)
            same = self._state("graph_options", "") == wanted
            if self._state("links_stale", "0") == "0" and same:
                return
            self._recognise(options.names_model)
            numbers, ids, _, rows = self._searchable()
            links = None
            if ids:
                links = link_nodes(
                    numbers,
                    ids,
                    np.array(self._vectors()[rows]),
                    read_names(self._at),
                    lambda places: read_some_nodes(self._at, numbers[np.asarray(places, dtype=np.intp)].tolist()),
                    options,
                    read_links(self._at) if same else None,
                )
            with self._at.transaction():
                write_links(self._at, links)
                self._set_state("graph_options", wanted)
                self._changed()
                self._set_state("links_stale", "0")
            if 2 * len(ids) < int(self._state("vector_rows", "0")):
                self._compact_vectors()

    def _recognise(self, model: str) -> None:
        """Have the names of each document made with the recogniser that is wanted, where they are not."""
        made = json.loads(self._state("recognised", _UNRECOGNISED))
        if model or made["model"]:
            recogniser = load_recogniser(model)
            present = [record.doc_id for record in self.documents() if record.doc_id]
            known = set(made["documents"]) if made["model"] == model else set()
            with self._at.transaction():
                renew_names(self._at, [doc_id for doc_id in present if doc_id not in known], recogniser)
                self._set_state("recognised", json.dumps({"model": model, "documents": present}))

    def _unrecognised(self, doc_id: str) -> None:
        """Note that a document's names were made without a recogniser."""
        made = json.loads(self._state("recognised", _UNRECOGNISED))
        if doc_id in made["documents"]:
            made["documents"].remove(doc_id)
            self._set_state("recognised", json.dumps(made))

    def compact(self) -> None:
        """Give back the space of what was removed."""
        with self.writing(), self._guard:
            self.drop_leftovers()
            self._compact_vectors()
            self._at.shrink()

    def renew_vectors(self, embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        """Compute all vectors anew, as where their file is torn or gone; links are stale afterwards."""
        with self.writing(), self._guard:
            rows = self._at.rows("SELECT number FROM nodes WHERE text_hash IS NOT NULL ORDER BY number")
            numbers = [row[0] for row in rows]
            texts = [node.search_text for node in read_some_nodes(self._at, numbers)]
            self._replace_vectors(numbers, embed(texts))
            with self._at.transaction():
                forget_vectors(self._at)
                self._changed()

    def _renew_edges(self) -> None:
        """Finish bringing a collection of an older kgqa up to date: edges as they are kept now."""
        try:
            with self.writing(), self._guard, self._at.transaction():
                for record in self.documents():
                    if not record.doc_id:
                        continue
                    document = self.load(record.doc_id)
                    numbers = dict(
                        self._at.rows("SELECT node_id, number FROM nodes WHERE doc_id = ?", (record.doc_id,))
                    )
                    nodes = document_to_nodes(document)
                    made = structure_columns(nodes, document_to_edges(document), numbers)
                    self._at.run(
                        "UPDATE documents SET names = ?, edges = ?, reasons = ? WHERE doc_id = ?",
                        (*made, record.doc_id),
                    )
                    self._at.run_many(
                        "UPDATE nodes SET context = ? WHERE node_id = ?", [(n.context, n.node_id) for n in nodes]
                    )
                self._set_state("edges_stale", "0")
            self.relink(self._options())
        except CollectionBusyError:
            return  # who writes now has brought it up to date, or will

    def _forget(self, hashes: set[str]) -> None:
        """Delete the originals with those bytes, and the pages that were read in them."""
        cache = PageCache.open(self.page_cache) if hashes - {""} else None
        for sha256 in hashes - {""}:
            self._at.drop_original(sha256)
            if cache is not None:
                cache.forget(sha256)
        if cache is not None:
            cache.close()

    def _check_embedder(self, embedder: str) -> None:
        known = self._state("embedder", "")
        if known and embedder and known != embedder and int(self._state("vector_rows", "0")):
            raise EmbeddingError(
                f"{self.where} was made with the embedding model {known}, the settings name {embedder}. Set "
                f"embedding.model back, or ingest the files into a new collection."
            )

    def _compact_vectors(self) -> None:
        """Write the vectors anew, without the rows of removed documents."""
        live = self._at.rows("SELECT number, vector_row FROM nodes WHERE vector_row IS NOT NULL ORDER BY vector_row")
        if len(live) == int(self._state("vector_rows", "0")):
            return
        rows = np.array([row for _, row in live], dtype=np.intp)
        self._replace_vectors([number for number, _ in live], np.array(self._vectors()[rows]))

    def _replace_vectors(self, numbers: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Put vectors, those of the nodes of these numbers in their order, in place of all there are."""
        old = self._vector_file()
        self._at.drop_vectors(old + 1)
        if len(vectors):
            self._at.append_vectors(old + 1, 0, vectors)
        with self._at.transaction():
            self._at.run_many("UPDATE nodes SET vector_row = ? WHERE number = ?", list(enumerate(numbers)))
            self._set_state("vector_rows", str(len(numbers)))
            self._set_state("vector_file", str(old + 1))
        self._at.drop_vectors(old)

    def _changed(self) -> None:
        self._set_state("generation", str(int(self._state("generation", "0")) + 1))
        self._set_state("links_stale", "1")

    def _set_state(self, key: str, value: str) -> None:
        self._at.run(_SET_STATE, (key, value))
