"""The parts of the web page that need no browser: names of collections, choices, words, exports."""

import ast
import csv
import io
import re
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

import app as web
from app.asking import Asking
from app.choices import Choices, choices_to_settings, own_model
from app.cli import main
from app.exports import no_formula, rows_to_csv, rows_to_xlsx
from app.jobs import run_to_error
from app.serve import LOCAL, check_address, has_provider, streamlit_command
from app.shelf import Shelf, is_name
from app.sign_in import is_right
from app.words import plain, short
from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.errors import SettingsError
from kgqa.models import choose_model
from kgqa.settings import Settings


@given(st.text(max_size=80))
def test_no_name_leads_out_of_the_shelf(name: str) -> None:
    if is_name(name):
        root = Path("/shelf/collections")
        assert (root / name).parent == root
        assert Path(*(root / name).parts).name == name
        assert name not in (".", "..")
        assert not set(name) & set("/\\\0\n")


def test_a_shelf_makes_and_opens_collections_beside_the_given_one(tmp_path: Path) -> None:
    shelf = Shelf.beside(tmp_path / "library")
    assert shelf.names() == ("library",)
    assert shelf.create(" Papers  2024 ") == "Papers 2024"
    assert shelf.names() == ("library", "Papers 2024")
    assert shelf.place("library") == tmp_path / "library"
    assert shelf.place("Papers 2024") == tmp_path / "library-web" / "collections" / "Papers 2024"
    with pytest.raises(KgqaError, match="already"):
        shelf.create("papers 2024")
    for wrong in ("../other", "a/b", ".hidden", "", "x" * 65, "..", "C:\\x"):
        with pytest.raises(KgqaError, match="cannot name"):
            shelf.create(wrong)
        with pytest.raises(KgqaError, match="no collection"):
            shelf.place(wrong)


def test_what_belongs_to_a_collection_on_a_server_is_kept_apart_and_tells_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = (Shelf.beside(f"postgresql://me:secret@{host}/papers?sslmode=require") for host in ("a", "b"))
    assert one.names() == ("papers",)
    assert one.uploads("papers") != other.uploads("papers")
    assert one.root.parent == tmp_path / "kgqa-web"
    assert "secret" not in str(one.uploads("papers"))


def test_the_server_listens_here_alone_unless_it_asks_who_comes() -> None:
    command = streamlit_command(Path("x"), 8501)
    assert "--server.address=127.0.0.1" in command
    assert "--browser.gatherUsageStats=false" in command
    for address in LOCAL:
        check_address(address, guarded=False)
    check_address("0.0.0.0", guarded=True)
    with pytest.raises(KgqaError, match="KGQA_WEB_PASSWORD"):
        check_address("0.0.0.0", guarded=False)


@given(st.text(), st.text(min_size=1))
def test_only_the_password_itself_is_right(given: str, password: str) -> None:
    try:
        given.encode(), password.encode()
    except UnicodeEncodeError:
        return
    assert is_right(given, SecretStr(password)) == (given == password)


def test_choices_change_what_they_name_and_nothing_else(settings: Settings) -> None:
    assert choices_to_settings(settings, Choices()) == settings
    chosen = choices_to_settings(settings, Choices(agent="question", budget=5, hops=1, max_calls=3))
    assert (chosen.agent, chosen.walk.budget, chosen.walk.hops, chosen.llm_max_calls) == ("question", 5, 1, 3)
    assert chosen.walk.seeds == settings.walk.seeds
    with pytest.raises(SettingsError, match="budget=0"):
        choices_to_settings(settings, Choices(budget=0))


def test_a_key_of_the_environment_goes_to_no_address_that_a_user_typed(settings: Settings) -> None:
    base = settings.model_copy(
        update={"openai_api_key": SecretStr("of-the-server"), "openai_base_url": "http://models.example/v1"}
    )
    own = own_model("openai", "m", "http://127.0.0.1:9/v1", "")
    model = choose_model(own.spec, choices_to_settings(base, Choices(llm=own.spec, own=own)))
    assert model is not None
    assert vars(model)["base_url"] == "http://127.0.0.1:9/v1"
    assert vars(model)["api_key"] is None


def test_a_typed_key_is_in_no_text(settings: Settings) -> None:
    own = own_model("openai", "m", "http://127.0.0.1:9/v1", "sk-very-secret")
    choices = Choices(llm=own.spec, own=own)
    chosen = choices_to_settings(settings, choices)
    assert vars(choose_model(own.spec, chosen))["api_key"] == "sk-very-secret"
    for text in (repr(own), repr(choices), repr(chosen), str(chosen), repr(choose_model(own.spec, chosen))):
        assert "sk-very-secret" not in text


