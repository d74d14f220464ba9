"""Whether a collection on disk is sound, and what mends it."""

from __future__ import annotations

from dataclasses import replace

from graphs.options import EmbeddingOptions, GraphOptions
from graphs.place import Place
from graphs.store import Store
from ingestion.errors import KgqaError


def check_collection(
    place: Place,
    options: GraphOptions,
    embedding: EmbeddingOptions,
    *,
    mend: bool = False,
    compact: bool = False,
) -> tuple[list[str], list[str]]:
    """Return (what is wrong, what one should know) of a collection, one line each.

    With `mend`, what can be mended is mended first: missing vectors are computed, links made, leftovers deleted. With
    `compact`, the space of what was removed is given back.
    """
    try:
        store = Store.open(place, create=False)
    except KgqaError as error:
        return [str(error)], []
    try:
        if mend:
            _mend(store, options, embedding)
        if compact:
            store.compact()
        return store.findings(), store.notes()
    except KgqaError as error:
        return [str(error)], []
    finally:
        store.close()


def _mend(store: Store, options: GraphOptions, embedding: EmbeddingOptions) -> None:
    with store.writing():
        if store.lacks_vectors() is not None:
            from graphs.embedding import load_embedder

            embedder = load_embedder(replace(embedding, model=store.embedder or embedding.model))
            store.renew_vectors(embedder.embed)
        store.relink(options)
        store.drop_leftovers()
