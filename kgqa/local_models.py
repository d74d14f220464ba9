"""Language models in this process: a GGUF file through llama.cpp, or a transformers model by name or folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kgqa.dola import Bucket
from kgqa.dola import generate as dola_generate
from kgqa.errors import LanguageModelError, SettingsError
from kgqa.llm import Completion, Message, OnText, OpenAIModel

_SLOTS = 1  # conversations at once; the context is divided by it
_PATIENCE = 10  # times the time-out of a server: this machine's own processor may be slow, but is no server that hangs


def gguf_model(path: Path, *, context: int, timeout: float, threads: int | None = None) -> OpenAIModel:
    """Return the model in a GGUF file, served on this machine's loopback by llama.cpp inside of this process.

    `context` is its room in tokens; a reply may take ten times `timeout`, in seconds; `threads` do its work, None for
    one on each core. Raises SettingsError where there is no such file, or no llama.cpp.
    """
    if not path.is_file():
        raise SettingsError(f"--llm gguf:{path}: there is no such file. Give the path of a GGUF file.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise SettingsError(f"--llm gguf:{path}: not a GGUF file. Convert the model with llama.cpp's scripts.")
    server = _serve(path.absolute(), context, threads)
    return OpenAIModel(
        str(path), base_url=f"{server.listening_address}/v1", timeout=_PATIENCE * timeout, retries=0, scheme="gguf"
    )


@lru_cache(maxsize=1)  # a model takes gigabytes
def _serve(path: Path, context: int, threads: int | None) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise SettingsError("--llm gguf: needs llama.cpp. Run `pip install kgqa[gguf]`.") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = context
    parameters.n_parallel = _SLOTS
    if threads is not None:
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.warmup = False
    parameters.verbosity = 0  # its lines would stand between ours, which tell its errors too
    try:
        return xllamacpp.Server(parameters)
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(
            f"--llm gguf:{path}: llama.cpp cannot load it ({' '.join(str(error).split())[:150]}). "
            "Get the file again, or lower llm_context."
        ) from error


@dataclass
class TransformersModel:
    """A transformers model, of the T5 kind or a decoder, at temperature 0; one reply at a time."""

    model_name: str
    model: Any
    tokenizer: Any
    dola: Bucket | None = None  # DoLa decoding, against earlier layers of the lower or upper half

    def __post_init__(self) -> None:
        self._guard = threading.Lock()

    @property
    def name(self) -> str:
        """The specification: "hf:MODEL"."""
        return f"hf:{self.model_name}"

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        choices: Sequence[str] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        """Return the reply; raise LanguageModelError where the prompt is too long, or the model fails on it."""
        import torch

        ids = self._prompt(messages)
        room = getattr(self.model.config, "max_position_embeddings", None) or getattr(
            self.model.config, "n_positions", 0
        )
        if room and ids.shape[1] + (0 if self._is_seq2seq else max_tokens) > room:
            raise LanguageModelError(
                f"{self.name} reads {room} tokens, the prompt and its reply are more. Lower answer.evidence_chars."
            )
        try:
            with self._guard, torch.inference_mode():
                reply = self._written(ids, max_tokens, choices, on_text)
        except (RuntimeError, ValueError, IndexError) as error:
            told = " ".join(str(error).split())[:150]
            raise LanguageModelError(f"{self.name} failed ({told}). Name another model, or use --llm none.") from error
        text = self._decoded(reply)
        if not text:
            raise LanguageModelError(f"{self.name} gave an empty reply. Name another model.", reply=text)
        return Completion(text, int(ids.shape[1]), len(reply))

    def _written(self, ids: Any, max_tokens: int, choices: Sequence[str] | None, on_text: OnText | None) -> list[int]:
        """Return the reply's tokens."""
        import torch

        listener = None if on_text is None else _Listener(lambda tokens: on_text(self._decoded(tokens)))
        if self.dola is not None and choices is None:
            ends = {self._end} if self.tokenizer.eos_token_id is None else {int(self.tokenizer.eos_token_id)}
            heard = (lambda _: None) if listener is None else listener.heard
            return dola_generate(self.model, ids, bucket=self.dola, max_new_tokens=max_tokens, ends=ends, heard=heard)
        extra: dict[str, Any] = {} if listener is None else {"streamer": listener}
        if choices is not None:
            extra["prefix_allowed_tokens_fn"] = self._held_to(choices, 1 if self._is_seq2seq else ids.shape[1])
        made = self.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=max_tokens,
            do_sample=False,
            pad_token_id=self._end,
            **extra,
        )[0]
        written: list[int] = (made if self._is_seq2seq else made[ids.shape[1] :]).tolist()
        return written

    def _decoded(self, tokens: Sequence[int]) -> str:
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True)).strip()

    @property
    def decoding(self) -> str:
        """How replies are made, beside the model's name: part of what tells one call from another."""
        return f"dola-{self.dola}" if self.dola else ""

    @property
    def _is_seq2seq(self) -> bool:
        return bool(self.model.config.is_encoder_decoder)

    @property
    def _end(self) -> int:
        ends = [self.tokenizer.pad_token_id, self.tokenizer.eos_token_id, 0]
        return int(next(end for end in ends if end is not None))

    def _prompt(self, messages: Sequence[Message]) -> Any:
        """Return the conversation as token ids, shape (1, tokens), by the model's own template where it has one."""
        turns = [{"role": message.role, "content": message.content} for message in messages]
        if getattr(self.tokenizer, "chat_template", None):
            found = self.tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
            return found["input_ids"]
        return self.tokenizer("\n\n".join(turn["content"] for turn in turns), return_tensors="pt")["input_ids"]

    def _held_to(self, choices: Sequence[str], begin: int) -> Any:
        """Return the function by which generation is held to one of the choices, then its end."""
        written = [self.tokenizer(choice, add_special_tokens=False)["input_ids"] for choice in choices]
        end = self.tokenizer.eos_token_id if self.tokenizer.eos_token_id is not None else self._end

        def allowed(_: int, ids: Any) -> list[int]:
            said = ids.tolist()[begin:]
            following = [w[len(said)] for w in written if len(w) > len(said) and w[: len(said)] == said]
            return following if following and said not in written else [end]

        return allowed


class _Listener:
    """Hears tokens from transformers' `generate` as a streamer does; the first it is given are the prompt."""

    def __init__(self, heard: Callable[[list[int]], None]) -> None:
        self.heard = heard
        self._tokens: list[int] | None = None

    def put(self, value: Any) -> None:
        """Take the prompt, then one token at a time."""
        if self._tokens is None:
            self._tokens = []
            return
        self._tokens += value.flatten().tolist()
        self.heard(self._tokens)

    def end(self) -> None:
        """Nothing is held back, so nothing is left to say."""


@lru_cache(maxsize=1)
def transformers_model(name: str, dola: Bucket | None = None) -> TransformersModel:
    """Return a model by its folder or its name on a hub; raise SettingsError where it cannot be loaded.

    `dola` decodes by DoLa, which takes a decoder model.
    """
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(name)
        kind: Any = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        model = kind.from_pretrained(name).eval()
        tokenizer: Any = AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise SettingsError(
            f"--llm hf:{name} cannot be loaded ({' '.join(str(error).split())[:150]}). "
            "Give a folder, or a model that can be reached."
        ) from error
    if dola is not None and config.is_encoder_decoder:
        raise SettingsError(f'--llm hf:{name} is of the T5 kind, which DoLa cannot decode. Set llm_dola = "off".')
    return TransformersModel(name, model, tokenizer, dola)
