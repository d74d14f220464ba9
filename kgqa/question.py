"""What a question asks: its kind, the documents it names, and the pages, tables, figures and sections it points at.

Rules, not a model: a question about structure must be recognised the same way every time. What is left of a question
once its pointers and filler words are taken out (`residue`) decides whether it asks what is there ("what does Table 2
show?") or something in it ("what recall does PaSa reach in Table 5?").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from graphs.rows import DocumentRecord
from kgqa.asked import content_words
from kgqa.asks import with_ask
from kgqa.compare_asks import COMPARES
from kgqa.days import Day
from kgqa.errors import QuestionError
from kgqa.naming import named_documents
from kgqa.near_names import documents_beside, near_documents, without_the_one
from kgqa.pointers import (
    FILE,
    pages_of,
    parts_of,
    printed_pages,
    quoted_titles,
    residue_of,
)
from kgqa.several_asks import with_halves, with_several
from kgqa.wording import to_english_kinds, to_english_structure, unwrap_question

if TYPE_CHECKING:
    from kgqa.cell_reading import CellReader

Ask = Literal[
    "content",  # what the text says
    "count",  # how many pages, tables, ... a document has
    "documents",  # which documents there are, or how many
    "blank-pages",
    "page",  # what is on a page
    "page-of",  # which page something is on
    "page-beside",  # what is on the page before or after a part
    "special-page",  # on which pages the contents, a list of figures, the cover or the title is
    "printed-page",  # which page carries a printed number
    "table",  # what a table is about
    "cell",  # something in a table
    "figure",  # what a figure shows
    "equation",  # what an equation says
    "section",  # title or content of a section
    "section-after",
    "section-before",
    "section-between",
    "section-of",  # which section says something
    "section-exists",
    "section-number",
    "section-pages",  # from which page to which a section stands
    "section-sentence",  # its first, second, ..., last sentence
    "which-part",  # which figure or table shows something
    "parts-on-page",  # which figures or tables are on a page
    "parts-in-section",  # which are in a section
    "part-nth",  # the first, second, ..., last table or figure
    "part-section",  # which section one stands in
    "part-exists",  # whether there is one of that number
    "part-extreme",  # the one with the most rows, pages, ...
    "part-beside",  # the table or figure before or after one
    "pages-with",  # which pages have tables, figures, equations or footnotes
    "sections-on-page",  # which sections begin on a page
    "page-label",  # which number is printed on a page
    "pages-before",  # how many pages stand before or after a part
    "pages-apart",  # how many lie between two parts
    "table-described",  # something in a table that is named by its page or subject
    "page-title",  # what heads a page or slide
    "page-titles",  # what heads each page or slide
    "pages-between",  # what is on the pages between two that are named by title
    "section-parent",  # which section a section belongs to
    "titled-pages",  # what is on the pages or slides that have a title
    "footnote",  # what a footnote says
    "sections",  # which sections there are
    "subsections",  # those of a section
    "sections-with",  # which sections have subsections, tables, ..., or none
    "section-nth",  # the first, second, ..., last section or subsection
    "heading-beside",  # what stands before or after a heading that is no "section" in the question's words
    "heading-place",  # on which page one stands
    "heading-marked",  # the one that a letter marks below a section
    "heading-inside",  # what stands below one
    "list-item",  # the first, second, ..., last item of a list, all of them, or how many
    "tables",  # which tables there are
    "figures",
    "authors",
    "affiliations",  # where the authors work
    "title",
    "date",  # when the document was published
    "mentions",  # whether, or which, documents say a word
    "compare-counts",  # which document has more pages, tables, ...
    "compare-amounts",  # which states the larger total, or amount of another label
    "compare-dates",  # which document is older
    "compare-sections",  # which document has a section of a title
    "compare-places",  # whether two parts stand on one page, or which comes first
    "compare-shapes",  # which of two tables has more rows or columns
    "sections-in-common",
    "compare-cells",  # in which of several tables something is higher
    "authors-in-common",
    "how-read",  # which pages are scans, and which are not to be trusted
    "language",
    "words",  # how many there are
    "documents-by",  # those that a person has written
    "references",  # what the list of references holds
    "usual-section",  # what the abstract, the conclusion or another section of a usual title says
    "overview",  # what a document is about, or found
    "compare-authors",  # which document has one author, or several
    "names-in-common",  # which company, system, ... all documents name
    "several",  # two questions at once
]

MAX_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question taken apart."""

    text: str  # as it was asked, white space folded
    ask: Ask
    documents: tuple[str, ...] = ()  # ids of the documents that it names
    unknown_files: tuple[str, ...] = ()  # file names in it that no document has
    pages: tuple[int, ...] = ()  # as written; -1 is the last page, -2 the one before
    labels: tuple[str, ...] = ()  # printed page numbers, where it says that they are those
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    equations: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()  # what stands in quotation marks: titles, captions
    thing: str = ""  # for counts: pages, tables, figures, sections
    unit: str = ""  # for the extreme of a part: rows, columns, ...; for a place in its text: sentence, paragraph; for
    # a heading or list that is named without quotation marks: its words
    numbered: bool = False  # for counts: only those with a number
    ordinal: int = 0  # for "the third section" or table: 3; -1 is the last; for the one before or after: -1 or 1
    body: str = ""  # without the names of documents and wrappings, its structure words in English: what rules look at
    asked: str = ""  # without the names of documents and wrappings, in its own words: what is searched and read for
    residue: tuple[str, ...] = field(default=())  # the body's words without pointers and filler
    compares: bool = False  # asks for a comparison
    days: tuple[Day, ...] = ()  # under whose dates the answer stands; its words are then taken out of `body`
    several: tuple[ParsedQuestion, ...] = ()  # the questions that it is made of, where it asks several things
    cells: CellReader | None = field(default=None, compare=False, repr=False)  # who chooses a table's cell, if anyone

    def with_cells(self, reader: CellReader) -> ParsedQuestion:
        """Return the question, and all that it is made of, with who chooses the cells of tables for it."""
        return replace(self, cells=reader, several=tuple(one.with_cells(reader) for one in self.several))


