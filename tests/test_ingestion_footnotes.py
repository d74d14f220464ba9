"""Footnotes: found with their marks, and passages that have the marks refer to them."""

from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from graphs.codec import blob_to_structure, structure_to_blob
from graphs.structure_edges import document_to_edges
from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions

TEXT = "Ships of the north leave the harbour at night and come back with apples in the morning"


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    """Two raised marks in two paragraphs, two notes in small print under a rule."""
    path = tmp_path_factory.mktemp("notes") / "noted.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        for paragraph, mark in ((0, "1"), (1, "2")):
            top = 100 + 200 * paragraph
            for i in range(8):
                page.insert_text((72, top + 14 * i), f"{TEXT}, says line {i}.", fontsize=10)
            end = 72 + pymupdf.get_text_length(f"{TEXT}, says line 7.", fontsize=10)
            page.insert_text((end + 0.5, top + 94), mark, fontsize=6)
        page.draw_line((72, 700), (200, 700))
        for i, text in enumerate(("Counted by the harbour office in 1911.", "Apples of the sort Boskoop only.")):
            page.insert_text((72, 714 + 12 * i), f"{i + 1}", fontsize=5)
            page.insert_text((77, 717 + 12 * i), text, fontsize=8)
        pdf.save(path)
    return read_document(path, options=IngestionOptions(ocr="never"))


def test_notes_have_numbers_words_boxes_and_marks(noted: ParsedDocument) -> None:
    assert [(note.number, note.page_number) for note in noted.footnotes] == [("1", 1), ("2", 1)]
    first, second = noted.footnotes
    assert "Counted by the harbour office in 1911." in first.plain
    assert "Boskoop" in second.plain
    assert 700 < first.boxes[0].y0 < second.boxes[0].y0
    page = noted.page(1).markdown
    assert [page[mark] for note in noted.footnotes for mark in note.marks] == ["1", "2"]
    assert first.marks[0] < second.marks[0] < first.start


def test_a_passage_refers_to_the_note_that_its_mark_means(noted: ParsedDocument) -> None:
    edges = [edge for edge in document_to_edges(noted) if edge.reason.startswith("footnote")]
    passages = {passage.passage_id: passage.plain for passage in noted.passages}
    assert edges
    for edge in edges:
        assert "says line 7" in passages[edge.source]
        assert "Counted" in passages[edge.target] or "Boskoop" in passages[edge.target]


def test_notes_are_kept_in_a_collection(noted: ParsedDocument) -> None:
    assert blob_to_structure(structure_to_blob(noted), noted.pages)[5] == noted.footnotes


def test_a_real_page(read: Callable[[str], ParsedDocument]) -> None:
    """The census report marks its notes by numbers that go on over its pages."""
    notes = read("census_disability_us001.pdf").footnotes
    assert [note.number for note in notes] == sorted((note.number for note in notes), key=int)
    eighth = next(note for note in notes if note.number == "8")
    assert "S2601A" in eighth.plain
    assert eighth.marks


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.md", "# Ships\n\nThey sail[^7] at night.\n\n[^7]: So the office says.\n"),
        ("notes.mmd", "# Ships\n\nThey sail at night.\n\nFootnote 7: So the office says.\n"),
    ],
)
def test_notes_of_markdown(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    document = read_document(tmp_path / name, options=IngestionOptions())
    (note,) = document.footnotes
    assert (note.number, note.plain) == ("7", "So the office says.")
    if name.endswith(".md"):
        assert document.page(1).markdown[note.marks[0] :].startswith("[^7] at night")
