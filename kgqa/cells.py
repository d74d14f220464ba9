"""Questions about what stands in a table -> the cell, the row or the extreme that answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingestion.document import Table
from ingestion.tables import is_numeric
from kgqa.cell_answer import CellAnswer
from kgqa.cell_extremes import ASIDE, extreme_cell
from kgqa.columns_asked import column_scores, implied_heads
from kgqa.columns_beside import columns_beside
from kgqa.row_scores import row_score
from kgqa.rows_given import given_in
from kgqa.rows_named import rows_with_names
from kgqa.table_forms import is_form
from kgqa.table_ranges import ranged_row
from kgqa.table_shape import parts_of
from kgqa.table_view import TableView, alike, overlap, with_plus, words_of

_PRICED = re.compile(r"\b(?:price|cost|costs|fee|fees|rent|wage|salary)\b|\bhow expensive\b", re.I)
_MANY = re.compile(r"\bhow many\b(?!\s+(?:dollars|euros|pounds|cents))", re.I)
_WHEN = re.compile(r"\W*(?:when|on (?:what|which) (?:date|day)|by when|since when|until when)\b", re.I)
_DATED = re.compile(
    r"\d{1,4}[-/.‐–]\d{1,2}[-/.‐–]\d{1,4}|\b(?:1[89]|20)\d\d\b|\d{1,2}[:.]\d\d|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    re.I,
)
_CURRENCY = re.compile(r"[$€£¥]")
_LINE_TOTAL = re.compile(r"(?:line |sub-?)?total|amount", re.I)  # of each row: that of all is another
_AMOUNT = re.compile(r"[$€£¥]|\d[.,]\d\d(?!\d)")
_COUNTED = re.compile(  # what asks for a number
    r"\bhow (?:many|much)\b|\b(?:what|which)\b(?:\W+\w+){0,3}\W+"
    r"(?:percent(?:age)?|share|proportion|rate|price|cost|amount|number)\b",
    re.I,
)
_NAMED = 1.5  # score of a column that a question names by two words of its heads
_NEARLY = 0.6  # of the best column's score, from which another is asked for as well where there is but one row
_HEADED = 0.8  # of one that it names at all
_TOLD = 0.6  # of the best row's score, from which a row that fills the column asked for is taken for one that does not
_ROWS, _COLUMNS, _COLUMNS_OTHER = 4, 4, 2  # that come near: of the best row that many columns, of others fewer
_GROUP = 0.6  # share of the words of a group's head that a question must say
_GUESSED = 14  # rows of a table of which one may be guessed
_BESIDE = 5  # columns of a row that are given where the question points at none of them


def find_cell(table: Table, question: str, words: Sequence[str] = ()) -> CellAnswer | None:
    """Return the cell that answers, or None where nothing in the table has to do with the question.

    A row is chosen by what its cells and its group say of the question, a column by its heads; for "which ... has the
    highest X" the row with the extreme of column X is the answer. `words` narrows the question to its words of content.
    """
    return next((cell for cell in likely_cells(table, question, words) if cell.score > 0), None)


def likely_cells(table: Table, question: str, words: Sequence[str] = ()) -> list[CellAnswer]:
    """Return what `find_cell` does, and behind it the cells that come near by their labels, so that one can choose.

    Where the labels name a column and no row, they are those of all rows, with a score of 0.
    """
    parts = parts_of(table)
    if len(parts) > 1:
        found = [
            replace(cell, row=cell.row + first) for first, part in parts for cell in likely_cells(part, question, words)
        ]
        return sorted(found, key=lambda cell: -cell.score)
    if not table.body or not table.rows[0]:
        return []
    view = TableView.of(table)
    if len(view.heads) == 4 and is_form(view):
        return []  # its columns have no heads
    question = with_plus(view, question)
    own = words_of(" ".join(words) or question)
    extreme = extreme_cell(view, question, own)
    return [extreme] if extreme is not None else _plain_cells(view, question, own)


def _plain_cells(view: TableView, question: str, words: list[str]) -> list[CellAnswer]:
    """Return the cell that answers by its labels, and behind it those that come near: best rows, best columns.

    Where it is a range, several columns or all of a column, there are no others.
    """
    given, ranged = given_in(view, question), ranged_row(view, question)
    known = {column for column, _ in given} | set(ranged.columns if ranged is not None else ())
    columns: Sequence[float] = [  # what is given is not what is asked for
        -1.0 if column in known else score for column, score in enumerate(column_scores(view, question, words))
    ]
    rows = [row_score(view, i, question, words, columns) for i in range(len(view.body))]
    meeting = [i for i in range(len(rows)) if all(view.body[i][c] == value for c, value in given)]
    meeting = [i for i in meeting if not view.is_group(i)] or meeting
    called = rows_with_names(view, question)
    meeting = [i for i in meeting if i in called] or meeting
    if ranged is not None and ranged.row in meeting:
        meeting, given = [ranged.row], [*given, *((c, "") for c in ranged.columns)]
    telling = _telling(view, meeting, [row[0] for row in rows], columns)
    order = sorted(telling or range(len(rows)), key=lambda i: (-round(rows[i][0], 6), i))
    by_range = ranged is not None and meeting == [ranged.row]
    if rows[order[0]][0] + (len(given) if meeting else 0.0) <= 0:
        whole = _same_in_all(view, columns) or _whole_column(view, words, columns) or _below_named(view, words, columns)
        return _unnamed(view, question, words, columns) if whole is None else [whole]
    found: list[CellAnswer] = []
    for row in order[:_ROWS]:
        score, matched, group = rows[row]
        score += len(given) if meeting else 0.0
        if score <= 0:
            break
        answers = _in_row(view, question, words, columns, (row, matched | (known if by_range else set())))
        for answer in answers[: _COLUMNS_OTHER if found else _COLUMNS]:
            label = ranged.label if ranged is not None and by_range else group + answer.row_label
            found.append(replace(answer, row_label=label, score=score + answer.score, ranged=by_range))
        if by_range or found[0].beside:
            return found[:1]
    return found


def _below_named(view: TableView, words: Sequence[str], columns: Sequence[float]) -> CellAnswer | None:
    """Return what a column says of the rows below the head of a group which alone a question names.

    "The p value for age" stands in one of the rows of ages. Of rows that say yes and no, the one of yes is meant.
    """
    column = max(range(1, len(columns)), key=lambda c: (columns[c], -c), default=0)
    heads = [i for i in range(len(view.body)) if view.is_group(i)]
    best, head = 0.0, -1
    for i in heads:
        own = words_of(ASIDE.sub(" ", view.body[i][0]))
        said = overlap(words, own) if own else 0.0
        best, head = (said, i) if said > max(best, _GROUP - 0.01) else (best, head)
    if head < 0 or not column or columns[column] < _HEADED:
        return None
    end = next((i for i in heads if i > head), len(view.body))
    rows = [i for i in range(head + 1, end) if view.body[i][column]]
    yes = [i for i in range(head + 1, end) if view.body[i][0].casefold() == "yes"]
    rows = yes if len(yes) == 1 and view.body[yes[0]][column] else rows
    if not 0 < len(rows) <= _BESIDE:
        return None
    label, (first, *others) = view.body[head][0], rows
    score = best + columns[column]
    at, value = view.table.header_rows + first, view.body[first][column]
    if not others:
        return CellAnswer(at, column, value, f"{label}, {view.body[first][0]}", view.heads[column], score)
    beside = tuple((view.body[i][0], view.body[i][column]) for i in rows)
    return CellAnswer(at, column, value, f"{label}, {view.heads[column]}", view.heads[column], score, beside=beside)


def _unnamed(view: TableView, question: str, words: list[str], columns: Sequence[float]) -> list[CellAnswer]:
    """Return cells of a short table of which a question names the column and no row, with a score of 0."""
    if max(columns, default=0.0) < _HEADED or len(view.body) > _GUESSED:
        return []
    found = []
    for row in range(len(view.body)):
        if not view.is_group(row):
            group = next((view.body[i][0] for i in range(row, -1, -1) if view.is_group(i)), "")
            answer = _in_row(view, question, words, columns, (row, {0} if view.body[row][0] else set()))[0]
            label = f"{group}, {answer.row_label}" if group else answer.row_label
            found.append(replace(answer, row_label=label, score=0.0, beside=(), undecided=False))
    return found


def _in_row(
    view: TableView, question: str, words: list[str], columns: Sequence[float], row: tuple[int, set[int]]
) -> list[CellAnswer]:
    """Return the cell of (row, columns that name it) which a question asks for, and those of other columns behind it.

    Their scores are those of their columns.
    """
    best_row, matched = row
    body = view.body[best_row]
    named = matched - _implied(view, question)
    matched = named or matched  # "which firm": "Bay Firm" below "Supplier" is the answer, no name of the row
    choices = _of_kind(question, body, matched)
    many = "how" in question.lower()
    columns = _beside_label(
        view, question, best_row, matched, _of_others(view, question, words, body, matched, columns)
    )
    said = question.lower()  # of pairs of columns with the same heads, the one behind the name is meant
    last = max((c for c in matched if body[c].lower() in said), default=0)
    column = max(choices, key=lambda c: (round(columns[c], 6), is_numeric(body[c]) and many, c > last, -c))
    own = {word for c in matched for word in words_of(body[c])}
    asked = [c for c in columns_beside(view, question, sorted(own)) if c in choices and body[c]]
    if len(asked) > 1:
        beside = tuple((view.heads[c], body[c]) for c in asked[:_BESIDE])
        label = " ".join(body[c] for c in sorted(matched)) or view.labels[best_row]
        at = view.table.header_rows + best_row
        return [CellAnswer(at, asked[0], body[asked[0]], label, view.heads[asked[0]], columns[column], beside=beside)]
    equal = [
        c for c in choices if columns[column] <= 0 and (is_numeric(body[c]) or not (many and is_numeric(body[column])))
    ]
    found = CellAnswer(
        row=view.table.header_rows + best_row,
        column=column,
        value=_with_unheaded(view, body, column),
        row_label=" ".join(body[c] for c in sorted(matched)) or view.labels[best_row],
        column_label=view.heads[column],
        score=max(columns[column], 0.0),
        beside=tuple((view.heads[c], body[c]) for c in equal) if 1 < len(equal) <= _BESIDE else (),
        undecided=1 < len(equal) <= _BESIDE,
    )
    others = sorted((c for c in choices if c != column and columns[c] >= 0), key=lambda c: (-round(columns[c], 6), c))
    return [found, *(_in_column(view, found, body, c, columns[c]) for c in others)]


def _in_column(view: TableView, cell: CellAnswer, body: Sequence[str], column: int, score: float) -> CellAnswer:
    """Return the cell of another column of the same row."""
    value, head = _with_unheaded(view, body, column), view.heads[column]
    return replace(cell, column=column, value=value, column_label=head, score=score, beside=(), undecided=False)


def _of_kind(question: str, body: Sequence[str], matched: set[int]) -> list[int]:
    """Return the columns whose cells may answer by their kind: numbers for "how many"; none that names the row."""
    filled = [c for c in range(len(body)) if body[c]]
    choices = [c for c in filled if c not in matched] or filled
    if _COUNTED.search(question):
        choices = [c for c in choices if any(ch.isdecimal() for ch in body[c])] or choices
    if _MANY.search(question):  # an amount of money is no count
        choices = [c for c in choices if not _CURRENCY.search(body[c])] or choices
    if _WHEN.match(question):
        choices = [c for c in choices if _DATED.search(body[c])] or choices
    if _PRICED.search(question):  # "2" may be the place of an item, "5.39" is its price
        choices = [c for c in choices if _AMOUNT.search(body[c])] or choices
    return choices


def _with_unheaded(view: TableView, body: Sequence[str], column: int) -> str:
    """Return a cell with those behind it whose columns have no head of their own: "as set forth" and "($20)"."""
    end = column + 1
    while view.heads[column] and end < len(body) and not view.heads[end]:
        end += 1
    return " ".join(filter(None, body[column:end]))


def _implied(view: TableView, question: str) -> set[int]:
    """Return the columns under a head that a question's kind of thing means: "contractor" for "which company won"."""
    heads = {head for _, meant in implied_heads(question) for head in meant}
    return {c for c, label in enumerate(view.heads) if heads & set(words_of(label))}


