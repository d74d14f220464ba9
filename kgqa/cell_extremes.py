"""The row of a table, or the column of a row, that has the highest or lowest number of those a question asks about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.tables import is_numeric
from kgqa.cell_answer import CellAnswer
from kgqa.columns_asked import (
    HIGHEST,
    LOWEST,
    asked_column,
    column_scores,
    implied_heads,
    is_text_column,
    wants_highest,
)
from kgqa.extremes import entries_of, is_turned
from kgqa.parts import join
from kgqa.row_scores import row_score
from kgqa.rows_given import given_in
from kgqa.rows_named import columns_with_code, rows_by_cells
from kgqa.table_shape import is_serial
from kgqa.table_view import TableView, alike, overlap, spell_greek, squeezed, words_of

_NTH = re.compile(
    r"\b(second|third|fourth|fifth|2nd|3rd|4th|5th)[\s-]+(?:\w+[\s-]+)?(?=\w*est\b|most\b|least\b|best\b|worst\b)", re.I
)
_PLACES = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_NAMES = frozenset(
    words_of("name description item product article title designation bezeichnung désignation descripción")
)
_ASKS_WHICH = re.compile(r"\b(?:which|who|whose|when|where)\b|\bwhat\s+(?:\w+\s+)?(?:has|have|had)\b", re.I)
_MEASURES = 1.5  # what a column counts more that holds what an extreme measures
_TIED = 4  # rows that share an extreme and are all named
_YEAR_HEAD = re.compile(r"(?<!\d)(?:1[89]|20)\d{2}(?!\d)")
_OF_HEAD = 0.75  # share of the words of a group's head that a question says, which means the rows below it
ASIDE = re.compile(r"\([^)]*\)")  # of a head: the number of a note


def extreme_cell(view: TableView, question: str, words: list[str]) -> CellAnswer | None:
    """Return the row with the largest or smallest number, or the second of them, in the column that is named."""
    question = _without_labels(view, question)
    if wants_highest(question, "") is None:
        return None
    across = _extreme_of_row(view, question, words) or _extreme_of_years(view, question, words)
    if across is not None:
        return across
    if _is_of_row(view, question):
        return None
    plain = column_scores(view, question, words)
    columns = _measured(view, question, plain)
    numeric = [c for c in view.numeric_columns() if sum(row[c] is not None for row in view.numbers) >= 2]
    if not numeric:
        return None
    column = max(numeric, key=lambda c: (columns[c], -c))
    if columns[column] <= 0 and len(numeric) > 1 and not _mentions_rows(view, words):
        column = numeric[0]
    if _is_of_head(view, question, words, plain):
        return None
    highest = wants_highest(question, view.heads[column])
    highest = highest != is_turned(view, question, column)
    column, usable = entries_of(view, columns, column, highest=bool(highest))
    named = _named_group(view, question) or _below_head(view, words)
    usable = [item for item in usable if item[1] in named] if sum(i in named for _, i in usable) > 1 else usable
    given = [(c, value) for c, value in given_in(view, question) if c != column]
    meeting = [item for item in usable if all(view.body[item[1]][c] == value for c, value in given)]
    usable = meeting if len(meeting) > 1 else usable
    if sum(bool(columns_with_code(view.body[i], question)) for _, i in usable) == 1:
        return None  # "the maximum voltage of the X12" is what stands in the row of X12
    nth = _NTH.search(question)
    place = _PLACES[nth[1].lower()] if nth is not None else 1
    if len(usable) < 2 or place > len(usable):
        return None
    ordered = sorted(usable, key=lambda item: (-item[0] if highest else item[0], item[1]))
    most, row = ordered[place - 1]
    tied = [i for number, i in ordered if number == most and place == 1]
    label = _tied_label(view, question, tied) if len(tied) > 1 else _extreme_label(view, question, row)
    kind = f"{nth[1].lower() + ' ' if nth else ''}{'highest' if highest else 'lowest'}"
    return CellAnswer(view.table.header_rows + row, column, view.body[row][column], label, view.heads[column],
                      1.5 + columns[column], kind)  # fmt: skip


def _is_of_row(view: TableView, question: str) -> bool:
    """Return whether the extreme is what one row says: "the maximum current of the X-24", where X-24 is a row.

    "Which" asks for a row or a column, and a label that several rows share names a group of them.
    """
    if _ASKS_WHICH.search(question):
        return False
    rows = rows_by_cells(view, question) or view.named_rows(question)
    return len(rows) == 1 and sum(row[0] == view.body[rows[0]][0] for row in view.body) == 1


def _is_of_head(view: TableView, question: str, words: Sequence[str], columns: Sequence[float]) -> bool:
    """Return whether the extreme is what a head says, and a row of its column is asked for: "maximum load"."""
    asked = max(range(len(columns)), key=lambda c: (columns[c], -c))
    said = wants_highest(view.heads[asked], "") is not None
    return said and not _ASKS_WHICH.search(question) and _fits_one(view, question, words)


def _fits_one(view: TableView, question: str, words: Sequence[str]) -> bool:
    """Return whether a question says more of one row's labels than of any other's."""
    blank = [0.0] * len(view.heads)
    scores = sorted(row_score(view, i, question, words, blank)[0] for i in range(len(view.body)))
    return scores[-1] >= 1.0 and (len(scores) < 2 or scores[-1] > scores[-2] + 0.1)


def _measured(view: TableView, question: str, columns: Sequence[float]) -> list[float]:
    """Return the columns' scores, higher for those that hold what the extreme itself measures: "longest" a duration."""
    sign = HIGHEST.search(question) or LOWEST.search(question)
    meant = {head for _, heads in implied_heads(sign[0]) for head in heads} if sign is not None else set()
    told = [bool(meant & {*words_of(head)}) for head in view.heads]
    return [score + _MEASURES * own for score, own in zip(columns, told, strict=True)]


