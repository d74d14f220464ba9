"""Which of several documents, or pages, states the larger amount under one label: "which has the larger total?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Table
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain
from kgqa.parts import Finding, Quote, join, quote_of_passage
from kgqa.question import ParsedQuestion
from kgqa.table_view import alike, row_to_quote

_CURRENCY = r"[$€£¥]|\b(?:USD|EUR|GBP|CHF|CAD)\b"
_SCALE = r"(?:thousand|millions?|billions?|mio|mrd|bn|mn|[kKMB])(?![^\W\d_])\.?"
_AMOUNT = re.compile(
    rf"(?P<sign>{_CURRENCY})?\s*(?P<number>\d{{1,3}}(?:[,.' ]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,2}})?)"
    rf"(?!\d|\s?%|[/-]\d)(?:\s?(?P<scale>{_SCALE}))?(?:\s?(?P<unit>{_CURRENCY}))?"
)
_SCALED = (
    (re.compile(r"thousand|\bk\b|\b000s?\b|['’]000", re.I), 1e3),
    (re.compile(r"mill|mio|\bmn?\b", re.I), 1e6),
    (re.compile(r"bill|milliard|mrd|\bbn?\b", re.I), 1e9),
)
_COUNT = re.compile(r"(?<![\w.,$€£-])(?P<number>\d[\d,]*)\s+(?P<thing>(?:[^\W\d_][\w-]*\s+){0,2}[^\W\d_][\w-]*)")
_LINE = re.compile(r"(?P<label>[^\d:]{2,60}):\s*(?P<value>.{1,40})$")
_SMALLER = re.compile(r"\b(?:smaller|smallest|lower|lowest|less|least|cheaper|cheapest|fewer|lesser)\b", re.I)
_WHETHER = re.compile(r"\W*(?:is|are|does|do|has|have)\b(?!.*\bor\b)", re.I)
_EXTRA = 3  # words of a label beyond those asked for


@dataclass(frozen=True, slots=True)
class _Stated:
    """An amount that a document states under a label."""

    value: float
    shown: str  # as it is written
    extra: int  # words of its label that were not asked for
    quote: Quote
    currency: str


def compare_amounts(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which of several documents, or pages of one, states the larger amount; None where one states none."""
    scopes = _scopes(q, documents)
    words = q.unit.split()
    best = [(name, _best(document, pages, words)) for name, document, pages in scopes]
    if q.thing == "number" and (counted := [(name, _counted(d, pages, words)) for name, d, pages in scopes]):
        best = counted if all(stated is not None for _, stated in counted) else best
    found = [(name, stated) for name, stated in best if stated is not None]
    currencies = {stated.currency for _, stated in found} - {""}
    if len(scopes) < 2 or len(found) < len(scopes) or len(currencies) > 1:
        return None
    smaller = _SMALLER.search(q.body) is not None
    values = [stated.value for _, stated in found]
    wanted = min(values) if smaller else max(values)
    winners = [name for name, stated in found if stated.value == wanted]
    listed = "; ".join(f"{name} states {stated.shown} (“{stated.quote.text}”)" for name, stated in found)
    word = "smaller" if smaller else "larger"
    said = f"{winners[0]} states the {word} amount: {listed}."
    if len(winners) > 1:
        said = f"{join(winners)} state the same amount: {listed}."
    if _WHETHER.match(q.body):
        said = f"{'Yes' if winners == [found[0][0]] else 'No'}: {said}"
    return Finding("compare", ((said, tuple(stated.quote for _, stated in found)),))


def _scopes(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> list[tuple[str, ParsedDocument, frozenset[int]]]:
    """Return (name, document, its pages) of what is compared: the documents, or two pages of one."""
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id) if d.doc_id in q.documents else 0)
    if len(ordered) == 1 and len(q.pages) > 1:
        return [(f"page {number} of {ordered[0].name}", ordered[0], frozenset((number,))) for number in q.pages]
    return [(d.name, d, frozenset(page.number for page in d.pages)) for d in ordered]


