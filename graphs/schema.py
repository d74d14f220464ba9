"""The collection's tables, in SQL that SQLite and PostgreSQL both understand but for the names of types.

`PRAGMA user_version` (a row of `state` in PostgreSQL) says which version a database has.
"""

VERSION = 3

SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    media_type TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL, seconds REAL NOT NULL,
    pages INTEGER NOT NULL, passages INTEGER NOT NULL, tables INTEGER NOT NULL, figures INTEGER NOT NULL,
    sections INTEGER NOT NULL, issues TEXT NOT NULL, structure BLOB NOT NULL, reading TEXT NOT NULL,
    names TEXT NOT NULL, edges BLOB NOT NULL, reasons BLOB NOT NULL
);
CREATE TABLE failures (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, source TEXT NOT NULL, issues TEXT NOT NULL);
CREATE TABLE pages (
    doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, number INTEGER NOT NULL, label TEXT NOT NULL,
    width REAL NOT NULL, height REAL NOT NULL, markdown TEXT NOT NULL, words BLOB NOT NULL,
    engine TEXT NOT NULL, reason TEXT NOT NULL, confidence REAL, agreement REAL, seconds REAL NOT NULL,
    PRIMARY KEY (doc_id, number)
);
CREATE TABLE nodes (
    number INTEGER PRIMARY KEY, node_id TEXT NOT NULL UNIQUE,
    doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, kind TEXT NOT NULL,
    page INTEGER NOT NULL, label TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL,
    text_hash BLOB, vector_row INTEGER
);
CREATE INDEX nodes_by_document ON nodes (doc_id);
CREATE INDEX nodes_by_text ON nodes (text_hash) WHERE text_hash IS NOT NULL;
CREATE TABLE arrays (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE calls (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, reply TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL
);
"""
"""Nodes are numbered for ever: a number that is gone never comes again. `arrays` holds what is made from all of them.

A document's edges are records of `graphs.rows.EDGE`, their reasons lines of compressed text; `names` is JSON.
"""

UPGRADES = {
    1: """
ALTER TABLE pages ADD COLUMN confidence REAL;
ALTER TABLE pages ADD COLUMN agreement REAL;
ALTER TABLE pages ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN reading TEXT NOT NULL DEFAULT '';
""",
    2: """
DROP TABLE edges;
DROP TABLE words;
ALTER TABLE documents ADD COLUMN names TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN edges BLOB NOT NULL DEFAULT x'';
ALTER TABLE documents ADD COLUMN reasons BLOB NOT NULL DEFAULT x'';
ALTER TABLE nodes RENAME TO nodes2;
DROP INDEX nodes_by_document;
DROP INDEX nodes_by_text;
CREATE TABLE nodes (
    number INTEGER PRIMARY KEY, node_id TEXT NOT NULL UNIQUE,
    doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, kind TEXT NOT NULL,
    page INTEGER NOT NULL, label TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL,
    text_hash BLOB, vector_row INTEGER
);
CREATE INDEX nodes_by_document ON nodes (doc_id);
CREATE INDEX nodes_by_text ON nodes (text_hash) WHERE text_hash IS NOT NULL;
INSERT INTO nodes (node_id, doc_id, kind, page, label, text, context, text_hash, vector_row)
    SELECT node_id, doc_id, kind, page, label, text, context, text_hash, vector_row FROM nodes2 ORDER BY node_id;
DROP TABLE nodes2;
CREATE TABLE arrays (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE calls (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, reply TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL
);
INSERT OR REPLACE INTO state SELECT 'next_number', CAST(1 + coalesce(max(number), 0) AS TEXT) FROM nodes;
INSERT OR REPLACE INTO state VALUES ('links_stale', '1');
INSERT OR REPLACE INTO state VALUES ('edges_stale', '1');
""",
}
"""What makes the next version of a database, by the version that it has. A stale mark makes `graphs.store` go on."""
