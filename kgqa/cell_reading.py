"""Cells read beside a question: which of those that come near by their labels answers, and whether any does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphs.embedding import Embedder
from ingestion.document import ParsedDocument, Table
from kgqa.cell_answer import CellAnswer
from kgqa.cells import likely_cells
from kgqa.cross_encoder import SHIPPED, Candidate, load_cross_encoder
from kgqa.table_view import spelled_out

_LABELS = 1.0  # log-odds that a cell's score by its labels is worth
_AHEAD = 2.0  # log-odds by which one of several cells that are told together must be ahead to be told alone
_GUESS = 1.0  # log-odds from which a cell answers whose row the question does not name
_INITIALS = re.compile(r"(?<![\w/])[A-Z](?:/?[A-Z]){1,4}(?![\w/])")
_AROUND = 200  # characters of a heading and a caption that are read with a cell


def around(document: ParsedDocument, table: Table) -> str:
    """Return the words by which a table is understood: the last heading above it and its caption."""
    titles = [section.title for section in document.section_path(table.section_id)]
    return ". ".join(filter(None, [*titles[-1:], table.caption]))[:_AROUND]


def as_candidate(cell: CellAnswer, said_around: str, question: str = "") -> Candidate:
    """Return a cell with its labels as a sentence, with what is said around its table.

    Labels cut to initials are followed by the words of the question that they stand for: "L/F (load factor)".
    """
    row = cell.row_label if cell.row_label != cell.value else ""
    if cell.beside:
        said = "; ".join(f"{head}: {value}" if head else value for head, value in cell.beside)
        return Candidate(" ".join((f"{row}, {said}" if row else said).split()), said_around)
    head = cell.column_label if cell.column_label != cell.value else ""
    labels = _spelled(", ".join(part for part in (row, head) if part), question)
    return Candidate(" ".join((f"{labels}: {cell.value}" if labels else cell.value).split()), said_around)


def as_candidates(cells: Sequence[CellAnswer], said_around: str, question: str = "") -> list[Candidate]:
    """Return each cell as `as_candidate` does."""
    return [as_candidate(cell, said_around, question) for cell in cells]


def _spelled(labels: str, question: str) -> str:
    asked = re.findall(r"[^\W\d_]+", question.lower())
    meant = [(short, spelled_out(re.sub(r"\W", "", short).lower(), asked)) for short in _INITIALS.findall(labels)]
    for short, words in meant:
        if words and not set(words) <= set(labels.lower().split()):
            labels = labels.replace(short, f"{short} ({' '.join(words)})", 1)
    return labels


@dataclass(frozen=True, slots=True)
class CellReader:
    """Chooses among the cells that come near by their labels."""

    embedder: Embedder  # beside whose model the cross-encoder was learned
    folder: Path = SHIPPED  # of the cross-encoder

    def find(self, document: ParsedDocument, table: Table, question: str) -> CellAnswer | None:
        """Return the cell of a table that answers best, with what reading says of it; None where none comes near.

        With an embedding model that no cross-encoder was learned for, it is the cell that is best by its labels.
        """
        cells = likely_cells(table, question)
        encoder = load_cross_encoder(self.embedder, self.folder) if cells and not cells[0].extreme else None
        if encoder is None:
            return next((cell for cell in cells if cell.score > 0), None)
        several, cells = cells[0], one_by_one(cells)
        read = encoder.scores(question, as_candidates(cells, around(document, table), question))
        if several.undecided:
            return _of_several(several, cells, read)
        best = int(np.argmax(read + _LABELS * np.array([cell.score for cell in cells])))
        if cells[best].score <= 0 and read[best] < _GUESS:
            return None
        return replace(cells[best], read=float(read[best]))


def one_by_one(cells: Sequence[CellAnswer]) -> list[CellAnswer]:
    """Return cells that come near, the columns of a row that are told together each by itself."""
    if not cells or not cells[0].undecided:
        return list(cells)
    told = cells[0]
    return [replace(told, value=value, column_label=head, beside=(), undecided=False) for head, value in told.beside]


def _of_several(told: CellAnswer, cells: Sequence[CellAnswer], read: NDArray[np.float64]) -> CellAnswer:
    """Return the one of several cells that are told together which answers, or all where none is well ahead."""
    first, *others = map(int, np.argsort(-read, kind="stable"))
    clear = read[first] > 0 and bool(others) and read[first] - read[others[0]] > _AHEAD
    return replace(cells[first] if clear else told, read=float(read[first]))
