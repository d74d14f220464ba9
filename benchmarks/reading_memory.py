"""Memory and speed of reading one long PDF: `python benchmarks/reading_memory.py PAGES [--fast]`.

The PDF repeats the pages of tests/data/rcpp_introduction.pdf, two columns of small print each.
"""

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pymupdf

from ingestion.ingest import read_document
from ingestion.options import IngestionOptions


def main(pages: int, fast: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        with pymupdf.open() as long, pymupdf.open("tests/data/rcpp_introduction.pdf") as short:
            while len(long) < pages:
                long.insert_pdf(short, to_page=min(len(short), pages - len(long)) - 1)
            long.save(path)
        started = perf_counter()
        document = read_document(path, options=IngestionOptions(ocr="never", layout=not fast))
        passed = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{len(document.pages)} pages in {passed:.0f} s, {pages / passed:.1f} pages/s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]), "--fast" in sys.argv)
