"""Ask: a conversation whose answers cite pages, and the pages beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from app.asking import Asking
from app.choices import AGENTS
from app.cited_text import cited_text
from app.exports import answer_to_markdown, conversation_to_json
from app.landing import land
from app.source_view import node_boxes, show_citation, show_page
from app.window import Exchange, Shown, Talk, Window, ready_names, window
from app.words import count, for_page, isolated, plain, short, words
from graphs.rows import DocumentRecord
from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.conversation import depends
from kgqa.result import Answer, Citation

_BOX = "question-box"
_DRAWN = 6  # newest exchanges; all that is drawn is drawn anew with every question and click
_LISTED = 6  # citations under an answer; more are folded
_AT_ONCE = 0.8  # seconds that a question may take before the page shows it as under way
_MODELS = {"none": "none: quote the documents", "auto": "auto: a configured server"}
_EXAMPLES = "Ask anything that the documents say. To begin with:"


def draw() -> None:
    """Draw the page."""
    own = window()
    st.title("Ask your documents", anchor=False)
    collection = own.collection
    names = ready_names(collection)
    if not names:
        _nothing_yet(own)
        return
    talk = own.talk
    if talk.asking is not None and talk.asking.done:
        take_in(talk)
    chosen = _choices(own, names)
    with st.container(key="question"):
        st.chat_input(
            "Ask about your documents", key=_BOX, disabled=_is_busy(talk), on_submit=_hear, args=(talk,)
        )  # fmt: skip
    if talk.typed and not _is_busy(talk):
        asked, talk.typed = talk.typed, ""
        talk.asking = Asking(collection, asked, documents=chosen or None, turns=talk.turns)
        if talk.asking.wait(_AT_ONCE):
            take_in(talk)  # into this very picture: drawn twice, an answer costs the browser twice
    if talk.asking is not None:
        _under_way(own.name)
    if not talk.exchanges and talk.asking is None:
        _suggest(talk, [record for record in collection.documents() if record.name in (chosen or names)])
    first = 0 if talk.unfolded else max(0, len(talk.exchanges) - _DRAWN)
    for number in reversed(range(first, len(talk.exchanges))):
        _exchange(collection, talk, number)
    if first and st.button(f"Show {count(first, 'earlier question')}", icon=":material/history:", type="tertiary"):
        talk.unfolded = True
        st.rerun()
    if talk.exchanges:
        _about_the_conversation(talk)


def _suggest(talk: Talk, records: Sequence[DocumentRecord]) -> None:
    """Draw questions to begin with, each of which is asked by a click and can be answered."""
    first = records[0].name
    questions = [f"What is {first} about?", f"What is on page 1 of {first}?"]
    questions += [f"Which tables are in {record.name}?" for record in records if record.tables][:1]
    if len(records) > 1:
        questions.insert(0, "What are these documents about?")
    st.caption(_EXAMPLES)
    for number, question in enumerate(questions):
        st.button(plain(question), key=f"suggested-{number}", type="tertiary", icon=":material/arrow_forward:",
                  on_click=_take, args=(talk, question))  # fmt: skip


def _take(talk: Talk, question: str) -> None:
    """Ask a question that was suggested."""
    talk.typed = question


def take_in(talk: Talk) -> None:
    """Put the question that is done among the exchanges, and open the page of its first citation."""
    asking = talk.asking
    if asking is None:
        return
    talk.asking = None
    stopped = "Stopped. No further call of a model was begun." if asking.stopped else ""
    talk.exchanges.append(
        Exchange(asking.question, asking.documents, asking.answer, stopped or asking.error, asking.draft, asking.turns)
    )
    talk.walk_of = None
    talk.unfolded = False
    talk.what_if = type(talk.what_if)()
    citations = asking.answer.citations if asking.answer is not None else ()
    talk.shown = Shown(len(talk.exchanges) - 1, citations[0].key, citations[0].page) if citations else None


def _hear(talk: Talk) -> None:
    """Note what was typed. It is told once, to a run that may end before the page is drawn: another's turn has come."""
    talk.typed = (st.session_state[_BOX] or "").strip() or talk.typed


