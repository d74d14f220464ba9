"""What a question asks of headings and lists that it does not call sections: menus, policies, topics, steps, items.

"Which menu comes after the File Menu?", "which value is listed first?", "which commands does the Edit Menu have?".
These are looked at only where no other rule knows the question. Whether a heading has such a title is for the documents
to tell; where none has, the text answers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.asked import content_words
from kgqa.part_asks import ORDINAL_WORDS, ORDINALS
from kgqa.title_pointers import AFTER, BEFORE, pointed_behind

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_MEMBER = (
    r"(?:entr(?:y|ies)|items?|commands?|options?|topics?|subtopics?|points?|bullets?|steps?|elements?|menus?|"
    r"settings?|sub-?headings?|headings?|parts|views?|fields?|things|subjects|questions?|polic(?:y|ies))"
)
_ASKS_WHICH = re.compile(
    r"\W*(?:(?:which|what)\b|(?:in|on|under)\s+(?:which|what)\b|name\s+the\b|who\b)"
    r"(?:\s+(?P<noun>(?!is\b|are\b|comes?\b|follows?\b|precedes?\b|does\b)[\w-]+(?:\s+(?!is\b|are\b|comes?\b|does\b|"
    r"follows?\b|precedes?\b)[\w-]+)?))?",
    re.I,
)
_BETWEEN = re.compile(
    r"\W*(?:which|what)\b(?:\s+[\w-]+){0,3}?\s+between\s+(?:the\s+)?(?P<a>[^\W\d_].*?)\s+and\s+(?:the\s+)?(?P<b>[^\W\d_].*?)"
    r"(?:\s+(?:in|of))?\W*$",
    re.I,
)
_LED_IN = re.compile(r"^\W*(?:in|according to|from|for)\s*,\s*", re.I)
"""What is left of "In report.pdf, ..."."""
_BULLET = re.compile(r"\b(?:bullets?|bullet points?|(?:list )?items?|points?|list entr(?:y|ies))\b", re.I)
_CALLED = re.compile(r"\s+(?:slide|page|section|chapter|part|heading|paragraph)$", re.I)
"""What a title may be called behind it: "after the Limits slide"."""
_WHERE_TOLD = re.compile(
    r"\W*where\s+(?:is|are|does|do)\s+(?:the\s+)?(?P<title>.+?)\s+(?:listed|described|given|explained|shown|stated|found|named|"
    r"told|discussed|set out|located|covered|mentioned|presented|introduced|defined)\b",
    re.I,
)
_FOLLOWED = re.compile(r"\b(?:followed|succeeded)\s+by\b", re.I)
_PRECEDED = re.compile(r"\bpreceded\s+by\b", re.I)
_HAS_INSIDE = (
    re.compile(
        rf"\W*(?:which|what)\s+(?:\w+\s+)?{_MEMBER}\s+(?:does|do)\s+(?:the\s+)?(?P<title>.+?)\s+"
        r"(?:have|has|contain|offer|include|comprise|list|cover|hold|provide|consist of)\b\W*",
        re.I,
    ),
    re.compile(
        rf"\W*(?:which|what|list|name|give)\s+(?:all\s+|are\s+)?(?:the\s+)?(?:\w+\s+)?{_MEMBER}\s+(?:(?:are|is|that|there|can|treated|discussed|presented|"
        r"be|you|i|one|do|does|find|listed|described|found|available|contained|included|explained|covered|shown|offered)\s+)*"
        r"(?:in|of|under|on|below|within|by)\s+(?:the\s+)?(?P<title>.+?)(?:\s+(?:in|of|by))?\W*$",
        re.I,
    ),
)
_TOLD_OF = re.compile(  # "which four views are described in ...?": a heading "Views" may have them below it
    r"\W*(?:which|what)\s+(?:(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+)?"
    r"(?P<title>(?:[\w-]+\s+){0,2}?[\w-]+s)\s+(?:(?:does|do)\s+(?:describe|list|explain|name|cover|present|introduce|define)|"
    r"are\s+(?:described|listed|explained|named|covered|presented|introduced|defined)(?:\s+(?:in|by))?)\W*$",
    re.I,
)
_NTH = re.compile(
    rf"\b(?P<nth>{ORDINAL_WORDS})\b(?!\s+(?:author|page|slide|row|column|time|year|half|quarter)s?\b)", re.I
)
_COUNTS_LISTED = re.compile(
    r"\W*how many\b.*\b(?:listed|in the list|on the list|does the list|does\b.*\b(?:list|name|enumerate))\b", re.I
)
_LISTS_ALL = re.compile(
    r"\W*(?:list|name|enumerate|what are|which are|give)\s+(?:(?:all|me|of|the|its|their)\s+)*", re.I
)
_LIST_WORDS = frozenset(
    "list liste lista elenco item entry entri point bullet command option topic step element listed name named come "
    "order given give mention mentioned stand number numbered top bottom among enumerate".split()
)
"""Words that say of a list only that it is one, as the index counts words."""

_LARGER = re.compile(
    r"\b(?:larger|largest|higher|highest|greater|greatest|bigger|biggest|smaller|smallest|lower|lowest|"
    r"(?:costs?|charges?) (?:more|less)|more expensive|cheaper|cheapest)\b|"
    r"^(?:cost|charg|more|less|expensive|larg|high)$",
    re.I,
)
_MORE_OF = re.compile(
    r"\b(?:reports?|has|have|had|counts?|counted|states?|lists?|records?|recorded|gives?|shows?|names?|used?|uses|with|employs?|"
    r"covers?|trained|tested)\s+(?:on\s+)?(?:the\s+)?(?:more|fewer|most|fewest)\s+[a-z]",
    re.I,
)
_COUNTING_WORDS = frozenset(
    "has have had count counted state list record recorded give show name used use with employ cover year period own "
    "fewer fewest most reported".split()
)
_WHICH_OF = re.compile(r"\W*(?:which|what|is|are|does|do|did|has|have|of|between|compar\w*)\b", re.I)
_AMOUNT_WORDS = frozenset(
    "amount sum value figure number price cost bill document file state report list than two both more less expensive "
    "charge page which".split()
)


def with_order_ask(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with what it asks of headings and lists; None for one that asks nothing so."""
    if q.tables or q.figures or q.labels or q.equations or q.footnotes or q.several:
        return None
    q = replace(q, body=_LED_IN.sub("", q.body))
    amounts = _amounts(q)
    if amounts is not None or q.pages:
        return amounts or _on_page(q)
    return _placed(q) or _beside(q) or _inside(q) or _listed(q)


