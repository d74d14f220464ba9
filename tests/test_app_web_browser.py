"""The web page in a real browser: upload, cited answers on their pages, walk and what-if; nothing fetched elsewhere."""

import csv
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pymupdf
import pytest
import web_server as web
from PIL import Image

DATA = Path(__file__).parent / "data"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(web.CHROMIUM is None and not os.environ.get("CI"), reason=web.WITHOUT),
]

ASKED = "Approximately how many people in the United States had a disability in 2010?"


@pytest.fixture(scope="module")
def page(served: Any, browser: Any) -> Any:
    return web.new_window(browser, served.url)


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def text_under(path: Path, number: int, boxes: list[list[float]]) -> str:
    """Return the words of a PDF's page whose middle lies in one of the boxes."""
    with pymupdf.open(path) as document:
        found = document[number - 1].get_text("words")
    inside = [
        word[4]
        for box in boxes
        for word in found
        if box[0] <= (word[0] + word[2]) / 2 <= box[2] and box[1] <= (word[1] + word[3]) / 2 <= box[3]
    ]
    return " ".join(inside)


def yellow_share(png: bytes, box: list[float], width: float) -> float:
    """Return the share of a page picture's pixels in a box, in points, that are as yellow as a highlight."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    scale = image.width / width
    part = image.crop(tuple(round(value * scale) for value in box))
    pixels = list(part.get_flattened_data() if hasattr(part, "get_flattened_data") else part.getdata())
    return sum(r > 200 and g > 150 and b < 120 for r, g, b in pixels) / len(pixels)


def test_from_upload_to_a_cited_answer_on_its_page(page: Any) -> None:
    page.get_by_text("There is nothing to ask yet").wait_for()
    web.picture(page, "ask-empty")
    page.get_by_role("button", name="Open the library").click()
    page.get_by_text("No documents yet").wait_for()
    web.picture(page, "library-empty")
    web.upload(page, [DATA / "census_disability_us001.pdf", DATA / "empty_pages.pdf"])
    page.get_by_text("Read 2 of 2 files whole").wait_for()
    web.picture(page, "library")

    web.go(page, "Ask")
    web.ask(page, ASKED)
    page.get_by_text("56.7 million").first.wait_for()
    page.get_by_text("Supported: 2 quotes found").wait_for()
    page.get_by_role("button", name="Close the page").click()
    page.get_by_role("button", name="Citation 1: census_disability_us001.pdf, page 2").click()
    image = page.locator("img[alt^='Page 2 of census_disability_us001.pdf, marked']")
    image.wait_for()
    web.picture(page, "ask")

    citation, again = web.conversation(page)[0]["answer"]["citations"]
    assert "56.7 million" in again["quote"], "page 1 tells it too"
    assert again["page"] == 1
    assert letters(citation["quote"]) in letters(image.get_attribute("alt"))
    path = DATA / citation["document"]
    assert letters(text_under(path, citation["page"], citation["boxes"])) == letters(citation["quote"])
    with pymupdf.open(path) as document:
        width = document[citation["page"] - 1].rect.width
    shown = page.request.get(image.evaluate("image => image.src")).body()
    assert all(yellow_share(shown, box, width) > 0.5 for box in citation["boxes"])
    assert page.outside == []


def test_the_pages_beside_a_cited_one_can_be_turned_to(page: Any) -> None:
    page.get_by_role("button", name="Next page").first.click()
    page.get_by_alt_text("Page 3 of census_disability_us001.pdf", exact=True).wait_for()
    page.get_by_role("button", name="Back to the cited page 2").click()
    page.locator("img[alt^='Page 2 of census_disability_us001.pdf, marked']").wait_for()


FOCUSED = """() => {
  let element = document.activeElement;
  while (element && element.shadowRoot && element.shadowRoot.activeElement) element = element.shadowRoot.activeElement;
  return element ? [element.getAttribute("aria-label"), element.getAttribute("placeholder")].join(" ") : "";
}"""


def tab_to(window: Any, name: str, *, key: str = "Tab") -> str:
    """Move the focus on by a key until it stands on an element of that name; return the name."""
    for _ in range(80):
        window.keyboard.press(key)
        focused: str = window.evaluate(FOCUSED)
        if name in focused:
            return focused
    raise AssertionError(f"no {name!r} is reached by {key}")


def test_a_question_is_asked_and_its_citation_opened_by_keys_alone(served: Any, browser: Any) -> None:
    window = web.new_window(browser, served.url)
    window.get_by_placeholder("Ask about your documents").wait_for()
    tab_to(window, "Ask about your documents")
    window.keyboard.type(ASKED)
    window.keyboard.press("Enter")
    window.get_by_text("Supported: 2 quotes found").wait_for()
    web.settle(window)
    cited = tab_to(window, "Citation ", key="Shift+Tab")
    window.keyboard.press("Enter")
    number = cited.split("page ")[1].split()[0]
    window.locator(f"img[alt^='Page {number} of census_disability_us001.pdf, marked']").wait_for()
    window.context.close()


@pytest.mark.parametrize("width", [1440, 400], ids=["wide", "narrow"])
def test_a_click_on_any_citation_brings_its_page_into_view(served: Any, browser: Any, width: int) -> None:
    window = web.new_window(browser, served.url, width=width, height=700)
    web.ask(window, "What is census_disability_us001.pdf about?")
    window.locator("button[aria-label^='Citation ']").last.click()
    web.settle(window)
    image = window.locator("img[alt^='Page ']").first
    image.wait_for()
    window.wait_for_timeout(2000)  # it is scrolled to smoothly
    box = image.bounding_box()
    assert 0 <= box["y"] < 350, "the page begins in the upper half of the window"
    web.picture(window, f"landed-{width}")
    window.context.close()


def test_an_answer_as_markdown_names_its_source(page: Any) -> None:
    text = web.download(page, "Markdown").decode()
    assert "56.7 million" in text
    assert "1. census\\_disability\\_us001.pdf, page 2: “" in text


def test_a_table_is_shown_as_a_table(page: Any) -> None:
    web.ask(
        page, "In Table 2 of census_disability_us001.pdf, what was the age-adjusted disability rate of females in 2010?"
    )
    page.get_by_test_id("stTable").first.wait_for()
    page.get_by_test_id("stTable").get_by_text("Female").first.wait_for()
    web.picture(page, "ask-table")


def test_what_is_not_in_the_documents_is_refused_and_looks_so(page: Any) -> None:
    web.ask(page, "Which city hosted the 1936 Summer Olympics?")
    page.get_by_text("Not answered.").wait_for()
    web.picture(page, "refused")
    assert web.conversation(page)[-1]["answer"]["abstained"] is True
    assert page.outside == []


def test_the_walk_shows_the_nodes_of_the_trace_and_what_if_walks_again(page: Any) -> None:
    page.get_by_role("button", name="Begin anew").click()
    page.get_by_text("Ask anything that the documents say").wait_for()
    web.ask(page, ASKED)
    trace = web.conversation(page)[0]["answer"]["trace"]
    page.get_by_role("button", name="See the walk").click()
    page.locator("svg text", has_text="question").first.wait_for()
    web.picture(page, "walk")
    listed = drawn_passages(page)
    assert len(listed) >= len({seed["node"] for seed in trace["seeds"]} | taken(trace))
    assert sum("(seed)" in label for label in listed) == len(trace["seeds"])
    assert sum("(visited)" in label for label in listed) == len(taken(trace) - {s["node"] for s in trace["seeds"]})

    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_text(f"Step {len(trace['steps']) - 1} of {len(trace['steps'])}").wait_for()
    page.get_by_role("button", name="On", exact=True).click()
    page.get_by_text(f"Step {len(trace['steps'])} of").wait_for()

    page.locator("svg path[fill='#2f6fde']").first.click(force=True)  # a seed
    page.get_by_role("button", name="Ban it").click()
    page.get_by_role("button", name="Walk again").click()
    page.get_by_text("of evidence that the other has not").nth(1).wait_for()
    page.get_by_role("button", name="Citation 1:").first.click()
    page.locator("img[alt^='Page '][alt*='marked']").first.wait_for()
    web.picture(page, "what-if")
    assert page.outside == []


def drawn_passages(page: Any) -> list[str]:
    """Return the passages that the list beside the picture offers."""
    page.get_by_role("combobox", name="Passage").click()
    options = page.get_by_role("option")
    options.first.wait_for()
    found = [str(text) for text in options.all_inner_texts()]
    page.keyboard.press("Escape")
    return found


def taken(trace: dict[str, Any]) -> set[str]:
    return {c["node"] for step in trace["steps"] for c in step["candidates"] if c["taken"]}


def test_the_picture_of_a_walk_is_one_file_that_needs_nothing(page: Any, browser: Any, tmp_path: Path) -> None:
    saved = tmp_path / "walk.html"
    saved.write_bytes(web.download(page, "Picture as HTML"))
    alone = browser.new_page()
    asked_for: list[str] = []
    alone.on("request", lambda request: asked_for.append(request.url))
    alone.goto(saved.as_uri())
    nodes = alone.locator(".node:not(.hidden)")
    whole = nodes.count()
    web.picture(alone, "walk-html")
    for _ in range(20):
        if alone.locator("#back").is_disabled():
            break
        alone.locator("#back").click()
    assert 1 < nodes.count() < whole
    nodes.last.click()
    assert "on page" in alone.locator("#about").inner_text()
    assert asked_for == [saved.as_uri()]
    alone.close()


QUESTIONS = """id,question,documents
pages,How many pages does empty_pages.pdf have?,
people,"Approximately how many people in the United States had a disability in 2010?",census_disability_us001.pdf
gone,What is this about?,no-such-file.pdf
olympics,Which city hosted the 1936 Summer Olympics?,
blank,"=Which pages of empty_pages.pdf are blank?",
"""


def test_a_batch_of_five_with_one_that_fails_is_kept_as_a_table(page: Any, tmp_path: Path) -> None:
    (tmp_path / "five.csv").write_text(QUESTIONS, encoding="utf-8")
    web.go(page, "Batch")
    page.locator("input[type=file]").first.set_input_files(str(tmp_path / "five.csv"))
    page.get_by_text("Forecast: 5 questions").wait_for()
    page.get_by_role("button", name="Ask 5 questions").click()
    page.get_by_text("3 answered, 1 refused, 1 failed").wait_for()
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 90)  # the second row: people
    page.get_by_role("button", name="Citation 1: census_disability_us001.pdf, page 2").click()
    page.locator("img[alt^='Page 2 of census_disability_us001.pdf, marked']").wait_for()
    web.picture(page, "batch")
    rows = {row["id"]: row for row in map(json.loads, web.download(page, "JSONL").decode().splitlines())}
    assert {number: row["status"] for number, row in rows.items()} == {
        "pages": "answered", "people": "answered", "gone": "failed", "olympics": "refused", "blank": "answered",
    }  # fmt: skip
    table = list(csv.DictReader(io.StringIO(web.download(page, "CSV").decode("utf-8-sig"))))
    assert [row["id"] for row in table] == list(rows)
    assert "no-such-file.pdf" in table[2]["error"]
    assert "56.7 million" in table[1]["answer"]
    assert "[1] census_disability_us001.pdf, page 2" in table[1]["citations"]
    assert table[4]["question"].startswith("'=")
    with zipfile.ZipFile(io.BytesIO(web.download(page, "XLSX"))) as book:
        assert "56.7 million" in book.read("xl/sharedStrings.xml").decode()
    assert page.outside == []


def test_what_is_clicked_while_an_expander_opens_stays_open(served: Any, browser: Any) -> None:
    """Streamlit slides it open, and a scroll inside of what slides would close the list of the clicked field again."""
    window = web.new_window(browser, f"{served.url}/graph")
    window.locator("svg text").first.wait_for()
    web.settle(window)
    slowly = window.context.new_cdp_session(window)
    slowly.send("Animation.enable")
    slowly.send("Animation.setPlaybackRate", {"playbackRate": 0.05})
    window.get_by_text("Filter", exact=True).click()
    window.get_by_role("combobox", name="Documents").click()
    option = window.get_by_role("option", name="census_disability_us001.pdf")
    option.wait_for()
    window.wait_for_timeout(2500)  # more than Streamlit gives the slowest sliding
    assert option.is_visible()
    window.context.close()


def test_an_expander_stays_open_when_a_message_above_it_comes_or_goes(served: Any, browser: Any) -> None:
    window = web.new_window(browser, f"{served.url}/settings")
    window.get_by_text("Another model").click()
    kind = window.get_by_role("combobox", name="Kind")
    kind.wait_for()
    window.get_by_role("button", name="Test the connection").click()
    window.get_by_text("so documents are quoted").wait_for()
    web.settle(window)
    assert kind.is_visible()
    kind.click()
    window.get_by_role("option").nth(1).click()
    window.get_by_text("so documents are quoted").wait_for(state="detached")
    web.settle(window)
    assert kind.is_visible()
    window.context.close()


def test_the_graph_shows_a_neighbourhood_and_gives_files(page: Any) -> None:
    web.go(page, "Graph")
    page.locator("svg text").first.wait_for()
    page.get_by_role("tab", name="All documents").click()
    page.locator("svg text", has_text="empty_pages.pdf").first.wait_for()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_role("combobox", name="Documents").click()
    page.get_by_role("option", name="census_disability_us001.pdf").click()
    page.locator("svg text", has_text="empty_pages.pdf").first.wait_for(state="detached")
    page.keyboard.press("Escape")  # while a list is open, what is not of it has no role
    web.picture(page, "graph")
    exported = json.loads(web.download(page, "JSON"))
    assert {node["document"] for node in exported["nodes"]} == {"census_disability_us001.pdf", "empty_pages.pdf"}
    assert b"<graphml" in web.download(page, "GraphML")
    assert b"<gexf" in web.download(page, "GEXF")
    assert page.outside == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_the_contrast_that_eyes_need(served: Any, browser: Any, dark: bool) -> None:
    """WCAG AA, on every page, in both themes; and at the width of a phone nothing runs out of it sideways."""
    audit = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
    window = web.new_window(browser, served.url, dark=dark)
    web.ask(window, "Which city hosted the 1936 Summer Olympics?")
    web.ask(window, ASKED)
    for name in ("Ask", "Walk", "Library", "Graph", "Batch", "Settings"):
        web.go(window, name)
        window.wait_for_timeout(2000)
        assert window.evaluate(audit) == [], name
        web.picture(window, f"{name.lower()}-{'dark' if dark else 'light'}")
        window.set_viewport_size({"width": 420, "height": 900})
        window.wait_for_timeout(500)
        wider = "() => document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"
        assert window.evaluate(wider) <= 0, name
        if not dark:
            web.picture(window, f"{name.lower()}-narrow")
        window.set_viewport_size({"width": 1440, "height": 1000})
    assert window.outside == []
    window.context.close()
