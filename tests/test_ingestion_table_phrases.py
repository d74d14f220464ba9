"""Heads cut at the wrong word or set on one of their columns, columns close as words, groups named above the heads."""

from dataclasses import replace

import pytest

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.table_heads import lower_first_group, spread_heads
from ingestion.table_lines import part_listed_lines
from ingestion.table_phrases import lift_phrases, recut_heads
from ingestion.table_rows import join_phrases
from ingestion.table_strips import part_strips
from ingestion.tables import raw_table_to_rows


def line(y: float, *placed: tuple[str, float]) -> Line:
    """A line of words at the given places, five points to a letter."""
    words = [Word(text, Box(x, y, x + 5 * len(text), y + 10), 10) for text, x in placed]
    return Line.of(words)


def cell(row: int, column: int, *lines: Line, span: int = 1) -> Cell:
    box = Box.around(own.box for own in lines) if lines else Box(0, 0, 0, 0)
    return Cell(row, column, 1, span, lines, box)


def test_a_head_word_beside_its_column_goes_to_the_head_that_it_goes_on_with() -> None:
    """ "Rate Fee | with tax": the rates end where "Rate" ends, the fees begin far from there."""
    cells = [cell(0, 0, line(0, ("Item", 0))), cell(0, 1, line(0, ("Rate", 100), ("Fee", 122)))]
    cells += [cell(0, 2, line(0, ("with", 139), ("tax", 161)))]
    for row, (name, rate, fee) in enumerate(
        (("tent", "9%", "40.00"), ("boat", "9%", "75.00"), ("bike", "7%", "12.50"))
    ):
        y = 14.0 * (row + 1)
        cells += [cell(row + 1, 0, line(y, (name, 0))), cell(row + 1, 1, line(y, (rate, 110)))]
        cells += [cell(row + 1, 2, line(y, (fee, 151)))]
    raw = RawTable(4, 3, tuple(cells), 1)
    assert raw_table_to_rows(recut_heads(raw))[0] == ("Item", "Rate", "Fee with tax")
    stands = [c if c.column != 1 or not c.row else cell(c.row, 1, line(14.0 * c.row, ("9%", 122))) for c in cells]
    assert raw_table_to_rows(recut_heads(RawTable(4, 3, tuple(stands), 1)))[0] == ("Item", "Rate Fee", "with tax")


def test_a_first_line_in_the_middle_of_two_heads_is_a_head_of_both() -> None:
    cells = [cell(0, 0, line(6, ("Well", 0))), cell(0, 1, line(6, ("1990", 60)))]
    cells += [cell(0, 2, line(0, ("Sums", 140)), line(12, ("north", 110))), cell(0, 3, line(12, ("south", 185)))]
    for row in (1, 2, 3):
        y = 14.0 + 14 * row
        places = (("abc", 0), ("70", 65), ("812", 115), ("945", 190))
        cells += [cell(row, c, line(y, place)) for c, place in enumerate(places)]
    raw = RawTable(4, 4, tuple(cells), 1)
    heads = raw_table_to_rows(lift_phrases(raw))[:2]
    assert heads == (("Well", "1990", "Sums", "Sums"), ("Well", "1990", "north", "south"))
    own = cell(0, 2, line(0, ("Sums", 112)), line(12, ("north", 110)))
    apart = replace(raw, cells=tuple(own if c.row == 0 and c.column == 2 else c for c in raw.cells))
    assert lift_phrases(apart) == apart


def test_two_lines_of_a_phrase_over_a_cut_are_one_head() -> None:
    cells = [cell(0, 0), cell(0, 1, line(0, ("Half", 100)), line(12, ("June", 100)))]
    cells += [cell(0, 2, line(0, ("Year", 123), ("Ended", 148)), line(12, ("30,", 123)))]
    cells += [cell(1, 0), cell(1, 1, line(26, ("2001", 90))), cell(1, 2, line(26, ("2002", 150)))]
    cells += [cell(2, 0, line(40, ("Milk", 0))), cell(2, 1, line(40, ("31", 95))), cell(2, 2, line(40, ("42", 155)))]
    rows = raw_table_to_rows(join_phrases(RawTable(3, 3, tuple(cells), 2)))
    assert rows[0] == ("", "Half Year Ended June 30,", "Half Year Ended June 30,")


def beside(head: tuple[tuple[str, float], ...], entries: list[tuple[str, str]], right: float) -> RawTable:
    cells = [cell(0, 0, line(0, *head)), cell(0, 1, line(0, ("Owner", 200)))]
    for row, (number, code) in enumerate(entries, 1):
        y = 14.0 * row
        cells += [cell(row, 0, line(y, (number, 50 - 5 * len(number)), (code, right)))]
        cells += [cell(row, 1, line(y, ("Ames", 200)))]
    return RawTable(len(entries) + 1, 2, tuple(cells), 1)


def test_a_code_right_behind_a_number_is_a_column_of_its_own() -> None:
    entries = [("4711", "AB"), ("815", "CD"), ("90210", "AB"), ("7", "EF"), ("1234", "CD")]
    rows = raw_table_to_rows(part_strips(beside((("Plate", 25), ("Kind", 53)), entries, 53)))
    assert rows[0] == ("Plate", "Kind", "Owner")
    assert [row[:2] for row in rows[1:]] == entries


