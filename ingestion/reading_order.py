"""The order in which a reader takes the boxes of a page: down each column, then on to the next one.

A recursive X-Y cut (Nagy and Seth, "Hierarchical representation of optically scanned documents", ICPR 1984) that looks
for the gutter between columns first and lets boxes that cross it (a title, a wide figure) divide the page into bands.
Whoever cuts at horizontal gaps first reads across columns wherever two paragraphs happen to end on one height.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.document import Box

_JUTS = 0.15  # of a box's width: how far it may reach over a gutter and still belong to the column on one side


def reading_order(boxes: Sequence[Box], *, right_to_left: bool = False) -> list[int]:
    """Return the indices of the boxes in reading order; with `right_to_left` the right column is read first."""
    return _order(list(range(len(boxes))), boxes, right_to_left)


def _order(indices: list[int], boxes: Sequence[Box], right_to_left: bool) -> list[int]:
    if len(indices) < 2:
        return indices
    cut = _gutter(indices, boxes) or _gutter(indices, boxes, jutting=True)
    if cut is None:
        return _down(indices, boxes, right_to_left)
    left, right, crossing = cut
    sides = (right, left) if right_to_left else (left, right)
    if not crossing:
        return [index for side in sides for index in _order(side, boxes, right_to_left)]
    ordered: list[int] = []
    rest = left + right
    for wide in sorted(crossing, key=lambda i: boxes[i].y0):
        above = [i for i in rest if _middle(boxes[i]) < _middle(boxes[wide])]
        rest = [i for i in rest if _middle(boxes[i]) >= _middle(boxes[wide])]
        ordered += [*_order(above, boxes, right_to_left), wide]
    return ordered + _order(rest, boxes, right_to_left)


def _gutter(
    indices: list[int], boxes: Sequence[Box], *, jutting: bool = False
) -> tuple[list[int], list[int], list[int]] | None:
    """Return the boxes left of, right of and across the best gutter; None where there are no columns side by side.

    A gutter is an x that boxes on both sides leave free over a common height. Boxes across it must stand above or
    below of what it parts, so that they make bands. Of several, the one with the most height on its thinner side wins.
    With `jutting`, boxes may reach a little over it.
    """
    best: tuple[float, list[int], list[int], list[int]] | None = None
    slack = 2.0  # points by which boxes of neighbouring columns may touch
    for edge in sorted({boxes[i].x0 for i in indices}):
        left = [i for i in indices if boxes[i].x1 <= edge + slack]
        right = [i for i in indices if boxes[i].x0 >= edge - slack and boxes[i].x1 > edge + slack]
        if not left or not right:
            continue
        crossing = [i for i in indices if boxes[i].x0 < edge - slack and boxes[i].x1 > edge + slack]
        if jutting:
            left, right, crossing = _with_jutting(left, right, crossing, boxes, edge)
        shared = _beside(left, right, crossing, boxes)
        if shared is not None and (best is None or shared > best[0]):
            best = (shared, left, right, crossing)
    return None if best is None else best[1:]


def _with_jutting(
    left: list[int], right: list[int], crossing: list[int], boxes: Sequence[Box], edge: float
) -> tuple[list[int], list[int], list[int]]:
    """Return the sides with the boxes that only jut over the gutter: a line of a listing too long for its column.

    Such a box stands beside one of the other column, else it may be a band, and covers none there.
    """
    kept: list[int] = []
    left, right = list(left), list(right)
    for i in crossing:
        over = (boxes[i].x1 - edge) / max(boxes[i].width, 0.1)
        near, far = (left, right) if over < 0.5 else (right, left)
        beside = [j for j in far if _vertical_overlap(boxes[i], boxes[j]) > 0]
        juts = min(over, 1 - over) < _JUTS and beside and not any(boxes[i].overlap(boxes[j]) > 0 for j in beside)
        (near if juts else kept).append(i)
    return left, right, kept


def _beside(left: list[int], right: list[int], crossing: list[int], boxes: Sequence[Box]) -> float | None:
    """Return over what height, in points, both sides have boxes beside each other; None where that makes no columns."""
    shared = 0.0
    for wide in crossing:
        hit = [
            i for i in (*left, *right) if _vertical_overlap(boxes[i], boxes[wide]) > 0.5 * _lower(boxes[i], boxes[wide])
        ]
        if hit:
            return None
    for i in left:
        shared += sum(_vertical_overlap(boxes[i], boxes[j]) for j in right)
    heights = min(sum(boxes[i].height for i in left), sum(boxes[i].height for i in right))
    return shared if shared > 0.1 * heights else None


def _down(indices: list[int], boxes: Sequence[Box], right_to_left: bool) -> list[int]:
    """Order boxes from top to bottom; those on one height from left to right."""
    ordered: list[int] = []
    rest = sorted(indices, key=lambda i: (boxes[i].y0, boxes[i].x0))
    while rest:
        row = [i for i in rest if _vertical_overlap(boxes[i], boxes[rest[0]]) > 0.6 * _lower(boxes[i], boxes[rest[0]])]
        ordered += sorted(row, key=lambda i: -boxes[i].x1 if right_to_left else boxes[i].x0)
        rest = [i for i in rest if i not in row]
    return ordered


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _vertical_overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))


def _lower(a: Box, b: Box) -> float:
    return max(0.1, min(a.height, b.height))
