"""Parts of documents asked for by order or place, and documents compared: looked up in documents as they were read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument, Table
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.cells import find_cell
from kgqa.lookup import look_up
from kgqa.near_names import near_documents
from kgqa.question import parse_question
from kgqa.table_questions import answer_from_table

FERRIES = """# Ferries of the coast

March 3, 2014

## Abstract

Short.

## 1 Fleet

There are two ferries.[^1] Their lengths are in Table 1.

Table 1: Vessels of the fleet

| Vessel | Built | Length |
| --- | --- | --- |
| Vega | 1958 | 42 |
| Orion | 1987 | 61 |

## 2 Routes

### 2.1 Summer

Table 2: Summer routes

| Route | Trips |
| --- | --- |
| North | 12 |
| South | 30 |

### 2.2 Winter

None in winter.

## 3 Conclusion

All is well.

[^1]: A third one was sold in 1990.
"""
HARBOURS = """# Harbours of the coast

© 2019 The Harbour Board

## 1 Berths

Table 1: Berths by harbour

| Harbour | Berths |
| --- | --- |
| North | 9 |
| South | 4 |

## Acknowledgements

We thank the pilots.
"""


SIGNED = """# Engines

by Ada Byron

## Chapter 1 Cards

Cards are punched.

## Chapter 2 Wheels

Wheels turn.

## Appendix B

## Tables of cards

There are two.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> list[ParsedDocument]:
    folder = tmp_path_factory.mktemp("library")
    documents = []
    for name, text in (("ferries_report.md", FERRIES), ("harbours.md", HARBOURS), ("signed.md", SIGNED)):
        path = Path(folder / name)
        path.write_text(text, encoding="utf-8")
        documents.append(read_document(path, options=IngestionOptions()))
    return documents


