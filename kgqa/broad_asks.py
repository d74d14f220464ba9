"""A broad question that no sentence answers -> how the section begins whose title says what is asked.

"What are the limitations?" or "Explain the installation." ask for more than a sentence can tell; the author has put it
under a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Section
from kgqa.days import days_in, told_on, without_days
from kgqa.extract import content_words
from kgqa.labelled_headings import counted_labels
from kgqa.lookup_lists import counted_below
from kgqa.lookup_mentions import first_of_pages, places_of
from kgqa.parts import Finding, find_section_by_words, join, letters_of, quote_of_passage, refuse
from kgqa.question import ParsedQuestion
from kgqa.section_told import Told, list_told, section_told, sentences_told
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
_OF_A_DAY = frozenset(
    tokenize(
        "meeting meetings minutes agenda session entry entries decide decided decision decisions discuss discussed "
        "discussion happen happened talk talked topics topic items item points point say said cover covered do done "
        "summarize summarise summary agreed agree planned plan notes note recorded log diary about concern was were on "
        "contain tell main"
    )
)
"""Words of a question that asks for all that is told under a date."""
_BETWEEN = re.compile(
    r"\b(?:differences?|distinction|distinguish\w*|differ|differs)\b.*?\bbetween\s+(?P<a>.+?)\s+and\s+(?P<b>[^?]+)|"
    r"\bhow\s+(?:do|does|is|are)\s+(?P<a2>.+?)\s+(?:differ(?:s|ent)?|distinguished)\s+from\s+(?P<b2>[^?]+)|"
    r"^\W*compare\s+(?P<a3>.+?)\s+(?:and|with|to)\s+(?P<b3>[^?]+)",
    re.I,
)


def told_of_day(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what stands under a date, where a question asks for nothing less: "Summarize the minutes of 9/15/17."."""
    days = days_in(q.body)
    words = set(content_words(without_days(q.body))) - _OF_A_DAY
    found: list[Told] = []
    for document in documents if days else ():
        for heading, passages in told_on(document, days):
            if not words <= set(tokenize(heading)):
                continue
            lead = (quote_of_passage(document, passages[0], heading),)
            name = heading.rstrip(" :.")
            told = list_told(document, name, passages, lead) or sentences_told(document, name, passages, lead)
            found += [told] if told is not None else []
    return Finding("content", tuple(found[:_MOST])) if found else None


def at_days(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> ParsedQuestion:
    """Return a question for a part of what stands under a date as one that names no date, but knows it."""
    days = days_in(q.body)
    if not any(told_on(document, days) for document in documents):
        return q
    return replace(q, days=days, body=without_days(q.body), asked=without_days(q.asked))


def told_apart(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what a document says of each of two things whose difference is asked for; None where it has not both."""
    match = _BETWEEN.search(q.body)
    if match is None:
        return None
    sides = [next(said for name in names if (said := match[name])) for names in (("a", "a2", "a3"), ("b", "b2", "b3"))]
    for document in documents:
        told = [_told_of(document, content_words(side)) or _said_of(document, side) for side in sides]
        both = [one for one in told if one is not None]
        if len(both) == len(sides) and both[0] != both[1]:
            return Finding("compare", tuple(both))
    return None


def _said_of(document: ParsedDocument, what: str) -> Told | None:
    """Return the first sentence of a document that says a thing."""
    what = re.sub(r"^(?:the|a|an)\s+", "", what.strip(" ?.!,;:"), flags=re.I)
    quotes = list(first_of_pages(places_of(document, what)))[:1]
    return (f"{document.name}, page {quotes[0].page}: “{quotes[0].text}”", tuple(quotes)) if quotes else None


def told_by_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how the sections begin whose titles say what a broad question asks for; None for another question."""
    if not _BROAD.match(q.body) or q.compares:
        return None
    words = [word for word in content_words(q.body) if word not in _ASKING]
    if not words:
        return None
    found = _once([told for document in documents if (told := _told_of(document, words)) is not None])
    return Finding("content", tuple(found[:_MOST])) if found else None


def is_heading_alone(finding: Finding) -> bool:
    """Return whether an answer quotes nothing but headings, which name what is asked for and do not tell it."""
    quotes = [quote for _, quotes in finding.sentences for quote in quotes]
    return bool(quotes) and all(
        any(letters_of(quote.text) == letters_of(section.title) for section in quote.document.sections)
        for quote in quotes
    )


def told_otherwise(q: ParsedQuestion, finding: Finding, documents: Sequence[ParsedDocument]) -> Finding:
    """Return what headings and mentions tell to a question that no sentence answers, else the finding itself."""
    told = said_about(q, documents) or counted_below(q, documents) or told_apart(q, documents)
    told = told or counted_labels(q, documents) or told_by_section(q, documents)
    return told or (finding if finding.abstained else told_below(finding)) or finding


def told_below(finding: Finding) -> Finding | None:
    """Return what stands below the heading that an answer quotes alone; None where nothing does."""
    quote = finding.sentences[0][1][0]
    sections = [s for s in quote.document.sections if letters_of(s.title) == letters_of(quote.text)]
    told = section_told(quote.document, sections[0]) if sections else None
    return Finding("content", (told,)) if told is not None else None


def _once(told: Sequence[Told]) -> list[Told]:
    """Return what is told without what another document says word for word too."""
    by_words: dict[tuple[str, ...], Told] = {}
    for one in told:
        by_words.setdefault(tuple(quote.text for quote in one[1]), one)
    return list(by_words.values())


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


def _told_of(document: ParsedDocument, words: Sequence[str]) -> Told | None:
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
    if len(wanted) == 1 and section is not None and wanted[0] not in tokenize(section.title):
        return None  # "personal" is no form of "persona"
    if section is None or not _all_said(wanted, tokenize(section.title)):
        return _by_path(document, wanted)
    return section


def _by_path(document: ParsedDocument, wanted: Sequence[str]) -> Section | None:
    """Return the section whose title, with those around it, says all words: "Habits" below "Ann: the sailor"."""
    for section in document.sections:
        own = tokenize(section.title)
        around = [word for up in document.section_path(section.parent_id) for word in tokenize(up.title)]
        if own and _all_said(own, wanted) and not _all_said(wanted, own) and _all_said(wanted, [*own, *around]):
            return section
    return None


def _all_said(words: Sequence[str], said: Sequence[str]) -> bool:
    """Return whether each of some words is said, in one of its forms."""
    return bool(words) and all(any(a[:5] == b[:5] for b in said) for a in words)


def _means(title: str, word: str) -> bool:
    return any(token[:6] == word[:6] for token in tokenize(usual_title(title)))
