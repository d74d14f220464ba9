"""What comes back from a question: an answer that explains itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ingestion.document import Box
from kgqa.trace import Trace, Usage

QuestionKind = Literal["content", "structure", "compare", "count", "unanswerable"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer's words come from."""

    key: int  # from 1: the number in square brackets in the answer's text
    document: str  # name
    page: int  # from 1
    boxes: tuple[Box, ...]  # of the quote on that page, one per line; empty where the source has no pages
    quote: str  # words of the page, without markup
    verified: bool  # True only after the quote was found on that page
    node: str  # id of the passage, table, figure, section, page or document


@dataclass(frozen=True, slots=True)
class Evidence:
    """A node that was read for the answer."""

    node: str
    kind: str
    document: str  # name
    page: int  # from 1
    text: str  # plain words
    score: float
    hop: int  # 0: found by search or lookup


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations, the evidence that was read, and the walk that found it."""

    question: str
    kind: QuestionKind
    text: str
    abstained: bool
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]  # best first
    usage: Usage
    trace: Trace

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of `kgqa ask --json`."""
        data = asdict(self)
        data["answer"] = data.pop("text")
        for citation, source in zip(data["citations"], self.citations, strict=True):
            citation["boxes"] = [list(box.as_tuple()) for box in source.boxes]
        data["trace"] = self.trace.to_json()
        return data
