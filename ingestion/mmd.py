"""The markup that Nougat writes (.mmd) -> markdown that any viewer shows, and markdown -> the blocks of a page.

Tables come as LaTeX and become pipe tables, each spanned place filled; formulas go from \\( \\) and \\[ \\] to dollars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ingestion.blocks import Block, BlockKind, Cell, Line, RawTable, Word
from ingestion.captions import parse_label
from ingestion.document import Box
from ingestion.plain import rows_to_pipes

MISSING_PAGE = re.compile(r"\[MISSING_PAGE(?:_[A-Z]+)*(?::\d+)?\]")

_TABULAR = re.compile(r"\\begin\{tabular\}\s*(?:\{(?:[^{}]|\{[^{}]*\})*\})?(.*?)\\end\{tabular\}", re.S)
_TABLE = re.compile(r"\\(?:begin|end)\{(?:table|center|figure|tabular)\*?\}(?:\[[^\]]*\])?")
_DISPLAY = re.compile(r"\\\[(.+?)\\\]", re.S)
_INLINE = re.compile(r"\\\((.+?)\\\)", re.S)
_SPAN = re.compile(r"\\multi(column|row)\{(\d+)\}\{[^{}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^{}]*\}|cmidrule(?:\([^)]*\))?\{[^{}]*\})")
_SHARE = 0.05  # of a page's words that must be found in its text layer for their places to be believed


def mmd_to_markdown(text: str) -> str:
    r"""Return Nougat's markup as CommonMark with pipe tables and dollar formulas; its marks of missing pages are cut.

    >>> mmd_to_markdown("Let \\(x=1\\).\n\n\\[y=2\\tag{3}\\]")
    'Let $x=1$.\n\n$$y=2\\tag{3}$$'
    """
    text = MISSING_PAGE.sub("", text)
    text = _TABULAR.sub(lambda match: f"\n\n{rows_to_pipes(_tabular_rows(match[1]))}\n\n", text)
    text = _TABLE.sub("\n\n", text)
    text = _DISPLAY.sub(lambda match: f"$${match[1].strip()}$$", text)
    text = _INLINE.sub(lambda match: f"${match[1].strip()}$", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _tabular_rows(body: str) -> list[list[str]]:
    """Return a LaTeX table's cells; a cell over several places is repeated in each."""
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column -> (rows left, text) of cells that reach down
    for source in re.split(r"\\\\(?:\[[^\]]*\])?", _RULES.sub("", body)):
        if not source.strip():
            continue
        row: list[str] = []
        for part in re.split(r"(?<!\\)&", source):
            text, width, height = _cell(part)
            for _ in range(width):
                column = len(row)
                left, above = below.pop(column, (0, ""))
                row.append(text if text or not left else above)
                if height > 1:
                    below[column] = (height - 1, text)
                elif left > 1:
                    below[column] = (left - 1, above)
        rows.append(row)
    return rows


def _cell(source: str) -> tuple[str, int, int]:
    """Return (text, columns, rows) of a cell."""
    width = height = 1
    text = source.strip()
    while (match := _SPAN.search(text)) is not None:
        if match[1] == "column":
            width = min(int(match[2]), 60)
        else:
            height = min(int(match[2]), 200)
        text = text[: match.start()] + match[3] + text[match.end() :]
    text = _INLINE.sub(lambda match: f"${match[1].strip()}$", text)
    return " ".join(text.replace("\\&", "&").replace("\\%", "%").split()), width, height


def markdown_to_blocks(markdown: str, layer: Sequence[Word], page: Box) -> tuple[Block, ...]:
    """Return a page's blocks; a word stands where the text layer has it, one that it lacks where the one before does.

    Without a text layer every word's place is the page.
    """
    blocks = [_block(paragraph) for paragraph in _paragraphs(markdown)]
    words = [word for block in blocks for line in block.lines for word in line.words]
    boxes = iter(_place(words, layer, page))
    return tuple(_placed(block, boxes) for block in blocks if block.lines)


def _paragraphs(markdown: str) -> Iterator[str]:
    """Yield headings, fences, tables and what blank lines part."""
    fence: list[str] = []
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        if fence or paragraph.lstrip().startswith("```"):
            fence.append(paragraph)
            if sum(part.count("```") for part in fence) % 2 == 0:
                yield "\n\n".join(fence)
                fence = []
            continue
        lines = paragraph.split("\n")
        while lines and re.match(r"#{1,6}\s", lines[0]):
            yield lines.pop(0)
        if lines:
            yield "\n".join(lines)
    if fence:
        yield "\n\n".join(fence)


