"""The outline of a PDF as PyMuPDF gives it -> bookmarks, their places counted from the top of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingestion.blocks import Bookmark

_NAMED = 4  # PyMuPDF's kind of an entry that leads to a place by its name


def read_bookmarks(document: Any) -> tuple[Bookmark, ...]:
    """Return the bookmarks that lead to a page and have a title; raises as MuPDF does where the outline is damaged."""
    return tuple(
        Bookmark(int(level), " ".join(title.split()), int(page), _place(document, page, detail))
        for level, title, page, detail in document.get_toc(simple=False)
        if page >= 1 and title.strip()
    )


def _place(document: Any, page: int, detail: Mapping[str, Any]) -> float | None:
    """Return how far below its page's top a bookmark leads, None where the outline does not tell.

    MuPDF gives a named place as the file does, counted from the page's foot.
    """
    to = detail.get("to")
    if to is None or not (to.x or to.y):
        return None
    if detail.get("kind") != _NAMED:
        return float(to.y)
    try:
        return float((to * document[page - 1].transformation_matrix).y)
    except (RuntimeError, ValueError, IndexError):  # a page that is damaged
        return None
