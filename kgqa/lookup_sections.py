"""Questions about sections, answered from the tree of sections: title, content, order, first and last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument, Passage, Section
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_plain
from kgqa.extract import content_words
from kgqa.lookup_counts import appendices_of
from kgqa.part_asks import ORDINALS
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    children_of,
    find_section,
    find_section_by_words,
    find_section_said,
    join,
    letters_of,
    quote_of_passage,
    refuse,
    section_name,
    section_quote,
    sections_above,
    top_sections,
)
from kgqa.pointers import LIGHT, count_word
from kgqa.question import ParsedQuestion
from kgqa.section_order import first_below, neighbour
from kgqa.section_paths import numbered_line, section_by_path, section_by_text
from kgqa.title_pointers import BETWEEN_WHICH, pointed_between, pointed_sections, pointed_title

_SECTION_WORDS = frozenset(
    "section chapter subsection part heading appendix deal cover discus describe explain contain introduce present "
    "treat give concern dedicated devoted focu analyse analyze talk talked explained introduced presented treated "
    "there called titled named number where mentioned mention look cite numbered dealing covering addres speak "
    "say".split()
)
_PLACE_IN_ORDER = frozenset("come stand stands comes place order listed one penultimate".split())
_SUBSECTION_WORDS = frozenset(
    "how divided split structured organized organised broken down subdivided consist made up all list name own "
    "second level "
    "two heading many under below within part unit division and each".split()
)
Sentences = list[tuple[str, tuple[Quote, ...]]]

_TOP_ASKED = re.compile(r"\btop[- ]level\b|\b(?:which|what|next|previous)\s+(?:\w+\s+)?chapter\b", re.I)
_SEVERAL_ASKED = re.compile(r"\b(?:which|what|list|name)\s+(?:\w+\s+)?(?:sub-?)?(?:sections|chapters|headings)\b", re.I)
_SPEAKS_OF = re.compile(  # "which chapter deals with X"
    r"\b(?:about|on|deals? with|treats?|covers?|discuss\w*|describ\w*|explain\w*|introduc\w*|present\w*|devoted|"
    r"dedicated|concern\w*|addresses)\b",
    re.I,
)


def show_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the titles, pages and first sentences of the sections that a question names by number or title."""
    sentences: Sentences = []
    for document in documents:
        named = [find_section(document, number=number) for number in q.sections]
        named += [find_section(document, title=title) for title in q.quoted] if not q.sections else []
        for section in (section for section in named if section is not None):
            place = f"page {section.page_number} of {document.name}"
            sentences.append((f"{section_name(section)} ({place}).", (section_quote(document, section),)))
            if not re.search(r"\btitle\b|\bcalled\b|\bheading\b|\bname\b", q.body, re.I):
                sentences += _section_beginning(document, section)
    if sentences:
        return Finding("structure", tuple(sentences[:6]))
    lines = [(d, line) for d in documents for n in q.sections if (line := numbered_line(d, n)) is not None]
    if lines:
        told = [
            (f"Section {q.sections[0]}, {title} (page {quote.page} of {d.name}).", (quote,))
            for d, (title, quote) in lines
        ]
        return Finding("structure", tuple(told[:SHOWN]))
    if not any(document.sections for document in documents):
        return None
    asked = join(list(q.sections)) if q.sections else f"“{q.quoted[0]}”"
    return refuse(" ".join(f"{d.name} has no section {asked}." for d in documents[:SHOWN]))


def _section_beginning(document: ParsedDocument, section: Section) -> Sentences:
    """Return how a section's text begins and, where it has any, its subsections."""
    found: Sentences = []
    passage = next((p for p in document.passages if p.section_id == section.section_id), None)
    if passage is not None:
        quote = _first_sentences(document, passage)
        if quote is not None:
            found.append((f"It begins: “{quote.text}”", (quote,)))
    below = children_of(document, section)
    if below:
        names = "; ".join(section_name(s) for s in below)
        found.append((f"Its subsections: {names}.", tuple(section_quote(document, s) for s in below)))
    if below and len(found) == 1:  # no text of its own
        inside = {s.section_id for s in below}
        first = next((p for p in document.passages if p.section_id in inside), None)
        quote = _first_sentences(document, first) if first is not None else None
        if quote is not None:
            found.append((f"The first of them begins: “{quote.text}”", (quote,)))
    return found


def _first_sentences(document: ParsedDocument, passage: Passage) -> Quote | None:
    """Return the first two sentences of a passage below its headings; None for one that has none."""
    plain = markdown_to_plain(" ".join(line for line in passage.text.split("\n\n") if not line.startswith("#")))
    spans = text_to_sentences(plain)[:2]
    return quote_of_passage(document, passage, plain[spans[0][0] : spans[-1][1]]) if spans else None


