"""Files into a collection: read, embed, commit one by one, then link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from graphs.place import is_ours
from graphs.rows import DocumentRecord
from ingestion.document import PageIssue, ParsedDocument
from ingestion.errors import IngestionError, KgqaError
from ingestion.ingest import KINDS, find_files, find_others, read_many
from ingestion.ocr import has_ocr, installed_languages
from ingestion.options import IngestionOptions
from kgqa.collection import (
    Collection,
    DocumentReport,
    IngestReport,
    Progress,
    Status,
    file_digest,
    page_reports,
)

_WANT_OCR = ("ocr-missing", "no-text-layer", "garbled-text-layer", "unnamed-letters")
"""Issues of pages that OCR might mend."""
_LANGUAGE = re.compile(r"apt-get install tesseract-ocr-([a-z_-]+)")
"""What an issue says of a language whose data was missing."""


def add_files(
    collection: Collection,
    paths: Sequence[Path],
    names: Mapping[str, str],
    password: str | None,
    progress: Progress | None,
    cluster: str | None = None,
) -> IngestReport:
    """Do the work of `Collection.add`."""
    files = find_files(paths)
    if not files:
        raise KgqaError(f"No file to read in {', '.join(map(str, paths))}. Give files of {KINDS}.")
    reports: dict[Path, DocumentReport] = {}
    with collection.store.writing():
        shown = _shown_names(collection, files, names)
        sources = {file: "" if str(file) in names else str(file.absolute()) for file in files}
        for file in files:
            known = _unchanged(collection, file, shown[file], sources[file])
            if known is not None:
                reports[file] = known
        fresh = [file for file in files if file not in reports]
        try:
            for file, result, vectors in _read(collection, fresh, shown, password, progress, cluster):
                reports[file] = _commit(collection, file, result, shown[file], sources[file], progress, vectors)
        finally:
            _relink(collection, progress)
    notes = [*collection.store.notes(), *_passed_over(paths)]
    return IngestReport(tuple(reports[file] for file in files), tuple(notes))


def _passed_over(paths: Sequence[Path]) -> list[str]:
    """Return a line that tells which files of folders were not tried, those of collections aside; none for none."""
    others = [file for file in find_others(paths) if not any(map(is_ours, file.absolute().parents))]
    if not others:
        return []
    some = ", ".join(file.name for file in others[:3]) + (", ..." if len(others) > 3 else "")
    return [
        f"Not tried, as their names tell no kind that is read: {some} ({len(others)} in all; name a file to try it)"
    ]


def _read(
    collection: Collection,
    files: Sequence[Path],
    names: Mapping[Path, str],
    password: str | None,
    progress: Progress | None,
    cluster: str | None,
) -> Iterator[tuple[Path, ParsedDocument | IngestionError, Mapping[str, NDArray[np.float32]]]]:
    """Yield each file with what was read, or why it could not be, and the vectors that were made of it elsewhere."""
    settings = collection.settings
    if cluster is not None:
        from kgqa.cluster import read_on_cluster

        yield from read_on_cluster(
            cluster,
            files,
            options=settings.ingestion,
            embedding=settings.embedding,
            names=names,
            password=password,
            progress=progress,
        )
        return
    results = read_many(
        files,
        options=settings.ingestion,
        names=names,
        password=password,
        jobs=settings.jobs,
        progress=progress,
        cache=collection.store.page_cache,
    )
    yield from ((file, result, {}) for file, result in results)


def _relink(collection: Collection, progress: Progress | None) -> None:
    if progress is not None:
        progress("", "link", 0, 1)
    collection.relink()
    if progress is not None:
        progress("", "link", 1, 1)


def shown_name(name: str) -> str:
    """Return the name of a document whose upload came with that name: without folders, on one line.

    >>> shown_name("C:\\\\papers\\\\a.pdf"), shown_name("..")
    ('a.pdf', '..')
    """
    return Path(name.replace("\\", "/")).name.replace("\n", " ").strip() or "document"


def _shown_names(collection: Collection, files: Sequence[Path], names: Mapping[str, str]) -> dict[Path, str]:
    """Return the name to show for each file: its base name, with as many folders as tell it from another file.

    A document keeps its name while its file is the same; a file of the same name from another place that still has its
    own file is another document.
    """
    taken: dict[str, str] = {
        record.name: record.source
        for record in collection.documents()
        if record.doc_id and record.source and Path(record.source).exists()
    }
    shown: dict[Path, str] = {}
    for file in files:
        if str(file) in names:
            shown[file] = shown_name(names[str(file)])
            continue
        source = str(file.absolute())
        parts = [part.replace("\n", " ") for part in file.absolute().parts]
        depth = 1
        name = parts[-1]
        while taken.get(name, source) != source and depth < len(parts):
            depth += 1
            name = "/".join(parts[-depth:])
        taken[name] = source
        shown[file] = name
    return shown


def _unchanged(collection: Collection, file: Path, name: str, source: str) -> DocumentReport | None:
    """Return the report of a file whose bytes are in the collection, noting a new name or place; None for a new one."""
    try:
        sha256 = file_digest(file)
    except IngestionError:
        return None  # reading it says why
    record = collection.store.by_hash(sha256)
    if record is None or _reads_otherwise(record, collection.settings.ingestion):
        return None
    moved = source and record.source != source and not (record.source and Path(record.source).exists())
    if moved and collection.store.name_is_free(name, record.doc_id):
        collection.store.move(record.doc_id, name, source)
        record = replace(record, name=name, source=source)
    return _report(record, "unchanged")


def _reads_otherwise(record: DocumentRecord, options: IngestionOptions) -> bool:
    """Return whether other options are in force, or pages that were not read for want of OCR can be read now."""
    if record.reading and record.reading != options.reading:
        return True
    named = {match[1].replace("-", "_") for i in record.issues if (match := _LANGUAGE.search(i.message)) is not None}
    if options.ocr != "never" and not named.isdisjoint(installed_languages()):
        return True
    wanting = any(issue.code in _WANT_OCR for issue in record.issues)
    return wanting and options.ocr != "never" and has_ocr()


def _commit(
    collection: Collection,
    file: Path,
    result: ParsedDocument | IngestionError,
    name: str,
    source: str,
    progress: Progress | None,
    vectors: Mapping[str, NDArray[np.float32]],
) -> DocumentReport:
    """Embed and commit what was read, or note why it could not be."""
    if isinstance(result, IngestionError):
        issue = PageIssue(None, None, result.code, str(result))
        collection.store.record_failure(name, _digest_or_none(file), source, (issue,))
        return DocumentReport(name, "failed", issues=(issue,))
    started = perf_counter()
    twin = collection.store.by_hash(result.sha256)
    options = collection.settings.ingestion
    if twin is not None and not _reads_otherwise(twin, options):  # the same bytes came twice in one run
        return _report(twin, "unchanged")
    if progress is not None:
        progress(name, "embed", 0, 1)
    collection.put(result, file, source, options.reading, vectors)
    if progress is not None:
        progress(name, "embed", 1, 1)
    seconds = round(result.seconds + perf_counter() - started, 3)
    report = _report(collection.store.record(name), result.status)
    return replace(report, seconds=seconds, page_reports=page_reports(result))


def _digest_or_none(file: Path) -> str:
    try:
        return file_digest(file)
    except IngestionError:
        return ""


def _report(record: DocumentRecord, status: Status) -> DocumentReport:
    return DocumentReport(
        record.name,
        status,
        record.pages,
        record.passages,
        record.tables,
        record.figures,
        record.sections,
        0.0 if status == "unchanged" else record.seconds,
        record.issues,
    )
