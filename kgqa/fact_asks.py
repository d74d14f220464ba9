"""Whether a question asks for what is known of a document as a whole: how it was read, its language, its words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.pointers import LIGHT

if TYPE_CHECKING:
    from kgqa.question import Ask, ParsedQuestion

_WHOLE = frozenset(
    "which what is are was were the a an of in this these those that it its do does did has have had there all any "
    "document documents file files paper papers report reports pdf pdfs article book manual page pages and or be been "
    "by with on you can could not n't yes".split()
)
_RULES: tuple[tuple[Ask, re.Pattern[str], frozenset[str]], ...] = (
    (
        "how-read",
        re.compile(
            r"\b(?:scan(?:s|ned)?|ocr(?:ed|'d)?|image[- ]only)\b|\bunread(?:able)?\b|"
            r"\b(?:not|n['’]t|cannot)\s+(?:\w+\s+)?(?:read|trusted|recogni[sz]ed|processed|parsed|ingested)\b|"
            r"\bpages?\b[^?]*\b(?:problems?|issues?|errors?|doubtful)\b|\bhow (?:was|were|is|are)\b[^?]*\bread\b",
            re.I,
        ),
        _WHOLE
        | frozenset(
            "scan scans scanned ocr ocred image only image-only unread unreadable cannot read reading trusted "
            "recognized recognised processed parsed ingested problem problems issue issues error errors doubtful how "
            "badly properly "
            "correctly well reliable contain contains couldn couldn't can't weren't aren't".split()
        ),
    ),
    (
        "language",
        re.compile(r"\b(?:which|what)\s+languages?\b(?!\s+model)|^\W*(?:the\s+)?language of\b", re.I),
        _WHOLE | frozenset("language languages written write written use used text speak".split()),
    ),
    (
        "words",
        re.compile(r"\bhow many words\b|\bnumber of words\b|\bword count\b", re.I),
        _WHOLE | frozenset("how many words word number count contain contains long total".split()),
    ),
    (
        "references",
        re.compile(
            r"^\W*(?:list|show|give|name|what\s+are|which\s+are)\b[^?]*\b(?:references|bibliography|cited works|"
            r"works cited|"
            r"citations)\b|^\W*(?:which|what)\s+(?:\w+\s+)?(?:papers?|works?|sources?|references|publications?|articles?|"
            r"studies|books?|literature)\b[^?]*\b(?:cites?|cited|referenced?|references)\b",
            re.I,
        ),
        _WHOLE
        | frozenset(
            "list show give name me references reference bibliography cited works citations cite cites "
            "referenced sources "
            "source publications publication articles studies books literature work other full complete".split()
        ),
    ),
)
_BY = re.compile(
    r"^\W*(?i:which|what|list|show|find|are there|all)\b(?i:(?:\s+(?:me|all|every|any|the|of))*)\s+"
    r"(?i:documents?|files?|papers?|reports?|articles?|books?|pdfs?)\s+"
    r"(?i:(?:are|is|were|was|have been|has been|did|do|does)\s+)?"
    r"(?i:(?:written|authored|published)\s+)?(?i:by\s+)?(?P<who>[A-ZÀ-Ý][\w.'’-]+(?:\s+[A-ZÀ-Ý][\w.'’-]*)*)"
    r"(?i:\s+(?:write|wrote|author(?:ed)?|written))?\W*$"
)
_THESE = re.compile(r"\b(?:this|these|the|my|all)\s+(?:documents?|files?|papers?|reports?|pdfs?|pages?)\b", re.I)


def with_fact_ask(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with what it asks of a whole document, or of how its pages were read; None for another."""
    if q.tables or q.figures or q.sections or q.equations or q.quoted or len(q.documents) > 1:
        return None
    by = _BY.match(q.body) if not q.documents else None
    if by is not None:
        return replace(q, ask="documents-by", unit=by["who"])
    said = {word.strip("'’") for word in re.findall(r"[\w'’-]+", q.body.lower())} - {str(page) for page in q.pages}
    for ask, pattern, words in _RULES:
        if pattern.search(q.body) and said <= words | LIGHT:
            whole = bool(q.documents or q.pages or _THESE.search(q.body) or ask == "how-read")
            return replace(q, ask=ask) if whole else None
    return None


_GREETING = re.compile(
    r"\W*(?:hello|hi|hey|good (?:morning|day|evening|afternoon)|thanks?(?: you)?(?: very much)?|ok(?:ay)?|help|bye|"
    r"test(?:ing)?|(?:what|how) can (?:you|i|kgqa) (?:do|ask|help)(?: (?:you|me|here))?|who are you|how are you)\W*",
    re.I,
)


def is_greeting(text: str) -> bool:
    """Return whether a text is no question about documents at all.

    >>> is_greeting("Hello!"), is_greeting("Who says hello?")
    (True, False)
    """
    return _GREETING.fullmatch(text) is not None
