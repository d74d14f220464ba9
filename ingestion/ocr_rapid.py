"""RapidOCR, for machines without Tesseract: the extra `kgqa[rapidocr]`. It reads lines; columns are put in order here.

It names no orientation and reads Latin and Chinese letters; its models are part of its package.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from typing import Any

from ingestion.blocks import Word
from ingestion.document import Box
from ingestion.ocr import OcrError, OcrReading
from ingestion.reading_order import reading_order


def has_rapidocr() -> bool:
    """Return whether the package is installed."""
    return find_spec("rapidocr") is not None


class RapidOcr:
    """An `OcrEngine` on top of RapidOCR's detection and recognition models (ONNX, on the processor)."""

    @property
    def key(self) -> str:
        """See OcrEngine."""
        from importlib.metadata import version

        return f"rapidocr {version('rapidocr')}"

    def read(self, picture: bytes, *, dpi: float) -> OcrReading:
        """See OcrEngine."""
        import numpy as np
        from PIL import Image

        from ingestion.pdf import words_to_pdf

        with Image.open(io.BytesIO(picture)) as image:
            pixels = np.asarray(image.convert("RGB"))
        try:
            found = _engine()(pixels)
        except Exception as error:
            raise OcrError(f"RapidOCR failed: {' '.join(str(error).split())[:200]}.") from error
        scale = 72 / dpi
        lines = []
        for corners, text, score in zip(
            found.boxes if found.boxes is not None else (), found.txts or (), found.scores or (), strict=True
        ):
            (x0, y0), (x1, y1) = corners.min(axis=0) * scale, corners.max(axis=0) * scale
            if text.strip():
                lines.append((Box(float(x0), float(y0), float(x1), float(y1)), text, float(score)))
        order = reading_order([box for box, _, _ in lines])
        words = [word for i in order for word in _line_to_words(lines[i][1], lines[i][0])]
        width = sum(box.width for box, _, _ in lines)  # a line that it cannot read comes out short
        confidence = sum(box.width * score for box, _, score in lines) / width if width else 0.0
        rows, columns = pixels.shape[:2]
        pdf = words_to_pdf(words, width=columns * scale, height=rows * scale)
        return OcrReading(pdf, round(confidence, 4), len(words), "rapidocr")

    def upright_turns(self, picture: bytes, *, dpi: float) -> int:
        """See OcrEngine; it cannot tell."""
        return 0


def _line_to_words(text: str, box: Box) -> list[Word]:
    """Part a line at its spaces, each word as wide as its share of the letters."""
    width = box.width / max(1, len(text))
    words, at = [], 0
    for part in text.split(" "):
        if part:
            left, right = box.x0 + at * width, box.x0 + (at + len(part)) * width
            words.append(Word(part, Box(left, box.y0, right, box.y1), box.height))
        at += len(part) + 1
    return words


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})
