"""Numbers as a table writes them, columns that count rows, tables side by side, rows below zero, sums at the end."""

import pytest

from ingestion.document import Table
from kgqa.cells import find_cell
from kgqa.columns_asked import column_scores
from kgqa.row_scores import row_score
from kgqa.table_context import row_words
from kgqa.table_numbers import commas_are_points, numbers_of
from kgqa.table_questions import answer_from_table, words_of_change
from kgqa.table_shape import as_meant, part_at, parts_of
from kgqa.table_view import TableView, to_number, words_of
from kgqa.written_dates import date_words


def table(*rows: tuple[str, ...], header_rows: int = 1, caption: str = "") -> Table:
    return Table("d/t0", 1, 0, 0, "", caption, rows, header_rows, None, (), "")


HARVEST = table(
    ("Fruit", "2021 (t)", "2022 (t)", "Change (t)"),
    ("Plums", "1.204,5", "1.310,0", "105,5"),
    ("Pears", "986,4", "402,9", "(583,5)"),
    ("Quince", "6,378", "7,1", "0,7"),
    ("Cherries", "48,0", "51,2", "3,2"),
)
QUAYS = table(
    ("Sl. No.", "Quay", "Berths", "Depth (m)"),
    ("1", "Alder", "12", "3.5"),
    ("2", "Birch", "8", "4.0"),
    ("3", "Cedar", "10", "2.5"),
    ("4", "Elm", "9", "6.0"),
    ("", "Ashmouth", "39", "16.0"),
)
BESIDE = table(
    ("station", "day", "sign", "reading", "station", "day", "wind", "gust"),
    ("K-7", "May 3", "wind", "4.1", "K-7", "3 May", "4.1", "9.9"),
    ("K-7", "May 3", "gust", "9.9", "K-7", "May 4", "5.0", "12.4"),
    ("K-7", "May 4", "wind", "5.0", "K-7", "May 5", "2.2", "6.1"),
)


def test_commas_are_decimal_points_in_all_of_a_table_that_has_some() -> None:
    assert TableView.of(HARVEST).numbers[2] == [None, 6.378, 7.1, 0.7]
    assert TableView.of(HARVEST).numbers[0][1:3] == [1204.5, 1310.0]
    assert not commas_are_points([("a", "1,204"), ("b", "12.5"), ("c", "3,1")])


def test_a_bracketed_number_under_a_head_of_changes_is_below_zero() -> None:
    assert TableView.of(HARVEST).numbers[1][3] == -583.5
    errors = [["x", "1.2"], ["y", "(0.3)"]]
    assert numbers_of(errors, ["", "Estimate"], to_number)[1][1] == 0.3
    cell = find_cell(HARVEST, "Which fruit had the largest change?")
    assert cell is not None
    assert cell.row_label == "Plums"
    worked_out = answer_from_table(HARVEST, "By how much did the harvest of pears fall from 2021 to 2022?")
    assert worked_out is not None
    assert "583,5" in worked_out.text


def test_a_column_that_counts_the_rows_names_none() -> None:
    assert TableView.of(QUAYS).labels[:2] == ["Alder", "Birch"]
    cell = find_cell(QUAYS, "How many berths did the Elm quay have on 2 July?")
    assert cell is not None
    assert cell.value == "9"
    buses = table(("Bus No.", "Stop", "Time"), ("4", "Mill", "8:10"), ("17", "Dam", "8:20"))
    assert as_meant(buses) == buses


def test_the_last_row_is_a_total_where_it_sums_all_others() -> None:
    cell = find_cell(QUAYS, "Which quay has the most berths?")
    assert cell is not None
    assert cell.row_label == "Alder"


def test_tables_side_by_side_have_rows_of_their_own() -> None:
    left, right = (part for _, part in parts_of(BESIDE))
    assert left.rows[1][:5] == ("K-7", "May 3", "wind", "4.1", "")
    assert right.rows[2][:5] == ("K-7", "May 4", "5.0", "12.4", "")
    assert part_at(BESIDE, 2) == (0, BESIDE)
    cell = find_cell(BESIDE, "On which day was the highest gust?")
    assert cell is not None
    assert cell.value == "12.4"


def test_rows_below_zero_answer_what_shrank() -> None:
    herds = table(
        ("County", "2010-2015", "2015-2020"),
        ("Fern", "4.1", "2.2"),
        ("Gorse", "3.0", "-1.7"),
        ("Heath", "-0.2", "0.9"),
        caption="Growth rate of the herds",
    )
    found = answer_from_table(herds, "Which county's herd shrank between 2015 and 2020?")
    assert found is not None
    assert found.text.startswith("Gorse: -1.7")
    assert words_of_change("Which county's herd shrank?") == {"shrank"}


