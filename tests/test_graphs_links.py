"""Links after any history are those of a fresh build; neighbours are what a plain search finds."""

from __future__ import annotations

import hashlib
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from graphs import neighbours
from graphs.build import document_to_nodes, searchable
from graphs.document_graph import EdgeKind
from graphs.link_rows import read_links
from graphs.neighbours import find_neighbours, vector_keys
from graphs.options import GraphOptions
from graphs.phrases import PhraseCounts, named_phrases
from graphs.similarity_edges import _telling
from graphs.store import Store
from ingestion.document import ParsedDocument
from ingestion.options import IngestionOptions
from ingestion.text_files import text_to_document

NAMES = ("apples.md", "ships.md", "stars.md", "laws.md", "rooms.md")
SENTENCES = (
    "Cold rooms keep apples for months.",
    "The early warning system (EWS) failed in the harbour.",
    "Harbours of the North tells that no ship was lost.",
    "The EWS was built by Ann Lee.",
    "Ann Lee was the founder of a church.",
    "Ships carry apples in cold rooms at night.",
    "Support vector machines are seen from the harbour.",
    "A law of the sea asks ships to carry lights.",
    "Port Royal is a harbour of the north.",
    "Stars and support vector machines are far away.",
)
TITLES = ("Harbours of the North", "Port Royal", "Cold Rooms", "")


def document(name: str, title: str, sentences: list[int]) -> ParsedDocument:
    """A document of short passages, whose id is made from its bytes as that of a file is."""
    body = f"# {title}\n\n" if title else ""
    body += "\n\n".join(f"## Part {i}\n\n{SENTENCES[i]} {SENTENCES[(i * 3) % 10]}" for i in sentences)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return text_to_document(name, body, doc_id=digest[:16], sha256=digest, options=IngestionOptions())


def vector(text: str) -> np.ndarray:
    """A unit vector that the words make, so that texts with common words are near to each other."""
    total = np.zeros(24)
    for word in text.casefold().split():
        seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "little")
        total += np.random.default_rng(seed).normal(size=24)
    return (total / (np.linalg.norm(total) or 1.0)).astype(np.float32)


def put(store: Store, parsed: ParsedDocument) -> None:
    vectors = {node.node_id: vector(node.search_text) for node in searchable(document_to_nodes(parsed))}
    store.put(parsed, vectors, embedder="words", source=parsed.name)


class Histories(RuleBasedStateMachine):
    """Documents come, change, move and go, with and without links made in between."""

    options = GraphOptions(similar_neighbours=3, shared_term_neighbours=3, key_terms=6, max_degree=4, similar_floor=0.0)

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "lived")
        self.held: dict[str, ParsedDocument] = {}

    @rule(
        name=st.sampled_from(NAMES),
        title=st.sampled_from(TITLES),
        sentences=st.lists(st.integers(0, 9), min_size=1, max_size=6),
    )
    def put(self, name: str, title: str, sentences: list[int]) -> None:
        parsed = document(name, title, sentences)
        self.held = {n: d for n, d in self.held.items() if d.doc_id != parsed.doc_id and n != name} | {name: parsed}
        put(self.store, parsed)

    @rule(chance=st.randoms(use_true_random=False))
    def remove(self, chance: random.Random) -> None:
        if self.held:
            name = chance.choice(sorted(self.held))
            del self.held[name]
            self.store.remove(name)

    @rule(chance=st.randoms(use_true_random=False))
    def move(self, chance: random.Random) -> None:
        free = [name for name in NAMES if name not in self.held]
        if self.held and free:
            old, new = chance.choice(sorted(self.held)), chance.choice(free)
            parsed = replace(self.held.pop(old), name=new)
            self.held[new] = parsed
            self.store.move(parsed.doc_id, new, "elsewhere")

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def relink(self) -> None:
        self.store.relink(self.options)

    @invariant()
    def is_sound(self) -> None:
        graph = self.store.graph()
        said = {node.node_id for node in graph.nodes if node.text}
        assert set(self.store.index().node_ids) == said
        assert [line for line in self.store.findings() if "before its links" not in line] == []

    def teardown(self) -> None:
        self.store.relink(self.options)
        fresh = Store.open(Path(self.folder.name) / "fresh")
        for name in sorted(self.held, reverse=True):
            put(fresh, self.held[name])
        fresh.relink(self.options)
        lived_graph, fresh_graph = self.store.graph(), fresh.graph()
        assert lived_graph.nodes == fresh_graph.nodes
        assert lived_graph.edges == fresh_graph.edges
        query = vector("cold rooms")
        assert self.store.index().search("cold rooms", 5, query_vector=query) == fresh.index().search(
            "cold rooms", 5, query_vector=query
        )
        self.store.close()
        fresh.close()
        self.folder.cleanup()


