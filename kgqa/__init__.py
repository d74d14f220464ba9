"""kgqa: questions over documents, answered by walking a knowledge graph, with citations to page and box.

import kgqa

with kgqa.Collection.open("library/") as collection:
    report = collection.add("papers/")
    answer = collection.ask("Which of the two trials enrolled more patients?")
    print(answer.text, answer.citations)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingestion.errors import KgqaError
    from kgqa.collection import Collection
    from kgqa.result import Answer, Citation, Evidence
    from kgqa.settings import Settings

__version__ = "0.1.0"
__all__ = ["Answer", "Citation", "Collection", "Evidence", "KgqaError", "Settings", "__version__"]

_HOMES = {
    "Answer": "kgqa.result",
    "Citation": "kgqa.result",
    "Collection": "kgqa.collection",
    "Evidence": "kgqa.result",
    "KgqaError": "ingestion.errors",
    "Settings": "kgqa.settings",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that `import kgqa` costs nothing."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kgqa' has no attribute {name!r}")
