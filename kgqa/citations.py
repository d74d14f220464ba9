"""Quotes -> the place on the page where they stand, checked.

A citation is verified only when its quote was found on its page: word for word, or after taking both down to letters
and digits (so that markup, white space, ligatures and broken words do not matter). A fuzzy match places a highlight,
but does not verify.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingestion.document import Box, Page
from kgqa.result import Citation

_FUZZY = 0.85  # share of a quote's letters that must match, in order
_MARKUP = re.compile(r"(?<!\\)<[A-Za-z/!][^<>]*>|(?<!\\)&#?\w+;")
_MIN_FUZZY = 20  # letters; shorter quotes match by chance


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quote stands on its page."""

    start: int  # characters into the page's markdown, inclusive
    end: int  # characters, exclusive
    boxes: tuple[Box, ...]  # one per line; empty where the source has no pages
    exact: bool  # True when every letter and digit of the quote stands there in order


def locate_quote(page: Page, quote: str, *, within: tuple[int, int] | None = None) -> Located | None:
    """Return where a quote stands on a page, or None; `within` is the slice of the markdown to look in first."""
    letters, places = _letters(page.markdown)
    wanted, _ = _letters(quote)
    literal, _ = _letters(quote, markup=False)
    if literal != wanted and literal in letters:
        wanted = literal  # of words that only look like markup, which the page's markdown has escaped
    if not wanted:
        at = page.markdown.find(quote) if quote.strip() else -1
        return None if at < 0 else _located(page, at, at + len(quote), True)
    if within is not None:
        first = next((i for i, place in enumerate(places) if place >= within[0]), len(places))
        at = letters.find(wanted, first)
        if at >= 0 and places[at + len(wanted) - 1] < within[1]:
            return _located(page, places[at], places[at + len(wanted) - 1] + 1, True)
    at = letters.find(wanted)
    if at >= 0:
        return _located(page, places[at], places[at + len(wanted) - 1] + 1, True)
    if len(wanted) < _MIN_FUZZY:
        return None
    matcher = SequenceMatcher(None, letters, wanted, autojunk=False)
    longest = matcher.find_longest_match()
    if longest.size < len(wanted) // 4:
        return None
    begin = max(0, longest.a - longest.b)
    stretch = letters[begin : begin + len(wanted)]
    if SequenceMatcher(None, stretch, wanted, autojunk=False).ratio() < _FUZZY:
        return None
    return _located(page, places[begin], places[begin + len(stretch) - 1] + 1, False)


def cite(
    key: int, document: str, page: Page, quote: str, node: str, *, within: tuple[int, int] | None = None
) -> Citation:
    """Return the citation of a quote, verified only if every letter and digit of it stands on that page in order."""
    located = locate_quote(page, quote, within=within)
    return Citation(
        key=key,
        document=document,
        page=page.number,
        boxes=located.boxes if located is not None else (),
        quote=quote,
        verified=located is not None and located.exact,
        node=node,
    )


def _located(page: Page, start: int, end: int, exact: bool) -> Located:
    return Located(start, end, page.boxes_between(start, end), exact)


def _letters(text: str, *, markup: bool = True) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, NFKC and case folded, with the place that each comes from.

    Those of tags and entities are left out where it is `markup`: a table with spans is HTML.
    """
    letters: list[str] = []
    places: list[int] = []
    left_out = {i for match in _MARKUP.finditer(text) for i in range(*match.span())} if markup else set()
    for i, char in enumerate(text):
        if i in left_out:
            continue
        for piece in unicodedata.normalize("NFKC", char).casefold():
            if piece.isalnum():
                letters.append(piece)
                places.append(i)
    return "".join(letters), places
