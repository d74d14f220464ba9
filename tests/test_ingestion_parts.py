"""The rules of reading that work on parts of a page: heads, captions, numbers, hyphens, order, running heads."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.blocks import Block, Cell, Line, PageBlocks, RawPage, RawTable, Word
from ingestion.captions import parse_label
from ingestion.column_cuts import cut_at_columns
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.heading_numbers import parse_number
from ingestion.hyphens import Hyphens
from ingestion.markdown import escape
from ingestion.plain import markdown_to_plain
from ingestion.reading_order import reading_order
from ingestion.running_heads import mark_running_heads
from ingestion.table_heads import spread_heads
from ingestion.tables import is_numeric, raw_table_to_rows
from ingestion.text_quality import is_garbled


def line(text: str, x: float = 72, y: float = 100, size: float = 10) -> Line:
    """A line of words, six points to a letter."""
    words = []
    for piece in text.split():
        words.append(Word(piece, Box(x, y, x + 6 * len(piece), y + size), size))
        x += 6 * len(piece) + 6
    return Line(tuple(words), Box(words[0].box.x0, y, words[-1].box.x1, y + size))


def cell(row: int, column: int, text: str, x0: float, x1: float) -> Cell:
    y = 10.0 * row
    middle = (x0 + x1) / 2 - 3 * len(text)
    return Cell(row, column, 1, 1, (line(text, middle, y),) if text else (), Box(x0, y, x1, y + 10))


def test_a_head_set_over_two_columns_spans_them() -> None:
    """ "2005" stands in the cell of column 1, but its words are centred over columns 1 and 2."""
    columns = [(0, 50), (50, 100), (100, 150), (150, 200), (200, 250)]
    cells = [cell(row, c, text, *columns[c]) for row, texts in enumerate(
        [["", "", "", "", ""], ["Who", "Rate", "Error", "Rate", "Error"], ["All", "18.6", "0.3", "18.1", "0.4"]]
    ) for c, text in enumerate(texts)]  # fmt: skip
    year_cells = {1: ("2005", 50, 150), 3: ("2010", 150, 250)}
    for i, old in enumerate(cells[:5]):
        if old.column in year_cells:
            text, x0, x1 = year_cells[old.column]
            cells[i] = replace(old, lines=(line(text, (x0 + x1) / 2 - 12, 0),))
    rows = raw_table_to_rows(spread_heads(RawTable(3, 5, tuple(cells), header_rows=2)))
    assert rows[0] == ("", "2005", "2005", "2010", "2010")
    assert rows[2] == ("All", "18.6", "0.3", "18.1", "0.4")


def test_a_head_set_over_its_own_column_stays_there() -> None:
    columns = [(0, 50), (50, 100), (100, 150)]
    cells = [cell(r, c, t, *columns[c]) for r, ts in enumerate([["", "Rate", ""], ["Who", "a", "b"], ["All", "1", "2"]])
             for c, t in enumerate(ts)]  # fmt: skip
    assert raw_table_to_rows(spread_heads(RawTable(3, 3, tuple(cells), header_rows=2)))[0] == ("", "Rate", "")


@pytest.mark.parametrize(
    ("rows", "said", "expected"),
    [
        ([["Name", "Year"], ["Ann", "1990"], ["Bob", "1991"]], 0, 1),
        ([["", "2005", ""], ["Who", "Rate", "Error"], ["All", "1.2", "0.3"]], 2, 2),
        ([["a", "b"]], 0, 0),
    ],
)
def test_the_number_of_head_rows(rows: list[list[str]], said: int, expected: int) -> None:
    assert header_row_count(rows, said) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Table 2. Rates by age", ("table", "2")),
        ("TABLE IV: Results", ("table", "IV")),
        ("Figure 4 shows that rates rise", None),
        ("Fig. 2b. Setup", ("figure", "2b")),
        ("Tables are useful", None),
    ],
)
def test_captions_are_told_from_sentences(text: str, expected: tuple[str, str] | None) -> None:
    assert parse_label(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.1 Data sets", ("2.1", "Data sets")),
        ("Introduction", (None, "Introduction")),
        ("1984 was a good year", (None, "1984 was a good year")),
    ],
)
def test_numbers_of_headings(text: str, expected: tuple[str | None, str]) -> None:
    assert parse_number(text) == expected


def test_a_broken_word_is_joined_as_the_document_writes_it() -> None:
    hyphens = Hyphens([["The", "two-column", "page"], ["recognition", "of", "it"]])
    assert hyphens.join("two-", "column") == "-"
    assert hyphens.join("recog-", "nition") == ""
    assert hyphens.join("COVID-", "19") == "-"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), max_size=60))
@example("=")  # a line of its own: it was taken for the underline of a heading
@example(":_0_:")  # and this for emphasis
@settings(max_examples=500, deadline=None)
def test_escaped_text_reads_as_itself(text: str) -> None:
    """What a page says is data: no character of it becomes markup."""
    import unicodedata

    expected = " ".join(unicodedata.normalize("NFKC", text).split())
    assert markdown_to_plain(escape(text, block_start=True)) == expected


def test_order_goes_down_a_column_then_to_the_next() -> None:
    title = Box(50, 20, 550, 40)
    left = [Box(50, 60 + 30 * i, 290, 80 + 30 * i) for i in range(5)]
    right = [Box(310, 60 + 30 * i, 550, 80 + 30 * i) for i in range(5)]
    mixed = [box for pair in zip(right, left, strict=True) for box in pair] + [title]
    assert [mixed[i] for i in reading_order(mixed)] == [title, *left, *right]


def test_a_line_too_long_for_its_column_is_no_band() -> None:
    left = [Box(50, 60 + 30 * i, 290, 80 + 30 * i) for i in range(5)]
    left[2] = Box(50, 120, 320, 140)
    right = [Box(310, 60, 550, 80), Box(330, 90, 550, 145), Box(310, 150, 550, 200)]
    mixed = [*right, *left]
    assert [mixed[i] for i in reading_order(mixed)] == [*left, *right]


def _text_at(*lines: tuple[float, float, float], size: float = 10.0) -> Block:
    """A text whose lines stand at (x0, x1, y0)."""
    words = [Word("sail", Box(x0, y0, x1, y0 + 10), size) for x0, x1, y0 in lines]
    return Block("text", Box.around(word.box for word in words), tuple(Line.of([word]) for word in words))


def test_a_running_head_is_cut_off_the_column_below_it() -> None:
    head = _text_at((50, 420, 40), (50, 290, 60), (50, 290, 74))
    right = _text_at((310, 550, 60), (310, 550, 74))
    assert [block.lines for block in cut_at_columns([head, right])] == [head.lines[:1], head.lines[1:], right.lines]
    assert cut_at_columns([head]) == [head]
    over = _text_at((50, 420, 40), (50, 420, 60))  # covers what stands beside it
    assert cut_at_columns([over, right]) == [over, right]


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 700), st.integers(5, 200), st.integers(5, 60)), max_size=25)
)
@settings(max_examples=200, deadline=None)
def test_order_holds_every_box_once(places: list[tuple[int, int, int, int]]) -> None:
    boxes = [Box(x, y, x + w, y + h) for x, y, w, h in places]
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))


def page_of(number: int, *blocks: Block) -> RawPage:
    return RawPage(PageBlocks(number, "", 612, 792, blocks, 10.0), "text", "")


def paragraph(*lines: Line) -> Block:
    box = lines[0].box
    for other in lines[1:]:
        box = box.union(other.box)
    return Block("text", box, lines)


def test_a_running_head_glued_to_a_paragraph_is_cut_off() -> None:
    """The layout model took a page's running head for the first line of its text."""
    head = "Ann Lee and Bob Ray"
    body = [line(f"Body {i} of the page", y=300 + 14 * i) for i in range(3)]
    pages = [page_of(n, paragraph(line(head, y=40)), paragraph(*body)) for n in range(1, 5)]
    pages.append(page_of(5, paragraph(line(head, y=40), *body)))
    marked = mark_running_heads(pages)
    assert [block.kind for block in marked[4].blocks.blocks] == ["page-header", "text"]
    assert marked[4].blocks.blocks[1].lines == tuple(body)


