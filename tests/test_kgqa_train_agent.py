"""Training: from questions, from passages alone, cut off and gone on with, rewarded; what is made to practise on."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from beir_folder import write_beir

from graphs.embedding import load_embedder
from kgqa.collection import Collection
from kgqa.encoder import RANKING, load_agent
from kgqa.errors import DatasetError, LanguageModelError, SettingsError
from kgqa.evaluate import Dataset, dataset_to_graph, evaluate_dataset
from kgqa.llm import Message, ScriptedModel
from kgqa.practice import Practice, make_practice
from kgqa.settings import Settings
from kgqa.train_agent import AgentOptions, train_agent
from kgqa.train_encoder import TrainOptions
from kgqa.train_ranking import RankingOptions

PEOPLE = [("Ann Lee", "Ravenna", 1931), ("Bob Ray", "Oslo", 1940), ("Cyd Fox", "Lima", 1952), ("Dee Orr", "Riga", 1960)]
SMALL = AgentOptions(encoder=TrainOptions(passes=8, rank=4), folds=0)


def write_dataset(folder: Path) -> Path:
    """Films and their directors: each question needs the film's passage, then its director's."""
    passages, queries, golds = [], [], []
    for i, (person, town, year) in enumerate(PEOPLE):
        passages.append({"_id": f"f{i}", "title": f"Film {i}", "text": f"Film {i} was directed by {person}."})
        passages.append({"_id": f"p{i}", "title": person, "text": f"{person} was born in {town} in {year}."})
        passages.append({"_id": f"x{i}", "title": town, "text": f"{town} is a town with {i + 2} harbours."})
        about = {"answers": [town], "type": "compositional", "path": [f"f{i}", f"p{i}"]}
        queries.append({"_id": f"q{i}", "text": f"Where was the director of Film {i} born?", "metadata": about})
        golds += [(f"q{i}", f"f{i}"), (f"q{i}", f"p{i}")]
    return write_beir(folder, passages, queries, golds)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("data") / "films")


def test_a_small_agent_is_trained_used_and_told_apart(dataset: Path, settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    card = train_agent([dataset], tmp_path / "agent", settings=settings, options=SMALL, progress=said.append)
    assert card["loss"]["last"] < card["loss"]["first"]
    assert card["examples"] == 8
    assert card["data"][0]["questions"] == 4
    assert said
    embedder = load_embedder(settings.embedding)
    agent = load_agent(embedder, tmp_path / "agent")
    first, again = agent.predict("Where?", [()])[0], load_agent(embedder, tmp_path / "agent").predict("Where?", [()])[0]
    assert (first.vector == again.vector).all()
    wrong = json.loads((tmp_path / "agent" / "card.json").read_text("utf-8"))
    (tmp_path / "agent" / "card.json").write_text(json.dumps({**wrong, "dimensions": 768}), "utf-8")
    with pytest.raises(SettingsError, match="768 dimensions"):
        load_agent(embedder, tmp_path / "agent")
    with pytest.raises(SettingsError, match="kgqa train-agent"):
        load_agent(embedder, tmp_path / "nothing")


class CutOffError(Exception):
    """The process was killed."""


@pytest.mark.parametrize(("validation", "where"), [(0.0, "step 20"), (0.25, "pass 2:")])
def test_a_run_that_was_cut_off_goes_on_to_the_same_agent(
    dataset: Path, settings: Settings, tmp_path: Path, validation: float, where: str
) -> None:
    encoder = TrainOptions(passes=25, rank=2, batch=8, validation=validation)
    options = AgentOptions(encoder=encoder, folds=0)
    whole = train_agent([dataset], tmp_path / "whole", settings=settings, options=options)

    def cut(line: str) -> None:
        if line.startswith(where):
            raise CutOffError

    with pytest.raises(CutOffError):
        train_agent([dataset], tmp_path / "cut", settings=settings, options=options, progress=cut)
    assert not (tmp_path / "cut" / "card.json").exists(), "half an agent is none"
    said: list[str] = []
    resumed = train_agent(
        [dataset], tmp_path / "cut", settings=settings, options=options, resume=True, progress=said.append
    )
    assert any(line.startswith("going on after step") for line in said)
    assert (resumed["validation"], resumed["loss"]) == (whole["validation"], whole["loss"])
    files = [(tmp_path / name / "adapter.safetensors").read_bytes() for name in ("whole", "cut")]
    assert files[0] == files[1]
    assert not (tmp_path / "cut" / "parts").exists()


def test_the_ranking_is_learned_from_questions_that_its_walks_had_not_seen(
    dataset: Path, settings: Settings, tmp_path: Path
) -> None:
    options = AgentOptions(
        encoder=TrainOptions(passes=1, rank=2), folds=2, ranking=RankingOptions(trees=5, depth=2, leaf=1)
    )
    card = train_agent([dataset], tmp_path / "agent", settings=settings, options=options)
    assert card["ranking"] == "learned from these questions"
    run = tmp_path / "agent" / "held-out-films.trec"
    measured = evaluate_dataset(dataset, methods=[f"run:{run}"], agent="question", llm="none", settings=settings)
    recall = measured["methods"][f"run:{run}"]["recall@5"]
    assert recall == pytest.approx(card["held_out"]["films"]["recall@5"], abs=1e-4)
    assert (tmp_path / "agent" / RANKING).exists()
    agent = load_agent(load_embedder(settings.embedding), tmp_path / "agent")
    assert agent.ranker is not None
    assert (tmp_path / "agent" / RANKING).stat().st_size < 100_000


def test_walks_that_reached_gold_are_learned_from_as_long_as_it_helps(
    dataset: Path, settings: Settings, tmp_path: Path
) -> None:
    options = AgentOptions(encoder=TrainOptions(passes=2, rank=2, validation=0.25), folds=0, rounds=2)
    said: list[str] = []
    card = train_agent([dataset], tmp_path / "agent", settings=settings, options=options, progress=said.append)
    assert card["rounds"], "the recall before the first round is told"
    assert sorted(card["rounds"]) == card["rounds"], "a round that does not help is thrown away"
    assert any(line.startswith("round 1: recall@5") for line in said)


def test_an_agent_is_trained_on_a_collection_alone(collection: Collection, settings: Settings, tmp_path: Path) -> None:
    options = AgentOptions(encoder=TrainOptions(passes=1, rank=2), practice=24)
    card = train_agent([], tmp_path / "agent", settings=settings, options=options, collection=collection)
    assert card["data"][0]["questions"] == 0
    assert 0 < card["data"][0]["questions_made"] <= 24
    assert card["ranking"] == "of the agent that ships"
    assert load_agent(collection.embedder, tmp_path / "agent").ranker is not None


def test_an_empty_collection_teaches_nothing(settings: Settings, tmp_path: Path) -> None:
    with (
        Collection.open(tmp_path / "empty", settings) as empty,
        pytest.raises(DatasetError, match="Add documents"),
    ):
        train_agent([], tmp_path / "agent", settings=settings, collection=empty)


WORLD = {
    "f0": ("Silent Harbour", "Silent Harbour is a 1971 Norwegian film directed by Mara Quill."),
    "f1": ("Iron Meadow", "Iron Meadow is a 1975 Irish film directed by Sean Colter."),
    "p0": ("Mara Quill", "Mara Quill (born 3 May 1930) was a Norwegian film director. She was born in Bergen."),
    "p1": ("Sean Colter", "Sean Colter (born 9 June 1941) was an Irish film director. He was born in Cork."),
    "c0": ("Bergen", "Bergen is a city located in Vestland. Its harbour was established in 1070."),
    "n0": ("Salt bread", "Salt bread is a bread of 300 grams from Norway."),
}


def practise(settings: Settings, reply: ScriptedModel | None = None) -> list[Practice]:
    embedder = load_embedder(settings.embedding)
    graph, index = dataset_to_graph(Dataset("world", WORLD, {}, {}, {}), embedder, settings)
    return make_practice(graph, index, embedder, most=60, model=reply)


def test_questions_are_made_of_what_passages_say_of_each_other(settings: Settings) -> None:
    made = practise(settings)
    assert made == practise(settings), "the same passages make the same questions"
    assert {"bridge", "chain", "comparison"} <= {practice.kind for practice in made}
    questions = {practice.question: practice for practice in made}
    directors = [p for q, p in questions.items() if "the director of film Silent Harbour" in q and len(p.path) == 2]
    assert directors
    assert all(practice.path == ("f0", "p0") for practice in directors)
    for practice in made:
        last = WORLD[practice.path[-1]]
        assert practice.free or (practice.answer in last[1] and practice.answer not in practice.question)
        assert practice.free or len(practice.path) == 1 or last[0] not in practice.question
        assert "§" not in practice.question


def test_a_model_puts_questions_into_words_and_fails_without_harm(settings: Settings) -> None:
    plain = practise(settings)

    def say(messages: Sequence[Message]) -> str:
        asked = re.search(r"clumsy question over all of them: (.*?)\n", messages[-1].content)
        assert asked is not None
        return f"Here it is:\n- Pray tell, {asked[1]}\n"

    said = practise(settings, ScriptedModel(say))
    assert said
    assert {practice.kind for practice in said} == {"model"}
    assert all(practice.question.startswith("Pray tell, ") for practice in said)

    def fail(_: Sequence[Message]) -> str:
        raise LanguageModelError("It is down. Start it.")

    assert practise(settings, ScriptedModel(fail)) == plain


@pytest.mark.parametrize("wrong", [{"passes": 0}, {"rank": 0}, {"validation": 1.0}, {"distractor": -0.1}])
def test_wrong_options_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="must be at least"):
        TrainOptions(**wrong)  # type: ignore[arg-type]


def test_the_same_words_in_two_corpora_are_one_negative(dataset: Path, settings: Settings, tmp_path: Path) -> None:
    """A passage that stands in two data sets is never both positive and negative for a question."""
    from kgqa.train_data import Pool, dataset_to_source

    embedder = load_embedder(settings.embedding)
    other = write_dataset(tmp_path / "again")
    sources = [dataset_to_source(folder, i, embedder, settings) for i, folder in enumerate((dataset, other))]
    pool = Pool(sources)
    assert len(pool.vectors) == 12
    assert pool.row(0, "p1") == pool.row(1, "p1")
    assert np.allclose(np.linalg.norm(pool.vectors, axis=1), 1, atol=1e-3)
