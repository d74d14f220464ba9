"""What a user chooses on the page, on top of the server's settings: model, agent, search, budget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from kgqa.errors import SettingsError
from kgqa.settings import Settings

AGENTS = {
    "auto": "trained, where it fits",
    "question": "near the question",
    "encoder": "trained",
    "llm": "asks the model",
}
RETRIEVERS = {
    "hybrid": "words and meaning together",
    "bm25": "words, rare ones first",
    "tfidf": "words, by their share of a passage",
    "dense": "meaning alone",
}
SERVERS = {
    "openai": "a server that speaks the OpenAI protocol",
    "ollama": "Ollama",
    "gguf": "a GGUF file on the server's disk",
    "hf": "a transformers model",
}


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A model that a user named; its key is in no text that this object gives."""

    kind: str  # one of SERVERS
    model: str
    address: str = ""  # of openai and ollama servers; "" for the server's setting
    key: SecretStr | None = field(default=None, repr=False)

    @property
    def spec(self) -> str:
        """The specification that `--llm` takes."""
        return f"{self.kind}:{self.model}"


@dataclass(frozen=True, slots=True)
class Choices:
    """What differs from the server's settings; None: nothing."""

    llm: str | None = None  # a specification, as `--llm` takes it
    own: OwnModel | None = None  # offered beside the server's
    agent: str | None = None
    retriever: str | None = None
    budget: int | None = None  # pieces of evidence
    hops: int | None = None
    beam: int | None = None
    threshold: float | None = None  # below which the extractive reader refuses, 0 to 1
    max_calls: int | None = None  # of the model, a question
    max_tokens: int | None = None
    timeout: float | None = None  # seconds a call


def choices_to_settings(base: Settings, choices: Choices) -> Settings:
    """Return the settings with a window's choices; raise SettingsError for a value that cannot be.

    A key of the server's environment is never sent to an address that a user typed.
    """
    try:
        walk = replace(base.walk, **_given(choices, "retriever", "budget", "hops", "beam"))
        answer = replace(base.answer, **_given(choices, "threshold"))
    except ValueError as error:
        raise SettingsError(f"Wrong choice: {error}. Correct it on the page Settings.") from error
    update: dict[str, Any] = {"walk": walk, "answer": answer}
    renamed = {"llm": "llm", "agent": "agent", "max_calls": "llm_max_calls", "max_tokens": "llm_max_tokens"}
    renamed["timeout"] = "llm_timeout"
    update |= {theirs: value for ours, theirs in renamed.items() if (value := getattr(choices, ours)) is not None}
    own = choices.own
    if own is not None and choices.llm == own.spec:
        update |= _server(own)
    return base.model_copy(update=update)


def own_model(kind: str, model: str, address: str, key: str) -> OwnModel:
    """Return the model that a user typed; raise SettingsError, in one line, for what cannot be one."""
    model, address = model.strip(), address.strip().rstrip("/")
    if kind not in SERVERS:
        raise SettingsError(f"{kind!r} is no known kind of model. Choose one of {', '.join(SERVERS)}.")
    if not model:
        raise SettingsError("The model has no name. Type it as the server knows it, such as qwen2.5:7b.")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise SettingsError("The address is no web address. Type it with http:// or https:// in front.")
    return OwnModel(kind, model, address, SecretStr(key) if key else None)


def _given(choices: Choices, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(choices, name)) is not None}


def _server(own: OwnModel) -> dict[str, Any]:
    if own.kind == "ollama":
        return {"ollama_host": own.address.removesuffix("/v1")} if own.address else {}
    if own.kind != "openai" or not (own.address or own.key):
        return {}
    server: dict[str, Any] = {"openai_api_key": own.key}
    if own.address:
        server["openai_base_url"] = own.address
    return server
