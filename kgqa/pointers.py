"""The pointers of a question: numbers of pages, tables, figures, sections and equations, titles, and counted things."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_NUMBER = r"(?:[A-Z]{1,2}[.\-–]?)?\d+(?:[.\-–]\d+)*[a-z]?|[IVXLC]+(?![a-z])|[A-Z](?:\.\d+)+"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
             "ninth": 9, "tenth": 10, "opening": 1}  # fmt: skip
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_THINGS = {"page": "pages", "table": "tables", "figure": "figures", "section": "sections", "chapter": "chapters",
           "photo": "figures", "photograph": "figures", "chart": "figures", "illustration": "figures",
           "screenshot": "figures", "drawing": "figures",
           "image": "figures", "picture": "figures", "slide": "pages", "heading": "sections", "diagram": "figures",
           "equation": "equations", "formula": "equations", "formulas": "equations", "author": "authors",
           "co-author": "authors", "reference": "references", "citation": "references", "source": "references",
           "bibliography entry": "references", "bibliographic reference": "references", "work cited": "references",
           "subsection": "subsections", "sub-section": "subsections", "subchapter": "subsections",
           "subheading": "subsections", "row": "rows", "column": "columns", "entry": "rows", "line": "rows",
           "appendix": "appendices", "footnote": "footnotes", "endnote": "footnotes"}  # fmt: skip
_PLURALS = {"formulae": "formula", "appendices": "appendix", "entries": "entry", "works cited": "work cited",
            "bibliography entries": "bibliography entry"}  # fmt: skip
_THING = (
    r"(?P<thing>pages?|tables?|figures?|sections?|chapters?|images?|pictures?|photo(?:graph)?s?|"
    r"charts?|illustrations?|screenshots?|drawings?|slides?|headings?|diagrams?|equations?|"
    r"formula[es]?|authors?|co-?authors?|(?:bibliographic )?references?|citations?|bibliography entr(?:y|ies)|"
    r"works cited|sub-?sections?|sub-?headings?|subchapters?|rows?|columns?|appendi(?:x|ces)|entries|"
    r"footnotes?|endnotes?)"
)

FILE = re.compile(r"[\w\-.()]+\.(?:pdf|md|txt|docx?|epub|html?|pptx?|mmd)\b", re.I)
_PAGE = re.compile(
    r"\b(?:pages?|pp?\.|slides?)\s*(?:no\.?|number|#)?\s*(\d{1,5})(?:st|nd|rd|th)?\b"
    r"(?:\s*(?:-|–|to|through|until)\s*(\d{1,5})|((?:\s*(?:,|and|,\s*and)\s*\d{1,5}(?!\d))+))?",
    re.I,
)
_NTH_PAGE = re.compile(
    r"\b(\d{1,4}(?:st|nd|rd|th)(?:\s*(?:,|and|to|,\s*and)\s*\d{1,4}(?:st|nd|rd|th))*)\s+(?:pages?|slides?)\b", re.I
)
_ORDINAL_PAGE = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|penultimate|last but one|"
    r"(?:next|second)[- ]to[- ]last|last|final|closing|opening)\s+(?:(two|three|four|five)\s+)?(?:pages?|slides?)\b",
    re.I,
)
_LABEL = re.compile(
    r"\b(?:printed|labell?ed|numbered)\s+(?:as\s+)?(?:page|slide)\s*(?:number)?\s*(\d{1,5}|[ivxl]+\b)|"
    r"\b(?:page|slide)\s+(?:that is\s+|which is\s+)?(?:printed|labell?ed|numbered)\s+(?:as\s+)?(\d{1,5}|[ivxl]+\b)|"
    r"\bpage\s+([ivxl]{1,6})\b|"
    r"\b(?:printed|labell?ed|marked|stamped)\s+(?:with|as|by)\s+(?:the\s+)?(?:page\s+)?(?:number\s+|label\s+)?"
    r"(\d{1,5}|[ivxl]+\b)|\b(?:carr(?:ies|ying)|bear(?:s|ing)|shows?|showing)\s+(?:the\s+)?(?:printed\s+)?(?:page\s+)?(?:number|label)\s+(\d{1,5})\b|"
    r"\b(?:printed (?:page )?number|page label|labell?ed|printed)\s+(\d{1,5}|[ivxl]+\b)",
    re.I,
)
_PARTS = {
    "table": re.compile(rf"\b(?:tables?|tab\.)\s*(?:no\.?|number|#)?\s*({_NUMBER})", re.I),
    "figure": re.compile(rf"\b(?:figures?|fig\.?|exhibit)\s*(?:no\.?|number|#)?\s*({_NUMBER})", re.I),
    "section": re.compile(
        rf"(?:\b(?:sections?|sub-?sections?|sec\.|chapters?|appendix|part|annex)(?:\s+(?:no\.?|number|"
        rf"(?:with the )?(?:number|letter)|numbered|lettered|labell?ed))?|§)\s*"
        rf"(?<![a-z])({_NUMBER}|(?-i:[A-Z])(?![a-z\w]))|\b(?:(?:roman\s+)?numeral|roman\s+number)\s+([IVXLC]+)\b|"
        r"(?<!table )(?<!figure )(?<!equation )(?:\b(?:questions?|headings?|items?)\s+(?:(?:is|are|that is)\s+)?)?"
        r"\bnumbered\s+(\d{1,2}(?:\.\d{1,2})+)(?![\w%])",
        re.I,
    ),
    "equation": re.compile(
        r"\b(?:equations?|eqs?\.?|eqn\.?|formula)\s*(?:no\.?|number)?\s*\(?([A-Z]?\.?\d{1,3}(?:[.\-–]\d{1,3})*[a-z]?)\b\)?",
        re.I,
    ),
    "footnote": re.compile(r"\b(?:foot-?|end)notes?\s*(?:no\.?|number|#)?\s*\(?(\d{1,3}|[*†‡§¶]{1,2})", re.I),
}
_MORE_NUMBERS = re.compile(rf"\s*(?:,|and|or|,\s*and)\s*({_NUMBER})(?![\w%])")
_BARE_SECTION = re.compile(
    r"\b(?:follows?|after|before|behind|above|precedes?|preceding|following)\s+(?:the\s+)?(\d{1,2}(?:\.\d{1,2})+|[A-Z]\.\d{1,2})\b",
    re.I,
)
_BARE_BELOW = re.compile(
    r"\b(?:of|under|below|in|within|inside|to|is|between|and|has|does)\s+(\d{1,2}(?:\.\d{1,2})+|[A-Z]\.\d{1,2})(?![\w%])|"
    r"\b(?:sub-?sections?|sub-?headings?)\s+(?:of|under|below|in|within|does|has)\s+(\d{1,2}|(?-i:[A-Z]))(?![\w.%])",
    re.I,
)
_SPEAKS_OF_SECTIONS = re.compile(
    r"\b(?:sub-?)?(?:section|chapter|heading)s?\b|\b(?:titles?|titled|called|headed)\b", re.I
)
_BARE_ORDER = re.compile(  # "what comes right after 3.5?"
    r"\W*(?:what|which)\s+(?:(?:one\s+)?(?:comes?|stands?|is)\s+)?(?:(?:right|directly|immediately|just|straight)\s+)?"
    r"(?:follows?|precedes?|after|before|behind)\s+\d{1,2}(?:\.\d{1,2})+\b(?!\s*%)",
    re.I,
)
_QUOTED = re.compile(r"[\"“”„«‘]\s*([^\"“”„»’]{2,200}?)\s*[\"“”»’]|(?<!\w)'([^']{2,200}(?:'\w[^']*)*)'(?!\w)")

_COUNT = re.compile(
    rf"\b(?:how many|(?:the )?(?:total |what is the |overall )?(?:number|count) of|count(?: of)?(?: all)?|total)\s+"
    rf"(?:(?:different|distinct|the|of|total|all|main|top-level|major|data|body|such|blank|empty|more|fewer|in|separate)\s+)*"
    rf"(?P<numbered>numbered\s+)?(?:(?:top-level|main|data|body|numbered|level-?one|first-level)\s+)*{_THING}\b"
    r"(?!\s*\d)(?P<rest>.*)|"
    r"\b(?P<pagecount>page count|number of pages)\b(?P<rest2>.*)",
    re.I | re.S,
)
_NOT_COUNTED = re.compile(
    r"\(?\b(?:not counting|not including|excluding|without(?: counting)?|apart from|leaving out|ignoring)\s+"
    r"(?:the\s+|any\s+)?(?:appendi(?:x|ces)|references|bibliography|subsections)\b\)?",
    re.I,
)
_ANYWHERE = re.compile(rf"\b(?P<numbered>numbered\s+)?{_THING}\b", re.I)

_ARRANGED = re.compile(
    r"\b(?:two|three|four|both)\s+(?=(?:figures|tables|plots|charts|diagrams|images|pictures)\b)|"
    r"\bside[- ]by[- ]side\b|\b(?:next to|beside) (?:each other|one another)\b",
    re.I,
)
"""How many parts stand together and how: nothing that their captions say."""

_FILLER = frozenset(
    "a an the what which is are was were does do did on in of at to for from by with and or as about shown show shows "
    "showing contain contains contained content contents report reports reported list lists listed describe describes "
    "described description display displays displayed present presents presented appear appears discuss discussed "
    "discusses cover covers covered give gives given there it its this that document documents file pdf paper report "
    "tell me please summarise summarize summary can you i find found see say says said written located topic topics "
    "title titles caption called named name heading headed subject deal deals dealt main text whole full "
    "page pages slide slides table tables figure figures fig equation equations formula formulas "
    "section sections chapter chapters number "
    "according information be been s i'd 'd begins begin begun starts stand stands carry carries "
    "footnote footnotes endnote endnotes "
    "subsection subsections sub-section printed labelled labeled label pdfs have has had 's so us also exactly "
    "precisely like know explain overview top level top-level image depict depicts illustrate illustrates where "
    "vignette presentation deck article manual talk scan scanned booklet brochure handout leaflet "
    "handbook thesis essay newsletter datasheet factsheet whitepaper syllabus "
    "can could one provide provides include includes including concern concerns e.g eg".split()
)


LIGHT = frozenset(
    "got get gets getting will would shall should may might must could come comes came coming into onto upon go goes "
    "going went put puts placed place placing stand stands stood standing sit sits sitting lie lies lying bear bears "
    "bearing read reads reading own exactly actually just really find finds finding see seen seeing look looks looking "
    "use used uses using hold holds holding keep keeps make makes making take takes taken turn turns turned let want "
    "wants need needs whole entire these those them they their my mine you your we us who's there's where's here any "
    "some kind sort thing things that then too still ever yet even quite belong belongs belonging occur occurs "
    "occurring printed print if when while during within inside whose if would anywhere somewhere "
    "supposed meant".split()
)
"""Function words and verbs of no weight of their own: left over in a question, they ask nothing."""


def pages_of(body: str) -> tuple[int, ...]:
    """Return the numbers of the pages that a question names; -1 is the last page, -2 the one before."""
    pages: list[int] = []
    plain = _LABEL.sub(" ", body)
    for match in _PAGE.finditer(plain):
        first = int(match[1])
        pages.append(first)
        if match[2]:
            pages += range(first + 1, min(int(match[2]), first + 50) + 1)
        if match[3]:
            pages += [int(number) for number in re.findall(r"\d+", match[3])]
    pages += [int(number) for match in _NTH_PAGE.finditer(plain) for number in re.findall(r"\d+", match[1])]
    for match in _ORDINAL_PAGE.finditer(plain):
        word, many = match[1].lower(), _COUNTS.get((match[2] or "").lower(), 1)
        if word in ("last", "final", "closing"):
            pages += range(-many, 0)
        elif word not in _ORDINALS:
            pages.append(-2)
        elif many > 1:
            pages += range(1, many + 1)
        else:
            pages.append(_ORDINALS[word])
    return tuple(dict.fromkeys(pages))


def printed_pages(body: str) -> tuple[str, ...]:
    """Return the printed page numbers that a question names as such: "printed page 20", "page iv"."""
    return tuple(dict.fromkeys(next(group for group in match.groups() if group) for match in _LABEL.finditer(body)))


def parts_of(body: str) -> Mapping[str, tuple[str, ...]]:
    """Return the numbers of the tables, figures, sections, equations and footnotes that a question names."""
    found: dict[str, list[str]] = {}
    for kind, pattern in _PARTS.items():
        numbers: list[str] = []
        for match in pattern.finditer(body):
            numbers.append(next(group for group in match.groups() if group))
            plural = re.match(r"\w+s\b", match[0]) is not None
            end = match.end()
            while plural and (more := _MORE_NUMBERS.match(body, end)):
                numbers.append(more[1])
                end = more.end()
        found[kind] = numbers
    if not found["section"] and (_SPEAKS_OF_SECTIONS.search(body) or _BARE_ORDER.match(body)):
        found["section"] += _bare_sections(body, found)
    return {kind: tuple(dict.fromkeys(n.replace("–", "-") for n in numbers)) for kind, numbers in found.items()}


def _bare_sections(body: str, found: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the numbers that can only be those of sections: "what comes after 2.3", "the heading of 5.5"."""
    claimed = {number for numbers in found.values() for number in numbers}
    plain = FILE.sub(" ", _QUOTED.sub(" ", body))
    numbers = [
        next(group for group in match.groups() if group)
        for pattern in (_BARE_SECTION, _BARE_BELOW)
        for match in pattern.finditer(plain)
    ]
    return [number for number in dict.fromkeys(numbers) if number not in claimed]


