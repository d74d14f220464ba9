"""Questions that reach a thing through another one, and the words by which sentences tell how things are related.

"Where did the director of The Golden Calf die?" names a film and asks about a person whom only a document about the
film names. No single sentence answers it, so that it is read along the walk (see `kgqa.chains`).
"""

from __future__ import annotations

import re

_ROLES = "|".join(
    """
    (?:co-?)?directors? (?:co-?)?authors? writers? screenwriters? novelists? poets? editors? composers? songwriters?
    lyricists? performers? singers? musicians? artists? painters? sculptors? architects? actors? actress(?:es)? stars?
    narrators? voices? creators? (?:co-?)?founders? inventors? discoverers? designers? developers? producers?
    publishers? makers? manufacturers? owners? builders? conductors? keyboardists? drummers? guitarists? bassists?
    (?:vice[-\\s])?presidents? leaders? captains? heads? chair(?:man|woman|person)? ceo ministers? mayors? governors?
    kings? queens? rulers? emperors? empress(?:es)? coach(?:es)? managers? winners? runners?[-\\s]up champions?
    players? physicists? scientists? persons? m[ae]n wom[ae]n people characters? fathers? mothers? parents? husbands?
    wife wives spouses? sons? daughters? child(?:ren)? stepchild(?:ren)? siblings? brothers? sisters? twins?
    grand(?:fathers?|mothers?|parents?) uncles? aunts? nephews? nieces? cousins?
    (?:father|mother|brother|sister|son|daughter|child|parent)-in-law predecessors? successors? teams? clubs? leagues?
    countr(?:y|ies) nations? states? provinces? territor(?:y|ies) count(?:y|ies) regions? districts? cit(?:y|ies)
    towns? villages? islands? rivers? lakes? compan(?:y|ies) corporations? firms? banks? organi[sz]ations?
    institutions? institutes? agenc(?:y|ies) part(?:y|ies) bands? groups? orchestras? labels? studios? schools?
    universit(?:y|ies) colleges? museums? books? novels? plays? films? movies? series shows? songs? albums? magazines?
    newspapers? wars? battles? conflicts? events? ships? venues? stadiums? places? locations? buildings? languages?
    famil(?:y|ies) dynast(?:y|ies) entit(?:y|ies) works?
    customers? clients? suppliers? contractors? partners? sponsors? employers? shareholders? subsidiar(?:y|ies) rivals?
    """.split()
)
"""What a thing can be to another one; alternatives of a pattern."""

_HEAD = re.compile(
    rf"^\W*(?:who\s+(?:is|was|are|were)\s+|(?:what|which)\s+(?:(?:is|was|are|were)\s+)?)"
    rf"(?:(?:the|an?)\s+)?(?:\w+\s+){{0,2}}?(?:{_ROLES})\b",
    re.I,
)
"""What is asked for: "Who is the father" asks for a father, and reaches nothing through one."""
_THROUGH = re.compile(
    rf"\b(?:the|an?)\s+(?:[\w'’-]+\s+){{0,3}}?(?:(?:{_ROLES})\s+(?:of|for|in|on|behind|from|that|who|whom|whose|which|"
    rf"where|when|playing|containing|holding|founded|directed|written)|"
    rf"\w+(?:ist|er|or|ian|man|woman)\s+(?:who|whom|whose))\b",
    re.I,
)
_OWNED = re.compile(rf"['’]s?\s+(?:[\w-]+\s+){{0,2}}?(?:{_ROLES})\b", re.I)
_ONLY_OWNED = re.compile(r"^\W*(?:who|what|which)\s+(?:is|was|are|were)\s+(?:(?!\bof\b).)*['’]s?\s+[\w\s-]*\W*$", re.I)
"""One step and no more: "Who is Ann Lee's father?"."""
_TWICE = re.compile(r"\b(?:grand(?:father|mother|parent)s?|\w+-in-law|step(?:child|son|daughter)\w*)\b", re.I)
"""Relations that are two at once."""

