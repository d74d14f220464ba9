"""Passages and their links -> multi-hop questions to practise on, by rules or by a language model.

Two passages that an edge joins make a question. One of them names the other; the name is left out and described by
what the first says of it ("the director of ..."), and a fact of the second is asked for. Pairs of one kind are
compared. What the walk's own search cannot follow, or what gives its answer away, is dropped, since nothing can be
learned from it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graphs.document_graph import EVIDENCE_KINDS, DocumentGraph, EdgeKind, Node, NodeKind
from graphs.embedding import Embedder
from graphs.index import SearchIndex
from ingestion.passages import text_to_sentences
from kgqa.agents import node_to_text, path_to_text
from kgqa.errors import LanguageModelError
from kgqa.llm import LanguageModel
from kgqa.practice_patterns import ANSWER, BRIDGES_COMPARED, COMPARED, DATE, FACTS, KIND, RELATIONS, SLOT, SUBJECT
from kgqa.prompts import PRACTICE

_REACH = 60  # nodes nearest to question and path among which the next passage must be
_SENTENCES = 6  # of a passage that are looked through
_MOST_OF_A_PASSAGE = 3  # passages that it names
_SURPLUS = 15  # questions that are made for every ten that are wanted, since some cannot be followed


@dataclass(frozen=True, slots=True)
class Practice:
    """A question that was made, with the passages that answer it."""

    question: str
    answer: str  # "" for a comparison, whose answer nobody worked out
    path: tuple[str, ...]  # node ids, in the order of the hops
    free: bool  # whether they may be visited in any order
    kind: str  # "single", "bridge", "chain", "terms", "comparison" or "bridge_comparison"; "model": put by one


def make_practice(
    graph: DocumentGraph,
    index: SearchIndex,
    embedder: Embedder,
    *,
    most: int,
    seed: int = 0,
    model: LanguageModel | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Practice]:
    """Return at most that many questions over a graph's passages; the same graph and seed give the same ones.

    With a model the pairs that rules found are put into words by it, one call each; where it fails, the rules' words
    stay. Questions whose path cannot be followed are dropped.
    """
    say = progress or (lambda _: None)
    chance = random.Random(seed)
    made = list(_by_rules(graph, index, chance))
    chance.shuffle(made)
    made = _spread(made, _SURPLUS * most // 10)
    say(f"{len(made)} questions made, of which those that can be followed are kept")
    kept = [practice for practice in made if _hides_its_answer(practice, graph)]
    kept = _can_be_followed(kept, graph, index, embedder)[:most]
    if model is not None:
        kept = [_by_model(practice, graph, model) for practice in kept]
        kept = _can_be_followed([p for p in kept if _hides_its_answer(p, graph)], graph, index, embedder)
    say(f"{len(kept)} questions to practise on")
    return kept


def _by_rules(graph: DocumentGraph, index: SearchIndex, chance: random.Random) -> Iterator[Practice]:
    """Yield what the rules make of every passage."""
    bridges: dict[str, list[tuple[Node, Node]]] = defaultdict(list)
    kinds: dict[str, list[tuple[Node, dict[str, str]]]] = defaultdict(list)
    for node_id in index.node_ids:
        node = graph.node(node_id)
        if node.kind is not NodeKind.PASSAGE:
            continue
        sentences = _sentences(node)
        pairs = _mentioned(node, graph, chance)
        for other, name in pairs:
            noun, words = _description(node, sentences, name, _kind(other))
            if not words:
                continue
            if noun:
                bridges[noun].append((node, other))
            for question, answer in _asked(other, words, chance)[:2]:
                yield Practice(question, answer, (node.node_id, other.node_id), False, "bridge")
            for third, called in _mentioned(other, graph, chance):
                if third is not node and (further := _further(other, called, words)):
                    for question, answer in _asked(third, further, chance)[:1]:
                        path = node.node_id, other.node_id, third.node_id
                        yield Practice(question, answer, path, False, "chain")
        if (kind := _kind(node)) and _title(node):
            kinds[kind.split()[-1]].append((node, _facts(node)))
        if not pairs and sentences:
            yield from _single(node, sentences, chance)
            yield from _by_terms(node, sentences, graph, chance)
    yield from _compared(kinds, chance)
    yield from _bridges_compared(bridges, chance)


_SHARES = {"bridge": 6, "chain": 4, "comparison": 3, "bridge_comparison": 3, "terms": 2, "single": 2}


def _spread(made: Sequence[Practice], most: int) -> list[Practice]:
    """Return at most that many, of each kind its share; what a rare kind leaves goes to the others."""
    by_kind: dict[str, list[Practice]] = defaultdict(list)
    for practice in made:
        by_kind[practice.kind].append(practice)
    kept: list[Practice] = []
    open_shares = sum(_SHARES[kind] for kind in by_kind)
    for kind in sorted(by_kind, key=lambda kind: (len(by_kind[kind]) / _SHARES[kind], kind)):
        kept += by_kind[kind][: (most - len(kept)) * _SHARES[kind] // open_shares]
        open_shares -= _SHARES[kind]
    return kept


def _mentioned(node: Node, graph: DocumentGraph, chance: random.Random) -> list[tuple[Node, str]]:
    """Return some of the passages that a passage names, each with the name as it stands there."""
    pairs = []
    for other, edge in graph.incident(node.node_id, (EdgeKind.MENTIONS,)):
        name = _named(edge.reason) if edge.source == node.node_id else ""
        target = graph.node(other) if graph.node(other).kind in EVIDENCE_KINDS else _first_of(other, graph)
        if name and name in node.text and target is not None and target.text and target is not node:
            pairs.append((target, name))
    chance.shuffle(pairs)
    return pairs[:_MOST_OF_A_PASSAGE]


def _first_of(holder: str, graph: DocumentGraph) -> Node | None:
    """Return the first passage of a section or page; None where it has none."""
    held = [graph.node(inner) for inner, edge in graph.incident(holder, (EdgeKind.CONTAINS,)) if edge.source == holder]
    return next((node for node in held if node.kind is NodeKind.PASSAGE), None)


def _further(node: Node, name: str, words: str) -> str:
    """Return what a passage says of a name, its own subject called by other words; "" where that is no relation."""
    noun, _ = _description(node, _sentences(node), name, "")
    return f"the {noun} of {words}" if noun else ""


def _asked(node: Node, words: str, chance: random.Random) -> list[tuple[str, str]]:
    """Return (question, answer) for the facts of a passage, its subject called by other words."""
    made = []
    for sentence in _sentences(node):
        for _, pattern, asks in FACTS:
            if match := pattern.search(sentence):
                made.append((chance.choice(asks).format(d=words), match[1]))
    chance.shuffle(made)
    plain = [_masked(sentence, _title(node), words, chance) for sentence in _sentences(node)]
    others = [found for found in plain if found is not None]
    chance.shuffle(others)
    return [*others[:1], *made] if chance.random() < 0.4 else [*made, *others]


def _masked(sentence: str, title: str, words: str, chance: random.Random) -> tuple[str, str] | None:
    """Return a sentence without one of its names or numbers, and that: a question in all but its form."""
    if title and sentence.startswith(title):
        rest = sentence[len(title) :]
    elif match := SUBJECT.match(sentence):
        rest = sentence[match.end() :]
    else:
        return None
    spans = [m for m in ANSWER.finditer(rest) if m[0] not in words]
    rest_words = rest.split()
    if not spans or not 4 <= len(rest_words) <= 45:
        return None
    span = chance.choice(spans)
    asked = "when" if re.fullmatch(DATE, span[0]) else "how many" if span[0][0].isdecimal() else "who or what"
    left = f"{rest[: span.start()]} {rest[span.end() :]}"
    return " ".join(f"{asked} {words} {re.sub(r'[(][^()]*[)]', ' ', left)}".split()).rstrip(" .") + "?", span[0]


def _description(node: Node, sentences: Sequence[str], name: str, kind: str) -> tuple[str, str]:
    """Return (noun, words) for what a passage says of a name: "the director of ..."; ("", "") for nothing."""
    title = _title(node)
    for sentence in sentences:
        if name not in sentence or not title:
            continue
        slotted = sentence.replace(name, SLOT)
        for pattern, noun in RELATIONS:
            if pattern.search(slotted):
                what = _kind(node).split()[-1:] if _kind(node) else []
                which = (
                    f"{what[0]} {title}" if what and what[0] in ("film", "song", "album", "novel", "band") else title
                )
                return noun, f"the {noun} of {which}"
        said = " ".join(re.sub(r"\([^()]*\)", " ", slotted).replace(title, "").split())
        words = said.split()
        at = next((i for i, word in enumerate(words) if SLOT in word), 0)
        near = " ".join(words[max(0, at - 9) : at + 7]).replace(SLOT, "").strip(" ,.;")
        return "", " ".join(f"the {kind or 'one'} that {title} {near}".split())
    return "", ""


def _facts(node: Node) -> dict[str, str]:
    """Return the facts of a passage that two passages can be compared by."""
    found: dict[str, str] = {}
    for sentence in _sentences(node)[:2]:
        for key, pattern, _ in FACTS:
            if key and (match := pattern.search(sentence)):
                found.setdefault(key, match[1])
    return found


def _compared(kinds: dict[str, list[tuple[Node, dict[str, str]]]], chance: random.Random) -> Iterator[Practice]:
    for kind, owners in sorted(kinds.items()):
        order = list(owners)
        chance.shuffle(order)
        for (a, facts), (b, others) in zip(order[::2], order[1::2], strict=False):
            keys = sorted(set(facts) & set(others)) or [""]
            ask = chance.choice(COMPARED[chance.choice(keys)])
            question = ask.format(a=_title(a), b=_title(b), kind=kind)
            yield Practice(question, "", (a.node_id, b.node_id), True, "comparison")


def _bridges_compared(bridges: dict[str, list[tuple[Node, Node]]], chance: random.Random) -> Iterator[Practice]:
    for noun, pairs in sorted(bridges.items()):
        order = list(pairs)
        chance.shuffle(order)
        for (a, end), (b, other) in zip(order[::2], order[1::2], strict=False):
            path = a.node_id, end.node_id, b.node_id, other.node_id
            if len(set(path)) < len(path) or noun in ("location", "region", "group"):
                continue
            kind = (_kind(a) or "work").split()[-1]
            question = chance.choice(BRIDGES_COMPARED).format(kind=kind, noun=noun, a=_title(a), b=_title(b))
            yield Practice(question, "", path, True, "bridge_comparison")


def _single(node: Node, sentences: Sequence[str], chance: random.Random) -> Iterator[Practice]:
    """Yield a sentence of a passage that names no other, one of its names or numbers left out."""
    for sentence in chance.sample(list(sentences), min(2, len(sentences))):
        spans = list(ANSWER.finditer(sentence))
        if spans and 6 <= len(sentence.split()) <= 45:
            span = chance.choice(spans)
            left = " ".join(f"{sentence[: span.start()]} {sentence[span.end() :]}".split()).rstrip(" .")
            yield Practice(f"Which {left}?", span[0], (node.node_id,), False, "single")


def _by_terms(node: Node, sentences: Sequence[str], graph: DocumentGraph, chance: random.Random) -> Iterator[Practice]:
    """Yield a question over two passages that share rare terms, which it does not say."""
    linked = [
        (graph.node(other), re.findall(r"[\w'’-]+(?: [\w'’-]+)*", edge.reason))
        for other, edge in graph.incident(node.node_id, (EdgeKind.SHARES_TERMS,))
        if graph.node(other).kind in EVIDENCE_KINDS
    ]
    chance.shuffle(linked)
    for other, terms in linked[:4]:
        for term in terms:
            mine = [s for s in sentences if term in s.casefold()]
            theirs = [s for s in _sentences(other) if term in s.casefold() and ANSWER.search(s)]
            if len(term) < 5 or not mine or not theirs:
                continue
            span = chance.choice(list(ANSWER.finditer(theirs[0])))
            left = f"{theirs[0][: span.start()]} {theirs[0][span.end() :]}"
            question = f"{_without(mine[0], term, 14)}: which {_without(left, term, 18)}?"
            yield Practice(question, span[0], (node.node_id, other.node_id), False, "terms")
            return


def _without(sentence: str, term: str, words: int) -> str:
    left = re.sub(re.escape(term), " it ", sentence, flags=re.I).split()
    return " ".join(left[:words]).strip(" .,;:")


def _by_model(practice: Practice, graph: DocumentGraph, model: LanguageModel) -> Practice:
    """Return the question in a model's words; as it was where the model gives none."""
    evidence = [node_to_text(graph.node(node)) for node in practice.path]
    try:
        reply = model.complete(PRACTICE.messages(question=practice.question, evidence=evidence), max_tokens=60).text
    except LanguageModelError:
        return practice
    lines = [line.strip(" -*\"'“”") for line in reply.splitlines() if "?" in line]
    if not lines or not 4 <= len(lines[0].split()) <= 60:
        return practice
    question = lines[0][: lines[0].rindex("?") + 1]
    return Practice(question, practice.answer, practice.path, practice.free, "model")


