"""Time and memory of linking passages, embedding left out, and of a collection that is opened, searched and changed.

    OMP_NUM_THREADS=1 python benchmarks/graph_build.py CORPUS [PASSAGES ...]

CORPUS is a folder in BEIR layout. Passages are its sentences shuffled, so that each is new and its words are real;
their vectors are mixes of three of the corpus's own and noise, which are harder to search than real ones. Five hundred
passages make a document of twenty pages' size or so; every document is committed by itself, as files are. Building is
counted in processor seconds of its one thread, so that other work on the machine counts for nothing, searching both by
that and by the clock, opening and neighbours by the clock.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import random
import re
import resource
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from graphs.build import document_to_nodes, searchable
from graphs.document_graph import EdgeKind
from graphs.embedding import load_embedder
from graphs.options import EmbeddingOptions, GraphOptions
from graphs.store import Store
from ingestion.document import ParsedDocument
from ingestion.options import IngestionOptions
from ingestion.text_files import text_to_document

_PER_DOCUMENT = 500


def corpus_sentences(folder: Path) -> list[str]:
    """Return the sentences of a corpus."""
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [part for line in lines for part in re.split(r"(?<=[.!?])\s+", json.loads(line)["text"]) if len(part) > 20]


def make_document(number: int, parts: int, sentences: list[str], chance: random.Random) -> ParsedDocument:
    """Return a document of passages of five sentences each, one a section."""
    body = "\n\n".join(f"# Part {i}\n\n{' '.join(chance.sample(sentences, 5))}" for i in range(parts))
    return text_to_document(
        f"document{number:05}.md", body, doc_id=f"{number:012x}", sha256=f"{number:064x}", options=IngestionOptions()
    )


def make_vectors(count: int, base: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return unit vectors, shape (count, dimensions)."""
    picks = chance.integers(0, len(base), (count, 3))
    shares = chance.dirichlet((1.0, 1.0, 1.0), count).astype(np.float32)
    vectors = np.einsum("nk,nkd->nd", shares, base[picks])
    vectors += chance.normal(0, 0.02, vectors.shape).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def fill(store: Store, first: int, passages: int, sentences: list[str], base: np.ndarray) -> float:
    """Commit documents of so many passages in all; return processor seconds, making the texts left out."""
    spent = 0.0
    number, left = first, passages
    while left > 0:
        chance = random.Random(number)
        document = make_document(number, min(left, _PER_DOCUMENT), sentences, chance)
        nodes = searchable(document_to_nodes(document))
        vectors = make_vectors(len(nodes), base, np.random.default_rng(number))
        started = process_time()
        store.put(document, {n.node_id: v for n, v in zip(nodes, vectors, strict=True)}, embedder="mixed")
        spent += process_time() - started
        left -= len(nodes)
        number += 1
    return spent


def embed(texts: list[str]) -> np.ndarray:
    """Return the vectors of texts."""
    return load_embedder(EmbeddingOptions()).embed(texts)


def main(corpus: Path, sizes: list[int]) -> None:
    sentences = corpus_sentences(corpus)
    with ProcessPoolExecutor(1) as apart:  # so that the model's memory is not counted
        base = apart.submit(embed, sentences[:1000]).result()
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder) / "collection", size, sentences, base)


def run(folder: Path, size: int, sentences: list[str], base: np.ndarray) -> None:
    """Build a collection of so many passages and print what that cost, and what using it costs."""
    options = GraphOptions()
    store = Store.open(folder)
    committed = fill(store, 0, size, sentences, base)
    started = process_time()
    store.relink(options)
    linked = process_time() - started
    graph = store.graph()
    passages = sum(1 for node in graph.nodes if node.text)
    kinds = {kind: graph.count_of(kind) for kind in EdgeKind if graph.count_of(kind)}
    print(f"{passages} passages: committed in {committed:.1f} s, linked in {linked:.1f} s, {graph.edge_count} edges "
          f"({', '.join(f'{kinds[kind]} {kind}' for kind in sorted(kinds))})")  # fmt: skip
    more = fill(store, 1_000_000, size // 100, sentences, base)
    started = process_time()
    store.relink(options)
    added = more + process_time() - started
    print(f"  1 % more: {more:.2f} + {added - more:.2f} s, {added / (committed + linked):.3f} of the full build")
    store.close()
    started = perf_counter()
    store = Store.open(folder, create=False)
    opened = perf_counter() - started
    chance = random.Random(0)
    vectors = make_vectors(20, base, np.random.default_rng(0))
    times, worked = [], []
    for vector in vectors:
        query = " ".join(chance.sample(" ".join(chance.sample(sentences, 3)).split(), 12))
        started, before = perf_counter(), process_time()
        store.index().search(query, 20, query_vector=vector)
        times.append(perf_counter() - started)
        worked.append(process_time() - before)
    started = perf_counter()
    graph = store.graph()
    loaded = perf_counter() - started
    hops = []
    for node in chance.sample(graph.nodes, 200):
        started = perf_counter()
        list(graph.incident(node.node_id))
        hops.append(perf_counter() - started)
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    search, work, hop = (1000 * statistics.median(part) for part in (times[1:], worked[1:], hops))
    print(f"  opened in {opened:.2f} s, first search {times[0]:.2f} s, searches after it {search:.1f} ms "
          f"({work:.1f} ms of the processor), "
          f"graph in {loaded:.2f} s, a node's neighbours {hop:.3f} ms, peak {peak:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [3_000, 30_000, 100_000])
