"""Names by a spaCy pipeline that the test trains: the real loading code on a small model."""

from pathlib import Path

import numpy as np
import pytest

from graphs.build import build_graph
from graphs.document_graph import Edge, EdgeKind, Node, NodeKind
from graphs.errors import RecogniserError
from graphs.options import GraphOptions
from graphs.recogniser import load_recogniser
from kgqa.collection import Collection
from kgqa.settings import Settings

spacy = pytest.importorskip("spacy", reason="the extra kgqa[spacy] is not installed")
TRAINING = [
    ("Marlowe Quay opened in 1911.", [(0, 12, "FAC")]),
    ("Ann Sorrel led the harbour office.", [(0, 10, "PERSON")]),
    ("Ships left at night for the south.", []),
    ("After 1911 the harbour grew.", [(6, 10, "DATE")]),
]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagger of names, over-fitted on four sentences and saved."""
    from spacy.training import Example

    spacy.util.fix_random_seed(1)
    language = spacy.blank("en")
    language.add_pipe("ner")
    examples = [Example.from_dict(language.make_doc(text), {"entities": found}) for text, found in TRAINING]
    optimizer = language.initialize(lambda: examples)
    for _ in range(40):
        language.update(examples, sgd=optimizer)
    folder = tmp_path_factory.mktemp("spacy") / "pipeline"
    language.to_disk(folder)
    return folder


def test_subjects_are_names_and_no_dates(pipeline: Path) -> None:
    recogniser = load_recogniser(str(pipeline))
    assert recogniser is not None
    found = recogniser.subjects([text for text, _ in TRAINING] + ["Ships of Marlowe Quay left at night."])
    assert found[:4] == [("Marlowe Quay",), ("Ann Sorrel",), (), ()]
    assert found[4] == (), "it begins with something else"
    assert load_recogniser("") is None


def mentions(options: GraphOptions) -> list[Edge]:
    nodes = [
        Node("a", NodeKind.DOCUMENT, "a", 1, "a.md", ""),
        Node("a/p1/0", NodeKind.PASSAGE, "a", 1, "a p. 1", "Marlowe Quay opened in 1911."),
        Node("b", NodeKind.DOCUMENT, "b", 1, "b.md", ""),
        Node("b/p1/0", NodeKind.PASSAGE, "b", 1, "b p. 1", "Ships left Marlowe Quay at night."),
    ]
    vectors = {node.node_id: np.eye(1, 8, dtype=np.float32)[0] for node in nodes}
    return [edge for edge in build_graph(nodes, [], vectors, options).edges if edge.kind is EdgeKind.MENTIONS]


def test_a_passage_mentions_what_another_is_about(pipeline: Path) -> None:
    assert mentions(GraphOptions()) == [], "no rule without a model tells that it is a name"
    (edge,) = mentions(GraphOptions(names_model=str(pipeline)))
    assert (edge.source, edge.target) == ("b/p1/0", "a/p1/0")
    assert "Marlowe Quay" in edge.reason


def test_a_collection_follows_the_setting(tmp_path: Path, pipeline: Path, settings: Settings) -> None:
    """Documents that came before, that come after, and a change back: as a fresh build each time."""
    named = settings.model_copy(update={"graph": GraphOptions(names_model=str(pipeline))})
    texts = {
        "a.md": "Marlowe Quay opened in 1911.",
        "b.md": "Ships left Marlowe Quay at night.",
        "c.md": "At Marlowe Quay apples were landed by many ships.",
    }
    source = tmp_path / "in"
    source.mkdir()
    seen = []
    for step, (name, chosen) in enumerate(zip(texts, (settings, named, named), strict=True)):
        (source / name).write_text(texts[name], "utf-8")
        with Collection.open(tmp_path / "lived", chosen) as lived:
            lived.add(source)
            edges = lived.graph().edges
        with Collection.open(tmp_path / f"fresh{step}", chosen) as fresh:
            fresh.add(source)
            assert fresh.graph().edges == edges
        seen.append(sum(edge.kind is EdgeKind.MENTIONS for edge in edges))
    assert seen == [0, 1, 2]
    with Collection.open(tmp_path / "lived", settings) as back:
        back.relink()
        assert not [edge for edge in back.graph().edges if edge.kind is EdgeKind.MENTIONS]


def test_what_is_no_pipeline_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError, match="no such spaCy pipeline"):
        load_recogniser("no_such_pipeline")
    spacy.blank("en").to_disk(tmp_path / "bare")
    with pytest.raises(RecogniserError, match="no entity recogniser"):
        load_recogniser(str(tmp_path / "bare"))
