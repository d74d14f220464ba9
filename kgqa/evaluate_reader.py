"""The answer part of an evaluation: one reader over what each method found, in few words, for EM and F1."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgqa.errors import DatasetError
from kgqa.llm import LanguageModel
from kgqa.prompts import SHORT_ANSWER

CHANCES = "kgqa-chances"
"""The name of a run whose scores are the probabilities of a learned ranking."""

_READ, _READ_LEAST = 5, 2  # passages that a reader is given, at most and at least
_COST = 0.07  # share of its F1 that a superfluous passage takes from a reader of 1.5 billion weights
_WITHOUT = 0.4  # share of its F1 that is left to a reader that lacks a passage which the answer needs
_LEAST_CHANCE = _COST / (1 - _WITHOUT + _COST)
"""The probability of being evidence from which on a passage is worth its place: there both losses are the same.

With the chance p, leaving a passage out keeps 1 - p + p * _WITHOUT of the F1, reading it 1 - (1 - p) * _COST. So a
question whose evidence is clear is read from two passages, one whose evidence is doubtful from more.
"""

_MAX_TOKENS = 30  # of a short answer
_LEAD = re.compile(r"^\W*(?:(?:short|final)\s+)?answer\W+|^.*?\bthe answer is:?\s+", re.I)
_AROUND = " \t\"'`*“”‘’"  # marks around an answer
_KEYS = re.compile(r"\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")


def read_short(model: LanguageModel, question: str, passages: Sequence[str]) -> str:
    """Return the model's answer from the passages in few words; "" without passages.

    Raises LanguageModelError where the model fails.
    """
    if not passages:
        return ""
    messages = SHORT_ANSWER.messages(question=question, evidence=passages)
    return reply_to_short(model.complete(messages, max_tokens=_MAX_TOKENS).text)


def reply_to_short(reply: str) -> str:
    """Return the first line of a reply that says something, without keys, quotes and what leads up to the answer.

    >>> reply_to_short("Answer: Ann Lee [2]."), reply_to_short("So the answer is: 1998")
    ('Ann Lee', '1998')
    """
    for line in reply.splitlines():
        said = _LEAD.sub("", _KEYS.sub("", line)).strip(_AROUND)
        said = (said[:-1] if re.search(r"[^\W\d_]{3}\.$|\d\.$", said) else said).strip(_AROUND)
        if any(c.isalnum() for c in said):
            return said
    return ""


def to_read(ranked: Sequence[tuple[str, float]], *, chances: bool) -> list[str]:
    """Return the passages that a reader is given of those that a method found, best first, five at most.

    Where the scores are the probabilities of a learned ranking, it says itself what is not worth reading.

    >>> to_read([("a", 0.9), ("b", 0.01), ("c", 0.01)], chances=True)
    ['a', 'b']
    >>> to_read([("a", 0.5), ("b", 0.4), ("c", 0.2)], chances=True)
    ['a', 'b', 'c']
    """
    return [
        node
        for place, (node, score) in enumerate(ranked[:_READ])
        if place < _READ_LEAST or not chances or score >= _LEAST_CHANCE
    ]


def sample_keys(keys: Sequence[str], size: int | None, seed: int) -> list[str]:
    """Return so many of the keys by chance, in their order; all of them for None or a size beyond their number.

    The sample of a smaller size is part of that of a larger one, so that a run can be made larger later. Raises
    DatasetError for a size below 1.
    """
    if size is not None and size < 1:
        raise DatasetError(f"A sample of {size} questions measures nothing. Ask for at least 1.")
    if size is None or size >= len(keys):
        return list(keys)
    order = list(range(len(keys)))
    random.Random(seed).shuffle(order)
    return [keys[i] for i in sorted(order[:size])]


class ReplyFile:
    """Replies of a model in a file of JSON lines, so that a run that was cut off pays for nothing twice."""

    def __init__(self, path: Path) -> None:
        """Read what the file holds; a line that was cut off is passed over. Raises DatasetError for another file."""
        self._path, self._guard = path, threading.Lock()
        self._known: dict[str, tuple[str, int, int]] = {}
        try:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            whole = text[: text.rfind("\n") + 1]
            for line in whole.splitlines():
                key, reply, asked, said = json.loads(line)
                self._known[str(key)] = str(reply), int(asked), int(said)
            if whole != text:
                path.write_text(whole, encoding="utf-8")
        except (OSError, ValueError, TypeError) as error:
            raise DatasetError(f"{path} holds no kept replies ({error}). Name another file.") from error

    def known_call(self, key: str) -> tuple[str, int, int] | None:
        """Return (reply, prompt tokens, completion tokens) of a call, or None."""
        return self._known.get(key)

    def keep_call(self, key: str, model: str, reply: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Keep a reply; raises DatasetError where it cannot be written."""
        with self._guard:
            self._known[key] = reply, prompt_tokens, completion_tokens
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([key, reply, prompt_tokens, completion_tokens]) + "\n")
            except OSError as error:
                raise DatasetError(
                    f"{self._path}: replies cannot be kept there ({error}). Name another file."
                ) from error


@dataclass(frozen=True, slots=True)
class Run:
    """What a system found."""

    found: Mapping[str, Sequence[tuple[str, float]]]  # question id -> (passage id, score), best first
    chances: bool  # whether the scores are probabilities


def read_run(path: Path) -> Run:
    """Return what a run file in TREC's format holds; raise DatasetError, with the line, for another file."""
    found: dict[str, list[tuple[int, str, float]]] = {}
    names = set()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}). Give a run in TREC's format.") from error
    for number, line in enumerate(lines, 1):
        try:
            key, _, passage, rank, score, name = line.split()
            names.add(name)
            found.setdefault(key, []).append((int(rank), passage, float(score)))
        except ValueError as error:
            raise DatasetError(
                f"{path}, line {number}: not `QUESTION Q0 PASSAGE RANK SCORE NAME`. Give a run in TREC's format."
            ) from error
    ordered = {key: [(passage, score) for _, passage, score in sorted(own)] for key, own in found.items()}
    return Run(ordered, names == {CHANCES})


def to_run(name: str, ranked: Mapping[str, Sequence[tuple[str, float]]]) -> str:
    """Return a run in TREC's format: a line for each question's passages, best first."""
    return "".join(
        f"{key} Q0 {passage} {rank} {score:.4f} {name}\n"
        for key, own in ranked.items()
        for rank, (passage, score) in enumerate(own, 1)
    )
