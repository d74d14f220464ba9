"""The words for structure and questions in other languages, and how each language is known in a question."""

from __future__ import annotations

import re

from kgqa.little_words import words_of_table as _words

_GERMAN = _words(
    """
    until when: bis wann; issued: ausgestellt; published: veröffentlicht, erschienen;
    signed: unterschrieben, unterzeichnet;
    how many: wie viele, wieviele; how much: wieviel, wie viel; when: wann; who: wer, wem, wen; whose: wessen;
    where: wo, woher; why: warum, weshalb, wieso; which: welche, welcher, welches, welchem, welchen; what: was; what
    is there: worum geht es; how high: wie hoch; how deep: wie tief; how long: wie lang, wie lange; how large: wie
    groß; how old: wie alt; how far: wie weit; how heavy: wie schwer; how often: wie oft; what is the name of: wie
    heißt; what is: wie lautet; page: seite; pages: seiten; number of pages: seitenzahl; table: tabelle; tables:
    tabellen; figure: abbildung, abb; figures: abbildungen; section: abschnitt, abschnitts; sections: abschnitte;
    chapter: kapitel, kapitels; subsection: unterabschnitt; subsections: unterabschnitte; equation: gleichung;
    equations: gleichungen; formula: formel; column: spalte; columns: spalten; row: zeile; rows: zeilen; last:
    letzte, letzten, letzter, letztes; first: erste, ersten, erster; second: zweite, zweiten; follows: folgt auf,
    folgt nach, folgt; comes after: kommt nach; comes before: kommt vor, steht vor; after: nach; before: vor; shows:
    zeigt; is: steht, ist; contains: enthält; describes: beschreibt; title: titel, überschrift; author: autor;
    authors: autoren, verfasser; wrote: verfasst, geschrieben; blank: leer, leere, leeren; are there: gibt es; has:
    hat, umfasst; have: haben; are: sind; of: von; in the: im; in: in; on: auf; according to: laut, gemäß; the: der,
    die, das, dem, den; of the: des; a: ein, eine, einer; and: und; or: oder; more: mehr; fewer: weniger; highest:
    höchste, höchsten; lowest: niedrigste, niedrigsten; begins: beginnt, beginnen, anfängt; largest: größte,
    größten; smallest: kleinste, kleinsten; sum: summe; average: durchschnitt; difference: unterschied; document:
    dokument; file: datei; references: literaturverzeichnis, quellen; what is there in: wovon handelt, worin geht es
    in; between: zwischen; sections: abschnitten; menu: menü, menüs; tables: tabellen; on: an, am; is: wird, wurde,
    findet sich, befindet sich, liegt; are: werden, wurden, finden sich, befinden sich; described: beschrieben;
    explained: erklärt, erläutert; explains: erläutert; discussed: besprochen, diskutiert; treats: behandelt; shown:
    zu sehen, gezeigt, dargestellt, abgebildet; found: zu finden; presented: vorgestellt; can i find: finde ich,
    findet man, kann ich finden; is there: findet sich dort; called: genannt, überschrieben; what is: was ist; what
    follows: was folgt auf; what comes: was kommt; comes: kommt; precedes: geht voraus; deals with: handelt von,
    befasst sich mit; what is there: was gibt es; what is there in: worum geht es in; begins: startet, fängt an;
    end: endet; ends: endet; third: dritte, dritten, dritter; fourth: vierte, vierten; fifth: fünfte, fünften;
    longer: länger; older: älter; shorter: kürzer; mentions: erwähnt; appears: erscheint; chart: diagramm; slides:
    folien, präsentation; slide: folie; appendix: anhang; appendices: anhänge; author of: autorin; written:
    geschrieben; from: vom, aus; at: beim; which has: welches hat; about: über; that: dass; contained: enthalten;
    chapters: kapiteln; pages: seiten; map: karte, landkarte; the most: die meisten; the fewest: die wenigsten;
    newer: neuer; which chapters: welche kapitel; picture: bild; pictures: bilder; photo: foto; photos: fotos
    """
)

