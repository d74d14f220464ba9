"""Signs of fonts with codes of their own are what the page shows; letters and digits of other fonts stay."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.rawdict import rawdict_to_words


def span(text: str, x: float, font: str, wide: float) -> dict[str, Any]:
    """Characters of one width, a share of the size of ten points, from a place on."""
    chars = [{"c": c, "bbox": (x + 10 * wide * i, 0.0, x + 10 * wide * (i + 1), 10.0)} for i, c in enumerate(text)]
    return {"chars": chars, "size": 10.0, "flags": 0, "font": font}


def words(*pieces: tuple[str, str, float]) -> list[str]:
    """Return the words of a line of (text, font, width of a character)."""
    spans, x = [], 0.0
    for text, font, wide in pieces:
        spans.append(span(text, x, font, wide))
        x += 10 * wide * len(text)
    found, _ = rawdict_to_words({"blocks": [{"lines": [{"dir": (1, 0), "spans": spans}]}]})
    return [word.text for word, _ in found]


@pytest.mark.parametrize(
    ("before", "code", "after", "text"),
    [
        ("4.5", "2", "6.1", "4.5−6.1"),
        ("7 ", "6", " 2", "7 ± 2"),
        ("p", ",", "0.05", "p<0.05"),
        ("in ", ",", "30%", "in ~30%"),
    ],
)
def test_signs_of_mathematical_pi_are_known_by_their_width(before: str, code: str, after: str, text: str) -> None:
    assert words((before, "Serif", 0.5), (code, "Made-up", 0.833), (after, "Serif", 0.5)) == text.split()
    assert "".join(words((before, "Serif", 0.5), (code, "Made-up", 0.5), (after, "Serif", 0.5))) == (
        f"{before}{code}{after}".replace(" ", "")
    )


def test_greek_letters_of_mathematical_pi_are_known_by_its_name() -> None:
    assert words(("a", "ABCDEF+MathematicalPi-One", 0.6), ("-helix", "Serif", 0.5)) == ["α-helix"]


def test_control_codes_of_a_font_without_letters_are_signs() -> None:
    assert words(("25 ", "Serif", 0.5), ("\x0e", "T9", 0.4), ("C", "Serif", 0.5)) == ["25", "°C"]
    assert words(("3", "Serif", 0.5), ("\x02", "T9", 0.8), ("4 ", "Serif", 0.5)) == ["3×4"]
    assert words(("\x18", "T9", 0.8), ("60%", "Serif", 0.5)) == ["~60%"]


def test_control_codes_beside_letters_of_their_font_are_ligatures() -> None:
    assert words(("o\x0ece ", "Serif", 0.5), ("7", "Sans", 0.5)) == ["office", "7"]
