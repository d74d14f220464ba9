"""Documents compared by a date that each gives under a label: "which was ratified first", "the later review date"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.document import ParsedDocument
from ingestion.plain import markdown_to_paragraphs
from kgqa.document_dates import dates_in
from kgqa.parts import Finding, Quote, join, quote_of_passage
from kgqa.question import ParsedQuestion
from kgqa.word_forms import alike_words

_BEFORE = 60  # characters in which a label stands before its date


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date under a label."""

    order: tuple[int, ...]
    said: str  # label and date
    quote: Quote


def compare_named_dates(q: ParsedQuestion, documents: Sequence[ParsedDocument], *, later: bool) -> Finding | None:
    """Return which of the documents has the earlier, or later, date that `q.thing` names; None where one has none."""
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id)) if q.documents else list(documents)
    words = tokenize(q.thing)
    found = [next(_dates_of(document, words), None) for document in ordered]
    known = [(dated, d) for dated, d in zip(found, ordered, strict=True) if dated is not None]
    if len(known) < len(ordered) or len(known) < 2:
        return None
    depth = min(len(dated.order) for dated, _ in known)
    values = [dated.order[:depth] for dated, _ in known]
    best = max(values) if later else min(values)
    winners = [d.name for value, (_, d) in zip(values, known, strict=True) if value == best]
    listed = "; ".join(f"{dated.said} in {d.name}" for dated, d in known)
    if len(winners) == 1:
        text = f"{winners[0]} has the {'later' if later else 'earlier'} date: {listed}."
    else:
        text = f"{join(winners)} have the same date: {listed}."
    return Finding("compare", ((text, tuple(dated.quote for dated, _ in known)),))


def _dates_of(document: ParsedDocument, words: Sequence[str]) -> Iterator[_Dated]:
    """Yield the dates before which a label says all of the words: in rows of tables, then in lines of text."""
    for table in document.tables:
        for row, (label, *values) in enumerate(table.rows):
            for value in values:
                if _says(label, words):
                    for order, shown, _ in dates_in(value):
                        page, *span = table.place_of_row(row)
                        quote = Quote(document, page, f"{label} {value}", table.table_id, (span[0], span[1]))
                        yield _Dated(order, f"{label.rstrip(' :')}: {shown}", quote)
    for passage in document.passages:
        for paragraph in markdown_to_paragraphs(passage.text):
            for order, shown, start in dates_in(paragraph):
                label = paragraph[max(0, start - _BEFORE) : start]
                if _says(label, words):
                    said = paragraph[max(0, start - _BEFORE) : start + len(shown)].split(". ")[-1].strip()
                    yield _Dated(order, said, quote_of_passage(document, passage, said))


def _says(label: str, words: Sequence[str]) -> bool:
    own = tokenize(label)
    return all(any(alike_words(word, other) for other in own) for word in words)
