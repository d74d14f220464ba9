"""Building our graph against the official construction of KGP, on the same passages in one run, embedding left out.

    OMP_NUM_THREADS=1 python benchmarks/graph_against_kgp.py CORPUS [SPACY_PIPELINE]

CORPUS is a folder in BEIR layout. The official construction is written from a description of the public code (arXiv
2308.11730), as it is released (key terms of the first passage only) and as the paper means it (of every passage): a
dense TF-IDF matrix over one to four words, the 50 heaviest terms, each pair of passages compared term by term through
a binary matrix that is tiled to (n * n, terms), and an edge for every shared term. Both sides begin with texts and end
with a graph in memory; nothing is stored. The official one first reduces passages to stemmed nouns: that is counted
where a spaCy pipeline with a tagger is named (its tagger alone is run), and left out, in its favour, where none is.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

import networkx as nx
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from graphs.build import build_graph, searchable
from graphs.document_graph import Node, NodeKind
from graphs.words import stem

_KEY_TERMS = 50


def to_nouns(texts: list[str], pipeline: Any) -> list[str]:
    """Return the stemmed nouns of each text."""
    with pipeline.select_pipes(enable=[name for name in ("tok2vec", "tagger") if name in pipeline.pipe_names]):
        return [
            " ".join(stem(word.text.casefold()) for word in read if word.tag_.startswith("NN"))
            for read in pipeline.pipe(texts)
        ]


def official(texts: list[str], titles: list[str], pipeline: Any, *, every_passage: bool) -> "nx.MultiGraph[int]":
    """Return the official graph over passages."""
    texts = to_nouns(texts, pipeline) if pipeline is not None else texts
    vectorizer = TfidfVectorizer(ngram_range=(1, 4), stop_words="english")
    weights = vectorizer.fit_transform(texts).toarray()
    names = vectorizer.get_feature_names_out()
    rows = weights if every_passage else weights[:1]
    chosen = {str(names[i]) for row in rows for i in np.argsort(-row)[:_KEY_TERMS]}
    vocabulary = sorted(chosen) + sorted(set(titles))  # titles keep their capitals, so that none is ever found
    column = {str(name): i for i, name in enumerate(names)}
    holds = np.zeros((len(texts), len(vocabulary)), dtype=int)
    for place, term in enumerate(vocabulary):
        if term in column:
            holds[:, place] = weights[:, column[term]] > 0
    n = len(texts)
    shared = np.tile(holds, (n, 1))
    shared *= np.repeat(holds, n, axis=0)
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    graph.add_nodes_from(range(n))
    for pair, term in zip(*np.nonzero(shared), strict=True):
        a, b = divmod(int(pair), n)
        if a < b:
            graph.add_edge(a, b, key=vocabulary[term])
    return graph


def ours(nodes: list[Node], vectors: np.ndarray) -> int:
    """Return the number of edges of our graph over passages."""
    rows = {node.node_id: row for node, row in zip(searchable(nodes), vectors, strict=True)}
    return build_graph(nodes, [], rows).edge_count


def seconds(work: object) -> tuple[float, int]:
    """Return the least processor seconds of three runs, and the number of edges."""
    assert callable(work)
    times = []
    for _ in range(3):
        started = process_time()
        edges = work()
        times.append(process_time() - started)
    return min(times), int(edges)


def main(corpus: Path, pipeline: Any = None) -> None:
    lines = [json.loads(line) for line in (corpus / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    chance = np.random.default_rng(0)
    ours([_node(0, "warm", "up")], np.eye(1, 384, dtype=np.float32))
    print(f"{'passages':>9} {'ours':>17} {'official as meant':>27} {'official as released':>27}")
    for n in (50, 100, 150, 300, 600, 1200):
        some = lines[:n]
        nodes = [_node(i, line["title"], line["text"]) for i, line in enumerate(some)]
        vectors = chance.normal(size=(len(searchable(nodes)), 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts, titles = [line["text"] for line in some], [line["title"] for line in some]
        own, own_edges = seconds(lambda nodes=nodes, vectors=vectors: ours(nodes, vectors))
        shown = [f"{own:8.3f} s {own_edges:6}"]
        for every, most in ((True, 150), (False, 300)):
            if n > most:
                shown.append(f"{'':>27}")
                continue
            theirs, edges = seconds(
                lambda texts=texts, titles=titles, every=every: official(
                    texts, titles, pipeline, every_passage=every
                ).number_of_edges()
            )
            shown.append(f"{theirs:7.2f} s {edges:7} {theirs / own:7.0f} x")
        print(f"{n:9} " + " ".join(shown), flush=True)


def _node(number: int, title: str, text: str) -> Node:
    return Node(f"{number:05}", NodeKind.PASSAGE, f"{number:05}", 1, title, text or title, title)


if __name__ == "__main__":
    if sys.argv[2:]:
        import spacy

        main(Path(sys.argv[1]), spacy.load(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
