"""Questions about what stands in a table -> sentences that give it with its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument, Table
from kgqa.cell_answer import CellAnswer
from kgqa.cell_reading import CellReader
from kgqa.cells import find_cell
from kgqa.parts import Finding, Quote, caption_quote, find_table, find_tables, none_such, refuse
from kgqa.question import ParsedQuestion
from kgqa.rows_each import COMPARED
from kgqa.rows_valued import LESS
from kgqa.table_places import TableAnswer
from kgqa.table_questions import answer_from_table
from kgqa.table_view import row_to_quote, to_number, without_pointers

_LABEL = re.compile(r"(?:figure|exhibit|chart|schedule)\s+[A-Z]?\d[\w-]*(?:\.\d+)*", re.I)  # that a table may have
_PROSE = 120  # characters of an answer, beyond which its cell holds sentences
_UNLIKELY = -4.0  # log-odds by reading below which a cell is not told, unless its labels say
_SURE = 3.0  # so much of the question (as `CellAnswer.score`)
_WORKED_OUT = 2.5  # what an answer that is worked out counts against the score of a single cell


def show_cell(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer what is asked of the tables that a question names; None where nothing in them answers, or why is asked."""
    if re.match(r"\W*why\b", q.body, re.I):
        return None
    if len(q.tables) == 2 and len(documents) == 1 and COMPARED.search(q.body):
        compared = _across(q, documents[0])
        if compared is not None:
            return compared
    if len(q.tables) > 1 and len(documents) == len(q.tables):
        paired = _of_each(q, documents)
        if paired is not None:
            return paired
    best: tuple[float, Finding] | None = None
    seen = False
    for document in documents:
        for number in q.tables:
            for table in find_tables(document, number):
                seen = True
                found = table_finding(document, table, without_pointers(q.body), q.cells)
                if found is not None and (best is None or found[0] > best[0]):
                    best = found
    if not seen:
        return refuse(none_such(documents, "table", q.tables))
    if best is not None and len(best[1].sentences[0][0]) > _PROSE and best[0] != _WORKED_OUT:
        return None  # cells of prose are read as prose
    return best[1] if best is not None else None


def _of_each(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer from one table of each document, in the order named; None unless each table answers and no other could.

    Of "the total of Table 1 of A and the price of Table 2 of B" each table answers what its own labels say.
    """
    order = sorted(documents, key=lambda d: q.documents.index(d.doc_id)) if q.documents else list(documents)
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for number, document in zip(q.tables, order, strict=True):
        table = find_table(document, number)
        found = table_finding(document, table, without_pointers(q.body), q.cells) if table is not None else None
        if found is None:
            return None
        sentences += found[1].sentences
    return Finding("structure", tuple(sentences))


def _across(q: ParsedQuestion, document: ParsedDocument) -> Finding | None:
    """Answer in which of two tables a value is higher, or whether it is higher in the first; None without both."""
    sign = COMPARED.search(q.body)
    tables = [table for number in q.tables if (table := find_table(document, number)) is not None]
    question = COMPARED.sub(" ", without_pointers(q.body))
    cells = [(table, cell) for table in tables if (cell := find_cell(table, question)) is not None]
    if sign is None or len(cells) != 2:
        return None
    values = [to_number(cell.value) for _, cell in cells]
    if values[0] is None or values[1] is None:
        return None
    said = "; ".join(f"{_name(table)}: {cell.value} ({cell.row_label}, {cell.column_label})" for table, cell in cells)
    less = LESS.search(sign[0]) is not None
    quotes = tuple(_row_quote(document, table, cell.row) for table, cell in cells)
    first = values[0] < values[1] if less else values[0] > values[1]
    if values[0] == values[1]:
        text = f"Neither: {said} ({document.name})."
    elif re.match(r"\W*(?:is|are|was|were|does|do|did|has|have)\b", q.body, re.I) and not re.search(
        r"\bor\b", q.body, re.I
    ):
        text = f"{'Yes' if first else 'No'}. {said} ({document.name})."
    else:
        text = f"{_name(cells[0 if first else 1][0])} of {document.name}: {said}."
    return Finding("compare", ((text, quotes),))


def table_finding(
    document: ParsedDocument, table: Table, question: str, reader: CellReader | None = None
) -> tuple[float, Finding] | None:
    """Return (how well it fits, what a table says to a question); None where it says nothing to it.

    Without a reader the cell is chosen by its labels alone.
    """
    worked_out = answer_from_table(table, question)
    if worked_out is not None and len(worked_out.text) <= _PROSE:
        return _WORKED_OUT, answer_finding(document, table, worked_out)
    cell = find_cell(table, question) if reader is None else reader.find(document, table, question)
    if cell is not None and cell.read is not None and cell.read < _UNLIKELY and cell.score < _SURE:
        cell = None
    if worked_out is not None and (cell is None or cell.score <= _WORKED_OUT):
        return _WORKED_OUT, answer_finding(document, table, worked_out)
    return (cell.score, cell_finding(document, table, cell)) if cell is not None else None


def answer_finding(document: ParsedDocument, table: Table, answer: TableAnswer) -> Finding:
    """Return the sentence that gives what was worked out from a table, borne out by its rows and caption."""
    rows = tuple(_row_quote(document, table, row) for row in dict.fromkeys(answer.rows))
    if answer.cells:
        rows = tuple(_row_quote(document, table, row, words) for row, words in answer.cells)
    quotes = (*rows, caption_quote(document, table)) if table.caption else rows
    return Finding("structure", ((f"{answer.text} ({_name(table)} of {document.name}).", quotes),))


def cell_finding(document: ParsedDocument, table: Table, answer: CellAnswer) -> Finding:
    """Return the sentence that gives a cell with its labels, borne out by its row and its table's caption."""
    labels = answer.column_label if answer.column_label and answer.column_label != answer.value else ""
    row = answer.row_label if answer.row_label != answer.value else ""
    place = f"({_name(table)} of {document.name})"
    if answer.beside:
        cells = "; ".join(f"{head}: {value}" if head else value for head, value in _each_once(answer.beside))
        text = f"{row}: {cells} {place}." if row else f"{cells} {place}."
    elif answer.extreme and labels and row:
        text = f"{row} ({answer.value}) has the {answer.extreme} {labels} {place}."
    else:
        head = ", ".join(part for part in (row, labels) if part)
        text = f"{head}: {answer.value} {place}." if head else f"{answer.value} {place}."
    quote = _row_quote(document, table, answer.row)
    quotes = (quote, caption_quote(document, table)) if table.caption else (quote,)
    return Finding("structure", ((text, quotes),))


def _each_once(cells: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return cells without those that repeat the words of the one before: it spans their columns."""
    return [
        cell
        for i, cell in enumerate(cells)
        if not (i and cell[1] == cells[i - 1][1] and re.search(r"[^\W\d_]", cell[1]))
    ]


def _name(table: Table) -> str:
    if table.number:
        return f"Table {table.number}"
    label = _LABEL.match(table.caption)
    return label[0] if label is not None else table.caption or "a table"


def _row_quote(document: ParsedDocument, table: Table, row: int, words: str = "") -> Quote:
    """Return a row as a quote, or only these words of it."""
    page, start, end = table.place_of_row(row)
    return Quote(document, page, words or row_to_quote(table, row), table.table_id, (start, end))
