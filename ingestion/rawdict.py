"""PyMuPDF's characters -> words with their boxes, sizes and styles."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

from ingestion.blocks import Word
from ingestion.document import Box
from ingestion.drawn_accents import compose_accents
from ingestion.hyphens import name_hyphens
from ingestion.lost_ligatures import drop_covered_spaces, mend_ligatures
from ingestion.math_signs import name_signs
from ingestion.padding_signs import drop_padding_signs
from ingestion.shadows import drop_shadows
from ingestion.unnamed_leaders import name_leaders

Placed: TypeAlias = tuple[Word, int]
"""A word and the index of the text line that it stands on."""

_RAISED, _ITALIC, _MONO, _BOLD = 1, 2, 8, 16  # bits of a span's font flags
_LIGATURES = dict(zip("\x0b\x0c\x0d\x0e\x0f\x1b\x1c\x1d\x1e\x1f", ("ff", "fi", "fl", "ffi", "ffl") * 2, strict=True))
"""Codes of TeX's encodings OT1 and T1 for fonts that do not tell their Unicode: no text has control characters."""
_SIGNS = {"\x88": "•"}
"""Codes of TeX's encoding TS1, likewise, where a word begins."""
_SIDEWAYS = 0.7  # share of a page's letters that must stand the same way for the page to be turned
_MONO_NAME = re.compile(
    r"mono(?!type)|courier|typewriter|consolas|menlo|inconsolata|"
    r"^(?:[A-Z]{6}\+)?(?:cm(?:sl|i|b)?tt|(?:sf|ec)(?:tt|st|it))\d|^(?:[A-Z]{6}\+)?t1?xtt",
    re.I,
)
"""Names of fonts for code; the last ones are TeX's: CMTT10, CMSLTT10, SFTT1000, slanted SFST1000, txtt."""
_DECIMAL = re.compile(r"[-–−(]?\d[\d,]*[.,]\d+%?")
_LEAST_SHAPES = 12  # different characters from which a font's widths tell whether it is monospaced


def rawdict_to_words(data: dict[str, Any]) -> tuple[list[Placed], list[Placed]]:
    """Return upright and rotated words of what `Page.get_text("rawdict")` gives, in the order of the page's content.

    Where most of a page is rotated, all of its text counts as upright, so that none is set aside.
    """
    drop_shadows(data)
    drop_padding_signs(data)
    compose_accents(data)
    name_leaders(data)
    name_signs(data)
    name_hyphens(data)
    mono = _mono_fonts(data)
    mend_ligatures(data)
    drop_covered_spaces(data)
    upright: list[Placed] = []
    rotated: list[Placed] = []
    line_index = 0
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            line_index += 1
            target = upright if line["dir"][0] > 0.9 else rotated
            target.extend((word, line_index) for word in _line_words(line, mono))
    if len(rotated) > len(upright):
        return upright + rotated, []
    return upright, rotated


def quarter_turns(data: dict[str, Any]) -> int:
    """Return by how many quarters clockwise a page must be turned for most of its text to be upright, 0 to 3."""
    letters: Counter[int] = Counter()
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            x, y = line["dir"]  # (0, -1) is read upwards
            turns = (0 if x > 0 else 2) if abs(x) > abs(y) else (1 if y < 0 else 3)
            letters[turns] += sum(len(span["chars"]) for span in line["spans"])
    turns, most = letters.most_common(1)[0] if letters else (0, 0)
    return turns if most > _SIDEWAYS * letters.total() else 0


def _mono_fonts(data: dict[str, Any]) -> frozenset[str]:
    """Return the fonts whose characters are all of one width; flags and names tell it of few (none of TeX's).

    ASCII characters alone are looked at, since those of Chinese and Japanese are of one width in any font.
    """
    widths: dict[str, dict[str, float]] = {}
    varied: set[str] = set()
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                font = span["font"]
                if font in varied:
                    continue
                known = widths.setdefault(font, {})
                for char in span["chars"]:
                    if "!" <= char["c"] <= "~":
                        known[char["c"]] = (char["bbox"][2] - char["bbox"][0]) / max(span["size"], 0.1)
                if known and max(known.values()) > 1.05 * min(known.values()):
                    varied.add(font)  # as most are, with the first words
    return frozenset(
        font
        for font, known in widths.items()
        if font not in varied and len(known) >= _LEAST_SHAPES and any(char.isalpha() for char in known)
    )


def _line_words(line: dict[str, Any], mono: frozenset[str]) -> Iterator[Word]:
    """Split a line at white space; a word may run over several spans (small capitals, an exponent).

    A raised mark behind a word ("Balamuta" with an affiliation "b", "2010." with a footnote "8") is a word of its own.
    """
    letters: list[str] = []
    x0 = y0 = x1 = y1 = 0.0
    style: tuple[float, int, str] = (0.0, 0, "")
    for span in line["spans"]:
        if letters and _is_mark(span, letters, style[0]):
            yield _word(letters, Box(x0, y0, x1, y1), style, mono)
            letters = []
        for char in _in_order(span["chars"]):
            text = _LIGATURES.get(char["c"], char["c"])
            text = text if letters else _SIGNS.get(text, text)
            if text.isspace() or unicodedata.category(text[0]) in ("Cc", "Cf"):
                if letters and text.isspace():
                    yield _word(letters, Box(x0, y0, x1, y1), style, mono)
                    letters = []
                continue
            bx0, by0, bx1, by1 = char["bbox"]
            if letters:
                x0, y0, x1, y1 = min(x0, bx0), min(y0, by0), max(x1, bx1), max(y1, by1)
            else:
                x0, y0, x1, y1 = bx0, by0, bx1, by1
                style = (span["size"], span["flags"], span["font"])
            letters.append(text)
    if letters:
        yield _word(letters, Box(x0, y0, x1, y1), style, mono)


def _in_order(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the two letters of an Arabic lam-alef ligature in order; they come reversed, the alef without width."""
    for i, (alef, lam) in enumerate(pairwise(chars)):
        if lam["c"] == "ل" and alef["c"] in "اأإآ" and alef["bbox"][2] - alef["bbox"][0] < 0.1:
            chars[i], chars[i + 1] = lam, alef
    return chars


def _is_mark(span: dict[str, Any], letters: list[str], size: float) -> bool:
    """Return whether a span is raised and stands behind a word, a sentence or a decimal, so that it is no exponent."""
    raised = span["flags"] & _RAISED and span["size"] < 0.85 * size
    word = "".join(letters)
    ends = (word[-3:].isalpha() and len(word) > 3) or word[-1] in '.,;:)”"' or _is_noted(word, span)
    return bool(raised) and ends


def _is_noted(word: str, span: dict[str, Any]) -> bool:
    """Return whether digits stand behind a decimal: the number of a note, as a power is one of a whole number."""
    digits = "".join(char["c"] for char in span["chars"]).strip()
    return digits.isdecimal() and _DECIMAL.fullmatch(word) is not None


def _word(letters: list[str], box: Box, style: tuple[float, int, str], mono: frozenset[str]) -> Word:
    size, flags, font = style
    lower = font.lower()
    return Word(
        text="".join(letters),
        box=box,
        size=size,
        bold=bool(flags & _BOLD) or "bold" in lower or "black" in lower,
        italic=bool(flags & _ITALIC) or "italic" in lower or "oblique" in lower,
        mono=bool(flags & _MONO or font in mono or _MONO_NAME.search(font)) and "glyphless" not in lower,  # OCR's font
    )
