"""Pages that are known by what they are for: the contents, a list of figures or tables, the cover, and scant pages.

A list of contents may reach over several pages, of which only the first has its title; what follows is known by its
entries, which end in the number of a page or begin with that of a section.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import Page, ParsedDocument
from ingestion.plain import markdown_to_plain
from kgqa.parts import Quote, join, page_of_words, page_quote

_TITLES = {
    "contents": re.compile(
        r"(?:table of contents|(?:detailed |brief )?contents|content|"
        r"inhalt(?:sverzeichnis)?|sommaire|table des mati[eè]res|"
        r"[ií]ndice(?: general| de contenidos?)?|(?:tabla de )?contenidos?|sommario|inhoud(?:sopgave)?)\W*",
        re.I,
    ),
    "figures": re.compile(
        r"(?:list|table) of (?:figures|illustrations)\W*|abbildungsverzeichnis|"
        r"(?:liste|table) des (?:figures|illustrations)|"
        r"(?:elenco|indice) delle figure|[ií]ndice de figuras",
        re.I,
    ),
    "tables": re.compile(
        r"list of tables\W*|tabellenverzeichnis|liste des tableaux|(?:elenco|indice) delle tabelle|"
        r"[ií]ndice de (?:tablas|cuadros)",
        re.I,
    ),
}  # fmt: skip
_TOLD = {"contents": "table of contents", "figures": "list of figures", "tables": "list of tables"}
_TITLE = re.compile(r"[\W\d]*(?P<title>.*)", re.S)
_LEADER = re.compile(r"(?:\.\s?){3,}\s*[\divxlc]{1,5}(?=\W*$|\s)", re.I)
_ENDS_IN_PAGE = re.compile(r"[^\W\d_].*\s\d{1,4}\W*$")
_BEGINS_WITH_NUMBER = re.compile(r"(?<![\w.(-])(?:\d{1,3}|[A-Z])(?:[.-]\d{1,3}){1,4}\.?\s+(?=[^\W\d_a-z])")
_SENTENCE = 14  # words of a line with a full stop at its end that is text, no entry
_LEAST = 3  # entries that make a list
_DOTTED = 5  # entries with leaders that are one without its title
_SHARE = 0.5  # of a page's lines that are entries
_SCANT = 12  # words of a page that has hardly any


def list_kind(title: str) -> str:
    """Return which list a title is that of: "contents", "figures" or "tables"; "" for another title.

    >>> list_kind("Table of Contents"), list_kind("Results")
    ('contents', '')
    """
    return next((kind for kind, pattern in _TITLES.items() if pattern.fullmatch(title.strip())), "")


def pages_of_list(document: ParsedDocument, kind: str = "contents") -> list[Page]:
    """Return the pages of the table of contents, or of the list of figures or tables; empty where there is none."""
    led = [(page, _behind_title(page, kind)) for page in document.pages]
    titled = [(page, lines) for page, lines in led if lines is not None]
    first = next(((page, lines) for page, lines in titled if _entries(lines) >= _LEAST), None)
    if first is None and kind == "contents":
        dotted = [(p, lines) for p in document.pages if sum(map(_dotted, lines := _lines(p))) >= _DOTTED]
        first = next(iter([*dotted, *titled]), None)
    if first is None:
        return []
    found = [first[0]]
    for page in document.pages[first[0].number :]:
        lines = _lines(page)
        if _leads_on(lines) or not _is_list(lines, like=first[1]):
            break
        found.append(page)
    return found


def list_place(document: ParsedDocument, kind: str) -> tuple[str, tuple[Quote, ...]] | None:
    """Return a sentence that says on which pages a list stands, and what bears it out."""
    pages = pages_of_list(document, kind)
    if not pages:
        return None
    on = f"pages {join([str(page.number) for page in pages])}" if len(pages) > 1 else f"page {pages[0].number}"
    label = pages[0].label
    printed = f" (printed {label})" if label and label != str(pages[0].number) and len(pages) == 1 else ""
    text = f"The {_TOLD[kind]} of {document.name} stands on {on}{printed}."
    return text, tuple(page_quote(document, page) for page in pages)


def cover_place(document: ParsedDocument, word: str) -> tuple[str, tuple[Quote, ...]]:
    """Return a sentence that says which page is the cover, or on which the title stands."""
    with_words = next((page for page in document.pages if page.markdown.strip()), document.pages[0])
    if word == "title" and document.title:
        page = document.page(page_of_words(document, document.title))
        text = f"The title of {document.name}, “{document.title}”, stands on page {page.number}."
        return text, (page_quote(document, page),)
    if word == "title":
        return f"The title of {document.name} stands on page {with_words.number}.", (page_quote(document, with_words),)
    text = f"Page {document.pages[0].number} is the cover of {document.name}."
    return text, (page_quote(document, document.pages[0]),)


def blank_pages_of(document: ParsedDocument) -> list[Page]:
    """Return the pages without a word or picture, but for a running head or a number at most."""
    return [
        page
        for page in document.pages
        if (not page.markdown.strip() and page.engine != "none") or page.reason == "blank"
    ]


def scant_pages(document: ParsedDocument) -> list[Page]:
    """Return the pages with a few words only, as a running head is, and without table or picture.

    A first page without a printed number is a cover.
    """
    parts = {number for table in document.tables for number in table.page_numbers}
    parts |= {figure.page_number for figure in document.figures}
    return [
        page
        for page in document.pages
        if 0 < len(page.markdown.split()) <= _SCANT
        and page.number not in parts
        and ">" not in page.markdown
        and (page.number > 1 or page.label)
    ]


def _lines(page: Page) -> list[str]:
    """Return a page's lines without markup; the cells of a row are one line."""
    rows = (line.replace("|", " ") if line.startswith("|") else line for line in page.markdown.splitlines())
    plain = (" ".join(markdown_to_plain(row.lstrip("#>-* ")).split()) for row in rows)
    return [line for line in plain if any(c.isalnum() for c in line)]


