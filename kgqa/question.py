"""What a question asks: its kind, the documents it names, and the pages, tables, figures and sections it points at.

Rules, not a model: a question about structure must be recognised the same way every time. What is left of a question
once its pointers and filler words are taken out (`residue`) decides whether it asks what is there ("what does Table 2
show?") or something in it ("what recall does PaSa reach in Table 5?").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from graphs.rows import DocumentRecord
from kgqa.errors import QuestionError

Ask = Literal[
    "content",  # what the text says
    "count",  # how many pages, tables, ... a document has
    "blank-pages",
    "page",  # what is on a page
    "page-of",  # which page something is on
    "table",  # what a table is about
    "cell",  # something in a table
    "figure",  # what a figure shows
    "equation",  # what an equation says
    "section",  # title or content of a section
    "section-after",
    "section-before",
    "which-part",  # which figure or table shows something
    "sections",  # which sections there are
    "section-first",
    "section-last",
    "authors",
    "title",
    "compare-counts",  # which document has more pages, tables, ...
    "authors-in-common",
]

MAX_CHARS = 20_000

_NUMBER = r"(?:[A-Z]{1,2}[.\-–]?)?\d+(?:[.\-–]\d+)*[a-z]?|[IVXLC]+(?![a-z])|[A-Z](?:\.\d+)+"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
             "ninth": 9, "tenth": 10}  # fmt: skip
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_THINGS = {"page": "pages", "table": "tables", "figure": "figures", "section": "sections", "chapter": "sections",
           "image": "figures", "picture": "figures", "slide": "pages", "heading": "sections",
           "equation": "equations", "formula": "equations"}  # fmt: skip
_THING = r"(?P<thing>page|table|figure|section|chapter|image|picture|slide|heading|equation|formula)s?"

_PAGE = re.compile(
    r"\b(?:pages?|pp?\.|slides?)\s*(?:no\.?|number)?\s*(\d{1,5})(?:\s*(?:-|–|to|through|until)\s*(\d{1,5})|((?:\s*(?:,|and|,\s*and)\s*\d{1,5}(?!\d))+))?",
    re.I,
)
_ORDINAL_PAGE = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final)\s+(?:(two|three|four|five)\s+)?(?:pages?|slides?)\b",
    re.I,
)
_TABLE = re.compile(rf"\b(?:tables?|tab\.)\s*(?:no\.?|number)?\s*({_NUMBER})", re.I)
_FIGURE = re.compile(rf"\b(?:figures?|fig\.?|exhibit)\s*(?:no\.?|number)?\s*({_NUMBER})", re.I)
_SECTION = re.compile(
    rf"\b(?:sections?|sec\.|chapters?|appendix|part)(?:\s+(?:no\.?|number))?\s+"
    rf"({_NUMBER}|(?-i:[A-Z])(?![a-z\w]))",
    re.I,
)
_EQUATION = re.compile(
    r"\b(?:equations?|eqs?\.?|eqn\.?|formula)\s*(?:no\.?|number)?\s*\(?([A-Z]?\.?\d{1,3}(?:[.\-–]\d{1,3})*[a-z]?)\b\)?",
    re.I,
)
_SHAPE_WORDS = frozenset("column columns header headers heading headings row rows".split())
_WHICH_PART = re.compile(r"\b(?:which|what)\s+(figure|table)\b(?!\s*\d)", re.I)
_EDGE_WORDS = frozenset("first opening last final closing section chapter heading title called named very".split())
_USUAL_SECTION = re.compile(
    r"\b(?:the|its|in)\s+(abstract|introduction|conclusions?|discussion|summary|acknowledge?ments?)\b", re.I
)
_SECTION_ON = re.compile(
    r"\b(?:section|chapter|slide|part)s?\s+(?:on|about|titled|called|named|headed)\s+[\"“‘']?([\w][\w\s&-]{2,60}?)"
    r"[\"”’']?(?=\s+(?:of|in|from)\s|[?.,;]|$)",
    re.I,
)
_EDGE_SECTION = re.compile(r"\b(first|opening|last|final|closing)\s+(?:section|chapter|heading)\b", re.I)
_QUOTED = re.compile(r"[\"“”„«‘]([^\"“”„»’]{2,200})[\"“”»’]|(?<!\w)'([^']{2,200}(?:'\w[^']*)*)'(?!\w)")
_FILE = re.compile(r"[\w\-.()]+\.(?:pdf|md|txt|docx?|epub|html?|pptx?|mmd)\b", re.I)

_COUNT = re.compile(
    rf"\b(?:how many|(?:total |what is the )?number of|count (?:of )?the|page count)\s+(?P<numbered>numbered\s+)?"
    rf"(?:\w+\s+)?{_THING}\b(?P<rest>.*)",
    re.I,
)
_AFTER = re.compile(
    r"\b(?:follow(?:s|ing|ed)?|(?:come|stand|appear)s?\s+(?:\w+\s+)?(?:after|behind)|(?:right|directly|immediately|just)?\s*after|succeeds?|next)\b",
    re.I,
)
_BEFORE = re.compile(
    r"\b(?:precedes?|preceding|(?:come|stand|appear)s?\s+(?:\w+\s+)?before|(?:right|directly|immediately|just)?\s*before)\b",
    re.I,
)
_SECTION_WORD = re.compile(r"\b(?:section|chapter|heading|subsection|part)\b", re.I)
_WHICH_PAGE = re.compile(
    r"\b(?:which|what)\s+(?:pdf\s+)?(?:page|slide)s?\b|\bpage number\b|\bon (?:which|what) page", re.I
)
_BLANK = re.compile(r"\b(?:blank|empty)\b", re.I)
_AUTHORS = re.compile(
    r"\bwho\s+(?:\w+\s+)?(?:wrote|authored|(?:is|are|were|was)\s+(?:the\s+)?(?:co-?)?(?:authors?|writers?))|"
    r"\bauthors?\s+of\b|\bnames? of the authors?",
    re.I,
)
_TITLE = re.compile(r"\b(?:title|called|named)\b", re.I)
_COMMON = re.compile(r"\bin common\b|\bshared?\b|\bboth\b|\bsame\b", re.I)
_MORE = re.compile(
    r"\b(more|most|fewer|fewest|less|least|longer|longest|shorter|shortest|larger|greater|contains?|has|have)\b", re.I
)
_COMPARE = re.compile(
    r"\bwhich of (?:the )?(?:two|these|those|both)|"
    r"\b(?:older|younger|earlier|later|larger|smaller|bigger|taller|longer|"
    r"shorter|higher|lower|more|less|fewer|faster|slower)\b.*(?:\bor\b|\bthan\b)|\bdiffer(?:s|ence|ent)?\b|\bcompared?\b|"
    r"\bagree\b|\bboth\b|\bin common\b",
    re.I,
)  # fmt: skip

_FILLER = frozenset(
    "a an the what which is are was were does do did on in of at to for from by with and or as about shown show shows "
    "showing contain contains contained content contents report reports reported list lists listed describe describes "
    "described description display displays present presents presented appear appears discuss discussed discusses "
    "cover covers covered give gives given there it its this that document documents file pdf paper report tell me "
    "please summarise summarize summary can you i find found see say says said written located topic title caption "
    "called named name heading headed subject deal deals dealt mean main text whole full page pages slide slides "
    "table tables figure figures fig equation equations formula formulas section sections chapter chapters number "
    "according information be been s i'd "
    "like know explain overview top level top-level image depict depicts illustrate illustrates".split()
)


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question taken apart."""

    text: str  # as it was asked, white space folded
    ask: Ask
    documents: tuple[str, ...] = ()  # ids of the documents that it names
    unknown_files: tuple[str, ...] = ()  # file names in it that no document has
    pages: tuple[int, ...] = ()  # as written; -1 is the last page, -2 the one before
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    equations: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()  # what stands in quotation marks: titles, captions
    thing: str = ""  # for counts: pages, tables, figures, sections
    numbered: bool = False  # for counts: only those with a number
    body: str = ""  # the question without the names of documents
    residue: tuple[str, ...] = field(default=())  # its words without pointers and filler
    compares: bool = False  # asks for a comparison


