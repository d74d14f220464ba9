"""Words and regions of one page -> blocks in reading order.

Words are put into the regions that the layout analysis names; words that no region covers make blocks of their own, so
that nothing is lost. Order: columns are read down, then across; figures, tables and footnotes do not cut a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ingestion.blocks import Block, BlockKind, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.reading_order import reading_order

Placed = tuple[Word, int]
"""A word and the index of the text line of the PDF's content that it comes from."""

_FLOATS = ("figure", "table", "caption", "footnote", "page-header", "page-footer")


def regions_to_blocks(
    words: Sequence[Placed],
    rotated: Sequence[Placed],
    regions: Sequence[Region],
    tables: Mapping[Box, RawTable],
    page: Box,
) -> tuple[Block, ...]:
    """Return the page's blocks in reading order; every word is in exactly one.

    Rotated words inside of a figure belong to it; elsewhere they are stamps in the margin and count as a running head.
    """
    regions = _with_table_boxes(regions, tables)
    inside, orphans = _assign(words, regions)
    for index, found in _assign(rotated, [r for r in regions if r.kind in ("figure", "table")], regions)[0].items():
        inside.setdefault(index, []).extend(found)
    blocks = []
    for index, region in enumerate(regions):
        placed = inside.get(index, [])
        lines = words_to_lines([word for word, _ in placed], [line for _, line in placed])
        if lines or region.kind == "figure":
            blocks.append(_block(region, lines, tables))
    blocks += _orphan_blocks(orphans)
    order = reading_order([block.box for block in blocks], page)
    ordered = _keep_sentences_whole([blocks[i] for i in order])
    stamps = [placed for placed in rotated if not _in_any(placed[0], regions)]
    if stamps:
        lines = tuple(Line((word,), word.box) for word, _ in stamps)
        ordered.append(Block("page-header", _around(lines), lines))
    return tuple(ordered)


def words_to_lines(words: Sequence[Word], sources: Sequence[int] | None = None) -> tuple[Line, ...]:
    """Return words as lines, top to bottom; within a line left to right, or right to left where most letters are.

    `sources` tells which line of the PDF's content each word comes from; words of one stay together. Fragments whose
    vertical extents overlap by more than half of the lower one's height are one line (a justified line in pieces, a
    superscript).
    """
    if not words:
        return ()
    fragments: list[list[Word]] = []
    last = None
    for word, source in zip(words, sources if sources is not None else range(len(words)), strict=True):
        if source == last and fragments:
            fragments[-1].append(word)
        else:
            fragments.append([word])
        last = source
    rows: list[tuple[Box, list[list[Word]]]] = []
    for fragment in sorted(fragments, key=lambda f: (f[0].box.y0 + f[0].box.y1, f[0].box.x0)):
        box = _around(fragment)
        for i in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            if _same_row(rows[i][0], box):
                rows[i] = (_row_box(rows[i][0], box), [*rows[i][1], fragment])
                break
        else:
            rows.append((box, [fragment]))
    rows.sort(key=lambda row: row[0].y0 + row[0].y1)
    return tuple(_row_to_line(row) for _, row in rows)


