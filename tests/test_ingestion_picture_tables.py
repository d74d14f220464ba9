"""A table that a page shows as a picture, beside its caption, has rows as any other; a chart has none."""

import os
from pathlib import Path

import pymupdf
import pytest

from ingestion.blocks import Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.ingest import read_document
from ingestion.ocr import find_tesseract
from ingestion.options import IngestionOptions
from ingestion.picture_tables import is_captioned_table, with_points
from ingestion.tables import raw_table_to_rows

needs_ocr = pytest.mark.skipif(
    find_tesseract() is None and not os.environ.get("CI"),
    reason="no OCR program on this machine; install one (Debian: apt-get install tesseract-ocr) to read scans",
)

ROWS = [
    ("Ferry", "Length (m)", "Seats", "Speed (km/h)"),
    ("Heron", "31.5", "120", "18.2"),
    ("Grebe", "28.4", "96", "21.7"),
    ("Plover", "44.9", "240", "24.3"),
    ("Dunlin", "19.6", "48", "16.5"),
    ("Avocet", "36.2", "150", "19.8"),
]
PROSE = "The ferries of the lake are old, and each of them has been rebuilt more than once since the war ended. " * 4


def picture() -> bytes:
    with pymupdf.open() as source:
        page = source.new_page(width=400, height=150)
        for r, row in enumerate(ROWS):
            for c, text in enumerate(row):
                page.insert_text((20 + 100 * c, 25 + 22 * r), text, fontsize=11)
        return page.get_pixmap(dpi=200).tobytes("png")


def page_with(path: Path, caption: str) -> Path:
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        page.insert_textbox((80, 80, 500, 180), PROSE, fontsize=11)
        page.insert_text((100, 210), caption, fontsize=10)
        page.insert_image(pymupdf.Rect(80, 225, 480, 375), stream=picture())
        page.insert_textbox((80, 420, 500, 520), PROSE, fontsize=11)
        pdf.save(path)
    return path


@needs_ocr
def test_a_picture_below_the_caption_of_a_table_is_that_table(tmp_path: Path) -> None:
    document = read_document(
        page_with(tmp_path / "ferries.pdf", "Table 4. Ferries of the lake"), options=IngestionOptions()
    )
    [table] = document.tables
    assert (table.number, table.header_rows) == ("4", 1)
    assert list(table.rows) == ROWS


@needs_ocr
def test_a_picture_with_the_caption_of_a_figure_is_no_table(tmp_path: Path) -> None:
    document = read_document(
        page_with(tmp_path / "ferries.pdf", "Figure 4. Ferries of the lake"), options=IngestionOptions()
    )
    assert not document.tables


def line(text: str, y: float) -> Line:
    return Line.of([Word(part, Box(100 + 40 * i, y, 135 + 40 * i, y + 10), 10) for i, part in enumerate(text.split())])


@pytest.mark.parametrize(
    ("lines", "is_table"),
    [
        ([("Table IV", 170), ("FERRIES OF THE LAKE", 182)], True),
        ([("Table 4. Ferries", 305)], True),
        ([("Table 4. Ferries", 305), ("Table 5 compares these", 60)], True),
        ([("Table 4. Ferries", 60)], False),  # too far above
        ([("Table 4. Ferries", 140), ("Figure 2. A ferry", 304)], False),
        ([("The ferries of Table 4 are old", 185)], False),
    ],
)
def test_the_nearest_caption_tells_what_a_picture_is(lines: list[tuple[str, float]], is_table: bool) -> None:
    assert is_captioned_table(Box(80, 200, 480, 300), [line(text, y) for text, y in lines]) == is_table


def test_a_point_that_was_not_seen_is_put_where_the_column_has_it() -> None:
    def column_of(*texts: str) -> list[str]:
        cells = [Cell(r, 0, 1, 1, (line(text, 14.0 * r),), Box(0, 0, 9, 9)) for r, text in enumerate(texts)]
        return [row[0] for row in raw_table_to_rows(with_points(RawTable(len(cells), 1, tuple(cells))))]

    assert column_of("12.1", "118", "17.5", "11.6", "15.4") == ["12.1", "11.8", "17.5", "11.6", "15.4"]
    assert column_of("12.1", "118", "17.52", "11.6", "15.4")[1] == "118"  # no common number of places
    assert column_of("12.1", "995", "17.5", "11.6", "15.4")[1] == "995"  # beyond the others
    assert column_of("12", "118", "17", "11", "15")[1] == "118"
