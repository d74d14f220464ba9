"""Rows told by a second key, a range, a code as it was scanned, or by having nothing; heads that are cut short."""

import pytest

from ingestion.document import Table
from kgqa.cells import find_cell
from kgqa.columns_asked import asked_noun
from kgqa.table_questions import answer_from_table
from kgqa.table_ranges import Span, span_of
from kgqa.table_view import alike


def table(*rows: tuple[str, ...], header_rows: int = 1, caption: str = "Table 1: Things") -> Table:
    return Table("d/t0", 1, 0, 0, "1", caption, rows, header_rows, None, (), "")


TRIALS = table(
    ("Model", "epo.", "Loss"),
    ("linear", "5", "0.91"),
    ("cubic", "5", "0.84"),
    ("linear", "20", "0.77"),
    ("cubic", "20", "0.62"),
)
PUMPS = table(
    ("Pump", "Flow↑", "Lk rate↓", "Vib↓", "Maximum head"),
    ("Anker", "12.1", "0.40", "9", "31"),
    ("Boje", "14.8", "0.15", "4", "28"),
    ("Drache", "11.0", "0.22", "7", "44"),
)
FARES = table(
    ("At least", "But less than", "Adult", "Child"),
    ("0", "10", "2.10", "1.00"),
    ("10", "25", "3.80", "1.90"),
    ("25", "60", "7.50", "3.70"),
)
AGES = table(
    ("Age of tree", "Girth (cm)", "Counted"),
    ("Under 10", "12", "340"),
    ("10-29", "55", "210"),
    ("30–79", "130", "98"),
    ("80 or more", "310", "17"),
)
SAMPLES = table(("Sample", "Lead", "Zinc"), ("K-17.3}", "0.4", "2.1"), ("K-18.1", "0.9", "1.7"))
PARTS = table(
    ("Part", "Checked on", "Price", "Stock"),
    ("valve", "2021-03-02", "4", "late"),
    ("seal", "", "7", "ready"),
    ("rotor", "—", "9", "late"),
)
VIEWS = table(
    ("Field", "Shown in", "", ""),
    ("", "List", "Card", "Plan"),
    ("", "view", "view", "view"),
    ("Owner", "√", "√", ""),
    ("Depth", "", "√", ""),
    ("Colour", "√", "", "√"),
    ("Width", "", "", "√"),
)


@pytest.mark.parametrize(
    ("asked", "question", "value"),
    [
        (TRIALS, "What loss does the linear model reach with 20 epochs?", "0.77"),
        (TRIALS, "What is the loss of the cubic model after 5 epochs?", "0.84"),
        (TRIALS, "Which model has the lowest loss with 5 epochs?", "0.84"),
        (PUMPS, "Which pump has the lowest leak rate?", "0.15"),
        (PUMPS, "Which pump has the best vibration?", "4"),
        (PUMPS, "Which pump has the worst vibration?", "9"),
        (PUMPS, "What is the maximum head of Boje?", "28"),
        (PUMPS, "Which pump has the largest maximum head?", "44"),
        (FARES, "What does a child pay for a ride of 12 km?", "1.90"),
        (FARES, "What does an adult pay for 25 km?", "7.50"),
        (AGES, "How many were counted that are 45 years old?", "98"),
        (AGES, "What is the girth of a tree that is 120 years old?", "310"),
        (SAMPLES, "How much zinc does sample K-17_3 hold?", "2.1"),
    ],
)
def test_a_row_is_told_by_what_the_question_gives_for_it(asked: Table, question: str, value: str) -> None:
    found = find_cell(asked, question)

    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("asked", "question", "text"),
    [
        (PARTS, "Which parts were not checked?", "No Checked on: seal and rotor"),
        (PARTS, "Which parts have late under Stock?", "valve and rotor (Stock late)"),
        (VIEWS, "Which views do not show the depth?", "Depth: List view and Plan view"),
        (AGES, "In which unit is the girth given?", "Girth (cm): cm"),
    ],
)
def test_rows_and_columns_are_told_by_what_they_lack_or_hold(asked: Table, question: str, text: str) -> None:
    found = answer_from_table(asked, question)

    assert found is not None
    assert found.text == text


