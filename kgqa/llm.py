"""Language models behind one protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model."""

    role: str  # "system", "user" or "assistant"
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's reply."""

    text: str
    prompt_tokens: int  # as the server counts them; 0 where it does not tell
    completion_tokens: int


class LanguageModel(Protocol):
    """Completes a conversation; raises `kgqa.errors.LanguageModelError` when it cannot."""

    @property
    def name(self) -> str:
        """The specification that makes this model: "openai:gpt-5", "scripted"."""
        ...

    def complete(self, messages: Sequence[Message], *, max_tokens: int) -> Completion:
        """Return the reply at temperature 0, of at most max_tokens tokens."""
        ...


@dataclass
class ScriptedModel:
    """A model whose replies a function gives: for tests, replays and demonstrations."""

    reply: Callable[[Sequence[Message]], str]
    name: str = "scripted"

    def complete(self, messages: Sequence[Message], *, max_tokens: int) -> Completion:
        """Return the function's reply, cut to about max_tokens words; tokens are counted as words."""
        words = self.reply(messages).split(" ")[:max_tokens]
        return Completion(" ".join(words), sum(len(m.content.split()) for m in messages), len(words))
