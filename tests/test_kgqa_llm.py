"""The OpenAI protocol against a real server on this machine that misbehaves in every way."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kgqa.errors import LanguageModelError, SettingsError
from kgqa.llm import Message, OpenAIModel
from kgqa.models import choose_model
from kgqa.settings import Settings

GOOD = {
    "id": "1",
    "object": "chat.completion",
    "created": 0,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Yes [1]."}}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
}


class Server(ThreadingHTTPServer):
    """Gives the replies that a test lines up: (status, body, seconds to wait), the last one again and again."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[tuple[int, bytes, float]] = [(200, json.dumps(GOOD).encode(), 0.0)]
        self.seen: list[dict[str, object]] = []
        self.keys: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._send(200, json.dumps({"object": "list", "data": [{"id": "tiny", "object": "model"}]}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(body)
        self.server.keys.append(self.headers["Authorization"] or "")
        status, reply, wait = self.server.replies.pop(0) if len(self.server.replies) > 1 else self.server.replies[0]
        time.sleep(wait)
        self._send(status, reply)

    def _send(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except BrokenPipeError:
            self.close_connection = True  # the client waited long enough

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def model(server: Server, **options: object) -> OpenAIModel:
    return OpenAIModel("tiny", base_url=server.address, api_key="sk-secret", **options)  # type: ignore[arg-type]


ASKED = [Message("system", "Answer."), Message("user", "Is it?")]


def test_a_call_sends_the_messages_at_temperature_0(server: Server) -> None:
    reply = model(server).complete(ASKED, max_tokens=5)
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("Yes [1].", 7, 3)
    sent = server.seen[0]
    assert sent["temperature"] == 0
    assert sent["max_tokens"] == 5
    assert sent["messages"] == [
        {"role": "system", "content": "Answer."},
        {"role": "user", "content": "Is it?"},
    ]
    assert server.keys == ["Bearer sk-secret"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_is_tried_again(server: Server, status: int) -> None:
    server.replies.insert(0, (status, b'{"error": {"message": "busy"}}', 0.0))
    assert model(server).complete(ASKED, max_tokens=5).text == "Yes [1]."
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, b'{"error": {"message": "bad key sk-secret"}}', "OPENAI_API_KEY"),
        (404, b'{"error": {"message": "no such model"}}', "HTTP 404"),
        (500, b"<html>oops</html>", "HTTP 500"),
        (429, b"{}", "429"),
        (200, b"<html>a portal's log-in page</html>", "OpenAI protocol"),
        (200, b'{"choices": []}', "OpenAI protocol"),
        (200, b'{"choices": [{"message": {"content": ""}}]}', "empty reply"),
        (200, b"{not json", "OpenAI protocol"),
    ],
)
def test_a_lasting_fault_is_one_line_with_the_mend(server: Server, status: int, body: bytes, says: str) -> None:
    server.replies[:] = [(status, body, 0.0)]
    with pytest.raises(LanguageModelError, match=says) as raised:
        model(server, retries=0).complete(ASKED, max_tokens=5)
    assert "\n" not in str(raised.value)
    assert "sk-secret" not in str(raised.value)


def test_a_server_that_hangs_is_given_up(server: Server) -> None:
    server.replies[:] = [(200, json.dumps(GOOD).encode(), 3.0)]
    with pytest.raises(LanguageModelError, match="no reply within"):
        model(server, retries=0, timeout=0.3).complete(ASKED, max_tokens=5)


def test_no_server_at_all() -> None:
    lost = OpenAIModel("tiny", base_url="http://127.0.0.1:9/v1", retries=0)
    with pytest.raises(LanguageModelError, match="No model server answers"):
        lost.complete(ASKED, max_tokens=5)


def test_the_key_is_in_no_text_of_the_model(server: Server) -> None:
    assert "sk-secret" not in repr(model(server))


def test_auto_takes_the_server_that_answers(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(openai_base_url=server.address, openai_api_key=None, ollama_host=None)
    chosen = choose_model("auto", settings)
    assert chosen is not None
    assert chosen.name == "openai:tiny"
    assert "openai:tiny" in capsys.readouterr().err


def test_auto_goes_on_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(openai_base_url="http://127.0.0.1:9/v1", openai_api_key=None, ollama_host=None)
    assert choose_model("auto", settings) is None
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.parametrize("spec", ["openai:", "nonsense:x", "gguf:/x.gguf"])
def test_a_wrong_specification_is_refused(spec: str, settings: Settings) -> None:
    with pytest.raises(SettingsError):
        choose_model(spec, settings)


def test_a_whole_question_over_http(server: Server, collection) -> None:
    reply = json.loads(json.dumps(GOOD))
    reply["choices"][0]["message"]["content"] = "They were restricted to 3 hours of sleep per night [1]."
    server.replies[:] = [(200, json.dumps(reply).encode(), 0.0)]
    answer = collection.ask(
        "How many hours of sleep per night were the subjects restricted to?", llm=model(server), agent="question"
    )
    assert "3 hours" in answer.text
    assert (answer.usage.llm, answer.usage.llm_calls, answer.usage.prompt_tokens) == ("openai:tiny", 1, 7)
