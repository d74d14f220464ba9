"""Tables that only the places of their words show -> grids, for scans, where the layout model takes some for text.

Rows whose words leave the same gaps free, one below the other, make columns (Kieninger and Dengel, "The T-Recs table
recognition system", DAS 1998). Much else leaves common gaps: columns of running text, lists, forms, contents pages,
names side by side under a title. A table that is missed is read as text; text that is taken for a table is torn apart.
So whatever may be one of these is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines

_WIDE = 1.0  # of a line's height: a gap between two words from which they may stand in two cells
_NARROW = 0.5  # of a line's height: the least gap that parts two columns where most rows leave it free
_APART = 2.2  # of a line's height: white space between rows beyond which a table ends
_FREE = 0.85  # share of the rows that leave the gap between two columns free
_LEAST_ROWS = 3
_PAIR = 2  # parts of a row that is a name and what it has
_FULL = 0.25  # share of the rows from which those with more parts than a pair show the columns
_LEAST_FILLED = 0.55  # share of the cells that hold words
_ALIGNED = 0.7  # share of a column's cells that begin, end or are centred at one place
_PROSE_WORDS = 5.0  # words a cell from which two columns beside each other are running text
_TEXTS = ("text", "list-item", "heading", "title", "code", "footnote")
_MARKER = re.compile(r"\W{1,2}|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.,)]|\[\d{1,3}\]|[eo]")
_PAGES = re.compile(r".*[^\d\s],?\s+\d{1,4}(?:[-–, ]+\d{1,4})*$")
_REFERENCE = re.compile(r"\[[\w+.-]{1,12}\]?(?:\s.*)?")
_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?")
_RULE = re.compile(r"[|\[\]_—–=~:;.,'‘’\"]+")


@dataclass(frozen=True, slots=True)
class _Row:
    """The words of one line, parted where the gaps are wide."""

    parts: tuple[Line, ...]
    y0: float
    y1: float


def find_aligned_tables(
    words: Sequence[Word], regions: Sequence[Region], *, apart: float = _APART, spanned: bool = False
) -> dict[Box, RawTable]:
    """Return the grids that a page's words make, by their boxes; words of tables, pictures and captions are left out.

    A page without one gives an empty dict. `apart` is the white space between rows, in heights of a line, beyond which
    a table ends. With `spanned`, what holds for all columns may cover several of them.
    """
    free, closed = _free_words(words, regions)
    if len(free) < 2 * _LEAST_ROWS:
        return {}
    height = median(word.box.height for word in free)
    rows = [_to_row(line, height) for line in words_to_lines(free)]
    return dict(grid for block in _blocks(rows, closed, height, apart) for grid in _grids(block, height, spanned))


def make_room(regions: Sequence[Region], tables: Sequence[Box]) -> tuple[Region, ...]:
    """Return the regions without what the tables cover; one that reaches beyond a table is cut above and below it."""
    for table in tables:
        regions = [piece for region in regions for piece in _around(region, table)]
    return tuple(regions)


def _around(region: Region, table: Box) -> Iterator[Region]:
    box = region.box
    if region.kind not in _TEXTS or box.overlap(table) == 0:
        yield region
        return
    across = min(box.x1, table.x1) - max(box.x0, table.x0)
    if across < 0.5 * box.width:
        yield region
        return
    if table.y0 - box.y0 > 2:
        yield Region(region.kind, Box(box.x0, box.y0, box.x1, table.y0 - 1))
    if box.y1 - table.y1 > 2:
        yield Region(region.kind, Box(box.x0, table.y1 + 1, box.x1, box.y1))


def _free_words(words: Sequence[Word], regions: Sequence[Region]) -> tuple[list[Word], list[Box]]:
    """Return the words that may stand in a table, and the regions that none can reach over.

    These are other floats, headings, and running text and lists.
    """
    closed = [region.box for region in regions if region.kind not in _TEXTS]
    texts = [region for region in regions if region.kind in _TEXTS]
    inside: list[list[Word]] = [[] for _ in texts]
    free: list[Word] = []
    for word in words:
        if any(_centre_in(word.box, box) for box in closed):
            continue
        homes = [i for i, region in enumerate(texts) if _centre_in(word.box, region.box)]
        if homes:
            inside[min(homes, key=lambda i: texts[i].box.width * texts[i].box.height)].append(word)
        else:
            free.append(word)
    for region, group in zip(texts, inside, strict=True):
        if _is_running(group, region):
            closed.append(region.box)
        else:
            free += group
    return free, closed


def _is_running(words: Sequence[Word], region: Region) -> bool:
    """Return whether a region's words are running text, a heading or items of a list: no lines in a row have gaps."""
    if not words:
        return False
    height = median(word.box.height for word in words)
    lines = words_to_lines(words)
    parted = [len(_to_row(line, height).parts) > 1 for line in lines]
    longest = max((len(list(run)) for gaps, run in groupby(parted) if gaps), default=0)
    if longest >= _LEAST_ROWS or sum(parted) >= 0.4 * len(lines):
        return False
    long = any(len(line.words) > _PROSE_WORDS for line in lines)
    return len(lines) > 1 or long or region.kind in ("heading", "title")


