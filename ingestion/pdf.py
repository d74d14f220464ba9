"""PDF files -> words, regions and tables with their places. PyMuPDF is touched here alone.

The layout model (BoxRFDGNN, ONNX, part of PyMuPDF 2.0) names the regions of a page; words are taken once, with their
fonts, and everything after that is ours. MuPDF is not safe for threads: read files in processes, one page at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.blocks import Bookmark, PageBlocks, RawDocument, RawPage, RawTable, Region
from ingestion.document import Box, Engine, PageIssue
from ingestion.errors import BrokenFileError, EmptyFileError, EncryptedFileError, FileTooLargeError, IngestionError
from ingestion.layout import body_font_size, regions_to_blocks
from ingestion.layout_model import load_layout_model, see_layout
from ingestion.ocr import OcrError, OcrMissingError, mend_bullets, picture_to_pdf, turn_page, turn_picture
from ingestion.options import IngestionOptions
from ingestion.rawdict import Placed, rawdict_to_words
from ingestion.running_heads import mark_running_heads
from ingestion.table_grid import place_words
from ingestion.text_quality import is_garbled

if TYPE_CHECKING:
    import pymupdf

PageProgress = Callable[[int, int], None]
"""Called with the number of pages that are read, and of how many."""

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
_MAX_PIXELS = 40e6  # of a page's picture for OCR: A2 at 200 dots per inch; larger pages are drawn more coarsely
_LEAST_PIXELS = 1650  # of the longer side of that picture: letter and A4 at 150 dots per inch
_OCR_REASONS = {"no-text-layer": "scan", "garbled-text-layer": "text layer with wrong character codes"}
_MAX_PAGE_POINTS = 14_400.0  # 200 inches, the PDF limit; a larger page is drawn by nobody


def read_pdf(
    path: Path,
    *,
    options: IngestionOptions,
    password: str | None = None,
    progress: PageProgress | None = None,
    name: str | None = None,
) -> RawDocument:
    """Read every page of a PDF; messages call it `name`, or by its file name.

    A page that cannot be read is an issue on that page and the others go on. Raises an IngestionError when the file as
    a whole cannot be read: EncryptedFileError, EmptyFileError, BrokenFileError, FileTooLargeError.
    """
    name = name or path.name
    document = _open(path, options, password, name)
    try:
        issues: list[PageIssue] = []
        if document.is_repaired:
            issues.append(
                PageIssue(
                    None,
                    None,
                    "repaired",
                    f"{name} is damaged and was repaired while it was opened; pages may be missing. "
                    "Compare the number of pages with the original.",
                )
            )
        pages: list[RawPage] = []
        for index in range(document.page_count):
            page, issue = _read_page(document, index, name, options)
            pages.append(page)
            if issue is not None:
                issues.append(issue)
            if progress is not None:
                progress(index + 1, document.page_count)
        return RawDocument(
            pages=mark_running_heads(pages),
            bookmarks=_bookmarks(document),
            title=" ".join(((document.metadata or {}).get("title") or "").split()),
            media_type="application/pdf",
            issues=tuple(issues),
        )
    finally:
        document.close()


def reader_version() -> str:
    """Return the name and version of the PDF library."""
    import pymupdf

    return f"PyMuPDF {pymupdf.VersionBind}"


def load_reader() -> None:
    """Load the library and its layout model now, so that the first page does not wait for them."""
    _keep_quiet()
    load_layout_model()


def render_page(
    path: Path, page_number: int, *, boxes: tuple[Box, ...] = (), zoom: float = 1.5, password: str | None = None
) -> bytes:
    """Return a page as PNG at 72 * zoom dots per inch with the boxes highlighted; page_number counts from 1."""
    import pymupdf

    document = _open(path, IngestionOptions(), password, path.name)
    try:
        if not 1 <= page_number <= document.page_count:
            raise IngestionError(f"{path.name} has pages 1 to {document.page_count}, not {page_number}.")
        page = document[page_number - 1]
        page.remove_rotation()
        for box in boxes:
            mark = page.add_highlight_annot(pymupdf.Rect(*box.as_tuple()))
            mark.set_colors(stroke=(1.0, 0.85, 0.2))
            mark.update()
        image: bytes = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).tobytes("png")
        return image
    finally:
        document.close()


def _keep_quiet() -> None:
    """Keep PyMuPDF's messages off standard output, which belongs to the command's result."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)


def _open(path: Path, options: IngestionOptions, password: str | None, name: str) -> pymupdf.Document:
    import pymupdf

    _keep_quiet()
    try:
        document = pymupdf.open(path, filetype="pdf")
    except pymupdf.EmptyFileError as error:
        raise EmptyFileError(f"{name}: the file is empty (0 bytes). Get it again from its source.") from error
    except (pymupdf.FileDataError, RuntimeError, ValueError) as error:
        raise BrokenFileError(
            f"{name}: damaged beyond repair ({_one_line(error)}). Get it again from its source."
        ) from error
    if document.needs_pass and not document.authenticate(password or ""):
        document.close()
        reason = "the password is wrong" if password else "it is encrypted"
        raise EncryptedFileError(f"{name}: {reason}. Give the right one with --password, or save it without.")
    pages = document.page_count
    if pages == 0:
        document.close()
        raise BrokenFileError(f"{name}: no page can be found; the file is truncated or damaged. Get it again.")
    if pages > options.max_pages:
        document.close()
        raise FileTooLargeError(
            f"{name}: {pages} pages are over the limit of {options.max_pages}. Raise ingestion.max_pages or split it."
        )
    return document


