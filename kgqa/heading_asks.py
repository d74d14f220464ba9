"""What a question asks of headings and page numbers: what begins on a page, which sections have parts.

As in `attribute_asks`, a rule holds only if no word of the question is left over.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.heading_marks import mark_asked
from kgqa.pointers import count_word, first_ask, quoted_words
from kgqa.title_pointers import USUAL_TITLES, sections_on

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_SAME_PLACE = re.compile(
    r"\b(?:same|single|one) (?:page|slide|section|chapter)\b|\bshare an? (?:page|section|chapter)\b", re.I
)
_WHICH_FIRST = re.compile(
    r"\bbefore or after\b|\b(?:which|what)\b.*\b(?:first|earlier|later|last)\b.*(?:,|:|\bor\b)|"
    r"^\W*(?:is|are|does|do)\b.*\b(?:before|after|precedes?|follows?|earlier|later|ahead of|behind)\b",
    re.I,
)
_PLACE_WORDS = frozenset(
    "same single one before after or both all first earlier later last than precede precedes follow follows ahead "
    "behind share which what comes come order sooner".split()
)
_APART = re.compile(r"\b(?:between|after|before|apart|separates?|further|later|earlier|past|behind)\b", re.I)
_APART_WORDS = frozenset(
    "how many between after before apart separate separates further later earlier past behind lie lies there begin "
    "begins end ends first start starts comes come distance away on than one two".split()
)
_SHAPE_WORDS = frozenset(
    "more fewer less larger bigger longer wider same equally as many or than has have columns column rows row lines "
    "entries which what number of data both do does equal compare".split()
)
_SECTIONS = re.compile(r"\b(?:sub-?)?(?:sections?|chapters?|headings?)\b(?!\s*(?:title|number)?\s*\d)", re.I)
_ON_PAGE_WORDS = frozenset(
    "which what how many any new first last top bottom head up in into under on at of over it does do a start starts "
    "starting started begin begins beginning begun open opens opened opening appear appears introduce introduced "
    "introduces belong belongs falls fall part within found there numbered one all list name running across "
    "continue continues continued end ends ending "
    "finish finishes close closes conclude concludes headed headings appearing located number".split()
)
_LABEL_ASKED = re.compile(
    r"\b(?:printed|page|own)\s+(?:page\s+)?(?:label|number)\b|"
    r"\bnumber\b.*\b(?:printed|on|at the (?:foot|bottom|top|head)|in the (?:corner|margin)|"
    r"carr\w+|bears?|shown?)\b|\blabel\b|"
    r"\bhow (?:is|are)\b.*\b(?:numbered|labell?ed)\b|\b(?:printed|numbered|labell?ed) (?:as|with)\b",
    re.I,
)
_LABEL_WORDS = frozenset(
    "which what how number numbered label labelled labeled printed print bears bear carries carry foot footer header "
    "top bottom corner own shown page marked as with itself physical actual pdf th is one".split()
)
_COUNTED_BESIDE = re.compile(
    r"\b(?:pages|slides)\b.*?\b(?P<before>before|precedes?|preceding|ahead of|up to|until|in front of)\b|"
    r"\b(?:pages|slides)\b.*?\b(?P<after>after|behind|follows?|following|past)\b",
    re.I,
)
_COUNTED_WORDS = frozenset(
    "how many number of come comes are there before precede precedes preceding ahead up until after behind follow "
    "follows following left remain remains remaining past front still begins begin start starts starting go one gets "
    "get read text titled entitled called named one".split()
)
_WITH = re.compile(
    r"\b(?:which|what|list|name)\s+(?:(?:all|of|the|main|top-level|numbered)\s+)*(?P<what>sub-?sections?|sections?|chapters?)\b"
    r"(?!\s*\d).*?\b(?P<way>ha(?:s|ve|ving)|contains?|containing|includes?|with|without|lacks?|divided|split|broken|"
    r"holds?|carry|carries|comes? with|subdivided)\b(?P<rest>.*)",
    re.I,
)
_PARTS = re.compile(
    r"\b(?P<subsections>(?:sub-?(?:section|heading|chapter|part)|subdivision)s?)\b|\b(?P<tables>tables?)\b|"
    r"\b(?P<figures>figures?|images?|pictures?|diagrams?)\b|\b(?P<equations>equations?|formulas?|formulae)\b|"
    r"\b(?P<footnotes>footnotes?)\b|\b(?P<divided>subdivided)\b",
    re.I,
)
_NONE = re.compile(r"\b(?:no|without|lacks?|not|any n?or|n[o']t)\b", re.I)
_WITH_WORDS = frozenset(
    "which what divided split broken subdivided into no any without lacks lack not own their further at all one more "
    "than list name main top level top-level numbered least subdivisions subdivision subdivided down only are".split()
)
_APPENDICES = re.compile(
    r"\bappendices\b|\b(?:title|name|heading) of (?:the|its) appendix\b(?!\s+[A-Z\d]\b)|"
    r"\b(?:the|its) appendix (?:called|titled|named|entitled)\b|"
    r"^\W*(?:which|what) appendix (?:does|is there|has)\b|"
    r"^\W*what\s+(?:is|does)\s+(?:in\s+)?(?:the|its) (?:only )?appendix\b(?!\s+[A-Z\d]\b)",
    re.I,
)
_WHERE = re.compile(
    r"\b(?:which|what)\b.*?\b(?:page|slide)s?\b|\bwhere\b|\b(?:page|slide) numbers?\b|"
    r"\b(?:which|what) is the (?:cover|front page)\b|"
    r"^\W*[àa] (?:quelles?|che) pages?\b|\b(?:auf|en|in) (?:welcher|welchen|qué|quale|quali|che)\b",
    re.I,
)
_SPECIAL = (
    ("contents", re.compile(
        r"\b(?:(?:table|list|page)s? of (?:the )?contents|contents? (?:page|list|table|section|overview)s?|the contents"
        r"(?!\s+of\s+(?!the\s+(?:document|book|report|manual|file)\b)\w)|"
        r"table des mati[eè]res|table of the mati[eè]res|sommaire|"
        r"inhaltsverzeichnis|[ií]ndice|tabla de contenidos?|table of contenidos?|sommario)\b", re.I)),
    ("figures", re.compile(
        r"\b(?:list|index|table) of (?:the )?(?:figures|illustrations)|abbildungsverzeichnis|list of figures\b", re.I)),
    ("tables", re.compile(r"\b(?:list|index) of (?:the )?tables|tabellenverzeichnis\b", re.I)),
    ("cover", re.compile(r"\b(?:front |title )?cover\b", re.I)),
    ("title", re.compile(r"\b(?:the|its)\s+(?:main |full |document )?title\b"
                         r"(?!\s+of\s+(?:page|slide|section|table|figure))",
                         re.I)),
)  # fmt: skip
_SPECIAL_WORDS = frozenset(
    "contents content table list index figures illustrations tables cover front matières contenidos sommaire sommario "
    "inhaltsverzeichnis índice indice abbildungsverzeichnis tabellenverzeichnis title main full own overview state "
    "states spread spreads over holds carries fill fills occupy occupies take takes up all many several".split()
)
_APPENDIX_WORDS = frozenset(
    "appendix title name heading entitled "
    "appendices which what list name all are called titled titles there every each headings enumerate respectively "
    "give how about only deal deals cover covers".split()
)


def with_heading_ask(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with what it asks of headings, printed numbers or pages before a part; None for another."""
    rules = (
        _special_page,
        _marked,
        _pages_apart,
        _compared_places,
        _compared_shapes,
        _sections_on_page,
        _page_label,
        _pages_before,
        _sections_with,
        _appendices,
    )
    return first_ask(q, rules)


