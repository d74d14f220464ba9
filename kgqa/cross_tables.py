"""Public sets of questions about tables: WikiTableQuestions, AIT-QA, FeTaQA and TAT-QA, of which those are taken that
one cell answers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.document import Table

_SEVERAL = re.compile(  # what more than a cell is needed for
    r"\b(?:more|less|fewer|difference|total|sum|average|mean|combined|altogether|both|next|previous|before|after|prior|"
    r"above|below|consecutive|first|last|other|besides|same|only|chang\w*|increas\w*|decreas\w*|ratio|times|not|or|"
    r"older|younger|earlier|later|higher|lower|better|worse|larger|smaller|longer|shorter|\w+est|most|least)\b",
    re.I,
)
_ROWS = 60  # of a longer table the beginning is taken


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question that one cell of a table answers."""

    question: str
    table: Table
    answers: tuple[str, ...]  # what the cell may say

    def is_answer(self, cell: str) -> bool:
        """Return whether a cell says the answer."""
        return _plain(cell) in {_plain(answer) for answer in self.answers}

    def without_answer(self) -> TableQuestion | None:
        """Return the question over the same table without the rows that answer; None where too few are left."""
        heads = self.table.header_rows
        rows = [row for i, row in enumerate(self.table.rows) if i < heads or not any(map(self.is_answer, row))]
        return replace(self, table=replace(self.table, rows=tuple(rows))) if len(rows) > heads + 2 else None


def wiki_table_questions(folder: Path) -> Iterator[TableQuestion]:
    """Yield the questions of WikiTableQuestions that a cell answers which stands once in its table.

    `folder` is the set's own, with `data` and `csv`.
    """
    for name in ("training.tsv", "pristine-unseen-tables.tsv"):
        if not (folder / "data" / name).exists():
            continue
        for line in (folder / "data" / name).read_text(encoding="utf-8").splitlines()[1:]:
            _, question, place, answer = line.split("\t")
            if "|" in answer or _SEVERAL.search(question) or re.match(r"\W*(?:is|was|are|were|did|does)\b", question):
                continue
            text = (folder / place).read_text(encoding="utf-8").replace('\\"', '""')
            rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text)) if row]
            if sum(_plain(cell) == _plain(answer) for row in rows for cell in row) == 1:
                yield TableQuestion(question, to_table(rows), (answer,))


def airline_questions(folder: Path) -> Iterator[TableQuestion]:
    """Yield the questions of AIT-QA; `folder` holds its tables and questions as JSON lines."""
    tables = {}
    if not (folder / "aitqa_tables.jsonl").exists():
        return
    for line in (folder / "aitqa_tables.jsonl").read_text(encoding="utf-8").splitlines():
        table = json.loads(line)
        tables[table["id"]] = _with_heads(table["column_header"], table["row_header"], table["data"])
    for line in (folder / "aitqa_questions.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        if asked["table_id"] in tables and asked["answers"]:
            yield TableQuestion(asked["question"], tables[asked["table_id"]], tuple(map(str, asked["answers"])))


def free_form_questions(lines: Sequence[dict[str, Any]]) -> Iterator[TableQuestion]:
    """Yield the questions of FeTaQA whose highlighted cells are of one row: those that the question does not say."""
    for asked in lines:
        rows, marked = asked["table_array"], asked["highlighted_cell_ids"]
        question = asked["question"]
        if len({row for row, _ in marked}) != 1 or marked[0][0] == 0 or _SEVERAL.search(question):
            continue
        cells = [rows[row][column] for row, column in marked]
        answers = tuple(cell for cell in cells if cell and cell.casefold() not in question.casefold())
        if answers:
            caption = f"{asked['table_page_title']}, {asked['table_section_title']}"
            yield TableQuestion(question, to_table(rows, caption), answers)


def report_questions(contexts: Sequence[dict[str, Any]]) -> Iterator[TableQuestion]:
    """Yield the questions of TAT-QA that a cell of its tables answers."""
    for context in contexts:
        rows = context["table"].get("table")
        if not rows:
            continue
        table = to_table([[" ".join(cell.split()) for cell in row] for row in rows])
        for asked in context["questions"]:
            if asked.get("answer_from") == "table" and asked.get("answer_type") == "span":
                answer = asked["answer"]
                said = str(answer[0] if isinstance(answer, list) else answer)
                yield TableQuestion(asked["question"], table, (said,))


def to_table(rows: Sequence[Sequence[str]], caption: str = "", heads: int = 1) -> Table:
    """Return rows of cells, the first `heads` of them heads, as a table of a document."""
    width = max(map(len, rows))
    filled = tuple((*row, *[""] * (width - len(row))) for row in rows[:_ROWS])
    return Table("", 1, 0, 0, None, caption, filled, min(heads, len(filled)), None, (), caption)


def _with_heads(columns: Sequence[Sequence[str]], labels: Sequence[Sequence[str]], data: Sequence[Any]) -> Table:
    """Return a table whose columns and rows have paths of heads, the outermost first; groups are rows of their own."""
    deep = max(map(len, columns))
    heads = [
        ["" if labels else None, *[([""] * (deep - len(path)) + list(path))[i] for path in columns]]
        for i in range(deep)
    ]
    rows: list[list[str]] = [[cell for cell in head if cell is not None] for head in heads]
    group: list[str] = []
    for i, cells in enumerate(data):
        path = list(labels[i]) if labels else []
        if path[:-1] and path[:-1] != group:
            group = path[:-1]
            rows.append([", ".join(group), *[""] * len(cells)])
        rows.append([*path[-1:], *map(str, cells)])
    return to_table([[" ".join(cell.split()) for cell in row] for row in rows], heads=deep)


def _plain(text: str) -> str:
    return re.sub(r"[\s$€£%,.]+", "", text).casefold()
