"""The entries of a document's list of references, as an answer tells them."""

from __future__ import annotations

import re

from ingestion.document import ParsedDocument, Passage
from ingestion.references import references

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_SHOWN = 120  # characters of an entry that tell which it is


def entries_of(document: ParsedDocument) -> tuple[tuple[str, Passage], ...]:
    """Return (its first words, where it stands) of each entry, in their order; empty without a list of references.

    Entries begin with a mark ("[3]", "3.", "[Mit97]") or, where the list has none, with a paragraph that names a year.
    """
    found = [entry for entry in references(document) if entry.key is not None or _YEAR.search(entry.text)]
    marked = [entry for entry in found if entry.key is not None]
    kept = marked if 2 * len(marked) >= len(found) else found
    return tuple((_first_words(entry.text), entry.passage) for entry in kept)


def _first_words(text: str) -> str:
    return text[:_SHOWN].rsplit(" ", 1)[0] if len(text) > _SHOWN else text
