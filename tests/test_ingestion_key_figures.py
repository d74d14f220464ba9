"""Key figures set as cards, forms without heads, heads far apart, and headings and captions that look like text."""

from dataclasses import replace

import pytest

from ingestion.blocks import Block, BlockKind, Bookmark, Cell, Line, PageBlocks, RawTable, Region, Word
from ingestion.captions import find_captions
from ingestion.document import Box
from ingestion.head_rows import header_row_count
from ingestion.key_figures import key_figures
from ingestion.layout import regions_to_blocks
from ingestion.page_list import PageList
from ingestion.sections import find_headings
from ingestion.table_spans import part_spanning_heads
from ingestion.tables import raw_table_to_rows

PROSE = "The herd grazes above the lake in summer and is driven down into the valley before the first snow falls there."


def line(text: str, x: float, y: float, *, size: float = 8.0, bold: bool = False) -> Line:
    words = []
    for piece in text.split():
        words.append(Word(piece, Box(x, y, x + 0.5 * size * len(piece), y + size), size, bold=bold))
        x += 0.5 * size * (len(piece) + 1)
    return Line.of(words)


def block(kind: BlockKind, *lines: Line) -> Block:
    return Block(kind, Box.around(line.box for line in lines), lines)


def cards(*rows: tuple[tuple[str, ...], ...]) -> list[Line]:
    """Cards in rows, their lines below each other, each row by the order of its cards."""
    return [
        line(text, 60.0 + 130 * column, 100.0 + 60 * row + 11 * at)
        for row, group in enumerate(rows)
        for column, card in enumerate(group)
        for at, text in enumerate(card)
    ]


GUESTS = cards(
    (("VISITORS", "8,400 (12%)"), ("TICKETS SOLD", "$96,000"), ("GUIDED", "TOURS", "310")),
    (("SHOP", "€12,750"), ("OPEN DAYS", "287")),
)


def test_cards_with_key_figures_are_a_table_of_labels_and_numbers() -> None:
    found = key_figures(GUESTS)
    assert found is not None
    assert found.header_rows == 0
    assert raw_table_to_rows(found) == (
        ("VISITORS", "8,400 (12%)"),
        ("TICKETS SOLD", "$96,000"),
        ("GUIDED TOURS", "310"),
        ("SHOP", "€12,750"),
        ("OPEN DAYS", "287"),
    )
    placed = [(word, at) for at, own in enumerate(GUESTS) for word in own.words]
    region = Region("text", Box.around(own.box for own in GUESTS))
    (made,) = regions_to_blocks(placed, [], [region], {}, Box(0, 0, 595, 842))
    assert made.kind == "table"
    assert made.table == found


@pytest.mark.parametrize(
    "lines",
    [
        [line(text, 60, 100 + 11 * k) for k, text in enumerate(("Milk", "3 l", "Salt", "1 kg", "Rye", "2 kg"))],
        cards((("Anna Berg", "12 High Street"), ("Olof Dahl", "7 Low Street"))),
        cards(
            (("In spring.", "4 lambs"), ("In autumn.", "9 ewes")), (("In winter.", "2 rams"), ("At last.", "5 dogs"))
        ),
        cards((("North", "open"), ("South", "closed")), (("East", "open"), ("West", "open"))),
    ],
)
def test_lists_addresses_and_words_are_no_key_figures(lines: list[Line]) -> None:
    assert key_figures(lines) is None


def test_a_form_has_no_heads_and_a_table_of_two_columns_has_one_row_of_them() -> None:
    order = [
        ("Order number", "40817"),
        ("Sort of wool", "merino"),
        ("Colour", "blue"),
        ("Sent by", "boat"),
        ("Paid", "$0.00"),
    ]
    assert header_row_count(order, 1) == 0
    assert header_row_count(order, 4) == 0
    funds = [("Fund", "Grant"), ("Barn roofs", "$1.1M"), ("Mountain huts and the paths to them", "$0.3M")]
    assert header_row_count([*funds, ("Wells", "$0.4M")], 3) == 1
    assert header_row_count([("Dose", "Weight"), ("(mg)", "(kg)"), ("10", "3.1"), ("20", "4.0")], 2) == 2
    assert header_row_count([("Breed", "2019"), ("Texel", "few"), ("Merino", "many"), ("Suffolk", "some")], 1) == 1