def _on_page(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which bullet comes first on page 3?"."""
    nth = _NTH.search(q.body)
    if nth is None or not _BULLET.search(q.body) or len(q.documents) != 1 or not _ASKS_WHICH.match(q.body):
        return None
    words = [word for word in content_words(" ".join(q.residue)) if word not in _LIST_WORDS and not _is_ordinal(word)]
    ordinal = ORDINALS.get(nth["nth"].lower(), -2)
    return None if set(words) - {"bulleted"} else replace(q, ask="list-item", ordinal=ordinal, thing="on-page")


def _placed(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Where are the opening hours listed?": a heading may say so."""
    match = _WHERE_TOLD.match(q.body)
    return replace(q, ask="heading-place", unit=match["title"]) if match is not None and q.documents else None


def _beside(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which menu is described right after the Snap Menu?", "what follows Data Security in the handbook?"."""
    match = _ASKS_WHICH.match(q.body)
    if match is None or re.search(r"\bhow many\b", q.body, re.I):
        return None
    turned = _FOLLOWED.search(q.body) or _PRECEDED.search(q.body)
    if (between := _BETWEEN.match(q.body)) is not None and q.documents:
        return replace(q, ask="section-between", quoted=(between["a"], between["b"]))
    for step, pattern in ((1, AFTER), (-1, BEFORE)):
        title = pointed_behind(q.body, pattern)
        if pattern.search(q.body) and (q.quoted or title):
            step = -step if turned else step
            title = _CALLED.sub("", re.sub(r"^by\s+(?:the\s+)?", "", title))
            return replace(q, ask="heading-beside", ordinal=step, thing=(match["noun"] or ""), unit=title)
    return None


def _inside(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which commands does the Edit Menu have?", "what topics are covered in Getting Started?"."""
    if _NTH.search(q.body):
        return None
    match = next((match for pattern in _HAS_INSIDE if (match := pattern.match(q.body))), None)
    if match is not None and q.sections and not _without_number(match["title"]):
        return replace(q, ask="subsections")
    match = match or _TOLD_OF.match(q.body)
    return replace(q, ask="heading-inside", unit=match["title"]) if match is not None else None


def _without_number(title: str) -> str:
    """Return what a title says beyond "section 2.8 of"."""
    return re.sub(r"\b(?:section|chapter|part|of|in|the)\b|[\d.\W]+", "", title, flags=re.I)


def _listed(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which item comes first in the list of values?", "how many goals are listed?", "list the goals"."""
    nth = _NTH.search(q.body)
    words = [word for word in content_words(" ".join(q.residue)) if word not in _LIST_WORDS and not _is_ordinal(word)]
    if not words or len(words) > 5:
        return None
    if nth is not None and _ASKS_WHICH.match(q.body):
        ordinal = ORDINALS.get(nth["nth"].lower(), -2)
        return replace(q, ask="list-item", ordinal=ordinal, thing="one", unit=" ".join(words))
    if _COUNTS_LISTED.match(q.body):
        words = [word for word in words if word not in ("how", "many")]
        return replace(q, ask="list-item", thing="count", unit=" ".join(words))
    if _LISTS_ALL.match(q.body):
        return replace(q, ask="list-item", thing="all", unit=" ".join(words))
    return None


def _amounts(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which of the two invoices states the larger total amount?"."""
    counted = _MORE_OF.search(q.body)
    larger = _LARGER.search(q.body) or counted
    if max(len(q.documents), len(q.pages)) < 2 or larger is None or not _WHICH_OF.match(q.body):
        return None
    words = [
        word for word in content_words(" ".join(q.residue)) if not _LARGER.search(word) and word not in _AMOUNT_WORDS
    ]
    if len(words) > 4 or q.sections or q.quoted:
        return None
    if counted is not None:
        words = [word for word in words if word not in _COUNTING_WORDS]
        return replace(q, ask="compare-amounts", unit=" ".join(words), thing="number") if words else None
    return replace(q, ask="compare-amounts", unit=" ".join(words) or "total")


def _is_ordinal(word: str) -> bool:
    return re.fullmatch(ORDINAL_WORDS, word, re.I) is not None
