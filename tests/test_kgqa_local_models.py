"""Models in this process: tiny transformers models that the test makes and saves, and files that are none."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from kgqa.errors import LanguageModelError, SettingsError
from kgqa.llm import Message
from kgqa.local_models import transformers_model
from kgqa.models import choose_model
from kgqa.settings import Settings

_spec = importlib.util.spec_from_file_location("tiny_gguf", Path(__file__).parent / "tiny_gguf.py")
assert _spec is not None
assert _spec.loader is not None
tiny_gguf = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny_gguf)

WORDS = "ann lee was born in port royal the bridge opened 0 1 2 3 10 . ? [ ] which number".split()


def save_tokenizer(folder: Path) -> Any:
    """Save a tokenizer that knows a few words, with a start, an end and a word for all others."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate(["<pad>", "</s>", "<unk>", *WORDS])}
    plain = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=64
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A decoder and a T5, with random weights that a seed makes."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

    made = {}
    for kind in ("decoder", "t5"):
        folder = tmp_path_factory.mktemp(kind)
        tokenizer = save_tokenizer(folder)
        torch.manual_seed(0)
        ends: dict[str, Any] = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
        model: Any
        if kind == "decoder":
            model = LlamaForCausalLM(
                LlamaConfig(vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2,
                            num_attention_heads=2, max_position_embeddings=64, **ends)
            )  # fmt: skip
        else:
            model = T5ForConditionalGeneration(
                T5Config(vocab_size=len(tokenizer), d_model=16, d_ff=32, d_kv=8, num_layers=2, num_heads=2,
                         decoder_start_token_id=tokenizer.pad_token_id, **ends)
            )  # fmt: skip
        model.save_pretrained(folder)
        made[kind] = folder
    return made


@pytest.mark.parametrize("kind", ["decoder", "t5"])
def test_a_transformers_model_replies_the_same_and_keeps_to_choices(
    folders: dict[str, Path], kind: str, settings: Settings
) -> None:
    model = choose_model(f"hf:{folders[kind]}", settings)
    assert model is not None
    assert model.name == f"hf:{folders[kind]}"
    asked = [Message("system", "which number"), Message("user", "ann lee was born in port royal ?")]
    first = model.complete(asked, max_tokens=6)
    assert model.complete(asked, max_tokens=6) == first
    assert first.prompt_tokens >= 9
    assert 1 <= first.completion_tokens <= 8
    for choices in (["1", "3"], ["10"], ["port royal", "port"]):
        assert model.complete(asked, max_tokens=6, choices=choices).text in choices


def test_a_prompt_that_is_too_long_is_told(folders: dict[str, Path]) -> None:
    model = transformers_model(str(folders["decoder"]))
    with pytest.raises(LanguageModelError, match="reads 64 tokens"):
        model.complete([Message("user", "ann lee " * 60)], max_tokens=6)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("hf:/no/such/folder", "cannot be loaded"),
        ("gguf:/no/such/file.gguf", "no such file"),
        ("gguf:{here}/not.gguf", "not a GGUF file"),
        ("gguf:{here}/torn.gguf", "cannot load it"),
    ],
)
def test_what_is_no_model_is_told_in_one_line(tmp_path: Path, settings: Settings, spec: str, told: str) -> None:
    (tmp_path / "not.gguf").write_bytes(b"something else")
    (tmp_path / "torn.gguf").write_bytes(b"GGUF\x03\0\0\0" + b"\0" * 40)
    with pytest.raises(SettingsError, match=told) as error:
        choose_model(spec.format(here=tmp_path), settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", ["decoder", "t5"])
def test_a_transformers_model_is_heard_while_it_writes(folders: dict[str, Path], kind: str, settings: Settings) -> None:
    model = choose_model(f"hf:{folders[kind]}", settings)
    assert model is not None
    heard: list[str] = []
    asked = [Message("user", "ann lee was born in port royal ?")]
    reply = model.complete(asked, max_tokens=6, on_text=heard.append)
    assert heard
    assert heard[-1] == reply.text
    assert [text for text in heard if not reply.text.startswith(text)] == []


def test_dola_contrasts_layers(folders: dict[str, Path], settings: Settings) -> None:
    """With layers that agree, the scores of all plausible words are alike; what the last layer adds decides."""
    import torch

    from kgqa.dola import contrast

    last = torch.tensor([2.0, 1.9, -9.0, 1.0])
    same = contrast(last, torch.stack([last, last]))
    assert torch.allclose(same[[0, 1, 3]], torch.zeros(3), atol=1e-5)
    assert same[2] == float("-inf"), "a word that the last layer holds for impossible is never written"
    earlier = torch.stack([last, torch.tensor([2.0, 0.0, -9.0, 1.0])])
    assert int(contrast(last, earlier).argmax()) == 1, "the word that grew between the layers"
    plain = settings.model_copy(update={"llm_dola": "high"})
    model = choose_model(f"hf:{folders['decoder']}", plain)
    assert model is not None
    asked = [Message("user", "ann lee was born in port royal ?")]
    heard: list[str] = []
    first = model.complete(asked, max_tokens=6, on_text=heard.append)
    assert first.completion_tokens <= 6
    assert model.complete(asked, max_tokens=6) == first
    with pytest.raises(SettingsError, match="llm_dola"):
        choose_model(f"hf:{folders['t5']}", plain)


def test_a_gguf_file_is_served_in_this_process(tmp_path: Path, settings: Settings) -> None:
    tiny_gguf.save_tiny_gguf(tmp_path / "tiny.gguf")
    model = choose_model(f"gguf:{tmp_path / 'tiny.gguf'}", settings)
    assert model is not None
    asked = [Message("system", "Choose."), Message("user", "Which number?")]
    first = model.complete(asked, max_tokens=8)
    assert first.prompt_tokens > 10
    assert model.complete(asked, max_tokens=8).text == first.text
    heard: list[str] = []
    assert model.complete(asked, max_tokens=8, on_text=heard.append).text == heard[-1] == first.text
    for choices in (["0", "3", "17"], ["5"]):
        assert model.complete(asked, max_tokens=8, choices=choices).text in choices
    with pytest.raises(LanguageModelError, match="HTTP 400"):
        model.complete([Message("user", "a b c " * 20_000)], max_tokens=8)
