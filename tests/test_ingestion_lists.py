"""Lists keep their depth, their items and what goes on with them; what only looks like one does not become one."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.assemble import _torn_caption
from ingestion.blocks import Block, BlockKind, Cell, Line, RawTable, Word
from ingestion.document import Box
from ingestion.false_tables import cuts_lines, first_torn_row, upper_rows
from ingestion.list_levels import mark_items
from ingestion.listings import continues_listing, is_code
from ingestion.markdown import blocks_to_markdown, markdown_to_plain

SIZE = 10.0


def line(text: str, x: float, y: float, *, bold: int = 0, mono: bool = False) -> Line:
    """A line of words 5 points a character wide, the first `bold` of them bold."""
    words, at = [], x
    for i, part in enumerate(text.split()):
        words.append(Word(part, Box(at, y, at + 5 * len(part), y + SIZE), SIZE, bold=i < bold, mono=mono))
        at += 5 * (len(part) + 1)
    return Line.of(words)


def block(kind: BlockKind, *lines: Line) -> Block:
    return Block(kind, Box.around(part.box for part in lines), lines)


def written(*blocks: Block) -> list[str]:
    return blocks_to_markdown(blocks).markdown.split("\n\n")


def item(text: str, x: float, y: float) -> Block:
    return block("list-item", line(text, x, y))


def test_items_stand_under_the_one_above_that_begins_farther_left() -> None:
    found = written(
        item("• Sails", 60, 100),
        item("– Jib", 84, 115),
        item("◦ Storm jib", 108, 130),
        item("– Main", 84, 145),
        item("• Oars", 60, 160),
    )
    assert found == ["- Sails", "  - Jib", "    - Storm jib", "  - Main", "- Oars"]


def test_what_stands_under_a_number_is_set_in_as_far_as_its_text() -> None:
    assert written(item("10. Row", 60, 100), item("• softly", 84, 115)) == ["10. Row", "    - softly"]


def test_numbers_that_end_at_one_edge_are_of_one_depth() -> None:
    ninth = block("list-item", Line.of([line("9.", 65, 100).words[0], line("Row", 80, 100).words[0]]))
    tenth = block("list-item", Line.of([line("10.", 60, 115).words[0], line("Sail", 80, 115).words[0]]))
    eleventh = block("list-item", Line.of([line("viii.", 50, 130).words[0], line("Rest", 80, 130).words[0]]))
    assert all(not text.startswith(" ") for text in written(ninth, tenth, eleventh))
    assert all(not text.startswith(" ") for text in written(eleventh, Block("text", tenth.box, ()), tenth))


def test_the_next_column_and_text_at_the_margin_end_a_list() -> None:
    assert written(item("• Sails", 60, 700), item("• Oars", 320, 100)) == ["- Sails", "- Oars"]
    margin = block("text", line("The crew rests.", 50, 115))
    assert written(item("• Sails", 60, 100), margin, item("• Oars", 84, 130))[2] == "- Oars"


def test_a_paragraph_that_goes_on_with_an_item_keeps_its_list_open() -> None:
    goes_on = block("text", line("They are white.", 70, 115))
    found = written(item("• Sails", 60, 100), goes_on, item("• Jib", 84, 130))
    assert found == ["- Sails", "  They are white.", "  - Jib"]
    assert markdown_to_plain("\n\n".join(found)) == "Sails They are white. Jib"


def test_items_that_one_block_holds_are_parted_as_those_of_their_own() -> None:
    both = block("list-item", line("2. Row home", 60, 100), line("3. Dry the sails", 60, 115))
    assert written(both) == ["2. Row home", "3. Dry the sails"]


def test_entries_of_contents_end_in_a_page_number_that_stands_apart() -> None:
    news = Line.of([*line("6 News", 60, 100).words, *line("47", 400, 100).words])
    assert blocks_to_markdown([block("list-item", news, line("Thanks 54", 60, 115))]).markdown == (
        "- 6 News 47\n- Thanks 54"
    )


def kinds(*blocks: Block) -> list[tuple[BlockKind, str]]:
    return [(part.kind, part.lines[0].text) for part in mark_items(blocks)]


def test_text_that_counts_on_beside_an_item_is_one() -> None:
    first, second = block("text", line("1. Row home", 60, 100)), item("2. Dry the sails", 60, 115)
    assert [kind for kind, _ in kinds(first, second)] == ["list-item", "list-item"]
    year = block("text", line("1984. A year", 60, 100))
    assert [kind for kind, _ in kinds(year, second)] == ["text", "list-item"]


def test_terms_in_bold_with_lines_set_in_are_items() -> None:
    terms = block(
        "text",
        line("Jib a sail before", 60, 100, bold=1),
        line("the mast", 75, 112),
        line("Boom a spar", 60, 124, bold=1),
    )
    assert kinds(terms) == [("list-item", "Jib a sail before"), ("list-item", "Boom a spar")]
    prose = block("text", line("Jib is a sail", 60, 100, bold=1), line("before the mast", 60, 112))
    assert kinds(prose) == [("text", "Jib is a sail")]
    named = block("text", line("Jib: a sail", 60, 100, bold=1), line("Boom: a spar", 60, 112, bold=1))
    assert len(kinds(named)) == 2


def test_a_dashed_item_is_parted_from_the_paragraph_behind_it() -> None:
    taken = block("text", line("— the boom.", 80, 115), line("Then the crew rests.", 60, 130))
    assert kinds(item("— the jib,", 80, 100), taken)[1:] == [
        ("list-item", "— the boom."),
        ("text", "Then the crew rests."),
    ]
    assert kinds(taken) == [("text", "— the boom.")]  # speech, or an aside


def test_a_short_item_in_a_font_for_code_is_no_listing() -> None:
    assert not is_code([line("1. Find the harbour", 60, 100, mono=True)])
    assert not is_code([line("• sail, row", 60, 100, mono=True)])
    assert is_code([line("1. x <- 3 + y[2]", 60, 100, mono=True)])


def test_a_line_of_a_listing_may_have_brackets_of_another_font() -> None:
    above = block("code", line("(sail ({wind}*", 60, 100, mono=True))
    words = [*line("[&rest form", 80, 112, mono=True).words, *line("{|}*]", 150, 112).words]
    assert continues_listing(above, block("text", Line.of(words)))
    assert not continues_listing(above, block("text", line("This sails home.", 80, 112)))


def grid(*rows: Sequence[Line]) -> RawTable:
    cells = [
        Cell(r, c, 1, 1, (text,), text.box) for r, row in enumerate(rows) for c, text in enumerate(row) if text.words
    ]
    return RawTable(len(rows), len(rows[0]), tuple(cells))


def test_a_grid_that_cuts_sentences_is_no_table() -> None:
    torn = [(line("The crew of the", 60, 100 + 12 * i), line("boat rests", 138, 100 + 12 * i)) for i in range(3)]
    assert cuts_lines(grid(*torn))
    whole = [(line("Jib", 60, 100 + 12 * i), line("a sail", 140, 100 + 12 * i)) for i in range(3)]
    assert not cuts_lines(grid(*whole))
    assert not cuts_lines(grid(torn[0], *whole))


def test_the_rows_above_text_that_a_grid_lies_over_stay_a_table() -> None:
    whole = [(line("Jib", 60, 100 + 12 * i), line("a sail", 140, 100 + 12 * i)) for i in range(4)]
    # two lines of text in one row of the grid
    torn = [(line("The crew of the", 60, 160 + 12 * i), line("boat rests", 138, 160 + 12 * i)) for i in range(2)]
    last = [Cell(4, c, 1, 1, (torn[0][c], torn[1][c]), torn[0][c].box.union(torn[1][c].box)) for c in range(2)]
    table = grid(*whole)
    mixed = RawTable(5, 2, (*table.cells, *last))
    assert first_torn_row(mixed) == 4
    assert upper_rows(mixed, 4) == table
    assert first_torn_row(table) == 0


def test_a_caption_that_a_grid_tore_over_its_first_row_is_put_together() -> None:
    first = [
        (line("Table 1.2", 60, 100), line("Fares of the", 120, 100), line("northern harbours", 200, 100)),
        (line("Year", 60, 112), line("Adults", 120, 112), line("Boats", 200, 112)),
    ]
    assert _torn_caption(grid(*first)) == "Table 1.2 Fares of the northern harbours"
    assert _torn_caption(grid(first[1])) == ""
