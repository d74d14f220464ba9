"""Which heading stands beside another."""

from ingestion.document import ParsedDocument, Section
from kgqa.section_order import neighbour


def test_beside_a_roman_number_stands_the_next_one_whatever_is_numbered_between_them() -> None:
    """A numbered step below "IV. Casting" was told for what follows it."""
    titles = [
        ("III", "Moulds"),
        ("IV", "Casting"),
        ("1", "Melting"),
        ("2", "Pouring"),
        ("V", "Cooling"),
        (None, "Notes"),
    ]
    sections = tuple(Section(f"d/s{i}", number, title, 1, 1, i, i, None) for i, (number, title) in enumerate(titles))
    document = ParsedDocument("d", "bells.pdf", "", "text/plain", "Bells", (), sections, (), (), (), (), 0.0)
    moulds, casting, _, pouring, cooling, notes = sections
    assert neighbour(document, casting, 1, 1) == cooling
    assert neighbour(document, cooling, 1, -1) == casting
    assert neighbour(document, casting, 1, -1) == moulds
    assert neighbour(document, pouring, 1, 1) == cooling
    assert neighbour(document, cooling, 1, 1) == notes
