"""What the page shows of sources: scripts that run right to left, paler quotes, evidence and cells that open pages."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.batch_answer import picked_cell, row_to_citations
from app.jobs import IngestJob
from app.page_batch import cell_to_id, rows_by_documents
from app.source_view import tint
from app.words import for_page, isolated
from ingestion.document import Box

LATIN, RIGHT_TO_LEFT = st.sampled_from("ab cz.“”"), st.sampled_from("אבגابتث “”.")


@given(st.text(st.one_of(LATIN, RIGHT_TO_LEFT), max_size=60))
def test_isolating_a_script_changes_no_word(text: str) -> None:
    found = isolated(text)
    assert found.replace("\u2068", "").replace("\u2069", "") == text
    assert found.count("\u2068") == found.count("\u2069")


@given(st.text(LATIN, max_size=40))
def test_words_of_one_direction_are_left_alone(text: str) -> None:
    assert isolated(text) == text
    assert isolated(f"א{text}") == f"א{text}", "it runs right to left as a whole"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("It says: “נמל abc נפתח. ספינה באה.” [1]", "נמל abc נפתח. ספינה באה."),
        ("The title is נמל of חיפה today.", "נמל of חיפה"),
    ],
)
def test_what_runs_the_other_way_is_kept_together(text: str, part: str) -> None:
    assert f"\u2068{part}\u2069" in isolated(text)


def test_the_mend_of_an_error_is_one_that_the_page_has() -> None:
    told = for_page("No model server answers at here. Start it, or set OPENAI_BASE_URL, or use --llm none.")
    assert "OPENAI" not in told
    assert "on Settings" in told


def test_a_quote_beside_the_opened_one_is_paler() -> None:
    data = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(data, "PNG")
    image = Image.open(io.BytesIO(tint(data.getvalue(), [Box(10, 10, 40, 20), Box(5, 5, 5, 5)], width=100)))
    assert image.getpixel((40, 30)) == (255, 243, 176)
    assert image.getpixel((100, 60)) == image.getpixel((19, 19)) == (255, 255, 255)


def test_what_a_cancelled_run_has_not_read_has_a_name() -> None:
    job = IngestJob(Path("c"), Path("u"), ("whole.pdf", "bare.pdf", "never.pdf"), looked={"whole.pdf", "bare.pdf"})
    job.stage = {"whole.pdf": ("embed", 3, 3), "bare.pdf": ("read", 1, 9), "": ("link", 0, 1)}
    assert job.unread() == (["bare.pdf"], ["never.pdf"])
    assert job.read == 1


def test_a_cell_of_a_batch_leads_to_its_answer() -> None:
    assert picked_cell({"selection": {"cells": [(2, "answer")]}}) == (2, "answer")
    assert picked_cell({"selection": {"cells": []}}) is None
    assert picked_cell(None) is None
    plain = [{"id": "a", "documents": "", "question": "Who?"}, {"id": "b", "documents": "", "question": "Who?"}]
    assert cell_to_id(plain, None, 1, "question") == "b"
    assert cell_to_id(plain, None, 7, "answer") == ""
    asked = {"question": "Who?", "status": "answered", "answer": "Ann", "error": ""}
    rows = [{"id": f"{n} · {d}", "documents": d, **asked} for n in ("1", "2") for d in ("x.pdf", "y.pdf")]
    table = rows_by_documents(rows)
    assert cell_to_id(rows, table, 1, "y.pdf") == "2 · y.pdf", "two questions may have the same words"
    assert cell_to_id(rows, table, 1, "question") == ""


def test_citations_of_a_batch_are_read_back() -> None:
    cited = {"key": 1, "document": "a.pdf", "page": 2, "boxes": [[1, 2, 3, 4]], "quote": "q", "verified": True}
    assert row_to_citations({"status": "failed"}) == ()
    (citation,) = row_to_citations({"citations": [cited]})
    assert (citation.boxes, citation.page, citation.verified) == ((Box(1, 2, 3, 4),), 2, True)