FRENCH = _words(
    """
    issued: émise, émis; published: publié, publiée; signed: signé, signée; was: a-t-elle été, a-t-il été, a été;
    which: lequel, laquelle, lesquels, lesquelles; the most: le plus de, le plus grand nombre de; the fewest: le
    moins de; speaks of: parle-t-on des, parle-t-on du, parle-t-on de, parle-t-on d; deals with: traite-t-on de;
    how many: combien de, combien d, combien y a-t-il de; how much: combien; when: quand; in which year: en quelle
    année; who: qui; where: où; why: pourquoi; which: quel, quelle, quels, quelles; what is: quel est, quelle est;
    what: que, qu, quoi, qu est-ce que; page: page; pages: pages; table: tableau; tables: tableaux; figure: figure;
    figures: figures; section: section; sections: sections; chapter: chapitre; chapters: chapitres; title: titre;
    subsection: sous-section; subsections: sous-sections; equation: équation; equations: équations; column: colonne;
    columns: colonnes; row: ligne; rows: lignes; last: dernière, dernier; first: première, premier; second:
    deuxième; follows: suit; comes after: vient après; comes before: vient avant; after: après; before: avant;
    precedes: précède; shows: montre, présente; contains: contient; is there: y a-t-il; is found: trouve-t-on;
    author: auteur; authors: auteurs; wrote: a écrit; has: compte, possède, comporte, a; is: est; are: sont; blank:
    vide, vides, blanche, blanches; of: de, d; begins: commence, débute; of the: du, des; the: le, la, les, l; a:
    un, une; and: et; or: ou; according to: selon, d après; on: à, sur; on the: au; in: dans; more: plus; fewer:
    moins; the highest: le plus élevé; document: document; the lowest: le plus bas; difference: différence; sum:
    somme; average: moyenne; file: fichier; what is the title of: comment s intitule, comment se nomme; what is the
    name of: comment s appelle; is there: y a; are there: y a des; between: entre; menu: menu; how many: combien y a
    de, combien y a d; is there: trouve; is: se trouve, figure, est situé, est située; are: se trouvent; what is
    there: que trouve, qu y a, qu y trouve, qu est-ce qu il y a, qu y a-t; can i find: puis-je trouver, peut-on
    trouver, trouve-je; what is there in: de quoi parle, de quoi traite, que dit; deals with: traite de, porte sur,
    parle de; describes: décrit; explains: explique; discussed: abordé, abordée, abordés, traité, traitée, discuté,
    discutée; described: décrit, décrite, décrits, décrites; presented: présenté, présentée, présentés, présentées;
    explained: expliqué, expliquée, expliqués, expliquées; shown: montré, représenté, affiché; speaks: parle;
    follows: succède à, suit la, suit le, suit l; comes: vient; comes just after: vient juste après; just: juste;
    precedes: précède la, précède le, précède l; immediately: immédiatement, directement; third: troisième; fourth:
    quatrième; fifth: cinquième; longer: plus long, plus longue; older: plus ancien; number of: nombre de, nombre d,
    nombre total de; named: intitulé, intitulée, nommé, nommée; on the: sur la, sur le, aux; in the: dans la, dans
    le, dans l; begins: commence-t; ends: finit, termine, se termine; mentions: mentionne; chart: graphique,
    diagramme; appendix: annexe; appendices: annexes; slide: diapositive, diapo; slides: diapositives, diapos;
    references: bibliographie, références; map: carte; newer: plus récent, plus récente; picture: image; pictures:
    images; photo: photo; have: comptent, ont, contiennent; appears: apparaît; do: fait-il
    """
)