_BORN = r"\(\s*(?:c\. ?)?(?:\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4}|\d{4})\s*[–-]"  # "(1 May 1920 – "
_DIED = r"[–-]\s*(?:c\. ?)?(?:\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4}|\d{4})\s*\)"  # "– 1 May 1980)"
_PLAYS = r"\b(?:play\w*|roles?|characters?|act(?:or|ress)\w*|star\w*|portray\w*|voice\w*|cast)\b"

CUES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.I), re.compile(said, re.I))
    for asked, said in (
        (r"\b(?:born|birth\w*)\b|\bcome from\b",
         rf"\bborn\b|\bbirth|\(b\.|\bnative of\b|\bnée?\b|\bhails? from|{_BORN}"),
        (r"\b(?:die[ds]?|death|killed|buried)\b",
         rf"\b(?:die[ds]?|death|killed|buried|drowned|executed|suicide)\b|\bpassed away|{_DIED}"),
        (r"\b(?:spouse|husband|wife|married|marry|widow\w*|consort)\b",
         r"\b(?:married|marriage|wife|husband|spouse|widow\w*|wed|consort)\b"),
        (r"\b(?:father|mother|parents?|grandfather|grandmother)\b|\bchild of\b",
         r"\b(?:son|daughter|child|children|eldest|father|mother|born to|parents|grandson|granddaughter)\b"),
        (r"\b(?:child|children|stepchild|son|daughter|child-in-law)\b",
         r"\b(?:sons?|daughters?|child|children|father|mother|fathered)\b"),
        (r"\b(?:sibling|brother|sister)s?\b", r"\b(?:brother|sister|sibling|twin)s?\b"),
        (r"\b(?:stud(?:y|ied)|educated|attend\w*|graduated?|alma mater|school|university|college|institute)\b",
         r"\b(?:studied|educated|graduat\w+|attended|university|college|school|degree|alumn\w+)\b"),
        (r"\b(?:works?|employ\w+|job|occupation|profession)\b",
         r"\b(?:works?|worked|working|professor|employ\w+|joined|staff|taught)\b"),
        (r"\b(?:country|nationality|citizen\w*)\b",
         r"\b(?:is|was) an? (?:\w+[- ]){0,2}(?-i:[A-Z])\w+|\b(?-i:[A-Z])\w+(?:ish|ese|ian|can|ean|nch|tch)\b"),
        (r"\b(?:located|where|place|city|county|province|state|capital|seat|river)\b",
         r"\b(?:located|lies|situated|in the|capital|seat|city|town|at|near|flows|headquarter\w*)\b"),
        (r"\b(?:found(?:ed)?|established|chartered|created|formed|began|start\w*|first)\b",
         r"\b(?:founded|established|chartered|created|formed|began|started|since|first|incorporated)\b"),
        (r"\b(?:award|win|won|recognition|prize|nominat\w+|honou?r\w*)\b",
         r"\b(?:award\w*|won|prize|nominat\w+|honou?r\w*|received|winning)\b"),
        (_PLAYS, _PLAYS),
        (r"\b(?:president|chairman|leader|head|ceo|minister|mayor|governor|king)\b",
         r"\b(?:president|chair(?:wo)?man|leader|head|chief|led|ceo|minister|mayor|governor|king|ruler)\b"),
        (r"\b(?:league|team|club|sport)\b", r"\b(?:league|team|club|division|plays? (?:in|for)|season)\b"),
        (r"\b(?:how many|number|population)\b", r"\d"),
    )
)  # fmt: skip
"""Words of a question that ask for something, and words of sentences that may tell it."""


def reaches_through(question: str) -> bool:
    """Return whether a question asks about a thing that it only describes by another one.

    >>> reaches_through("Where did the director of The Golden Calf die?"), reaches_through("Who is Ann Lee's father?")
    (True, False)
    >>> reaches_through("Who is the father of Ann Lee's husband?"), reaches_through("Who is Ann Lee's grandfather?")
    (True, True)
    """
    if _TWICE.search(question):
        return True
    head = _HEAD.search(question)
    asked_to = head.end() if head is not None else 0
    nested = [*_THROUGH.finditer(question), *_OWNED.finditer(question)]
    if len(nested) == 1 and _ONLY_OWNED.search(question):
        return False
    return any(match.start() >= asked_to for match in nested)
