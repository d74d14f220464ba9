"""Follow-up questions, made self-contained by rules and by a model."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from graphs.embedding import Embedder, load_embedder
from graphs.options import EmbeddingOptions
from kgqa.collection import Collection
from kgqa.conversation import Turn, depends, self_contained
from kgqa.errors import LanguageModelError
from kgqa.llm import Message, ScriptedModel


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(EmbeddingOptions())


@pytest.mark.parametrize(
    ("before", "answer", "question", "expected"),
    [
        ("What is on page 3 of a.pdf?", "", "And page 4?", "What is on page 4 of a.pdf?"),
        ("What does Table 2 show?", "", "What about Table 3?", "What does Table 3 show?"),
        ("What was the rate in 2005?", "", "and in 2010?", "What was the rate in 2010?"),
        ("How many pages does a.pdf have?", "", "What about b.pdf?", "How many pages does b.pdf have?"),
        (
            "In Table 2 of r.pdf, what was the rate of males?", "", "And females?",
            "In Table 2 of r.pdf, what was the rate of females?",
        ),
        ("Who drew the Old Bridge?", "It was drawn by Ann Lee [1].", "When was she born?", "When was Ann Lee born?"),
        ("Who drew the Old Bridge?", "By Ann Lee [1].", "What is her job?", "What is Ann Lee’s job?"),
        ("When did the Old Bridge open?", "In 1890 [1].", "Who drew it?", "Who drew Old Bridge?"),
        (
            "What does a.pdf say about lamps?", "They burn [1].", "How long do they burn?",
            "How long do they burn (What does a.pdf say about lamps)?",
        ),
        (
            "what is a lamp", "The lamps of Old Bridge " + "burn and " * 60 + "burn [1].", "How long does it burn?",
            "How long does it burn (what is a lamp)?",
        ),
        ("How many pages has a.pdf?", "", "What is it about?", "What is a.pdf about?"),
        ("How many pages has a.pdf?", "", "Summarize it.", "Summarize a.pdf."),
        ("What does Table 2 of a.pdf show?", "", "Who wrote it?", "Who wrote a.pdf?"),
        ("How many pages has a.pdf?", "", "What is its conclusion?", "What is a.pdf’s conclusion?"),
        ("How many pages has a.pdf?", "", "And the abstract?", "What is the abstract of a.pdf?"),
        ("what is on page 3", "", "What is it about?", "What is this document about?"),
        ("Who drew the Old Bridge?", "Ann Lee [1].", "Why?", "Why: Who drew the Old Bridge?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_understood_alone(
    embedder: Embedder, before: str, answer: str, question: str, expected: str
) -> None:
    assert self_contained(question, [Turn(before, answer)], embedder=embedder) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is on page 3 of a.pdf?",
        "Who drew the Old Bridge, and when did it open?",
        "How many tables are there?",
        "What does this paper propose?",
        "Which of these documents has more pages?",
        "And what is the capital of France?",
        "Does Table 2 say what its columns mean?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(embedder: Embedder, question: str) -> None:
    model = ScriptedModel(lambda _: pytest.fail("no call is needed"))
    turns = [Turn("Who drew the Old Bridge?", "Ann Lee [1].")]
    if question.startswith("Which of these"):
        assert "documents" in self_contained(question, turns, embedder=embedder)
    else:
        assert self_contained(question, turns, embedder=embedder, model=model) == question


def test_follow_ups_of_follow_ups_keep_what_they_lean_on(embedder: Embedder) -> None:
    turns = [Turn("What is on page 3 of a.pdf?", "x"), Turn("And page 4?", "y")]
    assert self_contained("And page 5?", turns, embedder=embedder) == "What is on page 5 of a.pdf?"


@pytest.mark.parametrize("reply", ["", "...", "When was she born?", "boom"])
def test_a_model_that_does_not_help_leaves_it_to_the_rules(embedder: Embedder, reply: str) -> None:
    def answer(_: Sequence[Message]) -> str:
        if reply == "boom":
            raise LanguageModelError("The server is gone.")
        return reply

    turns = [Turn("Who drew the Old Bridge?", "It was drawn by Ann Lee [1].")]
    found = self_contained("When was she born?", turns, embedder=embedder, model=ScriptedModel(answer))
    assert found == "When was Ann Lee born?"


def test_a_model_rewrites_what_depends(embedder: Embedder) -> None:
    model = ScriptedModel(lambda _: "In which year was Ann Lee, who drew the bridge, born?")
    turns = [Turn("Who drew the Old Bridge?", "Ann Lee [1].")]
    found = self_contained("When was she born?", turns, embedder=embedder, model=model)
    assert found == "In which year was Ann Lee, who drew the bridge, born?"


@hypothesis_settings(max_examples=60, deadline=None)
@given(question=st.text(max_size=60), before=st.text(max_size=60), answer=st.text(max_size=60))
def test_any_words_give_a_question(question: str, before: str, answer: str) -> None:
    embedder = load_embedder(EmbeddingOptions())
    found = self_contained(question, [Turn(before, answer)], embedder=embedder)
    assert isinstance(found, str)
    if not depends(" ".join(question.split())):
        assert found == " ".join(question.split())


def test_a_conversation_over_documents(collection: Collection) -> None:
    first = collection.ask("In Table 2 of census_disability_us001.pdf, what was the unadjusted rate of males in 2005?")
    turns = [Turn(first.question, first.text)]
    second = collection.ask("And females?", conversation=turns)
    assert second.question == "And females?"
    assert "females" in second.trace.question
    assert "20.1" in second.text
    third = collection.ask("What about 2010?", conversation=[*turns, Turn("And females?", second.text)])
    assert "2010" in third.trace.question
    assert "females" in third.trace.question