Histories.TestCase.settings = settings(
    max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestHistories = Histories.TestCase


def brute(vectors: np.ndarray, k: int) -> list[dict[int, float]]:
    cosines = np.round(vectors.astype(np.float64) @ vectors.astype(np.float64).T, 6)
    np.fill_diagonal(cosines, -3)
    return [{int(j): float(row[j]) for j in np.argsort(-row, kind="stable")[:k] if row[j] > -3} for row in cosines]


@given(st.integers(1, 60), st.integers(1, 6), st.integers(0, 1000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_neighbours_are_those_of_a_plain_search_whatever_came_before(n: int, k: int, seed: int, near: bool) -> None:
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(n, 8))
    if near:  # many cosines that differ in the seventh decimal only
        rows = rows[:1] + 1e-4 * rows
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    rows = rows[np.argsort(vector_keys(rows))]
    keys = vector_keys(rows)
    rows, keys = rows[np.unique(keys, return_index=True)[1]], np.unique(keys)
    part = chance.random(len(keys)) < 0.7
    known = find_neighbours(keys[part], rows[part], k, exact_up_to=1000) if part.any() else None
    fresh = find_neighbours(keys, rows, k, exact_up_to=1000)
    again = find_neighbours(keys, rows, k, known=known, exact_up_to=1000)
    back = find_neighbours(keys[part], rows[part], k, known=fresh, exact_up_to=1000) if part.any() else known
    for lived, built in ((again, fresh), (back, known)):
        if lived is not None and built is not None:
            assert np.array_equal(lived.nearest, built.nearest)
            assert np.array_equal(lived.cosines, built.cosines)
    for own, far, expected in zip(fresh.nearest, fresh.cosines, brute(rows, k), strict=True):
        assert sorted(far[own >= 0].tolist()) == pytest.approx(sorted(expected.values()), abs=1.1e-6)


def noise(count: int, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors in any direction, and their keys, which ascend."""
    rows = np.random.default_rng(count).normal(size=(count, dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows[np.argsort(vector_keys(rows))]
    return vector_keys(rows), rows


def test_approximate_neighbours_are_nearly_all_of_the_exact_ones() -> None:
    keys, rows = noise(3000, 32)
    exact = find_neighbours(keys, rows, 10, exact_up_to=3000)
    near = find_neighbours(keys, rows, 10, exact_up_to=2999)
    assert near.approximate
    assert not exact.approximate
    shared = [len(set(a) & set(b)) for a, b in zip(exact.nearest.tolist(), near.nearest.tolist(), strict=True)]
    assert np.mean(shared) / 10 > 0.98
    assert 0.992 <= near.recall <= 1
    assert exact.recall == 1


def test_lists_serve_vectors_in_clumps_and_a_graph_serves_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of either kind nearly all neighbours are found, the graph being made only where lists do not do."""
    made: list[str] = []
    for name in ("_lists", "_links"):
        make = getattr(neighbours, name)
        monkeypatch.setattr(neighbours, name, lambda data, make=make, name=name: (made.append(name), make(data))[1])
    clumps = np.repeat(noise(60, 96)[1], 50, axis=0) + 0.02 * noise(3000, 96)[1]
    clumps /= np.linalg.norm(clumps, axis=1, keepdims=True)
    rows = clumps[np.argsort(vector_keys(clumps))]
    assert find_neighbours(vector_keys(rows), rows, 10, exact_up_to=0).recall > 0.99
    assert made == ["_lists"]
    assert find_neighbours(*noise(6000, 48), 10, exact_up_to=0).recall > 0.99
    assert made == ["_lists", "_lists", "_links"]


def test_vectors_that_no_breadth_of_search_serves_are_searched_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise in many dimensions has no near neighbours: lists and graphs of them miss many at any breadth."""
    monkeypatch.setattr("graphs.neighbours._PROBES", (2, 4))
    monkeypatch.setattr("graphs.neighbours._SEARCHES", (10, 12))
    keys, rows = noise(4000, 96)
    near = find_neighbours(keys, rows, 10, exact_up_to=0)
    assert not near.approximate
    assert np.array_equal(near.nearest, find_neighbours(keys, rows, 10, exact_up_to=4000).nearest)


def test_terms_that_may_link() -> None:
    """Letters of any script, not bare numbers, single characters or stop words."""
    terms = tuple(
        sorted(["the", "a", "x", "1890", "h2o", "北京", "جسر", "ship", "\U0001f600\U0001f600", "９９", "zebra"])
    )
    found = [term for term, telling in zip(terms, _telling(terms), strict=True) if telling]
    assert found == sorted(["h2o", "北京", "جسر", "ship", "zebra"])
    assert not len(_telling(()))


def test_ten_thousand_copies_make_a_chain_and_no_clique(tmp_path: Path) -> None:
    """The same words over and over: one neighbour search, one link each, and the one other passage is still found."""
    store = Store.open(tmp_path)
    said = "## Part\n\nNo smoking, no fire and no open light by day or by night in any of the cold rooms."
    body = "\n\n".join([said] * 10_000) + "\n\n## Other\n\nApples keep there."
    digest = hashlib.sha256(body.encode()).hexdigest()
    parsed = text_to_document("copies.md", body, doc_id=digest[:16], sha256=digest, options=IngestionOptions())
    put(store, parsed)
    store.relink(GraphOptions(similar_floor=0.0))
    graph = store.graph()
    copies = sum(node.text.endswith("cold rooms.") for node in graph.nodes)
    assert copies == 10_000
    assert copies - 1 <= graph.count_of(EdgeKind.SIMILAR) <= copies + 20
    assert graph.count_of(EdgeKind.SHARES_TERMS) <= 20 * copies
    store.close()


def test_one_page_of_two_million_characters(tmp_path: Path) -> None:
    """Lines without end of words that are there a few times each; the passages are slices that lose nothing."""
    store = Store.open(tmp_path)
    body = " ".join(f"harbour{i % 4001} ship{i % 997} {chr(97 + i % 26)}{i}" for i in range(70_000))
    body += "x" * (2_000_000 - len(body))
    digest = hashlib.sha256(body.encode()).hexdigest()
    parsed = text_to_document("long.txt", body, doc_id=digest[:16], sha256=digest, options=IngestionOptions())
    assert len(parsed.pages) == 1
    assert len(parsed.pages[0].markdown) == 2_000_000
    assert sum(len("".join(p.text.split())) for p in parsed.passages) == len("".join(body.split()))
    assert max(len(p.text) for p in parsed.passages) <= 2 * IngestionOptions().passages.max_chars
    put(store, parsed)
    store.relink(GraphOptions(similar_floor=0.0))
    graph = store.graph()
    assert graph.degrees().max() <= 200 + len(parsed.passages), "the page holds all, no passage more than its share"
    assert store.index().search("harbour7", 3, method="bm25")
    assert not store.findings()
    store.close()


def test_passages_without_words_and_a_word_in_all_of_them(tmp_path: Path) -> None:
    """All pairs that share the word would be 1.1 million edges."""
    store = Store.open(tmp_path)
    parts = [f"## {i}\n\n{'*' * 3} — … {'§' * (i % 3 + 1)}" for i in range(5)]
    parts += [f"## P{i}\n\nhubword {chr(97 + i % 26)}{i}x stands here." for i in range(1500)]
    body = "\n\n".join(parts)
    digest = hashlib.sha256(body.encode()).hexdigest()
    put(store, text_to_document("hub.md", body, doc_id=digest[:16], sha256=digest, options=IngestionOptions()))
    store.relink(GraphOptions())
    graph = store.graph()
    degrees = dict(zip(graph.position, graph.degrees().tolist(), strict=True))
    assert max(degrees[node.node_id] for node in graph.nodes if node.text) < 200
    assert not [edge for edge in graph.edges if edge.kind is EdgeKind.SHARES_TERMS and "hubword" in edge.reason]
    assert graph.count_of(EdgeKind.SHARES_TERMS) + graph.count_of(EdgeKind.SIMILAR) < 20 * 1505
    assert store.index().search("hubword", 3, method="bm25")
    store.close()


def test_links_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    put(store, document("a.md", "Port Royal", [0, 1, 2, 3]))
    put(store, document("b.md", "", [4, 5, 6, 8]))
    store.relink(Histories.options)
    first = store.graph().edges
    links = read_links(store._at)
    assert links is not None
    assert links.mentions
    assert not links.neighbours.approximate
    store.close()
    again = Store.open(tmp_path, create=False)
    assert again.graph().edges == first
    assert {edge.kind for edge in first} >= {EdgeKind.SIMILAR, EdgeKind.SHARES_TERMS, EdgeKind.MENTIONS}
    again.close()


def test_vectors_that_are_computed_anew_are_linked_anew(tmp_path: Path) -> None:
    """The keys by which vectors are known are kept with the links; other vectors of the same nodes have others."""

    def backwards(text: str) -> np.ndarray:
        return vector(" ".join(word[::-1] + word[:1] for word in text.split()))

    parsed = [document("a.md", "Port Royal", [0, 1, 2, 3]), document("b.md", "", [4, 5, 6, 8])]
    lived, fresh = Store.open(tmp_path / "lived"), Store.open(tmp_path / "fresh")
    for one in parsed:
        put(lived, one)
        said = searchable(document_to_nodes(one))
        fresh.put(one, {node.node_id: backwards(node.search_text) for node in said}, embedder="words", source=one.name)
    lived.relink(Histories.options)
    before = lived.graph().edges
    lived.renew_vectors(lambda texts: np.stack([backwards(text) for text in texts]))
    lived.relink(Histories.options)
    fresh.relink(Histories.options)
    assert lived.graph().edges == fresh.graph().edges
    assert lived.graph().edges != before
    lived.close()
    fresh.close()


@given(st.lists(st.sampled_from(SENTENCES), max_size=6))
def test_phrases_can_be_named_from_their_text(sentences: list[str]) -> None:
    counted = PhraseCounts.from_texts(sentences)
    named = {key: name for text in sentences for key, name in named_phrases(text).items()}
    assert set(counted.keys.tolist()) == set(named)
    assert all(2 <= len(name.split()) <= 3 for name in named.values())
    assert counted.counts.shape == (len(sentences), len(named))


def test_phrases_stop_at_stop_words_and_punctuation() -> None:
    names = set(named_phrases("Support vector machines, and the cold-room doors of apples.").values())
    assert names == {
        "support vector", "vector machine", "support vector machine", "cold room", "room door", "cold room door",
    }  # fmt: skip
