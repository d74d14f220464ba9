"""The web page: upload, ask, read the cited answer on its pages, and see the walk that led there."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence

import streamlit as st

from app.jobs import IngestJob, Jobs
from app.walk_chart import EDGE_COLOURS, ROLE_COLOURS, walk_to_chart
from graphs.place import Place, absolute, to_place
from ingestion.errors import KgqaError
from ingestion.ingest import KINDS, SUFFIXES
from kgqa.collection import Collection, DocumentReport, page_reports
from kgqa.result import Answer, Citation
from kgqa.settings import default_collection, load_settings

_STAGES = {"read": "reading", "embed": "embedding", "link": "linking"}


@st.cache_resource
def jobs() -> Jobs:
    """Return the runs of this server."""
    return Jobs()


@st.cache_resource(show_spinner="Opening the collection …")
def open_collection(folder: Place) -> Collection:
    """Return a collection that all windows of this server read."""
    return Collection.open(folder, load_settings())


def main() -> None:
    """Draw the page."""
    st.set_page_config("kgqa", page_icon="📚", layout="wide", initial_sidebar_state="auto")
    folder = to_place(sys.argv[1]) if len(sys.argv) > 1 else absolute(default_collection())
    try:
        collection = open_collection(folder)
        chosen = library(collection, folder)
        st.title("Ask your documents")
        ask(collection, chosen)
    except KgqaError as error:
        st.error(str(error))


def library(collection: Collection, folder: Place) -> list[str]:
    """Draw the sidebar: upload, progress, documents; return the names of the documents to ask."""
    with st.sidebar:
        st.header("Library")
        uploads = st.file_uploader(
            "Add documents", type=sorted(s[1:] for s in SUFFIXES), accept_multiple_files=True, key=f"upload-{_round()}"
        )
        if uploads and st.button("Read them", type="primary", width="stretch"):
            try:
                jobs().start(folder, [(upload.name, upload.getvalue()) for upload in uploads])
                st.session_state["round"] = _round() + 1  # an empty uploader for the next ones
                st.rerun()
            except KgqaError as error:
                st.error(str(error))
        job = jobs().current(folder)
        if job is not None and not job.done:
            _running(folder)
        elif job is not None:
            _finished(job)
        return _documents(collection)


def _round() -> int:
    return int(st.session_state.get("round", 0))


@st.fragment(run_every=1.0)
def _running(folder: Place) -> None:
    job = jobs().current(folder)
    if job is None or job.done:
        st.rerun()
        return
    for name in job.names:
        stage, done, total = job.stage.get(name, ("waiting", 0, 1))
        share = done / total if total else 0.0
        pages = f", page {done} of {total}{job.time_left(name)}" if stage == "read" else ""
        st.progress(min(1.0, share), f"{name}: {_STAGES.get(stage, stage)}{pages}")
    if "" in job.stage:
        st.caption("Linking the documents …")
    elif st.button("Cancel", help="Documents that are read stay; pages that are read need not be read again."):
        job.cancel()


def _finished(job: IngestJob) -> None:
    if job.error:
        st.error(job.error)
    for report in job.reports:
        _report(report)


def _doubtful(pages: Sequence[int]) -> str:
    """Return which pages are not to be trusted, for people."""
    shown = ", ".join(map(str, pages[:12])) + (f" and {len(pages) - 12} more" if len(pages) > 12 else "")
    return f"Not to be trusted: page{'s' * (len(pages) > 1)} {shown}"


def _report(report: DocumentReport) -> None:
    told = f"{report.name}: {report.pages} pages, {report.passages} passages, {report.tables} tables"
    if report.status == "failed":
        st.error("\n".join(issue.message for issue in report.issues) or f"{report.name} could not be read.")
    elif report.status == "partial":
        with st.expander(f"⚠ {told}, {len(report.issues)} issues"):
            doubtful = [page.page for page in report.page_reports if page.doubtful]
            if doubtful:
                st.write(_doubtful(doubtful))
            for issue in report.issues:
                st.write(issue.message)
    else:
        st.success(f"{told}{' (unchanged)' if report.status == 'unchanged' else ''}")


def _documents(collection: Collection) -> list[str]:
    records = collection.documents()
    ready = [record.name for record in records if record.doc_id]
    if not ready:
        st.info(f"No documents yet. Add files above ({KINDS}), then ask.")
        return []
    chosen = st.multiselect("Ask in", ready, default=[], placeholder="all documents", key="chosen")
    st.caption(f"{len(ready)} documents, {sum(record.pages for record in records)} pages")
    for record in records:
        mark = {"ok": "", "partial": "⚠ ", "failed": "✖ "}[record.status]
        with st.expander(f"{mark}{record.name}"):
            st.caption(
                f"{record.pages} pages, {record.passages} passages, {record.tables} tables, {record.figures} figures, "
                f"{record.sections} sections"
            )
            for issue in record.issues[:20]:
                st.warning(issue.message)
            if record.doc_id and st.toggle("How each page was read", key=f"pages-{record.name}"):
                _pages(collection, record.name)
            if st.button("Remove", key=f"remove-{record.name}"):
                collection.remove(record.name)
                st.rerun()
    return chosen


def _pages(collection: Collection, name: str) -> None:
    """Draw how each page of a document was read."""
    pages = page_reports(collection.load(name))
    st.dataframe(
        [
            {
                "page": page.page,
                "trust": "no" if page.doubtful else "yes",
                "engine": page.engine,
                "sure": None if page.confidence is None else f"{page.confidence:.0%}",
                "why": page.reason,
                "seconds": page.seconds,
            }
            for page in pages
        ],
        hide_index=True,
        width="stretch",
    )
    doubtful = [page.page for page in pages if page.doubtful]
    if doubtful:
        st.warning(_doubtful(doubtful))


def ask(collection: Collection, chosen: list[str]) -> None:
    """Draw the question box, the last answer, and what led to it."""
    with st.expander("Model and search"):
        left, right = st.columns(2)
        llm = left.text_input(
            "Language model",
            collection.settings.llm,
            help="none quotes the documents; openai:MODEL uses the server in OPENAI_BASE_URL",
        )
        agent = right.selectbox("Agent", ["auto", "question", "encoder", "llm"], help="who chooses the next hop")
    with st.container():  # in a container it stays above its answer; outside, the page would scroll to its end
        question = st.chat_input("Ask about your documents", disabled=not any(r.doc_id for r in collection.documents()))
    if question:
        try:
            with st.spinner("Walking the graph …"):
                st.session_state["answer"] = collection.ask(question, documents=chosen or None, agent=agent, llm=llm)
            for key in ("citation", "shown_page", "walk_hop"):
                st.session_state.pop(key, None)
        except KgqaError as error:
            st.session_state.pop("answer", None)
            st.error(str(error))
    answer: Answer | None = st.session_state.get("answer")
    if answer is None:
        st.caption("Try: “What is on page 3?”, “What does Table 2 show?”, or anything that the text says.")
        return
    with st.chat_message("user"):
        st.text(answer.question)
    reading, page = st.columns([1, 1], gap="large")
    with reading:
        show_answer(answer)
    with page:
        show_page(collection, answer)
    if answer.trace.steps or answer.trace.seeds:
        show_walk(collection, answer)


def show_answer(answer: Answer) -> None:
    """Draw an answer with its citations, or a refusal with the nearest evidence."""
    with st.chat_message("assistant"):
        if answer.abstained:
            st.warning(f"**Not answered.** {_escaped(answer.text)}")
        else:
            st.markdown(_escaped(answer.text))
        for citation in answer.citations:
            _citation_button(citation)
        if answer.abstained and answer.evidence:
            st.caption("Nearest evidence, not an answer:")
            for evidence in answer.evidence[:3]:
                st.text(f"{evidence.document}, page {evidence.page}: {evidence.text[:240]}")
        for note in answer.trace.notes:
            st.warning(note)
        usage = answer.usage
        st.caption(
            f"{usage.seconds:.2f} s, model {usage.llm}, {usage.llm_calls} calls, "
            f"{usage.prompt_tokens + usage.completion_tokens} tokens"
        )
    left, right = st.columns(2)
    left.download_button("Answer as Markdown", answer_to_markdown(answer), "answer.md", "text/markdown")
    right.download_button(
        "Answer as JSON", json.dumps(answer.to_json(), ensure_ascii=False), "answer.json", "application/json"
    )


def _citation_button(citation: Citation) -> None:
    doubt = "" if citation.verified or not citation.quote else " (quote not found on the page)"
    quote = citation.quote if len(citation.quote) < 140 else citation.quote[:140].rsplit(" ", 1)[0] + " …"
    label = f"[{citation.key}] {citation.document}, page {citation.page}{doubt}: “{quote}”"
    if st.button(_escaped(label), key=f"cite-{citation.key}", width="stretch"):
        st.session_state["citation"] = citation.key
        st.session_state["shown_page"] = citation.page


def show_page(collection: Collection, answer: Answer) -> None:
    """Draw the cited page with its quote highlighted, and the way to the pages beside it."""
    if not answer.citations:
        return
    key = st.session_state.get("citation", answer.citations[0].key)
    citation = next((c for c in answer.citations if c.key == key), answer.citations[0])
    document = collection.load(citation.document)
    number = min(max(1, st.session_state.get("shown_page", citation.page)), len(document.pages))
    if not document.page(number).width:
        st.markdown(document.page(number).markdown)
        return
    back, middle, on = st.columns([1, 3, 1])
    if back.button("◀", disabled=number <= 1, help="previous page", key="page-back"):
        st.session_state["shown_page"] = number - 1
        st.rerun()
    if on.button("▶", disabled=number >= len(document.pages), help="next page", key="page-on"):
        st.session_state["shown_page"] = number + 1
        st.rerun()
    middle.markdown(f"**{_escaped(citation.document)}**, page {number} of {len(document.pages)}")
    boxes = [box for c in answer.citations if (c.document, c.page) == (citation.document, number) for box in c.boxes]
    try:
        image = collection.page_image(citation.document, number, boxes)
        st.image(image, width="stretch", alt=f"Page {number} of {citation.document}, the quote highlighted")
    except KgqaError as error:
        st.info(str(error))


def show_walk(collection: Collection, answer: Answer) -> None:
    """Draw the walk as a graph that can be stepped through; a click on a node shows what it says."""
    st.subheader("The walk")
    graph = collection.graph()
    known = [seed for seed in answer.trace.seeds if seed.node in graph]
    if len(known) < len(answer.trace.seeds):
        st.info("Documents of this walk have been removed since; ask again to see it.")
        return
    last = max((step.hop for step in answer.trace.steps), default=0)
    left, right = st.columns([3, 1])
    hop = left.slider("Up to hop", 0, last, last, key="walk_hop") if last else 0
    seen = right.toggle("what was not taken", value=True)
    chart = walk_to_chart(answer.trace, graph, hops=hop, seen=seen)
    st.markdown(
        " ".join(
            f':small[:color[●]{{foreground="{c}"}} {name}]' for name, c in {**ROLE_COLOURS, **EDGE_COLOURS}.items()
        )
    )
    state = st.echarts_chart(
        chart.spec,
        height=460,
        key="walk",
        on_select="rerun",
        renderer="svg",
        alt="The walk from the question over the graph",
    )
    picked = _picked(state, chart.nodes)
    if picked:
        node = graph.node(picked)
        st.markdown(f"**{_escaped(node.label)}**, page {node.page}")
        st.text(node.text[:1500])
    with st.expander("Evidence, best first"):
        st.dataframe(
            [
                {
                    "document": e.document,
                    "page": e.page,
                    "kind": e.kind,
                    "hop": e.hop,
                    "score": round(e.score, 3),
                    "text": e.text[:300],
                }
                for e in answer.evidence
            ],
            hide_index=True,
        )
    with st.expander("Every step"):
        for step in answer.trace.steps:
            taken = [c for c in step.candidates if c.taken]
            if taken or step.fallback:
                st.markdown(
                    f"Hop {step.hop}, agent {step.agent}{': ' + _escaped(step.prediction) if step.prediction else ''}"
                )
            for candidate in taken:
                st.text(
                    f"→ {graph.node(candidate.node).label}: {candidate.via}, {candidate.reason}, "
                    f"score {candidate.score:.3f}"
                )


def _picked(state: object, nodes: tuple[str, ...]) -> str:
    """Return the id of the node that was clicked in the chart, "" for none."""
    try:
        selected = state["selection"]["selected"]  # type: ignore[index]
    except (KeyError, TypeError):
        return ""
    for part in selected or ():
        if part.get("data_type", "node") == "node" and part.get("data_indices"):
            at = part["data_indices"][0]
            return nodes[at] if at < len(nodes) else ""
    return ""


def answer_to_markdown(answer: Answer) -> str:
    """Return an answer with its citations as Markdown, to keep or to send."""
    lines = [f"**{answer.question}**", "", answer.text, ""]
    lines += [f"{c.key}. {c.document}, page {c.page}: “{c.quote}”" for c in answer.citations]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Return text in which a document's words cannot pass for markup."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$~:-])", r"\\\1", text)


main()
