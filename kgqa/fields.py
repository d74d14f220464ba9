"""What a document says in labelled fields -> each label with its value: "Invoice no.: 123", "Duration:", then a line.

Invoices, forms, contracts, course plans and curricula vitae say most of what they say so, not in sentences. A label
stands before a colon; its value behind it on the line, or on the lines below a label that has a line of its own.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Passage, Table
from ingestion.plain import markdown_to_code, markdown_to_lines, open_fence
from kgqa.usual_fields import is_usual_label, to_usual_fields, usual_labels

_NAME = r"[^\W\d_][\w.’'&/()#°-]*"
_AT_START = re.compile(rf"(?:[-•*–]\s+)?(?P<label>{_NAME}(?:\s+[\w.’'&/()#-]+){{0,5}}?)\s*:(?=\s|$)\s*")
_INSIDE = re.compile(  # a further label on the line, after a value: it begins with a capital
    r"(?<=\s)(?P<label>(?-i:[A-Z])[\w.’'&/()-]*(?:\s+(?:#|[^\W\d_][\w.’'&/()-]*)){0,2})\s*:(?=\s)\s*"
)
_PARTY = re.compile(r"\b(?:from|to|by|for|sender|recipient|seller|buyer|supplier|vendor|customer|client)\W*$", re.I)
_NUMBER_SIGNS = re.compile(r"#|\b(?:no|nr|num)\b\.?(?!\w)", re.I)
_LINE_NUMBER = re.compile(r"\s*(\d{1,4})(?:\s+|$)")
_ITEM = re.compile(r"[-•*–]\s+")
_LABELLED_BLANK = re.compile(rf"(?:{_NAME}\s+){{0,4}}{_NAME}\s*:?\s*_{{2,}}")
_BLANK = re.compile(r"[\s_./|o-]*")
_UNENDED = re.compile(r"(?:,|(?<![^\W_])[A-ZÀ-Ý][^\W\d_]*|:)\s*$")
"""A value that goes on, or may: where a name ends and the next label begins, "Ann Lind Office:" does not say."""
_LONGEST_LABEL = 40  # characters
_LONGEST_VALUE = 300
_MOST_LINES = 8  # of a value below its label
_KEPT = 200  # documents whose fields are kept
_SHORT = 60  # of a value behind a label that has no colon
_CELLS = 4  # of a row of labels and values at most; longer ones are rows of a table of many
_PLAIN_VALUE = re.compile(r"(?:[A-Z]{1,3}\s+|[€$£]\s*)?\S*[\d@]")  # it begins with a number, an IBAN, an address
_CURRENCY = re.compile(r"\(?(?:EUR|USD|GBP|CHF|[€$£])\)?")
_COUNTED = 5  # lines, or more, of a text whose lines are numbered
_NUMBERED = 0.6  # share of them that begin with a number which counts them


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A label and its value."""

    label: str  # without its colon
    value: str
    printed: tuple[str, ...]  # the words of the page that say both, in pieces that stand together
    place: Passage | Table  # that holds it

    @property
    def words(self) -> frozenset[str]:
        """Return the words of the label, as the index counts words; a "#" or "no." is a number."""
        return frozenset(tokenize(_NUMBER_SIGNS.sub(" number ", to_usual_fields(_CURRENCY.sub("", self.label)))))


_KNOWN: OrderedDict[tuple[str, int], tuple[LabelledField, ...]] = OrderedDict()
_GUARD = threading.Lock()


def fields_of(document: ParsedDocument) -> tuple[LabelledField, ...]:
    """Return the labelled fields of a document, those of its text first; none that is still to be filled in.

    They are kept for the documents that were asked last, by the text of their pages.
    """
    key = (document.doc_id, hash(tuple(page.markdown for page in document.pages)))
    with _GUARD:
        known = _KNOWN.get(key)
        if known is not None:
            _KNOWN.move_to_end(key)
            return known
    found = _fields_of(document)
    with _GUARD:
        _KNOWN[key] = found
        while len(_KNOWN) > _KEPT:
            _KNOWN.popitem(last=False)
    return found


def _fields_of(document: ParsedDocument) -> tuple[LabelledField, ...]:
    found = [field for passage in document.passages if ":" in passage.text for field in _fields_in(document, passage)]
    found += [field for passage in document.passages for field in _usual_in(document, passage)]
    found += [field for table in document.tables for field in (*_parties_of(table), *_usual_cells(table))]
    return tuple(found)


def _usual_in(document: ParsedDocument, passage: Passage) -> Iterator[LabelledField]:
    """Yield the usual fields of a passage's lines whose labels have no colon: "IBAN DE30 5075", "Kundennr. 47774"."""
    for line in passage_lines(document, passage):
        labels = list(usual_labels(line)) if len(line) <= _LONGEST_VALUE else []
        for (start, end, _), (ends, *_) in pairwise([*labels, (len(line), 0, "")]):
            value = line[end:ends].strip(" ,;|")
            if _PLAIN_VALUE.match(value) and len(value) <= _SHORT and not line[:end].rstrip().endswith(":"):
                yield LabelledField(line[start:end].strip(" .:"), value, (line[start:ends].strip(" ,;|"),), passage)