def _block(paragraph: str) -> Block:
    heading = re.match(r"(#{1,6})\s+(.*)", paragraph, re.S)
    kind: BlockKind = "text"
    size = 10.0
    if heading is not None:
        kind, size = ("title" if len(heading[1]) == 1 else "heading"), 24.0 - 2 * len(heading[1])
        paragraph = heading[2].strip("*_ ")
    elif paragraph.startswith("```"):
        return _words_block("code", re.sub(r"^```.*\n?|\n?```$", "", paragraph), 10.0, mono=True)
    elif re.match(r"\|.*\|\s*\n\|(?:\s*:?-+:?\s*\|)+", paragraph):
        return _table_block(paragraph)
    elif paragraph.startswith("$$"):
        kind = "formula"
    elif re.match(r"(?:[*+-]|\d+[.)])\s", paragraph):
        kind = "list-item"
    elif parse_label(paragraph.strip("*_ ")) is not None:
        kind, paragraph = "caption", paragraph.strip("*_ ")
    return _words_block(kind, paragraph, size)


def _words_block(kind: BlockKind, text: str, size: float, *, mono: bool = False) -> Block:
    lines = []
    for source in text.split("\n"):
        words = [Word(part, _NOWHERE, size, mono=mono, raw=not mono) for part in _split(source, mono)]
        if words:
            lines.append(Line(tuple(words), _NOWHERE))
    return Block(kind, _NOWHERE, tuple(lines))


def _split(text: str, code: bool) -> list[str]:
    """Part text at spaces, formulas kept whole."""
    return text.split() if code else re.findall(r"(?:\$\$.+?\$\$|\$[^$\n]+\$|\S)+", text)


def _table_block(paragraph: str) -> Block:
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        for number, line in enumerate(paragraph.split("\n"))
        if number != 1 and line.strip()
    ]
    width = max(map(len, rows))
    cells = []
    for r, row in enumerate(rows):
        for c in range(width):
            block = _words_block("text", row[c] if c < len(row) else "", 10.0)
            cells.append(Cell(r, c, 1, 1, block.lines, _NOWHERE))
    lines = tuple(line for cell in cells for line in cell.lines)
    return Block("table", _NOWHERE, lines, RawTable(len(rows), width, tuple(cells), 1))


def _place(words: Sequence[Word], layer: Sequence[Word], page: Box) -> list[Box]:
    """Return a box for each word, by the longest matching runs of letters between both texts."""
    own, theirs = [_letters(word.text) for word in words], [_letters(word.text) for word in layer]
    boxes: list[Box | None] = [None] * len(words)
    for match in SequenceMatcher(None, own, theirs, autojunk=False).get_matching_blocks():
        for i in range(match.size):
            if own[match.a + i]:
                boxes[match.a + i] = layer[match.b + i].box
    found = sum(box is not None for box in boxes)
    if not found or found < _SHARE * len(words):
        return [page] * len(words)
    last = next(box for box in boxes if box is not None)
    placed = []
    for box in boxes:
        last = box or last
        placed.append(last)
    return placed


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _placed(block: Block, boxes: Iterator[Box]) -> Block:
    """Return a block with its words at their boxes, taken in the order of its lines."""
    lines = tuple(_placed_line(line, boxes) for line in block.lines)
    hull = lines[0].box
    for line in lines[1:]:
        hull = hull.union(line.box)
    table = block.table
    if table is not None:
        rest = iter(lines)
        cells = []
        for cell in table.cells:
            own = tuple(next(rest) for _ in cell.lines)
            box = own[0].box if own else hull
            for line in own[1:]:
                box = box.union(line.box)
            cells.append(replace(cell, lines=own, box=box))
        table = replace(table, cells=tuple(cells))
    return Block(block.kind, hull, lines, table)


def _placed_line(line: Line, boxes: Iterator[Box]) -> Line:
    words = tuple(replace(word, box=next(boxes)) for word in line.words)
    hull = words[0].box
    for word in words[1:]:
        hull = hull.union(word.box)
    return Line(words, hull)


_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
