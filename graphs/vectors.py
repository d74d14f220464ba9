"""Vectors in a file that is read through memory mapping; rows are only ever appended.

The database says how many rows count: a row that was written but not committed there does not exist, so a writer that
is killed leaves nothing behind that anyone sees.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def append_rows(path: Path, rows: int, new: NDArray[np.float32]) -> None:
    """Write `new`, shape (n, dimensions), behind the first `rows` rows, over anything uncommitted, and sync it."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(rows * new.shape[1] * 4)
        file.write(np.ascontiguousarray(new, dtype="<f4").tobytes())
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def read_rows(path: Path, rows: int, dimensions: int) -> NDArray[np.float32]:
    """Return the first rows as a read-only array, shape (rows, dimensions); raise ValueError for a torn file."""
    if rows == 0:
        return np.empty((0, dimensions), dtype=np.float32)
    size = path.stat().st_size if path.exists() else 0
    if size < rows * dimensions * 4:
        raise ValueError(f"{path.name} holds {size} bytes, fewer than the {rows} vectors that the collection counts")
    mapped: NDArray[np.float32] = np.memmap(path, dtype="<f4", mode="r", shape=(rows, dimensions))
    return mapped
