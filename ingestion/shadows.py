"""Text that is drawn twice, a hair apart, for a shadow or to look bold: read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

Letter: TypeAlias = tuple[str, str, float, int, int]
"""What a letter is, its font and size, and where it begins, counted in steps of what two drawings may be apart."""

_APART = 0.2  # of the size, that the two may be apart
_LETTERS_APART = 0.1  # where letters are compared one by one: less than the narrowest letter is wide


def drop_shadows(data: dict[str, Any]) -> None:
    """Take out of what `Page.get_text("rawdict")` gives each span that others repeat nearly in its place."""
    lines = [line for block in data["blocks"] for line in block.get("lines", ())]
    _drop_repeated(lines)
    _drop_covered(lines)


def _drop_repeated(lines: list[dict[str, Any]]) -> None:
    """Empty one of two spans of the same text in one place.

    Of the two that one is kept which stands in the longer line: first letters and small capitals drawn one behind the
    other, each with its shadow, come as one line of both and two of one each.
    """
    known: dict[tuple[str, str, float], list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for line in lines:
        for span in line["spans"]:
            text = "".join(char["c"] for char in span["chars"])
            if len(text) > 1 and not text.isspace():
                known.setdefault((text, span["font"], round(span["size"], 1)), []).append((line, span))
    for (_, _, size), drawn in known.items():
        for place, (line, span) in enumerate(drawn):
            for other_line, other in drawn[:place]:
                if span["chars"] and other["chars"] and _in_one_place(span, other, _APART * size):
                    shorter = span if len(line["spans"]) < len(other_line["spans"]) else other
                    shorter["chars"] = []


def _drop_covered(lines: list[dict[str, Any]]) -> None:
    """Empty each span all of whose letters other spans draw as well, the shortest first.

    A shadow may part its words elsewhere, or lack the points of its numbers ("Red" and "ant" over "Red ant", "5 3"
    over "5.3"), and so is no span of the same text.
    """
    spans = [span for line in lines for span in line["spans"]]
    letters = [list(_letters(span)) for span in spans]
    drawn: dict[Letter, set[int]] = defaultdict(set)
    for number, own in enumerate(letters):
        for letter in own:
            drawn[letter].add(number)
    for number in sorted(range(len(spans)), key=lambda number: len(letters[number])):
        own = letters[number]
        if own and all(_near(drawn, letter) - {number} for letter in own):
            spans[number]["chars"] = []
            for letter in own:
                drawn[letter].discard(number)


def _letters(span: dict[str, Any]) -> Iterator[Letter]:
    step = max(_LETTERS_APART * span["size"], 0.1)
    for char in span["chars"]:
        if not char["c"].isspace():
            yield (
                char["c"],
                span["font"],
                round(span["size"], 1),
                round(char["bbox"][0] / step),
                round(char["bbox"][1] / step),
            )


def _near(drawn: dict[Letter, set[int]], letter: Letter) -> set[int]:
    """Return the spans that draw a letter in its place or a step from it."""
    char, font, size, x, y = letter
    places = ((char, font, size, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
    return {number for place in places for number in drawn.get(place, ())}


def _in_one_place(a: dict[str, Any], b: dict[str, Any], apart: float) -> bool:
    return all(abs(one - other) <= apart for one, other in zip(a["bbox"], b["bbox"], strict=True))
