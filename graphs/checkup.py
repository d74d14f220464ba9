"""Whether a collection on disk is sound, and what mends it."""

from __future__ import annotations

from pathlib import Path

from graphs.options import GraphOptions
from graphs.store import Store
from ingestion.errors import KgqaError


def check_collection(folder: Path, options: GraphOptions, *, mend: bool = False) -> list[str]:
    """Return what is wrong with a collection, one line each; with `mend`, mend it first and return what is left."""
    try:
        store = Store.open(folder, create=False)
    except KgqaError as error:
        return [str(error)]
    try:
        if mend:
            store.relink(options)
            store.drop_leftovers()
        return store.findings()
    except KgqaError as error:
        return [str(error)]
    finally:
        store.close()
