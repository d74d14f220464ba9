"""Questions about structure in words that no rule knows, with a model's help."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kgqa.collection import Collection
from kgqa.errors import LanguageModelError
from kgqa.interpret import interpret, open_choices
from kgqa.llm import Message, ScriptedModel
from kgqa.question import parse_question

LME4 = "lme4_lmer.pdf"
OPEN = f"Section 2.2 of {LME4}: gist please, quick?"


@pytest.mark.parametrize(
    "question",
    [
        "What is on page 3?",
        "What does Table 2 show?",
        "Who patented the typewriter?",
        "According to section 3, which of the many methods that were tried in the end gave the best results?",
    ],
)
def test_no_model_is_asked_where_the_rules_know_or_the_text_is_meant(question: str) -> None:
    parsed = parse_question(question, ())
    assert open_choices(parsed) == []
    model = ScriptedModel(lambda _: pytest.fail("no call is needed"))
    assert interpret(parsed, model) == parsed


def test_a_model_tells_what_a_strange_phrasing_asks(collection: Collection) -> None:
    def reply(messages: Sequence[Message]) -> str:
        said = messages[-1].content
        if "It asks for one of these" not in said:
            return pytest.fail("looked up, so nothing is left to read")
        return next(line[1] for line in said.splitlines() if "title or the content" in line)

    answer = collection.ask(OPEN, llm=ScriptedModel(reply))
    assert answer.trace.stopped == "lookup"
    assert "Understanding mixed-model formulas" in answer.text
    assert answer.usage.llm_calls == 1


@pytest.mark.parametrize("reply", ["", "99", "no idea", "6", "boom"])
def test_a_reply_of_no_use_leaves_the_question_to_the_text(collection: Collection, reply: str) -> None:
    def said(messages: Sequence[Message]) -> str:
        if "It asks for one of these" in messages[-1].content:
            if reply == "boom":
                raise LanguageModelError("The server is gone.")
            return reply
        return "NOT IN THE DOCUMENTS"

    answer = collection.ask(OPEN, llm=ScriptedModel(said))
    assert answer.trace.stopped != "lookup"
