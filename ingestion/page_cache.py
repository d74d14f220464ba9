"""Pages that were read, kept by what they draw and how they were read, so that nothing is read twice.

A page of a changed file that is as it was, a second run after a kill, and a changed option that does not concern a page
all find it here. Pages are kept as JSON, never as pickles: a folder that somebody else made executes nothing.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ingestion.blocks import RawPage
from ingestion.errors import IngestionError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, page BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_by_file ON pages (sha256);
"""


class PageCacheError(IngestionError):
    """Kept pages cannot be deleted."""

    code = "page-cache"


class PageCache:
    """A database file that any number of processes may use at once. What it cannot keep costs time, never a page."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")  # a page that is lost is read again
        self._database.executescript(_SCHEMA)

    @classmethod
    def open(cls, path: Path) -> PageCache | None:
        """Open or make a cache, anew where the file is damaged; None where that fails: reading goes on without one."""
        for _ in range(2):
            try:
                return cls(path)
            except sqlite3.OperationalError:  # locked, or a folder that cannot be written
                return None
            except sqlite3.DatabaseError:  # no database: nothing in it can be used
                path.unlink(missing_ok=True)
        return None

    def get(self, key: str) -> RawPage | None:
        """Return the page of that key, or None where there is none that can be used, so that it is read again."""
        try:
            row = self._database.execute("SELECT page FROM pages WHERE key = ?", (key,)).fetchone()
            page: RawPage | None = None if row is None else _codec().validate_json(zlib.decompress(row[0]))
        except (sqlite3.Error, ValueError, zlib.error):  # damaged, or of another version
            return None
        return page

    def put(self, key: str, sha256: str, page: RawPage) -> None:
        """Keep a page, where the disk lets it; `sha256` is the file that it was last seen in."""
        data = zlib.compress(_codec().dump_json(page), 1)
        with suppress(sqlite3.Error):  # a full disk: the collection itself will say so
            self._database.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", (key, sha256, data))

    def forget(self, sha256: str) -> None:
        """Delete the pages last seen in a file; raise PageCacheError where they cannot be."""
        try:
            self._database.execute("DELETE FROM pages WHERE sha256 = ?", (sha256,))
        except sqlite3.Error as error:
            raise PageCacheError(
                f"Pages of a removed file could not be deleted ({error}). Delete pages.sqlite3 in the collection's "
                "folder; it is made anew."
            ) from error

    def keep_only(self, hashes: set[str]) -> None:
        """Delete the pages of all files but these."""
        for (sha256,) in self._database.execute("SELECT DISTINCT sha256 FROM pages").fetchall():
            if sha256 not in hashes:
                self.forget(sha256)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


@cache
def _codec() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(RawPage)
