"""Questions about documents as a whole: what they are about, how they were read, which of them to read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgqa.collection import Collection
from kgqa.languages import language_of
from kgqa.llm import ScriptedModel
from kgqa.prompts import CANNOT_ANSWER
from kgqa.result import Answer
from kgqa.settings import Settings

OYSTERS = """# Oyster beds of the North Bay

Ada Byron and Carl Gauss

West Harbour University

ada@harbour.example

## Abstract

Oyster beds filter the water of a bay. We found that beds older than ten years filter twice as much.

## 1 Introduction

Beds were built from 1990 on. They are counted each spring.

## 2 Conclusion

Old beds should be kept. They cost nothing.

## References

[1] B. Mussel. Shells of the coast. 1999.

[2] C. Clam. Tides. 2003.
"""
MANUAL = """# Tidewatch

This manual describes Tidewatch, a program that tells when the tide turns. It runs on any computer.

## Installation

Copy the file into a folder. Start it.
"""
GERMAN = """# Hafenordnung

Die Boote liegen im Hafen und werden von der Wache gezählt. Das Anlegen ist nur mit einer Karte erlaubt, die auf dem Amt
zu haben ist.
"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, settings: Settings, data: Path) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("harbour")
    for name, text in (("oysters.md", OYSTERS), ("tidewatch.md", MANUAL), ("hafen.md", GERMAN)):
        (folder / name).write_text(text, encoding="utf-8")
    with Collection.open(folder / "collection", settings) as opened:
        report = opened.add([*sorted(folder.glob("*.md")), data / "encrypted_openpassword.pdf"])
        assert [document.status for document in report.documents].count("ok") == 3
        yield opened


def _holds(answer: Answer, *words: str) -> None:
    assert not answer.abstained
    assert all(citation.verified for citation in answer.citations)
    for word in words:
        assert word in answer.text, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What is oysters.md about?",
        "Summarize oysters.md",
        "Summarise oysters.md in two sentences.",
        "Give me a short overview of oysters.md.",
        "What is the main topic of oysters.md?",
        "Worum geht es in oysters.md?",
        "De quoi parle oysters.md ?",
        "Fasse oysters.md zusammen.",
    ],
)
def test_a_document_says_what_it_is_about(harbour: Collection, question: str) -> None:
    answer = harbour.ask(question)
    _holds(answer, "Oyster beds of the North Bay", "Ada Byron", "filter the water of a bay", "Introduction")
    assert "Copy the file" not in answer.text


def test_what_a_document_found_stands_in_its_abstract_and_conclusion(harbour: Collection) -> None:
    answer = harbour.ask("What are the main findings of oysters.md?")
    _holds(answer, "filter twice as much")
    assert "counted each spring" not in answer.text


def test_a_section_of_a_usual_title_is_told_whole(harbour: Collection) -> None:
    _holds(harbour.ask("What is the conclusion of oysters.md?"), "Old beds should be kept. They cost nothing.")
    _holds(harbour.ask("What does the abstract of oysters.md say?"), "filter the water of a bay")


def test_the_thing_that_a_file_is_named_after_may_be_asked_for(harbour: Collection) -> None:
    for question in ("What is tidewatch?", "What does tidewatch do?", "What is tidewatch for?"):
        _holds(harbour.ask(question), "a program that tells when the tide turns")


def test_all_documents_are_told_of_where_none_is_named(harbour: Collection) -> None:
    _holds(harbour.ask("What are these documents about?"), "oysters.md", "tidewatch.md", "hafen.md")


def test_documents_set_side_by_side(harbour: Collection) -> None:
    answer = harbour.ask("What is the difference between oysters.md and tidewatch.md?")
    _holds(answer, "Oyster beds", "when the tide turns")
    assert answer.kind == "compare"


def test_which_document_is_about_a_thing(harbour: Collection) -> None:
    answer = harbour.ask("Which document is about oysters?")
    _holds(answer, "oysters.md")
    assert "tidewatch.md" not in answer.text
    assert harbour.ask("Which document is about volcanoes?").abstained


def test_what_a_document_says_about_a_thing(harbour: Collection) -> None:
    _holds(harbour.ask("What does oysters.md say about spring?"), "counted each spring")
    refused = harbour.ask("What does oysters.md say about whales?")
    assert refused.abstained
    assert "whales" in refused.text


def test_a_broad_question_is_answered_by_the_section_of_that_title(harbour: Collection) -> None:
    for question in ("Explain the installation.", "What are the steps of the installation?",
                     "What does tidewatch.md say about installation?"):  # fmt: skip
        _holds(harbour.ask(question), "Copy the file into a folder. Start it.")


def test_what_a_short_form_stands_for_is_told_or_refused(harbour: Collection) -> None:
    assert harbour.ask("What does NBX stand for?").abstained


def test_where_authors_work_and_how_to_write_to_them(harbour: Collection) -> None:
    _holds(harbour.ask("At which university do the authors of oysters.md work?"), "West Harbour University")
    _holds(harbour.ask("What is the e-mail address of the authors of oysters.md?"), "ada@harbour.example")


def test_what_a_document_cites(harbour: Collection) -> None:
    for question in ("Which papers does oysters.md cite?", "List the references of oysters.md."):
        _holds(harbour.ask(question), "2 references", "Shells of the coast", "Tides")


