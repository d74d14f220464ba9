"""The links between nodes by what they say, brought up to date: what a change leaves alone is not computed again.

The result is a function of the set of nodes and the options, whatever came and went before. (Above
`GraphOptions.exact_up_to` texts neighbours are approximate, and depend on when they were searched for.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.document_graph import EdgeArrays, EdgeKind, Node
from graphs.holders import phrase_holders
from graphs.index import TermCounts
from graphs.mention_edges import Mention, Name, NameTable, weigh_mentions
from graphs.neighbours import Neighbours, vector_keys
from graphs.options import GraphOptions
from graphs.phrases import PhraseCounts
from graphs.similarity_edges import Pairs, key_terms, shared_term_pairs, shared_terms, similar_pairs, term_names
from graphs.words import NumberedParts


@dataclass(frozen=True, slots=True)
class Links:
    """Links between searchable nodes, and what they were made from, to be used again after a change."""

    numbers: NDArray[np.int64]  # of the searchable nodes, in the order of their ids: the places of all that follows
    counts: TermCounts
    phrases: PhraseCounts
    keys: sparse.csr_array  # key terms of each node: words, then phrases
    vector_keys: NDArray[np.uint64]  # of each node's vector; empty where they are not known
    neighbours: Neighbours
    similar: Pairs
    shared: Pairs
    names: tuple[Name, ...]
    mentions: tuple[Mention, ...]  # all that stand in the texts; the graph keeps the best at each node


def link_nodes(
    numbers: NDArray[np.int64],
    ids: Sequence[str],
    vectors: NDArray[np.float32],
    names: Iterable[Name],
    read: Callable[[Sequence[int]], Sequence[Node]],
    options: GraphOptions,
    known: Links | None = None,
) -> Links:
    """Return the links between searchable nodes, which are given in the order of their ids.

    A node's number is its own for ever: what `known` says of a number holds still. `vectors` are theirs, shape (n,
    dimensions), `names` those that all documents define, in the order of the documents' ids; `read` gives the nodes at
    places, and is asked only for those that have to be read.
    """
    held = np.isin(numbers, known.numbers) if known is not None else np.zeros(len(numbers), dtype=bool)
    kept, fresh = np.flatnonzero(held), np.flatnonzero(~held)
    texts = {int(place): node for place, node in zip(fresh, read(fresh.tolist()), strict=True)}
    parts = NumberedParts.from_texts(texts[place].search_text for place in fresh.tolist())
    counts, phrases = TermCounts.from_parts(parts), PhraseCounts.from_parts(parts)
    unkeyed = fresh if known is not None and len(known.vector_keys) else np.arange(len(numbers))
    keyed = np.empty(len(numbers), dtype=np.uint64)
    keyed[unkeyed] = vector_keys(vectors[unkeyed])
    if known is not None and len(kept):
        order = np.argsort(known.numbers)
        rows = order[np.searchsorted(known.numbers, numbers[kept], sorter=order)]
        if len(known.vector_keys):
            keyed[kept] = known.vector_keys[rows]
        counts = TermCounts.merged([(known.counts, rows, kept), (counts, np.arange(len(fresh)), fresh)])
        phrases = PhraseCounts.merged([(known.phrases, rows, kept), (phrases, np.arange(len(fresh)), fresh)])
    keys = key_terms(counts, phrases, options)
    similar, neighbours = similar_pairs(vectors, options, known.neighbours if known else None, keyed)
    table = NameTable(names)
    mentions = _mentions(table, ids, kept, texts, counts, read, known)
    shared = shared_term_pairs(keys, options)
    return Links(numbers, counts, phrases, keys, keyed, neighbours, similar, shared, table.names, mentions)


def _mentions(
    table: NameTable,
    ids: Sequence[str],
    kept: NDArray[np.intp],
    texts: Mapping[int, Node],
    counts: TermCounts,
    read: Callable[[Sequence[int]], Sequence[Node]],
    known: Links | None,
) -> tuple[Mention, ...]:
    """Return what all nodes name; those are read that are new or may hold a name that came, went or moved."""
    if known is None or not len(kept):
        holding = phrase_holders(counts, {name.words for name in table.names})
        return _sorted(mention for place in holding for mention in table.mentions(texts[place]))
    changed = phrase_holders(counts, {name.words for name in set(known.names) ^ set(table.names)})
    fresh = phrase_holders(counts, {name.words for name in table.names}, np.array(sorted(texts), dtype=np.intp))
    again = [place for place in changed if place not in texts]
    unread = {ids[place] for place in kept.tolist()} - {ids[place] for place in again}
    found = [mention for mention in known.mentions if mention.source in unread]
    for node in (*(texts[place] for place in fresh), *read(again)):
        found += table.mentions(node)
    return _sorted(found)


def _sorted(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda mention: (mention.source, mention.target)))


def link_arrays(
    links: Links,
    place: NDArray[np.int32],
    position: Mapping[str, int],
    nodes: Sequence[Node],
    document_names: Mapping[str, str],
    options: GraphOptions,
) -> EdgeArrays:
    """Return the links as edges of a graph whose nodes are sorted by id.

    `place` gives the position in the graph of each of `links.numbers`, -1 for a node that is gone since; `position`
    that of each node id.
    """
    parts = []
    for kind, pairs in ((EdgeKind.SIMILAR, links.similar), (EdgeKind.SHARES_TERMS, links.shared)):
        there = (place[pairs.low] >= 0) & (place[pairs.high] >= 0)
        low, high, weight = pairs.low[there], pairs.high[there], pairs.weight[there]

        def cosine(i: int, weight: NDArray[np.float64] = weight) -> str:
            return f"cosine {weight[i]:.2f}"

        def sharing(i: int, low: NDArray[np.int32] = low, high: NDArray[np.int32] = high) -> str:
            columns = shared_terms(links.keys, int(low[i]), int(high[i]))
            text = nodes[place[low[i]]].search_text
            return "share " + ", ".join(term_names(columns, links.counts, links.phrases, text))

        reason = cosine if kind is EdgeKind.SIMILAR else sharing
        parts.append(EdgeArrays.of_kind(kind, place[low], place[high], weight, reason))
    said = [mention for mention in links.mentions if mention.source in position and mention.target in position]
    best, weight = weigh_mentions(said, position, options)
    shown = [said[i] for i in best]
    ends = np.array([(position[m.source], position[m.target]) for m in shown], dtype=np.int32).reshape(-1, 2)

    def naming(i: int) -> str:
        target = nodes[position[shown[i].target]]
        return shown[i].reason(target, document_names.get(target.doc_id, target.doc_id))

    parts.append(EdgeArrays.of_kind(EdgeKind.MENTIONS, ends[:, 0], ends[:, 1], weight, naming))
    return EdgeArrays.joined(parts)
