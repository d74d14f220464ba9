"""Speed of reading text-layer PDFs, embedding left out, against PyMuPDF's own layout-aware markdown of the same pages.

    OMP_NUM_THREADS=1 python benchmarks/reading.py [PDF ...]

Prints the ratio to stock markdown with tables as pipes and with tables as HTML (which alone keeps spans, as ours does),
pages a second with and without layout, and what four workers do against one.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pymupdf.layout
import pymupdf4llm

from ingestion.guard import close_workers
from ingestion.ingest import read_document, read_many
from ingestion.options import IngestionOptions

_TEXT_LAYER = ("census_disability_us001", "rcpp_introduction", "lme4_lmer", "redp5110_sampled", "slides_verona")
_READ = IngestionOptions(ocr="never")
_ROUTES: dict[str, Callable[[Path], object]] = {
    "stock, pipe tables": lambda path: pymupdf4llm.to_markdown(str(path), use_ocr=False),
    "stock, HTML tables": lambda path: pymupdf4llm.to_markdown(str(path), use_ocr=False, table_output="html"),
    "kgqa": lambda path: read_document(path, options=_READ),
    "kgqa --fast": lambda path: read_document(path, options=IngestionOptions(ocr="never", layout=False)),
}


def seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def compare(paths: list[Path], rounds: int = 3) -> None:
    """Print seconds by route, every route once a round, so that a slow moment of the machine hits all."""
    pages = 0
    for read in _ROUTES.values():
        read(paths[0])  # loads models
    totals = dict.fromkeys(_ROUTES, 0.0)
    for path in paths:
        with pymupdf.open(path) as pdf:
            count = pdf.page_count
        pages += count
        taken = {name: [] for name in _ROUTES}
        for _ in range(rounds):
            for name, read in _ROUTES.items():
                taken[name].append(seconds(lambda read=read, path=path: read(path)))
        medians = {name: statistics.median(times) for name, times in taken.items()}
        print(f"{path.name}, {count} pages: " + ", ".join(f"{name} {value:.2f} s" for name, value in medians.items()))
        for name, value in medians.items():
            totals[name] += value
    own = totals["kgqa"]
    for name, value in totals.items():
        print(f"{name}: {value:.1f} s, {pages / value:.1f} pages/s, {value / own:.2f} times kgqa's time")


def workers(paths: list[Path], counts: tuple[int, ...] = (1, 4)) -> None:
    """Print how long eight files take with one worker and with four, models loaded before."""
    with TemporaryDirectory() as folder:
        copies = [Path(shutil.copy(path, Path(folder) / f"{i}-{path.name}")) for i in range(4) for path in paths]
        taken = {}
        for jobs in counts:
            list(read_many([paths[0]] * jobs, options=_READ, jobs=jobs))  # starts the workers
            taken[jobs] = seconds(lambda jobs=jobs: list(read_many(copies, options=_READ, jobs=jobs)))
            close_workers()
        first, last = counts[0], counts[-1]
        print(f"{len(copies)} files: {taken[first]:.1f} s with {first} worker, {taken[last]:.1f} s with {last}, "
              f"{taken[first] / taken[last]:.2f} times as fast")  # fmt: skip


def main(paths: list[Path]) -> None:
    compare(paths)
    workers([path for path in paths if path.stat().st_size < 600_000][:2])


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [Path("tests/data") / f"{name}.pdf" for name in _TEXT_LAYER])
