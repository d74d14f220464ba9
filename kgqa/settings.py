"""Every option of kgqa, and the only reader of TOML files and of the environment.

Order of precedence: arguments of the call, then the environment (`KGQA_WALK__BEAM=8`), then the file that
`$KGQA_CONFIG` names, else `kgqa.toml` in the working folder, then the defaults. A wrong name or value is refused before
any work starts.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from graphs.options import EmbeddingOptions, GraphOptions
from graphs.place import Place, to_place
from ingestion.options import IngestionOptions
from kgqa.answer import AnswerOptions
from kgqa.errors import SettingsError
from kgqa.metered import Prices
from kgqa.walk import WalkOptions

DEFAULT_COLLECTION = "kgqa-collection"


class Settings(BaseSettings):
    """All settings, each group checked by the package that uses it."""

    model_config = SettingsConfigDict(
        env_prefix="KGQA_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
        populate_by_name=True,
    )

    ingestion: IngestionOptions = IngestionOptions()
    embedding: EmbeddingOptions = EmbeddingOptions()
    graph: GraphOptions = GraphOptions()
    walk: WalkOptions = WalkOptions()
    answer: AnswerOptions = AnswerOptions()
    agent: str = "auto"  # "auto", "question", "encoder" or "llm"
    agent_folder: Path | None = None  # of an agent that `kgqa train-agent` made; None: the one in the package
    llm: str = "auto"  # "none", "openai:MODEL", "ollama:MODEL", "gguf:PATH", "hf:MODEL", or "auto": a configured server
    llm_timeout: float = Field(default=60.0, gt=0)  # seconds that one call may take
    llm_retries: int = Field(default=2, ge=0)  # after 429, 5xx or a lost connection
    llm_at_once: int = Field(default=8, ge=1)  # calls of one server that are under way at the same time
    llm_dola: Literal["off", "low", "high"] = "off"  # of hf: decoders: contrast with layers of that half (DoLa)
    llm_mode: Literal["predict", "choose"] = "predict"  # of --agent llm: write what is missing, or pick a neighbour
    llm_max_calls: int | None = Field(default=None, ge=1)  # a question, after which it is answered without the model
    llm_max_tokens: int | None = Field(default=None, ge=1)  # a question, of prompts and replies together
    llm_cache: bool = True  # whether replies are kept in the collection, so that none is paid for twice
    llm_run_max_calls: int | None = Field(default=None, ge=1)  # a batch, after which its questions fail
    llm_run_max_tokens: int | None = Field(default=None, ge=1)
    llm_run_max_cost: float | None = Field(default=None, gt=0)  # by the prices below
    llm_prompt_price: float = Field(default=0.0, ge=0)  # of a million prompt tokens, in a currency of your choice
    llm_completion_price: float = Field(default=0.0, ge=0)  # of a million completion tokens
    llm_context: int = Field(default=8192, ge=512)  # tokens that a gguf: model is given room for
    llm_threads: int | None = Field(default=None, ge=1)  # of a gguf: model; None: one on each core
    workers: int = Field(default=1, ge=1)  # questions of a batch that are asked at the same time
    jobs: int = Field(default=1, ge=1)  # files that are read at the same time
    web_password: SecretStr | None = None  # that opens the web page; None: everybody who reaches it comes in
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    ollama_host: str | None = Field(default=None, validation_alias="OLLAMA_HOST")

    @property
    def prices(self) -> Prices:
        """What tokens cost."""
        return Prices(prompt=self.llm_prompt_price, completion=self.llm_completion_price)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then the TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_config_file())


def _config_file() -> Path:
    return Path(os.environ.get("KGQA_CONFIG") or "kgqa.toml")


def load_settings(**overrides: Any) -> Settings:
    """Return the settings in force; raise SettingsError, in one line, for a wrong name or value or a broken file."""
    return _load(**overrides) if overrides else _in_force(frozenset(os.environ.items()), _version(_config_file()))


@lru_cache(maxsize=8)
def _in_force(environment: frozenset[tuple[str, str]], file: tuple[str, int, int]) -> Settings:
    """Return the settings of an environment and a file; the web page asks for them many times for each answer."""
    return _load()


def _version(file: Path) -> tuple[str, int, int]:
    """Return what changes with a file: where it is, and when and how long it was written; -1 where there is none."""
    try:
        found = file.stat()
    except OSError:
        return str(file.absolute()), -1, -1
    return str(file.absolute()), found.st_mtime_ns, found.st_size


def _load(**overrides: Any) -> Settings:
    named = os.environ.get("KGQA_CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"KGQA_CONFIG names {named}, which is no file. Correct it or unset it.")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Wrong setting: {wrong}. Correct it in {_config_file()} or the environment.") from error
    except (ValueError, OSError) as error:
        raise SettingsError(f"{_config_file()} cannot be read as TOML: {error}. Correct the file.") from error


def default_collection() -> Place:
    """Return the place that `$KGQA_COLLECTION` names, else `kgqa-collection` in the working folder."""
    return to_place(os.environ.get("KGQA_COLLECTION") or DEFAULT_COLLECTION)
