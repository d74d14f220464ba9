"""A question as sentences are held against it: its words, how rare they are, what kind of thing it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from graphs.index import tokenize
from kgqa.foreign_asks import ForeignAsk, foreign_ask
from kgqa.kinds import AnswerType, answer_type, is_exact

_STOP = frozenset(
    tokenize(  # as the index counts words: "does" is "doe" there
        "the of in a an is what which who whom whose when where why how does do did was were are be been being "
        "for to at by on and or with from as that this these those it its their his her he she they there than "
        "then according can could would should will may might has have had into about over under between during "
        "per each any some many much more most stand document paper report file approximately following also not "
        "no give name tell many ist der die das und le la les des"
    )
)

_NAMED = re.compile(
    r"(?<=[\w,] )(?:[A-ZÀ-Ý][\w'’.-]*|[\w-]*[a-z][A-Z]\w*)(?:\s+(?:(?:of|the|von|van|de|la)\s+)?[A-ZÀ-Ý][\w'’.-]*)*"
)
"""Names in a question: capitals behind its first word."""
_THING = re.compile(
    r"\b(?:which|what)\s+(?!(?:happen|occur|become|cause|mak|tak|giv|com|go|lead|chang|follow)(?:s|es|ed)\s)"
    r"(?:(?:two|three|four|five|kind|kinds|type|types|sort|of)\s+)*((?:[\w-]+\s+){0,2}?[\w-]+)\s+"
    r"(?:(?:of|in|from)\s+)?"  # a document's name that stood here was taken out
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|\w+s|\w+ed)\b",
    re.I,
)
_ATTRIBUTE = re.compile(
    r"\bwhat\s+(?:is|are|was|were|will be)\s+(?:the|its|their|his|her)\s+((?:[\w-]+\s+){0,2}?[\w-]+)\s+"
    r"(?:of|for|in|by|to|with)\b",
    re.I,
)
_COUNTED = re.compile(
    r"\b(?:how many|(?:what|which) (?:(?:is|was) the )?number of)\s+(?!per ?cent)((?:[\w'’-]+\s+){0,8}?[\w'’-]{2,})"
    r"(?=\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|would|will|must|may|should|took|in|of|on|at|from|to|by|"
    r"with|without|who|that|which|aged|under|over|per|for|there)\b|\s*[?,]|\s*$)",
    re.I,
)
_MANY = re.compile(
    r"\w{2,}(?<![sui])s|people|persons|children|men|women|mice|feet|teeth|data|criteria|phenomena|media", re.I
)
"""Words that can only be counted: plurals."""
_NUMBER_OF = re.compile(r"\b(?:what|which) (?:is|was|are|were) the (?:total |overall )?number of\b", re.I)
_KIND_SAID = (  # what a text that answers need not say: "year", "share", "is called", "on page 3"; and what stays of it
    (re.compile(r"\b(?:(?:in|on|at|from|by|since|until)\s+)?(?:what|which)\s+(?:year|month|date|day|time)\b(?!s)"
                r"(?!\s+(?:of|period|zone|limit))", re.I), "when"),
    (re.compile(r"\b(?:what|which)\s+(?:\w+\s+)?(?:share|proportion|fraction|portion|percentage|per ?cent)\b"
                r"(?:\s+of\b)?|\bhow many per ?cent\b(?:\s+of\b)?", re.I), "how much"),
    (re.compile(r"\bhow\s+(?:often|frequently)\b", re.I), "how"),
    (re.compile(r"\b(?:(?:in|at|on)\s+)?(?:what|which)\s+(?:place|location)\b", re.I), "where"),
    (re.compile(r"\b(?:(?:in|on)\s+)?(?:what|which)\s+(?:page|slide|section|chapter)\b(?:\s+of\b)?"
                r"(?:\s+(?:explains|describes|discusses|deals with|covers|contains|presents|treats|shows)\b)?", re.I),
     "where"),
    (re.compile(r"\b(?:what|which)\s+(?:dose|dosage)\b", re.I), "how much"),
    (re.compile(r"\b(?:(?:what|which)\s+)?(?:(?:is|are)\s+)?(?:the\s+)?(?:e-?mail(?:\s+address)?|(?:tele)?phone\s+number|"
                r"fax\s+number|web ?site|web\s+address|url)\b(?:\s+(?:of|for)\b)?"
                r"(?:\s+(?:can|should|must|may)\s+be\s+used\s+to\b)?", re.I), "where "),
    (re.compile(r"\b(?:what|which)\s+(?:organi[sz]ation|company|agency|institution|institute|firm)s?\b", re.I), "who"),
    (re.compile(r"\b(?:(?:that|which)\s+)?(?:mentions?\s+(?:the\s+)?(?:document|file)|(?:does\s+)?the\s+"
                r"(?:document|file|paper|report|text|manual|article|authors?)\s+(?:mention|name|state|say)s?)\b",
                re.I), ""),
    (re.compile(r"^\W*(?:name|list|give|state)\s+(?:the\s+)?(?:(?:\d+|two|three|four|five|six|seven)\s+)?"
                r"(?:kinds?|types?|sorts?)\s+of\b", re.I), "which"),
    (re.compile(r"\bthat\s+lists?\b(?:\s+as\b)?", re.I), ""),
    (re.compile(r"\bhow long\b([^?]*?)\s+(?:lasts?|takes?|last(?:ed|ing)|took|taken)\b", re.I), r"how\1"),
    (re.compile(r"\b(?:what|which)\s+(?:time\s+)?(?:period|span|time ?frame|years)\b([^?]*?)"
                r"(?:\s+(?:cover|span|refer to|range over|last)(?:s|ed|red to)?\b)?(?=\s*\?|$)", re.I), r"when\1"),
    (re.compile(r"\s(?:called|named|known as)(?=\s*(?:\?|$|in\b|according\b))", re.I), ""),
    (re.compile(r"\b(?:makes?|made) up\b", re.I), "comprise"),
    (re.compile(r"^(\W*where (?:is|are|was|were)\b[^?]*?)\s(?:kept|located|situated|held|found|stored|based)\b"
                r"(?=\s*(?:\?|$|according\b))", re.I), r"\1"),
    (re.compile(r"\b(?:on|in|from|of|under)\s+(?:the\s+)?(?:pages?|sections?|chapter)\s+\d[\d.]*\b", re.I), ""),
    (re.compile(r"\s(?:described|discussed|presented|mentioned|shown|reported|given|listed|descritt[oaei]|décrite?s?|"
                r"descrit[oa]s?|beschrieben\w*)\s+(?:in|by|dans|en|em|nel|nella)\s*\??\s*$", re.I), ""),
)  # fmt: skip
_LETTER = re.compile(r"(?<![\w’'.-])-{0,2}([b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ])(?=-\w|[\s?,:;)=]|$)")
"""A letter that stands alone is the name of something: "k", "-p", "p-value"; articles and the like are none."""
_SEVERAL = re.compile(
    r"\b(?:which|what|the)\s+(?:two|three|four|five|six|both|kinds?|types?)\b|\b(?:what|which)\s+are\b|\blist\b|"
    r"\bfrom\s+(?:what|which)\b.*\bto\s+(?:what|which)\b|\bboth\b|\b(?:and|by) (?:what|which|whom)\b|"
    r"\b(?:which|what)\s+(?:\w+\s+)?\w+(?<!ss)(?<!us)(?<!is)s\b",
    re.I,
)
_CUES = tuple(  # words of a question, and of a text that answers them
    (re.compile(asked, re.I), re.compile(said, re.I))
    for asked, said in (
        (r"\bwhy\b|\breasons?\b",
         r"\b(?:because|since|due to|as a result|therefore|thus|hence|so that|in order to|"
         r"to (?:avoid|prevent|allow|enable|make|reduce)|"
         r"caused? by|reason|would|(?:was|were) too|weil|denn|damit|um zu|wegen|aufgrund|car|parce|puisque|afin|pour|"
         r"porque|debido|ya que|a fin de|para|perché|poiché|affinché|"
         r"per (?:permettere|evitare|garantire|facilitare|ridurre|impedire))\b"),
        (r"\bfrom (?:what|which|how)\b.*\bto (?:what|which|how)\b|\b(?:what|which)\b[^?]{0,20}\brange\b|"
         r"\bbetween (?:what|which)\b",
         r"\bfrom\b.{1,40}?\b(?:to|until|up to)\b|\d\s*\S{0,8}\s*(?:-|–|to|and|\.\.\.?)\s*[-±]?\d"),
        (r"\b(?:other|another|alternative) (?:names?|terms?|words?)\b|\balso (?:called|known|referred)\b|"
         r"\b(?:called|known as|named|nicknam\w+|name for|term for)\b",
         r"\b(?:called|known as|named|termed|referred to as|dubbed|abbreviated|denoted)\b|\bnickname"),
        (r"\bwhat (?:is|are|was|were) [^?]{1,80} for\W*$|\bfor what (?:is|are|was|were|purpose)\b|\bpurpose of\b|"
         r"\bwhat (?:is|are|was|were) [^?]{1,80} used for\b",
         r"\b(?:used|designed|intended|reserved|meant|serves?|made) (?:to|for|as)\b|\bpurposes?\b|"
         r"\b(?:allows?|enables?|lets?|helps?)\b|\bin order to\b|\bfor \w+ing\b"),
        (r"\bdefaults?\b",
         r"\bdefaults?\b(?:\s+\w+)?\s*[:=(\[]|\bdefaults? (?:is|are|to|value)\b|\bby default\b|\(default\b"),
    )
)  # fmt: skip
_KIND_AND_SHORT = re.compile(r"(?:[a-z][\w-]*\s+){1,3}([A-Z][A-Z0-9&-]+)")  # "the project name NEMO"
STANDS_FOR = re.compile(r"\b(?:stands? for|short for|(?:abbreviation|acronym) (?:of|for))\b", re.I)
"""Words that ask what a short form is written out."""
_OPTION_ASKED = re.compile(
    r"\bwhat\b[^?]*?(?<![\w-])(-{1,2}[A-Za-z][\w-]*)(?=[^?]*\b(?:do|does|for|mean|means|effect)\b|\s*\?)", re.I
)
"""An option of a command that is asked about: "What does -v do?"."""
_MEANING_ASKED = re.compile(
    r"\bwhat\s+(?:does|do|did)\s+(?:the\s+)?"
    r"(?:(?:symbol|abbreviation|acronym|letters?|code|short form|name|term|word|initials|label|sign)\s+)?"
    r"(.{1,40}?)\s+(?:stand for|mean|denote|abbreviate)\b|"
    r"\bwhat\s+(?:is|are)\s+(?:the\s+)?(?:(?:abbreviation|acronym|name|term)\s+)?"
    r"(\S{1,30})\s+(?:short|an? (?:abbreviation|acronym)|the (?:abbreviation|acronym)) (?:for|of)\b|"
    r"\bwhat\s+is\s+meant\s+by\s+(?:the\s+)?(?:(?:abbreviation|acronym|term|word|name)\s+)?([^?]{1,40}?)(?=\s+in\b|\s*\?|$)",
    re.I,
)
_USUAL = (  # what is asked in one way, and told in others
    (re.compile(r"\b(?:who|which\s+\w+|what\s+\w+)\s+(?:has\s+|have\s+)?(?:fund|financ|sponsor|support|paid\s+for)\w*\s+"
                r"(?:the|this)\s+(?:\w+\s+)?(?:work|study|research|project|paper|survey|report|investigation)\b", re.I),
     re.compile(r"\b(?:supported|funded|sponsored|financed)\s+(?:\w+\s+){0,3}?(?:by|through|under|with)\b|"
                r"\bgrants?\s+(?:no\b|number|from|by|under|agreement|\(|[A-Z\d])|"
                r"\b(?:funding|funds|grants?|support) from\b|"
                r"\backnowledg\w+", re.I)),
    (re.compile(r"\b(?:under\s+)?(?:which|what)\s+(?:\w+\s+)?licen[cs]e\b|\bhow\b[^?]{0,40}\blicen[cs]ed\b", re.I),
     re.compile(r"\blicen[cs]ed?\s+(?:under|as|by)\b|\bCC[ -]BY|\bcreative commons\b|\bA?L?GPL\b|\bpublic domain\b|"
                r"\b(?:MIT|BSD|Apache)\s+licen[cs]e|\battribution\b.{0,24}\b\d\.\d\b", re.I)),
)  # fmt: skip
_OTHER_KIND = re.compile(r"\W*(?:\w+\s+)?(?:who(?:m|se)?|where|why)\b", re.I)
VAGUE = frozenset("value number result name title percentage percent share amount type level kind sum total".split())


@dataclass(frozen=True)
class Asked:
    """A question, its words in an order that the bits of a mask follow."""

    words: tuple[str, ...]  # those that carry its meaning, as the index counts words
    weights: tuple[float, ...]  # how rare each is
    tokens: frozenset[str]  # all its words
    said: frozenset[str]  # the same, in small letters, as they are written
    numbers: frozenset[str]
    focus: int  # mask of the words that are no names; of all where all are
    named: int  # mask of the names
    rarest: int  # mask of the word of most weight
    kind: AnswerType | None  # whether a text holds the kind of thing that is asked for
    exact: bool  # that kind is told by a unit or a form, so that a text without it is no answer
    thing: str  # the noun behind "which" or "what", "" for none
    counted: str  # the noun behind "how many", "" for none
    defines: re.Pattern[str] | None
    cue: re.Pattern[str] | None  # of a reason, a range or a default, where one is asked for
    who: bool
    several: bool  # more than one thing is asked for
    compounds: bool = False  # its language puts words together in one: a word may be part of another

    @classmethod
    def of(cls, question: str, idf: Callable[[str], float], own: str = "") -> Asked:
        """Take a question whose question words are English; `idf` tells how rare a word is in the collection.

        `own` is the question as it was asked, which may be in another language.
        """
        foreign = foreign_ask(own) if own else None
        if foreign is not None:
            return _of_foreign(foreign, own, idf)
        question = _NUMBER_OF.sub("how many", question)
        meant = _without_kind(question)
        words = tuple(content_words(meant))
        if _STOP.issuperset(words):
            words = tuple(content_words(question))
        weights = tuple(idf(word) for word in words)
        names = _names(question)
        named = sum(1 << i for i, word in enumerate(words) if word in names)
        every = (1 << len(words)) - 1
        rarest = 1 << max(range(len(words)), key=lambda i: weights[i]) if words else 0
        thing = _THING.search(meant) or _ATTRIBUTE.search(meant)
        return cls(
            words, weights, frozenset(tokenize(question)), frozenset(re.findall(r"[\w.:/@()-]+", question.casefold())),
            frozenset(re.findall(r"\d[\d.,]*%?", question)), (every & ~named) or every, named, rarest,
            answer_type(question), is_exact(question), _last_stem(thing), counted_thing(meant), definition_of(question),
            next((said for asked, said in _CUES if asked.search(question)), None),
            re.search(r"\bwho(?:m|se)?\b", question, re.I) is not None, _SEVERAL.search(question) is not None,
        )  # fmt: skip

    def share(self, mask: int, of: int = -1) -> float:
        """Return the share of the weight of words that a mask holds, 0 to 1; 1 where there are none to hold."""
        total = held = 0.0
        for i, weight in enumerate(self.weights):
            if of >> i & 1:
                total += weight
                held += weight if mask >> i & 1 else 0.0
        return held / total if total else 1.0


def _of_foreign(foreign: ForeignAsk, own: str, idf: Callable[[str], float]) -> Asked:
    """Take a question in another language: its words as they are, the kind of thing and what is counted in English."""
    # "who bears the costs" asks for no sum
    told = Asked.of(foreign.frame if _OTHER_KIND.match(foreign.frame) else foreign.kinds, idf)
    words = tuple(content_words(foreign.own))
    frame = _NUMBER_OF.sub("how many", foreign.frame)
    every, weights = (1 << len(words)) - 1, tuple(idf(word) for word in words)
    names = set() if foreign.language == "German" else _names(foreign.own)  # where all nouns have capitals
    named = sum(1 << i for i, word in enumerate(words) if word in names)
    thing = _last_stem(_THING.search(frame) or _ATTRIBUTE.search(frame))
    return replace(
        told, words=words, weights=weights, tokens=frozenset(tokenize(own)),
        said=frozenset(re.findall(r"[\w.:/@()-]+", own.casefold())), focus=(every & ~named) or every, named=named,
        rarest=1 << max(range(len(words)), key=lambda i: weights[i]) if words else 0,
        thing="" if thing in foreign.kind_words else thing, counted=counted_thing(frame),
        defines=definition_of(frame), compounds=foreign.language == "German",
    )  # fmt: skip


def _names(question: str) -> set[str]:
    return {token for match in _NAMED.finditer(question) for token in tokenize(match[0])}


def _without_kind(question: str) -> str:
    """Return a question with short question words for those that name the kind of thing that is asked for.

    >>> _without_kind("In which year was the bridge built?"), _without_kind("What share of users pay?")
    ('when was the bridge built?', 'how much users pay?')
    """
    for named, short in _KIND_SAID:
        question = named.sub(short, question)
    return question


def _last_stem(match: re.Match[str] | None) -> str:
    stems = tokenize(match[1]) if match is not None else []
    return stems[-1] if stems and stems[-1] not in _STOP else ""


def counted_thing(question: str) -> str:
    """Return the stem of the noun behind "how many": of the first plural, else of the last word before the verb.

    >>> counted_thing("How many parking fines were paid?"), counted_thing("How many mills burnt down in 1820?")
    ('fine', 'mill')
    """
    match = _COUNTED.search(question)
    words = match[1].split() if match is not None else []
    at = next((i for i, word in enumerate(words) if _MANY.fullmatch(word)), None)
    while at is not None and at + 1 < len(words) and _MANY.fullmatch(words[at + 1]):
        at += 1  # "sports clubs"
    stems = tokenize(words[-1 if at is None else at]) if words else []
    return stems[-1] if stems and stems[-1] not in _STOP else ""


def attribute_of(question: str) -> str:
    """Return the noun of what is asked of a thing, "" where none can be told or it is as vague as "value".

    >>> attribute_of("What is the weight of the vessel?"), attribute_of("What is the value of x?")
    ('weight', '')
    """
    stem = _last_stem(_ATTRIBUTE.search(question))
    return "" if stem in VAGUE else stem


def content_words(question: str) -> list[str]:
    """Return the words of a question that carry its meaning, as the index counts words."""
    english = re.search(r"\b(?:did|does|do|to|who)\b", question, re.I) is not None  # "die" is no article there
    letters = {letter.lower() for letter in _LETTER.findall(question)}
    words = [
        word
        for word in tokenize(question)
        if (word not in _STOP or (english and word == "die")) and (len(word) > 1 or word.isdecimal() or word in letters)
    ]
    return list(dict.fromkeys(words)) or tokenize(question)


def option_asked(question: str) -> re.Pattern[str] | None:
    """Return a pattern of the line that names the option of a command which a question asks about; None without one.

    >>> bool(option_asked("What does the option -v do?").search("-q, -v  say more"))
    True
    """
    option = _OPTION_ASKED.search(question)
    return None if option is None else re.compile(rf"^[^\w-]*(?:-\S+,? )?{re.escape(option[1])}(?![\w-])", re.M)


def usual_words_asked(question: str) -> re.Pattern[str] | None:
    """Return a pattern of what texts say where they answer a usual question in words of their own; None for another.

    >>> bool(usual_words_asked("Who paid for the study?").search("This work was supported by the Harbour Board."))
    True
    """
    return next((said for asked, said in _USUAL if asked.search(question)), None)


def short_form_asked(question: str) -> str:
    """Return the short form or word of which a question asks what it stands for or means; "" for another question.

    >>> short_form_asked("What does the project name NEMO stand for?"), short_form_asked("What does QoS mean?")
    ('NEMO', 'QoS')
    """
    means = _MEANING_ASKED.search(question)
    short = "" if means is None else next(filter(None, means.groups())).strip("\"'“”‘’ ")
    named = _KIND_AND_SHORT.fullmatch(short)
    return short if named is None else named[1]


def meaning_asked(question: str) -> re.Pattern[str] | None:
    """Return a pattern of what a short form stands for or a word means, where a question asks for that; else None.

    What stands in brackets behind an abbreviation in capitals must begin as it does: "ABC (2 pages)" tells nothing.

    >>> bool(meaning_asked("What does ABC stand for?").search("ABC = a box of chocolates"))
    True
    """
    short = short_form_asked(question)
    if not short:
        return None
    thing = re.escape(short)
    begins = (
        rf"(?=[“\"]?{thing[0]})(?!{thing})" if short.isupper() and short.isalpha() and len(short) > 1 else r"(?!\))"
    )
    return re.compile(
        rf"^\W*{thing}\s*[:=–—]\s|(?<!\w){thing}\s*=\s+[^\W\d]{{3,}}\s+[^\W\d]{{3,}}|"
        rf"\b{thing}[”\"’']?\s+\({begins}|(?<=\s)\([“\"]?{thing}s?[”\"]?\)|"
        rf"\b{thing}\b.{{0,12}}\b(?:stands? for|means?|abbreviat\w+|short for|denotes?|acronym)\b",
        re.I,
    )


def definition_of(question: str) -> re.Pattern[str] | None:
    """Return a pattern of sentences that say what a thing is, for a question that asks just that; None for others.

    >>> bool(definition_of("What is RCAC in the report?").search("Row and column access control (RCAC) is new."))
    True
    """
    pattern = option_asked(question) or meaning_asked(question)
    if pattern is not None:
        return pattern
    match = re.match(
        r"\W*what\s+(?:is|are)\s+(?:an?\s+|the\s+)?([\w-]+(?:\s+[\w-]+){0,2}?)(?:\s+in\b|\s*\?|$)", question, re.I
    )
    if match is None:
        return None
    thing = re.escape(match[1])
    return re.compile(
        rf"\b{thing}\b[)”\"]*\s+(?:\([^)]*\)\s+)?(?:is|are|means|stands for|refers to|provides?|denotes?)\b|"
        rf"\({thing}\)",
        re.I,
    )
