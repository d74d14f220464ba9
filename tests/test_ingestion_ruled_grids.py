"""Cells that rules draw, heads on their side, rows that are heads by what stands below, notes behind decimals."""

from pathlib import Path

import pymupdf
import pytest

from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.options import IngestionOptions
from ingestion.pdf import PdfFile
from ingestion.ruled_figures import without_ruled
from ingestion.ruled_grids import cells_to_grid, is_same_table, prefer_ruled
from ingestion.table_repairs import part_cells
from ingestion.tables import raw_table_to_rows
from ingestion.turned_words import lay_down, stand_up


def word(text: str, x: float, y: float, width: float = 0.0, height: float = 10.0) -> Word:
    return Word(text, Box(x, y, x + (width or 6 * len(text)), y + height), 10)


def grid(words: list[list[list[Word]]], header_rows: int = 1) -> RawTable:
    """Return the grid whose rows of cells hold these words, a cell a line."""
    cells = []
    for r, row in enumerate(words):
        for c, own in enumerate(row):
            lines = (Line.of(own),) if own else ()
            cells.append(Cell(r, c, 1, 1, lines, Box(100.0 * c, 20.0 * r, 100.0 * c + 100, 20.0 * r + 20)))
    return RawTable(len(words), len(words[0]), tuple(cells), header_rows)


def boat_words() -> list[Word]:
    texts = (("Boat", "Sail", "Cover"), ("Finn", "A-1", "canvas"), ("Star", "A-2", "of any"), ("Ilca", "A-3", "colour"))
    return [word(text, 100.0 * c + 5, 20.0 * r + 5) for r, row in enumerate(texts) for c, text in enumerate(row)]


def boat_boxes() -> list[Box]:
    """Return cells drawn for a head and three boats, with one cover for all of them."""
    boxes = [Box(100.0 * c, 20.0 * r, 100.0 * c + 100, 20.0 * r + 20) for r in range(4) for c in range(2)]
    return [*boxes, Box(200, 0, 300, 20), Box(200, 20, 300, 80)]


def test_a_cell_drawn_for_several_rows_does_not_fuse_the_rows_beside_it() -> None:
    words = boat_words()
    at = {w.text: w for w in words}
    found = grid(
        [
            [[at["Boat"]], [at["Sail"]], [at["Cover"]]],
            [[at["Finn"]], [at["A-1"]], [at["canvas"]]],
            [[at["Star"], at["Ilca"]], [at["A-2"], at["A-3"]], [at["of any"], at["colour"]]],
        ]
    )
    ruled = cells_to_grid(boat_boxes(), words, head_bottom=15.0)
    assert ruled is not None
    assert ruled.header_rows == 1
    assert raw_table_to_rows(prefer_ruled(found, ruled))[2:] == (
        ("Star", "A-2", "canvas of any colour"),
        ("Ilca", "A-3", "canvas of any colour"),
    )


def test_rows_that_no_rule_parts_stay_parted() -> None:
    words = [word("Tea", 5, 5), word("4", 105, 5), word("Milk", 5, 25), word("7", 105, 25), word("Sum", 5, 45)]
    words += [word("11", 105, 45)]
    found = grid([[[words[0]], [words[1]]], [[words[2]], [words[3]]], [[words[4]], [words[5]]]])
    boxes = [Box(0, 0, 100, 40), Box(100, 0, 200, 40), Box(0, 40, 100, 60), Box(100, 40, 200, 60)]
    ruled = cells_to_grid(boxes, words, head_bottom=0.0)
    assert ruled is not None
    assert prefer_ruled(found, ruled) is found


def test_drawn_cells_are_a_grid_only_where_they_hold_every_word_and_cover_each_place() -> None:
    words = boat_words()
    assert cells_to_grid(boat_boxes()[:-1], words, 15.0) is None
    assert cells_to_grid([*boat_boxes(), Box(0, 20, 100, 40)], words, 15.0) is None


def test_a_drawn_grid_may_begin_above_the_one_that_was_found_but_takes_in_no_other() -> None:
    found, drawn = Box(0, 80, 300, 160), Box(0, 0, 300, 160)
    assert is_same_table(found, drawn, [])
    assert not is_same_table(found, drawn, [Box(0, 5, 300, 30)])
    assert not is_same_table(found, Box(0, 0, 300, 900), [])


def test_a_text_that_is_the_first_rows_of_a_grid_is_no_text_beside_it() -> None:
    words = boat_words()
    ruled = cells_to_grid(boat_boxes(), words, 15.0)
    assert ruled is not None
    rows, other = Region("text", Box(2, 2, 290, 38)), Region("text", Box(2, 90, 290, 120))
    assert without_ruled([rows, other], {Box(0, 0, 300, 80): ruled}) == (other,)


def upwards(text: str, x: float, bottom: float) -> list[Word]:
    """Return the words of a line that is read upwards from a height."""
    words = []
    for part in text.split():
        words.append(Word(part, Box(x, bottom - 6 * len(part), x + 10, bottom), 10))
        bottom -= 6 * len(part) + 3
    return words


