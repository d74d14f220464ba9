"""The order of a walk's evidence: what the search found first is among it, whatever the learned ranking says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgqa.order import with_found

NODES = st.lists(st.sampled_from([f"n{i}" for i in range(40)]), unique=True)


@given(NODES, NODES, st.integers(1, 30))
def test_evidence_keeps_the_order_and_holds_what_was_found_first(
    ranked: list[str], found: list[str], budget: int
) -> None:
    order = [(node, 1.0 / (place + 1)) for place, node in enumerate(ranked)]
    evidence = [node for node, _ in with_found(order, found, budget)]
    assert len(evidence) == len(set(evidence)) <= budget
    if budget >= 16:
        assert set(found[:8]) <= set(evidence)
    else:
        assert evidence == ranked[:budget]
    kept = [node for node in evidence if node in ranked[:budget]]
    assert kept == [node for node in ranked if node in kept]


def test_the_least_likely_give_way_and_the_chances_stay() -> None:
    order = [(f"r{i}", 1.0 - i / 100) for i in range(30)]
    evidence = with_found(order, ["r3", "r25", "x"], 20)
    assert [node for node, _ in evidence] == [*(f"r{i}" for i in range(18)), "r25", "x"]
    assert dict(evidence)["r25"] == 0.75
    assert dict(evidence)["x"] == 0.0
