"""Names that a spaCy pipeline finds, beside those that are found without a model. spaCy is touched here alone.

The pipeline is one that the user names: a package or a folder with an entity recogniser. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from graphs.errors import RecogniserError

_NO_NAMES = frozenset("CARDINAL DATE MONEY ORDINAL PERCENT QUANTITY TIME LANGUAGE".split())
"""Labels of spaCy's pipelines for what is counted and dated, and has no place where it is told of."""
_OPENING = re.compile(r"(?:the|an?)? ?", re.I)  # what may stand before the name of what a passage is about
_READ = 300  # characters that the pipeline is given of each


class Recogniser(Protocol):
    """Finds what passages are about."""

    def subjects(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Return, for each text, the names by which it begins, in their order."""
        ...


def load_recogniser(model: str) -> Recogniser | None:
    """Return what finds names by the pipeline of that name or folder, None for ""; raise RecogniserError else."""
    return _SpacyRecogniser(model) if model else None


class _SpacyRecogniser:
    def __init__(self, model: str) -> None:
        self._pipeline = _load(model)

    def subjects(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        heads = [" ".join(text[:_READ].split()) for text in texts]
        return [
            tuple(
                re.sub(r"^(?:[Tt]he|[Aa]n?) ", "", entity.text).removesuffix("'s").removesuffix("’s")
                for entity in read.ents
                if entity.label_ not in _NO_NAMES and _OPENING.fullmatch(read.text[: entity.start_char])
            )
            for read in self._pipeline.pipe(heads, batch_size=64)
        ]


@lru_cache(maxsize=1)
def _load(model: str) -> Any:
    try:
        import spacy
    except ImportError as error:
        raise RecogniserError(
            f"graph.names_model={model!r} needs spaCy. Install it (pip install 'kgqa[spacy]') or unset the option."
        ) from error
    try:
        pipeline = spacy.load(model)
    except (
        OSError,
        ValueError,
        ImportError,
    ) as error:  # spaCy's words for a name it does not find, and a broken folder
        raise RecogniserError(
            f"graph.names_model={model!r}: no such spaCy pipeline ({' '.join(str(error).split())[:120]}). "
            "Name an installed package or a folder."
        ) from error
    if not {"ner", "entity_ruler", "span_ruler"} & set(pipeline.pipe_names):
        raise RecogniserError(
            f"graph.names_model={model!r} finds no names: it has no entity recogniser. Name another pipeline."
        )
    return pipeline
