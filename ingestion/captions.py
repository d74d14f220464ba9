"""Captions: which blocks are captions of tables and figures, with which number, and what they belong to.

Layout analysis calls little more than half of the captions so; the others are found by how they begin. Whether captions
stand above or below is decided for the whole document, then each caption gets one table or figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ingestion.blocks import Block, PageBlocks

Kind = Literal["table", "figure"]

TABLE_WORDS = r"Tables?|Tab\.|Tabelle|Tableau|Tabla|Tabella|Tabela"
_FIGURE_WORDS = r"Figures?|Fig\.|Exhibit|Abbildung|Abb\.|Figura|Chart|Scheme|Plate|Diagram"
_NUMBER = r"(?:[A-Z]{1,2}[.\-–]?)?\d+(?:[.\-–]\d+)*[a-z]?|[IVXLC]+|[A-Z]\.\d+"
_LABEL = re.compile(
    rf"(?:(?P<table>{TABLE_WORDS})|(?P<figure>{_FIGURE_WORDS}))\s*(?P<number>{_NUMBER})(?P<rest>.*)", re.I | re.S
)
_AFTER = re.compile(r"\s*$|\s*[:.|]|\s*[-–—]\s|\s+[(\[]?[A-Z0-9\"“‘'(]")
_SET_OFF = re.compile(
    r"\s*[:.|]\s+[A-Z(\"“‘]"
)  # a label that a mark sets off begins no sentence: "Table 1. Players ..."
_TITLE = re.compile(r"\s*[:.|]\s+[A-Z0-9(\"“‘]")
_LONGEST = 700  # characters of a caption that the layout model takes for text
_LONGEST_SET_OFF = 1500  # and of one whose label is set off
_BESIDE = 0.2  # share of the page's width, at most, between a caption in the margin and what it belongs to
_FAR = 0.4  # share of the page's height beyond which a caption belongs to nothing there


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption as it stands on a page."""

    page: int  # index into the pages
    block: int  # index into the page's blocks
    kind: Kind
    number: str  # "2", "3-1", "A.4"
    text: str  # whole, with its label
    target: int | None = None  # index of the block that it belongs to; None where none was found


def find_captions(pages: Sequence[PageBlocks]) -> list[Caption]:
    """Return the captions of all pages, each with its table or figure where one is near enough."""
    captions = [caption for index, page in enumerate(pages) for caption in _page_captions(index, page)]
    captions = _without_sentences(captions)
    kinds: tuple[Kind, ...] = ("table", "figure")
    below = {kind: _stands_below(captions, pages, kind) for kind in kinds}
    assigned: list[Caption] = []
    for index, page in enumerate(pages):
        assigned += _assign([c for c in captions if c.page == index], page, below)
    return assigned


def parse_label(text: str, *, sure: bool = False) -> tuple[Kind, str] | None:
    """Return (kind, number) of a text that begins as a caption does; None for others.

    `sure` is for blocks that are known to be captions. "Table 2 compares ..." is a sentence, "Table 2 Results" is not.

    >>> parse_label("Table 3-1: Registers"), parse_label("Figure 4 shows that"), parse_label("Fig. 2b. Setup")
    (('table', '3-1'), None, ('figure', '2b'))
    """
    match = _LABEL.match(text)
    if match is None or not (sure or _AFTER.match(match["rest"])):
        return None
    if not match["number"][0].isdecimal() and match["number"][0].islower():
        return None  # "table i" in running text
    return ("table" if match["table"] else "figure"), match["number"].replace("–", "-")


def is_table_title(block: Block) -> bool:
    """Return whether a block is the title of a table whose label is set off: "Table 3: Yields of barley"."""
    match = _LABEL.match(block_text(block))
    return match is not None and bool(match["table"]) and bool(_TITLE.match(match["rest"]))


def block_text(block: Block) -> str:
    """Return a block's lines as one text, words broken at line ends joined."""
    text = ""
    for line in block.lines:
        piece = line.text
        if text.endswith("-") and piece[:1].islower() and text[-2:-1].isalpha():
            text = text[:-1] + piece
        else:
            text = f"{text} {piece}" if text else piece
    return text


def _page_captions(index: int, page: PageBlocks) -> Iterator[Caption]:
    for i, block in enumerate(page.blocks):
        if block.kind not in ("caption", "text", "heading", "title", "list-item") or not block.lines:
            continue
        text = block_text(block)
        label = parse_label(text, sure=block.kind == "caption")
        match = _LABEL.match(text)
        if label is None or match is None:
            continue
        longest = _LONGEST_SET_OFF if _SET_OFF.match(match["rest"]) else _LONGEST
        if block.kind != "caption" and len(text) > longest:
            continue
        if not match["rest"].strip(" .:"):
            text = f"{text} {_continuation(page, i)}".strip()
        yield Caption(index, i, label[0], label[1], " ".join(text.split()))


