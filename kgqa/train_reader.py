"""Questions with known answers over collections -> the weights by which sentences are chosen and questions refused.

    python -m kgqa.train_reader [--output FILE] [--crossed FOLDER] [--examples FILE] QUESTIONS.jsonl=COLLECTION ...

Each question is asked of its collection, as a user would, without a language model; what is learned from is the
evidence that its walk found. Questions are those of `kgqa evaluate`, of the kinds content and unanswerable; others are
left out. What holds for documents that the weights have not seen is printed: weights are trained on five sixths of the
documents and judged on the rest, six times. There too the confidence is told at which a question is refused: it is set
so that `AnswerOptions.threshold` refuses the same share of questions, whichever model embeds.

Where the cross-encoder has learned from these questions too, its word of them must come from one that has not:
`--examples` writes what `kgqa.train_cross` learns from, and `--crossed` names a folder of those that it made of all
parts of the documents but one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgqa.answer import AnswerOptions
from kgqa.asked import Asked
from kgqa.choice import (
    SHIPPED,
    Choice,
    Helped,
    Verdict,
    answered_features,
    crossed,
    crossed_best,
    shipped_choice,
    with_distances,
)
from kgqa.collection import Collection
from kgqa.cross_data import part_of
from kgqa.cross_encoder import Candidate, CrossEncoder, load_cross_encoder
from kgqa.evaluate_documents import DocumentQuestion, is_right, read_document_questions
from kgqa.extract import (
    Readable,
    as_candidate,
    below_own_heading,
    first_sentences,
    places_of,
    read_crossed,
    read_signals,
    with_neighbours,
)
from kgqa.meant import Meaning
from kgqa.moment import Moment
from kgqa.question import parse_question
from kgqa.quoting import Quoter
from kgqa.reading import ExtractiveReader
from kgqa.settings import Settings
from kgqa.trace import Ranked

_FOLDS = 6
_HELD_NEAR = 0.05  # weight of the squared weights of the sentences' regression
_HELD_NEAR_ANSWERED = 0.2
_STEPS = 500
_UNANSWERED = 2.0  # weight of a question without an answer: there are fewer of them
_TAKEN_AWAY = 0.3  # weight of a question from whose evidence the answer was taken away
_SPREAD = 1e-3  # least standard deviation of a signal
REFUSED = 0.05
"""Share of the questions with an answer that may be refused, unseen; of some a table's cell is the answer after all."""


@dataclass(frozen=True)
class Example:
    """A question with the sentences of its evidence."""

    question: DocumentQuestion
    asked: Asked
    meaning: Meaning
    texts: tuple[str, ...]  # each sentence with its neighbours
    signals: NDArray[np.float32]  # shape (n, len(SIGNALS))
    right: NDArray[np.bool_]  # which sentences hold the answer, on a page that is known to hold it
    passage: NDArray[np.intp]  # which passage each is of
    places: NDArray[np.intp]  # shape (n, 3): passage, start and end of each
    cross: NDArray[np.float64] | None  # what a cross-encoder says of each, None without one
    candidates: tuple[tuple[int, Candidate], ...]  # those that it reads, with their places
    said: tuple[int, ...]  # the question's words that each passage says
    near: NDArray[np.bool_]  # passages anywhere that hold the answer's words
    again: NDArray[np.float64] | None = None  # what the larger cross-encoder says of each, where it was asked

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question."""
        return self.question.kind != "unanswerable"

    def without_answer(self) -> Example | None:
        """Return the question with the passages taken away that hold the answer's words, None where little is left."""
        kept = np.flatnonzero(~self.near)
        rows = np.isin(self.passage, kept)
        if rows.sum() < 3:
            return None
        said = tuple(self.said[i] for i in kept)
        question = replace(self.question, kind="unanswerable")
        texts = tuple(text for text, left in zip(self.texts, rows, strict=True) if left)
        cross, again = (None if told is None else told[rows] for told in (self.cross, self.again))
        place = np.cumsum(rows) - 1
        candidates = tuple((int(place[i]), candidate) for i, candidate in self.candidates if rows[i])
        return replace(self, question=question, signals=self.signals[rows], right=self.right[rows] & False,
                       passage=self.passage[rows], places=self.places[rows], said=said, texts=texts,
                       cross=cross, candidates=candidates, again=again)  # fmt: skip

    def best(self, choice: Choice) -> int:
        """Return the place of the sentence that is chosen."""
        return int(np.argmax(choice.scores(self.signals, self.cross)))

    def known(self, choice: Choice) -> NDArray[np.float64]:
        """Return what is known of the best sentence and of the evidence, in the order of `ANSWERED`."""
        scores = choice.scores(self.signals, None if choice.helped is None else self.cross)
        return answered_features(self.signals, scores, self.asked, self.said, self.places)

    def told(self, choice: Choice) -> NDArray[np.float64] | None:
        """Return what encoders say of the best sentence, None without them."""
        best = self.best(choice)
        said = self.meaning.of(self.texts[best])
        return None if said is None or self.cross is None else np.concatenate([said, crossed_best(self.cross, best)])


