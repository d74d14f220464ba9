"""How many rows of a table belong to what a question names: to a group whose name stands once, to a common value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgqa.columns_asked import is_text_column
from kgqa.parts import join
from kgqa.table_places import LISTED, TableAnswer, row_of
from kgqa.table_view import TableView, alike, squeezed, words_of

_HOW_MANY = re.compile(
    r"\bhow many\s+(?P<noun>(?:[\w-]+\s+){1,4}?)(?:are|were|is|was|does|do|did|has|have|belong|make)\b", re.I
)
_LISTED = re.compile(
    r"\b(?:list(?:ed|s)?|shown?|record(?:ed|s)?|report(?:ed)?|there|appear|contain(?:ed|s)?|in total)\b", re.I
)
_HOW_MANY_ON = re.compile(r"\bhow many\s+(?P<noun>(?:[\w-]+\s+){1,3}?)(?:on|in|under|can)\b", re.I)
_PRICE = re.compile(r"[$€£¥]|\b(?:EUR|USD|CHF|GBP)\b")
_PRICED, _OTHER, _NOTHING = range(3)  # what stands beside a label
_HOW_MANY_OF = re.compile(
    r"\bhow many\s+(?P<noun>(?:[\w-]+\s+){1,3}?)(?:went|goes|go|were|was|are|is|does|do|has|have|had)\b", re.I
)
_NAME = 3  # letters of a name, at least
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


def rows_of_name(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how many rows have a name in another column than that of labels: "how many contracts went to Bay Ltd".

    What is counted must be the thing that a row is, as a head or the caption calls it, and no measure.
    """
    asked = _HOW_MANY_OF.search(question)
    if asked is None:
        return None
    noun = words_of(asked["noun"])[-1:]
    measures = {word for c in view.numeric_columns() for word in view.head_words[c][-1:]}
    kinds = {*words_of(view.table.caption)} | {w for c, head in enumerate(view.head_words) for w in head[:1]}
    if not noun or any(alike(noun[0], w) for w in measures) or not any(alike(noun[0], w) for w in kinds):
        return None
    found = {column: rows for column in range(1, len(view.heads)) if (rows := _rows_named(view, column, question))}
    if len(found) != 1:
        return None
    column, rows = next(iter(found.items()))
    if len(rows) < _LEAST or len(rows) == len(view.body):
        return None
    names = [view.labels[i] for i in rows[:LISTED]]
    told = f"{len(rows)} ({view.heads[column]}: {view.body[rows[0]][column]}): {join(names)}"
    return TableAnswer(told, tuple(row_of(view, i) for i in rows[:LISTED]))


def _rows_named(view: TableView, column: int, question: str) -> list[int]:
    """Return the rows with the one name of a column of words that a question says."""
    if not is_text_column(view, column):
        return []
    asked = squeezed(question)
    cells = {row[column] for row in view.body if len(row[column]) > _NAME and row[column][:1].isupper()}
    said = [
        cell for cell in cells if squeezed(cell) in asked and re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", question)
    ]
    return [i for i, row in enumerate(view.body) if row[column] == said[0]] if len(said) == 1 else []


def entries_counted(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how many entries of a price list stand below the head of a group that a question names.

    An entry has a price, the head of a group another thing or nothing in its place; a group goes on to the next head
    of its kind. Heads of both kinds may stand between: of a list of wines "Rosés" over the places that they come from.
    """
    asked = _HOW_MANY.search(question) or _HOW_MANY_ON.search(question)
    rows = view.table.rows
    kinds = [_kind(row) for row in rows]
    if asked is None or kinds.count(_PRICED) < _LEAST or kinds.count(_PRICED) == len(kinds):
        return None
    said = words_of(asked["noun"])
    heads = [i for i, row in enumerate(rows) if kinds[i] != _PRICED and _has_any(row[0], said)]
    if len(heads) != 1 or heads[0] + 1 >= len(rows):
        return None
    first = heads[0]
    end = next((i for i in range(first + 1, len(rows)) if kinds[i] == kinds[first]), len(rows))
    entries = [i for i in range(first + 1, end) if kinds[i] == _PRICED]
    if not entries:
        return None
    told = f"{rows[first][0]}: {len(entries)} ({join([rows[i][0] for i in entries[:LISTED]])})"
    return TableAnswer(told, (first, *entries[:LISTED]))


def _kind(row: Sequence[str]) -> int:
    """Return what stands beside a row's label: a price, another thing, or nothing."""
    beside = [cell for cell in row[1:] if cell and cell != row[0]]
    return _PRICED if any(map(_PRICE.search, beside)) else _OTHER if beside else _NOTHING


def _has_any(label: str, said: Sequence[str]) -> bool:
    return any(alike(word, other) for word in said for other in words_of(label))


def _rows_with(view: TableView, column: int, value: str) -> list[int]:
    if not is_text_column(view, column):
        return []
    return [i for i, row in enumerate(view.table.body) if row[column].casefold() == value.casefold()]
