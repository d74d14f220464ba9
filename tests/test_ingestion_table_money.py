"""Money in tables: signs without ink beside numbers, signs in columns of their own, and lists taken for pictures."""

from typing import Any

from ingestion.blocks import Cell, Line, RawTable, Region, Word
from ingestion.document import Box
from ingestion.listed_figures import listed_figures
from ingestion.padding_signs import drop_padding_signs
from ingestion.table_indents import join_indents
from ingestion.table_signs import join_signs
from ingestion.tables import raw_table_to_rows


def span(text: str, alpha: int = 255) -> dict[str, Any]:
    return {"chars": [{"c": c} for c in text], "alpha": alpha}


def text_of(data: dict[str, Any]) -> str:
    return "".join(
        c["c"] for block in data["blocks"] for line in block["lines"] for s in line["spans"] for c in s["chars"]
    )


def page(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"blocks": [{"lines": [{"spans": list(spans)}]}]}


def test_signs_without_ink_beside_a_number_are_space() -> None:
    data = page(span("Rent of the boat house"), span("-", 0), span("$ 2,750.00"), span(")", 0), span("-"))
    drop_padding_signs(data)
    assert text_of(data) == "Rent of the boat house $ 2,750.00 -"


def test_words_without_ink_and_a_page_read_off_a_picture_stay() -> None:
    for data in (page(span("Rent of the house"), span("a-b", 0)), page(span("-- -- --", 0), span("x"))):
        before = text_of(data)
        drop_padding_signs(data)
        assert text_of(data) == before


def word(text: str, x: float, y: float) -> Word:
    return Word(text, Box(x, y, x + 5 * len(text), y + 8), 8)


def cell(row: int, column: int, text: str) -> Cell:
    box = Box(60.0 * column, 12.0 * row, 60.0 * column + 50, 12.0 * row + 8)
    return Cell(row, column, 1, 1, (Line.of([word(text, box.x0, box.y0)]),) if text else (), box)


def grid(rows: list[list[str]], heads: int) -> RawTable:
    cells = tuple(cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return RawTable(len(rows), len(rows[0]), cells, heads)


def test_a_column_of_signs_is_one_with_its_amounts() -> None:
    rows = [["Item", "", "Cost", "", "Paid"], ["Sails", "€", "310", "€", "-"], ["Oars", "€", "45", "€", "45"],
            ["", "", "", "", ""], ["Ropes", "€", "12", "€", "9"]]  # fmt: skip
    joined = raw_table_to_rows(join_signs(grid(rows, 1)))
    assert joined == (("Item", "Cost", "Paid"), ("Sails", "€ 310", "€ -"), ("Oars", "€ 45", "€ 45"),
                      ("Ropes", "€ 12", "€ 9"))  # fmt: skip


def test_a_column_of_codes_stays_beside_its_numbers() -> None:
    raw = grid([["Item", "Unit", "Cost"], ["Sails", "m", "310"], ["Oars", "m", "45"], ["Ropes", "m", "12"]], 1)
    assert join_signs(raw) == raw


FRAME = Region("figure", Box(0, 0, 400, 200))


def test_a_frame_full_of_rows_and_columns_is_a_list_of_amounts() -> None:
    words = [
        word(text, x, 12.0 * r)
        for r, row in enumerate([("Sails", "310", "290"), ("Oars", "45", "45"), ("Ropes", "12", "9")] * 3)
        for text, x in zip(row, (10.0, 150.0, 250.0), strict=True)
    ]
    regions, grids = listed_figures(words, [FRAME], 20)
    assert all(region.kind == "text" for region in regions)
    assert [raw.column_count for raw in grids.values()] == [3]


def test_a_chart_with_words_at_its_axes_stays_a_figure() -> None:
    words = [word(str(10 * i), 5, 180 - 16.0 * i) for i in range(11)]
    words += [word(month, 30 + 30.0 * i, 190) for i, month in enumerate(("Jan", "Feb", "Mar", "Apr", "May") * 2)]
    assert listed_figures(words, [FRAME], 20) == ((FRAME,), {})


def test_the_legend_of_a_chart_in_rows_and_columns_is_no_list_of_amounts() -> None:
    rows = [("Mast", "Oar", "Rope"), ("Sail", "Keel", "Helm"), ("Bow", "Deck", "Hull")] * 3
    words = [word(t, x, 12.0 * r) for r, row in enumerate(rows) for t, x in zip(row, (10.0, 150.0, 250.0), strict=True)]
    assert listed_figures(words, [FRAME], 20) == ((FRAME,), {})


def accounts(rows: list[tuple[int, int, str, str]]) -> RawTable:
    """A grid of (column, columns, label, amount) with numbered rows below one head."""
    cells = [
        cell(0, 0, ""),
        Cell(0, 1, 1, 3, (Line.of([word("Account", 60, 0)]),), Box(60, 0, 230, 8)),
        cell(0, 4, "Sum"),
    ]
    for r, (column, span, label, amount) in enumerate(rows, 1):
        cells += [cell(r, 0, str(r)), cell(r, 4, amount)]
        cells += [cell(r, c, "") for c in (1, 2, 3) if not column <= c < column + span]
        box = Box(60.0 * column, 12.0 * r, 60.0 * (column + span) - 10, 12.0 * r + 8)
        cells.append(Cell(r, column, 1, span, (Line.of([word(label, box.x0, box.y0)]),), box))
    return RawTable(len(rows) + 1, 5, tuple(sorted(cells, key=lambda c: (c.row, c.column))), 1)


def test_labels_set_in_over_columns_are_one_column() -> None:
    rows = [(1, 3, "Boats", ""), (2, 2, "Repairs", "31"), (3, 1, "Masts", "9"), (1, 3, "House", "4")]
    joined = join_indents(accounts(rows))
    assert raw_table_to_rows(joined) == (
        ("", "Account", "Sum"), ("1", "Boats", ""), ("2", "Repairs", "31"), ("3", "Masts", "9"), ("4", "House", "4")
    )  # fmt: skip


def test_columns_of_names_and_codes_in_the_same_rows_stay() -> None:
    raw = grid(
        [["", "Name", "Code", "Sum"], ["1", "Mast", "M", "3"], ["2", "Oar", "O", "4"], ["3", "Sail", "S", "5"]], 1
    )
    assert join_indents(raw) == raw
