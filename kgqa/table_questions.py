"""Questions that need more of a table than a cell: differences, sums, rows by value, lists, comparisons, by code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graphs.index import tokenize
from ingestion.document import Table
from kgqa.columns_asked import asked_column, asked_noun, column_scores, implied_heads, is_text_column, wants_highest
from kgqa.columns_summed import columns_summed, like_cells, total_column
from kgqa.parts import join
from kgqa.rows_across import (
    SHRANK,
    column_of_head,
    first_or_last,
    head_with_value,
    heads_filled,
    heads_negative,
    minutes_between,
    row_in_each,
    rows_labelled,
    rows_negative,
)
from kgqa.rows_counted import entries_counted, group_counted, rows_of_name, value_counted
from kgqa.rows_each import COMPARED, cells_of, each_named
from kgqa.rows_named import label_said, rows_by_cells
from kgqa.rows_valued import BOUND, LESS, bounded, column_for, row_told, value_under_head, valued, values_under_heads
from kgqa.table_forms import form_value, is_form, labelled_cell, single_row
from kgqa.table_lines import numbered_line
from kgqa.table_marks import marked, starred, unfilled
from kgqa.table_places import LISTED, TableAnswer, listed_at_end, named_by_place, row_of, rows_called
from kgqa.table_shape import is_serial, parts_of
from kgqa.table_stacked import value_below
from kgqa.table_units import is_measured_in, unit_asked
from kgqa.table_view import TableView, overlap, with_plus, words_of
from kgqa.timetables import in_timetable

_DIFFERENCE = re.compile(
    r"\bdifference\b|\bdiffers?\b|\b(?:how|by how) (?:much|many)\b.*\b(?:more|less|fewer|higher|lower|larger|smaller|"
    r"longer|shorter|greater|older|younger|better|worse|faster|slower|grow|grew|grown|rise|rose|risen|increased?|fall|fell|"
    r"fallen|decreased?|declined?|drop(?:ped)?|changed?|improved?|gain(?:ed)?|exceeds?|beats?|outperforms?|surpass(?:es)?|leads?|trails?|lags?)\b",
    re.I,
)
_FALLS = re.compile(r"\bhow much\b.*\b(?:fell|falls?|fallen|dropped|drops?)\b", re.I)  # as rain and stones do
_SPAN = re.compile(r"\b(?:from|between|since|than|compared|by how)\b", re.I)
_RATIO = re.compile(r"\b(?:how many times|ratio|factor)\b", re.I)
_SUM = re.compile(r"\b(?:sum|total|altogether|combined|in all|together|add(?:ed)? up)\b", re.I)
_MEAN = re.compile(r"\b(?:average|mean)\b", re.I)
_MEAN_OF = re.compile(
    r"\b(?:average|mean)\s+((?:[\w-]+\s+){1,3}?)(?:did|do|does|of|for|in|is|was|were|are|over|that|reported)\b",
    re.I,
)
_SUMMED = 4  # columns that are summed where a question names none
_MEANS = re.compile(r"\b(?:do|does|did)\b[^?]*\bmean\b", re.I)  # asks what a word means
_WHETHER = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|whether|if|can)\b", re.I)
_LISTS = re.compile(
    r"\b(?:which|what|list|name|enumerate|show|give)\b.*\b(?:are|were|is|list(?:ed|s)?|named?|shown|compared|reported|"
    r"included|there|does|all|given|appear|mentioned|contained?|tested|evaluated|used|covered?)\b",
    re.I,
)
_HEADS = frozenset(
    "metric measure quantity variable attribute statistic column indicator criterion criteria field".split()
)
_FILLER = frozenset(
    "list listed name named shown compared reported included there all given appear mentioned contained tested "
    "evaluated used covered describe described define defined explain explained discuss "
    "different total show give enumerate compare report contain cover evaluate include".split()
)
_NONE = re.compile(r"n\.?/?a\.?|none|nil|[-–—]+", re.I)  # a cell that names nothing
_UNDER = frozenset("under below headed heading head".split())


def answer_from_table(table: Table, question: str, *, named: bool = True) -> TableAnswer | None:
    """Return what a table says to a question that one cell does not answer; None for one that a cell answers.

    `question` is without the words that name the table. Where no words named it (not `named`), nothing is counted,
    summed up or listed: the question may ask how many there are of something in the text.
    """
    parts = parts_of(table)
    if len(parts) > 1:
        parts.sort(key=lambda part: not TableView.of(part[1]).named_rows(question))  # stable: else in their order
        answers = ((first, answer_from_table(part, question, named=named)) for first, part in parts)
        shifted = (_shifted(a, first) for first, a in answers if a is not None)
        return next(shifted, None)
    if not table.body or not table.rows[0]:
        return None
    view = TableView.of(table)
    question = with_plus(view, question)
    words = words_of(question)
    rows = rows_by_cells(view, question) or view.named_rows(question)
    if (below := value_below(view, question, words)) is not None:
        return below
    if len(view.heads) == 4 and is_form(view):
        return form_value(view, question, words, rows)
    rules = _RULES if named else _RULES_UNNAMED
    return next((found for rule in rules if (found := rule(view, question, words, rows)) is not None), None)


def _shifted(answer: TableAnswer, first: int) -> TableAnswer:
    """Return the answer of a part of a table that begins at a row of it."""
    cells = tuple((row + first, words) for row, words in answer.cells)
    return replace(answer, rows=tuple(row + first for row in answer.rows), cells=cells)


def _compared(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer whether one row has more than another, or which of two has."""
    sign = COMPARED.search(question)
    if sign is None or len(named) != 2 or _DIFFERENCE.search(question):
        return None
    if not (_WHETHER.match(question) or re.search(r"\bor\b|\bthan\b", question, re.I)):
        return None  # "people aged 65 and older"
    column = column_for(view, question, words, named)
    if column is None:
        return None
    a, b = (view.numbers[row][column] for row in named)
    if a is None or b is None:
        return None
    wanted = wants_highest(re.sub(r"er\b", "est", sign[0]), view.heads[column])
    more = wanted if wanted is not None else LESS.search(sign[0]) is None
    cells = cells_of(view, named, column, question)
    rows = tuple(row_of(view, row) for row in named)
    if _WHETHER.match(question) and not re.search(r"\bor\b", question, re.I):
        yes = a > b if more else a < b
        return TableAnswer(f"{'Yes' if yes else 'No'}: {cells}", rows)
    if a == b:
        return TableAnswer(f"Neither: {cells}", rows)
    winner = named[0] if (a > b) == more else named[1]
    return TableAnswer(f"{view.labels[winner]}: {cells}", rows)