def _special_page(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "On which pages is the table of contents?", "which page is the cover?"."""
    if len(q.documents) > 1 or _parts_named(q) or q.sections or q.quoted or not _WHERE.search(q.asked):
        return None
    if re.search(r"\b(?:before|after|between|behind|how many|follow\w*|precede\w*)\b", q.body, re.I):
        return None
    thing = next((kind for kind, pattern in _SPECIAL if pattern.search(q.asked) or pattern.search(q.body)), "")
    if not thing or said - _SPECIAL_WORDS or (q.pages and thing != "cover"):
        return None
    return replace(q, ask="special-page", thing=thing)


def _marked(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What is part b) of chapter 3 called?"."""
    mark = mark_asked(q.body)
    if not mark or not (q.sections or q.quoted) or len(q.documents) > 1:
        return None
    left = {word.strip("()") for word in said} - {mark, "", "part", "item", "point", "heading", "paragraph"}
    return None if left else replace(q, ask="heading-marked", unit=mark)


def _parts_named(q: ParsedQuestion) -> bool:
    return bool(q.tables or q.figures or q.equations or q.footnotes)


def _compared_places(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Are Table 1 and Table 2 on the same page?", "does Section 5 come before or after Section 7?"."""
    if len(q.documents) > 1 or q.pages or q.labels:
        return None
    if not (_parts_named(q) or q.sections or q.quoted) and len(titles := sections_on(q.body)) == 2:
        said = said - quoted_words(titles) - {"one"}
        q = replace(q, quoted=titles)
    if sum(map(len, (q.tables, q.figures, q.equations, q.footnotes, q.sections, q.quoted))) != 2:
        return None
    same = _SAME_PLACE.search(q.body)
    order = None if same else _WHICH_FIRST.search(q.body)
    if (same is None and order is None) or said - _PLACE_WORDS:
        return None
    return replace(q, ask="compare-places", thing="page" if same is None or "page" in same[0].lower() else "section")


def _pages_apart(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "How many pages after Table 3 does Table 4 begin?", "how many pages lie between Figure 1 and Figure 2?"."""
    if len(q.documents) > 1 or q.pages or q.labels or not re.search(r"\bhow many (?:pages|slides)\b", q.body, re.I):
        return None
    named = sum(map(len, (q.tables, q.figures, q.equations, q.footnotes, q.sections, q.quoted)))
    if named != 2 or not _APART.search(q.body) or said - _APART_WORDS:
        return None
    return replace(q, ask="pages-apart")


def _compared_shapes(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which has more columns, Table 2 of A or Table 3 of B?"."""
    thing = re.search(
        r"\b(?:(?P<columns>columns?)|(?P<rows>rows?|lines?|entries)|(?P<larger>larger|bigger|longer|wider))\b",
        q.body,
        re.I,
    )
    if thing is None or len(q.tables) * max(1, len(q.documents)) < 2 or len(q.tables) > 2 or said - _SHAPE_WORDS:
        return None
    if not re.search(r"\b(?:more|fewer|less|larger|bigger|longer|wider|same|equally|as many)\b", q.body, re.I):
        return None
    return replace(
        q, ask="compare-shapes", thing="columns" if thing["columns"] or "wide" in thing[0].lower() else "rows"
    )


def _sections_on_page(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which sections start on page 7?", "page 6 starts with which section?", "what section is page 9 part of?"."""
    if not (q.pages or q.labels) or _parts_named(q) or q.sections or q.quoted or not _SECTIONS.search(q.body):
        return None
    if re.search(r"\b(?:titles?|headline)\b|\bhead(?:s|ing) (?:of|on|at)\b|\bbetween\b", q.body, re.I):
        return None  # the heading of a page is its title
    return None if said - _ON_PAGE_WORDS else replace(q, ask="sections-on-page")


def _page_label(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What number is printed on the fifth page?"."""
    if not q.pages or q.labels or _parts_named(q) or q.sections or q.quoted or not _LABEL_ASKED.search(q.body):
        return None
    return None if said - _LABEL_WORDS else replace(q, ask="page-label")


def _pages_before(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "How many pages come before Appendix A?"."""
    match = _COUNTED_BESIDE.search(q.body)
    if match is None or not re.search(r"\b(?:how many|number of)\s+(?:\w+\s+)?(?:pages|slides)\b", q.body, re.I):
        return None
    titles = q.quoted or tuple(found[0].lower() for found in USUAL_TITLES.finditer(q.body) if not q.sections)
    if not (titles or q.sections or q.tables or q.figures or q.pages):
        return None
    if said - _COUNTED_WORDS - set(" ".join(titles).split()):
        return None
    return replace(q, ask="pages-before", quoted=q.quoted or titles, ordinal=-1 if match["before"] else 1)


def _sections_with(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which sections are divided into subsections?", "which chapters have no tables?"."""
    match = _WITH.search(q.body)
    if match is None or _parts_named(q) or q.sections or q.pages or q.quoted or len(q.documents) != 1:
        return None
    part = _PARTS.search(f"{match['way']} {match['rest']}")
    if part is None or re.search(r"\b(?:most|fewest|least|many)\b", q.body, re.I):
        return None
    words = {word for name in part.groupdict().values() if name for word in [name.lower()]}
    if said - _WITH_WORDS - words:
        return None
    thing = next(name for name, words_ in part.groupdict().items() if words_)
    more = re.search(r"\b(?:more than|at least|over)\s+(\w+)", match["rest"], re.I)
    least = (count_word(more[1]) or 0) + ("least" not in more[0].lower()) if more is not None else 1
    none = (
        _NONE.search(f"{match['way']} {match['rest']}") is not None or re.search(r"\bnot\b", q.body, re.I) is not None
    )
    return replace(
        q, ask="sections-with", thing="subsections" if thing == "divided" else thing, ordinal=0 if none else least
    )


def _appendices(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What are the titles of the appendices?"."""
    if not _APPENDICES.search(q.body) or re.search(r"\bhow many\b|\bnumber of\b|\bpages?\b", q.body, re.I):
        return None
    if _parts_named(q) or q.sections or q.pages or q.quoted or not q.documents or said - _APPENDIX_WORDS:
        return None
    if re.match(r"\W*(?:is|are|does|do|has|have)\b", q.body, re.I):
        return None
    return replace(q, ask="sections", thing="appendices")
