"""Agents: what evidence is still missing, given the question and what was read so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node
from graphs.embedding import Embedder
from kgqa.errors import LanguageModelError
from kgqa.llm import LanguageModel
from kgqa.prompts import CHOOSE, NEXT_EVIDENCE

Mode = Literal["predict", "choose"]
"""What a language model does at a hop: write the missing evidence, or pick a neighbour."""

_NODE_CHARS = 350  # of each visited node that an agent reads


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where an agent wants to go next."""

    vector: NDArray[np.float32]  # shape (dimensions,), unit length, in the embedder's space
    text: str = ""  # the missing evidence in words, where the agent writes words
    enough: bool = False  # True: what was read suffices
    agent: str = "question"  # the agent that really predicted
    fallback: str = ""  # why it is another than the chosen one


class NextEvidence(Protocol):
    """Predicts the evidence that a path still misses (KGP, arXiv 2308.11730, section 3.2)."""

    @property
    def name(self) -> str:
        """The name that `--agent` takes: question, encoder or llm."""
        ...

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return one prediction for each path; a path is the nodes visited so far, the seed first, or is empty."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the candidates an agent takes."""

    index: int | None  # among those that it was shown; None: none of them
    enough: bool = False  # True: what was read suffices
    fallback: str = ""  # why nothing was chosen, where the model failed


@runtime_checkable
class Chooser(Protocol):
    """An agent that also picks from candidates, which its prediction has brought into an order."""

    def choose(self, question: str, path: Sequence[Node], candidates: Sequence[Node]) -> Choice:
        """Return which candidate a path goes to next."""
        ...


class QuestionAgent:
    """Needs no trained model: the question together with the end of what was read last, by the stock embedder."""

    name = "question"

    def __init__(self, embedder: Embedder, path_weight: float = 0.4) -> None:
        """`path_weight`, 0 to 1, is the share of the visited passages in the prediction."""
        self._embedder = embedder
        self._path_weight = path_weight
        self._cache: dict[tuple[str, str], NDArray[np.float32]] = {}

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return a mix of the question's vector and that of question and last node together, for each path."""
        texts = [path_to_text(question, path[-1:]) for path in paths]
        wanted = list(dict.fromkeys([question, *texts]))
        rows = dict(zip(wanted, self._embedder.embed(wanted), strict=True))
        predictions = []
        for text in texts:
            mixed = (1 - self._path_weight) * rows[question] + self._path_weight * rows[text]
            predictions.append(Prediction((mixed / np.linalg.norm(mixed)).astype(np.float32)))
        return predictions


class GuidedAgent:
    """An agent whose language model goes beside another agent, its guide: a trained encoder where there is one.

    The guide costs no call of the model, finds the seeds, and orders what the walk has seen.
    """

    name = "llm"
    mode: Mode

    def __init__(self, embedder: Embedder, guide: NextEvidence | None) -> None:
        self._embedder = embedder
        self._question = QuestionAgent(embedder)
        self._guide: NextEvidence = guide or self._question
        self.guide = self._guide.name
        self.ranker = getattr(guide, "ranker", None)

    def vectors_of(
        self, question: str, lines: Sequence[str], paths: Sequence[Sequence[Node]]
    ) -> list[NDArray[np.float32]]:
        """Return where lines of missing evidence point, each after its path: half way to where the guide goes."""
        if not lines:
            return []
        rows = self._embedder.embed([f"{question} {line}" for line in lines])
        if self.guide == self._question.name:
            return list(rows)
        mixed = rows + np.stack([found.vector for found in self._guide.predict(question, paths)])
        return list((mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32))