def _is_busy(talk: Talk) -> bool:
    return talk.asking is not None and not talk.asking.done


def _nothing_yet(own: Window) -> None:
    st.info("There is nothing to ask yet. Add documents in the library; they can be asked as soon as they are read.")
    if st.button("Open the library", type="primary", icon=":material/library_add:"):
        st.switch_page(st.session_state["pages"]["library"])
    if own.name != own.shelf.first:
        st.caption(f"This is the collection {plain(own.name)}. Another can be chosen in the side bar.")


def _choices(own: Window, names: Sequence[str]) -> list[str]:
    """Draw the choice of documents, model and agent; return the names of the chosen documents, none for all."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    key = f"chosen-{own.name}"
    kept = [name for name in st.session_state.get(key, ()) if name in names]
    if key in st.session_state and kept != st.session_state[key]:
        st.session_state[key] = kept  # a chosen document was removed
    with left:
        chosen = st.multiselect("Search in", names, placeholder="all documents", key=key, persist_state="session")
    settings = own.settings
    label = f"Model {plain(short(settings.llm, 40))} · agent {settings.agent}"
    with right, st.popover(label, icon=":material/tune:", width="stretch", key="model-and-agent"):
        llm, agent = _model_and_agent(own)
    if (llm, agent) != (settings.llm, settings.agent):
        own.choices = replace(own.choices, llm=llm, agent=agent)
        st.rerun()
    return chosen


def _model_and_agent(own: Window) -> tuple[str, str]:
    """Draw the choice of a model and of an agent; return both."""
    settings = own.settings
    offered = ["none", *dict.fromkeys(spec for spec in _specs(own) if spec != "none")]
    llm = st.selectbox(
        "Model",
        offered,
        index=offered.index(settings.llm),
        format_func=lambda spec: _MODELS.get(spec, spec),
        help="Without a model an answer is the sentence or cell that answers best. Others are set on Settings.",
    )
    agents = list(AGENTS)
    agent = st.selectbox(
        "Agent",
        agents,
        index=agents.index(settings.agent),
        format_func=lambda name: f"{name}: {AGENTS[name]}",
        help="It says at each hop what evidence is still missing.",
    )
    return llm, agent


def _specs(own: Window) -> list[str]:
    """Return the specifications that can be chosen: the server's, the one typed on Settings, the one in force."""
    from kgqa.settings import load_settings

    typed = [own.choices.own.spec] if own.choices.own is not None else []
    return [load_settings().llm, *typed, own.settings.llm]


@st.fragment(run_every=0.3)
def _under_way(name: str) -> None:
    """Draw the question under way with what the model has written so far, and the way to stop it."""
    talk = window().talks.get(name)
    asking = talk.asking if talk is not None else None
    if asking is None or asking.done:
        st.rerun()
    with st.chat_message("user"):
        words(asking.question)
    with st.chat_message("assistant"):
        if asking.draft:
            words(asking.draft)
            st.caption("Being written; its citations are checked when it is complete.")
        else:
            st.caption(":shimmer[Walking the graph and reading …]")
        if st.button("Stop", icon=":material/stop_circle:", key="stop"):
            asking.stop()
            st.rerun()


def _exchange(collection: Collection, talk: Talk, number: int) -> None:
    """Draw one question with its answer, and the open page beside it."""
    exchange = talk.exchanges[number]
    with st.chat_message("user"):
        words(exchange.asked)
        if exchange.documents:
            st.caption(f"in {plain(', '.join(exchange.documents))}")
    if exchange.answer is None:
        with st.chat_message("assistant"):
            st.error(for_page(exchange.error), icon=":material/error:")
            if exchange.draft:
                words(exchange.draft, quiet=True)
                st.caption("Written before it ended, not checked.")
        return
    shown = talk.shown if talk.shown is not None and talk.shown.exchange == number else None
    if shown is None:
        _answer(talk, number, exchange, exchange.answer, None)
        return
    reading, source = st.columns([1, 1], gap="medium")
    with reading:
        _answer(talk, number, exchange, exchange.answer, shown)
    with source:
        _source(collection, talk, exchange.answer, shown)


