"""The agent's benchmark: every method on every data set, and what each part of the walk is worth.

python benchmarks/agent.py DATASET... [--pooled] [--ablation] [--llm SPEC] [--json FILE]

Prints the table of the README (recall@5 / all@5 in percent, with 95 % intervals for the walk), with the data's hashes,
the machine and the settings. --pooled asks each set's questions over the passages of all sets together, the nearest
thing here to a larger corpus. --ablation takes parts of the walk away, one at a time. A data set that the agent was
trained on is marked: its row says how well it was learned.
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
from graphs.embedding import load_embedder
from kgqa.agents import NextEvidence
from kgqa.encoder import SHIPPED, EncoderAgent, load_agent
from kgqa.evaluate import Dataset, bootstrap, dataset_to_graph, evaluate_dataset, read_dataset
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
    parser.add_argument("--ablation", action="store_true", help="without each part of the walk")
    parser.add_argument(
        "--llm", default="none", metavar="SPEC", help="also EM and F1 with gold, hybrid and kgp contexts"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there too")
    options = parser.parse_args()
    settings = load_settings()
    report: dict[str, Any] = {"about": about(options.datasets, settings), "rows": {}}
    print("\n".join(f"{name}: {value}" for name, value in report["about"].items()), file=sys.stderr)
    sets = [read_dataset(folder) for folder in options.datasets]
    for name, row in rows(options, sets, settings):
        report["rows"].setdefault(name, []).append(row)
        print(f"{name}, {row['dataset']}: {shown(row)}", file=sys.stderr)
    print(table(report["rows"], [dataset.name for dataset in sets]))
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
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
    for folder in options.datasets if not options.pooled else ():
        methods = [*METHODS, "gold", "kgp"] if options.llm != "none" else [*METHODS, "kgp"]
        done = evaluate_dataset(folder, methods=methods, agent="auto", llm=options.llm, settings=settings)
        for method, measured in done["methods"].items():
            yield method, {"dataset": folder.name, **measured}
    if not (options.pooled or options.ablation):
        return
    ways = dict(ablations(settings)) if options.ablation else {"hybrid": None, "kgp": whole_walk}
    if not options.pooled:  # measured above
        del ways["hybrid"], ways["kgp"]
    union = {key: passage for dataset in sets for key, passage in dataset.passages.items()}
    for dataset in sets:
        asked = replace(dataset, passages=union) if options.pooled else dataset
        place = Place(asked, settings)
        for name, way in ways.items():
            yield name, {"dataset": dataset.name, **place.measure(way)}


class Place:
    """A corpus with its graph, over which a data set's questions are asked."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        self.embedder = load_embedder(settings.embedding)
        self.graph, self.index = dataset_to_graph(dataset, self.embedder, settings)
        self.index.search("warm up", 1, method="bm25")
        self.index.search("warm up", 1, method="tfidf")

    def measure(self, way: Way | None) -> dict[str, Any]:
        """Return the measures of a way to walk; None is the hybrid search without a walk."""
        ranked, seconds = [], []
        prepared = None if way is None else way(self)
        for question in self.dataset.questions.values():
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
        pairs = list(zip(ranked, self.dataset.gold.values(), strict=True))
        recalls = [recall_at(5, found, gold) for found, gold in pairs]
        return {
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
    lines = [f"| | {' | '.join(names)} | time, median |", f"| --- |{' --- |' * (len(names) + 1)}"]
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
