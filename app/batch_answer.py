"""One answer of a batch whole, with its citations on their pages: what a click on a cell of the table opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.cited_text import cited_text
from app.source_view import show_citation
from app.words import for_page, isolated, plain, short
from ingestion.document import Box
from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.result import Citation


def picked_cell(state: object) -> tuple[int, str] | None:
    """Return (row from 0, name of the column) of the cell that was clicked in a table, or None."""
    try:
        row, column = state["selection"]["cells"][0]  # type: ignore[index]
    except (KeyError, TypeError, IndexError, ValueError):
        return None
    return int(row), str(column)


def row_to_citations(row: Mapping[str, Any]) -> tuple[Citation, ...]:
    """Return the citations of an answer as `kgqa batch` writes it."""
    return tuple(
        Citation(
            int(c["key"]), str(c["document"]), int(c["page"]), tuple(Box(*box) for box in c.get("boxes") or ()),
            str(c.get("quote") or ""), bool(c.get("verified")), str(c.get("node") or ""),
        )
        for c in row.get("citations") or ()
    )  # fmt: skip


def show_answer(collection: Collection, row: Mapping[str, Any], key: str) -> None:
    """Draw an answer of a batch; a click on a citation shows its page below."""
    citations = row_to_citations(row)
    with st.container(border=True):
        st.markdown(f"**{plain(str(row.get('question', '')))}**")
        if row.get("status") == "failed":
            st.error(for_page(row.get("error", "")), icon=":material/error:")
            return
        if row.get("status") == "refused":
            st.warning(f"**Not answered.** {plain(str(row.get('answer', '')))}", icon=":material/block:")
            return
        place = f"{key}-opened"
        chosen = st.session_state.get(place)
        opened = chosen[1] if chosen and chosen[0] == row.get("id") else None
        clicked = cited_text(str(row.get("answer", "")), citations, key=f"{key}-{row.get('id')}", opened=opened)
        clicked = _listed(citations, key) if clicked is None else clicked
        if clicked is not None:
            st.session_state[place] = (row.get("id"), clicked)
            st.rerun()
        _page(collection, citations, opened, key)


def _listed(citations: Sequence[Citation], key: str) -> int | None:
    """Draw the citations as buttons; return the key of the one that was clicked."""
    found = None
    for c in citations[:20]:
        quote = f": “{short(c.quote, 110)}”" if c.quote else ""
        label = plain(isolated(f"[{c.key}] {c.document}, page {c.page}{quote}"))
        if st.button(label, key=f"cite-{key}-{c.key}", type="tertiary", help="show this page", wrap=True):
            found = c.key
    return found


def _page(collection: Collection, citations: Sequence[Citation], opened: int | None, key: str) -> None:
    citation = next((c for c in citations if c.key == opened), None)
    if citation is None:
        return
    try:
        with st.container(width=760):
            show_citation(collection, citations, citation, citation.page, None, key=f"{key}-page")
    except KgqaError as error:
        st.info(for_page(error))
    if st.button("Close the page", icon=":material/close:", key=f"{key}-close", type="tertiary"):
        del st.session_state[f"{key}-opened"]
        st.rerun()


__all__ = ["picked_cell", "row_to_citations", "show_answer"]
