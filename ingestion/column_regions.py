"""Regions of text that run over two columns, parted at the gutter.

OCR joins lines of two columns that stand on one height, and the layout model takes what it joined for one paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ingestion.blocks import Region, Word
from ingestion.document import Box

_TEXT = ("text", "list-item")
_MIDDLE = (0.3, 0.7)  # of a region's width, between which the gutter of two columns stands
_WIDTH = 0.8  # of the font's size, that a gutter is wide at least
_LEAST_WORDS = 12  # on each side: fewer are labels with what they name
_SLACK = 2.0  # points by which a column may reach into the gutter


def part_columns(regions: Sequence[Region], words: Sequence[Word]) -> list[Region]:
    """Return the regions with each text region parted whose words leave a gutter free that others keep to as well.

    On either side of the gutter another region of text must stand, as wide as the part there or narrower: what is set
    in two columns by itself, as a list of names with their meanings, may be one.
    """
    parted: list[Region] = []
    for region in regions:
        gutter = _gutter(region.box, words) if region.kind in _TEXT else None
        if gutter is None or not _is_kept_to(gutter, region, regions):
            parted.append(region)
            continue
        box = region.box
        parted += [Region("text", Box(box.x0, box.y0, gutter[0], box.y1))]
        parted += [Region("text", Box(gutter[1], box.y0, box.x1, box.y1))]
    return parted


def _gutter(box: Box, words: Sequence[Word]) -> tuple[float, float] | None:
    """Return the ends of the widest gap in the middle of a box that no word reaches into from top to bottom."""
    inside = [word for word in words if _holds(box, word.box)]
    if len(inside) < 2 * _LEAST_WORDS:
        return None
    low, high = (box.x0 + share * box.width for share in _MIDDLE)
    best, reached = (0.0, 0.0), box.x0
    for word in sorted(inside, key=lambda word: word.box.x0):
        gap = word.box.x0 - reached
        if gap > best[1] - best[0] and low < (reached + word.box.x0) / 2 < high:
            best = reached, word.box.x0
        reached = max(reached, word.box.x1)
    sides = [sum(word.box.x1 <= best[0] for word in inside), sum(word.box.x0 >= best[1] for word in inside)]
    wide = best[1] - best[0] >= _WIDTH * median(word.size for word in inside)
    return best if wide and min(sides) >= _LEAST_WORDS else None


def _is_kept_to(gutter: tuple[float, float], region: Region, regions: Sequence[Region]) -> bool:
    others = [other.box for other in regions if other is not region and other.kind in (*_TEXT, "heading")]
    left = any(region.box.x0 - _SLACK <= box.x0 and box.x1 <= gutter[0] + _SLACK for box in others)
    right = any(gutter[1] - _SLACK <= box.x0 and box.x1 <= region.box.x1 + _SLACK for box in others)
    return left and right


def _holds(box: Box, word: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