def _best(document: ParsedDocument, pages: frozenset[int], words: Sequence[str]) -> _Stated | None:
    """Return the amount whose label says least beyond the words; of several such, the largest."""
    fitting = [
        _Stated(_value(match, around), match[0].strip(), len(extra), quote, match["sign"] or match["unit"] or "")
        for match, label, around, quote in _stated(document, pages)
        if (extra := _beyond(label, words)) is not None
    ]
    return min(fitting, key=lambda stated: (stated.extra, -stated.value), default=None)


def _counted(document: ParsedDocument, pages: frozenset[int], words: Sequence[str]) -> _Stated | None:
    """Return how many of a thing a sentence counts that says all words, "staffed 136 social events"; the first of them.

    The last word is the thing: a number right before it, or a word or two further, counts it.
    """
    for passage in (p for p in document.passages if p.page_number in pages):
        for paragraph in markdown_to_paragraphs(passage.text):
            for start, end in text_to_sentences(paragraph):
                sentence = paragraph[start:end]
                tokens = tokenize(sentence)
                if not all(any(alike(word, token) for token in tokens) for word in words):
                    continue
                for match in _COUNT.finditer(sentence):
                    if any(alike(words[-1], token) for token in tokenize(match["thing"])):
                        quote = quote_of_passage(document, passage, sentence)
                        return _Stated(_number(match["number"]), match["number"], 0, quote, "")
    return None


def _beyond(label: str, words: Sequence[str]) -> list[str] | None:
    """Return the words of a label that were not asked for; None where it lacks one that was, or says much more."""
    own = list(dict.fromkeys(tokenize(label)))
    if not all(any(alike(word, token) for token in own) for word in words):
        return None
    extra = [token for token in own if not any(alike(word, token) for word in words)]
    return extra if len(extra) <= _EXTRA else None


def _stated(document: ParsedDocument, pages: frozenset[int]) -> Iterator[tuple[re.Match[str], str, str, Quote]]:
    """Yield (amount, label, what tells its unit, quote) of the amounts in rows of tables and lines with a label."""
    for table in document.tables:
        for at, row in enumerate(table.rows):
            if table.place_of_row(at)[0] in pages:
                yield from _in_row(document, table, at, row)
    for passage in (p for p in document.passages if p.page_number in pages):
        for line in map(markdown_to_plain, passage.text.splitlines()):
            match = _LINE.match(line.strip())
            amount = _AMOUNT.match(match["value"]) if match is not None else None
            if match is not None and amount is not None:
                label = str(match["label"])
                yield amount, label, label, quote_of_passage(document, passage, line)


def _in_row(
    document: ParsedDocument, table: Table, at: int, row: tuple[str, ...]
) -> Iterator[tuple[re.Match[str], str, str, Quote]]:
    """Yield the amounts of a row: those that look like money where any does; the words of its cells are the label."""
    cells = [markdown_to_plain(cell) for cell in row]
    label = " ".join(_AMOUNT.sub(" ", cell) for cell in cells)
    amounts = [match for cell in cells for match in _AMOUNT.finditer(cell) if not re.fullmatch(r".*[^\W\d]\d", cell)]
    money = [m for m in amounts if m["sign"] or m["unit"] or re.search(r"[.,]\d{2}$", m["number"])]
    quote = Quote(document, table.place_of_row(at)[0], row_to_quote(table, at), table.table_id)
    around = " ".join([table.caption, *(cell for head in table.header for cell in head), label])
    yield from ((match, label, around, quote) for match in money or amounts)


def _value(match: re.Match[str], around: str) -> float:
    """Return an amount, in thousands or millions where its own unit or the table's head says so."""
    told = match["scale"] or (
        " ".join(re.findall(r"\b(?:in )?(?:thousands?|millions?|billions?)\b|['’]000", around, re.I))
    )
    scale = next((factor for pattern, factor in _SCALED if told and pattern.search(told)), 1.0)
    return _number(match["number"]) * scale


def _number(text: str) -> float:
    """Return the number that digits with separators say: the last separator is a point if one or two digits follow.

    >>> _number("12,500.00"), _number("1.234,5"), _number("279")
    (12500.0, 1234.5, 279.0)
    """
    whole, _, part = text.rpartition(found[-1]) if (found := re.findall(r"[.,]", text)) else (text, "", "")
    if len(part) == 3 or not found:
        whole, part = text, ""
    return float(re.sub(r"\D", "", whole) + (f".{part}" if part else ""))
