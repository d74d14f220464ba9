"""Graph: what the collection holds and how it is linked; the neighbourhood of a node; the whole of it as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import streamlit as st

from app.graph_view import (
    LINK_COLOURS,
    LINK_NAMES,
    NODE_COLOURS,
    Neighbourhood,
    Overview,
    can_weigh,
    filter_overview,
    find_neighbourhood,
    graph_to_overview,
    neighbourhood_to_chart,
    overview_to_chart,
    why_linked,
)
from app.page_walk import picked_node
from app.source_view import node_boxes, show_page
from app.walk_picture import first_words
from app.window import Window, window
from app.words import count, plain, short, words
from graphs.document_graph import EVIDENCE_KINDS, DocumentGraph, EdgeKind, NodeKind
from graphs.export import export_graph
from kgqa.collection import Collection

_LINKING = [kind for kind in EdgeKind if kind is not EdgeKind.CONTAINS]
_FOUND = 12  # nodes that a search offers
_LISTED = 12  # links of a node that are told beside the picture
_FORMATS = {
    "graphml": ("GraphML", "application/xml", "for Gephi, yEd, networkx"),
    "gexf": ("GEXF", "application/xml", "for Gephi"),
    "json": ("JSON", "application/json", "node-link, for networkx and D3"),
    "html": ("HTML", "text/html", "one page that needs no network"),
}


def draw() -> None:
    """Draw the page."""
    own = window()
    st.title("The graph", anchor=False)
    collection = own.collection
    graph = collection.graph()
    if not len(graph):
        st.info("No graph yet: it is made of documents. Add some in the library.")
        if st.button("Open the library", type="primary", icon=":material/library_add:"):
            st.switch_page(st.session_state["pages"]["library"])
        return
    names = {record.doc_id: record.name for record in collection.documents() if record.doc_id}
    overview = graph_to_overview(graph)
    _counts(overview)
    with st.expander("Filter", icon=":material/filter_alt:", key="graph-filter"):
        chosen, node_kinds, edge_kinds, least = _filter(names)
    around, whole = st.tabs(["Around a node", "All documents"], key="graph-tabs", on_change="rerun")
    if around.open:
        with around:
            _around(own, collection, graph, names, chosen, node_kinds, edge_kinds, least)
    if whole.open:
        with whole:
            if least > 0 and not can_weigh(graph, chosen):
                st.info("So many links are counted whatever their weight. Choose fewer documents in the filter.")
                least = 0.0
            shown = filter_overview(graph, overview, doc_ids=chosen, node_kinds=node_kinds, edge_kinds=edge_kinds,
                                    least=least)  # fmt: skip
            _documents(shown, names)
    _downloads(graph, names, own.name)


def _counts(overview: Overview) -> None:
    nodes = ", ".join(count(n, kind) for kind in NodeKind if (n := overview.nodes.get(kind, 0)))
    edges = ", ".join(f"{LINK_NAMES[kind]} {n:,}" for kind, n in overview.edges.items() if n)
    st.markdown(f"**{count(sum(overview.nodes.values()), 'node')}**: {nodes}")
    st.markdown(f"**{count(sum(overview.edges.values()), 'link')}**: {plain(edges)}")


def _filter(names: Mapping[str, str]) -> tuple[set[str] | None, list[NodeKind], list[EdgeKind], float]:
    """Draw the filters; return (document ids or None for all, kinds of nodes, kinds of links, least weight)."""
    left, right = st.columns(2)
    with left:
        chosen = st.multiselect(
            "Documents", list(names), format_func=lambda doc: names.get(doc, ""), placeholder="all documents",
            key="graph-documents", persist_state="session",
        )  # fmt: skip
        least = st.slider(
            "Links of at least this weight", 0.0, 1.0, 0.0, 0.05, key="graph-least", persist_state="session",
            help="Cosine for similar passages and shared terms; the links of a document's structure weigh 1.",
        )  # fmt: skip
    with right:
        node_kinds = st.pills(
            "Nodes", list(NodeKind), selection_mode="multi", default=list(EVIDENCE_KINDS), key="graph-nodes",
            persist_state="session", wrap=True,
        )  # fmt: skip
        edge_kinds = st.pills(
            "Links", list(EdgeKind), selection_mode="multi", default=_LINKING, key="graph-links",
            format_func=lambda kind: LINK_NAMES[str(kind)], persist_state="session", wrap=True,
        )  # fmt: skip
    return set(chosen) or None, list(node_kinds), list(edge_kinds), least


def _around(
    own: Window,
    collection: Collection,
    graph: DocumentGraph,
    names: Mapping[str, str],
    chosen: set[str] | None,
    node_kinds: Sequence[NodeKind],
    edge_kinds: Sequence[EdgeKind],
    least: float,
) -> None:
    """Draw the neighbourhood of a node that is sought by its words."""
    centre = _centre(collection, graph, names, chosen)
    if centre is None:
        return
    with st.container(horizontal=True):
        hops = st.segmented_control("Hops", [1, 2], default=1, required=True, key="graph-hops", persist_state="session")
        most = st.slider("Nodes at most", 10, 150, 60, 10, key="graph-most", width=260, persist_state="session")
    found = find_neighbourhood(
        graph, centre, hops=hops or 1, most=most, node_kinds=node_kinds, edge_kinds=edge_kinds, least=least,
        doc_ids=chosen,
    )  # fmt: skip
    spec, ids = neighbourhood_to_chart(graph, found, names, dark=st.context.theme.type == "dark")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        told = f"{count(len(ids), 'node')}, {count(len(found.edges), 'link')}"
        more = f"; {count(found.left_out, 'more neighbour')} not drawn" if found.left_out else ""
        st.caption(f"{told}{more}")
        state = st.echarts_chart(
            spec, height=560, renderer="svg", on_select="rerun", key=f"graph-{hash((tuple(ids), least))}",
            alt=f"The neighbourhood of {graph.node(centre).label}: {told}",
        )  # fmt: skip
        _legend(found, graph)
    with right:
        _looked_at(own, collection, graph, names, found, ids, picked_node(state, ids) or centre)


def _centre(
    collection: Collection, graph: DocumentGraph, names: Mapping[str, str], chosen: set[str] | None
) -> str | None:
    """Draw the search for a node; return the id of the one in the middle."""
    sought = st.text_input(
        "Find a passage, table or figure", type="search", key="graph-sought", placeholder="words that it holds",
        persist_state="session",
    )  # fmt: skip
    index = collection.store.index()
    if sought.strip():
        hits = index.search(sought, _FOUND, method="bm25", doc_ids=chosen)
        ids = [hit.node_id for hit in hits if hit.node_id in graph]
    else:
        ids = list(islice((n for n in index.position if chosen is None or n.split("/", 1)[0] in chosen), _FOUND))
    wanted = str(st.session_state.get("graph-centre-wanted", ""))
    if wanted in graph and wanted not in ids:
        ids.insert(0, wanted)
    if not ids:
        st.info("Nothing holds these words. Use others, or choose other documents in the filter.")
        return None
    return st.selectbox(
        "In the middle", ids, index=ids.index(wanted) if wanted in ids else 0, format_func=_labelled(graph, names)
    )


def _labelled(graph: DocumentGraph, names: Mapping[str, str]) -> Callable[[str], str]:
    def label(node_id: str) -> str:
        if node_id not in graph:
            return ""
        node = graph.node(node_id)
        place = f"{names.get(node.doc_id, '')} p. {node.page}"
        named = node.label if place in node.label else f"{node.label} · {place}"
        return short(f"{named} · {node.text}", 130)

    return label


def _legend(found: Neighbourhood, graph: DocumentGraph) -> None:
    kinds = dict.fromkeys(str(graph.node(node).kind) for ring in found.rings for node in ring)
    links = dict.fromkeys(str(edge.kind) for edge in found.edges)
    dots = [f':small[:color[●]{{foreground="{NODE_COLOURS[kind]}"}} {kind}]' for kind in kinds]
    lines = [f':small[:color[━]{{foreground="{LINK_COLOURS[kind]}"}} {LINK_NAMES[kind]}]' for kind in links]
    st.markdown("\u2003 ".join(sign.replace(" ", "\u00a0") for sign in (*dots, *lines)))  # a line ends between them


def _looked_at(
    own: Window,
    collection: Collection,
    graph: DocumentGraph,
    names: Mapping[str, str],
    found: Neighbourhood,
    ids: Sequence[str],
    clicked: str,
) -> None:
    """Draw a node of the picture: its words, its links, its page; a list does what a click does."""
    node_id = st.selectbox(
        "Look at", ids, index=list(ids).index(clicked) if clicked in ids else 0, format_func=_labelled(graph, names),
        key=f"graph-look-{clicked}",
    )  # fmt: skip
    node = graph.node(node_id)
    st.markdown(f"**{plain(node.label)}**")
    st.caption(f"{node.kind} on page {node.page} of {plain(names.get(node.doc_id, ''))}")
    words(short(node.text, 700) or "without words of its own", quiet=True)
    if node_id != found.centre and st.button("Put it in the middle", icon=":material/center_focus_strong:"):
        st.session_state["graph-centre-wanted"] = node_id
        st.rerun()
    _links_of(node_id, graph, names, found)
    with st.expander("Its page", key=f"graph-page-{own.name}", on_change="rerun") as place:
        if place.open and node.doc_id in names:
            name = names[node.doc_id]
            boxes = node_boxes(collection, name, node_id)
            show_page(collection, collection.load(name), node.page, boxes=boxes, key="graph-page")


def _links_of(node_id: str, graph: DocumentGraph, names: Mapping[str, str], found: Neighbourhood) -> None:
    """Tell a node's links in the picture, the strongest first."""
    name = names.get(graph.node(node_id).doc_id, "")
    edges = sorted((e for e in found.edges if node_id in (e.source, e.target)), key=lambda e: (-e.weight, e.kind))
    for edge in edges[:_LISTED]:
        other = graph.node(edge.target if edge.source == node_id else edge.source)
        what = first_words(other, name, 50)
        st.caption(f"{LINK_NAMES[str(edge.kind)]} → {plain(what)}: {plain(why_linked(edge))}")
    if edges[_LISTED:]:
        st.caption(f"and {count(len(edges) - _LISTED, 'weaker link')}")