def _of_others(
    view: TableView,
    question: str,
    words: Sequence[str],
    body: Sequence[str],
    matched: set[int],
    columns: Sequence[float],
) -> Sequence[float]:
    """Return the columns' scores by the words that do not name the row, where these name any; else the ones given."""
    own = {word for column in matched for word in words_of(body[column])}
    rest = [word for word in words if word not in own]
    if len(rest) == len(words):
        return columns
    scores = [
        -1.0 if was <= -1 else score for was, score in zip(columns, column_scores(view, question, rest), strict=True)
    ]
    return scores if max(scores) > 0.5 else columns


def _beside_label(
    view: TableView, question: str, row: int, matched: set[int], columns: Sequence[float]
) -> Sequence[float]:
    """Return the columns' scores, higher for one whose number as its head the rest of a question says: "1.2" servers.

    The rest is the question without the cells that name the row: its own number may head a column as well.
    """
    rest = question
    for cell in sorted((view.body[row][c] for c in matched), key=len, reverse=True):
        rest = re.sub(rf"(?<![\w.]){re.escape(cell)}(?![\w.]\w|\w)", " ", rest, count=1, flags=re.I)
    last = view.table.header[-1] if view.table.header else ()
    said = [
        bool(head) and head[0].isdecimal() and re.search(rf"(?<![\w.]){re.escape(head)}(?!\w|\.\d)", rest) is not None
        for head in last
    ]
    return [score + 1.0 if told else score for score, told in zip(columns, said, strict=True)] if any(said) else columns


