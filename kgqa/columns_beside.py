"""Columns that a question asks for beside each other: "the price and the weight", "its weight and how fast it is"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kgqa.columns_asked import column_scores
from kgqa.table_view import TableView, abbreviates, alike, overlap, words_of

_JOINS = re.compile(r"\s*(?:,\s*(?:and|or|et|y|und|e)\b|,(?!\d)|\b(?:and|et|y|und|e|sowie|as well as)\b|&)\s*", re.I)
_CLAUSES = re.compile(
    r",?\s+(?:and|et|y|und|e)\s+(?=(?:(?:at|in|on|for|by|since|from|with|en|à|um|a)\s+)?"
    r"(?:how|what|which|when|who|where|quand|quel|combien|cu[aá]ndo|qu[eé]|cu[aá]nt|wann|wie|welche|quando|quant|quale))",
    re.I,
)
_TIE = 0.1  # of what the whole question says of a head, which decides between those that a piece fits as well
_CLEAR = 0.55  # score of a column that a clause of its own asks for


def columns_beside(view: TableView, question: str, row_words: Sequence[str]) -> list[int]:
    """Return the columns, in the order of the question, that it asks for side by side; none where it asks for one.

    `row_words` name the row and no column.
    """
    found = _joined(view, question, row_words) or _in_clauses(view, question, row_words)
    return found if len(found) > 1 else []


def _joined(view: TableView, question: str, row_words: Sequence[str]) -> list[int]:
    """Return the columns whose heads stand directly before and behind an "and" or a comma."""
    pieces = [words for piece in _JOINS.split(question) if (words := words_of(piece))]
    whole = words_of(question)
    found: list[int] = []
    for left, right in pairwise(pieces):
        named = (
            view.heads[c] for c, head in enumerate(view.head_words) if _says(head, left[-1]) and _says(head, right[0])
        )
        if any(_JOINS.search(head) for head in named):
            continue  # the head of one column: "Room and board"
        before = _column_of(view, left[-1], left, whole, row_words)
        behind = _column_of(view, right[0], right, whole, row_words)
        if before is None or behind is None or before == behind:
            continue
        found += [column for column in (before, behind) if column not in found]
    return found


def _says(head: Sequence[str], word: str) -> bool:
    return any(alike(word, other) or abbreviates(other, word) for other in head)


def _column_of(
    view: TableView, word: str, piece: Sequence[str], whole: Sequence[str], row_words: Sequence[str]
) -> int | None:
    """Return the column with a word in its head that fits its piece of the question, then all of it, best."""
    columns = [c for c in range(len(view.heads)) if c and _says(view.head_words[c], word)]
    if not columns or word in row_words:
        return None
    return max(
        columns,
        key=lambda c: (overlap(piece, view.head_words[c]) + _TIE * overlap(whole, view.head_words[c]), -c),
    )


def _in_clauses(view: TableView, question: str, row_words: Sequence[str]) -> list[int]:
    """Return the columns that the clauses of a question ask for, each with a question word of its own."""
    clauses = _CLAUSES.split(question)
    found: list[int] = []
    for clause in clauses if len(clauses) > 1 else ():
        words = [word for word in words_of(clause) if word not in row_words]
        scores = column_scores(view, clause, words)
        best = max(range(len(scores)), key=lambda c: (scores[c], -c))
        if scores[best] < _CLEAR or best in found:
            return []
        found.append(best)
    return found
