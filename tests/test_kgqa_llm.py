"""The OpenAI protocol against a real server on this machine that misbehaves in every way."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kgqa.errors import LanguageModelError, RunCapError, SettingsError, Stopped
from kgqa.llm import Message, OpenAIModel
from kgqa.metered import Account, MeteredModel, Prices
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
        if body.get("stream") and status == 200 and reply.startswith(b"data:"):
            self._stream(reply)
        else:
            self._send(status, reply)

    def _stream(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

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


def events(*pieces: str, end: bool = True) -> bytes:
    """A reply as a stream of events, as the protocol has it."""
    lines = []
    for i, piece in enumerate([*pieces, ""] if end else pieces):
        last = end and i == len(pieces)
        choice = {"index": 0, "delta": {"content": piece}, "finish_reason": "stop" if last else None}
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10} if last else None
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        lines.append(f"data: {json.dumps({**chunk, 'usage': usage})}\n\n")
    return "".join([*lines, "data: [DONE]\n\n" if end else ""]).encode()


def test_a_reply_is_heard_while_it_is_written(server: Server) -> None:
    server.replies[:] = [(200, events("Yes", " it", " is."), 0.0)]
    heard: list[str] = []
    reply = model(server).complete(ASKED, max_tokens=5, on_text=heard.append)
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("Yes it is.", 7, 3)
    assert heard[:3] == ["Yes", "Yes it", "Yes it is."]


def test_what_a_model_thinks_before_it_answers_is_no_part_of_the_answer(server: Server) -> None:
    server.replies[:] = [(200, events("<think>", "Evidence 3", " [3]?</think>", "\nYes", " [1]."), 0.0)]
    heard: list[str] = []
    reply = MeteredModel(model(server)).complete(ASKED, max_tokens=9, on_text=heard.append)
    assert reply.text == "Yes [1]."
    assert not any("think" in text or "[3]" in text for text in heard)


def test_a_model_that_only_thinks_gave_no_reply(server: Server) -> None:
    server.replies[:] = [(200, events("<think>", "Evidence 3 ..."), 0.0)]
    metered = MeteredModel(model(server))
    with pytest.raises(LanguageModelError, match="thinking off"):
        metered.complete(ASKED, max_tokens=9, on_text=lambda _: None)
    assert (metered.account.prompt_tokens, metered.account.completion_tokens) == (7, 3), "they are paid for"
    (call,) = metered.record
    assert (call.prompt_tokens, call.completion_tokens) == (7, 3)
    assert "thinking off" in call.error


@pytest.mark.parametrize("usage", [{"prompt_tokens": -5, "completion_tokens": "x"}, {}, {"prompt_tokens": None}])
def test_counts_that_are_none_are_0(server: Server, usage: dict[str, object]) -> None:
    server.replies[:] = [(200, json.dumps({**GOOD, "usage": usage}).encode(), 0.0)]
    reply = model(server).complete(ASKED, max_tokens=5)
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("Yes [1].", 0, 0)


def test_a_prompt_that_is_over_the_cap_is_not_sent(server: Server) -> None:
    long = [Message("user", "word " * 100)]
    with pytest.raises(LanguageModelError, match="cap of 50 tokens"):
        MeteredModel(model(server), account=Account(max_tokens=50)).complete(long, max_tokens=5)
    run = Account(max_cost=0.1, prices=Prices(prompt=1e4))
    with pytest.raises(RunCapError, match=r"a price of 0\.1"):
        MeteredModel(model(server), run=run).complete(long, max_tokens=5)
    assert server.seen == []


def test_a_server_that_heeds_no_limit_costs_the_answer_its_words_only(server: Server, collection) -> None:
    reply = json.loads(json.dumps(GOOD))
    reply["choices"][0]["message"]["content"] = "They had 3 hours of sleep per night [1]. " + "bla bla [1] " * 2000
    server.replies[:] = [(200, json.dumps(reply).encode(), 0.0)]
    answer = collection.ask(
        "How many hours of sleep per night were the subjects restricted to?", llm=model(server), agent="question"
    )
    assert "bla" not in answer.text
    assert "3" in answer.text, "the extractive reader answers"
    assert any("characters" in note for note in answer.trace.notes)


def test_a_server_that_dies_in_the_middle_gave_no_reply(server: Server) -> None:
    server.replies[:] = [(200, events("Yes", " it", end=False), 0.0)]
    with pytest.raises(LanguageModelError, match="broke off") as raised:
        model(server, retries=0).complete(ASKED, max_tokens=5, on_text=lambda _: None)
    assert raised.value.reply == "Yes it"


def test_a_server_that_cannot_stream_is_asked_for_the_whole(server: Server) -> None:
    server.replies.insert(0, (400, b'{"error": {"message": "stream_options is unknown"}}', 0.0))
    heard: list[str] = []
    asked = model(server)
    assert asked.complete(ASKED, max_tokens=5, on_text=heard.append).text == "Yes [1]."
    assert heard == ["Yes [1]."]
    asked.complete(ASKED, max_tokens=5, on_text=heard.append)
    assert [bool(body.get("stream")) for body in server.seen] == [True, False, False]


def test_a_listener_ends_a_call_that_is_under_way(server: Server) -> None:
    server.replies[:] = [(200, events(*["word "] * 50), 0.0)]
    stop = threading.Event()
    metered = MeteredModel(model(server), stop=stop)
    with pytest.raises(Stopped):
        metered.complete(ASKED, max_tokens=60, on_text=lambda text: stop.set() if len(text) > 20 else None)
    assert metered.account.calls == 1


def test_no_more_calls_at_once_than_the_server_is_meant_to_get(server: Server) -> None:
    server.replies[:] = [(200, json.dumps(GOOD).encode(), 0.2)]
    limited = model(server, at_once=2)
    most, under_way, guard = [0], [0], threading.Lock()
    sent = limited._sent

    def watched(*given: object) -> object:
        with guard:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        try:
            return sent(*given)  # type: ignore[arg-type]
        finally:
            with guard:
                under_way[0] -= 1

    limited._sent = watched  # type: ignore[method-assign, assignment]
    with ThreadPoolExecutor(6) as pool:
        texts = list(pool.map(lambda _: limited.complete(ASKED, max_tokens=5).text, range(6)))
    assert texts == ["Yes [1]."] * 6
    assert most[0] == 2


def test_questions_share_the_client_of_a_server(server: Server) -> None:
    settings = Settings(openai_base_url=server.address, openai_api_key=None, ollama_host=None)
    assert choose_model("openai:tiny", settings) is choose_model("openai:tiny", settings)
