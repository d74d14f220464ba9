"""Language models behind one protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kgqa.errors import LanguageModelError

OnText = Callable[[str], None]
"""Called with the whole reply so far, each time that a model has written more; a second try begins anew."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a model."""

    role: str  # "system", "user" or "assistant"
    content: str
    prompt: str = ""  # name and version of the prompt that it was made by, "answer/2"; for the record alone


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
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        choices: Sequence[str] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        """Return the reply at temperature 0, of at most max_tokens tokens.

        Where the model can be held to it, the reply is one of `choices`; where not, the words ask for it. `on_text`
        hears the reply as it is written, where the model can tell; what it raises ends the call.
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
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        choices: Sequence[str] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        """Return the function's reply, cut to max_tokens words; tokens are counted as words."""
        words = self.reply(messages).split(" ")[:max_tokens]
        for said in range(1, len(words) + 1) if on_text is not None else ():
            on_text(" ".join(words[:said]))  # type: ignore[misc]  # narrowed by the range above
        return Completion(" ".join(words), sum(len(m.content.split()) for m in messages), len(words))


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
    at_once: int = 8  # calls under way at the same time; more of them wait here
    _client: Any = field(default=None, init=False, repr=False)
    _holds: bool = field(default=True, init=False, repr=False)  # whether replies can be held to a schema
    _streams: bool = field(default=True, init=False, repr=False)  # whether replies can be heard as they are written

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.at_once)

    @property
    def name(self) -> str:
        """The specification: "openai:MODEL" or "ollama:MODEL"."""
        return f"{self.scheme}:{self.model}"

    @property
    def served_at(self) -> str:
        """The address that tells this model from others of its name; "" for one in this process.

        Its port is another each time, and says nothing of the model: a kept reply would never be found again.
        """
        return "" if self.scheme == "gguf" else self.base_url or ""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        choices: Sequence[str] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        """Return the server's reply; raise LanguageModelError, in one line with the mend, when there is none."""
        import openai

        where = self.base_url or "the OpenAI service"
        try:
            with self._places:
                reply = self._reply(messages, max_tokens, choices, on_text)
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
        if not reply.text.strip():
            raise LanguageModelError(
                f"{self.name} gave an empty reply. Try again, or name another model.", reply=reply.text
            )
        return reply

    def _reply(
        self, messages: Sequence[Message], max_tokens: int, choices: Sequence[str] | None, on_text: OnText | None
    ) -> Completion:
        """Ask; a server that does not know how to hold a reply to a schema is asked without one, now and later."""
        import openai

        asked: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "max_tokens": max_tokens,
            "temperature": 0.0,
        }
        if choices is not None and self._holds:
            try:
                return self._sent({**asked, **self._held_to(choices)}, on_text)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                self._holds = False
        return self._sent(asked, on_text)

    def _held_to(self, choices: Sequence[str]) -> dict[str, Any]:
        """Return what holds a reply to one of some words: llama.cpp's grammar, or the protocol's own schema."""
        if self.scheme == "gguf":  # a grammar costs fewer tokens, and leaves a small model no white space to run on in
            return {"extra_body": {"grammar": "root ::= " + " | ".join(json.dumps(choice) for choice in choices)}}
        return {"response_format": _choice_schema(choices)}

    def _sent(self, asked: dict[str, Any], on_text: OnText | None) -> Completion:
        """Return the reply to a request; with a listener it is streamed, where the server can."""
        import openai

        create = self._connected().chat.completions.create
        if on_text is not None and self._streams:
            try:
                return self._heard(create(**asked, stream=True, stream_options={"include_usage": True}), on_text)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                self._streams = False
        reply = create(**asked)
        text = reply.choices[0].message.content or ""
        if on_text is not None:
            on_text(text)
        return Completion(text, *_counted(reply.usage))

    def _heard(self, stream: Any, on_text: OnText) -> Completion:
        """Return the reply that a stream gives; one that ends without saying so was broken off."""
        import openai

        text, usage, ended = "", None, False
        broken: Exception | None = None
        try:
            with stream:
                for chunk in stream:
                    usage = chunk.usage or usage
                    for choice in chunk.choices[:1]:
                        text += choice.delta.content or ""
                        ended = ended or choice.finish_reason is not None
                        on_text(text)
        except openai.APITimeoutError:
            raise
        except openai.APIConnectionError as error:
            broken = error
        if not ended:
            where = self.base_url or "The OpenAI service"
            raise LanguageModelError(
                f"{where} broke off in the middle of {self.name}'s reply. Try again.", reply=text
            ) from broken
        return Completion(text, *_counted(usage))

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


def without_thoughts(reply: str) -> str:
    """Return a reply without what a reasoning model thought before it; "" for one that has not ended to think.

    >>> without_thoughts("<think>Evidence 3 has it.</think>\\nIt opened in 1998 [3]."), without_thoughts("<think>So")
    ('It opened in 1998 [3].', '')
    """
    if "</think>" in reply:  # some servers leave the tag before the thoughts out
        return reply.rpartition("</think>")[2].lstrip()
    return "" if reply.lstrip().startswith("<think>") else reply


def _counted(usage: Any) -> tuple[int, int]:
    """Return the tokens of prompt and reply that a server tells; 0 for what is no count."""
    told = (getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens"))
    prompt, reply = (number if isinstance(number, int) and number > 0 else 0 for number in told)
    return prompt, reply


def _choice_schema(choices: Sequence[str]) -> dict[str, Any]:
    """Return the form that holds a reply to one of some words."""
    schema = {
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": list(choices)}},
        "required": ["choice"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "choice", "strict": True, "schema": schema}}
