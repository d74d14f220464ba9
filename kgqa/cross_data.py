"""Public sets of questions -> what a cross-encoder learns from: a question, sentences, and which of them answer.

Read are files in SQuAD's layout (SQuAD 1.1 and 2.0, PolicyQA, COVID-QA), SelQA's, TAT-QA's, two text files line by
line: sentences, and the questions that they answer, and JSON lines as `kgqa.train_reader --examples` and
`kgqa.train_cells --examples` write them. Beside the right sentences stand those of the same paragraph or section, and
those of the same article that share most words with the question: they are what a search brings too.

Of tables (TAT-QA's, FeTaQA's file, the folders of WikiTableQuestions and AIT-QA) the cells that come near by their
labels stand beside each other, as sentences; each question stands once more over its table without the rows that
answer.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from kgqa.cell_reading import as_candidates, one_by_one
from kgqa.cells import likely_cells
from kgqa.cross_encoder import Candidate
from kgqa.cross_tables import (
    TableQuestion,
    airline_questions,
    free_form_questions,
    report_questions,
    wiki_table_questions,
)
from kgqa.errors import DatasetError

PARTS = 3
"""Of documents, by which it is judged how well is read what was not learned."""

_MOST = 5  # candidates of a question
_MOST_OWN = 8  # candidates of a question that was asked of documents
_OWN = 3  # of them at most from the right sentence's own paragraph
_AROUND = 25  # lines before and after a sentence that are taken for its article, where articles are not told
_LEAST = 25  # characters of a sentence
_END = re.compile(r"(?<=[.!?])[\"”')\]]*\s+(?=[A-Z0-9\"“(\[])")
_WORD = re.compile(r"[a-z0-9]{2,}")
_TREEBANK = {"-lrb-": "(", "-rrb-": ")", "-lsb-": "[", "-rsb-": "]", "``": '"', "''": '"'}  # marks of tokenized text


@dataclass(frozen=True, slots=True)
class CrossExample:
    """A question with candidates."""

    question: str
    candidates: tuple[Candidate, ...]
    right: tuple[int, ...]  # places of those that answer; () where none does
    document: str = ""  # where that is known


@dataclass(frozen=True, slots=True)
class CrossData:
    """What a file holds."""

    name: str
    examples: tuple[CrossExample, ...]
    sha256: str


def read_cross_data(path: Path, *, seed: int = 0) -> CrossData:
    """Read a file of questions by its layout; "SENTENCES,QUESTIONS" names two files whose lines belong together.

    Raises DatasetError for a file that is missing or of another layout.
    """
    try:
        if "," in path.name:
            both = [path.with_name(name).read_text(encoding="utf-8") for name in path.name.split(",", 1)]
            examples = list(_pairs(both[0].splitlines(), both[1].splitlines()))
            text = "\n".join(both)
        elif path.is_dir():
            examples = list(_of_tables([*wiki_table_questions(path), *airline_questions(path)]))
            text = "\n".join(f"{e.question}\t{e.candidates}\t{e.right}" for e in examples)
        elif path.suffix == ".jsonl":
            text = path.read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
            own = not lines or "table_array" not in lines[0]
            examples = list(map(_own, lines)) if own else list(_of_tables(free_form_questions(lines)))
        else:
            text = path.read_text(encoding="utf-8")
            examples = list(_reader(json.loads(text))(random.Random(seed)))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DatasetError(
            f"{path} cannot be read as a set of questions ({error!r}). Give a file of SQuAD, PolicyQA, COVID-QA, SelQA "
            "TAT-QA or FeTaQA, a folder of WikiTableQuestions or AIT-QA, or two text files as SENTENCES,QUESTIONS."
        ) from error
    return CrossData(path.name, tuple(examples), hashlib.sha256(text.encode()).hexdigest())


def part_of(document: str) -> int:
    """Return the part of all documents, below `PARTS`, that a document belongs to by its name."""
    return zlib.crc32(document.encode()) % PARTS


def _reader(data: Any) -> Callable[[random.Random], Iterator[CrossExample]]:
    if isinstance(data, dict):
        return lambda _: _squad(data["data"])
    if "candidates" in data[0]:
        return lambda _: _selqa(data)
    return lambda _: _tatqa(data)


class _Article:
    """Sentences that belong together."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        self._words = [_words(c.sentence) for c in candidates]
        held = Counter(word for words in self._words for word in words)
        self._weight = {word: math.log(1 + (len(candidates) + 1) / n) for word, n in held.items()}

    def alike(self, question: str, among: Sequence[int], most: int) -> list[int]:
        """Return the places that share most with a question, by how rare the words are."""
        asked = _words(question)
        shared = {i: sum(self._weight[word] for word in asked & self._words[i]) for i in among}
        return sorted(among, key=lambda i: (-shared[i], i))[:most]

    def example(self, question: str, right: Sequence[int], own: Sequence[int], answers: Sequence[str]) -> CrossExample:
        """Return a question with its right sentences, others of its paragraph (`own`), and others of the article."""
        right = sorted(set(right))[:2]
        near = self.alike(question, [i for i in own if i not in right], _OWN - len(right))
        taken = {*own, *right}
        said = [answer.casefold() for answer in answers if answer]
        free = [
            i for i, c in enumerate(self.candidates)
            if i not in taken and not any(answer in c.sentence.casefold() for answer in said)
        ]  # fmt: skip
        places = [*right, *near, *self.alike(question, free, _MOST - len(right) - len(near))]
        return CrossExample(question.strip(), tuple(self.candidates[i] for i in places), tuple(range(len(right))))


