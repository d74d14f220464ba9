"""Data sets in BEIR layout -> how well each search method finds the gold passages.

Search is over the whole corpus. A question that fails counts as wrong. Recalls are shares from 0 to 1, averaged over
questions, with 95 % confidence intervals by bootstrap over questions. With a language model one reader answers from
what each method found, for EM and F1.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

from graphs.build import build_graph
from graphs.document_graph import DocumentGraph, Node, NodeKind
from graphs.embedding import Embedder, load_embedder
from graphs.index import METHODS, SearchIndex, TermCounts
from ingestion.errors import KgqaError
from kgqa.baselines import PassageRank, interleave, walk_by_tfidf
from kgqa.errors import DatasetError, LanguageModelError
from kgqa.evaluate_reader import Run, read_run, read_short, sample_keys, to_read
from kgqa.llm import CallCache, LanguageModel
from kgqa.metered import MeteredModel
from kgqa.metrics import all_at, exact_match, f1, percentile, recall_at
from kgqa.models import choose_agent, choose_model
from kgqa.settings import Settings
from kgqa.walk import walk

ALL_METHODS = (*METHODS, "kgp-tfidf", "kgp", "ppr", "ircot", "gold")
RUN = "run:"
"""Begins a method that is a file: what another system, or an agent that had not learned the questions, found."""
_BUDGETS = (2, 5, 10)  # passages at which methods are compared
_DEPTH = 20  # passages that a method returns
_READ = 5  # passages that IRCoT looks for
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Dataset:
    """A corpus and its questions."""

    name: str
    passages: Mapping[str, tuple[str, str]]  # id -> (title, text)
    questions: Mapping[str, str]  # id -> text
    gold: Mapping[str, tuple[str, ...]]  # question id -> ids of its gold passages, all in the corpus
    answers: Mapping[str, tuple[str, ...]]  # question id -> gold answers; () where none is known
    issues: tuple[str, ...] = ()  # what is wrong with the files, one line each


@dataclass
class _Tally:
    """What one method did on each question."""

    ranked: list[list[str]] = field(default_factory=list)
    within: list[dict[int, list[str]]] = field(default_factory=list)  # what a method finds that is told its budget
    gold: list[tuple[str, ...]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    em: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)
    failures: int = 0
    reasons: set[str] = field(default_factory=set)  # of the failures
    calls: int = 0
    tokens: int = 0
    search_calls: int = 0  # of them, and of the tokens, those that finding the passages took
    search_tokens: int = 0
    read: int = 0  # passages that the reader is given
    unread: int = 0  # questions on which the reader failed


def read_dataset(folder: Path) -> Dataset:
    """Read corpus.jsonl, queries.jsonl and qrels/test.tsv; raise DatasetError where nothing can be evaluated.

    What can be passed over (a gold id that the corpus lacks, a question without gold, a repeated id) is an issue.
    """
    issues: list[str] = []
    corpus = _read_jsonl(folder / "corpus.jsonl", issues)
    queries = _read_jsonl(folder / "queries.jsonl", issues)
    passages = {key: (str(item.get("title") or ""), str(item.get("text") or "")) for key, item in corpus.items()}
    empty = [key for key, (title, text) in passages.items() if not (title + text).strip()]
    if empty:
        issues.append(_told(empty, "empty passage"))
    gold: dict[str, list[str]] = {}
    for number, line in enumerate(_lines(folder / "qrels" / "test.tsv"), 1):
        fields = line.split("\t")
        if number == 1 and not fields[-1].strip().lstrip("-").isdecimal():
            continue
        if len(fields) != 3:
            issues.append(f"qrels/test.tsv, line {number}: {len(fields)} fields where 3 belong")
        elif fields[2].strip() != "0":
            gold.setdefault(fields[0], []).append(fields[1])
    unknown = sorted({key for keys in gold.values() for key in keys} - passages.keys())
    if unknown:
        issues.append(_told(unknown, "gold id") + ", not in the corpus: counted as not found")
    if unasked := sorted(gold.keys() - queries.keys()):
        issues.append(_told(unasked, "question id") + " of qrels, not in queries.jsonl: passed over")
    without = [key for key in queries if not gold.get(key)]
    if without:
        issues.append(_told(without, "question") + " without a gold passage: left out")
    questions = {key: str(item.get("text") or "") for key, item in queries.items() if gold.get(key)}
    if not questions or not passages:
        raise DatasetError(
            f"{folder} has no question with gold passages. Check corpus.jsonl, queries.jsonl and qrels/test.tsv."
        )
    answers = {key: tuple(map(str, (queries[key].get("metadata") or {}).get("answers") or ())) for key in questions}
    return Dataset(
        folder.name,
        passages,
        questions,
        {key: tuple(dict.fromkeys(gold[key])) for key in questions},
        answers,
        tuple(issues),
    )


def _told(ids: Sequence[str], what: str) -> str:
    return f"1 {what}, {ids[0]}" if len(ids) == 1 else f"{len(ids)} {what}s, for example {ids[0]}"


def evaluate_dataset(
    folder: Path,
    *,
    methods: Sequence[str],
    agent: str,
    llm: str | LanguageModel,
    settings: Settings,
    sample: int | None = None,
    seed: int = 0,
    replies: CallCache | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Return the report of `kgqa evaluate` for one data set.

    `sample` asks so many of the questions, by a chance that `seed` fixes, over the whole corpus. The model's replies
    are kept in `replies`: a run that was cut off goes on with them.
    """
    unknown = [method for method in methods if method not in ALL_METHODS and not method.startswith(RUN)]
    if unknown or not methods:
        raise DatasetError(
            f"No method is named {', '.join(unknown) or 'at all'}. There are: {', '.join(ALL_METHODS)}, {RUN}FILE."
        )
    whole = read_dataset(folder)
    asked = sample_keys(list(whole.questions), sample, seed)
    dataset = replace(whole, questions={key: whole.questions[key] for key in asked})
    say = progress or (lambda _: None)
    say(f"{dataset.name}: embedding {len(dataset.passages)} passages")
    embedder = load_embedder(settings.embedding)
    graph, index = dataset_to_graph(
        dataset, embedder, settings, with_links=not {"kgp", "kgp-tfidf"}.isdisjoint(methods)
    )
    bench = _Bench(dataset, graph, index, embedder, agent, settings, replies)
    model = choose_model(llm, settings)
    if "ircot" in methods and model is None:
        raise DatasetError("The method ircot asks a language model at each step. Name one with --llm, or leave it out.")
    reports = {}
    issues = list(dataset.issues)
    for method in methods:
        tally = _run(method, bench, model, say)
        reports[method] = _summary(tally)
        issues += [
            f"{method}: {tally.failures + tally.unread} questions failed and count as wrong: {r}"
            for r in sorted(tally.reasons)
        ]
        say(
            f"{dataset.name}, {method}: recall@5 {reports[method]['recall@5']:.3f}, "
            f"all@5 {reports[method]['all@5']:.3f}"
        )
    return {
        "dataset": dataset.name,
        "passages": len(dataset.passages),
        "questions": len(dataset.questions),
        **({"questions_of_the_set": len(whole.questions), "seed": seed} if len(asked) < len(whole.questions) else {}),
        "methods": reports,
        "issues": issues,
    }