def count_word(word: str) -> int | None:
    """Return the number that a word or digits say: "two", "2"; None for any other word.

    >>> count_word("one"), count_word("12"), count_word("few")
    (1, 12, None)
    """
    word = word.lower()
    return int(word) if word.isdecimal() else 1 if word == "one" else _COUNTS.get(word)


def quoted_titles(body: str) -> tuple[str, ...]:
    """Return what stands in quotation marks."""
    return tuple(a or b for a, b in _QUOTED.findall(body))


def quoted_words(titles: Sequence[str]) -> set[str]:
    """Return the words of titles in quotation marks as `residue_of` leaves them: "(3%)" whole, and "3" too."""
    text = " ".join(titles).lower()
    return {*re.findall(r"[\w'-]+", text), *re.findall(r"[\w'%$|~()+]+", text)}


def first_ask(
    q: ParsedQuestion, rules: Sequence[Callable[[ParsedQuestion, set[str]], ParsedQuestion | None]]
) -> ParsedQuestion | None:
    """Return what the first rule that knows a question makes of it; None where none does.

    A rule is given the question and the words that nothing has explained yet.
    """
    said = set(q.residue) - LIGHT - quoted_words(q.quoted)
    return next((found for rule in rules if (found := rule(q, said)) is not None), None)


