"""Questions that ask two things at once: "title and authors of X?", "what is Section 3 called, and where is it?".

Each thing is asked as a question of its own. What a second half leaves unsaid ("and on which page is it?") it takes
from the first. Both must ask for structure: else the question stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.asks import said_words, with_ask
from kgqa.part_asks import ORDINAL_WORDS

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

Parse = Callable[[str], "ParsedQuestion"]

_SECOND = re.compile(
    r"(?:\s*[,;?]\s*|\s+)(?:and\s+|but\s+|\?\s*)(?P<b>(?:if so,?\s+)?(?:(?:on|in|at|by|from|under|to)\s+)?"
    r"(?:which|what|who|whose|how|where|when)\b.*)$",
    re.I,
)
_NOUN = (
    r"(?:(?:number|count) of (?:pages|tables|figures|sections|chapters|equations|footnotes|references|authors)|"
    r"page numbers?|page count|publication date|titles?|authors?|dates?|year|captions?|headings?|tables|figures|"
    r"equations|footnotes|sections|chapters|sub-?sections|appendices|pages|references|columns|rows)"
)
_NOUNS = re.compile(
    rf"\b(?P<a>{_NOUN}(?:,\s+(?:the\s+)?{_NOUN})*),?\s+and\s+(?:(?:the|its|how many)\s+)?(?P<b>{_NOUN})\b", re.I
)
_PLACES = re.compile(rf"\b(?P<a>{ORDINAL_WORDS})\s+and\s+(?:the\s+)?(?P<b>{ORDINAL_WORDS})\s+(?=\w)", re.I)
_BACK = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|there|one)\b", re.I)
_ONE_OF_THEM = re.compile(
    rf"\bthe\s+(?P<nth>{ORDINAL_WORDS})(?:\s+one)?(?:\s+of\s+(?:them|these|those))?(?=\s*(?:[?.,]|$|called|titled|named|about|headed))",
    re.I,
)
_IF_SO = re.compile(r"^\W*if so,?\s*", re.I)
_TELL_PLACE = frozenset(
    "section-exists section-nth section-after section-before section-of section-number part-nth part-beside "
    "part-exists which-part part-section part-extreme page-of section-between".split()
)
"""Kinds of question whose answers name a part with its number and page, so that asking for those adds nothing."""
_TEXT = frozenset(("content", "cell", "table-described", "mentions", "titled-pages", "several"))
_COMPARES = re.compile(r"\b(?:both|differ\w*|compare\w*|than|or)\b", re.I)
_PLACE_ASKED = frozenset("page pages number title where which what on is it its start begin called section".split())


def with_several(q: ParsedQuestion, parse: Parse) -> ParsedQuestion:
    """Return a question about one document with the questions that it is made of; itself if it asks one thing."""
    if len(q.documents) > 1 or re.search(r"\bbetween\b|\blist of\b|\bboth\b", q.body, re.I):
        return q
    return _joined(q, parse) or _enumerated(q, parse) or q


def _structural(q: ParsedQuestion) -> bool:
    return q.ask not in _TEXT and not q.ask.startswith("compare")


def _joined(q: ParsedQuestion, parse: Parse) -> ParsedQuestion | None:
    """ "What is Section 3 called, and on which page does it begin?"."""
    match = _SECOND.search(q.body)
    if match is None or not q.body[: match.start()].strip():
        return None
    first = parse(q.body[: match.start()] + "?")
    second = parse(_of_them(_IF_SO.sub("", match["b"]), first.thing))
    if not _structural(first):
        return None
    pointed = any((second.tables, second.figures, second.sections, second.equations, second.pages, second.quoted))
    if not pointed and (_BACK.search(second.body) or not said_words(second)):
        if any((first.tables, first.figures, first.sections, first.equations, first.pages, first.quoted)):
            carried = with_ask(
                replace(
                    second, ask="content", tables=first.tables, figures=first.figures, sections=first.sections,
                    equations=first.equations, pages=first.pages, quoted=first.quoted,
                )
            )  # fmt: skip
            second = carried if _structural(carried) else second
        elif first.ask in _TELL_PLACE and set(second.body.lower().strip(" ?.").split()) & _PLACE_ASKED:
            return replace(first, text=q.text, asked=q.asked)
    return _of(q, (first, second))


def _of_them(body: str, thing: str) -> str:
    """Put the things that the first half counts for "the last of them": "the last appendix"."""
    word = {"appendices": "appendix", "chapters": "section"}.get(thing, thing.removesuffix("s"))
    return _ONE_OF_THEM.sub(rf"the \g<nth> {word}", body) if word else body


def _enumerated(q: ParsedQuestion, parse: Parse) -> ParsedQuestion | None:
    """ "How many tables and figures are there?", "the first and the last section"."""
    for pattern in (_NOUNS, _PLACES):
        match = pattern.search(q.body)
        if match is None:
            continue
        space = " " if pattern is _PLACES else ""
        names = [*re.split(r",\s+(?:the\s+)?", match["a"]), match["b"]]
        parts = tuple(parse(f"{q.body[: match.start()]}{name}{space}{q.body[match.end() :]}") for name in names)
        if len({(part.ask, part.thing, part.ordinal) for part in parts}) == len(parts):
            found = _of(q, parts)
            if found is not None:
                return found
    return None


def _of(q: ParsedQuestion, parts: tuple[ParsedQuestion, ...]) -> ParsedQuestion | None:
    return replace(q, ask="several", several=parts) if all(_structural(part) for part in parts) else None


def with_halves(q: ParsedQuestion, parse: Parse) -> ParsedQuestion:
    """Return a question about two documents with what it asks of each: "rows of Table 2 of A and of Table 3 of B"."""
    if len(q.documents) != 2 or q.ask == "cell" or q.ask in ("authors-in-common", "mentions"):
        return q
    if q.ask.startswith("compare") or (q.compares and _COMPARES.search(q.body)):
        return q
    for first, second in _halves(q.text, parse):
        if not _structural(first) or (first.documents, second.documents) != (q.documents[:1], q.documents[1:]):
            continue
        if not said_words(second) and not re.search(r"\b(?:who|how|where|when|title|authors?)\b", second.body, re.I):
            second = _as_first(first, second)
        elif not _structural(second):
            continue
        if (first.ask, _pointers(first)) != (second.ask, _pointers(second)) or q.ask in ("content", "page-of"):
            return _of(q, (first, second)) or q
    return q


def _halves(text: str, parse: Parse) -> Iterator[tuple[ParsedQuestion, ParsedQuestion]]:
    for match in re.finditer(r",?\s+and\s+", text, re.I):
        before, after = text[: match.start()], text[match.end() :]
        if any(c.isalnum() for c in before) and any(c.isalnum() for c in after):
            yield parse(before), parse(after)


def _pointers(q: ParsedQuestion) -> tuple[tuple[str | int, ...], ...]:
    return q.tables, q.figures, q.sections, q.equations, q.pages, q.labels, q.quoted


def _as_first(first: ParsedQuestion, second: ParsedQuestion) -> ParsedQuestion:
    """Ask of the second document, and the part of it that is named, what is asked of the first."""
    if not any(_pointers(second)):
        return replace(first, documents=second.documents)
    asked = replace(
        first, documents=second.documents, tables=second.tables, figures=second.figures, sections=second.sections,
        equations=second.equations, pages=second.pages, labels=second.labels, quoted=second.quoted,
    )  # fmt: skip
    return asked if [bool(p) for p in _pointers(first)] == [bool(p) for p in _pointers(second)] else second
