"""The parts of a document that questions name: found by number or title, and quoted where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.captions import parse_label
from ingestion.document import Equation, Figure, Page, ParsedDocument, Passage, Section, Table
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain
from kgqa.misread_numbers import misread_section
from kgqa.people import authors_of
from kgqa.result import QuestionKind
from kgqa.table_view import row_to_quote
from kgqa.usual_titles import usual_title

NAMED = 12  # numbers that a refusal names of those there are
SHOWN = 3  # documents that an unscoped question ("what does Table 2 show?") is answered for


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a page that bear out a sentence of an answer."""

    document: ParsedDocument
    page: int  # from 1
    text: str  # "" for a page that has no words
    node: str
    within: tuple[int, int] | None = None  # the slice of the page's markdown to look for it first


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer before its citations are checked: sentences, each with what bears it out."""

    kind: QuestionKind
    sentences: tuple[tuple[str, tuple[Quote, ...]], ...]
    abstained: bool = False


def refuse(sentence: str, quotes: tuple[Quote, ...] = ()) -> Finding:
    """Return a refusal that says what there is instead."""
    return Finding("unanswerable", ((sentence, quotes),), abstained=True)


def resolve_page(document: ParsedDocument, number: int) -> Page | None:
    """Return the page that a number names: -1 is the last; else the viewer's count, then the printed number."""
    if number < 0:
        return document.pages[number] if -number <= len(document.pages) else None
    if 1 <= number <= len(document.pages):
        return document.pages[number - 1]
    return next((page for page in document.pages if page.label == str(number)), None)


def find_table(document: ParsedDocument, number: str) -> Table | None:
    """Return the table with that number, one with rows before one without."""
    return next(iter(find_tables(document, number)), None)


def find_tables(document: ParsedDocument, number: str) -> list[Table]:
    """Return the tables with that number, those with rows first; one that is continued may stand as several."""
    found = [table for table in document.tables if table.number and _same_number(table.number, number)]
    return sorted(found, key=lambda table: not table.rows)


def find_figure(document: ParsedDocument, number: str) -> Figure | None:
    """Return the figure with that number."""
    return next((f for f in document.figures if f.number and _same_number(f.number, number)), None)


def find_equation(document: ParsedDocument, number: str) -> Equation | None:
    """Return the equation with that number."""
    return next((e for e in document.equations if _same_number(e.number, number)), None)


def equation_quote(document: ParsedDocument, equation: Equation) -> Quote:
    """Return an equation as a quote of its page."""
    node = f"{document.doc_id}/p{equation.page_number}"
    return Quote(document, equation.page_number, equation.plain, node, (equation.start, equation.end))


def find_section(document: ParsedDocument, number: str = "", title: str = "") -> Section | None:
    """Return the section with that number, or the one whose title fits best."""
    if number:
        exact = [s for s in document.sections if s.number and _same_number(s.number, number)]
        if exact:
            return min(exact, key=lambda s: s.level)
        if number.isdecimal():  # "section 4" of a paper that counts in Roman numerals
            roman = to_roman(int(number))
            found = next((s for s in document.sections if s.number == roman), None)
            return found or _chapter_called(document, number) or misread_section(document, roman)
        arabic = from_roman(number)
        if arabic and (found := next((s for s in document.sections if s.number == str(arabic)), None)) is not None:
            return found
        return _chapter_called(document, number) or (misread_section(document, number) if arabic else None)
    wanted = letters_of(title)
    if len(wanted) < 2:
        return None
    usual = usual_title(title)
    numbered = re.match(r"(\d+(?:\.\d+)*|[IVXLC]+)\.?(?:\s|$)", title)
    ranked = []
    for order, section in enumerate(document.sections):
        own = letters_of(section.title)
        whole = letters_of(f"{section.number or ''}{section.title}")
        if wanted in (own, whole):
            score = 3.0
        elif own and (own in wanted or wanted in own):
            score = 1.0 + min(len(own), len(wanted)) / max(len(own), len(wanted))
        elif usual and usual == usual_title(section.title):
            score = 2.5
        else:
            score = _word_share(title, section.title)
        ranked.append((score, -order, section))
    best = max(ranked, default=None, key=lambda item: item[:2])
    if best is not None and best[0] >= 0.6:
        return best[2]
    return find_section(document, number=numbered[1]) if numbered else None


