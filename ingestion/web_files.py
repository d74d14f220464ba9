"""HTML, DOCX and EPUB -> markdown. The libraries that read them are touched here alone.

Nothing in a file is executed or fetched: scripts, styles and pictures are left out, and of a link its words are kept.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.errors import BrokenFileError, EmptyFileError, EncryptedFileError, FileTooLargeError
from ingestion.options import IngestionOptions
from ingestion.plain import rows_to_pipes

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_DROPPED = ("script", "style", "template", "noscript", "iframe", "object", "svg", "head")
_MAX_SPAN = 200  # columns or rows that a cell may claim


def zip_kind(path: Path) -> str:
    """Return what a ZIP archive holds: "docx", "epub", "damaged" or "" for anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return "docx"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return "epub" if archive.read("mimetype").strip() == b"application/epub+zip" else ""
    except (zipfile.BadZipFile, OSError):
        return "damaged"
    except (RuntimeError, NotImplementedError):  # zipfile's words for a password, and for a packing that it lacks
        return ""
    return ""


def html_to_markdown(html: str | bytes) -> tuple[str, str]:
    """Return (markdown, title) of a web page."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    return _soup_to_markdown(soup), title


def docx_to_markdown(path: Path, name: str, options: IngestionOptions) -> tuple[str, str]:
    """Return (markdown, title) of a Word document; raise an IngestionError where it cannot be read."""
    import mammoth

    _check_size(path, name, options)
    try:
        with path.open("rb") as file:
            html = mammoth.convert_to_html(
                file, convert_image=mammoth.images.img_element(lambda image: {"src": ""})
            ).value
    except MemoryError:  # says what it is: the worker knows the limit
        raise
    except Exception as error:  # its XML code raises whatever Python raises on a damaged file
        raise BrokenFileError(
            f"{name}: damaged ({_said(error)}). Open it in a word processor and save it anew."
        ) from error
    return html_to_markdown(html)


def epub_to_markdown(path: Path, name: str, options: IngestionOptions) -> tuple[list[str], str]:
    """Return (markdown of each part in reading order, title) of an EPUB; raise an IngestionError where it cannot be."""
    import ebooklib
    from ebooklib import epub

    _check_size(path, name, options)
    try:
        book = epub.read_epub(str(path), {"ignore_ncx": True})
        parts = [book.get_item_with_id(item_id) for item_id, _ in book.spine]
        documents = [part for part in parts if part is not None and part.get_type() == ebooklib.ITEM_DOCUMENT]
        pages = [html_to_markdown(part.get_content())[0] for part in documents]
    except MemoryError:  # says what it is: the worker knows the limit
        raise
    except Exception as error:  # its XML code raises whatever Python raises on a damaged file
        raise BrokenFileError(f"{name}: damaged ({_said(error)}). Get it again, or convert it to PDF.") from error
    pages = [page for page in pages if page.strip()]
    if not pages:
        raise EmptyFileError(f"{name}: the book holds no text. If its pages are pictures, convert it to PDF.")
    return pages, str(book.title or "")


def _check_size(path: Path, name: str, options: IngestionOptions) -> None:
    """Refuse an archive that unpacks to more than the limit, before anything of it is unpacked."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedFileError(f"{name}: it is encrypted. Save it without a password.")
    unpacked = sum(entry.file_size for entry in entries) / 1e6
    if unpacked > options.max_unpacked_mb:
        raise FileTooLargeError(
            f"{name}: it unpacks to {unpacked:.0f} MB, over the limit of {options.max_unpacked_mb:.0f} MB. "
            "Raise ingestion.max_unpacked_mb in the settings if you trust it."
        )


def _soup_to_markdown(soup: BeautifulSoup) -> str:
    for tag in soup(_DROPPED):
        tag.decompose()
    return str(_converter().convert_soup(soup)).strip()


@cache
def _converter() -> Any:
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        """Markdown with ATX headings, no pictures, and pipe tables in which a spanning cell fills all its places."""

        def convert_a(self, _: Any, text: str, *__: Any, **___: Any) -> str:
            return text

        def convert_img(self, el: Any, *_: Any, **__: Any) -> str:
            return str(el.attrs.get("alt") or "")

        def convert_table(self, el: Any, text: str, *_: Any, **__: Any) -> str:
            if el.find("table") is not None:  # a layout of tables in tables: its words in their order
                return f"\n\n{text}\n\n"
            rows = list(_rows(el))
            caption = el.find("caption")
            head = f"{' '.join(caption.get_text(' ').split())}\n\n" if caption else ""
            return f"\n\n{head}{rows_to_pipes(rows)}\n\n" if rows else f"\n\n{text}\n\n"

    return Converter(heading_style="ATX", bullets="-", escape_misc=True)


def _rows(table: Tag) -> Iterator[list[str]]:
    """Yield a table's rows, a spanning cell repeated in each place that it covers."""
    below: dict[int, tuple[int, str]] = {}
    for source in table.find_all("tr"):
        row: list[str] = []
        cells = iter(source.find_all(["td", "th"]))
        while True:
            if len(row) in below:
                left, text = below.pop(len(row))
                if left > 1:
                    below[len(row)] = (left - 1, text)
                row.append(text)
                continue
            cell = next(cells, None)
            if cell is None:
                break
            text = " ".join(cell.get_text(" ").split())
            for _ in range(_span(cell, "colspan")):
                if (height := _span(cell, "rowspan")) > 1:
                    below[len(row)] = (height - 1, text)
                row.append(text)
        if any(row):
            yield row


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return max(1, min(int(value), _MAX_SPAN)) if value.isdigit() else 1


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
