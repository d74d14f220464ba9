"""A question that asks for what a labelled field says -> the field: "When is it due?" of "Due: 1 May".

Every word of the label must be asked for and every word of the question be said by the label, by the headings above it
or by the document's name and title; a question word may stand for what it asks for: "when" for "date", "how long" for
"duration". So little is taken for a field that is none, and the text answers the rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from graphs.index import tokenize
from ingestion.document import ParsedDocument, Passage
from kgqa.asked import content_words
from kgqa.fields import LabelledField, fields_of
from kgqa.foreign_words import KINDS
from kgqa.kinds import answer_type
from kgqa.parts import Finding, Quote, quote_of_passage
from kgqa.question import ParsedQuestion
from kgqa.synonyms import synonyms
from kgqa.table_view import alike
from kgqa.usual_fields import to_usual_fields
from kgqa.wording import to_english_structure

_ASKS = re.compile(
    r"^\W*(?:(?:please|can you|could you|tell me|give me|show me|and|in|on|at|by|to|for|until|from)\s+)*"
    r"(?:what|which|when|who(?:m|se)?|where|how (?:much|many|long|large|big|high|old)|the|my|name|list)\b",
    re.I,
)
_NOT_ASKED = re.compile(r"\b(?:why|mean|means|meant|stand for|stands for|difference|happens?|page)\b", re.I)
_IMPLIED = (  # a question word, the labels that it stands for, and the verbs that say no more than it
    (re.compile(r"\b(?:when|what (?:date|day|time)|until when)\b", re.I),
     "date day time deadline", "take place held happen be do get"),
    (re.compile(r"\bhow (?:long|much time)\b", re.I),
     "duration length term period time", "long run last take go valid continue stay"),
    (re.compile(r"\bhow (?:much|many|large|high|big)\b", re.I),
     "amount price cost fee total number quantity", "much many high large big cost pay charge have need get"),
    (re.compile(r"\bhow old\b", re.I), "age birth date", "old"),
    (re.compile(r"\bwho(?:m|se)?\b", re.I), "name", "call contact"),
    (re.compile(r"\b(?:addressed|billed|sent|written|made out) to\b|\bto whom\b|\bthe (?:recipient|customer|buyer)\b"
                r"|\bwho (?:must|should|has to|have to|needs to) pay\b", re.I),
     "to bill recipient customer client buyer", "addressed billed sent written made out recipient customer buyer"),
    (re.compile(r"\bwho\b[^?]*\b(?:sent|sends?|issued|issues|wrote|from)\b(?! to\b)|\bfrom whom\b"
                r"|\bthe (?:sender|seller|supplier|vendor)\b", re.I),
     "from by sender seller supplier vendor", "sent send sends issued issues wrote sender seller supplier vendor"),
    (re.compile(r"\bwhere\b", re.I), "place location address venue", "take held find located"),
)  # fmt: skip
_FILLER = frozenset(
    tokenize(
        "my me i you we our your please what which who when where how he she they his her him them get got be was were "
        "have there pay name list tell show give if need required know speak"
    )
)
_KINDS = frozenset(tokenize("number date amount name value address sum figure"))
"""Words of what kind of thing a value is: a label need not say them."""
_MOST = 3  # fields, or documents, that one question is answered from
_HEAD = 100  # characters of a first page that say what the document is of
_NAME = 60  # characters of a value that may name what the fields beside it are about
_ENDING = 4  # letters by which two forms of a word differ
_NUMBER = re.compile(r"\d")
_FORMS = (  # what is asked for, and what its value has at least
    (
        re.compile(r"\bhow (?:much|many|long|old|high|large)\b|\b(?:tele)?(?:phone|fax|mobile)\b|\bIBAN\b", re.I),
        _NUMBER,
    ),
    (re.compile(r"\be-?mail", re.I), re.compile("@")),
    (re.compile(r"\bweb ?(?:site|page|address)\b", re.I), re.compile(r"\w\.\w")),
)


def may_ask_field(q: ParsedQuestion) -> bool:
    """Return whether a question may ask for a labelled field, so that it is worth loading documents to look."""
    pointed = q.pages or q.labels or q.tables or q.figures or q.sections
    asks = _ASKS.match(q.body) is not None and _NOT_ASKED.search(q.body) is None
    return q.ask == "content" and not q.compares and not pointed and asks


def field_finding(q: ParsedQuestion, documents: Sequence[ParsedDocument]) -> Finding | None:
    """Return the labelled fields that a question asks for; None where it asks for none."""
    found = [(document, field) for document in documents for field in _asked_in(q, document)]
    if not found or len(found) > _MOST:
        return None
    several = len({document.doc_id for document, _ in found}) > 1
    sentences = []
    for document, field in found:
        quotes = tuple(_quote(document, field, words) for words in field.printed)
        told = field.printed[0] if len(field.printed) == 1 else f"{field.label}: {field.value}"
        sentences.append((f"{document.name}: {told}" if several else told, quotes))
    return Finding("content", tuple(sentences))


def _quote(document: ParsedDocument, field: LabelledField, words: str) -> Quote:
    place = field.place
    if isinstance(place, Passage):
        return quote_of_passage(document, place, words)
    return Quote(document, place.page_number, words, place.table_id, (place.start, place.end))


def _asked_in(q: ParsedQuestion, document: ParsedDocument) -> list[LabelledField]:
    """Return the fields of a document that are asked for, each value once."""
    implied, verbs = _stood_for(q.body)
    said = to_english_structure(to_usual_fields(q.text)).replace("_", " ")
    asked = [word for word in content_words(said) if word not in _FILLER and not _any_alike(word, verbs)]
    head, fields = _head_words(document), fields_of(document) if asked else []
    found: dict[tuple[str, str], tuple[frozenset[str], LabelledField]] = {}
    for field in fields:
        own = _said_by_label(field, asked, implied, head)
        if own is None or not (own or (q.documents and field.words & implied)):
            continue  # "date" alone is what "when" stands for, of whatever there is
        rest = [word for word in asked if word not in own and word not in _KINDS]
        around = head | _words_around(document, field, fields, with_labels=asked[0] in own)
        if all(_any_alike(word, around) for word in rest) and _of_kind(q.body, field):
            found.setdefault((field.label.casefold(), field.value.casefold()), (own - head, field))
    return [field for own, field in found.values() if not any(own < more for more, _ in found.values())]


def _words_around(
    document: ParsedDocument, field: LabelledField, fields: Sequence[LabelledField], *, with_labels: bool
) -> set[str]:
    """Return the words of the headings above a field and of the fields beside it: of their values, or labels too."""
    beside = [other for other in fields if other.place is field.place]
    words = set(tokenize(" ".join(s.title for s in document.section_path(field.place.section_id))))
    words.update(word for other in beside if len(other.value) <= _NAME for word in tokenize(other.value))
    return words.union(*(other.words for other in beside)) if with_labels else words


def _said_by_label(
    field: LabelledField, asked: Sequence[str], implied: set[str], head: set[str]
) -> frozenset[str] | None:
    """Return the words of a question that a label says; None where the label says more than is asked for.

    What names the document is no form of another word: a contract is no contractor.
    """
    label = [word for word in field.words if word not in _FILLER]
    own = frozenset(word for word in asked if word in label or (word not in head and _any_alike(word, label)))
    said = all(word in own or word in implied or _any_alike(word, own - head) for word in label)
    return own if label and said else None


def _head_words(document: ParsedDocument) -> set[str]:
    """Return the words of a document's name and title, and those that its first page begins with."""
    first = document.passages[0].plain[:_HEAD] if document.passages else ""
    name = re.sub(r"[_\W]+", " ", document.name)
    words = set(tokenize(f"document file {name} {document.title} {first}"))
    return words | {KINDS[word] for word in words if word in KINDS}


def _stood_for(question: str) -> tuple[set[str], set[str]]:
    """Return the words that a question's own word stands for, and the verbs beside it that say no more."""
    implied: set[str] = set()
    verbs: set[str] = set()
    for pattern, labels, said in _IMPLIED:
        if pattern.search(question):
            implied.update(tokenize(labels))
            verbs.update(tokenize(said))
    return implied, verbs


def _any_alike(word: str, others: Collection[str]) -> bool:
    """Return whether a word, a form of it or one that means the same is among others; no longer word made of it."""
    forms = (other for other in others if abs(len(word) - len(other)) <= _ENDING)
    return word in others or any(alike(word, other) for other in forms) or bool(synonyms(word, others))


def _of_kind(question: str, field: LabelledField) -> bool:
    """Return whether a value can be what a question asks for: one with a number where an amount or a time is."""
    if any(asked.search(question) and not said.search(field.value) for asked, said in _FORMS):
        return False
    if re.search(r"\bwhen\b", question, re.I):
        kind = answer_type(question)
        return _NUMBER.search(field.value) is not None or (kind is not None and kind(field.value))
    return True
