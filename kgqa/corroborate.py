"""Sentences that answer -> one of another page that says the same, to be cited beside them.

A report tells its main figure in the summary and again in a chapter, a manual a setting in two places. Who checks an
answer wants to know both, and which of them a reader met first is no matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kgqa.asked import Asked
from kgqa.extract import Extract

_NUMBER = re.compile(r"(?<![\w.])[-–±]?\d[\d.,]*\d%?(?![\w])")  # of two digits or more: a single one says little
_NAME = re.compile(r"[A-ZÀ-Ý][\w'’-]+(?:\s+(?:(?:of|the|von|van|de)\s+)?[A-ZÀ-Ý][\w'’.-]+)+")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_SAYS = 0.6  # share of what passage and headings of the answer say of a question, that the other's must say too


def corroborating(asked: Asked, told: Sequence[Extract], found: Sequence[Extract],
                  page_of: Callable[[str], object]) -> Extract | None:  # fmt: skip
    """Return the best sentence of another page with the value that the first told one answers with, None without any.

    `told` are the sentences that answer, `found` all that were looked at, best first; `page_of` tells the page of
    evidence. Only for questions that ask for a kind of thing: a number, a date, a person.
    """
    if asked.kind is None or not told:
        return None
    pages = {page_of(one.readable.node) for one in told}
    own = _values(asked, told[0].sentence)
    for other in found:
        if page_of(other.readable.node) in pages or not own & _values(asked, other.sentence):
            continue
        if other.coverage >= _SAYS * told[0].coverage:
            return other
    return None


def _values(asked: Asked, sentence: str) -> set[str]:
    """Return the numbers and names of a sentence that the question does not hold."""
    numbers = {number.lstrip("–-±").rstrip("%") for number in _NUMBER.findall(sentence)}
    said = {number.rstrip("%") for number in asked.numbers}
    if not asked.said & {"when", "year", "years", "date"}:
        numbers = {number for number in numbers if not _YEAR.fullmatch(number)}
    names = {" ".join(name.split()).casefold() for name in _NAME.findall(sentence)} if asked.who else set()
    return (numbers - said) | {name for name in names if not asked.said.issuperset(name.split())}
