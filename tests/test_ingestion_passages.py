"""Rules that hold for any text: a passage is a slice of its page, and nothing is lost between the two."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.options import PassageOptions
from ingestion.passages import markdown_to_passages, markdown_to_spans, text_to_sentences
from ingestion.plain import markdown_to_paragraphs, markdown_to_plain

LINES = st.sampled_from(
    [
        "", "", "# A heading", "## 2.1 Another one", "A short line.", "- an item", "1. first", "> quoted", "```",
        "x = 1  # code", "| a | b |", "| --- | --- |", "| 1 | 2 |",
        "Dr. Lee et al. wrote it in 2020. It holds! Does it?",
        "word " * 90, "l" * 700, "文章です。次の文です。", "نص عربي قصير.", "\u200b",
        "ﬁnal ligature", "![](x.png)", "$$x^2$$",
    ]
)  # fmt: skip
MARKDOWN = st.lists(LINES, max_size=30).map("\n".join) | st.text(max_size=400)
OPTIONS = st.integers(40, 400).map(lambda most: PassageOptions(max_tokens=most, min_tokens=most // 8))


@given(MARKDOWN)
@settings(max_examples=150, deadline=None)
def test_passages_are_slices_and_nothing_is_lost(markdown: str) -> None:
    passages = markdown_to_passages(
        markdown, page_number=3, doc_id="d", options=PassageOptions(), section_of=lambda _: None
    )
    at = 0
    for passage in passages:
        assert passage.text == markdown[passage.start : passage.end]
        assert passage.page_number == 3
        assert not markdown[at : passage.start].strip(), "only white space may stand between passages"
        at = passage.end
    assert not markdown[at:].strip()
    assert len({passage.passage_id for passage in passages}) == len(passages)


@given(MARKDOWN)
@settings(max_examples=150, deadline=None)
def test_spans_are_in_order_and_never_empty(markdown: str) -> None:
    spans = markdown_to_spans(markdown, options=PassageOptions())
    assert spans == sorted(spans)
    assert all(markdown[start:end].strip() for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(MARKDOWN)
@settings(max_examples=150, deadline=None)
def test_sentences_cover_a_text(text: str) -> None:
    at = 0
    for start, end in text_to_sentences(text):
        assert not text[at:start].strip()
        assert text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(MARKDOWN)
@settings(max_examples=150, deadline=None)
def test_plain_text_is_plain_already(markdown: str) -> None:
    plain = markdown_to_plain(markdown)
    assert plain == " ".join(plain.split())
    assert not re.search(r"[\u00ad\u200b\ufeff]", plain)


def test_paragraphs_leave_headings_out_and_keep_the_rest() -> None:
    text = "## 2 Results\n\nThe **first** is\nlarge.\n\n- one\n- two"
    assert markdown_to_paragraphs(text) == ["The first is large.", "one two"]


def test_a_sentence_does_not_end_at_an_abbreviation() -> None:
    text = "Seen by Li et al. in Fig. 3 of vol. 2 on Dec. 20, 2018. Dr. Lee agrees."
    sentences = [text[a:b] for a, b in text_to_sentences(text)]
    assert sentences == ["Seen by Li et al. in Fig. 3 of vol. 2 on Dec. 20, 2018.", "Dr. Lee agrees."]
