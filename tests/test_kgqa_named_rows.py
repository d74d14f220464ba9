"""Rows named by cells, codes, places and lines; extremes that one row says itself; sums, counts and times of rows."""

import pytest

from ingestion.document import Table
from kgqa.cell_choice import _is_called
from kgqa.cells import find_cell
from kgqa.columns_asked import asked_column
from kgqa.rows_named import names_of_heads
from kgqa.table_heads import title_of
from kgqa.table_questions import answer_from_table
from kgqa.table_shape import as_meant
from kgqa.table_understood import contradicts
from kgqa.table_units import quantities_of
from kgqa.table_view import TableView


def table(*rows: tuple[str, ...], header_rows: int = 1, caption: str = "") -> Table:
    plain = " ".join(cell for row in rows for cell in row)
    return Table("d/t0", 1, 0, 0, None, caption, rows, header_rows, None, (), plain)


SAILS = table(
    ("", "Regatta of the Lakes", "Regatta of the Lakes", "Regatta of the Lakes", "Regatta of the Lakes"),
    ("NO", "SKIPPER", "CLUB", "TACK", "DURATION"),
    ("14", "Ida Lund", "Alder SC", "1", "25.4"),
    ("31", "Ben Okoro", "Birch SC", "1", "24.1"),
    ("14", "Ida Lund", "Alder SC", "2", "23.9"),
    ("31", "Ben Okoro", "Birch SC", "2", "26.2"),
    ("14", "Ida Lund", "Alder SC", "3", "22.8"),
    header_rows=2,
)
WARDS = table(
    ("", "", *4 * ("ABSTRACT OF BALLOTS",)),
    ("OFFICE", "PARTY", "NAME", "3101", "3102", "TOTAL"),
    ("MAYOR", "RED", "ADA FINCH", "120", "98", "218"),
    ("MAYOR", "BLUE", "TOM REED", "131", "77", "208"),
    ("CLERK", "RED", "EVA HOLT", "90", "64", "154"),
    ("CLERK", "BLUE", "UGO BIANCHI", "99", "70", "169"),
)
PLANS = table(
    ("Plan Type", "Town", "Plan Name", "Members"),
    ("Open", "Alder", "Lake Care", "410"),
    ("Open", "Birch", "Lake Care", "220"),
    ("Open", "Birch", "Hill Trust", "305"),
    ("Shut", "Cedar", "Hill Trust", "118"),
    ("Shut", "Dale", "Hill Trust", "77"),
)
DIODES = table(
    ("Symbol", "", "Parameter", "Value", "Units"),
    ("VRM", "Peak Reverse Voltage", ": DX301", "80", "V"),
    ("VRM", "", ": DX302/305", "55", "V"),
    ("VRM", "", ": DX303/304", "30", "V"),
    ("IF", "Forward Current", "", "100", "mA"),
)
PUMPS = table(
    ("Order code", "Flow max.", "Weight"),
    ("PX 040-12S", "4.5", "2.1"),
    ("PX 040-24S", "9.6", "2.4"),
    ("PX 090-24S", "40.0", "5.0"),
)
KETTLES = table(
    ("Model", "K10", "K20", "K30"),
    ("Height (mm)", "144", "192", "240"),
    ("– cups per hour", "16", "60", "31"),
)
RETURN = table(
    ("", "5", "Fees of members . . . . . .", "5", "1,900."),
    ("", "6", "Gifts and grants . . . . . .", "6", ""),
    ("", "7", "Other costs (describe below) . . . .", "7", "45,094."),
    ("", "8", "Total costs . . . . . .", "8", "46,994."),
    header_rows=0,
)
RACE = table(
    ("Pos", "Nbr", "Name", "Gap"),
    ("1", "77", "Ida Lund", "--"),
    ("2", "8", "Ben Okoro", "0.5"),
    ("3", "23", "Ada Finch", "2.1"),
)
WINES = table(
    ("Les Blancs", "12 CL"),
    ("Côte du Lac", ""),
    ("Clos Alder", "8 €"),
    ("Clos Birch", "9 €"),
    ("Les Rosés", "12 CL"),
    ("Côte du Lac", ""),
    ("Clos Cedar", "7 €"),
    ("Val Dale", ""),
    ("Clos Dale", "8 €"),
    ("Clos Elm", "9 €"),
    header_rows=0,
)
BUSES = table(
    ("Bus No.", "201", "205", "209"),
    ("Alder", "8:28a", "9:58a", "12:50p"),
    ("Birch", "8:40a", "10:10a", "1:05p"),
    ("Cedar", "8:53a", "10:24a", "1:20p"),
)
ORDER = table(
    ("Line", "Part No", "Description", "Qty", "Unit Price", "Total"),
    ("1", "QE-55", "Brass Hinge", "500", "$2.50", "$1,250.00"),
    ("2", "QE-56", "Door Handle", "75", "$8.00", "$600.00"),
    ("3", "QE-57", "Steel Screw", "2000", "$0.25", "$500.00"),
)
CODES = table(
    ("Ordering number", "Marking", "Package"),
    ("DX16", "DX16", "long"),
    ("DX16S", "DX16", "short"),
    ("DX16S+", "DX16 (note)", "short, lead-free"),
)
MIX = table(("Energy", "Unit", "2020", "2021"), ("Oil products 1", "%", "47", "44"), ("Gas2", "%", "45", "48"),
            ("Wood 3", "%", "8", "8"), ("Town & gas", "GW", "2", "3"))  # fmt: skip
