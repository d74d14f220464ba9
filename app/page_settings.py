"""Settings: which model answers, how far a question may go, what it may cost; for this browser window alone."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import streamlit as st

from app.choices import AGENTS, RETRIEVERS, SERVERS, Choices, OwnModel, choices_to_settings, own_model
from app.serve import LOCAL
from app.window import Window, window
from app.words import count, for_page, plain
from kgqa.errors import LanguageModelError, SettingsError
from kgqa.llm import LanguageModel, Message
from kgqa.models import choose_model
from kgqa.settings import Settings, load_settings


def draw() -> None:
    """Draw the page."""
    own = window()
    st.title("Settings", anchor=False)
    st.caption(
        "They hold for this browser window until it is closed, and are written nowhere. What every window begins with "
        "stands in kgqa.toml and the environment of the server."
    )
    base = load_settings()
    model, search = st.columns(2, gap="large")
    with model:
        _model(own, base)
    with search:
        _search(own, base)


def _model(own: Window, base: Settings) -> None:
    """Draw the choice of a language model with the test of its connection."""
    st.subheader("Language model", anchor=False)
    st.caption(
        "Without one, an answer is the sentence or table cell that answers best, quoted. With one, it is written, and "
        "each of its sentences must be borne out by a passage that it cites."
    )
    specs = list(dict.fromkeys([base.llm, "none", *([own.choices.own.spec] if own.choices.own else [])]))
    now = own.settings.llm
    spec = st.radio(
        "Answers are written by",
        specs,
        index=specs.index(now) if now in specs else 0,
        format_func=lambda spec: _spec_to_words(spec, base),
    )
    if spec != now:
        own.choices = replace(own.choices, llm=spec)
        st.rerun()
    if st.button("Test the connection", icon=":material/network_check:", disabled=spec == "none"):
        with st.spinner("Asking the model for one word …"):
            try:
                st.success(check_model(own.settings), icon=":material/check_circle:")
            except (LanguageModelError, SettingsError) as error:
                st.error(for_page(error), icon=":material/error:")
    key = f"another-model-{len(specs)}"  # another once one is named: it is folded again
    with st.expander("Another model", expanded=len(specs) == 1, icon=":material/add:", key=key):
        _another(own)


def _spec_to_words(spec: str, base: Settings) -> str:
    if spec == "none":
        return "no model: quote the documents"
    told = "a server that is configured, else none (auto)" if spec == "auto" else plain(spec)
    return f"{told}, as the server has it" if spec == base.llm else f"{told}, typed here"


def _another(own: Window) -> None:
    """Draw the fields of a model that is named here."""
    kinds = [kind for kind in SERVERS if kind in ("openai", "ollama") or _serves_this_machine_alone()]
    known = own.choices.own
    kind = st.selectbox("Kind", kinds, format_func=lambda kind: SERVERS[kind], index=_at(kinds, known))
    with st.form("another-model", border=False):
        model = st.text_input(
            "Model", value=known.model if known is not None and known.kind == kind else "",
            placeholder={"gguf": "/path/to/model.gguf", "hf": "folder, or name on a hub"}.get(kind, "qwen2.5:7b"),
        )  # fmt: skip
        address = key = ""
        if kind in ("openai", "ollama"):
            address = st.text_input(
                "Address", value=known.address if known is not None and known.kind == kind else "",
                placeholder="http://localhost:8000/v1" if kind == "openai" else "http://localhost:11434",
                help="empty: the one that the server has in its settings",
            )  # fmt: skip
        if kind == "openai":
            key = st.text_input(
                "Key", type="password", autocomplete="off", placeholder="only where the address asks for one",
                help="Kept in memory for this window, and sent to that address alone.",
            )  # fmt: skip
        if st.form_submit_button("Use it", type="primary"):
            try:
                typed = own_model(kind, model, address, key)
                own.choices = replace(own.choices, own=typed, llm=typed.spec)
                choices_to_settings(load_settings(), own.choices)
                st.rerun()
            except SettingsError as error:
                st.error(for_page(error), icon=":material/error:")


def _serves_this_machine_alone() -> bool:
    """Return whether only who sits at the server can see this page: paths on its disk are nobody else's business."""
    return str(st.get_option("server.address")) in LOCAL


