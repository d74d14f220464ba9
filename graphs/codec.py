"""Documents to and from what a database keeps: JSON for the structure, packed arrays for the place of words."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np

from ingestion.document import (
    Box,
    Equation,
    Figure,
    Footnote,
    Page,
    PageIssue,
    ParsedDocument,
    Passage,
    Section,
    Table,
    TablePart,
    WordBoxes,
)

_KINDS = ("sections", "passages", "tables", "figures", "equations", "footnotes")


def structure_to_blob(document: ParsedDocument) -> bytes:
    """Return sections, passages, tables, figures, equations and footnotes as compressed JSON; pages are kept apart."""
    parts = {kind: [_fields(part) for part in getattr(document, kind)] for kind in _KINDS}
    for passage in parts["passages"]:
        del passage["text"]
    for table in parts["tables"]:
        table["parts"] = [_fields(part) for part in table["parts"]]
    return zlib.compress(json.dumps(parts, ensure_ascii=False).encode(), 6)


def blob_to_structure(
    blob: bytes, pages: tuple[Page, ...]
) -> tuple[
    tuple[Section, ...],
    tuple[Passage, ...],
    tuple[Table, ...],
    tuple[Figure, ...],
    tuple[Equation, ...],
    tuple[Footnote, ...],
]:
    """Return what `structure_to_blob` was given; a passage's text is cut from its page again.

    A collection of an older kgqa has no equations and no footnotes.
    """
    parts = json.loads(zlib.decompress(blob))
    return (
        tuple(Section(**section) for section in parts["sections"]),
        tuple(
            Passage(
                **{**passage, "boxes": _boxes(passage)},
                text=pages[passage["page_number"] - 1].markdown[passage["start"] : passage["end"]],
            )
            for passage in parts["passages"]
        ),
        tuple(
            Table(
                **{
                    **table,
                    "boxes": _boxes(table),
                    "rows": tuple(tuple(row) for row in table["rows"]),
                    "parts": tuple(TablePart(**{**part, "boxes": _boxes(part)}) for part in table.get("parts", ())),
                }
            )
            for table in parts["tables"]
        ),
        tuple(Figure(**{**figure, "boxes": _boxes(figure)}) for figure in parts["figures"]),
        tuple(Equation(**{**equation, "boxes": _boxes(equation)}) for equation in parts.get("equations", ())),
        tuple(
            Footnote(**{**note, "boxes": _boxes(note), "marks": tuple(note["marks"])})
            for note in parts.get("footnotes", ())
        ),
    )


def words_to_blob(words: WordBoxes) -> bytes:
    """Return word boxes packed: starts, ends, then boxes, little-endian."""
    parts = (words.starts.astype("<i4"), words.ends.astype("<i4"), words.boxes.astype("<f4"))
    return zlib.compress(b"".join(part.tobytes() for part in parts), 3)


def blob_to_words(blob: bytes) -> WordBoxes:
    """Return what `words_to_blob` was given."""
    data = zlib.decompress(blob)
    n = len(data) // 24
    return WordBoxes(
        np.frombuffer(data, "<i4", n),
        np.frombuffer(data, "<i4", n, 4 * n),
        np.frombuffer(data, "<f4", 4 * n, 8 * n).reshape(n, 4),
    )


def issues_to_json(issues: tuple[PageIssue, ...]) -> str:
    """Return issues as JSON."""
    return json.dumps([asdict(issue) for issue in issues], ensure_ascii=False)


def json_to_issues(text: str) -> tuple[PageIssue, ...]:
    """Return what `issues_to_json` was given."""
    return tuple(PageIssue(**issue) for issue in json.loads(text))


def _fields(part: Any) -> dict[str, Any]:
    """Return a part's fields for JSON, its boxes as lists; `dataclasses.asdict` copies each value, which takes long."""
    data = {name: getattr(part, name) for name in part.__slots__}
    if "boxes" in data:
        data["boxes"] = [box.as_tuple() for box in data["boxes"]]
    return data


def _boxes(part: dict[str, Any]) -> tuple[Box, ...]:
    return tuple(Box(*box) for box in part["boxes"])
