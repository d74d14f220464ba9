"""What a click opened, brought into view: it is drawn where it has its place, which may be screens away."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

_JS = """
export default function ({ data, parentElement }) {
  if (!data.token || window.kgqaLanded === data.token) return;
  window.kgqaLanded = data.token;
  const host = parentElement.getRootNode().host ?? parentElement;
  const target = host.closest(data.within) ?? host;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const how = { block: "start", behavior: calm ? "auto" : "smooth" };
  const top = target.getBoundingClientRect().top;
  if (top < 0 || top > innerHeight * 0.5) target.scrollIntoView(how);
  if (data.share === null || target.scrollHeight <= target.clientHeight) return;
  const mark = image => {  // in a column that scrolls by itself, the marked words too
    const box = image.getBoundingClientRect(), frame = target.getBoundingClientRect();
    const y = box.top + box.height * data.share - frame.top;
    const out = y < 0 || y > target.clientHeight - 60;
    if (out) target.scrollBy({ top: y - target.clientHeight / 3, behavior: how.behavior });
  };
  const wait = left => {
    const image = target.querySelector("img[alt^='Page']");
    if (image && image.complete && image.naturalWidth) mark(image);
    else if (left) setTimeout(wait, 100, left - 1);
  };
  setTimeout(wait, 150, 30);
}
"""  # what is on its way there is waited for, three seconds at most


@cache
def _component() -> Callable[..., Any]:
    found: Callable[..., Any] = st.components.v2.component("kgqa_landing", html="<span></span>", js=_JS)
    return found


def land(token: str, *, key: str, within: str = "[data-testid=stColumn]", share: float | None = None) -> None:
    """Bring the element around this place into view, once for each token; never for an empty one.

    `within` is the CSS selector of that element; `share`, 0 to 1, is how far down its page picture the words stand.
    """
    _component()(data={"token": token, "within": within, "share": share}, key=key, height=1)


__all__ = ["land"]