@pytest.mark.parametrize(
    ("entries", "head"),
    [
        ([("4", "kg"), ("81", "kg"), ("9", "kg"), ("7", "kg"), ("12", "kg")], (("Gross", 25), ("mass", 53))),  # a unit
        ([("4711", "AB"), ("815", "CD"), ("90210", "AB"), ("7", "EF"), ("12", "CD")], (("Plate", 35),)),  # one head
        ([("1", "000"), ("2", "500"), ("3", "250"), ("4", "125"), ("5", "750")], (("Last", 25), ("sum", 53))),
    ],
)
def test_a_number_with_its_unit_or_its_thousands_is_one_entry(
    entries: list[tuple[str, str]], head: tuple[tuple[str, float], ...]
) -> None:
    raw = beside(head, entries, 53)
    assert part_strips(raw) == raw


def test_the_first_group_above_the_heads_is_a_group_as_the_others() -> None:
    def banner(row: int, text: str) -> Cell:
        return cell(row, 0, line(12.0 * row, (text, 0)), span=3)

    def plain(row: int, *texts: str) -> list[Cell]:
        return [cell(row, c, line(12.0 * row, (text, 60.0 * c))) for c, text in enumerate(texts)]

    cells = [banner(0, "SPRING"), *plain(1, "Crop", "Sown", "Cut"), *plain(2, "Rye", "7", "9"), banner(3, "AUTUMN")]
    cells += plain(4, "Oats", "3", "5")
    mended = lower_first_group(RawTable(5, 3, tuple(cells), 2))
    assert mended.header_rows == 1
    assert [row[0] for row in raw_table_to_rows(mended)] == ["Crop", "SPRING", "Rye", "AUTUMN", "Oats"]
    titled = RawTable(3, 3, tuple(cells[:7]), 2)
    assert lower_first_group(titled) == titled  # one phrase over all is a title


def test_a_row_that_names_all_columns_below_words_over_some_is_a_head() -> None:
    rows = [["VESSEL", "", "HOME", ""], ["NUMBER", "NAME", "PORT", "BUILT"], ["12", "Ada", "Hull", "1901"],
            ["13", "Bee", "York", "1922"], ["17", "Cod", "Hull", "1931"]]  # fmt: skip
    assert header_row_count(rows, 1) == 2
    assert header_row_count([["VESSEL", "", "HOME", ""], *rows[2:]], 1) == 1


def test_a_phrase_over_the_middle_one_of_a_group_that_comes_again_is_over_the_group() -> None:
    """ "Boys" stands over the middle of three names, which come again below "Girls"; of other names it is one's own."""

    def heads_of(*names: str) -> tuple[str, ...]:
        cells = [Cell(0, c, 1, 1, (), Box(60.0 * c, 0, 60.0 * c + 60, 12)) for c in (0, 1, 3, 4, 6)]
        cells += [
            replace(cell(0, c, line(0, (text, 60.0 * c + 20))), column=c) for c, text in ((2, "Boys"), (5, "Girl"))
        ]
        for row, texts in enumerate((names, ("Hull", "1", "2", "3", "4", "5", "6")), 1):
            for c, text in enumerate(texts):
                own = cell(row, c, line(14.0 * row, (text, 60.0 * c + 20)))
                cells.append(replace(own, box=Box(60.0 * c, 14.0 * row, 60.0 * c + 60, 14.0 * row + 12)))
        return raw_table_to_rows(spread_heads(RawTable(3, 7, tuple(cells), 2)))[0]

    assert heads_of("Town", "Run", "Jump", "Swim", "Run", "Jump", "Swim") == ("", *["Boys"] * 3, *["Girl"] * 3)
    assert heads_of("Town", "Run", "Jump", "Swim", "Age", "Mass", "Size") == ("", "", "Boys", "", "", "Girl", "")


def test_two_lines_beside_the_name_of_a_group_are_two_rows_where_the_rows_are_lines() -> None:
    cells = [cell(0, 0, line(0, ("Set", 0))), cell(0, 1, line(0, ("Part", 80)))]
    cells += [cell(1, 0, line(14, ("oars", 0))), cell(1, 1, line(14, ("blade", 80)), line(28, ("shaft", 80)))]
    for row, text in enumerate(("grip", "collar", "sleeve", "tip"), 2):
        cells += [cell(row, 0), cell(row, 1, line(14.0 * (row + 1), (text, 80)))]
    rows = raw_table_to_rows(part_listed_lines(RawTable(6, 2, tuple(cells), 1)))
    assert rows[1:4] == (("oars", "blade"), ("", "shaft"), ("", "grip"))
    named = [cell(c.row, 0, line(14.0 * (c.row + 1), ("x", 0))) if c.row > 1 and c.column == 0 else c for c in cells]
    assert part_listed_lines(RawTable(6, 2, tuple(named), 1)) == RawTable(6, 2, tuple(named), 1)  # a cell goes on
