"""Leaders whose dots no code tells: rows of one narrow unnamed letter -> dots, so that a page is not taken for garbled.

Typesetting programs draw the dots that lead from a label to its number with a font of their own, whose file does not
tell what they are. Letters of words differ in width, and those of a font for code are wide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

_UNNAMED = "\ufffd"
_LEAST = 4  # dots of a leader
_NARROW = 0.45  # of the font's size, at most, that a dot takes up
_ALIKE = 0.05  # of the font's size, by which the dots' widths may differ


def name_leaders(data: dict[str, Any]) -> None:
    """Turn runs of an unnamed letter that are leaders into dots, in what `Page.get_text("rawdict")` gives."""
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for run in _unnamed_runs(span["chars"]):
                    if len(run) >= _LEAST and _is_leader(run, span["size"], line["dir"]):
                        for char in run:
                            char["c"] = "."


def _unnamed_runs(chars: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for unnamed, run in groupby(chars, key=lambda char: char["c"] == _UNNAMED):
        if unnamed:
            yield list(run)


def _is_leader(run: Sequence[dict[str, Any]], size: float, direction: Sequence[float]) -> bool:
    """Return whether letters are narrow and all as wide, in the direction in which they are read."""
    start = 0 if abs(direction[0]) > abs(direction[1]) else 1
    widths = [abs(char["bbox"][start + 2] - char["bbox"][start]) for char in run]
    return bool(max(widths) < _NARROW * size and max(widths) - min(widths) < _ALIKE * size)