def _to_row(line: Line, height: float) -> _Row:
    """Part a line where its gaps are wide; a bullet or a number of a list stays with what follows it."""
    parts: list[list[Word]] = []
    for word in line.words:
        if parts:
            last = parts[-1]
            marked = len(parts) == 1 and len(last) == 1 and _MARKER.fullmatch(last[0].text)
            if marked or word.box.x0 - last[-1].box.x1 < _WIDE * height:
                last.append(word)
                continue
        parts.append([word])
    lines = tuple(Line.of(part) for part in parts if not all(_RULE.fullmatch(word.text) for word in part)) or (line,)
    return _Row(lines, line.box.y0, line.box.y1)


def _blocks(rows: Sequence[_Row], closed: Sequence[Box], height: float, apart: float) -> Iterator[list[_Row]]:
    """Yield runs of rows close below each other, nothing else between, in which at most one in a row is not parted."""
    block: list[_Row] = []
    for row in rows:
        single = len(row.parts) < 2
        if block and (
            row.y0 - max(other.y1 for other in block[-2:]) > apart * height
            or (single and len(block[-1].parts) < 2)
            or (single and len(row.parts[0].words) > 2 * _PROSE_WORDS)
            or any(_is_between(box, block[-1], row) for box in closed)
        ):
            yield _trimmed(block)
            block = []
        if block or not single:
            block.append(row)
    yield _trimmed(block)


def _trimmed(block: list[_Row]) -> list[_Row]:
    while block and len(block[-1].parts) < 2:
        block = block[:-1]
    return block


def _grids(block: list[_Row], height: float, spanned: bool) -> Iterator[tuple[Box, RawTable]]:
    """Yield a block's grid with its box; where it makes none, those of its parts above and below its widest space."""
    if len(block) < _LEAST_ROWS:
        return
    grid = _to_grid(block, height, spanned)
    if grid is not None:
        yield grid
        return
    gaps = [below.y0 - above.y1 for above, below in pairwise(block)]
    cut = gaps.index(max(gaps)) + 1
    for half in (block[:cut], block[cut:]):
        while half and len(half[0].parts) < 2:
            half = half[1:]
        yield from _grids(_trimmed(half), height, spanned)


def _is_between(box: Box, above: _Row, below: _Row) -> bool:
    left = min(part.box.x0 for row in (above, below) for part in row.parts)
    right = max(part.box.x1 for row in (above, below) for part in row.parts)
    beside = min(box.x1, right) - max(box.x0, left) > 0
    return beside and above.y0 < (box.y0 + box.y1) / 2 < below.y1 and box.y0 >= above.y1 - 2 and box.y1 <= below.y0 + 2


def _columns(block: Sequence[_Row], height: float, spanned: bool) -> list[tuple[float, float]]:
    """Return left and right of the columns whose gaps most of the parted rows leave free.

    With `spanned`, and where enough rows have three parts or more, these alone say it.
    """
    rows = [row for row in block if len(row.parts) > 1]
    full = [row for row in rows if len(row.parts) > _PAIR] if spanned else []
    rows = full if len(full) >= max(_LEAST_ROWS, _FULL * len(rows)) else rows
    left = min(part.box.x0 for row in rows for part in row.parts)
    right = max(part.box.x1 for row in rows for part in row.parts)
    step = height / 8
    count = max(1, int((right - left) / step) + 1)
    ink = [0] * count
    for row in rows:
        taken: set[int] = set()
        for part in row.parts:
            for word, following in zip(part.words, [*part.words[1:], None], strict=True):
                close = following is not None and following.box.x0 - word.box.x1 < _NARROW * height
                end = following.box.x0 if following is not None and close else word.box.x1
                taken.update(range(int((word.box.x0 - left) / step), int((end - left) / step) + 1))
        for at in taken:
            if 0 <= at < count:
                ink[at] += 1
    most = (1 - _FREE) * len(rows)
    columns: list[tuple[float, float]] = []
    at = 0
    for filled, run in groupby(ink, key=lambda n: n > most):
        width = len(list(run))
        start, end = left + at * step, left + (at + width) * step
        at += width
        if filled and columns and start - columns[-1][1] < _NARROW * height:
            columns[-1] = (columns[-1][0], end)
        elif filled:
            columns.append((start, end))
    return columns