GENES = table(("", "Cases", "Odds ratio"), ("CC", "161", "1.00"), ("AA", "19", "0.52"), ("CC+CA", "364", "1.00"),
              ("AA", "19", "0.46"))  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "data", "said"),
    [
        ("By how many ballots did Ada Finch beat Tom Reed for mayor?", WARDS,
         "MAYOR RED, ADA FINCH, TOTAL: 218; MAYOR BLUE, TOM REED, TOTAL: 208; the difference is 10"),
        ("What is the combined number of members of Hill Trust in Birch and Cedar?", PLANS,
         "The sum of Members over 2 rows is 423 (Open Birch, Hill Trust 305, Shut Cedar, Hill Trust 118)"),
        ("Which plan covers Cedar and Dale?", PLANS, "Cedar; Shut Dale, Plan Name: Hill Trust"),
        ("What did they enter on line 7?", RETURN, "7 Other costs (describe below): 45,094."),
        ("How many rosé wines are on the list?", WINES, "Les Rosés: 3 (Clos Cedar, Clos Dale and Clos Elm)"),
        ("How long does bus 209 take from Alder to Birch?", BUSES, "209: 15 minutes (Alder 12:50p; Birch 1:05p)"),
        ("When does the first bus leave Alder?", BUSES, "Alder, 201: 8:28a"),
        ("What do the brass hinges and the steel screws cost together?", ORDER, "Total over 2 rows is 1,750.00"),
        ("How many ballots did wards 3101 and 3102 cast for Eva Holt together?", WARDS, "the sum is 154"),
        ("How do Alder and Cedar compare in members?", PLANS, "Alder, Members: 410; "),
    ],
)  # fmt: skip
def test_rows_named_by_their_cells_are_worked_out(asked: str, data: Table, said: str) -> None:
    answer = answer_from_table(data, asked)
    assert answer is not None
    assert said in answer.text


def test_nothing_leaves_where_all_end() -> None:
    assert answer_from_table(BUSES, "When does the first bus leave Cedar?", named=False) is None


