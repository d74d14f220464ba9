"""HTML, DOCX and EPUB -> markdown. The libraries that read them are touched here alone.

Nothing in a file is executed or fetched: scripts and styles are left out, of a link its words are kept, and of a
picture what it is called and, where the file holds it, the words that it shows, as a quote.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ingestion.errors import BrokenFileError, EmptyFileError, EncryptedFileError, FileTooLargeError
from ingestion.options import IngestionOptions
from ingestion.picture_text import PictureText, data_uri_bytes
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


Held = Callable[[str], bytes | None]
"""From a picture's address to its bytes; None for one that the file does not hold."""


def html_to_markdown(
    html: str | bytes, pictures: PictureText | None = None, held: Held = data_uri_bytes
) -> tuple[str, str]:
    """Return (markdown, title) of a web page; with `pictures`, those that it holds are read too."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    if pictures is not None:
        for image in soup("img"):
            _quote_words(soup, image, pictures, held)
    return _soup_to_markdown(soup), title


def _quote_words(soup: BeautifulSoup, image: Tag, pictures: PictureText, held: Held) -> None:
    """Put the words that a picture shows behind it, as a quote; inside of a table into its cell."""
    data = held(str(image.get("src") or ""))
    lines = pictures.lines(data) if data else []
    if not lines:
        return
    if image.find_parent(["td", "th"]) is not None:
        image.insert_after(" ".join(lines))
        return
    quote = soup.new_tag("blockquote")
    for line in lines:
        quote.append(line)
        quote.append(soup.new_tag("br"))
    paragraph = image.find_parent(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
    (paragraph or image.wrap(soup.new_tag("p"))).insert_after(quote)


def docx_to_markdown(path: Path, name: str, options: IngestionOptions, pictures: PictureText) -> tuple[str, str]:
    """Return (markdown, title) of a Word document; raise an IngestionError where it cannot be read."""
    import mammoth

    _check_size(path, name, options)
    held: dict[str, bytes] = {}

    def keep(image: Any) -> dict[str, str]:
        with image.open() as source:
            held[f"picture-{len(held)}"] = source.read()
        return {"src": f"picture-{len(held) - 1}"}

    try:
        with path.open("rb") as file:
            html = mammoth.convert_to_html(file, convert_image=mammoth.images.img_element(keep)).value
    except MemoryError:  # says what it is: the worker knows the limit
        raise
    except Exception as error:  # its XML code raises whatever Python raises on a damaged file
        raise BrokenFileError(
            f"{name}: damaged ({_said(error)}). Open it in a word processor and save it anew."
        ) from error
    return html_to_markdown(html, pictures, held.get)


def epub_to_markdown(path: Path, name: str, options: IngestionOptions, pictures: PictureText) -> tuple[list[str], str]:
    """Return (markdown of each part in reading order, title) of an EPUB; raise an IngestionError where it cannot be."""
    import ebooklib
    from ebooklib import epub

    _check_size(path, name, options)
    try:
        book = epub.read_epub(str(path), {"ignore_ncx": True})
        parts = [book.get_item_with_id(item_id) for item_id, _ in book.spine]
        documents = [part for part in parts if part is not None and part.get_type() == ebooklib.ITEM_DOCUMENT]
        pages = [html_to_markdown(part.get_content(), pictures, _held_by(book, part))[0] for part in documents]
    except MemoryError:  # says what it is: the worker knows the limit
        raise
    except Exception as error:  # its XML code raises whatever Python raises on a damaged file
        raise BrokenFileError(f"{name}: damaged ({_said(error)}). Get it again, or convert it to PDF.") from error
    pages = [page for page in pages if page.strip()]
    if not pages:
        raise EmptyFileError(f"{name}: the book holds no text. If its pages are pictures, convert it to PDF.")
    return pages, str(book.title or "")


def _held_by(book: Any, part: Any) -> Held:
    """Return what finds a picture of a book by its address in one of its parts."""

    def held(source: str) -> bytes | None:
        if ":" in source.split("/", 1)[0]:
            return data_uri_bytes(source)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(part.get_name()), unquote(source.split("#")[0])))
        item = book.get_item_with_href(path)
        return bytes(item.get_content()) if item is not None else None

    return held


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
    return max(1, min(int(value), _MAX_SPAN)) if value.isdecimal() else 1


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
