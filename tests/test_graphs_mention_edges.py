"""What a passage names: titles, sections, and names and terms that are defined elsewhere."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.build import build_graph
from graphs.document_graph import Edge, EdgeKind, Node, NodeKind
from graphs.mention_edges import defined_names, long_form
from graphs.options import GraphOptions


def document(key: str, title: str, *texts: str, sections: tuple[str, ...] = ()) -> list[Node]:
    """A document node, its sections, and a passage for each text."""
    return [
        Node(key, NodeKind.DOCUMENT, key, 1, f"{key}.pdf", "", title),
        *(Node(f"{key}/s{i}", NodeKind.SECTION, key, 1, label, "") for i, label in enumerate(sections)),
        *(Node(f"{key}/p1/{i}", NodeKind.PASSAGE, key, 1, f"{key} p. 1", text) for i, text in enumerate(texts)),
    ]


def mention_edges(nodes: list[Node], options: GraphOptions) -> list[Edge]:
    """The graph's edges of that kind, over vectors that say nothing."""
    vectors = {node.node_id: np.eye(1, 8, dtype=np.float32)[0] for node in nodes}
    return [edge for edge in build_graph(nodes, [], vectors, options).edges if edge.kind is EdgeKind.MENTIONS]


def pairs(edges: list[Edge]) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in edges}


def test_a_title_of_another_document_is_named() -> None:
    nodes = [
        *document("a", "Harbours of the North", "Ships called there in every year.", "A second passage."),
        *document("b", "", "As Harbours of the North tells, no ship was lost."),
    ]
    (edge,) = mention_edges(nodes, GraphOptions())
    assert (edge.source, edge.target) == ("b/p1/0", "a/p1/0")
    assert edge.reason == "names “Harbours of the North”, title of a.pdf"
    assert 0 < edge.weight <= 1


@pytest.mark.parametrize(
    ("key", "own", "citing"),
    [
        ("2308.11730v2", "Ships are counted.", "See arXiv:2308.11730 for the counts."),
        (
            "a",
            "arXiv:2308.11730v1 [cs.CL] Ships are counted.",
            "W. Lee, Ships, arXiv preprint arXiv:2308.11730v3, 2023.",
        ),
        ("a", "Ships are counted. doi:10.1145/3292500.3330701", "W. Lee, https://doi.org/10.1145/3292500.3330701."),
    ],
)
def test_a_work_is_cited_by_its_number(key: str, own: str, citing: str) -> None:
    nodes = [
        *document(key, "", own, "A second passage."),
        *document("z", "", "Ships.", "More.", citing, "arXiv:1234.56789"),
    ]
    (edge,) = mention_edges(nodes, GraphOptions())
    assert (edge.source, edge.target) == ("z/p1/2", f"{key}/p1/0")
    assert edge.reason.startswith("cites ")
    assert edge.reason.endswith(f"which is {key}.pdf")


def test_a_number_among_the_references_is_no_number_of_the_paper() -> None:
    nodes = document("a", "", "Ships.")
    nodes.append(Node("a/p1/1", NodeKind.PASSAGE, "a", 1, "a p. 1", "W. Lee, arXiv:2308.11730", "References"))
    nodes += document("b", "", "Sails.", "Oars.", "As arXiv:2308.11730 says.")
    assert mention_edges(nodes, GraphOptions()) == []


def test_a_section_is_named_and_a_usual_heading_is_not() -> None:
    sections = ("3.1 Cold Storage of Apples", "2 Related Work", "4 Results")
    nodes = [
        *document("a", "", "First words.", sections=sections),
        *document("b", "", "Cold storage of apples is told elsewhere, as are Related Work and Results."),
    ]
    assert pairs(mention_edges(nodes, GraphOptions())) == {("b/p1/0", "a/s0")}


def test_terms_and_names_are_linked_to_where_they_are_defined() -> None:
    nodes = [
        *document("a", "", "We train a hidden Markov model (HMM) on speech.", "The HMM is small."),
        *document("b", "", "An HMM was tried; hidden Markov models were not."),
        *document("c", "", "Ann Lee (1736-1784) was the founder of a church.", "Nothing."),
        *document("d", "", "The church that Ann Lee founded has no members."),
    ]
    assert pairs(mention_edges(nodes, GraphOptions())) == {
        ("a/p1/1", "a/p1/0"),
        ("b/p1/0", "a/p1/0"),
        ("d/p1/0", "c/p1/0"),
    }


def test_the_own_definition_comes_first() -> None:
    nodes = [
        *document("a", "", "Our hidden Markov model (HMM) is small.", "This HMM is fast."),
        *document("b", "", "Their hard mining method (HMM) is slow."),
    ]
    assert pairs(mention_edges(nodes, GraphOptions())) == {("a/p1/1", "a/p1/0")}


def test_words_that_name_nothing() -> None:
    nodes = [
        *document("a", "Apples", "Text."),
        *document("b", "Cold Rooms", "Text."),
        *document("c", "", "Apples grow. In cold rooms they keep.", "He ate Apples of that sort."),
    ]
    found = pairs(mention_edges(nodes, GraphOptions()))
    assert found == {("c/p1/1", "a/p1/0")}, "a capital that begins a sentence, and small letters, say nothing"


def test_a_hub_keeps_its_best() -> None:
    texts = [f"Passage {i} tells of Port Royal and of more." for i in range(60)]
    nodes = [*document("a", "Port Royal", "Text."), *document("b", "", *texts)]
    assert len(mention_edges(nodes, GraphOptions(max_degree=7))) == 7


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_edges_depend_on_the_set_of_nodes_alone(chance: random.Random, left_out: int) -> None:
    parts = [
        document("a", "Harbours of the North", "Ann Lee was born here.", "Port Royal is far."),
        document("b", "Port Royal", "As Harbours of the North tells, the early warning system (EWS) failed."),
        document("c", "", "The EWS of Port Royal. Ann Lee saw it."),
    ]
    kept = [part for i, part in enumerate(parts) if i != left_out]
    nodes = [node for part in kept for node in part]
    edges = mention_edges(nodes, GraphOptions())
    chance.shuffle(nodes)
    assert sorted(mention_edges(nodes, GraphOptions()), key=repr) == sorted(edges, key=repr)


@pytest.mark.parametrize(
    ("short", "before", "long"),
    [
        ("HMM", "we use a hidden Markov model", "hidden Markov model"),
        ("WHO", "the World Health Organization", "World Health Organization"),
        ("DNA", "of deoxyribonucleic acid", "deoxyribonucleic acid"),
        ("PaSa", "our agent", ""),
        ("Michigan", "Muskegon, a town in Minnesota", ""),
        ("2020", "in the year", ""),
    ],
)
def test_long_forms(short: str, before: str, long: str) -> None:
    assert long_form(short, before) == long


def test_subjects_are_names() -> None:
    assert list(defined_names("The Treaty of Ghent was signed in 1814.")) == [(("treaty", "of", "ghent"), False)]
    assert list(defined_names("The ships were late.")) == []
