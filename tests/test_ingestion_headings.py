"""Headings, running heads and captions as unseen documents have them, and what only looks like one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from ingestion.assemble import _figures, _write
from ingestion.blocks import Block, BlockKind, Bookmark, Line, PageBlocks, RawPage, RawTable, Region, Word
from ingestion.captions import find_captions
from ingestion.document import Box, ParsedDocument
from ingestion.heading_numbers import parse_number
from ingestion.hyphens import Hyphens
from ingestion.ingest import read_document
from ingestion.layout import regions_to_blocks
from ingestion.options import IngestionOptions
from ingestion.page_list import PageList
from ingestion.rawdict import rawdict_to_words
from ingestion.running_heads import mark_running_heads
from ingestion.sections import find_headings
from ingestion.tables import is_contents

PROSE = "The ships of the north leave the harbour at night and come back in the morning with apples for the town. " * 2


def line(text: str, y: float, *, x: float = 60.0, size: float = 10.0, bold: bool = False, mono: bool = False) -> Line:
    words, at = [], x
    for part in text.split():
        words.append(Word(part, Box(at, y, at + 0.5 * size * len(part), y + size), size, bold=bold, mono=mono))
        at += 0.5 * size * (len(part) + 1)
    return Line(tuple(words), Box(x, y, at, y + size))


def block(kind: BlockKind, text: str, y: float, *, size: float = 10.0, bold: bool = False, x: float = 60.0) -> Block:
    made = line(text, y, size=size, bold=bold, x=x)
    return Block(kind, made.box, (made,))


def pages_of(*pages: Sequence[Block]) -> list[PageBlocks]:
    return [PageBlocks(i + 1, "", 595, 842, tuple(blocks), 10.0) for i, blocks in enumerate(pages)]


def headings_of(*pages: Sequence[Block], bookmarks: Sequence[Bookmark] = ()) -> list[tuple[int, str | None, str]]:
    _, found, _ = find_headings(pages_of(*pages), bookmarks)
    return [(heading.level, heading.number, heading.title) for heading in found]


def numbered(*titles: str) -> list[Block]:
    """Sections with their texts, 12 points where the number is whole, 11 below."""
    blocks = []
    for i, title in enumerate(titles):
        blocks.append(block("heading", title, 80 + 60 * i, size=12 if "." not in title.split()[0] else 11, bold=True))
        blocks.append(block("text", PROSE, 100 + 60 * i))
    return blocks


def test_a_label_and_the_title_below_it_are_one_heading() -> None:
    pages = [
        [block("heading", "Chapter 7", 80, size=20), block("heading", "World Coordinates", 110, size=24)],
        [
            block("text", PROSE, 80),
            block("heading", "Appendix B", 200, size=20),
            block("heading", "Proofs", 230, size=24),
        ],
    ]
    assert headings_of([block("title", "A Manual", 60, size=30)], *pages) == [
        (1, "7", "World Coordinates"),
        (1, "B", "Proofs"),
    ]
    marks = [Bookmark(1, "World Coordinates", 2, None), Bookmark(1, "Appendix B Proofs", 3, None)]
    assert [title for _, _, title in headings_of([], *pages, bookmarks=marks)] == ["World Coordinates", "Proofs"]


def test_headings_without_a_number_stand_under_those_with_one() -> None:
    blocks = [
        block("heading", "Abstract", 40, size=9, bold=True),
        block("text", PROSE, 55),
        *numbered("1 Ships", "1.1 Sails", "1.2 Oars", "1.3 Crews"),
        block("heading", "Cooks", 700, size=11, bold=True),
        block("text", PROSE, 715),
        block("heading", "References", 760, size=12, bold=True),
    ]
    found = headings_of(blocks)
    assert found[0] == (1, None, "Abstract")
    assert found[-2:] == [(3, None, "Cooks"), (1, None, "References")]


def test_headings_without_a_number_are_ranked_by_size_below_the_parts() -> None:
    blocks = [block("heading", "Part I Ships", 40, size=20, bold=True)]
    for i, (title, size) in enumerate((("Copyright", 14), ("New features", 14), ("Sails", 12), ("Masts", 10.5))):
        blocks += [block("heading", title, 80 + 60 * i, size=size, bold=True), block("text", PROSE, 100 + 60 * i)]
    found = headings_of(blocks)
    assert [level for level, _, _ in found] == [1, 2, 2, 3, 4]


def test_headings_as_large_as_the_numbered_ones_but_lighter_stand_under_them() -> None:
    blocks = [*numbered("1 Ships", "1.1 Sails", "1.2 Oars", "1.3 Crews"), block("heading", "Cooks", 700, size=11)]
    assert headings_of([*blocks, block("text", PROSE, 715)])[-1] == (3, None, "Cooks")


def test_roman_numerals_before_capitals_head_sections_whatever_the_layout_model_takes_them_for() -> None:
    titles = ("I. SHIPS", "II. SAILS OF THE NORTH", "III. HARBOURS")
    kinds: tuple[BlockKind, ...] = ("heading", "list-item", "caption")
    blocks = []
    for i, (kind, title) in enumerate(zip(kinds, titles, strict=True)):
        blocks += [block(kind, title, 80 + 60 * i), block("text", PROSE, 100 + 60 * i)]
    longer = replace(blocks[2], lines=(*blocks[2].lines, line("AND WHO SEWS THEM", 152)))
    pages, found, _ = find_headings(pages_of([*blocks[:2], longer, *blocks[3:], block("list-item", "V. Rum", 400)]), ())
    assert [(h.number, h.title) for h in found] == [
        ("I", "SHIPS"),
        ("II", "SAILS OF THE NORTH AND WHO SEWS THEM"),
        ("III", "HARBOURS"),
    ]
    assert [pages[0].blocks[h.block].kind for h in found] == ["heading"] * 3


def test_an_only_appendix_has_its_letter() -> None:
    blocks = [*numbered("1 Ships", "2 Sails", "3 Oars"), block("heading", "A Proofs of it", 700, size=12, bold=True)]
    assert headings_of(blocks)[-1] == (1, "A", "Proofs of it")
    alone = [block("text", PROSE, 60), block("heading", "A Study of Rain", 90, size=12), block("text", PROSE, 120)]
    assert headings_of([block("title", "Weather", 30, size=20), *alone]) == [(1, None, "A Study of Rain")]


@pytest.mark.parametrize(
    "text", ["WARNING", "Note:", "> plot(fs)", "fs <- Fstats(x)", "f(a = 1, b = 2)", "$ make demo", "<<VCorpus>>"]
)
def test_notes_and_code_head_no_section(text: str) -> None:
    blocks = [*numbered("1 Ships", "2 Sails"), block("heading", text, 700, size=12, bold=True)]
    assert [title for _, _, title in headings_of(blocks)] == ["Ships", "Sails"]


@pytest.mark.parametrize("text", ["C++ and Java", "Results (2019)", "Costs in $ a year", "Notes on sails"])
def test_headings_that_are_near_to_notes_and_code_stay(text: str) -> None:
    blocks = [*numbered("1 Ships", "2 Sails"), block("heading", text, 700, size=12, bold=True)]
    assert headings_of(blocks)[-1][2] == text


def test_authors_and_the_title_again_head_no_section() -> None:
    first = [
        block("title", "The Standard of Ships", 100, size=24),
        block("heading", "Harbour Workgroup, The North Foundation", 150, size=14),
    ]
    second = [block("heading", "The Standard of Ships", 80, size=13), block("heading", "Purpose", 200, size=14)]
    third = [block("text", PROSE, 100)]
    assert [title for _, _, title in headings_of(first, [*second, *third])] == ["Purpose"]
    named = [block("heading", "Torsten Hothorn ‡", 150, size=12), block("text", "North College, 2023-03-06", 180)]
    rest = [block("heading", "1 Ships", 250, size=14), block("text", PROSE, 280)]
    assert [title for _, _, title in headings_of([first[0], *named, *rest])] == ["Ships"]
    form = [block("heading", "Patient Information", 150, size=12), block("text", "Name: Ann Lee", 180)]
    assert [title for _, _, title in headings_of([first[0], *form, *rest])] == ["Patient Information", "Ships"]
    with_text = [first[0], block("heading", "Summary", 150, size=14), block("text", PROSE, 180)]
    assert [title for _, _, title in headings_of(with_text)] == ["Summary"]


def marked(pages: list[PageBlocks]) -> list[list[tuple[str, str]]]:
    raw = PageList(RawPage(page, "layout", "text layer") for page in pages)
    return [
        [(b.kind, " ".join(part.text for part in b.lines)) for b in page.blocks.blocks]
        for page in mark_running_heads(raw)
    ]


def test_running_heads_that_name_the_section_are_known_by_the_page_number() -> None:
    """Each stands on one page only, so nothing is repeated but the count."""
    names = ["SAILS", "OARS", "CREWS", "COOKS", "STORMS", "APPLES"]
    pages = pages_of(
        *[
            [
                block("heading", f"{i}.1. {name} OF THE NORTH", 50, bold=i % 2 == 1),
                block("text", str(88 + i), 50, x=520),
                block("text", PROSE, 200),
            ]
            for i, name in enumerate(names)
        ]
    )
    for page in marked(pages):
        assert [kind for kind, _ in page] == ["page-header", "page-header", "text"]


def test_captions_and_headings_that_count_with_the_pages_stay() -> None:
    captions = pages_of(*[[block("text", f"Figure {i}", 60), block("text", PROSE, 200)] for i in range(1, 7)])
    assert all(page[0][0] == "text" for page in marked(captions))
    slides = [[block("heading", f"{i} Ships {'of' * i}", 50, size=14), block("text", PROSE, 200)] for i in range(1, 7)]
    assert all(page[0][0] == "heading" for page in marked(pages_of(*slides)))


def char(text: str, x: float, width: float) -> dict[str, object]:
    return {"c": text, "bbox": (x, 0.0, x + width, 10.0)}


def test_ligatures_of_fonts_without_unicode_are_letters() -> None:
    """TeX's codes for ff, fi, fl, ffi and ffl in both of its encodings, as Type 3 fonts hand them on."""
    text = "\x1crst o\x1ece \x1ductuation signi\x0ccant"
    chars = [char(c, 5.0 * i, 5.0 + i % 2) for i, c in enumerate(text)]
    span = {"chars": chars, "size": 10.0, "flags": 0, "font": "Type3 (1 0 R)"}
    words, _ = rawdict_to_words({"blocks": [{"lines": [{"dir": (1, 0), "spans": [span]}]}]})
    assert [word.text for word, _ in words] == ["first", "office", "fluctuation", "significant"]


