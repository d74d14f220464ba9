"""Reading with a language model: numbered evidence -> sentences that carry the numbers of their evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.passages import text_to_sentences
from kgqa.arithmetic import Sum, work_out
from kgqa.errors import LanguageModelError
from kgqa.llm import LanguageModel, Message, OnText
from kgqa.prompts import ANSWER, ANSWER_AGAIN, ANSWER_WITH_SUMS, CANNOT_ANSWER

_NUMBERS = r"\s*(?:evidence\s*)?(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*"
_KEYS = re.compile(rf"[\[【]{_NUMBERS}[\]】]", re.I)
_ROUND_KEYS = re.compile(rf"(?<!\w)\({_NUMBERS}\)(?=\s*(?:[.!?](?:\s|$)|$))", re.I)  # of a reply that has no others
_ASKS_FOR_A_SUM = re.compile(
    r"\b(?:sum|altogether|in total|combined|differences?|ratio|half|twice|times as|(?:in|de)creased? by|change[ds]? by|"
    r"gr[eo]w by|how (?:much|many)\b.*\b(?:than|more|less|fewer|longer|older|larger))\b|\d\s*[-+*/]\s*\d",
    re.I,
)
_DECLINED = re.compile(rf"(?:\[\d{{1,3}}\]\s*)*{CANNOT_ANSWER}[.\s]*")
_KEY_FIRST = re.compile(r"^\s*(\[\d{1,3}\])[:\s]+(?=.*\w)(?!.*\[\d)(.*?)[.\s]*$", re.M)
_RUNS_ON = 10  # characters for each token that a reply may have; a longer one is of a model that does not end


_ITEM = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+(?=\S)", re.M)


@dataclass(frozen=True, slots=True)
class KeyedSentence:
    """A sentence of a model's answer and the evidence that it names."""

    text: str  # without its keys
    keys: tuple[int, ...]  # from 1
    names_evidence: bool = True  # False: it had no keys, and those of all evidence stand in their place


@dataclass(frozen=True, slots=True)
class Written:
    """What a model answered."""

    sentences: tuple[KeyedSentence, ...] = ()  # none: it says that the evidence does not answer
    sums: tuple[Sum, ...] = ()  # that stand in the sentences, worked out


def generate(
    model: LanguageModel, question: str, evidence: Sequence[str], *, max_tokens: int, on_text: OnText | None = None
) -> Written:
    """Return the model's answer in sentences, none when it says that the evidence does not answer.

    A reply that cannot be used, such as the numbers of evidence alone, is asked for once more, and told why: at
    temperature 0 the same words would bring the same reply. Raises LanguageModelError, with the reply, when that one
    cannot be used either, or when the model cannot be had.
    """
    prompt = ANSWER_WITH_SUMS if _ASKS_FOR_A_SUM.search(question) else ANSWER  # small models write sums unasked
    messages = prompt.messages(question=question, evidence=evidence)
    reply = ""
    for _ in range(2):
        reply = model.complete(messages, max_tokens=max_tokens, on_text=on_text).text
        if len(reply) > _RUNS_ON * max_tokens:
            raise LanguageModelError(
                f"{model.name} wrote {len(reply):,} characters where {max_tokens} tokens were asked for. Have its "
                "server heed max_tokens, or name another model.",
                reply=reply[: _RUNS_ON * max_tokens],
            )
        if _declines(reply):
            return Written()
        worked = work_out(reply)
        sentences = reply_to_sentences(worked.text, len(evidence))
        if sentences:
            return Written(tuple(sentences), worked.sums)
        messages = [*messages, Message("assistant", reply.strip() or "..."), Message("user", ANSWER_AGAIN)]
    raise LanguageModelError(
        f"{model.name} gave no usable answer twice. Name a larger model, or use --llm none.", reply=reply
    )


def reply_to_sentences(reply: str, most: int) -> list[KeyedSentence]:
    """Return the sentences of a reply with their keys, 1 to `most`; one without keys takes those of all evidence.

    A small model often forgets the keys: then every piece of evidence is a candidate, and what bears the sentence out
    is found by checking.

    >>> [(s.text, s.keys) for s in reply_to_sentences("It opened in 1998 [2]. Ann Lee built it [1, 3].", 3)]
    [('It opened in 1998.', (2,)), ('Ann Lee built it.', (1, 3))]
    >>> [(s.text, s.keys) for s in reply_to_sentences("[1] Opened in 1998\\n[2] NOT IN THE DOCUMENTS", 3)]
    [('Opened in 1998.', (1,))]
    >>> [s.text for s in reply_to_sentences("1. It opened in 1998 [1].\\n2. Ann Lee built it [2].", 3)]
    ['It opened in 1998.', 'Ann Lee built it.']
    """
    if len(_ITEM.findall(reply)) > 1:  # a list: its marks are no sentences
        reply = _ITEM.sub("", reply)
    text = _KEY_FIRST.sub(r"\2 \1.", _DECLINED.sub("\n", reply))  # "[1] 1998" -> "1998 [1]."
    text = " ".join(re.sub(r"^\s*(?:answer\s*:)?\s*", "", text, flags=re.I).split())
    text = re.sub(
        r"([.!?])\s*((?:[\[(【]\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*[\])】]\s*)+)", r" \2\1\n", text
    )  # "x. [1]" -> "x [1]."; what comes behind its key is another sentence, however it begins
    marks = _KEYS if _KEYS.search(text) else _ROUND_KEYS
    sentences = []
    for raw in (line[start:end] for line in text.splitlines() for start, end in text_to_sentences(line)):
        keys = [int(number) for group in marks.findall(raw) for number in re.findall(r"\d+", group)]
        plain = " ".join(marks.sub(" ", raw).split())
        plain = re.sub(r"\s+([.,;:!?])", r"\1", plain)
        if any(c.isalnum() for c in plain):
            usable = tuple(dict.fromkeys(key for key in keys if 1 <= key <= most))
            keyed = KeyedSentence(plain, usable, True)
            sentences.append(keyed if usable else KeyedSentence(plain, tuple(range(1, min(most, 5) + 1)), False))
    return sentences


def _declines(reply: str) -> bool:
    letters = re.sub(r"\W+", " ", reply).strip().upper()
    return letters.startswith(CANNOT_ANSWER) or bool(
        re.match(
            r"(?:i (?:can ?not|can t|don t)|the (?:evidence|documents?|text)s? (?:do|does) not|"
            r"not (?:stated|mentioned|in the))",
            letters,
            re.I,
        )
    )
