"""A table as questions see it: heads and labels filled in, and which rows and columns a question names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from graphs.index import tokenize
from ingestion.document import Table
from ingestion.tables import group_names, is_numeric, row_labels, scale_of
from kgqa.synonyms import synonyms
from kgqa.table_heads import titles_of
from kgqa.table_numbers import numbers_of
from kgqa.table_shape import as_meant, groups_of, spread

STOP = frozenset(
    "the of in a an is what which does do for to at by on and or with according table value reach reached has have "
    "had was were are how many much did be from that this show shows reported report it its there given as who when "
    "where column row cell entry listed list type s doe".split()
) | frozenset(
    "de del la el los las un una le les des du et au aux dans pour sur par en con por para fue fueron qué cuál cuáles "
    "cuánto cuánta cuántos cuántas quel quelle quels quelles combien der die das den dem und im von für mit ist sind "
    "war waren welche welcher welches wie viel viele il lo gli di della dei delle nel nella per quale quali quanto "
    "quanta quanti quante est sont son era erano sono".split()  # little words of other languages name no row either
)
_HYPHEN = re.compile(r"(?<=\b[a-zA-Z])-(?=[a-zA-Z]{3})|(?<=\b[ptPT])\s(?=values?\b)")  # of "p-value", in heads "pvalue"
_MILLIONS = re.compile(r"\b(\d+(?:[.,]\d+)?)\s*(millions?|thousands?|billions?)\b", re.I)  # heads have 1m, 10k, 2b
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_PLUS = re.compile(
    r"\b(?:more than|over|above|at least)\s+(\d+)\b|\b(\d+)\s+(?:or|and)\s+(?:more|over|older|above|up)\b", re.I
)
_INITIALS = re.compile(r"\b([A-Z])/([A-Z])\b")  # "L/F" heads the load factor
_MEANT = 0.8  # of a word, that one of the same meaning counts
_TOTAL = re.compile(
    r"^(?:sub-?|grand\s+)?(?:total|all|overall|sum|average|mean|gesamt|insgesamt|summe)(?![\w-])|\btotal$", re.I
)
_LEAST_SUMMED = 4  # numbers above a last row that is their sum
_ROUNDED = 0.005  # share of a sum by which rounded numbers may miss it
_LOSS = re.compile(r"[$€£]\s*\(\s*[\d.,]+\s*\)|\(\s*[$€£]\s*[\d.,]+\s*\)|\(\d{1,3}(?:,\d{3})+(?:\.\d+)?\)")
_PAIR = re.compile(  # "|P| and |Q| represent the total number of papers and queries"
    r"\W([^\W\d_])\W? and \W?([^\W\d_])\W? (?:represent|denote|stand for|are|mean)\b[^.;]*?([^\W\d_]+) and ([^\W\d_]+)"
)
_WORD_PAIR = re.compile(  # "Order and size are the number of nodes and edges, respectively"
    r"\b([^\W\d_]{2,}) and ([^\W\d_]{2,}) (?:represent|denote|stand for|are|mean|give)\b"
    r"[^.;]*?\b([^\W\d_]+) and ([^\W\d_]+)(?=,? resp)"
)
_COUNTED = re.compile(r"\d{1,3}[.)]\s+(?=[^\W\d_]{2})")  # the number of an entry before its name
_BULLET = re.compile(r"^[-–—•·▪*]\s+(?=[^\W\d_])")  # before an entry of a list
_POINTS = str.maketrans("", "", ";,:")
_CITED = re.compile(
    r"(?:\s*(?:\[\d+(?:,\s*\d+)*\]|[†‡§¶]))+$"
)  # "Wide ResNet [74]": what is cited is no part of a name
_POINTERS = re.compile(
    r"\b(?:according to|in|from|of|as shown in|by|per)?\s*(?:the\s+)?(?:tables?|tab\.|figures?|fig\.)\s*"
    r"(?:no\.?|number|#)?\s*"
    r"(?:(?:[A-Z]{1,2}[.\-–]?)?\d+(?:[.\-–]\d+)*[a-z]?|[IVXLC]+)\b(?:\s*(?:,|and|or|,\s*and)\s*\d+(?:[.\-–]\d+)*\b)*"
    r"(?:\s+(?:of|in)(?=\s*(?:[,?.;:]|$)))?",
    re.I,
)


def without_pointers(question: str) -> str:
    """Return a question about a table without the words that name the table.

    >>> without_pointers("In Table 2 of , what is the rate of men?")
    ', what is the rate of men?'
    """
    return " ".join(_POINTERS.sub(" ", question).split())


def with_plus(view: TableView, question: str) -> str:
    """Return a question with "more than 60" as "60+", where a row of the table is labelled so."""
    if not any(re.search(r"\d\+", row[0]) for row in view.body if row):
        return question
    return _PLUS.sub(lambda match: f"{match[1] or match[2]}+", question)


def words_of(text: str) -> list[str]:
    """Return the words of a text that carry meaning in a table, Greek letters by their names."""
    plain = _HYPHEN.sub("", spell_greek(text))
    if any(c.isdecimal() for c in plain):
        plain = _MILLIONS.sub(lambda match: match[1] + match[2][0].lower().replace("t", "k"), plain)
    return [word for word in tokenize(_INITIALS.sub(r"\1\2", plain)) if word not in STOP]


def squeezed(text: str) -> str:
    """Return a text without white space and capitals: what does not stand in a question so is not said by it.

    Looking there first spares compiling a pattern for every cell of a table.
    """
    return "".join(text.split()).lower()


def unpointed(text: str) -> str:
    """Return a text without the points between the parts of a name: "GC; PsCDH" is the same as "GC PsCDH"."""
    return text.translate(_POINTS)


def spell_greek(text: str) -> str:
    """Put the names of Greek letters for the letters, so that "alpha" finds a column headed "α"."""
    return "".join(
        f" {unicodedata.name(c).split()[-1].lower()} " if "GREEK" in unicodedata.name(c, "") and c.isalpha() else c
        for c in text
    )


def alike(word: str, other: str) -> bool:
    """Return whether two words are the same, share a stem of four letters or more, or differ by one slip.

    A slip is one letter of a word of five or more that OCR took for another, or two of a longer one that are swapped.
    `other` may be the first three of a long word, as labels are cut.
    """
    if word == other:
        return True
    if not (word.isascii() and other.isascii()):
        word, other = _without_accents(word), _without_accents(other)
    if word[:1] != other[:1] or word.isdecimal() or other.isdecimal():
        return False
    digits = [re.sub(r"\D", "", text) for text in (word, other)]
    if all(digits) and digits[0] != digits[1]:
        return False  # "cifar10" is not "cifar100", while "hbaic" may be what OCR made of "hba1c"
    shorter = min(len(word), len(other))
    if _is_formed_of(word, other) or _is_formed_of(other, word):
        return True
    if len(other) == 3 and (len(word) >= 7 or word in _MONTHS) and word[:3] == other:
        return True  # "Val" heads what validation gave, "Aug-2015" what was in August
    stem = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), shorter)
    if stem >= 4 and stem >= 0.6 * max(len(word), len(other)):
        return True
    if shorter < 5 or len(word) != len(other):
        return False
    if word[stem + 1 :] == other[stem + 1 :]:
        return True
    swapped = word[stem : stem + 2] == other[stem : stem + 2][::-1]
    return shorter >= 6 and swapped and word[stem + 2 :] == other[stem + 2 :]


@lru_cache(maxsize=1 << 14)
def _without_accents(word: str) -> str:
    """Return a word without accents, which capitals often lack: "ÉCHEANCE"."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _is_formed_of(word: str, other: str) -> bool:
    """Return whether a word is another with an ending of doing: "payment" of "pay", "flagged" of "flag"."""
    if len(other) < 3 or not word.startswith(other):
        return False
    end = word[len(other) :]
    if (end == "d" and other[-1] == "e") or (end == "e" and other[-1] in "sxz"):
        return True  # "aged" of "age"; of "taxes" the index leaves "taxe"
    return end in ("ment", "ing", "ed") or (end[:1] == other[-1] and end[1:] in ("ing", "ed"))


