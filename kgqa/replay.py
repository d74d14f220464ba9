"""A recorded walk, walked again without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from graphs.document_graph import Node
from graphs.embedding import Embedder
from graphs.store import Store
from kgqa.agents import Choice, GuidedAgent, Mode, NextEvidence, Prediction
from kgqa.trace import Step, Trace
from kgqa.walk import WalkOptions, walk


class RecordedAgent(GuidedAgent):
    """Says what the language model of a recorded walk said, beside the same guide."""

    mode: Mode = "predict"

    def __init__(self, trace: Trace, embedder: Embedder, guide: NextEvidence | None) -> None:
        super().__init__(embedder, guide)
        self._steps = {step.path: step for step in trace.steps}

    def predict(self, question: str, paths: Sequence[Sequence[Node]]) -> list[Prediction]:
        """Return the recorded prediction of each path; a path that is not in the record had enough."""
        guided = self._guide.predict(question, paths)
        usual = self._question.predict(question, paths) if self.mode == "predict" else guided
        steps = [self._steps.get(_key(path)) for path in paths]
        told = [(step.prediction, path) for step, path in zip(steps, paths, strict=True) if step and step.prediction]
        # all at once, as they were then: in bfloat16 a vector's last bits depend on what it is computed beside
        rows = iter(self.vectors_of(question, [line for line, _ in told], [path for _, path in told]))
        found = []
        for by_guide, alone, path, step in zip(guided, usual, paths, steps, strict=True):
            if step is None:
                found.append(Prediction(by_guide.vector, "nothing more", enough=bool(path), agent=self.name))
            elif step.prediction:
                found.append(Prediction(next(rows), step.prediction, agent=step.agent, fallback=step.fallback))
            else:
                found.append(Prediction(alone.vector, agent=step.agent, fallback=step.fallback))
        return found


class RecordedChooser(RecordedAgent):
    """Chooses what the language model of a recorded walk chose."""

    mode = "choose"

    def choose(self, question: str, path: Sequence[Node], candidates: Sequence[Node]) -> Choice:
        """Return the recorded choice."""
        step: Step = self._steps[_key(path)]
        if step.choice is None:
            return Choice(None, fallback=step.fallback)
        ids = [node.node_id for node in candidates]
        return Choice(ids.index(step.choice) if step.choice in ids else None, enough=step.choice == "")


def replay(trace: Trace, *, store: Store, embedder: Embedder, agent: NextEvidence) -> Trace:
    """Return the walk that a record gives, without a call of a language model.

    `agent` is the one that `agent_of` names: the recorded one, or the guide of one that asked a language model, whose
    words are taken from the record. The collection has to be as it was.
    """
    known = {option.name for option in fields(WalkOptions)}
    recorded_options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in trace.options.items()
        if name in known
    }
    options = WalkOptions(**recorded_options)
    guide = agent if agent_of(trace) != "question" else None
    chose = trace.options.get("mode") == "choose"
    recorded = (RecordedChooser if chose else RecordedAgent)(trace, embedder, guide)
    return walk(
        trace.asked or trace.question,
        graph=store.graph(),
        index=store.index(),
        embedder=embedder,
        agent=recorded if trace.agent == "llm" else agent,
        options=options,
        doc_ids=set(trace.documents) if trace.documents is not None else None,
    )


def agent_of(trace: Trace) -> str:
    """Return the name of the agent that `replay` needs."""
    if trace.agent == "llm":
        return str(trace.options.get("guide") or "question")
    return "question" if trace.agent == "lookup" else trace.agent


def _key(path: Sequence[Node]) -> tuple[str, ...]:
    return tuple(node.node_id for node in path)
