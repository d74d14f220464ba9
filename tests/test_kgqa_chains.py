"""Questions that reach a thing through another one: which they are, and what is read for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from beir_folder import write_beir
from hypothesis import given
from hypothesis import strategies as st

from kgqa.chains import FEATURES, Piece, View, load_chain_reader
from kgqa.collection import Collection
from kgqa.errors import SettingsError
from kgqa.relations import reaches_through
from kgqa.settings import Settings
from kgqa.titles import title_of
from kgqa.train_chains import dataset_to_examples, grow, main, share_right

PAGES = {
    "The Glass Harbour": "The Glass Harbour is a 1934 drama film directed by Ottilie Marwen and starring Jan Pell. "
    "It was shot in nine weeks.",
    "Ottilie Marwen": "Ottilie Marwen (3 May 1899 – 12 June 1961) was a film director. She began as a painter of "
    "stage sets. In 1928 she married the lawyer Emil Torsten. She died in Bergen after a long illness.",
    "Northern Mills": "Northern Mills is a 1951 comedy film directed by Carl Odden. It was his last work.",
    "Carl Odden": "Carl Odden was a Norwegian director who was born in Tromsø on 2 March 1910. His father was the "
    "shipowner Nils Odden.",
    "Emil Torsten": "Emil Torsten was a lawyer. He was born in Malmö and studied at Uppsala University.",
    "Jan Pell": "Jan Pell was an actor. He lived in Copenhagen and wrote two books on fishing.",
}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("films")
    for number, (title, text) in enumerate(PAGES.items()):
        (folder / f"page{number}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    with Collection.open(folder / "collection", settings) as collection:
        collection.add(sorted(folder.glob("*.md")))
        yield collection


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Where did the director of The Glass Harbour die?", "directed by Ottilie Marwen", "She died in Bergen"),
        ("Who is the spouse of the director of The Glass Harbour?", "directed by Ottilie", "married the lawyer Emil"),
        ("Where was the director of Northern Mills born?", "directed by Carl Odden", "born in Tromsø"),
        ("Who was the father of the director of Northern Mills?", "directed by Carl Odden", "Nils Odden"),
    ],
)
def test_an_answer_shows_each_step_with_its_citation(films: Collection, question: str, first: str, last: str) -> None:
    answer = films.ask(question)
    assert not answer.abstained
    assert first in answer.text
    assert last in answer.text
    assert answer.text.index(first) < answer.text.index(last)
    assert [citation.key for citation in answer.citations] == [1, 2]
    assert all(citation.verified for citation in answer.citations)
    assert answer.citations[0].document != answer.citations[1].document


@pytest.mark.parametrize(
    "question",
    [
        "Where did the director of The Golden Calf die?",
        "Who is the father of Ann Lee's husband?",
        "In which year was the company that built the Ark founded?",
        "Who is John Roe's maternal grandfather?",
        "When was the pianist who recorded Blue Rooms born?",
        "Who married the publisher of The North Star?",
        "When was the largest customer of the Port of Vessel Bay founded?",
    ],
)
def test_questions_that_reach_through_another_thing(question: str) -> None:
    assert reaches_through(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ann Lee's father?",
        "Who is the director of The Golden Calf?",
        "How many pages does the report have?",
        "What does Table 2 show?",
        "Which section comes after the introduction?",
        "What is the learning rate?",
        "",
    ],
)
def test_other_questions_are_left_to_the_other_readers(question: str) -> None:
    assert not reaches_through(question)


def test_without_a_link_there_is_no_chain() -> None:
    lone = [Piece("a", "The Glass Harbour", "The Glass Harbour is a film. It was shot in Bergen.", 0.9)]
    assert load_chain_reader().read("Where did the director of The Glass Harbour die?", lone) is None
    assert load_chain_reader().read("Where did the director of The Glass Harbour die?", []) is None


_text = st.text(st.sampled_from("ab AB.é1\n"), max_size=60)
_piece = st.builds(Piece, st.just("n"), _text, _text, st.floats(0, 1))


@given(_text, st.lists(_piece, max_size=10))
def test_features_are_finite_and_links_are_slices(question: str, pieces: list[Piece]) -> None:
    view = View(question, pieces)
    rows = view.features()
    assert rows.shape == (len(view.sentences), len(FEATURES))
    assert not len(rows) or abs(rows).max() < 1e6
    chain = load_chain_reader().read(question, pieces)
    for link in chain.links if chain is not None else ():
        assert link.sentence in link.piece.text


def test_a_passage_that_begins_with_its_heading_is_about_it(films: Collection) -> None:
    graph = films.store.graph()
    titles = {title_of(graph, node) for node in graph.nodes if node.text}
    assert titles == set(PAGES)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    corpus = [{"_id": f"p{i}", "title": title, "text": text} for i, (title, text) in enumerate(PAGES.items())]
    queries = [
        {"_id": "q0", "text": "Where did the director of The Glass Harbour die?", "metadata": {"answers": ["Bergen"]}},
        {"_id": "q1", "text": "Where was the director of Northern Mills born?", "metadata": {"answers": ["Tromsø"]}},
        {"_id": "q2", "text": "Is Jan Pell an actor?", "metadata": {"answers": ["yes"]}},
    ]
    gold = (("q0", "p0"), ("q0", "p1"), ("q1", "p2"), ("q1", "p3"), ("q2", "p5"))
    return write_beir(tmp_path / "set", corpus, queries, gold)


def test_trees_are_grown_from_a_data_set(
    dataset: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = dataset_to_examples(dataset, settings)
    assert len(examples) == 2  # a yes or no is no chain's end
    assert all(example.right.sum() == 1 for example in examples)
    assert 0 <= share_right(grow(examples), examples) <= 1
    output = tmp_path / "new" / "chains.json"
    assert main([str(dataset), "--output", str(output)]) == 0
    assert '"reachable": 1.0' in capsys.readouterr().out
    assert load_chain_reader(output).read("Where did X die?", []) is None


def test_a_damaged_file_is_refused_with_the_mend(tmp_path: Path) -> None:
    broken = tmp_path / "chains.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="Train it again"):
        load_chain_reader(broken)
