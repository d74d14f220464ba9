"""The titles of sections that a question points at, with or without quotation marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgqa.pointers import quoted_titles

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

AFTER = re.compile(
    r"\b(?:follow(?:s|ing|ed)?|(?:come|stand|appear)s?\s+(?:\w+\s+)?(?:after|behind)|"
    r"(?:right|directly|immediately|just)?\s*(?:after|behind)|succeeds?|next(?:\s+to)?)\b",
    re.I,
)
BEFORE = re.compile(
    r"\b(?:precedes?|preceding|(?:come|stand|appear)s?\s+(?:\w+\s+)?before|(?:right|directly|immediately|just)?\s*"
    r"(?:before|above)|prior to)\b",
    re.I,
)
BETWEEN = re.compile(r"\bbetween\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)(?:\s+(?:in|of)\s*(?:the\s+\w+)?)?\s*[?.!]*$", re.I)
BETWEEN_WHICH = re.compile(r"\bbetween (?:which|what)\s+(?:two\s+)?(?:sub-?)?(?:sections?|chapters?|headings?)\b", re.I)
SECTION_WORD = re.compile(r"\b(?:(?:section|chapter|heading|sub-?section|part)s?|appendi(?:x|ces))\b", re.I)
USUAL_TITLES = re.compile(
    r"\b(?:abstract|introduction|conclusions?|discussion|summary|acknowledge?ments?|references|bibliography|"
    r"appendi(?:x|ces)|index|glossary|table of contents|"
    r"list of (?:tables|figures|symbols|abbreviations|algorithms)|(?:related|future|further) work|methods?|results)\b",
    re.I,
)
_USUAL_SECTION = re.compile(
    r"\b(?:the|its|in|of|is|say|says)\s+(?:the\s+)?(abstract|introduction|conclusions?|discussion|summary|"
    r"acknowledge?ments?|list of (?:tables|figures|symbols|abbreviations))\b"
    r"(?!\s+(?:of|to|on)\s+(?!the\s+(?:paper|document|report)|this\b|its?\b|\W|$))",
    re.I,
)
_SECTION_ON = re.compile(
    r"\b(?:section|chapter|slide|part|subsection)s?\s+(?:on|about|titled|entitled|called|named|headed)\s+[\"“‘']?"
    r"([\w][\w\s&-]{2,60}?)[\"”’']?(?=\s+(?:of|in|from)\s|[?.,;]|$)",
    re.I,
)


_ONE_ON = re.compile(
    r"\bthe\s+(?:section|chapter|part|subsection|slide|one)\s+(?:on|about|titled|entitled|called|named|headed)\s+(?:the\s+)?"
    r"(\w[\w\s&/-]{1,60}?)(?=\s+(?:or|and|come|comes|stand|stands|before|after|in|of|is|appears?|precedes?|follows?)\b|"
    r"\s*(?:[?.,:;]|$))",
    re.I,
)


def pointed_title(q: ParsedQuestion) -> str:
    """Return the title that a question about the order of sections points at, with or without quotation marks."""
    if q.quoted:
        return q.quoted[0]
    return pointed_behind(q.body, AFTER) or pointed_behind(q.body, BEFORE)


def pointed_between(q: ParsedQuestion) -> tuple[str, str]:
    """Return the titles or numbers of the two sections that a question asks what stands between."""
    if len(q.quoted) > 1:
        return q.quoted[0], q.quoted[1]
    match = BETWEEN.search(q.body)
    return (_trimmed(match["a"]), _trimmed(match["b"])) if match is not None else ("", "")


def pointed_sections(body: str) -> tuple[str, ...]:
    """Return the titles of the sections that a question looks into: "the abstract", "the section on image data".

    >>> pointed_sections("What does the abstract say of the section on image data in paper.pdf?")
    ('abstract', 'image data')
    """
    usual = [match[1].lower() for match in _USUAL_SECTION.finditer(body)]
    named = [match[1].strip() for match in _SECTION_ON.finditer(body)]
    quoted = list(quoted_titles(body)) if SECTION_WORD.search(body) else []
    return tuple(dict.fromkeys([*usual, *named, *quoted]))


def sections_on(body: str) -> tuple[str, ...]:
    """Return the titles of the sections that a question sets beside each other: "the section on X or the one on Y".

    >>> sections_on("What comes first, the section on ships or the one on harbours?")
    ('ships', 'harbours')
    """
    return tuple(match[1].strip() for match in _ONE_ON.finditer(body))


def pointed_behind(body: str, verb: re.Pattern[str]) -> str:
    """Return what stands behind "follows", "comes after", ... without filler at its ends."""
    matches = list(verb.finditer(body))
    return _trimmed(body[matches[-1].end() :]) if matches else ""  # "which section comes right after ..." has two


def _trimmed(text: str) -> str:
    words = text.strip(" ?.!,\"'“”‘’").split()
    edge = {"the", "section", "chapter", "of", "in", "on", "titled", "called", "named", "heading", "one", "a", "an",
            "that", "subsection", "to"}  # fmt: skip
    while words and words[0].lower().strip(",") in edge:
        words.pop(0)
    while words and words[-1].lower().strip(",") in {*edge, "document", "paper", "report", "file"}:
        words.pop()
    return " ".join(words)