@pytest.mark.parametrize("even", [True, False])
def test_a_font_without_a_name_is_for_code_where_its_letters_are_of_one_width(even: bool) -> None:
    text = "plot(fs, alpha = 0.05) mwil"
    chars = [char(c, 6.0 * i, 6.0 if even or c != "i" else 3.0) for i, c in enumerate(text)]
    span = {"chars": chars, "size": 10.0, "flags": 0, "font": "Type3 (1 0 R)"}
    words, _ = rawdict_to_words({"blocks": [{"lines": [{"dir": (1, 0), "spans": [span]}]}]})
    assert {word.mono for word, _ in words} == {even}


def test_a_caption_between_two_pictures_of_one_region_parts_them() -> None:
    lines = [
        line("0.1 0.2 0.3", 120),
        line("Figure 1: Ships by month. The north", 200),
        line("has more of them.", 212),
        line("0.4 0.5 0.6", 300),
    ]
    words = [(word, i) for i, part in enumerate(lines) for word in part.words]
    blocks = regions_to_blocks(words, [], [Region("figure", Box(50, 100, 400, 400))], {}, Box(0, 0, 595, 842))
    assert [(b.kind, b.lines[0].text) for b in blocks] == [
        ("figure", "0.1 0.2 0.3"),
        ("caption", "Figure 1: Ships by month. The north"),
        ("figure", "0.4 0.5 0.6"),
    ]
    assert [b.box.y0 for b in blocks] == [100, 200, 222]
    assert len(blocks[1].lines) == 2


