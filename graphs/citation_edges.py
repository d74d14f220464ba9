"""Edges from words that cite a work to the bibliography entry of it: "[12]", "[3, 5-7]", "Bates et al. (2015)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphs.document_graph import Edge, EdgeKind
from ingestion.document import ParsedDocument, Passage

_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:references|bibliography|literature cited|works cited|literatur|références)\W*", re.I
)
_NUMBERED = re.compile(r"\[(\d{1,3})\]|(\d{1,3})\.\s")
_SURNAME = re.compile(r"(?:(?:van|von|de|der|den|la|le|du)\s+)*[^\W\d_a-z][\w'’-]+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_AUTHOR_YEAR = re.compile(
    rf"({_SURNAME.pattern})(?:\s+et\s+al\.?|(?:,\s+{_SURNAME.pattern})*,?\s+(?:and|&)\s+{_SURNAME.pattern})?,?\s+"
    r"[(\[]?((?:1[89]|20)\d\d[a-z]?)\b"
)
_WIDEST = 30  # works that one bracket may cite


def citations(document: ParsedDocument) -> Iterator[Edge]:
    """Yield edges from passages outside of a document's bibliography to the entries that they cite."""
    sections = {s.section_id for s in document.sections if _HEADING.fullmatch(s.title.strip())}
    holders = [passage for passage in document.passages if passage.section_id in sections]
    entries = {key: holder.passage_id for holder in reversed(holders) for key in _entries(holder)}
    if not entries:
        return
    for passage in document.passages:
        if passage.section_id in sections:
            continue
        for key, said in _cited(passage.plain):
            if key in entries:
                yield Edge(passage.passage_id, entries[key], EdgeKind.REFERS_TO, 1.0, f"cites {said}")


def _entries(passage: Passage) -> Iterator[tuple[str, str]]:
    """Yield the keys of the entries that begin in a passage: (its number, "") or (surname, year)."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]\s|\[?\d{1,3}[.\]]\s))", passage.text):
        entry = paragraph.lstrip(" -*_\n").replace("\\[", "[").replace("\\]", "]").replace("\\.", ".")
        number = _NUMBERED.match(entry)
        if number is not None:
            yield number[1] or number[2], ""
            entry = entry[number.end() :].lstrip()
        surname, year = _SURNAME.match(entry), _YEAR.search(entry)
        if surname is not None and year is not None:
            yield surname[0].casefold(), year[0]


def _cited(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (key, words) of each work that a text cites."""
    for match in _NUMBERS.finditer(text):
        for part in re.split(r"\s*[,;]\s*", match[1]):
            first, *last = map(int, re.split(r"\s*[–-]\s*", part))
            for number in range(first, min(last[0] if last else first, first + _WIDEST) + 1):
                yield (str(number), ""), f"[{number}]"
    for match in _AUTHOR_YEAR.finditer(text):
        said = " ".join(match[0].split())
        yield (match[1].casefold(), match[2]), f"{said})" if "(" in said else said
