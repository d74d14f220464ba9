"""Tables found by the places of words alone, and all that must not be taken for one."""

import os
from collections.abc import Sequence
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.aligned_tables import find_aligned_tables, make_room
from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.ingest import read_document
from ingestion.listed_texts import listed_texts
from ingestion.ocr import find_tesseract
from ingestion.options import IngestionOptions
from ingestion.pdf import PdfFile
from ingestion.table_repairs import part_cells
from ingestion.tables import raw_table_to_rows

VITALS = [
    ("Measurement", "Value", "Normal range", "Status"),
    ("Blood pressure", "142/88 mmHg", "120/80 mmHg", "HIGH"),
    ("Heart rate", "78 bpm", "60-100 bpm", "NORMAL"),
    ("Temperature", "98.6 F", "97.8-99.1 F", "NORMAL"),
    ("Oxygen saturation", "97%", "95-100%", "NORMAL"),
]
PROSE = "the harbour of the north was opened in the year of the storm and the ships came back at night to land apples"


def words_at(x: float, y: float, text: str, size: float = 10.0) -> list[Word]:
    """Words from x on, each character half as wide as high, as a line of print has them."""
    words = []
    for part in text.split():
        width = 0.5 * size * len(part)
        words.append(Word(part, Box(x, y, x + width, y + size), size))
        x += width + 0.3 * size
    return words


def grid_at(rows: Sequence[Sequence[str]], columns: Sequence[float], top: float = 200, pitch: float = 16) -> list[Word]:
    return [
        word
        for r, row in enumerate(rows)
        for x, text in zip(columns, row, strict=True)
        for word in words_at(x, top + pitch * r, text)
    ]


def prose_at(x: float, top: float, lines: int, letters: int = 44) -> list[Word]:
    text = f"{PROSE} " * lines
    cut = [text[i * letters : (i + 1) * letters] for i in range(lines)]
    return [word for i, line in enumerate(cut) for word in words_at(x, top + 14 * i, line)]


def rows_of(words: Sequence[Word], regions: Sequence[Region] = ()) -> list[tuple[tuple[str, ...], ...]]:
    return [raw_table_to_rows(grid) for grid in find_aligned_tables(words, regions).values()]


def test_a_table_without_rules_is_found_below_text() -> None:
    words = [*prose_at(50, 100, 4), *grid_at(VITALS, (50, 180, 300, 450)), *prose_at(50, 320, 4)]
    assert rows_of(words) == [tuple(VITALS)]
    text = Region("text", Box(50, 90, 550, 400))
    assert rows_of(words, [text]) == [tuple(VITALS)], "a region that holds all of it hides nothing"


def test_what_the_layout_model_knows_is_left_alone() -> None:
    words = grid_at(VITALS, (50, 180, 300, 450))
    for kind in ("table", "figure", "caption", "page-header"):
        assert not rows_of(words, [Region(kind, Box(40, 190, 560, 300))])


def test_an_empty_cell_and_a_wrapped_one() -> None:
    rows = [("Port", "Ships", "Remark"), ("North", "120", ""), ("South", "98", "closed in"), ("East", "77", "open")]
    words = [*grid_at(rows, (50, 200, 350), pitch=24), *words_at(350, 200 + 2 * 24 + 12, "winter months")]
    found = rows_of(words)
    assert found == [(rows[0], rows[1], ("South", "98", "closed in winter months"), rows[3])]


FORM = [("Name:", "Ann Lee", "Born:", "1911"), ("Port:", "North", "Ships:", "12"), ("Date:", "May 3", "By:", "A. L.")]
AUTHORS = [("Ann Lee", "Bo Chan"), ("North College", "South College"), ("ann@north.edu", "bo@south.edu")]


def items(marks: Sequence[str]) -> list[Word]:
    """A list whose texts stand well behind their marks."""
    return [
        word
        for i, mark in enumerate(marks)
        for x, text in ((50, mark), (80, PROSE[: 20 + i]))
        for word in words_at(x, 100 + 16 * i, text)
    ]


NO_TABLES = {
    "two columns of text": [*prose_at(50, 100, 20), *prose_at(310, 100, 20)],
    "three columns of text": [w for x in (40, 220, 400) for w in prose_at(x, 100, 20, letters=32)],
    "a list": items([f"{i + 1}." for i in range(8)]),
    "bullets": items("•" * 8),
    "contents": grid_at([(f"{i}", f"Section about ports {i}", f"{3 * i}") for i in range(1, 8)], (50, 90, 500)),
    "contents with dots": grid_at([(f"Part {i} . . . .", ". . .", f"{3 * i}") for i in range(1, 8)], (50, 250, 500)),
    "a form": grid_at(FORM * 2, (50, 150, 300, 400)),
    "an index": grid_at([(f"anchor {i}, 1{i}", f"harbour, 2{i}", f"ship {i}, 3{i}") for i in range(8)], (50, 220, 400)),
    "authors": grid_at(AUTHORS, (100, 350)),
    "literature": grid_at([(f"[{i}]", "A. Lee, Ports,", f"19{i}1.") for i in range(1, 7)], (50, 90, 400)),
}


