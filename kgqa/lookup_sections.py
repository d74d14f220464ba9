"""Questions about sections, answered from the tree of sections: title, content, order, first and last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ingestion.document import ParsedDocument, Section
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_plain
from kgqa.parts import SHOWN, Finding, Quote, find_section, join, refuse, section_name, section_quote
from kgqa.question import ParsedQuestion, pointed_title


def show_section(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the titles, pages and first sentences of the sections that a question names by number."""
    sentences: list[tuple[str, tuple[Quote, ...]]] = []
    for document in documents:
        for number in q.sections:
            section = find_section(document, number=number)
            if section is None:
                continue
            sentences.append(
                (
                    f"{section_name(section)} (page {section.page_number} of {document.name}).",
                    (section_quote(document, section),),
                )
            )
            if not re.search(r"\btitle\b|\bcalled\b|\bheading\b|\bname\b", q.body, re.I):
                sentences += _section_beginning(document, section)
    if sentences:
        return Finding("structure", tuple(sentences[:6]))
    if not any(document.sections for document in documents):
        return None
    return refuse(" ".join(f"{d.name} has no section {join(list(q.sections))}." for d in documents[:SHOWN]))


def _section_beginning(document: ParsedDocument, section: Section) -> list[tuple[str, tuple[Quote, ...]]]:
    passage = next((p for p in document.passages if p.section_id == section.section_id), None)
    if passage is None:
        return []
    lines = [line for line in passage.text.split("\n\n") if not line.startswith("#")]
    plain = markdown_to_plain(" ".join(lines))
    spans = text_to_sentences(plain)[:2]
    if not spans:
        return []
    text = plain[spans[0][0] : spans[-1][1]]
    return [
        (
            f"It begins: “{text}”",
            (Quote(document, passage.page_number, text, passage.passage_id, (passage.start, passage.end)),),
        )
    ]


def section_edge(at: int) -> Callable[[ParsedQuestion, Sequence[ParsedDocument]], Finding | None]:
    """Return a rule for the first (0) or last (-1) section of the highest level."""

    def rule(_: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
        sentences = []
        for document in documents[:SHOWN]:
            if not document.sections:
                continue
            highest = min(section.level for section in document.sections)
            section = [section for section in document.sections if section.level == highest][at]
            word = "first" if at == 0 else "last"
            text = f"The {word} section of {document.name} is {section_name(section)} (page {section.page_number})."
            sentences.append((text, (section_quote(document, section),)))
        return Finding("structure", tuple(sentences)) if sentences else None

    return rule


def section_order(step: int) -> Callable[[ParsedQuestion, Sequence[ParsedDocument]], Finding | None]:
    """Return a rule for the section after (1) or before (-1) the one that a question points at."""

    def rule(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
        for document in documents:
            target = (
                find_section(document, number=q.sections[0])
                if q.sections and not q.quoted
                else find_section(document, title=pointed_title(q))
            )
            if target is None:
                continue
            level = 1 if re.search(r"top[- ]level|\bchapter\b", q.body, re.I) else target.level
            other = _neighbour(document, target, level, step)
            word = "follows" if step > 0 else "precedes"
            if other is None:
                end = "last" if step > 0 else "first"
                return refuse(
                    f"{section_name(target)} is the {end} section of {document.name}.",
                    (section_quote(document, target),),
                )
            return Finding(
                "structure",
                ((f"{section_name(other)} {word} {section_name(target)} (page {other.page_number} of {document.name}).",
                  (section_quote(document, other), section_quote(document, target))),),
            )  # fmt: skip
        if not any(document.sections for document in documents):
            return None
        return refuse(
            f"No section “{pointed_title(q) or join(list(q.sections))}” is in "
            f"{join([d.name for d in documents[:SHOWN]])}."
        )

    return rule


def _neighbour(document: ParsedDocument, target: Section, level: int, step: int) -> Section | None:
    """Return the next or previous section of that level or a higher one; else the next in order."""
    at = document.sections.index(target)
    others = document.sections[at + 1 :] if step > 0 else document.sections[:at][::-1]
    return next((section for section in others if section.level <= level), None)


def list_sections(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding:
    """Return the sections of the first level, of at most three documents."""
    sentences = []
    for document in documents[:SHOWN]:
        tops = [section for section in document.sections if section.level == 1][:30]
        names = "; ".join(section_name(section) for section in tops) or "none"
        sentences.append(
            (f"The sections of {document.name}: {names}.", tuple(section_quote(document, s) for s in tops))
        )
    return Finding("structure", tuple(sentences))
