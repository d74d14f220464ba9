"""Questions that read a row or a column of a table as a whole: which head has a value, all values, the negative ones.

A timetable has the stations down the side and the trains across, an account the years: "which train leaves Alder at
3:28p" asks for a head, "the rent in each year" for a row, "the times of train 224" for a column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgqa.columns_asked import COUNT_WORDS, COUNTED, SHARE_WORDS, is_text_column, wants_highest, word_behind_which
from kgqa.parts import join
from kgqa.rows_named import name_said
from kgqa.rows_valued import column_for
from kgqa.table_numbers import changes
from kgqa.table_places import LISTED, TableAnswer, row_of
from kgqa.table_view import TableView, alike, overlap, squeezed, words_of

_EACH = re.compile(r"\b(?:each|every|per|by|all(?: the)?|over the)\s+(?P<noun>[a-z]+)\b\W*(?:\w+\W*){0,4}$", re.I)
_NEGATIVE = re.compile(r"\b(?:negative|below zero|less than zero|a (?:deficit|loss|decrease|decline))\b", re.I)
SHRANK = re.compile(r"\b(?:shrank|shrunk|fell|fallen|declined?|decreased?|dropped|lost|negative|below zero)\b", re.I)
_SHOWS = re.compile(r"\W*(?:show|list|give|tell)\b|\W*what (?:are|were)\b", re.I)
_SEQUENCE = frozenset(
    "show list give tell me all time times stop stops entry entries schedule departure arrival column row "
    "timetable number no value".split()
)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d{2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_WHICH = re.compile(r"\b(?:which|what|name|list)\b", re.I)
_WHEN = re.compile(r"\W*(?:when|at what time|what time|at which time)\b", re.I)
_COUNTS_OF = r"\bhow many\s+(?:[\w-]+\s+){1,2}?(?:of|from|by|does|did|do|has|have)\s+(?:the\s+)?"
_MEASURES = COUNT_WORDS | SHARE_WORDS | {"mean", "median", "average", "min", "max"}
_END = re.compile(r"\b(?:(?P<first>first|earliest)|last|latest)\b", re.I)
_HOW_LONG = re.compile(
    r"\bhow (?:long|many minutes)\b|\b(?:minutes|time|duration|journey)\b[^?]*\bfrom\b[^?]*\bto\b", re.I
)
_LEAVES = re.compile(r"\b(?:leaves?|leaving|departs?|departing|departure|starts?|sets? off)\b", re.I)
_LEAST = 3  # columns that are alike, at least, in a table that is read across


def head_with_value(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which head a named row has a value under, where the question names that value: "at 3:28p"."""
    if len(named) != 1 or wants_highest(question, "") is not None or not _asks_head(view, question):
        return None
    row = view.body[named[0]]
    own = (view.labels[named[0]], name_said(view, named[0], question))  # what names the row is no value of it
    at = [c for c in range(1, len(row)) if row[c] and row[c] not in own and _says(row[c], question)]
    if not at or len({row[c] for c in at}) > 1:
        return None
    heads = [view.heads[c] for c in at if view.heads[c]]
    if not heads:
        return None
    return TableAnswer(f"{join(heads)} ({view.labels[named[0]]}: {row[at[0]]})", (row_of(view, named[0]),))


