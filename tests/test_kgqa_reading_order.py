"""In what order evidence is read, and what of it says nothing new."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgqa.reading_order import Piece, order_to_read, without_repeats

QUESTION = "Which port is nearer to the sea, Harwick Quay or Old Basin?"
PIECES = [
    Piece("tide", "Tides", "The tide reaches Harwick Quay first."),
    Piece("old", "Old Basin", "Old Basin lies two miles inland."),
    Piece("new", "Harwick Quay", "Harwick Quay lies at the mouth of the river."),
    Piece("mayor", "Jo Marsh", "Jo Marsh is mayor."),
]


def nodes(pieces: list[Piece]) -> list[str]:
    return [piece.node for piece in pieces]


def test_what_the_question_names_is_read_first_as_it_names_it() -> None:
    assert nodes(order_to_read(QUESTION, PIECES)) == ["new", "old", "tide", "mayor"]


def test_a_passage_that_points_is_read_before_what_it_points_to() -> None:
    paths = [("tide", "old", "mayor"), ("mayor", "old", "tide")]
    assert nodes(order_to_read("Who runs the town?", PIECES, paths)) == ["tide", "old", "mayor", "new"]


def test_without_names_and_paths_the_order_stays() -> None:
    assert order_to_read("Who runs the town?", PIECES) == PIECES


def test_what_says_the_same_under_one_title_is_read_once() -> None:
    again = Piece("again", "Old Basin", "old basin lies two miles inland")
    denied = Piece("denied", "Old Basin", "Old Basin lies not two miles inland.")
    elsewhere = Piece("elsewhere", "Guide", "Old Basin lies two miles inland.")
    assert nodes(without_repeats([*PIECES, again, denied, elsewhere])) == [*nodes(PIECES), "denied", "elsewhere"]


TEXTS = st.text(st.sampled_from("ab c"), max_size=8)


@given(st.lists(st.builds(Piece, TEXTS, TEXTS, TEXTS), unique_by=lambda piece: piece.node), TEXTS)
def test_nothing_is_lost_or_made(pieces: list[Piece], question: str) -> None:
    ordered = order_to_read(question, pieces, [[piece.node] for piece in pieces])
    assert sorted(ordered, key=lambda piece: piece.node) == sorted(pieces, key=lambda piece: piece.node)
    kept = without_repeats(pieces)
    assert without_repeats(kept) == kept
    assert kept[:1] == pieces[:1]
