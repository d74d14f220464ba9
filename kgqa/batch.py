"""A file of questions into a file of answers, one line per question as soon as it is answered; resumable."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.errors import DatasetError, SettingsError
from kgqa.metered import Account
from kgqa.result import Answer
from kgqa.settings import Settings
from kgqa.trace import Usage

COLUMNS = ("id", "question", "status", "answer", "citations", "error")


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One question of a batch."""

    question_id: str  # unique in the batch: the file's own id, else the line's number from 1
    question: str
    documents: tuple[str, ...] | None  # names to ask, or None for all


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch."""

    answered: int = 0
    refused: int = 0  # asked, and the documents do not answer it
    failed: int = 0  # could not be asked; the reason stands in the output
    kept: int = 0  # answers of an earlier run
    usage: Usage = field(default_factory=Usage, compare=False)  # of this run alone, all questions together


def read_questions(path: Path) -> list[BatchQuestion]:
    """Read `.txt` (a question a line), `.jsonl` or `.csv` (fields question, and perhaps id and documents or docs).

    In CSV, several documents are separated by `;`. Raises DatasetError for a file or line that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {error}. Give a UTF-8 file of questions.") from error
    parse = {".jsonl": _from_jsonl, ".csv": _from_csv}.get(path.suffix.lower(), _from_lines)
    questions = list(parse(path, text))
    if not questions:
        raise DatasetError(f"{path} holds no question. Give one a line, or JSON lines with the field `question`.")
    seen: set[str] = set()
    for question in questions:
        if question.question_id in seen:
            raise DatasetError(f"{path}: two questions have the id {question.question_id}. Make the ids unique.")
        seen.add(question.question_id)
    return questions


def _from_lines(path: Path, text: str) -> Iterator[BatchQuestion]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield BatchQuestion(str(number), line.strip(), None)


