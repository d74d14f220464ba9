"""What a question asks for, in the words that people use."""

import pytest

from graphs.rows import DocumentRecord
from kgqa.extract import answer_type, content_words
from kgqa.question import parse_question, pointed_sections, pointed_title


def record(name: str) -> DocumentRecord:
    return DocumentRecord(name, name, "ok", 10, 20, 2, 1, 5, 1.0, (), "", "", "")


RECORDS = [record("annual_report.pdf"), record("field-study 2020.pdf")]


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("What is on page 3?", "page"),
        ("Summarise page 12 of annual_report.pdf", "page"),
        ("How many pages does annual_report.pdf have?", "count"),
        ("How many tables are in field-study 2020.pdf?", "count"),
        ("How many patients were enrolled?", "content"),
        ("Which document has more pages, annual_report.pdf or field-study 2020.pdf?", "compare-counts"),
        ("What does Table 2 show?", "table"),
        ("In Table 2, what was the rate of women in 2010?", "cell"),
        ("What does Figure 4 show?", "figure"),
        ("Which section comes right after Methods in annual_report.pdf?", "section-after"),
        ("What section precedes the Conclusion?", "section-before"),
        ("What is the title of section 4?", "section"),
        ("Who are the authors of annual_report.pdf?", "authors"),
        ("On which page is the budget discussed?", "page-of"),
        ("What is the title of annual_report.pdf?", "title"),
        ("Is any page of annual_report.pdf blank?", "blank-pages"),
        ("Which authors do annual_report.pdf and field-study 2020.pdf have in common?", "authors-in-common"),
        ("Who patented the typewriter in 1868?", "content"),
        ("What caused the delay described in section 3?", "content"),
        ("List the sections of annual_report.pdf", "sections"),
        ("What are the columns of Table 2?", "table"),
        ("Which figure shows the income of the poor?", "which-part"),
        ("What is Equation 3?", "equation"),
        ("Show eq. (12) of annual_report.pdf", "equation"),
        ("How many equations does annual_report.pdf have?", "count"),
        ("Which page is equation 5 on?", "page-of"),
    ],
)
def test_kinds_of_questions(question: str, ask: str) -> None:
    assert parse_question(question, RECORDS).ask == ask


def test_documents_are_known_by_their_names() -> None:
    assert parse_question("How long is field-study 2020?", RECORDS).documents == ("field-study 2020.pdf",)
    assert parse_question("What does missing.pdf say?", RECORDS).unknown_files == ("missing.pdf",)
    assert parse_question("What did the study find?", RECORDS).documents == ()


def test_the_title_that_a_question_points_at() -> None:
    asked = parse_question("Which section comes right after “Related Work” in annual_report.pdf?", RECORDS)
    assert pointed_title(asked) == "Related Work"


@pytest.mark.parametrize(
    ("question", "good", "bad"),
    [
        ("In which year did it open?", "It opened in 1984.", "It opened late."),
        ("How many rooms are there?", "There are 12 rooms.", "There are rooms."),
        ("Who built it?", "Ann Lee built it.", "it was built by hand."),
        ("What percentage agreed?", "49.5 percent agreed.", "Most agreed."),
    ],
)
def test_what_can_answer(question: str, good: str, bad: str) -> None:
    fits = answer_type(question)
    assert fits is not None
    assert fits(good)
    assert not fits(bad)


def test_content_words_leave_the_filler_out() -> None:
    assert content_words("How many hours of sleep did the subjects have?") == ["hour", "sleep", "subject"]


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("What is the last section of annual_report.pdf?", "section-last"),
        ("What is the first section of annual_report.pdf?", "section-first"),
        ("What is said of costs in the first section of annual_report.pdf?", "content"),
    ],
)
def test_first_and_last_sections(question: str, ask: str) -> None:
    assert parse_question(question, RECORDS).ask == ask


def test_sections_that_a_question_looks_into() -> None:
    asked = "What does the abstract say, and the section on image data of annual_report.pdf?"
    assert pointed_sections(asked) == ("abstract", "image data")
    assert pointed_sections("How does the crawler work?") == ()
