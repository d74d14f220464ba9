"""Questions about structure as people who never read the rules word them, looked up in documents of several pages."""

from dataclasses import replace
from pathlib import Path

import pytest

from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.lookup import look_up
from kgqa.question import parse_question

BOATS = """# Boats of the lake

Ada Byron

## Foreword

Short.

## 1 Wooden boats

Table 1: Boats by yard

| Yard | Boats | Sold |
| --- | --- | --- |
| North | 12 | 7 |
| South | 30 | 28 |
\f
### 1.1 Rowing boats

The draught follows from

$$ d = m / a \\tag{1} $$

and the speed from

$$ v = l / t \\tag{2} $$

### 1.2 Sailing boats

Figure 1: Sails by the year

## 2 Steel boats

They came late.
\f
## 3 Keys of the panel

Keys of the panel

| Key | Function |
| --- | --- |
| ^A | ahead |
| ^K | astern |

The keys are made of brass.

Table 2: Steamers by the year

| Year | Steamers |
| --- | --- |
| 1911 | 4 |
| 1912 | 9 |

## Acknowledgements

We thank the pilots.[^1]

## Appendix A: Lists

None.

## Appendix B: Maps

None.

[^1]: They are paid by the boat.
"""


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    path = Path(tmp_path_factory.mktemp("boats") / "lakes.md")
    path.write_text(BOATS, encoding="utf-8")
    return read_document(path, options=IngestionOptions())


def records(document: ParsedDocument) -> list[DocumentRecord]:
    return [DocumentRecord(document.doc_id, document.name, "ok", 3, 20, 2, 1, 5, 1.0, (), "", "", "")]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many appendices does lakes.md come with, and what is the last of them called?", "Appendix B: Maps"),
        ("Which numbered equations are printed on page 2 of lakes.md?", "equations 1 and 2"),
        ("Are there any equations on page 3 of lakes.md?", "No, there is no numbered equation on page 3"),
        ("How many equations are there on page 2 of lakes.md?", "there are 2 equations"),
        ("How many subsections is section 1 of lakes.md divided into?", "has 2 subsections"),
        ("What comes first in lakes.md: the section on steel boats or the one on sailing boats?", "comes after"),
        ("What is the caption under the last table of lakes.md?", "Table 2: Steamers by the year"),
        ("Name the unnumbered sections of lakes.md.", "The sections of lakes.md: Foreword; Acknowledgements; Appendix"),
        ("Roman numeral II in lakes.md is the heading of what section?", "Steel boats"),
        ("Which headings come after section 2 in lakes.md?", "and Appendix B: Maps (page 3) follow"),
        ("How many pages after Table 1 does Table 2 begin in lakes.md?", "begins 2 pages after Table 1"),
        ("How many pages lie between Table 1 and Table 2 of lakes.md?", "1 page lies between them"),
        ("How many pages are in the scan lakes.md?", "lakes.md has 3 pages"),
        ("Who presented lakes.md?", "Ada Byron"),
        ("Is there a footnote in lakes.md?", "Yes, lakes.md has 1 footnote"),
        ("By how many does the South beat the North in boats in Table 1 of lakes.md?", "the difference is 18"),
        ("According to the table on page 1 of lakes.md, how many were sold by the South yard?", "South, Sold: 28"),
        ("In lakes.md, what does ^K do according to the table of keys of the panel?", "astern"),
        ("In the table of steamers by the year in lakes.md, how many steamers were there in 1912?", "9"),
        ("Which page of lakes.md has two tables side by side about steamers by the year?", "stands on page 3"),
        ("What follows the page 'Keys of the panel' in lakes.md?", "no page after"),
        ("Which equation of lakes.md comes last on page 2?", "Equation 2"),
        ("What is the last table on page 1 of lakes.md?", "Table 1: Boats by yard"),
        ("Where do lakes.md's acknowledgements start?", "page 3"),
        ("How is the chapter numbered that follows 'Wooden boats' in lakes.md?", "Section 2, Steel boats follows"),
        ("Which yards does Table 1 of lakes.md describe?", "North and South"),
        ("What does the footnote on page 3 of lakes.md say about the pilots?", "They are paid by the boat"),
        ("Is section 1 of lakes.md longer than one page?", "Yes: Section 1, Wooden boats stands on pages 1 to 2"),
        ("Does section 2 of lakes.md take up more than one page?", "No: Section 2, Steel boats"),
        ("What do the tables in section 3 of lakes.md say about the key ^A?", "ahead"),
        ("Which year is listed last in Table 2 of lakes.md?", "1912"),
        ("How many yards called 'North' are in Table 1 of lakes.md?", "1: North"),
        ("Which question is numbered 1.2 in lakes.md?", "Section 1.2, Sailing boats"),
        ("How many numbered sections does chapter 1 of lakes.md have?", "has 2 subsections"),
        ("Which pages of lakes.md have nothing on them?", "lakes.md has no blank page"),
        ("Name the heading that introduces Appendix B in lakes.md.", "Maps"),
        ("What section does page 2 of lakes.md finish with?", "Section 2, Steel boats"),
        ("Which pages of lakes.md have no tables?", "Page 2 of lakes.md has no tables"),
        ("How many subsections are there under 'Wooden boats' in lakes.md?", "has 2 subsections"),
        ("What comes right after 1.1 in lakes.md?", "Section 1.2, Sailing boats follows"),
        ("What is 1.2 of lakes.md titled?", "Sailing boats"),
        ("To which chapter does section 1.2 of lakes.md belong?", "belongs to Section 1, Wooden boats"),
        ("Which slide of lakes.md deals with keys?", "begins on page 3"),
        ("List the slide titles of lakes.md.", "Rowing boats (page 2)"),
        ("Which slide comes between 'Wooden boats' and 'Keys of the panel' in lakes.md?", "Page 2 of lakes.md has"),
        ("Which yard tops Table 1 of lakes.md in the number sold?", "South (28) has the highest Sold"),
        ("Who is the author of lakes.md and when was it made?", "Ada Byron"),
    ],
)
def test_structure_is_looked_up(boats: ParsedDocument, question: str, said: str) -> None:
    q = parse_question(question, records(boats))
    found = look_up(q, [boats])
    assert found is not None, q
    assert said in " ".join(sentence for sentence, _ in found.sentences)


