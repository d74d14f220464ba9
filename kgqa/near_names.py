"""Documents that a question names without writing their file names out: shortened, spaced, or with a slip.

"the crq paper", "jss 816", "micrtype.pdf". Looked for only where a question names no document otherwise, and taken only
where exactly one document fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from graphs.rows import DocumentRecord
from kgqa.pointers import FILE

_LEAST = 0.8  # likeness, 0 to 1, of a misspelt file name to the one that is meant
_CLEARLY = 0.08  # by which it must be liker to that one than to any other
_KIND = (
    r"(?:documents?|papers?|reports?|articles?|files?|manuals?|books?|slides?|slide deck|deck|presentation|talk|"
    r"vignette|pdfs?|guide|handbook|brochure|study|scan|survey)"
)
_CALLED = re.compile(
    rf"\b(?:the|of|in|from|does|has|is)\s+((?:[\w+.-]+\s+){{0,3}}?[\w+.-]+)\s+(?={_KIND}\b(?!\s+(?:\d|[ivxl]+\b)))|"
    rf"\b(?:the\s+)?{_KIND}\s+(?:called|named)\s+((?:[\w+-]+\s+){{0,2}}[\w+-]+)",
    re.I,
)
_PLAIN = frozenset(
    "the a an of in on for this that these those which what whole first second third last other same two both each "
    "every one all any some longer shorter older newer original full main present entire long short old new "
    "following".split()
)
_KINDS = frozenset("document paper report article file manual book slides deck presentation talk vignette pdf".split())


def near_documents(text: str, records: Sequence[DocumentRecord]) -> tuple[tuple[str, ...], str]:
    """Return the ids of the documents that a text seems to name, in its order, and the text without their names."""
    found: list[tuple[int, int, str]] = []
    for match in FILE.finditer(text):
        doc_id = _likest(match[0], records)
        if doc_id is not None:
            found.append((match.start(), match.end(), doc_id))
    if not found:
        found = _spaced(text, records) or _called(text, records)
    rest = text
    for start, end, _ in sorted(found, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    return tuple(dict.fromkeys(doc_id for *_, doc_id in sorted(found))), " ".join(rest.split())


def _likest(name: str, records: Sequence[DocumentRecord]) -> str | None:
    """Return the document whose file name is nearest to a misspelt one; None where none is near, or two are."""
    ranked = sorted(
        ((SequenceMatcher(None, name.casefold(), record.name.casefold()).ratio(), record.doc_id) for record in records),
        reverse=True,
    )
    if not ranked or ranked[0][0] < _LEAST or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY):
        return None
    return ranked[0][1]


def _spaced(text: str, records: Sequence[DocumentRecord]) -> list[tuple[int, int, str]]:
    """Return where two to four words, written as one, are a file's name without its ending: "jss 816"."""
    stems = {_squeezed(record.name.rsplit(".", 1)[0]): record.doc_id for record in records}
    words = list(re.finditer(r"[\w+.-]+", text))
    for count in (4, 3, 2):
        for first, last in zip(words, words[count - 1 :], strict=False):
            run = _squeezed(text[first.start() : last.end()])
            if len(run) > 4 and run in stems:
                return [(first.start(), last.end(), stems[run])]
    return []


def _called(text: str, records: Sequence[DocumentRecord]) -> list[tuple[int, int, str]]:
    """Return where "the ... paper" says words that the name of exactly one document holds."""
    found = []
    for match in _CALLED.finditer(text):
        said = match[1] or match[2]
        words = [word for word in _words(said) if word not in _PLAIN and word not in _KINDS]
        if not words or not any(len(word) > 2 for word in words):
            continue
        own = [r.doc_id for r in records if all(_holds(r.name, word) for word in words)]
        if len(own) == 1:
            group = 1 if match[1] else 2
            found.append((match.start(group), match.end(group), own[0]))
    return found


def _holds(name: str, word: str) -> bool:
    """Return whether a file's name has that word, or one that begins with it."""
    return any(
        own == word or (own.startswith(word) and (len(word) > 3 or own[len(word) :].isdigit()))
        for own in _words(name.rsplit(".", 1)[0])
    )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", text.casefold()) if word]


def _squeezed(text: str) -> str:
    return "".join(_words(text))
