"""Follow-up questions made self-contained: "and in 2010?", "when was she born?", "what about page 4?".

By rules where they can, so that a conversation works without a model; a language model, where there is one, rewrites
those that depend on what was said, and the rules take over when its reply is of no use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphs.embedding import Embedder
from kgqa.agents import reply_to_line
from kgqa.errors import LanguageModelError
from kgqa.llm import LanguageModel
from kgqa.prompts import FOLLOW_UP

_TURNS = 4  # of a conversation that are looked back at
_CHARS = 400  # of an answer that a model is shown
_NEAR = 0.45  # cosine from which a piece of the last question is taken to be what "what about ..." replaces

_PERSON = r"he|she|him|her|his|hers"
_THING = r"it|its|they|them|their|theirs"
_PRONOUN = re.compile(rf"\b(?:(?P<person>{_PERSON})|(?P<thing>{_THING}))\b", re.I)
_POINTING = re.compile(
    r"\b(?:this|that|these|those|the same|the other|the former|the latter)(?=\s+(?!document|file|paper|report|pdf|"
    r"collection)\w+|\s*\?)(?!\s+(?:is|are|was|were|has|have|had|does|do|did|can|could)\b)",
    re.I,
)
_FRAGMENT = re.compile(
    r"^\W*(?:(?:and|but|so|also|then|ok|okay)\W+)*(?:(?:what|how)\s+about|and|or)\s+(?P<rest>.+?)\W*$", re.I
)
_BARE = re.compile(r"^\W*(?:and\W+)?(?:why|how|when|where|who|which(?: one)?|how so|how come|since when)\W*$", re.I)
_LEAD = re.compile(r"^(?:(?:in|for|of|on|at|from|with|by|the|a|an|about)\s+)+", re.I)
_WHOLE = re.compile(
    r"^(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|has|have)\b", re.I
)
_POINTER = re.compile(
    r"\b(?P<kind>page|slide|table|figure|fig\.?|section|chapter|equation)s?\s+(?P<number>[A-Z]?\d+(?:[.\-]\d+)*|[IVX]+)\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d{2}\b")
_FILE = re.compile(r"[\w\-.()]+\.(?:pdf|md|txt|docx?|epub|html?|pptx?|mmd|png|jpe?g|tiff?)\b", re.I)
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’\-]*(?:\s+(?:(?:of|the|de|von|van)\s+)?[A-ZÀ-Þ][\w'’\-]*)*")
_OF_DOCUMENT = re.compile(  # what is asked of a document as a whole: "What is it about?", "Who wrote it?"
    r"\babout\W*$|\b(?:wrote|written|authors?|published|dated|title|pages?|slides?|words|language|cites?|mentions?|references|"
    r"abstract|introduction|conclusions?|summary|summari[sz]e|sections?|chapters?|tables|figures|findings|topics?|scan(?:ned)?|"
    r"sum\b.*\bup|say)\b",
    re.I,
)
_PART = re.compile(
    r"^(?:the\s+)?(?P<part>abstract|introduction|conclusions?|summary|discussion|title|references|authors?|"
    r"language|date)$",
    re.I,
)
_STARTS = frozenset(
    "summarize summarise explain describe list show give tell name find compare define outline sum please "
    "what which who whom whose when where why how is are was were do does did the a an in on at of for and page pages "
    "table figure section it they he she this that these those yes no its documents document by from to with as".split()
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation."""

    question: str  # as it was asked
    answer: str


def self_contained(
    question: str, turns: Sequence[Turn], *, embedder: Embedder, model: LanguageModel | None = None
) -> str:
    """Return a question that can be understood without the conversation; the question itself where it can be already.

    `turns` are the exchanges before it, oldest first. A model is asked once, only for a question that depends on them.
    """
    text = " ".join(question.split())
    recent = list(turns[-_TURNS:])
    if not recent or not depends(text):
        return text
    if model is not None:
        rewritten = _by_model(text, recent, model)
        if rewritten:
            return rewritten
    before = ""
    for turn in recent:  # earlier follow-ups lean on what came before them too
        asked = " ".join(turn.question.split())
        before = _by_rule(asked, before, "", embedder) if before and depends(asked) else asked
    return _by_rule(text, before, recent[-1].answer, embedder)


def depends(question: str) -> bool:
    """Return whether a question leans on what was said before it.

    >>> depends("When was she born?"), depends("And page 4?"), depends("Who drew the Old Bridge, and when did it open?")
    (True, True, False)
    """
    if _BARE.match(question) or _is_fragment(question):
        return True
    for pattern in (_PRONOUN, _POINTING):
        for match in pattern.finditer(question):
            if not _has_antecedent(question[: match.start()]):
                return True
    return False


