"""Tables that a page shows as pictures, below or above their captions -> grids of the words that OCR reads in them.

A chart's axes make columns of numbers as well, so only a picture that a caption calls a table is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingestion.aligned_tables import find_aligned_tables
from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.captions import parse_label
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.table_grid import mend_grid
from ingestion.tables import raw_table_to_rows

_RULES = re.compile(r"[|¦_]+|[|¦_]+(?=[(\w])|(?<=[)\w])[|¦_]+")  # what OCR makes of the lines between cells
_ABOVE, _BELOW = 6.0, 2.5  # of a line's height, at most, from the label of a caption to its picture
_SAME = 0.5  # of a figure's area, that a grid covers where both are one
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_LEAST, _MOSTLY = 4, 0.7  # numbers of a column with a point, at least, and their share
_DENSE = 0.5  # of the picture's height, that its grid takes at least


def is_captioned_table(picture: Box, lines: Sequence[Line]) -> bool:
    """Return whether the nearest caption above or below a picture, among a page's lines, is that of a table."""
    labels = [(gap, label[0]) for line in lines if (label := parse_label(line.text)) and (gap := _gap(picture, line))]
    return bool(labels) and min(labels)[1] == "table"


def picture_grid(picture: Box, words: Sequence[Word]) -> tuple[Box, RawTable] | None:
    """Return the grid, with its box, that the words in a picture of a table make; None where they make none."""
    clean = [replace(word, text=text) for word in words if (text := _RULES.sub("", word.text))]
    found = find_aligned_tables(clean, ())
    if len(found) != 1:
        return None
    [(box, raw)] = found.items()
    if box.height < _DENSE * picture.height:
        return None
    heads = header_row_count(raw_table_to_rows(raw), 0)
    return box, with_points(mend_grid(replace(raw, header_rows=heads)) if heads else raw)


def with_points(raw: RawTable) -> RawTable:
    """Return the grid with decimal points that OCR did not see: "121" in a column of "12.1", "11.8" and "17.5"."""
    cells = list(raw.cells)
    for column in range(raw.column_count):
        own = [i for i, cell in enumerate(cells) if cell.column == column and _DECIMAL.fullmatch(_text(cell))]
        pointed = [_text(cells[i]) for i in own if "." in _text(cells[i])]
        places = {len(text.split(".")[1]) for text in pointed}
        if len(pointed) < max(_LEAST, _MOSTLY * len(own)) or len(places) != 1:
            continue
        least, most = min(map(float, pointed)), max(map(float, pointed))
        for i in own:
            text = _text(cells[i])
            at = len(text) - places.copy().pop()
            if "." not in text and at > 0 and float(text) > 2 * most:
                whole = f"{text[:at]}.{text[at:]}"
                cells[i] = _with_text(cells[i], whole) if least <= float(whole) <= most else cells[i]
    return replace(raw, cells=tuple(cells))


def _text(cell: Cell) -> str:
    return " ".join(line.text for line in cell.lines)


def _with_text(cell: Cell, text: str) -> Cell:
    word = replace(cell.lines[0].words[0], text=text)
    return replace(cell, lines=(Line.of([word]),))


def without_pictured(regions: Sequence[Region], grids: Mapping[Box, RawTable]) -> tuple[Region, ...]:
    """Return the regions without the figures that are tables."""
    return tuple(
        region
        for region in regions
        if region.kind != "figure"
        or all(box.overlap(region.box) < _SAME * region.box.width * region.box.height for box in grids)
    )


def _gap(picture: Box, line: Line) -> float:
    """Return how many points, one at least, a label stands from a picture; 0 where it is too far or aside of it."""
    box = line.box
    if min(box.x1, picture.x1) - max(box.x0, picture.x0) <= 0:
        return 0.0
    height = max(word.box.height for word in line.words)
    above, below = picture.y0 - box.y1, box.y0 - picture.y1
    if -height < above < _ABOVE * height:
        return max(above, 1.0)
    return max(below, 1.0) if -height < below < _BELOW * height else 0.0
