"""Pages that are pictures, or whose text layer is wrong: read by the real OCR program, or reported."""

import os
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.blocks import Block, Cell, Line, PageBlocks, RawTable, Word
from ingestion.document import Box, ParsedDocument
from ingestion.ingest import read_document
from ingestion.languages import guess_language, with_latin
from ingestion.layout import words_to_lines
from ingestion.ocr import find_tesseract, mend_bullets, without_rules
from ingestion.ocr_rapid import has_rapidocr
from ingestion.options import IngestionOptions
from ingestion.page_readers import in_reading_order
from ingestion.pdf import skew_of
from ingestion.turning import level_back, measure_skew, turn_picture
from kgqa.collection import Collection
from kgqa.settings import Settings

needs_ocr = pytest.mark.skipif(
    find_tesseract() is None and not os.environ.get("CI"),
    reason="no OCR program on this machine; install one (Debian: apt-get install tesseract-ocr) to read scans",
)

TEXT = [f"Line {i} of the scan tells that the harbour was opened in {1900 + i} by Ann Lee." for i in range(24)]


def scan(path: Path, data: Path | None = None, *, pages: tuple[int, ...] = (0,), angle: float = 0.0) -> Path:
    """A PDF whose pages are pictures, at 200 dots per inch: of our own lines, or of another PDF's pages."""
    source = pymupdf.open() if data is None else pymupdf.open(data)
    if data is None:
        page = source.new_page(width=595, height=842)
        for i, text in enumerate(TEXT):
            page.insert_text((70, 90 + 26 * i), text, fontsize=12)
    with source, pymupdf.open() as pdf:
        for number in pages:
            original = source[number]
            turned = pymupdf.Matrix(200 / 72, 200 / 72).prerotate(angle)
            picture = original.get_pixmap(matrix=turned, alpha=False)
            page = pdf.new_page(width=original.rect.width, height=original.rect.height)
            page.insert_image(page.rect, pixmap=picture, keep_proportion=True)
        pdf.save(path)
    return path


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def lines_found(document: ParsedDocument) -> int:
    page = letters(document.page(1).markdown)
    return sum(letters(text) in page for text in TEXT)


@needs_ocr
def test_a_scan_is_read_with_boxes_and_says_how(tmp_path: Path) -> None:
    document = read_document(scan(tmp_path / "scan.pdf"), options=IngestionOptions())
    assert (document.status, document.page(1).engine, document.page(1).reason) == ("ok", "ocr", "scan")
    assert lines_found(document) >= 22
    passage = next(p for p in document.passages if "opened in 1905" in p.plain)
    at = passage.text.index("1905")
    box = document.page(1).boxes_between(passage.start + at, passage.start + at + 4)[0]
    assert box.y0 - 6 < 90 + 26 * 5 < box.y1 + 6, "the word is highlighted on its line of the picture"


@needs_ocr
def test_a_crooked_scan_is_made_straight_and_its_boxes_turned_back(tmp_path: Path) -> None:
    document = read_document(scan(tmp_path / "scan.pdf", angle=0.8), options=IngestionOptions())
    assert lines_found(document) >= 20


@needs_ocr
def test_columns_of_a_scan_are_read_one_after_the_other(tmp_path: Path, data: Path, read) -> None:
    """Page 2 of a two-column paper, as a picture, against its own text layer."""
    path = scan(tmp_path / "scan.pdf", data / "rcpp_introduction.pdf", pages=(1,))
    seen = letters(read_document(path, options=IngestionOptions()).page(1).markdown)
    true = [p.plain for p in read("rcpp_introduction.pdf").passages if p.page_number == 2 and len(p.plain) > 150]
    samples = [letters(text)[40:80] for text in true]
    places = [seen.find(sample) for sample in samples]
    found = [place for place in places if place >= 0]
    assert len(found) >= 0.6 * len(samples)
    assert found == sorted(found)


@needs_ocr
def test_wrong_character_codes_are_read_from_the_picture(read) -> None:
    document = read("garbled_fonts_plsvgls.pdf")
    assert {page.engine for page in document.pages} == {"ocr"}
    assert "Penalized least" in document.title
    assert "Cholesky decomposition" in " ".join(p.plain for p in document.passages)
    assert {"1", "2", "3"} <= {section.number for section in document.sections}


@needs_ocr
def test_a_scan_has_headings(read) -> None:
    titles = {section.title for section in read("scan_word_processor.pdf").sections}
    assert {"The Birth of Word Processing (1960s - 1970s)", "Future of Word Processing"} <= titles


@needs_ocr
def test_a_language_that_is_not_installed_is_told(tmp_path: Path) -> None:
    document = read_document(scan(tmp_path / "scan.pdf"), options=IngestionOptions(ocr_languages="xxx"))
    assert document.issues[0].code == "ocr-missing"
    assert "ocr_languages" in document.issues[0].message


