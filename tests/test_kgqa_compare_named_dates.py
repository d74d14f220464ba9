"""Documents compared by a date that each gives under a label."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgqa.collection import Collection
from kgqa.settings import Settings

HARBOUR = """# Harbour rules

Boats moor at the north pier, and no boat stays longer than a night.

| Document control | |
| --- | --- |
| Approved by: | Port council |
| Date approved: | March 2021 |
| Next revision: | May 2031 |
"""
BEACH = """# Beach rules

Dogs are kept on a lead. These rules were approved by the council on 4 February 2022 after a hearing.

The next revision is due in June 2029.
"""


@pytest.fixture
def shore(tmp_path: Path) -> Collection:
    for name, text in {"harbour.md": HARBOUR, "beach.md": BEACH}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    collection = Collection.open(tmp_path / "shore", Settings(llm="none"))
    collection.add([tmp_path / "harbour.md", tmp_path / "beach.md"])
    return collection


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which of the two documents was approved first, harbour.md or beach.md?", "harbour.md"),
        ("Which was approved later, harbour.md or beach.md?", "beach.md"),
        ("Which document has the earlier next revision, harbour.md or beach.md?", "beach.md"),
    ],
)
def test_the_earlier_or_later_date_of_what_is_named_is_told_with_both(
    shore: Collection, question: str, first: str
) -> None:
    answer = shore.ask(question)
    assert answer.text.startswith(f"{first} has the ")
    assert {citation.document for citation in answer.citations} == {"harbour.md", "beach.md"}
    assert all(citation.verified for citation in answer.citations)


def test_a_date_that_one_of_them_lacks_is_not_compared(shore: Collection) -> None:
    assert "has the earlier date" not in shore.ask("Which was printed first, harbour.md or beach.md?").text
