"""A question as it was worded -> the words that the rules know.

Greetings and polite wrappings are taken off, the words for structure and the question words of other languages are put
into English, and slips of the keyboard in structure words are mended. Words of content are left as they are.
"""

from __future__ import annotations

import re

_OPENING = re.compile(
    r"^\s*(?:(?:hello|hi|hey|greetings|good (?:morning|afternoon|evening)|dear [\w ]{2,20}|please|thanks|thank you|"
    r"ok(?:ay)?|so|well|now|and|also|then|sorry|excuse me|quick question|question)(?:\s+there)?\s*[,!.:;\-–]+\s*"
    r"|(?:please|kindly|ok|okay|and|so|then|also|now)\s+)",
    re.I,
)
_WRAPPING = re.compile(
    r"^\s*(?:"
    r"(?:i\s+(?:was|am)|i'm|i’m)\s+(?:just\s+)?(?:wondering|curious)(?:\s+(?:about|whether|if)(?=\s+(?:you|someone)\b))?"
    r"|(?:(?:can|could|would|will)\s+(?:you|someone|anybody)|(?:you|someone)\s+(?:can|could))"
    r"(?:\s+(?:please|kindly|possibly|maybe|perhaps))*(?:\s+help\s+me(?:\s+to)?|\s+be\s+so\s+kind\s+(?:as\s+)?to)?"
    r"(?:\s+(?:tell|give|show|let)\s+me(?:\s+know)?|\s+find\s+(?:me\s+)?out|\s+find(?:\s+for)?(?:\s+me)?|\s+understand"
    r"|\s+explain(?:\s+to\s+me)?|\s+say|\s+look\s+up|\s+check|\s+confirm)"
    r"|(?:i\s+(?:would|'d|’d)?\s*|i'd\s+|i’d\s+)(?:like|love|need|want)\s+(?:you\s+)?to\s+"
    r"(?:know|find\s+out|learn|see|understand|ask|tell\s+me)"
    r"|(?:do|would)\s+you\s+(?:happen\s+to\s+)?know"
    r"|(?:please\s+)?(?:tell|show)\s+me|let\s+me\s+know|give\s+me|remind\s+me|any\s+idea"
    r")\s*[,:]?\s+",
    re.I,
)
_CLOSING = re.compile(
    r"[\s,.!?;\-–]*\b(?:(?:many\s+)?thanks(?:\s+(?:a\s+lot|so\s+much|in\s+advance))?|thank\s+you(?:\s+[\w ]{1,24})?|"
    r"please|cheers|if\s+you\s+can|if\s+possible)\s*[.!?]*\s*$",
    re.I,
)


def _words(table: str) -> dict[str, str]:
    """Return {foreign: English} from "English: foreign, foreign; ..."."""
    entries = (entry.split(":") for entry in table.split(";"))
    return {word.strip(): " ".join(english.split()) for english, words in entries for word in words.split(",")}


_GERMAN = _words(
    """
    how many: wie viele, wieviele; how much: wieviel, wie viel; when: wann; who: wer, wem, wen; whose: wessen;
    where: wo, woher; why: warum, weshalb, wieso; which: welche, welcher, welches, welchem, welchen; what: was;
    what is there: worum geht es; how high: wie hoch; how deep: wie tief; how long: wie lang, wie lange;
    how large: wie groß; how old: wie alt; how far: wie weit; how heavy: wie schwer; how often: wie oft;
    what is the name of: wie heißt; what is: wie lautet; page: seite; pages: seiten; number of pages: seitenzahl;
    table: tabelle; tables: tabellen; figure: abbildung, abb; figures: abbildungen; section: abschnitt, abschnitts;
    sections: abschnitte; chapter: kapitel, kapitels; subsection: unterabschnitt; subsections: unterabschnitte;
    equation: gleichung; equations: gleichungen; formula: formel; column: spalte; columns: spalten; row: zeile;
    rows: zeilen; last: letzte, letzten, letzter, letztes; first: erste, ersten, erster; second: zweite, zweiten;
    follows: folgt auf, folgt nach, folgt; comes after: kommt nach; comes before: kommt vor, steht vor;
    after: nach; before: vor; shows: zeigt; is: steht, ist; contains: enthält; describes: beschreibt;
    title: titel, überschrift; author: autor; authors: autoren, verfasser; wrote: verfasst, geschrieben;
    blank: leer, leere, leeren; are there: gibt es; has: hat, umfasst; have: haben; are: sind; of: von; in the: im;
    in: in; on: auf; according to: laut, gemäß; the: der, die, das, dem, den; of the: des; a: ein, eine, einer;
    and: und; or: oder; more: mehr; fewer: weniger; highest: höchste, höchsten; lowest: niedrigste, niedrigsten;
    begins: beginnt, beginnen, anfängt; largest: größte, größten; smallest: kleinste, kleinsten; sum: summe;
    average: durchschnitt;
    difference: unterschied; document: dokument; file: datei; references: literaturverzeichnis, quellen
    """
)

