"""Documents that a question names without writing their file names out: shortened, spaced, or with a slip.

"the crq paper", "jss 816", "micrtype.pdf". Looked for only where a question names no document otherwise, and taken only
where exactly one document fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from graphs.rows import DocumentRecord
from kgqa.foreign_words import KINDS
from kgqa.pointers import FILE

_LEAST = 0.8  # likeness, 0 to 1, of a misspelt file name to the one that is meant
_CLEARLY = 0.08  # by which it must be liker to that one than to any other
_GENERAL = frozenset(
    "document documents paper papers report reports article articles file files pdf pdfs book books study studies scan "
    "survey surveys plan plans sheet sheets form forms policy policies evaluation program programme".split()
)
"""What a document can be that says too little to name it alone: "the survey" may be what the slides tell of."""
_ALONE = frozenset(
    "manual manuals slides slide deck presentation talk vignette guide handbook brochure invoice "
    "estimate tutorial contract tariff thesis leaflet receipt syllabus catalogue catalog newsletter booklet factsheet "
    "quotation log agreement essay agenda minutes resume résumé cv lease certificate transcript "
    "specification datasheet memo whitepaper dissertation statement notice".split()
)
"""What names a document by itself where one only has that word in its name: "the handbook"."""
_KINDS = _GENERAL | _ALONE
_BOUNDS = frozenset(
    "the a an of in on for from by to at with and or than does do did has have had is are was were which what who when "
    "where how according page pages slide section chapter table figure list name this that these those".split()
)
_PLAIN = frozenset(
    "first second third last other same two both each every one all any some its their our my your longer shorter "
    "older newer original full main present entire whole long short old new following between compare".split()
)
_BEHIND_ALONE = frozenset(
    "auf von zu sur à en em a in op "
    "of in on for from by to at with and or than does do did has have had is are was were say says state states list "
    "lists mention mentions describe describes explain explains contain contains that which who come comes "
    "cover covers discuss discusses deal deals tell tells introduce introduces define defines give gives show shows "
    "follow follows precede precedes treat treats present presents talk talks speak speaks offer offers address "
    "about written addresses begin begins start starts end ends use uses made written been "
    "issued published signed dated released sent created paid updated revised due valid wurde ist war hat été fue è "
    "stata stato foi a-t-elle a-t-il contient dit".split()
)
_PARTICIPLE = re.compile(r"(?:\w{2,3})?ge\w{3,}(?:t|en)|(?:er|ver)\w{3,}(?:t|en)|\w+iert")
"""A German verb behind all other words: "wann wurde die Rechnung ausgestellt"."""
_BEFORE_NAMED = frozenset("the of in from to does has is and or than with between compare our this that".split())
_ARTICLES = frozenset("the this my our your".split())
_FEW = 4  # words before "handbook" that can name it
_LEAST_PLURAL = 3  # letters of a word beyond which its plural is one with it
_MOST = 0.6  # of two words or more that must stand in a document's name where not all do
_TITLED_KIND = re.compile(
    r"\bthe\s+(?:[\w+.-]+\s+){1,4}(?:paper|report|article|manual|slides|presentation|handbook|guide|tutorial|thesis|"
    r"vignette|brochure|deck|talk|book|log|record|statement|notice|agreement|essay|agenda|whitepaper|datasheet|"
    r"dissertation|contract|invoice|newsletter)\b",
    re.I,
)
"""What is named by words of its title: a "plan", a "form" and a "file" are as often things that a text tells of."""
_BESIDE = re.compile(r"\b(?:or|and|than|with|versus|vs|as|to)\b", re.I)
_BEHIND_ONE = r"(?=\s*[,;:?!.)]|\s*$|\s+(?:" + "|".join(sorted(_BEHIND_ALONE)) + r")\b)"
_THE_ONE = re.compile(rf"\b(?:this|the|my)\s+(?:{'|'.join(sorted(_ALONE))}){_BEHIND_ONE}", re.I)
_THE_PAPER = re.compile(
    rf"\b(?:this|the|my)\s+(?:documents?|papers?|reports?|articles?|files?|pdfs?|books?|texts?){_BEHIND_ONE}|\bit\b|\bits\b",
    re.I,
)
_TOKEN = re.compile(r"[\w+.-]*[\w+]")
_CALLED = re.compile(
    rf"\b(?:the\s+)?(?:{'|'.join(sorted(_KINDS))})\s+(?:called|named)\s+"
    rf"((?:(?!(?:{'|'.join(sorted(_BOUNDS))})\b)[\w+-]+\s*){{1,3}})",
    re.I,
)


def near_documents(
    text: str, records: Sequence[DocumentRecord], titles: Mapping[str, str] | None = None
) -> tuple[tuple[str, ...], str]:
    """Return the ids of the documents that a text seems to name, in its order, and the text without their names."""
    found: list[tuple[int, int, str]] = []
    for match in FILE.finditer(text):
        doc_id = _likest(match[0], records)
        if doc_id is not None:
            found.append((match.start(), match.end(), doc_id))
    if not found:
        called = _called(text, _name_words(records)) or _by_titles(text, titles or {})
        outside = "".join(" " if any(a <= i < b for a, b, _ in called) else c for i, c in enumerate(text))
        found = called + _spaced(outside, records)
    return _taken_out(text, found)


def without_the_one(text: str) -> str | None:
    """Return a text without its name for the one document that there is, "this thesis"; None where it names none.

    "The paper" and the like stay: they are read over anyway.

    >>> without_the_one("When was this thesis written?"), without_the_one("Who wrote the paper?")
    ('When was written?', 'Who wrote the paper?')
    """
    match = _THE_ONE.search(text)
    if match is None:
        return text if _THE_PAPER.search(text) else None
    left = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
    return re.sub(r"\s+(?=[?.!,;:])", "", left)


def documents_beside(
    text: str, records: Sequence[DocumentRecord], titles: Mapping[str, str] | None = None
) -> tuple[tuple[str, ...], str]:
    """Return the same for what is left of a question that names one document by its file and sets another beside it."""
    if not _BESIDE.search(text):
        return _taken_out(text, [])
    return _taken_out(text, _called(text, _name_words(records)) or _by_titles(text, titles or {}))


def _by_titles(text: str, titles: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Return where "the ... paper" says words that the title of exactly one document holds."""
    if not _TITLED_KIND.search(text):
        return []
    return _called(text, {doc_id: _words(title) for doc_id, title in titles.items()})


