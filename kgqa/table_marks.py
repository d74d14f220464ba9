"""Tables whose cells say yes or no, in words or marks -> the columns or rows for which they do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgqa.columns_asked import column_scores
from kgqa.parts import join
from kgqa.table_places import LISTED, TableAnswer, row_of
from kgqa.table_view import TableView, words_of

_YES = frozenset("yes y x ✓ ✔ √ ☑ ● • ■ + ja oui si sí true available supported required".split())
_NO = frozenset("no n - – — ✗ ✘ × ☐ ○ □ nein non false n/a none".split())
_MOST = 0.8  # share of a column's filled cells that are marks
_ASKS = re.compile(r"\b(?:which|what|how many)\b", re.I)
_NOT = re.compile(r"\b(?:not|no|lacks?|without|cannot|missing|neither|unsupported|unavailable)\b|n[’']t\b", re.I)


def marked(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer for which columns the row that a question names says yes, or for which rows its column does."""
    columns = [c for c in range(1, len(view.heads)) if _is_marks(view, c)]
    if not columns or not _ASKS.search(question):
        return None
    wanted = _NO if _NOT.search(question) else _YES
    if len(named) == 1 and len(columns) > 1:
        return _of_row(view, named[0], columns, words, wanted)
    scores = column_scores(view, question, words)
    best = max(columns, key=lambda c: (scores[c], -c))
    if named or scores[best] < 0.7:
        return None
    rows = [i for i, row in enumerate(view.body) if _sign(row[best]) in wanted]
    names = list(dict.fromkeys(view.labels[i] for i in rows if view.labels[i]))
    return _answer(view, question, names, view.heads[best], rows)


def _of_row(
    view: TableView, row: int, columns: Sequence[int], words: Sequence[str], wanted: frozenset[str]
) -> TableAnswer | None:
    """Answer for which columns a row says yes; None where the question names one of them itself."""
    own = set(words_of(view.labels[row]))
    rest = {word for word in words if word not in own}
    common = set.intersection(*({*view.head_words[c]} for c in columns))
    if any(rest & ({*view.head_words[c]} - common) for c in columns):
        return None
    last = view.table.header[-1] if view.table.header else [""] * len(view.heads)
    heads = [last[c] for c in columns if _sign(view.body[row][c]) in wanted]
    return _answer(view, "", [head for head in heads if head], view.labels[row], [row])


def _answer(
    view: TableView, question: str, names: Sequence[str], label: str, rows: Sequence[int]
) -> TableAnswer | None:
    if not names:
        return None
    count = f"{len(names)}: " if re.search(r"\bhow many\b", question, re.I) else ""
    said = f"{label}: " if label else ""
    return TableAnswer(f"{said}{count}{join(list(names)[:LISTED])}", tuple(row_of(view, row) for row in rows[:LISTED]))


def _is_marks(view: TableView, column: int) -> bool:
    cells = [_sign(row[column]) for row in view.body if row[column]]
    marks = sum(cell in _YES or cell in _NO for cell in cells)
    return len(cells) > 1 and marks >= _MOST * len(cells) and any(cell in _YES for cell in cells)


def _sign(cell: str) -> str:
    return cell.strip().strip(".*†").casefold() if len(cell.strip()) > 1 else cell.strip().casefold()