@pytest.mark.parametrize("what", sorted(NO_TABLES))
def test_what_only_looks_aligned_is_no_table(what: str) -> None:
    assert rows_of(NO_TABLES[what]) == []


@given(
    st.lists(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=4, max_size=9), min_size=3, max_size=25),
    st.sampled_from([(50.0,), (50.0, 320.0)]),
    st.floats(0, 6),
)
def test_running_text_is_never_a_table(lines: list[list[str]], columns: tuple[float, ...], shift: float) -> None:
    """Lines of words in one or two columns, the second a little lower or not."""
    words = [
        word
        for c, x in enumerate(columns)
        for i, line in enumerate(lines)
        for word in words_at(x, 80 + 14 * i + c * shift, " ".join(line)[:46])
    ]
    assert rows_of(words) == []


@given(st.integers(3, 8), st.integers(3, 6), st.integers(0, 10_000))
def test_every_word_of_a_table_stands_in_one_cell(rows: int, columns: int, seed: int) -> None:
    grid = [[f"{(seed * (r + 3) * (c + 7)) % 9973}" for c in range(columns)] for r in range(rows)]
    words = grid_at(grid, [50 + 80 * c for c in range(columns)])
    for raw in find_aligned_tables(words, []).values():
        inside = [word for cell in raw.cells for line in cell.lines for word in line.words]
        assert sorted(w.box for w in inside) == sorted(w.box for w in words)
        places = [(cell.row, cell.column + i) for cell in raw.cells for i in range(cell.column_span)]
        assert sorted(places) == [(r, c) for r in range(raw.row_count) for c in range(raw.column_count)]


def test_pages_of_text_hold_no_table(data: Path) -> None:
    """Two-column pages, a licence of slides: their words alone, without what the layout model knows."""
    for name, pages in (("rcpp_introduction.pdf", (0, 3, 5)), ("scan_word_processor.pdf", (0,))):
        with PdfFile(data / name, options=IngestionOptions()) as pdf:
            for page in pages:
                assert find_aligned_tables([word for word, _ in pdf.page(page).words[0]], []) == {}


def test_a_region_is_cut_around_a_table() -> None:
    text, other = Region("text", Box(50, 100, 500, 400)), Region("text", Box(50, 500, 500, 600))
    heading = Region("heading", Box(60, 202, 300, 214))
    cut = make_room([text, heading, other], [Box(50, 200, 480, 290)])
    assert [(r.kind, r.box.y0, r.box.y1) for r in cut] == [("text", 100, 199), ("text", 291, 400), ("text", 500, 600)]


@pytest.mark.skipif(
    find_tesseract() is None and not os.environ.get("CI"), reason="no OCR program; apt-get install tesseract-ocr"
)
def test_a_table_on_a_scan_of_small_print(tmp_path: Path) -> None:
    """As faxes and old exports have it: 100 dots per inch, no rules, text around it."""
    path = tmp_path / "report.pdf"
    with pymupdf.open() as source, pymupdf.open() as pdf:
        page = source.new_page(width=612, height=792)
        for i in range(5):
            page.insert_text((60, 80 + 16 * i), f"{PROSE[: 80 + i]}.", fontsize=10)
        for r, row in enumerate(VITALS):
            for x, text in zip((60, 190, 330, 470), row, strict=True):
                page.insert_text((x, 220 + 15 * r), text, fontsize=9)
        for i in range(5):
            page.insert_text((60, 360 + 16 * i), f"{PROSE[: 90 - i]}.", fontsize=10)
        scanned = pdf.new_page(width=612, height=792)
        scanned.insert_image(scanned.rect, stream=page.get_pixmap(dpi=100, colorspace=pymupdf.csGRAY).tobytes("png"))
        pdf.save(path)
    document = read_document(path, options=IngestionOptions())
    (table,) = document.tables
    assert [row[0] for row in table.rows] == [row[0] for row in VITALS]
    assert table.rows[2][1:] == VITALS[2][1:]
    assert table.header == (table.rows[0],)
    start = document.page(1).markdown.index("NORMAL")
    box = document.page(1).boxes_between(start, start + 6)[0]
    assert box.x1 == pytest.approx(470 + pymupdf.get_text_length("NORMAL", fontsize=9), abs=3), "to its last letter"


