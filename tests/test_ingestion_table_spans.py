"""Labels set in the middle of their rows, heads cut at a space, and heads that stand in one cell, on a real page."""

from pathlib import Path

import pymupdf

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from ingestion.table_spans import part_spanning_heads, part_stacked_heads, span_labels
from ingestion.tables import raw_table_to_rows
from kgqa.table_view import TableView, row_to_quote


def line(text: str, x: float, y: float) -> Line:
    words = []
    for piece in text.split():
        words.append(Word(piece, Box(x, y, x + 6 * len(piece), y + 10), 10))
        x += 6 * len(piece) + 3
    return Line.of(words)


def cell(row: int, column: int, text: str, x: float, y: float, *, span: int = 1) -> Cell:
    lines = tuple(line(part, x, y + 12 * i) for i, part in enumerate(text.split("/"))) if text else ()
    return Cell(row, column, 1, span, lines, Box(x, y, x + 90, y + 12))


def test_a_label_in_the_middle_of_its_rows_heads_them_all() -> None:
    """As multirow sets it: between the rows of an even group, and in two lines beside a larger one."""
    cells = [cell(0, 0, "Data", 0, 0), cell(0, 1, "Split", 100, 0), cell(0, 2, "Hours", 200, 0)]
    labels = {1: ("LibriSpeech", 32.0), 3: ("WHAM!", 62.0), 4: ("noise", 74.0)}
    for row, (split, hours) in enumerate((("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")), 1):
        y = 12.0 + 14 * row
        text, at = labels.get(row, ("", y))
        cells += [cell(row, 0, text, 0, at), cell(row, 1, split, 100, y), cell(row, 2, hours, 200, y)]
    rows = raw_table_to_rows(span_labels(RawTable(6, 3, tuple(cells), 1)))
    assert [row[0] for row in rows[1:]] == ["LibriSpeech", "LibriSpeech", "WHAM! noise", "WHAM! noise", "WHAM! noise"]


def test_a_label_between_its_rows_in_the_second_column_heads_them() -> None:
    """Years of a farm, each over the rows of its ewes and rams; at the height of a row it is that row's alone."""

    def rows_of(lower: float) -> list[tuple[str, ...]]:
        cells = [cell(0, k, text, 100.0 * k, 0) for k, text in enumerate(("Farm", "Year", "Sort", "Sold"))]
        cells += [Cell(1, 0, 4, 1, (line("Holm", 0, 45),), Box(0, 20, 90, 80))]
        for row, (year, sort) in enumerate((("1911", "ewes"), ("", "rams"), ("", "ewes"), ("1912", "rams")), 1):
            y = 10.0 + 14 * row
            cells += [cell(row, 1, year, 100, y + (lower if row == 1 else -lower)), cell(row, 2, sort, 200, y)]
            cells += [cell(row, 3, str(7 * row), 300, y)]
        return [row[:3] for row in raw_table_to_rows(span_labels(RawTable(5, 4, tuple(cells), 1)))[1:]]

    years = ("1911", "1911", "1912", "1912")
    assert rows_of(7.0) == [("Holm", year, sort) for year, sort in zip(years, ("ewes", "rams") * 2, strict=True)]
    assert [row[1] for row in rows_of(0.0)] == ["1911", "", "", "1912"]


def test_the_last_label_may_stand_half_a_row_above_the_middle_of_its_rows() -> None:
    """Two lines at the heights of rows cannot stand in the middle of five of them."""
    cells = [cell(0, 0, "Herd", 0, 0), cell(0, 1, "Day", 100, 0), cell(0, 2, "Milk", 200, 0)]
    labels = {2: "Upper", 3: "meadow", 6: "Lower", 7: "meadow"}
    for row in range(1, 10):
        y = 12.0 + 14 * row
        cells += [cell(row, 0, labels.get(row, ""), 0, y), cell(row, 1, f"d{row}", 100, y)]
        cells += [cell(row, 2, str(9 * row), 200, y)]
    rows = raw_table_to_rows(span_labels(RawTable(10, 3, tuple(cells), 1)))
    assert [row[0] for row in rows[1:]] == ["Upper meadow"] * 4 + ["Lower meadow"] * 5


def test_labels_at_the_top_of_their_rows_stay_where_they_are() -> None:
    cells = [cell(0, 0, "Data", 0, 0), cell(0, 1, "Split", 100, 0), cell(0, 2, "Hours", 200, 0)]
    for row in range(1, 5):
        y = 12.0 + 14 * row
        cells += [cell(row, 0, "A" if row == 1 else "", 0, y), cell(row, 1, "x", 100, y), cell(row, 2, "1", 200, y)]
    raw = RawTable(5, 3, tuple(cells), 1)
    assert span_labels(raw) == raw


