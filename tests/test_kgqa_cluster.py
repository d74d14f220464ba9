"""Reading and answering on a Ray cluster of two nodes on this machine, one of which is killed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import KgqaError
from kgqa.batch import answer_batch
from kgqa.cluster import run_on_cluster
from kgqa.collection import Collection
from kgqa.settings import Settings

ray: Any = pytest.importorskip("ray", reason="pip install kgqa[dev] brings Ray")
cluster_utils: Any = pytest.importorskip("ray.cluster_utils")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head and another node, with one core each."""
    made = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    made.add_node(num_cpus=1)
    made.wait_for_nodes()
    yield made
    ray.shutdown()
    made.shutdown()


class Slow:
    """Work of a moment; tells where it was done."""

    def work(self, number: int) -> tuple[int, str]:
        time.sleep(0.15)
        if number == 5:
            raise ValueError("five is a bad number")
        return number, ray.get_runtime_context().get_node_id()


def test_files_and_questions_give_what_one_machine_gives(cluster: Any, tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for i in range(6):
        (source / f"file{i}.md").write_text(f"# File {i}\n\nShip {i} carries {10 + i} apples to the north.\n", "utf-8")
    (source / "empty.md").write_bytes(b"")
    (source / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    with Collection.open(tmp_path / "far", settings) as far, Collection.open(tmp_path / "near", settings) as near:
        there, here = far.add(source, cluster=cluster.address), near.add(source)
        assert [(d.name, d.status, [i.message for i in d.issues]) for d in there.documents] == [
            (d.name, d.status, [i.message for i in d.issues]) for d in here.documents
        ]
        assert far.graph().nodes == near.graph().nodes
        assert far.graph().edges == near.graph().edges
        (tmp_path / "q.txt").write_text("How many apples does Ship 3 carry?\n\nWho sails Ship 99 to Mars?\n", "utf-8")
        reports = [
            answer_batch(near, tmp_path / "q.txt", tmp_path / f"{name}.jsonl", cluster=where)
            for name, where in (("here", None), ("there", cluster.address))
        ]
        assert reports[0] == reports[1]
    rows = [
        [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in ("here", "there")
    ]
    for row in (*rows[0], *rows[1]):
        row.pop("usage", None)  # seconds
    assert rows[0] == rows[1]


def test_a_node_that_dies_loses_nothing_and_does_nothing_twice(cluster: Any) -> None:
    node = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    killer = threading.Timer(1.0, lambda: cluster.remove_node(node, allow_graceful=False))
    results: list[Any] = []
    for result in run_on_cluster(cluster.address, Slow, (), [(i,) for i in range(30)]):
        if not results:
            killer.start()
        results.append(result)
    killer.join()
    assert len(results) == 30
    assert [result[0] for i, result in enumerate(results) if i != 5] == [i for i in range(30) if i != 5]
    assert isinstance(results[5], KgqaError)
    assert "five is a bad number" in str(results[5])
    assert len({result[1] for i, result in enumerate(results) if i != 5}) >= 2
