"""The web page in a browser: ready after start, first words of an answer, an upload until it can be asked, five users.

The five ask twice: from windows that draw nothing, since users have machines of their own, and from five browsers that
take more of this machine than the server does.

    python benchmarks/web.py FOLDER

FOLDER holds PDFs with a text layer; their pages are put together to a document of 300 pages, which is asked, and one of
100, which is uploaded. Needs Chromium and Playwright.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import statistics
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pymupdf

from app.graph_view import find_neighbourhood, graph_to_overview, neighbourhood_to_chart
from graphs.document_graph import DocumentGraph, EdgeArrays, EdgeKind, Node, NodeKind
from kgqa.collection import Collection
from kgqa.settings import Settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import web_server as web
from web_windows import PATIENCE, BareWindow

USERS = 5
WORDS = (
    "model",
    "table",
    "data",
    "function",
    "results",
    "method",
    "random",
    "effects",
    "matrix",
    "value",
    "code",
    "time",
)


def put_together(folder: Path, pages: int, first: int, path: Path) -> None:
    """Write a PDF of that many pages from those of a folder; from `first` on, so that two need not be the same."""
    with pymupdf.open() as whole:
        sources = [pymupdf.open(file) for file in sorted(folder.glob("*.pdf"))]
        readable = [
            (source, number)
            for source in sources
            if not source.needs_pass
            for number in range(source.page_count)
            if len(source[number].get_text()) > 600
        ]
        for i in range(pages):
            source, number = readable[(first + i) % len(readable)]
            whole.insert_pdf(source, from_page=number, to_page=number)
            whole[-1].insert_text((40, 20), f"Leaf {i} of {path.name}", fontsize=8)  # no two pages are the same
        whole.save(path)


class User:
    """A window that asks one question after the other."""

    def __init__(self, browser: Any, url: str) -> None:
        self.page = web.new_window(browser, url)
        self._box = self.page.get_by_placeholder("Ask about your documents")
        self._box.wait_for()
        self._asked = 0

    def write(self, question: str) -> None:
        """Fill the box."""
        self._box.fill(question)

    def send(self) -> None:
        """Press Enter in it."""
        self._box.press("Enter")
        self._asked += 1

    def answer(self) -> Any:
        """Where the answer to the last question ends; what was drawn before may be there twice while a page changes."""
        return self.page.locator(f".st-key-markdown-{self._asked - 1}").first


def ask(user: User, question: str) -> float:
    """Return the seconds from Enter to the answer."""
    user.write(question)
    started = perf_counter()
    user.send()
    user.answer().wait_for()
    return perf_counter() - started


def ask_at_once(users: list[User], questions: list[str]) -> list[float]:
    """Return the seconds that each waited where all asked at the same time."""
    for user, question in zip(users, questions, strict=True):
        user.write(question)
    started = perf_counter()
    for user in users:
        user.send()
    waited: dict[int, float] = {}
    while len(waited) < len(users):
        if perf_counter() - started > PATIENCE:
            raise SystemExit(f"{len(users) - len(waited)} of {len(users)} users had no answer within {PATIENCE} s")
        for i, user in enumerate(users):
            if i not in waited and user.answer().count():
                waited[i] = perf_counter() - started
            if user.page.get_by_test_id("stAlertContentError").count():
                raise SystemExit(
                    f"a user was shown: {user.page.get_by_test_id('stAlertContentError').first.inner_text()}"
                )
        users[0].page.wait_for_timeout(20)
    return list(waited.values())


def peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def draw_large(nodes: int = 50_000, degree: int = 10) -> None:
    """Time what the page Graph does with a graph of that size, its links at random."""
    rng = np.random.default_rng(0)
    made = [
        Node(
            f"{i // 100:016x}/p{i % 100 // 4 + 1}/{i % 4}", NodeKind.PASSAGE, f"{i // 100:016x}", 1, f"p. {i}", "words"
        )
        for i in range(nodes)
    ]
    ids = sorted(node.node_id for node in made)
    ends = np.sort(rng.integers(0, nodes, (2, nodes * degree)), axis=0)
    ends = np.unique(ends[:, ends[0] != ends[1]], axis=1)
    weights = rng.random(ends.shape[1])
    edges = EdgeArrays.of_kind(EdgeKind.SIMILAR, ends[0], ends[1], weights, lambda i: f"cosine {weights[i]:.2f}")
    graph = DocumentGraph.from_arrays(ids, sorted(made, key=lambda node: node.node_id), edges)
    started = perf_counter()
    graph_to_overview(graph)
    counted = perf_counter()
    found = find_neighbourhood(
        graph, ids[nodes // 2], hops=2, most=60, node_kinds=list(NodeKind), edge_kinds=list(EdgeKind), least=0.0
    )
    neighbourhood_to_chart(graph, found, {}, dark=False)
    print(
        f"a graph of {nodes:,} nodes and {graph.edge_count:,} links: counted in {counted - started:.2f} s, "
        f"a neighbourhood of two hops drawn in {1000 * (perf_counter() - counted):.0f} ms"
    )


def main(folder: Path) -> None:
    draw_large()
    with tempfile.TemporaryDirectory() as name, web.chromium() as browser:
        place = Path(name)
        put_together(folder, 300, 0, place / "asked.pdf")
        put_together(folder, 100, 40, place / "uploaded.pdf")
        put_together(folder, 100, 80, place / "meanwhile.pdf")
        put_together(folder, 100, 20, place / "meanwhile too.pdf")
        put_together(folder, 400, 60, place / "more.pdf")
        fast = Settings(llm="none").model_copy(update={"ingestion": Settings().ingestion.__class__(layout=False)})
        with Collection.open(place / "collection", fast) as collection:
            collection.add(place / "asked.pdf")
        started = perf_counter()
        server = web.Served(place / "collection", KGQA_LLM="none")
        try:
            measure(browser, server, place, started)
        finally:
            server.end()


def measure(browser: Any, server: Any, place: Path, started: float) -> None:
    one = User(browser, server.url)
    print(f"page ready {perf_counter() - started:.1f} s after start (goal 3)")
    print(f"first question over 300 pages, models loading: {ask(one, 'What is a random effect?'):.1f} s")
    alone = [ask(one, f"What does it say about the {word}?") for word in WORDS]
    print(f"a question over 300 pages: median {statistics.median(alone):.2f} s until its answer stands (goal 1)")

    library = web.new_window(browser, f"{server.url}/library")
    began = upload(library, place / "uploaded.pdf")
    library.get_by_text("can be asked already").first.wait_for(timeout=600_000)
    print(f"100 pages can be asked as bare text {perf_counter() - began:.0f} s after the upload (goal 15, first pages)")
    library.get_by_text("file whole").wait_for(timeout=1_200_000)
    print(f"100 pages can be asked with their layout after {perf_counter() - began:.0f} s (goal 60)")
    library.get_by_role("button", name="Close the report").click()

    bare = BareWindow(server.url)
    bare.ask("What is a random effect?")
    bare_alone = [bare.ask(f"What does it say about the {word}?") for word in WORDS]
    windows = [BareWindow(server.url) for _ in range(USERS)]
    waited = during(library, place / "meanwhile.pdf", lambda questions: ask_from_all(windows, questions))
    tell("users with machines of their own", waited, bare_alone)
    for window in (bare, *windows):
        window.close()
    users = [User(browser, server.url) for _ in range(USERS)]
    waited = during(library, place / "meanwhile too.pdf", lambda questions: ask_at_once(users, questions))
    tell("browsers on this machine too", waited, alone)
    upload(library, place / "more.pdf")
    library.get_by_text("file whole").wait_for(timeout=1_200_000)
    print(f"peak memory of the server with 1,000 pages {peak_megabytes(server.process.pid):.0f} MB (goal 2,000)")


def during(library: Any, path: Path, ask_all: Callable[[list[str]], list[float]]) -> list[float]:
    """Return the seconds that each question took of those that were asked while a file was read."""
    upload(library, path)
    library.get_by_text("Reading 1 file").first.wait_for()
    waited: list[float] = []
    while not library.get_by_text("file whole").count():
        at = len(waited) // USERS
        waited += ask_all([f"Where is the {WORDS[(at + i) % len(WORDS)]} described?" for i in range(USERS)])
    library.get_by_role("button", name="Close the report").click()
    return waited


def ask_from_all(windows: list[BareWindow], questions: list[str]) -> list[float]:
    """Return the seconds that each waited where all asked at the same time."""
    with ThreadPoolExecutor(len(windows)) as users:
        return list(users.map(BareWindow.ask, windows, questions))


def tell(who: str, waited: list[float], alone: list[float]) -> None:
    median, own = statistics.median(waited), statistics.median(alone)
    print(
        f"{USERS} {who}, asking at once while 100 pages are read: {len(waited)} answers, median {median:.2f} s, "
        f"{median / own:.1f} times the {own:.2f} s of one alone (goal 3), no error"
    )


def upload(library: Any, path: Path) -> float:
    """Begin to read a file; return when that was."""
    library.locator("input[type=file]").first.set_input_files(str(path))
    library.get_by_role("button", name="Read 1 file").click()
    return perf_counter()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
