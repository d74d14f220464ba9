"""An ingest killed at random moments: `python benchmarks/kills.py [KILLS]`, 50 unless told.

Forty files are ingested by a process that is killed (SIGKILL to its whole group) after a random time, again and again;
whenever everything is in, two files are removed and one is changed, so that there is work for the next. After each kill
the collection must open, hold whole documents only and pass `doctor` but for what the next run mends; in the end one
run without a kill must give the graph of a collection that nobody disturbed.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kgqa.collection import Collection
from kgqa.settings import Settings

_CODE = (
    "import sys; from kgqa import Collection; from kgqa.settings import Settings\n"
    "with Collection.open(sys.argv[1], Settings(llm='none')) as c:\n"
    "    c.embedder.embed(['ready']); print('ready', flush=True); c.add(sys.argv[2])\n"
)
_FILES = 40


def write(source: Path, number: int, edition: int) -> None:
    """Write one of the files."""
    parts = "\n\n".join(
        f"## Part {part}\n\nIt speaks of ships and of topic {(number + part) % 7}, edition {edition}."
        for part in range(5)
    )
    (source / f"file{number:02}.md").write_text(f"# File {number}\n\n{parts}\n", encoding="utf-8")


def check(folder: Path, settings: Settings) -> int:
    """Return how many documents a collection holds; raise AssertionError where one is not whole."""
    with Collection.open(folder, settings) as seen:
        records = seen.documents()
        graph = seen.graph()
        for record in records:
            document = seen.load(record.name)
            assert document.passages, record.name
            assert all(passage.passage_id in graph for passage in document.passages), record.name
        bad = [line for line in seen.store.findings() if "--mend" not in line]
        assert not bad, bad
        return len(records)


def main(kills: int) -> None:
    chance = random.Random(7)
    settings = Settings(llm="none")
    with tempfile.TemporaryDirectory() as place:
        source, folder = Path(place) / "source", Path(place) / "lived"
        source.mkdir()
        for number in range(_FILES):
            write(source, number, 0)
        command = [sys.executable, "-c", _CODE, str(folder), str(source)]
        Collection.open(folder, settings).close()
        seen: list[int] = []
        longest = 4.0  # seconds: an undisturbed run of forty files takes about as long
        for kill in range(kills):
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
            )
            assert process.stdout is not None
            process.stdout.readline()  # the models are loaded; the work begins
            time.sleep(chance.uniform(0.0, longest))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            seen.append(check(folder, settings))
            if seen[-1] == _FILES:
                with Collection.open(folder, settings) as collection:
                    collection.remove(*(f"file{number:02}.md" for number in chance.sample(range(_FILES), 30)))
                write(source, chance.randrange(_FILES), kill + 1)
        assert subprocess.run(command, check=False).returncode == 0
        with (
            Collection.open(folder, settings) as lived,
            Collection.open(Path(place) / "fresh", settings) as fresh,
        ):
            fresh.add(source)
            assert lived.graph().nodes == fresh.graph().nodes
            assert lived.graph().edges == fresh.graph().edges
    print(f"{kills} kills: the collection was whole each time (documents seen: {seen}), and the end is a fresh build's")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 50)
