"""The installed `kgqa` command as a stranger's program sees it: exit codes, JSON by schema, one-line errors."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(__file__).parent / "contract"
DATA = Path(__file__).parent / "data"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def kgqa() -> str:
    """The console script of the environment that runs the tests."""
    beside = Path(sys.executable).with_name("kgqa")
    found = str(beside) if beside.exists() else shutil.which("kgqa")
    assert found, "the package is not installed: run `make test`, or `pip install -e '.[dev]'`"
    return found


@pytest.fixture(scope="module")
def run(kgqa: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the command in an empty folder, with a collection of its own and no language model configured."""
    home = tmp_path_factory.mktemp("contract")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KGQA_", "OPENAI_", "OLLAMA_"))}

    def call(
        *arguments: str | Path, expect: int = 0, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [kgqa, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=home,
            env={**clean, **(env or {})},
            check=False,
        )
        assert done.returncode == expect, (
            f"exit {done.returncode}, not {expect}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
        assert "Traceback" not in done.stderr
        return done

    return call


@pytest.fixture(scope="module")
def ingested(run: Run) -> dict[str, Any]:
    done = run("ingest", DATA / "census_disability_us001.pdf", DATA / "rcpp_introduction.pdf", "--json")
    return valid(done.stdout, "ingest")


def valid(text: str, schema: str) -> Any:
    """Return the JSON document that the text is, checked against the contract's schema."""
    data = json.loads(text)
    jsonschema.validate(data, json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8")))
    return data


def test_help_needs_nothing_heavy(kgqa: str) -> None:
    """`kgqa --help` must start at once, so none of the slow libraries may be imported by it."""
    code = (
        "import sys, app.cli\n"
        "try: app.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'pymupdf', 'streamlit', 'sklearn', 'pydantic', 'networkx', 'openai'} "
        "& set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ingest" in done.stdout


def test_ingest_reports_every_document(ingested: dict[str, Any]) -> None:
    by_name = {document["name"]: document for document in ingested["documents"]}
    assert by_name["census_disability_us001.pdf"]["pages"] == 3
    assert by_name["census_disability_us001.pdf"]["tables"] >= 2
    assert by_name["rcpp_introduction.pdf"]["pages"] == 8
    assert {document["status"] for document in ingested["documents"]} == {"ok"}
    assert all(document["passages"] > 0 and document["sections"] > 0 for document in ingested["documents"])


def test_ingesting_again_changes_nothing(run: Run, ingested: dict[str, Any]) -> None:
    again = valid(run("ingest", DATA / "rcpp_introduction.pdf", "--json").stdout, "ingest")
    assert [document["status"] for document in again["documents"]] == ["unchanged"]


def test_documents_lists_what_was_ingested(run: Run, ingested: dict[str, Any]) -> None:
    listed = valid(run("documents", "--json").stdout, "documents")["documents"]
    assert [document["name"] for document in listed] == ["census_disability_us001.pdf", "rcpp_introduction.pdf"]
    assert "rcpp_introduction.pdf" in run("documents").stdout


@pytest.mark.usefixtures("ingested")
def test_a_question_is_answered_with_page_and_box(run: Run) -> None:
    question = "Approximately how many people in the United States had a disability in 2010?"
    answer = valid(run("ask", question, "--json", "--llm", "none").stdout, "ask")
    assert "56.7 million" in answer["answer"]
    assert not answer["abstained"]
    first = answer["citations"][0]
    assert (first["document"], first["page"], first["verified"]) == ("census_disability_us001.pdf", 2, True)
    assert all(0 <= x0 < x1 <= 612 and 0 <= y0 < y1 <= 792 for x0, y0, x1, y1 in first["boxes"])
    assert first["boxes"]
    assert answer["usage"]["llm_calls"] == 0


@pytest.mark.usefixtures("ingested")
def test_a_question_that_the_documents_do_not_answer_is_refused(run: Run) -> None:
    answer = valid(run("ask", "Which city hosted the 1936 Summer Olympics?", "--json", "--llm", "none").stdout, "ask")
    assert answer["abstained"]
    assert answer["kind"] == "unanswerable"
    assert answer["citations"] == []


@pytest.mark.usefixtures("ingested")
def test_the_trace_can_be_written_and_read(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    run("ask", "Which R package times the functions in nanoseconds?", "--trace", trace, "--llm", "none")
    assert json.loads(trace.read_text(encoding="utf-8"))["seeds"]
    assert "seeds" in run("trace", trace).stdout
    assert "not a trace" in run("trace", SCHEMAS / "ask.schema.json", expect=1).stderr


@pytest.mark.usefixtures("ingested")
def test_batch_writes_a_line_per_question_and_resumes(run: Run, tmp_path: Path) -> None:
    questions, output = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [
        {"id": "a", "question": "How many pages does rcpp_introduction.pdf have?"},
        {"id": "b", "question": "What is on page 2?", "documents": ["no-such.pdf"]},
        {"id": "c", "question": "Which city hosted the 1936 Summer Olympics?"},
    ]
    questions.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    run("batch", questions, "--output", output, "--llm", "none", expect=3)
    rows = {row["id"]: row for row in map(json.loads, output.read_text(encoding="utf-8").splitlines())}
    assert [rows[key]["status"] for key in "abc"] == ["answered", "failed", "refused"]
    assert "8" in rows["a"]["answer"]
    assert "no-such.pdf" in rows["b"]["error"]
    output.write_text(output.read_text(encoding="utf-8") + '{"id": "c", "torn', encoding="utf-8")
    again = run("batch", questions, "--output", output, "--llm", "none", "--resume", expect=3)
    assert "2 kept from before" in again.stderr
    assert len(output.read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize("form", ["json", "graphml", "gexf", "html"])
def test_the_graph_is_exported(run: Run, tmp_path: Path, form: str) -> None:
    import networkx as nx

    output = tmp_path / f"graph.{form}"
    run("graph", "--format", form, "--output", output)
    if form == "json":
        data = valid(output.read_text(encoding="utf-8"), "graph")
        ids = [node["id"] for node in data["nodes"]]
        ends = [(edge["source"], edge["target"]) for edge in data["edges"]]
        assert ids == sorted(ids)
        assert ends == sorted(ends)
        assert {edge["kind"] for edge in data["edges"]} >= {"contains", "next", "similar", "shares_terms"}
        assert {node["kind"] for node in data["nodes"]} >= {"document", "section", "page", "passage", "table"}
        assert nx.node_link_graph(data, edges="edges").number_of_edges() == len(ends)
    elif form == "html":
        text = output.read_text(encoding="utf-8")
        assert "<html" in text
        code = text.split('id="data">', 1)[0] + text.split('id="data">', 1)[1].split("</script>", 1)[1]
        assert "http://" not in code.replace("http://www.w3.org/", ""), "nothing is fetched; words may hold addresses"
        assert "https://" not in code
    else:
        read = nx.read_graphml if form == "graphml" else nx.read_gexf
        assert read(output).number_of_nodes() > 20


def test_bad_files_get_one_line_each_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "truncated.pdf").write_bytes((DATA / "rcpp_introduction.pdf").read_bytes()[:100_000])
    (tmp_path / "text.pdf").write_text("not a PDF at all\n" * 20, encoding="utf-8")
    good = tmp_path / "good.pdf"
    shutil.copy(DATA / "census_disability_us001.pdf", good)
    files = ["empty.pdf", "truncated.pdf", "text.pdf"]
    collection = tmp_path / "collection"
    done = run(
        "ingest", *[tmp_path / name for name in files], DATA / "encrypted_openpassword.pdf", tmp_path / "missing.pdf",
        good, "--json", "--collection", collection, expect=3,
    )  # fmt: skip
    by_name = {document["name"]: document for document in valid(done.stdout, "ingest")["documents"]}
    assert by_name["good.pdf"]["status"] == "ok"
    for name in ["empty.pdf", "encrypted_openpassword.pdf", "missing.pdf"]:
        assert by_name[name]["status"] == "failed"
        assert len(by_name[name]["issues"]) == 1
        assert "\n" not in by_name[name]["issues"][0]["message"]
    assert by_name["truncated.pdf"]["status"] in ("failed", "partial")
    assert "password" in by_name["encrypted_openpassword.pdf"]["issues"][0]["message"]
    unlocked = run(
        "ingest",
        DATA / "encrypted_openpassword.pdf",
        "--password",
        "openpassword",
        "--json",
        "--collection",
        collection,
    )
    assert json.loads(unlocked.stdout)["documents"][0]["pages"] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ask",), 2),
        (("graph", "--format", "svg", "--output", "x"), 2),
        (("documents", "--collection", "no-such-folder"), 1),
        (("ask", "why?", "--collection", "no-such-folder"), 1),
        (("ingest", "no-such-file.pdf", "--collection", "new"), 1),
        (("remove", "no-such.pdf"), 1),
        (("ask", "   "), 1),
        (("ask", "why?", "--documents", "no-such.pdf"), 1),
        (("ask", "why?", "--llm", "foo:bar"), 2),
    ],
)
@pytest.mark.usefixtures("ingested")
def test_a_wrong_call_says_so_in_one_line(run: Run, arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments, expect=code)
    assert len((done.stderr + done.stdout).strip().splitlines()) <= (3 if code == 2 else 6)
    assert done.stderr or done.stdout


@pytest.mark.usefixtures("ingested")
def test_a_wrong_setting_is_refused_before_any_work(run: Run) -> None:
    done = run("ask", "why?", expect=1, env={"KGQA_WALK__BEEM": "3"})
    assert "beem" in done.stderr.lower()


def test_evaluate_measures_every_method(run: Run, tmp_path: Path) -> None:
    dataset = small_dataset(tmp_path)
    done = run("evaluate", dataset, "--methods", "bm25,tfidf,dense,hybrid,kgp", "--llm", "none", "--json")
    report = valid(done.stdout, "evaluate")
    assert (report["passages"], report["questions"]) == (6, 2)
    assert set(report["methods"]) == {"bm25", "tfidf", "dense", "hybrid", "kgp"}
    assert report["methods"]["hybrid"]["recall@5"] > 0.5


def small_dataset(folder: Path) -> Path:
    """Write six passages and two questions of two hops in BEIR layout."""
    passages = {
        "1": ("Aurora", "Aurora is a 1998 film directed by Lena Holm."),
        "2": ("Lena Holm", "Lena Holm, born 1950 in Bergen, is a Norwegian film director."),
        "3": ("Borealis", "Borealis is a 2003 film directed by Karl Dahl."),
        "4": ("Karl Dahl", "Karl Dahl, born 1962 in Malmö, is a Swedish film director."),
        "5": ("Bergen", "Bergen is a city on the west coast of Norway."),
        "6": ("Tides", "Tides rise and fall twice a day in most places."),
    }
    questions = {
        "q1": ("Where was the director of Aurora born?", ["1", "2"]),
        "q2": ("Where was the director of Borealis born?", ["3", "4"]),
    }
    dataset = folder / "films"
    (dataset / "qrels").mkdir(parents=True)
    corpus = [json.dumps({"_id": key, "title": title, "text": text}) for key, (title, text) in passages.items()]
    queries = [
        json.dumps({"_id": key, "text": text, "metadata": {"answers": []}}) for key, (text, _) in questions.items()
    ]
    qrels = [f"{key}\t{gold}\t1" for key, (_, golds) in questions.items() for gold in golds]
    (dataset / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (dataset / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    (dataset / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *qrels]), encoding="utf-8")
    return dataset


def test_removing_a_document_takes_it_out_of_the_answers(run: Run, tmp_path: Path) -> None:
    collection = tmp_path / "collection"
    run("ingest", DATA / "empty_pages.pdf", DATA / "census_disability_us001.pdf", "--collection", collection)
    run("remove", "census_disability_us001.pdf", "--collection", collection)
    listed = valid(run("documents", "--json", "--collection", collection).stdout, "documents")["documents"]
    assert [document["name"] for document in listed] == ["empty_pages.pdf"]
    answer = json.loads(
        run(
            "ask", "How many people had a disability in 2010?", "--json", "--llm", "none", "--collection", collection
        ).stdout
    )
    assert answer["abstained"]


def test_doctor_finds_nothing_wrong(run: Run, ingested: dict[str, Any]) -> None:
    assert "!!" not in run("doctor").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask", "why?", "--budget", "0"), "from 1"),
        (("ask", "why?", "--budget", "many"), "from 1"),
        (("web", "--port", "99999"), "from 1 to 65535"),
    ],
)
def test_a_number_out_of_range_is_wrong_usage(run: Run, arguments: tuple[str, ...], says: str) -> None:
    said = run(*arguments, expect=2).stderr
    assert says in said
    assert said.count("\n") == 1


def test_a_port_in_use_is_one_line_with_the_mend(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = run("web", "--port", port, expect=1).stderr
    assert "Address already in use" in said
    assert said.endswith(f"Name another: --port {port + 1}.\n")
    assert said.count("\n") == 1


def test_a_set_that_is_not_there_is_said_to_be_missing(run: Run) -> None:
    assert "nowhere does not exist" in run("evaluate", "nowhere", expect=1).stderr
