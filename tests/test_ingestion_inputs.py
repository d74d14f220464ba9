"""Every kind of file into the same types, and every kind of bad file: one clear line each, the rest done."""

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pymupdf
import pytest

from ingestion.document import ParsedDocument
from ingestion.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    FileTooLargeError,
    IngestionError,
    ReaderCrashedError,
    UnreadableFileError,
    UnsupportedFileError,
)
from ingestion.ingest import find_files, read_document, read_guarded, read_many
from ingestion.ocr import find_tesseract
from ingestion.options import IngestionOptions
from kgqa.collection import Collection
from kgqa.settings import Settings

needs_ocr = pytest.mark.skipif(
    find_tesseract() is None and not os.environ.get("CI"),
    reason="no OCR program on this machine; install one (Debian: apt-get install tesseract-ocr) to read scans",
)
LINES = [f"The harbour was opened for ships in the year {1900 + i} by the mayor." for i in range(15)]


def read(path: Path, **options) -> ParsedDocument:
    return read_document(path, options=IngestionOptions(**options))


def text_pdf(path: Path, pages: int = 1) -> Path:
    with pymupdf.open() as pdf:
        for number in range(pages):
            pdf.new_page(width=595, height=842).insert_text((60, 90), f"Page {number + 1} of the harbour report.")
        pdf.save(path)
    return path


def page_picture(kind: str) -> bytes:
    with pymupdf.open() as source:
        page = source.new_page(width=595, height=842)
        for i, text in enumerate(LINES):
            page.insert_text((60, 90 + 24 * i), text, fontsize=12)
        return page.get_pixmap(dpi=150).tobytes(kind)


# Kinds of files


@needs_ocr
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_picture_is_a_page_that_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"photo.{kind}"
    path.write_bytes(page_picture(kind))
    document = read(path)
    assert document.media_type == f"image/{kind}"
    assert (document.page(1).engine, document.page(1).reason) == ("ocr", "scan")
    assert sum(line in document.page(1).markdown for line in LINES) >= 13


@needs_ocr
def test_each_page_of_a_tiff_is_a_page(tmp_path: Path, settings: Settings) -> None:
    from io import BytesIO

    from PIL import Image

    first = Image.open(BytesIO(page_picture("png")))
    path = tmp_path / "fax.tif"
    first.save(path, save_all=True, append_images=[first.copy()], dpi=(150, 150), compression="tiff_lzw")
    document = read(path)
    assert [page.engine for page in document.pages] == ["ocr", "ocr"]
    assert LINES[3] in document.page(2).markdown
    with Collection.open(tmp_path / "collection", settings) as collection:
        collection.add(path)
        assert collection.page_image("fax.tif", 2).startswith(b"\x89PNG")


HTML = """<!DOCTYPE html><html><head><title>Harbour report</title><script>alert("never run")</script>
<style>p {color: red}</style></head><body><h1>Harbour</h1><h2>Ships</h2>
<p>Ships of <a href="https://example.org/x">the north</a> &amp; <b>south</b> called.</p>
<table><caption>Table 3: Tons</caption><tr><th rowspan="2">Year</th><th colspan="2">Tons</th></tr>
<tr><th>North</th><th>South</th></tr><tr><td>1911</td><td>4</td><td>5</td></tr></table>
<img src="https://example.org/secret.png" alt="a chart"></body></html>"""


def test_a_web_page_is_read_without_its_scripts_and_fetches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(HTML, encoding="utf-8")
    document = read(path)
    assert (document.media_type, document.title) == ("text/html", "Harbour")
    assert [section.title for section in document.sections] == ["Ships"]
    table = document.tables[0]
    assert (table.number, table.caption) == ("3", "Table 3: Tons")
    assert table.rows == (("Year", "Tons", "Tons"), ("Year", "North", "South"), ("1911", "4", "5"))
    words = " ".join(p.plain for p in document.passages)
    assert "Ships of the north & south called." in words
    assert "a chart" in words
    assert "never run" not in document.page(1).markdown
    assert "example.org" not in document.page(1).markdown


DOCX_BODY = """<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Findings</w:t></w:r></w:p>
<w:p><w:r><w:t>The north quay moved 4711 tons.</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Quay</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Tons</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>North</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>4711</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</w:body></w:document>"""
DOCX_STYLES = """<?xml version="1.0" encoding="UTF-8"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>"""
DOCX_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""
DOCX_RELS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""


def docx(path: Path, body: str = DOCX_BODY) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", DOCX_TYPES)
        archive.writestr("_rels/.rels", DOCX_RELS)
        archive.writestr("word/document.xml", body)
        archive.writestr("word/styles.xml", DOCX_STYLES)
    return path


