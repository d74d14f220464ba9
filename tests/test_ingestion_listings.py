"""Code, and what it prints, among running text."""

import pymupdf
import pytest

from ingestion.blocks import Block, Line, Region, Word
from ingestion.document import Box, ParsedDocument
from ingestion.ingest import read_document
from ingestion.layout import regions_to_blocks
from ingestion.listings import continues_listing, is_code, listings
from ingestion.options import IngestionOptions
from ingestion.rawdict import rawdict_to_words

RIGHT = 400.0
FULL = "the estimates of the coefficients and their covariance matrix can be obtained from the model by it"


def line(text: str, y: float, *, mono: bool | None = None, width: float | None = None) -> Line:
    """A line from x = 60; text in ` ` is in a font for code where `mono` does not say it of all."""
    words, at = [], 60.0
    parts = text.split()
    step = (width / sum(len(part) + 1 for part in parts)) if width else 5.0
    for part in parts:
        plain = part.strip("`")
        box = Box(at, y, at + step * len(plain), y + 10)
        words.append(Word(plain, box, 10.0, mono=part.startswith("`") if mono is None else mono))
        at = box.x1 + step
    return Line.of(words)


def test_listings_between_sentences_are_found() -> None:
    lines = [
        line(FULL, 100, width=RIGHT),
        line("extracted from the fitted model via:", 112),
        line("R> betahat <- coef(lm.cars)", 130, mono=True),
        line("At first, we test the hypothesis that both are zero, which", 148, width=RIGHT),
        line("is a linear one.", 160),
        line("R> K <- diag(2)", 178, mono=True),
        line("R> summary(glht(lm.cars, linfct = K))", 190, mono=True),
    ]
    assert listings(lines) == [(2, 3), (5, 7)]


@pytest.mark.parametrize(
    "last", ["`glht`.", "`glht(model,` `linfct)`"], ids=["one word on the last line", "a call over two lines"]
)
def test_code_within_a_sentence_stays_in_it(last: str) -> None:
    middle = "is tested with the function `confint` or by " + FULL
    lines = [line(FULL, 100, width=RIGHT), line(middle, 112, width=RIGHT), line(last, 124)]
    assert listings(lines) == []


def test_typewritten_prose_is_no_code() -> None:
    letter = [
        line("Dear Sir, we have the pleasure to confirm that your order", 100, mono=True),
        line("was sent on the second of May and should reach you soon.", 112, mono=True),
    ]
    program = [line("for (i = 0; i < n; i++) total += price[i] * count[i];", 100, mono=True)]
    assert not is_code(letter)
    assert is_code(program)


def test_parts_of_one_listing_are_joined_and_columns_are_not() -> None:
    def block(y: float, x: float = 60.0) -> Block:
        word = Word("x<-1;", Box(x, y, x + 30, y + 10), 10.0, mono=True)
        return Block("code", word.box, (Line.of([word]),))

    assert continues_listing(block(100), block(122))
    assert not continues_listing(block(100), block(160))
    assert not continues_listing(block(100), block(122, x=300))


def test_no_word_of_a_region_is_lost_when_it_is_parted() -> None:
    lines = [
        line("Consider a model of the distance to stop by speed:", 100),
        line("R> lm(dist ~ speed)", 118, mono=True),
        line("It is described below.", 136),
    ]
    words = [(word, number) for number, part in enumerate(lines) for word in part.words]
    page = Box(0, 0, 600, 800)
    blocks = regions_to_blocks(words, [], [Region("text", Box(50, 90, 500, 160))], {}, page)
    assert [block.kind for block in blocks] == ["text", "code", "text"]
    assert [part.text for block in blocks for part in block.lines] == [part.text for part in lines]


@pytest.mark.parametrize(
    ("font", "mono"),
    [
        ("CMTT10", True), ("SFST1000", True), ("ABCDEF+SFTT0900", True), ("DejaVuSansMono", True), ("Courier", True),
        ("CMR10", False), ("SFRM1000", False), ("CMTI10", False), ("ArialMonotype", False), ("Stone", False),
    ],
)  # fmt: skip
def test_a_font_for_code_is_told_by_its_name(font: str, mono: bool) -> None:
    assert _word(font, "ab").mono is mono


