"""Accents that are drawn over their letters: "Schr¨odinger" where the page shows "Schrödinger".

TeX's older fonts (OT1) have no accented letters: an accent is a sign of its own, set before its letter and moved over
it. In the text both stand side by side, and no search finds the word. That they overlap tells them from an acute that
stands for an apostrophe, and from the quotes of code.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

_COMBINING = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307",
    "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328",
}  # fmt: skip
"""Accents as signs of their own, and as marks of the letter before them."""

_DOTLESS = {"ı": "i", "ȷ": "j"}
_OVER = 0.6  # share of the narrower one's width that accent and letter have in common

Char = dict[str, Any]


def compose_accents(data: dict[str, Any]) -> None:
    """Join accents and the letters that they are drawn over, in the characters of `Page.get_text("rawdict")`."""
    for block in data["blocks"]:
        for line in block.get("lines", ()):
            if line["dir"][0] > 0.9:
                for span in line["spans"]:
                    if any(char["c"] in _COMBINING for char in span["chars"]):
                        span["chars"] = _composed(span["chars"])
                for span, following in pairwise(line["spans"]):
                    _compose_across(span["chars"], following["chars"])


def _compose_across(chars: list[Char], following: list[Char]) -> None:
    """Join an accent at the end of a span and the letter in the next one, which small capitals set smaller."""
    if not chars or not following or chars[-1]["c"] not in _COMBINING:
        return
    whole = _joined(chars[-1], following[0])
    if whole is not None:
        following[0] = whole
        chars.pop()
        _drop_space(chars, whole)


def _drop_space(chars: list[Char], letter: Char) -> None:
    """Take a space off the end that the letter stands on: it was made up of the gap before the accent."""
    if chars and chars[-1]["c"].isspace() and chars[-1]["bbox"][2] > letter["bbox"][0] + 0.1:
        chars.pop()


def _composed(chars: list[Char]) -> list[Char]:
    kept: list[Char] = []
    waiting: Char | None = None  # an accent before its letter
    for char in chars:
        if waiting is not None:
            whole = _joined(waiting, char)
            if whole is not None:
                _drop_space(kept, whole)
                kept.append(whole)
                waiting = None
                continue
            kept.append(waiting)
            waiting = None
        if char["c"] not in _COMBINING:
            kept.append(char)
        elif kept and (whole := _joined(char, kept[-1])) is not None:  # a cedilla below the letter before it
            kept[-1] = whole
        else:
            waiting = char
    return kept if waiting is None else [*kept, waiting]


def _joined(accent: Char, letter: Char) -> Char | None:
    """Return the letter with its accent; None where they stand side by side, or there is no such letter."""
    base = str(letter["c"])
    whole = unicodedata.normalize("NFC", _DOTLESS.get(base, base) + _COMBINING[accent["c"]])
    a, b = accent["bbox"], letter["bbox"]
    common = min(a[2], b[2]) - max(a[0], b[0])
    if len(whole) != 1 or not base.isalpha() or common < _OVER * min(a[2] - a[0], b[2] - b[0]) or common <= 0:
        return None
    return {**letter, "c": whole, "bbox": (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))}