def test_a_word_document_has_headings_and_tables(tmp_path: Path) -> None:
    document = read(docx(tmp_path / "report.docx"))
    assert document.title == "Findings" or [s.title for s in document.sections] == ["Findings"]
    assert document.tables[0].rows == (("Quay", "Tons"), ("North", "4711"))
    assert "The north quay moved 4711 tons." in document.page(1).markdown


def test_each_part_of_an_epub_is_a_page(tmp_path: Path) -> None:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_identifier("x")
    book.set_title("The Harbour")
    book.set_language("en")
    chapters = []
    for number, title in enumerate(("Ships", "Tides"), start=1):
        chapter = epub.EpubHtml(title=title, file_name=f"c{number}.xhtml")
        chapter.content = f"<html><body><h1>{title}</h1><p>Chapter {number} tells of {title.lower()}.</p></body></html>"
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = chapters
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = chapters
    path = tmp_path / "book.epub"
    epub.write_epub(str(path), book)
    document = read(path)
    assert (document.title, len(document.pages)) == ("The Harbour", 2)
    assert "Chapter 2 tells of tides." in document.page(2).markdown
    assert [(s.title, s.page_number) for s in document.sections] == [("Ships", 1), ("Tides", 2)]


def test_content_says_what_a_file_is(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "report.pdf").rename(tmp_path / "report.txt")
    assert read(path).media_type == "application/pdf"
    page = tmp_path / "page.txt"
    page.write_text(HTML, encoding="utf-8")
    assert read(page).media_type == "text/html"


def test_a_folder_gives_all_kinds(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.PNG", "c.docx", "d.epub", "e.html", "f.mmd", "g.tiff", "h.exe", ".hidden.pdf"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in find_files([tmp_path])] == [
        "a.pdf", "b.PNG", "c.docx", "d.epub", "e.html", "f.mmd", "g.tiff",
    ]  # fmt: skip


# Bad files


