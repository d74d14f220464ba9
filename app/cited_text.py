"""An answer whose citation keys can be clicked: the one thing that Streamlit's own elements cannot do inside of a text.

The component gets plain data and makes text nodes of it, so an answer's words are never read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from app.words import isolated
from kgqa.result import Citation

_CSS = """
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; line-height: 1.6;
    font-family: var(--st-font); font-size: var(--st-base-font-size, 1rem); color: var(--st-text-color) }
button { font: inherit; font-size: .8em; line-height: 1.4; min-width: 1.9em; margin: 0 .12em; padding: 0 .4em;
    cursor: pointer; vertical-align: .12em; border-radius: .45em; border: 1px solid var(--st-primary-color);
    background: transparent; color: var(--st-text-color) }
button:hover, button[aria-pressed="true"] { background: var(--st-primary-color); color: var(--st-background-color) }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 2px }
button.doubtful { border-style: dashed }
"""
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const paragraph = parentElement.querySelector("p");
  paragraph.replaceChildren();
  for (const part of data.parts) {
    if (!part.key) { paragraph.append(document.createTextNode(part.text)); continue }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = part.key;
    button.title = part.title;
    button.setAttribute("aria-label", "Citation " + part.key + ": " + part.title);
    button.setAttribute("aria-pressed", String(part.key === data.open));
    if (part.doubtful) button.className = "doubtful";
    button.onclick = () => setTriggerValue("cited", part.key);
    paragraph.append(button);
  }
}
"""


@cache
def _component() -> Callable[..., Any]:
    found: Callable[..., Any] = st.components.v2.component(
        "kgqa_cited_text", html='<p dir="auto"></p>', css=_CSS, js=_JS
    )
    return found


def cited_text(text: str, citations: Sequence[Citation], *, key: str, opened: int | None) -> int | None:
    """Draw an answer's text; return the citation key that was clicked just now, or None.

    `opened` is the key of the citation whose page is shown.
    """
    parts = text_to_parts(text, citations)
    result = _component()(data={"parts": parts, "open": opened}, key=key, on_cited_change=lambda: None)
    return int(result.cited) if result.cited else None


def text_to_parts(text: str, citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """Return an answer's text cut into words and citation keys.

    A number in brackets that is no citation's key is part of the words; so is what lets Arabic run its own way.
    """
    known = {citation.key: citation for citation in citations}
    parts: list[dict[str, Any]] = []
    for piece in re.split(r"(\[\d+\])", isolated(text)):
        number = int(piece[1:-1]) if re.fullmatch(r"\[\d{1,9}\]", piece) else 0
        if number in known:
            citation = known[number]
            title = f"{citation.document}, page {citation.page}"
            parts.append({"key": number, "title": title, "doubtful": bool(citation.quote) and not citation.verified})
        elif parts and "text" in parts[-1]:
            parts[-1]["text"] += piece
        elif piece:
            parts.append({"text": piece})
    return parts
