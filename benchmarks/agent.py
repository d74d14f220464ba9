"""The agent's benchmark: every method on every data set, and what each part of the walk is worth.

python benchmarks/agent.py DATASET... [--pooled] [--beside DATASET...] [--ablation] [--sample N] [--llm SPEC]
    [--json FILE]

Prints the table of the README (recall@5 / all@5 in percent, with 95 % intervals for the walk), with the data's hashes,
the machine and the settings. --pooled asks each set's questions over the passages of all sets together, the nearest
thing here to a larger corpus; those of --beside are added, and their questions are not asked. --ablation takes parts of
the walk away, one at a time. Figures of a set that the agent was trained on say how well it was learned.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from graphs.document_graph import DocumentGraph, EdgeKind
from graphs.embedding import SentenceTransformerEmbedder, load_embedder
from kgqa.agents import NextEvidence
from kgqa.encoder import SHIPPED, EncoderAgent, load_agent
from kgqa.evaluate import Dataset, bootstrap, dataset_to_graph, evaluate_dataset, read_dataset
from kgqa.evaluate_reader import ReplyFile, sample_keys
from kgqa.metrics import all_at, percentile, recall_at
from kgqa.models import choose_agent
from kgqa.settings import Settings, load_settings
from kgqa.walk import WalkOptions, walk

METHODS = ("tfidf", "bm25", "dense", "hybrid", "kgp-tfidf", "ppr")
_LINKS = (EdgeKind.SIMILAR, EdgeKind.SHARES_TERMS, EdgeKind.MENTIONS)


def main() -> int:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET")
    parser.add_argument("--pooled", action="store_true", help="over the passages of all data sets together")
    parser.add_argument(
        "--beside", nargs="+", action="extend", default=[], type=Path, metavar="DATASET", help="adds its passages alone"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="ask so many questions of each set, by chance")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of that chance (default: 0)")
    parser.add_argument("--ablation", action="store_true", help="without each part of the walk")
    parser.add_argument(
        "--llm", default="none", metavar="SPEC", help="also EM and F1 with gold, hybrid and kgp contexts"
    )
    parser.add_argument("--replies", type=Path, metavar="FILE", help="keep the model's replies there, to go on with")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there too")
    options = parser.parse_args()
    settings = load_settings()
    report: dict[str, Any] = {"about": about([*options.datasets, *options.beside], settings), "rows": {}}
    print("\n".join(f"{name}: {value}" for name, value in report["about"].items()), file=sys.stderr)
    sets = [read_dataset(folder) for folder in options.datasets]
    for name, row in rows(options, sets, settings):
        report["rows"].setdefault(name, []).append(row)
        print(f"{name}, {row['dataset']}: {shown(row)}", file=sys.stderr)
        if options.json is not None:  # a run that is cut off leaves what it came to
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(table(report["rows"], [dataset.name for dataset in sets]))
    return 0


def about(folders: Sequence[Path], settings: Settings) -> dict[str, str]:
    """Return what the figures depend on: data, machine, settings, the agent's own card."""
    hashes = {f.name: hashlib.sha256((f / "queries.jsonl").read_bytes()).hexdigest()[:12] for f in folders}
    card = json.loads(((settings.agent_folder or SHIPPED) / "card.json").read_text(encoding="utf-8"))
    precision = load_embedder(settings.embedding).precision
    return {
        "data": ", ".join(f"{name} {digest}" for name, digest in hashes.items()),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {precision}, Python {platform.python_version()}",
        "settings": f"{settings.walk}, {settings.graph}",
        "agent learned from": ", ".join(data["name"] for data in card["data"]),
    }