def _at(kinds: list[str], known: OwnModel | None) -> int:
    return kinds.index(known.kind) if known is not None and known.kind in kinds else 0


def check_model(settings: Settings) -> str:
    """Ask the model of some settings for a word; return in one line what came, raise KgqaError for what is wrong."""
    model = choose_model(settings.llm, settings)
    if model is None:
        return "No server is configured or answers, so documents are quoted. Name a model below."
    return _reply(model)


def _reply(model: LanguageModel) -> str:
    began = perf_counter()
    reply = model.complete([Message("user", "Reply with the one word: ready")], max_tokens=16)
    told = plain(" ".join(reply.text.split())[:60])
    return f"{plain(model.name)} answers after {perf_counter() - began:.1f} s: “{told}”"


def _search(own: Window, base: Settings) -> None:
    """Draw how a question is searched for, and what it may cost."""
    choices, now = own.choices, own.settings
    st.subheader("Search and walk", anchor=False)
    agents, retrievers = list(AGENTS), list(RETRIEVERS)
    with st.form("search", border=True):
        agent = st.selectbox(
            "Agent", agents, index=agents.index(now.agent), format_func=lambda name: f"{name}: {AGENTS[name]}",
            help="After each passage it says what is still missing; the passage nearest to that is read next.",
        )  # fmt: skip
        retriever = st.selectbox(
            "Search that finds where to begin", retrievers, index=retrievers.index(now.walk.retriever),
            format_func=lambda name: f"{name}: {RETRIEVERS[name]}",
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            budget = st.number_input(
                "Pieces of evidence", 1, 200, now.walk.budget, help=f"read for an answer; {base.walk.budget} by default"
            )
            hops = st.number_input(
                "Hops", 0, 10, now.walk.hops, placeholder="automatic",
                help="How far a path goes from where it began; by default what serves the agent best.",
            )  # fmt: skip
        with right:
            beam = st.number_input(
                "Paths at once", 1, 20, now.walk.beam, placeholder="automatic",
                help="How many paths go on after each hop; by default what serves the agent best.",
            )  # fmt: skip
            threshold = st.slider(
                "Refuse below", 0.0, 1.0, float(now.answer.threshold), 0.01,
                help="Confidence below which a quoted answer is refused: higher refuses more and errs less. "
                f"{base.answer.threshold} by default.",
            )  # fmt: skip
        st.markdown("**What a question may cost**")
        left, right = st.columns(2)
        with left:
            max_calls = st.number_input("Calls of the model", 1, None, now.llm_max_calls, placeholder="no cap")
            max_tokens = st.number_input(
                "Tokens", 1, None, now.llm_max_tokens, placeholder="no cap", help="of prompts and replies together"
            )
        with right:
            timeout = st.number_input(
                "Seconds a call may take", 1.0, 3600.0, float(now.llm_timeout), 5.0, "%g", help="then it is given up"
            )
        kept = st.form_submit_button("Use these", type="primary")
    if kept:
        wanted = replace(
            choices, agent=agent, retriever=retriever, budget=int(budget), hops=hops, beam=beam,
            threshold=float(threshold), max_calls=max_calls, max_tokens=max_tokens, timeout=float(timeout),
        )  # fmt: skip
        _keep(own, wanted)
    if choices != Choices() and st.button("Back to the server's settings", icon=":material/undo:"):
        own.choices = Choices()
        st.rerun()


def _keep(own: Window, wanted: Choices) -> None:
    try:
        settings = choices_to_settings(load_settings(), wanted)
    except SettingsError as error:
        st.error(for_page(error), icon=":material/error:")
        return
    own.choices = wanted
    st.toast(f"In force: {count(settings.walk.budget, 'piece')} of evidence, agent {settings.agent}.")
    st.rerun()


__all__ = ["check_model", "draw"]
