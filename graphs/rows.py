"""Rows of the collection's tables <-> documents, nodes and edges. Transactions are `graphs.store`'s."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from graphs.backend import Backend
from graphs.codec import (
    blob_to_structure,
    blob_to_words,
    issues_to_json,
    json_to_issues,
    structure_to_blob,
    words_to_blob,
)
from graphs.document_graph import Edge, EdgeArrays, Node, NodeKind, kind_codes
from graphs.mention_edges import Name, document_names
from graphs.recogniser import Recogniser
from ingestion.document import Page, PageIssue, ParsedDocument

EDGE = np.dtype([("source", "<i8"), ("target", "<i8"), ("kind", "u1")])
"""An edge of a document by itself, as the database keeps it: numbers of nodes, and `kind_codes`; the weight is 1."""
_NODE_KINDS = {str(kind): kind for kind in NodeKind}
_AT_ONCE = 500  # values in one query


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What is known of a document without reading it."""

    doc_id: str  # "" for a file that could not be read
    name: str
    status: Literal["ok", "partial", "failed"]
    pages: int
    passages: int
    tables: int
    figures: int
    sections: int
    seconds: float
    issues: tuple[PageIssue, ...]
    sha256: str
    source: str  # where it came from, "" where that says nothing
    reading: str  # with which options it was read, "" where that is not known


def read_records(at: Backend) -> list[DocumentRecord]:
    """Return what is known of every document, and of every file that could not be read, sorted by name."""
    rows = at.rows(
        "SELECT doc_id, name, status, pages, passages, tables, figures, sections, seconds, issues, sha256, "
        "source, reading FROM documents UNION ALL "
        "SELECT '', name, 'failed', 0, 0, 0, 0, 0, 0.0, issues, sha256, source, '' FROM failures ORDER BY name"
    )
    return [
        DocumentRecord(
            doc_id, name, status, pages, passages, tables, figures, sections, seconds, json_to_issues(issues), sha256,
            source, reading,
        )
        for doc_id, name, status, pages, passages, tables, figures, sections, seconds, issues, sha256, source, reading
        in rows
    ]  # fmt: skip


def read_document(at: Backend, doc_id: str) -> ParsedDocument | None:
    """Return a document as it was written, or None where there is none."""
    rows = at.rows(
        "SELECT name, sha256, media_type, title, structure, issues, seconds FROM documents WHERE doc_id = ?", (doc_id,)
    )
    if not rows:
        return None
    pages = tuple(
        Page(number, label, width, height, markdown, blob_to_words(words), *how)
        for number, label, width, height, markdown, words, *how in at.rows(
            "SELECT number, label, width, height, markdown, words, engine, reason, confidence, agreement, seconds "
            "FROM pages WHERE doc_id = ? ORDER BY number",
            (doc_id,),
        )
    )
    name, sha256, media_type, title, structure, issues, seconds = rows[0]
    sections, passages, tables, figures, equations, footnotes = blob_to_structure(structure, pages)
    return ParsedDocument(
        doc_id, name, sha256, media_type, title, pages, sections, passages, tables, figures,
        json_to_issues(issues), seconds, equations, footnotes,
    )  # fmt: skip


class NodeRows(Sequence[Node]):
    """Nodes sorted by id, each made from its row when it is asked for."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take rows of (node_id, kind, doc_id, page, label, text, context)."""
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Node: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Node]: ...
    def __getitem__(self, at: int | slice) -> Node | Sequence[Node]:
        if isinstance(at, slice):
            return NodeRows(self._rows[at])
        node_id, kind, doc_id, page, label, text, context = self._rows[at]
        return Node(node_id, _NODE_KINDS[kind], doc_id, page, label, text, context)


def read_nodes(at: Backend) -> tuple[NDArray[np.int64], list[str], NodeRows]:
    """Return (numbers, ids, nodes), sorted by id."""
    rows = at.rows("SELECT number, node_id, kind, doc_id, page, label, text, context FROM nodes")
    rows.sort(key=lambda row: row[1])
    numbers = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    return numbers, [row[1] for row in rows], NodeRows([row[1:] for row in rows])


def read_some_nodes(at: Backend, numbers: Sequence[int]) -> list[Node]:
    """Return the nodes of those numbers, in their order."""
    found: dict[int, Node] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        for number, *fields in at.rows(
            "SELECT number, node_id, kind, doc_id, page, label, text, context FROM nodes "
            f"WHERE number IN ({', '.join('?' * len(some))})",
            some,
        ):
            found[number] = NodeRows([tuple(fields)])[0]
    return [found[number] for number in numbers]


