"""Edges from a passage to what it names: another document or section by its title, or a name or term defined elsewhere.

No model is asked unless one is named (`graphs.recogniser`). A name is a title; a work's arXiv number or DOI; a short
form that a passage defines with its long form (Schwartz and Hearst, 2003); or a capitalised name by which a passage
begins and goes on to say what it is ("Ann Lee (1736-1784) was ..."). Every passage's words are looked up in one table
of names, so the cost grows with the text alone; after a change only the passages that hold the words of a changed name
are read again.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphs.capping import cap_degrees
from graphs.document_graph import Node, NodeKind
from graphs.options import GraphOptions
from graphs.recogniser import Recogniser

_WORD = re.compile(r"\w+(?:[-'’.&]\w+)*")
_ARXIV = re.compile(r"\barXiv:\s?(\d{4}\.\d{4,5})", re.I)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;)\]}>\"]+")
_REFERENCES = re.compile(r"references|bibliography|literature|works cited", re.I)
_HEAD = 2  # passages of a first page that may say which work this is
_BRACKET = re.compile(r"\(([^()\s]{2,10}?)s?\)")
_CAPITAL = r"[^\W\d_a-z][\w'’-]*"
_LINK = r"(?:of|the|and|de|la|le|von|van|der|du|for|in)"
_SUBJECT = re.compile(
    rf"(?P<name>{_CAPITAL}\.?(?: {_LINK} {_CAPITAL}| {_CAPITAL}\.?){{1,6}})"
    r"(?: \([^()]{1,120}\)| \[[^\]]{1,60}\]|, [^,.;]{1,80},)? (?:is|was|are|were|refers to|denotes|means)\b"
)
_MOST_TARGETS = 3  # a name of more nodes tells none of them
_LEAST_LETTERS = 4  # of a title in a single word
_MOST_WORDS = 12  # of a title that a text would name whole
_USUAL = frozenset(
    "abstract introduction background related work prior discussion conclusion conclusions results result methods "
    "method summary references bibliography appendix acknowledgements acknowledgments contents overview evaluation "
    "experiments data materials and of the a an future further reading notes note example examples general scope "
    "purpose history limitations definitions table figure part chapter section see also early later life career "
    "external links".split()
)
"""Words of titles that every second document has."""
_POINTERS = frozenset(
    "this that these those our their his her its my your it he she they we there here what which who when where why "
    "how in on at for by to from with if as since while although but and or all both each some no one two three many "
    "most such another other".split()
)
"""Words that may begin a sentence with a capital, but no name."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a node is called."""

    words: tuple[str, ...]  # as `_words` gives them: case folded where case says nothing
    exact: bool  # whether a text must have the same capitals
    small: bool  # whether it may stand in small letters, as a term does
    kind: str  # "title", "identifier", "section" or "definition"
    target: str  # node id
    doc_id: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A node that names another."""

    source: str  # node ids
    target: str
    words: tuple[str, ...]  # of the name
    shown: str  # the name as the source has it
    kind: str  # of the name

    def reason(self, target: Node, document: str) -> str:
        """Return the reason of the edge; `document` is the name of the target's document."""
        if self.kind == "title":
            return f"names “{self.shown}”, title of {document}"
        if self.kind == "identifier":
            return f"cites {self.shown}, which is {document}"
        what = "section" if self.kind == "section" else "defined"
        return f"names “{self.shown}”, {what} on page {target.page} of {document}"


def document_names(nodes: Iterable[Node], recogniser: Recogniser | None = None) -> list[Name]:
    """Return the names that one document's nodes define, each where it is defined first; the recogniser's come last."""
    ordered = sorted(nodes, key=lambda node: node.node_id)
    found: dict[tuple[tuple[str, ...], bool], Name] = {}
    for name in (*_all_names(ordered), *(_recognised(ordered, recogniser) if recogniser is not None else ())):
        found.setdefault((name.words, name.exact), name)
    return list(found.values())


def _recognised(nodes: Sequence[Node], recogniser: Recogniser) -> Iterator[Name]:
    passages = sorted((node for node in nodes if node.kind is NodeKind.PASSAGE), key=lambda node: _order(node.node_id))
    for node, subjects in zip(passages, recogniser.subjects([node.text for node in passages]), strict=True):
        for subject in subjects:
            words = _words(subject)
            if (
                (len(words) > 1 or len(subject) >= _LEAST_LETTERS)
                and len(words) <= _MOST_WORDS
                and not _is_usual(words)
            ):
                yield Name(_folded(words), False, False, "definition", node.node_id, node.doc_id)


