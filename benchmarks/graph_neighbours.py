"""How many of the ten nearest neighbours the approximate search finds, and what both searches cost.

    OMP_NUM_THREADS=1 python benchmarks/graph_neighbours.py CORPUS [VECTORS ...]

CORPUS is a folder in BEIR layout; vectors are mixes of its own as in graph_build.py. Prints, by size, recall@10 of the
approximate search against the exact one over 1,000 of the vectors, and processor seconds of both.
A collection of more than `GraphOptions.exact_up_to` texts is built with the former, and `kgqa ingest` says so.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from pathlib import Path
from time import process_time

import numpy as np
from graph_build import corpus_sentences, embed, make_vectors

from graphs.neighbours import find_neighbours, vector_keys

_ASKED = 1000  # vectors whose neighbours are compared


def main(corpus: Path, sizes: list[int]) -> None:
    base = embed(corpus_sentences(corpus)[:1000])
    for size in sizes:
        vectors = make_vectors(size, base, np.random.default_rng(size))
        keys = vector_keys(vectors)
        order = np.argsort(keys)
        keys, vectors = keys[order], vectors[order]
        started = process_time()
        exact = find_neighbours(keys, vectors, 10, exact_up_to=size)
        plain = process_time() - started
        started = process_time()
        near = find_neighbours(keys, vectors, 10, exact_up_to=0)
        fast = process_time() - started
        some = np.random.default_rng(0).choice(size, min(_ASKED, size), replace=False)
        shared = [len(set(exact.nearest[i].tolist()) & set(near.nearest[i].tolist())) for i in some]
        print(f"{size} vectors: recall@10 {np.mean(shared) / 10:.4f}; exact {plain:.0f} s, approximate {fast:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [30_000, 100_000])
