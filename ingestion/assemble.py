"""What a reader gives -> a document: headings, markdown, captions, tables, figures and passages put together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ingestion.blocks import Block, PageBlocks, RawDocument, RawTable
from ingestion.captions import Caption, block_text, find_captions, parse_label
from ingestion.document import Figure, Page, ParsedDocument, Passage, Section, Table, section_at
from ingestion.equations import find_equations
from ingestion.footnotes import find_footnotes
from ingestion.head_rows import header_row_count, said_heads
from ingestion.heading_levels import Heading
from ingestion.hyphens import Hyphens
from ingestion.layout import words_to_lines
from ingestion.listed_tables import tables_in_listings
from ingestion.markdown import PageMarkdown, blocks_to_markdown
from ingestion.options import IngestionOptions
from ingestion.page_labels import page_labels
from ingestion.page_list import PageList
from ingestion.passages import markdown_to_passages
from ingestion.plain import markdown_to_plain
from ingestion.sections import build_sections, find_headings
from ingestion.table_groups import stack_groups
from ingestion.table_joins import join_tables
from ingestion.tables import is_contents, raw_table_to_rows, table_plain, write_table
from ingestion.text_tables import part_bars
from ingestion.turning import pages_back

_FIGURE_SHARE = 0.02  # of the page: a smaller picture without a caption is a logo or a rule
_BAD_TITLE = re.compile(r"untitled|microsoft word|\.(?:docx?|tex|dvi|pdf|qxd|indd|xlsx?|pptx?)$|^\W*$", re.I)


def blocks_to_document(
    raw: RawDocument, *, doc_id: str, name: str, sha256: str, options: IngestionOptions, seconds: float
) -> ParsedDocument:
    """Put a document together; passages and tables hold every character of its pages' markdown but white space."""
    known = "" if _BAD_TITLE.search(raw.title) else raw.title
    pages, headings, title = find_headings(PageList(page.blocks for page in raw.pages), raw.bookmarks, known)
    captions = find_captions(pages)
    if _drop_narrow(pages, captions):
        captions = find_captions(pages)
    _drop_false_tables(pages, captions)
    captioned = {(caption.page, caption.block) for caption in captions}
    headings = [h for h in headings if (h.page, h.block) not in captioned]
    hyphens = Hyphens(line.text.split(" ") for page in pages for b in page.blocks for line in b.lines)
    written = [_write(page, [h for h in headings if h.page == p], hyphens) for p, page in enumerate(pages)]
    sections = build_sections(
        [(h, span[0]) for h in headings if (span := written[h.page].spans[h.block]) is not None], doc_id, len(pages)
    )
    labels = page_labels(pages)
    parsed = tuple(
        Page(
            blocks.number, labels[p], blocks.width, blocks.height, written[p].markdown, written[p].words,
            raw.pages[p].engine, raw.pages[p].reason, raw.pages[p].confidence, raw.pages[p].agreement,
            raw.pages[p].seconds,
        )
        for p, blocks in enumerate(pages)
    )  # fmt: skip
    tables = _tables(pages, written, captions, sections, doc_id)
    document = ParsedDocument(
        doc_id=doc_id,
        name=name,
        sha256=sha256,
        media_type=raw.media_type,
        title=markdown_to_plain(title) or known,
        pages=parsed,
        sections=sections,
        passages=_passages(parsed, tables, sections, doc_id, options),
        tables=tables,
        figures=_figures(pages, written, captions, sections, doc_id),
        issues=(*raw.issues, *(issue for page in raw.pages for issue in page.issues)),
        seconds=seconds,
        equations=find_equations(pages, written, sections),
        footnotes=find_footnotes(pages, written, sections),
    )
    return pages_back(document, {page.number: page.turns for page in pages})


def _write(page: PageBlocks, headings: Sequence[Heading], hyphens: Hyphens) -> PageMarkdown:
    """Write a page; a document's title takes one #, so sections begin at two."""
    levels = {h.block: min(h.level + 1, 6) for h in headings}
    for i, block in enumerate(page.blocks):
        if block.kind == "heading":
            levels.setdefault(i, 0)
    return blocks_to_markdown(page.blocks, levels=levels, hyphens=hyphens, write_table=write_table)


def _passages(
    pages: Sequence[Page],
    tables: Sequence[Table],
    sections: Sequence[Section],
    doc_id: str,
    options: IngestionOptions,
) -> tuple[Passage, ...]:
    passages: list[Passage] = []
    for page in pages:

        def section_of(start: int, number: int = page.number) -> str | None:
            return section_at(sections, number, start)

        passages += markdown_to_passages(
            page.markdown,
            doc_id=doc_id,
            page_number=page.number,
            options=options.passages,
            words=page.words,
            tables=[span for table in tables for span in table.slices_on(page.number)],
            section_of=section_of,
        )
    return tuple(passages)


