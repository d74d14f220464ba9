"""Search and links against their definitions."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.capping import heaviest
from graphs.index import SearchIndex, TermCounts, tokenize
from graphs.link_rows import narrow
from graphs.options import GraphOptions
from graphs.phrases import PhraseCounts
from graphs.similarity_edges import Pairs, key_terms, shared_term_pairs, shared_terms, similar_pairs, term_names

WORDS = st.lists(st.sampled_from("apple pear plum fig grape melon kiwi".split()), min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(WORDS, min_size=1, max_size=12)


def unit(rows: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make_index(texts: list[str]) -> SearchIndex:
    ids = [f"n{i:03}" for i in range(len(texts))]
    return SearchIndex(ids, TermCounts.from_texts(texts), unit(len(texts)), [f"d{i % 2}" for i in range(len(texts))])


@given(TEXTS, WORDS)
@settings(max_examples=60, deadline=None)
def test_bm25_is_its_formula(texts: list[str], query: str) -> None:
    """Robertson and Zaragoza (2009), with Lucene's idf, k1 = 1.2, b = 0.75, written as a loop."""
    tokens = [tokenize(text) for text in texts]
    mean = sum(map(len, tokens)) / len(tokens)
    found = {node.node_id: node.score for node in make_index(texts).search(query, 100, method="bm25")}

    def score(i: int) -> float:
        counts, total = Counter(tokens[i]), 0.0
        for term, times in Counter(tokenize(query)).items():
            df = sum(term in own for own in tokens)
            idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
            tf = counts[term]
            total += times * idf * tf * (1.2 + 1) / (tf + 1.2 * (1 - 0.75 + 0.75 * len(tokens[i]) / mean))
        return total

    expected = {f"n{i:03}": score(i) for i in range(len(texts)) if score(i) > 0}
    assert found == pytest.approx(expected, rel=1e-4)


@given(TEXTS, WORDS, st.integers(1, 5))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("method", ["bm25", "tfidf", "dense", "hybrid"])
def test_search_gives_the_best_first_and_keeps_to_its_documents(
    method: str, texts: list[str], query: str, k: int
) -> None:
    index = make_index(texts)
    vector = unit(1, seed=9)[0]
    whole = index.search(query, 100, method=method, query_vector=vector)
    assert [node.score for node in whole] == sorted((node.score for node in whole), reverse=True)
    assert index.search(query, k, method=method, query_vector=vector) == whole[:k]
    inside = index.search(query, 100, method=method, query_vector=vector, doc_ids={"d0"})
    assert {int(node.node_id[1:]) % 2 for node in inside} <= {0}


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_links_are_capped_and_give_their_reason(texts: list[str]) -> None:
    options = GraphOptions()
    counts = TermCounts.from_texts(texts)
    phrases = PhraseCounts.from_texts(texts)
    keys = key_terms(counts, phrases, options)
    shared, (similar, _) = shared_term_pairs(keys, options), similar_pairs(unit(len(texts)), options)
    for pairs in (shared, similar):
        assert (pairs.low < pairs.high).all(), "one link for a pair, from the smaller place"
        assert ((pairs.weight > 0) & (pairs.weight <= 1)).all()
    for i, j in zip(shared.low.tolist(), shared.high.tolist(), strict=True):
        named = term_names(shared_terms(keys, i, j), counts, phrases, texts[i])
        assert named
        assert all(name in texts[i] and name in texts[j] for name in named)


def test_neighbours_never_grow_to_cliques() -> None:
    """Two hundred passages that all say the same would make 19,900 pairs."""
    texts = [f"apple pear plum number{i}" for i in range(200)]
    vectors = np.tile(unit(1), (200, 1)) + 0.001 * unit(200)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    options = GraphOptions()
    found: tuple[Pairs, ...] = (
        similar_pairs(vectors.astype(np.float32), options)[0],
        shared_term_pairs(key_terms(TermCounts.from_texts(texts), PhraseCounts.from_texts(texts), options), options),
    )
    for pairs in found:
        assert len(pairs.low) <= 200 * 20


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("Cats' tails", ["cat", "tail"]), ("", []), ("naïve café", ["naïve", "café"]), ("in 2010", ["in", "2010"])],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([1e-9, 0.1, 0.2, 0.5, 0.500001, 1.0])), max_size=40),
    st.integers(1, 4),
)
def test_the_heaviest_of_each_row_are_kept_in_their_order(entries: list[tuple[int, float]], most: int) -> None:
    rows = np.array([row for row, _ in entries], dtype=np.int64)
    weights = np.array([weight for _, weight in entries], dtype=np.float64)
    order = sorted(range(len(entries)), key=lambda i: (entries[i][0], -entries[i][1], i))
    wanted = [i for row in range(6) for i in [i for i in order if entries[i][0] == row][:most]]
    assert heaviest(rows, weights, 6, most).tolist() == wanted


@given(st.lists(st.one_of(st.integers(0, 1 << 20), st.floats(0, 1, width=32))))
def test_counts_are_kept_in_few_bits_without_loss(values: list[float]) -> None:
    data = np.array(values, dtype=np.float32)
    kept = narrow(data)
    assert np.array_equal(kept.astype(np.float32), data)
    if len(data) and all(float(value).is_integer() for value in values) and max(values) < 1 << 16:
        assert kept.itemsize <= 2
