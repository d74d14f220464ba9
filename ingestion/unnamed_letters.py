"""Letters for which a font gives no Unicode but codes of its own: "The year 1588" comes out as three unknown signs.

Fonts with old-style digits or joined letters ("Th", "tt") keep them in the private use area, where a code says nothing.
A picture of the page shows them. Read by OCR, each such word tells which letters its unknown signs are; what most words
tell of a sign holds on the whole page, and ten signs in a row of which some are digits are the ten digits.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingestion.blocks import Word
from ingestion.document import Box
from ingestion.rawdict import Placed

_UNNAMED = re.compile("[\ue000-\uefff\uf100-\uf8e4\ufffd]")
"""The private use area but for the codes of Symbol's signs and pieces of brackets, which are no letters of words."""
_PIECE = re.compile(f"{_UNNAMED.pattern}+|[^{_UNNAMED.pattern[1:-1]}]+")  # a run of such signs, or of others
_MARK = "\ufffd"  # for a letter that stays unknown: seen as such wherever the word is shown
_MOST_LETTERS = 3  # that one sign joins: "ffi"
_AGREED = 0.6  # share of the words that must tell the same of a sign
_OVERLAP = 0.5  # of its own area, by which a word of the picture stands in a word of the text layer
_DIGITS_SEEN = 2  # different signs that must be digits of one row of ten


def is_unnamed(word: str) -> bool:
    """Return whether a word holds letters that no code tells; a sign that stands alone is a bullet or a symbol."""
    return len(word) > 1 and _UNNAMED.search(word) is not None


def without_unnamed(words: Sequence[Placed]) -> tuple[list[Placed], int]:
    """Return the words with a mark for each letter that no code tells, and how many words have one."""
    left = sum(is_unnamed(word.text) for word, _ in words)
    return [(replace(w, text=_marked(w.text)) if is_unnamed(w.text) else w, line) for w, line in words], left


def mend_unnamed(words: Sequence[Placed], seen: Sequence[Placed]) -> tuple[list[Placed], int]:
    """Return the words with the letters that a picture of their page shows, and how many words still lack some.

    `seen` are the words that OCR found in the picture, at their places on the page. Where it parts a word right behind
    such a letter, the word is parted: the space is as wide as the font says of a sign that it does not know.
    """
    shown = {i: _shown_at(word.box, seen) for i, (word, _) in enumerate(words) if is_unnamed(word.text)}
    known = _agreed(_votes((words[i][0].text, "".join(w.text for w in there)) for i, there in shown.items()))
    mended: list[Placed] = []
    for i, (word, line) in enumerate(words):
        if i in shown:
            pieces = _pieces(word.text, "".join(w.text for w in shown[i]), known)
            mended += [(part, line) for part in _parted(word, pieces, shown[i])]
        else:
            mended.append((word, line))
    return without_unnamed(mended)


def _pieces(word: str, shown: str, known: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Return the pieces of a word with their letters, and whether each was a run of unknown signs."""
    parts = iter(_parts(word, shown) or ())
    pieces = []
    for piece in _PIECE.findall(word):
        is_run = _UNNAMED.match(piece) is not None
        seen = next(parts, "") if is_run else ""
        letters = "".join(known.get(sign, sign) for sign in piece) if is_run else piece
        pieces.append((seen if seen and _UNNAMED.search(letters) else letters, is_run))
    return pieces


def _parted(word: Word, pieces: Sequence[tuple[str, bool]], shown: Sequence[Word]) -> list[Word]:
    """Return a word as its picture parts it behind runs of unknown signs; its box is cut where those words meet."""
    text = "".join(letters for letters, _ in pieces)
    ends = {sum(len(letters) for letters, _ in pieces[: i + 1]) for i, (_, is_run) in enumerate(pieces) if is_run}
    found: list[Word] = []
    start, x0, at = 0, word.box.x0, 0
    for left, right in pairwise(shown if len(text) == sum(len(w.text) for w in shown) else ()):
        at += len(left.text)
        if at in ends:
            x1 = (left.box.x1 + right.box.x0) / 2
            found.append(replace(word, text=text[start:at], box=replace(word.box, x0=x0, x1=x1)))
            start, x0 = at, x1
    return [*found, replace(word, text=text[start:], box=replace(word.box, x0=x0))]


def _marked(word: str) -> str:
    return _UNNAMED.sub(_MARK, word)


def _shown_at(box: Box, seen: Sequence[Placed]) -> list[Word]:
    """Return the words of the picture that stand where a word stands, from left to right."""
    inside = [w for w, _ in seen if w.box.overlap(box) > _OVERLAP * max(w.box.width * w.box.height, 0.01)]
    return sorted(inside, key=lambda word: word.box.x0)


def _parts(word: str, shown: str) -> tuple[str, ...] | None:
    """Return what each run of unknown signs is in the picture; None where the known letters are not those shown."""
    pattern = ""
    for piece in _PIECE.findall(word):
        is_run = _UNNAMED.match(piece) is not None
        pattern += f"(.{{{len(piece)},{_MOST_LETTERS * len(piece)}}}?)" if is_run else re.escape(piece)
    match = re.fullmatch(pattern, shown, re.I)  # small capitals show as capitals
    return match.groups() if match is not None else None


def _votes(words: Iterator[tuple[str, str]]) -> Mapping[str, Counter[str]]:
    """Return what the words tell of each sign; a run of several tells where it shows as many letters."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for word, shown in words:
        parts = _parts(word, shown)
        for run, part in zip(re.findall(f"{_UNNAMED.pattern}+", word), parts or (), strict=False):
            if len(run) == 1:
                votes[run][part] += 1
            elif len(run) == len(part):
                for sign, letter in zip(run, part, strict=True):
                    votes[sign][letter] += 1
    return votes


def _agreed(votes: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Return what most words tell of a sign, and the digits of a row of ten of which some are told."""
    agreed = {}
    for sign, counts in votes.items():
        letters, count = counts.most_common(1)[0]
        if count >= _AGREED * counts.total():
            agreed[sign] = letters
    zeros = Counter(ord(sign) - int(text) for sign, text in agreed.items() if text.isdecimal() and len(text) == 1)
    for zero, count in zeros.items():
        if count >= _DIGITS_SEEN and count == max(zeros.values()):
            agreed |= {chr(zero + digit): str(digit) for digit in range(10)}
    return agreed
