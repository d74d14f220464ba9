"""Walk: how an answer was found, step by step on the graph, and what another walk would have found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from app.asking import Asking
from app.cited_text import cited_text
from app.source_view import node_boxes, show_citation, show_page
from app.walk_chart import WalkChart, picture_to_chart
from app.walk_html import picture_to_html
from app.walk_picture import (
    EDGE_COLOURS,
    EDGE_NAMES,
    ROLE_COLOURS,
    ROLE_NAMES,
    DrawnStep,
    WalkPicture,
    walk_to_picture,
)
from app.window import Exchange, Talk, WhatIf, Window, window
from app.words import count, for_page, plain, short, words
from graphs.document_graph import DocumentGraph
from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.result import Answer

_ENDS = {
    "hops": "all its hops were taken",
    "budget": "the budget was spent",
    "enough": "the agent said that nothing more was missing",
    "no candidates": "there was nowhere left to go",
}
_AT_ONCE = 1.0  # seconds that the page waits for a walk before it shows it as under way


def draw() -> None:
    """Draw the page."""
    own = window()
    st.title("The walk", anchor=False)
    talk = own.talk
    walked = [i for i, e in enumerate(talk.exchanges) if e.answer is not None and (e.answer.trace.seeds)]
    if not walked:
        _nothing_yet()
        return
    number = _choice(talk, walked)
    exchange = talk.exchanges[number]
    answer = exchange.answer
    if answer is None:
        return
    collection = own.collection
    graph = collection.graph()
    what_if = talk.what_if.answer
    if what_if is not None:
        which = st.segmented_control(
            "Walk", ["as it was", "what if"], default="what if", required=True, key="walk-which"
        )
        answer_shown = what_if if which == "what if" else answer
    else:
        answer_shown = answer
    if any(seed.node not in graph for seed in answer_shown.trace.seeds):
        st.warning("Documents of this walk have been removed or changed since, so parts of it are missing. Ask again.")
    names = {record.doc_id: record.name for record in collection.documents()}
    cited = {citation.node for citation in answer_shown.citations}
    picture = walk_to_picture(answer_shown.trace, graph, names, cited)
    chosen = _picture(picture, answer_shown)
    _node(own, collection, graph, picture, chosen)
    _what_if(own, collection, exchange, answer, graph)


def _nothing_yet() -> None:
    st.info(
        "No walk yet. Ask something whose answer has to be searched for; questions such as “What is on page 3?” "
        "are looked up and need no walk."
    )
    if st.button("Ask a question", type="primary", icon=":material/chat:"):
        st.switch_page(st.session_state["pages"]["ask"])


def _choice(talk: Talk, walked: Sequence[int]) -> int:
    """Draw the choice of a question; return its number in the conversation."""
    current = walked[-1] if talk.walk_of not in walked or talk.walk_of is None else talk.walk_of
    if len(walked) == 1:
        words(talk.exchanges[walked[0]].asked)
        return walked[0]
    newest_first = sorted(walked, reverse=True)
    number = st.selectbox(
        "Question",
        newest_first,
        index=newest_first.index(current),
        format_func=lambda i: f"{i + 1}. {short(talk.exchanges[i].asked, 120)}",
    )
    if number != current:
        talk.walk_of = number
        talk.what_if = type(talk.what_if)()
        st.rerun()
    return number


def _picture(picture: WalkPicture, answer: Answer) -> str:
    """Draw the picture with its controls; return the id of the node that is looked at, "" for none."""
    last = len(picture.steps)
    step = _stepper(last)
    with st.container(horizontal=True, vertical_alignment="center"):
        seen = st.toggle("Seen and not taken", value=True, key="walk-seen", persist_state="session")
        around = st.toggle("Other links", key="walk-around", persist_state="session",
                           help="links of the graph between these nodes that the walk did not look at")  # fmt: skip
        scores = st.toggle("Scores", key="walk-scores", persist_state="session")
    left, right = st.columns([5, 2], gap="medium")
    with left:
        dark = st.context.theme.type == "dark"
        selected = str(st.session_state.get("walk-node", ""))
        chart = picture_to_chart(
            picture, step=step, seen=seen, around=around, scores=scores, selected=selected, dark=dark
        )
        state = st.echarts_chart(
            chart.spec, height=chart.height, on_select="rerun", renderer="svg",
            key=f"walk-chart-{hash((answer.trace.seeds, answer.trace.ranked))}-{step}-{seen}-{around}",
            alt=f"The walk: {count(len(chart.nodes) - 1, 'passage')}, {count(len(chart.links), 'link')}. "
            "The list beside it tells the same in words.",
        )  # fmt: skip
        _legend(picture, seen)
    with right:
        _told(picture.steps[step - 1] if step else None, picture)
        chosen = _chosen(picture, chart, state, step)
        node = next((node for node in picture.nodes if chosen and node.node_id == chosen), None)
        if node is not None:  # what a click opened stands below the picture, perhaps out of sight
            words(short(node.text, 240), quiet=True)
            st.caption(f"{plain(node.document)}, page {node.page}. Below: the page, ban and pin.")
    _take_away(picture, answer)
    return chosen


def _stepper(last: int) -> int:
    """Draw the way through the steps; return how many were taken."""
    key = "walk-step"
    at = min(int(st.session_state.get(key, last)), last)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Back", icon=":material/skip_previous:", disabled=at <= 0, key="walk-back", help="one step back"):
            at -= 1
        if st.button("On", icon=":material/skip_next:", disabled=at >= last, key="walk-on", help="one step on"):
            at += 1
        if at < last and st.button("To the end", icon=":material/last_page:", key="walk-end", type="tertiary"):
            at = last
        told = f"step {at} of {last}" if at else f"the seeds, before {count(last, 'step')}"
        st.markdown(f"**{told[0].upper()}{told[1:]}**")
    if at != st.session_state.get(key, last):
        st.session_state[key] = at
        st.rerun()
    return at


def _legend(picture: WalkPicture, seen: bool) -> None:
    kinds = dict.fromkeys(link.via for link in picture.links if seen or link.taken)
    roles = [(ROLE_COLOURS[role], name) for role, name in ROLE_NAMES.items() if seen or role != "seen"]
    edges = [(EDGE_COLOURS[kind], EDGE_NAMES[kind]) for kind in kinds if kind in EDGE_COLOURS]
    nodes = [f':small[:color[●]{{foreground="{colour}"}} {name}]' for colour, name in roles]
    lines = [f':small[:color[━]{{foreground="{colour}"}} {name}]' for colour, name in edges]
    shapes = [":small[yellow rim: cited]", ":small[■ table]", ":small[▲ figure]"]
    for signs in ([*nodes, *shapes], [*lines, ":small[┅ not taken]"]):
        st.markdown(" \u2003 ".join(sign.replace(" ", "\u00a0") for sign in signs))  # a line ends between them


def _told(step: DrawnStep | None, picture: WalkPicture) -> None:
    """Tell in words what happened in a step."""
    if step is None:
        st.markdown("**Seeds**")
        st.caption("The passages that the search for the question found first; paths begin at them.")
        return
    st.markdown(f"**Hop {step.hop}**, from {plain(step.at)}")
    if step.prediction:
        st.caption(f"The agent ({step.agent}) says what is missing:")
        words(step.prediction, quiet=True)
    else:
        nearest = plain(step.nearest.rstrip(".")) or "none that is there"
        st.caption(f"The agent ({step.agent}) foresees a passage like {nearest}.")
    if step.fallback:
        st.warning(plain(step.fallback))
    for label, why in step.took:
        st.markdown(f":green[➜] **{plain(label)}**")
        st.caption(plain(why))
    if not step.took:
        st.caption("No path went on from here: another was better.")
    if step is picture.steps[-1]:
        st.caption(f"The walk ended here: {_ENDS.get(picture.stopped, plain(picture.stopped))}.")


def _chosen(picture: WalkPicture, chart: WalkChart, state: object, step: int) -> str:
    """Draw the list of the nodes, which does what a click in the chart does; return the one that is looked at."""
    labels = {n.node_id: f"{n.label} ({n.role(step)})" for n in picture.nodes if n.node_id in chart.nodes and n.node_id}
    clicked = picked_node(state, chart.nodes)
    if clicked and clicked != st.session_state.get("walk-clicked"):
        st.session_state["walk-node"] = clicked
    st.session_state["walk-clicked"] = clicked
    if st.session_state.get("walk-node") not in labels:
        st.session_state["walk-node"] = None
    chosen = st.selectbox(
        "Passage", list(labels), index=None, key="walk-node", placeholder="click a node, or choose one",
        format_func=lambda node: labels.get(node, ""),
    )  # fmt: skip
    return chosen or ""


def picked_node(state: object, nodes: Sequence[str]) -> str:
    """Return the id of the node that was clicked in a chart, "" for none."""
    try:
        selected: Iterable[Any] = state["selection"]["selected"]  # type: ignore[index]
    except (KeyError, TypeError):
        return ""
    for part in selected or ():
        if part.get("data_type", "node") == "node" and part.get("data_indices"):
            at = part["data_indices"][0]
            return nodes[at] if at < len(nodes) else ""
    return ""


def _take_away(picture: WalkPicture, answer: Answer) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Picture as HTML", lambda: picture_to_html(picture, answer=answer.text), "walk.html", "text/html",
            key="walk-html", on_click="ignore", icon=":material/download:",
            help="one file that needs no network",
        )  # fmt: skip
        st.download_button(
            "Record as JSON", lambda: json.dumps(answer.trace.to_json(), ensure_ascii=False, indent=1), "trace.json",
            "application/json", key="walk-json", on_click="ignore", icon=":material/download:",
            help="for `kgqa trace` and `kgqa graph --trace`",
        )  # fmt: skip


def _node(own: Window, collection: Collection, graph: DocumentGraph, picture: WalkPicture, chosen: str) -> None:
    """Draw a passage on its page, with the ways to ban and to pin it."""
    if not chosen or chosen not in graph:
        return
    node = graph.node(chosen)
    record = next((r for r in collection.documents() if r.doc_id == node.doc_id), None)
    if record is None:
        return
    st.subheader(plain(node.label), anchor=False)
    what_if = own.talk.what_if
    left, right = st.columns(2, gap="medium")
    with left:
        st.caption(f"{node.kind} on page {node.page} of {plain(record.name)}")
        words(node.text or "without words of its own", scroll=True)
        _links(picture, chosen)
        with st.container(horizontal=True):
            if st.button("Ban it", icon=":material/block:", key="ban", disabled=chosen in what_if.banned,
                         help="walk again without it"):  # fmt: skip
                what_if.banned.append(chosen)
                what_if.pinned = [node for node in what_if.pinned if node != chosen]
                st.rerun()
            if st.button("Pin it", icon=":material/keep:", key="pin", disabled=chosen in what_if.pinned,
                         help="walk again from here"):  # fmt: skip
                what_if.pinned.append(chosen)
                what_if.banned = [node for node in what_if.banned if node != chosen]
                st.rerun()
    with right:
        document = collection.load(record.name)
        show_page(
            collection, document, node.page, boxes=node_boxes(collection, record.name, chosen), quotes=[node.text],
            key="walk-page",
        )  # fmt: skip


def _links(picture: WalkPicture, chosen: str) -> None:
    """Tell by which links the walk came to a node, or could have gone on from it, with their reasons."""
    labels = {node.node_id: node.label for node in picture.nodes}
    links = [link for link in picture.links if chosen in (link.source, link.target) and link.score is not None]
    if not links:
        return
    with st.expander(f"{count(len(links), 'link')} of the walk", icon=":material/share:", key="walk-links"):
        for link in links:
            other = labels.get(link.target if link.source == chosen else link.source, "")
            way = "to" if link.source == chosen else "from"
            taken = "taken" if link.taken else "not taken"
            kind = EDGE_NAMES.get(link.via, link.via)
            st.caption(f"{way} {plain(other)}: {kind}, {plain(link.reason)}, score {link.score:.3f}, {taken}")


def _what_if(own: Window, collection: Collection, exchange: Exchange, answer: Answer, graph: DocumentGraph) -> None:
    """Draw what is banned and pinned, the way to walk again, and the two answers side by side."""
    talk = own.talk
    what_if = talk.what_if
    st.subheader("What if?", anchor=False)
    if not (what_if.banned or what_if.pinned or what_if.answer):
        st.caption("Choose a passage above and ban or pin it, then walk again and compare the answers.")
        return
    for kind, nodes in (("banned", what_if.banned), ("pinned", what_if.pinned)):
        for node in list(nodes):
            label = graph.node(node).label if node in graph else node
            if st.button(
                f"{kind}: {plain(label)}", icon=":material/close:", key=f"un-{kind}-{node}", help="take it back"
            ):
                nodes.remove(node)
                st.rerun()
    if what_if.asking is None and st.button("Walk again", type="primary", icon=":material/replay:", key="walk-again"):
        known = [node for node in (*what_if.banned, *what_if.pinned) if node in graph]
        what_if.asking = Asking(
            collection, exchange.asked, documents=exchange.documents, turns=exchange.turns,
            banned=[node for node in what_if.banned if node in known],
            pinned=[node for node in what_if.pinned if node in known],
        )  # fmt: skip
        what_if.asking.wait(_AT_ONCE)
    if what_if.asking is not None:
        if what_if.asking.done:
            what_if.answer, what_if.error = what_if.asking.answer, what_if.asking.error
            what_if.asking, what_if.opened = None, None
            st.session_state.pop("walk-step", None)
            st.rerun()
        _walking(own)
    if what_if.error:
        st.error(for_page(what_if.error))
    if what_if.answer is not None:
        _side_by_side(collection, what_if, answer, what_if.answer)


@st.fragment(run_every=0.4)
def _walking(own: Window) -> None:
    asking = own.talk.what_if.asking
    if asking is None or asking.done:
        st.rerun()
    st.caption(":shimmer[Walking again …]")
    if st.button("Stop", key="walk-stop", icon=":material/stop_circle:"):
        asking.stop()
        st.rerun()


def _side_by_side(collection: Collection, what_if: WhatIf, first: Answer, second: Answer) -> None:
    """Draw the two answers with what each alone has read; a click on a citation shows its page."""
    before = {evidence.node for evidence in first.evidence}
    after = {evidence.node for evidence in second.evidence}
    for column, title, answer, other in zip(
        st.columns(2, border=True), ("As it was", "What if"), (first, second), (after, before), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            if answer.abstained:
                st.warning("**Not answered.**", icon=":material/block:")
            opened = what_if.opened[1] if what_if.opened is not None and what_if.opened[0] == title else None
            clicked = cited_text(answer.text, answer.citations, key=f"beside-{title}", opened=opened)
            if clicked is not None:
                what_if.opened = (title, clicked)
                st.rerun()
            for citation in answer.citations:
                st.caption(f"[{citation.key}] {plain(citation.document)}, page {citation.page}")
            _cited_page(collection, what_if, answer, opened)
            alone = [evidence for evidence in answer.evidence if evidence.node not in other]
            st.caption(f"{count(len(alone), 'piece')} of evidence that the other has not")
            for evidence in alone[:5]:
                words(f"{evidence.document}, page {evidence.page}: {short(evidence.text, 120)}", quiet=True)


def _cited_page(collection: Collection, what_if: WhatIf, answer: Answer, opened: int | None) -> None:
    citation = next((c for c in answer.citations if c.key == opened), None)
    if citation is None:
        return
    try:
        show_citation(collection, answer.citations, citation, citation.page, None, key="beside-page")
    except KgqaError as error:
        st.info(for_page(error))
    if st.button("Close the page", icon=":material/close:", key="beside-close", type="tertiary"):
        what_if.opened = None
        st.rerun()


__all__ = ["draw", "picked_node"]
