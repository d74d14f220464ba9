"""Tables that are called figures, tables of one row, counts, and what is told in usual words of its own."""

import pytest

from graphs.index import tokenize
from graphs.rows import DocumentRecord
from ingestion.document import Box, Figure, Page, ParsedDocument, Passage, Table, WordBoxes
from kgqa.asked import Asked, counted_thing, usual_words_asked
from kgqa.cells import find_cell
from kgqa.columns_asked import column_scores
from kgqa.lookup import look_up
from kgqa.question import parse_question
from kgqa.section_paths import numbered_line
from kgqa.signals import says_count
from kgqa.spans import text_to_spans
from kgqa.table_view import TableView, words_of

RECORD = DocumentRecord("d", "kilns.pdf", "ok", 1, 1, 1, 1, 0, 1.0, (), "", "", "")
ROWS = (("", "Firings", "Cracked", "Loss"), ("Oak kiln", "72", "3", "4.2 %"), ("Stone kiln", "65", "1", "1.5 %"))
GRID = "\n".join(f"| {' | '.join(row)} |" for row in (ROWS[0], ("---",) * 4, *ROWS[1:]))
CAPTION = "Figure 4. Firings of a year."


def grid(*rows: tuple[str, ...], box: Box | None = None, caption: str = "", markdown: str = "") -> Table:
    return Table("d/t0", 1, 0, len(markdown), None, caption, rows, 1, None, (box,) if box else (), "")


def kilns(figure_box: Box) -> ParsedDocument:
    text = f"{GRID}\n\n{CAPTION}"
    table = grid(*ROWS, box=Box(60, 70, 300, 200), markdown=GRID)
    figure = Figure("d/f0", 1, "4", CAPTION, None, (figure_box,), CAPTION)
    page = Page(1, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer")
    passage = Passage("d/p1/0", 1, len(GRID) + 2, len(text), text[len(GRID) + 2 :], None, CAPTION, ())
    return ParsedDocument(
        "d", "kilns.pdf", "0" * 64, "application/pdf", "Kilns", (page,), (), (passage,), (table,), (figure,), (), 0.0
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("In Figure 4 of kilns.pdf, how many firings did the stone kiln have?", "Stone kiln, Firings: 65 (Figure 4 of"),
        (
            "Which kiln has the highest loss in Figure 4 of kilns.pdf?",
            "Oak kiln (4.2 %) has the highest Loss (Figure",
        ),
    ],
)
def test_a_table_that_is_called_a_figure_answers(question: str, said: str) -> None:
    found = look_up(parse_question(question, [RECORD]), [kilns(Box(61, 70, 299, 201))])
    assert found is not None
    assert said in found.sentences[0][0]


def test_a_table_elsewhere_on_the_page_is_not_the_figure() -> None:
    question = "In Figure 4 of kilns.pdf, how many firings did the stone kiln have?"
    found = look_up(parse_question(question, [RECORD]), [kilns(Box(60, 400, 300, 600))])
    assert found is None or "65" not in found.sentences[0][0]


def test_a_table_of_one_row_tells_all_columns_that_are_asked_for() -> None:
    found = find_cell(
        grid(("Mean hours a kiln", "Mean cost a kiln"), ("29.5", "$204")), "What are the mean hours and cost?"
    )
    assert found is not None
    assert found.beside == (("Mean hours a kiln", "29.5"), ("Mean cost a kiln", "$204"))


def test_a_range_is_named_by_both_its_ends() -> None:
    table = grid(("Age", "Share"), ("20-29", "0.28"), ("60-69", "0.12"))
    found = find_cell(table, "What is the share of the age group 60-69 among people over 20?")
    assert found is not None
    assert found.value == "0.12"


def test_percent_tells_a_column_from_that_of_the_counts_beside_it_alone() -> None:
    view = TableView.of(
        grid(("Major", "Neither", "Percent who had one"), ("Law", "31.4", "23.7"), ("Music", "20.1", "9.0"))
    )
    scores = column_scores(view, "What percentage had neither?", words_of("What percentage had neither?"))
    assert scores[1] > scores[2]


def test_two_labels_of_one_kind_name_a_row_together() -> None:
    table = grid(("From town", "To town", "Carts"), ("Birkau", "Tannhof", "12"), ("Tannhof", "Seeburg", "40"))
    found = find_cell(table, "Which connection has the most carts?")
    assert found is not None
    assert found.row_label == "Tannhof, Seeburg"


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How many potters left the guild in 1822?", "potter"),
        ("How many oak barrel staves were sold?", "stave"),
        ("How many people took part?", "people"),
        ("What is the number of kilns in the valley?", "kiln"),
        ("How long did it take?", ""),
    ],
)
def test_what_is_counted_is_the_plural(question: str, thing: str) -> None:
    assert Asked.of(question, lambda _: 1.0).counted == thing


def test_a_number_must_be_of_the_thing() -> None:
    def says(thing: str, sentence: str) -> bool:
        return says_count(thing, sentence, tokenize(sentence))

    copy = counted_thing("How many copies were made?")
    assert says(copy, "The guild may keep up to three copies.")
    assert says("program", "Many programs (15) were kept.")
    assert says("record", "Number of records in the archive: 10,169")
    assert says("people", "Fifteen persons came.")
    assert not says("people", "The 756 districts are named on page 12.")
    assert not says("rule", "As the guild has shown (11)(14) rules are kept.")


def test_who_paid_is_told_where_a_grant_is_named() -> None:
    said = usual_words_asked("Who funded the work in kilns.pdf?")
    assert said is not None
    assert said.search("We thank A. Lee. This work was supported in part by the Clay Board.")
    assert usual_words_asked("Who supported the bill?") is None


def test_an_option_goes_with_the_line_below_an_empty_one() -> None:
    text = "-p\n\njust read the file and exit.\n\n-q\n\nsay nothing at all to anybody."
    spans = [text[span.start : span.end] for span in text_to_spans(text, frozenset({"-p", "-q"}))]
    assert "-p\n\njust read the file and exit." in spans


def test_a_heading_called_section_that_was_read_as_text() -> None:
    text = "SECTION III Firing and cooling\n\nFire slowly."
    page = Page(1, "", 0.0, 0.0, text, WordBoxes.empty(), "text", "text layer")
    passage = Passage("d/p1/0", 1, 0, len(text), text, None, text, ())
    document = ParsedDocument(
        "d", "kilns.pdf", "0" * 64, "application/pdf", "", (page,), (), (passage,), (), (), (), 0.0
    )
    found = numbered_line(document, "III")
    assert found is not None
    assert found[0] == "Firing and cooling"
    assert numbered_line(document, "II") is None


def test_a_licence_is_told_in_many_ways() -> None:
    said = usual_words_asked("Under which licence are the slides published?")
    assert said is not None
    assert said.search("Creative Commons BY 4.0")
    assert said.search("It is licensed under the MIT License.")
    assert not said.search("The driver has a license.")


def test_a_number_written_twice_is_counted() -> None:
    sentence = "Orders lapse after ninety (90) days unless the board agrees."
    assert says_count("day", sentence, tokenize(sentence))
    assert says_count("page", "Letters (24 pages)", tokenize("Letters (24 pages)"))
    assert not says_count("lamp", "Pier-1 lamp posts", tokenize("Pier-1 lamp posts"))
