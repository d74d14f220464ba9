"""Pages whose text lies on its side: wide tables set across an upright page."""

from pathlib import Path

import numpy as np
import pymupdf
import pytest

from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions

_MARGIN = (-1, -1, 1, 1)  # points
OPTIONS = IngestionOptions(ocr="never")


def _one_page(data: Path, target: Path, rotate: int) -> Path:
    """Draw the first page of the census report turned counter-clockwise, with a page number that stays upright."""
    with pymupdf.open(data / "census_disability_us001.pdf") as report, pymupdf.open() as turned:
        width, height = report[0].rect.width, report[0].rect.height
        page = turned.new_page(
            **({"width": height, "height": width} if rotate % 180 else {"width": width, "height": height})
        )
        page.show_pdf_page(page.rect, report, 0, rotate=rotate)
        if rotate != 180:
            page.insert_text((page.rect.width / 2, page.rect.height - 20), "17")
        turned.save(target)
    return target


@pytest.fixture(scope="module")
def upright(data: Path, tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    return read_document(_one_page(data, tmp_path_factory.mktemp("upright") / "page.pdf", 0), options=OPTIONS)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_table_on_its_side_is_read_as_one_that_stands(
    data: Path, tmp_path: Path, upright: ParsedDocument, rotate: int
) -> None:
    path = _one_page(data, tmp_path / "page.pdf", rotate)
    read = read_document(path, options=OPTIONS)
    (table,) = read.tables
    assert (table.rows, table.caption) == (upright.tables[0].rows, upright.tables[0].caption)
    (page,) = read.pages
    assert page.reason == "text layer, turned upright"
    assert [passage.plain for passage in read.passages] == [passage.plain for passage in upright.passages]
    with pymupdf.open(path) as file:
        drawn = file[0]
        assert (page.width, page.height) == (drawn.rect.width, drawn.rect.height)
        assert table.boxes[0].as_tuple() == pytest.approx(_hull(page.words.between(table.start, table.end)), abs=15)
        for start, end, box in zip(page.words.starts, page.words.ends, page.words.boxes, strict=True):
            word = page.markdown[start:end]
            if word.isalnum():  # the very word lies under its box, in the file as it is
                assert word in "".join(drawn.get_textbox(pymupdf.Rect(*box.tolist()) + _MARGIN).split())


def _hull(boxes: np.ndarray) -> list[float]:
    return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