def _answer(talk: Talk, number: int, exchange: Exchange, answer: Answer, shown: Shown | None) -> None:
    with st.chat_message("assistant"):
        _standing(answer)
        for note in answer.trace.notes:
            st.warning(for_page(note), icon=":material/info:")
        if exchange.turns and depends(exchange.asked) and answer.trace.question != exchange.asked:
            st.caption(f"Understood as: {plain(answer.trace.question)}")
        if not answer.abstained or answer.citations:
            clicked = cited_text(
                answer.text, answer.citations, key=f"answer-{number}", opened=shown.key if shown is not None else None
            )
            if clicked is not None:
                _open(talk, number, answer, clicked)
        _citations(talk, number, answer)
        if answer.abstained and answer.evidence:
            _nearest(talk, number, answer, unfolded=shown is not None)
        _cost(answer)
        _take_away(talk, number, answer)


def _citations(talk: Talk, number: int, answer: Answer) -> None:
    """Draw the list of the citations, each of which opens its page; a long list is folded."""
    most = len(answer.citations) if len(answer.citations) <= _LISTED + 2 else _LISTED
    for citation in answer.citations[:most]:
        if _citation(citation, f"{number}-{citation.key}"):
            _open(talk, number, answer, citation.key)
    if answer.citations[most:]:
        more = count(len(answer.citations) - most, "more citation")
        with st.expander(more, icon=":material/format_list_numbered:", key=f"more-{number}"):
            for citation in answer.citations[most:]:
                if _citation(citation, f"{number}-{citation.key}"):
                    _open(talk, number, answer, citation.key)


def _nearest(talk: Talk, number: int, answer: Answer, *, unfolded: bool) -> None:
    """Draw what came nearest to a question that was not answered; a click shows it on its page."""
    with st.expander("Nearest evidence, not an answer", expanded=unfolded, key=f"nearest-{number}"):
        for place, evidence in enumerate(answer.evidence[:3]):
            label = plain(f"{evidence.document}, page {evidence.page}")
            if st.button(label, key=f"near-{number}-{place}", type="tertiary", icon=":material/description:",
                         help="show this page", wrap=True):  # fmt: skip
                talk.clicks += 1
                talk.shown = Shown(number, 0, evidence.page, talk.clicks, evidence.node)
                st.rerun()
            words(short(evidence.text, 400), quiet=True)


def _standing(answer: Answer) -> None:
    """Say how far the answer can be trusted."""
    quotes = [citation for citation in answer.citations if citation.quote]
    found = sum(citation.verified for citation in quotes)
    if answer.abstained:
        told = "The nearest evidence is below; other words, or one document chosen above, may find more."
        why = "" if answer.citations else f" {plain(isolated(answer.text))}"
        st.warning(f"**Not answered.**{why}" + f" {told}" * bool(answer.evidence), icon=":material/block:")
    elif not answer.citations:
        st.warning("**Not supported.** No passage is cited for this.", icon=":material/warning:")
    elif found < len(quotes):
        st.warning(
            f"**{'Supported in part' if found else 'Not supported'}.** {found} of {count(len(quotes), 'quote')} "
            "can be found on the page word for word.",
            icon=":material/warning:",
        )
    elif quotes:
        where = "the page" if len({(c.document, c.page) for c in quotes}) == 1 else "their pages"
        st.badge(f"Supported: {count(found, 'quote')} found on {where}", icon=":material/check_circle:", color="green")
    else:
        st.badge("Looked up in the structure of the documents", icon=":material/check_circle:", color="green")


def _citation(citation: Citation, key: str) -> bool:
    doubt = " (not word for word)" if citation.quote and not citation.verified else ""
    quote = f": “{short(citation.quote, 110)}”" if citation.quote else ""
    label = isolated(f"[{citation.key}] {citation.document}, page {citation.page}{doubt}{quote}")
    return st.button(plain(label), key=f"cite-{key}", type="tertiary", help="show this page", wrap=True)


