"""Tables among the evidence of a question that names none: whether what one of them says is the answer.

By rules a cell answers where the labels around it say what the question does. Where they leave it open, the cells of
the likeliest tables are read beside the question (`kgqa.cell_reading`), and it is learned how sure that makes an
answer (`kgqa.offer_choice`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graphs.document_graph import Node, NodeKind
from graphs.index import tokenize
from ingestion.document import ParsedDocument, Table
from kgqa.asked import VAGUE, Asked, attribute_of
from kgqa.cell_choice import Offer, offer_of
from kgqa.cell_reading import CellReader
from kgqa.columns_asked import implied_heads
from kgqa.extract import Extract, content_words
from kgqa.moment import Moment
from kgqa.offer_choice import shipped_offers
from kgqa.parts import Finding
from kgqa.quoting import Found
from kgqa.synonyms import synonyms
from kgqa.table_units import asks_unit
from kgqa.table_view import TableView, abbreviates, alike, spelled_out, words_of
from kgqa.timetables import is_timetable

_WHAT_IS = re.compile(r"\W*(?:what|who)\s+(?:is|are)\s+(?:an?\s+)?(?-i:[A-Z][\w-]*)(?:\s+(?-i:[A-Z])[\w-]*)*\W*$", re.I)
_WHY = re.compile(r"\W*why\b", re.I)
_SURER = 0.6  # confidence of a sentence that may stand before a cell
_SUREST = 0.85  # and before one whose row and column the question names
_EXACT = 0.6  # share that a table must say of a question which names its row and column
_TABLES_WITHIN = 12  # pieces of evidence, best first, among which a table may answer
_READ = 2  # tables whose cells are read
_HOPED = 4.0  # log-odds that reading a cell may give; a table that would not be likely then is not read
_LIKELY = 0.28  # chance of a cell from which it is told where no sentence answers
_LIKELIER = 0.4  # where one does
_LIKELIEST = 0.6  # and where that is sure
_UNSAID = 0.2  # what a chance is lowered by where no label says what is asked for
_QUITE_SURE = 0.7  # confidence of such a sentence


@dataclass(frozen=True, slots=True)
class _Offered:
    """A table with what it offers."""

    offer: Offer
    rank: int  # among the evidence, from 0
    node: Node
    document: ParsedDocument
    table: Table


@dataclass(frozen=True)
class TableReader:
    """Reads the tables among the evidence of one question."""

    question: str  # its question words and words of structure in English
    own: str  # in its own words
    store: Moment
    idf: Callable[[str], float]  # how rare a word is
    threshold: float  # confidence of a sentence, 0 to 1, below which it is no answer
    cells: CellReader | None = None  # without it only rules choose
    asks_value: bool = True  # and not on which page something stands, or how things compare

    def tell(self, nodes: Found, best: Sequence[Extract], *, doubtful: bool) -> Finding | None:
        """Return what a table says, where that fits better than the best sentences; none of them is if `doubtful`."""
        if _WHY.match(self.question) or _WHAT_IS.match(self.question):
            return None  # numbers of a thing do not say what it is
        offered = self._read(self._offered(nodes))
        told = self._by_rules(offered, best) or self._by_chance(offered, best, doubtful=doubtful)
        return None if told is None else replace(told.finding, kind="content")

    def _offered(self, nodes: Found) -> list[_Offered]:
        found = []
        for rank, (node, _) in enumerate(nodes):
            if node.kind is not NodeKind.TABLE:
                continue
            document = self.store.load(node.doc_id)
            table = next(table for table in document.tables if table.table_id == node.node_id)
            offer = offer_of(document, table, node.context, self.question, self.idf)
            if offer is not None:
                found.append(_Offered(offer, rank, node, document, table))
        return found

    def _learned(self) -> bool:
        return self.cells is not None and self.cells.embedder.name == shipped_offers().encoder

    def _read(self, offered: Sequence[_Offered]) -> list[_Offered]:
        """Return the offers, those of the likeliest tables by reading their cells."""
        if not self._learned() or not self.asks_value:
            return list(offered)
        hoped = {one.rank: shipped_offers().chance(one.offer, one.rank, read=_HOPED) for one in offered}
        first = sorted(hoped, key=lambda rank: (-hoped[rank], rank))[:_READ]
        return [self._one_read(one) if one.rank in first and hoped[one.rank] >= _LIKELY else one for one in offered]

    def _one_read(self, one: _Offered) -> _Offered:
        offer = offer_of(one.document, one.table, one.node.context, self.question, self.idf, self.cells)
        return one if offer is None else replace(one, offer=offer)

    def _by_rules(self, offered: Sequence[_Offered], best: Sequence[Extract]) -> Offer | None:
        """Return the offer whose labels say what the question does, if no sentence answers better."""
        offers = [
            one.offer for one in offered
            if _fits(one.offer, one.rank) and (one.offer.kind_named or self._has_thing(one))
        ]  # fmt: skip
        words = [word for word in content_words(self.question) if word != "value"]
        for offer in sorted(offers, key=lambda offer: (not offer.exact, -round(offer.share, 2), -round(offer.said, 2))):
            if not self._is_better_said(best, words, offer):
                return offer
        return None

    def _by_chance(self, offered: Sequence[_Offered], best: Sequence[Extract], *, doubtful: bool) -> Offer | None:
        """Return the likeliest offer, where it is likely enough beside what the best sentence says."""
        if not self._learned() or not self.asks_value or not offered:
            return None
        chances = [shipped_offers().chance(one.offer, one.rank) - self._missed(one.offer) for one in offered]
        most = max(chances)
        sure = bool(best) and best[0].confidence >= _QUITE_SURE
        least = _LIKELY if doubtful else _LIKELIEST if sure else _LIKELIER
        return offered[chances.index(most)].offer if most >= least else None

    def _missed(self, offer: Offer) -> float:
        """Return what the chance of a single cell is lowered by that does not say what is asked of a thing: its weight.

        Reading must speak for such a cell.
        """
        attribute = attribute_of(self.question)
        if not attribute or offer.worked_out or offer.extreme or (offer.read or 0.0) > 0:
            return 0.0
        said = any(alike(attribute, other) or abbreviates(other, attribute) for other in offer.labels)
        return 0.0 if said or synonyms(attribute, offer.labels) else _UNSAID

    def _has_thing(self, one: _Offered) -> bool:
        """Return whether a table says the noun behind "which" at all; True where none, or a number, is asked for."""
        asked = Asked.of(self.question, lambda _: 1.0, self.own)
        if asked.kind is not None or asked.thing in VAGUE or not asked.thing or asks_unit(self.question):
            return True
        table, context = one.table, one.node.context
        if any(alike(asked.thing, word) for word in one.offer.near):
            return True  # "24 V" says by its unit that it is a voltage
        words = set(tokenize(" ".join([table.caption, context, *(cell for row in table.rows for cell in row)])))
        if any(alike(asked.thing, word) or abbreviates(word, asked.thing) for word in words):
            return True
        heads = set(words_of(" ".join(cell for row in table.header for cell in row)))
        if is_timetable(TableView.of(table)) or any(meant & heads for _, meant in implied_heads(self.question)):
            return True  # "what should I do if ..." of a table of problems and their solutions
        initials = spelled_out(asked.thing, tokenize(table.caption))
        return bool(initials) or bool(synonyms(asked.thing, words))

    def _is_better_said(self, best: Sequence[Extract], words: Sequence[str], offer: Offer) -> bool:
        """Return whether a sentence answers better than a cell with these words on its labels.

        Words count by how rare they are: that a table has the row says little where its columns lack what is asked.
        """
        if not best or best[0].readable.node == offer.table_id:  # a row of this very table is no better than its cell
            return False
        weights = {word: self.idf(word) for word in words}
        said, near = (
            sum(w for word, w in weights.items() if any(alike(word, other) for other in labels))
            / (sum(weights.values()) or 1.0)
            for labels in (offer.labels if offer.exact else offer.near, offer.near)
        )
        attribute = attribute_of(self.question)
        if attribute and not any(alike(attribute, o) or abbreviates(o, attribute) for o in offer.labels):
            return True
        sure = best[0].confidence >= max(self.threshold, _SUREST if offer.exact and offer.headed else _SURER)
        return said <= best[0].coverage - 0.25 or (sure and near < best[0].inside)


def _fits(offer: Offer, rank: int) -> bool:
    """Return whether a table says enough of a question: more of it where it is far down in the evidence."""
    if offer.exact and offer.share >= _EXACT:
        return True
    return (
        rank < _TABLES_WITHIN
        and not offer.misses_name
        and offer.score >= 1.5
        and offer.said >= (0.7 if rank < 3 else 0.75 if rank < 6 else 0.85)
    )
