"""Files read, and questions answered, on the machines of a Ray cluster.

A file or a question is a task; actors hold the models; this process alone writes. A task whose machine dies is given to
another actor, and results come in the order of the tasks, so a run ends as it would on one machine.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphs.build import document_to_nodes, searchable
from graphs.options import EmbeddingOptions
from graphs.place import Place
from ingestion.document import ParsedDocument
from ingestion.errors import IngestionError, KgqaError, ReaderCrashedError
from ingestion.guard import Progress, read_guarded
from ingestion.options import IngestionOptions

if TYPE_CHECKING:
    from kgqa.settings import Settings

Vectors = dict[str, NDArray[np.float32]]
"""The vector of each text of a document."""

_ATTEMPTS = 4  # machines that a task may lose before it counts as failed
_WAITING = 2  # tasks given to an actor at a time, so that no machine holds more than it works on


class ClusterLostError(KgqaError):
    """A task was lost with every machine that had it."""

    code = "cluster"


class _Reader:
    """Reads and embeds files."""

    def __init__(self, options: IngestionOptions, embedding: EmbeddingOptions) -> None:
        self._options, self._embedding = options, embedding

    def work(
        self, data: bytes, suffix: str, name: str, password: str | None
    ) -> tuple[ParsedDocument, Vectors] | IngestionError:
        from graphs.embedding import load_embedder

        with TemporaryDirectory(prefix="kgqa-cluster-") as folder:
            path = Path(folder) / f"file{suffix}"
            path.write_bytes(data)
            try:
                document = read_guarded(path, options=self._options, name=name, password=password)
            except IngestionError as error:
                return error
        texts = sorted({node.search_text for node in searchable(document_to_nodes(document))})
        return document, dict(zip(texts, load_embedder(self._embedding).embed(texts), strict=True))


class _Answerer:
    """Answers questions over a collection that all machines reach: on a server, or in a shared folder."""

    def __init__(self, place: Place, settings: Settings) -> None:
        from kgqa.collection import Collection

        self._collection = Collection.open(place, settings, create=False)

    def work(self, question: Any, documents: Sequence[str] | None, choices: Mapping[str, Any]) -> dict[str, Any]:
        from kgqa.batch import answer_row

        return answer_row(self._collection, question, documents, choices)


def read_on_cluster(
    cluster: str,
    paths: Sequence[Path],
    *,
    options: IngestionOptions,
    embedding: EmbeddingOptions,
    names: Mapping[Path, str],
    password: str | None,
    progress: Progress | None,
) -> Iterator[tuple[Path, ParsedDocument | IngestionError, Vectors]]:
    """Read and embed files; yield each, in order, with its document or why there is none, and its vectors."""
    tasks = [_file_task(path, names.get(path, path.name), options, password) for path in paths]
    results = run_on_cluster(cluster, _Reader, (options, embedding), tasks)
    for path, result in zip(paths, results, strict=True):
        name = names.get(path, path.name)
        if isinstance(result, ClusterLostError):
            yield path, ReaderCrashedError(f"{name}: {result}"), {}
        elif isinstance(result, IngestionError):
            yield path, result, {}
        else:
            document, vectors = result
            if progress is not None:
                progress(name, "read", len(document.pages), len(document.pages))
            yield path, document, vectors


def _file_task(
    path: Path, name: str, options: IngestionOptions, password: str | None
) -> tuple[Any, ...] | IngestionError:
    """Return what an actor needs of a file; what this machine cannot read is told as it would be without a cluster."""
    try:
        if path.is_file() and 0 < path.stat().st_size <= options.max_file_mb * 1e6:
            return path.read_bytes, path.suffix, name, password
        read_guarded(path, options=options, name=name, password=password)
    except IngestionError as error:
        return error
    except OSError as error:
        return IngestionError(f"{name}: {error.strerror}. Check the path and its permissions.")
    return IngestionError(f"{name}: the file changed while it was looked at. Ingest it again.")


def answer_on_cluster(
    cluster: str,
    place: Place,
    settings: Settings,
    questions: Sequence[Any],
    documents: Sequence[str] | None,
    choices: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Answer the questions of a batch; yield their rows in order."""
    tasks = [(question, documents, choices) for question in questions]
    for question, result in zip(questions, run_on_cluster(cluster, _Answerer, (place, settings), tasks), strict=True):
        if isinstance(result, KgqaError):
            yield {"id": question.question_id, "question": question.question, "status": "failed", "error": str(result)}
        else:
            yield result


