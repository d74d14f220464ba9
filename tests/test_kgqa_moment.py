"""What is committed while a question is answered: the answer is of one moment, or the question is asked anew."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kgqa.answer
from graphs.errors import CollectionError
from kgqa.collection import Collection
from kgqa.moment import Moment, MomentPassed
from kgqa.settings import Settings

QUESTION = "When did the harbour of Brill open?"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A folder with a file and the collection of it."""
    (tmp_path / "brill.md").write_text(
        "# Brill\n\nOf the ships.\n\n# Opening\n\nThe harbour of Brill opened in 1871.\n", encoding="utf-8"
    )
    with Collection.open(tmp_path / "c", settings) as collection:
        collection.add(tmp_path / "brill.md")
    return tmp_path


def change(folder: Path, settings: Settings, year: int) -> None:
    """Write the file anew and read it, as another process would."""
    text = f"# Brill\n\nOf the ships.\n\n# Opening\n\nThe harbour of Brill opened in {year}.\n"
    (folder / "brill.md").write_text(text, encoding="utf-8")
    with Collection.open(folder / "c", settings) as other:
        other.add(folder / "brill.md")


def test_a_question_whose_document_is_replaced_meanwhile_is_asked_anew(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the walk found was gone when it was read: the page said KeyError."""
    walk, walked = kgqa.answer.walk, []

    def walk_and_change(*args: Any, **options: Any) -> Any:
        trace = walk(*args, **options)
        walked.append(trace)
        if len(walked) == 1:
            change(folder, settings, 1902)
        return trace

    monkeypatch.setattr(kgqa.answer, "walk", walk_and_change)
    with Collection.open(folder / "c", settings) as collection:
        answer = collection.ask(QUESTION, llm="none")
    assert len(walked) == 2
    assert "1902" in answer.text
    assert answer.citations[0].verified


def test_a_collection_that_changes_all_the_time_ends_a_question_in_one_line(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, years = kgqa.answer.walk, iter(range(1900, 1950))

    def walk_and_change(*args: Any, **options: Any) -> Any:
        trace = walk(*args, **options)
        change(folder, settings, next(years))
        return trace

    monkeypatch.setattr(kgqa.answer, "walk", walk_and_change)
    with (
        Collection.open(folder / "c", settings) as collection,
        pytest.raises(CollectionError, match="Ask it again"),
    ):
        collection.ask(QUESTION, llm="none")


def test_graph_and_index_are_of_one_moment(folder: Path, settings: Settings) -> None:
    with Collection.open(folder / "c", settings) as collection:
        moment = Moment(collection.store)
        change(folder, settings, 1902)
        assert len(moment.documents()) == 1
        with pytest.raises(MomentPassed):
            moment.index()
        with pytest.raises(MomentPassed):
            moment.load(moment.documents()[0].doc_id)
        now = Moment(collection.store)
        assert set(now.index().node_ids) <= set(now.graph().position)


def test_a_document_that_another_process_read_anew_is_loaded_anew(folder: Path, settings: Settings) -> None:
    """The same file by other options has the same id: the page showed what was read first for ever."""
    with Collection.open(folder / "c", settings) as collection, Collection.open(folder / "c", settings) as other:
        [record] = collection.documents()
        first = collection.store.load(record.doc_id)
        assert len(first.passages) > 1
        vectors = {node.node_id: other.embedder.embed([node.search_text])[0] for node in other.store.graph().nodes}
        shorter = replace(first, passages=first.passages[:1], issues=())
        other.store.put(replace(shorter, seconds=first.seconds + 1), vectors, embedder=other.embedder.name)
        assert collection.store.load(record.doc_id).passages == first.passages[:1]
