"""The picture of a walk as an ECharts option, drawn by Streamlit's own chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.walk_picture import EDGE_COLOURS, EDGE_NAMES, ROLE_COLOURS, SEED_COLOUR, DrawnLink, DrawnNode, WalkPicture

_SYMBOLS = {"table": "rect", "figure": "triangle", "question": "diamond"}


@dataclass(frozen=True, slots=True)
class WalkChart:
    """A chart, and what its data stand for."""

    spec: dict[str, Any]  # an ECharts option
    nodes: tuple[str, ...]  # node ids in the order of the spec's data; "" for the question
    links: tuple[DrawnLink, ...]  # in the order of the spec's links
    height: int  # pixels that leave room for every row


def picture_to_chart(
    picture: WalkPicture,
    *,
    step: int,
    seen: bool = True,
    around: bool = False,
    scores: bool = False,
    selected: str = "",
    dark: bool = False,
) -> WalkChart:
    """Return the chart of a walk once `step` steps were taken."""
    nodes, links = picture.shown(step, seen=seen, around=around)
    at = {node.node_id: i for i, node in enumerate(nodes)}
    ink = "#e8eaed" if dark else "#31333f"
    spec = {
        "tooltip": {"formatter": "{c}", "confine": True, "extraCssText": "max-width: 26rem; white-space: normal"},
        "animation": False,
        "aria": {"enabled": True},
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "roam": True,
                "selectedMode": "single",
                "zoom": 1.05,
                "data": [_node(node, step, bool(selected) and node.node_id == selected, ink) for node in nodes],
                "links": [_link(link, at, scores, ink) for link in links],
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 7,
                "emphasis": {"focus": "adjacency"},
                "select": {"itemStyle": {"borderColor": ink, "borderWidth": 3}},
            }
        ],
    }
    return WalkChart(spec, tuple(at), tuple(links), _height(nodes))


def _height(nodes: list[DrawnNode]) -> int:
    """Return the pixels that the picture needs in height where it is about 720 wide."""
    xs, ys = [node.x for node in nodes], [node.y for node in nodes]
    wide, high = max(xs) - min(xs) + 100, max(ys) - min(ys) + 60
    return int(max(340, min(820, 720 * high / wide)))


def _node(node: DrawnNode, step: int, selected: bool, ink: str) -> dict[str, Any]:
    role = node.role(step)
    place = f"{node.document}, page {node.page}. " if node.document else ""
    return {
        "name": node.node_id or "question",
        "value": f"{place}{node.text[:160]}",
        "x": node.x,
        "y": node.y,
        "symbol": _SYMBOLS.get(node.kind, "circle"),
        "symbolSize": 16 if role == "seen" else 28,
        "selected": selected,
        "itemStyle": {
            "color": ROLE_COLOURS[role],
            "borderColor": "#e0a100" if node.cited else ROLE_COLOURS[role],
            "borderWidth": 4 if node.cited else 0,
        },
        "label": {
            "show": role != "seen" or selected,
            "position": "bottom",
            "fontSize": 11,
            "color": ink,
            "formatter": _short(node.label),
        },
    }


def _link(link: DrawnLink, at: dict[str, int], scores: bool, ink: str) -> dict[str, Any]:
    score = link.score
    told = f"{EDGE_NAMES.get(link.via, link.via)}: {link.reason}" + (
        f", score {score:.3f}" if score is not None else ""
    )
    return {
        "source": at[link.source],
        "target": at[link.target],
        "value": told,
        "lineStyle": {
            "color": EDGE_COLOURS.get(link.via, SEED_COLOUR),
            "width": 1 if score is None else 1 + 3 * max(0.0, min(score, 1.0)),
            "type": "solid" if link.taken else "dashed" if score is not None else "dotted",
            "opacity": 0.95 if link.taken else 0.5,
            "curveness": 0.12,
        },
        "label": {"show": scores and score is not None, "formatter": f"{score or 0:.2f}", "fontSize": 10, "color": ink},
    }


def _short(label: str) -> str:
    """Return a label that fits under a node; braces would be read as a template."""
    label = label.replace("{", "(").replace("}", ")")
    return label if len(label) <= 26 else label[:14] + "…" + label[-11:]
