"""Errors of the graph and the collection on disk; the root is `ingestion.errors.KgqaError`."""

from __future__ import annotations

from ingestion.errors import KgqaError


class CollectionError(KgqaError):
    """The collection cannot be opened or written."""

    code = "collection"


class CollectionBusyError(CollectionError):
    """Another process writes to the collection."""

    code = "busy"


class NewerCollectionError(CollectionError):
    """A newer release of kgqa made the collection."""

    code = "newer"


class UnknownDocumentError(CollectionError):
    """No document of that name is in the collection."""

    code = "unknown-document"


class UnknownNodeError(CollectionError):
    """No node of that id is in the graph."""

    code = "unknown-node"


class RecogniserError(KgqaError):
    """The pipeline that finds names cannot be loaded."""

    code = "recogniser"


class EmbeddingError(KgqaError):
    """The embedding model cannot be loaded, or is another than the collection was built with."""

    code = "embedding"
