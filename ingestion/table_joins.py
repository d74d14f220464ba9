"""Tables that go on at the top of the next page, or of the next column of a page -> one table with its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingestion.blocks import Block, PageBlocks
from ingestion.captions import Caption
from ingestion.document import Box, Table, TablePart
from ingestion.tables import is_numeric, table_plain

_ASIDE = ("page-header", "page-footer", "footnote")
_WIDTH = 0.8  # share of the wider part's width that both must share

Place = tuple[int, int]
"""Index of the page, index of the block on it."""


def join_tables(
    tables: Sequence[Table], places: Sequence[Place], pages: Sequence[PageBlocks], captions: Mapping[Place, Caption]
) -> list[Table]:
    """Return the tables, those that go on over page and column breaks as one; `places` gives the block of each.

    A table goes on when it ends its page, the next one begins its own with as many columns at the same place, and that
    one has the same number ("Table 2 (continued)"), the same head, which is left out, or no caption and no head of its
    own: a first row with numbers in it, or in plain type where the head before is bold. In the next column of its page
    it goes on only without a head; the caption may stand at either part.
    """
    joined: list[Table] = []
    last: Place | None = None
    for table, place in zip(tables, places, strict=True):
        before = joined[-1] if joined else None
        if before is not None and last is not None and _goes_on(before, last, table, place, pages, captions):
            joined[-1] = _join(before, table)
        else:
            joined.append(table)
        last = place
    return joined


def _goes_on(
    before: Table,
    last: Place,
    table: Table,
    place: Place,
    pages: Sequence[PageBlocks],
    captions: Mapping[Place, Caption],
) -> bool:
    if place[0] == last[0]:
        return _goes_on_beside(before, last, table, place, pages, captions)
    if place[0] != last[0] + 1 or not before.rows or not table.rows or len(before.rows[0]) != len(table.rows[0]):
        return False
    if table.number is not None and table.number != before.number:
        return False
    same_head = bool(before.header) and table.rows[: before.header_rows] == before.header
    numbers = any(is_numeric(cell) for cell in table.rows[0][1:])
    first, second = pages[last[0]].blocks[last[1]], pages[place[0]].blocks[place[1]]
    headless = not table.caption and (numbers or (_has_bold_head(first) and not _has_bold_head(second)))
    if not (same_head or headless or table.number is not None):
        return False
    ends = _body(pages[last[0]], captions, last, last[1])
    begins = _body(pages[place[0]], captions, place, place[1])
    if not ends or not begins or ends[-1] != last[1] or begins[0] != place[1]:
        return False
    shared = min(first.box.x1, second.box.x1) - max(first.box.x0, second.box.x0)
    return shared > _WIDTH * max(first.box.width, second.box.width)


def _has_bold_head(block: Block) -> bool:
    """Return whether the first row is set in bold type and the last is not."""
    cells = block.table.cells if block.table is not None else ()
    rows = [cell.row for cell in cells if cell.lines]
    if not rows or min(rows) == max(rows):
        return False
    first, last = ([word.bold for cell in cells if cell.row == row for line in cell.lines for word in line.words]
                   for row in (min(rows), max(rows)))  # fmt: skip
    return all(first) and not any(last)


def _goes_on_beside(
    before: Table,
    last: Place,
    table: Table,
    place: Place,
    pages: Sequence[PageBlocks],
    captions: Mapping[Place, Caption],
) -> bool:
    """Return whether a table ends a column of a page and goes on, without a head, at the top of the next."""
    if not before.header or not table.rows or table.header_rows or len(before.rows[0]) != len(table.rows[0]):
        return False
    if (before.caption and table.caption) or not any(is_numeric(cell) for cell in table.rows[0][1:]):
        return False
    page = pages[place[0]]
    first, second = page.blocks[last[1]].box, page.blocks[place[1]].box
    if second.x0 < first.x1 or abs(first.width - second.width) > (1 - _WIDTH) * max(first.width, second.width):
        return False
    left_out = {caption.block for at in (last, place) if (caption := captions.get(at)) is not None}
    others = [block.box for b, block in enumerate(page.blocks) if _is_body(block) and b not in left_out]
    ends = not any(box.y0 >= first.y1 - 2 and _share_width(box, first) for box in others)
    begins = not any(box.y1 <= second.y0 + 2 and _share_width(box, second) for box in others)
    return ends and begins


def _share_width(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 0


def _body(page: PageBlocks, captions: Mapping[Place, Caption], place: Place, own: int) -> list[int]:
    """Return the blocks of a page's text, without running heads, notes and the table's own caption."""
    caption = captions.get(place)
    left_out = caption.block if caption is not None else None
    return [b for b, block in enumerate(page.blocks) if b == own or (_is_body(block) and b != left_out)]


def _is_body(block: Block) -> bool:
    return block.kind not in _ASIDE and bool(block.lines or block.kind == "figure")


def _join(before: Table, table: Table) -> Table:
    head = before.rows[: before.header_rows]
    repeated = bool(head) and table.rows[: len(head)] == head
    rows = table.rows[len(head) :] if repeated else table.rows
    part = TablePart(table.page_number, table.start, table.end, len(before.rows), table.boxes)
    whole = before.rows + rows
    caption, number = (before.caption, before.number) if before.caption else (table.caption, table.number)
    parts, plain = (*before.parts, part), table_plain(caption, whole)
    return replace(before, caption=caption, number=number, rows=whole, parts=parts, plain=plain)
