"""Which engine reads a page and why, on pages made for it; and the cache that keeps what was read."""

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.blocks import Block, Cell, Line, PageBlocks, RawPage, RawTable, Word
from ingestion.document import Box, ParsedDocument
from ingestion.ingest import read_document
from ingestion.ocr import find_tesseract
from ingestion.options import IngestionOptions
from ingestion.page_cache import PageCache
from ingestion.text_quality import is_broken, word_agreement

needs_ocr = pytest.mark.skipif(
    find_tesseract() is None and not os.environ.get("CI"),
    reason="no OCR program on this machine; install one (Debian: apt-get install tesseract-ocr) to read scans",
)

LINES = [
    f"In the year {1900 + i} the harbour of the town was opened for ships, and the mayor said that it is good."
    for i in range(20)
]


def write_lines(page: pymupdf.Page, lines: list[str], *, top: float = 90, size: float = 10) -> None:
    for i, text in enumerate(lines):
        page.insert_text((60, top + 2 * size * i), text, fontsize=size)


def picture_of(lines: list[str], *, turn: int = 0, size: float = 10, color: bool = False) -> bytes:
    with pymupdf.open() as source:
        page = source.new_page(width=595, height=842)
        write_lines(page, lines, size=size)
        page.set_rotation(turn)
        return page.get_pixmap(dpi=200, colorspace=pymupdf.csRGB if color else pymupdf.csGRAY).tobytes("png")


def read_pdf(path: Path, **options) -> ParsedDocument:
    return read_document(path, options=IngestionOptions(**options))


def found(document: ParsedDocument, lines: list[str] = LINES) -> int:
    text = "".join(c for c in document.page(1).markdown.casefold() if c.isalnum())
    return sum("".join(c for c in line.casefold() if c.isalnum()) in text for line in lines)


