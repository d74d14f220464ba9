"""Reading real PDFs, checked against the words that stand on their pages."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pymupdf
import pytest

from ingestion.blocks import Bookmark
from ingestion.document import ParsedDocument
from ingestion.errors import BrokenFileError, EmptyFileError, EncryptedFileError, UnsupportedFileError
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from ingestion.pdf import PdfFile
from ingestion.tables import column_labels, row_labels


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z]{4,}", text.lower()))


def test_sentences_of_a_page_stand_in_order(read) -> None:
    page = letters(read("rcpp_introduction.pdf").page(1).markdown)
    expected = [
        "R has always provided an application programming interface (API) for extensions.",
        "Based on the C language, it uses a number of macros and other low-level constructs",
    ]
    places = [page.find(letters(sentence)) for sentence in expected]
    assert -1 not in places
    assert places == sorted(places)


def test_columns_are_read_down_then_across(read) -> None:
    """The left column of page 2 ends before its right one begins; no line of one stands in a sentence of the other."""
    document = read("census_disability_us001.pdf")
    page = document.page(2).markdown
    sentence = (
        "Approximately 56.7 million people living in the United States had some kind of disability in 2010 (Table 1). "
        "This accounted for 18.7 percent of the 303.9 million people in the civilian noninstitutionalized population"
    )
    assert letters(sentence) in letters(page)


def test_words_broken_at_line_ends_are_joined(read) -> None:
    document = read("lme4_lmer.pdf")
    text = " ".join(page.markdown for page in document.pages)
    assert not re.findall(r"\b(?:pa- rameters|ma- trix|esti- mates|func- tion|ran- dom)\b", text)
    assert "random-effects" in text, "a hyphen that belongs to the word stays"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("lme4_lmer.pdf", r"Douglas Bates, Martin Mächler, Ben Bolker, Steve Walker"),
        ("census_disability_us001.pdf", r"U\.S\. Census Bureau\s*$"),
        ("redp5110_sampled.pdf", r"Row and Column Access Control Support in IBM DB2 for i\s*$"),
    ],
)
def test_running_heads_stand_in_no_passage_and_head_no_section(read, name: str, head: str) -> None:
    document = read(name)
    body = [p.plain for p in document.passages if p.page_number > 2]
    found = [text for text in body if re.match(rf"(?:\d+\s+)?{head}", text)]
    assert not found
    assert not [s for s in document.sections if 2 < s.page_number < len(document.pages) and re.match(head, s.title)]


@pytest.mark.parametrize(
    "name", ["census_disability_us001.pdf", "rcpp_introduction.pdf", "lme4_lmer.pdf", "slides_verona.pdf"]
)
def test_no_word_of_a_page_is_lost(read, data: Path, name: str) -> None:
    """Counted against PyMuPDF's bare words, which know nothing of layout; hyphens at line ends join a few of them."""
    document = read(name)
    with pymupdf.open(data / name) as pdf:
        for page, raw in zip(document.pages, pdf, strict=True):
            height = raw.rect.height
            middle = pymupdf.Rect(0, 0.1 * height, raw.rect.width, 0.88 * height)  # running heads are left out
            text = raw.get_text(clip=middle, flags=pymupdf.TEXTFLAGS_TEXT & ~pymupdf.TEXT_PRESERVE_LIGATURES)
            bare = words(unicodedata.normalize("NFKC", text).replace("-\n", ""))
            lost = bare - words(page.markdown)
            assert sum(lost.values()) <= 0.04 * sum(bare.values()) + 3, f"page {page.number}: {lost}"


def test_boxes_hold_their_words(read, data: Path) -> None:
    """The words that PyMuPDF finds in a passage's boxes are the passage's."""
    document = read("rcpp_introduction.pdf")
    passage = next(p for p in document.passages if "application programming interface" in p.plain)
    boxes = document.page(passage.page_number).boxes_between(passage.start, passage.end)
    with pymupdf.open(data / "rcpp_introduction.pdf") as pdf:
        inside = " ".join(pdf[passage.page_number - 1].get_textbox(pymupdf.Rect(*box.as_tuple())) for box in boxes)
    assert sum((words(passage.plain) - words(inside)).values()) < 0.1 * sum(words(passage.plain).values())


