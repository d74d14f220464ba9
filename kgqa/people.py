"""Who wrote a document, as its first page says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.document import ParsedDocument, Passage
from ingestion.plain import markdown_to_plain

_PARTICLES = r"(?:(?:van|von|de|der|den|di|da|del|della|la|le|bin|ibn|al|el|ter|ten|dos|das|du|y|e)\s+)*"
_NAME = re.compile(rf"\b[A-ZÀ-Ý][\w'’\-]*[a-zà-ÿ.](?:\s+{_PARTICLES}[A-ZÀ-Ý](?:\.|[\w'’\-]*[a-zà-ÿ]\.?|(?=\s))){{1,4}}")
_CAPITALS = re.compile(rf"\b[A-ZÀ-Ý][A-ZÀ-Ý'’.\-]+(?:\s+(?:{_PARTICLES})[A-ZÀ-Ý][A-ZÀ-Ý'’.\-]*){{1,3}}")
_PLACE_WORDS = re.compile(
    r"\b(?:\w*[Uu]niversi\w*|ETH|EPFL|MIT|INRIA|CNRS|Institut\w*|"
    r"Department|Dept\w*|Laborator\w*|School|College|Faculty|Center|Centre|Research|Inc|Ltd|"
    r"Floor|Building|Suite|Room|Royal|Company|Clinic|Hospital|Academy|Polytechnic|Technikum|Hochschule|GmbH|Corporation|Foundation|Project|Ministry)\b"
)
_NAMED_BEHIND = re.compile(r"Universit[éà]$|Universidade?$|\w*[Uu]niversität$")
"""Romance languages and German put the name of a university behind the word."""
_WHOLE_PLACE = re.compile(
    r"(?:[Tt]he\s+)?(?:\b[A-Z]{2,4}\s+)?\b(?:\w*[Uu]niversität|Universit[éà](?: d[ei])?|University of)\s+"
    r"[A-ZÀ-Ý][\w-]+,?"
)
_STOP = re.compile(
    r"\b(?:Abstract|Introduction|Journal|Conference|Proceedings|Keywords?|Issued|Report\w*|Street|Road|Avenue|Press|Bureau|"
    r"Census|Figure|Table|Section|Chapter|Volume|Version|Group|Team|Redpaper|Contents|Service\w*|Insurance|"
    r"Computer|Science|Act|Notice|Disclosure|Packages|Number|Account|Label|Information|Breakdown|Changes|Handbook|Manual|Guide|Invoice|Order|Customer|Patient|"
    r"Tender|Contract|Tariff|Medical Report|"
    r"January|February|March|April|May|June|July|August|September|October|November|"
    r"December|Introducing|Summary|Date|Bank\w*|\w*sparkasse|Konto|Kto|Rechnung\w*|Kunden\w*|Vorstand|Aufsichtsrat|"
    r"\w*gericht|Steuer\w*|Facture|Factura|Fattura|Client|Cliente)\b"
)
_MAIL = re.compile(r"\b(?:e-?mail\s*:?\s*)?[\w.+{},-]+@[\w.-]+\w|\be-?mail\s*:", re.I)
_CUE = re.compile(
    r"^(?:(?:written|prepared|compiled|edited|created|drafted|inspected|presented)\s+)?"
    r"(?:by|von|par|por|di|door|af)\s*:?\s+(?=[A-ZÀ-Ý])|"
    r"^(?:authors?|written by|prepared by|inspector|editors?|autor(?:en|es)?|auteurs?|autori?|verfasser|presenter)"
    r"\s*(?:\(s\))?\s*:\s*",
    re.I,
)
_LABEL = re.compile(
    r"\b(?:written|prepared|compiled|edited|created|drafted|inspected|authored)\s+by\s*:\s*|"
    r"(?<!corresponding )\bauthors?\s*:\s*",
    re.I,
)
"""The same inside of a line of labels and values, as forms have it."""
_NEXT_LABEL = re.compile(r"\s+[^\W\d]\w*:(?:\s|$)")
_AFFILIATION = re.compile(r"(?<=[a-zà-ÿ.])\s+[a-df-xz](?:,[a-z])*(?=\s*(?:[,;&]|and\b|und\b|$))")
"""A raised letter behind a name; "e" and "y" join names in other languages."""
_MARKS = re.compile(
    r"(?<=[a-zà-ÿ.])[\d∗*†‡§¶⋄◇♦♢♣♠♥,]+(?=[\s,;]|$)|[∗*†‡§¶⋄◇♦♢♣♠♥]+(?:\d+(?:,\d+)*)?|"
    r"(?<=[a-zà-ÿ.])\s+\d+(?:,\d+)*(?=[\s,;]|$)|(?<=\s[A-Z])\d(?=[\s,;]|$)"
)
_JOIN = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\bAND\b|\by\b|\be\b)\s*")
_MARKED_PLACE = re.compile(r"(?:^|\s)[∗*†‡§¶⋄◇♦♢♣♠♥\d]\s?(?=[A-ZÀ-Ý][^\W\d_]).*", re.S)
"""An affiliation behind the mark that names refer to: "1Harbour College"."""
_BETWEEN = re.compile(r"(?<=[a-zà-ÿ])\s*(?:[∗*†‡§¶]\s?\d?|\d(?:,\d)*)[∗*†‡§¶]*\s+(?=[A-ZÀ-Ý][a-zà-ÿ])")
"""Marks of affiliations that stand between names: "Ada Byron∗1 Carl Gauss 2"."""
_SURNAME = re.compile(r"(?<=[a-zà-ÿ]\s)[A-ZÀ-Ý]{3,}(?=\s*(?:,|;|and\b|et\b|und\b|$))")
"""A last name in capitals: "Ada BYRON, Carl GAUSS and Emmy NOETHER"."""
_DEGREES = re.compile(r",?\s+(?:Ph\.?\s?D|M\.?D|MPH|MSc?|DrPH|FACP|Dipl\.?-?\w*)\b\.?")
_COUNTRY = re.compile(
    r"\b(?:USA|U\.S\.A|United States|UK|United Kingdom|England|Scotland|Ireland|Germany|France|Italy|Spain|Portugal|"
    r"Austria|Switzerland|Netherlands|Belgium|Denmark|Sweden|Norway|Finland|Poland|Greece|Turkey|Russia|Israel|Iran|Egypt|India|"
    r"Pakistan|China|Japan|Korea|Singapore|Taiwan|Hong Kong|Australia|New Zealand|Canada|Mexico|Brazil|Argentina|Chile|"
    r"South Africa)$"
)
_JOINS_WORDS = re.compile(r"\b(?:ON|OF|THE|OTHER|FOR|TO|IN|WITH|FROM|AT|NO|ALL|HOW|WHAT)\b")
"""What a heading in capitals has, and a name has not."""
_MAIL_GROUP = re.compile(r"\{[^{}]*\}\s*@|\b[\w.+-]+@")
_ENDS_BLOCK = re.compile(
    r"(?:abstract|summary|zusammenfassung|résumé|resumen|1\.?\s+introduction|introduction|contents|einleitung)\b", re.I
)
_HONOURS = re.compile(r"\b(?:Dr|Prof|Professor|Mr|Mrs|Ms|Ing|Eng)\b\.?\s*")
_OVERSEERS = re.compile(
    r"\W*(?:thesis\s+)?(?:(?:co-?)?(?:supervis(?:ors?|ed)|advis[eo](?:rs?|d)|promotors?|tutors?)|examin(?:ers?|ed)|"
    r"referees?|reviewers?|(?:thesis\s+)?committee|betreuer(?:in)?|gutachter(?:in)?|(?:co)?directeurs?|director(?:es)?|"
    r"relator[ei]|(?:co)?rrelator[ei]|mentors?|submitted to|presented to)\b",
    re.I,
)
"""How a line begins behind which those stand who saw a thesis through; its author did that no more."""
_SIGNED = re.compile(
    rf"(?P<name>{_NAME.pattern}),\s+(?:(?:Senior|Junior|Lead|Chief|Principal|Staff|Associate|Assistant|Acting)\s+)?"
    r"(?:\w+\s+)?(?:Specialist|Analyst|Researcher|Economist|Editor|Correspondent|Reporter|Attorney|Counsel|Fellow|Scholar|"
    r"Scientist|Engineer|Professor|Historian|Librarian|Advisor|Adviser|Officer)(?:\s+(?:in|of|for|at)\s+[^.]{2,60})?"
)
_LAST = 8  # passages of a document, among which its author may sign
_LONG = 30  # words of a paragraph that is text, no more a title block
_BLOCK = 16  # lines at most of a title block


@dataclass(frozen=True, slots=True)
class Author:
    """A person whom the title block of a document names as one of its authors."""

    name: str  # as it stands there, marks and affiliation aside
    words: str  # the line that names the person
    passage: Passage


def authors_of(document: ParsedDocument) -> tuple[Author, ...]:
    """Return the authors that the first page with words names, in their order; empty where it names none.

    A line that says "by" or "Author:" is taken first, at its start or behind other labels; else
    the lines of the title block that hold names and next to nothing else, affiliations aside.
    """
    lines = title_block_lines(document)
    for line, passage in lines:
        if (cue := _CUE.match(line)) is not None:
            names = _labelled(line[cue.end() :], document)
            if names:
                return tuple(Author(name, line, passage) for name in names)
    for line, passage in lines:
        if (label := _LABEL.search(line)) is not None and (names := _labelled(line[label.end() :], document)):
            return tuple(Author(name, line, passage) for name in names)
    entries = [Author(name, line, passage) for line, passage in lines for name in _with_mails(line)]
    if entries:
        return tuple(entries)
    found: list[Author] = []
    gap = 0
    for line, passage in lines:
        if _OVERSEERS.match(line) is not None:
            break
        names = _names_in(line, document)
        if names:
            found += [Author(name, line, passage) for name in names]
            gap = 0
        elif found:
            gap += 1
            if gap > 3:  # an affiliation, an address and a mail may stand between two authors
                break
    return tuple({_key(author.name): author for author in reversed(found)}.values())[::-1] or _signed(document)


def _signed(document: ParsedDocument) -> tuple[Author, ...]:
    """Return the people who stand with what they do at the end of a report: "Ann Lind, Analyst in Marine Policy"."""
    found = []
    for passage in document.passages[-_LAST:]:
        for line in map(markdown_to_plain, passage.text.split("\n")):
            match = _SIGNED.fullmatch(line.strip())
            if match is not None and not _PLACE_WORDS.search(match["name"]):
                found.append(Author(match["name"], line.strip(), passage))
    return tuple(found)


def _with_mails(line: str) -> list[str]:
    """Return the people of a line that gives each with an affiliation and a mail, one behind the other; else none."""
    places = [(entry, _PLACE_WORDS.search(entry)) for entry in _MAIL.split(line)[:-1]]
    before = [entry[: place.start()] for entry, place in places if place is not None]
    names = [_HONOURS.sub("", _MARKS.sub("", words)).strip(" ,;") for words in before]
    return names if len(names) > 1 and all(_NAME.fullmatch(name) for name in names) else []


def _labelled(value: str, document: ParsedDocument) -> list[str]:
    """Return the names that stand behind a label, up to the next one, whose words may be capitals too."""
    following = _NEXT_LABEL.search(value)
    names = _names_in(value if following is None else value[: following.start()], document, sure=True)
    return names if following is None else [*names[:-1], *map(_two_words, names[-1:])]


def _two_words(name: str) -> str:
    """Return the first two words of a name, with the initials between them."""
    words = name.split()
    last = next((i for i, word in enumerate(words[1:], 1) if len(word.rstrip(".")) > 1), len(words) - 1)
    return " ".join(words[: last + 1])


def authors_in_common(documents: Sequence[ParsedDocument]) -> tuple[list[str], list[tuple[ParsedDocument, Author]]]:
    """Return the people whom the first pages of all documents name, and where each names them."""
    named = [authors_of(document) for document in documents]
    blocks = [title_block_lines(document) for document in documents]
    names: dict[tuple[str, str], str] = {}
    places: list[tuple[ParsedDocument, Author]] = []
    for author in (author for found in named for author in found):
        own = [_place_of(author.name, found, lines) for found, lines in zip(named, blocks, strict=True)]
        if all(own) and _key(author.name) not in names:
            names[_key(author.name)] = author.name
            places += [(d, place) for d, place in zip(documents, own, strict=True) if place is not None]
    return list(names.values()), places


def _place_of(name: str, found: Sequence[Author], lines: Sequence[tuple[str, Passage]]) -> Author | None:
    """Return how a first page writes a name, and where: among its names, or inside of a line of several."""
    same = next((other for other in found if _key(other.name) == _key(name)), None)
    if same is not None:
        return same
    pattern = re.compile(rf"\b{re.escape(name)}\b", re.I)
    return next((Author(name, line, passage) for line, passage in lines if pattern.search(line)), None)


def _names_in(line: str, document: ParsedDocument, *, sure: bool = False) -> list[str]:
    """Return the names of a line that holds names and affiliations alone; none of another.

    `sure` is for a line that says that it names authors.
    """
    marked = _MARKED_PLACE.search(line)
    if marked is not None and _PLACE_WORDS.search(marked[0]):
        line = line[: marked.start()]
    line = _SURNAME.sub(lambda match: match[0].title(), _DEGREES.sub("", line))
    line = _BETWEEN.sub("; ", line) if len(_BETWEEN.findall(line)) > 1 else line
    plain = " ".join(_AFFILIATION.sub("", _MARKS.sub("", _MAIL.sub(" ", line))).split())
    if not plain or (
        not sure and (_STOP.search(plain.title() if plain.isupper() else plain) or _is_title(plain, document))
    ):
        return []
    shouted = plain.isupper()
    if shouted and not sure and _JOINS_WORDS.search(plain):
        return []
    names: list[str] = []
    together = _named_before_places(plain) or _named_between_places(plain)
    if together and not any(_is_common(name, document) for name in together):
        return together
    for piece in _JOIN.split(plain):
        place = _PLACE_WORDS.search(piece)
        if place is None and _COUNTRY.search(piece):
            continue
        if place is not None:
            if _is_place_alone(piece, place):
                continue
            piece = " ".join(piece.split()[:2]) if not _PLACE_WORDS.search(" ".join(piece.split()[:2])) else ""
        match = (_CAPITALS if shouted else _NAME).search(piece)
        if match is not None and (sure or not _is_common(match[0], document)):
            names += _split_run(match[0], piece)
    if sure:
        return names
    rest = re.sub(r"[\W\d_]+|\b(?:and|und|et|by|AND)\b", "", _without_place(plain))
    covered = sum(len(re.sub(r"\W", "", name)) for name in names) / max(1, len(rest))
    return names if covered > 0.7 else []


def _named_before_places(line: str) -> list[str]:
    """Return the people whom a line names one behind the other, with as many places behind them all; else none."""
    places = list(_PLACE_WORDS.finditer(line))
    if len(places) < 2 or _JOIN.search(line[: places[0].start()]):
        return []
    before = line[: places[0].start()].strip()
    names = _split_run(before, before)
    return names if 1 < len(names) <= len(places) else []


def _named_between_places(line: str) -> list[str]:
    """Return the people whom a line names each with a university behind, where hardly anything else is left."""
    chunks = [chunk.strip() for chunk in _WHOLE_PLACE.split(line) if chunk.strip()]
    names = [chunk for chunk in chunks if _NAME.fullmatch(chunk) and len(chunk.split()) < 4]
    return names if len(names) > 1 and len(chunks) - len(names) < 2 else []


def _is_place_alone(piece: str, place: re.Match[str]) -> bool:
    """Return whether the words before "University" are its own name, not a person's: "Australian National University".

    A department "of" something, and a "Universidad", is named by what follows, so that what stands before it may be a
    person.
    """
    if _NAMED_BEHIND.match(place[0]) is not None:
        return place.start() == 0
    return len(piece[: place.start()].split()) < 3 and not re.match(r"\s+(?:of|for|für|de|di)\b", piece[place.end() :])


def _split_run(name: str, piece: str) -> list[str]:
    """Return the people of a line that names them with nothing between: two words each, initials aside."""
    words = piece.split()
    plain = [word for word in words if not re.fullmatch(r"[A-Z]\.?", word)]
    if len(plain) < 4 or len(plain) % 2 or any(not word[:1].isupper() for word in plain):
        return [name]
    people: list[list[str]] = [[]]
    for word in words:
        full = [w for w in people[-1] if not re.fullmatch(r"[A-Z]\.?", w)]
        if len(full) == 2:
            people.append([])
        people[-1].append(word)
    return [" ".join(person) for person in people]


def _without_place(line: str) -> str:
    """Return a line without the affiliation that follows a name."""
    pieces = list(_JOIN.split(line))
    kept = [" ".join(piece.split()[:2]) if _PLACE_WORDS.search(piece) else piece for piece in pieces]
    first_place = next((i for i, piece in enumerate(pieces) if _PLACE_WORDS.search(piece)), len(pieces))
    return " ".join(kept[: first_place + 1])


def _is_title(line: str, document: ParsedDocument) -> bool:
    own, title = _letters(line), _letters(document.title)
    return bool(own) and bool(title) and (own in title or title in own)


def _is_common(name: str, document: ParsedDocument) -> bool:
    """Return whether most words of what looks like a name stand in small letters elsewhere in the document."""
    words = [word for word in re.findall(r"\w+", name) if len(word) > 2]
    if not words:
        return True
    return sum(_stands_small(word.lower(), document) for word in words) >= 0.5 * len(words)


def _stands_small(word: str, document: ParsedDocument) -> bool:
    pattern = re.compile(rf"(?<![\w.@/~-]){re.escape(word)}(?![\w.@/-])")
    return any(word in page.markdown and pattern.search(_MAIL_GROUP.sub(" ", page.markdown)) for page in document.pages)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _key(name: str) -> tuple[str, str]:
    """Return (first letter of the first name, last name): "D. Bates" and "Douglas M. Bates" are one person."""
    words = name.replace(".", " ").split()
    return words[0][:1].casefold(), words[-1].casefold()


def title_block_lines(document: ParsedDocument) -> tuple[tuple[str, Passage], ...]:
    """Return the lines of the first page with words, up to the first long paragraph or numbered heading."""
    return tuple(_lines(document))[:_BLOCK]


def _lines(document: ParsedDocument) -> Iterator[tuple[str, Passage]]:
    first = next((page.number for page in document.pages if page.markdown.strip()), 1)
    titled = bool(document.title)
    for passage in (p for p in document.passages if p.page_number == first):
        for paragraph in passage.text.split("\n\n"):
            plain = markdown_to_plain(paragraph.lstrip("# "))
            if re.match(r"(?:\d+|[IVX]+)\.?\s+[A-Z]", plain) and paragraph.startswith("#"):
                return
            if len(plain.split()) > _LONG:
                return
            if paragraph.startswith("#") and not titled:
                titled = True  # the first heading of a document that has no title is one
                continue
            if _ENDS_BLOCK.match(plain):
                continue  # layout analysis puts authors behind this heading at times; the text itself is long
            if plain:
                yield plain.removeprefix(document.title).strip() or plain, passage
