"""Questions about what stands in a table -> sentences that give it with its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument, Table
from kgqa.cells import CellAnswer, find_cell
from kgqa.parts import Finding, Quote, caption_quote, find_table, none_such, refuse
from kgqa.question import ParsedQuestion
from kgqa.table_questions import TableAnswer, answer_from_table
from kgqa.table_view import row_to_quote, without_pointers

_WORKED_OUT = 2.5  # what an answer that is worked out counts against the score of a single cell


def show_cell(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer what is asked of the tables that a question names; None where nothing in them answers."""
    best: tuple[float, Finding] | None = None
    seen = False
    for document in documents:
        for number in q.tables:
            table = find_table(document, number)
            if table is None:
                continue
            seen = True
            found = table_finding(document, table, without_pointers(q.body))
            if found is not None and (best is None or found[0] > best[0]):
                best = found
    if not seen:
        return refuse(none_such(documents, "table", q.tables))
    return best[1] if best is not None else None


def table_finding(document: ParsedDocument, table: Table, question: str) -> tuple[float, Finding] | None:
    """Return (how well it fits, what a table says to a question); None where it says nothing to it."""
    worked_out = answer_from_table(table, question)
    if worked_out is not None:
        return _WORKED_OUT, answer_finding(document, table, worked_out)
    cell = find_cell(table, question)
    return (cell.score, cell_finding(document, table, cell)) if cell is not None else None


def answer_finding(document: ParsedDocument, table: Table, answer: TableAnswer) -> Finding:
    """Return the sentence that gives what was worked out from a table, borne out by its rows and caption."""
    rows = tuple(_row_quote(document, table, row) for row in dict.fromkeys(answer.rows))
    quotes = (*rows, caption_quote(document, table)) if table.caption else rows
    return Finding("structure", ((f"{answer.text} ({_name(table)} of {document.name}).", quotes),))


def cell_finding(document: ParsedDocument, table: Table, answer: CellAnswer) -> Finding:
    """Return the sentence that gives a cell with its labels, borne out by its row and its table's caption."""
    labels = answer.column_label if answer.column_label and answer.column_label != answer.value else ""
    row = answer.row_label if answer.row_label != answer.value else ""
    place = f"({_name(table)} of {document.name})"
    if answer.extreme and labels and row:
        at = row if re.search(r"[^\W\d]{2}", row) else re.sub(r"^(\S+) (.+)$", r"\2 (\1)", row)
        text = f"{at} has the {answer.extreme} {labels}: {answer.value} {place}."
        if at != row:
            text = f"The {answer.extreme} {labels} is {answer.value} at {row.replace(' ', ' = ', 1)} {place}."
    else:
        head = ", ".join(part for part in (row, labels) if part)
        text = f"{head}: {answer.value} {place}." if head else f"{answer.value} {place}."
    quote = _row_quote(document, table, answer.row)
    quotes = (quote, caption_quote(document, table)) if table.caption else (quote,)
    return Finding("structure", ((text, quotes),))


def _name(table: Table) -> str:
    return f"Table {table.number}" if table.number else (table.caption or "a table")


def _row_quote(document: ParsedDocument, table: Table, row: int) -> Quote:
    page, start, end = table.place_of_row(row)
    return Quote(document, page, row_to_quote(table, row), table.table_id, (start, end))
