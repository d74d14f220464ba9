"""Which of several documents something is true of that no count, date or title tells -> the one that speaks of it.

The meaning of what is asked is held against each passage of each document. One must be clearly nearer to it in one
document than in all others; else none is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingestion.document import ParsedDocument
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_plain
from kgqa.columns_asked import HIGHEST, LOWEST
from kgqa.lookup_mentions import places_of
from kgqa.moment import Moment
from kgqa.parts import Finding, Quote, quote_of_passage
from kgqa.question import ParsedQuestion
from kgqa.rows_each import COMPARED

_NEAR = 0.4  # cosine of what is asked and the passage that speaks of it, at least
_NEARER = 0.15  # by which it must be nearer than any passage of the other documents
_MOST = 20  # documents compared
_CHARS = 240  # of a passage that are quoted
_WHICH = re.compile(
    r"^\W*(?:in\s+)?(?:which|what)\b(?:\s+(?:one|of|the|these|those|(?:two|three|four|both)(?:\s+\w+s\b)?|documents?|papers?|"
    r"reports?|manuals?|files?|articles?|pdfs?|books?|guides?|texts?))*[\s,:]*(?:(?:and|or)\b[\s,:]*)*",
    re.I,
)
_END = re.compile(r"(?:[\s,:]|\b(?:and|or|between)\b)*[?.!]*\s*$", re.I)
_NAME = re.compile(
    r"(?<![\w-])(?:[A-ZÀ-Ý][\w&+#'’-]+|[a-z]+[A-Z]\w*)(?:\s+(?:(?:of|for|the|and)\s+){0,2}(?:[A-ZÀ-Ý][\w&+#'’-]*|[a-z]+[A-Z]\w*))*"
)
_VERB = re.compile(r"^(?:is|was|are|were|does|do|did|has|have)\s+", re.I)


def which_document(q: ParsedQuestion, store: Moment, embed: Callable[[str], NDArray[np.float32]]) -> Finding | None:
    """Return the document of those named that what is asked is true of; None where none is clearly nearer."""
    asked = predicate_of(q.body)
    if not 1 < len(q.documents) <= _MOST or not asked:
        return None
    named = _naming(asked, [store.load(doc_id) for doc_id in q.documents])
    if named is not None:
        return _told(named)
    vector, index = embed(asked), store.index()
    ranked: list[tuple[float, Quote]] = []
    for doc_id in q.documents:
        document = store.load(doc_id)
        known = [passage for passage in document.passages if passage.passage_id in index.position]
        if not known:
            return None
        near = index.vectors([passage.passage_id for passage in known]) @ vector
        best = known[int(np.argmax(near))]
        ranked.append((float(near.max()), quote_of_passage(document, best, _first_words(best.text))))
    ranked.sort(key=lambda item: -item[0])
    if ranked[0][0] < _NEAR or ranked[0][0] - ranked[1][0] < _NEARER:
        return None
    return _told(ranked[0][1])


def _told(quote: Quote) -> Finding:
    text = f"{quote.document.name} (page {quote.page}): “{quote.text}”"
    return Finding("compare", ((text, (quote,)),))


def _naming(asked: str, documents: Sequence[ParsedDocument]) -> Quote | None:
    """Return where the one document that says all names of what is asked says the first; None unless one alone does."""
    names = names_in(asked)
    if not names:
        return None
    found = [[places_of(document, name) for name in names] for document in documents]
    saying = [places for places in found if all(places)]
    return saying[0][0][0] if len(saying) == 1 else None


def names_in(asked: str) -> list[str]:
    """Return the names that stand in what is asked, as capitals tell them."""
    return [match[0] for match in _NAME.finditer(asked)]


def predicate_of(body: str) -> str:
    """Return what a question asks of several documents, their names left out; "" where it asks for none, or for the
    one that has more or less of something.

    >>> predicate_of("Which of the two papers and was written for children?")
    'written for children'
    """
    match = _WHICH.match(body)
    if match is None or not re.search(r"\b(?:of|or|documents?|papers?|reports?|manuals?|files?)\b", body, re.I):
        return ""
    asked = _VERB.sub("", _END.sub("", body[match.end() :]))
    return "" if any(pattern.search(asked) for pattern in (COMPARED, HIGHEST, LOWEST)) else asked


def _first_words(text: str) -> str:
    plain = markdown_to_plain(text)
    start, end = next(iter(text_to_sentences(plain)), (0, len(plain)))
    return plain[start:end][:_CHARS]
