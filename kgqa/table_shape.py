"""A table as it was read -> the same rows with the heads, labels and numbers that the page means.

A title set over the heads is a head row of its own; a first row of the kind of all others is none; dots that lead from
a label to its number are no part of the number. Rows stay where they are, so that each can still be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.document import Table
from ingestion.tables import is_numeric
from kgqa.table_parting import part_fused, parted_heads

_LEADERS = re.compile(r"^(?:[.·…]\s*){2,}(?=\S)|^\.\s+(?=\d)")
_SPACED = re.compile(r"(?<=\d)\.\s(?=\d+$)")  # "467. 9", set so that the points stand below each other
_RANGE = re.compile(r"[\w.]*\d[\w.]*\s?(?:[-–]|to)\s?[\w.]*\d[\w.]*$")
_DASH = re.compile(r"[-–—.…]+")  # where there is no number to tell
_SUMS = re.compile(r"(?:sub|grand )?(?:totals?|totale|sum|gesamt|insgesamt|summe)\b", re.I)
_ORDINAL = re.compile(r"\(?(\d{1,4})[.)]?")
_SERIAL = re.compile(r"(?:[^\W\d_]+\s+)?(?:s(?:l|r|er|erial)?\.?\s*)?(?:no|nr|num|number|#)\.?", re.I)
_NOTED = re.compile(r"([^\d]*[^\W\d_]{2}[a-zà-ÿ])\s?([1-9])")
_LEAST_ACROSS = 6  # columns of two tables that stand side by side
_LEAST_BESIDE = 4  # rows of tables that stand side by side
_MORE_HEADS = 3  # rows of heads that may stand below the first
_MORE_ROWS = 5  # below a row of heads, with whose numbers those of the heads are compared
_MOST = 0.8  # share of a column's cells that make it one of numbers


def as_meant(table: Table) -> Table:
    """Return a table with its heads told from its body and its cells without leading dots; it keeps all its rows."""
    rows = tuple(tuple(_cell(cell) for cell in row) for row in table.rows)
    heads = _header_rows(rows, table.header_rows)
    rows = _without_notes(rows, heads)
    rows = _labels_first(_whole_labels(part_fused(parted_heads(rows, heads), heads), heads), heads)
    if rows == table.rows and heads == table.header_rows:
        return table
    return replace(table, rows=rows, header_rows=heads)


def parts_of(table: Table) -> list[tuple[int, Table]]:
    """Return (first row, part) of each part of a table, which begins at a row of heads of its own.

    Two small tables set close below each other, or side by side, are often read as one.
    """
    starts = _starts(table)
    ends = [*starts[1:], len(table.rows)]
    if len(starts) == 1:
        return [(0, part) for part in _parts_beside(table)]
    return [
        (start, replace(table, rows=table.rows[start:end], header_rows=1 if start else table.header_rows))
        for start, end in zip(starts, ends, strict=True)
    ]


def _starts(table: Table) -> list[int]:
    """Return the rows at which the parts of a table begin that stand below each other."""
    starts = [0]
    for at in range(table.header_rows + 2, len(table.rows) - 1):
        ended = _ends(table.rows[at - 1])
        if at > starts[-1] + 1 and ended and _is_row_of_heads(table.rows[at], table.rows[at + 1 :]):
            starts.append(at)
    return starts


def _parts_beside(table: Table) -> list[Table]:
    """Return the tables that stand side by side in one, each with a first head of the same name; [table] for most.

    "id, date, element, value" and "id, date, high, low" beside it are two tables under one caption: their rows have
    nothing to do with each other. Each is as wide as both, with blanks behind its own columns.
    """
    if table.header_rows != 1 or len(table.rows) < _LEAST_BESIDE or len(table.rows[0]) < _LEAST_ACROSS:
        return [table]
    head = table.rows[0]
    starts = [column for column, name in enumerate(head) if name and name == head[0]]
    groups = [head[a:b] for a, b in zip(starts, [*starts[1:], len(head)], strict=True)] if starts else []
    apart = all(len(group) > 2 and all(group) and len(set(group)) == len(group) for group in groups)
    if len(starts) != 2 or not apart or groups[0] == groups[1]:
        return [table]
    return [
        replace(table, rows=tuple((*row[span], *[""] * (len(head) - len(row[span]))) for row in table.rows))
        for span in (slice(0, starts[1]), slice(starts[1], None))
    ]


def part_at(table: Table, row: int) -> tuple[int, Table]:
    """Return (first row, part) of the part that holds a row, given by its index into the table's rows."""
    if len(_starts(table)) == 1:
        return 0, table
    return max((item for item in parts_of(table) if item[0] <= row), key=lambda item: item[0])