def _documents(overview: Overview, names: Mapping[str, str]) -> None:
    """Draw the documents and how many links there are between them."""
    spec, ids = overview_to_chart(overview, names, dark=st.context.theme.type == "dark")
    if len(ids) < len(overview.documents):
        st.caption(f"The {len(ids)} largest of {len(overview.documents):,} documents are drawn.")
    st.echarts_chart(
        spec, height=560, renderer="svg", key="graph-overview",
        alt=f"{count(len(ids), 'document')} and the links between them",
    )  # fmt: skip
    st.caption(
        "A circle is a document, the larger the more it holds; a line, the thicker the more links of the filter."
    )
    rows: list[dict[str, Any]] = [
        {"document": names.get(a, a), "linked with": names.get(b, b), "links": n}
        for (a, b), n in sorted(overview.links.items(), key=lambda item: -item[1])[:200]
    ]
    if rows:
        st.dataframe(rows, hide_index=True, alt="How many links there are between documents")
    else:
        st.caption("No links between documents yet: there is one alone, or they have nothing in common.")


def _downloads(graph: DocumentGraph, names: Mapping[str, str], name: str) -> None:
    st.markdown("**The whole graph as a file**")
    with st.container(horizontal=True):
        for form, (label, mime, told) in _FORMATS.items():
            st.download_button(
                label, _exporter(graph, form, names), f"{name}.{form}", mime, key=f"graph-{form}", on_click="ignore",
                icon=":material/download:", help=told,
            )  # fmt: skip


def _exporter(graph: DocumentGraph, form: str, names: Mapping[str, str]) -> Callable[[], bytes]:
    """Return what makes the file when its button is pressed."""

    def make() -> bytes:
        with tempfile.TemporaryDirectory(prefix="kgqa-graph-") as folder:
            path = Path(folder) / f"graph.{form}"
            export_graph(graph, path, form, names)
            return path.read_bytes()

    return make
