"""Questions with known answers over collections -> the weights of choice of the larger reader, and when it is asked.

    python -m kgqa.train_larger [--model NAME] [--crossed FOLDER] [--output FILE] QUESTIONS.jsonl=COLLECTION ...

As `kgqa.train_reader`, with the scores of the larger cross-encoder (`kgqa.larger_reader`) beside those of the smaller
one. Printed is what holds for documents that the weights have not seen: of the smaller reader, of the larger one, and
of the two in a row, where the larger one sees only what the smaller is in doubt of. The documents must be ones that
neither encoder has learned from.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from graphs.embedding import choose_precision
from kgqa.answer import AnswerOptions
from kgqa.choice import Choice
from kgqa.larger_reader import CHOICE, LARGER, larger_encoder
from kgqa.train_reader import (
    REFUSED,
    Example,
    Judged,
    at_threshold,
    cross_validate,
    odds,
    read_examples,
    report,
    threshold_of,
    train,
    write_weights,
)

_REFUSED = 0.035  # share of the questions with an answer that may be refused: it tells those without one better
_CERTAIN = 0.02  # share of the questions with an answer that may be refused without being read again
_OFTEN = 0.33  # share of them that is read again


def train_larger(examples: Sequence[Example]) -> tuple[Choice, tuple[float, float], str]:
    """Return the weights, the confidences of the smaller reader between which the larger one is asked, and a report.

    `examples` have what both encoders say of them.
    """
    with_larger = [replace(example, cross=example.again) for example in examples]
    judged = cross_validate(with_larger)[1]
    small, large = _moved(cross_validate(examples)[1], REFUSED), _moved(judged, _REFUSED)
    sure = [confidence for example, _, confidence in small if example.answerable]
    unsure = float(np.quantile(sure, _CERTAIN)), float(np.quantile(sure, _OFTEN))
    both = [b if unsure[0] <= a[2] <= unsure[1] else a for a, b in zip(small, large, strict=True)]
    again = np.mean([unsure[0] <= a[2] <= unsure[1] for a in small])
    learned = train(with_larger)
    if learned.helped is not None:
        answered = at_threshold(learned.helped.answered, judged, _REFUSED)
        learned = replace(learned, helped=replace(learned.helped, answered=answered))
    lines = [f"The smaller reader: {report(small)}", f"The larger reader: {report(large)}",
             f"Both, the larger one asked for {again:.1%} of all: {report(both)}", _at(both)]  # fmt: skip
    return learned, unsure, "\n".join(lines)


def _moved(judged: Sequence[Judged], share: float) -> list[Judged]:
    """Return confidences moved so that the threshold refuses that share of the answerable questions."""
    move = odds(AnswerOptions().threshold) - odds(threshold_of(judged, share))
    return [(example, right, float(1 / (1 + np.exp(-(odds(sure) + move))))) for example, right, sure in judged]


def _at(judged: Sequence[Judged]) -> str:
    """Return a line of what the threshold refuses."""
    refused = {kind: [sure < AnswerOptions().threshold for example, _, sure in judged if example.answerable is kind]
               for kind in (True, False)}  # fmt: skip
    return f"at the threshold {np.mean(refused[True]):.1%} of them and {np.mean(refused[False]):.1%} of the others"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", nargs="+", metavar="QUESTIONS.jsonl=COLLECTION")
    parser.add_argument("--model", default="auto", metavar="NAME", help="as answer.larger_reader names it")
    parser.add_argument("--crossed", type=Path, metavar="FOLDER", help="smaller encoders that learned other documents")
    parser.add_argument("--output", type=Path, default=LARGER / CHOICE, metavar="FILE")
    wanted = parser.parse_args(arguments)
    encoder = larger_encoder(wanted.model, choose_precision("auto"))
    examples: list[Example] = []
    for source in wanted.sources:
        questions, _, place = source.rpartition("=")
        examples += read_examples(Path(questions), Path(place), wanted.crossed, encoder)
        print(f"{len(examples)} questions read", file=sys.stderr)
    learned, unsure, told = train_larger([example for example in examples if len(example.signals)])
    print(told)
    write_weights(wanted.output, {**learned.to_json(), "unsure": [round(confidence, 3) for confidence in unsure]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
