"""What the one is called that a document belongs to: a company, an agency, a country."""

from __future__ import annotations

import re

OWNERS = re.compile(
    r"\b(?:compan(?:y|ies)|firms?|corporations?|business(?:es)?|organi[sz]ations?|agenc(?:y|ies)|institutions?|"
    r"institutes?|universit(?:y|ies)|banks?|departments?|offices?|authorit(?:y|ies)|employers?|associations?|charit(?:y|ies)|"
    r"ministr(?:y|ies)|schools?|clubs?|brands?|societ(?:y|ies)|manufacturers?|publishers?|laborator(?:y|ies)|labs?|group|council|bod(?:y|ies))\b",
    re.I,
)
COUNTRY = re.compile(r"\b(?:country|countries|nation|state)\b", re.I)