def _to_grid(block: Sequence[_Row], height: float, spanned: bool) -> tuple[Box, RawTable] | None:
    """Return a block as a grid with its box; None where it may be anything else than a table."""
    columns = _columns(block, height, spanned)
    rows = _joined_rows([_to_places(row, columns) for row in block], block)
    if len(columns) < 2 or len(rows) < _LEAST_ROWS or not _is_table(rows, columns, height):
        return None
    cells: list[Cell] = []
    for r, places in enumerate(rows):
        for (first, last), lines in _with_gaps(places, len(columns)):
            box = Box.around(line.box for line in lines) if lines else Box(0.0, 0.0, 0.0, 0.0)
            cells.append(Cell(r, first, 1, last - first + 1, lines, box))
    box = Box.around(cell.box for cell in cells if cell.lines)
    return Box(box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1), RawTable(len(rows), len(columns), tuple(cells))


_Places = dict[tuple[int, int], tuple[Line, ...]]
"""Lines by the first and last column that they cover."""


def _to_places(row: _Row, columns: Sequence[tuple[float, float]]) -> _Places:
    """Put a row's parts into columns; one that reaches over several is parted at their edges where it can be."""
    places: dict[tuple[int, int], list[Word]] = {}
    for part in row.parts:
        groups: dict[int, list[Word]] = {}
        for word in part.words:
            groups.setdefault(_column_of(word.box, columns), []).append(word)
        spans = _spans(part, columns)
        if len(spans) > 1 and any(_straddles(word.box, columns) for word in part.words):
            key = (spans[0], spans[-1])
            places.setdefault(key, []).extend(part.words)
            continue
        for column, words in groups.items():
            places.setdefault((column, column), []).extend(words)
    return {key: (Line.of(words),) for key, words in _apart(places).items()}


def _apart(places: dict[tuple[int, int], list[Word]]) -> dict[tuple[int, int], list[Word]]:
    """Join what covers the same column."""
    result: dict[tuple[int, int], list[Word]] = {}
    for (first, last), words in sorted(places.items()):
        if result:
            key = next(reversed(result))
            if first <= key[1]:
                result[key[0], max(key[1], last)] = result.pop(key) + words
                continue
        result[first, last] = list(words)
    return result


def _spans(part: Line, columns: Sequence[tuple[float, float]]) -> list[int]:
    return [i for i, (x0, x1) in enumerate(columns) if min(part.box.x1, x1) - max(part.box.x0, x0) > 0.0]


def _straddles(box: Box, columns: Sequence[tuple[float, float]]) -> bool:
    """Return whether a word reaches over the middle of a gap between two columns."""
    return any(box.x0 < (a[1] + b[0]) / 2 < box.x1 for a, b in pairwise(columns))


def _column_of(box: Box, columns: Sequence[tuple[float, float]]) -> int:
    middle = (box.x0 + box.x1) / 2
    return min(range(len(columns)), key=lambda i: max(columns[i][0] - middle, middle - columns[i][1], 0.0))


def _joined_rows(rows: Sequence[_Places], block: Sequence[_Row]) -> list[_Places]:
    """Join lines that go on a cell of the row above: close below it, without a first cell and without numbers."""
    pitches = [below.y0 - above.y0 for above, below in pairwise(block)]
    joined: list[_Places] = [dict(rows[0])] if rows else []
    spaced = bool(pitches) and max(pitches) > 1.25 * min(pitches)
    for places, pitch in zip(rows[1:], pitches, strict=True):
        goes_on = (
            len(joined) > 1
            and spaced
            and pitch < 1.15 * min(pitches)
            and (0, 0) not in places
            and all(key in joined[-1] for key in places)
            and not any(_has_digit(lines) for lines in places.values())
        )
        if goes_on:
            for key, lines in places.items():
                joined[-1][key] = joined[-1][key] + lines
        else:
            joined.append(dict(places))
    return joined


