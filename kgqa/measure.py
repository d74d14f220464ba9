"""`kgqa evaluate`: a folder in BEIR layout, or a file of questions over a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from graphs.place import Place
from kgqa.errors import DatasetError
from kgqa.settings import Settings


def measure(
    dataset: Path,
    *,
    collection: Place,
    methods: Sequence[str],
    agent: str | None,
    llm: str | None,
    settings: Settings,
    sample: int | None = None,
    seed: int = 0,
    replies: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Return the report of one data set; raise DatasetError for one that cannot be read.

    `sample` and `seed` choose questions of a folder by chance; `replies` is a file where a model's replies are kept.
    """
    if dataset.is_dir():
        from kgqa.evaluate import evaluate_dataset
        from kgqa.evaluate_reader import ReplyFile

        return evaluate_dataset(
            dataset,
            methods=methods,
            agent=agent or settings.agent,
            llm=llm or "none",
            settings=settings,
            sample=sample,
            seed=seed,
            replies=None if replies is None else ReplyFile(replies),
            progress=progress,
        )
    if not dataset.exists():
        raise DatasetError(f"{dataset} does not exist. Name a folder in BEIR layout, or a file of questions.")
    from kgqa.collection import Collection
    from kgqa.evaluate_documents import evaluate_documents

    with Collection.open(collection, settings, create=False) as opened:
        return evaluate_documents(
            dataset, lambda question: opened.ask(question, agent=agent, llm=llm or "none"), progress=progress
        )
