"""The web page: what all its pages have around them. Streamlit runs this file for each window, after each click."""

from __future__ import annotations

import sys

import streamlit as st

from app import page_ask, page_batch, page_graph, page_library, page_settings, page_walk
from app.page_library import running_now
from app.server_state import warm_up
from app.shelf import Shelf
from app.sign_in import may_enter, sign_out
from app.window import Window, window
from app.words import DARK_STYLE, STYLE, count, for_page
from graphs.place import to_place
from ingestion.errors import KgqaError
from kgqa.settings import default_collection, load_settings

_PAGES = (
    ("ask", "Ask", ":material/chat:", page_ask.draw),
    ("walk", "Walk", ":material/account_tree:", page_walk.draw),
    ("library", "Library", ":material/library_books:", page_library.draw),
    ("graph", "Graph", ":material/hub:", page_graph.draw),
    ("batch", "Batch", ":material/checklist:", page_batch.draw),
    ("settings", "Settings", ":material/tune:", page_settings.draw),
)


def main() -> None:
    """Draw the page that is chosen."""
    st.set_page_config("kgqa", page_icon="📚", layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    if st.context.theme.type == "dark":
        st.html(DARK_STYLE)
    try:
        if not may_enter(load_settings().web_password):
            return
        place = to_place(sys.argv[1]) if len(sys.argv) > 1 else default_collection()
        own = window(Shelf.beside(place))
        pages = {
            name: st.Page(draw, title=title, icon=icon, url_path=name, default=name == "ask")
            for name, title, icon, draw in _PAGES
        }
        st.session_state["pages"] = pages
        page = st.navigation(list(pages.values()))
        with st.sidebar:
            _side_bar(own)
        page.run()
        warm_up(own.place)  # behind the page, whose first picture it would hold up
    except KgqaError as error:
        st.error(for_page(error), icon=":material/error:")


def _side_bar(own: Window) -> None:
    """Draw the choice of a collection, and what is being read into it."""
    named = st.query_params.get("collection")
    if named is not None and "kgqa-opened" not in st.session_state and named in own.shelf.names():
        own.switch(named)  # a reload begins a new session: the address says what was open
    st.session_state["kgqa-opened"] = True
    names = own.shelf.names()
    st.session_state["collection-choice"] = own.name
    st.selectbox(
        "Collection", names, key="collection-choice", help="Others are made in the library.",
        on_change=lambda: own.switch(st.session_state["collection-choice"]),
    )  # fmt: skip
    if own.name != own.shelf.first:
        st.query_params["collection"] = own.name
    elif "collection" in st.query_params:
        del st.query_params["collection"]
    records = own.collection.documents()
    documents, pages = sum(bool(record.doc_id) for record in records), sum(record.pages for record in records)
    st.caption(f"{count(documents, 'document')}, {count(pages, 'page')}")
    running_now(own)
    sign_out()


main()
