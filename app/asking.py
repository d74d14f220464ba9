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

_COMPUTING = threading.BoundedSemaphore(2)
"""Held by questions that are answered without a model: all they do is computing. Two at once use what each leaves of
the interpreter (five that came together were answered in 0.35 s, one at a time in 0.42); of more, each only takes
longer, so that the first would gain nothing and the last lose nothing by waiting."""


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

        with nullcontext() if may_use_model(collection.settings) else _COMPUTING:
            self.error = "" if self._stop.is_set() else run_to_error(ask)
        self._done.set()
