"""Dates that a table writes in numbers -> the words by which a question says them: "10-07-2016" is a day of July."""

from __future__ import annotations

import calendar
import re

_DAY_FIRST = re.compile(r"(?<![\d.-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_MONTHS = 12


def date_words(text: str) -> set[str]:
    """Return the days, months and years of the dates in a text; of one that may be read in two ways, both months.

    >>> sorted(date_words("Period: 01-06-2016"))
    ['1', '2016', '6', 'january', 'june']
    """
    found: set[str] = set()
    for match in _DAY_FIRST.finditer(text):
        found |= _said(int(match[1]), int(match[3]), match[4]) | _said(int(match[3]), int(match[1]), match[4])
    for match in _YEAR_FIRST.finditer(text):
        found |= _said(int(match[3]), int(match[2]), match[1])
    return found


def _said(day: int, month: int, year: str) -> set[str]:
    if not (1 <= month <= _MONTHS and 1 <= day <= 31):
        return set()
    return {str(day), calendar.month_name[month].lower(), year}
