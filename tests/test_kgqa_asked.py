"""What a question asks for and what may be quoted: letters, options, what a program printed, values, lines of code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgqa.asked import Asked, definition_of, meaning_asked
from kgqa.extract import Readable, extract, read_signals
from kgqa.signals import SIGNALS
from kgqa.spans import text_to_spans

TEXTS = st.lists(st.text(alphabet="abc ABC:.!?\n-12>$", max_size=80), max_size=8).map("\n".join)


def idf(word: str) -> float:
    return 2.0


def test_an_option_goes_with_the_line_that_says_what_it_does() -> None:
    text = "-quiet\nSay nothing\n-o file\nWrite the result there\nNothing else is known."
    quoted = {text[span.start : span.end] for span in text_to_spans(text)}
    assert {"-quiet\nSay nothing", "-o file\nWrite the result there"} <= quoted
    assert "Say nothing" not in quoted


def test_what_a_program_printed_stands_together_and_the_commands_do_not() -> None:
    lines = ["> mean(heights)", "> t.test(heights)", "Welch Two Sample t-test", "t = 2.1, p-value = 0.04"]
    text = "\n\n".join(["So:", *lines, "It differs."])
    quoted = {text[span.start : span.end] for span in text_to_spans(text, frozenset(lines))}
    assert "\n\n".join(lines[2:]) in quoted
    assert not any("heights" in quote and "\n" in quote for quote in quoted)
    assert not any("It differs" in quote and "\n" in quote for quote in quoted)


@given(TEXTS)
def test_spans_of_code_are_trimmed_slices_too(text: str) -> None:
    for span in text_to_spans(text, frozenset(text.split("\n"))):
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which value of n was chosen?", {"n", "chosen"}),
        ("What is the p-value of the test?", {"p", "value"}),
        ("In which year was the bridge built?", {"bridge", "built"}),
        ("What share of the members pay?", {"member", "pay"}),
        ("How long does the crossing take?", {"crossing"}),
        ("What is a ferry called?", {"ferry"}),
    ],
)
def test_letters_are_words_and_the_kind_of_thing_is_none(question: str, words: set[str]) -> None:
    assert words <= set(Asked.of(question, idf).words)
    assert not {"a", "year", "share", "take", "called"} & set(Asked.of(question, idf).words)


@pytest.mark.parametrize(
    ("question", "says", "not_so"),
    [
        ("What does the option -q do?", "-q  say nothing", "the tool is run with -q or -v"),
        ("What is the option --all for?", "-a, --all\nshow every row", "use --all-rows for that"),
        ("What does the name ABC stand for?", "ABC stands for a box of chocolates", 'library("ABC")'),
        ("What does the abbreviation SHP mean?", "FY = Financial Year SHP = ships per harbour", "where SHP = 5 * x"),
        ("What is NGO short for?", "a non-governmental organisation (NGO)", "the NGO was founded"),
    ],
)
def test_what_says_what_a_thing_is(question: str, says: str, not_so: str) -> None:
    defines = definition_of(question)
    assert defines is not None
    assert defines.search(says)
    assert not defines.search(not_so)


@pytest.mark.parametrize(
    ("question", "stated", "named"),
    [
        ("Which value of d is used?", "We found that d = 12 works well.", "Take at least d distinct pairs."),
        ("What is the p-value of the test?", "W = 3, p-value = 0.02", "Such p values come from tables."),
        ("What is the warranty of the boat?", "Warranty: two years", "The warranty may end."),
    ],
)
def test_what_a_thing_is_stands_right_behind_it(question: str, stated: str, named: str) -> None:
    for text, wanted in ((stated, 1.0), (named, 0.0)):
        _, signals, _ = read_signals(Asked.of(question, idf), [Readable("a", text, text, 1.0)])
        assert signals[0, SIGNALS.index("stated")] == wanted


def test_a_line_of_code_is_told_from_text_and_does_not_answer_alone() -> None:
    text = "The clock is read with the package tictoc, which counts seconds.\n\ntictoc::tic(clock_seconds = TRUE)"
    code = frozenset({"tictoc::tic(clock_seconds = TRUE)"})
    readable = Readable("a", text, text, 1.0, code=code)
    read, signals, _ = read_signals(Asked.of("Which package reads the clock?", idf), [readable])
    assert [one.sentence in code for one in read] == [value > 0 for value in signals[:, SIGNALS.index("code")]]
    found = extract("Which package reads the clock?", [readable], idf=idf)
    assert all(one.leads for one in found if one.sentence in code)


def test_the_kind_of_body_that_is_asked_for_need_not_be_said() -> None:
    asked = Asked.of("Which organization supported the work?", lambda _: 1.0)
    assert "organization" not in asked.words
    assert "support" in " ".join(asked.words)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Northern Boat Owners (NBOs) met.", True),
        ("The NBO (Northern Boat Owners) met.", True),
        ("A 32-foot NBO (NBO-32) and a smaller one", False),
        ("the word-wise NBO (2.1 crowns a day)", False),
    ],
)
def test_brackets_behind_a_short_form_tell_it_where_they_begin_as_it_does(text: str, told: bool) -> None:
    pattern = meaning_asked("What does NBO stand for?")
    assert pattern is not None
    assert bool(pattern.search(text)) is told
