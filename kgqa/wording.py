"""A question as it was worded -> the words that the rules know.

Greetings and polite wrappings are taken off, the words for structure and the question words of other languages are put
into English, and slips of the keyboard in structure words are mended. Words of content are left as they are.
"""

from __future__ import annotations

import re

from kgqa.foreign_words import FRENCH, ITALIAN, KINDS, KINDS_PATTERN, LANGUAGES, NAMES, PATTERNS
from kgqa.little_words import LITTLE

_OPENING = re.compile(
    r"^\s*(?:(?:hello|hi|hey|greetings|good (?:morning|afternoon|evening)|dear [\w ]{2,20}|please|thanks|thank you|"
    r"ok(?:ay)?|so|well|now|and|also|then|sorry|excuse me|quick question|question)(?:\s+there)?\s*[,!.:;\-–]+\s*"
    r"|(?:please|kindly|ok|okay|and|so|then|also|now)\s+)",
    re.I,
)
_WRAPPING = re.compile(
    r"^\s*(?:"
    r"(?:i\s+(?:was|am)|i'm|i’m)\s+(?:just\s+)?(?:wondering|curious)(?:\s+(?:about|whether|if)(?=\s+(?:you|someone)\b))?"
    r"|(?:(?:can|could|would|will)\s+(?:you|someone|anybody)|(?:you|someone)\s+(?:can|could))"
    r"(?:\s+(?:please|kindly|possibly|maybe|perhaps))*(?:\s+help\s+me(?:\s+to)?|\s+be\s+so\s+kind\s+(?:as\s+)?to)?"
    r"(?:\s+(?:tell|give|show|let)\s+me(?:\s+know)?|\s+find\s+(?:me\s+)?out|\s+find(?:\s+for)?(?:\s+me)?|\s+understand"
    r"|\s+explain(?:\s+to\s+me)?|\s+say|\s+look\s+up|\s+check|\s+confirm)"
    r"|(?:i\s+(?:would|'d|’d)?\s*|i'd\s+|i’d\s+)(?:like|love|need|want)\s+(?:you\s+)?to\s+"
    r"(?:know|find\s+out|learn|see|understand|ask|tell\s+me)"
    r"|(?:do|would)\s+you\s+(?:happen\s+to\s+)?know"
    r"|(?:please\s+)?(?:tell|show)\s+me|let\s+me\s+know|give\s+me|remind\s+me|any\s+idea"
    r")\s*[,:]?\s+",
    re.I,
)
_CLOSING = re.compile(
    r"[\s,.!?;\-–]*\b(?:(?:many\s+)?thanks(?:\s+(?:a\s+lot|so\s+much|in\s+advance))?|thank\s+you(?:\s+[\w ]{1,24})?|"
    r"please|cheers|if\s+you\s+can|if\s+possible)\s*[.!?]*\s*$",
    re.I,
)


_ELIDED = re.compile(r"(?<!\w)(l|d|qu|s|n|j|c|lorsqu|puisqu|(?:d|n|d?a|su)(?:e?ll)|dov|cos|quest|un)['’](?=\w)", re.I)
_INVERTED = re.compile(r"(?<=[a-zà-ÿ])-(?:t-)?(?:ils?|elles?|on|je|nous|vous)\b", re.I)
"""The pronoun behind a verb in a French question: "compte-t-il", "trouve-t-on"."""
_PARTED = re.compile(r"\bgeht\b(?P<object>.{2,80}?)\bvoraus\b", re.I)  # a German verb around its object
_ENGLISH = frozenset(
    "the of is are was were does do did to in a an and or what which who whose how when where why for by on with from "
    "has have had it its this that these be can could should would will there as at into about me no not so".split()
)
_LITTLE_LEAST = 2  # little words that tell a language
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹؟،", "01234567890123456789?,")

_STRUCTURE = tuple(
    form
    for word in ("page", "table", "figure", "section", "chapter", "equation", "author", "column", "subsection")
    for form in (word, f"{word}s")
)
_OWN_WORDS = frozenset(
    "tale tales table tabled tablet tablets pager paged pages pageant figured figurer sectional sections chapters "
    "authored equations columns columned auction action faction".split()
)
"""Words that are near to a structure word and are words themselves."""


