"""A list of pages that stays small: a document of thousands of pages must not fill the memory with its words."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast, overload

from ingestion.blocks import Block, Line, PageBlocks, RawPage, Word
from ingestion.document import Box

T = TypeVar("T", RawPage, PageBlocks)
_PLAIN = 150  # pages whose words are kept as they are; from there on all are packed, a fifth of the size
_NUMBERS = 5  # of a word: its box and its size


class PageList(list[T]):
    """Pages in their order, their words packed once there are many."""

    def __init__(self, pages: Iterable[T] = ()) -> None:
        super().__init__()
        for page in pages:
            self.append(page)

    def append(self, page: T) -> None:
        """Add a page at the end."""
        if len(self) == _PLAIN:
            self[:] = [_packed(kept) for kept in self]
        super().append(cast(Any, page if len(self) < _PLAIN else _packed(page)))


class PackedWords(Sequence[Word]):
    """The words of a line as one text and one row of numbers; a word is made when it is asked for."""

    __slots__ = ("_flags", "_numbers", "_texts")

    def __init__(self, words: Sequence[Word]) -> None:
        self._texts = "\n".join(word.text for word in words)
        self._numbers = array("f", [n for word in words for n in (*word.box.as_tuple(), word.size)])
        self._flags = bytes(word.bold + 2 * word.italic + 4 * word.mono + 8 * word.raw for word in words)

    @property
    def text(self) -> str:
        """The words, separated by single spaces."""
        return self._texts.replace("\n", " ")

    def __len__(self) -> int:
        return len(self._flags)

    @overload
    def __getitem__(self, index: int) -> Word: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Word, ...]: ...

    def __getitem__(self, index: int | slice) -> Word | tuple[Word, ...]:
        return tuple(self)[index]

    def __iter__(self) -> Iterator[Word]:
        numbers = iter(self._numbers)
        rows = zip(*[numbers] * _NUMBERS, strict=True)
        for text, (x0, y0, x1, y1, size), flags in zip(self._texts.split("\n"), rows, self._flags, strict=True):
            yield Word(
                text, Box(x0, y0, x1, y1), size, bool(flags & 1), bool(flags & 2), bool(flags & 4), bool(flags & 8)
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((self._texts, self._flags))


def _packed(page: T) -> T:
    if isinstance(page, RawPage):
        return replace(page, blocks=_packed(page.blocks))
    return replace(page, blocks=tuple(_packed_block(block) for block in page.blocks))


def _packed_block(block: Block) -> Block:
    table = block.table
    if table is not None:
        cells = tuple(replace(cell, lines=tuple(map(_packed_line, cell.lines))) for cell in table.cells)
        table = replace(table, cells=cells)
    return replace(block, lines=tuple(map(_packed_line, block.lines)), table=table)


def _packed_line(line: Line) -> Line:
    if isinstance(cast(Any, line.words), PackedWords) or any("\n" in word.text for word in line.words):
        return line
    return replace(line, words=cast(tuple[Word, ...], PackedWords(line.words)))
