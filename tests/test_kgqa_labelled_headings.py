"""Headings that are called by a word and a number, and what stands below or between headings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgqa.collection import Collection
from kgqa.labelled_headings import names_label
from kgqa.settings import Settings

CONTRACT = """# Berth contract

## Article 1 - Berth

The harbour lets berth nine to the sailor for a year.

## Article 2 - Rent

The rent is forty crowns a month. It is paid on the first day.

## Article 12 - Ice

In ice the berth is closed.

## ARTICLE XIII — STORMS

In a storm the sailor doubles the ropes.

## Carried Goods

Goods are what is carried.

### Salted fish

Salt fish is carried in barrels and weighed.

### Timber

Timber is carried on deck and counted in boards.
"""


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("contract")
    (folder / "berth.md").write_text(CONTRACT, encoding="utf-8")
    with Collection.open(folder / "kg", settings) as collection:
        collection.add([folder / "berth.md"])
        yield collection


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the title of Article 2?", "Rent"),
        ("What does article 2 say?", "forty crowns"),
        ("What comes after Article 2?", "Article 12 - Ice"),
        ("On which page does Article 1 begin?", "page 1"),
        ("What does Article 13 say?", "doubles the ropes"),
        ("How many articles are there?", "has 4 headings that begin with “article”"),
        ("What are the goods?", "Salted fish; Timber"),
        ("How many goods are there?", "2 headings stand below Carried Goods"),
    ],
)
def test_a_labelled_heading_is_pointed_at(contract: Collection, question: str, told: str) -> None:
    answer = contract.ask(question)
    assert not answer.abstained
    assert told in answer.text
    assert all(citation.verified for citation in answer.citations)


def test_a_label_that_heads_nothing_changes_nothing(contract: Collection) -> None:
    assert contract.ask("What does Article 7 say?").abstained
    assert not names_label("What does the article say about ice?")


def test_a_section_may_say_all_words_only_with_those_below_it(contract: Collection) -> None:
    answer = contract.ask("In which section of berth.md are barrels, boards and goods described?")
    assert "Goods" in answer.text.split(" (page")[0]


def test_a_heading_alone_is_no_answer(contract: Collection) -> None:
    assert "barrels" in contract.ask("What does the text say of salted fish?").text
    assert "counted in boards" in contract.ask("Timber?").text


def test_a_question_of_a_list_of_questions_is_called_by_its_number(tmp_path: Path) -> None:
    asked = ["Who may moor here?", "What does a night cost?", "When is the harbour shut?"]
    told = ["Boats below twelve metres.", "A night costs nine crowns.", "It is shut from January to March."]
    text = "".join(f"## {i}. {title}\n\n{told[i - 1]}\n\n" for i, title in enumerate(asked, 1))
    (tmp_path / "faq.md").write_text(f"# Questions of guests\n\n{text}", encoding="utf-8")
    with Collection.open(tmp_path / "library", Settings(llm="none")) as library:
        library.add([tmp_path / "faq.md"])
        assert "What does a night cost?" in library.ask("What is question 2?").text
