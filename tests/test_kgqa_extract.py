"""Sentences chosen without a model: what may be quoted, what speaks for it, and the weights that were learned."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graphs.embedding import BUNDLED_MODEL, load_embedder
from graphs.options import EmbeddingOptions
from kgqa.answer import AnswerOptions
from kgqa.asked import Asked, attribute_of
from kgqa.choice import ANSWERED, CROSSED, CROSSED_BEST, WEIGHED, Choice, Verdict, rarity, shipped_choice
from kgqa.collection import Collection
from kgqa.errors import SettingsError
from kgqa.evaluate_documents import DocumentQuestion
from kgqa.extract import Extract, Readable, below_own_heading, extract, read_signals, second_sentence, told_with
from kgqa.kinds import answer_type
from kgqa.meant import MEANT, Meaning, meant, word_places
from kgqa.settings import Settings
from kgqa.signals import SIGNALS
from kgqa.spans import text_to_spans
from kgqa.synonyms import synonyms
from kgqa.train_reader import at_threshold, main, to_example
from kgqa.word_forms import alike_words

TEXTS = st.lists(
    st.text(alphabet="abc ABC:.!?\n-12", max_size=80) | st.sampled_from(["The theme loads:", "tikz", "It is so."]),
    max_size=8,
).map("\n".join)


def idf(word: str) -> float:
    return 2.0


@given(TEXTS)
def test_what_may_be_quoted_is_a_trimmed_slice_whose_neighbours_are_others(text: str) -> None:
    spans = text_to_spans(text)
    for i, span in enumerate(spans):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert {span.before, span.after} <= {-1, *range(len(spans))} - {i}


def test_a_line_that_announces_goes_with_what_it_announces() -> None:
    text = "The theme loads the following packages:\ntikz\ntcolorbox (with the skins library)"
    quoted = {text[span.start : span.end] for span in text_to_spans(text)}
    assert text in quoted


def test_short_lines_stand_together_and_alone() -> None:
    text = "Verona – a theme for Beamer\nVersion 0.2\nIvan Valbusa, University of Verona"
    quoted = {text[span.start : span.end] for span in text_to_spans(text)}
    assert {text, "Verona – a theme for Beamer"} <= quoted


@given(st.text(alphabet="abdegilnrstuw", min_size=1), st.text(alphabet="abdegilnrstuw", min_size=1))
def test_being_forms_of_one_word_goes_both_ways(word: str, other: str) -> None:
    assert alike_words(word, word)
    assert alike_words(word, other) == alike_words(other, word)


@pytest.mark.parametrize(("word", "other"), [("gründete", "gegründet"), ("المكتبة", "مكتبة"), ("patent", "patented")])
def test_forms_of_one_word(word: str, other: str) -> None:
    assert alike_words(word, other)


@pytest.mark.parametrize(
    ("question", "answer", "none"),
    [
        ("How much does the board cost?", "It is sold for $300.", "It has 20 pins."),
        ("What is the weight of the vessel?", "It weighs 12 tonnes.", "It was built in 1999."),
        ("How old were the subjects?", "They were aged 19 to 25.", "They slept 3 hours."),
        ("At what temperature are they stored?", "Below 20 °C.", "For 20 years."),
        ("How long does the scan take?", "It takes 30–60 minutes.", "It is 30 cm wide."),
        ("How long is the breast pressed between the plates?", "About 20 seconds.", "Between two plates."),
        (
            "How many people had a disability in 2010?",
            "56.7 million people had one.",
            "18.7 percent of all.",
        ),
        ("What proportion of cancers is sensitive?", "About three out of four are.", "About 120 are."),
        ("In which German city is the institute?", "It is in Berlin.", "it has 12 rooms."),
        ("Who built it?", "It was built by Anna Berg.", "When it was built, nobody was there."),
        ("Where is it kept?", "A copy lies in Oslo.", "In the end it is kept."),
        ("What period does the survey cover?", "from May 1990 to June 1999", "in 1990"),
        ("At what wavelength was it measured?", "at 532 nm", "with 20 probes"),
        ("What is the address of the mailing list?", "Write to list@boats.example.", "Write to the list."),
    ],
)
def test_a_measure_is_told_by_its_unit(question: str, answer: str, none: str) -> None:
    kind = answer_type(question)
    assert kind is not None
    assert kind(answer)
    assert not kind(none)


def test_what_is_asked_of_a_thing() -> None:
    assert attribute_of("What is the price of the device?") == "price"
    assert attribute_of("What is the value of x in Table 2?") == ""


def test_a_document_that_was_taken_out_leaves_the_noun_that_is_asked_for() -> None:
    assert Asked.of("Which lesson of deals with knots?", idf).thing == "lesson"
    assert Asked.of("Which lesson deals with knots?", idf).thing == "lesson"
    assert Asked.of("Which page of shows a knot?", idf).words == ("knot",)  # a page need not say that it is one


def test_the_heading_that_names_what_is_asked_for_stands_before_the_quote(tmp_path: Path) -> None:
    page = tmp_path / "sailing.md"
    page.write_text(
        "# Sailing\n\n## Lesson Two: Sails\n\nThis lesson deals with sails and how they are set in a strong wind.\n\n"
        "## Lesson Three: Ropes\n\nThis lesson deals with knots and with how a rope is spliced and kept.\n",
        encoding="utf-8",
    )
    with Collection.open(tmp_path / "collection", Settings(llm="none")) as collection:
        collection.add([page])
        answer = collection.ask("Which lesson of sailing.md deals with knots?")
    assert answer.text.startswith("Lesson Three: Ropes: This lesson deals with knots")
    assert answer.text.count("Lesson Three") == 1


def test_the_sentence_that_answers_comes_first_with_the_next_one_where_it_is_not_sure() -> None:
    cost = "They will cost 19 million euros each."
    text = f"The ferry company was founded in 1923. Two electric ferries were ordered. {cost}"
    best = extract("How much will each electric ferry cost?", [Readable("a", text, text, 1.0)], idf=idf)
    told = [one.sentence for one in told_with(best)]
    assert cost in told
    assert all(one.sentence in text and 0 <= one.share <= 1 and 0 <= one.confidence <= 1 for one in best)


def test_a_sentence_that_announces_the_answer_brings_the_next_one() -> None:
    reason = "First, the annotators wrote questions after seeing the passage."
    text = f"We trained it on Wikipedia. We conjecture that the lower accuracy on SQuAD is due to two reasons. {reason}"
    best = extract("Why is the accuracy on SQuAD lower?", [Readable("a", text, text, 1.0)], idf=idf)
    assert reason in [one.sentence for one in told_with(best)]


def test_a_question_of_cost_is_answered_by_the_amount_beside_what_it_names() -> None:
    price = "They cost between $2900 and $4500."
    text = f"Genomic assays are tests that tell the risk. Genomic assays are of several types. None is covered. {price}"
    best = extract("How much does a genomic assay cost?", [Readable("a", text, text, 1.0)], idf=idf)
    assert price in [one.sentence for one in told_with(best)]


def test_where_the_best_sentence_is_unlikely_another_page_is_told_too() -> None:
    evidence = [Readable(str(i), f"The river {name} is long. It is deep.", "", 1.0) for i, name in enumerate("ABCDEF")]
    best = extract("Which river is the longest?", evidence, idf=idf, most=12)
    told = told_with(best, lambda node: node)
    assert best[0].share < 0.5
    assert len({one.readable.node for one in told}) >= 2
    assert len(told) <= 3


LABELS = "80 crossovers 60 of 40 Number 20 0 0 50 100 150 200 250 300 Index"  # of a chart's axes
REVISED = "It was revised in 2012, when some names had changed."


@pytest.mark.parametrize(
    ("sentence", "share", "is_told"), [(LABELS, 0.22, False), (REVISED, 0.22, True), (REVISED, 0.05, False)]
)
def test_what_another_page_says_is_told_if_it_is_words_and_about_as_likely(
    sentence: str, share: float, is_told: bool
) -> None:
    """The labels stood behind the answer to “Which technical report number does it have?”"""
    said = (("a", "Technical Report # 214.", 0.39), ("a", "4 November 2010.", 0.18), ("b", sentence, share))
    found = [
        Extract(Readable(node, text, "", 1.0), text, score=0.0, share=one, confidence=1.0, coverage=1.0, inside=1.0)
        for node, text, one in said
    ]
    told = [one.sentence for one in told_with(found, lambda node: node)]
    assert told == [text for _, text, _ in said[: 2 + is_told]]


@given(TEXTS, TEXTS)
def test_synonyms_go_both_ways(word: str, other: str) -> None:
    for a, b in (("fund", "support"), ("fund", "lizard"), (word, other)):
        assert bool(synonyms(a, [b])) == bool(synonyms(b, [a]))
    assert synonyms("fund", ["support", "fund", "lizard"]) == ["support"]


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=2, max_size=30))
def test_a_flag_is_rarer_the_fewer_have_it(flags: list[float]) -> None:
    rare = float(rarity(np.array(flags, dtype=np.float32)[:, None])[0])
    assert 0 <= rare <= 1
    fewer = float(rarity(np.array([*flags, 0.0], dtype=np.float32)[:, None])[0])
    assert fewer > 0
    if 1.0 in flags:
        assert rare == pytest.approx(np.log(len(flags) / sum(flags)) / np.log(len(flags)), abs=1e-5)


def test_nothing_to_read_gives_nothing() -> None:
    assert extract("Who?", [], idf=idf) == []
    assert extract("Who?", [Readable("a", "", "", 1.0)], idf=idf) == []


@given(
    st.lists(TEXTS, max_size=4), st.sampled_from(["Who wrote it?", "What is abc?", "How many ABC are there?", "12?"])
)
def test_signals_are_finite_and_as_many_as_their_names(texts: list[str], question: str) -> None:
    evidence = [Readable(str(i), text, text, 1.0, place=i) for i, text in enumerate(texts)]
    read, signals, said = read_signals(Asked.of(question, idf), evidence)
    assert signals.shape == (len(read), len(SIGNALS))
    assert np.isfinite(signals).all()
    assert len(said) == len(texts)


def test_weights_are_read_back_as_they_were_written() -> None:
    shipped = shipped_choice()
    assert Choice.from_json(json.loads(json.dumps(shipped.to_json()))).to_json() == shipped.to_json()
    assert len(shipped.weights) == len(WEIGHED)
    assert len(shipped.answered.weights) == len(ANSWERED)
    assert shipped.helped is not None
    assert len(shipped.helped.weights) == len(WEIGHED) + len(CROSSED)
    assert len(shipped.helped.answered.weights) == len(ANSWERED) + len(MEANT) + len(CROSSED_BEST)
    assert shipped.helped.encoder == BUNDLED_MODEL


class OtherEmbedder:
    """Embeds by the bundled model under another name; it does not tell the states of words."""

    name, dimensions = "other", 384

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return load_embedder(EmbeddingOptions()).embed(texts)


FERRY = Readable("a", "The ferry leaves at 9:40. It carries 300 people. Tickets are sold on board.", "ferry", 1.0)


def test_only_the_model_that_the_weights_know_is_heard() -> None:
    """Cosines of another model mean other things; one that tells no states of words is as good as none."""
    question = "How many people does the ferry carry?"
    alone, other, bundled = (
        extract(question, [FERRY], idf=idf, embedder=embedder)[0].confidence
        for embedder in (None, OtherEmbedder(), load_embedder(EmbeddingOptions()))
    )
    assert alone == other
    assert alone != bundled
    assert meant(question, Asked.of(question, idf), FERRY.text, OtherEmbedder()) is None


@given(TEXTS, st.sampled_from(["What is it?", "How many ABC?", "?", "中文", "Which theme loads tikz, and why?"]))
@settings(max_examples=25)  # each encodes two texts
def test_what_is_meant_is_a_cosine_and_no_heavy_word_is_meant_better_than_it_is(text: str, question: str) -> None:
    found = meant(question, Asked.of(question, idf), text, load_embedder(EmbeddingOptions()))
    assert found is not None
    assert found.shape == (len(MEANT),)
    assert (np.abs(found) <= 1.01).all()
    assert found[MEANT.index("least_meant")] <= found[MEANT.index("words_meant")] + 1e-6


def test_words_of_a_question_know_their_pieces() -> None:
    question = "Which ferries did Smith-Waterman take?"
    pieces = [(0, 0), (0, 5), (6, 9), (9, 13), (14, 17), (18, 23), (23, 24), (24, 32), (33, 37), (37, 38), (0, 0)]
    words = Asked.of(question, idf).words
    found = dict(zip(words, word_places(question, words, pieces), strict=True))
    assert found["smith"] == [5]
    assert found["waterman"] == [7]
    assert [2, 3] in found.values()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"sentence": {"inside": 1}},
        {"sentence": [], "answered": [], "bias": "x"},
        {**shipped_choice().to_json(), "version": 2},  # what an older kgqa wrote
        {**shipped_choice().to_json(), "helped": {"sentence": {"inside": 1.0}, "encoder": "x"}},
    ],
)
def test_weights_over_other_signals_are_refused_with_the_mend(broken: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="train_reader"):
        Choice.from_json(broken)


def test_training_reads_questions_and_writes_weights(
    collection: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = [
        ("How many hours of sleep per night were the subjects restricted to?", "3 hours", "lme4_lmer.pdf", 3),
        ("Which package is needed to use the Armadillo classes?", "RcppArmadillo", "rcpp_introduction.pdf", 6),
        ("Of how many modules is the lmer function composed?", "four", "lme4_lmer.pdf", 4),
        ("How many people had a disability in 2010?", "56.7 million", "census_disability_us001.pdf", 1),
        ("Which GPU was used?", "", "lme4_lmer.pdf", 0),
        ("Who painted the Mona Lisa?", "", "rcpp_introduction.pdf", 0),
    ]
    lines = [
        {"question": question, "answer": answer, "docs": [name], "pages": [page] if page else [],
         "kind": "content" if answer else "unanswerable"}
        for question, answer, name, page in questions
    ]  # fmt: skip
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    output = tmp_path / "choice.json"
    examples = tmp_path / "examples.jsonl"
    assert main([f"{file}={collection.place}", "--output", str(output), "--examples", str(examples)]) == 0
    assert "right sentence first" in capsys.readouterr().out
    learned = Choice.from_json(json.loads(output.read_text(encoding="utf-8")))
    assert learned.helped is not None
    assert learned.helped.encoder == collection.embedder.name
    assert all(np.isfinite(weights).all() for weights in (learned.weights, learned.helped.weights))
    lines = [json.loads(line) for line in examples.read_text(encoding="utf-8").splitlines()]
    assert {line["document"] for line in lines} == {name for _, _, name, _ in questions}
    assert any(line["answers"] for line in lines)


def test_a_sure_sentence_may_count_a_thing_in_other_words(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "N = 100 is considered a reasonable number of replicates" was no count of "bootstrap replicates"."""
    file = tmp_path / "drill.md"
    file.write_text(
        "# Drill\n\nThe hut was painted in 1993.\n\nN = 40 is generally regarded as a sufficient number of repetitions "
        "for the drill.\n\nVisitors come by boat.\n",
        encoding="utf-8",
    )
    asked = "How many drill repetitions are regarded as sufficient?"
    with Collection.open(tmp_path / "collection", settings) as collection:
        collection.add(file)
        assert collection.ask(asked).text.startswith("N = 40")
        assert collection.ask("How many boats are regarded as sufficient?").abstained
        monkeypatch.setattr("kgqa.reading._COUNTED", 2.0)
        assert collection.ask(asked).abstained  # what the confidence overrules


