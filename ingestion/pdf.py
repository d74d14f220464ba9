"""PDF files -> pages, their words, regions, tables and pictures. PyMuPDF is touched here and in `layout_model` alone.

MuPDF is not safe for threads: read files in processes, one page at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.blocks import Bookmark, RawTable, Region, Word
from ingestion.document import Box
from ingestion.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    FileTooLargeError,
    IngestionError,
)
from ingestion.layout_model import load_layout_model, see_layout
from ingestion.memory import keep_memory_whole, trim_memory
from ingestion.options import IngestionOptions
from ingestion.pdf_bookmarks import read_bookmarks
from ingestion.pdf_digest import PageDigests
from ingestion.rawdict import Placed, quarter_turns, rawdict_to_words
from ingestion.table_grid import find_grids

if TYPE_CHECKING:
    from types import TracebackType

    import pymupdf

_KINDS: dict[str, Any] = {
    "title": "title",
    "section-header": "heading",
    "text": "text",
    "list-item": "list-item",
    "caption": "caption",
    "table": "table",
    "picture": "figure",
    "formula": "formula",
    "footnote": "footnote",
    "page-header": "page-header",
    "page-footer": "page-footer",
}
_MAX_PIXELS = 40e6  # of a page's picture: A2 at 200 dots per inch; larger pages are drawn more coarsely
_LEAST_PIXELS = 1650  # of the longer side of a page's picture: letter and A4 at 150 dots per inch


@cache
def mupdf_errors() -> tuple[type[Exception], ...]:
    """Return what PyMuPDF and its layout code raise on a damaged page: MuPDF's own errors, or any of Python's."""
    import pymupdf

    usual = (RuntimeError, ValueError, IndexError, KeyError, TypeError, AttributeError, ZeroDivisionError)
    return (*usual, pymupdf.mupdf.FzErrorBase)


class PdfFile:
    """An open PDF. Raises an IngestionError where the file as a whole cannot be read."""

    def __init__(
        self,
        path: Path,
        *,
        options: IngestionOptions,
        password: str | None = None,
        name: str | None = None,
        kind: str = "pdf",
    ) -> None:
        """Open a file; `kind` is what the bytes are: pdf, or a picture's "png", "jpeg" or "tiff"."""
        self._document = _open(path, options, password, name or path.name, kind)
        self._bare = not options.layout
        self._digests = PageDigests(self._document)

    def __enter__(self) -> PdfFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._document.close()

    @property
    def page_count(self) -> int:
        """How many pages it has, at least one."""
        return int(self._document.page_count)

    @property
    def is_repaired(self) -> bool:
        """Whether it was damaged and mended while it was opened."""
        return bool(self._document.is_repaired)

    @property
    def title(self) -> str:
        """The title in the file's metadata, or ""."""
        return " ".join(((self._document.metadata or {}).get("title") or "").split())

    def page(self, index: int) -> PdfPage:
        """Return a page by its index, from 0; raise one of mupdf_errors where it is damaged."""
        return PdfPage(self._document[index], index + 1, bare=self._bare)

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Return the outline; a damaged one is left out, since sections are found without it too."""
        try:
            return read_bookmarks(self._document)
        except mupdf_errors():
            return ()

    def digest(self, index: int) -> str:
        """Return 64 hex digits of all that a page draws, the same in another file that has the same page."""
        return self._digests.of_page(self._document[index])


class PdfPage:
    """One page, upright."""

    def __init__(self, page: pymupdf.Page, number: int, *, bare: bool = False) -> None:
        """Wrap a page; `bare` ones tell their words without fonts, many times as fast."""
        page.remove_rotation()
        self._page = page
        self._bare = bare
        self.number = number  # from 1
        self.box = Box(0.0, 0.0, float(page.rect.width), float(page.rect.height))

    @cached_property
    def label(self) -> str:
        """The printed page number that the file gives; PyMuPDF hands on a hexadecimal one undecoded."""
        label: str = self._page.get_label() or ""
        match = re.fullmatch(r"(.*?)<FEFF((?:[0-9A-Fa-f]{4})*)>(.*)", label, re.S)
        return label if match is None else match[1] + bytes.fromhex(match[2]).decode("utf-16-be", "replace") + match[3]

    @property
    def words(self) -> tuple[list[Placed], list[Placed]]:
        """(word, index of its text line) for upright and for rotated text, in the order of the page's content."""
        return self._read[0]

    @property
    def turns(self) -> int:
        """By how many quarters clockwise it must be turned for most of its text to be upright; 0 for a bare page."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[tuple[list[Placed], list[Placed]], int]:
        import pymupdf

        if self._bare:
            return (self._bare_words(), []), 0
        flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_LIGATURES & ~pymupdf.TEXT_PRESERVE_IMAGES
        data = self._page.get_text("rawdict", flags=flags)
        return rawdict_to_words(data), quarter_turns(data)

    def mend(self, words: list[Placed]) -> None:
        """Take these for the upright words of its text layer from now on."""
        (_, rotated), turns = self._read
        self._read = ((words, rotated), turns)

    @contextmanager
    def turned(self, turns: int) -> Iterator[PdfPage]:
        """Give a copy of the page, turned by quarters clockwise."""
        import pymupdf

        with pymupdf.open() as copy:
            copy.insert_pdf(self._page.parent, from_page=self.number - 1, to_page=self.number - 1, links=False)
            copy[0].set_rotation(90 * turns % 360)  # the page itself stands at 0
            yield PdfPage(copy[0], self.number)

    def _bare_words(self) -> list[Placed]:
        return [
            (Word(text, Box(x0, y0, x1, y1), y1 - y0), 1000 * block + line)
            for x0, y0, x1, y1, text, block, line, _ in self._text_page.extractWORDS()
        ]

    @cached_property
    def _text_page(self) -> pymupdf.TextPage:
        import pymupdf

        flags = pymupdf.TEXTFLAGS_WORDS & ~pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_IMAGES
        return self._page.get_textpage(flags=flags)

    @cached_property
    def pictures(self) -> tuple[Box, ...]:
        """Where images stand, cut to the page."""
        images = self._text_page.extractIMGINFO() if self._bare else self._page.get_image_info()
        found = [self._page.rect & info["bbox"] for info in images]
        return tuple(Box(*map(float, box)) for box in found if not box.is_empty)

    @cached_property
    def shape_count(self) -> int:
        """How many lines and areas are drawn that are neither text nor image."""
        return sum(kind.endswith("path") for kind, _ in self._page.get_bboxlog())

    @property
    def is_drawn(self) -> bool:
        """Whether it has any content, seen or not."""
        return bool(self._page.get_contents())

    def picture(self, dpi: float, *, clip: Box | None = None, color: bool = False) -> tuple[bytes, float]:
        """Return (PNG, its dots per inch) of the page or a part of it, gray unless `color`.

        A large page is drawn more coarsely than asked, a page that is drawn small more finely.
        """
        import pymupdf

        area = clip or self.box
        wanted = max(dpi, 72 * _LEAST_PIXELS / max(self.box.width, self.box.height))
        used = int(max(8.0, min(wanted, 72 * (_MAX_PIXELS / max(area.width * area.height, 1.0)) ** 0.5)))
        pixmap = self._page.get_pixmap(
            dpi=used,
            colorspace=pymupdf.csRGB if color else pymupdf.csGRAY,
            alpha=False,
            clip=None if clip is None else pymupdf.Rect(*clip.as_tuple()),
        )
        return pixmap.tobytes("png"), used

    def regions(self) -> tuple[Region, ...]:
        """Return the regions that the layout model sees, without those inside of another.

        It sometimes takes half a column for a running head, which would keep its text from every passage.
        """
        found = [
            Region(_KINDS[raw["class_name"]], Box(*map(float, raw["group_bbox"])))
            for raw in see_layout(self._page)
            if raw["class_name"] in _KINDS
        ]
        found = [
            region
            for region in found
            if region.box.width > 2 and region.box.height > 2 and not _is_false_margin(region, self.box.height)
        ]
        return tuple(
            region
            for i, region in enumerate(found)
            if not any(
                _holds(other, region) and (not _holds(region, other) or j < i)
                for j, other in enumerate(found)
                if j != i
            )
        )

    def tables(
        self, words: list[Placed], regions: Sequence[Region], rotated: Sequence[Placed] = ()
    ) -> dict[Box, RawTable]:
        """Return the grids of the page's tables by their boxes, words put into cells; `regions` are the page's own."""
        return find_grids(self._page, words, rotated, regions, self.shape_count)


def reader_version() -> str:
    """Return the name and version of the PDF library."""
    import pymupdf

    return f"PyMuPDF {pymupdf.VersionBind}"


def load_reader() -> None:
    """Load the library and its layout model now, so that the first page does not wait for them."""
    _keep_quiet()
    keep_memory_whole()
    load_layout_model()


def release_memory() -> None:
    """Have MuPDF give back what it keeps for later pages, and the C library what the layout model let go of."""
    import pymupdf

    pymupdf.TOOLS.store_shrink(100)
    trim_memory()


@contextmanager
def scanned_page(picture: bytes, text_pdf: bytes, *, width: float, height: float) -> Iterator[PdfPage]:
    """Make a page of that size, in points, of a picture (PNG) and the unseen text that an OCR engine put in a PDF."""
    import pymupdf

    with pymupdf.open() as scan, pymupdf.open(stream=text_pdf, filetype="pdf") as layer:
        page = scan.new_page(width=width, height=height)
        page.insert_image(page.rect, stream=picture)
        page.show_pdf_page(page.rect, layer, 0)
        yield PdfPage(scan[0], 1)


def words_to_pdf(words: list[Word], *, width: float, height: float) -> bytes:
    """Return a PDF of one page, in points, with words at their boxes and nothing that can be seen."""
    import pymupdf

    with pymupdf.open() as document:
        page = document.new_page(width=width, height=height)
        font = pymupdf.Font("cjk")  # the one built-in font with Latin, Greek, Cyrillic and CJK
        for word in words:
            size = max(1.0, word.box.width / max(font.text_length(word.text, 1.0), 0.01))
            writer = pymupdf.TextWriter(page.rect)
            writer.append((word.box.x0, word.box.y1 - 0.2 * word.box.height), word.text, font, size)
            writer.write_text(page, render_mode=3)
        data: bytes = document.tobytes()
        return data


def skew_of(picture: bytes) -> float:
    """Return by how many degrees, counter-clockwise, a picture (PNG) must be turned for its lines to be level."""
    import pymupdf

    return float(pymupdf.mupdf.fz_detect_skew(pymupdf.Pixmap(picture).this))


def render_page(
    path: Path,
    page_number: int,
    *,
    boxes: tuple[Box, ...] = (),
    zoom: float = 1.5,
    password: str | None = None,
    clip: Box | None = None,
    kind: str = "pdf",
) -> bytes:
    """Return a page, or a part of it, as PNG at 72 * zoom dots per inch, the boxes highlighted; pages count from 1."""
    import pymupdf

    document = _open(path, IngestionOptions(), password, path.name, kind)
    try:
        if not 1 <= page_number <= document.page_count:
            raise IngestionError(f"{path.name} has pages 1 to {document.page_count}, not {page_number}.")
        page = document[page_number - 1]
        page.remove_rotation()
        for box in boxes:
            mark = page.add_highlight_annot(pymupdf.Rect(*box.as_tuple()))
            mark.set_colors(stroke=(1.0, 0.85, 0.2))
            mark.update()
        area = pymupdf.Rect(*clip.as_tuple()) if clip is not None else page.rect
        zoom = min(zoom, (_MAX_PIXELS / max(abs(area), 1.0)) ** 0.5)
        image: bytes = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False, clip=area).tobytes("png")
        return image
    finally:
        document.close()


def _keep_quiet() -> None:
    """Keep PyMuPDF's messages off standard output, which belongs to the command's result."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)