def huge_png(path: Path, side: int) -> Path:
    """A picture whose header says side by side pixels; its data is a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    return path


def bomb_pdf(path: Path) -> Path:
    """A page whose picture claims 60,000 by 60,000 pixels, packed to a few kilobytes."""
    data = zlib.compress(zlib.compress(bytes(50_000_000)), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 30>>\nstream\nq 595 0 0 842 0 0 cm /I Do Q \nendstream",
        b"<</Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n" % len(data) + data + b"\nendstream",
    ]
    return write_pdf(path, objects)


def write_pdf(path: Path, objects: list[bytes]) -> Path:
    body = b"%PDF-1.7\n"
    places = []
    for number, source in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + source + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    path.write_bytes(body)
    return path


def recursive_form(path: Path) -> Path:
    """A page that draws a form that draws itself."""
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</F 5 0 R>>>>/Length 6>>\n"
        b"stream\n/F Do \nendstream"
    )
    return write_pdf(
        path,
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>"
            b"/Font<</H<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
            b"<</Length 70>>\nstream\nBT /H 12 Tf 60 700 Td (The harbour report of 1911.) Tj ET q /F Do Q    \n"
            b"endstream",
            form,
        ],
    )


def test_a_picture_of_too_many_pixels_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(FileTooLargeError, match="400 megapixels"):
        read(huge_png(tmp_path / "huge.png", 20_000))
    with pytest.raises(FileTooLargeError, match="4000000 megapixels"):
        read(huge_png(tmp_path / "larger.png", 2_000_000))


def test_a_page_of_five_metres_is_drawn_coarsely(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=14_173, height=14_173)
        page.insert_text((500, 700), "Plan of the harbour in one piece", fontsize=300)
        pdf.save(path)
    document = read_guarded(path, options=IngestionOptions(ocr="never"))
    assert "Plan of the harbour" in document.page(1).markdown


def test_a_decompression_bomb_costs_itself_only(tmp_path: Path) -> None:
    """Its page says so, or its file does; the worker's parent goes on."""
    options = IngestionOptions(memory_mb=1500, seconds_per_file=60)
    ((_, result),) = read_many([bomb_pdf(tmp_path / "bomb.pdf")], options=options)
    assert isinstance(result, IngestionError) or result.status == "partial"
    assert read_guarded(text_pdf(tmp_path / "good.pdf"), options=options).status == "ok"


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = docx(tmp_path / "bomb.docx", DOCX_BODY + " " * 30_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(FileTooLargeError, match="unpacks to 30 MB"):
        read(path, max_unpacked_mb=20)


def test_entities_that_grow_are_not_followed(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    path = docx(tmp_path / "laughs.docx", f"{bomb}]><w:document>&j;</w:document>")
    with pytest.raises(BrokenFileError):
        read_guarded(path, options=IngestionOptions(seconds_per_file=30))


def test_a_form_that_draws_itself_does_not_hang(tmp_path: Path) -> None:
    document = read_guarded(recursive_form(tmp_path / "loop.pdf"), options=IngestionOptions(seconds_per_file=60))
    assert "harbour report of 1911" in document.page(1).markdown


def test_too_many_pages_are_refused_before_one_is_read(tmp_path: Path) -> None:
    with pytest.raises(FileTooLargeError, match="12 pages are over the limit of 10"):
        read(text_pdf(tmp_path / "long.pdf", 12), max_pages=10)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "report.pdf", 3)

    def grow(name: str, stage: str, done: int, total: int) -> None:
        if done == 1:
            with path.open("ab") as file:
                file.write(b"more")

    with pytest.raises(UnreadableFileError, match="changed while it was read"):
        read_document(path, options=IngestionOptions(ocr="never"), progress=grow)


def test_a_folder_that_cannot_be_listed_is_said_and_the_rest_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests may run as root, whom no permission stops, so the system's answer is given here."""
    shut = tmp_path / "shut"
    shut.mkdir()
    text_pdf(tmp_path / "good.pdf")
    scandir = os.scandir

    def refused(path):
        if Path(path) == shut:
            raise PermissionError(13, "Permission denied", str(shut))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    found = find_files([tmp_path])
    assert sorted(path.name for path in found) == ["good.pdf", "shut"]
    with pytest.raises(UnreadableFileError, match="cannot be listed \\(Permission denied\\)"):
        read(shut)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("nothing.docx", b"", EmptyFileError),
        ("torn.docx", b"PK\x03\x04" + bytes(100), BrokenFileError),
        ("page.pdf", HTML.encode(), UnsupportedFileError),
        ("blank.html", b"<html><body><script>x</script></body></html>", EmptyFileError),
        ("torn.tiff", b"II*\0" + bytes(50), BrokenFileError),
        ("torn.jpg", b"\xff\xd8\xff" + bytes(50), BrokenFileError),
        ("sheet.xls", b"\xd0\xcf\x11\xe0" + bytes(600), UnsupportedFileError),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, error: type) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        read(path)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_the_right_password_opens_and_a_wrong_one_does_not(data: Path) -> None:
    path = data / "encrypted_openpassword.pdf"
    assert read_document(path, options=IngestionOptions(), password="openpassword").status == "ok"
    for password in (None, "wrong"):
        with pytest.raises(EncryptedFileError, match="--password"):
            read_document(path, options=IngestionOptions(), password=password)


def test_one_run_over_everything_bad_does_the_rest(tmp_path: Path, data: Path) -> None:
    """The installed command: exit code 3, one line a file, no traceback, and nothing outside of the collection."""
    files = tmp_path / "in"
    files.mkdir()
    text_pdf(files / "good.pdf")
    text_pdf(files / "new\nline.pdf")
    (files / "empty.pdf").write_bytes(b"")
    (files / "torn.pdf").write_bytes((files / "good.pdf").read_bytes()[:200])
    huge_png(files / "huge.png", 20_000)
    recursive_form(files / "loop.pdf")
    (files / "locked.pdf").write_bytes((data / "encrypted_openpassword.pdf").read_bytes())
    shut = tmp_path / "shut"
    shut.mkdir()
    command = [sys.executable, "-m", "app.cli", "ingest", str(files), str(files / ".." / "in" / "good.pdf"),
               str(tmp_path / "missing.pdf"), str(shut), "--collection", str(tmp_path / "collection")]  # fmt: skip
    shut.chmod(0)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    finally:
        shut.chmod(0o700)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    lines = [line for line in done.stdout.splitlines() if line.startswith("!")]
    for name in ("empty.pdf", "torn.pdf", "huge.png", "locked.pdf", "missing.pdf"):
        assert sum(name in line for line in lines) == 1, (name, lines)
    with Collection.open(tmp_path / "collection") as collection:
        names = {record.name for record in collection.documents() if record.doc_id}
        assert {"good.pdf", "loop.pdf"} <= names
        assert all("\n" not in name for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["collection", "in", "shut"]


def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ReaderCrashedError, match="seconds_per_file"):
        read_guarded(text_pdf(tmp_path / "long.pdf", 200), options=IngestionOptions(seconds_per_file=0.01))
