"""Damaged PDFs by the thousand: every file is accounted for, nothing hangs, and the reader's parent lives.

    python benchmarks/mutated_pdfs.py FOLDER [COUNT] [SEED]

Bytes of the PDFs in FOLDER are flipped, cut, spliced with another file's, or repeated. Each is read in a worker
process with layout analysis, without OCR, within a limit on time. Prints how they ended, and fails where one is
unaccounted for.
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.errors import IngestionError, ReaderCrashedError
from ingestion.ingest import read_many
from ingestion.options import IngestionOptions

SECONDS = 60.0
_LARGEST = 600_000  # bytes of a source; larger ones only cost time


def mutate(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a damaged file: some bytes flipped, a piece cut out, another file's put in, or a piece repeated."""
    body = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(1, len(body)))
        size = chance.choice((1, 16, 256, 4096))
        match chance.randrange(5):
            case 0:
                for _ in range(chance.choice((1, 20, 300))):
                    body[chance.randrange(len(body))] = chance.randrange(256)
            case 1:
                del body[at : at + size]
            case 2:
                start = chance.randrange(max(1, len(other)))
                body[at:at] = other[start : start + size]
            case 3:
                body[at:at] = body[at : at + size]
            case _:
                del body[max(1, at) :]
        if not body:
            return b"%PDF-1.7\n"
    return bytes(body)


def make(sources: list[bytes], folder: Path, count: int, seed: int) -> list[Path]:
    """Write damaged files; the same seed gives the same files."""
    chance = random.Random(seed)
    paths = []
    for number in range(count):
        path = folder / f"mutant-{seed}-{number:05d}.pdf"
        path.write_bytes(mutate(chance.choice(sources), chance.choice(sources), chance))
        paths.append(path)
    return paths


def main(folder: Path, count: int = 2000, seed: int = 1) -> None:
    sources = [path.read_bytes() for path in sorted(folder.glob("*.pdf")) if path.stat().st_size < _LARGEST]
    options = IngestionOptions(ocr="never", seconds_per_file=SECONDS, max_pages=60, memory_mb=1500)
    ends: Counter[str] = Counter()
    slowest = 0.0
    started = time.perf_counter()
    with TemporaryDirectory() as temporary:
        paths = make(sources, Path(temporary), count, seed)
        last = time.perf_counter()
        for path, result in read_many(paths, options=options, jobs=2):
            now = time.perf_counter()
            slowest, last = max(slowest, now - last), now
            if isinstance(result, IngestionError):
                ends[type(result).__name__] += 1
                if "\n" in str(result) or "Traceback" in str(result):
                    sys.exit(f"{path.name}: {result}")
                if isinstance(result, ReaderCrashedError):
                    print(f"{path.name}: {result}")
            else:
                ends[result.status] += 1
    total = sum(ends.values())
    print(
        f"{total} of {count} files accounted for in {time.perf_counter() - started:.0f} s: {dict(ends.most_common())}"
    )
    print(f"slowest {slowest:.1f} s (limit {SECONDS:.0f} s)")
    if total != count:
        sys.exit("some files are not accounted for")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
