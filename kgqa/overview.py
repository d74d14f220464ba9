"""What a document is about, told without a model: its title and authors, how its abstract or text begins, its sections.

A document says itself what it is about: in an abstract, in the first words of its introduction or else in its first
paragraph, and by its headings; what it found, at the end of the abstract and in the conclusion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingestion.document import ParsedDocument, Passage, Section
from kgqa.page_summaries import page_summary
from kgqa.parts import (
    Finding,
    Quote,
    caption_quote,
    find_section,
    first_lines_of,
    join,
    letters_of,
    page_of_words,
    quote_of_passage,
    section_name,
    section_quote,
)
from kgqa.people import authors_of
from kgqa.result import QuestionKind
from kgqa.section_told import ROOM, paragraphs_of, passages_in, section_told, sentences_of, sentences_told
from kgqa.usual_titles import usual_title

if TYPE_CHECKING:
    from kgqa.question import ParsedQuestion

_BRIEF = 300  # characters of a document's own words, of each of several
MOST = 5  # documents that are told of
_SECTIONS = 12  # headings that are named
_FIRST, _EARLY = 30, 6  # passages and pages among which a document says what it is
_FEW = 4  # sections below which the tables say more of what a document holds
_ABSTRACT = re.compile(r"\W*(?:\d+\W+)?(?:(?:executive|management)\s+summary|abstract|summary)\b", re.I)
_IN_SHORT = re.compile(
    r"\W*(?:\d+\W+)?(?:highlights|overview|synopsis|key\s+(?:points|messages|findings)|"
    r"about\s+this\s+(?:document|report|book|manual|guide))\b",
    re.I,
)
_OF_ITSELF = re.compile(  # "This report describes ..."
    r"\bthis\s+(?:[\w®™-]+\s+){0,3}?(?:paper|report|document|documentation|publication|manual|guide|book|booklet|brochure|study|"
    r"article|vignette|handbook|tutorial|thesis|leaflet|note|introduction|presentation|talk|survey)\s+"
    r"(?:\w+ly\s+)?(?:provides|describes|presents|introduces|explains|contains|covers|gives|summari[sz]es|examines|explores|"
    r"reports|shows|discusses|documents|is|was|aims|considers|reviews|sets out|outlines|deals)\b",
    re.I,
)
_INTRODUCTION = re.compile(r"\W*(?:\d+\W+)?(?:introduction|background|purpose|scope|preface|foreword)\b", re.I)
_FINDINGS = re.compile(r"\b(?:findings?|results?|takeaways?|conclusions?|contributions?|messages?|claims?)\b", re.I)
_FOUND = re.compile(
    r"\b(?:we (?:find|found|show|showed|conclude|demonstrate|propose|present|introduce)|"
    r"results? (?:show|suggest|indicate)|outperforms?|in conclusion|"
    r"this (?:paper|report|study|article|document|manual) (?:shows?|finds?|presents?|describes?))\b",
    re.I,
)


def overview(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what each document is about, or what it found where a question asks for that; None where none says."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    findings = _FINDINGS.search(q.body) is not None
    for document in documents[:MOST]:
        sentences += document_overview(document, findings=findings, brief=len(documents) > 1)
    if sentences and len(documents) > MOST:
        other = documents[MOST]
        quotes = headed[1] if (headed := _headed(other)) is not None else tuple(first_lines_of(other, other.pages[0]))
        sentences.append((f"There are more documents, {other.name} among them: ask about one by its name.", quotes))
    kind: QuestionKind = "compare" if q.compares and len(documents) > 1 else "structure"
    return Finding(kind, tuple(sentences)) if sentences else None


def usual_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how the abstract, the conclusion or another section of a usual title begins; None where none has one."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents[:MOST]:
        section = find_section(document, title=q.thing) or find_section(document, title=q.thing.rstrip("s"))
        told = section_told(document, section) if section is not None else None
        if told is None and q.thing == "abstract":
            told = sentences_told(document, q.thing.capitalize(), _marked(document), ())
        if told is not None:
            sentences.append(told)
    if not sentences and q.thing in ("abstract", "summary"):
        return overview(q, documents)
    return Finding("structure", tuple(sentences)) if sentences else None


def document_overview(
    document: ParsedDocument, *, findings: bool = False, brief: bool = False
) -> list[tuple[str, tuple[Quote, ...]]]:
    """Return sentences, with their quotes, that tell what a document is about; with `findings` what it found."""
    found: list[tuple[str, tuple[Quote, ...]]] = []
    if not findings and (headed := _headed(document)) is not None:
        found.append(headed)
    room = _BRIEF if brief else ROOM
    said = list(_found_of(document, room) if findings else _words_of(document, room))
    if said:
        text = " ".join(quote.text for quote in said)
        found.append((f"{'It says' if found else f'{document.name} says'}: “{text}”", tuple(said)))
    found += [] if findings or brief else _parts(document)
    first = next((page for page in document.pages if page.markdown.strip()), None)
    if first is not None and len(found) < (1 if findings or brief else 2):  # a form has no text, but what it holds
        found += page_summary(document, first)
    return found


def _parts(document: ParsedDocument) -> Iterator[tuple[str, tuple[Quote, ...]]]:
    """Yield a sentence of a document's sections, and one of its tables where it has hardly any sections."""
    sections = [
        s for s in document.sections if s.parent_id is None and letters_of(s.title) != letters_of(document.title)
    ]
    tables = [table for table in document.tables if table.caption]
    if len(sections) > 1:
        shown = sections[:_SECTIONS]
        more = f" and {len(sections) - _SECTIONS} more" if len(sections) > _SECTIONS else ""
        quotes = tuple(section_quote(document, section) for section in shown)
        yield f"Its sections: {'; '.join(section_name(section) for section in shown)}{more}.", quotes
    if tables and len(sections) < _FEW:
        told = tables[:_SECTIONS]
        more = f" and {len(tables) - _SECTIONS} more" if len(tables) > _SECTIONS else ""
        captions = "; ".join(table.caption.rstrip(".") for table in told)
        yield f"Its tables: {captions}{more}.", tuple(caption_quote(document, table) for table in told)


