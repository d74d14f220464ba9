"""Text that is drawn twice, a hair apart, for a shadow or to look bold: read once."""

from __future__ import annotations

from typing import Any

_APART = 0.2  # of the size, that the two may be apart


def drop_shadows(data: dict[str, Any]) -> None:
    """Take out of what `Page.get_text("rawdict")` gives each span that another repeats nearly in its place.

    Of the two that one is kept which stands in the longer line: first letters and small capitals drawn one behind the
    other, each with its shadow, come as one line of both and two of one each.
    """
    lines = [line for block in data["blocks"] for line in block.get("lines", ())]
    known: dict[tuple[str, str, float], list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for line in lines:
        for span in line["spans"]:
            text = "".join(char["c"] for char in span["chars"])
            if len(text) > 1 and not text.isspace():
                known.setdefault((text, span["font"], span["size"]), []).append((line, span))
    for (_, _, size), drawn in known.items():
        for place, (line, span) in enumerate(drawn):
            for other_line, other in drawn[:place]:
                if span["chars"] and other["chars"] and _in_one_place(span, other, _APART * size):
                    shorter = span if len(line["spans"]) < len(other_line["spans"]) else other
                    shorter["chars"] = []


def _in_one_place(a: dict[str, Any], b: dict[str, Any], apart: float) -> bool:
    return all(abs(one - other) <= apart for one, other in zip(a["bbox"], b["bbox"], strict=True))
