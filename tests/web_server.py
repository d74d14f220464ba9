"""What the tests in a browser share: a server of the page, and a window that notes every request that leaves here."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.serve import streamlit_command

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITHOUT = "no Chromium on this machine; install one (Debian: apt-get install chromium) to drive the web page"
_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_KEYS = (
    "[...document.querySelectorAll(\"[class*='st-key-markdown-']\")]"
    ".map(e => [...e.classList].find(name => name.startsWith('st-key-markdown-')))"
)
SLOW = 120_000  # milliseconds that a step may take on a loaded machine


class Served:
    """A server of the web page over one collection."""

    def __init__(self, folder: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KGQA_", "OPENAI_", "OLLAMA_"))}
        self.url = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.process = subprocess.Popen(
            streamlit_command(folder, port),
            env={**clean, **environment},
            cwd=folder.parent,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(3000):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, "the server ended while it started"
                time.sleep(0.02)
        raise AssertionError("the server did not start within 60 s")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        self.process.kill()
        self.process.wait(20)


@contextmanager
def chromium() -> Iterator[Any]:
    assert CHROMIUM is not None, "CI installs Chromium; it is not there"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield browser
        browser.close()


def new_window(browser: Any, url: str, *, width: int = 1440, height: int = 1000, dark: bool = False) -> Any:
    """Open the page in a window of its own; its `outside` lists the requests that left this machine."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.outside = []
    local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(local) else page.outside.append(request.url))
    page.goto(url)
    return page


def picture(page: Any, name: str) -> None:
    """Keep a screenshot where KGQA_SCREENSHOTS names a folder, to be looked at."""
    folder = os.environ.get("KGQA_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(1500)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def settle(page: Any) -> None:
    """Wait until the page's script has drawn everything."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def go(page: Any, name: str) -> None:
    """Open another page by the side bar."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.get_by_role("heading", level=1).first.wait_for()


def upload(page: Any, files: list[Path]) -> None:
    """Add files in the library, which is open, and begin to read them."""
    page.locator("input[type=file]").first.set_input_files([str(file) for file in files])
    page.get_by_role("button", name=f"Read {len(files)} file").click()


def ask(page: Any, question: str) -> None:
    """Ask on the page Ask, which is open, and wait for the answer, which has a key that no answer had."""
    before = page.evaluate(f"() => ({_KEYS})")
    box = page.get_by_placeholder("Ask about your documents")
    box.fill(question)
    box.press("Enter")
    page.wait_for_function(f"before => ({_KEYS}).some(key => !before.includes(key))", arg=before)


def download(page: Any, button: str) -> bytes:
    """Press a button that gives a file, once all is drawn: one that is being drawn anew has none; return its bytes."""
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).first.click()
    return Path(waiting.value.path()).read_bytes()


def conversation(page: Any) -> list[dict[str, Any]]:
    """Return the conversation of the page Ask as its download gives it."""
    exchanges: list[dict[str, Any]] = json.loads(download(page, "Conversation as JSON"))["conversation"]
    return exchanges
