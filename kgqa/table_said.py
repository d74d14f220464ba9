"""Questions that name no table, of a document whose tables say everything that they speak of -> the cell that answers.

"What is the summer berth fee for rowing boats?" is answered by the one table whose heads, labels and surroundings hold
all these words. A table must hold nearly all of them, every name and number too, and a row must be named in full:
else the text is read instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Table
from kgqa.cell_answer import CellAnswer
from kgqa.cell_choice import lacks_number
from kgqa.cells import find_cell
from kgqa.columns_asked import SHARE_WORDS, asked_column
from kgqa.extract import content_words
from kgqa.lookup_pages import named_pages
from kgqa.lookup_tables import answer_finding, cell_finding
from kgqa.parts import SHOWN, Finding
from kgqa.question import ParsedQuestion
from kgqa.synonyms import synonyms
from kgqa.table_context import context_words
from kgqa.table_forms import is_form
from kgqa.table_questions import answer_from_table
from kgqa.table_shape import part_at
from kgqa.table_understood import contradicts, understood
from kgqa.table_view import TableView, abbreviates, alike, words_of

_SAID = 0.8  # share of a question's words that a table and its surroundings must say
_ASKS = re.compile(r"\b(?:what|which|how (?:many|much|long|old|big|high|far)|who|when|where|list|name|give)\b", re.I)
_TELLS = re.compile(r"\b(?:why|how (?:do|does|did|is|are|can|to)|explain|describe|mean|stand for)\b", re.I)
_ASKS_WHEN = re.compile(r"\b(?:which|what) (?:year|season|quarter|month|week|day)s?\b|\bwhen\b", re.I)
_NO_WEIGHT = frozenset(
    tokenize("value amount score according number list listed given figure entry cell row column table")
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one table says to a question."""

    share: float  # of the question's words that the table and its surroundings say, 0 to 1
    score: float  # of the cell, as `CellAnswer.score`
    finding: Finding
    lists: bool = False  # it names rows, to which those of another table may be added


def said_in_tables(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer from the table that says what a question speaks of; None where none does, or two do and differ."""
    if len(documents) != 1 or not _ASKS.search(q.body) or _TELLS.search(q.body) or q.figures or q.equations:
        return None
    pointed = bool(q.pages or q.labels)
    asked = " ".join(q.residue) if pointed else q.body
    words = [word for word in content_words(asked) if word not in _NO_WEIGHT]
    if not words:
        return None
    document = documents[0]
    pages = {page.number for page in named_pages(q, document, [])} if pointed else set()
    tables = [t for t in document.tables if not pointed or not pages.isdisjoint(t.page_numbers)]
    own = frozenset(tokenize(re.sub(r"[_\W]+", " ", f"{document.name} {document.title}")))
    found = [said for table in tables if (said := _said(q, document, table, words, own)) is not None]
    best = max(found, key=lambda said: (said.share, said.score), default=None)
    if best is None:
        return None
    tied = [said for said in found if (said.share, said.score) == (best.share, best.score)]
    if 1 < len(tied) <= SHOWN and all(said.lists for said in tied):
        return Finding("content", tuple(sentence for said in tied for sentence in said.finding.sentences))
    equal = {said.finding.sentences[0][0].split("(")[0] for said in found if said.share == best.share}
    undecided = len(equal) > 1 and sum(said.score == best.score for said in found if said.share == best.share) > 1
    return None if undecided else best.finding


def _said(
    q: ParsedQuestion, document: ParsedDocument, table: Table, words: Sequence[str], own: frozenset[str]
) -> _Said | None:
    if not table.body or not table.rows[0] or len(table.rows[0]) < 2:
        return None
    worked_out = answer_from_table(table, q.body, named=False)
    cell = find_cell(table, q.body) if worked_out is None else None
    if worked_out is not None:
        finding, score, named = answer_finding(document, table, worked_out), 2.0, True
    elif cell is not None:
        finding, score = cell_finding(document, table, cell), cell.score
        named = _is_named(table, cell, q.body) if not cell.extreme else _is_extreme_named(table, cell, q.body)
    else:
        return None
    if lacks_number(q.body, cell.value if cell is not None and not cell.beside else finding.sentences[0][0]):
        return None
    form = tokenize(table.plain) if is_form(TableView.of(table)) else ()  # who and what it is about stands in it
    labels = {*form, *tokenize(finding.sentences[0][0]), *context_words(document, table), *own}
    labels |= SHARE_WORDS if "%" in finding.sentences[0][0] else set()
    labels |= {word for word in words if cell is not None and cell.ranged and word.isdecimal()}
    rows = worked_out.rows if worked_out is not None else (cell.row,) if cell is not None else ()
    told = finding.sentences[0][0]
    labels |= understood(table, q.body, told, rows, worked_out=worked_out is not None)
    if contradicts(q.body, told):
        return None
    unsaid = [word for word in words if not _holds(labels, word)]
    share = 1 - len(unsaid) / len(words)
    if not named or share < _SAID or any(_is_name(word, q.body) for word in unsaid):
        return None
    lists = worked_out is not None and not is_form(TableView.of(table))
    return _Said(share, score, replace(finding, kind="content"), lists)


def _holds(labels: set[str], word: str) -> bool:
    return any(alike(word, other) or abbreviates(other, word) for other in labels) or bool(synonyms(word, labels))


def _is_named(table: Table, cell: CellAnswer, question: str) -> bool:
    """Return whether a question says all of a row's label, and a word of the column's heads where there are several."""
    asked = words_of(question)
    row = words_of(cell.row_label)
    first, part = part_at(table, cell.row)
    view = TableView.of(part)
    head = view.head_words[cell.column]
    in_row = cell.ranged or all(any(alike(word, other) for word in asked) for other in row)
    cells = view.body[cell.row - first - view.table.header_rows]
    narrow = len(view.heads) == 2 or sum(map(bool, cells[1:])) == 1
    in_head = any(any(alike(w, h) or abbreviates(h, w) for w in asked) for h in head) or bool(_meant(asked, head))
    return in_row and (in_head or narrow)


def _is_asked(table: Table, question: str) -> bool:
    """Return whether a table has a column for the thing of which the highest or lowest is asked for."""
    return asked_column(TableView.of(table), question) is not None


def _is_extreme_named(table: Table, cell: CellAnswer, question: str) -> bool:
    """Return whether a question names what an extreme is one of: a column, or the row that it stands in.

    "In which year was the deficit lowest" reads the row of the deficit across the years: the head is the answer. A
    column is named by all words of its head, where the thing that is asked for has none.
    """
    if _is_asked(table, question):
        return True
    asked = words_of(question)
    across = cell.extreme.endswith("for")
    if across and not _ASKS_WHEN.search(question):
        return False  # "which sorts had the least damage" asks for labels, and no head
    names = words_of(table.rows[cell.row][0]) if across else words_of(cell.column_label)
    return bool(names) and all(any(alike(word, other) for word in asked) for other in names)


def _meant(asked: Sequence[str], head: Sequence[str]) -> list[str]:
    return [other for word in asked for other in synonyms(word, head)]


def _is_name(word: str, question: str) -> bool:
    """Return whether a word is a number, or a name: set with a capital inside of the question."""
    if any(c.isdecimal() for c in word):
        return True
    capitals = re.findall(r"(?<=[\w,’'] )[A-ZÀ-Ý][\w-]*", question)
    return any(word in tokenize(name) for name in capitals)
