"""Which table of the evidence answers a question that names none, where several say something to it.

A table's labels rarely hold every word of a question: what the document is about stands in its title or heading, and
"how many people suffered" asks for a count that no head calls people. So words count by how rare they are, little
where they only say that something is done or how much, and a table is taken for what stands around it as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Table
from kgqa.cell_answer import CellAnswer
from kgqa.cell_reading import CellReader
from kgqa.cells import find_cell
from kgqa.columns_asked import (
    HIGHEST,
    LOWEST,
    SHARE_WORDS,
    asked_column,
    asked_noun,
    column_scores,
    implied_heads,
    in_digits,
    word_behind_which,
)
from kgqa.extract import content_words
from kgqa.fields import is_unfilled
from kgqa.lookup_tables import answer_finding, cell_finding
from kgqa.parts import Finding
from kgqa.rows_given import in_figures
from kgqa.synonyms import synonyms
from kgqa.table_context import context_words, first_forms, prose_start, row_words
from kgqa.table_forms import is_form
from kgqa.table_heads import title_of
from kgqa.table_lines import line_words
from kgqa.table_places import TableAnswer
from kgqa.table_questions import answer_from_table, words_of_change
from kgqa.table_shape import as_meant, is_bilingual, part_at
from kgqa.table_understood import contradicts
from kgqa.table_units import UNIT_WORDS, asks_unit, is_measured_in, quantities_of
from kgqa.table_view import TableView, abbreviates, alike, spelled_out, words_of
from kgqa.timetables import TIMETABLE_WORDS
from kgqa.written_dates import date_words

_WORKED_OUT = 2.5  # what an answer that is worked out counts against the score of a single cell
_HEAVY = 0.33  # share of a question's weight that is too much for a word that a table does not say
_EXTREME = 1.9  # score of an extreme whose column a question names
_COUNTED = re.compile(r"\bhow (?:many|much)\b|\bwhat (?:number|percentage|amount)\b", re.I)
_POINTER = re.compile(r"\b(?:section|table|figure|chapter|page|appendix|eq(?:uation)?)\.?\s*\d[\d.]*", re.I)
_HEADED = 0.4  # score of a column that a question names
_PLACE = re.compile(
    r"\b(?:exhibit|figure|chart|schedule|table|appendix)\s+[A-Z]?\d[\d.-]*", re.I
)  # what a caption says
_TOLD = 0.2  # share of a question's weight that the label of what is worked out has
_NAMED = 0.3  # share of a question's weight that the label of a row has which alone is named
_BEGINS = 600  # characters at the beginning of a document that say what it is
_LITTLE = 0.35  # what a word counts that only says that something is done, or how much
_DONE = re.compile(r"\w{3,}(?:ed|ing|wn)$")
_PRICE = frozenset(tokenize("cost costs price prices priced fee fees charge charged pay paid"))
_MONEY = re.compile(r"[$€£¥]\s?\d|\d\s?(?:[$€£¥]|(?:USD|EUR|GBP|CHF)\b)|\b(?:USD|EUR|GBP|CHF)\s?\d")
_VALUE_ITSELF = re.compile(r"\W*what\s+(?:is|was|are|were)\s+the\b", re.I)  # "what is the highest price"
_ORDINALS = frozenset(tokenize("first second third fourth fifth sixth seventh eighth ninth"))
_ENTRY = re.compile(r"^(?:(?:article|art|section|sec|chapter|item|no|rule)\b\.?\s*[\dIVXLC][\w.()-]*[;,:.]?\s*)+", re.I)
_FIRST = re.compile(r"(?<=\w\w[.!?])\s+")
_ASIDE = re.compile(r"\([^()]*\)")  # "(in thousands)"
_TAKES = frozenset(tokenize("take takes last lasts need needs"))
_MUCH = frozenset(
    tokenize(
        "went go goes spent after brought "
        "value amount money number people person count figure time come came go went take took place get got bring "
        "give given make made happen have had say said call called show grand exactly quel quelle combien sont est "
        "expenditure spending spend spent "
        "survey report paper document study manual invoice table cuánto "
        "fue fueron ser se tiene tuvo tuvieron hay qual quanto sono prevede wie viel viele hat hatte wurde wurden gibt"
    )
)
_HAS_VALUE = frozenset(  # verbs that only say that something has a value, as every cell does
    tokenize(
        "reach reaches reached attain attains attained obtain obtains obtained achieve achieves achieved get gets got "
        "use uses used consume consumes "
        "amount amounts stand stands consist consists consiste s'élève beträgt lautet asciende ammonta"
    )
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one table offers as the answer to a question."""

    table_id: str
    finding: Finding
    score: float  # of the cell, as `CellAnswer.score`
    said: float  # share of the question's words that its labels, caption and headings say, 0 to 1
    share: float  # the same by weight, with all that stands around the table and what the document is called
    near: frozenset[str]  # the words of its labels, caption and headings, as the index counts them
    labels: frozenset[str]  # these and those of all that stands around it
    exact: bool  # the question names its row, and its column where there are several, and no word of weight is unsaid
    headed: bool  # the question names its column
    kind_named: bool = False  # it is an extreme among things that the table or what it is about is called by
    misses_name: bool = False  # the question holds a name or a number that stands neither in it nor around it
    read: float | None = None  # log-odds that its cell answers, by reading it; None where it was not read
    worked_out: bool = False  # from several cells, by code
    extreme: bool = False  # it is the extreme of a column or row


