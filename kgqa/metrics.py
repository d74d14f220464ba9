"""Measures of search and of answers: one formula each.

A question without gold passages has no recall; callers leave it out. A question that failed counts as found nothing.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection, Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def recall_at(k: int, ranked: Sequence[str], gold: Collection[str]) -> float:
    """Return the share of the gold ids among the first k, 0 to 1; raise ValueError for no gold or k below 1.

    >>> recall_at(2, ["a", "b", "c"], {"a", "c"})
    0.5
    """
    if not gold or k < 1:
        raise ValueError(f"recall needs gold ids and k of at least 1, not {len(gold)} and {k}")
    return len(set(ranked[:k]) & set(gold)) / len(set(gold))


def all_at(k: int, ranked: Sequence[str], gold: Collection[str]) -> float:
    """Return 1.0 where every gold id is among the first k, else 0.0; raise ValueError as `recall_at`."""
    return float(recall_at(k, ranked, gold) == 1.0)


def normalise(answer: str) -> str:
    """Return an answer as SQuAD compares it: lower case, without punctuation, articles and needless space.

    >>> normalise("The Cat, sat!")
    'cat sat'
    """
    return " ".join(_ARTICLES.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """Return 1.0 where an answer equals one of the gold answers after `normalise`, else 0.0."""
    return float(any(normalise(answer) == normalise(gold) for gold in golds))


def f1(answer: str, golds: Sequence[str]) -> float:
    """Return the best F1 over words with one of the gold answers (Rajpurkar et al., 2016), 0 to 1.

    >>> f1("Douglas Bates", ["D. Bates"])
    0.5
    """
    return max((_f1(normalise(answer).split(), normalise(gold).split()) for gold in golds), default=0.0)


def _f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(list(answer) == list(gold))
    shared = sum((Counter(answer) & Counter(gold)).values())
    return 2 * shared / (len(answer) + len(gold))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share, 0 to 1, of the values lies (nearest rank); 0.0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
