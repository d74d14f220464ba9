"""Headings that a letter or a small numeral marks below a numbered one: "b) Remote Hosts", "iii. Accounts".

A question names them by their words alone, "what comes after Accounts?", or by their mark, "part b) of chapter 3".
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.document import ParsedDocument
from kgqa.heading_marks import MARK
from kgqa.parts import Finding, children_of, find_section, section_name, section_quote
from kgqa.question import ParsedQuestion


def show_marked(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the heading with the mark that a question names, below the section that it names."""
    for document in documents:
        named = [find_section(document, number=number) for number in q.sections]
        named += [find_section(document, title=title) for title in q.quoted]
        for above in (section for section in named if section is not None):
            below = [s for s in children_of(document, above) if (m := MARK.match(s.title)) and m["mark"] == q.unit]
            if below:
                text = f"{section_name(below[0])} (page {below[0].page_number} of {document.name})."
                quotes = (section_quote(document, below[0]), section_quote(document, above))
                return Finding("structure", ((text, quotes),))
    return None
