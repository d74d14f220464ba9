"""Names that several documents share: the company that both are from, the systems that one presents and another names.

"Which company do both belong to?" asks for a name that stands where a document says whose it is; "which databases are
in A and also mentioned in B?" for names that A tells of with those words and B says anywhere.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphs.index import tokenize
from ingestion.document import ParsedDocument
from ingestion.plain import markdown_to_plain
from kgqa.owner_words import COUNTRY, OWNERS
from kgqa.parts import Finding, Quote, join, quote_of_passage
from kgqa.pointers import count_word
from kgqa.question import ParsedQuestion
from kgqa.table_view import alike

_WORD = r"[^\W\d_a-z][\w&'’+#-]*|[a-z]+[A-Z][\w&'’+#-]*"
_NAME = re.compile(rf"(?<![\w@/.-])(?:{_WORD})(?:\s+(?:(?:of|and|for|the|de|du|des|von|&)\s+){{0,2}}(?:{_WORD}))*")
_COUNTRIES = re.compile(
    r"\b(?:United States|U\.\s?S\.(?:A\.)?|USA|United Kingdom|UK|England|Scotland|Wales|Ireland|Germany|France|Italy|"
    r"Spain|Portugal|Austria|Switzerland|Netherlands|Belgium|Luxembourg|Denmark|Sweden|Norway|Finland|Iceland|Poland|Greece|"
    r"Turkey|Russia|Ukraine|Israel|Iran|Egypt|India|Pakistan|China|Japan|Korea|Singapore|Taiwan|Australia|New Zealand|"
    r"Canada|"
    r"Mexico|Brazil|Argentina|Chile|Peru|Colombia|South Africa|Nigeria|Kenya|Hungary|Romania|Bulgaria|"
    r"Croatia|Czech Republic|"
    r"Slovakia|Slovenia|Estonia|Latvia|Lithuania|Malta|Cyprus)(?!\w)"
)
_ROLES = re.compile(
    r"\b(?:president|director|officer|manager|chair\w*|secretary|treasurer|professor|dr|mr|mrs|ms)\b", re.I
)
_IN_NAME = frozenset(
    "university bank ministry department institute school council laboratory lab association college authority".split()
)
"""Kinds of owners whose names say what they are."""
_MID_SENTENCE = re.compile(r"[^\W\d_A-Z][,:;(]?\s+[(\"“]?$")
_NO_NAME = re.compile(r"(?:tables?|figures?|fig|sections?|chapters?|appendix|page|equation|eq|\W|.{1,2}$)", re.I)
_FIRST_PAGES = 3
_SMALL = frozenset("of and for the de du des von &".split())
_MOST = 4  # names that an answer tells where no number is asked for


@dataclass(frozen=True, slots=True)
class _Said:
    """A name as a document says it."""

    name: str
    count: int
    early: int  # times on its first pages
    first: bool  # on the first one with words
    inside: bool  # not only at the beginning of sentences, where any word has a capital
    quote: Quote


def names_in_common(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the names of what is asked for that all documents say; None where they share none."""
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id))
    if len(ordered) < 2:
        return None
    if COUNTRY.search(q.unit) or OWNERS.search(q.unit):
        chosen = _owner(q.unit, ordered)
    else:
        chosen = _presented(q, ordered)
    if not chosen:
        return None
    names = join([said[0].name for said in chosen])
    verb = "name" if len(ordered) > 1 else "names"
    yes = "Yes, " if re.match(r"\W*(?:are|is|do|does|did|were|was|have)\b", q.body, re.I) else ""
    text = f"{yes}{names}: {join([d.name for d in ordered])} all {verb} {'it' if len(chosen) == 1 else 'them'}."
    text = text.replace(" all name", " both name") if len(ordered) == 2 else text
    return Finding("compare", ((text, tuple(one.quote for said in chosen for one in said)),))


def _owner(unit: str, documents: Sequence[ParsedDocument]) -> list[list[_Said]]:
    """Return the one name that documents share and say earliest and most, as that of their owner; [] without one."""
    country = COUNTRY.search(unit) is not None
    named = [_names(document, _COUNTRIES if country else _NAME) for document in documents]
    ordinary = set() if country else _ordinary(documents)
    shared = [
        key
        for key in named[0]
        if all(key in names for names in named)
        and (country or not (set(tokenize(key)) <= ordinary or _ROLES.search(key)))
        and all(_may_name(names[key]) for names in named)
    ]
    kind = set(tokenize(unit))
    if kind & _IN_NAME:
        shared = [key for key in shared if any(alike(word, token) for word in kind for token in tokenize(key))]
    scores = {key: _standing([names[key] for names in named], key, kind, country=country) for key in shared}
    best = max(scores, key=lambda key: scores[key], default="")
    return [[names[best] for names in named]] if best and scores[best] > 0 else []


