"""Questions about what stands in a table -> the cell, the row or the extreme that answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.document import Table
from ingestion.tables import column_labels, is_numeric, row_labels

_HIGHEST = re.compile(
    r"\b(?:highest|largest|greatest|biggest|maximum|maximal|most|best|top|longest|oldest|peak)\b", re.I
)
_LOWEST = re.compile(r"\b(?:lowest|smallest|least|fewest|minimum|minimal|worst|shortest|youngest)\b", re.I)
_COUNT_WORDS = frozenset(("number", "count", "total", "n", "no"))
_SHARE_WORDS = frozenset(("percent", "percentage", "share", "rate", "%", "proportion"))
_STOP = frozenset(
    "the of in a an is what which does do for to at by on and or with according table value reach reached has have "
    "had was were are how many much did be from that this show shows reported report it its there given as who when "
    "where column row cell entry listed list type".split()
)
_TOTAL = re.compile(r"^(?:total|all|overall|sum|average|mean)\b", re.I)


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """A cell that answers."""

    row: int  # index into the table's rows
    column: int
    value: str
    row_label: str
    column_label: str
    score: float  # 0 and up: how much of the question its labels say; below about 1 it is a guess


def find_cell(table: Table, question: str, residue: Sequence[str]) -> CellAnswer | None:
    """Return the cell that answers, or None where nothing in the table has to do with the question.

    A row is chosen by what its cells and its group say of the question, a column by its heads; for "which ... has the
    highest X" the row with the extreme of column X is the answer.
    """
    if not table.body or not table.rows[0]:
        return None
    words = _words(" ".join(residue) or question)
    extreme = _extreme(table, question, words)
    if extreme is not None:
        return extreme
    columns = _column_scores(table, question, words)
    rows = [_row_score(table, i, question, words, columns) for i in range(len(table.body))]
    best_row = max(range(len(rows)), key=lambda i: (rows[i][0], -i))
    score, matched, group = rows[best_row]
    if score <= 0:
        return None
    body = table.body[best_row]
    choices = [c for c in range(len(body)) if body[c] and c not in matched] or [c for c in range(len(body)) if body[c]]
    best = max(choices, key=lambda c: (round(columns[c], 6), is_numeric(body[c]) and "how" in question.lower(), -c))
    return CellAnswer(
        row=table.header_rows + best_row,
        column=best,
        value=body[best],
        row_label=group + (" ".join(body[c] for c in sorted(matched)) or row_labels(table)[best_row]),
        column_label=column_labels(table)[best],
        score=score + max(columns[best], 0.0),
    )


def row_to_quote(table: Table, row: int) -> str:
    """Return a row's words in the order of the page; a cell that spans several stands once."""
    cells = table.rows[row]
    return " ".join(cell for i, cell in enumerate(cells) if cell and (i == 0 or cell != cells[i - 1]))


def _extreme(table: Table, question: str, words: list[str]) -> CellAnswer | None:
    """Return the row with the largest or smallest number in the column that the question names."""
    highest, lowest = _HIGHEST.search(question), _LOWEST.search(question)
    if not (highest or lowest):
        return None
    numbers = [[to_number(cell) for cell in row] for row in table.body]
    columns = _column_scores(table, question, words)
    numeric = [
        c
        for c in range(len(table.rows[0]))
        if sum(row[c] is not None for row in numbers) >= max(2, 0.5 * len(numbers))
        and (c > 0 or len(table.rows[0]) == 1)
    ]
    if not numeric:
        return None
    column = max(numeric, key=lambda c: (columns[c], -c))
    if columns[column] <= 0 and len(numeric) > 1 and not _mentions_rows(table, words):
        column = numeric[0]
    labels = row_labels(table)
    usable = [
        (number, i)
        for i, row in enumerate(numbers)
        if (number := row[column]) is not None and not _TOTAL.match(table.body[i][0])
    ]
    if len(usable) < 2:
        return None
    value, row = max(usable, key=lambda item: (item[0], -item[1])) if highest else min(usable)
    del value
    heads = column_labels(table)
    label = f"{heads[0]} {labels[row]}" if heads[0] and is_numeric(labels[row]) else labels[row]  # "α 2.0"
    return CellAnswer(
        table.header_rows + row, column, table.body[row][column], label, heads[column],
        1.5 + columns[column],
    )  # fmt: skip


def _mentions_rows(table: Table, words: list[str]) -> bool:
    return any(set(tokenize(label)) & set(words) for label in row_labels(table))


