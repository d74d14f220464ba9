"""Rows, phrases and head lines of tables that the table finder cut at the wrong places; printed page numbers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.assemble import _caption_in_a_cell
from ingestion.blocks import Block, Cell, Line, PageBlocks, RawTable, Word
from ingestion.bookmark_headings import letters_of
from ingestion.captions import find_captions
from ingestion.document import Box
from ingestion.footnotes import _close_mark
from ingestion.heading_levels import Heading
from ingestion.page_labels import page_labels
from ingestion.sections import _in_order
from ingestion.table_rows import join_head_lines, join_phrases, part_rows, stack_tables
from ingestion.tables import raw_table_to_rows

WIDTH = 100.0


def line(text: str, x: float, y: float) -> Line:
    """A line of words, six points to a letter, three between words."""
    words = []
    for piece in text.split():
        words.append(Word(piece, Box(x, y, x + 6 * len(piece), y + 10), 10))
        x += 6 * len(piece) + 3
    return Line.of(words)


def cell(row: int, column: int, *texts: str, y: float = 0.0, x: float | None = None) -> Cell:
    """A cell with a line for each text; "" leaves a line out."""
    left = WIDTH * column if x is None else x
    lines = tuple(line(text, left, y + 14 * i) for i, text in enumerate(texts) if text)
    return Cell(row, column, 1, 1, lines, Box(left, y, left + 90, y + 14 * max(1, len(texts))))


def table(*cells: Cell, header_rows: int = 1) -> RawTable:
    rows, columns = 1 + max(c.row for c in cells), 1 + max(c.column for c in cells)
    return RawTable(rows, columns, cells, header_rows)


HEAD = (cell(0, 0), cell(0, 1, "Bias"), cell(0, 2, "RMSE"))


def test_rows_between_two_rules_are_parted_with_the_name_of_their_group_above() -> None:
    """All rows of an estimator stood in one cell: "n = 100 n = 400", "-0.0032 -0.0066"."""
    body = (
        cell(1, 0, "Portnoy", "n = 100", "n = 400", y=20),
        cell(1, 1, "", "-0.0032", "-0.0066", y=20),
        cell(1, 2, "", "0.0988", "0.0578", y=20),
    )
    rows = raw_table_to_rows(part_rows(table(*HEAD, *body)))
    assert rows == (
        ("", "Bias", "RMSE"),
        ("Portnoy", "", ""),
        ("n = 100", "-0.0032", "0.0988"),
        ("n = 400", "-0.0066", "0.0578"),
    )


def test_a_label_of_two_lines_beside_one_number_stays_one_row() -> None:
    body = (cell(1, 0, "Needed personal", "assistance", y=20), cell(1, 1, "", "4.1", y=20), cell(1, 2, "", "0.1", y=20))
    raw = table(*HEAD, *body)
    assert part_rows(raw) == raw
    words = (cell(1, 0, "aggregate", y=20), cell(1, 1, "takes data", "over a domain", y=20), cell(1, 2, "3", "4", y=20))
    raw = table(*HEAD, *words)
    assert part_rows(raw) == raw, "words of two lines beside numbers of two lines that no other column bears out"


@given(
    st.lists(
        st.lists(st.sampled_from(["", "word", "12.5", "two words"]), min_size=3, max_size=3), min_size=1, max_size=6
    )
)
def test_no_word_is_lost_when_a_grid_is_mended(texts: list[list[str]]) -> None:
    cells = [cell(r, c, text, text and "7", y=40.0 * r) for r, row in enumerate(texts) for c, text in enumerate(row)]
    raw = table(*cells)
    mended = join_head_lines(join_phrases(part_rows(raw)))

    def words(grid: RawTable) -> list[str]:
        return sorted(word.text for c in grid.cells for made in c.lines for word in made.words)

    assert words(mended) == words(raw)
    assert all(c.row < mended.row_count and c.column + c.column_span <= mended.column_count for c in mended.cells)


def test_parts_of_a_table_between_rules_are_one() -> None:
    upper = table(cell(0, 0, "model"), cell(0, 1, "RMSE"))
    lower = table(cell(0, 0, "metric", "separable", y=16), cell(0, 1, "6.11", "6.08", y=16))
    boxes = (Box(0, 0, 190, 13), Box(0, 15, 190, 44))
    (whole,) = stack_tables(dict(zip(boxes, (upper, lower), strict=True)), [Box(0, 0, 190, 44)]).values()
    assert (whole.row_count, whole.header_rows) == (2, 1)
    assert len(stack_tables(dict(zip(boxes, (upper, lower), strict=True)), [boxes[0], boxes[1]])) == 2


def test_a_phrase_over_a_cut_is_one_head_and_one_column() -> None:
    """ "In" and "situ" were two columns, the second without a number."""
    heads = (cell(0, 0), cell(0, 1, "In", x=100), cell(0, 2, "situ", x=115), cell(0, 3, "Control"))
    body = [
        c
        for r in (1, 2, 3)
        for c in (cell(r, 0, "AA", y=20 * r), cell(r, 1, "6", y=20 * r), cell(r, 2), cell(r, 3, "32", y=20 * r))
    ]
    rows = raw_table_to_rows(join_phrases(table(*heads, *body)))
    assert rows[:2] == (("", "In situ", "Control"), ("AA", "6", "32"))


def test_a_row_that_is_one_phrase_spans_its_columns() -> None:
    heads = [cell(0, c, text) for c, text in enumerate(("Test", "xtrafo", "ytrafo"))]
    body = [cell(r, c, "f()", y=20 * r) for r in (2, 3, 4) for c in range(3)]
    group = [cell(1, 0), cell(1, 1, "Independent", y=20, x=130), cell(1, 2, "samples", y=20, x=199)]
    rows = raw_table_to_rows(join_phrases(table(*heads, *group, *body)))
    assert rows[1] == ("", "Independent samples", "Independent samples")


def test_two_lines_of_heads_are_one_head() -> None:
    """The label of a cell read "Margin of Estimate": the blank beside "Margin of" was taken for a part of it."""
    upper = (cell(0, 0), cell(0, 1, "Margin of"), cell(0, 2), cell(0, 3, "Difference"))
    lower = (cell(1, 0, y=14), cell(1, 1, "error", y=14), cell(1, 2, "Estimate", y=14), cell(1, 3, y=14))
    body = [cell(2, c, text, y=40) for c, text in enumerate(("Men", "0.3", "18.1", "0.5"))]
    rows = raw_table_to_rows(join_head_lines(table(*upper, *lower, *body, header_rows=2)))
    assert rows == (("", "Margin of error", "Estimate", "Difference"), ("Men", "0.3", "18.1", "0.5"))


def test_a_head_over_two_columns_stays_a_row_of_its_own() -> None:
    upper = (replace(cell(0, 1, "2010"), column_span=2), cell(0, 0), cell(0, 3))
    lower = [cell(1, c, text, y=14) for c, text in enumerate(("Who", "Rate", "Error", "Sum"))]
    raw = RawTable(3, 4, (*upper, *lower, *(cell(2, c, "1", y=40) for c in range(4))), 2)
    assert join_head_lines(raw) == raw


def page(number: int, head: str) -> PageBlocks:
    blocks = (Block("page-header", Box(0, 20, 300, 30), (line(head, 0, 20),)),) if head else ()
    return PageBlocks(number, "", 600, 800, blocks, 10.0)


@pytest.mark.parametrize(
    ("heads", "labels"),
    [
        (["Report 5", "Report 6", "Report 7"], ["5", "6", "7"]),
        (
            ["", "iii", "xi", "1", "2 Access", "4 Access", "Roles 11", "", "Roles 77"],
            ["", "iii", "xi", "1", "2", "4", "11", "", "77"],
        ),
        (["", "Chapter 3", "Chapter 3", "Chapter 3", "Chapter 4"], ["", "", "", "", ""]),
        (["", "", ""], ["", "", ""]),
    ],
)
def test_printed_numbers(heads: list[str], labels: list[str]) -> None:
    """Pages taken from a longer document count on with leaps; numbers of chapters do not count pages."""
    assert page_labels([page(i, head) for i, head in enumerate(heads, 1)]) == labels


@given(st.lists(st.text("0123456789ivxl Aa", max_size=12), max_size=12))
def test_printed_numbers_stand_on_their_page_and_rise(heads: list[str]) -> None:
    labels = page_labels([page(i, " ".join(head.split())) for i, head in enumerate(heads, 1)])
    assert len(labels) == len(heads)
    for head, label in zip(heads, labels, strict=True):
        assert not label or label.lstrip("0") in {word.lstrip("0") for word in head.split()}
    numbers = [int(label) for label in labels if label.isdecimal()]
    assert numbers == sorted(numbers)


def test_items_of_a_list_head_no_chapter_between_bookmarked_ones() -> None:
    chapters = [Heading(10 * i, 0, 1, str(i), f"Chapter {letters_of(str(i))}") for i in (1, 2, 3)]
    items = [Heading(11, 4, 0, "3", "Separator"), Heading(12, 1, 0, "11", "Escapes")]
    fitting = Heading(35, 0, 0, "4", "References")
    assert _in_order([chapters[0], *items, *chapters[1:], fitting]) == [*chapters, fitting]
    assert _in_order([chapters[0], *items]) == [chapters[0], *items], "too few bookmarks to tell"


def test_a_caption_in_the_margin_belongs_to_the_table_beside_it() -> None:
    caption = Block("heading", Box(34, 125, 60, 135), (line("Table 4:", 34, 125),))
    grid = Block("table", Box(144, 125, 489, 241), ())
    far = Block("table", Box(144, 500, 489, 600), ())
    (found,) = find_captions([PageBlocks(1, "", 600, 800, (caption, grid, far), 10.0)])
    assert (found.number, found.target) == ("4", 1)


def test_a_caption_that_the_grid_took_in_from_the_margin_is_the_tables() -> None:
    rows = (("", "Effect", "F"), ("Table I.", "Training", "6.98"), ("", "Family", "5.82"))
    assert _caption_in_a_cell(rows, ()) == ("Table I.", (("Effect", "F"), ("Training", "6.98"), ("Family", "5.82")))
    assert _caption_in_a_cell(rows, ("I",)) == ("", rows), "another table has that number"
    two = (*rows, ("Table II.", "Age", "1.2"))
    assert _caption_in_a_cell(two, ()) == ("", two), "a list of tables"


def test_a_mark_set_close_to_its_note_is_known_by_its_size() -> None:
    words = [Word("3http://x.org", Box(0, 700, 60, 710), 6.0), Word("2008.", Box(64, 700, 90, 710), 9.0)]
    assert _close_mark(Line.of(words), 10.0) == "3"
    assert _close_mark(Line.of([replace(words[0], size=9.0), words[1]]), 10.0) is None
