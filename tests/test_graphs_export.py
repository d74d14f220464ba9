"""The graph as files that other programs read, and the reason of each of its edges."""

import json
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from graphs.document_graph import NodeKind
from graphs.export import export_graph
from kgqa.collection import Collection


@pytest.mark.parametrize("form", ["graphml", "gexf", "json", "html"])
def test_exports_can_be_read_back(collection: Collection, tmp_path: Path, form: str) -> None:
    graph = collection.graph()
    path = tmp_path / f"graph.{form}"
    export_graph(graph, path, form, {record.doc_id: record.name for record in collection.documents()})
    if form in ("graphml", "gexf"):
        again = nx.read_graphml(path) if form == "graphml" else nx.read_gexf(path)
        assert again.number_of_nodes() == len(graph.nodes)
        node = next(node for node in graph.nodes if node.kind is NodeKind.TABLE)
        shown = again.nodes[node.node_id]
        assert (shown["label"], shown["kind"], shown["page"]) == (node.label, "table", node.page), (
            "names, as Gephi shows"
        )
        assert shown["document"].endswith(".pdf")
        edges = {(a, b, data["kind"]): data for a, b, data in again.edges(data=True)}
        for edge in graph.edges[:: len(graph.edges) // 50]:
            data = edges[edge.source, edge.target, str(edge.kind)]
            assert data["weight"] == pytest.approx(edge.weight, abs=1e-6)
            assert data["reason"] == edge.reason
    elif form == "json":
        data = json.loads(path.read_text(encoding="utf-8"))
        again = nx.node_link_graph(data, edges="edges")
        assert again.number_of_edges() == len(graph.edges)
        ids = [node["id"] for node in data["nodes"]]
        assert ids == sorted(ids)
    else:
        text = path.read_text(encoding="utf-8")
        assert "<svg" in text
        data, rest = text.split('id="data">', 1)[1].split("</script>", 1)
        assert json.loads(data)["nodes"]
        code = text.split('id="data">', 1)[0] + rest
        assert not [word for word in ("src=", "href=", "url(", "@import", "fetch(") if word in code], (
            "it fetches nothing"
        )


def test_gephis_formats_hold_what_their_definitions_ask_for(collection: Collection, tmp_path: Path) -> None:
    """Read as plain XML, by the names that GraphML and GEXF define, not by the library that wrote them."""
    graph = collection.graph()
    names = {record.doc_id: record.name for record in collection.documents()}
    wanted = {node.node_id: (node.label, str(node.kind), str(node.page)) for node in graph.nodes}
    links = sorted((e.source, e.target, str(e.kind), e.reason, f"{e.weight:.5f}") for e in graph.edges)
    for form in ("graphml", "gexf"):
        export_graph(graph, tmp_path / form, form, names)
        root = ElementTree.parse(tmp_path / form).getroot()
        space = {"": root.tag[1:].partition("}")[0]}
        if form == "graphml":
            keys = {key.attrib["id"]: key.attrib for key in root.findall("key", space)}
            assert {k["attr.type"] for k in keys.values() if k["attr.name"] == "weight"} == {"double"}

            def fields(item: ElementTree.Element, keys: dict[str, dict[str, str]] = keys) -> dict[str, str]:
                assert all(keys[data.attrib["key"]]["for"] == item.tag.rpartition("}")[2] for data in item)
                return {keys[data.attrib["key"]]["attr.name"]: data.text or "" for data in item}
        else:
            kinds = {
                (holder.attrib["class"], key.attrib["id"]): key.attrib["title"]
                for holder in root.findall("graph/attributes", space)
                for key in holder
            }

            def fields(item: ElementTree.Element, kinds: dict[tuple[str, str], str] = kinds) -> dict[str, str]:
                own = item.tag.rpartition("}")[2]
                values = [value for held in item if held.tag.endswith("}attvalues") for value in held]
                return {kinds[own, v.attrib["for"]]: v.attrib["value"] for v in values} | item.attrib

        space["g"] = space[""]
        nodes = {node.attrib["id"]: fields(node) for node in root.findall(".//g:node", space)}
        assert {key: (n["label"], n["kind"], n["page"]) for key, n in nodes.items()} == wanted
        assert {n["document"] for n in nodes.values()} == set(names.values())
        edges = [(edge, fields(edge)) for edge in root.findall(".//g:edge", space)]
        assert len({edge.attrib["id"] for edge, _ in edges}) == len(edges)
        assert links == sorted(
            (edge.attrib["source"], edge.attrib["target"], f["kind"], f["reason"], f"{float(f['weight']):.5f}")
            for edge, f in edges
        )


def test_a_neighbourhood_is_what_is_near(collection: Collection, tmp_path: Path) -> None:
    graph = collection.graph()
    node = next(node for node in graph.nodes if node.kind is NodeKind.TABLE)
    plain = graph.to_networkx().to_undirected()
    for hops in (0, 1, 2):
        near = set(nx.single_source_shortest_path_length(plain, node.node_id, cutoff=hops))
        part = graph.neighbourhood(node.node_id, hops, most=10_000)
        assert {other.node_id for other in part.nodes} == near
        assert set(part.edges) == {edge for edge in graph.edges if edge.source in near and edge.target in near}
    few = graph.neighbourhood(node.node_id, 2, most=20)
    assert len(few) == 20
    assert node.node_id in few
    path = tmp_path / "near.html"
    export_graph(few, path, "html", {})
    data = json.loads(path.read_text("utf-8").split('id="data">', 1)[1].split("</script>", 1)[0])
    assert {other["id"] for other in data["nodes"]} == {other.node_id for other in few.nodes}
    with pytest.raises(KeyError):
        graph.neighbourhood("nowhere", 1)


def test_a_parquet_pair_holds_the_whole_graph(collection: Collection, tmp_path: Path) -> None:
    from pyarrow import parquet

    graph = collection.graph()
    export_graph(graph, tmp_path / "graph.parquet", "parquet", {})
    nodes = parquet.read_table(tmp_path / "graph.nodes.parquet").to_pylist()
    edges = parquet.read_table(tmp_path / "graph.edges.parquet").to_pylist()
    assert [row["id"] for row in nodes] == [node.node_id for node in graph.nodes]
    assert [row["text"] for row in nodes] == [node.text for node in graph.nodes]
    assert [(row["source"], row["target"], row["kind"]) for row in edges] == [
        (edge.source, edge.target, str(edge.kind)) for edge in graph.edges
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.edges.parquet", "graph.nodes.parquet"]


def test_every_edge_has_its_reason(collection: Collection) -> None:
    graph = collection.graph()
    assert {str(edge.kind) for edge in graph.edges} >= {"contains", "next", "similar", "shares_terms", "refers_to"}
    assert all(edge.reason for edge in graph.edges)
    assert graph.to_networkx().number_of_nodes() == len(graph.nodes)