def test_a_table_knows_its_number_caption_heads_and_cells(read) -> None:
    document = read("census_disability_us001.pdf")
    table = next(table for table in document.tables if table.number == "2")
    assert table.caption.startswith("Table 2. Age-Adjusted and Unadjusted Disability Rates")
    assert table.page_number == 3
    labels = column_labels(table)
    column = next(i for i, label in enumerate(labels) if "Age-adjusted" in label and "2010" in label)
    assert "Estimate" in labels[column]
    row = row_labels(table).index("Female")
    assert table.body[row][column] == "18.3"
    wrong_year = next(i for i, label in enumerate(labels) if "Age-adjusted" in label and "2005" in label)
    assert table.body[row][wrong_year] == "19.0"


def test_captions_belong_to_their_tables_one_to_one(read) -> None:
    document = read("lme4_lmer.pdf")
    numbers = [table.number for table in document.tables if table.number]
    assert len(numbers) == len(set(numbers))
    captions = {table.number: table.caption for table in document.tables if table.number}
    assert "methods for objects of the class" in captions["8"]
    assert {"1", "2", "3", "8"} <= captions.keys()


def test_sections_make_a_tree_in_reading_order(read) -> None:
    document = read("lme4_lmer.pdf")
    by_number = {section.number: section for section in document.sections if section.number}
    assert by_number["1"].title == "Introduction"
    assert by_number["2.1"].parent_id == by_number["2"].section_id
    assert by_number["2"].level < by_number["2.1"].level
    places = [(section.page_number) for section in document.sections]
    assert places == sorted(places)


def test_a_raised_mark_is_no_part_of_the_word_before_it(read) -> None:
    assert "Dirk Eddelbuettel a and James Joseph Balamuta b" in read("rcpp_introduction.pdf").page(1).markdown


def test_blank_pages_are_no_issue(read) -> None:
    document = read("empty_pages.pdf")
    assert document.issues == ()
    assert [page.reason for page in document.pages].count("blank") >= 1


def mislabelled(folder: Path, data: Path) -> Path:
    """A PDF whose name says that it is text."""
    path = folder / "notes.txt"
    path.write_bytes((data / "empty_pages.pdf").read_bytes())
    return path


def test_content_decides_what_a_file_is(tmp_path: Path, data: Path) -> None:
    document = read_document(mislabelled(tmp_path, data), options=IngestionOptions())
    assert document.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFileError),
        (b"%PDF-1.7\nnothing follows", BrokenFileError),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), BrokenFileError),
        (b"GIF89a" + bytes(200), UnsupportedFileError),
    ],
)
def test_a_file_that_is_no_document_is_refused_in_one_line(tmp_path: Path, content: bytes, error: type) -> None:
    path = tmp_path / "bad\nname.pdf"
    path.write_bytes(content)
    with pytest.raises(error) as raised:
        read_document(path, options=IngestionOptions())
    assert "\n" not in str(raised.value)


def test_an_encrypted_file_opens_with_its_password_only(data: Path) -> None:
    path = data / "encrypted_openpassword.pdf"
    for password in (None, "wrong"):
        with pytest.raises(EncryptedFileError, match="--password"):
            read_document(path, options=IngestionOptions(), password=password)


