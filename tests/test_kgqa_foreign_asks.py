"""Questions in German, French, Spanish and Italian: their own words, and the kind of thing that they ask for."""

from __future__ import annotations

import pytest

from kgqa.asked import Asked
from kgqa.extract import Readable, extract
from kgqa.foreign_asks import foreign_ask
from kgqa.kinds import answer_type, is_exact
from kgqa.word_forms import alike_forms, is_part


def _asked(own: str) -> Asked:
    return Asked.of(own, lambda _: 1.0, own)


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("Müssen auch Segelboote mit Motor die Hafengebühr bezahlen?", "German",
         ("segelboote", "motor", "hafengebühr", "bezahlen")),
        ("Comment faut-il amarrer un voilier pour l'hiver ?", "French", ("amarrer", "voilier", "hiver")),
        ("¿Quién debe vigilar el faro durante la noche?", "Spanish", ("vigilar", "faro", "noche")),
        ("Quando deve tornare il traghetto dalla isola?", "Italian", ("tornare", "traghetto", "isola")),
    ],
)  # fmt: skip
def test_the_little_words_of_a_question_are_no_words_of_it(
    question: str, language: str, words: tuple[str, ...]
) -> None:
    ask = foreign_ask(question)
    assert ask is not None
    assert ask.language == language
    assert _asked(question).words == words


@pytest.mark.parametrize(
    "question",
    ["What does the die do?", "How much is the fee per boat?", "Who is Jean van der Berg?", "Largest harbour?"],
)
def test_a_question_in_english_is_none_of_another_language(question: str) -> None:
    assert foreign_ask(question) is None
    assert _asked(question).words == Asked.of(question, lambda _: 1.0).words


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("Wie viele Boote liegen im Hafen?", "boote"),
        ("Combien de voiliers le port abrite-t-il ?", "voilier"),
        ("¿Cuántos barcos entran cada día?", "barco"),
        ("Quante barche ospita Portofino?", "barche"),
    ],
)
def test_what_is_counted_stands_behind_how_many(question: str, counted: str) -> None:
    assert _asked(question).counted == counted


@pytest.mark.parametrize(
    ("question", "answers", "others"),
    [
        ("Wie viele Tage gilt der Ausweis?", "Er gilt zwölf Tage.", "Er gilt für Gäste."),
        ("Um wie viel Uhr schließt die Schleuse?", "Sie schließt um 21:30 Uhr.", "Sie schließt 2024."),
        ("Combien coûte la place ?", "La place est à 30€ par mois.", "La place a 30 mètres."),
        ("¿Qué porcentaje de los barcos es de vela?", "El 12 por ciento es de vela.", "Hay 12 barcos."),
        ("Qual è l'importo della multa?", "La multa è di 40 euro.", "La multa è severa."),
        ("In quale anno aprì il porto?", "Il porto aprì nel 1931.", "Il porto aprì in maggio."),
    ],
)
def test_the_kind_of_thing_is_known_by_its_form_in_that_language(question: str, answers: str, others: str) -> None:
    asked = _asked(question)
    assert asked.kind is not None
    assert asked.exact
    assert asked.kind(answers)
    assert not asked.kind(others)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("when was it", "Er öffnet am 3. März."),
        ("when was it", "abierto el 4 de julio"),
        ("how many boats", "aus vier Booten"),
        ("how long does it last", "un periodo de dos años"),
        ("how long does it take", "pendant six semaines"),
    ],
)
def test_dates_and_numbers_are_read_in_other_languages(question: str, text: str) -> None:
    kind = answer_type(question)
    assert kind is not None
    assert kind(text)
    assert is_exact(question)


def test_due_is_a_number_only_in_italian() -> None:
    kind = answer_type("how many boats are there")
    assert kind is not None
    assert kind("per due settimane")
    assert not kind("the fee is due")


def test_a_word_is_known_in_a_compound_where_the_language_makes_them() -> None:
    assert alike_forms(["gebühr"], ["hafengebühren"], compounds=True) == {"hafengebühren": 1}
    assert alike_forms(["formation"], ["information"]) == {}
    assert not is_part("hof", "friedhof")


def test_german_nouns_are_no_names() -> None:
    asked = _asked("Wie hoch ist die Gebühr für ein Boot?")
    assert asked.named == 0
    assert asked.compounds


def test_a_question_without_its_little_words_finds_its_sentence() -> None:
    text = "Der Liegeplatz kostet 12 Euro. Die Hafengebühr beträgt für jedes Boot 7,50 Euro. Man muss sie zahlen."
    own = "Wie hoch ist die Gebühr, die man für ein Boot zahlen muss?"
    found = extract("how high is the Gebühr", [Readable("n1", text, text, 1.0)], idf=lambda _: 1.0, own=own)
    assert found[0].sentence == "Die Hafengebühr beträgt für jedes Boot 7,50 Euro."


def test_who_bears_the_costs_asks_for_no_sum() -> None:
    kind = _asked("Wer trägt die Kosten der Überfahrt?").kind
    assert kind is not None
    assert kind("Das trägt Frau Anna Lehm.")


def test_what_has_no_end_has_a_duration() -> None:
    kind = _asked("Quelle est la durée du bail ?").kind
    assert kind is not None
    assert kind("La durée du bail est illimitée.")