@needs_ocr
def test_a_picture_without_words_is_an_issue(tmp_path: Path) -> None:
    path = tmp_path / "grey.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        grey = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 300, 400))
        grey.clear_with(180)
        page.insert_image(page.rect, pixmap=grey)
        pdf.save(path)
    document = read_document(path, options=IngestionOptions())
    assert [issue.code for issue in document.issues] == ["ocr-empty"]


def test_without_the_program_each_page_is_an_issue_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scan(tmp_path / "scan.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ingestion.ocr_rapid.has_rapidocr", lambda: False)
    document = read_document(path, options=IngestionOptions())
    assert document.status == "partial"
    assert [(issue.page, issue.code) for issue in document.issues] == [(1, "ocr-missing")]
    assert "tesseract-ocr" in document.issues[0].message


@pytest.mark.parametrize(
    ("name", "code"),
    [("garbled_fonts_plsvgls.pdf", "garbled-text-layer"), ("scan_word_processor.pdf", "no-text-layer")],
)
def test_with_ocr_switched_off_each_page_is_an_issue(data: Path, name: str, code: str) -> None:
    document = read_document(data / name, options=IngestionOptions(ocr="never"))
    assert document.status == "partial"
    assert [issue.page for issue in document.issues] == [page.number for page in document.pages]
    assert {issue.code for issue in document.issues} == {code}


@needs_ocr
def test_a_file_that_wanted_ocr_is_read_again_when_there_is_some(tmp_path: Path, settings: Settings) -> None:
    path = scan(tmp_path / "scan.pdf")
    off = settings.model_copy(update={"ingestion": IngestionOptions(ocr="never")})
    with Collection.open(tmp_path / "c", off) as collection:
        assert [d.status for d in collection.add(path).documents] == ["partial"]
        assert [d.status for d in collection.add(path).documents] == ["unchanged"]
    with Collection.open(tmp_path / "c", settings) as collection:
        assert [d.status for d in collection.add(path).documents] == ["ok"]
        assert [d.status for d in collection.add(path).documents] == ["unchanged"]
        answer = collection.ask("Who opened the harbour in 1905?")
        assert "Ann Lee" in answer.text
        assert answer.citations[0].verified


@given(st.floats(-3, 3), st.floats(0, 590), st.floats(0, 790))
def test_turning_back_keeps_sizes_and_nothing_for_no_angle(angle: float, x: float, y: float) -> None:
    box = Box(x, y, x + 20, y + 10)
    line = Line((Word("word", box, 10.0),), box)
    page = PageBlocks(1, "", 612, 792, (Block("text", box, (line,)),), 10.0)
    turned = level_back(page, angle).blocks[0].box
    assert turned.width == pytest.approx(20)
    assert turned.height == pytest.approx(10)
    assert abs(turned.x0 - x) < 60
    assert level_back(page, 0.0) == page


def test_a_bullet_that_was_read_as_a_letter_is_mended() -> None:
    box = Box(0, 0, 10, 10)
    words = tuple(Word(text, box, 10.0) for text in ("e", "First", "item"))
    item = Block("list-item", box, (Line(words, box),))
    text = Block("text", box, (Line(words, box),))
    page = mend_bullets(PageBlocks(1, "", 612, 792, (item, text), 10.0))
    assert [block.lines[0].words[0].text for block in page.blocks] == ["•", "e"]


def test_lines_from_right_to_left_are_read_so() -> None:
    drawn = [("ةغلب", 10.0), ("2024", 50.0), ("Python", 80.0), ("ةجمربلا", 130.0)]  # as they look, from the left
    words = [(Word(text, Box(x, 0, x + 20, 10), 10.0), 1) for text, x in drawn]
    latin = [(Word(text, Box(x, 20, x + 20, 30), 10.0), 2) for text, x in (("two", 10.0), ("words", 40.0))]
    read = [word.text for word, _ in in_reading_order([*words, *latin])]
    assert read == ["البرمجة", "2024", "Python", "بلغة", "two", "words"], "Latin words and numbers from the left"


def test_pieces_of_a_line_of_arabic_and_latin_are_put_together() -> None:
    """Tesseract parts a line where the script changes, and gives the pieces in any order, of several lines at once."""

    def piece(line: int, y: float, *drawn: tuple[str, float]) -> list[tuple[Word, int]]:
        return [(Word(text, Box(x, y, x + 20, y + 10), 10.0), line) for text, x in drawn]

    words = [
        *piece(1, 0, ("Data", 60.0), ("Science", 85.0)),
        *piece(2, 0, ("ةغلب", 10.0), ("مث", 35.0)),
        *piece(3, 20, ("R", 40.0)),
        *piece(4, 0, ("ةجمربلا", 110.0)),
        *piece(5, 20, ("ةغلب", 10.0), ("و", 65.0), ("ةجمربلا", 90.0), ("مث", 115.0)),
    ]
    read = [(word.text, word.box.y0) for word, _ in in_reading_order(words)]
    assert read == [
        *[(text, 0.0) for text in ("البرمجة", "Data", "Science", "ثم", "بلغة")],
        *[(text, 20.0) for text in ("ثم", "البرمجة", "و", "R", "بلغة")],
    ]


