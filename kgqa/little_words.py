"""The little words of other languages, which every text has, and the words that say what kind of thing is asked for.

Both with English for them: the first carry no meaning of their own in a question, the second tell by which form an
answer is known, and are rarely said beside it.
"""

from __future__ import annotations

_GERMAN = """
    must: muss, müssen, musst, müsst, soll, sollen, sollte, sollten, musste, mussten; can: kann, können, könnte,
    konnte, lässt, lassen; may: darf, dürfen, durfte; will: werde; would: würde, würden; had: hatte, hatten; was:
    war, waren; be: sein, gewesen, worden; with: mit; for: für, um; not: nicht; no: kein, keine, keinen, keiner,
    keinem; also: auch, noch, schon, nur, sehr, so, da, dann, dort, dabei, eigentlich, denn, etwa, ungefähr, circa,
    ca; at: bei; to: zu, zum, zur, bis, ans, ins, nach; from: seit, ab; each: jede, jeder, jedes, jedem, jeden, pro;
    all: alle, allen, aller, alles; they: er, sie, es, man, sich, wir, ich, uns, ihr, ihm, ihnen; their: ihre, ihren,
    ihrer, ihres, seine, seiner, seinen, seinem, unser, unsere, mein, meine; this: dieser, diese, dieses, diesem,
    diesen; an: einen, einem, eines; as: als, wie; by: durch; under: unter; without: ohne; if: wenn, falls, ob; away:
    aus, heraus, hin, her, ein, vor, weg, wieder; give: gibt, geben, gab; than: dessen, deren, denen; how: wie; by
    what: womit, wodurch, woraus, wovon, mit was; for what: wofür, wozu; on what: worauf, woran, wobei, wonach; about
    what: worüber; where: wohin; how heavy: wie schwer; how thick: wie dick; how wide: wie breit; which hour: um wie
    viel uhr, um wieviel uhr, um welche uhrzeit, wie viel uhr; from when: ab wann; since when: seit wann; by whom:
    von wem; has: habe, habt
"""
_GERMAN_KINDS = """
    percentage: prozent, prozentsatz, prozentzahl; share: anteil; years: jahre, jahren; year: jahr; months: monate,
    monaten; weeks: wochen; days: tage, tagen; hours: stunden; minutes: minuten; seconds: sekunden; day: tag,
    wochentag; date: datum, termin; month: monat; hour: uhrzeit; city: stadt, ort; country: land; price: preis; costs:
    kostet, kosten; fee: gebühr; duration: dauer, frist; sum in euros: betrag; phone number: telefonnummer, rufnummer;
    mail address: mailadresse; web site: webseite, internetseite; weight: gewicht, wiegt; temperature:
    temperatur; number of: anzahl, zahl
"""
_FRENCH = """
    must: doit, doivent, faut, devrait, devraient, devait; can: peut, peuvent, pourra, pourrait, puis; with: avec;
    for: pour; by: par; not: pas, ne, n; without: sans; under: sous; in: en; to: vers, jusqu, jusque, chez; this: ce,
    cet, cette, ces, cela, ça, c; each: chaque; all: tout, toute, tous, toutes; also: aussi, très; they: il, elle, ils,
    elles, on, se, s, lui, leur, leurs, y, nous, vous, je; its: son, sa, ses, votre, vos, notre, nos; of the:
    des; was: était, étaient, fut, furent; been: été, être; will: sera, seront; does: est-ce que, est-ce qu, fait,
    font; during: pendant, durant, lors; if: si, lorsque, lorsqu; as: comme; then: donc, alors; have: ait, aient, eu,
    avoir; how: comment; how long: combien de temps, pendant combien de temps; by what: par quel moyen, par quels
    moyens; how much: à combien, de combien; how many: en combien de, en combien d, par combien de; which hour: à
    quelle heure; which: auquel, à laquelle, duquel; since when: depuis quand; from: depuis, dès; give: donne
"""
_FRENCH_KINDS = """
    percentage: pourcentage; share: part, proportion; years: ans, années; year: année; months: mois; weeks: semaines;
    days: jours; hours: heures; minutes: minutes; seconds: secondes; day: jour; date: date; hour: heure; city: ville,
    commune; country: pays; price: prix, tarif; costs: coûte, coûtent, coût; salary: salaire; fee: frais; duration:
    durée, délai; sum in euros: montant, somme; phone number: numéro de téléphone; mail address: adresse électronique,
    adresse mail, adresse e-mail; web site: site web, site internet; weight: poids, pèse; temperature: température;
    number of: nombre de, nombre d
"""
_SPANISH = """
    must: debe, deben, debería, deberían, debía, hay que, tiene que, tienen que; can: puede, pueden, podrá, podrán,
    podría; with: con; for: para; by: por; without: sin; about: sobre; from: desde, a partir de, a partir del; to:
    hasta, a; each: cada; all: todo, toda, todos, todas; also: también, muy, ya; they: lo, le, les, se, me, nos; its:
    su, sus, mi, mis; this: este, esta, estos, estas, ese, esa, eso, esto; was: fue, fueron, era, eran; been: sido;
    have: ha, han, haber, hubo, había; be: ser, estar, sea, sean; will: será, serán; during: durante; if: si, cuando;
    as: como; that: que, quien, quienes, cual, donde; and: e; or: u; give: da, dan; how: cómo; how long: cuánto
    tiempo, durante cuánto tiempo, por cuánto tiempo; which hour: a qué hora; since when: desde cuándo; for what:
    para qué; by what: con qué, mediante qué; not: no
"""
_SPANISH_KINDS = """
    percentage: porcentaje; share: proporción, parte; years: años; year: año; months: meses; weeks: semanas; days:
    días; hours: horas; minutes: minutos; seconds: segundos; day: día; date: fecha; month: mes; hour: hora; city:
    ciudad; country: país; price: precio; costs: cuesta, cuestan, costo, coste, vale; salary: salario, sueldo; fee:
    tarifa, cuota; duration: duración, plazo; how long: cuánto dura, cuánto duran;
    sum in euros: importe, monto; amount: cantidad;
    phone number: número de teléfono, teléfono; mail address: correo electrónico; web site: sitio web, página web;
    weight: peso, pesa; temperature: temperatura; number of: número de
"""
_ITALIAN = """
    must: deve, devono, bisogna, dovrebbe, dovrebbero; can: può, possono, potrebbe; not: non; they: si, lui, lei,
    loro, vi, ne; its: suo, sua, suoi, sue, nostro, nostra; this: questo, questa, questi, queste, quel, quella,
    quello, quei, quelle; to the: ai, agli, alle, allo; from the: dal, dallo, dalla, dai, dagli, dalle; on the: sulle,
    sugli, sui, sullo; been: stato, stata, stati, state; was: era, erano, fu, furono; will: sarà, saranno; be:
    essere, sia, siano; each: ogni; all: tutto, tutta, tutti, tutte; also: anche, molto, già; more: più; how: come;
    without: senza; to: fino, fino a; during: durante; so that: affinché; will have: avrà; with the: col; about:
    circa; how long: quanto tempo, per quanto tempo; which hour: a che ora, a quale ora, che ora; how much: di quanto,
    a quanto; by what: con che cosa, con cosa; for what: a che cosa, a cosa, per cosa
"""
_ITALIAN_KINDS = """
    percentage: percentuale; share: parte, quota; years: anni; year: anno; months: mesi; weeks: settimane; days:
    giorni; hours: ore; minutes: minuti; seconds: secondi; day: giorno; date: data; month: mese; hour: ora; city:
    città; country: paese; price: prezzo; costs: costa, costano, costo; salary: stipendio; fee: tariffa; duration:
    durata, termine; how long: quanto dura, quanto durano, quanto dovrebbe durare; sum in euros: importo, somma; phone
    number: numero di telefono; mail address: indirizzo email, indirizzo e-mail; web site: sito web, sito internet;
    weight: peso, pesa; temperature: temperatura; number of: numero di
"""


def words_of_table(table: str) -> dict[str, str]:
    """Return {foreign: English} from "English: foreign, foreign; ..."."""
    entries = (entry.split(":") for entry in table.split(";"))
    return {
        " ".join(word.split()): " ".join(english.split()) for english, words in entries for word in words.split(",")
    }


LITTLE = {
    "German": words_of_table(_GERMAN),
    "French": words_of_table(_FRENCH),
    "Spanish": words_of_table(_SPANISH),
    "Italian": words_of_table(_ITALIAN),
}
"""Words without a meaning of their own, by language."""

KIND_NOUNS = {
    "German": words_of_table(_GERMAN_KINDS),
    "French": words_of_table(_FRENCH_KINDS),
    "Spanish": words_of_table(_SPANISH_KINDS),
    "Italian": words_of_table(_ITALIAN_KINDS),
}
"""Words that say what kind of thing is asked for, by language."""
