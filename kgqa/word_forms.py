"""Whether words are forms of one: by their endings, as parts of a compound, or as synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kgqa.synonyms import synonyms

_ARABIC_PREFIX = re.compile("(?:و|ب|ك|ف)?ال|لل|ل(?=[اإأ])")
_ELIDED = re.compile(r"(?:[ldsnjcmt]|qu|un|(?:d|n|s)?[aeu]ll|dall|nell|sull)['’](?=\w{3})")
_PART_LEAST, _REST_LEAST = 5, 3  # letters of a part of a compound, and of what stands before or behind it


def alike_forms(words: Sequence[str], tokens: Iterable[str], compounds: bool = False) -> dict[str, int]:
    """Return for each token that is a form of words of a question a mask of those words.

    With `compounds`, one that holds a word at its start or end is a form of it: "Hafengebühr" of "Gebühr".
    """
    forms: dict[str, int] = {}
    tokens = set(tokens) if compounds else tokens
    starts: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        for start in {word[:3], _bare(word)[:3]}:
            starts.setdefault(start, []).append(i)
    for token in tokens:
        own = {i for start in {token[:3], _bare(token)[:3]} for i in starts.get(start, ())}
        mask = sum(1 << i for i in own if alike_words(words[i], token))
        if mask:
            forms[token] = mask
    for token in tokens if compounds else ():
        mask = sum(1 << i for i, word in enumerate(words) if is_part(word, token) or is_part(token, word))
        if mask:
            forms[token] = forms.get(token, 0) | mask
    return forms


@lru_cache(maxsize=1 << 16)
def is_part(word: str, compound: str) -> bool:
    """Return whether a word of five letters or more, without or with its ending, is the start or the end of a compound.

    >>> is_part("gebühren", "hafengebühr"), is_part("hafen", "hafengebühr"), is_part("hof", "friedhof")
    (True, True, False)
    """
    bare = re.sub(rf"(?<=\w{{{_PART_LEAST}}})(?:e[nrsm]?|n|s)$", "", word)
    if len(bare) < _PART_LEAST or len(compound) < len(bare) + _REST_LEAST or bare not in compound:
        return False
    return compound.startswith(bare) or re.search(rf"{re.escape(bare)}(?:e[nrsm]?|n|s)?$", compound) is not None


def same_meaning(words: Sequence[str], tokens: Iterable[str]) -> dict[str, int]:
    """Return for each token that stands for other words of a question a mask of those words."""
    forms: dict[str, int] = {}
    tokens = set(tokens)
    for i, word in enumerate(words):
        for token in synonyms(word, tokens):
            forms[token] = forms.get(token, 0) | 1 << i
    return forms


@lru_cache(maxsize=1 << 16)
def alike_words(word: str, other: str) -> bool:
    """Return whether two words are the same, or forms of one ("patent" and "patented", "gründete" and "gegründet")."""
    if word == other:
        return True
    for a, b in ((word, other), (_bare(word), _bare(other))):
        if a[:3] != b[:3]:
            continue
        if a == b or not _roots(a).isdisjoint(_roots(b)):
            return True
        if min(len(a), len(b)) >= 5 and a[:5] == b[:5]:
            stem = a.startswith(b[: max(5, len(b) - 2)]) or b.startswith(a[: max(5, len(a) - 2)])
            if stem:
                return True
    return False


@lru_cache(maxsize=1 << 16)
def _bare(word: str) -> str:
    """Return a German participle, a word with an elided article, or an Arabic one with article or particles (as
    light10), without what stands before it."""
    elided = _ELIDED.match(word)
    if elided is not None:
        return word[elided.end() :]
    if len(word) > 7 and word.startswith("ge") and word.endswith(("t", "en")):
        return word[2:]
    prefix = _ARABIC_PREFIX.match(word)
    return word[prefix.end() :] if prefix is not None and len(word) - prefix.end() > 2 else word


@lru_cache(maxsize=1 << 16)
def _roots(word: str) -> frozenset[str]:
    """Return a word without the endings that English verbs and their doers take."""
    cut = {
        word[: -len(end)]
        for end in ("d", "ed", "ing", "r", "er", "e", "ly")
        if word.endswith(end) and len(word) - len(end) > 2
    }
    return frozenset({word, *cut})
