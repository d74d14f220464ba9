"""Words and the regions that hold them -> the blocks of a page in reading order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np

from ingestion.blocks import Block, BlockKind, Line, RawTable, Region, Word
from ingestion.captions import parse_label
from ingestion.column_cuts import cut_at_columns
from ingestion.column_regions import part_columns
from ingestion.direction import line_order
from ingestion.document import Box
from ingestion.false_tables import cuts_lines, first_torn_row, upper_rows
from ingestion.key_figures import key_figures
from ingestion.list_levels import mark_items
from ingestion.listings import continues_listing, is_code, listings
from ingestion.reading_order import reading_order

PlacedWord = tuple[Word, int]
"""A word, and the number of the text line that the page's content puts it on."""

_FEW_WORDS = 4  # that a picture may have all in a font for code: more are a listing
_FLOATS = frozenset({"figure", "table", "caption", "footnote", "formula", "code"})


def regions_to_blocks(
    words: Sequence[PlacedWord],
    rotated: Sequence[PlacedWord],
    regions: Sequence[Region],
    tables: Mapping[Box, RawTable],
    page: Box,
) -> tuple[Block, ...]:
    """Put every word into a block and the blocks into reading order.

    A word belongs to the smallest region that holds its centre; words that no region holds make blocks of their own,
    so none is lost. Rotated words outside of pictures and tables are stamps in the margin and become running heads.
    """
    regions = part_columns(_with_tables(regions, tables), [word for word, _ in words])
    homes, orphans = _words_to_regions([*words, *_inside_floats(rotated, regions)], regions)
    blocks: list[Block] = []
    for region, inside in zip(regions, homes, strict=True):
        table = tables.get(region.box)
        if inside or region.kind == "figure":
            blocks += _region_to_blocks(region, inside, table)
    blocks += lines_to_blocks(_placed_to_lines(orphans))
    blocks = mark_items(_in_order(cut_at_columns(blocks)))
    stamps = [placed for placed in rotated if not _held_by_float(placed, regions)]
    return (*_stamps_to_blocks(stamps, page), *_join_paragraphs(blocks))


def words_to_lines(words: Iterable[Word]) -> tuple[Line, ...]:
    """Put words on lines by their places alone: from top to bottom, and on each in the direction of its script."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.box.y0 + word.box.y1, word.box.x0)):
        if rows and _same_row(rows[-1][0].box, word.box):
            rows[-1].append(word)
        else:
            rows.append([word])
    return tuple(Line.of(line_order(row)) for row in rows)


def body_font_size(words: Iterable[Word]) -> float:
    """Return the font size, in points, that most characters have; 0 without words."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size, 1)] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _with_tables(regions: Sequence[Region], tables: Mapping[Box, RawTable]) -> list[Region]:
    """Put the boxes of the found grids in the place of the table regions that they were found in."""
    replaced = list(regions)
    for box in tables:
        area = box.width * box.height
        replaced = [
            region
            for region in replaced
            if region.kind != "table" or region.box.overlap(box) < 0.5 * min(area, region.box.width * region.box.height)
        ]
    return [*replaced, *(Region("table", box) for box in tables)]


def _words_to_regions(
    words: Sequence[PlacedWord], regions: Sequence[Region]
) -> tuple[list[list[PlacedWord]], list[PlacedWord]]:
    homes: list[list[PlacedWord]] = [[] for _ in regions]
    if not regions or not words:
        return homes, list(words)
    centres = np.array([((w.box.x0 + w.box.x1) / 2, (w.box.y0 + w.box.y1) / 2) for w, _ in words])
    boxes = np.array([region.box.as_tuple() for region in regions])
    x, y = centres[:, :1], centres[:, 1:]
    inside = (x >= boxes[:, 0] - 1) & (x <= boxes[:, 2] + 1) & (y >= boxes[:, 1] - 1) & (y <= boxes[:, 3] + 1)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    home_of = np.where(inside, areas, np.inf).argmin(axis=1)
    home_of[~inside.any(axis=1)] = -1
    _adopt_neighbours(words, home_of)
    for placed, home in zip(words, home_of.tolist(), strict=True):
        if home >= 0:
            homes[home].append(placed)
    return homes, [placed for placed, home in zip(words, home_of.tolist(), strict=True) if home < 0]


def _adopt_neighbours(words: Sequence[PlacedWord], home_of: np.ndarray[tuple[int], np.dtype[np.intp]]) -> None:
    """Give a word that sticks out of its region (a hyphen, a footnote mark) to the region of the word beside it."""
    for step in (1, -1):
        order = range(1, len(words)) if step == 1 else range(len(words) - 2, -1, -1)
        for i in order:
            (word, line), (other, other_line) = words[i], words[i - step]
            if home_of[i] < 0 <= home_of[i - step] and line == other_line:
                gap = max(word.box.x0 - other.box.x1, other.box.x0 - word.box.x1)
                if gap < max(word.size, other.size):
                    home_of[i] = home_of[i - step]


