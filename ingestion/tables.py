"""Grids of cells -> tables: rows of strings, heads, markdown, and words for search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from ingestion.blocks import Block, Line, RawTable
from ingestion.document import Table
from ingestion.markdown import MarkdownWriter

_LEADERS = re.compile(r"(?:\s*[.·…]){3,}\s*$|(?:\s\.)+\s*$")
_SCALES = {
    1e3: r"thousand|tausend|tsd\.?|mill?iers|mila",
    1e6: r"millions?|million(?:en)?|mio\.?|millón|millones|milion[ei]",
    1e9: r"billions?|milliard(?:en?|s)?|mrd\.?|miliard[oi]",
}
_SCALE = re.compile(
    r"\d\s?(?:" + "|".join(f"(?P<e{i}>{words})" for i, words in enumerate(_SCALES.values())) + r")\b", re.I
)
_NUMERIC = re.compile(
    r"[-–+±*$€£(\[<>~≈!#]*\s*[(]?\d[\d,.\s]*(?:[%)\]*†‡a-z]{0,3}|\s*\(.*\)|\s?(?i:" + "|".join(_SCALES.values()) + "))$"
)
_MARGIN = re.compile(r"(?<=\d)\s*(?:±|\+/[-–]|\+[-–])\s*\d*[.,]?\d+%?$")  # "3.22 ± .09"
_TOTAL = re.compile(r"\W*(?:grand |sub-?)?totals?\b,?(.*)", re.I)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MOSTLY_WHOLE = 0.8  # share of the rows with values that have most of their cells filled
_PLAIN_CHARS = 4000
_PAGE_AT_END = re.compile(r"(?:^|[\s.·…])(\d{1,4}|[ivxlc]{1,6})$")
_DOTS = re.compile(r"(?:[.·…]\s?){4,}")


def raw_table_to_rows(raw: RawTable) -> tuple[tuple[str, ...], ...]:
    """Return the grid as strings; a cell that spans several is repeated in each that it covers.

    Rows and columns without any word are left out.
    """
    grid = [[""] * raw.column_count for _ in range(raw.row_count)]
    for cell in raw.cells:
        text = cell_text(cell.lines)
        for row in range(cell.row, min(cell.row + cell.row_span, raw.row_count)):
            for column in range(cell.column, min(cell.column + cell.column_span, raw.column_count)):
                grid[row][column] = text
    columns = word_columns(raw)
    return tuple(tuple(row[i] for i in columns) for row in grid if any(row))


def word_columns(raw: RawTable) -> list[int]:
    """Return the columns that hold words, without those that only a phrase over them and another column reaches.

    A bar of a colour down the left side of a timetable is such a column, below the head of the stations' names.
    """
    filled = [cell for cell in raw.cells if cell.lines]
    spans = [range(cell.column, min(cell.column + cell.column_span, raw.column_count)) for cell in filled]
    own = {span[0] for span in spans if len(span) == 1}
    covered = {column for span in spans for column in span}
    needed = {column for span in spans if own.isdisjoint(span) for column in span}
    return sorted(covered & (own | needed))


def cell_text(lines: Sequence[Line]) -> str:
    """Return a cell's words as plain text, without the dots that lead to the next column."""
    text = unicodedata.normalize("NFKC", " ".join(line.text for line in lines))
    return _LEADERS.sub("", " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())).strip()


def is_contents(raw: RawTable) -> bool:
    """Return whether a grid is a page of contents: its rows end in page numbers that never fall, led to by dots.

    Where there are no dots, the numbers of sections must show it.
    """
    rows: dict[int, list[str]] = {}
    for cell in sorted(raw.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.lines:
            rows.setdefault(cell.row, []).append(" ".join(line.text for line in cell.lines))
    ends = [match for cells in rows.values() if len(cells) > 1 and (match := _PAGE_AT_END.search(cells[-1]))]
    if len(ends) < 4 or len(ends) < 0.8 * len(rows):
        return False
    numbers = [int(match[1]) for match in ends if match[1].isdecimal()]
    if sum(a > b for a, b in pairwise(numbers)) > 0.1 * len(numbers):
        return False
    dots = sum(any(_DOTS.search(cell) for cell in cells) for cells in rows.values())
    parts = sum(bool(re.match(r"\d+(?:\.\d+)+\b", cells[0])) for cells in rows.values())
    return dots > 0.25 * len(rows) or parts > 0.25 * len(rows)


def is_numeric(text: str) -> bool:
    """Return whether a cell holds a number, with or without its sign, unit, scale, margin or mark.

    >>> is_numeric("49.85%"), is_numeric("**12,760"), is_numeric("2 million"), is_numeric("Table 2"), is_numeric("(X)")
    (True, True, True, False, False)
    """
    return bool(_NUMERIC.match(_MARGIN.sub("", text.strip())))


def scale_of(text: str) -> float:
    """Return what a cell's number is to be multiplied by: 1,000,000 for "2 million", 1 for most.

    >>> scale_of("2 million"), scale_of("1,5 Mrd."), scale_of("20 miles")
    (1000000.0, 1000000000.0, 1.0)
    """
    match = _SCALE.search(text)
    return 1.0 if match is None else list(_SCALES)[int(str(match.lastgroup)[1:])]


def column_labels(table: Table) -> list[str]:
    """Return each column's heads joined from the top down, repeats left out."""
    labels = []
    for column in range(len(table.rows[0]) if table.rows else 0):
        parts: list[str] = []
        for row in table.header:
            if row[column] and row[column] not in parts:
                parts.append(row[column])
        labels.append(" ".join(parts))
    return labels


def column_names(table: Table) -> list[str]:
    """Return each column's last head, with those above it where it alone is a unit or a count in brackets."""
    if not table.header:
        return []
    whole = column_labels(table)
    return [whole[i] if _BRACKETED.fullmatch(head) else head for i, head in enumerate(table.header[-1])]


def group_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return for each row the name by which it heads those below it, "" for a row that heads none.

    Such a row is one text alone, over its first cell or over several. A number or code before the text does where the
    table's rows have either nothing behind these two or most cells filled, as accounts have.
    """
    values = [row for row in rows if any(row[2:])]
    whole = sum(2 * sum(map(bool, row[2:])) >= len(row[2:]) for row in values)
    coded = len(values) > 1 and whole >= _MOSTLY_WHOLE * len(values)
    return [_group_name(row, coded=coded) for row in rows]


def _group_name(row: Sequence[str], *, coded: bool) -> str:
    filled = {cell for cell in row if cell}
    if len(row) > 1 and (not any(row[1:]) or len(set(row)) == 1 or (len(row) > 3 and filled == {row[0]})):
        return row[0]
    code = coded and len(row) > 3 and any(c.isdecimal() for c in row[0]) and not any(row[2:])
    return row[1] if code and any(c.isalpha() for c in row[1]) and not is_numeric(row[1]) else ""


def row_labels(table: Table) -> list[str]:
    """Return the label of each body row: its first cell, with the head of its group where rows are grouped.

    A row whose other cells are empty, or repeat its first, heads the rows below it, down to the one that says their
    total: "Total receipts" ends "Receipts of the state:".
    """
    labels: list[str] = []
    group = ""
    for row, name in zip(table.body, group_names(table.body), strict=True):
        first = row[0] if row else ""
        if name:
            group = name
            labels.append(first)
        else:
            labels.append(f"{group} {first}".strip() if group else first)
            if _is_total_of(first, group):
                group = ""
    return labels


def _is_total_of(label: str, group: str) -> bool:
    """Return whether a label says the total of the rows that a group's name heads."""
    match = _TOTAL.match(label)
    words = re.findall(r"\w{4,}", group.casefold())
    return match is not None and not set(match[1].casefold().split()).isdisjoint(words)


def write_table(writer: MarkdownWriter, block: Block) -> None:
    """Write a table block: as pipes, or as HTML where a cell with words spans several columns or rows."""
    if block.table is None:
        raise ValueError("write_table takes a block with a grid")
    if any(cell.lines and (cell.column_span > 1 or cell.row_span > 1) for cell in block.table.cells):
        _write_html(writer, block.table)
    else:
        _write_pipes(writer, block.table)


def _write_html(writer: MarkdownWriter, raw: RawTable) -> None:
    """Write a grid as one block of HTML, a line a row; rows and columns without words are left out."""
    filled = [cell for cell in raw.cells if cell.lines]
    rows = sorted({r for cell in filled for r in range(cell.row, cell.row + cell.row_span)})
    columns = word_columns(raw)
    writer.mark("<table>")
    for row in rows:
        tag = "th" if row < raw.header_rows else "td"
        writer.mark("\n<tr>")
        for cell in sorted((cell for cell in raw.cells if cell.row == row), key=lambda cell: cell.column):
            width = sum(cell.column <= c < cell.column + cell.column_span for c in columns)
            height = sum(cell.row <= r < cell.row + cell.row_span for r in rows)
            if not width:
                continue
            spans = (f' colspan="{width}"' if width > 1 else "") + (f' rowspan="{height}"' if height > 1 else "")
            writer.mark(f"<{tag}{spans}>")
            writer.html(cell.lines)
            writer.mark(f"</{tag}>")
        writer.mark("</tr>")
    writer.mark("\n</table>")


def _write_pipes(writer: MarkdownWriter, raw: RawTable) -> None:
    """Write a grid without spans as a pipe table."""
    at = {(cell.row, cell.column): cell for cell in raw.cells}
    covered = [
        {
            column
            for cell in raw.cells
            for column in range(cell.column, cell.column + cell.column_span)
            if cell.lines and cell.row == row
        }
        for row in range(raw.row_count)
    ]
    columns = sorted(set().union(*covered)) if covered else []
    first = True
    for row in range(raw.row_count):
        if not covered[row]:
            continue
        writer.mark("|" if first else "\n|")
        for column in columns:
            cell = at.get((row, column))
            writer.mark(" ")
            if cell is not None and cell.lines:
                writer.lines(cell.lines, block_start=False)
                writer.mark(" ")
            writer.mark("|")
        if first:
            writer.mark("\n|" + " --- |" * len(columns))
            first = False


def table_plain(caption: str, rows: Sequence[Sequence[str]]) -> str:
    """Return a table's words for search: its caption, then its rows; at most about 4,000 characters."""
    lines = []
    for row in rows:
        cells = [cell for i, cell in enumerate(row) if cell and (i == 0 or cell != row[i - 1])]
        lines.append(" ".join(cells))
    body = "; ".join(line for line in lines if line)
    return f"{caption}{'. ' if caption and not caption.endswith('.') else ' '}{body}".strip()[:_PLAIN_CHARS]