def _telling(view: TableView, rows: Sequence[int], scores: Sequence[float], columns: Sequence[float]) -> Sequence[int]:
    """Return those of some rows that fill the column asked for, unless a row that does not fits much better."""
    most = max(columns)
    asked = [c for c, score in enumerate(columns) if score > most - 0.01]
    told = [i for i in rows if most <= 0.5 or any(view.body[i][c] for c in asked)]
    best, best_told = (max((scores[i] for i in among), default=0.0) for among in (rows, told))
    return told if told and best_told >= _TOLD * best else rows


def _same_in_all(view: TableView, columns: Sequence[float]) -> CellAnswer | None:
    """Return what a column that a question names well says in each row, so that no row has to be named; else None."""
    best = max(range(len(columns)), key=lambda c: (columns[c], -c))
    cells = [row[best] for row in view.body]
    if columns[best] < _NAMED or len(set(cells)) > 1 or not cells[0]:
        return None
    label = view.labels[0] if len(cells) == 1 else ""
    also = [c for c, score in enumerate(columns) if score >= _NEARLY * columns[best] and view.body[0][c]]
    beside = tuple((view.heads[c], view.body[0][c]) for c in also) if len(cells) == 1 < len(also) <= _BESIDE else ()
    label = "" if beside and any(cell == label for _, cell in beside) else label
    return CellAnswer(view.table.header_rows, best, cells[0], label, view.heads[best], columns[best], beside=beside)


def _whole_column(view: TableView, words: Sequence[str], columns: Sequence[float]) -> CellAnswer | None:
    """Return all cells of a short column, where heads and caption say every word of a question, so no row is meant."""
    best = max(range(len(columns)), key=lambda c: (columns[c], -c))
    known = [*words_of(view.table.caption), *(word for head in view.heads for word in words_of(head))]
    if _LINE_TOTAL.fullmatch(view.heads[best]) and any(map(_CURRENCY.search, (row[best] for row in view.body))):
        return None
    if columns[best] < _HEADED or len(view.body) > _BESIDE or best == 0:
        return None
    if not all(any(alike(word, other) for other in known) for word in words):
        return None
    cells = tuple((view.labels[i], row[best]) for i, row in enumerate(view.body) if row[best])
    if len(cells) < 2 or not all(label for label, _ in cells):
        return None
    return CellAnswer(view.table.header_rows, best, cells[0][1], view.heads[best], "", columns[best], beside=cells)