def _table_above_text(region: Region, lines: Sequence[Line], table: RawTable) -> list[Block]:
    """Return a grid that lies over text as text, its first rows as the table that they are where they are one."""
    end = first_torn_row(table)
    if not end:
        return lines_to_blocks(lines)
    upper = upper_rows(table, end)
    inside = [line for cell in upper.cells for line in cell.lines]
    bottom = max(line.box.y1 for line in inside)
    rest = [line for line in lines if (line.box.y0 + line.box.y1) / 2 > bottom]
    above = tuple(line for line in lines if (line.box.y0 + line.box.y1) / 2 <= bottom)
    return [Block("table", replace(region.box, y1=bottom), above, upper), *lines_to_blocks(rest)]


def _region_to_blocks(region: Region, words: Sequence[PlacedWord], table: RawTable | None) -> list[Block]:
    lines = _placed_to_lines(words)
    if region.kind == "table" and table is not None and cuts_lines(table):
        return _table_above_text(region, lines, table)
    if region.kind == "table":
        return [Block("table", region.box, lines, table)]
    if region.kind in ("title", "heading"):
        return _split_heading(region, lines)
    if region.kind == "figure" and not (len(words) > _FEW_WORDS and is_code(lines)):  # a listing in a frame
        return _split_figure(region.box, lines)
    if region.kind == "text" and (figures := key_figures(lines)) is not None:
        return [Block("table", region.box, lines, figures)]
    if region.kind == "text":
        return _split_listings(region.box, lines)
    code = region.kind in ("list-item", "figure") and is_code(lines)
    return [Block("code" if code else region.kind, region.box, lines)]


def _split_listings(box: Box, lines: Sequence[Line]) -> list[Block]:
    """Part text from the listings, and what they print, that stand among it on lines of their own."""
    found = set(listings(lines))
    cuts = sorted({0, len(lines), *(cut for ends in found for cut in ends)})
    if len(cuts) <= 2:
        return [Block("code" if is_code(lines) else "text", box, tuple(lines))]
    parts: list[tuple[BlockKind, Sequence[Line]]] = [
        ("code" if ends in found else "text", lines[slice(*ends)]) for ends in pairwise(cuts)
    ]
    return [Block(kind, Box.around(line.box for line in part), tuple(part)) for kind, part in parts]


def _split_heading(region: Region, lines: Sequence[Line]) -> list[Block]:
    """Part a heading from smaller text below it that the region swallowed (authors below a title)."""
    sizes = [max((word.size for word in line.words), default=0.0) for line in lines]
    blocks = []
    for small, group in groupby(zip(lines, sizes, strict=True), key=lambda pair: pair[1] < 0.8 * max(sizes)):
        part = tuple(line for line, _ in group)
        blocks.append(Block("text" if small else region.kind, Box.around(line.box for line in part), part))
    return blocks


def _split_figure(box: Box, lines: tuple[Line, ...]) -> list[Block]:
    """Part a picture from a caption that its region swallowed, and from another picture behind that."""
    first = next((i for i, line in enumerate(lines) if len(line.words) > 2 and parse_label(line.text)), None)
    if first is None:
        return [Block("figure", box, lines)]
    caption = [lines[first]]
    for line in lines[first + 1 :]:
        gap = line.box.y0 - caption[-1].box.y1
        beside = min(line.box.x1, caption[-1].box.x1) - max(line.box.x0, caption[-1].box.x0) > 0
        same = abs(line.words[0].size - caption[0].words[0].size) < 0.6
        if not (beside and same and -0.5 * line.box.height < gap < 0.6 * line.box.height):
            break
        caption.append(line)
    text = Block("caption", Box.around(part.box for part in caption), tuple(caption))
    rest = [line for line in lines if line not in caption]
    parts = (
        (Box(box.x0, box.y0, box.x1, text.box.y0), [line for line in rest if line.box.y0 < text.box.y0]),
        (Box(box.x0, text.box.y1, box.x1, box.y1), [line for line in rest if line.box.y0 >= text.box.y0]),
    )
    figures = [Block("figure", part, tuple(inside)) for part, inside in parts if part.height > 0.1 * box.height]
    if not all(line in caption or any(line in f.lines for f in figures) for line in lines):
        return [Block("figure", box, lines)]
    return [*figures, text]


def _placed_to_lines(words: Sequence[PlacedWord]) -> tuple[Line, ...]:
    """Put words on lines in the order of the page's content, which is that of writing, unless it jumps back up."""
    fragments = [[word for word, _ in group] for _, group in groupby(words, key=lambda placed: placed[1])]
    rows: list[list[Word]] = []
    for fragment in fragments:
        if rows and _same_row(rows[-1][-1].box, fragment[0].box) and fragment[0].box.x0 >= rows[-1][-1].box.x0:
            rows[-1] += fragment
        elif (label := _label_before(rows, fragment[0])) is not None:
            label += fragment
        else:
            rows.append(fragment)
    for above, below in pairwise(rows):
        climbs = below[0].box.y1 < above[0].box.y0 + 0.3 * above[0].size
        if climbs and below[0].box.x0 < max(word.box.x1 for word in above):
            return words_to_lines(word for word, _ in words)
    return tuple(Line.of(row) for row in rows)


