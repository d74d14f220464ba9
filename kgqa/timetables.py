"""Timetables of a week: days down the side, hours across, and in the cells what takes place, who gives it, and where.

"When does Botany start on Tuesday?", "who teaches Botany?" and "what is on Tuesday?" are told by the cells alone.
"""

from __future__ import annotations

import re

from graphs.index import tokenize
from kgqa.table_places import LISTED, TableAnswer, row_of
from kgqa.table_view import TableView, alike, words_of

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_ASKS = re.compile(r"\W*(?:(?:in |on |at )?(?:which|what)|when|where|who|list|show|give)\b", re.I)
_PHRASE = re.compile(r"[^\W\d_][\w'’/-]*(?:\s+(?:(?:of|to|and|the|in|-)\s+)?[^\W\d_][\w'’/-]*){0,5}")
_LEAST = 3  # days, and hours, of a timetable
TIMETABLE_WORDS = frozenset(
    tokenize(
        "class lesson lecture course talk session event subject take place happen plan schedule timetable hold start "
        "begin teach given show list give"
    )
)
"""Words of a question that every timetable answers, whatever it says."""


def in_timetable(view: TableView, question: str, words: list[str], named: list[int]) -> TableAnswer | None:
    """Answer with the day, the hours and the words of the cells that a question means."""
    if not is_timetable(view) or not _ASKS.match(question):
        return None
    days, hours = [_day(row[0]) for row in view.body], _hours(view)
    asked = next((day for day in _DAYS if re.search(rf"\b{day}s?\b", question, re.I)), "")
    rows = [i for i, day in enumerate(days) if day and (not asked or day == asked)]
    places = [(i, c) for i in rows for c in hours if view.body[i][c]]
    told = [(i, c) for i, c in places if _is_said(view.body[i][c], question)]
    told = told or [(i, c) for i, c in places if _begin_is_said(view.body[i][c], question)]
    if not told:
        known = {*TIMETABLE_WORDS, *words_of(asked)}
        other = [word for word in words if not any(alike(word, one) for one in known)]
        if not asked or other:
            return None
        told = places
    text = "; ".join(_told(view, told, days))
    of = tuple(dict.fromkeys(row_of(view, i) for i, _ in told))
    cells = dict.fromkeys((row_of(view, i), view.body[i][c]) for i, c in told)  # a row is drawn in several lines
    return TableAnswer(text, of, tuple(cells)[:LISTED]) if text else None


def is_timetable(view: TableView) -> bool:
    """Return whether a table has days down its side and hours across."""
    days = {_day(row[0]) for row in view.body if row}
    return len(days - {""}) >= _LEAST and len(_hours(view)) >= _LEAST


def _hours(view: TableView) -> list[int]:
    return [c for c in range(1, len(view.heads)) if _CLOCK.search(view.heads[c])]


def _day(label: str) -> str:
    """Return the day of the week that a label is or is cut from: "We", "Thu."; else "".

    >>> _day("We"), _day("Thu."), _day("Total")
    ('wednesday', 'thursday', '')
    """
    plain = label.strip(" .:").casefold()
    return next((day for day in _DAYS if len(plain) > 1 and day.startswith(plain)), "")


def _is_said(cell: str, question: str) -> bool:
    """Return whether a question says the words that a cell begins with, or a name of two words inside of it."""
    match = _PHRASE.match(cell)
    begin = match[0].split() if match is not None else []
    phrases = [begin[:length] for length in range(len(begin), 1, -1)]
    phrases += [pair.split() for pair in re.findall(r"(?=(?<!\S)([A-Z][\w'’-]+\s[A-Z][\w'’-]+))", cell)]
    return cell.casefold() in question.casefold() or any(
        re.search(rf"(?<!\w){re.escape(' '.join(phrase))}(?!\w)", question, re.I) for phrase in phrases
    )


def _begin_is_said(cell: str, question: str) -> bool:
    """Return whether a question says the one word that a cell begins with as a name, and no longer one: "Choir"."""
    match = re.match(r"[A-ZÀ-Ý][\w'’-]{3,}", cell)
    return match is not None and re.search(rf"(?<!\w){re.escape(match[0])}(?!\w)(?!\s+[A-ZÀ-Ý])", question) is not None


def _told(view: TableView, places: list[tuple[int, int]], days: list[str]) -> list[str]:
    """Return each cell once, with its day and its first and last hour."""
    cells: dict[tuple[str, str], list[int]] = {}
    for row, column in places:
        cells.setdefault((days[row], view.body[row][column]), []).append(column)
    said = []
    for (day, cell), columns in cells.items():
        first, last = _CLOCK.findall(view.heads[min(columns)]), _CLOCK.findall(view.heads[max(columns)])
        until = f"–{last[-1]}" if len(last) > 1 or len(set(columns)) > 1 else ""
        said.append(f"{cell} ({day.capitalize()} {first[0]}{until})")
    return said[:LISTED]
