"""Tables that are read across: heads with a value, first and last hours, each year, losses, timetables of a week."""

from pathlib import Path

import pytest

from ingestion.document import Table
from kgqa.cells import find_cell
from kgqa.collection import Collection
from kgqa.columns_asked import asked_noun, wants_highest
from kgqa.settings import Settings
from kgqa.table_questions import answer_from_table
from kgqa.table_units import is_measured_in
from kgqa.table_view import TableView, alike, to_number
from kgqa.timetables import is_timetable


def table(*rows: tuple[str, ...], header_rows: int = 1) -> Table:
    return Table("d/t0", 1, 0, 0, "", "", rows, header_rows, None, (), "")


FERRIES = table(
    ("Ferry No.", "11", "13", "15", "17"),
    ("Alder Quay", "6:10a", "8:25a", "", "9:40p"),
    ("Birch Pier", "6:32a", "8:47a", "1:15p", "10:02p"),
    ("Cedar Lock", "6:50a", "9:05a", "1:33p", "10:20p"),
)
ACCOUNTS = table(
    ("", "2018", "2019", "2020"),
    ("Grants", "$ 12,400", "$ 13,100", "$ 9,800"),
    ("Surplus for the year", "$ (1,250)", "3,400", "(2,075)"),
)
WEEK = table(
    ("", "9:00 10:00", "10:00 11:00", "11:00 12:00", "13:00 14:00"),
    ("Mo", "Soil Botany Ada Finch H-2", "Soil Botany Ada Finch H-2", "", "Plant Law Leo Marsh K-1"),
    ("Tue", "", "Plant Law Leo Marsh K-1", "", ""),
    ("We", "", "", "Soil Botany Ada Finch H-3", ""),
)
OVENS = table(
    ("Programme", "Water (l)", "Duration (min)"),
    ("Quick", "4.1 - 5.0", "25"),
    ("Eco", "2.2 - 2.9", "190"),
    ("Heavy", "6.5 - 8.0", "90"),
)
HARVEST = table(
    ("Grower", "Sort", "Mass"),
    ("Okoro", "Red", "51.2"),
    ("Silva", "Red", "48.0"),
    ("Okoro", "White", "44.9"),
    ("Lund", "Red", "47.7"),
    ("Okoro", "Blue", "50.3"),
    ("Spread", "", "3.1"),
)
FINES = table(("Rule", "Fine", ""), ("Anchoring", "as listed", "($40)"), ("Speeding", "as listed", "($90)"))


@pytest.mark.parametrize(
    ("asked", "data", "said"),
    [
        ("Which ferry leaves Birch Pier at 1:15p?", FERRIES, "15 (Birch Pier: 1:15p)"),
        ("Which ferries call at Alder Quay?", FERRIES, "Alder Quay: 11 (6:10a), 13 (8:25a), 17 (9:40p)"),
        ("When does the last ferry reach Cedar Lock?", FERRIES, "Cedar Lock, 17: 10:20p"),
        ("When does the first ferry leave Birch Pier?", FERRIES, "Birch Pier, 11: 6:32a"),
        ("Show the times of ferry 13.", FERRIES, "13: Alder Quay 8:25a; Birch Pier 8:47a; Cedar Lock 9:05a"),
        ("What were the grants in each year?", ACCOUNTS, "Grants: 2018 $ 12,400; 2019 $ 13,100; 2020 $ 9,800"),
        (
            "In which years was the surplus for the year negative?",
            ACCOUNTS,
            "Surplus for the year: 2018: $ (1,250); 2020: (2,075)",
        ),
        ("How many sorts of Okoro are there?", HARVEST, "Okoro: 3 (Red, White and Blue)"),
        ("When is Plant Law on Tuesday?", WEEK, "Plant Law Leo Marsh K-1 (Tuesday 10:00–11:00)"),
        ("What classes are on Wednesday?", WEEK, "Soil Botany Ada Finch H-3 (Wednesday 11:00–12:00)"),
        ("What lessons are on Wednesday?", WEEK, "Soil Botany Ada Finch H-3 (Wednesday 11:00–12:00)"),
        ("In which room is Soil Botany on Monday?", WEEK, "Soil Botany Ada Finch H-2 (Monday 9:00–11:00)"),
        (
            "What does Leo Marsh teach?",
            WEEK,
            "Plant Law Leo Marsh K-1 (Monday 13:00–14:00); Plant Law Leo Marsh K-1 (Tuesday 10:00–11:00)",
        ),
    ],
)
def test_a_row_or_a_column_answers_as_a_whole(asked: str, data: Table, said: str) -> None:
    answer = answer_from_table(data, asked)
    assert answer is not None
    assert answer.text == said


@pytest.mark.parametrize("asked", ["What are the fares of ferry 13?", "Which harbour is the oldest?"])
def test_what_a_timetable_does_not_hold_is_not_read_from_it(asked: str) -> None:
    assert answer_from_table(FERRIES, asked) is None


