"""Answers without a model to multi-hop questions over a corpus in a collection: how many hold the gold answer.

python benchmarks/multihop_answers.py DATASET [--show]
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import sys
import tempfile
from pathlib import Path

from graphs.index import tokenize
from kgqa.collection import Collection
from kgqa.settings import Settings


def folded(text: str) -> str:
    return f" {' '.join(tokenize(text))} "


def main(dataset: Path, show: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "corpus"
        source.mkdir()
        for number, line in enumerate((dataset / "corpus.jsonl").read_text(encoding="utf-8").splitlines()):
            item = json.loads(line)
            (source / f"{number}.md").write_text(f"# {item['title']}\n\n{item['text']}\n", encoding="utf-8")
        lines = (dataset / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        right = refused = 0
        with Collection.open(Path(folder) / "collection", Settings(llm="none")) as collection:
            collection.add(source)
            for query in map(json.loads, lines):
                answer = collection.ask(query["text"])
                said = folded(answer.text)
                holds = not answer.abstained and any(folded(gold) in said for gold in query["metadata"]["answers"])
                right += holds
                refused += answer.abstained
                if show:
                    verdict = "right" if holds else "refused" if answer.abstained else "WRONG"
                    print(verdict, query["text"], answer.text)
    print(f"{dataset.name}: {len(lines)} questions, right {right / len(lines):.3f}, refused {refused / len(lines):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--show" in sys.argv)
