"""Reading in worker processes with limits, so that a hostile file costs itself only.

A worker is `python -P -c ...` that runs `ingestion.worker`: it imports nothing of the program that starts it, so it
works the same under a console script, pytest or Streamlit. Both sides talk in pickled frames over the worker's standard
streams. A worker is used again for the next file, since loading the models takes seconds.
"""

from __future__ import annotations

import atexit
import os
import pickle
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ingestion.document import ParsedDocument
from ingestion.errors import IngestionError, ReaderCrashedError
from ingestion.options import IngestionOptions

Progress = Callable[[str, str, int, int], None]
"""Called with the document's name, the stage ("read"), how many pages are done, and of how many."""

_HEADER = struct.Struct("!Q")  # the length of the pickle that follows
_DEATHS = 6  # pages of a file on which a reading process may die before the file is given up
_START = "import sys; sys.path[:] = {path!r}; from ingestion.worker import main; main({threads})"


class WorkerDiedError(ReaderCrashedError):
    """The reading process ended while it read."""


class _Worker:
    """One reading process."""

    def __init__(self, threads: int) -> None:
        self.threads = threads  # that its models may use
        self.pages_done = 0  # of the file that it reads or read last
        code = _START.format(path=[entry or str(Path.cwd()) for entry in sys.path], threads=threads)
        environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": str(threads)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._selector = selectors.DefaultSelector()
        assert self._process.stdout is not None
        self._out = self._process.stdout.fileno()
        self._selector.register(self._out, selectors.EVENT_READ)

    def read(
        self,
        path: Path,
        options: IngestionOptions,
        name: str,
        password: str | None,
        progress: Progress | None,
        cache: Path | None,
        deadline: float,
        deadly: frozenset[int],
    ) -> ParsedDocument:
        """Have a file read; the worker is dead afterwards when that raised ReaderCrashedError or an interrupt.

        `deadline` is on the clock of `time.monotonic`; `deadly` are pages, from 0, that PDFium is to read.
        """
        self.pages_done = 0
        try:
            self._send((path, options, name, password, cache, deadly), name)
            while True:
                kind, *payload = self._receive(deadline, options, name)
                if kind == "progress":
                    self.pages_done = int(payload[1])
                    if progress is not None:
                        progress(name, *payload)
                elif kind == "failed":
                    raise payload[0]
                else:
                    document: ParsedDocument = payload[0]
                    return document
        except IngestionError as error:
            if isinstance(error, ReaderCrashedError):
                self.close()
            raise
        except (
            BaseException
        ):  # an interrupt, or an error of `progress`: the answer under way must not reach the next file
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether it can read another file."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # an unsent request to a dead worker
                    continue

    def _send(self, request: Any, name: str) -> None:
        data = pickle.dumps(request)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(_HEADER.pack(len(data)) + data)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._crash(name) from error

    def _receive(self, deadline: float, options: IngestionOptions, name: str) -> tuple[Any, ...]:
        (length,) = _HEADER.unpack(self._take(_HEADER.size, deadline, options, name))
        message: tuple[Any, ...] = pickle.loads(self._take(length, deadline, options, name))
        return message

    def _take(self, length: int, deadline: float, options: IngestionOptions, name: str) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise ReaderCrashedError(
                    f"{name}: reading took longer than {options.seconds_per_file:.0f} seconds and was given up. "
                    "Raise ingestion.seconds_per_file in the settings, split the file, or read it with --fast."
                )
            data = os.read(self._out, min(length - len(parts), 1 << 20))
            if not data:
                raise self._crash(name)
            parts += data
        return bytes(parts)

    def _crash(self, name: str) -> WorkerDiedError:
        self._process.wait()
        code = self._process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return WorkerDiedError(
            f"{name}: the process that read it died ({how}); the file is probably damaged or needs too much memory. "
            "Print it to a new PDF, or raise ingestion.memory_mb in the settings."
        )


_idle: list[_Worker] = []
_lock = threading.Lock()


def read_guarded(
    path: Path,
    *,
    options: IngestionOptions,
    name: str | None = None,
    password: str | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
    jobs: int = 1,
) -> ParsedDocument:
    """Read one file in a worker process, one of `jobs` at once; as `ingestion.ingest.read_document` otherwise.

    A worker that dies on a page is followed by one that has PDFium read it; one that dies on the same page again, or on
    too many, or a file that takes them longer than `options.seconds_per_file` together, raises ReaderCrashedError.
    """
    deadly: frozenset[int] = frozenset()
    deadline = time.monotonic() + options.seconds_per_file
    while True:
        worker = _idle_or_new(jobs)
        try:
            return worker.read(path.absolute(), options, name or path.name, password, progress, cache, deadline, deadly)
        except WorkerDiedError:
            if worker.pages_done in deadly or len(deadly) == _DEATHS:
                raise
            deadly |= {worker.pages_done}
        finally:
            if worker.alive:
                with _lock:
                    _idle.append(worker)


def _idle_or_new(jobs: int) -> _Worker:
    threads = max(1, (os.cpu_count() or 1) // jobs)  # more than there are cores only take turns
    with _lock:
        fitting = [worker for worker in _idle if worker.threads == threads]
        if fitting:
            _idle.remove(fitting[0])
    return fitting[0] if fitting and fitting[0].alive else _Worker(threads)


def read_many(
    paths: Sequence[Path],
    *,
    options: IngestionOptions,
    names: Mapping[Path, str] | None = None,
    password: str | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Iterator[tuple[Path, ParsedDocument | IngestionError]]:
    """Read files in up to `jobs` workers at once and yield each with its document, or with why there is none.

    Results come in the order of the paths; at most 2 * jobs documents wait to be taken. `progress` may be called from
    several threads.
    """
    names = names or {}

    def read(path: Path) -> ParsedDocument | IngestionError:
        try:
            return read_guarded(
                path,
                options=options,
                name=names.get(path),
                password=password,
                progress=progress,
                cache=cache,
                jobs=jobs,
            )
        except IngestionError as error:
            return error

    if jobs <= 1:
        yield from ((path, read(path)) for path in paths)
        return
    waiting: deque[tuple[Path, Future[ParsedDocument | IngestionError]]] = deque()
    rest = iter(paths)
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="reader")
    try:
        for path in rest:
            waiting.append((path, pool.submit(read, path)))
            if len(waiting) >= 2 * jobs:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@atexit.register
def close_workers() -> None:
    """End the workers that wait for a file; they hold a few hundred megabytes each."""
    with _lock:
        while _idle:
            _idle.pop().close()
