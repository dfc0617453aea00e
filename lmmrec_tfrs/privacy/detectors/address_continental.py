"""Patterns of postal addresses in simple German, French, Italian and Spanish forms."""

import re

from lmmrec_tfrs.privacy.detectors.address_words import CAPITALISED, HOUSE_NUMBER, TOWN

_GERMAN_WORD = r"[A-Z\u00c0-\u00de][\w\u00df-\u024f-]*"
GERMAN = re.compile(
    rf"(?<!\w)(?:{_GERMAN_WORD}(?:-?[Ss]tra(?:ß|ss)e|-?[Ss]tr\.|-?[Aa]llee|-?[Gg]asse|-?[Pp]latz|-?[Ww]eg)"
    rf"|{_GERMAN_WORD} (?:Stra(?:ß|ss)e|Str\.|Allee|Platz|Weg|Ring)) {HOUSE_NUMBER}{TOWN}?"
)
# Forms that ordinary words have too ("Spring 2014"): only with the town behind them.
GERMAN_WITH_TOWN = re.compile(
    r"(?<!\w)(?:(?:Am|Im|An der|An den|Auf der|Auf dem|Zum|Zur|Unter den|In der) "
    rf"{_GERMAN_WORD}|{_GERMAN_WORD}(?:ring|damm|ufer|berg|hof)) {HOUSE_NUMBER}{TOWN}"
)
FRENCH = re.compile(
    r"(?<![\w.$£€/:-])\d{1,4}(?: ?(?:bis|ter|quater))?,? "
    r"(?i:rue|avenue|av\.|boulevard|bd|all[ée]e|chemin|impasse|quai|cours|place|route|square)"
    r"(?i: de la| de l'| du| des| de| d'| la| le| les| l')* ?"
    rf"{CAPITALISED}(?:(?: de(?: la)?| du| des)? {CAPITALISED}){{0,2}}{TOWN}?"
)
ITALIAN = re.compile(
    r"(?<!\w)(?:Via|Viale|Piazza|Piazzale|Corso|Vicolo|Largo|Strada|Borgo|"
    r"Contrada|Rotonda|Salita|Lungomare|Lungarno|Piazzetta)"
    rf"(?: della| delle| dello| degli| dei| del| di)? (?:{CAPITALISED} ){{0,2}}{CAPITALISED},? "
    rf"{HOUSE_NUMBER}{TOWN}?"
)
SPANISH = re.compile(
    r"(?<!\w)(?:Calle|C/|Avenida|Avda\.?|Av\.|Paseo|Plaza|Ronda|Carrer|Camino|Travesía|"
    r"Pasaje|Cuesta|Rambla|Glorieta|Vial|Alameda|Callejón|Vía)"
    rf"(?: de las| de los| de la| del| de)? ?(?:{CAPITALISED} ){{0,2}}{CAPITALISED},? "
    rf"(?:n[º°.]+ ?)?{HOUSE_NUMBER}{TOWN}?"
)
