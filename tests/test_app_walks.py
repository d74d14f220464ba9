"""What the web page does with answers, without a browser: pictures of walks, batches, questions in threads."""

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.asking import Asking
from app.batch_runs import BatchRuns
from app.cited_text import text_to_parts
from app.cli import main
from app.exports import answer_to_markdown, batch_rows
from app.walk_chart import picture_to_chart
from app.walk_html import picture_to_html
from app.walk_picture import walk_to_picture
from kgqa.batch import BatchQuestion
from kgqa.collection import Collection
from kgqa.llm import Message, ScriptedModel
from kgqa.result import Answer
from kgqa.settings import Settings

ASKED = "In which year was the stone bridge of Corby built?"
Until = Callable[[Callable[[], bool]], None]

TOWNS = ("Avon", "Brill", "Corby", "Dunster", "Ely")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    """Two small documents whose passages are near to each other: enough for a walk, read in a second."""
    folder = tmp_path_factory.mktemp("towns")
    (folder / "bridges.md").write_text(
        "# Bridges\n\n"
        + "\n\n".join(
            f"## The bridge of {town}\n\nThe stone bridge of {town} was built in {1800 + 7 * i} by the engineer Ann "
            f"Lee{i}. It carries the old road over the river {town}, and {9 + i} boats lie under its arches."
            for i, town in enumerate(TOWNS)
        ),
        encoding="utf-8",
    )
    (folder / "people.md").write_text(
        "# Engineers\n\n"
        + "\n\n".join(
            f"## Ann Lee{i}\n\nThe engineer Ann Lee{i} was born in {town} and learned to build bridges of stone from "
            f"her father, who kept the mill of {town} for {20 + i} years."
            for i, town in enumerate(reversed(TOWNS))
        ),
        encoding="utf-8",
    )
    with Collection.open(folder / "collection", settings) as opened:
        report = opened.add([folder / "bridges.md", folder / "people.md"])
        assert report.complete
        yield opened


@pytest.fixture(scope="module")
def answer(towns: Collection) -> Answer:
    found = towns.ask(ASKED, llm="none")
    assert found.citations
    assert found.trace.seeds
    return found


def test_numbers_that_are_no_keys_stay_words(answer: Answer) -> None:
    parts = text_to_parts(f"As [7] says: {answer.text}", answer.citations)
    assert parts[0]["text"].startswith("As [7] says: ")
    assert [part["key"] for part in parts if "key" in part] == [1]
    whole = "".join(part.get("text", f"[{part.get('key')}]") for part in parts)
    assert whole == f"As [7] says: {answer.text}"
    assert f"1. {answer.citations[0].document}".replace("_", "\\_") in answer_to_markdown(answer)


def test_the_picture_shows_the_walk_and_each_step_of_it(towns: Collection, answer: Answer) -> None:
    names = {record.doc_id: record.name for record in towns.documents()}
    trace = answer.trace
    picture = walk_to_picture(trace, towns.graph(), names, {c.node for c in answer.citations})
    taken = {c.node for step in trace.steps for c in step.candidates if c.taken}
    seeds = {seed.node for seed in trace.seeds}
    assert {n.node_id for n in picture.nodes if n.seed} == seeds
    assert {n.node_id for n in picture.nodes if n.visited_at is not None} == taken - seeds
    assert {n.node_id for n in picture.nodes if n.cited} <= {c.node for c in answer.citations}
    assert len({(n.x, n.y) for n in picture.nodes}) == len(picture.nodes), "two nodes stand on one another"
    shown = [
        {n.node_id for n in picture.shown(step, seen=True, around=True)[0]} for step in range(len(picture.steps) + 1)
    ]
    assert shown[0] == {"", *seeds}
    assert all(before <= after for before, after in itertools.pairwise(shown))
    only = {n.node_id for n in picture.shown(len(picture.steps), seen=False, around=False)[0]}
    assert only == {"", *seeds, *taken}
    chart = picture_to_chart(picture, step=len(picture.steps), around=True)
    assert json.loads(json.dumps(chart.spec)) == chart.spec
    assert len(chart.spec["series"][0]["data"]) == len(chart.nodes)


