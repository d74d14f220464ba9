"""Tables whose columns come several times side by side, to save paper -> one table of all their rows.

A table of "From, To, Tax" whose columns stand three times in a row is read down the first three columns, then down the
next ones. Groups that something above tells apart, as years do, are no such table.
"""

from __future__ import annotations

from collections.abc import Sequence

_KEYS = 0.9  # share of the rows whose first cells must differ

Rows = tuple[tuple[str, ...], ...]


def stack_groups(rows: Rows, heads: int) -> Rows:
    """Return the rows with groups of columns below the same heads one below the other; other rows as they are."""
    if not heads or len(rows) <= heads:
        return rows
    count = len(rows[0])
    for groups in range(count // 2, 1, -1):
        if count % groups == 0:
            stacked = _stacked(rows, heads, count // groups)
            if stacked is not None:
                return stacked
    return rows


def _stacked(rows: Rows, heads: int, width: int) -> Rows | None:
    """Return the rows in groups of columns of a width one below the other; None where they are no such groups."""
    starts = range(0, len(rows[0]), width)
    tops = [tuple(row[at : at + width] for row in rows[:heads]) for at in starts]
    if len({_words(top) for top in tops}) > 1 or not _are_alike(tops):
        return None
    body = [
        row[at : at + width]
        for at in starts
        for row in rows[heads:]
        if any(row[at : at + width]) and (at == 0 or len(set(row)) > 1)
    ]
    keys = [row[0] for row in body if row[0] and len(set(row)) > 1]
    if len(keys) < 2 or len(set(keys)) < _KEYS * len(keys) or len(keys) < _KEYS * len(body):
        return None
    top = max(tops, key=lambda top: sum(bool(cell) for row in top for cell in row))
    return (*top, *body)


def _words(top: Rows) -> frozenset[str]:
    return frozenset(word for row in top for cell in row for word in cell.casefold().split())


def _are_alike(tops: Sequence[Rows]) -> bool:
    """Return whether the groups' columns have names that differ, in most of which the groups are the same.

    A word over several of them may lie in another's cell in one group.
    """
    names = [[" ".join(cell.casefold().split()) for cell in top[-1]] for top in tops]
    if any(not all(row) or len(set(row)) < len(row) for row in names):
        return False
    same = sum(len(set(column)) == 1 for column in zip(*names, strict=True))
    return names[0][0] == names[-1][0] and 2 * same > len(names[0])
