"""The learned ranking: trees as plain numbers, features that a corpus's size does not shift, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from graphs.embedding import load_embedder
from kgqa.encoder import RANKING, SHIPPED
from kgqa.errors import SettingsError
from kgqa.evaluate import Dataset, dataset_to_graph
from kgqa.models import choose_agent
from kgqa.ranking import ALONE, TOGETHER, Seen, View, load_ranker
from kgqa.settings import Settings
from kgqa.trees import Trees
from kgqa.walk import WalkOptions, walk

PASSAGES = {
    "a": ("Silent Harbour", "Silent Harbour is a 1971 film directed by Mara Quill and produced by Tom Vane."),
    "b": ("Mara Quill", "Mara Quill (born 3 May 1930 in Bergen) was a Norwegian film director."),
    "c": ("Tom Vane", "Tom Vane was a producer who was born in Leeds."),
    "d": ("Bergen", "Bergen is a city on the west coast of Norway."),
    "e": ("Quiet Harbour", "Quiet Harbour is a village with a small harbour."),
}
QUESTION = "Where was the director of the film Silent Harbour born?"


@given(st.integers(0, 1000), st.integers(1, 5), st.integers(1, 12))
@examples(deadline=None, max_examples=25)
def test_plain_trees_say_what_the_fitted_ones_say(seed: int, depth: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(120, 4)).astype(np.float32)
    wanted = rows[:, 0] * rows[:, 1] + chance.normal(size=120) / 4 > 0
    wanted[:2] = [True, False]
    model = HistGradientBoostingClassifier(max_iter=count, max_depth=depth, random_state=0).fit(rows, wanted)
    trees = Trees.from_sklearn(model, list("abcd"))
    said = model.decision_function(rows)
    assert trees.odds(rows) == pytest.approx(said, abs=1e-4)
    again = Trees.from_json(json.loads(json.dumps(trees.to_json())))
    near = np.abs(rows[:, :, None] - trees.threshold.ravel()).min(axis=(1, 2)) > 1e-4  # rounding moves what lies on it
    assert again.odds(rows)[near] == pytest.approx(said[near], abs=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"left": [[99]]},
        {"column": [[7]]},
        {"value": [[1.0], [2.0]]},
        {"depth": None},
        {"features": None},
        {"threshold": [["x"]]},
    ],
)
def test_damaged_trees_are_refused(change: dict[str, object]) -> None:
    whole = {
        "features": ["a"],
        "base": 0.0,
        "depth": 1,
        "column": [[0]],
        "left": [[0]],
        "right": [[0]],
        "threshold": [[0.0]],
        "value": [[1.0]],
    }
    assert Trees.from_json(whole).odds(np.zeros((2, 1), np.float32)).tolist() == [1.0, 1.0]
    with pytest.raises(SettingsError, match="Train it again"):
        Trees.from_json({**whole, **change})


def test_a_ranking_over_other_features_is_refused(tmp_path: Path) -> None:
    data = json.loads((SHIPPED / RANKING).read_text("utf-8"))
    data["alone"]["features"][0] = "something_else"
    (tmp_path / RANKING).write_text(json.dumps(data), "utf-8")
    with pytest.raises(SettingsError, match="another version"):
        load_ranker(tmp_path / RANKING)
    (tmp_path / RANKING).write_text("{", "utf-8")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_ranker(tmp_path / RANKING)


def look(settings: Settings, more: int) -> tuple[View, dict[str, list[float]]]:
    """What is known of the five passages in a corpus of that many more, which have nothing to do with the question."""
    embedder = load_embedder(settings.embedding)
    others = {f"x{i}": (f"Recipe {i}", f"Boil {i} potatoes with salt and butter.") for i in range(more)}
    dataset = Dataset("films", {**PASSAGES, **others}, {}, {}, {})
    graph, index = dataset_to_graph(dataset, embedder, settings)
    vector = embedder.embed([QUESTION])[0]
    found = index.search(QUESTION, 5, query_vector=vector)
    view = View(Seen(QUESTION, vector, vector, found), graph, index)
    rows = np.hstack([view.alone(), view.together(np.full(len(view.nodes), 0.3))])
    return view, dict(zip(view.nodes, rows.tolist(), strict=True))


def test_what_is_known_of_a_passage(settings: Settings) -> None:
    _, rows = look(settings, 0)
    column = {name: i for i, name in enumerate(ALONE + TOGETHER)}
    assert rows["a"][column["title_in_question"]] == 1
    assert rows["b"][column["title_in_question"]] == 0
    assert rows["b"][column["named_best"]] == pytest.approx(0.3), "the film's passage names its director"
    assert rows["a"][column["names_best"]] == pytest.approx(0.3)
    assert rows["e"][column["named_best"]] == 0
    assert all(np.isfinite(row).all() for row in rows.values())


def test_ranks_and_cosines_stay_as_the_corpus_grows(settings: Settings) -> None:
    _, small = look(settings, 3)
    _, large = look(settings, 60)
    column = {name: i for i, name in enumerate(ALONE + TOGETHER)}
    for name in ("dense_cosine", "dense_rank", "title_in_question", "named_best", "near_best"):
        for node in "ab":  # nothing of what was added is nearer to the question than these
            assert small[node][column[name]] == pytest.approx(large[node][column[name]], abs=1e-5), (name, node)


def test_the_shipped_ranking_finds_the_path_and_keeps_to_what_is_allowed(settings: Settings) -> None:
    embedder = load_embedder(settings.embedding)
    others = {f"x{i}": (f"Recipe {i}", f"Boil {i} potatoes with salt and butter.") for i in range(30)}
    graph, index = dataset_to_graph(Dataset("f", {**PASSAGES, **others}, {}, {}, {}), embedder, settings)
    agent = choose_agent("encoder", embedder, None)

    def ranked(options: WalkOptions, doc_ids: set[str] | None = None) -> list[str]:
        trace = walk(
            QUESTION, graph=graph, index=index, embedder=embedder, agent=agent, options=options, doc_ids=doc_ids
        )
        assert all(found.score >= 0 for found in trace.ranked)
        return [found.node for found in trace.ranked]

    best = ranked(WalkOptions())
    assert set(best[:2]) == {"a", "b"}
    assert best == ranked(WalkOptions()), "the same walk twice is the same"
    assert len(best) == len(set(best))
    assert "b" not in ranked(WalkOptions(banned=("b",)))
    assert set(ranked(WalkOptions(), {"b", "c", "x1"})) <= {"b", "c", "x1"}
    assert len(ranked(WalkOptions(budget=2))) == 2
    assert best != ranked(WalkOptions(learned_ranking=False))
