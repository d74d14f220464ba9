"""A collection on a PostgreSQL server with pgvector, so that several machines share it.

    postgresql://USER@HOST/DATABASE[#NAME]

NAME tells collections of one database apart; each is a schema. Vectors are `vector` values, kept files are rows, the
right to write is an advisory lock, which the server lets go of when a client dies. Search runs where the question is
asked, over the same arrays as with SQLite, so that both give the same answers; files to be shown and pages to be read
again lie in a folder of this machine.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urldefrag

import numpy as np
from numpy.typing import NDArray

from graphs.errors import CollectionBusyError, CollectionError, NewerCollectionError
from graphs.schema import SCHEMA, VERSION

if TYPE_CHECKING:
    import psycopg

_T = TypeVar("_T")
_TYPES = (("INTEGER", "BIGINT"), ("REAL", "DOUBLE PRECISION"), ("BLOB", "BYTEA"), ("TEXT", 'TEXT COLLATE "C"'))
_MORE = """
CREATE TABLE vectors (file BIGINT NOT NULL, place BIGINT NOT NULL, value vector NOT NULL, PRIMARY KEY (file, place));
CREATE TABLE originals (sha256 TEXT PRIMARY KEY, data BYTEA NOT NULL);
"""


class PostgresBackend:
    """A schema of a server. One client may write at a time; any number may read meanwhile."""

    def __init__(self, connection: psycopg.Connection[Any], where: str, folder: Path) -> None:
        self._db = connection
        self._where = where
        self._folder = folder
        self._lock = int.from_bytes(hashlib.blake2b(where.encode(), digest_size=8).digest(), "little", signed=True)

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> PostgresBackend:
        """Open the collection at an address, or make one; raise CollectionError where that cannot be."""
        try:
            import psycopg
        except ImportError as error:
            raise CollectionError("PostgreSQL needs an extra package. Run `pip install kgqa[postgres]`.") from error
        address, name = urldefrag(url)
        schema = name or "kgqa"
        if not schema.isidentifier() or not schema.isascii():
            raise CollectionError(f"{schema!r} cannot name a collection: use letters, digits and _ after the #.")
        try:
            connection = psycopg.connect(address, autocommit=True, connect_timeout=10)
            info = connection.info
            where = f"postgresql://{info.host}:{info.port}/{info.dbname}#{schema}"  # without user and password
            folder = (
                Path(tempfile.gettempdir()) / f"kgqa-{os.getuid()}" / hashlib.sha256(where.encode()).hexdigest()[:16]
            )
            (folder / "files").mkdir(parents=True, exist_ok=True, mode=0o700)
            backend = cls(connection, where, folder)
            backend._prepare(schema, create)
        except psycopg.Error as error:
            told = " ".join(str(error).split())[:200]
            raise CollectionError(
                f"The PostgreSQL server cannot be used ({told}). Check the address, and that pgvector is installed."
            ) from error
        except OSError as error:
            raise CollectionError(f"{error.filename}: {error.strerror}. Check the permissions of it.") from error
        return backend

    def _prepare(self, schema: str, create: bool) -> None:
        """Make the schema where it is wanted and missing, and check its version."""
        there = self.rows("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", (schema,))
        if not there and not create:
            raise CollectionError(f"{self._where} holds no collection. Make one with `kgqa ingest`.")
        with self._db.transaction():
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (self._lock,))  # of several that try, one does it
            self._db.execute("CREATE EXTENSION IF NOT EXISTS vector")
            self._db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            self._db.execute(f"SET search_path TO {schema}, public")
            if not self.rows("SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'state'",
                             (schema,)):  # fmt: skip
                script = SCHEMA + _MORE
                for ours, theirs in _TYPES:
                    script = script.replace(ours, theirs)
                self._db.execute(script)
                self.run("INSERT INTO state VALUES ('schema_version', ?)", (str(VERSION),))
        version = int(self.rows("SELECT value FROM state WHERE key = 'schema_version'")[0][0])
        if version != VERSION:
            raise NewerCollectionError(
                f"{self._where} was made by another kgqa (format {version}; this one reads {VERSION}). Update kgqa."
            )

    @property
    def where(self) -> str:
        """The server, the database and the collection's name."""
        return self._where

    @property
    def page_cache(self) -> Path:
        """The file of pages as this machine read them."""
        return self._folder / "pages.sqlite3"

    def close(self) -> None:
        """End the connection."""
        self._db.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a query."""
        return self._tried(lambda: self._db.execute(*_query(sql, values)).fetchall())

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement."""
        self._tried(lambda: self._db.execute(*_query(sql, values)))

    def run_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Run a statement for each tuple of values."""

        def work() -> None:
            with self._db.cursor() as cursor:
                cursor.executemany(_query(sql, ("",))[0], [_clean(row) for row in values])

        self._tried(work)

    def _tried(self, work: Callable[[], _T]) -> _T:
        import psycopg

        try:
            return work()
        except psycopg.Error as error:
            raise CollectionError(
                f"{self._where}: nothing was written ({' '.join(str(error).split())[:200]}). Check the server, and "
                f"run this again."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is written within, or nothing."""
        with self._db.transaction():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read as of one moment."""
        from psycopg.pq import TransactionStatus

        if self._db.info.transaction_status != TransactionStatus.IDLE:
            yield
            return
        with self._db.transaction():
            self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; raise CollectionBusyError while another client holds it."""
        if not self.rows("SELECT pg_try_advisory_lock(?)", (self._lock,))[0][0]:
            raise CollectionBusyError(
                f"{self._where}: another process is writing to this collection. Wait for its end and run this again."
            )
        try:
            yield
        finally:
            if not self._db.closed:
                self.rows("SELECT pg_advisory_unlock(?)", (self._lock,))

    def version(self) -> int:
        """Return the number of the server's next transaction that writes."""
        return int(self.rows("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")[0][0])

    def append_vectors(self, file: int, first: int, vectors: NDArray[np.float32]) -> None:
        """Write rows behind the first ones, over anything that was not committed."""
        with self.transaction():
            self.run("DELETE FROM vectors WHERE file = ? AND place >= ?", (file, first))
            texts = ("[" + ",".join(map(str, row)) + "]" for row in vectors.tolist())
            self.run_many("INSERT INTO vectors VALUES (?, ?, ?)", [(file, first + i, t) for i, t in enumerate(texts)])

    def read_vectors(self, file: int, rows: int, dimensions: int) -> NDArray[np.float32]:
        """Return the first rows."""
        query = "SELECT vector_send(value) FROM vectors WHERE file = ? AND place < ? ORDER BY place"
        data = [bytes(row[0]) for row in self.rows(query, (file, rows))]
        if len(data) != rows:
            raise CollectionError(
                f"{self._where}: {len(data)} vectors are there, fewer than the {rows} that the collection counts. Mend "
                f"it with `kgqa doctor --mend`, which computes them anew."
            )
        found = np.frombuffer(b"".join(row[4:] for row in data), dtype=">f4")  # behind four bytes of dimensions
        return found.reshape(rows, dimensions).astype(np.float32)

    def drop_vectors(self, file: int) -> None:
        """Delete a run of vectors."""
        self.run("DELETE FROM vectors WHERE file = ?", (file,))

    def keep_original(self, path: Path, sha256: str) -> None:
        """Keep a copy of a file on the server."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CollectionError(f"{path.name}: {error.strerror}. Check the path and its permissions.") from error
        self.run("INSERT INTO originals VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING", (sha256, data))

    def original(self, sha256: str) -> Path | None:
        """Return a copy of the kept file on this machine."""
        path = self._folder / "files" / sha256
        if not path.exists():
            rows = self.rows("SELECT data FROM originals WHERE sha256 = ?", (sha256,))
            if not rows:
                return None
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_bytes(rows[0][0])
            partial.replace(path)
        return path

    def originals(self) -> set[str]:
        """Return the hashes of all kept files."""
        return {row[0] for row in self.rows("SELECT sha256 FROM originals")}

    def drop_original(self, sha256: str) -> None:
        """Delete a kept file, here and on the server."""
        self.run("DELETE FROM originals WHERE sha256 = ?", (sha256,))
        (self._folder / "files" / sha256).unlink(missing_ok=True)

    def damages(self) -> list[str]:
        """Return nothing: the server minds its tables itself."""
        return []

    def shrink(self) -> None:
        """Give back the space of deleted rows."""
        self.run("VACUUM")


def _query(sql: str, values: Sequence[object]) -> tuple[Any, tuple[object, ...] | None]:
    """Return a statement and its values as psycopg wants them."""
    if not values:
        return sql, None
    return sql.replace("%", "%%").replace("?", "%s"), _clean(values)


def _clean(values: Sequence[object]) -> tuple[object, ...]:
    """Return values without the one character that PostgreSQL's text cannot hold."""
    return tuple(value.replace("\0", "") if isinstance(value, str) else value for value in values)
