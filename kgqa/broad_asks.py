"""A broad question that no sentence answers -> how the section begins whose title says what is asked.

"What are the limitations?" or "Explain the installation." ask for more than a sentence can tell; the author has put it
under a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Section
from kgqa.extract import content_words
from kgqa.overview import section_told
from kgqa.parts import Finding, find_section_by_words
from kgqa.question import ParsedQuestion
from kgqa.usual_titles import usual_title

_BROAD = re.compile(
    r"^\W*(?:(?:what|which)\s+(?:are|were)\b|(?:what|which)\s+\w+s\s+(?:does|do|did|are|were)\b|"
    r"(?:list|name|explain|describe|outline|give|show|tell)\b|(?:how|why)\b(?!\s+(?:many|much|long|often|old|far|large|big|high)\b)|"
    r"what\s+(?:steps|happens?|should|do|must)\b|(?:the|all)\s)",
    re.I,
)
_ASKING = frozenset(
    tokenize(
        "explain describe outline list name give show tell work works working make makes made step steps way ways main "
        "major different various happen do done document documents paper report manual study author authors find"
    )
)
_MOST = 2  # documents whose section is told


def told_by_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how the sections begin whose titles say what a broad question asks for; None for another question."""
    if not _BROAD.match(q.body) or q.compares:
        return None
    words = [word for word in content_words(q.body) if word not in _ASKING]
    if not words:
        return None
    found = []
    for document in documents:
        section = _section_of(document, words)
        if section is not None and (told := section_told(document, section)) is not None:
            found.append(told)
    return Finding("content", tuple(found[:_MOST])) if found else None


def _section_of(document: ParsedDocument, words: Sequence[str]) -> Section | None:
    """Return the section whose title says all words, or is the usual one for the single word asked for."""
    own = set(tokenize(re.sub(r"[_\W]+", " ", f"{document.name} {document.title}")))
    wanted = [word for word in words if word not in own] or list(words)
    if len(wanted) == 1:
        usual = next((s for s in document.sections if usual_title(s.title) and _means(s.title, wanted[0])), None)
        if usual is not None:
            return usual
    section = find_section_by_words(document, wanted, loose=len(wanted) > 1)
    if section is None:
        return None
    title = set(tokenize(section.title))
    return section if all(any(a[:5] == b[:5] for b in title) for a in wanted) else None


def _means(title: str, word: str) -> bool:
    return any(token[:6] == word[:6] for token in tokenize(usual_title(title)))
