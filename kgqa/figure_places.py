"""Which page has the figure that a question describes: by captions, by the words inside pictures, by the text beside.

Charts without a caption say what they show in their own titles and axes, and maps often only in the lines around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphs.index import tokenize
from ingestion.document import Figure, Page, ParsedDocument
from ingestion.plain import markdown_to_plain
from kgqa.parts import Quote, caption_quote, join, page_quote
from kgqa.table_view import alike

FIGURES = re.compile(
    r"\b(?:figures?|charts?|graphs?|plots?|diagrams?|pictures?|images?|photo(?:graph)?s?|maps?|illustrations?|drawings?|"
    r"histograms?|flow ?charts?|screen ?shots?|curves?|logos?)\b",
    re.I,
)
KINDS = frozenset(
    "figure chart graph plot diagram picture image photo photograph map illustration drawing histogram flowchart "
    "screenshot curve logo bar pie flow compare comparing show title result".split()
)
"""Words for kinds of pictures, as the index counts words: what hardly any caption says of itself."""

_CAPTION, _INSIDE, _BESIDE, _TEXT = 1.0, 0.9, 0.6, 0.3  # what a word counts by where it is said
_BRIEF = 40  # words of a paragraph beside a picture that may tell what it shows
_KIND = 0.05  # what the word for its kind counts in a caption, to choose among those that say the others
_WORDS = 60  # characters of the words inside a picture by which one without a caption is told
_LEAST = 0.55  # of the words asked for, by weight


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the figures of a page say of themselves, and what stands beside them."""

    page: Page
    figures: tuple[Figure, ...]
    said: tuple[tuple[float, frozenset[str]], ...]  # (weight, words), the weightiest first


def figure_place(
    document: ParsedDocument, words: Sequence[str], *, beside: bool
) -> tuple[str, tuple[Quote, ...]] | None:
    """Return a sentence that says on which pages the figures stand that the words describe; None where none does.

    With `beside`, the text around a picture may be all that describes it; else its caption or words must.
    """
    asked = list(dict.fromkeys(words))
    wanted = [word for word in asked if word not in KINDS] or asked
    if not wanted:
        return None
    kinds = [word for word in asked if word not in wanted]  # a "map" may be part of a name: "the map view"
    scored = [(_score(shown, wanted, kinds), shown) for shown in _shown(document)]
    fitting = [(score, own, shown) for (score, own), shown in scored if score >= _LEAST and (own or beside)]
    best = max((score for score, _, _ in fitting), default=0.0)
    chosen = [shown for score, _, shown in fitting if score >= best - 0.001][:3]
    if not chosen:
        return None
    told = [_told(document, shown, wanted) for shown in chosen]
    return " ".join(text for text, _ in told), tuple(quote for _, quotes in told for quote in quotes)


def _shown(document: ParsedDocument) -> list[_Shown]:
    found = []
    for page in document.pages:
        figures = tuple(figure for figure in document.figures if figure.page_number == page.number)
        inside = [line for line in page.markdown.splitlines() if line.startswith(">")]
        if not figures and not inside:
            continue
        text = [line for line in page.markdown.splitlines() if line and not line.startswith((">", "|", "```"))]
        brief = " ".join(line for line in text if len(line.split()) <= _BRIEF)
        within = " ".join([*inside, *(figure.plain for figure in figures)])
        said = (
            (_CAPTION, _words(" ".join(figure.caption for figure in figures))),
            (_INSIDE, _words(within)),
            (_BESIDE, _words(brief)),
            (_TEXT, _words(" ".join(text))),
        )
        found.append(_Shown(page, figures, said))
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(tokenize(markdown_to_plain(text)))


def _score(shown: _Shown, wanted: Sequence[str], kinds: Sequence[str]) -> tuple[float, bool]:
    """Return the share of the words that a page's figures say, by weight, and whether they say one themselves."""
    weights = [_weight(shown, word) for word in wanted]
    named = sum(_weight(shown, word) == _CAPTION for word in kinds)
    return sum(weights) / len(weights) + _KIND * named, max(weights) >= _INSIDE


def _weight(shown: _Shown, word: str) -> float:
    return next((weight for weight, own in shown.said if any(alike(word, other) for other in own)), 0.0)


def _told(document: ParsedDocument, shown: _Shown, wanted: Sequence[str]) -> tuple[str, tuple[Quote, ...]]:
    """Return the figures of a page that say most of the words, by their captions, else the page alone."""
    label = shown.page.label
    printed = f" (printed {label})" if label and label != str(shown.page.number) else ""
    where = f"page {shown.page.number}{printed} of {document.name}"
    inside = [(sum(any(alike(w, o) for o in _words(f.plain)) for w in wanted), f) for f in shown.figures]
    shares = [(share, figure) for share, figure in inside if figure.caption]
    most = max((share for share, _ in shares), default=0)
    captioned = [figure for share, figure in shares if share == most and most >= _LEAST * len(wanted)]
    if not captioned:
        own = max(((share, f) for share, f in inside if f.plain), default=(0, None), key=lambda item: item[0])[1]
        if own is None:
            return f"There is a figure on {where}.", (page_quote(document, shown.page),)
        first = " ".join(own.plain[:_WORDS].split()[:-1]) or own.plain
        return f"A figure with the words “{first} …” stands on {where}.", (caption_quote(document, own),)
    captions = join([figure.caption.rstrip(".") for figure in captioned])
    stand = "stand" if len(captioned) > 1 else "stands"
    return f"{captions} {stand} on {where}.", tuple(caption_quote(document, figure) for figure in captioned)