def _name_words(records: Sequence[DocumentRecord]) -> dict[str, list[str]]:
    return {record.doc_id: _in_english(_words(record.name.rsplit(".", 1)[0])) for record in records if record.doc_id}


def _in_english(words: list[str]) -> list[str]:
    """Return words with what those that name a kind of document in another language are in English."""
    return words + [KINDS[word] for word in words if word in KINDS]


def _taken_out(text: str, found: Sequence[tuple[int, int, str]]) -> tuple[tuple[str, ...], str]:
    rest = text
    for start, end, _ in sorted(found, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    return tuple(dict.fromkeys(doc_id for *_, doc_id in sorted(found))), " ".join(rest.split())


def _likest(name: str, records: Sequence[DocumentRecord]) -> str | None:
    """Return the document whose file name is nearest to a misspelt one; None where none is near, or two are."""
    ranked = sorted(
        ((SequenceMatcher(None, name.casefold(), record.name.casefold()).ratio(), record.doc_id) for record in records),
        reverse=True,
    )
    if not ranked or ranked[0][0] < _LEAST or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY):
        return None
    return ranked[0][1]


def _spaced(text: str, records: Sequence[DocumentRecord]) -> list[tuple[int, int, str]]:
    """Return where two to four words, written as one, are a file's name without its ending: "jss 816"."""
    stems = {_squeezed(record.name.rsplit(".", 1)[0]): record.doc_id for record in records}
    words = list(re.finditer(r"[\w+.-]+", text))
    for count in (4, 3, 2):
        for first, last in zip(words, words[count - 1 :], strict=False):
            run = _squeezed(text[first.start() : last.end()])
            if len(run) > 4 and run in stems:
                return [(first.start(), last.end(), stems[run])]
    return []


