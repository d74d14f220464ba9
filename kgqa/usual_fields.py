"""What the usual fields of business papers are called in several languages: "Rechnungsnr." is the invoice number.

Questions and papers are often in different languages, and labels are short forms that no dictionary has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIELDS = """
invoice number: rechnungsnummer, rechnungsnr, rechnungs-nr, rechnung nr, rechnungs nr, numéro de facture, n° de
 facture, facture n°, no de facture, número de factura, nº de factura, n.º de factura, numero fattura, numero di
 fattura, n. fattura, fattura n, numero della fattura, número da fatura, fatura nº, factuurnummer, factuurnr, invoice
 number, invoice no, invoice nr, invoice #, nummer der rechnung
customer number: kundennummer, kundennr, kunden-nr, kunden nr, numéro client, numéro de client, n° client, code
 client, número de cliente, nº cliente, numero cliente, numero di cliente, codice cliente, klantnummer, klantnr,
 customer number, customer no, customer id, client id, client number
order number: bestellnummer, bestellnr, bestell-nr, auftragsnummer, auftragsnr, auftrags-nr, numéro de commande, n° de
 commande, número de pedido, nº de pedido, numero ordine, numero d'ordine, numero di ordine, ordernummer,
 bestelnummer, order number, order no
contract number: vertragsnummer, vertragsnr, vertrags-nr, numéro de contrat, n° de contrat, número de contrato, nº de
 contrato, numero contratto, contract no, contractnummer
invoice date: rechnungsdatum, date de facture, date de facturation, date de la facture, fecha de factura, fecha de la
 factura, data fattura, data della fattura, data da fatura, factuurdatum
due date: zahlungsziel, fälligkeit, fälligkeitsdatum, fällig am, zahlbar bis, date d'échéance, échéance, date limite
 de paiement, fecha de vencimiento, vencimiento, scadenza, data di scadenza, data de vencimento, vervaldatum, te
 betalen voor, due date, payment due, payable by, due by, bis wann muss bezahlt werden, bis wann ist zu zahlen
total amount: gesamtbetrag, gesamtsumme, rechnungsbetrag, endbetrag, zu zahlen, gesamt, montant total, total ttc, net
 à payer, montant à payer, importe total, total a pagar, totale fattura, importo totale, totale, totale da pagare,
 valor total, totaal, totaalbedrag, te betalen, amount due, total due, total, balance due, grand total, invoice total
net amount: nettobetrag, netto, montant ht, total ht, base imponible, imponibile, valor líquido, subtotaal, net total
vat: mehrwertsteuer, mwst, umsatzsteuer, ust, tva, iva, btw, value added tax
iban: iban
bic: bic, swift, swift-code, swift code
account number: kontonummer, kontonr, konto-nr, kto-nr, kto, numéro de compte, n° de compte, número de cuenta, nº de
 cuenta, numero di conto, número da conta, rekeningnummer, account no
bank code: bankleitzahl, blz, code banque, código de banco, codice banca
tax number: steuernummer, steuer-nr, steuernr, ustid, ust-id, ust-idnr, ust-id-nr, numéro de tva, n° de tva, nif, cif,
 partita iva, p. iva, codice fiscale, btw-nummer, vat no, vat number, tax id
phone number: telefon, telefonnummer, tel, téléphone, teléfono, telefono, telefone, telefoon, telephone, phone
fax number: fax, telefax, télécopie
email address: e-mail, email, mail, courriel, correo, correo electrónico, posta elettronica, e-mail-adresse
address: adresse, anschrift, dirección, indirizzo, endereço, adres
date of birth: geburtsdatum, geboren am, date de naissance, né le, née le, fecha de nacimiento, data di nascita, data
 de nascimento, geboortedatum
payment terms: zahlungsbedingungen, conditions de paiement, condiciones de pago, condizioni di pagamento, condições de
 pagamento, betalingsvoorwaarden
payment method: zahlungsart, zahlungsform, zahlungsweise, mode de paiement, moyen de paiement, forma de pago, modalità
 di pagamento, forma de pagamento, betaalwijze
quantity: menge, anzahl, quantité, cantidad, quantità, quantidade, aantal
unit price: einzelpreis, stückpreis, prix unitaire, precio unitario, prezzo unitario, preço unitário
discount: rabatt, remise, descuento, sconto, desconto, korting
rent: miete, mietzins, loyer, alquiler, affitto, canone, aluguel, huur
notice period: kündigungsfrist, préavis, délai de préavis, preaviso, plazo de preaviso, preavviso, opzegtermijn
duration: laufzeit, dauer, durée, duración, durata, duração, looptijd
"""


def _read(text: str) -> dict[str, str]:
    entries = (line.split(":", 1) for line in text.strip().replace("\n ", " ").splitlines())
    return {" ".join(word.split()): key for key, words in entries for word in words.split(",")}


LABELS = _read(_FIELDS)
_MARK = re.compile(r"(?:\s?[.:]){0,2}")
_LABEL = re.compile(
    rf"(?<![\w-])(?:{'|'.join(re.escape(label) for label in sorted(LABELS, key=len, reverse=True))})(?![\w-])", re.I
)


def to_usual_fields(text: str) -> str:
    """Return a text with the labels of usual fields in it by their English names.

    >>> to_usual_fields("Wie lautet die Kundennr.?")
    'Wie lautet die customer number.?'
    """
    return _LABEL.sub(lambda match: LABELS[" ".join(match[0].lower().split())], text)


def is_usual_label(text: str) -> bool:
    """Return whether a text is the label of a usual field and nothing else."""
    return " ".join(text.lower().split()).strip(" .:") in LABELS


def usual_labels(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, English name) of each label of a usual field in a line, a full stop or colon behind it too."""
    for match in _LABEL.finditer(line):
        behind = _MARK.match(line, match.end())
        end = behind.end() if behind is not None else match.end()
        yield match.start(), end, LABELS[" ".join(match[0].lower().split())]
