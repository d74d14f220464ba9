"""Texts -> vectors: the bundled model from its files, and others by their library."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from graphs.bert import is_plain_bert
from graphs.embedding import BUNDLED_MODEL, load_embedder, model_folder
from graphs.options import EmbeddingOptions


def test_vectors_do_not_depend_on_the_batch() -> None:
    """The same text must give the same bits alone and among others, or add and rebuild would differ."""
    embedder = load_embedder(EmbeddingOptions())
    texts = ["A short text.", "A much longer text about apples and pears. " * 9, "Another short one.", ""]
    together = embedder.embed(texts)
    alone = np.stack([embedder.embed([text])[0] for text in texts])
    assert np.array_equal(together, alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-3)


def test_a_bert_read_from_its_files_gives_what_the_library_gives() -> None:
    embedder = load_embedder(EmbeddingOptions(precision="float32"))
    texts = [
        "a cat",
        "The ferry to Vieux-Port leaves at 9:40. " * 3,
        "word " * 400,
        "naïve ﬁ 中文 عربي 🎉\u200b\n\t[SEP]",
        " ",
    ]
    theirs = embedder.model.encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(embedder.embed(texts), theirs, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}),
        ("sentence_bert_config.json", {"max_seq_length": 1024}),
    ],
)
def test_other_models_are_left_to_the_library(name: str, change: dict[str, object], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder(BUNDLED_MODEL), folder)
    assert is_plain_bert(folder)
    told = json.loads((folder / name).read_text(encoding="utf-8"))
    (folder / name).write_text(json.dumps({**told, **change}), encoding="utf-8")
    assert not is_plain_bert(folder)


def test_a_model_that_the_library_reads_embeds_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder(BUNDLED_MODEL), folder, ignore=shutil.ignore_patterns("tokenizer.json"))
    assert not is_plain_bert(folder)
    texts = ["a cat", "a longer text about cats and dogs"]
    rows = load_embedder(EmbeddingOptions(model=str(folder), precision="float32")).embed(texts)
    np.testing.assert_allclose(rows, load_embedder(EmbeddingOptions(precision="float32")).embed(texts), atol=1e-6)


def test_word_pieces_stand_where_they_say_and_are_told_apart_by_what_is_around() -> None:
    embedder = load_embedder(EmbeddingOptions(precision="float32"))
    texts = [
        "The ferry to Vieux-Port leaves at 9:40.",
        "naïve ﬁ 中文",
        "",
        "A bank lends money.",
        "We sat on the bank.",
    ]
    found = embedder.pieces(texts)
    assert found is not None
    for text, one in zip(texts, found, strict=True):
        assert one.states.shape == (len(one.places), embedder.dimensions)
        np.testing.assert_allclose(np.linalg.norm(one.states, axis=1), 1.0, atol=1e-3)
        assert all(0 <= start <= end <= len(text) for start, end in one.places)
    ferry = next(place for place in found[0].places if texts[0][slice(*place)] == "ferry")
    assert ferry == (4, 9)
    banks = [
        one.states[[text[slice(*place)] for place in one.places].index("bank")]
        for text, one in zip(texts[3:], found[3:], strict=True)
    ]
    assert banks[0] @ banks[1] < 0.9


def test_low_precision_keeps_the_meaning() -> None:
    embedder = load_embedder(EmbeddingOptions(precision="float32"))
    other = load_embedder(EmbeddingOptions(precision="bfloat16"))
    texts = [f"Sentence {i} about {word}." for i, word in enumerate("apples ships laws stars rivers".split() * 8)]
    cosine = (embedder.embed(texts) * other.embed(texts)).sum(axis=1)
    assert cosine.mean() > 0.9999