def read_examples(
    path: Path, place: Path, crossed: Path | None = None, larger: CrossEncoder | None = None
) -> Iterator[Example]:
    """Ask the questions of a file and yield what was read for each; those that the structure answers are left out.

    `crossed` is a folder of cross-encoders, one for each part of the documents that it has not learned from; `larger`
    is one that reads beside it.
    """
    with Collection.open(place, Settings(llm="none"), create=False) as collection:
        for question in read_document_questions(path):
            if question.kind not in ("content", "unanswerable"):
                continue
            found = _evidence(collection, question.question)
            if found:
                part = None if crossed is None else crossed / str(part_of(next(iter(question.documents), "")))
                yield to_example(question, *found, SHIPPED.parent if part is None else part, larger)


def _evidence(collection: Collection, question: str) -> tuple[Meaning, list[tuple[Readable, str, int]]] | None:
    """Return a question's meaning and its evidence with document and page; None where the structure answers it."""
    answer = collection.ask(question)
    if answer.trace.stopped in ("lookup", "refused") or not answer.evidence:
        return None
    moment = Moment(collection.store)
    records = moment.documents()
    titles = {record.doc_id: moment.graph().node(record.doc_id).context for record in records}
    q = parse_question(question, records, titles)
    nodes = [(moment.graph().node(e.node), Ranked(e.node, e.score, e.hop)) for e in answer.evidence]
    scope = [record for record in records if record.doc_id in q.documents] or records
    reader = ExtractiveReader(q, moment, Quoter(q.text, moment, scope), 0.0, AnswerOptions().read)
    readables = reader.readables(nodes, collection.embedder.embed([q.asked])[0])
    pages = {e.node: (e.document, e.page) for e in answer.evidence}
    meaning = Meaning(q.body, Asked.of(q.body, reader.idf()), collection.embedder)
    return meaning, [(readable, *pages[readable.node]) for readable in readables]


def to_example(
    question: DocumentQuestion,
    meaning: Meaning,
    evidence: Sequence[tuple[Readable, str, int]],
    cross_encoder: Path = SHIPPED.parent,
    larger: CrossEncoder | None = None,
) -> Example:
    """Return a question with what was read for it: each piece of evidence with its document's name and page."""
    read = [below_own_heading(readable) for readable, _, _ in evidence]
    sentences, signals, said = read_signals(meaning.asked, read)
    where = {readable.node: (name, page) for readable, name, page in evidence}
    place = {readable.node: i for i, (readable, _, _) in enumerate(evidence)}
    golds = [question.answer, *question.aliases]
    right = []
    for sentence in sentences:
        name, page = where[sentence.readable.node]
        there = not question.pages or (page in question.pages and name in question.documents)
        right.append(question.kind != "unanswerable" and there and is_right(sentence.sentence, golds))
    near = [is_right(readable.text, golds) for readable, _, _ in evidence]
    passage = np.array([place[sentence.readable.node] for sentence in sentences], dtype=np.intp)
    texts = tuple(with_neighbours(sentences, i) for i in range(len(sentences)))
    reader = load_cross_encoder(meaning.embedder, cross_encoder) if sentences else None
    drafted = shipped_choice().scores(signals) if sentences else np.zeros(0)
    candidates = tuple((i, as_candidate(sentences, i)) for i in first_sentences(drafted))
    cross = None if reader is None else read_crossed(meaning.question, sentences, drafted, reader)
    again = None if larger is None or not sentences else read_crossed(meaning.question, sentences, drafted, larger)
    return Example(question, meaning.asked, meaning, texts, signals, np.array(right, dtype=bool), passage,
                   places_of(sentences), cross, candidates, tuple(said), np.array(near), again)  # fmt: skip


