"""Batch: many questions at once, what they will cost, answers as they come, and all of them as a table to keep."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from app.batch_answer import picked_cell, show_answer
from app.batch_runs import BatchRun
from app.exports import batch_rows, rows_to_csv, rows_to_jsonl, rows_to_xlsx
from app.window import Window, batches, ready_names, window
from app.words import count, for_page, plain, short
from ingestion.errors import KgqaError
from kgqa.batch import BatchQuestion, read_questions
from kgqa.collection import Collection
from kgqa.forecast import Forecast, forecast_batch
from kgqa.models import choose_model

_FORM = "A line is a question. CSV has a column `question`, and perhaps `id` and `documents` (several joined by `;`); "
_FORM += "JSON lines have fields of these names."
_TABLE = ("id", "question", "status", "answer", "citations", "error")
_TOGETHER, _EACH, _OWN = "documents together", "each document by itself", "documents of its own"
_SHOWN = 500  # rows of a table that the page draws


def draw() -> None:
    """Draw the page."""
    own = window()
    st.title("Many questions at once", anchor=False)
    collection = own.collection
    names = ready_names(collection)
    if not names:
        st.info("There is nothing to ask yet. Add documents in the library.")
        if st.button("Open the library", type="primary", icon=":material/library_add:"):
            st.switch_page(st.session_state["pages"]["library"])
        return
    with st.container(border=True):
        _new(own, collection, names)
    runs = batches().of(own.shelf.batches(own.name))
    if not runs:
        st.caption("No batch yet. One goes on when this page is closed, and can be resumed after the server ended.")
    for number, run in enumerate(runs):
        _run(own, collection, run, opened=number == 0)


def _new(own: Window, collection: Collection, names: Sequence[str]) -> None:
    """Draw the way to a new batch: questions, documents, forecast, start."""
    left, right = st.columns(2, gap="medium")
    with left:
        file = st.file_uploader(
            "A file of questions", type=["csv", "jsonl", "txt"], key=f"batch-file-{own.upload_round}", help=_FORM
        )
    with right:
        text = st.text_area(
            "or questions, one a line", height=112, key=f"batch-text-{own.upload_round}", disabled=file is not None
        )
    try:
        questions = (
            _questions(file.name, file.getvalue()) if file is not None else _questions("pasted.txt", text.encode())
        )
    except KgqaError as error:
        st.error(for_page(error), icon=":material/error:")
        return
    way = st.segmented_control(
        "Each question is asked of", [_TOGETHER, _EACH, _OWN], default=_TOGETHER, required=True, key="batch-way",
        help="The second makes a table of questions by documents; for the third, choose them question by question.",
    )  # fmt: skip
    chosen = st.multiselect(
        "Documents", names, placeholder="all documents", key=f"batch-documents-{own.name}",
        help="Questions of a file that name their own documents keep them.",
    )  # fmt: skip
    matrix = way == _EACH
    if way == _OWN and questions:
        questions = _documents_of_each(questions, names, f"batch-own-{own.upload_round}")
    asked = questions_by_documents(questions, chosen or names) if matrix else questions
    title = file.name if file is not None else "pasted questions"
    if asked:
        _forecast(own, collection, asked)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"Ask {count(len(asked), 'question')}" if asked else "Ask them", type="primary", disabled=not asked,
            icon=":material/play_arrow:",
        )  # fmt: skip
        st.caption(f"model {plain(own.settings.llm)}, agent {own.settings.agent}: changed on Settings")
    if pressed and asked:
        try:
            folder = own.shelf.batches(own.name)
            batches().start(folder, asked, collection, title=title, documents=None if matrix else chosen or None)
            own.upload_round += 1
            st.rerun()
        except KgqaError as error:
            st.error(for_page(error), icon=":material/error:")


def _questions(name: str, data: bytes) -> list[BatchQuestion]:
    """Return the questions of a file, none for an empty one; raise KgqaError for one that cannot be read."""
    if not data.strip():
        return []
    with tempfile.TemporaryDirectory(prefix="kgqa-batch-") as folder:
        suffix = Path(name).suffix.lower()
        path = Path(folder) / f"questions{suffix if suffix in ('.csv', '.jsonl') else '.txt'}"
        path.write_bytes(data)
        try:
            return read_questions(path)
        except KgqaError as error:
            raise KgqaError(str(error).replace(str(path), name)) from error


def _documents_of_each(questions: Sequence[BatchQuestion], names: Sequence[str], key: str) -> list[BatchQuestion]:
    """Draw a table in which each question gets its documents; return the questions with them."""
    rows = st.data_editor(
        [{"question": q.question, "documents": list(q.documents or ())} for q in questions], key=key, width="stretch",
        disabled=["question"], hide_index=True, column_config={
            "question": st.column_config.TextColumn(width="large"),
            "documents": st.column_config.MultiselectColumn(
                "its documents", options=list(names), width="large", help="double-click to choose; none: those above"
            ),
        },
    )  # fmt: skip
    return [replace(q, documents=tuple(row["documents"] or ()) or None) for q, row in zip(questions, rows, strict=True)]


def questions_by_documents(questions: Sequence[BatchQuestion], names: Sequence[str]) -> list[BatchQuestion]:
    """Return each question once for each document, or for each that it names itself."""
    return [
        BatchQuestion(f"{question.question_id} · {name}", question.question, (name,))
        for question in questions
        for name in question.documents or names
    ]


def _forecast(own: Window, collection: Collection, asked: Sequence[BatchQuestion]) -> None:
    """Draw what the batch will cost at most; nothing is paid for that."""
    settings = own.settings
    try:
        found = forecast_batch(collection, asked, llm=choose_model(settings.llm, settings), agent=settings.agent)
    except KgqaError as error:
        st.error(for_page(error), icon=":material/error:")
        return
    st.info(forecast_to_text(found), icon=":material/request_quote:")


def forecast_to_text(found: Forecast) -> str:
    """Return a forecast in one line."""
    parts = [count(found.questions, "question"), f"{found.lookups:,} of them looked up"]
    if found.calls:
        tokens = found.prompt_tokens + found.completion_tokens
        parts.append(f"at most {count(found.calls, 'call')} of the model and {count(tokens, 'token')}")
        parts.append(f"at most {found.price:g} by your prices" if found.price else "no price is set")
    else:
        parts.append("no call of a model, no cost")
    if found.seconds is not None:
        parts.append(f"about {max(1, round(found.seconds)):,} s")
    return f"Forecast: {', '.join(parts)}."


def _run(own: Window, collection: Collection, run: BatchRun, *, opened: bool) -> None:
    begun = datetime.fromtimestamp(run.begun).strftime("%Y-%m-%d %H:%M")
    label = f"**{plain(short(run.title, 60))}** · {count(run.total, 'question')} · {begun}"
    with st.expander(label, expanded=opened, key=f"batch-{run.folder.name}", on_change="rerun") as box:
        if not box.open:
            return
        if run.running:
            _running(run)
        else:
            _ended(own, collection, run)


@st.fragment(run_every=1.0)
def _running(run: BatchRun) -> None:
    if not run.running:
        st.rerun()
    answers = run.rows()
    st.progress(min(1.0, len(answers) / max(1, run.total)), f"{len(answers)} of {count(run.total, 'question')}")
    if st.button("Stop", icon=":material/stop_circle:", key=f"stop-{run.folder.name}",
                 help="after the question under way; it can go on later"):  # fmt: skip
        run.stop()
    _table(run, answers)


def _ended(own: Window, collection: Collection, run: BatchRun) -> None:
    answers = run.rows()
    if run.error:
        st.warning(for_page(run.error), icon=":material/warning:")
    counts = Counter(str(row.get("status")) for row in answers)
    waiting = run.total - len(answers)
    told = [f"{counts[status]} {status}" for status in ("answered", "refused", "failed") if counts[status]]
    st.markdown(", ".join([*told, *([f"{waiting} not asked yet"] if waiting else [])]) or "nothing was asked yet")
    picked = _table(run, answers)
    if picked is not None:
        show_answer(collection, picked, f"batch-answer-{run.folder.name}")
    elif answers:
        st.caption("Click a cell to read its answer whole, with its citations on their pages.")
    with st.container(horizontal=True):
        unfinished = waiting or counts["failed"]
        if unfinished and st.button(
            "Go on" if waiting else "Ask the failed ones again", type="primary", icon=":material/play_arrow:",
            key=f"go-on-{run.folder.name}",
        ):  # fmt: skip
            try:
                batches().resume(run, collection)
                st.rerun()
            except KgqaError as error:
                st.error(for_page(error))
        _downloads(run, answers)
        if st.button("Delete", icon=":material/delete:", key=f"delete-{run.folder.name}", type="tertiary"):
            batches().discard(run)
            st.rerun()


def _downloads(run: BatchRun, answers: Sequence[dict[str, Any]]) -> None:
    name = Path(run.title).stem.replace(" ", "-") or "batch"
    rows = batch_rows(run.questions(), answers)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for label, make, suffix, mime in (
        ("CSV", lambda: rows_to_csv(rows), "csv", "text/csv"),
        ("XLSX", lambda: rows_to_xlsx(rows), "xlsx", sheet),
        ("JSONL", lambda: rows_to_jsonl(answers), "jsonl", "application/jsonl"),
    ):
        st.download_button(
            label, make, f"{name}-answers.{suffix}", mime, key=f"{suffix}-{run.folder.name}", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip


def _table(run: BatchRun, answers: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Draw the answers that are there: a row a question, or questions by documents where that was asked.

    Return the answer whose cell was clicked.
    """
    rows = batch_rows(run.questions(), answers)
    by_document = rows_by_documents(rows)
    matrix = by_document is not None
    if not matrix and len(rows) > _SHOWN:
        st.caption(f"The first {_SHOWN} of {len(rows):,} rows; the files hold all.")
    state = st.dataframe(
        by_document if by_document is not None else [{name: row[name] for name in _TABLE} for row in rows[:_SHOWN]],
        hide_index=True, width="stretch", column_config={"answer": st.column_config.TextColumn(width="large")},
        alt="Answers, a row a question, a column a document" if matrix else "Answers of the batch, a row a question",
        on_select="rerun", selection_mode="single-cell", key=f"table-{run.folder.name}",
    )  # fmt: skip
    cell = picked_cell(state)
    if cell is None:
        return None
    wanted = cell_to_id(rows, by_document, *cell)
    return next((answer for answer in answers if str(answer.get("id")) == wanted), None)


def cell_to_id(
    rows: Sequence[dict[str, str]], by_document: Sequence[dict[str, str]] | None, row: int, column: str
) -> str:
    """Return the id of the question that a cell of the table belongs to, "" for none."""
    if by_document is None:
        return rows[row]["id"] if row < len(rows) else ""
    asked = by_document[row]["question"] if row < len(by_document) else ""
    numbers = dict.fromkeys(r["id"].removesuffix(f" · {r['documents']}") for r in rows)
    number = list(numbers)[row] if asked else ""
    return f"{number} · {column}" if column != "question" else ""


def rows_by_documents(rows: Sequence[dict[str, str]]) -> list[dict[str, str]] | None:
    """Return a row for each question and a column for each document; None for a batch that is no such table."""
    if not rows or any(not row["id"].endswith(f" · {row['documents']}") or not row["documents"] for row in rows):
        return None
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        number = row["id"].removesuffix(f" · {row['documents']}")
        line = found.setdefault(number, {"question": row["question"]})
        told = {"answered": row["answer"], "refused": "—", "failed": f"failed: {row['error']}"}
        line[row["documents"]] = told.get(row["status"], "…")
    return list(found.values())
