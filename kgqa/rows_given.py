"""What a question gives for the row that it asks of, by the head of a column and a value in it: "with depth 16"."""

from __future__ import annotations

import re

from kgqa.table_view import TableView


def given_in(view: TableView, question: str) -> list[tuple[int, str]]:
    """Return (column, value) of what a question gives for a row by a column's head: "R = 200", "with depth 16"."""
    found = []
    for column, head in enumerate(view.heads):
        run = r"\s+".join(map(re.escape, head.split()))
        given = re.search(
            rf"\bwith\s+(?:an?\s+|the\s+)?{run}\s+(?:of\s+)?([-–−]?\d[\d.,]*\d|\d)(?![\w%])", question, re.I
        )
        if head and given is not None and any(row[column] == given[1] for row in view.body):
            found.append((column, given[1]))
    for match in re.finditer(r"(?<![\w.])([\w.]+)\s*=\s*([-–−]?\d[\d.,]*\d|\d)(?![\w])", question):
        for column, head in enumerate(view.heads):
            if head.casefold() == match[1].casefold() and any(row[column] == match[2] for row in view.body):
                found.append((column, match[2]))
    return found
