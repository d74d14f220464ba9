"""Pictures inside of web pages, Word documents and books: their words are read, and nothing is fetched."""

import base64
import os
import zipfile
from pathlib import Path

import pymupdf
import pytest

from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.ocr import find_tesseract
from ingestion.options import IngestionOptions
from ingestion.picture_text import data_uri_bytes

needs_ocr = pytest.mark.skipif(
    find_tesseract() is None and not os.environ.get("CI"),
    reason="no OCR program on this machine; install one (Debian: apt-get install tesseract-ocr) to read pictures",
)
SHOWN = ("Throughput in tons a day", "North quay 4711", "South quay 1234")
CAPTION = "Figure 2: Throughput of both quays."


def read(path: Path, **options: object) -> ParsedDocument:
    return read_document(path, options=IngestionOptions(**options))  # type: ignore[arg-type]


def picture(lines: tuple[str, ...] = SHOWN, dpi: int = 110) -> bytes:
    """As a screen has it: small print."""
    with pymupdf.open() as source:
        page = source.new_page(width=260, height=110)
        for i, line in enumerate(lines):
            page.insert_text((20, 30 + 24 * i), line, fontsize=13)
        data: bytes = page.get_pixmap(dpi=dpi).tobytes("png")
        return data


def web_page(path: Path, data: bytes) -> Path:
    source = "data:image/png;base64," + base64.b64encode(data).decode()
    body = (
        f'<h1>Report</h1><p>Before it.</p><figure><img src="{source}" alt="a chart"><figcaption>{CAPTION}</figcaption>'
    )
    path.write_text(f"<!DOCTYPE html><html><body>{body}</figure><p>Behind it.</p></body></html>", "utf-8")
    return path


def book(path: Path, data: bytes) -> Path:
    from ebooklib import epub

    made = epub.EpubBook()
    made.set_identifier("x")
    made.set_title("The Harbour")
    chapter = epub.EpubHtml(title="Quays", file_name="text/quays.xhtml")
    chapter.content = (
        f'<html><body><h1>Quays</h1><p>Before it.</p><p><img src="../images/a%20chart.png" alt="a chart"/></p>'
        f'<p>{CAPTION}</p><p>Behind it.</p><img src="https://example.org/x.png" alt="far"/></body></html>'
    )
    made.add_item(chapter)
    made.add_item(epub.EpubItem(uid="i", file_name="images/a chart.png", media_type="image/png", content=data))
    made.add_item(epub.EpubNcx())
    made.add_item(epub.EpubNav())
    made.spine = [chapter]
    epub.write_epub(str(path), made)
    return path


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def word_document(path: Path, data: bytes) -> Path:
    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    image = (
        '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="a chart"/><a:graphic><a:graphicData>'
        '<pic:pic><pic:blipFill><a:blip r:embed="r9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    body = paragraph("Before it.") + image + paragraph(CAPTION) + paragraph("Behind it.")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r9" Type="{RELATIONS}/image" '
            'Target="media/chart.png"/></Relationships>',
        )
        archive.writestr("word/media/chart.png", data)
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}" xmlns:a="{DRAWING}/main" '
            f'xmlns:pic="{DRAWING}/picture" xmlns:wp="{DRAWING}/wordprocessingDrawing">'
            f"<w:body>{body}</w:body></w:document>",
        )
    return path


MAKERS = {"page.html": web_page, "book.epub": book, "report.docx": word_document}


@needs_ocr
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_words_of_a_picture_stand_where_it_stood(tmp_path: Path, name: str) -> None:
    document = read(MAKERS[name](tmp_path / name, picture()))
    page = document.page(1).markdown
    places = [page.index(text) for text in ("Before it.", *SHOWN, CAPTION, "Behind it.")]
    assert places == sorted(places)
    assert f"> {SHOWN[1]}" in page
    (figure,) = document.figures
    assert (figure.number, figure.caption) == ("2", CAPTION)
    assert "North quay 4711" in figure.plain
    assert document.status == "ok"
    assert "example.org" not in page


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_without_ocr_a_picture_that_may_hold_text_is_told_once(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = MAKERS[name](tmp_path / name, picture())
    assert read(path, ocr="never").issues == ()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ingestion.ocr_rapid.has_rapidocr", lambda: False)
    document = read(path)
    assert [issue.code for issue in document.issues] == ["ocr-missing"]
    assert "tesseract-ocr" in document.issues[0].message
    assert CAPTION in document.page(1).markdown


@pytest.mark.parametrize("data", [b"", b"\x89PNG no picture", picture(())], ids=["empty", "broken", "blank"])
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_what_is_no_picture_of_text_changes_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    document = read(MAKERS[name](tmp_path / name, data))
    assert document.status == "ok"
    assert ">" not in document.page(1).markdown
    assert [figure.number for figure in document.figures] == ["2"]


def test_addresses_that_hold_data() -> None:
    assert data_uri_bytes("data:image/png;base64,QUJD") == b"ABC"
    assert data_uri_bytes("data:image/svg+xml,%3Csvg%3E") == b"<svg>"
    assert data_uri_bytes("data:image/png;base64,A") is None
    assert data_uri_bytes("https://example.org/a.png") is None
    assert data_uri_bytes("/etc/passwd") is None
