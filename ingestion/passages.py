"""A page's markdown -> passages: exact slices, cut where the text itself has joints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ingestion.document import Passage, WordBoxes, merge_into_lines
from ingestion.options import PassageOptions
from ingestion.plain import markdown_to_plain

Span = tuple[int, int]
"""Characters of the markdown, start inclusive and end exclusive."""

_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*|[。！？؟]+)(?=\s|$)|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|e\.g|i\.e|cf|vs|etc|al|[Ff]igs?|[Ee]qs?|[Ss]ec|[Tt]ab|Nos?|[Vv]ol|[Cc]h|pp?|Dr|Mrs?|Ms|Prof|St|Inc|Ltd|Jr|ed|eds"
    r"|approx|resp|ca|[Ss]td)\.|^\s*\d+\.)$"
)

_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$")


def markdown_to_passages(
    markdown: str,
    *,
    doc_id: str,
    page_number: int,
    options: PassageOptions,
    words: WordBoxes | None = None,
    tables: Sequence[Span] = (),
    section_of: Callable[[int], str | None] | None = None,
) -> list[Passage]:
    """Cut one page's markdown into passages.

    A passage never holds a heading but at its start, nothing of `tables` (slices that are tables of their own), and at
    most `options.max_chars` characters. Passages and tables together hold every character that is not white space.
    Cuts are made between blocks where they can be, else between sentences, lines, words, and in a word at last.
    `section_of` gives the section of a passage from its start; `words` gives the boxes.
    """
    passages: list[Passage] = []
    for start, end in markdown_to_spans(markdown, options=options, tables=tables):
        text = markdown[start:end]
        passages.append(
            Passage(
                passage_id=f"{doc_id}/p{page_number}/{len(passages)}",
                page_number=page_number,
                start=start,
                end=end,
                text=text,
                plain=markdown_to_plain(text),
                section_id=section_of(start) if section_of else None,
                boxes=() if words is None else merge_into_lines(words.between(start, end)),
            )
        )
    return passages


def markdown_to_spans(markdown: str, *, options: PassageOptions, tables: Sequence[Span] = ()) -> list[Span]:
    """Return where the passages begin and end."""
    spans: list[Span] = []
    for run in _runs(_blocks(markdown, tables), markdown):
        spans += _pack(run, markdown, options)
    return spans


def _blocks(markdown: str, tables: Sequence[Span]) -> Iterator[Span]:
    """Yield what blank lines, headings and tables part; a fence is one block, whatever it holds."""
    position = 0
    for table_start, table_end in [*sorted(tables), (len(markdown), len(markdown))]:
        yield from _blocks_between(markdown, position, max(position, table_start))
        position = max(position, table_end)


def _blocks_between(markdown: str, start: int, end: int) -> Iterator[Span]:
    opened: int | None = None
    fence = ""
    line_start = start
    while line_start < end:
        line_end = markdown.find("\n", line_start, end)
        line_end = end if line_end < 0 else line_end
        line = markdown[line_start:line_end]
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        elif mark:
            fence = mark[1]
            opened = line_start if opened is None else opened
        elif _HEADING.match(line):
            if opened is not None:
                yield opened, line_start
            yield line_start, line_end
            opened = None
        elif not line.strip():
            if opened is not None:
                yield opened, line_start
            opened = None
        elif opened is None:
            opened = line_start
        line_start = line_end + 1
    if opened is not None:
        yield opened, end


def _runs(blocks: Iterator[Span], markdown: str) -> Iterator[list[Span]]:
    """Gather the blocks that may share a passage: those below one heading; a picture's words stay by themselves."""
    run: list[Span] = []
    for start, end in blocks:
        start, end = _trim(markdown, start, end)
        if start == end:
            continue
        quoted = markdown[start] == ">"
        if run and (quoted or _HEADING.match(markdown, start) or _between(markdown, run[-1][1], start)):
            yield run
            run = []
        run.append((start, end))
        if quoted:
            yield run
            run = []
    if run:
        yield run


def _between(markdown: str, end: int, start: int) -> bool:
    """Return whether something that belongs to no passage (a table) stands between two blocks."""
    return bool(markdown[end:start].strip())


def _trim(markdown: str, start: int, end: int) -> Span:
    while start < end and markdown[start].isspace():
        start += 1
    while end > start and markdown[end - 1].isspace():
        end -= 1
    return start, end


def _pack(run: Sequence[Span], markdown: str, options: PassageOptions) -> list[Span]:
    """Fill passages with whole blocks, or pieces of a block that is too long, up to the limit."""
    pieces = [piece for start, end in run for piece in _pieces(markdown, start, end, options.max_chars)]
    packed: list[Span] = []
    for start, end in pieces:
        if packed and end - packed[-1][0] <= options.max_chars:
            packed[-1] = (packed[-1][0], end)
        else:
            packed.append((start, end))
    if len(packed) > 1 and packed[-1][1] - packed[-1][0] < options.min_chars:
        packed[-2:] = _rebalance(packed[-2][0], packed[-1][1], pieces)
    return packed


def _rebalance(start: int, end: int, pieces: Sequence[Span]) -> list[Span]:
    """Part two passages, of which the last is too short, at the joint nearest to their middle."""
    joints = [(left[1], right[0]) for left, right in pairwise(pieces) if left[0] >= start]
    middle = (start + end) / 2
    left_end, right_start = min(joints, key=lambda joint: abs(joint[0] - middle))
    return [(start, left_end), (right_start, end)]


def _pieces(markdown: str, start: int, end: int, limit: int) -> Iterator[Span]:
    """Yield a block whole, or in its sentences and lines where it is longer than the limit."""
    if end - start <= limit:
        yield start, end
        return
    for sentence_start, sentence_end in text_to_sentences(markdown, start, end):
        while sentence_end - sentence_start > limit:
            cut = _soft_cut(markdown, sentence_start, sentence_start + limit)
            yield _trim(markdown, sentence_start, cut)
            sentence_start, sentence_end = _trim(markdown, cut, sentence_end)
        if sentence_start < sentence_end:
            yield sentence_start, sentence_end


def _soft_cut(markdown: str, start: int, limit: int) -> int:
    """Return the last white space in the second half of the stretch, else its end."""
    for cut in range(limit, start + (limit - start) // 2, -1):
        if markdown[cut].isspace():
            return cut
    return limit


def text_to_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return where sentences begin and end; a line break ends one too when a list item or a line of code follows.

    >>> text = "Seen by Li et al. in 2020. It holds."
    >>> [text[start:end] for start, end in text_to_sentences(text)]
    ['Seen by Li et al. in 2020.', 'It holds.']
    """
    end = len(text) if end is None else end
    cuts = [
        match.end() for match in _SENTENCE_END.finditer(text, start, end) if _ends_sentence(text, start, match, end)
    ]
    cuts += [match.start() for match in re.compile(r"\n").finditer(text, start, end)]
    sentences = []
    for cut in [*sorted(cuts), end]:
        first, last = _trim(text, start, cut)
        if first < last:
            sentences.append((first, last))
        start = max(start, cut)
    return sentences


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    if match[0][0] in "。！？؟!?":
        return True
    following = text[match.end() : min(end, match.end() + 3)].strip()
    if following and following[0].islower():
        return False
    before = text[max(start, match.start() - 12) : match.start() + 1]
    return not (_ABBREVIATION.search(before) or (following[:1].isdecimal() and _MONTH.search(before)))
