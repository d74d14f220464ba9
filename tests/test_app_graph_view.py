"""What is drawn of a graph: its counts against a plain count, and neighbourhoods that keep to their filters."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.graph_view import (
    can_weigh,
    filter_overview,
    find_neighbourhood,
    graph_to_overview,
    neighbourhood_to_chart,
    overview_to_chart,
)
from graphs.document_graph import DocumentGraph, Edge, EdgeKind, Node, NodeKind

KINDS = {
    "/p1/0": NodeKind.PASSAGE,
    "/p1/1": NodeKind.PASSAGE,
    "/t0": NodeKind.TABLE,
    "/s0": NodeKind.SECTION,
    "": NodeKind.DOCUMENT,
}


@st.composite
def graphs(draw: st.DrawFn) -> DocumentGraph:
    docs = draw(st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), min_size=1, max_size=4, unique=True))
    nodes = [Node(doc + tail, kind, doc, 1, f"{doc}{tail}", "words") for doc in docs for tail, kind in KINDS.items()]
    ids = [node.node_id for node in nodes]
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids), st.sampled_from(EdgeKind)), unique=True)
    )
    weights = draw(st.lists(st.floats(0.01, 1.0), min_size=len(pairs), max_size=len(pairs)))
    edges = [Edge(a, b, kind, w, "because") for (a, b, kind), w in zip(pairs, weights, strict=True) if a != b]
    return DocumentGraph(nodes, edges)


@given(graphs())
def test_an_overview_counts_what_is_there(graph: DocumentGraph) -> None:
    overview = graph_to_overview(graph)
    assert overview.nodes == Counter(str(node.kind) for node in graph.nodes)
    assert {kind: n for kind, n in overview.edges.items() if n} == Counter(str(edge.kind) for edge in graph.edges)
    between = Counter(
        frozenset((edge.source[:2], edge.target[:2])) for edge in graph.edges if edge.source[:2] != edge.target[:2]
    )
    assert {frozenset(pair): n for pair, n in overview.links.items()} == between
    spec, ids = overview_to_chart(overview, {}, dark=False)
    assert len(spec["series"][0]["data"]) == len(ids) == len(overview.documents)


@given(
    graphs(),
    st.sampled_from([0.0, 0.5]),
    st.sets(st.sampled_from(EdgeKind)),
    st.sets(st.sampled_from(list(KINDS.values()))),
    st.none() | st.sets(st.sampled_from(["aa", "bb", "cc"])),
)
def test_the_filter_holds_for_the_links_between_documents(
    graph: DocumentGraph, least: float, edge_kinds: set[EdgeKind], node_kinds: set[NodeKind], docs: set[str] | None
) -> None:
    overview = graph_to_overview(graph)
    everything = filter_overview(
        graph, overview, doc_ids=None, node_kinds=list(NodeKind), edge_kinds=list(EdgeKind), least=0.0
    )
    assert everything == overview
    found = filter_overview(graph, overview, doc_ids=docs, node_kinds=node_kinds, edge_kinds=edge_kinds, least=least)
    kept = Counter(
        frozenset((edge.source[:2], edge.target[:2]))
        for edge in graph.edges
        if edge.source[:2] != edge.target[:2]
        and edge.kind in edge_kinds
        and edge.weight >= least
        and {graph.node(edge.source).kind, graph.node(edge.target).kind} <= node_kinds
        and (docs is None or {edge.source[:2], edge.target[:2]} <= docs)
    )
    assert {frozenset(pair): n for pair, n in found.links.items()} == kept
    assert set(found.documents) == {node.doc_id for node in graph.nodes if docs is None or node.doc_id in docs}
    assert can_weigh(graph, docs)


@given(graphs(), st.integers(1, 3), st.integers(1, 12), st.floats(0, 1), st.sets(st.sampled_from(EdgeKind), min_size=1))
def test_a_neighbourhood_keeps_to_its_filters(
    graph: DocumentGraph, hops: int, most: int, least: float, kinds: set[EdgeKind]
) -> None:
    centre = graph.nodes[0].node_id
    wanted = [NodeKind.PASSAGE, NodeKind.TABLE]
    found = find_neighbourhood(
        graph,
        centre,
        hops=hops,
        most=most,
        node_kinds=wanted,
        edge_kinds=list(kinds),
        least=least,
        doc_ids={"aa", "bb"},
    )
    drawn = [node_id for ring in found.rings for node_id in ring]
    assert drawn[0] == centre
    assert len(drawn) == len(set(drawn)) <= most
    assert len(found.rings) <= hops + 1
    assert all(graph.node(node).kind in wanted and graph.node(node).doc_id in ("aa", "bb") for node in drawn[1:])
    assert all(edge.kind in kinds and edge.weight >= least for edge in found.edges)
    assert all({edge.source, edge.target} <= set(drawn) for edge in found.edges)
    linked = {node for edge in found.edges for node in (edge.source, edge.target)}
    assert set(drawn[1:]) <= linked
    spec, ids = neighbourhood_to_chart(graph, found, {}, dark=True)
    assert ids == drawn
    assert len(spec["series"][0]["links"]) == len(found.edges)