def _hides_its_answer(practice: Practice, graph: DocumentGraph) -> bool:
    """Return whether the answer stands in the last passage and not in the question, nor does its title."""
    if practice.free:
        return True
    last = graph.node(practice.path[-1])
    asked = practice.question.casefold()
    title = _title(last).casefold()
    told = len(practice.path) > 1 and bool(title) and title in asked
    return (
        bool(practice.answer) and practice.answer in last.text and practice.answer.casefold() not in asked and not told
    )


def _can_be_followed(
    made: Sequence[Practice], graph: DocumentGraph, index: SearchIndex, embedder: Embedder
) -> list[Practice]:
    """Return the questions each of whose passages is near to the question and those before it, by words or meaning."""
    wanted = [
        path_to_text(p.question, [graph.node(node) for node in p.path[:hop]])
        for p in made
        for hop in range(len(p.path))
    ]
    rows = iter(embedder.embed(wanted)) if wanted else iter(())
    texts = iter(wanted)
    kept = []
    for practice in made:
        reached = True
        for node in practice.path:
            vector, text = next(rows), next(texts)
            near = {found.node_id for found in index.nearest(vector, _REACH)}
            reached &= node in near or node in {f.node_id for f in index.search(text, _REACH, method="bm25")}
        if reached:
            kept.append(practice)
    return kept


def _sentences(node: Node) -> list[str]:
    spans = text_to_sentences(node.text[:2000])[:_SENTENCES]
    return [" ".join(node.text[start:end].split()) for start, end in spans]


def _title(node: Node) -> str:
    return re.sub(r"\s*\([^()]*\)$", "", node.context.rsplit(" > ", 1)[-1])


def _kind(node: Node) -> str:
    """Return what a passage says that its subject is: "American film director"; "" for nothing."""
    first = re.sub(r"\([^()]*\)", " ", node.text[:300])
    match = KIND.search(" ".join(first.split()))
    return match[1] if match else ""


def _named(reason: str) -> str:
    match = re.search(r"“(.+?)”", reason)
    return match[1] if match else ""
