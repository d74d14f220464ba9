"""Where a collection lies: a folder, or an address on a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

Place = Path | str
"""A folder, or `postgresql://...`."""

DATABASE = "kgqa.sqlite3"
"""The file by which a folder is known for a collection."""

_SERVERS = ("postgresql://", "postgres://")


def to_place(text: str) -> Place:
    """Return what a user's words name."""
    return text if text.startswith(_SERVERS) else Path(text)


def is_server(place: Place) -> bool:
    """Return whether a collection lies on a server."""
    return isinstance(place, str) and place.startswith(_SERVERS)


def absolute(place: Place) -> Place:
    """Return a place that means the same from any working folder."""
    return place if is_server(place) else Path(place).absolute()


def is_ours(folder: Path) -> bool:
    """Return whether a folder is a collection, or what the web page keeps beside one."""
    if not folder.name:
        return False
    return any(
        (one / DATABASE).is_file() for one in (folder, folder.with_name(folder.name.removesuffix("-web") or "-"))
    )