def _standing(said: Sequence[_Said], key: str, kind: set[str], *, country: bool) -> float:
    """Return how much like the owner of its documents a name stands in them; 0 for none."""
    words = [word for word in key.split() if word not in _SMALL]
    least = min(one.count for one in said)
    early = min(one.early for one in said)
    headed = min(one.first for one in said)
    if least < 2 and not (country or (early and len(words) > 1)):
        return 0.0
    if len(words) == 1 and not (country or headed):  # a word that both say often is hardly their owner
        return 0.0
    own = OWNERS.search(key) is not None or bool(kind & set(tokenize(key)))
    return 2 * headed + math.log2(1 + early) + math.log2(1 + least) + (len(words) in (2, 3, 4)) + own


def _presented(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> list[list[_Said]]:
    """Return the names that the first document tells of with the words asked for, and that the others say too."""
    wanted = [word for word in tokenize(q.unit) if count_word(word) is None]
    first = documents[0]
    scores: Counter[str] = Counter()
    for line in _lines(first):
        said = sum(any(alike(word, token) for token in tokenize(line)) for word in wanted)
        for name in {_key(name) for match in _NAME.finditer(line) for name in _variants(match[0])} if said else ():
            scores[name] = max(scores[name], said)
    named = [_names(document, _NAME) for document in documents]
    ordinary = _ordinary(documents) | set(tokenize(q.unit))
    shared = [
        (score, key)
        for key, score in scores.items()
        if all(key in names and _may_name(names[key]) for names in named) and not set(tokenize(key)) <= ordinary
    ]
    most = max((score for score, _ in shared), default=0)
    best = [(score, key) for score, key in shared if score == most]
    best.sort(key=lambda item: -named[0][item[1]].count)
    number = next((n for word in q.unit.split() if (n := count_word(word)) is not None), None)
    if number is None and 2 * most < len(wanted):
        return []
    if number is not None and len(best) < number:
        best = sorted(shared, key=lambda item: (-item[0], -named[0][item[1]].count))
    return [[names[key] for names in named] for _, key in best[: number or _MOST]]


def _lines(document: ParsedDocument) -> Iterator[str]:
    for page in document.pages:
        heading = ""
        for line in page.markdown.splitlines():
            plain = markdown_to_plain(line.lstrip("#>-* "))
            heading = plain if line.startswith("#") else heading
            yield plain


def _names(document: ParsedDocument, pattern: re.Pattern[str]) -> dict[str, _Said]:
    """Return the names that a document says, by their words in lower case."""
    found: dict[str, _Said] = {}
    begins = next((page.number for page in document.pages if page.markdown.strip()), 1)
    for passage in document.passages:
        for line in passage.text.splitlines():
            plain = markdown_to_plain(line.lstrip("#>-* "))
            for match in pattern.finditer(plain):
                inside = _MID_SENTENCE.search(plain[: match.start()]) is not None
                for name in _variants(match[0]):
                    early, first = int(passage.page_number <= _FIRST_PAGES), passage.page_number == begins
                    old = found.get(_key(name))
                    if old is None:
                        quote = quote_of_passage(document, passage, plain[:240])
                        found[_key(name)] = _Said(name, 1, early, first, inside, quote)
                    else:
                        found[_key(name)] = replace(
                            old,
                            count=old.count + 1,
                            early=old.early + early,
                            first=old.first or first,
                            inside=old.inside or inside,
                        )
    return found


def _may_name(said: _Said) -> bool:
    """Return whether what has a capital is a name: not a reference to a table, nor a word that begins sentences."""
    if _NO_NAME.match(said.name):
        return False
    return said.inside or " " in said.name or re.search(r"[a-z][A-Z]|[A-Z]{2}", said.name) is not None


def _variants(name: str) -> set[str]:
    """Return a name, and the runs of two to four of its words that begin and end with a capital."""
    words = name.split()
    runs = {
        " ".join(words[i:j])
        for i in range(len(words))
        for j in range(i + 2, min(len(words), i + 5) + 1)
        if words[i].lower() not in _SMALL and words[j - 1].lower() not in _SMALL
    }
    return {name, *runs, *(word for word in words if re.search(r"[a-z][A-Z]|[A-Z]{2}", word) or len(words) < 4)}


def _key(name: str) -> str:
    return re.sub(r"['’]s?\b", "", name).casefold()


def _ordinary(documents: Sequence[ParsedDocument]) -> set[str]:
    """Return the words that documents write small too: no names of anything."""
    return {
        word
        for document in documents
        for page in document.pages
        for found in re.findall(r"(?<![\w./-])[a-zà-ÿ]+(?![\w/])", markdown_to_plain(page.markdown))
        for word in tokenize(found)
    }