def _from_jsonl(path: Path, text: str) -> Iterator[BatchQuestion]:
    for number, line in enumerate(text.split("\n"), 1):  # JSON may hold other line ends, such as U+2028
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            question = item["question"] if "question" in item else item["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(f"{path}, line {number}: not a JSON object with the field `question`.") from error
        named = item.get("documents", item.get("docs"))
        yield BatchQuestion(
            str(item.get("id", item.get("_id", number))), str(question), tuple(named) if named else None
        )


def _from_csv(path: Path, text: str) -> Iterator[BatchQuestion]:
    rows = csv.DictReader(io.StringIO(text))
    if "question" not in (rows.fieldnames or ()):
        raise DatasetError(f"{path} has no column named `question`. Name the columns in its first line.")
    for number, row in enumerate(rows, 1):
        named = [name.strip() for name in (row.get("documents") or row.get("docs") or "").split(";") if name.strip()]
        yield BatchQuestion(row.get("id") or str(number), row["question"] or "", tuple(named) or None)


def answer_batch(
    collection: Collection,
    questions: Path,
    output: Path,
    *,
    resume: bool = False,
    documents: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    cluster: str | None = None,
    **choices: Any,
) -> BatchReport:
    """Answer every question of a file; `choices` are those of `Collection.ask`.

    Each answer is written when it is there. With `resume`, answers that the output holds are kept and failures
    are asked again. A question that fails is a line with status "failed" and the reason. `cluster` names a Ray cluster
    whose machines reach the collection.

    The settings' caps of a run hold for all its questions together: when one is reached, each question that still needs
    the model fails, and `resume` goes on from there under a higher one. A cluster cannot keep them.
    """
    started = perf_counter()
    account = _run_account(collection.settings)
    if cluster is not None and account.capped:
        raise SettingsError(
            "llm_run_max_calls, llm_run_max_tokens and llm_run_max_cost cannot be kept on a cluster. Unset them, cap "
            "each question by llm_max_calls or llm_max_tokens, or run without --cluster."
        )
    asked = read_questions(questions)
    if output.resolve() == questions.resolve():
        raise DatasetError(f"{output} is the file of questions. Name another output.")
    kept = _kept(output, {q.question_id: q.question for q in asked}) if resume else {}
    counts = {"answered": 0, "refused": 0, "failed": 0}
    try:
        _start_output(output, list(kept.values()))
        with output.open("a", encoding="utf-8", newline="") as file:
            todo = [question for question in asked if question.question_id not in kept]
            for done, row in enumerate(_rows(collection, todo, documents, {**choices, "run": account}, cluster), 1):
                counts[row["status"]] += 1
                file.write(_row_to_line(row, output))
                file.flush()
                if progress is not None:
                    progress(len(kept) + done, len(asked))
    except OSError as error:
        raise DatasetError(f"{output}: {error.strerror}. Name a file in a folder that can be written.") from error
    spent = Usage(
        llm_calls=account.calls,
        prompt_tokens=account.prompt_tokens,
        completion_tokens=account.completion_tokens,
        seconds=round(perf_counter() - started, 2),
        cached_calls=account.cached,
        cost=round(account.cost, 6),
    )
    return BatchReport(**counts, kept=len(kept), usage=spent)


def _run_account(settings: Settings) -> Account:
    return Account(
        prices=settings.prices,
        max_calls=settings.llm_run_max_calls,
        max_tokens=settings.llm_run_max_tokens,
        max_cost=settings.llm_run_max_cost,
    )


def _rows(
    collection: Collection,
    questions: Sequence[BatchQuestion],
    documents: Sequence[str] | None,
    choices: Mapping[str, Any],
    cluster: str | None,
) -> Iterator[dict[str, Any]]:
    if cluster is None:
        return _rows_here(collection, questions, documents, choices)
    from kgqa.cluster import answer_on_cluster

    choices = {name: value for name, value in choices.items() if name != "run"}  # one of this process alone
    return answer_on_cluster(cluster, collection.place, collection.settings, questions, documents, choices)


def _rows_here(
    collection: Collection,
    questions: Sequence[BatchQuestion],
    documents: Sequence[str] | None,
    choices: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield the rows in order; several questions wait for the model at the same time where the settings say so."""
    pool = ThreadPoolExecutor(collection.settings.workers, thread_name_prefix="question")
    rest = iter(questions)
    waiting: deque[Future[dict[str, Any]]] = deque()
    try:
        for question in rest:
            waiting.append(pool.submit(answer_row, collection, question, documents, choices))
            if len(waiting) > 2 * collection.settings.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def answer_row(
    collection: Collection, question: BatchQuestion, documents: Sequence[str] | None, choices: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the line of a question's answer, or of why there is none."""
    row: dict[str, Any] = {"id": question.question_id, "question": question.question}
    try:
        answer = collection.ask(question.question, documents=question.documents or documents, **choices)
    except KgqaError as error:
        return {**row, "status": "failed", "error": str(error)}
    # The question stays as it was given, by which a later run knows that it is the same one.
    return {**row, "status": "refused" if answer.abstained else "answered", **_plain(answer), **row}


def _plain(answer: Answer) -> dict[str, Any]:
    data = answer.to_json()
    del data["trace"]
    return data


def _kept(output: Path, questions: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the finished rows of an earlier run by id: those of the same questions that did not fail.

    The last line of a run that was killed may be torn; it is asked again.
    """
    if not output.exists():
        return {}
    text = output.read_text(encoding="utf-8")
    if output.suffix.lower() == ".csv":
        rows: list[dict[str, Any]] = [
            {**row, "citations": json.loads(row["citations"] or "[]")}
            for row in csv.DictReader(io.StringIO(text))
            if None not in row.values()
        ]
    else:
        rows = [row for line in text.split("\n") if (row := _json_or_none(line)) is not None]
    return {
        str(row["id"]): row
        for row in rows
        if row.get("status") in ("answered", "refused") and questions.get(str(row.get("id"))) == row.get("question")
    }


def _json_or_none(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _start_output(output: Path, kept: Sequence[dict[str, Any]]) -> None:
    """Make the output hold exactly the kept rows, in one step, so that a kill here loses none of them."""
    fresh = output.with_name(output.name + ".partial")
    head = _csv_line(dict(zip(COLUMNS, COLUMNS, strict=True))) if output.suffix.lower() == ".csv" else ""
    fresh.write_text(head + "".join(_row_to_line(row, output) for row in kept), encoding="utf-8", newline="")
    fresh.replace(output)


def _row_to_line(row: dict[str, Any], output: Path) -> str:
    if output.suffix.lower() != ".csv":
        return json.dumps(row, ensure_ascii=False) + "\n"
    return _csv_line({**row, "citations": json.dumps(row.get("citations", []), ensure_ascii=False)})


def _csv_line(row: dict[str, Any]) -> str:
    line = io.StringIO()
    csv.DictWriter(line, COLUMNS, extrasaction="ignore", restval="").writerow(row)
    return line.getvalue()