def offer_of(
    document: ParsedDocument,
    table: Table,
    context: str,
    question: str,
    idf: Callable[[str], float],
    reader: CellReader | None = None,
) -> Offer | None:
    """Return what a table offers as the answer to a question; None where it says nothing to it.

    `context` is what the table is found by beside its text; `idf` tells how rare a word is. Without a reader the cell
    is chosen by its labels alone.
    """
    if not table.body or not table.rows[0]:
        return None
    worked_out = answer_from_table(table, question)
    cell = None
    if worked_out is None:
        cell = find_cell(table, question) if reader is None else reader.find(document, table, question)
    if worked_out is not None:
        finding, score = answer_finding(document, table, worked_out), _WORKED_OUT
    elif cell is not None:
        finding, score = cell_finding(document, table, cell), cell.score
    else:
        return None
    value = cell.value if cell is not None and not cell.beside and not cell.extreme else finding.sentences[0][0]
    if (
        contradicts(question, finding.sentences[0][0])
        or lacks_number(question, value)
        or (cell is not None and _is_blank(cell))
    ):
        return None
    words = [word for word in content_words(_ASIDE.sub(" ", question)) if word != "value"]
    near = _near(f"{finding.sentences[0][0]} {table.caption} {title_of(as_meant(table))} {context}", words)
    around = _around(document, table)
    around |= {*tokenize(first_forms(document, table))} if line_words(question) else set()
    near |= around & {*tokenize(" ".join(match[0] for match in _PLACE.finditer(question)))}
    near |= _said_by_cell(table, cell, question, words) if cell is not None else set()
    near |= _said_by_code(worked_out, question) if worked_out is not None else set()
    near |= _PRICE & {*words} if _MONEY.search(value) else set()  # no label need say that an amount of money is a price
    labels = frozenset({*near, *around, *(_HAS_VALUE & {*words})})
    weights = _weights(words, idf)
    unsaid = _unsaid(words, question, labels)
    told = not any(_is_name(word, question) or weights[word] >= _HEAVY for word in unsaid)
    subject = {*tokenize(re.sub(r"[_.]+", " ", f"{document.name} {document.title}"))}
    if cell is None:
        exact = told and (_is_told(finding, weights) or not unsaid)
    else:
        exact = told and _is_exact(table, cell, question, subject, around, weights)
    return Offer(
        table.table_id,
        finding,
        score,
        said=sum(any(alike(word, other) for other in near) for word in words) / max(1, len(words)),
        share=1 - sum(weights[word] for word in unsaid),
        near=frozenset(near),
        labels=labels,
        exact=exact,
        headed=cell is not None
        and (bool(cell.extreme) or _is_headed(table, cell, question) or bool(_meant_by_head(cell, question))),
        kind_named=exact and cell is not None and bool(cell.extreme),
        misses_name=any(_is_name(word, question) for word in unsaid),
        read=None if cell is None else cell.read,
        worked_out=cell is None,
        extreme=cell is not None and bool(cell.extreme),
    )


