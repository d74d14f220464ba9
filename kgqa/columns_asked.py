"""Which columns of a table a question asks for: by the words of their heads, or by what its words imply."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.tables import is_numeric
from kgqa.pointers import count_word
from kgqa.rows_named import names_of_heads
from kgqa.table_view import STOP, TableView, abbreviates, alike, overlap, spelled_out, words_of

COUNT_WORDS = frozenset(("number", "count", "total", "n", "no", "qty", "quantity"))
SHARE_WORDS = frozenset(
    "percent percentage share rate % proportion porcentaje pourcentage porcentagem percentuale prozent".split()
)
HIGHEST = re.compile(  # "1-best" and "n-best" name a list, and no extreme
    r"(?<![\dnk]-)\b(?:highest|largest|greatest|biggest|maximum|maximal|most|best|tops?(?![\s-]*\d)|longest|oldest|peak|tallest|"
    r"heaviest|deepest|widest|fastest|slowest|newest|latest|busiest|richest|strongest|max|priciest)\b",
    re.I,
)
LOWEST = re.compile(
    r"\b(?:lowest|smallest|least|fewest|minimum|minimal|worst|shortest|youngest|cheapest|lightest|narrowest|shallowest|"
    r"weakest|earliest|(?<!\d )(?<!\d)min|poorest)\b",  # "90 min" is a time
    re.I,
)
_IMPLIED = tuple(  # words of a question -> heads of the column that it means
    (re.compile(pattern, re.I), frozenset(heads.split()))
    for pattern, heads in (
        (
            r"\blong(?:er|est)?\b|\bshort(?:er|est)?\b",
            "length duration long time day hour minute page km mile",
        ),
        (
            r"\bold(?:er|est)?\b|\byoung(?:er|est)?\b|\bnew(?:er|est)?\b",
            "age built year born founded date birth established opened construction",
        ),
        (
            r"\bearli(?:er|est)\b|\blat(?:er|est)\b|\bwhen\b|\bquand\b|\bcu[aá]ndo\b|\bquando\b|\bwann\b|"
            r"\bwhat year\b|\bwhich year\b",
            "year date built born founded opened day month start when time established published "
            "échéancier échéance année fecha año data anno datum jahr",
        ),
        (
            r"\bwhat time\b|\bquelle heure\b|\bqu[eé] hora\b|\bche ora\b|\bwie ?viel uhr\b",
            "time showtime hour clock heure hora ora ore uhrzeit zeit",
        ),
        (
            r"\bexpensive\b|\bcheap(?:er|est)?\b|\bcosts?\b|\bprice[sd]?\b",
            "cost price fee amount usd eur dollar euro pound salary",
        ),
        (
            r"\bheav(?:y|ier|iest)\b|\blight(?:er|est)\b|\bweighs?\b",
            "weight mass kg ton tonne",
        ),
        (
            r"\btall(?:er|est)?\b|\bhigh is\b",
            "height tall",
        ),
        (
            r"\bdeep(?:er|est)?\b|\bshallow\w*\b",
            "depth deep tiefe",
        ),
        (
            r"\bwid(?:e|er|est)\b|\bnarrow\w*\b",
            "width breadth",
        ),
        (
            r"\bfast(?:er|est)?\b|\bslow(?:er|est)?\b|\bquick(?:er|est)?\b",
            "speed elapsed time second runtime duration relative latency",
        ),
        (
            r"\bwhere\b|\bwhich (?:place|city|town|country)\b",
            "place location city country town where site region",
        ),
        (
            r"\bwho\b|\bwhose\b|\bqui\b|\bqui[eé]n(?:es)?\b|\bchi\b|\bwer\b",
            "responsable responsabile verantwortlich "
            "name leader author person owner who responsible director player employee manager",
        ),
        (
            r"\b(?:who|(?:which|what) (?:company|firm|contractor|supplier|vendor|bidder))\b.*"
            r"\b(?:award(?:ed)?|won|win|got|gets|supplie[sd]|delivers?|built|builds?)\b",
            "contractor supplier company firm vendor winner bidder consultant awardee",
        ),
        (
            r"\bmean(?:s|ing)?\b|\bstands? for\b",
            "meaning description definition explanation interpretation",
        ),
        (
            r"\bdescribed?\b|\bdescription\b|\bpurpose\b|\bdoes\b.*\bdo\b",
            "description purpose function meaning explanation",
        ),
        (
            r"\bton(?:s|nes?|nen|nellat[ae]|eladas?)\b|\btonnage\b",
            "t tm mt ton tonne tonnage tonelada tonnen tonnellata",
        ),
        (
            r"\bwhat (?:should|can|must|do|to) (?:\w+ )?do\b|\bhow (?:do|can|should) (?:i|we|you|one) "
            r"(?:fix|solve|repair|mend|stop|avoid|prevent|correct)\b",
            "solution remedy action correction measure repair fix",
        ),
        (
            r"\bhow many\b.*\b(?:ordered|bought|purchased|sold|shipped|delivered|stocked|supplied)\b",
            "qty quantity pieces pcs units ordered bought purchased sold shipped delivered stocked supplied",
        ),
        (
            r"\bmost populous\b|\bpopulation\b|\binhabitants\b",
            "population inhabitant resident people",
        ),
    )
)
_SHARES = re.compile(
    r"\b(?:what|which)\s+(?:percent(?:age)?|share|proportion|fraction|%)|"
    r"\bqu[eé]\s+porcentaje\b|\bquel(?:le)?\s+(?:pourcentage|part)\b|\bche\s+percentuale\b|\bwie ?viel\s+prozent\b",
    re.I,
)
_MONEY = re.compile(
    r"\b(?:value|worth|revenue|valor|valeur|valore|import[eo]|montant|wert|betrag)\b|"
    r"\bcu[aá]nto (?:cuesta|val[ií]a|vale)\b",
    re.I,
)
_CURRENCY = re.compile(r"[$€£¥]|\b(?:usd|eur|gbp|jpy|chf|euros?|dollars?|ecu)\b", re.I)
_IMPLIED_MONEY = 0.5  # of a column in a currency, where the value or the worth of something is asked for
_TWO_LETTERS = 0.6  # of a word of a head, that two letters count which are no beginning
_UNASKED_SHARE = 0.15  # what a column of shares counts less where counts are asked for
_PHRASE = 1.2  # what a head counts more that a question says as it stands
_SHARE_ASKED = 0.5  # and one of shares, where "what percentage" is asked for
_DIRECTLY = 0.5  # what a head counts more that says the measure itself: "what is the width of the sampled site"
_OF_WHAT = re.compile(
    r"\b(?:what|which)(?:'s|\s+is|\s+are|\s+was|\s+were)\s+(?:the\s+)?((?:[\w-]+\s+){1,3}?)(?:of|for|at|in)\s", re.I
)
_MOST_OF = re.compile(
    rf"(?:{HIGHEST.pattern}|{LOWEST.pattern})\s+((?:[\w-]+\s+){{1,3}}?)(?:in|of|for|at|among|on|is|was|has|had)\s", re.I
)
_NTH = "first second third fourth fifth sixth seventh eighth ninth".split()
_COUNTED_OFF = re.compile(rf"\b(?P<nth>{'|'.join(_NTH)})\s+(?P<of>[a-z]+(?:\s+[a-z]+){{1,3}})", re.I)
_OTHER_NAME = 1.2  # what a head counts less that has another name than the one in the question
_SLOW = re.compile(r"\bslowest\b", re.I)
_FAST = re.compile(r"\b(?:fastest|quickest)\b", re.I)
_OLD = re.compile(r"\boldest\b", re.I)
_BEST = re.compile(r"\b(?:best|worst)\b", re.I)
_ERRORS = re.compile(
    r"\b(?:w?mse|rmse|mae|mape|[cw]er|errors?|loss(?:es)?|bias|perplexity|ppl|aic|bic|deviance|cost|runtime|latency)\b",
    re.I,
)
_YOUNG = re.compile(r"\b(?:youngest|newest|latest)\b", re.I)


_PREDICATE = re.compile(r"\bhow many\s+of\b.+?\s(?:are|is|was|were|(?:has|have|had)(?: been)?)\s+([^,;?]+)", re.I)
COUNTED = re.compile(r"\bhow many\b|\b(?:most|fewest)\s+(?:\w+\s+){0,2}?\w+s\b", re.I)  # "the most reported cases"


def column_scores(view: TableView, question: str, words: Sequence[str]) -> list[float]:
    """Return for each column how much its heads say of a question: about the number of words that they share.

    "Percent" and the like tell a column from that of the counts beside it, and from no other.
    """
    scores: list[float] = []
    words, lower = _predicated(view, question, words)
    share = any(word in SHARE_WORDS for word in [*words, *lower.split()])
    asks_count = COUNTED.search(question) is not None
    implied = {head for _, heads in implied_heads(question) for head in heads}
    last = view.table.header[-1] if view.table.header else [""] * len(view.heads)
    asked = [*words, *in_digits(words)]
    shares = _SHARES.search(question) is not None
    said = frozenset(word for word in words if any(word in own for own in view.head_words))
    money = _MONEY.search(question) is not None
    directly = _asked_directly(view, question)
    names = names_of_heads(view, question)
    for label, own, below in zip(view.heads, view.head_words, last, strict=True):
        tokens = own + (["%"] if "%" in label else [])
        in_order = _cut_in_order(words, words_of(below))
        plain = overlap([w for w in asked if w not in SHARE_WORDS], [t for t in own if t not in SHARE_WORDS])
        score = plain + (_PHRASE if in_order else 0.9 * _cut_short(words, own, said))
        score += _PHRASE * _is_said(label, lower)
        score -= _UNASKED_SHARE * (score > 0 and not share and bool(SHARE_WORDS & set(tokens)))
        if asks_count and not share:
            score += 0.4 * bool(COUNT_WORDS & set(tokens)) - 0.4 * bool(SHARE_WORDS & set(tokens))
        elif share:
            score += 0.4 * bool(SHARE_WORDS & set(tokens)) or 0.4 * _holds_shares(view, len(scores))
        if implied & {*tokens, *re.findall(r"[a-z]+", label.lower())}:
            score += 0.6
        score += _IMPLIED_MONEY * (money and _CURRENCY.search(label) is not None)
        sign = re.search(r"\w+[+*#]+$", label)  # "chrF++" is another than "chrF", though the words are the same
        if sign is not None and re.search(rf"(?<!\w){re.escape(sign[0])}(?![\w+*#])", question, re.I):
            score += 0.4
        score += 0.7 * (
            (score <= 0 and _stands_for(label, question)) or (below != label and _stands_for(below, question))
        )
        score += _SHARE_ASKED * (shares and _is_share(view, len(scores), tokens))
        score += _DIRECTLY * (score > 0 and any(alike(word, other) for word in directly for other in own))
        score -= _OTHER_NAME * (score > 0 and bool(names) and not names & set(own))
        if "margin" in tokens and "margin" not in words:
            score -= 0.3
        scores.append(score)
    return scores


def _asked_directly(view: TableView, question: str) -> list[str]:
    """Return the last word of what is asked of something, "width" of "the width of", where few heads have it."""
    match = _OF_WHAT.search(question) or _MOST_OF.search(question)
    last = words_of(match[1])[-1:] if match is not None else []
    heads = sum(any(alike(word, own) for word in last for own in words) for words in view.head_words)
    return last if 0 < 2 * heads <= len(view.heads) else []


def _predicated(view: TableView, question: str, words: Sequence[str]) -> tuple[Sequence[str], str]:
    """Return the words, and the text in small letters, by which a question names a column.

    These are what "how many of the eggs were broken" says at its end where that is all of a head: what they are of,
    "eggs laid", may head a column as well, and is not asked for. Of other questions they are all.
    """
    match = _PREDICATE.search(question)
    said = words_of(match[1]) if match is not None else []
    own = [word for word in words if word in said]
    whole = any(head and all(any(alike(word, other) for word in own) for other in head) for head in view.head_words)
    return (own, match[1].lower()) if match is not None and whole else (words, question.lower())


def asks_share(question: str) -> bool:
    """Return whether a question asks for a share or percentage."""
    return any(word in SHARE_WORDS for word in re.findall(r"[^\W\d_]+|%", question.lower()))


def implied_heads(question: str) -> list[tuple[str, frozenset[str]]]:
    """Return (what a question says, the words of the heads that it means by it): ("how long", {"duration", ...})."""
    return [(match[0], heads) for pattern, heads in _IMPLIED if (match := pattern.search(question)) is not None]


def in_digits(words: Sequence[str]) -> set[str]:
    """Return the numbers that words are: "three" is the row "3"."""
    return {str(count) for word in words if not word.isdecimal() and (count := count_word(word)) is not None}


def _is_said(label: str, lower: str) -> bool:
    """Return whether a question says a head of several words as it stands: "control group", not "head start group"."""
    words = label.lower().split()
    return 1 < len(words) < 6 and re.search(rf"(?<!\w){re.escape(' '.join(words))}(?!\w)", lower) is not None


def _is_share(view: TableView, column: int, tokens: Sequence[str]) -> bool:
    return bool(SHARE_WORDS & set(tokens)) or _holds_shares(view, column)


def _cut_short(words: Sequence[str], head: Sequence[str], said: frozenset[str]) -> float:
    """Return how many words of a head are words of a question cut short, and no word of it themselves.

    Two letters out of the middle count less than a beginning: of "fragmentation" "frag" is meant rather than "fn". A
    word that another head says whole (`said`) is not meant by letters of it.
    """
    cut = [own for own in head if not any(alike(word, own) for word in words)]
    meant = [
        [word for word in words if abbreviates(own, word) and (word not in said or word.startswith(own))] for own in cut
    ]
    return sum(
        1.0 if len(own) > 2 or any(word.startswith(own) for word in of) else _TWO_LETTERS
        for own, of in zip(cut, meant, strict=True)
        if of
    )


def _cut_in_order(words: Sequence[str], head: Sequence[str]) -> bool:
    """Return whether the words of a head, one of them cut short, stand for words behind each other: "ID sw", "no pgs".

    Two letters are enough here, where those beside them stand for the word beside.
    """

    def begins(own: str, word: str) -> bool:
        return own == word or (1 < len(own) < len(word) and (word.startswith(own) or abbreviates(own, word)))

    spans = (words[at : at + len(head)] for at in range(len(words) - len(head) + 1))
    return 1 < len(head) < 5 and any(
        all(map(begins, head, span)) and not all(alike(word, own) for own, word in zip(head, span, strict=True))
        for span in spans
    )


def _stands_for(label: str, question: str) -> bool:
    """Return whether a head of two to four capitals stands for words of a question: "FP" for false positives.

    Or, of two capitals, for a word that they begin: "ID" for identity.
    """
    letters = re.sub(r"[^A-Za-z]", "", label)
    if not re.fullmatch(r"[A-Z]{2,4}", letters):
        return False
    if (counted := re.fullmatch(r"[A-Z]{2,4}\s?(\d)", label)) is not None:  # "PC2" is the second principal component
        behind = [m["of"].lower().split() for m in _COUNTED_OFF.finditer(question)
                  if _NTH.index(m["nth"].lower()) + 1 == int(counted[1])]  # fmt: skip
        return any(spelled_out(letters.lower(), words) for words in behind)
    words = [word for word in re.findall(r"[A-Za-z]+", question.lower()) if word not in STOP]
    begun = len(letters) == 2 and any(word.startswith(letters.lower()) and len(word) > 4 for word in words)
    return begun or bool(spelled_out(letters.lower(), words))


def _holds_shares(view: TableView, column: int) -> bool:
    cells = [row[column] for row in view.body if row[column]]
    return bool(cells) and sum("%" in cell for cell in cells) > 0.5 * len(cells)


def wants_highest(question: str, head: str) -> bool | None:
    """Return whether the extreme that a question asks for is a column's largest number; None where it asks for none.

    The oldest ship has the lowest year of building and the highest age; the fastest method the lowest time.
    """
    year = re.search(
        r"\b(?:year|built|born|founded|date|opened|birth|established|construction|published)\b", head, re.I
    )
    if (old := _OLD.search(question)) or _YOUNG.search(question):
        return (old is None) if year is not None else (old is not None)
    arrow = "↑" in head if ("↑" in head) != ("↓" in head) else None  # which way a head says that is better
    if arrow is not None and (_FAST.search(question) or _SLOW.search(question) or _BEST.search(question)):
        return arrow != bool(re.search(r"\b(?:slowest|worst)\b", question, re.I))
    if (slow := _SLOW.search(question)) or _FAST.search(question):
        speed = re.search(r"\b(?:speed|rate|throughput|fps|per second)\b", head, re.I) is not None
        return (slow is None) if speed else (slow is not None)
    if re.search(r"\b(?:most|more) (?:recent|modern)\b", question, re.I):
        return True
    if re.search(r"\bleast expensive\b", question, re.I):
        return False
    judged = _BEST.search(question)
    if judged is not None and (
        _ERRORS.search(head) or _ERRORS.search(question)
    ):  # of errors and times the best is the lowest
        return judged[0].lower() == "worst"
    lowest, highest = LOWEST.search(question), HIGHEST.search(question)
    if lowest is not None:
        return False
    return True if highest is not None else None


_OF = re.compile(
    r"\s+of\s+(?:the\s+)?((?:[\w|/-]+\s+)?[\w|/-]+?)"
    r"(?=\s+(?:has|have|is|are|was|were|does|do|in|on|with|that|for|listed|named)\b|\s*[?.,]|$)",
    re.I,
)


_ASKED = (
    r"\s+(?:(?:of|all|the|are|is|different|were|was)\s+)*"
    r"((?:[\w|/-]+\s+){0,2}?[\w|/-]+)(?=\s+(?:has|have|had|is|are|was|were|do|does|did|use|uses|run|runs|reach\w*|"
    r"with|that|who|in|on|of|carr\w+|cost\w*|show\w*|contain\w*|achiev\w+|get\w*|obtain\w*|appear\w*|belong\w*|need\w*|"
    r"support\w*|travel\w*|covers?|serves?|offers?|prints?|draws?|weighs?|makes?|made|"
    r"wins?|won|scored?|listed|named|given|reported|compared|included|mentioned)\b|\s*[?.,:]|\s*$)"
)
_FIRST_WHICH = re.compile(r"\W*(?:(?:in|on|for|at|by|of|from)\s+)?(?:which|what)\b", re.I)
_NAME = 0.2  # "which plan" asks for a plan's name rather than its type
_OWNER = re.compile(r"\b((?:which|what)\s+[\w-]+)['’]s\s+[\w-]+", re.I)  # "which yard's boat" asks for a yard
_BEHIND_WHICH = re.compile(r"\b(?:which|what)\s+([a-z]+)\b", re.I)
_BEFORE_FOR = re.compile(r"\s+(?:for|at|by|from)\s+", re.I)  # "the fine for littering" asks for a fine
_THING = re.compile(rf"(?:^\W*(?:list|name)|\b(?:which|what|how many)){_ASKED}", re.I)
_LISTED_THING = re.compile(rf"\b(?:list|name){_ASKED}", re.I)


def asked_noun(question: str) -> list[str]:
    """Return the words of the thing that a question asks for: "which global variables" -> ["global", "variable"]."""
    question = _OWNER.sub(r"\1", question)
    match = _THING.search(question) or _LISTED_THING.search(question)  # "list" inside may be a noun
    if match is None:
        return []
    own = words_of(_BEFORE_FOR.split(match[1])[0])
    if not own or own in (["name"], ["kind"], ["sort"]):  # "which value of X", "the names of the X" ask for an X
        behind = _OF.match(question[match.end() :])
        own = words_of(behind[1]) if behind is not None else own
    return own


def word_behind_which(question: str) -> list[str]:
    """Return the word right behind "which" as tables count words: what leaves, runs or costs is told by any verb."""
    match = _BEHIND_WHICH.search(question)
    return words_of(match[1]) if match is not None else []


def asked_column(view: TableView, question: str) -> int | None:
    """Return the column that holds the thing that a question asks for; None where no head says it."""
    noun = asked_noun(question) or (word_behind_which(question) if _FIRST_WHICH.match(question) else [])
    if not noun:
        return None
    scores = [overlap(noun, words_of(head)) + _NAME * ("name" in words_of(head)) for head in view.heads]
    whole = words_of(question)  # of two columns for the thing, "Val WER" under 5k and under 50k, the one named
    best = max(range(len(scores)), key=lambda c: (round(scores[c], 6), overlap(whole, words_of(view.heads[c])), -c))
    return best if scores[best] >= 0.7 else None


def is_text_column(view: TableView, column: int) -> bool:
    """Return whether most cells of a column are words."""
    cells = [row[column] for row in view.body if row[column]]
    return bool(cells) and sum(is_numeric(cell) for cell in cells) < 0.5 * len(cells)
