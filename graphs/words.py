"""Term counts in the database, so that opening a large collection does not count its words again."""

from __future__ import annotations

import sqlite3
import zlib

import numpy as np
from scipy import sparse

from graphs.index import TermCounts


def counts_to_words(database: sqlite3.Connection, counts: TermCounts) -> None:
    """Keep term counts in the table `words`, inside of the caller's transaction."""
    matrix = counts.counts
    parts = {
        "terms": "\n".join(counts.terms).encode(),
        "shape": np.asarray(matrix.shape, "<i8").tobytes(),
        "data": matrix.data.astype("<f4").tobytes(),
        "indices": matrix.indices.astype("<i4").tobytes(),
        "indptr": matrix.indptr.astype("<i8").tobytes(),
    }
    database.execute("DELETE FROM words")
    database.executemany("INSERT INTO words VALUES (?, ?)", [(k, zlib.compress(v, 1)) for k, v in parts.items()])


def words_to_counts(database: sqlite3.Connection) -> TermCounts | None:
    """Return what `counts_to_words` kept, or None where nothing is."""
    parts = {part: zlib.decompress(data) for part, data in database.execute("SELECT part, data FROM words")}
    if not parts:
        return None
    rows, columns = np.frombuffer(parts["shape"], "<i8")
    matrix = sparse.csr_array(
        (
            np.frombuffer(parts["data"], "<f4"),
            np.frombuffer(parts["indices"], "<i4").astype(np.int64),
            np.frombuffer(parts["indptr"], "<i8"),
        ),
        shape=(int(rows), int(columns)),
    )
    return TermCounts(tuple(parts["terms"].decode().split("\n")) if parts["terms"] else (), matrix)