def test_rows_that_measure_the_same_thing_are_not_counted() -> None:
    counted = table(("Sickness", "", "Crew"), ("Scurvy", "Count", "14"), ("Scurvy", "Percentage", "3.1"))
    assert answer_from_table(counted, "How many of the crew with scurvy were treated?", named=False) is None
    assert answer_from_table(counted, "How many sailors have scurvy?", named=False) is None


def test_a_table_of_days_without_hours_is_no_timetable() -> None:
    assert is_timetable(TableView.of(WEEK))
    assert not is_timetable(
        TableView.of(table(("Day", "Boats", "Crew", "Fuel"), ("Mo", "3", "9", "40"), ("Tu", "4", "8", "41")))
    )


def test_the_extreme_of_ranges_is_told_by_their_ends() -> None:
    least, most = (find_cell(OVENS, f"Which programme uses the {word} water?") for word in ("least", "most"))
    assert least is not None
    assert (least.row_label, least.value) == ("Eco", "2.2 - 2.9")
    assert most is not None
    assert (most.row_label, most.value) == ("Heavy", "6.5 - 8.0")


def test_rows_of_statistics_below_the_entries_are_no_extreme() -> None:
    cell = find_cell(HARVEST, "Which grower has the lowest mass?")
    assert cell is not None
    assert (cell.row_label, cell.value) == ("Okoro", "44.9")


def test_a_cell_goes_on_in_the_column_without_a_head() -> None:
    cell = find_cell(FINES, "What is the fine for speeding?")
    assert cell is not None
    assert cell.value == "as listed ($90)"


def test_what_something_is_for_is_no_part_of_what_is_asked() -> None:
    assert asked_noun("What is the fine for anchoring?") == asked_noun("What is the fine?")


def test_minutes_are_no_minimum() -> None:
    assert wants_highest("How much water does the 90 min programme use?", "") is None
    assert wants_highest("What is the min depth?", "") is False


def test_amounts_in_brackets_are_below_zero_and_notes_are_not() -> None:
    assert [to_number(cell) for cell in ("(4,310)", "$ (25)", "($1.50)", "(0.31)", "(3)")] == [
        -4310,
        -25,
        -1.5,
        0.31,
        3,
    ]


def test_a_plural_in_es_is_the_same_word() -> None:
    assert alike("tax", "taxe")
    assert alike("box", "boxe")
    assert not alike("hat", "hate")


def test_units_that_heads_cut_short_are_known_by_their_words() -> None:
    assert is_measured_in("Duration (min)", ["minute"])
    assert is_measured_in("Load (kg/m)", ["kilogram"])
    assert not is_measured_in("Duration", ["minute"])


ORDER = table(
    ("Item", "Part", "Qty", "Price", "Total"),
    ("A1", "Brass cleat", "40", "$2.50", "$100.00"),
    ("A2", "Steel shackle", "15", "$6.00", "$90.00"),
)


def test_how_many_are_ordered_is_no_amount_of_money() -> None:
    cell = find_cell(ORDER, "How many brass cleats are ordered?")
    assert cell is not None
    assert cell.value == "40"


def test_the_total_is_not_the_column_of_each_rows_total() -> None:
    assert find_cell(ORDER, "What is the total?") is None


WEEK_PAGE = """<html><body><h1>School week</h1><table>
<tr><th></th><th>8:00</th><th>9:30</th><th>11:00</th><th>12:30</th></tr>
<tr><td rowspan="2">Mo</td><td rowspan="2">Botany Ann Lee R-1</td><td>Latin Bo Day R-2</td>
<td rowspan="2">Music Cy Fox R-9</td><td></td></tr>
<tr><td>Chess Di Gray R-3</td><td>Choir Ed Hill R-4</td></tr>
<tr><td rowspan="2">Tu</td><td>Latin Bo Day R-2</td><td rowspan="2">Botany Ann Lee R-5</td><td></td>
<td>Chess Di Gray R-3</td></tr>
<tr><td>Music Cy Fox R-9</td><td>Choir Ed Hill R-4</td><td></td></tr>
<tr><td rowspan="2">We</td><td rowspan="2">Chess Di Gray R-3</td><td>Music Cy Fox R-9</td><td>Latin Bo Day R-2</td>
<td></td></tr>
<tr><td>Choir Ed Hill R-4</td><td>Botany Ann Lee R-1</td><td></td></tr>
</table></body></html>
"""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("When does Choir start on Monday?", "Choir Ed Hill R-4 (Monday 12:30)"),
        ("Which classes does Ann Lee teach?", "Botany Ann Lee R-5 (Tuesday 9:30)"),
        ("When does Botany start on Wednesday?", "Botany Ann Lee R-1 (Wednesday 11:00)"),
    ],
)
def test_cells_of_a_day_that_is_drawn_in_several_lines_are_found_on_their_page(
    tmp_path: Path, asked: str, said: str
) -> None:
    """Whole rows were quoted, with cells that stand in the line above: no such words are on the page."""
    (tmp_path / "week.html").write_text(WEEK_PAGE, encoding="utf-8")
    with Collection.open(tmp_path / "library", Settings(llm="none")) as library:
        library.add([tmp_path / "week.html"])
        answer = library.ask(asked)
    assert said in answer.text
    assert answer.citations
    assert all(citation.verified for citation in answer.citations)
