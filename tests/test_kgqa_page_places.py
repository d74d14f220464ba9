"""Which page says a word first, names all of several things, or has what is asked for as a line of its own."""

import pytest

from graphs.rows import DocumentRecord
from ingestion.document import Page, ParsedDocument, Passage, WordBoxes
from kgqa.lookup import look_up
from kgqa.question import parse_question

TEXTS = (
    "A drift net hangs free. The trawl is drawn behind a boat of the fleet.",
    "The trawl has a mesh of its own, and the warden measures the seine with a gauge.",
    "WARNING TO SKIPPERS\n\nNo boat may leave in a storm. The warden calls drift_net, trawl and seine home.",
)
RECORD = DocumentRecord("d", "nets.pdf", "ok", 3, 3, 0, 0, 0, 1.0, (), "", "", "")


def document() -> ParsedDocument:
    pages = tuple(
        Page(number, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer")
        for number, text in enumerate(TEXTS, 1)
    )
    passages = tuple(
        Passage(f"d/p{p.number}/0", p.number, 0, len(p.markdown), p.markdown, p.markdown, None, ()) for p in pages
    )
    return ParsedDocument("d", "nets.pdf", "0" * 64, "application/pdf", "", pages, (), passages, (), (), (), 0.0)


def told(question: str) -> str:
    finding = look_up(parse_question(question, [RECORD]), [document()])
    return "" if finding is None else " ".join(text for text, _ in finding.sentences)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("On which page of nets.pdf does the warden first appear?", "first stands on page 2"),
        ("Which page of nets.pdf tells the fate of drift_net, trawl and seine?", "Page 3 of nets.pdf names"),
        ("On which page of nets.pdf is the warning to skippers?", "“WARNING TO SKIPPERS” stands on page 3"),
        ("On how many pages of nets.pdf is the trawl mentioned?", "on 3 pages, pages 1, 2 and 3"),
        ("On which page of nets.pdf is the seine first mentioned?", "mentions “seine” on pages 2 and 3"),
    ],
)
def test_pages_are_told_by_what_they_say(question: str, expected: str) -> None:
    assert expected in told(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which page of nets.pdf tells the fate of drift_net, trawl and lobster?",
        "On which page of nets.pdf does the lobster first appear?",
        "On which page of nets.pdf is the warning to passengers?",
    ],
)
def test_nothing_is_told_of_what_no_page_says(question: str) -> None:
    assert "page 3" not in told(question).lower()