def test_a_head_cut_at_a_space_spans_the_columns_it_stands_over() -> None:
    """ "VAL Set" over BLEU and TER: its first word went with the one, its second with the other."""
    head = (
        Cell(0, 0, 1, 1, (line("Size", 0, 6),), Box(0, 0, 90, 24)),
        Cell(0, 1, 1, 1, (line("VAL", 100, 0), line("BLEU", 98, 12)), Box(98, 0, 122, 24)),
        Cell(0, 2, 1, 1, (line("Set", 121, 0), line("TER", 130, 12)), Box(122, 0, 160, 24)),
    )
    body = (cell(1, 0, "4k", 0, 30), cell(1, 1, "23", 100, 30), cell(1, 2, "0.7", 130, 30))
    rows = raw_table_to_rows(part_stacked_heads(RawTable(2, 3, (*head, *body), 1)))
    assert rows == (("Size", "VAL Set", "VAL Set"), ("Size", "BLEU", "TER"), ("4k", "23", "0.7"))


def test_heads_that_stand_in_one_cell_go_to_the_columns_below_them() -> None:
    head = (cell(0, 0, "", 0, 0), cell(0, 1, "Clean", 110, 0, span=2))
    names = (cell(1, 0, "Overlap", 0, 14), cell(1, 1, "IRM TCN", 100, 14, span=2))
    body = (cell(2, 0, "0%", 0, 28), cell(2, 1, "437", 100, 28), cell(2, 2, "319", 121, 28))
    rows = raw_table_to_rows(part_spanning_heads(RawTable(3, 3, (*head, *names, *body), 2)))
    assert rows[1] == ("Overlap", "IRM", "TCN")
    over_both = RawTable(3, 3, (*head, names[0], cell(1, 1, "Overall", 105, 14, span=2), *body), 2)
    assert part_spanning_heads(over_both) == over_both


def test_a_page_with_such_a_table_is_read_and_quoted(tmp_path: Path) -> None:
    """A table with rules around its groups, read from a PDF; a row's quote leaves out the label of the rows above."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 90), "Table 1: Statistics of the noises.", fontsize=10)
    rows = (("Datasets", "Split", "Hours"), ("", "train", "58"), ("", "dev", "14.7"), ("", "test", "9"),
            ("", "tune", "7"))  # fmt: skip
    for i, row in enumerate(rows):
        for x, text in zip((80, 180, 280), row, strict=True):
            page.insert_text((x, 112 + 13 * i), text, fontsize=10)
    page.insert_text((80, 112 + 13 * 2.5), "WHAM", fontsize=10)
    for y in (100, 116, 168):
        page.draw_line((76, y), (340, y))
    path = tmp_path / "spans.pdf"
    document.save(path)
    table = read_document(path, options=IngestionOptions()).tables[0]
    view = TableView(table)
    assert [row[0] for row in view.body] == ["WHAM"] * 4
    assert view.labels[1] == "WHAM dev"
    assert row_to_quote(table, 1) == "WHAM train 58"
    assert row_to_quote(table, 3) == "test 9"


def test_heads_that_repeat_are_told_apart_by_what_stands_over_them() -> None:
    """ "5k" and "50k", each over the middle of three columns: its words lay in that column alone."""
    names = ("L", "Val", "Test", "Gap", "Val", "Test", "Gap")
    over = {2: "5k", 5: "50k"}
    head = []
    for column, name in enumerate(names):
        x = 40.0 * column
        lines = (line(over[column], x, 0),) if column in over else ()
        head.append(Cell(0, column, 1, 1, (*lines, line(name, x, 12)), Box(x, 0, x + 38, 24)))
    body = [cell(1, column, str(column), 40.0 * column, 30) for column in range(7)]
    rows = raw_table_to_rows(part_stacked_heads(RawTable(2, 7, (*head, *body), 1)))
    assert rows[0] == ("", "5k", "5k", "5k", "50k", "50k", "50k")
    assert rows[1] == names


def test_a_head_of_two_lines_stays_one_head() -> None:
    head = (
        Cell(0, 0, 1, 1, (line("Set", 0, 12),), Box(0, 0, 38, 24)),
        Cell(0, 1, 1, 1, (line("per", 100, 0), line("minutes", 100, 12)), Box(100, 0, 150, 24)),
        Cell(0, 2, 1, 1, (line("Number", 200, 0), line("items", 200, 12)), Box(200, 0, 250, 24)),
    )
    raw = RawTable(2, 3, (*head, *(cell(1, k, "1", 100.0 * k, 30) for k in range(3))), 1)
    assert part_stacked_heads(raw) == raw
