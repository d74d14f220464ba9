"""What sentences of encyclopedic and technical English say of their subjects, and how that is asked for."""

from __future__ import annotations

import re

SLOT = "§"
RELATIONS = tuple(
    (re.compile(pattern), noun)
    for pattern, noun in (
        (rf"\bdirected by {SLOT}", "director"),
        (rf"\b(?:written|screenplay|scripted) by {SLOT}", "writer"),
        (rf"\b(?:novel|book|play|story|poem|memoir)\b[^.;]{{0,40}}\bby {SLOT}", "author"),
        (
            rf"\b(?:song|single|album|track|EP|recorded|performed|sung)\b[^.;]{{0,60}}\bby [^.;,]{{0,40}}{SLOT}",
            "performer",
        ),
        (rf"\b(?:composed|music) by {SLOT}", "composer"),
        (rf"\bproduced by {SLOT}", "producer"),
        (rf"\b(?:founded|established|created) by {SLOT}", "founder"),
        (rf"\b(?:developed|designed|built) by {SLOT}", "maker"),
        (rf"\b(?:published|released|distributed) by {SLOT}", "publisher"),
        (rf"\b(?:owned|operated|run) by {SLOT}", "owner"),
        (rf"\b(?:starring|stars) {SLOT}", "star"),
        (rf"\b(?:son|daughter|child) of {SLOT}", "parent"),
        (rf"\b(?:married(?: to)?|wife of|husband of|widow of) {SLOT}", "spouse"),
        (rf"\b(?:brother|sister) of {SLOT}", "sibling"),
        (rf"\bborn in {SLOT}", "place of birth"),
        (rf"\b(?:located|based|situated) in (?:the )?{SLOT}", "location"),
        (rf"\b(?:member|part) of (?:the )?{SLOT}", "group"),
        (rf"\b(?:capital|seat) of (?:the )?{SLOT}", "region"),
        (rf"\b(?:studied|educated|graduated) (?:at|from) (?:the )?{SLOT}", "university"),
        (rf"\bplay(?:s|ed) for (?:the )?{SLOT}", "team"),
    )
)
"""What a sentence says of the name in the slot, and the noun that a question asks by."""

DATE = r"(?:\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{4})"
NAME = r"[A-ZÀ-Þ][\w'’.-]*(?: (?:of |the |de |von |van )?[A-ZÀ-Þ][\w'’.-]*)*"
FACTS = tuple(
    (key, re.compile(pattern), asks)
    for key, pattern, asks in (
        ("birth", rf"\(\s*(?:born )?[^()\d]*({DATE})", ("When was {d} born?", "What is the date of birth of {d}?")),
        (
            "death",
            rf"\([^()]*\d{{4}}\s*[–-][^()\d]*({DATE})\s*\)",
            ("When did {d} die?", "What is the date of death of {d}?"),
        ),
        ("", rf"\bborn\b[^.;()]{{0,30}} in ({NAME})", ("Where was {d} born?", "What is the place of birth of {d}?")),
        ("", rf"\bdied\b[^.;()]{{0,30}} in ({NAME})", ("Where did {d} die?", "What is the place of death of {d}?")),
        (
            "country",
            r"\b(?:is|was) an? ([A-Z][a-z]+(?:an|ish|ese|ch|ek|ss|i)\b)",
            ("What nationality is {d}?", "Which country is {d} from?"),
        ),
        ("", rf"\b(?:son|daughter) of ({NAME})", ("Who is the father of {d}?", "Who is a parent of {d}?")),
        (
            "",
            rf"\b(?:married(?: to)?|wife of|husband of) ({NAME})",
            ("Who is the spouse of {d}?", "Whom did {d} marry?"),
        ),
        ("", rf"\b(?:studied|educated|graduated) (?:at|from) (?:the )?({NAME})", ("Where did {d} study?",)),
        ("", rf"\b(?:won|awarded|received) (?:the |an? )?({NAME})", ("What award did {d} receive?",)),
        ("founded", rf"\b(?:founded|established|formed|opened) (?:in|on) ({DATE})", ("When was {d} founded?",)),
        ("released", rf"\breleased (?:in|on) ({DATE})", ("When was {d} released?",)),
        (
            "",
            rf"\b(?:located|situated|based) in (?:the )?({NAME})",
            ("Where is {d}?", "In which place is {d} located?"),
        ),
        ("", rf"\bdirected by ({NAME})", ("Who directed {d}?", "Who is the director of {d}?")),
        ("", rf"\b(?:capital|seat) of (?:the )?({NAME})", ("What is {d} the capital of?",)),
        ("", r"\bpopulation (?:of|was|is)[^.;\d]{0,30}([\d,]{3,})", ("What is the population of {d}?",)),
    )
)
"""Facts that a sentence may state of its subject: a key to compare two by, or "", and how they are asked for."""
KIND = re.compile(
    r"\b(?:is|was|are|were) (?:an?|the|one of the) ((?:[\w'’-]+ ){0,5}?[\w'’-]+)"
    r"(?= (?:who|which|that|from|in|of|by|directed|written|and|based|located|for|best|on|at|with|to)\b|[,.;(])"
)
ANSWER = re.compile(rf"\b{DATE}\b|\b\d[\d,.]*\d\b|(?<=[a-z,] ){NAME}")
SUBJECT = re.compile(r"^(?:He|She|It|They|This|The (?:film|song|album|book|band|company|team|city|town|show|series))\b")


COMPARED = {
    "birth": ("Who was born first, {a} or {b}?", "Who is older, {a} or {b}?", "Who was born later, {a} or {b}?"),
    "death": ("Who died first, {a} or {b}?", "Who lived longer, {a} or {b}?"),
    "country": ("Are {a} and {b} of the same nationality?", "Do {a} and {b} share the same nationality?"),
    "founded": ("Which was founded first, {a} or {b}?", "Which {kind} is older, {a} or {b}?"),
    "released": ("Which {kind} came out first, {a} or {b}?", "Which {kind} was released earlier, {a} or {b}?"),
    "": ("Are both {a} and {b} {kind}s?", "Which {kind} came first, {a} or {b}?", "Are {a} and {b} in the same place?"),
}


BRIDGES_COMPARED = (
    "Which {kind} has the {noun} who was born first, {a} or {b}?",
    "Which {kind} has the {noun} who died later, {a} or {b}?",
    "Do both {kind}s, {a} and {b}, have {noun}s from the same country?",
    "Are the {noun}s of {a} and {b} of the same nationality?",
)
