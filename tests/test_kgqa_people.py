"""Who wrote a document, as its first page says."""

from pathlib import Path

import pytest

from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.people import authors_of
from kgqa.question import parse_question
from kgqa.signed_names import signed_finding

FORM = """# HARBOUR INSPECTION

{line}

| Berth | State |
| --- | --- |
| N-1 | good |

## Berth Repair Planning

The berths hold.
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Form No: 17 Harbour: North Bay Prepared By: Ada Byron", "Ada Byron"),
        ("Prepared by: Ada M. Byron Checked on: 2020-05-01 Copies: 3", "Ada M. Byron"),
        ("Date: 2020-05-01 Author: Ada Byron", "Ada Byron"),
    ],
)
def test_a_form_names_its_author_behind_a_label(tmp_path: Path, line: str, name: str) -> None:
    path = tmp_path / "form.md"
    path.write_text(FORM.format(line=line), encoding="utf-8")
    document = read_document(path, options=IngestionOptions())
    assert [author.name for author in authors_of(document)] == [name]


def test_a_university_whose_name_stands_behind_it_leaves_the_person_before_it(tmp_path: Path) -> None:
    path = tmp_path / "paper.md"
    path.write_text(
        "# Mooring of boats\n\nClaire Dubois Université du Lac\n\nLuisa Ferrero Università di Riva\n\n"
        "Ana Torres Universidad de Laredo\n\nWest Harbour University\n\n## 1 Introduction\n\nBoats are moored.\n",
        encoding="utf-8",
    )
    document = read_document(path, options=IngestionOptions())
    assert [author.name for author in authors_of(document)] == ["Claire Dubois", "Luisa Ferrero", "Ana Torres"]


def test_a_line_of_people_each_with_an_affiliation_and_a_mail(tmp_path: Path) -> None:
    line = (
        "Ada Mary Byron Department of Tides, Harbour College, Norway ada@tides.no "
        "Dr. Carl Gauss Institute of Numbers, Norway carl-gauss@numbers.no"
    )
    path = tmp_path / "tides.md"
    path.write_text(FORM.format(line=line), encoding="utf-8")
    document = read_document(path, options=IngestionOptions())
    assert [author.name for author in authors_of(document)] == ["Ada Mary Byron", "Carl Gauss"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Byron Carl Gauss University of Tides Institute of Numbers", ["Ada Byron", "Carl Gauss"]),
        ("Ada Byron Universität Bremen Carl Gauss The University of Oslo", ["Ada Byron", "Carl Gauss"]),
        ("Ada Byron, Carl Gauss, and Emmy Noether Seeuniversität Bremen, Germany",
         ["Ada Byron", "Carl Gauss", "Emmy Noether"]),
        ("Ada Byron 1 1Tides & Waves Harbour Institute of Norway", ["Ada Byron"]),
        ("Ada Byron∗1 Carl Gauss ∗1 Emmy Noether2", ["Ada Byron", "Carl Gauss", "Emmy Noether"]),
        ("EFFECTS ON OTHER BERTHS", []),
        ("Berth Number", []),
    ],
)  # fmt: skip
def test_lines_of_people_and_the_places_where_they_work(tmp_path: Path, line: str, names: list[str]) -> None:
    path = tmp_path / "tides.md"
    path.write_text(f"# Of the tides\n\n{line}\n\n## 1 Introduction\n\nThe tides rise.\n", encoding="utf-8")
    document = read_document(path, options=IngestionOptions())
    assert [author.name for author in authors_of(document)] == names


@pytest.mark.parametrize(
    "line",
    [
        "Ada Byron∗1 Carl Gauss ∗1 Emmy Noether†2",
        "Ada BYRON, Carl GAUSS and Emmy NOETHER",
        "Ada Byron 1 Carl Gauss 1 Emmy Noether 2",
    ],
)
def test_marks_and_capitals_part_the_authors_of_a_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "paper.md"
    path.write_text(f"# Tides of the bay\n\n{line}\n\n## Abstract\n\nThe tides turn.\n", encoding="utf-8")
    document = read_document(path, options=IngestionOptions())
    assert [author.name for author in authors_of(document)] == ["Ada Byron", "Carl Gauss", "Emmy Noether"]


def test_a_report_is_signed_at_its_end(tmp_path: Path) -> None:
    text = (
        "# Harbours in winter\n\nIce closes the harbour for weeks. Boats wait.\n\nAda Byron, Analyst in Marine Policy\n"
    )
    path = tmp_path / "report.md"
    path.write_text(text, encoding="utf-8")
    assert [author.name for author in authors_of(read_document(path, options=IngestionOptions()))] == ["Ada Byron"]


def test_those_who_saw_a_thesis_through_are_no_authors(tmp_path: Path) -> None:
    text = "# Tides\n\nAda Byron\n\nSupervisors\n\nCarl Gauss\n\nEmmy Noether\n\n## 1 Tides\n\nTides turn.\n"
    path = tmp_path / "thesis.md"
    path.write_text(text, encoding="utf-8")
    assert [author.name for author in authors_of(read_document(path, options=IngestionOptions()))] == ["Ada Byron"]


LETTER = """# Rowing Club

The boats are dry again.

Ada Byron

{line}

Carl Gauss

Treasurer, Rowing Club

We met twice in spring.

Lost Property

Treasurer report of May
"""


@pytest.mark.parametrize(
    ("question", "line", "told"),
    [
        ("Who is the captain?", "###### Captain", None),  # a name on both sides
        ("Who is the treasurer of the rowing club?", "The next race is in May.", "Carl Gauss, Treasurer, Rowing Club"),
        ("Who is the treasurer of the sailing club?", "The next race is in May.", None),
        ("Who is the captain of the rowing club?", "Captain\n\nThe next race is in May.", "Ada Byron, Captain"),
        ("Who is the captain?", "###### Captain\n\n## Spring Races", "Ada Byron, Captain"),  # no name: a heading
        ("Who is the treasurer and why?", "Captain", None),
        ("Who paid the treasurer?", "Captain", None),
    ],
)
def test_an_office_below_a_name_is_of_the_one_named(tmp_path: Path, question: str, line: str, told: str | None) -> None:
    path = tmp_path / "letter.md"
    path.write_text(LETTER.format(line=line), encoding="utf-8")
    found = signed_finding(parse_question(question, []), [read_document(path, options=IngestionOptions())])
    assert (None if found is None else found.sentences[0][0]) == told
