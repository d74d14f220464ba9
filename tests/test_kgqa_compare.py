"""Two things compared by a date or a number of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgqa.collection import Collection
from kgqa.compare import compare_sides, compared_sides
from kgqa.extract import Readable

PEOPLE = (
    Readable("d/p1/0", "Astrid Nyberg was born on 12 April 1871 in Tromsø and died on 5 November 1944. "
             "Her ship, the Isbjørn, was 31 metres long.", "Astrid Nyberg", 1.0),
    Readable("d/p1/1", "Henri Martin (born 30 January 1866 in Brest; died 1931) commanded a station. "
             "His ship, the Espérance, measured 44 metres and carried 38 men.", "Henri Martin", 0.9),
    Readable("d/p1/2", "Otto Krämer was a cartographer, born in Kiel in 1880. He died on 17 February 1912.",
             "Otto Krämer", 0.8),
    Readable("d/p1/3", "Karl Vogt painted harbours. He lived in Bremen.", "Karl Vogt", 0.7),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who was born earlier, Astrid Nyberg or Henri Martin?", "Henri Martin (Astrid Nyberg: 12 April 1871"),
        ("Was Otto Krämer born before Astrid Nyberg?", "No. Otto Krämer: 1880"),
        ("Was Otto Krämer born after Astrid Nyberg?", "Yes. "),
        ("Who died first, Astrid Nyberg or Otto Krämer?", "Otto Krämer ("),
        ("Who died later, Astrid Nyberg or Henri Martin?", "Astrid Nyberg ("),
        ("Which ship was longer, the Isbjørn or the Espérance?", "Espérance (Isbjørn: 31 metres"),
        ("Is Astrid Nyberg older than Otto Krämer?", "Yes. "),
    ],
)
def test_two_sides_are_decided_by_code(question: str, said: str) -> None:
    sides = compared_sides(question)
    assert sides is not None
    verdict = compare_sides(sides, PEOPLE)
    assert verdict is not None
    assert verdict.decided
    assert said in verdict.text
    assert len(verdict.values) == 2


def test_a_side_that_is_missing_is_named_and_nothing_guessed() -> None:
    sides = compared_sides("Who was born first, Astrid Nyberg or Karl Vogt?")
    assert sides is not None
    verdict = compare_sides(sides, PEOPLE)
    assert verdict is not None
    assert not verdict.decided
    assert verdict.text == "The documents say 12 April 1871 of Astrid Nyberg, but nothing to compare of Karl Vogt."


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "When was Astrid Nyberg born?",
        "Which of the two is in Table 2?",
        "Is it red or blue?",
    ],
)
def test_other_questions_compare_nothing(question: str) -> None:
    assert compared_sides(question) is None


@given(a=st.integers(1500, 2000), b=st.integers(1500, 2000))
def test_the_earlier_year_comes_first(a: int, b: int) -> None:
    evidence = [Readable("1", f"Ann Lee was born in {a}.", "Ann Lee", 1.0),
                Readable("2", f"Bo Ek was born in {b}.", "Bo Ek", 1.0)]  # fmt: skip
    sides = compared_sides("Was Ann Lee born before Bo Ek?")
    assert sides is not None
    verdict = compare_sides(sides, evidence)
    assert verdict is not None
    assert verdict.text.startswith("Yes" if a < b else "No")


def test_both_sides_are_cited(tmp_path, settings) -> None:
    path = tmp_path / "people.md"
    path.write_text("# People\n\n" + "\n\n".join(f"## {r.context}\n\n{r.text}" for r in PEOPLE), "utf-8")
    with Collection.open(tmp_path / "c", settings) as own:
        own.add(path)
        answer = own.ask("Was Otto Krämer born before Astrid Nyberg?")
    assert answer.kind == "compare"
    assert answer.text.startswith("No. Otto Krämer: 1880; Astrid Nyberg: 12 April 1871.")
    assert len(answer.citations) == 2
    assert all(citation.verified for citation in answer.citations)


def test_what_two_have_in_common() -> None:
    lee = Readable(
        "p1", "Ann Lee (1870 to 1931) was a Norwegian explorer. She received the Vega Medal in 1906.", "Ann Lee", 1.0
    )
    kern = Readable(
        "p2", "Otto Kern was a German geologist. He received the Vega Medal too, in 1911.", "Otto Kern", 0.9
    )
    moor = Readable("p3", "Night Ferry is a film of 1962 directed by Ann Moor.", "Night Ferry", 0.8)
    island = Readable("p4", "Red Island, directed by Ann Moor, came out in 1964.", "Red Island", 0.7)
    evidence = (lee, kern, moor, island)

    def verdict(question: str) -> tuple[str, bool] | None:
        sides = compared_sides(question)
        found = compare_sides(sides, evidence) if sides is not None else None
        return (found.text, found.decided) if found is not None else None

    assert verdict("Are Ann Lee and Otto Kern of the same nationality?") is None, "compare_through follows roles too"
    assert verdict("Were Ann Lee and Otto Kern of the same profession?") == (
        "No. Ann Lee: Norwegian explorer; Otto Kern: German geologist.",
        True,
    )
    both = verdict("Did Ann Lee and Otto Kern both receive the Vega Medal?")
    assert both is not None
    assert both[0].startswith("Yes, both.")
    directed = verdict("Do Night Ferry and Red Island have the same director?")
    assert directed == ("Yes. Night Ferry: Ann Moor; Red Island: Ann Moor.", True)
    half = verdict("Did Ann Lee and Night Ferry both receive the Vega Medal?")
    assert half is not None
    assert not half[1], "what is said of one alone decides nothing"
    assert verdict("Are ships and boats of the same kind?") is None
