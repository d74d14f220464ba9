"""How well a row of a table fits a question: by what its cells, its label and the head of its group say of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ingestion.tables import is_numeric
from kgqa.columns_asked import COUNT_WORDS, COUNTED, SHARE_WORDS, asks_share, implied_heads, in_digits
from kgqa.rows_named import columns_with_code
from kgqa.table_view import TableView, abbreviates, alike, overlap, spelled_out, to_number, words_of

_SHORT = re.compile(r"(?<!\w)[A-Z]{2,5}(?!\w)")  # "CA" labels the row of corporate acquisitions
_IMPLIES = 0.6  # of a row whose label is of the kind that a question asks for: a time for "how long"
_MEASURE = 0.3  # of a row that says by its labels that it holds the measure which is asked for
_MARKS = re.compile(r"(?<=\w)\s*[†‡§¶]+$")  # of a note
_AMONG = 2.0  # of a row in which a code of the question stands among others
_CODE = 4  # letters and digits that a code has at least which is compared without its signs


def row_score(
    view: TableView, row: int, question: str, words: Sequence[str], columns: Sequence[float]
) -> tuple[float, set[int], str]:
    """Return how well a row fits, the columns of its cells that the question names, and its group's head."""
    signed = re.sub(r"\bper ?cent(?:age)?\b", "%", question, flags=re.I)  # "X as a % of Y"
    squeezed = re.sub(r"[\s_]+", "", signed).casefold()  # "si_dt_05" is set "si dt 05" on some pages
    cells = view.body[row]
    matched: set[int] = set()
    score = 0.0
    header = {word for label in view.heads for word in words_of(label)}
    wanted = [word for word in words if not any(alike(word, head) for head in header)] or list(words)
    implied = {head for _, heads in implied_heads(question) for head in heads}
    for column, cell in enumerate(cells):
        if not cell or (column and cell == cells[column - 1]):
            continue
        cell = _MARKS.sub("", cell) or cell
        tokens = words_of(cell)
        part = _said(view, cell, question, squeezed)
        if not part and not is_numeric(cell) and tokens:
            part = overlap(wanted if column else words, tokens) * (1.0 if column == 0 else 0.8)
            sole = column == 0 and any(_stands_once(view, word) for word in set(words) & set(tokens))
            part = part if part >= 0.5 else 0.5 * sole
        if column == 0:
            part = _label_part(view, row, question, words, header, part)
            part += _IMPLIES * bool((part or len(cells) > 2) and implied & set(tokens))
        if part > 0 and not (column and _is_asked(cell, part if score else 2.0, words, columns[column])):
            matched.add(column)
            score += part
    if coded := columns_with_code(cells, question):
        score, matched = score + _AMONG, matched | coded
    own = {token for column in matched for token in words_of(cells[column])}
    rest = [word for word in words if not any(alike(word, other) for other in own)]
    fit, group = _group(view, row, rest, squeezed) if score else (0.0, "")
    return score + fit + _MEASURE * bool(score and _measures(cells, question)), matched, group


def _said(view: TableView, cell: str, question: str, squeezed: str) -> float:
    """Return what a cell counts that a question says as it stands, or names by its sign or letter; 0 for another."""
    text = re.sub(r"[\s_]+", "", cell).casefold() or cell
    tokens = words_of(cell)
    inside = (len(tokens) == 1 and _only_negated(text, question)) or _is_of_longer(view, cell, question)
    whole = 0.0 if inside else _whole(text, tokens, squeezed)
    return whole or 2.0 * (_is_sign(cell, question) or _is_letter(cell, question))


def _label_part(
    view: TableView, row: int, question: str, words: Sequence[str], header: Collection[str], part: float
) -> float:
    """Return what a row's label counts, by its code, number or initials where its words count nothing (`part`)."""
    label = view.body[row][0]
    tokens = words_of(label)
    if not part and _as_scanned(view, row, question):
        part = 2.0
    if part and {*tokens} <= {*header}:
        part -= 0.5  # "in total" may mean a column as well
    if not part and is_numeric(label) and tokens and {*tokens} <= {*words, *in_digits(words)}:
        part = 1.0  # a row that is labelled by a number or a year
    if _is_code_said(label, question):
        part = max(part, len(label) + 1.0)  # "(RS)" is the row RS, whatever words have these initials
    return part or float(max((_initials(short, words, header) for short in _SHORT.findall(label)), default=0))


def _is_asked(cell: str, part: float, words: Sequence[str], column: float) -> bool:
    """Return whether a cell stands in the column that is asked for, and so is the answer rather than a name.

    A number is one under a head that the question says at all; so are words that it has only in part under one that it
    names, where the row has a name already: `part` is what they count.
    """
    partly = part < 2 and not all(token in words for token in words_of(cell))
    return column > 0.5 and (is_numeric(cell) or (column >= 1 and partly))


def _initials(short: str, words: Sequence[str], header: Collection[str]) -> int:
    """Return of how many words of a question capitals are the initials; 0 where these words name a column instead.

    "AD" is the row of ad delivery, unless there is a column of the average depth that is asked for.
    """
    meant = spelled_out(short.lower(), words)
    heads = all(any(alike(word, head) or abbreviates(head, word) for head in header) for word in meant)
    return 0 if heads else len(meant)


