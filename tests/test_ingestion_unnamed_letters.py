"""Letters that a font has without telling their Unicode, read from a picture of the page."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.blocks import Word
from ingestion.document import Box
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from ingestion.rawdict import Placed
from ingestion.unnamed_letters import is_unnamed, mend_unnamed
from kgqa.collection import Collection
from kgqa.settings import Settings

LINES = (
    "The harbour was built in 1588 and rebuilt in 1742 after the storm.",
    "Its two lamps burn 936 litres of oil in a winter of 150 nights.",
    "The keeper of the light writes down the ships that pass by.",
)


def _pdf_with_unnamed_digits(path: Path) -> None:
    """Write a page whose font tells of its digits only codes of the private use area, as fonts of old-style ones do."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_font("F0", fontbuffer=pymupdf.Font("tiro").buffer)
        for i, line in enumerate(LINES):
            page.insert_text((72, 100 + 20 * i), line, fontname="F0", fontsize=12)
        document.subset_fonts()
        data = document.tobytes()
    with pymupdf.open(stream=data) as document:
        font = document[0].get_fonts()[0][0]
        codes = int(document.xref_get_key(font, "ToUnicode")[1].split()[0])
        told = document.xref_stream(codes).decode("latin-1")
        told = told.replace("<0009> <0040> <0028>", "<0009> <0010> <0028>\n<0011> <001a> <e010>\n<001b> <0040> <003a>")
        told = re.sub(r"\d+ beginbfrange", lambda match: f"{int(match[0].split()[0]) + 2} beginbfrange", told)
        document.update_stream(codes, told.encode("latin-1"))
        document.save(path)


def _placed(text: str, x0: float, x1: float) -> Placed:
    return Word(text, Box(x0, 10, x1, 20), 10.0), 0


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_the_picture_of_the_page_tells_the_letters(tmp_path: Path) -> None:
    path = tmp_path / "harbour.pdf"
    _pdf_with_unnamed_digits(path)
    with pymupdf.open(path) as document:
        assert "1588" not in document[0].get_text()
    document = read_document(path, options=IngestionOptions())
    (page,) = document.pages
    assert " ".join(page.markdown.split()) == " ".join(LINES)
    assert document.issues == ()
    assert "OCR" in page.reason


def test_without_ocr_the_words_are_marked_and_the_page_says_so(tmp_path: Path) -> None:
    path = tmp_path / "harbour.pdf"
    _pdf_with_unnamed_digits(path)
    document = read_document(path, options=IngestionOptions(ocr="never"))
    assert "built in \ufffd\ufffd\ufffd\ufffd and rebuilt" in document.pages[0].markdown
    (issue,) = document.issues
    assert (issue.code, "4 words" in issue.message) == ("unnamed-letters", True)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_a_file_with_marked_letters_is_read_again_once_there_is_ocr(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "harbour.pdf"
    _pdf_with_unnamed_digits(path)
    with Collection.open(tmp_path / "kg", settings) as collection:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ingestion.ocr.find_tesseract", lambda: None)
            patch.setattr("ingestion.ocr_rapid.has_rapidocr", lambda: False)
            marked = read_document(path, options=settings.ingestion)
        assert [issue.code for issue in marked.issues] == ["unnamed-letters"]
        assert "Install" in marked.issues[0].message
        collection.put(marked, path, source=str(path), reading=settings.ingestion.reading)
        assert [document.status for document in collection.add([path]).documents] == ["ok"]
        assert "built in 1588 and" in collection.load("harbour.pdf").pages[0].markdown


def test_what_most_words_tell_holds_for_those_that_ocr_misreads() -> None:
    words = [
        _placed("\ue049e", 0, 10),
        _placed("\ue049ey", 20, 30),
        _placed("\ue049is", 40, 50),
        _placed("a\ue049", 60, 70),
    ]
    seen = [_placed("The", 0, 10), _placed("They", 20, 30), _placed("T'is", 40, 50)]
    mended, left = mend_unnamed(words, seen)
    assert [word.text for word, _ in mended] == ["The", "They", "This", "aTh"]
    assert left == 0


def test_two_digits_of_a_row_tell_the_other_eight() -> None:
    words = [_placed("\ue011\ue015", 0, 10), _placed("\ue019\ue012", 20, 30)]
    mended, _ = mend_unnamed(words, [_placed("15", 0, 10), _placed("gz", 20, 30)])
    assert [word.text for word, _ in mended] == ["15", "92"]


def test_a_word_is_parted_where_the_picture_parts_it_behind_such_a_sign() -> None:
    mended, _ = mend_unnamed([_placed("\ue011\ue015boats", 0, 70)], [_placed("15", 0, 20), _placed("boats", 25, 70)])
    assert [(word.text, word.box.x0, word.box.x1) for word, _ in mended] == [("15", 0, 22.5), ("boats", 22.5, 70)]


@given(st.lists(st.text("abc \u2022", min_size=1, max_size=6), max_size=5))
def test_words_without_such_signs_stay_as_they_are(texts: list[str]) -> None:
    words = [_placed(text, 10.0 * i, 10.0 * i + 9) for i, text in enumerate(texts)]
    assert mend_unnamed(words, [replace_text(word, "other") for word in words]) == (words, 0)


def replace_text(placed: Placed, text: str) -> Placed:
    """Return the word with another text."""
    return replace(placed[0], text=text), placed[1]


@pytest.mark.parametrize(
    ("word", "unnamed"), [("\uf0b7", False), ("\uf061\uf062", False), ("so\ue039t", True), ("\ue011", False)]
)
def test_a_sign_alone_and_those_of_symbol_fonts_are_no_letters(word: str, unnamed: bool) -> None:
    assert is_unnamed(word) is unnamed
