"""Which kind of answer a question asks for: rules over its words, the more particular ones first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.attribute_asks import with_attribute_ask
from kgqa.compare_asks import compared_documents
from kgqa.fact_asks import with_fact_ask
from kgqa.heading_asks import with_heading_ask
from kgqa.overview_asks import with_overview_ask
from kgqa.part_asks import ORDINAL_WORDS, ORDINALS, with_part_ask
from kgqa.pointers import LIGHT, asked_thing, structure_count
from kgqa.table_asks import names_table
from kgqa.title_pointers import AFTER, BEFORE, BETWEEN, BETWEEN_WHICH, SECTION_WORD, USUAL_TITLES, pointed_behind

if TYPE_CHECKING:
    from kgqa.question import Ask, ParsedQuestion

_EQUATION_LOOKS = frozenset("look looks like read reads state states formula define defines defined".split())
_TELLS = frozenset("compare compares summarize summarizes hold holds tell tells explain explains".split())
_UNDER_TITLE = frozenset("under handed submitted published appear appeared issued full".split())
_ORDER_SAID = frozenset(
    "comes come stands stand follows follow precedes precede before after just right directly immediately next".split()
)
_IN_SECTION = re.compile(  # "which step is described in Section 4?": its title tells
    r"^\W*(?:which|what)\s+\w+(?:\s+(?:of|in|from)\s+(?:the\s+)?[\w-]+)?\s+(?:is|are|gets?)\s+"
    r"(?:the (?:topic|subject) of|described|explained|introduced|discussed|covered|presented|treated|dealt with|"
    r"outlined)\s*(?:in|by|under)?\s+(?:the\s+)?(?:sub-?section|section|chapter|part|appendix)\s+[\w.]+"
    r"(?:\s+(?:of|in)\W*)?\W*$",
    re.I,
)
_WHOLE_LIST = frozenset("unnumbered top level main outline all numbered every each".split())
_DIVIDES = frozenset("divided split broken down structured organized organised consist consists made up".split())
_SHAPE_WORDS = frozenset("column columns header headers heading headings head heads label labels row rows".split())
_WHICH_PART = re.compile(r"\b(?:which|what)\s+(figure|table)s?\b(?!\s*\d)", re.I)
_ORDINAL = re.compile(
    rf"\b({ORDINAL_WORDS})\s+(?:(?:top[- ]level|main|numbered|major|level)\s+)*"
    r"(sub-?sections?|sections?|chapters?|headings?|appendi(?:x|ces))\b",
    re.I,
)
_COMES = re.compile(
    r"\b(?:which|what)\s+(?:sub-?section|section|chapter|heading)\b.*\b(?:comes?|stands?|is|are)\s+(?:the\s+)?"
    rf"({ORDINAL_WORDS})(?:\s+one)?\b(?!\s+\w+\s+(?:of|to))",
    re.I,
)
_EDGE_WORDS = frozenset(
    "first opening last final second third fourth fifth sixth seventh eighth ninth tenth 1st 2nd 3rd 4th 5th 6th 7th "
    "8th 9th 10th penultimate closing appendix section chapter heading subsection title "
    "treat treats cover covers introduces introduce marks bold "
    "under below within inside how titled named does start called very numbered main top "
    "level major".split()
)
_SUBSECTIONS = re.compile(
    r"\bsub-?(?:section|heading|chapter)s\b|\b(?:parts|divisions|sections|units) (?:of|under|within|in|below|make up) "
    r"(?:section|chapter|part|appendix)\b|"
    r"\bhow (?:is|are) (?:section|chapter)s?\b.*\b(?:divided|split|structured|organi[sz]ed)\b|"
    r"\bsections (?:of|under|within) (?:section|chapter)\b|"
    r"\b(?:which|what|list|name)\s+(?:\w+\s+){0,2}?(?:parts|headings|sections|topics)\s+(?:\w+\s+){0,2}?"
    r"(?:under|below|beneath|inside)\s|"
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:parts|headings|sections)\s+(?:does|do)\s+(?:the\s+)?\w.*\b(?:chapter|section|part)\b|"
    r"\bha(?:s|ve|d)\s+(?:an?|their|its)\s+(?:own\s+)?(?:sub-?)?sections?\b.*\b(?:section|chapter)\b",
    re.I,
)
_WHICH_PAGE = re.compile(
    r"\b(?:which|what)\s+(?:(?:pdf|printed|physical)\s+)?(?:page|slide)s?\b|"
    r"\b(?:page|slide) numbers?\b(?!\s*\d)|\bon (?:which|what) page|"
    r"^\W*where\s+(?:in\b.*\b(?:can|do|could|would|is|are|find)\b|(?:is|are|does|do|can i find)\s+"
    r"(?:the\s+)?(?:table|figure|section|chapter|equation|appendix|references?|bibliography|abstract|introduction|conclusions?|"
    r"acknowledg\w+)\b)|\bwhere\s+(?:can|do|could|would)\s+(?:i|we|one)\s+"
    r"(?:find|see|read)\b|\b(?:which|what) pages? (?:does|do|is|are|has|have)\b",
    re.I,
)
_THE_PAGE = re.compile(
    r"\bthe (?:page|slide)\s+(?:with|of|where|on which|containing|showing|that (?:has|shows|contains|holds))\b", re.I
)
_BLANK = re.compile(
    r"\b(?:blank|empty)\b|\b(?:nothing|no text|no words) on (?:it|them)\b|\bcontains? nothing\b|"
    r"\b(?:nothing|little|hardly anything|almost nothing|no text|no content)\b"
    r"(?:\s+\w+){0,3}?\s+(?:apart from|except|but|"
    r"besides|other than|beyond)\b|\b(?:hardly|scarcely|barely)\s+(?:has\s+)?any(?:thing| text| words)?\b|"
    r"\b(?:has|have|with|contains?|shows?)\s+(?:almost |practically )?(?:nothing|only "
    r"(?:an?|the|its) (?:running |page )?"
    r"(?:heads?|header|headline|footer|title|number))\b(?!\s+(?:to|about|in)\b)",
    re.I,
)
_AUTHORS = re.compile(
    r"\bwho\s+(?:\w+\s+){0,2}?(?:wrote|authored|co-?authored|(?:is|are|were|was)\s+(?:the\s+)?(?:(?:lead|first|main|sole|"
    r"all)\s+)?(?:co-?)?(?:authors?|writers?))\b|^\W*(?:the\s+|all\s+|list\s+|name\s+)*(?:co-?)?authors?\b|"
    r"\b(?:which|what)\s+(?:people\s+|persons?\s+|are\s+|is\s+|the\s+)*authors?\b|\bby whom\b.*\bwritten\b|"
    r"\bnames? of (?:all )?(?:the )?authors?\b|\bwho\s+(?:is|are|was|were)\s+.{0,40}\bwritten by\b",
    re.I,
)
_AUTHOR_WORDS = frozenset(
    "who wrote author authors authored written writer writers coauthor coauthors co-authors co whom people persons "
    "names all book article study work works thesis manual vignette text presentation slides deck theme package "
    "lead sole main many".split()
)
_AFFILIATIONS = re.compile(
    r"\bauthors?\b.*\b(?:work|works|worked|employed|affiliated|belong|based|come from|affiliations?|from)\b|"
    r"\baffiliations?\b|\b(?:which|what) (?:university|universities|institutions?|institutes?|company|companies|"
    r"organi[sz]ations?)\b.*\b(?:authors?|affiliated|work for|work at)\b|\be-?mails?\b.*\bauthors?\b|"
    r"\bauthors?\b.*\be-?mail|\bcontact\b.*\bauthors?\b",
    re.I,
)
_AFFILIATION_WORDS = _AUTHOR_WORDS | frozenset(
    "at with where which what university universities institution institutions institute institutes company companies "
    "organisation organization organisations organizations school college employer firm work works worked working "
    "employed affiliated affiliation affiliations belong belongs based come comes from for to paper located did when "
    "first second third last e mail email e-mail mails emails address addresses contact reach can could corresponding "
    "i we one how".split()
)
_TITLE = re.compile(r"\b(?:title|called|named|entitled)\b", re.I)
_MENTIONS = re.compile(
    r"\b(?:mention(?:s|ed)?|occurrences?|refers? to|referred to|cites?|cited|talks? about|speaks? of|"
    r"(?:use|uses|contain|contains|include|includes) the (?:word|term|phrase|name|expression)|"
    r"(?:names?|gives?|uses?|states?|credits?|quotes?|lists?)"
    r"(?=\s+.{2,60}\s+as (?:an?|the|its) (?:\w+ )?sources?\b))\b",
    re.I,
)
_EVERY_MENTION = re.compile(
    r"^\W*(?:where|how often|how many times)\s+(?:is|are|was|were|does|do)\b.{0,60}"
    r"\b(?:mention(?:s|ed)?|cited|referred to)\b|"
    r"^\W*(?:find|list|show|give|where are|count)\b(?:\s+(?:me|all|every|each|the))*\s+(?:mentions?|occurrences?) of\b|"
    r"^\W*(?:all|every)\s+(?:mentions?|occurrences?) of\b",
    re.I,
)
_WHICH_DOCUMENT = re.compile(
    r"\b(?:which|what)\b(?:\s+\w+){0,4}?\s*(?:documents?|files?|papers?|reports?|pdfs?|pages?|of)\b", re.I
)
_EXISTS = re.compile(
    r"^\W*(?:(?:is|are) there|does\b.*\b(?:have|contain|include)|do\b.*\b(?:have|contain|include)|has|have)\b", re.I
)
_PRINTED = re.compile(
    r"\b(?:which|what) (?:(?:pdf|physical|actual) )?page\b.*"
    r"\b(?:printed|labell?ed|numbered|carries|bears)\b.*?(\d{1,4}|\b[ivxl]+\b)",
    re.I,
)
_SECTION_NUMBER = re.compile(
    r"\b(?:which|what)\s+(?:is the\s+)?(?:section|chapter)\s+number\b|\b(?:section|chapter)\s+number of\b|"
    r"\bnumber of (?:the )?(?:section|chapter)\s+(?:called|titled|named|on|about|[\"“'‘])|"
    r"\b(?:which|what) number (?:does|has|is) (?:the )?(?:section|chapter)|"
    r"\b(?:section|chapter)\b.*\bwhich number is it\b",
    re.I,
)
_SECTION_OF = re.compile(
    r"\b(?:in|under)?\s*\b(?:which|what)\s+(?:numbered\s+|top-level\s+)?(?:section|chapter|subsection|sub-section|part|"
    r"appendix|heading)s?\b(?!\s+number)",
    re.I,
)
_LISTS = re.compile(
    r"(?:\b(?:which|what|list|name|enumerate|show|give|are)\b|^\W*(?:all|every|each)\b).*\b(?P<thing>sections|chapters|headings|tables|figures|"
    r"(?:every|each) (?:section|chapter|table|figure))\b|"
    r"\btable of contents\b|\boutline\b|\bhow is\b.*\b(?:structured|organi[sz]ed|divided)\b",
    re.I,
)
_PASSIVE_AFTER = re.compile(r"\b(?:is|are|was|directly|immediately)\s+(?:followed|succeeded) by\b", re.I)
_PASSIVE_BEFORE = re.compile(r"\b(?:is|are|was|directly|immediately)\s+preceded by\b", re.I)
_BEGINS = re.compile(r"^\W*how does\b.*\b(?:begin|start|open)s?\b", re.I)
_DOCUMENTS = re.compile(
    r"^\W*(?:how many|which|what|list(?: all)?|name(?: all)?|show(?: me)?(?: all)?)\s+"
    r"(?:(?:all|the|of|my|your|these|other)\s+)*"
    r"(?:documents|files|pdfs|papers|reports)(?:\s+(?:are|is|do|does|can|there|you|we|i|have|know|of|it|hold|holds|contain|"
    r"contains|in|the|this|that|collection|library|database|here|were|been|uploaded|ingested|added|loaded|search|read))*\W*$",
    re.I,
)
_COUNTED_WHOLE = re.compile(r"^\W*how (?:long|thick|big|large) is\b", re.I)


def with_ask(q: ParsedQuestion) -> ParsedQuestion:
    """Decide what is asked, the more particular rules first."""
    compared = compared_documents(q)
    if compared is not None:
        return compared
    fact = with_fact_ask(q)
    if fact is not None:
        return fact
    if _MENTIONS.search(q.body) and _asks_for_mentions(q):
        return replace(q, ask="mentions")
    if not q.documents and _DOCUMENTS.search(q.body):
        return replace(q, ask="documents")
    asked = with_heading_ask(q) or with_attribute_ask(q)
    if asked is not None:
        return asked
    part = with_part_ask(q)
    if part is not None and part.ask == "parts-in-section":  # "how many tables does section 2 have?"
        return part
    counted = structure_count(q.body)
    if counted is not None and not (_SECTION_NUMBER.search(q.body) or _names_one_part(q)):
        return replace(q, ask="count", thing=counted[0], numbered=counted[1])
    if (
        _COUNTED_WHOLE.search(q.body)
        and q.documents
        and said_words(q) <= {"how", "long", "many", "thick", "big", "large", "terms"}
    ):
        return replace(q, ask="count", thing="pages")
    if part is not None:
        return part
    placed = _COMES.search(q.body)
    if placed is not None and not (q.tables or q.figures or q.pages or BEFORE.search(q.body) or AFTER.search(q.body)):
        return replace(q, ask="section-nth", ordinal=ORDINALS.get(placed[1].lower(), -2))
    ordinal = _ORDINAL.search(q.body)
    if ordinal is not None and (said_words(q) - set(_words(" ".join(q.quoted)))) <= _EDGE_WORDS | {"of"}:
        return replace(q, ask="section-nth", ordinal=ORDINALS.get(ordinal[1].lower(), -2))
    asked = replace(q, ask=_asked_by_words(q) or _asked_by_name(q))
    return with_overview_ask(asked) or asked


def said_words(q: ParsedQuestion) -> set[str]:
    """Return the words of a question that its pointers leave over, those of no weight aside."""
    return set(q.residue) - LIGHT - {*q.sections, *q.tables, *q.figures}


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())


def _names_one_part(q: ParsedQuestion) -> bool:
    """Return whether "the page number of Table 5" asks for a place, not for how many there are."""
    return bool(re.search(r"\b(?:page|slide) number of\b", q.body, re.I))


def _asks_for_mentions(q: ParsedQuestion) -> bool:
    """Return whether a question asks whether, where or in which documents something is mentioned at all."""
    if _EVERY_MENTION.match(q.body):
        return True
    if re.match(r"\W*on how many (?:pages|slides)\b", q.body, re.I):
        return bool(q.documents)
    if re.search(r"\bhow (?:many|often)\b", q.body, re.I) or _SECTION_OF.match(q.body.lstrip("¿ ")):
        return False
    if re.match(r"\W*(?:do|does|did|is|are|whether|if|in|on|which|what)\b", q.body, re.I) is None:
        return False
    whether = re.match(r"\W*(?:do|does|did|is|are|whether|if)\b", q.body, re.I)
    which = _WHICH_DOCUMENT.search(q.body)
    if which is None or q.tables:
        return bool(whether and q.documents)
    one_page = "page" in which[0] and "pages" not in which[0].lower()  # that is looked for by what it says
    return bool(whether and q.documents) or bool(q.documents) or not one_page


def _asked_by_words(q: ParsedQuestion) -> Ask | None:
    """Return what a question's phrasing asks of the structure; None where it does not."""
    body = q.body
    if _BLANK.search(body) and re.search(r"\bpages?\b", body, re.I):
        return "blank-pages"
    if (SECTION_WORD.search(body) or (q.sections and _SUBSECTIONS.search(body))) and (order := _asked_order(q)):
        return order
    if USUAL_TITLES.search(body) and q.documents and (order := _usual_order(q)):
        return order
    if _PRINTED.search(body):
        return "printed-page"
    named = q.tables or q.figures or q.sections or q.equations or q.footnotes
    if _WHICH_PAGE.search(body) or (named and _THE_PAGE.search(body)):
        return "page-of"
    if _AFFILIATIONS.search(body) and "author" in body.lower() and said_words(q) <= _AFFILIATION_WORDS:
        return "affiliations"
    if _AUTHORS.search(body) and said_words(q) - set(_words(" ".join(q.quoted))) <= _AUTHOR_WORDS:
        return "authors"
    if _WHICH_PART.search(body) and not (q.tables or q.figures) and (q.residue or q.pages or q.labels):
        on_page = (q.pages or q.labels) and said_words(q) <= _SHAPE_WORDS
        return "parts-on-page" if on_page else "which-part"
    return None


