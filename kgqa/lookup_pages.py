"""Questions about pages: what is on one, which page something is on, which are blank."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphs.index import tokenize
from ingestion.document import Figure, Page, ParsedDocument, Section, Table
from kgqa.bibliography import entries_of
from kgqa.extract import content_words
from kgqa.figure_places import FIGURES, figure_place
from kgqa.lookup_counts import appendices_of
from kgqa.page_places import first_page_saying, page_set_apart
from kgqa.page_summaries import numbers_told, page_summary, part_told, parts_on
from kgqa.parts import (
    SHOWN,
    Finding,
    Quote,
    caption_line,
    caption_quote,
    equation_quote,
    find_equation,
    find_figure,
    find_section,
    find_section_by_words,
    find_section_said,
    find_table,
    first_lines_of,
    headings_of,
    join,
    letters_of,
    page_quote,
    quote_of_passage,
    refuse,
    resolve_page,
    section_name,
    section_quote,
)
from kgqa.question import ParsedQuestion
from kgqa.special_pages import blank_pages_of, scant_pages
from kgqa.title_pointers import pointed_sections

_SHOWS = re.compile(
    r"\b(?:shows?|showing|shown|plots?|charts?|diagrams?|pictures?|images?|displays?|depict\w*)\b", re.I
)
REFERENCES = re.compile(
    r"\b(?:references|bibliography|works cited|(?:reference|literature) (?:list|section)|list of literature)\b",
    re.I,
)
_IN_CELLS = 0.5  # what a word that is asked for counts in a table's cells, of one in its caption
_SAYS_BLANK = re.compile(r"\bintentional|\bon purpose\b|\b(?:says?|states?|marked|stating|saying|told|left)\b", re.I)
_LEFT_BLANK = re.compile(r"\b(?:intentionally|deliberately)\b.*\b(?:blank|empty)\b", re.I | re.S)
_ALMOST = re.compile(
    r"\b(?:apart from|except|but|besides|other than|beyond|hardly|scarcely|barely|almost|nearly|practically|only)\b",
    re.I,
)
_FEW_WORDS = 20  # that a page has which says of itself that it is blank
_CAPTION_SHARE = 0.6  # of the words asked for that a caption must say to be what is meant
_PLACE_WORDS = frozenset(
    "table figure page section slide heading chapter mention mentions mentioned where see read reference references "
    "bibliography first appear appears list start begin printed number".split()
)


def show_pages(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    """Return what is on the pages that a question names, by the viewer's count or by their printed number."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    missing: list[str] = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        for page in named_pages(q, document, missing):
            sentences += page_summary(document, page)
    if not sentences:
        return refuse(" ".join(missing))
    return Finding("structure", tuple(sentences))


def named_pages(q: ParsedQuestion, document: ParsedDocument, missing: list[str]) -> list[Page]:
    """Return the pages that a question names; what is wrong with one that is not there goes into `missing`."""
    found: list[Page] = []
    for number in q.pages:
        page = resolve_page(document, number)
        if page is None:
            pages = f"{len(document.pages)} page{'s' * (len(document.pages) != 1)}"
            missing.append(f"{document.name} has {pages}, so there is no page {number}.")
        else:
            found.append(page)
    for label in q.labels:
        own = [page for page in document.pages if page.label.casefold() == label.casefold()]
        if not own and label.isdecimal() and not any(page.label for page in document.pages):
            own = [page] if (page := resolve_page(document, int(label))) is not None else []
        if not own:
            missing.append(f"No page of {document.name} carries the printed number {label}.")
        found += own
    return found