def parse_question(
    question: str, records: Sequence[DocumentRecord], titles: Mapping[str, str] | None = None, *, only: str = ""
) -> ParsedQuestion:
    """Take a question apart; raise QuestionError for one that is empty, has no word, or is far too long.

    `titles` gives documents, by id, their titles, by which a question can name them too; `only` is the one that is
    asked where there is no other, which "this paper" then names.
    """
    text = " ".join(question.split())
    if not any(c.isalnum() for c in text):
        raise QuestionError("The question holds no words. Ask something about the documents.")
    if len(text) > MAX_CHARS:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {MAX_CHARS:,} can be asked. Shorten it."
        )
    documents, rest = named_documents(text, records)
    if not documents:
        documents, rest = near_documents(text, records, titles)
        if not documents and (english := to_english_kinds(text)) != text:  # "das Handbuch" of handbook.pdf
            documents, in_english = near_documents(english, records, titles)
            rest = in_english if documents else rest
    elif len(documents) == 1:
        more, rest = documents_beside(rest, records, titles)
        documents = tuple(dict.fromkeys([*documents, *more]))
    if not documents and only and (without := without_the_one(text)) is not None:
        documents, rest = (only,), without
    asked = unwrap_question(rest) or text
    found = with_halves(_parsed(text, asked, documents), lambda half: parse_question(half, records))
    if documents and found.ask == "content" and not content_words(asked) and not FILE.search(text):
        return _parsed(text, unwrap_question(text) or text, documents)  # "What is zlib?" of zlib.pdf asks for zlib
    if documents or not titles:
        return found
    documents, rest = named_documents(text, (), titles)
    if not documents:
        return found
    titled = _parsed(text, unwrap_question(rest) or text, documents)
    if titled.ask == "content":  # the title may be what the question is about
        scoped = re.search(r"\b(?:document|paper|report|article|file|according to|book|manual|slides)\b", text, re.I)
        return replace(found, documents=documents if scoped else ())
    return titled


def _parsed(text: str, asked: str, documents: tuple[str, ...]) -> ParsedQuestion:
    return with_several(_parsed_whole(text, asked, documents), lambda part: _parsed_whole(part, part, documents))


def _parsed_whole(text: str, asked: str, documents: tuple[str, ...]) -> ParsedQuestion:
    body = re.sub(r"\b(who|what|where|when|how)['’]s\b", r"\1 is", to_english_structure(asked), flags=re.I)
    body = re.sub(r"(?<!\w)['’]s\b", "the", body)  # of "report.pdf's references"
    body = re.sub(r"\b(?:title|cover|front) (page|slide)\b", r"first \1", body, flags=re.I)
    body = re.sub(r"\b(?:level[- ](?:two|2)|second[- ]level)\s+(?=headings?|sections?)", "sub", body, flags=re.I)
    parts = parts_of(body)
    found = ParsedQuestion(
        text=text, ask="content", documents=documents, unknown_files=tuple(dict.fromkeys(FILE.findall(body))),
        pages=pages_of(body), labels=printed_pages(body), tables=parts["table"], figures=parts["figure"],
        sections=parts["section"], equations=parts["equation"],
        footnotes=parts["footnote"], quoted=quoted_titles(body), body=body, asked=asked,
        residue=residue_of(body), compares=len(documents) > 1 or bool(COMPARES.search(body)),
    )  # fmt: skip
    return with_ask(found)