def test_the_largest_deficit_is_the_lowest_number() -> None:
    budgets = table(
        ("Town", "Inhabitants", "Surplus/Deficit"), ("Ash", "900", "12"), ("Bell", "700", "-31"), ("Cove", "400", "-4")
    )
    cell = find_cell(budgets, "Which town has the largest deficit of all?")
    assert cell is not None
    assert (cell.row_label, cell.extreme) == ("Bell", "lowest")


def test_a_measure_that_is_asked_for_heads_its_column_whatever_else_is_named() -> None:
    wells = TableView.of(table(("Well No.", "Well Description", "Depth of water (metres)"), ("4A", "Mill Lane", "12")))
    question = "What is the depth of the Mill Lane well in the survey?"
    scores = column_scores(wells, question, words_of(question))
    assert max(range(3), key=scores.__getitem__) == 2


def test_capitals_that_a_question_says_name_their_row() -> None:
    crops = TableView.of(table(("Region", "Oats"), ("NL", "4"), ("NS", "7")))
    question = "How many tons of oats did North Lee Nova Sands (NS) grow?"
    scores = [row_score(crops, i, question, words_of(question), [0.0, 1.0])[0] for i in range(2)]
    assert scores[1] > scores[0]


@pytest.mark.parametrize(
    ("question", "start"),
    [
        pytest.param("How many paints are in the kind Deck Paint?", "2:", id="a value behind its head"),
        pytest.param("What is the price of KX 12-4-3?", "", id="a part of a code is no value"),
    ],
)
def test_values_are_told_by_their_heads_and_not_by_parts_of_codes(question: str, start: str) -> None:
    stock = table(
        ("Item", "Kind", "Price"),
        ("KX 12-4-3.", "Deck Paint", "12"),
        ("KX 12-4-4.", "Deck Paint", "4"),
        ("KX 12-9-1.", "Wax", "3"),
    )
    found = answer_from_table(stock, question)
    assert (found.text if found is not None else "").startswith(start)
    assert (found is not None) == bool(start)
    cell = find_cell(stock, "What is the price of KX 12-4-3?")
    assert cell is not None
    assert cell.value == "12"


def test_a_number_in_words_before_what_a_head_counts_tells_the_row() -> None:
    wrecks = table(
        ("Ship", "Cause", "No. of Survivors"), ("Ilse", "Fog", "3"), ("Mara", "Fog", "7"), ("Nora", "Ice", "0")
    )
    cell = find_cell(wrecks, "Which ship had seven survivors of fog?")
    assert cell is not None
    assert cell.row == 2


def test_rain_that_fell_is_no_difference_and_a_label_may_be_told_in_other_words() -> None:
    rain = table(("Valley", "Rain in May", "Usual rain in May"), ("Fern", "31", "40"), ("Glen", "22", "35"))
    assert answer_from_table(rain, "How much rain fell in Fern in May?") is None
    polls = table(
        ("Statement", "Poll 1", "Poll 2"),
        ("Anglers know the closed season for trout 4", "40.5", "52.0"),
        ("Anglers own a boat", "12.0", "11.0"),
    )
    found = answer_from_table(
        polls, "By how many points did what anglers know of the closed season for trout rise from poll 1 to poll 2?"
    )
    assert found is not None
    assert "11.5" in found.text


def test_dates_in_numbers_are_said_in_words() -> None:
    assert {"3", "may", "2019"} <= date_words("Day: 03.05.2019")
    assert "march" in date_words("3/5/2019")
    assert date_words("2021-13-40") == set()


def test_what_tells_a_row_besides_its_label_is_said_by_it() -> None:
    shares = table(
        ("Household", "Owns a boat (%)"),
        ("Income", ""),
        ("Lowest", "4.5"),
        ("Highest", "31.0"),
        ("Age", ""),
        ("Old", "9"),
    )
    assert {"income", "lowest"} <= row_words(shares, 2, "How many of the lowest income group own a boat?")
    wrecks = table(("Ship", "No. of Survivors"), ("Ilse", "3"), ("Mara", "7"))
    assert "survivor" in row_words(wrecks, 2, "Which ship had seven survivors?")
    cell = find_cell(shares, "What percentage of the lowest income group owns a boat?")
    assert cell is not None
    assert cell.value == "4.5"
