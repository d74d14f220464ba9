"""Accents that are drawn over their letters become one letter; those that stand beside them stay."""

from __future__ import annotations

import pymupdf
import pytest

from ingestion.drawn_accents import compose_accents
from ingestion.rawdict import rawdict_to_words


def _data(page: pymupdf.Page) -> dict[str, object]:
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_LIGATURES & ~pymupdf.TEXT_PRESERVE_IMAGES
    data: dict[str, object] = page.get_text("rawdict", flags=flags)
    return data


def _drawn(pieces: list[tuple[str, float]]) -> list[str]:
    """Draw pieces of a line, each moved by points from the end of the one before, as TeX does; return its words."""
    page = pymupdf.open().new_page()
    font, x = pymupdf.Font("helv"), 72.0
    writer = pymupdf.TextWriter(page.rect)
    for text, moved in pieces:
        x += moved
        _, (x, _) = writer.append((x, 100), text, font=font, fontsize=12)
    writer.write_text(page)
    words, _ = rawdict_to_words(_data(page))
    return [word.text for word, _ in words]


@pytest.mark.parametrize(
    ("accent", "letter", "whole"), [("¨", "u", "ü"), ("´", "E", "É"), ("`", "a", "à"), ("¯", "o", "ō")]
)
def test_an_accent_over_its_letter_is_one_letter(accent: str, letter: str, whole: str) -> None:
    back = -pymupdf.Font("helv").text_length(accent, 12)
    assert _drawn([("L", 0), (accent, 0), (letter, back), ("pes sail", 0)]) == [f"L{whole}pes", "sail"]


def test_a_cedilla_below_the_letter_before_it_is_its_own() -> None:
    back = -pymupdf.Font("helv").text_length("c", 12)
    assert _drawn([("gar", 0), ("c", 0), ("¸", back), ("on", 2)])[0].startswith("garç")


def test_an_acute_for_an_apostrophe_and_quotes_of_code_stay() -> None:
    assert _drawn([("it´s a `name` and l´eau", 0)]) == ["it´s", "a", "`name`", "and", "l´eau"]


def test_a_page_without_accents_is_left_as_it_is() -> None:
    page = pymupdf.open().new_page()
    page.insert_text((72, 100), "Nothing to join here")
    data = _data(page)
    before = str(data)
    compose_accents(data)
    assert str(data) == before


def test_an_accent_before_a_letter_of_small_capitals_is_its_own() -> None:
    """It is set in the larger type of the capitals, and the gap before it was taken for a space."""
    spans = [
        {
            "size": 12.0,
            "flags": 0,
            "font": "Serif",
            "chars": [_char("P", 0, 7), _char("\u00a0", 7, 9), _char("´", 9, 13)],
        },
        {"size": 9.0, "flags": 0, "font": "Serif", "chars": [_char("E", 8, 13.5), _char("R", 14, 20)]},
    ]
    words, _ = rawdict_to_words({"blocks": [{"lines": [{"dir": (1, 0), "spans": spans}]}]})
    assert [word.text for word, _ in words] == ["PÉR"]


def _char(text: str, x0: float, x1: float) -> dict[str, object]:
    return {"c": text, "bbox": (x0, 0.0, x1, 10.0)}
