"""Where the web page keeps things: the given collection, others beside it, uploads that wait, and batches.

Everything that is not the given collection lies in one folder beside it, `<collection>-web`:

    collections/<name>/         other collections, made on the page
    uploads/<collection>/<run>/ files that wait to be read; what is left there belongs to a run that was cut off
    batches/<collection>/<run>/ questions and answers of a batch

A name that a user types is checked before it becomes the name of a folder, so it can never lead elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from graphs.place import Place, absolute, is_server
from ingestion.errors import KgqaError

_NAME = re.compile(r"[^\W_][\w .-]{0,62}[\w-]|[^\W_]")
"""Letters, digits, and between them spaces, dots, hyphens and underscores; never a leading or trailing dot."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The collections that one server shows."""

    given: Place  # absolute

    @classmethod
    def beside(cls, place: Place) -> Shelf:
        """Return the shelf of a collection."""
        return cls(absolute(place))

    @property
    def root(self) -> Path:
        """The folder beside the given collection; of one on a server, a folder of its own where we work."""
        if not is_server(self.given):
            return Path(f"{self.given}-web")
        return Path.cwd() / "kgqa-web" / hashlib.sha256(str(self.given).encode()).hexdigest()[:16]

    @property
    def first(self) -> str:
        """The name of the given collection."""
        return str(self.given).rsplit("/", 1)[-1].split("?")[0] if is_server(self.given) else Path(self.given).name

    def names(self) -> tuple[str, ...]:
        """Return the names of all collections, the given one first."""
        folder = self.root / "collections"
        others = sorted(p.name for p in folder.iterdir() if p.is_dir() and is_name(p.name)) if folder.is_dir() else []
        return (self.first, *(name for name in others if name != self.first))

    def place(self, name: str) -> Place:
        """Return where a collection lies; raise KgqaError for a name that is not on the shelf."""
        if name == self.first:
            return self.given
        if name not in self.names():
            raise KgqaError(f"There is no collection {name!r}. Choose one of the list, or make it in the library.")
        return self.root / "collections" / name

    def create(self, name: str) -> str:
        """Make room for a new collection and return its name; raise KgqaError for a name that cannot be, or is."""
        name = " ".join(name.split())
        if not is_name(name):
            raise KgqaError(
                f"{name[:40]!r} cannot name a collection. Use up to 64 letters, digits, spaces, dots, hyphens and "
                "underscores, a letter or digit first."
            )
        if name.casefold() in (known.casefold() for known in self.names()):
            raise KgqaError(f"There is a collection {name!r} already. Choose it in the list, or take another name.")
        folder = self.root / "collections" / name
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise KgqaError(f"{folder}: {error.strerror}. Start kgqa where it may write.") from error
        return name

    def uploads(self, name: str) -> Path:
        """Return the folder of files that wait to be read into a collection."""
        return self._own("uploads", name)

    def batches(self, name: str) -> Path:
        """Return the folder of a collection's batches."""
        return self._own("batches", name)

    def _own(self, part: str, name: str) -> Path:
        self.place(name)  # a name that is not on the shelf goes no further
        return self.root / part / ("given" if name == self.first else f"of {name}")


def is_name(name: str) -> bool:
    """Return whether a name may become that of a folder.

    >>> [is_name(name) for name in ("Papers 2024", "a", "..", "a/b", ".hidden", "a.", "", "x" * 65, "Ünïcode-1")]
    [True, True, False, False, False, False, False, False, True]
    """
    return _NAME.fullmatch(name) is not None
