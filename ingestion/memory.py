"""How a process that reads pages keeps its memory small; for glibc, whose functions other C libraries have not."""

from __future__ import annotations

import ctypes
from functools import cache

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of mallopt(3)
_LARGE = 2**20  # bytes


@cache
def keep_memory_whole() -> None:
    """Have this process give large arrays back to the system one by one, as soon as they are let go of.

    The layout model makes and drops arrays of several megabytes for every page. glibc learns to keep such in its heap,
    where what stays between them leaves holes: a third of the memory at forty pages.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGE)


def trim_memory() -> None:
    """Give the free memory of the heap back to the system."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
