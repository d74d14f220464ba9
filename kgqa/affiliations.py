"""Where the authors of a document work, as its first page says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.document import ParsedDocument, Passage
from kgqa.parts import SHOWN, Finding, Quote, join, quote_of_passage
from kgqa.people import Author, authors_of, title_block_lines
from kgqa.question import ParsedQuestion

_HIGHER = (
    r"(?:\w*[Uu]niversi[a-zé]*|ETH|EPFL|College|Polytechnic|Politecnico|Hochschule|Academy|Institute of Technology)"
)
_FIRM = r"(?:Inc|Ltd|GmbH|Corporation|Corp|Company|LLC|AG|Labs|Research)"
_OTHER = r"(?:Institut\w*|Laborator\w*|Hospital|Clinic|Foundation|Ministry|Agency|Bureau|Center|Centre|Department|School|Faculty)"
_JOINS = r"(?:of|for|the|and|de|di|du|des|della|für|&|in|at)"
_WORD = r"[A-ZÀ-Ý][\w.'’-]*"
_PLACE = re.compile(
    rf"(?:{_WORD}\s+(?:{_JOINS}\s+)*)*\b(?:{_HIGHER}|{_FIRM}|{_OTHER})\b(?:\s+(?:{_JOINS}\s+)*{_WORD})*(?:\s+at\s+{_WORD})?"
)
_OF_KIND = (  # what a question asks for, and words that such a place has
    (re.compile(r"\b(?:universit|college|school|academic)", re.I), re.compile(rf"\b{_HIGHER}\b")),
    (re.compile(r"\b(?:company|companies|firms?|employer)\b", re.I), re.compile(rf"\b{_FIRM}\b")),
)


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A place where an author of a document works."""

    name: str  # as the title block writes it
    words: str  # the line that names it
    passage: Passage
    line: int  # of the title block, from 0


def affiliations_of(document: ParsedDocument) -> tuple[Affiliation, ...]:
    """Return the universities, firms and other places that the title block names, authors aside, in their order."""
    people = [author.name for author in authors_of(document)]
    found: dict[str, Affiliation] = {}
    for number, (line, passage) in enumerate(title_block_lines(document)):
        rest = line
        for name in people:
            rest = rest.replace(name, ";")
        for match in _PLACE.finditer(rest):
            name = match[0].strip(" .,;")
            found.setdefault(name.casefold(), Affiliation(name, line, passage, number))
    return tuple(found.values())


def affiliations(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer where the authors of documents work, or the one whom a question names; None where no first page says."""
    wanted = next((said for asked, said in _OF_KIND if asked.search(q.body)), None)
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        authors = authors_of(document)
        places = affiliations_of(document)
        places = tuple(place for place in places if wanted is None or wanted.search(place.name))
        named = [author for author in authors if _is_named(author, q.body)]
        if not places or not authors:
            continue
        if named:
            places = _places_of(named[0], document, places)
        lines = {place.words: place for place in places}.values()
        quotes = tuple(quote_of_passage(document, place.passage, place.words) for place in lines)
        who = named[0].name if named else join([author.name for author in authors])
        sentences.append((f"{who} ({document.name}): {join([place.name for place in places])}.", quotes))
    return Finding("structure", tuple(sentences)) if sentences else None


def _is_named(author: Author, question: str) -> bool:
    last = author.name.split()[-1]
    return re.search(rf"\b{re.escape(last)}\b", question, re.I) is not None


def _places_of(author: Author, document: ParsedDocument, places: Sequence[Affiliation]) -> tuple[Affiliation, ...]:
    """Return the place in the line of an author who has one alone, else in the next line with one; else all places."""
    lines = [line for line, _ in title_block_lines(document)]
    at = next((i for i, line in enumerate(lines) if author.name in line), None)
    if at is None or sum(other.name in lines[at] for other in authors_of(document)) > 1:
        return tuple(places)
    behind = [place for place in places if place.line >= at]
    return tuple(behind[:1]) or tuple(places)
