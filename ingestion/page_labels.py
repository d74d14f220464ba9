"""Printed page numbers: those of the PDF's own page tree, else those that running heads and feet count."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from ingestion.blocks import PageBlocks

_ROMAN = re.compile(r"[ivxl]{1,7}")
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50}
_PARTS = frozenset("chapter section part volume vol. no. issue version appendix kapitel chapitre abschnitt".split())
_SHARE = 0.5  # of the pages with a number at the edge of a running head that must count alike
_LEAST_RISING = 4  # pages that count upwards with leaps, as those taken from a longer document do


def page_labels(pages: Sequence[PageBlocks]) -> list[str]:
    """Return the printed number of each page, "" where it has none that can be told."""
    if any(page.label for page in pages):
        return [page.label for page in pages]
    seen = [_numbers(page) for page in pages]
    labels = _evenly(pages, seen) or _rising(seen) or [""] * len(pages)
    first = next((i for i, label in enumerate(labels) if label), len(pages))
    for i, label in _roman(pages[:first]).items():  # the pages before the first, of a preface or contents
        labels[i] = label
    return labels


def _edge_words(page: PageBlocks) -> set[str]:
    """Return the words at the edges of a page's running heads and feet, but for those of "Chapter 3"."""
    found = set()
    for line in (ln for b in page.blocks if b.kind in ("page-header", "page-footer") for ln in b.lines):
        found.add(line.words[0].text)
        if len(line.words) == 1 or line.words[-2].text.casefold() not in _PARTS:
            found.add(line.words[-1].text)
    return found


def _numbers(page: PageBlocks) -> set[int]:
    return {int(word) for word in _edge_words(page) if word.isascii() and word.isdecimal() and len(word) < 5}


def _evenly(pages: Sequence[PageBlocks], seen: Sequence[set[int]]) -> list[str]:
    """Return the numbers that differ from the page's own by the same on most pages; [] where none do."""
    offsets = Counter(number - page.number for page, numbers in zip(pages, seen, strict=True) for number in numbers)
    if not offsets:
        return []
    offset, count = offsets.most_common(1)[0]
    if count < max(2, _SHARE * sum(map(bool, seen))):
        return []
    return [
        str(p.number + offset) if p.number + offset in numbers else "" for p, numbers in zip(pages, seen, strict=True)
    ]


def _rising(seen: Sequence[set[int]]) -> list[str]:
    """Return the longest row of numbers that rise from page to page; [] where it leaves out many pages with numbers."""
    ends: list[int] = []  # the least last number of a row of each length
    rows: list[list[tuple[int, int]]] = []  # that row: (index of the page, number)
    for i, numbers in enumerate(seen):
        for number in sorted(numbers, reverse=True):  # downwards, so that a page adds one number to a row
            at = bisect_left(ends, number)
            row = [*(rows[at - 1] if at else []), (i, number)]
            if at == len(ends):
                ends.append(number)
                rows.append(row)
            else:
                ends[at], rows[at] = number, row
    best = rows[-1] if rows else []
    if len(best) < max(_LEAST_RISING, 0.75 * sum(map(bool, seen))):
        return []
    labels = [""] * len(seen)
    for i, number in best:
        labels[i] = str(number)
    return labels


def _roman(pages: Sequence[PageBlocks]) -> dict[int, str]:
    """Return the small Roman numbers at the edges of running heads and feet that rise from page to page, if several."""
    found: dict[int, str] = {}
    last = 0
    for i, page in enumerate(pages):
        for word in sorted(_edge_words(page)):
            if _ROMAN.fullmatch(word) and (value := _value(word)) > last and value >= i:
                found[i], last = word, value
                break
    return found if len(found) > 1 else {}


def _value(roman: str) -> int:
    values = [_ROMANS[letter] for letter in roman]
    return sum(-v if any(w > v for w in values[k + 1 : k + 2]) else v for k, v in enumerate(values))
