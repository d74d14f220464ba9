"""Headings and columns that layout analysis loses: bold lines of scans, numbers that go on, gutters, torn words."""

import pymupdf
import pytest

from ingestion.blocks import Block, BlockKind, Line, PageBlocks, RawPage, Region, Word
from ingestion.column_regions import part_columns
from ingestion.document import Box
from ingestion.hyphens import name_hyphens
from ingestion.ink import mark_bold
from ingestion.page_list import PageList
from ingestion.running_heads import mark_running_heads
from ingestion.sections import find_headings
from ingestion.text_quality import is_broken

LINES = [f"In the year {1900 + i} the harbour of the town was opened for ships by its mayor" for i in range(12)]


def block(kind: BlockKind, text: str, y: float, *, size: float = 10.0, bold: bool = False) -> Block:
    words, x = [], 60.0
    for part in text.split():
        words.append(Word(part, Box(x, y, x + 5 * len(part), y + size), size, bold=bold))
        x += 5 * (len(part) + 1)
    made = Line.of(words)
    return Block(kind, made.box, (made,))


def page_of(*blocks: Block, number: int = 1) -> PageBlocks:
    return PageBlocks(number, "", 595, 842, blocks, 10.0)


def scanned(bold_at: int, ends: str = "", *, all_bold: bool = False) -> tuple[PageBlocks, bytes]:
    """A page whose line number `bold_at` is a short bold one, as OCR gives it, and its picture."""
    with pymupdf.open() as source:
        page = source.new_page(width=595, height=842)
        blocks: list[Block] = []
        for i, text in enumerate(LINES):
            shown = f"The opening of the harbour{ends}" if i == bold_at else text
            bold = all_bold or i == bold_at
            page.insert_text((60, 90 + 20 * i), shown, fontsize=10, fontname="hebo" if bold else "helv")
        picture = page.get_pixmap(dpi=200, colorspace=pymupdf.csGRAY).tobytes("png")
        for x0, y0, x1, y1, text, *_ in page.get_text("blocks"):
            words = [Word(w[4], Box(*w[:4]), 10.0) for w in page.get_text("words", clip=(x0, y0, x1, y1))]
            blocks.append(Block("text", Box(x0, y0, x1, y1), (Line.of(words),)))
            assert text
    return page_of(*blocks), picture


def test_a_bold_line_of_a_scan_above_text_is_a_heading() -> None:
    marked = mark_bold(*scanned(5))
    assert [b.kind for b in marked.blocks] == ["heading" if i == 5 else "text" for i in range(12)]
    assert all(word.bold for line in marked.blocks[5].lines for word in line.words)


@pytest.mark.parametrize(("at", "ends", "all_bold"), [(5, ".", False), (5, ":", False), (11, "", False), (5, "", True)])
def test_a_bold_sentence_label_or_last_line_is_none(at: int, ends: str, all_bold: bool) -> None:
    assert {b.kind for b in mark_bold(*scanned(at, ends, all_bold=all_bold)).blocks} == {"text"}


def test_a_numbered_line_between_its_neighbours_heads_a_section_whatever_it_is_taken_for() -> None:
    page = page_of(
        block("heading", "2 Ships of the coast", 80),
        block("caption", "3. Harbours", 120),
        block("caption", "3.1. Depth of the water", 140),
        block("text", LINES[0], 160),
        block("heading", "3.2. Length of the quay", 200),
        block("text", "4.1 Apples", 240),
    )
    _, found, _ = find_headings([page], ())
    assert [(h.number, h.title) for h in found] == [
        ("2", "Ships of the coast"),
        ("3", "Harbours"),
        ("3.1", "Depth of the water"),
        ("3.2", "Length of the quay"),
    ]


@pytest.mark.parametrize(("bold", "expected"), [(True, ["4", "5", "6"]), (False, ["4", "6"])])
def test_a_question_or_sentence_between_headings_is_one_where_it_looks_as_they_do(
    bold: bool, expected: list[str]
) -> None:
    page = page_of(
        block("heading", "4 Ships of the coast", 80, bold=True),
        block("list-item", "5. Monday, the day of the market.", 120, bold=bold),
        block("text", LINES[0], 160),
        block("heading", "6 Apples", 200, bold=True),
    )
    _, found, _ = find_headings([page], ())
    assert [h.number for h in found] == expected


