"""Tables as they stand on pages: heads over several columns, forms, marks, labels cut short, tables without a name."""

import pytest

from graphs.rows import DocumentRecord
from ingestion.document import Page, ParsedDocument, Table, WordBoxes
from kgqa.cells import find_cell
from kgqa.lookup import look_up
from kgqa.question import parse_question
from kgqa.table_questions import answer_from_table
from kgqa.table_shape import as_meant
from kgqa.table_view import TableView, abbreviates, alike


def table(*rows: tuple[str, ...], header_rows: int = 1, name: str = "d/t0", page: int = 1, start: int = 0) -> Table:
    plain = " ".join(cell for row in rows for cell in row)
    return Table(name, page, start, start + 1, None, "", rows, header_rows, None, (), plain)


SURVEY = table(
    ("", "", "All", "", "", "Women", "", "", "Men", ""),
    ("Party", "", "Under 30", "30 years", "", "Under 30", "30 years", "", "Under 30", "30 years"),
    ("", "Total", "years", "and over", "Total", "years", "and over", "Total", "years", "and over"),
    ("Left", ". . . . 1,210. 5", "410.0", "800.5", "700.1", "200.0", "500.1", "510.4", "210.0", "300.4"),
    ("Centre", ". . 900.0", "100.0", "800.0", "450.0", "50.0", "400.0", "450.0", "50.0", "400.0"),
    ("Right", "300.0", "120.0", "180.0", "100.0", "40.0", "60.0", "200.0", "80.0", "120.0"),
    header_rows=3,
)
FARES = table(
    ("", "", "Bus", "Bus", "", "Night train", "", "Ferry", "Ferry"),
    ("Zone", "No.", "Single", "Return", "Single Adult", "Single Child", "Return", "Single", "Return"),
    ("North", "1", "2.10", "4.00", "9.10", "4.50", "18.00", "3.00", "5.80"),
    ("South", "2", "2.30", "4.40", "9.50", "4.70", "19.00", "3.00", "5.90"),
    header_rows=2,
)
READERS = table(
    ("", "File format", "", "", ""),
    ("Reader", "1.0", "1.1", "2.0", "3.0"),
    ("Old", "yes", "yes", "no", "no"),
    ("New", "no", "yes", "yes", "yes"),
    ("Beta", "no", "no", "yes", "yes"),
)
PLATES = table(("7", "Harbour"), ("8-9", "Market"), ("10", "Old bridge"), ("11-14", "Town hall"))
SCORES = table(("k", "rec", "prec", "std. dev."), ("5", "3/4", "0.61", "0.02"), ("10", "4/5", "0.52", "0.03"))
WEIGHTS = table(("Weight", "Cue"), ("1.20", "a verb in front"), ("0.31", "a comma behind"), ("-0.80", "a short line"))


def test_a_head_in_the_middle_of_its_columns_heads_them_all() -> None:
    assert TableView.of(SURVEY).heads[4] == "Women Total"
    assert TableView.of(SURVEY).heads[9] == "Men 30 years and over"
    assert TableView.of(FARES).heads[4:7] == [
        "Night train Single Adult",
        "Night train Single Child",
        "Night train Return",
    ]
    assert TableView.of(FARES).heads[:3] == ["Zone", "No.", "Bus Single"]


def test_dots_before_a_number_are_no_part_of_it() -> None:
    assert TableView.of(SURVEY).numbers[0][1] == 1210.5


def test_a_title_over_the_heads_is_no_head_row_alone() -> None:
    view = TableView.of(READERS)
    assert view.table.header_rows == 2
    assert view.heads[3] == "File format 2.0"


def test_a_first_row_like_all_others_is_no_head() -> None:
    assert TableView.of(PLATES).table.header_rows == 0
    found = answer_from_table(PLATES, "Which plates show the harbour?")
    assert found is None or "7" in found.text


@pytest.mark.parametrize(
    ("asked", "question", "value"),
    [
        (SURVEY, "How many women voted for the centre?", "450.0"),
        (SURVEY, "How many men under 30 voted for the right?", "80.0"),
        (FARES, "What does a return by ferry cost in the South zone?", "5.90"),
        (SCORES, "What recall is reached with k = 10?", "4/5"),
        (SCORES, "What is the precision for k = 5?", "0.61"),
        (SCORES, "What is the standard deviation for k = 5?", "0.02"),
    ],
)
def test_a_cell_below_such_heads_answers(asked: Table, question: str, value: str) -> None:
    worked_out = answer_from_table(asked, question)
    cell = find_cell(asked, question)
    assert value in (worked_out.text if worked_out is not None else cell.value if cell is not None else "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which file formats does the reader Beta open?", "2.0 and 3.0"),
        ("Which file formats does the reader Old not open?", "2.0 and 3.0"),
        ("Which readers open file format 1.1?", "Old and New"),
    ],
)
def test_marks_tell_for_which_columns_or_rows_it_is_so(question: str, text: str) -> None:
    found = answer_from_table(READERS, question)
    assert found is not None
    assert found.text.endswith(text)