def body_font_size(words: Iterable[Word]) -> float:
    """Return the font size, in points to a half, of most characters; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _row_box(row: Box, piece: Box) -> Box:
    """Grow a row sideways only by its smaller pieces, so that a superscript does not pull in the line above."""
    if piece.height < row.height:
        return Box(min(row.x0, piece.x0), row.y0, max(row.x1, piece.x1), row.y1)
    return Box(min(row.x0, piece.x0), piece.y0, max(row.x1, piece.x1), piece.y1)


def _same_row(a: Box, b: Box) -> bool:
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return shared > 0.5 * min(a.height, b.height)


def _row_to_line(fragments: list[list[Word]]) -> Line:
    letters = "".join(word.text for fragment in fragments for word in fragment)
    right_to_left = sum("\u0590" <= c <= "\u08ff" or "\ufb1d" <= c <= "\ufefc" for c in letters) > len(letters) / 2
    if right_to_left:
        fragments = sorted(fragments, key=lambda f: -max(word.box.x1 for word in f))
    else:
        fragments = sorted(fragments, key=lambda f: min(word.box.x0 for word in f))
    words = tuple(word for fragment in fragments for word in fragment)
    return Line(words, _around(words))


def _around(parts: Iterable[Word | Line]) -> Box:
    boxes = [part.box for part in parts]
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _with_table_boxes(regions: Sequence[Region], tables: Mapping[Box, RawTable]) -> list[Region]:
    """Replace the table regions by the boxes of the grids that were found in them, and add grids found elsewhere."""
    kept: list[Region] = []
    for region in regions:
        area = region.box.width * region.box.height
        grids = [box for box in tables if box.overlap(region.box) > 0.5 * min(area, box.width * box.height)]
        if not (grids and region.kind == "table"):
            kept.append(region)
    return [*(Region("table", box) for box in tables), *kept]


def _assign(
    words: Sequence[Placed], regions: Sequence[Region], numbering: Sequence[Region] | None = None
) -> tuple[dict[int, list[Placed]], list[Placed]]:
    """Return words by the index of the region that covers most of them (in `numbering`), and the words in none."""
    numbers = list(range(len(regions))) if numbering is None else [numbering.index(region) for region in regions]
    inside: dict[int, list[Placed]] = {}
    orphans: list[Placed] = []
    boxes = [(r.box.x0, r.box.y0, r.box.x1, r.box.y1, r.kind != "table") for r in regions]
    for placed in words:
        box = placed[0].box
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        best, best_key = -1, (False, 0.0)
        for i, (x0, y0, x1, y1, other) in enumerate(boxes):
            if x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1:
                key = (other, (x1 - x0) * (y1 - y0))  # a table's cells first, then the smallest region
                if best < 0 or key < best_key:
                    best, best_key = i, key
        if best < 0:
            orphans.append(placed)
        else:
            inside.setdefault(numbers[best], []).append(placed)
    return inside, orphans


def _in_any(word: Word, regions: Sequence[Region]) -> bool:
    return bool(_assign([(word, 0)], [r for r in regions if r.kind in ("figure", "table")])[0])


def _block(region: Region, lines: tuple[Line, ...], tables: Mapping[Box, RawTable]) -> Block:
    kind: BlockKind = region.kind
    if kind in ("text", "list-item", "formula") and is_code(lines):
        kind = "code"
    return Block(kind, region.box, lines, tables.get(region.box) if kind == "table" else None)


def is_code(lines: Sequence[Line]) -> bool:
    """Return whether nearly all words are set in a fixed-width font."""
    words = [word for line in lines for word in line.words]
    return bool(words) and sum(word.mono for word in words) > 0.85 * len(words)


def _orphan_blocks(orphans: Sequence[Placed]) -> list[Block]:
    """Return blocks of the words that no region covers: lines close below each other with a common stretch are one."""
    blocks: list[Block] = []
    lines = words_to_lines([word for word, _ in orphans], [line for _, line in orphans])
    for line in (piece for whole in lines for piece in _split_at_gaps(whole)):
        for i in range(len(blocks) - 1, max(-1, len(blocks) - 6), -1):
            box = blocks[i].box
            close = -line.box.height < line.box.y0 - box.y1 < 0.9 * line.box.height
            if close and min(box.x1, line.box.x1) > max(box.x0, line.box.x0):
                blocks[i] = Block("text", box.union(line.box), (*blocks[i].lines, line))
                break
        else:
            blocks.append(Block("text", line.box, (line,)))
    return [replace(block, kind="code") if is_code(block.lines) else block for block in blocks]


def _split_at_gaps(line: Line) -> list[Line]:
    """Split a line where columns part: a gap wider than three times its height."""
    pieces: list[list[Word]] = []
    for word in line.words:
        if pieces and abs(word.box.x0 - pieces[-1][-1].box.x1) < 3 * line.box.height:
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [Line(tuple(piece), _around(piece)) for piece in pieces]


def _keep_sentences_whole(blocks: list[Block]) -> list[Block]:
    """Move footnotes to the end, and join a paragraph that floats, a column or a footnote cut in two."""
    running = ("page-header", "page-footer")
    notes = [block for block in blocks if block.kind == "footnote"]
    heads = [block for block in blocks if block.kind in running]
    ordered = [block for block in blocks if block.kind not in ("footnote", *running)]
    result: list[Block] = []
    i = 0
    while i < len(ordered):
        block = ordered[i]
        i += 1
        if block.kind in ("text", "list-item") and _is_open(block):
            j = i
            while j < len(ordered) and ordered[j].kind in _FLOATS:
                j += 1
            if j < len(ordered) and _goes_on(block, ordered[j]):
                rest = ordered.pop(j)
                ordered.insert(i, Block(block.kind, block.box.union(rest.box), block.lines + rest.lines))
                continue
        result.append(block)
    return [*result, *notes, *heads]


def _is_open(block: Block) -> bool:
    """Return whether a paragraph's last line breaks off in the middle of a sentence."""
    last = block.lines[-1].text
    return last[-1:].isalnum() or last[-1:] in ",-‐\u00ad(" if last else False


def _goes_on(block: Block, rest: Block) -> bool:
    """Return whether the second block continues the first: a new column or beyond a float, and in lower case."""
    if rest.kind != "text" or not rest.lines:
        return False
    first = rest.lines[0].text[:1]
    return first.islower() and abs(rest.lines[0].words[0].size - block.lines[-1].words[-1].size) < 1.0