def test_a_listing_in_a_frame_is_code() -> None:
    listing = [line("ships <- read('ships.csv', 2)", 120, mono=True), line("plot(ships)", 132, mono=True)]
    words = [(word, i) for i, part in enumerate(listing) for word in part.words]
    blocks = regions_to_blocks(words, [], [Region("figure", Box(50, 100, 400, 160))], {}, Box(0, 0, 595, 842))
    assert [b.kind for b in blocks] == ["code"]


def grid(rows: Sequence[Sequence[str]]) -> RawTable:
    from ingestion.blocks import Cell

    cells = [
        Cell(r, c, 1, 1, (line(text, 20.0 * r, x=100.0 * c),) if text else (), Box(0, 0, 1, 1))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return RawTable(len(rows), len(rows[0]), tuple(cells))


def test_a_caption_below_a_box_that_is_read_as_a_table_is_a_figures() -> None:
    box = replace(block("table", "type scope", 200), table=grid([("type", "scope"), ("body", "footer")]))
    pages = pages_of([block("text", PROSE, 60), box, block("caption", "Figure 1: How a message is set", 230)])
    written = [_write(pages[0], (), Hyphens(()))]
    figures = _figures(pages, written, find_captions(pages), (), "d")
    assert [(figure.number, figure.caption) for figure in figures] == [("1", "Figure 1: How a message is set")]


def test_the_words_of_a_caption_may_stand_centred_below_its_label() -> None:
    label, words = (
        block("caption", "Table 2.3", 100, x=280),
        block("text", "Projects that support research of ships", 112, x=208),
    )
    pages = pages_of([label, words, replace(block("table", "a b", 130), table=grid([("a", "b"), ("c", "d")]))])
    assert [caption.text for caption in find_captions(pages)] == ["Table 2.3 Projects that support research of ships"]


def test_a_page_of_contents_is_no_table() -> None:
    dotted = [(str(i), f"Ships {i} . . . . . . .", str(3 * i)) for i in range(1, 8)]
    deep = [(f"1.{i}", "Ships", str(3 * i)) for i in range(1, 8)]
    assert is_contents(grid(dotted))
    assert is_contents(grid(deep))
    assert not is_contents(grid([(str(i), "North", str(3 * i)) for i in range(1, 8)])), "a table of ranks"
    assert not is_contents(grid([(f"1.{i}", "Ships", str(50 - i)) for i in range(1, 8)]))


def picture_page(path: Path, where: pymupdf.Rect) -> ParsedDocument:
    """A text page with a plain picture that no OCR and no layout model makes anything of."""
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 40))
    pixmap.clear_with(120)
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=595, height=842)
        page.insert_image(where, pixmap=pixmap, keep_proportion=False)
        for i in range(6):
            page.insert_text((60, 600 + 14 * i), PROSE[:80], fontsize=10)
        page.insert_text((60, 560), "Figure 2: A calm sea.", fontsize=10)
        pdf.save(path)
    return read_document(path, options=IngestionOptions(ocr="never"))


