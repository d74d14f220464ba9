"""A sentence and a question read together: what is learned from, the scores, and the weights' files."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.bert import BertEncoder
from graphs.embedding import BUNDLED_MODEL, load_embedder, model_folder
from graphs.options import EmbeddingOptions
from kgqa.choice import CROSSED, CROSSED_BEST, crossed, crossed_best, spread_cross
from kgqa.cross_data import PARTS, part_of, read_cross_data
from kgqa.cross_encoder import CARD, LENGTH, WEIGHTS, Candidate, load_cross_encoder, pair_tokens
from kgqa.errors import DatasetError, SettingsError
from kgqa.train_cross import CrossOptions, CrossTrainer, main

TEXTS = st.text(alphabet="abc XYZ.?!,\n0123ä中", max_size=400)
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Harbour_ferries",
            "paragraphs": [
                {
                    "context": "The ferry to Norrey leaves at nine in the morning. It carries three hundred people. "
                    "Tickets are sold on board by the purser.",
                    "qas": [
                        {"question": "When does the ferry leave?", "id": "1", "is_impossible": False,
                         "answers": [{"text": "nine in the morning", "answer_start": 30}]},
                        {"question": "Who built the ferry?", "id": "2", "is_impossible": True, "answers": []},
                    ],
                },
                {
                    "context": "In winter the harbour of Norrey freezes over. An old icebreaker opens it.",
                    "qas": [{"question": "What opens the harbour in winter?", "id": "3",
                             "answers": [{"text": "icebreaker", "answer_start": 53}]}],
                },
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(SQUAD), encoding="utf-8")
    return path


def test_of_a_paragraph_the_sentence_with_the_answer_is_right_and_others_stand_beside_it(squad: Path) -> None:
    leaves, built, opens = read_cross_data(squad).examples
    assert leaves.candidates[leaves.right[0]].sentence == "The ferry to Norrey leaves at nine in the morning."
    assert "An old icebreaker opens it." in {c.sentence for c in leaves.candidates}  # of the article
    assert built.right == ()
    assert len(built.candidates) == len({c.sentence for c in built.candidates})
    right = opens.candidates[opens.right[0]]
    assert right.before == "Harbour ferries. In winter the harbour of Norrey freezes over."


def test_other_layouts_are_read(tmp_path: Path) -> None:
    section = ["Ann Lee built the first one.", "It was of oak.", "It sank in a storm."]
    selqa = tmp_path / "selqa.json"
    asked = {
        "question": "Who built it?",
        "article": "Ferry",
        "section": "History",
        "candidates": section,
        "answers": [0],
    }
    selqa.write_text(json.dumps([{**asked, "candidates": section}]), encoding="utf-8")
    (one,) = read_cross_data(selqa).examples
    assert [c.sentence for c in one.candidates] == section
    assert one.candidates[1].before == "Ferry, History. Ann Lee built the first one."
    tatqa = tmp_path / "tatqa.json"
    question = {"question": "What rose?", "answer": ["fares"], "answer_from": "text", "answer_type": "span"}
    summed = {**question, "question": "By how much?", "answer_type": "arithmetic"}
    context = {"table": {}, "paragraphs": [{"text": "In that year the fares rose. Nothing else did change."}],
               "questions": [question, summed]}  # fmt: skip
    tatqa.write_text(json.dumps([context]), encoding="utf-8")
    (two,) = read_cross_data(tatqa).examples
    assert two.candidates[two.right[0]].sentence == "In that year the fares rose."
    (tmp_path / "s.txt").write_text("the ferry -lrb- of oak -rrb- sank .\n" * 2 + "it was raised .\n", encoding="utf-8")
    (tmp_path / "q.txt").write_text("what sank ?\nof what was it ?\nwhat was raised ?\n", encoding="utf-8")
    what, _, raised = read_cross_data(tmp_path / "s.txt,q.txt").examples
    assert [c.sentence for c in what.candidates] == ["the ferry ( of oak ) sank .", "it was raised ."]
    assert raised.candidates[raised.right[0]].sentence == "it was raised ."


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"data": [{"paragraphs": [{"context": "A."}]}]}', '[{"candidates": 1}]']
)
def test_another_layout_is_told_with_the_layouts_that_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match="SQuAD"):
        read_cross_data(path)


def test_questions_of_documents_are_written_and_read(tmp_path: Path) -> None:
    line = {
        "document": "a.pdf",
        "question": "When?",
        "candidates": [["At nine.", "Ferry."], ["At sea.", ""]],
        "answers": [1],
    }
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    (own,) = read_cross_data(path).examples
    assert own.candidates[own.right[0]] == Candidate("At sea.", "")
    assert own.document == "a.pdf"
    assert part_of("a.pdf") in range(PARTS)


@given(TEXTS, st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
@settings(max_examples=25)
def test_pairs_are_cut_to_their_length_and_begin_with_the_question(question: str, texts: list[tuple[str, str]]) -> None:
    encoder = _encoder()
    rows = pair_tokens(encoder, question, [Candidate(*pair) for pair in texts])
    asked = encoder.bare_tokens([question])[0][:40]
    for row in rows:
        assert len(row) <= LENGTH
        assert row[: len(asked) + 2] == [*encoder.opens, *asked, *encoder.parts]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
@settings(max_examples=15)
def test_a_score_depends_on_its_own_sentence_alone(texts: list[tuple[str, str]]) -> None:
    reader = load_cross_encoder(load_embedder(EmbeddingOptions()))
    assert reader is not None
    candidates = [Candidate(*pair) for pair in texts]
    together = reader.scores("Which ferry sank?", candidates)
    alone = np.array([reader.scores("Which ferry sank?", [candidate])[0] for candidate in candidates])
    assert np.isfinite(together).all()
    assert together == pytest.approx(alone, abs=0.35)  # bfloat16: sums of padded rows are rounded elsewhere


@given(st.lists(st.integers(1, 20), min_size=1, max_size=4), st.integers(0, 5))
@settings(max_examples=20)
def test_the_first_piece_alone_is_what_the_whole_text_gives_for_it(lengths: list[int], padded: int) -> None:
    import torch

    encoder = _encoder()
    rows = [[*encoder.opens, *range(2000, 1999 + length)] for length in lengths]
    width = max(lengths) + padded
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    with torch.inference_mode():
        together = encoder.first_states(ids, lengths)
        alone = torch.stack([encoder.states(torch.tensor([row]))[0, 0] for row in rows])
    assert torch.allclose(together, alone, atol=1e-4)


def test_what_answers_comes_first_and_what_nothing_answers_stays_below_zero() -> None:
    reader = load_cross_encoder(load_embedder(EmbeddingOptions()))
    assert reader is not None
    sentences = [
        "The ferry to Norrey leaves at nine in the morning.",
        "It carries three hundred people and forty cars.",
        "Tickets for the ferry are sold on board by the purser.",
    ]
    candidates = [Candidate(sentence, "Harbour ferries.") for sentence in sentences]
    assert int(np.argmax(reader.scores("How many passengers can the ferry take?", candidates))) == 1
    assert int(np.argmax(reader.scores("When does the ferry depart?", candidates))) == 0
    assert reader.scores("Who won the chess championship in Riga?", candidates).max() < 0


def test_sentences_that_were_not_read_come_below_all_that_were() -> None:
    cross = spread_cross([2, 0], np.array([3.0, -1.5]), 4)
    assert cross.tolist() == [-1.5, -2.5, 3.0, -2.5]
    assert crossed(cross).shape == (4, len(CROSSED))
    told = dict(zip(CROSSED_BEST, crossed_best(cross, 0), strict=True))
    assert (told["cross"], told["cross_most"], told["cross_below_most"]) == (-1.5, 3.0, 4.5)
    assert crossed_best(np.array([1.0]), 0).shape == (len(CROSSED_BEST),)


def test_training_writes_what_is_loaded_again(squad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "reader"
    assert main([str(squad), f"{squad}=1", "--output", str(output)]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 0  # too few to keep any aside
    card = json.loads((output / CARD).read_text(encoding="utf-8"))
    assert [source["questions"] for source in card["data"]] == [3, 1]
    embedder = load_embedder(EmbeddingOptions())
    reader = load_cross_encoder(embedder, output)
    assert reader is not None
    assert np.isfinite(reader.scores("When?", [Candidate("At nine.")])).all()
    assert main([str(squad), "--start", str(output), "--without", "1", "--output", str(output)]) == 0
    assert json.loads((output / "1" / CARD).read_text(encoding="utf-8"))["start"]["examples"] == 4
    assert main([str(squad), "--start", str(tmp_path), "--output", str(output)]) == 1
    assert "leave --start out" in capsys.readouterr().err
    (output / WEIGHTS).write_bytes(b"broken")
    with pytest.raises(SettingsError, match="train_cross"):
        load_cross_encoder(embedder, output)
    (output / CARD).unlink()
    with pytest.raises(SettingsError, match="train_cross"):  # never silently without it
        load_cross_encoder(embedder, output)
    assert load_cross_encoder(embedder, tmp_path) is None
    assert main([str(tmp_path / "missing.json"), "--output", str(output)]) == 1


def test_what_is_learned_lowers_the_loss(squad: Path) -> None:
    examples = read_cross_data(squad).examples
    trainer = CrossTrainer(CrossOptions(batch=3, warm_up=0.0, learning_rate=2e-3))
    before = trainer.judge(examples)["loss"]
    trainer.train(examples * 10, say=lambda _: None)
    assert trainer.judge(examples)["loss"] < before / 2


@lru_cache(maxsize=1)
def _encoder() -> BertEncoder:
    import torch

    return BertEncoder(Path(model_folder(BUNDLED_MODEL)), torch.float32, lambda _: None)
