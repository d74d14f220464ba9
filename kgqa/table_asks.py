"""How a question names a table without its number: by the page that it stands on, or by what it is about."""

from __future__ import annotations

import re

_ABOUT = (
    r"(?:of|about|on|for|with|comparing|listing|showing|giving|summari[sz]ing|describing|containing|reporting|titled|"
    r"entitled|captioned|called|headed|that\s+(?:compares|lists|shows|gives|summari[sz]es|describes|contains|reports))"
)
_TABLE = re.compile(
    r"(?:\b(?:according to|in|from|by|per|as shown in|of|within)\s+)?\b(?:the|that|this)\s+"
    r"(?P<before>(?:(?!table\b)[\w’'-]+\s+){0,3})tables?\b(?!\s+of\s+contents)"
    rf"(?:\s+(?!(?:on|of)\s+(?:the\s+)?(?:\w+\s+)?(?:page|slide|section|chapter|appendix)){_ABOUT}\s+(?P<about>[^,?:;]+?))?"
    r"(?P<page>\s+(?:on|at)\s+(?:(?:the\s+)?\w+\s+)?(?:page|slide)\s*(?:\d+)?|"
    r"\s+(?:in|of|under|from)\s+(?:the\s+)?(?:section|chapter|appendix)\s+(?:\d+(?:\.\d+)*|[A-Z])(?!\w))?"
    r"(?=\s*(?:[,?:;.]|$)|\s+(?:of|in|what|which|how|who|is|are|was|were|has|have|does|do|gives?|shows?|lists?|says?)\b)",
    re.I,
)
_PLAIN = frozenset("first second third last only same whole following above below main big small large long".split())


def without_table(body: str) -> tuple[str, str]:
    """Return (a question without the words that name a table, what these say of it, "" where the page alone does).

    >>> without_table("What is the fee of Ann in the table of membership fees?")
    ('What is the fee of Ann ?', 'membership fees')
    """
    match = _TABLE.search(body)
    if match is None:
        return body, ""
    before = " ".join(word for word in match["before"].split() if word.lower() not in _PLAIN)
    rest = " ".join(f"{body[: match.start()]} {body[match.end() :]}".split())
    return rest, " ".join(part for part in (before, match["about"] or "") if part)


def names_table(body: str) -> bool:
    """Return whether a question names a table by its page or subject."""
    match = _TABLE.search(body)
    return match is not None and bool(match["page"] or match["about"] or match["before"].split())