def test_a_question_for_a_thing_called_unit_asks_for_no_unit_of_measure() -> None:
    flats = table(("Flat", "Unit price"), ("A", "$ 400"), ("B", "$ 650"), ("C", "$ 500"))
    found = find_cell(flats, "Which flat has the highest unit price?")

    assert found is not None
    assert (found.row_label, found.value) == ("B", "650")
    assert answer_from_table(flats, "Which flat has the highest unit price?") is None


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("25–49", Span(25, 49)),
        ("over 1,200 but not over 7,100", Span(1200, 7100, open_low=True)),
        ("18 years and over", Span(18, float("inf"))),
        ("<10", Span(float("-inf"), 10, open_high=True)),
        ("2004–05", None),
        ("12/20-12/25", None),
        ("1.2", None),
    ],
)
def test_ranges_are_read_with_their_bounds(cell: str, span: Span | None) -> None:
    assert span_of(cell) == span


def test_numbers_that_no_single_range_holds_choose_no_row() -> None:
    twice = table(("Group", "Cases"), ("Women", ""), ("20-39", "4"), ("40-59", "9"), ("Men", ""), ("20-39", "6"))
    found = find_cell(twice, "How many cases were there at 30?")

    assert found is None or not found.ranged


def test_a_question_that_names_a_range_or_a_bound_gives_no_number_for_another_row() -> None:
    for question in (
        "How many of the trees were counted at 5-9 years, of all that are 40?",
        "How many were counted that are 30 years and older?",
    ):
        found = find_cell(AGES, question)

        assert found is None or not found.ranged


def test_words_are_alike_without_their_accents_and_past_forms_in_d() -> None:
    assert alike("échéance", "écheance")
    assert alike("aged", "age")
    assert not alike("bread", "bred")


def test_a_list_inside_of_a_question_is_not_what_it_asks_for() -> None:
    assert asked_noun("In the list jobs output, how many files does it name?") == ["file"]
    assert asked_noun("List the harbours that are named.") == ["harbour"]
    assert asked_noun("What are the names of the wooden boats in the list?") == ["wooden", "boat"]


BOATS = table(
    ("Boat", "Draught (m)", "Crew", "Crew/Mast", "Bed and board", "Launched"),
    ("Anker", "1.2", "4", "2.0", "60", "1987"),
    ("Boje", "2.4", "9", "3.0", "75", "1990"),
)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("What are the draught and the crew of Boje?", (("Draught (m)", "2.4"), ("Crew", "9"))),
        ("What draught, crew and bed and board does Anker have?", (("Draught (m)", "1.2"), ("Crew", "4"))),
        ("How large is the crew of Boje and when was it launched?", (("Crew", "9"), ("Launched", "1990"))),
        ("What does bed and board cost on Anker?", ()),
        ("What is the draught of Boje and Anker?", ()),
    ],
)
def test_columns_that_a_question_asks_for_side_by_side_are_all_given(
    question: str, cells: tuple[tuple[str, str], ...]
) -> None:
    found = find_cell(BOATS, question)

    assert found is not None
    assert found.beside[:2] == cells


def test_a_row_that_says_which_measure_it_holds_answers_for_it() -> None:
    survey = table(
        ("Trouble", "Trouble", "Had it"),
        ("Cough", "Count", "93"),
        ("Cough", "Percentage", "18.8"),
        ("Fever", "Count", "40"),
        ("Fever", "Percentage", "8.1"),
    )
    share = find_cell(survey, "What share of them had a fever?")
    count = find_cell(survey, "How many of them had a fever?")

    assert share is not None
    assert share.value == "8.1"
    assert count is not None
    assert count.value == "40"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which ships were sunk?", "Boje and Drache"),
        ("Which ships were not sunk?", "Anker and Cutter"),
        ("How many of the ships were sunk?", "2: Boje and Drache"),
    ],
)
def test_a_sign_that_the_caption_explains_tells_the_rows(question: str, text: str) -> None:
    ships = table(
        ("Ship", "Year"),
        ("Anker", "1901"),
        ("* Boje", "1902"),
        ("Cutter", "1904"),
        ("* Drache", "1907"),
        caption="Table 1: Ships of the fleet. Rows with a star (*) were sunk by storms.",
    )
    found = answer_from_table(ships, question)

    assert found is not None
    assert found.text == text


def test_a_word_that_is_broken_over_two_labels_labels_both_rows() -> None:
    routes = table(
        ("Kind", "Way", "Time"),
        ("Direct", "rail", "10"),
        ("", "road", "12"),
        ("In-", "rail", "30"),
        ("direct", "road", "44"),
    )
    for question, value in (
        ("What time does the indirect way by road take?", "44"),
        ("What time does the direct way by road take?", "12"),
    ):
        found = find_cell(routes, question)

        assert found is not None
        assert found.value == value


