"""The web page in a real browser: from upload to a cited answer, its page and its walk, nothing fetched elsewhere."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.serve import streamlit_command

DATA = Path(__file__).parent / "data"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="no Chromium on this machine; install one (Debian: apt-get install chromium) to drive the web page",
    ),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the page of an empty collection."""
    port = free_port()
    folder = tmp_path_factory.mktemp("web") / "collection"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KGQA_", "OPENAI_", "OLLAMA_"))}
    server = subprocess.Popen(streamlit_command(folder, port), env=clean, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                    break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, "the server ended while it started"
                time.sleep(0.2)
        else:
            pytest.fail("the server did not start within 40 s")
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def page(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Open the page in headless Chromium and note every request that leaves this machine."""
    assert CHROMIUM is not None, "CI installs Chromium; it is not there"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")),
            executable_path=CHROMIUM,
            viewport={"width": 1440, "height": 1000},
            args=[
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        )  # fmt: skip
        opened = browser.pages[0]
        opened.outside = []
        opened.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((address, "ws://127.0.0.1", "data:", "blob:"))
                else opened.outside.append(request.url)
            ),
        )
        opened.goto(address)
        yield opened
        browser.close()


def picture(page: Any, name: str) -> None:
    """Keep a screenshot where KGQA_SCREENSHOTS names a folder, to be looked at."""
    folder = os.environ.get("KGQA_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_from_upload_to_cited_answer(page: Any) -> None:
    page.get_by_text("No documents yet").wait_for(timeout=60_000)
    picture(page, "empty")
    files = [DATA / "census_disability_us001.pdf", DATA / "empty_pages.pdf", DATA / "encrypted_openpassword.pdf"]
    page.locator("input[type=file]").set_input_files([str(file) for file in files])
    page.get_by_role("button", name="Read them").click()
    page.get_by_text("2 documents").wait_for(timeout=180_000)
    page.get_by_text("it is encrypted").first.wait_for(timeout=30_000)
    picture(page, "library")

    box = page.get_by_placeholder("Ask about your documents")
    box.fill("Approximately how many people in the United States had a disability in 2010?")
    box.press("Enter")
    page.get_by_text("56.7 million").first.wait_for(timeout=90_000)
    picture(page, "asked")
    cited = page.get_by_role("button", name="[1] census_disability_us001.pdf, page 2")
    cited.wait_for(timeout=30_000)
    cited.click()
    image = page.get_by_alt_text("Page 2 of census_disability_us001.pdf, the quote highlighted")
    image.wait_for(timeout=30_000)
    picture(page, "answer")

    page.get_by_text("The walk", exact=True).wait_for(timeout=30_000)
    chart = page.locator("svg text", has_text="question").first
    chart.wait_for(timeout=30_000)
    chart.scroll_into_view_if_needed()
    picture(page, "walk")
    assert page.outside == []


def test_an_unanswerable_question_is_refused(page: Any) -> None:
    box = page.get_by_placeholder("Ask about your documents")
    box.fill("Which city hosted the 1936 Summer Olympics?")
    box.press("Enter")
    page.get_by_text("Not answered.").wait_for(timeout=90_000)
    picture(page, "refused")
    assert page.outside == []


def test_a_page_question_shows_that_page(page: Any) -> None:
    box = page.get_by_placeholder("Ask about your documents")
    box.fill("Which pages of empty_pages.pdf are blank?")
    box.press("Enter")
    page.get_by_text("Pages 2 and 4 of empty").first.wait_for(timeout=90_000)
    page.get_by_alt_text("Page 2 of empty_pages.pdf, the quote highlighted").wait_for(timeout=30_000)


def test_the_server_command_listens_on_this_machine_only() -> None:
    command = streamlit_command(Path("x"), 8501)
    assert "--server.address=127.0.0.1" in command
    assert "--browser.gatherUsageStats=false" in command
    assert command[0] == sys.executable