def abbreviates(label: str, word: str) -> bool:
    """Return whether a label of two to five letters is a word cut short: "rec" for recall, "qty" for quantity.

    It is the beginning of the word up to a consonant, or consonants of it from the first letter on.
    """
    if not (2 <= len(label) <= 5 and label.isalpha() and len(word) >= len(label) + 3 and label[0] == word[0]):
        return False
    if word.startswith(label):
        return len(label) > 2 and label[-1] not in "aeiou"
    if set(label[1:]) & set("aeiou"):
        return False
    letters = iter(word)
    return all(letter in letters for letter in label)


def spelled_out(label: str, words: Sequence[str]) -> Sequence[str]:
    """Return the words, one behind the other, of whose first letters a label of two to five is made; none for others.

    >>> spelled_out("lf", ["load", "factor", "europe"]), spelled_out("lf", ["factor", "load"])
    (['load', 'factor'], [])
    """
    at = "".join(word[:1] or " " for word in words).find(label) if 2 <= len(label) <= 5 and label.isalpha() else -1
    return words[at : at + len(label)] if at >= 0 else []


def overlap(words: Sequence[str], label: Sequence[str]) -> float:
    """Return how many of a label's different words the question has, less a little for those that it has not.

    A word that is used for another of the same meaning counts a little less than the word itself.
    """
    different = set(label)
    same = {other for other in different if any(alike(word, other) for word in words)}
    meant = {other for word in words for other in synonyms(word, different - same)}
    meant |= {other for other in different - same - meant if len(other) > 2 and spelled_out(other, words)}
    asked = {word for word in words if any(alike(word, other) for other in same)}
    once = min(len(same), len(asked))  # "rowing" is one word of "Rows of rowing boats", not two
    hits = once + _MEANT * len(meant)
    return hits - 0.15 * (len(different) - once - len(meant)) if hits else 0.0