def _ends(row: Sequence[str]) -> bool:
    """Return whether a row sums those above up, or is the title of what follows."""
    return len({cell for cell in row if cell}) < 2 or bool(_SUMS.match(row[0]))


def _without_notes(rows: Sequence[tuple[str, ...]], heads: int) -> tuple[tuple[str, ...], ...]:
    """Return the rows with labels without the numbers of notes: "Oil 1", "Gas2" and "Coal 3", each in its turn.

    Labels that end in the same number, or differ by it alone, are no such labels: "Phase 1" and "Phase 2".
    """
    found = {at: match for at, row in enumerate(rows) if at >= heads and (match := _NOTED.fullmatch(row[0]))}
    numbers = [int(match[2]) for match in found.values()]
    stems = [match[1].rsplit(None, 1)[-1].casefold() for match in found.values()]
    if len(numbers) < 2 or len(set(stems)) < len(stems) or numbers != sorted(numbers):
        return tuple(rows)
    if not any(row[0][-2:-1].isalpha() for row in (rows[at] for at in found)):
        return tuple(rows)  # none stands so close that it can be nothing but a note
    return tuple((found[at][1], *row[1:]) if at in found else row for at, row in enumerate(rows))


def _whole_labels(rows: Sequence[tuple[str, ...]], heads: int) -> tuple[tuple[str, ...], ...]:
    """Return the rows with labels whole whose first line stands alone above: "Total exports", "of fish" below it.

    A word that is broken over the labels of two rows, "Un-" and "supervised" below it, labels both.
    """
    whole = list(rows)
    for at in range(max(1, heads), len(rows) - 1):
        label, *cells = rows[at]
        below, *values = rows[at + 1]
        if re.fullmatch(r"[^\W\d_]+-", label) and re.fullmatch(r"[a-zà-ÿ]+", below):
            whole[at], whole[at + 1] = (label[:-1] + below, *cells), (label[:-1] + below, *values)
        if label and not any(cells) and any(values) and below[:1].islower() and not label.endswith((":", ".")):
            whole[at + 1] = (f"{label} {below}", *values)
    return tuple(whole)


def _labels_first(rows: Sequence[tuple[str, ...]], heads: int) -> tuple[tuple[str, ...], ...]:
    """Return the rows with first columns that do nothing but count them ("Sl. No.") behind that of the labels.

    Such a number names no row, and "10 July" asks for none.
    """
    body = [row for row in rows[heads:] if row[0] != row[-1]]
    count = 0
    while heads and count < len(rows[0]) - 2 and _counts(rows[heads - 1][count], [row[count] for row in body]):
        count += 1
    named = count and sum(any(c.isalpha() for c in row[count]) for row in body) > 0.5 * len(body)
    if not named:
        return tuple(rows)
    return tuple((row[count], *row[:count], *row[count + 1 :]) for row in rows)


def _counts(head: str, cells: Sequence[str]) -> bool:
    """Return whether a column counts rows or groups of rows from one on, as its head says."""
    numbers = [int(match[1]) for cell in cells if (match := _ORDINAL.fullmatch(cell))]
    steps = all(b - a in (0, 1) or b == 1 for a, b in pairwise(numbers))
    whole = len(numbers) >= _MOST * sum(map(bool, cells))
    return is_serial(head) and len(numbers) > 1 and min(numbers) == 1 and steps and whole


