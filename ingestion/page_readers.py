"""The engines that read a page, each behind the protocol `PageReader`."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from ingestion.aligned_tables import find_aligned_tables, make_room
from ingestion.blocks import Block, Line, PageBlocks, RawPage, RawTable, Region
from ingestion.direction import RIGHT_TO_LEFT, is_right_to_left, line_order
from ingestion.document import Box, Engine, PageIssue
from ingestion.errors import IngestionError
from ingestion.ink import mark_bold
from ingestion.layout import body_font_size, lines_to_blocks, regions_to_blocks, words_to_lines
from ingestion.listed_figures import listed_figures
from ingestion.listed_texts import listed_texts
from ingestion.ocr import OcrEngine, OcrReading, mend_bullets, without_rules
from ingestion.options import IngestionOptions
from ingestion.outer_labels import grown_left
from ingestion.pdf import PdfPage, mupdf_errors, one_line, reader_version, scanned_page, skew_of
from ingestion.picture_tables import is_captioned_table, picture_grid, without_pictured
from ingestion.rawdict import Placed
from ingestion.ruled_figures import may_be_ruled, without_pictures, without_ruled
from ingestion.table_grid import mend_grid
from ingestion.text_quality import is_garbled
from ingestion.turning import enlarge, level_back, measure_skew, quarter_turns, turn_picture

_POOR = 0.6  # confidence below which a picture may stand on its side
_CLEAR = 0.93  # confidence below which a picture is read again enlarged: small print is, faint print is not, mended
_LARGER = 1.5  # how much; twice gains less
_SURE = 0.5  # confidence that OCR of a picture on a page with a text layer must reach to be taken
_LEAST_SHARE, _MOST_SHARE = 0.03, 0.7  # of the page's area, of a picture that is a figure
_FEW_WORDS = 40  # that may stand in a figure: more are text
_LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z]+(?:[.,:/-][0-9A-Za-z]+)*")
_FORMAT = "13"  # changes when the same page is read to something else by our own code


class PageError(IngestionError):
    """A reader cannot read a page; another may."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.page_code = code