def to_number(text: str) -> float | None:
    """Return the number that a cell holds, its marks, unit and margin aside; None where it holds none.

    An amount in brackets is below zero, as accounts write it; a small number in brackets is a note or an error.

    >>> to_number("**12,760"), to_number("49.85%"), to_number("(X)"), to_number("$ (1,500)"), to_number("(0.2)")
    (12760.0, 49.85, None, -1500.0, 0.2)
    """
    if not is_numeric(text) and not re.match(r"[^\w]*\d[\d,.\s]*\s*[A-Za-z%µ°/]+\.?$", text.strip()):
        return None
    match = re.search(r"[-–−]?\d[\d,\s]*\.?\d*", text)
    if match is None:
        return None
    digits = match[0].replace(",", "").replace(" ", "").replace("–", "-").replace("−", "-")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits) and digits.count(".") > 1:
        digits = digits.replace(".", "")
    sign = -1.0 if _LOSS.fullmatch(text.strip()) else 1.0
    try:
        return sign * float(digits) * scale_of(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class TableView:
    """A table with what its blank cells stand for."""

    table: Table

    @classmethod
    def of(cls, table: Table) -> TableView:
        """Look at a table with its heads and numbers as the page means them."""
        return cls(as_meant(table))

    @cached_property
    def heads(self) -> list[str]:
        """Each column's heads joined from the top down; a blank beside a spanning head belongs to it."""
        titles = titles_of(self.table)
        rows = [list(row) for at, row in enumerate(self.table.header) if at not in titles]
        groups = [0] * (len(rows[0]) if rows else 0)
        for at, row in enumerate(rows[:-1]):
            below = [" ".join(cells) for cells in zip(*rows[at + 1 :], strict=True)]
            rows[at] = spread(row, groups, below)
            groups = groups_of(rows[at], groups)
        labels = []
        for column in range(len(self.table.rows[0]) if self.table.rows else 0):
            parts: list[str] = []
            for row in rows:
                if row[column] and row[column] not in parts:
                    parts.append(row[column])
            labels.append(" ".join(parts))
        return labels

    @cached_property
    def head_words(self) -> list[list[str]]:
        """The words of each column's heads, with those by which the caption names a symbol: "σ" is a deviation."""
        named = _symbol_words(self.table.caption)
        words = []
        for head in self.heads:
            symbol = unicodedata.normalize("NFKC", re.sub(r"\W", "", head))[:1]
            alone = len(re.sub(r"\W", "", head)) < 3 or not symbol.isascii()
            words.append(words_of(head) + (named.get(symbol, []) if alone else named.get(head.casefold(), [])))
        return words

    @cached_property
    def body(self) -> list[list[str]]:
        """The rows below the head; a blank first cell beside a label stands for the one above."""
        body = [list(row) for row in self.table.body]
        if len(self.heads) < 3 or not any(row[0] for row in body):
            return body
        for above, row in pairwise(body):
            if not row[0] and row[1] and not is_numeric(row[1]) and above[0] and not is_numeric(above[0]):
                row[0] = above[0]
            names = len(row) > 3 and row[0] == above[0] and not row[1] and above[1] and not is_numeric(above[1])
            if (
                names
                and all(cell[2] and re.search(r"[^\W\d_]", cell[2]) for cell in (above, row))
                and row[2] != above[2]
            ):
                row[1] = above[1]  # the second label of a group, beside what tells its rows apart
        return body

    @cached_property
    def labels(self) -> list[str]:
        """The label of each row of the body: its first cell, and the second where the first heads several rows."""
        plain = [
            row[0] if label.endswith(row[0]) and row[0].startswith(label[: -len(row[0])].strip() or " ") else label
            for label, row in zip(row_labels(self.table), self.body, strict=True)
        ]  # of a label in two lines the first is no group
        labels = []
        for i, row in enumerate(self.body):
            filled = row[0] and not self.table.body[i][0]
            beside = [self.body[k][0] for k in (i - 1, i + 1) if 0 <= k < len(self.body)]
            spans = len(row) > 2 and row[0] in beside and bool(row[1]) and row[1] != row[0]
            grouped = filled or (spans and not is_numeric(row[0]))
            labels.append(f"{row[0]} {row[1]}" if grouped and len(row) > 1 else plain[i])
        return labels

    @cached_property
    def numbers(self) -> list[list[float | None]]:
        """What each cell of the body holds as a number."""
        return numbers_of(self.body, self.heads, to_number)

    def is_group(self, row: int) -> bool:
        """Return whether a row of the body is one text alone where others hold more: the name of those below it."""
        texts = {cell for cell in self.table.body[row] if cell}
        return len(texts) < 2 < len(self.heads) or bool(self.group_name(row))

    def group_name(self, row: int) -> str:
        """Return the name by which a row of the body heads those below it; "" for a row that heads none."""
        return self._groups[row] if len(self.heads) > 2 else ""

    @cached_property
    def _groups(self) -> list[str]:
        return group_names(self.table.body)

    def is_total(self, row: int) -> bool:
        """Return whether a row of the body sums the others up: it says so, or is the last and the sum of all others."""
        return bool(_TOTAL.search(self.body[row][0])) or (row == len(self.body) - 1 and self._ends_in_sum)

    @cached_property
    def _ends_in_sum(self) -> bool:
        sums = misses = 0
        for column in range(1, len(self.heads)):
            *numbers, last = [row[column] for row in self.numbers] or [None]
            known = [number for number in numbers if number is not None]
            if last is None or len(known) < _LEAST_SUMMED:
                continue
            is_sum = abs(sum(known) - last) <= _ROUNDED * max(abs(last), 1.0)
            sums, misses = sums + (is_sum and last != 0), misses + (not is_sum)
        return sums > max(1, misses)

    def numeric_columns(self) -> list[int]:
        """Return the columns most of whose cells are numbers; the first only where no other is."""
        rows = self.numbers
        return [
            c
            for c in range(len(self.heads))
            if sum(row[c] is not None for row in rows) >= max(1, 0.5 * sum(bool(r[c]) for r in self.body))
            and any(row[c] is not None for row in rows)
            and c > 0
        ] or self._only_numbers()

    def _only_numbers(self) -> list[int]:
        """Return the first column where it alone holds numbers, which then are no labels: weights before features."""
        filled = [i for i, row in enumerate(self.body) if row[0]]
        return [0] if filled and all(self.numbers[i][0] is not None for i in filled) else []

    def named_rows(self, question: str) -> list[int]:
        """Return the rows of the body whose label a question says word for word, in its order; longer labels first."""
        text, said = question, squeezed(question)
        found: list[tuple[int, int]] = []
        keys = [(self.body[i][0], i) for i in range(len(self.body))]
        keys += [(row[1], i) for i, row in enumerate(self.body) if len(row) > 1 and not is_numeric(row[1])
                 and len(row[1]) < 60 and self.labels[i] != row[0]]  # fmt: skip
        keys = [(_CITED.sub("", label).rstrip(".") or label, row) for label, row in keys]
        keys = [(_COUNTED.sub("", _BULLET.sub("", label)) or label, row) for label, row in keys]  # "23. Coast Guard"
        for label, row in sorted(keys, key=lambda item: (-len(item[0]), item[1])):
            if (len(label) < 2 and not label.isalpha()) or unpointed(squeezed(label)) not in unpointed(said):
                continue
            parts = [re.escape(part) + "?" * (part[-1] in ";,:") for part in label.rstrip(":").split()]
            run = r"\s*".join(parts)
            plural = "s?" if label[-1:].isalpha() and len(label) > 3 else ""  # "of males" means the row "Male"
            match = re.search(rf"(?<![\w.+]){run}{plural}(?!\w|[-–+]\w|\.\d)", text, re.I) if parts else None
            if match is not None:
                found.append((match.start(), row))
                text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
        return list(dict.fromkeys(row for _, row in sorted(found))) or self._meant_rows(question)

    def _meant_rows(self, question: str) -> list[int]:
        """Return the row whose label of one word means the same as a word of the question: "men" the row "Male"."""
        words = words_of(question)
        stems = [(tokenize(row[0]), i) for i, row in enumerate(self.body) if row[0] and not is_numeric(row[0])]
        meant = [i for own, i in stems if len(own) == 1 and any(synonyms(word, own) for word in words)]
        return meant if len(meant) == 1 else []

    def row_quote(self, row: int) -> str:
        """Return a row of the body in the order of the page; a cell that spans several stands once."""
        return row_to_quote(self.table, self.table.header_rows + row)


def _symbol_words(caption: str) -> dict[str, list[str]]:
    """Return the words right before each letter that a caption names a quantity by: "standard deviation σ"."""
    found: dict[str, list[str]] = {}
    folded = unicodedata.normalize("NFKC", caption)
    for match in re.finditer(r"((?:[^\W\d_]{3,}(?:-[^\W\d_]+)*\s+){1,3})\(?([^\W\d_])\)?(?=[\s,;:.)]|$)", folded):
        if match[2] not in "aAI":
            found.setdefault(match[2], words_of(match[1]))
    for both in _WORD_PAIR.finditer(folded):
        found |= {both[1].casefold(): words_of(both[3]), both[2].casefold(): words_of(both[4])}
    pair = _PAIR.search(folded)
    if pair is not None:
        found |= {pair[1]: words_of(pair[3]), pair[2]: words_of(pair[4])}
    return found


def row_to_quote(table: Table, row: int) -> str:
    """Return a row's words in the order of the page; a cell that spans several stands once, in the first of them."""
    cells = table.rows[row]
    above = table.rows[row - 1] if row > table.header_rows else ()
    own = [cell for i, cell in enumerate(cells) if cell and (i == 0 or cell != cells[i - 1])]
    spanned = bool(above) and len(own) > 2 and cells[0] == above[0] and not is_numeric(cells[0])
    return " ".join(own[1:] if spanned and own[0] == cells[0] else own)