def is_bilingual(heads: Sequence[str]) -> bool:
    """Return whether heads, and so labels, say everything in two languages, as one that is the same in both tells.

    >>> is_bilingual(["Bezeichnung Parameter", "Symbol Symbol", "Wert Value"]), is_bilingual(["Symbol", "Value"])
    (True, False)
    """
    words = [head.split() for head in heads if head]
    twice = any(own[: len(own) // 2] == own[len(own) // 2 :] for own in words if own)
    return twice and len(words) > 1 and all(len(own) > 1 for own in words)


def is_serial(head: str) -> bool:
    """Return whether a head may say that its column counts the rows: "Sl. No.", "S NO", "No.", "Serial number".

    >>> is_serial("Sr. No"), is_serial("Number of sites")
    (True, False)
    """
    return _SERIAL.fullmatch(head) is not None


def _cell(text: str) -> str:
    if not text or text[0] not in ".·…0123456789":
        return text
    plain = _LEADERS.sub("", text)
    joined = _SPACED.sub(".", plain)
    return joined if is_numeric(joined) else plain


def _header_rows(rows: Sequence[Sequence[str]], said: int) -> int:
    """Return how many rows are heads, of which the reader says `said`."""
    if not said or len(rows) <= said + 1 or len(rows[0]) < 2:
        return said
    if said == 1 and _is_like_body(rows[0], rows[1:]):
        return 0
    last, following = rows[said - 1], rows[said]
    if said > 1 and _is_group(last):
        return said - 1  # the name of the first group of rows
    names = {cell for cell in last if cell}
    if len(names) == 1 and sum(map(bool, last)) < len(last) and _is_row_of_heads(following, rows[said + 1 :]):
        return said + 1
    titled = said == 1 and not last[0] and len(names) == 1 and len(last) - sum(map(bool, last)) > 0
    sparse = said == 1 and 2 * len(names) < len(last)
    if (titled or sparse) and _is_full_row_of_heads(following, rows[said + 1 :]):
        return said + 1
    labelled = bool(following[0]) and not is_numeric(following[0]) and all(following)
    if titled and labelled and _differs(following, rows[said + 1 :]):
        return said + 1
    return _heads_below(rows, said)


def _is_group(row: Sequence[str]) -> bool:
    """Return whether a row is one text over all columns, as the name of a group of rows is set."""
    return len(row) > 2 and bool(row[0]) and len(set(row)) == 1


def _is_row_of_heads(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row has different words in most columns, over rows that hold numbers in some of them."""
    filled = [column for column, cell in enumerate(row) if cell]
    if len(filled) < 3 or len({row[column] for column in filled}) < len(filled):
        return False
    if 4 * len(filled) < 3 * len(row) or any(map(_has_digit, row)) or not below:
        return False
    values = [c for c in filled if sum(_has_digit(other[c]) for other in below) > 0.5 * sum(bool(o[c]) for o in below)]
    return len(values) >= 2


def _is_full_row_of_heads(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row fills every column with a word or code of its own, unlike what stands below it.

    "Ward, 101, 102, Total" below the title of a sheet of votes: what is counted in each ward stands under its number.
    """
    if not all(row) or len({cell.casefold() for cell in row}) < len(row) or is_numeric(row[0]) or not below:
        return False
    codes = [c for c, cell in enumerate(row) if cell.isdecimal()]
    longer = all(len(row[c]) > len(other[c]) for c in codes for other in below[:_MORE_ROWS] if other[c].isdecimal())
    words = [c for c, cell in enumerate(row) if re.match(r"[^\W\d_]|[*†]\s*[^\W\d_]", cell)]
    values = [c for c in words if _share_of_values(below, c) >= _MOST]
    return longer and len(codes) + len(words) == len(row) and len(codes) + len(values) > 1


def _share_of_values(body: Sequence[Sequence[str]], column: int) -> float:
    """Return which share of a column's cells begin with a number, with or without a sign."""
    cells = [row[column] for row in body if row[column]]
    return sum(bool(re.match(r"[+\-–−±<>≤≥$€£]?\s?\d", cell)) for cell in cells) / len(cells) if cells else 0.0


def _has_digit(text: str) -> bool:
    return any(c.isdecimal() for c in text)


def _heads_below(rows: Sequence[Sequence[str]], said: int) -> int:
    """Return how many rows are heads where heads of several rows were told apart from the first alone.

    The last of them has words in half of the columns or more, over columns of numbers or marks; those between have no
    label.
    """
    heads = said
    for at in range(said, min(said + _MORE_HEADS, len(rows) - 2)):
        filled = [column for column, cell in enumerate(rows[at]) if column and cell]
        if not filled or any(is_numeric(rows[at][column]) or _is_mark(rows[at][column]) for column in filled):
            break
        body = rows[at + 1 :]
        values = all(
            _share_of_places(body, column) >= _MOST or _share_of_marks(body, column) >= _MOST for column in filled
        )
        if 2 * len(filled) >= len(rows[at]) - 1 and len(filled) > 1 and values:
            heads = at + 1
        if rows[at][0]:
            break
    return heads


def _share_of_marks(body: Sequence[Sequence[str]], column: int) -> float:
    """Return which share of a column's cells are one sign that is no letter or digit, or an "x": ticks and crosses."""
    cells = [row[column] for row in body if row[0] and row[column]]
    return sum(map(_is_mark, cells)) / len(cells) if cells else 0.0


def _is_mark(cell: str) -> bool:
    return len(cell) == 1 and (not cell.isalnum() or cell in "xX")


def _is_like_body(head: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether a head begins with a number or range as nearly all rows below it do, and goes on as they do."""
    return (
        len(body) > 2
        and _is_place(head[0])
        and all(
            cell and _is_place(cell) == (_share_of_places(body, column) >= _MOST) for column, cell in enumerate(head)
        )
    )


def _share_of_places(body: Sequence[Sequence[str]], column: int) -> float:
    cells = [row[column] for row in body if row[column] and not _DASH.fullmatch(row[column])]
    return sum(map(_is_place, cells)) / len(cells) if cells else 0.0


def _is_place(text: str) -> bool:
    return is_numeric(text) or bool(_RANGE.match(text))


def _differs(head: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether a row's label is another kind of thing than those of a table's rows, or stands once above them."""
    return bool(body) and all(row[0] != head[0] for row in body)


def spread(row: Sequence[str], groups: Sequence[int], below: Sequence[str]) -> list[str]:
    """Return a head row with its blanks filled by the heads that stand over them.

    `groups` numbers, for each column, the head above that it lies under: no head reaches out of its own. `below` has
    the heads below. A head with room at both sides is set in the middle of its columns, unless what stands below it
    begins a group as the first head's does; one with room at its right alone stands at their left.
    """
    cells = list(row)
    spans = _spans(cells)
    begins = ""
    for k, (left, right) in enumerate(spans):
        wide = _room(spans, k, len(cells)) if left == right and left > 0 and below[left] != begins else 0
        for column in (*range(left - wide, left), *range(right + 1, right + 1 + wide)):
            if groups[column] == groups[left]:
                cells[column] = cells[left]
        begins = begins or below[left - wide] * (left > 0)
    return _filled_right(cells, groups, _ruled_ends(row, spans))


def _room(spans: Sequence[tuple[int, int]], at: int, columns: int) -> int:
    """Return how many blanks a head has at either side; it shares them with a neighbour of one column."""
    left, right = spans[at]
    before = spans[at - 1] if at and spans[at - 1][0] > 0 else (0, 0)
    after = spans[at + 1] if at + 1 < len(spans) else None
    room_left = left - before[1] - 1
    room_right = (after[0] if after else columns) - right - 1
    if before[0] == before[1] > 0:
        room_left //= 2
    if after and after[0] == after[1]:
        room_right //= 2
    return min(room_left, room_right)


def _spans(cells: Sequence[str]) -> list[tuple[int, int]]:
    """Return (first column, last column) of each head of a row; one that is repeated spans its columns."""
    spans: list[tuple[int, int]] = []
    for column, cell in enumerate(cells):
        if cell and spans and spans[-1][1] == column - 1 and cells[spans[-1][0]] == cell:
            spans[-1] = (spans[-1][0], column)
        elif cell:
            spans.append((column, column))
    return spans


def _ruled_ends(row: Sequence[str], spans: Sequence[tuple[int, int]]) -> set[int]:
    """Return the columns behind heads that the page shows to span columns, as many each, where there are several.

    A blank behind one of them belongs to none: of "No." between two pairs the page says so.
    """
    wide = [span for span in spans if span[1] > span[0]]
    if len(wide) < 2 or len({right - left for left, right in wide}) > 1 or len(wide) < len(spans) - 1:
        return set()
    return {right + 1 for _, right in wide}


def _filled_right(cells: list[str], groups: Sequence[int], ends: set[int]) -> list[str]:
    for column in range(2, len(cells)):  # what heads the labels heads nothing else
        if column in ends:
            continue
        if not cells[column] and cells[column - 1] and groups[column] == groups[column - 1]:
            cells[column] = cells[column - 1]
    return cells


def groups_of(row: Sequence[str], above: Sequence[int]) -> list[int]:
    """Return for each column the number of the group that a spread head row and those above it put it in."""
    groups: list[int] = []
    for column, cell in enumerate(row):
        same = column > 0 and cell == row[column - 1] and above[column] == above[column - 1]
        groups.append(groups[-1] if same and groups else (groups[-1] + 1 if groups else 0))
    return groups
