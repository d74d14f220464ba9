"""Ingestion in the background of the web server: it goes on while questions are asked and when a page is reloaded."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from app.render import speed_to_text
from graphs.place import Place
from ingestion.errors import KgqaError
from kgqa.collection import Collection, DocumentReport
from kgqa.settings import load_settings


@dataclass
class IngestJob:
    """One run over uploaded files; other threads read its fields."""

    folder: Place
    names: tuple[str, ...]
    stage: dict[str, tuple[str, int, int]] = field(default_factory=dict)  # name -> (stage, done, total)
    reports: tuple[DocumentReport, ...] = ()
    error: str = ""
    done: bool = False
    cancelled: bool = False
    _started: dict[str, tuple[float, int]] = field(default_factory=dict)  # name -> when its first page was done

    def progress(self, name: str, stage: str, done: int, total: int) -> None:
        """Note how far a document is; called from the threads that read. Ends the run where it was cancelled."""
        self.stage[name] = (stage, done, total)
        self._started.setdefault(name, (perf_counter(), done))
        if self.cancelled and stage == "read":
            raise KgqaError("Cancelled. What was read stays; add the files again to go on from there.")

    def cancel(self) -> None:
        """End the run after the page under way."""
        self.cancelled = True

    def time_left(self, name: str) -> str:
        """Return ", 2.1 pages/s, 0:40 left" for a document that is being read; "" while that cannot be told."""
        _, done, total = self.stage.get(name, ("", 0, 0))
        return speed_to_text(*self._started.get(name, (perf_counter(), done)), done, total)


class Jobs:
    """The runs of a server, at most one at a time for each collection."""

    def __init__(self) -> None:
        self._jobs: dict[Place, IngestJob] = {}
        self._guard = threading.Lock()

    def current(self, folder: Place) -> IngestJob | None:
        """Return the last run of a collection, finished or not."""
        return self._jobs.get(folder)

    def start(self, folder: Place, uploads: Sequence[tuple[str, bytes]]) -> IngestJob:
        """Begin to ingest uploads, each with the name to show; raise KgqaError while another run is on.

        A document's name never becomes a path: the bytes go to files with names of our own.
        """
        with self._guard:
            running = self._jobs.get(folder)
            if running is not None and not running.done:
                raise KgqaError("Documents are being read already. Wait until they are done, then add more.")
            job = IngestJob(folder, tuple(name for name, _ in uploads))
            self._jobs[folder] = job
        place = Path(tempfile.mkdtemp(prefix="kgqa-upload-"))
        names = {}
        for number, (name, data) in enumerate(uploads):
            path = place / f"upload-{number}{Path(name).suffix.lower()[:8]}"
            path.write_bytes(data)
            names[str(path)] = name
        threading.Thread(target=_run, args=(job, place, names), name="ingest", daemon=True).start()
        return job


def _run(job: IngestJob, place: Path, names: dict[str, str]) -> None:
    try:
        with Collection.open(job.folder, load_settings()) as collection:
            job.reports = collection.add(sorted(names), names=names, progress=job.progress).documents
    except KgqaError as error:
        job.error = str(error)
    except Exception as error:  # noqa: BLE001  a thread's error has no other way to the page
        job.error = f"Unexpected {type(error).__name__}: {error}. Restart the page and try the files one by one."
    finally:
        job.done = True
        shutil.rmtree(place, ignore_errors=True)
