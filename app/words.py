"""Words of documents and users on the page: always words, never markup, and in the direction of their script.

Streamlit reads labels, messages and captions as Markdown, which would turn a document's words into links, pictures,
formulas and icons. Whole texts are drawn as escaped HTML, short ones inside of our own sentences by `plain`.
"""

from __future__ import annotations

import html
import re

import streamlit as st

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>$~:=^&-])")
_PARTED = re.compile(r"(?i)\b(?:https?|ftp|mailto|www)(?=[.:])|(?=@)|:(?=[\w+/-]+[:\[])|[<>~-](?=[=>-])")
"""What Streamlit makes links, icons, emoji and arrows of though it is escaped: addresses, ":home:", "->"."""
_JOINER = "\u2060"  # shows nothing, and parts what would be a link
_LEFTWARD = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # letters of scripts that run right to left
_OWN_WAY = re.compile(rf"(?<=“)[^“”]*[{_LEFTWARD}][^“”]*(?=”)|[{_LEFTWARD}](?:[^.!?:;“”\[\]\n]*[{_LEFTWARD}])?\w*")
_LETTER = re.compile(r"[^\W\d_]")

STYLE = """<style>
.kgqa-words { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; line-height: 1.55 }
.kgqa-words mark { background: #ffe27a; color: #1a1a1a; padding: 0 .1em; border-radius: .15em }
.kgqa-quiet { font-size: .875rem }
.kgqa-scroll { max-height: 34rem; overflow: auto }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li, [data-testid="stCaptionContainer"] p,
[data-testid="stText"], textarea, input { unicode-bidi: plaintext; text-align: start }
[data-testid="stTable"] td, [data-testid="stTable"] th { unicode-bidi: plaintext; text-align: start }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; opacity: .82 }
button:focus-visible, a:focus-visible, [tabindex]:not(input):focus-visible { outline: 2px solid; outline-offset: 2px }
.stMainBlockContainer { padding-top: 3.5rem }
[data-testid="stExpander"] > details:has(> [data-testid="stExpanderDetails"]:not([inert])) {
  height: auto !important; overflow: visible !important }
[class*="st-key-cite-"] button, [class*="st-key-near-"] button { min-height: 1.75rem; padding: .1rem 0 }
[data-testid="stColumn"] { scroll-margin-top: 4rem }
@media (min-width: 641px) { [data-testid="stColumn"]:has(.st-key-source-pane) {
  position: sticky; top: 4rem; align-self: flex-start; max-height: calc(100vh - 4.5rem); overflow-y: auto } }
@media (max-width: 640px) { .stMainBlockContainer { padding: 3.5rem 1rem 3rem } h1 { font-size: 1.8rem !important } }
</style>"""
"""An expander that was opened is whole at once. Streamlit slides it open for half a second, and again whenever what it
holds grows; it is a box that scrolls meanwhile, and each of its scrolls closes the list of a field that was clicked."""

DARK_STYLE = """<style>
[data-testid^="stBaseButton-primary"]:not(:disabled) { color: #10131a }
</style>"""  # Streamlit writes white on the primary colour, which is a light one there


def plain(text: str) -> str:
    r"""Return text that stays as it is where Streamlit reads Markdown.

    >>> plain("a*b [x](http://e.org)").replace("\u2060", "|")
    'a\\*b \\[x\\]\\(http|\\://e.org\\)'
    """
    parted = _PARTED.sub(lambda match: match[0] + _JOINER, text)
    return _MARKUP.sub(r"\\\1", " ".join(parted.split()))


def isolated(text: str) -> str:
    r"""Return text whose parts in a right-to-left script are read in their own direction within a sentence that is not.

    Without it, an Arabic quotation with a Latin word in it is shown with its halves exchanged.

    >>> isolated("It says: “שלום abc עולם.”").replace("\u2068", "<").replace("\u2069", ">")
    'It says: “<שלום abc עולם.>”'
    >>> isolated("plain words") == "plain words"
    True
    """
    first = _LETTER.search(text)
    if first is None or re.match(f"[{_LEFTWARD}]", first[0]):
        return text  # it runs so as a whole, which isolates would hide from the browser
    return _OWN_WAY.sub(lambda match: f"\u2068{match[0]}\u2069", text)


_MENDS = {
    "The extractive reader answered:": "Answered by quoting, without the model:",
    "or set OPENAI_BASE_URL, or use --llm none": "or correct its address on Settings, or choose no model there",
    "Check the address in OPENAI_BASE_URL; it": "Check the address on Settings; it",
    "needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own. Set one of them.": (
        "needs a key, or the address of a server of your own. Type one on Settings."
    ),
    "with --password": "in the field “Password of encrypted files”",
    "with `kgqa ingest`": "in the library",
    "Name one with --llm openai:MODEL.": "Name one on Settings.",
    "use --llm none": "choose no model",
    "--llm": "Model",
    "--agent": "Agent",
}


def for_page(error: object) -> str:
    """Return an error as the page tells it: plain words, with the mend that there is here instead of a command's."""
    text = str(error)
    for command, here in _MENDS.items():
        text = text.replace(command, here)
    return plain(text)


def short(text: str, most: int) -> str:
    """Return text on one line, cut at a word to at most `most` characters.

    >>> short("one two  three", 10)
    'one two …'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 2]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + " …"


def words(text: str, *, marked: tuple[int, int] | None = None, quiet: bool = False, scroll: bool = False) -> None:
    """Draw a text as it is, lines kept, right to left where its script runs so; `marked` (start, end) stands out."""
    if marked is None:
        inner = html.escape(text)
    else:
        start, end = marked
        inner = f"{html.escape(text[:start])}<mark>{html.escape(text[start:end])}</mark>{html.escape(text[end:])}"
    classes = "kgqa-words" + " kgqa-quiet" * quiet + " kgqa-scroll" * scroll
    focus = ' tabindex="0" role="region" aria-label="text"' if scroll else ""
    st.html(f'<div class="{classes}" dir="auto"{focus}>{inner or "&nbsp;"}</div>')


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "page"), count(2, "page"), count(1200, "reply", "replies")
    ('1 page', '2 pages', '1,200 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
