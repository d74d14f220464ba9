"""A model whose calls are counted, remembered, capped, recorded, and can be stopped."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from kgqa.errors import LanguageModelError, RunCapError, Stopped
from kgqa.llm import CallCache, Completion, LanguageModel, Message, OnText, without_thoughts
from kgqa.trace import Call

CHARS_PER_TOKEN = 4
"""Of English, by the usual byte-pair vocabularies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, in a currency of the user's own choice."""

    prompt: float = 0.0
    completion: float = 0.0

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the price of so many tokens."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1e6


@dataclass(kw_only=True)
class Account:
    """What has been spent, and what may be; many threads may use one."""

    calls: int = 0  # that were really made; one that failed counts too
    cached: int = 0  # that a kept reply answered
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prices: Prices = Prices()
    max_calls: int | None = None
    max_tokens: int | None = None  # of prompts and replies together
    max_cost: float | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def cost(self) -> float:
        """The price of all tokens."""
        return self.prices.of(self.prompt_tokens, self.completion_tokens)

    @property
    def capped(self) -> bool:
        """Whether any cap is set."""
        return any(cap is not None for cap in (self.max_calls, self.max_tokens, self.max_cost))

    def take_call(self, prompt_tokens: int = 1) -> str:
        """Count a call that is about to be made with a prompt of so many tokens; return "", or the cap that forbids it.

        What the reply will cost is not known before, so a cap is passed by one reply at most.
        """
        with self._guard:
            spent = self.prompt_tokens + self.completion_tokens + prompt_tokens
            price = self.cost + self.prices.of(prompt_tokens, 0)
            if self.max_calls is not None and self.calls >= self.max_calls:
                return f"{self.max_calls} model calls"
            if self.max_tokens is not None and spent > self.max_tokens:
                return f"{self.max_tokens} tokens"
            if self.max_cost is not None and (price > self.max_cost or self.cost >= self.max_cost):
                return f"a price of {self.max_cost:g}"
            self.calls += 1
            return ""

    def add(self, *, prompt_tokens: int = 0, completion_tokens: int = 0, cached: int = 0) -> None:
        """Count what a call cost, or that a kept reply answered it."""
        with self._guard:
            self.prompt_tokens += prompt_tokens
            self.completion_tokens += completion_tokens
            self.cached += cached


@dataclass
class MeteredModel:
    """A model that counts what it is asked, pays for nothing twice, and stops at a cap: one is made for each question.

    A call that is made again within one question is a second try, which the cache must not answer. At a cap of the
    question it raises LanguageModelError, so that the question is answered without it; at a cap of the whole run
    RunCapError; once `stop` is set, Stopped.
    """

    model: LanguageModel
    cache: CallCache | None = None
    account: Account = field(default_factory=Account)
    run: Account | None = None  # of all questions of a batch
    stop: threading.Event | None = None
    record: list[Call] = field(default_factory=list)
    _tried: set[str] = field(default_factory=set, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """The name of the model that is counted."""
        return self.model.name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        choices: Sequence[str] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        """Answer from the cache, or pass the call on."""
        self._check_stop()
        key = self._key(messages, max_tokens, choices)
        known = self._known(key)
        prompt = next((message.prompt for message in messages if message.prompt), "")
        if known is not None:
            for account in self._accounts:
                account.add(cached=1)
            self.record.append(Call(prompt, key, known.prompt_tokens, known.completion_tokens, cached=True))
            if on_text is not None:
                on_text(known.text)
            return known
        self._take_call(sum(len(message.content) for message in messages) // CHARS_PER_TOKEN + 1)
        started = perf_counter()
        try:
            reply = self.model.complete(
                messages, max_tokens=max_tokens, choices=choices, on_text=self._listener(on_text)
            )
        except LanguageModelError as error:
            self.record.append(Call(prompt, key, 0, 0, seconds=round(perf_counter() - started, 3), error=str(error)))
            raise
        seconds = round(perf_counter() - started, 3)
        for account in self._accounts:
            account.add(prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens)
        said = without_thoughts(reply.text)
        fault = self._only_thought(max_tokens) if reply.text.strip() and not said.strip() else ""
        self.record.append(
            Call(prompt, key, reply.prompt_tokens, reply.completion_tokens, seconds=seconds, error=fault)
        )
        if fault:
            raise LanguageModelError(fault)
        reply = replace(reply, text=said)
        if self._cache is not None:
            self._cache.keep_call(key, self.name, reply.text, reply.prompt_tokens, reply.completion_tokens)
        return reply

    @property
    def _accounts(self) -> list[Account]:
        return [self.account] if self.run is None else [self.account, self.run]

    @property
    def _cache(self) -> CallCache | None:
        return self.cache if getattr(self.model, "remembered", True) else None

    def _known(self, key: str) -> Completion | None:
        with self._guard:
            again = key in self._tried
            self._tried.add(key)
        known = self._cache.known_call(key) if self._cache is not None and not again else None
        return Completion(*known) if known is not None else None

    def _only_thought(self, max_tokens: int) -> str:
        return (
            f"{self.name} had thought, but not answered, when its {max_tokens} tokens were used up. Turn its thinking "
            "off, or name a model that answers at once."
        )

    def _take_call(self, prompt_tokens: int) -> None:
        if cap := self.account.take_call(prompt_tokens):
            raise LanguageModelError(
                f"The cap of {cap} a question is reached. Raise llm_max_calls or llm_max_tokens if more may be spent."
            )
        if self.run is not None and (cap := self.run.take_call(prompt_tokens)):
            raise RunCapError(
                f"The cap of {cap} for the whole run is reached. Raise llm_run_max_calls, llm_run_max_tokens or "
                "llm_run_max_cost and run it again with --resume."
            )

    def _check_stop(self) -> None:
        if self.stop is not None and self.stop.is_set():
            raise Stopped("The question was stopped. Ask it again; replies that came are kept.")

    def _listener(self, on_text: OnText | None) -> OnText | None:
        """Return what hears the reply, thoughts left out; a question that can be stopped needs one to end a call."""
        if self.stop is None and on_text is None:
            return None

        def hear(text: str) -> None:
            self._check_stop()
            if on_text is not None:
                on_text(without_thoughts(text))

        return hear

    def _key(self, messages: Sequence[Message], max_tokens: int, choices: Sequence[str] | None) -> str:
        """Return what tells a call from others: the model and its server, the prompt and the settings."""
        where = getattr(self.model, "served_at", None) or ""
        how = getattr(self.model, "decoding", "")
        asked = [self.name, where, [[m.role, m.content] for m in messages], max_tokens, choices and list(choices), how]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
