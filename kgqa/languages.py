"""Which language a text is in: by its script, or by the words that every text of a language has."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_FUNCTION_WORDS = {
    "English": "the of and to in is that for it was with as are be this by from or which have",
    "German": "der die das und ist nicht ein eine den von zu mit sich auf für dem des im werden wird",
    "French": "le la les des et est une dans du pour que qui sur au par pas avec sont ce aux",
    "Spanish": "el los las de y en una que por con para del se es su al como más pero este",
    "Italian": "il lo gli di e che una per con del della sono è nel alla dei non si anche questo",
    "Portuguese": "o os as de e em um uma que para com do da no na não se por dos ao",
    "Dutch": "de het een van en is dat niet zijn op te voor met aan er ook wordt door bij naar",
}
_SETS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_SCRIPTS = {
    "ARABIC": "Arabic", "CYRILLIC": "Russian or another language in Cyrillic letters", "GREEK": "Greek",
    "HEBREW": "Hebrew", "HANGUL": "Korean", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "CJK": "Chinese",
    "DEVANAGARI": "Hindi or another language in Devanagari letters", "THAI": "Thai",
}  # fmt: skip
_PERSIAN = re.compile("[پچژگ]")
_SAMPLE = 40_000  # characters that are looked at
_OTHER_SCRIPT = 0.3  # share of the letters from which another script than Latin decides
_LEAST = 5  # words of a language that must be there


def language_of(text: str) -> str:
    """Return the English name of the language that most of a text is in; "" where it is too short or not known.

    >>> language_of("This is the first of the two boats that were built for the harbour in the north.")
    'English'
    """
    sample = text[:_SAMPLE]
    letters = Counter(_script(c) for c in sample if c.isalpha())
    script, count = max(letters.items(), key=lambda item: item[1], default=("", 0))
    japanese = letters["HIRAGANA"] + letters["KATAKANA"]
    if script == "CJK" and japanese > 0.1 * count:
        return _SCRIPTS["HIRAGANA"]
    if script in _SCRIPTS and count >= _OTHER_SCRIPT * letters.total():
        return "Persian" if script == "ARABIC" and len(_PERSIAN.findall(sample)) > 0.01 * count else _SCRIPTS[script]
    words = re.findall(r"[^\W\d_]+", sample.casefold())
    said = {language: sum(word in own for word in words) for language, own in _SETS.items()}
    best = max(said, key=lambda language: said[language])
    return best if said[best] >= _LEAST else ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0]