def parse_question(question: str, records: Sequence[DocumentRecord]) -> ParsedQuestion:
    """Take a question apart; raise QuestionError for one that is empty, has no word, or is far too long."""
    text = " ".join(question.split())
    if not any(c.isalnum() for c in text):
        raise QuestionError("The question holds no words. Ask something about the documents.")
    if len(text) > MAX_CHARS:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {MAX_CHARS:,} can be asked. Shorten it."
        )
    documents, body = _named_documents(text, records)
    unknown = tuple(dict.fromkeys(_FILE.findall(body)))
    pages = _pages(body)
    tables, figures, sections, equations = (
        _numbers(pattern, body) for pattern in (_TABLE, _FIGURE, _SECTION, _EQUATION)
    )
    quoted = tuple(a or b for a, b in _QUOTED.findall(body))
    residue = _residue(body)
    found = ParsedQuestion(
        text=text, ask="content", documents=documents, unknown_files=unknown, pages=pages, tables=tables,
        figures=figures, sections=sections, equations=equations, quoted=quoted, body=body, residue=residue,
        compares=len(documents) > 1 or bool(_COMPARE.search(body)),
    )  # fmt: skip
    return _with_ask(found)


def _with_ask(q: ParsedQuestion) -> ParsedQuestion:
    """Decide what is asked, the more particular rules first."""
    compared = _compared_thing(q)
    count = _COUNT.search(q.body)
    if len(q.documents) > 1 and _has_common_authors(q.body):
        return replace(q, ask="authors-in-common")
    if compared:
        return replace(q, ask="compare-counts", thing=compared, numbered="numbered" in q.body.lower())
    if count and not _says_more(count["rest"]):
        return replace(q, ask="count", thing=_THINGS[count["thing"].lower()], numbered=bool(count["numbered"]))
    return replace(q, ask=_asked_by_words(q) or _asked_by_name(q))


