"""One question on its way: asked in a thread of its own, so that the page can show words as they come, and stop it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from app.jobs import run_to_error
from kgqa.collection import Collection
from kgqa.conversation import Turn
from kgqa.models import may_use_model
from kgqa.result import Answer

_ONE_AT_A_TIME = threading.Lock()
"""Held by a question that is answered without a model: all it does is computing, and of two that compute in one process
at once each takes twice as long, so that the first would gain nothing and the second lose nothing by waiting."""


class Asking:
    """A question under way; other threads read its fields."""

    def __init__(
        self,
        collection: Collection,
        question: str,
        *,
        documents: Sequence[str] | None = None,
        turns: Sequence[Turn] = (),
        banned: Sequence[str] = (),
        pinned: Sequence[str] = (),
    ) -> None:
        """Begin to ask; `turns` are the earlier exchanges of the conversation, oldest first."""
        self.question = question
        self.documents = tuple(documents) if documents else None
        self.turns = tuple(turns)
        self.answer: Answer | None = None
        self.error = ""
        self.draft = ""  # what the model has written so far, unchecked
        self._stop = threading.Event()
        self._done = threading.Event()
        choices: dict[str, Any] = {
            "documents": self.documents,
            "conversation": self.turns,
            "banned": banned,
            "pinned": pinned,
            "on_text": self._hear,
            "stop": self._stop,
        }
        threading.Thread(target=self._ask, args=(collection, choices), name="ask", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether an answer or an error is there, or the question was stopped."""
        return self._done.is_set() or self._stop.is_set()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before it was answered."""
        return self._stop.is_set() and self.answer is None

    def wait(self, seconds: float) -> bool:
        """Wait for the end; return whether it has come."""
        return self._done.wait(seconds)

    def stop(self) -> None:
        """Give the question up; no further call of a model is begun."""
        self._stop.set()

    def _hear(self, text: str) -> None:
        self.draft = text

    def _ask(self, collection: Collection, choices: dict[str, Any]) -> None:
        def ask() -> None:
            self.answer = collection.ask(self.question, **choices)

        with nullcontext() if may_use_model(collection.settings) else _ONE_AT_A_TIME:
            self.error = "" if self._stop.is_set() else run_to_error(ask)
        self._done.set()
