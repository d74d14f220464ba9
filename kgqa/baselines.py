"""The peers' methods, over the same passages, for `kgqa evaluate`."""

from __future__ import annotations

import re
from collections import deque

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graphs.document_graph import DocumentGraph, EdgeKind
from graphs.embedding import Embedder
from graphs.index import SearchIndex
from ingestion.passages import text_to_sentences
from kgqa.llm import LanguageModel
from kgqa.prompts import REASON

_BRANCHES = 3  # neighbours that each path goes on to
_DAMPING = 0.5  # HippoRAG (arXiv 2405.14831), appendix
_BY_A_THOUGHT, _THOUGHTS, _THOUGHT_CHARS = 2, 4, 600  # passages that each query of IRCoT adds, its queries at most
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’\-]*(?:\s+(?:(?:of|the|de|von|van|and)\s+)?[A-ZÀ-Þ][\w'’\-]*)*")
_COMMON_STARTS = frozenset(
    "The A An In On At He She It They This That His Her Its When Where Which Who What Is Was".split()
)


def walk_by_tfidf(question: str, graph: DocumentGraph, index: SearchIndex, budget: int) -> list[str]:
    """Return passages in the order in which Algorithm 1 of KGP (arXiv 2308.11730) finds them, no model asked.

    The algorithm fills a budget and does not rank, so each budget is a walk of its own. A queue of paths begins with
    the question's TF-IDF neighbours. A path taken from it goes on to those of its last passage's neighbours over
    `shares_terms` edges that are nearest to question and path by TF-IDF, until `budget` passages are found; a third of
    these are seeds, as in the official code.
    """
    seeds = [node.node_id for node in index.search(question, max(1, budget // 3), method="tfidf")]
    found = dict.fromkeys(seeds)
    paths: deque[tuple[str, ...]] = deque((seed,) for seed in seeds)
    while paths and len(found) < budget:
        path = paths.popleft()
        linked = [other for other, _ in graph.incident(path[-1], (EdgeKind.SHARES_TERMS,)) if other not in path]
        text = " ".join([question, *(graph.node(node).search_text for node in path)])
        new = [node_id for node_id in index.rank_by_tfidf(text, linked)[:_BRANCHES] if node_id not in found]
        for node_id in new[: budget - len(found)]:
            found[node_id] = None
            paths.append((*path, node_id))
    return list(found)


def interleave(
    question: str, graph: DocumentGraph, index: SearchIndex, embedder: Embedder, model: LanguageModel, budget: int
) -> list[str]:
    """Return passages as IRCoT (arXiv 2212.10509) finds them: retrieval interleaved with a chain of thought.

    The question retrieves passages; the model writes one sentence of reasoning from all that was found; the sentence
    retrieves the next ones; until a sentence gives the answer, the budget is full or `_THOUGHTS` are written. Raises
    LanguageModelError where the model fails.
    """
    found: dict[str, None] = {}
    thoughts: list[str] = []
    query = question
    while True:
        vector = embedder.embed([query])[0]
        hits = [node.node_id for node in index.search(query, budget + _BY_A_THOUGHT, query_vector=vector)]
        new = [node_id for node_id in hits if node_id not in found]
        found.update(dict.fromkeys(new[: min(_BY_A_THOUGHT, budget - len(found))]))
        if len(found) >= budget or len(thoughts) == _THOUGHTS or not new:
            return list(found)
        evidence = [graph.node(node_id).search_text for node_id in found]
        reply = model.complete(REASON.messages(question=question, evidence=evidence, read=thoughts), max_tokens=60).text
        spans = text_to_sentences(reply.strip()[:_THOUGHT_CHARS])
        thought = reply.strip()[spans[0][0] : spans[0][1]].strip() if spans else ""
        if not thought or "answer is" in thought.casefold():
            return list(found)
        thoughts.append(thought)
        query = thought


def text_to_names(text: str) -> list[str]:
    """Return the names in a text, as written, each once: runs of capitalised words, a sentence's first word aside.

    >>> text_to_names("The film was made by Ann Lee in New York.")
    ['Ann Lee', 'New York']
    """
    names: dict[str, None] = {}
    for match in _NAME.finditer(text):
        words = match[0].split()
        while words and words[0] in _COMMON_STARTS:
            words.pop(0)
        if words and len(" ".join(words)) > 2:
            names.setdefault(" ".join(words))
    return list(names)


class PassageRank:
    """Personalised PageRank on passages and the names in them, after HippoRAG 2 (arXiv 2502.14802), without a model.

    The walk starts again from the names of the question and, with a twentieth of its weight, from the passages by their
    dense scores. Names are found by rule where HippoRAG asks a language model.
    """

    def __init__(self, graph: DocumentGraph, index: SearchIndex) -> None:
        """Build the bipartite graph once; `index` gives the passages and their order."""
        self._index = index
        self._names: dict[str, int] = {}
        rows, columns = [], []
        for row, node_id in enumerate(index.node_ids):
            for name in text_to_names(graph.node(node_id).search_text):
                rows.append(row)
                columns.append(self._names.setdefault(name.casefold(), len(self._names)))
        passages, names = len(index.node_ids), len(self._names)
        links = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(passages, names))
        self._idf = np.log1p(passages / np.maximum(1, np.asarray(links.sum(axis=0)).ravel()))
        weighted = sparse.csr_array(links.multiply(self._idf[None, :]))
        whole = sparse.block_array([[None, weighted], [weighted.T, None]], format="csc")
        degree = np.asarray(whole.sum(axis=0)).ravel()
        self._step = sparse.csr_array(whole @ sparse.diags_array(1 / np.where(degree > 0, degree, 1.0)))

    def rank(self, question: str, vector: NDArray[np.float32], budget: int) -> list[str]:
        """Return the passages with the highest rank; `vector` is the question's."""
        passages = len(self._index.node_ids)
        dense = np.zeros(passages)
        for node in self._index.nearest(vector, 50):
            dense[self._index.position[node.node_id]] = max(node.score, 0.0)
        start = np.concatenate([0.05 * dense / max(dense.sum(), 1e-9), np.zeros(len(self._names))])
        known = [self._names[name] for n in text_to_names(question) if (name := n.casefold()) in self._names]
        for column in known:
            start[passages + column] = self._idf[column] / sum(self._idf[known])
        start /= start.sum()
        rank = start
        for _ in range(30):
            rank = (1 - _DAMPING) * start + _DAMPING * (self._step @ rank)
        order = np.lexsort((np.arange(passages), -rank[:passages]))[:budget]
        return [self._index.node_ids[i] for i in order]