def _said_by_cell(table: Table, cell: CellAnswer, question: str, words: Sequence[str]) -> set[str]:
    """Return the words of a question that a cell says by what it is: the number whose range its row is, an extreme."""
    said = _meant_by_head(cell, question) | row_words(table, cell.row, question)
    said |= {word for word in words if word[0].isdecimal()} if cell.ranged else set()
    said |= quantities_of(cell.value) & {*words}
    extremes = [match[0] for sign in (HIGHEST, LOWEST) for match in sign.finditer(question)] if cell.extreme else []
    return said | {word for extreme in extremes for word in tokenize(extreme)}


def _said_by_code(answer: TableAnswer, question: str) -> set[str]:
    """Return the words of a question that what is worked out says by being worked out."""
    said = words_of_change(question) | (TIMETABLE_WORDS if answer.cells else set()) | line_words(question)
    return said | (UNIT_WORDS if asks_unit(question) else set())


def _is_blank(cell: CellAnswer) -> bool:
    """Return whether a cell, or each of those that are told together, is still to be filled in."""
    return all(is_unfilled(value) for value in [value for _, value in cell.beside] or [cell.value])


def lacks_number(question: str, value: str) -> bool:
    """Return whether a question asks how many or how much, and what a table says to it holds no number."""
    return _COUNTED.search(question) is not None and not re.search(r"\d", _POINTER.sub("", value))


def _is_told(finding: Finding, weights: dict[str, float]) -> bool:
    """Return whether the label of what is worked out, before its colon, has enough of a question's weight."""
    label = tokenize(finding.sentences[0][0].split(":")[0])
    return sum(share for word, share in weights.items() if any(alike(word, other) for other in label)) >= _TOLD


def _weights(words: Sequence[str], idf: Callable[[str], float]) -> dict[str, float]:
    """Return the share of a question's weight that each of its words has; they sum up to 1."""
    weights = {word: _weight(word, idf) for word in words}
    total = sum(weights.values()) or 1.0
    return {word: weight / total for word, weight in weights.items()}


def _unsaid(words: Sequence[str], question: str, labels: frozenset[str]) -> list[str]:
    """Return the words of a question that no label says, nor means where "how long" is answered by a duration."""
    meant = {word for said, heads in implied_heads(question) if heads & labels for word in tokenize(said)}
    return [word for word in words if word not in meant and not _holds(labels, word)]


def _near(said: str, words: Sequence[str]) -> set[str]:
    """Return the words that a cell's labels, caption and headings say, written out where they are cut to initials."""
    labels = {*tokenize(said), *date_words(said)}
    labels |= SHARE_WORDS if labels & SHARE_WORDS or "%" in said else set()
    short = {label: re.sub(r"(?<=[a-z])\d$", "", label) for label in words_of(said)}  # "PC1" is a principal component
    labels |= (
        _ORDINALS & {*words}
        if any(label != plain and spelled_out(plain, words) for label, plain in short.items())
        else set()
    )
    return labels | {word for label in short.values() for word in spelled_out(label, words)}


def _meant_by_head(cell: CellAnswer, question: str) -> set[str]:
    """Return the words of a question that the head of a cell answers by its kind: "how long ... take" a duration."""
    head = {*words_of(cell.column_label)}
    said = [word for words, heads in implied_heads(question) if heads & head for word in tokenize(words)]
    counted = [word for word in words_of(question) if is_measured_in(cell.column_label, [word])]
    return {*said, *counted, *(_TAKES if said else ())}