@pytest.mark.parametrize(
    ("kind", "model", "address", "told"),
    [
        ("openai", "", "", "no name"),
        ("openai", "m", "localhost:8000", "http://"),
        ("openai", "m", "file:///etc/passwd", "http://"),
        ("exec", "m", "", "no known kind"),
    ],
)
def test_a_model_that_cannot_be_is_refused_in_one_line(kind: str, model: str, address: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        own_model(kind, model, address, "")
    assert "\n" not in str(caught.value)


@given(st.text())
def test_plain_text_keeps_its_words(text: str) -> None:
    shown = re.sub(r"\\([\\`*_{}\[\]()#+!|<>$~:=^&-])", r"\1", plain(text)).replace("\u2060", "")
    assert shown == " ".join(text.replace("\u2060", "").split()) or "\u2060" in text


@pytest.mark.parametrize(
    "text", ["https://evil.example/x", "see www.evil.example", "a@evil.example", ":material/home:"]
)
def test_plain_text_holds_nothing_that_markdown_links(text: str) -> None:
    shown = plain(text)
    assert not re.search(r"https?:|www\.|\w@\w|(?<!\\):", shown)


@given(st.text(), st.integers(4, 60))
def test_short_text_is_short(text: str, most: int) -> None:
    assert len(short(text, most)) <= most


@given(st.text(min_size=1, max_size=60))
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    guarded = no_formula(cell)
    assert guarded.endswith(cell)
    assert guarded.lstrip()[:1] not in ("=", "+", "-", "@")
    assert guarded[:1] not in ("\t", "\r")


ROWS = [{"id": "1", "question": "=1+1", "status": "answered", "answer": "@SUM(A1)\x00 two", "documents": "a.pdf"}]


def test_a_csv_holds_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(rows_to_csv(ROWS).decode("utf-8-sig"))))
    assert (rows[0]["question"], rows[0]["answer"]) == ("'=1+1", "'@SUM(A1)\x00 two")


def test_a_workbook_holds_strings_alone() -> None:
    with zipfile.ZipFile(io.BytesIO(rows_to_xlsx(ROWS))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        strings = "".join(ElementTree.fromstring(book.read("xl/sharedStrings.xml")).itertext())
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(sheet.iter(f"{name}f"))
    assert {cell.get("t") for cell in sheet.iter(f"{name}c")} == {"s"}
    assert "=1+1" in strings
    assert "@SUM(A1) two" in strings


def test_a_page_for_everybody_is_not_served_unguarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KGQA_WEB_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["web", "--address", "0.0.0.0", "--collection", str(tmp_path / "c")]) == 1
    assert has_provider() is False
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[auth]\nclient_id = "x"\n', encoding="utf-8")
    assert has_provider() is True


@pytest.mark.parametrize(("llm", "together"), [("none", 2), ("auto", 2), ("openai:some", 3)])
def test_questions_that_only_compute_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llm: str, together: int
) -> None:
    """Three that a model may answer are under way at once; of three without one, the third waits for another's end."""
    under_way, most = [], []

    def ask(self: Collection, question: str, **_: object) -> None:
        under_way.append(question)
        deadline = time.monotonic() + (10 if together > 2 else 0.3)
        while len(under_way) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        most.append(len(under_way))
        if together == 2:
            under_way.remove(question)

    monkeypatch.setattr(Collection, "ask", ask)
    settings = Settings(llm=llm, openai_base_url=None, openai_api_key=None, ollama_host=None)
    with Collection.open(tmp_path / "c", settings) as collection:
        asked = [Asking(collection, f"question {i}") for i in range(3)]
        assert all(one.wait(20) for one in asked)
    assert max(most) == together
    assert not any(one.error for one in asked)


def test_an_unexpected_error_is_logged_with_its_place_and_without_values(caplog: pytest.LogCaptureFixture) -> None:
    """The page tells that it is a bug; who runs the server must find where."""
    key = "-".join(("sk", "of", "somebody"))

    def work() -> None:
        {}[key]

    assert "Unexpected KeyError" in run_to_error(work)
    assert "in work" in caplog.text
    assert "KeyError" in caplog.text
    assert key not in caplog.text
    caplog.clear()
    assert run_to_error(lambda: None) == ""
    assert not caplog.text


def test_whatever_opens_has_a_key() -> None:
    """Without one Streamlit knows it by its place alone, and shuts it when anything above it comes or goes."""
    opens = {"expander", "popover", "tabs"}
    calls = [
        (path.name, call.lineno, {word.arg for word in call.keywords})
        for path in sorted(Path(web.__file__).parent.glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in opens
    ]
    assert len(calls) > 10
    assert [(name, line) for name, line, words in calls if "key" not in words] == []
