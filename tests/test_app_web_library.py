"""The library in a browser: files that cannot be read whole, a killed server, windows apart, sign-in, hostile words."""

import os
from pathlib import Path
from typing import Any

import pymupdf
import pytest
import web_model
import web_server as web

from kgqa.collection import Collection
from kgqa.settings import Settings

DATA = Path(__file__).parent / "data"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(web.CHROMIUM is None and not os.environ.get("CI"), reason=web.WITHOUT),
]

HOSTILE = """# Orders

The harbour of Brill opened in 1871 <img src="http://evil.example/a.png" onerror="alert(1)"> and ![a](http://evil.example/b.png)
see [this](http://evil.example) or www.evil.example :material/home: $x^2$ <script>alert(2)</script> in the town.
"""
ARABIC = "# الجسر\n\nبني جسر المدينة القديم في سنة ١٨٩٠ من الحجر الأبيض وهو أطول جسر على النهر الكبير في الشمال.\n"


@pytest.fixture(scope="module")
def page(served: Any, browser: Any) -> Any:
    return web.new_window(browser, f"{served.url}/library")


def close_the_report(page: Any) -> None:
    """Closed is when it is gone: a page left before that cuts the click off, and the report would be back."""
    button = page.get_by_role("button", name="Close the report")
    button.click()
    button.wait_for(state="detached")


def test_a_scan_an_encrypted_and_a_corrupt_file_each_get_their_say(page: Any, tmp_path: Path) -> None:
    scan, corrupt = tmp_path / "scan.pdf", tmp_path / "corrupt.pdf"
    with pymupdf.open(DATA / "scan_word_processor.pdf") as whole:
        whole.select([1])
        whole.save(scan)
    corrupt.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    (tmp_path / "orders.md").write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "bridge.md").write_text(ARABIC, encoding="utf-8")
    files = [scan, DATA / "encrypted_openpassword.pdf", corrupt, tmp_path / "orders.md", tmp_path / "bridge.md"]
    page.get_by_text("No documents yet").wait_for()
    web.upload(page, files)
    page.get_by_text("Read 3 of 5 files whole").or_(page.get_by_text("Read 2 of 5 files whole")).wait_for()
    page.get_by_text("encrypted_openpassword.pdf: it is encrypted.").first.wait_for()
    page.get_by_text("corrupt.pdf: ").first.wait_for()
    assert page.get_by_text("scan.pdf").first.is_visible()
    web.picture(page, "library-report")
    close_the_report(page)
    page.get_by_text("scan.pdf · 1 page").first.click()
    page.get_by_alt_text("Page 1 of scan.pdf", exact=True).wait_for()
    page.get_by_role("tab", name="How they were read").click()
    page.get_by_test_id("stDataFrame").wait_for()
    web.picture(page, "library-document")
    assert page.outside == []


def test_the_right_password_opens_an_encrypted_file(page: Any) -> None:
    page.locator("input[type=file]").first.set_input_files(str(DATA / "encrypted_openpassword.pdf"))
    page.get_by_label("Password of encrypted files", exact=True).fill("openpassword")
    page.get_by_label("Password of encrypted files", exact=True).press("Tab")
    page.get_by_role("button", name="Read 1 file").click()
    page.get_by_text("Read 1 of 1 file whole").wait_for()
    close_the_report(page)


def test_a_document_is_replaced_and_removed(page: Any, served: Any) -> None:
    row = page.get_by_test_id("stExpander").filter(has_text="corrupt.pdf")
    row.locator("summary").click()
    row.get_by_role("button", name="Replace").click()
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(str(DATA / "empty_pages.pdf"))
    page.get_by_role("button", name="Replace it").click()
    page.get_by_text("Read 1 of 1 file whole").wait_for()
    close_the_report(page)
    page.get_by_text("corrupt.pdf · 4 pages").wait_for()
    page.goto(f"{served.url}/library")
    page.get_by_text("corrupt.pdf · 4 pages").click()
    page.get_by_alt_text("Page 1 of corrupt.pdf", exact=True).wait_for()
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").press("Enter")  # it may open below the fold
    page.get_by_text("corrupt.pdf").first.wait_for(state="detached")
    assert page.get_by_text("scan.pdf · 1 page").is_visible()


def test_a_documents_words_are_words(page: Any) -> None:
    web.go(page, "Ask")
    web.ask(page, "When did the harbour of Brill open?")
    page.get_by_text("1871").first.wait_for()
    web.picture(page, "hostile")
    inside = page.get_by_test_id("stMainBlockContainer")
    label = inside.get_by_role("button", name="[1] orders.md").inner_text()
    assert ":material/home:" in label.replace("\u2060", "")
    assert inside.locator("a[href*='evil']").count() == 0
    assert inside.locator("img[src*='evil']").count() == 0
    assert inside.locator(".katex").count() == 0
    page.get_by_role("button", name="See the walk").click()
    page.locator("svg text", has_text="question").first.wait_for()
    node = page.locator("svg path[fill='#2f6fde']").first
    node.hover(force=True)
    page.wait_for_timeout(500)
    assert page.locator("img[src*='evil']").count() == 0
    assert page.outside == []


def test_words_that_run_right_to_left_are_shown_so(page: Any) -> None:
    web.go(page, "Ask")
    web.ask(page, "في أي سنة بني جسر المدينة القديم؟")
    words = page.locator(".kgqa-words", has_text="جسر").first
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    web.picture(page, "arabic")


