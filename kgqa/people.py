"""Who wrote a document, as its first page says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument, Passage
from ingestion.plain import markdown_to_plain

_NAME = re.compile(
    r"\b[A-ZÀ-Ý][\w'’\-]*[a-zà-ÿ.](?:\s+(?:(?:van|von|de|der|den|di|da|la|le|bin|al|el)\s+)*[A-ZÀ-Ý](?:\.|[\w'’\-]*[a-zà-ÿ]\.?)){1,4}"
)
_STOP = re.compile(
    r"\b(?:Universit\w*|Institut\w*|Department|Laborator\w*|School|College|Faculty|Center|Centre|Research|Inc|Ltd|Company|"
    r"Abstract|Introduction|Journal|Conference|Proceedings|Keywords?|Issued|Report\w*|Street|Road|Press|Bureau|Census|"
    r"Figure|Table|Section|Chapter|Volume|Version)\b"
)
_MAIL = re.compile(r"\b(?:e-?mail\s*:?\s*)?[\w.+{},-]+@[\w.-]+\w|\be-?mail\s*:", re.I)
_AFFILIATION = re.compile(r"(?<=[a-zà-ÿ.])\s+[a-df-xz](?:,[a-z])*(?=\s*(?:[,;&]|and\b|und\b|$))")
"""A raised letter behind a name; "e" and "y" join names in other languages."""
_MARKS = re.compile(r"(?<=[a-zà-ÿ.])[\d∗*†‡§¶,]+(?=[\s,;]|$)|[∗*†‡§¶]")


def author_line(document: ParsedDocument) -> tuple[str, str, Passage] | None:
    """Return the authors, the words on the first page that name them, and where those stand; None where none do."""
    found = _title_block_lines(document)
    best: list[tuple[str, Passage]] = []
    for raw, passage in found:
        line = _MAIL.sub(" ", raw)
        names = [name for name in _NAME.findall(line) if not _STOP.search(name)]
        covered = sum(map(len, names)) / max(1, len(re.sub(r"[\W\d_]+|\b(?:and|und|et|by)\b", "", line)))
        if names and covered > 0.7 and not _STOP.search(line):
            best.append((line, passage))
        elif best:
            break
    if not best:
        return None
    text = " ".join(line for line, passage in best if passage is best[0][1])
    people = " ".join(_AFFILIATION.sub("", _MARKS.sub("", text)).split())
    return re.sub(r"^(?:by|authors?:?)\s+", "", people, flags=re.I).strip(" ,;"), text, best[0][1]


def authors_in_common(
    documents: Sequence[ParsedDocument],
) -> tuple[list[str], list[tuple[ParsedDocument, Passage, str]]]:
    """Return the people whom the first pages of all documents name, and where each names them."""
    named = [_first_page_names(document) for document in documents]
    blocks = [_title_block_lines(document) for document in documents]
    names: dict[tuple[str, str], str] = {}
    places = []
    for name in dict.fromkeys(name for found in named for name in found):
        own = [_place_of(name, found, lines) for found, lines in zip(named, blocks, strict=True)]
        if all(own) and _key(name) not in names:
            names[_key(name)] = name
            places += [(d, place[1], place[0]) for d, place in zip(documents, own, strict=True) if place is not None]
    return list(names.values()), places


def _place_of(name: str, found: dict[str, Passage], lines: Sequence[tuple[str, Passage]]) -> tuple[str, Passage] | None:
    """Return how a first page writes a name, and where: among its names, or inside of a line of several."""
    same = next((other for other in found if _key(other) == _key(name)), None)
    if same is not None:
        return same, found[same]
    return next(((name, passage) for line, passage in lines if re.search(rf"\b{re.escape(name)}\b", line)), None)


def _first_page_names(document: ParsedDocument) -> dict[str, Passage]:
    names: dict[str, Passage] = {}
    for line, passage in _title_block_lines(document):
        for name in _NAME.findall(line):
            if not _STOP.search(name):
                names.setdefault(" ".join(name.split()), passage)
    return names


def _key(name: str) -> tuple[str, str]:
    """Return (first letter of the first name, last name): "D. Bates" and "Douglas M. Bates" are one person."""
    words = name.replace(".", " ").split()
    return words[0][:1].casefold(), words[-1].casefold()


def _title_block_lines(document: ParsedDocument) -> list[tuple[str, Passage]]:
    """Return the lines of the first page with words, up to the abstract or the first long paragraph."""
    lines: list[tuple[str, Passage]] = []
    first = next((page.number for page in document.pages if page.markdown.strip()), 1)
    for passage in (p for p in document.passages if p.page_number == first):
        for paragraph in passage.text.split("\n\n"):
            plain = markdown_to_plain(paragraph.lstrip("# "))
            if re.match(r"(?:abstract|summary|zusammenfassung|1\.?\s+introduction|introduction)\b", plain, re.I):
                return lines
            if paragraph.startswith("#"):
                if plain and plain != document.title:
                    lines.append((plain.removeprefix(document.title).strip(), passage))
                continue
            if len(plain.split()) > 60:
                return lines
            lines.append((plain, passage))
    return lines
