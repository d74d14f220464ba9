"""What stands beside or below a heading that a question names by its title, and the items of the list under one.

A title must be that of a heading: "the File Menu", "Undo in the Edit Menu". Where none is, the text answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Passage, Section
from ingestion.plain import markdown_to_plain
from kgqa.heading_marks import without_mark
from kgqa.lookup_pages import named_pages
from kgqa.parts import (
    Finding,
    Quote,
    children_of,
    quote_of_passage,
    section_name,
    section_quote,
)
from kgqa.question import ParsedQuestion
from kgqa.section_order import neighbour
from kgqa.section_told import ITEM, pieces_of
from kgqa.table_view import alike

_INSIDE = re.compile(r"\s+(?:in|of|under|from|within|on)\s+(?:the\s+)?", re.I)
_ARTICLES = frozenset("the a an".split())
_HOW_MANY = re.compile(
    r"\W*how many\s+(?P<what>(?:[\w-]+\s+){0,2}[\w-]+?)\s+"
    r"(?:are\s+(?:there|listed|described|given|named)|does|do|has|have)\b",
    re.I,
)
_LEAD_WORDS = 14  # of a line with a colon that can stand over a list
_ITEM_CHARS = 300  # of an item that an answer tells
_LEAST = 2  # items that make a list
_BETWEEN = 4  # lines of text over a list, or between numbered items
_SHOWN = 40  # items of one that are told


def heading_beside(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the heading that stands before or after one; of several kinds, the next of the kind that is asked for."""
    found = [(d, target) for d in documents if (target := _titled(d, next(iter(q.quoted), "") or q.unit, q.thing))]
    if len(found) != 1:
        return None
    document, target = found[0]
    other = _of_kind(document, target, q.thing, q.ordinal) or neighbour(document, target, target.level, q.ordinal)
    if other is None:
        return None
    verb = "follows" if q.ordinal > 0 else "precedes"
    text = f"{section_name(other)} {verb} {section_name(target)} (page {other.page_number} of {document.name})."
    return Finding("structure", ((text, (section_quote(document, other), section_quote(document, target))),))


def _of_kind(document: ParsedDocument, target: Section, noun: str, step: int) -> Section | None:
    """Return the next heading whose title says the noun asked for, as the target's own does: the next "... Menu"."""
    kind = noun.lower().split()[-1] if noun else ""
    beside = [s for s in document.sections if s.parent_id == target.parent_id and s.level == target.level]
    alike_called = [s for s in beside if kind in _words(s.title)]
    if target not in alike_called or 2 * len(alike_called) < len(beside):
        return None  # few headings say what they are: the next one is meant, however it is called
    at = document.sections.index(target)
    others = document.sections[at + 1 :] if step > 0 else document.sections[:at][::-1]
    return next((s for s in others if s.level <= target.level and kind in _words(s.title)), None)


