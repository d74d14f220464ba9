"""A language model's help with what the rules on questions about structure leave open: one number, out of a short list.

The rules go first, since they say the same each time and cost nothing. A model is asked only where a question names a
page, table, figure, section or equation, says little else, and no rule knows its phrasing. What it says is taken only
where the structure then has an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kgqa.agents import reply_to_number
from kgqa.errors import LanguageModelError
from kgqa.llm import LanguageModel
from kgqa.prompts import INTERPRET
from kgqa.question import Ask, ParsedQuestion

_MOST_WORDS = 4  # beside its pointers: a question of more asks for what the text says

_CHOICES: dict[str, Sequence[tuple[Ask, str]]] = {
    "pages": [("page", "what is on that page")],
    "tables": [("table", "what that table is about"), ("page-of", "on which page that table is")],
    "figures": [("figure", "what that figure shows"), ("page-of", "on which page that figure is")],
    "sections": [
        ("section", "the title or the content of that section"),
        ("section-after", "which section comes after it"),
        ("section-before", "which section comes before it"),
        ("page-of", "on which page that section begins"),
        ("subsections", "which subsections it has"),
    ],
    "equations": [("equation", "what that equation says"), ("page-of", "on which page that equation is")],
}


def open_choices(q: ParsedQuestion) -> list[tuple[Ask, str]]:
    """Return what a question may ask of the structure that no rule could tell; [] where the rules suffice."""
    if q.ask != "content" or len(q.residue) > _MOST_WORDS or q.compares:
        return []
    found: dict[Ask, str] = {}
    for named, choices in _CHOICES.items():
        if getattr(q, named):
            for ask, told in choices:
                found.setdefault(ask, told)
    return list(found.items())


def interpret(q: ParsedQuestion, model: LanguageModel) -> ParsedQuestion:
    """Return the question with what the model takes it to ask; as it was where the model says neither, or fails."""
    choices = open_choices(q)
    if not choices:
        return q
    told = [*(told for _, told in choices), "something else, which the text itself says"]
    numbers = [str(number) for number in range(1, len(told) + 1)]
    try:
        reply = model.complete(INTERPRET.messages(question=q.asked, evidence=told), max_tokens=12, choices=numbers).text
    except LanguageModelError:
        return q  # the question is read as one about content, as it would be without a model
    number = reply_to_number(reply, len(told))
    return replace(q, ask=choices[number - 1][0]) if number and number <= len(choices) else q
