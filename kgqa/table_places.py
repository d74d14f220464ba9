"""Rows, columns and cells of a table that a question names by their place or by how their labels begin."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgqa.columns_asked import asked_column, column_scores
from kgqa.part_asks import ORDINAL_WORDS, ORDINALS
from kgqa.parts import join
from kgqa.table_view import TableView, words_of

_NTH = re.compile(
    rf"\b(?P<word>{ORDINAL_WORDS})\s+(?:data\s+)?(?P<thing>columns?|rows?|lines?)\b|"
    r"\b(?P<named>column|row|line)\s+(?:number\s+|no\.?\s*)?(?P<number>\d{1,2})\b",
    re.I,
)
_NTH_WORDS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth last final hold holds contain say show give list "
    "1st 2nd 3rd 4th 5th head heading headed called name title entry value".split()
)
LISTED = 25  # values that a list names
_AT_END = re.compile(
    r"\b(?:listed|mentioned|named|given|comes?|appears?|stands?)\s+(?:\w+ly\s+)?(?:the\s+)?(?:(?P<first>first)|last)\b|"
    r"\bat the (?:(?P<top>top)|bottom|(?P<head>head)|foot|end)\b",
    re.I,
)
_CALLED = re.compile(
    r"\bhow many\b.*?\b(?:named|called|labell?ed|(?:beginning|starting) with|that (?:begin|start) with)\s+"
    r"[\"“'‘]?(?P<name>[\w-]+(?:\s+(?!are\b|is\b|does\b|do\b|there\b)[\w-]+)?)[\"”'’]?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What a table says to a question, worked out from its cells."""

    text: str  # a clause, without the table's name and a full stop
    rows: tuple[int, ...]  # indices into the table's rows that it rests on
    cells: tuple[tuple[int, str], ...] = ()  # of those rows, the cells that bear it out alone; () for whole rows


def row_of(view: TableView, row: int) -> int:
    """Return the index into the table's rows of a row of the body."""
    return view.table.header_rows + row


def named_by_place(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer what a column or row holds that is named by its place alone: "the second column"."""
    rows, columns = _places(view, question)
    if len(rows) + len(columns) == 0:
        return None
    rest = set(words) - _NTH_WORDS - set(words_of(" ".join(match[0] for match in _NTH.finditer(question))))
    if rest or (rows and columns):
        return _cell_at(view, question, words, named, (rows, columns))
    across = bool(rows)
    at = (rows or columns)[0]
    among = len(view.body) if across else len(view.heads)
    if across:
        row = at % among
        cells = [f"{h}: {c}" if h else c for h, c in zip(view.heads, view.body[row], strict=True) if c]
        return TableAnswer("; ".join(cells), (row_of(view, row),))
    values = list(dict.fromkeys(row[at] for row in view.body if row[at]))
    more = f" and {len(values) - LISTED} more" if len(values) > LISTED else ""
    text = f"{view.heads[at]}: {', '.join(values[:LISTED])}{more}" if view.heads[at] else ", ".join(values[:LISTED])
    return TableAnswer(text, tuple(row_of(view, row) for row in range(min(6, len(view.body)))))


def _places(view: TableView, question: str) -> tuple[list[int], list[int]]:
    """Return the rows of the body and the columns that a question names by place: "the second row", "column 3"."""
    found: tuple[list[int], list[int]] = ([], [])
    for match in _NTH.finditer(question):
        across = not (match["thing"] or match["named"]).lower().startswith("column")
        place = int(match["number"]) if match["number"] else ORDINALS.get(match["word"].lower(), -2)
        among = len(view.body) if across else len(view.heads)
        at = place - 1 if place > 0 else place + among
        if 0 <= at < among:
            found[not across].append(at)
    return found


def _cell_at(
    view: TableView, question: str, words: list[str], named: list[int], places: tuple[list[int], list[int]]
) -> TableAnswer | None:
    """Answer with a cell of which the row or the column, or both, are named by their place."""
    rows, columns = places[0] or named, places[1]
    if not columns and rows:
        plain = _NTH.sub(" ", question)
        scores = column_scores(view, plain, words_of(plain))
        best = max(range(len(view.heads)), key=lambda c: (scores[c], -c))
        columns = [best] if scores[best] > 0 else []
    if len(rows) != 1 or len(columns) != 1:
        return None
    head, label = view.heads[columns[0]], view.labels[rows[0]]
    value = view.body[rows[0]][columns[0]]
    said = ", ".join(part for part in (label, head) if part and part != value)
    return TableAnswer(f"{said}: {value}" if said else value, (row_of(view, rows[0]),))


def listed_at_end(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which row comes first or last: "which harbour is listed last"."""
    match = _AT_END.search(question)
    if match is None or named or not re.search(r"\b(?:which|what|name)\b", question, re.I):
        return None
    row = 0 if match["first"] or match["top"] or match["head"] else len(view.body) - 1
    column = asked_column(view, question)
    label = view.body[row][column] if column is not None else view.labels[row]
    return TableAnswer(label, (row_of(view, row),)) if label else None


def rows_called(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how many rows have labels that begin with a name: "how many layers named 'Residual' are listed"."""
    match = _CALLED.search(question)
    if match is None:
        return None
    name = match["name"].casefold()
    rows = [i for i, row in enumerate(view.body) if re.match(rf"{re.escape(name)}(?!\w)", row[0].casefold())]
    if not rows:
        return None
    names = join([view.labels[i] for i in rows[:LISTED]])
    return TableAnswer(f"{len(rows)}: {names}", tuple(row_of(view, i) for i in rows[:LISTED]))