def _read_page(
    document: pymupdf.Document, index: int, name: str, options: IngestionOptions
) -> tuple[RawPage, PageIssue | None]:
    """Read one page by the best engine that works; a page that none can read is empty, with an issue."""
    number = index + 1
    try:
        page = document[index]
        page.remove_rotation()
        words, rotated = _page_words(page)
        issue = _unusable_text(page, words + rotated, name, number)
        if options.ocr == "always" or (options.ocr == "auto" and issue is not None):
            read, problem = _read_picture(page, number, name, options, issue)
            if read is not None:
                return read, problem
            issue = problem or issue
        if (issue is not None and issue.code != "ocr-failed") or not words + rotated:
            reason = "blank" if issue is None else issue.message.split(": ", 1)[-1].split(".")[0]
            return RawPage(_empty_page(page, number), "none", reason), issue
        read, problem = _read_text(page, number, words, rotated, name, options, "layout", "text layer")
        return read, problem or issue
    except (RuntimeError, ValueError, IndexError, KeyError, TypeError) as error:
        message = f"{name}: page {number} cannot be read ({_one_line(error)}). Print it to a new PDF and ingest that."
        blank = PageBlocks(number, "", 0.0, 0.0, (), 0.0)
        return RawPage(blank, "none", "page damaged"), PageIssue(number, None, "page-failed", message)


