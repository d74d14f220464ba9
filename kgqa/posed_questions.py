"""Questions that a document itself poses and answers, as a list of frequent ones does -> the answer to the one asked.

"My suitcase never arrived, what now?" shares no word with "What if my baggage is lost?", but means the same; what
stands below that question is the answer, whatever words it uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node, NodeKind
from graphs.embedding import Embedder
from ingestion.document import ParsedDocument, Passage
from ingestion.passages import text_to_sentences
from kgqa.fields import passage_lines
from kgqa.kinds import answer_type
from kgqa.parts import Finding, quote_of_passage
from kgqa.question import ParsedQuestion
from kgqa.quoting import Found, Quoter

SAME = 0.8  # cosine of two questions from which they ask the same
ALIKE = 0.6  # from which one may be meant by the other, in a list of questions, where no sentence answers that
_LIST = 4  # questions, or more, of a document that lists them
_SHARE = 0.3  # of its headings that are questions
_READ = 12  # pieces of evidence, best first, in which a posed question is looked for
_LONGEST = 160  # characters of a question
_TOLD = 400  # characters of an answer that are told: whole sentences
_MARK = re.compile(r"^(?:Q(?:uestion)?\s*\d*\s*[.:)]\s*|\d{1,3}(?:\.\d+)*[.)]?\s+)", re.I)
_ANSWER_MARK = re.compile(r"^A(?:nswer)?\s*[.:]\s*", re.I)


@dataclass(frozen=True, slots=True)
class Posed:
    """A question of a document and how the answer to it begins."""

    question: str
    answer: str
    node: Node
    passage: Passage
    document: ParsedDocument


def posed_in(nodes: Found, quoter: Quoter) -> list[Posed]:
    """Return the questions that the first evidence poses and answers, best evidence first."""
    return [posed for node, _ in nodes[:_READ] if node.kind is NodeKind.PASSAGE for posed in _of_node(node, quoter)]


def posed_finding(
    q: ParsedQuestion, posed: list[Posed], embedder: Embedder, vector: NDArray[np.float32], least: float
) -> Finding | None:
    """Return the answer to the posed question that is most like the one asked; None where none is like it enough.

    `vector` is that of the question asked. Less than the same question will do only in a list of questions.
    """
    if not posed or q.ask != "content" or q.compares or q.pages or q.tables or q.figures:
        return None
    cosines = embedder.embed([one.question for one in posed]) @ vector
    best = int(np.argmax(cosines))
    if float(cosines[best]) < least:
        return None
    found = posed[best]
    kind = answer_type(q.body)
    if least < SAME and not (_lists_questions(found.document) and (kind is None or kind(found.answer))):
        return None
    return Finding("content", ((found.answer, (quote_of_passage(found.document, found.passage, found.answer),)),))


def _lists_questions(document: ParsedDocument) -> bool:
    """Return whether a document is a list of questions with their answers, not a text that asks some on its way."""
    titles = sum(_is_question(section.title.strip()) for section in document.sections)
    asked = titles or sum(_is_question(line) for p in document.passages for line in passage_lines(document, p))
    return asked >= _LIST and asked >= _SHARE * len(document.sections)


def _of_node(node: Node, quoter: Quoter) -> Iterator[Posed]:
    document = quoter.store.load(node.doc_id)
    passage = next((p for p in document.passages if p.passage_id == node.node_id), None)
    if passage is None:
        return
    path = document.section_path(passage.section_id)
    asked = path[-1].title.strip() if path and _opens(document, passage) else ""
    said: list[str] = []
    for line in [*passage_lines(document, passage), ""]:
        if line and not _is_question(line):
            said.append(_ANSWER_MARK.sub("", line) if not said else line)
            continue
        if _is_question(asked) and said:
            yield Posed(_MARK.sub("", asked), _beginning(" ".join(said)), node, passage, document)
        asked, said = line, []


def _opens(document: ParsedDocument, passage: Passage) -> bool:
    """Return whether a passage is the first of its section."""
    return next(p for p in document.passages if p.section_id == passage.section_id) is passage


def _is_question(line: str) -> bool:
    return line.endswith("?") and len(line) <= _LONGEST and line.count(" ") > 1 and not re.search(r"[.!?]\s", line)


def _beginning(text: str) -> str:
    """Return the whole sentences that a text begins with, as far as they are told."""
    ends = [end for _, end in text_to_sentences(text)]
    return text[: max((end for end in ends if end <= _TOLD), default=ends[0] if ends else _TOLD)].strip()