def test_a_picture_that_the_layout_model_does_not_see_is_a_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.pdf.see_layout", lambda page: [])
    document = picture_page(tmp_path / "calm.pdf", pymupdf.Rect(100, 300, 400, 540))
    (figure,) = document.figures
    assert (figure.number, figure.boxes[0].y0) == ("2", pytest.approx(300, abs=2))
    whole = picture_page(tmp_path / "ground.pdf", pymupdf.Rect(0, 0, 595, 842))
    assert whole.figures == () or whole.figures[0].boxes[0].height < 400, "a background is no figure"


def test_the_first_of_headings_that_a_scan_makes_about_as_large_is_the_title() -> None:
    """OCR measures sizes roughly; sizes as it gave them for a page whose headings are all set alike."""
    blocks = [
        block("heading", "The Evolution of the Harbour", 74, size=10.0),
        block("text", "It has come a long way since it was built.", 100),
        block("heading", "Early Years (1900 - 1911)", 143, size=11.6),
        block("text", PROSE, 171),
    ]
    page = replace(pages_of(blocks)[0], body_size=9.9)
    _, _, title = find_headings([page], [])
    assert title == "The Evolution of the Harbour"


def test_the_title_in_the_bar_of_a_slide_heads_it() -> None:
    """The layout model takes the large line at the edge of a slide for a running head; one on all slides is one."""

    def slide(number: int, title: str, size: float) -> PageBlocks:
        blocks = (block("page-header", title, 6, size=size), block("text", PROSE, 100))
        return PageBlocks(number, "", 360, 270, blocks, 10.0)

    titled = marked([slide(i + 1, title, 14) for i, title in enumerate(("Idea", "Method", "Conclusions", "Thanks"))])
    assert [blocks[0][0] for blocks in titled] == ["heading"] * 4
    small = marked([slide(i + 1, title, 8) for i, title in enumerate(("Idea", "Method", "Conclusions", "Thanks"))])
    assert [blocks[0][0] for blocks in small] == ["page-header"] * 4
    same = marked([slide(i + 1, "Annual meeting", 14) for i in range(20)])
    assert {blocks[0][0] for blocks in same} == {"page-header"}


