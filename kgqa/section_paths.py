"""Sections found by more than their titles: by the titles above them too, or by a heading that was read as text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Passage, Section
from ingestion.passages import text_to_sentences
from ingestion.plain import markdown_to_plain
from kgqa.parts import Quote, children_of, quote_of_passage
from kgqa.table_view import alike

_TITLE_CHARS = 140  # of a line that may be a heading
_ASIDE = r"(?:\s*\([\d/.–-]+\))?"  # a date of issue behind a section's number
_CALLED = r"(?i:section|chapter|part|appendix|article|annex|module|unit|lesson)"
_FIRST_POINT = re.compile(r"\s+\((?:1|a|i)\)\s")  # of the text, set behind the heading
_MOST = 0.6  # of the weight of the words that are asked for, which a section must say
_SEVERAL = 3  # words that a section must say together with those below it
_SATURATES = 1.2  # times of a word after which more of them hardly count
_SUMS_UP = 0.6  # what a section counts that tells in short what others explain
_SUMMARY = re.compile(r"(?:abstract|introduction|summary|conclusions?|overview|contents|preface|outline)\b", re.I)
_LISTS_WORKS = re.compile(r"(?:references|bibliography|works cited|acknowledge?ments?|index)\b", re.I)
_SAY_LITTLE = frozenset(
    "author field thing way kind part topic user people get work tell find say do done use used handle handled problem "
    "issue question detail information paper document report manual such".split()
)
""" "The fields A and B" are told of where A and B are; "how X is handled" where X is."""
_LEADERS = re.compile(r"(?:\s*[.·…]){3,}\s*\w*\s*$|\s+\d{1,4}$")


def section_by_path(document: ParsedDocument, words: Sequence[str]) -> Section | None:
    """Return the highest section that says all words with the titles above it, its own title at least one of them.

    "How to moor boats in winter" is told in "Winter", below "Mooring of boats". The document's own name says
    nothing of a section. None where no section does, or two of one level do.
    """
    own = tokenize(re.sub(r"[_\W]+", " ", f"{document.title} {document.name}"))
    wanted = [word for word in words if not any(alike(word, other) for other in own)]
    if len(wanted) < 2:
        return None
    found = [section for section in document.sections if _says(document, section, wanted)]
    highest = min((section.level for section in found), default=0)
    best = [section for section in found if section.level == highest]
    return best[0] if len(best) == 1 else None


def section_by_text(document: ParsedDocument, words: Sequence[str]) -> tuple[Section, Passage, str] | None:
    """Return the section that tells of the words, the passage of it that says most of them, and its sentence that does.

    Words count by how rare they are among the sections, and by how often one says them for its length (BM25); those of
    its title count as said thrice. None unless a section says most of them, by weight: what is nowhere explained is
    not told.
    """
    named = tokenize(re.sub(r"[_\W]+", " ", document.name))
    wanted = [word for word in dict.fromkeys(words) if word not in named and word not in _SAY_LITTLE]
    texts = {s.section_id: (s, _tokens_of(document, s)) for s in document.sections if not _LISTS_WORKS.match(s.title)}
    texts = {section_id: text for section_id, text in texts.items() if text[1]}
    if not wanted or not texts:
        return None
    terms = [*((word,) for word in wanted), *pairwise(wanted)]  # "string kernel" is more than both
    said = {i: {term: _times(term, tokens) for term in terms} for i, (_, tokens) in texts.items()}
    weight = {t: math.log(1 + len(texts) / (0.5 + sum(1 for count in said.values() if count[t]))) for t in terms}
    usual = sum(len(tokens) for _, tokens in texts.values()) / len(texts)

    def score(section_id: str) -> float:
        section, tokens = texts[section_id]
        long = _SATURATES * (0.5 + 0.5 * len(tokens) / usual)
        full = sum(weight[term] * count / (count + long) for term, count in said[section_id].items())
        return full * (_SUMS_UP if _SUMMARY.match(section.title) else 1.0)

    best = max(texts, key=score)
    single = {term: weight[term] for term in terms if len(term) == 1}
    if sum(value for term, value in single.items() if said[best][term]) < _MOST * sum(single.values()):
        return _by_subsections(document, wanted)
    told = _passage_with([p for p in document.passages if p.section_id == best], wanted)
    return (texts[best][0], told, _sentence_with(told, wanted)) if told is not None else None


def _by_subsections(document: ParsedDocument, words: Sequence[str]) -> tuple[Section, Passage, str] | None:
    """Return the shortest section that says all words only together with the sections below it; None without one."""
    found: list[tuple[int, Section, list[Passage]]] = []
    for section in document.sections:
        inside = {section.section_id, *(child.section_id for child in children_of(document, section))}
        passages = [p for p in document.passages if p.section_id in inside] if len(inside) > 1 else []
        said = set(tokenize(" ".join([section.title, *(p.plain for p in passages)])))
        if passages and all(any(alike(word, token) for token in said) for word in words):
            found.append((sum(len(p.plain) for p in passages), section, passages))
    if not found or len(words) < _SEVERAL:
        return None
    _, best, passages = min(found, key=lambda item: item[0])
    told = _passage_with(passages, words)
    return (best, told, _sentence_with(told, words)) if told is not None else None


def _times(term: tuple[str, ...], tokens: Sequence[str]) -> int:
    """Return how often a text says words one behind the other."""
    runs = zip(*(tokens[at:] for at in range(len(term))), strict=False)
    return sum(all(alike(word, token) for word, token in zip(term, run, strict=True)) for run in runs)


def _tokens_of(document: ParsedDocument, section: Section) -> list[str]:
    """Return the words of a section's own text, those of its title thrice."""
    own = [p.plain for p in document.passages if p.section_id == section.section_id]
    return tokenize(" ".join([*own, section.title, section.title])) if own else []


