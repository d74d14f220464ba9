"""A question in another language than English, as it is held against sentences of that language.

What it is about stays in its own words, without the little words that every text has; what kind of thing it asks for,
and what is counted, is told in English, where the rules for that are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graphs.index import tokenize
from kgqa.foreign_words import NAMES
from kgqa.little_words import KIND_NOUNS, LITTLE
from kgqa.wording import language_words, parted_elisions

_ASKING = frozenset("how what which who whose when where why until".split())
_EMPTY = frozenset(
    "of the a an and or in on at is are has have do was from about that according to there document file between "
    "can i find with for by if than most more".split()
)
"""English words for those that carry no meaning of their own."""
_DROPPED = frozenset({*"percentage share year date day month hour duration amount costs".split(), "sum in euros"})
"""Kinds of things whose names no answer need say: "60 %" tells a percentage."""
_NOUN = re.compile(
    r"\b((?:how many|(?<!how )(?:which|what)(?! is\b| are\b| was\b| were\b))\s+(?:(?:of|the)\s+)*)([\w'’-]+)"
    r"(?=\s+(?!is\b|are\b|was\b|were\b|has\b|have\b|must\b|can\b|may\b|do\b|does\b|will\b)\w)",
    re.I,
)
_GERMAN_NOUN = re.compile(
    r"\b((?:how many|(?<!how )(?:which|what))\s+)((?:[a-zäöüß][\w-]*\s+)?[A-ZÄÖÜ][\w-]*)"
    r"(?=\s+(?!is\b|are\b|was\b|were\b|has\b|have\b|must\b|can\b|may\b|do\b|does\b|will\b)\w)"
)
_PURPOSE = re.compile(r"(?<=\w )(?<!and )(?<!or )why\b")  # "perché" between two clauses gives the purpose


@dataclass(frozen=True)
class ForeignAsk:
    """A question in another language."""

    language: str
    own: str  # its words that carry meaning
    frame: str  # its little words in English: what is counted, and what "which" stands before, is found in it
    kinds: str  # the same with the kinds of things in English
    kind_words: frozenset[str]  # words for kinds of things that no answer need say


@lru_cache(maxsize=256)
def foreign_ask(text: str) -> ForeignAsk | None:
    """Return what a question in another language asks; None for one in English, or in a language not known so well.

    >>> ask = foreign_ask("¿Cuántos barcos puede comprar la cooperativa cada año?")
    >>> ask.own, ask.frame
    ('barcos comprar cooperativa ?', 'how many barcos can comprar the cooperativa each año?')
    """
    words = language_words(text)
    language = "" if words is None else NAMES.get(id(words), "")
    if words is None or not language:
        return None
    text = parted_elisions(text, words).replace("¿", "")
    little, nouns = LITTLE[language], KIND_NOUNS[language]
    known, every = {**little, **words}, {**little, **words, **nouns}
    kept = _put(text, every, lambda word, english: " " if _is_empty(word, english, little) else word)
    frame = _put(text, known, lambda _, english: english)
    kinds = _put(text, every, lambda _, english: english)
    return ForeignAsk(language, kept, _parted_noun(frame, language), _parted_noun(kinds, language), _unsaid(language))


@lru_cache(maxsize=8)
def _unsaid(language: str) -> frozenset[str]:
    unsaid = (word for word, english in KIND_NOUNS[language].items() if english in _DROPPED)
    return frozenset(stem for word in unsaid for stem in tokenize(word))


def _put(text: str, words: Mapping[str, str], put: Callable[[str, str], str]) -> str:
    """Return a text with what `put` gives for each known word or phrase and its English."""
    said = _pattern(tuple(sorted(words, key=len, reverse=True))).sub(
        lambda match: put(match[0], words[match[0].lower()]), text
    )
    return " ".join(_PURPOSE.sub("so that", said).split())


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.I)


def _is_empty(word: str, english: str, little: Mapping[str, str]) -> bool:
    """Return whether a word or phrase of a question says nothing of what it is about."""
    said = english.split()
    return word.lower() in little or not said or said[0] in _ASKING or english in _DROPPED or _EMPTY.issuperset(said)


def _parted_noun(frame: str, language: str) -> str:
    """Put an English verb behind the noun of "how many" and "which", which parts it from what follows."""
    noun = _GERMAN_NOUN if language == "German" else _NOUN
    return noun.sub(r"\1\2 do", frame, count=1)