def _open(path: Path, options: IngestionOptions, password: str | None, name: str, kind: str) -> pymupdf.Document:
    import pymupdf

    _keep_quiet()
    try:
        document = pymupdf.open(path, filetype=kind)
        if kind != "pdf":
            with document:
                document = pymupdf.open("pdf", document.convert_to_pdf())
    except pymupdf.EmptyFileError as error:
        raise EmptyFileError(f"{name}: the file is empty (0 bytes). Get it again from its source.") from error
    except mupdf_errors() as error:
        raise BrokenFileError(
            f"{name}: damaged beyond repair ({one_line(error).replace(str(path), name)}). Get it again."
        ) from error
    if document.needs_pass and not document.authenticate(password or ""):
        document.close()
        reason = "the password is wrong" if password else "it is encrypted"
        raise EncryptedFileError(f"{name}: {reason}. Give the right one with --password, or save it without.")
    try:
        pages = document.page_count
    except mupdf_errors() as error:  # a page tree that says a wrong number, or goes round in a circle
        document.close()
        raise BrokenFileError(
            f"{name}: damaged beyond repair ({one_line(error).replace(str(path), name)}). Get it again."
        ) from error
    if pages == 0:
        document.close()
        raise BrokenFileError(f"{name}: no page can be found; the file is truncated or damaged. Get it again.")
    if pages > options.max_pages:
        document.close()
        raise FileTooLargeError(
            f"{name}: {pages} pages are over the limit of {options.max_pages}. Raise ingestion.max_pages or split it."
        )
    return document


def _is_false_margin(region: Region, height: float) -> bool:
    """Return whether a region that is named a running head or foot is too tall for one or away from its edge."""
    if region.kind == "page-header":
        return region.box.height > 0.1 * height or region.box.y0 > 0.2 * height
    return region.kind == "page-footer" and (region.box.height > 0.1 * height or region.box.y1 < 0.8 * height)


def _holds(outer: Region, inner: Region) -> bool:
    """Return whether the inner region lies in the outer one; a table in a picture is kept, for its cells."""
    if inner.kind == "table" and outer.kind == "figure":
        return False
    area = inner.box.width * inner.box.height
    return outer.box.overlap(inner.box) > 0.9 * area and outer.box.width * outer.box.height >= area


def one_line(error: BaseException) -> str:
    """Return what an error says, at most 120 characters, without the full stop that MuPDF sets at times."""
    return " ".join(str(error).split())[:120].rstrip(" .") or type(error).__name__
