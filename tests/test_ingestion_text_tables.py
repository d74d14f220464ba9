"""Tables drawn with characters: bars between cells, and heads over a rule of dashes."""

from ingestion.text_tables import part_bars, text_tables

LISTING = """ferry> show tides
Stations :
                   High
  Port      Depth  tide  Remark
  --------- ----- ------ ---------
  Aarhus       11    0.4 quay 2
  Emden         8    3.1

+----+--------+
| no | boat   |
+----+--------+
|  1 | Anker  |
|  2 |        |
+----+--------+
done"""


def test_a_grid_whose_cells_hold_bars_is_parted_at_them() -> None:
    head = ("+----+-----+ | no | boat +----+-----+", "| year |")
    rows = [head, ("| 1 | Anker", "| 1987 |"), ("| 2 | Boje", "| 1990 |"), ("+----+-----+", "")]

    assert part_bars(rows) == (
        ("no", "boat", "year"),
        ("1", "Anker", "1987"),
        ("2", "Boje", "1990"),
    )


def test_a_grid_without_bars_loses_its_rules_alone() -> None:
    assert part_bars([("Key", "Means"), ("=====", "====="), ("q", "quit")]) == (("Key", "Means"), ("q", "quit"))
    assert part_bars([("a", "b"), ("—", "-")]) == (("a", "b"), ("—", "-"))


def test_a_listing_shows_its_tables_with_their_places() -> None:
    ruled, barred = text_tables(LISTING)

    assert ruled.rows == (
        ("Port", "Depth", "High tide", "Remark"),
        ("Aarhus", "11", "0.4", "quay 2"),
        ("Emden", "8", "3.1", ""),
    )
    assert LISTING[ruled.start : ruled.end].strip().startswith("High")
    assert barred.rows == (("no", "boat"), ("1", "Anker"), ("2", ""))
    assert LISTING[barred.start : barred.end].endswith("+----+--------+")


def test_a_rule_in_prose_or_code_makes_no_table() -> None:
    assert text_tables("Usage\n-----\nrun it\nand wait") == []
    assert text_tables("a | b\nif x || y\n") == []


def test_a_table_with_bars_between_its_cells_alone() -> None:
    text = """Day | Boat | Fare
------------------------
1 May | Anker, upper deck | 30.50
      | paid by card
------------------------
2 May | Boje | 12.00
Total: 42.50"""
    (table,) = text_tables(text)
    assert table.rows == (("Day", "Boat", "Fare"), ("1 May", "Anker, upper deck", "30.50"), ("2 May", "Boje", "12.00"))
    assert text[table.start : table.end].endswith("2 May | Boje | 12.00")
    assert text_tables("a | b or c | d are choices") == []