def record(document: ParsedDocument | str) -> DocumentRecord:
    name = document if isinstance(document, str) else document.name
    doc_id = document if isinstance(document, str) else document.doc_id
    return DocumentRecord(doc_id, name, "ok", 1, 20, 2, 1, 5, 1.0, (), "", "", "")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Title and authors of signed.md?", "is by Ada Byron"),
        ("How many tables and figures does ferries_report.md have?", "has 0 figures"),
        ("What are the first and last sections of ferries_report.md?", "Section 3, Conclusion"),
        ("What is section 2.2 of ferries_report.md called and on which page does it begin?", "begins on page 1"),
        ("Is there a section about winter in ferries_report.md, and if so, what is its number?", "Section 2.2"),
        ("On which page do Table 1 of harbours.md and Table 2 of ferries_report.md stand?", "Summer routes stands on"),
        (
            "What are the number of rows in Table 1 of ferries_report.md and in Table 1 of harbours.md?",
            "Table 1 of harb",
        ),
        ("Page 1 of harbours.md starts with which section?", "Section 1, Berths"),
        ("Which sections begin on page 1 of harbours.md?", "Acknowledgements"),
        ("How many pages of ferries_report.md come before the conclusion?", "0 pages stand before"),
        ("Which sections of ferries_report.md are divided into subsections?", "Section 2, Routes (2)"),
        ("Which sections of ferries_report.md have no tables?", "Section 3, Conclusion"),
        ("What are the titles of the appendices in signed.md?", "Tables of cards"),
        ("What is the title of the appendix labelled B in signed.md?", "Tables of cards"),
        ("Which section of ferries_report.md is the third one?", "Section 3, Conclusion"),
        ("How many chapters (not counting appendices) does ferries_report.md contain?", "3 chapters"),
        ("Which section of ferries_report.md comes two before 'Conclusion'?", "Section 1, Fleet"),
        ("Does section 1 of ferries_report.md come before or after section 3?", "comes before"),
        ("Are Table 1 and Table 2 of ferries_report.md on the same page?", "Yes: Table 1"),
        ("Which pages of ferries_report.md contain more than one table?", "has 2 or more tables"),
        ("Do any tables follow Table 2 in ferries_report.md?", "No, no table follows"),
        ("Which has more columns, Table 1 or Table 2 of ferries_report.md?", "Table 1 of ferries_report.md has more"),
        ("In the second row of Table 1 of ferries_report.md, what is the length?", "61"),
        ("What stands in row 1, column 3 of Table 1 in ferries_report.md?", "42"),
        (
            "Compare the number of tables in ferries_report.md and harbours.md: which has more?",
            "ferries_report.md has m",
        ),
        ("What is the difference in page count between ferries_report.md and harbours.md?", "same number of pages"),
        ("Do ferries_report.md and harbours.md share a section title?", "no section title in common"),
        ("What are the last sections of ferries_report.md and harbours.md?", "Acknowledgements"),
        ("How many columns does the table on page 1 of harbours.md have?", "2 columns"),
        ("Between which sections does Table 2 of ferries_report.md stand?", "before Section 2.2, Winter"),
        ("In which section will I find Table 2 of ferries_report.md?", "Section 2.1, Summer"),
        ("To which chapter does Table 2 of ferries_report.md belong?", "Section 2, Routes"),
        ("What does the caption under Table 1 in ferries_report.md say?", "Vessels of the fleet"),
        ("Is there a Table 3 in ferries_report.md?", "No, ferries_report.md has no table 3"),
        ("Does ferries_report.md have a Table 2?", "Yes: Table 2"),
        ("Is there a table about vessels in ferries_report.md?", "Yes: Table 1"),
        ("What is the first sentence of section 1 in ferries_report.md?", "There are two ferries"),
        ("How does section 2.2 of ferries_report.md open?", "None in winter"),
        ("What's the last sentence of the conclusion of ferries_report.md?", "All is well"),
        ("How many pages does the conclusion of ferries_report.md take up?", "page 1"),
        ("From which page to which page does section 2 of ferries_report.md go?", "page 1"),
        ("Which table of ferries_report.md has the most columns?", "Table 1"),
        ("Which section of ferries_report.md has the most subsections?", "Section 2, Routes"),
        ("When did ferries_report.md come out?", "March 3, 2014"),
        ("What's the heading of 2.2 in ferries_report.md?", "Winter"),
        ("What are the parts of section 2 in ferries_report.md?", "Section 2.1, Summer"),
        ("How many subsections does 2 have in ferries_report.md?", "2 subsections"),
        ("What's the section directly behind 2.1 in ferries_report.md?", "Winter"),
        ("Which section comes two sections after 'Fleet' in ferries_report.md?", "Conclusion"),
        ("Into which sections is ferries_report.md divided?", "Section 3, Conclusion"),
        ("What can be read in the footnote of ferries_report.md?", "A third one was sold"),
        ("How many footnotes has ferries_report.md got?", "1 footnote"),
        ("Does harbours.md come with a conclusion?", "No"),
        ("Does ferries_report.md come with a conclusion?", "Yes"),
        ("What would I see if I opened ferries_report.md at page 1?", "Table 1"),
        ("Does page 1 of ferries_report.md have more than one table?", "Yes"),
        ("Does page 1 of harbours.md have at least two tables?", "No"),
        ("Are ferries_report.md and harbours.md equally long?", "Yes"),
        ("Table 1 of ferries_report.md: which Vessel has the greatest length?", "Orion"),
        ("From Table 1 of ferries_report.md and Table 1 of harbours.md, what is the length of the Vega?", "42"),
        ("Is Table 2 of ferries_report.md on page 1?", "Yes: Table 2"),
        ("Is Table 2 of ferries_report.md on page 4?", "No: Table 2"),
        ("What's the section just above 2.2 in ferries_report.md?", "Section 2.1, Summer"),
        ("What does ferries_report.md treat in its second section?", "Section 2, Routes"),
        ("What are sections 1 and 3 of ferries_report.md called?", "Section 3, Conclusion"),
        ("Does ferries_report.md contain any figure at all?", "No, ferries_report.md has no figures"),
        ("I'm looking for the section on winter in ferries_report.md - which number is it?", "Section 2.2"),
        ("What follows 'Fleet' in ferries_report.md?", "Section 2, Routes"),
        ("In which chapter of ferries_report.md does section 'Summer' stand?", "belongs to Section 2, Routes"),
        ("What table comes last in ferries_report.md?", "Table 2: Summer routes"),
        ("How many chapters is ferries_report.md made of?", "3 chapters"),
        ("What's Table 1 of harbours.md supposed to show?", "Berths by harbour"),
        ("What is on the title page of harbours.md?", "Table 1"),
        ("Who handed in signed.md?", "Ada Byron"),
        ("What is the title of chapter 2 of signed.md?", "Wheels"),
        ("What is appendix B of signed.md called?", "Tables of cards"),
        ("What is the last table of ferries_report.md?", "Table 2: Summer routes"),
        ("What's the caption of the 2nd table in ferries_report.md?", "Table 2: Summer routes"),
        ("Which table comes after Table 1 in ferries_report.md?", "Table 2: Summer routes"),
        ("Which table precedes Table 2 in ferries_report.md?", "Table 1: Vessels of the fleet"),
        ("Which tables are in section 2 of ferries_report.md?", "Table 2: Summer routes"),
        ("How many tables does section 1 of ferries_report.md have?", "1 table"),
        ("Are there figures in section 2 of ferries_report.md?", "No"),
        ("Is there a table on page 1 of harbours.md?", "Yes"),
        ("Does page 1 of harbours.md contain a figure?", "No"),
        ("Which pages of ferries_report.md contain tables?", "Page 1"),
        ("What does footnote 1 of ferries_report.md say?", "A third one was sold in 1990"),
        ("footnote 1 in ferries_report.md?", "A third one was sold in 1990"),
        ("How many footnotes does ferries_report.md have?", "1 footnote"),
        ("What is the third section of ferries_report.md?", "Section 3, Conclusion"),
        ("How many chapters does ferries_report.md have?", "3 chapters"),
        ("Which section is followed by 'Routes' in ferries_report.md?", "Section 1, Fleet"),
        ("How does the section 'Routes' of ferries_report.md begin?", "Section 2, Routes"),
        ("Which is older, ferries_report.md or harbours.md?", "ferries_report.md is older"),
        ("Which of harbours.md and ferries_report.md is the newer one?", "harbours.md is newer"),
        ("Was harbours.md published before ferries_report.md?", "No"),
        ("Which of ferries_report.md and harbours.md has an Acknowledgements section?", "harbours.md has"),
        ("Is harbours.md longer than ferries_report.md?", "No"),
        ("How many tables has the ferries report?", "ferries_report.md has 2 tables"),
        ("What headings are on page 1 of harbours.md?", "Acknowledgements"),
        ("Which page is footnote 1 of ferries_report.md on?", "page 1"),
        ("Which page shows the vessels of the fleet?", "Table 1: Vessels of the fleet stands on page 1"),
        ("I need the page with Table 2 of ferries_report.md. Which is it?", "page 1"),
        ("List every table of ferries_report.md", "Table 2: Summer routes"),
        ("Does harbours.md contain any figures?", "No, harbours.md has no figures"),
        ("Does harbours.md have any tables?", "Yes, harbours.md has 1 table"),
        ("What does Table 1 of harbours.md compare?", "Berths by harbour"),
        ("What is the last section of ferries_report.md?", "Section 3, Conclusion"),
        ("Which section of ferries_report.md comes first?", "Section 1, Fleet"),
        ("What is Table 1 of harbors.md about?", "Berths by harbour"),
        ("Is the North count in Table 1 of harbours.md higher than the South count?", "Yes"),
    ],
)
def test_parts_are_looked_up(library: list[ParsedDocument], question: str, said: str) -> None:
    q = parse_question(question, [record(document) for document in library])
    scope = [document for document in library if document.doc_id in q.documents] or library
    found = look_up(q, scope)
    assert found is not None, q
    text = " ".join(sentence for sentence, _ in found.sentences)
    assert not found.abstained
    assert said in text
    for _, quotes in found.sentences:
        for quote in quotes:  # what bears it out stands on its page
            assert "".join(quote.text.split())[:12] in "".join(
                quote.document.page(quote.page).markdown.split()
            ).replace("|", "").replace("#", "")


