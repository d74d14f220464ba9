"""The tables that listings draw with characters -> tables of the document, whole where they go on on the next page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ingestion.blocks import PageBlocks
from ingestion.document import Box, Section, Table, TablePart, section_at
from ingestion.markdown import PageMarkdown
from ingestion.tables import table_plain
from ingestion.text_tables import TextTable, text_tables

_ASIDE = ("page-header", "page-footer", "footnote")
_FENCE, _RULE = "```", "---"


def tables_in_listings(
    pages: Sequence[PageBlocks],
    written: Sequence[PageMarkdown],
    sections: Sequence[Section],
    taken: Collection[tuple[int, int]],
) -> list[Table]:
    """Return the tables of listings, other than in the blocks that are tables already."""
    found: list[Table] = []
    told: dict[tuple[int, int], int] = {}  # how much of a listing belongs to a table of the page before
    for p, b, span in _listings(pages, written, taken):
        text = written[p].markdown[slice(*span)]
        after = _following(pages, written, (p, b), taken)
        more = "" if after is None else written[after[0]].markdown[slice(*after[2])]
        whole = f"{text}\n{more}".replace(_FENCE, _RULE) if more else text
        for table in text_tables(whole):
            if table.start < told.get((p, b), 0) or table.start >= len(text):
                continue
            parts: tuple[TablePart, ...] = ()
            if table.end > len(text) and after is not None:
                first = sum(start < len(text) for start in table.row_starts)
                if not 0 < first < len(table.rows):
                    continue
                end = table.end - len(text) - 1
                told[after[:2]] = end
                box = pages[after[0]].blocks[after[1]].box
                parts = (TablePart(after[0] + 1, after[2][0], after[2][0] + end, first, (box,)),)
            end = span[0] + min(table.end, len(text))
            found.append(_table(table, p + 1, (span[0] + table.start, end), pages[p].blocks[b].box, sections, parts))
    return found


def _table(
    table: TextTable,
    page: int,
    span: tuple[int, int],
    box: Box,
    sections: Sequence[Section],
    parts: tuple[TablePart, ...],
) -> Table:
    return Table(
        table_id="",
        page_number=page,
        start=span[0],
        end=span[1],
        number=None,
        caption="",
        rows=table.rows,
        header_rows=table.header_rows,
        section_id=section_at(sections, page, span[0]),
        boxes=(box,),
        plain=table_plain("", table.rows),
        parts=parts,
    )


def _listings(
    pages: Sequence[PageBlocks], written: Sequence[PageMarkdown], taken: Collection[tuple[int, int]]
) -> Iterator[tuple[int, int, tuple[int, int]]]:
    for p, page in enumerate(pages):
        for b, block in enumerate(page.blocks):
            span = written[p].spans[b]
            if block.kind == "code" and span is not None and (p, b) not in taken:
                yield p, b, span


def _following(
    pages: Sequence[PageBlocks],
    written: Sequence[PageMarkdown],
    place: tuple[int, int],
    taken: Collection[tuple[int, int]],
) -> tuple[int, int, tuple[int, int]] | None:
    """Return the listing that begins the next page, where this one ends its own."""
    p, b = place
    if p + 1 >= len(pages) or any(_is_body(pages, (p, other)) for other in range(b + 1, len(pages[p].blocks))):
        return None
    first = next((o for o in range(len(pages[p + 1].blocks)) if _is_body(pages, (p + 1, o))), None)
    if first is None or pages[p + 1].blocks[first].kind != "code" or (p + 1, first) in taken:
        return None
    span = written[p + 1].spans[first]
    return None if span is None else (p + 1, first, span)


def _is_body(pages: Sequence[PageBlocks], place: tuple[int, int]) -> bool:
    block = pages[place[0]].blocks[place[1]]
    return block.kind not in _ASIDE and bool(block.lines or block.kind == "figure")
