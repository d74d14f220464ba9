"""Letters that a font does not tell of its ligatures, put back by the width of the glyph."""

from itertools import count
from typing import Any

import pytest

from ingestion.lost_ligatures import mend_ligatures
from ingestion.rawdict import rawdict_to_words

WIDTHS = {"T": 0.66, "h": 0.52, "f": 0.29, "i": 0.26, "t": 0.31, "l": 0.25}
SIZE = 10.0
TOPS = count(0.0, 2 * SIZE)


def line(*glyphs: tuple[str, float], direction: tuple[float, float] = (1.0, 0.0)) -> dict[str, Any]:
    """Return a line of glyphs, each with its width in sizes of the font."""
    chars, x = [], 0.0
    for letter, width in glyphs:
        chars.append({"c": letter, "bbox": (x, 0.0, x + width * SIZE, SIZE)})
        x += width * SIZE
    top = next(TOPS)  # no two lines stand in one place
    box = (0.0, top, x, top + SIZE)
    return {"dir": direction, "spans": [{"font": "Serif", "size": SIZE, "flags": 0, "bbox": box, "chars": chars}]}


def plain(text: str, spaced: float = 0.0) -> list[tuple[str, float]]:
    return [(letter, WIDTHS.get(letter, 0.5) + spaced) for letter in text]


def words(*lines: dict[str, Any]) -> list[str]:
    upright, _ = rawdict_to_words({"blocks": [{"lines": list(lines)}]})
    return [word.text for word, _ in upright]


USUAL = [line(*plain("Their light felt fit "), *plain("Tall hills ")) for _ in range(3)]


@pytest.mark.parametrize(
    ("glyphs", "word"),
    [
        ([*plain("of"), ("i", 0.53), *plain("ce")], "office"),
        ([("h", 1.07), *plain("at")], "That"),
        ([*plain("di"), ("f", 0.57), *plain("er")], "differ"),
        ([("l", 0.52), *plain("at")], "flat"),
        ([*plain("e"), ("i", 0.82), *plain("gy")], "effigy"),
    ],
)
def test_a_letter_as_wide_as_the_letters_of_a_ligature_is_one(glyphs: list[tuple[str, float]], word: str) -> None:
    assert words(*USUAL, line(*glyphs))[-1] == word


def test_letters_that_are_spaced_out_are_no_ligatures() -> None:
    assert words(*USUAL, line(*plain("habit", spaced=0.27)))[-1] == "habit"


def test_a_ligature_that_is_told_whole_stays() -> None:
    """Its first letter has the width of the glyph, and the second none."""
    assert words(*USUAL, line(*plain("of"), ("f", 0.55), ("i", 0.0), *plain("ce")))[-1] == "office"


def test_a_line_that_is_turned_is_left_alone() -> None:
    turned = line(("i", 0.53), *plain("nd"), direction=(0.0, -1.0))
    mend_ligatures({"blocks": [{"lines": [*USUAL, turned]}]})
    assert turned["spans"][0]["chars"][0]["c"] == "i"


def test_a_space_inside_of_the_ligature_before_it_is_none() -> None:
    chars = [
        {"c": letter, "bbox": (x0 * SIZE, 0.0, x1 * SIZE, SIZE)}
        for letter, x0, x1 in (("o", 0.0, 0.5), ("f", 0.5, 1.0), ("f", 1.0, 1.0), (" ", 0.75, 1.02), ("e", 1.0, 1.5),
                               ("n", 1.5, 2.0), (" ", 2.0, 2.3), ("d", 2.3, 2.8))
    ]  # fmt: skip
    top = next(TOPS)
    span = {"font": "Serif", "size": SIZE, "flags": 0, "bbox": (0.0, top, 28.0, top + SIZE), "chars": chars}
    assert words({"dir": (1.0, 0.0), "spans": [span]}) == ["offen", "d"]
