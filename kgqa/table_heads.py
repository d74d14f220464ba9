"""Rows of heads that are titles of a table, and head no column of their own."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.document import Table
from ingestion.tables import is_numeric

_MOSTLY = 0.5  # share of a column's cells that are numbers, beyond which it holds no names


def titles_of(table: Table) -> set[int]:
    """Return the rows of heads that are a title over the heads below."""
    texts = name_columns(table) if table.header_rows > 1 else ()
    return {
        at for at in range(table.header_rows) if _is_title(table.header, at) or _is_sheet_title(table.header, at, texts)
    }


def title_of(table: Table) -> str:
    """Return what the rows of heads say that are titles of a table: it is said of all of it, as a caption is."""
    said = [cell for at in sorted(titles_of(table)) for cell in table.header[at] if cell]
    return " ".join(dict.fromkeys(said))


def name_columns(table: Table) -> tuple[int, ...]:
    """Return the first columns of a table whose cells are words: the labels, and the names beside them."""
    names: list[int] = []
    for column in range(len(table.rows[0]) if table.rows else 0):
        cells = [row[column] for row in table.body if row[column]]
        if column and (not cells or sum(map(is_numeric, cells)) > _MOSTLY * len(cells)):
            break
        names.append(column)
    return tuple(names)


def _is_title(header: Sequence[Sequence[str]], row: int) -> bool:
    """Return whether a row of heads is one text above the heads of all columns, that of the labels as well."""
    if row + 1 >= len(header) or len({cell for cell in header[row] if cell}) != 1:
        return False
    return bool(header[row][0] and header[row + 1][0]) and header[row][0] != header[row + 1][0]


def _is_sheet_title(header: Sequence[Sequence[str]], row: int, names: Sequence[int]) -> bool:
    """Return whether a row of heads is one text over columns of `names` and of numbers alike: a sheet's title.

    What heads a measure stands over the columns of its numbers alone.
    """
    if row + 1 >= len(header) or len({cell for cell in header[row] if cell}) != 1:
        return False
    over = [column for column, cell in enumerate(header[row]) if cell]
    told = len({cell for cell in header[row + 1] if cell}) > 2 and all(header[row + 1][column] for column in over)
    return told and len(over) > len(names) and not {*names}.isdisjoint(over)
