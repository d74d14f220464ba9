"""How many questions a minute a model server answers, one and eight at a time, and what they ask of it.

    python benchmarks/model_calls.py DATASET [QUESTIONS]

A server on this machine replies after a fixed delay, so that only waiting is measured; the documents are the passages
of a data set in BEIR layout. Prints the throughput of eight questions at once against one, for the answer alone and
for the agent that asks the model at each hop, and the calls and prompt tokens of a question.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kgqa import Collection
from kgqa.batch import answer_batch
from kgqa.evaluate import read_dataset
from kgqa.llm import OpenAIModel
from kgqa.settings import load_settings

DELAY = 2.0  # seconds that the server takes for a reply, as a small model does on a laptop


class Slow(BaseHTTPRequestHandler):
    """Replies after a while, and counts the words that it is sent."""

    def do_POST(self) -> None:
        """Answer a call of the chat protocol."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(DELAY)
        said = body["messages"][-1]["content"]
        text = "when it was founded" if "still missing" in said else "It was founded in 1890 [1]."
        usage = {"prompt_tokens": len(said) // 4, "completion_tokens": 6, "total_tokens": 6 + len(said) // 4}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        reply = {"id": "1", "object": "chat.completion", "created": 0, "model": "slow", "choices": [choice]}
        data = json.dumps({**reply, "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Ingest, ask one and eight at a time, print."""
    dataset = read_dataset(Path(sys.argv[1]))
    questions = list(dataset.questions.values())[: int(sys.argv[2]) if len(sys.argv) > 2 else 24]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    model = OpenAIModel("slow", base_url=f"http://127.0.0.1:{server.server_address[1]}/v1", at_once=32)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "in").mkdir()
        for number, (title, text) in enumerate(list(dataset.passages.values())[:300]):
            (folder / "in" / f"{number:04d}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
        (folder / "q.txt").write_text("\n".join(" ".join(q.split()) for q in questions), encoding="utf-8")
        settings = load_settings(llm="none", llm_cache=False)
        with Collection.open(folder / "c", settings) as collection:
            collection.add(folder / "in")
            collection.ask(questions[0], llm="none")  # loads the models
            for agent in ("question", "llm"):
                seconds = []
                for workers in (1, 8):
                    collection.settings = settings.model_copy(update={"workers": workers})
                    report = answer_batch(
                        collection, folder / "q.txt", folder / f"{agent}-{workers}.jsonl", llm=model, agent=agent
                    )
                    seconds.append(report.usage.seconds)
                    if report.failed:
                        sys.exit(f"{report.failed} questions failed")
                count, spent = len(questions), report.usage
                print(
                    f"agent {agent}: {count / seconds[0]:.2f} questions/s one at a time, {count / seconds[1]:.2f} "
                    f"eight at a time, {seconds[0] / seconds[1]:.2f} times; {spent.llm_calls / count:.2f} calls and "
                    f"{spent.prompt_tokens / count:.0f} prompt tokens a question"
                )
    server.shutdown()


if __name__ == "__main__":
    main()