def cell(row: int, column: int, *lines: list[Word]) -> Cell:
    boxes = [Box(words[0].box.x0, words[0].box.y0, words[-1].box.x1, words[0].box.y1) for words in lines]
    made = tuple(Line(tuple(words), box) for words, box in zip(lines, boxes, strict=True))
    return Cell(row, column, 1, 1, made, Box(column * 200.0, row * 20.0, column * 200.0 + 190, row * 20.0 + 15))


def test_two_columns_in_one_are_parted() -> None:
    cells = [cell(0, 0, words_at(90, 0, "slope")), cell(0, 1, words_at(250, 0, "VIF"))]
    for r in range(1, 5):
        both = [*words_at(0, 20 * r, f"Term{r}"), *words_at(90, 20 * r, f"0.{r}5")]
        cells += [cell(r, 0, both), cell(r, 1, words_at(250, 20 * r, f"3.{r}"))]
    parted = part_cells(RawTable(5, 2, tuple(cells), 1))
    assert raw_table_to_rows(parted)[:2] == (("", "slope", "VIF"), ("Term1", "0.15", "3.1"))


def test_signs_of_money_stay_with_their_amounts() -> None:
    cells = [
        cell(r, c, [*words_at(200 * c, 20 * r, "$"), *words_at(200 * c + 60, 20 * r, f"{r}00")])
        for r in range(5)
        for c in range(2)
    ]
    raw = RawTable(5, 2, tuple(cells), 1)
    assert part_cells(raw) == raw


def test_a_head_is_parted_from_the_row_below_it() -> None:
    def both(c: int, upper: str, lower: str) -> Cell:
        return cell(0, c, words_at(200 * c, 0, upper), words_at(200 * c, 12, lower))

    first = [both(0, "Install", "plain"), both(1, "RAM", "256 MB"), both(2, "Disk", "4 GB")]
    second = [cell(1, c, words_at(200 * c, 30, text)) for c, text in enumerate(("desktop", "1 GB", "10 GB"))]
    parted = part_cells(RawTable(2, 3, (*first, *second), 1))
    rows = (("Install", "RAM", "Disk"), ("plain", "256 MB", "4 GB"), ("desktop", "1 GB", "10 GB"))
    assert raw_table_to_rows(parted) == rows
    heads = [both(0, "Install", "type"), both(1, "RAM", "(least)"), both(2, "Disk", "(least)")]
    raw = RawTable(2, 3, (*heads, *second), 1)
    assert part_cells(raw) == raw, "a head of two lines"


DATA = [
    ("", "MK-10", "MK-20", "MK-30"),
    ("Input", "12 V", "24 V", "48 V"),
    ("Current", "1.5 A", "3 A", "5 A"),
    ("Display", "Lamps for power and for load and fault", "", ""),
    ("Ripple", "20 mV", "25 mV", "40 mV"),
    ("Weight", "2 kg", "", ""),
    ("Loss", "3 W", "6 W", "9 W"),
]


def texts_of(words: Sequence[Word]) -> tuple[tuple[Region, ...], list[tuple[tuple[str, ...], ...]]]:
    regions, grids = listed_texts(words, [Region("text", Box.around(word.box for word in words))])
    return regions, [raw_table_to_rows(grid) for grid in grids.values()]


def test_a_text_that_is_a_sheet_of_data_is_a_table() -> None:
    """What holds for all columns covers some of them, and does not join them."""
    regions, (rows,) = texts_of(grid_at(DATA, (60, 200, 300, 400), pitch=13))
    assert regions == ()
    assert rows[1] == DATA[1]
    assert rows[4] == DATA[4]
    assert rows[3][:2] == DATA[3][:2]
    assert rows[5] == DATA[5]


def test_cards_below_each_other_are_tables_with_the_line_between_them_kept() -> None:
    rates = [
        ("STAY", "LOW", "HIGH"),
        ("1-3 nights", "$30", "$45"),
        ("4-6 nights", "$28", "$41"),
        ("7+ nights", "$25", "$38"),
    ]
    upper = grid_at(rates, (60, 200, 300), top=100, pitch=36)
    lower = grid_at(rates, (60, 200, 300), top=282, pitch=36)
    regions, tables = texts_of([*upper, *words_at(110, 246, "CABINS BY THE LAKE"), *lower])
    assert tables == [tuple(rates), tuple(rates)]
    assert [region.kind for region in regions] == ["text"]


def test_running_text_and_lists_are_no_sheet_of_data() -> None:
    assert texts_of(prose_at(60, 100, 8))[1] == []
    assert texts_of(grid_at([("Ann Lee", "Bo Ray", "Cy Dow")] * 5, (60, 200, 300)))[1] == []
    below = [*grid_at(DATA, (60, 200, 300, 400), pitch=13), *prose_at(60, 320, 6)]
    assert texts_of(below)[1] == []
