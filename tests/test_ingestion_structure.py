"""Tables over page breaks and with spans, captions, headings that bookmarks know."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.codec import blob_to_structure, structure_to_blob
from graphs.document_graph import EdgeKind
from graphs.structure_edges import document_to_edges
from ingestion.blocks import Block, Bookmark, Cell, Line, PageBlocks, RawPage, RawTable, Word
from ingestion.captions import find_captions
from ingestion.document import Box, ParsedDocument
from ingestion.ingest import read_document
from ingestion.layout_model import see_layout
from ingestion.markdown import MarkdownWriter, escape_html
from ingestion.options import IngestionOptions
from ingestion.page_list import PackedWords, PageList
from ingestion.plain import markdown_to_plain
from ingestion.running_heads import mark_running_heads
from ingestion.sections import find_headings
from ingestion.tables import write_table
from ingestion.titles import _part_title
from kgqa.cells import find_cell
from kgqa.citations import locate_quote
from kgqa.lookup_tables import cell_finding

HEAD = ("Harbour", "Ships", "Tons")


def long_table(path: Path, rows: int = 40, per_page: int = 22) -> Path:
    """A ruled table that goes on over page breaks, its head repeated, under a caption on its first page."""
    with pymupdf.open() as pdf:
        for first in range(0, rows, per_page):
            page = pdf.new_page(width=595, height=842)
            top = 70
            if first == 0:
                page.insert_text((60, 60), "Ships that called at the harbours of the island in the year 1911.")
                page.insert_text((60, 90), "Table 4: Ships and tons by harbour")
                top = 100
            lines = [HEAD] + [
                (f"Port {i}", str(100 + i), str(7000 + i)) for i in range(first, min(rows, first + per_page))
            ]
            for r, line in enumerate(lines):
                for c, text in enumerate(line):
                    box = pymupdf.Rect(60 + 150 * c, top + 30 * r, 210 + 150 * c, top + 30 * r + 30)
                    page.draw_rect(box, color=(0, 0, 0))
                    page.insert_text((box.x0 + 8, box.y1 - 10), text, fontsize=10)
        pdf.save(path)
    return path


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    path = long_table(tmp_path_factory.mktemp("tables") / "ships.pdf")
    return read_document(path, options=IngestionOptions(ocr="never"))


def test_a_table_over_a_page_break_is_one_table(ships: ParsedDocument) -> None:
    assert [(t.number, t.page_numbers, len(t.rows)) for t in ships.tables] == [("4", (1, 2), 41)]
    table = ships.tables[0]
    assert table.header == (HEAD,)
    assert [row[0] for row in table.body] == [f"Port {i}" for i in range(40)]


def test_a_cell_behind_the_page_break_is_cited_on_its_page(ships: ParsedDocument) -> None:
    table = ships.tables[0]
    answer = find_cell(table, "How many tons had Port 33?", ["tons", "port", "33"])
    assert answer is not None
    assert answer.value == "7033"
    quote = cell_finding(ships, table, answer).sentences[0][1][0]
    assert quote.page == 2
    page = ships.page(2)
    found = locate_quote(page, quote.text, within=quote.within)
    assert found is not None
    assert found.exact
    assert found.boxes


def test_nothing_of_a_joined_table_is_lost_or_said_twice(ships: ParsedDocument) -> None:
    for page in ships.pages:
        held = [range(p.start, p.end) for p in ships.passages if p.page_number == page.number]
        held += [range(*span) for table in ships.tables for span in table.slices_on(page.number)]
        places = [i for stretch in held for i in stretch]
        assert len(places) == len(set(places))
        missing = set(range(len(page.markdown))) - set(places)
        assert all(page.markdown[i].isspace() for i in missing)


def test_a_joined_table_is_kept_and_stands_on_both_pages(ships: ParsedDocument) -> None:
    assert blob_to_structure(structure_to_blob(ships), ships.pages)[2] == ships.tables
    pages = {
        edge.source
        for edge in document_to_edges(ships)
        if edge.kind == EdgeKind.CONTAINS and edge.target == ships.tables[0].table_id and "/p" in edge.source
    }
    assert pages == {f"{ships.doc_id}/p1", f"{ships.doc_id}/p2"}


def word(text: str, x: float = 0.0, y: float = 0.0) -> Word:
    return Word(text, Box(x, y, x + 5, y + 10), 10.0)


def line(*texts: str) -> Line:
    return Line(tuple(word(text, 10.0 * i) for i, text in enumerate(texts)), Box(0, 0, 100, 10))


def cell(row: int, column: int, text: str, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(row, column, rows, columns, (line(*text.split()),) if text else (), Box(0, 0, 10, 10))


def test_a_table_with_spans_is_html_and_reads_the_same() -> None:
    cells = (cell(0, 0, "Year", rows=2), cell(0, 1, "Tons & more", columns=2), cell(1, 1, "North"), cell(1, 2, "South"),
             cell(2, 0, "1911"), cell(2, 1, "**4"), cell(2, 2, "a<b"))  # fmt: skip
    writer = MarkdownWriter()
    write_table(writer, Block("table", Box(0, 0, 10, 10), (), RawTable(3, 3, cells, 2)))
    markdown, boxes = writer.finish()
    assert '<th rowspan="2">Year</th><th colspan="2">Tons &#38; more</th>' in markdown
    assert markdown_to_plain(markdown) == "Year Tons & more North South 1911 **4 a<b"
    assert len(boxes) == 9, "every word is mapped to its place"


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_text_in_html_comes_back(text: str) -> None:
    assert markdown_to_plain(f"<table>\n<tr><td>{escape_html(text)}</td></tr>\n</table>") == text


def test_a_real_table_with_spanning_heads_is_html_that_can_be_quoted(read) -> None:
    document = read("census_disability_us001.pdf")
    table = document.tables[0]
    page = document.page(table.page_number)
    source = page.markdown[table.start : table.end]
    assert source.startswith("<table>")
    assert re.search(r'colspan="4">2005<', source)
    found = locate_quote(page, " ".join(table.rows[4][:4]), within=(table.start, table.end))
    assert found is not None
    assert found.exact


def page_of(*blocks: Block) -> PageBlocks:
    return PageBlocks(1, "", 600, 800, blocks, 10.0)


def block(kind: str, text: str, y: float = 0.0) -> Block:
    words = tuple(word(part, 20.0 * i, y) for i, part in enumerate(text.split()))
    return Block(kind, Box(0, y, 300, y + 10), (Line(words, Box(0, y, 300, y + 10)),))  # type: ignore[arg-type]


def test_a_sentence_about_a_table_is_no_second_caption() -> None:
    page = page_of(
        block("caption", "Table 3-2 lists the nine variables.", 10), block("caption", "Table 3-2 Variables", 100)
    )
    assert [caption.text for caption in find_captions([page])] == ["Table 3-2 Variables"]


def test_two_headings_that_a_bookmark_names_as_one_are_one() -> None:
    page = page_of(
        block("heading", "APPENDIX A", 10),
        block("heading", "GENERATED TEXTS", 30),
        block("text", "Words follow here.", 50),
    )
    pages, headings, _ = find_headings([page], [Bookmark(1, "Appendix A: Generated Texts", 1, None)])
    assert [(heading.level, heading.title) for heading in headings] == [(1, "GENERATED TEXTS")]
    assert not pages[0].blocks[1].lines


def test_the_layout_is_what_the_library_itself_sees(data: Path) -> None:
    """The network that is cut short, and the values that are drawn up under the boxes alone, change nothing."""
    import subprocess
    import sys

    own = []
    with pymupdf.open(data / "redp5110_sampled.pdf") as pdf:
        for index in (3, 7, 10):
            seen = see_layout(pdf[index])
            own.append(str([(r["class_name"], [round(v, 1) for v in r["group_bbox"]]) for r in seen]))
    code = (
        "import sys, pymupdf, pymupdf.layout\n"
        "with pymupdf.open(sys.argv[1]) as pdf:\n"
        "    for index in (3, 7, 10):\n"
        "        page = pdf[index]\n"
        "        page.get_layout(return_raw=True)\n"
        "        found = page.layout_information\n"
        "        print([(r['class_name'], [round(v, 1) for v in r['group_bbox']]) for r in found])\n"
    )
    command = [sys.executable, "-c", code, str(data / "redp5110_sampled.pdf")]
    stock = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert own == stock


def test_the_table_finder_gets_the_characters_that_the_library_gives(data: Path) -> None:
    import importlib

    from pymupdf import table

    from ingestion.layout_model import _characters

    stock = importlib.reload(importlib.import_module("pymupdf.table"))
    with pymupdf.open(data / "census_disability_us001.pdf") as pdf:
        page = pdf[0]
        stock.CHARS.clear()
        stock.make_chars(page)
        theirs = list(stock.CHARS._list())
        table.CHARS.clear()
        _characters(page)
        own = list(table.CHARS._list())
    assert len(own) == len(theirs) > 1000
    for a, b in zip(own, theirs, strict=True):
        assert a.keys() == b.keys()
        assert a["text"] == b["text"]
        assert [a[k] for k in ("x0", "top", "y0", "doctop")] == pytest.approx(
            [b[k] for k in ("x0", "top", "y0", "doctop")], abs=1e-3
        )


def test_a_long_document_is_read_as_a_short_one(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    """Words are packed once there are many pages; nothing of the document changes by it."""
    import ingestion.page_list

    path = data / "census_disability_us001.pdf"
    plain = read_document(path, options=IngestionOptions(ocr="never"))
    monkeypatch.setattr(ingestion.page_list, "_PLAIN", 1)
    packed = read_document(path, options=IngestionOptions(ocr="never"))
    assert [page.markdown for page in packed.pages] == [page.markdown for page in plain.pages]
    assert (packed.tables, packed.sections, packed.figures) == (plain.tables, plain.sections, plain.figures)
    assert packed.passages == plain.passages


@given(
    st.lists(st.tuples(st.text(min_size=1).filter(lambda t: "\n" not in t), st.booleans(), st.booleans()), min_size=1)
)
def test_packed_words_are_the_words(parts: list[tuple[str, bool, bool]]) -> None:
    words = tuple(
        Word(text, Box(i, 2.5, i + 1, 4.0), 10.5, bold=bold, raw=raw) for i, (text, bold, raw) in enumerate(parts)
    )
    packed = PackedWords(words)
    assert tuple(packed) == words
    assert packed == words
    assert len(packed) == len(words)
    assert (packed[0], packed[-1], packed[1:]) == (words[0], words[-1], words[1:])
    assert packed.text == " ".join(word.text for word in words)


def test_code_keeps_its_signs_in_the_clean_text() -> None:
    """ "z2 = 2*z, z3 = 3*z" lost its stars, which look like emphasis."""
    code = "z <- cbind(z1 = z, z2 = 2*z, z3 = 3*z)\n# a_b and `c` | d \\n <tag> &amp;"
    plain = markdown_to_plain(f"Text with **stars**.\n\n```\n{code}\n```\n\nAnd _after_.")
    assert plain == "Text with stars. " + " ".join(code.split()) + " And after."


@pytest.mark.parametrize("shape", [(792, 612, 3), (64, 500, 3), (1, 5, 3)])
@pytest.mark.parametrize("gray", [True, False])
def test_pictures_are_resized_as_the_library_does(shape: tuple[int, int, int], gray: bool) -> None:
    from pymupdf.layout.common_util import resize_image

    from ingestion.layout_model import _resize

    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    if gray:
        picture[:] = picture[:, :, :1]
    assert np.array_equal(_resize(picture, (300, 200)), resize_image(picture, (300, 200)))


def test_class_shares_are_pooled_as_the_library_does() -> None:
    from pymupdf.layout import roi_pooling

    from ingestion.layout_model import _cells, _pool_shares

    chance = np.random.default_rng(0)
    logits = (3 * chance.normal(size=(1, 12, 300, 300))).astype(np.float32)
    corners = chance.integers(0, 500, (30, 2))
    boxes = np.concatenate([corners, corners + chance.integers(1, 200, (30, 2))], axis=1).tolist()
    ops = ("mean", "min", "max", "entropy", "margin")
    theirs = roi_pooling.extract_bbox_features_by_roi_pooling(logits, boxes, 612, 792, ops, apply_softmax=True)
    assert _pool_shares(logits[0], _cells(boxes, 300, 612, 792)) == pytest.approx(theirs, abs=1e-5)


def test_a_title_whose_small_line_comes_first(tmp_path: Path) -> None:
    """A journal's name in small letters above the title, with nothing small below it."""
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        page.insert_text((60, 60), "Annals of the Harbour", fontsize=9)
        page.insert_text((60, 80), "Ships That Came at Night", fontsize=24)
        for i in range(20):
            page.insert_text((60, 140 + 14 * i), f"Line {i} of a text that goes on about ships and their crews.")
        pdf.save(tmp_path / "ships.pdf")
    document = read_document(tmp_path / "ships.pdf", options=IngestionOptions(ocr="never"))
    assert "Ships That Came at Night" in document.title


