"""Which lines of a page are code, or what code prints: told by their font, their words and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ingestion.blocks import Block, Line
from ingestion.list_levels import DRAWN_BULLETS

_BARS = 2  # of a line that is a row, at least
_DRAWN = 0.4  # share of the lines of a drawn table that are rows or rules: what stands in a row may go on below
_RULE = re.compile(r"[-=_]{8,}")
_PLAIN_WORD = re.compile(r"[(“\"']?[^\W\d_]+(?:['’-][^\W\d_]+)*[.,;:!?)”\"']*$")
_NUMBER = re.compile(r"\d{1,2}[.)]")
_PROSE = 0.8  # share of the words that are plain ones in typewritten prose
_MOST, _HALF = 0.8, 0.5  # shares of the letters that are set in a font for code
_CLOSE = 0.6  # of the font's size: no line stands between
_GAP = 2.0  # of the font's size: an empty line between two parts of a listing
_PROSE_WORDS = 6  # on each of its lines, at the mean


def is_code(lines: Sequence[Line]) -> bool:
    """Return whether lines are set in a font for code, and do not read as prose, as a typewritten letter does.

    Lines of a table that is drawn with characters are code in any font: they mean nothing run together.
    """
    return _is_code(lines, _MOST) or _is_drawn(lines)


def _is_drawn(lines: Sequence[Line]) -> bool:
    """Return whether most of several lines are cells between bars, or rules of dashes stand between short ones."""
    if len(lines) <= _BARS:
        return False
    barred = sum([word.text for word in line.words].count("|") >= _BARS for line in lines)
    ruled = sum(any(_RULE.fullmatch(word.text) for word in line.words) for line in lines)
    return (barred > 0 and barred + ruled > _DRAWN * len(lines)) or (ruled > 0 and not _reads_as_prose(lines))


def _is_code(lines: Sequence[Line], share: float) -> bool:
    letters = sum(len(word.text) for line in lines for word in line.words)
    mono = sum(len(word.text) for line in lines for word in line.words if word.mono)
    bullet = letters > 0 and next(line.words[0].text for line in lines if line.words) in DRAWN_BULLETS
    return letters > 0 and mono > share * letters and not bullet and not _reads_as_prose(lines)


def is_command(lines: Sequence[Line]) -> bool:
    """Return whether lines are code and hold more than plain words, as a typewritten heading does not."""
    words = [word.text for line in lines for word in line.words]
    return is_code(lines) and sum(bool(_PLAIN_WORD.match(word)) for word in words) <= _PROSE * len(words)


def listings(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return where the listings in a column of text begin and end: lines of code that no sentence runs through.

    A line whose words are all in a font for code may be a piece of a sentence too. It is none where more such lines
    follow, or where the line before it ends early or with a colon and it ends early itself.
    """
    right = max((line.box.x1 for line in lines), default=0.0)
    found = []
    for code, group in groupby(range(len(lines)), key=lambda i: all(word.mono for word in lines[i].words)):
        places = list(group)
        start, end = places[0], places[-1] + 1
        if code and _stands_alone(lines, start, end, right) and is_code(lines[start:end]):
            found.append((start, end))
    return found


def continues_listing(above: Block, below: Block) -> bool:
    """Return whether two blocks in order are one listing: code, the second close below the first.

    A line below may have its brackets and bars in another font.
    """
    if above.kind != "code" or below.kind not in ("code", "text") or not above.lines or not below.lines:
        return False
    size = below.lines[0].words[0].size
    beside = min(above.box.x1, below.box.x1) - max(above.box.x0, below.box.x0) > 0
    gap = _GAP if below.kind == "code" else _CLOSE if _is_code(below.lines, _HALF) else 0.0
    return beside and -0.5 * size < below.lines[0].box.y0 - above.lines[-1].box.y1 < gap * size


def _stands_alone(lines: Sequence[Line], start: int, end: int, right: float) -> bool:
    if end - start > 1 or not lines[start].words:
        return end - start > 1
    line, before = lines[start], lines[start - 1] if start else None
    short = right - 2 * line.words[0].size
    if before is not None and before.text.endswith(":"):
        return True
    return len(line.words) > 1 and line.box.x1 < short and (before is None or before.box.x1 < short)


def _reads_as_prose(lines: Sequence[Line]) -> bool:
    """Return whether most words are plain ones; in a numbered item, "2. Open the page", few of them are enough."""
    words = [word.text for line in lines for word in line.words]
    numbered = len(words) > 2 and _NUMBER.fullmatch(words[0]) is not None
    words = words[numbered:]
    plain = sum(bool(_PLAIN_WORD.match(word)) for word in words)
    return (numbered or len(words) >= _PROSE_WORDS * len(lines)) and plain > _PROSE * len(words)
