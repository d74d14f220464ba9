"""Which table answers a question that names none, and tables as pages set them: fused, headed twice, titled."""

from collections.abc import Callable

import pytest

from ingestion.document import Page, ParsedDocument, Table, WordBoxes
from kgqa.cell_choice import offer_of
from kgqa.cells import find_cell
from kgqa.table_questions import answer_from_table
from kgqa.table_shape import part_at, parts_of
from kgqa.table_view import TableView, alike

EVEN: Callable[[str], float] = lambda _: 1.0  # noqa: E731


def table(*rows: tuple[str, ...], header_rows: int = 1, name: str = "d/t0") -> Table:
    plain = " ".join(cell for row in rows for cell in row)
    return Table(name, 1, 0, 1, None, "", rows, header_rows, None, (), plain)


def document(*tables: Table, title: str = "Harbour report", text: str = "Boats") -> ParsedDocument:
    page = Page(1, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer")
    return ParsedDocument("d", "harbour.pdf", "", "text/plain", title, (page,), (), (), tables, (), (), 0.0)


DEBTS = table(
    ("Debtor", *["2019 2020 2021"] * 6),
    ("", "Euros", "%", "Euros", "%", "Euros", "%"),
    ("Farms", "110", "11.0", "120", "12.0", "130", "13.0"),
    ("Mills", "210", "21.0", "220", "22.0", "230", "23.0"),
    header_rows=2,
)
COACHES = table(
    ("Line", "Seats", "Fare"),
    ("Coast", "40", "$5.00"),
    ("Hills", "30", "$7.00"),
    ("Totals", "", ""),
    ("Depot", "Drivers", "Wage"),
    ("North", "12", "$90.00"),
    ("South", "15", "$95.00"),
)


def test_a_head_of_several_dates_is_set_over_its_own_columns() -> None:
    assert TableView.of(DEBTS).heads[3:5] == ["2020 Euros", "2020 %"]
    cell = find_cell(DEBTS, "What share of the debts did mills have in 2021?")
    assert cell is not None
    assert cell.value == "23.0"


def test_columns_that_stand_in_one_are_parted_as_their_head_is() -> None:
    fused = table(("Port Ships", "Change"), ("Old Harbour 31", "+2%"), ("Quay 12", "-1%"))
    cell = find_cell(fused, "How many ships has the Old Harbour port?")
    assert cell is not None
    assert cell.value == "31"
    assert TableView.of(fused).heads == ["Port", "Ships", "Change"]


def test_a_head_of_one_word_or_cells_without_a_value_part_nothing() -> None:
    whole = table(("Port city", "Change"), ("Old Harbour", "+2%"), ("Quay", "-1%"))
    assert TableView.of(whole).heads == ["Port city", "Change"]


def test_rows_below_heads_of_their_own_are_read_under_these() -> None:
    assert [first for first, _ in parts_of(COACHES)] == [0, 4]
    assert part_at(COACHES, 5)[0] == 4
    cell = find_cell(COACHES, "What wage is paid at the South depot?")
    assert cell is not None
    assert (cell.value, cell.row, cell.column_label) == ("$95.00", 6, "Wage")


def test_a_row_of_words_in_the_midst_of_rows_begins_no_part() -> None:
    rows = (
        ("Trait", "A", "B"),
        ("Colour", "red", "blue"),
        ("Form", "round", "flat"),
        ("Mass", "3", "4"),
        ("Age", "5", "6"),
    )
    assert len(parts_of(table(*rows))) == 1


def test_a_title_above_the_heads_is_no_head() -> None:
    titled = table(
        ("List of tours", "List of tours", "", ""),
        ("No", "Tour", "Guide", "Price"),
        ("1", "Old town walk", "Ann", "$12"),
        ("2", "River cruise", "Ben", "$30"),
    )
    assert TableView.of(titled).heads == ["Tour", "No", "Guide", "Price"]  # what only counts rows stands behind
    cell = find_cell(titled, "What is the price of the river cruise?")
    assert cell is not None
    assert cell.value == "$30"


def test_the_name_of_a_group_below_the_heads_is_neither_head_nor_answer() -> None:
    grouped = table(
        ("Loan", "Base", "Rate"),
        ("Basic", "Basic", "Basic"),
        ("Fixed", "Bank base", "3.1%"),
        ("Green loan", "Green loan", "Green loan"),
        ("Green loan", "Market base", "2.2%"),
        header_rows=2,
    )
    assert TableView.of(grouped).heads == ["Loan", "Base", "Rate"]
    cell = find_cell(grouped, "What rate does the green loan have?")
    assert cell is not None
    assert cell.value == "2.2%"


def test_a_label_set_in_two_lines_is_one() -> None:
    split = table(("", "2001", "2002"), ("Exports", "7", "8"), ("Total imports", "", ""), ("of timber", "3", "4"))
    assert TableView.of(split).labels[2] == "Total imports of timber"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many went aboard in August 2015?", "20"),
        ("What percentage was full in July 2015?", "60.0"),
        ("What was the load factor in August 2015?", "70.0"),
    ],
)
def test_months_shares_and_initials_name_rows_and_columns(question: str, value: str) -> None:
    trips = table(("", "Aboard", "L/F(%)"), ("Jul-2015", "10", "60.0"), ("Aug-2015", "20", "70.0"))
    cell = find_cell(trips, question)
    assert cell is not None
    assert cell.value == value


def test_may_is_no_short_form_of_another_word() -> None:
    assert alike("august", "aug")
    assert not alike("mayor", "may")


def test_more_than_a_number_names_the_row_with_its_plus() -> None:
    ages = table(("Age", "Men", "Women"), ("0-59", "5", "6"), ("60+", "7", "8"))
    assert answer_from_table(ages, "How many women are over 60?") is None
    cell = find_cell(ages, "How many women are over 60?")
    assert cell is not None
    assert cell.value == "8"


def test_a_table_is_taken_for_what_stands_around_it() -> None:
    fees = table(("Boat", "Fee"), ("Rowing boat", "$12"), ("Yacht", "$90"))
    offer = offer_of(document(fees), fees, "", "How much money goes to the harbour for a rowing boat?", EVEN)
    assert offer is not None
    assert offer.exact
    assert "$12" in offer.finding.sentences[0][0]


def test_a_word_of_weight_that_no_label_says_leaves_it_inexact() -> None:
    fees = table(("Boat", "Fee", "Length"), ("Rowing boat", "$12", "4"), ("Yacht", "$90", "12"))
    offer = offer_of(document(fees), fees, "", "What salary has the yacht?", EVEN)
    assert offer is None or not offer.exact


def test_how_many_is_answered_by_a_number_alone() -> None:
    guides = table(("Tour", "Guide"), ("Old town", "Ann"), ("River", "See Section 3"))
    assert offer_of(document(guides), guides, "", "How many guides has the river tour?", EVEN) is None