class NameTable:
    """The names that a set of documents defines; one of more than three nodes tells none of them, and is left out."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Take the documents' names, in the order of the documents' ids."""
        found: dict[tuple[tuple[str, ...], bool], list[Name]] = defaultdict(list)
        for name in names:
            found[name.words, name.exact].append(name)
        kept = {key: owners for key, owners in found.items() if len(owners) <= _MOST_TARGETS}
        self.names = tuple(name for owners in kept.values() for name in owners)
        self._by_first: dict[str, list[tuple[tuple[str, ...], bool, list[Name]]]] = defaultdict(list)
        for (words, exact), owners in sorted(kept.items(), key=lambda item: (-len(item[0][0]), item[0])):
            self._by_first[words[0]].append((words, exact, owners))  # the longest first

    def mentions(self, node: Node) -> list[Mention]:
        """Return what a passage, table or figure names, one of each target."""
        found: dict[str, Mention] = {}
        for name, shown in self._named_in(node):
            found.setdefault(name.target, Mention(node.node_id, name.target, name.words, shown, name.kind))
        return list(found.values())

    def _named_in(self, node: Node) -> Iterator[tuple[Name, str]]:
        """Yield the names that stand in a node's text, with their words as the text has them, the longest at a place.

        A name that the node's own document defines means that one, and nothing is said of a node that names itself.
        """
        by_first = self._by_first
        words = _words(node.text)
        folded = _folded(words)
        places = [at for at, word in enumerate(words) if folded[at] in by_first or word in by_first]
        matches = list(_WORD.finditer(node.text)) if places else []
        free = 0  # where the name before ends
        for at in places:
            if at < free:
                continue
            exact_ones = by_first.get(words[at], ()) if words[at] != folded[at] else ()
            for wanted, exact, owners in (*by_first.get(folded[at], ()), *exact_ones):
                end = at + len(wanted)
                if (words if exact else folded)[at:end] != wanted:
                    continue
                shown = node.text[matches[at].start() : matches[end - 1].end()]
                fitting = [
                    name
                    for name in owners
                    if name.small
                    or not (shown.islower() or (exact and _begins_sentence(node.text, matches[at].start())))
                ]
                own = [name for name in fitting if name.doc_id == node.doc_id]
                yield from ((name, " ".join(shown.split())) for name in own or fitting if name.target != node.node_id)
                free = end
                break


def weigh_mentions(
    mentions: Sequence[Mention], position: Mapping[str, int], options: GraphOptions
) -> tuple[list[int], NDArray[np.float64]]:
    """Return (places in `mentions`, weights): how rare a name is, of mentions that stay when no node has too many.

    `position` gives the place of each node, by ascending id. A node keeps its `options.max_degree` best.
    """
    often = Counter(mention.words for mention in mentions)
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].source, mentions[i].target))
    weights = np.array([round(1 / (1 + math.log2(often[mentions[i].words])), 6) for i in order])
    ends = np.array([(position[mentions[i].source], position[mentions[i].target]) for i in order], dtype=np.int64)
    ends = ends.reshape(-1, 2)
    kept = cap_degrees(ends[:, 0], ends[:, 1], weights, len(position), options.max_degree)
    return [order[i] for i in np.flatnonzero(kept).tolist()], weights[kept]


def _all_names(nodes: Sequence[Node]) -> Iterator[Name]:
    first_passage: str | None = None
    for node in nodes:
        if node.kind is NodeKind.PASSAGE and (first_passage is None or _order(node.node_id) < _order(first_passage)):
            first_passage = node.node_id
    for node in nodes:
        if node.kind is NodeKind.DOCUMENT:
            if first_passage is not None:
                yield from _title(node.context, first_passage, node.doc_id, whole=True)
                for words in _identifiers(node.label, nodes):
                    yield Name(words, False, True, "identifier", first_passage, node.doc_id)
        elif node.kind is NodeKind.SECTION and not node.label.endswith("…"):
            title = re.sub(r"^(?:[A-Z]|\d+|[IVXLC]+)(?:\.\d+)*\.? (?=\S)", "", node.label)
            yield from _title(title, node.node_id, node.doc_id, whole=False)
        elif node.kind is NodeKind.PASSAGE:
            for words, exact in defined_names(node.text):
                yield Name(words, exact, True, "definition", node.node_id, node.doc_id)


