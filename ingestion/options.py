"""Options of reading, checked once when they are made."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    max_file_mb: float = 1024.0  # larger files are refused
    max_pages: int = 20_000  # longer documents are refused
    seconds_per_file: float = 3600.0  # a file that takes longer is given up
    memory_mb: int = 4096  # limit on the address space that a worker may add while reading a file

    def __post_init__(self) -> None:
        for name in ("max_file_mb", "max_pages", "seconds_per_file", "memory_mb"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}={getattr(self, name)} must be greater than 0")