def _passage_with(passages: Sequence[Passage], words: Sequence[str]) -> Passage | None:
    """Return the passage that says most of the words, the first of several."""

    def share(passage: Passage) -> int:
        tokens = tokenize(passage.plain)
        return sum(any(alike(word, token) for token in tokens) for word in words)

    return max(passages, key=share, default=None)


def _sentence_with(passage: Passage, words: Sequence[str]) -> str:
    """Return the sentence of a passage that says most of the words."""
    plain = markdown_to_plain("\n\n".join(part for part in passage.text.split("\n\n") if not part.startswith("#")))
    sentences = [plain[start:end] for start, end in text_to_sentences(plain)] or [plain]
    return max(sentences, key=lambda s: sum(any(alike(w, token) for token in tokenize(s)) for w in words))


def _says(document: ParsedDocument, section: Section, words: Sequence[str]) -> bool:
    title = tokenize(section.title)
    above = [token for s in document.section_path(section.parent_id) for token in tokenize(s.title)]
    here = [word for word in words if any(alike(word, other) for other in title)]
    rest = [word for word in words if word not in here]
    alone = [word for word in here if not any(alike(word, other) for other in above)]
    return bool(alone) and all(any(alike(word, other) for other in above) for word in rest)


def numbered_line(document: ParsedDocument, number: str) -> tuple[str, Quote] | None:
    """Return (title, the line) of a heading that was read as text: its number, and words without a full stop.

    Only for a number of several parts, as no other text begins with it, or one behind "Section", "Chapter", ...; a line
    of the contents is the last resort.
    """
    called = "" if re.fullmatch(r"(?:\d+|[A-Z])(?:\.\d+)+", number) else rf"{_CALLED}\s+"
    pattern = re.compile(rf"(?:[-*•]\s+)?{called}{re.escape(number)}\.?:?{_ASIDE}\s+(?:[–—-]\s+)?(?P<title>[^\W\d_].*)")
    headings: list[tuple[str, Quote]] = []
    listed: list[tuple[str, Quote]] = []
    for passage in document.passages:
        for line in map(markdown_to_plain, passage.text.splitlines() if number in passage.text else ()):
            match = pattern.match(line.strip())
            if match is None or len(line) > _TITLE_CHARS or match["title"].rstrip().endswith((".", ";", ",")):
                continue
            said = _FIRST_POINT.split(match["title"].strip())[0]
            title = _LEADERS.sub("", said).strip()
            found = headings if title == said else listed
            found.append((title, quote_of_passage(document, passage, line.strip())))
    return headings[-1] if headings else listed[0] if listed else None  # the contents come before the heading itself
