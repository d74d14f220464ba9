"""The links of a collection <-> the table of arrays, so that the next change, or reader, need not make them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.backend import Backend
from graphs.index import TermCounts
from graphs.links import Links
from graphs.mention_edges import Mention
from graphs.neighbours import Neighbours
from graphs.phrases import PhraseCounts
from graphs.rows import name_to_row, row_to_name
from graphs.similarity_edges import Pairs


def write_links(at: Backend, links: Links | None) -> None:
    """Keep links, inside of the caller's transaction; None keeps nothing."""
    at.run("DELETE FROM arrays")
    if links is None:
        return
    arrays: dict[str, NDArray[Any]] = {
        "numbers": links.numbers,
        **_matrix("counts", links.counts.counts),
        **_matrix("phrases", links.phrases.counts),
        "phrase_keys": links.phrases.keys,
        **_matrix("keys", links.keys),
        "terms": _text(list(links.counts.terms)),
        "vector_keys": links.vector_keys,
        "neighbour_keys": links.neighbours.keys,
        "neighbours": links.neighbours.nearest,
        "cosines": links.neighbours.cosines,
        "approximate": np.array([links.neighbours.approximate]),
        "recall": np.array([links.neighbours.recall]),
        **_pairs("similar", links.similar),
        **_pairs("shared", links.shared),
        "names": _text([name_to_row(name) for name in links.names]),
        "mentions": _text([[m.source, m.target, m.words, m.shown, m.kind] for m in links.mentions]),
    }
    at.run_many(
        "INSERT INTO arrays VALUES (?, ?, ?, ?)",
        [
            (name, array.dtype.str, json.dumps(array.shape), np.ascontiguousarray(array).tobytes())
            for name, array in arrays.items()
        ],
    )


def read_links(at: Backend) -> Links | None:
    """Return what `write_links` kept, or None where nothing is."""
    arrays = _read(at, "")
    if not arrays:
        return None
    approximate = bool(arrays["approximate"][0])
    unmeasured = np.full(1, np.nan if approximate else 1.0)  # what an older kgqa left
    recall = float(arrays.get("recall", unmeasured)[0])
    return Links(
        arrays["numbers"],
        _counts(arrays),
        PhraseCounts(arrays["phrase_keys"], _csr(arrays, "phrases")),
        _csr(arrays, "keys"),
        arrays.get("vector_keys", np.empty(0, dtype=np.uint64)),  # an older kgqa did not keep them
        Neighbours(arrays["neighbour_keys"], arrays["neighbours"], arrays["cosines"], approximate, recall),
        _read_pairs(arrays, "similar"),
        _read_pairs(arrays, "shared"),
        tuple(row_to_name(row) for row in json.loads(arrays["names"].tobytes())),
        tuple(
            Mention(source, target, tuple(words), *rest)
            for source, target, words, *rest in json.loads(arrays["mentions"].tobytes())
        ),
    )


def forget_vectors(at: Backend) -> None:
    """Drop what is kept of the vectors themselves, which have been computed anew."""
    at.run("DELETE FROM arrays WHERE name = 'vector_keys'")


def read_counts(at: Backend) -> tuple[NDArray[np.int64], TermCounts | None]:
    """Return the numbers of the nodes whose terms are counted, and their counts, None where nothing is kept."""
    arrays = _read(at, "WHERE name IN ('numbers', 'terms') OR name LIKE 'counts%'")
    return (arrays["numbers"], _counts(arrays)) if arrays else (np.empty(0, dtype=np.int64), None)


def _read(at: Backend, where: str) -> dict[str, NDArray[Any]]:
    return {
        name: np.frombuffer(data, dtype=dtype).reshape(json.loads(shape))
        for name, dtype, shape, data in at.rows(f"SELECT name, dtype, shape, data FROM arrays {where}")
    }


def _counts(arrays: Mapping[str, NDArray[Any]]) -> TermCounts:
    return TermCounts(tuple(json.loads(arrays["terms"].tobytes())), _csr(arrays, "counts"))


def _matrix(name: str, matrix: sparse.csr_array) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_data": narrow(matrix.data),
        f"{name}_indices": short(matrix.indices),
        f"{name}_ends": matrix.indptr,
        f"{name}_shape": np.array(matrix.shape),
    }


def narrow(data: NDArray[Any]) -> NDArray[Any]:
    """Return counts, shape (n,), as whole numbers of eight or sixteen bits, where those say the same; else as they are.

    They are the larger part of what is written.
    """
    for kind in (np.uint8, np.uint16):
        if len(data) and float(data.max()) <= np.iinfo(kind).max and np.array_equal(whole := data.astype(kind), data):
            return whole
    return data


def short(places: NDArray[np.int32]) -> NDArray[Any]:
    """Return places, shape (n,), none below 0, in sixteen bits where all fit: half of what is written."""
    return places.astype(np.uint16) if len(places) and places.max() <= np.iinfo(np.uint16).max else places


def _csr(arrays: Mapping[str, NDArray[Any]], name: str) -> sparse.csr_array:
    parts = (
        arrays[f"{name}_data"].astype(np.float32),
        arrays[f"{name}_indices"].astype(np.int32, copy=False),
        arrays[f"{name}_ends"],
    )
    return sparse.csr_array(parts, shape=tuple(arrays[f"{name}_shape"].tolist()))


def _pairs(name: str, pairs: Pairs) -> dict[str, NDArray[Any]]:
    return {f"{name}_low": short(pairs.low), f"{name}_high": short(pairs.high), f"{name}_weight": pairs.weight}


def _text(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def _read_pairs(arrays: Mapping[str, NDArray[Any]], name: str) -> Pairs:
    low, high = (arrays[f"{name}_{part}"].astype(np.int32, copy=False) for part in ("low", "high"))
    return Pairs(low, high, arrays[f"{name}_weight"])
