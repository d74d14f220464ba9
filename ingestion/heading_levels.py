"""Which level a heading has: by the depth of its number, else by its font beside those whose level is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingestion.blocks import Block, PageBlocks

ENOUGH = 3  # numbered headings from which a document counts as one that numbers them
_STEP = 0.5  # points by which a font is larger than another
_LARGER = 1.08  # times as large as a font that no number tells apart; OCR measures sizes roughly

_Look = tuple[float, bool, bool]
"""Font size, bold, capitals."""
_Levels = dict[_Look, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """A block that heads a section."""

    page: int  # index into the pages
    block: int  # index into the page's blocks
    level: int  # from 1
    number: str | None
    title: str


def size_of(block: Block) -> float:
    """Return the font size of most of a block's letters, of two the larger; 0.0 for a block without words."""
    sizes = Counter[float]()
    for line in block.lines:
        for word in line.words:
            sizes[round(word.size * 2) / 2] += len(word.text)
    return max(sizes, key=lambda size: (sizes[size] > 2, size), default=0.0)


def look_of(block: Block) -> tuple[float, bool]:
    """Return the font size of most of a block's letters, and whether most of its words are bold."""
    words = [word for line in block.lines for word in line.words]
    return size_of(block), sum(word.bold for word in words) > len(words) / 2


def fill_levels(headings: list[Heading], pages: Sequence[PageBlocks]) -> list[Heading]:
    """Give a level to the headings without one: by the depth of their number, else as headings that look the same."""
    roman = sum(h.number is not None and h.number.isalpha() and len(h.number) > 1 for h in headings) >= 2
    letters = _letters(headings)
    told = [_number_level(h.number, roman, i in letters) for i, h in enumerate(headings)]
    looks: dict[_Look, Counter[int]] = {}
    counted: Counter[int] = Counter()  # numbered headings by level
    for heading, own in zip(headings, told, strict=True):
        level = heading.level or own
        if level:
            looks.setdefault(_look(heading, pages), Counter())[level] += 1
            counted[level] += heading.number is not None
    known = {look: levels.most_common(1)[0][0] for look, levels in looks.items()}
    numbered = {level for level in counted if level > 1 and counted[level] >= ENOUGH}
    others = {_look(h, pages) for h, own in zip(headings, told, strict=True) if not (h.level or own)}
    by_look = _levels_of_looks(known, others, numbered)
    result: list[Heading] = []
    for heading, own in zip(headings, told, strict=True):
        level = heading.level or own or by_look[_look(heading, pages)]
        if not result and not heading.level and heading.number is None:
            level = 1  # small as it is ("Abstract"), it stands under nothing
        result.append(replace(heading, level=min(level, 6)))
    return result


def _levels_of_looks(known: Mapping[_Look, int], others: Collection[_Look], numbered: Collection[int]) -> _Levels:
    """Return the level of each look of headings that have neither bookmark nor number.

    As that of a known look that is the same; where the headings of that level are numbered, one without a number stands
    under one of them, as does one as large that is set less heavily. Else one below the next larger look.
    """
    found: _Levels = {}
    for look in sorted(others, key=lambda look: (-look[0], not look[1])):
        same = known.get(look) or next((known[o] for o in known if _as_large(o, look) and o[1] == look[1]), None)
        light = next((known[o] for o in known if _as_large(o, look) and o[1] and known[o] in numbered), None)
        if same is not None:
            found[look] = same + (same in numbered)
        elif light is not None:
            found[look] = light + 1
        else:
            larger = [known[o] for o in known if o[0] > look[0] + _STEP]
            larger += [found[o] for o in found if o[0] > _LARGER * look[0]]
            found[look] = 1 + max(larger, default=0)
    return found


def _as_large(a: _Look, b: _Look) -> bool:
    return abs(a[0] - b[0]) < 0.6


def _look(heading: Heading, pages: Sequence[PageBlocks]) -> _Look:
    """Return (font size, bold, capitals) of a heading."""
    return *look_of(pages[heading.page].blocks[heading.block]), heading.title.isupper()


def _letters(headings: Sequence[Heading]) -> set[int]:
    """Return which of the headings numbered I, V or X are lettered: behind H, U or W, or before J, W or Y."""
    single = [(i, h.number) for i, h in enumerate(headings) if h.number and len(h.number) == 1 and h.number.isalpha()]
    found: set[int] = set()
    for (i, number), (j, following) in pairwise(single):
        if ord(following) == ord(number) + 1:
            found |= {i, j}
    return found


def _number_level(number: str | None, roman: bool, lettered: bool) -> int:
    """Return the level that a number tells: its depth; letters stand below leading Roman numerals; 0 for none."""
    if number is None:
        return 0
    if number.isalpha() and len(number) == 1 and roman and (lettered or number not in "IVX"):
        return 2
    return number.count(".") + 1
