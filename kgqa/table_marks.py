"""Tables whose cells say yes or no, in words or marks, or say nothing -> the columns or rows for which they do so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgqa.columns_asked import asked_column, asked_noun, column_scores, wants_highest
from kgqa.parts import join
from kgqa.table_places import LISTED, TableAnswer, row_of
from kgqa.table_view import TableView, alike, words_of

_YES = frozenset("yes y x ✓ ✔ √ ☑ ● • ■ + ja oui si sí true available supported required".split())
_NO = frozenset("no n - – — ✗ ✘ × ☐ ○ □ nein non false n/a none".split())
_NOTHING = frozenset(("…", "...", ":", "na", "n.a", "not available", "nil", "0"))
_SIGNS = {"star": "*", "asterisk": "*", "dagger": "†"}
_LEGEND = re.compile(
    r"(?:\b(?P<rows>\w+)\s+(?:with|marked with|marked by|marked)\s+(?:an?\s+)?)?"
    r"(?:(?P<word>star|asterisk|dagger)s?\b\s*(?:\(?[*†]\)?)?|\(?(?P<sign>[*†‡])\)?)\s*"
    r"(?:were|was|are|is|have|had|denotes?|indicates?|marks?|means?|=|:)\s+(?P<means>[^.;]+)",
    re.I,
)
_MOST = 0.8  # share of a column's filled cells that are marks
_ASKS = re.compile(r"\b(?:which|what|how many)\b", re.I)
_NOT = re.compile(r"\b(?:not|no|lacks?|without|cannot|missing|neither|unsupported|unavailable)\b|n[’']t\b", re.I)


def marked(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer for which columns the row that a question names says yes, or for which rows its column does."""
    columns = [c for c in range(1, len(view.heads)) if _is_marks(view, c)]
    if not columns or not _ASKS.search(question):
        return None
    negated = _NOT.search(question) is not None
    if len(named) == 1 and len(columns) > 1:
        noun = asked_noun(question)  # "which views" names no one of "List view" and "Map view"
        return _of_row(view, named[0], columns, [word for word in words if word not in noun], negated=negated)
    scores = column_scores(view, question, words)
    best = max(columns, key=lambda c: (scores[c], -c))
    if named or scores[best] < 0.7:
        return None
    blank = _blank_is_no(view, [best])
    rows = [i for i, row in enumerate(view.body) if _says(row[best], negated=negated, blank=blank)]
    rows = [i for i in rows if not view.is_group(i)]
    names = list(dict.fromkeys(view.labels[i] for i in rows if view.labels[i]))
    return _answer(view, question, names, view.heads[best], rows)


def unfilled(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which rows have nothing in the column of which a question says that they have none, a dash or a "no"."""
    if named or not _NOT.search(question) or not _ASKS.search(question) or wants_highest(question, "") is not None:
        return None
    scores = column_scores(view, question, words)
    asked = asked_column(view, question) or 0
    best = max((c for c in range(1, len(view.heads)) if c != asked), key=lambda c: (scores[c], -c), default=0)
    if not best or scores[best] < 0.7:
        return None
    among = [i for i in range(len(view.body)) if not view.is_group(i) and not view.is_total(i) and view.labels[i]]
    rows = [i for i in among if _is_nothing(view.body[i][best])]
    dashes = all(view.body[i][best] for i in rows)  # a column that is blank throughout may have been read badly
    if not rows or (len(rows) == len(among) and not dashes):
        return None
    names = [view.body[i][asked] if asked else view.labels[i] for i in rows]
    return _answer(view, question, list(dict.fromkeys(filter(None, names))), f"No {view.heads[best]}", rows)


def starred(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which rows bear the sign that a caption explains by a word of the question, or which do not.

    "Ships with a star (*) were sunk" under a table tells which of them were, and which were not.
    """
    legend = _LEGEND.search(view.table.caption)
    if legend is None or named or not _ASKS.search(question):
        return None
    means = [word for word in words_of(legend["means"]) if word not in words_of(legend["rows"] or "")]
    if not any(alike(word, other) for word in words for other in means if not other.isdecimal()):
        return None
    sign = legend["sign"] or _SIGNS[legend["word"].lower()]
    bears = [any(sign in cell for cell in row) for row in view.body]
    if not any(bears) or all(bears):
        return None
    wanted = _NOT.search(question) is None
    rows = [i for i, borne in enumerate(bears) if borne == wanted and view.labels[i] and not view.is_group(i)]
    names = [view.labels[i].replace(sign, "").strip() for i in rows]
    return _answer(view, question, list(dict.fromkeys(names)), "", rows)


def _is_nothing(cell: str) -> bool:
    return not cell or _sign(cell) in _NO or _sign(cell) in _NOTHING


def _says(cell: str, *, negated: bool, blank: bool) -> bool:
    """Return whether a cell says yes, or no where the question is negated; a blank may be a no."""
    return (_sign(cell) in _NO or (blank and not cell)) if negated else _sign(cell) in _YES


def _blank_is_no(view: TableView, columns: Sequence[int]) -> bool:
    """Return whether some columns have marks for yes alone, so that what has none says no."""
    return not any(_sign(row[c]) in _NO for row in view.body for c in columns if row[c])


def _of_row(
    view: TableView, row: int, columns: Sequence[int], words: Sequence[str], *, negated: bool
) -> TableAnswer | None:
    """Answer for which columns a row says yes; None where the question names one of them itself."""
    own = set(words_of(view.labels[row]))
    rest = {word for word in words if word not in own}
    common = set.intersection(*({*view.head_words[c]} for c in columns))
    if any(rest & ({*view.head_words[c]} - common) for c in columns):
        return None
    last = _own_heads(view, columns)
    blank = _blank_is_no(view, columns)
    heads = [last[c] for c in columns if _says(view.body[row][c], negated=negated, blank=blank)]
    return _answer(view, "", [head for head in heads if head], view.labels[row], [row])


def _own_heads(view: TableView, columns: Sequence[int]) -> list[str]:
    """Return each column's head of the last row; where some columns share that one, all their heads but what is common.

    "List" over "view" and "Card" over "view", below "Shown in", are "List view" and "Card view".
    """
    last = view.table.header[-1] if view.table.header else [""] * len(view.heads)
    if len({last[c] for c in columns}) == len(columns):
        return list(last)
    words = [head.split() for head in view.heads]
    same = 0
    while len({tuple(words[c][: same + 1]) for c in columns}) == 1 and same < min(len(words[c]) for c in columns):
        same += 1
    return [" ".join(own[same:]) for own in words]


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