def to_lines(example: Example) -> Iterator[dict[str, Any]]:
    """Yield what a cross-encoder learns from a question, and from the same without its answer."""
    for one in (example, example.without_answer() if example.answerable else None):
        if one is not None:
            right = [k for k, (i, _) in enumerate(one.candidates) if one.right[i]]
            if right or (one.candidates and not one.answerable):
                yield {
                    "document": _document(one),
                    "question": one.meaning.question,
                    "candidates": [[candidate.sentence, candidate.before] for _, candidate in one.candidates],
                    "answers": right,
                }


def train(examples: Sequence[Example]) -> Choice:
    """Return the weights learned from questions; those with the help of encoders where there are such for all."""
    fit = [e for e in examples if e.answerable and e.right.any()]
    plain = Choice(_fit_sentences([with_distances(e.signals) for e in fit], fit), Verdict(np.zeros(0), 0.0))
    asked = list(_asked_twice(examples))
    answered = np.array([one.answerable for one, _ in asked], dtype=float)
    counts = np.array([share for _, share in asked])
    known = np.array([one.known(plain) for one, _ in asked])
    plain = replace(plain, answered=_fit_answered(known, answered, counts))
    blocks = [np.hstack([with_distances(e.signals), crossed(e.cross)]) for e in fit if e.cross is not None]
    if len(blocks) < len(fit):
        return plain
    weights = _fit_sentences(blocks, fit)
    draft = replace(plain, helped=Helped(examples[0].meaning.embedder.name, weights, Verdict(np.zeros(0), 0.0)))
    told = [one.told(draft) for one, _ in asked]
    rows = [np.concatenate([one.known(draft), t]) for (one, _), t in zip(asked, told, strict=True) if t is not None]
    if draft.helped is None or len(rows) < len(told):
        return plain
    return replace(draft, helped=replace(draft.helped, answered=_fit_answered(np.array(rows), answered, counts)))


def _asked_twice(examples: Sequence[Example]) -> Iterator[tuple[Example, float]]:
    """Yield each question with its weight, those with an answer once more without it."""
    for example in examples:
        if len(example.signals):
            yield example, 1.0 if example.answerable else _UNANSWERED
        without = example.without_answer() if example.answerable else None
        if without is not None:
            yield without, _TAKEN_AWAY