def heading_place(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return on which page a heading stands; None where none has such a title."""
    found = [(d, section) for d in documents if (section := _titled(d, q.unit, "")) is not None]
    if len(found) != 1:
        return None
    document, section = found[0]
    text = f"{section_name(section)} begins on page {section.page_number} of {document.name}."
    return Finding("structure", ((text, (section_quote(document, section),)),))


def heading_inside(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the headings below one, or the items of the list under it."""
    for document in documents:
        target = _titled(document, next(iter(q.quoted), "") or q.unit, "")
        if target is None:
            continue
        below = children_of(document, target)
        if len(below) >= _LEAST:
            names = "; ".join(section_name(s) for s in below[:_SHOWN])
            quotes = tuple(section_quote(document, s) for s in [target, *below[:_SHOWN]])
            text = f"Below {section_name(target)} (page {target.page_number} of {document.name}) stand {names}."
            return Finding("structure", ((text, quotes),))
        found = next((items for items in _lists(document) if items.section is target), None)
        if found is not None:
            return _whole_list(document, found)
    return None


def list_item(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the first, ..., last item of the list whose heading says what is asked for, or all, or how many."""
    if q.thing == "on-page":
        return _nth_on_page(q, documents)
    wanted = q.unit.split()
    found = [(d, items) for d in documents for items in _lists(d) if _says(d, items, wanted, whole=q.thing == "all")]
    if q.thing == "one" and not found:
        return _nth_below(q, documents, wanted)
    if q.thing == "all" and not found:
        return _headings_below(documents, wanted)
    if not found or len({id(document) for document, _ in found}) > 1:
        return None
    document, items = found[0]
    if q.thing == "all":
        return _whole_list(document, items)
    where = f"“{items.heading}” (page {items.page} of {document.name})"
    if q.thing == "count":
        text = f"{len(items.told)} items are listed under {where}."
        return Finding("count", ((text, (items.lead, *(quote for _, quote in items.told[:12]))),))
    at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
    if not -len(items.told) <= at < len(items.told):
        return None
    text, quote = items.told[at]
    return Finding("structure", ((f"{_nth(q.ordinal)} item under {where}: {text}", (quote, items.lead)),))


def _nth_on_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the first, second, ..., last item of the lists on a page."""
    at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
    for document in documents:
        numbers = {page.number for page in named_pages(q, document, [])}
        told = [
            quote_of_passage(document, passage, markdown_to_plain(match["numbered"] or match["bulleted"])[:_ITEM_CHARS])
            for passage, line in _lines(document)
            if passage.page_number in numbers and (match := ITEM.match(line)) is not None
        ]
        if -len(told) <= at < len(told):
            quote = told[at]
            text = f"{_nth(q.ordinal)} item on page {quote.page} of {document.name}: {quote.text}"
            return Finding("structure", ((text, (quote,)),))
    return None


def _nth_below(q: ParsedQuestion, documents: Sequence[ParsedDocument], wanted: Sequence[str]) -> Finding | None:
    """Return the first, second, ... heading below the one whose title says what is asked for."""
    at = q.ordinal - 1 if q.ordinal > 0 else q.ordinal
    for document in documents:
        own = [s for s in document.sections if _same(wanted, tokenize(s.title))]
        below = children_of(document, own[0]) if len(own) == 1 else []
        if len(below) >= _LEAST and -len(below) <= at < len(below):
            text = f"{_nth(q.ordinal)} heading below {section_name(own[0])} of {document.name} is "
            text += f"{section_name(below[at])} (page {below[at].page_number})."
            quotes = (section_quote(document, below[at]), section_quote(document, own[0]))
            return Finding("structure", ((text, quotes),))
    return None


def _headings_below(documents: Sequence[ParsedDocument], wanted: Sequence[str]) -> Finding | None:
    """Return the headings below the one whose title is what is asked for: "Goals" with a heading for each goal."""
    for document in documents:
        above, below = titled_with_below(document, wanted)
        if above is not None:
            names = "; ".join(section_name(s).rstrip(":") for s in below[:_SHOWN])
            text = f"Below {section_name(above)} (page {above.page_number} of {document.name}) stand {names}."
            quotes = tuple(section_quote(document, s) for s in [above, *below[:_SHOWN]])
            return Finding("structure", ((text, quotes),))
    return None


def counted_below(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how many headings stand below the one titled by what is counted: "how many goals are there?"."""
    match = _HOW_MANY.match(q.body)
    wanted = tokenize(match["what"]) if match is not None else []
    for document in documents:
        above, below = titled_with_below(document, wanted)
        if above is not None:
            text = f"{len(below)} headings stand below {section_name(above)} (page {above.page_number} of "
            quotes = tuple(section_quote(document, s) for s in [above, *below[:_SHOWN]])
            return Finding("count", ((f"{text}{document.name}).", quotes),))
    return None


def titled_with_below(document: ParsedDocument, wanted: Sequence[str]) -> tuple[Section | None, list[Section]]:
    """Return the one section with such a title, which may have a word more ("User Goals"), and those right below it.

    (None, []) where there is none, where there are several, or where fewer than two stand below.
    """
    own = [s for s in document.sections if _same(wanted, tokenize(s.title))] or [
        s
        for s in document.sections
        if wanted and set(wanted) < set(w := tokenize(s.title)) and len(w) == len(wanted) + 1
    ]
    below = [s for s in children_of(document, own[0]) if s.parent_id == own[0].section_id] if len(own) == 1 else []
    return (own[0], below) if len(below) >= _LEAST else (None, [])


def _whole_list(document: ParsedDocument, items: _List) -> Finding:
    told = "; ".join(text for text, _ in items.told[:_SHOWN])
    text = f"Under “{items.heading}” (page {items.page} of {document.name}) are listed {len(items.told)} items: {told}"
    return Finding("structure", ((text, (items.lead, *(quote for _, quote in items.told[:_SHOWN]))),))


def _nth(ordinal: int) -> str:
    words = {1: "The first", 2: "The second", 3: "The third", -1: "The last", -2: "The last but one"}
    return words.get(ordinal, f"The {ordinal}th")


def _titled(document: ParsedDocument, said: str, noun: str) -> Section | None:
    """Return the heading whose title is what is said, its words in any order: "Undo in the Edit Menu", "menu Snap"."""
    cuts = list(_INSIDE.finditer(said))
    for title, inside in [(said, ""), *((said[: cut.start()], said[cut.end() :]) for cut in reversed(cuts))]:
        wanted = _words(title)
        fitting = (wanted, wanted | _words(noun))
        named = [s for s in document.sections if wanted and any(_words(own) in fitting for own in _forms(s.title))]
        if not named and title.startswith("-"):  # an option stands with its values in its heading
            named = [s for s in document.sections if s.title.startswith(f"{title} ")]
        if inside and named:
            around = _words(inside)
            named = [s for s in named if any(_words(up.title) == around for up in document.section_path(s.parent_id))]
        if named:
            return named[0]
    return None


def _forms(title: str) -> tuple[str, ...]:
    """Return a title, without its brackets, its colon or its mark: "Step 2" of "Step 2: the sails"."""
    return title, re.sub(r"\s*\(.*?\)", "", title), title.split(":", 1)[0], without_mark(title)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower())) - _ARTICLES


@dataclass(frozen=True, slots=True)
class _List:
    """The items under a heading or a line with a colon."""

    heading: str
    lead: Quote
    section: Section | None  # the innermost in which its heading stands
    page: int
    told: tuple[tuple[str, Quote], ...]


def _says(document: ParsedDocument, items: _List, wanted: Sequence[str], *, whole: bool) -> bool:
    """Return whether a list's heading, with the titles around it, says all words; `whole`: its heading nothing else."""
    own = tokenize(items.heading)
    if whole:
        return _same(wanted, own)
    path = document.section_path(items.section.section_id) if items.section is not None else ()
    around = [token for section in path for token in tokenize(section.title)]
    here = any(word in own for word in wanted)  # of "medication" and "medical" only the same word heads a list
    return here and all(any(alike(word, token) for token in (*own, *around)) for word in wanted)


def _same(wanted: Sequence[str], own: Sequence[str]) -> bool:
    said = all(any(alike(word, token) for token in own) for word in wanted)
    return bool(wanted) and said and all(any(alike(word, token) for word in wanted) for token in own)


def _lists(document: ParsedDocument) -> Iterator[_List]:
    """Yield the lists of a document that stand under a heading or a line with a colon."""
    lines = list(_lines(document))
    sections = {section.section_id: section for section in document.sections}
    for at, (passage, line) in enumerate(lines):
        lead = markdown_to_plain(line.lstrip("# "))
        leads = line.startswith("#") or (
            lead.endswith(":") and len(lead.split()) <= _LEAD_WORDS and not ITEM.match(line)
        )
        told = _items(lines[at + 1 :]) if leads and lead else ()
        if len(told) >= _LEAST:
            section = sections.get(passage.section_id or "")
            items = tuple((text[:_ITEM_CHARS], quote_of_passage(document, own, text)) for own, text in told)
            quote = quote_of_passage(document, passage, lead)
            yield _List(lead.rstrip(":"), quote, section, passage.page_number, items)


def _lines(document: ParsedDocument) -> Iterator[tuple[Passage, str]]:
    for passage in document.passages:
        for line in passage.text.splitlines():
            yield from ((passage, piece) for piece in pieces_of(line.strip()) if piece)


def _items(lines: Sequence[tuple[Passage, str]]) -> tuple[tuple[Passage, str], ...]:
    """Return the items that begin a stretch of lines, after a few lines of text at most.

    Bullets go on up to the next text; numbers as long as they count on, over other lines and a page's end too.
    """
    found: list[tuple[Passage, str]] = []
    last = since = 0
    for passage, line in lines:
        match = ITEM.match(line.lstrip("# "))
        number = int(match["number"]) if match is not None and match["number"] else 0
        since += 1
        counts_on = number == last + 1 and (last or not found)  # a list is numbered from its first item on, or never
        goes_on = not found or since == 1
        if match is not None and (counts_on if number else goes_on and not last):
            found.append((passage, markdown_to_plain(match["numbered"] or match["bulleted"])))
            last, since = number, 0
        elif line.startswith("#") or since > (_BETWEEN if last or not found else 0):
            break
    return tuple(found)
