"""Damaged PDFs, a batch of the benchmark's: each is accounted for in one line, and the parent lives."""

import importlib.util
from pathlib import Path

from ingestion.document import ParsedDocument
from ingestion.errors import IngestionError
from ingestion.ingest import read_many
from ingestion.options import IngestionOptions

_path = Path(__file__).parent.parent / "benchmarks" / "mutated_pdfs.py"
_spec = importlib.util.spec_from_file_location("mutated_pdfs", _path)
assert _spec is not None
assert _spec.loader is not None
mutated_pdfs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(mutated_pdfs)


def test_each_damaged_file_is_accounted_for(tmp_path: Path, data: Path) -> None:
    names = ("empty_pages.pdf", "encrypted_openpassword.pdf", "garbled_fonts_plsvgls.pdf", "rcpp_introduction.pdf")
    paths = mutated_pdfs.make([(data / name).read_bytes() for name in names], tmp_path, 40, seed=20)
    options = IngestionOptions(ocr="never", seconds_per_file=60, max_pages=60, memory_mb=1500)
    results = dict(read_many(paths, options=options, cache=tmp_path / "pages.sqlite3"))
    assert list(results) == paths
    for result in results.values():
        assert isinstance(result, ParsedDocument | IngestionError)
        assert "\n" not in str(result) if isinstance(result, IngestionError) else result.pages
    assert sum(isinstance(result, ParsedDocument) for result in results.values()) > 5