def _fit_sentences(blocks: Sequence[NDArray[Any]], examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return the weights that make the sentences with the answer most probable, by Adam over all of them at once.

    `blocks` are what is weighed of each example's sentences.
    """
    every = np.vstack(blocks).astype(float)
    spread = np.maximum(every.std(axis=0), _SPREAD)
    rows = (every - every.mean(axis=0)) / spread
    sizes = np.array([len(block) for block in blocks])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of = np.repeat(np.arange(len(sizes)), sizes)
    right = np.concatenate([e.right for e in examples]).astype(float)
    weights, mean, square = (np.zeros(rows.shape[1]) for _ in range(3))
    for step in range(1, _STEPS + 1):
        scores = rows @ weights
        chance = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        chance /= np.add.reduceat(chance, starts)[of]
        wanted = chance * right
        wanted /= np.add.reduceat(wanted, starts)[of] + 1e-12
        slope = rows.T @ (wanted - chance) / len(sizes) - _HELD_NEAR * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights += 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return np.asarray(weights / spread)


def _fit_answered(rows: NDArray[np.float64], answered: NDArray[np.float64], weight: NDArray[np.float64]) -> Verdict:
    """Return the weights of a logistic regression, by Newton's method."""
    middle, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), _SPREAD)
    scaled = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    held = _HELD_NEAR_ANSWERED * len(rows) * np.eye(scaled.shape[1])
    held[-1, -1] = 0.0
    weights = np.zeros(scaled.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        curve = (scaled * (weight * chance * (1 - chance))[:, None]).T @ scaled + held
        weights += np.linalg.solve(curve, scaled.T @ (weight * (answered - chance)) - held @ weights)
    plain = weights[:-1] / spread
    return Verdict(np.asarray(plain), float(weights[-1] - middle @ plain))


Judged = tuple[Example, bool, float]
"""A question, whether the chosen sentence is right, and the confidence."""


def judge(examples: Sequence[Example], choice: Choice) -> list[Judged]:
    """Return how each question goes."""
    judged = []
    for example in examples:
        if len(example.signals):
            told = None if choice.helped is None else example.told(choice)
            chosen = replace(choice, helped=None) if told is None else choice
            confidence = chosen.confidence(example.known(chosen), told)
            judged.append((example, bool(example.right[example.best(chosen)]), confidence))
    return judged


def cross_validate(examples: Sequence[Example]) -> tuple[list[Judged], list[Judged]]:
    """Judge every question by weights trained without its documents: without the encoder's word, and with it."""
    documents = sorted({_document(example) for example in examples})
    fold = {name: i % _FOLDS for i, name in enumerate(documents)}
    plain: list[Judged] = []
    helped: list[Judged] = []
    for held in sorted(set(fold.values())):
        learned = train([e for e in examples if fold[_document(e)] != held])
        asked = [e for e in examples if fold[_document(e)] == held]
        plain += judge(asked, replace(learned, helped=None))
        helped += judge(asked, learned) if learned.helped is not None else []
    return plain, helped


def at_threshold(verdict: Verdict, judged: Sequence[Judged], share: float = REFUSED) -> Verdict:
    """Return a verdict moved so that the threshold refuses that share of answerable questions.

    `judged` is how questions went that weights like these had not seen.
    """
    if not any(example.answerable for example, _, _ in judged):
        return verdict
    return replace(verdict, bias=verdict.bias + odds(AnswerOptions().threshold) - odds(threshold_of(judged, share)))


def threshold_of(judged: Sequence[Judged], share: float = REFUSED) -> float:
    """Return the confidence below which that share of the answerable questions lies."""
    return float(np.quantile([confidence for example, _, confidence in judged if example.answerable], share))


def odds(chance: float) -> float:
    """Return the log-odds of a chance from 0 to 1, of which the ends are left out."""
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return float(np.log(chance / (1 - chance)))


def _document(example: Example) -> str:
    return next(iter(example.question.documents), "")


def report(judged: Sequence[Judged]) -> str:
    """Return lines of how well sentences are chosen and questions refused."""
    answerable = [(right, confidence) for example, right, confidence in judged if example.answerable]
    others = np.array([confidence for example, _, confidence in judged if not example.answerable])
    sure = np.array([confidence for _, confidence in answerable])
    lines = [f"{len(answerable)} answerable: right sentence first {np.mean([right for right, _ in answerable]):.3f}"]
    for share in (0.02, REFUSED, 0.08):
        bound = float(np.quantile(sure, share))
        refused = float((others < bound).mean()) if len(others) else float("nan")
        of_others = f"{refused:.1%} of {len(others)} unanswerable"
        lines.append(f"threshold {bound:.2f} refuses {share:.0%} of them and {of_others}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", nargs="+", metavar="QUESTIONS.jsonl=COLLECTION")
    parser.add_argument("--output", type=Path, default=SHIPPED, metavar="FILE")
    parser.add_argument("--crossed", type=Path, metavar="FOLDER", help="cross-encoders that learned other documents")
    parser.add_argument("--examples", type=Path, metavar="FILE", help="write what kgqa.train_cross learns from")
    wanted = parser.parse_args(arguments)
    examples: list[Example] = []
    for source in wanted.sources:
        questions, _, place = source.rpartition("=")
        examples += read_examples(Path(questions), Path(place), wanted.crossed)
        print(f"{len(examples)} questions read", file=sys.stderr)
    if wanted.examples is not None:
        lines = [json.dumps(line, ensure_ascii=False) for example in examples for line in to_lines(example)]
        wanted.examples.write_text("\n".join([*lines, ""]), encoding="utf-8")
    plain, helped = cross_validate(examples)
    learned = train(examples)
    print(report(plain))
    learned = replace(learned, answered=at_threshold(learned.answered, plain))
    if learned.helped is not None and helped:
        print(f"With the help of encoders ({learned.helped.encoder}):\n{report(helped)}")
        answered = at_threshold(learned.helped.answered, helped)
        learned = replace(learned, helped=replace(learned.helped, answered=answered))
    write_weights(wanted.output, learned.to_json())
    return 0


def write_weights(path: Path, data: dict[str, Any]) -> None:
    """Write weights as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(data, file, indent=1)
    Path(file.name).replace(path)


if __name__ == "__main__":
    sys.exit(main())
