"""Forms: tables of labels, each with what it says at its right, one or two pairs in a row -> what a label says."""

from __future__ import annotations

import re
from statistics import median

from ingestion.tables import is_numeric
from kgqa.table_places import TableAnswer, row_of
from kgqa.table_view import TableView, overlap, words_of

_ROWS = 25  # that a form has at most
_VALUE_CHARS = 40  # of what a label of a form with two pairs in a row mostly says at most
_LABEL_CHARS = 90
_MOST = 0.8  # share of its labels that are short words
_SAID = 0.7  # of a label's words that a question must say
_SAME = 0.1  # that a word counts more which is the same: of "editor" and "edited" the one that is asked for
_LABELLED = re.compile(r"[^\W\d_][\w /&’'-]{2,30}:\s+\S.{0,40}")  # a cell that holds its own label
_LABELLED_CELLS = 2  # of them in a row, at least
_ASIDE = re.compile(r"\(.*?\)|[#*:]")


def is_form(view: TableView) -> bool:
    """Return whether a table is a short one of labels, each with what it says beside it."""
    rows = view.table.rows
    columns = len(rows[0]) if rows else 0
    if columns not in (2, 4) or len(rows) > _ROWS or view.table.header_rows > 1:
        return False
    labels = [row[c] for row in rows for c in range(0, columns, 2) if row[c]]
    short = sum(len(label) <= _LABEL_CHARS and not is_numeric(label) for label in labels)
    distinct = len(set(labels)) == len(labels)
    pairs = sum(bool(row[c] and row[c + 1]) for row in rows for c in range(0, columns, 2))
    paired = columns == 2 or _is_paired(view)
    return distinct and paired and short >= _MOST * len(labels) and pairs > 0.5 * len(labels)


def _is_paired(view: TableView) -> bool:
    """Return whether a table of four columns has two pairs in a row, not four heads over columns of one kind each.

    What its labels say is short, and of several kinds, or no row of heads stands above.
    """
    rows = view.table.rows
    values = [row[c] for row in rows for c in (1, 3) if row[c]]
    if 2 in view.numeric_columns() or not values or median(map(len, values)) > _VALUE_CHARS:
        return False
    mixed = any(len({any(ch.isdecimal() for ch in row[c]) for row in view.body if row[c]}) > 1 for c in (1, 3))
    head = view.table.header[0] if view.table.header else ()
    return mixed and (not head or not all(head) or any(ch.isdecimal() for cell in head for ch in cell))


def form_value(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with what stands beside the label of a form that a question says; None for another table."""
    if not is_form(view) or (len(view.heads) == 2 and view.numeric_columns()):
        return None
    first = view.table.header_rows
    pairs = [
        (label, row[c + 1], at)
        for at, row in enumerate(view.table.rows)
        for c in range(0, len(row), 2)
        if (label := row[c]) and row[c + 1] and row[c + 1] != label
    ]
    told = any(_is_said(value, question) for _, value, at in pairs if at >= first)
    scored = [
        (_share(label, words), label, value, at)
        for label, value, at in pairs
        if at >= first or not (told or _is_heads(label, value))
    ]
    best = max(scored, key=lambda item: (item[0], item[3] >= first), default=None)
    if best is None or best[0] <= 0:
        return None
    equal = {value for score, _, value, _ in scored if score == best[0]}
    return TableAnswer(f"{best[1]}: {best[2]}", (best[3],)) if len(equal) == 1 else None


def labelled_cell(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with the cell that itself says the label that is asked for: "Wind: 4" beside "Waves: 2" in one row."""
    found: set[tuple[str, int]] = set()
    for row, cells in enumerate(view.body):
        said = [cell for cell in dict.fromkeys(cells) if _LABELLED.fullmatch(cell)]
        if len(said) < _LABELLED_CELLS:
            continue
        labels = {cell: cell.split(":")[0] for cell in said}
        found |= {(cell, row_of(view, row)) for cell, label in labels.items() if _share(label, words) > 0}
    if len(found) != 1:
        return None
    cell, row = found.pop()
    return TableAnswer(cell, (row,))


def single_row(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with what stands under the head that a question says in a table of one row of numbers, which has no label.

    The head that the question says most of must be one alone.
    """
    if len(view.body) != 1 or not all(is_numeric(cell) for cell in view.body[0] if cell):
        return None
    scored = [(_share(head, words), c) for c, head in enumerate(view.heads) if view.body[0][c]]
    best = max((score for score, _ in scored), default=0.0)
    columns = [c for score, c in scored if score == best > 0]
    if len(columns) != 1:
        return None
    return TableAnswer(f"{view.heads[columns[0]]}: {view.body[0][columns[0]]}", (view.table.header_rows,))


def _is_heads(label: str, value: str) -> bool:
    """Return whether the first row may be heads, "Key" and "Function", rather than a label and what it says."""
    return len(label.split()) < 2 and not any(c.isdecimal() for c in value)


def _share(label: str, words: list[str]) -> float:
    """Return how many words of a label a question says; 0 where it says too little of it."""
    own = words_of(_ASIDE.sub(" ", label))
    said = overlap(words, own) + _SAME * len({*own} & {*words})
    return said if own and said >= _SAID * len(set(own)) else 0.0


def _is_said(value: str, question: str) -> bool:
    run = r"\s+".join(map(re.escape, value.split()))
    return len(value) > 2 and re.search(rf"(?<!\w){run}(?!\w)", question, re.I) is not None
