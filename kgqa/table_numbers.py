"""The numbers in a table's cells, by the way in which the table as a whole writes them.

"2.673,3" tells that commas are decimal points in all of a table, so "6,378" in it is no six thousand. Accounts write
what is lost or fell in brackets; a small number in brackets is below zero under a head of what changes or is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_COMMA = re.compile(r"\d,(?:\d{1,2}|\d{4,})(?!\d)|\d\.\d{3},\d")  # no group of thousands is so long
_POINT = re.compile(r"\d\.(?:\d{1,2}|\d{4,})(?!\d)|\d,\d{3}(?:\.\d|,\d{3})")
_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_OFTEN = 0.25  # share of the cells with digits that must be written with a comma
_BRACKETED = re.compile(r"\(\s*([$€£]?\s*\d[\d.,]*\s?%?)\s*\)")
_CHANGES = re.compile(
    r"\b(?:var|variation|chg|change[sd]?|growth|diff|difference|balance|net|surplus|deficit|profit|loss|gain|income|"
    r"increase|decrease|result|margin|departure|deviation)\b|Δ|±",
    re.I,
)


def commas_are_points(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a table's numbers have commas before their decimals.

    >>> commas_are_points([("Rye", "2,3"), ("Oat", "153,0"), ("Soy", "25.042,2")])
    True
    """
    cells = [cell for row in rows for cell in row if any(c.isdecimal() for c in cell)]
    commas = sum(_COMMA.search(cell) is not None for cell in cells)
    return commas > 1 and commas >= _OFTEN * len(cells) and not any(map(_POINT.search, cells))


def changes(text: str) -> bool:
    """Return whether a head or caption says that what falls is below zero: a change, a balance, a profit."""
    return _CHANGES.search(text) is not None


def plain_number(text: str) -> str:
    """Return a cell written with decimal commas as one written with decimal points: "25.042,2" as "25042.2"."""
    return _THOUSANDS.sub("", text).replace(",", ".")


def numbers_of(
    body: Sequence[Sequence[str]], heads: Sequence[str], to_number: Callable[[str], float | None]
) -> list[list[float | None]]:
    """Return what each cell holds as a number, by the table's own way of writing them."""
    commas = commas_are_points(body)
    falls = [changes(head) and _is_mixed(body, column) for column, head in enumerate(heads)]
    numbers = []
    for row in body:
        plain = [plain_number(cell) if commas else cell for cell in row]
        below = [match[1] if (match := _BRACKETED.fullmatch(cell)) else "" for cell in plain]
        numbers.append([
            -abs(number) if column < len(falls) and falls[column] and lost and (number := to_number(lost)) is not None
            else to_number(cell)
            for column, (cell, lost) in enumerate(zip(plain, below, strict=True))
        ])  # fmt: skip
    return numbers


def _is_mixed(body: Sequence[Sequence[str]], column: int) -> bool:
    """Return whether some numbers of a column of labelled rows stand in brackets, and others do not."""
    cells = [row[column] for row in body if row[0] and any(c.isdecimal() for c in row[column])]
    inside = sum(_BRACKETED.fullmatch(cell) is not None for cell in cells)
    return 0 < inside < len(cells)
