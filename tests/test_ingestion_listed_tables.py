"""A table that a listing draws with bars goes on in the listing that begins the next page."""

import numpy as np

from ingestion.blocks import Block, PageBlocks
from ingestion.document import Box, WordBoxes
from ingestion.listed_tables import tables_in_listings
from ingestion.markdown import PageMarkdown
from ingestion.text_tables import text_tables
from tests.test_ingestion_table_rows import line

NO_WORDS = WordBoxes(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 4), np.float32))
FIRST = "```\nBoat | Berth | Fee\n-----------\nAnker | 4 | 12.00\n```"
SECOND = "```\n | paid by card\nBoje  | 7| 9.50\n-----------\nDrache | 9 | 8.00\nThe end\n```"


def page(number: int, *kinds: str) -> PageBlocks:
    box = Box(0, 0, 100, 100)
    blocks = tuple(Block(kind, box, (line("ant", 0, 0),)) for kind in kinds)  # type: ignore[arg-type]
    return PageBlocks(number, "", 200, 200, blocks, 10)


def test_a_table_goes_on_in_the_listing_of_the_next_page() -> None:
    pages = [page(1, "code", "page-footer"), page(2, "page-header", "code")]
    written = [
        PageMarkdown(FIRST, NO_WORDS, ((0, len(FIRST)), None)),
        PageMarkdown(SECOND, NO_WORDS, (None, (0, len(SECOND)))),
    ]
    (table,) = tables_in_listings(pages, written, [], ())
    assert table.rows == (
        ("Boat", "Berth", "Fee"),
        ("Anker", "4", "12.00"),
        ("Boje", "7", "9.50"),
        ("Drache", "9", "8.00"),
    )
    (part,) = table.parts
    assert (table.page_number, part.page_number, part.first_row) == (1, 2, 2)
    assert FIRST[table.start : table.end].startswith("Boat")
    assert SECOND[part.start : part.end].endswith("Drache | 9 | 8.00")


def test_text_between_the_listings_parts_the_tables() -> None:
    pages = [page(1, "code", "text"), page(2, "code")]
    written = [
        PageMarkdown(FIRST, NO_WORDS, ((0, len(FIRST)), None)),
        PageMarkdown(SECOND, NO_WORDS, ((0, len(SECOND)),)),
    ]
    assert tables_in_listings(pages, written, [], ()) == []


def test_a_bar_close_behind_a_cell_parts_it_as_well() -> None:
    (table,) = text_tables("a | b | c\n1 | 2| 3\n4| 5 | 6")
    assert table.rows[1:] == (("1", "2", "3"), ("4", "5", "6"))