def _squad(articles: Sequence[dict[str, Any]]) -> Iterator[CrossExample]:
    for data in articles:
        title = str(data.get("title", "")).replace("_", " ")
        candidates: list[Candidate] = []
        paragraphs: list[tuple[int, list[tuple[int, int]], list[dict[str, Any]]]] = []
        for paragraph in data["paragraphs"]:
            spans = _sentences(paragraph["context"])
            paragraphs.append((len(candidates), spans, paragraph["qas"]))
            candidates += _candidates([paragraph["context"][a:b].strip() for a, b in spans], title)
        article = _Article(candidates)
        for first, spans, questions in paragraphs:
            own = range(first, first + len(spans))
            for asked in questions:
                answers = [] if asked.get("is_impossible") else asked["answers"]
                starts = [answer["answer_start"] for answer in answers]
                right = [first + k for k, (a, b) in enumerate(spans) if any(a <= start < b for start in starts)]
                if right or asked.get("is_impossible"):
                    yield article.example(asked["question"], right, own, [answer["text"] for answer in answers])


def _selqa(questions: Sequence[dict[str, Any]]) -> Iterator[CrossExample]:
    for asked in questions:
        if asked["answers"]:
            title = f"{asked['article']}, {asked['section']}"
            article = _Article(_candidates(asked["candidates"], title))
            right = asked["answers"]
            own = [i for i in range(len(article.candidates)) if i in right[:2] or i not in right]
            yield article.example(asked["question"], right, own, [])


def _tatqa(contexts: Sequence[dict[str, Any]]) -> Iterator[CrossExample]:
    for context in contexts:
        candidates: list[Candidate] = []
        for paragraph in context["paragraphs"]:
            text = paragraph["text"]
            candidates += _candidates([text[a:b].strip() for a, b in _sentences(text)], "")
        article = _Article(candidates)
        for asked in context["questions"]:
            if asked.get("answer_from") == "text" and asked.get("answer_type") == "span":
                answer = asked["answer"]
                said = str(answer[0] if isinstance(answer, list) else answer).strip()
                right = [i for i, c in enumerate(candidates) if said[:60].casefold() in c.sentence.casefold()]
                if right:
                    yield article.example(asked["question"], right, right[:2], [said])
    yield from _of_tables(report_questions(contexts))


def _of_tables(questions: Iterable[TableQuestion]) -> Iterator[CrossExample]:
    """Yield questions with the cells that come near, where one of them answers, and the same without the answer."""
    for asked in questions:
        cells = one_by_one(likely_cells(asked.table, asked.question))
        right = [i for i, cell in enumerate(cells) if asked.is_answer(cell.value)][:2]
        if right:
            others = [i for i, cell in enumerate(cells) if not asked.is_answer(cell.value)][: _MOST_OWN - len(right)]
            candidates = as_candidates([cells[i] for i in (*right, *others)], asked.table.caption)
            yield CrossExample(asked.question, tuple(candidates), tuple(range(len(right))))
            without = asked.without_answer()
            cells = [] if without is None else one_by_one(likely_cells(without.table, asked.question))[:_MOST_OWN]
            if cells and not any(asked.is_answer(cell.value) for cell in cells):
                yield CrossExample(asked.question, tuple(as_candidates(cells, asked.table.caption)), ())


def _own(line: dict[str, Any]) -> CrossExample:
    candidates = [Candidate(sentence, before) for sentence, before in line["candidates"]]
    right = line["answers"][:2]
    others = [i for i in range(len(candidates)) if i not in line["answers"]]  # the likeliest first
    places = [*right, *others[: _MOST_OWN - len(right)]]
    return CrossExample(
        line["question"], tuple(candidates[i] for i in places), tuple(range(len(right))), line["document"]
    )


def _pairs(sentences: Sequence[str], questions: Sequence[str]) -> Iterator[CrossExample]:
    """Yield the questions of a file whose neighbouring lines are of one article; a sentence may answer several."""
    distinct: list[str] = []
    place = []
    for sentence in map(_plain, sentences):
        if not distinct or distinct[-1] != sentence:
            distinct.append(sentence)
        place.append(len(distinct) - 1)
    for at, question in zip(place, questions, strict=False):
        if question.strip() and distinct[at]:
            first = max(0, at - _AROUND)
            article = _Article([Candidate(sentence) for sentence in distinct[first : at + _AROUND]])
            same = [i for i, c in enumerate(article.candidates) if c.sentence == distinct[at]]
            yield article.example(_plain(question), [at - first], same, [distinct[at]])


def _plain(text: str) -> str:
    for mark, sign in _TREEBANK.items():
        text = text.replace(mark, sign)
    return text.strip()


def _candidates(sentences: Sequence[str], title: str) -> list[Candidate]:
    heading = f"{title}. " if title else ""
    return [Candidate(sentence, f"{heading}{before}") for before, sentence in pairwise(["", *sentences])]


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return where sentences start and end; a piece too short to be one belongs to the next."""
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _END.finditer(text):
        if match.start() - at >= _LEAST:
            spans.append((at, match.end()))
            at = match.end()
    return [*spans, (at, len(text))] if text[at:].strip() else spans


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
