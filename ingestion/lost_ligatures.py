"""Ligatures of which a font tells the last letter alone: "he irst" where the page shows "The first".

Some programs write into a PDF that the glyph "fi" is an "i". The words then lack letters wherever they are read. But
the glyph is as wide as the letters that it joins, and the same font has each of them alone elsewhere on the page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

_LIGATURES = ("Th", "ff", "fi", "fl", "ffi", "ffl", "fj", "tt", "ti")
_LAST = frozenset(ligature[-1] for ligature in _LIGATURES)
_WIDER = 1.5  # times the letter, from which a glyph may be more than that letter
_NEAR = 0.12  # share by which a ligature may be narrower or wider than its letters: they are set closer
_SPACED = 0.1  # sizes of the font that the letters beside it may be wider than usual, or the word is spaced out
_NOTHING = 0.02  # sizes of the font below which a letter has no width
_INSIDE = 0.1  # sizes of the font by which a space begins inside of the letter before it, which it follows elsewhere

Char = dict[str, Any]
Widths = dict[tuple[str, str], float]
"""The usual width of a letter in a font, in sizes of the font."""


def mend_ligatures(data: dict[str, Any]) -> None:
    """Put back, in the characters of `Page.get_text("rawdict")`, the letters that ligatures lost."""
    widths = _usual_widths(data, _LAST)
    wide = [
        (span, i, width)
        for span in _spans(data)
        for i, char in enumerate(span["chars"])
        if char["c"] in _LAST and (width := _width(char, span)) > _WIDER * widths[span["font"], char["c"]]
    ]
    if not wide:
        return
    every = _usual_widths(data)
    found = [(span["chars"][i], _ligature(span, i, width, every)) for span, i, width in wide]
    for char, ligature in found:
        char["c"] = ligature or char["c"]


def drop_covered_spaces(data: dict[str, Any]) -> None:
    """Take out spaces that stand inside of the ligature before them, with the next letter at its edge: "Pfl anzen".

    Some programs write one behind each ligature, which takes no room on the page.
    """
    for span in _spans(data):
        chars, size = span["chars"], float(span["size"])
        covered = [i for i in range(1, len(chars) - 1) if _is_covered(chars[i - 1], chars[i], chars[i + 1], size)]
        if covered:
            span["chars"] = [char for i, char in enumerate(chars) if i not in covered]


def _is_covered(before: Char, space: Char, behind: Char, size: float) -> bool:
    if not space["c"].isspace() or not (before["c"].isalpha() and behind["c"].isalpha()):
        return False
    edge = before["bbox"][2]  # the last letter of a ligature has no width of its own
    inside = edge - before["bbox"][0] < _NOTHING * size and space["bbox"][0] < edge - _INSIDE * size
    return bool(inside) and abs(behind["bbox"][0] - edge) < 2 * _NOTHING * size


def _spans(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the spans that are read from left to right: the width of a letter that is turned is its height."""
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            if line["dir"][0] > 0.9:
                yield from line["spans"]


def _width(char: Char, span: dict[str, Any]) -> float:
    return float(char["bbox"][2] - char["bbox"][0]) / max(float(span["size"]), 0.1)


def _usual_widths(data: dict[str, Any], letters: frozenset[str] | None = None) -> Widths:
    seen: dict[tuple[str, str], Counter[float]] = defaultdict(Counter)
    for span in _spans(data):
        for char in span["chars"]:
            if letters is None or char["c"] in letters:
                seen[span["font"], char["c"]][round(_width(char, span), 2)] += 1
    return {key: counts.most_common(1)[0][0] for key, counts in seen.items()}


def _ligature(span: dict[str, Any], i: int, width: float, widths: Widths) -> str:
    """Return the ligature that ends in a letter and fits its width best, "" for none."""
    chars, font = span["chars"], span["font"]
    if i + 1 < len(chars) and _width(chars[i + 1], span) < _NOTHING:
        return ""  # the first letter of a ligature that the font tells whole: the next has no width
    beside = [char for char in chars[max(0, i - 1) : i + 2] if char is not chars[i] and char["c"].isalpha()]
    if any(_width(char, span) > widths[font, char["c"]] + _SPACED for char in beside):
        return ""
    found = []
    for ligature in _LIGATURES:
        parts = [widths.get((font, part), 0.0) for part in ligature]
        if ligature[-1] == chars[i]["c"] and all(parts):
            found.append((abs(width - sum(parts)) / sum(parts), ligature))
    off, best = min(found, default=(1.0, ""))
    return best if off <= _NEAR else ""
