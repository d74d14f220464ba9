"""A walk as a picture: the nodes by hop from left to right, edges with their kinds and reasons, as an ECharts spec."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from graphs.document_graph import DocumentGraph
from kgqa.trace import Trace

EDGE_COLOURS = {
    "similar": "#4c9be8",
    "shares_terms": "#3fae7a",
    "next": "#9aa0a6",
    "refers_to": "#d9534f",
    "mentions": "#a66bd1",
    "global": "#e6a23c",
}
ROLE_COLOURS = {"question": "#7a5af5", "seed": "#2f6fde", "visited": "#1f9d63", "seen": "#b9bfc7"}
_SEEN = 3  # candidates of a step that are drawn though they were not taken


@dataclass(frozen=True, slots=True)
class WalkChart:
    """A drawn walk."""

    spec: dict[str, Any]  # an ECharts option
    nodes: tuple[str, ...]  # node ids in the order of the spec's data; "" for the question


def walk_to_chart(trace: Trace, graph: DocumentGraph, *, hops: int | None = None, seen: bool = True) -> WalkChart:
    """Return the picture of a walk up to a hop (None: all), with or without what was seen and not taken."""
    last = max((step.hop for step in trace.steps), default=0) if hops is None else hops
    columns: dict[int, list[str]] = defaultdict(list)
    role: dict[str, str] = {}
    links: dict[tuple[str, str], tuple[str, str, float, bool]] = {}

    def place(node: str, hop: int, kind: str) -> None:
        if node not in role:
            columns[hop].append(node)
            role[node] = kind
        elif kind == "visited" and role[node] == "seen":
            role[node] = kind

    for seed in trace.seeds:
        place(seed.node, 0, "seed")
        links["", seed.node] = (seed.source, f"seed, weight {seed.score:.3f}", seed.score, True)
    for step in trace.steps:
        if step.hop > last:
            continue
        drawn = 0
        for candidate in step.candidates:
            if not candidate.taken and (not seen or drawn >= _SEEN):
                continue
            drawn += not candidate.taken
            place(candidate.node, step.hop, "visited" if candidate.taken else "seen")
            origin = candidate.origin or step.path[-1]
            reason = f"{candidate.reason}, score {candidate.score:.3f}"
            links.setdefault((origin, candidate.node), (candidate.via, reason, candidate.score, candidate.taken))
    order = ["", *(node for hop in sorted(columns) for node in columns[hop])]
    spots = {"": (0.0, 0.0)}
    for hop, members in columns.items():
        for row, node in enumerate(members):
            spots[node] = (220.0 * (hop + 1), 70.0 * (row - (len(members) - 1) / 2))
    data = [_node(node, spots[node], role.get(node, "question"), trace, graph) for node in order]
    at = {node: i for i, node in enumerate(order)}
    drawn_links = [
        _link(at[source], at[target], *link)
        for (source, target), link in links.items()
        if source in at and target in at
    ]
    return WalkChart(_spec(data, drawn_links), tuple(order))


def _node(node: str, spot: tuple[float, float], role: str, trace: Trace, graph: DocumentGraph) -> dict[str, Any]:
    if not node:
        label, text = "question", trace.question
    else:
        known = graph.node(node)
        label, text = known.label, known.text
    return {
        "name": node or "question",
        "value": f"{label}: {text[:160]}",
        "x": spot[0],
        "y": spot[1],
        "symbolSize": 26 if role in ("question", "seed", "visited") else 14,
        "itemStyle": {"color": ROLE_COLOURS[role]},
        "label": {"show": role != "seen", "position": "bottom", "fontSize": 10, "formatter": _short(label)},
    }


def _link(source: int, target: int, via: str, reason: str, score: float, taken: bool) -> dict[str, Any]:
    colour = EDGE_COLOURS.get(via, "#7a5af5")
    return {
        "source": source,
        "target": target,
        "value": f"{via}: {reason}",
        "lineStyle": {"color": colour, "width": 1 + 3 * max(0.0, min(score, 1.0)), "curveness": 0.12},
        "label": {"show": taken, "formatter": f"{score:.2f}", "fontSize": 10, "color": "#888"},
    }


def _short(label: str) -> str:
    return label if len(label) <= 22 else label[:10] + "…" + label[-11:]


def _spec(data: list[dict[str, Any]], links: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "tooltip": {"formatter": "{c}", "confine": True, "extraCssText": "max-width: 420px; white-space: normal"},
        "animation": False,
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "roam": True,
                "selectedMode": "single",
                "data": data,
                "links": links,
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 7,
                "emphasis": {"focus": "adjacency"},
                "select": {"itemStyle": {"borderColor": "#111", "borderWidth": 3}},
            }
        ],
    }
