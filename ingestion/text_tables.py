"""Tables that a page draws with characters -> their rows: bars between the cells, or rules of dashes below the heads.

Consoles print tables so, and manuals show what they print, as a listing or as text that the table finder takes for a
grid of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_RULES = re.compile(r"\+?(?:[-=]{3,}\+)+(?:[-=]+)?|[-=_]{5,}")  # "+-----+-----+", "=========="
_RULE_CELL = re.compile(r"[-=_+|\s]{3,}$")
_DASHES = re.compile(r"\s*[-=]{2,}(?:\s+[-=]{2,})+\s*$")
_BAR_LINE = re.compile(r"\s*(?:\||\+[-=])")
_BETWEEN = re.compile(r"(?<=\S) *\| +(?=\S)")  # of two cells: "2000| BOX" as well
_BARRED = 0.6  # share of a grid's rows that begin with a bar
_INNER_BARS = 2  # between the cells of a line that has none around it
_HEAD_LINES = 2  # above a rule of dashes, at most


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table inside of a text: its lines are `text[start:end]`."""

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]
    header_rows: int
    row_starts: tuple[int, ...] = ()  # where each row's line begins in the text, of a table without a frame


def part_bars(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return a grid's rows without those that are rules, and parted at the bars that are drawn between its cells.

    >>> part_bars([("+---+---+ | id", "| name | +---+---+"), ("| 1 |", "ant |"), ("| 2 |", "bee |")])
    (('id', 'name'), ('1', 'ant'), ('2', 'bee'))
    """
    kept = [row for row in rows if not _is_rule(row)]
    lines = [_RULES.sub(" ", " ".join(filter(None, row))).strip() for row in kept]
    barred = [line for line in lines if line.startswith("|")]
    parted = [_at_bars(line) for line in lines]
    widths = {len(cells) for cells in parted}
    if len(barred) <= max(1, _BARRED * len(lines)) or len(widths) != 1:
        return tuple(kept)
    columns = [c for c in range(widths.pop()) if any(cells[c] for cells in parted)]
    return tuple(tuple(cells[c] for c in columns) for cells in parted) if len(columns) > 1 else tuple(kept)


def _is_rule(row: Sequence[str]) -> bool:
    cells = [cell for cell in row if cell]
    return bool(cells) and all(_RULE_CELL.match(cell) and re.search(r"[-=_]{3}", cell) for cell in cells)


def _at_bars(line: str) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in line.strip().strip("|").split("|"))


def text_tables(text: str) -> list[TextTable]:
    """Return the tables of a listing in their order."""
    lines: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    found: list[TextTable] = []
    row = 0
    while row < len(lines):
        table = _barred_from(lines, row) or _ruled_at(lines, row) or _parted_from(lines, row)
        if table is not None:
            found.append(table)
        row += 1
        while table is not None and row < len(lines) and lines[row][0] < table.end:
            row += 1
    return found


def _barred_from(lines: Sequence[tuple[int, str]], first: int) -> TextTable | None:
    """Return the table whose first line, a rule or a row between bars, is the one given."""
    last = first
    while last < len(lines) and _BAR_LINE.match(lines[last][1]):
        last += 1
    own = [line for _, line in lines[first:last]]
    rows = [_at_bars(line) for line in own if line.strip().startswith("|") and not _is_rule((line.strip(),))]
    if len(rows) < 3 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2 or len(rows) == len(own):
        return None
    return TextTable(lines[first][0], lines[last - 1][0] + len(own[-1]), tuple(rows), 1)


def _parted_from(lines: Sequence[tuple[int, str]], first: int) -> TextTable | None:
    """Return the table whose heads, with bars between them and none around, are the line given.

    A line with fewer bars, the first before any word, is a note to the row above, and part of none.
    """
    bars = len(_BETWEEN.findall(lines[first][1].strip()))
    if bars < _INNER_BARS or lines[first][1].strip().startswith("|"):
        return None
    rows: list[tuple[str, ...]] = []
    starts: list[int] = []
    last = first
    for at in range(first, len(lines)):
        line = lines[at][1].strip()
        if _is_rule((line,)):
            continue
        if len(cells := _BETWEEN.split(line)) == bars + 1 and not line.startswith("|"):
            rows.append(tuple(" ".join(cell.split()) for cell in cells))
            starts.append(lines[at][0])
        elif not (line.startswith("|") and len(rows) > 1):
            break
        last = at
    if len(rows) < 3:
        return None
    return TextTable(lines[first][0], lines[last][0] + len(lines[last][1]), tuple(rows), 1, tuple(starts))


def _ruled_at(lines: Sequence[tuple[int, str]], at: int) -> TextTable | None:
    """Return the table whose heads are underlined by a line of dashes, the one given: a run of dashes a column."""
    if not _DASHES.match(lines[at][1]):
        return None
    runs = [match.span() for match in re.finditer(r"[-=]+", lines[at][1])]
    heads: list[tuple[str, ...]] = []
    for _, line in reversed(lines[max(0, at - _HEAD_LINES) : at]):
        cells = _in_columns(line, runs)
        if cells is None or line.rstrip().endswith(":") or not any(cells) or (not heads and not all(cells)):
            break
        heads.insert(0, cells)
    body: list[tuple[str, ...]] = []
    for _, line in lines[at + 1 :]:
        cells = _in_columns(line, runs)
        if cells is None or not any(cells) or _DASHES.match(line):
            break
        body.append(cells)
    if not heads or len(body) < 2:
        return None
    last = at + len(body)
    whole = tuple(" ".join(filter(None, cells)) for cells in zip(*heads, strict=True))  # "Page" over "Size" is one head
    return TextTable(lines[at - len(heads)][0], lines[last][0] + len(lines[last][1]), (whole, *body), 1)


def _in_columns(line: str, runs: Sequence[tuple[int, int]]) -> tuple[str, ...] | None:
    """Return a line's words by the run of dashes that they stand over or under; None where one reaches over two."""
    cells: list[list[str]] = [[] for _ in runs]
    for match in re.finditer(r"\S+", line):
        over = [k for k, (start, end) in enumerate(runs) if match.start() < end and match.end() > start]
        if len(over) > 1:
            return None
        middle = (match.start() + match.end()) / 2
        nearest = min(range(len(runs)), key=lambda k: max(runs[k][0] - middle, middle - runs[k][1]))
        cells[over[0] if over else nearest].append(match[0])
    return tuple(" ".join(cell) for cell in cells)
