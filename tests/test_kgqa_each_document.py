"""Questions that are asked of each document by itself, and which documents something is true of."""

from collections.abc import Iterator

import pytest

from kgqa.collection import Collection
from kgqa.each_document import asked_of_each, asked_which
from kgqa.question import parse_question
from kgqa.settings import Settings

TEXTS = {
    "mussels.md": """# Mussels of the bay

We counted mussels on forty ropes by the Clamscan method.

## Limitations

The ropes hung in one bay only. Nothing was counted in winter, when no boat could leave.

## Thanks

This work was supported by a grant of the Harbour Board.
""",
    "lamps.md": """# Lamps of the pier

The lamps burn forty litres of oil each night. They were lit by hand until a clock was built.

## Limitations

The oil was weighed and not measured, so the numbers are rough for all nights with wind.
""",
    "ropes.md": """# Ropes of the yard

The ropes are made of hemp from the valley. Clamscan was tried on them and gave nothing.
""",
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("papers")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Collection.open(folder / "kg", settings) as collection:
        collection.add(sorted(folder.glob("*.md")))
        yield collection


def test_what_is_asked_of_each_is_told_of_each(papers: Collection) -> None:
    answer = papers.ask("What are the limitations of each paper?")
    assert "one bay only" in answer.text
    assert "weighed and not measured" in answer.text
    assert "ropes.md does not say" in answer.text
    assert [citation.key for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(citation.verified and f"[{citation.key}]" in answer.text for citation in answer.citations)
    assert {citation.document for citation in answer.citations} == {"mussels.md", "lamps.md"}


def test_a_name_that_is_asked_for_stands_in_each_document_that_is_told(papers: Collection) -> None:
    answer = papers.ask("Which papers use Clamscan?")
    assert {citation.document for citation in answer.citations} == {"mussels.md", "ropes.md"}
    assert "lamps.md" not in answer.text


def test_which_document_is_told_by_what_it_says(papers: Collection) -> None:
    answer = papers.ask("Which of the papers was supported by a grant?")
    assert {citation.document for citation in answer.citations} == {"mussels.md"}


@pytest.mark.parametrize(
    ("question", "one"),
    [
        ("What are the limits of each paper?", "What are the limits of the paper?"),
        ("How long is every report?", "How long is the report?"),
        ("What methods do the papers use?", "What methods do the paper use?"),
        ("Which of the papers uses oil?", ""),
        ("What is the oil for?", ""),
    ],
)
def test_a_question_of_each_document_becomes_one_of_one(question: str, one: str) -> None:
    assert asked_of_each(parse_question(question, [])) == one


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("Which paper weighed the oil of lamps?", True),
        ("Which paper is the longest?", False),
        ("Which paper burns the most oil?", False),
        ("Which lamp burns oil?", False),
    ],
)
def test_which_document_is_asked_for(question: str, which: bool) -> None:
    assert asked_which(parse_question(question, [])) is which
