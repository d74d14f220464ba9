"""Words as numbers count what words as strings do, and phrases are looked for where they can stand."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphs import holders
from graphs.index import TermCounts
from graphs.words import NumberedParts, is_word, split_parts, stem, tokenize

WORDS = st.sampled_from(["apples", "ship", "ships", "Ann", "Lee", "sea", "law"])
PROSE = st.lists(WORDS, max_size=12).map(" ".join)
WRITTEN = st.text(alphabet="aAsß'’é\u0301-–_.,( )1２ﬁي\n", max_size=30)


@given(st.lists(st.one_of(WRITTEN, PROSE), max_size=8))
def test_parts_hold_the_words_of_a_text(texts: list[str]) -> None:
    for text in texts:
        assert [stem(part) for part in split_parts(text) if is_word(part)] == tokenize(text)
    read = NumberedParts.from_texts(texts)
    whole = [read.parts[number] for number in read.numbers]
    assert whole == [part for text in texts for part in (*split_parts(text), "")]
    assert len(set(read.parts)) == len(read.parts)
    assert read.rows().tolist() == [i for i, text in enumerate(texts) for _ in (*split_parts(text), "")]
    counted = TermCounts.from_texts(texts)
    for row, text in enumerate(texts):
        start, end = counted.counts.indptr[row : row + 2]
        found = zip(counted.counts.indices[start:end], counted.counts.data[start:end], strict=True)
        assert {counted.terms[column]: int(times) for column, times in found} == Counter(tokenize(text))


@given(
    st.lists(PROSE, min_size=1, max_size=8),
    st.sets(st.lists(WORDS, min_size=1, max_size=3).map(tuple), max_size=6),
    st.data(),
    st.integers(1, 5),
)
def test_no_text_that_holds_a_phrase_is_left_out(
    texts: list[str], phrases: set[tuple[str, ...]], data: st.DataObject, at_once: int
) -> None:
    counts = TermCounts.from_texts(texts)
    some = data.draw(st.one_of(st.none(), st.sets(st.integers(0, len(texts) - 1))))
    among = None if some is None else np.array(sorted(some), dtype=np.intp)
    kept, holders._AT_ONCE = holders._AT_ONCE, at_once
    try:
        found = holders.phrase_holders(counts, phrases, among)
    finally:
        holders._AT_ONCE = kept
    assert found == sorted(set(found))
    for place in range(len(texts)) if some is None else some:
        words = set(tokenize(texts[place]))
        wanted = [set(tokenize(" ".join(phrase))) for phrase in phrases]
        if any(phrase <= words for phrase in wanted):
            assert place in found
        if place in found and all(len(phrase) < 3 for phrase in wanted):
            assert any(phrase <= words for phrase in wanted)
    if some is not None:
        assert set(found) <= some
