"""Who holds an office, by the line below a name: "Ann Lee", and under it "Treasurer", as letters are signed.

Neither line is a sentence, so that reading finds none that answers. Where a name stands on both sides of the office, as
in lists of officers, it cannot be told to whom it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from graphs.index import tokenize
from ingestion.document import ParsedDocument
from ingestion.plain import markdown_to_plain
from kgqa.asked import content_words
from kgqa.parts import Finding, Quote, quote_of_passage
from kgqa.question import ParsedQuestion

_ASKED = re.compile(
    r"^\W*who(?:\s+is|\s+was|['’]s)\s+(?:the\s+|an?\s+)?(?P<office>[\w-]+(?:\s+(?!of\b|for\b|at\b|in\b)[\w-]+){0,3})"
    r"(?:\s+(?:of|for|at|in)\s+(?P<body>[^?]+))?\W*$",
    re.I,
)
_NAME = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Rev|Cllr|Sir|Dame)\.?\s+)*[A-ZÀ-Ý][\w'’-]*\.?(?:\s+[A-ZÀ-Ý](?:[\w'’-]*[a-zà-ÿ]|\.)){1,3}"
)
_SIGNED = re.compile(r"[^.:;!?\d]{3,60}")  # an office, and perhaps whose: "Chair, Harbour Society"
_BEHIND = re.compile(r"\s*[,–—(/|]|\s+(?:-|of|for|and|&|to|at)\s")  # what stands between an office and whose it is


def asks_office(q: ParsedQuestion) -> bool:
    """Return whether a question may ask who holds an office, so that names are to be looked for."""
    return _ASKED.match(q.body) is not None


def signed_finding(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return whose name stands above the office that a question asks for; None where none or two do."""
    match = _ASKED.match(q.body)
    if match is None:
        return None
    office, others = tokenize(match["office"]), content_words(match["body"] or "")
    found: dict[str, tuple[Quote, Quote]] = {}
    for document in documents:
        if others and not set(others) <= _words_of(document):
            continue
        for name, role in _signed(document):
            if tokenize(_BEHIND.split(role.text)[0]) == office:
                found.setdefault(name.text, (name, role))
    if len(found) != 1:
        return None
    name, role = next(iter(found.values()))
    return Finding("content", ((f"{name.text}, {role.text}", (name, role)),))


def _signed(document: ParsedDocument) -> Iterator[tuple[Quote, Quote]]:
    """Yield each name that stands alone, with the line right below it, unless one more name follows on the page."""
    lines = list(_lines(document))
    for ((name, _), (role, _)), following in zip(pairwise(lines), [*lines[2:], None], strict=True):
        if following is not None and _is_name_on(role.page, *following):
            continue
        if role.page - name.page in (0, 1) and _NAME.fullmatch(name.text) and _SIGNED.fullmatch(role.text):
            yield name, role


def _is_name_on(page: int, line: Quote, heading: bool) -> bool:
    """Return whether a line of a page is one more name: a heading, or the next page, begins something else."""
    return line.page == page and not heading and _NAME.fullmatch(line.text) is not None


def _lines(document: ParsedDocument) -> Iterator[tuple[Quote, bool]]:
    """Yield the paragraphs of a document, and whether each is a heading."""
    for passage in document.passages:
        for block in re.split(r"\n{2,}", passage.text):
            plain = markdown_to_plain(block).strip()
            if plain:
                yield quote_of_passage(document, passage, plain), block.lstrip().startswith("#")


def _words_of(document: ParsedDocument) -> set[str]:
    return set(tokenize(" ".join((document.name, document.title, *(p.plain for p in document.passages)))))