def run_on_cluster(
    cluster: str, worker: type, arguments: tuple[Any, ...], tasks: Sequence[tuple[Any, ...] | Exception]
) -> Iterator[Any]:
    """Call `worker(*arguments).work(*task)` for each task on actors of a cluster; yield the results in order.

    `cluster` is "auto" (the cluster that this machine belongs to, else one of its own) or an address. A value of a
    task that can be called is called when the task is sent. An exception in place of a task is its result; so is a
    ClusterLostError for one that no machine finished. Raises KgqaError where there is no such cluster.
    """
    ray = _connect(cluster)
    kind = ray.remote(num_cpus=1, max_restarts=0)(worker)
    pool = _Pool(ray, lambda: kind.remote(*arguments), max(1, int(ray.cluster_resources().get("CPU", 1))))
    done: dict[int, Any] = {i: task for i, task in enumerate(tasks) if isinstance(task, Exception)}
    attempts = dict.fromkeys(range(len(tasks)), 0)
    todo = [i for i in range(len(tasks) - 1, -1, -1) if i not in done]
    first = 0
    try:
        while first < len(tasks):
            if first in done:
                yield done.pop(first)
                first += 1
                continue
            while todo and pool.has_room() and todo[-1] < first + 4 * len(pool):
                at = todo.pop()
                task = tasks[at]
                assert not isinstance(task, Exception)  # those are done
                attempts[at] += 1
                pool.send(at, tuple(value() if callable(value) else value for value in task))
            for at, result in pool.finished():
                if isinstance(result, ray.exceptions.RayActorError | ray.exceptions.RayTaskError):
                    if attempts[at] < _ATTEMPTS and isinstance(result, ray.exceptions.RayActorError):
                        todo.append(at)
                        todo.sort(reverse=True)
                        continue
                    told = " ".join(str(result).split())[-200:]
                    result = ClusterLostError(f"it was lost on the cluster ({told}). Run this again.")
                done[at] = result
    finally:
        pool.close()


class _Pool:
    """Actors and what they work on; one that dies is replaced where the cluster has room for another."""

    def __init__(self, ray: Any, start: Any, size: int) -> None:
        self._ray, self._start = ray, start
        self._actors = [start() for _ in range(size)]
        self._work: dict[Any, tuple[int, Any]] = {}  # reference -> (task, actor)

    def __len__(self) -> int:
        return len(self._actors)

    def has_room(self) -> bool:
        return len(self._work) < _WAITING * len(self._actors)

    def send(self, at: int, task: tuple[Any, ...]) -> None:
        busy = [actor for _, actor in self._work.values()]
        actor = min(self._actors, key=lambda one: sum(one is other for other in busy))
        self._work[actor.work.remote(*task)] = at, actor

    def finished(self) -> Iterator[tuple[int, Any]]:
        """Yield (task, result) of those that are ready, after waiting for one; an error stands for its result."""
        ready, _ = self._ray.wait(list(self._work), num_returns=1)
        for reference in ready:
            at, actor = self._work.pop(reference)
            try:
                result = self._ray.get(reference)
            except self._ray.exceptions.RayActorError as error:
                result = error
                self._actors = [one for one in self._actors if one is not actor]
                if not self._actors:
                    self._actors.append(self._start())
            except self._ray.exceptions.RayTaskError as error:
                result = error
            yield at, result

    def close(self) -> None:
        for actor in self._actors:
            with contextlib.suppress(self._ray.exceptions.RayError):  # it died by itself
                self._ray.kill(actor)


def _connect(cluster: str) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anyone
    try:
        import ray
    except ImportError as error:
        raise KgqaError("A cluster needs an extra package. Run `pip install kgqa[ray]`.") from error
    if ray.is_initialized():
        return ray
    usual: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        ray.init(address=cluster, **usual)
    except (ConnectionError, RuntimeError, ValueError) as error:
        if cluster != "auto":
            told = " ".join(str(error).split())[:200]
            raise KgqaError(
                f"No Ray cluster answers at {cluster} ({told}). Start one with `ray start --head`, or name `auto`."
            ) from error
        ray.init(include_dashboard=False, **usual)
    return ray