def test_a_font_is_told_by_its_widths_where_its_name_says_nothing() -> None:
    even = "The quick brown fox jumps."
    assert _word("F7", even).mono
    assert not _word("F7", even, wide="m").mono
    assert not _word("F7", "見出し本文目次索引付録参考文献一覧").mono  # of one width in any font


def _word(font: str, text: str, *, wide: str = "") -> Word:
    chars, x = [], 0.0
    for c in text:
        step = 9.0 if c in wide else 6.0
        chars.append({"c": c, "bbox": (x, 0.0, x + step, 10.0)})
        x += step
    span = {"font": font, "size": 10.0, "flags": 4, "chars": chars}
    words, _ = rawdict_to_words({"blocks": [{"lines": [{"dir": (1.0, 0.0), "spans": [span]}]}]})
    return words[0][0]


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> ParsedDocument:
    """A page as vignettes of R packages have it: prose, a call, and what it prints."""
    path = tmp_path_factory.mktemp("manual") / "manual.pdf"
    with pymupdf.open() as file:
        page = file.new_page()
        page.insert_textbox((72, 72, 520, 200), "A simple model regresses the stopping distance of cars on their "
                            "speed. It was fitted to the measurements of fifty cars, which were made in the 1920s on "
                            "a dry road:", fontname="tiro", fontsize=11)  # fmt: skip
        output = ("R> summary(lm(dist ~ speed))", "Residual standard error: 15.4 on 48 degrees of freedom",
                  "Multiple R-squared: 0.651")  # fmt: skip
        for number, text in enumerate(output):
            page.insert_text((72, 130 + 13 * number), text, fontname="cour", fontsize=10)
        page.insert_textbox((72, 175, 520, 260), "The slope tells by how many feet the distance grows with each mile "
                            "an hour. Logarithms fit better.", fontname="tiro", fontsize=11)  # fmt: skip
        file.save(path)
    return read_document(path, options=IngestionOptions(ocr="never"))


def test_a_page_of_a_manual_keeps_its_lines_of_code(manual: ParsedDocument) -> None:
    markdown = manual.pages[0].markdown
    assert "```\nR> summary(lm(dist ~ speed))\nResidual standard error: 15.4 on 48 degrees of freedom\n" in markdown
    assert "on a dry road:\n\n```" in markdown
    assert "```\n\nThe slope tells" in markdown


def test_values_that_begin_with_a_colon_stand_on_their_labels_line() -> None:
    """Forms write all labels first, then all values beside them."""
    labels = [line(text, 100 + 12 * i, mono=True) for i, text in enumerate(("Berth", "Owner", "Length"))]
    values = [line(text, 100 + 12 * i, mono=True) for i, text in enumerate((": 14", ": Lind", ": 9 m"))]
    placed = [(word, i) for i, one in enumerate(labels) for word in one.words]
    placed += [
        (Word(w.text, Box(w.box.x0 + 200, w.box.y0, w.box.x1 + 200, w.box.y1), w.size, mono=True), 3 + i)
        for i, one in enumerate(values)
        for w in one.words
    ]
    region = Region("text", Box(50, 90, 400, 150))
    blocks = regions_to_blocks(placed, [], [region], {}, Box(0, 0, 600, 800))
    assert [one.text for one in blocks[0].lines] == ["Berth : 14", "Owner : Lind", "Length : 9 m"]


def test_a_table_drawn_with_characters_keeps_its_lines_in_any_font() -> None:
    rows = ["Day | Boat | Fare", "------------------------", "1 May | Anker | 30.50", "| paid by card"]
    drawn = [line(text, 100 + 12 * i) for i, text in enumerate(rows)]
    sums = [line(text, 100 + 12 * i) for i, text in enumerate(["Fares: 42.50", "----------------", "Total: 42.50"])]
    prose = [line(FULL, 100), line("A | B means that A or B holds of each boat in the harbour", 112), line(FULL, 124)]
    assert is_code(drawn)
    assert is_code(sums)
    assert not is_code(prose)
