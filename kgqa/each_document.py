"""Questions that are asked of each of several documents by itself: "What are the limits of each paper?".

One walk over all documents finds the passage that answers best, and that is one document's. What is asked of each has
to be looked for in each; and which of them something is true of is told by what each of them says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graphs.rows import DocumentRecord
from ingestion.document import ParsedDocument
from kgqa.lookup_mentions import places_of
from kgqa.parts import Finding, join
from kgqa.question import ParsedQuestion
from kgqa.result import Answer, Citation, Evidence, QuestionKind
from kgqa.trace import Trace
from kgqa.which_document import names_in

MOST = 12  # documents that are asked one by one: each takes about as long as a question
_SURE = 0.6  # confidence that is asked of a document to be named as one of which something is true
_NAMED = 0.5  # share of the usual confidence that is asked where the document says the names of what is asked
_ONE = (
    r"(?:document|paper|report|file|article|text|book|manual|pdf|contract|study|invoice|letter|agreement|resume|cv|"
    r"thesis)"
)
_EACH = re.compile(
    rf"\b(?:each|every|all|any)\s+(?:single\s+)?(?:(?:one\s+)?of\s+)?(?:(?:the|these|those|my)\s+)?(?:\w+\s+)?{_ONE}s?\b|"
    rf"\bper\s+{_ONE}\b|\b(?:the|these|those|my|both)\s+{_ONE}s\b",
    re.I,
)
_WHICH = re.compile(
    rf"^\W*(?:in\s+)?(?:which|what)\s+(?:(?:one|ones)\s+)?(?:of\s+(?:the|these|those|my)\s+(?:\w+\s+)?)?{_ONE}s?\b(?!\s*['’])",
    re.I,
)
_TREATS = re.compile(
    r"\b(?:us(?:e|es|ed)|appl(?:y|ies|ied)|employ(?:s|ed)?|adopts?|rel(?:y|ies) on|cites?|refers?|evaluates?|compares?|"
    r"tests?|trains?|includes?|contains?|covers?|discuss(?:es)?|builds? on|extends?)\b",
    re.I,
)
_NEGATED = re.compile(r"\b(?:not|no|never|without)\b|n['’]t\b", re.I)
_COMPARED = re.compile(
    r"\b(?:more|most|less|least|fewer|fewest|longe[rs]t?|shorte[rs]t?|olde[rs]t?|newe[rs]t?|\w+est)\b", re.I
)


def asked_of_each(q: ParsedQuestion) -> str:
    """Return what a question about each document asks of one, of "the document"; "" for another question.

    >>> from kgqa.question import parse_question
    >>> asked_of_each(parse_question("What are the limits of each paper?", []))
    'What are the limits of the paper?'
    """
    if q.ask != "content" or q.compares or q.documents or _WHICH.match(q.body):
        return ""
    match = _EACH.search(q.text)
    if match is None:
        return ""
    one = re.sub(r"(?<=\w)s$", "", match[0].split()[-1])
    return f"{q.text[: match.start()]}the {one}{q.text[match.end() :]}"


def asked_which(q: ParsedQuestion) -> bool:
    """Return whether a question asks which of the documents something is true of that is no amount to compare."""
    if q.ask != "content" or q.documents or _WHICH.match(q.body) is None:
        return False
    return _COMPARED.search(q.body) is None and len(q.residue) > 1


def says_names(q: ParsedQuestion, document: ParsedDocument) -> bool:
    """Return whether a document says each name that stands in what a question asks of one of several."""
    return all(places_of(document, name) for name in _names(q))


def mentioned(q: ParsedQuestion, document: ParsedDocument) -> Finding | None:
    """Return where a document first says the names that it is asked to use or treat; None for another question."""
    names = _names(q)
    if not names or _TREATS.search(q.body) is None or _NEGATED.search(q.body) is not None:
        return None
    quote = places_of(document, names[0])[0]
    return Finding("content", ((f"{document.name}, page {quote.page}: “{quote.text}”", (quote,)),))


def least_sure(q: ParsedQuestion, threshold: float) -> float:
    """Return the confidence, 0 to 1, that is asked of a document which says the names in a question."""
    return _NAMED * threshold if _names(q) else max(threshold, _SURE)


def _names(q: ParsedQuestion) -> list[str]:
    return names_in(_WHICH.sub("", q.body))


def together(
    q: ParsedQuestion, answers: Sequence[tuple[DocumentRecord, Answer]], trace: Trace, *, named: bool
) -> Answer:
    """Return the answers of several documents as one, each behind the name of its document.

    `named` says that those which do not answer are named too. The keys of the citations are counted anew.
    """
    parts: list[str] = []
    citations: list[Citation] = []
    evidence: list[Evidence] = []
    for record, answer in answers:
        if answer.abstained:
            continue
        first = len(citations)
        citations += [replace(citation, key=citation.key + first) for citation in answer.citations]
        text = re.sub(r"\[(\d+)\]", lambda match, first=first: f"[{int(match[1]) + first}]", answer.text)  # type: ignore[misc]
        parts.append(text if text.startswith(record.name) else f"{record.name}: {text}")
        evidence += answer.evidence[:1]
    silent = [record.name for record, answer in answers if answer.abstained]
    if named and silent:
        parts.append(f"{join(silent)} {'does' if len(silent) == 1 else 'do'} not say.")
    kind: QuestionKind = "compare" if len(answers) - len(silent) > 1 else "content"
    return Answer(
        question=q.text, kind=kind, text="\n\n".join(parts), abstained=False, citations=tuple(citations),
        evidence=tuple(evidence), usage=answers[0][1].usage, trace=trace,
    )  # fmt: skip
