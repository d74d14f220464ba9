"""Questions with known answers over collections -> the weights by which a table's cell is told for an answer.

    python -m kgqa.train_cells [--examples FILE] [--crossed FOLDER] [--output FILE] QUESTIONS.jsonl=COLLECTION ...

Each question of the kinds table, content and unanswerable is asked of its collection, as a user would, without a
language model. `--examples` writes what `kgqa.train_cross` learns cells from: the cells that come near in the tables
that the question names or its walk found. What these tables offer, read by the cross-encoder in a folder which has not
learned these questions, is what the weights (`kgqa.offer_choice`) are learned from; how well they tell offers of
documents apart that they have not seen is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphs.document_graph import Node, NodeKind
from ingestion.document import ParsedDocument, Table
from kgqa.answer import AnswerOptions
from kgqa.cell_choice import Offer, offer_of
from kgqa.cell_reading import CellReader, around, as_candidates, one_by_one
from kgqa.cells import likely_cells
from kgqa.collection import Collection
from kgqa.cross_encoder import SHIPPED as SHIPPED_ENCODER
from kgqa.cross_encoder import Candidate
from kgqa.evaluate_documents import DocumentQuestion, is_right, read_document_questions
from kgqa.moment import Moment
from kgqa.offer_choice import FEATURES, SHIPPED, OfferChoice, offer_features
from kgqa.parts import find_tables
from kgqa.question import ParsedQuestion, parse_question
from kgqa.quoting import Quoter
from kgqa.reading import ExtractiveReader
from kgqa.scope import titles_of
from kgqa.settings import Settings
from kgqa.table_view import without_pointers
from kgqa.trace import Ranked

_KINDS = ("table", "content", "unanswerable")
_FOLDS = 5
_WRONG_TABLES = 1  # of a question that are learned from beside the right ones
_WRONG_OF_UNANSWERABLE = 2


@dataclass(frozen=True)
class CellExample:
    """A question and a table that may answer it."""

    question: DocumentQuestion
    asked: str  # as the table is asked
    rank: int | None  # of the table among the evidence, from 0; None where the question names it
    candidates: tuple[Candidate, ...]  # cells that come near
    right: tuple[int, ...]  # those that answer
    offer: Offer | None
    offered_right: bool

    @property
    def document(self) -> str:
        """The name of the document that is asked about."""
        return next(iter(self.question.documents), "")


def read_cell_examples(path: Path, place: Path, folder: Path = SHIPPED_ENCODER) -> Iterator[list[CellExample]]:
    """Ask the questions of a file and yield, for each, the tables that may answer it.

    `folder` holds the cross-encoder that reads their cells.
    """
    with Collection.open(place, Settings(llm="none"), create=False) as collection:
        for question in read_document_questions(path):
            if question.kind in _KINDS:
                yield list(_of_question(collection, question, CellReader(collection.embedder, folder)))


def _of_question(collection: Collection, question: DocumentQuestion, cells: CellReader) -> Iterator[CellExample]:
    answer = collection.ask(question.question)
    moment = Moment(collection.store)
    records = moment.documents()
    q = parse_question(question.question, records, titles_of(moment))
    if answer.trace.stopped in ("lookup", "refused") or not answer.evidence:
        for document, table in _named(q, moment) if q.ask == "cell" else ():
            yield _example(question, document, table, without_pointers(q.body), None, None)
        return
    nodes = [(moment.graph().node(e.node), Ranked(e.node, e.score, e.hop)) for e in answer.evidence]
    scope = [record for record in records if record.doc_id in q.documents] or records
    idf = ExtractiveReader(q, moment, Quoter(q.text, moment, scope), 0.0, AnswerOptions().read).idf()
    for rank, (node, _) in enumerate(nodes):
        if node.kind is NodeKind.TABLE:
            document, table = _table_of(moment, node)
            offer = offer_of(document, table, node.context, q.body, idf, cells)
            yield _example(question, document, table, q.body, rank, offer)


def _named(q: ParsedQuestion, moment: Moment) -> list[tuple[ParsedDocument, Table]]:
    documents = [moment.load(r.doc_id) for r in moment.documents() if not q.documents or r.doc_id in q.documents]
    return [(d, table) for d in documents for number in q.tables for table in find_tables(d, number)]


def _table_of(moment: Moment, node: Node) -> tuple[ParsedDocument, Table]:
    document = moment.load(node.doc_id)
    return document, next(table for table in document.tables if table.table_id == node.node_id)


def _example(
    question: DocumentQuestion,
    document: ParsedDocument,
    table: Table,
    asked: str,
    rank: int | None,
    offer: Offer | None,
) -> CellExample:
    golds = [question.answer, *question.aliases]
    known = not question.pages or (
        document.name in question.documents and not set(table.page_numbers).isdisjoint(question.pages)
    )
    answerable = known and question.kind != "unanswerable"
    cells = one_by_one(likely_cells(table, asked))
    candidates = as_candidates(cells, around(document, table), asked)
    right = tuple(i for i, cell in enumerate(cells) if answerable and is_right(cell.value, golds))
    offered_right = answerable and offer is not None and is_right(offer.finding.sentences[0][0], golds)
    return CellExample(question, asked, rank, tuple(candidates), right, offer, offered_right)


def to_lines(examples: Sequence[CellExample]) -> Iterator[dict[str, Any]]:
    """Yield what a cross-encoder learns from the tables of a question; nothing where none has the right cell near."""
    right = [e for e in examples if e.right]
    wrong = [e for e in examples if e.candidates and not e.right]
    unanswerable = bool(examples) and examples[0].question.kind == "unanswerable"
    if right or unanswerable:
        for example in right + wrong[: _WRONG_OF_UNANSWERABLE if unanswerable else _WRONG_TABLES]:
            yield {
                "document": example.document,
                "question": example.asked,
                "candidates": [[candidate.sentence, candidate.before] for candidate in example.candidates],
                "answers": list(example.right),
            }


def train(rows: NDArray[np.float64], right: NDArray[np.bool_], encoder: str) -> OfferChoice:
    """Return weights learned from offers, shape (n, len(FEATURES)), of which some are right, shape (n,)."""
    from sklearn.linear_model import LogisticRegression

    learned = LogisticRegression(max_iter=2000).fit(rows, right)
    return OfferChoice(encoder, np.asarray(learned.coef_[0], dtype=float), float(learned.intercept_[0]))


def cross_validate(rows: NDArray[np.float64], right: NDArray[np.bool_], part: NDArray[np.intp]) -> str:
    """Return a line on how well offers are told apart by weights that have not seen their documents."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    chance = np.full(len(right), right.mean())
    for fold in sorted(set(part.tolist())):
        if len(set(right[part != fold].tolist())) < 2:
            continue
        choice = train(rows[part != fold], right[part != fold], "")
        odds = rows[part == fold] @ choice.weights + choice.bias
        chance[part == fold] = 1 / (1 + np.exp(-odds))
    area, precision = roc_auc_score(right, chance), average_precision_score(right, chance)
    return (
        f"{len(right)} offers, {int(right.sum())} right: area under ROC {area:.3f}, average precision {precision:.3f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Collect, train, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", nargs="+", metavar="QUESTIONS.jsonl=COLLECTION")
    parser.add_argument("--output", type=Path, default=SHIPPED, metavar="FILE")
    parser.add_argument("--crossed", type=Path, default=SHIPPED_ENCODER, metavar="FOLDER", help="the cross-encoder")
    parser.add_argument("--examples", type=Path, metavar="FILE", help="write what kgqa.train_cross learns from")
    wanted = parser.parse_args(arguments)
    questions: list[list[CellExample]] = []
    for source in wanted.sources:
        path, _, place = source.rpartition("=")
        questions += read_cell_examples(Path(path), Path(place), wanted.crossed)
        print(f"{len(questions)} questions read", file=sys.stderr)
    if wanted.examples is not None:
        lines = [json.dumps(line, ensure_ascii=False) for examples in questions for line in to_lines(examples)]
        wanted.examples.write_text("\n".join([*lines, ""]), encoding="utf-8")
    offered = [(e, e.offer, e.rank) for examples in questions for e in examples]
    known = [(e, offer_features(offer, rank)) for e, offer, rank in offered if offer is not None and rank is not None]
    rows = np.array([features for _, features in known]).reshape(-1, len(FEATURES))
    right = np.array([e.offered_right for e, _ in known], dtype=bool)
    part = np.array([zlib.crc32(e.document.encode()) % _FOLDS for e, _ in known], dtype=np.intp)
    if len(set(right.tolist())) < 2:
        print("Weights need right and wrong offers to be learned from. Add questions about tables.", file=sys.stderr)
        return 1
    print(cross_validate(rows, right, part))
    choice = train(rows, right, Settings().embedding.model)
    wanted.output.write_text(json.dumps(choice.to_json(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
