"""Tables that their rules, bands of colour, or the places of words beside them tell: columns, rows, labels, heads."""

import itertools

from ingestion.blocks import Cell, RawTable, Region, Word
from ingestion.document import Box
from ingestion.layout import words_to_lines
from ingestion.missed_rows import add_missed_rows
from ingestion.outer_labels import add_outer_labels, grown_left, lend_labels
from ingestion.ruled_columns import RuledGrid, better_ruled, is_drawn
from ingestion.striped_rows import find_bands, row_by_bands
from ingestion.tables import raw_table_to_rows
from ingestion.unnamed_leaders import name_leaders


def word(text: str, x: float, y: float) -> Word:
    return Word(text, Box(x, y, x + 5 * len(text), y + 9), 9)


def words_at(*placed: tuple[str, float, float]) -> list[Word]:
    return [word(piece, x + 5 * text.find(piece), y) for text, x, y in placed for piece in text.split()]


def grid_of(words: list[Word], columns: list[float], rows: list[float], heads: int) -> RawTable:
    cells = []
    for r, (top, bottom) in enumerate(itertools.pairwise(rows)):
        for c, (left, right) in enumerate(itertools.pairwise(columns)):
            own = [w for w in words if left <= w.box.x0 < right and top <= w.box.y0 < bottom]
            cells.append(Cell(r, c, 1, 1, words_to_lines(own), Box(left, top, right, bottom)))
    return RawTable(len(rows) - 1, len(columns) - 1, tuple(cells), heads)


def boxes(columns: list[float], rows: list[float]) -> tuple[Box, ...]:
    return tuple(
        Box(a, top, b, bottom) for top, bottom in itertools.pairwise(rows) for a, b in itertools.pairwise(columns)
    )


SHIPS = words_at(
    ("Ada", 62, 2), ("Bee", 92, 2), ("Cod", 152, 2),
    ("11", 62, 17), ("12", 92, 17), ("13", 152, 17),
    ("21", 62, 32), ("22", 92, 32), ("23", 152, 32),
    ("31", 62, 47), ("32", 92, 47), ("33", 152, 47),
)  # fmt: skip
PORTS = words_at(("Ystad", 5, 17), ("Malmo", 5, 32), ("Visby", 5, 47))


def test_rules_show_columns_that_words_do_not_and_labels_left_of_them_name_the_rows() -> None:
    """A column without any entry is a column; the grid that was found has none of it, and no labels."""
    rows = [0.0, 15, 30, 45, 60]
    found = {Box(60, 0, 180, 60): grid_of(SHIPS, [60, 90, 180], rows, 1)}
    drawn = RuledGrid(Box(60, 0, 180, 60), boxes([60, 90, 120, 150, 180], rows))
    assert is_drawn(drawn, [drawn])
    assert not is_drawn(drawn, [RuledGrid(drawn.box, boxes([60, 180], rows))])
    ((box, grid),) = better_ruled(found, [drawn], [*SHIPS, *PORTS]).items()
    assert box.x0 < 10
    assert grid.column_count == 5
    assert raw_table_to_rows(grid) == (
        ("", "Ada", "Bee", "Cod"), ("Ystad", "11", "12", "13"), ("Malmo", "21", "22", "23"), ("Visby", "31", "32", "33")
    )  # fmt: skip
    seen = [Region("table", Box(58, 0, 182, 60)), Region("heading", Box(4, 15, 40, 60))]
    assert grown_left([box], seen) == [box]


def test_rules_that_cut_words_or_part_no_more_columns_change_nothing() -> None:
    rows = [0.0, 15, 30, 45, 60]
    found = {Box(60, 0, 180, 60): grid_of(SHIPS, [60, 90, 120, 180], rows, 1)}
    cutting = RuledGrid(Box(60, 0, 180, 60), boxes([60, 66, 97, 130, 157, 180], rows))
    fewer = RuledGrid(Box(60, 0, 180, 60), boxes([60, 90, 150, 180], rows))
    assert better_ruled(found, [cutting, fewer], SHIPS) == found


def test_rows_that_have_labels_take_none_from_beside_them() -> None:
    rows = [0.0, 15, 30, 45, 60]
    own = [*words_at(("rye", 62, 17), ("oats", 62, 32), ("hops", 62, 47)), *SHIPS]
    raw = grid_of(own, [60, 120, 180], rows, 1)
    assert add_outer_labels(Box(60, 0, 180, 60), raw, PORTS)[1] == raw


FAR = [("Paint work", 17), ("Caulking", 32), ("Whole refit", 47)]


def far_labels(*more: tuple[str, float]) -> list[Word]:
    return words_at(*((text, 4, y) for text, y in (("Refit", 2.0), *FAR, *more)))


def test_labels_far_from_their_numbers_are_theirs_where_each_row_has_one() -> None:
    rows = [0.0, 15, 30, 45, 60]
    figures = words_at(("Hours", 402, 2), ("Cost", 452, 2), ("8", 402, 17), ("90", 452, 17), ("8", 402, 47),
                       ("90", 452, 47))  # fmt: skip
    raw = grid_of(figures, [400, 450, 500], rows, 1)
    box, labelled = add_outer_labels(Box(400, 0, 500, 60), raw, far_labels())
    assert box.x0 < 10
    assert raw_table_to_rows(labelled) == (
        ("Refit", "Hours", "Cost"), ("Paint work", "8", "90"), ("Caulking", "", ""), ("Whole refit", "8", "90")
    )  # fmt: skip
    more = far_labels(("a line of running text between the rows", 24))
    assert add_outer_labels(Box(400, 0, 500, 60), raw, more)[1] == raw


