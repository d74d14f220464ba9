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


def structure_to_blob(document: ParsedDocument) -> bytes:
    """Return sections, passages, tables, figures, equations and footnotes as compressed JSON; pages are kept apart."""
    parts = {
        "sections": [asdict(section) for section in document.sections],
        "passages": [_without(asdict(passage), "text") for passage in document.passages],
        "tables": [asdict(table) for table in document.tables],
        "figures": [asdict(figure) for figure in document.figures],
        "equations": [asdict(equation) for equation in document.equations],
        "footnotes": [asdict(footnote) for footnote in document.footnotes],
    }
    for kind in ("passages", "tables", "figures", "equations", "footnotes"):
        for part, source in zip(parts[kind], getattr(document, kind), strict=True):
            part["boxes"] = [box.as_tuple() for box in source.boxes]
    for table, whole in zip(parts["tables"], document.tables, strict=True):
        for piece, later in zip(table["parts"], whole.parts, strict=True):
            piece["boxes"] = [box.as_tuple() for box in later.boxes]
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


def _without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k != key}


def _boxes(part: dict[str, Any]) -> tuple[Box, ...]:
    return tuple(Box(*box) for box in part["boxes"])
