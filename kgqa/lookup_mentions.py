"""Whether, and on which pages, documents mention a word or a phrase: by looking, not by likeness."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Passage, Table
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain
from kgqa.extract import content_words
from kgqa.parts import Finding, Quote, join, quote_of_passage, refuse
from kgqa.question import ParsedQuestion
from kgqa.table_view import row_to_quote

_VERB = (
    r"(?:mention(?:s|ed)?|refers? to|referred to|cites?|cited|talks? about|speaks? of|"
    r"(?:use|uses|contain|contains|include|includes) the (?:word|term|phrase|name|expression)|"
    r"(?:names?|gives?|uses?|states?|credits?|quotes?|lists?)(?=\s+.{2,60}\s+as (?:an?|the|its) (?:\w+ )?sources?\b))"
)
_OBJECT = re.compile(rf"\b{_VERB}\s+(?:the (?:word|term|phrase|name|topic)s?\s+)?(?P<what>.+)", re.I)
_SUBJECT = re.compile(
    rf"^\W*(?:(?:where|how often|how many times|(?:in|on)\s+(?:which|what|how many)(?:\s+\w+){{1,3}}?)\s+)?"
    rf"(?:is|are|was|were|whether|does|do)\s+"
    rf"(?:the\s+)?(?P<what>.+?)\s+{_VERB}",
    re.I,
)
_LONG_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{3})*[.,]\d{2,}(?![\w])|(?<![\w.,])\d{5,}(?![\w.,]\d)")
_ALL = re.compile(r"\b(?:mentions?|occurrences?) of\s+(?:the (?:word|term|phrase|name)s?\s+)?(?P<what>.+)", re.I)
_TAIL = re.compile(
    r"\s+(?:anywhere|at all|in it|there|or not|first|for the first time|"
    r"in (?:the )?(?:text|document|paper|report|file)s?|in)\s*$",
    re.I,
)
_ROLE = re.compile(  # "as a source of its figures": what it is mentioned as, not what is looked for
    r"\s+(?:as|for)\s+(?:(?:an?|the|its|one of its|their|one)\s+)*(?:main |only |data )?"
    r"(?:sources?|references?|basis|authority|example|"
    r"inspiration|evidence)\b.*$",
    re.I,
)
_KIND_WORD = re.compile(r"\s+(?:database|data ?set|package|program|software|system|company|organi[sz]ation|"
                        r"agency|model|tool|"
                        r"language|method|algorithm|library|project)$", re.I)  # fmt: skip
_HOW_MANY_PAGES = re.compile(r"\bhow many (?:pages|slides)\b", re.I)
_PAGES_NAMED = 8


def mentions(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which documents, or which pages of one, mention what a question names."""
    what = _sought(q)
    if not what:
        return None
    if re.search(r"\bhow (?:often|many times)\b", q.body, re.I):
        return _how_often(what, documents)
    found = [(document, places_of(document, what)) for document in documents]
    bare = _KIND_WORD.sub("", what)
    if bare != what and not any(places for _, places in found):  # "the WordNet database" may be "WordNet" alone
        what, found = bare, [(document, places_of(document, bare)) for document in documents]
    having = [(document, places) for document, places in found if places]
    without = [document for document, places in found if not places]
    whether = re.match(r"\W*(?:do|does|did|is|are|was|were|whether|if)\b", q.body, re.I) is not None
    if not having and not whether:
        return refuse(
            f"{join([d.name for d in documents[:4]])} {'does' if len(documents) == 1 else 'do'} not mention “{what}”."
        )
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    if whether:
        yes = (
            not without if re.search(r"\bboth\b|\ball\b|\band\b", q.body, re.I) or len(documents) == 1 else bool(having)
        )
        sentences.append((f"{'Yes' if yes else 'No'}.", ()))
    for document, places in having[:8]:
        pages = list(dict.fromkeys(quote.page for quote in places))
        more = f" and {len(pages) - _PAGES_NAMED} more" if len(pages) > _PAGES_NAMED else ""
        named = f"{', '.join(map(str, pages[:_PAGES_NAMED]))}{more}" if more else join([str(page) for page in pages])
        quotes = first_of_pages(places)
        word = "pages" if len(pages) > 1 else "page"
        if _HOW_MANY_PAGES.search(q.body):
            word = f"{len(pages)} {word}, {word}"
        first = quotes[0].text
        sentences.append((f"{document.name} mentions “{what}” on {word} {named}: “{first}”", quotes))
    if whether or q.documents or not having:
        sentences += [(f"{document.name} does not mention “{what}”.", ()) for document in without[:4]]
    return Finding("compare" if len(q.documents) > 1 else "structure", tuple(sentences))


