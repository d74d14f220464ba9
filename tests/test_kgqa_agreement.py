"""Tables of one document beside pages of another, what documents there are, and how far two things are apart."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kgqa.agreement import verdict
from kgqa.collection import Collection
from kgqa.errors import QuestionError
from kgqa.settings import Settings

MILLS = """# Mills of the valley

Birkau grinds rye and has 1,240 residents. Its mill is of oak.

Tannhof grinds wheat. It has 985 residents.

Table 1: Flour made in 2021.

| Mill | Sacks | Millers |
| --- | --- | --- |
| Upper mill | 410 | 12 |
| Lower mill | 275 | 9 |
| Wind mill | 98 | 4 |
"""
GUILD = """# Report of the guild

The guild expects that 450 sacks come from the Upper mill each year. Barley is not ground.
"""


@pytest.fixture(scope="module")
def mills(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("mills")
    for name, text in (("mills.md", MILLS), ("guild.md", GUILD)):
        (folder / name).write_text(text, "utf-8")
    collection = Collection.open(folder / "c", Settings(llm="none", jobs=1))
    collection.add([folder / "mills.md", folder / "guild.md"])
    return collection


def test_a_table_and_another_documents_page_both_answer(mills: Collection) -> None:
    answer = mills.ask(
        "According to Table 1 of mills.md and page 1 of guild.md, how many sacks came from the Upper mill and how many "
        "were expected?"
    )
    assert answer.kind == "compare"
    assert "410" in answer.text
    assert "450" in answer.text
    assert {citation.document for citation in answer.citations} == {"mills.md", "guild.md"}
    assert all(citation.verified for citation in answer.citations)


def test_two_questions_about_two_documents_are_answered_once_each(mills: Collection) -> None:
    answer = mills.ask("What does Table 1 of mills.md show and what is on page 1 of guild.md?")
    assert answer.text.count("450 sacks") == 1
    assert "Flour made in 2021" in answer.text


def test_whether_they_agree_is_told(mills: Collection) -> None:
    answer = mills.ask("Do Table 1 of mills.md and page 1 of guild.md agree on the sacks of the Upper mill?")
    assert answer.text.startswith("No, they differ: 410 in the table, 450 sacks on the page.")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many documents are there?", "There are 2 documents: guild.md and mills.md."),
        ("Which files are in this collection?", "There are 2 documents: guild.md and mills.md."),
        ("Which documents mention barley?", "guild.md mentions"),
        ("Which documents mention millers?", "mills.md mentions “millers” on page 1"),  # only its table does
        ("Compare the number of residents of Birkau and Tannhof.", "Birkau: 1,240 residents; Tannhof: 985 residents."),
        ("How many more residents does Birkau have than Tannhof?", "255 (Birkau: 1,240 residents"),
        ("By how many residents is Birkau larger than Tannhof?", "255 (Birkau: 1,240 residents"),
        ("What is the sum of the Upper mill and the Lower mill in Table 1 of mills.md?", "Sacks 685; Millers 21"),
    ],
)
def test_what_is_worked_out(mills: Collection, question: str, said: str) -> None:
    assert said in mills.ask(question).text


def test_documents_that_are_asked_about_are_not_listed(mills: Collection) -> None:
    assert "There are" not in mills.ask("How many documents were published in 1920?").text


def test_an_empty_choice_of_documents_is_not_all(mills: Collection) -> None:
    with pytest.raises(QuestionError, match="None for all"):
        mills.ask("How many documents are there?", documents=[])


AMOUNTS = st.integers(100, 9_999_999)


@given(AMOUNTS, st.sampled_from(["{}", "{:,}"]))
def test_the_same_number_agrees_however_it_is_written(number: int, written: str) -> None:
    said = verdict(
        "Does the table agree with page 2?", f"Rye, Sacks: {number}", f"About {written.format(number)} sacks."
    )
    assert said.startswith("Yes, they agree")


@given(AMOUNTS, AMOUNTS)
def test_numbers_of_one_unit_that_are_far_apart_differ(one: int, other: int) -> None:
    assume(max(one, other) / min(one, other) < 10)  # else one may be in thousands
    assume(abs(one - other) > 0.05 * one)
    said = verdict("Does the table agree with page 2?", f"Rye, Sacks: {one}", f"There were {other} sacks.")
    assert said.startswith("No, they differ")


def test_a_rounded_number_agrees() -> None:
    said = verdict("Does the table agree with page 2?", "All (thousands): 56,672", "About 56.7 million people do.")
    assert said.startswith("Yes, they agree")


def test_the_same_number_of_another_thing_is_no_agreement() -> None:
    said = verdict("Does the table agree with page 2?", "Rye, Sacks: 410", "In 410 villages 450 sacks were made.")
    assert said == "No, they differ: 410 in the table, 450 sacks on the page."


def test_nothing_is_decided_of_two_things() -> None:
    assert verdict("Does the table agree with page 2?", "Rye, Sacks: 410", "It took 12 boats.") == ""
    assert verdict("What do the table and page 2 say?", "Rye, Sacks: 410", "There were 410 sacks.") == ""