def parts_on_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the tables or figures that stand on a page, or whether there are any."""
    figures = q.thing == "figures" or (q.thing != "tables" and re.search(r"\bfigures?\b", q.body, re.I) is not None)
    word = "figure" if figures else "table"
    whether = re.match(r"\W*(?:is|are|does|do|has|have|can)\b", q.body, re.I) is not None
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    missing: list[str] = []
    for document in documents[: max(SHOWN, len(q.documents))]:
        for page in named_pages(q, document, missing):
            parts = [part for part in parts_on(document, page) if isinstance(part, Figure) == figures]
            parts = [part for part in parts if part.number] or parts
            place = f"page {page.number} of {document.name}"
            if not parts:
                text = f"{'No, there' if whether else 'There'} is no {word} on {place}."
                sentences.append((text, (page_quote(document, page),)))
                continue
            shape = re.search(r"\b(?:columns?|rows?|headers?|heads?|entries|lines)\b", q.body, re.I) is not None
            names = "; ".join(part_told(part, word, shape=shape) for part in parts)
            many = f"{len(parts)} {word}s" if len(parts) > 1 else f"1 {word}"
            many += f", {told}" if (told := numbers_told(parts)) else ""
            quotes = tuple(caption_quote(document, part) for part in parts)
            enough = len(parts) >= max(1, q.ordinal)
            yes = ("Yes, on" if enough else "No, on") if whether else "On"
            sentences.append((f"{yes} {place} there {'are' if len(parts) > 1 else 'is'} {many}: {names}.", quotes))
    if not sentences:
        return refuse(" ".join(missing)) if missing else None
    return Finding("structure", tuple(sentences))


def blank_pages(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    """Return which pages are blank, or whether one is."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    if not q.pages and _SAYS_BLANK.search(q.body) and (called := _called_blank(documents)):
        return Finding("structure", tuple(called))
    for document in documents:
        blank = blank_pages_of(document)
        scant = scant_pages(document)
        asked = [page for number in q.pages if (page := resolve_page(document, number)) is not None]
        for page in asked:
            said = f"Yes, page {page.number} of {document.name} is blank."
            if page in scant:
                said = f"Page {page.number} of {document.name} has nothing but “{page_quote(document, page).text}”."
            elif page not in blank:
                said = f"No, page {page.number} of {document.name} is not blank."
            sentences.append((said, (page_quote(document, page),)))
        if asked:
            continue
        sentences.append(_blank_told(document, blank, scant, almost=_ALMOST.search(q.body) is not None))
    return Finding("structure", tuple(sentences))


def _blank_told(
    document: ParsedDocument, blank: Sequence[Page], scant: Sequence[Page], *, almost: bool
) -> tuple[str, tuple[Quote, ...]]:
    """Return which pages are blank, and which nearly so where that is asked for or none is blank."""
    text = f"{document.name} has no blank page."
    if blank:
        pages, are = ("Pages", "are") if len(blank) > 1 else ("Page", "is")
        headed = " but for running heads" if all(page.reason != "blank" for page in blank) else ""
        text = f"{pages} {join([str(page.number) for page in blank])} of {document.name} {are} blank{headed}."
    few = tuple(page_quote(document, page) for page in scant) if almost or not blank else ()
    if few:
        hardly = join([f"page {quote.page} (“{quote.text}”)" for quote in few])
        told = f"Hardly anything is on {hardly} of {document.name}."
        text = f"{told} {text}" if almost else f"{text} {told}"
    return text, (*few, *(page_quote(document, page) for page in blank))


def _called_blank(documents: Sequence[ParsedDocument]) -> list[tuple[str, tuple[Quote, ...]]]:
    """Return the pages whose few words say that they were left blank on purpose."""
    return [
        (f"Page {page.number} of {document.name} says “{quote.text}”.", (quote,))
        for document in documents
        for page in document.pages
        if len(page.markdown.split()) <= _FEW_WORDS and _LEFT_BLANK.search(page.markdown)
        for quote in (page_quote(document, page),)
    ]


