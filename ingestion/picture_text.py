"""The words in the pictures of a DOCX, EPUB or web page, by OCR.

Nothing is fetched: a picture is one that the file itself holds. What is no picture, too large, or shows no text gives
no words and no error; that there is no OCR program is said once a file.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from urllib.parse import unquote_to_bytes

from ingestion.document import PageIssue
from ingestion.ocr import OcrEngine, OcrError, OcrMissingError, choose_engine
from ingestion.options import IngestionOptions

_MOST = 200  # pictures of one file that are read
_LEAST = (60, 20)  # pixels: smaller ones are icons and rules
_SMALL = 1400  # pixels of the longer side below which a picture is read enlarged: screens have small print
_DPI = 150.0  # taken for pictures, which do not tell theirs
_SURE = 0.6  # confidence from which words are taken
_DATA = re.compile(r"data:image/[\w.+-]+(?P<base64>;base64)?,", re.I)


class PictureText:
    """Reads the pictures of one file; afterwards `issues` says what went wrong."""

    def __init__(self, options: IngestionOptions, name: str) -> None:
        """Make a reader that finds its OCR engine when the first picture may hold text."""
        self._options = options
        self._name = name
        self._engine: OcrEngine | None = None
        self._read = 0
        self.issues: list[PageIssue] = []

    def lines(self, data: bytes) -> list[str]:
        """Return the lines of text that a picture shows, from the bytes of its file; empty for none."""
        if self._options.ocr == "never" or self._read >= _MOST or self.issues:
            return []
        picture = _to_png(data, self._options.max_megapixels)
        if picture is None:
            return []
        self._read += 1
        try:
            self._engine = self._engine or choose_engine(self._options.ocr_languages)
            return _read_lines(self._engine, *picture)
        except OcrMissingError as error:
            self._say(error.code, f"a picture in it may hold text and was not read. {error}")
        except OcrError:
            return []  # one picture that OCR gives up is like one without text
        return []

    def _say(self, code: str, message: str) -> None:
        self.issues.append(PageIssue(None, "ocr", code, f"{self._name}: {message}"))


def data_uri_bytes(source: str) -> bytes | None:
    """Return what a `data:image/...` address holds; None for any other address."""
    match = _DATA.match(source)
    if match is None:
        return None
    try:
        body = source[match.end() :]
        return base64.b64decode(body) if match["base64"] else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        return None


def _to_png(data: bytes, most_megapixels: float) -> tuple[bytes, int, int] | None:
    """Return (PNG, width, height) of a picture that may hold text, small ones enlarged; None for all others."""
    from PIL import Image

    from ingestion.page_readers import may_hold_text

    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            if width < _LEAST[0] or height < _LEAST[1] or width * height > most_megapixels * 1e6:
                return None
            clear = image.convert("RGBA")
            ground = Image.new("RGBA", clear.size, "white")
            gray = Image.alpha_composite(ground, clear).convert("L")
    except (OSError, ValueError, SyntaxError, EOFError):
        return None
    preview = gray.copy()
    preview.thumbnail((600, 600))
    if not may_hold_text(_png(preview)):
        return None
    if max(gray.size) < _SMALL:
        gray = gray.resize((2 * gray.width, 2 * gray.height), Image.Resampling.BICUBIC)
    return _png(gray), gray.width, gray.height


def _png(image: object) -> bytes:
    target = io.BytesIO()
    image.save(target, "png")  # type: ignore[attr-defined]
    return target.getvalue()


def _read_lines(engine: OcrEngine, picture: bytes, width: int, height: int) -> list[str]:
    from itertools import groupby

    from ingestion.page_readers import in_reading_order
    from ingestion.pdf import scanned_page

    reading = engine.read(picture, dpi=_DPI)
    if reading.word_count < 2 or reading.confidence < _SURE:
        return []
    with scanned_page(picture, reading.text_pdf, width=float(width), height=float(height)) as scan:
        words = in_reading_order(scan.words[0])
    return [" ".join(word.text for word, _ in group) for _, group in groupby(words, key=lambda placed: placed[1])]
