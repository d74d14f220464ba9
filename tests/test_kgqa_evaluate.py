"""Metrics, data sets good and bad, batches: what measures and serves many questions."""

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from beir_folder import write_beir
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from graphs.embedding import load_embedder
from kgqa.baselines import PassageRank, text_to_names, walk_by_tfidf
from kgqa.batch import answer_batch, read_questions
from kgqa.collection import Collection
from kgqa.encoder import SHIPPED, adapter_fits
from kgqa.errors import DatasetError, LanguageModelError, SettingsError
from kgqa.evaluate import ALL_METHODS, bootstrap, dataset_to_graph, evaluate_dataset, read_dataset
from kgqa.evaluate_documents import is_right
from kgqa.evaluate_reader import CHANCES, ReplyFile, read_run, reply_to_short, sample_keys, to_run
from kgqa.llm import Message, ScriptedModel
from kgqa.metrics import all_at, exact_match, f1, percentile, recall_at
from kgqa.settings import Settings, load_settings

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True)
PEOPLE = [("Ann Lee", "Ravenna", 1931), ("Bob Ray", "Oslo", 1940), ("Cyd Fox", "Lima", 1952), ("Dee Orr", "Riga", 1960)]


def write_dataset(folder: Path) -> Path:
    """Films and their directors: each question needs the film's passage, then its director's."""
    passages, queries, golds = [], [], []
    for i, (person, town, year) in enumerate(PEOPLE):
        passages.append({"_id": f"f{i}", "title": f"Film {i}", "text": f"Film {i} was directed by {person}."})
        passages.append({"_id": f"p{i}", "title": person, "text": f"{person} was born in {town} in {year}."})
        text = f"Where was the director of Film {i} born?"
        about = {"answers": [town], "type": "compositional", "path": [f"f{i}", f"p{i}"]}
        queries.append({"_id": f"q{i}", "text": text, "metadata": about})
        golds += [(f"q{i}", f"f{i}"), (f"q{i}", f"p{i}")]
    return write_beir(folder, passages, queries, golds)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("data") / "films")


@given(IDS, IDS.filter(bool), st.integers(1, 8))
def test_recall_is_a_share_that_grows_with_k(ranked: list[str], gold: list[str], k: int) -> None:
    assert 0 <= recall_at(k, ranked, gold) <= recall_at(k + 1, ranked, gold) <= 1
    assert all_at(k, ranked, gold) == (recall_at(k, ranked, gold) == 1)
    assert recall_at(len(ranked) + len(gold), [*ranked, *gold], gold) == 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_f1_is_symmetrical_and_exact_match_is_its_top(said: str, gold: str) -> None:
    assert f1(said, [gold]) == pytest.approx(f1(gold, [said]))
    assert 0 <= f1(said, [gold]) <= 1
    assert exact_match(said, [gold]) <= f1(said, [gold]) or not said.strip()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