_SPANISH = _words(
    """
    issued: emitida, emitido, expedida; published: publicado, publicada; signed: firmado, firmada;
    how many: cuántos, cuántas; how much: cuánto, cuánta; when: cuándo; in which year: en qué año; who: quién,
    quiénes; where: dónde; why: por qué; which: cuál, cuáles; what is: cuál es; what are: cuáles son; what: qué;
    page: página; pages: páginas; table: tabla; tables: tablas; figure: figura; figures: figuras; section: sección;
    sections: secciones; chapter: capítulo; chapters: capítulos; title: título; subsection: subsección; subsections:
    subsecciones; equation: ecuación; equations: ecuaciones; column: columna; columns: columnas; row: fila; rows:
    filas; last: última, último; first: primera, primer; second: segunda; follows: sigue a; comes after: viene
    después de; after: después de; comes before: viene antes de; before: antes de; shows: muestra; contains:
    contiene; appears: aparece; is there: hay; author: autor; authors: autores; wrote: escribió; has: tiene; have:
    tienen; is: es; are: son; blank: blanco, vacías, vacía; begins: empieza, comienza, inicia; of: de; of the: del;
    the: la, el, los, las; a: un, una; and: y; or: o; in: en; according to: según; more: más; fewer: menos;
    difference: diferencia; sum: suma; average: promedio; document: documento; what is the title of: cómo se titula;
    what is the name of: cómo se llama; to the: al; any: alguna, algún; : se; between: entre; menu: menú; is: se
    encuentra, está, se muestra, se ve, se halla; are: se encuentran, están; what is there: qué se ve, qué aparece,
    qué contiene, qué se encuentra; what is there in: de qué trata, de qué habla, sobre qué trata; describes:
    describe, se describe, se describen; explains: explica, se explica, se explican; treats: trata, se trata;
    presents: presenta, se presenta; deals with: trata de, habla de; can i find: puedo encontrar, se puede
    encontrar; comes: viene; just: justo; immediately: inmediatamente; precedes: precede a, precede; follows: sigue,
    le sigue a; third: tercera, tercer, tercero; fourth: cuarta, cuarto; fifth: quinta, quinto; longer: más largo,
    más larga, más extenso; older: más antiguo; number of: número de; named: titulada, titulado, llamada, llamado;
    ends: termina, acaba; mentions: menciona; chart: gráfico, gráfica; appendix: apéndice, anexo; appendices:
    apéndices, anexos; slide: diapositiva; slides: diapositivas; references: bibliografía, referencias; after:
    después del; before: antes del; file: archivo, fichero; starts: arranca
    """
)

ITALIAN = _words(
    """
    issued: emessa, emesso; published: pubblicato, pubblicata; signed: firmato, firmata;
    how many: quante, quanti; how much: quanto, quanta; when: quando; who: chi; where: dove; why: perché; which:
    quale, quali, qual; what is: qual è, qual'è, qual’è; what: che cosa, cosa; how: come; in which: in cui; what is
    the name of: come si chiama, come si chiamano, come viene chiamato, come è chiamato; in which year: in che anno,
    in quale anno; from which: da quale; for: per; with: con; from: da; that: che; if: se; between: tra, fra; page:
    pagina; pages: pagine; table: tabella; tables: tabelle; figure: figura; figures: figure; section: sezione;
    sections: sezioni; chapter: capitolo; title: titolo; equation: equazione; last: ultima; first: prima; follows:
    segue; after: dopo; shows: mostra; contains: contiene; is there: c'è; author: autore; authors: autori; has: ha;
    is: è; are: sono; of: di; begins: inizia, comincia; of the: del, della, dei, delle, degli, dello; the: il, la,
    i, le, lo, gli; a: un, una, uno; in the: nella, nel, nei, nelle; on the: alla, al; on: a; in: in; according to:
    secondo; and: ed, e; or: o; document: documento; on which: a che; in which: in che; the: l; what is the title
    of: come si intitola, come s intitola; of the: dell; in the: nell; on the: all, sull; from the: dall; what is:
    qual è, cos è, qual e; is there: c è; is: si trova, viene, sta, è situata, è situato, si vede; are: si trovano,
    vengono; what is there: cosa c'è, che cosa c'è, cosa si trova, cosa si vede, cosa contiene, che cosa contiene,
    cosa mostra, cosa c è; what is there in: di cosa parla, di cosa tratta, di che cosa tratta, di che cosa parla;
    describes: descrive, si descrive; described: descritta, descritto, descritti, descritte; explains: spiega;
    explained: spiegata, spiegato, spiegati, spiegate; treated: trattata, trattato; treats: tratta; deals with:
    tratta di, parla di, si parla di; presented: presentata, presentato; comes: viene; comes after: viene dopo,
    viene subito dopo; comes before: viene prima di, viene prima della, viene prima del; before: prima di, prima
    della, prima del; after: dopo la, dopo il; precedes: precede; just: subito; third: terza, terzo; fourth: quarta,
    quarto; fifth: quinta; second: seconda, secondo; last: ultimo; first: primo; chapters: capitoli; author:
    autrice; wrote: ha scritto; sections: paragrafi; section: paragrafo; columns: colonne; column: colonna; rows:
    righe; row: riga; longer: più lungo, più lunga; where is: dov è; number of: numero di; named: intitolata,
    intitolato; ends: finisce, termina; mentions: menziona; chart: grafico; appendix: appendice; appendices:
    appendici; slide: diapositiva; slides: diapositive; references: bibliografia, riferimenti; have: hanno; blank:
    vuota, vuote, bianca, bianche; begins: comincia, parte; there: ci; are there: ci sono; on the: sulla, sul;
    document: documenti; subsections: sottosezioni; subsection: sottosezione; file: file
    """
)

