"""A page beside an answer: the quote highlighted on the very words, the pages around it, a table as a table."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import streamlit as st

from app.words import for_page, plain, words
from ingestion.document import Box, Page, ParsedDocument, Table
from ingestion.errors import KgqaError
from ingestion.plain import markdown_to_plain
from kgqa.citations import locate_quote
from kgqa.collection import Collection
from kgqa.result import Citation

_PALE = (255, 243, 176)  # of the quotes beside the one that is looked at
_ZOOM = 1.6  # 115 dots per inch: sharp at the width of half a screen


def show_citation(
    collection: Collection,
    citations: Sequence[Citation],
    opened: Citation,
    page: int,
    turn: Callable[[int], None] | None,
    *,
    key: str,
) -> None:
    """Draw a page, every quote of the answer on it highlighted, the opened one strongest.

    `turn` is called with the number of another page.
    """
    document = collection.load(opened.document)
    page = min(max(1, page), len(document.pages))
    on_page = [c for c in citations if (c.document, c.page) == (opened.document, page)]
    first = sorted(on_page, key=lambda citation: citation.key != opened.key)  # its words are those to look for
    strong = opened.boxes if page == opened.page else ()
    show_page(
        collection,
        document,
        page,
        boxes=[box for citation in on_page for box in citation.boxes],
        strong=strong,
        quotes=[citation.quote for citation in first if citation.quote],
        turn=turn,
        key=key,
    )
    table = next((t for t in document.tables if t.table_id == opened.node), None)
    if table is not None and page in table.page_numbers:
        show_table(table)


def show_page(
    collection: Collection,
    document: ParsedDocument,
    number: int,
    *,
    boxes: Sequence[Box] = (),
    strong: Sequence[Box] = (),
    quotes: Sequence[str] = (),
    turn: Callable[[int], None] | None = None,
    key: str,
) -> None:
    """Draw a page as a picture, or as text where it has none, under buttons that turn to the pages beside it.

    `boxes` are highlighted; where some of them are `strong`, the others are paler.
    """
    _heading(document, number, turn, key)
    page = document.page(number)
    if not page.width:
        _text(page, quotes)
        return
    marked = f", marked: {' … '.join(quotes)}" if boxes and quotes else ""
    try:
        pale = tuple(box for box in boxes if strong and box not in strong)
        marks = tuple(box for box in boxes if box not in pale)
        image = _picture(document.doc_id, number, marks, pale, page.width, collection, document.name)
    except KgqaError as error:
        st.info(for_page(str(error).replace(document.sha256, "No picture of the page")))
        _text(page, quotes)
        return
    with st.container(border=True, key=f"{key}-picture"):
        st.image(image, width="stretch", alt=f"Page {number} of {document.name}{marked}")
    with st.expander("This page as text", key=f"{key}-text", on_change="rerun") as text:
        if text.open:
            _text(page, quotes)


def node_boxes(collection: Collection, name: str, node_id: str) -> tuple[Box, ...]:
    """Return where a passage, table or figure stands on the page that it begins on."""
    document = collection.load(name)
    for passage in document.passages:
        if passage.passage_id == node_id:
            return passage.boxes
    for table in document.tables:
        if table.table_id == node_id:
            return table.boxes
    return next((figure.boxes for figure in document.figures if figure.figure_id == node_id), ())


def show_table(table: Table) -> None:
    """Draw a table with its caption, as the document has it."""
    st.markdown(f"**{plain(table.caption or 'Table')}**")
    head = [" / ".join(dict.fromkeys(filter(None, column))) for column in zip(*table.header, strict=True)]
    names = _distinct(head or [""] * len(table.rows[0]) if table.rows else [])
    if not names:
        st.caption("The table is empty.")
        return
    rows = {plain(name) or " " * (i + 1): [plain(row[i]) for row in table.body] for i, name in enumerate(names)}
    with st.container(height="content" if len(table.body) < 20 else 420):
        st.table(rows, hide_index=True, alt=table.caption or "table")


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(
    doc_id: str, number: int, boxes: tuple[Box, ...], pale: tuple[Box, ...], width: float,
    _collection: Collection, _name: str,
) -> bytes:  # fmt: skip
    """Return a page as PNG; `doc_id` tells documents apart, as it is made of a file's bytes."""
    picture = _collection.page_image(_name, number, boxes, zoom=_ZOOM)
    return tint(picture, pale, width) if pale else picture


def tint(picture: bytes, boxes: Sequence[Box], width: float) -> bytes:
    """Return a page picture as PNG with a pale yellow over some boxes; `width` is that of the page in points."""
    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    scale = image.width / width
    for box in boxes:
        area = tuple(round(value * scale) for value in box.as_tuple())
        part = image.crop(area)  # type: ignore[arg-type]
        if part.width and part.height:
            image.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _PALE)), area[:2])  # type: ignore[arg-type]
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)
    return data.getvalue()


def _heading(document: ParsedDocument, number: int, turn: Callable[[int], None] | None, key: str) -> None:
    label = document.page(number).label
    printed = f" (printed {plain(label)})" if label and label != str(number) else ""
    st.markdown(f"**{plain(document.name)}**, page {number} of {len(document.pages)}{printed}")
    if turn is None:
        return
    with st.container(horizontal=True, key=f"{key}-turn"):
        if st.button("Previous page", icon=":material/chevron_left:", key=f"{key}-back", disabled=number <= 1):
            turn(number - 1)
        if st.button(
            "Next page",
            icon=":material/chevron_right:",
            key=f"{key}-on",
            disabled=number >= len(document.pages),
        ):
            turn(number + 1)


def _text(page: Page, quotes: Sequence[str]) -> None:
    """Draw a page's words; where it has no picture, the first quote on it stands out."""
    located = next((found for quote in quotes if (found := locate_quote(page, quote)) is not None), None)
    if located is not None:
        words(page.markdown, marked=(located.start, located.end), scroll=True)
    else:
        blocks = page.markdown.split("\n\n")
        words(page.markdown if not page.width else "\n\n".join(map(markdown_to_plain, blocks)), scroll=True)


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names of which none is there twice."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