def _read_text(
    page: pymupdf.Page,
    number: int,
    words: list[Placed],
    rotated: list[Placed],
    name: str,
    options: IngestionOptions,
    engine: Engine,
    reason: str,
) -> tuple[RawPage, PageIssue | None]:
    """Put a page's words into blocks by the layout model, or without it where it is switched off or fails."""
    if not options.layout:
        bare: Engine = "text" if engine == "layout" else engine
        return _page_from(page, number, words, rotated, (), {}, bare, f"{reason}, layout switched off"), None
    try:
        regions, tables = _regions(page), {}
        if any(region.kind == "table" for region in regions):
            tables = _tables(page, words)
    except (RuntimeError, ValueError, IndexError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        # The layout net and its table code raise whatever Python raises on an odd page; the text is still there.
        message = f"{name}: layout analysis failed on page {number} ({_one_line(error)}); its bare text was read."
        issue = PageIssue(number, "layout", "layout-failed", f"{message} Tables and headings there may be missing.")
        return _page_from(page, number, words, rotated, (), {}, "text", "layout analysis failed"), issue
    return _page_from(page, number, words, rotated, regions, tables, engine, reason), None


def _read_picture(
    page: pymupdf.Page, number: int, name: str, options: IngestionOptions, why: PageIssue | None
) -> tuple[RawPage | None, PageIssue | None]:
    """Read a page by OCR of its picture; (None, issue) where that gave nothing."""
    if why is None and not page.get_contents():
        return None, None  # nothing is drawn on it
    try:
        scan, angle = _scanned(page, options)
    except OcrMissingError as error:
        what = "was not read" if why is not None else "was read from its text layer alone"
        return None, PageIssue(number, "ocr", "ocr-missing", f"{name}: page {number} {what}. {error}")
    except OcrError as error:
        return None, PageIssue(number, "ocr", "ocr-failed", f"{name}: OCR of page {number} failed. {error}")
    with scan:
        words, rotated = _page_words(scan[0])
        texts = [word.text for word, _ in words + rotated]
        if not texts or is_garbled(texts):
            message = f"{name}: OCR found no text on page {number}, which is a picture. If it has text, scan it anew."
            return None, None if why is None else PageIssue(number, "ocr", "ocr-empty", message)
        reason = "OCR as asked" if why is None else _OCR_REASONS[why.code]
        read, issue = _read_text(scan[0], number, words, rotated, name, options, "ocr", reason)
    blocks = replace(mend_bullets(turn_page(read.blocks, angle)), label=_label(page))
    return replace(read, blocks=blocks), issue


def _scanned(page: pymupdf.Page, options: IngestionOptions) -> tuple[pymupdf.Document, float]:
    """Return a document of one page, the page's picture made upright with its text behind, and the angle it turned."""
    import pymupdf

    width, height = float(page.rect.width), float(page.rect.height)
    wanted = max(options.ocr_dpi, 72 * _LEAST_PIXELS / max(width, height))  # a page drawn small has small letters
    dpi = int(min(wanted, 72 * (_MAX_PIXELS / (width * height)) ** 0.5))
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
    angle = float(pymupdf.mupdf.fz_detect_skew(pixmap.this))
    picture = turn_picture(pixmap.tobytes("png"), angle)
    text = picture_to_pdf(picture, dpi=dpi, languages=options.ocr_languages)
    scan = pymupdf.open()
    made = scan.new_page(width=width, height=height)
    made.insert_image(made.rect, stream=picture)
    with pymupdf.open(stream=text, filetype="pdf") as layer:
        made.show_pdf_page(made.rect, layer, 0)
    return scan, angle


def _page_from(
    page: pymupdf.Page,
    number: int,
    words: list[Placed],
    rotated: list[Placed],
    regions: tuple[Region, ...],
    tables: dict[Box, RawTable],
    engine: Engine,
    reason: str,
) -> RawPage:
    box = Box(0.0, 0.0, float(page.rect.width), float(page.rect.height))
    blocks = regions_to_blocks(words, rotated, regions, tables, box)
    size = body_font_size(word for word, _ in words)
    return RawPage(PageBlocks(number, _label(page), box.x1, box.y1, blocks, size), engine, reason)


def _empty_page(page: pymupdf.Page, number: int) -> PageBlocks:
    return PageBlocks(number, _label(page), float(page.rect.width), float(page.rect.height), (), 0.0)


def _label(page: pymupdf.Page) -> str:
    """Return the page's printed number; PyMuPDF hands on one that is written as a hexadecimal string undecoded."""
    label: str = page.get_label() or ""
    match = re.fullmatch(r"(.*?)<FEFF((?:[0-9A-Fa-f]{4})*)>(.*)", label, re.S)
    return label if match is None else match[1] + bytes.fromhex(match[2]).decode("utf-16-be", "replace") + match[3]


def _unusable_text(page: pymupdf.Page, words: list[Placed], name: str, number: int) -> PageIssue | None:
    """Return the issue of a page whose text layer is missing or wrong, or None where it can be read or is blank."""
    mend = "Ingest it again without `--ocr never`."
    texts = [word.text for word, _ in words]
    if sum(map(len, texts)) < 20 and _image_share(page) > 0.3:
        return PageIssue(
            number,
            None,
            "no-text-layer",
            f"{name}: page {number} is a picture without text, so it was not read. {mend}",
        )
    if is_garbled(texts):
        return PageIssue(
            number,
            None,
            "garbled-text-layer",
            f"{name}: the text layer of page {number} has wrong character codes, so it was not read. {mend}",
        )
    return None


def _image_share(page: pymupdf.Page) -> float:
    """Return the share of the page, 0 to 1, that its largest image covers."""
    areas = [abs(page.rect & info["bbox"]) for info in page.get_image_info()]
    return float(max(areas, default=0.0) / max(abs(page.rect), 1.0))


def _page_words(page: pymupdf.Page) -> tuple[list[Placed], list[Placed]]:
    """Return (word, index of its text line) for upright and for rotated text, in the order of the page's content."""
    import pymupdf

    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_LIGATURES & ~pymupdf.TEXT_PRESERVE_IMAGES
    return rawdict_to_words(page.get_text("rawdict", flags=flags))


def _regions(page: pymupdf.Page) -> tuple[Region, ...]:
    """Return the regions that the layout model sees, without those inside of another.

    It sometimes takes half a column for a running head, which would keep its text from every passage.
    """
    regions = see_layout(page)
    found = [
        Region(_KINDS[raw["class_name"]], Box(*map(float, raw["group_bbox"])))
        for raw in regions
        if raw["class_name"] in _KINDS
    ]
    height = float(page.rect.height)
    found = [
        region
        for region in found
        if region.box.width > 2 and region.box.height > 2 and not _is_false_margin(region, height)
    ]
    return tuple(
        region
        for i, region in enumerate(found)
        if not any(
            _holds(other, region) and (not _holds(region, other) or j < i) for j, other in enumerate(found) if j != i
        )
    )


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


def _tables(page: pymupdf.Page, words: list[Placed]) -> dict[Box, RawTable]:
    """Return the grids of the page's tables by their boxes, words put into cells."""
    found: dict[Box, RawTable] = {}
    for table in page.find_tables(use_layout=True, union=True, refine=True).tables:
        box = Box(*map(float, table.bbox))
        grid = place_words(table, [word for word, _ in words if _centre_in(word.box, box, margin=2.0)])
        if grid is not None:
            found[box] = grid
    return found


def _centre_in(box: Box, outer: Box, margin: float = 0.0) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return outer.x0 - margin <= x <= outer.x1 + margin and outer.y0 - margin <= y <= outer.y1 + margin


def _bookmarks(document: pymupdf.Document) -> tuple[Bookmark, ...]:
    """Return the outline; a damaged one is left out, since sections are found without it too."""
    try:
        entries = document.get_toc(simple=False)
    except (RuntimeError, ValueError, TypeError, KeyError, IndexError):
        return ()
    found = []
    for level, title, page, detail in entries:
        if page >= 1 and title.strip():
            to = detail.get("to")
            found.append(
                Bookmark(int(level), " ".join(title.split()), int(page), float(to.y) if to is not None else None)
            )
    return tuple(found)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
