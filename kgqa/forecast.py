"""What a batch will cost in calls, tokens, time and money, told before anything is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kgqa.answer import looked_up
from kgqa.batch import BatchQuestion
from kgqa.collection import Collection
from kgqa.errors import QuestionError
from kgqa.llm import LanguageModel
from kgqa.metered import CHARS_PER_TOKEN

_PROMPT_TOKENS = 120  # of an answer's prompt without its evidence
_HOP_PROMPT, _HOP_REPLY = 400, 25  # tokens of one call by the agent
_SECONDS_ALONE = 0.2  # of a question without a model, on one core


@dataclass(frozen=True, slots=True)
class Forecast:
    """An upper estimate; replies that are kept from earlier runs make it less."""

    questions: int
    lookups: int  # questions about structure, which need no model
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float | None  # of one question after another; None where the speed of the model is not known
    price: float  # in the currency of the settings' prices; 0 where none is set


def forecast_batch(
    collection: Collection,
    questions: Sequence[BatchQuestion],
    *,
    llm: LanguageModel | None,
    agent: str,
    seconds_per_call: float | None = None,
) -> Forecast:
    """Return what asking these questions will cost at most; no model is asked."""
    settings = collection.settings
    needs = [_needs_reading(question.question, collection) for question in questions]
    lookups, unasked = needs.count(False), needs.count(None)
    read = needs.count(True) if llm is not None else 0
    hops = read * _agent_calls(agent)
    evidence = settings.answer.evidence_chars // CHARS_PER_TOKEN
    prompt = read * (evidence + _PROMPT_TOKENS) + hops * _HOP_PROMPT
    reply = read * settings.answer.answer_tokens + hops * _HOP_REPLY
    calls = read + hops
    if settings.llm_max_calls is not None:
        calls = min(calls, read * settings.llm_max_calls)
    alone = (len(questions) - unasked) * _SECONDS_ALONE
    known = seconds_per_call is not None or calls == 0
    return Forecast(
        questions=len(questions),
        lookups=lookups,
        calls=calls,
        prompt_tokens=prompt,
        completion_tokens=reply,
        seconds=round(alone + calls * (seconds_per_call or 0.0), 1) if known else None,
        price=round((prompt * settings.llm_prompt_price + reply * settings.llm_completion_price) / 1e6, 4),
    )


def _needs_reading(question: str, collection: Collection) -> bool | None:
    """Return whether a question is read for, and not looked up; None for one that cannot be asked and will fail."""
    try:
        return not looked_up(question, collection.store)
    except QuestionError:
        return None


def _agent_calls(agent: str) -> int:
    from kgqa.walk import WalkOptions

    if agent != "llm":
        return 0
    trust = WalkOptions().trust("llm")
    return trust.seeds + (trust.hops - 1) * trust.beam
