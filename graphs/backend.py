"""Where a collection lies: a folder with SQLite, or a PostgreSQL server. `graphs.store` says what is in it.

SQL is written once, for both, with `?` for values.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Backend(Protocol):
    """Tables, vectors, kept files, and the right to write. Errors are `graphs.errors.CollectionError`."""

    @property
    def where(self) -> str:
        """The place as people know it, for messages."""
        ...

    @property
    def page_cache(self) -> Path:
        """A file of this machine where pages may be kept as they were read."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a query, as tuples."""
        ...

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a statement."""
        ...

    def run_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Run a statement for each tuple of values."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Write all that is written within, or nothing."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Read within as of one moment."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the right to write; raise CollectionBusyError while another holds it."""
        ...

    def version(self) -> Hashable:
        """Return what changes with every commit of this or another process."""
        ...

    def append_vectors(self, file: int, first: int, vectors: NDArray[np.float32]) -> None:
        """Write rows, shape (n, dimensions), behind the first `first` ones; only the commit after it makes them count.

        A `file` is one run of vectors; a new one takes the place of the one before when rows have been given up.
        """
        ...

    def read_vectors(self, file: int, rows: int, dimensions: int) -> NDArray[np.float32]:
        """Return the first rows, read-only; raise CollectionError where there are fewer."""
        ...

    def drop_vectors(self, file: int) -> None:
        """Delete a run of vectors that nothing counts any more."""
        ...

    def keep_original(self, path: Path, sha256: str) -> None:
        """Keep a copy of a file."""
        ...

    def original(self, sha256: str) -> Path | None:
        """Return where a kept file can be read, or None where there is none."""
        ...

    def originals(self) -> set[str]:
        """Return the hashes of all kept files."""
        ...

    def drop_original(self, sha256: str) -> None:
        """Delete a kept file."""
        ...

    def damages(self) -> list[str]:
        """Return what is wrong with the tables themselves, one line each."""
        ...

    def shrink(self) -> None:
        """Give back the space of what was deleted."""
        ...
