"""How a question compares documents: by what they count, by their dates, their authors, or a section that they have."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.owner_words import COUNTRY, OWNERS
from kgqa.pointers import LIGHT, structure_count
from kgqa.title_pointers import SECTION_WORD, USUAL_TITLES

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_COMMON = re.compile(r"\bin common\b|\bshared?s?\b|\bboth\b|\bsame\b|\bjoint(?:ly)?\b|\bcommon\b|\boverlap\b", re.I)
_MORE = re.compile(
    r"\b(more|most|fewer|fewest|less|least|longer|longest|shorter|shortest|larger|greater|contains?|has|have|having|no|"
    r"without|lacks?|same|equal(?:ly)?|many|difference|as|any|bigger|number|thicker|thinner)\b",
    re.I,
)
COMPARES = re.compile(
    r"\bwhich of (?:the )?(?:two|these|those|both)|"
    r"\b(?:older|younger|earlier|later|larger|smaller|bigger|taller|longer|"
    r"shorter|higher|lower|more|less|fewer|faster|slower)\b.*(?:\bor\b|\bthan\b)|\bdiffer(?:s|ence|ent)?\b|\bcompared?\b|"
    r"\bagree\b|\bboth\b|\bin common\b",
    re.I,
)  # fmt: skip
_SECTION_TITLES = re.compile(r"\b(?:section|chapter)s?\b|\bheadings?\b", re.I)
_COMMON_WORDS = frozenset("common share shared shares same both overlap any one two identical documents which".split())
_PARTS_SAID = re.compile(
    r"\b(?:sections?|chapters?|figures?|tables?|pages?|slides?|headings?|equations?|footnotes?)\b", re.I
)
_OLDER = re.compile(
    r"\b(?:older|newer|younger|oldest|newest|youngest|earlier|later|earliest|latest|first|last|before|after|"
    r"(?:more|most) recent(?:ly)?)\b",
    re.I,
)
_DATE_WORDS = frozenset(
    "older newer younger oldest newest youngest earlier later earliest latest first last before after more most recent "
    "recently than was were be been published written released issued appeared came out appear compiled dated one date "
    "documents files papers reports two these or both made created publication "
    "data figures numbers statistics year years from of cover covers has have".split()
)
_FRONT = re.compile(r"\bon (?:its|their|the|each) (?:first|title|cover|front) page\b", re.I)
_FRONT_WORDS = frozenset("title front page each carries carry bears bear shows show has have its their".split())
_WHICH_DATED = re.compile(  # a document is asked for, not a thing in one
    r"\W*(?:which|what)\s+(?:one\b|of\b|(?:documents?|files?|papers?|reports?|pdfs?|policy|policies|guidelines?|"
    r"contracts?|agreements?|letters?|invoices?|manuals?|was\b|were\b|has\b|had\b|is\b|carries\b|bears\b))",
    re.I,
)
_NAMED = 3  # words that name a date: "last review"
_OF_ALL = re.compile(
    r"^\W*(?:which|what)\b.*\b(?:newest|oldest|latest|earliest|most recent)"
    r"(?:\s+(?:documents?|files?|papers?|reports?|pdfs?))?\W*$|"
    r"^\W*(?:which|what)\s+(?:documents?|files?|papers?|reports?|pdfs?)\b.*\b(?:first|last|newest|oldest|latest|earliest)\b",
    re.I,
)
_WHICH_OF = re.compile(r"\b(?:which|what|whose|who)\b|\b(?:does|do|is|are|has|have)\b.*\bor\b|\bboth\b", re.I)
_LISTS_NAMED = re.compile(r"\btables? of contents\b|\blist of (?:tables|figures)\b", re.I)
_HAS = re.compile(r"\b(?:has|have|having|contains?|includes?|with|lacks?|without)\b", re.I)


_ALONE = re.compile(
    r"\b(?:single|sole|lone|only one|just one|one)[- ](?:author(?:ed)?|person|writer|individual|researcher)\b|"
    r"\bonly (?:an?|one|a single) author\b|\balone\b",
    re.I,
)
_SEVERAL_AUTHORS = re.compile(
    r"\b(?:several|multiple|many|more than one|two or more|a team of)\s+"
    r"(?:authors?|people|persons?|writers?|researchers?)\b",
    re.I,
)
_BY = re.compile(r"\b(?:by|author\w*|written|wrote|work)\b", re.I)
_ALONE_WORDS = frozenset(
    "single sole lone only just one alone several multiple many more than two or team author authors authored written "
    "wrote writer person people individual researcher work works by is papers articles reports both single-author "
    "single-authored has".split()
)
_SHARED = re.compile(
    r"\W*(?:which|what)\s+(?P<what>(?:[\w-]+\s+){0,3}?[\w-]+)\s+(?:(?:do|does|did|are|is|was|were|has|have|that|which)\s|"
    r"(?:issued?|publishe[sd]|wrote|made|produced|released|stands?|appears?|share)\b)",
    re.I,
)
_SAME_OWNER = re.compile(r"\W*(?:is|are|do|does|did|were|was|have)\b.*\bthe same (?P<what>[\w-]+)", re.I)
_SHARES = re.compile(r"\b(?:both|also|too|as well|in common|share|shared|same)\b", re.I)
_SHARED_WORDS = frozenset(
    "both also too well common share shared same belong belongs come comes from issued issue published publish "
    "produced produce made make released behind by named mentioned mention mentions described presented discussed "
    "listed covered appear used found made wrote work together are is originate and which that".split()
)
_NO_NAMES = frozenset(
    "section sections table tables figure figures page pages chapter chapters topic topics author authors year years "
    "date "
    "dates document documents paper papers report reports file files title titles thing things column columns number "
    "heading headings".split()
)


def _alone(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which of A and B was written by a single author?"."""
    unit = "several" if _SEVERAL_AUTHORS.search(q.body) else "single" if _ALONE.search(q.body) else ""
    if not unit or not _BY.search(q.body) or _names_a_part(q):
        return None
    return None if set(q.residue) - _ALONE_WORDS - LIGHT else replace(q, ask="compare-authors", unit=unit)