def test_the_only_line_of_a_page_is_no_running_foot() -> None:
    """The closing slide of a real deck: the layout model named its one line a running foot, so the page was empty."""
    closing = replace(paragraph(line("Typeset with LaTeX", y=760)), kind="page-footer")
    marked = mark_running_heads([page_of(1, paragraph(line("A slide", y=300))), page_of(2, closing)])
    assert [block.kind for block in marked[1].blocks.blocks] == ["text"]


def test_garbled_text_is_told_from_language() -> None:
    assert is_garbled(["\ue001\ue002\ue003"] * 40)
    assert not is_garbled("The quick brown fox jumps over the lazy dog and runs into the forest".split() * 5)
    assert not is_garbled("1984 12.5 33.1 2,000 77 % 12".split() * 10)


@pytest.mark.parametrize(
    ("text", "expected"), [("49.85%", True), ("**12,760", True), ("*–0.5", True), ("(X)", False), ("Table 2", False)]
)
def test_numbers_in_cells(text: str, expected: bool) -> None:
    assert is_numeric(text) is expected


def test_what_only_the_first_page_has_at_its_top_is_no_running_head() -> None:
    """The layout model takes titles near the edge for running heads, which are kept out of the text."""
    body = [line(f"Body {i} of the page", y=300 + 14 * i) for i in range(3)]

    def kinds(*heads: Line, pages: int = 2) -> list[str]:
        first = [replace(paragraph(head), kind="page-header") for head in heads]
        others = [page_of(n, paragraph(*body)) for n in range(2, pages + 1)]
        marked = mark_running_heads([page_of(1, *first, paragraph(*body)), *others])
        return [block.kind for block in marked[0].blocks.blocks]

    assert kinds(line("Tenancy agreement", y=40, size=16)) == ["text", "text"]
    assert kinds(line("Annals of boats", y=40, size=8)) == ["page-header", "text"]
    assert kinds(line("Tenancy agreement", y=40), pages=1) == ["text", "text"]
    assert kinds(line("Annals of boats", y=40), line("212", x=400, y=40), pages=1)[0] == "page-header"