def lead_passages(document: ParsedDocument) -> list[Passage]:
    """Return the passages that tell a document in short: the first of its abstract, sections and conclusion."""
    passages = list(document.passages)
    tops = {section.section_id for section in document.sections if section.level <= 2}
    ends = {s.section_id for s in document.sections if usual_title(s.title) == "conclusion"}
    found: list[Passage] = passages[:2]
    seen: set[str] = set()
    for passage in passages:
        if passage.section_id in ends or (passage.section_id in tops and passage.section_id not in seen):
            seen.add(passage.section_id or "")
            found.append(passage)
    return list({passage.passage_id: passage for passage in found}.values())


def _headed(document: ParsedDocument) -> tuple[str, tuple[Quote, ...]] | None:
    """Return a sentence of what a document is called, who wrote it and how long it is; None without a title."""
    if not document.title or any(t.match(document.title) for t in (_ABSTRACT, _IN_SHORT, _INTRODUCTION)):
        return None
    page = page_of_words(document, document.title)
    authors = authors_of(document)
    by = f" by {join([author.name for author in authors])}" if authors else ""
    lines = {author.words: author for author in authors}.values()
    quotes = [quote_of_passage(document, author.passage, author.words) for author in lines]
    pages = f"{len(document.pages)} page{'s' if len(document.pages) != 1 else ''}"
    text = f"{document.name} ({pages}) is “{document.title}”{by}."
    return text, (Quote(document, page, document.title, document.doc_id), *quotes)


def _words_of(document: ParsedDocument, room: int) -> Iterator[Quote]:
    """Yield the first sentences of what a document says of itself, as many as there is room for, one at least."""
    for candidates in (_under(document, _ABSTRACT), _marked(document), _of_itself(document),
                       _under(document, _IN_SHORT), _under(document, _INTRODUCTION), _first_numbered(document),
                       document.passages):  # fmt: skip
        paragraphs = [item for passage in candidates for item in paragraphs_of(document, passage)]
        if paragraphs:
            yield from sentences_of(paragraphs, room)
            return


def _found_of(document: ParsedDocument, room: int) -> list[Quote]:
    """Return the sentences of abstract and conclusion that tell what was found; else how the conclusion begins."""
    concluding = [
        p for s in document.sections if usual_title(s.title) == "conclusion" for p in passages_in(document, s)
    ]
    told = [*_under(document, _ABSTRACT), *_marked(document), *_under(document, _IN_SHORT), *concluding]
    every = [item for passage in told for item in paragraphs_of(document, passage)]
    found = [quote for quote in sentences_of(every, 10 * room) if _FOUND.search(quote.text)]
    kept: list[Quote] = []
    length = 0
    for quote in found or sentences_of([i for p in concluding or told for i in paragraphs_of(document, p)], room):
        length += len(quote.text)
        if kept and length > room:
            break
        kept.append(quote)
    return kept or list(_words_of(document, room))


def _under(document: ParsedDocument, title: re.Pattern[str]) -> list[Passage]:
    """Return the passages of the first section whose title is one of the usual ones, subsections included."""
    section = next((s for s in document.sections if title.match(s.title) or _is_usual(s, title)), None)
    return [] if section is None else passages_in(document, section)


def _of_itself(document: ParsedDocument) -> list[Passage]:
    """Return the passage among the first in which a document says what it is."""
    return [p for p in document.passages[:_FIRST] if p.page_number <= _EARLY and _OF_ITSELF.search(p.plain)][:1]


def _first_numbered(document: ParsedDocument) -> list[Passage]:
    """Return the passages of the first section with a number: what stands before it are covers and notices."""
    section = next((s for s in document.sections if s.number in ("1", "I")), None)
    return [] if section is None else passages_in(document, section)


def _is_usual(section: Section, title: re.Pattern[str]) -> bool:
    usual = usual_title(section.title)
    return bool(usual) and title.match(usual) is not None


def _marked(document: ParsedDocument) -> list[Passage]:
    """Return the passage of the first pages that begins with "Abstract" in its text, as papers set it too."""
    first = [passage for passage in document.passages if passage.page_number <= 2]
    return [p for p in first if re.search(r"(?:^|\n)\W*(?:abstract|summary)\b\W", p.text, re.I)][:1]
