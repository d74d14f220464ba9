"""Where a collection lies: a folder, or an address on a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

Place = Path | str
"""A folder, or `postgresql://...`."""

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
