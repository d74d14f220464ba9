"""The text of a passage -> what may be quoted of it: sentences, items, lines of code, and short lines together."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ingestion.passages import text_to_sentences

_SHORTEST = 15  # characters of a sentence that says anything by itself
_FRAGMENT = 60  # characters of a line that may go together with its neighbours
_TOGETHER = 400  # characters of lines that go together
_ENDED = re.compile(r"[.!?…。！？؟][\"'”’)\]]*$")
_OPTION = re.compile(r"-{1,2}[A-Za-z][\w-]*(?:[ =,|]\S*)*")  # "-o file", "--output=FILE"
_PROMPT = re.compile(r"(?:R?>|>>>|\$|%|In \[\d+\]:|\w+>)\s")
_LEADERS = re.compile(r"(?:\.\s?){8,}|…{3,}")  # of a line of the contents
_LED_ON = re.compile(r"\s*(?:\.\s){4}|\s*(?:\.\s){2,3}\.?\s*\d+\s")  # the same, behind what was cut off as a sentence
_ADDRESS = re.compile(r"(?:https?:|www\.|doi\.org)\S+", re.I)
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text that may be quoted together."""

    start: int
    end: int
    before: int = -1  # index of the span before and after it, -1 for none
    after: int = -1
    lines: int = 1  # how many sentences or lines it holds


def text_to_spans(text: str, code: Collection[str] = frozenset(), *, addresses: bool = True) -> list[Span]:
    """Return what may be quoted of a text, lines parted by line breaks, in its order; `code` are its lines of code.

    Without `addresses` what is hardly more than addresses of the web is left out: their parts only look like words.

    A line that ends in a colon goes together with the short lines that it announces, and a line that holds an option of
    a command with what stands below it. Neighbouring short lines without a
    full stop, as on slides, title pages and forms, stand together as well as by themselves. Lines of code, which empty
    lines part, do not, but what a program printed does: a heading there says what a number below is.
    """
    pieces = _with_options(text, text_to_sentences(text))
    spans = [Span(start, end, i - 1, i + 1 if i + 1 < len(pieces) else -1) for i, (start, end) in enumerate(pieces)]
    found: list[Span] = [_announcing(text, spans, i) for i in range(len(spans))]
    found += _fragments(text, spans)
    found += _printed(text, spans, code)
    kept = [span for span in found if _says_something(text, span, len(pieces))]
    kept = [span for span in kept if addresses or not _is_address(text[span.start : span.end])]
    place = {(span.start, span.end): i for i, span in enumerate(kept)}
    origin = [(span.start, span.end) for span in found[: len(spans)]]
    return [
        replace(
            span,
            before=place.get(origin[span.before], -1) if span.before >= 0 else -1,
            after=place.get(origin[span.after], -1) if span.after >= 0 else -1,
        )
        for span in kept
    ]


def _with_options(text: str, pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put each option of a command that has a line of its own together with the line below, which says what it does."""
    found: list[tuple[int, int]] = []
    for start, end in pieces:
        if found and not _OPTION.match(text, start, end):
            first, last = found[-1]
            alone = text.count("\n", first, last) == 0 and text[last:start].strip(" ") in ("\n", "\n\n")
            if alone and last - first <= _FRAGMENT and _OPTION.match(text, first, last):
                found[-1] = (first, end)
                continue
        found.append((start, end))
    return found


def _says_something(text: str, span: Span, pieces: int) -> bool:
    long = span.end - span.start >= _SHORTEST or pieces == 1
    return (
        long
        and _LEADERS.search(text, span.start, span.end) is None
        and _LED_ON.match(text, span.end) is None
        and _LETTERS.search(text, span.start, span.end) is not None
    )


def _is_address(text: str) -> bool:
    return 2 * sum(len(match[0]) for match in _ADDRESS.finditer(text)) > len(text)


def _announcing(text: str, spans: list[Span], i: int) -> Span:
    """Return a span, one that ends in a colon with the lines below it."""
    span = spans[i]
    if text[span.end - 1] != ":":
        return span
    last = i
    while last + 1 < len(spans) and spans[last + 1].end - span.start <= _TOGETHER:
        if text[spans[last].end : spans[last + 1].start].count("\n") != 1:
            break
        last += 1
        ended = _ENDED.search(text, spans[last - 1].start, spans[last - 1].end) is not None
        if last > i + 1 and ended and spans[last].end - spans[last].start > 2 * _FRAGMENT:
            last -= 1  # the list is over, text goes on
            break
    return replace(span, end=spans[last].end, after=spans[last].after, lines=last - i + 1)


def _fragments(text: str, spans: list[Span]) -> list[Span]:
    """Return the runs of short lines without a full stop, as far as they fit together."""
    found: list[Span] = []
    first = 0
    while first < len(spans):
        last = first
        while (
            last + 1 < len(spans)
            and all(_is_fragment(text, spans[k]) for k in (last, last + 1))
            and text[spans[last].end : spans[last + 1].start].count("\n") < 2
            and spans[last + 1].end - spans[first].start <= _TOGETHER
        ):
            last += 1
        if last > first:
            found.append(
                Span(spans[first].start, spans[last].end, spans[first].before, spans[last].after, last - first + 1)
            )
        first = last + 1
    return found


def _printed(text: str, spans: list[Span], code: Collection[str]) -> list[Span]:
    """Return what was printed below each line of a listing that begins with a prompt, as far as it fits together."""
    found: list[Span] = []
    first = None
    for i, span in enumerate([*spans, None]):
        line = "" if span is None else text[span.start : span.end]
        goes_on = line in code and not _PROMPT.match(line)
        if first is not None and (not goes_on or span is None or span.end - spans[first].start > _TOGETHER):
            if i - first > 1:
                found.append(
                    Span(spans[first].start, spans[i - 1].end, spans[first].before, spans[i - 1].after, i - first)
                )
            first = None
        if line in code and _PROMPT.match(line):
            first = i + 1
    return [span for span in found if span.lines > 1]


def _is_fragment(text: str, span: Span) -> bool:
    return span.end - span.start <= _FRAGMENT and not _ENDED.search(text, span.start, span.end)
