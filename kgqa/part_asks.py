"""What a question asks of tables, figures, footnotes and pages beyond the content of one that it names by number.

Which comes first, last or next, which stand in a section or on a page, which pages have any, what heads a page, and
what a footnote says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.pointers import count_word, first_ask
from kgqa.title_pointers import SECTION_WORD

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

ORDINAL_WORDS = (
    r"first|opening|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|6th|seventh|7th|eighth|8th|ninth|9th|tenth|10th|"
    r"penultimate|last but one|(?:second|next)[- ]to[- ]last|last|final|closing"
)
ORDINALS = {
    word: i
    for i, words in enumerate(
        ("first opening 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th",
         "eighth 8th", "ninth 9th", "tenth 10th"), 1)
    for word in words.split()
} | {"last": -1, "final": -1, "closing": -1}  # fmt: skip
"""Where "first", ... stands, from 1; "last" is -1. What is not in it is the last but one."""

_NTH = re.compile(
    rf"\b({ORDINAL_WORDS})\s+(?:numbered\s+|captioned\s+)?(table|figure|equation|footnote)s?\b(?!\s*\d)", re.I
)
_COMES_AT = re.compile(
    r"\b(?:which|what)\s+(table|figure|equation|footnote)\s+(?:(?:of|in)\s+)?(?:comes|stands|is|appears)\s+(?:the\s+)?(first|last|second|third)\b",
    re.I,
)
_NTH_WORDS = frozenset(
    "first opening 1st second 2nd third 3rd fourth 4th fifth 5th sixth 6th seventh 7th eighth 8th ninth 9th tenth 10th "
    "penultimate but one next last final closing numbered captioned very to about titled column columns under below "
    "above beneath caption captions text".split()
)
_NEXT = re.compile(r"\b(?:follow(?:s|ing|ed)?|after|next|succeeds?|behind)\b", re.I)
_PREVIOUS = re.compile(r"\b(?:precedes?|preceding|preceded|before|previous|prior)\b", re.I)
_ORDER_WORDS = frozenset(
    "follows following follow followed after next succeeds precedes preceding preceded before previous prior comes "
    "come right directly immediately just stand stands to".split()
)
_ANY_PARTS = re.compile(
    r"\b(table|figure|equation|footnote|image|picture|diagram|chart|formula|photo|photograph|illustration|screenshot|"
    r"drawing)s?\b(?!\s*\(?\d)",
    re.I,
)
_THINGS = {
    "table": "tables", "figure": "figures", "image": "figures", "picture": "figures", "diagram": "figures",
    "chart": "figures", "photo": "figures", "photograph": "figures", "illustration": "figures",
    "screenshot": "figures", "drawing": "figures", "equation": "equations", "formula": "equations",
    "footnote": "footnotes",
}  # fmt: skip
_PART_WORDS = frozenset(
    "any many how all included located placed used occur occurs found image images picture pictures diagram diagrams "
    "photo photos photograph photographs illustration illustrations screenshot screenshots "
    "drawing drawings chart charts name them respectively no numbered captioned different total altogether list own "
    "share shares "
    "sharing two three four five both together side stand next each other".split()
)
_WHICH_PAGES = re.compile(
    r"\b(?:which|what)\s+(?:pdf\s+)?(?:pages?|slides?)\b|\bpages?\s+(?:with|that have|containing)\b", re.I
)
_HEADS_PAGE = re.compile(r"\b(?:titles?|headings?|headlines?|titled|headed|called|name)\b", re.I)
_SLIDES_TITLED = re.compile(
    r"\b(?:slides?|pages?|frames?)\s+(?:that (?:is|are)\s+)?(?:titled|entitled|called|headed|"
    r"with the (?:title|heading))\b|[\"“'‘][^\"”'’]+[\"”'’]\s+(?:slides?|frames?)\b",
    re.I,
)
_SLIDE_TITLES = re.compile(
    r"\b(?:slide|frame)\s+(?:titles|headings|headlines)\b|"
    r"\b(?:titles|headings|headlines)\s+(?:of|on|for)\s+(?:(?:all|the|each|every|its)\s+)*(?:slide|frame)s?\b",
    re.I,
)
_FOOTNOTE = re.compile(r"\b(?:foot-?|end)notes?\b", re.I)
_THE_FOOTNOTE = re.compile(r"\b(?:the|its|all|every|each)\s+(?:only\s+|single\s+)?(?:foot-?|end)notes?\b", re.I)
_WHETHER = re.compile(r"^\W*(?:is|are|does|do|has|have)\b", re.I)
MANY = re.compile(
    r"\b(?:more than|over)\s+(?P<over>\w+)|\bat least\s+(?P<least>\w+)|\b(?P<several>several|multiple|two or more)\b",
    re.I,
)
_MANY_WORDS = frozenset("more than over at least several multiple one two three four single".split())
_MOST_WORDS = frozenset("most largest highest number of".split())
_SHAPE = frozenset("column columns row rows header headers head heads label labels headings entries lines".split())
_ONE_PART = re.compile(
    r"\b(?:an?|even one|at least one)\s+(?:single\s+)?(?:table|figure|equation|footnote|image|"
    r"picture|diagram|chart|formula)\b",
    re.I,
)
_IN_TABLE = re.compile(r"\b(?:row|column|cell|value)s?\b", re.I)


def with_part_ask(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with what it asks of parts and pages; None where no rule here knows it."""
    rules = (
        _footnote,
        _nth,
        _beside,
        _in_section,
        _on_page,
        _with_pages,
        _any,
        _page_title,
        _page_titles,
        _titled_pages,
    )
    return first_ask(q, rules)