_FRENCH = _words(
    """
    how many: combien de, combien d, combien y a-t-il de; how much: combien; when: quand;
    in which year: en quelle année; who: qui; where: où; why: pourquoi; which: quel, quelle, quels, quelles;
    what is: quel est, quelle est; what: que, qu, quoi, qu est-ce que; page: page; pages: pages; table: tableau;
    tables: tableaux; figure: figure; figures: figures; section: section; sections: sections; chapter: chapitre;
    chapters: chapitres; title: titre; subsection: sous-section; subsections: sous-sections; equation: équation;
    equations: équations; column: colonne; columns: colonnes; row: ligne; rows: lignes; last: dernière, dernier;
    first: première, premier; second: deuxième; follows: suit; comes after: vient après; comes before: vient avant;
    after: après; before: avant; precedes: précède; shows: montre, présente; contains: contient;
    is there: y a-t-il; is found: trouve-t-on; author: auteur; authors: auteurs; wrote: a écrit;
    has: compte, possède, comporte, a; is: est; are: sont; blank: vide, vides, blanche, blanches; of: de, d;
    begins: commence, débute; of the: du, des; the: le, la, les, l; a: un, une; and: et; or: ou;
    according to: selon, d après; on: à, sur;
    on the: au; in: dans; more: plus; fewer: moins; the highest: le plus élevé; document: document;
    the lowest: le plus bas; difference: différence; sum: somme; average: moyenne; file: fichier
    """
)

_SPANISH = _words(
    """
    how many: cuántos, cuántas; how much: cuánto, cuánta; when: cuándo; in which year: en qué año;
    who: quién, quiénes; where: dónde; why: por qué; which: cuál, cuáles; what is: cuál es; what are: cuáles son;
    what: qué; page: página; pages: páginas; table: tabla; tables: tablas; figure: figura; figures: figuras;
    section: sección; sections: secciones; chapter: capítulo; chapters: capítulos; title: título;
    subsection: subsección; subsections: subsecciones; equation: ecuación; equations: ecuaciones; column: columna;
    columns: columnas; row: fila; rows: filas; last: última, último; first: primera, primer; second: segunda;
    follows: sigue a; comes after: viene después de; after: después de; comes before: viene antes de;
    before: antes de; shows: muestra; contains: contiene; appears: aparece; is there: hay; author: autor;
    authors: autores; wrote: escribió; has: tiene; have: tienen; is: es; are: son; blank: blanco, vacías, vacía;
    begins: empieza, comienza, inicia; of: de; of the: del; the: la, el, los, las; a: un, una; and: y; or: o;
    in: en; according to: según; more: más;
    fewer: menos; difference: diferencia; sum: suma; average: promedio; document: documento
    """
)

_ITALIAN = _words(
    """
    how many: quante, quanti; how much: quanto, quanta; when: quando; who: chi; where: dove; why: perché;
    which: quale, quali, qual; what is: qual è, qual'è, qual’è; what: che cosa, cosa; how: come; in which: in cui;
    what is the name of: come si chiama, come si chiamano, come viene chiamato, come è chiamato;
    in which year: in che anno, in quale anno; from which: da quale; for: per; with: con; from: da; that: che; if: se;
    between: tra, fra;
    page: pagina; pages: pagine; table: tabella;
    tables: tabelle; figure: figura; figures: figure; section: sezione; sections: sezioni; chapter: capitolo;
    title: titolo; equation: equazione; last: ultima; first: prima; follows: segue; after: dopo; shows: mostra;
    contains: contiene; is there: c'è; author: autore; authors: autori; has: ha; is: è; are: sono; of: di;
    begins: inizia, comincia; of the: del, della, dei, delle, degli, dello;
    the: il, la, i, le, lo, gli; a: un, una, uno;
    in the: nella, nel, nei, nelle; on the: alla, al;
    on: a; in: in;
    according to: secondo; and: ed, e; or: o; document: documento
    """
)