def _identifiers(file_name: str, nodes: Sequence[Node]) -> Iterator[tuple[str, ...]]:
    """Yield the words of a document's own arXiv number, bare and with its versions, and DOI.

    They stand in its file's name or at the head of its first page; further down are those of works that it cites.
    """
    first = sorted(
        (n for n in nodes if n.kind is NodeKind.PASSAGE and n.page == 1 and not _REFERENCES.search(n.context)),
        key=lambda node: _order(node.node_id),
    )[:_HEAD]
    numbers = [re.match(r"(\d{4}\.\d{4,5})(?:v\d)?\b", file_name), *(_ARXIV.search(node.text) for node in first)]
    number = next((match[1] for match in numbers if match is not None), None)
    if number is not None:
        yield (number,)
        yield from ((f"{number}v{version}",) for version in range(1, 10))
    doi = next((match[0] for node in first if (match := _DOI.search(node.text)) is not None), None)
    if doi is not None:
        yield _folded(_words(doi.rstrip(".")))


def _is_usual(words: Sequence[str]) -> bool:
    return all(word.casefold() in _USUAL or word.isdecimal() for word in words)


def _order(node_id: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", node_id.partition("/")[2])))


def _title(title: str, target: str, doc_id: str, *, whole: bool) -> Iterator[Name]:
    """Yield a title as a name where it tells its owner from others: not "Results"; one word only of a `whole` text."""
    plain = re.sub(r"\s*\([^()]*\)$", "", title)  # "Mercury (planet)"
    words = _words(plain)
    kind = "title" if whole else "section"
    if not words or _is_usual(words):
        return
    if len(words) > 1 and len(words) <= _MOST_WORDS:
        yield Name(_folded(words), False, len(words) > 2, kind, target, doc_id)
    elif len(words) == 1 and whole and len(words[0]) >= _LEAST_LETTERS and not words[0].islower():
        yield Name(words, True, False, kind, target, doc_id)


def defined_names(text: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield (words, whether capitals count) of what a passage defines: its subject, and short with long forms.

    >>> list(defined_names("Support vector machines (SVMs) were used."))
    [(('SVM',), True), (('support', 'vector', 'machines'), False)]
    """
    subject = _SUBJECT.match(text)
    if subject is not None:
        words = _words(re.sub(r"^(?:The|A|An) ", "", subject["name"]))
        if len(words) > 1 and words[0].casefold() not in _POINTERS and not _is_usual(words):
            yield _folded(words), False
    for match in _BRACKET.finditer(text):
        short = match[1]
        long = long_form(short, text[: match.start()])
        if long:
            yield (short,), True
            words = _words(long)
            if len(words) > 1:
                yield _folded(words), False


def long_form(short: str, before: str) -> str:
    """Return the words before a bracket that its short form stands for, "" for none (Schwartz and Hearst, 2003).

    >>> long_form("HMM", "trained hidden Markov models, or a hidden Markov model")
    'hidden Markov model'
    """
    capitals = sum(c.isupper() for c in short)
    if capitals < 2 or 2 * capitals < sum(c.isalpha() for c in short) or not short[0].isalnum():
        return ""  # "(Michigan)" and "(see above)" stand for nothing
    words = before.split()[-min(len(short) + 5, 2 * len(short)) :]
    text = " ".join(words)
    at = len(text) - 1
    for i in range(len(short) - 1, -1, -1):
        letter = short[i].lower()
        if not letter.isalnum():
            continue
        while at >= 0 and (text[at].lower() != letter or (i == 0 and at > 0 and text[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    long = text[at + 1 :].strip(" ,;:")
    return long if len(long) > len(short) + 1 and not re.search(r"[.!?;]\s", long) else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple([word.rstrip(".") for word in _WORD.findall(text)])


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple([word.casefold() for word in words])


def _begins_sentence(text: str, at: int) -> bool:
    """Return whether a capital at that place says nothing, since any word there would have one."""
    before = text[max(0, at - 3) : at].rstrip(" \n“\"'(")
    return not before or before[-1] in ".!?:;•"
