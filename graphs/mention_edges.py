"""Edges from a passage to what it names: another document or section by its title, or a name or term defined elsewhere.

No model is asked. A name is a title; a short form that a passage defines with its long form (Schwartz and Hearst,
2003); or a capitalised name by which a passage begins and goes on to say what it is ("Ann Lee (1736-1784) was ...").
Every passage's words are looked up in one table of names, so the cost grows with the text alone.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graphs.capping import cap_degrees
from graphs.document_graph import Edge, EdgeKind, Node, NodeKind
from graphs.options import GraphOptions

_WORD = re.compile(r"\w+(?:[-'’.&]\w+)*")
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
    target: str  # node id
    doc_id: str
    small: bool  # whether it may stand in small letters, as a term does
    what: str  # "title of report.pdf", "section of ...", "defined on page 3 of ..."


def mention_edges(nodes: Iterable[Node], options: GraphOptions) -> list[Edge]:
    """Return edges from passages, tables and figures to the nodes that they name, weighted by how rare the name is.

    A function of the set of nodes. A node that is named by many keeps its `options.max_degree` best.
    """
    ordered = sorted(nodes, key=lambda node: node.node_id)
    names = find_names(ordered)
    if not names:
        return []
    by_first = _by_first_word(names)
    said: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}  # (source, target) -> what, words
    for node in ordered:
        if node.text and node.kind in (NodeKind.PASSAGE, NodeKind.TABLE, NodeKind.FIGURE):
            for name, shown in _named_in(node, by_first):
                said.setdefault((node.node_id, name.target), (f"names “{shown}”, {name.what}", name.words))
    return _capped_edges(said, options)


def _capped_edges(said: dict[tuple[str, str], tuple[str, tuple[str, ...]]], options: GraphOptions) -> list[Edge]:
    often: dict[tuple[str, ...], int] = defaultdict(int)
    for _, words in said.values():
        often[words] += 1
    ids = sorted({end for pair in said for end in pair})
    place = {node_id: i for i, node_id in enumerate(ids)}
    pairs = sorted(said)
    weights = np.array([round(1 / (1 + math.log2(often[said[pair][1]])), 6) for pair in pairs])
    ends = np.array([(place[a], place[b]) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
    kept = cap_degrees(ends[:, 0], ends[:, 1], weights, len(ids), options.max_degree)
    return [
        Edge(*pairs[i], EdgeKind.MENTIONS, float(weights[i]), said[pairs[i]][0]) for i in np.flatnonzero(kept).tolist()
    ]


def find_names(nodes: Sequence[Node]) -> list[Name]:
    """Return the names that a set of nodes, sorted by id, defines; a name of more than three nodes is left out."""
    documents = {node.doc_id: node.label for node in nodes if node.kind is NodeKind.DOCUMENT}
    found: dict[tuple[tuple[str, ...], bool], dict[str, Name]] = defaultdict(dict)
    for name in _all_names(nodes, documents):
        owners = found[name.words, name.exact]
        if all(name.doc_id != other.doc_id for other in owners.values()):  # the first in a document defines it there
            owners[name.target] = name
    return [name for owners in found.values() if len(owners) <= _MOST_TARGETS for name in owners.values()]


def _all_names(nodes: Sequence[Node], documents: dict[str, str]) -> Iterator[Name]:
    first_passage: dict[str, str] = {}
    for node in nodes:
        if node.kind is NodeKind.PASSAGE:
            known = first_passage.get(node.doc_id)
            if known is None or _order(node.node_id) < _order(known):
                first_passage[node.doc_id] = node.node_id
    for node in nodes:
        source = documents.get(node.doc_id, node.doc_id)
        if node.kind is NodeKind.DOCUMENT:
            target = first_passage.get(node.doc_id)
            if target is not None:
                yield from _title(node.context, target, node.doc_id, f"title of {source}", whole=True)
        elif node.kind is NodeKind.SECTION and not node.label.endswith("…"):
            title = re.sub(r"^(?:[A-Z]|\d+|[IVXLC]+)(?:\.\d+)*\.? (?=\S)", "", node.label)
            what = f"section on page {node.page} of {source}"
            yield from _title(title, node.node_id, node.doc_id, what, whole=False)
        elif node.kind is NodeKind.PASSAGE:
            for words, exact in defined_names(node.text):
                yield Name(words, exact, node.node_id, node.doc_id, True, f"defined on page {node.page} of {source}")


def _is_usual(words: Sequence[str]) -> bool:
    return all(word.casefold() in _USUAL or word.isdigit() for word in words)


def _order(node_id: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", node_id.partition("/")[2])))


def _title(title: str, target: str, doc_id: str, what: str, *, whole: bool) -> Iterator[Name]:
    """Yield a title as a name where it tells its owner from others: not "Results"; one word only of a `whole` text."""
    plain = re.sub(r"\s*\([^()]*\)$", "", title)  # "Mercury (planet)"
    words = _words(plain)
    if not words or _is_usual(words):
        return
    if len(words) > 1 and len(words) <= _MOST_WORDS:
        yield Name(_folded(words), False, target, doc_id, len(words) > 2, what)
    elif len(words) == 1 and whole and len(words[0]) >= _LEAST_LETTERS and not words[0].islower():
        yield Name(words, True, target, doc_id, False, what)


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


def _by_first_word(names: Iterable[Name]) -> dict[str, list[tuple[tuple[str, ...], bool, list[Name]]]]:
    """Return, by first word, the names that begin with it, the longest first."""
    grouped: dict[tuple[tuple[str, ...], bool], list[Name]] = defaultdict(list)
    for name in names:
        grouped[name.words, name.exact].append(name)
    table: dict[str, list[tuple[tuple[str, ...], bool, list[Name]]]] = defaultdict(list)
    for (words, exact), owners in sorted(grouped.items(), key=lambda item: (-len(item[0][0]), item[0])):
        table[words[0]].append((words, exact, owners))
    return table


def _named_in(
    node: Node, by_first: dict[str, list[tuple[tuple[str, ...], bool, list[Name]]]]
) -> Iterator[tuple[Name, str]]:
    """Yield the names that stand in a node's text, with their words as the text has them, the longest at each place.

    A name that the node's own document defines means that one, and nothing is said of a node that names itself.
    """
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
                if name.small or not (shown.islower() or (exact and _begins_sentence(node.text, matches[at].start())))
            ]
            own = [name for name in fitting if name.doc_id == node.doc_id]
            yield from ((name, " ".join(shown.split())) for name in own or fitting if name.target != node.node_id)
            free = end
            break


def _begins_sentence(text: str, at: int) -> bool:
    """Return whether a capital at that place says nothing, since any word there would have one."""
    before = text[max(0, at - 3) : at].rstrip(" \n“\"'(")
    return not before or before[-1] in ".!?:;•"