def test_the_threshold_refuses_the_share_of_questions_that_it_should() -> None:
    question = DocumentQuestion("1", "Which ferry?", "x", (), (), (), "content")
    meaning = Meaning(question.question, Asked.of(question.question, idf), OtherEmbedder())
    example = to_example(question, meaning, [(FERRY, "a.md", 1)])
    verdict = Verdict(np.array([1.0]), 0.5)
    features = np.linspace(-3, 3, 100)
    judged = [(example, True, verdict.confidence(np.array([x]))) for x in features]
    moved = at_threshold(verdict, judged)
    refused = np.mean([moved.confidence(np.array([x])) < AnswerOptions().threshold for x in features])
    assert refused == pytest.approx(0.06, abs=0.011)


def test_a_table_of_terms_is_read_as_prose(tmp_path: Path) -> None:
    """A list of who does what stood in a table without heads, and nothing but cells with labels was read of tables."""
    rows = {
        "general practitioner": "works with the specialist in providing ongoing care",
        "anaesthetist": "administers anaesthetic before surgery and monitors the patient during the operation",
        "radiologist": "specialises in reading x-rays, such as mammograms",
        "pathologist": "examines cells and tissue samples that are removed from the breast",
    }
    table = "\n".join(f"| {term} | {what} |" for term, what in rows.items())
    text = f"# The team\n\nSeveral people treat you.\n\n| MDT | health professionals |\n| --- | --- |\n{table}\n"
    (tmp_path / "guide.md").write_text(text, encoding="utf-8")
    with Collection.open(tmp_path / "collection", Settings(llm="none")) as opened:
        opened.add([tmp_path / "guide.md"])
        answer = opened.ask("Who reads x-rays such as mammograms?")
    assert "radiologist" in answer.text
    assert all(citation.verified for citation in answer.citations)


