"""Two things compared by a person who belongs to each, and by the nationality of each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgqa.chains import Piece
from kgqa.collection import Collection
from kgqa.compare import Sides, compared_sides
from kgqa.compare_through import compare_nations, compare_through, role_asked
from kgqa.settings import Settings

FILMS = {
    "The Glass Harbour": "The Glass Harbour is a 1934 drama film produced by Jan Pell and directed by Ottilie Marwen.",
    "Ottilie Marwen": "Ottilie Marwen (3 May 1899 – 12 June 1961) was a Norwegian film director.",
    "Northern Mills": "Northern Mills is a 1921 comedy film directed by Carl Odden and produced by Jan Pell.",
    "Carl Odden": "Carl Odden was a Norwegian director who was born in Tromsø on 2 March 1910. He died in 1950.",
    "The Kite": "The Kite is a 1960 film directed by Mabel Orr.",
    "Mabel Orr": "Mabel Orr was a Scottish director and painter.",
    "The Bell": "The Bell is a 1961 film directed by Ann Rook.",
    "Ann Rook": "Ann Rook is a British film director. She was born in London.",
    "Jan Pell": "Jan Pell (born 1880) was a Danish producer.",
}
PIECES = [Piece(title, title, text, 0.5) for title, text in FILMS.items()]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which film has the older director, The Glass Harbour or Northern Mills?", "The Glass Harbour ("),
        ("Which film whose director is younger, Northern Mills or The Glass Harbour?", "Northern Mills ("),
        ("Which film has the director who died later, The Glass Harbour or Northern Mills?", "The Glass Harbour ("),
        ("Which film has the director who was born first, Northern Mills or The Glass Harbour?", "The Glass Harbour ("),
    ],
)
def test_a_role_is_followed_to_who_has_it(question: str, said: str) -> None:
    sides = compared_sides(question)
    assert sides is not None
    found = compare_through(sides, PIECES)
    assert found is not None
    assert found.text.startswith(said)
    assert "Ottilie Marwen" in found.text
    assert "Carl Odden" in found.text
    assert len(found.links) == 4
    assert all(link.sentence in link.piece.text for link in found.links)


def test_a_missing_step_decides_nothing() -> None:
    sides = Sides("The Kite", "Northern Mills", "Which film has the older director", False)
    assert compare_through(sides, PIECES) is None
    sides = Sides("Unknown Film", "Northern Mills", "Which film has the older director", False)
    assert compare_through(sides, PIECES) is None
    sides = Sides("The Kite", "Northern Mills", "Which film is older", False)
    assert compare_through(sides, PIECES) is None


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (
            "Do both films The Glass Harbour and Northern Mills have the directors that share the same nationality?",
            "Yes (",
        ),
        ("Are the directors of films The Glass Harbour and Northern Mills both from the same country?", "Yes ("),
        ("Do director of film The Kite and director of film The Bell share the same nationality?", "Yes ("),
        ("Do director of film The Kite and director of film Northern Mills share the same nationality?", "No ("),
        ("Are Carl Odden and Mabel Orr of the same nationality?", "No ("),
    ],
)
def test_nationalities_are_compared_by_code(question: str, verdict: str) -> None:
    found = compare_nations(question, PIECES)
    assert found is not None
    assert found.text.startswith(verdict)


@pytest.mark.parametrize(
    "question",
    ["Are Carl Odden and Ann Nobody of the same nationality?", "Who is Carl Odden?", "Is Table 2 in section 3?", ""],
)
def test_what_is_unknown_is_not_decided(question: str) -> None:
    assert compare_nations(question, PIECES) is None


def test_a_role_is_known_by_its_words() -> None:
    assert role_asked("Which film has the producer who is older") is not None
    assert role_asked("Which film was released first") is None


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Collection]:
    folder: Path = tmp_path_factory.mktemp("compared")
    for number, (title, text) in enumerate(FILMS.items()):
        (folder / f"page{number}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    with Collection.open(folder / "collection", settings) as collection:
        collection.add(sorted(folder.glob("*.md")))
        yield collection


def test_the_answer_cites_all_four_steps(films: Collection) -> None:
    answer = films.ask("Which film has the older director, The Glass Harbour or Northern Mills?")
    assert answer.kind == "compare"
    assert answer.text.startswith("The Glass Harbour (")
    assert len(answer.citations) == 4
    assert all(citation.verified for citation in answer.citations)


def test_dates_of_films_are_no_dates_of_directors(films: Collection) -> None:
    answer = films.ask("Which film has the older director, The Kite or Northern Mills?")
    assert not answer.text.startswith("Northern Mills (")
