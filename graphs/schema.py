"""The collection's tables. `PRAGMA user_version` says which version a database has."""

VERSION = 2

SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    media_type TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL, seconds REAL NOT NULL,
    pages INTEGER NOT NULL, passages INTEGER NOT NULL, tables INTEGER NOT NULL, figures INTEGER NOT NULL,
    sections INTEGER NOT NULL, issues TEXT NOT NULL, structure BLOB NOT NULL, reading TEXT NOT NULL DEFAULT ''
);
CREATE TABLE failures (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, source TEXT NOT NULL, issues TEXT NOT NULL);
CREATE TABLE pages (
    doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, number INTEGER NOT NULL, label TEXT NOT NULL,
    width REAL NOT NULL, height REAL NOT NULL, markdown TEXT NOT NULL, words BLOB NOT NULL,
    engine TEXT NOT NULL, reason TEXT NOT NULL, confidence REAL, agreement REAL, seconds REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (doc_id, number)
) WITHOUT ROWID;
CREATE TABLE nodes (
    node_id TEXT PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, kind TEXT NOT NULL,
    page INTEGER NOT NULL, label TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL,
    text_hash BLOB, vector_row INTEGER
);
CREATE INDEX nodes_by_document ON nodes (doc_id);
CREATE INDEX nodes_by_text ON nodes (text_hash) WHERE text_hash IS NOT NULL;
CREATE TABLE edges (
    source TEXT NOT NULL REFERENCES nodes ON DELETE CASCADE, target TEXT NOT NULL REFERENCES nodes ON DELETE CASCADE,
    kind TEXT NOT NULL, weight REAL NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (source, target, kind)
) WITHOUT ROWID;
CREATE INDEX edges_by_target ON edges (target);
CREATE INDEX edges_by_kind ON edges (kind);
CREATE TABLE words (part TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

UPGRADES = {
    1: """
ALTER TABLE pages ADD COLUMN confidence REAL;
ALTER TABLE pages ADD COLUMN agreement REAL;
ALTER TABLE pages ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN reading TEXT NOT NULL DEFAULT '';
"""
}
"""What makes the next version of a database, by the version that it has."""
