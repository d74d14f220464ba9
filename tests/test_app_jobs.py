"""Ingestion in the background of the web server: runs that are cut off, cancelled, and seen before they are done."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.jobs import IngestJob, Jobs, leftover_runs, run_names
from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.settings import Settings

DATA = Path(__file__).parent / "data"
Until = Callable[[Callable[[], bool]], None]


def test_a_run_that_was_cut_off_goes_on(tmp_path: Path, settings: Settings, until: Until) -> None:
    place, waiting = tmp_path / "collection", tmp_path / "uploads"
    run = waiting / "1"
    run.mkdir(parents=True)
    (run / "names.json").write_text(json.dumps(["../../one.md", "two.md"]), encoding="utf-8")
    (run / "upload-0.md").write_text("# One\n\nThe bridge was built in 1890.\n", encoding="utf-8")
    (run / "upload-1.md").write_text("# Two\n\nThe tower was built in 1902.\n", encoding="utf-8")
    assert leftover_runs(waiting) == [run]
    assert run_names(run) == ("../../one.md", "two.md")
    jobs = Jobs()
    job = jobs.resume(place, run, settings)
    until(lambda: job.done)
    assert job.error == ""
    with Collection.open(place, settings) as collection:
        assert [record.name for record in collection.documents()] == ["one.md", "two.md"]
    assert leftover_runs(waiting) == []


def test_a_run_that_is_read_is_no_leftover_and_keeps_others_out(
    tmp_path: Path, settings: Settings, until: Until
) -> None:
    jobs = Jobs()
    text = b"# A\n\n" + b"A sentence about bridges that is long enough to be a passage of its own.\n\n" * 400
    job = jobs.start(tmp_path / "c", tmp_path / "u", [("a.md", text)], settings)
    assert leftover_runs(tmp_path / "u") == [] or job.done
    if not job.done:
        with pytest.raises(KgqaError, match="being read already"):
            jobs.start(tmp_path / "c", tmp_path / "u", [("b.md", b"b")], settings)
    until(lambda: job.done)
    assert [report.status for report in job.reports] == ["ok"]
    jobs.dismiss(tmp_path / "c")
    assert jobs.current(tmp_path / "c") is None


def test_a_run_that_is_cancelled_ends_in_one_line(tmp_path: Path, settings: Settings, until: Until) -> None:
    jobs = Jobs()
    job = jobs.start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "rcpp_introduction.pdf").read_bytes())], settings
    )
    job.cancel()
    until(lambda: job.done)
    assert job.error.startswith("Cancelled. What was read stays")
    assert leftover_runs(tmp_path / "u") == []


def test_a_long_pdf_can_be_asked_before_its_layout_is_read(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    monkeypatch.setattr("app.jobs._LONG", 1000)
    seen: list[tuple[str, int]] = []

    class Watched(IngestJob):
        def progress(self, name: str, stage: str, done: int, total: int) -> None:
            super().progress(name, stage, done, total)
            if stage == "read" and not seen:
                with Collection.open(tmp_path / "c", settings) as collection:
                    seen.extend((r.name, r.pages) for r in collection.documents())

    monkeypatch.setattr("app.jobs.IngestJob", Watched)
    jobs = Jobs()
    job = jobs.start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "census_disability_us001.pdf").read_bytes())], settings
    )
    until(lambda: job.done)
    assert job.error == ""
    assert seen == [("a.pdf", 3)], "it was not there when its layout began to be read"
    (report,) = job.reports
    assert (report.status, report.tables) == ("ok", 2)
    again = jobs.start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "census_disability_us001.pdf").read_bytes())], settings
    )
    until(lambda: again.done)
    assert [report.status for report in again.reports] == ["unchanged"]
    assert again.looked == set(), "what is there with its layout is never put back to bare text"


def test_the_first_pages_of_a_long_pdf_can_be_asked_before_the_others(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    monkeypatch.setattr("app.jobs._LONG", 1000)
    monkeypatch.setattr("app.jobs._FIRST", 1)
    seen: list[tuple[int, set[int]]] = []

    class Watched(IngestJob):
        def look(self, name: str, stage: str, done: int, total: int) -> None:
            super().look(name, stage, done, total)
            if self.begun and not seen:
                with Collection.open(tmp_path / "c", settings) as collection:
                    document = collection.load("a.pdf")
                    seen.append((len(document.pages), {passage.page_number for passage in document.passages}))

    monkeypatch.setattr("app.jobs.IngestJob", Watched)
    job = Jobs().start(
        tmp_path / "c", tmp_path / "u", [("a.pdf", (DATA / "census_disability_us001.pdf").read_bytes())], settings
    )
    until(lambda: job.done)
    assert (job.error, seen) == ("", [(3, {1})])
    (report,) = job.reports
    assert (report.status, report.pages, report.tables) == ("ok", 3, 2)
