"""A question set in BEIR layout, written for a test."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_beir(
    folder: Path,
    corpus: Sequence[Mapping[str, Any]],
    queries: Sequence[Mapping[str, Any]],
    golds: Iterable[tuple[str, str]],
) -> Path:
    """Write corpus.jsonl, queries.jsonl and qrels/test.tsv from (question, gold passage) pairs; return the folder."""
    (folder / "qrels").mkdir(parents=True)
    for name, lines in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    rows = "".join(f"{question}\t{passage}\t1\n" for question, passage in golds)
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}", encoding="utf-8")
    return folder