_ARABIC = _words(
    """
    how many: كم عدد, كم, ما عدد; number of: عدد; pages: صفحات, الصفحات; page: صفحة, الصفحة; table: جدول, الجدول;
    tables: جداول, الجداول; figure: شكل, الشكل; figures: أشكال, الأشكال; section: قسم, القسم;
    sections: أقسام, الأقسام; chapter: الفصل; equation: معادلة, المعادلة; title: عنوان; what is: ما هو, ما هي;
    what: ماذا, ما; who is: من هو; of: من; who are: من هم; author: مؤلف, المؤلف; authors: مؤلفو, المؤلفون;
    when: متى; where: أين; why: لماذا; is there: يوجد; shows: يظهر, يعرض, يوضح, يبين; contains: يحتوي; in: في;
    on: على; last: الأخيرة, الأخير, آخر; first: الأولى, الأول, أول; after: بعد; follows: يلي; before: قبل;
    which: أي; that: التي, الذي, اللذان, الذين; mentions: يذكر, يذكرها, يذكره, تذكر; according to: وفقا;
    file: ملف, الملف; document: المستند, الوثيقة
    """
)
_LANGUAGES = (
    (_GERMAN, re.compile(
        r"\b(?:wie ?viele?|wann|wer|wem|warum|weshalb|welche[rsmn]?|worum|auf welcher|"
        r"wie (?:hoch|tief|lange?|groß|alt|heißt|lautet)|was (?:ist|sind|zeigt|steht|kostet|enthält|besagt|bedeutet)|"
        r"seiten?|tabellen?|abschnitte?|kapitel|wurde|gibt es)\b", re.I)),
    (_FRENCH, re.compile(
        r"\b(?:combien|quel(?:le)?s?|pourquoi|qui (?:a|est|sont)|que (?:montre|contient|dit|présente)|"
        r"qu['’](?:est-ce|y)|tableaux?|selon|chapitre|où)\b", re.I)),
    (_SPANISH, re.compile(
        r"¿|\b(?:cuánt[oa]s?|qué|quién(?:es)?|dónde|cuál(?:es)?|páginas?|sección|cuándo)\b", re.I)),
    (_ITALIAN, re.compile(
        r"\b(?:quant[eoi]|quale?|quali|perché|che cosa|cosa (?:mostra|contiene)|pagin[ae]|sezione|chi (?:ha|è)|"
        r"come (?:si|viene|è)|(?:in|da|di|a|per) che|in cui|dove (?:si|è|sono)|quando (?:è|sono|si|viene))\b", re.I)),
    (_ARABIC, re.compile(r"[\u0600-\u06ff]")),
)  # fmt: skip
_PATTERNS = {
    id(words): re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)", re.I)
    for words, _ in _LANGUAGES
}
_ELIDED = re.compile(r"(?<!\w)(l|d|qu|s|n|j)['’](?=\w)", re.I)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹؟،", "01234567890123456789?,")

_STRUCTURE = tuple(
    form
    for word in ("page", "table", "figure", "section", "chapter", "equation", "author", "column", "subsection")
    for form in (word, f"{word}s")
)
_OWN_WORDS = frozenset(
    "tale tales table tabled tablet tablets pager paged pages pageant figured figurer sectional sections chapters "
    "authored equations columns columned auction action faction".split()
)
"""Words that are near to a structure word and are words themselves."""


def unwrap_question(text: str) -> str:
    """Return a question without greetings and polite wrappings, its structure words mended.

    >>> unwrap_question("Hello! Could you please tell me how many pagse it has? Thanks a lot!")
    'how many pages it has?'
    """
    folded = text
    for _ in range(4):
        shorter = _WRAPPING.sub("", _OPENING.sub("", folded))
        if shorter == folded or not any(c.isalnum() for c in shorter):
            break
        folded = shorter
    closed = _CLOSING.sub("?" if text.rstrip(" .!").endswith("?") or "?" in text else "", folded)
    folded = closed if any(c.isalnum() for c in closed) else folded
    return " ".join(_mended(folded).split())


def to_english_structure(text: str) -> str:
    """Return a question with its structure and question words in English; its other words stay.

    >>> to_english_structure("Was zeigt Tabelle 3?"), to_english_structure("¿Qué hay en la página 8?")
    ('what shows table 3?', '¿what is there in the page 8?')
    """
    text = text.translate(_DIGITS)
    words = next((words for words, marks in _LANGUAGES if marks.search(text)), None)
    if words is _FRENCH:
        text = _ELIDED.sub(r"\1 ", text)
    return text if words is None else " ".join(_into_english(text, words).split())


def _into_english(text: str, words: dict[str, str]) -> str:
    """Put English for the words of one language; what stands in quotation marks is a title and stays."""
    pieces = re.split(r"([\"“„«][^\"”“»]*[\"”“»]|(?<!\w)'[^']*'(?!\w))", text)
    pattern = _PATTERNS[id(words)]
    return "".join(
        piece if i % 2 else pattern.sub(lambda match: words[match[0].lower()], piece) for i, piece in enumerate(pieces)
    )


def _mended(text: str) -> str:
    """Mend structure words of which two letters change places, or one is missing or twice."""
    return re.sub(r"\b[a-z]{4,12}\b", lambda match: _mended_word(match[0]), text)


def _mended_word(word: str) -> str:
    if word in _STRUCTURE or word in _OWN_WORDS:
        return word
    for right in _STRUCTURE:
        if word[0] == right[0] and abs(len(word) - len(right)) <= 1 and _is_slip(word, right):
            return right
    return word


def _is_slip(word: str, right: str) -> bool:
    if len(word) == len(right):
        different = [i for i, (a, b) in enumerate(zip(word, right, strict=True)) if a != b]
        return (
            len(different) == 2
            and different[1] == different[0] + 1
            and word[different[0]] == right[different[1]]
            and word[different[1]] == right[different[0]]
        )
    longer, shorter = (word, right) if len(word) > len(right) else (right, word)
    if len(shorter) < 5:
        return False
    gap = next((i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    doubled = gap > 0 and longer[gap] == longer[gap - 1]
    return longer[gap + 1 :] == shorter[gap:] and (doubled or longer == right)