def _usual_order(q: ParsedQuestion) -> Ask | None:
    """Return whether "what comes before the conclusion?" asks for the section before or after one of a usual title."""
    usual = {word for match in USUAL_TITLES.finditer(q.body) for word in match[0].lower().split()}
    if said_words(q) - usual - _ORDER_SAID or q.tables or q.figures or q.pages:
        return None
    if not re.match(r"\W*what\s+(?:comes?|stands?|follows?|precedes?|is)\b", q.body, re.I):
        return None
    if AFTER.search(q.body) and pointed_behind(q.body, AFTER):
        return "section-after"
    return "section-before" if BEFORE.search(q.body) and pointed_behind(q.body, BEFORE) else None


def _asked_order(q: ParsedQuestion) -> Ask | None:
    """Return what a question asks of sections and their order."""
    body = q.body
    if re.search(r"\b(?:which|what|name|list|tell|give)\b|^\W*how (?:is|are)\b.*\bnumbered\b", body, re.I):
        if (BETWEEN.search(body) or BETWEEN_WHICH.search(body)) and not q.tables:
            return "section-between"
        named = bool(q.sections or q.quoted)
        if _PASSIVE_AFTER.search(body):  # "which section is followed by X" asks for the one before X
            return "section-before"
        if _PASSIVE_BEFORE.search(body):
            return "section-after"
        if AFTER.search(body) and (named or pointed_behind(body, AFTER)):
            return "section-after"
        if BEFORE.search(body) and (named or pointed_behind(body, BEFORE)):
            return "section-before"
    if _SECTION_NUMBER.search(body):
        return "section-number"
    if _SUBSECTIONS.search(body) and (q.sections or q.quoted or q.residue or q.documents):
        return "subsections"
    if _EXISTS.match(body) and SECTION_WORD.search(body) and not _WHICH_PAGE.search(body):
        return "section-exists"
    asks_where = _SECTION_OF.search(body) and not (q.sections or q.tables)
    return "section-of" if asks_where and not (_WHICH_PAGE.search(body) or _lists_whole(q)) else None