@examples(deadline=None, max_examples=30)
def test_the_interval_lies_in_the_values(values: list[float]) -> None:
    low, high = bootstrap(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert bootstrap(values) == (low, high), "the same values give the same interval"


def test_the_interval_is_the_normal_one_for_many_values() -> None:
    """For 400 coin tosses the percentile bootstrap comes near to 0.5 +- 1.96 * 0.5 / sqrt(400)."""
    low, high = bootstrap([0.0, 1.0] * 200)
    assert (low, high) == (pytest.approx(0.451, abs=0.01), pytest.approx(0.549, abs=0.01))


def test_known_values() -> None:
    assert f1("the Eiffel Tower in Paris", ["Eiffel Tower"]) == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert exact_match("The Eiffel tower.", ["eiffel tower"]) == 1
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert is_right("It has 750,000 inputs [1].", ["750000"])
    assert not is_right("Page 13", ["3"])
    assert is_right("LOOIC: fit1 675.45; fit2 674.17", ["674.17"])


def test_every_method_finds_the_film(dataset: Path, settings: Settings) -> None:
    methods = [method for method in ALL_METHODS if method != "ircot"]
    report = evaluate_dataset(dataset, methods=methods, agent="auto", llm="none", settings=settings)
    assert report["issues"] == []
    assert (report["passages"], report["questions"]) == (8, 4)
    for method in methods:
        measured = report["methods"][method]
        assert measured["recall@2"] >= 0.5, method
        assert measured["failures"] == 0
        assert measured["llm_calls_per_query"] == 0
    assert report["methods"]["gold"]["all@5"] == 1
    kgp, hybrid = report["methods"]["kgp"]["recall@2"], report["methods"]["hybrid"]["recall@2"]
    assert kgp > hybrid, "the walk goes from the film to its director"


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("qrels/test.tsv", lambda text: text.replace("q0\tp0", "q0\tzzz"), "not in the corpus"),
        ("queries.jsonl", lambda text: text + '\n{"_id": "q9", "text": "And this?"}', "without a gold passage"),
        ("queries.jsonl", lambda text: text + "\nnot json", "not a JSON object"),
        ("corpus.jsonl", lambda text: text + "\n" + text.splitlines()[0], "came before"),
        ("corpus.jsonl", lambda text: text + '\n{"_id": "e", "title": "", "text": ""}', "1 empty passage, e"),
        ("qrels/test.tsv", lambda text: text + "\nq99\tp0\t1\n", "1 question id, q99 of qrels, not in queries"),
        ("qrels/test.tsv", lambda text: text + "\nq0\tf0", "fields where 3 belong"),
    ],
)
def test_what_is_wrong_with_a_data_set_is_told_and_the_rest_is_measured(
    tmp_path: Path, settings: Settings, name: str, change, says: str
) -> None:
    folder = write_dataset(tmp_path / "set")
    (folder / name).write_text(change((folder / name).read_text("utf-8")), "utf-8")
    report = evaluate_dataset(folder, methods=["bm25"], agent="question", llm="none", settings=settings)
    assert any(says in issue for issue in report["issues"])
    assert report["questions"] >= 4


def test_a_gold_passage_that_is_missing_counts_as_not_found(tmp_path: Path, settings: Settings) -> None:
    folder = write_dataset(tmp_path / "set")
    path = folder / "qrels" / "test.tsv"
    path.write_text(path.read_text("utf-8").replace("q0\tp0", "q0\tzzz"), "utf-8")
    report = evaluate_dataset(folder, methods=["gold"], agent="question", llm="none", settings=settings)
    assert report["methods"]["gold"]["recall@10"] == pytest.approx((0.5 + 3) / 4)


def test_ircot_follows_the_models_thoughts(dataset: Path, settings: Settings) -> None:
    """The first sentence of thought retrieves the director's passage, which the question alone does not."""
    asked: list[str] = []

    def think(messages: Sequence[Message]) -> str:
        asked.append(messages[-1].content)
        if "Write the next sentence" not in asked[-1]:
            return "Answer: Riga [1]."
        if "Reasoning so far:\n\n" not in asked[-1]:
            return "So the answer is Riga."
        number = re.search(r"director of Film (\d)", asked[-1])
        assert number is not None
        return f"The director of it is {PEOPLE[int(number[1])][0]}. Then I would look further."

    model = ScriptedModel(think)
    report = evaluate_dataset(dataset, methods=["ircot", "gold"], agent="question", llm=model, settings=settings)
    measured = report["methods"]["ircot"]
    assert measured["recall@5"] == 1
    assert measured["llm_calls_per_query"] == 3, "two thoughts, and the reader"
    assert 0 < measured["search_tokens_per_query"] < measured["tokens_per_query"]
    assert report["methods"]["gold"]["search_tokens_per_query"] == 0
    assert measured["search_calls_per_query"] == 2
    assert measured["f1"] == measured["em"] == pytest.approx(0.25), "one of four was born in Riga"
    with pytest.raises(DatasetError, match="--llm"):
        evaluate_dataset(dataset, methods=["ircot"], agent="question", llm="none", settings=settings)


def test_a_reader_that_fails_counts_as_wrong(dataset: Path, settings: Settings) -> None:
    def fail(_: Sequence[Message]) -> str:
        raise LanguageModelError("It is down. Start it.")

    report = evaluate_dataset(
        dataset, methods=["bm25", "ircot"], agent="question", llm=ScriptedModel(fail), settings=settings
    )
    assert report["methods"]["bm25"]["f1"] == report["methods"]["bm25"]["em"] == 0
    assert report["methods"]["ircot"]["failures"] == 4
    assert report["methods"]["ircot"]["recall@10"] == 0


