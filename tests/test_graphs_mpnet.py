"""An MPNet read from its files says what the library's own says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_mpnet import WORDS, write_mpnet

from graphs.embedding import BUNDLED_MODEL, model_folder
from graphs.mpnet import MpnetEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mpnet(tmp_path_factory.mktemp("mpnet") / "model")


@given(st.lists(st.integers(1, 300), min_size=1, max_size=4), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_the_state_of_the_first_piece_is_that_of_transformers(folder: Path, lengths: list[int], padded: int) -> None:
    from transformers import MPNetModel

    encoder, library = MpnetEncoder(folder, torch.float32), MPNetModel.from_pretrained(folder).eval()
    rows = [[0, *(4 + (i * 7) % len(WORDS) for i in range(length - 1))] for length in lengths]
    width = max(lengths) + padded
    ids = torch.tensor([row + [1] * (width - len(row)) for row in rows])
    read = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    with torch.inference_mode():
        own = encoder.first_states(ids, lengths)
        theirs = library(input_ids=ids, attention_mask=read).last_hidden_state[:, 0]
    assert torch.allclose(own, theirs, atol=1e-5)


def test_texts_are_cut_into_the_tokenizers_pieces_without_marks(folder: Path) -> None:
    encoder = MpnetEncoder(folder, torch.float32)
    ferry, oak = (4 + WORDS.index(word) for word in ("ferry", "oak"))
    assert encoder.bare_tokens(["Ferry oak", ""]) == [[ferry, oak], []]
    assert (encoder.opens, encoder.parts, encoder.closes) == ([0], [2, 2], [2])


def test_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="not an MPNet"):
        MpnetEncoder(Path(model_folder(BUNDLED_MODEL)), torch.float32)