def _shared_names(q: ParsedQuestion) -> ParsedQuestion | None:
    """ "Which company do both belong to?", "which databases are presented in A and also mentioned in B?"."""
    match = _SHARED.match(q.body) or _SAME_OWNER.match(q.body)
    if match is None or _names_a_part(q):
        return None
    owner = OWNERS.search(match["what"]) or COUNTRY.search(match["what"])
    if not (_SHARES.search(q.body) or (owner and not re.search(r"\bor\b", q.body, re.I))):
        return None
    if match.re is _SAME_OWNER and owner is None:
        return None
    words = set(re.findall(r"[\w'-]+", match["what"].lower()))
    if (
        words & _NO_NAMES
        or words & {"of", "the"}
        or {word.strip("'") for word in q.residue} - words - _SHARED_WORDS - LIGHT
    ):
        return None
    return replace(q, ask="names-in-common", unit=match["what"])


def compared_documents(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with the comparison of documents that it asks for; None for one that compares none so."""
    if len(q.documents) > 1 and _has_common_authors(q.body):
        return replace(q, ask="authors-in-common")
    if (
        len(q.documents) > 1
        and _COMMON.search(q.body)
        and _SECTION_TITLES.search(q.body)
        and not (q.quoted or set(q.residue) - _COMMON_WORDS)
    ):
        return replace(q, ask="sections-in-common")
    if len(q.documents) > 1 and (fact := _alone(q) or _shared_names(q)) is not None:
        return fact
    fronted = _FRONT.search(q.body) is not None
    counted = "" if _LISTS_NAMED.search(q.body) else _compared_thing(q)
    if counted:
        return replace(q, ask="compare-counts", thing=counted, numbered="numbered" in q.body.lower())
    if (
        (len(q.documents) > 1 or (not q.documents and _OF_ALL.search(q.body)))
        and _OLDER.search(q.body)
        and {word.strip("()") for word in q.residue} <= (_DATE_WORDS | _FRONT_WORDS if fronted else _DATE_WORDS)
        and (fronted or not (_names_a_part(q) or _PARTS_SAID.search(q.body)))
    ):
        return replace(q, ask="compare-dates")
    if len(q.documents) > 1 and _WHICH_DATED.match(q.body) and _OLDER.search(q.body) and not _names_a_part(q):
        named = [word for word in q.residue if word not in _DATE_WORDS]
        if 0 < len(named) <= _NAMED and all(word.isalpha() for word in named) and not _PARTS_SAID.search(q.body):
            return replace(q, ask="compare-dates", thing=" ".join(named))
    if len(q.documents) > 1 and _HAS.search(q.body) and _WHICH_OF.search(q.body) and not q.sections:
        titled = q.quoted or USUAL_TITLES.search(q.body)
        if titled and (SECTION_WORD.search(q.body) or not set(q.residue) - _usual_words(q.body)):
            return replace(q, ask="compare-sections")
    return None


def _usual_words(body: str) -> set[str]:
    """Return the words of a question that name a usual section, and those that only join them."""
    return {word for match in USUAL_TITLES.finditer(body) for word in match[0].lower().split()} | {
        "both",
        "two",
        "these",
        "ends",
        "end",
        "closes",
        "begins",
        "starts",
        "opens",
        "list",
    }


def _names_a_part(q: ParsedQuestion) -> bool:
    return bool(q.tables or q.figures or q.sections or q.pages or q.equations or q.quoted)


def _has_common_authors(body: str) -> bool:
    by_same = re.search(
        r"\b(?:by|from|of) the same (?:people|persons?|team|researchers?|writers?|pen|hand)\b", body, re.I
    )
    told = re.search(r"\bauthors?\b|\bwrote\b|\bwritten\b", body, re.I)
    return by_same is not None or bool(told and _COMMON.search(body))


def _compared_thing(q: ParsedQuestion) -> str:
    """Return what is counted when documents are compared by a count: "which has more pages, A or B"."""
    among = len(q.documents) > 1 or re.search(
        r"\b(?:longest|shortest|thickest|thinnest) (?:documents?|files?|papers?|reports?|pdfs?)\b|"
        r"\bwhich (?:of the |of these |one of the )?(?:\w+ )?(?:documents?|files?|papers?|reports?|"
        r"pdfs?)\b(?!\s+pages?\b)",
        q.body,
        re.I,
    )
    if (
        not among
        or not _MORE.search(q.body)
        or re.search(r"\b(?:pages?|tables?|figures?|sections?)\s+\d", q.body, re.I)
    ):
        return ""
    if not re.search(r"\b(?:which|what|how many more|do|does|is|are|has|have|by how|fewer|more)\b", q.body, re.I):
        return ""
    if _CITES_MORE.search(q.body):
        return "references" if not set(_content_words(q)) - _COUNT_WORDS - _CITED_WORDS else ""
    things = structure_count("how many " + q.body, anywhere=True)
    if things is None:
        long = re.search(
            r"\b(?:equally|as) (?:long|thick|big)\b|\b(?:same|equal) length\b|"
            r"\b(?:longer|longest|shorter|shortest|thicker|thinner)\b",
            q.body,
            re.I,
        )
        return "pages" if long and not set(_content_words(q)) - _COUNT_WORDS else ""
    if re.match(r"\W*how many\b", q.body, re.I) and not re.search(r"\bmore|fewer|less\b|\bthan\b", q.body, re.I):
        return ""
    rest = [w for w in _content_words(q) if w not in _COUNT_WORDS]
    return things[0] if not rest else ""


_CITES_MORE = re.compile(
    r"\bcit(?:es?|ed|ing)\s+(?:more|fewer|the most|the fewest|as many)\b|"
    r"\b(?:more|fewer|most|fewest|as many)\s+(?:\w+\s+)?"
    r"(?:works|papers|sources|publications|articles|books)?\s*(?:are |is )?cited\b",
    re.I,
)
_CITED_WORDS = frozenset("cite cites cited citing works papers sources publications articles books other".split())
_COUNT_WORDS = frozenset(
    "numbered two these any number how many one top level main authors author references reference "
    "bibliography entries entry subsections subsection than each other together compared by difference between blank "
    "empty documents files papers reports long thick big length equally "
    "appendices appendix footnotes footnote equations equation compare comparing larger count counts altogether".split()
)


def _content_words(q: ParsedQuestion) -> list[str]:
    return [w for w in q.residue if not _MORE.fullmatch(w) and w != "than"]
