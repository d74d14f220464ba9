"""Questions about headings, lists and amounts that name them by their own words, in several languages."""

from pathlib import Path

import pytest

from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.lookup import look_up
from kgqa.near_names import documents_beside, near_documents
from kgqa.order_asks import with_order_ask
from kgqa.parts import Finding
from kgqa.question import parse_question
from kgqa.wording import to_english_structure

GALLEY = """# Galley guide

## 1 Introduction

What the galley is for.

## 2 Menus

### Soup Menu

#### Broth

Thin and hot. The ladle hangs beside the copper kettle.

#### Chowder

Thick.

### Bread Menu

Baked daily.

## 3 Duties

### Duties of the cook:

1. Stores: count the flour. 2. Fires: rake the embers.
3. Water: fill the casks.
\f
4. Bells: ring for dinner.

### Rules

- No salt water.
- No running.

## 4 Rules ashore

## Rules ashore

Wear shoes.

## 5 Conclusion

Eat well.
"""

BILLS = """# Bill {number}

| Item | Price |
| --- | --- |
| Rope | $ 40.00 |
| Subtotal | $ {sub} |
| Total | $ {total} |
"""


def read(folder: Path, name: str, text: str) -> ParsedDocument:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_document(path, options=IngestionOptions())


def record(name: str, doc_id: str = "") -> DocumentRecord:
    return DocumentRecord(doc_id or name, name, "ok", 3, 20, 2, 1, 5, 1.0, (), "", "", "")


def asked(question: str, *documents: ParsedDocument) -> Finding | None:
    q = parse_question(question, [record(d.name, d.doc_id) for d in documents])
    return look_up((with_order_ask(q) if q.ask == "content" else None) or q, documents)


@pytest.fixture(scope="module")
def galley(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    return read(tmp_path_factory.mktemp("galley"), "galley_guide.md", GALLEY)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which menu is described right after the Soup Menu in galley_guide.md?", "Bread Menu follows Soup Menu"),
        ("What precedes the menu Bread in galley_guide.md?", "Soup Menu precedes Bread Menu"),
        ("Which dish follows Broth in the Soup Menu of galley_guide.md?", "Chowder follows Broth"),
        ("Which menu is followed by the Bread Menu in galley_guide.md?", "Soup Menu precedes Bread Menu"),
        ("Which items does the Soup Menu have in galley_guide.md?", "stand Broth; Chowder"),
        ("What is the last item of the Soup Menu in galley_guide.md?", "is Chowder"),
        ("Which duty of the cook comes first in galley_guide.md?", "Stores: count the flour"),
        ("What is the last of the duties of the cook in galley_guide.md?", "Bells: ring for dinner"),
        ("How many duties of the cook are listed in galley_guide.md?", "4 items are listed"),
        ("List the rules of galley_guide.md.", "No salt water.; No running"),
        ("In galley_guide.md, which section explains where the ladle hangs?", "Broth, below Soup Menu"),
        ("Which topic is treated in section 3 of galley_guide.md?", "Section 3, Duties"),
        ("Welcher Abschnitt kommt nach der Einleitung in galley_guide.md?", "Section 2, Menus follows"),
        (
            "Auf welcher Seite von galley_guide.md beginnen die Schlussfolgerungen?",
            "Section 5, Conclusion begins on page 2",
        ),
        ("Which section follows Rules ashore in galley_guide.md?", "Conclusion follows"),
    ],
)
def test_headings_and_lists_are_found_by_their_words(galley: ParsedDocument, question: str, said: str) -> None:
    found = asked(question, galley)
    assert found is not None, question
    assert said in " ".join(sentence for sentence, _ in found.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "Which tide came after the storm in galley_guide.md?",
        "What is the first rule of navigation in galley_guide.md?",
        "Which section of galley_guide.md explains the rigging of sails?",
        "Which of the sailors came last in galley_guide.md?",
    ],
)
def test_where_no_heading_has_the_words_the_text_is_left_to_answer(galley: ParsedDocument, question: str) -> None:
    assert asked(question, galley) is None