def _usual_cells(table: Table) -> Iterator[LabelledField]:
    """Yield the usual fields of a table, each label with the cell at its right: "Total EUR" and "34,73"."""
    for row in table.rows:
        cells = [cell.strip() for cell in dict.fromkeys(row) if cell.strip()]
        for label, value in pairwise(cells if len(cells) <= _CELLS else ()):
            if is_usual_label(_CURRENCY.sub("", label)) and not is_usual_label(value) and not is_unfilled(value):
                yield LabelledField(label.strip(" .:"), value, (label, value), table)


def _parties_of(table: Table) -> Iterator[LabelledField]:
    """Yield the names and addresses that stand in columns below "From", "Bill to" and the like, as on a letter."""
    if len(table.rows) < 2 or not all(_PARTY.search(head) and len(head) <= _LONGEST_LABEL for head in table.rows[0]):
        return
    for label, *cells in zip(*table.rows, strict=False):
        lines = [cell for cell in cells if cell.strip() and not is_unfilled(cell)]
        if lines and len(lines) <= _MOST_LINES:
            yield LabelledField(label, ", ".join(lines), (label, *lines), table)


def is_unfilled(value: str) -> bool:
    """Return whether a value is a blank that is still to be filled in, or several with their labels.

    >>> is_unfilled("____ / ____"), is_unfilled("Name: ______ Age: ____"), is_unfilled("4 May")
    (True, True, False)
    """
    return _BLANK.fullmatch(_LABELLED_BLANK.sub("", value)) is not None


def whole_fences(document: ParsedDocument, passage: Passage) -> str:
    """Return a passage's markdown, with the fence of a listing that was cut before it: its lines stay lines."""
    page = document.page(passage.page_number)
    fence = open_fence(page.markdown, passage.start) if "```" in page.markdown or "~~~" in page.markdown else ""
    return f"{fence}\n{passage.text}" if fence else passage.text


def passage_lines(document: ParsedDocument, passage: Passage) -> list[str]:
    """Return the paragraphs, items and lines of code of a passage that hold words, without numbers that count them."""
    lines = markdown_to_lines(whole_fences(document, passage)).split("\n")
    return [line for line in without_line_numbers(lines) if line.strip()]


def _fields_in(document: ParsedDocument, passage: Passage) -> Iterator[LabelledField]:
    listing = bool(markdown_to_code(whole_fences(document, passage)))
    lines = passage_lines(document, passage)
    for i, line in enumerate(lines):
        match = _AT_START.match(line)
        if match is not None and match.end() == len(line):
            below = _below(lines, i + 1, _MOST_LINES if listing else 1)
            if below:
                value = _ITEM.sub("", " ".join(below), count=1) if len(below) == 1 else " ".join(below)
                yield LabelledField(match["label"], value, (line, *below), passage)
            continue
        for label, value, printed in _on_line(line):
            yield LabelledField(label, value, (printed,), passage)


def _on_line(line: str) -> Iterator[tuple[str, str, str]]:
    """Yield each label of a line, its value, and both as they are printed."""
    first = _AT_START.match(line)
    found = [*([first] if first is not None else []), *_INSIDE.finditer(line, first.end() if first is not None else 0)]
    doubtful = [_UNENDED.search(line[: match.start()]) is not None for match in found]
    for k, match in enumerate(found):
        end = found[k + 1].start() if k + 1 < len(found) else len(line)
        value, label = line[match.end() : end].strip(), match["label"]
        clear = not (doubtful[k] or any(doubtful[k + 1 : k + 2]))
        fits = len(label) <= _LONGEST_LABEL and 0 < len(value) <= _LONGEST_VALUE
        if clear and fits and not is_unfilled(value):
            yield label, value, _ITEM.sub("", line[match.start() : end].strip(), count=1)


def _below(lines: Sequence[str], start: int, most: int) -> list[str]:
    """Return the lines of the value of a label that stands alone: to the next such label, or as many as `most`."""
    found: list[str] = []
    for line in lines[start : start + most + 1]:
        alone = (match := _AT_START.match(line)) is not None and match.end() == len(line)
        if alone or (most == 1 and found):
            break
        if not is_unfilled(line):
            found.append(line.strip())
    return found if len(found) <= most and sum(map(len, found)) <= _LONGEST_VALUE else []


def without_line_numbers(lines: Sequence[str]) -> list[str]:
    """Take away the numbers that count the lines of a text, as drafts and pleadings have them in their margin."""
    parted: list[str] = []
    at: int | None = None  # the last number that counted a line
    counted = filled = 0
    for line in lines:
        filled += bool(line.strip())
        match = _LINE_NUMBER.match(line)
        if match is not None and (at is None or int(match[1]) == at + 1):
            at, counted, line = int(match[1]), counted + 1, line[match.end() :]
        parted.append(line)
    return parted if counted >= _COUNTED and counted >= _NUMBERED * filled else list(lines)