def _with_gaps(places: _Places, count: int) -> Iterator[tuple[tuple[int, int], tuple[Line, ...]]]:
    """Yield the cells of a row from left to right, an empty one for each column that nothing covers."""
    at = 0
    for (first, last), lines in sorted(places.items()):
        for column in range(at, first):
            yield (column, column), ()
        yield (first, last), lines
        at = last + 1
    for column in range(at, count):
        yield (column, column), ()


def _is_table(rows: Sequence[_Places], columns: Sequence[tuple[float, float]], height: float) -> bool:
    """Return whether rows and columns can be nothing but a table."""
    by_column = [[places[c, c] for places in rows if (c, c) in places] for c in range(len(columns))]
    if any(len(cells) < max(2, 0.25 * len(rows)) for cells in by_column):
        return False
    if sum(map(len, by_column)) < _LEAST_FILLED * len(rows) * len(columns):
        return False
    texts = [[" ".join(line.text for line in cell) for cell in cells] for cells in by_column]
    bodies = [column[1:] if len(column) > 2 else column for column in texts]
    numeric = [sum(any(c.isdecimal() for c in text) for text in body) > 0.5 * len(body) for body in bodies]
    if any(sum(text.endswith(":") for text in body) > 0.4 * len(body) for body in bodies):
        return False  # a form
    if any(_share(_RULE, column) > 0.5 or _share(_REFERENCE, column) > 0.4 for column in texts):
        return False  # dots that lead to a page, literature
    if sum(_share(_PAGES, body) > 0.5 for body in bodies) > len(bodies) / 2 or _counts_up(texts):
        return False  # an index, a page of contents
    if all(_share(_MARKER, [text.split()[0] for text in body]) > 0.5 for body in bodies):
        return False  # lists beside each other
    words = [sum(len(text.split()) for text in body) / len(body) for body in bodies]
    prose = [body for body, count in zip(bodies, words, strict=True) if count > _PROSE_WORDS]
    if len(prose) > 1 or not _columns_align(by_column, columns, height):
        return False
    if any(sum(text[0].islower() for text in body) > 0.3 * len(body) for body in prose):
        return False  # lines of running text, not cells
    if len(columns) == 2:
        return numeric[1] and words[1] <= 3 and len(rows) > _LEAST_ROWS
    return any(numeric[1:]) or (len(rows) > _LEAST_ROWS and all(count <= 3 for count in words))


def _columns_align(
    by_column: Sequence[Sequence[tuple[Line, ...]]], columns: Sequence[tuple[float, float]], height: float
) -> bool:
    """Return whether the cells of each column begin, or end, at one place; those of some may be centred."""
    centred = 0
    for cells in by_column:
        boxes = [line.box for cell in cells for line in cell]
        if _share_near([box.x0 for box in boxes], height) >= _ALIGNED:
            continue
        if _share_near([box.x1 for box in boxes], height) >= _ALIGNED:
            continue
        if _share_near([(box.x0 + box.x1) / 2 for box in boxes], height) < _ALIGNED:
            return False
        centred += 1
    return centred < len(columns)


def _share_near(values: Sequence[float], height: float) -> float:
    middle = median(values)
    return sum(abs(value - middle) < 0.6 * height for value in values) / len(values)


def _share(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(bool(pattern.fullmatch(text)) for text in texts) / len(texts)


def _counts_up(texts: Sequence[Sequence[str]]) -> bool:
    """Return whether the last column holds whole numbers that never fall, as the pages of contents do."""
    numbers = [int(text) for text in texts[-1] if text.isdecimal()]
    rising = len(numbers) > 0.8 * len(texts[-1]) and all(a <= b for a, b in pairwise(numbers))
    return rising and len(numbers) >= _LEAST_ROWS and (len(texts) == 2 or _share(_SECTION, texts[0]) > 0.5)


def _has_digit(lines: Sequence[Line]) -> bool:
    return any(c.isdecimal() for line in lines for c in line.text)


def _centre_in(box: Box, outer: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return outer.x0 - 1 <= x <= outer.x1 + 1 and outer.y0 - 1 <= y <= outer.y1 + 1
