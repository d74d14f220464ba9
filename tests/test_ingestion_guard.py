"""Reading in worker processes: what a hostile file costs, and that the others go on."""

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from ingestion import guard
from ingestion.errors import IngestionError, ReaderCrashedError
from ingestion.guard import close_workers, read_guarded
from ingestion.ingest import find_files
from ingestion.options import IngestionOptions
from ingestion.page_list import PageList
from ingestion.read_pages import read_pdf


@pytest.fixture(autouse=True, scope="module")
def no_worker_left():
    yield
    close_workers()


def worker_ids() -> list[int]:
    """The processes that this one started."""
    mine = os.getpid()
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == mine:
            found.append(int(stat.parent.name))
    return found


def long_pdf(path: Path, pages: int = 400) -> Path:
    with pymupdf.open() as pdf:
        for number in range(pages):
            page = pdf.new_page()
            for row in range(40):
                page.insert_text((72, 80 + 15 * row), f"Page {number}, row {row}: words that a reader has to place.")
        pdf.save(path)
    return path


def test_a_killed_worker_costs_the_page_that_it_read(tmp_path: Path) -> None:
    path = long_pdf(tmp_path / "long.pdf", 30)

    def kill() -> None:
        for _ in range(200):
            time.sleep(0.1)
            ids = worker_ids()
            if ids and started.is_set():
                os.kill(ids[0], signal.SIGKILL)
                return

    started = threading.Event()
    threading.Thread(target=kill, daemon=True).start()
    document = read_guarded(path, options=IngestionOptions(), progress=lambda *_: started.set())
    assert [issue.code for issue in document.issues] == ["page-damaged"]
    assert all("words that a reader has to place" in page.markdown for page in document.pages)


def test_a_page_that_ends_its_reader_is_read_by_pdfium_and_costs_itself_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layout model's library died (signal 11) on two pages of a report, and all nine were lost."""
    deadly = (
        "import os, ingestion.read_pages as r; read = r._Reading.read; "
        "r._Reading.read = lambda self, i: os.kill(os.getpid(), 11) if i in (1, 3) else read(self, i); "
    )
    monkeypatch.setattr(
        guard, "_START", guard._START.replace("from ingestion.worker", f"{deadly}from ingestion.worker")
    )
    close_workers()
    path = long_pdf(tmp_path / "long.pdf", 5)
    document = read_guarded(path, options=IngestionOptions())
    assert [page.engine for page in document.pages] == ["layout", "pypdfium", "layout", "pypdfium", "layout"]
    assert [(issue.page, issue.code) for issue in document.issues] == [(2, "page-damaged"), (4, "page-damaged")]
    assert "the process that read it died" in document.issues[0].message
    monkeypatch.setattr(guard, "_DEATHS", 1)
    close_workers()
    with pytest.raises(ReaderCrashedError, match="signal 11"):
        read_guarded(path, options=IngestionOptions())
    monkeypatch.undo()
    close_workers()


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = long_pdf(tmp_path / "long.pdf", 600)
    with pytest.raises(IngestionError, match="seconds_per_file"):
        read_guarded(path, options=IngestionOptions(seconds_per_file=1.0))


def test_a_worker_gives_what_reading_in_this_process_gives(read, data: Path) -> None:
    own = read("empty_pages.pdf")
    other = read_guarded(data / "empty_pages.pdf", options=IngestionOptions())
    assert other.passages == own.passages
    assert [page.markdown for page in other.pages] == [page.markdown for page in own.pages]


def test_files_of_a_folder_are_found_in_order(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.md", "c.txt", ".hidden.pdf", "d.exe"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "e.pdf").write_text("x")
    found = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path])]
    assert found == ["a.md", "b.pdf", "c.txt", "sub/e.pdf"]


def test_many_pages_are_kept_as_they_are_given(data: Path) -> None:
    """Beyond 150 pages a page is bytes until it is asked for, and may be changed like any other."""
    few = list(read_pdf(data / "rcpp_introduction.pdf", options=IngestionOptions(ocr="never")).pages)
    many = PageList(few * 25)
    assert len(many) == 200
    assert list(many) == few * 25
    changed = replace(many[170], reason="another")
    many[170] = changed
    assert many[170] == changed
    assert many[-30] == changed
    assert many[171:173] == [few[3], few[4]]