def to_number(text: str) -> float | None:
    """Return the number that a cell holds, its marks, unit and margin aside; None where it holds none.

    >>> to_number("**12,760"), to_number("49.85%"), to_number("(X)")
    (12760.0, 49.85, None)
    """
    if not is_numeric(text):
        return None
    match = re.search(r"[-–−]?\d[\d,\s]*\.?\d*", text)
    if match is None:
        return None
    digits = match[0].replace(",", "").replace(" ", "").replace("–", "-").replace("−", "-")
    try:
        return float(digits)
    except ValueError:
        return None


def _words(text: str) -> list[str]:
    return [word for word in tokenize(_spell_greek(text)) if word not in _STOP]


def _spell_greek(text: str) -> str:
    """Put the names of Greek letters for the letters, so that "alpha" finds a column headed "α"."""
    return "".join(
        f" {unicodedata.name(c).split()[-1].lower()} " if "GREEK" in unicodedata.name(c, "") and c.isalpha() else c
        for c in text
    )


def _alike(word: str, other: str) -> bool:
    """Return whether two words are the same or share a stem of four letters and most of their length."""
    if word == other:
        return True
    shorter = min(len(word), len(other))
    stem = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), shorter)
    return stem >= 4 and stem >= 0.6 * max(len(word), len(other))


def _overlap(words: Sequence[str], label: Sequence[str]) -> float:
    """Return how many of a label's different words the question has, less a little for those that it has not."""
    different = set(label)
    hits = sum(any(_alike(word, other) for word in words) for other in different)
    return hits - 0.15 * (len(different) - hits) if hits else 0.0


def _column_scores(table: Table, question: str, words: Sequence[str]) -> list[float]:
    scores = []
    asks_share = any(word in _SHARE_WORDS for word in [*words, *question.lower().split()])
    asks_count = "how many" in question.lower()
    for label in column_labels(table):
        tokens = _words(label) + (["%"] if "%" in label else [])
        score = _overlap(words, tokens)
        if asks_count and not asks_share:
            score += 0.4 * bool(_COUNT_WORDS & set(tokens)) - 0.4 * bool(_SHARE_WORDS & set(tokens))
        elif asks_share:
            score += 0.4 * bool(_SHARE_WORDS & set(tokens))
        if "margin" in tokens and "margin" not in words:
            score -= 0.3
        scores.append(score)
    return scores


def _row_score(
    table: Table, row: int, question: str, words: Sequence[str], columns: Sequence[float]
) -> tuple[float, set[int], str]:
    """Return how well a row fits, the columns of its cells that the question names, and its group's head."""
    squeezed = re.sub(r"\s+", "", question).casefold()
    cells = table.body[row]
    matched: set[int] = set()
    score = 0.0
    header = {word for label in column_labels(table) for word in _words(label)}
    wanted = [word for word in words if not any(_alike(word, head) for head in header)] or list(words)
    for column, cell in enumerate(cells):
        if not cell or (column and cell == cells[column - 1]):
            continue
        text = re.sub(r"\s+", "", cell).casefold()
        tokens = _words(cell)
        part = _whole(text, tokens, squeezed)
        if not part and not is_numeric(cell) and tokens:
            part = _overlap(wanted if column else words, tokens) * (1.0 if column == 0 else 0.8)
            part = part if part >= 0.5 else 0.0
        if part > 0 and not (is_numeric(cell) and column > 0 and columns[column] > 0.5):
            matched.add(column)
            score += part
    own = {token for column in matched for token in _words(cells[column])}
    rest = [word for word in words if not any(_alike(word, other) for other in own)]
    fit, group = _group(table, row, rest, squeezed) if score else (0.0, "")
    return score + fit, matched, group


def _whole(text: str, tokens: Sequence[str], squeezed: str) -> float:
    """Return what a cell counts that stands in the question word for word, both without spaces; 0 for another."""
    whole = len(text) > 2 and text in squeezed and (not text.isalpha() or len(text) > 3)
    return len(tokens) + 1.0 + 0.05 * len(text) if whole else 0.0


def _group(table: Table, row: int, words: Sequence[str], squeezed: str) -> tuple[float, str]:
    """Return how well the head of a row's group fits what the row itself does not say, and that head with a comma.

    Only a label that stands in several rows ("Severe disability" under each age group) needs its group; the head of a
    group is a row above whose own label stands but once. The nearest counts the most.
    """
    labels = [body[0].casefold() for body in table.body]
    best = (0.0, "")
    if labels.count(labels[row]) < 2:
        return best
    for distance in range(1, min(row, 12) + 1):
        head = table.body[row - distance][0]
        if labels.count(head.casefold()) > 1 or not _words(head):
            continue
        text = re.sub(r"\s+", "", head).casefold()
        fit = _whole(text, _words(head), squeezed) or _overlap(words, _words(head))
        best = max(best, (fit / (1 + 0.05 * distance), f"{head}, "))
    return best if best[0] > 0 else (0.0, "")
