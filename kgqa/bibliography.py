"""The entries of a document's list of references."""

from __future__ import annotations

import re

from ingestion.document import ParsedDocument, Passage
from ingestion.plain import markdown_to_plain

_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:references(?: cited)?|bibliography|literature(?: cited)?|works cited|literatur(?:verzeichnis)?|"
    r"références|bibliographie|referencias|sources|quellen)\W*",
    re.I,
)
_MARK = re.compile(r"\s*(?:\[(\w{1,12}\+?\d{0,4}[a-z]?)\]|(\d{1,3})\.(?=\s))")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]\s|\\?\[?\d{1,3}\\?[.\]]\s))")
_INNER_MARK = re.compile(r"(?<=\s)(?=\[\w{2,10}\+?\d{2}[a-z]?\]\s|\[\d{1,3}\]\s)")


def entries_of(document: ParsedDocument) -> tuple[tuple[str, Passage], ...]:
    """Return (its first words, where it stands) of each entry, in their order; empty without a list of references.

    Entries begin with a mark ("[3]", "3.", "[Mit97]") or, where the list has none, with a paragraph that names a year.
    """
    sections = {s.section_id for s in document.sections if _HEADING.fullmatch(s.title.strip())}
    found: list[tuple[str, Passage, bool]] = []
    for passage in (p for p in document.passages if p.section_id in sections):
        for paragraph in _BREAK.split(passage.text):
            if paragraph.lstrip().startswith("#"):
                continue
            plain = markdown_to_plain(paragraph)
            for entry in _INNER_MARK.split(plain):
                marked = _MARK.match(entry) is not None
                if marked or _YEAR.search(entry):
                    found.append((entry[:120].rsplit(" ", 1)[0] if len(entry) > 120 else entry, passage, marked))
    if sum(marked for *_, marked in found) >= 0.5 * len(found):
        found = [item for item in found if item[2]]
    return tuple((words, passage) for words, passage, _ in found)
