"""The reading process of `ingestion.guard`: takes requests on standard input, answers on standard output."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ingestion.errors import FileTooLargeError, IngestionError, ReaderCrashedError
from ingestion.options import IngestionOptions

_HEADER = struct.Struct("!Q")


def main(threads: int) -> None:
    """Answer requests until standard input ends; models may use that many threads."""
    from ingestion.layout_model import limit_threads

    limit_threads(threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get between the frames
    requests = sys.stdin.buffer
    while header := requests.read(_HEADER.size):
        (length,) = _HEADER.unpack(header)
        path, options, name, password, cache, deadly = pickle.loads(requests.read(length))
        _send(answers, _read(answers, path, options, name, password, cache, deadly))


def _read(
    answers: BinaryIO,
    path: Path,
    options: IngestionOptions,
    name: str,
    password: str | None,
    cache: Path | None,
    deadly: frozenset[int],
) -> tuple[Any, ...]:
    from ingestion.ingest import read_document

    def progress(_: str, stage: str, done: int, total: int) -> None:
        _send(answers, ("progress", stage, done, total))

    _limit_memory(options.memory_mb)
    try:
        document = read_document(
            path, options=options, name=name, password=password, progress=progress, cache=cache, deadly=deadly
        )
        return ("done", document)
    except IngestionError as error:
        return ("failed", type(error)(str(error)))
    except MemoryError:
        return (
            "failed",
            FileTooLargeError(
                f"{name}: reading it needs more than {options.memory_mb} MB of memory. "
                "Raise ingestion.memory_mb in the settings, or split the file."
            ),
        )
    except Exception as error:  # noqa: BLE001 - whatever a library raises on a hostile file is that file's end only
        kind = type(error).__name__
        return (
            "failed",
            ReaderCrashedError(
                f"{name}: reading failed ({kind}: {' '.join(str(error).split())[:200]}). "
                "Print it to a new PDF and ingest that."
            ),
        )
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _limit_memory(megabytes: int) -> None:
    """Let the address space grow by that much; libraries are loaded first, since theirs is large and not the file's."""
    from ingestion.pdf import load_reader

    load_reader()
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = used + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _send(answers: BinaryIO, message: tuple[Any, ...]) -> None:
    data = pickle.dumps(message)
    answers.write(_HEADER.pack(len(data)) + data)
    answers.flush()
