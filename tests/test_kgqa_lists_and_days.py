"""Questions whose answer is a whole list, what stands under a date, or what a table of terms says."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgqa.asked import Asked
from kgqa.collection import Collection
from kgqa.days import days_in, without_days
from kgqa.glossary import term_asked
from kgqa.kinds import answer_type
from kgqa.near_names import without_the_one
from kgqa.settings import Settings
from kgqa.spans import text_to_spans

LOG = """# Harbour watch

## Watch of 4/12/19

- Met at the pier at 6:40
- Ann counted the buoys
- Bo kept the log

## Watch of 4/19/19

- Met in the boathouse at 7:15
- The winch was greased
- Cy kept the log

## Repairs Postponed

- Painting the hull
- New ropes
- The lamp of the pier

## Sailors

### Ann: the mate

#### Duties

- Counts the buoys
- Rings the bell

### Bo: the cook

#### Duties

- Buys the bread

## Striking a sail

1. Slack the halyard.
2. Pull down the luff.
3. Tie the sail to the boom.
"""
TERMS = """# Words of the yard

The words that the yard uses are these.

| luff | the front edge of a sail |
| --- | --- |
| VHF | Very High Frequency |
| boom | the spar along the foot of a sail |
| NM | nautical mile of sixty to a degree |

The yard was founded by its first master.
"""


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("yard")
    (folder / "watch_log.md").write_text(LOG, encoding="utf-8")
    (folder / "terms.md").write_text(TERMS, encoding="utf-8")
    with Collection.open(folder / "kg", settings) as collection:
        collection.add([folder / "watch_log.md", folder / "terms.md"])
        yield collection


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which repairs were postponed?", ("Painting the hull", "New ropes", "The lamp of the pier")),
        ("What are the steps for striking a sail?", ("1. Slack the halyard", "3. Tie the sail")),
        ("What are the duties of Ann?", ("Counts the buoys", "Rings the bell")),
        ("Summarize the watch of 4/12/19.", ("Met at the pier at 6:40", "Bo kept the log")),
        ("What happened on April 19, 2019?", ("boathouse", "Cy kept the log")),
        ("What does VHF stand for?", ("Very High Frequency",)),
        ("What is a luff?", ("the front edge of a sail",)),
    ],
)
def test_what_a_heading_or_a_term_names_is_told_whole(yard: Collection, question: str, told: tuple[str, ...]) -> None:
    answer = yard.ask(question)
    assert not answer.abstained
    assert all(words in answer.text for words in told), answer.text
    assert all(citation.verified for citation in answer.citations)


def test_under_a_date_nothing_of_another_day_is_told(yard: Collection) -> None:
    assert "Cy" not in yard.ask("Summarize the watch of 4/12/19.").text
    kept = yard.ask("Who kept the log on 4/19/19?")
    assert "Cy kept the log" in kept.text
    assert "Bo" not in kept.text
    assert yard.ask("What happened on 5/1/19?").abstained


def test_of_two_things_what_is_said_of_each_is_told(yard: Collection) -> None:
    answer = yard.ask("What is the difference between Ann and Bo?")
    assert answer.kind == "compare"
    assert "Counts the buoys" in answer.text
    assert "Buys the bread" in answer.text


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2049, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    forms = [f"{day:%Y-%m-%d}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day:%d.%m.%Y}",
             f"{day.month}/{day.day}/{day:%y}", f"the {day.day}th of {day:%B}"]  # fmt: skip
    found = [days_in(f"On {form} it rained.") for form in forms]
    assert all(len(days) == 1 and days[0].is_same(found[0][0]) for days in found)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Who spoke on 9/15/17?", "Who spoke?"),
        ("In 2017 nine spoke.", "In 2017 nine spoke."),
        ("open 9.30", "open 9.30"),
    ],
)
def test_days_are_taken_out_of_a_question(text: str, without: str) -> None:
    assert without_days(text) == without


def test_a_version_is_read_as_a_day_only_where_it_could_be_one() -> None:
    assert days_in("version 1.13.14") == ()
    assert term_asked("What is on the pier?") == ""


def test_a_relative_who_asks_for_no_person() -> None:
    assert answer_type("What happens to sailors who miss the tide?") is None
    assert Asked.of("What happens to the crew members who miss the tide?", lambda _: 1.0).thing == ""
    assert answer_type("By whom was the log kept?") is not None


def test_addresses_are_quoted_only_where_they_are_asked_for() -> None:
    text = "See the tide tables:\nhttps://harbour.example/tides/of/the/north/bay\nThe bay is deep."
    quoted = [text[span.start : span.end] for span in text_to_spans(text, addresses=False)]
    assert "The bay is deep." in quoted
    assert not any("https" in words for words in quoted)


def test_lines_of_the_contents_are_not_quoted_where_a_sentence_was_cut_behind_them() -> None:
    text = "1.3 Striking a sail . . . . . . . . . . . . 12"
    assert not any("Striking" in text[span.start : span.end] for span in text_to_spans(text))


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Who wrote this thesis?", "Who wrote?"),
        ("What is the contract about?", "What is about?"),
        ("Who wrote the paper?", "Who wrote the paper?"),
        ("How much is the contract price?", None),
        ("Who is Ann?", None),
    ],
)
def test_the_one_document_is_named_by_what_it_is(question: str, left: str | None) -> None:
    assert without_the_one(question) == left
