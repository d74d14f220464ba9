"""Results as text for a terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from time import perf_counter
from typing import TextIO

from graphs.document_graph import DocumentGraph
from kgqa.collection import DocumentReport, PageReport
from kgqa.result import Answer
from kgqa.trace import Candidate, Trace


def table_to_text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns as wide as their widest cell; columns of numbers are set flush right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    numeric = [bool(rows) and all(row[i].replace(".", "").isdecimal() for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numeric, strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join(lines)


def report_to_text(documents: Sequence[DocumentReport]) -> str:
    """Return the report of an ingest: a row per document, then every issue."""
    head = ("document", "status", "pages", "passages", "tables", "figures", "sections", "seconds")
    rows = [
        (
            d.name,
            d.status,
            *(str(n) for n in (d.pages, d.passages, d.tables, d.figures, d.sections)),
            f"{d.seconds:.1f}",
        )
        for d in documents
    ]
    lines = [table_to_text(head, rows)]
    for document in documents:
        doubtful = [str(page.page) for page in document.page_reports if page.doubtful]
        if doubtful:
            shown = ", ".join(doubtful[:20]) + (f" and {len(doubtful) - 20} more" if len(doubtful) > 20 else "")
            lines.append(f"? {document.name}: not to be trusted: page{'s' * (len(doubtful) > 1)} {shown}")
        for issue in document.issues:
            where = document.name if issue.page is None else f"{document.name}, page {issue.page}"
            told = issue.message.removeprefix(f"{document.name}: ").removeprefix(f"{where}: ")
            lines.append(f"! {where}: {told}")
    return "\n".join(lines)


def pages_to_text(name: str, pages: Sequence[PageReport]) -> str:
    """Return how each page of a document was read: a row per page, then the issues and what is not to be trusted."""
    head = ("page", "engine", "seconds", "characters", "confidence", "agreement", "", "why this engine")
    rows = [
        (
            str(p.page),
            p.engine,
            f"{p.seconds:.2f}",
            str(p.characters),
            "" if p.confidence is None else f"{p.confidence:.2f}",
            "" if p.agreement is None else f"{p.agreement:.2f}",
            "?" if p.doubtful else "",
            p.reason,
        )
        for p in pages
    ]
    lines = [name, table_to_text(head, rows)]
    lines += [f"! page {p.page}: {issue.message.removeprefix(f'{name}, ')}" for p in pages for issue in p.issues]
    doubtful = [str(p.page) for p in pages if p.doubtful]
    lines.append(f"Pages not to trust: {', '.join(doubtful) or 'none'}")
    return "\n".join(lines)


def answer_to_text(answer: Answer) -> str:
    """Return an answer with its citations, or a refusal with the nearest evidence."""
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    paragraphs = answer.text.split("\n\n")
    lines = ["\n\n".join(textwrap.fill(text, width, break_long_words=False) for text in paragraphs)]
    for citation in answer.citations:
        doubt = "" if citation.verified else " (quote not found on the page)"
        quote = textwrap.shorten(citation.quote, 200, placeholder=" ...")
        place = f"  [{citation.key}] {citation.document}, page {citation.page}{doubt}: "
        lines.append(textwrap.fill(f"{place}“{quote}”", width, subsequent_indent="      ", break_long_words=False))
    if answer.abstained:
        lines.append("  Nearest evidence, not an answer:" if answer.evidence else "  No evidence was found.")
        for evidence in answer.evidence[:3]:
            text = textwrap.shorten(evidence.text, 160, placeholder=" ...")
            place = f"  - {evidence.document}, page {evidence.page}: "
            lines.append(textwrap.fill(place + text, width, subsequent_indent="    ", break_long_words=False))
    lines.extend(f"  ! {note}" for note in answer.trace.notes)
    return "\n".join(lines)


def trace_to_text(trace: Trace, graph: DocumentGraph | None = None, *, shown: int = 4) -> str:
    """Return a walk for people: seeds, then each step with its prediction and its best candidates.

    With the graph, nodes are shown by their labels and first words, else by their ids.
    """

    def name(node_id: str) -> str:
        if graph is None or node_id not in graph:
            return node_id
        node = graph.node(node_id)
        return f"{node.label} ({textwrap.shorten(node.text, 60, placeholder=' ...')})" if node.text else node.label

    def line(candidate: Candidate) -> str:
        mark = "->" if candidate.taken else "  "
        return f"      {mark} {candidate.score:.3f} {candidate.via:<12} {name(candidate.node)}  [{candidate.reason}]"

    lines = [f"Walk for “{trace.question}”, agent {trace.agent}"]
    if trace.seeds:
        lines.append("  seeds")
    lines.extend(f"      {seed.score:.3f} {seed.source:<12} {name(seed.node)}" for seed in trace.seeds)
    for step in trace.steps:
        lines.append(f"  hop {step.hop} from {name(step.path[-1]) if step.path else 'the question'}")
        if step.prediction:
            lines.append(f"      missing: {step.prediction}")
        if step.fallback:
            lines.append(f"      ! {step.fallback}")
        taken_last = sorted(step.candidates, key=lambda c: (not c.taken, -c.score))
        lines.extend(line(candidate) for candidate in taken_last[:shown])
        if len(step.candidates) > shown:
            lines.append(f"         and {len(step.candidates) - shown} more, not taken or shown")
    lines.append(f"  ended: {trace.stopped or 'no reason recorded'}")
    for call in trace.calls:
        how = f"failed: {call.error}" if call.error else "a kept reply" if call.cached else f"{call.seconds:.2f} s"
        tokens = f"{call.prompt_tokens}+{call.completion_tokens} tokens"
        lines.append(f"  call {call.prompt or 'of a model'} {call.sha256[:12]}: {tokens}, {how}")
    lines.extend(f"  ! {note}" for note in trace.notes)
    return "\n".join(lines)


def speed_to_text(started: float, first: int, done: int, total: int) -> str:
    """Return ", 2.1 pages/s, 0:40 left" for pages done since `started`, when the first was; "" while too early."""
    passed = perf_counter() - started
    if done <= first or passed < 0.5 or done < 3:
        return ""
    rate = (done - first) / passed
    left = int((total - done) / rate)
    return f", {rate:.1f} pages/s, {left // 60}:{left % 60:02d} left"


class ProgressLine:
    """Progress on standard error: one line that rewrites itself on a terminal, a line per stage elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self._last = ""
        self._width = 0
        self._started: dict[str, tuple[float, int]] = {}  # name -> when its first page was done, and which

    def __call__(self, name: str, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a stage is reached for a document (or for the whole collection)."""
        words = {"read": "reading", "embed": "embedding", "link": "linking"}.get(stage, stage)
        head = f"{words} {name or 'the collection'}"
        if self.stream.isatty():
            text = f"{head} {done}/{total}{self._speed(name, done, total)}" if total > 1 else head
            self.stream.write("\r" + text.ljust(self._width)[: shutil.get_terminal_size().columns - 1])
            self._width = len(text)
            self.stream.flush()
        elif head != self._last:
            self.stream.write(head + "\n")
        self._last = head

    def _speed(self, name: str, done: int, total: int) -> str:
        """Return pages a second and the time left, once that can be told."""
        return speed_to_text(*self._started.setdefault(name, (perf_counter(), done)), done, total)

    def close(self) -> None:
        """End the line."""
        if self._width:
            self.stream.write("\r" + " " * self._width + "\r")
            self.stream.flush()