def _has_common_authors(body: str) -> bool:
    return bool(re.search(r"\bauthors?\b|\bwrote\b|\bwritten\b", body, re.I) and _COMMON.search(body))


def _asked_by_words(q: ParsedQuestion) -> Ask | None:
    """Return what a question's phrasing asks of the structure; None where it does not."""
    body = q.body
    if _BLANK.search(body) and re.search(r"\bpages?\b", body, re.I):
        return "blank-pages"
    if _SECTION_WORD.search(body) and re.search(r"\b(?:which|what|name)\b", body, re.I):
        named = bool(q.sections or q.quoted)
        if _AFTER.search(body) and (named or _pointed(body, _AFTER)):
            return "section-after"
        if _BEFORE.search(body) and (named or _pointed(body, _BEFORE)):
            return "section-before"
    edge = _EDGE_SECTION.search(body)
    if edge is not None and set(q.residue) <= _EDGE_WORDS:
        return "section-first" if edge[1].lower() in ("first", "opening") else "section-last"
    if _WHICH_PAGE.search(body):
        return "page-of"
    if _AUTHORS.search(body) and len(q.residue) <= 6:
        return "authors"
    if _WHICH_PART.search(body) and not (q.tables or q.figures):
        return "which-part"
    return None


def _asked_by_name(q: ParsedQuestion) -> Ask:
    """Return what is asked of the table, figure, section or page that a question names; "content" without one."""
    whole = set(q.residue) <= _SHAPE_WORDS  # nothing is asked beyond the named part
    rules: tuple[tuple[bool, Ask], ...] = (
        (bool(q.tables), "table" if whole else "cell"),
        (bool(q.figures) and whole, "figure"),
        (bool(q.equations) and whole, "equation"),
        (bool(q.sections) and (whole or bool(re.search(r"\btitle\b|\bcalled\b", q.body, re.I))), "section"),
        (bool(q.pages) and whole, "page"),
        (bool(_TITLE.search(q.body)) and whole and not (q.figures or q.sections or q.pages), "title"),
        (bool(re.search(r"\b(?:which|what|list)\b.*\b(?:sections|chapters|headings)\b", q.body, re.I)) and whole,
         "sections"),
    )  # fmt: skip
    return next((ask for holds, ask in rules if holds), "content")


def pointed_title(q: ParsedQuestion) -> str:
    """Return the title that a question about the order of sections points at, with or without quotation marks."""
    if q.quoted:
        return q.quoted[0]
    return _pointed(q.body, _AFTER) or _pointed(q.body, _BEFORE)


def pointed_sections(body: str) -> tuple[str, ...]:
    """Return the titles of the sections that a question looks into: "the abstract", "the section on image data".

    >>> pointed_sections("What does the abstract say of the section on image data in paper.pdf?")
    ('abstract', 'image data')
    """
    usual = [match[1].lower() for match in _USUAL_SECTION.finditer(body)]
    named = [match[1].strip() for match in _SECTION_ON.finditer(body)]
    return tuple(dict.fromkeys([*usual, *named]))