def dataset_to_graph(
    dataset: Dataset, embedder: Embedder, settings: Settings, *, with_links: bool = True
) -> tuple[DocumentGraph, SearchIndex]:
    """Return the graph and the index over a corpus; each passage is a document of its own under its title."""
    nodes = [
        Node(key, NodeKind.PASSAGE, key, 1, title or key, text or title, title if text else "")
        for key, (title, text) in sorted(dataset.passages.items())
        if (title + text).strip()
    ]
    rows = embedder.embed([node.search_text for node in nodes])
    vectors = {node.node_id: row for node, row in zip(nodes, rows, strict=True)}
    titles = [Node(f"{n.doc_id}/d", NodeKind.DOCUMENT, n.doc_id, 1, n.label, "", n.label) for n in nodes]
    graph = build_graph([*nodes, *titles], [], vectors, settings.graph) if with_links else DocumentGraph(nodes, [])
    counts = TermCounts.from_texts(node.search_text for node in nodes)
    return graph, SearchIndex([n.node_id for n in nodes], counts, rows, [n.doc_id for n in nodes])


@dataclass
class _Bench:
    """A data set with all that its methods search."""

    dataset: Dataset
    graph: DocumentGraph
    index: SearchIndex
    embedder: Embedder
    agent: str
    settings: Settings
    replies: CallCache | None = None
    runs: dict[str, Run] = field(default_factory=dict)

    @cached_property
    def passage_rank(self) -> PassageRank:
        return PassageRank(self.graph, self.index)

    def prepare(self, method: str) -> None:
        """Build what a method builds once, so that it does not count as a question's time."""
        if method == "ppr":
            _ = self.passage_rank
        if method.startswith(RUN):
            self.runs[method] = read_run(Path(method.removeprefix(RUN)))
        if method in ("hybrid", "bm25", "tfidf", "kgp", "kgp-tfidf"):
            self.index.search("warm up", 1, method="tfidf" if "tfidf" in method else "bm25")

    def search(self, method: str, key: str, model: LanguageModel | None) -> tuple[list[str], list[str]]:
        """Return the passages that a method finds for a question, best first, and those of them that are read."""
        if method in self.runs:
            run = self.runs[method]
            scored = [(node, score) for node, score in run.found.get(key, ()) if node in self.graph]
            return [node for node, _ in scored], to_read(scored, chances=run.chances)
        if method == "kgp":
            return self._walked(key, model)
        found = self._found(method, key, model)
        return found, to_read([(node, 0.0) for node in found], chances=False)

    def _walked(self, key: str, model: LanguageModel | None) -> tuple[list[str], list[str]]:
        agent = choose_agent(self.agent, self.embedder, model, self.settings.agent_folder)
        options = self.settings.walk
        trace = walk(
            self.dataset.questions[key],
            graph=self.graph,
            index=self.index,
            embedder=self.embedder,
            agent=agent,
            options=options,
        )
        learned = options.learned_ranking and getattr(agent, "ranker", None) is not None
        scored = [(ranked.node, ranked.score) for ranked in trace.ranked]
        return [node for node, _ in scored][:_DEPTH], to_read(scored, chances=learned)

    def _found(self, method: str, key: str, model: LanguageModel | None) -> list[str]:
        question, index = self.dataset.questions[key], self.index
        if method == "gold":
            return [node for node in self.dataset.gold[key] if node in self.graph]
        if method == "kgp-tfidf":
            return walk_by_tfidf(question, self.graph, index, _DEPTH)
        if method == "ircot" and model is not None:
            return interleave(question, self.graph, index, self.embedder, model, _READ)
        vector = self.embedder.embed([question])[0] if method in ("dense", "hybrid", "ppr") else None
        if method == "ppr" and vector is not None:
            return self.passage_rank.rank(question, vector, _DEPTH)
        return [node.node_id for node in index.search(question, _DEPTH, method=method, query_vector=vector)]

    def within(self, method: str, key: str) -> dict[int, list[str]]:
        """Return what a method finds within each budget, where the budget changes what it does; else nothing."""
        if method != "kgp-tfidf":
            return {}
        question = self.dataset.questions[key]
        return {budget: walk_by_tfidf(question, self.graph, self.index, budget) for budget in _BUDGETS}


