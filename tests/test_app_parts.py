"""The parts of the web page that need no browser: names of collections, choices, exports, jobs, batches, pictures."""

import csv
import io
import itertools
import json
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.asking import Asking
from app.batch_runs import BatchRuns
from app.choices import Choices, choices_to_settings, own_model
from app.cited_text import text_to_parts
from app.cli import main
from app.exports import answer_to_markdown, batch_rows, no_formula, rows_to_csv, rows_to_xlsx
from app.jobs import IngestJob, Jobs, leftover_runs, run_names
from app.serve import LOCAL, check_address, has_provider, streamlit_command
from app.shelf import Shelf, is_name
from app.sign_in import is_right
from app.walk_chart import picture_to_chart
from app.walk_html import picture_to_html
from app.walk_picture import walk_to_picture
from app.words import plain, short
from ingestion.errors import KgqaError
from kgqa.batch import BatchQuestion
from kgqa.collection import Collection
from kgqa.errors import SettingsError
from kgqa.llm import Message, ScriptedModel
from kgqa.models import choose_model
from kgqa.result import Answer
from kgqa.settings import Settings

DATA = Path(__file__).parent / "data"
ASKED = "In which year was the stone bridge of Corby built?"


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


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


# Names and places


@given(st.text(max_size=80))
def test_no_name_leads_out_of_the_shelf(name: str) -> None:
    if is_name(name):
        root = Path("/shelf/collections")
        assert (root / name).parent == root
        assert Path(*(root / name).parts).name == name
        assert name not in (".", "..")
        assert not set(name) & set("/\\\0\n")


def test_a_shelf_makes_and_opens_collections_beside_the_given_one(tmp_path: Path) -> None:
    shelf = Shelf.beside(tmp_path / "library")
    assert shelf.names() == ("library",)
    assert shelf.create(" Papers  2024 ") == "Papers 2024"
    assert shelf.names() == ("library", "Papers 2024")
    assert shelf.place("library") == tmp_path / "library"
    assert shelf.place("Papers 2024") == tmp_path / "library-web" / "collections" / "Papers 2024"
    with pytest.raises(KgqaError, match="already"):
        shelf.create("papers 2024")
    for wrong in ("../other", "a/b", ".hidden", "", "x" * 65, "..", "C:\\x"):
        with pytest.raises(KgqaError, match="cannot name"):
            shelf.create(wrong)
        with pytest.raises(KgqaError, match="no collection"):
            shelf.place(wrong)


def test_what_belongs_to_a_collection_on_a_server_is_kept_apart_and_tells_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = (Shelf.beside(f"postgresql://me:secret@{host}/papers?sslmode=require") for host in ("a", "b"))
    assert one.names() == ("papers",)
    assert one.uploads("papers") != other.uploads("papers")
    assert one.root.parent == tmp_path / "kgqa-web"
    assert "secret" not in str(one.uploads("papers"))


def test_the_server_listens_here_alone_unless_it_asks_who_comes() -> None:
    command = streamlit_command(Path("x"), 8501)
    assert "--server.address=127.0.0.1" in command
    assert "--browser.gatherUsageStats=false" in command
    for address in LOCAL:
        check_address(address, guarded=False)
    check_address("0.0.0.0", guarded=True)
    with pytest.raises(KgqaError, match="KGQA_WEB_PASSWORD"):
        check_address("0.0.0.0", guarded=False)


@given(st.text(), st.text(min_size=1))
def test_only_the_password_itself_is_right(given: str, password: str) -> None:
    try:
        given.encode(), password.encode()
    except UnicodeEncodeError:
        return
    assert is_right(given, SecretStr(password)) == (given == password)


# Choices


def test_choices_change_what_they_name_and_nothing_else(settings: Settings) -> None:
    assert choices_to_settings(settings, Choices()) == settings
    chosen = choices_to_settings(settings, Choices(agent="question", budget=5, hops=1, max_calls=3))
    assert (chosen.agent, chosen.walk.budget, chosen.walk.hops, chosen.llm_max_calls) == ("question", 5, 1, 3)
    assert chosen.walk.seeds == settings.walk.seeds
    with pytest.raises(SettingsError, match="budget=0"):
        choices_to_settings(settings, Choices(budget=0))


def test_a_key_of_the_environment_goes_to_no_address_that_a_user_typed(settings: Settings) -> None:
    base = settings.model_copy(
        update={"openai_api_key": SecretStr("of-the-server"), "openai_base_url": "http://models.example/v1"}
    )
    own = own_model("openai", "m", "http://127.0.0.1:9/v1", "")
    model = choose_model(own.spec, choices_to_settings(base, Choices(llm=own.spec, own=own)))
    assert model is not None
    assert vars(model)["base_url"] == "http://127.0.0.1:9/v1"
    assert vars(model)["api_key"] is None