class GenerativeAgent(GuidedAgent):
    """Asks a language model for the missing evidence in one line, and goes where that line points.

    A reply that cannot be used is asked for once more; then that path goes on by the question agent, and says so.
    """

    mode = "predict"

    def __init__(self, embedder: Embedder, model: LanguageModel, guide: NextEvidence | None = None) -> None:
        super().__init__(embedder, guide)
        self._model = model

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return one prediction per path, from one or two calls of the model each; an empty path needs none."""
        plain = [
            usual if path else found
            for usual, found, path in zip(
                self._question.predict(question, paths), self._guide.predict(question, paths), paths, strict=True
            )
        ]
        with ThreadPoolExecutor(max(1, len(paths))) as pool:  # the calls of several paths wait together
            asked = list(pool.map(lambda path: self._ask(question, path) if path else (None, ""), paths))
        replies = [line for line, _ in asked]
        reasons = [reason for _, reason in asked]
        told = [(line, path) for line, path in zip(replies, paths, strict=True) if line]
        rows = iter(self.vectors_of(question, [line for line, _ in told], [path for _, path in told]))
        predictions = []
        for line, reason, fallback in zip(replies, reasons, plain, strict=True):
            if line == "":
                predictions.append(Prediction(fallback.vector, "nothing more", enough=True, agent=self.name))
            elif line is None:
                predictions.append(Prediction(fallback.vector, agent="question", fallback=reason))
            else:
                predictions.append(Prediction(next(rows), line, agent=self.name))
        return predictions

    def _ask(self, question: str, path: Sequence[Node]) -> tuple[str | None, str]:
        """Return (line, ""): "" for "enough"; or (None, why not) when no usable line came."""
        prompt = NEXT_EVIDENCE.messages(question=question, evidence=[node_to_text(node) for node in path])
        reason = ""
        for _ in range(2):
            try:
                line = reply_to_line(self._model.complete(prompt, max_tokens=60).text)
            except LanguageModelError as error:
                return None, f"The question agent took this hop: {error}"
            if line is not None:
                return line, ""
            reason = "The question agent took this hop: the model gave no usable line."
        return None, reason


class ChoosingAgent(GuidedAgent):
    """Has a language model pick the next passage from numbered candidates, held to those numbers where that can be.

    The candidates come in the order of the guide, which goes on alone where the model's reply is of no use.
    """

    mode = "choose"

    def __init__(self, embedder: Embedder, model: LanguageModel, guide: NextEvidence | None = None) -> None:
        super().__init__(embedder, guide)
        self._model = model

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return the guide's predictions, by which candidates are found; `choose` decides among them."""
        return [replace(found, agent=self.name) for found in self._guide.predict(question, paths)]

    def choose(self, question: str, path: Sequence[Node], candidates: Sequence[Node]) -> Choice:
        """Return the candidate that the model picks, from one or two calls."""
        numbers = [str(number) for number in range(len(candidates) + 1)]
        prompt = CHOOSE.messages(
            question=question,
            evidence=[node_to_text(node) for node in candidates],
            read=[node_to_text(node) for node in path],
        )
        for _ in range(2):
            try:
                reply = self._model.complete(prompt, max_tokens=12, choices=numbers).text
            except LanguageModelError as error:
                return Choice(None, fallback=f"The {self.guide} agent took this hop: {error}")
            number = reply_to_number(reply, len(candidates))
            if number is not None:
                return Choice(number - 1 if number else None, enough=number == 0)
        return Choice(None, fallback=f"The {self.guide} agent took this hop: the model named no candidate.")


def reply_to_number(reply: str, most: int) -> int | None:
    """Return the number, 0 to `most`, that a reply names; None for none or another.

    >>> reply_to_number('{"choice": "3"}', 5), reply_to_number("Text [2].", 5), reply_to_number("12", 5)
    (3, 2, None)
    """
    found = re.search(r"\d+", reply[:200])
    if found is None:
        return 0 if re.match(r"\W*(?:none|nothing|enough)\b", reply, re.I) else None
    number = int(found[0])
    return number if 0 <= number <= most else None


def reply_to_line(reply: str) -> str | None:
    """Return the line of evidence that a model's reply holds; "" when it says that nothing is missing; None for junk.

    >>> reply_to_line("- The birth date of Ann Lee"), reply_to_line("NONE."), reply_to_line("  ")
    ('The birth date of Ann Lee', '', None)
    """
    for raw in reply.splitlines():
        line = re.sub(
            r"^(?:[-*•>#\s]+|\d+[.)]\s+|(?:missing|next|needed)?\s*evidence\s*:\s*|answer\s*:\s*)+", "", raw, flags=re.I
        )
        line = line.strip(" \t\"'`")
        if not line:
            continue
        if re.fullmatch(
            r"(?:none|enough|nothing(?: more| else)?|no(?: more)?(?: evidence)?(?: is)?(?: missing| needed)?)[.!]?",
            line,
            re.I,
        ):
            return ""
        words = line.split()
        return " ".join(words[:40]) if any(c.isalnum() for c in line) else None
    return None


def node_to_text(node: Node) -> str:
    """Return what an agent reads of a node: its heading, and the first characters of its text."""
    text = node.search_text
    return text if len(text) <= _NODE_CHARS else text[:_NODE_CHARS].rsplit(" ", 1)[0]


def path_to_text(question: str, path: Sequence[Node]) -> str:
    """Return the question followed by the visited nodes, cut to what an encoder reads."""
    return " ".join([question, *(node_to_text(node) for node in path)])