def _run(method: str, bench: _Bench, model: LanguageModel | None, say: Callable[[str], None]) -> _Tally:
    tally = _Tally()
    dataset = bench.dataset
    bench.prepare(method)
    for key, question in dataset.questions.items():
        metered = MeteredModel(model, bench.replies) if model is not None else None
        started = perf_counter()
        try:
            ranked, read = bench.search(method, key, metered)
        except KgqaError as error:
            ranked, read = [], []
            tally.failures += 1
            tally.reasons.add(str(error))
        tally.seconds.append(perf_counter() - started)
        tally.ranked.append(ranked)
        tally.within.append(bench.within(method, key) if ranked else {})
        if metered is not None:
            tally.search_tokens += _tokens(metered)
            tally.search_calls += len(metered.record)
        tally.gold.append(dataset.gold[key])
        tally.read += len(read)
        if metered is not None and dataset.answers[key]:
            said = _read(metered, question, [bench.graph.node(node).search_text for node in read], tally)
            tally.em.append(exact_match(said, dataset.answers[key]))
            tally.f1.append(f1(said, dataset.answers[key]))
            say(f"{dataset.name}, {method}, {key}: {said!r} for {dataset.answers[key][0]!r}")
        if metered is not None:
            tally.calls += len(metered.record)
            tally.tokens += _tokens(metered)
    return tally


