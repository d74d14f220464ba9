"""Median time of a question without a model over a corpus in a collection that is open, and the peak of memory."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import resource
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import torch

from kgqa.collection import Collection
from kgqa.settings import Settings


def main(dataset: Path, agent: str = "auto") -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "corpus"
        source.mkdir()
        for line in (dataset / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            name = "".join(c if c.isalnum() else "_" for c in item["_id"])
            (source / f"{name}.md").write_text(f"# {item['title']}\n\n{item['text']}\n", encoding="utf-8")
        lines = (dataset / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["text"] for line in lines]
        with Collection.open(Path(folder) / "collection", Settings(llm="none")) as collection:
            started = perf_counter()
            report = collection.add(source)
            print(f"{len(report.documents)} passages ingested in {perf_counter() - started:.0f} s")
            collection.ask(questions[0], agent=agent)  # loads models and index
            times = []
            for question in questions:
                started = perf_counter()
                collection.ask(question, agent=agent)
                times.append(perf_counter() - started)
    ordered = sorted(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"agent {agent}: {len(times)} questions, median {1000 * statistics.median(times):.0f} ms (goal 150), "
        f"p95 {1000 * ordered[int(0.95 * len(ordered))]:.0f} ms, peak memory {peak:.0f} MB (goal 1,500)"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
