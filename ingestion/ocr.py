"""Pictures of text -> words at their places.

The default is the `tesseract` program, which segments columns where PyMuPDF's own OCR does not. An engine gives its
words as a PDF of unseen text of the picture's size, so that layout analysis reads a scan as it reads any page.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from ingestion.blocks import Block, Line, PageBlocks
from ingestion.errors import IngestionError
from ingestion.languages import guess_language, script_to_languages, with_latin

_SECONDS = 180.0  # that one page may take
_RULES = re.compile(r"^[|¦]+|[|¦]+$")
_BRACKET = re.compile(r"(?<=[\d.])[}\]]$")  # what OCR makes of a line behind a number
_BULLETS = frozenset("e o © ® « » ¢ * ° +".split())  # what Tesseract makes of a bullet
_UNSURE = 0.75  # confidence below which another script or language is looked for
_MEND = "Install tesseract (Debian: apt-get install tesseract-ocr), or the extra kgqa[rapidocr], and ingest it again."


class OcrError(IngestionError):
    """A picture could not be read."""

    code = "ocr-failed"


class OcrMissingError(OcrError):
    """No OCR program, or not the language, is installed."""

    code = "ocr-missing"


@dataclass(frozen=True, slots=True)
class OcrReading:
    """What an engine read in one picture."""

    text_pdf: bytes  # one page of the picture's size with the words at their places, unseen
    confidence: float  # from 0 to 1: mean over the words, by their length; 0 without words
    word_count: int
    languages: str  # that were read, as the engine names them
    wanted: str = ""  # a language that the text seems to be in and that is not installed
    is_sideways: bool = False  # whether its words stand on their sides, so that the picture must be turned
    has_spaces: bool = False  # whether the text layer squeezes a space into each word's width


class OcrEngine(Protocol):
    """Reads upright pictures."""

    @property
    def key(self) -> str:
        """What its results depend on beside the picture: version and settings."""
        ...

    def read(self, picture: bytes, *, dpi: float) -> OcrReading:
        """Read a picture (PNG); raise OcrMissingError where nothing is installed to do so, OcrError where it fails."""
        ...

    def upright_turns(self, picture: bytes, *, dpi: float) -> int:
        """Return by how many quarters clockwise a picture must be turned to stand upright; 0 where that is unclear."""
        ...


def find_tesseract() -> str | None:
    """Return where the OCR program is, or None."""
    return shutil.which("tesseract")


def has_ocr() -> bool:
    """Return whether any OCR engine is installed."""
    from ingestion.ocr_rapid import has_rapidocr

    return find_tesseract() is not None or has_rapidocr()


def choose_engine(languages: str) -> OcrEngine:
    """Return Tesseract where it is installed, else RapidOCR; raise OcrMissingError where neither is."""
    from ingestion.ocr_rapid import RapidOcr, has_rapidocr

    if find_tesseract() is not None:
        return Tesseract(languages)
    if has_rapidocr():
        return RapidOcr()
    raise OcrMissingError(_MEND)


@cache
def installed_languages() -> tuple[str, ...]:
    """Return the languages that Tesseract has, without its orientation data; empty without the program."""
    program = find_tesseract()
    if program is None:
        return ()
    lines = _run([program, "--list-langs"]).stdout.decode("utf-8", "replace").splitlines()
    return tuple(line.strip() for line in lines[1:] if line.strip() and line.strip() != "osd")


class Tesseract:
    """The `tesseract` program with automatic page segmentation (psm 3).

    `languages` are its names joined by "+", or "auto": English, or the first that is installed, until a page shows
    another script or language; what a page was found to be in is tried first on the next one.
    """

    def __init__(self, languages: str = "auto") -> None:
        self._given = languages
        self._last: str | None = None

    @property
    def key(self) -> str:
        """See OcrEngine."""
        known = ",".join(installed_languages()) if self._given == "auto" else ""
        return f"{_version()} {self._given} {known}"

    def read(self, picture: bytes, *, dpi: float) -> OcrReading:
        """See OcrEngine."""
        if self._given != "auto":
            return self._read(picture, dpi, self._given)[0]
        known = installed_languages()
        if not known and find_tesseract() is None:
            raise OcrMissingError(_MEND)
        first = self._last or ("eng" if "eng" in known else (known or ("eng",))[0])
        reading, text = self._read(picture, dpi, first)
        candidates = self._other_languages(picture, dpi, reading, text, first)
        missing = next((name for name in candidates[:1] if name not in known), "")
        for other in [name for name in candidates if name in known][:1]:
            names = with_latin(other) if "eng" in known else other
            again, _ = self._read(picture, dpi, names)
            if again.confidence > reading.confidence:
                reading, self._last, missing = again, names, ""
        return replace(reading, wanted=missing)

    def _other_languages(
        self, picture: bytes, dpi: float, reading: OcrReading, text: str, tried: str
    ) -> tuple[str, ...]:
        """Return languages, the likeliest first, that the picture seems to be in, other than the one tried."""
        language = guess_language(text) if reading.confidence >= 0.5 else None
        if language is not None:
            return () if language in tried.split("+") else (language,)
        if reading.confidence >= _UNSURE or reading.word_count < 3:
            return ()
        script = self._orientation(picture, dpi)[1]
        names = script_to_languages(script)
        return () if set(tried.split("+")) & set(names) or script == "Latin" else names

    def upright_turns(self, picture: bytes, *, dpi: float) -> int:
        """See OcrEngine."""
        return self._orientation(picture, dpi)[0]

    def _orientation(self, picture: bytes, dpi: float) -> tuple[int, str]:
        """Return (quarters clockwise, script) by Tesseract's orientation data; (0, "") where it cannot tell."""
        command = [
            find_tesseract() or "tesseract",
            "stdin",
            "stdout",
            "--dpi",
            str(int(dpi)),
            "--psm",
            "0",
            "-l",
            "osd",
        ]
        said = _run(command, picture).stdout.decode("utf-8", "replace")
        turn = re.search(r"Rotate: (\d+)", said)
        script = re.search(r"Script: (\S+)", said)
        return (int(turn[1]) // 90 if turn else 0), (script[1] if script else "")

    def _read(self, picture: bytes, dpi: float, languages: str) -> tuple[OcrReading, str]:
        program = find_tesseract()
        if program is None:
            raise OcrMissingError(_MEND)
        with TemporaryDirectory(prefix="kgqa-ocr-") as folder:
            target = Path(folder) / "page"
            command = [program, "stdin", str(target), "--dpi", str(int(dpi)), "--psm", "3", "-l", languages,
                       "-c", "textonly_pdf=1", "pdf", "tsv"]  # fmt: skip
            done = _run(command, picture)
            said = done.stderr.decode("utf-8", "replace")
            if done.returncode != 0 and "loading" in said.lower() and "language" in said.lower():
                raise OcrMissingError(
                    f"Tesseract lacks a language of {languages!r}. Install it (Debian: apt-get install "
                    "tesseract-ocr-LANG) or set ingestion.ocr_languages."
                )
            pdf, table = target.with_suffix(".pdf"), target.with_suffix(".tsv")
            if done.returncode != 0 or not pdf.exists():
                reason = " ".join(said.split())[-200:] or f"exit code {done.returncode}"
                raise OcrError(f"Tesseract failed: {reason}. Try it on the page by hand.")
            words = _confident_words(table.read_text("utf-8", "replace") if table.exists() else "")
            letters = sum(len(word) for word, _, _ in words)
            confidence = sum(len(word) * sure for word, sure, _ in words) / letters if letters else 0.0
            tall = [is_tall for word, _, is_tall in words if len(word) > 3]
            sideways = sum(tall) > 0.5 * len(tall) > 1
            reading = OcrReading(
                pdf.read_bytes(), round(confidence, 4), len(words), languages, is_sideways=sideways, has_spaces=True
            )
            return reading, " ".join(word for word, _, _ in words)


def _confident_words(table: str) -> list[tuple[str, float, bool]]:
    """Return (word, confidence from 0 to 1, whether its box is taller than wide) of Tesseract's TSV."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        (row["text"].strip(), float(row["conf"]) / 100, int(row["height"]) > int(row["width"]))
        for row in rows
        if row.get("text") and row["text"].strip() and float(row["conf"]) >= 0
    ]


@cache
def _version() -> str:
    program = find_tesseract()
    lines = _run([program, "--version"]).stdout.decode("utf-8", "replace").splitlines() if program else []
    return lines[0] if lines else "tesseract"


def _run(command: Sequence[str], picture: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command,
            input=picture,
            stdin=subprocess.DEVNULL if picture is None else None,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # several at once are faster than several threads of one
        )
    except subprocess.TimeoutExpired as error:
        raise OcrError(f"It took more than {_SECONDS:.0f} s. Scan the page with fewer dots per inch.") from error
    except OSError as error:
        raise OcrMissingError(f"{command[0]} cannot be started ({error.strerror}). Install it anew.") from error


def without_rules(page: PageBlocks) -> PageBlocks:
    """Return a page whose tables' cells lack what OCR made of the lines between them: bars, brackets behind numbers."""
    return replace(page, blocks=tuple(_cells_alone(block) for block in page.blocks))


def _cells_alone(block: Block) -> Block:
    if block.table is None:
        return block
    cells = tuple(replace(cell, lines=_lines_alone(cell.lines)) for cell in block.table.cells)
    return replace(block, lines=_lines_alone(block.lines), table=replace(block.table, cells=cells))


def _lines_alone(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return lines without words that are rules, and words without the rules at their ends."""
    found = []
    for line in lines:
        words = [replace(word, text=text) for word in line.words if (text := _without_rule(word.text))]
        if words:
            found.append(Line.of(words))
    return tuple(found)


def _without_rule(word: str) -> str:
    text = _RULES.sub("", word)
    return text if any(c in "[{(" for c in text) else _BRACKET.sub("", text)


def mend_bullets(page: PageBlocks) -> PageBlocks:
    """Return a page whose list items begin with a bullet where OCR took it for a letter."""
    return replace(page, blocks=tuple(_with_bullet(block) for block in page.blocks))


def _with_bullet(block: Block) -> Block:
    first = block.lines[0] if block.lines else None
    if block.kind != "list-item" or first is None or len(first.words) < 2 or first.words[0].text not in _BULLETS:
        return block
    mended = replace(first, words=(replace(first.words[0], text="•"), *first.words[1:]))
    return replace(block, lines=(mended, *block.lines[1:]))