def _is_fragment(question: str) -> bool:
    match = _FRAGMENT.match(question)
    return match is not None and not _WHOLE.match(match["rest"])


def _has_antecedent(before: str) -> bool:
    """Return whether what stands before a pronoun names something that it can stand for."""
    return bool(_FILE.search(before) or _POINTER.search(before) or _names(before) or re.search(r"[\"“”]", before))


def _names(text: str) -> list[str]:
    """Return the names in a text, in their order, words that only begin a sentence left out."""
    found = []
    for match in _NAME.finditer(text):
        words = match[0].split()
        while words and words[0].casefold() in _STARTS:
            words.pop(0)
        if words:
            found.append(" ".join(words))
    return found


def _by_model(question: str, turns: Sequence[Turn], model: LanguageModel) -> str:
    """Return the model's version, "" where it has none that can be used."""
    said = [f"Question: {turn.question}\nAnswer: {turn.answer[:_CHARS]}" for turn in turns]
    try:
        line = reply_to_line(model.complete(FOLLOW_UP.messages(question=question, evidence=said), max_tokens=80).text)
    except LanguageModelError:
        return ""
    return line if line and len(line) > 8 and not depends(line) else ""


def _by_rule(question: str, before: str, answer: str, embedder: Embedder) -> str:
    if _BARE.match(question):
        return f"{question.strip(' ?')}: {before}"
    found = _continued(question, before, embedder) if _is_fragment(question) else _resolved(question, before, answer)
    files = _FILE.findall(before)
    if files and not _FILE.search(found):
        found = f"{found.rstrip(' ?.')} in {files[-1]}?"
    return found


def _continued(question: str, before: str, embedder: Embedder) -> str:
    """Return the last question with the piece replaced that a fragment ("and in 2010?") is another one of."""
    match = _FRAGMENT.match(question)
    rest = match["rest"] if match is not None else question
    part, files = _PART.match(rest), _FILE.findall(before)
    if part is not None and files:
        return f"What is the {part['part'].lower()} of {files[-1]}?"
    for pattern in (_POINTER, _YEAR, _FILE):
        new, old = pattern.search(rest), list(pattern.finditer(before))
        same = [o for o in old if pattern is not _POINTER or (new and o["kind"][:3].lower() == new["kind"][:3].lower())]
        if new is not None and same:
            return f"{before[: same[-1].start()]}{new[0]}{before[same[-1].end() :]}"
    rest = _LEAD.sub("", rest)
    pieces = _pieces(before)
    if pieces:
        rows = embedder.embed([rest, *(before[start:end] for start, end in pieces)])
        scores = (rows[1:] @ rows[0]).tolist()
        best = max(range(len(pieces)), key=lambda i: (scores[i], -i))
        if scores[best] >= _NEAR:
            start, end = pieces[best]
            return f"{before[:start]}{rest}{before[end:]}"
    return f"{before.rstrip(' ?.')}, {rest}?"


def _pieces(text: str) -> list[tuple[int, int]]:
    """Return the stretches of one to four words of a question that could be replaced, as places in the text."""
    words = [(m.start(), m.end()) for m in re.finditer(r"[\w\-']+", text)]
    files = [m.span() for m in _FILE.finditer(text)]
    return [
        (start, words[i + n - 1][1])
        for i, (start, _) in enumerate(words)
        for n in range(1, 5)
        if i + n <= len(words)
        and not any(a < words[i + n - 1][1] and start < b for a, b in files)
        and all(text[a:b].casefold() not in _STARTS for a, b in (words[i], words[i + n - 1]))
    ]


def _resolved(question: str, before: str, answer: str) -> str:
    """Return the question with its first pronoun replaced by what was spoken of, else followed by the last one."""
    known = re.sub(r"\[\d+\]|[“”]", " ", answer)
    match = _PRONOUN.search(question)
    if match is not None and match["thing"] and _OF_DOCUMENT.search(question):
        document = next(iter(_FILE.findall(before)[-1:]), "" if _names(before) else "this document")
        if document:
            return _put(question, match, document)
    asked = _names(before) + [m[0] for m in _POINTER.finditer(before)]
    fresh = [name for name in _names(known) if name not in asked] if len(known) < _CHARS else []
    if match is None or not (asked or fresh):
        return f"{question.rstrip(' ?')} ({before.rstrip(' ?.')})?"
    return _put(question, match, (fresh or asked)[0] if match["person"] else (asked or fresh)[-1])


def _put(question: str, match: re.Match[str], thing: str) -> str:
    """Return a question with a thing for its pronoun."""
    word = match[0].casefold()
    owns = word in ("its", "their", "theirs", "his", "hers") or (word == "her" and question[match.end() :].strip(" ?."))
    return f"{question[: match.start()]}{thing}{'’s' if owns else ''}{question[match.end() :]}"
