"""The order in which the boxes of a page are read: down each column, then across.

A recursive XY-cut (Nagy and Seth, 1984) that prefers columns: boxes are parted at an upright gap where there is one;
where a box spans the gap (a title, a wide table) the page is first parted above and below it, and only there, so that two
paragraph gaps that happen to be level do not tear columns apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingestion.document import Box

_SLACK = 3.0  # points by which neighbouring boxes may overlap and still be apart


def reading_order(boxes: Sequence[Box], page: Box) -> list[int]:
    """Return the indices of the boxes in reading order."""
    return _order(list(boxes), list(range(len(boxes))), page)


def _order(boxes: Sequence[Box], indices: list[int], page: Box) -> list[int]:
    if len(indices) < 2:
        return indices
    columns = _columns(boxes, indices)
    if columns is not None:
        return [i for column in columns for i in _order(boxes, column, page)]
    bands = _bands(boxes, indices)
    if len(bands) > 1:
        return [i for band in _join_bands(boxes, bands) for i in _order(boxes, band, page)]
    spanning = max(indices, key=lambda i: (boxes[i].width, -boxes[i].y0))
    rest = [i for i in indices if i != spanning]
    if _columns(boxes, rest) is not None:  # one box overlaps others a little: read it by where it begins
        above = [i for i in rest if _middle(boxes[i]) < _middle(boxes[spanning])]
        below = [i for i in rest if i not in above]
        return [*_order(boxes, above, page), spanning, *_order(boxes, below, page)]
    return sorted(indices, key=lambda i: (round(boxes[i].y0 / 4), boxes[i].x0))


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _columns(boxes: Sequence[Box], indices: Sequence[int]) -> list[list[int]] | None:
    """Part boxes into columns at every upright gap, or None where there is no such gap."""
    groups = _parted(indices, lambda i: boxes[i].x0, lambda i: boxes[i].x1)
    return groups if len(groups) > 1 else None


def _bands(boxes: Sequence[Box], indices: Sequence[int]) -> list[list[int]]:
    return _parted(indices, lambda i: boxes[i].y0, lambda i: boxes[i].y1)


def _parted(indices: Sequence[int], low: Callable[[int], float], high: Callable[[int], float]) -> list[list[int]]:
    """Part indices at every gap of their extents, low to high."""
    ordered = sorted(indices, key=low)
    groups: list[list[int]] = []
    reach = float("-inf")
    for i in ordered:
        if groups and low(i) < reach - _SLACK:
            groups[-1].append(i)
        else:
            groups.append([i])
        reach = max(reach, high(i))
    return groups


def _join_bands(boxes: Sequence[Box], bands: list[list[int]]) -> list[list[int]]:
    """Join neighbouring bands that together still part into the same columns, so that a column is read to its end."""
    joined: list[list[int]] = []
    for band in bands:
        if joined:
            together = joined[-1] + band
            if _columns(boxes, together) is not None and _same_columns(boxes, joined[-1], band):
                joined[-1] = together
                continue
        joined.append(list(band))
    return joined


def _same_columns(boxes: Sequence[Box], above: Sequence[int], below: Sequence[int]) -> bool:
    """Return whether at least one of two bands has columns, and a lone box in the other fills most of one of them."""
    parts = [_columns(boxes, above), _columns(boxes, below)]
    if parts[0] is None and parts[1] is None:
        return False
    if parts[0] is not None and parts[1] is not None:
        return True
    columns = parts[0] or parts[1] or []
    single = below if parts[0] is not None else above
    widths = [max(boxes[i].x1 for i in c) - min(boxes[i].x0 for i in c) for c in columns]
    extent = max(boxes[i].x1 for i in single) - min(boxes[i].x0 for i in single)
    return extent > 0.4 * min(widths)
