"""Which documents a question names: by file name, by file name without ending, or by title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graphs.rows import DocumentRecord

_BEFORE_A_STEM = (
    r"(?:in|of|from|to|does|do|is|and|or|than|with|between|vs\.?|document|file|paper|report|pdf|,)\s+(?:the\s+)?"
)
_KIND = (
    r"(?:documents?|papers?|reports?|articles?|files?|manuals?|books?|books?|slides|deck|presentation|vignette|pdfs?)"
)
_TITLED = re.compile(
    rf"\b(?:the|in|of)\s+{_KIND}\s+(?:called\s+|titled\s+|entitled\s+|named\s+|about\s+|on\s+)?[\"“'‘«]?"
    r"((?:[A-ZÀ-Ý0-9][\w:&+’'-]*|of|for|and|in|with|the|to|a|on)(?:\s+(?:[A-ZÀ-Ý0-9][\w:&+’'-]*|of|for|and|in|with|the|to|a|on))*)"
)
_LEAST_TITLE = 12  # letters of a title that is looked for in a question
_LEAST_WORDS = 3  # of it: shorter ones are names of people and things, which questions name for their own sake


def named_documents(
    text: str, records: Sequence[DocumentRecord], titles: Mapping[str, str] | None = None
) -> tuple[tuple[str, ...], str]:
    """Return the ids of the documents that a text names, in its order, and the text without their names.

    A file name counts anywhere; one without its ending too, where it is no ordinary word or stands where a document is
    named ("in countreg"); a title only where the text names no file.
    """
    found: list[tuple[int, str]] = []
    body = text
    folded = text.casefold()
    named = [
        item for item in _names(records) if item[0].casefold() in folded
    ]  # a pattern for each of thousands is slow
    for name, doc_id, before in sorted(named, key=lambda item: -len(item[0])):
        pattern = re.compile(rf"(?P<before>{before})(?<![\w.-]){re.escape(name)}(?:[’']s)?(?![\w-])", re.I)
        if pattern.search(body):
            match = pattern.search(text)
            found.append((match.start() if match else 0, doc_id))
            body = pattern.sub(r"\g<before> ", body)
    if not found and titles:
        found, body = _by_title(text, titles)
    return tuple(dict.fromkeys(doc_id for _, doc_id in sorted(found))), " ".join(body.split())


def _names(records: Sequence[DocumentRecord]) -> list[tuple[str, str, str]]:
    """Return (name, document, pattern of what must stand before it) for each way to name each document."""
    names: list[tuple[str, str, str]] = []
    for record in records:
        if not record.doc_id:
            continue
        stem = record.name.rsplit(".", 1)[0]
        names.append((record.name, record.doc_id, ""))
        if len(stem) > 3:
            peculiar = "_" in stem or "-" in stem or any(c.isdigit() for c in stem)
            names.append((stem, record.doc_id, "" if peculiar else _BEFORE_A_STEM))
        spaced = re.sub(r"[_\-\s]+", " ", stem)
        if spaced != stem and len(spaced) > 6:
            names.append((spaced, record.doc_id, ""))
    return names


def _by_title(text: str, titles: Mapping[str, str]) -> tuple[list[tuple[int, str]], str]:
    found: list[tuple[int, str]] = []
    body = text
    folded = _spaced_words(text)
    for doc_id, title in sorted(titles.items(), key=lambda item: (-len(item[1]), item[0])):
        words = _spaced_words(title)
        if len(words) < _LEAST_TITLE or words.count(" ") < _LEAST_WORDS + 1 or words not in folded:
            continue
        match = re.search(r"\W+".join(map(re.escape, re.findall(r"\w+", title))), body, re.I)
        if match is not None:
            found.append((match.start(), doc_id))
            body = body[: match.start()] + " " * len(match[0]) + body[match.end() :]
    if found:
        return found, body
    for match in _TITLED.finditer(text):
        start = _spaced_words(match[1])
        own = [doc_id for doc_id, title in titles.items() if len(start) > 6 and _spaced_words(title).startswith(start)]
        if len(own) == 1:
            return [(match.start(1), own[0])], text[: match.start(1)] + " " + text[match.end(1) :]
    return found, body


def _spaced_words(text: str) -> str:
    """Return a text's words in lower case with a space on both sides of each."""
    words = " ".join(re.findall(r"\w+", text.casefold()))
    return f" {words} "