def test_a_half_downloaded_file_is_never_called_whole(tmp_path: Path, data: Path) -> None:
    """What can be saved of it is read, and an issue says that pages may be missing."""
    whole = (data / "rcpp_introduction.pdf").read_bytes()
    path = tmp_path / "half.pdf"
    path.write_bytes(whole[: len(whole) // 3])
    document = read_document(path, options=IngestionOptions())
    assert document.status == "partial"
    assert "damaged" in document.issues[0].message


def test_a_region_named_running_head_by_mistake_keeps_its_text() -> None:
    """The layout model once took half a column for a running head, and its text stood in no passage."""
    from ingestion.blocks import Region
    from ingestion.document import Box
    from ingestion.pdf import _is_false_margin

    assert _is_false_margin(Region("page-header", Box(18, 264, 293, 610)), 792)
    assert not _is_false_margin(Region("page-header", Box(72, 30, 540, 45)), 792)
    assert not _is_false_margin(Region("page-footer", Box(72, 760, 540, 775)), 792)


def test_two_columns_drawn_row_by_row_are_read_column_by_column(tmp_path: Path) -> None:
    """A page of our own, so that the true order is known: lines of both columns alternate in the file."""
    left = [f"Left line {i} speaks about apples and orchards in autumn." for i in range(20)]
    right = [f"Right line {i} speaks about ships and harbours in winter." for i in range(20)]
    path = tmp_path / "columns.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=612, height=792)
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            page.insert_text((50, 100 + 14 * i), a, fontsize=9)
            page.insert_text((330, 100 + 14 * i), b, fontsize=9)
        pdf.save(path)
    text = letters(read_document(path, options=IngestionOptions()).page(1).markdown)
    assert text.find(letters(left[-1])) < text.find(letters(right[0]))
    assert letters(" ".join(left)) in text


def test_reading_twice_gives_the_same_document(read, data: Path) -> None:
    again: ParsedDocument = read_document(data / "slides_verona.pdf", options=IngestionOptions())
    first = read("slides_verona.pdf")
    assert again.passages == first.passages
    assert again.tables == first.tables
    assert [p.markdown for p in again.pages] == [p.markdown for p in first.pages]


def test_a_printed_number_written_in_hexadecimal_is_decoded(tmp_path: Path) -> None:
    """A real specification writes its labels as UTF-16 in angle brackets; "printed <FEFF0032>" helps nobody."""
    path = tmp_path / "labels.pdf"
    with pymupdf.open() as pdf:
        for number in range(3):
            pdf.new_page().insert_text((72, 72), f"This is the text of page number {number}.")
        catalogue = pdf.pdf_catalog()
        pdf.xref_set_key(catalogue, "PageLabels", "<</Nums[0<</P<FEFF00410032>>>1<</S/D/St 7>>]>>")
        pdf.save(path)
    labels = [page.label for page in read_document(path, options=IngestionOptions()).pages]
    assert labels == ["A2", "7", "8"]


def test_text_that_is_drawn_twice_for_a_shadow_is_read_once(tmp_path: Path) -> None:
    """A heading of first letters and small capitals, each with its shadow half a point away."""
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        for text, x, size in (("6. T", 72.0, 16.0), ("ROUBLE AHEAD", 103.0, 12.0)):
            for shift in (0.6, 0.0):
                page.insert_text((x + shift, 90 + shift), text, fontname="hebo", fontsize=size)
        page.insert_text((72, 120), "Boats, boats and boats lie in the harbour of Tarnwick.", fontsize=11)
        pdf.save(tmp_path / "shadow.pdf")
    document = read_document(tmp_path / "shadow.pdf", options=IngestionOptions())
    plain = document.pages[0].markdown
    assert plain.count("ROUBLE") == 1
    assert plain.count("6. T") == 1
    assert "Boats, boats and boats lie" in plain


def test_a_copy_that_parts_its_words_elsewhere_or_lacks_points_is_read_once(tmp_path: Path) -> None:
    """A copy of the text that lies over it as spans of its own: single words, numbers without their points."""
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 90), "Otter Bay Ferry", fontsize=11)
        page.insert_text((72, 90), "Otter Bay", fontsize=11)
        page.insert_text((72 + pymupdf.get_text_length("Otter Bay ", fontsize=11), 90), "Ferry", fontsize=11)
        page.insert_text((300, 90), "41.7", fontsize=11)
        page.insert_text((300, 90), "41 7", fontsize=11)
        page.insert_text((400, 90), "7", fontsize=11)
        page.insert_text((400, 90), "7", fontsize=11)
        page.insert_text((72, 120), "All ill willed eels sell still shells on the isle of Lill.", fontsize=11)
        pdf.save(tmp_path / "copies.pdf")
    plain = " ".join(read_document(tmp_path / "copies.pdf", options=IngestionOptions()).pages[0].markdown.split())
    assert "Otter Bay Ferry 41.7 7 All ill willed eels sell still shells on the isle of Lill." in plain


def test_a_named_place_counts_from_the_top_of_its_page_as_others_do(tmp_path: Path) -> None:
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        page.insert_text((60, 200), "Boats", fontsize=16)
        pdf.set_toc([[1, "Boats", 1]])
        entry = pdf.get_toc(simple=False)[0][3]["xref"]
        pdf.xref_set_key(entry, "A", "null")
        pdf.xref_set_key(entry, "Dest", "/boats")
        pdf.xref_set_key(pdf.pdf_catalog(), "Dests", f"<</boats [{page.xref} 0 R /XYZ 60 662 0]>>")
        pdf.save(tmp_path / "named.pdf")
    options = IngestionOptions()
    with PdfFile(tmp_path / "named.pdf", options=options, password=None, name="named.pdf", kind="pdf") as file:
        assert file.bookmarks() == (Bookmark(1, "Boats", 1, 180.0),)
