"""Questions over documents with known answers: answered right, right page cited, refused where refusal is right.

The file has a JSON object a line: question, answer, aliases, docs (names), pages (from 1), and kind, of which
"unanswerable" means that refusing is right. A question that fails counts as wrong.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.errors import KgqaError
from kgqa.errors import DatasetError
from kgqa.result import Answer

_STRUCTURE = ("page", "section", "table", "compare")


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    """A question over documents with what is known about its answer."""

    question_id: str
    question: str
    answer: str
    aliases: tuple[str, ...]
    documents: tuple[str, ...]
    pages: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question went."""

    question: DocumentQuestion
    answer: str  # what was said, or the error
    right: bool  # answered right; for an unanswerable one, refused
    page_cited: bool | None  # None where no page is known
    refused: bool


def read_document_questions(path: Path) -> list[DocumentQuestion]:
    """Read the file; raise DatasetError, with the line, for one that is not as it should be."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {error}. Give a UTF-8 file with a JSON object a line.") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            questions.append(
                DocumentQuestion(
                    str(item.get("id", number)),
                    item["question"],
                    str(item["answer"]),
                    tuple(map(str, item.get("aliases", ()))),
                    tuple(item.get("docs", ())),
                    tuple(map(int, item.get("pages", ()))),
                    item.get("kind", "content"),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(f"{path}, line {number}: {error!r}. It needs question and answer at least.") from error
    if not questions:
        raise DatasetError(f"{path} holds no question.")
    return questions


def evaluate_documents(
    path: Path, ask: Callable[[str], Answer], *, progress: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Ask every question of a file and return shares per kind, from 0 to 1, with the questions that went wrong."""
    judged = []
    for question in read_document_questions(path):
        judged.append(judge(question, ask))
        if progress is not None:
            progress(f"{'right' if judged[-1].right else 'WRONG'} {question.question_id}: {judged[-1].answer[:160]}")
    kinds = {kind: [j for j in judged if j.question.kind == kind] for kind in sorted({j.question.kind for j in judged})}
    groups = {
        **kinds,
        "structure (page, section, table, compare)": [j for j in judged if j.question.kind in _STRUCTURE],
        "answerable": [j for j in judged if j.question.kind != "unanswerable"],
        "all": judged,
    }
    return {
        "dataset": path.name,
        "questions": len(judged),
        "kinds": {name: _shares(group) for name, group in groups.items() if group},
        "wrong": [
            {
                "id": j.question.question_id,
                "question": j.question.question,
                "expected": j.question.answer,
                "answer": j.answer,
            }
            for j in judged
            if not j.right
        ],
    }


def judge(question: DocumentQuestion, ask: Callable[[str], Answer]) -> Judged:
    """Ask one question and judge the answer."""
    try:
        answer = ask(question.question)
    except KgqaError as error:
        return Judged(question, f"failed: {error}", False, False if question.pages else None, False)
    if question.kind == "unanswerable":
        return Judged(question, answer.text, answer.abstained, None, answer.abstained)
    right = not answer.abstained and is_right(answer.text, [question.answer, *question.aliases])
    return Judged(question, answer.text, right, page_is_cited(question, answer), answer.abstained)


def is_right(said: str, golds: Sequence[str]) -> bool:
    """Return whether an answer contains one of the gold answers, word for word after normalising.

    >>> is_right("It has 750,000 inputs [1].", ["750000"]), is_right("Page 13", ["3"])
    (True, False)
    >>> is_right("with 4GB of memory", ["4 GB"])
    True
    >>> is_right("Lines begin with ‘;’.", [";"])  # a gold without a letter or digit is looked for as it stands
    True
    """
    text = f" {_comparable(said)} "
    return any(
        f" {_comparable(gold)} " in text if _comparable(gold) else gold.strip() in said
        for gold in golds
        if gold.strip()
    )


def page_is_cited(question: DocumentQuestion, answer: Answer) -> bool | None:
    """Return whether one of the gold pages is among the citations; None where no page is known."""
    if not question.pages:
        return None
    if question.kind == "compare":
        wanted = set(zip(question.documents, question.pages, strict=False))
    else:
        wanted = {(name, page) for name in question.documents[:1] for page in question.pages}
    cited = {(citation.document, citation.page) for citation in answer.citations}
    return wanted <= cited if question.kind == "compare" else bool(wanted & cited)


def _shares(group: Sequence[Judged]) -> dict[str, float]:
    paged = [j for j in group if j.page_cited is not None]
    shares = {
        "questions": len(group),
        "right": round(sum(j.right for j in group) / len(group), 4),
        "refused": round(sum(j.refused for j in group) / len(group), 4),
    }
    if paged:
        shares["page_cited"] = round(sum(bool(j.page_cited) for j in paged) / len(paged), 4)
    return shares


_UNIT = re.compile(r"(?<=\d)(?=(?:[kmgt]b|[kmg]?hz|[mkµ]?g|[km]?w|kwh|ml|[ckm]?m|m?s|min|mph|v)\b)")


def _comparable(text: str) -> str:
    text = unicodedata.normalize("NFKC", re.sub(r"\[\d+\]", " ", text)).casefold()
    thousands = r"(?<![\w.,])\d{1,3}(?:[,\s]\d{3})+(?!\d)"  # 750,000 and 750 000 are 750000; "fit2 674.17" is not one
    text = re.sub(thousands, lambda match: re.sub(r"[,\s]", "", match[0]), text)
    text = _UNIT.sub(" ", text)  # "4GB" is "4 GB"
    return " ".join(re.findall(r"\w+(?:\.\d+)*|[%$]", text))