def _without_sentences(captions: Sequence[Caption]) -> list[Caption]:
    """Leave out a text that the layout model takes for a caption where another of its number reads more like one."""
    proper = {(c.kind, c.number) for c in captions if parse_label(c.text) is not None}
    return [c for c in captions if parse_label(c.text) is not None or (c.kind, c.number) not in proper]


def _continuation(page: PageBlocks, i: int) -> str:
    """Return the block right below a bare label ("Table 1."), which is then the caption's text."""
    label = page.blocks[i]
    for block in page.blocks[i + 1 : i + 3]:
        near = -2 <= block.box.y0 - label.box.y1 < 1.5 * label.lines[-1].box.height
        centred = abs(block.box.x0 + block.box.x1 - label.box.x0 - label.box.x1) < 20
        aligned = abs(block.box.x0 - label.box.x0) < 30 or centred
        if near and aligned and block.kind in ("text", "heading", "caption", "title"):
            return block_text(block)
    return ""


def _gap(caption: Block, target: Block) -> tuple[float, bool]:
    """Return (points between a caption and its target, whether the caption stands below)."""
    under = caption.box.y0 + caption.box.y1 > target.box.y0 + target.box.y1
    gap = caption.box.y0 - target.box.y1 if under else target.box.y0 - caption.box.y1
    return max(gap, 0.0), under


def _overlaps(a: Block, b: Block) -> bool:
    return min(a.box.x1, b.box.x1) - max(a.box.x0, b.box.x0) > -5


def _aside(a: Block, b: Block) -> float | None:
    """Return how many points a caption stands beside its target, in the margin; None where it is not at its height."""
    middle = (a.box.y0 + a.box.y1) / 2
    if not b.box.y0 - a.box.height <= middle <= b.box.y1 + a.box.height:
        return None
    return max(b.box.x0 - a.box.x1, a.box.x0 - b.box.x1)


def _stands_below(captions: Sequence[Caption], pages: Sequence[PageBlocks], kind: Kind) -> bool:
    """Return whether most captions of a kind stand below; by custom, figures' do where nothing tells."""
    votes = 0.0
    for caption in captions:
        if caption.kind != kind:
            continue
        page = pages[caption.page]
        own = page.blocks[caption.block]
        near = {True: float("inf"), False: float("inf")}
        for block in page.blocks:
            if block.kind == kind and _overlaps(own, block):
                gap, under = _gap(own, block)
                near[under] = min(near[under], gap)
        if near[True] != near[False]:
            votes += 1 if near[True] < near[False] else -1
    return votes > 0 or (votes == 0 and kind == "figure")


def _assign(captions: list[Caption], page: PageBlocks, below: dict[Kind, bool]) -> list[Caption]:
    """Give each caption at most one block and each block at most one caption, at the least total distance."""
    targets = [i for i, block in enumerate(page.blocks) if block.kind in ("table", "figure")]
    if not captions or not targets:
        return captions
    from scipy.optimize import linear_sum_assignment

    far = 10_000.0
    cost = np.full((len(captions), len(targets)), far)
    for row, caption in enumerate(captions):
        own = page.blocks[caption.block]
        for column, i in enumerate(targets):
            block = page.blocks[i]
            gap, under = _gap(own, block)
            if not _overlaps(own, block):
                aside = _aside(own, block)
                if aside is not None and aside < _BESIDE * page.width and block.kind == caption.kind:
                    cost[row, column] = 100.0 + aside
                continue
            if gap > _FAR * page.height:
                continue
            wrong_side = 80.0 if under != below[caption.kind] else 0.0
            wrong_kind = 200.0 if block.kind != caption.kind else 0.0
            cost[row, column] = gap + wrong_side + wrong_kind + _between(page, own, block)
    rows, columns = linear_sum_assignment(cost)
    found = {int(r): targets[int(c)] for r, c in zip(rows, columns, strict=True) if cost[r, c] < far}
    return [Caption(c.page, c.block, c.kind, c.number, c.text, found.get(row)) for row, c in enumerate(captions)]


def _between(page: PageBlocks, caption: Block, target: Block) -> float:
    """Return a cost for blocks of text that stand between a caption and what it might belong to."""
    top, bottom = min(caption.box.y1, target.box.y1), max(caption.box.y0, target.box.y0)
    return 60.0 * sum(
        1
        for block in page.blocks
        if block is not caption
        and block is not target
        and block.kind in ("text", "heading", "list-item", "caption", "table", "figure")
        and _overlaps(block, caption)
        and top - 1 <= (block.box.y0 + block.box.y1) / 2 <= bottom + 1
    )