def test_what_is_not_there_is_refused_with_what_there_is(library: list[ParsedDocument]) -> None:
    for question, said in (
        ("What does footnote 7 of ferries_report.md say?", "it has footnotes 1"),
        ("What is the fifth table of harbours.md?", "has 1 table"),
    ):
        found = look_up(
            parse_question(question, [record(d) for d in library]),
            library[:1] if "ferries" in question else library[1:2],
        )
        assert found is not None
        assert found.abstained
        assert said in found.sentences[0][0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("How many pages does the pasa paper have?", ("pasa_agent.pdf",)),
        ("How many pages has jss 816?", ("jss816.pdf",)),
        ("What is section 2 of micrtype.pdf?", ("microtype.pdf",)),
        ("Who wrote the first paper?", ()),
        ("What does the conference talk say?", ("a-conference-talk.pdf",)),
        ("What is missing.pdf about?", ()),
    ],
)
def test_names_that_are_near_to_a_files(text: str, names: tuple[str, ...]) -> None:
    records = [record(n) for n in ("pasa_agent.pdf", "jss816.pdf", "microtype.pdf", "a-conference-talk.pdf")]
    assert near_documents(text, records)[0] == names


@given(st.text(max_size=200))
def test_no_text_breaks_the_search_for_a_name(text: str) -> None:
    records = [record("annual_report.pdf"), record("b.pdf")]
    found, rest = near_documents(text, records)
    assert set(found) <= {"annual_report.pdf", "b.pdf"}
    assert len(rest) <= len(text) + 1


