"""Language models behind one protocol."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kgqa.errors import LanguageModelError


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

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, choices: Sequence[str] | None = None
    ) -> Completion:
        """Return the reply at temperature 0, of at most max_tokens tokens.

        Where the model can be held to it, the reply is one of `choices`; where not, the words ask for it.
        """
        ...


class CallCache(Protocol):
    """Keeps replies from one run to the next."""

    def known_call(self, key: str) -> tuple[str, int, int] | None:
        """Return (reply, prompt tokens, completion tokens) of a call, or None for one that is not kept."""
        ...

    def keep_call(self, key: str, model: str, reply: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Keep a reply."""
        ...


@dataclass
class ScriptedModel:
    """A model whose replies a function gives: for tests, replays and demonstrations.

    No name tells one function from another, so its replies are remembered only where the caller says that they may be.
    """

    reply: Callable[[Sequence[Message]], str]
    name: str = "scripted"
    remembered: bool = False

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, choices: Sequence[str] | None = None
    ) -> Completion:
        """Return the function's reply, cut to max_tokens words; tokens are counted as words."""
        words = self.reply(messages).split(" ")[:max_tokens]
        return Completion(" ".join(words), sum(len(m.content.split()) for m in messages), len(words))


@dataclass
class MeteredModel:
    """A model that counts what it is asked, pays for nothing twice, and stops at a cap: one is made for each question.

    A call that is made again within one question is a second try, which the cache must not answer.
    """

    model: LanguageModel
    cache: CallCache | None = None
    max_calls: int | None = None  # after which every call is refused
    max_tokens: int | None = None  # of prompts and replies together
    calls: int = 0
    cached: int = 0  # calls that the cache answered
    prompt_tokens: int = 0
    completion_tokens: int = 0
    _tried: set[str] = field(default_factory=set, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """The name of the model that is counted."""
        return self.model.name

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, choices: Sequence[str] | None = None
    ) -> Completion:
        """Answer from the cache, or pass the call on; one that fails counts as a call too."""
        key = self._key(messages, max_tokens, choices)
        with self._guard:
            again = key in self._tried
            self._tried.add(key)
        cache = self.cache if getattr(self.model, "remembered", True) else None
        known = cache.known_call(key) if cache is not None and not again else None
        if known is not None:
            with self._guard:
                self.cached += 1
            return Completion(*known)
        with self._guard:
            self._check_caps()
            self.calls += 1
        reply = self.model.complete(messages, max_tokens=max_tokens, choices=choices)
        with self._guard:
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens
        if cache is not None:
            cache.keep_call(key, self.name, reply.text, reply.prompt_tokens, reply.completion_tokens)
        return reply

    def _check_caps(self) -> None:
        spent = self.prompt_tokens + self.completion_tokens
        if self.max_calls is not None and self.calls >= self.max_calls:
            raise LanguageModelError(f"The cap of {self.max_calls} model calls a question is reached (llm_max_calls).")
        if self.max_tokens is not None and spent >= self.max_tokens:
            raise LanguageModelError(f"The cap of {self.max_tokens} tokens a question is reached (llm_max_tokens).")

    def _key(self, messages: Sequence[Message], max_tokens: int, choices: Sequence[str] | None) -> str:
        """Return what tells a call from others: the model and its server, the prompt and the settings."""
        where = getattr(self.model, "base_url", None) or ""
        asked = [self.name, where, [[m.role, m.content] for m in messages], max_tokens, choices and list(choices)]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


@dataclass
class OpenAIModel:
    """Any server that speaks the OpenAI chat protocol: vLLM, llama.cpp, LM Studio, Ollama, the vendors.

    Time-outs and retries, after 429, 5xx and lost connections only, are the client library's. The key stays in the
    client: it is in no message, trace or error.
    """

    model: str
    base_url: str | None = None  # None: the vendor's own
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0  # seconds for one call
    retries: int = 2
    scheme: str = "openai"
    _client: Any = field(default=None, init=False, repr=False)
    _holds: bool = field(default=True, init=False, repr=False)  # whether replies can be held to a schema

    @property
    def name(self) -> str:
        """The specification: "openai:MODEL" or "ollama:MODEL"."""
        return f"{self.scheme}:{self.model}"

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, choices: Sequence[str] | None = None
    ) -> Completion:
        """Return the server's reply; raise LanguageModelError, in one line with the mend, when there is none."""
        import openai

        where = self.base_url or "the OpenAI service"
        try:
            reply = self._reply(messages, max_tokens, choices)
            text = reply.choices[0].message.content or ""
            usage = reply.usage
        except openai.APITimeoutError as error:
            raise LanguageModelError(
                f"{self.name} gave no reply within {self.timeout:.0f} s at {where}. Raise llm_timeout or try again."
            ) from error
        except openai.AuthenticationError as error:
            raise LanguageModelError(f"{where} refuses the key for {self.name} (401). Set OPENAI_API_KEY.") from error
        except openai.RateLimitError as error:
            raise LanguageModelError(
                f"{where} refuses more calls of {self.name} for now (429). Wait, or lower the load."
            ) from error
        except openai.APIStatusError as error:
            raise LanguageModelError(
                f"{where} failed on {self.name} (HTTP {error.status_code}). Look at the server, or name another model."
            ) from error
        except openai.APIConnectionError as error:
            raise LanguageModelError(
                f"No model server answers at {where}. Start it, or set OPENAI_BASE_URL, or use --llm none."
            ) from error
        except (openai.OpenAIError, AttributeError, IndexError, TypeError, ValueError) as error:
            # A server that answers 200 with something else than the protocol: the client hands it on unparsed.
            raise LanguageModelError(
                f"{where} gave {self.name} a reply that is not of the OpenAI protocol. Check the address in "
                "OPENAI_BASE_URL; it usually ends in /v1."
            ) from error
        if not text.strip():
            raise LanguageModelError(f"{self.name} gave an empty reply. Try again, or name another model.", reply=text)
        return Completion(text, usage.prompt_tokens if usage else 0, usage.completion_tokens if usage else 0)

    def _reply(self, messages: Sequence[Message], max_tokens: int, choices: Sequence[str] | None) -> Any:
        """Ask; a server that does not know how to hold a reply to a schema is asked without one, now and later."""
        import openai

        asked: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "max_tokens": max_tokens,
            "temperature": 0.0,
        }
        if choices is not None and self._holds:
            schema = {
                "type": "object",
                "properties": {"choice": {"type": "string", "enum": list(choices)}},
                "required": ["choice"],
                "additionalProperties": False,
            }
            form = {"type": "json_schema", "json_schema": {"name": "choice", "strict": True, "schema": schema}}
            try:
                return self._connected().chat.completions.create(**asked, response_format=form)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                self._holds = False
        return self._connected().chat.completions.create(**asked)

    def listed(self) -> list[str]:
        """Return the names of the models that the server offers; raise LanguageModelError when it does not say."""
        import openai

        try:
            return [model.id for model in self._connected().with_options(max_retries=0, timeout=3.0).models.list()]
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            raise LanguageModelError(
                f"No list of models at {self.base_url}. Start the server or use --llm none."
            ) from error

    def _connected(self) -> Any:
        if self._client is None:
            import openai

            if not self.api_key and self.base_url is None:
                raise LanguageModelError(
                    f"{self.name} needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own. Set one of them."
                )
            # A local server asks for no key, but the client insists on one.
            self._client = openai.OpenAI(
                base_url=self.base_url, api_key=self.api_key or "none", timeout=self.timeout, max_retries=self.retries
            )
        return self._client
