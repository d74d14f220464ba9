"""When a document was published, as it says itself: by its first pages, or else by the latest year that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingestion.document import ParsedDocument, Passage
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain

_MONTHS = (
    "january janvier januar enero gennaio", "february février februar febrero febbraio", "march mars märz marzo",
    "april avril abril aprile", "may mai mayo maggio", "june juin juni junio giugno", "july juillet juli julio luglio",
    "august août agosto", "september septembre septiembre settembre", "october octobre oktober octubre ottobre",
    "november novembre noviembre", "december décembre dezember diciembre dicembre",
)  # fmt: skip
MONTH_OF = {word: i for i, words in enumerate(_MONTHS, 1) for word in words.split()} | {
    word[:3]: i for i, words in enumerate(_MONTHS, 1) for word in words.split()[:1]
}
MONTH = "|".join(sorted(map(re.escape, MONTH_OF), key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?)?(?P<m>{MONTH})\.?,?\s+(?:de\s+)?"
    rf"(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<y>(?:1[5-9]|20)\d\d)\b|"
    r"\b(?P<iso>(?:1[5-9]|20)\d\d)[-/](?P<im>0[1-9]|1[0-2])(?:[-/](?P<id>[0-3]\d))?(?!\d)",
    re.I,
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright\b|\bpublished\b|\bissued\b|\bpublication\b|\bpreprint\b|\bjournal\b|\bconference\b|"
    r"\bworkshop\b|\bproceedings\b|\bedition\b|\bversion\b|\breport\b)[^.\n]{0,60}?\b((?:1[89]|20)\d\d)\b",
    re.I,
)
_YEAR = re.compile(r"(?<![\d.,/-])((?:1[89]|20)\d\d)(?![\d/-]|\.\d)")
_ALONE = re.compile(r"(?:[^\W\d_][\w.-]*(?:\s[^\W\d_][\w.-]*){0,2},?\s+)?((?:1[89]|20)\d\d)\W*")  # "Bergen, 2013"
_CITED = re.compile(r"\b(?:accessed|retrieved|since|between|born|until|from|during|cited|visited)\W+$", re.I)
_SAYS_WHEN = re.compile(  # before a date: a label, not a sentence
    r"^\W*(?:\w+\s+)?(?:updated|effective|dated?|published|issued|released|revised|modified|printed|valid|edition|version|stand|"
    r"as (?:at|of|on)|mise? à jour|publié|veröffentlicht|gültig|"
    r"publicad[oa]|pubblicat[oa]|aggiornat[oa])\b[^.\d]{0,16}$",
    re.I,
)
_FIRST_PAGES = 2  # with text; a cover and a page of rights before them are looked at too
_FEW_WORDS = 80  # of such a page
_NEAR = 3000  # characters of the first pages in which a document says its date


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """When a document says that it is from."""

    order: tuple[int, ...]  # year, month and day as far as known
    shown: str  # as it is written
    passage: Passage
    words: str  # the line that says so
    stated: bool  # False for the latest year that the text names, before which it cannot have been written


def date_of(document: ParsedDocument) -> DocumentDate | None:
    """Return the date that a document gives for itself; None for one that names no year at all."""
    lines = list(_first_lines(document))
    dates = [(p, line, m) for p, line in lines for m in _DATE.finditer(line) if not _CITED.search(line[: m.start()])]
    called = [(p, line, m) for p, line, m in dates if _SAYS_WHEN.match(line[: m.start()])]
    for passage, line, match in [*called, *dates][:1]:
        return DocumentDate(_order(match), match[0], passage, _around(line, match), True)
    for passage, line in lines:
        if (said := _COPYRIGHT.search(line)) is not None:
            return DocumentDate((int(said[1]),), said[1], passage, _around(line, said), True)
    for passage, line in lines:
        if (alone := _ALONE.fullmatch(line.strip())) is not None:
            return DocumentDate((int(alone[1]),), alone[1], passage, line, True)
    best: DocumentDate | None = None
    this_year = date.today().year  # a later one is no year: a page, an amount, a forecast
    for passage in document.passages:
        for match in _YEAR.finditer(passage.plain):
            year = int(match[1])
            if year <= this_year and (best is None or year > best.order[0]):
                best = DocumentDate((year,), match[1], passage, _around(passage.plain, match), False)
    return best


def dates_in(text: str) -> Iterator[tuple[tuple[int, ...], str, int]]:
    """Yield the dates of a text: year, month and day as far as known, as it is written, and where it begins."""
    for match in _DATE.finditer(text):
        yield _order(match), match[0], match.start()


def _first_lines(document: ParsedDocument) -> list[tuple[Passage, str]]:
    """Return the headings and paragraphs with which a document begins, each with its passage."""
    found = []
    left = _NEAR
    full = [page.number for page in document.pages if len(page.markdown.split()) > _FEW_WORDS]
    last = full[_FIRST_PAGES - 1] if len(full) >= _FIRST_PAGES else len(document.pages)
    for passage in document.passages:
        if passage.page_number > last or left <= 0:
            break
        heads = [markdown_to_plain(line) for line in passage.text.splitlines() if line.startswith("#")]
        for paragraph in dict.fromkeys([*heads, *markdown_to_paragraphs(passage.text)]):
            found.append((passage, paragraph[: max(left, 0)]))
            left -= len(paragraph) if paragraph not in heads else 0
    return found


def _order(match: re.Match[str]) -> tuple[int, ...]:
    if match["iso"]:
        parts = (match["iso"], match["im"], match["id"])
        return tuple(int(part) for part in parts if part)
    order = (int(match["y"]), MONTH_OF[match["m"].lower()])
    day = match["d"] or match["d2"]
    return (*order, int(day)) if day else order


def _around(line: str, match: re.Match[str]) -> str:
    """Return the words around a date, at most about 160 characters."""
    start, end = max(0, match.start() - 80), min(len(line), match.end() + 80)
    start = line.find(" ", start) + 1 if start else 0
    end = line.rfind(" ", match.end(), end) if end < len(line) else end
    return line[start : end if end > match.end() else match.end()].strip()
