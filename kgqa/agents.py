"""Agents: what evidence is still missing, given the question and what was read so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node
from kgqa.trace import Usage


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

    @property
    def usage(self) -> Usage:
        """What the calls since this agent was made have cost."""
        ...

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return one prediction for each path; a path is the nodes visited so far, the seed first, or is empty."""
        ...
