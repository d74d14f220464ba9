"""Batches in the background of the web server. Questions and answers are files, so that a run can go on later."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.jobs import run_to_error
from ingestion.errors import KgqaError
from kgqa.batch import BatchQuestion, answer_batch
from kgqa.collection import Collection

QUESTIONS, ANSWERS, ABOUT = "questions.jsonl", "answers.jsonl", "batch.json"


@dataclass
class BatchRun:
    """One batch; other threads read its fields."""

    folder: Path
    title: str
    total: int
    llm: str  # with which it was begun, and goes on
    agent: str
    documents: tuple[str, ...] | None
    begun: float  # seconds since the epoch
    running: bool = False
    error: str = ""
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def done(self) -> int:
        """How many questions have an answer, a refusal or a failure."""
        return len(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return the answers that are there, in the form of `kgqa batch`; a torn last line is left out."""
        return list(_read_lines(self.folder / ANSWERS))

    def questions(self) -> list[dict[str, Any]]:
        """Return the questions: id, question, and the documents to ask where they are named."""
        return list(_read_lines(self.folder / QUESTIONS))

    def stop(self) -> None:
        """End the run after the question under way."""
        self._stop.set()

    def _progress(self, done: int, total: int) -> None:
        if self._stop.is_set() and done < total:
            raise KgqaError(f"Stopped after {done} of {total} questions. Go on whenever you like.")


class BatchRuns:
    """The batches of a server."""

    def __init__(self) -> None:
        self._runs: dict[Path, BatchRun] = {}
        self._guard = threading.Lock()

    def of(self, folder: Path) -> list[BatchRun]:
        """Return the batches of a collection, the newest first; `folder` is where they lie."""
        found = []
        for place in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []:
            with self._guard:
                run = self._runs.get(place) or _read_run(place)
                if run is not None:
                    self._runs[place] = run
                    found.append(run)
        return found

    def start(
        self,
        folder: Path,
        questions: Sequence[BatchQuestion],
        collection: Collection,
        *,
        title: str,
        documents: Sequence[str] | None = None,
    ) -> BatchRun:
        """Begin a batch with the model and agent of the collection's settings."""
        settings = collection.settings
        place = folder / f"{time.time_ns():x}"
        about = {
            "title": title,
            "total": len(questions),
            "llm": settings.llm,
            "agent": settings.agent,
            "documents": list(documents) if documents else None,
            "begun": time.time(),
        }
        try:
            place.mkdir(parents=True)
            (place / QUESTIONS).write_text("".join(_question_lines(questions)), encoding="utf-8")
            (place / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        except OSError as error:
            raise KgqaError(
                f"{folder}: {error.strerror}. Make room there, or start kgqa where it may write."
            ) from error
        run = _read_run(place)
        if run is None:
            raise KgqaError(f"{place} cannot be read back. Make room there, or start kgqa where it may write.")
        with self._guard:
            self._runs[place] = run
        self.resume(run, collection)
        return run

    def resume(self, run: BatchRun, collection: Collection) -> None:
        """Go on with a batch: what is answered or refused is kept, what failed is asked again."""
        with self._guard:
            if run.running:
                raise KgqaError("This batch is running already.")
            run.running, run.error = True, ""
            run._stop.clear()
        threading.Thread(target=_answer, args=(run, collection), name="batch", daemon=True).start()

    def discard(self, run: BatchRun) -> None:
        """Delete a batch that does not run."""
        with self._guard:
            if run.running:
                raise KgqaError("This batch is running. Stop it first.")
            self._runs.pop(run.folder, None)
        for name in (ANSWERS, f"{ANSWERS}.partial", QUESTIONS, ABOUT):
            (run.folder / name).unlink(missing_ok=True)
        run.folder.rmdir()


def _answer(run: BatchRun, collection: Collection) -> None:
    def answer() -> None:
        answer_batch(
            collection,
            run.folder / QUESTIONS,
            run.folder / ANSWERS,
            resume=True,
            documents=run.documents,
            llm=run.llm,
            agent=run.agent,
            progress=run._progress,
        )

    run.error = run_to_error(answer)
    run.running = False


def _question_lines(questions: Iterable[BatchQuestion]) -> Iterable[str]:
    for question in questions:
        item = {"id": question.question_id, "question": question.question, "documents": question.documents}
        yield json.dumps(item) + "\n"


def _read_run(place: Path) -> BatchRun | None:
    try:
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        named = about["documents"]
        return BatchRun(
            place, str(about["title"]), int(about["total"]), str(about["llm"]), str(about["agent"]),
            tuple(named) if named else None, float(about["begun"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a folder that is no batch, or one that was cut off before it began


def _read_lines(path: Path) -> Iterable[dict[str, Any]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").split("\n"):  # an answer may hold other signs that end lines
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
