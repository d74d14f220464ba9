"""A collection in one folder that survives a kill at any moment.

kgqa.sqlite3    the tables (WAL)
vectors-N.f32   vectors; what the database does not count does not exist
files/HASH      the originals, so that a cited page can be shown
pages.sqlite3   pages as they were read, so that none is read twice
lock            held by the one process that writes
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from graphs.errors import CollectionBusyError, CollectionError, NewerCollectionError
from graphs.place import DATABASE
from graphs.schema import SCHEMA, UPGRADES, VERSION
from graphs.vectors import append_rows, read_rows

_WAIT = 30  # seconds for another process's commit
_PAGE = 16_384  # bytes: arrays of megabytes are written in half the time that pages of 4,096 take
_T = TypeVar("_T")


class SqliteBackend:
    """A folder. One process may write at a time; any number may read meanwhile."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection: sqlite3.Connection | None = database

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> SqliteBackend:
        """Open the collection in a folder, or make one; raise CollectionError where that cannot be."""
        path = folder / DATABASE
        if not path.exists() and not create:
            raise CollectionError(f"{folder} holds no collection. Make one: `kgqa ingest FILES --collection {folder}`.")
        try:
            database = _connect(folder, path)
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                database.close()
                raise NewerCollectionError(
                    f"{folder} was made by a newer kgqa (format {version}; this one reads {VERSION}). Update kgqa."
                )
            if version < VERSION:
                _upgrade(database)
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA foreign_keys = ON")
        except (sqlite3.Error, OSError) as error:
            raise CollectionError(
                f"{folder} cannot be opened as a collection ({error}). Check the path and its permissions, "
                f"or run `kgqa doctor --collection {folder}`."
            ) from error
        return cls(folder, database)

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.folder)

    @property
    def page_cache(self) -> Path:
        """The file of pages as they were read."""
        return self.folder / "pages.sqlite3"

    def close(self) -> None:
        """Close the database; a second time does nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise CollectionError(f"{self.folder} is closed. Open the collection anew.")
        return self._connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a query."""
        return self._tried(lambda: self._db.execute(sql, values).fetchall())

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement."""
        self._tried(lambda: self._db.execute(sql, values))

    def run_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Run a statement for each tuple of values."""
        self._tried(lambda: self._db.executemany(sql, values))

    def _tried(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except sqlite3.Error as error:
            raise CollectionError(
                f"{self.folder}: {'nothing was written' if self._db.in_transaction else 'it cannot be read'} "
                f"({error}). Check the disk's space and the permissions, or run `kgqa doctor`."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is written within, or nothing."""
        self._tried(lambda: self._db.execute("BEGIN IMMEDIATE"))
        try:
            yield
            self._tried(lambda: self._db.execute("COMMIT"))
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read as of one moment."""
        if self._db.in_transaction:
            yield
            return
        self._tried(lambda: self._db.execute("BEGIN"))
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; raise CollectionBusyError while another process holds it."""
        try:
            lock = (self.folder / "lock").open("a")
        except OSError as error:
            raise CollectionError(
                f"{self.folder} cannot be written ({error.strerror}). Check its permissions."
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it when the process ends
            except BlockingIOError as error:
                raise CollectionBusyError(
                    f"{self.folder}: another process is writing to this collection. "
                    f"Wait for its end and run this again."
                ) from error
            yield

    def version(self) -> tuple[int, int]:
        """Return SQLite's counts of the changes of others and of our own."""
        return int(self.rows("PRAGMA data_version")[0][0]), self._db.total_changes

    def append_vectors(self, file: int, first: int, vectors: NDArray[np.float32]) -> None:
        """Write rows behind the first ones."""
        try:
            append_rows(self._vectors(file), first, vectors)
        except OSError as error:
            raise CollectionError(
                f"{self.folder}: the vectors cannot be written ({error.strerror}). Nothing was added; "
                f"check the disk's space and the permissions."
            ) from error

    def read_vectors(self, file: int, rows: int, dimensions: int) -> NDArray[np.float32]:
        """Return the first rows, mapped."""
        try:
            return read_rows(self._vectors(file), rows, dimensions)
        except (OSError, ValueError) as error:
            raise CollectionError(
                f"{self.folder}: the vectors cannot be read ({error}). Mend it with `kgqa doctor --mend`, which "
                f"computes them anew."
            ) from error

    def drop_vectors(self, file: int) -> None:
        """Delete a file of vectors; a reader that has it mapped keeps it until it lets go."""
        self._vectors(file).unlink(missing_ok=True)

    def _vectors(self, file: int) -> Path:
        return self.folder / f"vectors-{file}.f32"

    def keep_original(self, path: Path, sha256: str) -> None:
        """Keep a copy of a file."""
        kept = self.folder / "files" / sha256
        if kept.exists():
            return
        partial = kept.with_suffix(".partial")
        try:
            shutil.copyfile(path, partial)
            partial.replace(kept)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise CollectionError(
                f"{self.folder}: the original of {path.name} cannot be kept ({error.strerror}). "
                f"Check the disk's space and the permissions."
            ) from error

    def original(self, sha256: str) -> Path | None:
        """Return the kept file."""
        path = self.folder / "files" / sha256
        return path if path.exists() else None

    def originals(self) -> set[str]:
        """Return the names of all kept files."""
        return {path.name for path in (self.folder / "files").iterdir()}

    def drop_original(self, sha256: str) -> None:
        """Delete a kept file."""
        (self.folder / "files" / sha256).unlink(missing_ok=True)

    def damages(self) -> list[str]:
        """Return what SQLite finds wrong."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(3)")]
        damaged = [] if found == ["ok"] else [f"the database is damaged: {line}" for line in found]
        orphans = len(self.rows("PRAGMA foreign_key_check"))
        return [*damaged, *([f"{orphans} rows belong to documents that are gone."] if orphans else [])]

    def shrink(self) -> None:
        """Write the database anew without its gaps."""
        self.run("VACUUM")
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")


def _connect(folder: Path, path: Path) -> sqlite3.Connection:
    """Open a database; one in a folder that cannot be written, and that nobody writes, is read as it lies there."""
    if path.exists() and not os.access(folder, os.W_OK, effective_ids=True):
        whole = not path.with_name(path.name + "-wal").exists()
        uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if whole else ''}"
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_WAIT)
    (folder / "files").mkdir(parents=True, exist_ok=True)
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT)


def _upgrade(database: sqlite3.Connection) -> None:
    """Bring a database to this version; of several processes that try at once, one does it."""
    database.execute(f"PRAGMA page_size = {_PAGE}")  # of a database that is still empty
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("BEGIN IMMEDIATE")
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    script = "".join(UPGRADES[v] for v in range(version, VERSION)) if version else SCHEMA
    try:
        if version < VERSION:
            for statement in filter(str.strip, script.split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise
