"""Words of a question that the answer of a table says without the word: "dollars" by "$", "year" by "2014".

What was worked out says, too, what the rows that it comes from say, and the words that asked for the working.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphs.index import tokenize
from ingestion.document import Table
from ingestion.tables import is_numeric

_UNITS = (
    (re.compile(r"\$|\bUSD\b|\bUS dollars?\b"), "dollar usd"),
    (re.compile(r"€|\bEUR\b", re.I), "euro eur"),
    (re.compile(r"£|\bGBP\b"), "pound gbp"),
    (re.compile(r"%|\bper ?cent\b", re.I), "percent percentage"),
)
_KINDS = (
    (re.compile(r"(?<!\d)(?:1[6-9]|20)\d{2}(?!\d)"), "year"),
    (re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}[./-]\d{1,2}[./-]\d{1,2}\b"), "date day"),
    (re.compile(r"\b\d{1,2}[:.]\d{2}\s?(?:[ap]\.?m?\b\.?)?"), "time clock"),
)
_QUARTERS = {
    quarter: re.compile(rf"\bthree months ended\s+(?:{month})\b", re.I)
    for quarter, month in (("first", "march"), ("second", "june"), ("third", "september"), ("fourth", "december"))
}
_ENDS = (re.compile(r"\b(?:max(?:imum|imal)?)\b", re.I), re.compile(r"\b(?:min(?:imum|imal)?)\b", re.I))
_CHANGES = frozenset(
    tokenize(
        "rise rose risen grow grew grown growth increase increased fall fell fallen drop dropped decrease decreased "
        "decline declined change changed differ difference more less fewer higher lower"
    )
)
_COMPARED = frozenset(
    tokenize("larger smaller bigger higher lower greater longer shorter more less fewer older younger better worse")
)
_SHOWS = frozenset(tokenize("show shows large big high much get gets receive earn earned"))
_FEW = 3  # rows that an answer comes from, at most, whose words it says


def understood(table: Table, question: str, text: str, rows: Iterable[int], *, worked_out: bool) -> set[str]:
    """Return words, as the index counts them, that an answer says by signs, numbers, or the rows it comes from.

    `text` is the answer as it is told; `rows` are those of the table that it comes from. A head is what "at which
    level" asks for, whatever it is called.
    """
    around = f"{text} {table.caption} {' '.join(cell for row in table.rows[:2] for cell in row)} {table.plain}"
    said = [words for pattern, words in _UNITS if pattern.search(around)]
    said += [words for pattern, words in _KINDS if pattern.search(text)]
    said += [f"{quarter} quarter" for quarter, pattern in _QUARTERS.items() if pattern.search(text)]
    own = tuple(dict.fromkeys(rows))
    said += [" ".join(_heads_of_told(table, row, text)) for row in own[:1]]
    if worked_out and len(own) <= _FEW:
        shared = [set(tokenize(" ".join(table.rows[row]))) for row in own]
        said.append(" ".join(set[str]().union(*shared[:1]).intersection(*shared)) if shared else "")
    if worked_out and _tells_heads(table, text):
        said += [match[1] for match in re.finditer(r"\b(?:which|what)\s+([\w-]+)", question, re.I)]
    words = set(tokenize(" ".join(said)))
    words |= _SHOWS | (_CHANGES if worked_out and "difference" in text else set())
    return words | (_COMPARED if worked_out and len(own) > 1 else set())


def contradicts(question: str, text: str) -> bool:
    """Return whether an answer is of another quarter of a year, or the other end, than a question speaks of."""
    if any(ends[0].search(question) and not ends[1].search(question) and ends[1].search(text)
           and not ends[0].search(text) for ends in (_ENDS, _ENDS[::-1])):  # fmt: skip
        return True
    told = {quarter for quarter, pattern in _QUARTERS.items() if pattern.search(text)}
    asked = {quarter for quarter in _QUARTERS if re.search(rf"\b{quarter} quarter\b", question, re.I)}
    return bool(told and asked) and told.isdisjoint(asked)


def _tells_heads(table: Table, text: str) -> bool:
    """Return whether what is told of a row, behind its label, is heads of the table alone."""
    heads = {cell for row in table.header for cell in row if cell}
    told = re.sub(r"\s*\((?:a table|Table\s+\S+) of .*", "", text).rpartition(": ")[2]
    return bool(told) and all(part in heads for part in re.split(r", | and ", told))


def _heads_of_told(table: Table, row: int, text: str) -> list[str]:
    """Return the heads of the words of a row that an answer tells: of "Ada (7)" that is a ship the head "Ship"."""
    cells = table.rows[row]
    told = [c for c, cell in enumerate(cells) if len(cell) > 1 and not is_numeric(cell) and cell in text]
    return [head[c] for head in table.header for c in told if head[c]]
