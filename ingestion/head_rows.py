"""How many of a table's first rows are heads: as the reader takes it, put right where the rows themselves tell better.

Heads go on until each column has a name of its own: rows without a label, or one that names what the row above has only
put into groups. They end at the first row of a label with its numbers, and a phrase over all columns heads rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingestion.blocks import RawTable
from ingestion.tables import is_numeric, raw_table_to_rows

_MEASURE = re.compile(r"[-–+±$€£(<>~≈]*\s*\d[\d.,/–-]*\s?(?:[%°µ]?[A-Za-z]{1,5}|[%°µA-Za-z]{1,9}/[A-Za-z]{1,6})\.?$")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_FIGURE = re.compile(r"[-–+±$€£(<>~≈]*\s*[\d.,]*\d")  # how a number begins, alone or before anything else
_CLASS = re.compile(r"^[<>≤≥]|\d[^\W\d]?\s?(?:[-–—]|to)\s?[$€£]?\d|\d\s?\+$|^[$€£]\s?\d")  # of numbers, that heads name
_PLAIN = re.compile(r"[-–−]?\d[\d,.]*")
_NOTHING = re.compile(r"[-–—−.…*]+|n/?a", re.I)  # stands in a cell for no value
_MOST = 6  # heads that a table has, at most
_ENTRIES = 3  # rows of a record that say words, at least
_NEARLY_ALL = 0.9  # share of the cells below a row of heads that are numbers as those of no other kind
_MOSTLY = 0.5  # share of the columns below a row of heads that hold numbers
_UNIT = re.compile(r"[(\[][^()\[\]]{1,12}[)\]]|[%$€£°µ]\S{0,4}|(?:[kMGmµnc]?(?:g|m|s|V|A|W|Hz|l|t|Pa|Ω)|ha)")
_SHORT = 3  # words of a head that no numbers below tell from the first row

Row = Sequence[str]


def header_row_count(rows: Sequence[Row], said: int) -> int:
    """Return how many of the first rows are heads; `said` is what the reader takes for it, 0 where it cannot tell.

    Without word from the reader, the first rows are heads up to the first that has a number beside a label, as long as
    numbers follow below.
    """
    if len(rows) < 2 or (said <= 1 and _is_first_entry(rows)) or _is_record(rows):
        return 0
    heads = _said_heads(rows, said) if 0 < said < len(rows) else _counted_heads(rows)
    heads = heads or int(_is_written_otherwise(rows))
    while 0 < heads < min(_MOST, len(rows) - 1) and _goes_on(rows, heads):
        heads += 1
    while heads > 1 and _is_group(rows[heads - 1]):
        heads -= 1
    return heads


def recount_heads(raw: RawTable) -> RawTable:
    """Return the grid with its number of head rows put right; one whose reader cannot tell it stays as it is."""
    raw = replace(raw, header_rows=_reach(raw))
    filled = _filled_rows(raw)
    rows = raw_table_to_rows(raw)
    said = said_heads(raw)
    bold = [_is_bold(raw, row) for row in filled[:said]]
    if said > 1 and bold[0] is True and all(rows[0]) and _are_named(rows[:1]):
        said = next((r for r in range(1, said) if bold[r] is False and all(rows[r])), said)
    heads = header_row_count(rows, said)
    return replace(raw, header_rows=filled[heads - 1] + 1) if raw.header_rows and heads else raw


def _reach(raw: RawTable) -> int:
    """Return how many rows the cells of the first head reach down to, where that shows that all of these are heads.

    They are where most columns have a head over all of them, or the corner spans them and they alone are bold.
    """
    top = [cell for cell in raw.cells if cell.row == 0 and cell.lines]
    reach = max((cell.row_span for cell in top), default=0)
    if not 0 < raw.header_rows < reach < raw.row_count:
        return raw.header_rows
    deep = [cell for cell in top if cell.row_span == reach]
    most = sum(cell.column_span for cell in deep) > 0.5 * raw.column_count
    corner = any(cell.column == 0 for cell in deep) and all(_is_bold(raw, row) for row in range(reach))
    return reach if most or (corner and not _is_bold(raw, reach)) else raw.header_rows


def _is_first_entry(rows: Sequence[Row]) -> bool:
    """Return whether the first row is an entry as those below it: words, and behind them one measure, in each row.

    A list of technical data, "Frequency (Hz) 50.0", has no heads; a head that is a number is a whole one, or a year.
    """
    if len(rows[0]) < 2 or any(len(row) > 4 for row in rows):
        return False
    measured = [row[-1] for row in rows if row[-1]]
    first = rows[0][-1]
    exact = re.search(r"\d[.,]\d|\d\s*[-–/]\s*\d|\d\s?[%°]", first) is not None
    lone = not any(_FIGURE.match(cell) for row in rows for cell in row[:-1])
    known = sum(any(c.isdecimal() for c in cell) for cell in measured)
    return exact and lone and 2 * len(measured) > len(rows) and known >= 0.8 * len(measured)


def _is_record(rows: Sequence[Row]) -> bool:
    """Return whether each row is a label and what it says of one thing, from the first on: "Order number", "40817".

    A number heads no column of words, so the row with it is an entry as those below it.
    """
    if any(len(row) != 2 for row in rows) or not is_numeric(rows[0][1]) or _YEAR.fullmatch(rows[0][1]):
        return False
    labels = [row[0] for row in rows if row[0]]
    words = sum(any(c.isalpha() for c in row[1]) and not _is_amount(row[1]) for row in rows[1:])
    return len(set(labels)) == len(labels) and min(len(labels), words) >= _ENTRIES and not any(map(_is_amount, labels))


def _is_bold(raw: RawTable, row: int) -> bool | None:
    """Return whether all words of a row are bold, or none is; None for a row of both."""
    words = [word.bold for cell in raw.cells if cell.row == row for line in cell.lines for word in line.words]
    return words[0] if len(set(words)) == 1 else None


def said_heads(raw: RawTable) -> int:
    """Return how many of the rows with words the reader takes for heads."""
    return sum(row < raw.header_rows for row in _filled_rows(raw))


def _filled_rows(raw: RawTable) -> list[int]:
    covered = {row for cell in raw.cells if cell.lines for row in range(cell.row, cell.row + cell.row_span)}
    return sorted(row for row in covered if row < raw.row_count)


def _said_heads(rows: Sequence[Row], said: int) -> int:
    paired = len(rows[0]) == 2 and all(rows[0])  # no head of two columns has more rows than one, but for its units
    return next(
        (
            r
            for r in range(1, said)
            if (_is_body(rows[r]) and not _parts_a_group(rows, r)) or (paired and _is_pair(rows[r]))
        ),
        said,
    )


def _is_pair(row: Row) -> bool:
    """Return whether a row of two columns is an entry: a label and what it says, neither of them a unit in brackets."""
    return all(cell and not cell.startswith(("(", "[")) for cell in row) and row[0] != row[1]


def _counted_heads(rows: Sequence[Row]) -> int:
    corner = next((r for r, row in enumerate(rows) if row[0] or not all(row[1:])), len(rows))
    if len(rows[0]) > 2 and 0 < corner <= 3 and corner < len(rows) and rows[corner][0]:
        return corner  # what stands above labelled rows, without a label of its own, heads the columns
    numeric = [sum(map(_is_amount, row[1:])) > 0.3 * max(1, len(row) - 1) for row in rows]
    if not any(numeric[1:]):
        return 1
    first = next(i for i, value in enumerate(numeric) if value)
    return min(first, 3) if first else 0


def _is_written_otherwise(rows: Sequence[Row]) -> bool:
    """Return whether the first row's numbers are ranges, limits or sums of money over columns of plain numbers.

    Of "<$10k, $10-20k" above "27, 34" and others each is the name of a column.
    """
    cells = [cell for cell in rows[0][1:] if cell]
    below = [cell for row in rows[1:] for cell in row[1:] if cell and not _NOTHING.fullmatch(cell)]
    if len(rows) < 4 or len(cells) < max(2, len(rows[0]) - 1) or len(set(cells)) < len(cells) or not below:
        return False
    marked = all(_CLASS.search(cell) for cell in cells) and any(c.isalpha() for c in rows[0][0])
    return marked and sum(bool(_PLAIN.fullmatch(cell)) for cell in below) >= _NEARLY_ALL * len(below)


def _goes_on(rows: Sequence[Row], heads: int) -> bool:
    """Return whether the row behind the heads is one more."""
    row = rows[heads]
    filled = [cell for cell in row[1:] if cell]
    if len(filled) < 2:
        return False
    if any(goes_on(rows, heads) for goes_on in (_parts_a_group, _parts_spanned, _heads_numbers, _numbers_columns)):
        return True
    if any(_FIGURE.match(cell) and not _YEAR.match(cell) for cell in filled):
        return False
    if _names_the_rest(rows, heads):
        return True
    if row[0]:
        unlabelled = not any(above[0] for above in rows[:heads])
        return unlabelled and _names_columns(rows, heads) and _is_before_body(rows, heads)
    if _is_before_body(rows, heads):
        return True
    short = all(len(cell.split()) <= _SHORT for cell in filled)
    return short and len(filled) == len(row) - 1 and not _are_named(rows[:1])


def _names_the_rest(rows: Sequence[Row], r: int) -> bool:
    """Return whether a row of words names all columns where the one above names some, and numbers follow below."""
    above, row = rows[r - 1], rows[r]
    if all(above) or not all(row) or any(c.isdecimal() for cell in row for c in cell) or len(set(row)) < len(row):
        return False
    below = rows[r + 1 : r + 4]
    columns = zip(*below, strict=True) if len(below) == 3 else ()
    return sum(all(any(c.isdecimal() for c in cell) for cell in column) for column in columns) >= 2


def _parts_a_group(rows: Sequence[Row], r: int) -> bool:
    """Return whether a row parts the columns that one phrase above all of them does not tell apart."""
    above, row = rows[0], rows[r]
    over = {cell for cell in above[1:] if cell}
    if r != 1 or above[0] or len(over) != 1 or len(row) < 3 or not row[0] or not _names_columns(rows, r):
        return False
    if all(above[1:]) or not any(map(_is_amount, row)):
        return True
    return not any(_is_amount(cell) for below in rows[2:] for cell in below[1:])


def _parts_spanned(rows: Sequence[Row], r: int) -> bool:
    """Return whether a row only parts phrases above it that span columns, beside heads that go on down into it."""
    above, row = rows[r - 1], rows[r]
    parted = [column for column, (a, b) in enumerate(zip(above, row, strict=True)) if a != b]
    names = [row[column] for column in parted]
    if not row[0] or row[0] != above[0] or not all(names) or len(set(names)) < len(names) or len(parted) < 2:
        return False
    return all(list(above).count(above[c]) > 1 and not _is_amount(row[c]) for c in parted if above[c]) and any(
        above[c] for c in parted
    )


def _heads_numbers(rows: Sequence[Row], r: int) -> bool:
    """Return whether a row of words or units without a digit stands above columns that mostly hold numbers.

    Only below heads that name not every column, or each column's name of which the row goes on with a unit.
    """
    row = rows[r]
    filled = [column for column, cell in enumerate(row) if column and cell]
    units = all(_UNIT.fullmatch(row[column]) for column in filled)
    if _are_named(rows[:r]) and not units:
        return False
    if 2 * len(filled) < len(row) or (not units and any(c.isdecimal() for cell in row for c in cell)):
        return False
    if any(_NOTHING.fullmatch(row[c]) for c in filled) or any(len(row[c].split()) > _SHORT + 1 for c in filled):
        return False
    below = [other for other in rows[r + 1 :] if any(other[1:]) and not _is_group(other)]
    first = next((at for at, other in enumerate(below[:3]) if _is_body(other)), None)
    if first is None:
        return False
    body = below[first : first + 6]
    cells = [[other[c] for other in body if other[c] and not _NOTHING.fullmatch(other[c])] for c in filled]
    numbers = [column for column in cells if sum(map(_is_amount, column)) >= _NEARLY_ALL * max(1, len(column))]
    return len(numbers) > _MOSTLY * len(filled) and any(numbers)


def _numbers_columns(rows: Sequence[Row], r: int) -> bool:
    """Return whether a row tells by numbers, each its own, columns below which no number stands: inputs 1 to 9."""
    row, below = rows[r], [other for other in rows[r + 1 :] if len(set(other)) > 1]
    numbered = [column for column, cell in enumerate(row) if cell.isdecimal()]
    if _are_named(rows[:r]) or not all(row) or len(set(row)) < len(row) or 2 * len(numbered) < len(row):
        return False
    return len(below) > 1 and not any(c.isdecimal() for other in below for column in numbered for c in other[column])


def _names_columns(rows: Sequence[Row], r: int) -> bool:
    """Return whether each column has a name of its own with a row, and not all have without it."""
    return not _are_named(rows[:r]) and all(rows[r][1:]) and _are_named(rows[: r + 1])


def _are_named(heads: Sequence[Row]) -> bool:
    names = list(zip(*(row[1:] for row in heads), strict=True))
    return len(set(names)) == len(names) and all(any(name) for name in names)


def _is_before_body(rows: Sequence[Row], r: int) -> bool:
    """Return whether a row of numbers follows, right behind or below more heads, or names of groups of rows."""
    for row in [row for row in rows[r + 1 : r + 2 * _MOST] if any(row[1:]) and not _is_name(row)][:3]:
        if _is_body(row):
            return True
        if row[0] and any(row[1:]) and not _is_group(row) and rows[r][0]:
            return False
    return False


def _is_name(row: Row) -> bool:
    """Return whether a row is the name of a group alone, behind a number of the row or a code."""
    return len(row) > 3 and bool(row[1]) and not any(row[2:]) and not _is_amount(row[1])


def _is_group(row: Row) -> bool:
    """Return whether a row is one phrase over all columns, which heads the rows below it."""
    return len(row) > 2 and bool(row[0]) and len(set(row)) == 1


def _is_amount(text: str) -> bool:
    """Return whether a cell holds a number, alone or with its unit."""
    return is_numeric(text) or bool(_MEASURE.match(text))


def _is_body(row: Row) -> bool:
    """Return whether a row has a label and mostly numbers behind it that are no years, so that it is no head."""
    filled = [cell for cell in row[1:] if cell and not _NOTHING.fullmatch(cell)]
    numbers = [cell for cell in filled if _is_amount(cell)]
    years = [cell for cell in numbers if _YEAR.fullmatch(cell)]
    return bool(row[0]) and len(numbers) - len(years) > 0.5 * len(filled)
