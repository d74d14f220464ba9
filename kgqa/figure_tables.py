"""Tables that a document calls figures: "in Figure 13, how many trees were recorded for X?".

Many papers and slides set a table and caption it "Figure 13". It is read as a table without a caption, and as a figure
in the same place that has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingestion.document import Box, Figure, ParsedDocument, Table
from kgqa.lookup_tables import table_finding
from kgqa.parts import Finding, find_figure
from kgqa.question import ParsedQuestion
from kgqa.table_view import without_pointers

_SAME_PLACE = 0.6  # of the smaller box, that both have to share
_LEAST = 1.0  # score of a cell that answers


def figure_cell(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer from the tables that stand where the named figures do; None where there are none, or they say nothing."""
    best: tuple[float, Finding] | None = None
    for document in documents:
        for number in q.figures:
            figure = find_figure(document, number)
            for table in tables_of_figure(document, figure) if figure is not None else ():
                found = table_finding(document, table, without_pointers(q.body), q.cells)
                if found is not None and found[0] >= _LEAST and (best is None or found[0] > best[0]):
                    best = found
    return best[1] if best is not None else None


def tables_of_figure(document: ParsedDocument, figure: Figure) -> list[Table]:
    """Return the tables without a caption that stand in a figure's place, with the figure's caption."""
    own = [t for t in document.tables if not t.caption and t.page_number == figure.page_number and t.boxes]
    return [replace(t, caption=figure.caption) for t in own if figure.boxes and _in_one_place(t.boxes, figure.boxes)]


def _in_one_place(a: Sequence[Box], b: Sequence[Box]) -> bool:
    one, other = Box.around(a), Box.around(b)
    smaller = min(one.width * one.height, other.width * other.height)
    return smaller > 0 and one.overlap(other) >= _SAME_PLACE * smaller
