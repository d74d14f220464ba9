"""The graph as a file: GraphML and GEXF for Gephi, node-link JSON, one self-contained HTML page, a Parquet pair.

Nodes and edges are sorted, so the same documents give the same file. A file is written whole or not at all.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphs.document_graph import EVIDENCE_KINDS, DocumentGraph, Edge, Node, NodeKind
from graphs.errors import CollectionError

FORMATS = ("graphml", "gexf", "json", "html", "parquet")
_DRAWN = 150  # nodes that the HTML page draws; a larger graph is cut to its best linked ones, and says so
_TEXT = 200  # characters of a node's text that an export holds


def export_graph(graph: DocumentGraph, path: Path, form: str, names: Mapping[str, str]) -> None:
    """Write the graph; `names` gives each document id its name. Raises CollectionError where it cannot be written.

    "parquet" writes two files beside each other: graph.parquet as graph.nodes.parquet and graph.edges.parquet.
    """
    writers = {"graphml": _networkx, "gexf": _networkx, "json": _json, "html": _html}
    targets = [path.with_suffix(f".{part}.parquet") for part in ("nodes", "edges")] if form == "parquet" else [path]
    partials = [target.with_name(target.name + ".partial") for target in targets]
    try:
        if form == "parquet":
            _parquet(graph, partials[0], partials[1], names)
        else:
            writers[form](graph, partials[0], form, names)
        for partial, target in zip(partials, targets, strict=True):
            partial.replace(target)
    except OSError as error:
        raise CollectionError(
            f"{path}: {error.strerror or error}. Name a file in a folder that can be written."
        ) from error


def node_to_json(node: Node, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a node as an export shows it."""
    return {
        "id": node.node_id,
        "kind": str(node.kind),
        "document": names.get(node.doc_id, node.doc_id),
        "page": node.page,
        "label": node.label,
        "text": node.text[:_TEXT],
    }


def edge_to_json(edge: Edge) -> dict[str, Any]:
    """Return an edge as an export shows it."""
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": str(edge.kind),
        "weight": round(edge.weight, 6),
        "reason": edge.reason,
    }


def _json(graph: DocumentGraph, path: Path, _: str, names: Mapping[str, str]) -> None:
    data = {
        "directed": True,
        "multigraph": True,
        "graph": {},
        "nodes": [node_to_json(node, names) for node in graph.nodes],
        "edges": [{**edge_to_json(edge), "key": str(edge.kind)} for edge in graph.edges],
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=0), encoding="utf-8")


