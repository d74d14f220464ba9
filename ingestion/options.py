"""Options of reading, checked once when they are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageOptions:
    """How markdown is cut into passages."""

    max_chars: int = 1200  # about 300 tokens of English
    min_chars: int = 80  # shorter stretches join a neighbour in the same section

    def __post_init__(self) -> None:
        if not 0 < self.min_chars < self.max_chars:
            raise ValueError(f"min_chars={self.min_chars} must lie between 1 and max_chars - 1 = {self.max_chars - 1}")


_POSITIVE = (
    "ocr_dpi", "nougat_batch", "max_file_mb", "max_unpacked_mb", "max_megapixels", "max_pages", "seconds_per_file",
    "memory_mb",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionOptions:
    """How files are read."""

    passages: PassageOptions = field(default_factory=PassageOptions)
    layout: bool = True  # False: bare text blocks, no headings from layout and no tables, many times as fast
    ocr: Literal["auto", "never", "always"] = "auto"  # auto: pages whose text layer is missing or wrong
    ocr_languages: str = "auto"  # Tesseract's names, joined by "+"; auto: found by script and words
    ocr_dpi: int = 200  # dots per inch of the picture that is read; 300 costs time and gains nothing on clean scans
    nougat: Literal["auto", "never", "always"] = "auto"  # auto: pages with formulas, where a model is named
    nougat_model: str = ""  # name or folder of a Nougat model for transformers; "" for none
    nougat_device: str = "auto"  # a torch device; auto: the first graphics card, else the processor
    nougat_batch: int = 1  # pages that the model reads at once
    max_file_mb: float = 1024.0  # larger files are refused
    max_unpacked_mb: float = 2048.0  # archives (DOCX, EPUB) that hold more are refused
    max_megapixels: float = 200.0  # larger pictures are refused
    max_pages: int = 20_000  # longer documents are refused
    seconds_per_file: float = 3600.0  # a file that takes longer is given up
    memory_mb: int = 4096  # limit on the address space that a worker may add while reading a file

    @property
    def reading(self) -> str:
        """What a document's text depends on, for telling whether it would be read otherwise now."""
        nougat = f"{self.nougat} {self.nougat_model}" if self.nougat_model and self.nougat != "never" else "never"
        cut = f"{self.passages.max_chars} {self.passages.min_chars}"
        return f"layout={self.layout} ocr={self.ocr} {self.ocr_languages} {self.ocr_dpi} nougat={nougat} cut={cut}"

    def __post_init__(self) -> None:
        if self.ocr not in ("auto", "never", "always"):
            raise ValueError(f"ocr={self.ocr!r} is none of auto, never, always")
        if self.nougat not in ("auto", "never", "always"):
            raise ValueError(f"nougat={self.nougat!r} is none of auto, never, always")
        if self.nougat == "always" and not self.nougat_model:
            raise ValueError("nougat='always' needs nougat_model: the name or the folder of a model")
        if not re.fullmatch(r"[\w/\-]+(?:\+[\w/\-]+)*", self.ocr_languages):
            raise ValueError(f"ocr_languages={self.ocr_languages!r} must be names joined by +, such as eng+deu")
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}={getattr(self, name)} must be greater than 0")