def _is_code_said(cell: str, question: str) -> bool:
    """Return whether a label of two or three capitals stands in a question as it is, among words in small letters."""
    if not re.fullmatch(r"[A-Z]{2,3}", cell) or question.isupper():
        return False
    return re.search(rf"(?<![\w+-]){cell}(?![\w+-])", question) is not None


def _only_negated(text: str, question: str) -> bool:
    """Return whether a question has a word only with a prefix that makes another word of it: "unpaid" of "paid"."""
    lower = question.casefold()
    if text not in lower:
        return False
    other = re.search(rf"(?<!\w)(?:un|in|im|non|dis|semi|anti)-?{re.escape(text)}", lower) is not None
    return other and re.search(rf"(?<![\w-]){re.escape(text)}", lower) is None


def _is_of_longer(view: TableView, cell: str, question: str) -> bool:
    """Return whether a question has a code only as part of a longer one that labels another row: "X16S" in "X16S+"."""
    code = cell.casefold()
    if " " in code or not any(c.isdecimal() for c in code) or not any(c.isalpha() for c in code):
        return False
    said = {word.strip("?.,;:()'\"”’").casefold() for word in question.split()}
    longer = {word for word in said if code in word and word != code}
    return code not in said and not longer.isdisjoint(row[0].casefold() for row in view.body)


def _measures(cells: Sequence[str], question: str) -> bool:
    """Return whether a row says in its labels that it holds shares where a share is asked for, or counts where counts.

    Of "Anxiety, count" and "Anxiety, percentage" below it, each answers questions of its own.
    """
    said = {word for cell in cells[:2] if not is_numeric(cell) for word in words_of(cell)} | {
        "%" for cell in cells[:2] if cell.strip() == "%"
    }
    asked = asks_share(question)
    return bool(said & SHARE_WORDS) if asked else COUNTED.search(question) is not None and bool(said & COUNT_WORDS)


def _is_sign(cell: str, question: str) -> bool:
    """Return whether a cell is a key or option that a question names by its sign: "^A", "-p"."""
    named = re.match(r"[^\w\s(\[\"'“]\w{1,3}$", cell) is not None and not is_numeric(cell)
    return named and re.search(rf"(?<!\S){re.escape(cell)}(?=[\s,?.;:!]|$)", question) is not None


def _is_letter(cell: str, question: str) -> bool:
    """Return whether a cell is one capital that a question names behind another word: "of class A"."""
    return (
        len(cell) == 1
        and cell.isupper()
        and re.search(rf"\w\s+[\"“'‘]?{re.escape(cell)}(?![\w’'])", question) is not None
    )


def _stands_once(view: TableView, word: str) -> bool:
    """Return whether only one row's label has a word, which is then enough to name it."""
    return len(word) > 3 and sum(word in words_of(row[0]) for row in view.body) == 1


def _whole(text: str, tokens: Sequence[str], squeezed: str) -> float:
    """Return what a cell counts that stands in the question word for word, both without spaces; 0 for another."""
    before, behind = (r"(?<![0-9])" * text[:1].isdecimal(), r"(?![0-9])" * text[-1:].isdecimal())
    edges = f"{before}{re.escape(text)}{behind}"
    whole = len(text) > 2 and (not text.isalpha() or len(text) > 3) and text in squeezed
    whole = whole and re.search(edges, squeezed) is not None
    return len(tokens) + 1.0 + 0.05 * len(text) if whole else 0.0


def _as_scanned(view: TableView, row: int, question: str) -> bool:
    """Return whether a row is labelled by a code that the question has but for its signs: "A_17" read as "A.17}".

    Only a code that no row has as the question writes it, and only one row has without its signs, is taken so.
    """
    own = _signless(view.body[row][0])
    codes = {
        code: word for word in question.split() if len(code := _signless(word)) >= _CODE and re.search(r"\d", code)
    }
    if own not in codes or codes[own].strip("?.,;:'\"”’").casefold() in {line[0].casefold() for line in view.body}:
        return False
    said = to_number(codes[own].strip("?.,;:"))
    if said is not None and to_number(view.body[row][0]) not in (None, said):
        return False  # 12.50 is no 1250
    return sum(_signless(line[0]) == own for line in view.body) == 1


def _signless(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _group(view: TableView, row: int, words: Sequence[str], squeezed: str) -> tuple[float, str]:
    """Return how well the head of a row's group fits what the row itself does not say, and that head with a comma.

    Only a label that stands in several rows ("Severe disability" under each age group) needs its group; the head of a
    group is a row above whose own label stands but once. The nearest counts the most.
    """
    labels = [body[0].casefold() for body in view.body]
    best = (0.0, "")
    if labels.count(labels[row]) < 2:
        return best
    groups = {i for i in range(len(labels)) if view.is_group(i)}  # a table that has them has no other heads of groups
    for distance in range(1, min(row, 12) + 1):
        head = view.group_name(row - distance) or view.body[row - distance][0]
        text = re.sub(r"[\s_]+", "", head).casefold() or head
        beside = distance == 1 and len(text) > 2 and text in squeezed  # "A compared with B": the row A below B
        if (
            labels.count(head.casefold()) > 1
            or not words_of(head)
            or (groups and row - distance not in groups and not beside)
        ):
            continue
        fit = _whole(text, words_of(head), squeezed) or overlap(words, words_of(head))
        best = max(best, (fit / (1 + 0.05 * distance), f"{head}, "))
    return best if best[0] > 0 else (0.0, "")