_CHAPTER = re.compile(
    r"(?:chapter|part|section|appendix|cap[ií]tulo|kapitel|abschnitt|chapitre|capitolo|partie|parte|teil|ap[eé]ndice|"
    r"anhang|annexe|anexo|appendice)\s+(?P<number>\d+(?:\.\d+)*|[A-Z]|[IVXLC]+)\b[.:]?\s*(?P<title>.*)",
    re.I,
)


def _chapter_called(document: ParsedDocument, number: str) -> Section | None:
    """Return the section whose title itself says "Chapter 3"; where it says no more, the heading below it."""
    for at, section in enumerate(document.sections):
        match = _CHAPTER.match(section.title)
        if match is None or not _same_number(match["number"], number):
            continue
        below = next(iter(document.sections[at + 1 :]), None)
        alone = not match["title"] and below is not None and below.page_number == section.page_number
        return below if alone else section
    return None


def sections_above(document: ParsedDocument, section: Section) -> list[Section]:
    """Return the sections over one, the nearest first; those without a number left out."""
    return [above for above in document.section_path(section.parent_id)[::-1] if above.number]


def top_sections(document: ParsedDocument) -> list[Section]:
    """Return the sections of the highest level, the document's own title and its authors left out."""
    if not document.sections:
        return []
    highest = min(section.level for section in document.sections)
    own = letters_of(document.title)
    names = {own, *(letters_of(author.name) for author in authors_of(document))} - {""}
    return [
        s for s in document.sections if s.level == highest and letters_of(re.sub(r"\(.*?\)", "", s.title)) not in names
    ]


def children_of(document: ParsedDocument, section: Section) -> list[Section]:
    """Return the sections right below one, in their order."""
    return [s for s in document.sections if s.parent_id == section.section_id]


def find_section_by_words(document: ParsedDocument, words: Sequence[str], *, loose: bool = False) -> Section | None:
    """Return the section whose title the words say, all of it or most of both; None where none does.

    `words` are tokens as the index counts them. With `loose`, a longer title that holds them all will do.
    """
    wanted = {word for word in words if len(word) > 1 or word.isdecimal()}
    best: tuple[float, int, Section] | None = None
    for order, section in enumerate(document.sections):
        own = {word for word in tokenize(section.title) if word not in _TITLE_STOP}
        shared = sum(any(_alike(a, b) for b in own) for a in wanted)
        if not own or not shared:
            continue
        said = sum(any(_alike(a, b) for a in wanted) for b in own) / len(own)
        asked = shared / len(wanted)
        score = said + asked
        if (said > 0.99 and asked >= 0.4) or (said >= 0.5 and asked >= 0.75) or score >= 1.4:
            best = max(best or (0.0, 0, section), (score, -order, section), key=lambda item: item[:2])
    if best is None and wanted and loose:  # every word asked for stands in a title that says more
        holding = [s for s in document.sections if wanted <= set(tokenize(s.title))]
        return min(holding, key=lambda s: (s.level, len(s.title)), default=None)
    return best[2] if best is not None else None


def find_section_said(document: ParsedDocument, text: str) -> Section | None:
    """Return the section whose whole title, of two words or more, a text says; of several, the longest title's."""
    said = " ".join(re.findall(r"\w+", text.lower()))
    titles = [(" ".join(re.findall(r"\w+", section.title.lower())), section) for section in document.sections]
    named = [(title, section) for title, section in titles if " " in title and f" {title} " in f" {said} "]
    return max(named, key=lambda item: len(item[0]), default=(None, None))[1]


_TITLE_STOP = frozenset("the of in a an for to and or on with by its de la le der die das und".split())


def _alike(a: str, b: str) -> bool:
    """Return whether two words are the same or forms of one ("describing" and "described")."""
    if (usual := usual_title(a)) and usual == usual_title(b):
        return True
    shorter = min(len(a), len(b))
    return a == b or (shorter >= 5 and a[: max(5, shorter - 2)] == b[: max(5, shorter - 2)])


def section_name(section: Section) -> str:
    """Return "Section 3.1, Data", or the title alone for a section without a number."""
    return f"Section {section.number}, {section.title}" if section.number else section.title


def caption_quote(document: ParsedDocument, part: Table | Figure) -> Quote:
    """Return the caption of a table or figure, or its first words, as a quote of its page."""
    node = part.table_id if isinstance(part, Table) else part.figure_id
    text = part.caption or (row_to_quote(part, 0) if isinstance(part, Table) and part.rows else part.plain[:200])
    return Quote(document, part.page_number, text, node)


