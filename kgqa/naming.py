"""Which documents a question names: by file name, by file name without ending, or by title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

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
_WORD = re.compile(r"\w+")
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
    files = _files(tuple((record.name, record.doc_id) for record in records if record.doc_id))
    named = [item for item in _of_words(files, folded) if item[0].casefold() in folded]
    for name, doc_id, before in sorted(named, key=lambda item: -len(item[0])):
        owner = r"(?:(?<=\bthe )(?-i:[A-Z])[\w&.]+\s+)?" if " " in name else ""  # "the Acme employee handbook"
        pattern = re.compile(rf"(?P<before>{before})(?<![\w.-]){owner}{re.escape(name)}(?:[’']s)?(?![\w-])", re.I)
        if pattern.search(body):
            match = pattern.search(text)
            found.append((match.start() if match else 0, doc_id))
            body = pattern.sub(r"\g<before> ", body)
    if not found and titles:
        found, body = _by_title(text, _titled(tuple(titles.items())))
    return tuple(dict.fromkeys(doc_id for _, doc_id in sorted(found))), " ".join(body.split())


_Named = dict[str, list[tuple[str, str, str]]]
"""What can be named, by its first word in lower case: all of thousands need not be looked at for each question."""


def _of_words(named: _Named, folded: str) -> list[tuple[str, str, str]]:
    """Return those whose first word a text in lower case holds, and those that have no word."""
    return [item for word in ("", *dict.fromkeys(_WORD.findall(folded))) for item in named.get(word, ())]


def _first_word(text: str) -> str:
    found = _WORD.search(text.casefold())
    return found[0] if found is not None else ""


@lru_cache(maxsize=4)
def _files(files: tuple[tuple[str, str], ...]) -> _Named:
    """Return (name, document, pattern of what must stand before it) for each way to name each (file, document)."""
    names: _Named = {}

    def add(name: str, doc_id: str, before: str = "") -> None:
        names.setdefault(_first_word(name), []).append((name, doc_id, before))

    for file, doc_id in files:
        stem = file.rsplit(".", 1)[0]
        add(file, doc_id)
        if len(stem) > 3:
            peculiar = "_" in stem or "-" in stem or any(c.isdecimal() for c in stem)
            add(stem, doc_id, "" if peculiar else _BEFORE_A_STEM)
        spaced = re.sub(r"[_\-\s]+", " ", stem)
        if spaced != stem and len(spaced) > 6:
            add(spaced, doc_id)
    return names


@lru_cache(maxsize=4)
def _titled(titles: tuple[tuple[str, str], ...]) -> _Named:
    """Return (title, document, its words in lower case) of each (document, title)."""
    named: _Named = {}
    for doc_id, title in titles:
        named.setdefault(_first_word(title), []).append((title, doc_id, _spaced_words(title)))
    return named


def _by_title(text: str, titles: _Named) -> tuple[list[tuple[int, str]], str]:
    found: list[tuple[int, str]] = []
    body = text
    folded = _spaced_words(text)
    for title, doc_id, words in sorted(_of_words(titles, folded), key=lambda item: (-len(item[0]), item[1])):
        if len(words) < _LEAST_TITLE or words.count(" ") < _LEAST_WORDS + 1 or words not in folded:
            continue
        match = re.search(r"\W+".join(map(re.escape, _WORD.findall(title))), body, re.I)
        if match is not None:
            found.append((match.start(), doc_id))
            body = body[: match.start()] + " " * len(match[0]) + body[match.end() :]
    if found:
        return found, body
    for match in _TITLED.finditer(text):
        start = _spaced_words(match[1])
        alike = titles.get(_first_word(match[1]), ()) if len(start) > 6 else ()
        own = [doc_id for _, doc_id, words in alike if words.startswith(start)]
        if len(own) == 1:
            return [(match.start(1), own[0])], text[: match.start(1)] + " " + text[match.end(1) :]
    return found, body


def _spaced_words(text: str) -> str:
    """Return a text's words in lower case with a space on both sides of each."""
    words = " ".join(_WORD.findall(text.casefold()))
    return f" {words} "