def _tables(
    pages: Sequence[PageBlocks],
    written: Sequence[PageMarkdown],
    captions: Sequence[Caption],
    sections: Sequence[Section],
    doc_id: str,
) -> tuple[Table, ...]:
    """Return the tables in reading order: those with a grid, and those that only their caption shows."""
    by_target = {(c.page, c.target): c for c in captions if c.kind == "table" and c.target is not None}
    numbered = {caption.number for caption in captions if caption.kind == "table"}
    tables: list[Table] = []
    taken: list[tuple[int, int]] = []
    for p, b, caption in _table_places(pages, written, captions, by_target):
        span = written[p].spans[b]
        if span is None:
            continue
        block = pages[p].blocks[b]
        is_caption = caption is not None and caption.block == b
        start, end = (span[0], span[0]) if is_caption else span
        text, rows = _caption_and_rows(block, caption, is_caption)
        if not text:
            text, rows = _caption_in_a_cell(rows, numbered)
        label = parse_label(text, sure=True) if text else None
        heads = header_row_count(rows, _said_heads(block, rows))
        rows = stack_groups(rows, heads)
        taken.append((p, b))
        tables.append(
            Table(
                table_id=f"{doc_id}/t{len(tables)}",
                page_number=p + 1,
                start=start,
                end=end,
                number=label[1] if label else None,
                caption=text,
                rows=rows,
                header_rows=heads,
                section_id=section_at(sections, p + 1, start),
                boxes=(block.box,),
                plain=table_plain(text, rows),
            )
        )
    joined = join_tables(tables, taken, pages, by_target)
    listed = tables_in_listings(pages, written, sections, {*taken})
    if listed:
        joined = sorted([*joined, *listed], key=lambda table: (table.page_number, table.start))
    return tuple(replace(table, table_id=f"{doc_id}/t{index}") for index, table in enumerate(joined))


def _table_places(
    pages: Sequence[PageBlocks],
    written: Sequence[PageMarkdown],
    captions: Sequence[Caption],
    by_target: Mapping[tuple[int, int], Caption],
) -> list[tuple[int, int, Caption | None]]:
    """Return (page, block, caption) of each table in reading order; where a caption alone shows one, of the caption."""
    places: list[tuple[int, int, Caption | None]] = []
    for p, page in enumerate(pages):
        for b, block in enumerate(page.blocks):
            if written[p].spans[b] is not None and (block.kind == "table" or (p, b) in by_target):
                places.append((p, b, by_target.get((p, b))))
    shown = {c.number for c in captions if c.kind == "table" and c.target is not None}
    alone = [c for c in captions if c.kind == "table" and c.target is None]
    places += [(c.page, c.block, c) for c in alone if not (c.number in shown and _is_said(c, pages))]
    return sorted(places, key=lambda place: place[:2])


def _is_said(caption: Caption, pages: Sequence[PageBlocks]) -> bool:
    """Return whether a caption is a sentence about a table, as in a list of what the tables of a report show."""
    return pages[caption.page].blocks[caption.block].kind != "caption" and caption.text.endswith(".")


def _drop_narrow(pages: PageList[PageBlocks], captions: Sequence[Caption]) -> bool:
    """Make text of grids of one column that hold the caption of another: its page has one of several without any."""
    captioned = {(caption.page, caption.target) for caption in captions}
    dropped = False
    for p, page in enumerate(pages):
        grids = [(b, block.table) for b, block in enumerate(page.blocks) if block.table is not None]
        narrow = {b for b, table in grids if table.column_count < 2 and (p, b) in captioned}
        if not narrow or all((p, b) in captioned for b, table in grids if table.column_count > 1):
            continue
        blocks = [replace(o, kind="list-item", table=None) if b in narrow else o for b, o in enumerate(page.blocks)]
        pages[p] = replace(page, blocks=tuple(blocks))
        dropped = True
    return dropped


def _drop_false_tables(pages: PageList[PageBlocks], captions: Sequence[Caption]) -> None:
    """Make text of grids without a caption that are contents pages, or boxes of text in one column."""
    captioned = {(caption.page, caption.target) for caption in captions}
    for p, page in enumerate(pages):
        false = [
            b
            for b, block in enumerate(page.blocks)
            if block.table is not None and (p, b) not in captioned and _is_false_table(block.table)
        ]
        if false:
            blocks = list(page.blocks)
            for b in false:
                blocks[b] = replace(blocks[b], kind="list-item", table=None)
            pages[p] = replace(page, blocks=tuple(blocks))