def _behind_title(page: Page, kind: str) -> list[str] | None:
    """Return the lines behind the title of a list on a page; None where no line is one."""
    lines = _lines(page)
    for at, line in enumerate(lines):
        match = _TITLE.match(line)
        if match is not None and _TITLES[kind].fullmatch(match["title"]):
            return lines[at + 1 :]
    return None


def _dotted(line: str) -> bool:
    return _LEADER.search(line) is not None


def _entries(lines: Sequence[str]) -> int:
    """Return how many entries lines hold, each ending in a page or beginning with a section's number."""
    return sum(max(_dotted(line) or bool(_ENDS_IN_PAGE.match(line)), len(_BEGINS_WITH_NUMBER.findall(line)))
               for line in lines if not _is_text(line))  # fmt: skip


def _is_text(line: str) -> bool:
    joined = len(_BEGINS_WITH_NUMBER.findall(line)) > 2  # entries read as one paragraph
    return len(line.split()) > _SENTENCE and not (_dotted(line) or joined)


def _is_list(lines: Sequence[str], like: Sequence[str]) -> bool:
    """Return whether a page's lines go on a list: most are entries of the make of its first page, few text."""
    if not lines or sum(map(_is_text, lines)) > 0.1 * len(lines):
        return False
    dotted = sum(map(_dotted, like)) >= _LEAST
    made = _dotted if dotted else _is_entry
    fitting = sum(made(line) for line in lines)
    return fitting >= max(1, _SHARE * len(lines)) and _entries(lines) >= min(_LEAST, len(lines))


def _is_entry(line: str) -> bool:
    return _ENDS_IN_PAGE.match(line) is not None or _BEGINS_WITH_NUMBER.match(line) is not None


def _leads_on(lines: Sequence[str]) -> bool:
    """Return whether a page begins with the title of another list."""
    titles = [match["title"] for line in lines[:2] if (match := _TITLE.match(line)) is not None]
    return any(pattern.fullmatch(title) for title in titles for kind, pattern in _TITLES.items() if kind != "contents")
