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


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionOptions:
    """How files are read."""

    passages: PassageOptions = field(default_factory=PassageOptions)
    layout: bool = True  # False: bare text blocks, no headings from layout and no tables, many times as fast
    ocr: Literal["auto", "never", "always"] = "auto"  # auto: pages whose text layer is missing or wrong
    ocr_languages: str = "eng"  # Tesseract's names, joined by "+"
    ocr_dpi: int = 200  # dots per inch of the picture that is read; 300 costs time and gains nothing on clean scans
    max_file_mb: float = 1024.0  # larger files are refused
    max_pages: int = 20_000  # longer documents are refused
    seconds_per_file: float = 3600.0  # a file that takes longer is given up
    memory_mb: int = 4096  # limit on the address space that a worker may add while reading a file

    def __post_init__(self) -> None:
        if self.ocr not in ("auto", "never", "always"):
            raise ValueError(f"ocr={self.ocr!r} is none of auto, never, always")
        if not re.fullmatch(r"[\w/\-]+(?:\+[\w/\-]+)*", self.ocr_languages):
            raise ValueError(f"ocr_languages={self.ocr_languages!r} must be names joined by +, such as eng+deu")
        for name in ("ocr_dpi", "max_file_mb", "max_pages", "seconds_per_file", "memory_mb"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}={getattr(self, name)} must be greater than 0")
