"""A recorded walk, walked again without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from graphs.document_graph import Node
from graphs.embedding import Embedder
from graphs.store import Store
from kgqa.agents import Choice, NextEvidence, Prediction, QuestionAgent
from kgqa.trace import Step, Trace
from kgqa.walk import WalkOptions, walk


class RecordedAgent:
    """Says what the language model of a recorded walk said."""

    def __init__(self, trace: Trace, embedder: Embedder) -> None:
        self.name = trace.agent
        self._steps = {step.path: step for step in trace.steps}
        self._embedder = embedder
        self._question = QuestionAgent(embedder)

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return the recorded prediction of each path; a path that is not in the record had enough."""
        found = []
        for plain, path in zip(self._question.predict(question, paths), paths, strict=True):
            step = self._steps.get(_key(path))
            if step is None:
                found.append(Prediction(plain.vector, "nothing more", enough=bool(path), agent=self.name))
            elif step.prediction:
                vector = self._embedder.embed([f"{question} {step.prediction}"])[0]
                found.append(Prediction(vector, step.prediction, agent=step.agent, fallback=step.fallback))
            else:
                found.append(Prediction(plain.vector, agent=step.agent, fallback=step.fallback))
        return found


class RecordedChooser(RecordedAgent):
    """Chooses what the language model of a recorded walk chose."""

    def choose(self, question: str, path: Sequence[Node], candidates: Sequence[Node]) -> Choice:
        """Return the recorded choice."""
        step: Step = self._steps[_key(path)]
        if step.choice is None:
            return Choice(None, fallback=step.fallback)
        ids = [node.node_id for node in candidates]
        return Choice(ids.index(step.choice) if step.choice in ids else None, enough=step.choice == "")


def replay(trace: Trace, *, store: Store, embedder: Embedder, agent: NextEvidence) -> Trace:
    """Return the walk that a record gives, without a call of a language model.

    `agent` is the one that the record names, where it needs no language model; the words of one that does are taken
    from the record. The collection has to be as it was.
    """
    known = {option.name for option in fields(WalkOptions)}
    recorded_options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in trace.options.items()
        if name in known
    }
    options = WalkOptions(**recorded_options)
    chose = any(step.choice is not None for step in trace.steps)
    recorded = (RecordedChooser if chose else RecordedAgent)(trace, embedder)
    return walk(
        trace.asked or trace.question,
        graph=store.graph(),
        index=store.index(),
        embedder=embedder,
        agent=recorded if trace.agent == "llm" else agent,
        options=options,
        doc_ids=set(trace.documents) if trace.documents is not None else None,
    )


def _key(path: Sequence[Node]) -> tuple[str, ...]:
    return tuple(node.node_id for node in path)