def structure_count(body: str, *, anywhere: bool = False) -> tuple[str, bool] | None:
    """Return (what, only those with a number) for a question that counts parts of a document; None for another.

    >>> structure_count("How many numbered tables are there?"), structure_count("How many pages were scanned in 1990?")
    (('tables', True), None)
    """
    body = _NOT_COUNTED.sub(" ", body)
    match = _COUNT.search(body)
    if match is None and anywhere:
        match = _ANYWHERE.search(body)
        return (_thing(match["thing"]), bool(match["numbered"])) if match is not None else None
    if match is None:
        return None
    if anywhere:
        inner = _ANYWHERE.search(body, len("how many "))
        return (_thing(inner["thing"]), bool(inner["numbered"])) if inner is not None else None
    rest = match["rest"] if match["thing"] else match["rest2"]
    if _says_more(_without_pointers(rest)):
        return None
    if match["thing"] is None:
        return "pages", False
    thing = _thing(match["thing"])
    if thing in ("rows", "columns") and not re.search(r"\btables?\b", body, re.I):
        return None
    if re.search(r"\b(?:blank|empty)\s+(?:pages?|slides?)\b|\bpages? (?:is|are) (?:blank|empty)\b", body, re.I):
        return "blank-pages", False
    return thing, bool(match["numbered"]) or "numbered" in match[0].lower()


