"""Speed of reading text-layer PDFs, embedding left out, against PyMuPDF's own layout-aware markdown of the same pages.

    OMP_NUM_THREADS=1 python benchmarks/reading.py [PDF ...]

Stock and ours run in processes of their own, one at a time, since what ours does to PyMuPDF's layout code would speed
up stock as well. Each uses one thread, of the layout models too, and what is counted is processor time: speed on one
core is asked for, and other work on the machine shall not decide.

Prints the ratio to stock markdown with tables as pipes and with tables as HTML (which alone keeps spans, as ours does),
pages a second with and without layout, and what four workers do against one.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import multiprocessing
import shutil
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from ingestion.guard import close_workers
from ingestion.ingest import read_document, read_many
from ingestion.layout_model import limit_threads
from ingestion.options import IngestionOptions

_TEXT_LAYER = ("census_disability_us001", "rcpp_introduction", "lme4_lmer", "redp5110_sampled", "slides_verona")
_READ = IngestionOptions(ocr="never")
_ROUTES = {"stock, pipe tables": "stock", "stock, HTML tables": "stock", "kgqa": "kgqa", "kgqa --fast": "kgqa"}
"""What is compared, and the process that it runs in."""


def seconds(work: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    started = clock()
    work()
    return clock() - started


def time_route(route: str, path: Path) -> float:
    """Read a file by a route in this process, and return the processor's seconds."""
    if route.startswith("stock"):
        import pymupdf4llm

        form = "html" if "HTML" in route else "markdown"
        return seconds(lambda: pymupdf4llm.to_markdown(str(path), use_ocr=False, table_output=form), process_time)
    options = _READ if route == "kgqa" else IngestionOptions(ocr="never", layout=False)
    return seconds(lambda: read_document(path, options=options), process_time)


def compare(paths: list[Path], rounds: int = 3) -> None:
    """Print seconds by route, every route once a round, so that a slow moment of the machine hits all."""
    fresh = multiprocessing.get_context("spawn")
    sides = {
        side: ProcessPoolExecutor(1, mp_context=fresh, initializer=limit_threads, initargs=(1,))
        for side in ("stock", "kgqa")
    }

    def run(route: str, path: Path) -> float:
        return sides[_ROUTES[route]].submit(time_route, route, path).result()

    for route in _ROUTES:
        run(route, paths[0])  # loads models
    import pymupdf  # not above: a fresh process would load stock's models with it, before they are limited

    pages = 0
    totals = dict.fromkeys(_ROUTES, 0.0)
    for path in paths:
        with pymupdf.open(path) as pdf:
            count = pdf.page_count
        pages += count
        taken = [{route: run(route, path) for route in _ROUTES} for _ in range(rounds)]
        medians = {route: statistics.median(times[route] for times in taken) for route in _ROUTES}
        print(f"{path.name}, {count} pages: " + ", ".join(f"{name} {value:.2f} s" for name, value in medians.items()))
        for name, value in medians.items():
            totals[name] += value
    for side in sides.values():
        side.shutdown()
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
