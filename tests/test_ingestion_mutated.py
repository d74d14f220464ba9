"""Damaged PDFs, a batch of the benchmark's: each is accounted for in one line, and the parent lives."""

import importlib.util
from pathlib import Path

import pytest

from ingestion.document import ParsedDocument
from ingestion.errors import IngestionError, ReaderCrashedError
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


PAGE = "<</Type/Page/MediaBox[0 0 200 200]/Parent 2 0 R/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>>>"


@pytest.mark.parametrize(
    ("kids", "count", "fourth"),
    [
        ("3 0 R 4 0 R", "2", "<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"),  # goes round in a circle
        ("3 0 R 4 0 R", "-7", PAGE),
        ("3 0 R 9 0 R", "2", PAGE),  # names a page that is not there
    ],
)
def test_a_page_tree_that_lies_costs_its_pages_alone(tmp_path: Path, kids: str, count: str, fourth: str) -> None:
    text = "BT /F 12 Tf 10 100 Td (Ships call at night) Tj ET"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {count}>>", PAGE, fourth, "null"]
    objects += [f"<</Length {len(text)}>>stream\n{text}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    body = "".join(f"{i} 0 obj\n{source}\nendobj\n" for i, source in enumerate(objects, 1))
    path = tmp_path / "tree.pdf"
    path.write_text(f"%PDF-1.7\n{body}trailer<</Root 1 0 R>>\n", encoding="ascii")
    ((_, result),) = read_many([path], options=IngestionOptions(ocr="never"))
    assert not isinstance(result, ReaderCrashedError)
    if isinstance(result, ParsedDocument):
        assert result.status == "partial"
        assert "Ships call at night" in result.pages[0].markdown