def answering(asked: list[str]) -> ScriptedModel:
    """A reader that knows a town where the texts say it, and keeps what it was asked."""

    def read(messages: Sequence[Message]) -> str:
        asked.append(messages[-1].content)
        town = re.search(r"born in (\w+)", asked[-1])
        return f"{town[1]}." if town else "Unknown"

    return ScriptedModel(read, remembered=True)


def test_a_sample_is_by_chance_and_over_the_whole_corpus(dataset: Path, settings: Settings) -> None:
    asked: list[str] = []
    report = evaluate_dataset(
        dataset, methods=["gold"], agent="question", llm=answering(asked), settings=settings, sample=3, seed=5
    )
    assert (report["passages"], report["questions"], report["questions_of_the_set"], report["seed"]) == (8, 3, 4, 5)
    assert len(asked) == 3
    assert report["methods"]["gold"]["f1"] == 1
    with pytest.raises(DatasetError, match="at least 1"):
        evaluate_dataset(dataset, methods=["gold"], agent="question", llm="none", settings=settings, sample=0)


@given(st.integers(0, 30), st.integers(1, 40), st.integers(1, 40), st.integers())
def test_a_smaller_sample_is_part_of_a_larger_one(count: int, small: int, large: int, seed: int) -> None:
    keys = [str(i) for i in range(count)]
    few, many = sample_keys(keys, min(small, large), seed), sample_keys(keys, max(small, large), seed)
    assert set(few) <= set(many)
    assert many == [key for key in keys if key in set(many)]
    assert len(few) == min(count, small, large)


def test_an_evaluation_that_was_cut_off_goes_on(dataset: Path, settings: Settings, tmp_path: Path) -> None:
    """The second run asks only what the first did not come to, and its measures are those of a run in one go."""

    def run(asked: list[str], file: Path, **options: int) -> dict[str, object]:
        model = answering(asked)
        methods = ["gold", "hybrid"]
        return evaluate_dataset(dataset, methods=methods, agent="question", llm=model, settings=settings,
                                replies=ReplyFile(file), **options)["methods"]  # fmt: skip

    asked: list[str] = []
    file = tmp_path / "replies.jsonl"
    run(asked, file, sample=2)
    before = len(asked)
    file.write_text(file.read_text("utf-8") + '["cut o', "utf-8")
    resumed = run(asked, file)
    whole = run(fresh := [], tmp_path / "other.jsonl")
    assert before > 0
    assert len(asked) == len(fresh)
    for method, measured in whole.items():
        for name in ("em", "f1", "llm_calls_per_query", "tokens_per_query"):
            assert resumed[method][name] == measured[name]
    (tmp_path / "bad.jsonl").write_text("not replies\n", "utf-8")
    with pytest.raises(DatasetError, match="no kept replies"):
        ReplyFile(tmp_path / "bad.jsonl")


def test_a_run_of_another_system_is_measured(dataset: Path, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "other.trec"
    file.write_text(to_run("other", {"q0": [("f0", 0.9), ("p0", 0.5)], "q1": [("gone", 0.9), ("p1", 0.1)]}), "utf-8")
    report = evaluate_dataset(dataset, methods=[f"run:{file}"], agent="question", llm="none", settings=settings)
    assert report["methods"][f"run:{file}"]["recall@5"] == pytest.approx((1 + 0.5) / 4)
    sure = [("f0", 0.9), ("p0", 0.5), ("f1", 0.2), ("p1", 0.001)]
    asked: list[str] = []
    for name in ("other", CHANCES):
        file.write_text(to_run(name, {f"q{i}": sure for i in range(4)}), "utf-8")
        evaluate_dataset(
            dataset, methods=[f"run:{file}"], agent="question", llm=answering(asked), settings=settings, sample=1
        )
    assert [f"[{n}] <<<" in text for text in asked for n in (3, 4)] == [True, True, True, False]
    file.write_text("q0 f0 0.9", "utf-8")
    with pytest.raises(DatasetError, match="line 1"):
        read_run(file)


@pytest.mark.parametrize(
    ("reply", "short"),
    [
        ("Answer: Ann Lee [2].", "Ann Lee"),
        ("\n\nThe answer is **Washington, D.C.**", "Washington, D.C."),
        ("Samuel L. Jackson Jr.", "Samuel L. Jackson Jr."),
        ("“Yes.”\nBecause both are rivers.", "Yes"),
        ("...", ""),
    ],
)
def test_a_reply_is_cut_to_its_answer(reply: str, short: str) -> None:
    assert reply_to_short(reply) == short


def test_the_papers_walk_is_measured_within_each_budget(dataset: Path, settings: Settings) -> None:
    """A budget of two has one seed, so that the second passage comes from the graph and not from the search."""
    report = evaluate_dataset(dataset, methods=["kgp-tfidf"], agent="question", llm="none", settings=settings)
    embedder = load_embedder(settings.embedding)
    read = read_dataset(dataset)
    graph, index = dataset_to_graph(read, embedder, settings)
    two = [walk_by_tfidf(question, graph, index, 2) for question in read.questions.values()]
    expected = [recall_at(2, found, gold) for found, gold in zip(two, read.gold.values(), strict=True)]
    assert report["methods"]["kgp-tfidf"]["recall@2"] == pytest.approx(sum(expected) / 4)


def test_a_folder_without_a_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"corpus\.jsonl"):
        read_dataset(tmp_path)


