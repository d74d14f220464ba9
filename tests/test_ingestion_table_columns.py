"""Heads of several rows, columns that stand in one cell, groups of columns side by side, and tables over columns."""

from dataclasses import replace

import pytest

from ingestion.blocks import Block, Cell, Line, PageBlocks, RawTable, Word
from ingestion.captions import Caption
from ingestion.document import Box, Table
from ingestion.head_rows import header_row_count, recount_heads
from ingestion.table_groups import stack_groups
from ingestion.table_heads import spread_heads
from ingestion.table_joins import join_tables
from ingestion.table_numbers import part_numbers
from ingestion.table_rows import join_phrases
from ingestion.tables import column_names, is_numeric, raw_table_to_rows
from kgqa.table_shape import as_meant
from kgqa.table_view import to_number

DEPTHS = [["", "Depth", "Depth"], ["", "in spring", "in autumn"], ["", "metres", "metres"], ["Inn", "12", "9"]]
CATCH = [["", "", "Catch", "", ""], ["Port", "Herring", "Cod", "Sole", "Eel"], ["Whitby", "310", "42", "7", "11"]]
SHARE = [["", "Share of pupils", "Share of pupils"], ["Class", "12 years", "13 years"], ["Total", "40.5", "59.5"]]
GROUPED = [["Loan", "Rate", "Cost"], ["Secured", "Secured", "Secured"], ["Car", "4.1", "20"]]
SOLVENTS = [["", "to air", "to soil"], ["1,2-ethanediol", "100", "-"], ["acetone", "30", "2"]]
WORDS = [["Tool", "Found in", ""], ["", "Kitchen", "Garage"], ["Hammer", "no", "yes"], ["Whisk", "yes", "no"]]
PLAIN = [["", "Start", "End"], ["Form", "solid", "liquid"], ["Mass", "12", "9"]]
PAIRS = [["", "Before", "After"], ["", "25/30", "31/46"], ["North", "2", "3"]]


@pytest.mark.parametrize(
    ("rows", "said", "expected"),
    [(DEPTHS, 1, 3), (CATCH, 1, 2), (SHARE, 1, 2), (GROUPED, 2, 1), (SOLVENTS, 2, 1), (WORDS, 1, 2)],
)
def test_heads_go_on_until_each_column_has_its_name(rows: list[list[str]], said: int, expected: int) -> None:
    assert header_row_count(rows, said) == expected


@pytest.mark.parametrize("rows", [PLAIN, PAIRS])
def test_a_row_of_words_or_of_numbers_below_whole_heads_is_none(rows: list[list[str]]) -> None:
    assert header_row_count(rows, 1) == 1


def test_units_below_heads_are_no_title_of_the_first_row() -> None:
    rows = (("", "to air", "to soil"), ("", "grams", "grams"), ("Zinc", "7 thousand", "-"), ("Tin", "30", "2"))
    table = read(None, rows, 2, Box(0, 0, 100, 100))
    assert as_meant(table).header_rows == 2


def line(y: float, *placed: tuple[str, float]) -> Line:
    """A line of words at the given places, six points to a letter."""
    return Line.of([Word(text, Box(x, y, x + 6 * len(text), y + 10), 10) for text, x in placed])


def cell(row: int, column: int, *lines: Line, span: int = 1) -> Cell:
    box = Box.around(one.box for one in lines) if lines else Box(0, 0, 0, 0)
    return Cell(row, column, 1, span, lines, box)


def bold(cells: list[Cell], row: int) -> list[Cell]:
    """The cells, those of a row in bold type."""
    return [
        replace(c, lines=tuple(Line.of([replace(w, bold=c.row == row) for w in one.words]) for one in c.lines))
        for c in cells
    ]


def test_a_row_in_plain_type_below_a_bold_head_is_none() -> None:
    cells = [cell(r, c, line(14.0 * r, (f"{'abc'[c]}{'xyz'[r]}", 100.0 * c))) for r in range(3) for c in range(3)]
    assert recount_heads(RawTable(3, 3, tuple(bold(cells, 0)), 2)).header_rows == 1
    assert recount_heads(RawTable(3, 3, tuple(bold(cells, 9)), 2)).header_rows == 2