def _parquet(graph: DocumentGraph, nodes: Path, edges: Path, names: Mapping[str, str]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    text, number = pa.string(), pa.float64()
    node_fields = [
        ("id", text),
        ("kind", text),
        ("document", text),
        ("page", pa.int32()),
        ("label", text),
        ("text", text),
    ]
    edge_fields = [("source", text), ("target", text), ("kind", text), ("weight", number), ("reason", text)]
    node_rows = [{**node_to_json(node, names), "text": node.text} for node in graph.nodes]
    parquet.write_table(pa.Table.from_pylist(node_rows, schema=pa.schema(node_fields)), nodes)
    edge_rows = [edge_to_json(edge) for edge in graph.edges]
    parquet.write_table(pa.Table.from_pylist(edge_rows, schema=pa.schema(edge_fields)), edges)


def _networkx(graph: DocumentGraph, path: Path, form: str, names: Mapping[str, str]) -> None:
    import networkx as nx

    exported: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in graph.nodes:
        fields = {key: _printable(value) for key, value in node_to_json(node, names).items() if key != "id"}
        exported.add_node(node.node_id, **fields)
    for number, edge in enumerate(graph.edges):
        fields = {
            key: _printable(value) for key, value in edge_to_json(edge).items() if key not in ("source", "target")
        }
        exported.add_edge(edge.source, edge.target, key=number, **fields)
    if form == "graphml":
        nx.write_graphml(exported, path)
    else:
        nx.write_gexf(exported, path)


def _printable(value: Any) -> Any:
    """Return a value without the control characters that XML cannot hold."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in value if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")


def _html(graph: DocumentGraph, path: Path, _: str, names: Mapping[str, str]) -> None:
    degree = dict(zip(graph.position, graph.degrees().tolist(), strict=True))
    evidence = [node for node in graph.nodes if node.kind in EVIDENCE_KINDS]
    structure = [node for node in graph.nodes if node.kind in (NodeKind.DOCUMENT, NodeKind.SECTION)]
    ranked = sorted(evidence, key=lambda node: (-degree[node.node_id], node.node_id))
    drawn = list(graph.nodes) if len(graph) <= _DRAWN else (structure[: _DRAWN // 4] + ranked)[:_DRAWN]
    shown = {node.node_id for node in drawn}
    data = {
        "nodes": [node_to_json(node, names) for node in drawn],
        "edges": [edge_to_json(edge) for edge in graph.edges if edge.source in shown and edge.target in shown],
    }
    note = (
        "" if len(drawn) == len(graph.nodes) else f"The {len(drawn)} best linked of {len(graph.nodes)} nodes are drawn."
    )
    payload = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    path.write_text(_PAGE.replace("@NOTE@", html.escape(note)).replace("@DATA@", payload), encoding="utf-8")


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>kgqa graph</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }
body { margin: 0; display: grid; grid-template-columns: 1fr 22rem; height: 100vh }
svg { width: 100%; height: 100vh } aside { overflow: auto; padding: 1rem; border-left: 1px solid #8886 }
line { stroke-opacity: .45 } line:hover { stroke-opacity: 1; stroke-width: 4 } circle { cursor: pointer }
circle.on { stroke: currentColor; stroke-width: 3 } li { margin: .3rem 0 }
@media (max-width: 700px) { body { grid-template-columns: 1fr; height: auto } svg { height: 60vh } }
</style></head><body>
<svg viewBox="-500 -500 1000 1000" role="img" aria-label="Graph of the documents"></svg>
<aside><h1>Graph</h1><p>@NOTE@ Click a node to read it.</p><div id="key"></div><div id="about" aria-live="polite"></div></aside>
<script type="application/json" id="data">@DATA@</script>
<script>
const {nodes, edges} = JSON.parse(document.getElementById("data").textContent);
const colours = {document: "#d62728", section: "#9467bd", page: "#7f7f7f", passage: "#1f77b4", table: "#2ca02c",
  figure: "#ff7f0e", contains: "#999", next: "#bbb", similar: "#1f77b4", shares_terms: "#2ca02c", mentions: "#9467bd",
  refers_to: "#d62728"};
const at = new Map(nodes.map((n, i) => [n.id, Object.assign(n, {x: 350 * Math.cos(2.4 * i) * Math.sqrt(i / nodes.length),
  y: 350 * Math.sin(2.4 * i) * Math.sqrt(i / nodes.length)})]));
for (let round = 0; round < 200; round++) {           // Fruchterman and Reingold (1991), cooled
  const heat = 12 * (1 - round / 200), k = 700 / Math.sqrt(nodes.length + 1);
  for (const n of nodes) { n.dx = -n.x * .01; n.dy = -n.y * .01 }
  for (const a of nodes) for (const b of nodes) if (a !== b) {
    const x = a.x - b.x, y = a.y - b.y, d2 = x * x + y * y + .01;
    a.dx += x / d2 * k * k / 8; a.dy += y / d2 * k * k / 8;
  }
  for (const e of edges) {
    const a = at.get(e.source), b = at.get(e.target), x = a.x - b.x, y = a.y - b.y, d = Math.hypot(x, y) + .01;
    const f = d / k * .5; a.dx -= x / d * f * 10; a.dy -= y / d * f * 10; b.dx += x / d * f * 10; b.dy += y / d * f * 10;
  }
  for (const n of nodes) { const d = Math.hypot(n.dx, n.dy) + .01, s = Math.min(d, heat) / d; n.x += n.dx * s; n.y += n.dy * s }
}
const svg = document.querySelector("svg"), make = (name, values, title) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in values) element.setAttribute(key, values[key]);
  const label = document.createElementNS("http://www.w3.org/2000/svg", "title");
  label.textContent = title; element.append(label); svg.append(element); return element;
};
for (const e of edges) { const a = at.get(e.source), b = at.get(e.target);
  make("line", {x1: a.x, y1: a.y, x2: b.x, y2: b.y, stroke: colours[e.kind], "stroke-width": 1 + 2 * e.weight}, e.kind + ": " + e.reason) }
const about = document.getElementById("about");
function show(n, circle) {
  document.querySelectorAll("circle.on").forEach(c => c.classList.remove("on")); circle.classList.add("on");
  about.replaceChildren(); const add = (tag, text, to = about) => { const x = document.createElement(tag); x.textContent = text; to.append(x); return x };
  add("h2", n.label); add("p", n.kind + ", " + n.document + ", page " + n.page); add("p", n.text); const list = add("ul", "");
  for (const e of edges) if (e.source === n.id || e.target === n.id)
    add("li", e.kind + " " + at.get(e.source === n.id ? e.target : e.source).label + " (" + e.reason + ")", list);
}
for (const n of nodes) { const circle = make("circle", {cx: n.x, cy: n.y, r: n.kind === "document" ? 12 : 7, fill: colours[n.kind], tabindex: 0}, n.label);
  circle.addEventListener("click", () => show(n, circle)); circle.addEventListener("keydown", e => { if (e.key === "Enter") show(n, circle) }) }
for (const kind of [...new Set([...nodes, ...edges].map(x => x.kind))]) { const p = document.createElement("span");
  p.textContent = "\\u25cf " + kind + "  "; p.style.color = colours[kind]; document.getElementById("key").append(p) }
</script></body></html>
"""  # noqa: E501
