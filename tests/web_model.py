"""A language model's server for the tests in a browser: the OpenAI protocol over HTTP, its replies scripted."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ScriptedServer(ThreadingHTTPServer):
    """Answers with the sentence `says`, word by word where a stream is asked for, and cites the evidence it is from."""

    daemon_threads = True

    def __init__(self, says: str, pause: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says, self.pause = says, pause  # seconds between two words
        self.asked: list[list[dict[str, str]]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def reply(self, messages: list[dict[str, str]]) -> str:
        prompt = messages[-1]["content"]
        for number, text in re.findall(r"\[(\d+)\] <<<(.*?)>>>", prompt, re.S):
            if self.says.rstrip(".") in " ".join(text.split()):
                return f"{self.says} [{number}]"
        return "NOT IN THE DOCUMENTS"


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked["messages"])
        reply = self.server.reply(asked["messages"])
        usage = {"prompt_tokens": 50, "completion_tokens": len(reply.split()), "total_tokens": 50 + len(reply.split())}
        self.send_response(200)
        if not asked.get("stream"):
            body = _chunk(reply, "message", "stop", usage).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for word in re.findall(r"\S+\s*", reply):
                self._send(_chunk(word, "delta", None, None))
                time.sleep(self.server.pause)
            self._send(_chunk("", "delta", "stop", usage))
            self._send("[DONE]")
        except (BrokenPipeError, ConnectionResetError):
            return  # the page stopped the question

    def _send(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _chunk(text: str, part: str, reason: str | None, usage: dict[str, int] | None) -> str:
    choice: dict[str, Any] = {"index": 0, part: {"role": "assistant", "content": text}, "finish_reason": reason}
    kind = "chat.completion" if part == "message" else "chat.completion.chunk"
    return json.dumps({"id": "1", "object": kind, "created": 1, "model": "m", "choices": [choice], "usage": usage})
