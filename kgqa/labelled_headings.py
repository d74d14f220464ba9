"""Headings that are called by a word and a number of their own: "Article 5", "Item 7 - Tides", "Schedule B".

A question that names one so means the heading; put in its place by its whole title, every rule for titles holds for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument
from kgqa.parts import Finding, from_roman, section_quote, to_roman
from kgqa.question import ParsedQuestion

_LABEL = re.compile(
    r"\b(?P<word>items?|articles?|clauses?|rules?|schedules?|exhibits?|modules?|units?|lessons?|lectures?|phases?|"
    r"steps?|tasks?|weeks?|days?|exercises?|problems?|acts?|scenes?|stages?|attachments?|enclosures?|questions?|title|"
    r"topic|goal|objective|principle|policy)\s+"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*|(?-i:[IVX]{1,5}|[A-Z]))(?![\w-]|\.\d|\s+of\s+\d)",
    re.I,
)


_HOW_MANY = re.compile(
    r"\W*how many\s+(?P<word>items|articles|clauses|rules|schedules|exhibits|modules|units|lessons|lectures|phases|"
    r"steps|tasks|weeks|exercises|problems|acts|scenes|stages|attachments)\s+(?:are|do|does|has|have)\b",
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
    """Return the title of the one section that begins with a label; "" for none, or several.

    "Question 10" is also the section of that number whose title is a question.
    """
    number = match["number"]
    numbers = [number, to_roman(int(number)) if number.isdecimal() else str(from_roman(number) or number)]
    either = "|".join(map(re.escape, numbers))  # "Article 3" is "ARTICLE III"
    label = re.compile(rf"{match['word'].rstrip('s')}\s+(?:{either})(?![\w.]*\d)\b", re.I)
    titles = list(dict.fromkeys(s.title for s in document.sections if label.match(s.title)))
    if not titles and match["word"].casefold() == "question":
        titles = [s.title for s in document.sections if s.number == number and s.title.endswith("?")]
    return titles[0].replace("”", "").replace("“", "") if len(titles) == 1 else ""


def counted_labels(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return how many headings are labelled by a word of which a question asks how many there are."""
    match = _HOW_MANY.match(q.body)
    if match is None:
        return None
    label = re.compile(rf"{match['word'].rstrip('s')}\s+(?:\d{{1,3}}|[IVXL]+|[A-Z])\b", re.I)
    sentences = []
    for document in documents:
        found = {m[0].casefold(): s for s in document.sections if (m := label.match(s.title)) is not None}
        if len(found) > 1:
            quotes = tuple(section_quote(document, section) for section in found.values())
            text = f"{document.name} has {len(found)} headings that begin with “{match['word'].rstrip('s')}”."
            sentences.append((text, quotes))
    return Finding("count", tuple(sentences)) if sentences else None
