"""Rows that a question names by more than their labels: by cells of several columns, by a code among others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.tables import is_numeric
from kgqa.table_heads import name_columns
from kgqa.table_view import TableView, squeezed, unpointed, words_of

_NAMES = 4  # columns of names, at most, by which a row may be named together
_SHORT = 3  # letters of a name, at least
_CODE = re.compile(r"(?<![\w.])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]*[A-Za-z0-9](?![\w])")
_BEHIND = re.compile(r"^((?:[A-Z][\w-]*\s+)?[A-Za-z]*)(\d[\w.-]*)(?:\s*/\s*[\w.-]+)+")
_NAME = re.compile(r"(?<=[\w,’'-] )[A-ZÀ-Þ][a-zà-ÿ]{2,}\b")
_NOTE = re.compile(r"\s*[†‡§¶*]+$")  # the sign of a note behind a name
_PLURAL = 3  # letters of a name, beyond which an "s" behind it makes it a plural
_CODE_CHARS = 4  # of a code among others


def rows_by_cells(view: TableView, question: str) -> list[int]:
    """Return the rows that a question names by cells of two columns of names, or by one beside their labels.

    Of "Miller in Alder and Birch" these are the rows of a Miller below Alder, and below Birch; of a sheet of votes that
    of the candidate, whose office stands in several rows.
    """
    columns = name_columns(view.table)[:_NAMES]
    if len(columns) < 2:
        return []
    said = {column: rows for column in columns if (rows := _said_in(view, column, question))}
    if not said or (len(said) == 1 and min(said) < 2):
        return []
    meeting = [i for i in range(len(view.body)) if all(i in rows for rows in said.values())]
    whole = len(said) > 1 or all(len(same) == 1 for same in _apart(view, min(said), meeting))
    return _as_said(view, meeting, [*said], question) if whole else []


def rows_with_names(view: TableView, question: str) -> set[int]:
    """Return the rows with the names behind the labels that a question says: "yes" of two rows for each measure."""
    said = [rows for column in name_columns(view.table)[1:_NAMES] if (rows := _said_in(view, column, question))]
    return set.intersection(*said) if said else set()


def label_said(view: TableView, rows: Sequence[int], question: str) -> list[str]:
    """Return the labels of rows, each with the names behind it that a question says of it."""
    said = {column: _said_in(view, column, question) for column in name_columns(view.table)[1:_NAMES]}
    labels = []
    for row in rows:
        own = [view.body[row][c] for c, rows_said in said.items() if row in rows_said]
        labels.append(", ".join([view.labels[row], *(name for name in own if name not in view.labels[row])]))
    return labels


def name_said(view: TableView, row: int, question: str) -> str:
    """Return the name by which a question calls a row: a cell of it that it says, else its label."""
    asked = squeezed(question)
    cells = [cell for cell in view.body[row][:_NAMES] if len(cell) >= _SHORT and not is_numeric(cell)]
    return next((cell for cell in cells if squeezed(_NOTE.sub("", cell)) in asked), view.labels[row])


def _said_in(view: TableView, column: int, question: str) -> set[int]:
    """Return the rows with a cell that a question says word for word, where others of the column hold another."""
    asked, text = unpointed(squeezed(question)), question
    rows: set[int] = set()
    cells = {row[column] for row in view.body if len(row[column]) >= _SHORT and not is_numeric(row[column])}
    heads = {word for words in view.head_words for word in words}
    if len(cells) < 2:
        return set()
    for cell in sorted(cells, key=lambda cell: (-len(cell), cell)):
        plain = _NOTE.sub("", cell)
        if unpointed(squeezed(plain)) not in asked or heads.issuperset(words_of(plain)):
            continue
        run = r"\s*".join(re.escape(part) + "?" * (part[-1] in ";,:") for part in plain.split())
        plural = "s?" if plain[-1].isalpha() and len(plain) > _PLURAL else ""
        match = re.search(rf"(?<![\w.+-]){run}{plural}(?![\w+-])", text, re.I)
        if match is not None:
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
            rows |= {i for i, row in enumerate(view.body) if row[column] == cell}
    return rows


def _apart(view: TableView, column: int, rows: Sequence[int]) -> list[list[int]]:
    """Return the rows by their cells in a column."""
    return [[i for i in rows if view.body[i][column] == cell] for cell in {view.body[i][column] for i in rows}]


def _as_said(view: TableView, rows: Sequence[int], columns: Sequence[int], question: str) -> list[int]:
    """Return rows in the order in which a question says what tells them apart."""
    lower = question.lower()
    telling = next((c for c in columns if len({view.body[i][c] for i in rows}) > 1), columns[0])
    return sorted(rows, key=lambda i: (lower.find(view.body[i][telling].split()[0].lower()), i))


def columns_with_code(cells: Sequence[str], question: str) -> set[int]:
    """Return the columns in which a code of the question stands among others: "BC547" in ": BC546/547"."""
    codes = {code.casefold() for code in _CODE.findall(question) if len(code) >= _CODE_CHARS}
    return (
        {column for column, cell in enumerate(cells[:_NAMES]) if "/" in cell and codes & codes_in(cell)}
        if codes
        else set()
    )


def codes_in(cell: str) -> set[str]:
    """Return the codes that a cell lists behind one beginning, each in full; none for a cell that lists none.

    >>> sorted(codes_in(": BC547/550")), sorted(codes_in("TX 060/070 models:")), codes_in("BC547")
    (['bc547', 'bc550'], ['tx 060', 'tx 070'], set())
    """
    match = _BEHIND.match(cell.lstrip(": –—-•"))
    if match is None:
        return set()
    listed = re.split(r"\s*/\s*", match[0][len(match[1]) :])
    return {f"{match[1]}{end}".casefold() for end in listed}


def names_of_heads(view: TableView, question: str) -> set[str]:
    """Return the names in a question that some column's heads have where others have another name in their place.

    "The yield at Morrison" is no column of Perkins, whatever else its head says.
    """
    said = {word for name in _NAME.findall(question) for word in words_of(name)}
    asked = squeezed(question)
    cells = {cell for row in view.body for cell in row if len(cell) >= _SHORT and squeezed(cell) in asked}
    said -= {word for cell in cells for word in words_of(cell)}  # "Union City" is a city, and no head
    below = view.table.header[-1] if view.table.header else ()
    named = [{word for name in _NAME.findall(f"- {head}") for word in words_of(name)} for head in below]
    ours = [own & said for own in named]
    others = any(own and not own & said for own in named)
    return set().union(*ours) if others and sum(map(bool, ours)) == 1 else set()
