"""Signs that are drawn without ink, to keep room beside numbers -> space.

A spreadsheet's format for money leaves as much room as a sign is wide, so that figures stand below one another with and
without brackets. Printed to PDF, the room is the sign itself, fully transparent: "-$ 2,750.00-".
"""

from __future__ import annotations

from typing import Any

_SIGNS = frozenset("-–−()_+*")
_MOST = 0.3  # share of a page's characters that may be without ink: more are the text that was read off a picture


def drop_padding_signs(data: dict[str, Any]) -> None:
    """Make space, in what `Page.get_text("rawdict")` gives, of signs without ink between characters with ink."""
    spans = [s for block in data["blocks"] for line in block.get("lines", ()) for s in line["spans"]]
    unseen = [span for span in spans if span.get("alpha", 255) == 0]
    if not unseen or sum(_count(s) for s in unseen) > _MOST * sum(_count(s) for s in spans):
        return
    for span in unseen:
        if all(char["c"] in _SIGNS or char["c"].isspace() for char in span["chars"]):
            for char in span["chars"]:
                char["c"] = " "


def _count(span: dict[str, Any]) -> int:
    return sum(not char["c"].isspace() for char in span["chars"])
