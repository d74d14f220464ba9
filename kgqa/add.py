"""Files into a collection: read, embed, commit one by one, then link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.ingest import find_files

from ingestion.errors import KgqaError
from kgqa.collection import Collection, DocumentReport, IngestReport, Progress

if TYPE_CHECKING:
    pass


def add_files(
    collection: Collection,
    paths: Sequence[Path],
    names: Mapping[str, str],
    password: str | None,
    progress: Progress | None,
) -> IngestReport:
    """Do the work of `Collection.add`."""
    files = find_files(paths)
    if not files:
        raise KgqaError(f"No file to read in {', '.join(map(str, paths))}. Give PDF, Markdown or text files, or folders.")
    reports: dict[Path, DocumentReport] = {}
    with collection.store.writing():
        fresh: list[Path] = []
        for file in files:
            report = _known(collection, file, names)
            if report is None:
                fresh.append(file)
            else:
                reports[file] = report
        try:
            for file, result in _read(collection, fresh, names, password, progress):
                reports[file] = _commit(collection, file, result, names, progress)
        finally:
            if progress is not None:
                progress("", "link", 0, 1)
            collection.relink()
            if progress is not None:
                progress("", "link", 1, 1)
    return IngestReport(tuple(reports[file] for file in files))