def _pointed(body: str, verb: re.Pattern[str]) -> str:
    """Return what stands behind "follows", "comes after", ... without filler at its ends."""
    matches = list(verb.finditer(body))
    if not matches:
        return ""
    match = matches[-1]  # "which section comes right after ..." has two
    words = body[match.end() :].strip(" ?.!,").split()
    edge = {"the", "section", "chapter", "of", "in", "on", "titled", "called", "named", "heading", "one", "a", "an"}
    while words and words[0].lower().strip(",") in edge:
        words.pop(0)
    while words and words[-1].lower().strip(",") in {*edge, "section", "document", "paper"}:
        words.pop()
    return " ".join(words)


def _compared_thing(q: ParsedQuestion) -> str:
    """Return what is counted when documents are compared by a count: "which has more pages, A or B"."""
    if not re.search(r"\bwhich\b|\bwhat\b", q.body, re.I):
        return ""
    among = len(q.documents) > 1 or re.search(
        r"\bwhich (?:of the |of these |one of the )?(?:\w+ )?(?:documents?|files?|papers?|reports?|pdfs?)\b",
        q.body,
        re.I,
    )
    match = re.search(rf"\b{_THING}\b", q.body, re.I)
    if not among or not _MORE.search(q.body):
        return ""
    if match is None:
        return (
            "pages"
            if re.search(r"\b(?:longer|longest|shorter|shortest)\b", q.body, re.I) and not _content_words(q)
            else ""
        )
    rest = [w for w in q.residue if not _MORE.fullmatch(w) and w not in ("numbered", "two", "these", "any", "number")]
    return _THINGS[match["thing"].lower()] if not rest else ""


def _content_words(q: ParsedQuestion) -> list[str]:
    return [w for w in q.residue if not _MORE.fullmatch(w)]


def _says_more(rest: str) -> bool:
    """Return whether a "how many pages" goes on to ask something in the text ("... were scanned in 1990")."""
    words = [w for w in re.findall(r"[a-z']+", rest.lower()) if w not in _FILLER]
    allowed = {"have", "has", "having", "comprise", "comprises", "include", "includes", "long", "total", "altogether",
               "overall", "are", "many", "collection", "numbered", "all", "make", "up", "exist"}  # fmt: skip
    return any(word not in allowed for word in words)


def _named_documents(text: str, records: Sequence[DocumentRecord]) -> tuple[tuple[str, ...], str]:
    """Return the ids of the documents that a text names, in its order, and the text without their names."""
    names: list[tuple[str, str]] = []
    for record in records:
        if not record.doc_id:
            continue
        stem = record.name.rsplit(".", 1)[0]
        names.append((record.name, record.doc_id))
        if len(stem) > 3 and ("_" in stem or "-" in stem or any(c.isdigit() for c in stem)):
            names.append((stem, record.doc_id))
    found: list[tuple[int, str]] = []
    body = text
    folded = text.casefold()
    named = [item for item in names if item[0].casefold() in folded]  # a pattern for each of thousands would be slow
    for name, doc_id in sorted(named, key=lambda item: -len(item[0])):
        pattern = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", re.I)
        if pattern.search(body):
            match = pattern.search(text)
            found.append((match.start() if match else 0, doc_id))
            body = pattern.sub(" ", body)
    return tuple(dict.fromkeys(doc_id for _, doc_id in sorted(found))), " ".join(body.split())


def _pages(body: str) -> tuple[int, ...]:
    pages: list[int] = []
    for match in _PAGE.finditer(body):
        first = int(match[1])
        pages.append(first)
        if match[2]:
            pages += range(first + 1, min(int(match[2]), first + 50) + 1)
        if match[3]:
            pages += [int(number) for number in re.findall(r"\d+", match[3])]
    for match in _ORDINAL_PAGE.finditer(body):
        word, many = match[1].lower(), _COUNTS.get((match[2] or "").lower(), 1)
        if word in ("last", "final"):
            pages += range(-many, 0)
        elif many > 1:
            pages += range(1, many + 1)
        else:
            pages.append(_ORDINALS[word])
    return tuple(dict.fromkeys(pages))


def _numbers(pattern: re.Pattern[str], body: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[1].replace("–", "-") for match in pattern.finditer(body)))


def _residue(body: str) -> tuple[str, ...]:
    for pattern in (_FILE, _PAGE, _ORDINAL_PAGE, _TABLE, _FIGURE, _SECTION, _EQUATION):
        body = pattern.sub(" ", body)
    return tuple(
        word
        for word in re.findall(r"[\w'%$|~()+]+", body.lower())
        if word.strip("'()") not in _FILLER and word.strip("'()")
    )