@needs_ocr
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_scan_on_its_side_or_head_is_turned_and_its_boxes_turned_back(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "scan.pdf"
    with pymupdf.open() as pdf:
        width, height = (842, 595) if turn % 180 else (595, 842)
        page = pdf.new_page(width=width, height=height)
        page.insert_image(page.rect, stream=picture_of(LINES, turn=turn))
        pdf.save(path)
    document = read_pdf(path)
    assert found(document) >= 18
    assert (document.page(1).confidence or 0) > 0.8
    start = document.page(1).markdown.index("1900")
    box = document.page(1).boxes_between(start, start + 4)[0]
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    upright = {90: (y, 842 - x), 180: (595 - x, 842 - y), 270: (595 - y, x)}[turn]
    assert upright[1] == pytest.approx(87, abs=8), "the first line stands near the top of the upright page"
    assert 100 < upright[0] < 150


@needs_ocr
def test_every_letter_shifted_by_one_is_seen_and_read_from_the_picture(tmp_path: Path) -> None:
    """The layer is unseen text of wrong codes over a picture of the true words, as a bad font map gives it."""
    path = tmp_path / "shifted.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        page.insert_image(page.rect, stream=picture_of(LINES))
        for i, text in enumerate(LINES):
            shifted = "".join(chr(ord(c) + 1) if c.isalpha() else c for c in text)
            page.insert_text((60, 90 + 20 * i), shifted, fontsize=10, render_mode=3)
        pdf.save(path)
    document = read_pdf(path)
    assert (document.page(1).engine, document.page(1).reason) == ("ocr", "text layer with wrong character codes")
    assert found(document) >= 18
    assert document.status == "ok"


@needs_ocr
@pytest.mark.parametrize("wrong", [20, 8])
def test_words_with_signs_amid_them_are_seen_and_read_from_the_picture(tmp_path: Path, wrong: int) -> None:
    """A font with codes of its own gives signs for letters, on the whole page or on a part of it."""
    path = tmp_path / "broken.pdf"
    codes = dict(zip("etaoinsh", "Z[j=^}{~", strict=True))
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        page.insert_image(page.rect, stream=picture_of(LINES))
        for i, text in enumerate(LINES):
            layer = "".join(codes.get(c, c) for c in text) if i < wrong else "x" * (i == 19)
            page.insert_text((60, 90 + 20 * i), layer, fontsize=10, render_mode=3)
        pdf.save(path)
    document = read_pdf(path)
    assert (document.page(1).engine, document.page(1).reason) == ("ocr", "text layer with wrong character codes")
    assert found(document) >= 18


def test_words_of_code_and_of_catalan_are_not_broken() -> None:
    code = 'start|stop|reload ~/.profile if [ -f "$file" ]; then echo ${name} && exit 1; fi me@example.org x^2'.split()
    text = "La col·lecció d'aquarel·les és a l'escola, vine-hi el dia 5".split()
    assert not is_broken([*code, *text] * 5)


@needs_ocr
def test_an_index_page_looks_odd_but_ocr_bears_it_out(tmp_path: Path) -> None:
    path = tmp_path / "index.pdf"
    words = "Aachen Basel Cologne Dresden Essen Freiburg Giessen Halle Ingolstadt Jena Kassel Leipzig Mainz".split()
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        write_lines(page, [" ".join(words[i % 7 :]) for i in range(20)])
        pdf.save(path)
    page = read_pdf(path).page(1)
    assert page.engine == "layout"
    assert page.reason == "text layer, confirmed by OCR"
    assert page.agreement is not None
    assert page.agreement > 0.8


@needs_ocr
def test_a_picture_of_text_on_a_text_page_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    inside = ["Throughput in tons a day", "North quay 4711", "South quay 1234"]
    with pymupdf.open() as pdf, pymupdf.open() as small:
        note = small.new_page(width=260, height=110)
        write_lines(note, inside, top=30, size=14)
        page = pdf.new_page(width=595, height=842)
        write_lines(page, LINES[:12])
        page.insert_image(pymupdf.Rect(100, 500, 360, 610), stream=note.get_pixmap(dpi=200).tobytes("png"))
        pdf.save(path)
    document = read_pdf(path)
    page = document.page(1)
    assert page.engine == "mixed"
    assert page.reason == "text layer, and OCR of a picture"
    assert found(document, LINES[:12]) == 12
    start = page.markdown.index("4711")
    box = page.boxes_between(start, start + 4)[0]
    assert 500 < box.y0 < box.y1 < 610
    assert read_pdf(path, ocr="never").page(1).engine == "layout"


@needs_ocr
def test_a_photograph_is_not_taken_for_text(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "photo.pdf"
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    noise.save(tmp_path / "noise.png")
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        write_lines(page, LINES[:8])
        page.insert_image(pymupdf.Rect(100, 400, 400, 625), filename=tmp_path / "noise.png")
        pdf.save(path)
    assert read_pdf(path).page(1).engine == "layout"


@needs_ocr
def test_letters_drawn_as_shapes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outlines.pdf"
    with pymupdf.open() as source, pymupdf.open() as pdf:
        page = source.new_page(width=595, height=842)
        write_lines(page, LINES)
        drawing = page.get_svg_image(text_as_path=True)
        with pymupdf.open(stream=drawing.encode(), filetype="svg") as svg:
            pdf.insert_pdf(pymupdf.open("pdf", svg.convert_to_pdf()))
        pdf.save(path)
    document = read_pdf(path)
    assert document.page(1).engine == "ocr"
    assert found(document) >= 18


@needs_ocr
def test_ocr_as_asked_says_how_far_it_agrees_with_the_text_layer(tmp_path: Path) -> None:
    path = tmp_path / "text.pdf"
    with pymupdf.open() as pdf:
        write_lines(pdf.new_page(width=595, height=842), LINES)
        pdf.save(path)
    page = read_pdf(path, ocr="always").page(1)
    assert (page.engine, page.reason) == ("ocr", "OCR as asked")
    assert page.agreement is not None
    assert page.agreement > 0.9


def test_fast_reads_the_bare_text_in_its_order(data: Path) -> None:
    document = read_pdf(data / "rcpp_introduction.pdf", layout=False, ocr="never")
    assert {page.engine for page in document.pages} == {"text"}
    assert not document.tables
    text = document.page(1).markdown
    assert text.index("Extending R") < text.index("extensions. Based")


def test_a_cached_page_is_the_page_and_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache = tmp_path / "text.pdf", tmp_path / "pages.sqlite3"
    with pymupdf.open() as pdf:
        for number in range(3):
            write_lines(pdf.new_page(width=595, height=842), [f"Page {number}", *LINES[:5]])
        pdf.save(path)
    first = read_document(path, options=IngestionOptions(), cache=cache)
    read_pages: list[int] = []
    from ingestion.page_readers import LayoutReader

    original = LayoutReader.read

    def counted(self, page, reason):
        read_pages.append(page.number)
        return original(self, page, reason)

    monkeypatch.setattr(LayoutReader, "read", counted)
    again = read_document(path, options=IngestionOptions(), cache=cache)
    assert replace(again, seconds=0.0) == replace(first, seconds=0.0)
    assert read_pages == []
    changed = tmp_path / "changed.pdf"
    with pymupdf.open(path) as pdf:
        pdf[1].insert_text((60, 205), "A line that was added later.")
        pdf.save(changed, garbage=4, deflate=True)  # written anew: other bytes, other object numbers
    document = read_document(changed, options=IngestionOptions(), cache=cache)
    assert read_pages == [2], "only the page that changed is read again"
    assert "added later" in document.page(2).markdown
    read_document(path, options=IngestionOptions(ocr_dpi=300), cache=cache)
    assert read_pages == [2], "an option of OCR does not concern pages with a text layer"


def test_what_a_cache_cannot_hold_costs_time_alone(tmp_path: Path) -> None:
    path, cache = tmp_path / "text.pdf", tmp_path / "pages.sqlite3"
    with pymupdf.open() as pdf:
        write_lines(pdf.new_page(width=595, height=842), LINES)
        pdf.save(path)
    cache.write_bytes(b"this is no database" * 100)
    assert found(read_document(path, options=IngestionOptions(), cache=cache)) == len(LINES)
    assert cache.read_bytes().startswith(b"SQLite format 3"), "what is no database is made anew"
    first = read_document(path, options=IngestionOptions(), cache=cache)
    with sqlite3.connect(cache) as database:
        database.execute("UPDATE pages SET page = ?", (b"damaged",))
    again = read_document(path, options=IngestionOptions(), cache=cache)
    assert again.pages == first.pages


coordinates = st.floats(min_value=0, max_value=1000, width=32)
boxes = st.tuples(coordinates, coordinates, coordinates, coordinates).map(
    lambda c: Box(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
)
words = st.builds(Word, st.text(min_size=1), boxes, coordinates, st.booleans(), st.booleans(), st.booleans())
lines = st.builds(Line, st.lists(words, min_size=1, max_size=3).map(tuple), boxes)
cells = st.builds(
    Cell, st.integers(0, 3), st.integers(0, 3), st.just(1), st.just(1), st.lists(lines, max_size=1).map(tuple), boxes
)
tables = st.builds(RawTable, st.integers(1, 4), st.integers(1, 4), st.lists(cells, max_size=3).map(tuple))
blocks = st.builds(
    Block,
    st.sampled_from(["text", "table", "heading"]),
    boxes,
    st.lists(lines, max_size=2).map(tuple),
    st.none() | tables,
)
pages = st.builds(
    RawPage,
    st.builds(
        PageBlocks, st.integers(1, 9), st.text(), coordinates, coordinates, st.lists(blocks).map(tuple), coordinates
    ),
    st.sampled_from(["layout", "ocr"]),
    st.text(),
    st.none() | st.floats(0, 1),
)


@settings(max_examples=40, deadline=None)
@given(page=pages)
def test_a_page_comes_back_from_the_cache_as_it_was(tmp_path_factory: pytest.TempPathFactory, page: RawPage) -> None:
    cache = PageCache(tmp_path_factory.mktemp("cache") / "pages.sqlite3")
    cache.put("key", "hash", page)
    assert cache.get("key") == page
    cache.forget("hash")
    assert cache.get("key") is None
    cache.close()


@given(st.lists(st.text(alphabet="abcde ", min_size=1), max_size=8))
def test_a_text_agrees_with_itself_in_any_order(texts: list[str]) -> None:
    assert word_agreement(texts, list(reversed(texts))) == 1.0


def test_pdfium_reads_what_mupdf_cannot(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ingestion.pdf
    from ingestion.errors import BrokenFileError

    def broken(*_: object) -> None:
        raise BrokenFileError("no objects found")

    monkeypatch.setattr(ingestion.pdf, "_open", broken)
    document = read_pdf(data / "rcpp_introduction.pdf")
    assert document.status == "partial"
    assert [issue.code for issue in document.issues] == ["damaged"]
    assert {page.engine for page in document.pages} == {"pypdfium"}
    assert "Eddelbuettel" in document.page(1).markdown
    start = document.page(1).markdown.index("extensions")
    assert document.page(1).boxes_between(start, start + 8)


def test_a_page_that_mupdf_cannot_read_is_read_by_pdfium(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.pdf import PdfFile, PdfPage

    original = PdfFile.page

    def damaged(self: PdfFile, index: int) -> PdfPage:
        if index == 1:
            raise RuntimeError("cycle in page tree")
        return original(self, index)

    monkeypatch.setattr(PdfFile, "page", damaged)
    document = read_pdf(data / "empty_pages.pdf")
    assert [issue.page for issue in document.issues] == [2]
    assert document.doubtful_pages() == (2,)
    assert [page.engine for page in document.pages] == ["layout", "pypdfium", "layout", "none"]


def test_a_picture_of_text_without_any_ocr_is_an_issue_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mixed.pdf"
    with pymupdf.open() as pdf, pymupdf.open() as small:
        note = small.new_page(width=260, height=110)
        write_lines(note, ["Throughput in tons a day", "North quay 4711"], top=30, size=14)
        page = pdf.new_page(width=595, height=842)
        write_lines(page, LINES[:12])
        page.insert_image(pymupdf.Rect(100, 500, 360, 610), stream=note.get_pixmap(dpi=200).tobytes("png"))
        pdf.save(path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ingestion.ocr_rapid.has_rapidocr", lambda: False)
    document = read_pdf(path)
    assert document.status == "partial"
    assert [(issue.page, issue.code) for issue in document.issues] == [(1, "ocr-missing")]
    assert "tesseract-ocr" in document.issues[0].message
    assert found(document, LINES[:12]) == 12, "its text is read all the same"
