"""The pages without a browser: empty states, errors in one line, sign-in, a model with its connection test."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import page_ask
from app.page_batch import forecast_to_text, questions_by_documents, rows_by_documents
from kgqa.batch import BatchQuestion
from kgqa.collection import Collection
from kgqa.forecast import Forecast
from kgqa.settings import Settings

WEB = Path(__file__).parent.parent / "app" / "web.py"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the collection that the page opens."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OLLAMA_HOST", "KGQA_WEB_PASSWORD", "KGQA_LLM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KGQA_COLLECTION", str(tmp_path / "collection"))
    monkeypatch.setattr("sys.argv", ["web.py"])
    st.cache_resource.clear()
    return tmp_path / "collection"


def page(name: str) -> AppTest:
    """Return one page alone, over the collection that the environment names."""

    def draw(name: str) -> None:
        import importlib

        from app.shelf import Shelf
        from app.window import window
        from kgqa.settings import default_collection

        window(Shelf.beside(default_collection()))
        importlib.import_module(f"app.page_{name}").draw()

    return AppTest.from_function(draw, args=(name,), default_timeout=120)


def texts(elements: Any) -> str:
    return "\n".join(str(element.value) for element in elements)


def test_the_first_page_says_what_to_do(place: Path) -> None:
    app = AppTest.from_file(str(WEB), default_timeout=120).run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Ask your documents"]
    assert "Add documents in the library" in texts(app.info)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("walk", "No walk yet"),
        ("library", "No documents yet"),
        ("graph", "No graph yet"),
        ("batch", "nothing to ask yet"),
    ],
)
def test_an_empty_page_says_what_to_do(place: Path, name: str, told: str) -> None:
    app = page(name).run()
    assert not app.exception
    assert told in texts(app.info)


def test_a_folder_that_is_no_collection_is_one_line(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write_text("not a folder", encoding="utf-8")
    app = AppTest.from_file(str(WEB), default_timeout=120).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "\n" not in app.error[0].value


def test_a_password_opens_the_page(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_WEB_PASSWORD", "open sesame")
    app = AppTest.from_file(str(WEB), default_timeout=120).run()
    assert not app.info
    app.text_input[0].set_value("wrong")
    app.button[0].click().run()
    assert "wrong" in texts(app.error)
    assert not app.info
    app.text_input[0].set_value("open sesame")
    app.button[0].click().run()
    assert "Add documents in the library" in texts(app.info)


def test_where_a_provider_is_configured_nobody_comes_in_without_it(place: Path) -> None:
    app = AppTest.from_file(str(WEB), default_timeout=120)
    app.secrets["auth"] = {
        "redirect_uri": "http://localhost:8501/oauth2callback",
        "cookie_secret": "x",
        "client_id": "x",
        "client_secret": "x",
        "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
    }
    app.run()
    assert [button.label for button in app.button] == ["Sign in"]
    assert not app.info


def test_a_collection_with_a_wrong_name_is_refused(place: Path) -> None:
    app = page("library").run()
    field = next(f for f in app.text_input if f.label == "A new collection")
    field.set_value("../other")
    next(b for b in app.button if b.label == "Make it").click()
    app.run()
    assert "cannot name a collection" in texts(app.error).replace("\\", "")
    assert not (place.parent / "other").exists()


def test_a_long_conversation_is_folded_until_one_wants_to_see_it(place: Path) -> None:
    """All that is drawn is drawn anew with every click: after fifty questions an answer took seconds longer."""
    (place.parent / "bridge.md").write_text("# Bridge\n\nThe bridge of Brill was built in 1871.\n", encoding="utf-8")
    with Collection.open(place, Settings(llm="none")) as collection:
        collection.add(place.parent / "bridge.md")

    def asked(app: AppTest) -> list[int]:
        drawn = " ".join(element.proto.body for element in app.get("html"))
        return [int(number) for number in re.findall(r"When was bridge number (\d) built\?<", drawn)]

    app = page("ask").run()
    for i in range(8):
        app.chat_input[0].set_value(f"When was bridge number {i} built?").run()
        while "Walking the graph" in texts(app.caption):
            app.run()
    assert not app.exception
    assert asked(app) == [7, 6, 5, 4, 3, 2]
    next(b for b in app.button if b.label == "Show 2 earlier questions").click().run()
    assert asked(app) == [7, 6, 5, 4, 3, 2, 1, 0]
    app.chat_input[0].set_value("When was the last bridge built?").run()
    assert [b for b in app.button if b.label == "Show 3 earlier questions"], "a new question folds them again"


def test_a_question_that_is_suggested_is_asked_by_a_click(place: Path, settings: Settings) -> None:
    place.parent.joinpath("bay_of_boats.md").write_text(
        "# The bay\n\nThis report describes the boats of the bay and how they are counted. There are nine.\n",
        encoding="utf-8",
    )
    with Collection.open(place, settings) as collection:
        collection.add(place.parent / "bay_of_boats.md")
    app = page("ask").run()
    assert not app.exception
    offered = [button for button in app.button if "about?" in button.label]
    assert len(offered) == 1
    assert not [button for button in app.button if "tables" in button.label], "there are none to tell of"
    app = offered[0].click().run()
    assert not app.exception
    answer = app.session_state["kgqa-window"].talk.exchanges[0].answer
    assert "describes the boats of the bay" in answer.text
    assert not [button for button in app.button if "about?" in button.label]


def test_a_refused_answer_opens_the_pages_that_came_nearest(place: Path, settings: Settings) -> None:
    (place.parent / "mill.md").write_text("# Mill\n\nThe mill of Corby ground flour until 1931.\n", encoding="utf-8")
    with Collection.open(place, settings) as collection:
        collection.add(place.parent / "mill.md")
    app = page("ask").run()
    app.chat_input[0].set_value("Which city hosted the 1936 Summer Olympics?").run()
    while "Walking the graph" in texts(app.caption):
        app.run()
    assert "**Not answered.**" in texts(app.warning)
    app = next(b for b in app.button if b.key and b.key.startswith("near-")).click().run()
    assert not app.exception
    shown = app.session_state["kgqa-window"].talk.shown
    assert shown.node
    assert "**mill.md**, page 1 of 1" in texts(app.markdown)


def test_a_question_is_not_lost_where_the_page_is_drawn_anew_before_it_is_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed is told to one run of the page alone, and another's turn may come before that reaches the box."""
    (place.parent / "bridge.md").write_text("# Bridge\n\nThe bridge of Brill was built in 1871.\n", encoding="utf-8")
    with Collection.open(place, Settings(llm="none")) as collection:
        collection.add(place.parent / "bridge.md")
    app = page("ask").run()
    choices, begun = page_ask._choices, []

    def drawn_anew(*wanted: Any) -> list[str]:
        begun.append(1)
        if len(begun) == 1:
            st.rerun()
        return choices(*wanted)

    monkeypatch.setattr(page_ask, "_choices", drawn_anew)
    app.chat_input[0].set_value("When was the bridge of Brill built?").run()
    while "Walking the graph" in texts(app.caption):
        app.run()
    assert not app.exception
    assert len(begun) > 1
    drawn = " ".join(element.proto.body for element in app.get("html"))
    assert drawn.count("When was the bridge of Brill built?<") == 1


