"""What is in a collection: documents, their nodes and edges, the search index, what is wrong with it.

Readers see each commit as it comes. Where it all lies, a folder or a server, is the business of `graphs.backend`.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphs.backend import Backend
from graphs.document_graph import DocumentGraph, EdgeArrays
from graphs.errors import CollectionError, UnknownDocumentError
from graphs.index import SearchIndex, TermCounts
from graphs.link_rows import read_counts, read_links
from graphs.links import link_arrays
from graphs.options import GraphOptions
from graphs.rows import (
    DocumentRecord,
    Places,
    read_document,
    read_nodes,
    read_records,
    read_some_nodes,
    read_structure,
    text_hash,
)
from ingestion.document import ParsedDocument

_LOADED, _LOADED_LEAST = 40, 8  # documents that are kept in memory: at most, and however long they are
_LOADED_PAGES = 600  # of all of them together, beyond the least


class StoreReader:
    """The half of a collection that reads it; `graphs.store.Store` is the whole."""

    def __init__(self, backend: Backend) -> None:
        self._at = backend
        self._guard = threading.RLock()
        self._documents: OrderedDict[str, tuple[DocumentRecord | None, ParsedDocument]] = OrderedDict()
        self._by_id: tuple[object, dict[str, DocumentRecord]] | None = None
        self._records: tuple[Hashable, tuple[DocumentRecord, ...]] | None = None  # by the backend's version
        self._graph: tuple[int, DocumentGraph] | None = None
        self._index: tuple[int, SearchIndex] | None = None

    @property
    def where(self) -> str:
        """Where the collection lies, as people know it."""
        return self._at.where

    @property
    def page_cache(self) -> Path:
        """A file of pages as they were read."""
        return self._at.page_cache

    def close(self) -> None:
        """Let go of the files."""
        self._at.close()

    def documents(self) -> list[DocumentRecord]:
        """Return every document, and every file that could not be read, sorted by name."""
        with self._guard:
            version = self._at.version()
            if self._records is not None and self._records[0] == version:
                return list(self._records[1])
            self._records = version, tuple(read_records(self._at))
            return list(self._records[1])

    def document(self, doc_id: str) -> DocumentRecord | None:
        """Return what is known of a document, None where there is none of that id."""
        with self._guard:
            records = self.documents()
            if self._by_id is None or self._by_id[0] is not self._records:
                self._by_id = self._records, {record.doc_id: record for record in records if record.doc_id}
            return self._by_id[1].get(doc_id)

    def record(self, name: str) -> DocumentRecord:
        """Return the document of that name; raise UnknownDocumentError, with the names there are, for another."""
        records = self.documents()
        found = [r for r in records if r.name == name] or [r for r in records if r.name.casefold() == name.casefold()]
        if not found:
            names = ", ".join(r.name for r in records[:5]) + (" and more" if len(records) > 5 else "")
            raise UnknownDocumentError(f"No document is named {name!r}. There are: {names or 'none yet'}.")
        return found[0]

    def name_is_free(self, name: str, doc_id: str) -> bool:
        """Return whether no other document has that name."""
        return all(record.name != name or record.doc_id == doc_id for record in self.documents())

    def by_hash(self, sha256: str) -> DocumentRecord | None:
        """Return the document with those bytes, or None."""
        return next((r for r in self.documents() if r.doc_id and r.sha256 == sha256), None)

    def _holds_much(self) -> bool:
        pages = sum(len(document.pages) for _, document in self._documents.values())
        return len(self._documents) > _LOADED or pages > _LOADED_PAGES

    def load(self, doc_id: str) -> ParsedDocument:
        """Return a document as it was put; raise UnknownDocumentError where there is none."""
        with self._guard, self._at.snapshot():
            record = self.document(doc_id)
            held = self._documents.get(doc_id)
            if held is not None and held[0] == record:  # another process may have read the same file anew
                self._documents.move_to_end(doc_id)
                return held[1]
            document = read_document(self._at, doc_id)
            if document is None:
                raise UnknownDocumentError(f"No document has the id {doc_id!r}. `kgqa documents` lists what there is.")
            self._documents[doc_id] = record, document
            while len(self._documents) > _LOADED_LEAST and self._holds_much():
                self._documents.popitem(last=False)
            return document

    def original(self, doc_id: str) -> Path | None:
        """Return where the original file is kept, or None where it is not."""
        with self._guard:
            rows = self._at.rows("SELECT sha256 FROM documents WHERE doc_id = ?", (doc_id,))
            return self._at.original(rows[0][0]) if rows else None

    def known_vectors(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of those texts that the collection holds already."""
        with self._guard:
            rows = {}
            for text in set(texts):
                found = self._at.rows(
                    "SELECT vector_row FROM nodes WHERE text_hash = ? AND vector_row IS NOT NULL LIMIT 1",
                    (text_hash(text),),
                )
                if found:
                    rows[text] = found[0][0]
            vectors = self._vectors()
            return {text: np.array(vectors[row]) for text, row in rows.items()}

    @contextmanager
    def at_once(self) -> Iterator[int]:
        """Read several things as of one moment; gives a number that every change of the graph changes."""
        with self._guard, self._at.snapshot():
            yield int(self._state("generation", "0"))

    def graph(self) -> DocumentGraph:
        """Return the graph as of the last commit; the same object until something changes."""
        with self._guard, self._at.snapshot():
            generation = int(self._state("generation", "0"))
            if self._graph is None or self._graph[0] != generation:
                numbers, ids, nodes = read_nodes(self._at)
                edges, links = read_structure(self._at, numbers), read_links(self._at)
                if links is not None:
                    place = Places(numbers)(links.numbers)
                    position = {node_id: i for i, node_id in enumerate(ids)}
                    names = dict(self._at.rows("SELECT doc_id, name FROM documents"))
                    edges = EdgeArrays.joined(
                        [edges, link_arrays(links, place, position, nodes, names, self._options())]
                    )
                self._graph = generation, DocumentGraph.from_arrays(ids, nodes, edges)
            return self._graph[1]

    def index(self) -> SearchIndex:
        """Return the search index as of the last commit; the same object until something changes."""
        with self._guard, self._at.snapshot():
            generation = int(self._state("generation", "0"))
            if self._index is None or self._index[0] != generation:
                numbers, ids, doc_ids, rows = self._searchable()
                counts = self._counts(numbers)
                self._index = generation, SearchIndex(ids, counts, np.array(self._vectors()[rows]), doc_ids)
            return self._index[1]

    def _searchable(self) -> tuple[NDArray[np.int64], list[str], list[str], NDArray[np.intp]]:
        """Return (numbers, ids, documents, rows of their vectors) of the searchable nodes, sorted by id."""
        rows = self._at.rows("SELECT node_id, number, doc_id, vector_row FROM nodes WHERE vector_row IS NOT NULL")
        rows.sort()
        numbers = np.array([row[1] for row in rows], dtype=np.int64)
        return (
            numbers,
            [row[0] for row in rows],
            [row[2] for row in rows],
            np.array([row[3] for row in rows], dtype=np.intp),
        )

    def _counts(self, numbers: NDArray[np.int64]) -> TermCounts:
        """Return the term counts of nodes; those that the last `relink` counted are not counted again."""
        known, counted = read_counts(self._at)
        place = Places(known)(numbers)
        fresh = np.flatnonzero(place < 0)
        texts = [node.search_text for node in read_some_nodes(self._at, numbers[fresh].tolist())]
        if counted is None:
            return TermCounts.from_texts(texts)
        kept = np.flatnonzero(place >= 0)
        parts: list[tuple[TermCounts, NDArray[np.integer], NDArray[np.integer]]] = [
            (counted, place[kept], kept),
            (TermCounts.from_texts(texts), np.arange(len(fresh)), fresh),
        ]
        return TermCounts.merged(parts) if len(fresh) or len(kept) < len(known) else counted

    def findings(self) -> list[str]:
        """Return what is wrong with the collection, one line each; an empty list for a sound one."""
        with self._guard:
            found = self._at.damages()
            if self._state("links_stale", "0") == "1":
                found.append("a run was cut off before its links were made. Mend it with `kgqa doctor --mend`.")
            if (lack := self.lacks_vectors()) is not None:
                found.append(lack)
            leftovers = self._leftovers()
            if leftovers:
                found.append(f"{len(leftovers)} files belong to no document. Mend it with `kgqa doctor --mend`.")
            return found

    def lacks_vectors(self) -> str | None:
        """Return in one line that vectors are missing or their file is torn; None where all are there."""
        with self._guard:
            lacking = (
                "SELECT count(*) FROM nodes WHERE text_hash IS NOT NULL AND (vector_row IS NULL OR vector_row >= ?)"
            )
            missing = self._at.rows(lacking, (int(self._state("vector_rows", "0")),))[0][0]
            try:
                self._vectors()
            except CollectionError as error:
                return str(error)
        return f"{missing} passages have no vector. Mend it with `kgqa doctor --mend`." if missing else None

    @property
    def embedder(self) -> str:
        """The name of the model that made the vectors, "" where there are none."""
        with self._guard:
            return self._state("embedder", "")

    def notes(self) -> list[str]:
        """Return what one should know of a sound collection, one line each."""
        with self._guard:
            approximate, recall = (
                self._at.rows("SELECT data FROM arrays WHERE name = ?", (name,)) for name in ("approximate", "recall")
            )
        if not approximate or not any(approximate[0][0]):
            return []
        share = float(np.frombuffer(recall[0][0])[0]) if recall else np.nan
        found = "how many of them was not measured" if np.isnan(share) else f"{100 * share:.1f} of 100, by a sample"
        return [f"similar neighbours were found by an approximate search ({found})"]

    def _leftovers(self) -> set[str]:
        return self._at.originals() - {row[0] for row in self._at.rows("SELECT sha256 FROM documents")}

    def known_call(self, key: str) -> tuple[str, int, int] | None:
        """Return (reply, prompt tokens, completion tokens) of a language model's call, None for one not made before."""
        with self._guard:
            rows = self._at.rows("SELECT reply, prompt_tokens, completion_tokens FROM calls WHERE key = ?", (key,))
        return (str(rows[0][0]), int(rows[0][1]), int(rows[0][2])) if rows else None

    def keep_call(self, key: str, model: str, reply: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Keep a call's reply, so that it is paid for once; readers may do so too.

        In a collection that cannot be written it is not kept, and will be paid for again.
        """
        with self._guard, suppress(CollectionError):
            self._at.run(
                "INSERT INTO calls VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET reply = excluded.reply",
                (key, model, reply, prompt_tokens, completion_tokens),
            )

    def _options(self) -> GraphOptions:
        """Return the options with which the links were made."""
        return GraphOptions(**json.loads(self._state("graph_options", "{}")))

    def _state(self, key: str, default: str) -> str:
        rows = self._at.rows("SELECT value FROM state WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else default

    def _vector_file(self) -> int:
        return int(self._state("vector_file", "0"))

    def _vectors(self) -> NDArray[np.float32]:
        rows, dimensions = int(self._state("vector_rows", "0")), int(self._state("dimensions", "0"))
        return self._at.read_vectors(self._vector_file(), rows, dimensions)
