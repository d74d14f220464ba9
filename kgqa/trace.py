"""The record of one walk: everything that is needed to see why each hop was taken.

A trace is plain data: `to_json` and `from_json` are inverse, and the web page, the command line and the exports only
draw it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """What a question cost."""

    llm: str = "none"  # the specification of the language model that was used
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0  # wall clock
    cached_calls: int = 0  # calls that were answered by an earlier run's replies
    cost: float = 0.0  # by the prices in the settings, in their currency


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a language model; neither its prompt nor its reply is in the record."""

    prompt: str  # name and version of the prompt: "answer/2"
    sha256: str  # of model, server, prompt and settings: equal calls have equal ones
    prompt_tokens: int
    completion_tokens: int
    cached: bool = False  # answered by a reply that was kept
    seconds: float = field(default=0.0, compare=False)  # wall clock
    error: str = ""  # why there was no reply


@dataclass(frozen=True, slots=True)
class Seed:
    """A node that the walk starts from."""

    node: str
    score: float
    source: str  # the search that found it: "hybrid", "bm25", "dense", ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that a path could have gone to next."""

    node: str
    score: float  # closeness to the prediction, higher is better
    via: str  # the kind of the edge that led to it, or "global" for one found by searching everything
    reason: str  # the reason of that edge, or how the global search found it
    origin: str | None  # the visited node at the other end of the edge; None for a global candidate
    taken: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One expansion of one path."""

    hop: int  # from 1; seeds are hop 0
    path: tuple[str, ...]  # nodes visited so far, the seed first
    agent: str  # which agent predicted: "question", "encoder", "llm"
    prediction: str  # the evidence that it says is missing, in words; "" where it predicts a vector only
    candidates: tuple[Candidate, ...]  # best first
    fallback: str = ""  # why another agent than the chosen one was used; "" where it was not
    choice: str | None = None  # the node that a model picked, "" for none more; None where no model picked


@dataclass(frozen=True, slots=True)
class Path:
    """A path that the walk ended with."""

    nodes: tuple[str, ...]
    weight: float  # product of the shares of its steps, 0 to 1


@dataclass(frozen=True, slots=True)
class Ranked:
    """A node in the walk's final ranking."""

    node: str
    score: float
    hop: int  # the hop at which it was first taken; 0 for seeds


@dataclass(frozen=True, slots=True)
class Trace:
    """One walk."""

    question: str
    agent: str
    seeds: tuple[Seed, ...] = ()
    steps: tuple[Step, ...] = ()
    paths: tuple[Path, ...] = ()  # best first
    ranked: tuple[Ranked, ...] = ()  # evidence, best first
    stopped: str = ""  # why it ended: "hops", "enough", "time", "no candidates", "lookup", "refused"
    notes: tuple[str, ...] = ()  # what went wrong and was worked around, one line each
    options: dict[str, Any] = field(default_factory=dict)  # the walk's settings
    asked: str = ""  # the words that were walked for, where they are not the whole question
    documents: tuple[str, ...] | None = None  # ids of the documents that the walk kept to; None: all
    calls: tuple[Call, ...] = ()  # of the language model, those of the answer too
    usage: Usage | None = field(default=None, compare=False)  # of the whole question

    def to_json(self) -> dict[str, Any]:
        """Return the trace as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Trace:
        """Rebuild a trace from what `to_json` gave (tuples may have become lists)."""
        return cls(
            question=data["question"],
            agent=data["agent"],
            seeds=tuple(Seed(**seed) for seed in data["seeds"]),
            steps=tuple(
                Step(
                    hop=step["hop"],
                    path=tuple(step["path"]),
                    agent=step["agent"],
                    prediction=step["prediction"],
                    candidates=tuple(Candidate(**candidate) for candidate in step["candidates"]),
                    fallback=step["fallback"],
                    choice=step.get("choice"),
                )
                for step in data["steps"]
            ),
            paths=tuple(Path(tuple(path["nodes"]), path["weight"]) for path in data["paths"]),
            ranked=tuple(Ranked(**ranked) for ranked in data["ranked"]),
            stopped=data["stopped"],
            notes=tuple(data["notes"]),
            options=dict(data["options"]),
            asked=data.get("asked", ""),
            documents=tuple(data["documents"]) if data.get("documents") is not None else None,
            calls=tuple(Call(**call) for call in data.get("calls", ())),
            usage=Usage(**data["usage"]) if data.get("usage") else None,
        )
