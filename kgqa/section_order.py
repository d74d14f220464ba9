"""Which heading stands before or after another."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.document import ParsedDocument, Section
from kgqa.parts import letters_of, to_roman

_FEW_NUMBERED = 0.25  # share of a document's headings up to which a numbered one is an item of a list read as heading
_MOST_ROMAN = 40  # sections that Roman numbers are looked for


def neighbour(document: ParsedDocument, target: Section, level: int, step: int) -> Section | None:
    """Return the next or previous section of that level or a higher one.

    A title that is set anew on each of several slides is one section. Where the target's heading has neither colon nor
    number, as most of the document's, one that has is a lead-in or an item, and passed over. Beside "V." stands "VI.",
    whatever is numbered otherwise between them.
    """
    at = document.sections.index(target)
    others = document.sections[at + 1 :] if step > 0 else document.sections[:at][::-1]
    own = letters_of(target.title)
    among = [s for s in others if s.level <= level and letters_of(s.title) != own]
    own_number = _roman(target)
    counted = [s for s in among if own_number and _roman(s) == own_number + step]
    if counted and not _roman(among[0]):
        return counted[0]
    fitting = [s for s in among if not _of_another_make(document.sections, target, s)]
    return next(iter(fitting or among), None)


def _roman(section: Section) -> int:
    """Return the value of a section's Roman number, 0 where it has none."""
    return next((value for value in range(1, _MOST_ROMAN) if to_roman(value) == section.number), 0)


def _of_another_make(sections: Sequence[Section], target: Section, other: Section) -> bool:
    """Return whether a heading is set otherwise than another and most of its document: with a colon, with a number."""
    coloned = [section for section in sections if section.title.rstrip().endswith(":")]
    if other in coloned and target not in coloned and 2 * len(coloned) < len(sections):
        return True
    numbered = sum(1 for section in sections if section.number)
    return bool(other.number and not target.number and numbered <= _FEW_NUMBERED * len(sections))


def first_below(document: ParsedDocument, target: Section) -> Section | None:
    """Return the first heading behind one that has another title, of a lower level."""
    behind = document.sections[document.sections.index(target) + 1 :]
    return next((section for section in behind if letters_of(section.title) != letters_of(target.title)), None)