_PORTUGUESE = _words(
    """
    how many: quantos, quantas; how much: quanto, quanta; when: quando; who: quem; where: onde; why: por que,
    porquê; which: qual, quais; what: que, o que; what is: qual é, o que é; what are: quais são; what is there: o
    que há, o que tem, o que se encontra, o que está, o que aparece, o que contém; what is there in: de que trata,
    do que trata, sobre o que é; page: página; pages: páginas; table: tabela, quadro; tables: tabelas, quadros;
    figure: figura; figures: figuras; section: secção, seção; sections: secções, seções; chapter: capítulo;
    chapters: capítulos; title: título; subsections: subsecções, subseções; equation: equação; equations: equações;
    column: coluna; columns: colunas; row: linha; rows: linhas; last: última, último; first: primeira, primeiro;
    second: segunda, segundo; third: terceira, terceiro; fourth: quarta, quarto; follows: segue, segue-se a; comes:
    vem; after: depois de, após, depois da, depois do; before: antes de, antes da, antes do; precedes: precede;
    shows: mostra; contains: contém; appears: aparece; is there: há; author: autor, autora; authors: autores; wrote:
    escreveu; has: tem, possui; have: têm; is: é, está, fica, se encontra, encontra-se; are: são, estão; blank:
    branco, vazia; begins: começa, inicia; ends: termina; of: de; of the: da, do, das, dos; the: a, o, as, os; a:
    um, uma; and: e; or: ou; on: em, no, na; in: em; in the: no, na, nos, nas; according to: segundo, de acordo com;
    more: mais; longer: mais longo; document: documento; file: ficheiro, arquivo; describes: descreve; described:
    descrita, descrito, descritos, descritas; explains: explica; explained: explicada, explicado; treats: trata;
    chart: gráfico; appendix: anexo, apêndice; slide: diapositivo; slides: diapositivos; references: referências,
    bibliografia
    """
)

_DUTCH = _words(
    """
    how many: hoeveel; when: wanneer; who: wie; where: waar; why: waarom; which: welk, welke; what: wat; what is
    there: wat is er, wat staat er, wat staat; what is there in: waar gaat, waarover gaat; about: over; page:
    pagina, bladzijde; pages: pagina's, bladzijden; table: tabel; tables: tabellen; figure: figuur, afbeelding;
    figures: figuren, afbeeldingen; section: paragraaf, sectie, onderdeel; sections: paragrafen, secties,
    onderdelen; chapter: hoofdstuk; chapters: hoofdstukken; title: titel; subsections: subparagrafen; equation:
    vergelijking; equations: vergelijkingen; column: kolom; columns: kolommen; row: rij; rows: rijen; last: laatste;
    first: eerste; second: tweede; third: derde; fourth: vierde; follows: volgt op, volgt na, volgt; comes: komt,
    staat; comes after: komt na; comes before: komt voor, staat voor; after: na; before: voor; shows: toont;
    contains: bevat; author: auteur; authors: auteurs; wrote: schreef, heeft geschreven; has: heeft, telt; have:
    hebben; is: is, staat; are: zijn, worden; blank: leeg, lege; begins: begint; ends: eindigt; of: van; the: de,
    het; a: een; and: en; or: of; on: op; in: in; is: wordt; according to: volgens; more: meer; longer: langer;
    document: document; file: bestand; described: beschreven; describes: beschrijft; explained: uitgelegd; explains:
    legt uit; discussed: besproken, behandeld; treats: behandelt; chart: grafiek; appendix: bijlage; appendices:
    bijlagen; slide: dia; slides: dia's; references: literatuurlijst, referenties; are there: zijn er
    """
)

