"""What a table says to a question: cells, extremes, differences, sums, rows by value, lists."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.document import Table
from kgqa.cells import find_cell
from kgqa.table_questions import answer_from_table
from kgqa.table_view import TableView, to_number, without_pointers


def table(*rows: tuple[str, ...], header_rows: int = 1) -> Table:
    return Table("d/t0", 1, 0, 0, "1", "Table 1: Things", rows, header_rows, None, (), "")


VESSELS = table(
    ("Vessel", "Built", "Length (m)", "Passengers", "Fuel"),
    ("Birgitta", "1958", "42.5", "180", "diesel"),
    ("Nordstjernan", "1987", "61.0", "1,450", "diesel"),
    ("Vågen", "1999", "55.2", "320", "biogas"),
    ("Skäret", "2008", "70.8", "610", "diesel"),
)
METHODS = table(
    ("", "A-Set", "A-Set", "", "B-Set", ""),
    ("Method", "Crawl Recall", "Recall", "Precision", "Crawl Recall", "Recall"),
    ("PaSa", "0.79", "0.48", "0.14", "0.70", "0.61"),
    ("PaSa-Selector", "0.82", "0.49", "0.15", "0.75", "0.64"),
    ("w/o RL", "0.65", "0.42", "0.14", "0.48", "0.41"),
    header_rows=2,
)
GROUPED = table(
    ("", "method", "Median", "Mean"),
    ("Accuracy", "svm", "0.62", "0.63"),
    ("", "forest", "0.45", "0.47"),
    ("Kappa", "svm", "0.77", "0.79"),
    ("", "forest", "0.67", "0.68"),
)

LENT = table(
    ("No. of books", "Readers", "Percent"),
    ("0", "138", "6.9"),
    ("1", "178", "8.8"),
    ("2", "626", "31.1"),
    ("3", "1070", "53.2"),
)
SCORES = table(("Set", "MIX-J", "MIX-K"), ("(a) RF", "76.9%", "81.1%"), ("(b) PB", "72.5%", "78.2%"))


@pytest.mark.parametrize(
    ("asked", "question", "value", "row"),
    [
        (LENT, "How many readers borrowed all three books?", "1070", "3"),
        (SCORES, "What does MIX-K reach on the river fish set?", "81.1%", "(a) RF"),
        (VESSELS, "When was Vågen built?", "1999", "Vågen"),
        (VESSELS, "How long is Skäret?", "70.8", "Skäret"),
        (VESSELS, "What fuel does Vågen use?", "biogas", "Vågen"),
        (VESSELS, "Which vessel is the longest?", "70.8", "Skäret"),
        (VESSELS, "Which is the oldest vessel?", "1958", "Birgitta"),
        (VESSELS, "Which vessel is the newest?", "2008", "Skäret"),
        (VESSELS, "Which vessel carries the second most passengers?", "610", "Skäret"),
        (VESSELS, "Which vessel has the third lowest number of passengers?", "610", "Skäret"),
        (METHODS, "What is the recall of w/o RL on B-Set?", "0.41", "w/o RL"),
        (METHODS, "What precision does PaSa-Selector reach?", "0.15", "PaSa-Selector"),
        (GROUPED, "What is the mean accuracy of forest?", "0.47", "Accuracy forest"),
        (GROUPED, "What is the median kappa of svm?", "0.77", "Kappa svm"),
    ],
)
def test_a_cell_answers(asked: Table, question: str, value: str, row: str) -> None:
    assert answer_from_table(asked, question) is None
    found = find_cell(asked, question)
    assert found is not None
    assert (found.value, found.row_label) == (value, row)


@pytest.mark.parametrize(
    ("asked", "question", "said"),
    [
        (VESSELS, "How much longer is Skäret than Vågen?", "the difference is 15.6"),
        (VESSELS, "What is the difference in passengers between Nordstjernan and Birgitta?", "the difference is 1,270"),
        (VESSELS, "What is the total length of all vessels?", "is 229.5"),
        (VESSELS, "What is the average number of passengers?", "is 640"),
        (VESSELS, "Which vessels run on diesel?", "Birgitta, Nordstjernan and Skäret"),
        (VESSELS, "How many vessels use diesel?", "3: Birgitta, Nordstjernan and Skäret"),
        (VESSELS, "Which vessel was built in 1987?", "Nordstjernan"),
        (VESSELS, "Which vessels are longer than 60 m?", "Nordstjernan and Skäret"),
        (VESSELS, "How many vessels were built before 1990?", "2: Birgitta and Nordstjernan"),
        (VESSELS, "Which vessels are listed?", "Birgitta, Nordstjernan, Vågen and Skäret"),
        (VESSELS, "How many vessels are listed?", "4: Birgitta"),
        (VESSELS, "Is Vågen longer than Skäret?", "No: Vågen, Length (m): 55.2; Skäret, Length (m): 70.8"),
        (VESSELS, "Is Vågen older than Skäret?", "Yes: Vågen, Built: 1999"),
        (VESSELS, "Which carries more passengers, Vågen or Skäret?", "Skäret: Vågen, Passengers: 320"),
        (METHODS, "Which method has a precision of 0.15?", "PaSa-Selector"),
        (METHODS, "Which metrics are reported?", "Crawl Recall"),
        (METHODS, "How many methods are compared?", "3: PaSa, PaSa-Selector and w/o RL"),
    ],
)
def test_more_than_a_cell_is_worked_out(asked: Table, question: str, said: str) -> None:
    found = answer_from_table(asked, question)
    assert found is not None
    assert said in found.text
    assert all(0 <= row < len(asked.rows) for row in found.rows)


def test_what_a_word_means_is_no_mean() -> None:
    """ "What does inadequate housing mean?" was answered by the mean of a column of that name."""
    homes = table(("Region", "Inadequate housing"), ("North", "1.3"), ("South", "1.5"), ("West", "1.0"))
    assert answer_from_table(homes, "What does inadequate housing mean?") is None
    mean = answer_from_table(homes, "What is the mean of inadequate housing?")
    assert mean is not None
    assert "1.27" in mean.text


def test_a_year_of_the_head_is_no_value() -> None:
    """The 2,010 people of one row were taken for what a question about 2010 asks for."""
    people = table(("Category", "2005 Number", "2010 Number"), ("All", "54", "99"), ("Severe", "1,700", "2,010"))
    assert answer_from_table(people, "What share of people had a disability in 2010?") is None


def test_the_words_that_name_a_table_are_left_out() -> None:
    assert without_pointers("In Table 2-1 of, what is the type of X?") == ", what is the type of X?"


@given(
    values=st.lists(st.integers(0, 10**6), min_size=2, max_size=8, unique=True),
    commas=st.booleans(),
)
def test_differences_sums_and_extremes_are_right(values: list[int], commas: bool) -> None:
    """Whatever the numbers: what is worked out is what a person would work out."""
    rows = [(f"item{i} x", f"{value:,}" if commas else str(value)) for i, value in enumerate(values)]
    own = table(("Item", "Score"), *rows)
    most = find_cell(own, "Which item has the highest score?")
    assert most is not None
    assert to_number(most.value) == max(values)
    total = answer_from_table(own, "What is the sum of the scores?")
    assert total is not None
    assert to_number(re.findall(r"rows is ([\d,]+)", total.text)[0]) == sum(values)
    apart = answer_from_table(own, "What is the difference in score between item0 x and item1 x?")
    assert apart is not None
    assert to_number(apart.text.rsplit(" ", 1)[1]) == abs(values[0] - values[1])


def test_a_blank_beside_a_spanning_head_belongs_to_it() -> None:
    assert TableView(METHODS).heads[3] == "A-Set Precision"


SPLITS = table(
    ("Dataset", "Split", "Claimed", "Predicted"),
    ("Clean", "train max", "Romanian", "Italian"),
    ("Clean", "dev", "Romanian", "French"),
    ("Noisy", "train max", "Spanish", "German"),
    ("Noisy", "dev", "Spanish", "Czech"),
)
COUNTS = table(
    ("Dataset", "Split", "Hours", "Share"),
    ("Clean", "train", "58", "96.7%"),
    ("Clean", "val", "14", "3.3%"),
    ("Noisy", "train", "9", "90%"),
    ("Noisy", "val", "5", "10%"),
)
VALUES = table(("argument", "equation"), ("method", ""), ('"geomean"', "38"), ('"max"', "39"))
FUNCTIONS = table(("Display", "Modify"), ("print", "update"), ("plot", "drop"), ("summary", ""))


def test_where_a_question_points_at_no_column_the_row_is_told() -> None:
    """ "Identified" heads no column: what the row holds besides its label is given, not the first cell of it."""
    cell = find_cell(SPLITS, "As which language was the dev split of Noisy identified?")
    assert cell is not None
    assert cell.beside == (("Claimed", "Spanish"), ("Predicted", "Czech"))


def test_an_extreme_is_sought_among_the_rows_that_are_named() -> None:
    cell = find_cell(COUNTS, "Which split of the Noisy data has the most hours?")
    assert cell is not None
    assert (cell.value, cell.row_label) == ("9", "train")


def test_a_label_that_says_an_extreme_asks_for_none() -> None:
    cell = find_cell(SPLITS, "What is predicted for the train max split of Noisy?")
    assert cell is not None
    assert (cell.value, cell.extreme) == ("German", "")


def test_a_share_stands_in_the_column_of_percentages() -> None:
    cell = find_cell(table(("Set", "Number", "Split"), ("Train", "61", "96%"), ("Val", "20", "4%")),
                     "What percentage of the data is the validation set?")  # fmt: skip
    assert cell is not None
    assert cell.value == "4%"


def test_a_row_without_the_value_that_is_asked_for_is_passed_over() -> None:
    cell = find_cell(VALUES, 'Which equation belongs to the value "geomean" of method?')
    assert cell is not None
    assert cell.value == "38"


@pytest.mark.parametrize(
    ("asked", "question", "text"),
    [
        (FUNCTIONS, "Which functions are listed under 'Modify'?", "update and drop"),
        (COUNTS, "Which value of split has 14 hours?", "val (Hours 14)"),
    ],
)
def test_columns_are_listed_and_rows_found_by_value(asked: Table, question: str, text: str) -> None:
    answer = answer_from_table(asked, question)
    assert answer is not None
    assert answer.text == text


def test_a_number_with_its_margin_is_a_number() -> None:
    scores = table(("Model", "All"), ("Unmix", "3.03 ±.09"), ("Demucs", "3.22 ±.09"), ("Tasnet", "2.85 ± 0.08"))
    cell = find_cell(scores, "Which model has the second highest All score?")
    assert cell is not None
    assert cell.row_label == "Unmix"
    assert to_number("3.22 ±.09") == 3.22


def test_of_two_columns_of_one_name_the_one_under_the_named_head_answers() -> None:
    spanned = table(
        ("", "", "5k utterances", "5k utterances", "50k utterances", "50k utterances"),
        ("L", "Params", "Val WER", "Gap", "Val WER", "Gap"),
        ("3", "26 M", "67.7%", "9.91", "25.6%", "1.85"),
        ("4", "32 M", "66.7%", "9.34", "21.7%", "1.61"),
        header_rows=2,
    )
    answer = answer_from_table(spanned, "What is the validation WER of the 26 M model on 50k utterances?")
    assert answer is not None
    assert answer.text.startswith("25.6%")


def test_what_is_cited_is_no_part_of_a_name_and_numbers_in_words_tell_them_apart() -> None:
    nets = table(
        ("Method", "Depth", "CIFAR10", "CIFAR100"),
        ("Wide net [74]", "40", "4.97", "22.89"),
        ("Wide net [74]", "16", "4.81", "22.07"),
        ("Dense net [21]", "16", "5.24", "24.42"),
    )
    found = find_cell(nets, "What is the error rate of Wide net with depth 16 on CIFAR100?")
    assert found is not None
    assert found.value == "22.07"
    assert TableView(nets).named_rows("error of dense net") == [2]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many identity switches does Deep SORT have?", "781"),
        ("How many false positives does POI have?", "5061"),
        ("Which tracker runs fastest?", "40 Hz"),
        ("Which tracker has the best number of identity switches?", "781"),
    ],
)
def test_heads_of_capitals_stand_for_words_and_arrows_say_what_is_better(question: str, value: str) -> None:
    trackers = table(
        ("Tracker", "ID ↓", "FP ↓", "Runtime ↑"),
        ("POI [16]", "805", "5061", "10 Hz"),
        ("Deep SORT [17]", "781", "12852", "40 Hz"),
    )
    found = find_cell(trackers, question)
    assert found is not None
    assert found.value == value


def test_signs_tell_columns_and_underscores_no_rows_apart() -> None:
    """ "chrF++" heads another column than "chrF"; "si_dt_05" is set "si dt 05" where its underscores are drawn."""
    scores = table(("System", "chrF", "chrF++"), ("si tr s", "55.7", "51.6"), ("si dt 05", "40.5", "36.9"))
    cell = find_cell(scores, "What chrF++ does si_dt_05 reach?")
    assert cell is not None
    assert cell.value == "36.9"
    plain = find_cell(scores, "What chrF does si_dt_05 reach?")
    assert plain is not None
    assert plain.value == "40.5"


def test_a_column_whose_rows_are_not_asked_for_is_told_whole() -> None:
    found = find_cell(SCORES, "What does MIX-K reach?")
    assert found is not None
    assert found.beside == (("(a) RF", "81.1%"), ("(b) PB", "78.2%"))
    assert find_cell(SCORES, "What does MIX-K reach on whales?") is None


BY_YEAR = table(
    ("", "2003", "2004", "2005", "2006"),
    ("Mean catch", "41", "44", "39", "40"),
    ("Boats lost (all)", "7", "3", "9", "5"),
)


def test_the_year_with_the_most_is_told_of_the_row_that_fits_best() -> None:
    found = find_cell(BY_YEAR, "In which year were the most boats lost?")
    assert found is not None
    assert (found.row_label, found.value) == ("2005", "9")


def test_each_of_the_rows_that_are_named_is_told() -> None:
    answer = answer_from_table(VESSELS, "How many passengers do Birgitta and Skäret carry?")
    assert answer is not None
    assert answer.text == "Birgitta, Passengers: 180; Skäret, Passengers: 610"


def test_a_table_of_one_row_of_numbers_is_read_by_its_heads() -> None:
    counted = table(("#Boats", "#Harbours", "#Crews"), ("483", "9", "474"))
    answer = answer_from_table(counted, "How many crews were counted?")
    assert answer is not None
    assert answer.text == "#Crews: 474"
    assert answer_from_table(counted, "How many lamps were counted?") is None


BOOKS = table(
    ("", "May", "June"),
    ("Fares by harbour:", "", ""),
    ("Bergen", "! 410", "! 520"),
    ("Oslo", "95", "130"),
    ("Total fares", "505", "650"),
    ("(1) Costs by kind:", "", ""),
    ("Coal", "60", "75"),
    ("Wages", "210", "20"),
    ("Total fares", "12", "11"),
)


@pytest.mark.parametrize(
    ("question", "row", "value"),
    [
        ("Which harbour had the lowest fares by harbour in June?", "Oslo", "130"),
        ("Which kind had the highest costs by kind in May?", "Wages", "210"),
        ("What were the Bergen fares in June?", "Bergen", "! 520"),
    ],
)
def test_rows_below_the_head_of_a_group_are_the_ones_that_are_asked_of(question: str, row: str, value: str) -> None:
    cell = find_cell(BOOKS, question)
    assert cell is not None
    assert (cell.value, row in cell.row_label) == (value, True)


LARCENIES = table(
    ("", "1990", "2013"), ("Lost oars", "571", "104"), ("Lost oars as a % of boats", "4.1%", "0.9%"), ("Sunk", "3", "1")
)


def test_things_that_a_row_counts_are_not_counted_by_rows() -> None:
    assert answer_from_table(LARCENIES, "how many lost oars were there in 1990?") is None
    cell = find_cell(LARCENIES, "how many lost oars were there in 1990?")
    assert cell is not None
    assert cell.value == "571"


def test_a_percentage_is_the_sign_that_a_label_has_for_it() -> None:
    cell = find_cell(LARCENIES, "What were lost oars as a percentage of boats in 2013?")
    assert cell is not None
    assert cell.value == "0.9%"