def test_the_larger_amount_under_a_label_is_told(tmp_path: Path) -> None:
    rope = read(tmp_path, "rope_bill.md", BILLS.format(number=1, sub="95.00", total="100.00"))
    sail = read(tmp_path, "sail_bill.md", BILLS.format(number=2, sub="900.00", total="1,200.50"))
    larger = asked("Which of rope_bill.md and sail_bill.md states the larger total?", rope, sail)
    assert larger is not None
    assert larger.sentences[0][0].startswith("sail_bill.md states the larger amount")
    assert "$ 100.00" in larger.sentences[0][0]
    cheaper = asked("Which bill is cheaper, rope_bill.md or sail_bill.md?", rope, sail)
    assert cheaper is not None
    assert cheaper.sentences[0][0].startswith("rope_bill.md states the smaller amount")
    assert asked("Which of rope_bill.md and sail_bill.md has the larger discount?", rope, sail) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("What is on page 2 of the bridge slides?", "iron_bridge_slides.pdf"),
        ("How long is the manual?", "winch_manual.pdf"),
        ("What does the manual label say?", ""),
        ("Who wrote the northern winch manual?", "winch_manual.pdf"),
        ("Which tool reads a winch file?", ""),
        ("What does the report on winches say?", ""),
    ],
)
def test_documents_are_known_by_words_of_their_names(text: str, name: str) -> None:
    records = [
        record(n) for n in ("iron_bridge_slides.pdf", "winch_manual.pdf", "port_report_2001.pdf", "port_report.pdf")
    ]
    assert near_documents(text, records)[0] == ((name,) if name else ())


def test_a_document_is_known_by_its_title_and_beside_another() -> None:
    records = [record("a1.pdf"), record("winch_manual.pdf")]
    assert near_documents("Who wrote the tidal mills paper?", records, {"a1.pdf": "On Tidal Mills"})[0] == ("a1.pdf",)
    assert documents_beside("Which is longer, the manual or ?", records)[0] == ("winch_manual.pdf",)


def test_another_document_is_named_by_a_plural_or_by_its_title() -> None:
    records = [record(name) for name in ("tide_clocks.pdf", "bay_histories.pdf", "harbour.pdf")]
    asked = "Which is older, the tide clock report or ?"
    assert documents_beside(asked, records)[0] == ("tide_clocks.pdf",)
    assert documents_beside("Which is older, the bay history paper or ?", records)[0] == ("bay_histories.pdf",)
    titles = {"harbour.pdf": "Mooring at Low Water", "bay_histories.pdf": "Who Fished Here"}
    assert documents_beside("Which is older, the mooring paper or ?", records, titles)[0] == ("harbour.pdf",)
    assert documents_beside("Who wrote of the mooring?", records, titles)[0] == ()


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Combien de pages le fichier compte-t-il ?", "how many pages the file has ?"),
        ("Que trouve-t-on à la page 9 ?", "what is there on the page 9 ?"),
        ("De quoi traite la section 2 ?", "what is there in the section 2 ?"),
        ("Où se trouve le tableau 3 ?", "where is the table 3 ?"),
        ("Was ist auf Seite 9 zu sehen?", "what is on page 9 shown?"),
        ("Welches Kapitel geht Kapitel 4 voraus?", "which chapter precedes chapter 4 ?"),
        ("¿De qué trata el capítulo 3?", "¿what is there in the chapter 3?"),
        ("Dov'è la tabella 2?", "where is the table 2?"),
        ("Qual è l'ultima sezione?", "what is the last section?"),
        ("Em que página começa a secção 4?", "in what page begins the section 4?"),
        ("Quantas páginas tem o documento?", "how many pages has the document?"),
        ("Op welke pagina begint hoofdstuk 4?", "on which page begins chapter 4?"),
        ("Hoeveel tabellen zijn er?", "how many tables are there?"),
    ],
)
def test_structure_words_of_other_languages(question: str, english: str) -> None:
    assert to_english_structure(question) == english