def test_where_and_how_often_a_thing_is_mentioned(harbour: Collection) -> None:
    _holds(harbour.ask("Where is the Wache mentioned?"), "hafen.md", "page 1")
    _holds(harbour.ask("Find all mentions of beds."), "oysters.md")
    _holds(harbour.ask("How often are beds mentioned in oysters.md?"), "5 times")
    assert harbour.ask("How often is the moon mentioned?").abstained


def test_a_form_without_a_title_is_told_by_its_first_page(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    folder = tmp_path_factory.mktemp("form")
    words = "Berth: N-1\n\nName of the boat: Anker\n\nFee for each night: 12 crowns\n"
    (folder / "slip.md").write_text(words, encoding="utf-8")
    with Collection.open(folder / "collection", settings) as opened:
        opened.add(folder / "slip.md")
        _holds(opened.ask("What is slip.md about?"), "Page 1 of slip.md", "Anker")


def test_what_a_short_form_stands_for_is_looked_for_where_it_is_written_out(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    folder = tmp_path_factory.mktemp("bill")
    (folder / "bill.md").write_text(
        "# Bill\n\nTwo oars were sold to the Ministry of Small Boats (MSB). MSB is late. It has no money.\n",
        encoding="utf-8",
    )
    with Collection.open(folder / "collection", settings) as opened:
        opened.add(folder / "bill.md")
        _holds(opened.ask("What does MSB stand for?"), "Ministry of Small Boats (MSB)")


def test_the_page_of_a_number(collection: Collection) -> None:
    _holds(collection.ask("On which page of census_disability_us001.pdf does the amount 54,425 stand?"), "Page 1")


def test_documents_of_an_author_and_by_their_dates(harbour: Collection) -> None:
    _holds(harbour.ask("Which documents were written by Ada Byron?"), "oysters.md", "Ada Byron")
    refused = harbour.ask("Which papers did Grace Hopper write?")
    assert refused.abstained
    assert "Grace Hopper" in refused.text
    _holds(harbour.ask("Which document is the shortest?"), "have the same number of pages")


def test_languages_and_words(harbour: Collection) -> None:
    _holds(harbour.ask("What language is hafen.md written in?"), "German")
    _holds(harbour.ask("How many words does hafen.md have?"), "27 words")


def test_files_that_could_not_be_read_say_why(harbour: Collection) -> None:
    answer = harbour.ask("Which files could not be read?")
    assert "encrypted_openpassword.pdf: it is encrypted" in answer.text
    assert "every page of 3 documents" in answer.text.lower()
    for question in ("What is encrypted_openpassword.pdf about?", "What is on page 1 of encrypted_openpassword.pdf?"):
        refused = harbour.ask(question)
        assert refused.abstained
        assert "it is encrypted" in refused.text


def test_no_document_is_left_out_where_all_are_asked_about(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    """Of many documents a search finds a few, and a page that could not be read is in none of them."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(32):
        (folder / f"note{number}.md").write_text(f"Berth {number} of the harbour is free.\n", encoding="utf-8")
    with Collection.open(folder / "collection", settings) as opened:
        opened.add(sorted(folder.glob("*.md")))
        _holds(
            opened.ask("Which pages could not be read?"), "Every page of 32 documents was read, and no problem was met"
        )


def test_what_is_no_question_gets_a_hint(harbour: Collection) -> None:
    for words in ("hello", "Thanks!", "What can you do?"):
        answer = harbour.ask(words)
        assert answer.abstained
        assert "What is hafen.md about?" in answer.text


def test_a_model_writes_the_overview_from_how_the_document_begins(harbour: Collection) -> None:
    model = ScriptedModel(lambda prompt: "Oyster beds filter the water of a bay [1].")
    answer = harbour.ask("What is oysters.md about?", llm=model)
    assert answer.text.startswith("Oyster beds filter the water of a bay.")
    assert answer.usage.llm_calls == 1
    assert answer.trace.ranked
    refusing = harbour.ask("What is oysters.md about?", llm=ScriptedModel(lambda prompt: CANNOT_ANSWER))
    _holds(refusing, "Oyster beds of the North Bay")


def test_scans_are_told(read_pages: Collection) -> None:
    answer = read_pages.ask("Which pages of scan_word_processor.pdf were scanned?")
    _holds(answer, "Pages 1 to 5")


@pytest.fixture(scope="module")
def read_pages(tmp_path_factory: pytest.TempPathFactory, settings: Settings, data: Path) -> Iterator[Collection]:
    with Collection.open(tmp_path_factory.mktemp("scan") / "collection", settings) as opened:
        opened.add(data / "scan_word_processor.pdf")
        yield opened


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Las barcas están en el puerto y se cuentan por la mañana con una lista para el jefe.", "Spanish"),
        ("Les bateaux sont dans le port et la liste est pour le chef qui les compte.", "French"),
        ("Die Boote liegen im Hafen und werden von der Wache für das Amt gezählt.", "German"),
        ("القوارب في الميناء والحارس يعدها كل صباح", "Arabic"),
        ("港には船があり、番人が毎朝数える。", "Japanese"),
        ("船在港口，看守每天早上数一遍。", "Chinese"),
        ("Лодки стоят в гавани", "Russian or another language in Cyrillic letters"),
        ("xyzzy", ""),
    ],
)
def test_languages_are_known_by_script_or_by_their_small_words(text: str, name: str) -> None:
    assert language_of(text) == name