def caption_line(document: ParsedDocument, kind: str, number: str) -> tuple[str, Quote] | None:
    """Return the caption of a table or figure that was not found, as it stands in the text; None without one."""
    for passage in document.passages:
        if number not in passage.plain:
            continue
        for paragraph in markdown_to_paragraphs(passage.text):
            label = parse_label(paragraph)
            if label is not None and label[0] == kind and _same_number(label[1], number):
                text = paragraph[:300]
                return text, quote_of_passage(document, passage, text)
    return None


def section_quote(document: ParsedDocument, section: Section) -> Quote:
    """Return a heading as a quote of its page."""
    text = f"{section.number} {section.title}" if section.number else section.title
    page = document.page(section.page_number).markdown
    line = page[section.start :].split("\n", 1)[0]
    plain = markdown_to_plain(line.lstrip("# "))
    return Quote(
        document, section.page_number, plain or text, section.section_id, (section.start, section.start + len(line))
    )


def page_quote(document: ParsedDocument, page: Page) -> Quote:
    """Return the first words of a page; "" for one without any."""
    first = next((markdown_to_plain(line) for line in page.markdown.split("\n") if markdown_to_plain(line)), "")
    return Quote(document, page.number, first[:200], f"{document.doc_id}/p{page.number}")


def quote_of_passage(document: ParsedDocument, passage: Passage, words: str) -> Quote:
    """Return words of a passage as a quote of its page."""
    return Quote(document, passage.page_number, words, passage.passage_id, (passage.start, passage.end))


def headings_of(document: ParsedDocument, page: Page) -> list[Quote]:
    """Return the headings on a page in their order, those that head no section of their own too."""
    return [
        quote_of_passage(document, passage, plain)
        for passage in document.passages
        if passage.page_number == page.number
        for line in passage.text.split("\n")
        if line.startswith("#") and (plain := markdown_to_plain(line))
    ]


def first_lines_of(document: ParsedDocument, page: Page) -> list[Quote]:
    """Return the first short paragraphs of a page, which head it where its title was read as text: at most two."""
    found: list[Quote] = []
    for passage in (p for p in document.passages if p.page_number == page.number):
        for paragraph in markdown_to_paragraphs(passage.text):
            if len(paragraph.split()) > 16 or len(found) > 1:
                return found or [quote_of_passage(document, passage, paragraph[:120])]
            found.append(quote_of_passage(document, passage, paragraph))
    return found


def _same_number(a: str, b: str) -> bool:
    return a.rstrip(".").replace("–", "-").casefold() == b.rstrip(".").replace("–", "-").casefold()


def to_roman(number: int) -> str:
    """Return a number from 1 on as a Roman numeral, in capitals."""
    text = ""
    for value, digits in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while number >= value:
            text, number = text + digits, number - value
    return text


def from_roman(text: str) -> int:
    """Return the number that a Roman numeral of two letters or more says; 0 for another text."""
    return next((n for n in range(2, 40) if len(text) > 1 and to_roman(n) == text), 0)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, case folded: what two ways of writing a title share."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _word_share(a: str, b: str) -> float:
    """Return the share of the words of both that they have in common (Jaccard), 0 to 1."""
    left, right = set(re.findall(r"\w+", a.lower())), set(re.findall(r"\w+", b.lower()))
    return len(left & right) / len(left | right) if left | right else 0.0


def page_of_words(document: ParsedDocument, words: str) -> int:
    """Return the first page that holds the words; the first page where none does."""
    wanted = letters_of(words)
    return next((page.number for page in document.pages if wanted in letters_of(page.markdown)), 1)


def none_such(documents: Sequence[ParsedDocument], word: str, numbers: Sequence[str]) -> str:
    """Return a sentence that says which tables, figures or equations documents have instead of those asked for."""
    parts = []
    for document in documents[:SHOWN]:
        there = list(dict.fromkeys(number for number in _numbers_of(document, word) if number))
        more = [f"{len(there) - NAMED} more"] if len(there) > NAMED + 1 else []
        there = [*there[:NAMED], *more] if more else there
        has = f"it has {word}s {join(there)}" if there else f"it has no numbered {word}s"
        parts.append(f"{document.name} has no {word} {join(list(numbers))}; {has}.")
    return " ".join(parts)


def _numbers_of(document: ParsedDocument, word: str) -> list[str | None]:
    if word == "equation":
        return [equation.number for equation in document.equations]
    parts: tuple[Table | Figure, ...] = document.tables if word == "table" else document.figures
    return [part.number for part in parts]


def join(parts: Sequence[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"; "none" for none."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "none"