def _called(text: str, names: Mapping[str, Sequence[str]]) -> list[tuple[int, int, str]]:
    """Return where "the ... slides" says words that the name of exactly one document holds, the most of all."""
    tokens = list(_TOKEN.finditer(text))
    found = []
    for at, token in enumerate(tokens):
        word, behind = token[0].casefold(), tokens[at + 1][0].casefold() if at + 1 < len(tokens) else ""
        if word not in _KINDS or behind in _KINDS or re.fullmatch(r"\d+|[ivxl]+", behind):
            continue
        first = at
        while first and at - first < _FEW and tokens[first - 1][0].casefold() not in _BOUNDS:
            first -= 1
        if first == at and not _stands_alone(text, tokens, at):
            continue
        if first and tokens[first - 1][0].casefold() not in _BEFORE_NAMED:  # "a data file" is none in particular
            continue
        first = next((i for i in range(first, at) if tokens[i][0].casefold() not in _PLAIN), at)
        doc_id, own = _best_held([t[0] for t in tokens[first : at + 1]], names)
        whole = own or first == at or word in _ALONE
        last = at if whole else at - 1  # "the crq paper" is left as "the paper"
        if doc_id is not None:
            article = whole and first and tokens[first - 1][0].casefold() in _ARTICLES
            found.append((tokens[first - 1 if article else first].start(), tokens[last].end(), doc_id))
    named = [(match, _best_held([match[1]], names)[0]) for match in _CALLED.finditer(text) if not found]
    return found + [(match.start(1), match.end(1), doc_id) for match, doc_id in named if doc_id is not None]


def _stands_alone(text: str, tokens: Sequence[re.Match[str]], at: int) -> bool:
    """Return whether "the handbook" stands for a document: no other noun goes with it, as in "the invoice date"."""
    if tokens[at][0].casefold() not in _ALONE or at == 0 or tokens[at - 1][0].casefold() != "the":
        return False
    ends = at + 1 == len(tokens) or re.match(r"\s*[,;:?!)]", text[tokens[at].end() :]) is not None
    behind = "" if ends else tokens[at + 1][0].casefold()
    return ends or behind in _BEHIND_ALONE or _PARTICIPLE.fullmatch(behind) is not None


def _best_held(said: Sequence[str], names: Mapping[str, Sequence[str]]) -> tuple[str | None, bool]:
    """Return the one document whose name holds the words that are said, and whether it holds the kind they end with.

    All words but those for kinds of documents must be there, or most of two or more with the kinds that are; of
    several such documents, the one that holds most.
    """
    words = [word for part in said for word in _words(part) if word not in _PLAIN]
    own = [word for word in words if word not in _KINDS]
    if own and not any(len(word) > 2 for word in own):
        return None, False
    scored = []
    for doc_id, name in names.items():
        held = [word for word in words if _holds(name, word)]
        every = all(word in held for word in own) if own else bool(held)
        most = len(held) > 1 and len(held) >= _MOST * len({*own, *held}) and any(word in held for word in own)
        if every or most:
            scored.append((every, len(held), doc_id, words[-1] in held))
    best = max(scored, key=lambda item: item[:2], default=None)
    if best is None or sum(item[:2] == best[:2] for item in scored) > 1:
        return None, False
    return best[2], best[3]


def _holds(name: Sequence[str], word: str) -> bool:
    """Return whether a name has that word, one that begins with it, or its plural or singular."""
    number = {f"{word[:-1]}ies"} if word.endswith("y") else {f"{word[:-3]}y"} if word.endswith("ies") else {word[:-1]}
    forms = {word} | (number if len(word) > _LEAST_PLURAL and word[-1] in "sy" else set())
    return any(
        own in forms or (own.startswith(word) and (len(word) > 3 or own[len(word) :].isdecimal())) for own in name
    )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", text.casefold()) if word]


def _squeezed(text: str) -> str:
    return "".join(_words(text))
