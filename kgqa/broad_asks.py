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
from kgqa.lookup_mentions import first_of_pages, places_of
from kgqa.overview import section_told
from kgqa.parts import Finding, Quote, find_section_by_words, join, refuse
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
_SAID_ABOUT = re.compile(
    r"\b(?:say|says|said|tell|tells|told|write|writes|written|state|states|stated|known|read|learn|information|details|more|anything)\s+"
    r"(?:us\s+|me\s+)?(?:about|on|regarding|concerning)\s+(?P<what>[^?]{2,80})",
    re.I,
)
_SAID = 4  # sentences that are told of a thing


def told_by_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how the sections begin whose titles say what a broad question asks for; None for another question."""
    if not _BROAD.match(q.body) or q.compares:
        return None
    words = [word for word in content_words(q.body) if word not in _ASKING]
    if not words:
        return None
    found = [told for document in documents if (told := _told_of(document, words)) is not None]
    return Finding("content", tuple(found[:_MOST])) if found else None


def said_about(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the first sentences that say a thing about which a question asks what is said; None for other questions.

    A refusal where no document says it.
    """
    match = _SAID_ABOUT.search(q.body)
    what = re.sub(r"^(?:the|a|an)\s+", "", match["what"].strip(" ?.!,;:"), flags=re.I) if match is not None else ""
    what = re.sub(r"\s+(?:in|of|by|within)$", "", what)  # a document's name stood behind
    if not what:
        return None
    sections = [told for d in documents if (told := _told_of(d, content_words(what))) is not None]
    if sections:
        return Finding("content", tuple(sections[:_MOST]))
    found = [(document, places_of(document, what)) for document in documents]
    each = max(1, _SAID // max(1, sum(bool(places) for _, places in found)))
    quotes = [quote for _, places in found for quote in first_of_pages(places)[:each]]
    sentences = [(f"{quote.document.name}, page {quote.page}: “{quote.text}”", (quote,)) for quote in quotes]
    if sentences:
        return Finding("content", tuple(sentences[:_SAID]))
    names = join([d.name for d in documents[:4]])
    return refuse(f"{names} {'does' if len(documents) == 1 else 'do'} not mention “{what}”.")


def _told_of(document: ParsedDocument, words: Sequence[str]) -> tuple[str, tuple[Quote, ...]] | None:
    """Return how the section begins whose title says all of some words; None without one."""
    section = _section_of(document, words) if words else None
    return None if section is None else section_told(document, section)


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
