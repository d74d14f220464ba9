"""Days as texts write them, and what a document tells under the date of one: minutes, diaries, change logs.

"On 9/15/17" asks for what stands below "Minutes of September 15th, 2017", and for nothing below another day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.document import ParsedDocument, Passage
from ingestion.plain import markdown_to_plain
from kgqa.document_dates import MONTH, MONTH_OF

_HEAD_WORDS = 10  # of a line that a date can make a heading
_LEAST = 2  # days that a document must tell of to be one that is parted by days
_CENTURY = 50  # years of two digits from here on are of the last century
_ISO = re.compile(r"(?<![\d-])(?P<y>(?:1[89]|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?![\d-])")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d{2})(?![\d/]|[.-]\d)"
)
_NAMED = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<m>{MONTH})\b\.?|"
    rf"(?P<m2>{MONTH})\.?\s+(?:the\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:))(?:,?\s+(?:de\s+)?(?P<y>(?:1[89]|20)\d\d)\b)?",
    re.I,
)
_LED_BY = r"(?:\b(?:on|of|from|for|dated|at|in|am|vom|du|del|le|el)\s+(?:the\s+)?(?:\w+day,?\s+)?)?"


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it is written; 9/3/17 can be read in two ways."""

    readings: frozenset[tuple[int, int, int]]  # year (0 where it is not said), month, day

    def is_same(self, other: Day) -> bool:
        """Return whether both can be the same day, a year that is not said being any."""
        return any(
            a[1:] == b[1:] and (a[0] == b[0] or not a[0] or not b[0]) for a in self.readings for b in other.readings
        )


def days_in(text: str) -> tuple[Day, ...]:
    """Return the days that a text names with month and day, in its order.

    >>> [sorted(day.readings) for day in days_in("from 2020-03-10 to March 12th")]
    [[(2020, 3, 10)], [(0, 3, 12)]]
    """
    return tuple(day for _, day in sorted(_found(text), key=lambda item: item[0].start()))


def without_days(text: str) -> str:
    """Return a text without the days that it names and the words that lead to them.

    >>> without_days("Who spoke on 9/15/17?")
    'Who spoke?'
    """
    for match, _ in _found(text):
        text = re.sub(rf"\s*{_LED_BY}{re.escape(match[0])}", "", text, count=1, flags=re.I)
    return " ".join(text.split())


def told_on(document: ParsedDocument, days: Sequence[Day]) -> list[tuple[str, list[Passage]]]:
    """Return (heading, passages) of each part of a document that stands below one of some days.

    Empty for a document that is not parted by days. A part goes on up to the heading of the next day.
    """
    parts: list[tuple[tuple[Day, ...], str, list[Passage]]] = []
    for passage in document.passages:
        heading = _heading(passage)
        own = days_in(heading)
        if own:
            parts.append((own, heading, [passage]))
        elif parts:
            parts[-1][2].append(passage)
    if len({own for own, *_ in parts}) < _LEAST:
        return []
    return [(heading, passages) for own, heading, passages in parts if any(a.is_same(b) for a in own[:1] for b in days)]


def _heading(passage: Passage) -> str:
    """Return the first line of a passage where it is a heading or as short as one; "" otherwise."""
    line = next((line for line in passage.text.splitlines() if line.strip()), "")
    plain = markdown_to_plain(line.lstrip("# "))
    return plain if line.startswith("#") or len(plain.split()) <= _HEAD_WORDS else ""


def _found(text: str) -> Iterator[tuple[re.Match[str], Day]]:
    for pattern in (_ISO, _NUMERIC, _NAMED):
        for match in pattern.finditer(text):
            readings = frozenset(r for r in _readings(match) if 1 <= r[1] <= 12 and 1 <= r[2] <= 31)
            if readings:
                yield match, Day(readings)


def _readings(match: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    groups = match.groupdict()
    year = int(groups["y"] or 0)
    if "a" not in groups:
        month = groups["m"] or groups["m2"]
        number = int(month) if month.isdecimal() else MONTH_OF[month.lower()]
        yield year, number, int(groups["d"] or groups["d2"])
        return
    if len(groups["y"]) == 2:
        year += 1900 if year >= _CENTURY else 2000
    first, second = int(groups["a"]), int(groups["b"])
    yield year, second, first
    if groups["mark"] != ".":  # a day in German stands first
        yield year, first, second