def test_heads_on_their_side_are_the_names_of_their_columns_and_keep_their_places() -> None:
    head = RawTable(
        2,
        2,
        tuple(
            Cell(r, c, 1, 1, lines, Box(60.0 * c, (0.0, 120.0)[r], 60.0 * c + 60, (120.0, 140.0)[r]))
            for r, row in enumerate((((), ()), ((Line.of([word("Oak", 5, 125)]),), (Line.of([word("31", 65, 125)]),))))
            for c, lines in enumerate(row)
        ),
        1,
    )
    lines = [upwards("Height of", 70, 110), upwards("the trunk", 85, 110)]
    rotated = [(one, i) for i, line in enumerate(lines) for one in line]
    level, stand_ins = lay_down(head, rotated)
    assert raw_table_to_rows(level)[0] == ("", "Height of the trunk")
    back = stand_up(level, stand_ins)
    assert [w.box for cell in back.cells for line in cell.lines for w in line.words if w.text == "trunk"] == [
        lines[1][1].box
    ]
    stacked = [*upwards("Zone A", 10, 60), *upwards("Zone B", 10, 115)]
    places = [(one, i // 2) for i, one in enumerate(stacked)]
    assert raw_table_to_rows(lay_down(head, places)[0])[0] == ("Oak", "31")  # names of parts that no rule parts


def test_a_head_over_narrow_columns_that_are_parted_heads_all_of_them() -> None:
    letters = "abcd"
    rows = [[word("Doors", 65, 5)]] + [[word(letters[(r + c) % 4], 20.0 + 40 * c, 20.0 * r + 5) for c in range(4)]
                                       for r in range(1, 6)]  # fmt: skip
    cells = tuple(Cell(r, 0, 1, 1, (Line.of(own),), Box(0, 20.0 * r, 160, 20.0 * r + 20)) for r, own in enumerate(rows))
    parted = part_cells(RawTable(6, 1, cells, 1))
    assert raw_table_to_rows(parted)[0] == ("Doors",) * 4


def test_numbered_entries_of_a_list_are_no_column() -> None:
    rows = [[word("Repair", 5, 5), word("kind", 50, 5)]]
    marked = (("i.", "Hull"), ("ii.", "Mast"), ("iii.", "Keel"), ("iv.", "Rig"))
    rows += [
        [word(mark, 5, 20.0 * r + 5), word(text, 60, 20.0 * r + 5)] for r, (mark, text) in enumerate(marked, start=1)
    ]
    cells = tuple(Cell(r, 0, 1, 1, (Line.of(own),), Box(0, 20.0 * r, 160, 20.0 * r + 20)) for r, own in enumerate(rows))
    assert part_cells(RawTable(5, 1, cells, 1)).column_count == 1


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        pytest.param(
            [
                ("Tool", "Shed", "Kept by", "Kept by"),
                ("Tool", "Shed", "Gardener", "Guest"),
                ("Rake", "North", "yes", ""),
                ("Hoe", "South", "", "yes"),
            ],
            2,
            id="a row that parts what spans above it",
        ),
        pytest.param(
            [
                ("Key", "Key", "Lamp", "Lamp"),
                ("1", "2", "P", "Q"),
                ("up", "down", "on", "off"),
                ("down", "up", "off", "on"),
            ],
            2,
            id="columns told by numbers",
        ),
        pytest.param(
            [
                ("farm", "<5 ha", "5–20 ha", "20–50 ha"),
                ("Dairy", "14", "52", "31"),
                ("Sheep", "7", "12", "9"),
                ("Fruit", "21", "3", "1"),
            ],
            1,
            id="classes above counts",
        ),
        pytest.param(
            [
                ("", "Spring sowing", "Spring sowing", "Autumn sowing", "Autumn sowing"),
                ("Plot", "Grain", "Straw", "Grain", "Straw"),
                ("(m2)", "(kg)", "(kg)", "(kg)", "(kg)"),
                ("Limed", "", "", "", ""),
                ("40", "12.5", "8.1", "14.2", "9.9"),
                ("80", "25.0", "16.4", "28.8", "19.0"),
            ],
            3,
            id="units below the names",
        ),
        pytest.param(
            [("Boat", "Length", "Beam"), ("Finn", "4.5", "1.5"), ("Star", "6.9", "1.7")], 1, id="one row of heads"
        ),
    ],
)
def test_heads_go_on_down_to_the_names_of_the_columns(rows: list[tuple[str, ...]], heads: int) -> None:
    assert header_row_count(rows, 0 if heads == 1 and rows[0][0] == "farm" else 1) == heads


def test_the_number_of_a_note_is_no_digit_of_the_decimal_before_it(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        writer = pymupdf.TextWriter(page.rect)
        font = pymupdf.Font("helv")
        _, end = writer.append((72, 72), "37.25", font, 11)
        writer.append((end.x, end.y - 4), "3", font, 6)
        writer.append((72, 100), "Barley", font, 11)
        writer.write_text(page)
        document.save(tmp_path / "note.pdf")
    with PdfFile(tmp_path / "note.pdf", options=IngestionOptions()) as file:
        texts = [w.text for w, _ in file.page(0).words[0]]
    assert texts == ["37.25", "3", "Barley"]