@pytest.mark.parametrize(
    ("question", "ask", "labels"),
    [
        (
            "The page of lakes.md that is printed with number 61: what sections start on it?",
            "sections-on-page",
            ("61",),
        ),
        ("Which sections start on the page of lakes.md bearing the page number 7?", "sections-on-page", ("7",)),
        ("What follows the slide 'Grammar (3%)' in lakes.md?", "page-beside", ()),
        ("What number is at the foot of the third page of lakes.md?", "page-label", ()),
    ],
)
def test_printed_numbers_and_titles_with_signs(
    boats: ParsedDocument, question: str, ask: str, labels: tuple[str, ...]
) -> None:
    q = parse_question(question, records(boats))
    assert (q.ask, q.labels) == (ask, labels)


def test_a_table_that_nothing_describes_is_left_to_the_text(boats: ParsedDocument) -> None:
    q = parse_question("In the table of membership fees in lakes.md, what does Ann pay?", records(boats))
    assert q.ask == "table-described"
    assert look_up(q, [boats]) is None


def test_the_sections_of_a_chapter_cut_out_of_a_book_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "chapter.md"
    path.write_text("# 6 Boats\n\nMany.\n\n## 6.1 Wooden boats\n\nOld.\n\n## 6.2 Steel boats\n\nNew.\n", "utf-8")
    document = read_document(path, options=IngestionOptions())
    record = replace(records(document)[0], name=document.name)
    for question, title in (("What is the last section?", "Steel boats"), ("What is the first section?", "Wooden")):
        found = look_up(parse_question(f"{question[:-1]} of chapter.md?", [record]), [document])
        assert found is not None
        assert title in found.sentences[0][0]