@pytest.mark.parametrize(
    ("asked", "data", "label", "value"),
    [
        ("Which skipper had the longest tack, and how long did it take?", SAILS, "Ben Okoro", "26.2"),
        ("Who sailed a third tack?", SAILS, "14", "Ida Lund"),
        ("How many ballots did Tom Reed get in ward 3102?", WARDS, "TOM REED", "77"),
        ("What is the maximum reverse voltage (VRM) of DX305?", DIODES, "VRM Peak Reverse Voltage : DX302/305", "55"),
        ("What is the maximum flow of the PX 040-24S?", PUMPS, "PX 040-24S", "9.6"),
        ("Which model makes the most cups per hour?", KETTLES, "K20", "60"),
        ("Who finished third?", RACE, "3", "Ada Finch"),
        ("What is the marking of the DX16S+?", CODES, "DX16S+", "DX16 (note)"),
        ("What share did gas have in 2021?", MIX, "Gas", "48"),
        ("What is the odds ratio of AA compared with CC+CA?", GENES, "CC+CA, AA", "0.46"),
        ("Which item has the lowest unit price?", ORDER, "QE-57 Steel Screw", "$0.25"),
    ],
)  # fmt: skip
def test_a_row_is_named_by_what_tells_it_from_others(asked: str, data: Table, label: str, value: str) -> None:
    cell = find_cell(data, asked)
    assert cell is not None
    assert (cell.row_label, cell.value) == (label, value)


def test_the_title_of_a_sheet_heads_no_column() -> None:
    assert TableView.of(SAILS).heads == ["NO", "SKIPPER", "CLUB", "TACK", "DURATION"]
    assert title_of(as_meant(SAILS)) == "Regatta of the Lakes"
    rates = table(("Town", "Rate", "Rate"), ("", "2020", "2021"), ("Alder", "4", "5"), header_rows=2)
    assert TableView.of(rates).heads == ["Town", "Rate 2020", "Rate 2021"]


def test_a_number_in_a_label_is_of_a_note_only_where_the_notes_follow_each_other() -> None:
    assert [row[0] for row in as_meant(MIX).body] == ["Oil products", "Gas", "Wood", "Town & gas"]
    phases = table(("Phase", "Cost"), ("Phase1", "4"), ("Phase2", "5"), ("Phase3", "9"))
    assert [row[0] for row in as_meant(phases).body] == ["Phase1", "Phase2", "Phase3"]


def test_of_two_heads_for_a_thing_the_one_of_its_name_is_asked_for() -> None:
    assert asked_column(TableView.of(PLANS), "Which plan covers Cedar?") == 2


def test_a_value_says_by_its_unit_what_is_measured() -> None:
    assert {"voltage", "current"} <= {word for word in ("voltage", "current") if word in quantities_of("24 VDC/ 1.2 A")}
    assert not quantities_of("Class A2")
    assert _is_called("Qty", ["maximum", "quantity"])
    assert not _is_called("Price", ["maximum", "quantity"])


def test_a_value_of_the_other_end_is_no_answer() -> None:
    assert contradicts("What is the minimum term of theft?", "Theft, Max Term: 5Y")
    assert not contradicts("What is the minimum term of theft?", "Theft, Min.: 1Y; Max.: 5Y")


def test_the_name_in_a_question_that_a_cell_has_is_no_head() -> None:
    stands = table(
        ("Notice", "Firm", "City", "Staff"), ("3/8", "Ash Ltd", "Union City", "193"), ("3/9", "Bay", "Alder", "7")
    )
    assert not names_of_heads(TableView.of(stands), "What is the notice of Ash Ltd in Union City?")
    yields = table(("Crop", "Alder mean", "Birch"), ("rye", "4", "5"), ("oats", "6", "7"))
    assert names_of_heads(TableView.of(yields), "What is the mean yield of rye at Birch?") == {"birch"}


def test_rows_of_a_name_are_counted_where_they_are_what_is_asked_for() -> None:
    lots = table(("Contract", "Lot", "Firm", "Value"), ("Desks", "1", "Bay Ltd", "4"), ("Lamps", "2", "Bay Ltd", "6"),
                 ("Rugs", "3", "Ash Ltd", "9"))  # fmt: skip
    answer = answer_from_table(lots, "How many contracts went to Bay Ltd?")
    assert answer is not None
    assert answer.text == "2 (Firm: Bay Ltd): Desks and Lamps"
    other = answer_from_table(lots, "How many Yes votes did Bay Ltd get?", named=False)
    assert other is None or not other.text.startswith("2 (")