def test_a_cell_of_arabic_is_read_from_the_right() -> None:
    drawn = [("بلغة", 10.0), ("Python", 40.0), ("3.11", 70.0), ("البرمجة", 100.0)]
    words = [Word(text, Box(x, 0, x + 20, 10), 10.0) for text, x in drawn]
    (line,) = words_to_lines(words)
    assert line.text == "البرمجة Python 3.11 بلغة"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Straße führte über die Brücke nach Süden und war für Fußgänger gesperrt. " * 4, "deu"),
        ("The harbour was opened for ships in the year of the great storm by the mayor. " * 4, "eng"),
        ("Le port fut ouvert aux navires pendant une grande tempête, dit le maire de la ville. " * 4, "fra"),
        ("too short", None),
        ("1911 4711 0815 " * 30, None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert guess_language(text) == language


@needs_ocr
def test_a_language_without_data_is_an_issue_with_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.ocr.installed_languages", lambda: ("eng",))
    path = tmp_path / "german.pdf"
    lines = ["Im Jahre 1911 wurde der Hafen für die großen Schiffe geöffnet, wie die Behörde erklärte."] * 12
    with pymupdf.open() as source, pymupdf.open() as pdf:
        page = source.new_page(width=595, height=842)
        for i, text in enumerate(lines):
            page.insert_text((60, 90 + 24 * i), text, fontsize=11)
        scanned = pdf.new_page(width=595, height=842)
        scanned.insert_image(scanned.rect, stream=page.get_pixmap(dpi=200).tobytes("png"))
        pdf.save(path)
    document = read_document(path, options=IngestionOptions())
    assert [issue.code for issue in document.issues] == ["ocr-language"]
    assert "tesseract-ocr-deu" in document.issues[0].message
    assert "Hafen" in document.page(1).markdown
    assert document.doubtful_pages() == (1,)


@pytest.mark.skipif(not has_rapidocr() and not os.environ.get("CI"), reason="the extra kgqa[rapidocr] is not installed")
def test_rapidocr_reads_where_tesseract_is_not_installed(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scan(tmp_path / "scan.pdf", data / "scan_word_processor.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))
    document = read_document(path, options=IngestionOptions(ocr_dpi=150))
    page = document.page(1)
    assert (document.status, page.engine) == ("ok", "ocr")
    assert "has evolved through several technological milestones" in page.markdown
    assert (page.confidence or 0) > 0.9
    start = page.markdown.index("technological milestones")
    assert 0 < page.boxes_between(start, start + 4)[0].y0 < page.height / 4


@pytest.mark.parametrize("angle", [0.0, 0.3, -0.5, 1.5])
def test_the_skew_of_a_page_is_measured(angle: float) -> None:
    with pymupdf.open() as source:
        page = source.new_page(width=595, height=842)
        for i, text in enumerate(TEXT):
            page.insert_text((70, 90 + 26 * i), text, fontsize=12)
        picture = turn_picture(page.get_pixmap(dpi=100, colorspace=pymupdf.csGRAY).tobytes("png"), angle)
    assert measure_skew(picture, skew_of(picture)) == pytest.approx(-angle, abs=0.12)


def test_another_script_is_read_together_with_latin() -> None:
    assert [with_latin(name) for name in ("ara", "rus", "deu", "eng")] == ["ara+eng", "rus+eng", "deu", "eng"]


def test_lines_between_cells_that_were_read_as_bars_are_taken_away() -> None:
    texts = ("|Boats", "29921|", "2.04}", "|", "f(x)", "[3]")
    words = [Word(text, Box(60 * i, 10, 60 * i + 50, 20), 10.0) for i, text in enumerate(texts)]
    cells = tuple(Cell(0, i, 1, 1, (Line.of([word]),), word.box) for i, word in enumerate(words))
    block = Block("table", Box(0, 0, 400, 30), (Line.of(words),), RawTable(1, len(words), cells))
    (mended,) = without_rules(PageBlocks(1, "", 612, 792, (block,), 10.0)).blocks
    assert mended.table is not None
    read = ["".join(line.text for line in cell.lines) for cell in mended.table.cells]
    assert read == ["Boats", "29921", "2.04", "", "f(x)", "[3]"]
    assert mended.lines[0].text == "Boats 29921 2.04 f(x) [3]"