def rows(
    options: argparse.Namespace, sets: Sequence[Dataset], settings: Settings
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of a way to search and what it reached on one data set."""
    methods = [*METHODS, "gold", "kgp"] if options.llm != "none" else [*METHODS, "kgp"]
    replies = None if options.replies is None else ReplyFile(options.replies)
    for folder in options.datasets if not options.pooled else ():
        done = evaluate_dataset(
            folder,
            methods=methods,
            agent="auto",
            llm=options.llm,
            settings=settings,
            sample=options.sample,
            seed=options.seed,
            replies=replies,
        )
        for method, measured in done["methods"].items():
            yield method, {"dataset": folder.name, "questions": done["questions"], **measured}
    if not (options.pooled or options.ablation):
        return
    ways = dict(ablations(settings)) if options.ablation else {"hybrid": None, "kgp": whole_walk}
    if not options.pooled:  # measured above
        del ways["hybrid"], ways["kgp"]
    embedder = load_embedder(settings.embedding)
    union = {
        key: passage
        for dataset in (*sets, *(read_dataset(folder) for folder in options.beside))
        for key, passage in dataset.passages.items()
    }
    whole = Place(replace(sets[0], passages=union), embedder, settings) if options.pooled else None
    for dataset in sets:
        place = whole or Place(dataset, embedder, settings)
        keys = sample_keys(list(dataset.questions), options.sample, options.seed)
        for name, way in ways.items():
            yield name, {"dataset": dataset.name, "passages": len(place.index), **place.measure(dataset, keys, way)}


class Place:
    """A corpus with its graph, over which questions are asked."""

    def __init__(self, corpus: Dataset, embedder: SentenceTransformerEmbedder, settings: Settings) -> None:
        self.settings, self.embedder = settings, embedder
        self.graph, self.index = dataset_to_graph(corpus, embedder, settings)
        self.index.search("warm up", 1, method="bm25")
        self.index.search("warm up", 1, method="tfidf")

    def measure(self, dataset: Dataset, keys: Sequence[str], way: Way | None) -> dict[str, Any]:
        """Return the measures of a way to walk on some of a set's questions; None is the search without a walk."""
        ranked, seconds = [], []
        prepared = None if way is None else way(self)
        for question in (dataset.questions[key] for key in keys):
            started = perf_counter()
            if prepared is None:
                vector = self.embedder.embed([question])[0]
                found = [node.node_id for node in self.index.search(question, 20, query_vector=vector)]
            else:
                agent, graph, walk_options = prepared
                trace = walk(
                    question, graph=graph, index=self.index, embedder=self.embedder, agent=agent, options=walk_options
                )
                found = [node.node for node in trace.ranked]
            seconds.append(perf_counter() - started)
            ranked.append(found)
        pairs = list(zip(ranked, (dataset.gold[key] for key in keys), strict=True))
        recalls = [recall_at(5, found, gold) for found, gold in pairs]
        return {
            "questions": len(keys),
            "recall@5": float(np.mean(recalls)),
            "all@5": float(np.mean([all_at(5, found, gold) for found, gold in pairs])),
            "recall@5_interval": list(bootstrap(recalls)),
            "seconds_per_query_p50": percentile(seconds, 0.5),
        }


Prepared = tuple[NextEvidence, DocumentGraph, WalkOptions]
Way = Callable[[Place], Prepared]


def whole_walk(place: Place) -> Prepared:
    """Walk as `kgqa ask` does."""
    agent = choose_agent("auto", place.embedder, None, place.settings.agent_folder)
    return agent, place.graph, place.settings.walk


def ablations(settings: Settings) -> Mapping[str, Way | None]:
    """Return the walk, and the walk without each of its parts."""

    def changed(**options: Any) -> Way:
        return lambda place: (whole_walk(place)[0], place.graph, replace(place.settings.walk, **options))

    def untrained(place: Place) -> Prepared:
        """Predict with the stock embedder, and rank as the trained agent does."""
        shipped = load_agent(place.embedder, settings.agent_folder or SHIPPED)
        return EncoderAgent(place.embedder, shipped.ranker), place.graph, place.settings.walk

    def unlinked(kind: EdgeKind | None) -> Way:
        return lambda place: (whole_walk(place)[0], without(place.graph, kind), place.settings.walk)

    return {
        "hybrid": None,
        "kgp": whole_walk,
        "without learned ranking": changed(learned_ranking=False),
        "without training": untrained,
        "question agent": lambda place: (choose_agent("question", place.embedder, None), place.graph, settings.walk),
        "without global candidates": changed(global_candidates=0),
        "without graph candidates": unlinked(None),
        **{f"without {kind}": unlinked(kind) for kind in _LINKS},
        **{f"beam {beam}": changed(beam=beam) for beam in (1, 4)},
        **{f"hops {hops}": changed(hops=hops) for hops in (0, 1, 2, 4)},
    }


def without(graph: DocumentGraph, kind: EdgeKind | None) -> DocumentGraph:
    """Return a graph without the edges of a kind; None: without any."""
    return DocumentGraph(graph.nodes, [edge for edge in graph.edges if kind is not None and edge.kind is not kind])


def shown(row: Mapping[str, Any]) -> str:
    """Return a cell of the table."""
    reader = f", F1 {100 * row['f1']:.1f}, EM {100 * row['em']:.1f}" if "f1" in row else ""
    return f"{100 * row['recall@5']:.1f} / {100 * row['all@5']:.0f}{reader}"


def table(found: Mapping[str, Sequence[Mapping[str, Any]]], names: Sequence[str]) -> str:
    """Return the table in markdown, a row for each way to search."""
    asked = {row["dataset"]: row["questions"] for own in found.values() for row in own}
    heads = [f"{name} ({asked.get(name, 0)})" for name in names]
    lines = [f"| | {' | '.join(heads)} | time, median |", f"| --- |{' --- |' * (len(names) + 1)}"]
    for name, own in found.items():
        cells = {row["dataset"]: shown(row) for row in own}
        time = 1000 * float(np.median([row["seconds_per_query_p50"] for row in own]))
        lines.append(f"| {name} | {' | '.join(cells.get(n, '') for n in names)} | {time:.0f} ms |")
    for row in found.get("kgp", ()):
        low, high = row["recall@5_interval"]
        lines.append(f"\nkgp, {row['dataset']}: recall@5 between {100 * low:.1f} and {100 * high:.1f} (95 %)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