def test_bookmarks_of_the_same_words_have_their_own_headings() -> None:
    page = [
        block("heading", "The Harbour", 80, size=14, bold=True),
        block("heading", "Tasks", 120, size=10, bold=True),
        block("text", PROSE, 140),
        block("heading", "The Ships", 200, size=16, bold=True),
        block("heading", "Tasks", 240, size=12, bold=True),
        block("text", PROSE, 260),
    ]
    names = ((2, "The Harbour", 80), (3, "Tasks", 115), (1, "The Ships", 195), (2, "Tasks", 235))
    for heights in (True, False):
        marks = [Bookmark(level, name, 2, y if heights else None) for level, name, y in names]
        found = headings_of([], page, bookmarks=marks)
        assert [(level, title) for level, _, title in found] == [(level, name) for level, name, _ in names]


def test_a_title_that_looks_as_the_other_headings_heads_a_section() -> None:
    days = [part for i in range(3) for part in (
        block("heading", f"Log of May {i + 1}", 80 + 200 * i, size=16, bold=True),
        block("list-item", "• Rowed out", 110 + 200 * i),
    )]  # fmt: skip
    assert [title for _, _, title in headings_of(days)] == ["Log of May 1", "Log of May 2", "Log of May 3"]
    days[0] = block("heading", "Logs of May", 80, size=20, bold=True)
    pages, found, title = find_headings(pages_of(days), ())
    assert title == "Logs of May"
    assert [heading.title for heading in found] == ["Log of May 2", "Log of May 3"]
    markdown = _write(pages[0], found, Hyphens(())).markdown
    assert markdown.startswith("# Logs of May\n\n- Rowed out\n\n## Log of May 2")


def test_a_line_of_code_that_heads_nothing_is_code() -> None:
    for words, kind in (("row -o harbour", "code"), ("THE OARS And the sails", "heading")):
        command = line(words, 200, mono=True)
        page = [*numbered("1 Boats", "2 Oars"), Block("heading", command.box, (command,))]
        pages, _, _ = find_headings(pages_of(page), ())
        assert pages[0].blocks[-1].kind == kind


def test_the_files_own_title_counts_where_the_cover_sets_the_author_larger() -> None:
    cover = [
        block("heading", "Ada Byron", 100, size=24),
        block("text", "On the Tides of Northern Harbours", 160, size=14),
        block("text", "A thesis", 200),
    ]
    _, _, title = find_headings(pages_of(cover, [block("text", PROSE, 80)]), (), "On the Tides of Northern Harbours")
    assert title == "On the Tides of Northern Harbours"
    _, _, other = find_headings(pages_of(cover, [block("text", PROSE, 80)]), (), "thesis_final_v2")
    assert other == "Ada Byron"


def test_a_bar_parts_a_chapters_number_from_its_title() -> None:
    assert parse_number("4 | Winds") == ("4", "Winds")


def test_an_entry_of_a_list_lettered_beyond_z_is_no_third_part() -> None:
    entries = ("HHH. Harbour means a port.", "III. Hull means:", "JJJ. Helm means a wheel.")
    blocks = [block("heading", "I. TERMS", 60), block("heading", "II. WORDS", 100)]
    blocks += [block("heading" if "III" in text else "text", text, 140 + 40 * i) for i, text in enumerate(entries)]
    pages, found, _ = find_headings(pages_of([*blocks, block("heading", "III. COSTS", 300)]), ())
    assert [(h.number, h.title) for h in found] == [("I", "TERMS"), ("II", "WORDS"), ("III", "COSTS")]
    assert pages[0].blocks[3].kind == "text"


def test_an_i_between_h_and_j_stands_with_these() -> None:
    titles = ("I. SHIPS", "II. SAILS", "G. Rope", "H. Tar", "I. Oil", "J. Wax", "III. ENDS")
    blocks = [block("heading", title, 60 + 40 * i) for i, title in enumerate(titles)]
    assert [h.level for h in find_headings(pages_of(blocks), ())[1]] == [1, 1, 2, 2, 2, 2, 1]


def test_a_repeated_line_whose_middle_is_in_the_margin_runs() -> None:
    pages = pages_of(*[[block("heading", "Ships of the North", 104, bold=True), block("text", PROSE, 200)]] * 5)
    pages = [replace(page, number=i, height=780.0) for i, page in enumerate(pages, 1)]
    assert all(page[0][0] == "page-header" for page in marked(pages))
