"""Whether what a table says and what a page says agree, told by code from the numbers that both hold.

Nothing is decided where the two cannot be told to speak of one thing: then both are shown, and the reader judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphs.index import tokenize
from kgqa.table_view import alike

AGREES = re.compile(
    r"\b(?:agree(?:s|ment)?|consistent|match(?:es)?|same|contradicts?|differs?|disagrees?|inconsistent)\b", re.I
)
_DENIES = re.compile(r"\b(?:contradicts?|differs?|disagrees?|inconsistent)\b", re.I)
_WHETHER = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|whether|if)\b", re.I)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>thousand|million|billion)?\s*(?P<unit>%|[A-Za-z]+)?"
)
_CELL = re.compile(r"(?P<label>[^:;]*):\s*(?P<value>[^:;()]*\d[^:;()]*)")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_IN_SCALE = re.compile(r"\b(?:in|of) (thousand|million|billion)s?\b", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is written."""

    shown: str
    value: float
    step: float  # of its last written digit: 0.1 million for "56.7 million"
    label: frozenset[str]  # stems of the words that say what it is of


def verdict(question: str, cells: str, said: str) -> str:
    """Return "Yes: ..." or "No: ..." for a question whether cells and a page's words agree; "" where none can be told.

    `cells` is a table's answer ("Perch, Kilograms: 410 (Table 1 of a.pdf).").

    >>> verdict("Do Table 1 and page 2 agree on it?", "Perch, Kilograms: 410 (Table 1).", "We took 450 kilograms.")
    'No, they differ: 410 in the table, 450 kilograms on the page.'
    """
    if not (AGREES.search(question) and _WHETHER.match(question)):
        return ""
    own = [
        amount
        for match in _CELL.finditer(re.sub(r"\s*\((?:Table|the table)[^)]*\)", "", cells))
        for amount in _amounts(match["value"], match["label"])
    ]
    asked = {amount.value for amount in _amounts(question, "")}
    told = [amount for amount in _amounts(said, "") if amount.value not in asked]
    denied = _DENIES.search(question) is not None
    named = [(a, b) for a in own for b in told if any(alike(x, y) for x in a.label for y in b.label)]
    pairs = named or [(a, b) for a in own for b in told]  # 410 villages say nothing of 410 sacks where sacks are told
    same = next(((a, b) for a, b in pairs if _equal(a, b)), None)
    if same is not None:
        return f"{'No' if denied else 'Yes'}, they agree: {same[0].shown} in the table, {same[1].shown} on the page."
    if len(named) != 1:
        return ""
    a, b = named[0]
    return f"{'Yes' if denied else 'No'}, they differ: {a.shown} in the table, {b.shown} on the page."


def _amounts(text: str, label: str) -> list[Amount]:
    scaled = _IN_SCALE.search(label)
    found = []
    for match in _NUMBER.finditer(text):
        digits = match["digits"].rstrip(",")
        scale = _SCALES[match["scale"].lower()] if match["scale"] else _SCALES[scaled[1].lower()] if scaled else 1.0
        decimals = len(digits.partition(".")[2])
        words = frozenset(tokenize(f"{label} {match['unit'] or ''}"))
        number = float(digits.replace(",", ""))
        found.append(Amount(match[0].strip(), number * scale, scale * 10.0**-decimals, words))
    return found


def _equal(a: Amount, b: Amount) -> bool:
    """Return whether two amounts are one number, as far as the more roundly written of them tells.

    A table in thousands often does not say so in its heads: "56,672" is "56.7 million" too.
    """
    for scale in (1.0, 1e3, 1e6):
        for left, right in ((a, b), (b, a)):
            step = max(left.step * scale, right.step)
            written = left.value * scale
            if scale > 1.0 and len(left.shown.replace(",", "").split(".")[0]) < 3:
                continue
            if abs(written - right.value) <= step / 2 * 1.0001 and (step < right.value / 50 or written == right.value):
                return True
    return False
