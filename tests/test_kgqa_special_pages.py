"""Questions about pages by what they are for, about pictures by what they show, and documents compared by a fact."""

from dataclasses import replace
from pathlib import Path

import pytest

from graphs.rows import DocumentRecord
from ingestion.document import Engine, ParsedDocument
from ingestion.heading_numbers import parse_number
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.document_dates import date_of
from kgqa.heading_marks import mark_asked, without_mark
from kgqa.lookup import look_up
from kgqa.order_asks import with_order_ask
from kgqa.parts import Finding, find_section
from kgqa.question import parse_question
from kgqa.special_pages import pages_of_list, scant_pages

ALMANAC = """Almanac of the tides

Updated 3 May 2011
\f
Contents

- 1 Moon . . . . . . . . . . . . . . 5
- 1.1 Phases . . . . . . . . . . . . 5
- 2 Harbours . . . . . . . . . . . . 6
- 2.1 Northern quays . . . . . . . . 6
\f
- 2.2 Southern quays . . . . . . . . 6
- 3 Storms . . . . . . . . . . . . . 7
- 4 Signals . . . . . . . . . . . . . 8
- 5 Charts . . . . . . . . . . . . . 8

List of Figures

- 1 Flood and ebb at the mole . . . . 5
- 2 Lamps of the pier . . . . . . . . 6
- 3 Buoys . . . . . . . . . . . . . . 6
\f
Tides at a glance
\f
# 1 Moon

The moon pulls the sea twice a day. In 1998 Brightwater College timed 47 spring tides at the mole.

Figure 1: Flood and ebb at the mole

# 2 Harbours

## a) Northern quays

Six berths. The tables were set with Seabook and with TideKit.

## b) Southern quays

Nine berths.

- Ring the bell twice.
- Hoist the lamp.

# 3 Opening hours of the locks

From dawn.
"""

REPORT = """# Storm report

by Ada Quill

Brightwater College, 7 June 2009

# 1 Losses

The college counted 12 spring tides, plotted in SeaBook with TideKit. Levels as given by the Wave Bureau.

# 2 Repairs

The quay was mended.
"""


def read(folder: Path, name: str, text: str) -> ParsedDocument:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_document(path, options=IngestionOptions())


def asked(question: str, *documents: ParsedDocument) -> Finding | None:
    records = [DocumentRecord(d.doc_id, d.name, "ok", 3, 20, 2, 1, 5, 1.0, (), "", "", "") for d in documents]
    q = parse_question(question, records)
    return look_up((with_order_ask(q) if q.ask == "content" else None) or q, documents)


def told(question: str, *documents: ParsedDocument) -> str:
    found = asked(question, *documents)
    assert found is not None, question
    return " ".join(sentence for sentence, _ in found.sentences)


@pytest.fixture(scope="module")
def almanac(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    return read(tmp_path_factory.mktemp("almanac"), "tide_almanac.md", ALMANAC)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    return read(tmp_path_factory.mktemp("report"), "storm_report.md", REPORT)


def test_a_list_of_contents_goes_on_over_pages_and_ends_with_its_entries(almanac: ParsedDocument) -> None:
    assert [page.number for page in pages_of_list(almanac)] == [2, 3]
    assert [page.number for page in pages_of_list(almanac, "figures")] == [3]
    assert pages_of_list(almanac, "tables") == []
    assert [page.number for page in scant_pages(almanac)] == [4]  # the first page is a cover


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("On which pages of tide_almanac.md are the contents?", "pages 2 and 3"),
        ("Auf welchen Seiten steht das Inhaltsverzeichnis von tide_almanac.md?", "pages 2 and 3"),
        ("Where is the list of figures in tide_almanac.md?", "page 3"),
        ("Where is the list of tables in tide_almanac.md?", "has no list of tables"),
        ("Which page is the cover of tide_almanac.md?", "Page 1 is the cover"),
        ("Which page of tide_almanac.md has hardly anything on it?", "Hardly anything is on page 4"),
        ("Is a page of tide_almanac.md blank?", "has no blank page"),
        ("What is on page 2 of tide_almanac.md?", "table of contents"),
        ("On which page of tide_almanac.md is the picture of the ebb at the mole?", "stands on page 5"),
        ("What comes after Northern quays in tide_almanac.md?", "b) Southern quays follows"),
        ("What is part b) of chapter 2 in tide_almanac.md called?", "b) Southern quays"),
        ("Which parts stand under Harbours in tide_almanac.md?", "a) Northern quays; b) Southern quays"),
        ("Where are the opening hours of the locks given in tide_almanac.md?", "begins on page 5"),
        ("What comes between Moon and Opening hours of the locks in tide_almanac.md?", "Harbours"),
        ("Which bullet comes last on page 5 of tide_almanac.md?", "Hoist the lamp"),
    ],
)
def test_pages_and_headings_are_told_as_they_are_asked_for(almanac: ParsedDocument, question: str, said: str) -> None:
    assert said in told(question, almanac)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which of tide_almanac.md and storm_report.md was written by one person?", "storm_report.md has a single"),
        ("Which college are tide_almanac.md and storm_report.md both from?", "Brightwater College: "),
        ("Which of tide_almanac.md and storm_report.md cites the Wave Bureau as a source of its levels?",
         "storm_report.md mentions “Wave Bureau”"),
        ("Which of tide_almanac.md and storm_report.md counted more spring tides?", "tide_almanac.md states"),
        ("Which of tide_almanac.md and storm_report.md is newer?", "tide_almanac.md is newer"),
        ("Which of tide_almanac.md and storm_report.md has a table of contents?", "tide_almanac.md has a table of"),
    ],
)  # fmt: skip
def test_documents_are_compared_by_a_fact(
    almanac: ParsedDocument, report: ParsedDocument, question: str, said: str
) -> None:
    assert said in told(question, almanac, report)


def test_a_date_with_a_label_is_the_document_s_own(almanac: ParsedDocument) -> None:
    date = date_of(almanac)
    assert date is not None
    assert (date.order, date.stated) == ((2011, 5, 3), True)


@pytest.mark.parametrize(
    ("text", "number"),
    [("U.K. Wool Exports", None), ("U. K. Wool Exports", None), ("A. Wool", "A"), ("C. U.K. Wool", "C")],
)
def test_an_abbreviation_numbers_no_heading(text: str, number: str | None) -> None:
    assert parse_number(text)[0] == number


def test_a_mark_before_a_title_is_no_part_of_it() -> None:
    assert without_mark("(ii) Anchors") == "Anchors"
    assert without_mark("e-mail") == "e-mail"
    assert mark_asked("What does point (c) of section 2 say?") == "c"
    assert mark_asked("What is part of chapter 2?") == ""


@pytest.mark.parametrize(("engine", "found"), [("ocr", "Il. Rigging"), ("layout", None)])
def test_a_misread_roman_number_still_finds_its_heading(tmp_path: Path, engine: Engine, found: str | None) -> None:
    document = read(tmp_path, "yard.md", "# I. Hulls\n\nOak.\n\n# Il. Rigging\n\nHemp.\n")
    scanned = replace(document, pages=tuple(replace(page, engine=engine) for page in document.pages))
    section = find_section(scanned, number="II")
    assert (section.title if section is not None else None) == found