def test_the_baselines_keep_to_the_budget(dataset: Path, settings: Settings) -> None:
    embedder = load_embedder(settings.embedding)
    graph, index = dataset_to_graph(read_dataset(dataset), embedder, settings)
    question = "Where was the director of Film 1 born?"
    assert len(walk_by_tfidf(question, graph, index, 5)) <= 5
    ranked = PassageRank(graph, index).rank(question, embedder.embed([question])[0], 5)
    assert "f1" in ranked
    assert len(ranked) == 5
    assert text_to_names("The film was made by Ann Lee in New York.") == ["Ann Lee", "New York"]


def test_the_shipped_agent_fits_the_bundled_embedder(settings: Settings) -> None:
    assert adapter_fits(load_embedder(settings.embedding))
    assert (SHIPPED / "adapter.safetensors").stat().st_size < 5_000_000


def test_a_batch_goes_on_where_it_was_cut_off(collection: Collection, tmp_path: Path) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("How many pages does lme4_lmer.pdf have?\n\nWhat is on page 2 of missing.pdf?\n \n", "utf-8")
    output = tmp_path / "answers.jsonl"
    report = answer_batch(collection, questions, output, llm="none")
    assert (report.answered, report.refused, report.failed) == (1, 1, 0)
    rows = output.read_text("utf-8").splitlines()
    output.write_text(rows[0] + "\n" + rows[1][:20], "utf-8")  # killed while it wrote the second answer
    report = answer_batch(collection, questions, output, resume=True, llm="none")
    assert (report.kept, report.answered + report.refused) == (1, 1)
    assert [json.loads(row)["id"] for row in output.read_text("utf-8").splitlines()] == ["1", "3"]


def test_a_question_that_fails_costs_itself_only(collection: Collection, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"id": "a", "question": "How many pages does lme4_lmer.pdf have?", "documents": ["gone.pdf"]},
        {"id": "b", "question": "How many pages does lme4_lmer.pdf have?"},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    report = answer_batch(collection, questions, tmp_path / "answers.csv", llm="none")
    assert (report.answered, report.failed) == (1, 1)
    with (tmp_path / "answers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["failed", "answered"]
    assert "gone.pdf" in str(rows[0])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q.txt", "\n \n"),
        ("q.jsonl", '{"id": 1}'),
        ("q.csv", "a,b\n1,2\n"),
        ("q.jsonl", '{"question": "a", "id": 1}\n' * 2),
    ],
)
def test_a_bad_file_of_questions_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(DatasetError):
        read_questions(tmp_path / name)


def test_settings_come_from_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kgqa.toml").write_text("[walk]\nbeam = 7\nhops = 1\n", "utf-8")
    monkeypatch.setenv("KGQA_WALK__BEAM", "9")
    settings = load_settings()
    assert (settings.walk.beam, settings.walk.hops) == (9, 1)
    for wrong in ("[walk]\nbeem = 7\n", "[walk]\nbeam = 0\n", "[walk\n"):
        (tmp_path / "kgqa.toml").write_text(wrong, "utf-8")
        monkeypatch.delenv("KGQA_WALK__BEAM", raising=False)
        with pytest.raises(SettingsError) as raised:
            load_settings()
        assert "\n" not in str(raised.value)
