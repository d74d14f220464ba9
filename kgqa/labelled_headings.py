"""Headings that are called by a word and a number of their own: "Article 5", "Item 7 - Tides", "Schedule B".

A question that names one so means the heading; put in its place by its whole title, every rule for titles holds for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument

_LABEL = re.compile(
    r"\b(?P<word>items?|articles?|clauses?|rules?|schedules?|exhibits?|modules?|units?|lessons?|lectures?|phases?|"
    r"steps?|tasks?|weeks?|days?|exercises?|problems?|acts?|scenes?|stages?|attachments?|enclosures?|title|topic|goal|objective|principle|policy)\s+"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*|(?-i:[IVX]{1,5}|[A-Z]))(?![\w-]|\.\d|\s+of\s+\d)",
    re.I,
)


def names_label(question: str) -> bool:
    """Return whether a question says a word and a number as headings are labelled.

    >>> names_label("What does Article 5 say?"), names_label("What does the article say?")
    (True, False)
    """
    return _LABEL.search(question) is not None


def with_whole_titles(question: str, documents: Sequence[ParsedDocument]) -> str:
    """Return a question with labels such as "Item 7" as the titles of the sections that begin so, in quotation marks.

    Labels that begin no heading, or those of several documents, stay as they are.
    """
    for match in reversed([*_LABEL.finditer(question)]):
        titles = [title for document in documents if (title := _title(document, match))]
        if len(titles) == 1:
            question = f"{question[: match.start()]}section “{titles[0]}”{question[match.end() :]}"
    return question


def _title(document: ParsedDocument, match: re.Match[str]) -> str:
    """Return the title of the one section that begins with a label; "" for none, or several."""
    label = re.compile(rf"{match['word'].rstrip('s')}\s+{re.escape(match['number'])}(?![\w.]*\d)\b", re.I)
    titles = list(dict.fromkeys(s.title for s in document.sections if label.match(s.title)))
    return titles[0].replace("”", "").replace("“", "") if len(titles) == 1 else ""