def test_what_else_answers_is_told_beside_the_best_sentence() -> None:
    """A line of the cover stood beside "should be reviewed regularly", and "at least annually" below it did not."""
    manual = Readable("manual", "The manual is updated as rules change. It is done once a year at least.", "m", 1.0)
    cover = Readable("cover", "JUNE 2023, the manual of the ferry that is updated", "c", 1.0, place=1)
    read, signals, _ = read_signals(Asked.of("How often is the manual updated?", idf), [manual, cover])
    assert [one.sentence[:4] for one in read] == ["The ", "It i", "JUNE"]
    scores, kind = np.array([5.0, 0.0, 4.5]), signals[:, SIGNALS.index("kind")]
    assert second_sentence(read, scores, 0, kind, np.array([2.0, 0.7, -3.0])) == 1
    assert second_sentence(read, scores, 0, kind, None) == 2
    assert second_sentence(read, scores, 0, kind, np.array([2.0, -0.7, -3.0])) == 2  # none else is taken for an answer


def test_what_a_heading_says_counts_for_the_text_below_it() -> None:
    """The heading that a passage begins with is not quoted, and was lost to the reader."""
    own = Readable(
        "a",
        "Baking on Sunday.",
        "4 Spring plan. 4.2 Bread contest Baking on Sunday. club.pdf",
        1.0,
        "4 Spring plan club.pdf",
    )
    assert below_own_heading(own).heading == "4 Spring plan. 4.2 Bread contest club.pdf"
    first = Readable("b", "Baking on Sunday.", "Bread contest Baking on Sunday. club.pdf", 1.0, " club.pdf")
    assert below_own_heading(first).heading == "Bread contest club.pdf"
    under = Readable(
        "c", "Baking on Sunday.", "Bread contest. Baking on Sunday. club.pdf", 1.0, "Bread contest club.pdf"
    )
    assert below_own_heading(under) == under
    bare = Readable("d", "Baking on Sunday.", "Baking on Sunday. club.pdf", 1.0, "club.pdf")
    assert below_own_heading(bare) == bare
