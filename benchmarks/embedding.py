"""Passages a second of our embedder against stock sentence-transformers in float32, one thread, in one run."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import statistics
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from graphs.embedding import load_embedder, model_folder
from graphs.options import EmbeddingOptions


def main(corpus: Path, count: int = 400, rounds: int = 3) -> None:
    torch.set_num_threads(1)
    lines = (corpus / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:count]
    texts = [f"{item['title']}. {item['text']}" for item in map(json.loads, lines)]
    options = EmbeddingOptions()
    ours, stock = load_embedder(options), SentenceTransformer(model_folder(options.model), device="cpu")
    ours.embed(texts[:8]), stock.encode(texts[:8])
    rates: list[tuple[float, float]] = []
    for _ in range(rounds):
        started = perf_counter()
        theirs = stock.encode(texts, normalize_embeddings=True, batch_size=32, show_progress_bar=False)
        between = perf_counter()
        own = ours.embed(texts)
        rates.append((len(texts) / (between - started), len(texts) / (perf_counter() - between)))
    stock_rate, own_rate = (statistics.median(rate) for rate in zip(*rates, strict=True))
    cosine = np.sum(own * theirs, axis=1)
    print(
        f"stock float32 {stock_rate:.1f} passages/s, kgqa {own_rate:.1f}, ratio {own_rate / stock_rate:.2f} (goal 2.5)"
    )
    print(f"cosine to float32: mean {cosine.mean():.6f} (goal 0.9999), lowest {cosine.min():.6f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