_ARABIC = _words(
    """
    how many: كم عدد, كم, ما عدد; number of: عدد; pages: صفحات, الصفحات; page: صفحة, الصفحة; table: جدول, الجدول;
    tables: جداول, الجداول; figure: شكل, الشكل; figures: أشكال, الأشكال; section: قسم, القسم; sections: أقسام,
    الأقسام; chapter: الفصل; equation: معادلة, المعادلة; title: عنوان; what is: ما هو, ما هي; what: ماذا, ما; who
    is: من هو; of: من; who are: من هم; author: مؤلف, المؤلف; authors: مؤلفو, المؤلفون; when: متى; where: أين; why:
    لماذا; is there: يوجد; shows: يظهر, يعرض, يوضح, يبين; contains: يحتوي; in: في; on: على; last: الأخيرة, الأخير,
    آخر; first: الأولى, الأول, أول; after: بعد; follows: يلي; before: قبل; which: أي; that: التي, الذي, اللذان,
    الذين; mentions: يذكر, يذكرها, يذكره, تذكر; according to: وفقا; file: ملف, الملف; document: المستند, الوثيقة
    """
)
LANGUAGES = (
    (_GERMAN, re.compile(
        r"\b(?:wie ?viele?|wann|wer|wem|warum|weshalb|welche[rsmn]?|worum|wovon|worin|was (?:kommt|folgt|gibt)|"
        r"auf welcher|auf seite|"
        r"wie (?:hoch|tief|lange?|groß|alt|heißt|lautet)|was (?:ist|sind|zeigt|steht|kostet|enthält|besagt|bedeutet)|"
        r"seiten?|tabellen?|abschnitt(?:e|s|en)?|kapitels?|wurde|gibt es|wo (?:ist|sind|steht|wird|werden|"
        r"finde))\b", re.I)),
    (FRENCH, re.compile(
        r"\b(?:combien|(?:le|la|les)?quel(?:le)?s?|pourquoi|qui (?:a|est|sont)|que (?:montre|contient|dit|présente)|"
        r"qu['’](?:est-ce|y)|tableaux?|selon|chapitre|où|de quoi|que (?:trouve|dit)|à la page|"
        r"dans (?:la|le|quelle?)|\w+-t-(?:il|elle|on))\b", re.I)),
    (_SPANISH, re.compile(
        r"¿|\b(?:cuánt[oa]s?|qué|quién(?:es)?|dónde|cuál(?:es)?|páginas?|sección|secciones|capítulos?|cuándo|"
        r"de qué)\b", re.I)),
    (ITALIAN, re.compile(
        r"\b(?:quant[eoi]|quale?|quali|qual è|perché|che cosa|cosa (?:mostra|contiene)|pagin[ae]|sezione|"
        r"capitol[oi]|chi (?:ha|è|sono)|cosa|"
        r"[ai]n? che pagina|come (?:si|viene|è)|(?:in|da|di|a|per) che|in cui|dov(?:e |['’])(?:si|è|sono)|"
        r"quando (?:è|sono|si|"
        r"viene))\b", re.I)),
    (_PORTUGUESE, re.compile(
        r"\b(?:quant[oa]s?|quais|quem|onde|o que|em que|de que|do que|qual (?:é|a|o)|páginas?|sec?ç(?:ão|ões)|"
        r"capítulos?)\b", re.I)),
    (_DUTCH, re.compile(
        r"\b(?:hoeveel|welke?|waar|waarover|wanneer|waarom|wie (?:is|zijn|schreef|heeft)|wat (?:is|staat|zijn|"
        r"toont|bevat|betekent)|"
        r"pagina(?:['’]s)?|bladzijde|hoofdstuk|paragraaf)\b", re.I)),
    (_ARABIC, re.compile(r"[\u0600-\u06ff]")),
)  # fmt: skip
PATTERNS = {
    id(words): re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)", re.I)
    for words, _ in LANGUAGES
}

NAMES = {id(_GERMAN): "German", id(FRENCH): "French", id(_SPANISH): "Spanish", id(ITALIAN): "Italian"}
"""The languages whose little words are known too (`kgqa.little_words`)."""

KINDS = _words(
    """
    handbook: handbuch, handbuchs, handbuches, handboek; manual: manuel, manuale, handleiding; guide: leitfaden,
    guía, guida, guia; slides: folien, diapositives, diapositivas, diapositive, dia's; invoice: rechnung, facture,
    factura, fattura, fatura, factuur; report: bericht, berichts, rapport, informe, rapporto, relatório, verslag;
    contract: vertrag, vertrags, contrat, contrato, contratto; survey: umfrage, enquête, encuesta, sondaggio; plan:
    piano, plano; paper: aufsatz; study: studie, étude, estudio, studio, estudo; brochure: broschüre, folleto,
    opuscolo; tutorial: tutoriel; the: der, die, das, des, dem, den, im, le, la, les, du, el, los, las, del, il, lo,
    gli, della, nel, o, os, no, do, de, het
    """
)
"""What kinds of documents are called in other languages, with the articles before them: "das Handbuch"."""
KINDS_PATTERN = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(KINDS, key=len, reverse=True)))})(?!\w)", re.I)