def test_a_symbol_in_a_head_is_known_by_the_caption_and_a_given_value_chooses_the_row() -> None:
    caption = "Table 4: Linear statistic T, its standard deviation σ and power estimates (π) for sizes R and S"
    rows = (
        ("Model", "R", "S", "T", "σ", "πglobal"),
        ("dominant", "200", "200", "18", "2.04", "0.85"),
        ("additive", "200", "200", "28", "3.27", "0.84"),
        ("dominant", "100", "300", "19", "1.90", "0.72"),
    )
    table = Table("d/t0", 1, 0, 0, "4", caption, rows, 1, None, (), "")
    deviation = find_cell(table, "What is the standard deviation of the additive model?")
    power = find_cell(table, "What is the global power of the dominant model with R = 100 and S = 300?")
    assert deviation is not None
    assert deviation.value == "3.27"
    assert power is not None
    assert power.value == "0.72"


def test_the_highest_value_comes_right_behind_its_row() -> None:
    """ "α = 2.0 (0.8063)": a reader looks for the row and its value together, and spells α as the question does."""
    rows = (("α", "Recall"), ("0.5", "0.72"), ("1.0", "0.78"), ("2.0", "0.81"))
    cell = find_cell(
        Table("d/t0", 1, 0, 0, "9", "Table 9: Recall", rows, 1, None, (), ""), "Which alpha has the highest recall?"
    )
    assert cell is not None
    assert (cell.row_label, cell.value) == ("alpha = 2.0", "0.81")


def test_a_row_that_is_named_has_an_extreme_among_its_columns() -> None:
    caption = "Table 1: Scaled MSE for several estimators"
    rows = (
        ("", "median", "Powell", "Leurgans"),
        ("n = 100", "1.58", "2.11", "2.50"),
        ("n = 1000", "1.55", "2.00", "2.56"),
    )
    table = Table("d/t0", 1, 0, 0, "1", caption, rows, 1, None, (), "")
    worst = find_cell(table, "Which estimator is worst for n = 1000?")
    assert worst is not None
    assert (worst.row_label, worst.value) == ("Leurgans", "2.56"), "of errors the highest is the worst"
    plain = find_cell(table, "What is the value of Powell for n = 1000?")
    assert plain is not None
    assert plain.value == "2.00", "n = 100 is not n = 1000"


def test_a_column_is_named_by_its_place() -> None:
    rows = (("Canal", "Nom"), ("0", "GND"), ("1", "A1"))
    found = answer_from_table(
        Table("d/t0", 1, 0, 0, "2", "", rows, 1, None, (), ""), "What does the second column hold?"
    )
    assert found is not None
    assert found.text == "Nom: GND, A1"
