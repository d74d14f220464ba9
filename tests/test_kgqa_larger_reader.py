"""The larger reader: where its model comes from, what is merged into it, and when it is asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
from safetensors.torch import load_file
from tiny_mpnet import install_parts, write_mpnet

from graphs.embedding import load_embedder
from graphs.options import EmbeddingOptions
from kgqa import larger_reader, train_cross, train_larger
from kgqa.choice import shipped_choice
from kgqa.collection import Collection
from kgqa.cross_encoder import CARD, WEIGHTS, Candidate, CrossEncoder
from kgqa.errors import SettingsError
from kgqa.extract import Readable, extract
from kgqa.larger_reader import CHOICE, MODEL, load_larger_reader, mark_of

ASKED = "When does the ferry leave in winter?"
FERRY = Readable("n", "The ferry leaves at nine in winter. The captain built it of oak.", "The ferry.", 1.0)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_mpnet(tmp_path / "model")


@pytest.fixture
def trained(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Updates that were trained on the tiny model, and weights of choice that ask it always."""
    candidates = [["The ferry leaves at nine", ""], ["The captain built it", "of oak"]]
    line = {"question": "When does the ferry leave?", "candidates": candidates, "answers": [0]}
    lines = [{"document": f"{i}.pdf", **line} for i in range(4)]
    file, folder = tmp_path / "own.jsonl", tmp_path / "larger"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert train_cross.main([str(file), "--larger", str(model), "--output", str(folder)]) == 0
    choice = {**shipped_choice().to_json(), "unsure": [0.0, 1.0]}
    (folder / CHOICE).write_text(json.dumps(choice), encoding="utf-8")
    monkeypatch.setattr(larger_reader, "LARGER", folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    larger_reader._load.cache_clear()
    yield folder
    larger_reader._load.cache_clear()


def test_updates_are_merged_once_and_kept(trained: Path, model: Path, tmp_path: Path) -> None:
    card = json.loads((trained / CARD).read_text(encoding="utf-8"))
    assert (card["base"], card["rank"], card["mark"]) == (MODEL, 16, mark_of(model))
    reader = load_larger_reader(str(model), load_embedder(EmbeddingOptions()))
    assert reader is not None
    assert reader.is_asked(0.5)
    (kept,) = (tmp_path / "cache" / "kgqa").iterdir()
    before, after, updates = (
        load_file(path) for path in (model / "model.safetensors", kept / "model.safetensors", trained / WEIGHTS)
    )
    name = "encoder.layer.2.attention.attn.q"
    update = next(key for key in updates if key.endswith("/encoder/layer/2/attention/attn/q.b")).removesuffix(".b")
    added = 2.0 * updates[f"{update}.b"].float() @ updates[f"{update}.a"].float()
    assert added.abs().max() > 0
    assert (after[f"{name}.weight"].float() - before[f"{name}.weight"] - added).abs().max() < 2e-3  # bfloat16
    assert len(reader.encoder.scores("When?", [Candidate("The ferry leaves"), Candidate("of oak")])) == 2
    stamp = (kept / "model.safetensors").stat().st_mtime_ns
    larger_reader._load.cache_clear()
    assert load_larger_reader(str(model), load_embedder(EmbeddingOptions())) is not None
    assert (kept / "model.safetensors").stat().st_mtime_ns == stamp


def test_the_parts_of_installed_packages_are_joined(
    trained: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install_parts(site, model)
    monkeypatch.syspath_prepend(str(site))
    joined = tmp_path / "joined"
    joined.mkdir()
    larger_reader.join_parts(joined)
    assert (joined / "model.safetensors").read_bytes() == (model / "model.safetensors").read_bytes()
    assert load_larger_reader("auto", load_embedder(EmbeddingOptions())) is not None


def test_damaged_parts_leave_the_smaller_reader_and_say_so(
    trained: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install_parts(site, model)
    next(site.glob("*part_003/input/*")).write_bytes(b"")
    monkeypatch.syspath_prepend(str(site))
    with caplog.at_level(logging.WARNING):
        assert load_larger_reader("auto", load_embedder(EmbeddingOptions())) is None
    assert "larger-reader.txt" in caplog.text
    assert not list((tmp_path / "cache" / "kgqa").iterdir())  # nothing half made is kept


def test_another_model_is_refused_with_the_mend(trained: Path, tmp_path: Path) -> None:
    other = write_mpnet(tmp_path / "other", seed=1)
    with pytest.raises(SettingsError, match=r"not all-mpnet-base-v2.*answer\.larger_reader"):
        load_larger_reader(str(other), load_embedder(EmbeddingOptions()))
    with pytest.raises(SettingsError, match=r"answer\.larger_reader"):
        load_larger_reader(str(tmp_path), load_embedder(EmbeddingOptions()))


def test_what_is_damaged_is_told_with_the_mend(trained: Path, model: Path, tmp_path: Path) -> None:
    embedder = load_embedder(EmbeddingOptions())
    assert load_larger_reader(str(model), embedder) is not None
    (kept,) = (tmp_path / "cache" / "kgqa").iterdir()
    (kept / "model.safetensors").write_bytes(b"cut off")
    larger_reader._load.cache_clear()
    with pytest.raises(SettingsError, match="Delete that folder"):
        load_larger_reader(str(model), embedder)
    for broken in ("{", "{}", '{"unsure": [1]}', '{"unsure": [0, 1]}'):
        (trained / CHOICE).write_text(broken, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"kgqa\.train_larger"):
            load_larger_reader(str(model), embedder)


def test_a_model_that_no_hub_has_is_refused_with_the_mend(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    for name in ("kgqa-nobody/no-such-model", "no such name"):
        with pytest.raises(SettingsError, match=r"larger-reader\.txt"):
            load_larger_reader(name, load_embedder(EmbeddingOptions()))


def test_its_weights_are_learned_from_what_both_encoders_say(
    trained: Path, model: Path, collection: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = [
        ("How many hours of sleep per night were the subjects restricted to?", "3 hours", "lme4_lmer.pdf", 3),
        ("Which package is needed to use the Armadillo classes?", "RcppArmadillo", "rcpp_introduction.pdf", 6),
        ("How many people had a disability in 2010?", "56.7 million", "census_disability_us001.pdf", 1),
        ("Which GPU was used?", "", "lme4_lmer.pdf", 0),
        ("Who painted the Mona Lisa?", "", "rcpp_introduction.pdf", 0),
    ]
    lines = [
        {"question": question, "answer": answer, "docs": [name], "pages": [page] if page else [],
         "kind": "content" if answer else "unanswerable"}
        for question, answer, name, page in questions
    ]  # fmt: skip
    file, output = tmp_path / "questions.jsonl", tmp_path / "learned.json"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert train_larger.main([f"{file}={collection.place}", "--model", str(model), "--output", str(output)]) == 0
    told = capsys.readouterr().out
    assert told.count("3 answerable: right sentence first") == 3  # the smaller, the larger, both
    learned = json.loads(output.read_text(encoding="utf-8"))
    low, high = learned["unsure"]
    assert 0 <= low < high <= 1
    (trained / CHOICE).write_text(json.dumps(learned), encoding="utf-8")
    reader = load_larger_reader(str(model), collection.embedder)
    assert reader is not None
    assert reader.unsure == (low, high)


def test_none_is_none(trained: Path, model: Path) -> None:
    assert load_larger_reader("none", load_embedder(EmbeddingOptions())) is None
    assert load_larger_reader(str(model), None) is None


def test_it_is_asked_in_doubt_alone(trained: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = load_embedder(EmbeddingOptions())
    read: list[str] = []
    scores = CrossEncoder.scores

    def counted(self: CrossEncoder, question: str, candidates: list[Candidate]) -> object:
        read.append(question)
        return scores(self, question, candidates)

    monkeypatch.setattr(CrossEncoder, "scores", counted)
    alone = extract(ASKED, [FERRY], idf=lambda _: 1.0, embedder=embedder)
    assert len(read) == 1
    asked = extract(ASKED, [FERRY], idf=lambda _: 1.0, embedder=embedder, larger=str(model))
    assert len(read) == 3
    assert asked[0].confidence != alone[0].confidence
    (trained / CHOICE).write_text(json.dumps({**shipped_choice().to_json(), "unsure": [0.0, 0.0]}), encoding="utf-8")
    larger_reader._load.cache_clear()
    sure = extract(ASKED, [FERRY], idf=lambda _: 1.0, embedder=embedder, larger=str(model))
    assert [one.confidence for one in sure] == [one.confidence for one in alone]
    assert len(read) == 4


def test_the_model_that_is_installed_tells_what_answers() -> None:
    reader = load_larger_reader("auto", load_embedder(EmbeddingOptions()))
    if reader is None:
        pytest.skip("the packages of larger-reader.txt are not installed")
    harbour = [
        "The old pilot boat gave way to the Seahorse in the second year.",
        "The pilot boat of Norrey was painted green.",
        "In the second year the pilots had a boat for each of the two channels.",
    ]
    candidates = [Candidate(said, "Harbour.") for said in harbour]
    scores = reader.encoder.scores("Which boat replaced the pilot boat?", candidates)
    assert int(scores.argmax()) == 0
    assert reader.encoder.scores("Who paid for the lighthouse?", [Candidate(said) for said in harbour]).max() < 0