def _is_false_table(table: RawTable) -> bool:
    return table.column_count < 2 or is_contents(table)


def _torn_caption(table: RawTable) -> str:
    """Return the caption that a grid took for its first row and tore over its columns; "" for another first row.

    Read by its places from left to right and from top to bottom, it begins with a label, as no row of heads does.
    """
    cells = [cell for cell in table.cells if cell.row == 0 and cell.lines]
    if len(cells) < 2:
        return ""
    lines = words_to_lines(word for cell in cells for line in cell.lines for word in line.words)
    text = " ".join(line.text for line in lines)
    return text if parse_label(text) is not None and len(text.split()) > len(cells) else ""


def _caption_and_rows(
    block: Block, caption: Caption | None, is_caption: bool
) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return a table's caption and its rows; a caption that the grid took for its first row is taken out of it."""
    if is_caption and caption is not None:
        return markdown_to_plain(caption.text), ()
    rows = part_bars(raw_table_to_rows(block.table)) if block.table else tuple((line.text,) for line in block.lines)
    if caption is not None:
        return markdown_to_plain(caption.text), rows
    if rows and block.table is not None and (torn := _torn_caption(block.table)):
        return torn, rows[1:]
    if rows and len(set(rows[0]) - {""}) == 1:
        text = next(cell for cell in rows[0] if cell)
        if parse_label(text) is not None:
            return text, rows[1:]
    return "", rows


def _said_heads(block: Block, rows: Sequence[Sequence[str]]) -> int:
    """Return how many of a table's rows its reader takes for heads, without a first row that was its caption."""
    if block.table is None:
        return 0
    return max(0, said_heads(block.table) - (len(part_bars(raw_table_to_rows(block.table))) - len(rows)))


def _caption_in_a_cell(
    rows: tuple[tuple[str, ...], ...], numbered: Collection[str]
) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return the caption that a grid took in from the margin, and the rows without it; "" where there is none.

    Only a number that no other table has counts: a cell may as well speak of another table.
    """
    found = {cell for row in rows for cell in row if (label := parse_label(cell)) and label[0] == "table"}
    text = next(iter(found), "")
    label = parse_label(text)
    if len(found) != 1 or label is None or label[1] in numbered:
        return "", rows
    blanked = [tuple("" if cell == text else cell for cell in row) for row in rows]
    kept = [column for column in range(len(rows[0])) if any(row[column] for row in blanked)]
    return text, tuple(tuple(row[column] for column in kept) for row in blanked)


def _figures(
    pages: Sequence[PageBlocks],
    written: Sequence[PageMarkdown],
    captions: Sequence[Caption],
    sections: Sequence[Section],
    doc_id: str,
) -> tuple[Figure, ...]:
    """Return the figures in reading order; pictures beside each other that share a caption are one."""
    by_target = {(c.page, c.target): c for c in captions if c.target is not None}
    places: list[tuple[int, int, Caption | None]] = []
    for p, page in enumerate(pages):
        for b, block in enumerate(page.blocks):
            caption = by_target.get((p, b))
            framed = block.kind == "table" and caption is not None and caption.kind == "figure"  # a listing in a box
            if not framed and (block.kind != "figure" or (caption is not None and caption.kind == "table")):
                continue
            area = block.box.width * block.box.height
            if caption is not None or area > _FIGURE_SHARE * page.width * page.height:
                places.append((p, b, caption))
    places += [(c.page, c.block, c) for c in captions if c.kind == "figure" and c.target is None]
    figures: list[Figure] = []
    for p, b, caption in sorted(places, key=lambda place: place[:2]):
        block = pages[p].blocks[b]
        text = markdown_to_plain(caption.text) if caption else ""
        inside = markdown_to_plain(block_text(block))[:500] if block.kind == "figure" else ""
        figures.append(
            Figure(
                figure_id=f"{doc_id}/f{len(figures)}",
                page_number=p + 1,
                number=caption.number if caption else None,
                caption=text,
                section_id=section_at(sections, p + 1, _start(written[p], b)),
                boxes=(block.box,),
                plain=f"{text} {inside}".strip(),
            )
        )
    return tuple(figures)


def _start(page: PageMarkdown, b: int) -> int:
    """Return where a block begins in the markdown; for one without words, where the one before it ends."""
    before = [span for span in page.spans[: b + 1] if span is not None]
    own = page.spans[b]
    return own[0] if own is not None else before[-1][1] if before else 0