def test_a_typed_key_is_in_no_text(settings: Settings) -> None:
    own = own_model("openai", "m", "http://127.0.0.1:9/v1", "sk-very-secret")
    choices = Choices(llm=own.spec, own=own)
    chosen = choices_to_settings(settings, choices)
    assert vars(choose_model(own.spec, chosen))["api_key"] == "sk-very-secret"
    for text in (repr(own), repr(choices), repr(chosen), str(chosen), repr(choose_model(own.spec, chosen))):
        assert "sk-very-secret" not in text


@pytest.mark.parametrize(
    ("kind", "model", "address", "told"),
    [
        ("openai", "", "", "no name"),
        ("openai", "m", "localhost:8000", "http://"),
        ("openai", "m", "file:///etc/passwd", "http://"),
        ("exec", "m", "", "no known kind"),
    ],
)
def test_a_model_that_cannot_be_is_refused_in_one_line(kind: str, model: str, address: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        own_model(kind, model, address, "")
    assert "\n" not in str(caught.value)


# Words


@given(st.text())
def test_plain_text_keeps_its_words(text: str) -> None:
    shown = re.sub(r"\\([\\`*_{}\[\]()#+!|<>$~:=^&-])", r"\1", plain(text)).replace("\u2060", "")
    assert shown == " ".join(text.replace("\u2060", "").split()) or "\u2060" in text


@pytest.mark.parametrize(
    "text", ["https://evil.example/x", "see www.evil.example", "a@evil.example", ":material/home:"]
)
def test_plain_text_holds_nothing_that_markdown_links(text: str) -> None:
    shown = plain(text)
    assert not re.search(r"https?:|www\.|\w@\w|(?<!\\):", shown)


@given(st.text(), st.integers(4, 60))
def test_short_text_is_short(text: str, most: int) -> None:
    assert len(short(text, most)) <= most


# Answers


def test_numbers_that_are_no_keys_stay_words(answer: Answer) -> None:
    parts = text_to_parts(f"As [7] says: {answer.text}", answer.citations)
    assert parts[0]["text"].startswith("As [7] says: ")
    assert [part["key"] for part in parts if "key" in part] == [1]
    whole = "".join(part.get("text", f"[{part.get('key')}]") for part in parts)
    assert whole == f"As [7] says: {answer.text}"
    assert f"1. {answer.citations[0].document}".replace("_", "\\_") in answer_to_markdown(answer)


@given(st.text(min_size=1, max_size=60))
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    guarded = no_formula(cell)
    assert guarded.endswith(cell)
    assert guarded.lstrip()[:1] not in ("=", "+", "-", "@")
    assert guarded[:1] not in ("\t", "\r")


ROWS = [{"id": "1", "question": "=1+1", "status": "answered", "answer": "@SUM(A1)\x00 two", "documents": "a.pdf"}]


def test_a_csv_holds_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(rows_to_csv(ROWS).decode("utf-8-sig"))))
    assert (rows[0]["question"], rows[0]["answer"]) == ("'=1+1", "'@SUM(A1)\x00 two")


