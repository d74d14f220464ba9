"""What one browser window has on its desk: its collection, its conversations, its choices. All shared state is here.

It lives in Streamlit's session state, so in the server's memory, for as long as the window is open. Keys that a user
types are nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from app.asking import Asking
from app.choices import Choices, choices_to_settings
from app.server_state import batches, jobs, open_collection
from app.shelf import Shelf
from graphs.place import Place
from kgqa.collection import Collection
from kgqa.conversation import Turn
from kgqa.result import Answer
from kgqa.settings import Settings, load_settings

_KEY = "kgqa-window"


@dataclass
class Exchange:
    """A question and what came of it: an answer, an error, or nothing because it was stopped."""

    asked: str
    documents: tuple[str, ...] | None  # names that were asked; None: all
    answer: Answer | None = None
    error: str = ""
    draft: str = ""  # what the model had written when it was stopped
    turns: tuple[Turn, ...] = ()  # of the conversation before it


@dataclass(frozen=True, slots=True)
class Shown:
    """The page that is open beside an answer."""

    exchange: int  # index into the conversation
    key: int  # of the citation; 0 for a piece of evidence
    page: int  # from 1
    click: int = 0  # which click opened it, so that it is brought into view once; 0: it opened by itself
    node: str = ""  # id of the piece of evidence


@dataclass
class WhatIf:
    """What is banned and pinned on the walk page, and the answer that this gave."""

    banned: list[str] = field(default_factory=list)
    pinned: list[str] = field(default_factory=list)
    asking: Asking | None = None
    answer: Answer | None = None
    error: str = ""
    opened: tuple[str, int] | None = None  # whose citation is shown: "As it was" or "What if", and its key


@dataclass
class Talk:
    """The conversation over one collection."""

    exchanges: list[Exchange] = field(default_factory=list)
    typed: str = ""  # a question that is not under way yet
    asking: Asking | None = None  # the question under way
    shown: Shown | None = None
    clicks: int = 0  # that opened a page
    walk_of: int | None = None  # index of the exchange whose walk is shown; None: the last one
    unfolded: bool = False  # whether the earlier exchanges are drawn too
    what_if: WhatIf = field(default_factory=WhatIf)

    @property
    def turns(self) -> list[Turn]:
        """The exchanges that were answered, oldest first: what a follow-up may lean on."""
        return [Turn(e.asked, e.answer.text) for e in self.exchanges if e.answer is not None]


@dataclass
class Window:
    """Everything that one window knows."""

    shelf: Shelf
    name: str  # of the collection that is open
    choices: Choices = field(default_factory=Choices)
    talks: dict[str, Talk] = field(default_factory=dict)
    upload_round: int = 0  # counts runs, so that each finds an empty uploader

    @property
    def place(self) -> Place:
        """Where the open collection lies."""
        return self.shelf.place(self.name)

    @property
    def talk(self) -> Talk:
        """The conversation over the open collection."""
        return self.talks.setdefault(self.name, Talk())

    @property
    def settings(self) -> Settings:
        """The settings in force with this window's choices; raise SettingsError where they cannot be."""
        return choices_to_settings(load_settings(), self.choices)

    @property
    def collection(self) -> Collection:
        """The open collection under this window's settings."""
        return open_collection(self.place).with_settings(self.settings)

    def switch(self, name: str) -> None:
        """Open another collection of the shelf."""
        self.shelf.place(name)
        self.name = name


def window(shelf: Shelf | None = None) -> Window:
    """Return this browser window's state; the first call of a window gives the shelf."""
    if _KEY not in st.session_state:
        if shelf is None:
            raise RuntimeError("the window is made by web.main")
        st.session_state[_KEY] = Window(shelf, shelf.first)
    return cast(Window, st.session_state[_KEY])


def ready_names(collection: Collection) -> Sequence[str]:
    """Return the names of the documents that can be asked."""
    return [record.name for record in collection.documents() if record.doc_id]


__all__ = ["Exchange", "Shown", "Talk", "WhatIf", "Window", "batches", "jobs", "ready_names", "window"]