def test_heads_far_apart_in_one_cell_stand_over_columns_of_their_own() -> None:
    """Where the rule between the columns cuts neither head, they are one cell to the reader; no phrase is so wide."""

    def cell(row: int, column: int, text: str, x: float, *, span: int = 1) -> Cell:
        own = line(text, x, 20.0 * row)
        return Cell(row, column, 1, span, (own,), own.box)

    wide = replace(line("Gate", 100, 0), words=(*line("Gate", 100, 0).words, *line("Pasture", 280, 0).words))
    head = (cell(0, 0, "Bell", 0), Cell(0, 1, 1, 2, (wide,), Box(100, 0, 308, 8)))
    body = (cell(1, 0, "on", 0), cell(1, 1, "up", 97), cell(1, 2, "the lower one", 200))
    raw = RawTable(2, 3, (*head, *body), 1)
    assert raw_table_to_rows(part_spanning_heads(raw))[0] == ("Bell", "Gate", "Pasture")
    phrase = RawTable(2, 3, (head[0], cell(0, 1, "Gate Pasture", 100, span=2), *body), 1)
    assert part_spanning_heads(phrase) == phrase


def test_a_heading_before_its_text_on_the_same_line_is_one_where_a_bookmark_names_it() -> None:
    texts = (
        f"2.1. Shearing (by hand). {PROSE}",
        f"2.2. Washing. {PROSE}",
        f"Shearing by hand is told above. {PROSE}",
    )
    blocks = [block("heading", line("2. Wool", 60, 60, size=14, bold=True))]
    blocks += [block("text", line(text, 60, 100 + 60 * k)) for k, text in enumerate(texts)]
    marks = [
        Bookmark(1, "2. Wool", 1, None),
        Bookmark(2, "2.1. Shearing (by hand)", 1, None),
        Bookmark(2, "2.2. Washing", 1, None),
    ]
    pages, found, _ = find_headings([PageBlocks(1, "", 595, 842, tuple(blocks), 8.0)], marks)
    told = [(heading.level, heading.number, heading.title) for heading in found]
    assert told == [(1, "2", "Wool"), (2, "2.1", "Shearing (by hand)"), (2, "2.2", "Washing")]
    assert [b.lines[0].text for b in pages[0].blocks if b.kind == "text"] == [PROSE, PROSE, texts[2]]


def test_a_sentence_that_begins_as_a_bookmark_says_stays_whole() -> None:
    blocks = (block("text", line(f"Washing the wool takes two days. {PROSE}", 60, 100)),)
    pages, found, _ = find_headings([PageBlocks(1, "", 595, 842, blocks, 8.0)], [Bookmark(1, "Washing", 1, None)])
    assert not found
    assert pages[0].blocks == blocks


def test_a_numbered_heading_in_large_bold_may_end_in_a_full_stop() -> None:
    said = "2 Counting the flock on the way down: a tally for each of the gates."
    large = block("heading", line(said, 60, 100, size=12, bold=True))
    small = block("heading", line(said.replace("2 ", "3 "), 60, 200, bold=True))
    pages = PageList([PageBlocks(1, "", 595, 842, (large, block("text", line(PROSE, 60, 130)), small), 8.0)])
    _, found, _ = find_headings(pages, ())
    assert [(heading.number, heading.title) for heading in found] == [("2", said[2:-1])]


def test_a_long_text_is_a_caption_where_a_mark_sets_its_label_off() -> None:
    table = Block("table", Box(60, 300, 400, 360), (line("Ewe Lambs", 60, 300),), None)
    texts = {f"Table 4. Lambs of each ewe. {8 * PROSE}": "4", f"Table 4 Lambs were counted. {8 * PROSE}": None}
    for text, number in texts.items():
        pages = [PageBlocks(1, "", 595, 842, (block("text", line(text, 60, 280)), table), 8.0)]
        assert [caption.number for caption in find_captions(pages)] == ([number] if number else [])
