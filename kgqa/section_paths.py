"""Sections found by more than their titles: by the titles above them too, or by a heading that was read as text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Section
from ingestion.plain import markdown_to_plain
from kgqa.parts import Quote, quote_of_passage
from kgqa.table_view import alike

_TITLE_CHARS = 140  # of a line that may be a heading
_ASIDE = r"(?:\s*\([\d/.–-]+\))?"  # a date of issue behind a section's number
_FIRST_POINT = re.compile(r"\s+\((?:1|a|i)\)\s")  # of the text, set behind the heading
_LEADERS = re.compile(r"(?:\s*[.·…]){3,}\s*\w*\s*$|\s+\d{1,4}$")


def section_by_path(document: ParsedDocument, words: Sequence[str]) -> Section | None:
    """Return the highest section that says all words with the titles above it, its own title at least one of them.

    "How to moor boats in winter" is told in "Winter", below "Mooring of boats". The document's own name says
    nothing of a section. None where no section does, or two of one level do.
    """
    own = tokenize(re.sub(r"[_\W]+", " ", f"{document.title} {document.name}"))
    wanted = [word for word in words if not any(alike(word, other) for other in own)]
    if len(wanted) < 2:
        return None
    found = [section for section in document.sections if _says(document, section, wanted)]
    highest = min((section.level for section in found), default=0)
    best = [section for section in found if section.level == highest]
    return best[0] if len(best) == 1 else None


def _says(document: ParsedDocument, section: Section, words: Sequence[str]) -> bool:
    title = tokenize(section.title)
    above = [token for s in document.section_path(section.parent_id) for token in tokenize(s.title)]
    here = [word for word in words if any(alike(word, other) for other in title)]
    rest = [word for word in words if word not in here]
    alone = [word for word in here if not any(alike(word, other) for other in above)]
    return bool(alone) and all(any(alike(word, other) for other in above) for word in rest)


def numbered_line(document: ParsedDocument, number: str) -> tuple[str, Quote] | None:
    """Return (title, the line) of a heading that was read as text: its number, and words without a full stop.

    Only for a number of several parts, as no other text begins with it; a line of the contents is the last resort.
    """
    if not re.fullmatch(r"(?:\d+|[A-Z])(?:\.\d+)+", number):
        return None
    pattern = re.compile(rf"(?:[-*•]\s+)?{re.escape(number)}\.?{_ASIDE}\s+(?P<title>[^\W\d_].*)")
    headings: list[tuple[str, Quote]] = []
    listed: list[tuple[str, Quote]] = []
    for passage in document.passages:
        for line in map(markdown_to_plain, passage.text.splitlines() if number in passage.text else ()):
            match = pattern.match(line.strip())
            if match is None or len(line) > _TITLE_CHARS or match["title"].rstrip().endswith((".", ";", ",")):
                continue
            said = _FIRST_POINT.split(match["title"].strip())[0]
            title = _LEADERS.sub("", said).strip()
            found = headings if title == said else listed
            found.append((title, quote_of_passage(document, passage, line.strip())))
    return headings[-1] if headings else listed[0] if listed else None  # the contents come before the heading itself
