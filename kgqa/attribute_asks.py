"""What a question asks of a part that it points at: its caption, its page range, its section, a sentence of it, ...

One grammar for all: a pointer (a number, a title, a page), what is asked of it, and nothing else. A rule holds only if
no word of the question is left over, so how the two are joined does not matter.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.part_asks import MANY, ORDINAL_WORDS, ORDINALS, least_of
from kgqa.pointers import first_ask
from kgqa.title_pointers import SECTION_WORD, USUAL_TITLES, pointed_sections

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_JOINING = frozenset(
    "under above below beneath over inside within into between among belong belongs belonging occur occurs occurring "
    "stand stands standing placed sit sits sitting lie lies fall falls find read reads quote cite repeat give exact "
    "exactly full complete word words wording verbatim whole use used go goes come comes put place look looks looking "
    "see turn opened opening open page how one ones some any actually really just me which what who where start starts "
    "end ends name names named at does would could if when you and then too both called titled please number "
    "heading headings headed".split()
)
"""Words that join a pointer to what is asked of it and ask nothing by themselves."""

_CAPTION = re.compile(r"\b(?:captions?|legends?|captioned)\b", re.I)
_WHETHER = re.compile(r"^\W*(?:is|are|was|were|does|do|did|has|have|can|could)\b", re.I)
_THERE = re.compile(
    r"\b(?:is|are) there\b|\b(?:have|has|had|contain|contains|include|includes|exists?|possess)\b|"
    r"\bcan (?:i|we) find\b",
    re.I,
)
_EXISTS_WORDS = frozenset("any exist exists existing possess possesses such one all such".split())
_IN_WHICH_SECTION = re.compile(
    r"\b(?:which|what|whose)\s+(?:(?:numbered|top-level|main|two)\s+)*(?:sub-?sections?|sections?|chapters?|headings?|"
    r"parts?)\b(?!\s*\d)|\b(?:section|chapter|heading)s?\s+(?:does|do|is|are|holds?|has|have|contains?|includes?)\b",
    re.I,
)
_HOLDS = frozenset("hold holds has have contain contains include includes home houses belongs part".split())
_PARENT = re.compile(
    r"\b(?:which|what)\s+(?:(?:numbered|top-level|main)\s+)*(?:sections?|chapters?|parts?)\b(?!\s*\d).*\b(?:belongs?|parts?|"
    r"falls?|sits?|stands?|subsection|lies?)\b|\bparent\b",
    re.I,
)
_PARENT_WORDS = frozenset("belong belongs part falls fall parent subsection under below inside".split())
_USUAL = re.compile(rf"\b(?:the|its)\s+({USUAL_TITLES.pattern})", re.I)
_SENTENCE = re.compile(
    rf"\b(?:(?P<nth>{ORDINAL_WORDS})\s+(?:few\s+)?)(?P<unit>sentences?|words?|lines?|paragraphs?)\b", re.I
)
_OPENS = re.compile(r"\bhow\s+does\b.*\b(?P<way>open|begin|start|end|close|conclude|finish)s?\b", re.I)
_SENTENCE_WORDS = _JOINING | frozenset(
    "sentence sentences line lines paragraph paragraphs begin begins close closes conclude concludes finish finishes "
    "text".split()
)
_PAGES_OF_SECTION = re.compile(
    r"\b(?:longer|more) than (?:an?|one|two|three|\d+) (?:single |full )?pages?\b|"
    r"\bhow many (?:pages|slides)\b|\bfrom (?:which|what) page\b|\bpage range\b|\bhow long\b|\bnumber of pages\b|"
    r"\b(?:which|what) pages\b|\bwhere (?:does|do)\b.*\bend\b|\bon (?:which|what) page does\b.*\bend\b",
    re.I,
)
_RANGE_WORDS = _JOINING | frozenset(
    "many long run runs span spans spanning take takes taking occupy occupies occupied extend extends last lasts "
    "stretch stretches fill fills make makes up range reach reaches devoted spent number total finish finishes "
    "longer more than one two three single comprise comprises continue continues through cover covers belong".split()
)
_DATE = re.compile(
    r"\bwhen\s+(?:was|were|is|did)\b|\b(?:which|what|the)\s+(?:publication\s+|release\s+|issue\s+)?(?:date|year|month)\b|"
    r"\bhow (?:old|recent)\b|\bdate of\b",
    re.I,
)
_DATE_WORDS = frozenset(
    "when date dated year month day issue issued publish published publication release released write written "
    "appear appeared come came out from of how old recent edition version last updated revised revision finished "
    "completed compiled made created printed bear bears carry carries front cover stated given which "
    "paper finish".split()
)
_NTH_AUTHOR = re.compile(
    rf"\b(?P<nth>{ORDINAL_WORDS}|lead|senior)\s+(?:named\s+|listed\s+)?(?:co-?)?author\b|"
    r"\bauthors?\b.*\b(?:named|listed|comes?|mentioned)\s+(?P<at>first|last)\b",
    re.I,
)
_PEOPLE = re.compile(
    r"\bwho\s+(?:is|are|was|were|stands?)\s+(?:the\s+)?(?:(?:people|persons?|ones?|names?|minds?)\s+)?(?:behind|"
    r"responsible for)\b|\bwhose (?:work|paper|book|names?)\b|"
    r"\bby whom\b|\bwho\s+(?:made|created|produced|prepared|signed|compiled|handed in|submitted|penned|drafted|"
    r"presented|gave|held|delivered)\b",
    re.I,
)
_PEOPLE_WORDS = _JOINING | frozenset(
    "people person persons behind responsible minds whose work paper book whom author authors made created produced "
    "prepared signed compiled handed submitted penned drafted presented gave held delivered lead senior listed "
    "mentioned".split()
)
_MOST = re.compile(
    r"\b(?P<most>most|largest number of|greatest number of|highest number of|maximum number of)\b|"
    r"\b(?P<least>fewest|least|smallest number of|lowest number of|minimum number of)\b",
    re.I,
)
_EXTREME = re.compile(
    r"\b(?:(?P<most>longest|largest|biggest|widest|tallest)|(?P<least>shortest|smallest|narrowest))\b", re.I
)
_EXTREME_WORDS = _JOINING | frozenset(
    "most largest greatest highest maximum fewest least smallest lowest minimum longest biggest widest shortest "
    "narrowest tallest number of rows row columns column entries lines cells numbered all by "
    "measured counted terms".split()
)
_OF_UNIT = re.compile(
    r"\b(?P<rows>rows?|entries|lines)\b|\b(?P<columns>columns?)\b|\b(?P<pages>pages?)\b|\b(?P<sub>(?:sub-?)?(?:sections?|headings?))\b|"
    r"\b(?P<tables>tables)\b|\b(?P<figures>figures)\b",
    re.I,
)
_SEEING = _JOINING | frozenset(
    "anything everything something all else would will should expect seen visible open opened happens happen stuff "
    "things thing there that kind of sort material info find printed on upon going".split()
)
_BESIDE_PAGE = re.compile(
    r"\b(?:pages?|slides?)\b(?:\s+(?:that|which|is|comes?|stands?|right|just|directly|immediately|straight|coming|follows)){0,3}"
    r"\s+(?:before|after|behind|follow(?:s|ing)|preced(?:es|ing))\b|\b(?:next|previous|preceding|following)\s+(?:page|slide)\b|"
    r"^\W*(?:what|which)\b.*\b(?:follows?|precedes?|after|before|behind)\s+(?:the\s+)?(?:page|slide)\b",
    re.I,
)
_FOLLOWS = re.compile(
    r"^\W*what\s+(?:(?:comes?|stands?|is)\s+)?(?:(?:right|directly|immediately|just|straight)\s+)?"
    r"(?:follows?|precedes?|after|before|behind)\b",
    re.I,
)
_BEFORE_PAGE = re.compile(r"\b(?:before|preced\w+|previous)\b", re.I)
_BESIDE_WORDS = frozenset(
    "before after behind follows following precedes preceding next previous right directly immediately straight".split()
)


def with_attribute_ask(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with what it asks of the part that it points at; None where words are left over."""
    rules = (
        _follows, _nth_author, _people, _date, _extreme, _page_beside, _sentence, _section_pages, _part_section,
        _caption, _part_exists, _title_exists, _section_parent, _page_between, _page,
    )  # fmt: skip
    return first_ask(q, rules)


