"""Signs of fonts that have their own codes for them: "0.85 2 0.97" where the page shows "0.85 − 0.97".

Adobe's Mathematical Pi keeps a plus at the code of "1" and a minus at that of "2"; publishers embed it under made-up
names, but each of its signs is 0.833 of the size wide, as no digit and no comma of a text is. TeX's symbol font has
control codes, of which the text font's are ligatures: "25 ffiC" where the page shows "25 °C".
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

_PI_NAME = re.compile(r"Mathematical\s?Pi-?(?:One|Four|1|4)\b", re.I)
_PI_WIDTH, _NEAR = 0.833, 0.004  # of the size
_PI = dict(zip("123456.#$", "+−×÷=±>≤≥", strict=True))
_PI_GREEK = dict(zip("abgdklmnprstD", "αβγδκλμνπρστΔ", strict=True))
_TEX = {"\x00": "−", "\x02": "×", "\x0e": "°", "\x18": "~"}
_TEX_TALL = re.compile(r"CMEX|Extension", re.I)  # brackets in pieces, at the same codes

Char = dict[str, Any]


def name_signs(data: dict[str, Any]) -> None:
    """Put the signs that a page shows into the characters of `Page.get_text("rawdict")`."""
    lines = [line for block in data["blocks"] for line in block.get("lines", ())]
    fonts: dict[str, set[tuple[str, float]]] = defaultdict(set)
    for line in lines:
        for span in line["spans"]:
            fonts[span["font"]].update(
                (char["c"], (char["bbox"][2] - char["bbox"][0]) / max(span["size"], 0.1))
                for char in span["chars"]
                if not char["c"].isspace()
            )
    pi = {font for font, chars in fonts.items() if _PI_NAME.search(font) or _is_pi(chars)}
    tex = {font for font, chars in fonts.items() if _is_tex(font, {sign for sign, _ in chars})}
    for line in lines if pi or tex else ():
        placed = [(char, span["font"]) for span in line["spans"] for char in span["chars"] if not char["c"].isspace()]
        for i, (char, font) in enumerate(placed):
            before, after = (placed[i - 1][0]["c"] if i else ""), (placed[i + 1][0]["c"] if i + 1 < len(placed) else "")
            if font in pi:
                char["c"] = _pi_sign(char, placed[i - 1][0] if i else None, named=bool(_PI_NAME.search(font)))
            elif font in tex:
                char["c"] = _tex_sign(char["c"], before, after)


def _is_pi(chars: set[tuple[str, float]]) -> bool:
    return bool(chars) and all((sign in _PI or sign == ",") and abs(width - _PI_WIDTH) < _NEAR for sign, width in chars)


def _is_tex(font: str, signs: set[str]) -> bool:
    """Return whether a font has control codes and no letter, so that they are signs and no ligatures."""
    return not signs.isdisjoint(_TEX) and not any(sign.isalpha() for sign in signs) and not _TEX_TALL.search(font)


def _pi_sign(char: Char, before: Char | None, *, named: bool) -> str:
    """Return what a code of Mathematical Pi is; a comma is "<" right behind a word, as in "p<0.05", else "about"."""
    sign = str(char["c"])
    if sign == ",":
        close = before is not None and char["bbox"][0] - before["bbox"][2] < 0.1 * (char["bbox"][3] - char["bbox"][1])
        return "<" if close and before is not None and before["c"].isalnum() else "~"
    return _PI.get(sign, _PI_GREEK.get(sign, sign) if named else sign)


def _tex_sign(sign: str, before: str, after: str) -> str:
    """Return what a control code is where the characters beside it, "" for none, can stand beside that sign."""
    if sign == "\x0e":
        return _TEX[sign]
    right = after.isdecimal() and (sign == "\x18" or before.isalnum())
    return _TEX[sign] if sign in _TEX and right else sign