def _how_often(what: str, documents: Sequence[ParsedDocument]) -> Finding:
    """Return how often documents say a word or phrase, tables included, and on which pages."""
    run = r"\W+".join(map(re.escape, re.findall(r"\w+", _folded(what))))
    phrase = re.compile(rf"(?<!\w){run}(?:s|es)?(?!\w)")
    counted = [
        (document, [(page, len(phrase.findall(_folded(markdown_to_plain(page.markdown))))) for page in document.pages])
        for document in documents
    ]
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document, pages in counted:
        total = sum(count for _, count in pages)
        if total:
            on = [page.number for page, count in pages if count]
            named = join([str(number) for number in on[:_PAGES_NAMED]])
            more = f" and {len(on) - _PAGES_NAMED} more" if len(on) > _PAGES_NAMED else ""
            text = f"{document.name} says “{what}” {total} time{'s' if total > 1 else ''}, on page {named}{more}."
            sentences.append((text, first_of_pages(places_of(document, what))))
    if not sentences:
        names = join([d.name for d in documents[:4]])
        return refuse(f"{names} {'does' if len(documents) == 1 else 'do'} not mention “{what}”.")
    return Finding("count", tuple(sentences[:8]))


def pages_of_number(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return where a number stands that a question asks the page of, an amount or another long one; else None."""
    number = _LONG_NUMBER.search(q.body) if q.ask == "page-of" else None
    if number is None:
        return None
    places = [quote for document in documents for quote in places_of(document, number[0])]
    found = [(f"Page {quote.page} of {quote.document.name}: {quote.text}", (quote,)) for quote in places[:_PAGES_NAMED]]
    return Finding("structure", tuple(found[:3])) if found else None


def first_of_pages(places: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the first quote of each page, of so many pages at most as are named."""
    by_page = {quote.page: quote for quote in reversed(places)}
    return tuple(by_page[page] for page in sorted(by_page))[:_PAGES_NAMED]


def _sought(q: ParsedQuestion) -> str:
    """Return the word or phrase that a question looks for."""
    if q.quoted:
        return q.quoted[0].strip()
    match = _ALL.search(q.body) or _SUBJECT.search(q.body) or _OBJECT.search(q.body)
    if match is None:
        return ""
    what = _ROLE.sub("", match["what"].strip(" ?.!,;:"))
    for _ in range(2):
        what = _TAIL.sub("", what)
    return re.sub(r"^(?:the|a|an|any)\s+", "", what, flags=re.I).strip(" ?.!,;:")


def places_of(document: ParsedDocument, what: str) -> list[Quote]:
    """Return the sentences and rows of tables that say a phrase; else the sentences that say all of its words."""
    run = r"\W+".join(map(re.escape, re.findall(r"\w+", _folded(what))))
    phrase = re.compile(rf"(?<!\w){run}(?:s|es)?(?!\w)")
    exact = [quote_of_passage(document, p, s) for p in document.passages if (s := _sentence(p, phrase)) is not None]
    exact += [quote for table in document.tables if (quote := _row(document, table, phrase)) is not None]
    if exact:
        return sorted(exact, key=lambda quote: quote.page)
    words = set(content_words(what))
    if len(words) < 2:
        return []
    loose: list[Quote] = []
    for passage in document.passages:
        for paragraph in markdown_to_paragraphs(passage.text):
            for start, end in text_to_sentences(paragraph):
                if words <= set(tokenize(paragraph[start:end])):
                    loose.append(quote_of_passage(document, passage, paragraph[start:end][:400]))
    return loose


def _row(document: ParsedDocument, table: Table, phrase: re.Pattern[str]) -> Quote | None:
    """Return the first row of a table that says a phrase."""
    for row in range(len(table.rows)):
        text = row_to_quote(table, row)
        if phrase.search(_folded(text)):
            page, start, end = table.place_of_row(row)
            return Quote(document, page, text, table.table_id, (start, end))
    return None


def _sentence(passage: Passage, phrase: re.Pattern[str]) -> str | None:
    if not phrase.search(_folded(passage.plain)):
        return None
    for paragraph in markdown_to_paragraphs(passage.text):
        for start, end in text_to_sentences(paragraph):
            if phrase.search(_folded(paragraph[start:end])):
                return paragraph[start:end][:400]
    return passage.plain[:200]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
