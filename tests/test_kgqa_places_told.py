"""Pages told whole, pages that call themselves blank, sections by path, headings read as text, documents by meaning."""

import pytest

from graphs.rows import DocumentRecord
from ingestion.document import Page, ParsedDocument, Passage, Section, WordBoxes
from kgqa.lookup import look_up
from kgqa.question import parse_question
from kgqa.section_paths import numbered_line
from kgqa.which_document import predicate_of


def page(number: int, text: str) -> Page:
    return Page(number, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer")


def document() -> ParsedDocument:
    texts = (
        "4.2.1 Mowing in spring\n\n4.2.2 Mowing in autumn",
        "# 3 Planting",
        "## 3.4 Bulbs\n\nPut them in before the frost.\n\nCover them with leaves.",
        "This page is intentionally left blank",
        "4.2.2 (2019-04-01) Mowing in autumn (1) Set the blades high:\n\nMow once.",
    )
    pages = tuple(page(number, text) for number, text in enumerate(texts, 1))
    passages = tuple(
        Passage(f"d/p{p.number}/0", p.number, 0, len(p.markdown), p.markdown, None, p.markdown, ()) for p in pages
    )
    sections = (
        Section("d/s0", "3", "Planting the garden", 1, 2, 0, 3, None),
        Section("d/s1", "3.4", "Bulbs", 2, 3, 0, 3, "d/s0"),
        Section("d/s2", None, "Bulbs in pots", 3, 3, 10, 3, "d/s1"),
    )
    return ParsedDocument(
        "d", "garden.pdf", "0" * 64, "application/pdf", "Gardens", pages, sections, passages, (), (), (), 0.0
    )


RECORD = DocumentRecord("d", "garden.pdf", "ok", 5, 5, 0, 0, 3, 1.0, (), "", "", "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is on page 3 of garden.pdf?", "Cover them with leaves."),
        ("Which page of garden.pdf says that it is intentionally left blank?", "Page 4"),
        ("Which section of garden.pdf explains how to plant bulbs?", "Section 3.4, Bulbs"),
        ("What is the title of section 4.2.2 in garden.pdf?", "Mowing in autumn (page 5"),
    ],
)
def test_the_place_is_told(question: str, text: str) -> None:
    found = look_up(parse_question(question, [RECORD]), [document()])
    assert found is not None
    assert text in " ".join(sentence for sentence, _ in found.sentences)


def test_a_heading_read_as_text_is_taken_before_its_line_in_the_contents() -> None:
    line = numbered_line(document(), "4.2.1")
    assert line is not None
    assert (line[0], line[1].page) == ("Mowing in spring", 1)
    assert numbered_line(document(), "3") is None


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("Which of the two books and was printed in Leiden?", "printed in Leiden"),
        ("Which document deals with whales, or ?", "deals with whales"),
        ("Which of and has more pages?", ""),
        ("Who wrote the book?", ""),
    ],
)
def test_what_is_asked_of_documents_is_told_from_their_names(body: str, asked: str) -> None:
    assert predicate_of(body) == asked
