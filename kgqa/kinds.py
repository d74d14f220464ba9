"""The kind of thing that a question asks for: a year, a share, a duration, an amount of money, a count, a person."""

from __future__ import annotations

import re
from collections.abc import Callable

from kgqa.foreign_forms import FOREIGN_DATE, FOREIGN_ENDLESS, FOREIGN_NUMERALS, FOREIGN_PERCENT, FOREIGN_TIMES

AnswerType = Callable[[str], bool]
"""Whether a text holds the kind of thing that is asked for."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d{2}\b")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_DATE = re.compile(rf"\b\d{{1,2}}\s+\w+\s+\d{{4}}\b|\b{_MONTH}|\b\d{{4}}-\d{{2}}-\d{{2}}\b|{FOREIGN_DATE}", re.I)
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|"
    f"{FOREIGN_NUMERALS}"
)
_CLOCK = re.compile(
    r"\b\d{1,2}\s?[:h]\s?\d{2}\b|\b\d{1,2}\s?(?:[ap]\.?m\b|uhr\b|h\b)|\b(?:ore|las|à)\s+\d{1,2}\b", re.I
)
"""A time of the day."""
_CLOCK_ASKED = re.compile(
    rf"{_CLOCK.pattern}|(?<![\d.])\d{{1,2}}\.\d\d(?!\d)|\bnoon\b|\bmidnight\b|\bo[’']clock\b", re.I
)
"""The same where one is asked for: "19.30" may be anything else."""
_NUMBER = re.compile(rf"(?<![A-Za-z])\d[\d.,]*|\b(?:{_WORDS})\b", re.I)
_PERCENT_SIGN = rf"(?:%|percent|per cent|{FOREIGN_PERCENT})"
_PERCENT = re.compile(rf"\d\s*{_PERCENT_SIGN}", re.I)
_SHARE = re.compile(  # "80 %", "three out of four", "one in eight", "two thirds", "0.25"
    rf"{_PERCENT.pattern}|\b(?:\d+|{_WORDS})\s+(?:out of|in every|in|of every)\s+(?:about\s+)?"
    rf"(?:\d+|{_WORDS}|twenty)\b|"
    r"\b(?:half|(?:two|a|one)[\s-]thirds?|(?:three|a|one)[\s-]quarters?|majority)\b|(?<![\d.])0\.\d|\b\d+/\d+\b",
    re.I,
)
_COUNT = re.compile(  # a number that is no share and no part of a name
    rf"(?<![\w.])\d[\d.,]*(?:[kMB]|bn|mn)?(?![\d.,]*\s*{_PERCENT_SIGN}|\w)|"
    rf"\b(?:{_WORDS}|both|twice|once|no)\b",
    re.I,
)
_OFTEN = re.compile(  # "monthly", "every three days", "twice a week", "regularly"
    rf"{_COUNT.pattern}|\b(?:hour|dai|week|fortnight|month|quarter|year|annual|bi-?week|bi-?month|bi-?annual|semi-?annual|"
    r"regular|rare|continuous|constant|seldom|frequent)(?:ly)\b|\b(?:every|each|per)\s+\w+|\b(?:always|never|seldom|often)\b",
    re.I,
)
_TIME = (
    r"(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|nights?|weeks?|months?|years?|decades?|"
    rf"{FOREIGN_TIMES})"
)
_DURATION = re.compile(
    rf"(?:\d|\b(?:an?|eine?[mnrs]?|une?|una|uno|{_WORDS}|twenty|thirty|several|half an)\b)[\s-]*{_TIME}\b|"
    f"{FOREIGN_ENDLESS}",
    re.I,
)
_HOW_LONG = re.compile(
    r"\bhow long\b(?=[^?]*\b(?:tak(?:e|es|en)|took|last(?:s|ed)?|waits?|stays?|stayed|spen[dt]|runs?|ran|"
    r"ke(?:ep|eps|pt)|need(?:s|ed)?|"
    r"been|before|until|after|li(?:ve|ves|ved)|remains?|valid|continue[sd]?)\b)|"
    r"\bhow long (?:is|are|was|were|has|have|had)\b[^?]*?\w(?:ed|pt|lt|ld|en)\b|\bfor how long\b|\bwhat duration\b|"
    r"\bwhat is the duration\b|"
    r"\bhow (?:much time|many (?:seconds|minutes|hours|days|weeks|months|years))\b",
    re.I,
)
_FIRST = (  # words that begin a sentence, capital or not
    r"(?:The|An?|This|Th[eo]se|That|It|He|She|We|They|You|In|On|At|By|For|From|To|Of|With|When|Where|While|If|As|And|But|"
    r"Or|However|Our|Their|His|Her|Its|There|Here|All|Some|Many|Most|Each|Every|No|Not|See|After|Before|Since|Because|"
    r"Figure|Fig|Table|Section|Chapter|Page|Appendix|Step|Note|Source|Version|Part|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_PERSON = re.compile(  # capitals in a row, or one that does not begin its sentence
    rf"\b(?!{_FIRST})[A-ZÀ-Ý][\w'’\-]+(?:\s+[A-ZÀ-Ý][\w'’.\-]*)+|(?<=[\w,;:(“\"] )(?!{_FIRST})[A-ZÀ-Ý][\w'’\-]+"
)
_PLACE = re.compile(
    rf"\b(?i:in|at|from|near|to)\s+(?:the\s+)?(?!{_FIRST})[A-ZÀ-Ý]\w+|\b[A-ZÀ-Ý][\w.]+,\s(?:[A-Z]{{2}}\b|[A-ZÀ-Ý]\w+)"
)
_BODY = (  # words of what is no person
    r"(?:Administration|Agency|Association|Authority|Board|Bureau|Center|Centre|College|Commission|Committee|Company|"
    r"Corp\w*|Council|Department|Division|Foundation|Group|"
    r"Hospital|Inc|Institut\w*|Laborator\w*|Ltd|Ministry|National|Office|Order|"
    r"Program\w*|Project|Public|School|Service\w*|Society|State\w*|System\w*|Team|Union|United|Universit\w*)"
)
_HUMAN = re.compile(  # two capitals in a row or more, of which none belongs to an authority or a firm
    rf"\b(?!{_FIRST})(?:(?!{_BODY}\b)[A-ZÀ-Ý](?:[a-zà-ÿ][\w'’\-]*|\.)\s+){{1,3}}"
    rf"(?!{_BODY}\b|{_FIRST})[A-ZÀ-Ý][a-zà-ÿ][\w'’\-]+\b(?!\s+{_BODY}\b)"
)
_ROLE = re.compile(
    r"\bwho (?:is|was|became) (?:the |an? )?(?:[\w-]+ ){0,4}?(?:administrator|auditor|author|ceo|chair\w*|chief|"
    r"commissioner|customer|director|editor|founder|governor|head|inspector|leader|manager|mayor|minister|owner|patient|president|"
    r"principal|professor|secretary|supervisor|technician|treasurer)\b"
)
_PERIOD = re.compile(  # two ends of a time
    rf"(?:{_YEAR.pattern}|{_DATE.pattern})[^.;:]{{0,24}}?(?:-|–|\b(?:to|and|until|through|till)\b)[^.;:]{{0,24}}?"
    rf"(?:{_YEAR.pattern}|{_DATE.pattern})",
    re.I,
)
_MONEY = (  # "$5", "5 million dollars", "EUR 5m"
    r"[$€£¥]\s?\d|\d\s?[€£$]|"
    r"\d\s*(?:\w+ )?(?:dollars?|euros?|cents?|USD|EUR|GBP|CHF|pounds?|crowns?|francs?|rupees?|yen)\b|"
    r"\b(?:USD|EUR|GBP|CHF|CAD|AUD|JPY|INR|SEK|NOK|DKK|PLN|CZK|Rs\.?)\s?\d"
)
_MEASURED = tuple(  # words of a question, and how a text says such a measure
    (re.compile(asked), re.compile(said, re.I))
    for asked, said in (
        (r"\b(?:costs?|prices?|wages?|hourly|salary|salaries|budget|fees?|dollars|euros|revenue)\b|\bhow expensive\b",
         rf"{_MONEY}|\bfree of charge\b"),
        (r"\bhow old\b|\b(?:what|which|average|mean|median)\b[^?]{0,20}\bage\b",
         r"\bage[ds]?\b|\byears? old\b|\d[\s-]years?\b"),
        (r"\bhow (?:high|large|big|much) (?:is|was|are|were) (?:the|a) (?:\w+ )?"
         r"(?:fine|penalty|deposit|rent|loan|debt|tax)\b",
         rf"{_MONEY}|\d\s*%"),
        (r"\b(?:interest|tax|unemployment|inflation|growth|response|mortality|discount) rates?\b",
         r"\d\s*(?:%|percent|per cent|per \d|points)|(?<![\d.])0\.\d"),
        (r"\b(?:weigh[st]?|weight|mass|how heavy)\b",
         r"\d\s*(?:kg|g|mg|lbs?|pounds?|tonn?e?s?|t|grams?|kilograms?|ounces?)\b"),
        (r"\btemperature\b|\b(?:boiling|melting|freezing) point\b",
         r"\d\s*(?:°|º|degrees?|celsius|fahrenheit|kelvin|[CFK]\b)"),
        (r"\bhow (?:tall|high|deep|wide|far)\b|\bwhat (?:height|depth|width|distance)\b",
         r"\d\s*(?:km|m|cm|mm|nm|feet|foot|ft|miles?|met(?:re|er)s?|inch(?:es)?|kilomet(?:re|er)s?)\b|\d"),
        (r"\bsquare (?:kilomet(?:re|er)s?|miles?|met(?:re|er)s?|feet|foot)\b|\bhow many (?:hectares|acres)\b|"
         r"\b(?:surface|land|floor|total) area\b",
         r"\d\s*(?:(?:km|m|ft|mi)\s?[2²]|sq\.?\s?(?:km|m|ft|mi|feet|miles?)|hectares?|ha\b|acres?|"
         r"square (?:kilomet(?:re|er)s?|miles?|met(?:re|er)s?|feet|foot))"),
        (r"\b(?:phone|telephone|fax) number\b", r"\+?\(?\d[\d ()./-]{6,}"),
        (r"\b(?:what|which) (?:\w+ )?wave ?lengths?\b", r"\d\s*(?:[nμµ]m|mm|cm|Å|angstroms?|nanomet\w+|microns?)\b"),
        (r"\b(?:what|which) (?:\w+ )?(?:dose|dosage)\b",
         r"\d\s*(?:[mμµ]?g|mcg|m?l|units?|IU|tablets?|capsules?|drops?|[mμµ]?mol|puffs?|times)\b|\d\s*[mck]?Gy\b"),
        (r"\bwhat voltage\b|\b(?:which|at what) voltage\b", r"\d\s*(?:[mk]?V|volts?)\b"),
        (r"\bmailing[ -]list\b[^?]{0,20}\baddress\b|\baddress of [^?]{0,40}\bmailing[ -]list\b", r"@|\bhttps?:"),
        (r"\be-?mail\b[^?]{0,12}\baddress\b|\bmail address\b", r"@"),
        (r"\b(?:web ?site|url|web address|web page)\b", r"\bhttps?:|\bwww\.|\w\.(?:com|org|net|edu|gov|io|de)\b"),
    )
)  # fmt: skip

_ASKS = (  # words of a question, how a text says that kind, and whether nothing else answers
    (re.compile(r"\b(?:what|which) hour\b"), _CLOCK, True),
    (re.compile(r"\bat (?:what|which) time\b(?! of\b)|\bwhat time (?:is|are|was|were|do|does|did|will)\b"),
     _CLOCK_ASKED, True),
    (re.compile(r"\bhow (?:often|frequently)\b"), _OFTEN, True),
    (re.compile(r"\b(?:what|which) year\b"), _YEAR, True),
    (re.compile(r"\bwhen (?:was|were|did|will)\b|\b(?:what|which) (?:date|day|month)s?\b|\bdate of\b"),
     re.compile(f"{_YEAR.pattern}|{_DATE.pattern}", re.I), True),
    (re.compile(r"\bwhen\b"), re.compile(f"{_YEAR.pattern}|{_DATE.pattern}", re.I), False),
    (re.compile(r"\b(?:what|which) (?:time )?(?:period|span|time ?frame|years|range of years)\b"),
     re.compile(f"{_PERIOD.pattern}|{_DURATION.pattern}", re.I), False),
    (re.compile(r"\bper ?cent(?:age)?\b|\b(?:what|which) (?:share|proportion|fraction|portion)\b"), _SHARE, True),
    (_HOW_LONG, _DURATION, True),
    *((asked, said, True) for asked, said in _MEASURED),
    (re.compile(r"\bhow many\b|\b(?:what|which) number\b"), _COUNT, True),
    (re.compile(
        r"\bhow much (?!do|does|did|can|could|will|would|is|are|was|were|more|less|of)[a-z]+ "
        r"(?:do|does|did|is|are|was|were|has|have|had)\b|\bwhat (?:is|are|was|were) (?:the |its |their )?"
        r"(?:mean|average|median) "),
     _NUMBER, True),
    (re.compile(
        r"\bhow (?:much|long|far|high|tall|old|large|big|fast|wide|deep|heavy)\b|"
        r"\b(?:what|which) (?:(?:is|was|are|were) (?:the|its|their) )?(?:[\w-]+ )?(?:[\w-]+[ -])?"
        r"(?:value|score|rate|size|speed|frequency|resolution|"
        r"version|release|range|accuracy|port|code|id)\b|"
        r"\bamount\b"),
     _NUMBER, False),
    (_ROLE, _HUMAN, True),
    (re.compile(r"^(?:\W*(?!what|which|how|when|where|why)\w+\W+){0,6}?\W*who(?:m|se)?\b"), _PERSON, False),
    (re.compile(r"\bwhere\b|\b(?:which|what) (?:\w+ )?(?:city|country|place|town|state|university)\b"),
     re.compile(f"{_PLACE.pattern}|{_PERSON.pattern}"), False),
)  # fmt: skip


_FORMS = (  # what has a form of its own, by which it is found where no word says what it is
    (re.compile(r"\be-?mails?\b(?=[^?]*\b(?:address|of|contact|author|reach|write|send)\b)|\bmail address\b"),
     re.compile(r"[\w.+}-]@\w")),
    (re.compile(r"\b(?:phone|telephone|fax|mobile|hotline)\b"), re.compile(r"\+?\(?\d[\d ()./–-]{6,}\d")),
    (re.compile(r"\b(?:web ?site|url|web address|web page|home ?page)\b"), re.compile(r"\bhttps?:|\bwww\.\w")),
    (re.compile(r"\bdoi\b"), re.compile(r"\b10\.\d{4,9}/")),
    (re.compile(r"\bissn\b"), re.compile(r"\bISSN\b", re.I)),
    (re.compile(r"\bisbn\b"), re.compile(r"\bISBN\b", re.I)),
)  # fmt: skip


def form_asked(question: str) -> re.Pattern[str] | None:
    """Return the form of what a question asks for, where it has one of its own: an address, a number to call.

    >>> bool(form_asked("What is the phone number of the harbour?")), form_asked("Who phoned?")
    (True, None)
    """
    return next((form for asked, form in _FORMS if asked.search(question.lower())), None)


def answer_type(question: str) -> AnswerType | None:
    """Return a test for the kind of thing that a question asks for, or None where no kind can be told."""
    said = next((said for asked, said, _ in _ASKS if asked.search(question.lower())), None)
    return None if said is None else lambda text: said.search(text) is not None


def is_exact(question: str) -> bool:
    """Return whether the kind that a question asks for is told by a unit or form, so that nothing else answers.

    >>> is_exact("How much does it cost?"), is_exact("Who wrote it?")
    (True, False)
    """
    return next((exact for asked, _, exact in _ASKS if asked.search(question.lower())), False)