@pytest.mark.parametrize(("deep", "bolds", "heads"), [(3, 9, 2), (1, 9, 1), (0, 9, 1), (1, 1, 2)])
def test_rows_that_most_heads_or_a_bold_corner_reach_down_to_are_heads(deep: int, bolds: int, heads: int) -> None:
    """Of four columns the first ones have a head over two rows; the others have one, and a count or a name below it."""
    cells = [replace(cell(0, c, line(0.0, (f"Head{c}", 90.0 * c))), row_span=2 if c < deep else 1) for c in range(4)]
    cells += [cell(1, c, line(14.0, (f"(n={c})", 90.0 * c))) for c in range(deep, 4)]
    cells += [cell(r, c, line(14.0 * r, (f"{'wxyz'[c]}{r}", 90.0 * c))) for r in (2, 3) for c in range(4)]
    for row in range(2 if bolds == 1 else 0):
        marked = {id(c): b for c, b in zip(cells, bold(cells, row), strict=True) if c.row == row}
        cells = [marked.get(id(c), c) for c in cells]
    assert recount_heads(RawTable(4, 4, tuple(cells), 1)).header_rows == heads


def test_a_column_whose_last_head_is_a_count_is_named_by_all_its_heads() -> None:
    rows = (("", "Lambs", "Ewes"), ("", "(n = 3)", "Ewes"), ("Fed", "1", "2"))
    table = read("1", rows, 2, Box(0, 0, 9, 9))
    assert column_names(table) == ["", "Lambs (n = 3)", "Ewes"]


@pytest.mark.parametrize(("head", "count"), [(0, 1), (9, 2)])
def test_rows_of_words_go_on_at_the_next_page_below_a_bold_head(head: int, count: int) -> None:
    pages, tables = [], []
    for number, texts in enumerate((("Key", "Use"), ("w", "write"), ("q", "quit"), ("d", "delete"))[i : i + 2]
                                   for i in (0, 2)):  # fmt: skip
        cells = [cell(r, c, line(14.0 * r, (t, 100.0 * c))) for r, row in enumerate(texts) for c, t in enumerate(row)]
        raw = RawTable(2, 2, tuple(bold(cells, head if number == 0 else 9)), 1)
        box = Box(50, 100, 290, 200)
        pages.append(PageBlocks(number + 1, "", 600, 800, (Block("table", box, cells[0].lines, raw),), 10))
        tables.append(replace(read(None, tuple(texts), 1, box), page_number=number + 1))
    joined = join_tables(tables, [(0, 0), (1, 0)], pages, {})
    assert len(joined) == count


def test_phrases_of_upper_heads_are_whole() -> None:
    """Two phrases in one row, each cut at a space, above heads that name each column."""
    top = [cell(0, 0), cell(0, 1, line(0, ("Mean", 100))), cell(0, 2, line(0, ("yield", 127)))]
    top += [cell(0, 3, line(0, ("Mean", 300))), cell(0, 4, line(0, ("price", 327)))]
    low = [cell(1, c, line(14, (t, 100.0 * c))) for c, t in enumerate(("Crop", "rye", "oats", "tea", "rice"))]
    rows = raw_table_to_rows(join_phrases(RawTable(2, 5, (*top, *low), 2)))
    assert rows[0] == ("", "Mean yield", "Mean yield", "Mean price", "Mean price")


@pytest.mark.parametrize(("numbered", "span"), [(True, (1, 4)), (False, (2, 2))])
def test_a_phrase_over_some_columns_heads_all_that_it_is_centred_over(numbered: bool, span: tuple[int, int]) -> None:
    """Unless one of these has no head in a row in which those under the phrase have theirs."""
    cells = [cell(0, 2, line(0, ("Members", 215), ("paid", 260), ("up", 320)), span=2), cell(0, 0), cell(0, 1)]
    cells += [cell(0, 4), cell(1, 0), *(cell(1, c, line(14, ("n", 100.0 * c + 9))) for c in (2, 3, 4))]
    cells.append(cell(1, 1, line(14, ("n", 109))) if numbered else cell(1, 1))
    cells += [cell(r, c, line(14.0 * r, (f"{r}{c}0", 100.0 * c))) for r in (2, 3, 4) for c in range(5)]
    phrase = next(c for c in spread_heads(RawTable(5, 5, tuple(cells), 3)).cells if c.row == 0 and c.lines)
    assert (phrase.column, phrase.column_span) == span