def _lists_whole(q: ParsedQuestion) -> bool:
    return bool(_LISTS.search(q.body)) and not (said_words(q) - _EDGE_WORDS - _DIVIDES)


def _asked_by_name(q: ParsedQuestion) -> Ask:
    """Return what is asked of the table, figure, section or page that a question names; "content" without one."""
    whole = said_words(q) <= _SHAPE_WORDS or _only_tells(q)  # nothing is asked beyond the named part
    titled = bool(re.search(r"\btitled?\b|\bcalled\b|\bheading\b|\bheaded\b|\bname of\b", q.body, re.I))
    lists = _LISTS.search(q.body)
    rules: tuple[tuple[bool, Ask], ...] = (
        (bool(q.tables), "table" if said_words(q) <= _SHAPE_WORDS | _TELLS or _only_tells(q) else "cell"),
        (bool(q.figures) and whole, "figure"),
        (bool(q.equations) and said_words(q) <= _SHAPE_WORDS | _EQUATION_LOOKS, "equation"),
        (bool(q.sections) and (whole or bool(_IN_SECTION.search(q.body))
         or (titled and said_words(q) <= _EDGE_WORDS | _SHAPE_WORDS)), "section"),
        (bool(q.pages or q.labels) and whole, "page"),
        (bool(_TITLE.search(q.body)) and said_words(q) <= _SHAPE_WORDS | _UNDER_TITLE
         and not (q.figures or q.sections or q.pages), "title"),
        (lists is not None and not (said_words(q) - _DIVIDES - _WHOLE_LIST),
         asked_thing(lists) if lists is not None else "sections"),
        (bool(q.quoted) and bool(SECTION_WORD.search(q.body)) and not _says_more_than_title(q), "section"),
    )  # fmt: skip
    described = bool(q.documents) and not q.figures and names_table(q.body)
    return next((ask for holds, ask in rules if holds), "table-described" if described else "content")


