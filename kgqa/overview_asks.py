"""Whether a question asks what a document is about, or to sum it up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgqa.pointers import LIGHT

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_CUE = re.compile(
    r"\babout\b|\bsummar\w+\b|\boverview\b|\bsynopsis\b|\bgist\b|\bsum\b.*\bup\b|\boutline\b|\bdescribe\b|\btl;?dr\b|"
    r"\b(?:topics?|subjects?|themes?|purpose|aim|goal|content|contents)\b|"
    r"\b(?:covers?|deals?|treats?|discuss(?:es)?|describes?)\b|"
    r"\b(?:key|main|major|central|most important)\s+(?:\w+\s+)?(?:findings?|results?|points?|takeaways?|"
    r"messages?|ideas?|"
    r"contributions?|conclusions?|claims?|insights?)\b|\btakeaways\b|"
    r"\bwhat\s+(?:kind|sort|type)\s+of\s+(?:document|file|paper|report|text|book)\b|"
    r"\br[eé]sum\w+\b|\bzusammen\w*\b|\büberblick\b|\briassu\w+\b|\bsamenvat\w+\b|"
    r"^\W*what\s+(?:is|are|does|do)\s+(?:for|do)\W*$|"
    r"^\W*what\s+is\s+(?:there\s+)?(?:in|inside)?\s*(?:the|this|my)?\s*(?:document|file|paper|report|pdf)?\s*\W*$",
    re.I,
)
_WORDS = frozenset(
    "what which who about summarize summarise summarizes summary summaries overview synopsis gist sum up outline "
    "describe describes topic topics subject subjects theme themes purpose aim goal content contents cover "
    "covers deal deals "
    "treat treats discuss discusses with main key major central important most findings finding results result points "
    "point takeaways message messages idea ideas contribution contributions conclusions claims insights kind sort type "
    "document documents file files paper papers report reports text texts book books pdf pdfs article articles manual "
    "slides deck presentation collection library is are does do the a an of in for me us give tell please can could "
    "you short brief briefly from at into one-sentence two-sentence quick quickly concise few two "
    "three four five one sentence sentences words lines bullets "
    "paragraph this these those it they them everything please my all each every general overall whole entire talk "
    "talks speak there shortly say says "
    "explain explained provide write make "
    "résume résumer résumez resume resumir resumen resuma resumo fasse fassen zusammen zusammenfassung gib eine einen "
    "überblick über riassumi riassunto riassumere samenvatting samenvatten vat le la les el lo los las il un une una "
    "du das den die der dokument documento fichier archivo bitte en español auf deutsch français italiano".split()
)
_THESE = re.compile(
    r"\b(?:this|these|the|my|all|each|every|uploaded)\s+(?:\w+\s+)?"
    r"(?:documents?|files?|papers?|reports?|texts?|books?|pdfs?|articles?|manuals?|slides|deck|presentation|collection|"
    r"library)\b",
    re.I,
)


_THIS = re.compile(
    r"\W*what(?:\s+is|\s+are)\s+(?:this|it|these|they|all this)\s+(?:all\s+)?about\W*$|"
    r"\W*(?:please\s+)?(?:summari[sz]e|explain|describe|outline)\s+(?:this|it|these|them|everything|all)\b|"
    r"\W*(?:(?:a|an)\s+)?(?:short\s+|brief\s+)?(?:summary|overview|tl;?dr)(?:\s+please)?\W*$",
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:these|the|my|all|both|two|three)\s+(?:\w+\s+)?(?:documents|files|papers|reports|texts|books|pdfs|articles)\b",
    re.I,
)
_SIDE_BY_SIDE = re.compile(
    r"\bcompar(?:e|es|ed|ison)\b|\bdiffer(?:s|ences?|ent)?\b|\bsimilar(?:ities|ity)?\b|\bhow\b.*\brelat(?:e|ed)\b|"
    r"\bcontrast\b",
    re.I,
)
_SIDE_WORDS = frozenset(
    "compare compares compared comparison differ differs difference differences different similar similarity "
    "similarities relate related contrast between and with to from each other both how".split()
)
_USUAL = re.compile(
    r"\b(?P<title>abstract|introduction|conclusions?|discussion|summary|acknowledge?ments?|recommendations?|limitations?|"
    r"preface|foreword|future work|related work)\b",
    re.I,
)
_USUAL_WORDS = frozenset(
    "what is are does do the a an of in for me us give show tell read quote cite say says said state states stated "
    "contain contains "
    "paper document report article its their main section there please whole full text summarize summarise sum up "
    "describe outline about short brief briefly".split()
)


def _usual_section(q: ParsedQuestion) -> str:
    """Return the usual title of the section that a question asks for whole: "What is its conclusion?"; or ""."""
    title = _USUAL.search(q.body)
    if title is None or not _is_asked_whole(q, title[0]):
        return ""
    rest = {word.strip("'’") for word in re.findall(r"[\w'’-]+", _USUAL.sub(" ", q.body, count=1).lower())}
    return title["title"].lower() if rest <= _USUAL_WORDS else ""


def _is_asked_whole(q: ParsedQuestion, title: str) -> bool:
    """Return whether a title is that of a section: with an article, or of a document named before it."""
    return (
        bool(q.documents) or re.search(rf"\b(?:the|its)\s+(?:main\s+)?{re.escape(title)}\b", q.body, re.I) is not None
    )


def with_overview_ask(q: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question as one for an overview of documents; None where a word of it asks for something else.

    It names documents, or means those that are there: "this document", "the papers".
    """
    if q.ask != "content" or q.pages or q.labels or q.tables or q.figures or q.sections or q.equations or q.quoted:
        return None
    if not (q.documents or _THESE.search(q.body) or _THIS.match(q.body)):
        return None
    if (title := _usual_section(q)) and not (title == "summary" and re.search(r"\bsummary of\b", q.body, re.I)):
        return replace(q, ask="usual-section", thing=title)
    if (len(q.documents) > 1 or (not q.documents and _SEVERAL.search(q.body))) and _SIDE_BY_SIDE.search(q.body):
        words = _WORDS | _SIDE_WORDS | LIGHT
    elif _CUE.search(q.body):
        words = _WORDS | LIGHT
    else:
        return None
    said = {word.strip("'’") for word in re.findall(r"[\w'’-]+", q.body.lower())}
    return replace(q, ask="overview") if said <= words else None