def test_the_extreme_of_numbers_that_stand_first_names_what_they_belong_to() -> None:
    cell = find_cell(WEIGHTS, "Which cue has the lowest weight?")
    assert cell is not None
    assert (cell.row_label, cell.value) == ("a short line", "-0.80")


def test_a_column_that_says_the_same_in_each_row_needs_no_row() -> None:
    cell = find_cell(FARES, "What is the price of a single by ferry?")
    assert cell is not None
    assert cell.value == "3.00"


@pytest.mark.parametrize(
    ("label", "word", "is_short"),
    [("rec", "recall", True), ("qty", "quantity", True), ("temp", "temperature", True), ("age", "agency", False)],
)
def test_labels_are_cut_short_at_a_consonant(label: str, word: str, is_short: bool) -> None:
    assert abbreviates(label, word) is is_short


def test_forms_of_a_word_and_swapped_letters_are_alike() -> None:
    assert alike("flagged", "flag")
    assert alike("payment", "pay")
    assert alike("receipt", "reciept")
    assert not alike("form", "firm")


def test_a_total_at_the_end_of_a_label_is_no_extreme() -> None:
    cases = table(
        ("Country", "Home (%)", "Total (n)"), ("Malta", "30", "40"), ("Spain", "9", "70"), ("EU total", "12", "110")
    )
    cell = find_cell(cases, "Which country had the most cases?")
    assert cell is not None
    assert (cell.row_label, cell.column_label) == ("Spain", "Total (n)")


def library() -> ParsedDocument:
    """A sheet with two loans, each a form above its table of fees."""
    fees = ("Fee", "Days", "Amount")
    tables = []
    pages = []
    for page, (name, late) in enumerate((("Ida Holm", "4.50"), ("Per Lund", "9.00")), 1):
        text = "x" * 40
        pages.append(Page(page, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer"))
        form = table(
            ("Borrower", name, "Card", f"C-{page}"),
            ("Phone", "555 0100", "Branch", "Harbour"),
            ("Title", f"Book {page}", "Due", f"2021-03-0{page}"),
            header_rows=0, name=f"d/t{2 * page}", page=page, start=2,
        )  # fmt: skip
        rows = (fees, ("Late return", "3", late), ("New card", "", "2.00"))
        tables += [form, table(*rows, name=f"d/t{2 * page + 1}", page=page, start=20)]
    return ParsedDocument(
        "d", "loans.pdf", "0" * 64, "application/pdf", "Loans", tuple(pages), (), (), tuple(tables), (), (), 0.0
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What amount is due for the late return of Per Lund in loans.pdf?", "9.00"),
        ("What is the late return amount of Ida Holm in loans.pdf?", "4.50"),
        ("What is the card of Per Lund in loans.pdf?", "C-2"),
        ("When is the book of Ida Holm due in loans.pdf?", "2021-03-01"),
    ],
)
def test_a_table_answers_that_says_all_words_with_the_form_above_it(question: str, text: str) -> None:
    document = library()
    record = DocumentRecord("d", "loans.pdf", "ok", 2, 0, 4, 0, 0, 1.0, (), "", "", "")
    found = look_up(parse_question(question, [record]), [document])
    assert found is not None
    assert text in found.sentences[0][0]


def test_a_table_does_not_answer_for_a_name_that_it_lacks() -> None:
    record = DocumentRecord("d", "loans.pdf", "ok", 2, 0, 4, 0, 0, 1.0, (), "", "", "")
    assert (
        look_up(parse_question("What is the late return amount of Eva Berg in loans.pdf?", [record]), [library()])
        is None
    )


def test_heads_of_several_rows_are_told_from_their_words_over_numbers() -> None:
    """The reader took the first row alone for heads; what heads the columns stands two rows below."""
    asked = table(
        ("", "", "Number of nurses", ""),
        ("", "", "", "Ward"),
        ("Year", "Total", "Day", "Night"),
        ("Actual", "", "", ""),
        ("1996", "305", "266", "39"),
        ("1997", "313", "274", "39"),
        ("1998", "323", "—", "—"),
        ("1999", "336", "294", "42"),
    )
    assert as_meant(asked).header_rows == 3
    cell = find_cell(asked, "How many night nurses were there in 1997?")
    assert cell is not None
    assert cell.value == "39"


def test_numbers_in_words_and_initials_head_columns() -> None:
    asked = table(
        ("ships", "10k", "1m", "L/F(%)"), ("runtime (hours)", ".28", "15.12", "62.0"), ("topics", "3", "9", "8")
    )
    for question, value in (
        ("What is the runtime for 1 million ships?", "15.12"),
        ("What is the runtime for 10 thousand ships?", ".28"),
        ("What is the load factor of the runtime?", "62.0"),
    ):
        cell = find_cell(asked, question)
        assert cell is not None
        assert cell.value == value
