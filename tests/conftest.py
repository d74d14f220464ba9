"""What several test files share: the sample PDFs, read once a worker, and one collection of three of them."""

import os
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import web_server

from ingestion.document import ParsedDocument
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.collection import Collection
from kgqa.settings import Settings

DATA = Path(__file__).parent / "data"
Read = Callable[[str], ParsedDocument]

# How long an example takes says how busy the machine is, and no more.
hypothesis.settings.register_profile("kgqa", deadline=None)
hypothesis.settings.load_profile("kgqa")

# Where the larger reader is installed answers may differ; its own tests ask it.
os.environ.setdefault("KGQA_ANSWER__LARGER_READER", "none")


@cache
def read_sample(name: str) -> ParsedDocument:
    return read_document(DATA / name, options=IngestionOptions())


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of sample files."""
    return DATA


@pytest.fixture(scope="session")
def read() -> Read:
    """Read a sample by its name; each is read once."""
    return read_sample


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings that no environment and no file of the machine changes."""
    return Settings(llm="none", openai_base_url=None, openai_api_key=None, ollama_host=None)


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    """The three documents of the demonstration; tests read it and must not change it."""
    folder = tmp_path_factory.mktemp("shared") / "collection"
    with Collection.open(folder, settings) as opened:
        names = ("census_disability_us001.pdf", "rcpp_introduction.pdf", "lme4_lmer.pdf")
        report = opened.add([DATA / name for name in names])
        assert [document.status for document in report.documents] == ["ok"] * 3
        yield opened


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for what another thread does."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < end, "it did not come about in time"
            time.sleep(0.05)

    return wait


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    with web_server.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The web page of an empty collection."""
    server = web_server.Served(tmp_path_factory.mktemp("web") / "collection")
    yield server
    server.end()