def test_a_question_that_comes_while_another_is_under_way_waits_for_its_turn(place: Path) -> None:
    """The box is closed then, but a click may have left the browser just before."""
    (place.parent / "bridge.md").write_text("# Bridge\n\nThe bridge of Brill was built in 1871.\n", encoding="utf-8")
    with Collection.open(place, Settings(llm="none")) as collection:
        collection.add(place.parent / "bridge.md")
    app = page("ask").run()
    talk = app.session_state["kgqa-window"].talk
    gate = threading.Event()
    talk.asking = _Waiting(gate)
    app.chat_input[0].set_value("When was the bridge of Brill built?").run()
    assert talk.typed == "When was the bridge of Brill built?"
    gate.set()
    app.run()
    while "Walking the graph" in texts(app.caption):
        app.run()
    assert not app.exception
    assert [exchange.asked for exchange in talk.exchanges] == ["First?", "When was the bridge of Brill built?"]


class _Waiting:
    """A question under way that ends without an answer when the gate opens."""

    question, documents, turns, answer, error, draft, stopped = "First?", None, (), None, "It was stopped.", "", False

    def __init__(self, gate: threading.Event) -> None:
        self._gate = gate

    @property
    def done(self) -> bool:
        return self._gate.is_set()


class _Model(BaseHTTPRequestHandler):
    """Speaks as much of the OpenAI protocol as one question needs, to those who know the key."""

    keys: list[str] = []  # noqa: RUF012  that were sent

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).keys.append(self.headers["Authorization"])
        right = self.headers["Authorization"] == "Bearer sk-right"
        message = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "ready"}}],
                   "id": "1", "object": "chat.completion", "created": 1, "model": "m"}  # fmt: skip
        body = json.dumps(message if right else {"error": {"message": "wrong key"}}).encode()
        self.send_response(200 if right else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def model_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_a_model_that_is_typed_is_tested_and_its_key_is_written_nowhere(
    place: Path, model_server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    app = page("settings").run()
    for key, told in (("sk-wrong", "refuses the key"), ("sk-right", "answers after")):
        for field in app.text_input:
            field.set_value({"Model": "m", "Address": model_server, "Key": key}[field.label])
        next(b for b in app.button if b.label == "Use it").click()
        app.run()
        assert not app.exception
        next(b for b in app.button if b.label == "Test the connection").click()
        app.run()
        shown = texts(app.error) + texts(app.success)
        assert told in shown
        assert "sk-" not in shown
    assert _Model.keys[-1] == "Bearer sk-right"
    out, err = capfd.readouterr()
    assert "sk-right" not in out + err
    written = [file for file in place.parent.rglob("*") if file.is_file()]
    assert not any(b"sk-right" in file.read_bytes() for file in written)


def test_a_model_without_a_name_and_a_server_that_is_not_there_are_one_line_each(place: Path) -> None:
    app = page("settings").run()
    next(b for b in app.button if b.label == "Use it").click()
    app.run()
    assert "no name" in texts(app.error)
    for field in app.text_input:
        field.set_value({"Model": "m", "Address": "http://127.0.0.1:9/v1", "Key": ""}[field.label])
    next(b for b in app.button if b.label == "Use it").click()
    app.run()
    next(b for b in app.button if b.label == "Test the connection").click()
    app.run()
    assert "No model server answers" in texts(app.error)
    assert "\n" not in app.error[0].value


def test_settings_that_are_chosen_hold_for_the_window(place: Path) -> None:
    app = page("settings").run()
    next(n for n in app.number_input if n.label == "Pieces of evidence").set_value(7)
    next(s for s in app.selectbox if s.label == "Agent").set_value("question")
    next(b for b in app.button if b.label == "Use these").click()
    app.run()
    assert not app.exception
    own = app.session_state["kgqa-window"]
    assert (own.settings.walk.budget, own.settings.agent) == (7, "question")
    next(b for b in app.button if b.label == "Back to the server's settings").click()
    app.run()
    assert own.settings.walk.budget == Settings().walk.budget


def test_a_batch_tells_what_is_wrong_with_a_file_and_what_it_will_cost(place: Path, settings: Settings) -> None:
    (place.parent / "mill.md").write_text("# Mill\n\nThe mill of Corby ground flour until 1931.\n", encoding="utf-8")
    with Collection.open(place, settings) as collection:
        collection.add(place.parent / "mill.md")
    app = page("batch").run()
    app.file_uploader[0].upload("questions.csv", b"a,b\n1,2\n", "text/csv").run()
    assert "no column named" in texts(app.error)
    assert "/" not in texts(app.error).split("no column")[0]
    app = page("batch").run()
    app.text_area[0].set_value("What did the mill grind?\nHow many pages does mill.md have?").run()
    assert not app.exception
    assert "Forecast: 2 questions, 1 of them looked up, no call of a model" in texts(app.info)


def test_a_forecast_is_one_line() -> None:
    told = forecast_to_text(Forecast(1200, 0, 3, 100, 20, None, 0.5))
    assert told == (
        "Forecast: 1,200 questions, 0 of them looked up, at most 3 calls of the model and 120 tokens, "
        "at most 0.5 by your prices."
    )


def test_questions_by_documents_make_a_table() -> None:
    asked = questions_by_documents(
        [BatchQuestion("1", "a?", None), BatchQuestion("2", "b?", ("y.pdf",))], ("x.pdf", "y.pdf")
    )
    assert [(q.question_id, q.documents) for q in asked] == [
        ("1 · x.pdf", ("x.pdf",)), ("1 · y.pdf", ("y.pdf",)), ("2 · y.pdf", ("y.pdf",)),
    ]  # fmt: skip
    statuses = ("answered", "failed", "refused")
    rows = [
        {"id": q.question_id, "question": q.question, "documents": ";".join(q.documents or ()), "status": status,
         "answer": "yes", "error": "why"}
        for q, status in zip(asked, statuses, strict=True)
    ]  # fmt: skip
    assert rows_by_documents(rows) == [
        {"question": "a?", "x.pdf": "yes", "y.pdf": "failed: why"}, {"question": "b?", "y.pdf": "—"},
    ]  # fmt: skip
    assert rows_by_documents([{**rows[0], "documents": ""}]) is None