def printed_page(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which page carries a printed number."""
    match = re.search(r"(?:printed|labell?ed|numbered|carries|bears)\b.*?(\d{1,4}|\b[ivxl]+\b)", q.body, re.I)
    label = match[1] if match is not None else (q.labels or ("",))[0]
    sentences = []
    for document in documents:
        for page in document.pages:
            if label and page.label.casefold() == label.casefold():
                text = f"Page {page.number} of {document.name} carries the printed number {label}."
                sentences.append((text, (page_quote(document, page),)))
    if sentences:
        return Finding("structure", tuple(sentences[:SHOWN]))
    return refuse(f"No page of {join([d.name for d in documents[:SHOWN]])} carries the printed number {label}.")


def page_of(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Answer where a numbered part, a heading or a caption stands; anything else is for the text to answer."""
    pictured = FIGURES.search(q.body) is not None and not (q.tables or q.figures or q.equations)
    pictured = pictured and (bool(q.documents) or len(documents) == 1)
    for document in documents:
        if len(documents) == 1 and (first := first_page_saying(document, q.body)) is not None:
            return Finding("structure", (first,))
        shown = figure_place(document, _asked_words(q), beside=False) if pictured else None
        shown = shown or _shown_place(q, document)
        if shown is not None and (q.documents or len(documents) == 1 or _says_all(q, shown[0])):
            return Finding("structure", (shown,))
        found = _numbered_place(q, document) or _titled_place(q, document)
        if found is not None:
            return Finding("structure", (found,))
    if len(documents) == 1 and len(documents[0].pages) == 1 and _says_most(q, documents[0]):
        quote = page_quote(documents[0], documents[0].pages[0])
        return Finding("structure", ((f"{documents[0].name} has one page only, page 1.", (quote,)),))
    if q.tables or q.figures or q.equations:
        return None
    around = [figure_place(document, _asked_words(q), beside=True) for document in documents if pictured]
    if (near := [place for place in around if place is not None]) and len(documents) == 1:
        return Finding("structure", tuple(near))
    if len(documents) > max(SHOWN, len(q.documents)):
        places = [place for document in documents if (place := _captioned_place(q, document)) is not None]
        places = [place for place in places if _says_all(q, place[0])]
        return Finding("structure", tuple(places)) if 0 < len(places) <= SHOWN else None
    if len(documents) <= max(SHOWN, len(q.documents)):
        captions = [place for document in documents if (place := _captioned_place(q, document)) is not None]
        if captions:
            return Finding("structure", tuple(captions[:SHOWN]))
    set_apart = page_set_apart(documents[0], _asked_words(q), q.body) if len(documents) == 1 else None
    return Finding("structure", (set_apart,)) if set_apart is not None else None


def _shown_place(q: ParsedQuestion, document: ParsedDocument) -> tuple[str, tuple[Quote, ...]] | None:
    """Return the place of what a question says is shown, or of the table whose caption says all that it asks for."""
    if q.quoted:
        return None
    if _SHOWS.search(q.body):
        return _captioned_place(q, document)
    if q.tables or q.sections or re.search(r"\btable\b", q.body, re.I) is None:
        return None
    captioned = _captioned_place(q, document)
    return captioned if captioned is not None and _says_all(q, captioned[0]) else None


def _says_most(q: ParsedQuestion, document: ParsedDocument) -> bool:
    """Return whether a document says more than half of the words of what is looked for in it."""
    wanted = set(_asked_words(q))
    said = set(tokenize(document.pages[0].markdown))
    return bool(wanted) and 2 * len(wanted & said) > len(wanted)


def _says_all(q: ParsedQuestion, text: str) -> bool:
    """Return whether a text says all that is asked for: enough to choose among all documents."""
    wanted = set(_asked_words(q))
    return len(wanted) > 1 and wanted <= set(tokenize(text))


def _numbered_place(q: ParsedQuestion, document: ParsedDocument) -> tuple[str, tuple[Quote, ...]] | None:
    part: Table | Figure | None = None
    if q.tables:
        part = find_table(document, q.tables[0])
    elif q.figures:
        part = find_figure(document, q.figures[0])
        if part is None and (line := caption_line(document, "figure", q.figures[0])) is not None:
            return f"{line[0].rstrip('.')} stands on page {line[1].page} of {document.name}.", (line[1],)
    elif q.equations and (equation := find_equation(document, q.equations[0])) is not None:
        where = f"Equation {equation.number} stands on page {equation.page_number} of {document.name}."
        return where, (equation_quote(document, equation),)
    elif q.footnotes and (notes := [n for n in document.footnotes if n.number in q.footnotes]):
        note = notes[0]
        quote = Quote(
            document, note.page_number, note.plain, f"{document.doc_id}/p{note.page_number}", (note.start, note.end)
        )
        return f"Footnote {note.number} stands on page {note.page_number} of {document.name}.", (quote,)
    if part is not None:
        return _part_place(document, part)
    if q.sections and (section := find_section(document, number=q.sections[0])) is not None:
        return _section_place(q, document, section)
    return None


def _part_place(document: ParsedDocument, part: Table | Figure) -> tuple[str, tuple[Quote, ...]]:
    pages = join([str(number) for number in part.page_numbers])
    on = "pages" if len(part.page_numbers) > 1 else "page"
    printed = _printed(document, part.page_number)
    text = f"{part.caption.rstrip('.')} stands on {on} {pages}{printed} of {document.name}."
    return text, (caption_quote(document, part),)


def _printed(document: ParsedDocument, number: int) -> str:
    """Return the number that is printed on a page, in brackets, where it is another than its place in the file."""
    label = document.page(number).label
    return f" (printed {label})" if label and label != str(number) else ""


def _section_place(q: ParsedQuestion, document: ParsedDocument, section: Section) -> tuple[str, tuple[Quote, ...]]:
    printed = _printed(document, section.page_number)
    begins = f"{section_name(section)} begins on page {section.page_number}{printed} of {document.name}"
    if re.search(r"\bpages\b|\bend|\bcover|\brange|\bspan", q.body, re.I) and section.end_page != section.page_number:
        begins = (
            f"{section_name(section)} stands on pages {section.page_number} to {section.end_page} of {document.name}"
        )
    return f"{begins}.", (section_quote(document, section),)


def _titled_place(q: ParsedQuestion, document: ParsedDocument) -> tuple[str, tuple[Quote, ...]] | None:
    titles = q.quoted or pointed_sections(q.body)
    section = next((s for title in titles if (s := find_section(document, title=title)) is not None), None)
    if (
        section is None
        and re.search(r"\b(?:appendix|appendices)\b", q.body, re.I)
        and set(_asked_words(q)) <= {"appendix"}
    ):
        section = next(iter(appendices_of(document)), None)
    plural = re.search(r"\b(?:pages|slides|frames)\b", q.body, re.I) is not None
    if (section is None or plural) and (paged := _titled_page(document, titles)) is not None:
        return paged
    if (
        plural
        and (headed := _headed_pages(document, _asked_words(q) or content_words(" ".join(q.residue)))) is not None
    ):
        return headed
    if section is None:
        slide = re.search(r"\b(?:slide|frame)s?\b", q.body, re.I) is not None  # whose titles are short
        section = find_section_said(document, q.body)
        section = section or find_section_by_words(document, _asked_words(q), loose=slide and bool(q.documents))
    if section is not None:
        return _section_place(q, document, section)
    if REFERENCES.search(q.body) and (entries := entries_of(document)):
        words, passage = entries[0]
        text = f"The references of {document.name} begin on page {passage.page_number}."
        return text, (quote_of_passage(document, passage, words),)
    return None


def _headed_pages(document: ParsedDocument, words: Sequence[str]) -> tuple[str, tuple[Quote, ...]] | None:
    """Return the pages, two at least, with a heading that says all that is asked for: "References (2/3)"."""
    found = {
        page.number: quote
        for page in (document.pages if words else ())
        for quote in headings_of(document, page)[:1]
        if set(words) <= set(tokenize(quote.text))
    }
    if len(found) < 2:
        return None
    pages = join([str(number) for number in found])
    title = next(iter(found.values())).text
    return f"Pages {pages} of {document.name} are headed “{title}” and alike.", tuple(found.values())


def _titled_page(document: ParsedDocument, titles: Sequence[str]) -> tuple[str, tuple[Quote, ...]] | None:
    """Return the pages, slides mostly, that are headed by a title that heads no section of its own."""
    wanted = {letters_of(title) for title in titles} - {""}
    found = [
        (page, quote)
        for page in (document.pages if wanted else ())
        for quote in (*headings_of(document, page), *first_lines_of(document, page))
        if letters_of(quote.text) in wanted
    ]
    if not found:
        return None
    pages = list(dict.fromkeys(str(page.number) for page, _ in found))
    word = "pages" if len(pages) > 1 else "page"
    return f"“{found[0][1].text}” heads {word} {join(pages)} of {document.name}.", tuple(q for _, q in found[:6])


def _captioned_place(q: ParsedQuestion, document: ParsedDocument) -> tuple[str, tuple[Quote, ...]] | None:
    """Return where the table or figure stands whose caption, or head where it has none, says what is asked for."""
    wanted = set(_asked_words(q))
    best: tuple[float, Table | Figure] | None = None
    asks_table = re.search(r"\btables?\b", q.body, re.I) is not None
    parts: tuple[Table | Figure, ...] = (*document.tables, *document.figures)
    for part in parts:
        words = part.caption
        if not words and asks_table and isinstance(part, Table):
            words = " ".join(cell for row in part.header for cell in row)
        own = set(tokenize(words))
        said = len(wanted & own) / max(1, len(wanted))
        if said >= _CAPTION_SHARE and isinstance(part, Table):  # of two with such a caption, the one that says the rest
            said += _IN_CELLS * len(wanted & set(tokenize(part.plain)) - own) / len(wanted)
        if words and said > (best[0] if best else _CAPTION_SHARE - 0.01):
            best = said, part
    if best is None or not wanted:
        return None
    part = best[1]
    if part.caption or not isinstance(part, Table):
        return _part_place(document, part)
    heads = join([cell for cell in part.rows[0] if cell][:6])
    text = f"The table with {heads} stands on page {part.page_number} of {document.name}."
    return text, (caption_quote(document, part),)


def _asked_words(q: ParsedQuestion) -> list[str]:
    return [word for word in content_words(" ".join(q.residue) or q.body) if word not in _PLACE_WORDS]