def heads_filled(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer under which heads a named row has anything: "which trains stop at Alder"."""
    noun = word_behind_which(question)
    corner = words_of(view.heads[0])
    if len(named) != 1 or not noun or not overlap(noun, corner) or not _WHICH.search(question):
        return None
    if wants_highest(question, "") is not None or any(c.isdecimal() for c in question) or COUNTED.search(question):
        return None
    row = view.body[named[0]]
    cells = [f"{view.heads[c]} ({row[c]})" for c in _own_columns(view, named[0]) if row[c]]
    if len(cells) < 2:
        return None
    return TableAnswer(f"{view.labels[named[0]]}: {', '.join(cells[:LISTED])}", (row_of(view, named[0]),))


def row_in_each(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer what a named row says in each year, month, class, ... that the heads name."""
    each = _EACH.search(question)
    if each is None or len(named) != 1 or len(view.heads) <= _LEAST:
        return None
    noun = words_of(each["noun"])
    columns = [c for c in _own_columns(view, named[0]) if view.body[named[0]][c] and view.heads[c]]
    years = [c for c in columns if _YEAR.search(view.heads[c])]
    if "year" in noun and len(years) > 1:
        columns = years
    elif not any(overlap(noun, view.head_words[c]) for c in (0, *columns)):
        return None
    if len(columns) < 2:
        return None
    cells = "; ".join(f"{view.heads[c]} {view.body[named[0]][c]}" for c in columns[:LISTED])
    return TableAnswer(f"{view.labels[named[0]]}: {cells}", (row_of(view, named[0]),))


def heads_negative(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer under which heads a named row has a number below zero: "which years had a negative balance"."""
    if len(named) != 1 or not _NEGATIVE.search(question) or not (_WHICH.search(question) or _WHEN.search(question)):
        return None
    numbers = view.numbers[named[0]]
    known = [(c, number) for c in _own_columns(view, named[0]) if (number := numbers[c]) is not None]
    below = [c for c, number in known if number < 0]
    if len(known) < _LEAST - 1 or not below:
        return None
    cells = "; ".join(f"{view.heads[c]}: {view.body[named[0]][c]}" for c in below)
    return TableAnswer(f"{view.labels[named[0]]}: {cells}", (row_of(view, named[0]),))


def rows_negative(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which rows have a number below zero in a column of changes: "whose population shrank"."""
    if named or not SHRANK.search(question) or not _WHICH.search(question) or wants_highest(question, "") is not None:
        return None
    column = column_for(view, question, words, ())
    if column is None or not changes(f"{view.table.caption} {view.heads[column]}"):
        return None
    known = {i: number for i, row in enumerate(view.numbers) if (number := row[column]) is not None}
    below = [i for i, number in known.items() if number < 0 and not view.is_total(i)]
    if len(known) < _LEAST or not below or len(below) > LISTED:
        return None
    cells = "; ".join(f"{view.labels[i]}: {view.body[i][column]}" for i in below)
    return TableAnswer(f"{cells} ({view.heads[column]})", tuple(row_of(view, i) for i in below))


def column_of_head(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with all that stands under a head that the question names, and nothing else: "the times of train 224"."""
    if named or not _SHOWS.match(question) or len(view.heads) <= _LEAST:
        return None
    said = [c for c in range(1, len(view.heads)) if _names_head(view, c, words)]
    corner = words_of(view.heads[0])
    if len(said) != 1:
        return None
    known = {*view.head_words[said[0]], *corner, *_SEQUENCE, *words_of(view.table.caption)}
    if any(not any(alike(word, other) for other in known) for word in words):
        return None
    rows = [i for i in range(len(view.body)) if view.body[i][said[0]] and view.labels[i]]
    told = "; ".join(f"{view.labels[i]} {view.body[i][said[0]]}" for i in rows[:LISTED])
    return TableAnswer(f"{view.heads[said[0]]}: {told}", tuple(row_of(view, i) for i in rows[:12])) if told else None


def rows_labelled(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how many rows have a label that several share: "how many boats of Alder Yard are listed"."""
    if len(named) != 1:
        return None
    label = view.body[named[0]][0]
    run = r"\s+".join(map(re.escape, label.split()))
    rows = [i for i, row in enumerate(view.body) if row[0] == label]
    if len(label) < 3 or len(rows) < 2 or not re.search(rf"{_COUNTS_OF}{run}(?!\w)", question, re.I):
        return None
    texts = [c for c in range(1, len(view.heads)) if is_text_column(view, c)]
    names = [view.body[i][texts[0]] for i in rows if view.body[i][texts[0]]] if texts else []
    if len(set(names)) < len(rows) or _MEASURES & {word for name in names for word in words_of(name)}:
        return None
    told = f"{label}: {len(rows)} ({join(names[:LISTED])})"
    return TableAnswer(told, tuple(row_of(view, i) for i in rows[:LISTED]))


def first_or_last(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with the first or last time of day in a named row: "when does the last bus leave Alder"."""
    end = _END.search(question)
    if end is None or len(named) != 1 or not _WHEN.match(question):
        return None
    row = view.body[named[0]]
    times = [c for c in _own_columns(view, named[0]) if _CLOCK.match(row[c])]
    if _LEAVES.search(question) and not any(
        _CLOCK.match(below[c]) for below in view.body[named[0] + 1 :] for c in times
    ):
        return None  # where all end, nothing leaves
    if len(times) < _LEAST or len(times) < 0.5 * sum(map(bool, row[1:])):
        return None
    at = times[0 if end["first"] else -1]
    return TableAnswer(f"{view.labels[named[0]]}, {view.heads[at]}: {row[at]}", (row_of(view, named[0]),))


def minutes_between(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how long it takes from one named row to another, in the column whose head the question says."""
    if len(named) != 2 or not _HOW_LONG.search(question):
        return None
    columns = [c for c in range(1, len(view.heads)) if _names_head(view, c, words)]
    times = [_minutes(view.body[row][columns[0]]) for row in named] if len(columns) == 1 else []
    if len(times) != 2 or times[0] is None or times[1] is None:
        return None
    took = abs(times[1] - times[0])
    told = "; ".join(f"{view.labels[row]} {view.body[row][columns[0]]}" for row in named)
    text = f"{view.heads[columns[0]]}: {took} minutes ({told})"
    return TableAnswer(text, tuple(row_of(view, row) for row in named))


def _minutes(cell: str) -> int | None:
    """Return the minutes since midnight that a time of day is, or since noon where no letter tells which.

    >>> _minutes("9:58a"), _minutes("12:05 PM"), _minutes("14.30"), _minutes("-")
    (598, 725, 870, None)
    """
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})\s*([ap]?)\.?m?\.?", cell.strip(), re.I)
    if match is None:
        return None
    hour = int(match[1]) % 12 + 12 * (match[3].lower() == "p") if match[3] else int(match[1])
    return 60 * hour + int(match[2])


def _asks_head(view: TableView, question: str) -> bool:
    """Return whether a question asks for what the heads are: the thing in the corner, a year, a time of day."""
    heads = [head for head in view.heads[1:] if head]
    if len(heads) < _LEAST:
        return False
    if _WHEN.match(question):
        return sum(bool(_CLOCK.search(head)) for head in heads) > 0.5 * len(heads)
    noun = word_behind_which(question)
    if not noun:
        return False
    years = sum(bool(_YEAR.search(head)) for head in heads) > 0.5 * len(heads)
    return overlap(noun, words_of(view.heads[0])) > 0 or (noun == ["year"] and years)


def _own_columns(view: TableView, row: int) -> list[int]:
    """Return the columns behind those that make up a row's label."""
    label = view.labels[row]
    first = next((c for c in range(len(view.heads)) if view.body[row][c] and view.body[row][c] not in label), 1)
    return list(range(max(1, first), len(view.heads)))


def _names_head(view: TableView, column: int, words: Sequence[str]) -> bool:
    """Return whether a question says a head: its number, or all of its words."""
    own = view.head_words[column]
    numbers = [word for word in own if word.isdecimal()]
    return bool(own) and all(word in words for word in numbers or own)


def _says(cell: str, question: str) -> bool:
    """Return whether a question says a cell's value, or the phrase that it begins with: a class before its teacher."""
    if len(cell) < 3 or not re.search(r"\d|\s", cell):
        return False
    asked = squeezed(question)
    if squeezed(" ".join(cell.split()[:2])) not in asked:
        return False
    run = r"\s*".join(map(re.escape, cell.split()))
    if squeezed(cell) in asked and re.search(rf"(?<![\w:.]){run}(?![\w:])", question, re.I):
        return True
    begin = re.match(r"[^\W\d_][\w'’/-]*(?:\s+(?:of|to|and|the|in|[A-Z][\w'’/-]*))*", cell)
    said = begin[0].split() if begin is not None else []
    return any(
        len(said) > length - 1 and re.search(rf"(?<!\w){re.escape(' '.join(said[:length]))}(?!\w)", question, re.I)
        for length in range(min(len(said), 6), 1, -1)
    )