def test_a_formula_set_apart_heads_no_section() -> None:
    page = page_of(
        block("heading", "Ships", 80), block("heading", "B = A + SN", 120), block("heading", "Harbours = towns", 160)
    )
    _, found, _ = find_headings([page], ())
    assert [h.title for h in found][-1] == "Harbours = towns"
    assert "B = A + SN" not in [h.title for h in found]


def two_columns(*, gutter: float, rows: int = 6) -> tuple[list[Region], list[Word]]:
    """A heading in each column, and below them one region over both."""
    words = [
        Word("harbour", Box(start, 200 + 12 * i, start + 97, 209 + 12 * i), 9.0)
        for i in range(rows)
        for start in (50.0, 150.0, 250.0 + gutter, 350.0 + gutter)
    ]
    regions = [
        Region("heading", Box(50, 100, 120, 110)),
        Region("heading", Box(250 + gutter, 100, 330, 110)),
        Region("text", Box(50, 200, 450 + gutter, 280)),
    ]
    return regions, words


def test_a_region_over_two_columns_is_parted_at_the_gutter() -> None:
    regions, words = two_columns(gutter=15.0)
    assert [r.box.as_tuple() for r in part_columns(regions, words)[2:]] == [(50, 200, 247, 280), (265, 200, 465, 280)]


def test_a_region_stays_whole_without_a_gutter_or_where_nothing_else_keeps_to_it() -> None:
    regions, words = two_columns(gutter=0.0)
    assert part_columns(regions, words) == regions
    regions, words = two_columns(gutter=15.0)
    assert part_columns(regions[1:], words) == regions[1:]
    regions, words = two_columns(gutter=15.0, rows=3)
    assert part_columns(regions, words) == regions


def pages_with_head(text: str, *, size: float, bold: bool) -> list[RawPage]:
    """Three pages, the second with a line of its own at the top that the layout model takes for a running head."""
    pages = []
    for number in (1, 2, 3):
        head = [block("page-header", text, 40, size=size, bold=bold)] if number == 2 else []
        pages.append(RawPage(page_of(*head, block("text", LINES[number], 200), number=number), "layout", ""))
    return pages


@pytest.mark.parametrize(
    ("size", "bold", "kind"), [(12.0, True, "text"), (10.0, True, "page-header"), (12.0, False, "page-header")]
)
def test_a_large_bold_line_at_the_top_of_one_page_alone_is_no_running_head(size: float, bold: bool, kind: str) -> None:
    marked = mark_running_heads(PageList(pages_with_head("INSTRUCTIONS", size=size, bold=bold)))
    assert marked[1].blocks.blocks[0].kind == kind


def rawdict_of(text: str, *, drawn: bool = True) -> dict:
    chars = [
        {"c": c, "bbox": (5.0 * i, 0, 5.0 * i + (5 if drawn or c.isalnum() else 0), 9)} for i, c in enumerate(text)
    ]
    return {"blocks": [{"lines": [{"spans": [{"chars": chars}]}]}]}


@pytest.mark.parametrize(
    ("text", "drawn", "expected"),
    [
        ("in der Verwal\u00ad", True, "in der Verwal-"),
        ("a coast\u00adbased fleet", True, "a coast-based fleet"),
        ("\u00ad apples", True, "- apples"),
        ("har\u00adbour", False, "har\u00adbour"),
        ("15\u00ad–20 ships", True, "15\u00ad–20 ships"),
    ],
)
def test_a_soft_hyphen_that_a_page_draws_is_a_hyphen(text: str, drawn: bool, expected: str) -> None:
    data = rawdict_of(text, drawn=drawn)
    name_hyphens(data)
    assert "".join(char["c"] for char in data["blocks"][0]["lines"][0]["spans"][0]["chars"]) == expected


def test_words_of_ligatures_alone_are_broken() -> None:
    assert is_broken(["ffi", "fflffi", "fi", "fffi&", "the", "degree"] * 20)
    assert not is_broken(["office", "affix", "fluffy", "waffle", "Kniffen", "if", "fit"] * 20)