def _numbered(q: ParsedQuestion) -> bool:
    return bool(q.tables or q.figures or q.equations or q.footnotes)


def _section_pointed(q: ParsedQuestion) -> tuple[str, ...]:
    """Return the titles of the sections that a question points at without a number."""
    if q.sections:
        return ()
    return q.quoted or pointed_sections(q.body) or tuple(match[1].lower() for match in _USUAL.finditer(q.body))


def _left(said: set[str], titles: tuple[str, ...]) -> set[str]:
    return said - set(re.findall(r"[\w'-]+", " ".join(titles).lower()))


def _follows(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What follows 'Results'?": a title that no other word calls a page, table or figure is that of a section."""
    match = _FOLLOWS.match(q.body)
    if match is None or _numbered(q) or q.pages or q.labels or not (q.quoted or q.sections):
        return None
    if re.search(r"\b(?:pages?|slides?|tables?|figures?|sentences?|paragraphs?)\b", q.body, re.I):
        return None
    if said - _JOINING - _BESIDE_WORDS - {"section", "sections"}:
        return None
    return replace(q, ask="section-before" if _BEFORE_PAGE.search(match[0]) else "section-after")


def _nth_author(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Who is the first author?"."""
    match = _NTH_AUTHOR.search(q.body)
    if match is None or said - _PEOPLE_WORDS - set(ORDINALS) or _numbered(q):
        return None
    word = (match["nth"] or match["at"]).lower()
    ordinal = {"lead": 1, "senior": -1}.get(word, ORDINALS.get(word, -2))
    return replace(q, ask="authors", ordinal=ordinal)


def _people(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Who are the people behind X?"."""
    if not _PEOPLE.search(q.body) or said - _PEOPLE_WORDS or _numbered(q) or not q.documents or q.sections:
        return None
    return replace(q, ask="authors")


def _date(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "When was X published?", "what date is on X?": of the document itself, not of something in it."""
    if len(q.documents) != 1 or not _DATE.search(q.body) or said - _DATE_WORDS - _JOINING:
        return None
    return None if _numbered(q) or q.sections or q.pages or q.labels or q.quoted else replace(q, ask="date")


def _extreme(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which table has the most rows?", "what is the longest section?"."""
    if _numbered(q) or q.pages or len(q.documents) > 1:
        return None
    asked = re.search(r"\b(?:(?P<table>tables?)|(?P<section>(?:sub-?)?sections?|chapters?))\b(?!\s*\d)", q.body, re.I)
    sign = _MOST.search(q.body) or _EXTREME.search(q.body)
    if asked is None or sign is None or said - _EXTREME_WORDS or re.search(r"\bhow many\b", q.body, re.I):
        return None
    unit = _OF_UNIT.search(q.body, asked.end()) if _MOST.search(q.body) else None
    if _MOST.search(q.body) and unit is None:
        return None
    of = next((name for name, words in unit.groupdict().items() if words), "") if unit is not None else ""
    if not of:
        of = "pages" if asked["section"] else "columns" if "wide" in sign[0].lower() else "rows"
    if bool(asked["table"]) != (of in ("rows", "columns")):
        return None
    ordinal = 1 if sign["most"] else -1
    return replace(q, ask="part-extreme", thing="tables" if asked["table"] else "sections", unit=of, ordinal=ordinal)


def _sentence(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What is the first sentence of section 2.1?", "how does section 6 open?"."""
    titles = _section_pointed(q)
    if _numbered(q) or not (q.sections or titles or q.pages or q.labels):
        return None
    match, opens = _SENTENCE.search(q.body), _OPENS.search(q.body)
    if (match is None and opens is None) or _left(said, titles) - _SENTENCE_WORDS - set(ORDINALS):
        return None
    if match is not None:
        ordinal = ORDINALS.get(match["nth"].lower(), -2)
        unit = match["unit"].lower().removesuffix("s")
    else:
        assert opens is not None
        ordinal = -1 if opens["way"].lower() in ("end", "close", "conclude", "finish") else 1
        unit = "sentence"
    return replace(q, ask="section-sentence", ordinal=ordinal, quoted=titles or q.quoted, unit=unit)


def _section_pages(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "How many pages does section 5 run for?", "from which page to which does it go?"."""
    titles = _section_pointed(q)
    if _numbered(q) or q.pages or not (q.sections or titles) or not _PAGES_OF_SECTION.search(q.body):
        return None
    if _left(said, titles) - _RANGE_WORDS:
        return None
    return replace(q, ask="section-pages", quoted=titles or q.quoted)


def _part_section(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "In which section is Table 3?", "between which sections does Figure 2 stand?"."""
    if not _numbered(q) or q.sections or q.pages or not _IN_WHICH_SECTION.search(q.body):
        return None
    return None if said - _JOINING - _HOLDS else replace(q, ask="part-section")


def _section_parent(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "To which chapter does section 3.9 belong?"."""
    if _numbered(q) or q.pages or len(q.sections) != 1 or q.quoted or not _PARENT.search(q.body):
        return None
    return None if said - _JOINING - _PARENT_WORDS else replace(q, ask="section-parent")


def _page_between(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which slide comes between 'X' and 'Y'?"."""
    if len(q.quoted) != 2 or q.pages or _numbered(q) or not re.search(r"\bbetween\b", q.body, re.I):
        return None
    if not re.search(r"\b(?:slide|page|frame)s?\b", q.body, re.I) or re.search(r"\bhow many\b", q.body, re.I):
        return None
    return None if said - _JOINING - {"between", "stands", "slide"} else replace(q, ask="pages-between")


def _caption(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What does the caption under Figure 4 say?"."""
    if not (q.tables or q.figures) or not _CAPTION.search(q.body) or said - _JOINING - {"legend", "captioned"}:
        return None
    if re.search(r"\b(?:which|what) page\b|\bwhere\b|\bhow many\b", q.body, re.I):
        return None
    return replace(q, ask="table" if q.tables else "figure")


def _part_exists(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Is there a Table 4?", and "is there a table about X?", which the captions answer."""
    if not _WHETHER.match(q.body) or len(q.documents) > 1:
        return None
    if _numbered(q) and q.pages and not q.sections and not said:  # "is Figure 3 on page 8?"
        return replace(q, ask="part-exists")
    if not _THERE.search(q.body):
        return None
    if q.pages or q.labels or q.sections:
        return None
    if _numbered(q):
        return None if said - _EXISTS_WORDS else replace(q, ask="part-exists")
    about = re.search(
        r"\b(?:a|an|any|some|one)\s+(?P<kind>tables?|figures?|plots?|charts?|diagrams?)\s+(?:about|on|of|showing|with|"
        r"that|for|listing|which|containing|comparing|giving|where|in which|depicting|illustrating|displaying)\b",
        q.body, re.I,
    )  # fmt: skip
    return replace(q, ask="which-part") if about is not None and said - _EXISTS_WORDS else None


def _title_exists(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Does X come with a conclusion?", "is there an abstract in X?"."""
    titles = tuple(match[0].lower() for match in USUAL_TITLES.finditer(q.body))
    if not _WHETHER.match(q.body) or not titles or _numbered(q) or q.sections or q.pages or len(q.documents) > 1:
        return None
    if not (_THERE.search(q.body) or re.search(r"\b(?:come|comes|end|ends|start|starts|begin) with\b", q.body, re.I)):
        return None
    left = _left(said, titles) - _EXISTS_WORDS - _JOINING
    return None if left or not q.documents else replace(q, ask="section-exists", quoted=q.quoted or titles)


def _page_beside(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "Which slide comes after 'X'?", "what is on the page before the references?"."""
    match = _BESIDE_PAGE.search(q.body)
    if match is None or re.search(r"\bhow many\b", q.body, re.I):
        return None
    titles = _section_pointed(q)
    if not (q.pages or titles or _numbered(q) or q.sections):
        return None
    if _left(said, titles) - _JOINING - _BESIDE_WORDS:
        return None
    step = -1 if _BEFORE_PAGE.search(match[0]) else 1
    return replace(q, ask="page-beside", ordinal=step, quoted=titles or q.quoted)


def _page(q: ParsedQuestion, said: set[str]) -> ParsedQuestion | None:
    """ "What would I see if I opened it at page 11?", "does page 10 have more than one figure?"."""
    if not (q.pages or q.labels) or _numbered(q) or q.sections or q.quoted:
        return None
    many = MANY.search(q.body)
    if many is not None and (part := re.search(r"\b(table|figure)s?\b", q.body, re.I)) is not None:
        least = least_of(many)
        if least > 1 and not said - _SEEING - set("more than over at least several multiple".split()) - {
            (many["over"] or many["least"] or "").lower()
        }:
            return replace(q, ask="parts-on-page", thing=f"{part[1].lower()}s", ordinal=least)
    if re.search(
        r"\b(?:tables?|figures?|footnotes?|equations?|titles?|headings?|headed|called|blank|empty)\b", q.body, re.I
    ):
        return None
    if SECTION_WORD.search(q.body) or re.search(
        r"\b(?:which|what) (?:page|slide)s?\b(?!\s*\d)|\bhow (?:many|long)\b", q.body, re.I
    ):
        return None
    return None if said - _SEEING else replace(q, ask="page")
