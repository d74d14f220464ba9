"""What a word or short form means, as a document's own list of them says: a table of terms with what they mean.

"What does ppb mean?" is answered by the row of "ppb", and by no sentence or cell that happens to say it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument, Table
from kgqa.asked import short_form_asked
from kgqa.parts import Finding, Quote
from kgqa.question import ParsedQuestion
from kgqa.table_view import row_to_quote

_COLUMNS = 2
_ROWS = 3  # that a table of terms has at least
_TERM_WORDS = 5  # of a term at most
_MOST = 0.6  # share of its rows whose second cell is words
_WORDS = re.compile(r"[^\W\d_]{3,}")
_WHAT_IS = re.compile(r"\W*what\s+(?:is|are)\s+(?:an?\s+|the\s+)?(?P<term>[\w./+-]+(?:\s+[\w./+-]+){0,2}?)\W*$", re.I)
_DOCUMENTS = 4  # whose terms are told


def term_meant(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return what tables of terms say of the one that a question asks the meaning of; None where none has it."""
    term = term_asked(q.body)
    if not term:
        return None
    found = [told for document in documents for told in _rows_of(document, term)]
    exact = [told for told, same in found if same] or [told for told, _ in found]
    return Finding("content", tuple(exact[:_DOCUMENTS])) if exact else None


def term_asked(question: str) -> str:
    """Return the word or short form whose meaning a question asks for; "" for another question.

    >>> term_asked("What does PLL stand for?"), term_asked("What is a luff?"), term_asked("What is on page 3?")
    ('PLL', 'luff', '')
    """
    match = _WHAT_IS.match(question)
    term = short_form_asked(question) or (match["term"] if match is not None else "")
    return "" if re.match(r"(?:on|in|this|that|there|it)\b", term, re.I) else term


def _rows_of(document: ParsedDocument, term: str) -> list[tuple[tuple[str, tuple[Quote, ...]], bool]]:
    """Return (what is told, whether its capitals are those of the question) of each row with that term."""
    found: list[tuple[tuple[str, tuple[Quote, ...]], bool]] = []
    for table in (table for table in document.tables if _is_of_terms(table)):
        for i, (own, meaning) in enumerate(table.rows):
            if _folded(own) == _folded(term) and _WORDS.search(meaning):
                page, start, end = table.place_of_row(i)
                quote = Quote(document, page, row_to_quote(table, i), table.table_id, (start, end))
                found.append(((f"{own}: {meaning}", (quote,)), own.strip() == term))
    return found


def _is_of_terms(table: Table) -> bool:
    """Return whether a table has two columns, of short terms and of words that tell what they mean."""
    rows = table.rows
    if len(rows) < _ROWS or len(rows[0]) != _COLUMNS:
        return False
    short = sum(0 < len(own.split()) <= _TERM_WORDS for own, _ in rows)
    told = sum(len(_WORDS.findall(meaning)) > 1 for _, meaning in rows)
    return min(short, told) >= _MOST * len(rows)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[\w/+-]+", text.casefold()))
