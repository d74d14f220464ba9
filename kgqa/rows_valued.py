"""Rows that a question tells by what stands in a column: by a value, by one under a head, or by a bound."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.tables import is_numeric
from kgqa.columns_asked import asked_column, column_scores, is_text_column
from kgqa.table_view import STOP, TableView, alike, squeezed, to_number, words_of

LESS = re.compile(
    r"\b(?:less|fewer|lower|smaller|shorter|worse|lighter|cheaper|earlier|below|under|at most|up to|before|until)\b",
    re.I,
)
BOUND = re.compile(
    r"\b(?P<sign>(?:more|less|fewer|higher|lower|larger|smaller|longer|shorter|greater|older|newer|bigger|taller|"
    r"heavier|lighter|deeper|cheaper|earlier|later|better|worse) than|over|above|exceeding|exceeds?|at least|below|"
    r"under|at most|up to|before|after|since|from)\s+(?P<number>[-–−]?\d[\d.,]*)",
    re.I,
)
_VALUE = re.compile(r"(?<![\w.])(?<!\d[-–])[-–−]?\d[\d.,]*(?![\w]|[-–]\d)")  # no part of a code: "385-6-2"
_TOTAL = re.compile(r"(?:grand )?(?:totals?|all|overall)\b", re.I)  # of columns none of which a question names
_TELLING = 3  # words of a label that tell a row which is not named word for word
_MOSTLY = 0.65  # share of a label's words that are said
_VALUE_CHARS = 40  # of a cell, at most, that a question gives as a value


def column_for(view: TableView, question: str, words: Sequence[str], named: Sequence[int]) -> int | None:
    """Return the column of numbers that a question means, the words of the rows that it names left out.

    Of columns, those are looked at in which all of these rows have a number, where there is one.
    """
    own = {word for row in named for word in words_of(view.labels[row])}
    rest = [word for word in words if word not in own]
    scores = column_scores(view, question, rest)
    numeric = view.numeric_columns()
    numeric = [c for c in numeric if all(view.numbers[row][c] is not None for row in named)] or numeric
    if not numeric:
        return None
    best = max(numeric, key=lambda c: (round(scores[c], 6), bool(_TOTAL.match(view.heads[c])), -c))
    return best if scores[best] > 0 or len(numeric) == 1 or _TOTAL.match(view.heads[best]) else None


def row_told(view: TableView, question: str) -> list[int]:
    """Return the one row most words of whose label a question says, numbers aside; [] for none, or several."""
    asked = words_of(question)
    told: list[tuple[float, int]] = []
    for row in range(len(view.body)):
        own = {word for word in words_of(view.body[row][0]) if not word.isdecimal()}
        said = sum(any(alike(word, other) for word in asked) for other in own)
        if said >= _TELLING and said >= _MOSTLY * len(own):
            told.append((said / len(own), row))
    told.sort(reverse=True)
    return [told[0][1]] if told and (len(told) == 1 or told[0][0] > told[1][0]) else []


def bounded(view: TableView, question: str, words: Sequence[str]) -> tuple[int, list[int]] | None:
    """Return (column, rows) whose number lies beyond the bound that a question sets: "more than 500 seats"."""
    bound = BOUND.search(question)
    if bound is None or (number := to_number(bound["number"].rstrip(".,"))) is None:
        return None
    if bound["sign"].lower() in ("from", "since") and not re.search(r"\bsince\b", bound["sign"], re.I):
        return None
    column = column_for(view, question, [w for w in words if w not in words_of(bound["number"])], ())
    if column is None:
        return None
    less, equal = (
        LESS.search(bound["sign"]) is not None,
        re.search(r"at least|at most|up to|since", bound["sign"], re.I),
    )
    rows = []
    for row, numbers in enumerate(view.numbers):
        value = numbers[column]
        if value is not None and not view.is_total(row) and (
            (equal is not None and value == number) or (value < number if less else value > number)
        ):  # fmt: skip
            rows.append(row)
    return (column, rows) if rows else None


def value_under_head(view: TableView, question: str) -> tuple[int, list[int]] | None:
    """Return (column, rows) of the values that a question sets beside heads, of several the column of the longest.

    The rows have them all, where some do: "when RTS is 1 and CTS is 0".
    """
    found = values_under_heads(view, question)
    if not found:
        return None
    best = max(found, key=lambda column: (len(found[column]), -column))
    rows = [i for i, row in enumerate(view.body) if row[best] == found[best]]
    meeting = [i for i in rows if all(view.body[i][column] == cell for column, cell in found.items())]
    return (best, meeting or rows) if len(rows) < len(view.body) else None


def values_under_heads(view: TableView, question: str) -> dict[int, str]:
    """Return the value of each column that a question sets beside its head: "N under Checked", "status is late"."""
    found: dict[int, str] = {}
    asked = squeezed(question)
    for column, head in enumerate(view.heads):
        if squeezed(head) not in asked:
            continue
        run = r"\s+".join(map(re.escape, head.split()))
        for cell in {row[column] for row in view.body if head and 0 < len(row[column]) < _VALUE_CHARS}:
            if squeezed(cell) not in asked:
                continue
            value = r"\s+".join(map(re.escape, cell.split()))
            before = (
                rf"(?<!\w){value}[\"'”’]?\s+(?:under|below|in|for|as)\s+(?:the\s+)?(?:column\s+)?[\"'“‘]?{run}(?!\w)"
            )
            behind = rf"(?<!\w){run}[\"'”’]?\s+(?:is|are|was|were|of|equals?|=|:)\s+(?:an?\s+)?[\"'“‘]?{value}(?!\w)"
            beside = rf"(?<!\w){run}\s+[\"“‘]?{value}(?!\w)" if cell[0].isalpha() and len(cell) > 2 else behind
            said = re.search(f"{before}|{behind}|{beside}", question, re.I)
            if len(cell) > len(found.get(column, "")) and said:
                found[column] = cell
    return found


def valued(view: TableView, question: str, words: Sequence[str]) -> tuple[int, list[int]] | None:
    """Return (column, rows) of the cells, outside of the labels, that a question names word for word."""
    scores = column_scores(view, question, words)
    headed = {number for head in view.heads for number in re.findall(r"\d+", head)}
    best: tuple[float, int, list[int]] | None = None
    for column in range(len(view.heads)):
        rows = [row for row in range(len(view.body)) if _says(view.body[row][column], question, headed)]
        rows = [row for row in rows if view.body[row][column] != view.heads[column]]  # a head that is set once more
        if not rows or len(rows) == len(view.body):
            continue
        if column == 0 and len(view.heads) > 1 and is_text_column(view, 0):
            continue
        longest = max(len(view.body[row][column]) for row in rows)
        if scores[column] < 0.7 and asked_column(view, question) is None and view.heads[0]:
            continue  # nothing but a number that happens to stand there
        score = scores[column] + 0.05 * longest
        if best is None or score > best[0]:
            best = score, column, rows
    return best[1:] if best is not None else None


def _says(cell: str, question: str, headed: set[str]) -> bool:
    """Return whether a question names a cell's value: the same number, but for one of the heads, or the same words."""
    if not cell or cell.lower() in STOP:
        return False
    if is_numeric(cell):
        number = to_number(cell)
        return number is not None and any(
            found.rstrip(".,") not in headed and to_number(found.rstrip(".,")) == number
            for found in _VALUE.findall(question)
        )
    if len(cell) < 3 or squeezed(cell) not in squeezed(question):
        return False
    run = r"\s*".join(map(re.escape, cell.split()))
    return re.search(rf"(?<!\w){run}(?!\w)", question, re.I) is not None
