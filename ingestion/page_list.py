"""A list of pages that stays small: a document of thousands of pages must not fill the memory with its words."""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast, overload

from ingestion.blocks import Block, Line, PageBlocks, RawPage, Word
from ingestion.document import Box

T = TypeVar("T", RawPage, PageBlocks)
_PLAIN = 150  # pages that are kept as they are; from there on all are bytes
_OPEN = 8  # of those, the pages that are at hand
_NUMBERS = 5  # of a word: its box and its size


class PageList(MutableSequence[T]):
    """Pages in their order; once there are many, each is one run of bytes until it is asked for.

    A page as it is has thousands of small objects. Those that stay would be strewn among those that go, so that the
    memory of neither could be given back.
    """

    def __init__(self, pages: Iterable[T] = ()) -> None:
        self._pages: list[T | bytes] = []
        self._open: OrderedDict[int, T] = OrderedDict()
        if isinstance(pages, PageList):  # what is shut is shared
            self._pages.extend(pages._pages)
        else:
            self.extend(pages)

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        kept = self._pages[index]
        if not isinstance(kept, bytes):
            return kept
        at = index % len(self._pages)
        if at not in self._open:
            self._open[at] = cast(T, pickle.loads(zlib.decompress(kept)))
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return self._open[at]

    def __setitem__(self, index: int | slice, page: Any) -> None:
        if isinstance(index, slice):
            raise TypeError("pages are set one at a time")
        self._open.pop(index % len(self._pages), None)
        self._pages[index] = _shut(page) if len(self._pages) > _PLAIN else page

    def __delitem__(self, index: int | slice) -> None:
        raise TypeError("a document's pages are not taken away")

    def insert(self, index: int, value: T) -> None:
        """Add a page at the end, the one place where pages are added."""
        if index != len(self._pages):
            raise ValueError(f"index={index}: pages are added at the end, at {len(self._pages)}")
        if len(self._pages) == _PLAIN:
            self._pages[:] = [_shut(cast(T, kept)) for kept in self._pages]
        self._pages.append(value if len(self._pages) < _PLAIN else _shut(value))


def _shut(page: T) -> bytes:
    return zlib.compress(pickle.dumps(_packed(page), protocol=pickle.HIGHEST_PROTOCOL), 1)


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