@pytest.mark.parametrize("sizes", [(9.0, 24.0), (24.0, 9.0), (9.0, 24.0, 9.0), (24.0,)])
def test_a_title_is_parted_from_the_small_lines_below_it(sizes: tuple[float, ...]) -> None:
    box = Box(0, 0, 100, 10)
    lines = tuple(Line((Word("Words", box, size),), box) for size in sizes)
    parts = _part_title(Block("heading", box, lines))
    assert [line for part in parts for line in part.lines] == list(lines)
    assert parts[0].lines[-1].words[0].size == 24.0


def test_equations_have_numbers_and_are_referred_to(read: Callable[[str], ParsedDocument]) -> None:
    document = read("lme4_lmer.pdf")
    numbers = [equation.number for equation in document.equations]
    assert len(numbers) == len(set(numbers))
    assert {str(n) for n in range(1, 14)} <= set(numbers)
    third = next(equation for equation in document.equations if equation.number == "3")
    assert third.page_number == 3
    assert third.plain.endswith("(3)")
    assert document.page(3).markdown[third.start : third.end]
    holder = next(p for p in document.passages if p.page_number == 10 and "(6)" in p.plain)
    naming = [edge for edge in document_to_edges(document) if edge.target == holder.passage_id]
    assert any(edge.reason == "names Equation 6" for edge in naming)


