"""Library: files in, with progress and a report on each page; documents looked into, replaced, removed; collections."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.jobs import IngestJob, discard_run, leftover_runs, run_names
from app.source_view import show_page, show_table
from app.window import Window, jobs, window
from app.words import count, for_page, plain, short, words
from graphs.place import is_server
from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument
from ingestion.errors import KgqaError
from ingestion.ingest import KINDS, SUFFIXES
from kgqa.collection import Collection, DocumentReport, PageReport, page_reports

_STAGES = {"look-read": "first look", "read": "reading", "embed": "embedding", "link": "linking"}
_WHOLE = 8  # reports of files that were read whole; more are folded, so that what needs a look is seen
_ROWS = 20  # documents on one page of the list
_MARKS = {"ok": ":material/check_circle:", "partial": ":material/warning:", "failed": ":material/error:"}


def draw() -> None:
    """Draw the page."""
    own = window()
    st.title("Library", anchor=False)
    collection = own.collection
    left, right = st.columns([3, 2], gap="large")
    with left:
        _add(own)
        _run(own)
        _leftovers(own)
    with right:
        _collections(own)
    _documents(own, collection)


def running_now(own: Window) -> None:
    """Draw in a few words what is being read, for the side bar."""
    job = jobs().current(own.place)
    if job is not None and not job.done:
        _small_progress(own)


@st.fragment(run_every=2.0)
def _small_progress(own: Window) -> None:
    job = jobs().current(own.place)
    if job is None or job.done:
        st.rerun()
    st.progress(job.read / len(job.names), f"Reading: {job.read} of {count(len(job.names), 'file')}")


def _add(own: Window) -> None:
    """Draw the uploader."""
    limit = min(int(st.get_option("server.maxUploadSize")), int(own.settings.ingestion.max_file_mb))
    uploads = st.file_uploader(
        "Add documents: drop files here, or choose them",
        type=sorted(s[1:] for s in SUFFIXES),
        accept_multiple_files=True,
        key=f"upload-{own.upload_round}",
        help="A file with the name of a document takes its place; one that is known already costs nothing.",
    )
    st.caption(f"{KINDS}; up to {limit:,} MB a file. Content counts, not the name.")
    with (
        st.form(f"read-{own.upload_round}", border=False),  # whose button sends what stands in the field with it
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        password = st.text_input(
            "Password of encrypted files", type="password", autocomplete="off", key=f"password-{own.upload_round}",
            help="used for these files and forgotten", width=260,
        )  # fmt: skip
        pressed = st.form_submit_button(
            f"Read {count(len(uploads), 'file')}" if uploads else "Read them",
            type="primary", disabled=not uploads, icon=":material/menu_book:",
        )  # fmt: skip
    if uploads and pressed:
        _start(own, [(upload.name, upload.getvalue()) for upload in uploads], password)


def _start(own: Window, uploads: Sequence[tuple[str, bytes]], password: str = "") -> None:
    try:
        jobs().start(own.place, own.shelf.uploads(own.name), uploads, own.settings, password or None)
    except KgqaError as error:
        st.error(for_page(error))
        return
    own.upload_round += 1
    st.rerun()


def _run(own: Window) -> None:
    """Draw the run under way, or the report of the last one."""
    job = jobs().current(own.place)
    if job is None:
        return
    if not job.done:
        _running(own)
        return
    with st.container(border=True):
        if job.error:
            st.error(for_page(job.error), icon=":material/error:")
            for told, names in zip(("Read as bare text alone", "Not read"), job.unread(), strict=True):
                if names:
                    st.caption(f"{told}: {plain(short(', '.join(names), 400))}")
        else:
            done = sum(report.status in ("ok", "unchanged") for report in job.reports)
            st.markdown(f"**Read {done} of {count(len(job.reports), 'file')} whole**")
        whole = [report for report in job.reports if report.status in ("ok", "unchanged")]
        folded = whole if len(whole) > _WHOLE else []
        for number, report in enumerate(job.reports):
            if report not in folded:
                _report(report, number)
        if folded:
            told = f"{count(len(folded), 'file')} read whole"
            with st.expander(told, icon=":material/check_circle:", key="read-whole"):
                for number, report in enumerate(folded):
                    _report(report, number)
        if st.button("Close the report", icon=":material/close:", type="tertiary"):
            jobs().dismiss(own.place)
            st.rerun()


@st.fragment(run_every=1.0)
def _running(own: Window) -> None:
    job = jobs().current(own.place)
    committed = None if job is None else (job.read, len(job.begun), len(job.looked))
    if job is None or job.done or committed != st.session_state.setdefault("documents-read", committed):
        st.session_state.pop("documents-read", None)
        st.rerun()  # the list of documents has grown
    with st.container(border=True):
        st.markdown(f"**Reading {count(len(job.names), 'file')}** · questions can be asked meanwhile")
        waiting = [name for name in job.names if name not in job.stage]
        for name in [name for name in job.names if name in job.stage][-12:]:
            _stage(job, name)
        if waiting:
            st.caption(f"Waiting: {plain(short(', '.join(waiting), 200))}")
        if "" in job.stage:
            st.caption(":shimmer[Linking the documents …]")
        elif job.cancelled:
            st.caption("Ending after the page under way …")
        elif st.button("Cancel", icon=":material/cancel:", help="Documents and pages that are read stay."):
            job.cancel()
            st.rerun(scope="fragment")


def _stage(job: IngestJob, name: str) -> None:
    stage, done, total = job.stage[name]
    share = done / total if total else 0.0
    if stage in ("embed", "look-embed"):
        told = "embedding" if done < total else "read" if stage == "embed" else "waiting for its layout"
    else:
        told = f"{_STAGES.get(stage, stage)}, page {done} of {total}{job.time_left(name)}"
    early = ""
    if stage != "embed" and name in job.looked:
        early = ", can be asked already as bare text"
    elif stage != "embed" and name in job.begun:
        early = ", its first pages can be asked already"
    st.progress(min(1.0, share), f"{plain(name)}: {told}{early}")


def _leftovers(own: Window) -> None:
    """Draw what a server that was killed has left unread."""
    for run in leftover_runs(own.shelf.uploads(own.name)):
        with st.container(border=True):
            try:
                names = run_names(run)
                told = f"{count(len(names), 'file')} ({short(', '.join(names), 120)})"
            except KgqaError as error:
                names, told = (), str(error)
            st.warning(
                f"A run was cut off before it was done: {plain(told)}. What was read is in the collection.",
                icon=":material/warning:",
            )
            with st.container(horizontal=True):
                if names and st.button("Go on", type="primary", key=f"go-on-{run.name}", icon=":material/play_arrow:"):
                    try:
                        jobs().resume(own.place, run, own.settings)
                        st.rerun()
                    except KgqaError as error:
                        st.error(for_page(error))
                if st.button("Discard the files", key=f"discard-{run.name}", icon=":material/delete:"):
                    discard_run(run)
                    st.rerun()


def _collections(own: Window) -> None:
    """Draw the collections: which is open, and the way to make another."""
    with st.container(border=True):
        st.markdown("**Collections**")
        for name in own.shelf.names():
            if name == own.name:
                st.markdown(f":material/folder_open: **{plain(name)}** is open")
            elif st.button(plain(name), icon=":material/folder:", key=f"open-{name}", type="tertiary"):
                own.switch(name)
                st.rerun()
        with st.form("new-collection", border=False, clear_on_submit=True):
            name = st.text_input("A new collection", placeholder="its name", max_chars=64)
            made = st.form_submit_button("Make it", icon=":material/create_new_folder:")
        if made:
            try:
                own.switch(own.shelf.create(name))
                st.rerun()
            except KgqaError as error:
                st.error(for_page(error))
        if not is_server(own.place):  # whose address may hold a password
            st.caption(f"On disk: {plain(str(own.place))}")


def _report(report: DocumentReport, number: int) -> None:
    """Draw what became of one file, the `number`th of its run: two may have one name."""
    told = f"{report.name}: {count(report.pages, 'page')}, {count(report.passages, 'passage')}, " + (
        f"{count(report.tables, 'table')}, {count(report.figures, 'figure')}"
    )
    if report.status == "failed":
        st.error(for_page(" ".join(issue.message for issue in report.issues) or f"{report.name} could not be read."),
                 icon=":material/error:")  # fmt: skip
        return
    if report.status == "partial":
        label = f"{plain(told)}, {count(len(report.issues), 'issue')}"
        with st.expander(label, icon=":material/warning:", key=f"report-{number}"):
            _doubtful(report.page_reports)
            for issue in report.issues[:50]:
                st.markdown(f"- {for_page(issue.message)}")
        return
    unchanged = " (known already)" if report.status == "unchanged" else ""
    st.success(plain(told) + unchanged, icon=":material/check_circle:")


def _doubtful(pages: Sequence[PageReport]) -> None:
    """Say which pages are not to be trusted."""
    numbers = [page.page for page in pages if page.doubtful]
    if numbers:
        more = f" and {len(numbers) - 12} more" if len(numbers) > 12 else ""
        st.warning(f"Not to be trusted: page{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers[:12]))}{more}")


def _documents(own: Window, collection: Collection) -> None:
    """Draw the list of documents, a page of it at a time."""
    records = collection.documents()
    st.subheader("Documents", anchor=False)
    if not records:
        st.info("No documents yet. Drop files above and press “Read them”; a scan takes a few seconds a page.")
        return
    sought = ""
    if len(records) > 8:
        sought = st.text_input("Find by name", type="search", placeholder="part of a name", live=True)
    found = [record for record in records if sought.casefold() in record.name.casefold()]
    if not found:
        st.info("No document has such a name. Type less of it.")
        return
    pages = -(-len(found) // _ROWS)
    at = st.pagination(pages, key=f"documents-page-{pages}") if pages > 1 else 1
    for record in found[(at - 1) * _ROWS : at * _ROWS]:
        parts = f"{count(record.pages, 'page')}, {count(record.tables, 'table')}, {count(record.figures, 'figure')}"
        told = parts if record.doc_id else "could not be read"
        with st.expander(
            f"**{plain(record.name)}** · {told}", icon=_MARKS[record.status], key=f"document-{record.name}",
            on_change="rerun",
        ) as row:  # fmt: skip
            if row.open:
                _document(own, collection, record)


def _document(own: Window, collection: Collection, record: DocumentRecord) -> None:
    """Draw what a document holds, and what can be done with it."""
    for issue in record.issues[:20]:
        st.warning(for_page(issue.message), icon=":material/warning:")
    if len(record.issues) > 20:
        st.caption(f"and {len(record.issues) - 20} more issues; the table of pages tells them")
    _change(own, collection, record)  # above the pages: pictures that come late would move it under a click
    if record.doc_id:
        document = collection.load(record.name)
        tabs = ["Pages", "How they were read"]
        tabs += [f"Tables ({record.tables})"] * bool(document.tables) + [f"Figures ({record.figures})"] * bool(
            document.figures
        )
        drawn = st.tabs(tabs, key=f"tabs-{record.name}", on_change="rerun")
        for tab, name in zip(drawn, tabs, strict=True):
            if tab.open:
                with tab:
                    _part(collection, document, name.split(" (")[0])


def _part(collection: Collection, document: ParsedDocument, part: str) -> None:
    key = f"{part.split()[0].lower()}-{document.name}"
    if part == "Pages":
        most = len(document.pages)
        number = st.pagination(most, key=key) if most > 1 else 1
        with st.container(width=760):
            show_page(collection, document, number, key=f"look-{document.name}")
    elif part == "Tables":
        _table(document, key)
    elif part == "Figures":
        _figure(collection, document, key)
    else:
        _how_read(document)


def _table(document: ParsedDocument, key: str) -> None:
    at = st.pagination(len(document.tables), key=key) if len(document.tables) > 1 else 1
    table = document.tables[at - 1]
    st.caption(f"on page{'s' * (len(table.page_numbers) > 1)} {', '.join(map(str, table.page_numbers))}")
    show_table(table)


def _figure(collection: Collection, document: ParsedDocument, key: str) -> None:
    at = st.pagination(len(document.figures), key=key) if len(document.figures) > 1 else 1
    figure = document.figures[at - 1]
    try:
        st.image(
            collection.figure_image(document.name, figure.figure_id),
            alt=figure.caption or f"Figure on page {figure.page_number} of {document.name}",
        )
    except KgqaError as error:
        st.info(for_page(error))
    words(figure.caption or "without a caption", quiet=True)
    st.caption(f"on page {figure.page_number}")


def _how_read(document: ParsedDocument) -> None:
    pages = page_reports(document)
    _doubtful(pages)
    st.dataframe(
        [
            {
                "page": page.page,
                "trust": "no" if page.doubtful else "yes",
                "engine": page.engine,
                "sure": "" if page.confidence is None else f"{page.confidence:.0%}",
                "engines agree": "" if page.agreement is None else f"{page.agreement:.0%}",
                "why this engine": page.reason,
                "characters": page.characters,
                "seconds": round(page.seconds, 2),
                "issues": " ".join(issue.message for issue in page.issues),
            }
            for page in pages
        ],
        hide_index=True,
        width="stretch",
        alt=f"How each page of {document.name} was read",
    )


def _change(own: Window, collection: Collection, record: DocumentRecord) -> None:
    """Draw the ways to replace and to remove a document."""
    with st.container(horizontal=True):
        with st.popover("Replace", icon=":material/upload_file:", key=f"replacing-{record.name}"):
            key = f"replace-{record.name}-{own.upload_round}"
            new = st.file_uploader(f"The file that takes the place of {plain(record.name)}", key=key)
            password = st.text_input("Its password, where it is encrypted", type="password", autocomplete="off",
                                     key=f"{key}-password")  # fmt: skip
            if new is not None and st.button("Replace it", key=f"{key}-now", type="primary"):
                _start(own, [(record.name, new.getvalue())], password)
        with st.popover("Remove", icon=":material/delete:", key=f"removing-{record.name}"):
            st.write("The document, its pages and its links go. The file that you uploaded stays where you have it.")
            if st.button("Remove it", key=f"remove-{record.name}", type="primary"):
                try:
                    collection.remove(record.name)
                    st.rerun()
                except KgqaError as error:
                    st.error(for_page(error))
