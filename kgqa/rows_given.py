"""What a question gives for the row that it asks of, by the head of a column and a value in it: "with depth 16"."""

from __future__ import annotations

import re
from itertools import pairwise

from kgqa.columns_asked import COUNT_WORDS
from kgqa.table_view import TableView, abbreviates, alike, squeezed, words_of

_NUMBER = r"([-–−]?\d[\d.,]*\d|\d)"
_EQUALS = re.compile(rf"(?<![\w.])([\w.]+)\s*=\s*{_NUMBER}(?![\w])")
_COUNTED = re.compile(
    r"(?<![\w.,=–−-])(\d[\d.,]*\d|\d)\s+((?:[^\W\d_][\w-]*\s+){0,2}[^\W\d_][\w-]*)"
)  # "50 nearest ..."
_SPELLED = "two three four five six seven eight nine ten eleven twelve".split()
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b", re.I)
_LETTER_LAST = re.compile(r"(\w{3,}(?:\s+\w+)?)[\s@-]+[a-zA-Z]")  # a letter that stands for the number of each row
_NTH = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ORDINAL = re.compile(rf"\b(?:(?P<number>\d{{1,2}})(?:st|nd|rd|th)|(?P<word>{'|'.join(_NTH)}))\b", re.I)
_PLACES = re.compile(r"(?:pos(?:ition)?|place|rank(?:ing)?|pl|platz|rang|posición|posizione)\.?", re.I)
_WON = re.compile(r"\b(?:who won|winners?|won (?:the|by)|came out on top)\b(?!['’]s)", re.I)
_PLACE = rf"(\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_NTH)})"
_FINISHED = re.compile(
    rf"\b(?:finish\w*|came|come|plac\w+|ranks?|ranked|ended|was|is)\s+(?:in\s+)?{_PLACE}\b(?!\s+(?:to|of)\b)|\b{_PLACE}\s+place\b",
    re.I,
)
_KEYS = 3  # words of a head, at most, that a question gives before a number


def given_in(view: TableView, question: str) -> list[tuple[int, str]]:
    """Return (column, value) of what a question gives for a row by a column's head.

    The head may stand before the value ("R = 200", "with depth 16", "order no. 7") or behind it, cut short in the table
    ("50 neighbours" of a column headed "neigh."). Only a value that some rows have and others lack tells them apart.
    """
    found: list[tuple[int, str]] = []
    for column, head in enumerate(view.heads):
        cells = {row[column] for row in view.body}
        if not head or len(cells) < 2:
            continue
        values = [*_behind_head(head, question), *_before_head(head, question), *_placed(head, question)]
        value = next((value for value in values if value in cells), None)
        if value is not None:
            found.append((column, value))
    return found


def _behind_head(head: str, question: str) -> list[str]:
    """Return the values that a question gives right behind a head."""
    asked = squeezed(question)
    named = _LETTER_LAST.fullmatch(head)
    if squeezed(head if named is None else named[1]) not in asked:
        return []
    run = r"\s+".join(map(re.escape, head.split()))
    end = r"(?![\w%])(?!\.\d)"
    said = re.findall(rf"\bwith\s+(?:an?\s+|the\s+)?{run}\s+(?:of\s+)?{_NUMBER}{end}", question, re.I)
    if len(head) > 1 and len(head.split()) <= _KEYS:  # "JobId 3", "order no. 7"
        said += re.findall(rf"(?<![\w-]){run}\s+(?:no\.?\s*|number\s+|#\s*)?{_NUMBER}{end}", question, re.I)
    if named is not None:  # "Top k" heads what is told of the "top 100"
        run = r"[\s-]+".join(map(re.escape, named[1].split()))
        said += re.findall(rf"(?<![\w-]){run}[\s-]*{_NUMBER}{end}", question, re.I)
    return said + [value for name, value in _EQUALS.findall(question) if name.casefold() == head.casefold()]


def _before_head(head: str, question: str) -> list[str]:
    """Return the values that stand before words which a head says, each whole or cut short."""
    own = words_of(head)
    own = [word for word in own if word not in COUNT_WORDS] or own  # "five deaths" are the "No. of deaths"
    if not own:
        return []
    question = _IN_WORDS.sub(lambda match: str(_SPELLED.index(match[0].lower()) + 2), question)
    question = in_figures(question)  # "her third attempt" is a 3 under "Attempt"
    said = [(match[1], words_of(match[2])) for match in _COUNTED.finditer(question)]
    return [value for value, words in said if _names(own, words, dotted=head.endswith("."))]


def _placed(head: str, question: str) -> list[str]:
    """Return the place that a question gives of a row whose column of places has this head: "who finished third"."""
    if not _PLACES.fullmatch(head):
        return []
    if _WON.search(question):
        return ["1", "1."]
    said = [match[1] or match[2] for match in _FINISHED.finditer(question)]
    places = [word if word[0].isdecimal() else str(_NTH.index(word.lower()) + 1) for word in said]
    return [text for place in places for text in (re.sub(r"\D", "", place), f"{re.sub(r'[^0-9]', '', place)}.")]


def placed_words(head: str, question: str) -> str:
    """Return the words of a question that give a place, where a column has the head of places; "" for another."""
    if not _PLACES.fullmatch(head):
        return ""
    return " ".join(match[0] for sign in (_WON, _FINISHED) for match in sign.finditer(question))


def in_figures(question: str) -> str:
    """Return a question with its ordinals as numbers: "third" as 3."""
    return _ORDINAL.sub(_in_figures, question)


def _in_figures(match: re.Match[str]) -> str:
    return match["number"] or str(_NTH.index(match["word"].lower()) + 1)


def _names(head: list[str], words: list[str], *, dotted: bool) -> bool:
    """Return whether words hold those of a head one behind the other, whole or cut short.

    A head that ends in a dot (`dotted`) may be cut short anywhere.
    """

    def stands_for(own: str, word: str) -> bool:
        return alike(word, own) or abbreviates(own, word) or (dotted and len(own) > 1 and word.startswith(own))

    places = [next((i for i, word in enumerate(words) if stands_for(own, word)), -1) for own in head]
    return places[0] >= 0 and all(b == a + 1 for a, b in pairwise(places))