def test_the_average_of_a_measure_that_no_head_names_is_not_worked_out() -> None:
    schools = table(("School", "Pupils tested"), ("North", "310"), ("South", "250"))

    assert answer_from_table(schools, "What average spelling mark did the pupils reach?") is None
    counted = answer_from_table(schools, "What is the average number of pupils tested?")
    assert counted is not None
    assert "280" in counted.text


PORTS = table(
    ("plain", "pier", "covered", "pier"), ("barge", "21", "barge-c", "990"), ("ferry", "23", "ferry-c", "992")
)
ORDERS = table(("No.", "Article", "Preis", "Summe"), ("1", "2 oars", "3,89", "7,78"), ("2", "1 sail", "5,39", "5,39"))
BIDS = table(
    ("Work", "Reference", "Supplier", "Amount"),
    ("Repair of 60 boats", "A/1", "Anker Company", "48.00"),
    ("Repair of the pier", "A/2", "Boje Works", "12.00"),
)


@pytest.mark.parametrize(
    ("asked", "question", "value"),
    [
        (PORTS, "At which pier does the covered barge-c lie?", "990"),
        (PORTS, "At which pier does the plain ferry lie?", "23"),
        (ORDERS, "What is the price of a sail?", "5,39"),
        (BIDS, "Which company was awarded the repair of 60 boats?", "Anker Company"),
    ],
)
def test_of_like_columns_the_one_that_is_meant(asked: Table, question: str, value: str) -> None:
    worked_out = answer_from_table(asked, question)
    cell = find_cell(asked, question)
    assert value in (worked_out.text if worked_out is not None else cell.value if cell is not None else "")


SWITCHES = table(
    ("LATCH#", "VALVE", "Mode"), ("0", "0", "idle"), ("0", "1", "fill"), ("1", "0", "drain"), ("1", "1", "rinse")
)
FINDS = table(
    ("Search", "First n", "Time", "Recall"),
    ("fuzzy", "10", "4", "0.51"),
    ("fuzzy", "50", "9", "0.66"),
    ("exact", "10", "2", "0.40"),
    ("exact", "50", "3", "0.47"),
)
WELLS = table(("Well", "Avg Depth", "Flow"), ("Storbrunn (AD)", "31", "4"), ("Lilla+ (LP)", "12", "9"))
EGGS = table(("Island", "eggs laid", "broken"), ("Gotska", "410", "23"), ("Utö", "377", "18"))
GRAPHS = table(
    ("Colony", "Height", "Degree", "Max Load"),
    ("Ugglan", "90", "310", "4100"),
    ("Hoken", "70", "800", "3900"),
    caption="Table 3: Colonies. Height and degree are the number of nests and paths, resp.",
)
RATINGS = table(
    ("Cause", "Path", "Effect"),
    ("Slope", "Danger: 3", "Reach: 1"),
    ("Snow loosens after a warm day, which is a danger to the path", "Seldom walked", "Huts may be hit"),
)


@pytest.mark.parametrize(
    ("asked", "question", "said"),
    [
        (SWITCHES, "Which mode is set when LATCH# is 1 and VALVE is 0?", "drain (LATCH# 1, VALVE 0)"),
        (SWITCHES, "Which mode is set when VALVE is 1 and LATCH# is 0?", "fill (LATCH# 0, VALVE 1)"),
        (RATINGS, "What danger rating is given to avalanches?", "Danger: 3"),
    ],
)
def test_a_value_under_each_of_several_heads_and_a_cell_with_its_own_label(
    asked: Table, question: str, said: str
) -> None:
    found = answer_from_table(asked, question)
    assert found is not None
    assert found.text == said


@pytest.mark.parametrize(
    ("asked", "question", "value", "label"),
    [
        (FINDS, "What is the recall of the exact search with the first 50 hits?", "0.47", "exact"),
        (FINDS, "What recall does the fuzzy search reach among the first 10?", "0.51", "fuzzy"),
        (WELLS, "What is the average depth of the Lilla+ well?", "12", "Lilla+ (LP)"),
        (EGGS, "How many of the eggs laid on Gotska were broken?", "23", "Gotska"),
        (EGGS, "How many eggs were laid on Gotska?", "410", "Gotska"),
        (GRAPHS, "Which colony has the most nests?", "90", "Ugglan"),
        (GRAPHS, "Which colony has the most paths?", "800", "Hoken"),
    ],
)
def test_a_letter_for_a_number_initials_of_a_head_a_share_of_them_and_heads_that_the_caption_explains(
    asked: Table, question: str, value: str, label: str
) -> None:
    found = find_cell(asked, question)
    assert found is not None
    assert found.value == value
    assert found.row_label.startswith(label)