def _extreme_label(view: TableView, question: str, row: int) -> str:
    label = _asked_label(view, question, row)
    head = spell_greek(view.heads[0]).strip()  # "alpha" for "α", where the question says it so
    head = head if head.casefold() in question.casefold() else view.heads[0]
    return f"{head} = {label}" if head and is_numeric(label) else label  # "α = 2.0"


def _tied_label(view: TableView, question: str, rows: Sequence[int]) -> str:
    """Return the labels of rows that share an extreme; of many the first, and how many there are."""
    labels = list(dict.fromkeys(_extreme_label(view, question, row) for row in rows))
    return join(labels) if len(labels) <= _TIED else f"{labels[0]} and {len(rows) - 1} others"


def _without_labels(view: TableView, question: str) -> str:
    """Return a question without the cells that it names and that say an extreme themselves: "the 16k max mode".

    So of a head, "Maximum load", where the question names a row as well, or says another extreme.
    """
    for row in view.body:
        for column, cell in enumerate(row):
            named = len(cell.split()) > 1 or (column == 0 and not is_numeric(cell))  # of one word, the row "Lowest"
            if named and not is_numeric(cell) and wants_highest(cell, "") is not None:
                run = r"\s+".join(map(re.escape, cell.split()))
                question = re.sub(rf"(?<!\w){run}(?!\w)", " ", question, flags=re.I)
    for head in view.heads:
        run = r"\s+".join(map(re.escape, head.split()))
        if len(head.split()) < 2 or wants_highest(head, "") is None:
            continue
        rest = re.sub(rf"(?<!\w){run}(?!\w)", " ", question, flags=re.I)
        if rest != question and (wants_highest(rest, "") is not None or view.named_rows(rest)):
            question = rest
    return question


def _named_group(view: TableView, question: str) -> set[int]:
    """Return the rows that share a label which the question names word for word, and which others lack; else none."""
    best: tuple[int, set[int]] = (0, set())
    asked = squeezed(question)
    for column in range(min(2, len(view.heads))):
        labels = [row[column] for row in view.body]
        for label in dict.fromkeys(labels):
            rows = {i for i, other in enumerate(labels) if other == label}
            if not (1 < len(rows) < len(labels)) or is_numeric(label) or len(label) < 2 or squeezed(label) not in asked:
                continue
            run = r"\s*".join(map(re.escape, label.split()))
            if re.search(rf"(?<![\w-]){run}(?![\w-])", question, re.I):
                best = max(best, (len(label), rows), key=lambda item: item[0])
    return best[1]


def _below_head(view: TableView, words: Sequence[str]) -> set[int]:
    """Return the rows below the row that heads a group and that the words say most of; none where they say little."""
    groups = [i for i in range(len(view.body)) if view.is_group(i)]
    best, head = 0, -1
    for i in groups:
        own = set(words_of(ASIDE.sub(" ", view.body[i][0])))
        said = sum(any(alike(word, other) for word in words) for other in own)
        if said > max(best, 1) and said >= _OF_HEAD * len(own):
            best, head = said, i
    if head < 0:
        return set()
    end = next((i for i in groups if i > head), len(view.body))
    return set(range(head + 1, end))