def _tokens(metered: MeteredModel) -> int:
    """Return the tokens of all calls, those included that a kept reply answered: they are what the method takes."""
    return sum(call.prompt_tokens + call.completion_tokens for call in metered.record)


def _read(model: LanguageModel, question: str, passages: Sequence[str], tally: _Tally) -> str:
    """Return the reader's answer from the passages; "" when it fails, which is told."""
    try:
        return read_short(model, question, passages)
    except LanguageModelError as error:
        tally.unread += 1
        tally.reasons.add(f"the reader: {error}")
        return ""


def _summary(tally: _Tally) -> dict[str, Any]:
    count = len(tally.ranked)
    shares: dict[str, list[float]] = {}
    for k in _BUDGETS:
        found = [within.get(k, ranked) for within, ranked in zip(tally.within, tally.ranked, strict=True)]
        pairs = list(zip(found, tally.gold, strict=True))
        shares[f"recall@{k}"] = [recall_at(k, ranked, gold) for ranked, gold in pairs]
        shares[f"all@{k}"] = [all_at(k, ranked, gold) for ranked, gold in pairs]
    wanted = ("recall@2", "recall@5", "recall@10", "all@5", "all@10")
    report: dict[str, Any] = {name: sum(shares[name]) / count for name in wanted}
    report["seconds_per_query_p50"] = percentile(tally.seconds, 0.5)
    report["seconds_per_query_p95"] = percentile(tally.seconds, 0.95)
    report["llm_calls_per_query"] = tally.calls / count
    report["tokens_per_query"] = tally.tokens / count
    report["search_calls_per_query"] = tally.search_calls / count
    report["search_tokens_per_query"] = tally.search_tokens / count
    if tally.f1:
        report["em"] = sum(tally.em) / len(tally.em)
        report["f1"] = sum(tally.f1) / len(tally.f1)
        report["passages_read_per_query"] = tally.read / count
    for name in ("recall@5", "all@5"):
        report[f"{name}_interval"] = list(bootstrap(shares[name]))
    if tally.f1:
        report["f1_interval"] = list(bootstrap(tally.f1))
    report["failures"] = tally.failures + tally.unread
    return report


def bootstrap(values: Sequence[float], *, share: float = 0.95, seed: int = 0) -> tuple[float, float]:
    """Return the interval that holds the mean of resampled values with that share (percentile bootstrap)."""
    chance = random.Random(seed)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLES))
    return percentile(means, (1 - share) / 2), percentile(means, (1 + share) / 2)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except FileNotFoundError as error:
        raise DatasetError(
            f"{path} is missing. A data set has corpus.jsonl, queries.jsonl and qrels/test.tsv."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}). It must be a UTF-8 text file.") from error


def _read_jsonl(path: Path, issues: list[str]) -> dict[str, dict[str, Any]]:
    items: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            item = json.loads(line)
            key = str(item["_id"])
        except (ValueError, KeyError, TypeError):
            issues.append(f"{path.name}, line {number}: not a JSON object with the field _id; it is left out")
            continue
        if key in items:
            issues.append(f"{path.name}, line {number}: the id {key} came before; the first one is kept")
        else:
            items[key] = item
    return items