def _around(document: ParsedDocument, table: Table) -> set[str]:
    """Return the words of what stands around a table's cells: what its rows are, whose it is, where it stands."""
    view = TableView.of(table)
    begins = prose_start(document.pages[0].markdown, _BEGINS) if document.pages else ""
    said = re.sub(r"[_.]+", " ", f"{document.name} {document.title} {view.heads[0]}")
    labels = {*tokenize(f"{said} {begins}"), *context_words(document, table)}
    return labels | {*tokenize(table.plain)} if is_form(view) else labels


def _weight(word: str, idf: Callable[[str], float]) -> float:
    return idf(word) * (_LITTLE if word in _MUCH or _DONE.fullmatch(word) else 1.0)


def _holds(labels: Iterable[str], word: str) -> bool:
    if any(alike(word, other) or abbreviates(other, word) for other in labels) or synonyms(word, labels):
        return True
    return not in_digits([word]).isdisjoint(labels)  # "one year after" of a column headed "1 Year"


def _is_exact(
    table: Table, cell: CellAnswer, question: str, subject: set[str], around: set[str], weights: dict[str, float]
) -> bool:
    """Return whether a question names what tells a row from others, and its column where there are several.

    Where the row is that of an extreme it names the column alone.
    """
    first, part = part_at(table, cell.row)
    view = TableView.of(part)
    if cell.extreme:
        column = cell.score >= _EXTREME or len(view.numeric_columns()) == 1
        noun = asked_noun(question) or word_behind_which(
            question
        )  # the thing may be named by the group of rows, or by what the table is about
        named = [*words_of(cell.row_label), *around]
        called = bool(noun) and all(any(alike(word, other) for other in named) for word in noun)
        called = called or (_VALUE_ITSELF.match(question) is not None and _is_called(cell.column_label, noun))
        return column and (called or asked_column(view, question) is not None)
    asked = words_of(in_figures(question))
    if cell.ranged:
        return _is_headed(table, cell, question)
    label = _ENTRY.sub("", cell.row_label) or cell.row_label
    label = _FIRST.split(label)[0]  # of a problem told in several sentences the first names it
    row = [word for word in words_of(label) if not word.isdecimal()] or words_of(label)
    held = [other for other in row if any(alike(word, other) for word in asked)]
    if len(held) < len(row) and all(word.isdecimal() for word in row):
        return False  # "20-29" is not named by 20 alone
    if not held or (subject.issuperset(held) and len(held) < len(row)):
        return False  # what the whole document is about tells no row from others
    cells = view.body[cell.row - first - view.table.header_rows]
    narrow = len(view.heads) == 2 or sum(map(bool, cells[1:])) == 1
    if _is_headed(table, cell, question):
        return 2 * len(held) >= len(row)
    weight = sum(share for word, share in weights.items() if any(alike(word, other) for other in held))
    whole = len(held) == len(row) or (2 * len(held) >= len(row) and is_bilingual(view.heads))
    return whole and weight >= _NAMED and (narrow or bool(cell.beside))


def _is_called(head: str, noun: Sequence[str]) -> bool:
    """Return whether a head says a noun, whole or cut short, its superlative aside: "the maximum quantity" of "Qty"."""
    own = words_of(head)
    plain = [word for word in noun if not (HIGHEST.fullmatch(word) or LOWEST.fullmatch(word))]
    return all(any(alike(word, other) or abbreviates(other, word) for other in own) for word in plain)


def _is_headed(table: Table, cell: CellAnswer, question: str) -> bool:
    """Return whether a question names the column of a cell."""
    _, part = part_at(table, cell.row)
    return column_scores(TableView.of(part), question, words_of(question))[cell.column] >= _HEADED


def _is_name(word: str, question: str) -> bool:
    """Return whether a word is a number, or a name: set with a capital inside of the question."""
    if any(c.isdecimal() for c in word):
        return True
    capitals = re.findall(r"(?<=[\w,’'] )[A-ZÀ-Ý][\w-]*", question)
    return any(word in tokenize(name) for name in capitals)
