"""Cells of a table that hold what belongs in several columns -> each part in its own.

A page often sets "2009 2010 2011" as one line over three pairs of columns, and two narrow columns so close that the
reader takes them for one: "Region Revenue" over "Europe $1.8M".
"""

from __future__ import annotations

import re

from ingestion.tables import is_numeric

Rows = tuple[tuple[str, ...], ...]

_DATE = re.compile(r"\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})|(?:19|20)\d\d(?:[-–/]\d{2,4})?|(?:FY|Q)\s?\d{1,4}", re.I)
_PARTS = 6  # columns that may be fused in one
_LEAST = 2  # rows that must show it


def parted_heads(rows: Rows, heads: int) -> Rows:
    """Return the rows with each head that holds several dates, over a multiple of columns, set over its own of them.

    >>> parted_heads((("", "2009 2010", "2009 2010"), ("a", "1", "2")), 1)[0]
    ('', '2009', '2010')
    """
    return tuple(_parted_head(row) if at < heads else row for at, row in enumerate(rows))


def _parted_head(row: tuple[str, ...]) -> tuple[str, ...]:
    cells = list(row)
    column = 0
    while column < len(cells):
        end = column + 1
        while end < len(cells) and cells[end] == cells[column]:
            end += 1
        dates = _DATE.findall(cells[column])
        spanned = end - column
        if len(dates) > 1 and spanned % len(dates) == 0 and not _DATE.sub("", cells[column]).strip(" ,;|"):
            each = spanned // len(dates)
            cells[column:end] = [date for date in dates for _ in range(each)]
        column = end
    return tuple(cells)


def part_fused(rows: Rows, heads: int) -> Rows:
    """Return the rows with columns parted whose head has as many words as each cell below it has values.

    >>> part_fused((("Region Revenue", "Growth"), ("Asia Pacific $3.2M", "+35%"), ("Europe $1.8M", "+22%")), 1)[1]
    ('Asia Pacific', '$3.2M', '+35%')
    """
    if heads < 1 or len(rows) < heads + _LEAST:
        return rows
    counts = [_fused(rows, heads, column) for column in range(len(rows[0]))]
    if all(count == 1 for count in counts):
        return rows
    parted = []
    for at, row in enumerate(rows):
        cells: list[str] = []
        for cell, count in zip(row, counts, strict=True):
            cells += _parts(cell, count) if at >= heads - 1 else [cell] * count
        parted.append(tuple(cells))
    return tuple(parted)


def _fused(rows: Rows, heads: int, column: int) -> int:
    """Return how many columns stand in one: the words of its last head, where each cell ends in one value fewer."""
    count = len(rows[heads - 1][column].split())
    cells = [row[column] for row in rows[heads:] if row[column]]
    if not 2 <= count <= _PARTS or len(cells) < _LEAST:
        return 1
    return count if all(_is_fused(cell, count) for cell in cells) else 1


def _is_fused(cell: str, count: int) -> bool:
    parts = _parts(cell, count)
    alone = all(is_numeric(part) or re.fullmatch(r"[$€£+−-]?\d[\d.,]*\s?[%A-Za-z]{0,2}", part) for part in parts[1:])
    first = parts[0]
    return len(cell.split()) >= count and alone and bool(first) and (is_numeric(first) or not _ends_in_number(first))


def _ends_in_number(text: str) -> bool:
    return any(c.isdecimal() for c in text)


def _parts(cell: str, count: int) -> list[str]:
    """Return a cell's last words one by one behind the rest of it; blanks behind a cell of too few."""
    if count == 1:
        return [cell]
    words = cell.rsplit(maxsplit=count - 1)
    return words + [""] * (count - len(words))
