"""What is looked up before the text is read: under a date, in a table of terms, by headings and lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingestion.document import ParsedDocument
from kgqa.broad_asks import at_days, told_of_day
from kgqa.days import days_in
from kgqa.glossary import term_asked, term_meant
from kgqa.lookup import look_up
from kgqa.order_asks import with_order_ask
from kgqa.parts import Finding
from kgqa.question import ParsedQuestion


def look_up_named(
    q: ParsedQuestion, load: Callable[[], Sequence[ParsedDocument]]
) -> tuple[Finding | None, ParsedQuestion]:
    """Return what the places say that a question names otherwise than as parts of a document, and the question.

    A question for a part of what stands under a date is from then on one of that date alone. `load` gives the
    documents; it is called only where the question may be one of these.
    """
    if q.ask != "content":
        return None, q
    finding = None
    if len(days_in(q.body)) == 1:  # two are a span of time
        finding = told_of_day(q, load())
        q = at_days(q, load()) if finding is None else q
    if finding is None and term_asked(q.body):
        finding = term_meant(q, load())
    return finding or _ordered(q, load), q


def _ordered(q: ParsedQuestion, load: Callable[[], Sequence[ParsedDocument]]) -> Finding | None:
    """Return what headings and lists say to a question that does not call them so; None where none fits."""
    ordered = with_order_ask(q)
    if ordered is None:
        return None
    documents = load()
    if len(documents) > 1 and ordered.thing == "count":
        return None
    return look_up(ordered, documents)