def _open(talk: Talk, number: int, answer: Answer, key: int) -> None:
    citation = next(c for c in answer.citations if c.key == key)
    talk.clicks += 1
    talk.shown = Shown(number, key, citation.page, talk.clicks)
    st.rerun()


def _cost(answer: Answer) -> None:
    usage = answer.usage
    tokens = usage.prompt_tokens + usage.completion_tokens
    calls = f"{count(usage.llm_calls, 'call')}, {count(tokens, 'token')}" if usage.llm_calls else "no call of a model"
    cached = f", {count(usage.cached_calls, 'reply', 'replies')} known already" if usage.cached_calls else ""
    st.caption(f"{usage.seconds:.2f} s · model {plain(usage.llm)} · agent {answer.trace.agent} · {calls}{cached}")


def _take_away(talk: Talk, number: int, answer: Answer) -> None:
    with st.container(horizontal=True):
        if (answer.trace.seeds or answer.trace.steps) and st.button(
            "See the walk", icon=":material/account_tree:", key=f"walk-{number}"
        ):
            talk.walk_of = number
            st.switch_page(st.session_state["pages"]["walk"])
        st.download_button(
            "Markdown", lambda: answer_to_markdown(answer), f"answer-{number + 1}.md", "text/markdown",
            key=f"markdown-{number}", on_click="ignore", icon=":material/download:",
            help="this answer with its citations",
        )  # fmt: skip


def _source(collection: Collection, talk: Talk, answer: Answer, shown: Shown) -> None:
    """Draw the page that is open beside an answer; it stays in view while the answer is scrolled."""

    def turn(page: int) -> None:
        talk.shown = replace(shown, page=page)
        st.rerun()

    with st.container(key="source-pane"):
        try:
            home, share = _opened(collection, answer, shown, turn)
        except KgqaError as error:
            st.info(for_page(error))
            home, share = shown.page, None
        if shown.page != home and st.button(
            f"Back to the {'cited ' if shown.key else ''}page {home}", icon=":material/undo:", key="source-home"
        ):
            turn(home)
        if st.button("Close the page", icon=":material/close:", key="source-close", type="tertiary"):
            talk.shown = None
            st.rerun()
    land(f"{shown.exchange}-{shown.key}-{shown.click}" if shown.click else "", key="source-land", share=share)


def _opened(
    collection: Collection, answer: Answer, shown: Shown, turn: Callable[[int], None]
) -> tuple[int, float | None]:
    """Draw the page of a citation or of a piece of evidence; return its number and how far down the words stand."""
    if shown.node:
        evidence = next(e for e in answer.evidence if e.node == shown.node)
        document, home = collection.load(evidence.document), evidence.page
        boxes = node_boxes(collection, evidence.document, evidence.node)
        here = boxes if shown.page == home else ()
        quotes = [evidence.text] if here else []
        show_page(collection, document, shown.page, boxes=here, quotes=quotes, turn=turn, key="source")
    else:
        citation = next((c for c in answer.citations if c.key == shown.key), answer.citations[0])
        document, home, boxes = collection.load(citation.document), citation.page, citation.boxes
        show_citation(collection, answer.citations, citation, shown.page, turn, key="source")
    page = document.page(home) if 1 <= home <= len(document.pages) else None
    high = page is not None and page.height and boxes
    return home, boxes[0].y0 / page.height if page is not None and high else None


def _about_the_conversation(talk: Talk) -> None:
    st.divider()
    with st.container(horizontal=True):
        st.download_button(
            "Conversation as JSON", lambda: conversation_to_json(talk.exchanges), "conversation.json",
            "application/json", key="conversation", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        if st.button("Begin anew", icon=":material/restart_alt:", help="forget this conversation"):
            talk.exchanges.clear()
            talk.shown, talk.walk_of = None, None
            st.rerun()
