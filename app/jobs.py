"""Ingestion in the background of the web server: it goes on while questions are asked and when a page is reloaded.

Uploaded files wait in a folder of their own beside the collection until they are read. When the server is killed, they
are still there: the next server finds them, and reading goes on from the documents and pages that were finished.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import IO

from app.render import speed_to_text
from graphs.place import Place
from ingestion.document import ParsedDocument
from ingestion.errors import KgqaError
from ingestion.ingest import read_many
from kgqa.add import shown_name
from kgqa.collection import Collection, DocumentReport, file_digest
from kgqa.settings import Settings

_LOG = logging.getLogger(__name__)
_NAMES, _LOCK = "names.json", "lock"
_NICE = 19  # the most: reading takes what questions leave
_LONG = 400_000  # bytes from which a new PDF is first read as bare text, which takes seconds, and then with its layout
_FIRST = 20  # pages of it that can be asked before all others are embedded, which takes most of that time
_SMALL = 5_000  # passages of a collection up to which that is done: its links are made once more for it
_CANCELLED = "Cancelled. What was read stays; add the files again to go on from there."


@dataclass
class IngestJob:
    """One run over uploaded files; other threads read its fields."""

    place: Place
    folder: Path  # of the files that wait
    names: tuple[str, ...]  # to show, in the order of the files
    stage: dict[str, tuple[str, int, int]] = field(default_factory=dict)  # name -> (stage, done, total)
    reports: tuple[DocumentReport, ...] = ()
    error: str = ""
    done: bool = False
    cancelled: bool = False
    begun: set[str] = field(default_factory=set)  # names of those whose first pages can be asked as bare text
    looked: set[str] = field(default_factory=set)  # names of those that can be asked whole as bare text
    _started: dict[str, tuple[float, int]] = field(default_factory=dict)  # name -> when its first page was done

    def progress(self, name: str, stage: str, done: int, total: int) -> None:
        """Note how far a document is; called from the threads that read. Ends the run where it was cancelled."""
        self.stage[name] = (stage, done, total)
        self._started.setdefault(name, (perf_counter(), done))
        if self.cancelled and stage.endswith("read"):
            raise KgqaError(_CANCELLED)

    def look(self, name: str, stage: str, done: int, total: int) -> None:
        """Note how far the first look at a document is, as `progress` does for the reading proper."""
        if name:
            self.progress(name, f"look-{stage}", done, total)
        if stage == "embed" and done >= total:
            self.looked.add(name)

    def cancel(self) -> None:
        """End the run after the page under way."""
        self.cancelled = True

    def time_left(self, name: str) -> str:
        """Return ", 2.1 pages/s, 0:40 left" for a document that is being read; "" while that cannot be told."""
        _, done, total = self.stage.get(name, ("", 0, 0))
        return speed_to_text(*self._started.get(name, (perf_counter(), done)), done, total)

    def unread(self) -> tuple[list[str], list[str]]:
        """Return the names of what a run that was cut off has read as bare text alone, and of what it has not read."""
        left = [name for name in self.names if not self._is_read(name)]
        return [name for name in left if name in self.looked], [name for name in left if name not in self.looked]

    def _is_read(self, name: str) -> bool:
        stage, done, total = self.stage.get(name, ("", 0, 0))
        return stage == "embed" and done >= total

    @property
    def read(self) -> int:
        """How many documents are in the collection by now, or have failed."""
        if self.done:
            return len(self.names)
        return sum(map(self._is_read, self.names))


class Jobs:
    """The runs of a server, at most one at a time for each collection."""

    def __init__(self) -> None:
        self._jobs: dict[Place, IngestJob] = {}
        self._guard = threading.Lock()

    def current(self, place: Place) -> IngestJob | None:
        """Return the last run of a collection, finished or not."""
        return self._jobs.get(place)

    def dismiss(self, place: Place) -> None:
        """Forget a run that is done."""
        with self._guard:
            job = self._jobs.get(place)
            if job is not None and job.done:
                del self._jobs[place]

    def start(
        self,
        place: Place,
        folder: Path,
        uploads: Sequence[tuple[str, bytes]],
        settings: Settings,
        password: str | None = None,
    ) -> IngestJob:
        """Begin to ingest uploads, each with the name to show; raise KgqaError while another run is on.

        A document's name never becomes a path: the bytes go to files with names of our own, in `folder`.
        """
        run = folder / f"{time.time_ns():x}"
        job = self._begin(place, run, [name for name, _ in uploads])
        try:
            run.mkdir(parents=True)
            for number, (name, data) in enumerate(uploads):
                (run / _file_name(number, name)).write_bytes(data)
            (run / _NAMES).write_text(json.dumps(list(job.names)), encoding="utf-8")
            lock = _locked(run)
        except OSError as error:
            job.done = True
            shutil.rmtree(run, ignore_errors=True)
            raise KgqaError(
                f"{folder}: {error.strerror}. Make room there, or start kgqa where it may write."
            ) from error
        return self._go(job, settings, password, lock)

    def resume(self, place: Place, run: Path, settings: Settings, password: str | None = None) -> IngestJob:
        """Go on with a run that was cut off; raise KgqaError while another is on."""
        names = run_names(run)
        lock = _locked(run)
        if lock is None:
            raise KgqaError("Another kgqa server reads these files already. Wait until it is done.")
        try:
            job = self._begin(place, run, names)
        except KgqaError:
            lock.close()
            raise
        return self._go(job, settings, password, lock)

    def _begin(self, place: Place, run: Path, names: Sequence[str]) -> IngestJob:
        with self._guard:
            running = self._jobs.get(place)
            if running is not None and not running.done:
                raise KgqaError("Documents are being read already. Wait until they are done, then add more.")
            job = self._jobs[place] = IngestJob(place, run, tuple(names))
            return job

    def _go(self, job: IngestJob, settings: Settings, password: str | None, lock: IO[str] | None) -> IngestJob:
        threading.Thread(target=_run, args=(job, settings, password, lock), name="ingest", daemon=True).start()
        return job


def leftover_runs(folder: Path) -> list[Path]:
    """Return the runs that were cut off: their files wait, and no living process reads them."""
    found = []
    for run in sorted(folder.iterdir()) if folder.is_dir() else []:
        lock = _locked(run) if (run / _NAMES).is_file() else None
        if lock is not None:
            lock.close()
            found.append(run)
    return found


def discard_run(run: Path) -> None:
    """Delete the files of a run that was cut off."""
    shutil.rmtree(run, ignore_errors=True)


def run_names(run: Path) -> tuple[str, ...]:
    """Return the names to show of a run's files, in their order."""
    try:
        names = json.loads((run / _NAMES).read_text(encoding="utf-8"))
        return tuple(str(name) for name in names)
    except (OSError, ValueError, TypeError) as error:
        raise KgqaError(f"The list of files in {run} cannot be read. Discard them and add them again.") from error