def _only_tells(q: ParsedQuestion) -> bool:
    """Return whether the one word that a question says beyond its part is its verb: "what is depicted in Figure 3?"."""
    said = said_words(q) - _SHAPE_WORDS
    word = next(iter(said), "")
    if len(said) != 1 or not word.isalpha() or not (q.tables or q.figures or q.sections or q.pages or q.labels):
        return False
    if re.search(rf"^\W*what\s+(?:does|do|did)\b.*\b{word}\W*$", q.body, re.I):
        return True
    passive = rf"(?:is|are|was|were|be|being|gets)\s+(?:\w+ly\s+)?{word}\s+(?:in|on|by|at)\b"
    active = rf"what\s+(?:is|are|was|were)\b.*\b{word}\W*$"
    ending = re.search(r"(?:ed|ing|wn|en)$", word) is not None
    asks = re.match(r"\W*what\b(?!\s+\w+s?\s+(?:is|are|was|were)\b)", q.body, re.I)
    return bool(ending and asks and re.search(rf"{passive}|{active}", q.body, re.I))


def _says_more_than_title(q: ParsedQuestion) -> bool:
    """Return whether a question about the section 'X' asks more than what is there."""
    return bool(
        said_words(q) - set(_words(" ".join(q.quoted))) - _EDGE_WORDS - ({"how"} if _BEGINS.search(q.body) else set())
    )
