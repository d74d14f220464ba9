"""Edges from words that cite a work to the bibliography entry of it: "[12]", "[3, 5-7]", "[KR+05b]", "Bates (2015)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphs.document_graph import Edge, EdgeKind
from ingestion.document import ParsedDocument
from ingestion.references import Reference, reference_sections, references

_SURNAME = re.compile(r"(?:(?:van|von|de|der|den|la|le|du)\s+)*[^\W\d_a-z][\w'’-]+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_LETTERED = r"[^\W\d_]\w{0,9}\+?\d{2,4}[a-z]?"
_LETTERS = re.compile(rf"\[({_LETTERED}(?:\s*[,;]\s*{_LETTERED})*)(?:,[^\[\]]{{1,30}})?\]")
_AUTHOR_YEAR = re.compile(
    rf"({_SURNAME.pattern})(?:\s+et\s+al\.?|(?:,\s+{_SURNAME.pattern})*,?\s+(?:and|&)\s+{_SURNAME.pattern})?,?\s+"
    r"[(\[]?((?:1[89]|20)\d\d[a-z]?)\b"
)
_WIDEST = 30  # works that one bracket may cite


def citations(document: ParsedDocument) -> Iterator[Edge]:
    """Yield edges from passages outside of a document's bibliography to the entries that they cite."""
    found = references(document)
    entries = {key: entry.passage.passage_id for entry in reversed(found) for key in _keys(entry)}
    if not entries:
        return
    sections = reference_sections(document)
    for passage in document.passages:
        if passage.section_id in sections:
            continue
        for key, said in _cited(passage.plain):
            if key in entries:
                yield Edge(passage.passage_id, entries[key], EdgeKind.REFERS_TO, 1.0, f"cites {said}")


def _keys(entry: Reference) -> Iterator[tuple[str, str]]:
    """Yield what an entry may be cited by: (its mark, "") or (surname, year)."""
    if entry.key is not None:
        yield entry.key, ""
    said = entry.said.lstrip(" -*_")
    surname, year = _SURNAME.match(said), _YEAR.search(said)
    if surname is not None and year is not None:
        yield surname[0].casefold(), year[0]


def _cited(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (key, words) of each work that a text cites."""
    for match in _NUMBERS.finditer(text):
        for part in re.split(r"\s*[,;]\s*", match[1]):
            first, *last = map(int, re.split(r"\s*[–-]\s*", part))
            for number in range(first, min(last[0] if last else first, first + _WIDEST) + 1):
                yield (str(number), ""), f"[{number}]"
    for match in _LETTERS.finditer(text):
        for key in re.findall(_LETTERED, match[1]):
            yield (key, ""), f"[{key}]"
    for match in _AUTHOR_YEAR.finditer(text):
        said = " ".join(match[0].split())
        yield (match[1].casefold(), match[2]), f"{said})" if "(" in said else said