def test_a_workbook_holds_strings_alone() -> None:
    with zipfile.ZipFile(io.BytesIO(rows_to_xlsx(ROWS))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        strings = "".join(ElementTree.fromstring(book.read("xl/sharedStrings.xml")).itertext())
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(sheet.iter(f"{name}f"))
    assert {cell.get("t") for cell in sheet.iter(f"{name}c")} == {"s"}
    assert "=1+1" in strings
    assert "@SUM(A1) two" in strings


# The picture of a walk


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


# Runs


def test_a_run_that_was_cut_off_goes_on(tmp_path: Path, settings: Settings) -> None:
    place, waiting = tmp_path / "collection", tmp_path / "uploads"
    run = waiting / "1"
    run.mkdir(parents=True)
    (run / "names.json").write_text(json.dumps(["../../one.md", "two.md"]), encoding="utf-8")
    (run / "upload-0.md").write_text("# One\n\nThe bridge was built in 1890.\n", encoding="utf-8")
    (run / "upload-1.md").write_text("# Two\n\nThe tower was built in 1902.\n", encoding="utf-8")
    assert leftover_runs(waiting) == [run]
    assert run_names(run) == ("../../one.md", "two.md")
    jobs = Jobs()
    job = jobs.resume(place, run, settings)
    until(lambda: job.done)
    assert job.error == ""
    with Collection.open(place, settings) as collection:
        assert [record.name for record in collection.documents()] == ["one.md", "two.md"]
    assert leftover_runs(waiting) == []


def test_a_run_that_is_read_is_no_leftover_and_keeps_others_out(tmp_path: Path, settings: Settings) -> None:
    jobs = Jobs()
    text = b"# A\n\n" + b"A sentence about bridges that is long enough to be a passage of its own.\n\n" * 400
    job = jobs.start(tmp_path / "c", tmp_path / "u", [("a.md", text)], settings)
    assert leftover_runs(tmp_path / "u") == [] or job.done
    if not job.done:
        with pytest.raises(KgqaError, match="being read already"):
            jobs.start(tmp_path / "c", tmp_path / "u", [("b.md", b"b")], settings)
    until(lambda: job.done)
    assert [report.status for report in job.reports] == ["ok"]
    jobs.dismiss(tmp_path / "c")
    assert jobs.current(tmp_path / "c") is None


def test_a_run_that_is_cancelled_ends_in_one_line(tmp_path: Path, settings: Settings) -> None:
    jobs = Jobs()
    job = jobs.start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "rcpp_introduction.pdf").read_bytes())], settings
    )
    job.cancel()
    until(lambda: job.done)
    assert job.error.startswith("Cancelled. What was read stays")
    assert leftover_runs(tmp_path / "u") == []


def test_a_long_pdf_can_be_asked_before_its_layout_is_read(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs._LONG", 1000)
    seen: list[tuple[str, int]] = []

    class Watched(IngestJob):
        def progress(self, name: str, stage: str, done: int, total: int) -> None:
            super().progress(name, stage, done, total)
            if stage == "read" and not seen:
                with Collection.open(tmp_path / "c", settings) as collection:
                    seen.extend((r.name, r.pages) for r in collection.documents())

    monkeypatch.setattr("app.jobs.IngestJob", Watched)
    jobs = Jobs()
    job = jobs.start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "census_disability_us001.pdf").read_bytes())], settings
    )
    until(lambda: job.done)
    assert job.error == ""
    assert seen == [("a.pdf", 3)], "it was not there when its layout began to be read"
    (report,) = job.reports
    assert (report.status, report.tables) == ("ok", 2)
    again = jobs.start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "census_disability_us001.pdf").read_bytes())], settings
    )
    until(lambda: again.done)
    assert [report.status for report in again.reports] == ["unchanged"]
    assert again.looked == set(), "what is there with its layout is never put back to bare text"


def test_the_first_pages_of_a_long_pdf_can_be_asked_before_the_others(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs._LONG", 1000)
    monkeypatch.setattr("app.jobs._FIRST", 1)
    seen: list[tuple[int, set[int]]] = []

    class Watched(IngestJob):
        def look(self, name: str, stage: str, done: int, total: int) -> None:
            super().look(name, stage, done, total)
            if self.begun and not seen:
                with Collection.open(tmp_path / "c", settings) as collection:
                    document = collection.load("a.pdf")
                    seen.append((len(document.pages), {passage.page_number for passage in document.passages}))

    monkeypatch.setattr("app.jobs.IngestJob", Watched)
    job = Jobs().start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "census_disability_us001.pdf").read_bytes())], settings
    )
    until(lambda: job.done)
    assert (job.error, seen) == ("", [(3, {1})])
    (report,) = job.reports
    assert (report.status, report.pages, report.tables) == ("ok", 3, 2)


def test_a_batch_is_resumed_and_a_failure_costs_its_own_question(tmp_path: Path, towns: Collection) -> None:
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


# The command line


def test_a_walk_is_drawn_by_the_command_too(towns: Collection, answer: Answer, tmp_path: Path) -> None:
    trace, page = tmp_path / "trace.json", tmp_path / "walk.html"
    trace.write_text(json.dumps(answer.trace.to_json()), encoding="utf-8")
    common = ["graph", "--collection", str(towns.place), "--trace", str(trace), "--output", str(page)]
    assert main([*common, "--format", "html"]) == 0
    assert ASKED in page.read_text(encoding="utf-8")
    assert main([*common, "--format", "json"]) == 1


def test_a_page_for_everybody_is_not_served_unguarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KGQA_WEB_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["web", "--address", "0.0.0.0", "--collection", str(tmp_path / "c")]) == 1
    assert has_provider() is False
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[auth]\nclient_id = "x"\n', encoding="utf-8")
    assert has_provider() is True
