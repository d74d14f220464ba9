"""What a second run, a changed file, changed options and a removal cost and leave behind."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from app.render import pages_to_text, report_to_text
from graphs.errors import CollectionError, UnknownDocumentError
from graphs.options import GraphOptions
from ingestion.errors import KgqaError
from ingestion.options import IngestionOptions
from kgqa.collection import Collection, page_reports
from kgqa.errors import SettingsError
from kgqa.settings import Settings


def report(path: Path, pages: int = 3, added: str = "") -> Path:
    with pymupdf.open() as pdf:
        for number in range(pages):
            page = pdf.new_page(width=595, height=842)
            page.insert_text((60, 90), f"Harbour report, part {number + 1}: ships of the year {1900 + number}.")
            if added and number == 1:
                page.insert_text((60, 120), added)
        pdf.save(path)
    return path


def cached(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "pages.sqlite3") as database:
        return [row[0] for row in database.execute("SELECT sha256 FROM pages")]


def test_a_changed_option_reads_again_and_the_same_ones_do_not(tmp_path: Path, settings: Settings) -> None:
    path = report(tmp_path / "report.pdf")
    with Collection.open(tmp_path / "collection", settings) as collection:
        assert collection.add(path).documents[0].status == "ok"
        assert collection.add(path).documents[0].status == "unchanged"
    fast = settings.model_copy(update={"ingestion": IngestionOptions(layout=False)})
    with Collection.open(tmp_path / "collection", fast) as collection:
        (again,) = collection.add(path).documents
        assert again.status == "ok"
        assert {page.engine for page in again.page_reports} == {"text"}
        assert collection.add(path).documents[0].status == "unchanged"


def test_a_changed_file_leaves_nothing_of_the_old_one(tmp_path: Path, settings: Settings) -> None:
    path = report(tmp_path / "report.pdf")
    with Collection.open(tmp_path / "collection", settings) as collection:
        collection.add(path)
        before = set(cached(tmp_path / "collection"))
        report(path, added="The lighthouse was built by Ann Lee.")
        (changed,) = collection.add(path).documents
        assert changed.status == "ok"
        after = cached(tmp_path / "collection")
        assert len(after) == 3
        assert before.isdisjoint(after), "unchanged pages belong to the new file now"
        collection.remove("report.pdf")
        assert cached(tmp_path / "collection") == []


def test_a_collection_of_version_one_is_brought_up_to_date(tmp_path: Path, settings: Settings, data: Path) -> None:
    """One of version two without what that version added, which is what version one was."""
    folder = tmp_path / "collection"
    shutil.copytree(data / "collection_v2", folder)
    with sqlite3.connect(folder / "kgqa.sqlite3") as database:
        words = database.execute("SELECT markdown FROM pages ORDER BY doc_id, number").fetchall()
        for table, column in (
            ("pages", "confidence"),
            ("pages", "agreement"),
            ("pages", "seconds"),
            ("documents", "reading"),
        ):
            database.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        database.execute("PRAGMA user_version = 1")
    with Collection.open(folder, settings) as collection:
        documents = [collection.load(record.name) for record in collection.documents()]
        assert [(page.markdown,) for d in sorted(documents, key=lambda d: d.doc_id) for page in d.pages] == words
        assert {page.confidence for document in documents for page in document.pages} == {None}
        assert collection.store.findings() == []
        assert collection.ask("Where do apples grow?").citations


def test_pages_not_to_trust_are_listed(tmp_path: Path, settings: Settings) -> None:
    never = settings.model_copy(update={"ingestion": IngestionOptions(ocr="never")})
    path = tmp_path / "mixed.pdf"
    with pymupdf.open() as pdf:
        pdf.new_page().insert_text((60, 90), "A page with a text layer that can be read.")
        grey = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 300, 400))
        grey.clear_with(180)
        scanned = pdf.new_page()
        scanned.insert_image(scanned.rect, pixmap=grey)
        pdf.save(path)
    with Collection.open(tmp_path / "collection", never) as collection:
        (document,) = collection.add(path).documents
        assert [page.doubtful for page in document.page_reports] == [False, True]
        told = report_to_text([document])
        assert "? mixed.pdf: not to be trusted: page 2" in told
        assert "mixed.pdf, page 2: mixed.pdf, page 2:" not in told
        shown = pages_to_text("mixed.pdf", page_reports(collection.load("mixed.pdf")))
    assert "Pages not to trust: 2" in shown
    assert "no-text-layer" in [issue.code for page in document.page_reports for issue in page.issues]
    command = [sys.executable, "-m", "app.cli", "documents", "mixed.pdf", "--pages", "--json", "--collection",
               str(tmp_path / "collection")]  # fmt: skip
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    pages = said["documents"][0]["page_reports"]
    assert [(page["page"], page["engine"], page["doubtful"]) for page in pages] == [
        (1, "layout", False), (2, "none", True),
    ]  # fmt: skip
    assert {"reason", "seconds", "characters", "confidence", "agreement", "issues"} <= pages[0].keys()


def test_a_figure_can_be_shown(collection: Collection) -> None:
    figure = next(f for f in collection.load("rcpp_introduction.pdf").figures if f.boxes)
    assert collection.figure_image("rcpp_introduction.pdf", figure.figure_id).startswith(b"\x89PNG")
    with pytest.raises(KgqaError, match="no figure"):
        collection.figure_image("rcpp_introduction.pdf", "nothing")


def test_the_report_tells_where_neighbours_are_approximate(tmp_path: Path, settings: Settings) -> None:
    for i in range(6):
        (tmp_path / f"file{i}.md").write_text(f"# File {i}\n\nShips of the harbour number {i} sail at night.", "utf-8")
    with Collection.open(tmp_path / "c", settings) as collection:
        assert collection.add(tmp_path).notes == ()
    few = settings.model_copy(update={"graph": GraphOptions(exact_up_to=3)})
    with Collection.open(tmp_path / "approximate", few) as collection:
        (note,) = collection.add(tmp_path).notes
        assert "approximate search (100.0 of 100" in note
    with contextlib.closing(sqlite3.connect(tmp_path / "approximate" / "kgqa.sqlite3")) as database, database:
        database.execute("DELETE FROM arrays WHERE name = 'recall'")  # as an older kgqa left it
    (tmp_path / "more.md").write_text("# More\n\nShips sail.", "utf-8")
    with Collection.open(tmp_path / "approximate", few) as collection:
        (note,) = collection.add(tmp_path / "more.md").notes
        assert "not measured" in note


def test_files_of_other_kinds_in_a_folder_are_told_of(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "harbour.md").write_text("# Harbour\n\nIt opened in 1871.\n", encoding="utf-8")
    (source / "harbour.xyz").write_text("It closed in 1990.", encoding="utf-8")
    (source / ".hidden.xyz").write_text("nothing", encoding="utf-8")
    with Collection.open(tmp_path / "collection", settings) as collection:
        told = collection.add(source)
        assert [document.name for document in told.documents] == ["harbour.md"]
        assert [note for note in told.notes if "harbour.xyz" in note and "1 in all" in note]
        assert not collection.add(source / "harbour.xyz").notes


def test_a_wrong_name_among_those_to_remove_removes_none(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "collection", settings) as collection:
        collection.add(report(tmp_path / "report.pdf", 1))
        with pytest.raises(UnknownDocumentError, match="Nothing was removed"):
            collection.remove("report.pdf", "repport.pdf")
        assert [record.name for record in collection.documents()] == ["report.pdf"]


def test_a_closed_collection_says_so(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "collection", settings) as collection:
        collection.add(report(tmp_path / "report.pdf", 1))
    collection.close()
    with pytest.raises(CollectionError, match=r"is closed\. Open the collection anew"):
        collection.ask("Which year?", llm="none")


def test_a_choice_that_there_is_not_is_a_wrong_setting(tmp_path: Path, settings: Settings) -> None:
    with Collection.open(tmp_path / "collection", settings) as collection:
        collection.add(report(tmp_path / "report.pdf", 1))
        with pytest.raises(SettingsError, match="budget=0"):
            collection.ask("Which year?", llm="none", budget=0)
        with pytest.raises(SettingsError, match="retriever='zzz'"):
            collection.ask("Which year?", llm="none", retriever="zzz")