def read_structure(at: Backend, numbers: NDArray[np.int64]) -> EdgeArrays:
    """Return the edges that documents have by themselves; `numbers` are those of the nodes, sorted by id."""
    rows = at.rows("SELECT edges, reasons FROM documents")
    records = np.frombuffer(b"".join([bytes(edges) for edges, _ in rows]), dtype=EDGE)
    ends = np.cumsum([len(edges) // EDGE.itemsize for edges, _ in rows])
    place = Places(numbers)

    @lru_cache(maxsize=64)
    def reasons(document: int) -> list[str]:
        return zlib.decompress(rows[document][1]).decode().split("\n")

    def reason(i: int) -> str:
        document = int(np.searchsorted(ends, i, side="right"))
        return reasons(document)[i - (int(ends[document - 1]) if document else 0)]

    weights = np.ones(len(records))
    return EdgeArrays(place(records["source"]), place(records["target"]), records["kind"], weights, reason)


class Places:
    """Where the node of a number stands among nodes that are sorted by id."""

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self._order = np.argsort(numbers).astype(np.int32)
        self._sorted = numbers[self._order]

    def __call__(self, numbers: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the places of numbers, -1 for one that is gone."""
        if not len(self._sorted):
            return np.full(len(numbers), -1, dtype=np.int32)
        at = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        return np.where(self._sorted[at] == numbers, self._order[at], -1).astype(np.int32)


def structure_columns(
    nodes: Sequence[Node], edges: Sequence[Edge], numbers: Mapping[str, int]
) -> tuple[str, bytes, bytes]:
    """Return a document's columns (names, edges, reasons); `numbers` gives the number of each of its nodes."""
    records = np.empty(len(edges), dtype=EDGE)
    records["source"] = [numbers[edge.source] for edge in edges]
    records["target"] = [numbers[edge.target] for edge in edges]
    records["kind"] = kind_codes([edge.kind for edge in edges])
    reasons = zlib.compress("\n".join([edge.reason.replace("\n", " ") for edge in edges]).encode(), 1)
    return names_to_json(document_names(nodes)), records.tobytes(), reasons


def names_to_json(names: Sequence[Name]) -> str:
    """Return a document's names as a database keeps them."""
    return json.dumps([name_to_row(name) for name in names], ensure_ascii=False)


def renew_names(at: Backend, doc_ids: Sequence[str], recogniser: Recogniser | None) -> bool:
    """Make the names of documents anew from their nodes; return whether any changed."""
    changed = False
    for doc_id in doc_ids:
        numbers = [row[0] for row in at.rows("SELECT number FROM nodes WHERE doc_id = ? ORDER BY number", (doc_id,))]
        names = names_to_json(document_names(read_some_nodes(at, numbers), recogniser))
        if names != at.rows("SELECT names FROM documents WHERE doc_id = ?", (doc_id,))[0][0]:
            at.run("UPDATE documents SET names = ? WHERE doc_id = ?", (names, doc_id))
            changed = True
    return changed


def read_names(at: Backend) -> list[Name]:
    """Return the names that all documents define, in the order of their ids."""
    return [
        row_to_name(row)
        for (names,) in at.rows("SELECT names FROM documents ORDER BY doc_id")
        for row in json.loads(names)
    ]


def name_to_row(name: Name) -> list[object]:
    """Return a name as JSON keeps it."""
    return [name.words, name.exact, name.small, name.kind, name.target, name.doc_id]


def row_to_name(row: list[Any]) -> Name:
    """Return what `name_to_row` was given."""
    return Name(tuple(row[0]), *row[1:])


def insert_document(
    at: Backend, document: ParsedDocument, source: str, reading: str, made: tuple[str, bytes, bytes]
) -> None:
    """Write a document and its pages; `made` as `structure_columns` gives it."""
    counts = (document.pages, document.passages, document.tables, document.figures, document.sections)
    at.run(
        f"INSERT INTO documents VALUES ({', '.join('?' * 19)})",
        (document.doc_id, document.name, document.sha256, source, document.media_type, document.title,
         document.status, document.seconds, *map(len, counts), issues_to_json(document.issues),
         structure_to_blob(document), reading, *made),
    )  # fmt: skip
    at.run_many(
        f"INSERT INTO pages VALUES ({', '.join('?' * 12)})",
        [
            (document.doc_id, page.number, page.label, page.width, page.height, page.markdown,
             words_to_blob(page.words), page.engine, page.reason, page.confidence, page.agreement, page.seconds)
            for page in document.pages
        ],
    )  # fmt: skip


def insert_nodes(at: Backend, nodes: Sequence[Node], numbers: Mapping[str, int], rows: Mapping[str, int]) -> None:
    """Write nodes; `rows` gives the row of each searchable one's vector."""
    at.run_many(
        "INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (numbers[node.node_id], node.node_id, node.doc_id, str(node.kind), node.page, node.label, node.text,
             node.context, text_hash(node.search_text) if node.node_id in rows else None, rows.get(node.node_id))
            for node in nodes
        ],
    )  # fmt: skip


def text_hash(text: str) -> bytes:
    """Return 16 bytes that tell texts apart, so that one embedded before is not embedded again."""
    return hashlib.sha256(text.encode()).digest()[:16]