def _asked_label(view: TableView, question: str, row: int) -> str:
    """Return a row's label: the cell below the head that "which HEAD has the highest ..." asks for, else its own."""
    asked = asked_column(view, question)
    if (
        asked is not None
        and asked not in view.numeric_columns()
        and is_text_column(view, asked)
        and view.body[row][asked]
    ):
        return view.body[row][asked] if asked else view.labels[row]
    for column, head in enumerate(view.heads):
        plain = re.escape(head.casefold())
        if head and re.search(rf"\b(?:which|what)\s+{plain}(?!\w)", question.casefold()) and view.body[row][column]:
            return view.body[row][column]
    texts = [c for c in range(1, len(view.heads)) if is_text_column(view, c) and view.body[row][c]]
    first = set(words_of(view.heads[0]))
    pair = [c for c in texts if first & set(words_of(view.heads[c]))]  # "From town" and "To town" name it together
    if pair and 0 not in view.numeric_columns():
        return ", ".join((view.labels[row], *(view.body[row][c] for c in pair)))
    label = view.body[row][texts[0]] if texts and _counts_rows(view) else view.labels[row]
    names = [c for c in texts if _NAMES & set(words_of(view.heads[c])) and view.body[row][c] not in label]
    return f"{label} {view.body[row][names[0]]}" if names and any(c.isdecimal() for c in label) else label


def _counts_rows(view: TableView) -> bool:
    """Return whether the first column holds numbers that name no row: it alone is one of numbers, or counts them."""
    cells = [row[0] for row in view.body if row[0]]
    counted = cells == [str(number) for number in range(1, len(cells) + 1)] or is_serial(view.heads[0])
    return 0 in view.numeric_columns() or (len(cells) > 1 and all(map(is_numeric, cells)) and counted)


def _extreme_of_row(view: TableView, question: str, words: list[str]) -> CellAnswer | None:
    """Return the column with the largest or smallest number of the one row that a question names.

    "Which estimator is worst for n = 1000?" where the estimators head the columns, none of which the question names.
    """
    named = view.named_rows(question) or ([0] if len(view.body) == 1 else [])
    numeric = view.numeric_columns()
    if len(named) != 1 or len(numeric) < 3:
        return None
    row = named[0]
    own = set(words_of(view.labels[row]))
    rest = [word for word in words if word not in own]
    if any(overlap(rest, head) > 0 for head in view.head_words[1:]):
        return None
    numbers = [(number, c) for c in numeric if (number := view.numbers[row][c]) is not None]
    if len(numbers) < 3:
        return None
    return _across(view, row, numbers, highest=bool(wants_highest(question, view.table.caption)))


def _extreme_of_years(view: TableView, question: str, words: list[str]) -> CellAnswer | None:
    """Return the year with the largest or smallest number of the row that fits best, where years head the columns."""
    years = [c for c, head in enumerate(view.heads) if _YEAR_HEAD.search(head)]
    if len(years) < 3 or not re.search(r"\b(?:which|what) year\b|\bwhen\b", question, re.I):
        return None
    rows = [row_score(view, i, question, words, [0.0] * len(view.heads))[0] for i in range(len(view.body))]
    row = max(range(len(rows)), key=lambda i: (rows[i], -i), default=0)
    numbers = [(number, c) for c in years if (number := view.numbers[row][c]) is not None] if rows else []
    if len(numbers) < 3 or rows[row] <= 0:
        return None
    return _across(view, row, numbers, highest=bool(wants_highest(question, "")))


def _across(view: TableView, row: int, numbers: Sequence[tuple[float, int]], *, highest: bool) -> CellAnswer:
    """Return the largest or smallest of a row's (number, column)."""
    _, column = max(numbers, key=lambda item: (item[0] if highest else -item[0], -item[1]))
    kind = f"{'highest' if highest else 'lowest'} value for"
    at = view.table.header_rows + row
    return CellAnswer(at, column, view.body[row][column], view.heads[column], view.labels[row], 2.0, kind)


def _mentions_rows(view: TableView, words: list[str]) -> bool:
    return any(set(words_of(label)) & set(words) for label in view.labels)