def test_two_columns_of_numbers_in_one_cell_are_parted_with_their_heads() -> None:
    """The heads are a phrase over both and a line that names each; a cell over two columns may hold both numbers."""
    over, under = line(0, ("Mountain", 100), ("villages", 152)), line(12, ("Men", 110), ("Women", 165))
    coast = (line(0, ("Coast", 245)), line(12, ("Men", 230), ("Women", 285)))
    cells = [cell(0, 0, line(12, ("Age", 0))), cell(0, 1, over, under), cell(0, 2, *coast, span=2)]
    for row in range(1, 5):
        y = 12.0 + 14 * row
        cells += [
            cell(row, 0, line(y, (f"{row}0", 0))),
            cell(row, 1, line(y, (f"1,{row}00", 105), (f"2,{row}00", 165))),
        ]
        left, right = (f"3,{row}00", 225.0), (f"4,{row}00", 285.0)
        if row == 3:
            cells.append(cell(row, 2, line(y, left, right), span=2))
        else:
            cells += [cell(row, 2, line(y, left)), cell(row, 3, line(y, right))]
    rows = raw_table_to_rows(part_numbers(RawTable(5, 4, tuple(cells), 1)))
    assert rows[0] == ("Age", "Mountain villages", "Mountain villages", "Coast", "Coast")
    assert rows[1] == ("Age", "Men", "Women", "Men", "Women")
    assert rows[4] == ("30", "1,300", "2,300", "3,300", "4,300")


@pytest.mark.parametrize("second", ["000", "x"])
def test_a_number_with_spaces_and_a_number_with_its_unit_are_one(second: str) -> None:
    cells = [cell(0, 0, line(0, ("Year", 0))), cell(0, 1, line(0, ("Sold", 100), ("here", 140)))]
    for row in range(1, 5):
        y = 14.0 * row
        cells += [cell(row, 0, line(y, (f"200{row}", 0))), cell(row, 1, line(y, (f"{row}2", 100), (second, 140)))]
    raw = RawTable(5, 2, tuple(cells), 1)
    assert part_numbers(raw) == raw


def test_groups_of_columns_side_by_side_are_one_below_the_other() -> None:
    rows = (
        ("Weight", "Weight", "Postage", "Weight", "Weight", "Postage"),
        ("Over", "Up to", "Letter only", "Over", "Up to", "Letter"),
        ("0", "20", "0.85", "100", "250", "1.60"),
        ("20", "100", "1.00", "250", "500", "2.20"),
    )
    assert stack_groups(rows, 2) == rows  # their heads differ by a word
    alike = (rows[0], ("Over", "Up to", "Letter", "Over", "Up to", "Letter"), *rows[2:])
    assert stack_groups(alike, 2) == (
        alike[0][:3], ("Over", "Up to", "Letter"),
        ("0", "20", "0.85"), ("20", "100", "1.00"), ("100", "250", "1.60"), ("250", "500", "2.20"),
    )  # fmt: skip


def test_groups_of_columns_that_years_tell_apart_stay() -> None:
    rows = (("2001", "2001", "2002", "2002"), ("Tons", "Price", "Tons", "Price"), ("3", "40", "5", "41"))
    assert stack_groups(rows, 2) == rows


def read(number: str | None, rows: tuple[tuple[str, ...], ...], heads: int, box: Box) -> Table:
    caption = f"Table {number} Runs" if number else ""
    return Table("t", 1, 0, 0, number, caption, rows, heads, None, (box,), "")


@pytest.mark.parametrize(("between", "parts"), [(False, 1), (True, 2)])
def test_a_table_that_goes_on_in_the_next_column_is_one(between: bool, parts: int) -> None:
    """Its caption stands below the second part; text above that part says that it is another table."""
    left, right, below = Box(50, 600, 290, 740), Box(310, 60, 550, 100), Box(310, 104, 550, 120)
    blocks = [Block("table", left, (line(600, ("Run", 50)),)), Block("table", right, (line(60, ("9", 310)),))]
    blocks.append(Block("caption", below, (line(104, ("Table", 310)),)))
    if between:
        blocks.append(Block("text", Box(310, 40, 550, 55), (line(40, ("More", 310)),)))
    page = PageBlocks(1, "", 600, 800, tuple(blocks), 10)
    tables = [
        read(None, (("Run", "Time"), ("8", "1.5")), 1, left),
        read("4", (("9", "2.5"), ("10", "3.5")), 0, right),
    ]
    captions = {(0, 1): Caption(0, 2, "table", "4", "Table 4 Runs", 1)}
    joined = join_tables(tables, [(0, 0), (0, 1)], [page], captions)
    assert len(joined) == parts
    if not between:
        assert joined[0].number == "4"
        assert joined[0].rows == (("Run", "Time"), ("8", "1.5"), ("9", "2.5"), ("10", "3.5"))


@pytest.mark.parametrize(
    ("text", "number"), [("30 million", 3e7), ("4 Mrd.", 4e9), ("20 mi", 20.0), ("7 thousand", 7e3)]
)
def test_a_number_with_the_word_for_its_scale_is_a_number(text: str, number: float) -> None:
    assert is_numeric(text)
    assert to_number(text) == number