@pytest.mark.parametrize(
    "markdown", ["$$a = b \\tag{3}$$", "$$a = b$$ (3)", "$$a = b \\quad (3)$$", "$$a$$\n\ntext\n\n$$c = d \\tag{3}$$"]
)
def test_equations_in_markdown(markdown: str, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(f"# Notes\n\n{markdown}\n\nAs Eq. (3) says.", encoding="utf-8")
    document = read_document(tmp_path / "notes.md", options=IngestionOptions())
    assert [equation.number for equation in document.equations] == ["3"]
    assert document.page(1).markdown[document.equations[0].start :].startswith("$$")


def test_a_title_in_a_bar_at_the_top_of_a_page_is_its_tables_caption() -> None:
    page = page_of(block("page-header", "Table 3: 12-Month Yields of Barley"), block("text", "Some words.", 40))
    marked = mark_running_heads(PageList([RawPage(page, "layout", "")]))
    assert [b.kind for b in marked[0].blocks.blocks] == ["caption", "text"]


def test_a_running_head_without_a_label_stays_one() -> None:
    page = page_of(block("page-header", "Table of yields"), block("text", "Some words.", 40))
    marked = mark_running_heads(PageList([RawPage(page, "layout", "")]))
    assert marked[0].blocks.blocks[0].kind != "caption"
