"""Titles that sections of many documents have, in several languages: "Einleitung" asks for "Introduction"."""

from __future__ import annotations

from functools import lru_cache

_TITLES = """
abstract: abstract, zusammenfassung, kurzfassung, résumé, resume, resumen, riassunto, sommario, resumo, samenvatting
introduction: introduction, einleitung, einführung, introducción, introducion, introduzione, introdução, inleiding
methods: methods, method, methodology, methoden, methodik, méthodes, méthode, méthodologie, métodos, metodología,
 metodi, metodologia, métodos, methode
data: data, daten, données, datos, dati, dados, gegevens
datasets: datasets, dataset, datensätze, datensatz
results: results, result, ergebnisse, ergebnis, résultats, résultat, resultados, resultado, risultati, risultato,
 resultaten
experiments: experiments, experiment, experimente, expériences, experimentos, esperimenti, experimenten
discussion: discussion, diskussion, discusión, discussione, discussão, discussie
conclusion: conclusion, conclusions, schlussfolgerung, schlussfolgerungen, fazit, schluss, conclusión, conclusiones,
 conclusione, conclusioni, conclusão, conclusões, conclusie, conclusies
references: references, bibliography, literatur, literaturverzeichnis, quellenverzeichnis, bibliographie, références,
 referencias, bibliografía, riferimenti, bibliografia, referências, referenties, literatuur
acknowledgements: acknowledgements, acknowledgments, acknowledgement, danksagung, remerciements, agradecimientos,
 ringraziamenti, agradecimentos, dankwoord
recommendations: recommendations, recommendation, empfehlungen, recommandations, recomendaciones, raccomandazioni,
 recomendações, aanbevelingen
appendix: appendix, anhang, annexe, apéndice, anexo, appendice, allegato, apêndice, bijlage
implementation: implementation, implementierung, umsetzung, implémentation, implementación, implementazione,
 implementação, implementatie
future work: future work, further work, future directions, further directions, outlook, future research,
 further research, ausblick, perspectives, trabajo futuro, sviluppi futuri, trabalhos futuros, toekomstig onderzoek
limitations: limitations, limitation, einschränkungen, grenzen, limites, limitaciones, limiti, limitações, beperkingen
requirements: requirements, prerequisites, prerequisite, anforderungen, exigences, requisitos, requisiti, vereisten
installation: installation, instalación, installazione, instalação, installatie
contents: contents, inhalt, inhaltsverzeichnis, sommaire, índice, indice, inhoud
"""


def _read(text: str) -> dict[str, str]:
    entries = (line.split(":", 1) for line in text.strip().replace("\n ", " ").splitlines())
    return {word.strip(): key for key, words in entries for word in words.split(",")}


_KEYS = _read(_TITLES)


@lru_cache(maxsize=4096)
def usual_title(text: str) -> str:
    """Return the English title that a title is in any of the languages known here; "" for another one.

    >>> usual_title("Schlussfolgerungen"), usual_title("2 Boats")
    ('conclusion', '')
    """
    return _KEYS.get(text.strip(" .:").lower(), "")
