"""Raised numbers are digits to Unicode, and no numbers to `int`."""

from __future__ import annotations

from pathlib import Path

import pymupdf

from ingestion.ingest import read_document
from ingestion.options import IngestionOptions


def test_a_raised_number_at_the_edge_of_pages_is_no_page_number(tmp_path: Path) -> None:
    document = pymupdf.open()
    for number in range(1, 5):
        page = document.new_page()
        page.insert_text((72, 40), "The harbour in winter ²")
        page.insert_textbox(
            pymupdf.Rect(72, 100, 520, 300), f"On day {number} the ferry waited for the icebreaker. " * 6
        )
        page.insert_text((72, 800), "² Measured at noon")
        page.insert_text((300, 820), "³")
    path = tmp_path / "raised.pdf"
    document.save(path)
    read = read_document(path, options=IngestionOptions())
    assert len(read.pages) == 4
    assert "day 3 the ferry waited" in " ".join(read.pages[2].markdown.split())
