"""Rows counted by group and by value, labels above their values, words that an answer says by signs, ends of groups."""

import pytest

from ingestion.document import Table
from ingestion.head_rows import header_row_count
from ingestion.tables import row_labels
from kgqa.cells import find_cell
from kgqa.table_questions import answer_from_table
from kgqa.table_said import _is_extreme_named
from kgqa.table_understood import contradicts, understood
from kgqa.table_view import TableView


def table(*rows: tuple[str, ...], header_rows: int = 1, caption: str = "") -> Table:
    plain = " ".join(cell for row in rows for cell in row)
    return Table("d/t0", 1, 0, 0, None, caption, rows, header_rows, None, (), plain)


KITS = table(("Kit", "Tools"), ("garden", "rake"), ("", "spade"), ("", "shears"), ("bench", "vise"), ("", "saw"))
TRIPS = table(
    ("Rider", "By", "Route", "Fare"),
    ("Lund", "FERRY", "Alder", "4.10"),
    ("Lund", "Tram", "Birch", "2.00"),
    ("Okoro", "FERRY", "Cedar", "5.30"),
    ("Silva", "FERRY", "Alder", "4.10"),
)
PASS = table(
    ("Traveller: Ada Finch", "", "Class: 2"),
    ("Departure", "Seat", "Coach"),
    ("12/03/2019", "44", "B7"),
    ("", "Ticket Code", "Fare Paid"),
    ("", "QX81", "19.50"),
)


@pytest.mark.parametrize(
    ("asked", "data", "said"),
    [
        ("How many tools belong to the garden kit?", KITS, "garden: 3 tools (rake, spade and shears)"),
        ("How many tools belong to the bench kit?", KITS, "bench: 2 tools (vise and saw)"),
        ("How many ferry trips are listed?", TRIPS, "3 ferry trips (By: FERRY)"),
        ("What is the ticket code on the pass?", PASS, "Ticket Code: QX81"),
        ("What was the fare paid for the ticket?", PASS, "Fare Paid: 19.50"),
    ],
)
def test_a_table_is_counted_or_read_from_label_to_value(asked: str, data: Table, said: str) -> None:
    answer = answer_from_table(data, asked, named=False)
    assert answer is not None
    assert answer.text == said


@pytest.mark.parametrize("asked", ["How many ferry trips did Lund make?", "How many trips are listed?"])
def test_no_count_of_what_the_value_alone_does_not_tell(asked: str) -> None:
    answer = answer_from_table(TRIPS, asked, named=False)
    assert answer is None or not answer.text.startswith("3 ")


def test_rows_are_named_without_the_number_of_their_entry() -> None:
    view = TableView.of(table(("Duty", "Sum"), ("7. Coast Guard", "12"), ("8. Harbour Watch", "31")))
    assert view.named_rows("Does the Harbour Watch or the Coast Guard cost more?") == [1, 0]


def test_a_total_ends_the_group_that_it_sums_up() -> None:
    rows = (("", "2001"), ("Fees of boats:", ""), ("Rowing", "4"), ("Total fees", "4"), ("Surplus", "9"))
    assert row_labels(table(*rows)) == [
        "Fees of boats:",
        "Fees of boats: Rowing",
        "Fees of boats: Total fees",
        "Surplus",
    ]
    kept = (*rows[:3], ("Total cost", "4"), ("Surplus", "9"))
    assert row_labels(table(*kept))[-1] == "Fees of boats: Surplus"


def test_signs_dates_quarters_and_rows_say_words() -> None:
    data = table(("Yard", "Ends", "Kind"), ("Cobalt Boats", "04/05/2016", "closing"), caption="Sums in €")
    told = understood(data, "When does it end?", "04/05/2016 (a table of y.pdf).", [1], worked_out=True)
    assert {"euro", "date", "cobalt"} <= told
    assert "dollar" not in told
    quarter = "Fees, Three Months Ended June 30, 2022: 7"
    assert {"second", "quarter"} <= understood(data, "", quarter, [], worked_out=False)
    assert contradicts("the fees of the third quarter", quarter)
    assert not contradicts("the fees of the second quarter", quarter)


def test_a_first_entry_with_a_measure_is_no_head_where_groups_have_none() -> None:
    rows = [["Hulls at the quay", "1,204"], ["Sails", ""], ["Jib", "88"], ["Main", "31.5"], ["Oars", ""], ["Ash", "19"],
            ["Spruce", "22"]]  # fmt: skip
    assert header_row_count(rows, 1) == 0


def test_two_rows_are_compared_in_a_column_that_both_fill() -> None:
    data = table(
        ("Watch", "Summer total", "Winter total", "Sum"),
        ("Harbour", "", "12", "12"),
        ("Coast", "", "31", "31"),
        ("Lock", "4", "", "4"),
        ("Pier", "5", "2", "7"),
    )
    answer = answer_from_table(data, "Which gets the larger total, Harbour or Coast?", named=False)
    assert answer is not None
    assert answer.text.startswith("Coast")
    told = understood(data, "Which gets the larger total?", answer.text, answer.rows, worked_out=True)
    assert {"larger", "get"} <= told


def test_the_head_of_what_is_told_is_said() -> None:
    data = table(("Painted sign", "Score"), ("Heron", "8"), ("Otter", "6"))
    assert "painted" in understood(data, "", "Heron (8) has the highest Score", [1], worked_out=False)
    assert "painted" not in understood(data, "", "the Score is 8", [1], worked_out=False)


def test_an_extreme_across_a_row_answers_when_and_not_which_row() -> None:
    data = table(("", "2001", "2002", "2003"), ("Loss of boats", "7", "3", "9"), ("Crew", "70", "71", "69"))
    cell = find_cell(data, "In which year was the loss of boats lowest?")
    assert cell is not None
    assert cell.row_label == "2002"
    assert _is_extreme_named(data, cell, "In which year was the loss of boats lowest?")
    assert not _is_extreme_named(data, cell, "Which boats had the lowest loss?")
