"""How numbers, times and dates are written in other languages: parts of patterns, read without regard to capitals.

Words that are usual in English too, as "due" and "mars", stand only where their neighbours tell them apart.
"""

from __future__ import annotations

FOREIGN_NUMERALS = (
    "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend|"
    "deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|"
    "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|"
    r"due(?=\s+(?:o\s+tre|\w+i|volte|settimane|ore|persone)\b)|tre|quattro|cinque|sette|otto|nove|dieci|dodici|venti|trenta"
)
"""Words for numbers from two on; "one" is the article in these languages."""

FOREIGN_TIMES = (
    "sekunden?|minuten?|stunden?|tage[ns]?|nächten?|wochen?|monat(?:s|en?)?|jahr(?:es|s|en?)?|"
    "secondes?|heures?|jours?|nuits?|semaines?|mois|ans|années?|"
    "segundos?|minutos?|horas?|días?|noches?|semanas?|mes|meses|años?|"
    "second[io]|minut[io]|or[ae]|giorn[io]|nott[ei]|settiman[ae]|mes[ei]|ann[io]"
)
"""Units of time."""

_MONTHS = (
    "januar|februar|märz|juni|juli|oktober|dezember|"
    "janvier|février|avril|juillet|août|septembre|octobre|novembre|décembre|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
)
_DAYS = (
    "montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonnabends?|sonntags?|"
    "lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|"
    "lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|"
    "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
)
FOREIGN_DATE = (
    rf"\b\d{{1,2}}(?:\.|er|º|°)?\s+(?:de\s+|di\s+)?(?:mars|mai|juin|april|august|september|november|{_MONTHS})\b|"
    rf"\b(?:{_MONTHS})\b|\b(?:im|ende|anfang|mitte|seit|bis|ab|en|fin|début|mois de)\s+(?:mars|mai|juin)\b|"
    rf"(?<![\w.])(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?:\d{{2,4}})?(?!\d)|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b|\b(?:{_DAYS})\b"
)
"""A date, a month or a day of the week."""

FOREIGN_PERCENT = "prozent|pour cent|por ciento|per cento"

FOREIGN_ENDLESS = r"\b(?:unbegrenzt|unbefristet|illimitée?|indéterminée?|indefinid[oa]|ilimitad[oa]|illimitat[oa])"
"""Said of what lasts without an end."""