def test_a_walk_as_html_holds_a_documents_words_as_data(towns: Collection, answer: Answer) -> None:
    trace = replace(answer.trace, question="</script><img src=http://evil.example/x>")
    page = picture_to_html(walk_to_picture(trace, towns.graph(), {}))
    assert page.count("</script>") == 2
    assert "<img" not in page
    assert "default-src 'none'" in page
    data = page.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert json.loads(data)["question"] == trace.question


def test_a_walk_over_documents_that_are_gone_is_drawn_without_them(towns: Collection, answer: Answer) -> None:
    gone = replace(answer.trace, seeds=tuple(replace(seed, node=f"gone/{seed.node}") for seed in answer.trace.seeds))
    picture = walk_to_picture(gone, towns.graph(), {})
    assert not any(node.node_id.startswith("gone/") for node in picture.nodes)


def test_a_batch_is_resumed_and_a_failure_costs_its_own_question(
    tmp_path: Path, towns: Collection, until: Until
) -> None:
    questions = [
        BatchQuestion("1", "How many sections does bridges.md have?", None),
        BatchQuestion("2", "What is this about?", ("missing.pdf",)),
        BatchQuestion("3", "Which city hosted the 1936 Summer Olympics?", None),
    ]
    runs = BatchRuns()
    run = runs.start(tmp_path, questions, towns, title="three")
    until(lambda: not run.running)
    assert run.error == ""
    assert [row["status"] for row in run.rows()] == ["answered", "failed", "refused"]
    table = batch_rows(run.questions(), run.rows())
    assert [row["status"] for row in table] == ["answered", "failed", "refused"]
    assert "missing.pdf" in table[1]["error"]

    answers = run.folder / "answers.jsonl"
    answers.write_text(answers.read_text(encoding="utf-8").split("\n", 1)[0] + '\n{"id": "2", "qu', encoding="utf-8")
    again = BatchRuns()  # another server, after a kill that tore the last line
    (found,) = again.of(tmp_path)
    assert (found.title, found.done, found.total) == ("three", 1, 3)
    again.resume(found, towns)
    until(lambda: not found.running)
    assert [row["status"] for row in found.rows()] == ["answered", "failed", "refused"]
    again.discard(found)
    assert again.of(tmp_path) == []


def test_a_question_in_a_thread_ends_with_an_answer_or_an_error(towns: Collection) -> None:
    asking = Asking(towns.with_settings(towns.settings), ASKED)
    assert asking.wait(120)
    assert asking.answer is not None
    assert "1814" in asking.answer.text
    wrong = Asking(towns, "What is this about?", documents=["missing.pdf"])
    assert wrong.wait(60)
    assert "missing.pdf" in wrong.error


def test_a_stopped_question_asks_no_further_model(towns: Collection, settings: Settings) -> None:
    begun, go_on, calls = threading.Event(), threading.Event(), []

    def reply(messages: Sequence[Message]) -> str:
        calls.append(messages)
        begun.set()
        go_on.wait(60)
        return "the year"

    class Scripted(Collection):
        def ask(self, question: str, **choices: Any) -> Answer:
            return super().ask(question, **{**choices, "llm": ScriptedModel(reply), "agent": "llm"})

    asking = Asking(Scripted(towns.store, settings, towns.place), ASKED)
    assert begun.wait(60)
    asking.stop()
    assert asking.done
    go_on.set()
    assert asking.wait(60)
    assert asking.stopped
    assert asking.answer is None
    assert len(calls) <= 3, "calls that were under way together may end; none is begun after the stop"


def test_a_walk_is_drawn_by_the_command_too(towns: Collection, answer: Answer, tmp_path: Path) -> None:
    trace, page = tmp_path / "trace.json", tmp_path / "walk.html"
    trace.write_text(json.dumps(answer.trace.to_json()), encoding="utf-8")
    common = ["graph", "--collection", str(towns.place), "--trace", str(trace), "--output", str(page)]
    assert main([*common, "--format", "html"]) == 0
    assert ASKED in page.read_text(encoding="utf-8")
    assert main([*common, "--format", "json"]) == 1
