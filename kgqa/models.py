"""Which agent and which language model a question gets."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from graphs.embedding import Embedder
from kgqa.agents import ChoosingAgent, GenerativeAgent, NextEvidence, QuestionAgent
from kgqa.encoder import SHIPPED, adapter_fits, load_agent
from kgqa.errors import LanguageModelError, UsageError
from kgqa.llm import LanguageModel, OpenAIModel
from kgqa.settings import Settings

_SPECS = "none, auto, openai:MODEL, ollama:MODEL, gguf:PATH or hf:MODEL"


def may_use_model(settings: Settings) -> bool:
    """Return whether questions may be answered by a language model; no server is asked whether it is there."""
    if settings.llm == "auto":
        return bool(settings.openai_base_url or settings.ollama_host)
    return settings.llm != "none"


def choose_model(spec: str | LanguageModel, settings: Settings) -> LanguageModel | None:
    """Return the model that a specification names, None for "none"; raise UsageError for one that cannot be.

    "auto" takes a server that OPENAI_BASE_URL or OLLAMA_HOST names, when it answers, and says on standard error what it
    took. A key alone configures nothing: nobody is billed for a model that he did not name.
    """
    if not isinstance(spec, str):
        return spec
    if spec == "none":
        return None
    if spec == "auto":
        return _auto(settings)
    scheme, _, model = spec.partition(":")
    if not model:
        raise UsageError(f"--llm {spec!r} is no model. Give {_SPECS}.")
    if scheme == "openai":
        return _openai(model, settings)
    if scheme == "ollama":
        return _ollama(model, settings)
    if scheme == "gguf":
        from kgqa.local_models import gguf_model

        return gguf_model(
            Path(model).expanduser(),
            context=settings.llm_context,
            timeout=settings.llm_timeout,
            threads=settings.llm_threads,
        )
    if scheme == "hf":
        from kgqa.local_models import transformers_model

        return transformers_model(model, None if settings.llm_dola == "off" else settings.llm_dola)
    raise UsageError(f"--llm {spec!r} names no known kind of model. Give {_SPECS}.")


def choose_agent(
    name: str,
    embedder: Embedder,
    model: LanguageModel | None,
    folder: Path | None = None,
    *,
    mode: str = "predict",
) -> NextEvidence:
    """Return the agent of that name; "auto" takes the trained encoder where one fits the embedder, else "question".

    `folder` holds a trained agent; None takes the one in the package. `mode` of "llm": "predict" writes the missing
    evidence, "choose" picks from numbered neighbours.

    Raises UsageError for a name that is not known, and for "llm" without a model.
    """
    folder = folder or SHIPPED
    if name == "auto":
        name = "encoder" if adapter_fits(embedder, folder) else "question"
    if name == "question":
        return QuestionAgent(embedder)
    if name == "llm":
        if model is None:
            raise UsageError("--agent llm needs a language model. Name one with --llm openai:MODEL.")
        guide = load_agent(embedder, folder) if adapter_fits(embedder, folder) else None
        return (ChoosingAgent if mode == "choose" else GenerativeAgent)(embedder, model, guide)
    if name == "encoder":
        return load_agent(embedder, folder)
    raise UsageError(f"--agent {name!r} is none of auto, question, encoder, llm.")


def _openai(model: str, settings: Settings) -> OpenAIModel:
    key = settings.openai_api_key
    return _served("openai", model, settings.openai_base_url, key.get_secret_value() if key is not None else None,
                   settings)  # fmt: skip


def _ollama(model: str, settings: Settings) -> OpenAIModel:
    host = settings.ollama_host or "http://127.0.0.1:11434"
    host = host if "://" in host else f"http://{host}"
    return _served("ollama", model, f"{host.rstrip('/')}/v1", None, settings)


def _served(scheme: str, model: str, address: str | None, key: str | None, settings: Settings) -> OpenAIModel:
    return _kept(scheme, model, address, key, settings.llm_timeout, settings.llm_retries, settings.llm_at_once)


@lru_cache(maxsize=8)
def _kept(
    scheme: str, model: str, address: str | None, key: str | None, timeout: float, retries: int, at_once: int
) -> OpenAIModel:
    """Return the one client of a server: its questions share connections and the limit of calls at once."""
    return OpenAIModel(
        model, base_url=address, api_key=key, timeout=timeout, retries=retries, scheme=scheme, at_once=at_once
    )


def _auto(settings: Settings) -> LanguageModel | None:
    configured = []
    if settings.openai_base_url:
        configured.append((_openai, "OPENAI_BASE_URL"))
    if settings.ollama_host:
        configured.append((_ollama, "OLLAMA_HOST"))
    for make, variable in configured:
        try:
            names = make("", settings).listed()
        except LanguageModelError:
            print(f"kgqa: the server in {variable} does not answer; going on without a model", file=sys.stderr)
            continue
        if names:
            model = make(names[0], settings)
            print(f"kgqa: using {model.name}", file=sys.stderr)
            return model
    return None
