"""Forms whose lines are numbered: "line 16" is the row that says 16, wherever it stands in the table."""

from __future__ import annotations

import re
from itertools import pairwise

from graphs.index import tokenize
from ingestion.tables import is_numeric
from kgqa.table_places import TableAnswer
from kgqa.table_view import TableView

_LINE = re.compile(
    r"\b(?:line|item|box|entry|position|zeile|ligne|línea|riga)\s+(?:no\.?\s*|number\s+)?(\d{1,3}[a-z]?)\b", re.I
)
_NUMBER = re.compile(r"(\d{1,3})\s?([a-z]?)[.)]?")
_LEAST = 4  # lines of a form
_LEADERS = re.compile(r"(?:\s*[.·…]){2,}\s*\w?$")  # dots that lead from a label to what is filled in


def numbered_line(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with what is filled in on the line of a form that a question names by its number; None for a blank."""
    asked = _LINE.search(question)
    column = _number_column(view) if asked is not None else None
    if asked is None or column is None:
        return None
    rows = [i for i, row in enumerate(view.table.rows) if _number(row[column]) == asked[1].lower()]
    if len(rows) != 1:
        return None
    cells = [cell for cell in view.table.rows[rows[0]] if cell and _number(cell) != asked[1].lower()]
    label = max((cell for cell in cells if not is_numeric(cell)), key=len, default="")
    values = [cell for cell in cells if is_numeric(cell)]
    if not label or not values:
        return None
    return TableAnswer(f"{asked[1]} {_LEADERS.sub('', label)}: {'; '.join(dict.fromkeys(values))}", (rows[0],))


def line_words(question: str) -> set[str]:
    """Return the words, as the index counts them, by which a question names a line by its number."""
    return {*tokenize(" ".join(match[0] for match in _LINE.finditer(question)))}


def _number_column(view: TableView) -> int | None:
    """Return the first column that numbers the lines: whole numbers that rise by one, some with a letter behind."""
    for column in range(len(view.table.rows[0])):
        numbers = [int(match[1]) for row in view.table.rows if (match := _NUMBER.fullmatch(row[column]))]
        filled = sum(bool(row[column]) for row in view.table.rows)
        rising = sum(b - a in (0, 1) for a, b in pairwise(numbers))
        if len(numbers) >= max(_LEAST, 0.5 * filled) and rising == len(numbers) - 1:
            return column
    return None


def _number(cell: str) -> str:
    match = _NUMBER.fullmatch(cell)
    return f"{match[1]}{match[2].lower()}" if match is not None else ""
