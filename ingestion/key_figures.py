"""Key figures set as cards in rows, each a label with a number below it or above -> a table of labels and numbers.

"VISITORS / 8,400 / TICKETS / $96,000": written on as one paragraph they would not say which number is whose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingestion.blocks import Cell, Line, RawTable
from ingestion.document import Box

_CARDS = 4  # of a group, at least
_LINES = 4  # of one card, at most
_LABEL_WORDS = 6
_ALIGNED = 2.0  # points by which the lines of a card begin apart
_NEAR = 1.5  # of a line's height, between the lines of a card
_APART = 2.0  # of a line's height, between cards beside each other
_FIGURE = re.compile(r"[-–−+~≈<>(]*\s*(?:[$€£¥]|[A-Z]{3}\s)?\s*\d")


def key_figures(lines: Sequence[Line]) -> RawTable | None:
    """Return a row of label and number for each card where a text is nothing but cards; None for any other text."""
    parts: list[list[Line]] = []
    for line in lines:
        if parts and _goes_on(parts[-1], line):
            parts[-1].append(line)
        else:
            parts.append([line])
    if len(parts) < _CARDS or not all(map(_is_card, parts)):
        return None
    lefts = {round(part[0].box.x0 / _ALIGNED) for part in parts}
    beside = all(any(other is not part and _stand_apart(part, other) for other in parts) for part in parts)
    if len(lefts) < 2 or not beside:
        return None
    cells = [cell for row, part in enumerate(parts) for cell in _cells(row, part)]
    return RawTable(len(parts), 2, tuple(cells))


def _cells(row: int, card: Sequence[Line]) -> Iterator[Cell]:
    """Yield the label and the number of a card, the label first."""
    for column, number in enumerate((False, True)):
        own = tuple(line for line in card if (_FIGURE.match(line.text) is not None) == number)
        yield Cell(row, column, 1, 1, own, Box.around(line.box for line in own))


def _goes_on(card: Sequence[Line], line: Line) -> bool:
    last = card[-1]
    aligned = abs(line.box.x0 - card[0].box.x0) <= _ALIGNED
    return aligned and 0 <= line.box.y0 - last.box.y1 + 0.5 * last.box.height < (_NEAR + 0.5) * last.box.height


def _is_card(card: Sequence[Line]) -> bool:
    """Return whether lines are one label and one number, which may have more behind it: "$96,000 (12%)"."""
    if not 2 <= len(card) <= _LINES:
        return False
    numbers = [_FIGURE.match(line.text) is not None for line in card]
    label = [line for line, number in zip(card, numbers, strict=True) if not number]
    worded = all(any(c.isalpha() for c in line.text) and not line.text.endswith((".", ";", ",")) for line in label)
    return sum(numbers) == 1 and (numbers[0] or numbers[-1]) and worded and sum(map(_words, label)) <= _LABEL_WORDS


def _words(line: Line) -> int:
    return len(line.words)


def _stand_apart(card: Sequence[Line], other: Sequence[Line]) -> bool:
    """Return whether two cards stand beside each other with much space between them."""
    gap = max(
        min(line.box.x0 for line in other) - max(line.box.x1 for line in card),
        min(line.box.x0 for line in card) - max(line.box.x1 for line in other),
    )
    return gap > _APART * card[0].box.height