class PageReader(Protocol):
    """Reads one page; the route to it and what follows where it fails are `read_pages`'s."""

    @property
    def engine(self) -> Engine:
        """What a page says it was read by."""
        ...

    @property
    def key(self) -> str:
        """What its results depend on beside the page: versions and settings."""
        ...

    def read(self, page: PdfPage, reason: str) -> RawPage:
        """Read a page; `reason` says why this engine. Raises PageError where it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class TextReader:
    """The bare text layer in the order in which the file draws it: no headings, no tables, many times as fast."""

    engine: Engine = "text"

    @property
    def key(self) -> str:
        """See PageReader."""
        return f"text {_FORMAT} {reader_version()}"

    def read(self, page: PdfPage, reason: str) -> RawPage:
        """See PageReader."""
        words = [*page.words[0], *page.words[1]]
        rows = groupby(words, key=lambda placed: placed[1])
        blocks = lines_to_blocks(Line.of([word for word, _ in row]) for _, row in rows)
        size = body_font_size(word for word, _ in words)
        return RawPage(_page_blocks(page, tuple(blocks), size), self.engine, reason)


@dataclass(frozen=True, slots=True)
class LayoutReader:
    """The text layer, put into regions and tables by the layout model; without it where the model fails."""

    engine: Engine = "layout"

    @property
    def key(self) -> str:
        """See PageReader."""
        return f"layout {_FORMAT} {reader_version()}"

    def read(self, page: PdfPage, reason: str) -> RawPage:
        """See PageReader; a page whose text lies on its side (a wide table) is turned first."""
        if not page.turns:
            return self.place(page, *page.words, self.engine, reason)
        with page.turned(page.turns) as upright:
            read = self.place(upright, *upright.words, self.engine, f"{reason}, turned upright")
        return replace(read, blocks=replace(read.blocks, label=page.label, turns=page.turns))

    def place(
        self,
        page: PdfPage,
        words: list[Placed],
        rotated: list[Placed],
        engine: Engine,
        reason: str,
        *,
        aligned: bool = False,
        pictured: Mapping[Box, RawTable] | None = None,
    ) -> RawPage:
        """Put words into the regions that the model sees on a page; `aligned` looks for tables that it did not see.

        `pictured` are tables that pictures of the page show.
        """
        issues: tuple[PageIssue, ...] = ()
        regions: tuple[Region, ...] = ()
        tables: dict[Box, RawTable] = {}
        try:
            regions = page.regions()
            inside = [word for word, _ in words]
            if any(region.kind == "table" for region in regions) or may_be_ruled(inside, regions, page.shape_count):
                tables = without_pictures(page.tables(words, regions, rotated), regions)
                regions = make_room(without_ruled(regions, tables), grown_left(tables, regions))
                regions, lists = listed_figures(inside, regions, page.shape_count)
                tables |= {box: mend_grid(grid) for box, grid in lists.items()}
            regions, lists = listed_texts(inside, regions)
            tables |= {box: mend_grid(grid) for box, grid in lists.items()}
            regions += _unseen_pictures(page, words, (*regions, *(Region("table", box) for box in lists)))
            if aligned:
                seen = [*regions, *(Region("table", box) for box in tables)]
                missed = find_aligned_tables([word for word, _ in words], seen)
                regions, tables = make_room(regions, list(missed)), {**tables, **missed}
            if pictured:
                regions, tables = make_room(without_pictured(regions, pictured), list(pictured)), {**tables, **pictured}
        except mupdf_errors() as error:
            regions, tables, reason = (), {}, "layout analysis failed"
            engine = "text" if engine == "layout" else engine
            message = f"layout analysis failed ({one_line(error)}); the bare text was read."
            mend = "Tables and headings there may be missing."
            issues = (PageIssue(page.number, "layout", "layout-failed", f"{message} {mend}"),)
        blocks = regions_to_blocks(words, rotated, regions, tables, page.box)
        size = body_font_size(word for word, _ in words)
        return RawPage(_page_blocks(page, blocks, size), engine, reason, issues=issues)


class OcrReader:
    """A picture of the page, made upright and level, read by OCR and then by layout analysis as any page."""

    engine: Engine = "ocr"

    def __init__(self, engine: OcrEngine, options: IngestionOptions) -> None:
        self._ocr = engine
        self._options = options
        self._layout = LayoutReader()

    @property
    def key(self) -> str:
        """See PageReader."""
        layout = self._layout.key if self._options.layout else "no layout"
        return f"ocr {_FORMAT} {self._ocr.key} {self._options.ocr_dpi} {layout}"

    def read(self, page: PdfPage, reason: str) -> RawPage:
        """See PageReader."""
        picture, dpi = page.picture(self._options.ocr_dpi)
        upright = _make_upright(self._ocr, picture, dpi)
        if not upright.reading.word_count:
            raise PageError("ocr-empty", "OCR found no text on it. If it has text, scan it anew.")
        width, height = page.box.width, page.box.height
        if upright.turns % 2:
            width, height = height, width
        with scanned_page(upright.picture, upright.reading.text_pdf, width=width, height=height) as scan:
            words, rotated = in_reading_order(whole_words(scan, upright.reading)), scan.words[1]
            if is_garbled([word.text for word, _ in words + rotated]):
                raise PageError("ocr-empty", "OCR found no text on it. If it has text, scan it anew.")
            if self._options.layout:
                read = self._layout.place(scan, words, rotated, self.engine, reason, aligned=True)
                read = replace(read, blocks=mark_bold(read.blocks, upright.picture))
            else:
                read = replace(TextReader(self.engine).read(scan, reason), engine=self.engine)
        blocks = level_back(without_rules(mend_bullets(read.blocks)), upright.angle)
        blocks = replace(blocks, number=page.number, label=page.label, turns=upright.turns)
        issues = tuple(replace(issue, page=page.number) for issue in read.issues)
        issues += _language_issue(page, upright)
        return replace(read, blocks=blocks, confidence=upright.reading.confidence, issues=issues)


class MixedReader:
    """The text layer and layout analysis, and the words in those pictures of the page that hold text, by OCR."""

    engine: Engine = "mixed"

    def __init__(self, engine: OcrEngine, options: IngestionOptions, pictures: Sequence[Box]) -> None:
        self._ocr = engine
        self._options = options
        self._pictures = tuple(pictures)
        self._layout = LayoutReader()

    @property
    def key(self) -> str:
        """See PageReader."""
        return f"mixed {_FORMAT} {self._ocr.key} {self._options.ocr_dpi} {self._layout.key}"

    def read(self, page: PdfPage, reason: str) -> RawPage:
        """See PageReader; a page whose pictures hold no text is what LayoutReader makes of it."""
        words, rotated = page.words
        lines = words_to_lines(word for word, _ in words)
        added: list[Placed] = []
        sure: list[float] = []
        pictured: dict[Box, RawTable] = {}
        for box in self._pictures:
            is_table = is_captioned_table(box, lines)
            found, confidence = self._read_picture(page, box, small=is_table)
            if found:
                if is_table and (grid := picture_grid(box, [word for word, _ in found])):
                    pictured[grid[0]] = grid[1]
                first = 1_000_000 + 10_000 * len(sure)  # lines of their own, behind those of the text layer
                added += [(word, first + line) for word, line in found]
                sure.append(confidence)
        if not added:
            return self._layout.read(page, reason)
        count = "a picture" if len(sure) == 1 else f"{len(sure)} pictures"
        why = f"{reason}, and OCR of {count}"
        read = self._layout.place(page, [*words, *added], rotated, self.engine, why, pictured=pictured)
        return replace(read, confidence=round(sum(sure) / len(sure), 4))

    def _read_picture(self, page: PdfPage, box: Box, *, small: bool = False) -> tuple[list[Placed], float]:
        """Return the words in a picture, at their places on the page, and the confidence; none where it shows none.

        With `small`, a picture whose words are not clear is read again with more dots.
        """
        if not may_hold_text(page.picture(50, clip=box)[0]):
            return [], 0.0
        picture, dpi = page.picture(self._options.ocr_dpi, clip=box)
        reading = self._ocr.read(picture, dpi=dpi)
        if small and reading.word_count and reading.confidence < _CLEAR:
            larger, dpi = page.picture(round(self._options.ocr_dpi * _LARGER), clip=box)
            again = self._ocr.read(larger, dpi=dpi)
            picture, reading = (larger, again) if again.confidence > reading.confidence else (picture, reading)
        if reading.word_count < 2 or reading.confidence < _SURE:
            return [], 0.0
        with scanned_page(picture, reading.text_pdf, width=box.width, height=box.height) as scan:
            words = whole_words(scan, reading)
            return [(replace(w, box=_shifted(w.box, box.x0, box.y0)), line) for w, line in words], reading.confidence


def _unseen_pictures(page: PdfPage, words: list[Placed], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return the pictures of a page that the layout model did not see, without backgrounds and pictures of text."""
    area = page.box.width * page.box.height
    found: list[Region] = []
    for box in page.pictures:
        size = box.width * box.height
        if not _LEAST_SHARE * area < size < _MOST_SHARE * area:
            continue
        seen = max((box.overlap(region.box) / size for region in (*regions, *found)), default=0.0)
        inside = [word for word, _ in words if box.overlap(word.box) > 0.5 * word.box.width * word.box.height]
        if seen < 0.1 and len(inside) <= _FEW_WORDS:
            found.append(Region("figure", box))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Upright:
    picture: bytes
    reading: OcrReading
    angle: float  # degrees counter-clockwise that the picture was turned, after
    turns: int  # quarters clockwise