def test_bands_of_colour_make_one_row_of_the_lines_of_an_entry() -> None:
    """The lines of an address stand above the line of the name; the first entry stands above the first band."""
    words = words_at(
        ("Name", 0, 0), ("Street", 60, 0), ("Town", 140, 0),
        ("Lane", 60, 11), ("Abel", 0, 22), ("End 1", 60, 22), ("Hull", 140, 22),
        ("Mill", 60, 35), ("Boyd", 0, 46), ("Road 2", 60, 46), ("Hull", 140, 46),
        ("Carr", 0, 60), ("Quay 3", 60, 60), ("Goole", 140, 60),
        ("Dodd", 0, 75), ("Hill 4", 60, 75), ("York", 140, 75),
        ("Park", 60, 90), ("Eden", 0, 101), ("Gate 5", 60, 101), ("York", 140, 101),
        ("Ford", 0, 116), ("Wharf", 60, 116), ("Selby", 140, 116),
    )  # fmt: skip
    tops = [0.0, 11, 22, 35, 46, 60, 75, 90, 101, 116, 130]
    raw = grid_of(words, [0, 60, 140, 200], tops, 1)
    fills = [Box(0, 34, 200, 57), Box(0, 73, 200, 87), Box(0, 114, 200, 128)]
    rows = raw_table_to_rows(row_by_bands(raw, find_bands(fills, Box(0, 0, 200, 130))))
    assert rows == (
        ("Name", "Street", "Town"), ("Abel", "Lane End 1", "Hull"), ("Boyd", "Mill Road 2", "Hull"),
        ("Carr", "Quay 3", "Goole"), ("Dodd", "Hill 4", "York"), ("Eden", "Park Gate 5", "York"),
        ("Ford", "Wharf", "Selby"),
    )  # fmt: skip


def test_bands_over_groups_of_rows_join_nothing() -> None:
    lines = [(text, x, 12.0 * r) for r in range(10) for text, x in ((f"k{r}", 0.0), (f"v{r}", 60.0), (f"w{r}", 140.0))]
    raw = grid_of(words_at(*lines), [0, 60, 140, 200], [12.0 * r for r in range(11)], 1)
    bands = [(12.0, 36.0), (60.0, 84.0), (96.0, 120.0)]
    assert row_by_bands(raw, bands) == raw
    assert find_bands([Box(0, y, 90, y + 12) for y in (12, 36, 60)], Box(0, 0, 200, 120)) == []


def test_rows_below_a_frame_of_heads_are_found_by_their_places() -> None:
    """The finder took the frame for the table; the layout model saw all of it."""
    heads = words_at(("Boat", 0, 0), ("Crew", 60, 0), ("Laps", 100, 0), ("Jury", 140, 0), ("Total", 200, 0))
    body = [("Ahti", "4", "12", "7.5", "88.1"), ("Bris", "5", "14", "6.5", "79.3"), ("Dag", "4", "11", "8.5", "91.7"),
            ("Ymer", "6", "13", "5.5", "70.2")]  # fmt: skip
    places = [(text, x, 20 + 12.0 * r) for r, row in enumerate(body)
              for text, x in zip(row, (0.0, 60, 100, 140, 200), strict=True)]  # fmt: skip
    frame = grid_of(heads, [0, 60, 230], [0, 12], 1)
    region = Box(0, 0, 230, 80)
    ((_, grid),) = add_missed_rows({Box(0, 0, 230, 12): frame}, [region], [*heads, *words_at(*places)]).items()
    assert raw_table_to_rows(grid) == (("Boat", "Crew", "Laps", "Jury", "Total"), *body)
    assert grid.header_rows == 1
    whole = {region: grid}
    assert add_missed_rows(whole, [region], [*heads, *words_at(*places)]) == whole


def test_dots_that_no_code_names_are_leaders_and_letters_are_not() -> None:
    def spelled(widths: list[float]) -> str:
        x, chars = 0.0, []
        for width in widths:
            chars.append({"c": "\ufffd", "bbox": (x, 0.0, x + width, 10.0)})
            x += width
        data = {"blocks": [{"lines": [{"dir": (1, 0), "spans": [{"size": 10.0, "chars": chars}]}]}]}
        name_leaders(data)
        return "".join(char["c"] for char in chars)

    assert spelled([2.5] * 6) == "......"
    assert spelled([2.5, 6.0, 4.0, 5.5, 2.5]) == "\ufffd" * 5  # a word
    assert spelled([6.0] * 5) == "\ufffd" * 5  # of a font for code
    assert spelled([2.5] * 3) == "\ufffd" * 3


def test_a_grid_without_labels_takes_those_of_the_grid_at_its_left() -> None:
    rows = [0.0, 15, 30, 45, 60, 75, 90]
    towns = [(name, 2.0, 17.0 + 15 * at) for at, name in enumerate(("Ystad", "Malmo", "Visby", "Lund", "Kalmar"))]
    left = grid_of(
        words_at(("Town", 2, 2), *towns, *((str(n), 52, 2 + 15 * n) for n in range(1, 6))), [0, 50, 80], rows, 1
    )
    right = grid_of(
        words_at(("Dead", 102, 2), *((str(9 * n), 102, 2 + 15 * n) for n in range(1, 6))), [100, 140], rows, 1
    )
    boxes_of = (Box(0, 0, 80, 90), Box(100, 0, 140, 90))
    _, (box, lent) = lend_labels(list(zip(boxes_of, (left, right), strict=True)))
    assert box == boxes_of[1]
    assert raw_table_to_rows(lent)[1:3] == (("Ystad", "9"), ("Malmo", "18"))
    apart = [(boxes_of[0], left), (Box(100, 50, 140, 140), right)]
    assert lend_labels(apart)[1][1] == right