def section_nth(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the first, third, last, ... section of the highest level, or below a section that is named."""
    sentences: Sentences = []
    missing: list[str] = []
    sub = re.search(r"\bsub-?(?:section|heading|chapter)", q.body, re.I) is not None
    for document in documents[: max(SHOWN, len(q.documents))]:
        if not document.sections:
            continue
        parent = _parent(q, document)
        among = children_of(document, parent) if parent is not None else top_sections(document)
        if parent is None and len(among) == 1:  # a chapter cut out of a book: its sections are meant
            among = children_of(document, among[0]) or among
        if parent is None and re.search(r"\bappendi(?:x|ces)\b", q.body, re.I):
            among = appendices_of(document)
        if parent is None and sub:
            among = [s for s in document.sections if s.parent_id is not None]
        counted = [section for section in among if section.number]
        if "numbered" in q.body.lower() or (q.ordinal > 0 and 2 * len(counted) > len(among)):
            among = counted  # of a document that numbers its sections, the third is Section 3, an abstract or not
        at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
        where = section_name(parent) if parent is not None else document.name
        if not -len(among) <= at < len(among):
            missing.append(f"{where} has {len(among)} such sections.")
            continue
        section = among[at]
        text = f"{_nth(q.ordinal)} {'subsection' if parent or sub else 'section'} of {where} is {section_name(section)}"
        text, quotes = f"{text} (page {section.page_number})", [section_quote(document, section)]
        if q.ordinal < 0 and -at <= len(counted) and counted[at] is not section and 2 * len(counted) > len(among):
            own = counted[at]  # behind the numbered ones stand references and the like
            text += f"; among the numbered ones it is {section_name(own)} (page {own.page_number})"
            quotes.append(section_quote(document, own))
        if at == 0 and letters_of(section.title) in ("abstract", "summary") and len(among) > 1:
            text += f"; after it comes {section_name(among[1])} (page {among[1].page_number})"
            quotes.append(section_quote(document, among[1]))
        sentences.append((f"{text}.", tuple(quotes)))
    if sentences:
        return Finding("structure", tuple(sentences))
    return refuse(" ".join(missing)) if missing else None


def _nth(ordinal: int) -> str:
    words = {1: "The first", 2: "The second", 3: "The third", -1: "The last", -2: "The last but one"}
    return words.get(ordinal, f"The {ordinal}th")


def _parent(q: ParsedQuestion, document: ParsedDocument) -> Section | None:
    """Return the section that a question about subsections names; None where it names none."""
    for number in q.sections:
        return find_section(document, number=number)
    for title in q.quoted:
        return find_section(document, title=title)
    if not q.residue:
        return None
    said = [w for w in content_words(" ".join(q.residue)) if w not in _SECTION_WORDS]
    bare = [w for w in said if w not in _PLACE_IN_ORDER and w not in ORDINALS]
    return find_section_by_words(document, said) or (find_section_by_words(document, bare) if bare else None)


def list_subsections(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the sections below one, or all below those of the highest level."""
    sentences: Sentences = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        parent = _parent(q, document)
        if parent is None and (q.sections or q.quoted or _names_parent(q)):
            continue
        below = children_of(document, parent) if parent else [s for s in document.sections if s.parent_id]
        name = section_name(parent) if parent is not None else document.name
        where = f" of {document.name}" if parent is not None else ""
        if not below:
            heading = (section_quote(document, parent),) if parent is not None else ()
            sentences.append((f"{name}{where} has no subsections.", heading))
            continue
        names = "; ".join(section_name(s) for s in below[:40])
        quotes = tuple(section_quote(document, s) for s in below[:40])
        sentences.append((f"The subsections of {name}{where}: {names}.", quotes))
    if sentences:
        return Finding("structure", tuple(sentences))
    if not any(document.sections for document in documents) or not (q.sections or q.quoted):
        return None
    return refuse(" ".join(f"{d.name} has no section {join([*q.sections, *q.quoted])}." for d in documents[:SHOWN]))


def _names_parent(q: ParsedQuestion) -> bool:
    """Return whether a question about subsections says, in words that no title does, of what."""
    said = content_words(" ".join(word for word in q.residue if word not in LIGHT)) if q.residue else []
    return bool(set(said) - _SECTION_WORDS - _SUBSECTION_WORDS)


def section_after(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the section that follows the one that a question points at."""
    return _beside(q, documents, 1)


def section_before(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the section that precedes the one that a question points at."""
    return _beside(q, documents, -1)


def _beside(q: ParsedQuestion, documents: Sequence[ParsedDocument], step: int) -> Finding | None:
    for document in documents:
        target = _named(document, "" if q.quoted else (q.sections or ("",))[0], pointed_title(q))
        if target is None:
            continue
        level = 1 if _TOP_ASKED.search(q.body) else target.level
        if _SEVERAL_ASKED.search(q.body) and (all_of := _all_beside(document, target, level, step)) is not None:
            return all_of
        other = neighbour(document, target, level, step)
        for _ in range(_steps(q) - 1):  # "two sections after"
            other = neighbour(document, other, level, step) if other is not None else None
        word = "follows" if step > 0 else "precedes"
        if other is None and step > 0 and (below := first_below(document, target)) is not None:
            text = (
                f"{section_name(target)} is the last section of its level in {document.name}; after its heading comes "
            )
            text += f"{section_name(below)} (page {below.page_number})."
            return Finding("structure", ((text, (section_quote(document, below), section_quote(document, target))),))
        if other is None:
            end = "last" if step > 0 else "first"
            text = f"{section_name(target)} is the {end} section of {document.name}."
            return refuse(text, (section_quote(document, target),))
        text = f"{section_name(other)} {word} {section_name(target)} (page {other.page_number} of {document.name})."
        told: Sentences = [(text, (section_quote(document, other), section_quote(document, target)))]
        below = first_below(document, target) if step > 0 and not target.number and _steps(q) == 1 else None
        if (
            below is not None and below is not other and below.level > target.level and not below.number
        ):  # levels are a guess of sizes
            text = (
                f"{section_name(below)} stands between them, below {section_name(target)} (page {below.page_number})."
            )
            told.append((text, (section_quote(document, below),)))
        return Finding("structure", tuple(told))
    if not any(document.sections for document in documents):
        return None
    asked = pointed_title(q) or join(list(q.sections))
    return refuse(f"No section “{asked}” is in {join([d.name for d in documents[:SHOWN]])}.")


def _all_beside(document: ParsedDocument, target: Section, level: int, step: int) -> Finding | None:
    """Return all sections of that level behind or before one; where there are none, those of any level."""
    at = document.sections.index(target)
    others = document.sections[at + 1 :] if step > 0 else document.sections[:at]
    found = [section for section in others if section.level <= level] or list(others)
    if len(found) < 2:
        return None
    verb = "follow" if step > 0 else "precede"
    names = join([f"{section_name(s)} (page {s.page_number})" for s in found])
    quotes = tuple(section_quote(document, s) for s in [*found[:12], target])
    return Finding("structure", ((f"{names} {verb} {section_name(target)} of {document.name}.", quotes),))


def _steps(q: ParsedQuestion) -> int:
    """Return how many sections further a question asks: 2 for "two sections after 2.3"."""
    match = re.search(
        r"\b(\w+)\s+(?:sub-?)?(?:section|chapter|heading|place|position)s\s+(?:\w+\s+)?(?:after|before|behind|above)\b|"
        r"\b(two|three|four|five)\s+(?:after|before|behind|above)\b",
        q.body,
        re.I,
    )
    return (count_word(match[1] or match[2]) if match is not None else None) or 1


def _named(document: ParsedDocument, number: str, title: str) -> Section | None:
    """Return the section with that number, else the one with that title, or whose title those words say."""
    if number:
        return find_section(document, number=number)
    plain = re.sub(r"^(?:section|chapter)\s+", "", title, flags=re.I)
    return find_section(document, title=plain) or find_section_by_words(document, content_words(plain))


def section_between(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the sections that stand between two, or the two between which one stands."""
    if BETWEEN_WHICH.search(q.body):
        return _both_sides(q, documents)
    a, b = pointed_between(q)
    numbers = q.sections if len(q.sections) > 1 else ("", "")
    for document in documents:
        first, last = _named(document, numbers[0], a), _named(document, numbers[1], b)
        if first is None or last is None:
            continue
        places = sorted(document.sections.index(section) for section in (first, last))
        level = max(first.level, last.level)
        inner = [s for s in document.sections[places[0] + 1 : places[1]] if s.level <= level]
        if not inner:
            text = f"No section stands between {section_name(first)} and {section_name(last)} of {document.name}."
            return Finding("structure", ((text, (section_quote(document, first), section_quote(document, last))),))
        names = join([f"{section_name(s)} (page {s.page_number})" for s in inner])
        stand = "stand" if len(inner) > 1 else "stands"
        text = f"{names} {stand} between {section_name(first)} and {section_name(last)} of {document.name}."
        return Finding("structure", ((text, tuple(section_quote(document, s) for s in [*inner, first, last])),))
    return None


def _both_sides(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the sections before and after the one that a question names."""
    for document in documents:
        title = next(iter(q.quoted), "")
        target = _named(document, (q.sections or ("",))[0], title) or find_section_said(document, q.body)
        if target is None:
            continue
        around = [neighbour(document, target, target.level, step) for step in (-1, 1)]
        stands = join([section_name(section) if section is not None else "no other section" for section in around])
        text = f"{section_name(target)} (page {target.page_number} of {document.name}) stands between {stands}."
        quotes = tuple(section_quote(document, s) for s in (target, *around) if s is not None)
        return Finding("structure", ((text, quotes),))
    return None


def section_of(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the section whose title says what a question looks for; None where the text has to tell."""
    said = [word for word in q.residue if word not in LIGHT]
    words = [word for word in content_words(" ".join(said) or q.body) if word not in _SECTION_WORDS]
    sentences: Sentences = []
    for document in documents:
        title = next(iter(q.quoted), "")
        about = _SPEAKS_OF.search(q.body) is not None
        section = find_section(document, title=title) if title else find_section_said(document, q.body)
        section = section or (None if title else find_section_by_words(document, words, loose=about))
        if section is None and not title:
            section = section_by_path(document, words)
        if section is not None:
            above = sections_above(document, section) if title else []
            inside = "".join(f", which belongs to {section_name(s)}" for s in above)
            text = f"{section_name(section)} (page {section.page_number} of {document.name}){inside}."
            sentences.append((text, tuple(section_quote(document, s) for s in (section, *above))))
    if not sentences and len(documents) == 1 and (told := section_by_text(documents[0], words)) is not None:
        section, passage, sentence = told
        parents = documents[0].section_path(section.parent_id)
        below = f", below {section_name(parents[-1])}," if parents else ""
        text = f"{section_name(section)}{below} (page {passage.page_number} of {documents[0].name}) says: “{sentence}”"
        own = (section_quote(documents[0], section), quote_of_passage(documents[0], passage, sentence))
        sentences.append((text, own))
    return Finding("structure", tuple(sentences[:SHOWN])) if sentences else None


def section_number(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the number of a section that is named by its title."""
    words = [word for word in content_words(" ".join(q.residue)) if word not in _SECTION_WORDS]
    for document in documents:
        title = next(iter(q.quoted), "") or " ".join(pointed_sections(q.body))
        section = find_section(document, title=title) if title else None
        section = section or find_section_by_words(document, words, loose=True)
        if section is None:
            continue
        if section.number:
            text = f"{section.title} is Section {section.number} of {document.name} (page {section.page_number})."
        else:
            at = document.sections.index(section) + 1
            place = f"heading {at} of {len(document.sections)}, page {section.page_number}"
            text = f"{section.title} has no number in {document.name} ({place})."
        return Finding("structure", ((text, (section_quote(document, section),)),))
    return refuse(f"No such section is in {join([d.name for d in documents[:SHOWN]])}.")


def section_exists(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return whether there is a section of that number, title or subject."""
    words = [word for word in content_words(" ".join(q.residue)) if word not in _SECTION_WORDS]
    sentences: Sentences = []
    missing: list[str] = []
    for document in documents:
        section = find_section(document, number=q.sections[0]) if q.sections else None
        if not q.sections:
            title = next(iter(q.quoted), "")
            section = find_section(document, title=title) if title else None
            section = section or find_section_by_words(document, words, loose=True)
        if section is not None:
            text = f"Yes: {section_name(section)} (page {section.page_number} of {document.name})."
            sentences.append((text, (section_quote(document, section),)))
        else:
            missing.append(document.name)
    if sentences:
        return Finding("structure", tuple(sentences[:SHOWN]))
    sought = next(iter(q.quoted), "") or " ".join(q.sections) or " ".join(words)
    tops = tuple(section_quote(d, s) for d in documents[:1] for s in top_sections(d)[:10])
    return Finding("structure", ((f"No, {join(missing[:SHOWN])} has no section “{sought}”.", tops),))


def list_sections(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    """Return the sections of the first level, of at most three documents."""
    sentences: Sentences = []
    for document in documents[:SHOWN]:
        tops = top_sections(document)[:30]
        if re.search(r"\bunnumbered\b|\b(?:without|lack|no) (?:an? )?numbers?\b", q.body, re.I):
            tops = [section for section in tops if not section.number]
        names = "; ".join(section_name(section) for section in tops) or "none"
        quotes = tuple(section_quote(document, s) for s in tops)
        sentences.append((f"The sections of {document.name}: {names}.", quotes))
    return Finding("structure", tuple(sentences))
