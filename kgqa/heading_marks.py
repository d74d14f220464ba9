"""The letter or small numeral that marks a heading below a numbered one: "b) Remote Hosts", "iii. Accounts"."""

from __future__ import annotations

import re

MARK = re.compile(r"\(?(?P<mark>[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s+(?=\S)")
_MARKED = re.compile(
    r"\b(?:sub-?section|section|part|item|heading|point|paragraph)\s+(?:\((?P<round>[a-z]|[ivx]{1,5})\)|"
    r"(?P<half>[a-z]|[ivx]{1,5})[).])",
)


def without_mark(title: str) -> str:
    """Return a title without the letter or numeral before it.

    >>> without_mark("b) Remote Hosts"), without_mark("iii. Accounts"), without_mark("a dry dock")
    ('Remote Hosts', 'Accounts', 'a dry dock')
    """
    return MARK.sub("", title, count=1) if MARK.match(title) else title


def mark_asked(body: str) -> str:
    """Return the mark of the heading that a question names by it: "b" of "part b) of chapter 3"; "" for none."""
    match = _MARKED.search(body)
    return "" if match is None else match["round"] or match["half"]
