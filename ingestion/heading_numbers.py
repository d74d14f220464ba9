"""What numbers a heading: "3.1 Data", "IV. Results", "Appendix A", and what only looks like a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_NUMBERED = re.compile(
    r"(?:(?P<word>(?i:Chapter|Section|Appendix|Part|Kapitel|Annex|Anhang))\s+)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})+|[IVXLC]{1,6}(?=[.:\s])|[A-Z](?=[.:)\s]))"
    r"(?P<mark>[.:)]?)\s*(?P<title>.*)",
    re.S,
)
_DOUBLED = re.compile(r"(([A-Z])\2{1,3})[.)]")


def parse_number(text: str, letters: set[str] | None = None) -> tuple[str | None, str]:
    """Return (number, title) of a heading; the number is None where it has none.

    A single letter counts as a number only with a mark behind it, behind "Appendix", or when headings with other single
    letters are there too (`letters`): "A Study of Rain" is not Appendix A.

    >>> parse_number("3.1 Data"), parse_number("4 | Text Data"), parse_number("A Study of Rain")
    (('3.1', 'Data'), ('4', 'Text Data'), (None, 'A Study of Rain'))
    """
    text = " ".join(text.split())
    match = _NUMBERED.match(text)
    if match is None:
        return None, text
    number, title = match["number"], match["title"].strip(" .:–—|")
    if not title:
        return (number, text) if match["word"] else (None, text)
    if not match["word"] and _abbreviates(text, match, letters or set()):
        return None, text
    if number.isalpha() and not match["word"]:
        roman = len(number) > 1 or number in "IVX"
        if len(number) == 1 and not match["mark"]:
            others = (letters or set()) - {number, ""}
            if number == "I" or not title[:1].isupper() or ("B" if number == "A" else "A") not in others:
                return None, text
        elif (not roman and not match["mark"]) or (roman and not match["mark"] and len(number) < 2):
            return None, text
    elif number.isdecimal() and len(number) == 3 and not match["word"]:
        return None, text
    if number.isdecimal() and not match["word"] and not match["mark"] and not text[len(number)].isspace():
        return None, text  # "3D printing"
    return number, title


def _abbreviates(text: str, match: re.Match[str], letters: set[str]) -> bool:
    """Return whether a letter and its full stop begin an abbreviation or a name, "U.S. Trade", "J. R. Ray", no number.

    Set apart, "B. U.S. Trade" may still count, and "A. J. Ray" where a heading has the letter before or behind it.
    """
    if not match["number"].isalpha() or len(match["number"]) > 1 or match["mark"] != ".":
        return False
    behind = text[match.end("mark") :]
    if not behind[:1].isspace():
        return re.match(r"[A-Z]\.", behind) is not None
    beside = {chr(ord(match["number"]) + step) for step in (-1, 1)}
    return re.match(r"\s+[A-Z]\.(?:\s|$)", behind) is not None and not letters & beside


def lettered_entries(texts: Sequence[str]) -> set[int]:
    """Return which texts are entries of a list that goes on behind Z with AA, BB or AAA, BBB.

    >>> lettered_entries(["HHH. Policy means", "III. Costs means", "JJJ. Expense"]), lettered_entries(["III. End"])
    ({0, 1, 2}, set())
    """
    labels = [(i, match[1]) for i, text in enumerate(texts) if (match := _DOUBLED.match(text))]
    found: set[int] = set()
    for (i, label), (j, following) in pairwise(labels):
        if len(label) == len(following) and ord(following[0]) == ord(label[0]) + 1:
            found |= {i, j}
    return found