def test_two_windows_with_different_collections_see_nothing_of_each_other(
    served: Any, browser: Any, page: Any, tmp_path: Path
) -> None:
    (tmp_path / "secret-plan.md").write_text(
        "# Plan\n\nThe lighthouse of Ely shines green since 1999.\n", encoding="utf-8"
    )
    other = web.new_window(browser, f"{served.url}/library")
    other.get_by_label("A new collection").fill("Second shelf")
    other.get_by_role("button", name="Make it").click()
    other.get_by_text("Second shelf is open").wait_for()
    web.upload(other, [tmp_path / "secret-plan.md"])
    other.get_by_text("Read 1 of 1 file whole").wait_for()
    assert other.get_by_text("orders.md").count() == 0
    web.go(other, "Ask")
    web.ask(other, "Since when does the lighthouse of Ely shine green?")
    other.get_by_text("1999").first.wait_for()

    web.go(page, "Library")
    page.get_by_text("orders.md").first.wait_for()
    assert page.get_by_text("secret-plan").count() == 0
    web.go(page, "Ask")
    assert page.get_by_text("lighthouse").count() == 0
    web.ask(page, "Since when does the lighthouse of Ely shine green?")
    page.get_by_text("Not answered.").first.wait_for()

    other.reload()
    other.get_by_text("1 document, 1 page").wait_for()
    assert "Second" in other.url, "the address tells which collection is open, so a reload keeps it"
    other.context.close()


def test_a_killed_server_shows_what_is_committed_and_goes_on(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "first.md").write_text("# First\n\nThe mill of Corby ground flour until 1931.\n", encoding="utf-8")
    server = web.Served(tmp_path / "collection")
    window = web.new_window(browser, f"{server.url}/library")
    window.get_by_text("No documents yet").wait_for()
    web.upload(window, [tmp_path / "first.md", DATA / "rcpp_introduction.pdf"])
    window.get_by_text("first.md · 1 page").wait_for()  # it is committed; the other is being read
    window.reload()
    window.get_by_text("Reading 2 files").wait_for()  # a reload does not end it
    server.kill()
    window.context.close()

    again = web.Served(tmp_path / "collection")
    try:
        window = web.new_window(browser, f"{again.url}/library")
        window.get_by_text("first.md · 1 page").wait_for()
        window.get_by_text("A run was cut off before it was done").wait_for()
        web.picture(window, "library-cut-off")
        window.get_by_role("button", name="Go on").click()
        window.get_by_text("Read 2 of 2 files whole").wait_for()
        with Collection.open(tmp_path / "collection", create=False) as collection:
            assert [record.name for record in collection.documents()] == ["first.md", "rcpp_introduction.pdf"]
        assert window.outside == []
        window.context.close()
    finally:
        again.end()


def test_who_does_not_know_the_password_sees_nothing(browser: Any, tmp_path: Path) -> None:
    server = web.Served(tmp_path / "collection", KGQA_WEB_PASSWORD="open sesame")
    try:
        window = web.new_window(browser, f"{server.url}/library")
        window.get_by_label("Password", exact=True).fill("guess")
        window.get_by_role("button", name="Sign in").click()
        window.get_by_text("The password is wrong").wait_for()
        assert window.get_by_text("Collection").count() == 0
        window.get_by_label("Password", exact=True).fill("open sesame")
        window.get_by_role("button", name="Sign in").click()
        window.get_by_text("Collection", exact=True).first.wait_for()
        window.context.close()
    finally:
        server.end()


def test_a_models_words_come_as_they_are_written_and_can_be_stopped(browser: Any, tmp_path: Path) -> None:
    mill = tmp_path / "mill.md"
    mill.write_text(
        "# Mill\n\nThe mill of Corby ground flour for the whole valley until the winter of 1931.\n\n"
        "The tower of Brill was painted green by the council in 1902.\n", encoding="utf-8",
    )  # fmt: skip
    with Collection.open(tmp_path / "collection", Settings(llm="none")) as collection:
        collection.add(mill)
    model = web_model.ScriptedServer(
        "The mill of Corby ground flour for the whole valley until the winter of 1931.", 0.4
    )
    server = web.Served(tmp_path / "collection", KGQA_LLM="openai:m", OPENAI_BASE_URL=model.url, KGQA_LLM_CACHE="false")
    try:
        window = web.new_window(browser, server.url)
        box = window.get_by_placeholder("Ask about your documents")
        box.fill("Until when did the mill of Corby grind flour?")
        box.press("Enter")
        window.get_by_text("Being written; its citations are checked").wait_for()
        draft = window.locator(".kgqa-words", has_text="The mill of Corby ground")
        draft.first.wait_for()
        web.picture(window, "streaming")
        window.get_by_role("button", name="Markdown", exact=True).wait_for()
        window.get_by_text("Supported: 1 quote found").wait_for()
        window.get_by_text("model openai:m").first.wait_for()
        window.get_by_text("1 call, ").first.wait_for()

        web.ask(window, "And what did it grind?")
        answered = web.conversation(window)[-1]
        assert answered["asked"] == "And what did it grind?"
        assert len(answered["turns"]) == 1
        assert any("Conversation so far" in message["content"] for asked in model.asked for message in asked)

        model.pause = 3.0
        box.fill("Until which winter did the mill of Corby grind flour?")
        box.press("Enter")
        window.locator(".kgqa-words", has_text="The mill").first.wait_for()
        window.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop", exact=True).click()
        window.get_by_text("Stopped. No further call of a model was begun.").wait_for()
        web.picture(window, "stopped")
        assert window.outside == []
        window.context.close()
    finally:
        server.end()
        model.shutdown()
        model.server_close()
