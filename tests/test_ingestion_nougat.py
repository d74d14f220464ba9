"""Scientific pages by Nougat: the real loading and generating code on a tiny model that is trained here."""

import importlib.util
import sys
from pathlib import Path

import pymupdf
import pytest

from ingestion.document import Box
from ingestion.ingest import read_document
from ingestion.mmd import markdown_to_blocks, mmd_to_markdown
from ingestion.nougat import NougatError, find_failure, has_formulas, load_nougat
from ingestion.options import IngestionOptions
from ingestion.pdf import PdfFile

_spec = importlib.util.spec_from_file_location("tiny_nougat", Path(__file__).parent / "tiny_nougat.py")
assert _spec is not None
assert _spec.loader is not None
tiny_nougat = importlib.util.module_from_spec(_spec)
sys.modules["tiny_nougat"] = tiny_nougat
_spec.loader.exec_module(tiny_nougat)

SHOWN = [
    "2 Energy",
    "The energy of a body at rest is E = mc2 as shown.",
    "E = mc2   (1)",
    "first point",
    "second point",
]


def paper(path: Path, lines: list[str] = SHOWN) -> Path:
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        for i, text in enumerate(lines):
            page.insert_text((70, 100 + 40 * i), text, fontsize=14)
        pdf.save(path)
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nougat")
    path = paper(folder / "paper.pdf")
    with PdfFile(path, options=IngestionOptions()) as file:
        picture, _ = file.page(0).picture(96, color=True)
    loss = tiny_nougat.make_tiny_nougat(folder / "model", picture)
    assert loss < 0.1, f"the tiny model did not learn its page (loss {loss:.3f})"
    return folder / "model"


def test_a_page_is_read_with_its_formulas_in_latex(model: Path, tmp_path: Path) -> None:
    path = paper(tmp_path / "paper.pdf")
    document = read_document(path, options=IngestionOptions(nougat="always", nougat_model=str(model)))
    page = document.page(1)
    assert (page.engine, page.reason) == ("nougat", "Nougat as asked")
    assert document.status == "ok"
    assert "$E=mc^{2}$" in page.markdown
    assert "$$E=mc^{2}\\tag{1}$$" in page.markdown
    assert [section.title for section in document.sections] == ["Energy"]
    assert page.agreement is not None
    assert page.agreement > 0.5
    start = page.markdown.index("body")
    box = page.boxes_between(start, start + 4)[0]
    assert box.y0 - 5 < 140 < box.y1 + 5, "words stand where the text layer has them"


def test_another_page_than_the_model_writes_is_read_by_layout(model: Path, tmp_path: Path) -> None:
    path = paper(
        tmp_path / "other.pdf", ["Harbour report of the year 1911", "Ships came from the north and the south."]
    )
    document = read_document(path, options=IngestionOptions(nougat="always", nougat_model=str(model)))
    page = document.page(1)
    assert page.engine == "layout"
    assert "Nougat" in page.reason
    assert "Ships came from the north" in page.markdown


def test_pages_are_written_in_batches(model: Path, tmp_path: Path) -> None:
    single = paper(tmp_path / "single.pdf")
    with pymupdf.open() as pdf, pymupdf.open(single) as one:
        for _ in range(3):
            pdf.insert_pdf(one)
        pdf.save(tmp_path / "three.pdf")
    options = IngestionOptions(nougat="always", nougat_model=str(model), nougat_batch=2)
    document = read_document(tmp_path / "three.pdf", options=options)
    assert [page.engine for page in document.pages] == ["nougat"] * 3
    assert len({page.markdown for page in document.pages}) == 1


def test_auto_leaves_pages_without_formulas_to_layout(model: Path, tmp_path: Path) -> None:
    options = IngestionOptions(nougat="auto", nougat_model=str(model))
    assert read_document(paper(tmp_path / "paper.pdf"), options=options).page(1).engine == "layout"
    assert has_formulas(["α", "∑", "x", "β", "∂", "≤", "∈", "∇", "λ"])
    assert not has_formulas("The energy of a body at rest".split())


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NougatError, match="nougat_model"):
        load_nougat(str(tmp_path / "nothing"))
    with pytest.raises(ValueError, match="nougat_model"):
        IngestionOptions(nougat="always")


@pytest.mark.parametrize(
    ("text", "raw", "ended", "peaks", "failure"),
    [
        ("Good text.", "Good text.", True, [5.0, 6.0], ""),
        ("", "", True, [], "gave the page up"),
        ("x", "x [MISSING_PAGE_EMPTY:1]", True, [], "gave the page up"),
        ("the end", "the end " * 60, True, [], "repeated itself"),
        ("a b c", "one two three", False, [9.0] * 300, "repeated itself"),
        ("a b c", "one two three", False, [float(i % 17) for i in range(300)], "did not come to an end"),
    ],
)
def test_what_goes_wrong_is_seen(text: str, raw: str, ended: bool, peaks: list[float], failure: str) -> None:
    assert find_failure(text, raw, ended, peaks) == failure


def test_markup_of_any_nougat_becomes_markdown() -> None:
    source = (
        "# A Title\n\nBy \\(n\\) authors.\n\n\\begin{table}\n\\begin{tabular}{l c c} \\hline\n"
        "\\multirow{2}{*}{Year} & \\multicolumn{2}{c}{Tons} \\\\\n & North & South \\\\ \\hline\n"
        "1911 & 4 \\& 5 & 6 \\\\ \\hline\n\\end{tabular}\n\\end{table}\n\nTable 1: Tons by year.\n\n"
        "[MISSING_PAGE_EMPTY:2]"
    )
    markdown = mmd_to_markdown(source)
    assert "| Year | Tons | Tons |\n| --- | --- | --- |\n| Year | North | South |\n| 1911 | 4 & 5 | 6 |" in markdown
    assert "By $n$ authors." in markdown
    assert "MISSING" not in markdown
    kinds = [block.kind for block in markdown_to_blocks(markdown, [], Box(0, 0, 600, 800))]
    assert kinds == ["title", "text", "table", "caption"]


def test_a_file_that_nougat_wrote_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "paper.mmd"
    path.write_text(
        "# A Title\n\n## 1 Results\n\nSee \\(x=1\\).\n\n\\begin{table}\\begin{tabular}{l l} a & b \\\\ 1 & 2 \\\\\n"
        "\\end{tabular}\\end{table}\n\nTable 2: Numbers.\n\n[MISSING_PAGE_FAIL:3]\n",
        encoding="utf-8",
    )
    document = read_document(path, options=IngestionOptions())
    assert document.title == "A Title"
    assert [(t.number, t.rows) for t in document.tables] == [("2", (("a", "b"), ("1", "2")))]
    assert [issue.code for issue in document.issues] == ["missing-pages"]
    assert document.status == "partial"
