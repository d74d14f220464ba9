"""Words of other languages that questions and texts use for one another, as `kgqa.synonyms` has them for English.

One line a group; each word stands in the forms that its endings do not already tell to be one.
"""

FOREIGN_GROUPS = """
kostet kosten preis preise gebühr gebühren entgelt kostenlos
dauert dauern dauer dauerte währt
beginnt beginnen beginn anfang anfangen startet start
endet enden ende ablauf läuft
bezahlen zahlen zahlung bezahlt entrichten
kaufen gekauft erwerben erworben
wohnt wohnen lebt leben wohnhaft
arbeitet arbeiten tätig
erscheint erscheinen erschienen herausgegeben herauskommt kommt
gemacht hergestellt besteht bestehen zubereitet
benutzt benutzen verwendet verwenden verwendung nutzen nutzung gebraucht
schicken senden geschickt gesendet versand übersandt
leute personen menschen
dick dicke stärke
groß größe
geschlossen schließen schließt schließung
geöffnet öffnen öffnet öffnung
erlaubt gestattet zulässig dürfen
verboten untersagt unzulässig
bekommt bekommen erhält erhalten
wegwerfen entsorgen entsorgung
gründete gegründet gründung
verantwortlich zuständig zuständigkeit
hört endet stoppt abgeschaltet
größte wichtigste hauptsächlich
coûte coûter prix tarif coût frais paiement
dure durée durer
commence commencer début débute démarrer démarre démarré commencé
finit fin termine terminer achève
acheter achat acquérir acquis
habite vit réside domicile
utilise utiliser utilisé emploie emploi
envoyer envoi transmettre transmis parvenir parviendra
recevoir reçoit reçu
donne donner remet remise remettre attribuée attribué délivré délivre
principale majeure
né née naissance fondée fondé créée créé existe
facilement simple simplement facile
trop haute hautes élevée élevées forte fortes
autorisé permis permet autorisée
interdit défendu interdite
responsable chargé chargée
cuesta costar precio coste costo tarifa importe
dura durar duración
empieza comienza inicio comenzar empezar inicia
termina fin finaliza finalizar acaba
comprar compra adquirir
vive reside domicilio residencia
usar usa uso utilizar utiliza empleo
enviar envío remitir
arrendar alquilar alquiler arriendo
sede domicilio
enfermo enfermedad
sustituye sustituirá reemplaza
resuelven resolver resolución resuelve resolverán
permite permitido autoriza autorizado permiten
prohibido prohíbe prohibida
obtiene obtener recibe recibir
otorga otorgar entrega asigna da dará
encarga encargado responsable
costa costare prezzo costo tariffa
dura durare durata
inizia iniziare inizio comincia previsto
finisce fine termina terminano
comprare acquistare acquisto
abita vive risiede residenza
usare usa uso utilizzare utilizza usato
mandare inviare invio
fondato fondazione nato nacque
permesso consentito permette
vietato proibito
"""
