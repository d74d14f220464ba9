"""The collection on disk: one folder that survives a kill at any moment.

    kgqa.sqlite3    documents, pages, nodes, edges, words and state (WAL)
    vectors-N.f32   vectors; what the database does not count does not exist
    files/HASH      the originals, so that a cited page can be shown
    pages.sqlite3   pages as they were read, so that none is read twice
    lock            held by the one process that writes

Every document is one transaction. Links between documents are made after a run by `relink`; until then the state says
that they are stale, so the next writer makes them when a kill came between. Readers see each commit as it comes.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphs.build import document_to_nodes, link_edges, searchable
from graphs.codec import issues_to_json
from graphs.document_graph import DocumentGraph, EdgeKind, Node
from graphs.errors import (
    CollectionBusyError,
    CollectionError,
    EmbeddingError,
    NewerCollectionError,
    UnknownDocumentError,
)
from graphs.index import SearchIndex, TermCounts
from graphs.options import GraphOptions
from graphs.rows import (
    DocumentRecord,
    insert_document,
    insert_edges,
    insert_nodes,
    read_document,
    read_edges,
    read_nodes,
    read_records,
    text_hash,
)
from graphs.schema import SCHEMA, UPGRADES, VERSION
from graphs.structure_edges import document_to_edges
from graphs.vectors import append_rows, read_rows
from graphs.words import counts_to_words, words_to_counts
from ingestion.document import PageIssue, ParsedDocument
from ingestion.page_cache import PageCache

_LOADED = 8  # documents that are kept in memory
_LINKS = (EdgeKind.SIMILAR, EdgeKind.SHARES_TERMS, EdgeKind.MENTIONS)


class Store:
    """A collection's folder. One process may write at a time; any number may read meanwhile."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self.folder = folder
        self.page_cache = folder / "pages.sqlite3"
        self._db = database
        self._guard = threading.RLock()
        self._writer: int | None = None  # the thread that writes
        self._documents: OrderedDict[str, ParsedDocument] = OrderedDict()
        self._records: tuple[tuple[int, int], tuple[DocumentRecord, ...]] | None = None  # by the database's version
        self._graph: tuple[int, DocumentGraph] | None = None
        self._index: tuple[int, SearchIndex] | None = None

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> Store:
        """Open the collection in a folder, or make one; raise CollectionError where that cannot be."""
        path = folder / "kgqa.sqlite3"
        if not path.exists() and not create:
            raise CollectionError(f"{folder} holds no collection. Make one: `kgqa ingest FILES --collection {folder}`.")
        try:
            (folder / "files").mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                database.close()
                raise NewerCollectionError(
                    f"{folder} was made by a newer kgqa (format {version}; this one reads {VERSION}). Update kgqa."
                )
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA foreign_keys = ON")
            if version < VERSION:
                steps = "".join(UPGRADES[v] for v in range(version, VERSION)) if version else SCHEMA
                database.executescript(f"BEGIN IMMEDIATE;{steps}PRAGMA user_version = {VERSION};COMMIT;")
        except (sqlite3.Error, OSError) as error:
            raise CollectionError(
                f"{folder} cannot be opened as a collection ({error}). Check the path and its permissions, "
                f"or run `kgqa doctor --collection {folder}`."
            ) from error
        return cls(folder, database)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    # What is there

    def documents(self) -> list[DocumentRecord]:
        """Return every document, and every file that could not be read, sorted by name."""
        with self._guard:
            version = (int(self._db.execute("PRAGMA data_version").fetchone()[0]), self._db.total_changes)
            if self._records is not None and self._records[0] == version:
                return list(self._records[1])
            self._records = version, tuple(read_records(self._db))
            return list(self._records[1])

    def record(self, name: str) -> DocumentRecord:
        """Return the document of that name; raise UnknownDocumentError, with the names there are, for another."""
        records = self.documents()
        found = [r for r in records if r.name == name] or [r for r in records if r.name.casefold() == name.casefold()]
        if not found:
            names = ", ".join(r.name for r in records[:5]) + (", ..." if len(records) > 5 else "")
            raise UnknownDocumentError(f"No document is named {name!r}. There are: {names or 'none yet'}.")
        return found[0]

    def name_is_free(self, name: str, doc_id: str) -> bool:
        """Return whether no other document has that name."""
        return all(record.name != name or record.doc_id == doc_id for record in self.documents())

    def by_hash(self, sha256: str) -> DocumentRecord | None:
        """Return the document with those bytes, or None."""
        return next((r for r in self.documents() if r.doc_id and r.sha256 == sha256), None)

    def load(self, doc_id: str) -> ParsedDocument:
        """Return a document as it was put; raise UnknownDocumentError where there is none."""
        with self._guard:
            if doc_id in self._documents:
                self._documents.move_to_end(doc_id)
                return self._documents[doc_id]
            document = read_document(self._db, doc_id)
            if document is None:
                raise UnknownDocumentError(f"No document has the id {doc_id!r}. `kgqa documents` lists what there is.")
            self._documents[doc_id] = document
            if len(self._documents) > _LOADED:
                self._documents.popitem(last=False)
            return document

    def original(self, doc_id: str) -> Path | None:
        """Return where the original file is kept, or None where it is not."""
        with self._guard:
            row = self._db.execute("SELECT sha256 FROM documents WHERE doc_id = ?", (doc_id,)).fetchone()
        path = self.folder / "files" / row[0] if row else None
        return path if path is not None and path.exists() else None

    def known_vectors(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of those texts that the collection holds already."""
        with self._guard:
            rows = {}
            for text in set(texts):
                row = self._db.execute(
                    "SELECT vector_row FROM nodes WHERE text_hash = ? AND vector_row IS NOT NULL LIMIT 1",
                    (text_hash(text),),
                ).fetchone()
                if row is not None:
                    rows[text] = row[0]
            vectors = self._vectors()
            return {text: np.array(vectors[row]) for text, row in rows.items()}

    def graph(self) -> DocumentGraph:
        """Return the graph as of the last commit; the same object until something changes."""
        with self._guard:
            generation = int(self._state("generation", "0"))
            if self._graph is None or self._graph[0] != generation:
                self._graph = generation, DocumentGraph(read_nodes(self._db), read_edges(self._db))
            return self._graph[1]

    def index(self) -> SearchIndex:
        """Return the search index as of the last commit; the same object until something changes."""
        with self._guard:
            generation = int(self._state("generation", "0"))
            if self._index is None or self._index[0] != generation:
                nodes = searchable(read_nodes(self._db))
                self._index = (
                    generation,
                    SearchIndex(
                        [node.node_id for node in nodes],
                        [node.search_text for node in nodes],
                        self._rows_of(nodes),
                        [node.doc_id for node in nodes],
                        words_to_counts(self._db) if self._state("links_stale", "0") == "0" else None,
                    ),
                )
            return self._index[1]

    def findings(self) -> list[str]:
        """Return what is wrong with the collection, one line each; an empty list for a sound one."""
        with self._guard:
            found = [f"the database is damaged: {row[0]}" for row in self._db.execute("PRAGMA integrity_check(3)")]
            found = [] if found == ["the database is damaged: ok"] else found
            orphans = len(self._db.execute("PRAGMA foreign_key_check").fetchall())
            if orphans:
                found.append(
                    f"{orphans} rows belong to documents that are gone. Ingest the files into a new collection."
                )
            if self._state("links_stale", "0") == "1":
                found.append("a run was cut off before its links were made. Mend it with `kgqa doctor --mend`.")
            missing = self._db.execute("SELECT count(*) FROM nodes WHERE text_hash IS NOT NULL AND vector_row IS NULL")
            if count := missing.fetchone()[0]:
                found.append(f"{count} passages have no vector. Remove their documents and ingest them again.")
            self._vectors()  # raises CollectionError where the file is torn
            leftovers = self._leftovers()
            if leftovers:
                found.append(f"{len(leftovers)} files belong to no document. Mend it with `kgqa doctor --mend`.")
            return found

    def _leftovers(self) -> list[Path]:
        kept = {row[0] for row in self._db.execute("SELECT sha256 FROM documents")}
        return [path for path in (self.folder / "files").iterdir() if path.name not in kept]

    # Writing

    def drop_leftovers(self) -> None:
        """Delete kept originals of documents that are gone."""
        with self.writing(), self._guard:
            for path in self._leftovers():
                path.unlink(missing_ok=True)
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
        try:
            with (self.folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it when the process ends
                self._writer = threading.get_ident()
                try:
                    yield
                finally:
                    self._writer = None
        except BlockingIOError as error:
            raise CollectionBusyError(
                f"{self.folder}: another process is writing to this collection. Wait for its end and run this again."
            ) from error
        except PermissionError as error:
            raise CollectionError(
                f"{self.folder} cannot be written ({error.strerror}). Check its permissions."
            ) from error

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
                self._keep(original, document.sha256)
            first = int(self._state("vector_rows", "0"))
            if said:
                matrix = np.stack([vectors[node.node_id] for node in said])
                append_rows(self._vector_file(), first, matrix)
            rows = {node.node_id: first + i for i, node in enumerate(said)}
            replaced = [r.sha256 for r in self.documents() if document.name == r.name or document.doc_id == r.doc_id]
            with self._transaction():
                self._db.execute("DELETE FROM documents WHERE name = ? OR doc_id = ?", (document.name, document.doc_id))
                self._db.execute("DELETE FROM failures WHERE name = ?", (document.name,))
                insert_document(self._db, document, source, reading)
                insert_nodes(self._db, nodes, rows)
                insert_edges(self._db, document_to_edges(document))
                if said:
                    self._set_state("embedder", embedder)
                    self._set_state("dimensions", str(len(vectors[said[0].node_id])))
                    self._set_state("vector_rows", str(first + len(said)))
                self._changed()
            self._documents.pop(document.doc_id, None)
            self._forget(set(replaced) - {document.sha256})

    def record_failure(self, name: str, sha256: str, source: str, issues: tuple[PageIssue, ...]) -> None:
        """Note a file that could not be read; a document of that name stays as it was."""
        with self.writing(), self._guard, self._transaction():
            if self._db.execute("SELECT 1 FROM documents WHERE name = ?", (name,)).fetchone() is None:
                self._db.execute(
                    "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                    (name, sha256, source, issues_to_json(issues)),
                )

    def move(self, doc_id: str, name: str, source: str) -> None:
        """Note that a document's file has a new name or place."""
        with self.writing(), self._guard, self._transaction():
            self._db.execute("UPDATE documents SET name = ?, source = ? WHERE doc_id = ?", (name, source, doc_id))
            self._documents.pop(doc_id, None)

    def remove(self, name: str) -> None:
        """Remove a document, or the note of a failure, by its name; raise UnknownDocumentError for another name."""
        with self.writing(), self._guard:
            record = self.record(name)
            with self._transaction():
                self._db.execute("DELETE FROM documents WHERE name = ?", (record.name,))
                self._db.execute("DELETE FROM failures WHERE name = ?", (record.name,))
                self._changed()
            self._documents.pop(record.doc_id, None)
            self._forget({record.sha256})

    def relink(self, options: GraphOptions) -> None:
        """Make the links by words and vectors anew where documents or options changed since the last time."""
        with self.writing(), self._guard:
            wanted = json.dumps(asdict(options), sort_keys=True)
            if self._state("links_stale", "0") == "0" and self._state("graph_options", "") == wanted:
                return
            nodes = read_nodes(self._db)
            said = searchable(nodes)
            counts = TermCounts.from_texts(node.search_text for node in said)
            edges = link_edges(nodes, said, self._rows_of(said), counts, options) if said else []
            with self._transaction():
                self._db.execute("DELETE FROM edges WHERE kind IN (?, ?, ?)", _LINKS)
                insert_edges(self._db, edges)
                self._set_state("graph_options", wanted)
                self._changed()
                self._set_state("links_stale", "0")
                counts_to_words(self._db, counts)
            self._compact()

    def _keep(self, original: Path, sha256: str) -> None:
        kept = self.folder / "files" / sha256
        if not kept.exists():
            partial = kept.with_suffix(".partial")
            shutil.copyfile(original, partial)
            partial.replace(kept)

    def _forget(self, hashes: set[str]) -> None:
        """Delete the originals with those bytes, and the pages that were read in them."""
        cache = PageCache.open(self.page_cache) if hashes - {""} else None
        for sha256 in hashes - {""}:
            (self.folder / "files" / sha256).unlink(missing_ok=True)
            if cache is not None:
                cache.forget(sha256)
        if cache is not None:
            cache.close()

    def _check_embedder(self, embedder: str) -> None:
        known = self._state("embedder", "")
        if known and embedder and known != embedder and int(self._state("vector_rows", "0")):
            raise EmbeddingError(
                f"{self.folder} was made with the embedding model {known}, the settings name {embedder}. Set "
                f"embedding.model back, or ingest the files into a new collection."
            )

    def _compact(self) -> None:
        """Write the vectors anew, without the rows of removed documents, where those are more than half."""
        live = self._db.execute(
            "SELECT node_id, vector_row FROM nodes WHERE vector_row IS NOT NULL ORDER BY vector_row"
        ).fetchall()
        if 2 * len(live) >= int(self._state("vector_rows", "0")):
            return
        old = self._vector_file()
        fresh = self.folder / f"vectors-{int(self._state('vector_file', '0')) + 1}.f32"
        fresh.unlink(missing_ok=True)
        append_rows(fresh, 0, np.array(self._vectors()[np.array([row for _, row in live], dtype=np.intp)]))
        with self._transaction():
            rows = [(row, node_id) for row, (node_id, _) in enumerate(live)]
            self._db.executemany("UPDATE nodes SET vector_row = ? WHERE node_id = ?", rows)
            self._set_state("vector_rows", str(len(live)))
            self._set_state("vector_file", str(int(self._state("vector_file", "0")) + 1))
        old.unlink(missing_ok=True)  # a reader that has it mapped keeps it until it lets go

    # Parts

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise CollectionError(
                    f"{self.folder}: nothing was written ({error}). Check the disk's space and the permissions."
                ) from error
            raise
        self._db.execute("COMMIT")

    def _changed(self) -> None:
        self._set_state("generation", str(int(self._state("generation", "0")) + 1))
        self._set_state("links_stale", "1")

    def _state(self, key: str, default: str) -> str:
        row = self._db.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def _set_state(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def _vector_file(self) -> Path:
        return self.folder / f"vectors-{self._state('vector_file', '0')}.f32"

    def _vectors(self) -> NDArray[np.float32]:
        rows, dimensions = int(self._state("vector_rows", "0")), int(self._state("dimensions", "0"))
        try:
            return read_rows(self._vector_file(), rows, dimensions)
        except (OSError, ValueError) as error:
            raise CollectionError(
                f"{self.folder}: the vectors cannot be read ({error}). Ingest the files into a new collection."
            ) from error

    def _rows_of(self, nodes: Sequence[Node]) -> NDArray[np.float32]:
        rows = dict(self._db.execute("SELECT node_id, vector_row FROM nodes WHERE vector_row IS NOT NULL"))
        vectors = self._vectors()
        return np.array(vectors[[rows[node.node_id] for node in nodes]]) if nodes else vectors[:0]