def _file_name(number: int, name: str) -> str:
    suffix = "".join(c for c in Path(name).suffix.lower()[:8] if c.isascii() and (c.isalnum() or c == "."))
    return f"upload-{number}{suffix}"


def _locked(run: Path) -> IO[str] | None:
    """Take the right to read a run's files, which ends with this process; None where another holds it."""
    file = (run / _LOCK).open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _run(job: IngestJob, settings: Settings, password: str | None, lock: IO[str] | None) -> None:
    files = {str(job.folder / _file_name(number, name)): name for number, name in enumerate(job.names)}

    def add() -> None:
        # On Linux this is the thread's own, and its reading processes have it from it: questions go first.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        with Collection.open(job.place, settings) as collection:
            paths = [path for path in files if Path(path).is_file()]
            _first_look(collection, paths, files, password, job)
            job.reports = collection.add(paths, names=files, password=password, progress=job.progress).documents

    job.error = run_to_error(add)
    shutil.rmtree(job.folder, ignore_errors=True)
    if lock is not None:
        lock.close()
    job.done = True


def _first_look(
    collection: Collection, paths: Sequence[str], names: Mapping[str, str], password: str | None, job: IngestJob
) -> None:
    """Read long PDFs that are new as bare text, so that they can be asked while their layout is read."""
    if sum(record.passages for record in collection.documents()) > _SMALL:
        return
    fresh = [
        path
        for path in paths
        if path.endswith(".pdf")
        and Path(path).stat().st_size >= _LONG
        and collection.store.by_hash(file_digest(Path(path))) is None
    ]
    if not fresh:
        return
    bare = replace(collection.settings.ingestion, layout=False, ocr="never", nougat="never")
    quick = collection.with_settings(collection.settings.model_copy(update={"ingestion": bare}))
    _first_pages(quick, fresh, names, password, job)
    quick.add(fresh, names=names, password=password, progress=job.look)
    job._started.clear()


def _first_pages(
    collection: Collection, paths: Sequence[str], names: Mapping[str, str], password: str | None, job: IngestJob
) -> None:
    """Commit long documents without the passages and tables of their later pages, which take long to embed."""
    with collection.store.writing():
        for path, document in read_many(
            [Path(path) for path in paths],
            options=collection.settings.ingestion,
            names={Path(path): shown_name(names[path]) for path in paths},
            password=password,
            jobs=collection.settings.jobs,
            progress=job.look,
            cache=collection.store.page_cache,
        ):
            if isinstance(document, ParsedDocument) and len(document.pages) > _FIRST:
                collection.put(cut_short(document, _FIRST), path, reading=f"its first {_FIRST} pages")
                job.begun.add(document.name)
        collection.relink()


def cut_short(document: ParsedDocument, pages: int) -> ParsedDocument:
    """Return a document of which nothing is found by its words behind so many pages; its structure is whole."""
    return replace(
        document,
        passages=tuple(passage for passage in document.passages if passage.page_number <= pages),
        tables=tuple(table for table in document.tables if max(table.page_numbers) <= pages),
    )


def run_to_error(work: Callable[[], object]) -> str:
    """Do a thread's work and return, in one line, what went wrong; "" where nothing did."""
    try:
        work()
    except KgqaError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  a thread's error has no other way to the page
        told = " ".join(str(error).split())[:200]
        where = "".join(traceback.format_tb(error.__traceback__))  # without values, which may be somebody's
        _LOG.error("unexpected %s\n%s", type(error).__name__, where)
        return f"Unexpected {type(error).__name__}: {told}. This is a bug; try again, and report it if it stays."
    return ""
