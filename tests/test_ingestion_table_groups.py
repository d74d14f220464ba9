"""Labels of groups of rows between rules, and heads above columns of words and numbers."""

import pytest

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.ruled_groups import level_rules, span_ruled_labels
from ingestion.table_rows import join_phrases
from ingestion.tables import group_names, raw_table_to_rows
from ingestion.torn_phrases import join_torn_heads

STEP = 12.0


def line(text: str, x: float, y: float) -> Line:
    """A line of words, six points to a letter, four between words."""
    words = []
    for part in text.split():
        words.append(Word(part, Box(x, y, x + 6 * len(part), y + 10), 10))
        x += 6 * len(part) + 4
    return Line.of(words)


def grid(rows: list[list[str]], heads: int = 1) -> RawTable:
    """A grid of rows twelve points apart and columns a hundred points wide."""
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            lines = (line(text, 100.0 * c, STEP * r),) if text else ()
            cells.append(Cell(r, c, 1, 1, lines, Box(100.0 * c, STEP * r, 100.0 * c + 95, STEP * r + 10)))
    return RawTable(len(rows), len(rows[0]), tuple(cells), heads)


BIRDS = [
    ["Order", "Species", "Seen"],
    ["", "Robin", "12"],
    ["Songbirds", "Wren", "3"],
    ["", "Finch", "7"],
    ["Owls", "Tawny owl", "2"],
    ["", "Barn owl", "1"],
]


def below(*rows: int) -> list[tuple[str, Box]]:
    """Thin areas over the first column below rows."""
    return [("fill-path", Box(0, STEP * r + 10.5, 290, STEP * r + 11)) for r in rows]


def test_a_label_between_two_rules_heads_all_rows_there() -> None:
    spanned = span_ruled_labels(grid(BIRDS), level_rules(below(0, 3, 5)))
    assert [row[0] for row in raw_table_to_rows(spanned)[1:]] == ["Songbirds"] * 3 + ["Owls"] * 2


def test_frames_drawn_around_groups_are_rules() -> None:
    frames = [("stroke-path", Box(0, STEP - 1, 290, 4 * STEP - 1)), ("stroke-path", Box(0, 4 * STEP - 1, 290, 71))]
    spanned = span_ruled_labels(grid(BIRDS), level_rules(frames))
    assert [row[0] for row in raw_table_to_rows(spanned)[1:]] == ["Songbirds"] * 3 + ["Owls"] * 2


@pytest.mark.parametrize("rows", [(0, 5), (0, 2, 3), ()])
def test_rules_between_which_a_row_has_no_or_two_labels_say_nothing(rows: tuple[int, ...]) -> None:
    raw = grid(BIRDS)
    assert span_ruled_labels(raw, level_rules(below(*rows))) == raw


def test_names_of_columns_of_words_and_numbers_below_heads_of_some_are_heads() -> None:
    rows = [
        ["TREES", "TREES", "IN", "", "", ""],
        ["", "", "YARD", "", "Girth", ""],
        ["Code", "Name", "NORTH", "Price", "least", "most"],
        ["Maples", "Maples", "", "", "", ""],
        ["M1", "Field maple", "yes", "120", "8", "12"],
        ["M2", "Red maple", "no", "140", "10", "14"],
        ["M3", "Silver maple", "yes", "90", "8", "10"],
    ]
    assert header_row_count(rows, 2) == 3


def test_the_name_of_a_group_goes_on_behind_a_dash() -> None:
    raw = grid([["Code", "Name", "Price"], ["Maples", "", ""], ["M1", "Field maple", "120"]])
    cells = [c for c in raw.cells if c.row != 1]
    cells += [Cell(1, 0, 1, 1, (line("Maples", 0, STEP),), Box(0, STEP, 38, STEP + 10))]
    cells += [Cell(1, 1, 1, 1, (line("- grown slowly", 40, STEP),), Box(40, STEP, 190, STEP + 10))]
    cells += [Cell(1, 2, 1, 1, (), Box(200, STEP, 295, STEP + 10))]
    rows = raw_table_to_rows(join_phrases(RawTable(3, 3, tuple(cells), 1)))
    assert rows[1] == ("Maples - grown slowly", "Maples - grown slowly", "")


def test_names_of_groups_behind_numbers_of_rows_part_heads_from_the_first_numbers() -> None:
    rows = [
        ["", "Rowing club", "", "", "DRAFT", "DRAFT"],
        ["", "", "2021", "Notes on 2021", "2022 as planned", "Notes on 2022"],
        ["1", "Income", "", "", "", ""],
        ["2", "Members", "", "", "", ""],
        ["3", "Grown-ups", "310", "", "320", ""],
    ]
    assert header_row_count(rows, 1) == 2


def torn(second: list[str]) -> RawTable:
    """A grid whose first row holds a phrase over the last three of four columns, in three cells."""
    rows = [["Crop", "", "", ""], second, ["Barley", "3 then 4", "5 then 6", "n/a"], ["Oats", "2 then 3", "n/a", "4"],
            ["Rye", "3", "3", "4"]]  # fmt: skip
    raw = grid(rows)
    phrase = line("Yield with lime and without", 120, 0)
    parts = (phrase.words[:2], phrase.words[2:4], phrase.words[4:])
    cells = [
        Cell(0, c.column, 1, 1, (Line.of(parts[c.column - 1]),), c.box) if c.row == 0 and c.column else c
        for c in raw.cells
    ]
    return RawTable(5, 4, tuple(cells), 1)


def test_a_phrase_torn_over_named_columns_is_one_head_above_them() -> None:
    whole = join_torn_heads(torn(["(kind)", "north", "south", "hill"]))
    assert whole.header_rows == 2
    assert raw_table_to_rows(whole)[0] == ("Crop", *["Yield with lime and without"] * 3)


def test_heads_that_stand_close_above_figures_are_no_phrase() -> None:
    raw = torn(["Wheat", "1 then 2", "south", "4"])
    assert join_torn_heads(raw) == raw


def test_a_code_and_a_name_alone_head_the_rows_of_accounts() -> None:
    rows = [
        ["410", "Moorings", "", ""],
        ["000", "Harbour", "9", "3"],
        ["420", "Cranes", "", ""],
        ["000", "Quay", "2", "1"],
    ]
    assert group_names(rows) == ["Moorings", "", "Cranes", ""]
    assert group_names([["Boats", "Boats", "", ""], *rows])[0] == "Boats"


def test_rows_of_a_table_with_many_blanks_head_nothing() -> None:
    rows = [["1", "Paint", "", "", ""], ["2", "Caulk", "May", "", ""], ["3", "Rig", "", "", "yes"]]
    assert group_names(rows) == ["", "", ""]
