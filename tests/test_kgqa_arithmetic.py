"""Sums in a model's reply: worked out exactly, and nothing else is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgqa.arithmetic import evaluate, numbers, work_out

small = st.integers(-9999, 9999)


@given(a=small, b=small, c=small)
def test_sums_are_right(a: int, b: int, c: int) -> None:
    assert evaluate(f"({a} + {b}) * {c} - {a}") == (a + b) * c - a
    assert evaluate(f"max({a}, {b}, {c})") == max(a, b, c)


@given(st.text(max_size=60))
def test_any_words_are_left_or_worked_out_and_nothing_is_raised(text: str) -> None:
    assert isinstance(work_out("{{" + text + "}} " + text).text, str)


@pytest.mark.parametrize(
    "expression",
    ["__import__('os').system('true')", "().__class__", "open('x')", "9 ** 9 ** 9", "[1 for _ in range(9)]", "1 / 0",
     "'a' * 1000000000", "lambda: 1", "x", "", "1 +", "9" * 190 + " * " + "9" * 190],
)  # fmt: skip
def test_what_is_no_sum_is_not_run(expression: str) -> None:
    value = evaluate(expression)
    assert value is None or value > 1e300


def test_a_sum_is_shown_with_its_result() -> None:
    worked = work_out("It grew by {{ 1,200 - 950 }} people, or {{250 / 950 * 100}} % [1].")
    assert worked.text == "It grew by 1200 - 950 = 250 people, or 250 / 950 * 100 = 26.3158 % [1]."
    assert [sum_.results for sum_ in worked.sums] == [{"250"}, {"26.3158"}]


@pytest.mark.parametrize(
    ("said", "known", "follows"),
    [("{{1200 - 950}}", {"1200", "950"}, True), ("{{1200 / 2}}", {"1200"}, True), ("{{1200 - 33}}", {"1200"}, False),
     ("{{2 * 3}}", {"1200"}, False)],
)  # fmt: skip
def test_a_sum_follows_from_numbers_that_are_known(said: str, known: set[str], follows: bool) -> None:
    assert work_out(said).sums[0].follows_from(known) is follows


@given(st.integers(0, 10**9))
def test_a_number_is_the_same_however_it_is_written(number: int) -> None:
    assert numbers(f"{number:,}") == numbers(str(number)) == numbers(f"{number}.0")
