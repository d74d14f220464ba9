"""Pictures of pages -> words, by the `tesseract` program, which segments columns where PyMuPDF's own OCR does not."""

from __future__ import annotations

import io
import math
import os
import shutil
import subprocess
from dataclasses import replace

from ingestion.blocks import Block, Cell, Line, PageBlocks, Word
from ingestion.document import Box
from ingestion.errors import IngestionError

_SECONDS = 180.0  # that one page may take
_BULLETS = frozenset("e o © ® « » ¢ * ° +".split())  # what Tesseract makes of a bullet
_LEAST_ANGLE = 0.05  # degrees; less moves no letter by a pixel


class OcrError(IngestionError):
    """A picture could not be read."""

    code = "ocr-failed"


class OcrMissingError(OcrError):
    """No OCR program, or not the language, is installed."""

    code = "ocr-missing"


def find_tesseract() -> str | None:
    """Return where the OCR program is, or None."""
    return shutil.which("tesseract")


def picture_to_pdf(picture: bytes, *, dpi: int, languages: str) -> bytes:
    """Return a PDF of one page with the words of a picture (PNG) at their places and nothing that can be seen.

    `languages` are Tesseract's names joined by "+", for example "eng+deu". Raises OcrMissingError where program or
    language is missing, and OcrError where it fails or takes too long.
    """
    program = find_tesseract()
    if program is None:
        raise OcrMissingError("Install tesseract (Debian: apt-get install tesseract-ocr) and ingest the file again.")
    command = [program, "stdin", "stdout", "--dpi", str(dpi), "--psm", "3", "-l", languages,
               "-c", "textonly_pdf=1", "pdf"]  # fmt: skip
    try:
        done = subprocess.run(
            command,
            input=picture,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise OcrError(f"It took more than {_SECONDS:.0f} s. Scan the page with fewer dots per inch.") from error
    except OSError as error:
        raise OcrMissingError(f"{program} cannot be started ({error.strerror}). Install it anew.") from error
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0 and "loading" in said.lower() and "language" in said.lower():
        raise OcrMissingError(
            f"Tesseract lacks a language of {languages!r}. Install it (Debian: apt-get install tesseract-ocr-LANG) or "
            "set ingestion.ocr_languages."
        )
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        reason = " ".join(said.split())[-200:] or f"exit code {done.returncode}"
        raise OcrError(f"Tesseract failed: {reason}. Try it on the page by hand.")
    return done.stdout


def turn_picture(picture: bytes, angle: float) -> bytes:
    """Return a picture (PNG) turned by an angle in degrees, counter-clockwise, its size kept and its corners white."""
    from PIL import Image

    if abs(angle) < _LEAST_ANGLE:
        return picture
    with Image.open(io.BytesIO(picture)) as image:
        turned = image.convert("L").rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    target = io.BytesIO()
    turned.save(target, "png")
    return target.getvalue()


def turn_page(page: PageBlocks, angle: float) -> PageBlocks:
    """Return a page with its boxes where they were before the picture was turned by `angle` degrees."""
    if abs(angle) < _LEAST_ANGLE:
        return page
    turn = _Turn(math.radians(angle), page.width / 2, page.height / 2)
    return replace(page, blocks=tuple(turn.block(block) for block in page.blocks))


def mend_bullets(page: PageBlocks) -> PageBlocks:
    """Return a page whose list items begin with a bullet where OCR took it for a letter."""
    return replace(page, blocks=tuple(_with_bullet(block) for block in page.blocks))


def _with_bullet(block: Block) -> Block:
    first = block.lines[0] if block.lines else None
    if block.kind != "list-item" or first is None or len(first.words) < 2 or first.words[0].text not in _BULLETS:
        return block
    mended = replace(first, words=(replace(first.words[0], text="•"), *first.words[1:]))
    return replace(block, lines=(mended, *block.lines[1:]))


class _Turn:
    """Turns boxes back about a centre; a box keeps its size, since the angle is small."""

    def __init__(self, angle: float, x: float, y: float) -> None:
        self._cos, self._sin, self._x, self._y = math.cos(angle), math.sin(angle), x, y

    def box(self, box: Box) -> Box:
        dx, dy = (box.x0 + box.x1) / 2 - self._x, (box.y0 + box.y1) / 2 - self._y
        x = self._x + dx * self._cos - dy * self._sin
        y = self._y + dx * self._sin + dy * self._cos
        half_width, half_height = box.width / 2, box.height / 2
        return Box(x - half_width, y - half_height, x + half_width, y + half_height)

    def line(self, line: Line) -> Line:
        return replace(line, words=tuple(self.word(word) for word in line.words), box=self.box(line.box))

    def word(self, word: Word) -> Word:
        return replace(word, box=self.box(word.box))

    def cell(self, cell: Cell) -> Cell:
        return replace(cell, lines=tuple(self.line(line) for line in cell.lines), box=self.box(cell.box))

    def block(self, block: Block) -> Block:
        table = block.table
        if table is not None:
            table = replace(table, cells=tuple(self.cell(cell) for cell in table.cells))
        lines = tuple(self.line(line) for line in block.lines)
        return replace(block, box=self.box(block.box), lines=lines, table=table)
