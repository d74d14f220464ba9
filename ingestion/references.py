"""The entries of a document's list of references: the one notion of them that links and answers share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.document import ParsedDocument, Passage
from ingestion.plain import markdown_to_plain

KEY = r"(?:\d{1,3}|[^\W\d_]\w{0,11}\+?\d{0,4}[a-z]?)"
"""What stands in the brackets before an entry: a number, or letters of its authors with its year, "KR+05b"."""
_HEADING = re.compile(
    r"(?:(?:\d+|[A-Z]|[IVX]+)\.?\s+)?(?:references(?: cited| and notes)?|notes and references|bibliography|"
    r"literature(?: cited)?|works cited|"
    r"literatur(?:verzeichnis)?|références|bibliographie|bibliografía|bibliografia|referencias|sources|quellen)\W*",
    re.I,
)
_MARK = re.compile(rf"\s*(?:\[({KEY})\]|(\d{{1,3}})\.(?=\s))\s*")
_YEARED = r"[^\W\d_]\w{0,9}\+?\d{2,4}[a-z]?"  # a key that no word in brackets looks like
_BREAK = re.compile(rf"\n\s*\n|\n(?=\s*(?:[-*]\s|\\?\[?\d{{1,3}}\\?[.\]]\s|\\?\[{_YEARED}\\?\]\s))")
_INNER_MARK = re.compile(rf"(?<=\s)(?=\[{_YEARED}\]\s|\[\d{{1,3}}\]\s)")


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry, or a paragraph among the entries that goes on with one."""

    text: str  # plain words, its mark included
    key: str | None  # "3" of "[3]" and "3.", "KR+05b" of "[KR+05b]"; None where it has no mark
    said: str  # its words behind the mark
    passage: Passage  # in which it begins


def reference_sections(document: ParsedDocument) -> frozenset[str]:
    """Return the ids of the sections that list references."""
    return frozenset(s.section_id for s in document.sections if _HEADING.fullmatch(s.title.strip()))


def references(document: ParsedDocument) -> tuple[Reference, ...]:
    """Return the entries of a document's lists of references in their order; empty where it has none."""
    sections = reference_sections(document)
    return tuple(
        entry for passage in document.passages if passage.section_id in sections for entry in _entries(passage)
    )


def _entries(passage: Passage) -> Iterator[Reference]:
    for paragraph in _BREAK.split(passage.text):
        if paragraph.lstrip().startswith("#"):
            continue
        for entry in _INNER_MARK.split(markdown_to_plain(paragraph)):
            mark = _MARK.match(entry)
            if mark is not None:
                yield Reference(entry, mark[1] or mark[2], entry[mark.end() :], passage)
            elif entry.strip():
                yield Reference(entry, None, entry, passage)
