"""Numbered equations: their number, where they stand, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingestion.blocks import Block, PageBlocks
from ingestion.document import Equation, Page, Section, section_at
from ingestion.plain import markdown_to_plain

if TYPE_CHECKING:
    from ingestion.markdown import PageMarkdown  # which reads text files, whose equations are found here

_NUMBER = r"[A-Z]?\.?\d{1,3}(?:[.\-–]\d{1,3})*[a-z]?"
_AT_END = re.compile(rf"(?:^|[\s.,;])\(({_NUMBER})\)\s*$")
_TAG = re.compile(rf"\\tag\*?\{{\(?({_NUMBER})\)?\}}")
_DISPLAY = re.compile(rf"\$\$(?P<body>.+?)\$\$[ \t]*(?:\((?P<number>{_NUMBER})\))?", re.S)


def find_equations(
    pages: Sequence[PageBlocks], written: Sequence[PageMarkdown], sections: Sequence[Section]
) -> tuple[Equation, ...]:
    """Return the numbered equations in reading order, the first of each number."""
    found: dict[str, Equation] = {}
    for p, (page, text) in enumerate(zip(pages, written, strict=True)):
        before: list[str] = []  # words of formulas that have no number yet
        first: int | None = None  # where they begin
        for block, span in zip(page.blocks, text.spans, strict=True):
            if block.kind != "formula" or span is None:
                before, first = [], None
                continue
            first = span[0] if first is None else first
            for number, plain in _numbered(block, before):
                section = section_at(sections, p + 1, span[0])
                equation = Equation(number, p + 1, first, span[1], section, (block.box,), plain)
                found.setdefault(number, equation)
            if not before:
                first = None
    return tuple(found.values())


def _numbered(block: Block, before: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (number, words) of the equations that end in a block; what is left over stays in `before`."""
    for line in block.lines:
        match = _TAG.search(line.text) or _AT_END.search(line.text)
        before.append(line.text)
        if match is not None:
            yield match[1].replace("–", "-"), markdown_to_plain(" ".join(before))
            before.clear()


def text_equations(pages: Sequence[Page], sections: Sequence[Section]) -> tuple[Equation, ...]:
    r"""Return the numbered display formulas of markdown: `$$x \tag{3}$$`, or with (3) at the end or behind it."""
    found: dict[str, Equation] = {}
    for page in pages:
        for match in _DISPLAY.finditer(page.markdown):
            inside = _TAG.search(match["body"]) or _AT_END.search(match["body"])
            number = match["number"] or (inside[1] if inside is not None else "")
            if number:
                section = section_at(sections, page.number, match.start())
                plain = markdown_to_plain(match[0])
                found.setdefault(number, Equation(number, page.number, match.start(), match.end(), section, (), plain))
    return tuple(found.values())
