"""Cells that come near by their labels, read beside the question: which answers, and how sure that makes an answer."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.embedding import Embedder, load_embedder
from graphs.options import EmbeddingOptions
from ingestion.document import Page, ParsedDocument, Table, WordBoxes
from kgqa import offer_choice, train_cells
from kgqa.cell_choice import Offer, offer_of
from kgqa.cell_reading import CellReader, around, as_candidate
from kgqa.cells import find_cell, likely_cells
from kgqa.collection import Collection
from kgqa.cross_data import read_cross_data
from kgqa.errors import SettingsError
from kgqa.lookup_tables import table_finding
from kgqa.offer_choice import FEATURES, OfferChoice, offer_features, shipped_offers
from kgqa.parts import Finding
from kgqa.settings import Settings
from kgqa.table_questions import answer_from_table


def table(*rows: tuple[str, ...], header_rows: int = 1, caption: str = "") -> Table:
    plain = " ".join(cell for row in rows for cell in row)
    return Table("d/t0", 1, 0, 1, None, caption, rows, header_rows, None, (), plain)


def document(*tables: Table) -> ParsedDocument:
    page = Page(1, "", 0.0, 0.0, "Boats", WordBoxes.empty(), "text", "text layer")
    return ParsedDocument("d", "harbour.pdf", "", "text/plain", "Harbour report", (page,), (), (), tables, (), (), 0.0)


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    return load_embedder(EmbeddingOptions())


FERRIES = table(
    ("Ferry", "Skipper", "Pier", "Fare"),
    ("Amber", "J. Holt", "North", "$4"),
    ("Coral", "P. Reed", "South", "$6"),
    ("Onyx", "M. Wynn", "West", "$9"),
    caption="Table 4: Ferries of the bay",
)
BIRDS = table(
    ("", "Nests", "Share of nests (%)"),
    ("Ringed", "", ""),
    ("No", "610", "61.0"),
    ("Yes", "390", "39.0"),
    ("Wing length (mm)", "", ""),
    ("<60", "250", "25.0"),
    ("60-80", "550", "55.0"),
    (">80", "200", "20.0"),
)


def test_behind_the_cell_that_answers_by_its_labels_stand_those_that_come_near() -> None:
    first, *others = likely_cells(BIRDS, "What share of nests has a wing length of 60-80?")
    assert (first.value, first.column_label) == ("55.0", "Share of nests (%)")
    assert "550" in {cell.value for cell in others}


WORDS = st.sampled_from(
    ["Amber", "Coral", "Onyx", "north", "skipper", "fare", "pier", "share", "nests", "ringed", "60"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from([FERRIES, BIRDS]))
def test_what_comes_near_stands_in_the_table_and_the_first_is_the_one_found_by_labels(
    words: list[str], asked: Table
) -> None:
    question = f"What is the {' '.join(words)}?"
    cells = likely_cells(asked, question)
    for cell in cells:
        assert cell.extreme or cell.beside or cell.value.startswith(asked.rows[cell.row][cell.column])
    assert find_cell(asked, question) == next((cell for cell in cells if cell.score > 0), None)


def test_the_head_of_a_group_alone_means_the_rows_below_it() -> None:
    cell = find_cell(BIRDS, "What share of nests was ringed?")
    assert cell is not None
    assert (cell.row_label, cell.value) == ("Ringed, Yes", "39.0")
    several = find_cell(BIRDS, "What is the share of nests by wing length?")
    assert several is not None
    assert several.beside == (("<60", "25.0"), ("60-80", "55.0"), (">80", "20.0"))


def test_a_p_value_is_found_however_it_is_spelled() -> None:
    tests = table(("Trait", "Mean", "pvalue"), ("Beak", "4.1", "0.03"), ("Tail", "9.7", "0.40"))
    for said in ("p value", "p-value", "P value", "pvalue"):
        cell = find_cell(tests, f"What is the {said} of the beak?")
        assert cell is not None
        assert cell.value == "0.03"


def test_reading_finds_the_column_that_the_question_says_in_other_words() -> None:
    question = "Who is the captain of the Amber ferry?"
    by_labels = find_cell(FERRIES, question)
    assert by_labels is not None
    assert by_labels.undecided
    read = CellReader(embedder()).find(document(FERRIES), FERRIES, question)
    assert read is not None
    assert (read.value, read.column_label, read.beside) == ("J. Holt", "Skipper", ())
    assert read.read is not None
    assert read.read > 0


def test_reading_says_that_no_column_holds_what_is_asked_for() -> None:
    read = CellReader(embedder()).find(document(FERRIES), FERRIES, "When was the Onyx built?")
    assert read is not None
    assert read.read is not None
    assert read.read < -2


def test_of_a_model_that_no_cross_encoder_was_learned_for_labels_alone_choose() -> None:
    class Other:
        name, dimensions = "another model", 3

        def embed(self, texts: list[str]) -> np.ndarray:
            return np.ones((len(texts), 3), dtype=np.float32)

    question = "Who is the captain of the Amber ferry?"
    read = CellReader(Other()).find(document(FERRIES), FERRIES, question)  # type: ignore[arg-type]
    assert read == find_cell(FERRIES, question)


def test_a_cell_is_read_as_a_sentence_with_its_labels_and_what_stands_around() -> None:
    (cell, *_) = likely_cells(BIRDS, "What share of nests has a wing length of 60-80?")
    read = as_candidate(cell, around(document(FERRIES), FERRIES))
    assert read.sentence.endswith("Share of nests (%): 55.0")
    assert read.before == "Table 4: Ferries of the bay"


def test_initials_are_read_with_the_words_that_they_stand_for() -> None:
    flights = table(("Route", "L/F (%)", "Pax"), ("Norrey-Tarn", "71.5", "4,210"), ("Tarn-Lowe", "64.0", "3,987"))
    question = "What load factor had the route Norrey-Tarn?"
    (cell, *_) = likely_cells(flights, question)
    assert as_candidate(cell, "", question).sentence == "Norrey-Tarn, L/F (load factor) (%): 71.5"
    assert as_candidate(cell, "", "What had Norrey-Tarn?").sentence == "Norrey-Tarn, L/F (%): 71.5"
    read = CellReader(embedder()).find(document(flights), flights, question)
    assert read is not None
    assert read.value == "71.5"


def test_a_named_table_does_not_tell_a_cell_that_reading_rules_out() -> None:
    assert table_finding(document(FERRIES), FERRIES, "When was the Onyx built?") is not None
    assert table_finding(document(FERRIES), FERRIES, "When was the Onyx built?", CellReader(embedder())) is None


def offer(**known: object) -> Offer:
    values = {"exact": True, "headed": True, "said": 1.0, "share": 1.0, "score": 4.0, **known}
    return Offer("d/t0", Finding("structure", ()), near=frozenset(), labels=frozenset(), **values)  # type: ignore[arg-type]


def test_an_offer_is_the_likelier_the_better_it_reads_and_the_higher_its_table_is_found() -> None:
    choice = shipped_offers()
    chances = [choice.chance(offer(read=read), 0) for read in (-4.0, 0.0, 4.0)]
    assert chances == sorted(chances)
    assert choice.chance(offer(read=2.0), 0) > choice.chance(offer(read=2.0), 11)
    assert choice.chance(offer(), 0, read=3.0) == choice.chance(offer(read=3.0), 0)
    assert offer_features(offer(read=3.0), 2).shape == (len(FEATURES),)


def test_the_weights_of_offers_are_kept_as_they_are_and_others_are_refused() -> None:
    data = shipped_offers().to_json()
    assert OfferChoice.from_json(json.loads(json.dumps(data))).to_json() == data
    with pytest.raises(SettingsError, match=r"kgqa\.train_cells"):
        OfferChoice.from_json({**data, "version": 0})


def test_damaged_or_missing_weights_of_offers_are_told_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "cells.json"
    damaged.write_text('{"version": 1, "weig', encoding="utf-8")
    for path in (damaged, tmp_path / "none.json"):
        monkeypatch.setattr(offer_choice, "SHIPPED", path)
        with pytest.raises(SettingsError, match="Install kgqa again"):
            offer_choice.shipped_offers.__wrapped__()


def test_reading_is_offered_with_what_it_says(tmp_path: Path) -> None:
    found = offer_of(document(FERRIES), FERRIES, "", "Who is the captain of the Amber ferry?", lambda _: 1.0,
                     CellReader(embedder()))  # fmt: skip
    assert found is not None
    assert found.read is not None
    assert found.finding.sentences[0][0].startswith("Amber, Skipper: J. Holt")


def test_questions_about_tables_are_learned_from_with_the_cells_near_and_without_the_answer(tmp_path: Path) -> None:
    rows = [
        ["Mill", "Built", "Owner"],
        ["Rill", "1801", "Ann Lee"],
        ["Glen", "1820", "Bo Fox"],
        ["Dale", "1834", "Cy Orr"],
        ["Upper Glen", "1850", "Di Rowe"],
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "1.csv").write_text(
        "\n".join(",".join(f'"{c}"' for c in row) for row in rows), encoding="utf-8"
    )
    lines = ["id\tutterance\tcontext\ttargetValue", "n-0\twho was the owner of the glen mill?\tcsv/1.csv\tBo Fox",
             "n-1\twhich mill is older, rill or glen?\tcsv/1.csv\tRill"]  # fmt: skip
    (tmp_path / "data" / "training.tsv").write_text("\n".join(lines), encoding="utf-8")
    with_answer, without = read_cross_data(tmp_path).examples
    assert with_answer.candidates[with_answer.right[0]].sentence == "Glen, Owner: Bo Fox"
    assert len(with_answer.candidates) > 1
    assert without.right == ()
    assert not any("Bo Fox" in candidate.sentence for candidate in without.candidates)


def test_free_form_and_airline_sets_are_read(tmp_path: Path) -> None:
    asked = {
        "table_array": [["Year", "Ship", "Port"], ["1901", "Alma", "Norrey"], ["1904", "Brisk", "Tarn"]],
        "highlighted_cell_ids": [[2, 0], [2, 2]], "question": "Where was Brisk in 1904?",
        "table_page_title": "Ships", "table_section_title": "Ports",
    }  # fmt: skip
    path = tmp_path / "free.jsonl"
    path.write_text(json.dumps(asked), encoding="utf-8")
    first = read_cross_data(path).examples[0]
    assert first.candidates[first.right[0]].sentence == "1904 Brisk, Port: Tarn"
    assert first.candidates[0].before == "Ships, Ports"
    folder = tmp_path / "air"
    folder.mkdir()
    heads = {"id": "t", "column_header": [["Year", "2018"], ["Year", "2019"]],
             "row_header": [["Costs", "Fuel"], ["Costs", "Crews"], ["Costs", "Gates"]],
             "data": [["10", "11"], ["20", "21"], ["30", "31"]]}  # fmt: skip
    (folder / "aitqa_tables.jsonl").write_text(json.dumps(heads), encoding="utf-8")
    question = {"table_id": "t", "question": "What were the costs of crews in 2019?", "answers": ["21"]}
    (folder / "aitqa_questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    first = read_cross_data(folder).examples[0]
    assert first.candidates[first.right[0]].sentence.endswith("Year 2019: 21")


def test_where_only_a_column_is_named_all_rows_come_near_and_labels_alone_tell_none() -> None:
    wages = table(("Trade", "Weekly wage"), ("Cooper", "30"), ("Physician", "75"), ("Sawyer", "28"))
    question = "What weekly wage is paid for making barrels?"
    assert [cell.value for cell in likely_cells(wages, question)] == ["30", "75", "28"]
    assert find_cell(wages, question) is None
    read = CellReader(embedder()).find(document(wages), wages, question)
    assert read is None or read.value == "30"


TABLES = """<html><body><h1>Harbour yearbook</h1><p>Norrey keeps a yearbook of its boats and crews.</p>
<table><tr><th>Boat</th><th>Skipper</th><th>Pier</th><th>Fare</th></tr><tr><td>Amber</td><td>J. Holt</td><td>North</td>
<td>$4</td></tr><tr><td>Coral</td><td>P. Reed</td><td>South</td><td>$6</td></tr><tr><td>Onyx</td><td>M. Wynn</td>
<td>West</td><td>$9</td></tr></table><p>Wages are paid by the week.</p><table><tr><th>Trade</th><th>Weekly wage</th>
<th>Posts</th></tr><tr><td>Cooper</td><td>30</td><td>4</td></tr><tr><td>Sailmaker</td><td>35</td><td>2</td></tr>
<tr><td>Sawyer</td><td>28</td><td>5</td></tr></table></body></html>"""


def test_cells_are_learned_from_questions_over_a_collection(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "yearbook.html"
    page.write_text(TABLES, encoding="utf-8")
    with Collection.open(tmp_path / "library", Settings(llm="none")) as collection:
        collection.add(page)
        other = tmp_path / "almanac.html"
        other.write_text("<html><body><h1>Almanac</h1><p>Tides are high in March.</p></body></html>", encoding="utf-8")
        collection.add(other)
    asked = [
        ("Who is the skipper of the Coral?", "P. Reed", "table"),
        ("What is the fare of the Onyx?", "$9", "table"),
        ("What is the weekly wage of a sawyer?", "28", "table"),
        ("Which flag does the Amber fly?", "", "unanswerable"),
        ("How many boats sank in the storm of 1871?", "", "unanswerable"),
    ]
    lines = [{"question": q, "answer": a, "kind": kind, "docs": ["yearbook.html"]} for q, a, kind in asked]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    source, weights, examples = f"{questions}={tmp_path / 'library'}", tmp_path / "cells.json", tmp_path / "cells.jsonl"
    assert train_cells.main([source, "--output", str(weights), "--examples", str(examples)]) == 0
    assert "offers" in capsys.readouterr().out
    OfferChoice.from_json(json.loads(weights.read_text(encoding="utf-8")))
    learned = read_cross_data(examples).examples
    right = {example.candidates[example.right[0]].sentence for example in learned if example.right}
    assert any(sentence.endswith("Skipper: P. Reed") for sentence in right)
    assert all(not example.right for example in learned if "Amber" in example.question)
    only = tmp_path / "only.jsonl"
    only.write_text(json.dumps(lines[3]), encoding="utf-8")
    assert train_cells.main([f"{only}={tmp_path / 'library'}", "--output", str(tmp_path / "none.json")]) == 1
    assert not (tmp_path / "none.json").exists()


def test_rows_that_share_an_extreme_are_all_named_or_counted() -> None:
    marks = table(("Pupil", "Points"), ("Ann", "9"), ("Bo", "7"), ("Cy", "9"), ("Di", "4"))
    best = find_cell(marks, "Which pupil has the most points?")
    assert best is not None
    assert (best.row_label, best.value) == ("Ann and Cy", "9")
    dry = table(("Plot", "Lodging"), *((f"Plot {letter}", "0") for letter in "ABCDEF"))
    all_alike = find_cell(dry, "Which plot has the highest lodging?")
    assert all_alike is not None
    assert all_alike.row_label == "Plot A and 5 others"


def test_whose_thing_has_a_value_asks_for_the_owner() -> None:
    boats = table(
        ("Yard", "Boat", "Price"), ("Alder", "Finch", "$830"), ("Birch", "Robin", "$945"), ("Cedar", "Wren", "$610")
    )
    answer = answer_from_table(boats, "Which yard's boat had a price of $945?", named=False)
    assert answer is not None
    assert answer.text == "Birch (Price $945)"