def _difference(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer how much two rows differ in a column, or two columns in a row."""
    ratio = _RATIO.search(question) is not None
    named = named or row_told(view, question)
    if not (_DIFFERENCE.search(question) or (ratio and len(named) == 2)):
        return None
    if len(named) == 2:
        column = column_for(view, question, words, named)
        if column is None:
            return None
        values = [view.numbers[row][column] for row in named]
        cells, texts = cells_of(view, named, column, question), [view.body[row][column] for row in named]
    elif len(named) == 1 and (ratio or not _FALLS.search(question) or _SPAN.search(question)):
        pair = _two_columns(view, question, words, named[0])
        if pair is None:
            return None
        values, texts = [view.numbers[named[0]][c] for c in pair], [view.body[named[0]][c] for c in pair]
        cells = f"{view.labels[named[0]]}: " + "; ".join(f"{view.heads[c]} {view.body[named[0]][c]}" for c in pair)
    else:
        return None
    a, b = values
    if a is None or b is None:
        return None
    rows = tuple(row_of(view, row) for row in named)
    if ratio and min(a, b) > 0:
        return TableAnswer(f"{cells}; the ratio is {round(max(a, b) / min(a, b), 2):g}", rows)
    return TableAnswer(f"{cells}; the difference is {like_cells(abs(a - b), texts)}", rows)


def words_of_change(question: str) -> set[str]:
    """Return the words of a question, as the index counts them, which a difference answers: "grew", "shrank"."""
    return {word for sign in (_DIFFERENCE, SHRANK) for match in sign.finditer(question) for word in tokenize(match[0])
            if _DIFFERENCE.search(f"by how much {word}") or SHRANK.search(word)}  # fmt: skip


def _two_columns(view: TableView, question: str, words: Sequence[str], row: int) -> tuple[int, int] | None:
    """Return the two columns of numbers that a question sets side by side: the best two, each for words of its own."""
    own = set(words_of(view.labels[row]))
    rest = [word for word in words if word not in own]
    columns = [c for c in view.numeric_columns() if view.numbers[row][c] is not None]
    scores = {c: overlap(rest, words_of(view.heads[c])) for c in columns}
    best = sorted(columns, key=lambda c: (-scores[c], c))[:2]
    return (min(best), max(best)) if len(best) == 2 and scores[best[1]] > 0 else None


def _aggregate(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with the sum or the mean of a column, over the rows that are named or over all but totals."""
    mean = None if _MEANS.search(question) else _MEAN.search(question)
    total = _SUM.search(question)
    if not (mean or total):
        return None
    if len(named) == 1:
        return columns_summed(view, question, named[0]) if total else None
    heads = {word for head in view.heads for word in words_of(head)}
    asked = (mean or total)[0].lower()  # type: ignore[index]
    said = [cell.lower() for row in view.body for cell in row[:1] or () if cell]
    said += [cell.lower() for row in view.body for cell in row[1:] if _MEAN.search(cell) or _SUM.search(cell)]
    if asked in heads or any(re.search(rf"(?:^|^\w+ ){asked}\b", label) for label in said):
        return None  # the table gives it itself
    column = column_for(view, question, words, named)
    if column is None:
        return _sums(view, named) if total and len(named) > 1 else None
    if mean and not _has_measure(view, question, column):
        return None
    column = total_column(view, question, column) if total else column
    rows = named or [row for row in range(len(view.body)) if not view.is_total(row)]
    rows = [row for row in rows if view.numbers[row][column] is not None]
    if len(rows) < 2:
        return None
    texts = [view.body[row][column] for row in rows]
    values = [value for row in rows if (value := view.numbers[row][column]) is not None]
    head = view.heads[column]
    if mean:
        value = sum(values) / len(values)
        shown = f"{value:,.0f}" if value == round(value) else f"{value:,.{_decimals(texts) + 1}f}"
        shown = shown if any("," in text for text in texts) else shown.replace(",", "")
        text = f"The average of {head} over {len(rows)} rows is {shown}"
    else:
        text = f"The sum of {head} over {len(rows)} rows is {like_cells(sum(values), texts)}"
    labels = label_said(view, rows[:12], question)
    listed = ", ".join(f"{label} {view.body[row][column]}" for label, row in zip(labels, rows, strict=False))
    return TableAnswer(f"{text} ({listed})", tuple(row_of(view, row) for row in rows[:12]))


def _has_measure(view: TableView, question: str, column: int) -> bool:
    """Return whether a column is of what the average is asked of: "the average reading score" is of no head count."""
    match = _MEAN_OF.search(question)
    noun = words_of(match[1])[-1:] if match is not None else []
    known = [
        *view.head_words[column],
        *words_of(view.table.caption),
        *(w for row in view.labels for w in words_of(row)),
    ]
    return not noun or noun[0] in ("number", "amount") or overlap(noun, known) > 0 or _is_implied(question, known)


def _is_implied(question: str, heads: Sequence[str]) -> bool:
    return any(not meant.isdisjoint(heads) for _, meant in implied_heads(question))


def _sums(view: TableView, rows: Sequence[int]) -> TableAnswer | None:
    """Answer with the sum of each column over some rows, where a question names none of the columns."""
    told = []
    for column in view.numeric_columns():
        values = [view.numbers[row][column] for row in rows]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            told.append(
                f"{view.heads[column]} {like_cells(sum(known), [view.body[row][column] for row in rows])}".strip()
            )
    if not 0 < len(told) <= _SUMMED:
        return None
    names = join([view.labels[row] for row in rows])
    return TableAnswer(f"The sum over {names}: {'; '.join(told)}", tuple(row_of(view, row) for row in rows))


def _decimals(texts: Sequence[str]) -> int:
    return max((len(match[1]) for text in texts if (match := re.search(r"\.(\d+)", text))), default=0)


def _filtered(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which rows, or how many, have a value that a question names, or one beyond a bound."""
    told = value_under_head(view, question)
    if (named and told is None) or (wants_highest(question, "") is not None and not BOUND.search(question)):
        return None
    noun = asked_noun(question)
    if not noun or (re.search(r"\bhow many\b", question, re.I) and not _counts_rows(view, noun)):
        return None
    hit = told or bounded(view, question, words) or valued(view, question, words)
    if hit is None:
        return None
    column, rows = hit
    answer = _other_column(view, question, words, column)
    if answer == column:
        return None
    if answer == 0 or view.labels[0].startswith(view.body[0][0]):
        names = [view.labels[row] if answer == 0 else view.body[row][answer] for row in rows]
    else:
        names = [view.body[row][answer] for row in rows]
    names = [view.labels[row] if _NONE.fullmatch(name) else name for name, row in zip(names, rows, strict=True)]
    names = list(dict.fromkeys(name for name in names if name))
    if not names:
        return None
    values = list(dict.fromkeys(view.body[row][column] for row in rows))
    head = f"{view.heads[column]} " if view.heads[column] else ""
    value = f" ({head}{values[0]})" if len(values) == 1 else f" ({head}{join(values[:LISTED])})"
    given = values_under_heads(view, question) if told is not None else {}
    if len(given) > 1 and all(view.body[row][c] == cell for c, cell in given.items() for row in rows):
        value = f" ({', '.join(f'{view.heads[c]} {cell}' for c, cell in given.items())})"
    count = f"{len(rows)}: " if re.search(r"\bhow many\b", question, re.I) else ""
    return TableAnswer(f"{count}{join(names[:LISTED])}{value}", tuple(row_of(view, row) for row in rows[:LISTED]))


def _other_column(view: TableView, question: str, words: Sequence[str], given: int) -> int:
    """Return the column that a question asks for where it gives the value of another: by its head, or of words."""
    asked = asked_column(view, question)
    if asked is not None and asked != given:
        same = [c for c in range(given + 1, len(view.heads)) if view.heads[c] == view.heads[asked]]
        return same[0] if same else asked  # of pairs of columns with the same heads, the one behind what is given
    scores = column_scores(view, question, words)
    meant = {head for _, heads in implied_heads(question) for head in heads}
    told = [c for c in range(len(view.heads)) if c != given and meant & {*view.head_words[c]}]
    if len(told) == 1 and is_text_column(view, told[0]):
        return told[0]  # "what does pin 3 do" asks for its description
    best = max((c for c in range(len(scores)) if c != given), key=lambda c: (scores[c], -c), default=given)
    if best != given and scores[best] >= 0.7:
        return best
    return next((c for c in range(len(view.heads)) if c != given and is_text_column(view, c)), 0)


def _counts_rows(view: TableView, noun: Sequence[str]) -> bool:
    """Return whether "how many X" counts rows: X is what the first column names, not what another one measures."""
    measured = [view.heads[c] for c in view.numeric_columns() if not is_serial(view.heads[c])]
    return overlap(noun, words_of(view.heads[0])) > 0 or not any(
        overlap(noun, words_of(head)) > 0 or is_measured_in(head, noun) for head in measured
    )


def _named_head(view: TableView, question: str) -> int | None:
    """Return the column under whose head a question asks what stands: "listed under 'Modify'"; None for another."""
    for column, head in sorted(enumerate(view.heads), key=lambda item: -len(item[1])):
        run = r"\s*".join(map(re.escape, head.split()))
        if head and re.search(rf"\b(?:under|below|in the|headed|column)\W+(?:heading\W+|head\W+|column\W+)?{run}(?!\w)",
                              question, re.I):  # fmt: skip
            return column
    return None


def _listed(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer which or how many things a column names, or what the columns are."""
    if named or wants_highest(question, "") is not None:
        return None
    noun = asked_noun(question)
    many = re.search(r"\bhow many\b", question, re.I) is not None
    under = _named_head(view, question)
    known = {*noun, *_FILLER, *words_of(view.table.caption)}
    known |= {*words_of(view.heads[under]), *_UNDER} if under is not None else set()
    rest = [w for w in words if w not in known and not w.isdecimal()]
    if (
        not noun
        or rest
        or not (many or _LISTS.search(question) or re.match(r"\W*(?:which|what)\s+\w+s\b", question, re.I))
    ):
        return None
    if many and any(set(noun) == set(words_of(label)) for label in view.labels):
        return None  # a row tells how many there are of them
    if set(noun) & _HEADS and asked_column(view, question) is None:
        heads = [head for head in view.heads[1:] if head] or [head for head in view.heads if head]
        return TableAnswer(f"{len(heads)} columns: {join(heads)}" if many else join(heads), (0,))
    column = under if under is not None else asked_column(view, question)
    if column is None:
        if not many:
            return None
        column = 0
    values = [view.labels[row] if column == 0 else view.body[row][column] for row in range(len(view.body))]
    names = list(dict.fromkeys(v for row, v in enumerate(values) if v and not view.is_total(row)))
    if not names or (many and column in view.numeric_columns()):
        return None
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    text = f"{', '.join(names[:LISTED])}{more}" if more else join(names)
    filled = [row for row in range(len(view.body)) if view.body[row][column]][:12]
    return TableAnswer(f"{len(names)}: {text}" if many else text, tuple(row_of(view, row) for row in filled))


_ACROSS = (minutes_between, first_or_last, head_with_value, heads_negative, rows_negative, row_in_each, heads_filled)
_RULES = (
    numbered_line, in_timetable, group_counted, entries_counted, form_value, single_row, unit_asked, named_by_place,
    listed_at_end, rows_called, marked, starred, unfilled, value_counted, rows_of_name, *_ACROSS, column_of_head,
    _compared, _difference, _aggregate, each_named, rows_labelled, labelled_cell, _filtered, _listed,
)  # fmt: skip
_RULES_UNNAMED = (
    numbered_line, in_timetable, group_counted, entries_counted, form_value, single_row, unit_asked, marked, unfilled,
    value_counted, rows_of_name, *_ACROSS, _compared, _difference, rows_labelled, labelled_cell, _filtered,
)  # fmt: skip
