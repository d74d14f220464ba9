"""Rows that are lines of one entry, columns below a spanning head alone, heads without labels, grids in figures."""

from types import SimpleNamespace

from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.ruled_figures import may_be_ruled, without_pictures, without_ruled
from ingestion.table_grid import without_headings
from ingestion.table_lines import join_entry_lines
from ingestion.tables import raw_table_to_rows


def word(text: str, x: float, y: float) -> Word:
    return Word(text, Box(x, y, x + 6 * len(text), y + 10), 10)


def cell(row: int, column: int, text: str, y: float, *, columns: int = 1) -> Cell:
    lines = (Line.of([word(text, 100.0 * column, y)]),) if text else ()
    return Cell(row, column, 1, columns, lines, Box(100.0 * column, y, 100.0 * (column + columns) - 10, y + 10))


def grid(rows: list[tuple[float, tuple[str, ...]]], header_rows: int = 1) -> RawTable:
    cells = tuple(cell(r, c, text, y) for r, (y, row) in enumerate(rows) for c, text in enumerate(row))
    return RawTable(len(rows), len(rows[0][1]), cells, header_rows)


def test_lines_close_below_an_entry_belong_to_it_where_spaces_part_the_entries() -> None:
    rows = raw_table_to_rows(
        join_entry_lines(
            grid(
                [
                    (0, ("Rule", "Who", "Fine")),
                    (20, ("Sec. 4", "Harbour master", "$20")),
                    (31, ("Anchoring", "", "")),
                    (52, ("Sec. 7", "Coast guard", "$90")),
                    (63, ("Speeding", "Deputy", "")),
                    (84, ("Sec. 9", "", "$15")),
                    (95, ("Littering", "", "")),
                ]
            )
        )
    )
    assert rows[1:] == (
        ("Sec. 4 Anchoring", "Harbour master", "$20"),
        ("Sec. 7 Speeding", "Coast guard Deputy", "$90"),
        ("Sec. 9 Littering", "", "$15"),
    )


def test_rows_of_numbers_with_heads_of_groups_stay_as_they_are() -> None:
    raw = grid(
        [
            (0, ("", "2019", "2020")),
            (20, ("Income", "", "")),
            (31, ("Fees", "10", "12")),
            (42, ("Gifts", "3", "4")),
            (63, ("Costs", "", "")),
            (74, ("Rent", "5", "6")),
            (85, ("Other", "", "1")),
            (106, ("Result", "8", "9")),
        ]
    )
    assert join_entry_lines(raw) is raw


def test_a_column_that_only_a_spanning_head_reaches_is_left_out() -> None:
    cells = (
        cell(0, 0, "Bus", 0, columns=2), cell(0, 2, "7", 0), cell(0, 3, "9", 0),
        cell(1, 0, "", 20), cell(1, 1, "Alder", 20), cell(1, 2, "6:10", 20), cell(1, 3, "7:10", 20),
        cell(2, 0, "", 40), cell(2, 1, "Birch", 40), cell(2, 2, "6:20", 40), cell(2, 3, "7:20", 40),
    )  # fmt: skip
    rows = raw_table_to_rows(RawTable(3, 4, cells, 1))
    assert rows == (("Bus", "7", "9"), ("Alder", "6:10", "7:10"), ("Birch", "6:20", "7:20"))


def test_rows_without_a_label_above_rows_with_one_are_heads() -> None:
    rows = [("", "1", "2", "3"), ("", "8:00", "9:00", "10:00"), ("Mo", "Botany", "", ""), ("Tu", "", "Law", "")]
    assert header_row_count(rows, 0) == 2


def test_the_first_entry_of_a_list_of_measures_is_no_head() -> None:
    assert header_row_count([("Power", "Idle (W)", "2.5"), ("", "Off (W)", "0.30")], 1) == 0
    assert header_row_count([("Model", "Year", "2019"), ("Anker", "new", "0.30")], 1) == 1


def test_words_of_a_heading_that_no_cell_reaches_stay_out_of_the_grid() -> None:
    found = SimpleNamespace(
        placements=[[SimpleNamespace(bbox=(0, 20, 90, 30)), SimpleNamespace(bbox=(100, 20, 190, 30))]]
    )
    words = [word("Timetable", 0, 4), word("Bus", 0, 20), word("7", 100, 20)]
    heading, other = Region("heading", Box(0, 2, 190, 16)), Region("table", Box(0, 0, 190, 40))
    assert [w.text for w in without_headings(found, words, [heading, other])] == ["Bus", "7"]
    assert [w.text for w in without_headings(found, words, [other])] == ["Timetable", "Bus", "7"]


def test_a_grid_full_of_words_is_no_picture_and_the_grid_of_a_chart_is() -> None:
    box = Box(0, 0, 400, 200)
    figure = Region("figure", box)
    hours = [(0.0, ("", "8:00", "9:00", "10:00"))]
    full = grid([*hours, (20, ("Mo", "Botany", "", "Law")), (40, ("Tu", "", "Law", ""))], 0)
    chart = grid([(0.0, ("", "", "", "")), (20, ("", "", "x", "")), (40, ("", "", "", ""))], 0)
    assert without_pictures({box: full}, [figure]) == {box: full}
    assert without_pictures({box: chart}, [figure]) == {}
    assert without_ruled([figure], {box: full}) == ()
    words = [word("ant", 10 * i, 50) for i in range(30)]
    assert may_be_ruled(words, [figure], 40)
    assert not may_be_ruled(words, [figure], 2)
    assert not may_be_ruled(words[:5], [figure], 40)