def _label_before(rows: Sequence[list[Word]], first: Word) -> list[Word] | None:
    """Return the words left of a value that begins with a colon: forms write all labels first, then all values."""
    if not first.text.startswith(":"):
        return None
    left = [row for row in rows if _same_row(row[-1].box, first.box) and row[-1].box.x1 <= first.box.x0]
    return max(left, key=lambda row: row[-1].box.x1, default=None)


def _same_row(a: Box, b: Box) -> bool:
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return shared > 0.5 * min(a.height, b.height)


def lines_to_blocks(lines: Iterable[Line]) -> list[Block]:
    """Gather lines that no region holds: those close below each other make one block of text."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks:
            last = blocks[-1][-1]
            gap = line.box.y0 - last.box.y1
            beside = min(line.box.x1, last.box.x1) - max(line.box.x0, last.box.x0) > 0
            if beside and -0.5 * line.box.height < gap < 0.8 * line.box.height:
                blocks[-1].append(line)
                continue
        blocks.append([line])
    return [
        Block("code" if is_code(block) else "text", Box.around(part.box for part in block), tuple(block))
        for block in blocks
    ]


def _in_order(blocks: Sequence[Block]) -> list[Block]:
    """Running heads first, then the text by columns, then footnotes, then running feet."""
    heads = [block for block in blocks if block.kind == "page-header"]
    feet = [block for block in blocks if block.kind == "page-footer"]
    notes = [block for block in blocks if block.kind == "footnote"]
    body = [block for block in blocks if block.kind not in ("page-header", "page-footer", "footnote")]
    right_to_left = _is_right_to_left(body)
    ordered = []
    for group in (heads, body, notes, feet):
        order = reading_order([block.box for block in group], right_to_left=right_to_left)
        ordered += [group[i] for i in order]
    return ordered


def _is_right_to_left(blocks: Sequence[Block]) -> bool:
    letters = "".join(word.text for block in blocks for line in block.lines for word in line.words)
    return sum("\u0590" <= c <= "\u08ff" or "\ufb1d" <= c <= "\ufefc" for c in letters) > 0.5 * len(letters)


def _join_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Join a paragraph that goes on in the next column or behind a figure, and put what stood between behind it.

    Listings that stand close below each other are one.
    """
    joined: list[Block] = []
    open_at: int | None = None  # where in joined the last running text stands
    for block in blocks:
        if open_at is not None and block.kind == "text" and _goes_on(joined, open_at, block):
            first = joined[open_at]
            joined[open_at] = replace(first, box=first.box.union(block.box), lines=first.lines + block.lines)
            continue
        if joined and continues_listing(joined[-1], block):
            joined[-1] = replace(joined[-1], box=joined[-1].box.union(block.box), lines=joined[-1].lines + block.lines)
            continue
        joined.append(block)
        if block.kind in ("text", "list-item"):
            open_at = len(joined) - 1
        elif block.kind not in _FLOATS:
            open_at = None
    return joined


def _goes_on(joined: Sequence[Block], open_at: int, block: Block) -> bool:
    first = joined[open_at]
    last_line, next_line = first.lines[-1], block.lines[0]
    last, following = last_line.words[-1], next_line.words[0]
    moved = next_line.box.y0 < last_line.box.y0 or open_at < len(joined) - 1
    if not moved or abs(last.size - following.size) > 0.6:
        return False
    if any(between.kind in ("formula", "code") for between in joined[open_at + 1 :]):
        return False
    return last.text[-1] not in ".!?:;" and (following.text[0].islower() or last.text[-1] in "-\u00ad\u2010")


def _inside_floats(rotated: Sequence[PlacedWord], regions: Sequence[Region]) -> list[PlacedWord]:
    return [placed for placed in rotated if _held_by_float(placed, regions)]


def _held_by_float(placed: PlacedWord, regions: Sequence[Region]) -> bool:
    word, _ = placed
    return any(
        region.kind in ("figure", "table") and region.box.overlap(word.box) > 0.5 * word.box.width * word.box.height
        for region in regions
    )


def _stamps_to_blocks(words: Sequence[PlacedWord], page: Box) -> list[Block]:
    """Rotated text in the outer eighth of the page is a stamp, kept out of the text; elsewhere it is text."""
    blocks = []
    for _, group in groupby(words, key=lambda placed: placed[1]):
        line = Line.of([word for word, _ in group])
        middle = (line.box.x0 + line.box.x1) / 2
        margin = not page.x0 + page.width / 8 < middle < page.x1 - page.width / 8
        blocks.append(Block("page-header" if margin else "text", line.box, (line,)))
    return blocks