def unwrap_question(text: str) -> str:
    """Return a question without greetings and polite wrappings, its structure words mended.

    >>> unwrap_question("Hello! Could you please tell me how many pagse it has? Thanks a lot!")
    'how many pages it has?'
    """
    folded = text
    for _ in range(4):
        shorter = _WRAPPING.sub("", _OPENING.sub("", folded))
        if shorter == folded or not any(c.isalnum() for c in shorter):
            break
        folded = shorter
    closed = _CLOSING.sub("?" if text.rstrip(" .!").endswith("?") or "?" in text else "", folded)
    folded = closed if any(c.isalnum() for c in closed) else folded
    return " ".join(_mended(folded).split())


def to_english_structure(text: str) -> str:
    """Return a question with its structure and question words in English; its other words stay.

    >>> to_english_structure("Was zeigt Tabelle 3?"), to_english_structure("¿Qué hay en la página 8?")
    ('what shows table 3?', '¿what is there in the page 8?')
    """
    text = text.translate(_DIGITS)
    words = language_words(text)
    if words is None:
        return text
    text = parted_elisions(_PARTED.sub(r"geht voraus\g<object>", text), words)
    return " ".join(_into_english(text, words).split())


def parted_elisions(text: str, words: dict[str, str]) -> str:
    """Return a question of the language of `words` with the words apart that are written together: "l'eau"."""
    if words is FRENCH or words is ITALIAN:
        text = _ELIDED.sub(r"\1 ", text)
    return _INVERTED.sub("", text) if words is FRENCH else text


def to_english_kinds(text: str) -> str:
    """Return a question with the words for kinds of documents, and the articles before them, in English.

    >>> to_english_kinds("Was steht im Handbuch auf Seite 3?")
    'Was steht the handbook auf Seite 3?'
    """
    return text if language_words(text) is None else KINDS_PATTERN.sub(lambda match: KINDS[match[0].lower()], text)


def language_words(text: str) -> dict[str, str] | None:
    """Return the words of the language that a question is asked in; None for English.

    It has the marks of that language, and more of its words than of any other's: "página" is Spanish and Portuguese.
    One without marks has several of its little words, and fewer of those of English.
    """
    marked = [(sum(len(m[0]) for m in PATTERNS[id(words)].finditer(text)), words)
              for words, marks in LANGUAGES if marks.search(text)]  # fmt: skip
    return max(marked, key=lambda item: item[0])[1] if marked else _by_little_words(text)


def _by_little_words(text: str) -> dict[str, str] | None:
    """Return the words of the language whose little words a question has most of; None where English has as many."""
    said = re.findall(r"[^\W\d_]+", text.lower())
    counts = [
        (sum(word in words or word in LITTLE[NAMES[id(words)]] for word in said), words)
        for words, _ in LANGUAGES
        if id(words) in NAMES
    ]
    most, words = max(counts, key=lambda item: item[0])
    return words if most >= _LITTLE_LEAST and most > sum(word in _ENGLISH for word in said) else None


def _into_english(text: str, words: dict[str, str]) -> str:
    """Put English for the words of one language; what stands in quotation marks is a title and stays."""
    pieces = re.split(r"([\"“„«][^\"”“»]*[\"”“»]|(?<!\w)'[^']*'(?!\w))", text)
    pattern = PATTERNS[id(words)]
    return "".join(
        piece if i % 2 else pattern.sub(lambda match: words[match[0].lower()], piece) for i, piece in enumerate(pieces)
    )


def _mended(text: str) -> str:
    """Mend structure words of which two letters change places, or one is missing or twice."""
    return re.sub(r"\b[a-z]{4,12}\b", lambda match: _mended_word(match[0]), text)


def _mended_word(word: str) -> str:
    if word in _STRUCTURE or word in _OWN_WORDS:
        return word
    for right in _STRUCTURE:
        if word[0] == right[0] and abs(len(word) - len(right)) <= 1 and _is_slip(word, right):
            return right
    return word


def _is_slip(word: str, right: str) -> bool:
    if len(word) == len(right):
        different = [i for i, (a, b) in enumerate(zip(word, right, strict=True)) if a != b]
        return (
            len(different) == 2
            and different[1] == different[0] + 1
            and word[different[0]] == right[different[1]]
            and word[different[1]] == right[different[0]]
        )
    longer, shorter = (word, right) if len(word) > len(right) else (right, word)
    if len(shorter) < 5:
        return False
    gap = next((i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    doubled = gap > 0 and longer[gap] == longer[gap - 1]
    return longer[gap + 1 :] == shorter[gap:] and (doubled or longer == right)
