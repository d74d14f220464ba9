"""Fields of business papers asked for in one language and printed in another."""

from collections.abc import Iterator

import pytest

from kgqa.collection import Collection
from kgqa.settings import Settings
from kgqa.usual_fields import is_usual_label, to_usual_fields, usual_labels

BILLS = {
    "segel_rechnung.md": """# Rechnung

Segelmacherei Lind, Am Kai 3, Hafenstadt

Rechnungsnr. 2041 Rechnungsdatum 3. Juni 2019

Kundennr. 77

| Menge | Beschreibung | Einzelpreis |
| --- | --- | --- |
| 2 | Vorsegel | 310,00 |
| 1 | Großsegel | 480,00 |

| Gesamtbetrag EUR | 1.100,00 |
| --- | --- |
| Zahlungsziel | 17.06.19 |
| Zahlungsbedingungen | 14 Tage netto |

Bankverbindung Hafenbank Kto-Nr. 4711 IBAN DE02120300000000202051 BIC HAFEDE1X
""",
    "facture_corde.md": """# Facture

N° de facture : 558

Date d'échéance : 9 mars 2020

Montant total : 64,50 EUR
""",
}


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("bills")
    for name, text in BILLS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Collection.open(folder / "kg", settings) as collection:
        collection.add(sorted(folder.glob("*.md")))
        yield collection


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the invoice number of segel_rechnung.md?", "2041"),
        ("Wie lautet die Kundennummer?", "77"),
        ("What is the due date in segel_rechnung.md?", "17.06.19"),
        ("Wie hoch ist der Gesamtbetrag von segel_rechnung.md?", "1.100,00"),
        ("What are the payment terms?", "14 Tage netto"),
        ("¿Cuál es el IBAN?", "DE02120300000000202051"),
        ("When is facture_corde.md due?", "9 mars 2020"),
        ("What is the invoice number in facture_corde.md?", "558"),
        ("Qual è il numero di fattura di facture_corde.md?", "558"),
    ],
)
def test_a_usual_field_is_found_in_another_language(bills: Collection, question: str, value: str) -> None:
    answer = bills.ask(question)
    assert not answer.abstained
    assert value in answer.text
    assert all(citation.verified for citation in answer.citations)


def test_a_field_that_no_paper_has_is_not_answered(bills: Collection) -> None:
    assert bills.ask("What is the fax number?").abstained


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Wie lautet die Rechnungsnr.?", "Wie lautet die invoice number.?"),
        ("Quelle est la date d'échéance ?", "Quelle est la due date ?"),
        ("The network swifts fly.", "The network swifts fly."),
    ],
)
def test_labels_are_put_into_english(text: str, english: str) -> None:
    assert to_usual_fields(text) == english


def test_labels_end_where_their_mark_does() -> None:
    line = "Blz: 507 IBAN DE30"
    assert [(line[a:b], name) for a, b, name in usual_labels(line)] == [("Blz:", "bank code"), ("IBAN", "iban")]
    assert is_usual_label("Zahlungsziel:")
    assert not is_usual_label("14 Tage netto")
