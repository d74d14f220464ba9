"""Time to read text-layer PDFs, embedding left out, against PyMuPDF's own layout-aware markdown of the same pages."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import sys
from pathlib import Path
from time import perf_counter

import pymupdf.layout
import pymupdf4llm

from ingestion.ingest import read_document
from ingestion.options import IngestionOptions

_TEXT_LAYER = ("census_disability_us001", "rcpp_introduction", "lme4_lmer", "redp5110_sampled", "slides_verona")


def stock(path: Path) -> None:
    pymupdf4llm.to_markdown(str(path), use_ocr=False)


def ours(path: Path) -> None:
    read_document(path, options=IngestionOptions(ocr="never"))


def seconds(read, path: Path) -> float:
    started = perf_counter()
    read(path)
    return perf_counter() - started


def main(paths: list[Path], rounds: int = 3) -> None:
    pymupdf.layout.activate() if hasattr(pymupdf.layout, "activate") else None
    for read in (stock, ours):
        read(paths[0])  # loads models
    ratios, pages = [], 0
    for path in paths:
        with pymupdf.open(path) as pdf:
            count = pdf.page_count
        pages += count
        pairs = [(seconds(stock, path), seconds(ours, path)) for _ in range(rounds)]
        theirs, own = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratios.append((theirs, own))
        print(f"{path.name}: {count} pages, stock {theirs:.2f} s, kgqa {own:.2f} s, ratio {own / theirs:.2f}")
    theirs, own = map(sum, zip(*ratios, strict=True))
    print(f"all: {pages} pages, stock {theirs:.1f} s, kgqa {own:.1f} s, ratio {own / theirs:.2f} (goal: at most 1.25)")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [Path("tests/data") / f"{name}.pdf" for name in _TEXT_LAYER])