def _make_upright(ocr: OcrEngine, picture: bytes, dpi: float) -> _Upright:
    """Level a picture, read it, and where that goes badly turn it as the engine says and read it again."""
    best = _read_level(ocr, picture, dpi, 0)
    if best.reading.confidence < _POOR or best.reading.is_sideways:
        turns = ocr.upright_turns(picture, dpi=dpi)
        if turns:
            again = _read_level(ocr, quarter_turns(picture, turns), dpi, turns)
            if again.reading.confidence > best.reading.confidence or not again.reading.is_sideways:
                best = again
    if best.angle and best.reading.confidence < _POOR:  # the angle is an estimate, and a table or a photo misleads it
        plain = quarter_turns(picture, best.turns)
        reading = ocr.read(plain, dpi=dpi)
        if reading.confidence > best.reading.confidence + 0.05:
            best = _Upright(plain, reading, 0.0, best.turns)
    if best.reading.word_count and best.reading.confidence < _CLEAR:
        larger = ocr.read(enlarge(best.picture, _LARGER), dpi=dpi * _LARGER)
        if larger.confidence > best.reading.confidence:
            best = replace(best, reading=larger)
    return best


def _read_level(ocr: OcrEngine, picture: bytes, dpi: float, turns: int) -> _Upright:
    angle = measure_skew(picture, skew_of(picture))
    level = turn_picture(picture, angle)
    return _Upright(level, ocr.read(level, dpi=dpi), angle, turns)


