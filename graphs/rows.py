"""Rows of the collection's database <-> documents, nodes and edges. Transactions and files are `graphs.store`'s."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graphs.codec import (
    blob_to_structure,
    blob_to_words,
    issues_to_json,
    json_to_issues,
    structure_to_blob,
    words_to_blob,
)
from graphs.document_graph import Edge, EdgeKind, Node, NodeKind
from ingestion.document import Page, PageIssue, ParsedDocument


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


def read_records(database: sqlite3.Connection) -> list[DocumentRecord]:
    """Return what is known of every document, and of every file that could not be read, sorted by name."""
    rows = database.execute(
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


def read_document(database: sqlite3.Connection, doc_id: str) -> ParsedDocument | None:
    """Return a document as it was written, or None where there is none."""
    row = database.execute(
        "SELECT name, sha256, media_type, title, structure, issues, seconds FROM documents WHERE doc_id = ?", (doc_id,)
    ).fetchone()
    if row is None:
        return None
    pages = tuple(
        Page(number, label, width, height, markdown, blob_to_words(words), *how)
        for number, label, width, height, markdown, words, *how in database.execute(
            "SELECT number, label, width, height, markdown, words, engine, reason, confidence, agreement, seconds "
            "FROM pages WHERE doc_id = ? ORDER BY number",
            (doc_id,),
        )
    )
    name, sha256, media_type, title, structure, issues, seconds = row
    sections, passages, tables, figures, equations = blob_to_structure(structure, pages)
    return ParsedDocument(
        doc_id, name, sha256, media_type, title, pages, sections, passages, tables, figures,
        json_to_issues(issues), seconds, equations,
    )  # fmt: skip


def read_nodes(database: sqlite3.Connection) -> list[Node]:
    """Return every node."""
    return [
        Node(node_id, NodeKind(kind), doc_id, page, label, text, context)
        for node_id, kind, doc_id, page, label, text, context in database.execute(
            "SELECT node_id, kind, doc_id, page, label, text, context FROM nodes"
        )
    ]


def read_edges(database: sqlite3.Connection) -> list[Edge]:
    """Return every edge."""
    return [
        Edge(source, target, EdgeKind(kind), weight, reason)
        for source, target, kind, weight, reason in database.execute(
            "SELECT source, target, kind, weight, reason FROM edges"
        )
    ]


def insert_document(database: sqlite3.Connection, document: ParsedDocument, source: str, reading: str) -> None:
    """Write a document and its pages."""
    counts = (document.pages, document.passages, document.tables, document.figures, document.sections)
    database.execute(
        f"INSERT INTO documents VALUES ({', '.join('?' * 16)})",
        (document.doc_id, document.name, document.sha256, source, document.media_type, document.title,
         document.status, document.seconds, *map(len, counts), issues_to_json(document.issues),
         structure_to_blob(document), reading),
    )  # fmt: skip
    database.executemany(
        f"INSERT INTO pages VALUES ({', '.join('?' * 12)})",
        [
            (document.doc_id, page.number, page.label, page.width, page.height, page.markdown,
             words_to_blob(page.words), page.engine, page.reason, page.confidence, page.agreement, page.seconds)
            for page in document.pages
        ],
    )  # fmt: skip


def insert_nodes(database: sqlite3.Connection, nodes: Sequence[Node], rows: Mapping[str, int]) -> None:
    """Write nodes; `rows` gives the row of each searchable one's vector."""
    database.executemany(
        "INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (node.node_id, node.doc_id, str(node.kind), node.page, node.label, node.text, node.context,
             text_hash(node.search_text) if node.node_id in rows else None, rows.get(node.node_id))
            for node in nodes
        ],
    )  # fmt: skip


def insert_edges(database: sqlite3.Connection, edges: Sequence[Edge]) -> None:
    """Write edges, in the order of their key, which SQLite writes fastest."""
    edges = sorted(edges, key=lambda edge: (edge.source, edge.target, edge.kind))
    database.executemany(
        "INSERT INTO edges VALUES (?, ?, ?, ?, ?)",
        [(edge.source, edge.target, str(edge.kind), edge.weight, edge.reason) for edge in edges],
    )


def text_hash(text: str) -> bytes:
    """Return 16 bytes that tell texts apart, so that one embedded before is not embedded again."""
    return hashlib.sha256(text.encode()).digest()[:16]
