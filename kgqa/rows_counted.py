"""How many rows of a table belong to what a question names: to a group whose name stands once, to a common value."""

from __future__ import annotations

import re

from kgqa.columns_asked import is_text_column
from kgqa.parts import join
from kgqa.table_places import LISTED, TableAnswer, row_of
from kgqa.table_view import TableView, alike, words_of

_HOW_MANY = re.compile(
    r"\bhow many\s+(?P<noun>(?:[\w-]+\s+){1,4}?)(?:are|were|is|was|does|do|did|has|have|belong|make)\b", re.I
)
_LISTED = re.compile(
    r"\b(?:list(?:ed|s)?|shown?|record(?:ed|s)?|report(?:ed)?|there|appear|contain(?:ed|s)?|in total)\b", re.I
)
_LEAST = 2  # rows


def group_counted(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how many entries stand beside a name that is written once for them: "how many tools belong to the kit"."""
    asked = _HOW_MANY.search(question)
    if asked is None or len(named) != 1:
        return None
    noun = words_of(asked["noun"])[-1:]
    body, first = view.table.body, named[0]
    end = next((i for i in range(first + 1, len(body)) if body[i][0]), len(body))
    columns = [c for c in range(1, len(view.heads)) if noun and any(alike(noun[0], w) for w in view.head_words[c])]
    if len(columns) != 1 or end - first < _LEAST or not all(body[i][columns[0]] for i in range(first, end)):
        return None
    entries = [body[i][columns[0]] for i in range(first, end)]
    told = f"{body[first][0]}: {len(entries)} {asked['noun'].strip()} ({join(entries[:LISTED])})"
    return TableAnswer(told, tuple(row_of(view, i) for i in range(first, min(end, first + LISTED))))


def value_counted(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how many rows have the value that a question counts: "how many ferry trips are listed"."""
    asked = _HOW_MANY.search(question)
    if asked is None or not _LISTED.search(question):
        return None
    pieces = asked["noun"].split()
    for length in range(len(pieces) - 1, 0, -1):
        value = " ".join(pieces[:length])
        columns = {c: rows for c in range(len(view.heads)) if len(rows := _rows_with(view, c, value)) >= _LEAST}
        if columns:
            break
    else:
        return None
    other = [word for word in words if word not in words_of(asked["noun"]) and not _LISTED.search(word)]
    if len({tuple(rows) for rows in columns.values()}) != 1 or other:
        return None
    column, rows = next(iter(columns.items()))
    head = f" ({view.heads[column]}: {view.table.body[rows[0]][column]})" if view.heads[column] else ""
    return TableAnswer(f"{len(rows)} {' '.join(pieces)}{head}", tuple(row_of(view, i) for i in rows[:LISTED]))


def _rows_with(view: TableView, column: int, value: str) -> list[int]:
    if not is_text_column(view, column):
        return []
    return [i for i, row in enumerate(view.table.body) if row[column].casefold() == value.casefold()]