def _language_issue(page: PdfPage, upright: _Upright) -> tuple[PageIssue, ...]:
    wanted = upright.reading.wanted
    if not wanted:
        return ()
    message = (
        f"the page seems to be in a language ({wanted}) whose OCR data is not installed, so letters may be wrong. "
        f"Install it (Debian: apt-get install tesseract-ocr-{wanted.replace('_', '-')}) and ingest the file again."
    )
    return (PageIssue(page.number, "ocr", "ocr-language", message),)


def whole_words(scan: PdfPage, reading: OcrReading) -> list[Placed]:
    """Return the words of a scan's text layer with boxes that reach to their ends.

    Tesseract draws each word with a space behind it over the word's width, so without the space the box is short.
    """
    if not reading.has_spaces:
        return scan.words[0]
    return [(replace(word, box=_stretched(word.box, 1 + 1 / len(word.text))), line) for word, line in scan.words[0]]


def _stretched(box: Box, factor: float) -> Box:
    return Box(box.x0, box.y0, box.x0 + box.width * factor, box.y1)


def in_reading_order(words: Sequence[Placed]) -> list[Placed]:
    """Return words whose lines of Arabic or Hebrew are read from right to left.

    An OCR engine's text layer draws them as they look: the letters of a word from left to right, and the words of a
    line in pieces, in either order. So their places tell: from the right, and Latin words and numbers beside each other
    from the left, as the bidirectional algorithm of Unicode has it.
    """
    ordered: list[Placed] = []
    for row in _joined_rows(words):
        if is_right_to_left(word for word, _ in row):
            line = row[0][1]
            ordered += [(replace(w, text=_turned(w.text)), line) for w in line_order(word for word, _ in row)]
        else:
            ordered += row
    return ordered


def _joined_rows(words: Sequence[Placed]) -> list[list[Placed]]:
    """Put words on rows: a line's, with the lines beside it that a change of script parted, where a page has Arabic."""
    lines = [list(group) for _, group in groupby(words, key=lambda placed: placed[1])]
    if not any(RIGHT_TO_LEFT.search(word.text) for word, _ in words):
        return lines
    rows: list[list[Placed]] = []
    hulls: list[Box] = []
    places: list[tuple[int, int]] = []  # (words, index) of each row's longest piece, whose place it takes
    for index, line in enumerate(lines):
        box = Box.around(word.box for word, _ in line)
        home = next((i for i in range(len(rows) - 1, -1, -1) if _stands_beside(hulls[i], box)), None)
        if home is None:
            rows.append(line)
            hulls.append(box)
            places.append((len(line), index))
        else:
            rows[home] += line
            hulls[home] = hulls[home].union(box)
            places[home] = max(places[home], (len(line), index))
    return [rows[i] for i in sorted(range(len(rows)), key=lambda i: places[i][1])]


def _stands_beside(a: Box, b: Box) -> bool:
    height = min(a.height, b.height)
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    gap = max(a.x0, b.x0) - min(a.x1, b.x1)
    return shared > 0.5 * height and gap < 1.5 * height


def _turned(text: str) -> str:
    if not RIGHT_TO_LEFT.search(text):
        return text
    return _LEFT_TO_RIGHT.sub(lambda match: match[0][::-1], text[::-1])


def may_hold_text(picture: bytes) -> bool:
    """Return whether a picture (PNG) may show text: much of one shade, as paper or a slide, with edges on it."""
    from PIL import Image, ImageFilter

    with Image.open(io.BytesIO(picture)) as image:
        gray = image.convert("L")
        shades = gray.histogram()
        edges = gray.filter(ImageFilter.FIND_EDGES).histogram()
    total = sum(shades)
    ground = max(sum(shades[first : first + 24]) for first in range(0, 256, 8)) / total
    return ground > 0.3 and 0.01 < sum(edges[64:]) / total < 0.6


def _shifted(box: Box, x: float, y: float) -> Box:
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def _page_blocks(page: PdfPage, blocks: tuple[Block, ...], size: float) -> PageBlocks:
    return PageBlocks(page.number, page.label, page.box.x1, page.box.y1, blocks, size)
