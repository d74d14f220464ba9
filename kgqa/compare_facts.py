"""Documents compared by a fact of each: which was written by one person alone, which names somebody or something."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import ParsedDocument
from kgqa.parts import Finding, Quote, join, quote_of_passage
from kgqa.people import authors_of
from kgqa.question import ParsedQuestion


def compare_authors(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return which documents have a single author, or several; None where no document names any."""
    ordered = sorted(documents, key=lambda d: q.documents.index(d.doc_id))
    known = [(document, authors_of(document)) for document in ordered]
    known = [(d, () if len(authors) == 1 and _mails(d) > 1 else authors) for d, authors in known]
    alone = q.unit == "single"
    fitting = [d for d, authors in known if (len(authors) == 1 if alone else len(authors) > 1)]
    if not all(authors for _, authors in known) and len(fitting) != 1:
        return None
    listed = "; ".join(
        f"{d.name} is by {join([a.name for a in authors])}" if authors else f"who else wrote {d.name} was not read"
        for d, authors in known
    )
    quotes: tuple[Quote, ...] = tuple(
        quote_of_passage(d, author.passage, author.words)
        for d, authors in known
        for author in {author.words: author for author in authors}.values()
    )
    many = "a single author" if alone else "several authors"
    lead = f"{join([d.name for d in fitting])} {'has' if len(fitting) == 1 else 'have'} {many}"
    text = f"{lead}: {listed}." if fitting else f"None of them has {many}: {listed}."
    if re.match(r"\W*(?:is|are|was|were|do|does|did|has|have)\b", q.body, re.I):
        text = f"{'Yes' if len(fitting) == len(known) else 'No'}: {text}"
    return Finding("compare", ((text, quotes),))


def _mails(document: ParsedDocument) -> int:
    """Return how many people's mail addresses head a document: two are those of two authors."""
    first = next((page.markdown for page in document.pages if page.markdown.strip()), "")
    return len({match.casefold() for match in re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", first)})
