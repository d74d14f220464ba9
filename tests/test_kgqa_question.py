"""What a question asks for, in the words that people use."""

import pytest

from graphs.rows import DocumentRecord
from kgqa.asked import Asked
from kgqa.extract import answer_type, content_words
from kgqa.question import parse_question
from kgqa.title_pointers import pointed_sections, pointed_title
from kgqa.word_forms import alike_words


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
        ("How often is the lift checked?", "The lift is checked monthly.", "The lift is checked by Ann."),
        ("How often is the lift checked?", "It is checked every spring.", "It is checked with care."),
        ("At what time does the ferry leave?", "It leaves at 7.30 and at noon.", "It leaves on 12 May."),
    ],
)
def test_what_can_answer(question: str, good: str, bad: str) -> None:
    fits = answer_type(question)
    assert fits is not None
    assert fits(good)
    assert not fits(bad)


def test_content_words_leave_the_filler_out() -> None:
    assert content_words("What does AIKON stand for?") == ["aikon"]  # "does" was counted as a word, "doe"
    assert content_words("What did Otto die of?") == ["otto", "die"]
    assert content_words("How many hours of sleep did the subjects have?") == ["hour", "sleep", "subject"]


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("What is the last section of annual_report.pdf?", "section-nth"),
        ("What is the first section of annual_report.pdf?", "section-nth"),
        ("What is said of costs in the first section of annual_report.pdf?", "content"),
    ],
)
def test_first_and_last_sections(question: str, ask: str) -> None:
    assert parse_question(question, RECORDS).ask == ask


def test_sections_that_a_question_looks_into() -> None:
    asked = "What does the abstract say, and the section on image data of annual_report.pdf?"
    assert pointed_sections(asked) == ("abstract", "image data")
    assert pointed_sections("How does the crawler work?") == ()


@pytest.mark.parametrize(
    ("question", "ask", "found"),
    [
        ("Which figures are on page 9?", "parts-on-page", {"pages": (9,)}),
        ("What does printed page 20 contain?", "page", {"labels": ("20",), "pages": ()}),
        ("What is on page iv?", "page", {"labels": ("iv",)}),
        ("Which page carries the printed number 15?", "printed-page", {}),
        ("What is on pages 3 to 5?", "page", {"pages": (3, 4, 5)}),
        ("What is on the last two pages?", "page", {"pages": (-2, -1)}),
        ("What do the 4th and 6th pages show?", "page", {"pages": (4, 6)}),
        ("What is the page number of Table 5?", "page-of", {"tables": ("5",)}),
        ("Where is Figure 2?", "page-of", {"figures": ("2",)}),
        ("Which pages does section 4 cover?", "section-pages", {"sections": ("4",)}),
        ("Where in annual_report.pdf can I find the audit?", "page-of", {}),
        ("How long is annual_report.pdf?", "count", {"thing": "pages"}),
        ("How many subsections does section 2 have?", "count", {"thing": "subsections", "sections": ("2",)}),
        ("How many references are cited in annual_report.pdf?", "count", {"thing": "references"}),
        ("How many authors does annual_report.pdf have?", "count", {"thing": "authors"}),
        ("How many rows does Table 2 have?", "count", {"thing": "rows", "tables": ("2",)}),
        ("Count the figures in annual_report.pdf.", "count", {"thing": "figures"}),
        ("How many blank pages are there?", "count", {"thing": "blank-pages"}),
        ("What is the third subsection of section 3?", "section-nth", {"ordinal": 3, "sections": ("3",)}),
        ("Which section is between 'Fleet' and 'Safety'?", "section-between", {}),
        ("Which subsection follows 2.1?", "section-after", {"sections": ("2.1",)}),
        ("List the subsections of section 5.", "subsections", {"sections": ("5",)}),
        ("Which section deals with sparse matrices?", "section-of", {}),
        ("Is there a section on safety?", "section-exists", {}),
        ("Which section number does 'Results' have?", "section-number", {}),
        ("What is discussed in the section 'Outlook'?", "section", {"quoted": ("Outlook",)}),
        ("Which tables are there?", "tables", {}),
        ("What does Equation (12) look like?", "equation", {"equations": ("12",)}),
        ("Does annual_report.pdf mention tariffs?", "mentions", {}),
        ("Which documents mention tariffs?", "mentions", {}),
        ("How many pages do annual_report.pdf and field-study 2020.pdf have?", "count", {"thing": "pages"}),
        ("How many more pages does annual_report.pdf have than field-study 2020.pdf?", "compare-counts", {}),
        ("Do annual_report.pdf and field-study 2020.pdf have the same number of tables?", "compare-counts", {}),
        ("Which of annual_report.pdf and field-study 2020.pdf has no figures?", "compare-counts", {"thing": "figures"}),
        ("Do annual_report.pdf and field-study 2020.pdf share an author?", "authors-in-common", {}),
        ("In annual_report, what does Figure 3 show?", "figure", {"documents": ("annual_report.pdf",)}),
        ("Hello! Could you please tell me how many pagse annual_report.pdf has? Thanks!", "count", {"thing": "pages"}),
        ("Wie viele Seiten hat annual_report.pdf?", "count", {"thing": "pages"}),
        ("Was zeigt Tabelle 3?", "table", {"tables": ("3",)}),
        ("Welcher Abschnitt folgt auf 'Anlagen'?", "section-after", {"quoted": ("Anlagen",)}),
        ("Combien de tableaux y a-t-il dans annual_report.pdf ?", "count", {"thing": "tables"}),
        ("Qu'y a-t-il à la page 10 ?", "page", {"pages": (10,)}),
        ("¿Qué hay en la página 8?", "page", {"pages": (8,)}),
        ("Quante pagine ha annual_report.pdf?", "count", {"thing": "pages"}),
        ("كم عدد صفحات annual_report.pdf؟", "count", {"thing": "pages"}),
        ("ما عنوان القسم 3؟", "section", {"sections": ("3",)}),
        ("How many pages of the archive were scanned in 1990?", "content", {}),
        ("How many people wrote to the board?", "content", {}),
        ("Who wrote the software that the study used?", "content", {}),
        ("What is the name of the author's dog in annual_report.pdf?", "content", {}),
    ],
)
def test_phrasings_of_structure(question: str, ask: str, found: dict[str, object]) -> None:
    asked = parse_question(question, RECORDS)
    assert asked.ask == ask
    assert {name: getattr(asked, name) for name in found} == found


def test_a_title_names_a_document() -> None:
    titles = {"annual_report.pdf": "Coastal Ferries Annual Review", "field-study 2020.pdf": "Otto Krämer"}
    asked = parse_question("How many pages does the Coastal Ferries Annual Review have?", RECORDS, titles)
    assert (asked.ask, asked.documents) == ("count", ("annual_report.pdf",))
    assert parse_question("When was Otto Krämer born?", RECORDS, titles).documents == ()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Come si chiama il porto in cui arriva la nave?", {"porto", "arriva", "nave"}),
        ("Qual è la lunghezza della nave?", {"lunghezza", "nave"}),
        ("Quanto costa il biglietto per gli studenti?", {"costa", "biglietto", "studenti"}),
        ("ما المدينة التي يذكرها المستند؟", {"المدينة"}),
    ],
)
def test_question_words_of_other_languages_are_no_words_of_content(question: str, words: set[str]) -> None:
    assert set(Asked.of(parse_question(question, RECORDS).body, lambda _: 1.0).words) == words


def test_a_word_with_its_article_elided_is_the_word() -> None:
    assert alike_words("l'isola", "dell’isola")
    assert alike_words("l’isola", "isola")
    assert not alike_words("isn't", "it")
