"""What labelled fields, forms and lists of questions say, and which questions they answer."""

from collections.abc import Iterator

import pytest

from ingestion.document import Page, ParsedDocument, Passage, Table, WordBoxes
from kgqa.cell_choice import offer_of
from kgqa.collection import Collection
from kgqa.fields import fields_of, is_unfilled, without_line_numbers
from kgqa.settings import Settings

NOTICE = """# Boat hire agreement

Booking no.: 8841 Deposit: 300 EUR

Skipper: Ann Lind

Return by: 4 May 2031, 18:00

Harbour: ________

```
 1  Renter:
 2    Ole Berg, 5 Quay Road
 3  Period of hire:
 4    The boat is let for 14 days
 5    from the day of handing over.
 6  Penalties:
 7    Late return is charged with 40 EUR a day.
```
"""
GARDEN = """# Garden club

Answers for new members.

## How often do you meet?

We come together on the first Monday of the month.

## May I bring my dog?

Pets are welcome as long as they stay on the lead.

## What happens when it rains?

The walk is put off to the next dry Saturday.

## Who may join?

Everybody who likes plants.
"""


def document(text: str) -> ParsedDocument:
    page = Page(1, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer")
    passage = Passage("d/p1/0", 1, 0, len(text), text, text, None, ())
    return ParsedDocument("d", "hire.md", "", "text/plain", "Hire", (page,), (), (passage,), (), (), (), 0.0)


def said(text: str) -> dict[str, str]:
    return {field.label: field.value for field in fields_of(document(text))}


def test_labels_are_parted_from_values_and_from_each_other() -> None:
    printed = "Booking no.: 8841 Days: 14 Deposit paid: 300 EUR"
    assert said(printed) == {"Booking no.": "8841", "Days": "14", "Deposit paid": "300 EUR"}
    assert said("Owner: Ann Lind Office: 12 Quay") == {}  # is it a Lind Office?
    assert said("We saw three things at once when we came home: a boat, a mast and a sail.") == {}


def test_a_label_on_a_line_of_its_own_is_told_by_what_stands_below() -> None:
    found = said(NOTICE)
    assert found["Renter"] == "Ole Berg, 5 Quay Road"
    assert found["Period of hire"] == "The boat is let for 14 days from the day of handing over."
    assert "Harbour" not in found


def test_numbers_that_count_lines_are_taken_away_and_no_others() -> None:
    numbered = [f"{n} word {n}" for n in range(7, 14)]
    assert without_line_numbers(numbered) == [f"word {n}" for n in range(7, 14)]
    assert without_line_numbers(["12 eggs", "3 pears", "250 g flour", "1 cup", "2 pans"])[0] == "12 eggs"


def test_blanks_of_a_form_are_no_answer() -> None:
    assert is_unfilled("____ / ____")
    assert is_unfilled("Name: ______ Age: ____")
    assert not is_unfilled("4 May")
    rows = (("Item", "Entry"), ("Date of arrival", "____"), ("Cabin", "12"))
    table = Table("d/t0", 1, 0, 1, None, "", rows, 1, None, (), "Item Entry")
    assert offer_of(document("Boats"), table, "", "What is the date of arrival?", lambda _: 1.0) is None


def test_an_amount_of_money_says_that_it_is_a_price() -> None:
    rows = (("Berth", "Summer"), ("Jetty", "$90"), ("Buoy", "$40"))
    table = Table("d/t0", 1, 0, 1, None, "", rows, 1, None, (), "Berth Summer")
    offer = offer_of(document("Boats"), table, "", "How much does a buoy cost in summer?", lambda _: 1.0)
    assert offer is not None
    assert "$40" in offer.finding.sentences[0][0]
    assert offer.said == 1.0


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "agreement.md").write_text(NOTICE, encoding="utf-8")
    (folder / "garden.md").write_text(GARDEN, encoding="utf-8")
    with Collection.open(folder / "collection", settings) as opened:
        opened.add(sorted(folder.glob("*.md")))
        yield opened


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the booking number?", "Booking no.: 8841"),
        ("Who is the skipper?", "Skipper: Ann Lind"),
        ("How much is the deposit?", "Deposit: 300 EUR"),
        ("When do I have to return the boat?", "Return by: 4 May 2031, 18:00"),
        ("How long is the hire?", "14 days"),
        ("Can I take my puppy along?", "Pets are welcome"),
        ("What if the weather is wet?", "put off to the next dry Saturday"),
    ],
)
def test_fields_and_posed_questions_answer(papers: Collection, question: str, expected: str) -> None:
    answer = papers.ask(question)
    assert expected in answer.text
    assert answer.citations
    assert all(citation.verified for citation in answer.citations)


@pytest.mark.parametrize("question", ["What is the invoice number?", "Who is the treasurer?"])
def test_what_no_field_says_is_refused(papers: Collection, question: str) -> None:
    assert papers.ask(question).abstained