def _footnote(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What does footnote 3 say?", "what does the footnote on page 5 say?"."""
    if (
        not _FOOTNOTE.search(q.body)
        or _WHICH_PAGES.search(q.body)
        or (
            not (q.footnotes or (q.pages and _THE_FOOTNOTE.search(q.body)))
            and said - _NTH_WORDS - {"note", "notes", "read", "reads"}
        )
    ):
        return None
    if _NTH.search(q.body) and not q.footnotes:
        return None
    alone = _THE_FOOTNOTE.search(q.body) and q.documents and not re.search(r"\bhow many\b", q.body, re.I)
    return replace(q, ask="footnote") if q.footnotes or q.pages or q.labels or alone else None


def _nth(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What is the last table?", "the caption of the 2nd figure"."""
    match = _NTH.search(q.body)
    placed = _COMES_AT.search(q.body)
    if match is None and placed is not None and not said - _NTH_WORDS - {"comes", "come", "stands"}:
        thing, ordinal = _THINGS[placed[1].lower()], ORDINALS.get(placed[2].lower(), -2)
        return replace(q, ask="part-nth", thing=thing, ordinal=ordinal, tables=(), figures=())
    if match is None or said - _NTH_WORDS or _WHETHER.match(q.body):
        return None
    ordinal = ORDINALS.get(match[1].lower(), -2)
    return replace(q, ask="part-nth", thing=_THINGS[match[2].lower()], ordinal=ordinal, tables=(), figures=())


def _beside(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which table comes after Table 5?"."""
    asked = re.search(
        r"\b(?:which|what|any|another|a|further|more)\s+(table|figure)s?\b(?!\s*\d)|\b(?:next|previous)\s+(table|figure)\b",
        q.body, re.I,
    )  # fmt: skip
    if asked is None or not (q.tables or q.figures) or said - _ORDER_WORDS - {"any", "another", "further", "more"}:
        return None
    step = 1 if _NEXT.search(q.body) else -1 if _PREVIOUS.search(q.body) else 0
    if re.search(r"\b(?:followed|succeeded) by\b", q.body, re.I) or re.search(r"\bpreceded by\b", q.body, re.I):
        step = -step
    return replace(q, ask="part-beside", thing=_THINGS[(asked[1] or asked[2]).lower()], ordinal=step) if step else None


def _in_section(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which tables are in section 5?", "how many figures does chapter 2 have?"."""
    match = _ANY_PARTS.search(q.body)
    if match is None or q.tables or q.figures or q.pages or _IN_TABLE.search(q.body):
        return None
    if not (q.sections or (q.quoted and SECTION_WORD.search(q.body))) or _WHICH_PAGES.search(q.body):
        return None
    return None if said - _PART_WORDS else replace(q, ask="parts-in-section", thing=_THINGS[match[1].lower()])


def _on_page(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Is there a table on page 5?", "does page 8 contain a figure?", "list the figures on page 9"."""
    match = _ANY_PARTS.search(q.body)
    if match is None or not (q.pages or q.labels) or q.tables or q.figures:
        return None
    if said - _PART_WORDS - (_SHAPE if match[1].lower() == "table" else frozenset()):
        return None
    return replace(q, ask="parts-on-page", thing=_THINGS[match[1].lower()])


def _with_pages(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which pages contain tables?"."""
    match = _ANY_PARTS.search(q.body)
    if match is None or not _WHICH_PAGES.search(q.body) or q.quoted:
        return None
    many = MANY.search(q.body)
    least = least_of(many) if many is not None else 1
    most = re.search(r"\b(?:most|largest number of|highest number of)\b", q.body, re.I) is not None
    if said - _PART_WORDS - _MANY_WORDS - (_MOST_WORDS if most else frozenset()):
        return None
    if (
        q.tables
        or q.figures
        or q.sections
        or q.equations
        or q.footnotes
        or q.pages
        or re.search(r"\bcontents?\b|\blist of\b|\bindex of\b", q.body, re.I)
    ):
        return None
    none = re.search(r"\b(?:no|without|lacks?)\b", q.body, re.I) is not None
    unit = "none" if none else "most" if most else ""
    return replace(q, ask="pages-with", thing=_THINGS[match[1].lower()], ordinal=least, unit=unit)


def _any(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Does the report contain any figures?": as many as it has, with yes or no."""
    match = _ANY_PARTS.search(q.body)
    if (
        match is None
        or not _WHETHER.match(q.body)
        or said - _PART_WORDS
        or q.quoted
        or not (match[0].endswith("s") or "any" in q.residue or _ONE_PART.search(q.body))
    ):
        return None
    named = q.tables or q.figures or q.sections or q.equations or q.footnotes or q.pages or q.labels
    return None if named or len(q.documents) > 1 else replace(q, ask="count", thing=_THINGS[match[1].lower()])


def least_of(many: re.Match[str]) -> int:
    """Return how many "more than one", "at least two" or "several" asks for at least; 0 for no number."""
    if many["several"]:
        return 2
    if many["least"]:
        return count_word(many["least"]) or 0
    over = count_word(many["over"])
    return over + 1 if over is not None else 0


def _page_title(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What is the title of slide 6?"."""
    if not (q.pages or q.labels) or q.tables or q.figures or q.sections or said - {"headline", "headings"}:
        return None
    return replace(q, ask="page-title") if _HEADS_PAGE.search(q.body) and not q.quoted else None


def _page_titles(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "List the slide titles", "what are the titles of all slides?"."""
    if q.pages or q.labels or q.quoted or q.sections or q.tables or q.figures or not _SLIDE_TITLES.search(q.body):
        return None
    return None if said - _PART_WORDS - {"each", "every", "enumerate"} else replace(q, ask="page-titles")


def _titled_pages(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which fonts are presented on the slides titled 'Fonts'?": whatever it asks, those slides are what answers."""
    if not q.quoted or not _SLIDES_TITLED.search(q.body) or re.search(r"\bhow many\b", q.body, re.I):
        return None
    asks_where = re.search(
        r"\b(?:which|what|on which|on what)\s+(?:page|slide|frame)s?\b|\bslide number\b", q.body, re.I
    )
    return None if asks_where else replace(q, ask="titled-pages")