def _thing(word: str) -> str:
    word = word.lower()
    word = _PLURALS.get(word, word)
    return _THINGS.get(word) or _THINGS.get(word.removesuffix("s")) or _THINGS[word.replace("-", "").removesuffix("s")]


def asked_thing(match: re.Match[str]) -> Literal["tables", "figures", "sections"]:
    """Return what a question lists."""
    thing = (match["thing"] or "sections").lower()
    if "table" in thing and "contents" not in thing:
        return "tables"
    return "figures" if "figure" in thing else "sections"


def _says_more(rest: str) -> bool:
    """Return whether a "how many pages" goes on to ask something in the text ("... were scanned in 1990")."""
    words = [w for w in re.findall(r"[a-z']+", rest.lower()) if w not in _FILLER]
    allowed = {"have", "has", "having", "comprise", "comprises", "comprised", "include", "includes", "long", "total",
               "altogether", "overall", "are", "many", "collection", "numbered", "all", "make", "up", "exist", "exists",
               "consist", "consists", "span", "spans", "cite", "cites", "cited", "blank", "empty", "references",
               "bibliography", "together", "use", "uses", "first", "last", "wrote", "excluding", "header", "headers",
               "insgesamt", "au", "en", "body", "data", "without", "made", "composed", "consisting",
               "roman", "arabic", "numerals", "digits", "divided", "split", "broken",
               "subdivided", "down", "under", "below", "beneath"}  # fmt: skip
    return any(word not in allowed and word not in LIGHT for word in words)


def _without_pointers(body: str) -> str:
    for pattern in (FILE, _QUOTED, _LABEL, _PAGE, _NTH_PAGE, _ORDINAL_PAGE, *_PARTS.values()):
        body = pattern.sub(" ", body)
    return body


def residue_of(body: str) -> tuple[str, ...]:
    """Return a question's words without pointers and filler, in lower case."""
    for pattern in (FILE, _LABEL, _PAGE, _NTH_PAGE, _ORDINAL_PAGE, *_PARTS.values(), _BARE_SECTION):
        body = pattern.sub(" ", body)
    if _SPEAKS_OF_SECTIONS.search(body):
        body = _BARE_BELOW.sub(" ", body)
    body = _ARRANGED.sub(" ", re.sub(r"\bwhat[’']s\b", "what is", body, flags=re.I))
    words = (word.strip("'") for word in re.findall(r"[\w'%$|~()+]+", body.lower()))
    return tuple(word for word in words if word.strip("'()") not in _FILLER and word.strip("'()"))
