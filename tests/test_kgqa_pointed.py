"""A page, figure or table that a question names answers where no sentence of it does; sections by their subject."""

from pathlib import Path

import pymupdf
import pytest

from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.lookup import look_up
from kgqa.pointed import pointed_finding
from kgqa.question import parse_question


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    """Three pages: a list of names under a heading, chapters with text, and a page headed by a plain line."""
    made = pymupdf.open()
    pages = (
        ("Board of Directors", "Erika Holm, Chair", "Adam Gitlin, Treasurer", "Hanna Berg, Secretary"),
        ("Planetary search using radial velocities", *["The star moves and its lines shift with it by little."] * 9),
        ("List of Figures", "1 The light curve of the star 2", "2 The fitted curve 2"),
    )  # fmt: skip
    for head, *lines in pages:
        page = made.new_page()
        page.insert_text((72, 90), head, fontsize=18, fontname="hebo")
        for i, text in enumerate(lines):
            page.insert_text((72, 130 + 16 * i), text, fontsize=11)
    path: Path = tmp_path_factory.mktemp("pointed") / "board.pdf"
    made.save(path)
    return read_document(path, options=IngestionOptions())


def test_a_short_page_is_told_whole(document: ParsedDocument) -> None:
    found = pointed_finding(parse_question("Who is on the Board of Directors listed on page 1?", []), [document])
    assert found is not None
    text, quotes = found.sentences[0]
    assert "Erika Holm" in text
    assert "Hanna Berg" in text
    assert {quote.page for quote in quotes} == {1}


@pytest.mark.parametrize(
    "question",
    [
        "Which warranty terms are described on page 1?",
        "Who is on the Board of Directors?",
        "What is shown in Figure 7?",
    ],
)
def test_what_the_part_does_not_speak_of_is_not_answered(document: ParsedDocument, question: str) -> None:
    assert pointed_finding(parse_question(question, []), [document]) is None


def test_a_section_is_found_by_what_it_deals_with(document: ParsedDocument) -> None:
    found = look_up(parse_question("Which chapter deals with radial velocities?", []), [document])
    assert found is not None
    assert "Planetary search" in found.sentences[0][0]


def test_a_page_is_told_by_the_line_that_heads_it(document: ParsedDocument) -> None:
    found = look_up(parse_question("What is on page 3?", []), [document])
    assert found is not None
    assert "List of Figures" in " ".join(text for text, _ in found.sentences)


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("What is depicted in Figure 3?", "figure"),
        ("What is Table 2 reporting?", "table"),
        ("What does Figure 3 portray?", "figure"),
        ("Which value is depicted in Figure 3?", "content"),
        ("What recall does Table 3 report?", "cell"),
        ("What is the title of the appendix?", "content"),
    ],
)
def test_the_only_word_beside_a_part_may_be_its_verb(question: str, ask: str) -> None:
    assert parse_question(question, []).ask == ask


def test_what_comes_before_a_usual_section_is_a_section(document: ParsedDocument) -> None:
    record = DocumentRecord(document.doc_id, "board.pdf", "ok", 3, 5, 0, 0, 2, 1.0, (), "", "", "")
    before = parse_question("What comes just before the conclusion in board.pdf?", [record])
    assert before.ask == "section-before"
    drug = parse_question("What happened after the introduction of the drug in board.pdf?", [record])
    assert drug.ask == "content"
